//! A request run to its result folder: the study, what it publishes, the scenario as it was read, and the manifest.

use std::fs;
use std::io;

use super::SCENARIO;
use super::folder::{FolderError, ResultFolder};
use super::learned::{self, CUTS, LearnedError};
use super::manifest::{Facts, Run, ScenarioCopy};
use super::part::{self, PART, PartError};
use super::settings::{Settings, SimulationRun};
use crate::control::Control;
use crate::language::{Lang, Text, system_error, text};
use crate::model::{Allocation, Model};
use crate::report::coordination::Told;
use crate::report::page::Page;
use crate::report::raw::{RAW_COLUMNS, RawWriter};
use crate::report::{
    changes, compare as compared, judge as judged, ladder as climbed, menu as offered, publication,
    sensitivity as sensed, summary, tables,
};
use crate::result::compare::ToldCase;
use crate::result::{
    ChangeDocument, CompareDocument, CoordinationDocument, JudgementDocument, LadderDocument, MenuDocument,
    PlanDocument, SensitivityDocument, scenario_hash,
};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::{Change, Fault, Override, Scenario};
use crate::sim::{OutcomeLayout, PlanEffects, SimError};
use crate::study::compare::{Case, compare};
use crate::study::coordination::{CoordinationSettings, CoordinationStudy, coordinate};
use crate::study::judge::judge;
use crate::study::sensitivity::sensitivity;
use crate::study::simulation::{SimulationSettings, first_sample};
use crate::study::stream::Raw;
use crate::study::{
    CompareRequest, CompareStudy, JudgeSettings, JudgeStudy, LadderRequest, LadderStudy, MenuRequest,
    MenuStudy, Part, PlanName, PlanSettings, PlanStudy, SensitivityRequest, SensitivityStudy,
    SimulationStudy, Study, StudyError, part_of, plan, study_of,
};

/// The file of every outcome of every sample.
pub const RAW: &str = "samples.parquet";

/// The file of one sample in full.
pub const TRACE: &str = "trace.csv";

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum RunError {
    /// The study ended without one.
    Study(#[from] StudyError),
    /// A case is no valid scenario.
    Invalid(Vec<Fault>),
    /// It cannot be written.
    Folder(#[from] FolderError),
    /// The learned state cannot be kept.
    Learned(#[from] LearnedError),
    /// A part cannot be kept.
    Part(#[from] PartError),
    /// A table cannot be made.
    Table(io::Error),
    /// There are more outcomes than a file of raw samples holds.
    RawColumns(usize),
}

impl RunError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Study(error) => error.text(),
            Self::Invalid(_) => text!(
                en: "a case is not a valid scenario",
                id: "suatu kasus bukan skenario yang sah",
            ),
            Self::Folder(error) => error.text(),
            Self::Learned(error) => error.text(),
            Self::Part(error) => error.text(),
            Self::Table(error) => text!(
                en: "a table cannot be made: {why}",
                id: "tabel tidak dapat dibuat: {why}",
                why = system_error(error),
            ),
            Self::RawColumns(count) => text!(
                en: "{RAW} would hold {count} outcomes per sample, more than {RAW_COLUMNS}",
                id: "{RAW} akan memuat {count} hasil per sampel, lebih dari {RAW_COLUMNS}",
            ),
        }
    }
}

impl From<SimError> for RunError {
    fn from(error: SimError) -> Self {
        Self::Study(error.into())
    }
}

/// Where a run goes: the folder that was begun for it, if one is wanted, and how the front end tells of the run at its end.
pub struct Place<'a> {
    /// The folder.
    pub folder: Option<ResultFolder>,
    /// How the run went.
    pub run: &'a dyn Fn() -> Run,
}

impl Place<'_> {
    /// Adds the scenario as it was read and the manifest, and places the folder. `model` is what was computed with.
    fn finish(self, scenario: &Scenario, model: &Model, settings: Settings) -> Result<(), RunError> {
        let Some(mut folder) = self.folder else { return Ok(()) };
        for (name, bytes) in &scenario.files {
            folder.copy(&format!("{SCENARIO}/{name}"), bytes)?;
        }
        let facts = Facts::new(settings, ScenarioCopy::of(scenario), scenario_hash(model));
        folder.finish(facts, (self.run)())?;
        Ok(())
    }

    fn write(&mut self, files: publication::Files) -> Result<(), RunError> {
        if let Some(folder) = &mut self.folder {
            for (name, bytes) in files {
                folder.write(&name, &bytes)?;
            }
        }
        Ok(())
    }
}

/// A study with what is said of it: made once, for the folder and for whoever prints it.
#[derive(Debug)]
pub struct Ran<S, D> {
    /// The study.
    pub study: S,
    /// Its document.
    pub document: D,
    /// Its page.
    pub page: Page,
}

/// Makes the plan that `settings` ask for of `model`, which is the scenario's with the budget asked for.
///
/// # Errors
/// [`RunError`].
pub fn run_plan(
    scenario: &Scenario,
    model: &Model,
    settings: &PlanSettings,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Ran<PlanStudy, PlanDocument>, RunError> {
    let study = plan(model, settings, control)?;
    let changes = ChangeDocument::all(scenario);
    let document = PlanDocument { changes, ..PlanDocument::of(model, &study) };
    let mut page = summary::plan_page(model, &study);
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        let files = publication::plan(scenario, model, &study, &document, &page);
        place.write(files.map_err(RunError::Table)?)?;
        if let Some(learned) = &study.program.learned {
            place.write(vec![(CUTS.to_string(), learned::pack(learned, model, settings)?)])?;
        }
        let settings = Settings::of_plan(model, settings, &study.program);
        place.finish(scenario, model, settings)?;
    }
    Ok(Ran { study, document, page })
}

/// Compares the ways of planning that `settings` ask for.
///
/// # Errors
/// [`RunError`].
pub fn run_coordination(
    scenario: &Scenario,
    model: &Model,
    settings: &CoordinationSettings,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Ran<CoordinationStudy, CoordinationDocument>, RunError> {
    let study = coordinate(model, settings, control)?;
    let told = Told { model, numbers: &scenario.numbers, study: &study };
    let document = CoordinationDocument { changes: ChangeDocument::all(scenario), ..told.document() };
    let mut page = told.page();
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        place.write(publication::coordination(&told, &document, &page).map_err(RunError::Table)?)?;
        place.finish(scenario, model, Settings::of_coordination(model, &study))?;
    }
    Ok(Ran { study, document, page })
}

/// The cases of a comparison, each with the scenario and the model that it is computed with.
struct Cases {
    /// The scenarios as changed, and of each case which it is.
    variants: Vec<Scenario>,
    of: Vec<usize>,
    models: Vec<Model>,
}

impl Cases {
    /// Makes the scenarios and models of the cases of `request`: one for each list of changes.
    fn new(scenario: &Scenario, request: &CompareRequest) -> Result<Self, RunError> {
        let mut found = Self { variants: Vec::new(), of: Vec::new(), models: Vec::new() };
        let mut known: Vec<&[Change]> = Vec::new();
        for case in &request.cases {
            let at = match known.iter().position(|changes| *changes == case.changes.as_slice()) {
                Some(at) => at,
                None => {
                    let more: Vec<Override> = case.overrides().collect();
                    found.variants.push(scenario.with(&more).map_err(RunError::Invalid)?);
                    known.push(&case.changes);
                    known.len() - 1
                }
            };
            found.of.push(at);
            found.models.push(request.model_of(case, &found.variants[at].model)?);
        }
        Ok(found)
    }
}

/// Compares the cases that `request` asks for.
///
/// # Errors
/// [`RunError`].
pub fn run_compare(
    scenario: &Scenario,
    request: &CompareRequest,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Ran<CompareStudy, CompareDocument>, RunError> {
    let model = request.model(&scenario.model)?;
    let settings = request.settled(&model);
    let made = Cases::new(scenario, request)?;
    let cases = request.cases.iter().zip(&made.models).zip(&made.of);
    let cases: Result<Vec<Case<'_>>, StudyError> =
        cases.map(|((case, model), variant)| request.case_of(case, model, *variant)).collect();
    let study = compare(&cases?, &settings, control)?;
    let told: Vec<ToldCase<'_>> = made
        .of
        .iter()
        .zip(&made.models)
        .map(|(variant, model)| ToldCase { scenario: &made.variants[*variant], model })
        .collect();
    let document = CompareDocument::of(scenario, &told, &study);
    let mut page = compared::page(&model, &study, &told, scenario);
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        place.write(publication::comparison(&model, &study, &document, &page).map_err(RunError::Table)?)?;
        place.finish(scenario, &model, Settings::Compare(request.told(&study, &model)))?;
    }
    Ok(Ran { study, document, page })
}

/// Says which numbers matter to the plans that `request` names.
///
/// # Errors
/// [`RunError`].
pub fn run_sensitivity(
    scenario: &Scenario,
    request: &SensitivityRequest,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Ran<SensitivityStudy, SensitivityDocument>, RunError> {
    let model = request.model(&scenario.model)?;
    let settings = request.settled(&model)?;
    let study = sensitivity(&model, &request.cases(&model)?, &settings, control)?;
    let document = SensitivityDocument::of(scenario, &model, &study);
    let mut page = sensed::page(&model, &study);
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        place.write(publication::sensitivity(&model, &study, &document, &page).map_err(RunError::Table)?)?;
        place.finish(scenario, &model, Settings::Sensitivity(request.told(&settings, &model)))?;
    }
    Ok(Ran { study, document, page })
}

/// Judges the plan of `settings` by `model`, which is the scenario's with what the request changes.
///
/// # Errors
/// [`RunError`].
pub fn run_judge(
    scenario: &Scenario,
    model: &Model,
    settings: &JudgeSettings,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Ran<JudgeStudy, JudgementDocument>, RunError> {
    let study = judge(model, settings, control)?;
    let document = JudgementDocument {
        changes: ChangeDocument::all(scenario),
        ..JudgementDocument::of(&judged::teller(scenario, model), &study)
    };
    let mut page = judged::page(scenario, model, &study);
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        place.write(publication::judgement(model, &study, &document, &page).map_err(RunError::Table)?)?;
        place.finish(scenario, model, Settings::of_judgement(model, &study))?;
    }
    Ok(Ran { study, document, page })
}

/// Plans the ladder of budgets that `request` asks for; `model` is the scenario's with what the request changes.
///
/// # Errors
/// [`RunError`].
pub fn run_ladder(
    scenario: &Scenario,
    model: &Model,
    request: &LadderRequest,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Ran<LadderStudy, LadderDocument>, RunError> {
    let study = request.run(model, control)?;
    let document = LadderDocument::of(scenario, model, &study);
    let mut page = climbed::page(model, &study);
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        place.write(publication::ladder(model, &study, &document, &page).map_err(RunError::Table)?)?;
        place.finish(scenario, model, Settings::Ladder(request.told(&study, model)))?;
    }
    Ok(Ran { study, document, page })
}

/// Makes the menu that `request` asks for; `model` is the scenario's with what the request changes.
///
/// # Errors
/// [`RunError`].
pub fn run_menu(
    scenario: &Scenario,
    model: &Model,
    request: &MenuRequest,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Ran<MenuStudy, MenuDocument>, RunError> {
    let study = request.run(model, control)?;
    let document = MenuDocument::of(scenario, model, &study);
    let mut page = offered::page(model, &study);
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        place.write(publication::menu(model, &study, &document, &page).map_err(RunError::Table)?)?;
        place.finish(scenario, model, Settings::Menu(request.told(&study, model)))?;
    }
    Ok(Ran { study, document, page })
}

/// A simulation with what is written beside its outcomes.
#[derive(Debug, Clone)]
pub struct SimulationJob {
    /// Samples and how they are spread.
    pub settings: SimulationSettings,
    /// The plan, if there is one.
    pub plan: Option<Allocation>,
    /// A sample (from 1) to write in full.
    pub trace: Option<usize>,
    /// Whether to write every outcome of every sample.
    pub raw: bool,
    /// Part `i` of `k` (from 1) alone.
    pub shard: Option<(usize, usize)>,
}

/// The outcome of a [`SimulationJob`].
#[derive(Debug)]
pub enum Simulated {
    /// A whole run, with its page.
    Whole(Box<SimulationStudy>, Page),
    /// A part of one.
    Part(Box<Part>),
}

/// Runs a simulation or a part of one.
///
/// # Errors
/// [`RunError`].
pub fn run_simulation(
    scenario: &Scenario,
    job: &SimulationJob,
    mut place: Place<'_>,
    control: &Control<'_>,
) -> Result<Simulated, RunError> {
    let model = &scenario.model;
    let plan = job.plan.as_ref();
    let shard = job.shard.unwrap_or((1, 1));
    // Raw samples go straight into the folder while the run goes on: they are too many to hold.
    let mut raw = match &place.folder {
        Some(folder) if job.raw => Some(raw_writer(model, job, shard, folder)?),
        _ => None,
    };
    let mut add = |_: usize, values: &[f64]| raw.as_mut().map_or(Ok(()), |raw| raw.add(values));
    let receiver: Option<Raw<'_>> = if job.raw { Some(&mut add) } else { None };
    let part = part_of(model, plan, &job.settings, shard, control, receiver);
    let part = part.map_err(|error| match (error, &place.folder) {
        (StudyError::Raw(error), Some(folder)) => folder.error(RAW, error).into(),
        (error, _) => RunError::from(error),
    })?;
    // Close the file before its hash is taken.
    if let (Some(raw), Some(folder)) = (raw, &mut place.folder) {
        raw.finish().map_err(|error| folder.error(RAW, error))?;
        folder.note(RAW)?;
    }
    // A part keeps its statistics alone; merging turns them into a study.
    if job.shard.is_some() {
        keep_part(scenario, job, &part, place)?;
        return Ok(Simulated::Part(Box::new(part)));
    }
    let study = study_of(model, plan.is_some(), &part).appraised(model, plan, control)?;
    if let Some(k) = job.trace
        && place.folder.is_some()
    {
        place.write(vec![(TRACE.to_string(), trace(model, plan, job.settings.seed, k)?)])?;
    }
    let run = SimulationRun { trace: job.trace, raw: job.raw, ..SimulationRun::of(model, plan, &study) };
    let page = keep_study(scenario, plan, &study, run, place)?;
    Ok(Simulated::Whole(Box::new(study), page))
}

/// Writes what a whole run says, and gives its page; `run` are its settings.
///
/// # Errors
/// [`RunError`].
pub fn keep_study(
    scenario: &Scenario,
    plan: Option<&Allocation>,
    study: &SimulationStudy,
    run: SimulationRun,
    mut place: Place<'_>,
) -> Result<Page, RunError> {
    let mut page = summary::simulation_page(&scenario.model, study);
    if let Some(plan) = plan {
        judged::breaches_of(scenario, plan, &mut page);
    }
    changes::told(scenario, &mut page);
    if place.folder.is_some() {
        let model = &scenario.model;
        place.write(publication::simulation(model, plan, study, &page).map_err(RunError::Table)?)?;
        place.finish(scenario, model, Settings::Simulate(run))?;
    }
    Ok(page)
}

/// Writes a part of a run: what it kept, and everything that merging needs.
fn keep_part(
    scenario: &Scenario,
    job: &SimulationJob,
    part: &Part,
    mut place: Place<'_>,
) -> Result<(), RunError> {
    let (model, plan) = (&scenario.model, job.plan.as_ref());
    place.write(vec![(PART.to_string(), part::pack(part)?)])?;
    if let Some(plan) = plan {
        let mut table = Vec::new();
        tables::allocation(model, plan, &mut table).map_err(RunError::Table)?;
        place.write(vec![("allocation.csv".to_string(), table)])?;
    }
    let run = SimulationRun { raw: job.raw, ..SimulationRun::of_part(model, plan, part) };
    place.finish(scenario, model, Settings::Simulate(run))
}

/// `trace.csv`: sample `k` (from 1) in full, without and with the plan.
///
/// # Errors
/// [`RunError`].
pub fn trace(model: &Model, plan: Option<&Allocation>, seed: u64, k: usize) -> Result<Vec<u8>, RunError> {
    let sampler = Sampler::new(model, seed, Purpose::Evaluation);
    let without = crate::sim::trace(model, &sampler, k - 1, None)?;
    let mut traces = vec![(PlanName::None, &without)];
    let with = plan
        .map(|plan| crate::sim::trace(model, &sampler, k - 1, Some(&PlanEffects::new(model, plan))))
        .transpose()?;
    traces.extend(with.as_ref().map(|with| (PlanName::Plan, with)));
    let mut out = Vec::new();
    tables::trace(model, k, &traces, &mut out).map_err(RunError::Table)?;
    Ok(out)
}

/// Begins samples.parquet in the folder being written.
fn raw_writer(
    model: &Model,
    job: &SimulationJob,
    shard: (usize, usize),
    folder: &ResultFolder,
) -> Result<RawWriter<io::BufWriter<fs::File>>, RunError> {
    let columns = OutcomeLayout::new(model).len();
    if columns > RAW_COLUMNS {
        return Err(RunError::RawColumns(columns));
    }
    let plans = 1 + usize::from(job.plan.is_some());
    let first = first_sample(model, job.plan.as_ref(), &job.settings, shard)?;
    let file = io::BufWriter::new(folder.create(RAW)?);
    Ok(RawWriter::new(model, plans, first + 1, file).map_err(|error| folder.error(RAW, error))?)
}
