//! Estimates from samples of futures: mean with its error, quantiles and the worst tail with theirs, paired gains.

use std::cell::RefCell;

use crate::stats::bins::{outline, shortfall};
use crate::stats::moments::Moments;
use crate::stats::order::Room;
use crate::stats::sketch::Sketch;
use crate::stats::{confidence_half_width, mean_and_standard_error};

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
            // All values: order statistics at ranks that depend on their number alone.
            Kept::Values(values) => {
                let outline = outline(values);
                self.below_zero = outline.below_zero as f64 / values.len() as f64;
                self.above_zero = outline.above_zero as f64 / values.len() as f64;
                READ.with_borrow_mut(|(read, room, at)| {
                    if (read.n, read.alpha) != (values.len(), alpha) {
                        *read = Read::new(values.len(), alpha);
                    }
                    room.order_statistics(values, &outline, &read.ranks, at);
                    self.quantiles = read.quantiles.map(|place| place.of(at));
                    self.quantile_intervals = read.intervals.map(|ends| ends.map(|end| at[end]));
                    let (rank, weight) = read.tail;
                    self.cvar = at[rank] - shortfall(values, at[rank]).0 / weight;
                    let at_risk = read.at_risk.of(at);
                    let (sum, squares) = shortfall(values, at_risk);
                    self.cvar_standard_error = tail_error(sum, squares, values.len() as u64, alpha);
                });
            }
            Kept::Sketch(sketch) if sketch.is_empty() => {}
            // A sketch: quantiles between its bins, the tail summed bin by bin.
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
                let (mut sum, mut squares) = (0.0, 0.0);
                for (value, count) in bins.iter().take_while(|(value, _)| *value < at_risk) {
                    let short = at_risk - value;
                    sum += short * *count as f64;
                    squares += short * short * *count as f64;
                }
                self.cvar_standard_error = tail_error(sum, squares, n, alpha);
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

/// A quantile between two order statistics.
#[derive(Debug, Clone, Copy)]
struct Between {
    below: usize,
    above: usize,
    share: f64,
}

impl Between {
    /// The quantile `p` of `n` values: ranks, and how far between them (type 7 of Hyndman and Fan 1996).
    fn new(n: usize, p: f64) -> Self {
        let last = n.saturating_sub(1);
        let place = p.clamp(0.0, 1.0) * last as f64;
        let below = (place.floor() as usize).min(last);
        Self { below, above: (below + 1).min(last), share: place - below as f64 }
    }

    fn of(self, at: &[f64]) -> f64 {
        let (below, above) = (at[self.below], at[self.above]);
        if self.share == 0.0 { below } else { below + self.share * (above - below) }
    }
}

/// The ranks that an estimate reads of so many values, and where among them its numbers stand.
#[derive(Debug)]
struct Read {
    n: usize,
    alpha: f64,
    ranks: Vec<usize>,
    quantiles: [Between; 5],
    intervals: [[usize; 2]; 5],
    at_risk: Between,
    /// The greatest value that counts in the tail, and how many values the tail is.
    tail: (usize, f64),
}

impl Read {
    fn new(n: usize, alpha: f64) -> Self {
        let mut quantiles = QUANTILES.map(|p| Between::new(n, p));
        let mut intervals = QUANTILES.map(|p| ranks(n, p));
        let mut at_risk = Between::new(n, 1.0 - alpha);
        let mut tail = tail_of(n, alpha);
        let mut list: Vec<usize> = quantiles.iter().flat_map(|place| [place.below, place.above]).collect();
        list.extend(intervals.as_flattened());
        list.extend([at_risk.below, at_risk.above, tail.0]);
        list.sort_unstable();
        list.dedup();
        let stands = |rank: &mut usize| *rank = list.partition_point(|other| *other < *rank);
        for place in quantiles.iter_mut().chain([&mut at_risk]) {
            stands(&mut place.below);
            stands(&mut place.above);
        }
        intervals.as_flattened_mut().iter_mut().for_each(stands);
        stands(&mut tail.0);
        Self { n, alpha, ranks: list, quantiles, intervals, at_risk, tail }
    }
}

thread_local! {
    // Rows mostly ask for the same ranks, and in the same memory.
    static READ: RefCell<(Read, Room, Vec<f64>)> =
        RefCell::new((Read::new(0, 0.0), Room::default(), Vec::new()));
}

/// The mean of the lowest 1 − `alpha` share of `n` values is v − D / w: v the greatest of them, D what all values fall
/// short of it together, w how many they are, the last perhaps in part (Rockafellar and Uryasev 2002). The rank of v, and w.
fn tail_of(n: usize, alpha: f64) -> (usize, f64) {
    let share = ((1.0 - alpha) * n as f64).clamp(0.0, n as f64);
    // Whole values below the quantile, but for rounding in 1 − α.
    let whole = ((share + 1e-9).floor() as usize).min(n);
    let part = share - whole as f64;
    if whole == 0 {
        (0, 1.0)
    } else if part > 1e-9 {
        (whole, share)
    } else {
        (whole - 1, whole as f64)
    }
}

/// Standard error of CVaR = v − E\[(v − x)⁺\] / (1 − α), v the value at risk (Trindade and others 2007), from the
/// sum of what `n` values fall short of v and that of its squares.
fn tail_error(sum: f64, squares: f64, n: u64, alpha: f64) -> f64 {
    if n < 2 || alpha >= 1.0 {
        return 0.0;
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

impl From<Estimate> for Comparison {
    fn from(of: Estimate) -> Self {
        let Estimate { mean, standard_error, half_width, above_zero, .. } = of;
        Self { mean, standard_error, half_width, wins: above_zero }
    }
}

impl Comparison {
    /// From one difference for each independent sample.
    pub fn of(differences: &[f64]) -> Self {
        let (mean, standard_error) = mean_and_standard_error(differences);
        let half_width = confidence_half_width(standard_error, differences.len());
        let wins = differences.iter().filter(|gain| **gain > 0.0).count();
        Self { mean, standard_error, half_width, wins: wins as f64 / differences.len().max(1) as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{cvar_lowest, quantile};

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

    /// Reading by rank gives the numbers that sorting gives, with ties, far tails, an outlier and all alike.
    #[test]
    fn estimates_are_those_of_sorted_values() {
        let even = |i: usize| ((i * 7919) % 613) as f64 - 300.0;
        let skew = |i: usize| libm::exp(((i * 7919) % 613) as f64 / 20.0);
        let far = |i: usize| if i == 0 { 1e300 } else { even(i) };
        let alike = |_: usize| 7.0;
        let shapes: [&dyn Fn(usize) -> f64; 4] = [&even, &skew, &far, &alike];
        for (n, shape) in
            [1, 2, 3, 10, 63, 64, 257, 1024, 5_000, 70_000].into_iter().flat_map(|n| shapes.map(|s| (n, s)))
        {
            let values: Vec<f64> = (0..n).map(shape).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            for alpha in [0.0, 0.5, 0.9, 0.99, 1.0] {
                let found = Estimate::of(&values, alpha);
                assert_eq!(found.quantiles, QUANTILES.map(|p| quantile(&sorted, p)), "of {n}");
                assert_eq!(found.quantile_intervals, QUANTILES.map(|p| ranks(n, p).map(|r| sorted[r])));
                let expected = cvar_lowest(&sorted, alpha);
                // What falls short is summed from the greatest value of the tail, to whose last digits it is right.
                let size = sorted[tail_of(n, alpha).0].abs().max(1.0);
                assert!((found.cvar - expected).abs() < 1e-13 * size, "{} is not {expected}", found.cvar);
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
