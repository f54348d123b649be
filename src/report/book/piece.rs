//! The parts of a report: the answer, figures that matter, chapters and their pieces.

use crate::report::chart::Chart;
use crate::report::language::{Lang, Text};
use crate::report::page::{Block, Cell};

/// A report on one result.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// What it is about.
    pub title: Text,
    /// What kind of result it is, and of which years.
    pub kind: Text,
    /// The answer, in one to three sentences.
    pub answer: Vec<Text>,
    /// The few figures that matter.
    pub figures: Vec<Figure>,
    /// What the first page says beside them.
    pub first: Vec<Piece>,
    /// The chapters.
    pub chapters: Vec<Chapter>,
}

/// A figure that matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The question that it answers.
    pub asks: Text,
    /// The number in words.
    pub says: Text,
    /// What it means.
    pub means: Text,
    /// Whether that is good, bad or neither.
    pub tone: Tone,
}

/// Whether something is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It is.
    Good,
    /// It is to be watched.
    Watch,
    /// It is neither.
    Plain,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// Its heading.
    pub heading: Text,
    /// Its pieces in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a chapter.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A sentence, list or table.
    Block(Block),
    /// A heading within the chapter.
    Heading(Text),
    /// A chart, with its table.
    Chart(Chart),
    /// Things to fund, largest first.
    Things(Vec<Thing>),
    /// What is to be watched.
    Watch(Vec<Text>),
    /// A grid of marks: the headings of its columns, and its rows.
    Grid(Grid),
    /// Pieces that are folded away under a name.
    Folded(Text, Vec<Piece>),
    /// Text as it was written.
    Written(Text),
}

/// A thing to fund.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// How much of it: `1,835 furnaces`.
    pub many: Text,
    /// What it is, where and by whom.
    pub what: Text,
    /// Where.
    pub places: Text,
    /// What it costs [Rp].
    pub rupiah: f64,
    /// Its share of the money.
    pub share: f64,
}

/// A grid of marks with what they mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// What it shows.
    pub title: Text,
    /// Headings of columns: short, and in full.
    pub columns: Vec<(Text, Text)>,
    /// Rows: name and marks.
    pub rows: Vec<(Text, Vec<Mark>)>,
}

/// A mark of a grid: a sign, its meaning, and how it looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The sign, which is told apart without colour.
    pub sign: &'static str,
    /// What it means.
    pub means: Text,
    /// How it looks.
    pub tone: Tone,
}

impl Grid {
    /// The grid as a table of words.
    pub(in crate::report) fn table(&self) -> crate::report::page::Table {
        let mut headings = vec![Text::same("")];
        headings.extend(self.columns.iter().map(|(short, long)| {
            let (short, en) = (short.in_language(Lang::En), long.in_language(Lang::En));
            Text::new(format!("({short}) {en}"), format!("({short}) {}", long.in_language(Lang::Id)))
        }));
        let mut table = crate::report::page::Table::new(headings, usize::MAX);
        for (name, marks) in &self.rows {
            let mut cells = vec![Cell::Words(name.clone())];
            cells.extend(marks.iter().map(|mark| Cell::Words(mark.means.clone())));
            table.row(cells);
        }
        table
    }
}

impl Chapter {
    /// An empty chapter.
    pub fn new(heading: Text) -> Self {
        Self { heading, pieces: Vec::new() }
    }

    /// Adds a sentence.
    pub(in crate::report) fn say(&mut self, text: Text) {
        self.pieces.push(Piece::Block(Block::Sentence(text)));
    }

    /// Adds a chart.
    pub(in crate::report) fn chart(&mut self, chart: Chart) {
        self.pieces.push(Piece::Chart(chart));
    }

    /// Adds a table.
    pub(in crate::report) fn table(&mut self, table: crate::report::page::Table) {
        self.pieces.push(Piece::Block(Block::Table(table)));
    }
}
