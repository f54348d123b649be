//! A quantile sketch that merges in any order: counts of values in bins that are narrow relative to the value.
//!
//! A value's bin is its sign, its binary exponent and the leading nine bits of its fraction, so the middle of a bin is
//! within [`Sketch::ERROR`] of every value in it: the DDSketch of Masson, Rim and Lee (2019) with bins that can be read
//! off a float's bits. Counts are whole numbers, so merged sketches are equal whatever the order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Bits of the fraction that a bin keeps.
const BITS: u32 = 9;
/// Bins of one binary exponent.
const PAGE: usize = 1 << BITS;

/// Counts of values by bin.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sketch {
    /// Bins by sign and exponent: negative numbers first, ascending in value.
    pages: BTreeMap<i16, Vec<u32>>,
    zeros: u32,
    n: u64,
}

impl Sketch {
    /// Largest error of a quantile, relative to its size: half of 2^−9.
    pub const ERROR: f64 = 1.0 / 1024.0;

    /// Counts `values`, which must be numbers.
    pub fn add(&mut self, values: &[f64]) {
        let Self { pages, zeros, n } = self;
        *n += values.len() as u64;
        let mut values = values.iter().peekable();
        while let Some(value) = values.next() {
            if *value == 0.0 {
                *zeros += 1;
                continue;
            }
            // One page holds the bins of one sign and exponent.
            let (page, bin) = place(*value);
            let bins = pages.entry(page).or_insert_with(|| vec![0; PAGE]);
            bins[bin] += 1;
            // Neighbours are mostly on the same page: it is looked up once for all of them.
            while let Some(next) = values.next_if(|next| **next != 0.0 && place(**next).0 == page) {
                bins[place(*next).1] += 1;
            }
        }
    }

    /// Adds all values of another sketch.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.zeros += other.zeros;
        for (page, bins) in &other.pages {
            let mine = self.pages.entry(*page).or_insert_with(|| vec![0; PAGE]);
            for (sum, count) in mine.iter_mut().zip(bins) {
                *sum += count;
            }
        }
    }

    /// Number of values.
    pub fn len(&self) -> u64 {
        self.n
    }

    /// True if nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Number of values below zero.
    pub fn below_zero(&self) -> u64 {
        self.pages.range(..0).flat_map(|(_, bins)| bins).map(|count| u64::from(*count)).sum()
    }

    /// Number of zeros.
    pub fn zeros(&self) -> u64 {
        u64::from(self.zeros)
    }

    /// Every bin that holds something, ascending: (middle of the bin, count).
    pub fn bins(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        let page = |(page, bins): (&i16, &'_ Vec<u32>)| -> Vec<(f64, u64)> {
            let page = *page;
            bins.iter()
                .enumerate()
                .filter(|(_, count)| **count > 0)
                .map(|(bin, count)| (middle(page, bin), u64::from(*count)))
                .collect()
        };
        // Ascending in value: negative pages, zeros, positive pages.
        let below = self.pages.range(..0).flat_map(page);
        let zero = (self.zeros > 0).then_some((0.0, u64::from(self.zeros)));
        below.chain(zero).chain(self.pages.range(0..).flat_map(page))
    }
}

/// Page and bin of a value that is not zero. Negative values are mirrored, so that both ascend with the value.
fn place(value: f64) -> (i16, usize) {
    // Exponent and leading bits of the fraction stand side by side in a float.
    let bits = value.abs().to_bits() >> (52 - BITS);
    let (exponent, bin) = ((bits >> BITS) as i16, bits as usize & (PAGE - 1));
    if value < 0.0 { (-1 - exponent, PAGE - 1 - bin) } else { (exponent, bin) }
}

/// The middle of a bin.
fn middle(page: i16, bin: usize) -> f64 {
    let (exponent, bin) = if page < 0 { (-1 - page, PAGE - 1 - bin) } else { (page, bin) };
    let low = ((exponent as u64) << BITS | bin as u64) << (52 - BITS);
    // The first bit that the bin does not keep is set: half a bin above its low end.
    let size = f64::from_bits(low | 1 << (51 - BITS));
    if page < 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every value is within the stated error of its bin's middle, bins ascend, and order does not matter.
        #[test]
        fn bins_hold_their_values(mut values in prop::collection::vec(
            prop_oneof![-1e12_f64..1e12, -1e-3_f64..1e-3, Just(0.0), -2.0_f64..2.0], 1..300,
        )) {
            let mut whole = Sketch::default();
            whole.add(&values);
            let (mut a, mut b) = (Sketch::default(), Sketch::default());
            let (left, right) = values.split_at(values.len().div_ceil(3));
            b.add(right);
            a.add(left);
            b.merge(&a);
            prop_assert_eq!(&whole, &b);
            values.sort_by(f64::total_cmp);
            let below = values.iter().filter(|v| **v < 0.0).count() as u64;
            prop_assert_eq!(whole.below_zero(), below);
            let mut spread = Vec::new();
            for (middle, count) in whole.bins() {
                spread.extend(std::iter::repeat_n(middle, count as usize));
            }
            prop_assert_eq!(spread.len(), values.len());
            for (found, value) in spread.iter().zip(&values) {
                prop_assert!((found - value).abs() <= Sketch::ERROR * value.abs(), "{} is not {}", found, value);
            }
        }
    }
}
