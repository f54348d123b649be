//! Benefits and costs by year and sample, and every figure of worth that follows from them.

use super::figures::{Amount, AtRate, DISCOUNT_RATES, HIGHEST_RATE, LOWEST_RATE, Rates, Ratio, View};
use crate::stats::{confidence_half_width, mean_and_standard_error, wilson_interval};

/// Steps between the lowest and the highest rate at which signs are compared.
const STEPS: usize = 2_000;

/// Benefits and costs by year, not discounted: of each year one number for each sample.
pub(super) struct Flows<'a> {
    benefits: &'a [Vec<f64>],
    /// Costs that are the same in every sample.
    costs: Vec<f64>,
    /// Subtracted from the costs of each sample, where given.
    transfers: Option<&'a [Vec<f64>]>,
}

impl<'a> Flows<'a> {
    /// Benefits by year and sample, costs by year, and by year and sample what is no cost.
    pub(super) fn new(
        benefits: &'a [Vec<f64>],
        costs: Vec<f64>,
        transfers: Option<&'a Vec<Vec<f64>>>,
    ) -> Self {
        let transfers = transfers.map(Vec::as_slice).filter(|transfers| !transfers.is_empty());
        Self { benefits, costs, transfers }
    }

    fn samples(&self) -> usize {
        self.benefits.first().map_or(0, Vec::len)
    }

    fn present(&self, years: &[Vec<f64>], rate: f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.samples()];
        let mut weight = 1.0;
        for year in years {
            for (sum, value) in sums.iter_mut().zip(year) {
                *sum += weight * value;
            }
            weight /= 1.0 + rate;
        }
        sums
    }

    /// Present value of the benefits in each sample.
    fn benefits(&self, rate: f64) -> Vec<f64> {
        self.present(self.benefits, rate)
    }

    /// Present value of the costs in each sample.
    fn costs(&self, rate: f64) -> Vec<f64> {
        let mut weight = 1.0;
        let mut certain = 0.0;
        for cost in &self.costs {
            certain += weight * cost;
            weight /= 1.0 + rate;
        }
        match self.transfers {
            None => vec![certain; self.samples()],
            Some(transfers) => self.present(transfers, rate).into_iter().map(|free| certain - free).collect(),
        }
    }

    /// Mean present values of benefits and costs.
    pub(super) fn means(&self, rate: f64) -> (f64, f64) {
        let mean = |values: Vec<f64>| mean_and_standard_error(&values).0;
        (mean(self.benefits(rate)), mean(self.costs(rate)))
    }

    /// Everything but switching values, at the scenario's discount rate.
    pub(super) fn view(&self, rate: f64) -> View {
        let (benefits, costs) = (self.benefits(rate), self.costs(rate));
        let net = differences(&benefits, &costs);
        let pays = share_that_pays(&net);
        let moments = Moments::of(self);
        View {
            benefits: Amount::of(&benefits),
            costs: Amount::of(&costs),
            npv: Amount::of(&net),
            bcr: ratio(&benefits, &costs),
            eirr: moments.rates(),
            payback_year: moments.payback(rate),
            pays,
            pays_interval: wilson_interval(pays, net.len()),
            at_rates: DISCOUNT_RATES.iter().map(|&rate| self.at(rate)).collect(),
            switching: None,
        }
    }

    fn at(&self, rate: f64) -> AtRate {
        let (benefits, costs) = (self.benefits(rate), self.costs(rate));
        let net = differences(&benefits, &costs);
        AtRate {
            rate,
            npv: Amount::of(&net),
            bcr: ratio(&benefits, &costs).map(|ratio| ratio.ratio),
            pays: share_that_pays(&net),
        }
    }
}

fn differences(benefits: &[f64], costs: &[f64]) -> Vec<f64> {
    benefits.iter().zip(costs).map(|(benefit, cost)| benefit - cost).collect()
}

fn share_that_pays(net: &[f64]) -> f64 {
    net.iter().filter(|net| **net >= 0.0).count() as f64 / net.len().max(1) as f64
}

/// Mean benefits over mean costs with Fieller's interval (1954): the ratios ρ at which the mean of benefits − ρ · costs
/// cannot be told from zero. Nothing where mean costs are not above zero.
fn ratio(benefits: &[f64], costs: &[f64]) -> Option<Ratio> {
    let n = benefits.len();
    let ((b, b_error), (c, c_error)) = (mean_and_standard_error(benefits), mean_and_standard_error(costs));
    if c <= 0.0 {
        return None;
    }
    let t = confidence_half_width(1.0, n);
    let products = benefits.iter().zip(costs).map(|(x, y)| (x - b) * (y - c));
    let covariance = products.sum::<f64>() / ((n as f64 - 1.0) * n as f64).max(1.0);
    // ρ solves (b − ρ c)² = t² (var b − 2 ρ cov + ρ² var c).
    let leading = c * c - t * t * c_error * c_error;
    let middle = b * c - t * t * covariance;
    let last = b * b - t * t * b_error * b_error;
    let root = middle * middle - leading * last;
    let interval = (leading > 0.0 && root >= 0.0).then(|| {
        let half = libm::sqrt(root);
        [(middle - half) / leading, (middle + half) / leading]
    });
    Some(Ratio { ratio: b / c, interval })
}

/// Means and covariances of net flows by year: the net present value at any rate has its mean and error from them.
struct Moments {
    means: Vec<f64>,
    /// Covariances of the means.
    covariances: Vec<Vec<f64>>,
    samples: usize,
}

impl Moments {
    fn of(flows: &Flows<'_>) -> Self {
        let samples = flows.samples();
        let net: Vec<Vec<f64>> = flows
            .benefits
            .iter()
            .enumerate()
            .map(|(y, benefits)| {
                let cost = flows.costs.get(y).copied().unwrap_or(0.0);
                let free = flows.transfers.map(|transfers| &transfers[y]);
                let free = |i: usize| free.map_or(0.0, |free| free[i]);
                benefits.iter().enumerate().map(|(i, benefit)| benefit - cost + free(i)).collect()
            })
            .collect();
        let means: Vec<f64> = net.iter().map(|year| mean_and_standard_error(year).0).collect();
        let n = samples as f64;
        let divisor = ((n - 1.0) * n).max(1.0);
        let covariance = |a: usize, b: usize| {
            let pairs = net[a].iter().zip(&net[b]);
            pairs.map(|(x, y)| (x - means[a]) * (y - means[b])).sum::<f64>() / divisor
        };
        let years = net.len();
        let covariances = (0..years).map(|a| (0..years).map(|b| covariance(a, b)).collect()).collect();
        Self { means, covariances, samples }
    }

    fn weights(&self, rate: f64) -> Vec<f64> {
        std::iter::successors(Some(1.0), |weight| Some(weight / (1.0 + rate)))
            .take(self.means.len())
            .collect()
    }

    /// Mean net present value at a rate.
    fn npv(&self, rate: f64) -> f64 {
        self.weights(rate).iter().zip(&self.means).map(|(weight, mean)| weight * mean).sum()
    }

    /// How far the mean is from where its interval would hold zero: not above zero where it holds it.
    fn beyond(&self, rate: f64) -> f64 {
        let weights = self.weights(rate);
        let mut variance = 0.0;
        for (a, row) in weights.iter().zip(&self.covariances) {
            variance += weights.iter().zip(row).map(|(b, covariance)| a * b * covariance).sum::<f64>();
        }
        let half = confidence_half_width(libm::sqrt(variance.max(0.0)), self.samples);
        self.npv(rate).abs() - half
    }

    /// Rates at which the mean is zero, and ranges in which its interval holds zero: by signs on a grid that is even in
    /// ln(1 + r), then by halving.
    fn rates(&self) -> Rates {
        if self.means.iter().all(|mean| *mean == 0.0) {
            return Rates { rates: Vec::new(), ranges: Vec::new() };
        }
        let (low, high) = (libm::log1p(LOWEST_RATE), libm::log1p(HIGHEST_RATE));
        let rate = |step: usize| libm::expm1(low + (high - low) * step as f64 / STEPS as f64);
        let grid: Vec<f64> = (0..=STEPS).map(rate).collect();
        let npv = |rate: f64| self.npv(rate);
        let beyond = |rate: f64| self.beyond(rate);
        let rates = crossings(&grid, &npv);
        // A range begins or ends where the distance changes its sign; a root between two points of the grid is in one.
        let mut ends = crossings(&grid, &beyond);
        if beyond(grid[0]) <= 0.0 {
            ends.insert(0, LOWEST_RATE);
        }
        if beyond(grid[STEPS]) <= 0.0 {
            ends.push(HIGHEST_RATE);
        }
        let mut ranges: Vec<[f64; 2]> = ends.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
        for root in &rates {
            if !ranges.iter().any(|[from, to]| (*from..=*to).contains(root)) {
                ranges.push([*root, *root]);
            }
        }
        ranges.sort_by(|a, b| a[0].total_cmp(&b[0]));
        Rates { rates, ranges }
    }

    /// The first year from which on the discounted, cumulated mean stays above zero.
    fn payback(&self, rate: f64) -> Option<usize> {
        let mut sum = 0.0;
        let mut first = None;
        for (y, (weight, mean)) in self.weights(rate).iter().zip(&self.means).enumerate() {
            sum += weight * mean;
            first = if sum > 0.0 { first.or(Some(y)) } else { None };
        }
        first
    }
}

/// Where a function of the rate changes its sign, by halving between points of the grid.
fn crossings(grid: &[f64], function: &dyn Fn(f64) -> f64) -> Vec<f64> {
    let values: Vec<f64> = grid.iter().map(|rate| function(*rate)).collect();
    let mut found = Vec::new();
    for (pair, value) in grid.windows(2).zip(values.windows(2)) {
        if (value[0] > 0.0) == (value[1] > 0.0) {
            continue;
        }
        let (mut low, mut high) = (pair[0], pair[1]);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if (function(middle) > 0.0) == (value[0] > 0.0) { low = middle } else { high = middle }
        }
        found.push(0.5 * (low + high));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 paid at once, 60 in each of the two next years: NPV at 10 % −100 + 60/1.1 + 60/1.21 = 4.132; the rate of return
    /// solves 100 x² ... with x = 1/(1 + r): 60 x + 60 x² = 100, x = (−60 + √(3600 + 24000))/120 = 0.884437, r = 13.066 %.
    #[test]
    fn an_annuity_has_its_known_rate_of_return() {
        let benefits = vec![vec![0.0; 4], vec![60.0; 4], vec![60.0; 4]];
        let view = Flows::new(&benefits, vec![100.0, 0.0, 0.0], None).view(0.1);
        assert!((view.npv.mean - 4.132_231).abs() < 1e-6);
        assert_eq!((view.npv.half_width, view.pays, view.payback_year), (0.0, 1.0, Some(2)));
        assert_eq!(view.eirr.rates.len(), 1);
        assert!((view.eirr.rates[0] - 0.130_662_386).abs() < 1e-8, "{:?}", view.eirr);
        let bcr = view.bcr.expect("costs");
        assert!((bcr.ratio - 1.041_322_3).abs() < 1e-7);
        assert!(bcr.interval.is_some_and(|[low, high]| (high - low).abs() < 1e-9));
    }

    /// −100, 230, −132: the mean is zero at 10 % and at 20 %.
    #[test]
    fn more_than_one_rate_of_return_is_told() {
        let benefits = vec![vec![0.0; 2], vec![230.0; 2], vec![0.0; 2]];
        let view = Flows::new(&benefits, vec![100.0, 0.0, 132.0], None).view(0.05);
        let rates: Vec<i64> = view.eirr.rates.iter().map(|rate| libm::round(rate * 1e6) as i64).collect();
        assert_eq!(rates, [100_000, 200_000]);
        assert_eq!(view.payback_year, None);
    }

    /// Benefits that are never paid for have no ratio; those that nothing brings have no rate.
    #[test]
    fn no_cost_has_no_ratio_and_no_benefit_no_rate() {
        let benefits = vec![vec![5.0; 3]];
        let view = Flows::new(&benefits, vec![0.0], None).view(0.05);
        assert_eq!((view.bcr, view.pays, view.eirr.rates.len()), (None, 1.0, 0));
        let nothing = vec![vec![0.0; 3], vec![0.0; 3]];
        let view = Flows::new(&nothing, vec![10.0, 0.0], None).view(0.05);
        assert!(view.eirr.rates.is_empty() && view.eirr.ranges.is_empty() && view.pays == 0.0);
    }

    /// Fieller's interval against its definition: at its ends |b − ρ c| is t times its standard error. Benefits 8, 12, 10, 14
    /// with costs 4, 5, 6, 5 (transfers 1, 0, −1, 0 off 5).
    #[test]
    fn the_interval_of_a_ratio_is_fieller_s() {
        let benefits = vec![vec![8.0, 12.0, 10.0, 14.0]];
        let transfers = vec![vec![1.0, 0.0, -1.0, 0.0]];
        let view = Flows::new(&benefits, vec![5.0], Some(&transfers)).view(0.0);
        let bcr = view.bcr.expect("costs");
        assert!((bcr.ratio - 11.0 / 5.0).abs() < 1e-12);
        for end in bcr.interval.expect("an interval") {
            let costs = [4.0, 5.0, 6.0, 5.0];
            let off: Vec<f64> = benefits[0].iter().zip(costs).map(|(b, c)| b - end * c).collect();
            let (mean, error) = mean_and_standard_error(&off);
            assert!((mean.abs() - confidence_half_width(error, 4)).abs() < 1e-9);
        }
    }
}
