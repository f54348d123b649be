//! `program solve --json`: a solved two-stage program, in the sense of its file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::finite;
use super::plan::SizeDocument;
use super::words::{MethodKey, words};
use crate::language::{Lang, Text, text};
use crate::opt::lp::solver_name;
use crate::opt::smps::{Direction, Origin, StochasticProgram};
use crate::opt::solve::{BoundBy, Ending, SolveMethod, Solved};
use crate::opt::worth::{Figure, Worth};

words! {
    /// The sense of the objective.
    SenseKey of Direction {
        /// The least.
        Minimise = "minimise",
        /// The most.
        Maximise = "maximise",
    }

    /// How solving ended.
    EndingKey of Ending {
        /// Optimal.
        Optimal = "optimal",
        /// Optimal by the solver's word.
        NotProven = "not_proven",
        /// The time limit came first: the best answer known.
        TimeLimit = "time_limit",
    }
}

/// The origin of a bound, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BoundWords {
    /// Duals.
    #[serde(rename = "from duals, checked in our own arithmetic")]
    Certificate,
    /// The solver.
    #[serde(rename = "the solver's own bound of its search over whole numbers")]
    Solver,
}

impl BoundWords {
    /// The words.
    pub fn text(self) -> Text {
        match self {
            BoundWords::Certificate => text!(
                en: "from duals, checked in our own arithmetic",
                id: "dari nilai dual, diperiksa dengan perhitungan sendiri",
            ),
            BoundWords::Solver => text!(
                en: "the solver's own bound of its search over whole numbers",
                id: "batas dari pemecah sendiri dalam pencarian bilangan bulat",
            ),
        }
    }
}

impl From<BoundBy> for BoundWords {
    fn from(of: BoundBy) -> Self {
        match of {
            BoundBy::Certificate => BoundWords::Certificate,
            BoundBy::Solver => BoundWords::Solver,
        }
    }
}

/// The verdict on an answer, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProgramVerdict {
    /// Proven by duals.
    #[serde(rename = "proven")]
    Proven,
    /// Checked to be feasible; the bound is the solver's.
    #[serde(rename = "feasible, bound by the solver")]
    Feasible,
    /// Not proven.
    #[serde(rename = "optimal by the solver's word, not proven")]
    NotProven,
    /// Stopped.
    #[serde(rename = "stopped at the time limit")]
    TimeLimit,
}

impl ProgramVerdict {
    /// The words.
    pub fn text(self) -> Text {
        match self {
            ProgramVerdict::Proven => text!(en: "proven", id: "terbukti"),
            ProgramVerdict::Feasible => {
                text!(en: "feasible, bound by the solver", id: "layak, batas dari pemecah")
            }
            ProgramVerdict::NotProven => text!(
                en: "optimal by the solver's word, not proven",
                id: "optimal menurut pemecah, tidak terbukti",
            ),
            ProgramVerdict::TimeLimit => {
                text!(en: "stopped at the time limit", id: "dihentikan pada batas waktu")
            }
        }
    }

    /// The verdict on `solved`.
    pub fn of(solved: &Solved) -> Self {
        match (solved.ending, solved.bound_by) {
            (Ending::Optimal, BoundBy::Certificate) => ProgramVerdict::Proven,
            (Ending::Optimal, BoundBy::Solver) => ProgramVerdict::Feasible,
            (Ending::NotProven, _) => ProgramVerdict::NotProven,
            (Ending::TimeLimit, _) => ProgramVerdict::TimeLimit,
        }
    }
}

/// The check of an answer in our own arithmetic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProgramCertificate {
    /// The verdict.
    pub verdict: ProgramVerdict,
    /// Relative gap between the objective and the bound of the duals; null where there is none.
    pub gap: Option<f64>,
    /// Largest relative violation of a row or bound.
    pub primal_violation: Option<f64>,
    /// Largest relative violation of the dual.
    pub dual_violation: Option<f64>,
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProgramSchema {
    /// Version 1.
    #[serde(rename = "rantai.program/1")]
    One,
}

/// First-stage decisions by column.
type Decisions = BTreeMap<String, Option<f64>>;

/// A solved two-stage program. A figure is null where it is infinite or not known; `reasons` say why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProgramDocument {
    /// The schema.
    pub schema: ProgramSchema,
    /// The name in its file; empty where it has none.
    pub name: String,
    /// The sense of the objective.
    pub sense: SenseKey,
    /// The method that was asked for.
    pub method: MethodKey,
    /// The solver and its version.
    pub solver: String,
    /// The algorithm that answered, in words.
    pub algorithm: String,
    /// How solving ended.
    pub status: EndingKey,
    /// Value of `x` [unit of the objective], sample by sample.
    pub objective: Option<f64>,
    /// A bound on it [unit of the objective]; null where there is none.
    pub bound: Option<f64>,
    /// The origin of the bound.
    pub bound_by: BoundWords,
    /// Relative gap between them; null where there is no bound.
    pub gap: Option<f64>,
    /// First-stage decisions.
    pub x: Decisions,
    /// Decisions of the program with every number at its mean; null where there are none.
    pub x_ev: Option<Decisions>,
    /// Optimum with every number at its mean [unit of the objective].
    pub ev: Option<f64>,
    /// Value of the mean's decisions on the samples [unit of the objective].
    pub eev: Option<f64>,
    /// Mean optimum where each sample is known [unit of the objective].
    pub ws: Option<f64>,
    /// Worth of perfect information [unit of the objective], not negative.
    pub evpi: Option<f64>,
    /// Worth of planning for uncertainty [unit of the objective], not negative.
    pub vss: Option<f64>,
    /// Why a figure is not known, by its key.
    pub reasons: BTreeMap<String, String>,
    /// Samples.
    pub samples: usize,
    /// Seed of the draws; null where every combination of outcomes is a sample.
    pub seed: Option<u64>,
    /// Weight λ of the CVaR [share].
    pub lambda: f64,
    /// Level α of the CVaR [share].
    pub alpha: f64,
    /// The check of the answer.
    pub certificate: ProgramCertificate,
    /// The size of the program.
    pub size: SizeDocument,
    /// How its files were read that could have been meant otherwise.
    pub notes: Vec<String>,
}

/// EV, EEV, WS, EVPI and VSS with their keys, in the file's sense. EVPI and VSS are differences, never negative.
pub(crate) fn figures(direction: Direction, worth: &Worth) -> [(&'static str, Figure); 5] {
    let turned = |figure: &Figure| Figure {
        value: figure.value.map(|value| direction.of(value)),
        reason: figure.reason.clone(),
    };
    [
        ("ev", turned(&worth.ev)),
        ("eev", turned(&worth.eev)),
        ("ws", turned(&worth.ws)),
        ("evpi", worth.evpi.clone()),
        ("vss", worth.vss.clone()),
    ]
}

impl ProgramDocument {
    /// The document of an answer; notes and reasons in `lang`.
    pub fn of(
        stochastic: &StochasticProgram,
        method: SolveMethod,
        solved: &Solved,
        worth: &Worth,
        lang: Lang,
    ) -> Self {
        let (direction, program) = (stochastic.direction, &stochastic.program);
        let decisions = |x: &[f64]| -> Decisions {
            stochastic.first_columns.iter().cloned().zip(x.iter().map(|x| finite(*x))).collect()
        };
        let figures = figures(direction, worth);
        let reason = |(key, figure): &(&str, Figure)| {
            figure.reason.as_ref().map(|why| ((*key).to_string(), why.in_language(lang).to_string()))
        };
        let reasons = figures.iter().filter_map(reason).collect();
        let [ev, eev, ws, evpi, vss] = figures.map(|(_, figure)| figure.finite());
        Self {
            schema: ProgramSchema::One,
            name: stochastic.name.clone(),
            sense: direction.into(),
            method: method.into(),
            solver: solver_name(),
            algorithm: solved.solved_by.name(),
            status: solved.ending.into(),
            objective: finite(direction.of(solved.objective)),
            bound: finite(direction.of(solved.bound)),
            bound_by: solved.bound_by.into(),
            gap: finite(solved.gap),
            x: decisions(&solved.x),
            x_ev: worth.ev_x.as_ref().map(|x| decisions(x)),
            ev,
            eev,
            ws,
            evpi,
            vss,
            reasons,
            samples: program.samples.len(),
            seed: match stochastic.origin {
                Origin::Drawn(seed) => Some(seed),
                Origin::Enumerated => None,
            },
            lambda: program.risk.lambda,
            alpha: program.risk.alpha,
            certificate: ProgramCertificate {
                verdict: ProgramVerdict::of(solved),
                gap: finite(solved.certificate.gap),
                primal_violation: finite(solved.certificate.primal_violation),
                dual_violation: finite(solved.certificate.dual_violation),
            },
            size: solved.size.into(),
            notes: stochastic.notes.iter().map(|note| note.in_language(lang)).collect(),
        }
    }
}
