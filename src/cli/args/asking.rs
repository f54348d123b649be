//! The arguments of the commands that ask one planning program several questions.

use std::path::PathBuf;

use clap::Args;

use super::options::{Changes, Common, Output, gap, metric, net, seconds};
use crate::model::{MetricName, Net};
use crate::study::PlanRequest;
use crate::units::{Rupiah, parse_amount};

/// Options of every command that asks one planning program several questions.
#[derive(Debug, Args)]
pub(crate) struct Asking {
    /// Planning samples [default: the scenario's].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) samples: Option<u32>,
    /// Fresh samples for the evaluation [default: the scenario's].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    pub(crate) evaluation: Option<u32>,
    /// Metric to maximise: value_added, gross_output, margin, employment, economic where the scenario states shadow prices, or indicator:NAME of an indicator that is money [default: the scenario's].
    #[arg(long, value_name = "METRIC", value_parser = metric)]
    pub(crate) objective: Option<MetricName>,
    /// Costs that the objective subtracts: off, budget (all money is cost) or economy (the use of resources is); with
    /// value_added and economic only, and then money may be left [default: the scenario's].
    #[arg(long, value_name = "VIEW", value_parser = net)]
    pub(crate) net: Option<Net>,
    /// Seed of the draws [default: the scenario's].
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Relative gap to which plans are searched for [default: 1e-4, and 1e-2 of plans in whole units or least lines].
    #[arg(long, value_name = "GAP", value_parser = gap)]
    pub(crate) gap: Option<f64>,
    /// Stop planning after this many seconds in all and give what is known by then (exit code 4).
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<f64>,
}

impl Asking {
    /// The request for plans.
    pub(crate) fn request(&self) -> PlanRequest {
        PlanRequest {
            objective: self.objective.clone(),
            net: self.net,
            samples: self.samples.map(|n| n as usize),
            evaluation: self.evaluation.map(|n| n as usize),
            seed: self.seed,
            gap: self.gap,
            time_limit: self.time_limit,
            ..PlanRequest::default()
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai ladder scenarios/minimal --from 50juta --to 300juta --steps 6
  rantai ladder scenarios/banyumas-gula-kelapa --from 10miliar --to 80miliar --steps 8 --out results/ladder

Finds the best plan for each budget, scaled in proportion over sources and years, with its bound and the worth of the next billion there;
says where the net present value turns and what enters or grows at each step; and builds plans of which none takes back what an earlier
one gave.

Exit codes: 0 done; 1 failure of files or solver; 2 usage, invalid scenario, or a budget that cannot be; 4 stopped at the time limit; 130
interrupted.")]
pub(crate) struct LadderArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// Budget of the lowest step.
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) from: Rupiah,
    /// Budget of the highest step.
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) to: Rupiah,
    /// Number of steps, evenly apart.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..=60))]
    pub(crate) steps: u32,
    #[command(flatten)]
    pub(crate) asking: Asking,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}
