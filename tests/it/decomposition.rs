//! Decomposition against the extensive form: on random scenarios with every feature and on published programs, both ways,
//! with and without risk; valid bounds at every iteration; the same bytes on any number of threads.

use std::sync::Mutex;

use rand::RngExt;
use rantai::control::Control;
use rantai::model::rule::keeps_all_but_budgets;
use rantai::model::{Model, Risk, Variant};
use rantai::opt::builder::{PlanningProgram, build};
use rantai::opt::certificate::Certificate;
use rantai::opt::decomposition::{
    Decomposed, Decomposition, DecompositionOptions, Finish, FirstStage, Scheme, decompose,
};
use rantai::opt::extensive::ExtensiveForm;
use rantai::opt::lp::{LpStatus, Method, solve};
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise};
use rantai::opt::program::{Column, RecourseRow, Row, SampleProgram, Sense, TwoStageProgram};
use rantai::opt::solve::{SolveMethod, solve_with};
use rantai::sampling::{Purpose, Sampler, Stream};
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::varied;

/// Relative gap asked for, and by how much answers may differ.
const GAP: f64 = 1e-8;
const AGREEMENT: f64 = 1e-6;

fn planning_program(model: &Model, samples: usize) -> PlanningProgram {
    let sampler = Sampler::new(model, 5, Purpose::Planning);
    build(model, model.objective, &sampler.block(0, samples))
}

/// Value of the extensive form by simplex, proven, else by the interior point.
pub(crate) fn extensive(program: &TwoStageProgram) -> f64 {
    let form = ExtensiveForm::of(program);
    for method in [Method::Simplex, Method::InteriorPoint, Method::PlainSimplex] {
        let solution = solve(&form.lp, method, &Control::unlimited());
        let certificate = Certificate::of(&form.lp, &solution, form.constant, 1.0);
        if solution.status == LpStatus::Optimal && certificate.proven() {
            return certificate.objective;
        }
    }
    panic!("the extensive form was not solved")
}

/// Both ends of every iteration.
type Trail = Vec<(f64, f64)>;

pub(crate) fn decomposed(program: &TwoStageProgram, linking: &[bool], scheme: Scheme) -> (Decomposed, Trail) {
    let trail = Mutex::new(Vec::new());
    let first = FirstStage { columns: &program.columns, rows: &program.rows, linking, risk: program.risk };
    let options = DecompositionOptions {
        gap: GAP,
        unit: 1.0,
        scheme,
        groups: None,
        progress: &|iteration| {
            trail.lock().expect("trail").push((iteration.objective, iteration.bound));
            iteration.number < 300
        },
    };
    let answer = decompose(first, program, &options).expect("decomposes");
    (answer, trail.into_inner().expect("trail"))
}

/// Checks one program; which ways were tried.
fn check(name: &str, program: &TwoStageProgram, linking: &[bool]) {
    let expected = extensive(program);
    let size = expected.abs().max(1.0);
    for scheme in [Scheme::LShaped, Scheme::ColumnGeneration] {
        let (answer, trail) = decomposed(program, linking, scheme);
        assert!(
            (answer.objective - expected).abs() <= AGREEMENT * size && answer.bound >= answer.objective,
            "{name}, {scheme:?}: {} to {} after {} is not {expected} ({:?})",
            answer.objective,
            answer.bound,
            answer.iterations,
            answer.finish,
        );
        assert_ne!(answer.finish, Finish::Interrupted, "{name}, {scheme:?}");
        for (objective, bound) in trail {
            assert!(
                objective <= expected + 1e-7 * size,
                "{name}, {scheme:?}: value {objective} of {expected}"
            );
            assert!(bound >= expected - 1e-7 * size, "{name}, {scheme:?}: bound {bound} of {expected}");
        }
        // What the samples bring is what the answer says.
        let again = program.risk_adjusted(&answer.values);
        assert!((again - answer.objective).abs() <= 1e-9 * size, "{name}: {again}");
    }
}

/// 300 random scenarios, each without risk and with a random mix of mean and CVaR.
#[test]
fn both_ways_agree_with_the_extensive_form_on_random_scenarios() {
    (0..300_usize).into_par_iter().for_each(|seed| {
        let kind = if seed.is_multiple_of(3) { Kind::SeparateLines } else { Kind::Any };
        // What every cluster must get stands in its block, so that a block cannot do nothing.
        let coverage = seed.is_multiple_of(5).then(|| crate::coverage::all_supported(300.5));
        let model = varied(&random_model(seed, kind), &Variant { coverage, ..Variant::default() });
        let mut planning = planning_program(&model, 3 + seed % 6);
        let linking = planning.linking();
        let lambda = [0.3, 0.5, 1.0, 0.8][seed % 4];
        let alpha = [0.5, 0.9, 0.75][seed % 3];
        for risk in [Risk { lambda: 0.0, alpha }, Risk { lambda, alpha }] {
            planning.program.risk = risk;
            check(&format!("scenario {seed} with λ = {}", risk.lambda), &planning.program, &linking);
        }
    });
}

/// One thread and several give the same bytes, both ways.
#[test]
fn threads_change_no_byte() {
    let model = random_model(4, Kind::Any);
    let planning = planning_program(&model, 12);
    let linking = planning.linking();
    let on = |threads: usize, scheme: Scheme| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| decomposed(&planning.program, &linking, scheme))
    };
    for scheme in [Scheme::LShaped, Scheme::ColumnGeneration] {
        let (one, two, four) = (on(1, scheme), on(2, scheme), on(4, scheme));
        assert_eq!(one, two);
        assert_eq!(one, four);
    }
}

/// What an interrupted decomposition learned serves another one: the same optimum, in fewer iterations than from nothing.
/// Cuts that cannot be of the program are refused.
#[test]
fn what_was_learned_is_gone_on_from() {
    let (mut stopped, mut fewer, mut refused) = (0, 0, 0);
    for seed in 40..60_usize {
        let model = random_model(seed, Kind::Any);
        let planning = planning_program(&model, 6);
        let linking = planning.linking();
        let program = &planning.program;
        let first = FirstStage {
            columns: &program.columns,
            rows: &program.rows,
            linking: &linking,
            risk: program.risk,
        };
        for scheme in [Scheme::LShaped, Scheme::ColumnGeneration] {
            let until = |last: usize| DecompositionOptions {
                gap: GAP,
                unit: 1.0,
                scheme,
                groups: None,
                progress: if last == 2 {
                    &|iteration| iteration.number < 2
                } else {
                    &|iteration| iteration.number < 300
                },
            };
            let (straight, _) = decomposed(program, &linking, scheme);
            let mut parts = Decomposition::new(first, program, &until(2)).expect("taken apart");
            let begun = parts.solve(&until(2)).expect("begun");
            if begun.finish != Finish::Interrupted {
                continue;
            }
            stopped += 1;
            let mut learned = parts.learned(&begun.x);
            let mut again = Decomposition::new(first, program, &until(300)).expect("taken apart");
            assert!(again.teach(&learned).expect("visited"), "{seed} {scheme:?}");
            let found = again.solve(&until(300)).expect("solved");
            let size = straight.objective.abs().max(1.0);
            assert!((found.objective - straight.objective).abs() <= AGREEMENT * size, "{seed} {scheme:?}");
            assert!(found.bound >= straight.objective - AGREEMENT * size, "{seed} {scheme:?}");
            fewer += usize::from(found.iterations < straight.iterations);
            // Of another program: other parts.
            learned.x.push(0.0);
            let mut other = Decomposition::new(first, program, &until(300)).expect("taken apart");
            refused += usize::from(!other.teach(&learned).expect("visited"));
        }
    }
    assert!(stopped > 8 && refused == stopped, "{refused} of {stopped} were refused");
    assert!(2 * fewer > stopped, "{fewer} of {stopped} took fewer iterations");
}

/// Plans made both ways bring the same, keep every rule, and are worth the same with a billion more.
#[test]
fn plans_of_both_methods_bring_the_same() {
    (200..230_usize).into_par_iter().for_each(|seed| {
        let model = random_model(seed, Kind::Any);
        let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 6);
        let plan = |method: PlanMethod| {
            let options = PlanOptions {
                more_money: true,
                gap: Some(1e-8),
                ..PlanOptions::new(model.objective, method)
            };
            optimise(&model, &block, &options, &Control::unlimited()).expect("plan")
        };
        let (whole, taken_apart) = (plan(PlanMethod::Extensive), plan(PlanMethod::Decomposition));
        let size = whole.objective.abs().max(1e6);
        let near = |a: f64, b: f64, size: f64| (a - b).abs() <= 1e-6 * size;
        assert!(near(whole.objective, taken_apart.objective, size), "{seed}");
        assert!(taken_apart.bound >= taken_apart.objective && near(whole.bound, taken_apart.bound, size));
        assert!(keeps_all_but_budgets(&model, &taken_apart.allocation), "{seed}");
        assert!(taken_apart.certificate.primal_violation < 1e-6, "{seed}: {:?}", taken_apart.certificate);
        assert!(near(whole.without.iter().sum(), taken_apart.without.iter().sum(), 10.0 * size), "{seed}");
        for (one, other) in whole.next_billion.iter().zip(&taken_apart.next_billion) {
            // The decomposition knows them to two parts in a thousand of a billion.
            let near = match (one.gain, other.gain) {
                (Some(one), Some(other)) => (one - other).abs() <= 2e-3 * 1e9,
                (one, other) => one == other,
            };
            assert!(near, "{seed}: {one:?} is not {other:?}");
        }
    });
}

/// Three machines, 0 to 3 of each, at random prices; each makes random goods at random yields to meet random demand, sold
/// at random prices. Sometimes a shared row; sometimes a sample that needs some machine (no recourse without it).
fn machines(seed: u64) -> TwoStageProgram {
    let mut rng = Stream::new(seed, Purpose::Planning, "machines", 0);
    let mut between = |low: f64, high: f64| rng.random_range(low..high);
    let columns = (0..3)
        .map(|_| Column { integer: true, ..Column::between(0.0, 3.0, -between(3.0, 9.0), 3.0) })
        .collect();
    let rows = vec![Row {
        entries: vec![(0, between(1.0, 2.0)), (1, between(1.0, 2.0)), (2, between(1.0, 2.0))],
        sense: Sense::AtMost,
        rhs: between(4.0, 12.0),
    }];
    let samples = (0..4)
        .map(|_| {
            // Level of each machine, then sales of two goods.
            let mut columns: Vec<Column> =
                (0..3).map(|_| Column::non_negative(-between(0.1, 0.5), 60.0)).collect();
            columns.extend((0..2).map(|_| {
                let demand = between(2.0, 14.0);
                Column::between(0.0, demand, between(1.0, 4.0), demand)
            }));
            let mut rows: Vec<RecourseRow> = (0..3)
                .map(|machine| RecourseRow {
                    first: vec![(machine, -between(2.0, 6.0))],
                    second: vec![(machine, 1.0)],
                    sense: Sense::AtMost,
                    rhs: 0.0,
                })
                .collect();
            rows.extend((0..2).map(|good| RecourseRow {
                first: Vec::new(),
                second: vec![
                    (0, -between(0.2, 1.0)),
                    (1, -between(0.2, 1.0)),
                    (2, -between(0.2, 1.0)),
                    (3 + good, 1.0),
                ],
                sense: Sense::AtMost,
                rhs: 0.0,
            }));
            if seed.is_multiple_of(3) {
                rows.push(RecourseRow {
                    first: Vec::new(),
                    second: vec![(3, 1.0), (4, 1.0)],
                    sense: Sense::AtLeast,
                    rhs: 1.0,
                });
            }
            SampleProgram { probability: 0.25, columns, rows, ..SampleProgram::default() }
        })
        .collect();
    let lambda = [0.0, 0.4, 1.0][(seed % 5).min(2) as usize];
    TwoStageProgram { columns, rows, samples, risk: Risk { lambda, alpha: 0.7 } }
}

/// Every choice of machines, its recourse solved: the best of those that keep the row and leave every sample a recourse.
fn best_of_all(program: &TwoStageProgram) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for number in 0..64_u32 {
        let x = [number % 4, number.div_euclid(4) % 4, number.div_euclid(16)].map(f64::from);
        let used: f64 = program.rows[0].entries.iter().map(|&(j, a)| a * x[j]).sum();
        let mut fixed = program.clone();
        for (column, value) in fixed.columns.iter_mut().zip(x) {
            (column.lower, column.upper, column.integer) = (value, value, false);
        }
        if used <= program.rows[0].rhs + 1e-9
            && let Ok(solved) = solve_with(SolveMethod::Extensive, &fixed, &Control::unlimited())
        {
            best = best.max(solved.objective);
        }
    }
    best
}

#[test]
fn whole_numbers_are_those_of_a_search_through_all() {
    (0..40_u64).into_par_iter().for_each(|seed| {
        let program = machines(seed);
        let expected = best_of_all(&program);
        let found = solve_with(SolveMethod::Decomposition, &program, &Control::unlimited());
        if expected == f64::NEG_INFINITY {
            assert!(found.is_err(), "{seed}: {found:?}");
            return;
        }
        let found = found.expect("solved");
        let size = expected.abs().max(1.0);
        assert!((found.objective - expected).abs() < 1e-6 * size, "{seed}: {found:?} is not {expected}");
        assert!((found.bound - expected).abs() < 1e-6 * size, "{seed}: {found:?}");
        assert!(found.x.iter().all(|x| *x == x.round()), "{seed}: {:?}", found.x);
    });
}
