//! The settings of a run as its manifest keeps them: its request with everything settled, and the command line that asks for the
//! same again.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::SCENARIO;
use crate::model::{Allocation, Model};
use crate::opt::{PlanMethod, ProgramPlan};
use crate::result::simulation::SamplerKey;
use crate::result::{SamplingDocument, allocation_lines};
use crate::scenario::{Change, PlanLine};
use crate::study::request::{Until, method_key};
use crate::study::simulation::Points;
use crate::study::{
    CompareRequest, CoordinationRequest, JudgeRequest, JudgeStudy, LadderRequest, MenuRequest, Part,
    PlanRequest, PlanSettings, SensitivityRequest, SimulationRequest, SimulationStudy,
    coordination::CoordinationStudy,
};

/// The command and settings that a result folder was made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "lowercase")]
pub enum Settings {
    /// A plan.
    Optimise(PlanRun),
    /// A simulation, or a part of one.
    Simulate(SimulationRun),
    /// A comparison of ways of planning.
    Coordinate(CoordinationRequest),
    /// A plan judged.
    Judge(JudgeRun),
    /// Cases compared.
    Compare(CompareRequest),
    /// A ladder of budgets.
    Ladder(LadderRequest),
    /// A menu of plans that are nearly as good as the best.
    Menu(MenuRequest),
    /// Which numbers matter.
    Sensitivity(SensitivityRequest),
}

/// A request for a judgement, and how planning ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgeRun {
    /// The request.
    #[serde(flatten)]
    pub request: JudgeRequest,
    /// How the search for the best plan ended; absent where the plan to compare with was given, or none keeps all rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// A request for a plan, and how the run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRun {
    /// The request.
    #[serde(flatten)]
    pub request: PlanRequest,
    /// Whether it went on from what an earlier run had learned.
    pub resumed: bool,
    /// How the search ended: `optimal`, `time_limit` or `gap_not_reached`.
    pub status: String,
}

/// A simulation with its draws settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulationRun {
    /// Number of samples of the whole run.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// How samples were spread, and the precision they were taken for.
    pub sampling: SamplingDocument,
    /// The plan that was simulated beside no plan, by keys.
    pub plan: Option<Vec<PlanLine>>,
    /// The sample (from 1) that was written in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<usize>,
    /// Whether every outcome of every sample was written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
    /// Which part of how many, as `3/8`, where it is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
}

/// How the samples of a run were spread; nothing where replicates are missing.
fn points(sampling: &SamplingDocument) -> Option<Points> {
    match (sampling.sampler, sampling.replicates) {
        (SamplerKey::Plain, _) => Some(Points::Plain),
        (SamplerKey::Lhs, Some(replicates)) => Some(Points::LatinHypercube { replicates }),
        (SamplerKey::Sobol, Some(replicates)) => Some(Points::Sobol { replicates }),
        (SamplerKey::Lhs | SamplerKey::Sobol, None) => None,
    }
}

impl SimulationRun {
    /// The run of a whole study.
    pub fn of(model: &Model, plan: Option<&Allocation>, study: &SimulationStudy) -> Self {
        Self {
            samples: study.sampling.samples,
            seed: study.seed,
            sampling: study.sampling.into(),
            plan: plan.map(|plan| allocation_lines(model, plan)),
            trace: None,
            raw: false,
            shard: None,
        }
    }

    /// The run of a part.
    pub fn of_part(model: &Model, plan: Option<&Allocation>, part: &Part) -> Self {
        let (i, k) = part.shard;
        Self {
            samples: part.sampling.samples,
            seed: part.seed,
            sampling: part.sampling.into(),
            plan: plan.map(|plan| allocation_lines(model, plan)),
            trace: None,
            raw: false,
            shard: Some(format!("{i}/{k}")),
        }
    }

    /// The request that gives the same run. Nothing where replicates are missing.
    pub fn request(&self) -> Option<SimulationRequest> {
        // A part is of a number of samples that is settled.
        let until = self.sampling.until.as_ref().filter(|_| self.shard.is_none());
        Some(SimulationRequest {
            samples: until.is_none().then_some(self.samples),
            until: until.map(|until| Until { share: until.share, cap: until.cap }),
            seed: Some(self.seed),
            points: points(&self.sampling)?,
            plan: self.plan.clone(),
        })
    }

    /// Which part of how many it is, if it is one.
    pub fn part(&self) -> Option<(usize, usize)> {
        let (i, k) = self.shard.as_ref()?.split_once('/')?;
        Some((i.parse().ok()?, k.parse().ok()?))
    }
}

impl Settings {
    /// The settings of a plan.
    pub fn of_plan(model: &Model, settings: &PlanSettings, program: &ProgramPlan) -> Self {
        Self::Optimise(PlanRun {
            request: PlanRequest::of(settings, model),
            resumed: settings.learned.is_some(),
            status: program.stop.key().to_string(),
        })
    }

    /// The settings of a comparison of ways of planning.
    pub fn of_coordination(model: &Model, study: &CoordinationStudy) -> Self {
        Self::Coordinate(CoordinationRequest::of(study, model))
    }

    /// The settings of a judgement.
    pub fn of_judgement(model: &Model, study: &JudgeStudy) -> Self {
        let planned = study.against.as_ref().and_then(|against| against.planned.as_deref());
        Self::Judge(JudgeRun {
            request: JudgeRequest::of(&study.settings, model),
            status: planned.map(|planned| planned.stop.key().to_string()),
        })
    }

    /// The command that gives the same result inside the result folder.
    pub fn command_line(&self) -> String {
        match self {
            Self::Optimise(run) => optimise(&run.request),
            Self::Simulate(run) => simulate(run),
            Self::Coordinate(request) => coordinate(request),
            Self::Judge(run) => judge(&run.request),
            Self::Compare(request) => compare(request),
            Self::Ladder(request) => ladder(request),
            Self::Menu(request) => menu(request),
            Self::Sensitivity(request) => sensitivity(request),
        }
    }
}

/// The options that ask for these overrides, each with a space before it.
pub(super) fn options(overrides: &[Change]) -> String {
    let option = |change: &Change| match change {
        Change::Set { key, value } => format!(" --set {}", quoted(&format!("{key}={value}"))),
        Change::Scale { key, factor } => format!(" --scale {}", quoted(&format!("{key}={factor}"))),
        Change::Delay { source, years } => format!(" --delay {}", quoted(&format!("{source}={years}"))),
    };
    overrides.iter().map(option).collect()
}

/// A word as shells take it.
fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "=._/-:,%".contains(sign);
    if word.chars().all(plain) { word.to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Options one after the other; what was left to the scenario is left out.
struct Line(String);

impl Line {
    fn of(command: &str) -> Self {
        Self(format!("rantai {command} {SCENARIO}"))
    }

    fn option(mut self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        if let Some(value) = value {
            let _ = write!(self.0, " --{name} {value}");
        }
        self
    }

    fn flag(mut self, name: &str, given: bool) -> Self {
        if given {
            let _ = write!(self.0, " --{name}");
        }
        self
    }
}

fn optimise(request: &PlanRequest) -> String {
    planning(Line::of("optimise"), request).option("tidy", request.tidy).flag("quick", request.quick).0
}

fn judge(request: &JudgeRequest) -> String {
    let line = Line::of("judge")
        .option("plan", Some("allocation.csv"))
        .option("against", request.against.as_ref().map(|_| "best.csv"));
    planning(line, &request.planning).0
}

fn planning(line: Line, request: &PlanRequest) -> Line {
    line.option("objective", request.objective.as_ref().map(crate::model::MetricName::word))
        .option("net", request.net.map(crate::model::Net::key))
        .option("least-line", request.least_line.map(|least| least.0))
        .option("grain", request.grain.map(|grain| grain.0))
        .option("budget", request.budget.map(|budget| budget.0))
        .option("samples", request.samples)
        .option("evaluation", request.evaluation)
        .option("seed", request.seed)
        .option("time-limit", request.time_limit)
        .option("method", solving(request.method))
        .option("gap", request.gap)
}

fn coordinate(request: &CoordinationRequest) -> String {
    Line::of("coordinate")
        .option("by", Some(request.by.key()))
        .option("order", request.order.as_ref().map(|order| order.join(",")))
        .option("objective", request.objective.as_ref().map(crate::model::MetricName::word))
        .option("net", request.net.map(crate::model::Net::key))
        .option("budget", request.budget.map(|budget| budget.0))
        .option("samples", request.samples)
        .option("evaluation", request.evaluation)
        .option("seed", request.seed)
        .option("method", solving(request.method))
        .option("gap", request.gap)
        .0
}

fn simulate(run: &SimulationRun) -> String {
    let until = run.sampling.until.as_ref().filter(|_| run.shard.is_none());
    Line::of("simulate")
        .option("samples", until.is_none().then_some(run.samples))
        .option("until", until.map(|until| format!("{}%", until.share * 100.0)))
        .option("max-samples", until.map(|until| until.cap))
        .option("seed", Some(run.seed))
        .option("sampler", sampler_option(run.sampling.sampler))
        .option("replicates", run.sampling.replicates)
        .option("shard", run.shard.as_ref())
        .option("plan", run.plan.as_ref().map(|_| "allocation.csv"))
        .option("trace", run.trace)
        .flag("raw", run.raw)
        .0
}

/// The command that compares the same plans: what cases change stands in the manifest alone.
fn compare(request: &CompareRequest) -> String {
    let mut line = Line::of("compare");
    for number in 1..=request.cases.len() {
        line.0 += &format!(" allocation-{number}.csv");
    }
    let line = planning(line, &request.planning);
    line.option("indifference", Some(request.indifference).filter(|amount| *amount > 0.0))
        .flag("until-decided", request.cap.is_some())
        .option("max-samples", request.cap)
        .0
}

fn ladder(request: &LadderRequest) -> String {
    planning(Line::of("ladder"), &request.planning)
        .option("from", Some(request.from))
        .option("to", Some(request.to))
        .option("steps", Some(request.steps))
        .0
}

fn menu(request: &MenuRequest) -> String {
    let by = (!request.by.is_empty()).then(|| request.by.join(","));
    let mut line = planning(Line::of("menu"), &request.planning)
        .option("within", Some(request.within))
        .option("by", by)
        .flag("quick", request.planning.quick);
    for swap in &request.swaps {
        let words = format!("{}={} from {}", swap.to, swap.amount, swap.from);
        line.0 += &format!(" --swap {}", quoted(&words));
    }
    line.0
}

/// The command that studies the same plans.
fn sensitivity(request: &SensitivityRequest) -> String {
    let mut line = Line::of("sensitivity");
    for number in 1..=request.plans.len() {
        line.0 += &format!(" allocation-{number}.csv");
    }
    planning(line, &request.planning)
        .option("by", request.by.as_ref())
        .option("rows", request.rows)
        .option("upper", Some(request.upper).filter(|count| *count > 0))
        .0
}

fn sampler_option(sampler: SamplerKey) -> Option<&'static str> {
    match sampler {
        SamplerKey::Plain => None,
        SamplerKey::Lhs => Some("lhs"),
        SamplerKey::Sobol => Some("sobol"),
    }
}

fn solving(method: Option<PlanMethod>) -> Option<&'static str> {
    method.filter(|method| *method != PlanMethod::Automatic).map(method_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MetricName;
    use crate::units::Rupiah;

    #[test]
    fn settings_are_read_back_and_give_their_command() {
        let request = PlanRequest {
            objective: MetricName::parse("value_added"),
            budget: Some(Rupiah(40_000_000_000)),
            samples: Some(50),
            evaluation: Some(1000),
            seed: Some(7),
            method: Some(PlanMethod::Decomposition),
            gap: Some(1e-4),
            quick: true,
            ..PlanRequest::default()
        };
        let settings = Settings::Optimise(PlanRun { request, resumed: false, status: "optimal".to_string() });
        let text = serde_json::to_string(&settings).unwrap();
        assert!(text.starts_with(r#"{"command":"optimise","objective":"value_added","budget":40000000000"#));
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
        assert_eq!(
            settings.command_line(),
            "rantai optimise scenario --objective value_added --budget 40000000000 --samples 50 --evaluation 1000 \
             --seed 7 --method decomposition --gap 0.0001 --quick"
        );
    }

    #[test]
    fn a_judgement_names_the_files_beside_it() {
        let planning = PlanRequest { samples: Some(5), time_limit: Some(60.0), ..PlanRequest::default() };
        let request = JudgeRequest { planning, against: Some(Vec::new()), ..JudgeRequest::default() };
        let settings = Settings::Judge(JudgeRun { request, status: None });
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
        assert_eq!(
            settings.command_line(),
            "rantai judge scenario --plan allocation.csv --against best.csv --samples 5 --time-limit 60"
        );
    }
}
