//! `simulate` and `merge`: a run, a part of one, and parts put together.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::args::{MergeArgs, SamplerArg, SimulateArgs};
use super::commands::{
    begin, bytes, finish, folder_name, language, load_scenario, now, print, write_outcomes,
};
use super::progress::Reporter;
use super::{CliError, Outcome, Staged};
use crate::model::{Allocation, Model};
use crate::report::folder::sha256;
use crate::report::raw::{RAW_COLUMNS, RawWriter};
use crate::report::{Lang, ResultFolder, coverage, json as twins, summary, tables};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::{load, read_plan};
use crate::sim::{OutcomeLayout, PlanEffects};
use crate::study::simulation::{Points, Samples, UNTIL_CAP};
use crate::study::{self, Part, SimulationRequest, SimulationStudy, part_of, study_of};

/// What a part of a run is kept in.
const PART: &str = "part.bin";

pub(super) fn simulate(args: &SimulateArgs, staged: &Staged) -> Result<Outcome, CliError> {
    let started = now();
    refuse_what_has_nowhere_to_go(args)?;
    let scenario = load_scenario(&args.scenario, &args.common, true)?;
    let model = &scenario.model;
    if let Some(out) = &args.output.out {
        ResultFolder::check(out, args.output.force)?;
    }
    let plan = args.plan.as_ref().map(|path| plan_for(path, model, args.common.quiet)).transpose()?;
    if let (Some(plan), false) = (&plan, args.common.quiet) {
        note_overspending(model, plan);
        note_coverage(model, plan);
    }
    let seed = args.seed.unwrap_or(model.samples.seed);
    let trace = args
        .trace
        .map(|k| {
            let mut text = Vec::new();
            write_trace(model, plan.as_ref(), seed, k as usize, &mut text).map(|()| text)
        })
        .transpose()?;
    if let (Some(trace), None, false) = (&trace, &args.output.out, args.common.json) {
        return print(&String::from_utf8_lossy(trace));
    }
    let lang = language(&args.common);
    let request = request(args, model, seed);
    let shard = args.shard.unwrap_or((1, 1));
    let mut folder = match &args.output.out {
        Some(out) => Some(begin(out, &args.output, staged)?),
        None => None,
    };
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
    let part = part?;
    if let (Some(raw), Some(folder)) = (raw, &mut folder) {
        raw.finish()?;
        folder.note("samples.parquet")?;
    }
    if args.shard.is_some() {
        return finish_part(args, folder, model, plan.as_ref(), &part, started);
    }
    let study = study_of(model, plan.is_some(), &part);
    if let Some(mut folder) = folder {
        write_study(&mut folder, model, plan.as_ref(), &study)?;
        if let Some(trace) = &trace {
            folder.write("trace.csv", trace)?;
        }
        let mut settings = settings(model, plan.as_ref(), &study);
        let mut command = reproduce(&folder_name(&args.scenario), plan.is_some(), &study);
        if let Some(k) = args.trace {
            settings["trace"] = json!(k);
            command.push_str(&format!(" --trace {k}"));
        }
        if args.raw {
            command.push_str(" --raw");
        }
        finish(folder, model, settings, &command, started)?;
    }
    show(model, plan.as_ref(), &study, args.common.json, lang, started)
}

/// The plan at `path`, if it was not made for another scenario; how it was read goes to standard error.
fn plan_for(path: &Path, model: &Model, quiet: bool) -> Result<Allocation, CliError> {
    let plan = read_plan(path, model).map_err(CliError::Invalid)?;
    if let Some(made_for) = &plan.made_for
        && !twins::is_hash_of(model, &made_for.hash, made_for.budget)
    {
        return Err(CliError::Invalid(vec![made_for.of_another(&twins::scenario_hash(model))]));
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
    let path = folder.staging().join("samples.parquet");
    let file =
        fs::File::create(&path).map_err(|error| CliError::Failure(format!("{}: {error}", path.display())))?;
    Ok(RawWriter::new(model, plans, first + 1, io::BufWriter::new(file))?)
}

/// Writes what a whole run says.
fn write_study(
    folder: &mut ResultFolder,
    model: &Model,
    plan: Option<&Allocation>,
    study: &SimulationStudy,
) -> Result<(), CliError> {
    if let Some(plan) = plan {
        folder.write("allocation.csv", &bytes(|out| tables::allocation(model, plan, out))?)?;
        folder.write("coverage.csv", &bytes(|out| coverage::table(model, plan, out))?)?;
    }
    write_outcomes(folder, model, study)
}

fn settings(model: &Model, plan: Option<&Allocation>, study: &SimulationStudy) -> Value {
    json!({
        "command": "simulate",
        "samples": study.sampling.samples,
        "seed": study.seed,
        "sampling": twins::sampling(study.sampling),
        "plan": plan.map(|plan| twins::allocation(model, plan)),
    })
}

fn reproduce(scenario: &str, with_plan: bool, study: &SimulationStudy) -> String {
    let sampling = study.sampling;
    let samples = match sampling.precision {
        None => format!("--samples {}", sampling.samples),
        Some(precision) => format!("--until {}% --max-samples {}", precision.share * 100.0, precision.cap),
    };
    let mut command = format!("rantai simulate {scenario} {samples} --seed {}", study.seed);
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

fn show(
    model: &Model,
    plan: Option<&Allocation>,
    study: &SimulationStudy,
    json: bool,
    lang: Lang,
    started: Instant,
) -> Result<Outcome, CliError> {
    if json {
        let mut value = twins::simulation(model, study);
        if let Some(plan) = plan {
            value["coverage"] = coverage::json(model, plan);
        }
        value["seconds"] = json!(started.elapsed().as_secs_f64());
        print(&format!("{value:#}\n"))
    } else {
        print(&summary::simulation(model, study, lang))
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
    let mut traces = vec![("none", &without)];
    let with = plan
        .map(|plan| crate::sim::trace(model, &sampler, sample - 1, Some(&PlanEffects::new(model, plan))))
        .transpose()
        .map_err(failed)?;
    traces.extend(with.as_ref().map(|with| ("plan", with)));
    tables::trace(model, sample, &traces, out)?;
    Ok(())
}

/// Writes a part of a run: what it kept, and everything that merging needs.
fn finish_part(
    args: &SimulateArgs,
    folder: Option<ResultFolder>,
    model: &Model,
    plan: Option<&Allocation>,
    part: &Part,
    started: Instant,
) -> Result<Outcome, CliError> {
    let Some(mut folder) = folder else { return Ok(Outcome::Done) };
    let (i, k) = part.shard;
    let packed = postcard::to_stdvec(part)
        .map_err(|error| CliError::Failure(format!("the part cannot be packed: {error}")))?;
    folder.write(PART, &packed)?;
    if let Some(plan) = plan {
        folder.write("allocation.csv", &bytes(|out| tables::allocation(model, plan, out))?)?;
    }
    for (name, text) in crate::scenario::files(&args.scenario)? {
        folder.write(&format!("scenario/{name}"), &text)?;
    }
    let name = folder_name(&args.scenario);
    let settings = json!({
        "command": "simulate",
        "scenario": name,
        "shard": format!("{i}/{k}"),
        "samples": part.sampling.samples,
        "seed": part.seed,
        "plan": plan.map(|plan| twins::allocation(model, plan)),
    });
    let with_plan = if plan.is_some() { " --plan allocation.csv" } else { "" };
    let command = format!(
        "rantai simulate {name} --samples {} --seed {} --shard {i}/{k}{with_plan}",
        part.sampling.samples, part.seed
    );
    finish(folder, model, settings.clone(), &command, started)?;
    if args.common.json {
        let mut value = settings;
        value["seconds"] = json!(started.elapsed().as_secs_f64());
        print(&format!("{value:#}\n"))
    } else {
        let lang = language(&args.common);
        let text = lang.pick("bagian", "part");
        let of = lang.pick("dari", "of");
        let samples = lang.number(part.sampling.samples as f64, 0);
        let futures = lang.pick("masa depan", "futures");
        print(&format!("{text} {i} {of} {k}, {samples} {futures}; rantai merge\n"))
    }
}

/// One part as read back.
struct Found {
    name: String,
    part: Part,
    hash: String,
    scenario: String,
    plan: Value,
}

fn read_part(folder: &Path) -> Result<Found, CliError> {
    let name = folder.display().to_string();
    let read = |file: &str| {
        fs::read(folder.join(file)).map_err(|error| {
            CliError::Usage(format!(
                "{name} is not a part of a run: {file} cannot be read ({error}); parts are made with 'rantai simulate \
                 SCENARIO --shard I/K --out DIR'"
            ))
        })
    };
    let manifest: Value = serde_json::from_slice(&read("manifest.json")?)
        .map_err(|error| CliError::Usage(format!("{name}/manifest.json cannot be read: {error}")))?;
    let packed = read(PART)?;
    let version = manifest["rantai"].as_str().unwrap_or_default();
    if version != env!("CARGO_PKG_VERSION") {
        return Err(CliError::Usage(format!(
            "{name} was made by rantai {version}, this is {}: make all parts with one version",
            env!("CARGO_PKG_VERSION")
        )));
    }
    if manifest["files"][PART].as_str() != Some(sha256(&packed).as_str()) {
        return Err(CliError::Usage(format!(
            "{name}/{PART} is not the file that was written (its hash differs from manifest.json): make the part anew"
        )));
    }
    let part = postcard::from_bytes(&packed)
        .map_err(|error| CliError::Usage(format!("{name}/{PART} cannot be read: {error}")))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    Ok(Found {
        part,
        hash: text(&manifest["scenario_hash"]),
        scenario: text(&manifest["settings"]["scenario"]),
        plan: manifest["settings"]["plan"].clone(),
        name,
    })
}

/// Says what keeps parts from being one run.
fn check_parts(parts: &[Found]) -> Result<(), CliError> {
    let Some(first) = parts.first() else {
        return Err(CliError::Usage("no parts were given".to_string()));
    };
    let mut faults = Vec::new();
    let total = first.part.shard.1;
    for found in parts {
        let (a, b) = (&first.part, &found.part);
        let differs = if found.hash != first.hash {
            Some("is of another scenario")
        } else if found.plan != first.plan {
            Some("is of another plan")
        } else if a.seed != b.seed || a.sampling != b.sampling {
            Some("has another seed or number of samples")
        } else if b.shard.1 != total {
            Some("is of a run split otherwise")
        } else {
            None
        };
        if let Some(why) = differs {
            faults.push(format!("{} {why} than {}", found.name, first.name));
        }
    }
    if faults.is_empty() {
        for i in 1..=total {
            let names: Vec<&str> =
                parts.iter().filter(|p| p.part.shard.0 == i).map(|p| p.name.as_str()).collect();
            match names.as_slice() {
                [_] => {}
                [] => faults.push(format!("part {i}/{total} is missing")),
                _ => faults.push(format!(
                    "part {i}/{total} is given {} times: {}",
                    names.len(),
                    names.join(", ")
                )),
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(CliError::Usage(faults.join("\n       "))) }
}

pub(super) fn merge(args: &MergeArgs, staged: &Staged) -> Result<Outcome, CliError> {
    let started = now();
    if let Some(out) = &args.output.out {
        ResultFolder::check(out, args.output.force)?;
    }
    let mut parts: Vec<Found> = args.parts.iter().map(|path| read_part(path)).collect::<Result<_, _>>()?;
    check_parts(&parts)?;
    parts.sort_by_key(|found| found.part.shard.0);
    let folder = args.parts.first().ok_or(CliError::Interrupted)?;
    let scenario = load(&folder.join("scenario")).map_err(CliError::Invalid)?;
    let model = &scenario.model;
    if twins::scenario_hash(model) != parts[0].hash {
        return Err(CliError::Usage(format!(
            "{}/scenario is not the scenario that the part was made from",
            folder.display()
        )));
    }
    let plan = match &parts[0].plan {
        Value::Null => None,
        _ => {
            let plan = read_plan(&folder.join("allocation.csv"), model).map_err(CliError::Invalid)?;
            Some(plan.allocation)
        }
    };
    let name = parts[0].scenario.clone();
    let mut whole: Option<Part> = None;
    for found in parts {
        match &mut whole {
            None => whole = Some(Part { shard: (1, 1), ..found.part }),
            Some(whole) => whole.kept.append(found.part.kept),
        }
    }
    let whole = whole.ok_or(CliError::Interrupted)?;
    let study = study_of(model, plan.is_some(), &whole);
    if let Some(out) = &args.output.out {
        let mut folder = begin(out, &args.output, staged)?;
        write_study(&mut folder, model, plan.as_ref(), &study)?;
        let command = reproduce(&name, plan.is_some(), &study);
        finish(folder, model, settings(model, plan.as_ref(), &study), &command, started)?;
    }
    show(model, plan.as_ref(), &study, args.common.json, language(&args.common), started)
}
