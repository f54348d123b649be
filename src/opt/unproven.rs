//! Where a proof fails that no method could give: the row or decision of the program, the sample, and the numbers in it that are
//! furthest apart, in the scenario's keys.

mod locate;

pub(super) use locate::{can_be_written_out, explained, is_of_proof};

use super::certificate::TOLERANCE;
use crate::language::{Text, text};

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

impl Unproven {
    /// The place and the numbers in both languages.
    pub fn text(&self) -> Text {
        let of = self
            .sample
            .map_or_else(|| Text::same(""), |w| text!(en: " of sample {at}", id: " sampel {at}", at = w + 1));
        let (row, gap) = (&self.row, self.gap);
        let missed = if self.violation > TOLERANCE {
            let missed = self.violation;
            text!(
                en: "row '{row}'{of} is missed by {missed:.1e} of its largest term, relative gap {gap:.1e}; its numbers run",
                id: "baris '{row}'{of} meleset {missed:.1e} dari suku terbesarnya, selisih relatif {gap:.1e}; bilangannya berkisar",
                row, of, missed, gap,
            )
        } else {
            text!(
                en: "every row is kept, but the bound is not reached, relative gap {gap:.1e}; the numbers of row '{row}'{of} are furthest apart: they run",
                id: "setiap baris dipenuhi, tetapi batasnya tidak tercapai, selisih relatif {gap:.1e}; bilangan pada baris '{row}'{of} paling berjauhan: berkisar",
                gap, row, of,
            )
        };
        let (small, large) = (self.smallest.value, self.largest.value);
        text!(
            en: "{missed} from {small:e} (with '{one}') to {large:e} (with '{other}'), and units in which they are nearer to each other would help",
            id: "{missed} dari {small:e} (pada '{one}') sampai {large:e} (pada '{other}'), dan satuan yang membuatnya lebih berdekatan akan membantu",
            missed, small, large, one = self.smallest.decision, other = self.largest.decision,
        )
    }
}
