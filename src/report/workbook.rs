//! Results as a workbook for spreadsheets: a summary to print, the allocation with totals as formulas, money by source and year, and
//! every table of the report, numbers as numbers.
//!
//! Every formula is written with its result, since office programs do not calculate the files of others anew, and readers take what
//! is written. The time of making is fixed: equal results give equal bytes.

mod allocation;
mod sheet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::book::{self, Book, Piece, Told};
use super::language::{Lang, Text};
use super::page::{Block, Table, words};
use sheet::{Formats, Writing};

pub use allocation::HEADINGS;

/// Why a workbook cannot be made.
pub type WorkbookError = XlsxError;

/// The workbook of the results, in a language.
///
/// # Errors
/// A workbook that the format cannot hold: more rows or longer texts than a sheet takes.
pub fn workbook(told: &[Told], lang: Lang) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let title = told.first().map_or("", |of| lang.title(&of.model.title));
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new().set_title(title).set_author("rantai").set_creation_datetime(&made),
    );
    let formats = Formats::new();
    let mut names = Names { taken: Vec::new(), several: told.len() > 1 };
    for (number, of) in told.iter().enumerate() {
        let book = book::of(of);
        let mut writing = |name: &Text, workbook: &mut Workbook| -> Result<usize, XlsxError> {
            let name = names.free(number, name.in_language(lang));
            workbook.add_worksheet().set_name(name)?;
            Ok(workbook.worksheets().len() - 1)
        };
        let at = writing(&words("Summary", "Ringkasan"), &mut workbook)?;
        summary(&mut Writing::new(workbook.worksheet_from_index(at)?, &formats, lang), &book)?;
        if let Some(lines) = allocation::lines(of) {
            let at = writing(&words("Allocation", "Alokasi"), &mut workbook)?;
            let sheet = workbook.worksheet_from_index(at)?;
            allocation::write(&mut Writing::new(sheet, &formats, lang), of, lines)?;
            let at = writing(&words("By source and year", "Menurut sumber dan tahun"), &mut workbook)?;
            let named = workbook.worksheets()[at - 1].name();
            let sheet = workbook.worksheet_from_index(at)?;
            allocation::by_source(&mut Writing::new(sheet, &formats, lang), of, lines, &named)?;
        }
        for chapter in &book.chapters {
            let tables = tables(&chapter.pieces, &Text::same(""));
            if tables.is_empty() {
                continue;
            }
            let at = writing(&chapter.heading, &mut workbook)?;
            let mut writing = Writing::new(workbook.worksheet_from_index(at)?, &formats, lang);
            writing.title(&chapter.heading)?;
            for (name, table) in &tables {
                writing.table(name, table)?;
            }
            writing.paper(false)?;
        }
    }
    workbook.save_to_buffer()
}

/// Names of sheets: at most 31 characters, without signs that sheets may not have, each once.
struct Names {
    taken: Vec<String>,
    several: bool,
}

impl Names {
    fn free(&mut self, number: usize, wanted: &str) -> String {
        let plain: String = wanted.chars().filter(|sign| !"[]:*?/\\'".contains(*sign)).collect();
        let begin = if self.several { format!("{} ", number + 1) } else { String::new() };
        let cut = |end: &str| {
            let room = 31 - begin.chars().count() - end.chars().count();
            let body: String = plain.chars().take(room).collect();
            format!("{begin}{}{end}", body.trim_end_matches([' ', ',']))
        };
        let mut name = cut("");
        let mut more = 2;
        while self.taken.iter().any(|taken| taken.to_lowercase() == name.to_lowercase()) {
            name = cut(&format!(" {more}"));
            more += 1;
        }
        self.taken.push(name.clone());
        name
    }
}

/// The tables of pieces, each with the heading or chart that it belongs to.
fn tables(pieces: &[Piece], above: &Text) -> Vec<(Text, Table)> {
    let mut found = Vec::new();
    let mut name = above.clone();
    for piece in pieces {
        match piece {
            Piece::Heading(heading) => name = heading.clone(),
            Piece::Chart(chart) => found.push((chart.title.clone(), chart.table())),
            Piece::Block(Block::Table(table)) => found.push((name.clone(), table.clone())),
            Piece::Folded(heading, inside) => found.extend(tables(inside, heading)),
            Piece::Grid(grid) => found.push((grid.title.clone(), grid.table())),
            Piece::Block(_) | Piece::Things(_) | Piece::Watch(_) | Piece::Written(_) => {}
        }
    }
    found
}

/// The answer, the figures and what to watch, on one page.
fn summary(writing: &mut Writing<'_>, book: &Book) -> Result<(), XlsxError> {
    writing.title(&book.title)?;
    writing.line(&book.kind)?;
    for said in &book.answer {
        writing.paragraph(said)?;
    }
    for figure in &book.figures {
        writing.figure(figure)?;
    }
    for piece in &book.first {
        match piece {
            Piece::Heading(heading) => writing.heading(heading)?,
            Piece::Things(things) => {
                for thing in things {
                    writing.thing(thing)?;
                }
            }
            Piece::Watch(said) => {
                for text in said {
                    writing.paragraph(text)?;
                }
            }
            Piece::Block(Block::Detail(text) | Block::Sentence(text)) => writing.paragraph(text)?,
            _ => {}
        }
    }
    writing.paper(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_fit_and_differ() {
        let mut names = Names { taken: Vec::new(), several: false };
        assert_eq!(names.free(0, "Does it pay, and how sure is that?"), "Does it pay, and how sure is th");
        assert_eq!(names.free(0, "does it pay, and how sure is that"), "does it pay, and how sure is 2");
        let mut names = Names { taken: Vec::new(), several: true };
        assert_eq!(names.free(1, "A/B"), "2 AB");
    }
}
