//! Menus: cases worked by hand, reaches against programs written out and against a search through all choices, swaps against planning anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::rule::violations;
use rantai::model::{Metric, Model, Net};
use rantai::opt::builder::{Decision, objective_unit};
use rantai::opt::certificate::Certificate;
use rantai::opt::extensive::ExtensiveForm;
use rantai::opt::lp::{LpStatus, Method, solve};
use rantai::opt::program::{Row, Sense};
use rantai::opt::valuation::values_of;
use rantai::result::MenuDocument;
use rantai::result::menu::{MenuRow, SwapRow};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::study::menu::Reading;
use rantai::study::{MenuRequest, MenuStudy, PlanRequest, Study, SwapRequest};

use crate::agreement::random_model;
use crate::ladder::{choices, in_units};
use crate::random_scenario::Kind;
use crate::support::{code, rantai, scenario, stderr, stdout};
use crate::whole_numbers::incremental;
use crate::whole_things::case;

const JUTA: f64 = 1e6;

fn request(within: f64, samples: usize) -> MenuRequest {
    let planning = PlanRequest {
        samples: Some(samples),
        evaluation: Some(64),
        gap: Some(1e-8),
        quick: true,
        seed: Some(5),
        ..PlanRequest::default()
    };
    let by = ["type", "cluster", "line"].map(str::to_string).to_vec();
    MenuRequest { planning, within, by, swaps: Vec::new() }
}

fn offered(model: &Model, request: &MenuRequest) -> MenuStudy {
    request.run(model, &Control::unlimited()).expect("a menu")
}

/// 12 juta; certificates bring 1.8 a rupiah up to 10 juta in each of two clusters and 0.45 beyond, equipment 0.6: 21.6 at best. In b 10 juta
/// certify all that is made, so that more of them bring nothing there. Plans that
/// bring 19.44 (10 % less):
/// - certificates in all: at least x where 1.8 x + 0.6 (12 − x) = 19.44, x = 10.2; at most all 12;
/// - equipment at most 1.8, at least nothing;
/// - certificates in a: at most y with 18 + 0.45 (y − 10) + 1.8 (12 − y) = 19.44, y = 11.6; with the rest in equipment it is less; in b
///   with 18 + 1.8 (12 − y) = 19.44, y = 11.2 (equipment in b raises what more certificates bring, by 1.5 a rupiah at most). At least z
///   with b's 10 and the rest in equipment: 18 + 1.8 z + 0.6 (2 − z) = 19.44, z = 0.2.
#[test]
fn what_certificates_can_get_is_worked_by_hand() {
    let model = case(&[]);
    let study = offered(&model, &request(0.1, 2));
    assert!((study.best.objective - 21.6 * JUTA).abs() < 10.0 && (study.enough - 19.44 * JUTA).abs() < 10.0);
    let expected: BTreeMap<&str, [f64; 2]> = [
        ("certification", [10.2, 12.0]),
        ("production", [0.0, 1.8]),
        ("sertifikat:a", [0.2, 11.6]),
        ("sertifikat:b", [0.2, 11.2]),
    ]
    .into();
    let mut looked_at = 0;
    for entry in &study.entries {
        let Some([least, most]) = expected.get(entry.group.key.as_str()) else { continue };
        looked_at += 1;
        let slack = 0.012 * JUTA + 10.0;
        for (reach, juta) in [(&entry.least, least), (&entry.most, most)] {
            let key = &entry.group.key;
            assert!((reach.inner as f64 - juta * JUTA).abs() < slack, "{key}: {} {juta}", reach.inner);
            assert!((reach.outer - juta * JUTA).abs() < slack, "{key}: {} {juta}", reach.outer);
            assert!(reach.objective >= study.enough - 30.0, "{key}");
            assert!(violations(&model, &reach.allocation).is_empty(), "{key}");
        }
        assert!(entry.least.outer <= entry.least.inner as f64 + 1.0);
        assert!(entry.most.outer >= entry.most.inner as f64 - 1.0);
    }
    assert_eq!(looked_at, 4, "{:?}", study.entries.iter().map(|e| &e.group.key).collect::<Vec<_>>());
}

/// In units of 4 juta (equipment) and 8 (certificates) every choice can be tried: of those that bring enough, the least and the most of each
/// group are the inner values, and within the outer ones.
#[test]
fn menus_in_units_are_those_of_a_search_through_all() {
    let model = in_units();
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 2);
    for within in [0.0, 0.2, 0.6, 1.0] {
        let study = offered(&model, &request(within, 2));
        let all = choices(&model, model.total_budget());
        let values =
            values_of(&model, Metric::ValueAdded, &block, &all.iter().collect::<Vec<_>>()).expect("values");
        let good: Vec<_> =
            all.iter().zip(&values).filter(|(_, value)| **value >= study.enough - 50.0).collect();
        for entry in &study.entries {
            let lines = entry.group.lines();
            let amounts = || good.iter().map(|(allocation, _)| lines.of(allocation));
            let (least, most) = (amounts().min().expect("some"), amounts().max().expect("some"));
            let key = (&entry.group.key, within);
            assert_eq!((entry.least.inner, entry.most.inner), (least, most), "{key:?}");
            assert!(entry.least.outer <= least as f64 + 1.0, "{key:?}");
            assert!(entry.most.outer >= most as f64 - 1.0, "{key:?}");
            // Proven to within what need not be known.
            let close = 2e-3 * model.total_budget() as f64;
            assert!(least as f64 - entry.least.outer <= close, "{key:?} {}", entry.least.outer);
            assert!(entry.most.outer - most as f64 <= close, "{key:?} {}", entry.most.outer);
        }
    }
}

/// The least (`sign` −1) or most of a sum among plans that bring `enough`, by the program written out with a row for the value.
fn written_out(model: &Model, columns: &dyn Fn(&Decision) -> bool, enough: f64, sign: f64) -> Option<f64> {
    let planning = incremental(model, 3);
    let mut own = planning.program.clone();
    own.columns.iter_mut().for_each(|column| column.objective = 0.0);
    let mut form = ExtensiveForm::of(&own);
    let value = form.lp.columns.iter().enumerate().filter(|(_, column)| column.objective != 0.0);
    let entries = value.map(|(j, column)| (j, column.objective)).collect();
    let rhs = enough / objective_unit(planning.metric) - form.constant;
    form.lp.rows.push(Row { entries, sense: Sense::AtLeast, rhs });
    for (j, column) in form.lp.columns.iter_mut().enumerate() {
        let counts = planning.decisions.get(j).is_some_and(columns);
        column.objective = if counts { sign } else { 0.0 };
    }
    for method in [Method::Simplex, Method::PlainSimplex, Method::InteriorPoint] {
        let solution = solve(&form.lp, method, &Control::unlimited());
        if solution.status == LpStatus::Optimal {
            return Some(sign * Certificate::of(&form.lp, &solution, 0.0, 1.0).objective * JUTA);
        }
    }
    None
}

/// Random small scenarios without whole numbers: inner and outer values lie on both sides of what the written-out program says.
#[test]
fn reaches_hold_what_the_written_out_program_says() {
    let mut tried = 0;
    for seed in 0..8 {
        let model = random_model(40 + seed, Kind::Any);
        if incremental(&model, 3).has_integers() || !model.locked.is_nothing() {
            continue;
        }
        let study = offered(&model, &MenuRequest { by: vec!["cluster".to_string()], ..request(0.05, 3) });
        for entry in &study.entries {
            let own = |decision: &Decision| match *decision {
                Decision::Spend(_, c, i, _) => entry.group.places.contains(&(c, i)),
                _ => false,
            };
            // What plans may give up is stated to a millionth of the value.
            let slack = 1e-5 * study.best.objective.abs().max(JUTA);
            let asked = |enough: f64, sign: f64| written_out(&model, &own, enough, sign);
            let (low, high) = (study.enough - slack, study.enough + slack);
            // A program that the solver fails on as it is written says nothing.
            let (Some(least), Some(most)) = (asked(low, -1.0), asked(low, 1.0)) else { continue };
            let rounding = 1e-6 * model.total_budget() as f64 + 100.0;
            let key = (&entry.group.key, seed);
            assert!(entry.least.inner as f64 >= least - rounding, "{key:?} {} {least}", entry.least.inner);
            assert!(entry.most.inner as f64 <= most + rounding, "{key:?} {} {most}", entry.most.inner);
            let (Some(least), Some(most)) = (asked(high, -1.0), asked(high, 1.0)) else { continue };
            assert!(entry.least.outer <= least + rounding, "{key:?} {} {least}", entry.least.outer);
            assert!(entry.most.outer >= most - rounding, "{key:?} {} {most}", entry.most.outer);
            assert!(entry.least.objective >= low && entry.most.objective >= low, "{key:?}");
            tried += 1;
        }
    }
    assert!(tried >= 4, "{tried}");
}

fn swap(to: &str, juta: i64, from: &str) -> SwapRequest {
    SwapRequest { to: to.to_string(), amount: juta * 1_000_000, from: from.to_string() }
}

/// 2 juta more for equipment from certificates forgo 2 · (1.8 − 0.6) = 2.4, held or planned anew. 6 more for certificates in the cluster that
/// has least from those in the other are 8 and 4 instead of 10 and 2 or the like: nothing, as long as neither passes 10.
#[test]
fn swaps_are_priced_by_hand() {
    let model = case(&[]);
    let with =
        |swaps: Vec<SwapRequest>| offered(&model, &MenuRequest { swaps, by: Vec::new(), ..request(0.0, 2) });
    let study = with(vec![swap("production", 2, "certification"), swap("certification", 1, "production")]);
    let [priced, none] = study.swaps.as_slice() else { panic!("two were asked for") };
    assert_eq!(priced.priced.len(), 2);
    for own in &priced.priced {
        assert!((own.price - 2.4 * JUTA).abs() < 20.0, "{:?}: {}", own.reading, own.price);
        assert!(own.range[0] <= own.price + 1.0 && own.price <= own.range[1] + 1.0);
        assert!(own.range[1] - own.range[0] < 1000.0);
        let gain = own.simulated.expect("simulated");
        // Prices are certain.
        assert!((gain.mean - 2.4 * JUTA).abs() < 20.0 && own.reverses == 0.0, "{}", gain.mean);
        let held = own.reading == Reading::Held;
        let certificates = study.swaps[0].swap.from.lines().of(&own.allocation);
        assert!(!held || certificates == 10_000_000, "{certificates}");
    }
    // Equipment has nothing to give.
    assert!(none.priced.is_empty() && none.now[1] == 0);
}

/// Two juta of costs subtracted change nothing of what a swap forgoes.
#[test]
fn a_swap_costs_the_same_where_costs_are_subtracted() {
    let model = case(&[]);
    let net = PlanRequest { net: Some(Net::Budget), ..request(0.0, 2).planning };
    let asked = MenuRequest {
        planning: net,
        swaps: vec![swap("production", 2, "certification")],
        by: Vec::new(),
        within: 0.0,
    };
    let study = offered(&asked.model(&model).expect("a model"), &asked);
    for own in &study.swaps[0].priced {
        // Equipment is not worth its cost: planned anew nothing else changes, since it must get its money.
        assert!((own.price - 2.4 * JUTA).abs() < 20.0, "{:?}: {}", own.reading, own.price);
    }
}

fn json(arguments: &[&str]) -> MenuDocument {
    let output = rantai(arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let mut value: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    value.as_object_mut().expect("a document").remove("seconds");
    serde_json::from_value(value).expect("a document")
}

/// The folder of a menu holds what its types say, is made again to the byte, and is the same on any number of threads; the statistical gap is
/// told.
#[test]
fn a_menu_is_kept_and_reproduced() {
    let space = tempfile::tempdir().expect("folder");
    let out = space.path().join("menu").display().to_string();
    let minimal = scenario("minimal").display().to_string();
    let base = [
        "menu",
        &minimal,
        "--within",
        "2%",
        "--by",
        "type,line",
        "--swap",
        "sertifikat:selatan=10juta from alat",
        "--samples",
        "10",
        "--evaluation",
        "128",
    ];
    let document = json(&[&base[..], &["--json", "--out", &out]].concat());
    assert_eq!(document.groups.len(), 6);
    assert!(document.statistical_gap.is_some() && document.in_time);
    assert_eq!(document.swaps[0].prices.len(), 2);
    assert_eq!(json(&[&base[..], &["--json", "--threads", "1"]].concat()), document);
    let table = |name: &str| fs::read_to_string(Path::new(&out).join(name)).expect("a table");
    let rows: Result<Vec<MenuRow>, _> =
        csv::Reader::from_reader(table("menu.csv").as_bytes()).deserialize().collect();
    assert_eq!(rows.expect("rows").len(), 12);
    let rows: Result<Vec<SwapRow>, _> =
        csv::Reader::from_reader(table("swaps.csv").as_bytes()).deserialize().collect();
    assert_eq!(rows.expect("rows").len(), 2);
    assert!(table("menu_plans.csv").starts_with("kind,key,end,source"));
    let reproduced = rantai(&["reproduce", &out]);
    assert_eq!(code(&reproduced), 0, "{}{}", stdout(&reproduced), stderr(&reproduced));
    let page = stdout(&rantai(&[&base[..], &["--lang", "id"]].concat()));
    assert!(page.contains("Harga pertukaran") && page.contains("paling sedikit, terbukti"), "{page}");
}

#[test]
fn menus_that_cannot_be_are_told_before_the_work() {
    let minimal = scenario("minimal").display().to_string();
    let told = |arguments: &[&str], expected: &str| {
        let output = rantai(&[&["menu", &minimal][..], arguments].concat());
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    };
    told(&["--within=-1%"], "a share of the best value is a number from 0 to 1");
    told(&["--swap", "alat 2juta"], "a swap says who gets how much more from whom");
    told(&["--swap", "alat=2M from sertifikat"], "miliar in Indonesian");
    told(&["--swap", "alta=2juta from sertifikat"], "did you mean 'alat'?");
    told(&["--swap", "alat=2juta from utara"], "have lines in common");
    told(&["--swap", "alat=0juta from sertifikat"], "more than nothing");
    told(&["--swap", "alat:land=2juta from sertifikat"], "'land' is no facility type");
    assert!(load(&scenario("minimal")).is_ok());
}
