//! Locked lines: money that is committed already within the horizon. Every plan spends at least this much on these lines in
//! these years, out of the same budgets; it may add to them.

use super::{Allocation, AllocationLine, ClusterId, InterventionId, Model, SourceId};

/// What plans are not free to decide.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Locked {
    /// The least of every plan, line by line.
    pub lines: Allocation,
    /// Sources that spend these lines and nothing else, in order: what others decide is given, not planned.
    pub closed: Vec<SourceId>,
    /// True where closed sources pay whatever upkeep plans charge to them: their budgets then bind nobody.
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

    /// What is locked of the line of `source` for an intervention in a cluster in a year [Rp].
    pub fn amount(
        &self,
        source: SourceId,
        cluster: ClusterId,
        intervention: InterventionId,
        year: usize,
    ) -> i64 {
        self.lines.amount(source, cluster, intervention, year)
    }

    /// What of `line` is not locked [Rp]; nothing of a closed source's.
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

impl Model {
    /// True if `allocation` holds every locked line, and closed sources spend nothing else.
    pub fn keeps_locked(&self, allocation: &Allocation) -> bool {
        self.locked.is_nothing()
            || (self.locked.missing(allocation).is_empty()
                && allocation.lines().iter().all(|line| {
                    !self.locked.is_closed(line.source)
                        || line.amount.0
                            == self.locked.amount(line.source, line.cluster, line.intervention, line.year)
                }))
    }
}
