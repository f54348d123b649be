//! What routes need, as lists of steps: how many units fit into what is left, and taking what these need.
//!
//! One step for each need, chosen when the cluster is compiled, so that little is decided while it runs: whether an
//! amount is one, whether it shares a factor with the need before, and whether anything has been taken yet.

use super::program::CapacityProgram;
use super::vector::{File, Vector, all, div, get, less, min, mul, put};

/// How the level that fits (`level`) and what fits of needs with a common factor (`fits`) change by what is left (`left`).
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

/// How what is left changes by the level that runs (`level`), and by its product with a common factor (`common`).
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
    /// Nothing has been taken of this capacity in the period, nor is what there is of it written down.
    fresh: bool,
    /// Where in the file what is left stands.
    left: u32,
    /// The capacity, where it is fresh.
    capacity: u32,
    /// Where the value stands.
    value: u32,
    factor: f64,
}

/// The steps of a route.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    asks: Vec<Step<Ask>>,
    takes: Vec<Step<Take>>,
}

/// Something of which a route needs an amount per unit: a multiple of what is common to its group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    /// What is left of it, as an offset in the state of a plan; of a capacity, its number.
    pub(super) left: usize,
    pub(super) amount: f64,
    /// True if it is the first need of a capacity in a period.
    pub(super) first: bool,
}

/// Needs whose amounts are multiples of the same number, or constant.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Where that number and its inverse stand.
    pub(super) common: Option<(usize, usize)>,
    pub(super) needs: Vec<Need>,
}

impl Needs {
    /// The steps for `groups`, of which the one without a common number comes first. `place` says where in the file
    /// what is left of something stands, `written` of a capacity that is needed for the first time whether what there
    /// is of it is written down.
    pub(super) fn new(
        groups: &[Group],
        place: impl Fn(usize) -> usize,
        written: impl Fn(usize) -> bool,
    ) -> Self {
        let mut whole = Self::default();
        for group in groups {
            // Those of which one is needed come first, which saves a product each.
            let ones = group.needs.iter().filter(|need| need.amount == 1.0);
            let needs: Vec<&Need> =
                ones.chain(group.needs.iter().filter(|need| need.amount != 1.0)).collect();
            let (amount, inverse) = group.common.unwrap_or_default();
            for (number, need) in needs.iter().enumerate() {
                let (one, last) = (need.amount == 1.0, number + 1 == needs.len());
                let choose = |if_one: Ask, if_not: Ask| if one { if_one } else { if_not };
                // A quotient to the last digit, by a product where that is the same.
                let exact = need.amount.to_bits().trailing_zeros() >= f64::MANTISSA_DIGITS - 1;
                let quotient = if exact { Ask::Scaled } else { Ask::Divided };
                let ask = match (group.common, number) {
                    (None, 0) if whole.asks.is_empty() => choose(Ask::Set, quotient),
                    (None, _) => choose(Ask::One, quotient),
                    (Some(_), 0) if one && last => Ask::Alone,
                    (Some(_), 0) => choose(Ask::FirstOne, Ask::FirstScaled),
                    (Some(_), _) if last => choose(Ask::LastOne, Ask::LastScaled),
                    (Some(_), _) => choose(Ask::NextOne, Ask::NextScaled),
                };
                let take = match (group.common, number) {
                    (None, _) if one => Take::One,
                    (None, _) => Take::Scaled,
                    (Some(_), 0) if one => Take::FirstOne,
                    (Some(_), 0) => Take::FirstScaled,
                    (Some(_), _) if one => Take::NextOne,
                    (Some(_), _) => Take::NextScaled,
                };
                let (left, capacity) = (place(need.left) as u32, need.left as u32);
                let fresh = need.first && !written(need.left);
                let factor = if ask == Ask::Divided { need.amount } else { 1.0 / need.amount };
                let value = inverse as u32;
                let step = Step { act: ask, fresh, left, capacity, value, factor };
                whole.asks.push(step);
                if ask == Ask::FirstScaled && last {
                    // Asked again, since a group ends with its last.
                    whole.asks.push(Step { act: Ask::LastScaled, ..step });
                }
                let (factor, value) = (need.amount, amount as u32);
                whole.takes.push(Step { act: take, fresh, left, capacity, value, factor });
            }
        }
        whole
    }
}

/// What there is of a capacity without a plan: season · standing.
#[inline(always)]
pub(super) fn standing(capacity: &CapacityProgram, season: usize, file: File<'_>) -> Vector {
    mul(get(file, capacity.varied), all(capacity.times[season]))
}

/// The most units of a route that fit into what is left.
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

/// Takes nothing: only writes down what there is of capacities that nobody has written down yet in the period.
#[inline(always)]
pub(super) fn pass_by(needs: &Needs, capacities: &[CapacityProgram], season: usize, file: File<'_>) {
    for step in needs.takes.iter().filter(|step| step.fresh) {
        put(file, step.left as usize, standing(&capacities[step.capacity as usize], season, file));
    }
}

/// Takes what `level` units need: of what is used up rounding leaves nothing.
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
