//! `docs/results.md` is written from the types of results: their descriptions, units, and the words of closed lists, put into
//! a template of hand-written paragraphs. `./x bless` writes it anew.

mod render;

use std::fs;

use rantai::result::{CATALOGUE, Entry};

use crate::support::root;

/// The hand-written part, with a line `{{...}}` for each generated one.
const TEMPLATE: &str = include_str!("results_page/template.md");

fn documents() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().filter(|entry| entry.columns.is_none())
}

fn tables() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().filter(|entry| entry.columns.is_some())
}

fn page() -> String {
    let mut parts = render::Parts::default();
    let documents: String = documents().map(|entry| render::document(entry, &mut parts)).collect();
    let tables: String = tables().map(|entry| render::table(entry, &mut parts)).collect();
    TEMPLATE
        .replace("{{files}}\n", &render::files(&CATALOGUE))
        .replace("{{documents}}\n", &documents)
        .replace("{{tables}}\n", &tables)
        .replace("{{parts}}\n", &parts.sections())
}

#[test]
fn the_page_of_results_is_current() {
    let path = root().join("docs/results.md");
    let page = page();
    if std::env::var_os("RANTAI_BLESS").is_some() {
        fs::write(&path, page).expect("blessed");
    } else {
        let kept = fs::read_to_string(&path).expect("there");
        assert!(kept == page, "docs/results.md does not say what the types do: ./x bless");
    }
}

#[test]
fn every_file_of_a_result_is_on_the_page() {
    let page = page();
    for entry in &CATALOGUE {
        for file in entry.file.split(", ").filter(|file| !file.is_empty()) {
            assert!(page.contains(&format!("`{file}`")), "{file}");
        }
    }
    for file in
        ["cuts.bin", "part.bin", "samples.parquet", "manifest.json", "summary.id.txt", "summary.en.txt"]
    {
        assert!(page.contains(&format!("`{file}`")), "{file}");
    }
}
