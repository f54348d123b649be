//! Which process makes an objective grow without end, where one does: it earns, and nothing limits it.
//!
//! Budgets limit what a plan can buy, so only operations can grow without end. A direction in which they do is asked of
//! the solver once a sample without money could not be solved, and believed only where it keeps every row and earns in
//! our own arithmetic.

use super::builder::PlanningProgram;
use super::certificate::{Certificate, TOLERANCE};
use super::error::OptError;
use super::lp::{LinearProgram, LpStatus, Method, solve};
use super::program::{Column, Row, SampleProgram};
use crate::control::Control;
use crate::language::Text;
use crate::model::{ClusterId, Model, ProcessId};

/// The error that explains `error` of a sample's recourse, if a process without limit is behind it; else the error itself.
pub(super) fn explained(error: OptError, model: &Model, planning: &PlanningProgram) -> OptError {
    let levels = levels(model);
    planning
        .program
        .samples
        .iter()
        .filter(|sample| sample.columns.len() == levels.len())
        .find_map(|sample| {
            let direction = direction(sample)?;
            let earns = |j: usize| sample.columns[j].objective * direction[j];
            let most = (0..levels.len()).max_by(|&a, &b| earns(a).total_cmp(&earns(b)).then(b.cmp(&a)))?;
            let (cluster, process, period) = levels[most]?;
            let chain = model.chain_of(cluster);
            let grows = model.metric_title(planning.metric);
            Some(OptError::Unbounded {
                what: if chain.processes[process.index()].is_channel { "channel" } else { "process" },
                process: chain.processes[process.index()].key.clone(),
                cluster: model.clusters[cluster.index()].key.clone(),
                metric: Text::new(grows.en, grows.id),
                period,
            })
        })
        .unwrap_or(error)
}

/// A direction in which the recourse keeps all its rows and earns without end, if there is one.
fn direction(sample: &SampleProgram) -> Option<Vec<f64>> {
    let lp = LinearProgram {
        columns: sample
            .columns
            .iter()
            .map(|c| Column::between(0.0, if c.upper.is_finite() { 0.0 } else { 1.0 }, c.objective, 1.0))
            .collect(),
        rows: sample
            .rows
            .iter()
            .map(|row| Row { entries: row.second.clone(), sense: row.sense, rhs: 0.0 })
            .collect(),
    };
    [Method::Simplex, Method::PlainSimplex].into_iter().find_map(|method| {
        let solution = solve(&lp, method, &Control::unlimited());
        let certificate = Certificate::of(&lp, &solution, 0.0, 1.0);
        let dearest = lp.columns.iter().map(|column| column.objective.abs()).fold(0.0, f64::max);
        let grows = solution.status == LpStatus::Optimal
            && certificate.primal_violation <= TOLERANCE
            && certificate.objective > TOLERANCE * dearest;
        grows.then_some(solution.x)
    })
}

/// By recourse column in the builder's order, whose level in which period (from 0) it is; none for an inventory.
fn levels(model: &Model) -> Vec<Option<(ClusterId, ProcessId, usize)>> {
    let horizon = model.horizon;
    let periods = horizon.blocks().len() * horizon.periods_per_year;
    let mut list = Vec::new();
    for c in model.cluster_ids() {
        for (p, local) in model.clusters[c.index()].processes.iter().enumerate() {
            if local.open {
                list.extend((0..periods).map(|t| Some((c, ProcessId::new(p), t))));
            }
        }
        for commodity in &model.chain_of(c).commodities {
            if commodity.storable {
                list.extend((0..periods).map(|_| None));
            }
        }
    }
    list
}
