//! Allocations from files: the one in force today, and plans (`allocation.csv`, `plan.json` or the folder they stand in) to
//! simulate.

mod breach;
mod document;
mod line;
pub(crate) mod locked;
mod stated;
pub(crate) mod today;
mod workbook;

use std::collections::BTreeMap;
use std::path::Path;

pub use document::MadeFor;

use super::diagnostic::{Fault, Faults, Place};
use super::phrase;
use super::source_file::{LARGEST_FILE, Take, read_bytes};
use super::table::{Columns, read};
use super::text::decode;
use crate::language::text;
use crate::model::{Allocation, AllocationLine, Model};
use crate::units::Rupiah;
use document::PlanFile;
pub use document::{PlanLine, PlanMoney};
use line::{Lines, check_described, fits, named_line, resolve, twice};
use stated::is_sum;
pub use stated::{LeftOutOfPlan, StatedUnits};

/// A plan as read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The money it spends.
    pub allocation: Allocation,
    /// How it was read, where that could have been meant otherwise.
    pub notes: Vec<Fault>,
    /// The scenario that it says it was made for, where it says so.
    pub made_for: Option<MadeFor>,
    /// Units that its lines state.
    pub stated: Vec<StatedUnits>,
    /// Parts of its table that were not read.
    pub left_out: LeftOutOfPlan,
}

/// The lines of a plan, and what stands beside them.
struct Found {
    lines: Lines,
    stated: Vec<StatedUnits>,
    left_out: LeftOutOfPlan,
    whole: Place,
    made_for: Option<MadeFor>,
}

impl Found {
    fn nothing(whole: Place) -> Self {
        let (lines, stated, left_out) = (Vec::new(), Vec::new(), LeftOutOfPlan::default());
        Self { lines, stated, left_out, whole, made_for: None }
    }
}

const PLAN_COLUMNS: Columns = Columns {
    required: &["source", "cluster", "intervention", "year", "rupiah"],
    optional: &[
        "level",
        "region",
        "facility_type",
        "letter",
        "units",
        "unit",
        "unit_cost",
        "locked",
        "reference",
        "grade",
    ],
    numbers: &["rupiah", "units", "unit_cost"],
    left_out: stated::NOTES,
};

/// Reads the plan at `path` for `model`: CSV with the columns of `allocation.csv`, a workbook of `report --xlsx`, JSON as `plan.json`, or a result folder
/// that holds one of them, or both and the same. Columns of notes and rows of sums are left out, which a note says. Rules that the
/// plan breaks are no faults: [`violations`](crate::model::rule::violations) lists them.
///
/// # Errors
/// Every fault found: what cannot be read.
pub fn read_plan(path: &Path, model: &Model) -> Result<Plan, Vec<Fault>> {
    let mut faults = Faults::default();
    let Found { lines, stated, left_out, whole, made_for } =
        if path.is_dir() { in_folder(path, model, &mut faults) } else { in_file(path, model, &mut faults) };
    let mut allocation = Allocation::default();
    if faults.is_empty() && fits(&lines, &whole, &mut faults) {
        allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
        if allocation == model.today {
            allocation = with_locked(allocation, &whole, model, &mut faults);
        }
    }
    let (_, notes) = faults.take_remarks();
    if faults.is_empty() {
        Ok(Plan { allocation, notes, made_for, stated, left_out })
    } else {
        Err(faults.into_sorted())
    }
}

/// Today's allocation with what has been committed since, as the mix `today` holds it.
fn with_locked(today: Allocation, whole: &Place, model: &Model, faults: &mut Faults) -> Allocation {
    let missing = model.locked.missing(&today);
    if missing.is_empty() {
        return today;
    }
    let more: i64 = missing.iter().map(|(line, has)| line.amount.0 - has).sum();
    faults.note(
        whole,
        text!(
            en: "this is today's allocation of the scenario: {lines} of its lines are raised by {more} in all to what locked.csv says are committed",
            id: "ini alokasi saat ini dari skenario: {lines} barisnya dinaikkan seluruhnya sebesar {more} sampai jumlah yang menurut locked.csv sudah terikat",
            lines = missing.len(),
            more = phrase::rupiah(more),
        ),
    );
    let mut lines = today.lines().to_vec();
    lines.extend(
        missing.into_iter().map(|(line, has)| AllocationLine { amount: Rupiah(line.amount.0 - has), ..line }),
    );
    Allocation::new(lines)
}

/// The plan in a result folder.
fn in_folder(path: &Path, model: &Model, faults: &mut Faults) -> Found {
    let (json, table) = (path.join("plan.json"), path.join("allocation.csv"));
    let whole = Place::file(&path.display().to_string());
    match (json.exists(), table.exists()) {
        (false, false) => {
            faults.in_full(
                &whole,
                text!(
                    en: "the folder has neither plan.json nor allocation.csv",
                    id: "folder ini tidak berisi plan.json maupun allocation.csv",
                ),
                text!(
                    en: "a result folder of optimise or simulate, or the file itself",
                    id: "folder hasil optimise atau simulate, atau berkasnya langsung",
                ),
                text!(
                    en: "of a result of coordinate, name one of its allocation-*.csv",
                    id: "untuk hasil coordinate, sebutkan salah satu allocation-*.csv di dalamnya",
                ),
            );
            Found::nothing(whole)
        }
        (true, false) => in_file(&json, model, faults),
        (false, true) => {
            let made_for = document::of_manifest(&path.join("manifest.json"));
            Found { made_for, ..in_file(&table, model, faults) }
        }
        (true, true) => {
            let Found { lines, whole, made_for, .. } = in_file(&json, model, faults);
            // The table is what people edit: units, notes and sums are its.
            let Found { lines: others, whole: place, stated, left_out, .. } = in_file(&table, model, faults);
            let sum = |lines: &Lines| -> BTreeMap<_, i128> {
                let key = |l: &AllocationLine| (l.source, l.cluster, l.intervention, l.year);
                lines
                    .iter()
                    .filter(|(l, _)| l.amount.0 > 0)
                    .map(|(l, _)| (key(l), i128::from(l.amount.0)))
                    .collect()
            };
            if faults.is_empty() && sum(&lines) != sum(&others) {
                faults.help(
                    &place,
                    text!(
                        en: "plan.json beside it holds another plan",
                        id: "plan.json di sampingnya berisi rencana lain",
                    ),
                    text!(
                        en: "name the one of the two files that is meant",
                        id: "sebutkan salah satu dari kedua berkas itu yang dimaksud",
                    ),
                );
            }
            Found { lines, stated, left_out, whole, made_for }
        }
    }
}

/// The plan in a file.
fn in_file(path: &Path, model: &Model, faults: &mut Faults) -> Found {
    let label = path.display().to_string();
    let mut whole = Place::file(&label);
    let text = match read_bytes(path, Take::FilesAndPipes, LARGEST_FILE) {
        Ok(bytes) if workbook::is_workbook(&bytes) => {
            workbook::table(bytes, &whole, faults).map(|(sheet, text)| {
                whole = sheet;
                text
            })
        }
        Ok(bytes) => decode(bytes, &whole, faults),
        Err(error) => {
            error.tell(&whole, faults);
            None
        }
    };
    let Some(text) = text else { return Found::nothing(whole) };
    // A pipe has no ending; no table begins so.
    if label.to_lowercase().ends_with(".json") || text.trim_start().starts_with('{') {
        return in_json(&text, whole, model, faults);
    }
    let table = read(&whole.file, &text, &PLAN_COLUMNS, faults);
    let left_out = LeftOutOfPlan::of(&table, model, &whole, faults);
    let mut found = Found { left_out, ..Found::nothing(whole) };
    for row in table.rows.iter().filter(|row| !is_sum(row, model)) {
        if let Some(line) = named_line(row, model, faults) {
            check_described(&|column| row.text(column).to_string(), &|c| row.place(c), &line, model, faults);
            found.stated.extend(StatedUnits::of_row(row, line, model, faults));
            found.lines.push((line, row.place("rupiah")));
        }
    }
    twice(&found.lines, model, faults);
    found
}

/// The plan in the text of a plan.json.
fn in_json(text: &str, whole: Place, model: &Model, faults: &mut Faults) -> Found {
    let plan: PlanFile = match serde_json::from_str(text) {
        Ok(plan) => plan,
        Err(error) => {
            faults.add(&whole, text!(en: "is not a plan: {error}", id: "bukan rencana (\"{error}\")"));
            return Found::nothing(whole);
        }
    };
    let (mut lines, mut stated) = (Vec::new(), Vec::new());
    for (i, line) in plan.allocation.iter().enumerate() {
        let at = |part: &str| {
            whole.key(if part.is_empty() {
                format!("allocation[{i}]")
            } else {
                format!("allocation[{i}].{part}")
            })
        };
        let named = line.named(&at, faults);
        let Some(found) = named.and_then(|named| resolve(&named, &at, model, faults)) else { continue };
        check_described(&|part| line.described(part), &at, &found, model, faults);
        let (units, unit, unit_cost) = (line.units, line.unit.clone(), line.unit_cost);
        stated.extend(StatedUnits { line: found, row: i + 1, units, unit, unit_cost }.if_any());
        lines.push((found, at("")));
    }
    twice(&lines, model, faults);
    let made_for = plan.scenario_hash.map(|hash| MadeFor {
        file: whole.file.clone(),
        hash,
        budget: plan.budget.and_then(|b| b.total),
    });
    Found { lines, stated, made_for, ..Found::nothing(whole) }
}
