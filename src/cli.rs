//! The command line: parses, calls a study, prints. Holds no logic of its own: what a command does, a library caller
//! can do in a few lines.

mod args;
mod commands;
mod common;
mod compare;
mod coordinate;
mod error;
mod judge;
mod ladder;
mod menu;
mod merge;
mod optimise;
mod outcome;
mod process;
mod program;
mod progress;
mod report;
mod reproduce;
mod sensitivity;
mod simulate;
mod typed;
mod usage;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use clap::Parser;

use crate::language::{Lang, Text, text};
use crate::result::{self, ErrorKey, FailureDocument};
use args::{Arguments, Command};
pub use error::CliError;
pub use outcome::Outcome;
pub use process::Process;

/// Runs the command in `arguments` (program name first) and gives the exit code. Results go to the standard output of
/// `process`, all else to standard error; with `--json` failures are results too.
pub fn run(arguments: impl IntoIterator<Item = OsString>, process: &Process) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Asked for before anything is understood, so that a usage error is JSON too.
    process
        .speak_json(arguments.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json"));
    process.speak(common::language(&arguments));
    let arguments = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => arguments,
        Err(error) => return not_parsed(&error, process),
    };
    process.speak_json(arguments.command.json());
    // A panic is a bug; whoever reads JSON is told so in JSON.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        with_threads(arguments.threads(), || commands::execute(&arguments, process))
    }));
    match outcome {
        Ok(Ok(Outcome::Done)) => 0,
        Ok(Ok(Outcome::Broken)) => 3,
        Ok(Ok(Outcome::Limit)) => 4,
        Ok(Ok(Outcome::Different)) => 1,
        Ok(Err(error)) => {
            print_error(&error, process);
            error.exit_code()
        }
        Err(panic) => {
            if process.speaks_json() {
                let message = process.lang().pick(
                    "kesalahan rantai sendiri, disebut pada keluaran galat: mohon dilaporkan",
                    "a fault of rantai itself, told on standard error: please report it",
                );
                let failure = FailureDocument::told(ErrorKey::Internal, message.to_string());
                let _ = process.print(&result::text(&failure));
            }
            resume_unwind(panic)
        }
    }
}

/// Help and version are results; everything else is a usage error.
fn not_parsed(error: &clap::Error, process: &Process) -> u8 {
    let lang = process.lang();
    let text = error.render();
    if !error.use_stderr() {
        let coloured = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        let styled = process.is_terminal() && coloured;
        let text = if styled { text.ansi().to_string() } else { text.to_string() };
        return process.print(&text).map_or_else(|error| error.exit_code(), |_| 0);
    }
    let told = if lang == Lang::Id { usage::in_indonesian(error) } else { None };
    if let Some(told) = &told {
        let mut stderr = anstream::stderr().lock();
        let _ = writeln!(stderr, "{}: {told}", label(lang));
    } else {
        let _ = error.print();
    }
    if process.speaks_json() {
        let text = text.to_string();
        let text = text.trim();
        let text = told.unwrap_or_else(|| text.strip_prefix("error: ").unwrap_or(text).to_string());
        let _ = process.print(&result::text(&CliError::Usage(Text::same(text)).document(lang)));
    }
    2
}

/// Runs `work` on a pool of this many threads, or on as many as there are cores.
fn with_threads(
    threads: Option<usize>,
    work: impl FnOnce() -> Result<Outcome, CliError> + Send,
) -> Result<Outcome, CliError> {
    let mut builder = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = threads {
        builder = builder.num_threads(threads);
    }
    match builder.build() {
        Ok(pool) => pool.install(work),
        Err(error) => Err(CliError::Failure(text!(
            en: "cannot start threads: {error}",
            id: "benang kerja tidak dapat dimulai (\"{error}\")",
        ))),
    }
}

/// The word that begins an error, in red.
fn label(lang: Lang) -> String {
    format!("\u{1b}[1;31m{}\u{1b}[0m", lang.pick("kesalahan", "error"))
}

fn print_error(error: &CliError, process: &Process) {
    let lang = process.lang();
    let mut stderr = anstream::stderr().lock();
    let red = label(lang);
    match error {
        CliError::Invalid(faults) | CliError::InvalidProgram(faults) => {
            for fault in faults {
                let _ = writeln!(stderr, "{red}: {}", fault.in_language(lang));
            }
            let count = faults.len();
            let found = if count == 1 { "fault found" } else { "faults found" };
            let _ = writeln!(stderr, "{count} {}", lang.pick("kesalahan ditemukan", found));
        }
        other => drop(writeln!(stderr, "{red}: {}", other.text(lang))),
    }
    if process.speaks_json() {
        let _ = process.print(&result::text(&error.document(lang)));
    }
}

impl Command {
    fn json(&self) -> bool {
        match self {
            Command::Check(a) => a.common.json,
            Command::Sample(a) => a.common.json,
            Command::Simulate(a) => a.common.json,
            Command::Merge(a) => a.common.json,
            Command::Optimise(a) => a.common.json,
            Command::Coordinate(a) => a.common.json,
            Command::Compare(a) => a.common.json,
            Command::Ladder(a) => a.common.json,
            Command::Menu(a) => a.common.json,
            Command::Sensitivity(a) => a.common.json,
            Command::Judge(a) => a.common.json,
            Command::Reproduce(a) => a.common.json,
            Command::Report(a) => a.common.json,
            Command::Program(a) => match &a.command {
                args::ProgramCommand::Solve(a) => a.common.json,
                args::ProgramCommand::Export(a) => a.common.json,
            },
            Command::Generate(a) => a.common.json,
            Command::Schema(a) => a.json,
            Command::Completions(a) => a.json,
        }
    }
}
