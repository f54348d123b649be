//! A request to say which uncertain numbers matter.

use serde::{Deserialize, Serialize};

use super::{CaseRequest, CompareRequest, PlanRequest, Study};
use crate::control::Control;
use crate::language::text;
use crate::model::Model;
use crate::sampling::Design;
use crate::study::compare::Case;
use crate::study::error::StudyError;
use crate::study::sensitivity::{Grouping, LEAST, ROWS, SensitivitySettings, SensitivityStudy, sensitivity};

/// Asks which uncertain numbers matter to a plan, and what it is worth to know them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SensitivityRequest {
    /// The objective, the money, the samples and how plans are made.
    #[serde(flatten)]
    pub planning: PlanRequest,
    /// The plans at hand; the first is the one that is studied. They change nothing of the scenario.
    pub plans: Vec<CaseRequest>,
    /// How finely numbers are told apart: `number`, `item` or `kind`; by how many there are where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Rows of each of the two sample matrices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<usize>,
    /// Of how many numbers upper values are worked out.
    pub upper: usize,
}

impl SensitivityRequest {
    /// The request with everything settled that it leaves to a model.
    ///
    /// # Errors
    /// [`StudyError::Request`] for an unknown word.
    pub fn settled(&self, model: &Model) -> Result<SensitivitySettings, StudyError> {
        let planning = self.planning.settled(model);
        let by = match &self.by {
            None => Grouping::fitting(model),
            Some(word) => Grouping::parse(word).ok_or_else(|| {
                let known = Grouping::ALL.map(Grouping::key).join(", ");
                StudyError::Request(text!(
                    en: "there is no grouping '{word}'; choose one of {known}",
                    id: "pengelompokan '{word}' tidak ada; pilih salah satu dari {known}",
                ))
            })?,
        };
        let rows = self.rows.unwrap_or(ROWS.min(planning.evaluation));
        if rows < LEAST {
            return Err(StudyError::Request(text!(
                en: "{rows} rows are too few for indices: at least {LEAST} are needed",
                id: "{rows} baris terlalu sedikit untuk indeks: sekurang-kurangnya diperlukan {LEAST}",
            )));
        }
        Ok(SensitivitySettings { planning, by, rows: Design::rows(rows), upper: self.upper })
    }

    /// The plans at hand on `model`.
    ///
    /// # Errors
    /// [`StudyError::Request`] where a mix or a line is unknown, or a plan changes the scenario.
    pub fn cases<'a>(&self, model: &'a Model) -> Result<Vec<Case<'a>>, StudyError> {
        if self.plans.iter().any(|plan| plan.budget.is_some() || !plan.changes.is_empty()) {
            return Err(StudyError::Request(text!(
                en: "the plans at hand are of one scenario and one budget: none changes either",
                id: "rencana-rencana yang ada berlaku bagi satu skenario dan satu anggaran: tidak ada yang mengubahnya",
            )));
        }
        let compare = CompareRequest { planning: self.planning.clone(), ..CompareRequest::default() };
        self.plans.iter().map(|plan| compare.case_of(plan, model, 0)).collect()
    }

    /// The same request with everything settled that it leaves to `model`.
    #[must_use]
    pub fn told(&self, settings: &SensitivitySettings, model: &Model) -> Self {
        let settled = PlanRequest::of(&settings.planning, model);
        let planning = PlanRequest { budget: self.planning.budget, net: self.planning.net, ..settled };
        Self { planning, by: Some(settings.by.key().to_string()), rows: Some(settings.rows), ..self.clone() }
    }
}

impl Study for SensitivityRequest {
    type Outcome = SensitivityStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        self.planning.model(scenario)
    }

    fn run(&self, model: &Model, control: &Control<'_>) -> Result<SensitivityStudy, StudyError> {
        sensitivity(model, &self.cases(model)?, &self.settled(model)?, control)
    }
}
