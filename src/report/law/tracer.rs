//! The writer of the law trace: rows with their places, and the words for what they answer to.

use super::row::LawRow;
use crate::language::text;
use crate::model::{ClusterId, FacilityType, InterventionId, Model};
use crate::report::language::Text;
use crate::result::law::{LawKey, file_of};
use crate::scenario::StatedNumber;
use crate::study::PlanStudy;

/// Paragraph (6) with the letter of a type.
pub(super) fn letter(facility: FacilityType) -> String {
    format!("(6){}", facility.letter())
}

pub(super) fn synergy() -> Vec<String> {
    vec!["(1)".to_string(), "(7)".to_string()]
}

/// The writer of the trace.
pub(super) struct Tracer<'a> {
    pub(super) model: &'a Model,
    pub(super) numbers: &'a [StatedNumber],
    pub(super) study: Option<&'a PlanStudy>,
    pub(super) rows: Vec<LawRow>,
}

pub(super) fn minimum_key(model: &Model, c: ClusterId, i: InterventionId) -> String {
    let line = &model.chain_of(c).interventions[i.index()].key;
    format!("{}/minimum/{line}", model.clusters[c.index()].key)
}

impl Tracer<'_> {
    /// Adds a row that answers to these paragraphs; the policy is where the scenario states it.
    pub(super) fn add(
        &mut self,
        kind: LawKey,
        key: &str,
        rule: Text,
        paragraphs: Vec<String>,
    ) -> &mut LawRow {
        let place = self.place(key);
        let policy = if place.is_empty() { String::new() } else { format!("{}, {key}", file_of(&place)) };
        let policy = Text::same(policy);
        self.rows.push(LawRow {
            kind,
            key: key.to_string(),
            rule,
            paragraphs,
            policy,
            place,
            asked: None,
            stands: None,
            unit: String::new(),
            binding: None,
        });
        let last = self.rows.len() - 1;
        &mut self.rows[last]
    }

    /// Where the number of this key, or the first of its parts, is stated.
    pub(super) fn place(&self, key: &str) -> String {
        let of = |number: &&StatedNumber| {
            number.name.strip_prefix(key).is_some_and(|end| end.is_empty() || end.starts_with('.'))
        };
        self.numbers.iter().find(of).map_or_else(String::new, |number| number.place.clone())
    }

    /// Where the number of this key comes from, as the scenario says.
    pub(super) fn reference(&self, key: &str) -> Option<String> {
        self.numbers.iter().find(|number| number.name == key).and_then(|n| n.provenance.source.clone())
    }
}

/// Within so much of an amount a rule counts as binding.
pub(super) fn near(amount: f64) -> f64 {
    1.0_f64.min(1e-3 * amount.abs()).max(1e-6 * amount.abs())
}

/// The policy that a rule of scenario.toml answers to: its own word, else that of the scenario.
pub(super) fn policy(law: Option<&String>, list: &str, number: usize) -> Text {
    match law {
        Some(law) => Text::same(law),
        None => text!(
            en: "policy of the scenario: scenario.toml, {list}[{number}]",
            id: "kebijakan skenario: scenario.toml, {list}[{number}]",
        ),
    }
}
