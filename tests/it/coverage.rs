//! Coverage of the ten facility types: cases worked by hand on the scenario of `tests/bad_scenarios/base`, by both methods, and
//! small random scenarios.
//!
//! What money brings there is told in `money_rules.rs`: a certificate's first 10 juta 1.8 a rupiah and its next 20 juta 0.45,
//! equipment 0.6 a rupiah in b up to 60 juta, and in a as far as certificates leave room in its market: 20 juta for the first 10.

use std::fs;

use rantai::control::Control;
use rantai::model::rule::keeps_all_but_budgets;
use rantai::model::{Allocation, ClusterId, Model, Need, Variant};
use rantai::model::{Coverage, CoverageMinimum, Eligibility, FacilityType, MinimumSize, Supported};
use rantai::opt::builder::{Decision, Rule, frame};
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, optimise};
use rantai::opt::{Conflict, OptError};
use rantai::report::conflict::Told;
use rantai::report::{Lang, describe, law, tables};
use rantai::result::coverage::{CoverageState, rows};
use rantai::result::law::LawKey;
use rantai::result::plan::unmet;
use rantai::result::{CoverageDocument, scenario_hash, value};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::{Scenario, load};
use rantai::study::Baseline;
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{code, copy, rantai, root, stderr, stdout, varied};

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
    let random = "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\", unit = \"Rp/kg\" }";
    assert!(chain.contains(random));
    fs::write(path("chains/gula.toml"), chain.replace(random, "{ value = 20000, unit = \"Rp/kg\" }"))
        .expect("written");
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn with(rules: &str, budget: [u32; 2], standings: &str) -> Model {
    scenario(rules, budget, standings).model
}

fn options(model: &Model, method: PlanMethod) -> PlanOptions {
    PlanOptions { gap: Some(1e-8), ..PlanOptions::new(model.objective, method) }
}

fn planned(model: &Model, method: PlanMethod, samples: usize) -> ProgramPlan {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, samples);
    optimise(model, &block, &options(model, method), &Control::unlimited())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn conflict(model: &Model, method: PlanMethod) -> Conflict {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 2);
    match optimise(model, &block, &options(model, method), &Control::unlimited()) {
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
            assert!(keeps_all_but_budgets(&model, &plan.allocation), "{case}: {:?}", plan.allocation);
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

/// 3,000 kg of workshop must stand in the last period. In a they do; in b 2,000 are missing, which cost 40 juta, half of what
/// equipment does being net.
/// - 30 juta: a alone, its certificate 18 and the 20 of equipment that it leaves room for 12: 30. (b owes 40.)
/// - 60 juta: both certificates 36, 40 of equipment in b 24: 60.
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
            assert_eq!(supported(&model, &plan.allocation), expected, "{budget}, {method:?}");
            assert!((plan.objective - juta * JUTA).abs() < 20.0, "{budget}, {method:?}: {}", plan.objective);
            assert!(keeps_all_but_budgets(&model, &plan.allocation), "{budget}, {method:?}");
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
        let english = told.text(Lang::En);
        for words in [
            "no allocation keeps all floors, caps and budgets together with coverage",
            "  - coverage of (b) production in A of Rp 20.0 million [PP 7/2021, Article 89 paragraph (6) letter b; coverage.minimum, entry 1]",
            "  - lower the coverage of (b) production in A by Rp 10.0 million, to Rp 10.0 million",
        ] {
            assert!(english.contains(words), "{words}\n{english}");
        }
        let indonesian = told.text(Lang::Id);
        let words = "turunkan cakupan (b) produksi di A sebesar Rp10,0 juta, menjadi Rp10,0 juta";
        assert!(indonesian.contains(words), "{indonesian}");
        let json = value(&told.document());
        assert_eq!(json["relaxation"][0]["kind"], "coverage", "{json}");
        assert_eq!(json["relaxation"][0]["cluster"], "a", "{json}");
    }
    // With 60 everything is owed and paid.
    let model = with(&rules, [60, 0], "");
    for method in BOTH {
        let plan = planned(&model, method, 2);
        assert!((plan.objective - 60.0 * JUTA).abs() < 20.0, "{}", plan.objective);
        assert!(!frame(&model, model.objective, 0.0).has_integers());
    }
}

/// b must get 25 juta, and with the certificate and equipment it owes that is 40 where there are 30. Giving up the floor, or 10
/// of what b owes, or 10 more of money would do; the output that is asked for is told in its own unit.
#[test]
fn a_floor_on_a_cluster_that_cannot_be_covered_is_a_conflict() {
    let rule = "[[limits]]\nkind = \"floor\"\nclusters = [\"b\"]\namount = 25e6\n[coverage]\n[[coverage.minimum]]\ntype = \"production\"\ncapacity = \"dapur\"\nunits = 3000\nlaw = \"Perda 1/2027\"";
    let model = with(rule, [30, 0], "");
    for method in BOTH {
        let conflict = conflict(&model, method);
        let rules: Vec<Rule> = conflict.rules.iter().map(|clash| clash.rule).collect();
        let b = ClusterId::new(1);
        assert!(rules.contains(&Rule::Limit(0)) && rules.contains(&Rule::Coverage(0, b)), "{rules:?}");
        let way: Vec<(Rule, i64)> = conflict.relaxation.iter().map(|c| (c.rule, c.rupiah)).collect();
        assert_eq!(way, [(Rule::Coverage(0, b), 10_000_000)], "{method:?}");
        let told = Told::new(&model, &[], false, &conflict);
        let english = told.text(Lang::En);
        for words in [
            "  - coverage of (b) production in B of 2,000 kg of workshop a period beyond what stands [Perda 1/2027; coverage.minimum, entry 1]",
            "  - lower the coverage of (b) production in B by 500 kg of workshop a period, to 1,500 kg of workshop a period beyond what stands",
        ] {
            assert!(english.contains(words), "{words}\n{english}");
        }
        let json = value(&told.document());
        assert_eq!(json["conflict"][1]["units"], 2000.0, "{json}");
    }
}

/// All clusters supported, each with so much production for each enterprise \[Rp\].
pub(crate) fn all_supported(rupiah: f64) -> Coverage {
    Coverage {
        stated: true,
        enforced: true,
        supported: Supported::All,
        minima: vec![CoverageMinimum {
            title: None,
            law: None,
            facility: FacilityType::Production,
            size: MinimumSize::PerEnterprise(rupiah),
            of: Eligibility::default(),
        }],
        ..Coverage::default()
    }
}

/// Whatever is bound to be supported leaves a linear program: both methods bring the same, and every minimum is kept.
#[test]
fn methods_agree_where_all_clusters_are_supported() {
    (0..40_usize).into_par_iter().for_each(|seed| {
        let coverage = Some(all_supported(300.5));
        let model = varied(&random_model(seed, Kind::Any), &Variant { coverage, ..Variant::default() });
        assert!(!frame(&model, model.objective, 0.0).has_integers());
        let [one, other] = BOTH.map(|method| planned(&model, method, 4));
        let size = one.objective.abs().max(1.0);
        assert!(
            (one.objective - other.objective).abs() <= 1e-5 * size,
            "{seed}: {} {}",
            one.objective,
            other.objective
        );
        for plan in [one, other] {
            assert!(keeps_all_but_budgets(&model, &plan.allocation), "{seed}: {:?}", plan.allocation);
            let production = model.committed_by_type(&plan.allocation);
            for c in model.cluster_ids() {
                let sum = production.get(&(c, FacilityType::Production)).copied().unwrap_or(0);
                assert!(sum as f64 >= 300.5 * model.clusters[c.index()].enterprises, "{seed}: {sum}");
            }
        }
    });
}

/// Every row about coverage is about one cluster alone, and so are those that say whether it is supported.
#[test]
fn coverage_is_told_cluster_by_cluster() {
    let model = with(BOTH_TYPES, [40, 0], "");
    let planning = frame(&model, model.objective, 0.0);
    let linking = planning.linking();
    let mut seen = 0;
    for ((row, rule), linking) in planning.program.rows.iter().zip(&planning.rules).zip(linking) {
        let (Rule::Coverage(_, c) | Rule::Unsupported(c, ..)) = *rule else { continue };
        seen += 1;
        assert!(!linking);
        for (j, _) in &row.entries {
            let own = match planning.decisions[*j] {
                Decision::Spend(_, c, ..) | Decision::Support(c) => c,
                other => panic!("{other:?}"),
            };
            assert_eq!(own, c);
        }
    }
    assert_eq!(seen, 2 * (2 + 2), "two minima and two years for each of two clusters");
}

/// The order of rows changes neither the hash nor the plan; what is provided does change both.
#[test]
fn order_of_rows_changes_nothing() {
    let head = "cluster,type,status,amount,reason\n";
    let (one, two) = ("a,production,provided,15000000,\n", "b,certification,waived,,sold at home\n");
    let models = [
        with(BOTH_TYPES, [45, 0], &format!("{head}{one}{two}")),
        with(BOTH_TYPES, [45, 0], &format!("{head}{two}{one}")),
        with(BOTH_TYPES, [45, 0], &format!("{head}{one}")),
    ];
    let hashes = [0, 1, 2].map(|n| scenario_hash(&models[n]));
    assert_eq!(hashes[0], hashes[1]);
    assert_ne!(hashes[0], hashes[2]);
    let plans = [0, 1].map(|n| planned(&models[n], PlanMethod::Automatic, 3).allocation);
    assert_eq!(plans[0], plans[1]);
}

/// 45 juta, 15 of the equipment of a provided before, b's certificate waived: every type has its row, with what stands, what the
/// plan adds and who pays for it.
#[test]
fn the_table_tells_every_type_of_every_supported_cluster() {
    let standings = "cluster,type,status,amount,unit,reason,reference,grade\na,production,provided,15,juta Rp,,LPPD 2024,A\nb,certification,waived,,,sold at home,,\nb,land,provided,,,,,\n";
    let model = with(BOTH_TYPES, [45, 0], standings);
    let plan = planned(&model, PlanMethod::Automatic, 2);
    let rows = rows(&model, &plan.allocation, |_| true);
    assert_eq!(rows.len(), 20);
    let row = |c: usize, facility: FacilityType| {
        rows.iter().find(|row| row.cluster == ClusterId::new(c) && row.facility == facility).expect("a row")
    };
    let equipment = row(0, FacilityType::Production);
    assert_eq!((equipment.asked, equipment.before), (Some(20e6), Some(15e6)));
    assert_eq!((equipment.state, equipment.added), (CoverageState::Met, equipment.committed as f64));
    assert!(equipment.committed >= 5_000_000, "{equipment:?}");
    assert_eq!(equipment.providers, [("apbd", "alat", equipment.committed)]);
    assert_eq!(row(1, FacilityType::Certification).state, CoverageState::Waived);
    assert_eq!(row(1, FacilityType::Land).state, CoverageState::Provided);
    assert_eq!(row(0, FacilityType::Land).state, CoverageState::NoMinimum);
    let mut text = Vec::new();
    tables::coverage(&model, &plan.allocation, &mut text).expect("written");
    let text = String::from_utf8(text).expect("text");
    assert_eq!(text.lines().count(), 21);
    let line = text.lines().find(|line| line.starts_with("a,R,b,production,")).expect("a line");
    let start = "a,R,b,production,\"PP 7/2021, Article 89 paragraph (6) letter b\",,Rp,20000000,15000000,";
    assert!(line.starts_with(start) && line.contains(",met,,LPPD 2024,A,apbd/alat="), "{line}");
    let told = value(&CoverageDocument::of(&model, &plan.allocation));
    assert_eq!(told["clusters"][1]["waived"], 1, "{told}");
    // Land stands in b alone, so a is without; waived in a too, nobody is.
    assert!(unmet(&model, &plan.allocation).contains(&FacilityType::Land));
    let excused = with(BOTH_TYPES, [45, 0], &format!("{standings}a,land,waived,,,village land,,\n"));
    assert!(!unmet(&excused, &plan.allocation).contains(&FacilityType::Land));
    assert_eq!(told["short_clusters"], 0, "{told}");
    // Mixes are not held to it: equal shares put 11 of 45 on each line.
    let mix = Baseline::EqualTypes.allocation(&model);
    assert_eq!(model.short_clusters(&mix), (2, 1), "b's equipment is short");
    assert!(!keeps_all_but_budgets(&model, &mix));
}

/// Names of files under `scenarios`.
fn bundled() -> Vec<std::path::PathBuf> {
    let list = fs::read_dir(root().join("scenarios")).expect("there");
    let mut list: Vec<_> = list.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    list.sort();
    list
}

/// Every rule of the program has its row in the law trace, and no row is without a paragraph or a policy.
fn complete(model: &Model, rows: &[law::LawRow]) {
    let mut keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    keys.sort_unstable();
    assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "a key comes twice in {keys:?}");
    for rule in frame(model, model.objective, 0.0).rules {
        let key = law::answers(model, rule);
        assert!(keys.binary_search(&key.as_str()).is_ok(), "{rule:?} answers to '{key}', which is not there");
    }
    for row in rows {
        for lang in Lang::ALL {
            let (rule, policy) = (row.rule.in_language(lang), row.policy.in_language(lang));
            assert!(!rule.is_empty() && (!policy.is_empty() || !row.paragraphs.is_empty()), "{row:?}");
        }
        let said = format!("{} {}", row.article(Lang::En), row.policy.in_language(Lang::En));
        for article in said.split("Article ").skip(1) {
            assert!(article.starts_with("89") || article.starts_with("35"), "{said}");
        }
    }
    for kind in [
        LawKey::Budget,
        LawKey::CarryOver,
        LawKey::Eligibility,
        LawKey::Intervention,
        LawKey::Stage,
        LawKey::Capacity,
        LawKey::Cluster,
        LawKey::Figure,
    ] {
        assert!(rows.iter().any(|row| row.kind == kind), "no {kind:?}");
    }
}

#[test]
fn the_law_trace_of_every_bundled_scenario_is_complete() {
    for folder in bundled() {
        let scenario = load(&folder).expect("valid");
        complete(&scenario.model, &law::trace(&scenario.model, &scenario.numbers, None));
    }
    for seed in 0..60 {
        let model = random_model(seed, Kind::Whole);
        complete(&model, &law::trace(&model, &[], None));
    }
}

/// The counts of a type in the table that `check` prints: provided, waived, owed, without a minimum, nothing on offer.
fn counts(check: &str, name: &str) -> Vec<usize> {
    let line = check.lines().rfind(|line| line.starts_with(&format!("  {name} ")));
    line.into_iter().flat_map(str::split_whitespace).filter_map(|word| word.parse().ok()).collect()
}

/// Of 20 juta for equipment 15 stand in a, which owes the rest, and all 20 in b. Certificates are waived in a. In b there is land, of
/// which no minimum is stated and which nothing on offer raises.
#[test]
fn check_counts_clusters_by_how_each_type_stands() {
    let standings = "cluster,type,status,amount,unit,reason\na,production,provided,15,juta Rp,\nb,production,provided,20,juta Rp,\nb,land,provided,,,\na,certification,waived,,,sold at home\n";
    let said = describe::page(&scenario(BOTH_TYPES, [45, 0], standings)).text(Lang::En);
    assert_eq!(counts(&said, "(b) production"), [1, 0, 1, 0, 0], "{said}");
    assert_eq!(counts(&said, "(f) certification and standardisation"), [0, 1, 1, 0, 0], "{said}");
    assert_eq!(counts(&said, "(a) land"), [1, 0, 0, 0, 1], "{said}");
    let one = "[coverage]\n[[coverage.minimum]]\ntype = \"production\"\namount = 20e6\n";
    let said = describe::page(&scenario(one, [45, 0], "")).text(Lang::En);
    assert_eq!(counts(&said, "(f) certification and standardisation"), [0, 0, 0, 2, 0], "{said}");
}

/// `check` counts clusters by how each type stands; the table cluster by cluster is in `--coverage` alone.
fn counts_clusters_and_lists_them_on_request(scenario: &str, check: &str) {
    // Of the two clusters equipment is owed in both, research is waived in one and on offer in none.
    assert_eq!(counts(check, "(a) land"), [0, 0, 0, 0, 2], "{check}");
    assert_eq!(counts(check, "(b) production"), [0, 0, 2, 0, 0], "{check}");
    assert_eq!(counts(check, "(j) research and development"), [0, 1, 0, 0, 1], "{check}");
    let each = stdout(&rantai(&["check", scenario, "--coverage", "--lang", "en"]));
    let row = |cells: &[&str]| {
        let has = |line: &&str| {
            line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).eq(cells.iter().copied())
        };
        (each.lines().any(|line| has(&line)), check.lines().any(|line| has(&line)))
    };
    assert_eq!(row(&["(b) production", "Rp 20.0 million", "alat (apbd)"]), (true, false), "{each}");
    let waived =
        ["(j) research and development", "none", "nothing on offer", "waived (done by the province)"];
    assert_eq!(row(&waived), (true, false), "{each}");
    let nothing = " No minimum, nothing on offer: a, c, d, e, g, h, i.\n";
    assert!(each.contains(nothing) && !check.contains(nothing), "{each}");
    assert!(each.contains(" Plans are held to it; ") && check.contains(" Plans are held to it; "), "{each}");
}

/// What a plan's folder says: the table, the trace with what binds, and how many of ten are met.
#[test]
fn a_plan_tells_its_coverage_and_what_it_answers_to() {
    let folder = tempfile::tempdir().expect("folder");
    let place = folder.path().join("scenario");
    copy(&root().join("tests/bad_scenarios/base"), &place);
    let text = fs::read_to_string(place.join("scenario.toml")).expect("there");
    let rules = "[[limits]]\nkind = \"cap\"\ntype = \"certification\"\nshare = 0.9\n";
    fs::write(place.join("scenario.toml"), format!("{text}\n{rules}{BOTH_TYPES}")).expect("written");
    fs::write(
        place.join("coverage.csv"),
        "cluster,type,status,reason\na,research,waived,done by the province\n",
    )
    .expect("written");
    let (scenario, out) = (place.to_str().expect("path"), folder.path().join("plan"));
    let check = stdout(&rantai(&["check", scenario, "--lang", "en"]));
    for words in [
        "\nCoverage of the ten types, paragraph (6)\n-",
        "\n Plans are held to it; a cluster is supported in full or not at all.\n",
        "  type                                           minimum  clusters  still owed in  answers to\n",
        "  (b) production                         Rp 20.0 million         2              2  PP 7/2021, Article 89 paragraph (6) letter b\n",
        " Without a minimum: (a) land, ",
        " Today's allocation falls short of it in 1 of 1 clusters that it supports.\n",
        "  provided before  waived  owed by a plan  no minimum  nothing on offer\n",
    ] {
        assert!(check.contains(words), "{words}\n{check}");
    }
    counts_clusters_and_lists_them_on_request(scenario, &check);
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&rantai(&["check", scenario, "--json"]))).expect("json");
    let table = json["coverage"].as_array().expect("a table");
    assert_eq!((table.len(), &table[1]["status"]), (20, &"owed".into()), "{}", table[1]);
    assert_eq!(table[1]["offered_by"][0]["sources"][0], "apbd", "{}", table[1]);
    assert!(json["law_trace"].as_array().is_some_and(|trace| trace.len() > 30));
    let law = stdout(&rantai(&["check", scenario, "--law", "--lang", "en"]));
    for words in [
        "budget of Regency budget 2027 = Rp 100.0 million -> PP 7/2021 Article 89 (1), (7); budgets.csv, budget/apbd/2027 [budgets.csv row 2]",
        "cap on (f) certification and standardisation = Rp 180.0 million -> PP 7/2021 Article 89 (6)f; policy of the scenario: scenario.toml, limits[0]",
        "waiver of research and development in A -> PP 7/2021 Article 89 (6)j; done by the province",
        "minimum coverage of production in B = Rp 20.0 million -> PP 7/2021 Article 89 (6)b; policy of the scenario: scenario.toml, coverage.minimum[0]",
    ] {
        assert!(law.contains(words), "{words}\n{law}");
    }
    let made = rantai(&[
        "optimise",
        scenario,
        "--samples",
        "2",
        "--evaluation",
        "20",
        "--quick",
        "--lang",
        "en",
        "--out",
        out.to_str().expect("path"),
    ]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let summary = stdout(&made);
    for words in [
        "Coverage of the ten facility types in supported clusters, paragraph (6) (in full: coverage.csv):",
        "A: 2 of 10, 1 waived; without a, c, d, e, g, h, i",
        "All 2 supported clusters reach their minima of coverage.",
        "Not held to coverage, and short of it in clusters that they support: today's allocation (1 of 1).",
    ] {
        assert!(summary.contains(words), "{words}\n{summary}");
    }
    let trace = fs::read_to_string(out.join("law_trace.csv")).expect("there");
    let line = |start: &str| {
        trace.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}\n{trace}"))
    };
    assert!(line("budget,budget/apbd/2027,").contains("\"PP 7/2021 Article 89 (1), (7)\""));
    assert!(line("coverage,coverage.minimum[0]/a,").contains("(6)b"));
    assert!(line("figure,figure/headline,").contains("(8)"));
    assert!(
        fs::read_to_string(out.join("coverage.csv")).expect("there").starts_with("cluster,region,letter,")
    );
    // A given plan may break it, and is told so.
    fs::write(
        folder.path().join("given.csv"),
        "source,cluster,intervention,year,rupiah\napbd,b,alat,2027,5000000\n",
    )
    .expect("written");
    let given = folder.path().join("given.csv");
    let told = rantai(&["simulate", scenario, "--plan", given.to_str().expect("path"), "--samples", "4"]);
    assert_eq!(code(&told), 0);
    let words =
        "coverage of (b) production in B: Rp 5.0 million of at least Rp 20.0 million; Rp 15.0 million short";
    assert!(stdout(&told).contains(words), "{}", stdout(&told));
}

/// What nothing can meet is a warning where the plan chooses, and a fault where a cluster is bound to be supported.
#[test]
fn what_nothing_can_meet_is_told() {
    let land = "[coverage]\n[[coverage.minimum]]\ntype = \"land\"\namount = 1e6\nclusters = [\"a\"]\n";
    let told = scenario(land, [40, 0], "");
    let words = "cluster 'a': nothing that a source may fund there reaches the minimum of (a) land, so it can never be supported; offer it, or say in coverage.csv that it is provided or waived";
    assert!(told.warnings.iter().any(|warning| warning.to_string().ends_with(words)), "{:?}", told.warnings);
    // b alone: a certificate at 1.8 and 30 of equipment at 0.6.
    for method in BOTH {
        let plan = planned(&told.model, method, 2);
        assert!((plan.objective - 36.0 * JUTA).abs() < 20.0, "{}", plan.objective);
        assert_eq!(supported(&told.model, &plan.allocation), [false, true]);
    }
    let output = "[coverage]\nenforce = false\n[[coverage.minimum]]\ntype = \"certification\"\ncapacity = \"ekspor\"\nunits = 1501\n";
    let told = scenario(output, [40, 0], "");
    let words = "cluster 'b': nothing that a source may fund there reaches the minimum of (f) certification, so it will fall short wherever it is supported";
    assert!(
        told.warnings.iter().any(|warning| warning.problem.in_language(Lang::En).starts_with(words)),
        "{:?}",
        told.warnings
    );
    let reached = scenario(&output.replace("1501", "1500"), [40, 0], "");
    assert!(reached.warnings.is_empty(), "{:?}", reached.warnings);
}
