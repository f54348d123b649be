//! The catalogue of documents and tables: their words, the command and the file that hold them, their JSON Schemas.

use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::Timed;
use super::accounts::{AccountTableRow, MatrixTableRow};
use super::budget_document::BudgetTable;
use super::changes::KeysDocument;
use super::check::CheckDocument;
use super::compare::{CaseRow, CompareDocument, DifferenceRow};
use super::coordination::{CoordinationDocument, CoordinationRow, CutRow};
use super::coverage::CoverageTableRow;
use super::fault::{FailureDocument, FaultDocument};
use super::judge::{JudgedRow, JudgementDocument};
use super::ladder::{LadderDocument, LadderLineRow, LadderRow};
use super::law::LawRow;
use super::made::{CompletionsDocument, GeneratedDocument, ProgramFilesDocument, ReportedDocument};
use super::margin::MarginRow;
use super::menu::{MenuDocument, MenuPlanRow, MenuRow, SwapRow};
use super::outcome::{BottleneckRow, OutcomeTableRow, TargetRow};
use super::plan::PlanDocument;
use super::program::ProgramDocument;
use super::samples::{SampleRow, SamplesDocument, TraceRow};
use super::sensitivity::{EvidenceRow, IndexRow, SensitivityDocument};
use super::simulation::{ShardDocument, SimulationDocument};
use super::site::SiteRow;
use super::table::Row;
use crate::scenario::PlanLine;

/// A document or table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The word that `rantai schema` knows it by.
    pub word: &'static str,
    /// The command that prints or writes it.
    pub command: &'static str,
    /// The file of a result folder that holds it; empty where none does.
    pub file: &'static str,
    /// Its columns, of a table.
    pub columns: Option<&'static [&'static str]>,
    schema: fn() -> Schema,
}

impl Entry {
    /// Its JSON Schema: of a table, that of a row.
    pub fn schema(&self) -> Value {
        (self.schema)().to_value()
    }
}

fn of<T: JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}

/// The schema of a document that is printed with the time it took, and stands without it in files.
fn timed<T: JsonSchema>() -> Schema {
    let mut schema = of::<Timed<T>>();
    let own = of::<T>();
    for key in ["title", "description"] {
        if let Some(text) = own.get(key) {
            schema.insert(key.to_string(), text.clone());
        }
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|key| key != "seconds");
    }
    schema
}

const fn timed_document<T: JsonSchema>(
    word: &'static str,
    command: &'static str,
    file: &'static str,
) -> Entry {
    Entry { word, command, file, columns: None, schema: timed::<T> }
}

const fn document<T: JsonSchema>(word: &'static str, command: &'static str, file: &'static str) -> Entry {
    Entry { word, command, file, columns: None, schema: of::<T> }
}

const fn table<T: Row>(word: &'static str, command: &'static str, file: &'static str) -> Entry {
    Entry { word, command, file, columns: Some(T::COLUMNS), schema: of::<T> }
}

/// Every document and table, documents first.
pub const CATALOGUE: [Entry; 44] = [
    document::<CheckDocument>("model", "check --json", ""),
    document::<KeysDocument>("keys", "check --keys --json", ""),
    timed_document::<PlanDocument>("plan", "optimise --json", "plan.json"),
    timed_document::<SimulationDocument>("simulation", "simulate --json, merge --json", ""),
    timed_document::<ShardDocument>("part", "simulate --shard --json", ""),
    timed_document::<CoordinationDocument>("coordination", "coordinate --json", "coordination.json"),
    timed_document::<CompareDocument>("comparison", "compare --json", "comparison.json"),
    timed_document::<LadderDocument>("ladder", "ladder --json", "ladder.json"),
    timed_document::<MenuDocument>("menu", "menu --json", "menu.json"),
    timed_document::<SensitivityDocument>("sensitivity", "sensitivity --json", "sensitivity.json"),
    timed_document::<JudgementDocument>("judgement", "judge --json", "judgement.json"),
    document::<BudgetTable>(
        "budget-document",
        "optimise --budget-document FILE",
        "budget_document.id.csv, budget_document.en.csv",
    ),
    document::<FailureDocument>("failure", "every command with --json that fails", ""),
    timed_document::<ProgramDocument>("program", "program solve --json", ""),
    document::<ProgramFilesDocument>("program-files", "program export --json", ""),
    document::<SamplesDocument>("samples", "sample --json", ""),
    document::<GeneratedDocument>("generated", "generate --json", ""),
    document::<ReportedDocument>("reported", "report --json", ""),
    document::<CompletionsDocument>("completions", "completions --json", ""),
    table::<PlanLine>(
        "allocation",
        "optimise, coordinate, menu, judge, simulate and merge with a plan",
        "allocation.csv, best.csv, allocation-joint.csv, allocation-alone.csv, allocation-sequence.csv",
    ),
    table::<JudgedRow>("judged", "judge", "judged.csv"),
    table::<OutcomeTableRow<'static>>("outcomes", "optimise, simulate, merge", "outcomes.csv"),
    table::<TargetRow>("targets", "optimise, simulate, merge, if the scenario has targets", "targets.csv"),
    table::<BottleneckRow>("bottlenecks", "optimise, simulate, merge", "bottlenecks.csv"),
    table::<AccountTableRow>(
        "accounts",
        "optimise, simulate, merge, if a chain names actors",
        "accounts.csv",
    ),
    table::<MatrixTableRow>("pam", "optimise, simulate, merge, if a chain names actors", "pam.csv"),
    table::<CoverageTableRow>(
        "coverage",
        "optimise, menu, judge, simulate and merge with a plan",
        "coverage.csv",
    ),
    table::<MarginRow>("margins", "optimise without --quick", "margins.csv"),
    table::<SiteRow>("sites", "optimise, if there are candidates", "sites.csv"),
    table::<LawRow>("law", "optimise", "law_trace.csv"),
    table::<CoordinationRow>("ways", "coordinate", "coordination.csv"),
    table::<CaseRow>("cases", "compare", "comparison.csv"),
    table::<DifferenceRow>("differences", "compare", "differences.csv"),
    table::<LadderRow>("ladder-steps", "ladder", "ladder.csv"),
    table::<LadderLineRow>("ladder-lines", "ladder", "ladder_lines.csv"),
    table::<MenuRow>("menu-ends", "menu", "menu.csv"),
    table::<MenuPlanRow>("menu-plans", "menu", "menu_plans.csv"),
    table::<SwapRow>("swaps", "menu --swap", "swaps.csv"),
    table::<IndexRow>("indices", "sensitivity", "sensitivity.csv"),
    table::<EvidenceRow>("evidence", "sensitivity", "evidence.csv"),
    table::<CutRow>("cuts", "coordinate", "cuts.csv"),
    table::<TraceRow<'static>>("trace", "simulate --trace K", "trace.csv"),
    table::<SampleRow<'static>>("sample-rows", "sample", ""),
    // Faults, warnings and notes as they stand in other documents.
    document::<FaultDocument>("fault", "check --json (warnings, notes), failures", ""),
];

/// The JSON Schema that a word stands for.
pub fn schema(word: &str) -> Option<Value> {
    CATALOGUE.iter().find(|entry| entry.word == word).map(Entry::schema)
}
