//! Cases compared on common random numbers.

use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::{Metric, Model, Title};
use rantai::result::CompareDocument;
use rantai::result::compare::{CaseRow, DecisionKey};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{PlanEffects, Selector, simulate_plainly};
use rantai::study::compare::{Ask, Case, Decision, Mix, compare};
use rantai::study::{CompareRequest, CompareStudy, PlanRequest, SimulationRequest, Study};
use rantai::units::Rupiah;

use crate::support::{code, rantai, root, scenario, stderr, stdout};

fn minimal() -> Model {
    load(&scenario("minimal")).expect("valid").model
}

fn case(model: &Model, ask: Ask) -> Case<'_> {
    let title = Title { id: "kasus".to_string(), en: "case".to_string() };
    Case { title, model, variant: 0, ask }
}

fn compared(model: &Model, asks: Vec<Ask>, evaluation: usize) -> CompareStudy {
    let planning = PlanRequest { evaluation: Some(evaluation), samples: Some(10), ..PlanRequest::default() };
    let request = CompareRequest { planning, ..CompareRequest::default() };
    let cases: Vec<Case<'_>> = asks.into_iter().map(|ask| case(model, ask)).collect();
    compare(&cases, &request.settled(model), &Control::unlimited()).expect("compared")
}

/// Today's mix buys tools for Rp 50 juta a year in each cluster: at Rp 10,000 for a kg a year, half of it additional, 2,500 kg in the first year and 5,000 in
/// the second. In the south the workshop binds, and each kg adds Rp 10,000 − 4,000: 15 + 30 juta. In the north it does not. All in
/// production does the same there, since the north's half is as idle: the two differ by nothing, in every future.
#[test]
fn today_s_mix_of_the_minimal_case_is_worked_by_hand() {
    let model = minimal();
    let study = compared(
        &model,
        vec![Ask::Mix(Mix::Today), Ask::Mix(Mix::parse("all_in:production").expect("a mix"))],
        128,
    );
    for case in &study.cases {
        assert!((case.value.mean - 45e6).abs() < 1.0, "{}", case.value.mean);
        assert_eq!(case.value.half_width, 0.0);
        assert_eq!(case.best.share, 0.5);
        assert_eq!(case.best.regret, 0.0);
    }
    assert_eq!(study.pairs[0].decision, Decision::Equal);
    assert!(study.decided);
}

/// Shares, regrets and differences against brute force: the plain reference, sample by sample, on the same draws.
#[test]
fn shares_of_being_best_are_those_of_brute_force() {
    let model = load(&scenario("banyumas-gula-kelapa")).expect("valid").model;
    let mixes = ["today", "equal", "by_enterprises", "by_bottleneck", "all_in:marketing"];
    let asks = mixes.iter().map(|word| Ask::Mix(Mix::parse(word).expect("a mix"))).collect();
    let samples = 100;
    let study = compared(&model, asks, samples);
    let sampler = Sampler::new(&model, model.samples.seed, Purpose::Evaluation);
    let levels = |effects: Option<&PlanEffects>| {
        let found = simulate_plainly(&model, &sampler, samples, &[effects], &|_| true).expect("simulated");
        found[0].series(Selector::total(Metric::ValueAdded))
    };
    let without = levels(None);
    let values: Vec<Vec<f64>> = study
        .cases
        .iter()
        .map(|case| {
            let with = levels(Some(&PlanEffects::new(&model, &case.allocation)));
            with.iter().zip(&without).map(|(with, without)| with - without).collect()
        })
        .collect();
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(1.0);
    for (number, case) in study.cases.iter().enumerate() {
        let (mut share, mut regret) = (0.0, 0.0);
        for k in 0..samples {
            let best = values.iter().map(|own| own[k]).fold(f64::NEG_INFINITY, f64::max);
            let ties = values.iter().filter(|own| own[k] == best).count();
            share += if values[number][k] == best { 1.0 / ties as f64 } else { 0.0 };
            regret += best - values[number][k];
        }
        assert!(close(case.value.mean, values[number].iter().sum::<f64>() / samples as f64));
        assert!(close(case.best.share, share / samples as f64), "{number}");
        assert!(close(case.best.regret, regret / samples as f64), "{number}");
    }
    for pair in &study.pairs {
        let gains = values[pair.first].iter().zip(&values[pair.second]).map(|(a, b)| a - b);
        assert!(close(pair.difference.mean, gains.sum::<f64>() / samples as f64));
    }
    assert_eq!(study.pairs.len(), 10);
    assert!((study.cases.iter().map(|case| case.best.share).sum::<f64>() - 1.0).abs() < 1e-12);
}

/// A case alone and in company has the same value: what is shared are the draws.
#[test]
fn a_case_is_worth_what_a_simulation_of_its_plan_says() {
    let model = minimal();
    let study = compared(&model, vec![Ask::Optimised, Ask::Mix(Mix::Equal), Ask::Mix(Mix::Today)], 700);
    let plan = rantai::result::allocation_lines(&model, &study.cases[0].allocation);
    let request = SimulationRequest { samples: Some(700), plan: Some(plan), ..SimulationRequest::default() };
    let simulated = request.run(&model, &Control::unlimited()).expect("simulated");
    let own = simulated.total(rantai::study::PlanName::Increment, Metric::ValueAdded);
    assert!((own.mean - study.cases[0].value.mean).abs() < 1e-6 * own.mean);
    assert!((own.half_width - study.cases[0].value.half_width).abs() < 1e-6 * own.half_width);
    assert_eq!(study.cases[0].broken, 0);
    assert!(study.cases[0].bound.is_some() && study.cases[1].bound.is_none());
}

/// A plan made on one sample against one made on fifty, as two cases that say the same otherwise: the first is beaten on its own case.
#[test]
fn a_given_plan_that_another_beats_is_named() {
    let model = minimal();
    let equal = compared(&model, vec![Ask::Mix(Mix::Today), Ask::Mix(Mix::Equal)], 64);
    let today = equal.cases[0].allocation.clone();
    let study = compared(&model, vec![Ask::Plan(today), Ask::Optimised, Ask::Mix(Mix::Equal)], 256);
    assert_eq!(study.beaten.len(), 1);
    assert_eq!((study.beaten[0].case, study.beaten[0].by), (0, 1));
    let difference = study.cases[1].value.mean - study.cases[0].value.mean;
    assert!((study.beaten[0].gain.mean - difference).abs() < 1.0);
}

/// Money that costs its own: with `net` the costs are subtracted in every sample, Rp 200 juta of both mixes alike, and the difference stays.
#[test]
fn costs_are_subtracted_where_the_objective_does() {
    let model = minimal();
    let plain = compared(&model, vec![Ask::Mix(Mix::Today), Ask::Mix(Mix::Equal)], 128);
    let net = PlanRequest { net: rantai::model::Net::parse("budget"), ..PlanRequest::default() };
    let model = net.model(&model).expect("a model");
    let study = compared(&model, vec![Ask::Mix(Mix::Today), Ask::Mix(Mix::Equal)], 128);
    for (net, plain) in study.cases.iter().zip(&plain.cases) {
        assert!(
            (plain.value.mean - 200e6 - net.value.mean).abs() < 1.0,
            "{} {}",
            plain.value.mean,
            net.value.mean
        );
    }
    assert!((study.pairs[0].difference.mean - plain.pairs[0].difference.mean).abs() < 1.0);
}

fn json(arguments: &[&str]) -> CompareDocument {
    let output = rantai(arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let mut value: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    value.as_object_mut().expect("a document").remove("seconds");
    serde_json::from_value(value).expect("a document")
}

/// Case files, budgets, mixes, plans and shares in one comparison; its folder is reproduced to the byte, and the same at any number of threads.
#[test]
fn everything_that_is_a_case_is_compared_and_reproduced() {
    let space = tempfile::tempdir().expect("folder");
    let at = |name: &str| space.path().join(name).display().to_string();
    fs::write(
        at("late.toml"),
        "title = { id = \"Dana terlambat\", en = \"Late money\" }\nmix = \"shares.csv\"\n[delay]\napbd = 1\n",
    )
    .expect("written");
    fs::write(at("shares.csv"), "type,cluster,year,share\nproduction,,,0.6\ncertification,utara,2028,0.4\n")
        .expect("written");
    let minimal = scenario("minimal").display().to_string();
    let planned = rantai(&[
        "optimise",
        &minimal,
        "--quick",
        "--samples",
        "5",
        "--evaluation",
        "64",
        "--out",
        &at("plan"),
    ]);
    assert_eq!(code(&planned), 0, "{}", stderr(&planned));
    let (late, shares, plan, out) = (at("late.toml"), at("shares.csv"), at("plan"), at("out"));
    let base = [
        "compare",
        &minimal,
        "today",
        "optimised",
        &late,
        &shares,
        &plan,
        "--budgets",
        "100juta,300juta",
        "--samples",
        "10",
        "--evaluation",
        "300",
        "--scale",
        "wage/*=0.9",
    ];
    let document = json(&[&base[..], &["--json", "--out", &out]].concat());
    let titles: Vec<&str> = document.cases.iter().map(|case| case.title.en.as_str()).collect();
    assert_eq!(
        titles,
        [
            "today's mix",
            "optimised",
            "Late money",
            "shares",
            "plan",
            "optimised, Rp 100.0 million",
            "optimised, Rp 300.0 million"
        ]
    );
    assert_eq!(document.pairs.len(), 21);
    assert_eq!(document.changes.len(), 1);
    assert_eq!(document.cases[2].changes.len(), 1);
    assert_eq!(document.cases[5].budget, 100_000_000);
    // Half as much money in the second year alone: the delayed first year's.
    assert!(document.cases[2].allocation.iter().all(|line| line.year == 2028));
    let again = json(&[&base[..], &["--json", "--threads", "1"]].concat());
    assert_eq!(again, document);
    for name in [
        "comparison.json",
        "comparison.csv",
        "differences.csv",
        "comparison.en.md",
        "comparison.id.md",
        "allocation-7.csv",
    ] {
        assert!(Path::new(&out).join(name).exists(), "{name}");
    }
    let table = fs::read_to_string(Path::new(&out).join("comparison.csv")).expect("table");
    let rows: Result<Vec<CaseRow>, _> = csv::Reader::from_reader(table.as_bytes()).deserialize().collect();
    assert_eq!(rows.expect("rows").iter().filter(|row| row.measure == "value").count(), 7);
    let pasted = fs::read_to_string(Path::new(&out).join("comparison.en.md")).expect("Markdown");
    assert!(pasted.starts_with("| # | case |"), "{pasted}");
    let reproduced = rantai(&["reproduce", &out]);
    assert_eq!(code(&reproduced), 0, "{}{}", stdout(&reproduced), stderr(&reproduced));
    let page = stdout(&rantai(&base));
    assert!(page.contains("What cases change") && page.contains("would come after 2028"), "{page}");
}

/// Looks double until all is decided; where two cases are nearly the same, the most samples end it with exit code 4.
#[test]
fn samples_are_taken_until_all_is_decided() {
    let minimal = scenario("minimal").display().to_string();
    let base = ["compare", &minimal, "today", "optimised", "--samples", "10", "--until-decided", "--json"];
    let document = json(&base);
    assert_eq!((document.samples, document.decided), (1024, true));
    assert_eq!(document.pairs[0].decision, DecisionKey::Second);
    let near =
        ["compare", &minimal, "by_enterprises", "by_bottleneck", "--until-decided", "--max-samples", "1500"];
    let output = rantai(&[&near[..], &["--indifference", "600000"]].concat());
    assert_eq!(code(&output), 4, "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("did not decide them all"), "{}", stdout(&output));
}

#[test]
fn cases_that_cannot_be_compared_are_told() {
    let space = tempfile::tempdir().expect("folder");
    let minimal = scenario("minimal").display().to_string();
    let told = |arguments: &[&str], expected: &str| {
        let output = rantai(&[&["compare", &minimal], arguments].concat());
        assert_eq!(code(&output), 2, "{}{}", stdout(&output), stderr(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    };
    told(&["today"], "a comparison needs at least two cases");
    told(&["today", "yesterday"], "'yesterday' is neither a file nor a mix; mixes are today, equal");
    let write = |name: &str, text: &str| {
        let path = space.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let wrong = write("shares.csv", "type,cluster,year,share\nprodution,utara,2027,-1\nland,barat,2031,1\n");
    told(&["today", &wrong], "unknown word 'prodution'");
    told(&["today", &wrong], "unknown cluster 'barat'");
    told(&["today", &wrong], "row 2, column share: found -1; expected nothing below 0");
    let title = "title = { id = \"a\", en = \"Other periods\" }\n";
    let other = write("periods.toml", &format!("{title}[set]\nhorizon.periods_per_year = 2\n"));
    told(&["today", &other, "--lang", "id"], "yang dapat dibandingkan adalah kasus dengan horizon yang sama");
    let faulty = write("fault.toml", &format!("{title}[set]\n\"wage/kripik\" = 1\n"));
    told(&["today", &faulty], "there is no key 'wage/kripik'; did you mean 'wage/keripik'?");
    let both = write("both.toml", &format!("{title}plan = \"x\"\nmix = \"today\"\n"));
    told(&["today", &both], "'plan' and 'mix' are both given; keep one of them");
}

/// A request without files compares what changes nothing but the budget.
#[test]
fn a_request_is_a_study() {
    let text = r#"{"samples": 5, "evaluation": 64, "cases": [
        {"id": "a", "en": "a", "money": "optimised", "budget": 100000000},
        {"id": "b", "en": "b", "money": {"mix": "equal"}}]}"#;
    let request: CompareRequest = serde_json::from_str(text).expect("a request");
    let model = request.model(&minimal()).expect("a model");
    let study = request.run(&model, &Control::unlimited()).expect("compared");
    assert_eq!(study.cases[0].budget, 100_000_000);
    assert_eq!(Rupiah(study.cases[1].budget), Rupiah(model.total_budget()));
    let back: CompareRequest =
        serde_json::from_str(&serde_json::to_string(&request).expect("text")).expect("read");
    assert_eq!(back, request);
}

/// Every `rantai ...` line of the page on comparing runs, on few samples.
#[test]
fn every_command_line_of_the_page_runs() {
    let page = fs::read_to_string(root().join("docs/comparing.md")).expect("the page");
    let folder = tempfile::tempdir().expect("folder");
    let mut tried = 0;
    for line in page.lines().filter(|line| line.starts_with("rantai ")) {
        let mut arguments: Vec<String> = line
            .split_whitespace()
            .skip(1)
            .map(|word| match word.trim_matches('\'') {
                word if word.starts_with("scenarios/") => root().join(word).display().to_string(),
                word if word.starts_with("results/") => folder.path().join(word).display().to_string(),
                word => word.to_string(),
            })
            .collect();
        if ["optimise", "compare"].contains(&arguments[0].as_str()) {
            arguments.extend(["--samples", "2"].map(String::from));
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = rantai(&arguments);
        assert_eq!(code(&output), 0, "{line}\n{}", stderr(&output));
        tried += 1;
    }
    assert!(tried >= 9, "{tried} lines");
}

/// The case file of the page is one.
#[test]
fn the_case_file_of_the_page_is_read() {
    let page = fs::read_to_string(root().join("docs/comparing.md")).expect("the page");
    let text = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a case file");
    let space = tempfile::tempdir().expect("folder");
    let file = space.path().join("kasus.toml");
    fs::write(&file, text).expect("written");
    let (minimal, file) = (scenario("minimal").display().to_string(), file.display().to_string());
    let output = rantai(&["check", &minimal, "--case", &file]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for key in ["price/keripik/jual_lokal", "price/keripik/jual_ekspor", "sources.apbd.2027"] {
        assert!(stdout(&output).contains(key), "{key}");
    }
}
