//! The words in which every method of the optimiser describes its answer: the solver, the bound's ground, the size.

use super::decomposition::Scheme;
use super::lp::{LinearProgram, Method};
use crate::language::{Lang, Text, text};

/// The ground of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundBy {
    /// Duals, checked in our own arithmetic.
    Certificate,
    /// The word of the solver's branch and cut.
    Solver,
}

impl BoundBy {
    /// Its word in results.
    pub fn key(self) -> &'static str {
        match self {
            BoundBy::Certificate => "certificate",
            BoundBy::Solver => "solver",
        }
    }
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Feasible and optimal to the certificate's tolerance, or to the solver's bound where the search was the solver's.
    Optimal,
    /// Decisions that keep every row, but the proof falls short: the certificate says by how much.
    NotProven,
    /// The time limit was reached: the incumbent, with whatever bound there is.
    TimeLimit,
}

/// The method that solved a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolvedBy {
    /// The extensive form, by one of the solver's methods.
    Extensive(Method),
    /// The extensive form with whole numbers, by the solver's branch and cut and then one of its methods around them.
    BranchAndCut(Method),
    /// The decomposition.
    Decomposition {
        /// The L-shaped method or column generation.
        scheme: Scheme,
        /// Iterations or rounds.
        iterations: usize,
        /// Blocks of the first stage.
        blocks: usize,
        /// Cuts at the end.
        cuts: usize,
    },
}

impl SolvedBy {
    /// Its name in reports.
    pub fn name(self) -> String {
        self.text().in_language(Lang::En).to_string()
    }

    /// Its name in both languages.
    pub fn text(self) -> Text {
        match self {
            SolvedBy::Extensive(method) => method.text(),
            SolvedBy::BranchAndCut(method) => text!(
                en: "branch and cut, then {method}",
                id: "cabang dan potong, lalu {method}",
                method = method.text(),
            ),
            SolvedBy::Decomposition { scheme: Scheme::ColumnGeneration, iterations, blocks, .. } => text!(
                en: "decomposition, {blocks} blocks joined by prices, {iterations} rounds",
                id: "dekomposisi, {blocks} blok yang dihubungkan oleh harga, {iterations} putaran",
            ),
            SolvedBy::Decomposition { iterations, .. } => text!(
                en: "decomposition, {iterations} iterations",
                id: "dekomposisi, {iterations} iterasi",
            ),
        }
    }
}

/// Size of the linear program that was solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramSize {
    /// Columns.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Non-zero coefficients.
    pub nonzeros: usize,
}

impl ProgramSize {
    /// The size of `lp`.
    pub(super) fn of(lp: &LinearProgram) -> Self {
        let nonzeros = lp.rows.iter().map(|row| row.entries.len()).sum();
        Self { columns: lp.columns.len(), rows: lp.rows.len(), nonzeros }
    }
}
