//! What samples decide between cases: pair by pair, and which is best.

use crate::stats::normal::normal_quantile;
use crate::stats::{confidence_half_width, mean_and_standard_error, sequence, wilson_interval};
use crate::study::estimate::Comparison;

/// Probability with which any of the differences may be decided wrongly.
pub const ERROR: f64 = 0.05;

/// Samples of the first look of a comparison that goes on until it is decided; every further look is at twice as many.
pub const FIRST_LOOK: usize = 1024;

/// What the samples say of two cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The first is better by more than the indifference.
    First,
    /// The second is.
    Second,
    /// They differ by no more than the indifference.
    Equal,
    /// Not decided.
    Open,
}

/// Two cases, the first less the second, paired sample by sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Number of the first case.
    pub first: usize,
    /// Number of the second.
    pub second: usize,
    /// The difference, with its own 95 % interval.
    pub difference: Comparison,
    /// Its interval that holds for all pairs together, and at every look where looks were several.
    pub interval: [f64; 2],
    /// The decision by that interval.
    pub decision: Decision,
}

/// How often a case is best, and what choosing it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// Share of samples in which it is best; ties are split.
    pub share: f64,
    /// Its 95 % interval (Wilson 1927).
    pub share_interval: [f64; 2],
    /// Mean of what the best case of each sample has more.
    pub regret: f64,
    /// Half the width of its 95 % interval.
    pub regret_half_width: f64,
}

/// All pairs of cases whose values stand in `values`, \[case\]\[sample\]. `sequential` says that the samples were looked at
/// several times.
pub(super) fn pairs(values: &[Vec<f64>], indifference: f64, sequential: bool) -> Vec<Pair> {
    let cases = values.len();
    let count = (cases * cases.saturating_sub(1)).div_euclid(2);
    let each = ERROR / count.max(1) as f64;
    let mut found = Vec::with_capacity(count);
    for first in 0..cases {
        for second in first + 1..cases {
            let differences: Vec<f64> =
                values[first].iter().zip(&values[second]).map(|(a, b)| a - b).collect();
            let difference = Comparison::of(&differences);
            let n = differences.len();
            let half = if sequential {
                let sd = difference.standard_error * libm::sqrt(n as f64);
                sequence::half_width(sd, n, each, FIRST_LOOK)
            } else {
                difference.standard_error * normal_quantile(1.0 - each / 2.0)
            };
            let interval = [difference.mean - half, difference.mean + half];
            let decision = decided(interval, indifference);
            found.push(Pair { first, second, difference, interval, decision });
        }
    }
    found
}

/// What an interval of a difference decides at this indifference.
fn decided([low, high]: [f64; 2], indifference: f64) -> Decision {
    if low > indifference {
        Decision::First
    } else if high < -indifference {
        Decision::Second
    } else if low >= -indifference && high <= indifference {
        Decision::Equal
    } else {
        Decision::Open
    }
}

/// How often each case is best.
pub(super) fn best(values: &[Vec<f64>]) -> Vec<Best> {
    let samples = values.first().map_or(0, Vec::len);
    let mut shares = vec![0.0; values.len()];
    let mut most = Vec::with_capacity(samples);
    for k in 0..samples {
        let best = values.iter().map(|own| own[k]).fold(f64::NEG_INFINITY, f64::max);
        let ties = values.iter().filter(|own| own[k] == best).count() as f64;
        for (share, own) in shares.iter_mut().zip(values) {
            *share += if own[k] == best { 1.0 / ties } else { 0.0 };
        }
        most.push(best);
    }
    let of = |(share, own): (f64, &Vec<f64>)| {
        let regrets: Vec<f64> = most.iter().zip(own).map(|(best, own)| best - own).collect();
        let (regret, error) = mean_and_standard_error(&regrets);
        let share = share / samples.max(1) as f64;
        Best {
            share,
            share_interval: wilson_interval(share, samples),
            regret,
            regret_half_width: confidence_half_width(error, samples),
        }
    };
    shares.into_iter().zip(values).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three cases in four futures: (1, 2, 2), (5, 3, 1), (0, 0, 0), (2, 4, 6). The first is best in one and a third of four; the second ties once and ties
    /// with all once: 1/2 + 1/3; the third 1/2 + 1/3 + 1. Regrets: (1 + 0 + 0 + 4)/4, (0 + 2 + 0 + 2)/4, (0 + 4 + 0 + 0)/4.
    #[test]
    fn ties_are_split() {
        let values = vec![vec![1.0, 5.0, 0.0, 2.0], vec![2.0, 3.0, 0.0, 4.0], vec![2.0, 1.0, 0.0, 6.0]];
        let found = best(&values);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        for (own, (share, regret)) in found.iter().zip([
            ((1.0 + 1.0 / 3.0) / 4.0, 1.25),
            ((0.5 + 1.0 / 3.0) / 4.0, 1.0),
            ((1.5 + 1.0 / 3.0) / 4.0, 1.0),
        ]) {
            assert!(near(own.share, share) && near(own.regret, regret), "{own:?}");
        }
    }

    #[test]
    fn an_interval_decides_at_an_indifference() {
        for (interval, indifference, expected) in [
            ([1.0, 2.0], 0.0, Decision::First),
            ([1.0, 2.0], 1.5, Decision::Open),
            ([-2.0, -1.0], 0.5, Decision::Second),
            ([-1.0, 1.0], 1.0, Decision::Equal),
            ([-1.0, 1.0], 0.0, Decision::Open),
            ([0.0, 0.0], 0.0, Decision::Equal),
        ] {
            assert_eq!(decided(interval, indifference), expected, "{interval:?} {indifference}");
        }
    }

    /// Numbers between 0 and 1 in a fixed order (SplitMix64 of Steele, Lea and Flood 2014).
    struct Draws(u64);

    impl Draws {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    /// Three cases that are worth the same, with values that lean to one side: whatever is decided is wrong. Looked at four times, of
    /// 500 seeds at most 36 may decide anything at 5 % (the 99 % quantile of Binomial(500, 0.05)); looking four times at plain intervals decides
    /// far more.
    #[test]
    fn looking_often_decides_wrongly_no_more_often_than_stated() {
        let (mut wrong, mut plainly) = (0, 0);
        for seed in 0..500_u64 {
            let mut draws = Draws(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
            let mut values = vec![Vec::new(); 3];
            let (mut decided, mut plain) = (false, false);
            let mut look = FIRST_LOOK;
            while look <= FIRST_LOOK * 4 {
                while values[0].len() < look {
                    for own in &mut values {
                        own.push(-libm::log(1.0 - draws.next()));
                    }
                }
                let open = |pairs: &[Pair]| pairs.iter().all(|pair| pair.decision == Decision::Open);
                decided |= !open(&pairs(&values, 0.0, true));
                plain |= !open(&pairs(&values, 0.0, false));
                look += FIRST_LOOK;
            }
            wrong += usize::from(decided);
            plainly += usize::from(plain);
        }
        assert!(wrong <= 36, "{wrong} of 500");
        assert!(plainly > wrong, "{plainly} of 500");
    }
}
