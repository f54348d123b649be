//! One short handler for each command.

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use clap::CommandFactory;
use serde_json::{Value, json};

use super::args::{
    Arguments, CheckArgs, Command, Common, GenerateArgs, Output, PurposeArg, SampleArgs, SchemaArg,
};
use super::progress::Reporter;
use super::{CliError, Outcome, Staged};
use crate::model::Model;
use crate::report::folder::write_file;
use crate::report::{Lang, ResultFolder, coverage, describe, json as twins, law, tables};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::{Scenario, SchemaOf, json_schema, load};
use crate::study::generate::GenerateOptions;
use crate::study::{self, SimulationStudy};

/// Runs a parsed command.
pub(crate) fn execute(arguments: &Arguments, staged: &Staged) -> Result<Outcome, CliError> {
    match &arguments.command {
        Command::Check(args) => check(args),
        Command::Sample(args) => sample(args, staged),
        Command::Simulate(args) => super::simulate::simulate(args, staged),
        Command::Merge(args) => super::simulate::merge(args, staged),
        Command::Optimise(args) => super::optimise::optimise(args, staged),
        Command::Coordinate(args) => super::coordinate::coordinate(args, staged),
        Command::Program(args) => super::program::program(args, staged),
        Command::Generate(args) => generate(args, staged),
        Command::Schema(args) => {
            let of = match args.of {
                SchemaArg::Scenario => SchemaOf::Scenario,
                SchemaArg::Chain => SchemaOf::Chain,
            };
            print(&format!("{:#}\n", json_schema(of)))
        }
        Command::Completions(args) => {
            let mut text = Vec::new();
            clap_complete::generate(args.shell, &mut Arguments::command(), "rantai", &mut text);
            print(&String::from_utf8_lossy(&text))
        }
    }
}

/// Prints a result. A reader that has seen enough (`| head`) is no failure.
pub(super) fn print(text: &str) -> Result<Outcome, CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(Outcome::Done),
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
        for warning in &scenario.warnings {
            let _ = writeln!(stderr, "warning: {warning}");
        }
        for note in &scenario.notes {
            let _ = writeln!(stderr, "note: {note}");
        }
    }
    Ok(scenario)
}

fn check(args: &CheckArgs) -> Result<Outcome, CliError> {
    let scenario = load_scenario(&args.scenario, &args.common, false)?;
    if args.common.json {
        print(&format!("{:#}\n", twins::scenario(&scenario)))
    } else if args.law {
        let lang = language(&args.common);
        let trace = law::trace(&scenario.model, &scenario.numbers, None, lang);
        print(&law::text(&trace, lang))
    } else if args.coverage {
        print(&coverage::in_full(&scenario.model, language(&args.common)))
    } else {
        print(&describe::describe(&scenario, language(&args.common)))
    }
}

fn sample(args: &SampleArgs, staged: &Staged) -> Result<Outcome, CliError> {
    let scenario = load_scenario(&args.scenario, &args.common, true)?;
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
    let keep_going = |n: usize| reporter.observe(study::Progress::Samples(n));
    if args.common.json {
        let value = json!({
            "schema": "rantai.samples/1",
            "scenario_hash": twins::scenario_hash(model),
            "samples": count,
            "seed": seed,
            "purpose": purpose.word(),
            "names": sampler.parameter_names(),
            "factors": sampler.factor_names(),
            "periods": sampler.periods(),
            "values": sample_values(&sampler, count),
        });
        reporter.end();
        return print(&format!("{value}\n"));
    }
    if let Some(path) = &args.out {
        let announce = |path: &Path| stage(staged, path);
        write_file(path, args.force, &announce, |out| tables::samples(&sampler, count, out, &keep_going))?;
        reporter.end();
        return Ok(Outcome::Done);
    }
    let written = tables::samples(&sampler, count, io::BufWriter::new(io::stdout().lock()), &keep_going);
    reporter.end();
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(Outcome::Done),
    }
}

/// Values as \[sample\]\[name\]\[period\].
fn sample_values(sampler: &Sampler, count: usize) -> Value {
    let mut samples = Vec::with_capacity(count);
    for (first, length) in crate::sampling::blocks(count) {
        let block = sampler.block(first, length);
        for i in 0..length {
            let realisation = block.realisation(i);
            let of_name = |p: usize| -> Vec<f64> {
                (0..sampler.periods())
                    .map(|t| realisation.value(crate::model::ParameterId::new(p), t))
                    .collect()
            };
            samples.push((0..sampler.parameter_names().len()).map(of_name).collect::<Vec<_>>());
        }
    }
    json!(samples)
}

pub(super) fn stage(staged: &Staged, path: &Path) {
    if let Ok(mut paths) = staged.lock() {
        paths.push(path.to_path_buf());
    }
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

pub(super) fn bytes(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Result<Vec<u8>, CliError> {
    let mut out = Vec::new();
    write(&mut out)?;
    Ok(out)
}

pub(super) fn begin(out: &Path, output: &Output, staged: &Staged) -> Result<ResultFolder, CliError> {
    let folder = ResultFolder::begin(out, output.force)?;
    stage(staged, folder.staging());
    Ok(folder)
}

pub(super) fn write_outcomes(
    folder: &mut ResultFolder,
    model: &Model,
    study: &SimulationStudy,
) -> Result<(), CliError> {
    folder.write("outcomes.csv", &bytes(|out| tables::outcomes(model, &study.rows, out))?)?;
    folder.write(
        "bottlenecks.csv",
        &bytes(|out| tables::bottlenecks(model, &study.without, study.with.as_ref(), out))?,
    )?;
    if !model.targets.is_empty() {
        folder.write("targets.csv", &bytes(|out| tables::targets(model, &study.reached, out))?)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn finish(
    folder: ResultFolder,
    model: &Model,
    settings: Value,
    command: &str,
    started: Instant,
) -> Result<(), CliError> {
    let facts = json!({
        "schema": "rantai.manifest/1",
        "rantai": env!("CARGO_PKG_VERSION"),
        "scenario_hash": twins::scenario_hash(model),
        "solver": crate::opt::lp::solver_name(),
        "settings": settings,
        "reproduce": command,
    });
    let typed: Vec<String> = std::env::args().collect();
    let run = json!({
        "threads": rayon::current_num_threads(),
        "typed": typed,
        "seconds": started.elapsed().as_secs_f64(),
    });
    folder.finish(facts, &run)?;
    Ok(())
}

/// Writes a synthetic scenario into a new folder.
fn generate(args: &GenerateArgs, staged: &Staged) -> Result<Outcome, CliError> {
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
    let files = study::generate::generate(&options).map_err(CliError::Usage)?;
    if args.folder.symlink_metadata().is_ok() {
        let name = args.folder.display();
        return Err(CliError::Usage(format!(
            "{name} exists; name a new folder, or take this one away first"
        )));
    }
    let mut folder = ResultFolder::begin(&args.folder, false)?;
    stage(staged, folder.staging());
    for (name, text) in &files {
        folder.write(name, text.as_bytes())?;
    }
    folder.place()?;
    Ok(Outcome::Done)
}
