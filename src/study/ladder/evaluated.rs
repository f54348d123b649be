//! The simulator's reading of the plan of a step.

use crate::study::estimate::{Comparison, Estimate};
use crate::study::worth::Worth;

/// What the simulator says of the plan of a step.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// What the plan adds to the objective over no plan.
    pub value: Estimate,
    /// Its worth to the public.
    pub worth: Worth,
    /// What it adds beyond the plan of the step before, paired sample by sample.
    pub gain: Option<Comparison>,
}
