//! `rantai menu`: how little and how much everything can get in plans that are nearly as good as the best.

use super::args::MenuArgs;
use super::common::{begin, load_scenario, now, run_since};
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::runner::{Place, run_menu};
use crate::control::Control;
use crate::result::{self, Timed};
use crate::study::{MenuRequest, PlanRequest, Study};

/// Makes the menu that `args` ask for, shows it and writes it.
pub(super) fn menu(args: &MenuArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let folder = begin(&args.output, process, &[(Holding::Scenario, &args.scenario)])?;
    let request = MenuRequest {
        planning: PlanRequest { budget: args.budget, quick: args.quick, ..args.asking.request() },
        within: args.within,
        by: args.by.iter().map(|kind| kind.word().to_string()).collect(),
        swaps: args.swap.clone(),
    };
    let model = request.model(&scenario.model)?;
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let place = Place { folder, run: &|| run_since(started) };
    let control = Control::unlimited();
    let found = run_menu(&scenario, &model, &request, place, &control.observed_by(&|p| reporter.observe(p)));
    reporter.end();
    let found = found?;
    if args.common.json {
        let document = found.document;
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))?;
    } else {
        process.print(&found.page.text(lang))?;
    }
    Ok(if found.study.in_time { Outcome::Done } else { Outcome::Limit })
}
