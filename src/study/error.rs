//! Why a study ends without an outcome.

use super::stream::{StreamError, raw_unwritten};
use crate::language::{Lang, Text};
use crate::opt::OptError;
use crate::sim::SimError;

/// A failure of a study.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum StudyError {
    /// The simulator stopped.
    Sim(#[from] SimError),
    /// The optimiser stopped.
    Opt(#[from] OptError),
    /// Raw samples could not be written.
    Raw(std::io::Error),
    /// Something was asked for that cannot be; a sentence for people.
    Request(Text),
}

impl StudyError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Sim(error) => error.text(),
            Self::Opt(error) => error.text(),
            Self::Raw(error) => raw_unwritten(error),
            Self::Request(why) => why.clone(),
        }
    }
}

impl From<StreamError> for StudyError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Sim(error) => Self::Sim(error),
            StreamError::Raw(error) => Self::Raw(error),
        }
    }
}
