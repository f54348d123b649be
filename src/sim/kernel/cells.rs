//! Cells of a unit that runs together: those of its clusters one after the other, and the amounts that its processes book there.

use super::super::group::Group;
use super::super::outcome::{ClusterCells, Item, OutcomeLayout};
use super::expression::{Ex, Terms};
use crate::model::{AccountItem, Metric, Model, ProcessId};

/// The cells of a year.
#[derive(Debug)]
pub(super) struct GroupCells<'a> {
    /// By cluster of the unit: its cells, and the place of the first of them.
    parts: Vec<(&'a ClusterCells, usize)>,
    /// Number of cells.
    pub(super) width: usize,
}

impl<'a> GroupCells<'a> {
    /// The cells of `group`, cluster by cluster.
    pub(super) fn new(group: &Group<'_>, layout: &'a OutcomeLayout) -> Self {
        let mut cells = Self { parts: Vec::new(), width: 0 };
        for part in &group.parts {
            let own = layout.cluster(part.id);
            cells.parts.push((own, cells.width));
            cells.width += own.width();
        }
        cells
    }

    /// The place of an item of a cluster of the unit, if it is counted.
    fn place(&self, part: usize, item: Item) -> Option<usize> {
        let (cells, first) = self.parts[part];
        cells.place(item).map(|place| first + place)
    }

    /// The places of a cluster that bear its upkeep: value added, margin, and its accounts where they are kept.
    pub(super) fn upkeep_of(&self, part: usize) -> Vec<usize> {
        let metrics = [Metric::ValueAdded, Metric::Margin].map(Item::Metric);
        let items = metrics.into_iter().chain([Item::Account(AccountItem::Upkeep)]);
        items.filter_map(|item| self.place(part, item)).collect()
    }

    /// The place of a cluster's economic value, where there is one.
    pub(super) fn economic(&self, part: usize) -> Option<usize> {
        self.place(part, Item::Metric(Metric::Economic))
    }

    /// The places that bear upkeep, with economic value, cluster by cluster.
    pub(super) fn upkeep_places(&self) -> Vec<usize> {
        let of_part = |part| self.upkeep_of(part).into_iter().chain(self.economic(part));
        (0..self.parts.len()).flat_map(of_part).collect()
    }

    /// The amounts by which cells grow for each unit of a process: (cell, amount).
    pub(super) fn booked_by(
        &self,
        terms: &mut Terms<'_>,
        model: &Model,
        group: &Group<'_>,
        p: ProcessId,
    ) -> Vec<(usize, Ex)> {
        let number = group.part_of(p);
        let part = &group.parts[number];
        let (process, local) = (&group.chain.processes[p.index()], &group.cluster.processes[p.index()]);
        let mut list = Vec::new();
        let mut add = |item: Item, amount: Ex| {
            list.extend(self.place(number, item).map(|place| (place, amount)));
        };

        // Costs, wages and work.
        let zero = Ex::Constant(0.0);
        let wage = terms.number(local.wage);
        let minus_wage = terms.sub(zero, wage);
        let cost = terms.number(local.unit_cost);
        let minus_cost = terms.sub(zero, cost);
        let labour = terms.number(local.labour);
        let wages = terms.mul(minus_wage, labour);
        let work = terms.mul(Ex::Constant(1.0 / model.days_per_fte_year), labour);
        add(Item::Metric(Metric::ValueAdded), minus_cost);
        add(Item::Metric(Metric::Margin), minus_cost);
        add(Item::Metric(Metric::Margin), wages);
        add(Item::Metric(Metric::Employment), work);

        // Outputs, and the use of pools.
        for (output, made) in process.outputs.iter().zip(&local.outputs) {
            add(Item::Made(part.own_commodity(*output)), terms.number(*made));
        }
        for (k, used) in process.uses.iter().zip(&local.uses) {
            if let Some(pool) = group.pools[k.index()] {
                add(Item::Used(pool), terms.number(*used));
            }
        }

        // Sales.
        if process.is_channel {
            let price = terms.number(local.price);
            for metric in [Metric::GrossOutput, Metric::ValueAdded, Metric::Margin] {
                add(Item::Metric(metric), price);
            }
            let channel = part.own_process(p);
            add(Item::Quantity(channel), Ex::Constant(1.0));
            add(Item::Sales(channel), price);
        }
        list.extend(self.seen_by_the_economy(terms, model, group, p));
        list.extend(self.accounts_by(terms, model, group, p));
        list
    }

    /// The amounts of displacement, economic value and indicators: nothing where the scenario states none of them.
    fn seen_by_the_economy(
        &self,
        terms: &mut Terms<'_>,
        model: &Model,
        group: &Group<'_>,
        p: ProcessId,
    ) -> Vec<(usize, Ex)> {
        let number = group.part_of(p);
        let part = &group.parts[number];
        let (process, local) = (&group.chain.processes[p.index()], &group.cluster.processes[p.index()]);
        let (chain, own) = (model.clusters[part.id.index()].chain, part.own_process(p));
        let mut list = Vec::new();
        let mut add = |item: Item, amount: Ex| {
            list.extend(self.place(number, item).map(|place| (place, amount)));
        };

        // Displacement.
        if let Some(market) = model.market_of(chain, own) {
            let (share, price) = (terms.number(market.displacement), terms.number(market.reference_price));
            let displaced = terms.mul(share, price);
            let lost = terms.sub(Ex::Constant(0.0), displaced);
            add(Item::Displaced, displaced);
            for metric in [Metric::GrossOutput, Metric::ValueAdded, Metric::Economic] {
                add(Item::Metric(metric), lost);
            }
        }

        // Economic value: sales, bought-in costs and labour, each at what it is worth to the economy.
        if let Some(shadow) = &model.shadow_prices {
            let factors = shadow.of(chain, own);
            let cost = terms.number(local.unit_cost);
            let (wage, labour) = (terms.number(local.wage), terms.number(local.labour));
            let wages = terms.mul(wage, labour);
            let economic = Item::Metric(Metric::Economic);
            add(economic, terms.mul(Ex::Constant(-factors.cost), cost));
            add(economic, terms.mul(Ex::Constant(-shadow.wage_ratio), wages));
            if process.is_channel {
                let price = terms.number(local.price);
                add(economic, terms.mul(Ex::Constant(factors.price), price));
            }
        }

        // Indicators.
        for (indicator, amount) in process.indicators.iter().zip(&local.indicators) {
            add(Item::Indicator(*indicator), terms.number(*amount));
        }
        list
    }

    /// The amounts by which the accounts of a cluster grow for each unit of a process, where they are kept.
    fn accounts_by(
        &self,
        terms: &mut Terms<'_>,
        model: &Model,
        group: &Group<'_>,
        p: ProcessId,
    ) -> Vec<(usize, Ex)> {
        let number = group.part_of(p);
        let part = &group.parts[number];
        let (own, chain) = (part.own_process(p), model.chain_of(part.id));
        let cluster = &model.clusters[part.id.index()];
        let (Some(accounts), Some(kept)) = (&chain.accounts, &cluster.accounts) else { return Vec::new() };
        if self.place(number, Item::Account(AccountItem::Wages(own))).is_none() {
            return Vec::new();
        }
        let (process, local) = (&chain.processes[own.index()], &cluster.processes[own.index()]);
        let mut list = Vec::new();
        let mut add = |item: AccountItem, amount: Ex| {
            list.extend(self.place(number, Item::Account(item)).map(|place| (place, amount)));
        };

        // Sales, what is bought outside the chain, wages and work.
        add(AccountItem::Sales(own), terms.number(local.price));
        let cost = terms.number(local.unit_cost);
        let share = terms.number(kept.tradable[own.index()]);
        add(AccountItem::BoughtIn(own), cost);
        add(AccountItem::Tradable(own), terms.mul(share, cost));
        let (wage, labour) = (terms.number(local.wage), terms.number(local.labour));
        add(AccountItem::Wages(own), terms.mul(wage, labour));
        add(AccountItem::Work(own), terms.mul(Ex::Constant(1.0 / model.days_per_fte_year), labour));

        // What is bought of other actors, and made of what they buy.
        for position in accounts.purchases(chain, own) {
            let commodity = process.inputs[position];
            let Some(price) = kept.prices[commodity.index()] else { continue };
            let (price, input) = (terms.number(price), terms.number(local.inputs[position]));
            let paid = terms.mul(price, input);
            add(AccountItem::Purchases(own), paid);
            add(AccountItem::Traded(commodity), paid);
        }
        for (commodity, made) in process.outputs.iter().zip(&local.outputs) {
            add(AccountItem::Made(own, *commodity), terms.number(*made));
        }
        list
    }
}
