//! From a cluster (or clusters that share a pool) to a flat program over sets of lanes: the numbers drawn, the terms worked
//! out at each pace, the routes in their order, and the bookings.

use std::collections::BTreeSet;

use super::super::group::Group;
use super::super::outcome::OutcomeLayout;
use super::super::policy::Targets;
use super::super::stock::PlanEffects;
use super::books::{Tallies, YearSum};
use super::capacity::{CapacityDraft, CapacityProgram};
use super::draft::Draft;
use super::expression::Ex;
use super::good::Good;
use super::needs::NeedGroup;
use super::places::Slots;
use super::plan::{PlacedPlan, PlanDraft, PlanFrame, PlanProgram};
use super::route::{RouteDraft, RouteProgram};
use super::steps::{Steps, scheduled};
use super::watch::{Unions, Watch};
use crate::model::{Model, ParameterId};
use crate::sampling::Sampler;

/// The program of one cluster, or of clusters that share a pool.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// Numbers drawn once, yearly and each period; their sets of lanes stand in this order at the file's start.
    pub(super) drawn: [Vec<ParameterId>; 3],
    pub(super) constants: Vec<(usize, f64)>,
    /// Steps that work out terms once, yearly and each period.
    pub(super) steps: [Vec<Steps>; 3],
    pub(super) capacities: Vec<CapacityProgram>,
    /// True if some of them could fall below zero without a plan.
    pub(super) may_be_negative: bool,
    pub(super) goods: Vec<Good>,
    /// Slots of goods in transit.
    pub(super) slots: usize,
    /// Passes through the list of channel routes in a period.
    pub(super) passes: usize,
    pub(super) channel: Vec<RouteProgram>,
    pub(super) stock: Vec<RouteProgram>,
    pub(super) tallies: Vec<Tallies>,
    pub(super) year_sums: Vec<YearSum>,
    pub(super) plans: Vec<PlanProgram>,
    pub(super) watches: Vec<Watch>,
    /// Values whose lanes above zero are marked, and in which mark: those that no step marks.
    pub(super) marked: Vec<(usize, usize)>,
    /// Unions of marks, kept behind them.
    pub(super) unions: Vec<(usize, Vec<usize>)>,
    /// Number of marks, with unions and those of goods noted.
    pub(super) marks: usize,
    /// Offset in the state of a plan of a route's level while it runs again.
    pub(super) more: usize,
    /// Vectors before the states.
    pub(super) shared: usize,
    /// Vectors of each plan's state.
    pub(super) state: usize,
    /// Cells of a year, cluster by cluster.
    pub(super) width: usize,
    /// Places among them that bear upkeep: value added, margin, accounts.
    pub(super) upkeep_places: Vec<usize>,
}

impl Program {
    /// Compiles a unit that runs together, under `plans`.
    pub(super) fn new(
        model: &Model,
        sampler: &Sampler,
        group: &Group<'_>,
        targets: &Targets,
        layout: &OutcomeLayout,
        plans: &[Option<&PlanEffects>],
    ) -> Self {
        let targets = targets.of_group(group);

        // 1. Everything as expressions over shared terms.
        let mut draft = Draft::new(model, group, layout, plans);

        // 2. Which terms are worked out, stored and marked, and their places in the file.
        let live = draft.liveness();
        let mut slots = Slots::new(&draft.terms, &live, sampler);

        // 3. Steps that work the terms out, by pace.
        let steps = scheduled(&draft.terms, &live, &mut slots);

        // 4. Routes and their needs.
        let needs_of = |slots: &mut Slots, drafts: &[RouteDraft<'_>]| -> Vec<Vec<NeedGroup>> {
            drafts.iter().map(|draft| draft.need_groups(slots)).collect()
        };
        let channel_needs = needs_of(&mut slots, &draft.channel);
        let stock_needs = needs_of(&mut slots, &draft.stock);
        let mut placed = |draft: &RouteDraft<'_>| draft.placed(&mut slots, &live, group, &targets);
        let channel = draft.channel.iter().map(&mut placed).collect();
        let stock = draft.stock.iter().map(&mut placed).collect();

        // 5. Bookings.
        let (width, upkeep_places) = (draft.cells.width, draft.cells.upkeep_places());
        let place = |node| slots.of(Ex::Node(node));
        let (tallies, year_sums) = draft.ledger.books(width, &upkeep_places, place, || draft.state.one());

        // 6. Capacities, goods and effects of plans.
        let capacities: Vec<CapacityProgram> = (0..draft.capacities.len())
            .map(|k| draft.capacities[k].placed(&mut slots, group, model.horizon, k))
            .collect();
        let goods = draft.goods.list.iter().map(|good| good.placed(&mut slots)).collect();
        let effects = std::mem::take(&mut draft.plans);
        let effects: Vec<PlacedPlan> =
            effects.into_iter().map(|plan: PlanDraft| plan.placed(&mut slots, &draft.cells)).collect();

        // 7. Marks and watches.
        let marked = live.marked_values().map(|(node, mark)| (slots.of(Ex::Node(node)), mark)).collect();
        let mut unions = Unions::behind(&live);
        let watches = std::mem::take(&mut draft.watches);
        let watches = watches
            .into_iter()
            .map(|watch| watch.placed(&draft.terms, &live, &mut slots, &mut unions))
            .collect();
        let (marks, unions) = unions.into_parts();

        let mut program = Self {
            drawn: slots.drawn().clone(),
            shared: slots.end(),
            constants: slots.constants(),
            steps,
            capacities,
            may_be_negative: draft.capacities.iter().any(|capacity| capacity.may_be_negative),
            goods,
            slots: draft.goods.slots,
            passes: group.passes,
            channel,
            stock,
            tallies,
            year_sums,
            plans: Vec::new(),
            watches,
            marked,
            unions,
            marks,
            more: draft.state.one(),
            state: draft.state.end(),
            width,
            upkeep_places,
        };

        // 8. Plans, whose states and cells follow one another in the file.
        program.plans = program.placed_plans(
            &draft,
            effects,
            model.horizon.operating_years(),
            [&channel_needs, &stock_needs],
        );
        program
    }

    /// The plans with the steps of their needs. `needs` are those of channel and of stock routes.
    fn placed_plans(
        &self,
        draft: &Draft<'_>,
        effects: Vec<PlacedPlan>,
        years: usize,
        needs: [&[Vec<NeedGroup>]; 2],
    ) -> Vec<PlanProgram> {
        let [channel, stock] = needs;
        let reused = self.reusable(draft, &effects, needs);
        let frame = PlanFrame {
            capacities: &self.capacities,
            asked: &draft.asked,
            may_be_negative: self.may_be_negative,
            channel,
            stock,
            passes: self.passes,
        };
        let last = effects.len().saturating_sub(1);
        let plan = |(number, effects)| {
            let state = self.shared + number * (self.state + years * self.width);
            let place = |k: usize| {
                if number == last && reused[k] { self.capacities[k].varied } else { state + k }
            };
            let left = (0..self.capacities.len()).map(place).collect();
            PlanProgram::new(effects, state, left, &frame)
        };
        effects.into_iter().enumerate().map(plan).collect()
    }

    /// By capacity, whether under the last plan its remaining amount may stand where its varying factor was, because that is
    /// worked out anew each period and nobody else reads it. The less memory a period goes through, the more of it stays
    /// in the processor's nearest cache.
    fn reusable(
        &self,
        draft: &Draft<'_>,
        effects: &[PlacedPlan],
        needs: [&[Vec<NeedGroup>]; 2],
    ) -> Vec<bool> {
        let mut read: BTreeSet<usize> =
            needs.into_iter().flatten().flatten().flat_map(NeedGroup::reads).collect();
        for route in self.channel.iter().chain(&self.stock) {
            read.extend(route.by_products.iter().map(|by_product| by_product.amount));
        }
        read.extend(self.goods.iter().flat_map(|good| [good.loss, good.initial]));
        let booked = self.tallies.iter().flat_map(|tallies| tallies.in_cells.iter().chain(&tallies.in_state));
        read.extend(booked.filter_map(|(coefficient, _)| *coefficient));
        read.extend(effects.iter().flat_map(PlacedPlan::reads));
        read.extend(self.watches.iter().flat_map(|watch| watch.short.iter().filter_map(|(_, need)| *need)));
        let places: Vec<usize> = self.capacities.iter().map(|capacity| capacity.varied).collect();
        let alone = |k: usize, capacity: &CapacityDraft| {
            capacity.anew(&draft.terms)
                && !read.contains(&places[k])
                && places.iter().filter(|place| **place == places[k]).count() == 1
        };
        draft.capacities.iter().enumerate().map(|(k, capacity)| alone(k, capacity)).collect()
    }
}
