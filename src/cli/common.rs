//! The needs that commands share: the language (settled once, before a command begins), the scenario, the clock, where a result goes.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use super::args::{Changes, Output};
use super::error::CliError;
use super::process::Process;
use super::typed::escaped;
use crate::archive::ResultFolder;
use crate::archive::folder::{Files, Holding, Kept, Wanted};
use crate::archive::manifest::Run;
use crate::language::text;
use crate::model::Model;
use crate::report::Lang;
use crate::result;
use crate::scenario::{Change, Fault, Override, Plan, Scenario, Spot, load_with, read_case, read_plan};

/// The language that the words ask for, though they may not be understood as a whole; else that of the environment.
pub(super) fn language(words: &[OsString]) -> Lang {
    let words: Vec<&str> =
        words.iter().map_while(|word| word.to_str().filter(|word| *word != "--")).collect();
    let after = words.windows(2).filter(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    let joined = words.iter().filter_map(|word| word.strip_prefix("--lang="));
    match after.chain(joined).next() {
        Some("id") => Lang::Id,
        Some("en") => Lang::En,
        _ => language_of_the_environment(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn language_of_the_environment() -> Lang {
    let from_env = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    if from_env.is_some_and(|value| value.starts_with("id")) { Lang::Id } else { Lang::En }
}

/// The scenario at `path`; its warnings and notes go to standard error, unless the command is quiet.
pub(super) fn load_scenario(
    path: &Path,
    changes: &Changes,
    quiet: bool,
    process: &Process,
) -> Result<Scenario, CliError> {
    let overrides = overrides_of(changes)?;
    let scenario = load_with(path, &overrides).map_err(CliError::Invalid)?;
    if !quiet {
        let mut stderr = anstream::stderr().lock();
        let lang = process.lang();
        for warning in &scenario.warnings {
            let _ = writeln!(stderr, "{}: {}", lang.pick("peringatan", "warning"), warning.in_language(lang));
        }
        for note in &scenario.notes {
            let _ = writeln!(stderr, "{}: {}", lang.pick("catatan", "note"), note.in_language(lang));
        }
    }
    Ok(scenario)
}

/// Says notes on standard error.
pub(super) fn note_all(notes: &[Fault], lang: Lang) {
    let mut stderr = anstream::stderr().lock();
    for note in notes {
        let _ = writeln!(stderr, "{}: {}", lang.pick("catatan", "note"), note.in_language(lang));
    }
}

/// The changes that options and case files ask for; what a case asks beside them is for comparisons.
pub(super) fn overrides_of(changes: &Changes) -> Result<Vec<Override>, CliError> {
    let (mut overrides, mut faults) = (options(changes), Vec::new());
    for path in &changes.case {
        let label = case_label(path);
        match read_case(path, &label) {
            Err(found) => faults.extend(found),
            Ok(case) => {
                let asked = [
                    ("budget", case.budget.is_some()),
                    ("plan", case.plan.is_some()),
                    ("mix", case.mix.is_some()),
                ];
                faults.extend(
                    asked.into_iter().filter(|(_, is)| *is).map(|(key, _)| for_comparisons(&label, key)),
                );
                overrides.extend(case.overrides);
            }
        }
    }
    if faults.is_empty() { Ok(overrides) } else { Err(CliError::Invalid(faults)) }
}

/// A case file as faults name it.
pub(super) fn case_label(path: &Path) -> String {
    format!("--case {}", path.display())
}

/// The changes of the options themselves.
fn options(changes: &Changes) -> Vec<Override> {
    let one = |option: &str, key: &str, value: &str, change: Change| Override {
        change,
        origin: format!("--{option} '{key}={value}'"),
        line: None,
    };
    let mut all = Vec::new();
    for (key, value) in &changes.set {
        let change = Change::Set { key: key.clone(), value: value.clone() };
        all.push(one("set", key, value, change));
    }
    for (key, factor) in &changes.scale {
        let change = Change::Scale { key: key.clone(), factor: factor.clone() };
        all.push(one("scale", key, factor, change));
    }
    for (source, years) in &changes.delay {
        let change = Change::Delay { source: source.clone(), years: years.clone() };
        all.push(one("delay", source, years, change));
    }
    all
}

fn for_comparisons(label: &str, key: &str) -> Fault {
    Fault {
        file: label.to_string(),
        line: None,
        place: Spot::key(key),
        problem: text!(
            en: "this command takes no '{key}' from a case file",
            id: "perintah ini tidak mengambil '{key}' dari berkas kasus",
        ),
        expected: Some(text!(en: "set, scale and delay", id: "set, scale, dan delay")),
        help: Some(text!(
            en: "give it as an option of the command, or compare cases with 'rantai compare'",
            id: "berikan sebagai opsi perintah, atau bandingkan kasus dengan 'rantai compare'",
        )),
    }
}

/// The plan at `path`, if it was made for one of these models, of which the last is computed with; how it was read goes to standard error.
pub(super) fn plan_for(
    path: &Path,
    models: [&Model; 2],
    quiet: bool,
    process: &Process,
) -> Result<Plan, CliError> {
    let [_, model] = models;
    let plan = read_plan(path, model).map_err(CliError::Invalid)?;
    let is_for = |model: &&Model| {
        plan.made_for.as_ref().is_none_or(|made| result::is_hash_of(model, &made.hash, made.budget))
    };
    if let (Some(made_for), false) = (&plan.made_for, models.iter().any(is_for)) {
        return Err(CliError::Invalid(vec![made_for.of_another(&result::scenario_hash(model))]));
    }
    if !quiet {
        let mut stderr = anstream::stderr().lock();
        let lang = process.lang();
        for note in &plan.notes {
            let _ = writeln!(stderr, "{}: {}", lang.pick("catatan", "note"), note.in_language(lang));
        }
    }
    Ok(plan)
}

/// The scenario folder's own name, the same on every machine.
pub(super) fn folder_name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    whole.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[expect(clippy::disallowed_methods, reason = "the command line is where time is read")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Everything that a result must not replace: `read`, and the working directory.
fn kept(read: &[(Holding, &Path)]) -> Vec<Kept> {
    let here = std::env::current_dir().ok();
    let read = read.iter().map(|(what, path)| Kept::new(*what, path));
    read.chain(here.iter().map(|path| Kept::new(Holding::WorkingDirectory, path))).collect()
}

/// Begins the result folder, if one is wanted, before the work is done. `read` is what the command reads.
pub(super) fn begin(
    output: &Output,
    process: &Process,
    read: &[(Holding, &Path)],
) -> Result<Option<ResultFolder>, CliError> {
    let Some(out) = &output.out else { return Ok(None) };
    let wanted = Wanted { out, force: output.force, kept: &kept(read) };
    Ok(Some(ResultFolder::begin(&wanted, process.staged())?))
}

/// Begins files that are placed together.
pub(super) fn begin_files(paths: &[&Path], force: bool, process: &Process) -> Result<Files, CliError> {
    let wanted: Vec<Wanted<'_>> = paths.iter().map(|out| Wanted { out, force, kept: &[] }).collect();
    Ok(Files::begin(&wanted, process.staged())?)
}

/// How the run went, for its manifest.
pub(super) fn run_since(started: Instant) -> Run {
    Run {
        threads: rayon::current_num_threads(),
        typed: std::env::args_os().map(|word| escaped(&word)).collect(),
        seconds: started.elapsed().as_secs_f64(),
    }
}
