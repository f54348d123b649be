//! What samples of futures say about a number: mean with its error, quantiles and the worst tail with theirs, paired
//! gains.

use std::cell::RefCell;
use std::cmp::Ordering;

use crate::stats::bins::{Outline, bins_of, outline};
use crate::stats::moments::Moments;
use crate::stats::sketch::Sketch;
use crate::stats::{confidence_half_width, cvar_lowest, mean_and_standard_error, quantile};

/// The distribution of a number over samples. Where a run has too many rows to keep quantiles of all of them, those that
/// are not kept are `NaN`: empty in tables, null in JSON.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
    /// Half the width of the mean's 95 % confidence interval.
    pub half_width: f64,
    /// Quantiles 5, 25, 50, 75 and 95 %.
    pub quantiles: [f64; 5],
    /// Their 95 % confidence intervals.
    pub quantile_intervals: [[f64; 2]; 5],
    /// Mean of the worst (lowest) 1 − α share.
    pub cvar: f64,
    /// Its standard error.
    pub cvar_standard_error: f64,
    /// Share of samples below zero.
    pub below_zero: f64,
    /// Share of samples above zero.
    pub above_zero: f64,
}

/// The quantiles of an [`Estimate`].
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The values of a row, or what is kept of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept<'a> {
    /// Every value, in the order of samples.
    Values(&'a [f64]),
    /// Counts by bin.
    Sketch(&'a Sketch),
    /// Nothing.
    Nothing,
}

/// The standard normal's 97.5 % quantile.
const Z: f64 = 1.959_963_984_540_054;

impl Estimate {
    /// Estimates from one value per independent sample; `alpha` is the level of the CVaR.
    pub fn of(values: &[f64], alpha: f64) -> Self {
        let (mean, standard_error) = mean_and_standard_error(values);
        let half_width = confidence_half_width(standard_error, values.len());
        let level = Self { mean, standard_error, half_width, ..Self::nothing() };
        level.with_spread(&Kept::Values(values), alpha)
    }

    /// From the moments of independent samples and what is kept of their values.
    pub fn from_moments(moments: Moments, kept: &Kept<'_>, alpha: f64) -> Self {
        let standard_error = moments.standard_error();
        let half_width = confidence_half_width(standard_error, moments.n as usize);
        let level = Self { mean: moments.mean, standard_error, half_width, ..Self::nothing() };
        level.with_spread(kept, alpha)
    }

    /// From replicates, each an independent randomisation of equally many samples: errors come from how they differ
    /// (Student's t with one degree of freedom less than replicates). Quantiles and CVaR have errors where all values
    /// are kept.
    pub fn from_replicates(replicates: &[Moments], kept: &Kept<'_>, alpha: f64) -> Self {
        let means: Vec<f64> = replicates.iter().map(|moments| moments.mean).collect();
        let (mean, standard_error) = mean_and_standard_error(&means);
        let half_width = confidence_half_width(standard_error, means.len());
        let level = Self { mean, standard_error, half_width, ..Self::nothing() };
        let mut whole = level.with_spread(kept, alpha);
        whole.quantile_intervals = [[f64::NAN; 2]; 5];
        whole.cvar_standard_error = f64::NAN;
        if let Kept::Values(values) = kept {
            let size = values.len().checked_div(replicates.len()).unwrap_or(0).max(1);
            let parts: Vec<Self> = values.chunks(size).map(|part| Self::of(part, alpha)).collect();
            let error = |number: &dyn Fn(&Self) -> f64| {
                mean_and_standard_error(&parts.iter().map(number).collect::<Vec<f64>>()).1
            };
            for (place, interval) in whole.quantile_intervals.iter_mut().enumerate() {
                let half = confidence_half_width(error(&|part| part.quantiles[place]), parts.len());
                *interval = [whole.quantiles[place] - half, whole.quantiles[place] + half];
            }
            whole.cvar_standard_error = error(&|part| part.cvar);
        }
        whole
    }

    const fn nothing() -> Self {
        Self {
            mean: f64::NAN,
            standard_error: f64::NAN,
            half_width: f64::NAN,
            quantiles: [f64::NAN; 5],
            quantile_intervals: [[f64::NAN; 2]; 5],
            cvar: f64::NAN,
            cvar_standard_error: f64::NAN,
            below_zero: f64::NAN,
            above_zero: f64::NAN,
        }
    }

    fn with_spread(mut self, kept: &Kept<'_>, alpha: f64) -> Self {
        match kept {
            Kept::Nothing => {}
            Kept::Values([]) => {}
            Kept::Values(values) => {
                let outline = outline(values);
                self.below_zero = outline.below_zero as f64 / values.len() as f64;
                self.above_zero = outline.above_zero as f64 / values.len() as f64;
                ROOM.with_borrow_mut(|room| {
                    let tail = tail_ranks(values.len(), alpha);
                    let sorted = placed(values, &outline, alpha, room);
                    self.quantiles = QUANTILES.map(|p| quantile(sorted, p));
                    self.quantile_intervals =
                        QUANTILES.map(|p| ranks(sorted.len(), p).map(|rank| sorted[rank]));
                    self.cvar = cvar_lowest(sorted, alpha);
                    let at_risk = quantile(sorted, 1.0 - alpha);
                    // What comes behind the value at risk is not below it.
                    let below =
                        sorted[..tail].iter().filter(|value| **value < at_risk).map(|value| (*value, 1));
                    self.cvar_standard_error = tail_error(below, sorted.len() as u64, at_risk, alpha);
                });
            }
            Kept::Sketch(sketch) if sketch.is_empty() => {}
            Kept::Sketch(sketch) => {
                let bins: Vec<(f64, u64)> = sketch.bins().collect();
                let n = sketch.len();
                self.below_zero = sketch.below_zero() as f64 / n as f64;
                self.above_zero = (n - sketch.below_zero() - sketch.zeros()) as f64 / n as f64;
                let order = Order::new(&bins);
                let between = |p: f64| {
                    let place = p * (n - 1) as f64;
                    let (low, share) = (place.floor(), place - place.floor());
                    let (below, above) = (order.at(low as u64), order.at((low as u64 + 1).min(n - 1)));
                    below + share * (above - below)
                };
                self.quantiles = QUANTILES.map(between);
                self.quantile_intervals =
                    QUANTILES.map(|p| ranks(n as usize, p).map(|rank| order.at(rank as u64)));
                self.cvar = order.cvar_lowest(alpha);
                let at_risk = between(1.0 - alpha);
                let below = bins.iter().copied().take_while(|(value, _)| *value < at_risk);
                self.cvar_standard_error = tail_error(below, n, at_risk, alpha);
            }
        }
        self
    }
}

/// Ranks (from 0) of the order statistics that enclose the quantile `p` of `n` values in 95 % of cases, by the normal
/// approximation of the binomial; the least and the greatest value where there are too few.
fn ranks(n: usize, p: f64) -> [usize; 2] {
    let (centre, spread) = (n as f64 * p, Z * libm::sqrt(n as f64 * p * (1.0 - p)));
    let last = n.saturating_sub(1) as f64;
    let low = ((centre - spread).floor() - 1.0).clamp(0.0, last);
    let high = ((centre + spread).ceil() - 1.0).clamp(0.0, last);
    [low as usize, high as usize]
}

/// The ranks (from 0) that quantiles, their intervals and the tail of `n` values read, ascending.
fn ranks_read(n: usize, alpha: f64) -> Vec<usize> {
    let last = n.saturating_sub(1);
    let around = |p: f64| {
        let below = ((p * last as f64).floor() as usize).min(last);
        [below, (below + 1).min(last)]
    };
    // The tail's sum takes everything below these.
    let whole = ((1.0 - alpha) * n as f64).floor() as usize;
    let mut list: Vec<usize> = QUANTILES.iter().flat_map(|p| [around(*p), ranks(n, *p)].concat()).collect();
    list.extend(around(1.0 - alpha));
    list.extend([whole.saturating_sub(1), whole, whole + 1].map(|rank| rank.min(last)));
    list.sort_unstable();
    list.dedup();
    list
}

/// Values per bin on average, and how many values make binning worth its while.
const PER_BIN: usize = 4;
const WORTH_BINNING: usize = 128;

/// Memory to bin values in, kept by each thread: asking the system for it for every row costs more than the binning.
#[derive(Debug, Default)]
struct Room {
    places: Vec<u16>,
    next: Vec<u32>,
    starts: Vec<u32>,
    sorted: Vec<f64>,
    /// The ranks that so many values are read at, with the level of the CVaR: rows mostly ask for the same.
    ranks: (usize, f64, Vec<usize>),
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

/// So many of the least of `n` values hold every value below the quantile 1 − `alpha`, and all that its CVaR sums.
fn tail_ranks(n: usize, alpha: f64) -> usize {
    (((1.0 - alpha).clamp(0.0, 1.0) * n as f64).ceil() as usize + 1).min(n)
}

/// The values with those of the ranks that are read where sorting would put them, the smaller before and the greater behind: first
/// all by bins of equal width, in the order of the bins, then within the bins that hold such a rank.
fn placed<'r>(values: &[f64], outline: &Outline, alpha: f64, room: &'r mut Room) -> &'r [f64] {
    let Room { places, next, starts, sorted, ranks } = room;
    if (ranks.0, ranks.1) != (values.len(), alpha) {
        *ranks = (values.len(), alpha, ranks_read(values.len(), alpha));
    }
    let ranks = ranks.2.as_slice();
    let bins = values.len().div_euclid(PER_BIN).min(usize::from(u16::MAX));
    let scale = bins as f64 / (outline.high - outline.low);
    if values.len() < WORTH_BINNING || !scale.is_finite() || !outline.numbers {
        sorted.clear();
        sorted.extend_from_slice(values);
        put_in_place(sorted, 0, ranks, f64::total_cmp);
        return sorted;
    }
    places.resize(values.len(), 0);
    bins_of(values, outline.low, scale, (bins - 1) as u16, places);
    next.clear();
    next.resize(bins + 1, 0);
    for place in places.iter() {
        next[usize::from(*place) + 1] += 1;
    }
    for bin in 0..bins {
        next[bin + 1] += next[bin];
    }
    starts.clone_from(next);
    // What stands there from the row before is written over.
    sorted.resize(values.len(), 0.0);
    for (value, place) in values.iter().zip(places.iter()) {
        let slot = &mut next[usize::from(*place)];
        sorted[*slot as usize] = *value;
        *slot += 1;
    }
    let mut from = 0;
    while from < ranks.len() {
        // The bin of the first rank that is left, and all ranks in it.
        let bin = starts.partition_point(|start| *start as usize <= ranks[from]) - 1;
        let (start, end) = (starts[bin] as usize, starts[bin + 1] as usize);
        let to = from + ranks[from..].partition_point(|rank| *rank < end);
        // All of them are numbers, which are compared faster than whatever may be.
        put_in_place(&mut sorted[start..end], start, &ranks[from..to], |a, b| {
            a.partial_cmp(b).unwrap_or(Ordering::Equal)
        });
        from = to;
    }
    sorted
}

/// Moves the values of these ranks to where sorting would put them, with the smaller before and the greater behind: much
/// faster than to sort them all. Ranks count from `first`, the rank of the first value.
fn put_in_place(
    values: &mut [f64],
    first: usize,
    ranks: &[usize],
    compare: impl Fn(&f64, &f64) -> Ordering + Copy,
) {
    let Some(&middle) = ranks.get(ranks.len().div_euclid(2)) else { return };
    let at = middle - first;
    values.select_nth_unstable_by(at, compare);
    let (below, above) = values.split_at_mut(at);
    put_in_place(below, first, &ranks[..ranks.len().div_euclid(2)], compare);
    put_in_place(&mut above[1..], middle + 1, &ranks[ranks.len().div_euclid(2) + 1..], compare);
}

/// Standard error of CVaR = v − E\[(v − x)⁺\] / (1 − α), v the value at risk (Trindade and others 2007), from the
/// values below it.
fn tail_error(below: impl Iterator<Item = (f64, u64)>, n: u64, at_risk: f64, alpha: f64) -> f64 {
    if n < 2 || alpha >= 1.0 {
        return 0.0;
    }
    let (mut sum, mut squares) = (0.0, 0.0);
    for (value, count) in below {
        let short = at_risk - value;
        sum += short * count as f64;
        squares += short * short * count as f64;
    }
    let n = n as f64;
    let variance = ((squares - sum * sum / n) / (n - 1.0)).max(0.0);
    if alpha <= 0.0 { libm::sqrt(variance / n) } else { libm::sqrt(variance / n) / (1.0 - alpha) }
}

/// Order statistics of binned values.
struct Order<'a> {
    bins: &'a [(f64, u64)],
    /// Values up to and with each bin.
    upto: Vec<u64>,
}

impl<'a> Order<'a> {
    fn new(bins: &'a [(f64, u64)]) -> Self {
        let mut sum = 0;
        let upto = bins
            .iter()
            .map(|(_, count)| {
                sum += count;
                sum
            })
            .collect();
        Self { bins, upto }
    }

    /// The value of rank `rank` (from 0).
    fn at(&self, rank: u64) -> f64 {
        let bin = self.upto.partition_point(|upto| *upto <= rank).min(self.bins.len() - 1);
        self.bins[bin].0
    }

    /// As [`cvar_lowest`], the value at the quantile split.
    fn cvar_lowest(&self, alpha: f64) -> f64 {
        let n = self.upto.last().copied().unwrap_or(0);
        let share = ((1.0 - alpha) * n as f64).clamp(1.0, n as f64);
        let (mut sum, mut left) = (0.0, share);
        for (value, count) in self.bins {
            let taken = (*count as f64).min(left);
            sum += value * taken;
            left -= taken;
            if left <= 0.0 {
                break;
            }
        }
        sum / share
    }
}

/// How many independent samples a 95 % interval of half-width `half_width` needs by a pilot, were the pilot's variance at
/// the upper end of its own one-sided 95 % interval (a precision promised should not hang on a lucky pilot).
pub(super) fn sample_size(pilot: &[f64], half_width: f64) -> f64 {
    let (_, error) = mean_and_standard_error(pilot);
    let n = pilot.len() as f64;
    let variance = error * error * n;
    if variance == 0.0 {
        return 0.0;
    }
    // The 5 % quantile of χ² by Wilson and Hilferty (1931).
    let freedom = n - 1.0;
    let root = 1.0 - 2.0 / (9.0 * freedom) - 1.644_853_626_951_472_2 * libm::sqrt(2.0 / (9.0 * freedom));
    let upper = variance / (root * root * root);
    (Z * Z * upper / (half_width * half_width)).ceil()
}

/// A paired gain: the mean difference on common random numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Mean gain.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Half the width of its 95 % confidence interval.
    pub half_width: f64,
    /// Share of samples in which there is a gain.
    pub wins: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sketched estimates are those of the values themselves within the sketch's error.
    #[test]
    fn a_sketch_estimates_what_the_values_do() {
        let values: Vec<f64> = (0..5000)
            .map(|i| crate::stats::normal_quantile((f64::from(i) + 0.5) / 5000.0) * 3.0 + 1.0)
            .collect();
        let mut sketch = Sketch::default();
        sketch.add(&values);
        let exact = Estimate::of(&values, 0.9);
        let near = Estimate::from_moments(Moments::of(&values), &Kept::Sketch(&sketch), 0.9);
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 1.1e-3 * b.abs() + 2e-3, "{a} is not {b}");
        close(near.mean, exact.mean);
        close(near.standard_error, exact.standard_error);
        close(near.cvar, exact.cvar);
        close(near.cvar_standard_error, exact.cvar_standard_error);
        for place in 0..5 {
            close(near.quantiles[place], exact.quantiles[place]);
            close(near.quantile_intervals[place][0], exact.quantile_intervals[place][0]);
            close(near.quantile_intervals[place][1], exact.quantile_intervals[place][1]);
        }
        assert_eq!(near.below_zero, exact.below_zero);
    }

    /// Four replicates with means 1, 2, 3, 4: mean 2.5, standard error √(5/3/4), t with 3 degrees of freedom.
    #[test]
    fn replicates_carry_their_own_error() {
        let values: Vec<f64> = (0..4).flat_map(|r| [f64::from(r), f64::from(r) + 2.0]).collect();
        let replicates: Vec<Moments> = values.chunks(2).map(Moments::of).collect();
        let e = Estimate::from_replicates(&replicates, &Kept::Values(&values), 0.5);
        assert_eq!(e.mean, 2.5);
        assert!((e.standard_error - (5.0_f64 / 12.0).sqrt()).abs() < 1e-12);
        assert!((e.half_width / e.standard_error - 3.182_446_305).abs() < 1e-6);
        assert!((e.cvar_standard_error - (5.0_f64 / 12.0).sqrt()).abs() < 1e-12);
    }

    /// Every rank that is read has the value that sorting gives it, with ties, far tails, an outlier and all alike, and
    /// the tail before it is the lowest.
    #[test]
    fn ranks_in_place_are_those_of_sorted_values() {
        let even = |i: usize| ((i * 7919) % 613) as f64 - 300.0;
        let skew = |i: usize| libm::exp(((i * 7919) % 613) as f64 / 20.0);
        let far = |i: usize| if i == 0 { 1e300 } else { even(i) };
        let alike = |_: usize| 7.0;
        let shapes: [&dyn Fn(usize) -> f64; 4] = [&even, &skew, &far, &alike];
        // One for all, as a thread has it.
        let mut room = Room::default();
        for (n, shape) in [1, 2, 3, 10, 257, 1024, 5_000].into_iter().flat_map(|n| shapes.map(|s| (n, s))) {
            let values: Vec<f64> = (0..n).map(shape).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            for alpha in [0.0, 0.5, 0.9, 0.99] {
                let ranks = ranks_read(n, alpha);
                let placed = placed(&values, &outline(&values), alpha, &mut room);
                for rank in ranks {
                    assert_eq!(placed[rank], sorted[rank], "rank {rank} of {n}");
                }
                assert_eq!(QUANTILES.map(|p| quantile(placed, p)), QUANTILES.map(|p| quantile(&sorted, p)));
                let (tail, expected) = (cvar_lowest(placed, alpha), cvar_lowest(&sorted, alpha));
                let size = expected.abs().max(1.0);
                assert!(
                    tail == expected || (tail - expected).abs() < 1e-12 * size,
                    "{tail} is not {expected}"
                );
            }
        }
    }

    /// Of 100 values the median lies between the 40th and the 60th order statistic in 95 % of cases: 50 ± 1.96 · 5.
    #[test]
    fn quantile_intervals_are_order_statistics() {
        assert_eq!(ranks(100, 0.5), [39, 59]);
        assert_eq!(ranks(3, 0.05), [0, 0]);
    }
}
