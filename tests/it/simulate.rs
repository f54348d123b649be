//! `simulate` and `merge` from outside: shards, precision, designs, raw samples, targets, events.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;

use crate::determinism::results;
use crate::support::{code, copy, rantai, scenario, stderr, stdout};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8 path")
}

/// The minimal scenario with everything that may be uncertain in it: floods that strike a region, breakdowns of one
/// workshop, a column of observations, tenths of a lognormal; and targets.
pub(crate) fn struck(folder: &Path) -> PathBuf {
    let path = folder.join("struck");
    copy(&scenario("minimal"), &path);
    let toml = path.join("scenario.toml");
    let more = r#"
[events.flood]
rate = { value = 0.8, unit = "events/year" }
dispersion = 2
severity = { dist = "beta", alpha = 2, beta = 3 }
duration = { dist = "uniform", min = 0.5, max = 2 }
hits = ["bengkel"]
shared = "region"
[events.breakdown]
rate = 2
severity = { value = 25, unit = "%" }
duration = 1
hits = ["bengkel"]
[[targets]]
title = { id = "Nilai tambah", en = "Value added" }
metric = "value_added"
at_least = { value = 150, unit = "juta Rp" }
[[targets]]
title = { id = "Keripik", en = "Crisps" }
made = "keripik/keripik"
cluster = "utara"
year = 2028
at_least = { value = 7000, unit = "kg" }
"#;
    fs::write(&toml, fs::read_to_string(&toml).expect("scenario") + more).expect("written");
    fs::create_dir(path.join("data")).expect("folder");
    fs::write(path.join("data/output.csv"), "year,kg\n2021,5000\n2022,6500\n2023,7000\n").expect("table");
    let values = path.join("values.csv");
    let rows: Vec<String> = fs::read_to_string(&values)
        .expect("values")
        .lines()
        .map(|row| match row {
            row if row.starts_with("selatan,base,bengkel,") => {
                "selatan,base,bengkel,empirical,data/output.csv,kg,,,yearly,,,kg/year,,x,assumption"
                    .to_string()
            }
            row if row.starts_with("utara,base,pasar_lokal,") => {
                "utara,base,pasar_lokal,lognormal_p10_p90,6000,10000,,,yearly,,,kg/year,,x,assumption"
                    .to_string()
            }
            row => row.to_string(),
        })
        .collect();
    fs::write(values, rows.join("\n") + "\n").expect("written");
    path
}

/// Runs `rantai simulate SCENARIO ... --out OUT` and gives the result's files.
fn run(scenario: &Path, more: &[&str], out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut arguments = vec!["simulate", text(scenario)];
    arguments.extend(more);
    arguments.extend(["--out", text(out)]);
    let output = rantai(&arguments);
    assert_eq!(code(&output), 0, "{more:?}: {}", stderr(&output));
    results(out)
}

fn json(arguments: &[&str]) -> Value {
    let output = rantai(arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// The estimate of a metric over everything under a plan.
fn total(study: &Value, plan: &str, metric: &str) -> Value {
    let rows = study["outcomes"].as_array().expect("rows");
    let found = rows.iter().find(|row| {
        row["plan"] == plan && row["metric"] == metric && row["cluster"].is_null() && row["year"].is_null()
    });
    found.expect("there")["estimate"].clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn mean_of(estimate: &Value) -> f64 {
    number(&estimate["mean"])
}

/// Split in three, seven or one, on different threads, and merged in any order: the bytes of the whole, with and without
/// a plan. 1,000 samples are 15 blocks and a part of one.
#[test]
fn parts_put_together_give_the_bytes_of_the_whole() {
    let folder = tempfile::tempdir().expect("folder");
    let path = struck(folder.path());
    let plan = folder.path().join("allocation.csv");
    fs::write(&plan, "source,cluster,intervention,year,rupiah\napbd,utara,alat,2027,50000000\n")
        .expect("plan");
    for (case, with_plan) in [("with", &["--plan", text(&plan)][..]), ("without", &[])] {
        let at = |name: String| folder.path().join(format!("{case}-{name}"));
        let mut common = vec!["--samples", "1000"];
        common.extend(with_plan);
        let whole = run(&path, &common, &at("whole".into()));
        for (k, threads) in [(1_usize, "1"), (3, "2"), (7, "8")] {
            let mut parts: Vec<PathBuf> = Vec::new();
            for i in 1..=k {
                let part = at(format!("{i}of{k}"));
                let shard = format!("{i}/{k}");
                let mut more = common.clone();
                more.extend(["--shard", &shard, "--threads", threads]);
                run(&path, &more, &part);
                parts.insert(i.div_euclid(2), part);
            }
            let merged = at(format!("merged{k}"));
            let mut arguments = vec!["merge"];
            arguments.extend(parts.iter().map(|part| text(part)));
            arguments.extend(["--out", text(&merged)]);
            let output = rantai(&arguments);
            assert_eq!(code(&output), 0, "{}", stderr(&output));
            let merged = results(&merged);
            assert_eq!(whole.keys().collect::<Vec<_>>(), merged.keys().collect::<Vec<_>>());
            for (name, bytes) in &whole {
                assert!(*bytes == merged[name], "{case}: {name} of {k} parts is not that of the whole");
            }
        }
    }
}

#[test]
fn parts_that_do_not_belong_together_are_told() {
    let folder = tempfile::tempdir().expect("folder");
    let path = struck(folder.path());
    let part = |name: &str, scenario: &Path, more: &[&str]| {
        let out = folder.path().join(name);
        run(scenario, more, &out);
        text(&out).to_string()
    };
    let first = part("first", &path, &["--samples", "300", "--shard", "1/2"]);
    let second = part("second", &path, &["--samples", "300", "--shard", "2/2"]);
    let third = part("third", &path, &["--samples", "300", "--shard", "3/3"]);
    let other_seed = part("seed", &path, &["--samples", "300", "--shard", "2/2", "--seed", "9"]);
    let other = part("other", &scenario("minimal"), &["--samples", "300", "--shard", "2/2"]);
    let spoilt = folder.path().join("spoilt");
    copy(Path::new(&second), &spoilt);
    fs::write(spoilt.join("part.bin"), "x").expect("written");
    let bare = text(&folder.path().join("struck")).to_string();
    for (parts, why) in [
        (vec![&first], "part 2/2 is missing"),
        (vec![&first, &first, &second], "part 1/2 is given 2 times"),
        (vec![&first, &third], "is of a run split otherwise"),
        (vec![&first, &other_seed], "has another seed or number of samples"),
        (vec![&first, &other], "is of another scenario"),
        (vec![&first, &bare], "is not a part of a run"),
        (vec![&first, &text(&spoilt).to_string()], "make the part anew"),
    ] {
        let mut arguments = vec!["merge"];
        arguments.extend(parts.iter().map(|part| part.as_str()));
        let output = rantai(&arguments);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
}

/// Half the interval over the level is what was asked for, but for what the pilot did not know; a cap is told.
#[test]
fn as_many_samples_as_a_precision_needs() {
    let folder = tempfile::tempdir().expect("folder");
    let path = struck(folder.path());
    for share in [0.02, 0.005] {
        let asked = format!("{}%", share * 100.0);
        let study = json(&["simulate", text(&path), "--until", &asked, "--json"]);
        let level = total(&study, "none", "value_added");
        let half = (number(&level["interval"][1]) - number(&level["interval"][0])) / 2.0;
        let got = half / mean_of(&level);
        assert!(got < 1.05 * share && got > 0.5 * share, "asked for {share}, got {got}");
        assert_eq!(study["sampling"]["until"]["capped"], false);
    }
    let study = json(&["simulate", text(&path), "--until", "0.01%", "--max-samples", "512", "--json"]);
    assert_eq!(study["samples"], 512);
    assert_eq!(study["sampling"]["until"]["capped"], true);
    let output =
        rantai(&["simulate", text(&path), "--until", "0.01%", "--max-samples", "512", "--lang", "en"]);
    assert!(stdout(&output).contains("512 futures"), "{}", stdout(&output));
}

/// Latin hypercubes and Sobol points give the same level within their errors, with events and without, and where numbers
/// rather than events drive it, with smaller errors.
#[test]
fn even_samples_are_right_and_more_precise() {
    let folder = tempfile::tempdir().expect("folder");
    let path = struck(folder.path());
    let smooth = folder.path().join("smooth");
    let made = rantai(&["generate", text(&smooth), "--clusters", "1", "--years", "1"]);
    assert_eq!(code(&made), 0);
    for (scenario, least_gain) in [(&path, 0.0), (&smooth, 1.3)] {
        let study = |sampler: &str, seed: &str| {
            let arguments = ["--samples", "8192", "--sampler", sampler, "--seed", seed, "--json"];
            let level = total(
                &json(&[&["simulate", text(scenario)], &arguments[..]].concat()),
                "none",
                "value_added",
            );
            (mean_of(&level), number(&level["standard_error"]))
        };
        let (plain, plain_error) = study("plain", "1");
        for sampler in ["lhs", "sobol"] {
            let (mean, error) = study(sampler, "1");
            let (again, second_error) = study(sampler, "2");
            assert!(
                (mean - plain).abs() < 4.0 * plain_error.hypot(error),
                "{sampler}: {mean}, plain {plain}"
            );
            // Errors come from 16 replicates: Student's t.
            assert!(
                (mean - again).abs() < 5.0 * error.hypot(second_error),
                "{sampler}: {mean}, then {again}"
            );
            assert!(least_gain * error < plain_error, "{sampler}: error {error}, plain {plain_error}");
        }
    }
    let out = folder.path().join("refused");
    for (arguments, why) in [
        (&["--samples", "1000", "--sampler", "lhs"][..], "1000"),
        (&["--samples", "8192", "--sampler", "sobol", "--shard", "1/2", "--out", text(&out)], "plain"),
        (&["--until", "1%", "--sampler", "lhs"], "plain"),
    ] {
        let mut all = vec!["simulate", text(&path)];
        all.extend(arguments);
        let output = rantai(&all);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}

/// Raw samples, summed up here, give the means and the chances of targets that the run reports.
#[test]
fn raw_samples_say_what_the_statistics_say() {
    let folder = tempfile::tempdir().expect("folder");
    let path = struck(folder.path());
    let out = folder.path().join("raw");
    let files = run(&path, &["--samples", "500", "--raw"], &out);
    assert!(files.contains_key("targets.csv"));
    let study = json(&["simulate", text(&path), "--samples", "500", "--json"]);
    let file = SerializedFileReader::new(fs::File::open(out.join("samples.parquet")).expect("there"))
        .expect("Parquet");
    let schema = file.metadata().file_metadata().schema_descr();
    let column =
        |name: &str| (0..schema.num_columns()).find(|c| schema.column(*c).name() == name).expect("column");
    let metrics: Vec<usize> = ["selatan", "utara"]
        .iter()
        .flat_map(|c| ["2027", "2028"].map(|year| column(&format!("{c}/value_added/{year}"))))
        .collect();
    let made = column("utara/made/keripik/2028");
    let (mut sum, mut rich, mut crisps, mut count) = (0.0, 0, 0, 0);
    for row in file.get_row_iter(None).expect("rows") {
        let row = row.expect("row");
        // The minimal scenario does not discount.
        let total: f64 = metrics.iter().map(|c| row.get_double(*c).expect("number")).sum();
        sum += total;
        rich += usize::from(total >= 150e6);
        crisps += usize::from(row.get_double(made).expect("number") >= 7000.0);
        count += 1;
    }
    assert_eq!(count, 500);
    let mean = mean_of(&total(&study, "none", "value_added"));
    assert!((sum / 500.0 - mean).abs() < 1e-9 * mean, "{} is not {mean}", sum / 500.0);
    let chances: Vec<f64> =
        study["targets"].as_array().expect("targets").iter().map(|t| number(&t["probability"])).collect();
    assert_eq!(chances, [rich as f64 / 500.0, crisps as f64 / 500.0]);
    assert!(
        rich > 0 && rich < 500 && crisps > 0 && crisps < 500,
        "{rich} {crisps}: targets that test nothing"
    );
}

/// `check` names the kinds of events and the targets; `optimise` says how likely targets are with the plan.
#[test]
fn events_and_targets_are_told() {
    let folder = tempfile::tempdir().expect("folder");
    let path = struck(folder.path());
    let told = stdout(&rantai(&["check", text(&path), "--lang", "en"]));
    let starts = |row: [&str; 3]| told.lines().any(|line| line.split_whitespace().take(3).eq(row));
    assert!(starts(["flood", "1", "0.80"]) && starts(["breakdown", "2", "2.00"]), "{told}");
    assert!(told.contains("\nTargets\n-------\n - "), "{told}");
    let told =
        stdout(&rantai(&["optimise", text(&path), "--samples", "8", "--evaluation", "200", "--lang", "en"]));
    assert!(told.contains("How likely the targets are reached") && told.contains("with the plan"), "{told}");
    let plan = json(&["optimise", text(&path), "--samples", "8", "--evaluation", "200", "--json"]);
    assert_eq!(plan["evaluation"]["targets"].as_array().expect("targets").len(), 4);
}
