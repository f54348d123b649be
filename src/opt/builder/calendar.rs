//! The periods that the program runs: those of every year of commitments, and of every block of the tail one year that
//! stands for all of its years.

use std::ops::Range;

use crate::model::{Horizon, Metric};

/// A period that the program runs.
#[derive(Debug, Clone)]
struct Slot {
    /// The period (from 0) whose draws count: that of the first year it stands for.
    draws: usize,
    /// The periods it stands for, each with its share of the weight: how their effects are averaged.
    periods: Vec<(usize, f64)>,
    /// Sum of the weights of its years.
    weight: f64,
    /// The slots of its block, where that is of several years: goods go round in it.
    cycle: Option<Range<usize>>,
}

/// The periods that the program runs, in order.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    slots: Vec<Slot>,
}

impl Calendar {
    /// The periods of `horizon`, weighted for `metric`.
    pub(super) fn new(horizon: Horizon, metric: Metric) -> Self {
        let per_year = horizon.periods_per_year;
        let mut slots = Vec::new();
        for years in horizon.blocks() {
            let weights: Vec<f64> = years.clone().map(|y| horizon.weight(metric, y)).collect();
            let weight: f64 = weights.iter().sum();
            let from = slots.len();
            for within in 0..per_year {
                let period = |y: usize| y * per_year + within;
                let shares = years.clone().zip(&weights).map(|(y, own)| (period(y), own / weight));
                slots.push(Slot {
                    draws: period(years.start),
                    periods: shares.collect(),
                    weight,
                    cycle: (years.len() > 1).then_some(from..from + per_year),
                });
            }
        }
        Self { slots }
    }

    /// Number of slots.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The period whose draws count in slot `t`.
    pub(super) fn draws(&self, t: usize) -> usize {
        self.slots[t].draws
    }

    /// The periods that slot `t` stands for, each with its share of the weight.
    pub(super) fn periods(&self, t: usize) -> &[(usize, f64)] {
        &self.slots[t].periods
    }

    /// How much an amount in slot `t` counts in the objective.
    pub(super) fn weight(&self, t: usize) -> f64 {
        self.slots[t].weight
    }

    /// The slots among which goods of slot `t` go round, if they do.
    pub(super) fn cycle(&self, t: usize) -> Option<Range<usize>> {
        self.slots[t].cycle.clone()
    }

    /// The slot `lead` periods before slot `t`, in which what arrives in `t` was begun; in a block of several years it is one
    /// of the same block.
    pub(super) fn before(&self, t: usize, lead: usize) -> Option<usize> {
        match &self.slots[t].cycle {
            None => t.checked_sub(lead),
            Some(cycle) => {
                Some(cycle.start + (t - cycle.start + cycle.len() - lead % cycle.len()) % cycle.len())
            }
        }
    }
}
