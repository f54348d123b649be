//! CSV tables: header checked against the known columns, every row with its number, cells read with their faults.

use super::diagnostic::{Faults, Place, nearest};

/// The columns a table may have.
pub(crate) struct Columns {
    /// Columns that must be there.
    pub(crate) required: &'static [&'static str],
    /// Columns that may be there.
    pub(crate) optional: &'static [&'static str],
}

impl Columns {
    fn all(&self) -> Vec<&'static str> {
        self.required.iter().chain(self.optional).copied().collect()
    }
}

/// A row: its number in the file and its cells by column.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    place: Place,
    cells: Vec<(&'static str, String)>,
}

impl Row {
    /// The text in `column`, trimmed; empty where the column is not there.
    pub(crate) fn text(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| *name == column).map_or("", |(_, cell)| cell.as_str())
    }

    /// Where `column` of this row stands.
    pub(crate) fn place(&self, column: &str) -> Place {
        self.place.at(&if column.is_empty() { String::new() } else { format!("column {column}") })
    }

    /// The number in `column`; `None` where it is empty or, with the fault noted, not a number.
    pub(crate) fn number(&self, column: &str, faults: &mut Faults) -> Option<f64> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        match parse_number(text) {
            Ok(number) => Some(number),
            Err(why) => {
                faults.add(&self.place(column), why);
                None
            }
        }
    }

    /// The number in `column`, which must be there.
    pub(crate) fn required_number(&self, column: &str, faults: &mut Faults) -> Option<f64> {
        if self.text(column).is_empty() {
            faults.expected(&self.place(column), "the cell is empty", "a number");
            return None;
        }
        self.number(column, faults)
    }
}

/// Reads a number with a decimal point.
///
/// # Errors
/// What was found and how to write it.
pub(crate) fn parse_number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(format!("found {text}; expected a finite number")),
        Err(_) if text.contains(',') => Err(format!(
            "found '{text}'; expected a number with a decimal point and no thousands separators, such as 12500.5"
        )),
        Err(_) => Err(format!("found '{text}'; expected a number")),
    }
}

/// Reads a table. Every fault of header and shape is noted; rows that cannot be read are left out.
pub(crate) fn read(file: &str, text: &str, columns: &Columns, faults: &mut Faults) -> Vec<Row> {
    let whole = Place::file(file);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => {
            faults.add(&whole, format!("is not a CSV table: {error}"));
            return Vec::new();
        }
        None => {
            faults.expected(&whole, "the table is empty", format!("the header {}", columns.all().join(",")));
            return Vec::new();
        }
    };
    let Some(order) = read_header(&whole, &header, columns, faults) else { return Vec::new() };
    let mut rows = Vec::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.add(&whole, format!("is not a CSV table: {error}"));
                continue;
            }
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().and_then(|position| usize::try_from(position.line()).ok());
        let place = Place { line, ..whole.clone() };
        if record.len() != order.len() {
            faults.expected(
                &place,
                format!("the row has {} cells", record.len()),
                format!("{} as in the header", order.len()),
            );
            continue;
        }
        let cells = order
            .iter()
            .zip(&record)
            .filter_map(|(column, cell)| column.map(|column| (column, cell.to_string())))
            .collect();
        rows.push(Row { place, cells });
    }
    rows
}

/// The column of each header cell (`None` for one already told to be wrong), or nothing where rows cannot be read.
fn read_header(
    whole: &Place,
    header: &csv::StringRecord,
    columns: &Columns,
    faults: &mut Faults,
) -> Option<Vec<Option<&'static str>>> {
    let place = Place { line: Some(1), ..whole.clone() };
    let known = columns.all();
    if header.len() == 1 && header.get(0).is_some_and(|cell| cell.contains(';')) {
        faults.expected(&place, "columns are separated by ';'", "columns separated by ','");
        return None;
    }
    let mut order: Vec<Option<&'static str>> = Vec::new();
    for cell in header {
        let found = known.iter().copied().find(|column| *column == cell);
        match found {
            None => faults.unknown(&place, "column", cell, &known),
            Some(column) if order.contains(&Some(column)) => {
                faults.add(&place, format!("column '{column}' comes twice"));
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
            faults.add(&place, format!("column '{column}' is missing"));
        }
    }
    missing.is_empty().then_some(order)
}
