//! Entries of the budget's own classification.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::Title;
use super::keys;
use crate::model::{BudgetCode, LineCode, Model};

/// An entry of a budget's classification, such as a programme, an activity or an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetCodeDocument {
    /// The level that it stands on.
    pub level: Title,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Title,
}

impl BudgetCodeDocument {
    /// True if it stands on this level.
    pub fn is_on(&self, level: &Title) -> bool {
        self.level.id.to_lowercase() == level.id.to_lowercase()
    }
}

impl From<&BudgetCode> for BudgetCodeDocument {
    fn from(code: &BudgetCode) -> Self {
        Self { level: (&code.level).into(), code: code.code.clone(), name: (&code.name).into() }
    }
}

/// An entry under which an intervention stands in the budgets of some sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineCodeDocument {
    /// The entry.
    pub entry: BudgetCodeDocument,
    /// The sources whose budgets have it; absent where all have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<String>>,
}

impl LineCodeDocument {
    pub(super) fn of(model: &Model, line: &LineCode) -> Self {
        let keys = |ids: &Vec<_>| ids.iter().map(|id| keys::source(model, *id)).collect();
        Self { entry: (&line.code).into(), sources: line.sources.as_ref().map(keys) }
    }
}
