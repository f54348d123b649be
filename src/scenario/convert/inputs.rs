//! The files of a scenario as trees and tables, before anything in them is understood.

use std::collections::{BTreeMap, BTreeSet};

use super::super::diagnostic::Faults;
use super::super::document::Document;
use super::super::edit::Edits;
use super::super::file::ChainFile;
use super::super::plan::{locked, today};
use super::super::policy::BUDGETS;
use super::super::table::{Columns, Table, read};
use super::coverage;

const CLUSTERS: Columns = Columns {
    required: &["cluster", "name", "region", "chain", "enterprises", "workers"],
    optional: &["region_code", "candidate", "potential", "latitude", "longitude", "year", "source", "grade"],
    numbers: &["enterprises", "workers", "potential", "latitude", "longitude"],
    left_out: &[],
};

const VALUES: Columns = Columns {
    required: &["cluster", "item", "key", "p1"],
    optional: &["dist", "p2", "p3", "p4", "varies", "factor", "loading", "unit", "year", "source", "grade"],
    numbers: &["p1", "p2", "p3", "p4", "loading"],
    left_out: &[],
};

/// The tables of a scenario.
pub(crate) struct Tables {
    pub(crate) clusters: Table,
    pub(crate) values: Table,
    pub(crate) budgets: Table,
    pub(crate) today: Table,
    pub(crate) locked: Table,
    pub(crate) coverage: Table,
}

impl Tables {
    /// Reads all tables with the changes asked for; `unread` names the files that are there but could not be read.
    pub(crate) fn read(
        texts: &BTreeMap<String, String>,
        unread: &BTreeSet<String>,
        edits: &Edits,
        faults: &mut Faults,
    ) -> Self {
        let mut table = |name: &str, columns: &Columns| {
            let found = match texts.get(name) {
                Some(text) => read(name, text, columns, faults),
                // Of a table that must be there, what follows from its absence is not told.
                None => Table {
                    rows: Vec::new(),
                    left_out: Vec::new(),
                    whole: !unread.contains(name) && !["clusters.csv", "budgets.csv"].contains(&name),
                },
            };
            found.edited(name, edits)
        };
        Self {
            clusters: table("clusters.csv", &CLUSTERS),
            values: table("values.csv", &VALUES),
            budgets: table("budgets.csv", &BUDGETS),
            today: table("today.csv", &today::COLUMNS),
            locked: table("locked.csv", &locked::COLUMNS),
            coverage: table("coverage.csv", &coverage::COLUMNS),
        }
    }
}

/// A chain file by its key: its tree and its content, or nothing where it is not TOML.
pub(super) struct ChainInput {
    pub(super) key: String,
    pub(super) read: Option<(Document, ChainFile)>,
}

/// Reads all chain files.
pub(super) fn chain_files(
    texts: &BTreeMap<String, String>,
    edits: &Edits,
    faults: &mut Faults,
) -> Vec<ChainInput> {
    let files = texts.iter().filter_map(|(label, text)| {
        let key = label.strip_prefix("chains/")?.strip_suffix(".toml")?;
        Some(ChainInput {
            key: key.to_string(),
            read: Document::read(label, text, edits.of_file(label), faults),
        })
    });
    files.collect()
}
