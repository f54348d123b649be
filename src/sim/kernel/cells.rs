//! Cells of a unit that runs together: those of its clusters one after the other, and the amounts that its processes book there.

use super::super::group::Group;
use super::super::outcome::{ClusterCells, Item, OutcomeLayout};
use super::expression::{Ex, Terms};
use crate::model::{Metric, Model, ProcessId};

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

    /// The place of a metric, which every cluster has.
    pub(super) fn metric(&self, part: usize, metric: Metric) -> usize {
        self.place(part, Item::Metric(metric)).unwrap_or(0)
    }

    /// The places that bear upkeep: value added and margin, cluster by cluster.
    pub(super) fn upkeep_places(&self) -> Vec<usize> {
        let of_part = |part| [Metric::ValueAdded, Metric::Margin].map(|metric| self.metric(part, metric));
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
        list
    }
}
