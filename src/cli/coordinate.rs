//! `rantai coordinate`: what planning all sources jointly is worth beyond each alone and one after the other.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::args::{Common, MethodArg, Output, gap, metric};
use super::commands::{SCENARIO, begin, bytes, finish, language, load_scenario, now};
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::model::{Metric, Model};
use crate::opt::{OptError, PlanMethod};
use crate::report::folder::Holding;
use crate::report::{Lang, ResultFolder, conflict, coordination::Told, tables};
use crate::result::{self, CoordinationDocument, Timed};
use crate::scenario::Scenario;
use crate::study::coordination::{By, CoordinationRequest, Way, coordinate as study};
use crate::study::{StudyError, budget};
use crate::units::{Rupiah, parse_amount};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai coordinate scenarios/banyumas-gula-kelapa
  rantai coordinate scenarios/banyumas-gula-kelapa --by level --out results/coordination
  rantai coordinate scenarios/banyumas-gula-kelapa --order apbd,apbn,csr --lang id

Plans the budget jointly, with each source alone (the others at today's allocation), and with one source after the other, and
values what comes of it on the same samples. It makes two plans for each source and one more.")]
pub(crate) struct CoordinateArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// Who decides for itself: every source, or all sources of a level together.
    #[arg(long, value_enum, default_value = "source")]
    pub(crate) by: ByArg,
    /// In which order they decide one after the other, all of them named [default: central, province, regency, partner;
    /// within a level by name].
    #[arg(long, value_name = "A,B,C", value_delimiter = ',')]
    pub(crate) order: Option<Vec<String>>,
    /// Scale every source and year in proportion to this total.
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) budget: Option<Rupiah>,
    /// Planning samples [default: the scenario's].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) samples: Option<u32>,
    /// Fresh samples for the evaluation [default: the scenario's].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    pub(crate) evaluation: Option<u32>,
    /// What to maximise: value_added, gross_output, margin or employment [default: the scenario's].
    #[arg(long, value_name = "METRIC", value_parser = metric)]
    pub(crate) objective: Option<Metric>,
    /// Seed of the draws [default: the scenario's].
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How to solve: the program written out over all samples, or taken apart [default: by size].
    #[arg(long, value_enum, value_name = "METHOD")]
    pub(crate) method: Option<MethodArg>,
    /// Relative gap at which decomposition may stop [default: 1e-4].
    #[arg(long, value_name = "GAP", value_parser = gap)]
    pub(crate) gap: Option<f64>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Who decides for itself, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByArg {
    /// Every source.
    Source,
    /// All sources of a level together.
    Level,
}

/// Compares the ways of planning that `args` ask for, shows and writes what comes of them.
pub(super) fn coordinate(args: &CoordinateArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let scenario = load_scenario(&args.scenario, &args.common, true)?;
    let folder = begin(&args.output, process, &[(Holding::Scenario, &args.scenario)])?;
    let model = match args.budget {
        Some(total) => budget::scaled(&scenario.model, total).map_err(CliError::Usage)?,
        None => scenario.model.clone(),
    };
    let request = request(args, &model);
    let lang = language(&args.common);
    let reporter = Reporter::new(lang, args.common.quiet);
    let found = study(&model, &request, &|p| reporter.observe(p));
    reporter.end();
    let found = found.map_err(|error| match &error {
        StudyError::Opt(OptError::Infeasible(why)) => {
            let told = conflict::Told::new(&model, &scenario.numbers, args.budget.is_some(), why);
            CliError::Infeasible(told.text(lang), Some(Box::new(told.document())))
        }
        _ => error.into(),
    })?;
    let told = Told { model: &model, numbers: &scenario.numbers, study: &found };
    let document = told.document();
    if let Some(folder) = folder {
        write(args, folder, &scenario, &told, &document, started)?;
    }
    if args.common.json {
        process.print(&result::text(&Timed { document, seconds: started.elapsed().as_secs_f64() }))
    } else {
        process.print(&told.summary(lang))
    }
}

fn request(args: &CoordinateArgs, model: &Model) -> CoordinationRequest {
    CoordinationRequest {
        metric: args.objective.unwrap_or(model.objective),
        planning: args.samples.map_or(model.samples.planning, |n| n as usize),
        evaluation: args.evaluation.map_or(model.samples.evaluation, |n| n as usize),
        seed: args.seed.unwrap_or(model.samples.seed),
        method: match args.method {
            None => PlanMethod::Automatic,
            Some(MethodArg::Extensive) => PlanMethod::Extensive,
            Some(MethodArg::Decomposition) => PlanMethod::Decomposition,
        },
        gap: args.gap,
        by: match args.by {
            ByArg::Source => By::Source,
            ByArg::Level => By::Level,
        },
        order: args.order.clone(),
    }
}

/// Writes the result folder.
fn write(
    args: &CoordinateArgs,
    mut folder: ResultFolder,
    scenario: &Scenario,
    told: &Told<'_>,
    document: &CoordinationDocument,
    started: Instant,
) -> Result<(), CliError> {
    let (model, study) = (told.model, told.study);
    let request = &study.request;
    folder.write("coordination.json", result::text(document).as_bytes())?;
    folder.write("coordination.csv", &bytes(|out| told.table(out))?)?;
    folder.write("cuts.csv", &bytes(|out| told.cuts_table(out))?)?;
    for way in Way::ALL {
        let name = format!("allocation-{}.csv", way.key());
        folder.write(&name, &bytes(|out| tables::allocation(model, &study.of(way).allocation, out))?)?;
    }
    folder.write("summary.id.txt", told.summary(Lang::Id).as_bytes())?;
    folder.write("summary.en.txt", told.summary(Lang::En).as_bytes())?;
    let order: Vec<&str> = study.parties.iter().map(|party| party.key.as_str()).collect();
    let settings = json!({
        "command": "coordinate",
        "objective": request.metric.key(),
        "budget": model.total_budget(),
        "samples": request.planning,
        "evaluation": request.evaluation,
        "seed": request.seed,
        "method": args.method.map(MethodArg::word),
        "gap": request.gap,
        "by": request.by.key(),
        "order": order,
    });
    let mut command = format!(
        "rantai coordinate {SCENARIO} --by {} --order {} --objective {} --budget {} --samples {} --evaluation {} --seed {}",
        request.by.key(),
        order.join(","),
        request.metric.key(),
        model.total_budget(),
        request.planning,
        request.evaluation,
        request.seed
    );
    if let Some(method) = args.method {
        command.push_str(&format!(" --method {}", method.word()));
    }
    if let Some(gap) = request.gap {
        command.push_str(&format!(" --gap {gap}"));
    }
    finish(folder, scenario, model, settings, &command, started)
}
