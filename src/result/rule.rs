//! Rules of a scenario that a plan may break or that may contradict each other: what each asks, where it is written and the
//! law it answers to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::coverage::{law_of_letter, need};
use super::estimate::Title;
use super::keys;
use super::limits::{EligibleLists, place_key};
use super::words::{FacilityKey, SiteBoundKey};
use crate::model::{
    ClusterId, FacilityType, InterventionId, Limit, LimitBound, LimitKind, Model, Need, SiteRule, SourceId,
};
use crate::opt::builder::{Rule, SiteBound};
use crate::scenario::StatedNumber;

/// The output that a minimum of coverage asks for, where it asks for no money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityNeed {
    /// The capacity.
    pub capacity: String,
    /// Its unit.
    pub unit: String,
    /// Units per period beyond what stands.
    pub units: f64,
}

/// The other keys of a floor or cap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitPart {
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Lines that it is on.
    #[serde(flatten)]
    pub lists: EligibleLists,
}

/// The line of money that a rule is on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinePart {
    /// The cluster.
    pub cluster: String,
    /// The intervention.
    pub intervention: String,
}

/// The kind of a rule, with the keys that are its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleAbout {
    /// A floor.
    Floor(LimitPart),
    /// A cap.
    Cap(LimitPart),
    /// The budget of a source in a year.
    Budget,
    /// A co-funding rule: its ratio is `share`, and `rupiah` is null.
    Cofunding {
        /// The sources whose spending counts.
        to_sources: Vec<String>,
        /// Where: a region, the key of a cluster, or `all`.
        place: String,
    },
    /// The minimum size of an intervention in a cluster.
    MinimumSize(LinePart),
    /// A locked line.
    Locked(LinePart),
    /// Whole units of an intervention in a cluster.
    WholeUnits(LinePart),
    /// The most units of an intervention in a cluster.
    MostUnits(LinePart),
    /// The least line of a source.
    LeastLine(LinePart),
    /// The grain of a source.
    Grain(LinePart),
    /// A rule for sites.
    Sites {
        /// The candidates it is on.
        candidates: Vec<String>,
        /// Its bound.
        asks: SiteBoundKey,
        /// Sites that it asks for or allows.
        sites: usize,
        /// Least potential of a site; null where it states none.
        minimum_potential: Option<f64>,
    },
    /// A minimum of coverage in a cluster; `rupiah` is null where it asks for an output.
    Coverage {
        /// The cluster.
        cluster: String,
        /// The output, where it asks for one.
        #[serde(flatten)]
        output: Option<CapacityNeed>,
    },
    /// A row of the program that no rule of the scenario states.
    Other,
}

/// A rule, without its amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleDocument {
    /// Its kind, with the keys that are its own.
    #[serde(flatten)]
    pub about: RuleAbout,
    /// Its source; null: all.
    pub source: Option<String>,
    /// Calendar year; null: all.
    pub year: Option<i32>,
    /// Its facility type; null where it is on all.
    pub facility_type: Option<FacilityKey>,
    /// The law that it states itself, else the letter of Article 89 paragraph (6); null where it answers to neither.
    pub law: Option<String>,
    /// Its size as a share of money, where it is stated so.
    pub share: Option<f64>,
    /// The key under which it is written, such as `limits[0]`.
    pub key: String,
    /// The file in which it is written; null where that is not known.
    pub file: Option<String>,
    /// The line of the file, of TOML.
    pub line: Option<usize>,
    /// The row of the file, of a table.
    pub row: Option<usize>,
    /// Whether `--budget` changed it.
    pub scaled: bool,
}

/// A rule with its amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatedRule {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleDocument,
    /// Its amount [Rp]; null of co-funding, and of a minimum that asks for an output.
    pub rupiah: Option<f64>,
}

/// The key under which a rule of money is written: `budget/SOURCE/YEAR`, `limits[0]`, `cofunding[0]`; empty for any other rule.
pub fn money_key(model: &Model, rule: Rule) -> String {
    match rule {
        Rule::Limit(number) => format!("limits[{number}]"),
        Rule::Budget(source, year) => {
            format!("budget/{}/{}", model.sources[source.index()].key, model.horizon.calendar_year(year))
        }
        Rule::Cofunding(number, _) => format!("cofunding[{number}]"),
        _ => String::new(),
    }
}

/// The name of the number of a locked line: `locked/apbd/utara/alat/2027`.
pub(crate) fn locked_key(model: &Model, s: SourceId, c: ClusterId, i: InterventionId, y: usize) -> String {
    let line = &model.chain_of(c).interventions[i.index()].key;
    let (source, cluster) = (&model.sources[s.index()].key, &model.clusters[c.index()].key);
    format!("locked/{source}/{cluster}/{line}/{}", model.horizon.calendar_year(y))
}

/// How many sites a rule asks for or allows.
pub(crate) fn sites_asked(rule: &SiteRule, bound: SiteBound) -> usize {
    match bound {
        SiteBound::AtMost => rule.at_most.unwrap_or(0),
        SiteBound::AtLeast => rule.at_least.unwrap_or(0),
        SiteBound::Potential => 0,
    }
}

/// Tells rules in the words of their scenario.
#[derive(Debug, Clone, Copy)]
pub struct RuleTeller<'a> {
    /// The model.
    pub model: &'a Model,
    /// The numbers of its scenario, which know their places.
    pub numbers: &'a [StatedNumber],
    /// Whether the budgets are scaled to another total than the one written.
    pub scaled: bool,
}

impl RuleTeller<'_> {
    /// The facility type that a rule is on.
    pub fn facility(&self, rule: Rule) -> Option<FacilityType> {
        match rule {
            Rule::Limit(number) => self.model.limits[number].facility(),
            Rule::Minimum(c, i)
            | Rule::Locked(_, c, i, _)
            | Rule::Units(c, i, _)
            | Rule::MostUnits(c, i)
            | Rule::LeastLine(_, c, i, _)
            | Rule::Grain(_, c, i, _) => Some(self.model.chain_of(c).interventions[i.index()].facility),
            Rule::Coverage(number, _) => Some(self.model.coverage.minima[number].facility),
            _ => None,
        }
    }

    /// The law that a rule states itself.
    pub fn own_law(&self, rule: Rule) -> Option<&String> {
        match rule {
            Rule::Limit(number) => self.model.limits[number].law.as_ref(),
            Rule::Cofunding(number, _) => self.model.cofunding[number].law.as_ref(),
            Rule::Coverage(number, _) => self.model.coverage.minima[number].law.as_ref(),
            _ => None,
        }
    }

    /// The amount of a rule [Rp].
    pub fn amount(&self, rule: Rule) -> f64 {
        match rule {
            Rule::Limit(number) => self.model.limits[number].rupiah(&self.model.sources),
            Rule::Budget(source, year) => self.model.sources[source.index()].amounts[year].as_f64(),
            Rule::Minimum(c, i) => self.model.clusters[c.index()].interventions[i.index()].minimum.as_f64(),
            Rule::Locked(s, c, i, y) => self.model.locked.amount(s, c, i, y) as f64,
            Rule::Units(c, i, _) => self.model.unit(c, i).map_or(0.0, |unit| unit.cost.as_f64()),
            Rule::MostUnits(c, i) => self.model.most_bought(c, i).map_or(0.0, |most| most as f64),
            Rule::LeastLine(s, ..) => self.model.least_line(s).as_f64(),
            Rule::Grain(s, ..) => self.model.grain(s).as_f64(),
            Rule::Coverage(number, c) => match need(self.model, number, c) {
                Some(Need::Money(rupiah)) => rupiah.as_f64(),
                Some(Need::Capacity { units, price, .. }) => units * price,
                None => 0.0,
            },
            _ => 0.0,
        }
    }

    /// The key under which a rule is written: a minimum size by the cluster where it says so, else by its chain.
    pub fn key(&self, rule: Rule) -> String {
        match rule {
            Rule::Limit(_) | Rule::Cofunding(..) | Rule::Budget(..) => money_key(self.model, rule),
            Rule::Minimum(c, i) => {
                let chain = self.model.chain_of(c);
                let line = format!("minimum/{}", chain.interventions[i.index()].key);
                let own = format!("{}/{line}", self.model.clusters[c.index()].key);
                let stated = self.numbers.iter().any(|number| number.name == own);
                if stated { own } else { format!("{}/{line}", chain.key) }
            }
            Rule::Sites(number, bound) => format!("sites[{number}].{}", SiteBoundKey::from(bound).word()),
            Rule::Locked(s, c, i, y) => locked_key(self.model, s, c, i, y),
            Rule::Coverage(number, _) => format!("coverage.minimum[{number}]"),
            Rule::Units(c, i, _) => self.unit_key(c, i, "unit_cost"),
            Rule::MostUnits(c, i) => self.unit_key(c, i, "at_most"),
            Rule::LeastLine(s, ..) => format!("sources.{}.least_line", keys::source(self.model, s)),
            Rule::Grain(s, ..) => format!("sources.{}.grain", keys::source(self.model, s)),
            _ => String::new(),
        }
    }

    /// The name of a number of an intervention's unit.
    fn unit_key(&self, c: ClusterId, i: InterventionId, number: &str) -> String {
        let chain = self.model.chain_of(c);
        format!("{}/interventions.{}.{number}", chain.key, chain.interventions[i.index()].key)
    }

    /// The number of the scenario that states a rule's amount.
    pub fn written(&self, rule: Rule) -> Option<&StatedNumber> {
        let key = self.key(rule);
        let sized = |name: &str| {
            name.strip_prefix(key.as_str()).is_some_and(|end| {
                matches!(end, "" | ".share" | ".amount" | ".ratio" | ".amount_per_enterprise" | ".units")
            })
        };
        self.numbers.iter().find(|number| sized(&number.name))
    }

    fn line(&self, c: ClusterId, i: InterventionId) -> LinePart {
        LinePart { cluster: keys::cluster(self.model, c), intervention: keys::intervention(self.model, c, i) }
    }

    fn limit(&self, limit: &Limit) -> RuleAbout {
        let part = LimitPart {
            title: limit.title.as_ref().map(Into::into),
            lists: EligibleLists::of(self.model, &limit.of),
        };
        match limit.kind {
            LimitKind::Floor => RuleAbout::Floor(part),
            LimitKind::Cap => RuleAbout::Cap(part),
        }
    }

    fn output(&self, number: usize, c: ClusterId) -> Option<CapacityNeed> {
        let Some(Need::Capacity { capacity, units, .. }) = need(self.model, number, c) else { return None };
        let known = &self.model.chain_of(c).capacities[capacity.index()];
        Some(CapacityNeed { capacity: known.key.clone(), unit: known.unit.clone(), units })
    }

    fn about(&self, rule: Rule) -> RuleAbout {
        match rule {
            Rule::Limit(number) => self.limit(&self.model.limits[number]),
            Rule::Budget(..) => RuleAbout::Budget,
            Rule::Cofunding(number, at) => {
                let own = &self.model.cofunding[number];
                RuleAbout::Cofunding {
                    to_sources: own.to.iter().map(|s| keys::source(self.model, *s)).collect(),
                    place: place_key(self.model, own, at),
                }
            }
            Rule::Minimum(c, i) => RuleAbout::MinimumSize(self.line(c, i)),
            Rule::Locked(_, c, i, _) => RuleAbout::Locked(self.line(c, i)),
            Rule::Units(c, i, _) => RuleAbout::WholeUnits(self.line(c, i)),
            Rule::MostUnits(c, i) => RuleAbout::MostUnits(self.line(c, i)),
            Rule::LeastLine(_, c, i, _) => RuleAbout::LeastLine(self.line(c, i)),
            Rule::Grain(_, c, i, _) => RuleAbout::Grain(self.line(c, i)),
            Rule::Sites(number, bound) => {
                let own = &self.model.sites[number];
                RuleAbout::Sites {
                    candidates: keys::clusters(self.model, &own.candidates),
                    asks: bound.into(),
                    sites: sites_asked(own, bound),
                    minimum_potential: own.minimum_potential,
                }
            }
            Rule::Coverage(number, c) => {
                RuleAbout::Coverage { cluster: keys::cluster(self.model, c), output: self.output(number, c) }
            }
            _ => RuleAbout::Other,
        }
    }

    /// A rule without its amount.
    pub fn document(&self, rule: Rule) -> RuleDocument {
        let (source, year) = match rule {
            Rule::Limit(number) => {
                let limit = &self.model.limits[number];
                (limit.source, limit.year)
            }
            Rule::Budget(source, year)
            | Rule::Locked(source, _, _, year)
            | Rule::LeastLine(source, _, _, year)
            | Rule::Grain(source, _, _, year) => (Some(source), Some(year)),
            Rule::Units(_, _, year) => (None, Some(year)),
            Rule::Cofunding(number, at) => (Some(self.model.cofunding[number].source), at.year),
            _ => (None, None),
        };
        let share = match rule {
            Rule::Limit(number) => match self.model.limits[number].bound {
                LimitBound::Share(share) => Some(share),
                LimitBound::Amount(_) => None,
            },
            Rule::Cofunding(number, _) => Some(self.model.cofunding[number].ratio),
            _ => None,
        };
        let place = self.written(rule).map(|number| number.place.as_str());
        let at = |word: &str| -> Option<(&str, usize)> {
            let (file, number) = place?.split_once(word)?;
            Some((file, number.parse().ok()?))
        };
        let (line, row) = (at(" line "), at(" row "));
        let facility = self.facility(rule);
        RuleDocument {
            about: self.about(rule),
            source: source.map(|s| keys::source(self.model, s)),
            year: year.map(|y| self.model.horizon.calendar_year(y)),
            facility_type: facility.map(Into::into),
            law: self.own_law(rule).cloned().or_else(|| facility.map(law_of_letter)),
            share,
            key: self.key(rule),
            file: line.or(row).map(|(file, _)| file).or(place).map(str::to_string),
            line: line.map(|(_, number)| number),
            row: row.map(|(_, number)| number),
            scaled: self.scaled && matches!(rule, Rule::Budget(..)),
        }
    }

    /// A rule with its amount.
    pub fn stated(&self, rule: Rule) -> StatedRule {
        let document = self.document(rule);
        let money = !matches!(
            &document.about,
            RuleAbout::Cofunding { .. } | RuleAbout::Coverage { output: Some(_), .. }
        );
        StatedRule { rule: document, rupiah: money.then(|| self.amount(rule)) }
    }
}
