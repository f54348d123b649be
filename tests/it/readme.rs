//! The README's commands exist and do what it says.

use std::fs;

use crate::support::{code, rantai, root, stderr};

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

/// Every `rantai ...` line in the README's code blocks runs, on few samples.
#[test]
fn every_command_line_of_the_readme_runs() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README");
    let folder = tempfile::tempdir().expect("folder");
    let mut tried = 0;
    for line in readme.lines().filter(|line| line.starts_with("rantai ")) {
        let line = line.split(" #").next().unwrap_or_default().split(" >").next().unwrap_or_default();
        let mut arguments: Vec<String> = line
            .split_whitespace()
            .skip(1)
            .map(|word| match word.strip_prefix("scenarios/") {
                Some(_) => root().join(word).display().to_string(),
                None if word.starts_with("results/") => folder.path().join(word).display().to_string(),
                None => word.to_string(),
            })
            .collect();
        if ["optimise", "coordinate"].contains(&arguments[0].as_str()) {
            arguments.extend(["--samples", "2", "--evaluation", "20"].map(String::from));
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
