//! A model with more money, and the room that a program must leave for it.

use super::super::builder::frame;
use super::super::conflict::check_rules;
use super::super::error::OptError;
use super::super::margins::REACH;
use crate::model::{Metric, Model, Net, SourceId, Variant};
use crate::units::{JUTA, MILIAR, Rupiah};

/// Least size against which relative gaps are measured, in the program's units: a money unit of the scenario, or a
/// full-time-equivalent year; of benefits less costs a hundredth of the budget.
pub(super) fn gap_unit(model: &Model, metric: Metric) -> f64 {
    let unit = if metric.is_money() { model.money_unit.rupiah() / JUTA } else { 1.0 };
    // Benefits less costs may be near zero: a hundredth of the budget is what counts there.
    if model.net() == Net::Off { unit } else { unit.max(0.01 * model.total_budget() as f64 / JUTA) }
}

/// The money that ceilings leave room for where more money is asked about [juta Rp].
pub(super) fn room_for_more(model: &Model) -> f64 {
    let largest =
        model.sources.iter().flat_map(|source| &source.amounts).map(|a| a.as_f64()).fold(0.0, f64::max);
    (largest * REACH).max(MILIAR) / JUTA
}

/// The model with one source a billion richer, in proportion to its years (equally where it has nothing).
pub(super) fn with_next_billion(model: &Model, source: SourceId) -> Result<Model, OptError> {
    let money = &model.sources[source.index()];
    let (total, years) = (money.total() as f64, money.amounts.len() as f64);
    let more = |amount: &Rupiah| {
        let share = if total > 0.0 { amount.as_f64() / total } else { 1.0 / years };
        Rupiah(amount.0 + (share * MILIAR).round() as i64)
    };
    let amounts = [(source, money.amounts.iter().map(more).collect())].into();
    Variant { amounts, ..Variant::default() }.apply(model).map_err(OptError::Variant)
}

/// True if no allocation keeps the rules of `model`.
pub(super) fn contradictory(model: &Model, metric: Metric, spare: f64) -> bool {
    matches!(check_rules(model, &frame(model, metric, spare)), Err(OptError::Infeasible(_)))
}
