//! Rules that a given plan breaks: by how much, where, and the law that each answers to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::coverage::{law_of_letter, need};
use super::keys;
use super::limits::place_key;
use super::rule::RuleTeller;
use super::words::FacilityKey;
use crate::model::rule::sites_off;
use crate::model::{ClusterId, InterventionId, LimitKind, Model, Need, Rule, SourceId, Violation};
use crate::opt::builder::Rule as ProgramRule;
use crate::study::Broken;
use crate::study::judge::{StatedOff, UnitsOff};

/// The kind of a rule that a plan breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKindKey {
    /// A source spends more in a year than it has, upkeep and what is carried over included.
    Budget,
    /// Less than a floor asks for.
    Floor,
    /// More than a cap allows.
    Cap,
    /// A source adds less than its share to what others spend.
    Cofunding,
    /// A supported cluster gets less than the minimum of a facility type.
    Coverage,
    /// A line has less than is committed already.
    Locked,
    /// A source that decides nothing spends more than is committed.
    Closed,
    /// An intervention gets some money, and less than its minimum size.
    MinimumSize,
    /// An opening gets another amount than its fixed cost.
    OpeningCost,
    /// A candidate is opened once more.
    OpenedOnce,
    /// A candidate gets money before it is opened.
    OpenedBefore,
    /// A rule for sites.
    Sites,
    /// The money buys no whole number of units.
    WholeUnits,
    /// A cluster gets more units than it may have.
    MostUnits,
    /// A line is below the least line of its source.
    LeastLine,
    /// A line is no multiple of the grain of its source.
    Grain,
    /// A source pays for what it may not fund.
    Eligibility,
    /// The units of a line come to other rupiah than it states.
    Units,
    /// The cost of a unit that a line states is not the scenario's.
    UnitCost,
    /// The unit that a line states is not the scenario's.
    Unit,
}

/// A rule that a plan breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ViolationDocument {
    /// Its kind.
    pub kind: RuleKindKey,
    /// Whether plans are held to it; false of coverage that is only advised.
    pub binding: bool,
    /// The source; null where it is on all, or on several together.
    pub source: Option<String>,
    /// The cluster; null where it is on several.
    pub cluster: Option<String>,
    /// The intervention; null where it is on several.
    pub intervention: Option<String>,
    /// Calendar year; null where it is on all.
    pub year: Option<i32>,
    /// Of co-funding, where it falls short: a region, the key of a cluster, or `all`; else null.
    pub place: Option<String>,
    /// The facility type; null where it is on all.
    pub facility_type: Option<FacilityKey>,
    /// The law that the rule states, else the letter of Article 89 paragraph (6); null where it answers to neither.
    pub law: Option<String>,
    /// The key under which the rule is written, such as `limits[0]`; empty where it has none.
    pub key: String,
    /// The place in the scenario where its amount is written; null where that is not known, and of budgets that `--budget` scaled.
    pub written: Option<String>,
    /// Money of the plan that the rule counts [Rp]; null of rules for sites.
    pub rupiah: Option<i64>,
    /// The nearest amount that would keep it [Rp]; null of rules for sites, of coverage by an output and of the name of a unit.
    pub keeps_at: Option<i64>,
    /// Rupiah by which it is broken: missing of a least amount, beyond a greatest one, or away from the nearest amount that keeps it. Of
    /// coverage by an output it is what the missing output costs; of the cost of a unit it is of one unit; 0 of rules for sites and of the
    /// name of a unit.
    pub by_rupiah: i64,
    /// Units of a rule that does not count money by which it is broken; null of any other.
    pub by: Option<f64>,
    /// Their unit: `sites`, or that of a capacity.
    pub unit: Option<String>,
    /// Row of the plan's table, or entry of its list (from 1), of units that disagree; else null.
    pub row: Option<usize>,
}

/// The rule of the program that stands for a rule of the model, where one does.
pub(crate) fn program_rule(rule: Rule) -> Option<ProgramRule> {
    Some(match rule {
        Rule::Budget(source, year) => ProgramRule::Budget(source, year),
        Rule::Limit(number) => ProgramRule::Limit(number),
        Rule::Cofunding(number, at) => ProgramRule::Cofunding(number, at),
        Rule::Coverage(number, cluster) => ProgramRule::Coverage(number, cluster),
        Rule::Locked(s, c, i, y) | Rule::Closed(s, c, i, y) => ProgramRule::Locked(s, c, i, y),
        Rule::MinimumSize(c, i, _) => ProgramRule::Minimum(c, i),
        Rule::Sites(number, bound) => ProgramRule::Sites(number, bound),
        Rule::WholeUnits(c, i, y) => ProgramRule::Units(c, i, y),
        Rule::MostUnits(c, i) => ProgramRule::MostUnits(c, i),
        Rule::LeastLine(s, c, i, y) => ProgramRule::LeastLine(s, c, i, y),
        Rule::Grain(s, c, i, y) => ProgramRule::Grain(s, c, i, y),
        Rule::OpeningCost(..) | Rule::OpenedOnce(..) | Rule::OpenedBefore(..) | Rule::Eligibility(..) => {
            return None;
        }
    })
}

/// The money of one thing in a cluster that a rule is on: its source where it is one's, and its year where it is of one.
fn line_of(rule: Rule) -> Option<(Option<SourceId>, ClusterId, InterventionId)> {
    match rule {
        Rule::MinimumSize(c, i, _)
        | Rule::OpeningCost(c, i, _)
        | Rule::OpenedOnce(c, i, _)
        | Rule::OpenedBefore(c, i, _)
        | Rule::WholeUnits(c, i, _)
        | Rule::MostUnits(c, i) => Some((None, c, i)),
        Rule::Locked(s, c, i, _)
        | Rule::Closed(s, c, i, _)
        | Rule::LeastLine(s, c, i, _)
        | Rule::Grain(s, c, i, _)
        | Rule::Eligibility(s, c, i, _) => Some((Some(s), c, i)),
        Rule::Budget(..) | Rule::Limit(_) | Rule::Cofunding(..) | Rule::Coverage(..) | Rule::Sites(..) => {
            None
        }
    }
}

/// The nearest amount that keeps a rule, where the plan has `of.spent` \[Rp\].
pub(crate) fn keeps_at(model: &Model, of: &Violation) -> Option<i64> {
    let Violation { rule, rupiah, spent } = *of;
    let nearest = |size: i64, locked: i64| {
        let over = (spent - locked).rem_euclid(size);
        if over <= size - over { spent - over } else { spent + size - over }
    };
    match rule {
        Rule::Limit(number) if model.limits[number].kind == LimitKind::Floor => Some(spent + rupiah),
        Rule::Budget(..) | Rule::Limit(_) | Rule::Closed(..) | Rule::MostUnits(..) => Some(spent - rupiah),
        Rule::Cofunding(..) | Rule::Locked(..) | Rule::MinimumSize(..) | Rule::LeastLine(..) => {
            Some(spent + rupiah)
        }
        Rule::Coverage(number, cluster) => match need(model, number, cluster) {
            Some(Need::Money(rupiah)) => Some(rupiah.0),
            _ => None,
        },
        Rule::OpeningCost(c, i, _) => Some(model.clusters[c.index()].interventions[i.index()].fixed_cost.0),
        Rule::OpenedOnce(..) | Rule::OpenedBefore(..) | Rule::Eligibility(..) => Some(0),
        Rule::WholeUnits(c, i, y) => {
            Some(nearest(model.whole_unit(c, i)?.cost.0, model.locked.of_group(c, i, y)))
        }
        Rule::Grain(s, c, i, y) => Some(nearest(model.grain(s).0, model.locked.amount(s, c, i, y))),
        Rule::Sites(..) => None,
    }
}

/// Units by which a rule that does not count money is broken, and their unit.
pub(crate) fn by_units(model: &Model, of: &Violation, opened: &[ClusterId]) -> Option<(f64, String)> {
    match of.rule {
        Rule::Sites(number, bound) => {
            Some((sites_off(model, number, bound, opened) as f64, "sites".to_string()))
        }
        Rule::Coverage(number, cluster) => {
            let Some(Need::Capacity { capacity, price, .. }) = need(model, number, cluster) else {
                return None;
            };
            let unit = &model.chain_of(cluster).capacities[capacity.index()].unit;
            Some((of.rupiah as f64 / price, unit.clone()))
        }
        _ => None,
    }
}

fn kind(model: &Model, rule: Rule) -> RuleKindKey {
    match rule {
        Rule::Budget(..) => RuleKindKey::Budget,
        Rule::Limit(number) => match model.limits[number].kind {
            LimitKind::Floor => RuleKindKey::Floor,
            LimitKind::Cap => RuleKindKey::Cap,
        },
        Rule::Cofunding(..) => RuleKindKey::Cofunding,
        Rule::Coverage(..) => RuleKindKey::Coverage,
        Rule::Locked(..) => RuleKindKey::Locked,
        Rule::Closed(..) => RuleKindKey::Closed,
        Rule::MinimumSize(..) => RuleKindKey::MinimumSize,
        Rule::OpeningCost(..) => RuleKindKey::OpeningCost,
        Rule::OpenedOnce(..) => RuleKindKey::OpenedOnce,
        Rule::OpenedBefore(..) => RuleKindKey::OpenedBefore,
        Rule::Sites(..) => RuleKindKey::Sites,
        Rule::WholeUnits(..) => RuleKindKey::WholeUnits,
        Rule::MostUnits(..) => RuleKindKey::MostUnits,
        Rule::LeastLine(..) => RuleKindKey::LeastLine,
        Rule::Grain(..) => RuleKindKey::Grain,
        Rule::Eligibility(..) => RuleKindKey::Eligibility,
    }
}

impl ViolationDocument {
    /// The documents of everything that is broken, what is only advised last. `opened` are the candidates that the plan opens.
    pub fn all(teller: &RuleTeller<'_>, broken: &Broken, opened: &[ClusterId]) -> Vec<Self> {
        let rules = broken.violations.iter().map(|of| Self::of(teller, of, true, opened));
        let units = broken.units.iter().map(|of| Self::of_units(teller.model, of));
        let advised = broken.advised.iter().map(|of| Self::of(teller, of, false, opened));
        rules.chain(units).chain(advised).collect()
    }

    fn of(teller: &RuleTeller<'_>, of: &Violation, binding: bool, opened: &[ClusterId]) -> Self {
        let model = teller.model;
        let (scope, line) = (of.rule.scope(model), line_of(of.rule));
        let written = program_rule(of.rule);
        let units = by_units(model, of, opened);
        let law = of.rule.law(model).map(str::to_string);
        let place = match of.rule {
            Rule::Cofunding(number, at) => Some(place_key(model, &model.cofunding[number], at)),
            _ => None,
        };
        Self {
            kind: kind(model, of.rule),
            binding,
            source: scope.source.map(|source| keys::source(model, source)),
            cluster: scope.cluster.map(|cluster| keys::cluster(model, cluster)),
            intervention: line.map(|(_, c, i)| keys::intervention(model, c, i)),
            year: scope.year.map(|year| model.horizon.calendar_year(year)),
            place,
            facility_type: scope.facility.map(Into::into),
            law: law.or_else(|| scope.facility.map(law_of_letter)),
            key: written.map_or_else(String::new, |rule| teller.key(rule)),
            written: written
                .filter(|rule| !(teller.scaled && matches!(rule, ProgramRule::Budget(..))))
                .and_then(|rule| teller.written(rule))
                .map(|number| number.place.clone()),
            rupiah: (!matches!(of.rule, Rule::Sites(..))).then_some(of.spent),
            keeps_at: keeps_at(model, of),
            by_rupiah: of.rupiah,
            by: units.as_ref().map(|(by, _)| *by),
            unit: units.map(|(_, unit)| unit),
            row: None,
        }
    }

    fn of_units(model: &Model, of: &UnitsOff) -> Self {
        let line = &of.stated.line;
        let facility = model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
        let implied = of.stated.units.map(|units| (units * of.cost as f64).round() as i64);
        Self {
            kind: match of.off {
                StatedOff::Units => RuleKindKey::Units,
                StatedOff::UnitCost => RuleKindKey::UnitCost,
                StatedOff::Unit => RuleKindKey::Unit,
            },
            binding: true,
            source: Some(keys::source(model, line.source)),
            cluster: Some(keys::cluster(model, line.cluster)),
            intervention: Some(keys::intervention(model, line.cluster, line.intervention)),
            year: Some(model.horizon.calendar_year(line.year)),
            place: None,
            facility_type: Some(facility.into()),
            law: Some(law_of_letter(facility)),
            key: String::new(),
            written: None,
            rupiah: Some(line.amount.0),
            keeps_at: implied.filter(|_| of.off == StatedOff::Units),
            by_rupiah: of.by,
            by: None,
            unit: None,
            row: Some(of.stated.row),
        }
    }
}
