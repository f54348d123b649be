//! Results as people read them: tables from typed rows, raw samples, and the summaries in Indonesian and English.

pub mod assurance;
pub mod book;
pub mod budget_document;
pub mod changes;
pub mod chart;
mod cofunding;
pub mod compare;
pub mod conflict;
pub mod coordination;
pub mod coverage;
pub mod describe;
mod economy;
mod horizon;
pub mod html;
pub mod judge;
pub mod language;
pub mod law;
mod locked;
pub mod page;
mod pool;
mod prices;
pub mod program;
pub mod publication;
pub mod raw;
mod rules;
pub mod sites;
mod spillover;
pub mod summary;
pub mod tables;
mod targets;
mod tidy;
mod unkept;
pub mod violation;
mod whole;
pub mod workbook;

pub use language::{Lang, Text};
