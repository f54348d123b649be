//! Rules in whole numbers as part of a conflict: minimum sizes.

use serde_json::{Value, json};

use super::super::language::Lang;
use super::Told;
use crate::opt::builder::Rule;

/// The word of a rule in JSON.
pub(super) fn kind(rule: Rule) -> &'static str {
    match rule {
        Rule::Minimum(..) => "minimum_size",
        _ => "other",
    }
}

impl Told<'_> {
    /// What else no allocation keeps, where whole numbers play a part.
    pub(super) fn also(&self, lang: Lang) -> &'static str {
        let rules = self.conflict.rules.iter().map(|clash| clash.rule);
        let given = self.conflict.relaxation.iter().map(|concession| concession.rule);
        if rules.chain(given).any(|rule| matches!(rule, Rule::Minimum(..))) {
            return lang.pick(" beserta ukuran minimum", " together with minimum sizes");
        }
        ""
    }

    /// `minimum size of equipment in Utara`.
    pub(super) fn whole_name(&self, rule: Rule, lang: Lang) -> String {
        match rule {
            Rule::Minimum(c, i) => format!(
                "{} {} {} {}",
                lang.pick("ukuran minimum", "minimum size of"),
                lang.title(&self.model.chain_of(c).interventions[i.index()].title),
                lang.pick("di", "in"),
                lang.title(&self.model.clusters[c.index()].title)
            ),
            _ => format!("{rule:?}"),
        }
    }

    /// The amount of a rule [Rp].
    pub(super) fn whole_amount(&self, rule: Rule) -> f64 {
        match rule {
            Rule::Minimum(c, i) => self.model.clusters[c.index()].interventions[i.index()].minimum.as_f64(),
            _ => 0.0,
        }
    }

    /// The key under which a rule is written: by the cluster where it says so, else by its chain.
    pub(super) fn whole_key(&self, rule: Rule) -> String {
        let Rule::Minimum(c, i) = rule else { return String::new() };
        let chain = self.model.chain_of(c);
        let line = format!("minimum/{}", chain.interventions[i.index()].key);
        let own = format!("{}/{line}", self.model.clusters[c.index()].key);
        if self.numbers.iter().any(|number| number.name == own) {
            own
        } else {
            format!("{}/{line}", chain.key)
        }
    }

    /// What a rule in whole numbers adds to its object.
    pub(super) fn add_whole_json(&self, rule: Rule, told: &mut Value) {
        if let Rule::Minimum(c, i) = rule {
            told["cluster"] = json!(self.model.clusters[c.index()].key);
            told["intervention"] = json!(self.model.chain_of(c).interventions[i.index()].key);
        }
    }
}
