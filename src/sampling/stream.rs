//! Addressable random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), one stream per stable name.
//!
//! The 64-bit key of a stream is a hash of seed, purpose and name; the 128-bit counter holds the index and the sample.
//! So a draw can be had alone, in any order and on any machine. One call of the generator gives two numbers: those of
//! the two samples that stand half a block apart.

use std::convert::Infallible;

use multiversion::multiversion;

use rand::TryRng;
use sha2::{Digest, Sha256};

use super::block::{BLOCK, LANES, Lanes, block_of};
use crate::stats::lanes::{Scratch, normal_quantiles};

/// Samples of a block that share their calls of the generator with the other half.
const HALF: usize = LANES.div_ceil(2);

/// Purpose of draws: streams of different purposes are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Samples a plan is made on.
    Planning,
    /// Samples of a bound on the optimality gap.
    Bound,
    /// Fresh samples a plan is evaluated on.
    Evaluation,
    /// Samples that settle how many samples to take.
    Pilot,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 4] = [Purpose::Planning, Purpose::Bound, Purpose::Evaluation, Purpose::Pilot];

    /// Its word, part of the address of a draw.
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Planning => "planning",
            Purpose::Bound => "bound",
            Purpose::Evaluation => "evaluation",
            Purpose::Pilot => "pilot",
        }
    }
}

/// One block of Philox4x32-10.
///
/// ```
/// use rantai::sampling::philox4x32;
/// assert_eq!(philox4x32([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
/// ```
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let first = u64::from(c0) * 0xD251_1F53;
        let second = u64::from(c2) * 0xCD9E_8D57;
        let (high0, low0) = ((first >> 32) as u32, first as u32);
        let (high1, low1) = ((second >> 32) as u32, second as u32);
        (c0, c1, c2, c3) = (high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0);
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    [c0, c1, c2, c3]
}

/// The key of a stream: a hash of (seed, purpose, stable name).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreamKey([u32; 2]);

impl StreamKey {
    /// The stream of `name`.
    pub(super) fn new(seed: u64, purpose: Purpose, name: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(seed.to_le_bytes())
            .chain_update(purpose.word().as_bytes())
            .chain_update([0])
            .chain_update(name.as_bytes())
            .finalize();
        let word =
            |at: usize| u32::from_le_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
        Self([word(0), word(4)])
    }

    /// The four words at a counter of (place, index).
    pub(super) fn words(self, place: u64, index: u64) -> [u32; 4] {
        philox4x32([index as u32, (index >> 32) as u32, place as u32, (place >> 32) as u32], self.0)
    }

    /// The uniform number at (sample, index), strictly between 0 and 1: 52 random bits and a half.
    pub(super) fn uniform(self, sample: usize, index: u64) -> f64 {
        let (block, lane) = block_of(sample);
        let [a, b, c, d] = self.words(block as u64 * HALF as u64 + (lane % HALF) as u64, index);
        if lane < HALF { unit(u64::from(a), u64::from(b)) } else { unit(u64::from(c), u64::from(d)) }
    }

    /// The uniform numbers at `index` of all samples of a block: what [`StreamKey::uniform`] gives one by one.
    pub(super) fn uniforms(self, block: usize, index: u64, lanes: &mut Lanes) {
        uniforms(self.0, block as u64, index, lanes);
    }
}

/// Standard normal numbers of a name of their own, one for each of the first samples: errors of observation.
pub fn errors_of(seed: u64, purpose: Purpose, name: &str, samples: usize) -> Vec<f64> {
    let key = StreamKey::new(seed, purpose, &format!("error/{name}"));
    let mut found = Vec::with_capacity(samples);
    let (mut lanes, mut scratch) = ([0.0; LANES], Scratch::default());
    for first in (0..samples).step_by(BLOCK) {
        key.uniforms(block_of(first).0, 0, &mut lanes);
        normal_quantiles(&mut lanes, &mut scratch);
        found.extend(&lanes[..BLOCK.min(samples - first)]);
    }
    found
}

/// 52 bits of two words, and a half, as a fraction: exact.
#[inline(always)]
fn unit(high: u64, low: u64) -> f64 {
    let bits = ((high & 0xFFFF_FFFF) << 20) | ((low & 0xFFFF_FFFF) >> 12);
    f64::from_bits(0x3FF0_0000_0000_0000 | bits) - 1.0 + 0.5 / 4_503_599_627_370_496.0
}

/// [`philox4x32`] over lanes. Words are kept in the low halves of 64-bit lanes, whose high halves are never read.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn uniforms(key: [u32; 2], block: u64, index: u64, lanes: &mut Lanes) {
    const LOW: u64 = 0xFFFF_FFFF;
    let (mut c0, mut c1, mut c2, mut c3) = ([0; HALF], [0; HALF], [0; HALF], [0; HALF]);
    for i in 0..HALF {
        let place = (block * HALF as u64) | OFFSETS[i];
        (c0[i], c1[i], c2[i], c3[i]) = (index, index >> 32, place, (block * HALF as u64) >> 32);
    }
    let [mut k0, mut k1] = key;
    // Ten rounds, in each lane the same as the plain generator's.
    for _ in 0..10 {
        for i in 0..HALF {
            let one = (c0[i] & LOW) * 0xD251_1F53;
            let two = (c2[i] & LOW) * 0xCD9E_8D57;
            c0[i] = (two >> 32) ^ c1[i] ^ u64::from(k0);
            c2[i] = (one >> 32) ^ c3[i] ^ u64::from(k1);
            c1[i] = two;
            c3[i] = one;
        }
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    // Four words give the numbers of two samples that stand half a block apart.
    let (first, second) = lanes.split_at_mut(HALF);
    for i in 0..HALF {
        first[i] = unit(c0[i], c1[i]);
        second[i] = unit(c2[i], c3[i]);
    }
}

/// Places within half a block, one for each call of the generator.
const OFFSETS: [u64; HALF] = {
    let mut offsets = [0; HALF];
    let mut i = 0;
    while i < HALF {
        offsets[i] = i as u64;
        i += 1;
    }
    offsets
};

/// A generator for the `rand` ecosystem that reads one address of the draw contract: all words of one stream and
/// sample, index after index. For callers who draw from distributions this crate does not have.
///
/// ```
/// use rand::RngExt;
/// use rantai::sampling::{Purpose, Stream};
/// let mut seven = Stream::new(2027, Purpose::Planning, "my/number", 7);
/// let roll: u32 = seven.random_range(1..=6);
/// assert!((1..=6).contains(&roll));
/// ```
#[derive(Debug, Clone)]
pub struct Stream {
    key: StreamKey,
    sample: usize,
    index: u64,
    words: [u32; 4],
    used: usize,
}

impl Stream {
    /// The words of `name` in `sample`, from its first.
    pub fn new(seed: u64, purpose: Purpose, name: &str, sample: usize) -> Self {
        Self {
            key: StreamKey::new(seed, purpose, &format!("stream/{name}")),
            sample,
            index: 0,
            words: [0; 4],
            used: 4,
        }
    }

    /// The next two words as a number strictly between 0 and 1.
    pub fn share(&mut self) -> f64 {
        let mut word = || match self.try_next_u32() {
            Ok(word) => u64::from(word),
            Err(never) => match never {},
        };
        let (high, low) = (word(), word());
        unit(high, low)
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == 4 {
            self.words = self.key.words(self.sample as u64, self.index);
            self.index += 1;
            self.used = 0;
        }
        self.used += 1;
        Ok(self.words[self.used - 1])
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.try_next_u32()?);
        Ok(low | (u64::from(self.try_next_u32()?) << 32))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            let word = self.try_next_u32()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers published with the generator (Random123): zeros, ones, digits of pi.
    #[test]
    fn philox_gives_the_published_answers() {
        let ones = u32::MAX;
        assert_eq!(philox4x32([ones; 4], [ones; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox4x32([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn uniforms_never_reach_the_ends() {
        let least = 0.5 / 4_503_599_627_370_496.0;
        assert!(least > 0.0 && 1.0 - least < 1.0);
        let key = StreamKey::new(1, Purpose::Pilot, "x");
        assert!((0..10_000).map(|w| key.uniform(w, 0)).all(|u| u > 0.0 && u < 1.0));
    }

    /// Lanes and single draws are one stream.
    #[test]
    fn lanes_give_what_single_draws_give() {
        let key = StreamKey::new(3, Purpose::Planning, "x");
        for (block, index) in [(0, 0), (5, 7), (70_000_000, 3 << 33)] {
            let mut lanes = [0.0; LANES];
            key.uniforms(block, index, &mut lanes);
            for (lane, found) in lanes.iter().enumerate() {
                assert_eq!(key.uniform(block * LANES + lane, index).to_bits(), found.to_bits());
            }
            let mut distinct = lanes.to_vec();
            distinct.sort_by(f64::total_cmp);
            distinct.dedup();
            assert_eq!(distinct.len(), LANES);
        }
    }

    #[test]
    fn every_part_of_the_address_matters() {
        let at =
            |seed, purpose, name, sample, index| StreamKey::new(seed, purpose, name).uniform(sample, index);
        let base = at(1, Purpose::Planning, "a", 2, 3);
        assert_eq!(base, at(1, Purpose::Planning, "a", 2, 3));
        for other in [
            at(2, Purpose::Planning, "a", 2, 3),
            at(1, Purpose::Evaluation, "a", 2, 3),
            at(1, Purpose::Planning, "b", 2, 3),
            at(1, Purpose::Planning, "a", 3, 3),
            at(1, Purpose::Planning, "a", 2, 2),
        ] {
            assert_ne!(base, other);
        }
    }
}
