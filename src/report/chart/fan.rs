//! A distribution year by year: bands for 9 in 10 and half of all futures, a line for the mean, and the tail marked.

use std::fmt::Write as _;

use super::canvas::{BLUE, Canvas, Drawn, GREY, INK, Look, PALE, Side, width_of};
use super::data::{FanYear, Spread};
use super::measure::{decimals, ticks};
use crate::report::language::Lang;

/// Where the drawing stands and how it is scaled.
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    low: f64,
    high: f64,
    count: usize,
}

impl Frame {
    fn x(&self, number: usize) -> f64 {
        let steps = self.count.saturating_sub(1).max(1) as f64;
        self.left + 12.0 + number as f64 / steps * (self.right - self.left - 24.0)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)
    }
}

/// Draws the fan of `years`.
pub(super) fn draw(canvas: &mut Canvas, drawn: &Drawn<'_>, years: &[FanYear], tail_from: Option<i32>) {
    let ends = years.iter().map(|year| year.spread.ends());
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), (a, b)| (low.min(a), high.max(b)));
    let high = if high > low { high } else { low + 1.0 };
    let (divisor, unit) = drawn.measure.axis(high.abs().max(low.abs()));
    let steps = ticks(low, high * 1.02, 5);
    let places = decimals(&steps, divisor);
    let numbers: Vec<String> = steps.iter().map(|tick| drawn.lang.number(tick / divisor, places)).collect();
    let left = numbers.iter().map(|said| width_of(said, 12)).fold(0.0, f64::max) + 8.0;
    let height = if canvas.is_narrow() { 220.0 } else { 280.0 };
    let frame = Frame {
        left,
        right: canvas.width - 2.0,
        top: 44.0,
        bottom: 44.0 + height,
        low,
        high: high * 1.02,
        count: years.len(),
    };
    canvas.text([0.0, 13.0], unit.in_language(drawn.lang), Look::soft(12));
    let tail = tail_from.and_then(|from| years.iter().position(|year| year.year >= from));
    if let Some(first) = tail.filter(|first| *first > 0) {
        shade_tail(canvas, drawn, &frame, first);
    }
    for (tick, said) in steps.iter().zip(&numbers) {
        let y = frame.y(*tick);
        let colour = if tick.abs() < 1e-9 { GREY } else { PALE };
        canvas.line([frame.left, y, frame.right, y], colour, 1.0, false);
        canvas.text([left - 6.0, y + 4.0], said, Look::soft(12).on(Side::Right));
    }
    canvas.area(band(&frame, years, |of| (of.q05, of.q95)), BLUE, 0.18);
    canvas.area(band(&frame, years, |of| (of.q25, of.q75)), BLUE, 0.36);
    let mut mean = String::new();
    for (number, year) in years.iter().enumerate() {
        let pen = if number == 0 { 'M' } else { 'L' };
        let _ = write!(mean, "{pen}{:.1} {:.1} ", frame.x(number), frame.y(year.spread.mean));
    }
    canvas.stroke(mean.trim_end().to_string(), INK, 2.4);
    // Every year that has room.
    let each = libm::ceil(years.len() as f64 * 40.0 / (frame.right - frame.left)).max(1.0) as usize;
    for (number, year) in years.iter().enumerate() {
        if number % each == 0 {
            let at = [frame.x(number), frame.bottom + 17.0];
            canvas.text(at, year.year.to_string(), Look::soft(12).on(Side::Middle));
        }
    }
    let key = match (drawn.lang, canvas.is_narrow()) {
        (Lang::Id, false) => {
            "Garis: rata-rata. Pita tua: separuh dari kemungkinan keadaan. Pita muda: 9 dari 10."
        }
        (Lang::Id, true) => "Garis: rata-rata; pita tua: separuh; muda: 9 dari 10.",
        (Lang::En, false) => "Line: mean. Dark band: half of all futures. Light band: 9 in 10.",
        (Lang::En, true) => "Line: mean; dark band: half; light: 9 in 10.",
    };
    canvas.text([0.0, frame.bottom + 40.0], key, Look::soft(12));
    canvas.height = frame.bottom + 48.0;
}

fn shade_tail(canvas: &mut Canvas, drawn: &Drawn<'_>, frame: &Frame, first: usize) {
    let x = f64::midpoint(frame.x(first - 1), frame.x(first));
    canvas.rect([x, frame.top - 16.0, frame.right - x, frame.bottom - frame.top + 16.0], PALE, 0.4);
    canvas.line([x, frame.top - 16.0, x, frame.bottom], GREY, 1.0, true);
    let said = match (drawn.lang, canvas.is_narrow()) {
        (Lang::Id, false) => "setelah anggaran berakhir",
        (Lang::Id, true) => "setelah anggaran",
        (Lang::En, false) => "after the budgets end",
        (Lang::En, true) => "after the budgets",
    };
    canvas.text([x + 6.0, frame.top - 3.0], said, Look::soft(12));
}

/// The outline between two quantiles, over the years that have both.
fn band(frame: &Frame, years: &[FanYear], ends: impl Fn(&Spread) -> (f64, f64)) -> String {
    let known: Vec<(f64, f64, f64)> = years
        .iter()
        .enumerate()
        .map(|(number, year)| (frame.x(number), ends(&year.spread)))
        .filter(|(_, (low, high))| low.is_finite() && high.is_finite())
        .map(|(x, (low, high))| (x, frame.y(low), frame.y(high)))
        .collect();
    let mut d = String::new();
    for (number, (x, _, high)) in known.iter().enumerate() {
        let _ = write!(d, "{}{x:.1} {high:.1} ", if number == 0 { 'M' } else { 'L' });
    }
    for (x, low, _) in known.iter().rev() {
        let _ = write!(d, "L{x:.1} {low:.1} ");
    }
    if !d.is_empty() {
        d.push('Z');
    }
    d
}
