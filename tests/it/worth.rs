//! The worth of a plan, worked by hand on `scenarios/minimal` and on what a word in it changes.

use std::fs;

use rantai::control::Control;
use rantai::model::{Allocation, Metric, Model, Net, Variant};
use rantai::opt::Stop;
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::{load, read_plan};
use rantai::study::worth::{Factor, View, Worth, appraise};

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{copy, rantai, scenario, stdout};

const JUTA: f64 = 1e6;
const SAMPLES: usize = 400;

/// `scenarios/minimal` with a line after `upkeep_by` of the equipment, and its best plan: certification of Utara 25 juta
/// and equipment of Selatan 75 juta in 2027, equipment of Selatan 100 juta in 2028.
fn minimal(equipment: &str, edit: impl Fn(String) -> String) -> (Model, Allocation) {
    let folder = tempfile::tempdir().expect("folder");
    copy(&scenario("minimal"), folder.path());
    let chain = folder.path().join("chains/keripik.toml");
    let text = fs::read_to_string(&chain).expect("text");
    let text =
        text.replacen("upkeep_by = \"cluster\"\n", &format!("upkeep_by = \"cluster\"\n{equipment}\n"), 1);
    fs::write(&chain, edit(text)).expect("written");
    let model = load(folder.path()).expect("valid").model;
    let plan = folder.path().join("plan.csv");
    let lines = "source,cluster,intervention,year,rupiah\napbd,utara,sertifikat,2027,25000000\n\
                 apbd,selatan,alat,2027,75000000\napbd,selatan,alat,2028,100000000\n";
    fs::write(&plan, lines).expect("written");
    let allocation = read_plan(&plan, &model).expect("a plan").allocation;
    (model, allocation)
}

fn worth(model: &Model, plan: &Allocation) -> Worth {
    let found = appraise(model, &[plan], SAMPLES, model.samples.seed, 1, &Control::unlimited());
    found.expect("simulates").remove(0)
}

/// The share of samples with the high export price, from the mean of the benefits: 97 + 4 h juta.
fn share_high(view: &View) -> f64 {
    (view.benefits.mean / JUTA - 97.0) / 4.0
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

fn at(factor: Factor) -> f64 {
    match factor {
        Factor::At(factor) => factor,
        Factor::Never => f64::NAN,
    }
}

/// With v = 11,000 or 13,000 the plan brings 1,000 v + 22.5 juta in 2027 and 1,000 v + 52.5 juta in 2028: 97 or 101 juta, and
/// costs 100 juta in each year. NPV = −103 or −99 juta, at 10 % 33.5 + 63.5/1.1 − 100 − 100/1.1 = −99.68 juta for the low
/// price. No future pays, no year pays back, and with both years' flows negative there is no rate of return.
///
/// Switching values: costs at (97 + 4 h)/200. With prices times s a kilogram exported adds (15,000 + 2,000 h) s − 4,000 on
/// average and one sold locally 10,000 s − 4,000; 2,000 and 12,500 of them bring 200 juta at s = 258/(155 + 4 h).
/// Additionality 1 instead of 0.5 brings less than 200 juta (local demand binds in 2028), so no factor is enough.
#[test]
fn the_worth_of_the_best_plan_is_the_one_worked_by_hand() {
    let (model, plan) = minimal("", |text| text);
    let worth = worth(&model, &plan);
    for view in [&worth.budget, &worth.economy] {
        let h = share_high(view);
        assert!((0.3..0.7).contains(&h), "{h}");
        close(view.costs.mean, 200.0 * JUTA);
        close(view.npv.mean, (4.0 * h - 103.0) * JUTA);
        close(view.bcr.expect("costs").ratio, (97.0 + 4.0 * h) / 200.0);
        assert_eq!((view.pays, view.payback_year), (0.0, None));
        assert!(view.eirr.rates.is_empty() && view.eirr.ranges.is_empty());
        let tenth = view.at_rates.iter().find(|at| at.rate == 0.10).expect("told");
        let expected = (33.5 + 2.0 * h) + (63.5 + 2.0 * h) / 1.1 - 100.0 - 100.0 / 1.1;
        close(tenth.npv.mean, expected * JUTA);
        let switching = view.switching.expect("asked for");
        close(at(switching.costs), (97.0 + 4.0 * h) / 200.0);
        assert!((at(switching.prices) - 258.0 / (155.0 + 4.0 * h)).abs() < 2e-3, "{switching:?}");
        assert_eq!((switching.additionality, switching.delay), (Factor::Never, None));
    }
    let source = worth.by_source[0];
    assert_eq!((source.paid, source.upkeep, source.returned), (200.0 * JUTA, 0.0, 0.0));
    // Selatan brings 45 + 30 juta in every sample, Utara 2,000 v.
    let gains: Vec<f64> = worth.by_cluster.iter().map(|(_, gain)| gain.mean / JUTA).collect();
    close(gains[0], 75.0);
    close(gains[1], 22.0 + 4.0 * share_high(&worth.budget));
    close(worth.by_chain[0].1.mean / JUTA, gains[0] + gains[1]);
}

/// Equipment given to enterprises is private: half of its 175 juta would have been spent anyway, so the economy bears
/// 25 + 87.5 juta. The budget bears all.
#[test]
fn of_private_goods_the_economy_bears_the_additional_part() {
    let (model, plan) = minimal("private = true", |text| text);
    let worth = worth(&model, &plan);
    close(worth.budget.costs.mean, 200.0 * JUTA);
    close(worth.economy.costs.mean, 112.5 * JUTA);
    // At 10 %: 25 + 75/2 + 100/2/1.1.
    let tenth = worth.economy.at_rates.iter().find(|at| at.rate == 0.10).expect("told");
    let h = share_high(&worth.economy);
    let benefits = (33.5 + 2.0 * h) + (63.5 + 2.0 * h) / 1.1;
    close(tenth.npv.mean, (benefits - 62.5 - 50.0 / 1.1) * JUTA);
    // Less additional equipment is less cost to the economy too: by factor f it bears 25 + 87.5 f.
    assert!(worth.economy.npv.mean < 0.0 && worth.economy.npv.mean > worth.budget.npv.mean);
}

/// Of 175 juta of equipment, which does not wear out, 40 % can be sold at the end: costs 200 − 70 juta.
#[test]
fn the_resale_of_assets_lowers_costs() {
    let (model, plan) = minimal("resale = { value = 0.4, unit = \"share\" }", |text| text);
    let worth = worth(&model, &plan);
    close(worth.budget.costs.mean, 130.0 * JUTA);
    close(worth.by_source[0].returned, 70.0 * JUTA);
}

/// Money that is lent, of which a tenth is lost a year: at the end of 2028 75 · 0.9 + 100 = 167.5 juta is lent out and 80 % of
/// it, 134 juta, comes back: costs 66 juta. Where a fifth of each payment works a year later (gestation 0.8, 0.2), the stock is
/// 0.9 · 60 + 15 + 80 = 149 juta, and 20 juta is paid but not yet at work: 0.8 · 169 = 135.2 comes back.
///
/// The plan without gestation brings 97 + 4 h juta, so it pays in every future. Half of the equipment is additional: to the
/// economy of private money (75 + 100 − 134)/2 + 25 = 45.5 juta is cost.
#[test]
fn lent_money_comes_back_but_for_its_losses() {
    let lent = "revolving = true\nrecovery = { value = 0.8, unit = \"share\" }\nprivate = true";
    let wears =
        |text: String| text.replacen("depreciation = { value = 0,", "depreciation = { value = 0.1,", 1);
    let (model, plan) = minimal(lent, wears);
    let found = worth(&model, &plan);
    close(found.budget.costs.mean, 66.0 * JUTA);
    close(found.economy.costs.mean, 45.5 * JUTA);
    assert_eq!((found.budget.pays, found.economy.pays), (1.0, 1.0));
    let split = |text: String| {
        wears(text).replacen(
            "gestation = [{ value = 1, unit = \"share\"",
            "gestation = [{ value = 0.8, unit = \"share\" }, { value = 0.2, unit = \"share\"",
            1,
        )
    };
    let (model, plan) = minimal(lent, split);
    close(worth(&model, &plan).budget.costs.mean, (200.0 - 135.2) * JUTA);
}

/// The whole command says the same in the page, in JSON and in plan.json, for the plan and for every baseline.
#[test]
fn a_plan_says_what_it_is_worth() {
    let out = tempfile::tempdir().expect("folder");
    let out = out.path().join("plan");
    let (folder, out) = (scenario("minimal"), out.to_str().expect("UTF-8"));
    let folder = folder.to_str().expect("UTF-8");
    let made = rantai(&["optimise", folder, "--quick", "--json", "--out", out, "-q"]);
    let told: serde_json::Value = serde_json::from_str(&stdout(&made)).expect("JSON");
    let worth = &told["worth"];
    assert_eq!(worth["metric"], "value_added");
    assert_eq!(worth["budget"]["costs"]["mean"], 200e6);
    assert_eq!(worth["budget"]["by_discount_rate"].as_array().map(Vec::len), Some(4));
    assert_eq!(told["evaluation"]["baselines"][0]["worth"]["budget"]["costs"]["mean"], 0.0);
    let kept = fs::read_to_string(format!("{out}/plan.json")).expect("plan.json");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    assert_eq!(kept["worth"], *worth);
    // The same plan simulated says the same.
    let again = rantai(&["simulate", folder, "--plan", out, "--json", "-q"]);
    let again: serde_json::Value = serde_json::from_str(&stdout(&again)).expect("JSON");
    assert_eq!(again["worth"], *worth);
    let page = fs::read_to_string(format!("{out}/summary_en.txt"))
        .or_else(|_| fs::read_to_string(format!("{out}/summary.en.txt")))
        .unwrap_or_else(|_| stdout(&rantai(&["simulate", folder, "--plan", out, "-q", "--lang", "en"])));
    assert!(page.contains("less than it costs"), "{page}");
}

/// Plans of a case of `minimal` for benefits less costs, by both methods: lines (cluster, intervention, year, juta) and what
/// they are worth.
fn net_plans(equipment: &str, net: Net) -> Vec<(Vec<(String, String, i32, i64)>, f64)> {
    let (model, _) = minimal(equipment, |text| text);
    let model = Variant { net: Some(net), ..Variant::default() }.apply(&model).expect("valid");
    let block = Sampler::new(&model, 1, Purpose::Planning).block(0, 20);
    [PlanMethod::Extensive, PlanMethod::Decomposition]
        .map(|method| {
            let options = PlanOptions::new(Metric::ValueAdded, method);
            let plan = optimise(&model, &block, &options, &Control::unlimited()).expect("a plan");
            assert_eq!(plan.stop, Stop::Proven, "{method:?}");
            assert!(plan.objective <= plan.bound && plan.gap <= 1e-6, "{method:?}: {plan:?}");
            let line = |line: &rantai::model::AllocationLine| {
                let chain = model.chain_of(line.cluster);
                (
                    model.clusters[line.cluster.index()].key.clone(),
                    chain.interventions[line.intervention.index()].key.clone(),
                    model.horizon.calendar_year(line.year),
                    line.amount.0.div_euclid(1_000_000),
                )
            };
            (plan.allocation.lines().iter().map(line).collect(), plan.objective / JUTA)
        })
        .to_vec()
}

fn line(cluster: &str, intervention: &str, year: i32, juta: i64) -> (String, String, i32, i64) {
    (cluster.to_string(), intervention.to_string(), year, juta)
}

/// No rupiah brings a rupiah back within two years (the best 0.96 on average), so the best plan is none. Where equipment is
/// private and half of it is additional, a rupiah of 2027 in Selatan costs the economy 0.5 and brings 0.6, one of 2028 0.3: 100
/// juta in 2027 are worth 60 − 50 juta, and the money of 2028 is left. Where equipment is lent and comes back in full, it costs
/// nothing: 200 juta in Selatan bring 5,000 and then 10,000 net kg a year, 30 + 60 juta.
#[test]
fn benefits_less_costs_may_leave_money_unspent() {
    for (lines, worth) in net_plans("", Net::Budget) {
        assert_eq!((lines.len(), worth), (0, 0.0));
    }
    for (lines, worth) in net_plans("private = true", Net::Economy) {
        assert_eq!(lines, [line("selatan", "alat", 2027, 100)]);
        assert!((worth - 10.0).abs() < 1e-4, "{worth}");
    }
    for (lines, _) in net_plans("private = true", Net::Budget) {
        assert!(lines.is_empty());
    }
    for (lines, worth) in net_plans("revolving = true", Net::Budget) {
        assert_eq!(lines, [line("selatan", "alat", 2027, 100), line("selatan", "alat", 2028, 100)]);
        assert!((worth - 90.0).abs() < 1e-4, "{worth}");
    }
}

/// The ends of a plan for benefits less costs. Where equipment is private, 100 juta of it in Selatan in 2027 cost the economy
/// 50 and bring 60: 1.20 a rupiah, the last line that pays. In 2028 a hundredth of the money, 2 juta, would cost 1 and bring
/// 0.6, or in Utara's certificate cost 2 and bring 0.96: 0.60 a rupiah and 0.48. To the budget nothing pays; of what could be
/// tried in 2027, Utara's certificate brings 1,000 v a year for 25 juta: 0.96 on average, a little off on the samples.
#[test]
fn the_last_line_that_pays_and_the_first_that_does_not_are_named() {
    let case = |equipment: &str, view: &str| {
        let folder = tempfile::tempdir().expect("folder");
        copy(&scenario("minimal"), folder.path());
        let chain = folder.path().join("chains/keripik.toml");
        let text = fs::read_to_string(&chain).expect("text");
        let with = format!("upkeep_by = \"cluster\"\n{equipment}\n");
        fs::write(&chain, text.replacen("upkeep_by = \"cluster\"\n", &with, 1)).expect("written");
        let folder = folder.path().to_str().expect("UTF-8");
        let made = rantai(&["optimise", folder, "--net", view, "--quick", "--json", "-q"]);
        let told: serde_json::Value = serde_json::from_str(&stdout(&made)).expect("JSON");
        told["ends"].clone()
    };
    let ends = case("private = true", "economy");
    for (end, year, rupiah, benefits, costs) in
        [("last", 2027, 100e6, 60e6, 50e6), ("next", 2028, 2e6, 0.6e6, 1e6)]
    {
        let line = &ends[end];
        assert_eq!((&line["cluster"], &line["intervention"]), (&"selatan".into(), &"alat".into()));
        assert_eq!(line["year"], year);
        assert_eq!(line["rupiah"].as_f64(), Some(rupiah));
        close(line["benefits"].as_f64().expect("benefits"), benefits);
        close(line["costs"].as_f64().expect("costs"), costs);
        close(line["ratio"].as_f64().expect("a ratio"), benefits / costs);
    }
    let ends = case("", "budget");
    assert!(ends["last"].is_null());
    let next = &ends["next"];
    assert_eq!((&next["cluster"], &next["intervention"]), (&"utara".into(), &"sertifikat".into()));
    assert_eq!(next["year"], 2027);
    assert!(next["ratio"].as_f64().is_some_and(|ratio| (ratio - 0.96).abs() < 0.01), "{next}");
}

/// A tenth more of a capacity under the plan of `minimal`: Selatan's workshop makes 9,750 and 14,750 kg, so 975 + 1,475 kg more
/// at 6,000; either gate lets 200 kg more go abroad in each of two years at v − 6,000, 2.4 juta on average; Utara's workshop
/// and local demand bind but are worth nothing more.
#[test]
fn what_binds_is_ranked_by_what_relief_would_bring() {
    let (folder, out) = (scenario("minimal"), tempfile::tempdir().expect("folder"));
    let out = out.path().join("plan");
    let (folder, to) = (folder.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    rantai(&["optimise", folder, "--quick", "--out", to, "-q"]);
    let mut table = csv::Reader::from_path(out.join("bottlenecks.csv")).expect("bottlenecks.csv");
    let headers = table.headers().expect("headers").clone();
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row")).collect();
    let cell = |row: &csv::StringRecord, column: &str| {
        let at = headers.iter().position(|header| header == column).expect("a column");
        row[at].to_string()
    };
    let relief = |cluster: &str, what: &str| {
        let own = |row: &&csv::StringRecord| {
            cell(row, "plan") == "plan" && cell(row, "cluster") == cluster && cell(row, "what") == what
        };
        rows.iter().find(own).and_then(|row| cell(row, "relief").parse::<f64>().ok())
    };
    close(relief("selatan", "bengkel").expect("told"), 14.7e6);
    for cluster in ["selatan", "utara"] {
        let gate = relief(cluster, "pintu_ekspor").expect("told");
        assert!((gate - 2.4e6).abs() < 0.1e6, "{gate}");
    }
    close(relief("utara", "bengkel").expect("told"), 0.0);
    assert!(rows.iter().all(|row| cell(row, "plan") == "plan" || cell(row, "relief").is_empty()));
}

/// On random scenarios, with costs to the budget or to the economy, with an aversion to risk or without, both methods find plans
/// worth the same, worth no less than no plan, and simulated benefits less costs stay below the program's, sample by sample.
#[test]
fn plans_for_benefits_less_costs_agree_on_random_scenarios() {
    let mut spent = 0;
    for seed in 2_000..2_060 {
        let model = random_model(seed, Kind::Any);
        if model.objective != Metric::ValueAdded {
            continue;
        }
        let net = if seed % 2 == 0 { Net::Budget } else { Net::Economy };
        let model = Variant { net: Some(net), ..Variant::default() }.apply(&model).expect("valid");
        let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 3);
        let plans = [PlanMethod::Extensive, PlanMethod::Decomposition].map(|method| {
            let options = PlanOptions::new(Metric::ValueAdded, method);
            optimise(&model, &block, &options, &Control::unlimited())
        });
        let [Ok(one), Ok(other)] = &plans else { continue };
        let unit = one.objective.abs().max(0.01 * model.total_budget() as f64);
        assert!((one.objective - other.objective).abs() <= 3e-4 * unit, "{seed}: {one:?}\n{other:?}");
        spent += usize::from(one.allocation.total() > 0);
    }
    assert!(spent > 2, "{spent} plans spend anything");
}

/// Costs are subtracted from value added alone, in files and on the command line.
#[test]
fn costs_are_subtracted_from_benefits_alone() {
    let folder = scenario("minimal");
    let folder = folder.to_str().expect("UTF-8");
    let refused = rantai(&["optimise", folder, "--objective", "employment", "--net", "budget"]);
    assert_ne!(refused.status.code(), Some(0));
    let made = rantai(&["optimise", folder, "--net", "budget", "--quick", "--json", "-q"]);
    let told: serde_json::Value = serde_json::from_str(&stdout(&made)).expect("JSON");
    assert_eq!((&told["net"], &told["budget"]["spent"]), (&"budget".into(), &0.into()));
    assert!(told["gap"].as_f64().is_some_and(|gap| gap < 1e-9), "{}", told["gap"]);
}
