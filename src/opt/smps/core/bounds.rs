//! Bounds of columns: one line for each end, and which tradition is taken where a file leaves an end open.

use super::super::line::{Line, not_finite, number};
use super::Reader;
use crate::language::{Text, text};
use crate::units::decimal::NotFinite;

/// Bounds of at least this size are none, as writers without an infinity mean them.
const ENDLESS: f64 = 1e20;
/// Types that come with a number.
const WITH: [&str; 5] = ["UP", "LO", "FX", "UI", "LI"];
/// Types that come without.
const WITHOUT: [&str; 4] = ["FR", "MI", "PL", "BV"];

/// A bound as stated, infinite where it means none.
pub(in crate::opt::smps) fn bound(value: f64) -> f64 {
    if value.abs() >= ENDLESS { value.signum() * f64::INFINITY } else { value }
}

/// One end of a column: its value, and the type and line that state it.
#[derive(Debug, Clone, Copy)]
pub(in crate::opt::smps) struct End {
    pub(in crate::opt::smps) value: f64,
    pub(super) stated: Option<(&'static str, usize)>,
}

impl End {
    /// The value of an end that no line states.
    pub(super) fn default(value: f64) -> Self {
        Self { value, stated: None }
    }
}

impl Reader<'_> {
    /// A line of section BOUNDS.
    pub(super) fn bound(&mut self, line: &Line<'_>) {
        let word = line.word();
        if word == "SC" {
            let problem = text!(
                en: "bound {shown}: semi-continuous columns are not read",
                id: "batas {shown}: kolom semikontinu tidak dibaca",
                shown = line.shown(),
            );
            let expected = text!(
                en: "UP, LO, FX, FR, MI, PL, BV, UI or LI",
                id: "UP, LO, FX, FR, MI, PL, BV, UI, atau LI",
            );
            let help = text!(
                en: "write it as a column below its bound times a binary",
                id: "tulis sebagai kolom yang tidak melebihi batasnya kali peubah biner",
            );
            self.fault(line, problem, expected, Some(help));
            return;
        }
        let with = WITH.iter().find(|known| **known == word).copied();
        let word = with.or_else(|| WITHOUT.iter().find(|known| **known == word).copied());
        let rest = &line.fields[1..];
        let known = |name: &str| self.core.column_index.contains_key(name);
        let (set, column, value) = match rest.len() {
            3 => (rest[0].as_ref(), rest[1].as_ref(), rest[2].as_ref()),
            2 if with.is_some() => ("", rest[0].as_ref(), rest[1].as_ref()),
            2 if known(&rest[0]) && !known(&rest[1]) => ("", rest[0].as_ref(), rest[1].as_ref()),
            2 => (rest[0].as_ref(), rest[1].as_ref(), ""),
            1 => ("", rest[0].as_ref(), ""),
            _ => ("", "", ""),
        };
        let Some(word) = word.filter(|_| !column.is_empty() && (with.is_none() || !value.is_empty())) else {
            let problem = text!(en: "bound {shown}", id: "batas {shown}", shown = line.shown());
            let expected = text!(
                en: "UP, LO, FX, FR, MI, PL, BV, UI or LI, then a name, a column and, where it has one, a number",
                id: "UP, LO, FX, FR, MI, PL, BV, UI, atau LI, lalu nama, kolom, dan bilangan jika ada",
            );
            self.fault(line, problem, expected, None);
            return;
        };
        if !self.bound_sets.counts(set, line.number) {
            return;
        }
        let Some(&id) = self.core.column_index.get(column) else {
            let problem = text!(
                en: "column '{column}' is not in section COLUMNS",
                id: "kolom '{column}' tidak ada di bagian COLUMNS",
            );
            let expected = text!(en: "a column of section COLUMNS", id: "kolom di bagian COLUMNS");
            self.fault(line, problem, expected, None);
            return;
        };
        let value = match number(value) {
            _ if with.is_none() => 0.0,
            Ok(value) => bound(value),
            Err(NotFinite::Endless) if value.starts_with('-') => f64::NEG_INFINITY,
            Err(NotFinite::Endless) => f64::INFINITY,
            Err(why) => {
                let problem = text!(
                    en: "bound {shown}: '{value}' {why}",
                    id: "batas {shown}: '{value}' {why}",
                    shown = line.shown(), why = not_finite(why),
                );
                let expected = text!(en: "a number at its end", id: "bilangan di ujungnya");
                let help = text!(
                    en: "1e30 says that there is no bound",
                    id: "1e30 berarti tidak ada batas",
                );
                self.fault(line, problem, expected, Some(help));
                return;
            }
        };
        self.set_bound(line, word, id, value);
    }

    fn set_bound(&mut self, line: &Line<'_>, word: &'static str, id: usize, value: f64) {
        let (below, above) = match word {
            "LO" | "LI" => (Some(value), None),
            "UP" | "UI" => (None, Some(value)),
            "FX" => (Some(value), Some(value)),
            "FR" => (Some(f64::NEG_INFINITY), Some(f64::INFINITY)),
            "MI" => (Some(f64::NEG_INFINITY), None),
            "PL" => (None, Some(f64::INFINITY)),
            // BV
            _ => (Some(0.0), Some(1.0)),
        };
        let column = &mut self.core.columns[id];
        column.integer |= matches!(word, "BV" | "UI" | "LI");
        let mut clash = None;
        let lower = Text::new("a lower bound", "batas bawah");
        let upper = Text::new("an upper bound", "batas atas");
        for (end, new, name) in [(&mut column.lower, below, lower), (&mut column.upper, above, upper)] {
            let Some(new) = new else { continue };
            match end.stated {
                // Two types may say the same: PL, and UP without end.
                Some((type_, first)) if type_ == word || end.value.total_cmp(&new).is_ne() => {
                    clash = clash.or(Some((first, name)));
                }
                _ => *end = End { value: new, stated: Some((word, line.number)) },
            }
        }
        if let Some((first, name)) = clash {
            let what = text!(
                en: "column '{column}' has {name}",
                id: "kolom '{column}' sudah memiliki {name}",
                name, column = column.name,
            );
            let expected = text!(
                en: "one line for each bound of a column",
                id: "satu baris untuk setiap batas kolom",
            );
            self.again(line, first, what, expected);
        }
    }

    /// Reads open ends, and refuses ends that cross.
    pub(super) fn close_bounds(&mut self) {
        let mut endless: Option<(usize, String)> = None;
        let mut count = 0;
        for column in &mut self.core.columns {
            let (lower, upper) = (column.lower, column.upper);
            if let Some((_, line)) = upper.stated
                && upper.value < 0.0
                && lower.stated.is_none()
            {
                column.lower.value = f64::NEG_INFINITY;
                let text = text!(
                    en: "'{column}' has an upper bound below 0 and no lower bound: it has none",
                    id: "'{column}' memiliki batas atas di bawah 0 tanpa batas bawah: dianggap tidak berbatas bawah",
                    column = column.name,
                );
                self.report.note(self.file, Some(line), text);
            }
            if let Some(line) = column.marked
                && upper.stated.is_none()
            {
                count += 1;
                endless.get_or_insert_with(|| (line, column.name.clone()));
            }
            let (lower, upper) = (column.lower.value, column.upper.value);
            if lower > upper || lower == f64::INFINITY || upper == f64::NEG_INFINITY {
                let problem = text!(
                    en: "column '{column}' lies between {lower} and {upper}",
                    id: "kolom '{column}' terletak antara {lower} dan {upper}",
                    column = column.name,
                );
                let expected = text!(
                    en: "a lower bound not above the upper",
                    id: "batas bawah yang tidak melebihi batas atas",
                );
                let help = text!(en: "see BOUNDS", id: "lihat BOUNDS");
                let line = column.upper.stated.or(column.lower.stated).map(|(_, line)| line);
                self.report.fault(self.file, line, problem, expected, Some(help));
            }
        }
        if let Some((line, name)) = endless {
            let more = match count - 1 {
                0 => Text::same(""),
                more => text!(en: " (and {more} more like it)", id: " (dan {more} lagi yang serupa)"),
            };
            let text = text!(
                en: "'{name}'{more} is integer by INTORG and has no upper bound: it goes up without end. Other readers take 1; a line UP or PL in BOUNDS says which is meant",
                id: "'{name}'{more} berupa bilangan bulat karena INTORG dan tidak memiliki batas atas: nilainya dapat naik tanpa batas. Pembaca lain memakai 1; baris UP atau PL di BOUNDS menyatakan mana yang dimaksud",
                more,
            );
            self.report.note(self.file, Some(line), text);
        }
    }
}
