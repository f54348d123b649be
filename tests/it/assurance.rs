//! What a plan says of itself beyond its proof, each figure worked out a second way: margins by finite differences of the
//! extensive form, the bound on the optimality gap, the value of information and of the stochastic solution sample by sample.

use rantai::control::Control;
use rantai::model::{LimitKind, Model, Risk, Variant};
use rantai::opt::assurance::{Assurance, BATCHES, Draws, Effort, assess};
use rantai::opt::builder::{PlanningProgram, Rule, build};
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, optimise, recourse_values};
use rantai::opt::program::TwoStageProgram;
use rantai::opt::solve::{SolveMethod, solve_with};
use rantai::sampling::{Purpose, SampleBlock, Sampler};
use rantai::stats::one_sided_limit;
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::varied;

const JUTA: f64 = 1e6;

fn planned(model: &Model, block: &SampleBlock, method: PlanMethod) -> ProgramPlan {
    let options =
        PlanOptions { more_money: true, gap: Some(1e-9), ..PlanOptions::new(model.objective, method) };
    optimise(model, block, &options, &Control::unlimited())
        .unwrap_or_else(|error| panic!("{method:?}: {error:?}"))
}

/// The program on `block`, increments over no plan, spending free of the cost that breaks ties.
fn incremental(model: &Model, block: &SampleBlock) -> PlanningProgram {
    let mut planning = build(model, model.objective, block);
    for column in &mut planning.program.columns {
        column.objective = 0.0;
    }
    let nothing = vec![0.0; planning.program.columns.len()];
    let without = recourse_values(&planning.program, &nothing).expect("levels");
    for (sample, level) in planning.program.samples.iter_mut().zip(without) {
        sample.offset = -level;
    }
    planning
}

fn optimum(program: &TwoStageProgram) -> Option<f64> {
    solve_with(SolveMethod::Extensive, program, &Control::unlimited()).ok().map(|solved| solved.objective)
}

/// The optimum with the amount of one rule changed to so much [juta Rp], by the extensive form.
fn with_amount(planning: &PlanningProgram, rule: Rule, rhs: f64) -> Option<f64> {
    let mut program = planning.program.clone();
    for (row, own) in program.rows.iter_mut().zip(&planning.rules) {
        if *own == rule {
            row.rhs = rhs;
        }
    }
    optimum(&program)
}

/// Every margin of a plan is what the extensive form says: the slope a little below and above, its sign by the sense of the
/// rule, and the optimum at the end of what it holds for, within what "holds" means (a fiftieth, and what the
/// decomposition leaves open).
fn check_margins(seed: usize, model: &Model, method: PlanMethod) -> usize {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 5);
    let plan = planned(model, &block, method);
    let planning = incremental(model, &block);
    let unit = if model.objective.is_money() { JUTA } else { 1.0 };
    let here = optimum(&planning.program).expect("feasible");
    let (mut strict, mut untold) = (0, 0);
    let budgets: Vec<f64> = plan
        .margins
        .iter()
        .filter(|known| matches!(known.rule, Rule::Budget(..)) && known.margin.amount > 0.0)
        .map(|known| known.margin.amount / JUTA)
        .collect();
    let typical = mean(&budgets);
    for known in &plan.margins {
        let about = format!("{seed} {method:?}: {known:?}");
        let amount = known.margin.amount / JUTA;
        let size = amount.max(0.1 * typical);
        for (slope, side) in [(known.margin.below, -1.0), (known.margin.above, 1.0)] {
            let Some(slope) = slope else {
                // Nothing is known on this side: the amount is zero, or a little less or more keeps no rules. Now and then
                // the slope cannot be told.
                let shifted = with_amount(&planning, known.rule, amount + side * 0.0101 * size);
                untold += usize::from(amount > 0.0 && shifted.is_some());
                continue;
            };
            let worth = slope.worth * JUTA / unit;
            let end = slope.holds_to / JUTA;
            // A derivative holds up to the next kink: the difference is taken before it.
            let step = (1e-3 * size).min(0.5 * (end - amount).abs());
            match known.rule {
                Rule::Limit(number) if model.limits[number].kind == LimitKind::Floor => {
                    assert!(worth <= 1e-9, "{about}");
                }
                _ => assert!(worth >= -1e-9, "{about}"),
            }
            let near = with_amount(&planning, known.rule, amount + side * step);
            let near = near.expect("feasible where a slope is known");
            let nearest = (near - here) / (side * step);
            // The optimum is concave: the slope lies between the average over a little and that over ten times as much.
            let further = side * 10.0 * step;
            let far = with_amount(&planning, known.rule, amount + further).map(|far| (far - here) / further);
            let (low, high) = match (side > 0.0, far) {
                (true, Some(far)) => (far, nearest),
                (false, Some(far)) => (nearest, far),
                (_, None) => (nearest, nearest),
            };
            let noise = 0.012 * worth.abs().max(nearest.abs()) + 4e-6 * here.abs().max(1.0) / (0.01 * size);
            assert!(
                worth >= low - noise && worth <= high + noise,
                "{about}: {worth} is not in {low} to {high}"
            );
            let there = with_amount(&planning, known.rule, end).expect("feasible as far as it holds");
            let line = here + worth * (end - amount);
            let allowed = 0.045 * (worth * (end - amount)).abs() + 1e-5 * here.abs().max(1.0);
            assert!((line - there).abs() <= allowed, "{about}: {there} at the end, {line} by the slope");
            strict += usize::from(worth.abs() > 1e-6);
        }
    }
    assert!(untold <= plan.margins.len().div_ceil(4), "{seed} {method:?}: {untold} of {:?}", plan.margins);
    strict
}

#[test]
fn margins_are_those_of_finite_differences() {
    let strict: usize = (300..324_usize)
        .into_par_iter()
        .map(|seed| {
            let risk = (seed % 3 == 0).then_some(Risk { lambda: 0.4, alpha: 0.6 });
            let model = varied(&random_model(seed, Kind::Any), &Variant { risk, ..Variant::default() });
            check_margins(seed, &model, PlanMethod::Extensive)
                + check_margins(seed, &model, PlanMethod::Decomposition)
        })
        .sum();
    assert!(strict > 50, "{strict}: too few amounts that are worth something");
}

fn assured(model: &Model, plan: &ProgramPlan, planning: &SampleBlock, effort: Effort) -> Assurance {
    let bound = Sampler::new(model, 5, Purpose::Bound);
    let fresh = Sampler::new(model, 5, Purpose::Evaluation);
    let draws = Draws { planning, bound: &bound, fresh: &fresh };
    assess(model, model.objective, &plan.allocation, &plan.duals, draws, effort, &Control::unlimited())
        .expect("assessed")
        .expect("in time")
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Without risk: the value on fresh samples, EVPI and the batches' gaps are those of programs solved one by one.
#[test]
fn figures_are_those_of_programs_solved_one_by_one() {
    (400..412_usize).into_par_iter().for_each(|seed| {
        let own = random_model(seed, Kind::Any);
        let risk = Some(Risk { lambda: 0.0, ..own.risk });
        let model = varied(&own, &Variant { risk, ..Variant::default() });
        let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 4);
        let plan = planned(&model, &block, PlanMethod::Automatic);
        let effort = Effort { fresh: 10, batch: 3, alone: 4 };
        let found = assured(&model, &plan, &block, effort);
        let unit = if model.objective.is_money() { JUTA } else { 1.0 };
        let values = |block: &SampleBlock| {
            let planning = incremental(&model, block);
            let x = planning.decide(&model, &plan.allocation);
            (recourse_values(&planning.program, &x).expect("values"), planning)
        };
        let fresh = Sampler::new(&model, 5, Purpose::Evaluation);
        let (own, _) = values(&fresh.block(0, 10));
        let size = mean(&own).abs().max(1.0);
        let near = |a: f64, b: f64, share: f64| {
            assert!((a - b).abs() <= share * size * unit, "{seed}: {a} is not {b} ({found:?})");
        };
        near(found.fresh.value, mean(&own) * unit, 1e-6);
        let known: Vec<f64> = (0..4)
            .map(|w| optimum(&incremental(&model, &fresh.block(w, 1)).program).expect("optimum") - own[w])
            .collect();
        // Bounds of decompositions stand up to two thousandths above.
        near(found.evpi.value, mean(&known) * unit, 3e-3);
        assert!(known.iter().all(|worth| *worth >= -1e-6 * size), "{seed}: {known:?}");
        let bound = Sampler::new(&model, 5, Purpose::Bound);
        let gaps: Vec<f64> = (0..BATCHES)
            .map(|number| {
                let (own, planning) = values(&bound.block(number * 3, 3));
                optimum(&planning.program).expect("optimum") - mean(&own)
            })
            .collect();
        let spread: f64 = gaps.iter().map(|gap| (gap - mean(&gaps)).powi(2)).sum();
        let error = (spread / (BATCHES * (BATCHES - 1)) as f64).sqrt();
        near(found.gap.mean, mean(&gaps) * unit, 3e-3);
        near(found.gap.limit, one_sided_limit(mean(&gaps), error, BATCHES) * unit, 5e-3);
    });
}

/// Plans on a single sample are far from optimal; the limit says so. How far they are in truth is found on 60 samples that
/// no one else looks at; of 24 plans, with and without risk, at most 3 may be further than their limit (95 % each: more
/// than 3 has a probability below 4 %, if limits are as tight as they may be).
#[test]
fn the_limit_covers_the_true_gap() {
    let outside: usize = (500..524_usize)
        .into_par_iter()
        .map(|seed| {
            let risk = (seed % 2 == 0).then_some(Risk { lambda: 0.5, alpha: 0.5 });
            let model = varied(&random_model(seed, Kind::Any), &Variant { risk, ..Variant::default() });
            let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 1);
            let plan = planned(&model, &block, PlanMethod::Automatic);
            let found = assured(&model, &plan, &block, Effort { fresh: 40, batch: 6, alone: 2 });
            let unit = if model.objective.is_money() { JUTA } else { 1.0 };
            let truth = incremental(&model, &Sampler::new(&model, 77, Purpose::Evaluation).block(0, 60));
            let x = truth.decide(&model, &plan.allocation);
            let own = truth.program.risk_adjusted(&recourse_values(&truth.program, &x).expect("values"));
            let best = solve_with(SolveMethod::Decomposition, &truth.program, &Control::unlimited())
                .expect("solved")
                .objective;
            let gap = (best - own) * unit;
            assert!(found.gap.limit >= found.gap.mean && found.gap.mean >= -1e-6 * unit, "{found:?}");
            usize::from(gap > found.gap.limit + 1e-6 * best.abs().max(1.0) * unit)
        })
        .sum();
    assert!(outside <= 3, "{outside} of 24 plans are further from optimal than their limit");
}

/// Two threads or one, the figures are the same to the bit.
#[test]
fn threads_change_no_figure() {
    let model = random_model(7, Kind::Any);
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 8);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let plan = planned(&model, &block, PlanMethod::Decomposition);
            let found = assured(&model, &plan, &block, Effort { fresh: 20, batch: 4, alone: 5 });
            (plan.margins.clone(), found)
        })
    };
    assert_eq!(on(1), on(2));
}
