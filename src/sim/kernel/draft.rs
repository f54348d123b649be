//! The draft of a program: everything as expressions over shared terms, with places in the state of a plan but none in the
//! file yet.

use std::collections::BTreeSet;

use super::super::group::Group;
use super::super::outcome::OutcomeLayout;
use super::super::stock::PlanEffects;
use super::books::Ledger;
use super::capacity::CapacityDraft;
use super::cells::GroupCells;
use super::expression::{Ex, Terms};
use super::good::GoodDrafts;
use super::liveness::Liveness;
use super::places::Places;
use super::plan::PlanDraft;
use super::route::RouteDraft;
use super::watch::WatchDraft;
use crate::model::{Model, ProcessId};

/// A program before places in the file are given out.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) terms: Terms<'a>,
    pub(super) cells: GroupCells<'a>,
    /// Places in the state of a plan.
    pub(super) state: Places,
    pub(super) goods: GoodDrafts,
    pub(super) channel: Vec<RouteDraft<'a>>,
    pub(super) stock: Vec<RouteDraft<'a>>,
    pub(super) capacities: Vec<CapacityDraft>,
    pub(super) plans: Vec<PlanDraft>,
    pub(super) ledger: Ledger,
    pub(super) watches: Vec<WatchDraft>,
    /// By capacity: a channel route needs it.
    pub(super) asked: Vec<bool>,
}

impl<'a> Draft<'a> {
    /// Drafts a unit that runs together, under `plans`.
    ///
    /// The order of the steps is part of the result: sums are taken in the order in which terms became known.
    pub(super) fn new(
        model: &'a Model,
        group: &'a Group<'a>,
        layout: &'a OutcomeLayout,
        plans: &[Option<&PlanEffects>],
    ) -> Self {
        let (mut terms, mut state) = (Terms::new(model), Places::default());
        let cells = GroupCells::new(group, layout);

        // Remaining capacities come first in the state, so that a capacity's number is its offset.
        let left: Vec<usize> = group.chain.capacities.iter().map(|_| state.one()).collect();
        let goods = GoodDrafts::new(&mut terms, &mut state, group);

        // Routes and capacities.
        let routes = &group.cluster.routes;
        let mut channel = RouteDraft::of_channels(&mut terms, &mut state, group, &routes.channel);
        let mut stock = RouteDraft::of_stock(&mut terms, &mut state, group, &routes.stock);
        let capacities = CapacityDraft::all(&mut terms, group);

        // Effects of plans.
        let plans = plans.iter();
        let plans = plans.map(|plan| PlanDraft::new(&mut terms, model, group, &capacities, *plan)).collect();

        // What is booked, and what to watch for.
        let mut ledger = Ledger::default();
        book_routes(&mut ledger, &mut terms, model, group, &cells, || channel.iter().chain(&stock));
        let all = channel.iter().chain(&stock);
        let watches = WatchDraft::all(&mut terms, group, all, &left, &goods.hand);

        // Needs, by common factor.
        for draft in channel.iter_mut().chain(&mut stock) {
            draft.group_needs(&mut terms, &left, &goods.hand);
        }
        let asked = mark_first_needs(&mut channel, left.len());
        Self { terms, cells, state, goods, channel, stock, capacities, plans, ledger, watches, asked }
    }

    /// All routes, those to channels first.
    fn routes(&self) -> impl Iterator<Item = &RouteDraft<'a>> {
        self.channel.iter().chain(&self.stock)
    }

    /// The terms that are worked out, stored and marked.
    pub(super) fn liveness(&self) -> Liveness {
        let mut marked: BTreeSet<usize> = self.watches.iter().flat_map(WatchDraft::marked).collect();
        marked.extend(self.routes().filter_map(|draft| draft.marked(&self.terms)));
        let read = self
            .routes()
            .flat_map(RouteDraft::reads)
            .chain(self.ledger.varying().map(Ex::Node))
            .chain(self.capacities.iter().map(CapacityDraft::reads))
            .chain(self.goods.reads())
            .chain(self.plans.iter().flat_map(PlanDraft::reads))
            .chain(self.watches.iter().flat_map(WatchDraft::reads));
        Liveness::new(&self.terms, read, marked)
    }
}

/// Books what each process brings for the levels at which routes run it.
fn book_routes<'d, I: Iterator<Item = &'d RouteDraft<'d>>>(
    ledger: &mut Ledger,
    terms: &mut Terms<'_>,
    model: &Model,
    group: &Group<'_>,
    cells: &GroupCells<'_>,
    routes: impl Fn() -> I,
) {
    for p in (0..group.chain.processes.len()).map(ProcessId::new) {
        let per_unit = cells.booked_by(terms, model, group, p);
        for draft in routes() {
            let steps = draft.route.steps.iter().zip(&draft.unit.levels);
            for (_, level) in steps.filter(|(step, _)| step.process == p) {
                for &(cell, amount) in &per_unit {
                    for (weight, varying) in terms.product(amount, *level) {
                        ledger.add(cell, weight, varying, draft.level);
                    }
                }
            }
        }
    }
}

/// Marks the first need of each capacity in a period, and says which capacities are needed at all.
fn mark_first_needs(channel: &mut [RouteDraft<'_>], capacities: usize) -> Vec<bool> {
    let mut asked = vec![false; capacities];
    let groups = channel.iter_mut().flat_map(|draft| &mut draft.needs);
    for need in groups.flat_map(|group| &mut group.needs) {
        if let Some(asked) = asked.get_mut(need.left).filter(|asked| !**asked) {
            *asked = true;
            need.first = true;
        }
    }
    asked
}
