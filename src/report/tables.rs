//! CSV tables written from typed rows: allocation, outcomes, targets, bottlenecks, samples, traces.

use std::io::{self, Write};

use crate::model::{Allocation, Model, ParameterId};
use crate::result::accounts::{AccountTableRow, MatrixTableRow};
use crate::result::allocation::write_allocation;
use crate::result::coverage::CoverageTableRow;
use crate::result::outcome::{BottleneckDocument, BottleneckRow, OutcomeTableRow, TargetRow};
use crate::result::samples::{SampleRow, TraceKey, TraceRow};
use crate::result::table::{Plain, Row, Writer, write};
use crate::sampling::Sampler;
use crate::sim::Trace;
use crate::study::{Accounts, OutcomeRow, PlanName, Reached, SimulationStudy};

/// `allocation.csv`: whole rupiah by source, level, cluster, region, facility type, letter, intervention and year, and how
/// much of them is locked where the scenario locks any.
///
/// # Errors
/// Whatever writing fails with.
pub fn allocation<W: Write>(model: &Model, allocation: &Allocation, out: W) -> io::Result<()> {
    write_allocation(model, allocation, out)
}

/// `coverage.csv`: the ten types of every cluster that `allocation` supports.
///
/// # Errors
/// Whatever writing fails with.
pub fn coverage<W: Write>(model: &Model, allocation: &Allocation, out: W) -> io::Result<()> {
    write(CoverageTableRow::of(model, allocation), out)
}

/// `outcomes.csv`: every metric by year, cluster, product and channel, without and with the plan.
///
/// # Errors
/// Whatever writing fails with.
pub fn outcomes<W: Write>(model: &Model, rows: &[OutcomeRow], out: W) -> io::Result<()> {
    write(rows.iter().map(|row| OutcomeTableRow::of(model, row)), out)
}

/// `targets.csv`: how likely each target of the scenario is reached, without and with the plan.
///
/// # Errors
/// Whatever writing fails with.
pub fn targets<W: Write>(model: &Model, reached: &[Reached], out: W) -> io::Result<()> {
    write(reached.iter().map(|row| TargetRow::of(model, row)), out)
}

/// `accounts.csv`: what every actor of a chain sells, buys, pays and earns, without and with the plan.
///
/// # Errors
/// Whatever writing fails with.
pub fn accounts<W: Write>(model: &Model, accounts: &Accounts, out: W) -> io::Result<()> {
    write(accounts.rows.iter().map(|row| AccountTableRow::of(model, row)), out)
}

/// `pam.csv`: the policy analysis matrix of every chain that names actors, and of all together.
///
/// # Errors
/// Whatever writing fails with.
pub fn matrices<W: Write>(model: &Model, accounts: &Accounts, out: W) -> io::Result<()> {
    write(accounts.matrices.iter().map(|row| MatrixTableRow::of(model, row)), out)
}

/// `bottlenecks.csv`: for every cluster and stage, how often what was the bottleneck.
///
/// # Errors
/// Whatever writing fails with.
pub fn bottlenecks<W: Write>(model: &Model, study: &SimulationStudy, out: W) -> io::Result<()> {
    write(BottleneckDocument::of(model, study).into_iter().map(BottleneckRow::from), out)
}

/// Every realised number of samples `0..count`: the value in force in each period, factors included.
/// `keep_going` is asked before each block and stops the writing.
///
/// # Errors
/// Whatever writing fails with.
pub fn samples<W: Write>(
    sampler: &Sampler,
    count: usize,
    out: W,
    keep_going: &dyn Fn(usize) -> bool,
) -> io::Result<()> {
    let mut table = Writer::new(SampleRow::COLUMNS, out)?;
    let mut add = |sample: usize, name: &str, t: usize, value: f64| {
        table.add(&SampleRow { sample: sample + 1, name: name.into(), period: t + 1, value: Plain(value) })
    };
    for (first, length) in crate::sampling::blocks(count) {
        if !keep_going(length) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"));
        }
        let block = sampler.block(first, length);
        for i in 0..length {
            for (name, values) in sampler.factor_names().iter().zip(sampler.factors(first + i)) {
                for (t, value) in values.iter().enumerate() {
                    add(first + i, name, t, *value)?;
                }
            }
            let realisation = block.realisation(i);
            for (p, name) in sampler.parameter_names().iter().enumerate() {
                for t in 0..sampler.periods() {
                    add(first + i, name, t, realisation.value(ParameterId::new(p), t))?;
                }
            }
        }
    }
    table.end()
}

/// `trace.csv`: one sample in full, without and with the plan.
///
/// # Errors
/// Whatever writing fails with.
pub fn trace<W: Write>(
    model: &Model,
    sample: usize,
    traces: &[(PlanName, &Trace)],
    out: W,
) -> io::Result<()> {
    let mut table = Writer::new(TraceRow::COLUMNS, out)?;
    for (plan, trace) in traces {
        for (id, cluster) in model.cluster_ids().zip(&trace.clusters) {
            let chain = model.chain_of(id);
            for t in 0..model.horizon.periods() {
                let mut row = |what: TraceKey, name: &str, unit: &str, value: f64| {
                    table.add(&TraceRow {
                        sample,
                        plan: (*plan).into(),
                        cluster: model.clusters[id.index()].key.as_str().into(),
                        period: t + 1,
                        what,
                        name: name.into(),
                        unit: unit.into(),
                        value: Plain(value),
                    })
                };
                for (p, process) in chain.processes.iter().enumerate() {
                    row(TraceKey::Level, &process.key, &process.unit, cluster.levels[[t, p]])?;
                }
                for (k, capacity) in chain.capacities.iter().enumerate() {
                    row(TraceKey::Capacity, &capacity.key, &capacity.unit, cluster.capacity[[t, k]])?;
                    row(TraceKey::Left, &capacity.key, &capacity.unit, cluster.left[[t, k]])?;
                }
                for (m, commodity) in chain.commodities.iter().enumerate() {
                    row(TraceKey::OnHand, &commodity.key, &commodity.unit, cluster.on_hand[[t, m]])?;
                    row(TraceKey::InTransit, &commodity.key, &commodity.unit, cluster.in_transit[[t, m]])?;
                    row(TraceKey::Lost, &commodity.key, &commodity.unit, cluster.lost[[t, m]])?;
                }
            }
        }
    }
    table.end()
}
