//! Rules of sources of money: cases worked by hand on the scenario of `tests/bad_scenarios/base`, by both methods.
//!
//! A gula chain in clusters a (region R) and b (region S). Equipment costs 20,000 Rp per kg and year that it adds; a kg sold
//! locally brings 6,000 a year. So 2027's money brings 0.6 a rupiah over the two years: in b up to 3,000 kg, in a none, as
//! its workshop fills its market already. The first 10 juta of a certificate let 1,000 kg be exported, each for 9,000 more:
//! 1.8 a rupiah; the next 20 juta another 500 kg: 0.45. What is exported makes room in the market for as much equipment.

use std::fs;

use rantai::control::Control;
use rantai::model::rule::keeps_all_but_budgets;
use rantai::model::{CofundingPlace, Model};
use rantai::opt::OptError;
use rantai::opt::builder::Rule;
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, optimise};
use rantai::report::conflict::Told;
use rantai::report::language::Lang;
use rantai::result::value;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;

use crate::support::{copy, root};

const JUTA: f64 = 1e6;
const BOTH: [PlanMethod; 2] = [PlanMethod::Extensive, PlanMethod::Decomposition];

/// The scenario with these rules added to scenario.toml, and this budgets.csv.
fn with(rules: &str, budgets: &str) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    let path = |name: &str| folder.path().join(name);
    let scenario = fs::read_to_string(path("scenario.toml")).expect("there");
    fs::write(path("scenario.toml"), format!("{scenario}\n{rules}\n")).expect("written");
    let clusters = fs::read_to_string(path("clusters.csv")).expect("there");
    fs::write(path("clusters.csv"), clusters.replace("b,B,R", "b,B,S")).expect("written");
    fs::write(path("budgets.csv"), format!("source,year,amount\n{budgets}")).expect("written");
    fs::remove_file(path("today.csv")).expect("there");
    let chain = fs::read_to_string(path("chains/gula.toml")).expect("there");
    let random = "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\", unit = \"Rp/kg\" }";
    assert!(chain.contains(random));
    fs::write(path("chains/gula.toml"), chain.replace(random, "{ value = 20000, unit = \"Rp/kg\" }"))
        .expect("written");
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

fn options(model: &Model, method: PlanMethod) -> PlanOptions {
    PlanOptions::new(model.objective, method)
}

fn planned(model: &Model, method: PlanMethod) -> ProgramPlan {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 2);
    optimise(model, &block, &options(model, method), &Control::unlimited())
        .unwrap_or_else(|error| panic!("{error}"))
}

/// 40 juta in 2027. Free: two certificates of 10 at 1.8 and 20 of equipment at 0.6, in all 48. Everything in region R: the
/// certificate of a 18, then 30 juta in which x of equipment has room for 20 + y/2, y on the certificate's second piece:
/// 23.33 · 0.6 + 6.67 · 0.45 = 17. Nothing in a: 18 and 30 of equipment, 36. An eighth as management: 5 juta of
/// certificates, 9, and 35 of equipment, 21. At most 25 from the source: 36 + 3. At most 20 in the chain: the certificates.
/// At most an eighth for certificates in S in 2027: 18, half of one there at once, 9, the other a year later, 4.5, and 20 of
/// equipment, 12.
#[test]
fn limits_by_region_cluster_support_source_and_chain() {
    let cases = [
        ("", 48.0),
        ("kind = \"floor\"\nregions = [\"R\"]\nshare = 1", 35.0),
        ("kind = \"cap\"\nclusters = [\"a\"]\namount = 0", 36.0),
        ("kind = \"cap\"\nsource = \"apbd\"\nsupport = [\"management\"]\nshare = 0.125", 30.0),
        ("kind = \"cap\"\nsource = \"apbd\"\namount = 25e6", 39.0),
        ("kind = \"cap\"\nchains = [\"gula\"]\namount = 20e6", 36.0),
        ("kind = \"cap\"\ntype = \"certification\"\nregions = [\"S\"]\nshare = 0.125\nyear = 2027", 43.5),
    ];
    for (rule, juta) in cases {
        let rule = if rule.is_empty() { String::new() } else { format!("[[limits]]\n{rule}") };
        let model = with(&rule, "apbd,2027,40000000\napbd,2028,0\n");
        for method in BOTH {
            let plan = planned(&model, method);
            assert!(
                (plan.objective - juta * JUTA).abs() < 20.0,
                "{rule}, {method:?}: {} is not {juta}",
                plan.objective
            );
            assert!(keeps_all_but_budgets(&model, &plan.allocation), "{rule}, {method:?}");
        }
    }
}

/// A second source dak beside apbd, with these amounts in 2027 and 2028 [juta Rp], and more of its table.
fn two_sources(dak: [u32; 2], apbd: [u32; 2], more_of_dak: &str, rules: &str) -> Model {
    let text = format!(
        "[sources.dak]\ntitle = {{ id = \"DAK\", en = \"Special fund\" }}\nlevel = \"central\"\ncarry_over = 1\ndisbursement = [1.0]\n{more_of_dak}\n{rules}"
    );
    let mut budgets = String::new();
    for (key, amounts) in [("dak", dak), ("apbd", apbd)] {
        for (y, amount) in amounts.iter().enumerate() {
            budgets += &format!("{key},{},{}\n", 2027 + y, u64::from(*amount) * 1_000_000);
        }
    }
    with(&text, &budgets)
}

/// 20 juta each in 2027, dak in region R (cluster a) only: 48 as above if nothing is asked. Where apbd adds as much in each
/// region or cluster as dak spends there, d of dak bring 18 + 0.6 (2d − 10) in a, and b keeps 20 − d: best at d = 10, 24 + 18;
/// the other half of dak is left. All together apbd adds 20 to 20 anyhow. Where it adds half as much, d = 20 takes 10 of apbd
/// to a and leaves 10 in b: 18 + 12 + 18 = 48. A rule for S alone asks nothing of what is better spent in R.
#[test]
fn cofunding_holds_back_what_nobody_adds_to() {
    let cases = [
        ("ratio = 1", 42.0, 30),
        ("ratio = 1\nper = \"cluster\"", 42.0, 30),
        ("ratio = 1\nper = \"all\"", 48.0, 40),
        ("ratio = 0.5", 48.0, 40),
        ("ratio = 1\nregions = [\"S\"]\nto = [\"dak\"]", 48.0, 40),
    ];
    for (rule, juta, spent) in cases {
        // Nothing of dak can be spent in S, so a rule there alone would cover nothing: let it be all regions.
        let more = if rule.contains("\"S\"") { "" } else { "regions = [\"R\"]" };
        let text = format!("[[cofunding]]\nsource = \"apbd\"\n{rule}");
        let model = two_sources([20, 0], [20, 0], more, &text);
        for method in BOTH {
            let plan = planned(&model, method);
            assert!(
                (plan.objective - juta * JUTA).abs() < 20.0,
                "{rule}, {method:?}: {} is not {juta}",
                plan.objective
            );
            assert!(keeps_all_but_budgets(&model, &plan.allocation), "{rule}, {method:?}");
            assert_eq!(plan.allocation.total(), spent * 1_000_000, "{rule}, {method:?}");
        }
    }
}

/// 20 juta of dak in 2027, carried over whole, and 20 of apbd in 2028. Over the horizon two certificates at once, 36, and
/// equipment a year later, 6; year by year dak waits for apbd, and all 40 earn one year: 18 and 6.
#[test]
fn cofunding_by_year_waits_for_who_adds() {
    for (by_year, juta) in [(false, 42.0), (true, 24.0)] {
        let text = format!(
            "[[cofunding]]\nsource = \"apbd\"\nto = [\"dak\"]\nratio = 0.5\nper = \"all\"\nby_year = {by_year}"
        );
        let model = two_sources([20, 0], [0, 20], "", &text);
        for method in BOTH {
            let plan = planned(&model, method);
            assert!((plan.objective - juta * JUTA).abs() < 20.0, "{by_year}, {method:?}: {}", plan.objective);
            assert!(keeps_all_but_budgets(&model, &plan.allocation), "{by_year}, {method:?}");
        }
    }
}

/// Only lines that who adds may fund count: apbd may not pay for certificates here, so dak's 20 for them owe nothing, though
/// three times as much is asked; of 20 for equipment apbd's own would have to be 60.
#[test]
fn cofunding_counts_only_what_who_adds_may_fund() {
    let text = "[[cofunding]]\nsource = \"partner\"\nto = [\"dak\"]\nratio = 3\nper = \"all\"\n[sources.partner]\ntitle = { id = \"Mitra\", en = \"Partner\" }\nlevel = \"partner\"\ncarry_over = 0\ndisbursement = [1.0]\ntypes = [\"production\"]";
    let budgets =
        "apbd,2027,0\napbd,2028,0\ndak,2027,40000000\ndak,2028,0\npartner,2027,6000000\npartner,2028,0\n";
    let dak = "[sources.dak]\ntitle = { id = \"DAK\", en = \"DAK\" }\nlevel = \"central\"\ncarry_over = 0\ndisbursement = [1.0]";
    let model = with(&format!("{dak}\n{text}"), budgets);
    for method in BOTH {
        let plan = planned(&model, method);
        // Certificates: 36 for 20, then 0.45 a rupiah; equipment for 6 of partner and the third of it that dak may.
        // dak: 20 certificates at 1.8, 2 of equipment at 0.6, the remaining 18 at 0.45; partner 6 at 0.6.
        let juta = 36.0 + 2.0 * 0.6 + 18.0 * 0.45 + 6.0 * 0.6;
        assert!((plan.objective - juta * JUTA).abs() < 20.0, "{method:?}: {}", plan.objective);
        let balance = model.cofunding[0].balances(&model, &plan.allocation)[0];
        assert_eq!((balance.own, balance.others), (6_000_000, 2_000_000), "{method:?}");
    }
}

/// dak must spend 20 in R, where apbd has nothing to add half of it: the cheapest way out is that it falls 10 short.
#[test]
fn a_floor_that_nobody_adds_to_is_a_conflict() {
    let text = "[[cofunding]]\nsource = \"apbd\"\nratio = 0.5\nlaw = \"Perda 1/2027\"\ntitle = { id = \"Dana pendamping\", en = \"Matching funds\" }\n[[limits]]\nkind = \"floor\"\nsource = \"dak\"\nregions = [\"R\"]\namount = 20e6\nlaw = \"Juknis DAK\"";
    let model = two_sources([20, 0], [0, 0], "", text);
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 1);
    for method in BOTH {
        let error =
            optimise(&model, &block, &options(&model, method), &Control::unlimited()).expect_err("conflict");
        let OptError::Infeasible(conflict) = error else { panic!("{error}") };
        let at = CofundingPlace { place: 0, year: None };
        assert!(conflict.rules.iter().any(|clash| clash.rule == Rule::Cofunding(0, at)), "{conflict:?}");
        let given: Vec<_> = conflict.relaxation.iter().map(|one| (one.rule, one.rupiah)).collect();
        assert_eq!(given, [(Rule::Cofunding(0, at), 10_000_000)]);
        let told = Told::new(&model, &[], false, &conflict);
        let english = told.text(Lang::En);
        for words in [
            "  - floor on everything in region R from Special fund of Rp 20.0 million [Juknis DAK; limits, entry 1]",
            "  - co-funding by Regency budget of at least 50 % of what Special fund spends on everything (each region) in R [Matching funds; Perda 1/2027; cofunding, entry 1]",
            "  - let the co-funding by Regency budget of at least 50 % of what Special fund spends on everything (each region) in R fall short by Rp 10.0 million",
        ] {
            assert!(english.contains(words), "{words}\n{english}");
        }
        let indonesian = told.text(Lang::Id);
        let words = "  - izinkan pendanaan bersama oleh APBD sedikitnya 50% dari belanja DAK untuk semua belanja (tiap wilayah) di R kurang Rp10,0 juta";
        assert!(indonesian.contains(words), "{indonesian}");
        let way = &value(&told.document())["relaxation"][0];
        assert_eq!(
            (&way["kind"], &way["change"], &way["place"]),
            (&"cofunding".into(), &"fall_short".into(), &"R".into())
        );
    }
}
