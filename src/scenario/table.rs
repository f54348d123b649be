//! Tables of a scenario: header checked against the known columns, every row with its number, cells read with their faults.

use super::diagnostic::{Faults, Place, nearest};
use super::edit::{Edits, NewValue, RowEdit};
use super::named::Named;
use super::phrase;
use super::sheet::{Decimal, NumberFault, Sheet, amount_fault, number, tell_two_ways};
use crate::language::text;
use crate::units::{AmountFault, DecimalSign, TwoWays, Written, parse_amount, written};

/// The columns a table may have.
pub(crate) struct Columns {
    /// Columns that must be there.
    pub(crate) required: &'static [&'static str],
    /// Columns that may be there.
    pub(crate) optional: &'static [&'static str],
    /// Those of them that hold numbers, or lists of them: they show the decimal sign of the file.
    pub(crate) numbers: &'static [&'static str],
    /// Columns that may be there and are not read, in small letters; a header may write them in any.
    pub(crate) left_out: &'static [&'static str],
}

impl Columns {
    fn all(&self) -> Vec<&'static str> {
        self.required.iter().chain(self.optional).copied().collect()
    }

    fn leaves_out(&self, cell: &str) -> bool {
        self.left_out.contains(&cell.to_lowercase().as_str())
    }
}

/// A table as read.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The rows that can be read.
    pub(crate) rows: Vec<Row>,
    /// True where nothing of it could not be read: what is missing is then missing.
    pub(crate) whole: bool,
    /// Columns that are not read, as its header writes them.
    pub(crate) left_out: Vec<String>,
}

/// An amount of money as a cell states it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CellAmount {
    /// The amount: in rupiah where its words say its size, else in the unit of its row.
    pub(crate) number: f64,
    /// True if words say its size, as in `20,5 miliar` or `Rp 350 juta`.
    pub(crate) in_words: bool,
}

impl CellAmount {
    fn plain(number: f64) -> Self {
        Self { number, in_words: false }
    }
}

/// A row: its number in the file and its cells by column.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    place: Place,
    cells: Vec<(&'static str, String)>,
    decimal: Decimal,
    /// What was asked for in place of it, if anything was.
    edit: Option<Box<RowEdit>>,
}

impl Row {
    /// The text in `column`, trimmed; empty where the column is not there.
    pub(crate) fn text(&self, column: &str) -> &str {
        if let Some((_, cell, _)) = self.changed(column) {
            return cell;
        }
        self.cells.iter().find(|(name, _)| *name == column).map_or("", |(_, cell)| cell.as_str())
    }

    /// The cell that was asked for in place of that in `column`.
    fn changed(&self, column: &str) -> Option<&(&'static str, String, Place)> {
        self.edit.as_ref()?.cells.iter().find(|(name, _, _)| *name == column)
    }

    /// The whole number that was asked for in place of that of the row.
    pub(crate) fn new_number(&self) -> Option<&NewValue> {
        self.edit.as_ref()?.number.as_ref()
    }

    /// A number as this row's file writes it, so that it has one reading.
    pub(crate) fn written(&self, number: f64) -> String {
        let plain = plainly(number);
        if self.decimal.sign == DecimalSign::Comma { plain.replace('.', ",") } else { plain }
    }

    /// Where `column` of this row stands.
    pub(crate) fn place(&self, column: &str) -> Place {
        if let Some((_, _, place)) = self.changed(column) {
            return place.clone();
        }
        if column.is_empty() { self.place.clone() } else { self.place.column(column) }
    }

    /// A number in the dialect of the file, and whether it can be read two ways.
    pub(crate) fn read(&self, text: &str) -> Result<(f64, Option<TwoWays>), NumberFault> {
        number(text, self.decimal)
    }

    /// The number in `column` and whether it can be read two ways; `None` where it is empty or, with the fault noted, not a
    /// number.
    pub(crate) fn doubtful(&self, column: &str, faults: &mut Faults) -> Option<(f64, Option<TwoWays>)> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        self.read(text).map_err(|fault| fault.tell(&self.place(column), faults)).ok()
    }

    /// The number in `column`, which is neither money nor a count: three decimals are decimals.
    pub(crate) fn decimal(&self, column: &str, faults: &mut Faults) -> Option<f64> {
        self.doubtful(column, faults).map(|(number, _)| number)
    }

    /// The number in `column`, which is money or a count: what can be read two ways is refused.
    pub(crate) fn number(&self, column: &str, faults: &mut Faults) -> Option<f64> {
        let (number, doubt) = self.doubtful(column, faults)?;
        match doubt {
            Some(both) => {
                tell_two_ways(&both, &self.place(column), faults);
                None
            }
            None => Some(number),
        }
    }

    /// The number in `column`, money or a count, which must be there.
    pub(crate) fn required_number(&self, column: &str, faults: &mut Faults) -> Option<f64> {
        if self.text(column).is_empty() {
            faults.expected(&self.place(column), phrase::empty_cell(), phrase::a_number());
            return None;
        }
        self.number(column, faults)
    }

    /// The amount of money in `column`. `None` where it is empty or, with the fault noted, no amount.
    pub(crate) fn amount(&self, column: &str, faults: &mut Faults) -> Option<CellAmount> {
        let text = self.text(column);
        if written(text) != Written::Nothing || !text.chars().any(char::is_alphabetic) {
            return self.number(column, faults).map(CellAmount::plain);
        }
        match parse_amount(text) {
            Ok(amount) => Some(CellAmount { number: amount.as_f64(), in_words: true }),
            Err(AmountFault::NoAmount(_) | AmountFault::Word { .. }) => {
                self.number(column, faults).map(CellAmount::plain)
            }
            Err(fault) => {
                faults.add(&self.place(column), amount_fault(&fault));
                None
            }
        }
    }

    /// The amount of money in `column`, which must be there.
    pub(crate) fn required_amount(&self, column: &str, faults: &mut Faults) -> Option<CellAmount> {
        if self.text(column).is_empty() {
            faults.expected(
                &self.place(column),
                phrase::empty_cell(),
                text!(en: "an amount of money", id: "jumlah uang"),
            );
            return None;
        }
        self.amount(column, faults)
    }

    /// The calendar year in `column`, which must be there: digits and nothing else.
    pub(crate) fn year(&self, column: &str, faults: &mut Faults) -> Option<i64> {
        let text = self.text(column);
        let year = calendar_year(text);
        if year.is_none() {
            let found = if text.is_empty() { phrase::empty_cell() } else { phrase::found_text(text) };
            faults.expected(&self.place(column), found, phrase::four_digit_year());
        }
        year
    }
}

impl Table {
    /// The table of this file with the changes asked for.
    pub(crate) fn edited(mut self, file: &str, edits: &Edits) -> Self {
        for row in &mut self.rows {
            row.edit = edits.of_row(file, row.place.line.unwrap_or(0)).cloned().map(Box::new);
        }
        if file == "values.csv" {
            self.rows.extend(edits.added.iter().map(|([cluster, item, key], new)| {
                Row {
                    place: new.place.clone(),
                    cells: [("cluster", cluster), ("item", item), ("key", key)]
                        .map(|(column, cell)| (column, cell.clone()))
                        .to_vec(),
                    decimal: Decimal::default(),
                    edit: Some(Box::new(RowEdit { cells: Vec::new(), number: Some(new.clone()) })),
                }
            }));
        }
        self
    }
}

/// A number with a decimal point that can be read one way only: three decimals that could be thousands get a fourth.
pub(crate) fn plainly(number: f64) -> String {
    let text = number.to_string();
    if matches!(written(&text), Written::TwoWays(_)) { format!("{text}0") } else { text }
}

/// The year that four digits are.
pub(crate) fn calendar_year(text: &str) -> Option<i64> {
    (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Reads a table. Every fault of header and shape is noted; rows that cannot be read are left out.
pub(crate) fn read(file: &str, text: &str, columns: &Columns, faults: &mut Faults) -> Table {
    let whole = Place::file(file);
    let before = faults.count();
    let (mut order, mut left_out) = (Vec::new(), Vec::new());
    let mut is_header = |header: &[String], line: usize, faults: &mut Faults| {
        let place = whole.on_line(line);
        left_out = header.iter().filter(|cell| columns.leaves_out(cell)).cloned().collect();
        read_header(&place, header, columns, faults).map(|found| order = found).is_some()
    };
    let Some(sheet) = Sheet::read(file, text, &mut is_header, faults) else {
        if faults.count() == before {
            faults.expected(
                &whole,
                text!(en: "the table is empty", id: "tabel ini kosong"),
                text!(
                    en: "the header {columns}",
                    id: "kepala tabel {columns}",
                    columns = columns.all().join(","),
                ),
            );
        }
        return Table::default();
    };
    let decimal = sheet.decimal(|at| order[at].is_some_and(|column| columns.numbers.contains(&column)));
    sheet.tell_dialect(file, decimal, faults);
    let is_whole = sheet.whole;
    let rows = sheet
        .rows
        .into_iter()
        .map(|(line, cells)| Row {
            place: whole.on_line(line),
            cells: order
                .iter()
                .zip(cells)
                .filter_map(|(column, cell)| column.map(|column| (column, cell)))
                .collect(),
            decimal,
            edit: None,
        })
        .collect();
    Table { rows, whole: is_whole, left_out }
}

/// The column of each header cell (`None` for one without a name, or already told to be wrong), or nothing where rows cannot
/// be read.
fn read_header(
    place: &Place,
    header: &[String],
    columns: &Columns,
    faults: &mut Faults,
) -> Option<Vec<Option<&'static str>>> {
    let known = columns.all();
    let mut order: Vec<Option<&'static str>> = Vec::new();
    for cell in header {
        let found = known.iter().copied().find(|column| column == cell);
        match found {
            None if cell.is_empty() || columns.leaves_out(cell) => {}
            None => faults.unknown(place, Named::Column, cell, &known),
            Some(column) if order.contains(&Some(column)) => {
                faults.add(place, phrase::twice(Named::Column, column));
            }
            Some(_) => {}
        }
        order.push(found);
    }
    let missing: Vec<&str> =
        columns.required.iter().copied().filter(|column| !order.contains(&Some(column))).collect();
    for column in &missing {
        let misspelt = header.iter().any(|cell| nearest(cell, &known) == Some(column));
        if !misspelt {
            faults.add(place, text!(en: "column '{column}' is missing", id: "kolom '{column}' tidak ada"));
        }
    }
    missing.is_empty().then_some(order)
}
