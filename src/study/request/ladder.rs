//! A request for a ladder of budgets.

use serde::{Deserialize, Serialize};

use super::{PlanRequest, Study};
use crate::control::Control;
use crate::model::Model;
use crate::study::error::StudyError;
use crate::study::ladder::{LadderSettings, LadderStudy, budgets, ladder};
use crate::units::Rupiah;

/// Asks what more money brings, step by step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LadderRequest {
    /// The objective, the samples and how plans are made; its budget is none of the steps'.
    #[serde(flatten)]
    pub planning: PlanRequest,
    /// Budget of the lowest step \[Rp\].
    pub from: i64,
    /// Budget of the highest \[Rp\].
    pub to: i64,
    /// Number of steps.
    pub steps: usize,
}

impl LadderRequest {
    /// The request with everything settled that it leaves to the model of [`Study::model`].
    ///
    /// # Errors
    /// [`StudyError::Request`] where the steps cannot be.
    pub fn settled(&self, model: &Model) -> Result<LadderSettings, StudyError> {
        let budgets = budgets(Rupiah(self.from), Rupiah(self.to), self.steps)?;
        Ok(LadderSettings { planning: self.planning.settled(model), budgets })
    }

    /// The request that leaves nothing of what was studied to a model.
    #[must_use]
    pub fn told(&self, study: &LadderStudy, model: &Model) -> Self {
        let settled = PlanRequest::of(&study.settings.planning, model);
        let planning = PlanRequest { budget: None, net: self.planning.net, ..settled };
        Self { planning, ..self.clone() }
    }
}

impl Study for LadderRequest {
    type Outcome = LadderStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        self.planning.model(scenario)
    }

    fn run(&self, model: &Model, control: &Control<'_>) -> Result<LadderStudy, StudyError> {
        ladder(model, &self.settled(model)?, control)
    }
}
