//! `rantai judge`: the rules that a plan breaks, what it spends, and its gain or loss against the best plan.

use super::args::JudgeArgs;
use super::common::{begin, load_scenario, now, plan_for, run_since};
use super::optimise::planning_request;
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::runner::{Place, run_judge};
use crate::control::Control;
use crate::opt::Stop;
use crate::result::{self, Timed};
use crate::study::{JudgeRequest, JudgeStudy, PlanRequest, Study};

/// Judges the plan that `args` name, shows and writes what comes of it.
pub(super) fn judge(args: &JudgeArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let planning = PlanRequest {
        least_line: args.sizes.least_line,
        grain: args.sizes.grain,
        time_limit: args.time_limit,
        ..planning_request(&args.planning)
    };
    let model = planning.model(&scenario.model)?;
    let known = [&scenario.model, &model];
    let read = |path| plan_for(path, known, args.common.quiet, process);
    let plan = read(&args.plan)?;
    let against = args.against.as_deref().map(read).transpose()?;
    let mut kept = vec![(Holding::Scenario, args.scenario.as_path()), (Holding::Plan, &args.plan)];
    kept.extend(args.against.as_deref().map(|against| (Holding::Plan, against)));
    // Begun before the work, so that a folder that cannot be written is told at once.
    let folder = begin(&args.output, process, &kept)?;
    let against = against.map(|against| against.allocation);
    let request = JudgeRequest::about(&model, planning, &plan, against.as_ref());
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let place = Place { folder, run: &|| run_since(started) };
    let judged = run_judge(
        &scenario,
        &model,
        &request.settled(&model)?,
        place,
        &Control::unlimited().observed_by(&|p| reporter.observe(p)),
    );
    reporter.end();
    let judged = judged?;
    if args.common.json {
        let document = judged.document;
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))?;
    } else {
        process.print(&judged.page.text(lang))?;
    }
    Ok(outcome(&judged.study))
}

/// Rules that are broken come before a search that was stopped.
fn outcome(study: &JudgeStudy) -> Outcome {
    let planned = study.against.as_ref().and_then(|against| against.planned.as_deref());
    match planned {
        _ if !study.keeps_all() => Outcome::Broken,
        Some(planned) if planned.stop != Stop::Proven => Outcome::Limit,
        _ => Outcome::Done,
    }
}
