//! Years of operations after the last year of commitments: worked by hand, and against years of empty budgets, by both methods
//! and both readings.
//!
//! The scenario of `spillovers.rs`: each cluster makes 100 kg a year for a million a kg; `alat` buys one kg a year per juta,
//! half of which would have come anyway, at once and for good, in 2027 and 2028. The tail is 2029 to 2031.

use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::{
    Allocation, AllocationLine, ClusterId, Decay, Distribution, Horizon, InterventionId, Metric, Model,
    Number, Response, SourceId, Tail, UpkeepBearer,
};
use rantai::opt::builder::{build, objective_unit};
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise, recourse_values};
use rantai::opt::valuation::values_of;
use rantai::result::scenario_hash;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{Outcomes, PlanEffects, Selector, simulate, simulate_plainly};
use rantai::study::Baseline;
use rantai::units::Rupiah;
use rayon::prelude::*;
use serde_json::Value;

use crate::agreement::random_model;
use crate::placing::text;
use crate::random_scenario::Kind;
use crate::spillovers::{BOTH, JUTA, model, planned, write};
use crate::support::{code, copy, rantai, scenario, stderr};

/// The model with `years` more years of operations, run by the program in `blocks`.
fn with_tail(model: Model, years: usize, blocks: usize) -> Model {
    model.changed(|model| model.horizon.tail = Tail { years, blocks })
}

/// 40 juta for `alat` in the first cluster in year `year`.
fn spend(year: usize) -> Allocation {
    Allocation::new(vec![AllocationLine {
        source: SourceId::new(0),
        cluster: ClusterId::new(0),
        intervention: InterventionId::new(0),
        year,
        amount: Rupiah(40_000_000),
    }])
}

/// What is additional in every year, over all clusters \[juta\], by the kernel; the plain reference says the same, and the
/// program the same of all years together.
#[track_caller]
fn additional(model: &Model, allocation: &Allocation) -> Vec<f64> {
    let sampler = Sampler::new(model, 5, Purpose::Planning);
    let effects = PlanEffects::new(model, allocation);
    let plans = [None, Some(&effects)];
    let fast = simulate(model, &sampler, 1, &plans, &|_| true).expect("simulates");
    let plain = simulate_plainly(model, &sampler, 1, &plans, &|_| true).expect("simulates");
    let total = Selector::total(Metric::ValueAdded);
    let gain = |of: &[Outcomes], selector| (of[1].series(selector)[0] - of[0].series(selector)[0]) / JUTA;
    let years = 0..model.horizon.operating_years();
    let found: Vec<f64> = years.clone().map(|y| gain(&fast, total.in_year(y))).collect();
    for (y, found) in found.iter().enumerate() {
        assert!((found - gain(&plain, total.in_year(y))).abs() < 1e-9, "year {y}");
    }
    let weighted: f64 = years.map(|y| found[y] * model.horizon.weight(Metric::ValueAdded, y)).sum();
    assert!((gain(&fast, total) - weighted).abs() < 1e-9);
    let obliged = model.obligation(allocation) / JUTA;
    let programmed = programmed(model, allocation)[0] - programmed(model, &Allocation::default())[0];
    assert!(
        (programmed - (weighted - obliged)).abs() < 1e-6,
        "{programmed} is not {weighted} less {obliged}"
    );
    found
}

/// Levels of the objective in the program's reading on one sample, its recourse solved for the allocation.
fn programmed(model: &Model, allocation: &Allocation) -> Vec<f64> {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 1);
    let planning = build(model, model.objective, &block);
    let mut program = planning.program.clone();
    program.columns.iter_mut().for_each(|column| column.objective = 0.0);
    recourse_values(&program, &planning.decide(model, allocation)).expect("recourse")
}

#[track_caller]
fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() < 1e-9, "{found:?} is not {expected:?}");
    }
}

/// 40 juta of 2028 are paid half then and half a year later, and of each payment half works at once and half a year later: 10, 20
/// and 10 juta come to work in 2028, 2029 and 2030. With half of the stock lost each year it is 10, 25, 22.5 and 11.25 juta; where each
/// juta serves two years, 10, 30, 30 and 10. A kg a juta is made, half of it additional. Without a tail all but the first is lost.
#[test]
fn payments_under_way_arrive_in_the_tail_and_stocks_age_there() {
    let late = model(&["a"], "1", "", "").changed(|late| {
        late.sources[0].disbursement = vec![0.5, 0.5];
        late.chains[0].interventions[0].gestation = vec![0.5, 0.5];
        late.chains[0].interventions[0].decay = Decay::Depreciation(0.5);
    });
    let late = with_tail(late, 3, 3);
    close(&additional(&late, &spend(1)), &[0.0, 5.0, 12.5, 11.25, 5.625]);
    let service = late.changed(|service| service.chains[0].interventions[0].decay = Decay::Lifetime(2));
    close(&additional(&service, &spend(1)), &[0.0, 5.0, 15.0, 15.0, 5.0]);
    close(&additional(&with_tail(service, 0, 0), &spend(1)), &[0.0, 5.0]);
}

/// 40 juta spent in a in 2028 are felt in b three years later: half a kg a juta, half of it additional. Upkeep of a tenth a year that
/// the cluster bears is charged in every year of the tail, on half of the stock of 40: 2 juta.
#[test]
fn spillovers_and_upkeep_go_on_in_the_tail() {
    let more = "[[spillovers]]\ninterventions = [\"alat\"]\ncapacity = \"bengkel\"\nprofile = [0, 0, 0, 0.5]";
    let kept = with_tail(model(&["a", "b"], "1", more, ""), 3, 3).changed(|kept| {
        for cluster in &mut kept.clusters {
            cluster.interventions[0].upkeep = Number::Certain(0.1);
        }
    });
    close(&additional(&kept, &spend(1)), &[0.0, 18.0, 18.0, 18.0, 28.0]);
}

/// The source bears upkeep of a tenth a year: of 48 juta it commits 40 in 2027 and pays 4 in each of 2027 and 2028. After that it has no
/// budget, and 4 a year are an obligation, which costs the public 1.5 a rupiah: of 0.5 · 5 · 40 = 100 juta are 18 to be taken. At 8 and more
/// a rupiah it would cost more than it brings, and nothing is bought. At 5 % a year benefits are worth 20 · (1 − 1.05⁻⁵) / (1 − 1.05⁻¹) =
/// 90.919, and the obligation 6 · (1.05⁻² + 1.05⁻³ + 1.05⁻⁴) = 15.561.
#[test]
fn upkeep_that_a_source_bears_after_its_last_budget_is_an_obligation() {
    let borne = with_tail(model(&["a"], "1", "", ""), 3, 3).changed(|borne| {
        borne.chains[0].interventions[0].upkeep_by = UpkeepBearer::Source(SourceId::new(0));
        borne.clusters[0].interventions[0].upkeep = Number::Certain(0.1);
        borne.sources[0].amounts[0] = Rupiah(48_000_000);
        borne.sources[0].public_cost = 1.5;
    });
    for method in BOTH {
        let plan = planned(&borne, method);
        assert_eq!(plan.allocation, spend(0), "{method:?}");
        assert!((plan.objective / JUTA - 82.0).abs() < 1e-4, "{method:?}: {}", plan.objective);
        assert_eq!(plan.budget.iter().map(|line| line.upkeep).collect::<Vec<_>>(), [4_000_000, 4_000_000]);
    }
    let obligations = borne.obligations(&spend(0));
    let told: Vec<(usize, i64, f64)> = obligations.iter().map(|o| (o.year, o.upkeep, o.cost)).collect();
    assert_eq!(told, [2, 3, 4].map(|year| (year, 4_000_000, 6e6)));
    close(&additional(&borne, &spend(0)), &[20.0; 5]);
    // Where it is no money that is maximised, no money is taken.
    let work = borne.changed(|borne| borne.objective = Metric::Employment);
    assert!((programmed(&work, &spend(0))[0] - programmed(&work, &Allocation::default())[0]).abs() < 1e-9);
    let discounted = borne.changed(|borne| borne.horizon.discount_rate = 0.05);
    let worth = 20.0 * (1.0 - 1.05_f64.powi(-5)) / (1.0 - 1.0 / 1.05);
    let cost = 6.0 * (1.05_f64.powi(-2) + 1.05_f64.powi(-3) + 1.05_f64.powi(-4));
    assert!((worth - 90.919).abs() < 1e-3 && (cost - 15.561).abs() < 1e-3);
    for method in BOTH {
        let plan = planned(&discounted, method);
        assert!((plan.objective / JUTA - (worth - cost)).abs() < 1e-4, "{method:?}: {}", plan.objective);
    }
    let borne = borne.changed(|borne| borne.sources[0].public_cost = 8.5);
    for method in BOTH {
        let plan = planned(&borne, method);
        assert_eq!((plan.allocation.lines().len(), plan.objective), (0, 0.0), "{method:?}");
    }
}

/// Half of the stock of 40 juta is lost each year: 40, 20, then 10, 5 and 2.5 in the tail, half a kg a juta: 20, 10, 5, 2.5 and 1.25. The market
/// takes 104 kg a year, so that 4, 4, 4, 2.5 and 1.25 are sold: 15.75 juta. As one block the tail's years have 35/12 = 2.9167 each, none of
/// them held back by the market: 8 + 8.75 = 16.75. In blocks of one year and two nothing is lost by averaging. Upkeep of a tenth that
/// the cluster bears goes year by year, on half the stock, in every number of blocks: 77.5 · 0.05 = 3.875.
#[test]
fn years_of_a_block_are_averaged_but_upkeep_is_not() {
    let worn = model(&["a"], "1", "", "").changed(|worn| {
        worn.chains[0].interventions[0].decay = Decay::Depreciation(0.5);
        worn.clusters[0].interventions[0].upkeep = Number::Certain(0.1);
        let market = worn.chains[0].capacities.iter().position(|k| k.key == "pasar").expect("market");
        worn.clusters[0].capacities[market].base = Number::Certain(104.0);
    });
    close(&additional(&with_tail(worn.clone(), 3, 3), &spend(0)), &[2.0, 3.0, 3.5, 2.25, 1.125]);
    for (blocks, worth) in [(3, 15.75), (2, 15.75), (1, 16.75)] {
        let worn = with_tail(worn.clone(), 3, blocks);
        let gain = programmed(&worn, &spend(0))[0] - programmed(&worn, &Allocation::default())[0];
        assert!((gain - (worth - 3.875)).abs() < 1e-6, "{blocks} blocks: {gain}");
    }
}

/// Effects are averaged, not stocks: of at most 8 kg there are 8, 8, and in the tail 8, 5 and 2.5, though the mean stock of the tail, 5.83,
/// would give 5.83 in all three. Half is additional. At 25 % a year the weights are 1, 0.8, 0.64, 0.512 and 0.4096: 4 + 3.2 + 2.56 + 1.28 + 0.512 =
/// 11.552, in one block or three and by both methods, for 40 juta are spent.
#[test]
fn effects_of_a_block_are_those_of_its_years() {
    let curved = model(&["a"], "1", "", "").changed(|curved| {
        let line = &mut curved.chains[0].interventions[0];
        line.decay = Decay::Depreciation(0.5);
        line.raises[0].response = Response::linear(JUTA, 8.0);
        curved.horizon.discount_rate = 0.25;
        curved.sources[0].carry_over = 0.0;
    });
    for blocks in 1..=3 {
        let curved = with_tail(curved.clone(), 3, blocks);
        for method in BOTH {
            let plan = planned(&curved, method);
            assert_eq!(plan.allocation, spend(0), "{method:?}, {blocks} blocks");
            let found = plan.objective / JUTA;
            assert!((found - 11.552).abs() < 1e-4, "{method:?}, {blocks} blocks: {found}");
        }
    }
}

/// Goods that keep, or come a season late, are made in the second season and sold in the first of the year after: of 100 kg 90 keep. Year by
/// year that happens four times in five years; in a block each of the tail's three years sells what it made, and what the last year before it
/// made is sold by nobody: 1 + 3. Where they are made first and sold second, each of five years sells its own.
#[test]
fn goods_of_a_block_go_round() {
    for (made, sold, lead, sales) in
        [("[0, 1]", "[1, 0]", 0, 360.0), ("[1, 0]", "[0, 1]", 0, 450.0), ("[0, 1]", "[1, 0]", 1, 400.0)]
    {
        for blocks in [1, 3] {
            let folder = tempfile::tempdir().expect("folder");
            write(folder.path(), &["a"], "1", "", "");
            let tail = format!("periods_per_year = 2\ntail = {{ years = 3, blocks = {blocks} }}");
            edit(&folder.path().join("scenario.toml"), "periods_per_year = 1", &tail);
            let chain = folder.path().join("chains/c.toml");
            let loss = if lead > 0 { "loss = 0" } else { "loss = 0.1" };
            edit(&chain, "storable = false", &format!("storable = true\n{loss}\nbase_stock = 50"));
            edit(&chain, "base = 100\n", &format!("base = 100\nseason = {made}\n"));
            edit(&chain, "base = 1000\n", &format!("base = 1000\nseason = {sold}\n"));
            edit(&chain, "outputs = { m = 1 }", &format!("outputs = {{ m = 1 }}\nlead_time = {lead}"));
            let model = load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model;
            let found = programmed(&model, &Allocation::default())[0];
            assert!((found - sales).abs() < 1e-6, "{made}, {blocks} blocks: {found} is not {sales}");
        }
    }
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("there");
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(path, text.replacen(from, to, 1)).expect("written");
}

/// A random scenario whose clusters bear all upkeep and whose sources carry nothing over.
fn plain_money(seed: usize) -> Model {
    with_tail(random_model(seed, Kind::Any), 0, 0).changed(|model| {
        for intervention in model.chains.iter_mut().flat_map(|chain| &mut chain.interventions) {
            intervention.upkeep_by = UpkeepBearer::Cluster;
        }
        model.sources.iter_mut().for_each(|source| source.carry_over = 0.0);
    })
}

/// The model with `more` years of empty budgets in place of a tail.
fn with_empty_years(model: Model, more: usize) -> Model {
    model.changed(|model| {
        model.horizon = Horizon { years: model.horizon.years + more, tail: Tail::default(), ..model.horizon };
        for source in &mut model.sources {
            source.amounts.resize(model.horizon.years, Rupiah(0));
        }
    })
}

/// The features that a model has.
fn features(model: &Model) -> Vec<&'static str> {
    let mut found = Vec::new();
    let interventions = || model.chains.iter().flat_map(|chain| &chain.interventions);
    let event =
        |parameter: &rantai::model::Parameter| matches!(parameter.distribution, Distribution::Event(_));
    for (name, has) in [
        ("events", model.parameters.iter().any(event)),
        ("factors", model.parameters.iter().any(|parameter| !parameter.loadings.is_empty())),
        ("lifetimes", interventions().any(|i| matches!(i.decay, Decay::Lifetime(_)))),
        ("gestation", interventions().any(|i| i.gestation.len() > 1)),
        ("spillovers", !model.spillovers.is_empty()),
        ("pools", !model.pools.is_empty()),
        ("stores", model.chains.iter().any(|chain| chain.commodities.iter().any(|m| m.storable))),
        ("lead times", model.chains.iter().any(|chain| chain.processes.iter().any(|p| p.lead_time > 0))),
    ] {
        if has {
            found.push(name);
        }
    }
    found
}

/// A tail of n years run one by one is n more years of empty budgets: every cell that the simulator keeps is the same, by kernel and plain
/// reference, and so is the optimum of the program, by both methods.
#[test]
fn a_tail_is_years_of_empty_budgets() {
    const SAMPLES: usize = 4;
    let tried: Vec<Vec<&str>> = (0..60_usize)
        .into_par_iter()
        .map(|seed| {
            let plain = plain_money(seed);
            let years = 1 + seed % 3;
            let (tail, empty) = (with_tail(plain.clone(), years, years), with_empty_years(plain, years));
            let simulated = |model: &Model| -> [Vec<Outcomes>; 2] {
                let allocation = Baseline::EqualTypes.allocation(&tail);
                let effects = PlanEffects::new(model, &allocation);
                let (sampler, plans) = (Sampler::new(model, 9, Purpose::Planning), [None, Some(&effects)]);
                [
                    simulate(model, &sampler, SAMPLES, &plans, &|_| true).expect("simulates"),
                    simulate_plainly(model, &sampler, SAMPLES, &plans, &|_| true).expect("simulates"),
                ]
            };
            for (a, b) in simulated(&tail).iter().flatten().zip(simulated(&empty).iter().flatten()) {
                assert!(a.table == b.table, "scenario {seed}");
                assert_eq!(a.bottlenecks, b.bottlenecks, "scenario {seed}");
            }
            let optimum = |model: &Model, method| {
                let block = Sampler::new(model, 9, Purpose::Planning).block(0, SAMPLES);
                let options = PlanOptions::new(model.objective, method);
                let plan = optimise(model, &block, &options, &Control::unlimited()).expect("plan");
                plan.objective / objective_unit(model.objective)
            };
            // Optima of every third scenario: the program is far slower than the simulator.
            let methods: &[PlanMethod] = if seed.is_multiple_of(3) { &BOTH } else { &[] };
            let expected = if methods.is_empty() { 0.0 } else { optimum(&empty, PlanMethod::Extensive) };
            for &method in methods {
                let found = optimum(&tail, method);
                // The gap to which a decomposition is asked to go, and the rupiah by which rounding moves lines.
                assert!(
                    (found - expected).abs() <= 2e-4 * expected.abs() + 1e-6,
                    "scenario {seed}, {method:?}: {found} is not {expected}"
                );
            }
            features(&tail)
        })
        .collect();
    for feature in
        ["events", "factors", "lifetimes", "gestation", "spillovers", "pools", "stores", "lead times"]
    {
        let count = tried.iter().filter(|features| features.contains(&feature)).count();
        assert!(count > 2, "{feature}: {count}");
    }
}

/// A plan made with few blocks is nearly as good as one made year by year, and nearer with more blocks: on random scenarios with six more
/// years, by the program that runs every year. (Seen: two blocks lose
/// 2.9 % on average and 17 % at most, four 0.1 %.)
#[test]
fn few_blocks_lose_little() {
    const SAMPLES: usize = 16;
    let lost: Vec<[f64; 2]> = (0..60_usize)
        .into_par_iter()
        .filter_map(|seed| {
            let whole = with_tail(plain_money(seed), 6, 6);
            let block = Sampler::new(&whole, 9, Purpose::Planning).block(0, SAMPLES);
            let options = PlanOptions::new(whole.objective, PlanMethod::Extensive);
            let plan = |blocks: usize| {
                let model = with_tail(whole.clone(), 6, blocks);
                optimise(&model, &block, &options, &Control::unlimited()).expect("plan").allocation
            };
            let plans = [plan(6), plan(2), plan(4)];
            let plans: Vec<&Allocation> = plans.iter().collect();
            let values = values_of(&whole, whole.objective, &block, &plans).expect("values");
            // Where money brings next to nothing, shares of it say nothing.
            let worth = whole.objective.is_money() && values[0] > 1000.0;
            worth.then(|| [1, 2].map(|plan| 1.0 - values[plan] / values[0]))
        })
        .collect();
    let mean = |blocks: usize| lost.iter().map(|lost| lost[blocks]).sum::<f64>() / lost.len() as f64;
    let most = lost.iter().flatten().copied().fold(0.0, f64::max);
    assert!(lost.len() > 5, "{}", lost.len());
    let (two, four) = (mean(0), mean(1));
    assert!(four < 0.005 && four < two && two < 0.04 && most < 0.2, "{two} and {four}, at most {most}");
}

/// A scenario without a tail keeps its hash whether it says so or not; years and blocks of a tail are part of it, and so is what money
/// costs the public.
#[test]
fn the_hash_knows_the_tail() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&scenario("minimal"), folder.path());
    let file = folder.path().join("scenario.toml");
    let original = fs::read_to_string(&file).expect("there");
    let hash = |tail: &str, cost: &str| -> String {
        let text = original.replacen("[money]", &format!("{tail}\n[money]"), 1);
        fs::write(&file, text.replacen("carry_over", &format!("{cost}\ncarry_over"), 1)).expect("written");
        scenario_hash(&load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model)
    };
    let plain = hash("", "");
    assert_eq!(hash("tail = { years = 0 }", "public_cost = 1"), plain);
    let four = hash("tail = { years = 4 }", "");
    assert_eq!(hash("tail = { years = 4, blocks = 4 }", ""), four);
    let mut all = vec![
        plain,
        four,
        hash("tail = { years = 4, blocks = 2 }", ""),
        hash("tail = { years = 5 }", ""),
        hash("", "public_cost = 1.2"),
    ];
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 5);
}

/// Results tell of the tail: `check` says it, years after the budgets are marked, totals include them, what sources owe is listed, the
/// pages say both, and the folder gives itself again.
#[test]
fn results_tell_of_the_tail() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("scenario");
    copy(&scenario("minimal"), &path);
    edit(&path.join("scenario.toml"), "[money]", "tail = { years = 3, blocks = 2 }\n[money]");
    let chain = fs::read_dir(path.join("chains")).expect("chains").flatten().next().expect("a chain").path();
    let source = load(&path).expect("valid").model.sources[0].key.clone();
    edit(&chain, "upkeep = { value = 0,", "upkeep = { value = 0.1,");
    edit(&chain, "upkeep_by = \"cluster\"", &format!("upkeep_by = \"{source}\""));
    let checked = rantai(&["check", text(&path)]);
    assert!(
        String::from_utf8_lossy(&checked.stdout).contains("Totals include 2029-2031"),
        "{}",
        stderr(&checked)
    );
    let out = folder.path().join("out");
    let output = rantai(&["optimise", text(&path), "--samples", "64", "-q", "--json", "--out", text(&out)]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let plan: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let obligations = plan["obligations"].as_array().cloned().unwrap_or_default();
    let bought = plan["allocation"].as_array().is_some_and(|lines| !lines.is_empty());
    assert!(bought && obligations.iter().all(|own| own["year"].as_i64() >= Some(2029)), "{plan:#}");
    let page = fs::read_to_string(out.join("summary.en.txt")).expect("page");
    assert!(page.contains("Totals include 2029-2031") && page.contains("in 2 blocks"), "{page}");
    assert_eq!(page.contains("Obligations after 2028"), !obligations.is_empty(), "{page}");
    let again = rantai(&["reproduce", text(&out), "-q", "--json"]);
    assert_eq!(code(&again), 0, "{}", stderr(&again));
    let allocation = out.join("allocation.csv");
    let words = ["simulate", text(&path), "--plan", text(&allocation), "--samples", "64", "-q", "--json"];
    let output = rantai(&words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let simulated: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(simulated.get("obligations"), plan.get("obligations"));
    let rows = simulated["outcomes"].as_array().expect("outcomes");
    let of = |year: Value| -> (f64, bool) {
        let row = rows.iter().find(|row| {
            row["plan"] == "plan"
                && row["metric"] == "value_added"
                && row["cluster"].is_null()
                && row["year"] == year
        });
        let row = row.expect("row");
        (row["estimate"]["mean"].as_f64().expect("number"), row["after_budgets"] == true)
    };
    let years: Vec<(f64, bool)> = (2027..=2031).map(|year| of(year.into())).collect();
    assert_eq!(years.iter().map(|(_, after)| *after).collect::<Vec<_>>(), [false, false, true, true, true]);
    let sum: f64 = years.iter().map(|(mean, _)| mean).sum();
    assert!((of(Value::Null).0 - sum).abs() < 1e-6 * sum, "{sum}");
}
