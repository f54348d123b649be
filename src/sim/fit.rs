//! How much of a route fits into what is left, over the whole route at once.

use super::bottleneck::Binding;
use crate::model::route::{Route, RouteUnit};

/// What remains below this share of what was there is rounding, and counts as nothing.
pub(super) const DUST: f64 = 1e-12;

/// Ratios within this of the least one bind together with it.
const TIE: f64 = 1e-9;

/// What is left per unit needed, of every limited thing that the route needs.
fn ratios<'a>(
    route: &'a Route,
    unit: &'a RouteUnit,
    left: &'a [f64],
    hand: &'a [f64],
) -> impl Iterator<Item = (Binding, f64)> + 'a {
    let capacities = route
        .capacities
        .iter()
        .map(|&k| (Binding::Capacity(k), left[k.index()], unit.capacity_use[k.index()]));
    let goods =
        route.on_hand.iter().map(|&m| (Binding::OnHand(m), hand[m.index()], unit.hand_need[m.index()]));
    capacities.chain(goods).filter(|(_, _, need)| *need > 0.0).map(|(what, there, need)| (what, there / need))
}

/// The most units of `route` that the capacities `left` and the goods in `hand` allow; infinite if the route needs
/// nothing that is limited.
pub(super) fn most(route: &Route, unit: &RouteUnit, left: &[f64], hand: &[f64]) -> f64 {
    ratios(route, unit, left, hand).map(|(_, ratio)| ratio).fold(f64::INFINITY, f64::min)
}

/// What bounds the route at `level`: everything of which no more is left per unit needed. Where several things are
/// short at once, such as gates that are all still shut, each of them is named.
pub(super) fn bindings<'a>(
    route: &'a Route,
    unit: &'a RouteUnit,
    left: &'a [f64],
    hand: &'a [f64],
    level: f64,
) -> impl Iterator<Item = Binding> + 'a {
    ratios(route, unit, left, hand)
        .filter(move |(_, ratio)| *ratio <= level * (1.0 + TIE))
        .map(|(what, _)| what)
}

/// Takes `amount` off `left`; rounding, on either side of zero, is swept away.
pub(super) fn take(left: &mut f64, amount: f64) {
    *left = if amount >= *left * (1.0 - DUST) { 0.0 } else { *left - amount };
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
