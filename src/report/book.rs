//! What a report holds, before it is a page of HTML: the answer first, then chapters of charts, tables and sentences.

mod annex;
mod cases;
mod chain;
mod flow;
mod judgement;
mod names;
mod piece;
mod plan;
mod simulation;
mod told;
mod worth;
mod years;

pub use piece::{Book, Chapter, Figure, Grid, Mark, Piece, Thing, Tone};
pub use told::{Result as Told, Tables, ToldOf};

/// The report of a result.
pub fn of(told: &Told) -> Book {
    match &told.of {
        ToldOf::Plan(document) => plan::book(told, document),
        ToldOf::Simulation(lines) => simulation::book(told, lines.as_deref()),
        ToldOf::Judgement(document, broken) => judgement::book(told, document, broken),
        ToldOf::Comparison(document) => cases::comparison(told, document),
        ToldOf::Coordination(document) => cases::coordination(told, document),
    }
}
