//! Reads what a budget document says of who spends where and under which codes: units of government, entries of the budget's
//! classification, codes of regions.

use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::{CodeFile, LineCodeFile, NameFile};
use super::phrase;
use super::shape::shape_of;
use super::table::Row;
use crate::language::{Text, text};
use crate::model::{BudgetCode, Source, Title};

/// Most levels of a classification.
const MOST_LEVELS: usize = 20;
/// Longest code of a region.
const LONGEST_REGION: usize = 60;

/// An entry of an intervention with the sources it is for, by name.
#[derive(Debug)]
pub(crate) struct LineCodeDraft {
    pub(crate) code: BudgetCode,
    pub(crate) sources: Option<Vec<(String, Place)>>,
    /// The place of its level.
    pub(crate) place: Place,
}

impl LineCodeDraft {
    /// True if it is for the source of this name.
    pub(crate) fn is_of(&self, source: &str) -> bool {
        self.sources.as_ref().is_none_or(|names| names.iter().any(|(name, _)| name == source))
    }

    /// True if some source may have both in its budget.
    fn shares_a_source(&self, other: &Self) -> bool {
        match &self.sources {
            Some(names) => names.iter().any(|(name, _)| other.is_of(name)),
            None => other.sources.as_ref().is_none_or(|names| !names.is_empty()),
        }
    }
}

/// A name, which is not empty in either language.
pub(crate) fn name(file: &NameFile, place: &Place, faults: &mut Faults) -> Title {
    let title = file.title();
    if title.id.trim().is_empty() || title.en.trim().is_empty() {
        faults.expected(
            place,
            text!(en: "the name is empty", id: "nama ini kosong"),
            text!(en: "a name in each language", id: "nama dalam kedua bahasa"),
        );
    }
    title
}

/// The code and the names of an entry at `path`.
fn entry(file: &CodeFile, document: &Document, path: &str, faults: &mut Faults) -> BudgetCode {
    let code = document.place(&format!("{path}.code"));
    if file.code.trim().is_empty() {
        faults.expected(
            &code,
            text!(en: "the code is empty", id: "kode ini kosong"),
            text!(en: "a code such as \"2.17.07\"", id: "kode, misalnya \"2.17.07\""),
        );
    }
    BudgetCode {
        level: name(&file.level, &document.place(&format!("{path}.level")), faults),
        code: file.code.trim().to_string(),
        name: name(&file.name, &document.place(&format!("{path}.name")), faults),
    }
}

/// True if both stand on one level.
fn on_one_level(one: &BudgetCode, other: &BudgetCode) -> bool {
    shape_of(&one.level.id) == shape_of(&other.level.id)
}

/// A title as a text.
fn said(title: &Title) -> Text {
    Text::new(title.en.as_str(), title.id.as_str())
}

/// A level that stands twice.
fn twice(level: &Title) -> Text {
    text!(en: "the level '{level}' comes twice", id: "jenjang '{level}' muncul dua kali", level = said(level))
}

fn check_count(count: usize, place: &Place, faults: &mut Faults) {
    if count > MOST_LEVELS {
        let found = text!(en: "{count} levels", id: "{count} jenjang");
        faults.expected(place, found, phrase::at_most(MOST_LEVELS));
    }
}

/// The entries of a source, at `path`.
pub(crate) fn codes_of_source(
    files: &[CodeFile],
    document: &Document,
    path: &str,
    faults: &mut Faults,
) -> Vec<BudgetCode> {
    check_count(files.len(), &document.place(path), faults);
    let mut codes: Vec<BudgetCode> = Vec::new();
    for (number, file) in files.iter().enumerate().take(MOST_LEVELS) {
        let below = format!("{path}[{number}]");
        let code = entry(file, document, &below, faults);
        if codes.iter().any(|earlier| on_one_level(earlier, &code)) {
            faults.help(&document.place(&format!("{below}.level")), twice(&code.level), phrase::keep_one());
        }
        codes.push(code);
    }
    codes
}

/// The entries of an intervention, at `path`.
pub(crate) fn codes_of_line(
    files: &[LineCodeFile],
    document: &Document,
    path: &str,
    faults: &mut Faults,
) -> Vec<LineCodeDraft> {
    check_count(files.len(), &document.place(path), faults);
    let mut drafts: Vec<LineCodeDraft> = Vec::new();
    for (number, file) in files.iter().enumerate().take(MOST_LEVELS) {
        let below = format!("{path}[{number}]");
        let LineCodeFile { level, code, name, sources } = file.clone();
        let code = entry(&CodeFile { level, code, name }, document, &below, faults);
        let within = format!("{below}.sources");
        if sources.as_ref().is_some_and(Vec::is_empty) {
            faults.expected(
                &document.place(&within),
                phrase::empty_list(),
                text!(en: "at least one source", id: "sekurang-kurangnya satu sumber dana"),
            );
        }
        let named = |names: Vec<String>| {
            let places = (0..names.len()).map(|at| document.place(&format!("{within}[{at}]")));
            names.into_iter().zip(places).collect()
        };
        let place = document.place(&format!("{below}.level"));
        let draft = LineCodeDraft { code, sources: sources.map(named), place };
        let same = |earlier: &LineCodeDraft| {
            on_one_level(&earlier.code, &draft.code) && earlier.shares_a_source(&draft)
        };
        if drafts.iter().any(same) {
            faults.help(
                &draft.place,
                twice(&draft.code.level),
                text!(
                    en: "keep one of them, or say under sources which budgets have which",
                    id: "pertahankan salah satu, atau sebutkan pada sources anggaran mana yang memakai masing-masing",
                ),
            );
        }
        drafts.push(draft);
    }
    drafts
}

/// Tells of an entry of an intervention on a level on which `source`, which may pay for it, has one already.
pub(crate) fn check_against(draft: &LineCodeDraft, source: &Source, faults: &mut Faults) {
    if draft.is_of(&source.key) && source.codes.iter().any(|own| on_one_level(own, &draft.code)) {
        let level = said(&draft.code.level);
        faults.help(
            &draft.place,
            text!(
                en: "source '{source}' has the level '{level}' already",
                id: "sumber dana '{source}' sudah memiliki jenjang '{level}'",
                source = source.key,
                level,
            ),
            text!(
                en: "state it in one of the two places, or say under sources which budgets have this one",
                id: "nyatakan di salah satu tempat saja, atau sebutkan pada sources anggaran yang memakai jenjang ini",
            ),
        );
    }
}

/// The code of the region of a cluster, where its row states one: any text, but of digits only in the shape of an official list,
/// since spreadsheets turn 33.10 into 33.1.
pub(crate) fn region_code(row: &Row, faults: &mut Faults) -> Option<String> {
    let code = row.text("region_code");
    if code.is_empty() {
        return None;
    }
    let parts: Vec<&str> = code.split('.').collect();
    let sizes: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = code.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let known = match sizes[..] {
        [all] => matches!(all, 2 | 4 | 7 | 10),
        [2, 2] | [2, 2, 2] | [2, 2, 2, 4] => true,
        _ => false,
    };
    if code.chars().count() > LONGEST_REGION || (digits && (!known || code.contains(','))) {
        faults.in_full(
            &row.place("region_code"),
            phrase::found_text(code),
            text!(
                en: "a code such as 33, 33.02, 33.02.21 or 3302, or another text of at most {LONGEST_REGION} characters",
                id: "kode seperti 33, 33.02, 33.02.21, atau 3302, atau teks lain yang tidak lebih dari {LONGEST_REGION} karakter",
            ),
            text!(
                en: "a spreadsheet takes 33.10 for a number and drops its 0: format the column as text",
                id: "aplikasi lembar kerja membaca 33.10 sebagai bilangan dan menghapus angka 0-nya: beri kolom ini format teks",
            ),
        );
    }
    Some(code.to_string())
}
