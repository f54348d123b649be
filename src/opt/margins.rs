//! What the amounts of budgets, floors and caps are worth at the margin: the one-sided derivatives of the optimum in them,
//! and how far each holds.
//!
//! The optimum V(r) as a function of one right-hand side r is concave (Birge and Louveaux 1997, section 3.1), so that it has
//! a slope below and one above the amount that stands, the first no less than the second. They differ where the optimum is
//! degenerate; a solver's dual is some number between them, and may be far above both where the amount is 0.
//!
//! A slope is the dual of a point close by whose line (V as the duals there bound it, everywhere) meets the optimum at the
//! point and at the amount that stands: between two points of a line a concave function is that line. Where it does not
//! meet, V bends in between, and the next point is where the two lines cross (Newton's method for a piecewise linear function,
//! finite). What neither way settles to a fiftieth is not told.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::decomposition::master::{Master, MasterRow, Solved};
use super::decomposition::{Decomposition, DecompositionOptions, Way};
use super::lp::LinearProgram;

/// The first point looked at, as a share of the amount's size.
const STEP: f64 = 0.01;
/// How far beyond the amount it is looked, as a share of its size.
pub(super) const REACH: f64 = 0.2;
/// An amount far below the others is taken to be of this share of their size, so that a point close by can be told apart.
const LEAST_SIZE: f64 = 0.1;
/// A slope holds as far as the average slope on the way differs from it by no more than this share.
const HOLDS: f64 = 0.02;
/// Points tried for an end, and for a slope.
const TRIES: usize = 4;
const STEPS: usize = 16;
/// The slope of a program written out is known to this share of it, that of a model of cuts, that of a mix of proposals.
const PRECISE: [f64; 3] = [1e-6, 1e-3, 5e-3];
/// No slope is told that may be wrong by more than this share.
const LOOSE: f64 = 0.02;
/// A slope below this share of the largest is measured by that share.
const SMALL: f64 = 0.01;
/// A row that leaves this share of its size unused holds nothing.
const UNUSED: f64 = 0.05;
/// Where nothing keeps the rows at a point, nearer ones are tried down to this share of the size: beyond, the solver's
/// tolerances would call anything feasible.
const NEAREST: f64 = 1e-6;
/// Differences of amounts below this share of the largest amount cannot be told from what the solver leaves open: written
/// out, with one model of cuts, and with a mix of proposals.
const BLUR: [f64; 3] = [1e-5, 1e-4, 1e-3];
/// Rounding of a sum, as a share of the size of its terms: written out, and of decompositions.
const ROUNDING: [f64; 2] = [4e-12, 2e-11];
/// Optima whose bounds differ by this share of their size have the duals of a vertex.
const AT_A_VERTEX: f64 = 1e-9;
/// Relative gap to which the optimum as it stands is known at first.
const FINE: f64 = 1e-7;
/// Iterations of a decomposition for one point and for all, by its way: one model, prices.
const ROUNDS: [(usize, usize); 2] = [(25, 600), (12, 160)];
/// Rows of a program that is first solved by the interior point.
const LARGE: usize = 4_000;

/// A slope of the optimum in an amount, on one side of what stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Change of the optimum per unit by which the amount is raised: not below zero for a budget or a cap, not above zero
    /// for a floor.
    pub worth: f64,
    /// The amount to which it holds.
    pub holds_to: f64,
    /// It holds there still: no further was looked.
    pub open: bool,
}

/// What an amount is worth at the margin: the one-sided derivatives of the optimum in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin {
    /// The amount that stands.
    pub amount: f64,
    /// Below it: what the last unit brings. Nothing where there is no derivative (the amount is zero, or no decisions keep
    /// the rules with less) or none that can be told from what the solver leaves open.
    pub below: Option<Slope>,
    /// Above it: what the next unit brings. Nothing where no decisions keep the rules with more, or as below.
    pub above: Option<Slope>,
}

/// What is known of the optimum where the amount is `at`: it lies between `lower` and `upper`, and with any other amount r it
/// is at most upper + slope (r − at).
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    at: f64,
    lower: f64,
    upper: f64,
    slope: f64,
}

impl Point {
    fn gap(&self) -> f64 {
        self.upper - self.lower
    }

    fn line(&self, at: f64) -> f64 {
        self.upper + self.slope * (at - self.at)
    }
}

/// What can be solved again with another right-hand side. Nothing is known where no decisions keep the rows, or where the
/// solver gives up.
pub(super) trait Probe {
    /// What is known of the optimum with this right-hand side without much work.
    fn look(&mut self, row: usize, rhs: f64) -> Option<Point>;
    /// The same, with at most `open` between the bounds if that can be had.
    fn solve(&mut self, row: usize, rhs: f64, open: f64) -> Option<Point>;
    /// Puts a right-hand side back.
    fn restore(&mut self, row: usize, rhs: f64);
    /// The share of a slope to which it can be known.
    fn precise(&self) -> f64;
    /// What rounding may add to an optimum.
    fn rounding(&self) -> f64;
    /// The share of the largest amount below which differences of amounts cannot be told.
    fn blur(&self) -> f64;
    /// True if duals are known too loosely to be told: only what proven bounds enclose is.
    fn by_bounds_alone(&self) -> bool;
}

/// A right-hand side that is an amount: its row, what it is, and how much of it is not taken up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) row: usize,
    pub(super) rhs: f64,
    pub(super) slack: f64,
    /// It is a floor.
    pub(super) floor: bool,
}

/// The sizes by which slopes are measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// A typical amount; above zero.
    pub(super) amount: f64,
    /// About how large the optimum is; above zero.
    pub(super) optimum: f64,
    /// The least difference between amounts that the solver's tolerances can tell.
    pub(super) least: f64,
}

/// The margins of `amounts`. Right-hand sides are in the end as they were.
pub(super) fn margins(probe: &mut dyn Probe, amounts: &[Amount], sizes: Sizes) -> Vec<Margin> {
    let none = |amount: &Amount| Margin { amount: amount.rhs, below: None, above: None };
    let Some(first) = amounts.first() else { return Vec::new() };
    let Some(mut known) = probe.solve(first.row, first.rhs, FINE * sizes.optimum) else {
        return amounts.iter().map(none).collect();
    };
    let here: Vec<Option<Point>> = amounts.iter().map(|a| probe.look(a.row, a.rhs)).collect();
    let dearest = here.iter().flatten().map(|point| point.slope.abs()).fold(0.0, f64::max);
    amounts
        .iter()
        .zip(here)
        .map(|(amount, here)| {
            let Some(mut base) = here else { return none(amount) };
            base.lower = base.lower.max(known.lower);
            let mut search = Search {
                probe: &mut *probe,
                amount: *amount,
                base,
                asked: f64::INFINITY,
                dearest,
                least: sizes.least,
                between: (f64::NEG_INFINITY, f64::INFINITY),
            };
            let found = search.margin(sizes.amount);
            known = search.base;
            probe.restore(amount.row, amount.rhs);
            found
        })
        .collect()
}

/// The search for the slopes of one amount.
struct Search<'p> {
    probe: &'p mut dyn Probe,
    amount: Amount,
    /// The optimum as it stands.
    base: Point,
    /// The least gap that was asked for there.
    asked: f64,
    /// The largest slope of all amounts.
    dearest: f64,
    /// No point is nearer than this.
    least: f64,
    /// Both slopes lie between these.
    between: (f64, f64),
}

impl Search<'_> {
    fn margin(&mut self, typical: f64) -> Margin {
        let Amount { rhs, slack, floor, .. } = self.amount;
        let size = rhs.abs().max(LEAST_SIZE * typical);
        let (step, reach) = (STEP * size, REACH * size);
        if self.probe.by_bounds_alone() {
            return self.enclosed_margin(size);
        }
        let unused = slack > UNUSED * size && self.base.slope.abs() <= self.measure(0.0);
        if unused {
            // A row that leaves room is worth nothing, as far as that goes on one side, and on the other (concavity).
            let (down, up) = if floor { (reach, slack.min(reach)) } else { (slack.min(reach), reach) };
            let below =
                Slope { worth: 0.0, holds_to: rhs - down.min(rhs), open: down >= reach && rhs > reach };
            let above = Slope { worth: 0.0, holds_to: rhs + up, open: up >= reach };
            return Margin { amount: rhs, below: (rhs > 0.0).then_some(below), above: Some(above) };
        }
        let nearest = NEAREST * size;
        let mut below = None;
        if rhs > 0.0 {
            below = self.settle(-1.0, step.min(0.5 * rhs), nearest);
        }
        let mut above = self.settle(1.0, step, nearest);
        if self.probe.precise() > PRECISE[0] && (above.is_none() || below.is_none() && rhs > 0.0) {
            self.enclose(size);
            let (low, high) = self.between;
            let low = above.map_or(low, |(worth, _)| worth);
            let high = below.map_or(high, |(worth, _)| worth);
            if low.is_finite()
                && high.is_finite()
                && high - low <= LOOSE * self.scale(low.abs().max(high.abs()))
            {
                let middle = (0.5 * (low + high), 0.0);
                above = above.or(Some(middle));
                below = below.or((rhs > 0.0).then_some(middle));
            }
        }
        if let (Some((last, to)), Some((next, from))) = (below, above) {
            let allowed = 2.0 * self.measure(last.abs().max(next.abs()));
            if (last - next).abs() <= allowed {
                // The same but for what is left open.
                let middle = 0.5 * (last + next);
                (below, above) = (Some((middle, to)), Some((middle, from)));
            } else if last < next {
                // The optimum is concave: one of them is wrong.
                (below, above) = (None, None);
            }
        }
        let below = below.map(|(worth, near)| self.holding(-1.0, worth, (near, reach.min(rhs))));
        let above = above.map(|(worth, near)| self.holding(1.0, worth, (near, reach)));
        let below = below.map(|slope| Slope { open: slope.open && reach < rhs, ..slope });
        Margin { amount: rhs, below, above }
    }

    /// The margin by proven bounds alone: both slopes lie between the averages beyond the amount and before it. Told where
    /// these leave no more open than [`LOOSE`], so that an amount at a bend, or of nothing, has none.
    fn enclosed_margin(&mut self, size: f64) -> Margin {
        let rhs = self.amount.rhs;
        self.enclose(size);
        let (low, high) = self.between;
        let told = low.is_finite()
            && high.is_finite()
            && low <= high
            && high - low <= LOOSE * self.scale(low.abs().max(high.abs()));
        let worth = 0.5 * (low + high);
        let reach = REACH * size;
        let near = (2.0 * STEP * size).min(rhs);
        let side = |search: &mut Self, side: f64, reach: f64| {
            told.then(|| search.holding(side, worth, (near, reach)))
        };
        let below =
            side(self, -1.0, reach.min(rhs)).map(|slope| Slope { open: slope.open && reach < rhs, ..slope });
        Margin { amount: rhs, below, above: side(self, 1.0, reach) }
    }

    /// The size by which a slope is measured: its own, but no less than a share of the largest.
    fn scale(&self, slope: f64) -> f64 {
        slope.max(SMALL * self.dearest)
    }

    /// How far a slope may be from the truth.
    fn measure(&self, slope: f64) -> f64 {
        self.probe.precise() * self.scale(slope)
    }

    /// The slope on one side and a distance over which it holds, by points ever nearer from `step` on.
    fn settle(&mut self, side: f64, step: f64, nearest: f64) -> Option<(f64, f64)> {
        let (row, rhs) = (self.amount.row, self.amount.rhs);
        if step < self.least {
            return None;
        }
        let mut distance = step;
        let mut solved = false;
        let mut best: Option<(f64, f64, f64)> = None;
        let mut point = self.probe.look(row, rhs + side * distance);
        for _ in 0..STEPS {
            let Some(far) = point else {
                distance *= 0.125;
                if distance < nearest.max(self.least) {
                    return None;
                }
                point = self.probe.look(row, rhs + side * distance);
                continue;
            };
            self.enclosed_by(&far);
            let (worth, off) = self.best_line(&far);
            let scale = self.scale(worth.abs()) * distance;
            let rounding = 2.0 * self.probe.rounding();
            let open = (self.probe.precise() * scale).max(rounding);
            let told_apart = rounding <= LOOSE * scale;
            if told_apart && off <= open || self.agree(&far) {
                return Some((worth, distance));
            }
            if told_apart && best.is_none_or(|(_, _, least)| off / scale < least) {
                best = Some((worth, distance, off / scale));
            }
            if !told_apart && self.dearest > 0.0 {
                break;
            }
            let wanted = 0.25 * open;
            if self.base.gap() > wanted && self.refine(wanted) {
                solved = false;
                continue;
            }
            if far.gap() > wanted && !solved {
                solved = true;
                point = self.probe.solve(row, rhs + side * distance, wanted).or(point);
                continue;
            }
            // The optimum bends between the two points: where their lines cross.
            let turn = side * (self.base.slope - far.slope);
            let cross = (far.line(rhs) - self.base.upper) / turn;
            distance *= if turn > 0.0 { (cross / distance).clamp(0.01, 0.9) } else { 0.25 };
            if distance < self.least {
                break;
            }
            solved = false;
            point = self.probe.look(row, rhs + side * distance);
        }
        best.filter(|(_, _, share)| *share <= LOOSE).map(|(worth, distance, _)| (worth, distance))
    }

    /// The slope of the line that is off by least at the amount that stands and at a point, and by how much.
    fn best_line(&self, far: &Point) -> (f64, f64) {
        let off = |line: &Point| {
            (line.slope, line.line(self.base.at) - self.base.lower + line.line(far.at) - far.lower)
        };
        let (near, other) = (off(&self.base), off(far));
        if near.1 < other.1 { near } else { other }
    }

    /// True if the duals here and there are those of vertices and the same: the slope in between is neither less nor more.
    fn agree(&self, far: &Point) -> bool {
        let slope = self.base.slope;
        let vertex = AT_A_VERTEX * self.base.upper.abs().max(1e3 * self.probe.rounding());
        (slope - far.slope).abs() <= self.measure(slope.abs()) && self.base.gap().max(far.gap()) <= vertex
    }

    /// Learns the optimum as it stands more closely. False if that was tried before.
    fn refine(&mut self, open: f64) -> bool {
        if open >= 0.5 * self.asked {
            return false;
        }
        self.asked = open;
        let Some(found) = self.probe.solve(self.amount.row, self.amount.rhs, open) else { return false };
        let lower = self.base.lower.max(found.lower);
        self.base = Point { lower, ..if found.upper <= self.base.upper { found } else { self.base } };
        true
    }

    /// What a point says of the slopes: average slopes beyond the amount are no more than both, those before it no less.
    fn enclosed_by(&mut self, far: &Point) {
        let run = far.at - self.base.at;
        let average = (far.lower - self.base.upper) / run;
        if run > 0.0 {
            self.between.0 = self.between.0.max(average);
        } else if run < 0.0 {
            self.between.1 = self.between.1.min(average);
        }
    }

    /// Looks at points further off for what they say of the slopes.
    fn enclose(&mut self, size: f64) {
        let Amount { row, rhs, .. } = self.amount;
        for share in [2.0 * STEP, 5.0 * STEP, 10.0 * STEP, REACH] {
            for side in [-1.0, 1.0] {
                let at = rhs + side * share * size;
                if at >= 0.0
                    && share * size >= self.least
                    && let Some(far) = self.probe.look(row, at)
                {
                    self.enclosed_by(&far);
                }
            }
        }
    }

    /// How far a slope holds, which holds over the distance `near`, looked for as far as `reach`.
    fn holding(&mut self, side: f64, worth: f64, (near, reach): (f64, f64)) -> Slope {
        let (row, rhs) = (self.amount.row, self.amount.rhs);
        let worth = if worth == 0.0 { 0.0 } else { worth };
        let value = 0.5 * (self.base.lower + self.base.upper);
        let noise = self.base.gap() + 2.0 * self.probe.rounding();
        let line = |at: f64| value + worth * (at - rhs);
        let departs = |at: f64, value: f64| line(at) - value > HOLDS * (worth * (at - rhs)).abs() + noise;
        let nearest = rhs + side * near;
        let mut at = rhs + side * reach;
        let mut open = true;
        for _ in 0..TRIES {
            if side * (at - nearest) <= 0.0 {
                break;
            }
            let next = match self.probe.look(row, at) {
                // Where the line of this point meets that of the slope.
                Some(far) if departs(at, far.upper) => at - (far.upper - line(at)) / (far.slope - worth),
                Some(far) if !departs(at, far.lower) => return Slope { worth, holds_to: at, open },
                // No decisions are known that keep the rows there, or none that are worth as much.
                _ => 0.5 * (at + nearest),
            };
            open = false;
            at = if side * (next - nearest) > 0.0 && side * (at - next) > 0.0 { next } else { nearest };
        }
        Slope { worth, holds_to: nearest, open: false }
    }
}

/// A decomposition that is asked again: what it learned serves every question.
pub(super) struct Asked<'d, 'a> {
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

impl<'d, 'a> Asked<'d, 'a> {
    /// Asks `parts`, whose rows have the right-hand sides `rhs`, whose optimum is about `optimum` and whose samples are
    /// about `level`; gaps are measured by no less than `unit`.
    pub(super) fn new(
        parts: &'d mut Decomposition<'a>,
        rhs: Vec<f64>,
        (optimum, level): (f64, f64),
        unit: f64,
    ) -> Self {
        let rounds = ROUNDS[usize::from(!parts.is_whole())].1;
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

impl Probe for Asked<'_, '_> {
    fn restore(&mut self, row: usize, rhs: f64) {
        self.parts.set_rhs(row, rhs);
    }

    fn look(&mut self, row: usize, rhs: f64) -> Option<Point> {
        self.parts.set_rhs(row, rhs);
        let (upper, slope) = self.parts.estimate(row).ok()??;
        let lower = self.parts.confirm().ok()?;
        let (upper, slope) = if self.parts.is_whole() { (upper, slope) } else { self.priced(row, rhs)? };
        Some(Point { at: rhs, lower, upper: upper.max(lower), slope })
    }

    fn solve(&mut self, row: usize, rhs: f64, open: f64) -> Option<Point> {
        let whole = self.parts.is_whole();
        let most = ROUNDS[usize::from(!whole)].0.min(self.rounds);
        if most > 0 {
            let spent = AtomicUsize::new(0);
            let progress = |_| spent.fetch_add(1, Ordering::Relaxed) + 1 < most;
            let gap = (open / self.optimum.abs().max(self.unit)).max(1e-12);
            let options = DecompositionOptions {
                gap,
                unit: self.unit,
                way: Way::Whole,
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
        if self.parts.is_whole() { PRECISE[1] } else { PRECISE[2] }
    }

    fn rounding(&self) -> f64 {
        ROUNDING[1] * (self.optimum.abs() + self.level.abs())
    }

    fn blur(&self) -> f64 {
        if self.parts.is_whole() { BLUR[1] } else { BLUR[2] }
    }

    fn by_bounds_alone(&self) -> bool {
        !self.parts.is_whole()
    }
}

/// A program written out, solved again from its last basis.
pub(super) struct Written {
    master: Master,
    begun: bool,
}

impl Written {
    pub(super) fn new(lp: &LinearProgram) -> Self {
        let size = lp.columns.iter().map(|c| (c.objective * c.ceiling).abs()).filter(|s| s.is_finite());
        let mut master = Master::new(lp.columns.clone(), size.fold(0.0, f64::max));
        master.add_rows(lp.rows.iter().map(MasterRow::of).collect());
        Self { master, begun: false }
    }
}

impl Probe for Written {
    fn restore(&mut self, row: usize, rhs: f64) {
        let own = &self.master.rows[row];
        let side = |old: f64| if old.is_finite() { rhs } else { old };
        let (lower, upper) = (side(own.lower), side(own.upper));
        self.master.set_row_bounds(row, lower, upper);
    }

    fn look(&mut self, row: usize, rhs: f64) -> Option<Point> {
        self.restore(row, rhs);
        let first = !std::mem::replace(&mut self.begun, true);
        let solved = if first && self.master.rows.len() > LARGE {
            self.master.solve_large()
        } else {
            self.master.solve()
        };
        let Solved::Bound(bound) = solved else { return None };
        let value = self.master.objective();
        let proven = (bound - value).abs() <= super::certificate::TOLERANCE * value.abs().max(1.0);
        // A vertex and its duals have one value; the bound counts what the solver's tolerances leave over.
        let slope = self.master.duals()[row];
        proven.then_some(Point { at: rhs, lower: value, upper: value, slope })
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

#[cfg(test)]
mod tests {
    use super::super::program::{Column, Row, Sense};
    use super::*;

    /// Three lines of business at 3, 2 and 1 a rupiah, open to 10, 5 and 5 rupiah, and a floor of 2 under the last:
    /// V(r) rises at 3 from 2 to 12, at 2 to 17, at 1 to 20.
    fn business(budget: f64) -> Written {
        let column = |worth: f64, most: f64| Column::between(0.0, most, worth, most);
        Written::new(&LinearProgram {
            columns: vec![column(3.0, 10.0), column(2.0, 5.0), column(1.0, 5.0)],
            rows: vec![
                Row { entries: vec![(0, 1.0), (1, 1.0), (2, 1.0)], sense: Sense::AtMost, rhs: budget },
                Row { entries: vec![(2, 1.0)], sense: Sense::AtLeast, rhs: 2.0 },
            ],
        })
    }

    fn one(budget: f64, row: usize, rhs: f64, slack: f64) -> Margin {
        let sizes = Sizes { amount: 14.0, optimum: 40.0, least: 1e-6 };
        margins(&mut business(budget), &[Amount { row, rhs, slack, floor: row == 1 }], sizes)[0]
    }

    fn near(slope: Option<Slope>, worth: f64, to: f64, open: bool) {
        let slope = slope.expect("a slope");
        let right =
            (slope.worth - worth).abs() < 1e-9 && (slope.holds_to - to).abs() < 1e-6 && slope.open == open;
        assert!(right, "{slope:?} is not {worth} to {to}");
    }

    /// A budget of 14.5: the last and the next rupiah bring 2, down to 12 and up to 17.
    #[test]
    fn a_slope_holds_to_the_next_bend() {
        let margin = one(14.5, 0, 14.5, 0.0);
        near(margin.below, 2.0, 12.0, false);
        near(margin.above, 2.0, 17.0, false);
    }

    /// A budget of 12 is degenerate: the last rupiah brings 3, the next 2, each as far as was looked (a fifth).
    #[test]
    fn at_a_bend_the_last_and_the_next_differ() {
        let margin = one(12.0, 0, 12.0, 0.0);
        near(margin.below, 3.0, 9.6, true);
        near(margin.above, 2.0, 14.4, true);
    }

    /// The floor of 2 at a budget of 14.5: each rupiah more takes 2 and gives 1, each less the other way round.
    #[test]
    fn a_floor_costs() {
        let margin = one(14.5, 1, 2.0, 0.0);
        near(margin.below, -1.0, 1.6, true);
        near(margin.above, -1.0, 2.4, true);
    }

    /// A budget of 2 is what the floor asks for: with less there is no plan.
    #[test]
    fn where_no_plan_is_left_there_is_no_slope() {
        let margin = one(2.0, 0, 2.0, 0.0);
        assert_eq!(margin.below, None);
        near(margin.above, 3.0, 2.4, true);
    }

    /// A budget of 22 is not all needed: 20 is.
    #[test]
    fn what_is_not_needed_is_worth_nothing() {
        let margin = one(22.0, 0, 22.0, 2.0);
        near(margin.below, 0.0, 20.0, false);
        near(margin.above, 0.0, 26.4, true);
    }
}
