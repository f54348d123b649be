//! Elementary functions over many lanes at once: logarithm, exponential, normal quantile.
//!
//! Plain loops over plain operations, compiled for the widest vectors that a machine may have and chosen when the
//! program runs. Only `+ − × ÷ √` are used, which IEEE 754 fixes to the last bit, and never a fused multiply-add: every
//! width gives the same bytes. Errors are held against a table of 40-digit values by the tests.

use multiversion::multiversion;

use super::normal::{MIDDLE_DENOMINATOR, MIDDLE_NUMERATOR, normal_quantile};

/// Largest relative error of [`exponentials`] and [`logarithms`], and of [`normal_quantiles`] where |z| > 1e-3 (nearer
/// zero the error is that small in absolute terms).
pub const ERROR: f64 = 2e-15;

/// Values worked on together in a tail.
const WIDTH: usize = 16;

/// ln 2 in two parts, the first with zeros at its end.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The natural logarithm of a positive normal number: argument reduced to √½..√2, then the odd series in f / (2 + f)
/// (Ng 1985, as in fdlibm), its polynomial in two halves so that they are worked out side by side.
#[inline(always)]
fn ln(x: f64) -> f64 {
    const ROOT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    const ONE: u64 = 0x3FF0_0000_0000_0000;
    let shifted = x.to_bits().wrapping_add(ONE - ROOT_HALF);
    let exponent =
        f64::from_bits(0x4330_0000_0000_0000 | (shifted >> 52)) - (4_503_599_627_370_496.0 + 1023.0);
    let f = f64::from_bits((shifted & 0x000F_FFFF_FFFF_FFFF) + ROOT_HALF) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even =
        w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1
                + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let half_square = 0.5 * f * f;
    exponent * LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + exponent * LN2_LOW)) - f)
}

/// The exponential of a number between −700 and 700 (taken at the nearer end beyond): argument reduced by multiples of
/// ln 2, then 1 + r + r² P(r) on ±½ ln 2. P is the minimax polynomial for the relative error of the whole, 2.9e-16,
/// worked out with 40 digits: no division, which takes as long as nine products.
#[inline(always)]
fn exp(x: f64) -> f64 {
    // Adding it rounds to a whole number, which then stands in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let x = if x < -700.0 { -700.0 } else { x };
    let x = if x > 700.0 { 700.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let square = r * r;
    let fourth = square * square;
    let low = (0.499_999_999_999_983_24 + r * 0.166_666_666_666_115_57)
        + square * (4.166_666_666_813_648e-2 + r * 8.333_333_370_869_002e-3);
    let high = (1.388_888_851_621_363_5e-3 + r * 1.984_118_523_758_408e-4)
        + square * (2.480_193_173_721_801_4e-5 + r * 2.763_499_027_252_747_7e-6);
    let p = low + fourth * (high + fourth * 2.747_678_996_056_522_4e-7);
    let y = 1.0 + (r + square * p);
    f64::from_bits(y.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// A polynomial of degree 7, highest power first, in pairs: as many operations as Horner's scheme but fewer that wait.
#[inline(always)]
fn polynomial(c: &[f64; 8], x: f64) -> f64 {
    let square = x * x;
    ((c[0] * x + c[1]) * square + (c[2] * x + c[3])) * (square * square)
        + ((c[4] * x + c[5]) * square + (c[6] * x + c[7]))
}

/// Replaces every value by its natural logarithm; values must be positive and normal.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn logarithms(values: &mut [f64]) {
    for value in values {
        *value = ln(*value);
    }
}

/// Replaces every value x by exp(`shift` + `scale` · x); the exponent is taken between −700 and 700.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn exponentials(values: &mut [f64], shift: f64, scale: f64) {
    for value in values {
        *value = exp(shift + scale * *value);
    }
}

/// Probabilities from 0.025 to 0.975 are the centre of the normal distribution, the others its tails.
const CENTRE: f64 = 0.475;

/// z / q over the centre, q = p − ½, is this ratio in r = 0.475² − q², highest power first: as in AS 241, but for a centre
/// that leaves a third as much to the tails. Interpolation at 19 points moved until the relative errors between them,
/// 2.0e-16 at most, were about equal, worked out with 60 digits; all coefficients are positive, so nothing cancels.
const CENTRE_NUMERATOR: [f64; 10] = [
    9.180_793_092_832_003e6,
    1.300_645_290_653_314_3e8,
    2.681_688_407_583_944e8,
    1.822_596_428_532_920_5e8,
    5.377_174_860_166_109e7,
    7.858_903_792_913_851e6,
    6.060_666_115_439_882e5,
    2.489_854_273_753_409e4,
    5.120_300_490_116_437e2,
    4.126_239_967_452_745,
];
const CENTRE_DENOMINATOR: [f64; 10] = [
    1.969_496_348_721_626_8e7,
    1.127_473_667_121_275_2e8,
    1.549_757_743_940_199_6e8,
    8.175_986_375_667_065e7,
    2.018_871_611_742_117e7,
    2.583_892_936_597_729e6,
    1.798_234_146_934_887_7e5,
    6.809_121_972_463_706e3,
    1.310_643_861_741_800_4e2,
    1.0,
];

/// As [`polynomial`], of degree 9.
#[inline(always)]
fn longer_polynomial(c: &[f64; 10], x: f64) -> f64 {
    let square = x * x;
    let fourth = square * square;
    (c[0] * x + c[1]) * (fourth * fourth)
        + (((c[2] * x + c[3]) * square + (c[4] * x + c[5])) * fourth
            + ((c[6] * x + c[7]) * square + (c[8] * x + c[9])))
}

/// Room that [`normal_quantiles`] works in, kept by the caller so that nothing is allocated in a loop.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    places: Vec<u32>,
    tails: Vec<f64>,
}

/// Replaces probabilities in (0, 1) by the standard normal's quantiles. The centre's formula runs over all lanes; the
/// tails, some 5 % of them, are gathered, worked out side by side by algorithm AS 241, routine PPND16 (Wichura 1988,
/// Applied Statistics 37(3)), and put back.
pub fn normal_quantiles(values: &mut [f64], scratch: &mut Scratch) {
    let room = values.len() + WIDTH + AT_ONCE;
    scratch.places.resize(room, 0);
    scratch.tails.resize(room, 0.0);
    quantiles(values, &mut scratch.places, &mut scratch.tails);
}

/// Lanes whose tails are looked for together: as many as a word has bits.
const GROUP: usize = 64;
/// Tails picked out without asking whether there are as many: more than a group mostly has, so that the processor need not
/// guess.
const AT_ONCE: usize = 8;

/// The centre's formula for `group`, whose lanes stand at `first` and behind; what is in a tail goes behind the `found`
/// that are there. Gives how many there are then.
#[inline(always)]
fn centre(
    group: &mut [f64; GROUP],
    first: usize,
    mut found: usize,
    places: &mut [u32],
    tails: &mut [f64],
) -> usize {
    let low = (0.5 - CENTRE).to_bits();
    let range = (0.5 + CENTRE).to_bits() - low;
    let mut bits = 0;
    for (lane, p) in group.iter().enumerate() {
        // Positive numbers are ordered as their bits: one comparison for both ends.
        bits |= u64::from(p.to_bits().wrapping_sub(low) > range) << lane;
    }
    while bits != 0 {
        let (places, tails) = (&mut places[found..found + AT_ONCE], &mut tails[found..found + AT_ONCE]);
        for (place, tail) in places.iter_mut().zip(tails) {
            let lane = bits.trailing_zeros() as usize;
            *place = (first + lane) as u32;
            *tail = group[lane % GROUP];
            found += usize::from(bits != 0);
            bits &= bits.wrapping_sub(1);
        }
    }
    for value in group {
        let q = *value - 0.5;
        let r = CENTRE * CENTRE - q * q;
        *value = q * (longer_polynomial(&CENTRE_NUMERATOR, r) / longer_polynomial(&CENTRE_DENOMINATOR, r));
    }
    found
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
fn quantiles(values: &mut [f64], places: &mut [u32], tails: &mut [f64]) {
    let mut found = 0;
    let (groups, rest) = values.as_chunks_mut();
    let whole = groups.len() * GROUP;
    for (number, group) in groups.iter_mut().enumerate() {
        found = centre(group, number * GROUP, found, places, tails);
    }
    if !rest.is_empty() {
        let mut group = [0.5; GROUP];
        group[..rest.len()].copy_from_slice(rest);
        found = centre(&mut group, whole, found, places, tails);
        rest.copy_from_slice(&group[..rest.len()]);
    }
    let padded = found.next_multiple_of(WIDTH);
    tails[found..padded].fill(0.5);
    let (places, tails) = (&places[..found], &mut tails[..padded]);
    for chunk in tails.chunks_exact_mut(WIDTH) {
        tail(chunk);
    }
    for (tail, place) in tails.iter().zip(places) {
        values[*place as usize] = *tail;
    }
}

/// Replaces probabilities in the tails by their quantiles.
#[inline(always)]
fn tail(chunk: &mut [f64]) {
    // The nearer tail's probability, which keeps its digits however small.
    let mut near = [0.0; WIDTH];
    for (near, p) in near.iter_mut().zip(chunk.iter()) {
        *near = if *p < 0.5 { *p } else { 1.0 - *p };
    }
    let mut r = [0.0; WIDTH];
    for (r, p) in r.iter_mut().zip(near) {
        *r = -ln(p);
    }
    let farthest = r.iter().fold(0.0, |most: f64, r| if *r > most { *r } else { most });
    for r in &mut r {
        *r = r.sqrt() - 1.6;
    }
    let mut z = [0.0; WIDTH];
    for ((z, p), r) in z.iter_mut().zip(chunk.iter()).zip(r) {
        let distance = polynomial(&MIDDLE_NUMERATOR, r) / polynomial(&MIDDLE_DENOMINATOR, r);
        *z = if *p < 0.5 { -distance } else { distance };
    }
    if farthest > 25.0 {
        // Beyond the middle's range, once in 10^10 draws: the third formula, one at a time.
        for ((z, p), near) in z.iter_mut().zip(chunk.iter()).zip(near) {
            if near < 1.4e-11 {
                *z = if *p < 0.5 { normal_quantile(near) } else { -normal_quantile(near) };
            }
        }
    }
    chunk.copy_from_slice(&z);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Values to 40 digits, rounded to the nearest double: computed with mpmath 1.3.
    const TABLE: &str = include_str!("lanes.csv");

    /// The largest error of `found` against the table's rows of `function`, relative to the larger of |y| and `floor`.
    fn worst(function: &str, floor: f64, found: impl Fn(f64) -> f64) -> f64 {
        let mut worst = 0.0_f64;
        let mut rows = 0;
        for line in TABLE.lines() {
            let cells: Vec<&str> = line.split(',').collect();
            if let (true, [_, x, y]) = (cells[0] == function, cells.as_slice()) {
                let (x, y): (f64, f64) = (x.parse().expect("x"), y.parse().expect("y"));
                worst = worst.max((found(x) - y).abs() / y.abs().max(floor));
                rows += 1;
            }
        }
        assert!(rows > 150, "{rows} rows of {function}");
        worst
    }

    fn one(f: impl Fn(&mut [f64])) -> impl Fn(f64) -> f64 {
        move |x| {
            let mut lanes = [x; 5];
            f(&mut lanes);
            assert!(lanes.iter().all(|y| y.to_bits() == lanes[0].to_bits()));
            lanes[0]
        }
    }

    #[test]
    fn errors_are_within_the_stated_bound() {
        let logarithm = worst("ln", 0.0, one(logarithms));
        let exponential = worst("exp", 0.0, one(|x| exponentials(x, 0.0, 1.0)));
        let quantile = worst("normal_quantile", 1e-3, one(|x| normal_quantiles(x, &mut Scratch::default())));
        for error in [logarithm, exponential, quantile] {
            assert!(error < ERROR, "{logarithm:e} {exponential:e} {quantile:e}");
        }
    }

    #[test]
    fn the_ends_hold() {
        let mut ends = [0.5 / 4_503_599_627_370_496.0, 1.0 - 0.5 / 4_503_599_627_370_496.0, 0.5, 1e-300];
        normal_quantiles(&mut ends, &mut Scratch::default());
        assert!(
            (ends[0] + 8.209_536_151_601_387).abs() < 1e-13 && (ends[0] + ends[1]).abs() < 1e-13,
            "{ends:?}"
        );
        assert_eq!(ends[2], 0.0);
        assert!((ends[3] + 37.047_096_299_361_2).abs() < 1e-11);
        let mut far = [-1e9, 1e9, 0.0];
        exponentials(&mut far, 0.0, 1.0);
        assert!(far[0] > 0.0 && far[0] < 1e-300 && far[1] > 1e300 && far[1].is_finite() && far[2] == 1.0);
    }

    proptest! {
        /// Every width gives the same bytes: what the machine's widest vectors give is what the plain code gives, at any
        /// length and place.
        #[test]
        fn lanes_do_not_know_their_place(values in prop::collection::vec(1e-12_f64..1.0, 1..100)) {
            let mut together = values.clone();
            normal_quantiles(&mut together, &mut Scratch::default());
            for (value, found) in values.iter().zip(&together) {
                let mut alone = [*value];
                normal_quantiles(&mut alone, &mut Scratch::default());
                prop_assert_eq!(alone[0].to_bits(), found.to_bits());
                prop_assert!((normal_quantile(*value) - found).abs() <= 4e-15 * found.abs().max(1.0));
            }
            let mut together = values.clone();
            exponentials(&mut together, 0.1, -3.0);
            for (value, found) in values.iter().zip(&together) {
                prop_assert_eq!(exp(0.1 + -3.0 * value).to_bits(), found.to_bits());
            }
            let mut together = values.clone();
            logarithms(&mut together);
            for (value, found) in values.iter().zip(&together) {
                prop_assert_eq!(ln(*value).to_bits(), found.to_bits());
            }
        }
    }
}
