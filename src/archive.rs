//! Everything that outlives a run: result folders with their manifests, parts of a run, what a plan learned, and running again
//! from a manifest. The only place that writes results to a disk.

pub mod folder;
pub mod learned;
pub mod manifest;
pub mod part;
pub mod reading;
pub mod reproduction;
pub mod runner;
pub mod settings;

pub use folder::{FolderError, ResultFolder, Staged};
pub use manifest::Manifest;
pub use reading::read_result;
pub use settings::Settings;

/// The folder of a result that holds the scenario it was made from.
pub const SCENARIO: &str = "scenario";
