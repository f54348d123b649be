//! The errors of planning, as data: front ends put them into words and add hints.

use super::conflict::Conflict;
use super::decomposition::DecompositionError;
use super::lp::LpStatus;
use super::unproven::Unproven;
use crate::language::{Lang, Text, text};
use crate::model::VariantFault;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum OptError {
    /// Budgets, floors and caps contradict each other: which, and the cheapest way out.
    Infeasible(Box<Conflict>),
    /// The objective grows without end.
    Unbounded {
        /// `channel` or `process`.
        what: &'static str,
        /// Key of the process.
        process: String,
        /// Key of the cluster.
        cluster: String,
        /// The metric that grows.
        metric: &'static str,
        /// The period (from 0; messages count from 1).
        period: usize,
    },
    /// The solver's answer could not be proven by any method.
    NotProven {
        /// Relative gap found by the certificate.
        gap: f64,
        /// Largest row violation.
        violation: f64,
        /// The solver's status.
        status: LpStatus,
    },
    /// No method could prove an answer: where the proof fails.
    NotProvenAt(Box<Unproven>),
    /// The decomposition stopped.
    Decomposition(#[from] DecompositionError),
    /// The cuts handed in belong to another program.
    Learned,
    /// A changed case of the model is not valid.
    Variant(Vec<VariantFault>),
}

impl OptError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Infeasible(_) => text!(
                en: "no allocation keeps all floors, caps and budgets",
                id: "tidak ada alokasi yang memenuhi semua batas bawah, batas atas, dan anggaran",
            ),
            Self::Unbounded { what, process, cluster, metric, period } => {
                let kind = match *what {
                    "channel" => text!(en: "channel", id: "saluran"),
                    _ => text!(en: "process", id: "proses"),
                };
                text!(
                    en: "nothing limits {kind} '{process}' of cluster '{cluster}' in period {at}, so that {metric} could grow without end; give it a capacity under uses",
                    id: "tidak ada yang membatasi {kind} '{process}' di klaster '{cluster}' pada periode {at}, sehingga {metric} dapat naik tanpa batas; beri kapasitas di bawah uses",
                    kind, process, cluster, metric, at = period + 1,
                )
            }
            Self::NotProven { gap, violation, status } => text!(
                en: "the solver's answer could not be proven: relative gap {gap:e}, row violation {violation:e} ({ended})",
                id: "jawaban pemecah tidak dapat dibuktikan: selisih relatif {gap:e}, pelanggaran baris {violation:e} ({ended})",
                gap, violation, ended = status.text(),
            ),
            Self::NotProvenAt(unproven) => text!(
                en: "no method could prove an answer: {unproven}",
                id: "tidak ada metode yang dapat membuktikan jawaban: {unproven}",
                unproven = unproven.text(),
            ),
            Self::Decomposition(error) => text!(
                en: "the decomposition stopped: {why}",
                id: "dekomposisi berhenti: {why}",
                why = error.text(),
            ),
            Self::Learned => text!(
                en: "what was learned before is of another program",
                id: "yang dipelajari sebelumnya berasal dari program lain",
            ),
            Self::Variant(faults) => text!(
                en: "the changed case is not valid: {told}",
                id: "kasus yang diubah tidak sah: {told}",
                told = VariantFault::told(faults),
            ),
        }
    }

    /// No proof by any method tried so far, and no number to show for it.
    pub(super) const fn unproven(status: LpStatus) -> Self {
        Self::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status }
    }
}
