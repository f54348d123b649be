//! Locked lines: money that is committed already within the horizon. Every plan spends at least this much on these lines in
//! these years, out of the same budgets; it may add to them.

use super::allocation::{Allocation, AllocationLine};
use super::id::{ClusterId, InterventionId, SourceId};

/// Money that is committed before any plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Locked {
    /// Lower bound on an allocation, line by line: money already committed.
    pub lines: Allocation,
    /// Sources that spend their locked lines and nothing else, in order: others decide for them.
    pub closed: Vec<SourceId>,
    /// True if the budgets of closed sources do not bind: they pay all upkeep that plans charge to them.
    pub closed_pay_all: bool,
}

impl Locked {
    /// True if plans are free to decide everything.
    pub fn is_nothing(&self) -> bool {
        self.lines.lines().is_empty() && self.closed.is_empty()
    }

    /// True if `source` spends its locked lines and nothing else.
    pub fn is_closed(&self, source: SourceId) -> bool {
        self.closed.contains(&source)
    }

    /// Locked amount of a line [Rp]; 0 where nothing is locked.
    pub fn amount(
        &self,
        source: SourceId,
        cluster: ClusterId,
        intervention: InterventionId,
        year: usize,
    ) -> i64 {
        self.lines.amount(source, cluster, intervention, year)
    }

    /// Amount of `line` beyond its locked amount [Rp]; 0 for a closed source.
    pub fn free(&self, line: &AllocationLine) -> i64 {
        if self.is_closed(line.source) {
            return 0;
        }
        line.amount.0 - self.amount(line.source, line.cluster, line.intervention, line.year)
    }

    /// The locked lines of which `allocation` has less, each with what it has [Rp].
    pub fn missing(&self, allocation: &Allocation) -> Vec<(AllocationLine, i64)> {
        let has = |line: &AllocationLine| {
            allocation.amount(line.source, line.cluster, line.intervention, line.year)
        };
        let lines = self.lines.lines().iter().map(|line| (*line, has(line)));
        lines.filter(|(line, has)| *has < line.amount.0).collect()
    }
}
