//! Which numbers matter: draws that are swapped and held, and the study from request to folder.

use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::{Model, ParameterId, Varies};
use rantai::result::SensitivityDocument;
use rantai::result::sensitivity::{EvidenceRow, IndexRow};
use rantai::sampling::{BLOCK, Design, Place, Purpose, SampleBlock, Sampler};
use rantai::scenario::load;
use rantai::stats::mean_and_standard_error;
use rantai::study::sensitivity::{Group, Grouping, groups};
use rantai::study::{SensitivityRequest, Study};

use crate::support::{code, copy, rantai, root, scenario, stderr, stdout};

fn banyumas() -> Model {
    load(&scenario("banyumas-gula-kelapa")).expect("valid").model
}

fn series(model: &Model, block: &SampleBlock, sample: usize, parameter: usize) -> Vec<f64> {
    let realisation = block.realisation(sample);
    (0..model.horizon.periods()).map(|t| realisation.value(ParameterId::new(parameter), t)).collect()
}

/// Run 0 is the plain draws; run 1 differs from it in every number; run 2 + g has the second matrix's numbers in group g, and the first's
/// elsewhere. That holds for factors, for what loads on them, and for events alike.
#[test]
fn runs_swap_the_numbers_of_their_group_and_no_others() {
    let model = load(&scenario("aceh-nilam")).expect("valid").model;
    let list = groups(&model, Grouping::Kind);
    assert!(list.iter().any(|group| group.name == "event"), "an event is among them");
    assert!(list.iter().any(|group| !group.factors.is_empty()), "a factor is among them");
    let design = Design::Swapped { rows: BLOCK, groups: list.iter().map(Group::places).collect() };
    let sampler = Sampler::with_design(&model, 5, Purpose::Evaluation, &design);
    let plain = Sampler::new(&model, 5, Purpose::Evaluation).block(0, BLOCK);
    let run = |number: usize| sampler.block(number * BLOCK, BLOCK);
    let (first, second) = (run(0), run(1));
    for (g, group) in list.iter().enumerate() {
        let swapped = run(2 + g);
        for p in 0..model.parameters.len() {
            let from = if group.numbers.contains(&p) { &second } else { &first };
            for sample in [0, 17, 63] {
                assert_eq!(series(&model, &swapped, sample, p), series(&model, from, sample, p));
                assert_eq!(series(&model, &first, sample, p), series(&model, &plain, sample, p));
            }
        }
    }
    let differs =
        |p: usize| (0..BLOCK).any(|k| series(&model, &first, k, p) != series(&model, &second, k, p));
    assert!((0..model.parameters.len()).all(differs));
}

/// Every number and every factor that something loads on is in just one group, however fine; groups are fewer the coarser they are.
#[test]
fn groups_part_the_numbers() {
    let model = banyumas();
    let mut last = usize::MAX;
    for by in Grouping::ALL {
        let list = groups(&model, by);
        let mut numbers: Vec<usize> = list.iter().flat_map(|group| group.numbers.clone()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..model.parameters.len()).collect::<Vec<_>>());
        for (g, group) in list.iter().enumerate() {
            for p in &group.numbers {
                for (factor, _) in &model.parameters[*p].loadings {
                    assert!(group.factors.contains(&factor.index()), "{} {g}", group.name);
                }
            }
        }
        assert!(list.len() <= last);
        last = list.len();
    }
}

/// A number p and another q load on one factor with a and b. Held at z, p has its quantile there in every future; the score of q has
/// mean a b z and variance 1 − a² b², as two standard normals with correlation a b have given the first.
#[test]
fn a_held_number_tells_of_what_loads_on_its_factor() {
    let model = banyumas();
    let once =
        |p: &usize| model.parameters[*p].varies == Varies::Once && model.parameters[*p].loadings.len() == 1;
    let list: Vec<usize> = (0..model.parameters.len()).filter(once).collect();
    let loading = |p: usize| model.parameters[p].loadings[0];
    let (p, q) = list
        .iter()
        .flat_map(|p| list.iter().map(move |q| (*p, *q)))
        .find(|(p, q)| p != q && loading(*p).0 == loading(*q).0 && loading(*p).1 < 1.0 && loading(*q).1 < 1.0)
        .expect("two numbers of one factor");
    let correlation = loading(p).1 * loading(q).1;
    let (z, n) = (1.3, 6400);
    let plain = Sampler::new(&model, 3, Purpose::Evaluation);
    let held = plain.holding(Place::Parameter(p), &[z], n).expect("drawn once");
    let block = held.block(0, n);
    let own = plain.values_at(Place::Parameter(p), &[z])[0];
    let scores = &held.scores(&[Place::Parameter(q)], n)[0];
    for k in (0..n).step_by(97) {
        let found = series(&model, &block, k, p)[0];
        assert!((found - own).abs() < 1e-9 * own.abs().max(1.0), "{found} {own}");
        let other = plain.values_at(Place::Parameter(q), &scores[k..=k])[0];
        assert!((series(&model, &block, k, q)[0] - other).abs() < 1e-9 * other.abs().max(1.0));
    }
    let (mean, error) = mean_and_standard_error(scores);
    assert!((mean - correlation * z).abs() < 4.0 * error, "{mean} {correlation}");
    let variance = error * error * n as f64;
    let exact = 1.0 - correlation * correlation;
    assert!((variance - exact).abs() < 4.0 * exact * (2.0 / n as f64).sqrt(), "{variance} {exact}");
    // What loads on other factors or none is drawn as ever.
    let apart = |other: &usize| {
        let own = &model.parameters[*other].loadings;
        own.iter().all(|(factor, _)| *factor != loading(p).0)
    };
    let plain = plain.block(0, BLOCK);
    for other in (0..model.parameters.len()).filter(apart) {
        assert_eq!(series(&model, &block, 5, other), series(&model, &plain, 5, other));
    }
}

/// A factor is held too, and what changes over time cannot be.
#[test]
fn only_what_is_drawn_once_is_held() {
    let model = banyumas();
    let sampler = Sampler::new(&model, 3, Purpose::Evaluation);
    for (f, factor) in model.factors.iter().enumerate() {
        let held = sampler.holding(Place::Factor(f), &[-2.0, 0.5], 10);
        assert_eq!(held.is_some(), factor.varies == Varies::Once, "{}", factor.name);
        if let Some(held) = held {
            let scores = &held.scores(&[Place::Factor(f)], 30)[0];
            let expected: Vec<f64> = (0..30).map(|k| if k < 10 { -2.0 } else { 0.5 }).collect();
            assert!(scores.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-9), "{scores:?}");
        }
    }
}

/// The export price is Rp 4,000 or 40,000 with equal chances, for good.
const PRICE: &str = "price/keripik/jual_ekspor={ dist = \"discrete\", values = [4000, 40000], weights = [0.5, 0.5], varies = \"once\", unit = \"Rp/kg\" }";

fn document(arguments: &[&str]) -> SensitivityDocument {
    let output = rantai(arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let mut value: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    value.as_object_mut().expect("a document").remove("seconds");
    serde_json::from_value(value).expect("a document")
}

/// The minimal case, worked by hand: all money in production adds 45 juta in every future; all in certification adds nothing at Rp 4,000, which is less
/// than the Rp 10,000 that local buyers pay, and more than 45 juta at 40,000: it is the best without knowing. Who knows the price takes
/// production at the low one, half of all futures: knowing it is worth 22.5 juta, as is knowing everything, since nothing else is
/// uncertain. What certification adds varies with the price alone: both indices are 1.
#[test]
fn the_worth_of_knowing_the_price_is_worked_by_hand() {
    let minimal = scenario("minimal").display().to_string();
    let base = ["sensitivity", &minimal, "all_in:certification", "all_in:production", "--set", PRICE];
    let found = document(&[&base[..], &["--evaluation", "4000", "--json"]].concat());
    assert_eq!((found.best, found.plans.len(), found.evidence.len()), (1, 2, 1));
    let (own, all) = (&found.evidence[0].worth, &found.perfect);
    assert_eq!(own, all);
    assert!((own.mean - 22.5e6).abs() < 4.0 * 45e6 * 0.5 / 4000_f64.sqrt(), "{}", own.mean);
    assert!((own.mean - 45e6 * own.switches).abs() < 1.0, "a gain of 45 juta where it switches");
    assert_eq!(own.instead, Some(2));
    assert!(own.interval[0] < 22.5e6 && 22.5e6 < own.interval[1], "{:?}", own.interval);
    let checked = found.checked.as_ref().expect("checked");
    assert!(
        (checked.low.mean - 22.5e6).abs() < 0.1 && (checked.high.mean - 22.5e6).abs() < 0.1,
        "{checked:?}"
    );
    let indices = found.groups[0].worth.as_ref().expect("varies");
    assert!((indices.first.mean - 1.0).abs() < 0.1 && (indices.total.mean - 1.0).abs() < 0.1, "{indices:?}");
    assert_eq!(found.groups[0].numbers.len(), found.evidence.len());
}

fn surveyed(folder: &Path, text: &str) -> String {
    copy(&scenario("minimal"), folder);
    let file = folder.join("scenario.toml");
    let whole = fs::read_to_string(&file).expect("readable") + text;
    fs::write(&file, whole).expect("written");
    folder.display().to_string()
}

/// A survey of many exact answers is worth what knowing the price is, less what a smooth curve cannot tell of a step; one of a single poor answer is worth less.
/// What they cost is subtracted, and the order is by what is left.
#[test]
fn surveys_are_worth_what_they_say_less_their_cost() {
    let space = tempfile::tempdir().expect("folder");
    let survey = |key: &str, error: f64, answers: usize, cost: usize| {
        format!(
            "\n[surveys.{key}]\ntitle = {{ id = \"Survei {key}\", en = \"Survey {key}\" }}\nof = [\"chain:keripik/price/jual_ekspor\"]\n\
             error = {error}\nanswers = {answers}\ncost = {{ value = {cost}, unit = \"juta Rp\" }}\n"
        )
    };
    let text =
        survey("exact", 0.5, 10_000, 1) + &survey("dear", 0.5, 10_000, 30) + &survey("poor", 3.0, 1, 1);
    let price = PRICE.replace(" }", ", shared = \"chain\" }");
    let own = surveyed(&space.path().join("s"), &text);
    let base = ["sensitivity", &own, "all_in:certification", "all_in:production", "--set", &price];
    let found = document(&[&base[..], &["--evaluation", "2000", "--json"]].concat());
    let keys: Vec<&str> = found.surveys.iter().map(|own| own.survey.survey.as_str()).collect();
    assert_eq!(keys, ["exact", "poor", "dear"]);
    let (exact, known) = (&found.surveys[0], &found.evidence[0]);
    assert!(exact.worth.mean > 0.9 * known.worth.mean, "{exact:?} {known:?}");
    let poor = &found.surveys[1].worth;
    assert!(poor.mean < 0.8 * exact.worth.mean, "{poor:?}");
    for own in &found.surveys {
        assert_eq!(own.net, Some(own.worth.mean - own.survey.cost as f64));
    }
    assert!(found.surveys[2].net.expect("money") < 0.0);
    let page = stdout(&rantai(&[&base[..], &["--evaluation", "2000", "--lang", "id"]].concat()));
    assert!(page.contains("Survei exact") && page.contains("paling menguntungkan"), "{page}");
}

#[test]
fn surveys_at_fault_are_told() {
    let space = tempfile::tempdir().expect("folder");
    let title = "title = { id = \"a\", en = \"a\" }";
    let text = format!(
        "\n[surveys.a]\n{title}\nof = [\"all/price/jual_expor\"]\nerror = -1\nanswers = 0\ncost = 1\n\
         [surveys.b]\n{title}\nof = []\nerror = 1\nanswers = 1\ncost = 0.0000001\n\
         [surveys.c]\n{title}\nof = [\"all/price/jual_ekspor\", \"all/price/jual_ekspor\"]\nerror = 1\nanswers = 1\ncost = 1\n"
    );
    let own = surveyed(&space.path().join("s"), &text);
    let output = rantai(&["check", &own]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    for expected in [
        "unknown uncertain number 'all/price/jual_expor'",
        "did you mean 'all/price/jual_ekspor'?",
        "surveys.a.error: found -1",
        "surveys.a.answers: found 0",
        "surveys.b.of: the survey asks about nothing",
        "surveys.b.cost: found 0.0",
        "surveys.c.of[1]: 'all/price/jual_ekspor' stands twice",
    ] {
        assert!(stderr(&output).contains(expected), "{expected}: {}", stderr(&output));
    }
    let varying = format!(
        "\n[surveys.a]\n{title}\nof = [\"all/price/jual_ekspor\"]\nerror = 1\nanswers = 1\ncost = 1\n"
    );
    let own = surveyed(&space.path().join("v"), &varying);
    let yearly = PRICE.replace("once", "yearly").replace(" }", ", shared = \"all\" }");
    let output = rantai(&["check", &own, "--set", &yearly, "--lang", "id"]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(stderr(&output).contains("berubah sepanjang waktu"), "{}", stderr(&output));
}

/// The folder has what the page says; it is reproduced to the byte, and is the same at any number of threads.
#[test]
fn a_folder_is_kept_and_reproduced() {
    let space = tempfile::tempdir().expect("folder");
    let out = space.path().join("out").display().to_string();
    let minimal = scenario("minimal").display().to_string();
    let base = [
        "sensitivity",
        &minimal,
        "--set",
        PRICE,
        "--samples",
        "5",
        "--evaluation",
        "256",
        "--by",
        "item",
        "--upper",
        "1",
    ];
    let found = document(&[&base[..], &["--json", "--out", &out]].concat());
    assert_eq!(document(&[&base[..], &["--json", "--threads", "1"]].concat()), found);
    let titles: Vec<&str> = found.plans.iter().map(|plan| plan.title.en.as_str()).collect();
    assert_eq!(
        titles,
        [
            "optimised",
            "today's mix",
            "equal shares over types",
            "shares by enterprises",
            "shares by bottleneck"
        ]
    );
    // An upper value is at least the lower one, and knowing everything at most is at least what it is among few plans.
    let own = &found.evidence[0];
    assert!(own.at_most.expect("asked for") >= own.worth.mean, "{own:?}");
    let everything = found.perfect_at_most.as_ref().expect("asked for");
    assert!(everything.interval[1] >= found.perfect.mean, "{everything:?} {:?}", found.perfect);
    let read = |name: &str| fs::read_to_string(Path::new(&out).join(name)).expect("a table");
    let rows: Result<Vec<IndexRow>, _> =
        csv::Reader::from_reader(read("sensitivity.csv").as_bytes()).deserialize().collect();
    assert_eq!(rows.expect("rows").len(), 2 * found.groups.len());
    let rows: Result<Vec<EvidenceRow>, _> =
        csv::Reader::from_reader(read("evidence.csv").as_bytes()).deserialize().collect();
    assert_eq!(rows.expect("rows").len(), found.evidence.len());
    assert!(read("summary.en.txt").contains("most worth first"));
    assert!(Path::new(&out).join("allocation-5.csv").exists());
    let reproduced = rantai(&["reproduce", &out]);
    assert_eq!(code(&reproduced), 0, "{}{}", stdout(&reproduced), stderr(&reproduced));
}

/// Plans where costs are subtracted are valued less those costs; a request is a study.
#[test]
fn a_request_is_a_study() {
    let text = r#"{"samples": 5, "evaluation": 128, "by": "kind", "net": "budget", "plans": [
        {"id": "a", "en": "a", "money": {"mix": "all_in:production"}},
        {"id": "b", "en": "b", "money": {"mix": "equal"}}]}"#;
    let request: SensitivityRequest = serde_json::from_str(text).expect("a request");
    let scenario = load(&scenario("minimal")).expect("valid").model;
    let model = request.model(&scenario).expect("valid");
    let study = request.run(&model, &Control::unlimited()).expect("a study");
    // 45 juta of benefits less 200 of costs.
    assert!((study.plans[0].value.mean + 155e6).abs() < 1.0, "{}", study.plans[0].value.mean);
    assert_eq!(study.worth.indices, [None]);
    let back = serde_json::to_string(&request.told(&study.settings, &scenario)).expect("text");
    let again: SensitivityRequest = serde_json::from_str(&back).expect("a request");
    assert_eq!(again.rows, Some(128));
}

#[test]
fn what_cannot_be_asked_is_told() {
    let minimal = scenario("minimal").display().to_string();
    let told = |arguments: &[&str], expected: &str| {
        let output = rantai(&[&["sensitivity", &minimal], arguments].concat());
        assert_eq!(code(&output), 2, "{}{}", stdout(&output), stderr(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    };
    told(&["today", "--evaluation", "64"], "64 rows are too few for indices: at least 128");
    told(&["today", "--evaluation", "64", "--rows", "128"], "64 samples are too few to value evidence");
    told(&["yesterday"], "'yesterday' is neither a file nor a mix");
    told(&["today", "--by", "places"], "number, item, kind");
    told(
        &["today", "--set", "price/keripik/jual_ekspor=15000"],
        "no number of the scenario is uncertain: there is nothing to be sensitive to",
    );
}

/// Every `rantai ...` line of the page runs, and the survey of the page is one.
#[test]
fn the_page_says_what_can_be_done() {
    let page = fs::read_to_string(root().join("docs/sensitivity.md")).expect("the page");
    let space = tempfile::tempdir().expect("folder");
    let mut tried = 0;
    for line in page.lines().filter(|line| line.starts_with("rantai ")) {
        let whole = |word: &str| match word {
            word if word.starts_with("scenarios/") => root().join(word).display().to_string(),
            word if word.starts_with("results/") => space.path().join(word).display().to_string(),
            word => word.to_string(),
        };
        let mut arguments: Vec<String> = line.split_whitespace().skip(1).map(whole).collect();
        arguments.extend(["--evaluation", "128"].map(String::from));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = rantai(&arguments);
        assert_eq!(code(&output), 0, "{line}\n{}", stderr(&output));
        tried += 1;
    }
    assert!(tried >= 4, "{tried} lines");
    let survey = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a survey");
    let own = surveyed(&space.path().join("s"), &format!("\n{survey}"));
    let output = rantai(&["sensitivity", &own, "today", "equal", "--evaluation", "128"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("Survey of export prices"), "{}", stdout(&output));
}
