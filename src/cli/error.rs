//! Why a command fails, in the words of the command line: what the library tells as data, with the options that mend it.

use std::io;

use crate::archive::FolderError;
use crate::archive::learned::{LearnedError, another_plan};
use crate::archive::part::PartError;
use crate::archive::reproduction::ReproductionError;
use crate::archive::runner::{RAW, RunError};
use crate::language::{Lang, Text, system_error, text};
use crate::opt::OptError;
use crate::opt::solve::SolveError;
use crate::result::{ConflictDocument, ErrorKey, FailureDocument};
use crate::scenario::Fault;
use crate::sim::SimError;
use crate::study::StudyError;

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
    #[error("{}", .1.in_language(Lang::En))]
    NoOptimum(ErrorKey, Text),
    /// The time limit came before any answer: exit code 4.
    #[error("{}", .0.in_language(Lang::En))]
    TimeLimit(Text),
    /// The command cannot be understood: exit code 2.
    #[error("{}", .0.in_language(Lang::En))]
    Usage(Text),
    /// No allocation keeps all rules, in words and as a document: exit code 3.
    #[error("no feasible plan")]
    Infeasible(Text, Option<Box<ConflictDocument>>),
    /// Interrupted: exit code 130.
    #[error("interrupted")]
    Interrupted,
    /// Standard output cannot be written: exit code 1.
    #[error("standard output cannot be written: {0}{hint}", hint = remedy(.0).in_language(Lang::En))]
    Output(io::Error),
    /// A result cannot be written: exit code 1 where a file operation failed, else 2.
    #[error("{0}{hint}", hint = hint(.0).in_language(Lang::En))]
    Folder(FolderError),
    /// Files or solver: exit code 1.
    #[error("{}", .0.in_language(Lang::En))]
    Failure(Text),
}

impl CliError {
    /// The exit code this error stands for.
    pub fn exit_code(&self) -> u8 {
        match self {
            CliError::Failure(_)
            | CliError::Output(_)
            | CliError::Folder(FolderError::Io { .. } | FolderError::Left { .. }) => 1,
            CliError::Invalid(_) | CliError::InvalidProgram(_) | CliError::Usage(_) | CliError::Folder(_) => {
                2
            }
            CliError::Infeasible(..) | CliError::NoOptimum(..) => 3,
            CliError::TimeLimit(_) => 4,
            CliError::Interrupted => 130,
        }
    }

    /// The error as it stands on standard output under `--json`; faults in `lang`.
    pub(super) fn document(&self, lang: Lang) -> FailureDocument {
        let kind = match self {
            CliError::Invalid(faults) => {
                return FailureDocument::of_faults(ErrorKey::InvalidScenario, faults, lang);
            }
            CliError::InvalidProgram(faults) => {
                return FailureDocument::of_faults(ErrorKey::InvalidProgram, faults, lang);
            }
            CliError::Infeasible(why, conflict) => {
                return FailureDocument::of_conflict(
                    why.in_language(lang).to_string(),
                    conflict.as_deref().cloned(),
                );
            }
            CliError::NoOptimum(kind, _) => *kind,
            CliError::TimeLimit(_) => ErrorKey::TimeLimit,
            CliError::Interrupted => ErrorKey::Interrupted,
            CliError::Failure(_)
            | CliError::Output(_)
            | CliError::Folder(FolderError::Io { .. } | FolderError::Left { .. }) => ErrorKey::Failure,
            CliError::Usage(_) | CliError::Folder(_) => ErrorKey::Usage,
        };
        FailureDocument::told(kind, self.text(lang))
    }

    /// The error in words of `lang`; faults are told one by one elsewhere.
    pub(super) fn text(&self, lang: Lang) -> String {
        let text = match self {
            CliError::Invalid(_) => text!(en: "the scenario is not valid", id: "skenario tidak sah"),
            CliError::InvalidProgram(_) => text!(en: "the program is not valid", id: "program tidak sah"),
            CliError::NoOptimum(_, why)
            | CliError::TimeLimit(why)
            | CliError::Usage(why)
            | CliError::Infeasible(why, _)
            | CliError::Failure(why) => why.clone(),
            CliError::Folder(error) => text!(
                en: "{what}{hint}",
                id: "{what}{hint}",
                what = error.text(), hint = hint(error),
            ),
            CliError::Output(error) => text!(
                en: "standard output cannot be written: {why}{hint}",
                id: "keluaran baku tidak dapat ditulis: {why}{hint}",
                why = system_error(error), hint = remedy(error),
            ),
            CliError::Interrupted => text!(en: "interrupted", id: "dihentikan"),
        };
        text.in_language(lang).to_string()
    }
}

/// How to go on after an error of the file system, where that is known.
fn remedy(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::StorageFull => text!(
            en: "; free space there, or write elsewhere",
            id: "; kosongkan ruang di situ, atau tulis ke tempat lain",
        ),
        io::ErrorKind::QuotaExceeded => text!(
            en: "; the quota is used up: free space there, or write elsewhere",
            id: "; kosongkan ruang di situ, atau tulis ke tempat lain",
        ),
        io::ErrorKind::FileTooLarge => text!(
            en: "; a file may not be that large here: raise the limit (ulimit -f), or write elsewhere",
            id: "; naikkan batas ukuran berkas (ulimit -f), atau tulis ke tempat lain",
        ),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => text!(
            en: "; give an --out that may be written",
            id: "; berikan --out yang boleh ditulis",
        ),
        _ => Text::same(""),
    }
}

/// The options that mend an error of the result folder.
fn hint(error: &FolderError) -> Text {
    match error {
        FolderError::Exists(_) => text!(
            en: "; add --force to replace it, or give another --out",
            id: "; tambahkan --force untuk menggantinya, atau berikan --out lain",
        ),
        FolderError::NotOurs { .. } | FolderError::Holds { .. } | FolderError::NotAFolder { .. } => {
            text!(en: "; give another --out", id: "; berikan --out lain")
        }
        FolderError::InScenario { .. } => text!(
            en: "; give an --out outside of it, or a name there that begins with '.'",
            id: "; berikan --out di luarnya, atau nama di situ yang berawalan '.'",
        ),
        FolderError::Link(_) => text!(
            en: "; give the place that it leads to, or another --out",
            id: "; berikan tempat yang ditujunya, atau --out lain",
        ),
        FolderError::MountPoint(_) => text!(
            en: "; give a folder in it, or another --out",
            id: "; berikan folder di dalamnya, atau --out lain",
        ),
        FolderError::NotAFile { .. } => text!(en: "; give the name of a file", id: "; berikan nama berkas"),
        FolderError::Io { error, .. } => remedy(error),
        FolderError::Left { .. } => Text::same(""),
    }
}

impl From<FolderError> for CliError {
    fn from(error: FolderError) -> Self {
        CliError::Folder(error)
    }
}

impl From<StudyError> for CliError {
    fn from(error: StudyError) -> Self {
        let text = error.text();
        match error {
            StudyError::Sim(SimError::Interrupted) => CliError::Interrupted,
            StudyError::Opt(OptError::Infeasible(_)) => CliError::Infeasible(text, None),
            StudyError::Opt(OptError::Unbounded { .. }) => CliError::NoOptimum(ErrorKey::Unbounded, text),
            StudyError::Request(why) => CliError::Usage(why),
            _ => CliError::Failure(text),
        }
    }
}

/// A setting as the command line calls it.
fn option(setting: &str) -> String {
    format!("--{setting}")
}

impl From<LearnedError> for CliError {
    fn from(error: LearnedError) -> Self {
        let text = match &error {
            LearnedError::AnotherPlan { folder, differences } => another_plan(folder, differences, &option),
            _ => error.text(),
        };
        CliError::Usage(match &error {
            LearnedError::Packing(_) => return CliError::Failure(text),
            LearnedError::Nothing { .. } | LearnedError::Manifest { .. } => text!(
                en: "{text}. A result has it if 'rantai optimise SCENARIO --time-limit SECONDS --out DIR' was ended by the limit and \
                     the plan was made by decomposition",
                id: "{text}. Hasil memuatnya bila 'rantai optimise SCENARIO --time-limit SECONDS --out DIR' diakhiri batas waktu dan \
                     rencananya dibuat dengan dekomposisi",
                text,
            ),
            LearnedError::Changed(_) => text!(
                en: "{text}: plan anew without --resume",
                id: "{text}: buat rencana lagi tanpa --resume",
                text,
            ),
            LearnedError::Layout { .. } | LearnedError::NotFinite(_) | LearnedError::AnotherPlan { .. } => {
                text!(
                    en: "{text}; plan anew without --resume",
                    id: "{text}; buat rencana lagi tanpa --resume",
                    text,
                )
            }
        })
    }
}

impl From<PartError> for CliError {
    fn from(error: PartError) -> Self {
        let text = error.text();
        match error {
            PartError::Invalid(faults) => CliError::Invalid(faults),
            PartError::Packing(_) => CliError::Failure(text),
            PartError::NoPart { .. } => CliError::Usage(text!(
                en: "{text}; parts are made with 'rantai simulate SCENARIO --shard I/K --out DIR'",
                id: "{text}; bagian dibuat dengan 'rantai simulate SCENARIO --shard I/K --out DIR'",
                text,
            )),
            _ => CliError::Usage(text),
        }
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> Self {
        let text = error.text();
        match error {
            RunError::Study(error) => error.into(),
            RunError::Invalid(faults) => CliError::Invalid(faults),
            RunError::Folder(error) => error.into(),
            RunError::Learned(error) => error.into(),
            RunError::Part(error) => error.into(),
            RunError::Table(_) => CliError::Failure(text),
            RunError::RawColumns(_) => CliError::Usage(text!(
                en: "{text}: take fewer clusters or years, or leave --raw out ({RAW} is what it writes)",
                id: "{text}: kurangi klaster atau tahun, atau hilangkan --raw (yang ditulisnya {RAW})",
                text,
            )),
        }
    }
}

impl From<ReproductionError> for CliError {
    fn from(error: ReproductionError) -> Self {
        let text = error.text();
        match error {
            ReproductionError::Invalid(faults) => CliError::Invalid(faults),
            ReproductionError::Run(error) => error.into(),
            ReproductionError::Io { .. } => CliError::Failure(text),
            _ => CliError::Usage(text),
        }
    }
}

impl From<SolveError> for CliError {
    fn from(error: SolveError) -> Self {
        let text = error.text();
        match error {
            SolveError::Infeasible(_) => CliError::NoOptimum(ErrorKey::Infeasible, text),
            SolveError::Unbounded(_) => CliError::NoOptimum(ErrorKey::Unbounded, text),
            SolveError::TimeLimit => CliError::TimeLimit(text),
            SolveError::WholeRecourse => CliError::Usage(text!(
                en: "{text}; say --method extensive",
                id: "{text}; pakai --method extensive",
                text,
            )),
            SolveError::NotProven { .. } => CliError::Failure(text),
        }
    }
}
