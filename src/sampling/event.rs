//! Events: how many a year, when they start, how bad and how long they are, and what they leave from period to period.

use super::block::{BLOCK, LANES, Lanes};
use super::distribution::{Draw, Quantile};
use super::stream::{Purpose, StreamKey};
use crate::model::Event;
use crate::stats::lanes::Scratch;

/// The draws of one event in one scope instance. A draw's index is its year, and within the year the occurrence.
#[derive(Debug, Clone)]
pub(super) struct EventDraws {
    count: StreamKey,
    start: StreamKey,
    severity: (StreamKey, Quantile),
    duration: (StreamKey, Quantile),
    rate: f64,
    dispersion: Option<f64>,
    /// Probability of starting in a period of the year or earlier.
    starts: Vec<f64>,
}

impl EventDraws {
    pub(super) fn new(event: &Event, seed: u64, purpose: Purpose, name: &str) -> Self {
        let key = |part: &str| StreamKey::new(seed, purpose, &format!("{name}/{part}"));
        // Severities and durations are numbers, never events themselves: the scenario refuses it.
        let quantile = |distribution| {
            let fallback = crate::model::Distribution::Empirical { values: vec![0.0] };
            Quantile::new(distribution).or_else(|| Quantile::new(&fallback))
        };
        let prepared = |part: &str, distribution| (key(part), quantile(distribution));
        let (severity, duration) =
            (prepared("severity", &event.severity), prepared("duration", &event.duration));
        let (Some(bad), Some(long)) = (severity.1, duration.1) else {
            unreachable!("an empirical distribution has a quantile function")
        };
        let mut sum = 0.0;
        let starts = event.starts.iter().map(|share| {
            sum += share;
            sum
        });
        Self {
            count: key("count"),
            start: key("start"),
            severity: (severity.0, bad),
            duration: (duration.0, long),
            rate: event.rate,
            dispersion: event.dispersion,
            starts: starts.collect(),
        }
    }

    /// Share left in every period of the samples of `block`: h = Π (1 − severity) over active events.
    pub(super) fn paths(
        &self,
        block: usize,
        years: usize,
        periods_per_year: usize,
        scratch: &mut Scratch,
    ) -> Vec<Lanes> {
        let mut left = vec![[1.0; LANES]; years * periods_per_year];
        let mut counts = [0.0; LANES];
        for year in 0..years {
            self.count.uniforms(block, year as u64, &mut counts);
            for (lane, u) in counts.iter().enumerate() {
                for occurrence in 0..count_at(self.rate, self.dispersion, *u) {
                    let index = (year as u64) << 32 | occurrence;
                    let sample = block * BLOCK + lane;
                    let mut value = |(key, quantile): &(StreamKey, Quantile)| {
                        let mut one = [key.uniform(sample, index)];
                        quantile.apply(&mut one, Draw::Uniform, scratch);
                        one[0]
                    };
                    let (severity, duration) = (value(&self.severity), value(&self.duration));
                    let u = self.start.uniform(sample, index);
                    let within = self.starts.partition_point(|sum| *sum <= u).min(periods_per_year - 1);
                    let from = year * periods_per_year + within;
                    let length = (duration.ceil() as usize).max(1);
                    for period in left.iter_mut().skip(from).take(length) {
                        period[lane] *= 1.0 - severity;
                    }
                }
            }
        }
        left
    }
}

/// The count at probability `u`: Poisson with mean `rate`, or negative binomial with that mean and size `dispersion`.
/// Adds up probabilities from zero on: rates are at most 50 a year.
fn count_at(rate: f64, dispersion: Option<f64>, u: f64) -> u64 {
    // P(0), and the ratio P(n + 1) / P(n).
    let none = match dispersion {
        None => libm::exp(-rate),
        Some(k) => libm::exp(-k * libm::log1p(rate / k)),
    };
    let ratio = |n: f64| match dispersion {
        None => rate / (n + 1.0),
        Some(k) => (k + n) / (n + 1.0) * (rate / (k + rate)),
    };
    let (mut count, mut probability, mut sum) = (0_u64, none, none);
    while sum <= u {
        probability *= ratio(count as f64);
        let before = sum;
        sum += probability;
        count += 1;
        // In the last digits the sum stands still short of u: the tail beyond is never reached.
        if sum == before && probability < 1e-18 {
            break;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(no event) at rate 3 is e^−3 = 0.0497870683679; with dispersion 0.5, (1 + 6)^−0.5 = 0.377964473.
    #[test]
    fn counts_have_their_probabilities() {
        assert_eq!(count_at(3.0, None, 0.049_787), 0);
        assert_eq!(count_at(3.0, None, 0.049_788), 1);
        assert_eq!(count_at(3.0, Some(0.5), 0.377_96), 0);
        assert_eq!(count_at(3.0, Some(0.5), 0.377_97), 1);
        assert_eq!(count_at(0.0, None, 1.0 - 1e-16), 0);
        assert!(count_at(50.0, None, 1.0 - 1.2e-16) < 200);
        assert!(count_at(50.0, Some(0.01), 1.0 - 1.2e-16) > 1000);
    }
}
