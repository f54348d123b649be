//! The text of a table as rows of cells, in the dialect that its header and its cells show.
//!
//! One dialect a file. The separator of columns is the sign between the names of the header: a comma, a semicolon or a tab,
//! unless a line `sep=;` before it says another. A row is one line: a quote that is still open at its end would swallow the
//! rows after it, and is refused. The decimal sign is the one that the numbers of the whole file show.

use super::diagnostic::{Faults, Place};
use super::phrase;
use crate::language::{Text, text};
use crate::units::{
    AmountFault, DecimalSign, Rupiah, TwoWays, Unfit, Written, parse_amount, value_of, written,
};

/// The signs that may separate columns.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// A separator as messages call it.
fn word_of(separator: char) -> Text {
    match separator {
        '\t' => text!(en: "a tab", id: "tab"),
        sign => Text::same(format!("'{sign}'")),
    }
}

/// Why a cell cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellFault {
    QuoteWithin,
    NeverClosed,
    TextAfterQuote,
}

impl CellFault {
    fn found(self) -> Text {
        match self {
            CellFault::QuoteWithin => text!(
                en: "a quote '\"' stands within a cell that does not begin with one",
                id: "ada tanda kutip '\"' di dalam sel yang tidak diawali tanda kutip",
            ),
            CellFault::NeverClosed => text!(
                en: "the quote '\"' that opens this cell is not closed in its row",
                id: "tanda kutip '\"' pembuka sel ini tidak ditutup pada barisnya",
            ),
            CellFault::TextAfterQuote => text!(
                en: "text follows the quote '\"' that closes this cell",
                id: "ada teks setelah tanda kutip '\"' penutup sel ini",
            ),
        }
    }

    fn mend(self) -> Text {
        match self {
            CellFault::QuoteWithin | CellFault::TextAfterQuote => text!(
                en: "take it away, or put the whole cell in quotes and double each quote within it",
                id: "hapus, atau apit seluruh sel dengan tanda kutip dan gandakan setiap tanda kutip di dalamnya",
            ),
            CellFault::NeverClosed => text!(
                en: "close it before the next separator, or take it away; a cell has no line break",
                id: "tutup sebelum pemisah berikutnya, atau hapus; sel tidak boleh memuat ganti baris",
            ),
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
        let place = whole.on_line(header_line);
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
                faults.help(&place.column(at + 1), fault.found(), fault.mend());
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
        let place = whole.on_line(number);
        let mut row = match cells(line, self.separator) {
            Ok(row) => row,
            Err((at, fault)) => {
                let name = self.header.get(at).filter(|name| !name.is_empty());
                let column = name.map_or_else(|| place.column(at + 1), |name| place.column(name));
                faults.help(&column, fault.found(), fault.mend());
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
                &place.column(at + 1),
                text!(
                    en: "found '{cell}' in a column without a name",
                    id: "tertulis '{cell}' pada kolom tanpa nama",
                    cell = row[at],
                ),
                text!(
                    en: "name the column in the header, or empty the cell",
                    id: "beri nama kolom itu pada kepala tabel, atau kosongkan sel ini",
                ),
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
            let place = whole.on_line(self.header_line);
            faults.expected(
                &place,
                text!(en: "the header has {named} cells", id: "kepala tabel memiliki {named} sel"),
                text!(en: "{first} as in every row", id: "{first} seperti pada setiap baris"),
            );
            return;
        }
        for (number, cells) in rows {
            let place = whole.on_line(*number);
            let (found, expected) = (
                text!(en: "the row has {cells} cells", id: "baris ini memiliki {cells} sel"),
                text!(en: "{named} as in the header", id: "{named} seperti pada kepala tabel"),
            );
            match self.separator.filter(|_| *cells > named) {
                Some(sign) => {
                    let help = text!(
                        en: "put a cell that holds a '{sign}' in quotes",
                        id: "apit sel yang memuat '{sign}' dengan tanda kutip",
                    );
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
        if let Some(separator) = self.separator.filter(|own| *own != ',') {
            let word = word_of(separator);
            said.push(text!(en: "{word} between columns", id: "{word} di antara kolom", word));
        }
        if decimal.sign == DecimalSign::Comma {
            said.push(text!(
                en: "'{sign}' before decimals",
                id: "'{sign}' sebelum angka desimal",
                sign = decimal.sign.char(),
            ));
        }
        if !said.is_empty() {
            let said = phrase::both(&said);
            let found = text!(en: "read with {said}", id: "dibaca dengan {said}", said);
            faults.note(&Place::file(file), found);
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

/// The separator that a line `sep=;` names: the text after the sign.
fn directive_of(line: &str) -> Option<&str> {
    let line = line.trim_matches([' ', '"']);
    let start = line.get(..4)?;
    start.eq_ignore_ascii_case("sep=").then(|| &line[4..])
}

/// The separator that a directive names, if the header agrees.
fn said_separator(line: &str, header: &str, place: &Place, faults: &mut Faults) -> Result<char, ()> {
    let said = directive_of(line).unwrap_or_default();
    let first = said.chars().next();
    let known = first.filter(|sign| SEPARATORS.contains(sign));
    let Some(sign) = known.filter(|sign| said.chars().all(|c| c == *sign)) else {
        let place = place.on_line(1);
        faults.expected(
            &place,
            text!(en: "the line sep= names '{said}'", id: "baris sep= menyebut '{said}'"),
            text!(en: "one of ',', ';' and a tab", id: "salah satu dari ',', ';', dan tab"),
        );
        return Err(());
    };
    let others = found_in(header).into_iter().filter(|found| *found != sign).count();
    if others > 0 && !found_in(header).contains(&sign) {
        faults.help(
            place,
            text!(
                en: "the first line says sep={sign}, but the header is not separated so",
                id: "baris pertama menyatakan sep={sign}, tetapi kepala tabel tidak dipisahkan demikian",
            ),
            text!(
                en: "let both say the same, or take the first line away",
                id: "samakan keduanya, atau hapus baris pertama",
            ),
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
        if !quoted && SEPARATORS.contains(&c) && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// The separator of the names in the header; `None` for one column alone.
fn separator_of(header: &str, place: &Place, faults: &mut Faults) -> Result<Option<char>, ()> {
    match found_in(header).as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => {
            let words: Vec<Text> =
                SEPARATORS.into_iter().filter(|sign| several.contains(sign)).map(word_of).collect();
            let words = Text::join(&words, &text!(en: " and by ", id: " dan "));
            faults.expected(
                place,
                text!(
                    en: "the names of the columns are separated by {words}",
                    id: "nama kolom dipisahkan oleh {words}",
                    words,
                ),
                text!(
                    en: "one separator in the whole file, or names that hold another in quotes",
                    id: "satu pemisah untuk seluruh berkas; nama yang memuat pemisah lain diapit tanda kutip",
                ),
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

/// The content of a cell up to its closing quote, with doubled quotes taken for one, and the rest of the line.
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
                Some(help) => faults.in_full(place, phrase::found_text(found), phrase::a_number(), help),
                None => faults.expected(place, phrase::found_text(found), phrase::a_number()),
            },
            NumberFault::NotFinite(found) => {
                faults.expected(place, phrase::found(found), phrase::a_finite_number());
            }
            NumberFault::TooSmall(found) => {
                let expected = phrase::zero_or_larger();
                faults.expected(place, phrase::found(found), expected);
            }
            NumberFault::OtherSign { found, sign, file } => {
                let first = match file.shown_in {
                    Some(row) => text!(
                        en: ", which row {row} has first",
                        id: ", yang pertama muncul di baris {row}",
                    ),
                    None => Text::same(""),
                };
                faults.expected(
                    place,
                    text!(
                        en: "found '{found}', which has a {sign}",
                        id: "tertulis '{found}', yang memakai {sign}",
                        sign = decimal_sign(*sign),
                    ),
                    text!(
                        en: "one decimal sign in the whole file: the {sign}{first}",
                        id: "satu tanda desimal untuk seluruh berkas: {sign}{first}",
                        sign = decimal_sign(file.sign),
                        first,
                    ),
                );
            }
            NumberFault::TwoWays(both) => tell_two_ways(both, place, faults),
        }
    }
}

/// A decimal sign as messages call it.
fn decimal_sign(sign: DecimalSign) -> Text {
    match sign {
        DecimalSign::Point => text!(en: "decimal point", id: "titik desimal"),
        DecimalSign::Comma => text!(en: "decimal comma", id: "koma desimal"),
    }
}

/// How to write what is meant where a text is an amount in words, or digits that are grouped in no known way.
pub(crate) fn hint(found: &str) -> Option<Text> {
    if let Ok(Rupiah(amount)) = parse_amount(found) {
        return Some(text!(en: "write {amount} with the unit Rp", id: "tulis {amount} dengan satuan Rp"));
    }
    let digits =
        found.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '_' | '\u{a0}'));
    (digits && found.chars().any(|c| c.is_ascii_digit())).then(|| {
        text!(
            en: "write the digits without signs between thousands, as in 12500.5",
            id: "tulis angkanya tanpa tanda pemisah ribuan, misalnya 12500.5",
        )
    })
}

/// Notes that a number can be read two ways.
pub(crate) fn tell_two_ways(both: &TwoWays, place: &Place, faults: &mut Faults) {
    let TwoWays { found, thousands, decimals, .. } = both;
    let problem = text!(
        en: "found {found}, which can be read two ways: {thousands} (thousands) or {decimals} (decimals)",
        id: "tertulis {found}, yang dapat dibaca dengan dua cara: {thousands} (ribuan) atau {decimals} (desimal)",
    );
    let help = text!(en: "write {thousands} or {decimals}", id: "tulis {thousands} atau {decimals}");
    faults.help(place, problem, help);
}

/// Why a text is no amount of money.
pub(crate) fn amount_fault(fault: &AmountFault) -> Text {
    let expected = "yang diharapkan: rupiah bulat seperti 40000000000, atau jumlah dengan satuannya seperti 40miliar, 20,5 miliar atau Rp 350 juta";
    let id = match fault {
        AmountFault::BareM { found, digits } => format!(
            "'{found}' bermakna ganda: M berarti miliar dalam bahasa Indonesia dan juta dalam bahasa Inggris; tulis {digits}miliar atau {digits}juta"
        ),
        AmountFault::TwoWays { found, thousands, decimals } => format!(
            "'{found}' dapat dibaca dengan dua cara: {thousands} (ribuan) atau {decimals} (desimal); tulis yang dimaksud"
        ),
        AmountFault::Word { found, word } => {
            format!("'{found}' berakhir dengan '{word}', yang bukan satuan jumlah uang; {expected}")
        }
        AmountFault::NoAmount(found) => format!("'{found}' bukan jumlah uang; {expected}"),
        AmountFault::Fraction(found) => format!("'{found}' bukan rupiah bulat; {expected}"),
        AmountFault::TooMuch(found) => format!("'{found}' lebih dari 1000 triliun rupiah; {expected}"),
    };
    Text::new(fault.to_string(), id)
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
