//! Plans of a program: what each adds to capacities, and the upkeep that clusters bear.

use super::super::group::{Group, Part};
use super::super::stock::PlanEffects;
use super::capacity::{CapacityDraft, CapacityProgram};
use super::cells::GroupCells;
use super::expression::{Ex, Terms};
use super::needs::{NeedGroup, Needs};
use super::places::Slots;
use crate::model::{InterventionId, LocalIntervention, Model, Number, UpkeepBearer};

/// An effect of a plan on a capacity.
#[derive(Debug, Clone)]
pub(super) struct Raised {
    pub(super) capacity: usize,
    /// Nominal effect by period, season included.
    pub(super) effect: Vec<f64>,
    /// Place of its multiplier: what counts net, times variation and events.
    pub(super) net: usize,
}

/// Upkeep borne by a cluster.
#[derive(Debug, Clone)]
pub(super) struct Upkeep {
    /// Money by period.
    pub(super) money: Vec<f64>,
    /// Place of the share of it that is due: upkeep times additionality.
    pub(super) share: usize,
    /// Cells of the cluster that it is taken from as it is: value added, margin, accounts.
    pub(super) places: Vec<usize>,
    /// Cell of its economic value, where there is one, and the share of the money that counts there.
    pub(super) economic: Option<(usize, f64)>,
}

/// Changes that a plan makes in a cluster.
#[derive(Debug, Clone, Default)]
pub(super) struct PlanProgram {
    pub(super) raises: Vec<Raised>,
    pub(super) upkeep: Vec<Upkeep>,
    /// Capacities that are stored before the first route runs.
    pub(super) fills: Vec<usize>,
    /// Place in the file of what is left, by capacity.
    pub(super) left: Vec<usize>,
    /// Needs of channel routes when they run for the first time in a period, and when they run again.
    pub(super) first: Vec<Needs>,
    pub(super) again: Vec<Needs>,
    /// Needs of stock routes.
    pub(super) stock: Vec<Needs>,
}

/// An effect on a capacity before places are given out.
#[derive(Debug)]
struct RaiseDraft {
    capacity: usize,
    effect: Vec<f64>,
    net: Ex,
}

/// Upkeep before places are given out.
#[derive(Debug)]
struct UpkeepDraft {
    money: Vec<f64>,
    share: Ex,
    /// Number of the cluster that bears it.
    part: usize,
    /// Its conversion factor to economic prices.
    converted: f64,
}

/// A plan before places are given out.
#[derive(Debug, Default)]
pub(super) struct PlanDraft {
    raises: Vec<RaiseDraft>,
    upkeep: Vec<UpkeepDraft>,
}

/// A plan whose numbers have their places.
#[derive(Debug)]
pub(super) struct PlacedPlan {
    pub(super) raises: Vec<Raised>,
    pub(super) upkeep: Vec<Upkeep>,
}

/// Data that all plans of a program share.
#[derive(Debug)]
pub(super) struct PlanFrame<'a> {
    pub(super) capacities: &'a [CapacityProgram],
    /// By capacity: a channel route needs it.
    pub(super) asked: &'a [bool],
    /// True if a capacity could fall below zero without a plan.
    pub(super) may_be_negative: bool,
    pub(super) channel: &'a [Vec<NeedGroup>],
    pub(super) stock: &'a [Vec<NeedGroup>],
    /// Passes through the list of channel routes in a period.
    pub(super) passes: usize,
}

/// The terms and the unit that a plan is compiled into.
struct Compiler<'t, 'm> {
    model: &'m Model,
    terms: &'t mut Terms<'m>,
    group: &'t Group<'m>,
}

impl Compiler<'_, '_> {
    /// Effectiveness times additionality.
    fn net(&mut self, local: &LocalIntervention) -> Ex {
        let effectiveness = self.terms.number(local.effectiveness);
        let additionality = self.terms.number(local.additionality);
        self.terms.mul(effectiveness, additionality)
    }

    /// `factor` times each of `multipliers` in turn.
    fn times<'n>(&mut self, mut factor: Ex, multipliers: impl Iterator<Item = &'n Number>) -> Ex {
        for multiplier in multipliers {
            let multiplier = self.terms.number(*multiplier);
            factor = self.terms.mul(multiplier, factor);
        }
        factor
    }

    /// Effects of an intervention of a cluster on its capacities.
    fn raises(&mut self, plan: &PlanEffects, part: &Part, i: InterventionId) -> Vec<RaiseDraft> {
        let (model, group) = (self.model, self.group);
        let net = self.net(&model.clusters[part.id.index()].interventions[i.index()]);
        let mut drafts = Vec::new();
        for (number, raise) in model.chain_of(part.id).interventions[i.index()].raises.iter().enumerate() {
            let k = part.capacities[raise.capacity.index()];
            let capacity = &group.cluster.capacities[k];
            let variation = raise.varied.then_some(capacity.variation);
            let net = self.times(net, variation.iter().chain(&capacity.hazards));
            let effect = |t: usize| {
                let season = if raise.seasonal { group.season(model.horizon, k, t) } else { 1.0 };
                season * plan.effect(part.id, i, number, t)
            };
            let effect = (0..model.horizon.periods()).map(effect).collect();
            drafts.push(RaiseDraft { capacity: k, effect, net });
        }
        drafts
    }

    /// Upkeep of an intervention that its cluster bears: of what is additional, for the rest is kept up anyway.
    fn upkeep(&mut self, plan: &PlanEffects, part: usize, i: InterventionId) -> Option<UpkeepDraft> {
        let (horizon, id) = (self.model.horizon, self.group.parts[part].id);
        if self.model.chain_of(id).interventions[i.index()].upkeep_by != UpkeepBearer::Cluster {
            return None;
        }
        let local = &self.model.clusters[id.index()].interventions[i.index()];
        let (upkeep, additionality) =
            (self.terms.number(local.upkeep), self.terms.number(local.additionality));
        let share = self.terms.mul(upkeep, additionality);
        let money = |t: usize| plan.stock(id, i, t) / horizon.periods_per_year as f64;
        let converted = self.model.shadow_prices.as_ref().map_or(1.0, |shadow| shadow.conversion.cost);
        Some(UpkeepDraft { money: (0..horizon.periods()).map(money).collect(), share, part, converted })
    }

    /// Effects on a cluster's capacities of money spent in others.
    fn received(&mut self, plan: &PlanEffects, part: &Part) -> Vec<RaiseDraft> {
        let (model, group) = (self.model, self.group);
        let mut drafts = Vec::new();
        for received in plan.received(part.id) {
            let k = part.capacities[received.capacity.index()];
            let giver = &model.clusters[received.from.index()].interventions[received.intervention.index()];
            let net = self.net(giver);
            let capacity = &group.cluster.capacities[k];
            let net = self.times(net, std::iter::once(&capacity.variation).chain(&capacity.hazards));
            let effect = |t: usize| group.season(model.horizon, k, t) * received.effect[t];
            let effect = (0..model.horizon.periods()).map(effect).collect();
            drafts.push(RaiseDraft { capacity: k, effect, net });
        }
        drafts
    }
}

impl PlanDraft {
    /// The effects of `plan` on a unit that runs together; none without a plan.
    pub(super) fn new<'m>(
        terms: &mut Terms<'m>,
        model: &'m Model,
        group: &Group<'m>,
        capacities: &[CapacityDraft],
        plan: Option<&PlanEffects>,
    ) -> Self {
        let mut draft = Self::default();
        let Some(plan) = plan else { return draft };
        let mut compiler = Compiler { model, terms, group };
        // Own interventions first, then spillovers, cluster by cluster: the order of the plain reference.
        for (number, part) in group.parts.iter().enumerate() {
            for &i in plan.funded(part.id) {
                draft.raises.extend(compiler.raises(plan, part, i));
                draft.upkeep.extend(compiler.upkeep(plan, number, i));
            }
        }
        for part in &group.parts {
            draft.raises.extend(compiler.received(plan, part));
        }
        for part in &group.parts {
            if let Some((relieved, share)) = plan.relief(part.id) {
                let k = part.capacities[relieved.index()];
                draft.relieve(model, group, capacities, k, share);
            }
        }
        draft
    }

    /// Adds `share` of the capacity numbered `k`: of what stands without a plan, and of every raise.
    fn relieve(
        &mut self,
        model: &Model,
        group: &Group<'_>,
        capacities: &[CapacityDraft],
        k: usize,
        share: f64,
    ) {
        for raise in self.raises.iter_mut().filter(|raise| raise.capacity == k) {
            for effect in &mut raise.effect {
                *effect += share * *effect;
            }
        }
        let capacity = &capacities[k];
        let effect = (0..model.horizon.periods())
            .map(|t| share * capacity.constant() * group.season(model.horizon, k, t))
            .collect();
        self.raises.push(RaiseDraft { capacity: k, effect, net: capacity.reads() });
    }

    /// The expressions it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Ex> + '_ {
        let raises = self.raises.iter().map(|raise| raise.net);
        raises.chain(self.upkeep.iter().map(|upkeep| upkeep.share))
    }

    /// The plan with places of its numbers.
    pub(super) fn placed(self, slots: &mut Slots, cells: &GroupCells<'_>) -> PlacedPlan {
        let raises = self.raises.into_iter().map(|raise| Raised {
            capacity: raise.capacity,
            effect: raise.effect,
            net: slots.of(raise.net),
        });
        let raises = raises.collect();
        let upkeep = self.upkeep.into_iter().map(|upkeep| Upkeep {
            money: upkeep.money,
            share: slots.of(upkeep.share),
            places: cells.upkeep_of(upkeep.part),
            economic: cells.economic(upkeep.part).map(|place| (place, upkeep.converted)),
        });
        PlacedPlan { raises, upkeep: upkeep.collect() }
    }
}

impl PlacedPlan {
    /// Places that it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = usize> + '_ {
        let raises = self.raises.iter().map(|raise| raise.net);
        raises.chain(self.upkeep.iter().map(|upkeep| upkeep.share))
    }
}

impl PlanProgram {
    /// A plan whose state begins at `state` of the file and whose capacities stand at `left`.
    pub(super) fn new(plan: PlacedPlan, state: usize, left: Vec<usize>, frame: &PlanFrame<'_>) -> Self {
        // A capacity that some route asks for is worked out by the first that does, unless the plan raises it or it has
        // to be checked for values below zero.
        let filled = |k: usize| {
            frame.may_be_negative || !frame.asked[k] || plan.raises.iter().any(|raise| raise.capacity == k)
        };
        let filled: Vec<bool> = (0..frame.capacities.len()).map(filled).collect();
        let place = |at: usize| left.get(at).copied().unwrap_or(state + at);
        let needs = |groups: &[Vec<NeedGroup>], first: bool| -> Vec<Needs> {
            let stored = |k: usize| !first || filled[k];
            groups.iter().map(|groups| Needs::new(groups, place, stored)).collect()
        };
        Self {
            first: needs(frame.channel, true),
            again: if frame.passes > 1 { needs(frame.channel, false) } else { Vec::new() },
            stock: needs(frame.stock, false),
            fills: (0..filled.len()).filter(|k| filled[*k]).collect(),
            left,
            raises: plan.raises,
            upkeep: plan.upkeep,
        }
    }
}
