//! `merge`: parts of a run put together.

use std::path::Path;

use super::args::MergeArgs;
use super::common::{begin, now, run_since};
use super::simulate::show;
use super::{CliError, Outcome, Process};
use crate::archive::folder::Holding;
use crate::archive::part::merge as merged;
use crate::archive::runner::{Place, keep_study};
use crate::archive::settings::SimulationRun;
use crate::control::Control;
use crate::study::{Broken, study_of};

/// Puts the parts together that `args` name, shows and writes what they say.
pub(super) fn merge(args: &MergeArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let read: Vec<(Holding, &Path)> = args.parts.iter().map(|part| (Holding::Part, part.as_path())).collect();
    let folder = begin(&args.output, process, &read)?;
    let whole = merged(&args.parts)?;
    let (model, plan) = (&whole.scenario.model, whole.plan.as_ref());
    let study = study_of(model, plan.is_some(), &whole.part);
    let study = study.appraised(model, plan, &Control::unlimited())?;
    let run = SimulationRun::of(model, plan, &study);
    let place = Place { folder, run: &|| run_since(started) };
    let page = keep_study(&whole.scenario, plan, &study, run, place)?;
    let broken = plan.map(|plan| Broken::of(model, plan, &[])).unwrap_or_default();
    show(&whole.scenario, plan.map(|plan| (plan, &broken)), &study, &page, process, started)
}
