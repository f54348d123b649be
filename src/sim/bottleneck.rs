//! Bottlenecks: limits that bound the routes worth running, counted by cluster and stage.

use serde::{Deserialize, Serialize};

use super::group::Part;
use crate::model::route::Route;
use crate::model::{CapacityId, Chain, ClusterId, CommodityId, Model, Stage};

/// A limit that binds a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binding {
    /// A capacity of which too little was left.
    Capacity(CapacityId),
    /// A commodity of which too little was on hand.
    OnHand(CommodityId),
}

/// How often something was the bottleneck of a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bottleneck {
    /// The cluster.
    pub cluster: ClusterId,
    /// The stage whose process needs what was scarce.
    pub stage: Stage,
    /// The capacity or commodity that was scarce.
    pub what: Binding,
    /// Share of all samples and periods in which it bound a route, 0 to 1.
    pub share: f64,
}

/// Counts of bottlenecks over samples and periods.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bottlenecks {
    /// By cluster, \[stage × (capacity, then commodity)\].
    counts: Vec<Counts>,
    /// Samples times periods counted.
    cases: u64,
}

/// The counts of one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Counts {
    capacities: usize,
    width: usize,
    by_slot: Vec<u64>,
}

impl Counts {
    pub(super) fn of(chain: &Chain) -> Self {
        let width = chain.capacities.len() + chain.commodities.len();
        Self { capacities: chain.capacities.len(), width, by_slot: vec![0; width * Stage::ALL.len()] }
    }

    /// Adds to one count.
    pub(super) fn add(&mut self, stage: Stage, what: Binding, count: u64) {
        let slot = self.slot(stage, what);
        self.by_slot[slot] += count;
    }

    fn slot(&self, stage: Stage, what: Binding) -> usize {
        let thing = match what {
            Binding::Capacity(k) => k.index(),
            Binding::OnHand(m) => self.capacities + m.index(),
        };
        stage as usize * self.width + thing
    }
}

impl Bottlenecks {
    /// None counted yet.
    pub fn none(model: &Model) -> Self {
        Self { counts: model.cluster_ids().map(|c| Counts::of(model.chain_of(c))).collect(), cases: 0 }
    }

    /// Adds one cluster's counts.
    pub(super) fn add_cluster(&mut self, cluster: usize, more: &Counts) {
        for (sum, count) in self.counts[cluster].by_slot.iter_mut().zip(&more.by_slot) {
            *sum += count;
        }
    }

    /// Says that `cases` more pairs of sample and period were looked at.
    pub(super) fn add_cases(&mut self, cases: usize) {
        self.cases += cases as u64;
    }

    /// Adds the counts of other samples of the same model.
    pub fn merge(&mut self, other: &Self) {
        for (cluster, more) in other.counts.iter().enumerate() {
            self.add_cluster(cluster, more);
        }
        self.cases += other.cases;
    }

    /// Everything that ever bound a route, by cluster, stage, and capacity before commodity.
    pub fn list(&self) -> Vec<Bottleneck> {
        let mut found = Vec::new();
        for (c, counts) in self.counts.iter().enumerate() {
            for &stage in Stage::ALL {
                for thing in 0..counts.width {
                    let count = counts.by_slot[stage as usize * counts.width + thing];
                    if count == 0 {
                        continue;
                    }
                    let what = match thing.checked_sub(counts.capacities) {
                        None => Binding::Capacity(CapacityId::new(thing)),
                        Some(m) => Binding::OnHand(CommodityId::new(m)),
                    };
                    let share = count as f64 / self.cases as f64;
                    found.push(Bottleneck { cluster: ClusterId::new(c), stage, what, share });
                }
            }
        }
        found
    }
}

/// Counts the bottlenecks of one cluster of a group, in the group's numbers, each at most once a period.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    counts: Counts,
    seen: Vec<bool>,
    touched: Vec<usize>,
}

impl Tally {
    pub(super) fn new(chain: &Chain) -> Self {
        let counts = Counts::of(chain);
        let seen = vec![false; counts.by_slot.len()];
        Self { touched: Vec::with_capacity(seen.len()), seen, counts }
    }

    /// Notes that `what` bounds `route`, at every stage of it that needs it.
    pub(super) fn note(&mut self, chain: &Chain, route: &Route, what: Binding) {
        for step in &route.steps {
            let process = &chain.processes[step.process.index()];
            let needs = match what {
                Binding::Capacity(k) => process.uses.contains(&k),
                Binding::OnHand(m) => process.inputs.contains(&m),
            };
            if needs {
                self.mark(process.stage, what);
            }
        }
    }

    fn mark(&mut self, stage: Stage, what: Binding) {
        let slot = self.counts.slot(stage, what);
        if !self.seen[slot] {
            self.seen[slot] = true;
            self.touched.push(slot);
        }
    }

    /// Ends the period.
    pub(super) fn close_period(&mut self) {
        for slot in self.touched.drain(..) {
            self.seen[slot] = false;
            self.counts.by_slot[slot] += 1;
        }
    }

    /// Counts since the start of one cluster of a group, in that cluster's own numbers.
    pub(super) fn counts_of(&self, chain: &Chain, part: &Part) -> Counts {
        let mut counts = Counts::of(chain);
        for &stage in Stage::ALL {
            let capacities = part.capacities.iter().enumerate();
            let capacities = capacities.map(|(k, unit)| {
                (Binding::Capacity(CapacityId::new(k)), Binding::Capacity(CapacityId::new(*unit)))
            });
            let goods = (0..chain.commodities.len()).map(|m| {
                let in_unit = CommodityId::new(part.first_commodity + m);
                (Binding::OnHand(CommodityId::new(m)), Binding::OnHand(in_unit))
            });
            for (own, in_unit) in capacities.chain(goods) {
                counts.add(stage, own, self.counts.by_slot[self.counts.slot(stage, in_unit)]);
            }
        }
        counts
    }
}
