//! Switching values: by how much prices, additionality, effectiveness or costs must change, or how many periods later money
//! must come, for the net present value of an allocation to be zero, with the allocation as it is.

use std::collections::BTreeMap;

use super::benefits;
use super::costs::Costs;
use super::figures::{Factor, Switching};
use super::flows::Flows;
use crate::control::Control;
use crate::model::{Allocation, Distribution, Metric, Model, Scaling};
use crate::sampling::{Draw, Purpose, Quantile, Sampler};
use crate::stats::lanes::Scratch;
use crate::study::error::StudyError;

/// Samples at most.
const SAMPLES: usize = 1_024;
/// The least and the greatest factor that is looked at.
const FACTORS: (f64, f64) = (1e-3, 10.0);
/// Factors are known to this share.
const CLOSE: f64 = 1e-3;
/// Evaluations of a search at most.
const TRIES: usize = 24;
/// Points that stand for a distribution that is cut off.
const POINTS: usize = 4_096;

/// Switching values to the budget and to the economy.
pub(super) fn of(
    model: &Model,
    allocation: &Allocation,
    metric: Metric,
    seed: u64,
    samples: usize,
    control: &Control<'_>,
) -> Result<[Switching; 2], StudyError> {
    let mut trial = Trial { model, allocation, metric, seed, samples: samples.min(SAMPLES), control };
    let base = trial.of(model)?;
    let mut found = base.map(|(benefits, costs)| Switching {
        samples: trial.samples,
        prices: Factor::Never,
        additionality: Factor::Never,
        effectiveness: Factor::Never,
        costs: if benefits > 0.0 && costs > 0.0 { Factor::At(benefits / costs) } else { Factor::Never },
        delay: None,
    });
    for of in [Scaling::Prices, Scaling::Additionality, Scaling::Effectiveness] {
        let mut known: BTreeMap<u64, [(f64, f64); 2]> = BTreeMap::new();
        for (view, found) in found.iter_mut().enumerate() {
            let mut net = |factor: f64| -> Result<f64, StudyError> {
                let (benefits, costs) = match known.get(&factor.to_bits()) {
                    Some(values) => values[view],
                    None => {
                        let values = trial.of(&scaled(model, of, factor))?;
                        known.insert(factor.to_bits(), values);
                        values[view]
                    }
                };
                Ok(benefits - costs)
            };
            // What brings and costs nothing pays with anything.
            let factor = match base[view] {
                (0.0, 0.0) => Factor::Never,
                (benefits, costs) => search(benefits - costs, &mut net)?,
            };
            match of {
                Scaling::Prices => found.prices = factor,
                Scaling::Additionality => found.additionality = factor,
                Scaling::Effectiveness => found.effectiveness = factor,
            }
        }
    }
    trial.delays(base, &mut found)?;
    Ok(found)
}

/// The plan tried on changed models.
struct Trial<'a> {
    model: &'a Model,
    allocation: &'a Allocation,
    metric: Metric,
    seed: u64,
    samples: usize,
    control: &'a Control<'a>,
}

impl Trial<'_> {
    /// Mean present values of benefits and costs, to the budget and to the economy.
    fn of(&mut self, model: &Model) -> Result<[(f64, f64); 2], StudyError> {
        let sampler = Sampler::new(model, self.seed, Purpose::Evaluation);
        let benefits =
            benefits::of(model, &sampler, &[self.allocation], self.metric, self.samples, self.control)?;
        let Some(benefits) = benefits.first() else { return Ok([(0.0, 0.0); 2]) };
        let costs = Costs::of(model, self.allocation);
        let drawn = costs.drawn(model, &sampler, self.samples);
        Ok([None, Some(&drawn)].map(|transfers| {
            let flows = Flows::new(&benefits.years, costs.by_year(), transfers);
            flows.means(model.horizon.discount_rate)
        }))
    }

    /// The first delay at which a plan that pays no longer does. Once nothing is paid any more there is nothing to look at.
    fn delays(&mut self, base: [(f64, f64); 2], found: &mut [Switching; 2]) -> Result<(), StudyError> {
        let pays = base.map(|(benefits, costs)| benefits >= costs && benefits > 0.0);
        for periods in 1..self.model.horizon.periods() {
            let open = |view: usize| pays[view] && found[view].delay.is_none();
            if !open(0) && !open(1) {
                break;
            }
            let values = self.of(&self.model.delayed(periods))?;
            if values.iter().all(|value| *value == (0.0, 0.0)) {
                break;
            }
            for view in 0..2 {
                if pays[view] && found[view].delay.is_none() && values[view].0 < values[view].1 {
                    found[view].delay = Some(periods);
                }
            }
        }
        Ok(())
    }
}

/// The model with the numbers of a kind times `factor`.
fn scaled(model: &Model, of: Scaling, factor: f64) -> Model {
    let distributions = model
        .uncertain_numbers(of)
        .into_iter()
        .filter_map(|id| {
            let times = model.parameters[id.index()].distribution.times(factor)?;
            Some((id, cut_off(times, of.most())))
        })
        .collect();
    model.scaled(of, factor, distributions)
}

/// The distribution of the lesser of a number and `most`: where that cuts it off, by so many even points of its quantile
/// function, so that a draw gives the same point of either.
fn cut_off(distribution: Distribution, most: f64) -> Distribution {
    if distribution.support().1 <= most {
        return distribution;
    }
    let Some(quantile) = Quantile::new(&distribution) else { return distribution };
    let mut values: Vec<f64> = (0..POINTS).map(|i| (i as f64 + 0.5) / POINTS as f64).collect();
    quantile.apply(&mut values, Draw::Uniform, &mut Scratch::default());
    Distribution::Empirical { values: values.into_iter().map(|value| value.min(most)).collect() }
}

/// The factor at which the net present value, `base` at 1, is zero: by the method of false position with Illinois' halving
/// (Dowell and Jarratt 1971), downwards where it is positive and upwards where it is not.
fn search(base: f64, net: &mut dyn FnMut(f64) -> Result<f64, StudyError>) -> Result<Factor, StudyError> {
    if base == 0.0 {
        return Ok(Factor::At(1.0));
    }
    let end = if base > 0.0 { FACTORS.0 } else { FACTORS.1 };
    let (mut from, mut at_from) = (1.0, base);
    let (mut to, mut at_to) = (end, net(end)?);
    if (at_to > 0.0) == (base > 0.0) {
        return Ok(Factor::Never);
    }
    for _ in 0..TRIES {
        // Where the straight line between the ends is zero; the middle where rounding leaves them.
        let guess = (from * at_to - to * at_from) / (at_to - at_from);
        let (low, high) = (from.min(to), from.max(to));
        let guess = if guess > low && guess < high { guess } else { 0.5 * (low + high) };
        let value = net(guess)?;
        let step = (guess - to).abs();
        if (value > 0.0) == (at_to > 0.0) {
            at_from *= 0.5;
        } else {
            (from, at_from) = (to, at_to);
        }
        (to, at_to) = (guess, value);
        if value == 0.0 || step <= CLOSE * guess || (to - from).abs() <= CLOSE * guess {
            break;
        }
    }
    Ok(Factor::At(to))
}
