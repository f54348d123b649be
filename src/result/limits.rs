//! Sources of money with their floors, caps and co-funding.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classification::BudgetCodeDocument;
use super::estimate::Title;
use super::keys;
use super::words::{FacilityKey, LevelKey, LimitKey, PerKey, SupportKey};
use crate::model::{
    Allocation, Cofunding, CofundingPlace, Eligibility, LimitBound, Model, Per, Source, SourceId,
};

/// The lines of money that a rule is on, apart from facility types. A list that is absent admits everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EligibleLists {
    /// Kinds of support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<Vec<SupportKey>>,
    /// Regions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<String>>,
    /// Chains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chains: Option<Vec<String>>,
    /// Clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clusters: Option<Vec<String>>,
}

impl EligibleLists {
    pub(super) fn of(model: &Model, of: &Eligibility) -> Self {
        let chains = |list: &Vec<crate::model::ChainId>| {
            list.iter().map(|h| model.chains[h.index()].key.clone()).collect()
        };
        Self {
            support: of.support.as_ref().map(|list| list.iter().map(|s| (*s).into()).collect()),
            regions: of.regions.clone(),
            chains: of.chains.as_ref().map(chains),
            clusters: of.clusters.as_ref().map(|list| keys::clusters(model, list)),
        }
    }
}

fn types(of: &Eligibility) -> Option<Vec<FacilityKey>> {
    of.types.as_ref().map(|list| list.iter().map(|t| (*t).into()).collect())
}

/// A source of money. A list that is null admits everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceDocument {
    /// Its key.
    pub source: String,
    /// Its name.
    pub title: Title,
    /// Its level.
    pub level: LevelKey,
    /// Its money by year [Rp].
    pub amounts: Vec<i64>,
    /// Share of unspent money that goes on to the next year.
    pub carry_over: f64,
    /// Share of a commitment that is paid in each year after it.
    pub disbursement: Vec<f64>,
    /// Cost to the public of a rupiah of it [Rp]; absent where it is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_cost: Option<f64>,
    /// Its least line [Rp]; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_line: Option<i64>,
    /// Its grain [Rp]; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<i64>,
    /// Unit of government that spends it; absent where none is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opd: Option<Title>,
    /// Entries of the budget's classification under which all of it stands, in order of their levels; absent where none are stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<BudgetCodeDocument>,
    /// Facility types that it may fund.
    pub types: Option<Vec<FacilityKey>>,
    /// Kinds of support that it may fund.
    pub support: Option<Vec<SupportKey>>,
    /// Regions in which it may spend.
    pub regions: Option<Vec<String>>,
    /// Chains on which it may spend.
    pub chains: Option<Vec<String>>,
    /// Clusters in which it may spend.
    pub clusters: Option<Vec<String>>,
}

impl SourceDocument {
    pub(super) fn of(model: &Model, source: &Source) -> Self {
        let EligibleLists { support, regions, chains, clusters } = EligibleLists::of(model, &source.eligible);
        Self {
            source: source.key.clone(),
            title: (&source.title).into(),
            level: source.level.into(),
            amounts: source.amounts.iter().map(|amount| amount.0).collect(),
            carry_over: source.carry_over,
            disbursement: source.disbursement.clone(),
            public_cost: Some(source.public_cost).filter(|cost| (cost - 1.0).abs() > 0.0),
            least_line: Some(source.least_line.0).filter(|least| *least > 0),
            grain: Some(source.grain.0).filter(|grain| *grain > 1),
            opd: source.opd.as_ref().map(Into::into),
            codes: source.codes.iter().map(Into::into).collect(),
            types: types(&source.eligible),
            support,
            regions,
            chains,
            clusters,
        }
    }
}

/// A floor or cap on what goes to some lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitDocument {
    /// Whether it is a floor or a cap.
    pub kind: LimitKey,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The law that it states, where it states any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// The facility type it is on; null: all.
    pub facility_type: Option<FacilityKey>,
    /// The source it is on; null: all together.
    pub source: Option<String>,
    /// Calendar year; null: the whole horizon.
    pub year: Option<i32>,
    /// Its size as a share of the money; null where it is an amount.
    pub share: Option<f64>,
    /// Its size [Rp]; null where it is a share.
    pub amount: Option<f64>,
    /// Its size in money [Rp].
    pub rupiah: f64,
    /// Other lines that it is on.
    #[serde(flatten)]
    pub lists: EligibleLists,
}

impl LimitDocument {
    pub(super) fn of(model: &Model, number: usize) -> Self {
        let limit = &model.limits[number];
        let (share, amount) = match limit.bound {
            LimitBound::Share(share) => (Some(share), None),
            LimitBound::Amount(amount) => (None, Some(amount)),
        };
        Self {
            kind: limit.kind.into(),
            title: limit.title.as_ref().map(Into::into),
            law: limit.law.clone(),
            facility_type: limit.facility().map(Into::into),
            source: limit.source.map(|s| keys::source(model, s)),
            year: limit.year.map(|y| model.horizon.calendar_year(y)),
            share,
            amount,
            rupiah: limit.rupiah(&model.sources),
            lists: EligibleLists::of(model, &limit.of),
        }
    }
}

/// The key of a place of a co-funding rule: a region, a cluster's key, or `all`.
pub(super) fn place_key(model: &Model, rule: &Cofunding, at: CofundingPlace) -> String {
    match rule.per {
        Per::All => "all".to_string(),
        Per::Region => model.regions().get(at.place).map_or_else(String::new, |region| (*region).to_string()),
        Per::Cluster => model.clusters[at.place].key.clone(),
    }
}

/// How a plan keeps a co-funding rule in a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CofundingBalanceDocument {
    /// Region, key of a cluster, or `all`.
    pub place: String,
    /// Calendar year; null: the whole horizon.
    pub year: Option<i32>,
    /// Spending of its source there [Rp].
    pub own: i64,
    /// Spending of the others there [Rp].
    pub others: i64,
    /// Money that its source owes for that [Rp].
    pub owed: i64,
}

/// A co-funding rule: one source adds at least a share of what others spend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CofundingDocument {
    /// The source that adds.
    pub source: String,
    /// The sources whose spending counts.
    pub to: Vec<String>,
    /// Its contribution, as a share of what they spend.
    pub ratio: f64,
    /// Where it holds.
    pub per: PerKey,
    /// Whether it holds in each year.
    pub by_year: bool,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The law that it states, where it states any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// Facility types; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<FacilityKey>>,
    /// Other lines that it is on.
    #[serde(flatten)]
    pub lists: EligibleLists,
    /// How a plan keeps it, place by place; in plans only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Vec<CofundingBalanceDocument>>,
}

impl CofundingDocument {
    /// The rule, and how `allocation` keeps it where there is one.
    pub(super) fn of(model: &Model, rule: &Cofunding, allocation: Option<&Allocation>) -> Self {
        let source = |s: &SourceId| keys::source(model, *s);
        let places = |allocation: &Allocation| {
            let balances = rule.balances(model, allocation).into_iter();
            let told = balances.map(|balance| CofundingBalanceDocument {
                place: place_key(model, rule, balance.at),
                year: balance.at.year.map(|y| model.horizon.calendar_year(y)),
                own: balance.own,
                others: balance.others,
                owed: balance.owed(rule.ratio),
            });
            told.collect()
        };
        Self {
            source: source(&rule.source),
            to: rule.to.iter().map(source).collect(),
            ratio: rule.ratio,
            per: rule.per.into(),
            by_year: rule.by_year,
            title: rule.title.as_ref().map(Into::into),
            law: rule.law.clone(),
            types: types(&rule.of),
            lists: EligibleLists::of(model, &rule.of),
            places: allocation.map(places),
        }
    }
}
