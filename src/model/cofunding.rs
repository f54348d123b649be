//! Co-funding: what one source must add to what others spend, place by place (*dana pendamping*, matching funds).

use std::collections::BTreeMap;

use super::funding::Eligibility;
use super::id::{ClusterId, InterventionId, SourceId};
use super::{Allocation, Model, Title, exact};

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
    /// What it is called, where it has a name.
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

/// What an allocation spends where a co-funding rule looks.
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
    /// What a rupiah on this line counts: 1 of who adds, −ratio of those it adds to; nothing where it does not count.
    pub fn counts(
        &self,
        model: &Model,
        source: SourceId,
        cluster: ClusterId,
        intervention: InterventionId,
    ) -> Option<f64> {
        let part = if source == self.source {
            1.0
        } else if self.to.contains(&source) {
            -self.ratio
        } else {
            return None;
        };
        let counts = self.of.admits_line(model, cluster, intervention)
            && model.may_fund(self.source, cluster, intervention);
        counts.then_some(part)
    }

    /// By cluster, the place it belongs to.
    pub fn places(&self, model: &Model) -> Vec<usize> {
        let regions = model.regions();
        let place = |c: ClusterId| match self.per {
            Per::All => 0,
            Per::Cluster => c.index(),
            Per::Region => {
                let own = model.clusters[c.index()].region.as_str();
                regions.iter().position(|region| *region == own).unwrap_or(0)
            }
        };
        model.cluster_ids().map(place).collect()
    }

    /// Where and when in place `place` of year `y` it looks.
    pub fn at(&self, place: usize, y: usize) -> CofundingPlace {
        CofundingPlace { place, year: self.by_year.then_some(y) }
    }

    /// What `allocation` spends, in every place where anything counts.
    pub fn balances(&self, model: &Model, allocation: &Allocation) -> Vec<CofundingBalance> {
        let places = self.places(model);
        let mut found: BTreeMap<CofundingPlace, CofundingBalance> = BTreeMap::new();
        for line in allocation.lines() {
            if self.counts(model, line.source, line.cluster, line.intervention).is_none() {
                continue;
            }
            let at = self.at(places[line.cluster.index()], line.year);
            let balance = found.entry(at).or_insert(CofundingBalance { at, own: 0, others: 0 });
            if line.source == self.source {
                balance.own += line.amount.0;
            } else {
                balance.others += line.amount.0;
            }
        }
        found.into_values().collect()
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

impl Model {
    /// The regions, in order of name.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<&str> = self.clusters.iter().map(|cluster| cluster.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    /// True if `allocation` keeps every co-funding rule to the rupiah.
    pub fn keeps_cofunding(&self, allocation: &Allocation) -> bool {
        let kept = |rule: &Cofunding| {
            rule.balances(self, allocation).iter().all(|balance| balance.short(rule.ratio) == 0)
        };
        self.cofunding.iter().all(kept)
    }
}
