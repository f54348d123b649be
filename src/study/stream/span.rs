//! The samples of a run, or of a part of one, by blocks.

use crate::sampling::BLOCK;

/// Which samples a run takes, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Samples of the whole run.
    pub samples: usize,
    /// Blocks of this part of it.
    pub first: usize,
    /// The block after the last.
    pub end: usize,
    /// Samples of a replicate, whole blocks; `None` for independent samples.
    pub replicate: Option<usize>,
}

impl Span {
    /// All blocks of a run.
    pub fn whole(samples: usize, replicate: Option<usize>) -> Self {
        Self { samples, first: 0, end: samples.div_ceil(BLOCK), replicate }
    }

    /// Part `i` of `k` (from 1) of a plain run.
    pub fn shard(samples: usize, i: usize, k: usize) -> Self {
        let blocks = samples.div_ceil(BLOCK);
        let cut = |i: usize| (blocks * i).div_euclid(k.max(1));
        Self { samples, first: cut(i - 1), end: cut(i), replicate: None }
    }

    /// Samples of this part.
    pub fn samples_within(self) -> usize {
        (self.end * BLOCK).min(self.samples).saturating_sub(self.first * BLOCK)
    }

    /// The replicate of a block.
    pub(super) fn replicate_of(self, block: usize) -> usize {
        self.replicate.map_or(0, |samples| (block * BLOCK).div_euclid(samples))
    }
}
