//! A chain drawn downwards, layer by layer: boxes with how often each holds the chain back, before and after.

use super::super::page::{Cell, Table, words};
use super::canvas::{Canvas, Drawn, GREY, INK, Look, ORANGE, PALE, SOFT, Side, WHITE, width_of, wrapped};
use super::stand::{Box, Layer};
use crate::report::language::Lang;

/// The table of a chain.
pub(super) fn table(layers: &[Layer]) -> Table {
    let headings = vec![
        words("stage", "tahap"),
        words("process", "proses"),
        words("held back by", "yang membatasi"),
        words("without the plan", "tanpa rencana"),
        words("with the plan", "dengan rencana"),
    ];
    let mut table = Table::new(headings, 3);
    for (layer, own) in layers.iter().flat_map(|layer| layer.boxes.iter().map(move |own| (layer, own))) {
        let held = own.held_by.clone().map_or(Cell::Empty, Cell::Words);
        let shares = own.shares.map(Cell::Share);
        let [before, after] = shares;
        table.row(vec![Cell::Words(layer.name.clone()), Cell::Words(own.name.clone()), held, before, after]);
    }
    table
}

/// Boxes of a layer side by side at most; more go on in a row below.
fn across(canvas: &Canvas) -> usize {
    if canvas.is_narrow() { 2 } else { 4 }
}

/// A box where it stands: left, top, width, height.
type Stand = [f64; 4];

/// Draws `layers` with the `edges` between their boxes.
pub(super) fn draw(
    canvas: &mut Canvas,
    drawn: &Drawn<'_>,
    layers: &[Layer],
    edges: &[([usize; 2], [usize; 2])],
) {
    let most = across(canvas);
    let (height, gap) = (84.0, 26.0);
    let mut y = legend(canvas, drawn);
    let mut stands: Vec<Vec<Stand>> = Vec::new();
    let mut names = Vec::new();
    for layer in layers {
        names.push(y + 12.0);
        y += 18.0;
        let mut row = Vec::new();
        for own in layer.boxes.chunks(most) {
            let width = (canvas.width - 12.0 * (most - 1) as f64) / most as f64;
            let used = width * own.len() as f64 + 12.0 * (own.len() - 1) as f64;
            let left = (canvas.width - used) / 2.0;
            for place in 0..own.len() {
                row.push([left + place as f64 * (width + 12.0), y, width, height]);
            }
            y += height + 10.0;
        }
        y += gap - 10.0;
        stands.push(row);
    }
    let find = |[layer, place]: [usize; 2]| stands.get(layer).and_then(|row| row.get(place)).copied();
    for (from, to) in edges {
        let (Some(a), Some(b)) = (find(*from), find(*to)) else { continue };
        let (x1, y1, x2, y2) = (a[0] + a[2] / 2.0, a[1] + a[3], b[0] + b[2] / 2.0, b[1]);
        let middle = f64::midpoint(y1, y2);
        canvas.stroke(
            format!("M{x1:.1} {y1:.1} C{x1:.1} {middle:.1} {x2:.1} {middle:.1} {x2:.1} {y2:.1}"),
            GREY,
            1.4,
        );
        let tip =
            format!("M{:.1} {:.1} L{x2:.1} {y2:.1} L{:.1} {:.1} Z", x2 - 4.0, y2 - 7.0, x2 + 4.0, y2 - 7.0);
        canvas.area(tip, SOFT, 1.0);
    }
    for (layer, at) in layers.iter().zip(&names) {
        canvas.text_above([0.0, *at], layer.name.in_language(drawn.lang), Look::soft(12).bold());
    }
    for (layer, row) in layers.iter().zip(&stands) {
        for (own, stand) in layer.boxes.iter().zip(row) {
            draw_box(canvas, drawn, own, *stand);
        }
    }
    canvas.height = y - gap + 14.0;
}

fn draw_box(canvas: &mut Canvas, drawn: &Drawn<'_>, own: &Box, [x, y, width, height]: Stand) {
    let [before, after] = own.shares;
    // What holds often with the plan is filled the more.
    canvas.framed([x, y, width, height], WHITE, SOFT);
    canvas.rect([x + 1.0, y + 1.0, width - 2.0, height - 2.0], ORANGE, 0.28 * after.clamp(0.0, 1.0));
    let size: u32 = if canvas.is_narrow() { 12 } else { 13 };
    let mut at = y + 15.0;
    for line in wrapped(own.name.in_language(drawn.lang), size, (width - 14.0) / 1.13, 2) {
        canvas.text([x + 7.0, at], line, Look::plain(size).bold());
        at += f64::from(size) + 2.0;
    }
    if let Some(held) = &own.held_by {
        let lines = if at < y + 32.0 { 2 } else { 1 };
        for line in wrapped(held.in_language(drawn.lang), 11, width - 14.0, lines) {
            canvas.text([x + 7.0, at], line, Look::soft(11));
            at += 13.0;
        }
    }
    if own.held_by.is_some() {
        let room = width - 14.0 - width_of("100 %", 11) - 4.0;
        for (share, colour, below) in [(before, GREY, 20.0), (after, ORANGE, 8.0)] {
            let middle = y + height - below;
            canvas.rect([x + 7.0, middle - 4.0, room, 8.0], PALE, 0.7);
            canvas.rect([x + 7.0, middle - 4.0, room * share.clamp(0.0, 1.0), 8.0], colour, 1.0);
            let look = Look { colour: INK, ..Look::plain(11) };
            canvas.text([x + width - 7.0, middle + 4.0], drawn.lang.percent(share), look.on(Side::Right));
        }
    }
}

fn legend(canvas: &mut Canvas, drawn: &Drawn<'_>) -> f64 {
    let narrow = canvas.is_narrow();
    let names = match drawn.lang {
        Lang::Id => ["membatasi tanpa rencana", "dengan rencana"],
        Lang::En => ["holds back without the plan", "with the plan"],
    };
    let mut x = 0.0;
    for (name, colour) in names.into_iter().zip([GREY, ORANGE]) {
        canvas.rect([x, 2.0, 14.0, 11.0], colour, 1.0);
        let size = if narrow { 12 } else { 13 };
        canvas.text([x + 20.0, 12.0], name, Look::soft(size));
        x += 36.0 + width_of(name, size);
    }
    28.0
}
