//! A result folder stands for itself: with the scenario in it, its command gives it again, anywhere and long after.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::placing::{text, tree};
use crate::support::{code, copy, rantai, scenario, stderr};

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).expect("manifest")).expect("JSON")
}

/// Runs the manifest's command inside the folder and compares every file.
fn gives_itself_again(result: &Path, again: &Path) {
    let command = manifest(result)["reproduce"].as_str().expect("command").to_string();
    let mut words = command.split(' ');
    assert_eq!(words.next(), Some("rantai"));
    let output = Command::new(env!("CARGO_BIN_EXE_rantai"))
        .args(words)
        .args(["-q", "--out", text(again)])
        .current_dir(result)
        .output()
        .expect("runs");
    assert_eq!(code(&output), 0, "{command}: {}", stderr(&output));
    let (was, is) = (tree(result), tree(again));
    let names = |list: &[(String, Vec<u8>)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&was), names(&is), "{command}");
    for ((name, was), (_, is)) in was.iter().zip(&is) {
        assert!(was == is, "{command}: {name} differs");
    }
    let output = rantai(&["reproduce", text(result), "-q", "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["equal"], true, "{told:#}");
    // Every file but the manifest and the copies of what was read.
    let made = was.iter().filter(|(name, _)| name != "manifest.json" && !name.starts_with("scenario/"));
    assert_eq!(told["files"].as_object().map(serde_json::Map::len), Some(made.count()), "{told:#}");
}

/// A result that was edited differs where it was; one that lost a file misses it; what is no result is told to be none.
#[test]
fn what_differs_is_told_file_by_file() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("out");
    let path = scenario("minimal");
    let words = ["simulate", text(&path), "--samples", "64", "-q", "--out", text(&out)];
    assert_eq!(code(&rantai(&words)), 0);
    let table = out.join("outcomes.csv");
    let whole = fs::read_to_string(&table).expect("table");
    let second = whole.find('\n').expect("lines") + 1;
    fs::write(&table, format!("{}X{}", &whole[..second], &whole[second + 1..])).expect("written");
    fs::remove_file(out.join("bottlenecks.csv")).expect("removed");
    let output = rantai(&["reproduce", text(&out), "-q", "--json"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["equal"], false);
    let edited = serde_json::json!({ "is": "differs", "byte": second, "line": 2, "edited": true });
    assert_eq!(told["files"]["outcomes.csv"], edited);
    assert_eq!(told["files"]["bottlenecks.csv"]["is"], "missing");
    assert_eq!(told["files"]["summary.en.txt"]["is"], "equal");
    let shown = rantai(&["reproduce", text(&out), "-q", "--lang", "id"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("berbeda mulai baris 2") && shown.contains("2 dari 4 berkas"), "{shown}");
    // A plan is the manifest's: a table that was edited differs, and what came of the plan does not.
    let planned = folder.path().join("planned");
    let today = path.join("today.csv");
    let words =
        ["simulate", text(&path), "--plan", text(&today), "--samples", "64", "-q", "--out", text(&planned)];
    assert_eq!(code(&rantai(&words)), 0);
    let lines = fs::read_to_string(planned.join("allocation.csv")).expect("table");
    fs::write(planned.join("allocation.csv"), lines.replacen("0000", "1000", 1)).expect("written");
    let output = rantai(&["reproduce", text(&planned), "-q", "--json"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["files"]["allocation.csv"]["edited"], true, "{told:#}");
    assert_eq!(told["files"]["outcomes.csv"]["is"], "equal", "{told:#}");
    let none = rantai(&["reproduce", text(&path)]);
    assert_eq!(code(&none), 2);
    assert!(stderr(&none).contains("is not a result folder of rantai"), "{}", stderr(&none));
}

#[test]
fn the_command_in_a_manifest_gives_the_folder_again() {
    let folder = tempfile::tempdir().expect("folder");
    let at = |name: &str| folder.path().join(name);
    let own = at("own");
    copy(&scenario("minimal"), &own);
    let run = |words: &[&str], out: &Path| {
        let mut words = words.to_vec();
        words.extend(["-q", "--out", text(out)]);
        let output = rantai(&words);
        assert_eq!(code(&output), 0, "{words:?}: {}", stderr(&output));
    };
    let own_text = text(&own).to_string();
    let plan = at("optimise");
    let budget = [
        "optimise",
        &own_text,
        "--budget",
        "123456789",
        "--samples",
        "3",
        "--evaluation",
        "40",
        "--seed",
        "5",
    ];
    run(&budget, &plan);
    run(&["optimise", &own_text, "--quick", "--samples", "3", "--evaluation", "40"], &at("quick"));
    let allocation = plan.join("allocation.csv");
    run(
        &["simulate", &own_text, "--samples", "100", "--plan", text(&allocation), "--trace", "2", "--raw"],
        &at("simulate"),
    );
    run(&["simulate", &own_text, "--samples", "1024", "--sampler", "lhs"], &at("spread"));
    run(&["coordinate", &own_text, "--samples", "2", "--evaluation", "20"], &at("coordinate"));
    for shard in ["1/2", "2/2"] {
        let part = at(&format!("part{}", &shard[..1]));
        run(
            &["simulate", &own_text, "--samples", "130", "--plan", text(&allocation), "--shard", shard],
            &part,
        );
    }
    run(&["merge", text(&at("part2")), text(&at("part1"))], &at("merge"));
    // The scenario and the plan are gone, and the folders lie elsewhere.
    let kept = tree(&own);
    fs::remove_dir_all(&own).expect("removed");
    let elsewhere = at("elsewhere");
    fs::create_dir(&elsewhere).expect("folder");
    let names = ["optimise", "quick", "simulate", "spread", "coordinate", "merge", "part1"];
    for name in names {
        fs::rename(at(name), elsewhere.join(name)).expect("moved");
    }
    for name in names {
        let result = elsewhere.join(name);
        let copied: Vec<_> = tree(&result.join("scenario"));
        let read: Vec<_> = kept.iter().filter(|(name, _)| name != "README.md").cloned().collect();
        assert!(copied == read, "{name} has another scenario");
        let told = manifest(&result);
        assert_eq!(told["scenario"]["folder"], "scenario");
        for (file, bytes) in &copied {
            let hash = rantai::digest::sha256(bytes);
            assert_eq!(told["run"]["scenario_files"][format!("scenario/{file}")], hash, "{name}/{file}");
        }
        gives_itself_again(&result, &at(&format!("{name}-again")));
    }
}

/// The scenario's own hash stands beside that of the scenario with the budget asked for.
#[test]
fn the_hash_of_the_scenario_is_that_of_its_copy() {
    let folder = tempfile::tempdir().expect("folder");
    let out: PathBuf = folder.path().join("out");
    let path = scenario("minimal");
    let words = [
        "optimise",
        text(&path),
        "--budget",
        "1miliar",
        "--quick",
        "--samples",
        "2",
        "--evaluation",
        "20",
        "--out",
        text(&out),
    ];
    assert_eq!(code(&rantai(&words)), 0);
    let check = rantai(&["check", text(&out.join("scenario")), "--json"]);
    let check: Value = serde_json::from_slice(&check.stdout).expect("JSON");
    let told = manifest(&out);
    assert_eq!(told["scenario"]["hash"], check["hash"]);
    assert_ne!(told["scenario_hash"], check["hash"]);
}

#[test]
fn a_simulation_keeps_its_summary_in_both_languages() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("out");
    let path = scenario("minimal");
    for (lang, name) in [("id", "summary.id.txt"), ("en", "summary.en.txt")] {
        let words = ["simulate", text(&path), "--samples", "64", "--lang", lang, "--out", text(&out), "-q"];
        let output = rantai(&words);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert_eq!(fs::read(out.join(name)).expect("summary"), output.stdout);
        fs::remove_dir_all(&out).expect("removed");
    }
}
