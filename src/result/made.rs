//! Documents of files that commands make: exported programs, synthetic scenarios, completions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::ChangeDocument;
use super::metric::MetricKey;
use crate::study::generate::GenerateOptions;

/// The format of an exported program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormatKey {
    /// The program written out over all samples, in one file.
    Mps,
    /// Core, time and stoch file.
    Smps,
}

/// A file of an exported program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProgramFile {
    /// Its ending.
    pub ending: String,
    /// Its size [bytes].
    pub bytes: usize,
    /// Its SHA-256.
    pub sha256: String,
    /// The path that it was written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its text, where it was written to no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProgramFilesSchema {
    /// Version 1.
    #[serde(rename = "rantai.program-files/1")]
    One,
}

/// The program of a plan, exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProgramFilesDocument {
    /// The schema.
    pub schema: ProgramFilesSchema,
    /// The format.
    pub format: FormatKey,
    /// The metric that is maximised.
    pub objective: MetricKey,
    /// Planning samples.
    pub samples: usize,
    /// The files.
    pub files: Vec<ProgramFile>,
    /// What overrides change in the scenario. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
}

impl ProgramFilesDocument {
    /// The document of exported files.
    pub fn of(format: FormatKey, objective: MetricKey, samples: usize, files: Vec<ProgramFile>) -> Self {
        Self { schema: ProgramFilesSchema::One, format, objective, samples, files, changes: Vec::new() }
    }
}

/// A file of a synthetic scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedFile {
    /// Its name in the folder.
    pub name: String,
    /// Its size [bytes].
    pub bytes: usize,
    /// Its SHA-256.
    pub sha256: String,
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum GeneratedSchema {
    /// Version 1.
    #[serde(rename = "rantai.generated/1")]
    One,
}

/// A synthetic scenario: the options, and the files that they gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedDocument {
    /// The schema.
    pub schema: GeneratedSchema,
    /// The folder, as it was named.
    pub folder: String,
    /// Clusters.
    pub clusters: usize,
    /// Years.
    pub years: usize,
    /// Periods in a year.
    pub periods_per_year: usize,
    /// Commodities of a chain, from the raw one to the finished one.
    pub length: usize,
    /// Share of the clusters whose processes compete for work, credit and licences.
    pub contested: f64,
    /// Share of the numbers that may be uncertain which are.
    pub uncertain: f64,
    /// Whether the second commodity can be stored.
    pub store: bool,
    /// Seed of all numbers.
    pub seed: u64,
    /// The files.
    pub files: Vec<GeneratedFile>,
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReportedSchema {
    /// Version 1.
    #[serde(rename = "rantai.reported/1")]
    One,
}

/// Reports that were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedDocument {
    /// The schema.
    pub schema: ReportedSchema,
    /// The result folders, as they were named.
    pub results: Vec<String>,
    /// The files, by the names that they were given.
    pub files: Vec<GeneratedFile>,
}

impl GeneratedDocument {
    /// The document of a scenario in `folder`.
    pub fn of(folder: String, options: &GenerateOptions, files: Vec<GeneratedFile>) -> Self {
        Self {
            schema: GeneratedSchema::One,
            folder,
            clusters: options.clusters,
            years: options.years,
            periods_per_year: options.periods_per_year,
            length: options.length,
            contested: options.contested,
            uncertain: options.uncertain,
            store: options.store,
            seed: options.seed,
            files,
        }
    }
}

/// Completions for a shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompletionsDocument {
    /// The shell.
    pub shell: String,
    /// The completions.
    pub text: String,
}
