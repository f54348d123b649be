//! Rules that contradict each other, and the cheapest way out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::{RuleDocument, RuleTeller, StatedRule};
use super::words::BoundByKey;
use crate::model::{Limit, LimitBound, LimitKind, Source};
use crate::opt::Conflict;
use crate::opt::builder::{Rule, SiteBound};

/// The way in which a rule gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It asks for less.
    Lower,
    /// It allows more.
    Raise,
    /// Money is found for a budget.
    Find,
    /// A source falls short of the co-funding that it owes.
    FallShort,
}

/// A rule of a minimal set that cannot be kept together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Clash {
    /// The rule with its amount.
    #[serde(flatten)]
    pub rule: StatedRule,
    /// Whether upkeep is charged to it.
    pub bears_upkeep: bool,
    /// Whether giving up this rule alone leaves no contradiction.
    pub enough_alone: bool,
}

/// A rule that gives way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Concession {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleDocument,
    /// Its amount before [Rp]; null as `rupiah` of a conflict's rules is.
    pub asked: Option<f64>,
    /// The way in which it gives way.
    pub change: Change,
    /// The money by which it gives way [Rp].
    pub rupiah: i64,
    /// The sites by which it gives way; of rules for sites only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_sites: Option<i64>,
    /// Its amount after [Rp]; null of co-funding.
    pub to: Option<f64>,
    /// The same as a share of its money, of a limit that is stated so.
    pub to_share: Option<f64>,
}

/// Rules that contradict each other, and the cheapest way out of all contradictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictDocument {
    /// A minimal set of rules that cannot be kept together.
    pub conflict: Vec<Clash>,
    /// The rules that give way.
    pub relaxation: Vec<Concession>,
    /// Money by which they give way in all [Rp].
    pub relaxation_total: i64,
    /// Sites by which they give way in all.
    pub relaxation_sites: i64,
    /// Lower bound on what any way out costs [Rp], a site counted as the dearest opening that its rule concerns.
    pub relaxation_bound: f64,
    /// The origin of that bound; with whole numbers the solver's search.
    pub relaxation_bound_by: BoundByKey,
}

/// In which way a rule gives way.
pub fn change(teller: &RuleTeller<'_>, rule: Rule) -> Change {
    match rule {
        Rule::Limit(number) if teller.model.limits[number].kind == LimitKind::Floor => Change::Lower,
        Rule::Minimum(..)
        | Rule::LeastLine(..)
        | Rule::Locked(..)
        | Rule::Sites(_, SiteBound::AtLeast)
        | Rule::Coverage(..) => Change::Lower,
        Rule::Budget(..) => Change::Find,
        Rule::Cofunding(..) => Change::FallShort,
        _ => Change::Raise,
    }
}

/// The sources with the money that the way out finds for them.
fn richer(teller: &RuleTeller<'_>, conflict: &Conflict) -> Vec<Source> {
    let mut sources = teller.model.sources.clone();
    for concession in &conflict.relaxation {
        if let Rule::Budget(source, year) = concession.rule {
            sources[source.index()].amounts[year].0 += concession.rupiah;
        }
    }
    sources
}

/// The amount of a rule that has given way by `rupiah` [Rp]. A limit that is a share moves with the money found.
pub fn amount_after(teller: &RuleTeller<'_>, conflict: &Conflict, rule: Rule, rupiah: f64) -> f64 {
    let signed = if change(teller, rule) == Change::Lower { -rupiah } else { rupiah };
    let before = match rule {
        Rule::Limit(number) => teller.model.limits[number].rupiah(&richer(teller, conflict)),
        _ => teller.amount(rule),
    };
    (before + signed).max(0.0)
}

/// The same as a share of its money, for a limit that is stated so.
pub fn share_after(teller: &RuleTeller<'_>, conflict: &Conflict, rule: Rule, rupiah: f64) -> Option<f64> {
    let Rule::Limit(number) = rule else { return None };
    let limit = &teller.model.limits[number];
    let LimitBound::Share(_) = limit.bound else { return None };
    let money = Limit { bound: LimitBound::Share(1.0), ..limit.clone() }.rupiah(&richer(teller, conflict));
    (money > 0.0).then(|| amount_after(teller, conflict, rule, rupiah) / money)
}

impl ConflictDocument {
    /// A conflict in the words of its scenario.
    pub fn of(teller: &RuleTeller<'_>, conflict: &Conflict) -> Self {
        let clash = |clash: &crate::opt::Clash| Clash {
            rule: teller.stated(clash.rule),
            bears_upkeep: clash.upkeep,
            enough_alone: clash.enough,
        };
        let concession = |own: &crate::opt::Concession| {
            let StatedRule { rule, rupiah: asked } = teller.stated(own.rule);
            let by = own.rupiah as f64;
            Concession {
                rule,
                asked,
                change: change(teller, own.rule),
                rupiah: own.rupiah,
                by_sites: matches!(own.rule, Rule::Sites(..)).then_some(own.sites),
                // A shortfall of co-funding does not tell what the source pays in the end.
                to: (!matches!(own.rule, Rule::Cofunding(..)))
                    .then(|| amount_after(teller, conflict, own.rule, by)),
                to_share: share_after(teller, conflict, own.rule, by),
            }
        };
        Self {
            conflict: conflict.rules.iter().map(clash).collect(),
            relaxation: conflict.relaxation.iter().map(concession).collect(),
            relaxation_total: conflict.relaxation.iter().map(|c| c.rupiah).sum(),
            relaxation_sites: conflict.relaxation.iter().map(|c| c.sites).sum(),
            relaxation_bound: conflict.least,
            relaxation_bound_by: conflict.least_by.into(),
        }
    }
}
