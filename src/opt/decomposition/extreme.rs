//! The words of a question about amounts: the least or the most of a sum of columns among decisions that are worth enough.

use super::problem::DecompositionOptions;

/// Which end of an amount is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The least.
    Least,
    /// The most.
    Most,
}

impl End {
    /// True if `a` is further towards this end than `b`.
    pub fn is_further(self, a: f64, b: f64) -> bool {
        match self {
            Self::Least => a < b,
            Self::Most => a > b,
        }
    }
}

/// The question: the least or the most that Σ of some first-stage columns can be among decisions that are worth enough.
#[derive(Clone, Copy)]
pub struct ExtremeQuestion<'q> {
    /// The columns that are summed.
    pub columns: &'q [usize],
    /// Which end.
    pub end: End,
    /// Decisions that are known, and worth more than enough.
    pub known: &'q [f64],
    /// The risk-adjusted value that is enough.
    pub enough: f64,
    /// The sum is known well enough once its inner and outer value are this close.
    pub close: f64,
    /// The same decisions in whole amounts; nothing where a rule is broken then.
    pub whole: &'q dyn Fn(&[f64]) -> Option<Vec<f64>>,
    /// Unit of values; its progress is asked whether to go on.
    pub options: DecompositionOptions<'q>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Extreme {
    /// Decisions in whole amounts, worth enough, that go furthest of those known.
    pub x: Vec<f64>,
    /// Their risk-adjusted value.
    pub value: f64,
    /// The sum at them: the inner value.
    pub inner: f64,
    /// No decisions that are worth enough go further: by duals and cuts in our own arithmetic.
    pub outer: f64,
}
