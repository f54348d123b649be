//! `rantai optimise`: from a scenario to a plan, its proof and its result folder.

use std::path::Path;

use super::args::{OptimiseArgs, Planning};
use super::common::{begin, begin_files, load_scenario, now, run_since};
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::learned::{self, CUTS};
use crate::archive::runner::{Place, RunError, run_plan};
use crate::control::Control;
use crate::language::{Text, text};
use crate::model::Model;
use crate::opt::{OptError, PlanMethod, Stop};
use crate::report::Lang;
use crate::report::budget_document;
use crate::report::conflict::Told;
use crate::result::{self, BudgetTable, Timed};
use crate::scenario::Scenario;
use crate::study::{PlanRequest, PlanSettings, Study, StudyError};

/// Makes the plan that `args` ask for, shows it and writes it.
pub(super) fn optimise(args: &OptimiseArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let mut read = vec![(Holding::Scenario, args.scenario.as_path())];
    read.extend(args.resume.as_deref().map(|folder| (Holding::Resumed, folder)));
    // Begun before the work, so that a folder that cannot be written is told at once.
    let folder = begin(&args.output, process, &read)?;
    let document = args.budget_document.as_deref();
    outside(document, args.output.out.as_deref())?;
    let mut file = begin_files(document.as_slice(), args.output.force, process)?;
    let request = request(args);
    let model = request.model(&scenario.model)?;
    let settings = PlanSettings { keep: args.output.out.is_some(), ..request.settled(&model) };
    let earlier = args.resume.as_deref();
    // Go on from an earlier run, if it was on the same program.
    let known = earlier.map(|folder| learned::read(folder, &model, &settings)).transpose()?;
    let settings = PlanSettings { learned: known, ..settings };
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let place = Place { folder, run: &|| run_since(started) };
    let planned = run_plan(
        &scenario,
        &model,
        &settings,
        place,
        &Control::unlimited().observed_by(&|p| reporter.observe(p)),
    );
    reporter.end();
    // Cuts that do not fit the program are a matter of --resume, not of the scenario.
    let planned = planned.map_err(|error| match (&error, earlier) {
        (RunError::Study(StudyError::Opt(OptError::Learned)), Some(folder)) => {
            let name = folder.display();
            CliError::Usage(text!(
                en: "{name}/{CUTS} does not fit this program; plan anew without --resume",
                id: "{name}/{CUTS} tidak cocok dengan program ini; buat rencana lagi tanpa --resume",
            ))
        }
        _ => infeasible_or(error, &scenario, &model, &args.planning),
    })?;
    if let Some(path) = document {
        let program = &planned.study.program;
        let table = BudgetTable::of(&model, &scenario.numbers, &program.allocation, &program.budget);
        file.write(0, |out| match path.extension() {
            Some(ending) if ending.eq_ignore_ascii_case("json") => {
                out.write_all(result::text(&table).as_bytes())
            }
            _ => budget_document::table(&table, lang, out),
        })?;
        file.place()?;
    }
    if args.common.json {
        let document = planned.document;
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))?;
    } else {
        process.print(&planned.page.text(lang))?;
    }
    Ok(if planned.study.program.stop == Stop::Proven { Outcome::Done } else { Outcome::Limit })
}

/// Refuses a budget document inside of the result folder, which holds nothing but what its manifest lists.
fn outside(document: Option<&Path>, out: Option<&Path>) -> Result<(), CliError> {
    let (Some(document), Some(out)) = (document, out) else { return Ok(()) };
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    if whole(document).starts_with(whole(out)) {
        let (name, folder) = (document.display(), out.display());
        return Err(CliError::Usage(text!(
            en: "{name} lies in the result folder {folder}, which holds the budget document in both languages: leave --budget-document out, or write it elsewhere",
            id: "{name} terletak di folder hasil {folder}, yang sudah memuat dokumen anggaran dalam kedua bahasa: hapus --budget-document, atau tulis di tempat lain",
        )));
    }
    Ok(())
}

fn request(args: &OptimiseArgs) -> PlanRequest {
    PlanRequest {
        least_line: args.sizes.least_line,
        grain: args.sizes.grain,
        time_limit: args.time_limit,
        quick: args.quick,
        tidy: args.tidy,
        ..planning_request(&args.planning)
    }
}

/// The request of the options that every command has that makes plans.
pub(super) fn planning_request(planning: &Planning) -> PlanRequest {
    PlanRequest {
        objective: planning.objective.clone(),
        net: planning.net,
        budget: planning.budget,
        samples: planning.samples.map(|n| n as usize),
        evaluation: planning.evaluation.map(|n| n as usize),
        seed: planning.seed,
        method: planning.method.map(PlanMethod::from),
        gap: planning.gap,
        ..PlanRequest::default()
    }
}

/// Why no plan keeps the rules of `model`, in the scenario's words, or else the error as it is.
pub(super) fn infeasible_or(
    error: RunError,
    scenario: &Scenario,
    model: &Model,
    planning: &Planning,
) -> CliError {
    match &error {
        RunError::Study(StudyError::Opt(OptError::Infeasible(conflict))) => {
            let told = Told::new(model, &scenario.numbers, planning.budget.is_some(), conflict);
            let why = Text::new(told.text(Lang::En), told.text(Lang::Id));
            CliError::Infeasible(why, Some(Box::new(told.document())))
        }
        _ => error.into(),
    }
}
