//! Coverage of the ten facility types: cases worked by hand on the scenario of `tests/bad_scenarios/base`, by both methods, and
//! small random scenarios.
//!
//! What money brings there is told in `money_rules.rs`: a certificate's first 10 juta 1.8 a rupiah and its next 20 juta 0.45,
//! equipment 0.6 a rupiah in b up to 60 juta, and in a as far as certificates leave room in its market: 20 juta for the first 10.

use std::fs;

use rantai::model::{Allocation, ClusterId, Model, Need};
use rantai::opt::builder::{Decision, Rule, frame};
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, keeps_limits, optimise};
use rantai::opt::{Conflict, OptError};
use rantai::report::conflict::Told;
use rantai::report::{Lang, json};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::{Scenario, load};
use rantai::study::Baseline;
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{copy, root};

const JUTA: f64 = 1e6;
const BOTH: [PlanMethod; 2] = [PlanMethod::Extensive, PlanMethod::Decomposition];

/// Production from 20 juta and certification from 10 juta in every supported cluster.
const BOTH_TYPES: &str = "[coverage]\n[[coverage.minimum]]\ntype = \"production\"\namount = 20e6\n[[coverage.minimum]]\ntype = \"certification\"\namount = 10e6\n";

/// The scenario with this at the end of scenario.toml, these amounts of 2027 and 2028 \[juta Rp\], and coverage.csv where it is
/// not empty.
fn scenario(rules: &str, budget: [u32; 2], standings: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    let path = |name: &str| folder.path().join(name);
    let text = fs::read_to_string(path("scenario.toml")).expect("there");
    fs::write(path("scenario.toml"), format!("{text}\n{rules}\n")).expect("written");
    let [first, second] = budget.map(|juta| u64::from(juta) * 1_000_000);
    fs::write(path("budgets.csv"), format!("source,year,amount\napbd,2027,{first}\napbd,2028,{second}\n"))
        .expect("written");
    fs::remove_file(path("today.csv")).expect("there");
    if !standings.is_empty() {
        fs::write(path("coverage.csv"), standings).expect("written");
    }
    let chain = fs::read_to_string(path("chains/gula.toml")).expect("there");
    let random = "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\" }";
    assert!(chain.contains(random));
    fs::write(path("chains/gula.toml"), chain.replace(random, "20000")).expect("written");
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn with(rules: &str, budget: [u32; 2], standings: &str) -> Model {
    scenario(rules, budget, standings).model
}

fn options(model: &Model, method: PlanMethod) -> PlanOptions {
    PlanOptions {
        metric: model.objective,
        seconds: None,
        fallback: Vec::new(),
        more_money: false,
        method,
        gap: Some(1e-8),
        learned: None,
        keep: false,
    }
}

fn planned(model: &Model, method: PlanMethod, samples: usize) -> ProgramPlan {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, samples);
    optimise(model, &block, &options(model, method), &|_| true).unwrap_or_else(|error| panic!("{error}"))
}

fn conflict(model: &Model, method: PlanMethod) -> Conflict {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 2);
    match optimise(model, &block, &options(model, method), &|_| true) {
        Err(OptError::Infeasible(conflict)) => *conflict,
        other => panic!("{other:?}"),
    }
}

/// Whether a and b are supported.
fn supported(model: &Model, allocation: &Allocation) -> [bool; 2] {
    let found = model.supported(allocation);
    [found[0], found[1]]
}

/// Each cluster owes 30 juta, 20 of equipment and 10 of a certificate. Money of 2027:
/// - 40, nothing asked: two certificates at 1.8, 20 of equipment in b at 0.6: 48.
/// - 40: enough for one alone, not half of both: b, 18 + 30 · 0.6 = 36. (a alone: 18 + 17 = 35.)
/// - 60: both, 36 + 12 + 12 = 60. (b alone: 18 + 30 = 48.) - 50: b alone, 18 + 40 · 0.6 = 42. - 25: none, 0.
/// - 40, a's equipment is provided or waived: a's certificate 18, b's 18, 20 of equipment there 12: 48.
/// - 40, 15 of a's 20 are provided: 5 + 10 and 30 are 45: b alone, 36. - With 45: 36 + 5 · 0.6 + 20 · 0.6 = 51.
/// - 40, only reported: 48. - 40, a owes nothing at all: it has no whole number, both certificates and 20 in b: 48.
#[test]
fn a_cluster_is_covered_or_not_supported() {
    let only_reported = BOTH_TYPES.replace("[coverage]", "[coverage]\nenforce = false");
    let head = "cluster,type,status,amount,reason\n";
    let cases: [(&str, u32, String, f64, [bool; 2]); 10] = [
        ("", 40, String::new(), 48.0, [true, true]),
        (BOTH_TYPES, 40, String::new(), 36.0, [false, true]),
        (BOTH_TYPES, 60, String::new(), 60.0, [true, true]),
        (BOTH_TYPES, 50, String::new(), 42.0, [false, true]),
        (BOTH_TYPES, 25, String::new(), 0.0, [false, false]),
        (BOTH_TYPES, 40, format!("{head}a,production,provided,,\n"), 48.0, [true, true]),
        (BOTH_TYPES, 40, format!("{head}a,production,waived,,leased until 2030\n"), 48.0, [true, true]),
        (BOTH_TYPES, 40, format!("{head}a,production,provided,15000000,\n"), 36.0, [false, true]),
        (BOTH_TYPES, 45, format!("{head}a,production,provided,15000000,\n"), 51.0, [true, true]),
        (&only_reported, 40, String::new(), 48.0, [true, true]),
    ];
    for (rules, budget, standings, juta, expected) in cases {
        let model = with(rules, [budget, 0], &standings);
        for method in BOTH {
            let plan = planned(&model, method, 2);
            let case = format!("{rules}{standings}{budget}, {method:?}");
            assert!((plan.objective - juta * JUTA).abs() < 20.0, "{case}: {}", plan.objective);
            assert!(plan.bound < juta * JUTA + 20.0, "{case}: {}", plan.bound);
            assert_eq!(supported(&model, &plan.allocation), expected, "{case}");
            assert!(keeps_limits(&model, &plan.allocation), "{case}: {:?}", plan.allocation);
        }
    }
    let nothing = format!("{head}a,production,provided,,\na,certification,waived,,x\n");
    let model = with(BOTH_TYPES, [40, 0], &nothing);
    let decisions = frame(&model, model.objective, 0.0).decisions;
    let whole: Vec<&Decision> = decisions.iter().filter(|d| matches!(d, Decision::Support(_))).collect();
    assert_eq!(whole, [&Decision::Support(ClusterId::new(1))]);
}

/// Per enterprise: a has 10, b 20; 1.2 juta each are 12 and 24 of equipment. 40 juta: both would leave 4 for certificates. b
/// alone: certificate 18, 30 of equipment 18, 36; a alone: 18 + 17 = 35.
/// With 60: 36, 12 of equipment in a, 28 in b, 24 in all: 60.
#[test]
fn minima_may_be_for_each_enterprise() {
    let rule = "[coverage]\n[[coverage.minimum]]\ntype = \"production\"\namount_per_enterprise = { value = 1.2, unit = \"juta Rp\" }";
    for (budget, juta, expected) in [(40, 36.0, [false, true]), (60, 60.0, [true, true])] {
        let model = with(rule, [budget, 0], "");
        for method in BOTH {
            let plan = planned(&model, method, 2);
            assert_eq!(supported(&model, &plan.allocation), expected, "{budget}, {method:?}");
            assert!((plan.objective - juta * JUTA).abs() < 20.0, "{budget}, {method:?}: {}", plan.objective);
        }
    }
}

/// A capacity that must stand: 3,000 kg of workshop at the end, the base of a. In b 2,000 are missing: 40 juta of equipment, half
/// of it net. 30 juta: a owes nothing, its certificate 18 and 17 from the rest: 30 in a bring
/// 18 + 0.6 x + 0.45 y, x = 20 + y/2, x + y = 20: 18 + 12 = 30. 50 juta: b's certificate too, 18 + 18 + 24 = 48 with
/// 40 of equipment in b needs 60, so: a 18 and 20 + y/2 ...: b alone 18 + 24 = 42, with a 10 less of ... both cost 60.
#[test]
fn minima_may_be_outputs() {
    let rule = "[coverage]\n[[coverage.minimum]]\ntype = \"production\"\ncapacity = \"dapur\"\nunits = { value = 3000, unit = \"kg/year\" }";
    for (budget, juta, expected) in [(30, 30.0, [true, false]), (60, 60.0, [true, true])] {
        let model = with(rule, [budget, 0], "");
        let owed = model.owed(ClusterId::new(1));
        assert!(model.owed(ClusterId::new(0)).is_empty());
        let Need::Capacity { units, price, .. } = owed[0].need else { panic!("{owed:?}") };
        assert!((units - 2000.0).abs() < 1e-9 && (price - 20_000.0).abs() < 1e-6, "{owed:?}");
        for method in BOTH {
            let plan = planned(&model, method, 2);
            println!("{budget} {method:?} {} {:?}", plan.objective, plan.allocation);
            assert_eq!(supported(&model, &plan.allocation), expected, "{budget}, {method:?}");
            assert!((plan.objective - juta * JUTA).abs() < 20.0, "{budget}, {method:?}: {}", plan.objective);
            assert!(keeps_limits(&model, &plan.allocation), "{budget}, {method:?}");
        }
    }
}

/// Coverage falls due by what stands in the last period: money too late for its gestation does not count.
#[test]
fn an_output_counts_what_stands_in_the_last_period() {
    let rule = "[coverage]\n[[coverage.minimum]]\ntype = \"production\"\nclusters = [\"b\"]\ncapacity = \"dapur\"\nunits = 2000";
    let model = with(rule, [30, 30], "");
    let line = |year: usize, amount: i64| rantai::model::AllocationLine {
        source: rantai::model::SourceId::new(0),
        cluster: ClusterId::new(1),
        intervention: rantai::model::InterventionId::new(0),
        year,
        amount: rantai::units::Rupiah(amount),
    };
    let short = |lines: Vec<rantai::model::AllocationLine>| -> Vec<f64> {
        let found = model.coverage_shortfalls(&Allocation::new(lines));
        found.iter().map(|short| short.rupiah.round()).collect()
    };
    assert_eq!(short(vec![line(0, 20_000_000)]), [0.0; 0]);
    assert_eq!(short(vec![line(0, 5_000_000), line(1, 15_000_000)]), [0.0; 0]);
    assert_eq!(short(vec![line(0, 5_000_000)]), [15e6]);
    assert_eq!(short(Vec::new()), [0.0; 0], "what is not supported owes nothing");
}

/// Everything supported: 60 juta are owed and 50 there. Both budgets, and any one of the four minima can give way: the cheapest
/// way out is 10 juta, and floors give way before money is found.
#[test]
fn coverage_that_cannot_be_kept_is_named() {
    let rules = BOTH_TYPES.replace("[coverage]", "[coverage]\nsupported = \"all\"");
    let model = with(&rules, [50, 0], "");
    for method in BOTH {
        let conflict = conflict(&model, method);
        let rules: Vec<Rule> = conflict.rules.iter().map(|clash| clash.rule).collect();
        let (a, b) = (ClusterId::new(0), ClusterId::new(1));
        for rule in [Rule::Coverage(0, a), Rule::Coverage(1, a), Rule::Coverage(0, b), Rule::Coverage(1, b)] {
            assert!(rules.contains(&rule), "{rule:?} is none of {rules:?}");
        }
        let way: Vec<(Rule, i64)> = conflict.relaxation.iter().map(|c| (c.rule, c.rupiah)).collect();
        assert_eq!(way, [(Rule::Coverage(0, a), 10_000_000)], "{method:?}");
        let told = Told::new(&model, &[], false, &conflict);
        println!("{}\n{}\n{:#}", told.text(Lang::En), told.text(Lang::Id), told.json());
    }
    // With 60 everything is owed and paid.
    let model = with(&rules, [60, 0], "");
    for method in BOTH {
        let plan = planned(&model, method, 2);
        assert!((plan.objective - 60.0 * JUTA).abs() < 20.0, "{}", plan.objective);
        assert!(!frame(&model, model.objective, 0.0).has_integers());
    }
}
