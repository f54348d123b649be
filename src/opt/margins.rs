//! The margins of budgets, floors and caps: the one-sided derivatives of the optimum in their amounts,
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

mod by_decomposition;
mod probe;
mod written;

pub(super) use by_decomposition::DecompositionProbe;
pub(super) use probe::Probe;
pub(super) use written::WrittenProbe;

use probe::{Line, PRECISE, Point};

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
/// No slope is told that may be wrong by more than this share.
const LOOSE: f64 = 0.02;
/// A slope below this share of the largest is measured by that share.
const SMALL: f64 = 0.01;
/// A row that leaves this share of its size unused holds nothing.
const UNUSED: f64 = 0.05;
/// Where nothing keeps the rows at a point, nearer ones are tried down to this share of the size: beyond, the solver's
/// tolerances would call anything feasible.
const NEAREST: f64 = 1e-6;
/// Optima whose bounds differ by this share of their size have the duals of a vertex.
const AT_A_VERTEX: f64 = 1e-9;
/// Relative gap to which the optimum as it stands is known at first.
const FINE: f64 = 1e-7;

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

/// The margin of an amount: the one-sided derivatives of the optimum in it.
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
    // It is one point of every amount's optimum, with the slope that its duals give each.
    let slopes: Vec<Option<f64>> = amounts.iter().map(|amount| probe.slope(amount.row)).collect();
    let upper = known.upper;
    // The dual of an amount of nothing, or of next to nothing, may be any number above its slopes: none is measured by it.
    let dearest = amounts
        .iter()
        .zip(&slopes)
        .filter(|(amount, _)| amount.rhs.abs() >= LEAST_SIZE * sizes.amount)
        .filter_map(|(_, slope)| slope.map(f64::abs))
        .fold(0.0, f64::max);
    amounts
        .iter()
        .zip(slopes)
        .map(|(amount, slope)| {
            let Some(slope) = slope else { return none(amount) };
            let base = Point { at: amount.rhs, lower: known.lower, upper, slope };
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
        let below = below.map(|(worth, near)| self.holding(-1.0, worth, near, reach.min(rhs)));
        let above = above.map(|(worth, near)| self.holding(1.0, worth, near, reach));
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
        let side =
            |search: &mut Self, side: f64, reach: f64| told.then(|| search.holding(side, worth, near, reach));
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

    /// Narrows the range of both slopes by a point: average slopes beyond the amount are no more than both, those before it
    /// no less.
    fn enclosed_by(&mut self, far: &Point) {
        let run = far.at - self.base.at;
        let average = (far.lower - self.base.upper) / run;
        if run > 0.0 {
            self.between.0 = self.between.0.max(average);
        } else if run < 0.0 {
            self.between.1 = self.between.1.min(average);
        }
    }

    /// True if a point may say more of the slopes than is known, should decisions attain its upper bound.
    fn may_enclose(&self, line: &Line) -> bool {
        let run = line.at - self.base.at;
        let average = (line.upper - self.base.upper) / run;
        if run > 0.0 { average > self.between.0 } else { average < self.between.1 }
    }

    /// Looks at points further off for what they say of the slopes.
    fn enclose(&mut self, size: f64) {
        let Amount { row, rhs, .. } = self.amount;
        for share in [2.0 * STEP, 5.0 * STEP, 10.0 * STEP, REACH] {
            for side in [-1.0, 1.0] {
                let at = rhs + side * share * size;
                if at >= 0.0
                    && share * size >= self.least
                    && let Some(line) = self.probe.line(row, at)
                    && self.may_enclose(&line)
                    && let Some(lower) = self.probe.attained()
                {
                    self.enclosed_by(&line.attaining(lower));
                }
            }
        }
    }

    /// How far a slope holds, which holds over the distance `near`, looked for as far as `reach`.
    fn holding(&mut self, side: f64, worth: f64, near: f64, reach: f64) -> Slope {
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
            let next = match self.probe.line(row, at) {
                // Where the line of this point meets that of the slope.
                Some(far) if departs(at, far.upper) => at - (far.upper - line(at)) / (far.slope - worth),
                // The decisions there are worth working out only where the bound leaves the question open.
                Some(_) if self.probe.attained().is_some_and(|lower| !departs(at, lower)) => {
                    return Slope { worth, holds_to: at, open };
                }
                // No decisions are known that keep the rows there, or none that are worth as much.
                _ => 0.5 * (at + nearest),
            };
            open = false;
            at = if side * (next - nearest) > 0.0 && side * (at - next) > 0.0 { next } else { nearest };
        }
        Slope { worth, holds_to: nearest, open: false }
    }
}

#[cfg(test)]
mod tests;
