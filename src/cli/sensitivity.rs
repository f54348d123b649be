//! `rantai sensitivity`: which uncertain numbers matter, and what it is worth to know them.

use std::path::Path;

use super::args::SensitivityArgs;
use super::common::{begin, load_scenario, now, run_since};
use super::compare::case_of;
use super::optimise::planning_request;
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::runner::{Place, run_sensitivity};
use crate::control::Control;
use crate::result::{self, Timed};
use crate::scenario::Scenario;
use crate::study::{PlanRequest, SensitivityRequest};

/// The plans at hand beside the one that is studied, where no others are named.
const BESIDE: [&str; 4] = ["today", "equal", "by_enterprises", "by_bottleneck"];

/// Says which numbers matter to the plans that `args` name, shows and writes what comes of it.
pub(super) fn sensitivity(args: &SensitivityArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let mut read = vec![(Holding::Scenario, args.scenario.as_path())];
    let words = args.plans.iter().map(Path::new).filter(|path| path.exists());
    read.extend(words.map(|path| (Holding::Plan, path)));
    let folder = begin(&args.output, process, &read)?;
    let request = request(args, &scenario, process)?;
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let place = Place { folder, run: &|| run_since(started) };
    let control = Control::unlimited();
    let found = run_sensitivity(&scenario, &request, place, &control.observed_by(&|p| reporter.observe(p)));
    reporter.end();
    let found = found?;
    if args.common.json {
        let document = found.document;
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))?;
    } else {
        process.print(&found.page.text(lang))?;
    }
    Ok(Outcome::Done)
}

fn request(
    args: &SensitivityArgs,
    scenario: &Scenario,
    process: &Process,
) -> Result<SensitivityRequest, CliError> {
    let studied = args.plans.first().map_or("optimised", String::as_str);
    let words: Vec<&str> = match args.plans.as_slice() {
        [] | [_] => {
            let beside = BESIDE.into_iter().filter(|word| *word != studied);
            std::iter::once(studied).chain(beside).collect()
        }
        all => all.iter().map(String::as_str).collect(),
    };
    let (mut plans, mut faults) = (Vec::new(), Vec::new());
    for word in words {
        match case_of(word, &scenario.model, args.common.quiet, process) {
            Ok(plan) => plans.push(plan),
            Err(CliError::Invalid(found)) => faults.extend(found),
            Err(other) => return Err(other),
        }
    }
    if !faults.is_empty() {
        return Err(CliError::Invalid(faults));
    }
    Ok(SensitivityRequest {
        planning: PlanRequest { time_limit: args.time_limit, ..planning_request(&args.planning) },
        plans,
        by: args.by.map(|by| by.key().to_string()),
        rows: args.rows.map(|rows| rows as usize),
        upper: args.upper as usize,
    })
}
