//! Results as people read them: tables from typed rows, raw samples, and the summaries in Indonesian and English.

pub mod assurance;
pub mod budget_document;
pub mod changes;
mod cofunding;
pub mod compare;
pub mod conflict;
pub mod coordination;
pub mod coverage;
pub mod describe;
mod economy;
mod horizon;
pub mod judge;
pub mod ladder;
pub mod language;
pub mod law;
mod locked;
pub mod menu;
pub mod page;
mod pool;
mod prices;
pub mod program;
pub mod publication;
pub mod raw;
mod rules;
pub mod sensitivity;
pub mod sites;
mod spillover;
pub mod summary;
pub mod tables;
mod targets;
mod tidy;
mod unkept;
pub mod violation;
mod whole;

pub use language::{Lang, Text};
