//! Allocations: spend by source, cluster, intervention and year, in whole rupiah; the first-stage decision.

use super::id::{ClusterId, InterventionId, SourceId};
use crate::units::Rupiah;

/// Money that one source commits to one intervention in one cluster in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllocationLine {
    /// Who pays.
    pub source: SourceId,
    /// Where.
    pub cluster: ClusterId,
    /// For what.
    pub intervention: InterventionId,
    /// In which year (from 0).
    pub year: usize,
    /// Amount [Rp].
    pub amount: Rupiah,
}

/// An allocation: lines in canonical order, one per (source, cluster, intervention, year), all above zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allocation {
    lines: Vec<AllocationLine>,
}

impl Allocation {
    /// An allocation of these lines: sorted, lines of the same key added up, empty ones left out.
    pub fn new(mut lines: Vec<AllocationLine>) -> Self {
        lines.sort();
        let mut merged: Vec<AllocationLine> = Vec::with_capacity(lines.len());
        for line in lines {
            match merged.last_mut() {
                Some(last)
                    if (last.source, last.cluster, last.intervention, last.year)
                        == (line.source, line.cluster, line.intervention, line.year) =>
                {
                    last.amount.0 += line.amount.0;
                }
                _ => merged.push(line),
            }
        }
        merged.retain(|line| line.amount.0 > 0);
        Self { lines: merged }
    }

    /// The lines in canonical order.
    pub fn lines(&self) -> &[AllocationLine] {
        &self.lines
    }

    /// The sum over lines that satisfy `keep` [Rp].
    pub fn sum(&self, keep: impl Fn(&AllocationLine) -> bool) -> i64 {
        self.lines.iter().filter(|line| keep(line)).map(|line| line.amount.0).sum()
    }

    /// The amount of one line [Rp]; 0 where there is none.
    pub fn amount(
        &self,
        source: SourceId,
        cluster: ClusterId,
        intervention: InterventionId,
        year: usize,
    ) -> i64 {
        let key = (source, cluster, intervention, year);
        let found = self.lines.binary_search_by_key(&key, |l| (l.source, l.cluster, l.intervention, l.year));
        found.map_or(0, |place| self.lines[place].amount.0)
    }

    /// All of it [Rp].
    pub fn total(&self) -> i64 {
        self.sum(|_| true)
    }
}
