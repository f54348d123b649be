//! Amounts that flow from column to column (a Sankey diagram, after Schmidt, Journal of Industrial Ecology 12, 2008).

use super::super::language::Text;
use super::canvas::{Canvas, Drawn, Look, PALETTE, wrapped};
use super::data::Link;

/// Width of a node [px].
const NODE: f64 = 10.0;

/// Room between nodes of a column [px].
const GAP: f64 = 16.0;

/// A node where it stands.
struct Node<'a> {
    name: &'a Text,
    amount: f64,
    y: f64,
    height: f64,
    /// Where the next flow out and in joins.
    out: f64,
    into: f64,
}

/// Draws the flows under the `headings` of their columns.
pub(super) fn draw(canvas: &mut Canvas, drawn: &Drawn<'_>, headings: &[Text], links: &[Link]) {
    let narrow = canvas.is_narrow();
    let size: u32 = if narrow { 11 } else { 13 };
    let columns = columns(headings.len(), links);
    let top = if narrow { 44.0 } else { 28.0 };
    let total =
        columns.iter().map(|nodes| nodes.iter().map(|node| node.amount).sum::<f64>()).fold(0.0, f64::max);
    // Every node has room for its label: the scale is set by the amounts, the height by the fullest column.
    let slot = 3.0 * (f64::from(size) + 2.0);
    let scale = if total > 0.0 { 300.0 / total } else { 0.0 };
    let need = |nodes: &Vec<Node<'_>>| {
        let slots: f64 = nodes.iter().map(|node| (node.amount * scale).max(slot)).sum();
        slots + GAP * nodes.len().saturating_sub(1) as f64
    };
    let height = columns.iter().map(need).fold(240.0, f64::max);
    let mut columns = columns;
    for nodes in &mut columns {
        stack(nodes, [top, height, slot], scale);
    }
    let last_label = if narrow { 92.0 } else { 170.0 };
    let step = (canvas.width - NODE - last_label) / headings.len().saturating_sub(1).max(1) as f64;
    let x = |column: usize| column as f64 * step;
    for (column, heading) in headings.iter().enumerate() {
        for (line, text) in
            wrapped(heading.in_language(drawn.lang), size, step - 4.0, 2).into_iter().enumerate()
        {
            canvas.text([x(column), 13.0 + 14.0 * line as f64], text, Look::soft(size).bold());
        }
    }
    for link in links {
        let ends = (place(&columns, link.column, &link.from), place(&columns, link.column + 1, &link.to));
        let (Some(from), Some(to)) = ends else { continue };
        let width = link.amount * scale;
        let start = columns[link.column][from].out;
        let end = columns[link.column + 1][to].into;
        columns[link.column][from].out += width;
        columns[link.column + 1][to].into += width;
        let (x1, x2) = (x(link.column) + NODE, x(link.column + 1));
        let middle = f64::midpoint(x1, x2);
        let d = format!(
            "M{x1:.1} {start:.1} C{middle:.1} {start:.1} {middle:.1} {end:.1} {x2:.1} {end:.1} L{x2:.1} {:.1} C{middle:.1} {:.1} {middle:.1} {:.1} {x1:.1} {:.1} Z",
            end + width,
            end + width,
            start + width,
            start + width
        );
        canvas.area(d, PALETTE[from % PALETTE.len()], 0.38);
    }
    for (column, nodes) in columns.iter().enumerate() {
        let last = column + 1 == columns.len();
        let room = if last { last_label } else { step } - NODE - 8.0;
        for (number, node) in nodes.iter().enumerate() {
            canvas.rect([x(column), node.y, NODE, node.height], PALETTE[number % PALETTE.len()], 1.0);
            label(canvas, drawn, node, [x(column) + NODE + 5.0, room], size);
        }
    }
    canvas.height = top + height + 8.0;
}

fn label(canvas: &mut Canvas, drawn: &Drawn<'_>, node: &Node<'_>, [x, room]: [f64; 2], size: u32) {
    let line = f64::from(size) + 2.0;
    let mut lines = wrapped(node.name.in_language(drawn.lang), size, room, 2);
    let name_lines = lines.len();
    lines.push(drawn.say(node.amount));
    let first = node.y + node.height / 2.0 - line * lines.len() as f64 / 2.0 + line * 0.78;
    for (number, text) in lines.iter().enumerate() {
        let look = Look::plain(size);
        let look = if number < name_lines { look } else { look.bold() };
        canvas.text_above([x, first + line * number as f64], text, look);
    }
}

/// The nodes of each column, the largest first.
fn columns(count: usize, links: &[Link]) -> Vec<Vec<Node<'_>>> {
    let mut columns: Vec<Vec<Node<'_>>> = (0..count).map(|_| Vec::new()).collect();
    let mut flows: Vec<[Vec<(&Text, f64)>; 2]> = (0..count).map(|_| [Vec::new(), Vec::new()]).collect();
    for link in links.iter().filter(|link| link.column + 1 < count) {
        flows[link.column][0].push((&link.from, link.amount));
        flows[link.column + 1][1].push((&link.to, link.amount));
    }
    for (nodes, [out, into]) in columns.iter_mut().zip(&flows) {
        // A node is as large as what flows out of it, or into it, whichever is more.
        for (name, _) in out.iter().chain(into) {
            if nodes.iter().any(|node: &Node<'_>| node.name == *name) {
                continue;
            }
            let sum =
                |list: &[(&Text, f64)]| list.iter().filter(|(n, _)| n == name).map(|(_, a)| a).sum::<f64>();
            let amount = sum(out).max(sum(into));
            nodes.push(Node { name, amount, y: 0.0, height: 0.0, out: 0.0, into: 0.0 });
        }
        nodes.sort_by(|a, b| b.amount.total_cmp(&a.amount).then_with(|| a.name.cmp(b.name)));
    }
    columns
}

/// Stacks the nodes of a column, each with room for its label, spread over the height.
fn stack(nodes: &mut [Node<'_>], [top, height, label]: [f64; 3], scale: f64) {
    let slots: f64 = nodes.iter().map(|node| (node.amount * scale).max(label)).sum();
    let gaps = nodes.len().saturating_sub(1).max(1) as f64;
    let gap = ((height - slots) / gaps).clamp(0.0, 4.0 * GAP);
    let used = slots + gap * nodes.len().saturating_sub(1) as f64;
    let mut y = top + (height - used) / 2.0;
    for node in nodes {
        let own = node.amount * scale;
        let slot = own.max(label);
        node.y = y + (slot - own) / 2.0;
        node.height = own.max(1.0);
        node.out = node.y;
        node.into = node.y;
        y += slot + gap;
    }
}

fn place(columns: &[Vec<Node<'_>>], column: usize, name: &Text) -> Option<usize> {
    columns.get(column)?.iter().position(|node| node.name == name)
}
