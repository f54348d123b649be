//! Where a proof fails that no method could give: the row or decision of the program, the sample, and the numbers in it that are
//! furthest apart, in the scenario's keys.

mod locate;

pub(super) use locate::{can_be_written_out, explained, is_of_proof};

use std::fmt;

use super::certificate::TOLERANCE;

/// A number of the program with the decision that it stands with.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberAt {
    /// The decision, as in an exported program: `level/CLUSTER/PROCESS/tPERIOD`, `spend/SOURCE/CLUSTER/INTERVENTION/yYEAR`.
    pub decision: String,
    /// The coefficient.
    pub value: f64,
}

/// Where a proof fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Unproven {
    /// The row, as in an exported program: `capacity/CLUSTER/CAPACITY/tPERIOD`, `balance/CLUSTER/COMMODITY/tPERIOD`,
    /// `budget/SOURCE/yYEAR`.
    pub row: String,
    /// The sample (from 0); nothing for a rule of the plan.
    pub sample: Option<usize>,
    /// By how much it is missed, relative to its largest term.
    pub violation: f64,
    /// Relative gap of the answer.
    pub gap: f64,
    /// The number in the row that is smallest in size.
    pub smallest: NumberAt,
    /// The number in the row that is largest in size.
    pub largest: NumberAt,
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.sample.map_or_else(String::new, |w| format!(" of sample {}", w + 1));
        let (row, gap) = (&self.row, self.gap);
        if self.violation > TOLERANCE {
            let missed = self.violation;
            write!(
                f,
                "row '{row}'{of} is missed by {missed:.1e} of its largest term, relative gap {gap:.1e}; its numbers run"
            )?;
        } else {
            write!(
                f,
                "every row is kept, but the bound is not reached, relative gap {gap:.1e}; the numbers of row '{row}'{of} are furthest apart: they run"
            )?;
        }
        let (small, large) = (&self.smallest, &self.largest);
        write!(
            f,
            " from {:e} (with '{}') to {:e} (with '{}'), and units in which they are nearer to each other would help",
            small.value, small.decision, large.value, large.decision
        )
    }
}
