//! A plan in a workbook: the sheet of the allocation that `report --xlsx` writes, edited by hand. Where a thing is bought in units, units
//! lead and rupiah is their formula; where that formula was overwritten by a number, the number leads, and a note says so.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};

use super::super::diagnostic::{Faults, Place};
use super::super::workbook_columns::{HEADINGS, SHEETS};
use crate::language::{Text, text};

/// True if these bytes are a ZIP archive, as workbooks are, or a container of older or locked ones.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

/// The sheet of the allocation with what its cells hold and which of them are formulas.
struct Sheet {
    place: Place,
    values: Range<Data>,
    formulas: Range<String>,
    /// By column of the plan: the number of its column in the sheet.
    columns: Vec<(&'static str, u32)>,
}

/// The table of the plan in a workbook, as text with the columns of `allocation.csv`: row by row as in the sheet.
pub(super) fn table(bytes: Vec<u8>, whole: &Place, faults: &mut Faults) -> Option<(Place, String)> {
    let sheet = opened(bytes, whole, faults)?;
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let written = ["source", "cluster", "intervention", "year", "rupiah", "units"];
    let mut failed = out.write_record(written).is_err();
    let mut overwritten = Vec::new();
    let last = sheet.values.end().map_or(0, |(row, _)| row);
    for row in 1..=last {
        let cells = sheet.cells(row, &mut overwritten, faults);
        failed |= out.write_record(cells).is_err();
    }
    if !overwritten.is_empty() {
        faults.note(&sheet.place, of_overwritten(&overwritten));
    }
    let bytes = out.into_inner().ok().filter(|_| !failed)?;
    Some((sheet.place, String::from_utf8(bytes).ok()?))
}

fn of_overwritten(rows: &[u32]) -> Text {
    let rows: Vec<String> = rows.iter().map(u32::to_string).collect();
    text!(
        en: "in row {rows} the formula of rupiah was overwritten: the rupiah lead there, and the units are not read",
        id: "di baris {rows} rumus rupiah sudah ditimpa: rupiah yang dipakai di situ, dan banyaknya tidak dibaca",
        rows = rows.join(", "),
    )
}

/// Opens the workbook and finds the sheet and its columns.
fn opened(bytes: Vec<u8>, whole: &Place, faults: &mut Faults) -> Option<Sheet> {
    let plain = text!(
        en: "save it as an .xlsx workbook without password and without macros",
        id: "simpan sebagai buku kerja .xlsx tanpa sandi dan tanpa makro",
    );
    let mut book: Xlsx<Cursor<Vec<u8>>> = match open_workbook_from_rs(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => {
            let why = error.to_string();
            faults.help(whole, text!(en: "cannot be read as a workbook: {why}", id: "tidak dapat dibaca sebagai buku kerja: {why}"), plain);
            return None;
        }
    };
    if matches!(book.vba_project(), Ok(Some(_))) {
        faults.help(whole, text!(en: "the workbook has macros", id: "buku kerja ini berisi makro"), plain);
        return None;
    }
    let names = book.sheet_names();
    let Some(name) = names.iter().find(|name| SHEETS.contains(&name.as_str())) else {
        faults.in_full(
            whole,
            text!(en: "has no sheet of the allocation; its sheets are {names}", id: "tidak punya lembar alokasi; lembarnya {names}", names = names.join(", ")),
            text!(en: "a sheet named Allocation or Alokasi", id: "lembar bernama Alokasi atau Allocation"),
            text!(en: "give the sheet its name back, or take the workbook that 'rantai report --xlsx' writes", id: "kembalikan nama lembarnya, atau pakai buku kerja yang ditulis 'rantai report --xlsx'"),
        );
        return None;
    };
    let place = Place::file(&format!("{}, {name}", whole.file));
    let (values, formulas) = match (book.worksheet_range(name), book.worksheet_formula(name)) {
        (Ok(values), Ok(formulas)) => (values, formulas),
        (Err(error), _) | (_, Err(error)) => {
            let why = error.to_string();
            faults.add(&place, text!(en: "cannot be read: {why}", id: "tidak dapat dibaca: {why}"));
            return None;
        }
    };
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    for cells in merged.iter().filter(|cells| cells.start != cells.end) {
        let at = cell_name(cells.start.0, cells.start.1);
        faults.help(
            &place.column(&at),
            text!(en: "cells are merged here", id: "sel di sini digabung"),
            text!(en: "split them: every row of the plan stands by itself", id: "pisahkan: setiap baris rencana berdiri sendiri"),
        );
    }
    let columns = columns(&values, &place, faults)?;
    Some(Sheet { place, values, formulas, columns })
}

/// The columns by their headings, wherever they stand.
fn columns(values: &Range<Data>, place: &Place, faults: &mut Faults) -> Option<Vec<(&'static str, u32)>> {
    let width = values.end().map_or(0, |(_, column)| column);
    let heading = |column: u32| match values.get_value((0, column)) {
        Some(Data::String(text)) => text.trim().to_lowercase(),
        _ => String::new(),
    };
    let mut found = Vec::new();
    let mut complete = true;
    for (name, both) in HEADINGS {
        let at = (0..=width).find(|column| both.contains(&heading(*column).as_str()));
        // The name and the cost of a unit are the scenario's, and are not read back.
        let needed = !matches!(name, "unit" | "unit_cost");
        match at {
            Some(at) => found.push((name, at)),
            None if needed => {
                complete = false;
                let [en, id] = both;
                faults.expected(
                    place,
                    text!(en: "the column '{en}' is missing", id: "kolom '{id}' tidak ada"),
                    text!(en: "its heading in row 1, in any place", id: "judulnya di baris 1, di tempat mana pun"),
                );
            }
            None => {}
        }
    }
    complete.then_some(found)
}

/// `C7`, of numbers from 0.
fn cell_name(row: u32, column: u32) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        left = (left - 1).div_euclid(26);
    }
    format!("{letters}{}", row + 1)
}

/// A number as text of one reading: three decimals could be thousands.
fn plain(value: f64) -> String {
    let text = value.to_string();
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        _ => text,
    }
}

impl Sheet {
    fn at(&self, column: &str) -> u32 {
        self.columns.iter().find(|(name, _)| *name == column).map_or(u32::MAX, |(_, at)| *at)
    }

    fn formula(&self, row: u32, column: u32) -> bool {
        self.formulas.get_value((row, column)).is_some_and(|formula| !formula.is_empty())
    }

    /// A cell as text; a formula that was never calculated is a fault, as is one whose result is an error.
    fn text(&self, row: u32, column: &str, faults: &mut Faults) -> String {
        let at = self.at(column);
        match self.values.get_value((row, at)) {
            Some(Data::String(text)) => text.trim().to_string(),
            Some(Data::Float(value)) => plain(*value),
            Some(Data::Int(value)) => value.to_string(),
            None | Some(Data::Empty) if !self.formula(row, at) => String::new(),
            None | Some(Data::Empty) => {
                faults.help(
                    &self.place.column(cell_name(row, at)),
                    text!(en: "this formula was never calculated", id: "rumus ini belum pernah dihitung"),
                    text!(en: "open the workbook in a spreadsheet program, let it calculate, and save it", id: "buka buku kerja ini dengan program lembar kerja, biarkan dihitung, lalu simpan"),
                );
                String::new()
            }
            Some(other) => {
                let found = other.to_string();
                faults.add(&self.place.column(cell_name(row, at)), text!(en: "'{found}' is neither a number nor a name", id: "'{found}' bukan angka dan bukan nama"));
                String::new()
            }
        }
    }

    /// The cells of a row: source, cluster, intervention, year, rupiah, units. A row without keys is that of the total, and stays empty.
    fn cells(&self, row: u32, overwritten: &mut Vec<u32>, faults: &mut Faults) -> [String; 6] {
        let keys = ["source", "cluster", "intervention"].map(|column| self.text(row, column, faults));
        if keys.iter().all(String::is_empty) {
            return Default::default();
        }
        let [source, cluster, intervention] = keys;
        let year = self.text(row, "year", faults);
        let (units_at, rupiah_at) = (self.at("units"), self.at("rupiah"));
        let has_units = !matches!(self.values.get_value((row, units_at)), None | Some(Data::Empty));
        let is_formula = self.formula(row, rupiah_at);
        let rupiah = self.text(row, "rupiah", faults);
        if has_units && !is_formula {
            overwritten.push(row + 1);
        }
        let units = if has_units && is_formula { self.text(row, "units", faults) } else { String::new() };
        [source, cluster, intervention, year, self.led(row, &units, rupiah, faults), units]
    }

    /// The rupiah of a row: those of its units where units lead, which a program that did not calculate may not have written yet.
    fn led(&self, row: u32, units: &str, rupiah: String, faults: &mut Faults) -> String {
        if units.is_empty() || self.at("unit_cost") == u32::MAX {
            return rupiah;
        }
        let cost = self.text(row, "unit_cost", faults);
        match (units.parse::<f64>(), cost.parse::<f64>()) {
            (Ok(units), Ok(cost)) => format!("{:.0}", libm::round(units * cost)),
            _ => rupiah,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_their_names() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(6, 25), "Z7");
        assert_eq!(cell_name(0, 26), "AA1");
        assert_eq!(cell_name(0, 701), "ZZ1");
    }

    #[test]
    fn numbers_have_one_reading() {
        assert_eq!(plain(50.0), "50");
        assert_eq!(plain(12.345), "12.3450");
        assert_eq!(plain(0.5), "0.5");
    }
}
