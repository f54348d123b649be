//! `rantai optimise`: from a scenario to a plan, its proof and its result folder.

use std::time::Instant;

use serde_json::json;

use super::args::{MethodArg, OptimiseArgs};
use super::commands::{SCENARIO, begin, bytes, finish, language, load_scenario, now, write_outcomes};
use super::progress::Reporter;
use super::{CliError, Outcome, Process, resume};
use crate::model::Model;
use crate::opt::{OptError, PlanMethod, Stop};
use crate::report::conflict::Told;
use crate::report::folder::Holding;
use crate::report::{Lang, ResultFolder, assurance, law, sites, summary, tables};
use crate::result::{self, PlanDocument, Timed};
use crate::scenario::Scenario;
use crate::study::{self, PlanRequest, PlanStudy, StudyError};

/// Makes the plan that `args` ask for, shows it and writes it.
pub(super) fn optimise(args: &OptimiseArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.common, true)?;
    let mut read = vec![(Holding::Scenario, args.scenario.as_path())];
    read.extend(args.resume.as_deref().map(|folder| (Holding::Resumed, folder)));
    let folder = begin(&args.output, process, &read)?;
    let model = match args.budget {
        Some(total) => study::budget::scaled(&scenario.model, total).map_err(CliError::Usage)?,
        None => scenario.model.clone(),
    };
    let request = request(args, &model);
    let learned = args.resume.as_deref().map(|folder| resume::read(folder, &model, &request)).transpose()?;
    let request = PlanRequest { learned, ..request };
    let lang = language(&args.common);
    let reporter = Reporter::new(lang, args.common.quiet).until(args.time_limit);
    let planned = study::plan(&model, &request, &|p| reporter.observe(p));
    reporter.end();
    let planned = planned.map_err(|error| match &error {
        StudyError::Opt(OptError::Infeasible(conflict)) => {
            let told = Told::new(&model, &scenario.numbers, args.budget.is_some(), conflict);
            CliError::Infeasible(told.text(lang), Some(Box::new(told.document())))
        }
        StudyError::Opt(OptError::Learned) => resume::another_program(args.resume.as_deref()),
        _ => error.into(),
    })?;
    let document = PlanDocument::of(&model, &planned);
    if let Some(folder) = folder {
        write(args, folder, &scenario, &model, &planned, &document, started)?;
    }
    if args.common.json {
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))?;
    } else {
        process.print(&summary::plan(&model, &planned, lang))?;
    }
    Ok(if planned.program.stop == Stop::Proven { Outcome::Done } else { Outcome::Limit })
}

fn request(args: &OptimiseArgs, model: &Model) -> PlanRequest {
    PlanRequest {
        metric: args.objective.unwrap_or(model.objective),
        planning: args.samples.map_or(model.samples.planning, |n| n as usize),
        evaluation: args.evaluation.map_or(model.samples.evaluation, |n| n as usize),
        seed: args.seed.unwrap_or(model.samples.seed),
        seconds: args.time_limit,
        method: match args.method {
            None => PlanMethod::Automatic,
            Some(MethodArg::Extensive) => PlanMethod::Extensive,
            Some(MethodArg::Decomposition) => PlanMethod::Decomposition,
        },
        gap: args.gap,
        quick: args.quick,
        learned: None,
        keep: args.output.out.is_some(),
    }
}

/// Writes the result folder.
fn write(
    args: &OptimiseArgs,
    mut folder: ResultFolder,
    scenario: &Scenario,
    model: &Model,
    planned: &PlanStudy,
    document: &PlanDocument,
    started: Instant,
) -> Result<(), CliError> {
    let (program, request) = (&planned.program, &planned.request);
    folder.write("plan.json", result::text(document).as_bytes())?;
    folder.write("allocation.csv", &bytes(|out| tables::allocation(model, &program.allocation, out))?)?;
    folder.write("coverage.csv", &bytes(|out| tables::coverage(model, &program.allocation, out))?)?;
    if model.candidates().next().is_some() {
        folder.write("sites.csv", &bytes(|out| sites::table(model, planned, out))?)?;
    }
    let trace = law::trace(model, &scenario.numbers, Some(planned), Lang::En);
    folder.write("law_trace.csv", &bytes(|out| law::table(&trace, out))?)?;
    if let Some(learned) = &program.learned {
        folder.write(resume::CUTS, &resume::pack(learned, model, request)?)?;
    }
    if !program.margins.is_empty() {
        folder.write("margins.csv", &bytes(|out| assurance::margins(model, &program.margins, out))?)?;
    }
    write_outcomes(&mut folder, model, &planned.evaluation)?;
    folder.write("summary.id.txt", summary::plan(model, planned, Lang::Id).as_bytes())?;
    folder.write("summary.en.txt", summary::plan(model, planned, Lang::En).as_bytes())?;
    let settings = json!({
        "command": "optimise",
        "objective": request.metric.key(),
        "budget": model.total_budget(),
        "samples": request.planning,
        "evaluation": request.evaluation,
        "seed": request.seed,
        "time_limit": request.seconds,
        "method": args.method.map(MethodArg::word),
        "gap": request.gap,
        "quick": request.quick,
        "resumed": request.learned.is_some(),
        "status": program.stop.key(),
    });
    finish(folder, scenario, model, settings, &reproduce(args, model, request), started)
}

/// The command that gives the same plan inside the result folder.
fn reproduce(args: &OptimiseArgs, model: &Model, request: &PlanRequest) -> String {
    let mut command = format!(
        "rantai optimise {SCENARIO} --objective {} --budget {} --samples {} --evaluation {} --seed {}",
        request.metric.key(),
        model.total_budget(),
        request.planning,
        request.evaluation,
        request.seed
    );
    if let Some(seconds) = request.seconds {
        command.push_str(&format!(" --time-limit {seconds}"));
    }
    if let Some(method) = args.method {
        command.push_str(&format!(" --method {}", method.word()));
    }
    if let Some(gap) = request.gap {
        command.push_str(&format!(" --gap {gap}"));
    }
    if request.quick {
        command.push_str(" --quick");
    }
    command
}
