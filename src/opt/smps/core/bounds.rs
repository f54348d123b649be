//! Bounds of columns: one line for each end, and which tradition is taken where a file leaves an end open.

use super::super::line::{Line, number};
use super::Reader;
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
            let problem = format!("bound {}: semi-continuous columns are not read", line.shown());
            let help = "write it as a column below its bound times a binary";
            self.fault(line, problem, "UP, LO, FX, FR, MI, PL, BV, UI or LI", help);
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
            let problem = format!("bound {}", line.shown());
            let expected =
                "UP, LO, FX, FR, MI, PL, BV, UI or LI, then a name, a column and, where it has one, a number";
            self.fault(line, problem, expected, "");
            return;
        };
        if !self.bound_sets.counts(set, line.number) {
            return;
        }
        let Some(&id) = self.core.column_index.get(column) else {
            let problem = format!("column '{column}' is not in section COLUMNS");
            self.fault(line, problem, "a column of section COLUMNS", "");
            return;
        };
        let value = match number(value) {
            _ if with.is_none() => 0.0,
            Ok(value) => bound(value),
            Err(NotFinite::Endless) if value.starts_with('-') => f64::NEG_INFINITY,
            Err(NotFinite::Endless) => f64::INFINITY,
            Err(why) => {
                let problem = format!("bound {}: '{value}' {why}", line.shown());
                self.fault(line, problem, "a number at its end", "1e30 says that there is no bound");
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
        for (end, new, name) in
            [(&mut column.lower, below, "a lower bound"), (&mut column.upper, above, "an upper bound")]
        {
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
            let problem = format!("column '{}' has {name}", column.name);
            self.again(line, first, &problem, "one line for each bound of a column");
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
                let text =
                    format!("'{}' has an upper bound below 0 and no lower bound: it has none", column.name);
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
                let problem = format!("column '{}' lies between {lower} and {upper}", column.name);
                let line = column.upper.stated.or(column.lower.stated).map(|(_, line)| line);
                self.report.fault(
                    self.file,
                    line,
                    problem,
                    "a lower bound not above the upper",
                    "see BOUNDS",
                );
            }
        }
        if let Some((line, name)) = endless {
            let more = if count > 1 { format!(" (and {} more like it)", count - 1) } else { String::new() };
            let text = format!(
                "'{name}'{more} is integer by INTORG and has no upper bound: it goes up without end. Other readers \
                 take 1; a line UP or PL in BOUNDS says which is meant"
            );
            self.report.note(self.file, Some(line), text);
        }
    }
}
