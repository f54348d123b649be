//! Co-funding: what one source must add to what others spend, place by place (*dana pendamping*, matching funds).

use super::exact;
use super::funding::Eligibility;
use super::id::SourceId;
use super::title::Title;

/// Over what the shares are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Per {
    /// In every region for itself.
    Region,
    /// In every cluster for itself.
    Cluster,
    /// All together.
    All,
}

impl Per {
    /// Its word in files.
    pub fn key(self) -> &'static str {
        match self {
            Per::Region => "region",
            Per::Cluster => "cluster",
            Per::All => "all",
        }
    }
}

/// In every place, `source` spends at least `ratio` of what the sources `to` spend there, over lines that it may fund.
#[derive(Debug, Clone, PartialEq)]
pub struct Cofunding {
    /// Name in both languages, where it has one.
    pub title: Option<Title>,
    /// The rule it answers to: a paragraph of the law or a policy, where it says so.
    pub law: Option<String>,
    /// Who adds.
    pub source: SourceId,
    /// To whose money, in order; at least one, never `source` itself.
    pub to: Vec<SourceId>,
    /// At least this share of it.
    pub ratio: f64,
    /// Over what shares are taken together.
    pub per: Per,
    /// The lines concerned, of those that `source` may fund.
    pub of: Eligibility,
    /// Whether every year is held to it, or the horizon.
    pub by_year: bool,
}

/// One place of a co-funding rule, and one year where it binds by year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CofundingPlace {
    /// The place: by region in order of name, by cluster, or 0.
    pub place: usize,
    /// The year (from 0), or the whole horizon.
    pub year: Option<usize>,
}

/// Spending of both sides in one place of a co-funding rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CofundingBalance {
    /// Where.
    pub at: CofundingPlace,
    /// By who adds [Rp].
    pub own: i64,
    /// By those it adds to, over lines that it may fund [Rp].
    pub others: i64,
}

impl Cofunding {
    /// Where and when in place `place` of year `y` it looks.
    pub fn at(&self, place: usize, y: usize) -> CofundingPlace {
        CofundingPlace { place, year: self.by_year.then_some(y) }
    }
}

impl CofundingBalance {
    /// Whole rupiah that are owed at this ratio: the least that is at least that share of what others spend.
    pub fn owed(&self, ratio: f64) -> i64 {
        exact::at_least(ratio, self.others)
    }

    /// Whole rupiah that are missing at this ratio; 0 where none are.
    pub fn short(&self, ratio: f64) -> i64 {
        (self.owed(ratio) - self.own).max(0)
    }
}
