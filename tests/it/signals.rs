//! Signals and sudden ends: a result is there whole or not at all, and nothing else stays behind.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::placing::{litter, text, tree};
use crate::support::{code, rantai, scenario, stderr};

fn start(words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_rantai"))
        .args(words)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs")
}

fn send(signal: &str, child: &Child) {
    // The process may have ended by itself.
    let _ = Command::new("kill")
        .args([&format!("-{signal}"), &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
}

fn wait_for(condition: impl Fn() -> bool) {
    for _ in 0..2000 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn staged_file(folder: &Path, name: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|e| e.file_name().to_string_lossy().starts_with(".rantai-"))
        .any(|e| e.path().join("new/out").join(name).exists())
}

/// Signals at every stage: as soon as anything is staged, when the first file is, when the manifest is, and a little later.
#[test]
fn a_signal_leaves_a_whole_result_or_none() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let whole = folder.path().join("whole");
    let words = |out: &'_ Path| -> Vec<String> {
        [
            "optimise",
            text(&path),
            "--quick",
            "--samples",
            "2",
            "--evaluation",
            "64",
            "--threads",
            "1",
            "-q",
            "--out",
            text(out),
        ]
        .map(String::from)
        .to_vec()
    };
    let words_of_whole = words(&whole);
    assert_eq!(code(&rantai(&words_of_whole.iter().map(String::as_str).collect::<Vec<_>>())), 0);
    let whole = tree(&whole);
    let work = folder.path().join("work");
    let out = work.join("out");
    let mut ends = [0, 0];
    for round in 0..60_u64 {
        fs::create_dir(&work).expect("folder");
        let words = words(&out);
        let mut child = start(&words.iter().map(String::as_str).collect::<Vec<_>>());
        match round % 4 {
            0 => wait_for(|| litter(&work) > 0),
            1 => wait_for(|| staged_file(&work, "plan.json") || out.exists()),
            2 => wait_for(|| staged_file(&work, "manifest.json") || out.exists()),
            _ => wait_for(|| out.exists()),
        }
        std::thread::sleep(Duration::from_micros(round * 37 % 800));
        send(["INT", "TERM", "HUP"][(round % 3) as usize], &child);
        let status: ExitStatus = child.wait().expect("ends");
        let there = out.exists();
        match status.code() {
            Some(0) => assert!(there, "round {round}: exit code 0 without a result"),
            Some(130) => {}
            other => panic!("round {round}: exit code {other:?}, signal {:?}", status.signal()),
        }
        if there {
            assert!(tree(&out) == whole, "round {round}: half a result");
        }
        assert_eq!(litter(&work), 0, "round {round}");
        ends[usize::from(there)] += 1;
        fs::remove_dir_all(&work).expect("removed");
    }
    assert!(ends[0] > 0 && ends[1] > 0, "{ends:?}");
}

/// While results replace each other, one is there at every moment.
#[test]
fn there_is_no_moment_without_a_result_while_one_replaces_another() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("out");
    let path = scenario("minimal");
    let words = ["simulate", text(&path), "--samples", "64", "-q", "--force", "--out", text(&out)];
    assert_eq!(code(&rantai(&words)), 0);
    let done = AtomicBool::new(false);
    let missing = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut missing = 0;
            while !done.load(Ordering::Relaxed) {
                missing += usize::from(!out.join("manifest.json").exists());
            }
            missing
        });
        for _ in 0..20 {
            let mut child = start(&words);
            if let Some(code) = child.wait().expect("ends").code() {
                assert_eq!(code, 0);
            }
        }
        done.store(true, Ordering::Relaxed);
        watch.join().expect("watched")
    });
    assert_eq!(missing, 0);
    assert_eq!(litter(folder.path()), 0);
}

/// What a killed run leaves is swept by the next one beside it; what a running one is writing is not.
#[test]
fn litter_of_a_killed_run_is_swept_and_a_running_one_is_left_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let at = |name: &str| folder.path().join(name);
    let (long, short) = (at("long"), at("short"));
    let many =
        ["simulate", text(&path), "--samples", "100000000", "-q", "--threads", "1", "--out", text(&long)];
    let mut killed = start(&many);
    wait_for(|| litter(folder.path()) == 1);
    send("KILL", &killed);
    killed.wait().expect("ends");
    assert_eq!(litter(folder.path()), 1);
    let mut running = start(&many);
    // It sweeps what the first one left, and is the only one then.
    wait_for(|| litter(folder.path()) == 2);
    wait_for(|| litter(folder.path()) == 1);
    let few = ["simulate", text(&path), "--samples", "64", "-q", "--out", text(&short)];
    assert_eq!(code(&rantai(&few)), 0);
    assert_eq!(litter(folder.path()), 1, "the running one's");
    send("TERM", &running);
    assert_eq!(running.wait().expect("ends").code(), Some(130));
    assert_eq!(litter(folder.path()), 0);
    assert!(short.exists() && !long.exists());
}

#[test]
fn an_interrupted_command_says_so_in_json() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("new/out");
    let path = scenario("minimal");
    let child = start(&[
        "simulate",
        text(&path),
        "--samples",
        "100000000",
        "--json",
        "--threads",
        "1",
        "--out",
        text(&out),
    ]);
    wait_for(|| folder.path().join("new").exists() && litter(&folder.path().join("new")) == 1);
    send("INT", &child);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(code(&output), 130);
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["error"], "interrupted");
    assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 0);
}

/// What `nohup` starts goes on when its terminal closes.
#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_is_ignored_stays_ignored() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("out");
    let path = scenario("minimal");
    let command = format!(
        "trap '' HUP; exec {} simulate {} --samples 100000000 -q --threads 1 --out {}",
        env!("CARGO_BIN_EXE_rantai"),
        text(&path),
        text(&out)
    );
    let mut child = Command::new("sh").args(["-c", &command]).stdout(Stdio::null()).spawn().expect("runs");
    wait_for(|| litter(folder.path()) == 1);
    send("HUP", &child);
    std::thread::sleep(Duration::from_millis(100));
    assert!(child.try_wait().expect("asked").is_none(), "it ended");
    send("TERM", &child);
    assert_eq!(child.wait().expect("ends").code(), Some(130));
}

/// A file that may not grow further, and a full device, are told in a sentence with the path; nothing is left.
#[test]
fn a_full_disk_is_told_with_the_path() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let program = env!("CARGO_BIN_EXE_rantai");
    let scenario = text(&path);
    let (out, prefix) = (folder.path().join("out"), folder.path().join("p"));
    let commands = [
        format!("simulate {scenario} --samples 64 --out {}", text(&out)),
        format!("simulate {scenario} --samples 20000 --raw --out {}", text(&out)),
        format!("optimise {scenario} --quick --samples 2 --evaluation 64 --out {}", text(&out)),
        format!("sample {scenario} --samples 1000 --out {}", text(&out)),
        format!("program export {scenario} --samples 5 --format smps --out {}", text(&prefix)),
        format!("generate {} --clusters 20", text(&out)),
    ];
    for command in &commands {
        let limited = format!("ulimit -f 1; exec {program} {command}");
        let output = Command::new("sh").args(["-c", &limited]).output().expect("runs");
        assert_eq!(code(&output), 1, "{command}: {}", stderr(&output));
        let told = stderr(&output);
        assert!(
            told.contains(text(folder.path())) && told.contains("cannot be written"),
            "{command}: {told}"
        );
        assert!(!told.contains(".rantai-"), "{command}: {told}");
        assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 0, "{command}");
    }
    if !Path::new("/dev/full").exists() {
        return;
    }
    let output = rantai(&["sample", scenario, "--samples", "1000", "--out", "/dev/full"]);
    assert!(
        code(&output) == 1 && stderr(&output).contains("/dev/full cannot be written"),
        "{}",
        stderr(&output)
    );
    for command in [
        &format!("check {scenario}"),
        &format!("sample {scenario} --samples 1000"),
        &"schema scenario".to_string(),
    ] {
        let full = format!("exec {program} {command} > /dev/full");
        let output = Command::new("sh").args(["-c", &full]).output().expect("runs");
        assert_eq!(code(&output), 1, "{command}");
        assert!(stderr(&output).contains("standard output cannot be written"), "{}", stderr(&output));
    }
}
