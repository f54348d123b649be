//! Horizontal bars with their labels above them, so that long names fit at any width.

use super::super::language::Text;
use super::canvas::{BLUE, Canvas, Drawn, GREY, INK, Look, ORANGE, PALE, bold_width_of, width_of, wrapped};
use super::data::BarRow;

/// Draws the bars of `rows`.
pub(super) fn draw(canvas: &mut Canvas, drawn: &Drawn<'_>, series: &[Text], rows: &[BarRow]) {
    let (label, value) = if canvas.is_narrow() { (13, 12) } else { (14, 13) };
    let colours = colours(series.len());
    let mut y = 4.0;
    if series.len() > 1 {
        y = legend(canvas, drawn, series, y);
    }
    let values = || rows.iter().flat_map(|row| row.values.iter().copied());
    let most = values().fold(0.0, f64::max);
    let least = values().fold(0.0, f64::min);
    let said = values().map(|v| bold_width_of(&drawn.say(v), value)).fold(0.0, f64::max) + 8.0;
    // Room for the words of the longest bar to the right, of negative ones to the left.
    let left = if least < 0.0 { said } else { 0.0 };
    let room = (canvas.width - said - left).max(40.0);
    let scale = if most > least { room / (most - least) } else { 0.0 };
    let zero = left - least * scale;
    for row in rows {
        for line in wrapped(row.label.in_language(drawn.lang), label, canvas.width, 2) {
            y += f64::from(label) + 3.0;
            canvas.text([0.0, y], line, Look::plain(label));
        }
        y += 5.0;
        for (value_of, colour) in row.values.iter().zip(&colours) {
            let height = if series.len() > 1 { 13.0 } else { 15.0 };
            canvas.rect([0.0, y, canvas.width, height], PALE, 0.35);
            let (from, to) = (zero + value_of.min(0.0) * scale, zero + value_of.max(0.0) * scale);
            canvas.rect([from, y, (to - from).max(1.0), height], *colour, 1.0);
            let at = if *value_of < 0.0 { zero + 6.0 } else { to + 6.0 };
            canvas.text(
                [at, y + height / 2.0 + f64::from(value) * 0.36],
                drawn.say(*value_of),
                Look::plain(value).bold(),
            );
            y += height + 3.0;
        }
        y += 7.0;
    }
    if least < 0.0 {
        canvas.line([zero, 0.0, zero, y], INK, 1.0, false);
    }
    canvas.height = y + 2.0;
}

fn colours(series: usize) -> Vec<[u8; 3]> {
    if series > 1 { vec![GREY, ORANGE] } else { vec![BLUE] }
}

/// The names of the series with their colours; gives where the bars begin.
fn legend(canvas: &mut Canvas, drawn: &Drawn<'_>, series: &[Text], y: f64) -> f64 {
    let mut x = 0.0;
    for (name, colour) in series.iter().zip(colours(series.len())) {
        let name = name.in_language(drawn.lang);
        canvas.rect([x, y, 14.0, 11.0], colour, 1.0);
        canvas.text([x + 20.0, y + 10.0], name, Look::soft(13));
        x += 36.0 + width_of(name, 13);
    }
    y + 22.0
}
