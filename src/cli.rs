//! The command line: parses, calls a study, prints. Holds no logic of its own: what a command does, a library caller
//! can do in a few lines.

mod args;
mod commands;
mod coordinate;
mod optimise;
mod program;
mod progress;
mod resume;
mod simulate;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use clap::Parser;

use crate::opt::OptError;
use crate::report::FolderError;
use crate::scenario::Fault;
use crate::sim::SimError;
use crate::study::StudyError;
use args::{Arguments, Command};

/// Paths that are being written and must not be left behind if the process is interrupted.
pub type Staged = Arc<Mutex<Vec<PathBuf>>>;

/// Why a command failed, and with it the exit code.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The scenario or plan is invalid: exit code 2.
    #[error("the scenario is not valid")]
    Invalid(Vec<Fault>),
    /// The files of a program are invalid: exit code 2.
    #[error("the program is not valid")]
    InvalidProgram(Vec<Fault>),
    /// A program is infeasible or unbounded, in a word and a sentence: exit code 3.
    #[error("{1}")]
    NoOptimum(&'static str, String),
    /// The time limit came before any answer: exit code 4.
    #[error("{0}")]
    TimeLimit(String),
    /// The command cannot be understood: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// No allocation keeps all rules, in words and as keys beside `error` and `message`: exit code 3.
    #[error("no feasible plan")]
    Infeasible(String, serde_json::Value),
    /// Interrupted: exit code 130.
    #[error("interrupted")]
    Interrupted,
    /// Files or solver: exit code 1.
    #[error("{0}")]
    Failure(String),
}

impl CliError {
    /// The exit code this error stands for.
    pub fn exit_code(&self) -> u8 {
        match self {
            CliError::Failure(_) => 1,
            CliError::Invalid(_) | CliError::InvalidProgram(_) | CliError::Usage(_) => 2,
            CliError::Infeasible(..) | CliError::NoOptimum(..) => 3,
            CliError::TimeLimit(_) => 4,
            CliError::Interrupted => 130,
        }
    }
}

impl From<FolderError> for CliError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Exists(_) | FolderError::NotOurs(_) => CliError::Usage(error.to_string()),
            FolderError::Io { .. } => CliError::Failure(error.to_string()),
        }
    }
}

impl From<StudyError> for CliError {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Sim(SimError::Interrupted) => CliError::Interrupted,
            StudyError::Opt(OptError::Infeasible(_)) => {
                CliError::Infeasible(error.to_string(), serde_json::json!({}))
            }
            StudyError::Opt(OptError::Unbounded { .. }) => {
                CliError::NoOptimum("unbounded", error.to_string())
            }
            StudyError::Request(why) => CliError::Usage(why),
            _ => CliError::Failure(error.to_string()),
        }
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        CliError::Failure(error.to_string())
    }
}

/// What was printed, and the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done: exit code 0.
    Done,
    /// Stopped at a limit, or short of the gap asked for, with the best plan given: exit code 4.
    Limit,
}

/// Runs the command in `arguments` (program name first) and gives the exit code. Results go to standard output, all
/// else to standard error. `staged` holds what is being written, for an interrupt handler to remove.
pub fn run(arguments: impl IntoIterator<Item = OsString>, staged: &Staged) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results; everything else is a usage error.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return code;
        }
    };
    let json = arguments.command.json();
    let outcome = with_threads(arguments.threads(), || commands::execute(&arguments, staged));
    match outcome {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::Limit) => 4,
        Err(error) => {
            print_error(&error, json);
            error.exit_code()
        }
    }
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
        Err(error) => Err(CliError::Failure(format!("cannot start threads: {error}"))),
    }
}

fn print_error(error: &CliError, json: bool) {
    let mut stderr = anstream::stderr().lock();
    let red = "\u{1b}[1;31merror\u{1b}[0m";
    match error {
        CliError::Invalid(faults) | CliError::InvalidProgram(faults) => {
            for fault in faults {
                let _ = writeln!(stderr, "{red}: {fault}");
            }
            let count = faults.len();
            let plural = if count == 1 { "" } else { "s" };
            let _ = writeln!(stderr, "{count} fault{plural} found");
            if json {
                let mut value = crate::report::json::faults(faults);
                if matches!(error, CliError::InvalidProgram(_)) {
                    value["error"] = "invalid_program".into();
                }
                let _ = writeln!(std::io::stdout(), "{value:#}");
            }
        }
        other => {
            let text = match other {
                CliError::Infeasible(why, _) => why.clone(),
                other => other.to_string(),
            };
            let _ = writeln!(stderr, "{red}: {text}");
            if json {
                let word = match other {
                    CliError::Infeasible(..) => "no_feasible_plan",
                    CliError::NoOptimum(word, _) => word,
                    CliError::TimeLimit(_) => "time_limit",
                    CliError::Interrupted => "interrupted",
                    CliError::Usage(_) => "usage",
                    _ => "failure",
                };
                let mut value = serde_json::json!({ "error": word, "message": text });
                if let CliError::Infeasible(_, serde_json::Value::Object(more)) = other {
                    value.as_object_mut().into_iter().for_each(|value| value.extend(more.clone()));
                }
                let _ = writeln!(std::io::stdout(), "{value:#}");
            }
        }
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
            Command::Program(a) => match &a.command {
                args::ProgramCommand::Solve(a) => a.common.json,
                args::ProgramCommand::Export(_) => false,
            },
            Command::Generate(_) | Command::Schema(_) | Command::Completions(_) => false,
        }
    }
}
