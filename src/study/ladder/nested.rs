//! Plans for rising budgets of which none takes back what an earlier one gave.

use std::collections::BTreeMap;

use super::evaluated::Evaluated;
use crate::control::Control;
use crate::model::rule::violations;
use crate::model::{Allocation, AllocationLine, ClusterId, InterventionId, Model, SourceId};
use crate::opt::OptError;
use crate::opt::planner::inquiry::{BestPlan, Ground, Inquiry, Lines};
use crate::opt::planner::joint::{can_be_joined, joint};
use crate::sampling::SampleBlock;
use crate::study::error::StudyError;
use crate::study::group::places;
use crate::units::Rupiah;

/// How a sequence was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// All steps as one program: no sequence has a higher mean, but for the bound.
    Joint,
    /// From the best plan of this step (from 0), upward with no less and downward with no more.
    From(usize),
}

/// A step of the sequence.
#[derive(Debug, Clone)]
pub struct NestedStep {
    /// Its plan.
    pub allocation: Allocation,
    /// Its risk-adjusted incremental objective on the planning samples.
    pub objective: f64,
    /// Rules that it breaks by what whole rupiah cannot keep: nearly always none.
    pub broken: usize,
    /// The simulator's reading.
    pub evaluated: Option<Evaluated>,
}

/// Plans that take nothing back.
#[derive(Debug, Clone)]
pub struct Nested {
    /// How they were found.
    pub way: Way,
    /// The steps.
    pub steps: Vec<NestedStep>,
    /// Mean of their objectives.
    pub mean: f64,
    /// No sequence has a higher mean: proven for the joint program, else by the free optima.
    pub bound: f64,
    /// Mean of the free plans' objectives, and of their bounds.
    pub free: f64,
    /// The latter.
    pub free_bound: f64,
}

impl Nested {
    pub(super) fn with(self, evaluated: Vec<Evaluated>) -> Self {
        let steps = self.steps.into_iter().zip(evaluated);
        let steps = steps.map(|(step, own)| NestedStep { evaluated: Some(own), ..step }).collect();
        Self { steps, ..self }
    }

    /// The mean of what a step loses by taking nothing back: by the plans found, and its least and most by the bounds.
    pub fn price(&self) -> (f64, [f64; 2]) {
        (self.free - self.mean, [(self.free - self.bound).max(0.0), (self.free_bound - self.mean).max(0.0)])
    }
}

/// The steps with their free plans.
#[derive(Clone, Copy)]
pub(super) struct Steps<'a> {
    pub(super) models: &'a [Model],
    pub(super) plans: &'a [&'a BestPlan],
    pub(super) block: &'a SampleBlock,
}

/// An intervention in a cluster and a year.
type Place = (ClusterId, InterventionId, usize);

/// The best sequence that is found; nothing where time was up before there was one.
pub(super) fn nested<'a>(
    steps: Steps<'a>,
    ground: &'a Ground,
    before: &mut Inquiry<'a>,
    gap: Option<f64>,
    control: &Control<'_>,
) -> Result<Option<Nested>, StudyError> {
    let Steps { models, plans, block } = steps;
    let count = models.len();
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / count as f64;
    let free = mean(&mut plans.iter().map(|plan| plan.objective));
    let free_bound = mean(&mut plans.iter().map(|plan| plan.bound));
    let metric = before.metric();
    let sums: Vec<Place> = places(&models[0])
        .into_iter()
        .flat_map(|(c, i)| (0..models[0].horizon.years).map(move |y| (c, i, y)))
        .collect();
    let lines: Vec<Lines> = sums.iter().map(|sum| of(*sum)).collect();
    let without = before.without();
    // With whole numbers sums are held by rows of their own, else line by line, which takes none.
    let mut with_rows = if before.has_integers() {
        Some(Inquiry::new(&models[0], ground, block, lines.clone(), gap, Some(&*before))?)
    } else {
        None
    };
    let inquiry = with_rows.as_mut().unwrap_or(before);
    let mut found: Vec<(Way, Vec<NestedStep>)> = Vec::new();
    let mut bound = free_bound;

    // All steps as one program, where that is small.
    if can_be_joined(&models[count - 1], metric, block, count) {
        match joint(models, metric, block, &lines, &without, control) {
            Ok(Some(joint)) => {
                bound = bound.min(joint.bound);
                let mut sequence: Vec<NestedStep> = Vec::with_capacity(count);
                for (model, allocation) in models.iter().zip(joint.allocations) {
                    let least = sequence.last().map(|step| amounts(&sums, &step.allocation));
                    let held = least.map_or(Held::Not, Held::Least);
                    sequence.push(settled(inquiry, model, allocation, &sums, held)?);
                }
                found.push((Way::Joint, sequence));
            }
            // What cannot be proven as one is built step by step.
            Ok(None) | Err(OptError::NotProven { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }

    // From the lowest and the highest step.
    for start in [0, count - 1].into_iter().filter(|_| found.is_empty()).collect::<Vec<_>>() {
        let built = from_step(inquiry, steps, &sums, start, control)?;
        found.extend(built.map(|built| (Way::From(start), built)));
    }
    let objectives = |sequence: &[NestedStep]| mean(&mut sequence.iter().map(|step| step.objective));
    let best = found
        .into_iter()
        .reduce(|best, other| if objectives(&other.1) > objectives(&best.1) { other } else { best });
    Ok(best.map(|(way, steps)| {
        let mean = objectives(&steps);
        Nested { way, mean, bound: bound.max(mean), steps, free, free_bound }
    }))
}

fn of(place: Place) -> Lines {
    let (c, i, y) = place;
    Lines { places: Some(vec![(c, i)]), years: Some(vec![y]), ..Lines::default() }
}

fn amounts(sums: &[Place], allocation: &Allocation) -> Vec<i64> {
    let mut found: BTreeMap<Place, i64> = BTreeMap::new();
    for line in allocation.lines() {
        *found.entry((line.cluster, line.intervention, line.year)).or_default() += line.amount.0;
    }
    sums.iter().map(|sum| found.get(sum).copied().unwrap_or(0)).collect()
}

/// The sequence around the free plan of a step: above it nothing less, below it nothing more. Nothing where rules or time allow none.
fn from_step<'a>(
    inquiry: &mut Inquiry<'a>,
    steps: Steps<'a>,
    sums: &[Place],
    start: usize,
    control: &Control<'_>,
) -> Result<Option<Vec<NestedStep>>, StudyError> {
    let own = &steps.plans[start].allocation;
    let mut found: BTreeMap<usize, NestedStep> = BTreeMap::new();
    found.insert(start, settled(inquiry, &steps.models[start], own.clone(), sums, Held::Not)?);
    for (step, next, up) in (start + 1..steps.models.len())
        .map(|step| (step, step - 1, true))
        .chain((0..start).rev().map(|step| (step, step + 1, false)))
    {
        if !control.go_on() {
            return Ok(None);
        }
        let model = &steps.models[step];
        let known = amounts(sums, &found[&next].allocation);
        // The best plan of the step by itself, where it takes nothing back.
        let own = amounts(sums, &steps.plans[step].allocation);
        let (low, high) = if up { (&known, &own) } else { (&own, &known) };
        if low.iter().zip(high).all(|(low, high)| low <= high) {
            let free = steps.plans[step].allocation.clone();
            found.insert(step, settled(inquiry, model, free, sums, Held::Not)?);
            continue;
        }
        inquiry.with_money(model);
        if inquiry.has_integers() {
            for (sum, amount) in known.iter().enumerate() {
                inquiry.hold(sum, up.then_some(*amount), (!up).then_some(*amount));
            }
        } else {
            let own = &found[&next].allocation;
            inquiry.hold_each(up.then_some(own), (!up).then_some(own));
        }
        inquiry.begin_near(&found[&next].allocation);
        let best = inquiry.best(&control.unobserved());
        inquiry.release();
        inquiry.release_each();
        let Some(best) = best? else { return Ok(None) };
        let held = if up { Held::Least(known) } else { Held::Most(known) };
        let own = settled(inquiry, model, best.allocation, sums, held)?;
        found.insert(step, own);
    }
    Ok(Some(found.into_values().collect()))
}

/// A step of these whole rupiah, put right where rounding made a sum fall below its least or rise above its most by some.
fn settled<'a>(
    inquiry: &mut Inquiry<'a>,
    model: &'a Model,
    allocation: Allocation,
    sums: &[Place],
    held: Held,
) -> Result<NestedStep, StudyError> {
    let allocation = match held {
        Held::Not => allocation,
        Held::Least(least) => raised(model, allocation, sums, &least),
        Held::Most(most) => lowered(allocation, sums, &most),
    };
    let objective = inquiry.value(&allocation)?;
    let broken = violations(model, &allocation).len();
    Ok(NestedStep { allocation, objective, broken, evaluated: None })
}

/// How the sums of a step are held \[Rp\].
enum Held {
    Not,
    Least(Vec<i64>),
    Most(Vec<i64>),
}

/// The allocation with nothing less than `least`: what is missing is added to the largest line of a sum, and where that breaks a rule, taken
/// from lines of the same source and year that have more than they must.
fn raised(model: &Model, allocation: Allocation, sums: &[Place], least: &[i64]) -> Allocation {
    let have = amounts(sums, &allocation);
    let mut more: Vec<AllocationLine> = Vec::new();
    let mut owed: BTreeMap<(SourceId, usize), i64> = BTreeMap::new();
    for ((&(cluster, intervention, year), have), least) in sums.iter().zip(&have).zip(least) {
        let missing = least - have;
        if missing <= 0 {
            continue;
        }
        let own = allocation
            .lines()
            .iter()
            .filter(|line| (line.cluster, line.intervention, line.year) == (cluster, intervention, year));
        let largest = own.max_by_key(|line| line.amount).map(|line| line.source);
        let any = model.source_ids().find(|s| model.may_fund(*s, cluster, intervention));
        let Some(source) = largest.or(any) else { continue };
        more.push(AllocationLine { source, cluster, intervention, year, amount: Rupiah(missing) });
        *owed.entry((source, year)).or_default() += missing;
    }
    if more.is_empty() {
        return allocation;
    }
    let broken = |allocation: &Allocation| violations(model, allocation).len();
    let added = Allocation::new(allocation.lines().iter().copied().chain(more).collect());
    if broken(&added) <= broken(&allocation) {
        return added;
    }
    let mut lines = added.lines().to_vec();
    let mut room: BTreeMap<Place, i64> = sums.iter().copied().zip(amounts(sums, &added)).collect();
    for (sum, least) in sums.iter().zip(least) {
        *room.entry(*sum).or_default() -= least;
    }
    for (at, mut missing) in owed {
        let mut givers: Vec<usize> =
            (0..lines.len()).filter(|n| (lines[*n].source, lines[*n].year) == at).collect();
        givers.sort_by_key(|n| std::cmp::Reverse(model.locked.free(&lines[*n])));
        for giver in givers {
            let line = &mut lines[giver];
            let room = room.entry((line.cluster, line.intervention, line.year)).or_default();
            let taken = missing.min(*room).min(model.locked.free(line)).max(0);
            line.amount.0 -= taken;
            *room -= taken;
            missing -= taken;
        }
    }
    let moved = Allocation::new(lines);
    if broken(&moved) <= broken(&added) { moved } else { added }
}

/// The allocation with nothing more than `most`: what is beyond it is taken from the largest line of the sum.
fn lowered(allocation: Allocation, sums: &[Place], most: &[i64]) -> Allocation {
    let most: BTreeMap<Place, i64> = sums.iter().copied().zip(most.iter().copied()).collect();
    let mut lines = allocation.lines().to_vec();
    lines.sort_by_key(|line| std::cmp::Reverse(line.amount));
    let mut beyond: BTreeMap<Place, i64> = BTreeMap::new();
    for line in &lines {
        *beyond.entry((line.cluster, line.intervention, line.year)).or_default() += line.amount.0;
    }
    for line in &mut lines {
        let place = (line.cluster, line.intervention, line.year);
        let over = beyond.entry(place).or_default();
        let taken = (*over - most.get(&place).copied().unwrap_or(i64::MAX)).clamp(0, line.amount.0);
        line.amount.0 -= taken;
        *over -= taken;
    }
    Allocation::new(lines)
}
