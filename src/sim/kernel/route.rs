//! Routes of a program: drafted from a cluster's routes, then placed.

use super::super::group::Group;
use super::coefficients::Coefficients;
use super::expression::{Ex, Sign, Terms};
use super::liveness::Liveness;
use super::needs::{NeedGroup, NeedGroupDraft};
use super::places::{Places, Slots};
use crate::model::route::Route;

/// A by-product of a route.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByProduct {
    pub(super) commodity: usize,
    pub(super) amount: usize,
    pub(super) lead: usize,
}

/// A route, ready to run.
#[derive(Debug, Clone)]
pub(super) struct RouteProgram {
    /// Runs in the lanes of this mark; `None` is all.
    pub(super) active: Option<usize>,
    /// True if something that it surely needs limits it.
    pub(super) bounded: bool,
    pub(super) by_products: Vec<ByProduct>,
    /// Offset of its level in the state of a plan.
    pub(super) level: usize,
    /// Number among the cluster's routes of its kind, for messages.
    pub(super) number: usize,
    /// Stock that it makes, if it makes for stock.
    pub(super) stock: Option<StockProgram>,
}

/// The base stock that a route makes for.
#[derive(Debug, Clone, Copy)]
pub(super) struct StockProgram {
    pub(super) commodity: usize,
    pub(super) target: f64,
    pub(super) lead: usize,
    /// Offset in the state of a plan: above zero where the route fell short.
    pub(super) short: usize,
}

/// A route before places are given out.
#[derive(Debug)]
pub(super) struct RouteDraft<'r> {
    /// Number among the cluster's routes of its kind.
    number: usize,
    pub(super) route: &'r Route,
    pub(super) unit: Coefficients,
    /// Above zero where it runs.
    pub(super) active: Ex,
    /// Offset of its level.
    pub(super) level: usize,
    /// Offset of the note that it fell short; stock routes only.
    pub(super) short: Option<usize>,
    pub(super) needs: Vec<NeedGroupDraft>,
}

impl<'r> RouteDraft<'r> {
    /// Routes to channels, which run where their margin is above zero. Routes that never run are left out.
    pub(super) fn of_channels(
        terms: &mut Terms<'_>,
        state: &mut Places,
        group: &Group<'_>,
        routes: &'r [Route],
    ) -> Vec<Self> {
        Self::all(terms, state, group, routes, |terms, unit| {
            terms.select(unit.possible, unit.margin, Ex::Constant(0.0))
        })
    }

    /// Routes that make for stock, which run wherever they can.
    pub(super) fn of_stock(
        terms: &mut Terms<'_>,
        state: &mut Places,
        group: &Group<'_>,
        routes: &'r [Route],
    ) -> Vec<Self> {
        let mut drafts = Self::all(terms, state, group, routes, |_, unit| unit.possible);
        for draft in &mut drafts {
            draft.short = Some(state.one());
        }
        drafts
    }

    fn all(
        terms: &mut Terms<'_>,
        state: &mut Places,
        group: &Group<'_>,
        routes: &'r [Route],
        active: impl Fn(&mut Terms<'_>, &Coefficients) -> Ex,
    ) -> Vec<Self> {
        let mut drafts = Vec::new();
        for (number, route) in routes.iter().enumerate() {
            let unit = Coefficients::of(terms, group, route);
            let active = active(terms, &unit);
            if !matches!(active, Ex::Constant(x) if x <= 0.0) {
                let (level, needs) = (state.one(), Vec::new());
                drafts.push(Self { number, route, unit, active, level, short: None, needs });
            }
        }
        drafts
    }

    /// Groups its needs: of capacities, whose remaining amounts stand at `left`, and of goods on hand, which stand at `hand`.
    pub(super) fn group_needs(&mut self, terms: &mut Terms<'_>, left: &[usize], hand: &[Option<usize>]) {
        let uses = self.unit.uses.iter().map(|(k, amount)| (Some(left[*k]), *amount));
        let taken = self.route.on_hand.iter().map(|m| {
            let amount = self.unit.needs.get(m).copied().unwrap_or(Ex::Constant(0.0));
            (hand[m.index()], amount)
        });
        let limited = uses
            .chain(taken)
            .filter_map(|(at, amount)| at.map(|at| (at, amount)))
            .filter(|(_, amount)| *amount != Ex::Constant(0.0));
        self.needs = NeedGroupDraft::all(terms, limited);
    }

    /// The node above zero where it runs; `None` where it runs in every sample.
    pub(super) fn marked(&self, terms: &Terms<'_>) -> Option<usize> {
        match self.active {
            Ex::Node(node) if terms.sign(self.active) != Sign::Positive => Some(node),
            _ => None,
        }
    }

    /// The expressions it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Ex> + '_ {
        let groups = self.needs.iter().flat_map(NeedGroupDraft::reads);
        groups.chain(self.unit.surplus.iter().map(|surplus| surplus.amount))
    }

    /// The groups of its needs with their places.
    pub(super) fn need_groups(&self, slots: &mut Slots) -> Vec<NeedGroup> {
        self.needs.iter().map(|group| group.placed(slots)).collect()
    }

    /// The route with its places; `targets` are base stocks by commodity.
    pub(super) fn placed(
        &self,
        slots: &mut Slots,
        live: &Liveness,
        group: &Group<'_>,
        targets: &[f64],
    ) -> RouteProgram {
        let lead = |p: crate::model::ProcessId| group.chain.processes[p.index()].lead_time;
        RouteProgram {
            bounded: self.needs.iter().any(|group| group.sure),
            active: match self.active {
                Ex::Node(node) => live.mark(node),
                Ex::Constant(_) => None,
            },
            by_products: self
                .unit
                .surplus
                .iter()
                .map(|surplus| ByProduct {
                    commodity: surplus.commodity.index(),
                    amount: slots.of(surplus.amount),
                    lead: lead(self.route.steps[surplus.step].process),
                })
                .collect(),
            level: self.level,
            number: self.number,
            stock: self.route.target.zip(self.short).map(|(m, short)| StockProgram {
                commodity: m.index(),
                target: targets[m.index()],
                lead: lead(self.route.root),
                short,
            }),
        }
    }
}
