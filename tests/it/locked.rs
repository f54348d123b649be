//! Locked lines: cases worked by hand on the scenario of `tests/bad_scenarios/base`, by both methods. What a rupiah brings
//! there stands at the head of `money_rules.rs`.

use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::rule::keeps_all_but_budgets;
use rantai::model::{Allocation, ClusterId, InterventionId, Model, SourceId};
use rantai::opt::builder::Rule;
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, optimise};
use rantai::opt::{Conflict, OptError};
use rantai::report::conflict::Told;
use rantai::report::language::Lang;
use rantai::result::value;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::study::{Baseline, budget};
use rantai::units::Rupiah;

use crate::support::{code, copy, rantai, root, stderr, stdout};

const JUTA: f64 = 1e6;
const BOTH: [PlanMethod; 2] = [PlanMethod::Extensive, PlanMethod::Decomposition];

/// Writes the scenario with 40 juta in 2027 and nothing in 2028, these rows of locked.csv and these rules.
fn write(folder: &Path, locked: &str, rules: &str) {
    copy(&root().join("tests/bad_scenarios/base"), folder);
    let path = |name: &str| folder.join(name);
    let scenario = fs::read_to_string(path("scenario.toml")).expect("there");
    fs::write(path("scenario.toml"), format!("{scenario}\n{rules}\n")).expect("written");
    fs::write(path("budgets.csv"), "source,year,amount\napbd,2027,40000000\napbd,2028,0\n").expect("written");
    fs::remove_file(path("today.csv")).expect("there");
    let chain = fs::read_to_string(path("chains/gula.toml")).expect("there");
    let random = "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\", unit = \"Rp/kg\" }";
    assert!(chain.contains(random));
    fs::write(path("chains/gula.toml"), chain.replace(random, "{ value = 20000, unit = \"Rp/kg\" }"))
        .expect("written");
    fs::write(path("locked.csv"), format!("source,cluster,intervention,year,rupiah\n{locked}"))
        .expect("written");
}

fn with(locked: &str, rules: &str, minimum: &str) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), locked, rules);
    let path = folder.path().join("chains/gula.toml");
    let chain = fs::read_to_string(&path).expect("there");
    let chain = chain.replace("type = \"production\"", &format!("type = \"production\"\n{minimum}"));
    fs::write(&path, chain).expect("written");
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

fn try_out(model: &Model, method: PlanMethod) -> Result<ProgramPlan, OptError> {
    let options = PlanOptions::new(model.objective, method);
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 2);
    optimise(model, &block, &options, &Control::unlimited())
}

/// What `allocation` gives cluster `c` (a, b) for intervention `i` (alat, sertifikat) in year `y`.
fn line(allocation: &Allocation, c: usize, i: usize, y: usize) -> i64 {
    allocation.amount(SourceId::new(0), ClusterId::new(c), InterventionId::new(i), y)
}

/// Free, 40 juta bring 48: two certificates of 10 at 1.8, and 20 of equipment at 0.6.
///
/// - 30 of equipment locked in a, whose workshop fills its market: 10 are left. A certificate there lets 1,000 kg be exported,
///   which makes room for 20 of the 30: 18 + 12.
/// - 30 of equipment locked in b in 2028: 10 are left for 2027, a certificate, 18; the 30 are carried over and work one year in
///   a market with room for 3,000 kg, 0.3 a rupiah: 9.
/// - 15 of equipment locked in a, and equipment comes in no less than 12 a year: two certificates, and the 5 that are left go
///   to a as well, where 20 of equipment have room: 36 + 12.
/// - 2 of a certificate locked in b: nothing that would not have been done anyway.
/// - 7 rupiah in 2028: they are carried over.
#[test]
fn plans_hold_what_is_locked_to_the_rupiah() {
    let cases = [
        ("apbd,a,alat,2027,30000001\n", "", 30.0, (0, 0, 0, 30_000_001)),
        ("apbd,b,alat,2028,30000001\n", "", 27.0, (1, 0, 1, 30_000_001)),
        ("apbd,a,alat,2027,15000000\n", "minimum = 12e6", 48.0, (0, 0, 0, 20_000_000)),
        ("apbd,b,sertifikat,2027,2000003\n", "", 48.0, (1, 1, 0, 10_000_000)),
        ("apbd,a,alat,2028,7\n", "", 48.0, (0, 0, 1, 7)),
    ];
    for (locked, minimum, juta, (c, i, y, amount)) in cases {
        let model = with(locked, "", minimum);
        for method in BOTH {
            let plan = try_out(&model, method).unwrap_or_else(|error| panic!("{locked}: {error}"));
            let near = (plan.objective - juta * JUTA).abs() < 20.0;
            assert!(near, "{locked}, {method:?}: {} is not {juta}", plan.objective);
            assert!(keeps_all_but_budgets(&model, &plan.allocation), "{locked}, {method:?}");
            assert_eq!(plan.allocation.total(), 40_000_000, "{locked}, {method:?}");
            assert_eq!(line(&plan.allocation, c, i, y), amount, "{locked}, {method:?}");
        }
        assert!(!keeps_all_but_budgets(&model, &Allocation::default()), "nothing lacks what is locked");
        for baseline in Baseline::of(&model) {
            let mix = baseline.allocation(&model);
            let held = baseline == Baseline::None || model.keeps_locked(&mix);
            assert!(held && mix.total() <= 40_000_000, "{locked}, {baseline:?}: {mix:?}");
        }
    }
}

/// Equal shares of what 30 locked for 2028 leave of 40 juta of 2027: 10, a quarter to each line.
#[test]
fn mixes_share_what_is_left() {
    let model = with("apbd,b,alat,2028,30000000\n", "", "");
    let mix = Baseline::EqualTypes.allocation(&model);
    assert_eq!(mix.total(), 40_000_000);
    for (c, i) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        assert_eq!(line(&mix, c, i, 0), 2_500_000);
    }
    assert_eq!(Baseline::Locked.allocation(&model).total(), 30_000_000);
    assert!(!Baseline::of(&with("", "", "")).contains(&Baseline::Locked));
}

/// 30 locked in 2027 of money scaled to 25: the two rules contradict each other by 5. Both ways out cost 5, and what is
/// committed gives way last.
#[test]
fn what_is_locked_beyond_the_money_is_a_conflict() {
    let model = with("apbd,a,alat,2027,30000000\n", "", "");
    let model = budget::scaled(&model, Rupiah(25_000_000)).expect("scaled");
    let locked = Rule::Locked(SourceId::new(0), ClusterId::new(0), InterventionId::new(0), 0);
    let money = Rule::Budget(SourceId::new(0), 0);
    for method in BOTH {
        let Err(OptError::Infeasible(conflict)) = try_out(&model, method) else { panic!("{method:?}") };
        let conflict: Conflict = *conflict;
        let rules: Vec<Rule> = conflict.rules.iter().map(|clash| clash.rule).collect();
        assert_eq!(rules, [money, locked]);
        let given: Vec<_> = conflict.relaxation.iter().map(|one| (one.rule, one.rupiah)).collect();
        assert_eq!(given, [(money, 5_000_000)]);
        let told = Told::new(&model, &[], true, &conflict);
        let english = told.text(Lang::En);
        for words in [
            "no allocation keeps all floors, caps and budgets together with what is locked already\n",
            "  - locked line of Regency budget for equipment in A in 2027 of Rp 30.0 million",
            "  - find money for the budget of Regency budget in 2027 by Rp 5.0 million, to Rp 30.0 million",
        ] {
            assert!(english.contains(words), "{words}\n{english}");
        }
        let indonesian = told.text(Lang::Id);
        let words = "  - belanja terikat APBD untuk alat di A tahun 2027 sebesar Rp30,0 juta";
        assert!(indonesian.contains(words), "{indonesian}");
        let json = &value(&told.document())["conflict"][1];
        assert!(json["kind"] == "locked" && json["key"] == "locked/apbd/a/alat/2027", "{json}");
    }
}

/// On the command line: the plan says what of it is locked, its lines are read again, and one that lacks them is told so.
#[test]
fn results_mark_what_is_locked_and_plans_that_lack_it_are_told() {
    let folder = tempfile::tempdir().expect("folder");
    let scenario = folder.path().join("scenario");
    write(&scenario, "apbd,a,alat,2027,30000001\n", "");
    let path = scenario.to_str().expect("path");
    let out = folder.path().join("out");
    let run =
        |more: &[&str]| rantai(&[&["optimise", path, "--samples", "2", "--evaluation", "10"], more].concat());
    let output = run(&["--json", "--quick", "--out", out.to_str().expect("path")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let plan: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(plan["budget"]["locked"], 30_000_001);
    assert_eq!(plan["allocation"][0]["locked"], 30_000_001);
    assert_eq!(plan["evaluation"]["baselines"][1]["baseline"], "locked");
    let csv = fs::read_to_string(out.join("allocation.csv")).expect("written");
    assert!(
        csv.starts_with("source,level,cluster,region,facility_type,letter,intervention,year,rupiah,locked\n")
    );
    assert!(csv.contains(",alat,2027,30000001,30000001\n") && csv.contains(",9999999,0\n"), "{csv}");
    let summary = fs::read_to_string(out.join("summary.en.txt")).expect("written");
    assert!(summary.contains("Of this Rp 30.0 million is locked already"), "{summary}");
    // Everything that a plan asks beyond its proof holds the locked lines too.
    assert_eq!(code(&run(&[])), 0);
    let again = out.join("allocation.csv");
    let simulate =
        |plan: &Path| rantai(&["simulate", path, "--samples", "4", "--plan", plan.to_str().expect("path")]);
    assert_eq!(code(&simulate(&again)), 0);
    fs::write(&again, "source,cluster,intervention,year,rupiah\napbd,a,alat,2027,30000000\n")
        .expect("written");
    let output = simulate(&again);
    assert_eq!(code(&output), 0);
    let words = " - locked line of Regency budget for equipment in A in 2027: Rp 30.0 million of at least Rp 30,000,001; Rp 1 short";
    assert!(stdout(&output).contains(words), "{}", stdout(&output));
    let described = rantai(&["check", path]);
    let row = ["apbd", "a", "alat", "2027", "30,000,001"];
    assert!(stdout(&described).contains("\nLocked already (rupiah)\n-"));
    assert!(stdout(&described).lines().any(|line| line.split_whitespace().eq(row)));
}
