//! `simulate`: a run, or a part of one.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::args::{SamplerArg, SimulateArgs};
use super::commands::{SCENARIO, begin, bytes, finish, language, load_scenario, now, write_outcomes};
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::model::{Allocation, Model};
use crate::report::folder::Holding;
use crate::report::raw::{RAW_COLUMNS, RawWriter};
use crate::report::{Lang, ResultFolder, summary, tables};
use crate::result::{self, SamplingDocument, ShardDocument, SimulationDocument, Timed};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::{Scenario, read_plan};
use crate::sim::{OutcomeLayout, PlanEffects};
use crate::study::simulation::{Points, Samples, UNTIL_CAP};
use crate::study::{self, Part, PlanName, SimulationRequest, SimulationStudy, StudyError, part_of, study_of};

/// The file of every outcome of every sample.
const RAW: &str = "samples.parquet";

/// What a part of a run is kept in.
pub(super) const PART: &str = "part.bin";

pub(super) fn simulate(args: &SimulateArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    refuse_what_has_nowhere_to_go(args)?;
    let scenario = load_scenario(&args.scenario, &args.common, true)?;
    let model = &scenario.model;
    let plan = args.plan.as_ref().map(|path| plan_for(path, model, args.common.quiet)).transpose()?;
    if let (Some(plan), false) = (&plan, args.common.quiet) {
        note_overspending(model, plan);
        note_coverage(model, plan);
    }
    let mut read = vec![(Holding::Scenario, args.scenario.as_path())];
    read.extend(args.plan.as_deref().map(|plan| (Holding::Plan, plan)));
    let mut folder = begin(&args.output, process, &read)?;
    let seed = args.seed.unwrap_or(model.samples.seed);
    let trace = args
        .trace
        .map(|k| {
            let mut text = Vec::new();
            write_trace(model, plan.as_ref(), seed, k as usize, &mut text).map(|()| text)
        })
        .transpose()?;
    if let (Some(trace), None, false) = (&trace, &args.output.out, args.common.json) {
        return process.print(&String::from_utf8_lossy(trace));
    }
    let lang = language(&args.common);
    let request = request(args, model, seed);
    let shard = args.shard.unwrap_or((1, 1));
    let plans = 1 + usize::from(plan.is_some());
    let mut raw = match (&folder, args.raw) {
        (Some(folder), true) => Some(raw_writer(model, plan.as_ref(), &request, shard, plans, folder)?),
        _ => None,
    };
    let reporter = Reporter::new(lang, args.common.quiet);
    let mut add = |_: usize, values: &[f64]| raw.as_mut().map_or(Ok(()), |raw| raw.add(values));
    let receiver: Option<study::stream::Raw<'_>> = if args.raw { Some(&mut add) } else { None };
    let part = part_of(model, plan.as_ref(), &request, shard, &|p| reporter.observe(p), receiver);
    reporter.end();
    let part = part.map_err(|error| match (error, &folder) {
        (StudyError::Raw(error), Some(folder)) => folder.error(RAW, error).into(),
        (error, _) => CliError::from(error),
    })?;
    if let (Some(raw), Some(folder)) = (raw, &mut folder) {
        raw.finish().map_err(|error| folder.error(RAW, error))?;
        folder.note(RAW)?;
    }
    if args.shard.is_some() {
        return finish_part(args, folder, &scenario, plan.as_ref(), &part, process, started);
    }
    let study = study_of(model, plan.is_some(), &part);
    if let Some(mut folder) = folder {
        write_study(&mut folder, model, plan.as_ref(), &study)?;
        if let Some(trace) = &trace {
            folder.write("trace.csv", trace)?;
        }
        let mut settings = settings(model, plan.as_ref(), &study);
        let mut command = reproduce(plan.is_some(), &study);
        if let Some(k) = args.trace {
            settings["trace"] = json!(k);
            command.push_str(&format!(" --trace {k}"));
        }
        if args.raw {
            command.push_str(" --raw");
        }
        finish(folder, &scenario, model, settings, &command, started)?;
    }
    show(model, plan.as_ref(), &study, process, lang, started)
}

/// The plan at `path`, if it was not made for another scenario; how it was read goes to standard error.
fn plan_for(path: &Path, model: &Model, quiet: bool) -> Result<Allocation, CliError> {
    let plan = read_plan(path, model).map_err(CliError::Invalid)?;
    if let Some(made_for) = &plan.made_for
        && !result::is_hash_of(model, &made_for.hash, made_for.budget)
    {
        return Err(CliError::Invalid(vec![made_for.of_another(&result::scenario_hash(model))]));
    }
    if !quiet {
        let mut stderr = anstream::stderr().lock();
        for note in &plan.notes {
            let _ = writeln!(stderr, "note: {note}");
        }
    }
    Ok(plan.allocation)
}

/// Options whose result would be lost.
fn refuse_what_has_nowhere_to_go(args: &SimulateArgs) -> Result<(), CliError> {
    let without_folder = args.output.out.is_none();
    let why = if args.trace.is_some() && args.common.json && without_folder {
        "--trace writes CSV: give --out for a folder with trace.csv beside the JSON, or leave --json out"
    } else if args.shard.is_some() && without_folder {
        "--shard keeps its part of the run in a folder: give --out, then put the folders together with 'rantai merge'"
    } else if args.shard.is_some() && args.trace.is_some() {
        "--trace is of one sample, not of a shard: leave --shard out"
    } else if args.raw && without_folder {
        "--raw writes samples.parquet: give --out for the folder it goes to"
    } else {
        return Ok(());
    };
    Err(CliError::Usage(why.to_string()))
}

fn request(args: &SimulateArgs, model: &Model, seed: u64) -> SimulationRequest {
    let samples = match (args.samples, args.until) {
        (Some(n), _) => Samples::Number(n as usize),
        (None, Some(share)) => {
            Samples::Until { share, cap: args.max_samples.map_or(UNTIL_CAP, |cap| cap as usize) }
        }
        (None, None) => Samples::Number(model.samples.evaluation),
    };
    let replicates = args.replicates as usize;
    let points = match args.sampler {
        SamplerArg::Plain => Points::Plain,
        SamplerArg::Lhs => Points::LatinHypercube { replicates },
        SamplerArg::Sobol => Points::Sobol { replicates },
    };
    SimulationRequest { samples, seed, points }
}

/// Begins samples.parquet in the folder being written.
fn raw_writer(
    model: &Model,
    plan: Option<&Allocation>,
    request: &SimulationRequest,
    (i, k): (usize, usize),
    plans: usize,
    folder: &ResultFolder,
) -> Result<RawWriter<io::BufWriter<fs::File>>, CliError> {
    let columns = OutcomeLayout::new(model).len();
    if columns > RAW_COLUMNS {
        let why = format!(
            "--raw would write {columns} outcomes per sample, more than {RAW_COLUMNS}: take fewer clusters or years, \
             or leave --raw out"
        );
        return Err(CliError::Usage(why));
    }
    let first = study::simulation::first_sample(model, plan, request, (i, k))?;
    let file = io::BufWriter::new(folder.create(RAW)?);
    Ok(RawWriter::new(model, plans, first + 1, file).map_err(|error| folder.error(RAW, error))?)
}

/// Writes what a whole run says.
pub(super) fn write_study(
    folder: &mut ResultFolder,
    model: &Model,
    plan: Option<&Allocation>,
    study: &SimulationStudy,
) -> Result<(), CliError> {
    if let Some(plan) = plan {
        folder.write("allocation.csv", &bytes(|out| tables::allocation(model, plan, out))?)?;
        folder.write("coverage.csv", &bytes(|out| tables::coverage(model, plan, out))?)?;
    }
    write_outcomes(folder, model, study)?;
    for (name, lang) in [("summary.id.txt", Lang::Id), ("summary.en.txt", Lang::En)] {
        folder.write(name, summary::simulation(model, study, lang).as_bytes())?;
    }
    Ok(())
}

pub(super) fn settings(model: &Model, plan: Option<&Allocation>, study: &SimulationStudy) -> Value {
    json!({
        "command": "simulate",
        "samples": study.sampling.samples,
        "seed": study.seed,
        "sampling": SamplingDocument::from(study.sampling),
        "plan": plan.map(|plan| result::allocation_lines(model, plan)),
    })
}

/// The command that gives the same run inside the result folder.
pub(super) fn reproduce(with_plan: bool, study: &SimulationStudy) -> String {
    let sampling = study.sampling;
    let samples = match sampling.precision {
        None => format!("--samples {}", sampling.samples),
        Some(precision) => format!("--until {}% --max-samples {}", precision.share * 100.0, precision.cap),
    };
    let mut command = format!("rantai simulate {SCENARIO} {samples} --seed {}", study.seed);
    match sampling.design {
        Points::Plain => {}
        Points::LatinHypercube { replicates } => {
            command.push_str(&format!(" --sampler lhs --replicates {replicates}"));
        }
        Points::Sobol { replicates } => {
            command.push_str(&format!(" --sampler sobol --replicates {replicates}"));
        }
    }
    if with_plan {
        command.push_str(" --plan allocation.csv");
    }
    command
}

pub(super) fn show(
    model: &Model,
    plan: Option<&Allocation>,
    study: &SimulationStudy,
    process: &Process,
    lang: Lang,
    started: Instant,
) -> Result<Outcome, CliError> {
    if process.speaks_json() {
        let document = SimulationDocument::of(model, plan, study);
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))
    } else {
        process.print(&summary::simulation(model, study, lang))
    }
}

/// Any plan may be simulated; one that spends more than its sources have by some year is told so.
fn note_overspending(model: &Model, plan: &Allocation) {
    use std::io::Write;
    let mut stderr = anstream::stderr().lock();
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let over = (0..model.horizon.years).find(|&year| {
            let spent = plan.sum(|line| line.source == source && line.year <= year);
            spent > money.amounts[..=year].iter().map(|amount| amount.0).sum()
        });
        if let Some(year) = over {
            let year = model.horizon.calendar_year(year);
            let _ = writeln!(stderr, "note: by {year} the plan spends more than source '{}' has", money.key);
        }
    }
}

/// Any plan may be simulated; one that is short of the coverage that plans are held to is told so.
fn note_coverage(model: &Model, plan: &Allocation) {
    use std::io::Write;
    let mut stderr = anstream::stderr().lock();
    let (supported, short) = model.short_clusters(plan);
    if model.coverage.enforced && short > 0 {
        let first = model.coverage_shortfalls(plan).into_iter().next().map_or_else(String::new, |short| {
            let facility = short.owed.facility;
            let cluster = &model.clusters[short.cluster.index()].key;
            format!(", the first being ({}) {} in '{cluster}'", facility.letter(), facility.key())
        });
        let _ = writeln!(
            stderr,
            "note: in {short} of the {supported} clusters that the plan supports a minimum of coverage is not reached{first}; see coverage.csv"
        );
    }
}

fn write_trace(
    model: &Model,
    plan: Option<&Allocation>,
    seed: u64,
    sample: usize,
    out: &mut Vec<u8>,
) -> Result<(), CliError> {
    let sampler = Sampler::new(model, seed, Purpose::Evaluation);
    let failed = |error: crate::sim::SimError| CliError::Failure(error.to_string());
    let without = crate::sim::trace(model, &sampler, sample - 1, None).map_err(failed)?;
    let mut traces = vec![(PlanName::None, &without)];
    let with = plan
        .map(|plan| crate::sim::trace(model, &sampler, sample - 1, Some(&PlanEffects::new(model, plan))))
        .transpose()
        .map_err(failed)?;
    traces.extend(with.as_ref().map(|with| (PlanName::Plan, with)));
    tables::trace(model, sample, &traces, out)
        .map_err(|error| CliError::Failure(format!("the trace cannot be made: {error}")))
}

/// Writes a part of a run: what it kept, and everything that merging needs.
fn finish_part(
    args: &SimulateArgs,
    folder: Option<ResultFolder>,
    scenario: &Scenario,
    plan: Option<&Allocation>,
    part: &Part,
    process: &Process,
    started: Instant,
) -> Result<Outcome, CliError> {
    let Some(mut folder) = folder else { return Ok(Outcome::Done) };
    let model = &scenario.model;
    let (i, k) = part.shard;
    let packed = postcard::to_stdvec(part)
        .map_err(|error| CliError::Failure(format!("the part cannot be packed: {error}")))?;
    folder.write(PART, &packed)?;
    if let Some(plan) = plan {
        folder.write("allocation.csv", &bytes(|out| tables::allocation(model, plan, out))?)?;
    }
    let document = ShardDocument::of(model, plan, part);
    let with_plan = if plan.is_some() { " --plan allocation.csv" } else { "" };
    let command = format!(
        "rantai simulate {SCENARIO} --samples {} --seed {} --shard {i}/{k}{with_plan}",
        part.sampling.samples, part.seed
    );
    finish(folder, scenario, model, result::value(&document), &command, started)?;
    if args.common.json {
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))
    } else {
        let lang = language(&args.common);
        let text = lang.pick("bagian", "part");
        let of = lang.pick("dari", "of");
        let samples = lang.number(part.sampling.samples as f64, 0);
        let futures = lang.pick("masa depan", "futures");
        process.print(&format!("{text} {i} {of} {k}, {samples} {futures}; rantai merge\n"))
    }
}
