//! The value of coordination (Article 89 paragraphs (1) and (7)): what planning all sources together brings beyond each
//! planning for itself, and beyond one after the other.
//!
//! - *Jointly*: the plan as ever.
//! - *Alone*: every party plans its own money with the others at today's allocation, whatever upkeep that charges to them. The
//!   union of what all decide for themselves is what then happens; lines that together break a rule are cut in proportion.
//! - *In sequence*: one party after the other, what earlier ones decided given, later ones at nothing; every budget, upkeep
//!   included, is minded.
//!
//! A rule that a party cannot keep as long as the others stay what they are is left out of its planning, and said so. All ways
//! are valued jointly on the same samples: in the program's reading on the planning samples, in the simulator's on fresh ones.

mod party;
mod rules;
mod union;
mod way;

pub use party::{By, LeftOut, Party, parties};
pub use rules::{SourceMoney, broken};
pub use union::Cut;
pub use way::Way;

use super::error::StudyError;
use super::estimate::{Comparison, Estimate};
use super::stream::{self, Grid, Series, Span, Wanted};
use crate::control::Control;
use crate::control::Progress;
use crate::model::{Allocation, Metric, Model};
use crate::opt::builder::Rule;
use crate::opt::valuation::values_of;
use crate::opt::{OptError, PlanMethod, PlanOptions, ProgramPlan, Stop, optimise};
use crate::sampling::{Purpose, SampleBlock, Sampler};
use crate::sim::{PlanEffects, SimError, Simulation};
use party::{alone_with, others_today, plan_without_what_cannot_be};

/// The settled form of a [`CoordinationRequest`](super::CoordinationRequest).
#[derive(Debug, Clone)]
pub struct CoordinationSettings {
    /// The metric to maximise.
    pub metric: Metric,
    /// Samples to plan on.
    pub planning: usize,
    /// Fresh samples to evaluate on.
    pub evaluation: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// How to solve each plan.
    pub method: PlanMethod,
    /// Relative gap at which a decomposition may stop; `None` for 10⁻⁴.
    pub gap: Option<f64>,
    /// Who decides for itself.
    pub by: By,
    /// Keys of sources or levels in the order in which they decide; the default is [`parties`]'.
    pub order: Option<Vec<String>>,
}

/// The result of a way of planning.
#[derive(Debug, Clone)]
pub struct WayResult {
    /// Which.
    pub way: Way,
    /// Its allocation.
    pub allocation: Allocation,
    /// By source.
    pub money: Vec<SourceMoney>,
    /// Risk-adjusted increment over no plan in the program's reading, on the planning samples.
    pub objective: f64,
    /// Its increment over no plan in the simulator's reading, on fresh samples.
    pub increment: Estimate,
    /// The gain of planning jointly over it there, paired sample by sample.
    pub lost: Comparison,
    /// Rules that it breaks.
    pub broken: Vec<Rule>,
}

/// The ways of planning compared.
#[derive(Debug, Clone)]
pub struct CoordinationStudy {
    /// The settings asked for.
    pub request: CoordinationSettings,
    /// Who decides, in the order of the sequence.
    pub parties: Vec<Party>,
    /// The joint plan with its proof.
    pub joint: ProgramPlan,
    /// The ways, in the order of [`Way::ALL`].
    pub ways: Vec<WayResult>,
    /// Lines of the union that were cut, in the order in which that was done.
    pub cuts: Vec<Cut>,
    /// Rules that parties planned without.
    pub left_out: Vec<LeftOut>,
}

impl CoordinationStudy {
    /// The result of a way.
    pub fn of(&self, way: Way) -> &WayResult {
        let place = Way::ALL.iter().position(|other| *other == way).unwrap_or(0);
        &self.ways[place]
    }

    /// The gain of planning jointly over `way` in the program's reading, by the plans as they are; and an upper bound on the
    /// gain of any joint plan, by the joint plan's bound.
    pub fn lost(&self, way: Way) -> (f64, f64) {
        let own = self.of(way).objective;
        let joint = self.of(Way::Joint).objective;
        (joint - own, self.joint.bound.max(joint) - own)
    }

    /// The same as a share of what planning jointly brings.
    pub fn lost_share(&self, way: Way) -> f64 {
        let joint = self.of(Way::Joint).objective;
        if joint == 0.0 { 0.0 } else { self.lost(way).0 / joint.abs() }
    }
}

/// Relative gap at which every plan, the joint one too, may stop where nothing is said: what ways lose is a matter of per cent. Plans
/// in whole things have a gap of their own.
const GAP: f64 = 1e-4;

/// One party's planning after another, with what rules they had to leave out.
struct Planner<'a> {
    model: &'a Model,
    request: &'a CoordinationSettings,
    block: &'a SampleBlock,
    control: &'a Control<'a>,
    left_out: Vec<LeftOut>,
}

impl Planner<'_> {
    fn solve(&self, model: &Model) -> Result<ProgramPlan, OptError> {
        let usual = (!model.has_whole_things()).then_some(GAP);
        let options = PlanOptions {
            gap: self.request.gap.or(usual),
            ..PlanOptions::new(self.request.metric, self.request.method)
        };
        optimise(model, self.block, &options, self.control)
    }

    /// The plan of `party` where the others do what is `given`; what is given stands in it too.
    fn plan(
        &mut self,
        way: Way,
        number: usize,
        party: &Party,
        given: Allocation,
    ) -> Result<Allocation, StudyError> {
        let own = alone_with(self.model, party, given, way == Way::Alone);
        let (plan, left_out) = plan_without_what_cannot_be(self.model, own, &|model| self.solve(model))?;
        let left_out = left_out.into_iter().map(|rule| LeftOut { way, party: number, rule });
        self.left_out.extend(left_out);
        proven(plan).map(|plan| plan.allocation)
    }

    /// The union of what every party plans for itself.
    fn alone(&mut self, parties: &[Party]) -> Result<Allocation, StudyError> {
        let mut union = Vec::new();
        for (number, party) in parties.iter().enumerate() {
            let given = others_today(self.model, party);
            let plan = self.plan(Way::Alone, number, party, given)?;
            union.extend(plan.lines().iter().filter(|line| party.sources.contains(&line.source)));
        }
        Ok(Allocation::new(union))
    }

    /// The allocation that all have decided once the last has.
    fn sequence(&mut self, parties: &[Party]) -> Result<Allocation, StudyError> {
        let mut decided = self.model.locked.lines.clone();
        for (number, party) in parties.iter().enumerate() {
            decided = self.plan(Way::Sequence, number, party, decided)?;
        }
        Ok(decided)
    }
}

/// A plan that was not interrupted.
fn proven(plan: ProgramPlan) -> Result<ProgramPlan, StudyError> {
    match plan.stop {
        Stop::Proven | Stop::GapNotReached => Ok(plan),
        Stop::TimeLimit => Err(StudyError::Sim(SimError::Interrupted)),
    }
}

/// Plans jointly, alone and in sequence, and compares what comes of it.
///
/// # Errors
/// [`StudyError`]; [`StudyError::Request`] where the order does not name every party once.
pub fn coordinate(
    model: &Model,
    request: &CoordinationSettings,
    control: &Control<'_>,
) -> Result<CoordinationStudy, StudyError> {
    let parties = parties(model, request.by, request.order.as_deref())?;
    let block = Sampler::new(model, request.seed, Purpose::Planning).block(0, request.planning);
    let mut planner = Planner { model, request, block: &block, control, left_out: Vec::new() };
    let joint = proven(planner.solve(model)?)?;
    let (alone, cuts) = union::settled(model, &planner.alone(&parties)?);
    let sequence = planner.sequence(&parties)?;
    let allocations = [&joint.allocation, &alone, &sequence];
    let objectives = values_of(model, request.metric, &block, &allocations)?;
    let simulated = simulated(model, request, &allocations, control)?;
    let ways = Way::ALL
        .into_iter()
        .zip(allocations)
        .zip(objectives)
        .zip(simulated)
        .map(|(((way, allocation), objective), (increment, lost))| WayResult {
            way,
            allocation: allocation.clone(),
            money: rules::money_of(model, allocation),
            objective,
            increment,
            lost,
            broken: broken(model, allocation),
        })
        .collect();
    let left_out = planner.left_out;
    Ok(CoordinationStudy { request: request.clone(), parties, joint, ways, cuts, left_out })
}

/// By allocation, what it brings over no plan on fresh samples, and what the first brings beyond it there.
fn simulated(
    model: &Model,
    request: &CoordinationSettings,
    allocations: &[&Allocation],
    control: &Control<'_>,
) -> Result<Vec<(Estimate, Comparison)>, StudyError> {
    let evaluation = Sampler::new(model, request.seed, Purpose::Evaluation);
    let effects: Vec<PlanEffects> = allocations.iter().map(|a| PlanEffects::new(model, a)).collect();
    let plans: Vec<Option<&PlanEffects>> = std::iter::once(None).chain(effects.iter().map(Some)).collect();
    let totals = (1..plans.len()).flat_map(|plan| {
        let increment = Series { plan, minus: Some(0) };
        [(request.metric, increment), (request.metric, Series { plan: 1, minus: Some(plan) })]
    });
    let wanted = Wanted {
        series: vec![Series { plan: 0, minus: None }],
        totals: totals.collect(),
        thresholds: Vec::new(),
        accounts: 0,
    };
    control.report(Progress::Simulating(request.evaluation));
    let compiled = Simulation::new(model, &evaluation, &plans)?;
    let grid = Grid::new(model, &wanted);
    let span = Span::whole(request.evaluation, None);
    let all = stream::run(&compiled, &grid, span, &|n| control.passes(Progress::Samples(n)), None)?;
    let summed = all.summed(&grid, model.risk.alpha);
    let found = (0..allocations.len()).map(|number| {
        let gain = summed.estimate(grid.total(2 * number + 1));
        let lost = Comparison {
            mean: gain.mean,
            standard_error: gain.standard_error,
            half_width: gain.half_width,
            wins: gain.above_zero,
        };
        (summed.estimate(grid.total(2 * number)), lost)
    });
    Ok(found.collect())
}
