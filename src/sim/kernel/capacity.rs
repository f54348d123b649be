//! Capacities of a program: base · variation · what events leave, times the season.

use super::super::group::Group;
use super::expression::{Ex, Sign, Terms};
use super::places::Slots;
use super::vector::{File, Vector, all, get, mul};
use crate::model::{Horizon, Varies};

/// A capacity without a plan.
#[derive(Debug, Clone)]
pub(super) struct CapacityProgram {
    /// Place of its varying factor.
    pub(super) varied: usize,
    /// Constant factor by period of the year.
    pub(super) times: Vec<f64>,
}

/// A capacity before places are given out.
#[derive(Debug, Clone, Copy)]
pub(super) struct CapacityDraft {
    varied: Ex,
    times: f64,
    /// True if it could fall below zero without a plan.
    pub(super) may_be_negative: bool,
}

impl CapacityDraft {
    /// All capacities of a unit that runs together.
    pub(super) fn all(terms: &mut Terms<'_>, group: &Group<'_>) -> Vec<Self> {
        let mut drafts = Vec::new();
        for local in &group.cluster.capacities {
            let mut varied = terms.number(local.variation);
            for hazard in local.hazards.iter().rev() {
                let hazard = terms.number(*hazard);
                varied = terms.mul(hazard, varied);
            }
            let base = terms.number(local.base);
            let may_be_negative = terms.sign(varied).min(terms.sign(base)) == Sign::Any;
            // A constant base joins the season, which saves a product each period.
            let (varied, times) = match base {
                Ex::Constant(base) => (varied, base),
                Ex::Node(_) => (terms.mul(varied, base), 1.0),
            };
            drafts.push(Self { varied, times, may_be_negative });
        }
        drafts
    }

    /// The expression it reads.
    pub(super) fn reads(&self) -> Ex {
        self.varied
    }

    /// Its constant factor, but for the season.
    pub(super) fn constant(&self) -> f64 {
        self.times
    }

    /// True if its varying factor is drawn or worked out anew each period.
    pub(super) fn anew(&self, terms: &Terms<'_>) -> bool {
        match self.varied {
            Ex::Constant(_) => false,
            Ex::Node(node) => terms.nodes[node].pace == Varies::EachPeriod,
        }
    }

    /// The capacity numbered `k` with its places.
    pub(super) fn placed(
        &self,
        slots: &mut Slots,
        group: &Group<'_>,
        horizon: Horizon,
        k: usize,
    ) -> CapacityProgram {
        let seasons = 0..horizon.periods_per_year.max(1);
        CapacityProgram {
            varied: slots.of(self.varied),
            times: seasons.map(|t| self.times * group.season(horizon, k, t)).collect(),
        }
    }
}

/// A capacity without a plan in a period of the year.
#[inline(always)]
pub(super) fn standing(capacity: &CapacityProgram, season: usize, file: File<'_>) -> Vector {
    mul(get(file, capacity.varied), all(capacity.times[season]))
}
