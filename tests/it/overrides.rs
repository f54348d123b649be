//! Overrides: values in place of what a scenario states, for one run.

use std::fs;
use std::path::Path;

use rantai::language::Lang;
use rantai::result::scenario_hash;
use rantai::scenario::{Change, Fault, Override, load, load_with};

use crate::support::{code, rantai, root, scenario, stderr, stdout};

fn set(key: &str, value: &str) -> Override {
    of(Change::Set { key: key.to_string(), value: value.to_string() }, &format!("set {key}={value}"))
}

fn scale(key: &str, factor: &str) -> Override {
    of(Change::Scale { key: key.to_string(), factor: factor.to_string() }, &format!("scale {key}={factor}"))
}

fn delay(source: &str, years: &str) -> Override {
    of(
        Change::Delay { source: source.to_string(), years: years.to_string() },
        &format!("delay {source}={years}"),
    )
}

fn of(change: Change, origin: &str) -> Override {
    Override { change, origin: origin.to_string(), line: None }
}

fn told(faults: &[Fault], lang: Lang) -> Vec<String> {
    faults.iter().map(|fault| fault.in_language(lang)).collect()
}

fn faults(overrides: &[Override]) -> Vec<Fault> {
    load_with(&scenario("minimal"), overrides).expect_err("not valid")
}

/// Rp 100 juta a year; the first year's at nothing, the second at 20.5 juta in words.
#[test]
fn budgets_are_set_in_words_of_size() {
    let changed = load_with(
        &scenario("minimal"),
        &[set("sources.apbd.2027", "0juta"), set("budget/apbd/2028", "20,5 juta")],
    )
    .expect("valid");
    let amounts: Vec<i64> = changed.model.sources[0].amounts.iter().map(|amount| amount.0).collect();
    assert_eq!(amounts, [0, 20_500_000]);
    let changes: Vec<(&str, &str, &str)> =
        changed.changes.iter().map(|c| (c.key.as_str(), c.from.as_str(), c.to.as_str())).collect();
    assert_eq!(
        changes,
        [("sources.apbd.2027", "100 juta Rp", "0 Rp"), ("sources.apbd.2028", "100 juta Rp", "20500000 Rp")]
    );
}

/// A third of Rp 100 juta is whole rupiah again; a year later the first year has nothing and the second the scaled first; what
/// falls off the end is told.
#[test]
fn money_is_scaled_and_then_delayed() {
    let changed =
        load_with(&scenario("minimal"), &[scale("sources.*.20*", "33.3333333333%"), delay("apbd", "1")])
            .expect("valid");
    let amounts: Vec<i64> = changed.model.sources[0].amounts.iter().map(|amount| amount.0).collect();
    assert_eq!(amounts, [0, 33_333_333]);
    let warnings = told(&changed.warnings, Lang::En);
    assert_eq!(warnings, ["delay apbd=1: 33333333 rupiah of 'apbd' would come after 2028 and are left out"]);
}

/// The model with what is changed has another hash, and with what is set to its own value the same.
#[test]
fn the_hash_says_what_was_changed() {
    let own = load(&scenario("minimal")).expect("valid");
    let hash = scenario_hash(&own.model);
    let same = load_with(&scenario("minimal"), &[set("wage/keripik", "50000"), scale("price/*/*", "1")]);
    let same = same.expect("valid");
    assert!(same.changes.is_empty());
    assert_eq!(scenario_hash(&same.model), hash);
    let other = load_with(&scenario("minimal"), &[set("wage/keripik", "60000")]).expect("valid");
    assert_ne!(scenario_hash(&other.model), hash);
    let wage = other.numbers.iter().find(|number| number.name == "keripik/wage").expect("stated");
    assert_eq!(wage.place, "override");
    assert_eq!(wage.place_in(Lang::Id), "penggantian");
}

/// A number keeps its unit, and a distribution what it does not say; both take a table as in TOML.
#[test]
fn a_distribution_is_given_as_in_toml() {
    let given = r#"{ dist = "uniform", min = 15, max = 17, unit = "ribu Rp/kg" }"#;
    let changed = load_with(&scenario("minimal"), &[set("price/*/jual_ekspor", given)]).expect("valid");
    let to =
        r#"{ dist = "uniform", min = 15, max = 17, varies = "once", shared = "all", unit = "ribu Rp/kg" }"#;
    assert_eq!(changed.changes[0].to, to);
    assert_eq!(changed.model.parameters.len(), 1);
    let certain = load_with(&scenario("minimal"), &[set("price/*/jual_ekspor", "16000")]).expect("valid");
    assert!(certain.model.parameters.is_empty());
}

/// One cluster gets its own price, though only the chain states one; the other keeps the chain's, and the pattern of both passes over what is not
/// stated. The uncertain price of the chain is shared by all; the cluster's own is not.
#[test]
fn a_cluster_may_get_what_its_chain_states() {
    let changed = load_with(
        &scenario("minimal"),
        &[
            set("utara/price/jual_lokal", "9500"),
            scale("price/utara/jual_ekspor", "0.5"),
            scale("wage/utara", "2"),
        ],
    )
    .expect("valid");
    let changes: Vec<(&str, &str, &str)> =
        changed.changes.iter().map(|c| (c.key.as_str(), c.from.as_str(), c.to.as_str())).collect();
    assert_eq!(
        changes,
        [
            (
                "price/utara/jual_ekspor",
                r#"{ dist = "discrete", values = [15000, 17000], weights = [0.5, 0.5], varies = "once", unit = "Rp/kg" }"#,
                r#"{ dist = "discrete", values = [7500, 8500], weights = [0.5, 0.5], varies = "once", unit = "Rp/kg" }"#,
            ),
            ("price/utara/jual_lokal", "10000 Rp/kg", "9500 Rp/kg"),
            ("wage/utara", "50000 Rp/person-day", "100000 Rp/person-day"),
        ]
    );
    let model = &changed.model;
    let wages: Vec<f64> = model.clusters.iter().map(|cluster| model.mean(cluster.wage)).collect();
    assert_eq!(wages, [50_000.0, 100_000.0]);
    assert_eq!(model.parameters.len(), 2);
    let all = load_with(&scenario("minimal"), &[scale("wage/*", "2")]).expect("valid");
    assert_eq!(all.changes.len(), 1);
}

#[test]
fn everything_wrong_is_told_at_once_where_it_was_asked_for() {
    let found = faults(&[
        set("wage/kripik", "1"),
        set("money.discount_rate", "much"),
        set("risk.alpha", "2"),
        set("samples.seed", "2.600"),
        scale("prise/*/jual_*", "0.8"),
        scale("title.*", "0.8"),
        scale("wage/*", "-1"),
        delay("apbn", "1"),
        delay("apbd", "2"),
        set("price/keripik/jual_lokal", "-1"),
    ]);
    let expected = [
        (
            "delay apbd=2: 2 years later is beyond the horizon, so that no money of 'apbd' is left; expected at most 1",
            "delay apbd=2: 2 tahun kemudian sudah melewati horizon, sehingga dana 'apbd' tidak tersisa; yang diharapkan: tidak lebih dari 1",
        ),
        (
            "delay apbn=1: there is no source 'apbn'; did you mean 'apbd'?",
            "delay apbn=1: sumber dana 'apbn' tidak ada; maksud Anda 'apbd'?",
        ),
        (
            "scale prise/*/jual_*=0.8: no key fits 'prise/*/jual_*'; did you mean 'price/keripik/jual_ekspor' or 'price/keripik/jual_lokal'?",
            "scale prise/*/jual_*=0.8: tidak ada kunci yang cocok dengan 'prise/*/jual_*'; maksud Anda 'price/keripik/jual_ekspor' atau 'price/keripik/jual_lokal'?",
        ),
        (
            "scale title.*=0.8: 'title.*' stands for no number; expected a number to scale",
            "scale title.*=0.8: 'title.*' tidak mewakili bilangan; yang diharapkan: bilangan untuk dikalikan",
        ),
        (
            "scale wage/*=-1: found '-1'; expected a factor of at least 0, such as 0.8 or 80%",
            "scale wage/*=-1: tertulis '-1'; yang diharapkan: faktor yang tidak kurang dari 0, misalnya 0.8 atau 80%",
        ),
        (
            "set money.discount_rate=much: found the text 'much'; expected a number",
            "set money.discount_rate=much: tertulis teks 'much'; yang diharapkan: bilangan",
        ),
        (
            "set price/keripik/jual_lokal=-1: found -1; expected nothing below 0",
            "set price/keripik/jual_lokal=-1: tertulis -1; yang diharapkan: 0 atau lebih",
        ),
        (
            "set risk.alpha=2: found 2; expected a number from 0 to 1",
            "set risk.alpha=2: tertulis 2; yang diharapkan: bilangan dari 0 sampai 1",
        ),
        (
            "set samples.seed=2.600: found 2.600, which can be read two ways: 2600 (thousands) or 2.6 (decimals); write 2600 or 2.6",
            "set samples.seed=2.600: tertulis 2.600, yang dapat dibaca dengan dua cara: 2600 (ribuan) atau 2.6 (desimal); tulis 2600 atau 2.6",
        ),
        (
            "set wage/kripik=1: there is no key 'wage/kripik'; did you mean 'wage/keripik'?",
            "set wage/kripik=1: kunci 'wage/kripik' tidak ada; maksud Anda 'wage/keripik'?",
        ),
    ];
    assert_eq!(told(&found, Lang::En), expected.map(|(en, _)| en));
    assert_eq!(told(&found, Lang::Id), expected.map(|(_, id)| id));
}

#[test]
fn overrides_that_contradict_each_other_are_told() {
    let found = faults(&[
        set("wage/keripik", "1"),
        set("keripik/wage", "2"),
        scale("wage/*", "2"),
        set("sources.apbd.2028", "5 juta"),
        delay("apbd", "1"),
    ]);
    assert_eq!(
        told(&found, Lang::En),
        [
            "delay apbd=1: 'sources.apbd.2028' is changed here and otherwise by set sources.apbd.2028=5 juta; keep one of them",
            "scale wage/*=2, wage/keripik: 'wage/keripik' is changed here and otherwise by set wage/keripik=1; keep one of them",
            "set keripik/wage=2, wage/keripik: 'wage/keripik' is changed here and otherwise by set wage/keripik=1; keep one of them",
        ]
    );
}

/// A fault that shows elsewhere is told of the override that brings it about: with one year the budget of the second is beyond
/// the horizon, and so is today's.
#[test]
fn a_fault_that_follows_is_told_of_the_override() {
    let found = faults(&[set("horizon.years", "1"), set("wage/keripik", "60000")]);
    let told = told(&found, Lang::En);
    assert!(!told.is_empty());
    for sentence in &told {
        assert!(
            sentence.starts_with("set horizon.years=1: with this the scenario is not valid: "),
            "{sentence}"
        );
    }
    assert!(told.iter().any(|sentence| sentence.contains("budgets.csv, row 3")), "{told:?}");
    for sentence in found.iter().map(|fault| fault.in_language(Lang::Id)) {
        assert!(sentence.contains("dengan ini skenario tidak sah: "), "{sentence}");
    }
}

fn case(folder: &Path, text: &str) -> String {
    let path = folder.join("kasus.toml");
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

const TITLE: &str = "title = { id = \"Dana terlambat\", en = \"Late money\" }\n";

/// A case file says the same as options, and a result made with either is reproduced.
#[test]
fn a_case_file_says_what_options_say() {
    let space = tempfile::tempdir().expect("folder");
    let file = case(
        space.path(),
        &format!(
            "{TITLE}[set]\nsources.apbd.2027 = \"50juta\"\n\"price/*/jual_ekspor\" = {{ dist = \"uniform\", min = 1, max = 2, unit = \"Rp/kg\" }}\n[scale]\n\"wage/*\" = 0.8\n"
        ),
    );
    let minimal = scenario("minimal").display().to_string();
    let base = ["simulate", &minimal, "--samples", "64", "--json"];
    let by_file = rantai(&[&base[..], &["--case", &file]].concat());
    assert_eq!(code(&by_file), 0, "{}", stderr(&by_file));
    let options = [
        "--set",
        "sources.apbd.2027=50juta",
        "--set",
        "price/*/jual_ekspor={ dist = \"uniform\", min = 1, max = 2, unit = \"Rp/kg\" }",
        "--scale",
        "wage/*=0.8",
    ];
    let by_options = rantai(&[&base[..], &options].concat());
    let without_time = |output: &std::process::Output| {
        let mut value: serde_json::Value = serde_json::from_str(&stdout(output)).expect("JSON");
        value.as_object_mut().expect("a document").remove("seconds");
        value
    };
    let document = without_time(&by_file);
    assert_eq!(document, without_time(&by_options));
    assert_eq!(document["changes"].as_array().expect("changes").len(), 3);

    let out = space.path().join("hasil").display().to_string();
    let made = rantai(&[
        "optimise",
        &minimal,
        "--case",
        &file,
        "--quick",
        "--samples",
        "5",
        "--evaluation",
        "64",
        "--out",
        &out,
    ]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    assert!(stdout(&made).contains("Changed for this run"), "{}", stdout(&made));
    let manifest = fs::read_to_string(Path::new(&out).join("manifest.json")).expect("manifest");
    assert!(manifest.contains("\"overrides\"") && manifest.contains("--scale 'wage/*=0.8'"), "{manifest}");
    let law = fs::read_to_string(Path::new(&out).join("law_trace.csv")).expect("law trace");
    assert!(law.contains("override"), "{law}");
    let again = rantai(&["reproduce", &out]);
    assert_eq!(code(&again), 0, "{}{}", stdout(&again), stderr(&again));
}

#[test]
fn parts_of_a_changed_run_are_put_together() {
    let space = tempfile::tempdir().expect("folder");
    let minimal = scenario("minimal").display().to_string();
    let mut parts = Vec::new();
    for i in 1..=2 {
        let out = space.path().join(format!("part{i}")).display().to_string();
        let shard = format!("{i}/2");
        let made = rantai(&[
            "simulate",
            &minimal,
            "--samples",
            "256",
            "--shard",
            &shard,
            "--out",
            &out,
            "--scale",
            "wage/*=0.5",
        ]);
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        parts.push(out);
    }
    let merged = rantai(&["merge", &parts[0], &parts[1]]);
    let whole = rantai(&["simulate", &minimal, "--samples", "256", "--scale", "wage/*=0.5"]);
    assert_eq!(stdout(&merged), stdout(&whole), "{}", stderr(&merged));
}

#[test]
fn faults_of_a_case_file_are_told_with_their_lines() {
    let space = tempfile::tempdir().expect("folder");
    let file = case(space.path(), &format!("{TITLE}budget = \"40M\"\n[set]\nwage.kripik = 1\n[scael]\n"));
    let minimal = scenario("minimal").display().to_string();
    let output = rantai(&["check", &minimal, "--case", &file]);
    assert_eq!(code(&output), 2);
    let told = stderr(&output);
    assert!(told.contains(&format!("--case {file}, line 2, budget: ")), "{told}");
    assert!(told.contains(&format!("--case {file}, line 5, scael: unknown key 'scael'")), "{told}");
    let file = case(space.path(), &format!("{TITLE}[set]\n\"wage/kripik\" = 1\n"));
    let output = rantai(&["check", &minimal, "--case", &file, "--lang", "id"]);
    assert!(
        stderr(&output).contains(&format!("--case {file}, baris 3: kunci 'wage/kripik' tidak ada")),
        "{}",
        stderr(&output)
    );
    let file = case(space.path(), &format!("{TITLE}budget = \"40juta\"\n"));
    let output = rantai(&["check", &minimal, "--case", &file]);
    assert!(stderr(&output).contains("takes no 'budget' from a case file"), "{}", stderr(&output));
}

/// What is printed names every key once, with a value that is taken as it stands.
#[test]
fn keys_are_printed_with_their_values() {
    let minimal = scenario("minimal").display().to_string();
    let text = stdout(&rantai(&["check", &minimal, "--keys", "--set", "wage/keripik=60000"]));
    let line = text.lines().find(|line| line.contains(" wage/keripik ")).expect("a line");
    assert!(line.contains("60000 Rp/person-day"), "{line}");
    let json = stdout(&rantai(&["check", &minimal, "--keys", "--json"]));
    let document: rantai::result::KeysDocument = serde_json::from_str(&json).expect("a document");
    let mut names: Vec<&str> = document.keys.iter().map(|key| key.key.as_str()).collect();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
    assert!(document.changes.is_empty());
    assert!(root().join("docs/comparing.md").exists());
}
