//! Blocks of samples: the unit in which work is cut.

/// Samples worked on side by side.
pub const LANES: usize = 64;

/// Samples per block: the unit in which work is cut, whatever the number of threads. A block is one set of lanes.
pub const BLOCK: usize = LANES;

/// One number in every sample of a block.
pub type Lanes = [f64; LANES];

/// The block of a sample and its lane there.
pub fn block_of(sample: usize) -> (usize, usize) {
    (sample.div_euclid(BLOCK), sample % BLOCK)
}

/// Cuts samples `0..n` into blocks: (first sample, number of samples).
pub fn blocks(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).step_by(BLOCK).map(move |first| (first, BLOCK.min(n - first)))
}
