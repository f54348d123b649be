//! Swaps: so much more for some lines from others, priced.

use crate::control::Control;
use crate::language::text;
use crate::model::{Allocation, ClusterId, InterventionId, Model, Title};
use crate::opt::planner::inquiry::{BestPlan, Inquiry, Lines};
use crate::study::compare::{Ask, Case, CompareSettings, compare};
use crate::study::error::StudyError;
use crate::study::estimate::Comparison;
use crate::study::group::{Group, places};
use crate::study::plan::PlanSettings;
use crate::units::Rupiah;

/// A swap that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// The lines that get more.
    pub to: Group,
    /// So much \[Rp\].
    pub amount: Rupiah,
    /// The lines that get as much less.
    pub from: Group,
}

impl Swap {
    /// A swap between groups that have no line in common.
    ///
    /// # Errors
    /// [`StudyError::Request`] otherwise, or where nothing is swapped.
    pub fn new(to: Group, amount: Rupiah, from: Group) -> Result<Self, StudyError> {
        let (gets, gives) = (&to.key, &from.key);
        if amount.0 <= 0 {
            return Err(StudyError::Request(text!(
                en: "a swap moves more than nothing from '{gives}' to '{gets}'",
                id: "pertukaran harus memindahkan lebih dari nol dari '{gives}' ke '{gets}'",
            )));
        }
        if to.places.iter().any(|place| from.places.contains(place)) {
            return Err(StudyError::Request(text!(
                en: "'{gets}' and '{gives}' have lines in common: a swap is between different ones",
                id: "'{gets}' dan '{gives}' memiliki lini yang sama: pertukaran hanya di antara lini yang berbeda",
            )));
        }
        Ok(Self { to, amount, from })
    }
}

/// How the rest of the plan answers to a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Every other intervention in a cluster and year keeps its money.
    Held,
    /// Everything else is planned anew, with no less for the ones and no more for the others.
    Replanned,
}

/// The price of a swap.
#[derive(Debug, Clone)]
pub struct Priced {
    /// How the rest answers.
    pub reading: Reading,
    /// The plan.
    pub allocation: Allocation,
    /// Its risk-adjusted objective, and the proven bound of all such plans.
    pub objective: f64,
    /// The latter.
    pub bound: f64,
    /// The objective that is forgone: between the plans found, and its least and most by the bounds.
    pub price: f64,
    /// The latter.
    pub range: [f64; 2],
    /// The gain of the best plan over it in the simulator's reading on fresh samples; it reverses where there is none.
    pub simulated: Option<Comparison>,
    /// Share of samples in which the swap does better.
    pub reverses: f64,
}

/// A swap with its prices.
#[derive(Debug, Clone)]
pub struct SwapResult {
    /// The swap.
    pub swap: Swap,
    /// Money of the lines that get more and of those that give, in the best plan \[Rp\].
    pub now: [i64; 2],
    /// Its prices, where plans were found: none where the lines that give have too little, or rules forbid it.
    pub priced: Vec<Priced>,
}

/// The sums that swaps hold: of each its two groups, then every intervention in a cluster and year.
pub(super) fn sums(model: &Model, swaps: &[Swap]) -> Vec<Lines> {
    if swaps.is_empty() {
        return Vec::new();
    }
    let groups = swaps.iter().flat_map(|swap| [swap.to.lines(), swap.from.lines()]);
    groups.chain(each(model).into_iter().map(|(place, year)| of(place, year))).collect()
}

fn each(model: &Model) -> Vec<((ClusterId, InterventionId), usize)> {
    let years = model.horizon.years;
    places(model).into_iter().flat_map(|place| (0..years).map(move |year| (place, year))).collect()
}

fn of(place: (ClusterId, InterventionId), year: usize) -> Lines {
    Lines { places: Some(vec![place]), years: Some(vec![year]), ..Lines::default() }
}

/// Prices swaps in the program's reading, then simulates them.
pub(super) fn priced(
    model: &Model,
    planning: &PlanSettings,
    swaps: &[Swap],
    best: &BestPlan,
    inquiry: &mut Inquiry<'_>,
    control: &Control<'_>,
    limited: &Control<'_>,
) -> Result<Vec<SwapResult>, StudyError> {
    let mut found = Vec::new();
    for (number, swap) in swaps.iter().enumerate() {
        let now = [swap.to.lines().of(&best.allocation), swap.from.lines().of(&best.allocation)];
        let (more, less) = (now[0] + swap.amount.0, now[1] - swap.amount.0);
        let mut priced = Vec::new();
        for reading in [Reading::Held, Reading::Replanned] {
            if less < 0 || !limited.go_on() {
                continue;
            }
            let held = reading == Reading::Held;
            inquiry.hold(2 * number, Some(more), held.then_some(more));
            inquiry.hold(2 * number + 1, held.then_some(less), Some(less));
            for (at, (place, year)) in each(model).into_iter().enumerate() {
                let swapped = swap.to.places.contains(&place) || swap.from.places.contains(&place);
                if held && !swapped {
                    let own = of(place, year).of(&best.allocation);
                    inquiry.hold(2 * swaps.len() + at, Some(own), Some(own));
                }
            }
            let plan = inquiry.best(&limited.unobserved());
            inquiry.release();
            let Some(plan) = plan? else { continue };
            priced.push(Priced {
                reading,
                price: best.objective - plan.objective,
                range: [best.objective - plan.bound, best.bound - plan.objective],
                objective: plan.objective,
                bound: plan.bound,
                allocation: plan.allocation,
                simulated: None,
                reverses: 0.0,
            });
        }
        found.push(SwapResult { swap: swap.clone(), now, priced });
    }
    simulated(model, planning, best, &mut found, control)?;
    Ok(found)
}

/// What the simulator says of the best plan and the plans of swaps on the same fresh samples.
fn simulated(
    model: &Model,
    planning: &PlanSettings,
    best: &BestPlan,
    found: &mut [SwapResult],
    control: &Control<'_>,
) -> Result<(), StudyError> {
    let own = found.iter().flat_map(|swap| &swap.priced).map(|priced| &priced.allocation);
    // Pairs say how much more the first has, and in how many samples: both ways round.
    let plans: Vec<&Allocation> =
        std::iter::once(&best.allocation).chain(own).chain([&best.allocation]).collect();
    if plans.len() < 3 {
        return Ok(());
    }
    let case = |allocation: &&Allocation| Case {
        title: Title { id: String::new(), en: String::new() },
        model,
        variant: 0,
        ask: Ask::Plan((*allocation).clone()),
    };
    let cases: Vec<Case<'_>> = plans.iter().map(case).collect();
    let planning = PlanSettings { learned: None, ..planning.clone() };
    let compared = compare(&cases, &CompareSettings { planning, indifference: 0.0, cap: None }, control)?;
    let last = cases.len() - 1;
    let pair = |first: usize, second: usize| {
        compared.pairs.iter().find(|pair| (pair.first, pair.second) == (first, second))
    };
    for (number, priced) in found.iter_mut().flat_map(|swap| &mut swap.priced).enumerate() {
        priced.simulated = pair(0, number + 1).map(|pair| pair.difference);
        priced.reverses = pair(number + 1, last).map_or(0.0, |pair| pair.difference.wins);
    }
    Ok(())
}
