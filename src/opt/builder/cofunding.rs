//! (B3) of the formulation: what a source must add to what others spend.

use std::collections::BTreeMap;

use super::terms::{Builder, Decision, Rule};
use crate::model::CofundingPlace;
use crate::opt::program::Sense;

impl Builder<'_> {
    /// (B3) Σ b\[source, place\] − ratio · Σ b\[to, place\] ≥ 0 over the lines that the source may fund, in every place where
    /// those it adds to may spend on them.
    pub(super) fn cofunding(&mut self) {
        for (number, rule) in self.model.cofunding.iter().enumerate() {
            let places = rule.places(self.model);
            let mut rows: BTreeMap<CofundingPlace, Vec<(usize, f64)>> = BTreeMap::new();
            for (j, decision) in self.decisions.iter().enumerate() {
                if let Decision::Spend(s, c, i, y) = *decision
                    && let Some(part) = rule.counts(self.model, s, c, i)
                {
                    rows.entry(rule.at(places[c.index()], y)).or_default().push((j, part));
                }
            }
            for (at, entries) in rows {
                if entries.iter().any(|(_, part)| *part < 0.0) {
                    self.row(Rule::Cofunding(number, at), entries, Sense::AtLeast, 0.0);
                }
            }
        }
    }
}
