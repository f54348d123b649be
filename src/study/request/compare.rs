//! A request to compare cases.

use serde::{Deserialize, Serialize};

use super::{PlanRequest, Study, allocation_of, budget, known_metric};
use crate::control::Control;
use crate::language::text;
use crate::model::{Model, Title};
use crate::scenario::{Change, Override, PlanLine, ShareLine};
use crate::study::compare::{Ask, Case, CompareSettings, CompareStudy, Mix, compare};
use crate::study::error::StudyError;
use crate::units::Rupiah;

/// Asks how cases compare.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompareRequest {
    /// The objective, the samples and how plans are made; its budget is that of cases that say none.
    #[serde(flatten)]
    pub planning: PlanRequest,
    /// The cases, in order.
    pub cases: Vec<CaseRequest>,
    /// Differences up to this do not matter, in the unit of the metric.
    pub indifference: f64,
    /// Samples at most of a comparison that goes on until every difference is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<usize>,
}

/// A case as it is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseRequest {
    /// Its name in Indonesian.
    pub id: String,
    /// Its name in English.
    pub en: String,
    /// What it changes in the scenario.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Total to which every source and year is scaled \[Rp\].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<i64>,
    /// The use of its money.
    pub money: MoneyRequest,
}

/// The use of money as it is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyRequest {
    /// The plan that is best.
    Optimised,
    /// A mix by its word.
    Mix(String),
    /// A mix by its shares.
    Shares(Vec<ShareLine>),
    /// A plan, line by line.
    Plan(Vec<PlanLine>),
}

impl CaseRequest {
    /// What it changes, told by its name.
    pub fn overrides(&self) -> impl Iterator<Item = Override> {
        let of = |change: &Change| Override { change: change.clone(), origin: self.en.clone(), line: None };
        self.changes.iter().map(of)
    }
}

impl CompareRequest {
    /// The model of a case: `scenario` with what the case changes already, and now its budget and objective.
    ///
    /// # Errors
    /// [`StudyError::Request`] where it cannot be.
    pub fn model_of(&self, case: &CaseRequest, scenario: &Model) -> Result<Model, StudyError> {
        known_metric(scenario, self.planning.objective.as_ref())?;
        let total = case.budget.map(Rupiah).or(self.planning.budget);
        self.planning_of(total).model(scenario)
    }

    fn planning_of(&self, budget: Option<Rupiah>) -> PlanRequest {
        PlanRequest { budget, ..self.planning.clone() }
    }

    /// The case on its model; `variant` is the number of its scenario as changed.
    ///
    /// # Errors
    /// [`StudyError::Request`] where a mix or a line is unknown.
    pub fn case_of<'a>(
        &self,
        case: &CaseRequest,
        model: &'a Model,
        variant: usize,
    ) -> Result<Case<'a>, StudyError> {
        let ask = match &case.money {
            MoneyRequest::Optimised => Ask::Optimised,
            MoneyRequest::Plan(lines) => Ask::Plan(allocation_of(lines, model)?),
            MoneyRequest::Shares(lines) => Ask::Mix(Mix::Shares(lines.clone())),
            MoneyRequest::Mix(word) => Ask::Mix(Mix::parse(word).ok_or_else(|| {
                let known = Mix::words().join(", ");
                StudyError::Request(text!(
                    en: "there is no mix '{word}'; choose one of {known}",
                    id: "bauran '{word}' tidak ada; pilih salah satu dari {known}",
                ))
            })?),
        };
        Ok(Case { title: Title { id: case.id.clone(), en: case.en.clone() }, model, variant, ask })
    }

    /// The request with everything settled that it leaves to a model.
    pub fn settled(&self, model: &Model) -> CompareSettings {
        CompareSettings {
            planning: self.planning.settled(model),
            indifference: self.indifference,
            cap: self.cap,
        }
    }

    /// The same request with everything settled that it leaves to the model of the scenario.
    #[must_use]
    pub fn told(&self, study: &CompareStudy, model: &Model) -> Self {
        let settled = PlanRequest::of(&study.settings.planning, model);
        let planning = PlanRequest { budget: self.planning.budget, net: self.planning.net, ..settled };
        Self { planning, ..self.clone() }
    }
}

impl Study for CompareRequest {
    type Outcome = CompareStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        self.planning.model(scenario)
    }

    /// Compares cases that change nothing of the scenario but its budget: others need its files.
    fn run(&self, model: &Model, control: &Control<'_>) -> Result<CompareStudy, StudyError> {
        if self.cases.iter().any(|case| !case.changes.is_empty()) {
            return Err(StudyError::Request(text!(
                en: "cases that change the scenario are made from its files",
                id: "kasus yang mengubah skenario dibuat dari berkas-berkasnya",
            )));
        }
        let with_budget = |case: &CaseRequest| match case.budget {
            Some(total) => budget::scaled(model, Rupiah(total)).map_err(StudyError::Request),
            None => Ok(model.clone()),
        };
        let models: Vec<Model> = self.cases.iter().map(with_budget).collect::<Result<_, _>>()?;
        let cases: Vec<Case<'_>> = self
            .cases
            .iter()
            .zip(&models)
            .map(|(case, model)| self.case_of(case, model, 0))
            .collect::<Result<_, _>>()?;
        compare(&cases, &self.settled(model), control)
    }
}
