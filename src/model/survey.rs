//! Surveys that could be made: what they say of which numbers, and what they cost.

use super::id::{FactorId, ParameterId};
use super::title::Title;
use crate::units::Rupiah;

/// A number or factor that a survey asks about; it is drawn once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surveyed {
    /// A number.
    Number(ParameterId),
    /// A factor.
    Factor(FactorId),
}

/// A survey that could be made before a plan is chosen. It tells of each number's normal score the mean of so many answers, each with an
/// independent normal error.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// Its key.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// What it asks about, in order; at least one.
    pub of: Vec<Surveyed>,
    /// Standard deviation of the error of one answer, on the normal score of the number.
    pub error: f64,
    /// Number of answers about each number.
    pub answers: u64,
    /// Its cost \[Rp\].
    pub cost: Rupiah,
}
