//! Needs of routes as lists of steps: the asks find the most units that fit into the amounts left, the takes subtract the needs
//! of a level.
//!
//! One step for each need, chosen when the cluster is compiled, so that little is decided while it runs: whether an
//! amount is one, whether it shares a factor with the need before, and whether anything has been taken yet.

use std::collections::BTreeMap;

use super::capacity::{CapacityProgram, standing};
use super::expression::{Ex, Sign, Terms};
use super::places::Slots;
use super::vector::{File, Vector, all, div, get, less, min, mul, put};

/// How a need changes the level that fits (`level`) and the level of needs with a common factor (`fits`), given the remaining
/// amount (`left`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// level = left
    Set,
    /// The lesser of level and left.
    One,
    /// The lesser of level and left · factor.
    Scaled,
    /// The lesser of level and left / factor.
    Divided,
    /// The lesser of level and left · value.
    Alone,
    /// fits = left
    FirstOne,
    /// fits = left · factor
    FirstScaled,
    /// The lesser of fits and left.
    NextOne,
    /// The lesser of fits and left · factor.
    NextScaled,
    /// The same, then the lesser of level and fits · value.
    LastOne,
    /// The same with left · factor.
    LastScaled,
}

/// How the remaining amount changes by the level that runs (`level`) and by its product with a common factor (`common`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// Less level.
    One,
    /// Less level · factor.
    Scaled,
    /// common = level · value; less common.
    FirstOne,
    /// The same, less common · factor.
    FirstScaled,
    /// Less common.
    NextOne,
    /// Less common · factor.
    NextScaled,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step<A> {
    act: A,
    /// The capacity is not stored in this period yet: this step works it out.
    fresh: bool,
    /// Place of the remaining amount.
    left: u32,
    /// The capacity, where it is fresh.
    capacity: u32,
    /// Place of the common factor or its inverse.
    value: u32,
    factor: f64,
}

/// The steps of a route.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    asks: Vec<Step<Ask>>,
    takes: Vec<Step<Take>>,
}

/// A limited good or capacity of which a route needs an amount per unit: a multiple of the common factor of its group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    /// Offset of the remaining amount in the state of a plan; of a capacity, its number.
    pub(super) left: usize,
    pub(super) amount: f64,
    /// True for the first need of a capacity in a period.
    pub(super) first: bool,
}

/// Needs whose amounts are multiples of the same factor, or constant.
#[derive(Debug, Clone)]
pub(super) struct NeedGroup {
    /// Places of the factor and of its inverse.
    common: Option<(usize, usize)>,
    needs: Vec<Need>,
}

/// A group of needs before places are given out.
#[derive(Debug)]
pub(super) struct NeedGroupDraft {
    /// The factor and its inverse.
    common: Option<(Ex, Ex)>,
    pub(super) needs: Vec<Need>,
    /// True if some amount is surely above zero.
    pub(super) sure: bool,
}

impl NeedGroupDraft {
    /// Groups needs, each (offset of the remaining amount, amount per unit), by common factor; constant amounts come first.
    pub(super) fn all(terms: &mut Terms<'_>, needs: impl Iterator<Item = (usize, Ex)>) -> Vec<Self> {
        let mut groups: BTreeMap<Option<usize>, Self> = BTreeMap::new();
        for (left, amount) in needs {
            let sure = terms.sign(amount) == Sign::Positive;
            let (multiple, node) = terms.multiple(amount);
            let group = groups.entry(node).or_insert_with(|| Self {
                common: node.map(|node| (Ex::Node(node), terms.inverse(Ex::Node(node)))),
                needs: Vec::new(),
                sure: false,
            });
            group.sure |= sure;
            group.needs.push(Need { left, amount: multiple, first: false });
        }
        groups.into_values().collect()
    }

    /// The expressions it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Ex> + use<> {
        self.common.into_iter().flat_map(|(factor, inverse)| [factor, inverse])
    }

    /// The group with its places.
    pub(super) fn placed(&self, slots: &mut Slots) -> NeedGroup {
        NeedGroup {
            common: self.common.map(|(factor, inverse)| (slots.of(factor), slots.of(inverse))),
            needs: self.needs.clone(),
        }
    }
}

impl NeedGroup {
    /// Places that it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = usize> + use<> {
        self.common.into_iter().flat_map(|(factor, inverse)| [factor, inverse])
    }
}

/// Where a need stands in its group.
#[derive(Debug, Clone, Copy)]
struct Position {
    /// The group has a common factor.
    common: bool,
    first: bool,
    last: bool,
}

impl Ask {
    /// The step that asks for a need of `amount`; `none_yet` before the first need of a route.
    fn choose(at: Position, none_yet: bool, amount: f64) -> Self {
        let one = amount == 1.0;
        let choose = |if_one: Ask, if_not: Ask| if one { if_one } else { if_not };
        // A quotient to the last digit, by a product where that is the same.
        let power_of_two = amount.to_bits().trailing_zeros() >= f64::MANTISSA_DIGITS - 1;
        let quotient = if power_of_two { Ask::Scaled } else { Ask::Divided };
        match (at.common, at.first) {
            (false, true) if none_yet => choose(Ask::Set, quotient),
            (false, _) => choose(Ask::One, quotient),
            (true, true) if one && at.last => Ask::Alone,
            (true, true) => choose(Ask::FirstOne, Ask::FirstScaled),
            (true, false) if at.last => choose(Ask::LastOne, Ask::LastScaled),
            (true, false) => choose(Ask::NextOne, Ask::NextScaled),
        }
    }
}

impl Take {
    /// The step that takes a need of `amount`.
    fn choose(at: Position, amount: f64) -> Self {
        let one = amount == 1.0;
        match (at.common, at.first) {
            (false, _) if one => Take::One,
            (false, _) => Take::Scaled,
            (true, true) if one => Take::FirstOne,
            (true, true) => Take::FirstScaled,
            (true, false) if one => Take::NextOne,
            (true, false) => Take::NextScaled,
        }
    }
}

impl Needs {
    /// The steps for `groups`, of which the one without a common factor comes first.
    ///
    /// `place` gives the place in the file of a remaining amount. `stored` tells of a capacity whether it stands in the file
    /// before the period's first need of it; else the steps of that need work it out.
    pub(super) fn new(
        groups: &[NeedGroup],
        place: impl Fn(usize) -> usize,
        stored: impl Fn(usize) -> bool,
    ) -> Self {
        let mut whole = Self::default();
        for group in groups {
            // Needs of one unit come first, which saves a product each.
            let ones = group.needs.iter().filter(|need| need.amount == 1.0);
            let needs: Vec<&Need> =
                ones.chain(group.needs.iter().filter(|need| need.amount != 1.0)).collect();
            let (amount, inverse) = group.common.unwrap_or_default();
            for (number, need) in needs.iter().enumerate() {
                let (first, last) = (number == 0, number + 1 == needs.len());
                let at = Position { common: group.common.is_some(), first, last };
                let (left, capacity) = (place(need.left) as u32, need.left as u32);
                let fresh = need.first && !stored(need.left);

                // How many units fit.
                let ask = Ask::choose(at, whole.asks.is_empty(), need.amount);
                let factor = if ask == Ask::Divided { need.amount } else { 1.0 / need.amount };
                let step = Step { act: ask, fresh, left, capacity, value: inverse as u32, factor };
                whole.asks.push(step);
                if ask == Ask::FirstScaled && last {
                    // Asked again, since a group ends with its last.
                    whole.asks.push(Step { act: Ask::LastScaled, ..step });
                }

                // What a level takes.
                let (act, factor, value) = (Take::choose(at, need.amount), need.amount, amount as u32);
                whole.takes.push(Step { act, fresh, left, capacity, value, factor });
            }
        }
        whole
    }
}

/// The most units of a route that fit into the remaining amounts.
#[inline(always)]
pub(super) fn most(needs: &Needs, capacities: &[CapacityProgram], season: usize, file: File<'_>) -> Vector {
    let (mut level, mut fits) = (all(f64::INFINITY), all(f64::INFINITY));
    macro_rules! ask {
        ($step:ident, $left:expr) => {
            match $step.act {
                Ask::Set => level = $left,
                Ask::One => level = min($left, level),
                Ask::Scaled => level = min(mul($left, all($step.factor)), level),
                Ask::Divided => level = min(div($left, all($step.factor)), level),
                // Where nothing is needed and nothing is there the product is no number, and the level stands.
                Ask::Alone => level = min(mul($left, get(file, $step.value as usize)), level),
                Ask::FirstOne => fits = $left,
                Ask::FirstScaled => fits = mul($left, all($step.factor)),
                Ask::NextOne => fits = min($left, fits),
                Ask::NextScaled => fits = min(mul($left, all($step.factor)), fits),
                Ask::LastOne => level = min(mul(min($left, fits), get(file, $step.value as usize)), level),
                Ask::LastScaled => {
                    let fits = min(mul($left, all($step.factor)), fits);
                    level = min(mul(fits, get(file, $step.value as usize)), level);
                }
            }
        };
    }
    for step in &needs.asks {
        if step.fresh {
            ask!(step, standing(&capacities[step.capacity as usize], season, file));
        } else {
            ask!(step, get(file, step.left as usize));
        }
    }
    level
}

/// Takes nothing: only stores the capacities that are not stored yet in the period, for the routes that follow.
#[inline(always)]
pub(super) fn pass_by(needs: &Needs, capacities: &[CapacityProgram], season: usize, file: File<'_>) {
    for step in needs.takes.iter().filter(|step| step.fresh) {
        put(file, step.left as usize, standing(&capacities[step.capacity as usize], season, file));
    }
}

/// Takes what `level` units need. A remainder that is only rounding becomes zero.
#[inline(always)]
pub(super) fn take(
    needs: &Needs,
    level: Vector,
    capacities: &[CapacityProgram],
    season: usize,
    file: File<'_>,
) {
    let mut common = level;
    // Each arm writes for itself: what comes out of all arms would go through memory first.
    macro_rules! take {
        ($step:ident, $left:expr) => {
            match $step.act {
                Take::One => put(file, $step.left as usize, less($left, level)),
                Take::Scaled => put(file, $step.left as usize, less($left, mul(all($step.factor), level))),
                Take::FirstOne => {
                    common = mul(get(file, $step.value as usize), level);
                    put(file, $step.left as usize, less($left, common));
                }
                Take::FirstScaled => {
                    common = mul(get(file, $step.value as usize), level);
                    put(file, $step.left as usize, less($left, mul(all($step.factor), common)));
                }
                Take::NextOne => put(file, $step.left as usize, less($left, common)),
                Take::NextScaled => {
                    put(file, $step.left as usize, less($left, mul(all($step.factor), common)))
                }
            }
        };
    }
    for step in &needs.takes {
        if step.fresh {
            take!(step, standing(&capacities[step.capacity as usize], season, file));
        } else {
            take!(step, get(file, step.left as usize));
        }
    }
}
