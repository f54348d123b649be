//! The README's commands exist and do what it says.

use std::fs;

use crate::support::{code, measured, rantai, root, stderr};

#[test]
fn the_two_commands_open_the_readme_and_are_known_to_the_script() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README");
    let opening: String = readme.lines().take(25).collect::<Vec<_>>().join("\n");
    let script = fs::read_to_string(root().join("x")).expect("x");
    for command in ["demo", "test"] {
        assert!(opening.contains(&format!("./x {command}")), "{command}");
        assert!(script.contains(&format!("\n  {command})")), "{command}");
    }
    let ci = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    assert!(ci.contains("./x test"));
}

/// The words of a command line, of which those between single quotes hold together.
fn words_of(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split('\'').enumerate();
    parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().collect::<Vec<&str>>(),
        _ => vec![part],
    })
}

/// Every `rantai ...` line in the README's code blocks runs, on few samples.
#[test]
fn every_command_line_of_the_readme_runs() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README");
    let folder = tempfile::tempdir().expect("folder");
    let mut tried = 0;
    for line in readme.lines().filter(|line| line.starts_with("rantai ")) {
        let line = line.split(" #").next().unwrap_or_default().split(" >").next().unwrap_or_default();
        let mut arguments: Vec<String> = words_of(line)
            .skip(1)
            .map(|word| match word.strip_prefix("scenarios/") {
                // Parties plan five times over: in things that are not whole, it takes seconds.
                Some(name) if line.starts_with("rantai coordinate") => measured(name).display().to_string(),
                Some(_) => root().join(word).display().to_string(),
                None if word.starts_with("results/") => folder.path().join(word).display().to_string(),
                None => word.to_string(),
            })
            .collect();
        if ["optimise", "coordinate", "ladder", "menu"].contains(&arguments[0].as_str()) {
            arguments.extend(["--samples", "2", "--evaluation", "20"].map(String::from));
        }
        if arguments[0] == "optimise" {
            arguments.push("--quick".to_string());
        }
        let settled = ["--samples", "--until"].map(String::from);
        if arguments[0] == "simulate" && !arguments.iter().any(|word| settled.contains(word)) {
            arguments.extend(["--samples", "20"].map(String::from));
        }
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = rantai(&words);
        assert_eq!(code(&output), 0, "{line}: {}", stderr(&output));
        tried += 1;
    }
    assert!(tried >= 5, "only {tried} commands");
}

/// What stands in the code block under "What you get", where `...` leaves lines out, stands in the summary of the golden plan of
/// Banyumas, in this order; where a line is broken is of no account.
#[test]
fn the_sample_of_the_readme_is_the_summary_of_the_golden_plan() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README");
    let (_, after) = readme.split_once("## What you get").expect("a heading");
    let block = after.split("```").nth(1).expect("a block");
    let kept = root().join("tests/golden/banyumas-gula-kelapa/summary.en.txt");
    let summary =
        fs::read_to_string(&kept).unwrap_or_else(|_| panic!("{} is missing: run ./x bless", kept.display()));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut left = words(&summary);
    let parts: Vec<String> = block.split("\n...\n").map(words).filter(|part| !part.is_empty()).collect();
    assert!(parts.len() >= 2, "a sample with parts left out");
    for part in parts {
        let Some(place) = left.find(&part) else {
            panic!(
                "not in the summary of the golden plan, or not in this place:\n{part}\n\nthe summary goes on:\n{left}"
            )
        };
        left = left.split_off(place + part.len());
    }
}
