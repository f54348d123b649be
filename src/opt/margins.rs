//! What the amounts of budgets, floors and caps are worth at the margin: the value of the last rupiah and of the next, and
//! how far each holds.
//!
//! The optimum V(r) as a function of one right-hand side r is concave (Birge and Louveaux 1997, section 3.1), so that its
//! slopes below and above the amount that stands are one-sided derivatives, the first no less than the second. They
//! differ where the optimum is degenerate; a solver's dual is some number between them. Both are found by solving again with
//! a slightly different amount, and so is how far they hold: a tangent at a point beyond meets the line where it ends.

use super::decomposition::Decomposition;
use super::decomposition::master::{Master, MasterRow, Solved};
use super::decomposition::{DecompositionError, DecompositionOptions, Way};
use super::lp::LinearProgram;
use super::planner::OptError;

/// The difference in the amount by which slopes are found, as a share of it.
const STEP: f64 = 0.01;
/// How far beyond the amount it is looked, as a share of it.
pub(super) const REACH: f64 = 0.2;
/// A slope holds as far as the average slope on the way differs from it by no more than this share.
const HOLDS: f64 = 0.02;
/// What is known of a step's gain must not leave more of it open than this share.
const PRECISE: f64 = 0.005;
/// Points tried for an end.
const TRIES: usize = 4;
/// Relative gap to which the optimum as it stands is known.
const FINE: f64 = 1e-7;
/// Rows of a program that is first solved by the interior point.
const LARGE: usize = 4_000;

/// A slope of the optimum in an amount, on one side of what stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Rise of the optimum per unit of the amount.
    pub worth: f64,
    /// The amount to which it holds.
    pub holds_to: f64,
    /// It holds there still: no further was looked.
    pub open: bool,
}

/// What an amount is worth at the margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin {
    /// The amount that stands.
    pub amount: f64,
    /// Below it: what the last unit brings. Nothing where the amount cannot be less (it is zero, or no decisions keep the
    /// rules then).
    pub below: Option<Slope>,
    /// Above it: what the next unit brings. Nothing where no decisions keep the rules then.
    pub above: Option<Slope>,
}

/// What can be solved again with another right-hand side.
pub(super) trait Probe {
    /// An upper estimate of the maximum with this right-hand side, and its slope, by what is known already; nothing where
    /// no decisions keep the rows.
    fn estimate(&mut self, row: usize, rhs: f64) -> Result<Option<(f64, f64)>, OptError>;
    /// What the decisions that the last estimate rests on are truly worth.
    fn confirm(&mut self) -> Result<f64, OptError>;
    /// Puts a right-hand side back.
    fn restore(&mut self, row: usize, rhs: f64);
    /// The maximum with this right-hand side, to a relative gap; nothing where no decisions keep the rows.
    fn solve(&mut self, row: usize, rhs: f64, gap: f64) -> Result<Option<f64>, OptError>;
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

/// The margins of `amounts`, which are `typical` in size. Right-hand sides are in the end as they were.
pub(super) fn margins(
    probe: &mut dyn Probe,
    amounts: &[Amount],
    typical: f64,
) -> Result<Vec<Margin>, OptError> {
    let Some(first) = amounts.first() else { return Ok(Vec::new()) };
    let Some(value) = probe.solve(first.row, first.rhs, FINE)? else { return Ok(Vec::new()) };
    amounts
        .iter()
        .map(|amount| {
            let found = Search { probe, amount: *amount, value }.margin(typical)?;
            probe.restore(amount.row, amount.rhs);
            Ok(found)
        })
        .collect()
}

/// The search for the slopes of one amount.
struct Search<'p> {
    probe: &'p mut dyn Probe,
    amount: Amount,
    /// The maximum as it stands.
    value: f64,
}

impl Search<'_> {
    fn margin(mut self, typical: f64) -> Result<Margin, OptError> {
        let Amount { rhs, slack, floor, .. } = self.amount;
        let size = rhs.abs().max(0.1 * typical);
        let (step, reach) = (STEP * size, REACH * size);
        if slack > step {
            // A row that leaves room is worth nothing, as far as that goes on one side, and on the other (concavity).
            let (down, up) = if floor { (reach, slack.min(reach)) } else { (slack.min(reach), reach) };
            let below = Slope { worth: 0.0, holds_to: rhs - down.min(rhs), open: down >= reach };
            let above = Slope { worth: 0.0, holds_to: rhs + up, open: up >= reach };
            return Ok(Margin { amount: rhs, below: (rhs > 0.0).then_some(below), above: Some(above) });
        }
        let mut below = if rhs > 0.0 { self.slope(-1.0, step.min(rhs), reach.min(rhs))? } else { None };
        let mut above = self.slope(1.0, step, reach)?;
        if let (Some(below), Some(above)) = (&mut below, &mut above) {
            let largest = below.worth.abs().max(above.worth.abs());
            if below.worth - above.worth <= 2.0 * PRECISE * largest {
                // The same but for what is left open.
                let middle = 0.5 * (below.worth + above.worth);
                (below.worth, above.worth) = (middle, middle);
            }
        }
        Ok(Margin { amount: rhs, below, above })
    }

    fn slope(&mut self, side: f64, step: f64, reach: f64) -> Result<Option<Slope>, OptError> {
        let (row, rhs, value) = (self.amount.row, self.amount.rhs, self.value);
        let nearest = rhs + side * step;
        let Some((upper, slope)) = self.probe.estimate(row, nearest)? else { return Ok(None) };
        let open = PRECISE * (slope * step).abs() + 1e-9 * value.abs();
        let lower = self.probe.confirm()?;
        let near = if upper - lower <= open {
            0.5 * (upper + lower)
        } else {
            let gap = (open / value.abs().max(1e-3)).clamp(1e-9, 1e-4);
            let Some(near) = self.probe.solve(row, nearest, gap)? else { return Ok(None) };
            near
        };
        let worth = (near - value) / (side * step);
        let noise = 2.0 * FINE * value.abs();
        let worth = if (worth * step).abs() <= noise { 0.0 } else { worth };
        let line = |at: f64| value + worth * (at - rhs);
        let departs = |at: f64, value: f64| line(at) - value > HOLDS * (worth * (at - rhs)).abs() + noise;
        let mut at = rhs + side * reach;
        let mut open = true;
        for _ in 0..TRIES {
            if side * (at - nearest) <= 0.0 {
                break;
            }
            let next = match self.probe.estimate(row, at)? {
                // Where the tangent at this point meets the line.
                Some((upper, slope)) if departs(at, upper) => at - (upper - line(at)) / (slope - worth),
                Some(_) if !departs(at, self.probe.confirm()?) => {
                    return Ok(Some(Slope { worth, holds_to: at, open }));
                }
                // No decisions are known that keep the rows there, or none that are worth as much.
                _ => 0.5 * (at + nearest),
            };
            open = false;
            at = if side * (next - nearest) > 0.0 && side * (at - next) > 0.0 { next } else { nearest };
        }
        Ok(Some(Slope { worth, holds_to: nearest, open: false }))
    }
}

/// A decomposition that is asked again: what it learned serves every question.
pub(super) struct Asked<'d, 'a> {
    pub(super) parts: &'d mut Decomposition<'a>,
    pub(super) unit: f64,
}

impl Probe for Asked<'_, '_> {
    fn restore(&mut self, row: usize, rhs: f64) {
        self.parts.set_rhs(row, rhs);
    }

    fn estimate(&mut self, row: usize, rhs: f64) -> Result<Option<(f64, f64)>, OptError> {
        self.parts.set_rhs(row, rhs);
        Ok(self.parts.estimate(row)?)
    }

    fn confirm(&mut self) -> Result<f64, OptError> {
        Ok(self.parts.confirm()?)
    }

    fn solve(&mut self, row: usize, rhs: f64, gap: f64) -> Result<Option<f64>, OptError> {
        if !self.parts.is_whole() {
            return Ok(self.estimate(row, rhs)?.map(|(value, _)| value));
        }
        self.parts.set_rhs(row, rhs);
        let options =
            DecompositionOptions { gap, unit: self.unit, way: Way::Whole, groups: None, progress: &|_| true };
        match self.parts.solve(&options) {
            Ok(found) => Ok(Some(found.objective)),
            Err(DecompositionError::Infeasible) => Ok(None),
            Err(error) => Err(error.into()),
        }
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

    fn estimate(&mut self, row: usize, rhs: f64) -> Result<Option<(f64, f64)>, OptError> {
        self.restore(row, rhs);
        let first = !std::mem::replace(&mut self.begun, true);
        let solved = if first && self.master.rows.len() > LARGE {
            self.master.solve_large()
        } else {
            self.master.solve()
        };
        match solved {
            Solved::Bound(bound) => {
                let value = self.master.objective();
                let gap = (bound - value).abs() / value.abs().max(1.0);
                if gap > super::certificate::TOLERANCE {
                    let status = super::lp::LpStatus::Optimal;
                    return Err(OptError::NotProven { gap, violation: 0.0, status });
                }
                Ok(Some((value, self.master.duals()[row])))
            }
            Solved::Infeasible => Ok(None),
            Solved::Unbounded => Err(DecompositionError::FirstStageUnbounded.into()),
            Solved::Failed => Err(DecompositionError::Model.into()),
        }
    }

    fn confirm(&mut self) -> Result<f64, OptError> {
        Ok(self.master.objective())
    }

    fn solve(&mut self, row: usize, rhs: f64, _gap: f64) -> Result<Option<f64>, OptError> {
        Ok(self.estimate(row, rhs)?.map(|(value, _)| value))
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
        margins(&mut business(budget), &[Amount { row, rhs, slack, floor: row == 1 }], 14.0).expect("solved")
            [0]
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
