//! A request for a menu of plans that are nearly as good as the best.

use serde::{Deserialize, Serialize};

use super::{PlanRequest, Study};
use crate::control::Control;
use crate::language::text;
use crate::model::Model;
use crate::study::error::StudyError;
use crate::study::group::{Kind, named};
use crate::study::menu::{MenuSettings, MenuStudy, Swap, menu};
use crate::units::Rupiah;

/// Asks how little and how much groups can get in plans that are nearly as good as the best, and what swaps cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MenuRequest {
    /// The objective, the samples and how plans are made.
    #[serde(flatten)]
    pub planning: PlanRequest,
    /// Share of the best plan's value that a plan may give up.
    pub within: f64,
    /// Words of the groups that are looked at: `type`, `cluster`, `region`, `line`.
    pub by: Vec<String>,
    /// Swaps to be priced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub swaps: Vec<SwapRequest>,
}

/// A swap as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapRequest {
    /// Word of the lines that get more.
    pub to: String,
    /// So much \[Rp\].
    pub amount: i64,
    /// Word of the lines that get as much less.
    pub from: String,
}

impl MenuRequest {
    /// The request with everything settled that it leaves to the model of [`Study::model`].
    ///
    /// # Errors
    /// [`StudyError::Request`] where a word names nothing, or a swap cannot be.
    pub fn settled(&self, model: &Model) -> Result<MenuSettings, StudyError> {
        let kind = |word: &String| {
            Kind::LISTED.into_iter().find(|kind| kind.key() == word).ok_or_else(|| {
                let known = Kind::LISTED.map(Kind::key).join(", ");
                StudyError::Request(text!(
                    en: "a menu is by {known}, not by '{word}'",
                    id: "menu disusun menurut {known}, bukan menurut '{word}'",
                ))
            })
        };
        let mut by: Vec<Kind> = self.by.iter().map(kind).collect::<Result<_, _>>()?;
        by.sort_unstable();
        by.dedup();
        let swap = |own: &SwapRequest| {
            Swap::new(named(model, &own.to)?, Rupiah(own.amount), named(model, &own.from)?)
        };
        let swaps = self.swaps.iter().map(swap).collect::<Result<_, _>>()?;
        Ok(MenuSettings { planning: self.planning.settled(model), within: self.within, by, swaps })
    }

    /// The request that leaves nothing of what was studied to a model.
    #[must_use]
    pub fn told(&self, study: &MenuStudy, model: &Model) -> Self {
        let settled = PlanRequest::of(&study.settings.planning, model);
        let planning = PlanRequest { budget: self.planning.budget, net: self.planning.net, ..settled };
        Self { planning, ..self.clone() }
    }
}

impl Study for MenuRequest {
    type Outcome = MenuStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        self.planning.model(scenario)
    }

    fn run(&self, model: &Model, control: &Control<'_>) -> Result<MenuStudy, StudyError> {
        menu(model, &self.settled(model)?, control)
    }
}
