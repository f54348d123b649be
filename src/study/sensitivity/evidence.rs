//! What it is worth to know a number, a factor or the answers of a survey before choosing among the plans at hand.

use rayon::prelude::*;

use super::values::values;
use crate::control::Control;
use crate::model::{Allocation, Model, Parameter, Risk, Surveyed, Variant, Varies};
use crate::opt::assurance::{BATCHES, Draws, Effort, assess};
use crate::sampling::{Place, Purpose, Sampler, errors_of};
use crate::sim::SimError;
use crate::stats::evidence::{Nested, Worth, answers, evppi, nested};
use crate::stats::smooth::CLASSES;
use crate::stats::{normal_cdf, normal_quantile};
use crate::study::error::StudyError;
use crate::study::plan::PlanSettings;

/// States of the number in a nested simulation, and futures of each.
const STATES: usize = 64;
const FUTURES: usize = 256;

/// Numbers at most that are known at once: the work grows with the cube of it.
const AT_ONCE: usize = 6;

/// Single samples at most that are planned for alone.
const ALONE: usize = 50;

/// What can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A number that is drawn once.
    Number,
    /// A factor that is.
    Factor,
}

/// The worth of knowing something.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Where it is drawn.
    pub place: Place,
    /// What it is.
    pub what: Known,
    /// Its stable name.
    pub name: String,
    /// What knowing it is worth for the choice among the plans at hand; a lower value of that among all plans.
    pub worth: Worth,
    /// What it is worth at most among all plans, in the program's reading, where that was asked for.
    pub upper: Option<f64>,
}

/// The worth of knowing several at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Together {
    /// How many, from the first of the list.
    pub count: usize,
    /// Their worth.
    pub worth: Worth,
}

/// The worth of a survey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurveyWorth {
    /// Its number in the scenario.
    pub survey: usize,
    /// What its answers are worth.
    pub worth: Worth,
    /// That less its cost.
    pub net: f64,
}

/// The check of the largest by nested simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedCheck {
    /// Whose worth it is.
    pub name: String,
    /// States that it was held at.
    pub states: usize,
    /// Futures of each state.
    pub futures: usize,
    /// Two ends around the worth.
    pub ends: Nested,
}

/// What knowing everything is worth at most where the choice is among all plans, in the program's reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Upper {
    /// The estimate.
    pub everything: f64,
    /// Half the width of its 95 % interval.
    pub half_width: f64,
}

/// What can be known: numbers and factors that are drawn once, with what is known of each in every future.
pub(super) struct Knowable {
    pub(super) places: Vec<Place>,
    /// Normal scores: \[place\]\[sample\].
    scores: Vec<Vec<f64>>,
    /// What regressions go by: values of few classes, else scores.
    known: Vec<Vec<f64>>,
}

impl Knowable {
    /// Everything in `model` that is drawn once, in the first `samples` samples.
    pub(super) fn of(model: &Model, sampler: &Sampler, samples: usize) -> Self {
        let factors = (0..model.factors.len()).map(Place::Factor);
        let numbers = (0..model.parameters.len()).map(Place::Parameter);
        let places: Vec<Place> =
            factors.chain(numbers).filter(|place| sampler.is_drawn_once(*place)).collect();
        let scores = sampler.scores(&places, samples);
        let known = places.iter().zip(&scores).map(|(place, scores)| {
            let values = sampler.values_at(*place, scores);
            let mut distinct = values.clone();
            distinct.sort_by(f64::total_cmp);
            distinct.dedup();
            if distinct.len() <= CLASSES { values } else { scores.clone() }
        });
        let known = known.collect();
        Self { places, scores, known }
    }

    /// The worth of knowing each, most worth first.
    pub(super) fn evidence(
        &self,
        model: &Model,
        of_plans: &[Vec<f64>],
        control: &Control<'_>,
    ) -> Result<Vec<Evidence>, StudyError> {
        let found: Option<Vec<Evidence>> = self
            .places
            .par_iter()
            .zip(&self.known)
            .map(|(place, known)| {
                let of = |place: &Place| match *place {
                    Place::Factor(f) => (Known::Factor, model.factors[f].name.clone()),
                    Place::Parameter(p) => (Known::Number, model.parameters[p].name.clone()),
                };
                let (what, name) = of(place);
                control.go_on().then(|| Evidence {
                    place: *place,
                    what,
                    name,
                    worth: evppi(of_plans, &[known.as_slice()]),
                    upper: None,
                })
            })
            .collect();
        let mut found = found.ok_or(SimError::Interrupted)?;
        found.sort_by(|a, b| b.worth.mean.total_cmp(&a.worth.mean).then_with(|| a.name.cmp(&b.name)));
        Ok(found)
    }

    fn known(&self, place: Place) -> Option<&[f64]> {
        self.places.iter().position(|own| *own == place).map(|at| self.known[at].as_slice())
    }

    fn scores(&self, place: Place) -> Option<&[f64]> {
        self.places.iter().position(|own| *own == place).map(|at| self.scores[at].as_slice())
    }

    /// The worth of knowing several of the first at once; nothing where fewer than two are worth anything.
    pub(super) fn together(&self, of_plans: &[Vec<f64>], list: &[Evidence]) -> Option<Together> {
        let first: Vec<&Evidence> =
            list.iter().take(AT_ONCE).take_while(|own| own.worth.mean > 0.0).collect();
        let known: Vec<&[f64]> = first.iter().filter_map(|own| self.known(own.place)).collect();
        (known.len() > 1).then(|| Together { count: known.len(), worth: evppi(of_plans, &known) })
    }

    /// The worth of the surveys that the scenario states, most worth after their cost first.
    pub(super) fn surveys(
        &self,
        model: &Model,
        of_plans: &[Vec<f64>],
        seed: u64,
        control: &Control<'_>,
    ) -> Result<Vec<SurveyWorth>, StudyError> {
        let mut found = Vec::new();
        for (number, survey) in model.surveys.iter().enumerate() {
            if !control.go_on() {
                return Err(SimError::Interrupted.into());
            }
            let observed: Vec<Vec<f64>> = survey
                .of
                .iter()
                .filter_map(|of| {
                    let (place, name) = match of {
                        Surveyed::Number(id) => {
                            let p = id.index();
                            (Place::Parameter(p), &model.parameters[p].name)
                        }
                        Surveyed::Factor(id) => {
                            let f = id.index();
                            (Place::Factor(f), &model.factors[f].name)
                        }
                    };
                    let scores = self.scores(place)?;
                    let stream = format!("survey/{}/{name}", survey.key);
                    let noise = errors_of(seed, Purpose::Evaluation, &stream, scores.len());
                    Some(answers(scores, &noise, survey.error, survey.answers as f64))
                })
                .collect();
            let observed: Vec<&[f64]> = observed.iter().map(Vec::as_slice).collect();
            let worth = evppi(of_plans, &observed);
            found.push(SurveyWorth { survey: number, worth, net: worth.mean - survey.cost.as_f64() });
        }
        found.sort_by(|a, b| b.net.total_cmp(&a.net).then(a.survey.cmp(&b.survey)));
        Ok(found)
    }
}

/// Numbers that cannot be known beforehand, since they change from year to year or period to period.
pub(super) fn changing(model: &Model) -> usize {
    let changes = |parameter: &&Parameter| parameter.varies != Varies::Once;
    model.parameters.iter().filter(changes).count()
}

/// The scores of `count` equally likely classes of the standard normal, one drawn in each.
fn strata(seed: u64, name: &str, count: usize) -> Vec<f64> {
    let within = errors_of(seed, Purpose::Pilot, name, count);
    let at = |(i, own): (usize, f64)| normal_quantile((i as f64 + normal_cdf(own)) / count as f64);
    within.into_iter().enumerate().map(at).collect()
}

/// Checks the worth of knowing `of` by nested simulation on draws of their own: two ends around it.
pub(super) fn check(
    model: &Model,
    of: &Evidence,
    plans: &[&Allocation],
    best: usize,
    settings: &PlanSettings,
    control: &Control<'_>,
) -> Result<Option<NestedCheck>, StudyError> {
    let scores = strata(settings.seed, &format!("nested/{}", of.name), STATES);
    let sampler = Sampler::new(model, settings.seed, Purpose::Pilot);
    let Some(held) = sampler.holding(of.place, &scores, FUTURES) else { return Ok(None) };
    let found = values(model, &held, plans, settings.metric, STATES * FUTURES, control)?;
    let state = |i: usize| -> Vec<Vec<f64>> {
        found.iter().map(|own| own[i * FUTURES..(i + 1) * FUTURES].to_vec()).collect()
    };
    let states: Vec<Vec<Vec<f64>>> = (0..STATES).map(state).collect();
    let ends = nested(&states, best);
    Ok(Some(NestedCheck { name: of.name.clone(), states: STATES, futures: FUTURES, ends }))
}

/// What knowing the first `count` is worth at most where the choice is among all plans, in the program's reading: with the number
/// held at a score in each of the batches of Mak, Morton and Wood (1999), the bound of the best plan of a batch less the value of
/// `plan` on the same batch is at least what replanning could gain there, on average; the limit is the upper end of its one-sided 95 % interval.
/// Gives what knowing everything is worth at most as well.
pub(super) fn upper(
    model: &Model,
    plan: &Allocation,
    list: &mut [Evidence],
    count: usize,
    settings: &PlanSettings,
    control: &Control<'_>,
) -> Result<Option<Upper>, StudyError> {
    // Evidence is valued by means, whatever the attitude to risk.
    let neutral = Variant { risk: Some(Risk { lambda: 0.0, ..model.risk }), ..Variant::default() };
    let Ok(model) = neutral.apply(model) else { return Ok(None) };
    let model = &model;
    let planning = Sampler::new(model, settings.seed, Purpose::Planning).block(0, settings.planning);
    let fresh = Sampler::new(model, settings.seed, Purpose::Evaluation);
    let bound = Sampler::new(model, settings.seed, Purpose::Bound);
    let effort = Effort {
        fresh: settings.planning.max(ALONE),
        batch: settings.planning,
        alone: settings.planning.min(ALONE),
    };
    let mut everything = None;
    for own in list.iter_mut().take(count) {
        let scores = strata(settings.seed, &format!("upper/{}", own.name), BATCHES);
        let Some(held) = bound.holding(own.place, &scores, effort.batch) else { continue };
        let draws = Draws { planning: &planning, bound: &held, fresh: &fresh };
        let found = assess(model, settings.metric, plan, &[], draws, effort, control)?;
        let Some(found) = found else { return Err(SimError::Interrupted.into()) };
        own.upper = Some(found.gap.limit);
        everything = Some(Upper { everything: found.evpi.value, half_width: found.evpi.half_width });
    }
    Ok(everything)
}
