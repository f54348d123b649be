//! Funding sources: pots of money with levels, yearly amounts, eligibility, disbursement, and floors and caps on what
//! they fund.

use super::classification::BudgetCode;
use super::exact;
use super::facility::{FacilityType, Level, Support};
use super::id::{ChainId, ClusterId, SourceId};
use super::title::Title;
use crate::units::Rupiah;

/// Lines that a source may fund: every stated list must hold the line's member; `None` means anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Eligibility {
    /// Facility types.
    pub types: Option<Vec<FacilityType>>,
    /// Support kinds.
    pub support: Option<Vec<Support>>,
    /// Regions.
    pub regions: Option<Vec<String>>,
    /// Chains.
    pub chains: Option<Vec<ChainId>>,
    /// Clusters.
    pub clusters: Option<Vec<ClusterId>>,
}

impl Eligibility {
    /// True if every stated list holds the given member.
    pub fn admits(
        &self,
        facility: FacilityType,
        support: Support,
        region: &str,
        chain: ChainId,
        cluster: ClusterId,
    ) -> bool {
        fn holds<T: PartialEq>(list: Option<&Vec<T>>, member: &T) -> bool {
            list.is_none_or(|list| list.contains(member))
        }
        holds(self.types.as_ref(), &facility)
            && holds(self.support.as_ref(), &support)
            && self.regions.as_ref().is_none_or(|regions| regions.iter().any(|r| r == region))
            && holds(self.chains.as_ref(), &chain)
            && holds(self.clusters.as_ref(), &cluster)
    }
}

/// A pot of money.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Key in files.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// Level of government, or partner.
    pub level: Level,
    /// Amount by year [Rp], constant prices of year 1.
    pub amounts: Vec<Rupiah>,
    /// Share κ of a year's unspent money that may be carried into the next.
    pub carry_over: f64,
    /// Disbursement curve ζ: shares paid out in the j-th period after the year's start; they sum to at most 1.
    pub disbursement: Vec<f64>,
    /// Cost to the public θ of a rupiah of it [Rp per Rp].
    pub public_cost: f64,
    /// Least line \[Rp\]: of a line it commits nothing beyond what is locked, or at least this; 0 where there is none.
    pub least_line: Rupiah,
    /// Grain \[Rp\]: what it commits to a line beyond what is locked is a multiple of it; 1 where there is none.
    pub grain: Rupiah,
    /// Unit of government that spends it, where stated.
    pub opd: Option<Title>,
    /// Entries of the budget's classification under which all of it stands, in order of their levels.
    pub codes: Vec<BudgetCode>,
    /// Lines that it may fund.
    pub eligible: Eligibility,
}

impl Source {
    /// Its money over the horizon [Rp].
    pub fn total(&self) -> i64 {
        self.amounts.iter().map(|amount| amount.0).sum()
    }
}

/// Direction of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitKind {
    /// At least this much.
    Floor,
    /// At most this much.
    Cap,
}

/// The size of a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LimitBound {
    /// A share of the money concerned.
    Share(f64),
    /// An amount [Rp].
    Amount(f64),
}

/// A floor or cap on what goes to some lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Name in both languages, where it has one.
    pub title: Option<Title>,
    /// The rule it answers to: a paragraph of the law or a policy, where it says so.
    pub law: Option<String>,
    /// Floor or cap.
    pub kind: LimitKind,
    /// The lines concerned: their facility types (one at most), support kinds, regions, chains and clusters.
    pub of: Eligibility,
    /// The source concerned, or all together.
    pub source: Option<SourceId>,
    /// The year concerned (from 0), or the whole horizon.
    pub year: Option<usize>,
    /// Its size.
    pub bound: LimitBound,
}

impl Limit {
    /// All the money that a share of it is of [Rp].
    fn money(&self, sources: &[Source]) -> i64 {
        let own = sources.iter().enumerate();
        own.filter(|(s, _)| self.source.is_none_or(|source| source.index() == *s))
            .map(|(_, source)| match self.year {
                Some(y) => source.amounts[y].0,
                None => source.total(),
            })
            .sum()
    }

    /// The limit in rupiah, given the sources [Rp], as it comes out: a share is of all the money of the source and year concerned,
    /// wherever it goes.
    pub fn rupiah(&self, sources: &[Source]) -> f64 {
        match self.bound {
            LimitBound::Amount(amount) => amount,
            LimitBound::Share(share) => share * self.money(sources) as f64,
        }
    }

    /// The limit in whole rupiah, given the sources: the least amount that keeps a floor, the greatest that keeps a cap [Rp].
    pub fn whole(&self, sources: &[Source]) -> i64 {
        let in_whole = match self.kind {
            LimitKind::Floor => exact::at_least,
            LimitKind::Cap => exact::at_most,
        };
        match self.bound {
            LimitBound::Amount(amount) => in_whole(amount, 1),
            LimitBound::Share(share) => in_whole(share, self.money(sources)),
        }
    }

    /// The facility type concerned; all where it says none.
    pub fn facility(&self) -> Option<FacilityType> {
        self.of.types.as_ref().and_then(|types| types.first().copied())
    }

    /// True if money of `source` in year `y` is concerned, wherever it goes.
    pub fn concerns(&self, source: SourceId, y: usize) -> bool {
        self.source.is_none_or(|s| s == source) && self.year.is_none_or(|year| year == y)
    }
}
