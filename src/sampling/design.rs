//! Sampling designs: plain Monte Carlo, Latin hypercube sampling, scrambled Sobol points.
//!
//! The last two spread the samples of a *replicate* evenly; different replicates are independent randomisations, which
//! is where their error estimates come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::block::{BLOCK, Lanes};
use super::stream::{Purpose, StreamKey};

/// Dimensions that the Sobol points serve (the library's table).
pub const SOBOL_DIMENSIONS: usize = 256;
/// Points of one Sobol sequence (the library's table): the largest replicate.
pub const SOBOL_POINTS: usize = 1 << 16;

/// A draw that a Sobol dimension can be given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A factor by its number in the model.
    Factor(usize),
    /// A parameter by its number in the model.
    Parameter(usize),
}

/// Spread of the samples.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Design {
    /// Independent samples.
    #[default]
    Plain,
    /// In each replicate of so many samples, every draw takes each of as many equally likely strata once (McKay,
    /// Beckman and Conover 1979). The number of samples is part of the address of a draw.
    LatinHypercube {
        /// Samples of a replicate.
        replicate: usize,
    },
    /// In each replicate, the draws listed take the points of an Owen-scrambled Sobol sequence (Owen 1995, Burley
    /// 2020), one dimension each; all other draws are plain.
    Sobol {
        /// Samples of a replicate, at most [`SOBOL_POINTS`].
        replicate: usize,
        /// The draws that get a dimension, the most influential first: place and index. At most
        /// [`SOBOL_DIMENSIONS`].
        places: Vec<(Place, u64)>,
    },
    /// Two independent sample matrices, and the first with columns of the second (Saltelli et al. 2010): run 0 is the plain
    /// samples, run 1 as many independent ones, run 2 + g the plain ones but for the draws of group g, which are those of run 1.
    /// Runs follow one another.
    Swapped {
        /// Samples of a run, rounded up to whole blocks: [`Design::rows`].
        rows: usize,
        /// The groups; a draw is of the first that lists it.
        groups: Vec<Vec<Place>>,
    },
}

/// Where the draws of one place come from in the runs of [`Design::Swapped`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Swap {
    /// Blocks of a run.
    blocks: usize,
    /// The run in which it alone is swapped, if it is of a group.
    run: Option<usize>,
}

impl Swap {
    /// The block of the matrix that block `block` stands for, and whether it is of the second one.
    pub(super) fn of(self, block: usize) -> (usize, bool) {
        let (run, inner) = (block.div_euclid(self.blocks), block % self.blocks);
        (inner, run == 1 || Some(run) == self.run)
    }
}

/// The name under which the second sample matrix draws a number.
pub(super) fn second(name: &str) -> String {
    format!("second/{name}")
}

impl Design {
    /// Samples of a run of [`Design::Swapped`]: whole blocks.
    pub fn rows(rows: usize) -> usize {
        rows.div_ceil(BLOCK).max(1) * BLOCK
    }

    /// How the draws of a place are swapped, if they are.
    pub(super) fn swap(&self, place: Place) -> Option<Swap> {
        let Design::Swapped { rows, groups } = self else { return None };
        let run = groups.iter().position(|group| group.contains(&place)).map(|group| 2 + group);
        Some(Swap { blocks: rows.div_ceil(BLOCK).max(1), run })
    }

    /// Uniform numbers of `name` under this design.
    pub(super) fn points(&self, seed: u64, purpose: Purpose, name: &str, place: Place) -> Points {
        let key = StreamKey::new(seed, purpose, name);
        match self {
            Design::Plain => Points { key, spread: Spread::Plain },
            Design::Swapped { .. } => {
                let other = StreamKey::new(seed, purpose, &second(name));
                match self.swap(place) {
                    Some(swap) => Points { key, spread: Spread::Swapped { other, swap } },
                    None => Points { key, spread: Spread::Plain },
                }
            }
            Design::LatinHypercube { replicate } => {
                // Strata are permuted by a stream of their own, so that their draws stay those of the name.
                let strata = StreamKey::new(seed, purpose, &format!("lhs/{replicate}/{name}"));
                Points { key, spread: Spread::Strata { strata, samples: *replicate } }
            }
            Design::Sobol { replicate, places } => {
                let dimensions: BTreeMap<u64, u32> = places
                    .iter()
                    .enumerate()
                    .filter(|(_, (at, _))| *at == place)
                    .map(|(dimension, (_, index))| (*index, dimension as u32))
                    .collect();
                // A draw without a dimension is plain.
                if dimensions.is_empty() {
                    return Points { key, spread: Spread::Plain };
                }
                let scramble = StreamKey::new(seed, purpose, "sobol");
                let net = Net { scramble, samples: *replicate, dimensions };
                Points { key, spread: Spread::Net(Arc::new(net)) }
            }
        }
    }
}

/// The uniform numbers of one name.
#[derive(Debug, Clone)]
pub(super) struct Points {
    key: StreamKey,
    spread: Spread,
}

#[derive(Debug, Clone)]
enum Spread {
    Plain,
    Strata {
        strata: StreamKey,
        samples: usize,
    },
    Net(Arc<Net>),
    Swapped {
        other: StreamKey,
        swap: Swap,
    },
    /// The same in so many samples on end.
    Held {
        uniforms: Arc<[f64]>,
        each: usize,
    },
}

/// Dimensions of a Sobol sequence, by index.
#[derive(Debug)]
struct Net {
    scramble: StreamKey,
    samples: usize,
    dimensions: BTreeMap<u64, u32>,
}

impl Points {
    /// The same points, but for each of these held for `each` samples on end; the last for all that follow.
    pub(super) fn holding(&self, uniforms: &[f64], each: usize) -> Self {
        Self { key: self.key, spread: Spread::Held { uniforms: uniforms.into(), each: each.max(1) } }
    }

    /// The uniform numbers at `index` of all samples of a block.
    pub(super) fn uniforms(&self, block: usize, index: u64, lanes: &mut Lanes) {
        if let Spread::Swapped { other, swap } = &self.spread {
            let (inner, swapped) = swap.of(block);
            return if swapped { *other } else { self.key }.uniforms(inner, index, lanes);
        }
        self.key.uniforms(block, index, lanes);
        match &self.spread {
            Spread::Swapped { .. } => {}
            Spread::Held { uniforms, each } => {
                for (lane, u) in lanes.iter_mut().enumerate() {
                    let held = (block * BLOCK + lane).div_euclid(*each);
                    if let Some(value) = uniforms.get(held).or(uniforms.last()) {
                        *u = *value;
                    }
                }
            }
            Spread::Plain => {}
            Spread::Strata { strata, samples } => {
                for (lane, u) in lanes.iter_mut().enumerate() {
                    let sample = block * BLOCK + lane;
                    let (replicate, place) = (sample.div_euclid(*samples), sample % samples);
                    // Stratum of the sample in its replicate, then the draw within the stratum.
                    let stratum =
                        permuted(place as u64, *samples as u64, strata.words(replicate as u64, index));
                    // Rounding must not reach the end of the last stratum.
                    *u = ((stratum as f64 + *u) / *samples as f64).min(1.0 - f64::EPSILON / 2.0);
                }
            }
            Spread::Net(net) => {
                let Some(&dimension) = net.dimensions.get(&index) else { return };
                for (lane, u) in lanes.iter_mut().enumerate() {
                    let sample = block * BLOCK + lane;
                    let (replicate, place) = (sample.div_euclid(net.samples), sample % net.samples);
                    let [seed, ..] = net.scramble.words(replicate as u64, 0);
                    // 24 bits and a half: never 0 or 1.
                    let point = f64::from(sobol_burley::sample(place as u32, dimension, seed));
                    *u = point + 0.5 / 16_777_216.0;
                }
            }
        }
    }
}

/// The place of `i` in a random permutation of `0..n` that `key` chooses: a Feistel network on the next even number of
/// bits, walked until it comes back into the range (Black and Rogaway 2002).
fn permuted(i: u64, n: u64, key: [u32; 4]) -> u64 {
    let bits = (64 - n.saturating_sub(1).leading_zeros()).max(2).div_ceil(2);
    let mask = (1_u64 << bits) - 1;
    let mut at = i;
    loop {
        let (mut left, mut right) = (at >> bits, at & mask);
        // Eight Feistel rounds permute all numbers of that many bits.
        for round in 0..8 {
            let mut hash =
                (right as u32) ^ key[round & 3].wrapping_add((round as u32).wrapping_mul(0x9E37_79B9));
            // The finaliser of MurmurHash3 (Appleby 2011).
            hash = (hash ^ (hash >> 16)).wrapping_mul(0x85EB_CA6B);
            hash = (hash ^ (hash >> 13)).wrapping_mul(0xC2B2_AE35);
            hash ^= hash >> 16;
            (left, right) = (right, (left ^ u64::from(hash)) & mask);
        }
        at = left << bits | right;
        // Walk on until the number is below n; the walk is a permutation of 0..n.
        if at < n {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutations_take_every_place_once_and_differ_by_key() {
        for n in [1, 2, 3, 64, 100, 1000] {
            let order = |key: [u32; 4]| (0..n).map(|i| permuted(i, n, key)).collect::<Vec<_>>();
            let mut sorted = order([1, 2, 3, 4]);
            sorted.sort_unstable();
            assert_eq!(sorted, (0..n).collect::<Vec<_>>());
            if n > 3 {
                assert_ne!(order([1, 2, 3, 4]), order([1, 2, 3, 5]));
            }
        }
    }

    /// Where a place goes is uniform over keys: the mean of 4,000 draws of 0..100 is 49.5 within four standard errors
    /// of 28.87/√4000 = 0.456.
    #[test]
    fn permutations_are_fair() {
        for i in [0, 57] {
            let mean = (0..4000).map(|k| permuted(i, 100, [k, k ^ 7, !k, 9]) as f64).sum::<f64>() / 4000.0;
            assert!((mean - 49.5).abs() < 4.0 * 0.456, "{i}: {mean}");
        }
    }
}
