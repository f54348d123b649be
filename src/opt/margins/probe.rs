//! Points of the optimum as a function of one right-hand side, and the programs that give them.

/// The slope of a program written out is known to this share of it, that of a model of cuts, that of a mix of proposals.
pub(super) const PRECISE: [f64; 3] = [1e-6, 1e-3, 5e-3];
/// Differences of amounts below this share of the largest amount cannot be told from what the solver leaves open: written
/// out, with one model of cuts, and with a mix of proposals.
pub(super) const BLUR: [f64; 3] = [1e-5, 1e-4, 1e-3];
/// Rounding of a sum, as a share of the size of its terms: written out, and of decompositions.
pub(super) const ROUNDING: [f64; 2] = [4e-12, 2e-11];

/// A bound on the optimum: with the amount r it is at most upper + slope (r − at).
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Line {
    pub(super) at: f64,
    pub(super) upper: f64,
    pub(super) slope: f64,
}

impl Line {
    /// The point at which decisions attain `lower`.
    pub(super) fn attaining(self, lower: f64) -> Point {
        Point { at: self.at, lower, upper: self.upper.max(lower), slope: self.slope }
    }
}

/// A point of the optimum where the amount is `at`: it lies between `lower` and `upper`, and with any other amount r it is at most
/// upper + slope (r − at).
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Point {
    pub(super) at: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) slope: f64,
}

impl Point {
    /// The gap between its bounds.
    pub(super) fn gap(&self) -> f64 {
        self.upper - self.lower
    }

    /// The bound that it gives at another amount.
    pub(super) fn line(&self, at: f64) -> f64 {
        self.upper + self.slope * (at - self.at)
    }
}

/// A program that can be solved again with another right-hand side. Nothing is known where no decisions keep the rows, or where
/// the solver gives up.
pub(in super::super) trait Probe {
    /// A bound on the optimum with this right-hand side, without much work.
    fn line(&mut self, row: usize, rhs: f64) -> Option<Line>;
    /// The value of the decisions behind the last line: a lower bound.
    fn attained(&mut self) -> Option<f64>;
    /// The slope of the bound at the last point in another row, whose right-hand side stands.
    fn slope(&self, row: usize) -> Option<f64>;
    /// A point with at most `open` between its bounds if that can be had.
    fn solve(&mut self, row: usize, rhs: f64, open: f64) -> Option<Point>;
    /// Puts a right-hand side back.
    fn restore(&mut self, row: usize, rhs: f64);
    /// The share of a slope to which it can be known.
    fn precise(&self) -> f64;
    /// The rounding error of an optimum.
    fn rounding(&self) -> f64;
    /// The share of the largest amount below which differences of amounts cannot be told.
    fn blur(&self) -> f64;
    /// True if duals are known too loosely to be told: only what proven bounds enclose is.
    fn by_bounds_alone(&self) -> bool;

    /// A point of the optimum with this right-hand side, without much work.
    fn look(&mut self, row: usize, rhs: f64) -> Option<Point> {
        let line = self.line(row, rhs)?;
        Some(line.attaining(self.attained()?))
    }
}
