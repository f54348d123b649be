//! Distributions one under the other on one scale: where 9 in 10 and every other future fall, and the mean.

use super::canvas::{BLUE, Canvas, Drawn, GREY, INK, Look, PALE, Side, wrapped};
use super::data::RangeRow;
use super::measure::{decimals, ticks};
use crate::report::language::Lang;

/// Draws the distributions of `rows`.
pub(super) fn draw(canvas: &mut Canvas, drawn: &Drawn<'_>, rows: &[RangeRow]) {
    let size = if canvas.is_narrow() { 13 } else { 14 };
    let ends = rows.iter().map(|row| row.spread.ends());
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), (a, b)| (low.min(a), high.max(b)));
    let span = if high > low { high - low } else { 1.0 };
    let (left, right) = (6.0, canvas.width - 6.0);
    let place = |v: f64| left + (v - low) / span * (right - left);
    let bottom = 8.0 + rows.len() as f64 * 52.0;
    axis(canvas, drawn, [low, high, bottom], &place);
    let mut y = 4.0;
    for row in rows {
        let colour = if row.ours { BLUE } else { GREY };
        let of = row.spread;
        let value = drawn.say(of.mean);
        let look = if row.ours { Look::plain(size).bold() } else { Look::plain(size) };
        let room = canvas.width - super::canvas::bold_width_of(&value, size) - 16.0;
        for line in wrapped(row.label.in_language(drawn.lang), size, room, 1) {
            canvas.text_above([left, y + 14.0], &line, look);
        }
        canvas.text_above([right, y + 14.0], &value, look.on(Side::Right));
        let middle = y + 30.0;
        if of.q05.is_finite() && of.q95.is_finite() {
            canvas.rect([place(of.q05), middle - 2.0, place(of.q95) - place(of.q05), 4.0], colour, 0.45);
        }
        if of.q25.is_finite() && of.q75.is_finite() {
            canvas.rect([place(of.q25), middle - 6.0, place(of.q75) - place(of.q25), 12.0], colour, 0.75);
        }
        canvas.circle([place(of.mean), middle, 6.0], if row.ours { INK } else { [70, 80, 90] }, 1.0);
        y += 52.0;
    }
    let key = match (drawn.lang, canvas.is_narrow()) {
        (Lang::Id, false) => "Titik: rata-rata. Balok: separuh dari kemungkinan keadaan. Garis: 9 dari 10.",
        (Lang::Id, true) => "Titik: rata-rata; balok: separuh; garis: 9 dari 10.",
        (Lang::En, false) => "Dot: mean. Bar: half of all futures. Line: 9 in 10.",
        (Lang::En, true) => "Dot: mean; bar: half; line: 9 in 10 futures.",
    };
    canvas.text([left, bottom + 38.0], key, Look::soft(12));
    canvas.height = bottom + 46.0;
}

/// Lines and numbers of the scale, below which its unit stands.
fn axis(canvas: &mut Canvas, drawn: &Drawn<'_>, [low, high, bottom]: [f64; 3], place: &dyn Fn(f64) -> f64) {
    let (divisor, unit) = drawn.measure.axis(high.abs().max(low.abs()));
    let ticks = ticks(low, high, if canvas.is_narrow() { 4 } else { 7 });
    let places = decimals(&ticks, divisor);
    let last = ticks.len().saturating_sub(1);
    for (number, tick) in ticks.iter().enumerate() {
        let x = place(*tick);
        let strong = tick.abs() < 1e-9;
        canvas.line([x, 0.0, x, bottom], if strong { GREY } else { PALE }, 1.0, false);
        let mut said = drawn.lang.number(tick / divisor, places);
        let mut side = Side::Middle;
        if number == last {
            said = format!("{said} {}", unit.in_language(drawn.lang));
            side = Side::Right;
        } else if x < 14.0 {
            side = Side::Left;
        }
        let at = if side == Side::Right { canvas.width - 2.0 } else { x };
        canvas.text([at, bottom + 15.0], said, Look::soft(12).on(side));
    }
}
