//! Why a study ends without an outcome.

use super::stream::StreamError;
use crate::opt::OptError;
use crate::sim::SimError;

/// A failure of a study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The simulator stopped.
    #[error(transparent)]
    Sim(#[from] SimError),
    /// The optimiser stopped.
    #[error(transparent)]
    Opt(#[from] OptError),
    /// Raw samples could not be written.
    #[error("raw samples could not be written: {0}")]
    Raw(std::io::Error),
    /// Something was asked for that cannot be; a sentence for people.
    #[error("{0}")]
    Request(String),
}

impl From<StreamError> for StudyError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Sim(error) => Self::Sim(error),
            StreamError::Raw(error) => Self::Raw(error),
        }
    }
}
