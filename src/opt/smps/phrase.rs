//! Phrases that faults of several files share.

use super::line::Line;
use crate::language::{Text, text};

/// A line opens a section that its file does not have.
pub(super) fn unknown_section(line: &Line<'_>) -> Text {
    text!(en: "unknown section {shown}", id: "bagian {shown} tidak dikenal", shown = line.shown())
}

/// A line stands before any section.
pub(super) fn in_no_section(line: &Line<'_>) -> Text {
    text!(
        en: "{shown} stands in no section",
        id: "{shown} tidak berada di bagian mana pun",
        shown = line.shown(),
    )
}

/// A word after the head of a section that says nothing there.
pub(super) fn means_nothing(word: &str, section: &str) -> Text {
    text!(
        en: "'{word}' after {section} means nothing",
        id: "'{word}' setelah {section} tidak berarti apa-apa",
    )
}

/// The fields of a line of COLUMNS or of an outcome.
pub(super) fn column_and_pairs() -> Text {
    text!(
        en: "a column, then one or two pairs of row and number",
        id: "kolom, lalu satu atau dua pasangan baris dan bilangan",
    )
}

/// A name that no column of the core file has.
pub(super) fn no_column(name: &str) -> Text {
    text!(
        en: "'{name}' is no column of the core file",
        id: "'{name}' bukan kolom berkas inti",
    )
}

/// A name that no row of the core file has.
pub(super) fn no_row(name: &str) -> Text {
    text!(en: "'{name}' is no row of the core file", id: "'{name}' bukan baris berkas inti")
}
