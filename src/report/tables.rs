//! CSV tables: allocation, outcomes, bottlenecks, samples, traces.

use std::io::{self, Write};

use crate::model::{Allocation, Model};
use crate::sampling::Sampler;
use crate::sim::{Binding, Bottlenecks, Measure, Trace};
use crate::study::{OutcomeRow, Reached};

pub(super) fn writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out)
}

/// A CSV error as the input/output error it wraps, so that a reader who left early is recognised.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A number in the shortest form that reads back to the same bits.
pub(super) fn plain_number(value: f64) -> String {
    // An exact zero has no sign in a table.
    // What is not kept is empty.
    match value {
        value if value.is_nan() => String::new(),
        0.0 => "0".to_string(),
        value => format!("{value}"),
    }
}

/// `allocation.csv`: whole rupiah by source, level, cluster, region, facility type, letter, intervention and year, and how
/// much of them is locked where the scenario locks any.
///
/// # Errors
/// Whatever writing fails with.
pub fn allocation<W: Write>(model: &Model, allocation: &Allocation, out: W) -> io::Result<()> {
    let mut csv = writer(out);
    let locked = super::locked::any(model);
    let header =
        ["source", "level", "cluster", "region", "facility_type", "letter", "intervention", "year", "rupiah"];
    csv.write_record(header.into_iter().chain(locked.then_some("locked")))?;
    for line in allocation.lines() {
        let source = &model.sources[line.source.index()];
        let cluster = &model.clusters[line.cluster.index()];
        let intervention = &model.chain_of(line.cluster).interventions[line.intervention.index()];
        let held = super::locked::of(model, line).to_string();
        let cells = [
            &source.key,
            source.level.key(),
            &cluster.key,
            &cluster.region,
            intervention.facility.key(),
            &intervention.facility.letter().to_string(),
            &intervention.key,
            &model.horizon.calendar_year(line.year).to_string(),
            &line.amount.0.to_string(),
        ];
        csv.write_record(cells.into_iter().chain(locked.then_some(held.as_str())))?;
    }
    csv.flush()
}

/// What a measure is called, what it is of, and its unit: (metric, chain, item, unit).
pub fn measure_names(model: &Model, measure: Measure) -> (&'static str, &str, &str, String) {
    match measure {
        Measure::Metric(metric) => (metric.key(), "", "", metric.unit().to_string()),
        Measure::Made(chain, m) => {
            let chain = &model.chains[chain.index()];
            let commodity = &chain.commodities[m.index()];
            ("made", &chain.key, &commodity.key, commodity.unit.clone())
        }
        Measure::Quantity(chain, p) => {
            let chain = &model.chains[chain.index()];
            let process = &chain.processes[p.index()];
            ("sold", &chain.key, &process.key, process.unit.clone())
        }
        Measure::Sales(chain, p) => {
            let chain = &model.chains[chain.index()];
            ("sales", &chain.key, &chain.processes[p.index()].key, "Rp".to_string())
        }
        Measure::Used(pool) => {
            let unit = model.pooled(pool).map_or_else(String::new, |capacity| capacity.unit.clone());
            ("used", "", &model.pools[pool.index()].key, unit)
        }
    }
}

/// `outcomes.csv`: every metric by year, cluster, product and channel, without and with the plan.
///
/// # Errors
/// Whatever writing fails with.
pub fn outcomes<W: Write>(model: &Model, rows: &[OutcomeRow], out: W) -> io::Result<()> {
    let mut csv = writer(out);
    csv.write_record([
        "plan",
        "metric",
        "cluster",
        "chain",
        "item",
        "year",
        "unit",
        "mean",
        "standard_error",
        "q05",
        "q25",
        "q50",
        "q75",
        "q95",
        "cvar",
        "cvar_standard_error",
        "q05_low",
        "q05_high",
        "q25_low",
        "q25_high",
        "q50_low",
        "q50_high",
        "q75_low",
        "q75_high",
        "q95_low",
        "q95_high",
    ])?;
    for row in rows {
        let (metric, chain, item, unit) = measure_names(model, row.measure);
        let cluster = row.cluster.map_or("all", |c| model.clusters[c.index()].key.as_str());
        let year = row.year.map_or("all".to_string(), |y| model.horizon.calendar_year(y).to_string());
        let e = &row.estimate;
        for word in [row.plan.key(), metric, cluster, chain, item, &year, &unit] {
            csv.write_field(word)?;
        }
        let numbers = [e.mean, e.standard_error]
            .into_iter()
            .chain(e.quantiles)
            .chain([e.cvar, e.cvar_standard_error])
            .chain(e.quantile_intervals.into_iter().flatten());
        for value in numbers {
            csv.write_field(plain_number(value))?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// `targets.csv`: how likely each target of the scenario is reached, without and with the plan.
///
/// # Errors
/// Whatever writing fails with.
pub fn targets<W: Write>(model: &Model, reached: &[Reached], out: W) -> io::Result<()> {
    let mut csv = writer(out);
    csv.write_record([
        "plan",
        "target",
        "metric",
        "cluster",
        "chain",
        "item",
        "year",
        "unit",
        "at_least",
        "probability",
        "low",
        "high",
    ])?;
    for row in reached {
        let target = &model.targets[row.target];
        let (metric, chain, item, unit) = measure_names(model, Measure::from(target.what));
        let cluster = target.cluster.map_or("all", |c| model.clusters[c.index()].key.as_str());
        let year = target.year.map_or("all".to_string(), |y| model.horizon.calendar_year(y).to_string());
        csv.write_record([
            row.plan.key(),
            &target.title.en,
            metric,
            cluster,
            chain,
            item,
            &year,
            &unit,
            &plain_number(target.at_least),
            &plain_number(row.probability),
            &plain_number(row.interval[0]),
            &plain_number(row.interval[1]),
        ])?;
    }
    csv.flush()
}

/// The key of what bound, and its kind.
pub fn binding_names(model: &Model, cluster: crate::model::ClusterId, what: Binding) -> (&'static str, &str) {
    let chain = model.chain_of(cluster);
    match what {
        Binding::Capacity(k) => ("capacity", &chain.capacities[k.index()].key),
        Binding::OnHand(m) => ("on_hand", &chain.commodities[m.index()].key),
    }
}

/// `bottlenecks.csv`: for every cluster and stage, how often what was the bottleneck.
///
/// # Errors
/// Whatever writing fails with.
pub fn bottlenecks<W: Write>(
    model: &Model,
    without: &Bottlenecks,
    with: Option<&Bottlenecks>,
    out: W,
) -> io::Result<()> {
    let mut csv = writer(out);
    csv.write_record(["plan", "cluster", "stage", "kind", "what", "share"])?;
    for (plan, list) in [("none", Some(without)), ("plan", with)] {
        for bottleneck in list.map(Bottlenecks::list).unwrap_or_default() {
            let (kind, what) = binding_names(model, bottleneck.cluster, bottleneck.what);
            let cluster = &model.clusters[bottleneck.cluster.index()].key;
            let share = plain_number(bottleneck.share);
            csv.write_record([plan, cluster, bottleneck.stage.key(), kind, what, &share])?;
        }
    }
    csv.flush()
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
    let mut csv = writer(out);
    csv.write_record(["sample", "name", "period", "value"]).map_err(plain)?;
    let factor_names = sampler.factor_names();
    let names = sampler.parameter_names();
    for (first, length) in crate::sampling::blocks(count) {
        if !keep_going(length) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"));
        }
        let block = sampler.block(first, length);
        for i in 0..length {
            let sample = (first + i + 1).to_string();
            for (name, values) in factor_names.iter().zip(sampler.factors(first + i)) {
                for (t, value) in values.iter().enumerate() {
                    csv.write_record([&sample, name, &(t + 1).to_string(), &plain_number(*value)])
                        .map_err(plain)?;
                }
            }
            let realisation = block.realisation(i);
            for (p, name) in names.iter().enumerate() {
                for t in 0..sampler.periods() {
                    let value = realisation.value(crate::model::ParameterId::new(p), t);
                    csv.write_record([&sample, name, &(t + 1).to_string(), &plain_number(value)])
                        .map_err(plain)?;
                }
            }
        }
    }
    csv.flush()
}

/// `trace.csv`: one sample in full, without and with the plan.
///
/// # Errors
/// Whatever writing fails with.
pub fn trace<W: Write>(model: &Model, sample: usize, traces: &[(&str, &Trace)], out: W) -> io::Result<()> {
    let mut csv = writer(out);
    csv.write_record(["sample", "plan", "cluster", "period", "what", "name", "unit", "value"])?;
    for (plan, trace) in traces {
        for (id, cluster) in model.cluster_ids().zip(&trace.clusters) {
            let chain = model.chain_of(id);
            let key = &model.clusters[id.index()].key;
            for t in 0..model.horizon.periods() {
                let mut row = |what: &str, name: &str, unit: &str, value: f64| {
                    let (sample, period) = (sample.to_string(), (t + 1).to_string());
                    csv.write_record([
                        sample.as_str(),
                        plan,
                        key,
                        &period,
                        what,
                        name,
                        unit,
                        &plain_number(value),
                    ])
                };
                for (p, process) in chain.processes.iter().enumerate() {
                    row("level", &process.key, &process.unit, cluster.levels[[t, p]])?;
                }
                for (k, capacity) in chain.capacities.iter().enumerate() {
                    row("capacity", &capacity.key, &capacity.unit, cluster.capacity[[t, k]])?;
                    row("left", &capacity.key, &capacity.unit, cluster.left[[t, k]])?;
                }
                for (m, commodity) in chain.commodities.iter().enumerate() {
                    row("on_hand", &commodity.key, &commodity.unit, cluster.on_hand[[t, m]])?;
                    row("in_transit", &commodity.key, &commodity.unit, cluster.in_transit[[t, m]])?;
                    row("lost", &commodity.key, &commodity.unit, cluster.lost[[t, m]])?;
                }
            }
        }
    }
    csv.flush()
}
