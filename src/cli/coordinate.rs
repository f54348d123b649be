//! `rantai coordinate`: what planning all sources jointly is worth beyond each alone and one after the other.

use super::args::{ByArg, CoordinateArgs};
use super::common::{begin, load_scenario, now, run_since};
use super::optimise::infeasible_or;
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::runner::{Place, run_coordination};
use crate::control::Control;
use crate::opt::PlanMethod;
use crate::result::{self, Timed};
use crate::study::coordination::By;
use crate::study::{CoordinationRequest, Study};

/// Compares the ways of planning that `args` ask for, shows and writes what comes of them.
pub(super) fn coordinate(args: &CoordinateArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let folder = begin(&args.output, process, &[(Holding::Scenario, &args.scenario)])?;
    let request = request(args);
    let model = request.model(&scenario.model)?;
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let place = Place { folder, run: &|| run_since(started) };
    let found = run_coordination(
        &scenario,
        &model,
        &request.settled(&model),
        place,
        &Control::unlimited().observed_by(&|p| reporter.observe(p)),
    );
    reporter.end();
    let found = found.map_err(|error| infeasible_or(error, &scenario, &model, &args.planning))?;
    if args.common.json {
        let document = found.document;
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))
    } else {
        process.print(&found.page.text(lang))
    }
}

fn request(args: &CoordinateArgs) -> CoordinationRequest {
    let planning = &args.planning;
    CoordinationRequest {
        objective: planning.objective.clone(),
        net: planning.net,
        budget: planning.budget,
        samples: planning.samples.map(|n| n as usize),
        evaluation: planning.evaluation.map(|n| n as usize),
        seed: planning.seed,
        method: planning.method.map(PlanMethod::from),
        gap: planning.gap,
        by: match args.by {
            ByArg::Source => By::Source,
            ByArg::Level => By::Level,
        },
        order: args.order.clone(),
    }
}
