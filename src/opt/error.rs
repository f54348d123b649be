//! The errors of planning, as data: front ends put them into words and add hints.

use super::conflict::Conflict;
use super::decomposition::DecompositionError;
use super::lp::LpStatus;
use super::unproven::Unproven;
use crate::model::VariantFault;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum OptError {
    /// Budgets, floors and caps contradict each other: which, and the cheapest way out.
    #[error("no allocation keeps all floors, caps and budgets")]
    Infeasible(Box<Conflict>),
    /// The objective grows without end.
    #[error(
        "nothing limits {what} '{process}' of cluster '{cluster}' in period {}, so that {metric} could grow without end; \
         give it a capacity under uses",
        period + 1
    )]
    Unbounded {
        /// `channel` or `process`.
        what: &'static str,
        /// Key of the process.
        process: String,
        /// Key of the cluster.
        cluster: String,
        /// The metric that grows.
        metric: &'static str,
        /// The period (from 0; messages count from 1).
        period: usize,
    },
    /// The solver's answer could not be proven by any method.
    #[error(
        "the solver's answer could not be proven: relative gap {gap:e}, row violation {violation:e} ({status:?})"
    )]
    NotProven {
        /// Relative gap found by the certificate.
        gap: f64,
        /// Largest row violation.
        violation: f64,
        /// The solver's status.
        status: LpStatus,
    },
    /// No method could prove an answer: where the proof fails.
    #[error("no method could prove an answer: {0}")]
    NotProvenAt(Box<Unproven>),
    /// The decomposition stopped.
    #[error("the decomposition stopped: {0}")]
    Decomposition(#[from] DecompositionError),
    /// The cuts handed in belong to another program.
    #[error("what was learned before is of another program")]
    Learned,
    /// A changed case of the model is not valid.
    #[error("the changed case is not valid: {0:?}")]
    Variant(Vec<VariantFault>),
}

impl OptError {
    /// No proof by any method tried so far, and no number to show for it.
    pub(super) const fn unproven(status: LpStatus) -> Self {
        Self::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status }
    }
}
