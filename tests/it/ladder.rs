//! Ladders of budgets: cases worked by hand, sequences against a search through all, and plans made one by one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::rule::violations;
use rantai::model::{Allocation, AllocationLine, ClusterId, InterventionId, Metric, Model, SourceId};
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise};
use rantai::opt::valuation::values_of;
use rantai::result::LadderDocument;
use rantai::result::ladder::{LadderLineRow, LadderRow, WayKey};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::study::budget::scaled;
use rantai::study::ladder::Way;
use rantai::study::{LadderRequest, LadderStudy, PlanRequest, Study};
use rantai::units::Rupiah;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{code, rantai, scenario, stderr, stdout};
use crate::whole_things::case;

const JUTA: f64 = 1e6;

fn request(from: i64, to: i64, steps: usize, samples: usize) -> LadderRequest {
    let planning = PlanRequest { samples: Some(samples), evaluation: Some(64), ..PlanRequest::default() };
    LadderRequest { planning, from, to, steps }
}

fn climbed(model: &Model, request: &LadderRequest) -> LadderStudy {
    request.run(model, &Control::unlimited()).expect("a ladder")
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-3 * JUTA
}

/// Certificates are worth most in the north up to 25 juta. Then comes equipment in the south at 10,000 a kg, half of it additional: a kg adds
/// 10,000 − 4,000 a year. A rupiah of the first year works in both, 0.6, one of the second in one, 0.3: 0.45, as budgets are halved
/// between them. So from 120 to 260 juta each 70 more add 31.5, and nothing that was bought is taken back.
#[test]
fn the_minimal_case_grows_by_equipment_alone() {
    let model = load(&scenario("minimal")).expect("valid").model;
    let study = climbed(&model, &request(120_000_000, 260_000_000, 3, 20));
    for pair in study.steps.windows(2) {
        assert!(close(pair[1].plan.objective - pair[0].plan.objective, 31.5 * JUTA));
    }
    for step in &study.steps {
        assert!(step.plan.gap <= 1e-4 && step.plan.bound >= step.plan.objective);
        assert_eq!(step.plan.allocation.total(), step.budget);
    }
    // Each costs more than it adds: the net present value falls from the first step on, and never was positive.
    assert_eq!((study.best_step(), study.turns().len()), (0, 0));
    assert_eq!(study.steps[1].changes.len(), 1);
    let change = study.steps[1].changes[0];
    assert_eq!(change.after - change.before, 70_000_000);
    let gain = study.steps[1].evaluated.gain.expect("a step before");
    let between = study.steps[1].evaluated.value.mean - study.steps[0].evaluated.value.mean;
    assert!(close(gain.mean, between) && gain.mean > 0.0 && gain.wins == 1.0);
    let nested = study.nested.expect("nothing is taken back");
    assert!(close(nested.price().0, 0.0), "{}", nested.price().0);
}

/// Equipment in units of 4 juta, certificates of 8, in two clusters: 0.6 and 1.8 a rupiah.
pub(crate) fn in_units() -> Model {
    let unit = |word: &str, cost: &str| {
        format!("{word}\nunit = {{ id = \"unit\", one = \"unit\", many = \"units\" }}\nunit_cost = {cost}")
    };
    let (equipment, certificate) =
        (unit("type = \"production\"", "4e6"), unit("type = \"certification\"", "8e6"));
    case(&[("type = \"production\"", &equipment), ("type = \"certification\"", &certificate)])
}

/// With 4 juta a unit of equipment is best, 2.4; with 8 a certificate, 14.4; with 12 both, 16.8. Who buys equipment with the first 4 has no
/// certificate with 8: 2.4 + 4.8 + 16.8 = 24. Who keeps the first 4 has 0 + 14.4 + 16.8 = 31.2, the most: a step loses 0.8 in the mean,
/// 2.4 at the first. It is found as one program, and from the second step where there are too many samples for that (prices are certain,
/// so that all are alike).
#[test]
fn who_takes_nothing_back_waits_for_the_certificate() {
    let model = in_units();
    for (samples, joint) in [(2, true), (3000, false)] {
        let study = climbed(&model, &request(4_000_000, 12_000_000, 3, samples));
        for (step, juta) in study.steps.iter().zip([2.4, 14.4, 16.8]) {
            assert!(close(step.plan.objective, juta * JUTA), "{}", step.plan.objective);
        }
        let nested = study.nested.as_ref().expect("found");
        assert_eq!(nested.way == Way::Joint, joint, "{:?}", nested.way);
        for (step, juta) in nested.steps.iter().zip([0.0, 14.4, 16.8]) {
            assert!(close(step.objective, juta * JUTA), "{}", step.objective);
            assert_eq!(step.broken, 0);
        }
        let (price, [low, high]) = nested.price();
        assert!(close(price, 0.8 * JUTA) && low <= price + 1.0 && high >= price - 1.0);
        assert!(!joint || close(low, 0.8 * JUTA), "{low}");
    }
}

/// Every choice of whole units that the budget pays for in the first year.
pub(crate) fn choices(model: &Model, budget: i64) -> Vec<Allocation> {
    let places: Vec<(ClusterId, InterventionId, i64)> = model
        .fundable(SourceId::new(0))
        .into_iter()
        .map(|(c, i)| {
            (c, i, model.chain_of(c).interventions[i.index()].unit.as_ref().expect("a unit").cost.0)
        })
        .collect();
    let mut found = vec![Vec::new()];
    for (cluster, intervention, cost) in places {
        let mut more = Vec::new();
        for lines in &found {
            let spent: i64 = lines.iter().map(|line: &AllocationLine| line.amount.0).sum();
            for units in 0..=(budget - spent).div_euclid(cost) {
                let source = SourceId::new(0);
                let line =
                    AllocationLine { source, cluster, intervention, year: 0, amount: Rupiah(units * cost) };
                more.push(lines.iter().copied().chain([line]).collect::<Vec<_>>());
            }
        }
        found = more;
    }
    found.into_iter().map(Allocation::new).collect()
}

fn sums(allocation: &Allocation) -> BTreeMap<(ClusterId, InterventionId, usize), i64> {
    let mut found = BTreeMap::new();
    for line in allocation.lines() {
        *found.entry((line.cluster, line.intervention, line.year)).or_insert(0) += line.amount.0;
    }
    found
}

fn takes_nothing_back(before: &Allocation, after: &Allocation) -> bool {
    let after = sums(after);
    sums(before).into_iter().all(|(place, amount)| after.get(&place).copied().unwrap_or(0) >= amount)
}

/// Free plans and sequences against a search through every choice of units and every sequence of choices.
#[test]
fn ladders_in_units_are_those_of_a_search_through_all() {
    let model = in_units();
    let (budgets, samples) = ([4_000_000, 12_000_000, 20_000_000], 2);
    let study = climbed(&model, &request(budgets[0], budgets[2], 3, samples));
    let block = Sampler::new(&model, model.samples.seed, Purpose::Planning).block(0, samples);
    // Of each choice the best that a sequence which ends in it brings.
    let mut ends: Vec<(Allocation, f64)> = Vec::new();
    for (step, budget) in budgets.into_iter().enumerate() {
        let own = choices(&model, budget);
        let values =
            values_of(&model, Metric::ValueAdded, &block, &own.iter().collect::<Vec<_>>()).expect("values");
        let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!(close(study.steps[step].plan.objective, best), "{step}");
        ends = own
            .into_iter()
            .zip(values)
            .map(|(allocation, value)| {
                let before = ends.iter().filter(|(before, _)| takes_nothing_back(before, &allocation));
                let before = before.map(|(_, total)| *total).fold(f64::NEG_INFINITY, f64::max);
                let total = if step == 0 { value } else { value + before };
                (allocation, total)
            })
            .collect();
    }
    let best = ends.iter().map(|(_, total)| *total).fold(f64::NEG_INFINITY, f64::max) / 3.0;
    let nested = study.nested.expect("found");
    assert!(close(nested.mean, best), "{} instead of {best}", nested.mean);
    assert!(nested.bound >= best - 1.0);
}

/// Random small scenarios: each step is worth what a plan for its budget alone is, made by the other method, within both gaps; its plan keeps
/// all rules; sequences take nothing back to the rupiah, and lie within their bounds.
#[test]
fn steps_are_plans_made_one_by_one() {
    let mut nested_found = 0;
    for seed in 0..10 {
        let kind = if seed % 3 == 0 { Kind::Things } else { Kind::Whole };
        let model = random_model(900 + seed, kind);
        let total = model.total_budget();
        let asked = request(total.div_euclid(2), total, 3, 2);
        let asked = LadderRequest { planning: PlanRequest { gap: Some(1e-6), ..asked.planning }, ..asked };
        // Half the budget may be too little for the rules: that is told.
        let Ok(study) = asked.run(&model, &Control::unlimited()) else { continue };
        let block = Sampler::new(&model, model.samples.seed, Purpose::Planning).block(0, 2);
        for step in &study.steps {
            let own = scaled(&model, Rupiah(step.budget)).expect("a model");
            let options =
                PlanOptions { gap: Some(1e-8), ..PlanOptions::new(model.objective, PlanMethod::Extensive) };
            let plan = optimise(&own, &block, &options, &Control::unlimited()).expect("a plan");
            let close = 1e-5 * plan.objective.abs().max(1e5);
            assert!(
                step.plan.bound >= plan.objective - close,
                "{seed}: {} {}",
                step.plan.bound,
                plan.objective
            );
            assert!(
                step.plan.objective <= plan.bound + close,
                "{seed}: {} {}",
                step.plan.objective,
                plan.bound
            );
            assert!(violations(&own, &step.plan.allocation).is_empty(), "{seed}");
        }
        let Some(nested) = &study.nested else { continue };
        nested_found += 1;
        for pair in nested.steps.windows(2) {
            assert!(takes_nothing_back(&pair[0].allocation, &pair[1].allocation), "{seed}");
        }
        for (own, free) in nested.steps.iter().zip(&study.steps) {
            assert_eq!(own.broken, 0, "{seed}");
            assert!(own.objective <= free.plan.bound + 1.0, "{seed}");
        }
        assert!(nested.mean <= nested.bound && nested.bound <= nested.free_bound + 1.0, "{seed}");
    }
    assert!(nested_found > 2, "{nested_found}");
}

fn json(arguments: &[&str]) -> LadderDocument {
    let output = rantai(arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let mut value: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    value.as_object_mut().expect("a document").remove("seconds");
    serde_json::from_value(value).expect("a document")
}

/// The folder of a ladder holds what its types say, is made again to the byte, and is the same on any number of threads.
#[test]
fn a_ladder_is_kept_and_reproduced() {
    let space = tempfile::tempdir().expect("folder");
    let out = space.path().join("ladder").display().to_string();
    let minimal = scenario("minimal").display().to_string();
    let base = [
        "ladder",
        &minimal,
        "--from",
        "100juta",
        "--to",
        "300juta",
        "--steps",
        "3",
        "--samples",
        "10",
        "--evaluation",
        "128",
    ];
    let document = json(&[&base[..], &["--json", "--out", &out]].concat());
    assert_eq!(
        document.steps.iter().map(|step| step.budget).collect::<Vec<_>>(),
        [100_000_000, 200_000_000, 300_000_000]
    );
    assert_eq!(document.nested.as_ref().expect("found").way, WayKey::Joint);
    assert_eq!(json(&[&base[..], &["--json", "--threads", "1"]].concat()), document);
    let table = |name: &str| fs::read_to_string(Path::new(&out).join(name)).expect("a table");
    let rows: Result<Vec<LadderRow>, _> =
        csv::Reader::from_reader(table("ladder.csv").as_bytes()).deserialize().collect();
    assert_eq!(rows.expect("rows").iter().filter(|row| row.measure == "npv_budget").count(), 6);
    let rows: Result<Vec<LadderLineRow>, _> =
        csv::Reader::from_reader(table("ladder_lines.csv").as_bytes()).deserialize().collect();
    let rows = rows.expect("rows");
    for step in &document.steps {
        let own = rows.iter().filter(|row| row.step == step.step && row.sequence == "free");
        assert_eq!(own.map(|row| row.rupiah).sum::<i64>(), step.spent);
    }
    assert!(table("allocation-nested-3.csv").starts_with("source,"));
    let reproduced = rantai(&["reproduce", &out]);
    assert_eq!(code(&reproduced), 0, "{}{}", stdout(&reproduced), stderr(&reproduced));
    let page = stdout(&rantai(&[&base[..], &["--lang", "id"]].concat()));
    assert!(
        page.contains("Rencana yang tidak menarik kembali") && page.contains("nilai kini bersih"),
        "{page}"
    );
}

#[test]
fn ladders_that_cannot_be_are_told_before_the_work() {
    let minimal = scenario("minimal").display().to_string();
    let told = |arguments: &[&str], expected: &str| {
        let output = rantai(&[&["ladder", &minimal][..], arguments].concat());
        assert!(code(&output) == 2 || code(&output) == 1, "{}", code(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    };
    told(&["--from", "300juta", "--to", "100juta"], "a ladder rises");
    told(&["--from", "100juta", "--to", "300juta", "--steps", "1"], "1 is not in 2..=60");
    told(&["--from", "100juta", "--to", "300juta", "--evaluation", "9000000"], "on at most");
    told(&["--from", "100juta", "--to", "300juta", "--budget", "200juta"], "unexpected argument '--budget'");
}
