//! The words of a search for few lines: what counts, what must be kept, and what was found.

use super::problem::DecompositionOptions;

/// A line of money: a first-stage column that counts once it is above what is locked of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountedLine {
    /// The column.
    pub column: usize,
    /// What is locked of it.
    pub locked: f64,
    /// A number that no decisions exceed.
    pub most: f64,
}

/// The question: decisions with as few lines as can be found that are still worth enough.
#[derive(Clone, Copy)]
pub struct FewestQuestion<'q> {
    /// Every line that may get money beyond what is locked.
    pub lines: &'q [CountedLine],
    /// Decisions that are known, and worth enough.
    pub known: &'q [f64],
    /// The risk-adjusted value that is enough: bounds and answers keep to it.
    pub enough: f64,
    /// The value that is aimed at, a little above, so that rounding does no harm.
    pub aim: f64,
    /// The same decisions in whole amounts with no money on lines but these; nothing where a rule is broken then.
    pub whole: &'q dyn Fn(&[f64], &[bool]) -> Option<Vec<f64>>,
    /// Whether decisions in whole amounts are to be valued anew.
    pub anew: bool,
    /// Gap and unit of searches through whole numbers; its progress is asked whether to go on.
    pub options: DecompositionOptions<'q>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Fewest {
    /// Decisions in whole amounts with fewer lines than those known, and their values by sample; nothing where none were found.
    pub found: Option<FewerLines>,
    /// No decisions that are worth enough have fewer lines: by duals and cuts in our own arithmetic.
    pub at_least: usize,
}

/// Decisions with few lines.
#[derive(Debug, Clone, PartialEq)]
pub struct FewerLines {
    /// First-stage decisions.
    pub x: Vec<f64>,
    /// G_w by sample.
    pub values: Vec<f64>,
}
