//! Which override makes a scenario invalid: a fault that only shows elsewhere is told where the change was asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::change::Override;
use super::super::convert::convert;
use super::super::diagnostic::{Fault, Faults, Place, Spot};
use super::super::edit::Edits;
use super::resolve::resolve;
use crate::language::{Text, text};

/// Most overrides that are tried one by one.
const TRIED: usize = 16;

/// The faults of a scenario with `overrides`, each told of what is to blame: those that the files have by themselves as they
/// are, the others of the override that brings them about, or of all where only several do together.
pub(crate) fn blamed(
    texts: &BTreeMap<String, String>,
    unread: &BTreeSet<String>,
    overrides: &[Override],
    faults: Vec<Fault>,
) -> Vec<Fault> {
    let own = |fault: &Fault| overrides.iter().any(|own| own.origin == fault.file);
    if faults.iter().all(own) {
        return faults;
    }
    let with = |some: &[Override]| -> Vec<Fault> {
        let mut found = Faults::default();
        let edits = if some.is_empty() { Edits::default() } else { resolve(texts, some, &mut found).edits };
        convert(texts, unread, &edits, &mut found);
        found.into_sorted()
    };
    let before = with(&[]);
    let alone: Vec<Vec<Fault>> = if overrides.len() <= TRIED {
        overrides.iter().map(|one| with(std::slice::from_ref(one))).collect()
    } else {
        Vec::new()
    };
    let mut told: Vec<Fault> = faults
        .into_iter()
        .map(|fault| {
            if own(&fault) || before.contains(&fault) {
                return fault;
            }
            let to_blame = alone.iter().position(|found| found.contains(&fault));
            let to_blame = to_blame.or((overrides.len() == 1).then_some(0));
            follows(&fault, to_blame.map(|at| &overrides[at]), overrides)
        })
        .collect();
    told.sort();
    told.dedup();
    told
}

/// A fault that follows from an override, or from all of them together.
fn follows(fault: &Fault, from: Option<&Override>, all: &[Override]) -> Fault {
    let why =
        Text::new(fault.in_language(crate::language::Lang::En), fault.in_language(crate::language::Lang::Id));
    let place = from
        .or(all.first())
        .map_or_else(Place::default, |own| Place { line: own.line, ..Place::file(&own.origin) });
    let problem = if from.is_some() {
        text!(
            en: "with this the scenario is not valid: {why}",
            id: "dengan ini skenario tidak sah: {why}",
            why,
        )
    } else {
        text!(
            en: "with this and the other changes together the scenario is not valid: {why}",
            id: "dengan ini bersama perubahan yang lain skenario tidak sah: {why}",
            why,
        )
    };
    Fault { file: place.file, line: place.line, place: Spot::Whole, problem, expected: None, help: None }
}
