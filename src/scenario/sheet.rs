//! The text of a table as rows of cells, in the dialect that its header and its cells show.
//!
//! One dialect a file. What separates the columns is what stands between the names of the header: a comma, a semicolon or
//! a tab, as a line `sep=;` before it may say. A row is one line: a quote that is still open at its end would swallow the
//! rows after it, and is refused. The decimal sign is the one that the numbers of the whole file show.

use super::diagnostic::{Faults, Place};
use crate::units::{DecimalSign, TwoWays, Unfit, Written, parse_amount, value_of, written};

/// What may separate columns, as a sign and as a word.
const SEPARATORS: [(char, &str); 3] = [(',', "','"), (';', "';'"), ('\t', "a tab")];

/// Why a cell cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellFault {
    QuoteWithin,
    NeverClosed,
    TextAfterQuote,
}

impl CellFault {
    fn found(self) -> &'static str {
        match self {
            CellFault::QuoteWithin => "a quote '\"' stands within a cell that does not begin with one",
            CellFault::NeverClosed => "the quote '\"' that opens this cell is not closed in its row",
            CellFault::TextAfterQuote => "text follows the quote '\"' that closes this cell",
        }
    }

    fn mend(self) -> &'static str {
        match self {
            CellFault::QuoteWithin | CellFault::TextAfterQuote => {
                "take it away, or put the whole cell in quotes and double each quote within it"
            }
            CellFault::NeverClosed => {
                "close it before the next separator, or take it away; a cell has no line break"
            }
        }
    }
}

/// A table as it was written.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Names of the columns; an empty one has nothing in its column.
    pub(crate) header: Vec<String>,
    /// Row of the header.
    pub(crate) header_line: usize,
    /// Rows that are not empty, with as many cells as the header.
    pub(crate) rows: Vec<(usize, Vec<String>)>,
    /// False where a row could not be read: then what seems to be missing may stand in it.
    pub(crate) whole: bool,
    separator: Option<char>,
}

/// The decimal sign of a file, and the row that shows it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) sign: DecimalSign,
    shown_in: Option<usize>,
}

impl Default for Decimal {
    fn default() -> Self {
        Self { sign: DecimalSign::Point, shown_in: None }
    }
}

impl Sheet {
    /// Takes a text apart. `None` where nothing can be read; every fault is noted. `is_header` looks at the names of the columns
    /// and their row first: where it refuses them, rows are not looked at.
    pub(crate) fn read(
        file: &str,
        text: &str,
        is_header: &mut dyn FnMut(&[String], usize, &mut Faults) -> bool,
        faults: &mut Faults,
    ) -> Option<Sheet> {
        let whole = Place::file(file);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = lines(text).enumerate().map(|(at, line)| (at + 1, line)).peekable();
        let directive = match lines.peek() {
            Some((_, line)) if directive_of(line).is_some() => lines.next(),
            _ => None,
        };
        let blank = |line: &str| line.chars().all(|c| c.is_whitespace() || c == ',' || c == ';');
        let (header_line, line) = lines.find(|(_, line)| !blank(line))?;
        let place = Place { line: Some(header_line), ..whole.clone() };
        let separator = match directive {
            Some((_, said)) => match said_separator(said, line, &place, faults) {
                Ok(separator) => Some(separator),
                Err(()) => return None,
            },
            None => separator_of(line, &place, faults).ok()?,
        };
        let header = match cells(line, separator) {
            Ok(header) => header,
            Err((at, fault)) => {
                faults.help(&place.at(&format!("column {}", at + 1)), fault.found(), fault.mend());
                return None;
            }
        };
        if !is_header(&header, header_line, faults) {
            return None;
        }
        let mut sheet = Sheet { header, header_line, rows: Vec::new(), whole: true, separator };
        let mut misshapen = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !blank(line)) {
            if let Some(cells) = sheet.row(number, line, &whole, faults) {
                misshapen.push((number, cells));
            }
        }
        sheet.tell_misshapen(&misshapen, &whole, faults);
        Some(sheet)
    }

    /// Adds a row, or notes why it is none; the number of its cells where that is wrong.
    fn row(&mut self, number: usize, line: &str, whole: &Place, faults: &mut Faults) -> Option<usize> {
        let place = Place { line: Some(number), ..whole.clone() };
        let mut row = match cells(line, self.separator) {
            Ok(row) => row,
            Err((at, fault)) => {
                let name = self.header.get(at).filter(|name| !name.is_empty());
                let column =
                    name.map_or_else(|| format!("column {}", at + 1), |name| format!("column {name}"));
                faults.help(&place.at(&column), fault.found(), fault.mend());
                self.whole = false;
                return None;
            }
        };
        let filled = used(&row);
        if filled == 0 {
            return None;
        }
        if row.len() < used(&self.header) || filled > self.header.len() {
            return Some(row.len().min(filled.max(self.header.len())));
        }
        row.resize(self.header.len(), String::new());
        let nameless =
            self.header.iter().zip(&row).position(|(name, cell)| name.is_empty() && !cell.is_empty());
        if let Some(at) = nameless {
            faults.help(
                &place.at(&format!("column {}", at + 1)),
                format!("found '{}' in a column without a name", row[at]),
                "name the column in the header, or empty the cell",
            );
            self.whole = false;
            return None;
        }
        self.rows.push((number, row));
        None
    }

    /// Notes rows of another number of cells than the header; the header alone where all rows have one and the same number.
    fn tell_misshapen(&mut self, rows: &[(usize, usize)], whole: &Place, faults: &mut Faults) {
        let Some(&(_, first)) = rows.first() else { return };
        self.whole = false;
        let named = used(&self.header);
        if rows.len() > 2 && self.rows.is_empty() && rows.iter().all(|(_, cells)| *cells == first) {
            let place = Place { line: Some(self.header_line), ..whole.clone() };
            faults.expected(
                &place,
                format!("the header has {named} cells"),
                format!("{first} as in every row"),
            );
            return;
        }
        for (number, cells) in rows {
            let place = Place { line: Some(*number), ..whole.clone() };
            let (found, expected) =
                (format!("the row has {cells} cells"), format!("{named} as in the header"));
            match self.separator.filter(|_| *cells > named) {
                Some(sign) => {
                    let help = format!("put a cell that holds a '{sign}' in quotes");
                    faults.in_full(&place, found, expected, help);
                }
                None => faults.expected(&place, found, expected),
            }
        }
    }

    /// The decimal sign of the file, from all cells of the columns that hold numbers; lists have ';' between theirs.
    pub(crate) fn decimal(&self, holds_numbers: impl Fn(usize) -> bool) -> Decimal {
        let columns: Vec<usize> = (0..self.header.len()).filter(|at| holds_numbers(*at)).collect();
        let mut doubtful = None;
        for (number, row) in &self.rows {
            for cell in columns.iter().flat_map(|at| row[*at].split(';')) {
                match written(cell) {
                    Written::One { sign: Some(sign), .. } => {
                        return Decimal { sign, shown_in: Some(*number) };
                    }
                    Written::TwoWays(both) if doubtful.is_none() => {
                        doubtful = Some(Decimal { sign: both.sign, shown_in: Some(*number) });
                    }
                    _ => {}
                }
            }
        }
        doubtful.unwrap_or_default()
    }

    /// True for a column whose cells are numbers or empty.
    pub(crate) fn is_numeric(&self, column: usize) -> bool {
        self.rows.iter().all(|(_, row)| row[column].is_empty() || written(&row[column]) != Written::Nothing)
    }

    /// Says in a note in which dialect the file was read, where that is not the plain one.
    pub(crate) fn tell_dialect(&self, file: &str, decimal: Decimal, faults: &mut Faults) {
        let mut said = Vec::new();
        if let Some((_, word)) =
            self.separator.and_then(|own| SEPARATORS.into_iter().find(|(sign, _)| *sign == own && own != ','))
        {
            said.push(format!("{word} between columns"));
        }
        if decimal.sign == DecimalSign::Comma {
            said.push(format!("'{}' before decimals", decimal.sign.char()));
        }
        if !said.is_empty() {
            faults.note(&Place::file(file), format!("read with {}", said.join(" and ")));
        }
    }
}

/// How many cells there are up to the last that is not empty.
fn used(cells: &[String]) -> usize {
    cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
}

/// Lines, whichever of the three line ends they have.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let now = rest?;
        let Some(at) = now.find(['\n', '\r']) else {
            rest = None;
            return Some(now);
        };
        let skip = if now[at..].starts_with("\r\n") { 2 } else { 1 };
        rest = Some(&now[at + skip..]);
        Some(&now[..at])
    })
}

/// What a line `sep=;` names: what stands after the sign, without the separators that a program may have added.
fn directive_of(line: &str) -> Option<&str> {
    let line = line.trim_matches([' ', '"']);
    let start = line.get(..4)?;
    start.eq_ignore_ascii_case("sep=").then(|| &line[4..])
}

/// The separator that a directive names, if the header agrees.
fn said_separator(line: &str, header: &str, place: &Place, faults: &mut Faults) -> Result<char, ()> {
    let said = directive_of(line).unwrap_or_default();
    let first = said.chars().next();
    let known = first.filter(|sign| SEPARATORS.iter().any(|(known, _)| known == sign));
    let Some(sign) = known.filter(|sign| said.chars().all(|c| c == *sign)) else {
        let place = Place { line: Some(1), ..place.clone() };
        faults.expected(&place, format!("the line sep= names '{said}'"), "one of ',', ';' and a tab");
        return Err(());
    };
    let others = found_in(header).into_iter().filter(|found| *found != sign).count();
    if others > 0 && !found_in(header).contains(&sign) {
        faults.help(
            place,
            format!("the first line says sep={sign}, but the header is not separated so"),
            "let both say the same, or take the first line away",
        );
        return Err(());
    }
    Ok(sign)
}

/// Separators that stand outside quotes.
fn found_in(line: &str) -> Vec<char> {
    let mut quoted = false;
    let mut found = Vec::new();
    for c in line.chars() {
        quoted ^= c == '"';
        if !quoted && SEPARATORS.iter().any(|(sign, _)| *sign == c) && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// What separates the names of the header; `None` for one column alone.
fn separator_of(header: &str, place: &Place, faults: &mut Faults) -> Result<Option<char>, ()> {
    match found_in(header).as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => {
            let words: Vec<&str> =
                SEPARATORS.iter().filter(|(sign, _)| several.contains(sign)).map(|(_, word)| *word).collect();
            faults.expected(
                place,
                format!("the names of the columns are separated by {}", words.join(" and by ")),
                "one separator in the whole file, or names that hold another in quotes",
            );
            Err(())
        }
    }
}

/// The cells of a line, trimmed, or the cell at fault.
fn cells(line: &str, separator: Option<char>) -> Result<Vec<String>, (usize, CellFault)> {
    let mut list = Vec::new();
    let mut rest = line;
    loop {
        let at = list.len();
        // A tab is a separator before it is a blank.
        let start = rest.trim_start_matches(|c: char| c.is_whitespace() && Some(c) != separator);
        let (cell, after) = match start.strip_prefix('"') {
            Some(quoted) => {
                let (cell, after) = quoted_cell(quoted).ok_or((at, CellFault::NeverClosed))?;
                let after = after.trim_start_matches(|c: char| c.is_whitespace() && Some(c) != separator);
                if !after.is_empty() && !separator.is_some_and(|sign| after.starts_with(sign)) {
                    return Err((at, CellFault::TextAfterQuote));
                }
                (cell.trim().to_string(), after)
            }
            None => {
                let end = separator.and_then(|sign| start.find(sign)).unwrap_or(start.len());
                let (cell, after) = start.split_at(end);
                if cell.contains('"') {
                    return Err((at, CellFault::QuoteWithin));
                }
                (cell.trim().to_string(), after)
            }
        };
        list.push(cell);
        match separator.and_then(|sign| after.strip_prefix(sign)) {
            Some(more) => rest = more,
            None => return Ok(list),
        }
    }
}

/// What stands up to the quote that closes a cell, doubled quotes taken for one, and what follows it.
fn quoted_cell(text: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => return Some((cell, rest)),
        }
    }
}

/// Why a cell is not the number it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NumberFault {
    /// Not a number at all.
    Nothing(String),
    /// Infinite, or not a number in the sense of computers.
    NotFinite(String),
    /// Not zero, but read as zero.
    TooSmall(String),
    /// In another dialect than the rest of the file.
    OtherSign { found: String, sign: DecimalSign, file: Decimal },
    /// Thousands or decimals.
    TwoWays(TwoWays),
}

impl NumberFault {
    /// Notes the fault.
    pub(crate) fn tell(&self, place: &Place, faults: &mut Faults) {
        match self {
            NumberFault::Nothing(found) => match hint(found) {
                Some(help) => faults.in_full(place, format!("found '{found}'"), "a number", help),
                None => faults.expected(place, format!("found '{found}'"), "a number"),
            },
            NumberFault::NotFinite(found) => {
                faults.expected(place, format!("found {found}"), "a finite number");
            }
            NumberFault::TooSmall(found) => {
                let expected = "0, or a number that is not so small that it would be read as 0";
                faults.expected(place, format!("found {found}"), expected);
            }
            NumberFault::OtherSign { found, sign, file } => {
                let row = file.shown_in.map_or(String::new(), |row| format!(", which row {row} has first"));
                faults.expected(
                    place,
                    format!("found '{found}', which has a {}", sign.word()),
                    format!("one decimal sign in the whole file: the {}{row}", file.sign.word()),
                );
            }
            NumberFault::TwoWays(both) => tell_two_ways(both, place, faults),
        }
    }
}

/// How to write what is meant where a text is an amount in words, or digits that are grouped in no known way.
pub(crate) fn hint(found: &str) -> Option<String> {
    if let Ok(amount) = parse_amount(found) {
        return Some(format!("write {} with the unit Rp", amount.0));
    }
    let digits =
        found.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '_' | '\u{a0}'));
    (digits && found.chars().any(|c| c.is_ascii_digit()))
        .then(|| "write the digits without signs between thousands, as in 12500.5".to_string())
}

/// Notes that a number can be read two ways.
pub(crate) fn tell_two_ways(both: &TwoWays, place: &Place, faults: &mut Faults) {
    faults.help(place, both.to_string(), format!("write {} or {}", both.thousands, both.decimals));
}

/// Reads a number in the dialect of its file. What can be read two ways is read with decimals, and handed on as well: where
/// money or a count is meant, it is refused.
pub(crate) fn number(text: &str, file: Decimal) -> Result<(f64, Option<TwoWays>), NumberFault> {
    let found = text.to_string();
    let (plain, sign, doubt) = match written(text) {
        Written::One { text, sign } => (text, sign, None),
        Written::TwoWays(both) => (both.decimals.replace(',', "."), Some(both.sign), Some(both)),
        Written::Nothing => {
            let computers = text.parse::<f64>().is_ok_and(|number| !number.is_finite());
            return Err(if computers { NumberFault::NotFinite(found) } else { NumberFault::Nothing(found) });
        }
    };
    if let Some(sign) = sign.filter(|sign| *sign != file.sign) {
        // By the file's own dialect these would be thousands; that is for people to say.
        return Err(match doubt {
            Some(both) => NumberFault::TwoWays(both),
            None => NumberFault::OtherSign { found, sign, file },
        });
    }
    match value_of(&plain) {
        Ok(value) => Ok((value, doubt)),
        Err(Unfit::TooLarge) => Err(NumberFault::NotFinite(found)),
        Err(Unfit::TooSmall) => Err(NumberFault::TooSmall(found)),
    }
}
