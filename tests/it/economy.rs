//! Displacement, economic value and indicators from files through plans and results, worked by hand.
//!
//! One cluster cooks sugar: 100 kg a year, 4 a kilogram for fuel and 0.02 days at 100, so 2 for wages. All of it goes abroad
//! at 16 less 1 for transport, though 50 could be sold at home for 10. Rp 10,000 of equipment cook 100 kg more, and take
//! Rp 1,000 a year in upkeep: 10 a kilogram.

use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::{Metric, Model};
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::{Scenario, load};
use rantai::sim::{Measure, Place, PlanEffects, Selector, simulate};
use serde_json::Value;

use crate::support::{code, rantai, stderr, stdout};

const TITLE: &str = "title = { id = \"x\", en = \"x\" }";

fn chain(of_cooking: &str) -> String {
    let rp = |value: u32, per: &str| format!("{{ value = {value}, unit = \"Rp/{per}\" }}");
    let (cook, carry, nothing) = (rp(4, "kg"), rp(1, "kg"), rp(0, "kg"));
    let (abroad, home, wage) = (rp(16, "kg"), rp(10, "kg"), rp(100, "person-day"));
    let capacity =
        |key: &str, base: u32| format!("[capacities.{key}]\n{TITLE}\nunit = \"kg\"\nbase = {base}\n");
    let head =
        |key: &str, stage: &str| format!("[processes.{key}]\n{TITLE}\nstage = \"{stage}\"\nunit = \"kg\"\n");
    [
        format!("{TITLE}\nwage = {wage}\n[commodities.sugar]\n{TITLE}\nunit = \"kg\"\nstorable = false\n"),
        capacity("kitchen", 100) + &capacity("port", 1000) + &capacity("stall", 50),
        head("cook", "production"),
        format!("outputs.sugar = 1\nuses.kitchen = 1\nunit_cost = {cook}\nlabour = 0.02\n{of_cooking}\n"),
        head("abroad", "marketing"),
        format!("inputs.sugar = 1\nuses.port = 1\nunit_cost = {carry}\nlabour = 0\nprice = {abroad}\n"),
        head("home", "marketing"),
        format!("inputs.sugar = 1\nuses.stall = 1\nunit_cost = {nothing}\nlabour = 0\nprice = {home}\n"),
        format!(
            "[interventions.kit]\n{TITLE}\ntype = \"production\"\nsupport = \"facilities\"\ndepreciation = 0\n\
             gestation = [1]\neffectiveness = 1\nadditionality = 1\nupkeep = 0.1\nupkeep_by = \"cluster\"\n\
             raises.kitchen = {{ cost = {{ value = 100, unit = \"Rp/kg\" }} }}\n"
        ),
    ]
    .concat()
}

/// Writes the scenario with `metric` as objective, `more` in scenario.toml and `of_cooking` at the process.
fn write(folder: &Path, metric: &str, more: &str, of_cooking: &str) {
    let scenario = format!(
        "format = 1\n{TITLE}\n[horizon]\nfirst_year = 2027\nyears = 1\nperiods_per_year = 1\n[money]\nunit = \"Rp\"\n\
         discount_rate = 0\n[labour]\ndays_per_year = 250\n[objective]\nmetric = \"{metric}\"\n[risk]\nlambda = 0\nalpha = 0.9\n\
         [samples]\nseed = 1\nplanning = 4\nevaluation = 4\n[sources.s]\n{TITLE}\nlevel = \"regency\"\ncarry_over = 0\n\
         disbursement = [1]\n{more}\n"
    );
    fs::create_dir_all(folder.join("chains")).expect("folder");
    for (name, text) in [
        ("chains/c.toml", chain(of_cooking).as_str()),
        ("scenario.toml", &scenario),
        ("clusters.csv", "cluster,name,region,chain,enterprises,workers\na,A,R,c,1,1\n"),
        ("budgets.csv", "source,year,amount,unit\ns,2027,10000,Rp\n"),
    ] {
        fs::write(folder.join(name), text).expect("written");
    }
}

fn read(metric: &str, more: &str, of_cooking: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), metric, more, of_cooking);
    match load(folder.path()) {
        Ok(scenario) => scenario,
        Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

/// The world market loses `displacement` of 16 with each kilogram.
fn market(displacement: &str) -> String {
    format!(
        "[markets.world]\n{TITLE}\nchannels = [\"c/abroad\"]\nreference_price = {{ value = 16, unit = \"Rp/kg\" }}\n\
         displacement = {displacement}\n"
    )
}

const SHADOW: &str = "[shadow_prices]\nwage_ratio = 0.5\nprices = 1.25\ncosts = 0.5\n";

/// What a plan spends and gains by both methods, and by the simulator.
fn planned(model: &Model) -> (f64, f64) {
    let sampler = Sampler::new(model, 1, Purpose::Planning);
    let mut found = Vec::new();
    for method in [PlanMethod::Extensive, PlanMethod::Decomposition] {
        let options = PlanOptions::new(model.objective, method);
        let plan = optimise(model, &sampler.block(0, 4), &options, &Control::unlimited()).expect("plan");
        let effects = PlanEffects::new(model, &plan.allocation);
        let out = simulate(model, &sampler, 4, &[None, Some(&effects)], &|_| true).expect("simulates");
        let [without, with] =
            [0, 1].map(|number: usize| out[number].series(Selector::total(model.objective))[0]);
        assert!(
            (with - without - plan.objective).abs() < 1e-6,
            "{} is not {}",
            with - without,
            plan.objective
        );
        found.push((plan.allocation.total() as f64, plan.objective));
    }
    assert!((found[0].1 - found[1].1).abs() < 1e-6 && found[0].0 == found[1].0, "{found:?}");
    found[0]
}

/// A kilogram more brings a value added of 16 − 1 − 4 − 10 = 1, so that all money is spent for a gain of 100. Once a
/// quarter of 16 is lost elsewhere it brings −3, and nothing is spent. Economically it brings 1.25 · 16 − 0.5 · (1 + 4) −
/// 0.5 · 2 − 0.5 · 10 = 11.5, and 7.5 with the loss of 4: gains of 1,150 and 750. Gross output gains 16 and 12.
#[test]
fn displacement_and_shadow_prices_decide_what_is_worth_buying() {
    let market = market("0.25");
    for (metric, more, expected) in [
        ("value_added", "", (10_000.0, 100.0)),
        ("value_added", market.as_str(), (0.0, 0.0)),
        ("economic", SHADOW, (10_000.0, 1150.0)),
        ("economic", &format!("{SHADOW}{market}"), (10_000.0, 750.0)),
        ("gross_output", "", (10_000.0, 1600.0)),
        ("gross_output", market.as_str(), (10_000.0, 1200.0)),
    ] {
        let (spent, gain) = planned(&read(metric, more, "").model);
        assert!(spent == expected.0 && (gain - expected.1).abs() < 1e-6, "{metric}, {more}: {spent}, {gain}");
    }
}

/// An uncertain displacement takes its own draws and leaves those of all other numbers as they were.
#[test]
fn a_market_moves_no_other_draw() {
    let fuel =
        "indicators.wood = { dist = \"uniform\", min = 2, max = 4, varies = \"yearly\", unit = \"kg/kg\" }";
    let wood = format!("[indicators.wood]\n{TITLE}\nunit = \"kg\"\nbetter = \"less\"\n");
    let uncertain = "{ dist = \"uniform\", min = 0, max = 0.5, varies = \"once\" }";
    let of = |more: &str| {
        let model = read("value_added", &format!("{wood}{more}"), fuel).model;
        let sampler = Sampler::new(&model, 3, Purpose::Evaluation);
        let block = sampler.block(0, 8);
        let number = model.clusters[0].processes.iter().flat_map(|p| &p.indicators).copied().next();
        let number = number.expect("an indicator");
        let draws: Vec<f64> = (0..8).map(|w| number.at(block.realisation(w), 0)).collect();
        let displaced: Vec<f64> = (model.markets.iter())
            .flat_map(|market| {
                (0..8).map(|w| market.displacement.at(block.realisation(w), 0)).collect::<Vec<_>>()
            })
            .collect();
        (draws, displaced)
    };
    let (without, with) = (of(""), of(&market(uncertain)));
    assert_eq!(without.0, with.0);
    assert!(without.1.is_empty() && with.1.iter().all(|share| (0.0..0.5).contains(share)));
}

/// 100 kg take 3 kg of wood each, with the plan 200 do; abroad 4 a kilogram are displaced. Targets speak of wood.
#[test]
fn results_say_what_is_displaced_and_counted() {
    let folder = tempfile::tempdir().expect("folder");
    let scenario = folder.path().join("s");
    let more = format!(
        "[indicators.wood]\n{TITLE}\nunit = \"kg\"\nbetter = \"less\"\n{}{SHADOW}\
         [[targets]]\n{TITLE}\nindicator = \"wood\"\nat_least = 400\n",
        market("0.25")
    );
    write(&scenario, "economic", &more, "indicators.wood = { value = 3, unit = \"kg/kg\" }");
    let out = folder.path().join("out");
    let (scenario, to) = (scenario.to_str().expect("path"), out.to_str().expect("path"));
    let run = rantai(&["optimise", scenario, "--out", to]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    let table = fs::read_to_string(out.join("outcomes.csv")).expect("outcomes");
    let mean = |plan: &str, metric: &str, item: &str, cluster: &str| -> f64 {
        let row = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let row = row
            .filter(|cells| cells[..3] == [plan, metric, cluster] && cells[4] == item && cells[5] == "all");
        let rows: Vec<Vec<&str>> = row.collect();
        assert_eq!(rows.len(), 1, "{plan} {metric} {cluster}");
        rows[0][7].parse().expect("number")
    };
    for (plan, kilograms) in [("none", 100.0), ("plan", 200.0), ("increment", 100.0)] {
        for cluster in ["a", "all"] {
            assert_eq!(mean(plan, "displaced", "", cluster), 4.0 * kilograms);
            assert_eq!(mean(plan, "indicator", "wood", cluster), 3.0 * kilograms);
            assert_eq!(mean(plan, "gross_output", "", cluster), 12.0 * kilograms);
        }
    }
    assert_eq!(mean("increment", "economic", "", "all"), 750.0);
    let targets = fs::read_to_string(out.join("targets.csv")).expect("targets");
    let chances: Vec<&str> = targets.lines().skip(1).filter_map(|line| line.split(',').nth(9)).collect();
    assert_eq!(chances, ["0", "1"], "{targets}");
    let summary = fs::read_to_string(out.join("summary.en.txt")).expect("summary");
    for word in ["sales displaced elsewhere", "less is better", "economic value"] {
        assert!(summary.contains(word), "{summary}");
    }
    let shown = stdout(&rantai(&["check", scenario]));
    assert!(shown.contains("Wages count at 50"), "{shown}");
}

/// At a loss of 12 elsewhere a kilogram abroad adds −1 and enterprises earn 9 on it: `check` names the route. The program sells
/// 50 at home for 6 each, with the plan as without; its plan says that it stands for what enterprises would not do.
#[test]
fn what_the_program_would_idle_is_named() {
    let found = read("value_added", &market("0.75"), "");
    let told: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    assert!(
        told.iter()
            .any(|line| line.contains("enterprises earn on these routes") && line.contains("abroad < cook")),
        "{told:?}"
    );
    let margin = read("margin", &market("0.75"), "").warnings;
    assert!(margin.iter().all(|warning| !warning.to_string().contains("enterprises earn")));
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "value_added", &market("0.75"), "");
    let path = folder.path().to_str().expect("path");
    let run = rantai(&["optimise", path, "--json"]);
    let plan: Value = serde_json::from_str(&stdout(&run)).expect("json");
    assert_eq!(plan["idled"]["routes"][0]["route"], "abroad < cook");
    assert_eq!(plan["idled"]["routes"][0]["worth"], -1.0);
    assert_eq!(plan["level_without"], 300.0);
    let page = stdout(&rantai(&["optimise", path]));
    assert!(page.contains("is an upper estimate"), "{page}");
}

/// Without shadow prices there is no economic value: not in results, and not to be asked for.
#[test]
fn economic_value_takes_shadow_prices() {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "value_added", "", "");
    let path = folder.path().to_str().expect("path");
    for command in [vec!["optimise"], vec!["coordinate"], vec!["program", "export", "--format", "mps"]] {
        let run = rantai(&[command.as_slice(), &[path, "--objective", "economic"]].concat());
        assert_eq!(code(&run), 2, "{command:?}");
        assert!(stderr(&run).contains("needs shadow prices"), "{}", stderr(&run));
    }
    let shown = stdout(&rantai(&["simulate", path, "--json"]));
    assert!(!shown.contains("economic") && !shown.contains("displaced"), "{shown}");
    let model = read("value_added", "", "").model;
    let place = Selector { measure: Measure::Metric(Metric::Economic), place: Place::Everywhere, year: None };
    let sampler = Sampler::new(&model, 1, Purpose::Evaluation);
    let out = simulate(&model, &sampler, 2, &[None], &|_| true).expect("simulates");
    assert_eq!(out[0].series(place), [0.0, 0.0]);
}
