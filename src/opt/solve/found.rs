//! The answer of a method to a two-stage program in scaled units, and a ray along which a program is unbounded.

use super::super::answer::{BoundBy, Ending, SolvedBy};

/// The answer of a method, in scaled units.
pub(super) struct Found {
    pub(super) x: Vec<f64>,
    /// Recourse decisions by sample, where the method knows them.
    pub(super) recourse: Option<Vec<Vec<f64>>>,
    pub(super) bound: f64,
    pub(super) bound_by: BoundBy,
    pub(super) ending: Ending,
    pub(super) solved_by: SolvedBy,
}

/// A direction in which a program's objective improves without end, from decisions that keep every row and bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Ray {
    /// Change of the first-stage decisions.
    pub x: Vec<f64>,
    /// Change of every sample's recourse decisions.
    pub recourse: Vec<Vec<f64>>,
}
