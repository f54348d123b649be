//! Rows that sleep until they are broken. A response is held down by many lines of which one or two bind at a time; a model
//! in which the others bound nothing takes fewer pivots. Each answer is looked at again with them, and the line that is broken most
//! of each response wakes, until none is: then the answer is that of all rows.

use std::collections::BTreeMap;

/// Lines of one column from which on those in between sleep.
const LINES: usize = 4;
/// By how much a row may be broken, in the solver's units: its own tolerance.
const BROKEN: f64 = 1e-9;

/// A line: a row that holds a column down beside a multiple of another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) row: usize,
    column: usize,
    /// By how much the column may rise for each unit of the other.
    slope: f64,
}

impl Line {
    /// The line that these entries of row number `row`, which has an upper bound alone, are; nothing where they are none.
    pub(super) fn of(row: usize, entries: &[(usize, f64)]) -> Option<Self> {
        let [a, b] = entries else { return None };
        let (held, other) = if a.1 > 0.0 { (a, b) } else { (b, a) };
        let is_line = held.1 > 0.0 && other.1 < 0.0;
        is_line.then_some(Self { row, column: held.0, slope: -other.1 / held.1 })
    }
}

/// Lines that sleep, in the order of their rows.
#[derive(Debug, Default)]
pub(super) struct Asleep(Vec<Line>);

impl Asleep {
    /// The lines that lie between the steepest and the flattest of their column, where it has many.
    pub(super) fn between(lines: impl Iterator<Item = Line>) -> Self {
        let mut columns: BTreeMap<usize, Vec<Line>> = BTreeMap::new();
        for line in lines {
            columns.entry(line.column).or_default().push(line);
        }
        let mut asleep = Vec::new();
        for mut own in columns.into_values().filter(|own| own.len() >= LINES) {
            own.sort_by(|a, b| a.slope.total_cmp(&b.slope).then(a.row.cmp(&b.row)));
            asleep.extend_from_slice(&own[1..own.len() - 1]);
        }
        asleep.sort_by_key(|line| line.row);
        Self(asleep)
    }

    /// The rows that sleep.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|line| line.row)
    }

    /// Wakes of each column the row that is broken most; `over` says by how much in the solver's units.
    pub(super) fn wake_broken(&mut self, over: impl Fn(usize) -> f64) -> Vec<usize> {
        let mut worst: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
        for line in &self.0 {
            let over = over(line.row);
            if over > BROKEN && worst.get(&line.column).is_none_or(|(most, _)| over > *most) {
                worst.insert(line.column, (over, line.row));
            }
        }
        self.0.retain(|line| worst.get(&line.column).is_none_or(|(_, row)| *row != line.row));
        worst.into_values().map(|(_, row)| row).collect()
    }

    /// Wakes all rows.
    pub(super) fn wake_all(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.0).into_iter().map(|line| line.row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five lines over column 1 of slopes 5, 4, 3, 2, 1 (rows 0 to 4): rows 1 to 3 sleep. Row 2 is broken by 2, row 3 by 1: row 2 wakes,
    /// then, broken still, row 3, then none. Three lines of another column all stay awake.
    #[test]
    fn the_line_that_is_broken_most_wakes_first() {
        let five = (0..5).filter_map(|n| Line::of(n, &[(0, n as f64 - 5.0), (1, 1.0)]));
        let three = (5..8).filter_map(|n| Line::of(n, &[(2, 1.0), (3, -(n as f64))]));
        let mut asleep = Asleep::between(five.chain(three));
        assert_eq!(asleep.rows().collect::<Vec<_>>(), [1, 2, 3]);
        let over = |row: usize| [0.0, 0.0, 2.0, 1.0][row];
        assert_eq!(asleep.wake_broken(over), [2]);
        assert_eq!(asleep.wake_broken(over), [3]);
        assert!(asleep.wake_broken(over).is_empty());
        assert_eq!(asleep.wake_all(), [1]);
        assert!(Line::of(0, &[(0, 1.0), (1, 1.0)]).is_none() && Line::of(0, &[(0, 1.0)]).is_none());
    }
}
