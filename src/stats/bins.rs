//! Bins of unsorted values: their ends, the numbers on either side of zero, and the bin of each value.

use multiversion::multiversion;

/// Values looked at side by side.
const SIDE: usize = 16;

/// Figures of one pass over values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// The least; infinity if there are no values.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// How many are below zero.
    pub below_zero: u64,
    /// How many are above zero.
    pub above_zero: u64,
    /// False if some are no numbers.
    pub numbers: bool,
}

/// The outline of `values`.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn outline(values: &[f64]) -> Outline {
    let (mut low, mut high) = ([f64::INFINITY; SIDE], [f64::NEG_INFINITY; SIDE]);
    let (mut below, mut above, mut odd) = ([0_u64; SIDE], [0_u64; SIDE], [0_u64; SIDE]);
    let (chunks, rest) = values.as_chunks::<SIDE>();
    for chunk in chunks {
        for i in 0..SIDE {
            low[i] = if chunk[i] < low[i] { chunk[i] } else { low[i] };
            high[i] = if chunk[i] > high[i] { chunk[i] } else { high[i] };
            below[i] += u64::from(chunk[i] < 0.0);
            above[i] += u64::from(chunk[i] > 0.0);
            odd[i] |= u64::from(chunk[i].is_nan());
        }
    }
    for (i, value) in rest.iter().enumerate() {
        low[i] = if *value < low[i] { *value } else { low[i] };
        high[i] = if *value > high[i] { *value } else { high[i] };
        below[i] += u64::from(*value < 0.0);
        above[i] += u64::from(*value > 0.0);
        odd[i] |= u64::from(value.is_nan());
    }
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut below_zero, mut above_zero, mut numbers) = (0, 0, true);
    for i in 0..SIDE {
        least = if low[i] < least { low[i] } else { least };
        most = if high[i] > most { high[i] } else { most };
        below_zero += below[i];
        above_zero += above[i];
        numbers &= odd[i] == 0;
    }
    Outline { low: least, high: most, below_zero, above_zero, numbers }
}

/// Puts the bin of each value into `places`: of equal width, 1 / `scale`, the first centred on `low`, up to `last`. No value is
/// below `low`.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn bins_of(values: &[f64], low: f64, scale: f64, last: u16, places: &mut [u16]) {
    // A number of this size has no fraction left: the sum is rounded, and its last bits are the number of the bin. To convert it
    // would leave wide vectors.
    const WHOLE: f64 = (1_u64 << 52) as f64;
    let last = f64::from(last);
    for (place, value) in places.iter_mut().zip(values) {
        let bin = (value - low) * scale;
        let bin = if bin < last { bin } else { last };
        *place = (bin + WHOLE).to_bits() as u16;
    }
}

/// The sum of what values fall short of `mark`, and of the squares of it.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn shortfall(values: &[f64], mark: f64) -> (f64, f64) {
    let (mut sums, mut squares) = ([0.0; SIDE], [0.0; SIDE]);
    let (chunks, rest) = values.as_chunks::<SIDE>();
    for chunk in chunks {
        add_shortfall(chunk, mark, &mut sums, &mut squares);
    }
    // What is as much as the mark falls short of nothing.
    let mut last = [mark; SIDE];
    last[..rest.len()].copy_from_slice(rest);
    add_shortfall(&last, mark, &mut sums, &mut squares);
    let (mut sum, mut square) = (0.0, 0.0);
    for i in 0..SIDE {
        sum += sums[i];
        square += squares[i];
    }
    (sum, square)
}

/// One step for all after the other: the compiler keeps wide vectors only so.
#[inline(always)]
fn add_shortfall(values: &[f64; SIDE], mark: f64, sums: &mut [f64; SIDE], squares: &mut [f64; SIDE]) {
    let mut short = [0.0; SIDE];
    for (short, value) in short.iter_mut().zip(values) {
        let by = mark - value;
        *short = if by > 0.0 { by } else { 0.0 };
    }
    for (sum, short) in sums.iter_mut().zip(&short) {
        *sum += short;
    }
    for (sum, short) in squares.iter_mut().zip(&short) {
        *sum += short * short;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_pass_tells_what_many_do(values in prop::collection::vec(
            prop_oneof![-10.0_f64..10.0, Just(0.0), Just(-0.0)], 0..100,
        )) {
            let found = outline(&values);
            prop_assert_eq!(found.low, values.iter().copied().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(found.high, values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            prop_assert_eq!(found.below_zero, values.iter().filter(|v| **v < 0.0).count() as u64);
            prop_assert_eq!(found.above_zero, values.iter().filter(|v| **v > 0.0).count() as u64);
            prop_assert!(found.numbers);
            let mut odd = values.clone();
            odd.push(f64::NAN);
            prop_assert!(!outline(&odd).numbers);
            let mut places = vec![0; values.len()];
            bins_of(&values, -10.0, 3.0, 40, &mut places);
            for (value, place) in values.iter().zip(places) {
                let bin = ((value + 10.0) * 3.0).min(40.0);
                prop_assert!((f64::from(place) - bin).abs() <= 0.5 + 1e-9);
            }
            let short: Vec<f64> = values.iter().map(|value| (1.5 - value).max(0.0)).collect();
            let (sum, squares) = shortfall(&values, 1.5);
            prop_assert!((sum - short.iter().sum::<f64>()).abs() < 1e-9);
            prop_assert!((squares - short.iter().map(|x| x * x).sum::<f64>()).abs() < 1e-8);
        }
    }
}
