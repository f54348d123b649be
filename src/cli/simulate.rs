//! `simulate`: a run, or a part of one.

use std::io::Write as _;
use std::time::Instant;

use super::args::{SamplerArg, SimulateArgs};
use super::common::{begin, load_scenario, now, plan_for, run_since};
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::runner::{Place, Simulated, SimulationJob, run_simulation, trace};
use crate::control::Control;
use crate::language::text;
use crate::model::{Allocation, ClusterId, Model};
use crate::report::Lang;
use crate::report::judge::{opened, teller};
use crate::report::page::Page;
use crate::report::violation::Breaches;
use crate::result::{self, ChangeDocument, ShardDocument, SimulationDocument, Timed, ViolationDocument};
use crate::scenario::Scenario;
use crate::study::request::Until;
use crate::study::simulation::{Points, UNTIL_CAP};
use crate::study::{Broken, Part, SimulationRequest, SimulationStudy};

/// Runs the simulation that `args` ask for, shows and writes what it says.
pub(super) fn simulate(args: &SimulateArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    refuse_what_has_nowhere_to_go(args)?;
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let model = &scenario.model;
    let read = |path| plan_for(path, [model, model], args.common.quiet, process);
    let plan = args.plan.as_deref().map(read).transpose()?;
    let broken =
        plan.as_ref().map(|plan| Broken::of(model, &plan.allocation, &plan.stated)).unwrap_or_default();
    let plan = plan.map(|plan| plan.allocation);
    let is_traced_alone = args.trace.is_some() && args.output.out.is_none() && !args.common.json;
    if let (Some(plan), false) = (&plan, args.common.quiet) {
        let whole = args.shard.is_none() && !is_traced_alone;
        note_breaches(&scenario, &broken, opened(model, plan), whole, process.lang());
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
    if let (Some(k), true) = (job.trace, is_traced_alone) {
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
        Simulated::Whole(study, page) => {
            let told = plan.map(|plan| (plan, &broken));
            show(&scenario, told, &study, &page, process, started)
        }
        Simulated::Part(part) => show_part(args, model, plan, &part, process, started),
    }
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

/// Shows what a whole run says, of a plan and the rules that it breaks where it had one.
pub(super) fn show(
    scenario: &Scenario,
    plan: Option<(&Allocation, &Broken)>,
    study: &SimulationStudy,
    page: &Page,
    process: &Process,
    started: Instant,
) -> Result<Outcome, CliError> {
    if !process.speaks_json() {
        return process.print(&page.text(process.lang()));
    }
    let model = &scenario.model;
    let teller = teller(scenario, model);
    let violations = plan.map(|(plan, broken)| ViolationDocument::all(&teller, broken, &opened(model, plan)));
    let violations = violations.unwrap_or_default();
    let document = SimulationDocument::of(model, plan.map(|(plan, _)| plan), study);
    let changes = ChangeDocument::all(scenario);
    let document = SimulationDocument { changes, violations, ..document };
    process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))
}

/// Any plan may be simulated; one that breaks rules is told so. Of a whole run the summary lists the rules, so that units that disagree with
/// rupiah are all that is left to say.
fn note_breaches(scenario: &Scenario, broken: &Broken, opened: Vec<ClusterId>, whole: bool, lang: Lang) {
    let mut stderr = anstream::stderr().lock();
    let units = Broken { units: broken.units.clone(), ..Broken::default() };
    let told = if whole { &units } else { broken };
    let breaches = Breaches::new(teller(scenario, &scenario.model), told, opened);
    for sentence in breaches.sentences() {
        let _ = writeln!(stderr, "{}: {}", lang.pick("catatan", "note"), sentence.in_language(lang));
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
