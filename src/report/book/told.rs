//! What a report is made from: a result as it was read back from its folder.

use crate::model::Model;
use crate::report::language::Text;
use crate::result::accounts::AccountTableRow;
use crate::result::law::LawRow;
use crate::result::margin::MarginRow;
use crate::result::outcome::{BottleneckRow, OutcomeTableRow, TargetRow};
use crate::result::{CompareDocument, CoordinationDocument, JudgementDocument, PlanDocument};
use crate::scenario::{PlanLine, Scenario};

/// A result that was read back, with everything that a report may use.
#[derive(Debug, Clone)]
pub struct Result {
    /// The scenario as it was read for the result.
    pub scenario: Scenario,
    /// The model that was computed with.
    pub model: Model,
    /// What kind of result it is, with its document.
    pub of: ToldOf,
    /// Its tables.
    pub tables: Tables,
    /// Its summary in words.
    pub summary: Text,
    /// The command that gives it again.
    pub command: String,
    /// The version of rantai that made it.
    pub rantai: String,
    /// The name of its folder.
    pub folder: String,
    /// Hash of the model.
    pub hash: String,
}

/// The kinds of results.
#[derive(Debug, Clone)]
pub enum ToldOf {
    /// A plan.
    Plan(Box<PlanDocument>),
    /// A simulation, with the plan that it was given, if any.
    Simulation(Option<Vec<PlanLine>>),
    /// A plan judged, with the rules that it breaks in words.
    Judgement(Box<JudgementDocument>, Vec<Text>),
    /// Cases compared.
    Comparison(Box<CompareDocument>),
    /// Ways of planning compared.
    Coordination(Box<CoordinationDocument>),
}

/// The tables of a result that a report shows; those that it has not are empty. Of outcomes, those of all clusters or of the
/// whole horizon.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// `outcomes.csv`.
    pub outcomes: Vec<OutcomeTableRow<'static>>,
    /// `bottlenecks.csv`.
    pub bottlenecks: Vec<BottleneckRow>,
    /// `accounts.csv`.
    pub accounts: Vec<AccountTableRow>,
    /// `targets.csv`.
    pub targets: Vec<TargetRow>,
    /// `margins.csv`.
    pub margins: Vec<MarginRow>,
    /// `law_trace.csv`.
    pub law: Vec<LawRow>,
}
