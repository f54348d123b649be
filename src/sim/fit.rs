//! Fit of a route: the units that the amounts left allow, over the whole route at once.

use crate::model::route::{Route, RouteUnit};

/// This share of an amount is rounding.
pub(super) const DUST: f64 = 1e-12;

/// Who takes at least this share of what is left, or makes at least this share of what is missing, takes or makes all.
pub(super) const ALL: f64 = 1.0 - DUST;

/// Units of the route that each limited amount left allows.
fn ratios<'a>(
    route: &'a Route,
    unit: &'a RouteUnit,
    left: &'a [f64],
    hand: &'a [f64],
) -> impl Iterator<Item = f64> + 'a {
    let capacities = route.capacities.iter().map(|&k| (left[k.index()], unit.capacity_use[k.index()]));
    let goods = route.on_hand.iter().map(|&m| (hand[m.index()], unit.hand_need[m.index()]));
    capacities.chain(goods).filter(|(_, need)| *need > 0.0).map(|(there, need)| there / need)
}

/// The most units of `route` that the capacities `left` and the goods in `hand` allow; infinite if the route needs
/// nothing that is limited.
pub(super) fn most(route: &Route, unit: &RouteUnit, left: &[f64], hand: &[f64]) -> f64 {
    ratios(route, unit, left, hand).fold(f64::INFINITY, f64::min)
}

/// Takes `amount` off `left`: what is used up but for rounding is at nothing.
pub(super) fn take(left: &mut f64, amount: f64) {
    *left = if amount < *left * ALL { *left - amount } else { 0.0 };
}

/// Takes what `level` units of `route` need off capacities and goods.
pub(super) fn take_needs(route: &Route, unit: &RouteUnit, level: f64, left: &mut [f64], hand: &mut [f64]) {
    for &k in &route.capacities {
        take(&mut left[k.index()], unit.capacity_use[k.index()] * level);
    }
    for &m in &route.on_hand {
        take(&mut hand[m.index()], unit.hand_need[m.index()] * level);
    }
}
