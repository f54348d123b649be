//! Asks what a plan breaks and what it is worth against the best.

use serde::{Deserialize, Serialize};

use super::{PlanRequest, Study, allocation_of, in_terms_of};
use crate::control::Control;
use crate::model::{Allocation, AllocationLine, Model};
use crate::scenario::{LeftOutOfPlan, Plan, PlanLine, StatedUnits};
use crate::study::error::StudyError;
use crate::study::judge::{JudgeSettings, JudgeStudy, judge};
use crate::study::plan::PlanSettings;

/// Asks for the rules that a plan breaks, what it spends, and its gain or loss against the best plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JudgeRequest {
    /// The plan to make, where none is given to compare with, and the samples of the comparison. Neither margins nor an assurance are asked
    /// for.
    #[serde(flatten)]
    pub planning: PlanRequest,
    /// The plan to judge, line by line.
    pub plan: Vec<JudgedLine>,
    /// Parts of its table that were not read.
    #[serde(skip_serializing_if = "LeftOutOfPlan::is_nothing")]
    pub left_out: LeftOutOfPlan,
    /// The plan to compare it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Vec<PlanLine>>,
}

/// A line of a plan to judge: units that it states are held against its rupiah.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgedLine {
    /// The line.
    #[serde(flatten)]
    pub line: PlanLine,
    /// The row that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

impl JudgedLine {
    /// The lines of a plan that was read, with the units that they state.
    pub fn of(model: &Model, plan: &Plan) -> Vec<Self> {
        let key = |line: &AllocationLine| (line.source, line.cluster, line.intervention, line.year);
        let told = |line: &AllocationLine, stated: Option<&StatedUnits>| Self {
            line: PlanLine {
                units: stated.and_then(|stated| stated.units),
                unit: stated.and_then(|stated| stated.unit.clone()),
                unit_cost: stated.and_then(|stated| stated.unit_cost),
                ..named(model, line)
            },
            row: stated.map(|stated| stated.row),
        };
        let lines = plan.allocation.lines().iter();
        let lines =
            lines.map(|line| told(line, plan.stated.iter().find(|stated| key(&stated.line) == key(line))));
        // Units beside no money at all.
        let empty = plan.stated.iter().filter(|stated| stated.line.amount.0 == 0);
        lines.chain(empty.map(|stated| told(&stated.line, Some(stated)))).collect()
    }

    fn stated(&self, number: usize, model: &Model) -> Result<Option<StatedUnits>, StudyError> {
        let PlanLine { units, unit, unit_cost, .. } = &self.line;
        if units.is_none() && unit.is_none() && unit_cost.is_none() {
            return Ok(None);
        }
        Ok(Some(StatedUnits {
            line: in_terms_of(&self.line, model)?,
            row: self.row.unwrap_or(number + 1),
            units: *units,
            unit: unit.clone(),
            unit_cost: *unit_cost,
        }))
    }
}

/// A line by its keys alone.
fn named(model: &Model, line: &AllocationLine) -> PlanLine {
    PlanLine {
        source: model.sources[line.source.index()].key.clone(),
        level: None,
        cluster: model.clusters[line.cluster.index()].key.clone(),
        region: None,
        facility_type: None,
        letter: None,
        intervention: model.chain_of(line.cluster).interventions[line.intervention.index()].key.clone(),
        year: i64::from(model.horizon.calendar_year(line.year)),
        rupiah: line.amount.0,
        units: None,
        unit: None,
        unit_cost: None,
        locked: None,
    }
}

/// The lines of an allocation by their keys alone.
pub(super) fn lines_of(model: &Model, allocation: &Allocation) -> Vec<PlanLine> {
    allocation.lines().iter().map(|line| named(model, line)).collect()
}

impl JudgeRequest {
    /// Asks about `plan`, as it was read, against another where one is given.
    pub fn about(model: &Model, planning: PlanRequest, plan: &Plan, against: Option<&Allocation>) -> Self {
        Self {
            planning,
            plan: JudgedLine::of(model, plan),
            left_out: plan.left_out.clone(),
            against: against.map(|against| lines_of(model, against)),
        }
    }

    /// The request with everything settled that it leaves to the model of [`Study::model`].
    ///
    /// # Errors
    /// [`StudyError::Request`] where a key names nothing or a line stands twice.
    pub fn settled(&self, model: &Model) -> Result<JudgeSettings, StudyError> {
        let stated: Result<Vec<Option<StatedUnits>>, StudyError> =
            self.plan.iter().enumerate().map(|(number, line)| line.stated(number, model)).collect();
        Ok(JudgeSettings {
            plan: allocation_of(self.plan.iter().map(|line| &line.line), model)?,
            stated: stated?.into_iter().flatten().collect(),
            left_out: self.left_out.clone(),
            against: self.against.as_ref().map(|lines| allocation_of(lines, model)).transpose()?,
            planning: PlanSettings { quick: true, ..self.planning.settled(model) },
        })
    }

    /// The request that leaves nothing of what was judged to a model.
    pub fn of(settings: &JudgeSettings, model: &Model) -> Self {
        let bare = Plan {
            allocation: settings.plan.clone(),
            notes: Vec::new(),
            made_for: None,
            stated: settings.stated.clone(),
            left_out: settings.left_out.clone(),
        };
        let planning = PlanRequest::of(&settings.planning, model);
        Self::about(model, planning, &bare, settings.against.as_ref())
    }
}

impl Study for JudgeRequest {
    type Outcome = JudgeStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        self.planning.model(scenario)
    }

    fn run(&self, model: &Model, control: &Control<'_>) -> Result<JudgeStudy, StudyError> {
        judge(model, &self.settled(model)?, control)
    }
}
