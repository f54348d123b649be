//! Allocations line by line, in documents and as `allocation.csv`.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::keys;
use super::table::{Plain, Row, Writer};
use crate::model::{Allocation, AllocationLine, Model};
use crate::scenario::PlanLine;

/// An allocation, line by line.
pub fn allocation_lines(model: &Model, of: &Allocation) -> Vec<PlanLine> {
    let any_locked = keys::any_locked(model);
    let told = |line: &AllocationLine| {
        let source = &model.sources[line.source.index()];
        let cluster = &model.clusters[line.cluster.index()];
        let intervention = &model.chain_of(line.cluster).interventions[line.intervention.index()];
        let unit = intervention.unit.as_ref();
        PlanLine {
            source: source.key.clone(),
            level: Some(source.level.key().to_string()),
            cluster: cluster.key.clone(),
            region: Some(cluster.region.clone()),
            facility_type: Some(intervention.facility.key().to_string()),
            letter: Some(intervention.facility.letter().to_string()),
            intervention: intervention.key.clone(),
            year: i64::from(model.horizon.calendar_year(line.year)),
            rupiah: line.amount.0,
            units: unit.map(|unit| unit.of(line.amount.0)),
            unit: unit.map(|unit| unit.named(unit.of(line.amount.0)).en.clone()),
            unit_cost: unit.map(|unit| unit.cost.0),
            locked: any_locked.then(|| keys::locked(model, line)),
        }
    };
    of.lines().iter().map(told).collect()
}

impl Row for PlanLine {
    const COLUMNS: &'static [&'static str] = &[
        "source",
        "level",
        "cluster",
        "region",
        "facility_type",
        "letter",
        "intervention",
        "year",
        "rupiah",
        "units",
        "unit",
        "unit_cost",
        "locked",
    ];
}

/// A line as cells: the columns that only some scenarios have are left out of tables of others.
struct Cells<'a> {
    line: &'a PlanLine,
    units: bool,
    locked: bool,
}

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line = self.line;
        let mut row = serializer.serialize_seq(None)?;
        row.serialize_element(&line.source)?;
        row.serialize_element(&line.level)?;
        row.serialize_element(&line.cluster)?;
        row.serialize_element(&line.region)?;
        row.serialize_element(&line.facility_type)?;
        row.serialize_element(&line.letter)?;
        row.serialize_element(&line.intervention)?;
        row.serialize_element(&line.year)?;
        row.serialize_element(&line.rupiah)?;
        if self.units {
            row.serialize_element(&line.units.map(Plain))?;
            row.serialize_element(&line.unit)?;
            row.serialize_element(&line.unit_cost)?;
        }
        if self.locked {
            row.serialize_element(&line.locked)?;
        }
        row.end()
    }
}

/// Writes `allocation.csv`: every line of an allocation, with the columns `units`, `unit` and `unit_cost` where the scenario buys
/// anything in units, and `locked` where it locks any.
///
/// # Errors
/// Whatever writing fails with.
pub fn write_allocation<W: Write>(model: &Model, of: &Allocation, out: W) -> io::Result<()> {
    write_lines(&allocation_lines(model, of), keys::any_units(model), keys::any_locked(model), out)
}

/// Writes lines as a table, with the columns of units and of what is locked or without. A line that lacks them has empty cells there.
///
/// # Errors
/// Whatever writing fails with.
pub fn write_lines<W: Write>(lines: &[PlanLine], units: bool, locked: bool, out: W) -> io::Result<()> {
    let stands = |column: &&str| match *column {
        "units" | "unit" | "unit_cost" => units,
        "locked" => locked,
        _ => true,
    };
    let columns: Vec<&str> = PlanLine::<i64>::COLUMNS.iter().copied().filter(stands).collect();
    let mut writer = Writer::new(&columns, out)?;
    for line in lines {
        writer.add_cells(&Cells { line, units, locked })?;
    }
    writer.end()
}
