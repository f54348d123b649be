//! The accounts of actors in the plain reference: what each process buys, pays and sells within its chain.

use super::group::Part;
use crate::model::{AccountItem, Model, Number, ProcessId};

/// The amounts by which the accounts of a cluster grow for each unit of one of its processes; none where the chain has no
/// actors. `value` says what a number is.
pub(super) fn accounts_by(
    model: &Model,
    part: &Part,
    own: ProcessId,
    value: impl Fn(Number) -> f64,
) -> Vec<(AccountItem, f64)> {
    let (chain, cluster) = (model.chain_of(part.id), &model.clusters[part.id.index()]);
    let (Some(accounts), Some(kept)) = (&chain.accounts, &cluster.accounts) else { return Vec::new() };
    let (process, local) = (&chain.processes[own.index()], &cluster.processes[own.index()]);
    let (cost, labour) = (value(local.unit_cost), value(local.labour));
    let mut list = vec![
        (AccountItem::Sales(own), value(local.price)),
        (AccountItem::BoughtIn(own), cost),
        (AccountItem::Tradable(own), value(kept.tradable[own.index()]) * cost),
        (AccountItem::Wages(own), value(local.wage) * labour),
        (AccountItem::Work(own), labour / model.days_per_fte_year),
    ];
    for position in accounts.purchases(chain, own) {
        let commodity = process.inputs[position];
        let Some(price) = kept.prices[commodity.index()] else { continue };
        let paid = value(price) * value(local.inputs[position]);
        list.extend([(AccountItem::Purchases(own), paid), (AccountItem::Traded(commodity), paid)]);
    }
    let made = process.outputs.iter().zip(&local.outputs);
    list.extend(made.map(|(commodity, made)| (AccountItem::Made(own, *commodity), value(*made))));
    list
}
