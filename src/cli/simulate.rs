//! `simulate`: a run, or a part of one.

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use super::args::{SamplerArg, SimulateArgs};
use super::common::{begin, load_scenario, now, run_since};
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::runner::{Place, Simulated, SimulationJob, run_simulation, trace};
use crate::control::Control;
use crate::language::text;
use crate::model::{Allocation, Model};
use crate::report::Lang;
use crate::report::page::Page;
use crate::result::{self, ShardDocument, SimulationDocument, Timed};
use crate::scenario::read_plan;
use crate::study::request::Until;
use crate::study::simulation::{Points, UNTIL_CAP};
use crate::study::{Part, SimulationRequest, SimulationStudy};

/// Runs the simulation that `args` ask for, shows and writes what it says.
pub(super) fn simulate(args: &SimulateArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    refuse_what_has_nowhere_to_go(args)?;
    let scenario = load_scenario(&args.scenario, args.common.quiet, process)?;
    let model = &scenario.model;
    let plan =
        args.plan.as_ref().map(|path| plan_for(path, model, args.common.quiet, process)).transpose()?;
    if let (Some(plan), false) = (&plan, args.common.quiet) {
        let lang = process.lang();
        note_overspending(model, plan, lang);
        note_coverage(model, plan, lang);
    }
    let mut read = vec![(Holding::Scenario, args.scenario.as_path())];
    read.extend(args.plan.as_deref().map(|plan| (Holding::Plan, plan)));
    // Begun before the work, so that a folder that cannot be written is told at once.
    let folder = begin(&args.output, process, &read)?;
    let job = SimulationJob {
        settings: request(args).settled(model),
        plan,
        trace: args.trace.map(|k| k as usize),
        raw: args.raw,
        shard: args.shard,
    };
    let plan = job.plan.as_ref();
    // A trace without a folder is the whole output: nothing is simulated.
    if let (Some(k), None, false) = (job.trace, &args.output.out, args.common.json) {
        let trace = trace(model, plan, job.settings.seed, k)?;
        return process.print(&String::from_utf8_lossy(&trace));
    }
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let place = Place { folder, run: &|| run_since(started) };
    let simulated =
        run_simulation(&scenario, &job, place, &Control::unlimited().observed_by(&|p| reporter.observe(p)));
    reporter.end();
    match simulated? {
        Simulated::Whole(study, page) => show(model, plan, &study, &page, process, started),
        Simulated::Part(part) => show_part(args, model, plan, &part, process, started),
    }
}

/// The plan at `path`, if it was not made for another scenario; how it was read goes to standard error.
fn plan_for(path: &Path, model: &Model, quiet: bool, process: &Process) -> Result<Allocation, CliError> {
    let plan = read_plan(path, model).map_err(CliError::Invalid)?;
    if let Some(made_for) = &plan.made_for
        && !result::is_hash_of(model, &made_for.hash, made_for.budget)
    {
        return Err(CliError::Invalid(vec![made_for.of_another(&result::scenario_hash(model))]));
    }
    if !quiet {
        let mut stderr = anstream::stderr().lock();
        let lang = process.lang();
        for note in &plan.notes {
            let _ = writeln!(stderr, "{}: {}", lang.pick("catatan", "note"), note.in_language(lang));
        }
    }
    Ok(plan.allocation)
}

/// Options whose result would be lost.
fn refuse_what_has_nowhere_to_go(args: &SimulateArgs) -> Result<(), CliError> {
    let without_folder = args.output.out.is_none();
    let why = if args.trace.is_some() && args.common.json && without_folder {
        text!(
            en: "--trace writes CSV: give --out for a folder with trace.csv beside the JSON, or leave --json out",
            id: "--trace menulis CSV: berikan --out untuk folder berisi trace.csv di samping JSON, atau hilangkan --json",
        )
    } else if args.shard.is_some() && without_folder {
        text!(
            en: "--shard keeps its part of the run in a folder: give --out, then put the folders together with 'rantai merge'",
            id: "--shard menyimpan bagiannya dalam folder: berikan --out, lalu gabungkan folder-foldernya dengan 'rantai merge'",
        )
    } else if args.shard.is_some() && args.trace.is_some() {
        text!(
            en: "--trace is of one sample, not of a shard: leave --shard out",
            id: "--trace berlaku untuk satu sampel, bukan untuk satu bagian: hilangkan --shard",
        )
    } else if args.raw && without_folder {
        text!(
            en: "--raw writes samples.parquet: give --out for the folder it goes to",
            id: "--raw menulis samples.parquet: berikan --out untuk folder tujuannya",
        )
    } else {
        return Ok(());
    };
    Err(CliError::Usage(why))
}

fn request(args: &SimulateArgs) -> SimulationRequest {
    let replicates = args.replicates as usize;
    SimulationRequest {
        samples: args.samples.map(|n| n as usize),
        until: args
            .until
            .map(|share| Until { share, cap: args.max_samples.map_or(UNTIL_CAP, |cap| cap as usize) }),
        seed: args.seed,
        points: match args.sampler {
            SamplerArg::Plain => Points::Plain,
            SamplerArg::Lhs => Points::LatinHypercube { replicates },
            SamplerArg::Sobol => Points::Sobol { replicates },
        },
        plan: None,
    }
}

/// Shows what a whole run says.
pub(super) fn show(
    model: &Model,
    plan: Option<&Allocation>,
    study: &SimulationStudy,
    page: &Page,
    process: &Process,
    started: Instant,
) -> Result<Outcome, CliError> {
    if process.speaks_json() {
        let document = SimulationDocument::of(model, plan, study);
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))
    } else {
        process.print(&page.text(process.lang()))
    }
}

/// Any plan may be simulated; one that spends more than its sources have by some year is told so.
fn note_overspending(model: &Model, plan: &Allocation, lang: Lang) {
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
            let source = &money.key;
            let _ = match lang {
                Lang::Id => writeln!(
                    stderr,
                    "catatan: sampai tahun {year} rencana ini membelanjakan lebih dari dana yang dimiliki sumber '{source}'"
                ),
                Lang::En => {
                    writeln!(stderr, "note: by {year} the plan spends more than source '{source}' has")
                }
            };
        }
    }
}

/// Any plan may be simulated; one that is short of the coverage that plans are held to is told so.
fn note_coverage(model: &Model, plan: &Allocation, lang: Lang) {
    use std::io::Write;
    let mut stderr = anstream::stderr().lock();
    let (supported, short) = model.short_clusters(plan);
    if model.coverage.enforced && short > 0 {
        let first = model.coverage_shortfalls(plan).into_iter().next().map_or_else(String::new, |short| {
            let facility = short.owed.facility;
            let cluster = &model.clusters[short.cluster.index()].key;
            let (letter, key) = (facility.letter(), facility.key());
            match lang {
                Lang::Id => format!(", yang pertama ({letter}) {key} di '{cluster}'"),
                Lang::En => format!(", the first being ({letter}) {key} in '{cluster}'"),
            }
        });
        let _ = match lang {
            Lang::Id => writeln!(
                stderr,
                "catatan: di {short} dari {supported} klaster yang didukung rencana ini minimum cakupan tidak tercapai{first}; lihat coverage.csv"
            ),
            Lang::En => writeln!(
                stderr,
                "note: in {short} of the {supported} clusters that the plan supports a minimum of coverage is not reached{first}; see coverage.csv"
            ),
        };
    }
}

/// Shows that a part is done.
fn show_part(
    args: &SimulateArgs,
    model: &Model,
    plan: Option<&Allocation>,
    part: &Part,
    process: &Process,
    started: Instant,
) -> Result<Outcome, CliError> {
    let (i, k) = part.shard;
    if args.common.json {
        let document = ShardDocument::of(model, plan, part, args.raw);
        return process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }));
    }
    let lang = process.lang();
    let samples = lang.number(part.sampling.samples as f64, 0);
    process.print(&match lang {
        Lang::Id => format!("bagian {i} dari {k}, {samples} kemungkinan keadaan; rantai merge\n"),
        Lang::En => format!("part {i} of {k}, {samples} futures; rantai merge\n"),
    })
}
