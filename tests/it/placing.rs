//! Result folders and files take their places whole, and take nobody else's: what `--force` may replace, what it never does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::support::{code, copy, rantai, scenario, stderr, stdout};

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8 path")
}

/// Every file below a folder with its bytes; of the manifest what equal runs have in common.
pub(crate) fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("folder").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
                continue;
            }
            let name = text(path.strip_prefix(folder).expect("below")).to_string();
            // A FIFO would wait for a writer.
            let mut bytes = if path.is_file() { fs::read(&path).unwrap_or_default() } else { Vec::new() };
            if name == "manifest.json"
                && let Ok(mut manifest) = serde_json::from_slice::<Value>(&bytes)
            {
                manifest["run"] = Value::Null;
                bytes = manifest.to_string().into_bytes();
            }
            files.push((name, bytes));
        }
    }
    files.sort();
    files
}

/// What begins with `.rantai-` in a folder.
pub(crate) fn litter(folder: &Path) -> usize {
    let names = fs::read_dir(folder).expect("folder").flatten().map(|entry| entry.file_name());
    names.filter(|name| name.to_string_lossy().starts_with(".rantai-")).count()
}

/// A quick run of `minimal` with these words more.
fn simulate(more: &[&str]) -> Output {
    let path = scenario("minimal");
    let mut words = vec!["simulate", text(&path), "--samples", "64", "-q"];
    words.extend(more);
    rantai(&words)
}

fn result(out: &Path) {
    let output = simulate(&["--out", text(out)]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

/// Refused with exit code 2 and these words, and everything is there as it was.
fn refused(arguments: &[&str], words: &str, kept: &Path) {
    let before = tree(kept);
    let output = rantai(arguments);
    assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
    assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    assert!(before == tree(kept), "{arguments:?} changed what was there");
    assert_eq!(litter(kept), 0, "{arguments:?}");
}

#[test]
fn only_a_folder_of_what_our_manifest_lists_is_replaced() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("out");
    let path = scenario("minimal");
    let forced = ["simulate", text(&path), "--samples", "64", "-q", "--force", "--out", text(&out)];
    result(&out);
    refused(
        &forced[..5].iter().copied().chain(["--out", text(&out)]).collect::<Vec<_>>(),
        "exists",
        folder.path(),
    );
    // Edited or missing files are replaced: the list counts, not the bytes.
    fs::write(out.join("outcomes.csv"), "edited").expect("written");
    fs::remove_file(out.join("bottlenecks.csv")).expect("removed");
    assert_eq!(code(&rantai(&forced)), 0);
    assert!(out.join("bottlenecks.csv").exists() && litter(folder.path()) == 0);
    // Anything else is named, wherever it lies, and nothing is touched.
    let others =
        ["notes.txt", "scenario/notes.txt", "empty/", "deep/er/file", ".hidden", "scenario/data/x.csv"];
    for other in others {
        let path = out.join(other);
        if other.ends_with('/') {
            fs::create_dir(&path).expect("folder");
        } else {
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(&path, "precious").expect("written");
        }
        let named = match other {
            "deep/er/file" => "deep/",
            "scenario/data/x.csv" => "scenario/data/",
            other => other,
        };
        refused(&forced, named, folder.path());
        let first = out.join(other.split('/').next().expect("name"));
        match other.rsplit_once('/') {
            Some(("scenario", _)) => fs::remove_file(path).expect("removed"),
            Some(("scenario/data", _)) => fs::remove_dir_all(out.join("scenario/data")).expect("removed"),
            Some(_) => fs::remove_dir_all(first).expect("removed"),
            None => fs::remove_file(path).expect("removed"),
        }
    }
    let many: Vec<PathBuf> = (0..15).map(|i| out.join(format!("note{i:02}"))).collect();
    for path in &many {
        fs::write(path, "x").expect("written");
    }
    refused(&forced, "note09 and 5 more", folder.path());
    for path in &many {
        fs::remove_file(path).expect("removed");
    }
    assert_eq!(code(&rantai(&forced)), 0);
    // Manifests that are not ours, and things that are no folder.
    for manifest in ["{\"name\":\"x\"}", "{\"schema\":\"other/1\",\"files\":{\"x\":\"\"}}", "", "[1]"] {
        fs::remove_dir_all(&out).expect("removed");
        fs::create_dir(&out).expect("folder");
        fs::write(out.join("manifest.json"), manifest).expect("written");
        fs::write(out.join("x"), "precious").expect("written");
        refused(&forced, "not one that rantai wrote", folder.path());
    }
    fs::remove_dir_all(&out).expect("removed");
    fs::write(&out, "a file").expect("written");
    refused(&forced, "is a file, not a result folder", folder.path());
    fs::remove_file(&out).expect("removed");
    fs::create_dir(&out).expect("folder");
    assert_eq!(code(&rantai(&forced)), 0, "an empty folder is replaced");
}

/// A folder that is or holds what a command reads is never replaced, however it is written, whatever the command.
#[test]
fn what_a_command_reads_is_never_replaced() {
    let folder = tempfile::tempdir().expect("folder");
    let at = |name: &str| folder.path().join(name);
    let part = at("part");
    let path = scenario("minimal");
    for (name, shard) in [("part", "1/2"), ("part2", "2/2")] {
        let out = at(name);
        let words =
            ["simulate", text(&path), "--samples", "128", "--shard", shard, "--out", text(&out), "-q"];
        assert_eq!(code(&rantai(&words)), 0);
    }
    let inside = part.join("scenario");
    let written: Vec<PathBuf> = ["part", "part/", "part/.", "part2/../part", "./part/scenario/.."]
        .iter()
        .map(|way| PathBuf::from(format!("{}/{way}", text(folder.path()))))
        .collect();
    for out in &written {
        for command in ["simulate", "optimise", "coordinate"] {
            let samples = if command == "simulate" { "64" } else { "2" };
            let words = [command, text(&inside), "--samples", samples, "-q", "--force", "--out", text(out)];
            refused(&words, "the scenario that is read", folder.path());
        }
    }
    let (first, second) = (at("part"), at("part2"));
    for out in [&first, &second] {
        let words = ["merge", text(&first), text(&second), "--force", "--out", text(out)];
        refused(&words, "a part that is merged", folder.path());
    }
    // The plan, and the result that is gone on from.
    let planned = at("planned");
    let words = ["optimise", text(&path), "--quick", "--samples", "2", "--evaluation", "20", "-q", "--out"];
    assert_eq!(code(&rantai(&words.iter().copied().chain([text(&planned)]).collect::<Vec<_>>())), 0);
    let plan = planned.join("allocation.csv");
    let words = [
        "simulate",
        text(&path),
        "--samples",
        "64",
        "--plan",
        text(&plan),
        "--force",
        "--out",
        text(&planned),
    ];
    refused(&words, "the plan that is read", folder.path());
    // The scenario itself and a folder above it, were they results by their manifest.
    let own = at("own");
    copy(&path, &own);
    let listed: Vec<String> = tree(&own).into_iter().map(|(name, _)| format!("\"{name}\":\"\"")).collect();
    let manifest = format!("{{\"schema\":\"rantai.manifest/1\",\"files\":{{{}}}}}", listed.join(","));
    fs::write(at("manifest.json"), &manifest).expect("written");
    for out in [own.clone(), folder.path().to_path_buf()] {
        let words = ["simulate", text(&own), "--samples", "64", "--force", "--out", text(&out)];
        refused(&words, "the scenario that is read", folder.path());
    }
}

#[cfg(unix)]
#[test]
fn links_and_the_working_directory_are_never_replaced() {
    use std::os::unix::fs::symlink;
    use std::process::Command;
    let folder = tempfile::tempdir().expect("folder");
    let at = |name: &str| folder.path().join(name);
    let out = at("out");
    result(&out);
    symlink(&out, at("link")).expect("link");
    symlink(at("nowhere"), at("dangling")).expect("link");
    let path = scenario("minimal");
    let forced = |out: &str| -> Vec<String> {
        ["simulate", text(&path), "--samples", "64", "-q", "--force", "--out", out].map(String::from).to_vec()
    };
    for way in ["link", "link/", "dangling"] {
        let words = forced(&format!("{}/{way}", text(folder.path())));
        refused(&words.iter().map(String::as_str).collect::<Vec<_>>(), "is a link", folder.path());
    }
    // A link above is followed: the folder below it is the same folder.
    let words = forced(&format!("{}/link/../out", text(folder.path())));
    assert_eq!(code(&rantai(&words.iter().map(String::as_str).collect::<Vec<_>>())), 0);
    // A scenario that is read through a link into the folder, as a whole or in one file.
    symlink(out.join("scenario"), at("by-link")).expect("link");
    let by_file = at("by-file");
    copy(&path, &by_file);
    fs::remove_file(by_file.join("clusters.csv")).expect("removed");
    symlink(out.join("scenario/clusters.csv"), by_file.join("clusters.csv")).expect("link");
    for read in ["by-link", "by-file"] {
        let (read, out) = (at(read), at("out"));
        let words = ["simulate", text(&read), "--samples", "64", "--force", "--out", text(&out)];
        refused(&words, "the scenario that is read", folder.path());
    }
    // A listed name that is a link now is something else.
    fs::remove_file(out.join("outcomes.csv")).expect("removed");
    symlink(at("own.csv"), out.join("outcomes.csv")).expect("link");
    let words = forced(text(&out));
    refused(&words.iter().map(String::as_str).collect::<Vec<_>>(), "outcomes.csv", folder.path());
    // The working directory and what it lies in.
    let here = at("here");
    result(&here);
    let before = tree(&here);
    for (from, out) in
        [(here.clone(), "."), (here.join("scenario"), ".."), (here.join("scenario"), "../../here")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_rantai"))
            .args(forced(out))
            .current_dir(&from)
            .output()
            .expect("runs");
        assert_eq!(code(&output), 2, "{out}: {}", stderr(&output));
        assert!(stderr(&output).contains("the working directory"), "{out}: {}", stderr(&output));
        assert!(before == tree(&here));
    }
}

/// A scenario folder holds its own files alone, so a result does not go into one unless reading passes over its name.
#[test]
fn nothing_is_written_into_a_scenario_that_may_not_hold_it() {
    let folder = tempfile::tempdir().expect("folder");
    let own = folder.path().join("own");
    copy(&scenario("minimal"), &own);
    let below = |name: &str| own.join(name);
    for name in ["result", "new/result", "chains/x", "data/x", "README.md"] {
        let out = below(name);
        let words = ["simulate", text(&own), "--samples", "64", "--out", text(&out)];
        let output = rantai(&words);
        assert_eq!(code(&output), 2, "{name}");
        refused(&["generate", text(&out), "--clusters", "2"], "", folder.path());
    }
    let out = below("result");
    refused(
        &["simulate", text(&scenario("pelajaran")), "--samples", "64", "--out", text(&out)],
        "lies in the scenario folder",
        folder.path(),
    );
    for name in ["values.csv", "scenario.toml", "futures.csv", "chains/kopi.toml"] {
        let out = below(name);
        let sample = ["sample", text(&own), "--samples", "2", "--force", "--out", text(&out)];
        refused(&sample, "lies in the scenario folder", folder.path());
        let export = [
            "program",
            "export",
            text(&own),
            "--samples",
            "2",
            "--format",
            "mps",
            "--force",
            "--out",
            text(&out),
        ];
        refused(&export, "lies in the scenario folder", folder.path());
    }
    for name in [".results", "chains/.results"] {
        let out = below(name);
        for more in [&[][..], &["--force"]] {
            let mut words = vec!["simulate", text(&own), "--samples", "64", "--out", text(&out)];
            words.extend(more);
            let output = rantai(&words);
            assert_eq!(code(&output), 0, "{name}: {}", stderr(&output));
        }
    }
    assert_eq!(code(&rantai(&["check", text(&own)])), 0);
}

#[test]
fn force_without_out_is_refused() {
    for command in ["simulate", "optimise", "coordinate"] {
        assert_eq!(code(&rantai(&[command, text(&scenario("minimal")), "--force"])), 2, "{command}");
    }
}

/// Where the result cannot be written is told before the work: so many samples would take days.
#[test]
fn a_place_that_cannot_be_written_is_told_before_the_work() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("written");
    let path = scenario("banyumas-gula-kelapa");
    for out in [file.join("out"), file.join("new/out"), PathBuf::from("/proc/no/out")] {
        for command in [&["simulate", "--samples", "100000000"][..], &["sample", "--samples", "10000000"]] {
            let mut words = vec![command[0], text(&path)];
            words.extend(&command[1..]);
            words.extend(["--out", text(&out)]);
            let output = rantai(&words);
            assert_eq!(code(&output), 1, "{words:?}: {}", stderr(&output));
            assert!(
                stderr(&output).contains(&format!("{} cannot be written", text(&out))),
                "{}",
                stderr(&output)
            );
        }
    }
    assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 1);
}

/// Folders made for a result go with it if it fails.
#[test]
fn a_run_that_fails_leaves_no_folders_behind() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("new/deep/out");
    let own = folder.path().join("own");
    copy(&scenario("minimal"), &own);
    let file = own.join("scenario.toml");
    let floor = "\n[[limits]]\nkind = \"floor\"\ntype = \"production\"\nshare = 0.7\n[[limits]]\nkind = \"floor\"\ntype = \"certification\"\nshare = 0.5\n";
    fs::write(&file, fs::read_to_string(&file).expect("scenario") + floor).expect("written");
    let output = rantai(&["optimise", text(&own), "--samples", "2", "--out", text(&out)]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 1);
}

/// The three files of a program go to their places together, or none does.
#[test]
fn a_program_is_exported_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let out = folder.path().join("p");
    let export = |more: &[&str]| {
        let mut words =
            vec!["program", "export", text(&path), "--samples", "2", "--format", "smps", "--out", text(&out)];
        words.extend(more);
        rantai(&words)
    };
    let at = |ending: &str| folder.path().join(format!("p.{ending}"));
    fs::write(at("tim"), "mine").expect("written");
    assert_eq!(code(&export(&[])), 2);
    assert_eq!(tree(folder.path()), [("p.tim".to_string(), b"mine".to_vec())]);
    fs::create_dir(at("sto")).expect("folder");
    let output = export(&["--force"]);
    assert!(code(&output) == 2 && stderr(&output).contains("p.sto is a folder"), "{}", stderr(&output));
    assert_eq!(tree(folder.path()), [("p.tim".to_string(), b"mine".to_vec())]);
    fs::remove_dir(at("sto")).expect("removed");
    let output = export(&["--force", "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    for (number, ending) in ["cor", "tim", "sto"].iter().enumerate() {
        let bytes = fs::read(at(ending)).expect("written");
        assert_eq!(told["files"][number]["sha256"], rantai::digest::sha256(&bytes));
    }
    assert_eq!(litter(folder.path()), 0);
}

/// What a part was made from is read from it, so every file of it must be the one that was written.
#[test]
fn merge_looks_at_every_file_of_a_part() {
    let folder = tempfile::tempdir().expect("folder");
    let at = |name: &str| folder.path().join(name);
    let path = scenario("minimal");
    let plan = at("plan");
    let words = [
        "optimise",
        text(&path),
        "--quick",
        "--samples",
        "2",
        "--evaluation",
        "20",
        "-q",
        "--out",
        text(&plan),
    ];
    assert_eq!(code(&rantai(&words)), 0);
    let plan = plan.join("allocation.csv");
    for (name, shard) in [("1", "1/2"), ("2", "2/2")] {
        let out = at(name);
        let words = [
            "simulate",
            text(&path),
            "--samples",
            "128",
            "--plan",
            text(&plan),
            "--shard",
            shard,
            "-q",
            "--out",
            text(&out),
        ];
        assert_eq!(code(&rantai(&words)), 0);
    }
    let (one, two) = (at("1"), at("2"));
    let merge = ["merge", text(&one), text(&two)];
    assert_eq!(code(&rantai(&merge)), 0);
    for name in ["allocation.csv", "scenario/values.csv", "scenario/scenario.toml", "part.bin"] {
        for part in [&one, &two] {
            let path = part.join(name);
            let bytes = fs::read(&path).expect("there");
            fs::write(&path, [&bytes[..], b"\n"].concat()).expect("written");
            refused(&merge, &format!("{name} is not the file that was written"), folder.path());
            fs::remove_file(&path).expect("removed");
            refused(&merge, &format!("{name} is missing"), folder.path());
            fs::write(&path, bytes).expect("written");
        }
    }
    fs::create_dir(two.join("scenario/data")).expect("folder");
    fs::write(two.join("scenario/data/more.csv"), "x\n1\n").expect("written");
    refused(&merge, "scenario/data/ is not listed", folder.path());
}
