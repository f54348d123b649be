//! One short handler for each command.

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use super::args::{Arguments, CheckArgs, Command, Common, GenerateArgs, Output, PurposeArg, SampleArgs};
use super::progress::Reporter;
use super::typed::{escaped, is_standard_output};
use super::{CliError, Outcome, Process};
use crate::archive::ResultFolder;
use crate::archive::folder::{Files, Holding, Kept, Wanted};
use crate::archive::manifest::Run;
use crate::digest::sha256;
use crate::report::{Lang, coverage, describe, law, tables};
use crate::result::made::{CompletionsDocument, GeneratedDocument, GeneratedFile};
use crate::result::{self, CheckDocument, SamplesDocument};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::{Scenario, SchemaOf, json_schema, load};
use crate::study;
use crate::study::generate::GenerateOptions;
use clap::CommandFactory;

/// Runs a parsed command.
pub(crate) fn execute(arguments: &Arguments, process: &Process) -> Result<Outcome, CliError> {
    match &arguments.command {
        Command::Check(args) => check(args, process),
        Command::Sample(args) => sample(args, process),
        Command::Simulate(args) => super::simulate::simulate(args, process),
        Command::Merge(args) => super::merge::merge(args, process),
        Command::Optimise(args) => super::optimise::optimise(args, process),
        Command::Coordinate(args) => super::coordinate::coordinate(args, process),
        Command::Reproduce(args) => super::reproduce::reproduce(args, process),
        Command::Program(args) => super::program::program(args, process),
        Command::Generate(args) => generate(args, process),
        Command::Schema(args) => {
            let schema = match args.of.as_str() {
                "scenario" => Some(json_schema(SchemaOf::Scenario)),
                "chain" => Some(json_schema(SchemaOf::Chain)),
                word => result::schema(word),
            };
            process.print(&result::text(&schema))
        }
        Command::Completions(args) => {
            let mut text = Vec::new();
            clap_complete::generate(args.shell, &mut Arguments::command(), "rantai", &mut text);
            let text = String::from_utf8_lossy(&text);
            if args.json {
                let shell = args.shell.to_string();
                return process.print(&result::text(&CompletionsDocument { shell, text: text.into_owned() }));
            }
            process.print(&text)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn language(common: &Common) -> Lang {
    common.lang.map_or_else(
        || {
            let from_env = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
            if from_env.is_some_and(|value| value.starts_with("id")) { Lang::Id } else { Lang::En }
        },
        Lang::from,
    )
}

pub(super) fn load_scenario(path: &Path, common: &Common, notes: bool) -> Result<Scenario, CliError> {
    let scenario = load(path).map_err(CliError::Invalid)?;
    if notes && !common.quiet {
        let mut stderr = anstream::stderr().lock();
        let lang = language(common);
        for warning in &scenario.warnings {
            let _ = writeln!(stderr, "{}: {}", lang.pick("peringatan", "warning"), warning.in_language(lang));
        }
        for note in &scenario.notes {
            let _ = writeln!(stderr, "{}: {}", lang.pick("catatan", "note"), note.in_language(lang));
        }
    }
    Ok(scenario)
}

fn check(args: &CheckArgs, process: &Process) -> Result<Outcome, CliError> {
    let scenario = load_scenario(&args.scenario, &args.common, false)?;
    if args.common.json {
        let trace = law::trace(&scenario.model, &scenario.numbers, None, Lang::En);
        process.print(&result::text(&CheckDocument::of(
            &scenario,
            law::lines(&trace),
            language(&args.common),
        )))
    } else if args.law {
        let lang = language(&args.common);
        let trace = law::trace(&scenario.model, &scenario.numbers, None, lang);
        process.print(&law::text(&trace, lang))
    } else if args.coverage {
        process.print(&coverage::in_full(&scenario.model, language(&args.common)))
    } else {
        process.print(&describe::describe(&scenario, language(&args.common)))
    }
}

fn sample(args: &SampleArgs, process: &Process) -> Result<Outcome, CliError> {
    let scenario = load_scenario(&args.scenario, &args.common, true)?;
    let mut file = match args.out.as_deref().filter(|path| !is_standard_output(path)) {
        Some(path) => Some(begin_files(&[path], args.force, process)?),
        None => None,
    };
    let purpose = match args.purpose {
        PurposeArg::Planning => Purpose::Planning,
        PurposeArg::Evaluation => Purpose::Evaluation,
    };
    let model = &scenario.model;
    let seed = args.seed.unwrap_or(model.samples.seed);
    let sampler = Sampler::new(model, seed, purpose);
    let count = args.samples as usize;
    let reporter = Reporter::new(language(&args.common), args.common.quiet);
    reporter.observe(study::Progress::Simulating(count));
    let keep_going = |n: usize| {
        reporter.observe(study::Progress::Samples(n));
        true
    };
    if let Some(file) = &mut file {
        file.write(0, |out| tables::samples(&sampler, count, out, &keep_going))?;
    }
    let shown = if args.common.json {
        let samples = SamplesDocument::of(model, &sampler, purpose, seed, count);
        Some(format!("{}\n", result::value(&samples)))
    } else {
        None
    };
    if file.is_none() && shown.is_none() {
        let written = tables::samples(&sampler, count, io::BufWriter::new(process.writer()), &keep_going);
        reporter.end();
        return Process::printed(written);
    }
    reporter.end();
    if let Some(file) = file {
        file.place()?;
    }
    shown.map_or(Ok(Outcome::Done), |text| process.print(&text))
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

/// What a result must not replace: `read`, and the working directory.
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

/// Writes a synthetic scenario into a new folder.
fn generate(args: &GenerateArgs, process: &Process) -> Result<Outcome, CliError> {
    let options = GenerateOptions {
        clusters: args.clusters as usize,
        years: args.years as usize,
        periods_per_year: args.periods_per_year as usize,
        length: args.length as usize,
        contested: args.contested,
        uncertain: args.uncertain,
        store: args.store,
        seed: args.seed,
    };
    if args.folder.symlink_metadata().is_ok() {
        let name = args.folder.display();
        return Err(CliError::Usage(format!(
            "{name} exists; name a new folder, or take this one away first"
        )));
    }
    let wanted = Wanted { out: &args.folder, force: false, kept: &[] };
    let mut folder = ResultFolder::begin(&wanted, process.staged())?;
    let files = study::generate::generate(&options).map_err(CliError::Usage)?;
    for (name, text) in &files {
        folder.write(name, text.as_bytes())?;
    }
    folder.place()?;
    if !args.common.json {
        return Ok(Outcome::Done);
    }
    let list = files.iter().map(|(name, text)| GeneratedFile {
        name: name.clone(),
        bytes: text.len(),
        sha256: sha256(text.as_bytes()),
    });
    let folder = escaped(args.folder.as_os_str());
    process.print(&result::text(&GeneratedDocument::of(folder, &options, list.collect())))
}
