//! Pools in results: a row each in `check`.

use super::page::{Cell, Section, Table, both, titled, words};
use crate::model::Model;

/// The section of `check`: every pool with what it holds at means, who draws on it, and the law it answers to.
pub(super) fn section(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("Pools that clusters share", "Kolam yang dipakai bersama"));
    let heads = [
        words("pool", "kolam"),
        words("capacity", "kapasitas"),
        words("holds", "isi"),
        words("clusters", "klaster"),
        words("answers to", "dasar"),
        words("shared by", "dipakai oleh"),
    ];
    let mut table = Table::new(heads.to_vec(), 2);
    table.columns[4].right = false;
    table.columns[5].right = false;
    for id in model.pool_ids() {
        let pool = &model.pools[id.index()];
        let (Some(capacity), Some((c, k))) = (model.pooled(id), pool.members.first()) else { continue };
        let base = model.mean(model.clusters[c.index()].capacities[k.index()].base);
        let clusters: Vec<&str> =
            pool.members.iter().map(|(c, _)| model.clusters[c.index()].key.as_str()).collect();
        let holds = both(|lang| {
            let (number, unit) = (lang.number(base, 0), &capacity.unit);
            format!("{number} {unit}/{}", lang.pick("periode", "period"))
        });
        table.row(vec![
            Cell::Words(titled(&pool.title)),
            Cell::name(&capacity.key),
            Cell::Words(holds),
            Cell::count(clusters.len()),
            pool.law.as_ref().map_or(Cell::Empty, Cell::name),
            Cell::name(clusters.join(", ")),
        ]);
    }
    section.table(table);
    (!model.pools.is_empty()).then_some(section)
}
