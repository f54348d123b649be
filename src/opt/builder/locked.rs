//! (B4) of the formulation: locked lines, and sources that decide nothing.

use super::terms::{Builder, Decision, PlanningProgram, Rule};
use crate::model::Model;
use crate::opt::program::{Row, Sense};
use crate::units::JUTA;

/// Shares of a column's scale below this are nothing to the solver: ten times its tolerance.
const WITHIN_TOLERANCE: f64 = 1e-6;

impl Builder<'_> {
    /// (B4) b\[s,i,c,y\] ≥ what is locked of it, and exactly that where the source is closed. These are bounds of columns: no
    /// row grows by them.
    pub(super) fn locked(&mut self) {
        let locked = &self.model.locked;
        if locked.is_nothing() {
            return;
        }
        for (column, decision) in self.columns.iter_mut().zip(&self.decisions) {
            let Decision::Spend(s, c, i, y) = *decision else { continue };
            column.lower = locked.amount(s, c, i, y) as f64 / JUTA;
            if locked.is_closed(s) {
                // The ceiling stays: it scales the column, and a few rupiah must not vanish beside what others have.
                column.upper = column.lower;
            }
        }
    }
}

impl PlanningProgram {
    /// The same with locked lines as rows, so that they can be asked about like other rules. Lines that are nothing beside what
    /// their source has stay bounds: as rows they would be within the solver's tolerance of nothing.
    pub(in crate::opt) fn with_locked_rows(&self, model: &Model) -> PlanningProgram {
        let mut told = self.clone();
        if model.locked.lines.lines().is_empty() {
            return told;
        }
        for (j, decision) in self.decisions.iter().enumerate() {
            let column = &mut told.program.columns[j];
            if let (Decision::Spend(s, c, i, y), true) =
                (*decision, column.lower > WITHIN_TOLERANCE * column.ceiling)
            {
                told.program.rows.push(Row {
                    entries: vec![(j, 1.0)],
                    sense: Sense::AtLeast,
                    rhs: column.lower,
                });
                told.rules.push(Rule::Locked(s, c, i, y));
                column.lower = 0.0;
            }
        }
        told
    }
}
