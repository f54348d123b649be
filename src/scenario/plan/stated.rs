//! What lines of a plan state beside their rupiah, in units, and what of a table is left out.

use serde::{Deserialize, Serialize};

use super::super::diagnostic::{Faults, Place};
use super::super::phrase;
use super::super::table::{Row, Table};
use crate::language::text;
use crate::model::{AllocationLine, ModelParts};
use crate::units::Rupiah;

/// Columns for the reader's own use, which say nothing of the plan.
pub(super) const NOTES: &[&str] = &["note", "notes", "catatan", "keterangan"];

/// Words in place of a source that mark a row of sums.
const SUMS: [&str; 2] = ["total", "jumlah"];

/// Units that a line of a plan states beside its rupiah.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedUnits {
    /// The line, with its rupiah.
    pub line: AllocationLine,
    /// Row of the table, or entry of `allocation` in plan.json (from 1).
    pub row: usize,
    /// Units.
    pub units: Option<f64>,
    /// The name of the unit.
    pub unit: Option<String>,
    /// Cost of a unit \[Rp\].
    pub unit_cost: Option<i64>,
}

/// Parts of a table that say nothing of the plan and are not read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeftOutOfPlan {
    /// Columns for notes, as the header writes them.
    pub columns: Vec<String>,
    /// Rows of sums.
    pub rows: Vec<usize>,
}

impl LeftOutOfPlan {
    /// True if everything was read.
    pub fn is_nothing(&self) -> bool {
        self.columns.is_empty() && self.rows.is_empty()
    }

    /// What of `table` is left out, said in notes: columns for notes, and rows of sums unless a source has that name.
    pub(super) fn of(table: &Table, model: &ModelParts, whole: &Place, faults: &mut Faults) -> Self {
        let rows = table.rows.iter().filter(|row| is_sum(row, model)).filter_map(|row| row.place("").line);
        let found = Self { columns: table.left_out.clone(), rows: rows.collect() };
        if !found.columns.is_empty() {
            let names = found.columns.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
            faults.note(
                whole,
                text!(en: "left out as notes: column {names}", id: "tidak dibaca karena berupa catatan: kolom {names}"),
            );
        }
        if !found.rows.is_empty() {
            let rows = found.rows.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            faults.note(
                whole,
                text!(en: "left out as sums: row {rows}", id: "tidak dibaca karena berupa jumlah: baris {rows}"),
            );
        }
        found
    }
}

/// True if a row holds sums of other rows.
pub(super) fn is_sum(row: &Row, model: &ModelParts) -> bool {
    let source = row.text("source");
    let word = source.to_lowercase();
    SUMS.contains(&word.trim_end_matches(':').trim_end())
        && !model.sources.iter().any(|known| known.key == source)
}

impl StatedUnits {
    /// The units that a row states; nothing where it states none, or with the fault noted where they are no numbers.
    pub(super) fn of_row(
        row: &Row,
        line: AllocationLine,
        model: &ModelParts,
        faults: &mut Faults,
    ) -> Option<Self> {
        let cost = model.unit(line.cluster, line.intervention).map(|unit| unit.cost);
        let own = cost.map(|cost| line.amount.as_f64() / cost.as_f64());
        let units = either(row, "units", own, faults);
        let unit_cost = either(row, "unit_cost", cost.map(Rupiah::as_f64), faults);
        let is_whole = |cost: f64| cost.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&cost);
        if let Some(cost) = unit_cost.filter(|cost| !is_whole(*cost)) {
            faults.expected(&row.place("unit_cost"), phrase::found(cost), phrase::whole_rupiah());
        }
        let unit = Some(row.text("unit")).filter(|unit| !unit.is_empty()).map(str::to_string);
        let row = row.place("").line.unwrap_or(0);
        let unit_cost = unit_cost.map(|cost| cost as i64);
        Self { line, row, units, unit, unit_cost }.if_any()
    }

    /// Nothing where nothing is stated.
    pub(super) fn if_any(self) -> Option<Self> {
        (self.units.is_some() || self.unit.is_some() || self.unit_cost.is_some()).then_some(self)
    }
}

/// The number in a column that may be read two ways: the reading that says what the rupiah do, where one does.
fn either(row: &Row, column: &str, own: Option<f64>, faults: &mut Faults) -> Option<f64> {
    let (read, doubt) = row.doubtful(column, faults)?;
    let readings = doubt.map(|both| [both.thousands, both.decimals].map(|text| text.parse::<f64>().ok()));
    let near = |value: &f64| own.is_some_and(|own| (value - own).abs() <= 5e-4 * own.abs().max(1.0));
    Some(readings.and_then(|two| two.into_iter().flatten().find(near)).unwrap_or(read))
}
