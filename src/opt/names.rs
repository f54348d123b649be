//! Readable names for a planning program's columns and rows, from the scenario's keys: for export, and for nothing else.

use std::collections::BTreeMap;

use super::builder::{Decision, PlanningProgram, Rule, SiteBound, build};
use super::error::OptError;
use super::program::TwoStageProgram;
use super::recourse::recourse_values;
use super::smps::write::Names;
use crate::model::{CapacityId, ClusterId, InterventionId, Metric, MetricName, Model};
use crate::sampling::SampleBlock;

/// The program of which a plan is the answer, increments over no plan included, with its names.
///
/// # Errors
/// [`OptError::NotProven`] if a sample cannot be solved without money, [`OptError::Unbounded`] if that is because a process
/// that earns has no limit.
pub fn planning_program(
    model: &Model,
    metric: Metric,
    block: &SampleBlock,
) -> Result<(TwoStageProgram, Names), OptError> {
    let mut planning = build(model, metric, block);
    let nothing = vec![0.0; planning.program.columns.len()];
    let without = recourse_values(&planning.program, &nothing)
        .map_err(|error| super::endless::explained(error, model, &planning))?;
    for (sample, level) in planning.program.samples.iter_mut().zip(&without) {
        sample.offset = -level;
    }
    let names = names(model, &planning);
    Ok((planning.program, names))
}

/// Names of everything in `planning`. Recourse parts whose number is not what the model leads to expect are left
/// unnamed rather than named wrongly.
pub fn names(model: &Model, planning: &PlanningProgram) -> Names {
    let (second_columns, second_rows) = recourse_names(model);
    let base = planning.program.samples.first();
    let fitting = |names: Vec<String>, count: Option<usize>| {
        if Some(names.len()) == count { names } else { Vec::new() }
    };
    let mut seen: BTreeMap<Rule, usize> = BTreeMap::new();
    let first_rows = planning.rules.iter().map(|rule| {
        let number = seen.entry(*rule).or_default();
        *number += 1;
        rule_name(model, *rule, *number)
    });
    Names {
        program: MetricName::of(model, planning.metric).word().to_string(),
        first_rows: first_rows.collect(),
        first_columns: planning.decisions.iter().map(|decision| decision_name(model, *decision)).collect(),
        second_columns: fitting(second_columns, base.map(|sample| sample.columns.len())),
        second_rows: fitting(second_rows, base.map(|sample| sample.rows.len())),
    }
}

/// cluster/intervention.
fn work(model: &Model, c: ClusterId, i: InterventionId) -> String {
    let intervention = &model.chain_of(c).interventions[i.index()].key;
    format!("{}/{intervention}", model.clusters[c.index()].key)
}

/// cluster/intervention/capacity.
fn raised(model: &Model, c: ClusterId, i: InterventionId, raise: usize) -> String {
    let chain = model.chain_of(c);
    let capacity = chain.interventions[i.index()].raises[raise].capacity;
    format!("{}/{}", work(model, c, i), chain.capacities[capacity.index()].key)
}

fn decision_name(model: &Model, decision: Decision) -> String {
    let source = |s: crate::model::SourceId| &model.sources[s.index()].key;
    match decision {
        Decision::Spend(s, c, i, y) => format!("spend/{}/{}/y{}", source(s), work(model, c, i), y + 1),
        Decision::Carry(s, y) => format!("carry/{}/y{}", source(s), y + 1),
        Decision::Stock(c, i, t) => format!("stock/{}/t{}", work(model, c, i), t + 1),
        Decision::Effect(c, i, r, t) => format!("effect/{}/t{}", raised(model, c, i, r), t + 1),
        Decision::Active(c, i, y) => format!("active/{}/y{}", work(model, c, i), y + 1),
        Decision::Support(c) => format!("support/{}", model.clusters[c.index()].key),
        Decision::Open(c, y) => format!("open/{}/y{}", model.clusters[c.index()].key, y + 1),
        Decision::Units(c, i, y) => format!("units/{}/y{}", work(model, c, i), y + 1),
        Decision::Grains(s, c, i, y) => format!("grains/{}/{}/y{}", source(s), work(model, c, i), y + 1),
        Decision::Line(s, c, i, y) => format!("line/{}/{}/y{}", source(s), work(model, c, i), y + 1),
        Decision::Segment(c, i, r, t, piece) => {
            format!("piece/{}/t{}/{}", raised(model, c, i, r), t + 1, piece + 1)
        }
        Decision::Past(c, i, r, t, rise) => {
            format!("past/{}/t{}/{}", raised(model, c, i, r), t + 1, rise + 1)
        }
    }
}

/// word/source/cluster/intervention/year.
fn line_name(
    model: &Model,
    word: &str,
    line: (crate::model::SourceId, ClusterId, InterventionId, usize),
) -> String {
    let (s, c, i, y) = line;
    format!("{word}/{}/{}/y{}", model.sources[s.index()].key, work(model, c, i), y + 1)
}

fn rule_name(model: &Model, rule: Rule, number: usize) -> String {
    match rule {
        Rule::Budget(s, y) => format!("budget/{}/y{}", model.sources[s.index()].key, y + 1),
        Rule::Limit(n) => format!("limit/{}", n + 1),
        Rule::Cofunding(n, at) => {
            let year = at.year.map_or_else(String::new, |y| format!("/y{}", y + 1));
            format!("cofunding/{}/{}{year}", n + 1, at.place + 1)
        }
        Rule::Stock(c, i, t) => format!("build/{}/t{}", work(model, c, i), t + 1),
        Rule::Response(c, i, r, t) => format!("response/{}/t{}/{number}", raised(model, c, i, r), t + 1),
        Rule::Minimum(c, i) => format!("minimum/{}/{number}", work(model, c, i)),
        Rule::Active(c, i, y) => format!("only_active/{}/y{}", work(model, c, i), y + 1),
        Rule::Opening(c, y) => format!("opening/{}/y{}", model.clusters[c.index()].key, y + 1),
        Rule::OpenOnce(c) => format!("open_once/{}", model.clusters[c.index()].key),
        Rule::Unopened(c, i, y) => format!("only_opened/{}/y{}", work(model, c, i), y + 1),
        Rule::Unsupported(c, s, y) => {
            format!(
                "only_supported/{}/{}/y{}",
                model.clusters[c.index()].key,
                model.sources[s.index()].key,
                y + 1
            )
        }
        Rule::Coverage(n, c) => format!("coverage/{}/{}", n + 1, model.clusters[c.index()].key),
        Rule::Sites(n, bound) => {
            let asks = match bound {
                SiteBound::AtMost => "at_most",
                SiteBound::AtLeast => "at_least",
                SiteBound::Potential => "minimum_potential",
            };
            format!("sites/{}/{asks}", n + 1)
        }
        Rule::Locked(s, c, i, y) => {
            format!("locked/{}/{}/y{}", model.sources[s.index()].key, work(model, c, i), y + 1)
        }
        Rule::Units(c, i, y) => format!("whole_units/{}/y{}", work(model, c, i), y + 1),
        Rule::MostUnits(c, i) => format!("most_units/{}", work(model, c, i)),
        Rule::LeastLine(s, c, i, y) => line_name(model, "least_line", (s, c, i, y)),
        Rule::LineActive(s, c, i, y) => line_name(model, "only_line", (s, c, i, y)),
        Rule::Grain(s, c, i, y) => line_name(model, "grain", (s, c, i, y)),
        Rule::Segments(c, i, r, t) => format!("pieces/{}/t{}", raised(model, c, i, r), t + 1),
        Rule::Rise(c, i, r, t) => format!("rise/{}/t{}/{number}", raised(model, c, i, r), t + 1),
    }
}

/// Names of the recourse columns and rows of every sample, in the builder's order. A block of the tail has one year of them.
fn recourse_names(model: &Model) -> (Vec<String>, Vec<String>) {
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    let periods = model.horizon.blocks().len() * model.horizon.periods_per_year;
    for c in model.cluster_ids() {
        let (chain, local) = (model.chain_of(c), &model.clusters[c.index()]);
        let add = |list: &mut Vec<String>, word: &str, key: &str| {
            list.extend((1..=periods).map(|t| format!("{word}/{}/{key}/t{t}", local.key)));
        };
        let open =
            || chain.processes.iter().zip(&local.processes).filter(|(_, local)| local.open).map(|(p, _)| p);
        for process in open() {
            add(&mut columns, "level", &process.key);
        }
        for (k, capacity) in chain.capacities.iter().enumerate() {
            let used = open().any(|process| process.uses.iter().any(|used| used.index() == k));
            if used && model.pool_of(c, CapacityId::new(k)).is_none() {
                add(&mut rows, "capacity", &capacity.key);
            }
        }
        for (m, commodity) in chain.commodities.iter().enumerate() {
            if commodity.storable {
                add(&mut columns, "inventory", &commodity.key);
            }
            if commodity.storable || open().any(|process| process.inputs.iter().any(|used| used.index() == m))
            {
                add(&mut rows, "balance", &commodity.key);
            }
        }
    }
    for pool in &model.pools {
        let used = pool.members.iter().any(|(c, k)| {
            let processes = model.chain_of(*c).processes.iter().zip(&model.clusters[c.index()].processes);
            processes.filter(|(_, local)| local.open).any(|(process, _)| process.uses.contains(k))
        });
        if used {
            rows.extend((1..=periods).map(|t| format!("pool/{}/t{t}", pool.key)));
        }
    }
    (columns, rows)
}
