//! How much of a route fits into what is left, over the whole route at once.

use super::bottleneck::Binding;
use crate::model::route::{Route, RouteUnit};

/// What remains below this share of what was there is rounding, and counts as nothing.
pub(super) const DUST: f64 = 1e-12;

/// The most units of `route` that the capacities `left` and the goods in `hand` allow, and what bounds it: the one
/// with the least left per unit needed, ties to capacities before commodities and then in canonical order. Infinite and
/// bound by nothing if the route needs nothing that is limited.
pub(super) fn most(route: &Route, unit: &RouteUnit, left: &[f64], hand: &[f64]) -> (f64, Option<Binding>) {
    let mut level = f64::INFINITY;
    let mut binding = None;
    for &k in &route.capacities {
        let need = unit.capacity_use[k.index()];
        if need > 0.0 && left[k.index()] / need < level {
            level = left[k.index()] / need;
            binding = Some(Binding::Capacity(k));
        }
    }
    for &m in &route.on_hand {
        let need = unit.hand_need[m.index()];
        if need > 0.0 && hand[m.index()] / need < level {
            level = hand[m.index()] / need;
            binding = Some(Binding::OnHand(m));
        }
    }
    (level, binding)
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
