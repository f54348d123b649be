//! Coefficients of a route as expressions: what [`crate::model::route::RouteUnit`] is for single numbers.

use std::collections::BTreeMap;

use super::super::group::Group;
use super::expression::{Ex, Terms};
use crate::model::route::{Route, Step};
use crate::model::{CommodityId, LocalProcess, Process};

/// By-products below this share of what a process makes are rounding (as in `model::route`).
const SURPLUS_DUST: f64 = 1e-12;

const ZERO: Ex = Ex::Constant(0.0);
const ONE: Ex = Ex::Constant(1.0);

/// By-product of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surplus {
    pub(super) commodity: CommodityId,
    /// Amount per unit of the route.
    pub(super) amount: Ex,
    /// Position of the step that makes it.
    pub(super) step: usize,
}

/// Amounts per unit of a route.
#[derive(Debug)]
pub(super) struct Coefficients {
    /// Level of each step.
    pub(super) levels: Vec<Ex>,
    /// Inputs that its steps need, by commodity.
    pub(super) needs: BTreeMap<CommodityId, Ex>,
    /// Use by capacity.
    pub(super) uses: BTreeMap<usize, Ex>,
    pub(super) surplus: Vec<Surplus>,
    pub(super) margin: Ex,
    /// Above zero where the route is possible.
    pub(super) possible: Ex,
}

/// A step of a route with its process.
struct Link<'a> {
    route: &'a Route,
    /// Position in the route; the root is 0.
    number: usize,
    step: &'a Step,
    process: &'a Process,
    local: &'a LocalProcess,
}

impl Coefficients {
    /// Walks up `route` from its root: each step runs at the level that serves what the steps before it need.
    pub(super) fn of(terms: &mut Terms<'_>, group: &Group<'_>, route: &Route) -> Self {
        // Sums are taken in the order in which terms became known: wages first.
        terms.number(group.cluster.processes[route.root.index()].wage);
        let mut whole = Self {
            levels: Vec::new(),
            needs: BTreeMap::new(),
            uses: BTreeMap::new(),
            surplus: Vec::new(),
            margin: ZERO,
            possible: ONE,
        };
        for (number, step) in route.steps.iter().enumerate() {
            let process = &group.chain.processes[step.process.index()];
            let local = &group.cluster.processes[step.process.index()];
            let link = Link { route, number, step, process, local };
            let level = whole.add_level(terms, &link);
            whole.add_surplus(terms, &link, level);
            whole.add_needs(terms, &link, level);
            whole.add_margin(terms, &link, level);
        }
        whole
    }

    /// Amount that earlier steps need of an output of a step.
    fn wanted(&self, link: &Link<'_>, commodity: CommodityId) -> Ex {
        if link.number == 0 && link.route.target == Some(commodity) {
            ONE
        } else {
            self.needs.get(&commodity).copied().unwrap_or(ZERO)
        }
    }

    /// The level of a step: the most that any output it serves asks of it.
    fn add_level(&mut self, terms: &mut Terms<'_>, link: &Link<'_>) -> Ex {
        let mut level = if link.number == 0 && link.route.target.is_none() { ONE } else { ZERO };
        for &output in &link.step.serves {
            let made = terms.number(link.local.outputs[output]);
            let wanted = self.wanted(link, link.process.outputs[output]);
            // Not possible where nothing is made of what is wanted.
            let makes = terms.select(made, ONE, ZERO);
            let idle = terms.select(wanted, ZERO, ONE);
            let works = terms.max(makes, idle);
            self.possible = terms.mul(self.possible, works);
            let divisor = terms.select(made, made, ONE);
            let ratio = terms.div(wanted, divisor);
            level = if level == ZERO { ratio } else { terms.max(level, ratio) };
        }
        self.levels.push(level);
        level
    }

    /// By-products: what a process with several outputs makes beyond what is wanted of each.
    fn add_surplus(&mut self, terms: &mut Terms<'_>, link: &Link<'_>, level: Ex) {
        if link.process.outputs.len() < 2 {
            return;
        }
        for (position, &commodity) in link.process.outputs.iter().enumerate() {
            let output = terms.number(link.local.outputs[position]);
            let made = terms.mul(level, output);
            let wanted =
                if link.step.serves.contains(&position) { self.wanted(link, commodity) } else { ZERO };
            let rest = terms.sub(made, wanted);
            let dust = terms.mul(Ex::Constant(SURPLUS_DUST), made);
            let clear = terms.sub(rest, dust);
            let amount = terms.select(clear, rest, ZERO);
            if amount != ZERO {
                self.surplus.push(Surplus { commodity, amount, step: link.number });
            }
        }
    }

    /// Inputs and capacities that a step needs at its level.
    fn add_needs(&mut self, terms: &mut Terms<'_>, link: &Link<'_>, level: Ex) {
        for (position, &commodity) in link.process.inputs.iter().enumerate() {
            let input = terms.number(link.local.inputs[position]);
            let more = terms.mul(level, input);
            let sum = self.needs.entry(commodity).or_insert(ZERO);
            *sum = terms.add(*sum, more);
        }
        for (position, &capacity) in link.process.uses.iter().enumerate() {
            let used = terms.number(link.local.uses[position]);
            let more = terms.mul(level, used);
            let sum = self.uses.entry(capacity.index()).or_insert(ZERO);
            *sum = terms.add(*sum, more);
        }
    }

    /// Margin of a step: price less unit cost less wages.
    fn add_margin(&mut self, terms: &mut Terms<'_>, link: &Link<'_>, level: Ex) {
        let (price, cost) = (terms.number(link.local.price), terms.number(link.local.unit_cost));
        let earned = terms.sub(price, cost);
        let labour = terms.number(link.local.labour);
        let wage = terms.number(link.local.wage);
        let wages = terms.mul(wage, labour);
        let margin = terms.sub(earned, wages);
        let more = terms.mul(level, margin);
        self.margin = terms.add(self.margin, more);
    }
}
