//! `rantai program`: two-stage programs from files, and plans' programs into files.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::{ExportArgs, FormatArg, MethodArg, ProgramArgs, ProgramCommand, SolveArgs};
use super::common::{begin_files, load_scenario, now};
use super::typed::{escaped, is_standard_output};
use super::{CliError, Outcome, Process};
use crate::control::Control;
use crate::digest::sha256;
use crate::language::text;
use crate::model::Risk;
use crate::opt::names::planning_program;
use crate::opt::smps::write::{WriteError, mps, smps};
use crate::opt::smps::{Files, ReadOptions, Source, read};
use crate::opt::solve::{Ending, SolveMethod, solve_with};
use crate::opt::worth::worth;
use crate::report::program::ProgramReport;
use crate::result::made::{FormatKey, ProgramFile, ProgramFilesDocument};
use crate::result::metric::MetricKey;
use crate::result::{self, ChangeDocument, ProgramDocument, Timed};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::source_file::{LARGEST_PROGRAM, Take, read_bytes};
use crate::scenario::{Fault, Spot};
use crate::study::{self, StudyError};

/// Runs one of the two commands.
pub(super) fn program(args: &ProgramArgs, process: &Process) -> Result<Outcome, CliError> {
    match &args.command {
        ProgramCommand::Solve(args) => solve(args, process),
        ProgramCommand::Export(args) => export(args, process),
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
                place: Spot::Whole,
                problem: error.text(),
                expected: error.expected(),
                help: Some(text!(
                    en: "the three files are named in the order CORE TIME STOCH",
                    id: "ketiga berkas disebut dengan urutan CORE TIME STOCH",
                )),
            });
            String::new()
        }
    }
}

fn solve(args: &SolveArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let control = Control::unlimited().within(args.time_limit.map(Duration::from_secs_f64));
    let method = match args.method {
        MethodArg::Extensive => SolveMethod::Extensive,
        MethodArg::Decomposition => SolveMethod::Decomposition,
    };
    let paths = [&args.core, &args.time, &args.stoch];
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    // Read all three files before giving up, so that all faults are told at once.
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
                place: Spot::Whole,
                problem: fault.problem,
                expected: fault.expected,
                help: fault.help,
            });
            CliError::InvalidProgram(turned.collect())
        })?;
    let lang = process.lang();
    if !args.common.quiet && !args.common.json {
        let mut stderr = anstream::stderr().lock();
        for note in &stochastic.notes {
            let _ = writeln!(stderr, "{}: {}", lang.pick("catatan", "note"), note.in_language(lang));
        }
    }
    let solved = solve_with(method, &stochastic.program, &control)?;
    // Programs of one sample are their own extensive form.
    let figures =
        worth(&stochastic.program, &solved, &|program| solve_with(SolveMethod::Extensive, program, &control));
    let report = ProgramReport { stochastic: &stochastic, method, solved: &solved, worth: &figures };
    if args.common.json {
        let document = ProgramDocument::of(&stochastic, method, &solved, &figures, lang);
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))?;
    } else {
        process.print(&report.text(lang))?;
    }
    Ok(if solved.ending == Ending::TimeLimit { Outcome::Limit } else { Outcome::Done })
}

/// A program that SMPS cannot hold, with the format that can.
fn unwritten(error: WriteError) -> CliError {
    CliError::Failure(match error {
        WriteError::NoSample => error.text(),
        WriteError::Shapes(_) => text!(
            en: "{told}; MPS (--format mps) can hold that",
            id: "{told}; MPS (--format mps) dapat memuatnya",
            told = error.text(),
        ),
    })
}

fn export(args: &ExportArgs, process: &Process) -> Result<Outcome, CliError> {
    let out = args.out.as_deref().filter(|path| args.format == FormatArg::Smps || !is_standard_output(path));
    if args.format == FormatArg::Smps && out.is_none() && !args.common.json {
        return Err(CliError::Usage(text!(
            en: "SMPS is three files: say --out PATH to write PATH.cor, PATH.tim and PATH.sto",
            id: "SMPS terdiri atas tiga berkas: sebut --out PATH untuk menulis PATH.cor, PATH.tim, dan PATH.sto",
        )));
    }
    let scenario = load_scenario(&args.scenario, &args.changes, true, process)?;
    let changes = ChangeDocument::all(&scenario);
    let endings: &[&str] = match args.format {
        FormatArg::Mps => &[""],
        FormatArg::Smps => &[".cor", ".tim", ".sto"],
    };
    let paths: Vec<PathBuf> =
        out.iter().flat_map(|out| endings.iter().map(|end| with_ending(out, end))).collect();
    let names: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    // Begun before the program is built, so that a place that cannot be written is told at once.
    let mut placed = begin_files(&names, args.force, process)?;
    study::request::known_metric(&scenario.model, args.objective.as_ref())?;
    let model = match args.budget {
        Some(total) => study::budget::scaled(&scenario.model, total).map_err(CliError::Usage)?,
        None => scenario.model,
    };
    let samples = args.samples.map_or(model.samples.planning, |n| n as usize);
    let sampler = Sampler::new(&model, args.seed.unwrap_or(model.samples.seed), Purpose::Planning);
    let metric = args.objective.as_ref().and_then(|name| name.find(&model)).unwrap_or(model.objective);
    let (program, mut names) =
        planning_program(&model, metric, &sampler.block(0, samples)).map_err(StudyError::Opt)?;
    names.program =
        format!("{}-{}", super::common::folder_name(&args.scenario), MetricKey::of(&model, metric).word());
    let texts = match args.format {
        FormatArg::Mps => vec![mps(&program, &names)],
        FormatArg::Smps => {
            let files = smps(&program, &names).map_err(unwritten)?;
            vec![files.core, files.time, files.stoch]
        }
    };
    // All files are written before the first is placed.
    for (number, text) in texts.iter().enumerate().take(paths.len()) {
        placed.write(number, |file| file.write_all(text.as_bytes()))?;
    }
    placed.place()?;
    if !args.common.json {
        return if paths.is_empty() { process.print(&texts[0]) } else { Ok(Outcome::Done) };
    }
    // What went to no file is in the document itself.
    let files = texts.iter().zip(endings).enumerate().map(|(number, (text, end))| {
        let path = paths.get(number);
        ProgramFile {
            ending: (*end).to_string(),
            bytes: text.len(),
            sha256: sha256(text.as_bytes()),
            path: path.map(|path| escaped(path.as_os_str())),
            text: path.is_none().then(|| text.clone()),
        }
    });
    let format = match args.format {
        FormatArg::Mps => FormatKey::Mps,
        FormatArg::Smps => FormatKey::Smps,
    };
    let document = ProgramFilesDocument::of(format, MetricKey::of(&model, metric), samples, files.collect());
    process.print(&result::text(&ProgramFilesDocument { changes, ..document }))
}

/// A path with an ending after its name.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(ending);
    PathBuf::from(name)
}
