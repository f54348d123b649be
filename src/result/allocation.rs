//! Allocations line by line, in documents and as `allocation.csv`.

use std::io::{self, Write};

use super::keys;
use super::table::{Row, Writer};
use crate::model::{Allocation, AllocationLine, Model};
use crate::scenario::PlanLine;

/// An allocation, line by line.
pub fn allocation_lines(model: &Model, of: &Allocation) -> Vec<PlanLine> {
    let any_locked = keys::any_locked(model);
    let told = |line: &AllocationLine| {
        let source = &model.sources[line.source.index()];
        let cluster = &model.clusters[line.cluster.index()];
        let intervention = &model.chain_of(line.cluster).interventions[line.intervention.index()];
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
        "locked",
    ];
}

/// Writes `allocation.csv`: every line of an allocation, with the column `locked` where the scenario locks any.
///
/// # Errors
/// Whatever writing fails with.
pub fn write_allocation<W: Write>(model: &Model, of: &Allocation, out: W) -> io::Result<()> {
    let columns = PlanLine::<i64>::COLUMNS;
    let columns = if keys::any_locked(model) { columns } else { &columns[..columns.len() - 1] };
    let mut writer = Writer::new(columns, out)?;
    for line in allocation_lines(model, of) {
        writer.add(&line)?;
    }
    writer.end()
}
