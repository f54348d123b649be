//! The budget's own classification, as it is written: names, and the entries under which money stands.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::TitleFile;
use crate::model::Title;

/// A name: one text for both languages, or a text in each.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum NameFile {
    /// The same in both languages.
    Plain(String),
    /// In each.
    Both(TitleFile),
}

impl NameFile {
    /// The name in the model.
    pub(crate) fn title(&self) -> Title {
        match self {
            Self::Plain(name) => Title { id: name.clone(), en: name.clone() },
            Self::Both(title) => title.title(),
        }
    }
}

/// An entry of the budget's classification.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeFile {
    /// The level that it stands on: programme, activity, account, ...
    pub(crate) level: NameFile,
    /// Its code, in quotes.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: NameFile,
}

/// An entry of the classification of the budgets that pay for an intervention.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineCodeFile {
    /// The level that it stands on: programme, activity, account, ...
    pub(crate) level: NameFile,
    /// Its code, in quotes.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: NameFile,
    /// The sources whose budgets have it; all where not given.
    pub(crate) sources: Option<Vec<String>>,
}
