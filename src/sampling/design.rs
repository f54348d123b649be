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

/// How samples are spread.
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
}

impl Design {
    /// How the draws of `name` are spread.
    pub(super) fn points(&self, seed: u64, purpose: Purpose, name: &str, place: Place) -> Points {
        let key = StreamKey::new(seed, purpose, name);
        match self {
            Design::Plain => Points { key, spread: Spread::Plain },
            Design::LatinHypercube { replicate } => {
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
    Strata { strata: StreamKey, samples: usize },
    Net(Arc<Net>),
}

/// Dimensions of a Sobol sequence, by index.
#[derive(Debug)]
struct Net {
    scramble: StreamKey,
    samples: usize,
    dimensions: BTreeMap<u64, u32>,
}

impl Points {
    /// The uniform numbers at `index` of all samples of a block.
    pub(super) fn uniforms(&self, block: usize, index: u64, lanes: &mut Lanes) {
        self.key.uniforms(block, index, lanes);
        match &self.spread {
            Spread::Plain => {}
            Spread::Strata { strata, samples } => {
                for (lane, u) in lanes.iter_mut().enumerate() {
                    let sample = block * BLOCK + lane;
                    let (replicate, place) = (sample.div_euclid(*samples), sample % samples);
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
