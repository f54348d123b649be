//! `rantai compare`: cases side by side on common random numbers.

use std::path::Path;

use super::args::CompareArgs;
use super::common::{begin, case_label, load_scenario, note_all, now, run_since};
use super::optimise::planning_request;
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::runner::{Place, run_compare};
use crate::control::Control;
use crate::language::{Lang, Text, text};
use crate::model::Model;
use crate::result::{self, Timed, allocation_lines};
use crate::scenario::{Case, Scenario, read_case, read_plan, read_shares};
use crate::study::compare::{FIRST_LOOK, Mix};
use crate::study::simulation::UNTIL_CAP;
use crate::study::{CaseRequest, CompareRequest, MoneyRequest, PlanRequest};
use crate::units::Rupiah;

/// The word of the plan that is best.
const OPTIMISED: &str = "optimised";

/// Compares the cases that `args` name, shows and writes what comes of it.
pub(super) fn compare(args: &CompareArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let mut read = vec![(Holding::Scenario, args.scenario.as_path())];
    let words = args.cases.iter().map(Path::new).filter(|path| path.exists());
    read.extend(words.map(|path| (Holding::Plan, path)));
    let folder = begin(&args.output, process, &read)?;
    let request = request(args, &scenario, process)?;
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let place = Place { folder, run: &|| run_since(started) };
    let control = Control::unlimited();
    let found = run_compare(&scenario, &request, place, &control.observed_by(&|p| reporter.observe(p)));
    reporter.end();
    let found = found?;
    if args.common.json {
        let document = found.document;
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))?;
    } else {
        process.print(&found.page.text(lang))?;
    }
    Ok(if request.cap.is_some() && !found.study.decided { Outcome::Limit } else { Outcome::Done })
}

fn request(args: &CompareArgs, scenario: &Scenario, process: &Process) -> Result<CompareRequest, CliError> {
    let mut cases = Vec::new();
    let mut faults = Vec::new();
    for word in &args.cases {
        match case_of(word, &scenario.model, args.common.quiet, process) {
            Ok(case) => cases.push(case),
            Err(CliError::Invalid(found)) => faults.extend(found),
            Err(other) => return Err(other),
        }
    }
    if !faults.is_empty() {
        return Err(CliError::Invalid(faults));
    }
    for budget in &args.budgets {
        let (en, id) = (Lang::En.money(budget.as_f64()), Lang::Id.money(budget.as_f64()));
        let name = Text::new(format!("optimised, {en}"), format!("terbaik, {id}"));
        cases.push(CaseRequest { budget: Some(budget.0), ..named(&name, MoneyRequest::Optimised) });
    }
    if cases.len() < 2 {
        let known = known();
        return Err(CliError::Usage(text!(
            en: "a comparison needs at least two cases: case files, plans, --budgets, or mixes ({known})",
            id: "perbandingan memerlukan sekurang-kurangnya dua kasus: berkas kasus, rencana, --budgets, atau bauran ({known})",
        )));
    }
    let cap = args.max_samples.map_or(UNTIL_CAP, |cap| cap as usize);
    Ok(CompareRequest {
        planning: PlanRequest { time_limit: args.time_limit, ..planning_request(&args.planning) },
        cases,
        indifference: args.indifference.map_or(0.0, Rupiah::as_f64),
        cap: args.until_decided.then_some(cap.max(FIRST_LOOK)),
    })
}

fn known() -> String {
    let mut words = Mix::words();
    words.push(OPTIMISED.to_string());
    words.join(", ")
}

fn named(name: &Text, money: MoneyRequest) -> CaseRequest {
    CaseRequest {
        id: name.in_language(Lang::Id).to_string(),
        en: name.in_language(Lang::En).to_string(),
        changes: Vec::new(),
        budget: None,
        money,
    }
}

/// The case that a word stands for: a mix, a case file, a table of shares, or a plan.
pub(super) fn case_of(
    word: &str,
    model: &Model,
    quiet: bool,
    process: &Process,
) -> Result<CaseRequest, CliError> {
    if let Some((name, money)) = mix_of(word) {
        return Ok(named(&name, money));
    }
    let path = Path::new(word);
    if !path.exists() {
        let known = known();
        return Err(CliError::Usage(text!(
            en: "'{word}' is neither a file nor a mix; mixes are {known}",
            id: "'{word}' bukan berkas dan bukan bauran; bauran yang ada: {known}",
        )));
    }
    if word.to_lowercase().ends_with(".toml") {
        let case = read_case(path, &case_label(path)).map_err(CliError::Invalid)?;
        return of_file(case, model, quiet, process);
    }
    let money = money_at(path, model, quiet, process)?;
    let name = path.file_stem().map_or(word.to_string(), |name| name.to_string_lossy().into_owned());
    Ok(named(&Text::same(name), money))
}

/// The mix of a word, if it is one.
fn mix_of(word: &str) -> Option<(Text, MoneyRequest)> {
    if word == OPTIMISED {
        return Some((text!(en: "optimised", id: "terbaik"), MoneyRequest::Optimised));
    }
    Mix::parse(word).map(|mix| (mix.text(), MoneyRequest::Mix(word.to_string())))
}

/// A table of shares, or a plan.
fn money_at(path: &Path, model: &Model, quiet: bool, process: &Process) -> Result<MoneyRequest, CliError> {
    if is_shares(path) {
        return Ok(MoneyRequest::Shares(read_shares(path, model).map_err(CliError::Invalid)?));
    }
    let plan = read_plan(path, model).map_err(CliError::Invalid)?;
    if !quiet {
        note_all(&plan.notes, process.lang());
    }
    Ok(MoneyRequest::Plan(allocation_lines(model, &plan.allocation)))
}

/// True for a table whose first line names a column of shares.
fn is_shares(path: &Path) -> bool {
    let text = std::fs::read(path).unwrap_or_default();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).to_lowercase();
    line.split([',', ';', '\t']).any(|cell| cell.trim().trim_matches('"') == "share")
}

fn of_file(case: Case, model: &Model, quiet: bool, process: &Process) -> Result<CaseRequest, CliError> {
    let folder = case.file.parent().map(Path::to_path_buf).unwrap_or_default();
    let money = match (&case.plan, &case.mix) {
        (Some(plan), _) => money_at(plan, model, quiet, process)?,
        (None, Some(word)) => match mix_of(word) {
            Some((_, money)) => money,
            None => shares_of(&folder.join(word), word, model)?,
        },
        (None, None) => MoneyRequest::Optimised,
    };
    Ok(CaseRequest {
        id: case.title.id,
        en: case.title.en,
        changes: case.overrides.into_iter().map(|own| own.change).collect(),
        budget: case.budget.map(|budget| budget.0),
        money,
    })
}

fn shares_of(path: &Path, word: &str, model: &Model) -> Result<MoneyRequest, CliError> {
    if !path.exists() {
        let known = known();
        return Err(CliError::Usage(text!(
            en: "'{word}' is neither a file nor a mix; mixes are {known}",
            id: "'{word}' bukan berkas dan bukan bauran; bauran yang ada: {known}",
        )));
    }
    Ok(MoneyRequest::Shares(read_shares(path, model).map_err(CliError::Invalid)?))
}
