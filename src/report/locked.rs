//! Locked lines in results: how much of a plan was committed already.

use super::language::{Lang, Text};
use super::page::{Cell, Section, Table, both, words};
use crate::model::{ClusterId, InterventionId, Model, SourceId};

/// True if the scenario locks anything.
pub(super) fn any(model: &Model) -> bool {
    !model.locked.lines.lines().is_empty()
}

/// `locked line of Regency budget for equipment in Utara in 2027`.
pub(super) fn name(
    model: &Model,
    s: SourceId,
    c: ClusterId,
    i: InterventionId,
    y: usize,
    lang: Lang,
) -> String {
    let source = lang.title(&model.sources[s.index()].title);
    let line = lang.title(&model.chain_of(c).interventions[i.index()].title);
    let (cluster, year) = (lang.title(&model.clusters[c.index()].title), model.horizon.calendar_year(y));
    match lang {
        Lang::Id => format!("belanja terikat {source} untuk {line} di {cluster} tahun {year}"),
        Lang::En => format!("locked line of {source} for {line} in {cluster} in {year}"),
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

/// The section of `check`: what is locked, if anything is.
pub(super) fn section(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("Locked already (rupiah)", "Sudah terikat (rupiah)"));
    let heads = [
        words("source", "sumber"),
        words("cluster", "klaster"),
        words("intervention", "intervensi"),
        words("year", "tahun"),
        words("locked", "terikat"),
    ];
    let mut table = Table::new(heads.to_vec(), 4);
    for line in model.locked.lines.lines() {
        table.row(vec![
            Cell::name(&model.sources[line.source.index()].key),
            Cell::name(&model.clusters[line.cluster.index()].key),
            Cell::name(&model.chain_of(line.cluster).interventions[line.intervention.index()].key),
            Cell::name(model.horizon.calendar_year(line.year).to_string()),
            Cell::Rupiah(line.amount.0 as f64),
        ]);
    }
    section.table(table);
    any(model).then_some(section)
}
