//! What overrides change, and every key that they may name, as people read it.

use super::page::{Cell, Page, Section, Table, both, titled, words};
use crate::language::text;
use crate::scenario::{Changed, Scenario};

/// Changes that a page lists at most; documents and the manifest have them all.
const LISTED: usize = 30;

/// What was changed for this run, where anything was.
pub fn section(changes: &[Changed]) -> Option<Section> {
    if changes.is_empty() {
        return None;
    }
    let mut section = Section::new(words("Changed for this run", "Diubah untuk hitungan ini"));
    let mut table =
        Table::new(vec![words("changed", "yang diubah"), words("from", "dari"), words("to", "menjadi")], 3);
    for changed in changes.iter().take(LISTED) {
        table.row(vec![Cell::name(&changed.key), Cell::name(&changed.from), Cell::name(&changed.to)]);
    }
    section.table(table);
    if let Some(more) = changes.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let more = both(|lang| lang.number(more as f64, 0));
        section.detail(text!(
            en: "and {more} more, which the document and manifest.json list",
            id: "dan {more} lagi, yang tercantum dalam dokumen dan manifest.json",
            more,
        ));
    }
    Some(section)
}

/// Adds to a page what was changed, as its first section.
pub fn told(scenario: &Scenario, page: &mut Page) {
    if let Some(section) = section(&scenario.changes) {
        page.sections.insert(0, section);
    }
}

/// Every key with its value.
pub fn keys(scenario: &Scenario) -> Page {
    let mut page = Page::new(titled(&scenario.model.title));
    let keys = scenario.keys();
    let count = both(|lang| lang.number(keys.len() as f64, 0));
    page.lead.push(text!(
        en: "{count} keys, each with the value that is computed with; '*' in a pattern stands for any part of a name.",
        id: "{count} kunci, masing-masing dengan nilai yang dipakai; '*' dalam pola mewakili bagian nama apa pun.",
        count,
    ));
    let mut table = Table::new(
        vec![words("key", "kunci"), words("value", "nilai"), words("stands in", "tertulis di")],
        3,
    );
    for key in keys {
        let place = both(|lang| crate::scenario::place_in(&key.place, lang));
        table.row(vec![Cell::name(&key.key), Cell::name(&key.value), Cell::Words(place)]);
    }
    page.opening.push(super::page::Block::Table(table));
    page
}
