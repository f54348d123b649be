//! A sheet being written from the top.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};

use crate::report::book::{Figure, Thing};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table};

/// How cells look.
pub(super) struct Formats {
    pub(super) title: Format,
    pub(super) heading: Format,
    pub(super) head: Format,
    pub(super) words: Format,
    pub(super) wrapped: Format,
    pub(super) key: Format,
    pub(super) strong: Format,
    /// Words to the right of a number.
    pub(super) beside: Format,
    pub(super) rupiah: Format,
    pub(super) total: Format,
    pub(super) edit: Format,
    pub(super) year: Format,
    pub(super) share: Format,
    pub(super) plain: [Format; 4],
}

impl Formats {
    pub(super) fn new() -> Self {
        let base = || Format::new().set_font_name("Calibri").set_font_size(11).set_align(FormatAlign::Top);
        let number = |format: &str| base().set_num_format(format);
        Self {
            title: base().set_font_size(18).set_bold(),
            heading: base().set_font_size(13).set_bold(),
            head: base()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00E2_E7EC))
                .set_border_bottom(FormatBorder::Thin),
            words: base(),
            wrapped: base().set_text_wrap(),
            key: base().set_font_size(8).set_font_color(Color::RGB(0x0054_606C)),
            strong: base().set_bold().set_text_wrap(),
            beside: base().set_text_wrap().set_indent(1),
            rupiah: number("#,##0"),
            total: number("#,##0").set_bold().set_border_top(FormatBorder::Thin),
            // What may be edited is told apart by its colour.
            edit: number("#,##0.####").set_background_color(Color::RGB(0x00FF_F7DB)),
            year: number("0"),
            share: number("0.0%"),
            plain: [number("#,##0"), number("#,##0.0"), number("#,##0.00"), number("#,##0.000")],
        }
    }
}

/// A sheet with the row that comes next.
pub(super) struct Writing<'a> {
    pub(super) sheet: &'a mut Worksheet,
    pub(super) formats: &'a Formats,
    pub(super) lang: Lang,
    pub(super) row: u32,
    /// Widths of columns [characters].
    widths: Vec<usize>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(sheet: &'a mut Worksheet, formats: &'a Formats, lang: Lang) -> Self {
        Self { sheet, formats, lang, row: 0, widths: Vec::new() }
    }

    fn said<'t>(&self, text: &'t Text) -> &'t str {
        text.in_language(self.lang)
    }

    pub(super) fn widen(&mut self, column: u16, width: usize) {
        let at = usize::from(column);
        if self.widths.len() <= at {
            self.widths.resize(at + 1, 8);
        }
        self.widths[at] = self.widths[at].max(width.min(60));
    }

    pub(super) fn words(&mut self, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, column, text, format)?;
        Ok(())
    }

    pub(super) fn number(&mut self, column: u16, value: f64, format: &Format) -> Result<(), XlsxError> {
        if value.is_finite() {
            self.sheet.write_number_with_format(self.row, column, value, format)?;
        }
        Ok(())
    }

    /// A formula with its result.
    pub(super) fn formula(
        &mut self,
        column: u16,
        formula: &str,
        result: f64,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let formula = Formula::new(formula).set_result(format!("{result}"));
        self.sheet.write_formula_with_format(self.row, column, formula, format)?;
        Ok(())
    }

    pub(super) fn title(&mut self, text: &Text) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.words(0, self.said(text), &formats.title)?;
        self.row += 2;
        Ok(())
    }

    pub(super) fn heading(&mut self, text: &Text) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.row += 1;
        self.words(0, self.said(text), &formats.heading)?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn line(&mut self, text: &Text) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.words(0, self.said(text), &formats.words)?;
        self.row += 1;
        Ok(())
    }

    /// A sentence over the width of the page.
    pub(super) fn paragraph(&mut self, text: &Text) -> Result<(), XlsxError> {
        let said = self.said(text).to_string();
        let format = self.formats.wrapped.clone();
        self.sheet.merge_range(self.row, 0, self.row, 3, &said, &format)?;
        self.sheet.set_row_height(self.row, height(&[(&said, 88)]))?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn figure(&mut self, of: &Figure) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.words(0, self.said(&of.asks), &formats.wrapped)?;
        self.words(1, self.said(&of.says), &formats.strong)?;
        let means = self.said(&of.means).to_string();
        self.sheet.merge_range(self.row, 2, self.row, 3, &means, &formats.wrapped)?;
        let height = height(&[(self.said(&of.asks), 26), (self.said(&of.says), 18), (&means, 50)]);
        self.sheet.set_row_height(self.row, height)?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn thing(&mut self, of: &Thing) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.words(0, self.said(&of.many), &formats.strong)?;
        self.number(1, of.rupiah, &formats.rupiah)?;
        self.number(2, of.share, &formats.share)?;
        let what = format!("{}: {}", self.said(&of.what), self.said(&of.places));
        self.words(3, &what, &formats.beside)?;
        self.sheet.set_row_height(self.row, height(&[(self.said(&of.many), 24), (&what, 38)]))?;
        self.row += 1;
        Ok(())
    }

    /// A table under its name.
    pub(super) fn table(&mut self, name: &Text, table: &Table) -> Result<(), XlsxError> {
        let formats = self.formats;
        if !self.said(name).is_empty() {
            self.words(0, self.said(name), &formats.heading)?;
            self.row += 1;
        }
        for (column, of) in (0u16..).zip(&table.columns) {
            let said = self.said(&of.heading).to_string();
            self.widen(column, said.chars().count().min(18));
            self.words(column, &said, &formats.head)?;
        }
        self.row += 1;
        for cells in &table.rows {
            for (column, cell) in (0u16..).zip(cells) {
                self.cell(column, cell)?;
            }
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.widen(column, cell.text(self.lang).chars().count() + 2);
        match cell {
            Cell::Words(text) => self.words(column, self.said(text), &formats.words),
            Cell::Rupiah(value) | Cell::Money(value) => self.rupiah(column, *value),
            Cell::Amount(metric, value) | Cell::Spread(metric, value) if metric.is_money() => {
                self.rupiah(column, *value)
            }
            Cell::Amount(_, value) | Cell::Spread(_, value) => self.number(column, *value, &formats.plain[1]),
            Cell::Share(share) => self.number(column, *share, &formats.share),
            Cell::Number(value, places) => self.number(column, *value, &formats.plain[(*places).min(3)]),
            Cell::Empty => Ok(()),
        }
    }

    fn rupiah(&mut self, column: u16, value: f64) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.widen(column, self.lang.number(value, 0).chars().count() + 2);
        self.number(column, value, &formats.rupiah)
    }

    /// Widths of columns, and paper of A4.
    pub(super) fn paper(&mut self, summary: bool) -> Result<(), XlsxError> {
        if summary {
            for (column, width) in [(0, 30.0), (1, 22.0), (2, 12.0), (3, 46.0)] {
                self.sheet.set_column_width(column, width)?;
            }
        } else {
            for (column, width) in (0u16..).zip(&self.widths) {
                self.sheet.set_column_width(column, *width as f64)?;
            }
            self.sheet.set_landscape();
        }
        self.sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
        Ok(())
    }
}

/// The height of a row for wrapped texts, each with about how many letters a line of its column holds \[points\].
fn height(texts: &[(&str, usize)]) -> f64 {
    let lines = texts.iter().map(|(text, letters)| text.chars().count().div_ceil(*letters)).max();
    15.5 * lines.unwrap_or(1).max(1) as f64
}
