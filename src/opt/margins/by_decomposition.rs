//! Points of the optimum of a decomposition: what it learned serves every point.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::decomposition::{Decomposition, DecompositionOptions, Scheme};
use super::probe::{BLUR, Line, PRECISE, Point, Probe, ROUNDING};

/// Iterations of a decomposition for one point and for all, by its scheme.
const ROUNDS: [(usize, usize); 2] = [(25, 600), (12, 160)];

/// A decomposition that is asked again: what it learned serves every question.
pub(in super::super) struct DecompositionProbe<'d, 'a> {
    parts: &'d mut Decomposition<'a>,
    /// Right-hand sides of first-stage rows as they stand.
    rhs: Vec<f64>,
    /// Least size by which gaps are measured, and about how large the optimum and the levels are.
    unit: f64,
    optimum: f64,
    level: f64,
    /// With blocks joined by prices: bounds as the rows stand, with the prices that give them.
    lines: Vec<(f64, Vec<f64>)>,
    /// Rounds that may still be spent on points.
    rounds: usize,
}

impl<'d, 'a> DecompositionProbe<'d, 'a> {
    /// Asks `parts`, whose rows have the right-hand sides `rhs`, whose optimum is about `optimum` and whose samples are
    /// about `level`; gaps are measured by no less than `unit`.
    pub(in super::super) fn new(
        parts: &'d mut Decomposition<'a>,
        rhs: Vec<f64>,
        unit: f64,
        optimum: f64,
        level: f64,
    ) -> Self {
        let rounds = ROUNDS[usize::from(!parts.is_l_shaped())].1;
        Self { parts, rhs, unit, optimum, level, lines: Vec::new(), rounds }
    }

    /// With blocks joined by prices, the least of the known bounds with this right-hand side, and its slope.
    fn priced(&self, row: usize, rhs: f64) -> Option<(f64, f64)> {
        let lines = self.lines.iter().map(|(upper, prices)| {
            let slope = prices[row];
            (upper + slope * (rhs - self.rhs[row]), slope)
        });
        lines.min_by(|one, other| one.0.total_cmp(&other.0))
    }
}

impl Probe for DecompositionProbe<'_, '_> {
    fn restore(&mut self, row: usize, rhs: f64) {
        self.parts.set_rhs(row, rhs);
    }

    fn line(&mut self, row: usize, rhs: f64) -> Option<Line> {
        self.parts.set_rhs(row, rhs);
        let (upper, slope) = self.parts.estimate(row).ok()??;
        let (upper, slope) = if self.parts.is_l_shaped() { (upper, slope) } else { self.priced(row, rhs)? };
        Some(Line { at: rhs, upper, slope })
    }

    fn attained(&mut self) -> Option<f64> {
        self.parts.confirm().ok()
    }

    fn slope(&self, row: usize) -> Option<f64> {
        if self.parts.is_l_shaped() {
            return self.parts.slope(row);
        }
        self.priced(row, self.rhs[row]).map(|(_, slope)| slope)
    }

    fn solve(&mut self, row: usize, rhs: f64, open: f64) -> Option<Point> {
        let whole = self.parts.is_l_shaped();
        let most = ROUNDS[usize::from(!whole)].0.min(self.rounds);
        if most > 0 {
            let spent = AtomicUsize::new(0);
            let progress = |_| spent.fetch_add(1, Ordering::Relaxed) + 1 < most;
            let gap = (open / self.optimum.abs().max(self.unit)).max(1e-12);
            let options = DecompositionOptions {
                gap,
                unit: self.unit,
                scheme: Scheme::LShaped,
                groups: None,
                progress: &progress,
            };
            self.parts.set_rhs(row, rhs);
            let found = self.parts.solve(&options).ok()?;
            self.rounds = self.rounds.saturating_sub(spent.load(Ordering::Relaxed));
            if !whole {
                let slope = found.duals[row];
                self.lines.push((found.bound - slope * (rhs - self.rhs[row]), found.duals));
            }
            let mut point = self.look(row, rhs)?;
            point.lower = point.lower.max(found.objective);
            point.upper = point.upper.max(point.lower);
            return Some(point);
        }
        self.look(row, rhs)
    }

    fn precise(&self) -> f64 {
        if self.parts.is_l_shaped() { PRECISE[1] } else { PRECISE[2] }
    }

    fn rounding(&self) -> f64 {
        ROUNDING[1] * (self.optimum.abs() + self.level.abs())
    }

    fn blur(&self) -> f64 {
        if self.parts.is_l_shaped() { BLUR[1] } else { BLUR[2] }
    }

    fn by_bounds_alone(&self) -> bool {
        !self.parts.is_l_shaped()
    }
}
