//! Spillovers in technology groups, worked by hand, by both methods and both readings.
//!
//! Clusters a, b and c make and sell the same good for a million a kg, each 100 kg a year. `alat` buys in a cluster one kg a
//! year per juta, half of which would have come anyway; it works at once and for good. Two years of one period each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::{
    Allocation, AllocationLine, ClusterId, InterventionId, Metric, Model, SourceId, Variant,
};
use rantai::opt::builder::build;
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, optimise, recourse_values};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{Place, PlanEffects, Selector, SimError, simulate, simulate_plainly};
use rantai::units::Rupiah;

use crate::determinism::results;
use crate::support::{code, rantai, stderr, varied};

pub(crate) const JUTA: f64 = 1e6;
pub(crate) const BOTH: [PlanMethod; 2] = [PlanMethod::Extensive, PlanMethod::Decomposition];

/// Writes the scenario with these clusters, this price, and more of scenario.toml and of the chain.
pub(crate) fn write(folder: &Path, clusters: &[&str], price: &str, more: &str, more_of_chain: &str) {
    let title = "title = { id = \"x\", en = \"x\" }";
    let price = crate::support::per(price, "juta Rp/kg");
    let intervention = format!(
        "{title}\ntype = \"production\"\nsupport = \"facilities\"\ndepreciation = 0\ngestation = [1]\neffectiveness = 1\nadditionality = 0.5\nupkeep = 0\nupkeep_by = \"cluster\""
    );
    let chain = format!(
        "{title}\nwage = 0\n[commodities.m]\n{title}\nunit = \"kg\"\nstorable = false\n\
         [capacities.bengkel]\n{title}\nunit = \"kg\"\nbase = 100\n[capacities.pasar]\n{title}\nunit = \"kg\"\nbase = 1000\n\
         [processes.make]\n{title}\nstage = \"production\"\nunit = \"kg\"\noutputs = {{ m = 1 }}\nuses = {{ bengkel = 1 }}\nunit_cost = 0\nlabour = 0\n\
         [processes.sell]\n{title}\nstage = \"marketing\"\nunit = \"kg\"\ninputs = {{ m = 1 }}\nuses = {{ pasar = 1 }}\nunit_cost = 0\nlabour = 0\nprice = {price}\n\
         [interventions.alat]\n{intervention}\nraises.bengkel = {{ cost = {{ value = 1, unit = \"juta Rp/kg\" }} }}\n{}",
        more_of_chain.replace("COMMON", &intervention)
    );
    let scenario = format!(
        "format = 1\n{title}\n[horizon]\nfirst_year = 2027\nyears = 2\nperiods_per_year = 1\n[money]\nunit = \"juta Rp\"\ndiscount_rate = 0\n\
         [labour]\ndays_per_year = 250\n[objective]\nmetric = \"value_added\"\n[risk]\nlambda = 0\nalpha = 0.9\n\
         [samples]\nseed = 1\nplanning = 4\nevaluation = 8\n\
         [sources.s]\n{title}\nlevel = \"central\"\ncarry_over = 1\ndisbursement = [1]\n{more}\n"
    );
    let mut rows = "cluster,name,region,chain,enterprises,workers\n".to_string();
    for key in clusters {
        let _ = writeln!(rows, "{key},{key},R,c,1,1");
    }
    fs::create_dir_all(folder.join("chains")).expect("folder");
    for (name, text) in [
        ("chains/c.toml", chain.as_str()),
        ("scenario.toml", &scenario),
        ("clusters.csv", &rows),
        ("budgets.csv", "source,year,amount\ns,2027,40\ns,2028,0\n"),
    ] {
        fs::write(folder.join(name), text).expect("written");
    }
}

pub(crate) fn model(clusters: &[&str], price: &str, more: &str, more_of_chain: &str) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), clusters, price, more, more_of_chain);
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

/// In the first year half a kg less per juta, in the second three quarters more.
const DRAIN_THEN_GAIN: &str = "[[spillovers]]\ninterventions = [\"alat\"]\ncapacity = \"bengkel\"\nprofile = [-0.5, 0.75]\nclusters = [\"a\", \"b\"]";

pub(crate) fn planned(model: &Model, method: PlanMethod) -> ProgramPlan {
    planned_on(model, method, 4)
}

/// The same on so many samples.
pub(crate) fn planned_on(model: &Model, method: PlanMethod, samples: usize) -> ProgramPlan {
    let options = PlanOptions::new(model.objective, method);
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, samples);
    optimise(model, &block, &options, &Control::unlimited()).unwrap_or_else(|error| panic!("{error}"))
}

fn spend(cluster: usize, year: usize, rupiah: i64) -> Allocation {
    Allocation::new(vec![AllocationLine {
        source: SourceId::new(0),
        cluster: ClusterId::new(cluster),
        intervention: InterventionId::new(0),
        year,
        amount: Rupiah(rupiah),
    }])
}

/// Value added of a cluster in a year, in juta, by the kernel and the plain reference, in one sample.
fn simulated(model: &Model, allocation: &Allocation, cluster: usize, year: usize) -> [f64; 2] {
    let sampler = Sampler::new(model, 5, Purpose::Planning);
    let effects = PlanEffects::new(model, allocation);
    let place = Place::Cluster(ClusterId::new(cluster));
    let selector = Selector { place, year: Some(year), ..Selector::total(Metric::ValueAdded) };
    let plans = [Some(&effects)];
    let fast = simulate(model, &sampler, 1, &plans, &|_| true).expect("simulates");
    let plain = simulate_plainly(model, &sampler, 1, &plans, &|_| true).expect("simulates");
    [fast[0].series(selector)[0] / JUTA, plain[0].series(selector)[0] / JUTA]
}

/// 40 juta in a in 2027 add 20 kg there in both years. Net of what would have come anyway they take 0.25 · 40 = 10 kg from
/// b in 2027 and give it 0.375 · 40 = 15 kg in 2028: 120 + 90, then 120 + 115. In 2028 they only take, and c feels nothing.
#[test]
fn people_drawn_away_first_and_skilled_later() {
    let model = model(&["a", "b", "c"], "1", DRAIN_THEN_GAIN, "");
    let cases = [
        (spend(0, 0, 40_000_000), [[120.0, 120.0], [90.0, 115.0], [100.0, 100.0]]),
        (spend(1, 0, 40_000_000), [[90.0, 115.0], [120.0, 120.0], [100.0, 100.0]]),
        (spend(0, 1, 40_000_000), [[100.0, 120.0], [100.0, 90.0], [100.0, 100.0]]),
        (spend(2, 0, 40_000_000), [[100.0, 100.0], [100.0, 100.0], [120.0, 120.0]]),
    ];
    for (allocation, expected) in &cases {
        for (c, years) in expected.iter().enumerate() {
            for (y, juta) in years.iter().enumerate() {
                for found in simulated(&model, allocation, c, y) {
                    assert!((found - juta).abs() < 1e-9, "cluster {c}, year {y}: {found} is not {juta}");
                }
            }
        }
        let planning =
            build(&model, Metric::ValueAdded, &Sampler::new(&model, 5, Purpose::Planning).block(0, 1));
        let mut program = planning.program.clone();
        program.columns.iter_mut().for_each(|column| column.objective = 0.0);
        let level = recourse_values(&program, &planning.decide(&model, allocation)).expect("recourse")[0];
        let juta: f64 = expected.iter().flatten().sum();
        assert!((level - juta).abs() < 1e-6, "{level} is not {juta}");
    }
}

/// A juta in a or b in 2027 brings half a kg there in both years and −0.25 + 0.375 in the other: 1.125, and so does the next;
/// in c it brings 1. Without the spillover all are worth 1.
#[test]
fn plans_know_what_spills_over() {
    for method in BOTH {
        let with = planned(&model(&["a", "b", "c"], "1", DRAIN_THEN_GAIN, ""), method);
        assert!((with.objective / JUTA - 45.0).abs() < 1e-4, "{method:?}: {}", with.objective);
        let in_c: i64 =
            with.allocation.lines().iter().filter(|l| l.cluster.index() == 2).map(|l| l.amount.0).sum();
        assert_eq!(in_c, 0, "{method:?}");
        let without = planned(&model(&["a", "b", "c"], "1", "", ""), method);
        assert!((without.objective / JUTA - 40.0).abs() < 1e-4, "{method:?}: {}", without.objective);
        let own = model(&["a", "b", "c"], "1", DRAIN_THEN_GAIN, "");
        let mut amounts = own.sources[0].amounts.clone();
        amounts[0] = Rupiah(41_000_000);
        let amounts = BTreeMap::from([(SourceId::new(0), amounts)]);
        let richer = varied(&own, &Variant { amounts, ..Variant::default() });
        let next = planned(&richer, method).objective - with.objective;
        assert!((next / JUTA - 1.125).abs() < 1e-4, "{method:?}: the next juta brings {next}");
    }
}

/// `latih` buys a little less than `alat` in its own cluster, 1 kg for 1.05 juta: 0.952 a juta over two years. What it
/// spills over, half a kg a juta a year later, is worth 0.25 more. Who ignores the spillover buys `alat`.
#[test]
fn ignoring_the_spillover_chooses_another_plan() {
    let latih =
        "[interventions.latih]\nCOMMON\nraises.bengkel = { cost = { value = 1.05, unit = \"juta Rp/kg\" } }";
    let spillover = "[[spillovers]]\nlaw = \"PP 7/2021 89 (2) c\"\ninterventions = [\"latih\"]\ncapacity = \"bengkel\"\nprofile = [0, 0.5]\nwithin = \"region\"";
    for method in BOTH {
        for (more, intervention, juta) in [("", 0, 40.0), (spillover, 1, 40.0 / 1.05 + 10.0)] {
            let plan = planned(&model(&["a", "b"], "1", more, latih), method);
            assert!(
                (plan.objective / JUTA - juta).abs() < 1e-4,
                "{method:?}: {} is not {juta}",
                plan.objective
            );
            assert!(
                plan.allocation.lines().iter().all(|line| line.intervention.index() == intervention),
                "{method:?}"
            );
        }
    }
}

/// Ten times the budget in a would take 100 · 10 · 0.25 / 10 = 250 kg from the 100 of b: `check` lets no budget allow it, and
/// both readings stop where an allocation does it all the same.
#[test]
fn no_reading_goes_below_zero() {
    let model = model(&["a", "b"], "1", DRAIN_THEN_GAIN, "");
    let allocation = spend(0, 0, 1_000_000_000);
    let effects = PlanEffects::new(&model, &allocation);
    let sampler = Sampler::new(&model, 5, Purpose::Planning);
    let stopped = SimError::NegativeCapacity { cluster: "b".into(), capacity: "bengkel".into(), period: 0 };
    let plans = [None, Some(&effects)];
    assert_eq!(simulate(&model, &sampler, 1, &plans, &|_| true).expect_err("stops"), stopped);
    assert_eq!(simulate_plainly(&model, &sampler, 1, &plans, &|_| true).expect_err("stops"), stopped);
    let planning = build(&model, Metric::ValueAdded, &sampler.block(0, 1));
    assert!(recourse_values(&planning.program, &planning.decide(&model, &allocation)).is_err());
}

/// An uncertain price, drawn apart in every cluster.
const PRICE: &str = "{ dist = \"uniform\", min = 0.8, max = 1.2, varies = \"yearly\" }";

/// A cluster outside the group changes nothing for those within it.
#[test]
fn a_cluster_outside_the_group_leaves_the_others_futures_alone() {
    let allocation = spend(0, 0, 40_000_000);
    let cells = |clusters: &[&str]| -> Vec<Vec<f64>> {
        let model = model(clusters, PRICE, DRAIN_THEN_GAIN, "");
        let sampler = Sampler::new(&model, 5, Purpose::Evaluation);
        let effects = PlanEffects::new(&model, &allocation);
        let outcomes = simulate(&model, &sampler, 100, &[Some(&effects)], &|_| true).expect("simulates");
        let of =
            |c| Selector { place: Place::Cluster(ClusterId::new(c)), ..Selector::total(Metric::ValueAdded) };
        (0..2).map(|c| outcomes[0].series(of(c))).collect()
    };
    assert_eq!(cells(&["a", "b"]), cells(&["a", "b", "c"]));
}

/// The same bytes on one and two threads, and in any order of rows.
#[test]
fn threads_and_the_order_of_rows_change_no_byte() {
    let folder = tempfile::tempdir().expect("folder");
    let run = |name: &str, clusters: &[&str], threads: &str, method: &str| {
        // The scenario's own name is part of the command in the manifest.
        let scenario = folder.path().join(name).join("group");
        write(&scenario, clusters, PRICE, DRAIN_THEN_GAIN, "");
        let out = folder.path().join(format!("{name}-out"));
        let (scenario, out) = (scenario.to_str().expect("path"), out.to_str().expect("path"));
        let output = rantai(&[
            "optimise",
            scenario,
            "--samples",
            "4",
            "--evaluation",
            "100",
            "--threads",
            threads,
            "--method",
            method,
            "--quick",
            "--out",
            out,
        ]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        results(Path::new(out))
    };
    for method in ["extensive", "decomposition"] {
        let name = |case: &str| format!("{method}-{case}");
        let one = run(&name("one"), &["a", "b", "c"], "1", method);
        assert!(one.len() >= 5);
        assert!(one == run(&name("two"), &["a", "b", "c"], "2", method), "threads");
        assert!(one == run(&name("turned"), &["c", "b", "a"], "2", method), "order of rows");
    }
}
