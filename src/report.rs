//! Results as people read them: CSV tables from typed rows, the result folder with its manifest, and the summaries in
//! Indonesian and English.

pub mod assurance;
mod cofunding;
pub mod conflict;
pub mod coordination;
pub mod coverage;
pub mod describe;
pub mod folder;
pub mod language;
pub mod law;
mod locked;
pub mod manifest;
mod pool;
mod prices;
pub mod program;
pub mod raw;
mod rules;
pub mod sites;
mod spillover;
pub mod summary;
pub mod tables;
mod targets;
mod unkept;
mod whole;

pub use folder::{FolderError, ResultFolder, Staged};
pub use language::Lang;
pub use manifest::Manifest;
