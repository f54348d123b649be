//! Switches over money: a whole number 0 or 1 that says whether a column is at its least value or at some least more. Both of its
//! rows say nothing as long as the switch is free, and are bounds of the column once it is not. Among many of them a model
//! does without the rows and without the switch, which would only make it degenerate.

use std::collections::BTreeMap;

use super::super::program::{Column, Row, Sense};
use super::problem::FirstStage;

/// A switch: off, `column` is at `off`; on, it is at least at `on`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Switch {
    /// The column that it is a switch of.
    pub(super) column: usize,
    pub(super) off: f64,
    pub(super) on: f64,
    /// Upper bound of the column.
    pub(super) upper: f64,
    /// Its rows.
    pub(super) rows: [usize; 2],
}

impl Switch {
    /// Where the switch stands: how far the column is on the way.
    pub(super) fn at(&self, value: f64) -> f64 {
        ((value - self.off) / (self.on - self.off)).clamp(0.0, 1.0)
    }

    /// Bounds of the column where the switch is within these.
    pub(super) fn bounds(&self, lower: f64, upper: f64) -> (f64, f64) {
        if upper < 0.5 {
            (self.off, self.off)
        } else if lower > 0.5 {
            (self.on, self.upper)
        } else {
            (self.off, self.upper)
        }
    }
}

/// The switches of a first stage by their columns: whole numbers from 0 to 1 in two rows and no more,
/// least · z − b ≤ −off and b − most · z ≤ off, that cost nothing.
pub(super) fn switches(first: FirstStage<'_>) -> BTreeMap<usize, Switch> {
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let whole =
        |column: &Column| column.integer && (column.lower, column.upper, column.objective) == (0.0, 1.0, 0.0);
    for (number, row) in first.rows.iter().enumerate() {
        for (j, _) in row.entries.iter().filter(|(j, _)| whole(&first.columns[*j])) {
            rows.entry(*j).or_default().push(number);
        }
    }
    let found = rows.into_iter().filter_map(|(z, rows)| {
        let [least, most] = <[usize; 2]>::try_from(rows).ok()?;
        let (column, weight, off) = pair(&first.rows[least], z, -1.0)?;
        let (other, room, also) = pair(&first.rows[most], z, 1.0)?;
        let own = &first.columns[column];
        let alike = column == other && off == -also && own.lower == also && !own.integer;
        let on = also + weight;
        // The switch says nothing in between only where it gives the column all the room that it has on.
        (alike && weight > 0.0 && -room >= weight).then_some((
            z,
            Switch { column, off: also, on, upper: own.upper.min(also - room), rows: [least, most] },
        ))
    });
    found.collect()
}

/// The column beside z in a row of two, with z's coefficient, where the column has `sign`; and the right-hand side.
fn pair(row: &Row, z: usize, sign: f64) -> Option<(usize, f64, f64)> {
    let [a, b] = row.entries.as_slice() else { return None };
    let ((_, weight), (column, other)) = if a.0 == z { (*a, *b) } else { (*b, *a) };
    (row.sense == Sense::AtMost && other == sign).then_some((column, weight, row.rhs))
}
