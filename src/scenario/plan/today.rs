//! `today.csv`: the allocation in force today.

use super::super::diagnostic::{Faults, Place};
use super::super::loaded::StatedNumber;
use super::super::number::provenance_of_row;
use super::super::policy::shown;
use super::super::table::{Columns, Table};
use super::breach;
use super::line::{fits, line_of, twice};
use crate::model::{Allocation, ModelParts};

/// The columns of today.csv.
pub(crate) const COLUMNS: Columns = Columns {
    required: &["source", "cluster", "intervention", "year", "rupiah"],
    optional: &["reference", "grade"],
    numbers: &["rupiah"],
    left_out: &[],
};

/// Reads today.csv.
pub(crate) fn read(
    table: &Table,
    model: &ModelParts,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) -> Allocation {
    let mut lines = Vec::new();
    let before = faults.count();
    for row in &table.rows {
        let provenance = provenance_of_row(row, "reference", faults);
        numbers.push(StatedNumber {
            name: format!(
                "today/{}/{}/{}/{}",
                row.text("source"),
                row.text("cluster"),
                row.text("intervention"),
                row.text("year")
            ),
            place: shown(&row.place("")),
            provenance,
        });
        lines.extend(line_of(row, model, faults).map(|line| (line, row.place("rupiah"))));
    }
    twice(&lines, model, faults);
    if !fits(&lines, &Place::file("today.csv"), faults) {
        return Allocation::default();
    }
    // Consequences of a fault that is told already are left out.
    if faults.count() == before && table.whole {
        breach::check(&lines, model, faults);
    }
    Allocation::new(lines.into_iter().map(|(line, _)| line).collect())
}
