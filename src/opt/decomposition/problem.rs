//! The words of every decomposition: its first stage, its options, its progress and its answer.

use super::super::program::{Column, Row, TwoStageProgram};
use crate::control::Control;
use crate::language::{Lang, Text, text};
use crate::model::Risk;

/// The first stage of a program, apart from its samples.
#[derive(Debug, Clone, Copy)]
pub struct FirstStage<'a> {
    /// Columns.
    pub columns: &'a [Column],
    /// Rows.
    pub rows: &'a [Row],
    /// By row: it joins parts of the first stage that would hang together by nothing else.
    pub linking: &'a [bool],
    /// The attitude to risk.
    pub risk: Risk,
}

/// The scheme of a decomposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// The better one, by size.
    Automatic,
    /// The L-shaped method: one master.
    LShaped,
    /// Column generation: a master of cuts for each block, joined by prices.
    ColumnGeneration,
}

/// How the decomposition is to run.
#[derive(Clone, Copy)]
pub struct DecompositionOptions<'a> {
    /// Relative gap at which it may stop.
    pub gap: f64,
    /// Least size against which the gap is measured.
    pub unit: f64,
    /// The scheme.
    pub scheme: Scheme,
    /// Groups of samples with a cut each; `None` for a number by size.
    pub groups: Option<usize>,
    /// Told of every iteration; returns false to stop.
    pub progress: &'a (dyn Fn(Iteration) -> bool + Sync),
}

impl DecompositionOptions<'_> {
    /// To take a program apart: the gap is not asked for yet.
    pub fn to_begin(scheme: Scheme) -> Self {
        Self { gap: 0.0, unit: 1.0, scheme, groups: None, progress: &|_| true }
    }
}

/// How far an iteration got.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iteration {
    /// Its number, from 1.
    pub number: usize,
    /// Value of the best decisions known; minus infinity before there are any.
    pub objective: f64,
    /// Valid upper bound on the maximum.
    pub bound: f64,
}

/// Why it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The gap is small enough.
    Gap,
    /// It was told to stop.
    Interrupted,
    /// Rounding keeps it from getting further.
    Stalled,
}

/// The answer of a decomposition.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposed {
    /// Why it stopped.
    pub finish: Finish,
    /// First-stage decisions.
    pub x: Vec<f64>,
    /// Their risk-adjusted value, recourse worked out at just these decisions.
    pub objective: f64,
    /// Valid upper bound on the maximum.
    pub bound: f64,
    /// G_w by sample.
    pub values: Vec<f64>,
    /// Rise of the maximum per unit of right-hand side, by first-stage row, as far as the scheme taken knows it.
    pub duals: Vec<f64>,
    /// Iterations.
    pub iterations: usize,
    /// The scheme taken.
    pub scheme: Scheme,
    /// Blocks of the first stage.
    pub blocks: usize,
    /// Recourse problems.
    pub problems: usize,
    /// Cuts in the models at the end.
    pub cuts: usize,
}

impl Decomposed {
    /// (bound − objective) / max(|objective|, `unit`).
    pub fn gap(&self, unit: f64) -> f64 {
        relative_gap(self.objective, self.bound, unit)
    }
}

pub(super) fn relative_gap(objective: f64, bound: f64, unit: f64) -> f64 {
    if objective.is_infinite() {
        return f64::INFINITY;
    }
    ((bound - objective) / objective.abs().max(unit)).max(0.0)
}

/// Why to stop with these (objective, bound), if there is a reason.
pub(super) fn finished(
    options: &DecompositionOptions<'_>,
    objective: f64,
    bound: f64,
    going: bool,
    stalled: bool,
) -> Option<Finish> {
    if relative_gap(objective, bound, options.unit) <= options.gap {
        Some(Finish::Gap)
    } else if !going {
        Some(Finish::Interrupted)
    } else {
        stalled.then_some(Finish::Stalled)
    }
}

/// The errors of a decomposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum DecompositionError {
    /// No first-stage decisions keep all rows and leave every sample a recourse.
    Infeasible,
    /// The objective grows without end.
    Unbounded {
        /// The sample.
        sample: usize,
    },
    /// The objective grows without end in the first stage.
    FirstStageUnbounded,
    /// A recourse problem whose answer could not be proven by any method.
    Recourse {
        /// The sample.
        sample: usize,
    },
    /// The model of cuts could not be solved.
    Model,
    /// It was told to stop before any decisions were known.
    Interrupted,
}

impl DecompositionError {
    /// The error in both languages; samples count from 1.
    pub fn text(&self) -> Text {
        match self {
            Self::Infeasible => text!(
                en: "no decisions keep all constraints in all samples",
                id: "tidak ada keputusan yang memenuhi semua kendala di semua sampel",
            ),
            Self::Unbounded { sample } => text!(
                en: "the objective of sample {at} grows without end",
                id: "tujuan pada sampel {at} naik tanpa batas",
                at = sample + 1,
            ),
            Self::FirstStageUnbounded => text!(
                en: "the objective grows without end in the first stage",
                id: "tujuan naik tanpa batas pada tahap pertama",
            ),
            Self::Recourse { sample } => text!(
                en: "the recourse problem of sample {at} could not be solved to a proof",
                id: "masalah tahap kedua pada sampel {at} tidak dapat diselesaikan sampai terbukti",
                at = sample + 1,
            ),
            Self::Model => text!(
                en: "the solver gave up on the model of cuts",
                id: "pemecah menyerah pada model potongan",
            ),
            Self::Interrupted => text!(
                en: "it was told to stop before any decisions were known",
                id: "dekomposisi diminta berhenti sebelum ada keputusan yang diketahui",
            ),
        }
    }
}

/// How a program is put to the methods.
#[derive(Clone, Copy)]
pub(super) struct Manner<'a> {
    /// Its units are right as they are: nothing is scaled by ceilings, and nothing that the solver says is believed.
    pub(super) scaled: bool,
    /// Asked inside long steps.
    pub(super) control: Control<'a>,
    /// Iterations without any bound after which it is given up as endless.
    pub(super) patience: usize,
}

impl Manner<'_> {
    /// That of planning programs, whose ceilings say how large amounts are.
    pub(super) const BY_CEILINGS: Self =
        Self { scaled: false, control: Control::unlimited(), patience: usize::MAX };
}

/// Bounds on the maximum under a requirement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Required {
    /// The value of the best decisions known, where any are known.
    pub at_least: Option<f64>,
    /// Valid upper bound.
    pub at_most: f64,
}

impl TwoStageProgram {
    /// The first stage, where `linking` says which rows join parts that would hang together by nothing else.
    pub fn first_stage<'a>(&'a self, linking: &'a [bool]) -> FirstStage<'a> {
        FirstStage { columns: &self.columns, rows: &self.rows, linking, risk: self.risk }
    }
}

/// How far from whole a number may be.
pub(super) const WHOLE: f64 = 1e-6;
