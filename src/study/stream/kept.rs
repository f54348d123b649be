//! The statistics that a run keeps of its samples, and what they say about its rows.

use serde::{Deserialize, Serialize};

use super::grid::Grid;
use crate::sim::Bottlenecks;
use crate::stats::moments::{Moments, Tree};
use crate::stats::sketch::Sketch;
use crate::study::estimate::{Estimate, Kept};

/// The statistics that a run, or a part of one, keeps of its samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accumulated {
    /// Moments by row, per replicate if the run has replicates.
    pub moments: Vec<Tree>,
    /// All values of each kept row, in the order of samples; or
    pub values: Vec<Vec<f64>>,
    /// their sketches.
    pub sketches: Vec<Sketch>,
    /// Bottlenecks, per plan.
    pub bottlenecks: Vec<Bottlenecks>,
}

impl Accumulated {
    /// Adds the sketches and bottlenecks that a worker counted.
    pub(super) fn gather(&mut self, sketches: &[Sketch], bottlenecks: &[Bottlenecks]) {
        for (sketch, more) in self.sketches.iter_mut().zip(sketches) {
            sketch.merge(more);
        }
        for (bottlenecks, more) in self.bottlenecks.iter_mut().zip(bottlenecks) {
            bottlenecks.merge(more);
        }
    }

    /// Adds the part of the run that follows this one.
    pub fn append(&mut self, other: Self) {
        for (tree, more) in self.moments.iter_mut().zip(other.moments) {
            tree.append(more);
        }
        for (values, more) in self.values.iter_mut().zip(other.values) {
            values.extend(more);
        }
        self.gather(&other.sketches, &other.bottlenecks);
    }

    /// The run's statistics, summed for reading row by row.
    pub fn summed<'a>(&'a self, grid: &'a Grid, alpha: f64) -> Summed<'a> {
        Summed { all: self, grid, alpha, moments: self.moments.iter().map(Tree::total).collect() }
    }
}

/// Estimates of a finished run.
#[derive(Debug)]
pub struct Summed<'a> {
    all: &'a Accumulated,
    grid: &'a Grid,
    alpha: f64,
    /// By replicate, then row.
    moments: Vec<Vec<Moments>>,
}

impl Summed<'_> {
    /// The estimate of a row.
    pub fn estimate(&self, row: usize) -> Estimate {
        let rows: Vec<Moments> =
            self.moments.iter().map(|rows| rows.get(row).copied().unwrap_or_default()).collect();
        let kept = match self.grid.keeper(row, self.all.values.len().max(self.all.sketches.len())) {
            Some(keeper) if !self.all.values.is_empty() => Kept::Values(&self.all.values[keeper]),
            Some(keeper) => Kept::Sketch(&self.all.sketches[keeper]),
            None => Kept::Nothing,
        };
        match rows.as_slice() {
            [moments] => Estimate::from_moments(*moments, &kept, self.alpha),
            replicates => Estimate::from_replicates(replicates, &kept, self.alpha),
        }
    }

    /// The mean of a row.
    pub fn mean(&self, row: usize) -> f64 {
        let rows = self.moments.iter().map(|rows| rows.get(row).copied().unwrap_or_default());
        rows.fold(Moments::default(), Moments::merge).mean
    }

    /// Samples in all.
    pub fn samples(&self) -> u64 {
        self.moments.iter().filter_map(|rows| rows.first()).map(|moments| moments.n).sum()
    }
}
