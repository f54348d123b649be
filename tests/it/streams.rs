//! What goes to standard output, and how: JSON for every command and every failure, devices and FIFOs, names that are no
//! UTF-8, and nothing of the solver's.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::placing::{litter, text, tree};
use crate::support::{code, rantai, scenario, stderr, stdout};

fn json_of(output: &Output, of: &[&str]) -> Value {
    let told = serde_json::from_slice(&output.stdout);
    told.unwrap_or_else(|error| panic!("{of:?}: {error}: {}", stdout(output)))
}

#[test]
fn every_command_speaks_json() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let minimal = text(&path);
    let at = |name: &str| text(&folder.path().join(name)).to_string();
    let (new, program, part, samples) = (at("new"), at("p"), at("part"), at("samples.csv"));
    let files = ["cor", "tim", "sto"].map(|ending| format!("{program}.{ending}"));
    let commands: Vec<Vec<&str>> = vec![
        vec!["check", minimal],
        vec!["sample", minimal, "--samples", "3"],
        vec!["sample", minimal, "--samples", "3", "--out", &samples],
        vec!["simulate", minimal, "--samples", "64"],
        vec!["simulate", minimal, "--samples", "64", "--shard", "1/1", "--out", &part],
        vec!["merge", &part],
        vec!["optimise", minimal, "--quick", "--samples", "2", "--evaluation", "20"],
        vec!["coordinate", minimal, "--samples", "2", "--evaluation", "20"],
        vec!["program", "export", minimal, "--samples", "2", "--format", "mps"],
        vec!["program", "export", minimal, "--samples", "2", "--format", "smps"],
        vec!["program", "export", minimal, "--samples", "2", "--format", "smps", "--out", &program],
        vec!["program", "solve", &files[0], &files[1], &files[2]],
        vec!["generate", &new, "--clusters", "2"],
        vec!["schema", "scenario"],
        vec!["completions", "bash"],
    ];
    for mut words in commands {
        words.push("--json");
        let output = rantai(&words);
        assert_eq!(code(&output), 0, "{words:?}: {}", stderr(&output));
        let told = json_of(&output, &words);
        assert!(told.is_object() && told["error"].is_null(), "{words:?}");
    }
    // A file asked for is written beside the JSON.
    let whole = stdout(&rantai(&["sample", minimal, "--samples", "3"]));
    assert_eq!(fs::read_to_string(samples).expect("written"), whole);
    let told: Value =
        serde_json::from_str(&stdout(&rantai(&["generate", &at("again"), "--clusters", "2", "--json"])))
            .expect("JSON");
    let first = &told["files"][0];
    let bytes = fs::read(Path::new(&new).join(first["name"].as_str().expect("name"))).expect("there");
    assert_eq!(first["sha256"], rantai::digest::sha256(&bytes));
    let told =
        json_of(&rantai(&["program", "export", minimal, "--samples", "2", "--format", "mps", "--json"]), &[]);
    let printed = stdout(&rantai(&["program", "export", minimal, "--samples", "2", "--format", "mps"]));
    assert_eq!(told["files"][0]["text"], printed);
}

#[test]
fn every_failure_speaks_json() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let minimal = text(&path);
    let there = text(folder.path()).to_string();
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("written");
    let below = text(&file.join("out")).to_string();
    let commands: Vec<(Vec<&str>, i32, &str)> = vec![
        (vec![], 2, "usage"),
        (vec!["optimize"], 2, "usage"),
        (vec!["check"], 2, "usage"),
        (vec!["check", "no-such-folder"], 2, "invalid_scenario"),
        (vec!["check", minimal, "--law"], 2, "usage"),
        (vec!["check", minimal, "--lang", "fr"], 2, "usage"),
        (vec!["optimise", minimal, "--samples", "0"], 2, "usage"),
        (vec!["optimise", minimal, "--budget", "40M"], 2, "usage"),
        (vec!["optimise", minimal, "--out", &there], 2, "usage"),
        (vec!["optimise", minimal, "--out", &below], 1, "failure"),
        (vec!["simulate", minimal, "--trace", "1"], 2, "usage"),
        (vec!["simulate", minimal, "--plan", "no.csv"], 2, "invalid_scenario"),
        (vec!["merge", &there], 2, "usage"),
        (vec!["program"], 2, "usage"),
        (vec!["program", "solve", "a", "b", "c"], 2, "invalid_program"),
        (vec!["program", "export", minimal, "--format", "mps", "--out", &below], 1, "failure"),
        (vec!["generate", &there], 2, "usage"),
        (vec!["generate", &below], 1, "failure"),
        (vec!["schema", "nothing"], 2, "usage"),
        (vec!["completions", "nothing"], 2, "usage"),
    ];
    for (mut words, exit, error) in commands {
        words.push("--json");
        let output = rantai(&words);
        assert_eq!(code(&output), exit, "{words:?}: {}", stderr(&output));
        let told = json_of(&output, &words);
        assert_eq!(told["error"], error, "{words:?}");
        assert!(!output.stderr.is_empty(), "{words:?}");
    }
    // After `--` it is a name.
    assert!(rantai(&["check", "--", "--json"]).stdout.is_empty());
}

/// The solver's postsolve prints on this program, whatever it was told of printing; that must not stand in a result.
#[test]
fn nothing_of_the_solver_s_is_on_standard_output() {
    let folder = tempfile::tempdir().expect("folder");
    let files = [
        (
            "m.cor",
            "NAME F\nROWS\n N obj\n L r0\n E r2\nCOLUMNS\n    c0 r2 -2.0\n    c3 r2 -2.0\n    c4 r2 -2.0\n    c5 r2 4.0\nRHS\nRANGES\n    R r2 6.0\nBOUNDS\n FX B c3 3\n MI B c4\n UP B c4 8\n MI B c5\nENDATA\n",
        ),
        ("m.tim", "TIME F\nPERIODS\n    c0 r0 P1\n    c3 r2 P2\nENDATA\n"),
        (
            "m.sto",
            "STOCH F\nINDEP DISCRETE\n    c5 r2 9.0 P2 0.136\n    c5 r2 2.0 P2 0.105\n    c5 r2 0.0 P2 0.462\n    c5 r2 -5.0 P2 0.297\n    RHS r2 11.0 P2 0.041\n    RHS r2 -1.0 P2 0.269\n    RHS r2 -6.0 P2 0.313\n    RHS r2 8.0 P2 0.243\n    RHS r2 4.0 P2 0.134\n UP B c5 10.0 P2 0.313\n UP B c5 9.0 P2 0.108\n UP B c5 11.0 P2 0.579\nENDATA\n",
        ),
    ];
    let paths = files.map(|(name, content)| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("written");
        text(&path).to_string()
    });
    for method in ["extensive", "decomposition"] {
        let words = ["program", "solve", &paths[0], &paths[1], &paths[2], "--method", method, "--json", "-q"];
        assert!(json_of(&rantai(&words), &words).is_object());
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    /// Bytes that are no UTF-8 in the names of the scenario, the plan and the result, and in an option.
    #[test]
    fn names_that_are_no_utf_8_are_as_good_as_others() {
        let folder = tempfile::tempdir().expect("folder");
        let at = |name: &[u8]| folder.path().join(OsStr::from_bytes(name));
        let (own, out, again) = (at(b"sk\xe9nario"), at(b"o\xff"), at(b"again\xfe"));
        crate::support::copy(&scenario("minimal"), &own);
        let run = |words: &[&OsStr]| {
            Command::new(env!("CARGO_BIN_EXE_rantai")).args(words).env("LANG", "C").output().expect("runs")
        };
        let word = OsStr::new;
        let planned = run(&[
            word("optimise"),
            own.as_os_str(),
            word("--quick"),
            word("--samples"),
            word("2"),
            word("--evaluation"),
            word("20"),
            word("--out"),
            out.as_os_str(),
        ]);
        assert_eq!(code(&planned), 0, "{}", stderr(&planned));
        let manifest = fs::read_to_string(out.join("manifest.json")).expect("manifest");
        let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
        let typed: Vec<&str> =
            manifest["run"]["typed"].as_array().expect("typed").iter().filter_map(Value::as_str).collect();
        assert!(typed.iter().any(|word| word.ends_with("sk\\xe9nario")), "{typed:?}");
        assert!(typed.iter().any(|word| word.ends_with("/o\\xff")), "{typed:?}");
        let plan = out.join("allocation.csv");
        let simulated = run(&[
            word("simulate"),
            own.as_os_str(),
            word("--samples"),
            word("64"),
            word("--plan"),
            plan.as_os_str(),
            word("--out"),
            again.as_os_str(),
            word("--json"),
        ]);
        assert_eq!(code(&simulated), 0, "{}", stderr(&simulated));
        let (file, new) = (at(b"f\xff.csv"), at(b"new\xff"));
        let commands: [&[&OsStr]; 4] = [
            &[word("sample"), own.as_os_str(), word("--samples"), word("2"), word("--out"), file.as_os_str()],
            &[word("generate"), new.as_os_str(), word("--clusters"), word("2"), word("--json")],
            &[
                word("program"),
                word("export"),
                own.as_os_str(),
                word("--samples"),
                word("2"),
                word("--format"),
                word("mps"),
            ],
            &[word("check"), new.as_os_str(), word("--json")],
        ];
        for words in commands {
            let output = run(words);
            assert_eq!(code(&output), 0, "{words:?}: {}", stderr(&output));
        }
        for (words, exit) in [
            (vec![word("simulate"), own.as_os_str(), word("--out"), out.as_os_str(), word("--json")], 2),
            (vec![word("check"), OsStr::from_bytes(b"no\xff"), word("--json")], 2),
            (
                vec![
                    word("simulate"),
                    own.as_os_str(),
                    word("--samples"),
                    OsStr::from_bytes(b"\xff"),
                    word("--json"),
                ],
                2,
            ),
            (vec![OsStr::from_bytes(b"\xff\xfe"), word("--json")], 2),
        ] {
            let output = run(&words);
            assert_eq!(code(&output), exit, "{words:?}: {}", stderr(&output));
            assert!(json_of(&output, &[])["error"].is_string(), "{words:?}");
        }
    }

    #[test]
    fn fifos_and_devices_are_written_to_and_links_followed() {
        let folder = tempfile::tempdir().expect("folder");
        let at = |name: &str| folder.path().join(name);
        let path = scenario("minimal");
        let sample = ["sample", text(&path), "--samples", "5", "-q"];
        let whole = rantai(&sample).stdout;
        let write = |out: &Path, more: &[&str]| {
            let words: Vec<&str> =
                sample.iter().copied().chain(["--out", text(out)]).chain(more.iter().copied()).collect();
            let output = rantai(&words);
            assert_eq!(code(&output), 0, "{words:?}: {}", stderr(&output));
            output.stdout
        };
        // A FIFO, by its name and through a link, with --force and without.
        let fifo = at("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
        symlink(&fifo, at("to-fifo")).expect("link");
        for (name, more) in [("fifo", &[][..]), ("fifo", &["--force"]), ("to-fifo", &["--force"])] {
            let reader =
                Command::new("cat").arg(&fifo).stdout(std::process::Stdio::piped()).spawn().expect("cat");
            assert!(write(&at(name), more).is_empty());
            assert!(reader.wait_with_output().expect("read").stdout == whole, "{name}");
            assert!(fs::symlink_metadata(&fifo).expect("there").file_type().is_fifo());
        }
        // A device stays one; a link to it stays a link.
        symlink("/dev/null", at("null")).expect("link");
        for out in [at("null"), "/dev/null".into()] {
            write(&out, &["--force"]);
            assert!(fs::metadata(&out).expect("there").file_type().is_char_device(), "{}", out.display());
        }
        // Standard output under its other names.
        for name in ["/dev/stdout", "/proc/self/fd/1"] {
            assert!(write(Path::new(name), &[]) == whole, "{name}");
        }
        // The target of a link is written, whether it is there or not, and keeps its mode.
        fs::create_dir(at("deep")).expect("folder");
        symlink("deep/real.csv", at("link.csv")).expect("link");
        symlink("link.csv", at("link-to-link.csv")).expect("link");
        write(&at("link-to-link.csv"), &[]);
        assert!(fs::read(at("deep/real.csv")).expect("written") == whole);
        fs::write(at("deep/real.csv"), "old").expect("written");
        fs::set_permissions(at("deep/real.csv"), fs::Permissions::from_mode(0o640)).expect("mode");
        let words: Vec<&str> = sample.iter().copied().chain(["--out", "link.csv"]).collect();
        let here = Command::new(env!("CARGO_BIN_EXE_rantai"))
            .args(&words)
            .current_dir(folder.path())
            .output()
            .expect("runs");
        assert_eq!(code(&here), 2, "there, and no --force");
        write(&at("link.csv"), &["--force"]);
        assert!(at("link.csv").is_symlink() && fs::read(at("deep/real.csv")).expect("written") == whole);
        let mode = fs::metadata(at("deep/real.csv")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        // A folder is never made of any of them.
        let before = tree(folder.path()).len();
        for out in [at("fifo"), at("null"), "/dev/null".into()] {
            let words = ["simulate", text(&path), "--samples", "64", "--force", "--out", text(&out)];
            assert_eq!(code(&rantai(&words)), 2, "{}", out.display());
        }
        let words: Vec<&str> =
            sample.iter().copied().chain(["--force", "--out", text(folder.path())]).collect();
        assert!(stderr(&rantai(&words)).contains("is a folder, not a file"));
        assert_eq!((before, litter(folder.path())), (tree(folder.path()).len(), 0));
    }
}
