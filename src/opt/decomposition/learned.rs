//! Cuts and proposals apart from any master: enough to go on from there another day.

use serde::{Deserialize, Serialize};

/// Everything that a decomposition has learned about a program: enough to go on from there another day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The best decisions known.
    pub x: Vec<f64>,
    /// Prices of linking rows, where blocks are joined by prices.
    pub prices: Vec<f64>,
    /// Cuts by block.
    pub blocks: Vec<Vec<LearnedCut>>,
    /// Proposals with their values, where blocks are joined by prices.
    pub proposals: Vec<Proposal>,
}

impl Learned {
    /// True if every number in it is one. A file may hold others, whatever its hash.
    pub fn is_finite(&self) -> bool {
        let all = |list: &[f64]| list.iter().all(|x| x.is_finite());
        all(&self.x)
            && all(&self.prices)
            && self.blocks.iter().flatten().all(LearnedCut::is_finite)
            && self.proposals.iter().all(Proposal::is_finite)
    }
}

/// A cut apart from any model: column of the cell − gradient · x ≤ side, or without a cell gradient · x ≥ side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnedCut {
    pub(super) cell: Option<u32>,
    pub(super) entries: Vec<(u32, f64)>,
    pub(super) side: f64,
}

impl LearnedCut {
    /// True if every number of the cut is one.
    pub(super) fn is_finite(&self) -> bool {
        self.side.is_finite() && self.entries.iter().all(|(_, a)| a.is_finite())
    }
}

/// A block's answer to some prices, with its true value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub(super) block: usize,
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    /// Its use of each linking row.
    pub(super) used: Vec<f64>,
}

impl Proposal {
    /// True if every number of the proposal is one.
    pub(super) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.x.iter().chain(&self.used).all(|x| x.is_finite())
    }
}
