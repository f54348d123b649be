//! The value of given allocations in the program's reading: decisions fixed, recourse worked out by the dense method.

use super::builder::{PlanSamples, frame, objective_unit};
use super::decomposition::values_at;
use super::error::OptError;
use super::program::risk_adjusted;
use crate::model::{Allocation, Metric, Model};
use crate::sampling::SampleBlock;

/// The risk-adjusted increment over no plan of each of `allocations` on the samples of `block`, in the objective's unit
/// [Rp or FTE-years].
///
/// # Errors
/// [`OptError::Decomposition`] where a recourse problem cannot be solved.
pub fn values_of(
    model: &Model,
    metric: Metric,
    block: &SampleBlock,
    allocations: &[&Allocation],
) -> Result<Vec<f64>, OptError> {
    let planning = frame(model, metric, 0.0);
    let samples = PlanSamples::new(model, &planning, block);
    let mut decisions = vec![vec![0.0; planning.program.columns.len()]];
    decisions.extend(allocations.iter().map(|allocation| planning.decide(model, allocation)));
    let asked: Vec<&[f64]> = decisions.iter().map(Vec::as_slice).collect();
    let mut levels = values_at(&samples, &asked)?;
    let without = levels.remove(0);
    let even = vec![1.0 / without.len() as f64; without.len()];
    let increment = |with: Vec<f64>| {
        let increments: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with - without).collect();
        risk_adjusted(model.risk, &increments, &even) * objective_unit(metric)
    };
    Ok(levels.into_iter().map(increment).collect())
}
