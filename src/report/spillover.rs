//! Spillovers in results: a row each in `check`.

use std::collections::BTreeSet;

use super::language::Text;
use super::page::{Cell, Section, Table, titled, words};
use crate::model::Model;

/// The section of `check`: every spillover with how many clusters give, how many gain or lose by it, and the law it answers to.
pub(super) fn section(model: &Model) -> Option<Section> {
    let mut section =
        Section::new(words("Spillovers in technology groups", "Limpahan dalam kelompok teknologi"));
    let heads = [
        words("spillover", "limpahan"),
        words("clusters that give", "klaster yang memberi"),
        words("clusters that receive", "klaster yang menerima"),
        words("answers to", "dasar"),
    ];
    let mut table = Table::new(heads.to_vec(), 1);
    table.columns[3].right = false;
    for (number, spillover) in model.spillovers.iter().enumerate() {
        let from: BTreeSet<_> = spillover.links.iter().map(|link| link.from).collect();
        let to: BTreeSet<_> = spillover.links.iter().map(|link| link.to).collect();
        let unnamed = || Text::same(format!("spillovers[{number}]"));
        table.row(vec![
            Cell::Words(spillover.title.as_ref().map_or_else(unnamed, titled)),
            Cell::count(from.len()),
            Cell::count(to.len()),
            spillover.law.as_ref().map_or(Cell::Empty, Cell::name),
        ]);
    }
    section.table(table);
    (!model.spillovers.is_empty()).then_some(section)
}
