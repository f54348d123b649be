//! Limits of reading: what is no file is refused at once, sizes are counted as bytes come, and lists and tables that no
//! machine should hold are refused by their number.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use assert_cmd::Command as Limited;
use rantai::scenario::load;

use crate::support::{copy, scenario};

/// A copy of the smallest scenario.
fn minimal() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("minimal");
    copy(&scenario("minimal"), &path);
    (folder, path)
}

/// Runs the binary for a minute at most: what waits for ever fails.
fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = Limited::new(env!("CARGO_BIN_EXE_rantai"))
        .args(arguments)
        .env("LANG", "C")
        .env("NO_COLOR", "1")
        .write_stdin(input)
        .timeout(Duration::from_secs(60))
        .output()
        .expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[cfg(unix)]
fn pipe(path: &Path) {
    let _ = fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_in_a_scenario_are_refused_at_once() {
    for name in ["scenario.toml", "clusters.csv", "values.csv", "today.csv", "chains/keripik.toml"] {
        let (_folder, path) = minimal();
        pipe(&path.join(name));
        let (code, _, err) = run(&["check", text(&path)], "");
        assert!(code == 2 && err.contains(&format!("{name}: this is a pipe; expected a file")), "{err}");
        fs::remove_file(path.join(name)).expect("removed");
        std::os::unix::fs::symlink("/dev/zero", path.join(name)).expect("link");
        let (code, _, err) = run(&["check", text(&path)], "");
        assert!(code == 2 && err.contains(&format!("{name}: this is a device; expected a file")), "{err}");
    }
    let (_folder, path) = minimal();
    fs::create_dir(path.join("data")).expect("folder");
    pipe(&path.join("data/prices.csv"));
    let (code, _, err) = run(&["check", text(&path)], "");
    assert!(code == 2 && err.contains("data/prices.csv: this is a pipe; expected a file"), "{err}");
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_no_files_of_a_published_program() {
    let folder = tempfile::tempdir().expect("folder");
    let fifo = folder.path().join("m.cor");
    pipe(&fifo);
    for (place, kind) in
        [(text(&fifo), "a pipe"), ("/dev/zero", "a device"), (text(folder.path()), "a folder")]
    {
        let (code, _, err) = run(&["program", "solve", place, place, place], "");
        assert!(code == 2 && err.contains(&format!("{place}: this is {kind}; expected a file")), "{err}");
    }
}

/// The plan of today's allocation comes out of a pipe as it comes out of its file.
#[cfg(unix)]
#[test]
fn a_plan_may_come_out_of_a_pipe_but_not_out_of_a_device() {
    let (folder, path) = minimal();
    let plan = fs::read_to_string(path.join("today.csv")).expect("read");
    let simulate = |plan: &str, input: &str| {
        run(&["simulate", text(&path), "--samples", "64", "--json", "-q", "--plan", plan], input)
    };
    let without_time = |out: &str| {
        let mut value: serde_json::Value = serde_json::from_str(out).expect("JSON");
        value["seconds"] = serde_json::Value::Null;
        value
    };
    let (code, out, err) = simulate(text(&path.join("today.csv")), "");
    assert_eq!(code, 0, "{err}");
    let (code, piped, err) = simulate("/dev/stdin", &plan);
    assert_eq!(code, 0, "{err}");
    assert_eq!(without_time(&out), without_time(&piped));
    let fifo = folder.path().join("plan.csv");
    pipe(&fifo);
    let mut writer = Command::new("cp").arg(path.join("today.csv")).arg(&fifo).spawn().expect("cp");
    let (code, named, err) = simulate(text(&fifo), "");
    assert_eq!(code, 0, "{err}");
    assert_eq!(without_time(&out), without_time(&named));
    assert!(writer.wait().expect("ended").success());
    // Nobody writes.
    let (code, _, err) = simulate(text(&fifo), "");
    assert!(code == 2 && err.contains("nothing comes out of this pipe"), "{err}");
    for device in ["/dev/zero", "/dev/null"] {
        let (code, _, err) = simulate(device, "");
        assert!(code == 2 && err.contains("this is a device; expected a file"), "{err}");
    }
    // More than the limit, counted as it comes.
    let (code, _, err) = simulate("/dev/stdin", &plan.repeat(400_000));
    assert!(code == 2 && err.contains("the file is larger than 64 MiB"), "{err}");
}

#[test]
fn files_beyond_their_size_are_refused_with_the_limit() {
    for (name, limit) in [("values.csv", 64), ("scenario.toml", 4), ("chains/keripik.toml", 4)] {
        let (_folder, path) = minimal();
        let file = fs::OpenOptions::new().append(true).open(path.join(name)).expect("open");
        file.set_len((limit << 20) + 1).expect("grown");
        let faults = load(&path).expect_err("too large");
        let expected = format!("{name}: the file is larger than {limit} MiB; expected a smaller file");
        assert!(faults.iter().any(|fault| fault.to_string() == expected), "{faults:?}");
    }
}

#[test]
fn lists_and_tables_beyond_their_number_are_refused_with_the_limit() {
    let (_folder, path) = minimal();
    let chain = fs::read_to_string(path.join("chains/keripik.toml")).expect("read");
    let many = |count: usize| vec!["1"; count].join(",");
    let with = |count: usize| {
        let list = format!("values = [{}], weights = [{}]", many(count), many(count));
        let changed = chain.replace("values = [15000, 17000], weights = [0.5, 0.5]", &list);
        assert_ne!(changed, chain);
        fs::write(path.join("chains/keripik.toml"), changed).expect("written");
        load(&path)
    };
    let faults = with(1_000_000).expect_err("too many");
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        told.iter().any(|fault| fault.contains("the list has 1000000 items; expected at most 100000")),
        "{told:?}"
    );
    // Both lists, and nothing that follows from them.
    assert_eq!(told.len(), 2, "{told:?}");
    // The longest list that is read has a line for each of its items.
    let lined = chain.replace("[15000, 17000]", &format!("[{}]", vec!["\n\"a\""; 100_000].join(",")));
    fs::write(path.join("chains/keripik.toml"), lined).expect("written");
    let faults = load(&path).expect_err("texts");
    assert!(
        faults.len() >= 100_000 && faults.iter().any(|fault| fault.line == Some(100_001)),
        "{}",
        faults.len()
    );

    let (_folder, path) = minimal();
    let mut clusters = fs::read_to_string(path.join("clusters.csv")).expect("read");
    for i in 0..100_000 {
        let _ = writeln!(clusters, "c{i},K {i},Contoh,,,keripik,1,1,2027,x,assumption");
    }
    fs::write(path.join("clusters.csv"), clusters).expect("written");
    let faults = load(&path).expect_err("too many");
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        told.contains(&"clusters.csv: the table has 100003 lines; expected at most 100000 rows".to_string()),
        "{told:?}"
    );
}
