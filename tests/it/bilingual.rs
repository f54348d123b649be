//! Everything that ends a run is told in both languages: every variant of every error type, and mistakes on the command line.

use std::fs;
use std::io::{Error, ErrorKind};
use std::process::Command;

use crate::support::{code, scenario, stderr};
use rantai::archive::learned::{Differing, LearnedError};
use rantai::archive::manifest::{Difference, ManifestError};
use rantai::archive::part::PartError;
use rantai::archive::reproduction::ReproductionError;
use rantai::archive::runner::RunError;
use rantai::model::{ClusterId, InterventionId, Metric, Risk, SourceId, VariantFault};
use rantai::opt::Conflict;
use rantai::opt::decomposition::DecompositionError;
use rantai::opt::error::OptError;
use rantai::opt::lp::LpStatus;
use rantai::opt::smps::write::WriteError;
use rantai::opt::solve::{BoundBy, Ray, SolveError};
use rantai::opt::unproven::{NumberAt, Unproven};
use rantai::report::{Lang, Text};
use rantai::sim::SimError;
use rantai::study::StudyError;

/// English words that no Indonesian sentence has.
const ENGLISH: [&str; 30] = [
    "the", "of", "is", "are", "was", "has", "have", "and", "or", "not", "no", "to", "in", "for", "from",
    "with", "that", "this", "be", "been", "cannot", "could", "its", "expected", "which", "there", "than",
    "nothing", "missing", "must",
];

/// The English words in `told`; capitals are names of options' values.
fn english(told: &str) -> Vec<String> {
    let words = told.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
    words.filter(|word| ENGLISH.contains(word)).map(str::to_string).collect()
}

/// Both languages say something of their own, and the Indonesian is Indonesian.
fn assert_told(text: &Text) {
    let [en, id] = [Lang::En, Lang::Id].map(|lang| text.in_language(lang));
    assert!(!en.is_empty() && !id.is_empty() && en != id, "{en:?} {id:?}");
    assert!(english(id).is_empty(), "{:?} in {id:?}", english(id));
}

/// Checks an error for each variant of a type; a variant that is not listed does not compile.
macro_rules! every {
    ($type:ty: $($pattern:pat => $error:expr),+ $(,)?) => {{
        let errors: Vec<$type> = vec![$($error),+];
        // Refused by the compiler where a variant has no line.
        let listed = |error: &$type| match error {
            $($pattern => {})+
        };
        errors.iter().for_each(listed);
        let place = |error: &$type| [$(matches!(error, $pattern)),+].iter().position(|is| *is);
        assert!(errors.iter().map(place).eq((0..errors.len()).map(Some)));
        for error in &errors {
            assert_told(&error.text());
        }
    }};
}

fn word() -> String {
    "x".to_string()
}

fn full() -> Error {
    Error::new(ErrorKind::StorageFull, "no space is left")
}

fn said() -> Text {
    Text::new("the request is wrong", "permintaan salah")
}

/// The error of a decoder that is given nothing.
fn undecoded() -> postcard::Error {
    postcard::from_bytes::<u64>(&[]).expect_err("nothing")
}

fn unproven(violation: f64) -> Unproven {
    let number = |value| NumberAt { decision: word(), value };
    Unproven {
        row: word(),
        sample: Some(0),
        violation,
        gap: 0.1,
        smallest: number(1e-9),
        largest: number(1e9),
    }
}

#[test]
fn errors_of_the_simulator_and_the_optimiser_are_told_in_both_languages() {
    every!(SimError:
        SimError::NegativeCapacity { .. } => SimError::NegativeCapacity { cluster: word(), capacity: word(), period: 0 },
        SimError::Unbounded { .. } => SimError::Unbounded { cluster: word(), channel: word(), period: 0 },
        SimError::Interrupted => SimError::Interrupted,
    );
    let conflict = Conflict { rules: vec![], relaxation: vec![], least: 0.0, least_by: BoundBy::Certificate };
    every!(OptError:
        OptError::Infeasible(_) => OptError::Infeasible(Box::new(conflict)),
        OptError::Unbounded { .. } => OptError::Unbounded {
            what: "channel", process: word(), cluster: word(), metric: "margin", period: 0,
        },
        OptError::NotProven { .. } => OptError::NotProven { gap: 0.1, violation: 0.1, status: LpStatus::Failed },
        OptError::NotProvenAt(_) => OptError::NotProvenAt(Box::new(unproven(1.0))),
        OptError::Decomposition(_) => OptError::Decomposition(DecompositionError::Model),
        OptError::Learned => OptError::Learned,
        OptError::Variant(_) => OptError::Variant(vec![VariantFault::ShadowPrices]),
    );
    assert_told(&unproven(0.0).text());
    let whole = OptError::Unbounded {
        what: "process",
        process: word(),
        cluster: word(),
        metric: "margin",
        period: 0,
    };
    assert_told(&whole.text());
    every!(DecompositionError:
        DecompositionError::Infeasible => DecompositionError::Infeasible,
        DecompositionError::Unbounded { .. } => DecompositionError::Unbounded { sample: 0 },
        DecompositionError::FirstStageUnbounded => DecompositionError::FirstStageUnbounded,
        DecompositionError::Recourse { .. } => DecompositionError::Recourse { sample: 0 },
        DecompositionError::Model => DecompositionError::Model,
        DecompositionError::Interrupted => DecompositionError::Interrupted,
    );
    every!(SolveError:
        SolveError::Infeasible(_) => SolveError::Infeasible(said()),
        SolveError::Unbounded(_) => SolveError::Unbounded(Box::new(Ray { x: vec![], recourse: vec![] })),
        SolveError::TimeLimit => SolveError::TimeLimit,
        SolveError::NotProven { .. } => SolveError::NotProven { gap: 0.1, violation: 0.1, status: LpStatus::Optimal },
        SolveError::WholeRecourse => SolveError::WholeRecourse,
    );
    every!(WriteError:
        WriteError::NoSample => WriteError::NoSample,
        WriteError::Shapes(_) => WriteError::Shapes(2),
    );
}

#[test]
fn faults_of_changed_cases_are_told_in_both_languages() {
    let (s, c, i) = (SourceId::new(0), ClusterId::new(0), InterventionId::new(0));
    every!(VariantFault:
        VariantFault::NoSource(_) => VariantFault::NoSource(s),
        VariantFault::NoCluster(_) => VariantFault::NoCluster(c),
        VariantFault::Years { .. } => VariantFault::Years { source: s, years: 2 },
        VariantFault::NegativeAmount(..) => VariantFault::NegativeAmount(s, 0),
        VariantFault::CarryOver(_) => VariantFault::CarryOver(s),
        VariantFault::Disbursement(_) => VariantFault::Disbursement(s),
        VariantFault::FundsNothing(_) => VariantFault::FundsNothing(s),
        VariantFault::NoLine(..) => VariantFault::NoLine(c, i),
        VariantFault::LineNumber(..) => VariantFault::LineNumber(c, i),
        VariantFault::NoMetric(_) => VariantFault::NoMetric(Metric::Economic),
        VariantFault::ShadowPrices => VariantFault::ShadowPrices,
        VariantFault::LockedLine(_) => VariantFault::LockedLine(0),
        VariantFault::Risk(_) => VariantFault::Risk(Risk { lambda: 2.0, alpha: 0.9 }),
        VariantFault::LimitSize(_) => VariantFault::LimitSize(0),
        VariantFault::LimitYear(_) => VariantFault::LimitYear(0),
        VariantFault::CofundingRatio(_) => VariantFault::CofundingRatio(0),
        VariantFault::CoverageSize(_) => VariantFault::CoverageSize(0),
        VariantFault::CoverageCapacity(_) => VariantFault::CoverageCapacity(0),
    );
}

#[test]
fn errors_of_results_are_told_in_both_languages() {
    every!(StudyError:
        StudyError::Sim(_) => StudyError::Sim(SimError::Interrupted),
        StudyError::Opt(_) => StudyError::Opt(OptError::Learned),
        StudyError::Raw(_) => StudyError::Raw(full()),
        StudyError::Request(_) => StudyError::Request(said()),
    );
    every!(ManifestError:
        ManifestError::Missing => ManifestError::Missing,
        ManifestError::NotAFile => ManifestError::NotAFile,
        ManifestError::Io(_) => ManifestError::Io(full()),
        ManifestError::NotOurs => ManifestError::NotOurs,
    );
    every!(Difference:
        Difference::Missing(_) => Difference::Missing(word()),
        Difference::Edited(_) => Difference::Edited(word()),
        Difference::Unlisted(_) => Difference::Unlisted(word()),
    );
    let differing = |setting| Differing { setting, was: "1".to_string(), is: "2".to_string() };
    every!(LearnedError:
        LearnedError::Nothing { .. } => LearnedError::Nothing { folder: word(), file: "cuts.bin", error: full() },
        LearnedError::Manifest { .. } => LearnedError::Manifest { folder: word(), error: ManifestError::NotOurs },
        LearnedError::Changed(_) => LearnedError::Changed(word()),
        LearnedError::Layout { .. } => LearnedError::Layout { folder: word(), error: undecoded() },
        LearnedError::NotFinite(_) => LearnedError::NotFinite(word()),
        LearnedError::AnotherPlan { .. } => LearnedError::AnotherPlan {
            folder: word(), differences: vec![differing("version"), differing("scenario"), differing("seed")],
        },
        LearnedError::Packing(_) => LearnedError::Packing(undecoded()),
    );
    every!(PartError:
        PartError::NoPart { .. } => PartError::NoPart { folder: word(), why: said() },
        PartError::Version { .. } => PartError::Version { folder: word(), version: word() },
        PartError::Changed { .. } => PartError::Changed { folder: word(), differences: said() },
        PartError::Layout { .. } => PartError::Layout { folder: word(), error: undecoded() },
        PartError::NotOneRun(_) => PartError::NotOneRun(vec![said(), said()]),
        PartError::Scenario(_) => PartError::Scenario(word()),
        PartError::Invalid(_) => PartError::Invalid(Vec::new()),
        PartError::Packing(_) => PartError::Packing(undecoded()),
    );
    every!(RunError:
        RunError::Study(_) => RunError::Study(StudyError::Request(said())),
        RunError::Folder(_) => RunError::Folder(rantai::archive::FolderError::Exists("x".into())),
        RunError::Learned(_) => RunError::Learned(LearnedError::Changed(word())),
        RunError::Part(_) => RunError::Part(PartError::Scenario(word())),
        RunError::Table(_) => RunError::Table(full()),
        RunError::RawColumns(_) => RunError::RawColumns(9),
    );
    every!(ReproductionError:
        ReproductionError::Manifest { .. } => ReproductionError::Manifest { folder: word(), error: ManifestError::Missing },
        ReproductionError::Settings { .. } => ReproductionError::Settings { folder: word(), version: word() },
        ReproductionError::Resumed(_) => ReproductionError::Resumed(word()),
        ReproductionError::Invalid(_) => ReproductionError::Invalid(Vec::new()),
        ReproductionError::Scenario(_) => ReproductionError::Scenario(word()),
        ReproductionError::Run(_) => ReproductionError::Run(RunError::RawColumns(9)),
        ReproductionError::Io { .. } => ReproductionError::Io { path: word(), error: full() },
    );
}

/// Each mistake gives the same exit code in both languages, and an Indonesian sentence of its own.
#[test]
fn mistakes_on_the_command_line_are_told_in_indonesian() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let (minimal, here) = (path.to_str().expect("path"), folder.path().to_str().expect("path"));
    // A result folder that holds nothing to go on from, and one of something else.
    let other = folder.path().join("other");
    fs::create_dir(&other).expect("made");
    fs::write(other.join("manifest.json"), "{}").expect("written");
    let other = other.to_str().expect("path");
    let mistakes: Vec<(Vec<&str>, i32)> = vec![
        (vec!["optimise", minimal, "--samples", "0"], 2),
        (vec!["optimise", minimal, "--samples", "x"], 2),
        (vec!["optimise", minimal, "--samples", "99999999999999999999"], 2),
        (vec!["optimise", minimal, "--seed", "-1"], 2),
        (vec!["optimise", minimal, "--gap", "2"], 2),
        (vec!["optimise", minimal, "--time-limit", "0"], 2),
        (vec!["optimise", minimal, "--objective", "fame"], 2),
        (vec!["optimise", minimal, "--net", "fame"], 2),
        (vec!["optimise", minimal, "--objective", "economic"], 2),
        (vec!["optimise", minimal, "--objective", "margin", "--net", "budget"], 2),
        (vec!["optimise", minimal, "--resume", here], 2),
        (vec!["optimise", minimal, "--resume", other], 2),
        (vec!["coordinate", minimal, "--order", "x"], 2),
        (vec!["check", minimal, "--threads", "0"], 2),
        (vec!["simulate", minimal, "--samples", "1"], 2),
        (vec!["simulate", minimal, "--until", "0%"], 2),
        (vec!["simulate", minimal, "--until", "1%", "--samples", "9"], 2),
        (vec!["simulate", minimal, "--max-samples", "300"], 2),
        (vec!["simulate", minimal, "--shard", "1/2"], 2),
        (vec!["simulate", minimal, "--raw"], 2),
        (vec!["simulate", minimal, "--trace", "1", "--json"], 2),
        (vec!["simulate", minimal, "--until", "1%", "--sampler", "lhs"], 2),
        (vec!["simulate", minimal, "--samples", "100", "--sampler", "sobol"], 2),
        (vec!["simulate", minimal, "--samples", "3072", "--sampler", "sobol", "--replicates", "4"], 2),
        (vec!["merge", here, other], 2),
        (vec!["merge", other], 2),
        (vec!["reproduce", here], 2),
        (vec!["reproduce", other], 2),
        (vec!["generate", here], 2),
        (vec!["generate", "x", "--years", "100", "--periods-per-year", "366"], 2),
        (vec!["generate", "x", "--length", "1"], 2),
        (vec!["generate", "x", "--contested", "2"], 2),
        (vec!["program", "export", minimal, "--objective", "economic"], 2),
        (vec!["program", "solve", "a", "b", "c", "--alpha", "1"], 2),
        (vec!["program", "solve", "a", "b"], 2),
        (vec!["program"], 2),
        (vec!["schema", "x"], 2),
    ];
    let mut wrong = Vec::new();
    for (words, expected) in mistakes {
        let told = |lang: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_rantai"));
            command.current_dir(here).env_remove("LC_ALL").env("NO_COLOR", "1");
            command.env("LC_MESSAGES", if lang == "id" { "id_ID.UTF-8" } else { "C" });
            let output = command.args(&words).output().expect("run");
            (code(&output), stderr(&output))
        };
        let ((english_code, en), (indonesian_code, id)) = (told("en"), told("id"));
        if words.as_slice() == ["program"] {
            // Help rather than an error.
            continue;
        }
        let codes = english_code == expected && indonesian_code == expected;
        let begun = en.starts_with("error: ") && id.starts_with("kesalahan: ");
        if !codes || !begun || !english(&id).is_empty() {
            wrong.push(format!("{words:?} {english_code} {indonesian_code}: {en}{id}{:?}", english(&id)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
