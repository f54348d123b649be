//! Reads the kinds of events of `scenario.toml`: rates, severities, durations, and the capacities they strike.

use super::super::chain::ChainDraft;
use super::super::file::{CertainFile, EventFile, NumberFile};
use super::super::named::Named;
use super::super::number::{Provenance, Range, Stated, Unit, Value, certain, from_toml};
use super::super::phrase;
use super::super::shape::is_key;
use super::draft::{Context, Converter, EventDraft};
use crate::language::text;
use crate::model::{Distribution, Event};

impl Converter<'_> {
    /// Reads one kind of event; `None`, with the faults noted, where it cannot be.
    pub(super) fn event(&mut self, key: &str, file: &EventFile, context: &Context<'_>) -> Option<EventDraft> {
        let path = format!("events.{key}");
        let place = context.document.place(&path);
        if !is_key(key) {
            self.faults.expected(&place, phrase::the_name(key), phrase::shape_of_keys());
        }
        let before = self.faults.count();
        let rate = self.certain_of(&file.rate, &format!("{path}.rate"), "events/year", context);
        let dispersion = file
            .dispersion
            .as_ref()
            .map(|number| self.certain_of(number, &format!("{path}.dispersion"), "", context));
        let severity = self.of_each(&file.severity, &format!("{path}.severity"), context);
        let duration = self.of_each(&file.duration, &format!("{path}.duration"), context);
        let starts = self.starts(file, &path, context);
        let mut all_known = true;
        for (list, part, kind, known) in [
            (&file.regions, "regions", Named::Region, &context.names.regions),
            (&file.chains, "chains", Named::Chain, &context.names.chains),
        ] {
            for (i, name) in list.iter().flatten().enumerate() {
                if !known.contains(&name.as_str()) {
                    all_known = false;
                    if part == "regions" && !context.names.places_known {
                        continue;
                    }
                    let place = context.document.place(&format!("{path}.{part}[{i}]"));
                    self.faults.unknown(&place, kind, name, known);
                }
            }
        }
        let draft = EventDraft {
            key: key.to_string(),
            event: Event { rate, dispersion, severity, duration, starts },
            hits: file.hits.clone(),
            shared: file.shared.map(|word| word.0),
            regions: file.regions.clone(),
            chains: file.chains.clone(),
        };
        // An unknown place might have added clusters that the events strike.
        if all_known {
            self.check_hits(&draft, &path, context);
        }
        if self.faults.count() == before
            && let Err(why) = draft.event.validate()
        {
            self.faults.add(
                &place,
                text!(en: "this event cannot be: {why}", id: "kejadian ini tidak mungkin: {why}", why),
            );
        }
        (self.faults.count() == before).then_some(draft)
    }

    /// A certain number of an event.
    fn certain_of(&mut self, number: &CertainFile, path: &str, unit: &str, context: &Context<'_>) -> f64 {
        let unit = if unit.is_empty() { Unit::None } else { Unit::Exactly(unit.to_string()) };
        let stated = certain(number, context.document, path);
        self.note(path, &stated);
        let checked = stated.checked(&unit, Range::NonNegative, context.rules, self.faults);
        match checked.value {
            Value::Certain(value) => value,
            Value::Uncertain(_) => 0.0,
        }
    }

    /// The severity or duration, drawn for each event.
    fn of_each(&mut self, number: &NumberFile, path: &str, context: &Context<'_>) -> Distribution {
        let stated = from_toml(number, context.document, path, context.data, self.faults);
        self.note(path, &stated);
        let (unit, range) = if path.ends_with("severity") {
            (Unit::Share, Range::Share)
        } else {
            (Unit::Exactly("periods".to_string()), Range::NonNegative)
        };
        let checked = stated.checked_for_events(&unit, range, context.rules, self.faults);
        match checked.value {
            Value::Certain(value) => Distribution::Discrete { values: vec![value], weights: vec![1.0] },
            Value::Uncertain(distribution) => distribution,
        }
    }

    fn starts(&mut self, file: &EventFile, path: &str, context: &Context<'_>) -> Vec<f64> {
        let periods = context.rules.periods_per_year;
        let Some(list) = &file.starts else { return vec![1.0 / periods as f64; periods] };
        let path = format!("{path}.starts");
        if list.len() != periods {
            self.faults.expected(
                &context.document.place(&path),
                text!(
                    en: "starts has {count} entries",
                    id: "starts berisi {count} entri",
                    count = list.len(),
                ),
                phrase::one_a_period(periods),
            );
        }
        let mut shares = Vec::new();
        let mut told: Option<Stated> = None;
        for (i, number) in list.iter().enumerate() {
            let stated = certain(number, context.document, &format!("{path}[{i}]"));
            let checked = stated.checked(&Unit::Share, Range::Share, context.rules, self.faults);
            if let Value::Certain(share) = checked.value {
                shares.push(share);
            }
            // A list counts as one number, which comes from where the first entry that says so comes from.
            if told.as_ref().is_none_or(|known| known.provenance == Provenance::default()) {
                told = Some(stated);
            }
        }
        if let Some(stated) = told {
            self.note(&path, &stated);
        }
        shares
    }

    /// Every capacity named is one of a chain that events of this kind reach, and they reach some cluster.
    fn check_hits(&mut self, draft: &EventDraft, path: &str, context: &Context<'_>) {
        let here = context.document.place(&format!("{path}.hits"));
        if draft.hits.is_empty() {
            self.faults.expected(
                &here,
                phrase::empty_list(),
                text!(
                    en: "the capacities that these events strike",
                    id: "kapasitas yang terkena kejadian ini",
                ),
            );
        }
        // Where a chain could not be read, nobody knows what it has.
        if context.chains.iter().any(Option::is_none) || context.clusters.is_empty() {
            return;
        }
        let reached: Vec<&ChainDraft> = context
            .clusters
            .iter()
            .filter_map(|cluster| Some((cluster, context.chains[cluster.chain?].as_ref()?)))
            .filter(|(cluster, chain)| draft.strikes_at(&cluster.region, &chain.key))
            .map(|(_, chain)| chain)
            .collect();
        if reached.is_empty() {
            let place = context.document.place(path);
            self.faults.help(
                &place,
                text!(
                    en: "these events strike no cluster",
                    id: "kejadian ini tidak mengenai klaster mana pun",
                ),
                text!(en: "widen their regions or chains", id: "perluas regions atau chains-nya"),
            );
            return;
        }
        let mut known: Vec<&str> = reached
            .iter()
            .flat_map(|chain| chain.chain.capacities.iter().map(|capacity| capacity.key.as_str()))
            .collect();
        known.sort_unstable();
        known.dedup();
        for (i, hit) in draft.hits.iter().enumerate() {
            let place = context.document.place(&format!("{path}.hits[{i}]"));
            if !known.contains(&hit.as_str()) {
                self.faults.unknown(&place, Named::Capacity, hit, &known);
            } else if draft.hits[..i].contains(hit) {
                self.faults.add(&place, phrase::twice(Named::Capacity, hit));
            }
        }
    }
}
