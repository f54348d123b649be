//! The budget's own classification: under which codes a line of a plan stands in a budget document.

use super::id::SourceId;
use super::title::Title;

/// An entry of a budget's classification, such as a programme, an activity or an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetCode {
    /// The level that it stands on.
    pub level: Title,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Title,
}

/// An entry under which an intervention stands in the budgets of some sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCode {
    /// The entry.
    pub code: BudgetCode,
    /// The sources whose budgets have it; all where nothing is said.
    pub sources: Option<Vec<SourceId>>,
}

impl LineCode {
    /// True if lines that `source` pays for stand under it.
    pub fn is_of(&self, source: SourceId) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.contains(&source))
    }
}
