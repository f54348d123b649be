//! Points of the optimum of a program that is written out, solved again from its last basis.

use super::super::decomposition::master::{Master, MasterOutcome, MasterRow};
use super::super::lp::LinearProgram;
use super::probe::{BLUR, Line, PRECISE, Point, Probe, ROUNDING};

/// Rows of a program that is first solved by the interior point.
const LARGE: usize = 4_000;

/// A program written out, solved again from its last basis.
pub(in super::super) struct WrittenProbe {
    master: Master,
    begun: bool,
    /// The optimum at the last point.
    value: f64,
}

impl WrittenProbe {
    pub(in super::super) fn new(lp: &LinearProgram) -> Self {
        let size = lp.columns.iter().map(|c| (c.objective * c.ceiling).abs()).filter(|s| s.is_finite());
        let mut master = Master::new(lp.columns.clone(), size.fold(0.0, f64::max));
        master.add_rows(lp.rows.iter().map(MasterRow::of).collect());
        Self { master, begun: false, value: 0.0 }
    }
}

impl Probe for WrittenProbe {
    fn restore(&mut self, row: usize, rhs: f64) {
        let own = &self.master.rows[row];
        let side = |old: f64| if old.is_finite() { rhs } else { old };
        let (lower, upper) = (side(own.lower), side(own.upper));
        self.master.set_row_bounds(row, lower, upper);
    }

    fn line(&mut self, row: usize, rhs: f64) -> Option<Line> {
        self.restore(row, rhs);
        let first = !std::mem::replace(&mut self.begun, true);
        let solved = if first && self.master.rows.len() > LARGE {
            self.master.solve_large()
        } else {
            self.master.solve()
        };
        let MasterOutcome::Bound(bound) = solved else { return None };
        let value = self.master.objective();
        let proven = (bound - value).abs() <= super::super::certificate::TOLERANCE * value.abs().max(1.0);
        // A vertex and its duals have one value; the bound counts what the solver's tolerances leave over.
        let slope = self.master.duals()[row];
        self.value = value;
        proven.then_some(Line { at: rhs, upper: value, slope })
    }

    fn attained(&mut self) -> Option<f64> {
        Some(self.value)
    }

    fn slope(&self, row: usize) -> Option<f64> {
        self.master.duals().get(row).copied()
    }

    fn solve(&mut self, row: usize, rhs: f64, _open: f64) -> Option<Point> {
        self.look(row, rhs)
    }

    fn precise(&self) -> f64 {
        PRECISE[0]
    }

    fn rounding(&self) -> f64 {
        let terms = self.master.columns.iter().zip(self.master.x()).map(|(c, x)| (c.objective * x).abs());
        ROUNDING[0] * terms.sum::<f64>()
    }

    fn blur(&self) -> f64 {
        BLUR[0]
    }

    fn by_bounds_alone(&self) -> bool {
        false
    }
}
