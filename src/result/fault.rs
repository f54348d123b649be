//! Faults, and how a failure is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conflict::ConflictDocument;
use crate::language::{Lang, Text};
use crate::scenario::Fault;

/// A fault, a warning or a note of a scenario, plan or program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaultDocument {
    /// The file, relative to the scenario's folder.
    pub file: String,
    /// Line (TOML, SMPS) or row (tables; the header is row 1); null where it is the file as a whole.
    pub line: Option<usize>,
    /// Path of the key, or name of the column; empty where there is none.
    pub place: String,
    /// The finding.
    pub problem: String,
    /// The expectation; null where that does not help.
    pub expected: Option<String>,
    /// How to mend it; null where nothing is known.
    pub help: Option<String>,
    /// All of it as a sentence.
    pub message: String,
}

impl FaultDocument {
    /// The document of a fault, in the words of `lang`.
    pub fn of(fault: &Fault, lang: Lang) -> Self {
        let words = |text: &Text| text.in_language(lang).to_string();
        Self {
            file: fault.file.clone(),
            line: fault.line,
            place: fault.place.in_language(lang).to_string(),
            problem: words(&fault.problem),
            expected: fault.expected.as_ref().map(words),
            help: fault.help.as_ref().map(words),
            message: fault.in_language(lang),
        }
    }
}

/// Documents of faults.
pub(super) fn each(faults: &[Fault], lang: Lang) -> Vec<FaultDocument> {
    faults.iter().map(|fault| FaultDocument::of(fault, lang)).collect()
}

/// The kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKey {
    /// Words of the command that are not understood, or that cannot be together. Exit code 2.
    Usage,
    /// Faults of a scenario or plan, in `faults`. Exit code 2.
    InvalidScenario,
    /// Faults of the files of a program, in `faults`. Exit code 2.
    InvalidProgram,
    /// Rules that contradict each other, in `conflict`. Exit code 3.
    NoFeasiblePlan,
    /// A program without a feasible point. Exit code 3.
    Infeasible,
    /// An objective that could grow without end: the message names the process or channel, its cluster and the period that
    /// nothing limits. Exit code 3.
    Unbounded,
    /// The time limit came before any answer. Exit code 4.
    TimeLimit,
    /// Files or solver. Exit code 1.
    Failure,
    /// Interrupted. Exit code 130.
    Interrupted,
    /// A fault of rantai itself, told on standard error.
    Internal,
}

/// A failure, as standard output has it under `--json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureDocument {
    /// Its kind.
    pub error: ErrorKey,
    /// The failure in words; absent where `faults` tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Every fault found, of an invalid scenario, plan or program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faults: Option<Vec<FaultDocument>>,
    /// The rules that contradict each other, of `no_feasible_plan`.
    #[serde(flatten)]
    pub conflict: Option<ConflictDocument>,
}

impl FailureDocument {
    /// A failure in words.
    pub fn told(error: ErrorKey, message: String) -> Self {
        Self { error, message: Some(message), faults: None, conflict: None }
    }

    /// The faults of a scenario, plan or program, in the words of `lang`.
    pub fn of_faults(error: ErrorKey, faults: &[Fault], lang: Lang) -> Self {
        Self { error, message: None, faults: Some(each(faults, lang)), conflict: None }
    }

    /// Rules that contradict each other.
    pub fn of_conflict(message: String, conflict: Option<ConflictDocument>) -> Self {
        Self { error: ErrorKey::NoFeasiblePlan, message: Some(message), faults: None, conflict }
    }
}
