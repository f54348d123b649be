//! `rantai program`: two-stage programs from files, and plans' programs into files.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::{ExportArgs, FormatArg, MethodArg, ProgramArgs, ProgramCommand, SolveArgs};
use super::commands::{now, print, stage};
use super::{CliError, Outcome, Staged};
use crate::model::Risk;
use crate::opt::names::planning_program;
use crate::opt::smps::write::{mps, smps};
use crate::opt::smps::{Files, ReadOptions, Source, read};
use crate::opt::solve::{Ending, SolveError, SolveMethod, solve_by_decomposition, solve_with};
use crate::opt::worth::worth;
use crate::report::folder::write_file;
use crate::report::program::ProgramReport;
use crate::sampling::{Purpose, Sampler};
use crate::scenario::source_file::{LARGEST_PROGRAM, Take, read_bytes};
use crate::scenario::{Fault, load};
use crate::study::{self, StudyError};

/// Runs one of the two commands.
pub(super) fn program(args: &ProgramArgs, staged: &Staged) -> Result<Outcome, CliError> {
    match &args.command {
        ProgramCommand::Solve(args) => solve(args),
        ProgramCommand::Export(args) => export(args, staged),
    }
}

impl From<SolveError> for CliError {
    fn from(error: SolveError) -> Self {
        let text = error.to_string();
        match error {
            SolveError::Infeasible(_) => CliError::NoOptimum("infeasible", text),
            SolveError::Unbounded => CliError::NoOptimum("unbounded", text),
            SolveError::TimeLimit => CliError::TimeLimit(text),
            SolveError::Missing(_) => CliError::Usage(text),
            SolveError::NotProven { .. } => CliError::Failure(text),
        }
    }
}

/// A file's text; bytes that are no UTF-8 can only stand in comments and names, and are kept as replacement marks.
fn text_of(path: &Path, faults: &mut Vec<Fault>) -> String {
    match read_bytes(path, Take::Files, LARGEST_PROGRAM) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            faults.push(Fault {
                file: path.display().to_string(),
                line: None,
                place: String::new(),
                problem: error.to_string(),
                expected: error.expected().map(str::to_string),
                help: Some("the three files are named in the order CORE TIME STOCH".to_string()),
            });
            String::new()
        }
    }
}

fn solve(args: &SolveArgs) -> Result<Outcome, CliError> {
    let started = now();
    let method = match args.method {
        MethodArg::Extensive => SolveMethod::Extensive,
        MethodArg::Decomposition => SolveMethod::Decomposition,
    };
    let paths = [&args.core, &args.time, &args.stoch];
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let mut faults = Vec::new();
    let texts: Vec<String> = paths.iter().map(|path| text_of(path, &mut faults)).collect();
    if !faults.is_empty() {
        return Err(CliError::InvalidProgram(faults));
    }
    let file = |i: usize| Source { name: &names[i], text: &texts[i] };
    let options = ReadOptions {
        risk: Risk { lambda: args.lambda, alpha: args.alpha },
        samples: args.samples.map(|n| n as usize),
        seed: args.seed,
        normalise: args.normalise,
    };
    let stochastic =
        read(&Files { core: file(0), time: file(1), stoch: file(2) }, &options).map_err(|faults| {
            let turned = faults.into_iter().map(|fault| Fault {
                file: fault.file,
                line: fault.line,
                place: String::new(),
                problem: fault.problem,
                expected: fault.expected,
                help: fault.help,
            });
            CliError::InvalidProgram(turned.collect())
        })?;
    if !args.common.quiet && !args.common.json {
        let mut stderr = anstream::stderr().lock();
        for note in &stochastic.notes {
            let _ = writeln!(stderr, "note: {note}");
        }
    }
    let going = || args.time_limit.is_none_or(|seconds| started.elapsed().as_secs_f64() < seconds);
    let solved = match method {
        SolveMethod::Extensive => solve_with(method, &stochastic.program, args.time_limit)?,
        SolveMethod::Decomposition => solve_by_decomposition(&stochastic.program, &going)?,
    };
    // Programs of one sample are their own extensive form.
    let figures =
        worth(&stochastic.program, &solved, &|program| solve_with(SolveMethod::Extensive, program, None));
    let report = ProgramReport { stochastic: &stochastic, method, solved: &solved, worth: &figures };
    if args.common.json {
        let mut value = report.json();
        value["seconds"] = json!(started.elapsed().as_secs_f64());
        print(&format!("{value:#}\n"))?;
    } else {
        print(&report.text())?;
    }
    Ok(if solved.ending == Ending::TimeLimit { Outcome::Limit } else { Outcome::Done })
}

fn export(args: &ExportArgs, staged: &Staged) -> Result<Outcome, CliError> {
    if args.format == FormatArg::Smps && args.out.is_none() {
        return Err(CliError::Usage(
            "SMPS is three files: say --out PATH to write PATH.cor, PATH.tim and PATH.sto".to_string(),
        ));
    }
    let scenario = load(&args.scenario).map_err(CliError::Invalid)?;
    let model = match args.budget {
        Some(total) => study::budget::scaled(&scenario.model, total).map_err(CliError::Usage)?,
        None => scenario.model,
    };
    let samples = args.samples.map_or(model.samples.planning, |n| n as usize);
    let sampler = Sampler::new(&model, args.seed.unwrap_or(model.samples.seed), Purpose::Planning);
    let metric = args.objective.unwrap_or(model.objective);
    let (program, mut names) =
        planning_program(&model, metric, &sampler.block(0, samples)).map_err(StudyError::Opt)?;
    names.program = format!("{}-{}", super::commands::folder_name(&args.scenario), metric.key());
    let files = match args.format {
        FormatArg::Mps => vec![("", mps(&program, &names))],
        FormatArg::Smps => {
            let files = smps(&program, &names).map_err(|error| CliError::Failure(error.to_string()))?;
            vec![(".cor", files.core), (".tim", files.time), (".sto", files.stoch)]
        }
    };
    let Some(out) = &args.out else { return print(&files[0].1) };
    for (ending, text) in &files {
        let mut name = out.clone().into_os_string();
        name.push(ending);
        let announce = |path: &Path| stage(staged, path);
        write_file(&PathBuf::from(name), args.force, &announce, |file| file.write_all(text.as_bytes()))?;
    }
    Ok(Outcome::Done)
}
