//! The worth of knowing before one decides: of everything, of some numbers, of a survey that says something of them.
//!
//! Decisions d have values v(d, k) in equally likely futures k. Today one takes d₀, the best on average. Who knew the future would
//! gain max v(·, k) − v(d₀, k) on average (the expected value of perfect information, EVPI); who knew some numbers θ of it,
//! max E\[v(·) | θ\] − v(d₀) (that of partial perfect information, EVPPI); who had a survey's answers, the same with the answers in
//! place of θ (that of sample information, EVSI).
//!
//! E\[v | θ\] is a regression of the values on θ (Strong, Oakley and Brennan 2014, Medical Decision Making 34(3); for surveys Strong
//! et al. 2015, ibid. 35(5)). Here it is cross-fitted: the regression that chooses in a future has never seen that future, and what
//! counts is what the choice then gains there, not what the regression promises. So chance in the regression can make the worth
//! too low, as a poorer choice does, never too high: beside the choice of d₀ on the same futures, the expected value of the estimate
//! is at most the worth.

use super::smooth::{Basis, crossed};
use super::{mean_and_standard_error, normal::normal_quantile};

/// Parts of a cross-fitted regression.
const FOLDS: usize = 10;

/// The worth of knowing something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// The mean gain.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Share of futures in which something else is chosen than today.
    pub switches: f64,
    /// What is chosen most often there, where anything is.
    pub instead: Option<usize>,
}

impl Worth {
    /// Half the width of its 95 % interval.
    pub fn half_width(&self) -> f64 {
        normal_quantile(0.975) * self.standard_error
    }

    /// The worth of choosing `chosen`, \[future\], over `best`.
    fn of(values: &[Vec<f64>], best: usize, chosen: &[usize]) -> Self {
        let gains: Vec<f64> =
            chosen.iter().enumerate().map(|(k, choice)| values[*choice][k] - values[best][k]).collect();
        let (mean, standard_error) = mean_and_standard_error(&gains);
        let counts: Vec<usize> =
            (0..values.len()).map(|d| chosen.iter().filter(|choice| **choice == d).count()).collect();
        let others = || (0..values.len()).filter(|d| *d != best);
        let switched: usize = others().map(|d| counts[d]).sum();
        let instead = others().filter(|d| counts[*d] > 0).max_by_key(|d| (counts[*d], usize::MAX - d));
        Self { mean, standard_error, switches: switched as f64 / chosen.len().max(1) as f64, instead }
    }
}

/// The decision of the highest mean, the first of equals; 0 where there is none.
pub fn best(values: &[Vec<f64>]) -> usize {
    let means: Vec<f64> = values.iter().map(|own| mean_and_standard_error(own).0).collect();
    highest(&means)
}

/// The place of the highest of these, the first of equals.
fn highest(of: &[f64]) -> usize {
    (1..of.len()).fold(0, |best, d| if of[d] > of[best] { d } else { best })
}

/// The worth of knowing everything, from the values of decisions, \[decision\]\[future\].
pub fn evpi(values: &[Vec<f64>]) -> Worth {
    let futures = values.first().map_or(0, Vec::len);
    let best = best(values);
    let chosen: Vec<usize> = (0..futures)
        .map(|k| {
            // Today's best where nothing is better.
            let better = |top: usize, d: usize| if values[d][k] > values[top][k] { d } else { top };
            (0..values.len()).fold(best, better)
        })
        .collect();
    Worth::of(values, best, &chosen)
}

/// The worth of knowing `known`, each \[future\]: numbers, or answers about them. What it can tell is taken to be a sum of smooth
/// functions of each.
pub fn evppi(values: &[Vec<f64>], known: &[&[f64]]) -> Worth {
    let futures = values.first().map_or(0, Vec::len);
    let best = best(values);
    let others: Vec<usize> = (0..values.len()).filter(|d| *d != best).collect();
    let bases: Vec<Basis> = known.iter().map(|own| Basis::of(own)).collect();
    let gains: Vec<Vec<f64>> = others
        .iter()
        .map(|d| values[*d].iter().zip(&values[best]).map(|(own, best)| own - best).collect())
        .collect();
    let predicted = crossed(&bases, &gains, FOLDS);
    let chosen: Vec<usize> = (0..futures)
        .map(|k| {
            let (mut choice, mut most) = (best, 0.0);
            for (d, predicted) in others.iter().zip(&predicted) {
                if predicted[k] > most {
                    (choice, most) = (*d, predicted[k]);
                }
            }
            choice
        })
        .collect();
    Worth::of(values, best, &chosen)
}

/// The answers of a survey: the scores of a number, \[future\], each with a standard normal error of `noise` times `error` over the
/// square root of the number of answers.
pub fn answers(scores: &[f64], noise: &[f64], error: f64, answers: f64) -> Vec<f64> {
    let each = error / libm::sqrt(answers);
    scores.iter().zip(noise).map(|(score, noise)| score + each * noise).collect()
}

/// Two ends around the EVPPI from a nested simulation: in every state, the values of decisions in futures that share it,
/// \[state\]\[decision\]\[future\].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nested {
    /// Chosen on one half of a state's futures and valued on the other, both ways: too low on average.
    pub low: Ends,
    /// Chosen and valued on the same futures: too high on average.
    pub high: Ends,
}

/// An end with its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    /// The mean over states.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The worth of knowing the state, by nested simulation. `best` is what is chosen without knowing. States are of equally likely
/// classes in order, one of each: errors are of neighbours that differ, a little too large where the gain rises from class to class.
pub fn nested(states: &[Vec<Vec<f64>>], best: usize) -> Nested {
    let mean = |own: &[f64]| own.iter().sum::<f64>() / own.len().max(1) as f64;
    let gains = |state: &[Vec<f64>], from: usize, to: usize| -> Vec<f64> {
        let today = mean(&state[best][from..to]);
        state.iter().map(|own| mean(&own[from..to]) - today).collect()
    };
    let chosen = |on: &[f64]| {
        let top = highest(on);
        if on[top] > on[best] { top } else { best }
    };
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for state in states {
        let futures = state.first().map_or(0, Vec::len);
        let half = futures.div_euclid(2);
        let (first, second, all) =
            (gains(state, 0, half), gains(state, half, futures), gains(state, 0, futures));
        low.push(0.5 * (second[chosen(&first)] + first[chosen(&second)]));
        high.push(all[chosen(&all)]);
    }
    let ends = |of: &[f64]| {
        let squares: f64 = of.chunks_exact(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
        Ends { mean: mean(of), standard_error: libm::sqrt(squares) / of.len().max(1) as f64 }
    };
    Nested { low: ends(&low), high: ends(&high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two decisions in four futures, 3 3 3 3 and 0 2 4 8: the second is better by 0.5 on average. Knowing the future one takes the
    /// first in two, a gain of (3 + 1) / 4 = 1.
    #[test]
    fn perfect_information_is_worked_by_hand() {
        let values = [vec![3.0; 4], vec![0.0, 2.0, 4.0, 8.0]];
        assert_eq!(best(&values), 1);
        let worth = evpi(&values);
        assert_eq!((worth.mean, worth.switches, worth.instead), (1.0, 0.5, Some(0)));
    }

    /// The same futures, each in a state of its own with two futures alike: both ends are the EVPI, 1.
    #[test]
    fn states_without_noise_have_equal_ends() {
        let states: Vec<Vec<Vec<f64>>> =
            [0.0, 2.0, 4.0, 8.0].iter().map(|value| vec![vec![3.0; 2], vec![*value; 2]]).collect();
        let found = nested(&states, 1);
        assert_eq!((found.low.mean, found.high.mean), (1.0, 1.0));
    }

    #[test]
    fn one_decision_leaves_nothing_to_know() {
        let worth = evppi(&[vec![1.0; 20]], &[&[0.5; 20]]);
        assert_eq!((worth.mean, worth.switches, worth.instead), (0.0, 0.0, None));
    }

    /// Four answers halve the error.
    #[test]
    fn answers_scatter_by_their_number() {
        assert_eq!(answers(&[1.0], &[2.0], 0.5, 4.0), [1.5]);
    }
}
