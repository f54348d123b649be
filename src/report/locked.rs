//! Locked lines in results: how much of a plan was committed already.

use std::fmt::Write;

use serde_json::{Value, json};

use super::language::{Lang, Text};
use super::page::both;
use crate::model::{AllocationLine, ClusterId, InterventionId, Model, SourceId};

/// A line by what it is on.
pub(super) type Key = (SourceId, ClusterId, InterventionId, usize);

/// True if the scenario locks anything.
pub(super) fn any(model: &Model) -> bool {
    !model.locked.lines.lines().is_empty()
}

/// How much of a line is locked [Rp].
pub(super) fn of(model: &Model, line: &AllocationLine) -> i64 {
    model.locked.amount(line.source, line.cluster, line.intervention, line.year)
}

/// `locked line of Regency budget for equipment in Utara in 2027`.
pub(super) fn name(model: &Model, (s, c, i, y): Key, lang: Lang) -> String {
    let source = lang.title(&model.sources[s.index()].title);
    let line = lang.title(&model.chain_of(c).interventions[i.index()].title);
    let (cluster, year) = (lang.title(&model.clusters[c.index()].title), model.horizon.calendar_year(y));
    match lang {
        Lang::Id => format!("belanja terikat {source} untuk {line} di {cluster} tahun {year}"),
        Lang::En => format!("locked line of {source} for {line} in {cluster} in {year}"),
    }
}

/// The name of its number: `locked/apbd/utara/alat/2027`.
pub(super) fn key(model: &Model, (s, c, i, y): Key) -> String {
    format!(
        "locked/{}/{}/{}/{}",
        model.sources[s.index()].key,
        model.clusters[c.index()].key,
        model.chain_of(c).interventions[i.index()].key,
        model.horizon.calendar_year(y)
    )
}

/// Adds the locked lines to the model's object, where there are any.
pub(super) fn add_model(model: &Model, value: &mut Value) {
    if any(model) {
        value["locked"] = super::json::allocation(model, &model.locked.lines);
    }
}

/// Adds to a plan's object how much of it is locked, where anything is.
pub(super) fn add_plan(model: &Model, value: &mut Value) {
    if any(model) {
        value["budget"]["locked"] = json!(model.locked.lines.total());
    }
}

/// Says in a plan's summary how much of it was committed already.
pub(super) fn headline(model: &Model) -> Option<Text> {
    let said = |lang: Lang| {
        let money = lang.money(model.locked.lines.total() as f64);
        match lang {
            Lang::Id => format!(
                "Dari belanja itu {money} sudah terikat; apa yang ditambahkan keputusan ini di atasnya ada pada baris «hanya yang terikat»."
            ),
            Lang::En => format!(
                "Of this {money} is locked already; what the decision adds to that stands in the line 'locked lines alone'."
            ),
        }
    };
    any(model).then(|| both(said))
}

/// Says what is locked when a scenario is described.
pub(super) fn describe(model: &Model, lang: Lang, out: &mut String) {
    if !any(model) {
        return;
    }
    let _ = writeln!(out, "\n{}", lang.pick("Sudah terikat (rupiah):", "Locked already (rupiah):"));
    for line in model.locked.lines.lines() {
        let _ = writeln!(
            out,
            "  {} {} {} {}: {}",
            model.sources[line.source.index()].key,
            model.clusters[line.cluster.index()].key,
            model.chain_of(line.cluster).interventions[line.intervention.index()].key,
            model.horizon.calendar_year(line.year),
            lang.number(line.amount.0 as f64, 0)
        );
    }
}
