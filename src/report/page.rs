//! A page: what a result says to people, as sections of sentences, lists and tables in both languages. Rendered to text here; its
//! cells keep their numbers, so that other renderings need not read them back from words.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table as TextTable, presets};

use super::language::{Lang, Text};
use crate::model::{Metric, Title};

/// A result as a page, in both languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its title.
    pub title: Text,
    /// The sentences that open it.
    pub lead: Vec<Text>,
    /// Tables that open it, before the first section.
    pub opening: Vec<Block>,
    /// The rest, under headings.
    pub sections: Vec<Section>,
}

/// A part of a page under a heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The heading.
    pub heading: Text,
    /// The blocks under the heading, in order.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A sentence of its own.
    Sentence(Text),
    /// A sentence that belongs to the one above.
    Detail(Text),
    /// A point of a list.
    Point(Text),
    /// A numbered point with what is said of it.
    Numbered(usize, Text, Vec<Text>),
    /// A table.
    Table(Table),
    /// Room between what belongs together and what comes next.
    Gap,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The heading, which names what the cells hold.
    pub heading: Text,
    /// True if its cells stand to the right, as numbers do.
    pub right: bool,
}

/// A cell of a table: words, or a number with how it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Words(Text),
    /// Rupiah in full.
    Rupiah(f64),
    /// Rupiah in words of size: `13.22 billion`.
    Money(f64),
    /// An amount of a metric in its unit.
    Amount(Metric, f64),
    /// Half the width of an interval around such an amount.
    Spread(Metric, f64),
    /// A share, as a percentage.
    Share(f64),
    /// A number with so many decimals.
    Number(f64, usize),
    /// No number where one could stand.
    Empty,
}

impl Page {
    /// A page with its title and the sentences that open it.
    pub fn new(title: Text) -> Self {
        Self { title, lead: Vec::new(), opening: Vec::new(), sections: Vec::new() }
    }

    /// The page as plain text.
    pub fn text(&self, lang: Lang) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}", self.title.in_language(lang));
        for sentence in &self.lead {
            let _ = writeln!(out, "{}", sentence.in_language(lang));
        }
        for block in &self.opening {
            block.text(lang, &mut out);
        }
        for section in &self.sections {
            let heading = section.heading.in_language(lang);
            let _ = writeln!(out, "\n{heading}\n{}", "-".repeat(heading.chars().count()));
            for block in &section.blocks {
                block.text(lang, &mut out);
            }
        }
        out
    }
}

impl Section {
    /// An empty section under this heading.
    pub fn new(heading: Text) -> Self {
        Self { heading, blocks: Vec::new() }
    }

    /// Adds a sentence.
    pub fn say(&mut self, sentence: Text) {
        self.blocks.push(Block::Sentence(sentence));
    }

    /// Adds a sentence that belongs to the one above.
    pub fn detail(&mut self, sentence: Text) {
        self.blocks.push(Block::Detail(sentence));
    }

    /// Adds a point of a list.
    pub fn point(&mut self, sentence: Text) {
        self.blocks.push(Block::Point(sentence));
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.blocks.push(Block::Table(table));
    }

    /// Leaves room.
    pub fn gap(&mut self) {
        self.blocks.push(Block::Gap);
    }
}

impl Block {
    fn text(&self, lang: Lang, out: &mut String) {
        let _ = match self {
            Block::Sentence(text) => writeln!(out, " {}", text.in_language(lang)),
            Block::Detail(text) => writeln!(out, "   {}", text.in_language(lang)),
            Block::Point(text) => writeln!(out, " - {}", text.in_language(lang)),
            Block::Numbered(number, text, details) => {
                let _ = writeln!(out, " {number}. {}", text.in_language(lang));
                for detail in details {
                    let _ = writeln!(out, "      {}", detail.in_language(lang));
                }
                Ok(())
            }
            Block::Table(table) => {
                table.text(lang, out);
                Ok(())
            }
            Block::Gap => writeln!(out),
        };
    }
}

impl Table {
    /// A table without rows; the columns whose number is at least `numbers_from` stand to the right.
    pub fn new(headings: Vec<Text>, numbers_from: usize) -> Self {
        let column = |(place, heading)| Column { heading, right: place >= numbers_from };
        Self { columns: headings.into_iter().enumerate().map(column).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    fn text(&self, lang: Lang, out: &mut String) {
        let mut table = TextTable::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(self.columns.iter().map(|column| column.heading.in_language(lang)));
        for (place, column) in self.columns.iter().enumerate() {
            if column.right
                && let Some(column) = table.column_mut(place)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| cell.text(lang)));
        }
        for line in table.to_string().lines() {
            let _ = writeln!(out, " {}", line.trim_end());
        }
    }
}

impl Cell {
    /// A cell that says the same in both languages.
    pub fn name(text: impl Into<String>) -> Self {
        Self::Words(Text::same(text))
    }

    /// A count.
    pub fn count(of: usize) -> Self {
        Self::Number(of as f64, 0)
    }

    /// The cell in words.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Cell::Words(text) => text.in_language(lang).to_string(),
            Cell::Rupiah(value) => lang.number(*value, 0),
            Cell::Money(value) => lang.money(*value),
            Cell::Amount(metric, value) => lang.amount(*metric, *value),
            Cell::Spread(metric, value) => format!("± {}", lang.amount(*metric, *value)),
            Cell::Share(share) => lang.percent(*share),
            Cell::Number(value, places) => lang.number(*value, *places),
            Cell::Empty => String::new(),
        }
    }
}

/// A text whose sentence each language makes for itself.
pub(super) fn both(said: impl Fn(Lang) -> String) -> Text {
    Text::new(said(Lang::En), said(Lang::Id))
}

/// A heading or sentence without numbers.
pub(super) fn words(en: &str, id: &str) -> Text {
    Text::new(en, id)
}

/// A title of the model as a text.
pub(super) fn titled(title: &Title) -> Text {
    Text::new(&title.en, &title.id)
}

/// `1 place`, `3 places`: English bends the noun, Indonesian does not.
pub(super) fn some(count: usize, [one, many]: [&str; 2], id: &str) -> Text {
    both(|lang| {
        let number = lang.number(count as f64, 0);
        match lang {
            Lang::Id => format!("{number} {id}"),
            Lang::En => format!("{number} {}", if count == 1 { one } else { many }),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_same_in_both_languages_but_for_its_words() {
        let mut section = Section::new(words("Money", "Uang"));
        let mut table = Table::new(vec![words("source", "sumber"), Text::same("rupiah"), Text::same("%")], 1);
        table.row(vec![Cell::name("APBD"), Cell::Rupiah(1_500_000.0), Cell::Share(0.5)]);
        section.table(table);
        section.say(words("That is all.", "Itu saja."));
        section.blocks.push(Block::Numbered(1, words("one", "satu"), vec![words("more", "lagi")]));
        let page = Page { sections: vec![section], ..Page::new(words("Plan", "Rencana")) };
        let english = "Plan\n\nMoney\n-----\n  source     rupiah     % \n  APBD    1,500,000  50 % \n That is all.\n 1. one\n      more\n";
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_eq!(trimmed(&page.text(Lang::En)), trimmed(english));
        assert!(page.text(Lang::Id).contains("1.500.000") && page.text(Lang::Id).contains("Itu saja."));
    }
}
