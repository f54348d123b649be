//! Cases side by side on common random numbers: what each is worth, every paired difference, which is best how often, and what
//! is decided.

mod decide;
mod mix;
mod values;

pub use decide::{Best, Decision, ERROR, FIRST_LOOK, Pair};
pub use mix::Mix;

use super::baseline::Baseline;
use super::error::StudyError;
use super::estimate::{Comparison, Estimate};
use super::plan::{PlanSettings, plan_options};
use super::worth::{Worth, appraise};
use crate::control::{Control, Progress};
use crate::language::{Text, text};
use crate::model::rule::violations;
use crate::model::{Allocation, Metric, Model, Title};
use crate::opt::{OptError, optimise_assured};
use crate::sampling::{Purpose, Sampler};
use decide::{best, pairs};
use values::{Group, Values};

/// The use of money in a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The plan that is best for it.
    Optimised,
    /// A mix.
    Mix(Mix),
    /// A given plan.
    Plan(Allocation),
}

/// A case.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Its name.
    pub title: Title,
    /// The scenario of the case, with its budget.
    pub model: &'a Model,
    /// Number of the scenario as changed: cases of the same one differ in their budgets alone, and so share all draws.
    pub variant: usize,
    /// The use of its money.
    pub ask: Ask,
}

/// The settled form of a [`CompareRequest`](super::CompareRequest).
#[derive(Debug, Clone)]
pub struct CompareSettings {
    /// How plans are made, and the samples of the comparison (`evaluation`).
    pub planning: PlanSettings,
    /// Differences up to this do not matter, in the unit of the metric.
    pub indifference: f64,
    /// Samples at most of a comparison that goes on until every difference is decided.
    pub cap: Option<usize>,
}

/// A case with what is known about it.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Its name.
    pub title: Title,
    /// Its money \[Rp\].
    pub budget: i64,
    /// Its plan.
    pub allocation: Allocation,
    /// Rules of the scenario that the plan breaks; shares and given plans may.
    pub broken: usize,
    /// Of a plan that was made here, by how much a better one may exceed it at most on the planning samples (proven, in the
    /// program's reading).
    pub bound: Option<f64>,
    /// What the plan adds to the objective over no plan in the same case.
    pub value: Estimate,
    /// What it adds to every metric.
    pub increments: Vec<(Metric, Estimate)>,
    /// Its worth to the public.
    pub worth: Worth,
    /// How often it is best, and what choosing it costs.
    pub best: Best,
}

/// A case whose plan, made here or given, another case's plan beats on its own: chance in the planning samples, or a given plan
/// that is not the best. Mixes are not held to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beaten {
    /// The case.
    pub case: usize,
    /// The case whose plan does better in it.
    pub by: usize,
    /// By how much.
    pub gain: Comparison,
}

/// Cases compared.
#[derive(Debug, Clone)]
pub struct CompareStudy {
    /// The settings asked for.
    pub settings: CompareSettings,
    /// Samples that were taken.
    pub samples: usize,
    /// True if every difference is decided.
    pub decided: bool,
    /// The cases, in the order asked.
    pub cases: Vec<CaseResult>,
    /// Every pair of them.
    pub pairs: Vec<Pair>,
    /// Cases whose own plan is beaten.
    pub beaten: Vec<Beaten>,
}

/// A plan as it is compared.
pub(super) struct Planned {
    pub(super) allocation: Allocation,
    bound: Option<f64>,
}

/// Compares cases.
///
/// # Errors
/// [`StudyError`].
pub fn compare(
    cases: &[Case<'_>],
    settings: &CompareSettings,
    control: &Control<'_>,
) -> Result<CompareStudy, StudyError> {
    check(cases)?;
    let planned: Vec<Planned> =
        cases.iter().map(|case| planned(case, &settings.planning, control)).collect::<Result<_, _>>()?;
    let seed = settings.planning.seed;
    let variants = 1 + cases.iter().map(|case| case.variant).max().unwrap_or(0);
    let of = |variant: usize| cases.iter().find(|case| case.variant == variant).map(|case| case.model);
    let models: Vec<&Model> = (0..variants).filter_map(of).collect();
    let samplers: Vec<Sampler> =
        models.iter().map(|model| Sampler::new(model, seed, Purpose::Evaluation)).collect();
    // Every plan that keeps a case's rules is tried in its scenario too, beside those of its own cases.
    let mut groups = Vec::with_capacity(models.len());
    for (variant, (model, sampler)) in models.iter().zip(&samplers).enumerate() {
        let takes = |plan: usize| {
            let own = cases.iter().filter(|case| case.variant == variant);
            cases[plan].variant == variant || own.into_iter().any(|case| fits(case.model, &planned[plan]))
        };
        let plans: Vec<usize> = (0..cases.len()).filter(|plan| takes(*plan)).collect();
        groups.push(Group::new(
            model,
            sampler,
            plans,
            &|plan| &planned[plan].allocation,
            settings.planning.metric,
        )?);
    }
    let mut values = Values::new(&groups);
    let samples = looks(cases, settings, &groups, &mut values, control)?;
    let own: Vec<Vec<f64>> =
        cases.iter().enumerate().map(|(number, case)| values.of(case.variant, number)).collect();
    let found = pairs(&own, settings.indifference, settings.cap.is_some());
    let beaten = beaten(cases, &planned, &values);
    let results = results(cases, planned, settings, &values, &best(&own), control)?;
    Ok(CompareStudy {
        settings: settings.clone(),
        samples,
        decided: found.iter().all(|pair| pair.decision != Decision::Open),
        cases: results,
        pairs: found,
        beaten,
    })
}

/// Takes the samples: so many, or twice as many again and again until every difference is decided.
fn looks(
    cases: &[Case<'_>],
    settings: &CompareSettings,
    groups: &[Group<'_>],
    values: &mut Values,
    control: &Control<'_>,
) -> Result<usize, StudyError> {
    let control = control.without_limit();
    let Some(cap) = settings.cap else {
        control.report(Progress::Simulating(settings.planning.evaluation));
        values.take(groups, settings.planning.evaluation, &control)?;
        return Ok(settings.planning.evaluation);
    };
    control.report(Progress::Simulating(cap));
    let mut look = FIRST_LOOK.min(cap);
    loop {
        values.take(groups, look, &control)?;
        let own: Vec<Vec<f64>> =
            cases.iter().enumerate().map(|(number, case)| values.of(case.variant, number)).collect();
        let open =
            pairs(&own, settings.indifference, true).iter().any(|pair| pair.decision == Decision::Open);
        if !open || look >= cap {
            return Ok(look);
        }
        look = (2 * look).min(cap);
    }
}

/// Cases that can be compared: at least two, of the same years, places and lines.
fn check(cases: &[Case<'_>]) -> Result<(), StudyError> {
    let Some((first, rest)) = cases.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return Err(StudyError::Request(text!(
            en: "a comparison needs at least two cases",
            id: "perbandingan memerlukan sekurang-kurangnya dua kasus",
        )));
    };
    for case in rest {
        let (name, other) = (told(&case.title), told(&first.title));
        if case.model.horizon != first.model.horizon {
            return Err(StudyError::Request(text!(
                en: "the years or periods of '{name}' are not those of '{other}': cases of one horizon can be compared",
                id: "tahun atau periode '{name}' berbeda dari '{other}': yang dapat dibandingkan adalah kasus dengan horizon yang sama",
                name, other,
            )));
        }
        if !alike(case.model, first.model) {
            return Err(StudyError::Request(text!(
                en: "'{name}' has other sources, clusters or interventions than '{other}'",
                id: "sumber dana, klaster, atau intervensi '{name}' berbeda dari '{other}'",
                name, other,
            )));
        }
    }
    Ok(())
}

fn told(title: &Title) -> Text {
    Text::new(&title.en, &title.id)
}

/// True if the lines of one model's plans are those of the other's.
fn alike(a: &Model, b: &Model) -> bool {
    let sources = |model: &Model| model.sources.iter().map(|source| source.key.clone()).collect::<Vec<_>>();
    let clusters = |model: &Model| {
        model.clusters.iter().map(|cluster| (cluster.key.clone(), cluster.chain)).collect::<Vec<_>>()
    };
    let lines = |model: &Model| {
        let keys = |chain: &crate::model::Chain| {
            chain.interventions.iter().map(|i| i.key.clone()).collect::<Vec<_>>()
        };
        model.chains.iter().map(keys).collect::<Vec<_>>()
    };
    sources(a) == sources(b) && clusters(a) == clusters(b) && lines(a) == lines(b)
}

/// True if a plan keeps all rules of `model`, so that it could be carried out there.
fn fits(model: &Model, plan: &Planned) -> bool {
    violations(model, &plan.allocation).is_empty()
}

/// The plan of a case.
pub(super) fn planned(
    case: &Case<'_>,
    request: &PlanSettings,
    control: &Control<'_>,
) -> Result<Planned, StudyError> {
    let model = case.model;
    Ok(match &case.ask {
        Ask::Plan(allocation) => Planned { allocation: allocation.clone(), bound: None },
        Ask::Mix(mix) => Planned { allocation: mix.allocation(model, request.seed)?, bound: None },
        Ask::Optimised => {
            let block = Sampler::new(model, request.seed, Purpose::Planning).block(0, request.planning);
            let fallback = Baseline::of(model).into_iter().map(|mix| mix.allocation(model)).collect();
            let options = plan_options(request, fallback);
            let limited = control.within(request.seconds.map(std::time::Duration::from_secs_f64));
            let (program, _) = optimise_assured(model, &block, &options, None, &limited)
                .map_err(|error| of_case(case, error))?;
            Planned {
                bound: Some((program.bound - program.objective).max(0.0)),
                allocation: program.allocation,
            }
        }
    })
}

/// The error of planning, with the case that it is of.
fn of_case(case: &Case<'_>, error: OptError) -> StudyError {
    if !matches!(error, OptError::Infeasible(_)) {
        return StudyError::Opt(error);
    }
    let (name, why) = (told(&case.title), error.text());
    StudyError::Request(text!(
        en: "no plan for the case '{name}': {why}",
        id: "tidak ada rencana untuk kasus '{name}': {why}",
        name, why,
    ))
}

/// The best of the other plans in each case, where it beats the case's own for sure: at 95 % over all that were tried.
fn beaten(cases: &[Case<'_>], planned: &[Planned], values: &Values) -> Vec<Beaten> {
    let tried: Vec<(usize, usize)> = (0..cases.len())
        .flat_map(|case| (0..cases.len()).map(move |by| (case, by)))
        .filter(|(case, by)| {
            case != by
                && !matches!(cases[*case].ask, Ask::Mix(_))
                && planned[*case].allocation != planned[*by].allocation
                && values.has(cases[*case].variant, *by)
                && fits(cases[*case].model, &planned[*by])
        })
        .collect();
    let z = crate::stats::normal::normal_quantile(1.0 - ERROR / (2.0 * tried.len().max(1) as f64));
    let mut found: Vec<Beaten> = Vec::new();
    for (case, by) in tried {
        let (own, other) = (values.of(cases[case].variant, case), values.of(cases[case].variant, by));
        let gains: Vec<f64> = other.iter().zip(&own).map(|(other, own)| other - own).collect();
        let gain = Comparison::of(&gains);
        if gain.mean <= z * gain.standard_error || gain.mean <= 0.0 {
            continue;
        }
        match found.iter_mut().find(|known| known.case == case) {
            Some(known) if known.gain.mean < gain.mean => *known = Beaten { case, by, gain },
            Some(_) => {}
            None => found.push(Beaten { case, by, gain }),
        }
    }
    found
}

/// The worth of every case's plan, those of one scenario on the same draws.
fn worths(
    cases: &[Case<'_>],
    planned: &[Planned],
    settings: &CompareSettings,
    values: &Values,
    control: &Control<'_>,
) -> Result<Vec<Option<Worth>>, StudyError> {
    let mut found: Vec<Option<Worth>> = cases.iter().map(|_| None).collect();
    let variants = 1 + cases.iter().map(|case| case.variant).max().unwrap_or(0);
    for variant in 0..variants {
        let own: Vec<usize> = (0..cases.len()).filter(|number| cases[*number].variant == variant).collect();
        let Some(first) = own.first() else { continue };
        let allocations: Vec<&Allocation> = own.iter().map(|number| &planned[*number].allocation).collect();
        let (model, seed) = (cases[*first].model, settings.planning.seed);
        let worths = appraise(model, &allocations, values.samples(), seed, 0, control)?;
        for (number, worth) in own.into_iter().zip(worths) {
            found[number] = Some(worth);
        }
    }
    Ok(found)
}

fn results(
    cases: &[Case<'_>],
    planned: Vec<Planned>,
    settings: &CompareSettings,
    values: &Values,
    best: &[Best],
    control: &Control<'_>,
) -> Result<Vec<CaseResult>, StudyError> {
    let control = control.without_limit();
    let mut worths = worths(cases, &planned, settings, values, &control)?;
    let mut found = Vec::with_capacity(cases.len());
    for (number, (case, planned)) in cases.iter().zip(planned).enumerate() {
        let model = case.model;
        let alpha = model.risk.alpha;
        let own = values.of(case.variant, number);
        let Some(worth) = worths[number].take() else { unreachable!("as many worths as allocations") };
        let increments = model
            .metrics()
            .map(|metric| (metric, Estimate::of(values.increment(case.variant, number, metric), alpha)));
        found.push(CaseResult {
            title: case.title.clone(),
            budget: model.total_budget(),
            broken: violations(model, &planned.allocation).len(),
            allocation: planned.allocation,
            bound: planned.bound,
            value: Estimate::of(&own, alpha),
            increments: increments.collect(),
            worth,
            best: best[number],
        });
    }
    Ok(found)
}
