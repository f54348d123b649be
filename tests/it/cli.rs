//! Command-line manners: exit codes, what goes where, whole files or none.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use rantai::digest::sha256;
use serde_json::Value;

use crate::support::{code, copy, measured, rantai, root, scenario, stderr, stdout};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8 path")
}

fn minimal() -> String {
    text(&scenario("minimal")).to_string()
}

#[test]
fn usage_errors_exit_with_2_and_say_why() {
    for arguments in [vec![], vec!["optimize"], vec!["check"], vec!["optimise", "x", "--samples", "0"]] {
        assert_eq!(code(&rantai(&arguments)), 2, "{arguments:?}");
    }
    let output = rantai(&["optimise", &minimal(), "--budget", "40M"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("miliar in Indonesian and million in English"), "{}", stderr(&output));
    let output = rantai(&["check", "no-such-folder"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("does not exist"));
}

#[test]
fn help_of_every_command_has_examples() {
    let commands = [
        "check",
        "sample",
        "simulate",
        "merge",
        "optimise",
        "program",
        "program solve",
        "program export",
        "generate",
        "schema",
        "completions",
    ];
    for command in commands {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let output = rantai(&arguments);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("Example"), "{command}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(stdout(&rantai(&["completions", shell])).contains("optimise"), "{shell}");
    }
    for which in ["scenario", "chain"] {
        let schema: Value = serde_json::from_str(&stdout(&rantai(&["schema", which]))).expect("JSON");
        assert!(schema["properties"].is_object());
    }
}

#[test]
fn json_has_its_documented_keys_and_stands_alone_on_standard_output() {
    let output = rantai(&["optimise", &minimal(), "--json", "--evaluation", "100", "--samples", "5"]);
    assert_eq!(code(&output), 0);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    let plan: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    for key in ["objective", "bound", "gap", "samples", "seconds", "evaluation", "allocation", "certificate"]
    {
        assert!(!plan[key].is_null(), "{key}");
    }
    assert_eq!(plan["samples"], 5);
    assert_eq!(plan["certificate"]["verdict"], "proven");
    assert!(plan["bound"].as_f64() >= plan["objective"].as_f64());
    let check: Value =
        serde_json::from_str(&stdout(&rantai(&["check", &minimal(), "--json"]))).expect("JSON");
    assert_eq!(check["model"]["clusters"].as_array().map(Vec::len), Some(2));
    let simulation = rantai(&["simulate", &minimal(), "--json", "--samples", "50"]);
    let simulation: Value = serde_json::from_str(&stdout(&simulation)).expect("JSON");
    assert!(simulation["outcomes"].as_array().is_some_and(|rows| rows.len() > 50));
    let faulty = rantai(&["check", "no-such-folder", "--json"]);
    let faults: Value = serde_json::from_str(&stdout(&faulty)).expect("JSON");
    assert_eq!(faults["error"], "invalid_scenario");
}

#[test]
fn the_result_folder_is_whole_and_its_manifest_true() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("new/result");
    let arguments =
        ["optimise", &minimal(), "--evaluation", "100", "--samples", "5", "--out", text(&out), "--quiet"];
    assert_eq!(code(&rantai(&arguments)), 0);
    let manifest: Value =
        serde_json::from_slice(&fs::read(out.join("manifest.json")).expect("manifest")).expect("JSON");
    let files = manifest["files"].as_object().expect("files");
    for name in ["plan.json", "allocation.csv", "outcomes.csv", "bottlenecks.csv"] {
        let bytes = fs::read(out.join(name)).expect("written");
        assert_eq!(files[name], sha256(&bytes), "{name}");
    }
    assert!(
        manifest["reproduce"]
            .as_str()
            .is_some_and(|command| command.starts_with("rantai optimise scenario "))
    );
    // Whole rupiah that add up to what each source spends.
    let plan: Value = serde_json::from_slice(&fs::read(out.join("plan.json")).expect("plan")).expect("JSON");
    let mut spent: BTreeMap<String, i64> = BTreeMap::new();
    for line in fs::read_to_string(out.join("allocation.csv")).expect("allocation").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        *spent.entry(cells[0].to_string()).or_default() += cells[8].parse::<i64>().expect("whole rupiah");
    }
    let mut said: BTreeMap<String, i64> = BTreeMap::new();
    for line in plan["budget"]["lines"].as_array().expect("lines") {
        *said.entry(line["source"].as_str().expect("source").into()).or_default() +=
            line["spent"].as_i64().expect("rupiah");
    }
    assert_eq!(spent, said);
    assert_eq!(spent.values().sum::<i64>(), 200_000_000);
    // An existing folder is refused, with --force replaced, but never one that is not ours.
    assert_eq!(code(&rantai(&arguments)), 2);
    let forced: Vec<&str> = arguments.iter().copied().chain(["--force"]).collect();
    assert_eq!(code(&rantai(&forced)), 0);
    fs::remove_file(out.join("manifest.json")).expect("removed");
    assert_eq!(code(&rantai(&forced)), 2);
    assert_eq!(leftovers(out.parent().expect("parent")), 0);
    // The plan can be simulated from either of its files, to the same bytes.
    let simulate = |file: &str| {
        stdout(&rantai(&["simulate", &minimal(), "--samples", "50", "--plan", text(&out.join(file))]))
    };
    let from_csv = simulate("allocation.csv");
    assert!(from_csv.contains("increment") && from_csv == simulate("plan.json"));
}

fn leftovers(folder: &Path) -> usize {
    let hidden = |name: &str| name.starts_with(".rantai-");
    fs::read_dir(folder)
        .expect("folder")
        .flatten()
        .filter(|e| hidden(&e.file_name().to_string_lossy()))
        .count()
}

#[test]
fn clashing_rules_exit_with_3_and_are_named() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    let path = folder.path().join("scenario.toml");
    let text_of = fs::read_to_string(&path).expect("scenario");
    let floors = "\n[[limits]]\nkind = \"floor\"\ntype = \"production\"\nshare = 0.7\n[[limits]]\nkind = \"floor\"\ntype = \"certification\"\nshare = 0.5\n";
    fs::write(&path, text_of + floors).expect("written");
    let output = rantai(&["optimise", text(folder.path()), "--samples", "2", "--evaluation", "10"]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    let message = stderr(&output);
    // 120 % of 200 juta is asked for: 40 juta too much.
    assert!(message.contains("limits, entry 2") && message.contains("Rp 40.0 million"), "{message}");
}

/// A plan that the time limit ended goes on where it stopped; a result of another plan, or of none, is refused.
#[test]
fn a_plan_goes_on_from_what_was_learned() {
    let folder = tempfile::tempdir().expect("folder");
    let path = measured("banyumas-gula-kelapa");
    let plan = |name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        let mut arguments = vec!["optimise", text(&path), "--samples", "5", "--evaluation", "50"];
        arguments.extend(["--method", "decomposition", "--gap", "1e-3", "--quick", "--out", text(&out)]);
        arguments.extend(more);
        (rantai(&arguments), out)
    };
    let (stopped, first) = plan("first", &["--time-limit", "0.5"]);
    if code(&stopped) == 0 {
        return; // a machine that is this fast has nothing to resume
    }
    assert_eq!(code(&stopped), 4, "{}", stderr(&stopped));
    assert!(first.join("cuts.bin").exists());
    let (refused, _) = plan("other", &["--resume", text(&first), "--seed", "9"]);
    assert_eq!(code(&refused), 2);
    assert!(
        stderr(&refused).contains("is a result of another plan: --seed: it has 2027, now 9"),
        "{}",
        stderr(&refused)
    );
    let (done, second) = plan("second", &["--resume", text(&first)]);
    assert_eq!(code(&done), 0, "{}", stderr(&done));
    assert!(!second.join("cuts.bin").exists());
    let (none, _) = plan("third", &["--resume", text(&second)]);
    assert_eq!(code(&none), 2);
    assert!(stderr(&none).contains("has nothing to resume"), "{}", stderr(&none));
    fs::write(first.join("cuts.bin"), b"spoilt").expect("written");
    let (spoilt, _) = plan("fourth", &["--resume", text(&first)]);
    assert!(stderr(&spoilt).contains("is not the file that was written"), "{}", stderr(&spoilt));
}

#[test]
fn a_time_limit_gives_the_best_plan_known_and_exit_code_4() {
    let path = measured("banyumas-gula-kelapa");
    let arguments =
        ["optimise", text(&path), "--samples", "10", "--evaluation", "100", "--time-limit", "0.2", "--json"];
    let output = rantai(&arguments);
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    let plan: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(plan["status"], "time_limit");
    let (objective, bound) =
        (plan["objective"].as_f64().expect("number"), plan["bound"].as_f64().expect("number"));
    assert!(objective >= 0.0 && bound >= objective && plan["gap"].as_f64().expect("number") > 0.0);
}

#[test]
fn budgets_scale_to_the_rupiah() {
    let total = "33333333333";
    let output = rantai(&[
        "optimise",
        &minimal(),
        "--budget",
        total,
        "--json",
        "--evaluation",
        "10",
        "--samples",
        "2",
    ]);
    let plan: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(plan["budget"]["total"].to_string(), total);
    let amounts: i64 = plan["budget"]["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|l| l["amount"].as_i64().expect("rupiah"))
        .sum();
    assert_eq!(amounts.to_string(), total);
}

#[test]
fn samples_are_tidy_and_the_first_of_many_are_the_few() {
    let few = stdout(&rantai(&["sample", &minimal(), "--samples", "3"]));
    let many = stdout(&rantai(&["sample", &minimal(), "--samples", "10"]));
    assert!(few.starts_with("sample,name,period,value\n"));
    assert!(many.starts_with(&few));
    let first = few.lines().nth(1).expect("row");
    assert!(first.starts_with("1,") && first.split(',').count() == 4, "{first}");
}

#[test]
fn a_trace_can_be_followed_by_hand() {
    let trace = stdout(&rantai(&["simulate", &minimal(), "--trace", "1"]));
    // Without a plan Selatan's workshop of 6,000 kg is used up in every year.
    let row =
        |what: &str| trace.lines().filter(|l| l.starts_with("1,none,selatan,1,") && l.contains(what)).count();
    assert!(
        row(",level,") > 0 && row(",capacity,") > 0 && row(",left,") > 0 && row(",on_hand,") > 0,
        "{trace}"
    );
    assert!(trace.lines().any(|l| l.contains(",selatan,1,capacity,") && l.ends_with(",6000")), "{trace}");
}

#[test]
fn the_summary_speaks_both_languages() {
    let arguments = ["optimise", &minimal(), "--evaluation", "50", "--samples", "2", "--lang"];
    let with = |lang| {
        let all: Vec<&str> = arguments.iter().copied().chain([lang]).collect();
        stdout(&rantai(&all))
    };
    let (id, en) = (with("id"), with("en"));
    assert!(id.contains("Fasilitas belum terpenuhi: (a) lahan") && id.contains("juta"), "{id}");
    assert!(
        en.contains("fasilitas belum terpenuhi): (a) land") && en.contains("What to fund, and why"),
        "{en}"
    );
    // A bare M after an amount means different things in the two languages.
    assert!(!id.contains(" M ") && !en.contains(" M "));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rantai"))
        .args(["sample", &minimal(), "--samples", "20000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut start = [0; 10];
    child.stdout.take().expect("piped").read_exact(&mut start).expect("reads");
    let output = child.wait_with_output().expect("ends");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("samples.csv");
    let path = scenario("banyumas-gula-kelapa");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rantai"))
        .args(["sample", text(&path), "--samples", "1000000", "--out", text(&out)])
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    // Wait until it is writing.
    for _ in 0..200 {
        if leftovers(folder.path()) > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 0);
}

#[test]
fn a_trace_is_never_dropped_silently() {
    let output = rantai(&["simulate", &minimal(), "--trace", "1", "--json"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("--trace writes CSV"), "{}", stderr(&output));
}

/// A limit without a source is listed even where another limit has one.
#[test]
fn every_limit_is_a_number_of_its_own() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    let path = folder.path().join("scenario.toml");
    let limit = |size: &str| format!("\n[[limits]]\nkind = \"cap\"\ntype = \"production\"\nshare = {size}\n");
    let sourced = limit("{ value = 0.9, source = \"a decree\" }");
    fs::write(&path, fs::read_to_string(&path).expect("scenario") + &sourced + &limit("0.8"))
        .expect("written");
    let check = stdout(&rantai(&["check", text(folder.path()), "--json"]));
    let check: Value = serde_json::from_str(&check).expect("JSON");
    let bare = check["numbers_without_source"].as_array().expect("list");
    let named = |name: &str| bare.iter().any(|number| number["name"] == name);
    assert!(named("limits[1].share") && !named("limits[0].share"), "{bare:?}");
}

/// A table that is cut says how many rows it leaves out, and where they all are.
#[test]
fn a_list_that_is_cut_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let (many, out) = (folder.path().join("many"), folder.path().join("out"));
    assert_eq!(code(&rantai(&["generate", text(&many), "--clusters", "12"])), 0);
    let words = ["simulate", text(&many), "--samples", "64", "-q", "--lang"];
    let english = words.iter().copied().chain(["en", "--out", text(&out)]).collect::<Vec<_>>();
    let english = stdout(&rantai(&english));
    let table = fs::read_to_string(out.join("bottlenecks.csv")).expect("table");
    let capacities = table.lines().filter(|row| row.split(',').nth(3) == Some("capacity")).count();
    assert!(capacities > 15, "{table}");
    let rest = capacities - 15;
    assert!(english.ends_with(&format!(" and more: {rest} (bottlenecks.csv)\n")), "{english}");
    let indonesian = stdout(&rantai(&words.iter().copied().chain(["id"]).collect::<Vec<_>>()));
    assert!(indonesian.ends_with(&format!(" dan lainnya: {rest} (bottlenecks.csv)\n")), "{indonesian}");
}

/// Words that are not understood are told in Indonesian where that is asked for, with the same exit code and key.
#[test]
fn usage_errors_speak_indonesian() {
    let minimal = minimal();
    for (words, told) in [
        (vec!["check", &minimal, "--buget"], "'--buget' tidak dikenal"),
        (vec!["chek", &minimal], "perintah 'chek' tidak dikenal"),
        (vec!["check"], "yang wajib diisi belum ada: <SCENARIO>"),
        (vec!["optimise", &minimal, "--budget", "3M"], "M berarti miliar dalam bahasa Indonesia"),
        (vec!["simulate", &minimal, "--shard", "9/3"], "harus I/K, misalnya 3/8: bagian 3 dari 8"),
        (vec!["optimise", &minimal, "--method", "x"], "nilai yang sah: extensive, decomposition"),
        (vec!["optimise", &minimal, "--seed"], "'--seed <SEED>' memerlukan nilai"),
        (vec!["optimise", &minimal, "--seed", "1", "--seed", "2"], "hanya boleh dipakai satu kali"),
    ] {
        let indonesian = rantai(&[&words[..1], &["--lang", "id", "--json"], &words[1..]].concat());
        assert_eq!(code(&indonesian), 2, "{words:?}");
        let said = stderr(&indonesian);
        assert!(said.starts_with("kesalahan: ") && said.contains(told), "{words:?}: {said}");
        let document: serde_json::Value = serde_json::from_str(&stdout(&indonesian)).expect("JSON");
        assert_eq!(document["error"], "usage");
        assert!(document["message"].as_str().is_some_and(|message| message.contains(told)), "{document}");
        let english = stderr(&rantai(&words));
        assert!(english.starts_with("error: ") && !english.contains(told), "{words:?}: {english}");
    }
}

/// Errors of the system are told by their kind.
#[test]
fn system_errors_speak_indonesian() {
    let words = ["optimise", &minimal(), "--out", "/proc/tidak/ada", "-q", "--lang"];
    let output = rantai(&[&words[..], &["id"]].concat());
    let told = "kesalahan: /proc/tidak/ada tidak dapat ditulis: tidak ditemukan";
    assert!(code(&output) == 1 && stderr(&output).starts_with(told), "{}", stderr(&output));
}
