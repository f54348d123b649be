//! Golden results of the bundled scenarios: a change that moves a number a user sees must say so (`./x bless`).

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::support::{code, rantai, root, scenario, stderr};

/// Relative difference below which two numbers are the same: the solver's tolerance.
const TOLERANCE: f64 = 1e-6;

/// Where two texts differ, cell by cell; numbers may differ by [`TOLERANCE`].
fn difference(expected: &str, found: &str) -> Option<String> {
    let mut report = String::new();
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    if old.len() != new.len() {
        let _ = writeln!(report, "{} lines, expected {}", new.len(), old.len());
    }
    for (number, (a, b)) in old.iter().zip(&new).enumerate() {
        let same = a.split(',').zip(b.split(',')).all(|(x, y)| match (x.parse::<f64>(), y.parse::<f64>()) {
            (Ok(x), Ok(y)) => (x - y).abs() <= TOLERANCE * x.abs().max(y.abs()).max(1.0),
            _ => x == y,
        });
        if !same || a.split(',').count() != b.split(',').count() {
            let _ = writeln!(report, "line {}:\n  expected {a}\n  found    {b}", number + 1);
        }
    }
    (!report.is_empty()).then_some(report)
}

/// Plans `name` on few samples and compares with `tests/golden/NAME`.
fn check(name: &str) {
    check_with(name, "5", &[]);
}

/// The summary that the README shows the beginning of: what `./x demo` prints.
#[test]
fn the_demo_gives_its_golden_summary() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("out");
    let path = scenario("banyumas-gula-kelapa");
    let words = ["optimise", path.to_str().expect("path"), "--quick", "--out", out.to_str().expect("path")];
    let output = rantai(&words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let found = fs::read_to_string(out.join("summary.en.txt")).expect("written");
    let kept = root().join("tests/golden/banyumas-gula-kelapa/summary.en.txt");
    if std::env::var_os("RANTAI_BLESS").is_some() {
        fs::write(&kept, &found).expect("blessed");
    } else if let Some(report) = difference(&read(&kept), &found) {
        panic!(
            "summary.en.txt:\n{report}\nif the change is meant: ./x bless, and edit the sample in README.md"
        );
    }
}

/// The same on so many planning samples, with more to say to the command.
fn check_with(name: &str, samples: &str, more: &[&str]) {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("out");
    let path = scenario(name);
    let mut words = vec![
        "optimise",
        path.to_str().expect("path"),
        "--samples",
        samples,
        "--evaluation",
        "500",
        "--quick",
        "--out",
        out.to_str().expect("path"),
    ];
    words.extend(more);
    let output = rantai(&words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let golden = root().join("tests/golden").join(name);
    let bless = std::env::var_os("RANTAI_BLESS").is_some();
    let mut reports = String::new();
    for file in ["allocation.csv", "outcomes.csv", "bottlenecks.csv"] {
        let found = fs::read_to_string(out.join(file)).expect("written");
        let kept = golden.join(file);
        // Outcomes are many: the totals over all clusters and years stand for them.
        let found = if file == "outcomes.csv" { totals(&found) } else { found };
        if bless {
            fs::create_dir_all(&golden).expect("folder");
            fs::write(&kept, &found).expect("blessed");
        } else if let Some(report) = difference(&read(&kept), &found) {
            let _ = writeln!(reports, "{name}/{file}:\n{report}");
        }
    }
    assert!(reports.is_empty(), "{reports}\nif the change is meant: ./x bless, and say so in CHANGELOG.md");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|_| panic!("{} is missing: run ./x bless", path.display()))
}

fn totals(outcomes: &str) -> String {
    let mut lines = outcomes.lines();
    let mut kept = lines.next().unwrap_or_default().to_string() + "\n";
    for line in
        lines.filter(|line| line.split(',').nth(2) == Some("all") && line.split(',').nth(5) == Some("all"))
    {
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

#[test]
fn minimal_gives_its_golden_results() {
    check("minimal");
}

#[test]
fn the_lessons_give_their_golden_results() {
    check("pelajaran");
}

#[test]
fn banyumas_gives_its_golden_results() {
    check("banyumas-gula-kelapa");
}

#[test]
fn aceh_gives_its_golden_results() {
    check("aceh-nilam");
}

#[test]
fn gayo_gives_its_golden_results() {
    check("gayo-kopi");
}

/// Every rule is on: sites, coverage, co-funding, floors, spillovers, locked lines; and a tail.
#[test]
fn nusantara_gives_its_golden_results() {
    check_with("nusantara", "3", &["--gap", "1e-3"]);
}
