//! Everything that ends a run is told in both languages: every variant of every error type, and mistakes on the command line.

use std::fs;
use std::io::{Error, ErrorKind};
use std::process::Command;

use crate::smps::Instance;
use crate::smps_files::small;
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
use rantai::opt::smps::{Fault, ReadOptions};
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

/// A fault or note of a program's files is told in both languages; names that it quotes may be of any language.
pub(crate) fn assert_fault_told(fault: &Fault) {
    let unquoted = |text: &str| text.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    for text in [Some(&fault.problem), fault.expected.as_ref(), fault.help.as_ref()].into_iter().flatten() {
        let [en, id] = [Lang::En, Lang::Id].map(|lang| text.in_language(lang));
        // Words of SMPS and numbers are the same in both.
        let neutral = !en.contains(char::is_lowercase);
        assert!(!id.is_empty() && (neutral || en != id), "{en:?} {id:?}");
    }
    let [en, id] = [Lang::En, Lang::Id].map(|lang| fault.in_language(lang));
    let told = unquoted(&id);
    assert!(english(&told).is_empty(), "{:?} in {id:?}", english(&told));
    assert!(en == fault.to_string() && en != id, "{en:?} {id:?}");
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
            what: "channel", process: word(), cluster: word(), metric: Text::new("margin", "margin usaha"), period: 0,
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
        metric: Text::new("margin", "margin usaha"),
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
        VariantFault::LeastLine => VariantFault::LeastLine,
        VariantFault::Grain => VariantFault::Grain,
        VariantFault::LimitSize(_) => VariantFault::LimitSize(0),
        VariantFault::LimitYear(_) => VariantFault::LimitYear(0),
        VariantFault::CofundingRatio(_) => VariantFault::CofundingRatio(0),
        VariantFault::CoverageSize(_) => VariantFault::CoverageSize(0),
        VariantFault::CoverageCapacity(_) => VariantFault::CoverageCapacity(0),
    );
}

/// Core files with a fault or a note, each a change of a good one.
fn strange_cores() -> Vec<Instance> {
    let good = small("RANGES\n R A 2\nBOUNDS\n UP BND Y 1\n");
    let x = "    X         B       1\n";
    let rhs = "    RHS       A       4   B       1\n";
    let integer = "    M 'MARKER' 'INTORG'\n    V B 1\n    W B 1\n    M 'MARKER' 'INTEND'\n";
    let changes = [
        ("NAME T\n", "TIME T\n"),
        ("ROWS\n", "ROWZ\n"),
        ("ROWS\n", "ROWS Q\n"),
        ("NAME T\n", " Q 1\nNAME T\n"),
        ("NAME T\n", "OBJSENSE UPWARD\n"),
        ("NAME T\n", "OBJSENSE MIN\nOBJSENSE\n MAX\n"),
        (" L A\n", " Q A\n"),
        (" L A\n", " L A Q\n"),
        (" L A\n", " L A\n L A\n"),
        (" L A\n", " N SPARE\n L A\n"),
        (x, "    M 'MARKER' 'OTHER'\n"),
        (x, "    X B\n"),
        (x, "    X B 1 A 2\n"),
        (x, "    X Q 1\n"),
        ("A       4 ", "A inf "),
        ("A       4 ", "A 4x "),
        ("A       4 ", "A 1e400 "),
        ("A       4 ", "A 1e-400 "),
        (rhs, "    R A 4 B 1 Q\n"),
        (rhs, "    R A 4 B 1\n    R A 4\n"),
        (rhs, "    A 4\n    R B 1\n"),
        (rhs, "    R A 4 B 1\n    S A 4\n"),
        ("RHS\n    RHS ", "RHS SECOND\n    FIRST B 7\n    SECOND "),
        (" R A 2\n", " R A 2\n R A 2\n"),
        (" R A 2\n", " R OBJ 2\n"),
        (" R A 2\n", " R A 1.797e308 B 1.797e308\n R B 1\n"),
        (" UP BND Y 1\n", " SC BND Y 1\n"),
        (" UP BND Y 1\n", " UP BND\n"),
        (" UP BND Y 1\n", " UP BND Q 1\n"),
        (" UP BND Y 1\n", " UP BND Y x\n"),
        (" UP BND Y 1\n", " UP BND Y 1\n UP BND Y 2\n"),
        (" UP BND Y 1\n", " LO BND Y 1\n LO BND Y 2\n"),
        (" UP BND Y 1\n", " UP BND Y -1\n"),
        (" UP BND Y 1\n", " UP BND Y 1\n LO BND Y 2\n"),
        (x, integer),
        ("ROWS\n", " ROWS\n"),
        ("ROWS\n N OBJ\n L A\n G B\nCOLUMNS\n", " ROWS\n N OBJ\n L A\n G B\n COLUMNS\n"),
        ("RANGES\n", "ENDATA\nRANGES\n"),
    ];
    let change = |(from, to): (&str, &str)| {
        assert!(good.core.contains(from), "{from:?}");
        Instance { core: good.core.replacen(from, to, 1), ..good.clone() }
    };
    let whole = ["NAME T\nENDATA\n", "ROWS\n L A\nCOLUMNS\n X A 1\n"];
    let whole = whole.map(|core| Instance { core: core.to_string(), ..good.clone() });
    let huge = good.core.replace("A       4 ", "A 1.7e308 ").replace(" R A 2", " R A 1.7e308");
    let huge = Instance { core: huge, ..good.clone() };
    changes.into_iter().map(change).chain(whole).chain([huge]).collect()
}

/// Time files with a fault or a note.
fn strange_times() -> Vec<Instance> {
    let explicit = "TIME\nPERIODS EXPLICIT\n P1\n P2\nROWS\n A P1\n B P2\nCOLUMNS\n X P1\n Y P2\n";
    let good = small("");
    [
        "TIME T\n X A P1\n".to_string(),
        "TIME T\nPERIODS\n X A P1\nPERIODS\n Y B P2\n".to_string(),
        "TIME T\nPERIODS ODD\n X A P1\n Y B P2\n".to_string(),
        "NAME T\nPERIODS\n X A P1\n Y B P2\n".to_string(),
        "STOCH T\nPERIODS\n X A P1\n Y B P2\n".to_string(),
        "TIME T\nPERIODS\n X A P1\n Y B p1\n".to_string(),
        "TIME T\nPERIODS\n X A\n".to_string(),
        "TIME T\nPERIODS\n Q A P1\n Y Q P2\n".to_string(),
        "TIME T\nPERIODS\n Y B P1\n X A P2\n".to_string(),
        "TIME T\nPERIODS\n Y B P1\n Y B P2\n".to_string(),
        "TIME T\nPERIODS\n Y B P1\n".to_string(),
        "TIME T\n".to_string(),
        explicit.replace(" A P1\n", " Q P1\n"),
        explicit.replace(" X P1\n", " Q P1\n"),
        explicit.replace(" X P1\n", " X P9\n"),
        explicit.replace(" A P1\n", " A P1\n A P2\n"),
        explicit.replace(" X P1\n", " X P1\n X P2\n"),
        explicit.replace(" B P2\n", " B P1\n"),
    ]
    .into_iter()
    .map(|time| Instance { time, ..good.clone() })
    .chain([late_start()])
    .collect()
}

/// Its first period starts at the second column and the second row.
fn late_start() -> Instance {
    let core = "ROWS\n N OBJ\n L A\n G B\n G C\nCOLUMNS\n V OBJ 1 A 1\n X OBJ 1 B 1\n Y OBJ 1 C 1\nRHS\n RHS A 4 C 1\n";
    let stoch = "STOCH\nINDEP DISCRETE\n RHS C 1 1\n";
    Instance::new(core, "TIME\nPERIODS\n X B P1\n Y C P2\n", stoch)
}

/// Stochastic files with a fault or a note.
fn strange_stochs() -> Vec<Instance> {
    let good = small("BOUNDS\n UP BND Y 1\n");
    let texts = [
        "RHS B 1 1\n",
        "INDEP GAMMA\n RHS B 1 2\n",
        "CHANCE\n",
        "UNKNOWN\n",
        "INDEP DISCRETE ODD\n RHS B 1 1\n",
        "INDEP DISCRETE\n UP BND Q 1 1\n UP BND Y 1 1\n FR BND Y 1 1\n",
        "INDEP DISCRETE\n FR BND Y 1 1\n",
        "BLOCKS\n BL E P2 1\n UP Y Q 1\n",
        "INDEP DISCRETE\n RHS Q 1 1\n",
        "INDEP DISCRETE\n Z B 1 1\n",
        "INDEP DISCRETE\n DEMAND B 1 1\n",
        "INDEP DISCRETE\n RHS B 1 half\n",
        "INDEP DISCRETE\n RHS B 1 2\n",
        "INDEP DISCRETE\n RHS B 1 7 1\n",
        "INDEP DISCRETE\n RHS B 1 LATE 0.5\n RHS B 2 LATE 0.5\n",
        "INDEP DISCRETE\n RHS B\n",
        "INDEP UNIFORM\n RHS B\n",
        "INDEP NORMAL\n RHS B\n",
        "INDEP DISCRETE\n RHS B x 1\n",
        "INDEP UNIFORM\n RHS B 1 x\n",
        "INDEP UNIFORM\n RHS B 3 1\n",
        "INDEP UNIFORM\n RHS B 1 3\n RHS B 2 4\n",
        "INDEP NORMAL\n RHS B 1 -1\n",
        "INDEP NORMAL\n RHS B 1 1\n",
        "BLOCKS\n BL E\n",
        "BLOCKS\n RHS B 1\n",
        "BLOCKS\n BL E P2 1\n Y B 1 OBJ 2\n Y B 3\n",
        "BLOCKS\n BL E P2 1\n Y B\n",
        "BLOCKS\n BL E P2 1\n Y B x\n",
        "SCENARIOS\n SC S\n",
        "SCENARIOS\n SC S NONE 1 P2\n RHS B 1\n",
        "SCENARIOS\n SC S ROOT 0.5 P2\n RHS B 1\n SC S ROOT 0.5 P2\n RHS B 3\n",
        "SCENARIOS\n SC S ROOT 1 P2\n RHS B 1\nINDEP\n Y OBJ 1 1\n",
        "INDEP DISCRETE MULTIPLY\n Y OBJ 1.7e308 1\n",
        "INDEP DISCRETE\n UP BND Y 2 1\n FX BND Y 3 1\n",
        "INDEP DISCRETE\n RHS B 1 0.5\n",
        "INDEP DISCRETE\n RHS B 1 0.49999\n RHS B 2 0.5\n",
        "INDEP DISCRETE\n RHS B 1 0.4999999\n RHS B 2 0.5\n",
        "INDEP DISCRETE\n RHS B 1 0.5\n RHS B 1 0.25\n RHS B 1 0.25\n",
        "INDEP DISCRETE\n RHS A 1 0.5\n RHS A 2 0.5\n",
        "INDEP DISCRETE\n RHS OBJ 1 0.5\n RHS OBJ 2 0.5\nBLOCKS\n BL E P2 1\n RHS OBJ 1\n",
        "INDEP DISCRETE\n RHS B 1 1e-200\n RHS B 2 1\n Y OBJ 1 1e-200\n Y OBJ 2 1\n",
    ];
    let many: String = (0..100_001).map(|i| format!(" RHS B {i} 0.0000099999\n")).collect();
    let mut all: Vec<Instance> =
        texts.iter().map(|text| Instance { stoch: format!("STOCH\n{text}"), ..good.clone() }).collect();
    all.push(Instance { stoch: format!("STOCH\nINDEP DISCRETE\n{many}"), ..good.clone() });
    all.push(Instance { stoch: "NAME T\n".to_string(), ..good.clone() });
    // Three periods: merged, told apart by a name that is none of theirs, and with chance in the third.
    let mut three = good;
    three.core = three.core.replace("RHS\n", "    Z OBJ 1\nRHS\n");
    three.time = "TIME\nPERIODS\n X A P1\n Y B P2\n Z B P3\n".to_string();
    for period in ["P2", "STG02", "P3"] {
        let stoch = three.stoch.replace("P2", period);
        all.push(Instance { stoch, ..three.clone() });
    }
    all
}

/// The Indonesian texts of a source file, as the parts between their arguments.
fn templates(source: &str) -> Vec<Vec<String>> {
    let starts = source.match_indices("id: \"").map(|(at, start)| &source[at + start.len()..]);
    starts
        .map(|rest| {
            let text = rest.split('"').next().unwrap_or_default();
            let parts = text.split(['{', '}']).step_by(2);
            parts.map(str::to_string).collect()
        })
        .collect()
}

/// True if the parts stand in `told` one after the other.
fn holds(told: &str, parts: &[String]) -> bool {
    let mut rest = told;
    parts.iter().all(|part| match rest.find(part.as_str()) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// Bad inputs for every fault and note of the reader: each is told in both languages, and no text of the reader is left
/// that none of them brings to light.
#[test]
fn faults_of_program_files_are_told_in_both_languages() {
    let mut told = Vec::new();
    for instance in strange_cores().into_iter().chain(strange_times()).chain(strange_stochs()) {
        let found = match instance.read_with(&ReadOptions::default()) {
            Ok(read) => read.notes,
            Err(faults) => faults,
        };
        assert!(!found.is_empty(), "{instance:?}");
        found.iter().for_each(assert_fault_told);
        told.extend(found.iter().map(|fault| fault.in_language(Lang::Id)));
    }
    let rooms = ["opt/smps.rs", "opt/smps/line.rs", "opt/smps/phrase.rs", "opt/smps/section.rs"]
        .into_iter()
        .chain(["opt/smps/core.rs", "opt/smps/core/bounds.rs", "opt/smps/core/sets.rs", "opt/smps/time.rs"])
        .chain(["opt/smps/stoch.rs", "opt/smps/stoch/data.rs", "opt/smps/stoch/finish.rs"]);
    let mut unseen = Vec::new();
    let mut seen = 0;
    for room in rooms {
        let path = format!("{}/src/{room}", env!("CARGO_MANIFEST_DIR"));
        for parts in templates(&fs::read_to_string(path).expect("source")) {
            // A word is a bound's type before a known column only, so that no line lacks the column.
            let never = parts == ["jenis batas, himpunannya, dan kolom"];
            if never || told.iter().any(|told| holds(told, &parts)) {
                seen += 1;
            } else {
                unseen.push(format!("{room}: {}", parts.join("_")));
            }
        }
    }
    assert!(unseen.is_empty() && seen > 130, "{seen} seen, not these:\n{}", unseen.join("\n"));
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
        RunError::Invalid(_) => RunError::Invalid(Vec::new()),
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
        (vec!["optimise", minimal, "--objective", "indicator:wood"], 2),
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
