//! The two readings check each other: the program bounds the simulator sample by sample, and equals it where a chain
//! leaves nothing to coordinate. On random scenarios, for the plan and for baseline mixes.

use rantai::control::Control;
use rantai::model::{Allocation, Conversion, LimitKind, Locked, Metric, Model, ShadowPrices, Variant};
use rantai::opt::OptError;
use rantai::opt::builder::{build, objective_unit};
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise, recourse_values};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{PlanEffects, Selector, simulate, simulate_plainly};
use rantai::study::Baseline;
use rayon::prelude::*;

use crate::random_scenario::{Kind, write};
use crate::support::varied;

/// Samples per scenario.
const SAMPLES: usize = 4;
/// The solver's feasibility tolerance, relative to the level.
const TOLERANCE: f64 = 1e-6;

pub(crate) fn random_model(seed: usize, kind: Kind) -> Model {
    let folder = tempfile::tempdir().expect("temporary folder");
    write(folder.path(), seed, kind);
    match load(folder.path()) {
        Ok(scenario) => scenario.model,
        Err(faults) => {
            let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("random scenario {seed} is not valid:\n{}", text.join("\n"));
        }
    }
}

/// Levels of the objective metric with `allocation` in the simulator's reading, less what it obliges sources to after their
/// last budget, as the program counts them.
fn simulated(model: &Model, sampler: &Sampler, allocation: &Allocation, metric: Metric) -> Vec<f64> {
    let effects = PlanEffects::new(model, allocation);
    let outcomes = simulate(model, sampler, SAMPLES, &[Some(&effects)], &|_| true).expect("simulates");
    let level = outcomes[0].series(Selector::total(metric));
    let plain = simulate_plainly(model, sampler, SAMPLES, &[Some(&effects)], &|_| true).expect("simulates");
    for (fast, plain) in level.iter().zip(plain[0].series(Selector::total(metric))) {
        assert!(
            (fast - plain).abs() <= 1e-9 * plain.abs().max(1.0),
            "kernel {fast}, plain reference {plain}"
        );
    }
    let obliged = if metric.is_money() { model.obligation(allocation) } else { 0.0 };
    level.into_iter().map(|level| level - obliged).collect()
}

/// Levels with `allocation` in the program's reading.
fn programmed(model: &Model, sampler: &Sampler, allocation: &Allocation, metric: Metric) -> Vec<f64> {
    let planning = build(model, metric, &sampler.block(0, SAMPLES));
    let mut program = planning.program.clone();
    for column in &mut program.columns {
        // The tie-breaking cost of spending is no part of the level.
        column.objective = 0.0;
    }
    let x = planning.decide(model, allocation);
    let unit = objective_unit(metric);
    recourse_values(&program, &x).expect("recourse").into_iter().map(|level| level * unit).collect()
}

/// The program bounds the simulator in every metric of the scenario that is money, with nothing and with equal shares.
fn check_every_metric(seed: usize) -> [usize; 3] {
    // The bound is that of a program that runs every year of the tail; what it obliges sources to is no part of metrics.
    let model =
        random_model(seed, Kind::Any).changed(|model| model.horizon.tail.blocks = model.horizon.tail.years);
    let sampler = Sampler::new(&model, 9, Purpose::Planning);
    // An indicator counts as money, so that it may be an objective.
    let model = model.changed(|model| model.indicators.iter_mut().for_each(|own| own.is_money = true));
    for metric in model.objectives().into_iter().filter(|metric| metric.is_money()) {
        for allocation in [Allocation::default(), Baseline::EqualTypes.allocation(&model)] {
            let low = simulated(&model, &sampler, &allocation, metric);
            let high = programmed(&model, &sampler, &allocation, metric);
            let size = high.iter().map(|level| level.abs()).fold(1.0, f64::max);
            let obliged = model.obligation(&allocation);
            for (sim, program) in low.iter().zip(&high) {
                assert!(
                    *sim - obliged <= program + TOLERANCE * size,
                    "scenario {seed}, {}: simulated {sim} beats the program's {program}",
                    metric.key()
                );
            }
        }
    }
    let seen = [!model.markets.is_empty(), model.shadow_prices.is_some(), !model.indicators.is_empty()];
    seen.map(usize::from)
}

/// Checks scenario `seed`; gives the number of samples in which the two readings differ.
fn check(seed: usize, kind: Kind) -> usize {
    // The bound is that of a program that runs every year of the tail.
    let model =
        random_model(seed, kind).changed(|model| model.horizon.tail.blocks = model.horizon.tail.years);
    let metric = model.objective;
    let sampler = Sampler::new(&model, 9, Purpose::Planning);
    let options = PlanOptions::new(metric, PlanMethod::Extensive);
    let plan = match optimise(&model, &sampler.block(0, SAMPLES), &options, &Control::unlimited()) {
        // Random rules for sites and minima may contradict each other.
        Err(OptError::Infeasible(_)) if kind == Kind::Whole => return 0,
        plan => plan.expect("plan"),
    };
    assert!(plan.certificate.proven(), "scenario {seed}: {:?}", plan.certificate);
    let mut differing = 0;
    let mixes = [
        Allocation::default(),
        plan.allocation.clone(),
        Baseline::EqualTypes.allocation(&model),
        Baseline::ByEnterprises.allocation(&model),
    ];
    for (mix, allocation) in mixes.iter().enumerate() {
        let (low, high) = (
            simulated(&model, &sampler, allocation, metric),
            programmed(&model, &sampler, allocation, metric),
        );
        let size = high.iter().map(|level| level.abs()).fold(1.0, f64::max);
        for (w, (sim, program)) in low.iter().zip(&high).enumerate() {
            assert!(
                *sim <= program + TOLERANCE * size,
                "scenario {seed}, mix {mix}, sample {w}: simulated {sim} beats the program's {program}"
            );
            differing += usize::from((sim - program).abs() > TOLERANCE * size);
        }
        if mix == 1 {
            // What the optimiser says of its plan is what its recourse problems say of the plan in whole rupiah, but for the rupiah by
            // which rounding moves each line: these scenarios have some 100,000 in all.
            let moved = plan.allocation.lines().len();
            for (said, program) in plan.with.iter().zip(&high) {
                let allowed = 1e-5 * size + moved as f64;
                assert!((said - program).abs() <= allowed, "scenario {seed}: {said} is not {program}");
            }
        }
    }
    differing
}

#[test]
fn the_program_bounds_the_simulator_on_200_random_chains() {
    let differing: usize = (0..200).into_par_iter().map(|seed| check(seed, Kind::Any)).sum();
    // A bound that is always met with equality would test nothing.
    assert!(differing > 50, "only {differing} samples differ");
}

/// Gross output, value added and economic value after displacement, margin, which knows none, and an indicator.
#[test]
fn the_program_bounds_the_simulator_in_every_metric_that_is_money() {
    let seen: Vec<[usize; 3]> = (0..60).into_par_iter().map(check_every_metric).collect();
    let count = |of: usize| seen.iter().map(|seen| seen[of]).sum::<usize>();
    let seen = [0, 1, 2].map(count);
    assert!(seen.iter().all(|seen| *seen > 15), "markets, shadow prices, indicators: {seen:?}");
}

/// With all factors 1 and nothing displaced, the program of economic value is that of value added where labour is worth
/// nothing, and that of margin where it is worth its wage.
#[test]
fn the_program_of_economic_value_lies_between_value_added_and_margin() {
    for seed in 0..20 {
        let model = random_model(seed, Kind::Any);
        if !model.markets.is_empty() {
            continue;
        }
        let sampler = Sampler::new(&model, 9, Purpose::Planning);
        let block = sampler.block(0, SAMPLES);
        for (wage_ratio, metric) in [(0.0, Metric::ValueAdded), (1.0, Metric::Margin)] {
            let conversion = Conversion { price: 1.0, cost: 1.0 };
            let shadow_prices = Some(ShadowPrices { wage_ratio, conversion, own: Vec::new() });
            let model = varied(&model, &Variant { shadow_prices, ..Variant::default() });
            let [economic, other] = [Metric::Economic, metric].map(|of| build(&model, of, &block).program);
            assert_eq!(economic.samples.len(), other.samples.len());
            for (a, b) in economic.samples.iter().zip(&other.samples) {
                for (a, b) in a.columns.iter().zip(&b.columns) {
                    let size = b.objective.abs().max(1.0);
                    assert!((a.objective - b.objective).abs() <= 1e-12 * size, "scenario {seed}");
                }
                assert_eq!(a.first_objective, b.first_objective);
            }
        }
    }
}

/// The same with minimum sizes and S-shaped responses: both readings feel the same curve.
#[test]
fn the_program_bounds_the_simulator_with_whole_numbers() {
    let differing: usize = (0..60).into_par_iter().map(|seed| check(seed, Kind::Whole)).sum();
    assert!(differing > 10, "only {differing} samples differ");
}

#[test]
fn the_two_readings_agree_where_nothing_is_shared() {
    let differing: usize = (0..60).into_par_iter().map(|seed| check(seed, Kind::SeparateLines)).sum();
    assert_eq!(differing, 0);
}

/// More money never hurts: the objective on the same samples does not fall when every budget grows.
#[test]
fn more_budget_never_hurts() {
    (0..30).into_par_iter().for_each(|seed| {
        let own = random_model(seed, Kind::Any);
        // A floor that is a share grows with the money.
        let caps = own.limits.iter().filter(|limit| limit.kind == LimitKind::Cap).cloned().collect();
        // Without money nothing can be locked.
        let locked = Some(Locked::default());
        let model = varied(&own, &Variant { limits: Some(caps), locked, ..Variant::default() });
        let sampler = Sampler::new(&model, 9, Purpose::Planning);
        let options = PlanOptions::new(model.objective, PlanMethod::Extensive);
        let mut last = f64::NEG_INFINITY;
        for total in [0, 55_000, 110_000, 220_000, 440_000] {
            let richer =
                rantai::study::budget::scaled(&model, rantai::units::Rupiah(total)).expect("has money");
            let plan =
                optimise(&richer, &sampler.block(0, SAMPLES), &options, &Control::unlimited()).expect("plan");
            let size = plan.objective.abs().max(1.0);
            assert!(
                plan.objective >= last - TOLERANCE * size,
                "scenario {seed} at {total}: {} after {last}",
                plan.objective
            );
            assert!(plan.objective >= -TOLERANCE * size, "doing nothing is always possible");
            last = plan.objective;
        }
    });
}
