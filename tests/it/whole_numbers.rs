//! Decisions in whole numbers: cases worked by hand, and small random scenarios whose plans are those of a search through
//! all choices, whatever the method.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use rantai::model::{Allocation, Model, breaches};
use rantai::opt::builder::{PlanningProgram, build};
use rantai::opt::certificate::Certificate;
use rantai::opt::extensive::ExtensiveForm;
use rantai::opt::lp::{LpStatus, Method, solve};
use rantai::opt::planner::{PlanMethod, PlanOptions, keeps_limits, optimise, recourse_values};
use rantai::opt::solve::BoundBy;
use rantai::opt::{OptError, ProgramPlan, SolvedBy};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::study::Baseline;
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{copy, root};

const JUTA: f64 = 1e6;

/// The scenario of `tests/bad_scenarios/base` with these texts replaced, each in every file in which it stands.
fn patched(patches: &[(&str, &str)]) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    fs::remove_file(folder.path().join("today.csv")).expect("there");
    for (find, replace) in patches {
        let mut found = 0;
        for name in ["scenario.toml", "budgets.csv", "clusters.csv", "values.csv", "chains/gula.toml"] {
            let path = folder.path().join(name);
            let text = fs::read_to_string(&path).expect("there");
            found += text.matches(find).count();
            fs::write(&path, text.replace(find, replace)).expect("written");
        }
        assert!(found > 0, "'{find}' stands nowhere");
    }
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

fn options(model: &Model, method: PlanMethod) -> PlanOptions {
    PlanOptions {
        metric: model.objective,
        seconds: None,
        fallback: Vec::new(),
        next_billion: false,
        method,
        gap: Some(1e-8),
    }
}

fn planned(model: &Model, method: PlanMethod, samples: usize) -> ProgramPlan {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, samples);
    optimise(model, &block, &options(model, method), &|_| true).expect("plan")
}

/// (cluster, intervention, year, rupiah) of every line.
fn lines(model: &Model, allocation: &Allocation) -> Vec<(String, String, i32, i64)> {
    let line = |line: &rantai::model::AllocationLine| {
        (
            model.clusters[line.cluster.index()].key.clone(),
            model.chain_of(line.cluster).interventions[line.intervention.index()].key.clone(),
            model.horizon.calendar_year(line.year),
            line.amount.0,
        )
    };
    allocation.lines().iter().map(line).collect()
}

const BOTH: [PlanMethod; 2] = [PlanMethod::Extensive, PlanMethod::Decomposition];

/// 12 juta in 2027 and none after; prices certain at 20,000. A certificate: 10 juta buy leave to export 1,000 kg a year
/// (half of 2,000), 9,000 a kg more than sold locally, 18 juta in two years; further money brings 0.45 a rupiah.
/// Equipment, 20,000 a kg net, brings 6,000 a year, 0.6 a rupiah: in b, and in a once exports leave room in its market.
/// - No minimum: 10 juta on one certificate, 2 on the other, 1.8 · 12 = 21.6 juta.
/// - Certificates from 11 juta: one of 11 in a brings 18.45, the last juta in equipment 0.6: 19.05. (12 on the
///   certificate: 18.9.)
/// - From 15 juta: none can be had; 12 in equipment bring 7.2.
#[test]
fn a_minimum_size_makes_another_choice_best() {
    let base = [
        ("apbd,2027,100000000", "apbd,2027,12000000"),
        ("apbd,2028,100000000", "apbd,2028,0"),
        (
            "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\" }",
            "20000",
        ),
    ];
    let with = |minimum: &str| {
        let line = format!("type = \"certification\"\n{minimum}");
        let more = [("type = \"certification\"", line.as_str())];
        patched(&[&base[..], &more[..]].concat())
    };
    let own = |text: &str| (text.to_string(), 2027);
    let cases = [
        ("", 21.6, vec![("a", "sertifikat", 10_000_000), ("b", "sertifikat", 2_000_000)]),
        ("minimum = 11e6", 19.05, vec![("a", "alat", 1_000_000), ("a", "sertifikat", 11_000_000)]),
        ("minimum = { value = 15, unit = \"juta Rp\" }", 7.2, vec![("b", "alat", 12_000_000)]),
    ];
    for (minimum, juta, expected) in cases {
        let model = with(minimum);
        for method in BOTH {
            let plan = planned(&model, method, 2);
            assert!((plan.objective - juta * JUTA).abs() < 10.0, "{minimum}, {method:?}: {}", plan.objective);
            assert!(plan.gap < 1e-6 && plan.bound >= plan.objective, "{minimum}, {method:?}: {}", plan.bound);
            let found = lines(&model, &plan.allocation);
            let expected: Vec<(String, String, i32, i64)> = expected
                .iter()
                .map(|(c, i, rupiah)| ((*c).to_string(), own(i).0, own(i).1, *rupiah))
                .collect();
            assert_eq!(found, expected, "{minimum}, {method:?}");
            let by = match (method, minimum) {
                (PlanMethod::Extensive, "") | (PlanMethod::Decomposition, _) => BoundBy::Certificate,
                _ => BoundBy::Solver,
            };
            assert_eq!(plan.bound_by, by);
        }
        // Whole numbers are left to the decomposition, whose bounds are our own.
        let by_itself = planned(&model, PlanMethod::Automatic, 2).solved_by;
        assert_eq!(matches!(by_itself, SolvedBy::Decomposition { .. }), !minimum.is_empty());
    }
}

/// Equipment alone may be funded, and half of what makes it work is worth nothing: no capacity up to 10 juta, 2,000 kg at
/// 20 juta and no more after. Half is net, 6,000 a kg and year: 20 juta in b bring 6 juta a year; a's market is full. The
/// straight line from nothing to the end would say that 15 juta bring 4.5 a year.
/// - 15 juta in 2027: 5 of them tell, 500 kg net, 3 juta a year, 6 in all. - 10 juta: nothing, and nothing is spent.
/// - 10 juta a year, not carried over: what is there in 2028 is 20, 6 juta. - 30 juta: 12, and 10 are left.
#[test]
fn an_s_shape_makes_half_the_money_worthless() {
    let cases = [
        ("15000000", "0", "carry_over = 1", 6.0, vec![("b", 2027, 15_000_000)]),
        ("10000000", "0", "carry_over = 1", 0.0, vec![]),
        (
            "10000000",
            "10000000",
            "carry_over = 0",
            6.0,
            vec![("b", 2027, 10_000_000), ("b", 2028, 10_000_000)],
        ),
        ("30000000", "0", "carry_over = 1", 12.0, vec![("b", 2027, 20_000_000)]),
    ];
    for (first, second, carry_over, juta, expected) in cases {
        let model = patched(&[
            ("apbd,2027,100000000", &format!("apbd,2027,{first}")),
            ("apbd,2028,100000000", &format!("apbd,2028,{second}")),
            ("carry_over = 1", &format!("{carry_over}\ntypes = [\"production\"]")),
            (
                "raises.dapur = { cost = 10000 }",
                "raises.dapur = { s_shaped = [[10000000, 0], [20000000, 2000]] }",
            ),
        ]);
        for method in BOTH {
            let plan = planned(&model, method, 2);
            assert!((plan.objective - juta * JUTA).abs() < 10.0, "{first}, {method:?}: {}", plan.objective);
            assert!(plan.bound < juta * JUTA + 10.0, "{first}, {method:?}: {}", plan.bound);
            let found: Vec<(String, i32, i64)> = lines(&model, &plan.allocation)
                .into_iter()
                .map(|(cluster, _, year, rupiah)| (cluster, year, rupiah))
                .collect();
            let expected: Vec<(String, i32, i64)> =
                expected.iter().map(|&(c, year, rupiah)| (c.to_string(), year, rupiah)).collect();
            assert_eq!(found, expected, "{first}, {method:?}");
        }
    }
}

/// Whole numbers of which all choices are tried at most.
const MOST_CHOICES: usize = 9;

/// Every choice of the whole numbers, the rest of the extensive form solved around it: the best value, tie-breaking costs
/// of spending included as in the program.
fn best_of_all(planning: &PlanningProgram) -> f64 {
    let form = ExtensiveForm::of(&planning.program);
    let whole: Vec<usize> = (0..form.lp.columns.len()).filter(|j| form.lp.columns[*j].integer).collect();
    let value = |choice: usize| {
        let mut lp = form.lp.clone();
        for (bit, &j) in whole.iter().enumerate() {
            let value = ((choice >> bit) % 2) as f64;
            (lp.columns[j].lower, lp.columns[j].upper, lp.columns[j].integer) = (value, value, false);
        }
        for method in [Method::Simplex, Method::PlainSimplex, Method::InteriorPoint] {
            let solution = solve(&lp, method, None);
            let certificate = Certificate::of(&lp, &solution, form.constant, 1.0);
            match solution.status {
                LpStatus::Infeasible => return f64::NEG_INFINITY,
                LpStatus::Optimal if certificate.proven() => return certificate.objective,
                _ => {}
            }
        }
        panic!("choice {choice} was not solved")
    };
    (0..1_usize << whole.len()).into_par_iter().map(value).reduce(|| f64::NEG_INFINITY, f64::max)
}

/// Offsets so that the program speaks of increments.
fn incremental(model: &Model, samples: usize) -> PlanningProgram {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, samples);
    let mut planning = build(model, model.objective, &block);
    let nothing = vec![0.0; planning.program.columns.len()];
    let without = recourse_values(&planning.program, &nothing).expect("recourse");
    for (sample, level) in planning.program.samples.iter_mut().zip(without) {
        sample.offset = -level;
    }
    planning
}

/// Both methods find what a search through all choices finds, and keep every rule.
#[test]
fn plans_with_whole_numbers_are_those_of_a_search_through_all() {
    let tried = AtomicUsize::new(0);
    (0..90_usize).into_par_iter().for_each(|seed| {
        let model = random_model(seed, Kind::Whole);
        let planning = incremental(&model, 3);
        if planning.program.columns.iter().filter(|column| column.integer).count() > MOST_CHOICES {
            return;
        }
        tried.fetch_add(1, Ordering::Relaxed);
        let expected = best_of_all(&planning) * rantai::opt::builder::objective_unit(model.objective);
        for method in BOTH {
            let plan = planned(&model, method, 3);
            let size = plan.objective.abs().max(1.0);
            // The search through all pays for spending, as the program does: at most 10⁻⁷ a rupiah of 220,000.
            let tie = 2e-7 * 220_000.0;
            assert!(
                (plan.objective - expected).abs() <= 1e-6 * size + tie,
                "scenario {seed}, {method:?}: {} is not {expected}",
                plan.objective
            );
            assert!(plan.bound >= expected - 1e-6 * size, "scenario {seed}, {method:?}: {}", plan.bound);
            assert!(plan.gap <= 1e-6 + tie / size, "scenario {seed}, {method:?}: {}", plan.gap);
            assert!(breaches(&model, &plan.allocation).is_empty(), "scenario {seed}, {method:?}");
            assert!(keeps_limits(&model, &plan.allocation), "scenario {seed}, {method:?}");
            assert!(plan.certificate.primal_violation < 1e-6, "scenario {seed}: {:?}", plan.certificate);
        }
    });
    assert!(tried.into_inner() >= 30, "too few scenarios are small enough");
}

/// Carrying out a plan's allocation satisfies every row, and brings what the plan says.
#[test]
fn decisions_that_carry_out_a_plan_keep_every_row() {
    (0..30_usize).into_par_iter().for_each(|seed| {
        let model = random_model(seed, Kind::Whole);
        let planning = incremental(&model, 3);
        let plan = planned(&model, PlanMethod::Decomposition, 3);
        for allocation in
            [plan.allocation.clone(), Baseline::EqualTypes.allocation(&model), Allocation::default()]
        {
            let x = planning.decide(&model, &allocation);
            for (row, rule) in planning.program.rows.iter().zip(&planning.rules) {
                // Floors and caps do not bind a mix, nor a budget where another's money brings it upkeep.
                if matches!(
                    rule,
                    rantai::opt::builder::Rule::Limit(_) | rantai::opt::builder::Rule::Budget(..)
                ) {
                    continue;
                }
                let activity: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
                let size = row.entries.iter().map(|&(j, a)| (a * x[j]).abs()).fold(1e-3, f64::max);
                let beyond = match row.sense {
                    rantai::opt::program::Sense::AtMost => activity - row.rhs,
                    rantai::opt::program::Sense::AtLeast => row.rhs - activity,
                    rantai::opt::program::Sense::Equal => (activity - row.rhs).abs(),
                };
                assert!(beyond <= 1e-6 * size.max(1.0), "scenario {seed}: {rule:?} is broken by {beyond}");
            }
        }
        let x = planning.decide(&model, &plan.allocation);
        let mut program = planning.program.clone();
        program.columns.iter_mut().for_each(|column| column.objective = 0.0);
        let unit = rantai::opt::builder::objective_unit(model.objective);
        let value = program.risk_adjusted(&recourse_values(&program, &x).expect("recourse")) * unit;
        assert!((value - plan.objective).abs() <= 1e-5 * plan.objective.abs().max(1.0), "scenario {seed}");
    });
}

/// More money never hurts, and at every budget the plan keeps its minimum sizes to the rupiah.
#[test]
fn more_money_never_hurts_with_whole_numbers() {
    (0..20_usize).into_par_iter().for_each(|seed| {
        let model = random_model(seed, Kind::Whole);
        let mut last = 0.0_f64;
        for total in [0, 55_000, 110_000, 220_000, 440_000] {
            let richer =
                rantai::study::budget::scaled(&model, rantai::units::Rupiah(total)).expect("has money");
            let plan = planned(&richer, PlanMethod::Automatic, 3);
            let size = plan.objective.abs().max(1.0);
            assert!(plan.objective >= last - 1e-6 * size, "scenario {seed} at {total}: {}", plan.objective);
            assert!(breaches(&richer, &plan.allocation).is_empty(), "scenario {seed} at {total}");
            last = plan.objective;
        }
    });
}

/// Baselines leave out what their shares would put below a minimum size, and no money that has anything else to go to.
#[test]
fn baselines_keep_minimum_sizes() {
    for seed in 0..40 {
        let model = random_model(seed, Kind::Whole);
        for baseline in Baseline::ALL {
            let allocation = baseline.allocation(&model);
            assert!(breaches(&model, &allocation).is_empty(), "scenario {seed}, {baseline:?}");
        }
    }
}

/// A floor of 5 juta on certification, of which 8 is the least a certificate takes, while a cap holds it to 7: minimum
/// size, floor and cap contradict each other, though every rule but the minimum could be kept with fractions. The cheapest
/// way out is a juta: the cap raised or the minimum lowered; the cap comes first in order.
#[test]
fn a_minimum_size_between_a_floor_and_a_cap_is_named() {
    let model = patched(&[
        ("type = \"certification\"", "type = \"certification\"\nminimum = 8e6"),
        (
            "disbursement = [1.0]",
            "disbursement = [1.0]\n[[limits]]\nkind = \"floor\"\ntype = \"certification\"\namount = 5e6\n[[limits]]\nkind = \"cap\"\ntype = \"certification\"\namount = 7e6",
        ),
    ]);
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 2);
    for method in BOTH {
        let error = optimise(&model, &block, &options(&model, method), &|_| true).expect_err("contradiction");
        let OptError::Infeasible(conflict) = error else { panic!("{error}") };
        let names: Vec<String> = conflict.rules.iter().map(|clash| format!("{:?}", clash.rule)).collect();
        // Either cluster could take the certificate, so both minima are needed for the contradiction.
        let minima = names.iter().filter(|name| name.starts_with("Minimum")).count();
        assert_eq!((names.len(), minima), (4, 2), "{names:?}");
        let given: Vec<i64> = conflict.relaxation.iter().map(|concession| concession.rupiah).collect();
        assert_eq!(given, [1_000_000], "{conflict:?}");
        assert!((conflict.least - 1e6).abs() < 10.0 && conflict.least_by == BoundBy::Solver, "{conflict:?}");
    }
}
