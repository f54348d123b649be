//! Rules of sources of money: cases worked by hand on the scenario of `tests/bad_scenarios/base`, by both methods.
//!
//! A gula chain in clusters a (region R) and b (region S). Equipment costs 20,000 Rp per kg and year that it adds; a kg sold
//! locally brings 6,000 a year. So 2027's money brings 0.6 a rupiah over the two years: in b up to 3,000 kg, in a none, as
//! its workshop fills its market already. The first 10 juta of a certificate let 1,000 kg be exported, each for 9,000 more:
//! 1.8 a rupiah; the next 20 juta another 500 kg: 0.45. What is exported makes room in the market for as much equipment.

use std::fs;

use rantai::model::Model;
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, keeps_limits, optimise};
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
    let random = "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\" }";
    assert!(chain.contains(random));
    fs::write(path("chains/gula.toml"), chain.replace(random, "20000")).expect("written");
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

fn planned(model: &Model, method: PlanMethod) -> ProgramPlan {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 2);
    let options = PlanOptions {
        metric: model.objective,
        seconds: None,
        fallback: Vec::new(),
        more_money: false,
        method,
        gap: None,
    };
    optimise(model, &block, &options, &|_| true).unwrap_or_else(|error| panic!("{error}"))
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
            assert!(keeps_limits(&model, &plan.allocation), "{rule}, {method:?}");
        }
    }
}
