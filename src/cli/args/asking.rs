//! The arguments of the commands that ask one planning program several questions.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::options::{Changes, Common, Output, gap, metric, net, seconds, share};
use crate::cli::usage::WordFault;
use crate::language::text;
use crate::model::{MetricName, Net};
use crate::scenario::amount_fault;
use crate::study::{PlanRequest, SwapRequest};
use crate::units::{AmountFault, Rupiah, parse_amount};

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

/// What the lines of a group have in common, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    /// The facility type.
    Type,
    /// The cluster.
    Cluster,
    /// The region.
    Region,
    /// The intervention and the cluster.
    Line,
}

impl KindArg {
    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            KindArg::Type => "type",
            KindArg::Cluster => "cluster",
            KindArg::Region => "region",
            KindArg::Line => "line",
        }
    }
}

/// An amount that cannot be read, as other amounts are told of.
fn told(fault: &AmountFault) -> WordFault {
    WordFault(amount_fault(fault))
}

/// A swap, as typed: `digitalisation:pangkep=2miliar from promotion`.
fn swap(text: &str) -> Result<SwapRequest, WordFault> {
    let parts = text.split_once('=').and_then(|(to, rest)| {
        let (amount, from) = rest.split_once(" from ").or_else(|| rest.split_once(" dari "))?;
        Some((to.trim(), amount.trim(), from.trim()))
    });
    match parts {
        Some((to, amount, from)) if !to.is_empty() && !from.is_empty() => {
            let amount = parse_amount(amount).map_err(|fault| told(&fault))?;
            Ok(SwapRequest { to: to.to_string(), amount: amount.0, from: from.to_string() })
        }
        _ => Err(WordFault(text!(
            en: "a swap says who gets how much more from whom, such as 'digitalisation:pangkep=2miliar from promotion'",
            id: "pertukaran menyebut siapa memperoleh berapa lebih banyak dari siapa, misalnya 'digitalisation:pangkep=2miliar from promotion'",
        ))),
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai menu scenarios/minimal --within 1%
  rantai menu scenarios/minimal --by line --swap 'sertifikat:selatan=10juta from alat'
  rantai menu scenarios/banyumas-gula-kelapa --within 2% --by type,cluster --out results/menu

Says how little and how much each type, cluster, region and line can get in plans that give up no more than a share of the best one's value:
an amount that a plan has, and one beyond which no such plan goes (proven). A swap is priced with all else held, and with all else planned
anew. Lines are named by facility type, cluster, region, intervention, or several of these: production, utara, alat:utara.

Exit codes: 0 done; 1 failure of files or solver; 2 usage or invalid scenario; 3 no plan keeps all rules; 4 stopped at the time limit; 130
interrupted.")]
pub(crate) struct MenuArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// Share of the best plan's value that a plan of the menu may give up.
    #[arg(long, value_name = "SHARE", default_value = "1%", value_parser = share)]
    pub(crate) within: f64,
    /// What is looked at.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND,KIND", default_values_t = [KindArg::Type, KindArg::Cluster, KindArg::Region])]
    pub(crate) by: Vec<KindArg>,
    /// Price a swap: 'LINES=AMOUNT from LINES'.
    #[arg(long, value_name = "SWAP", value_parser = swap)]
    pub(crate) swap: Vec<SwapRequest>,
    /// Scale every source and year in proportion to this total.
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) budget: Option<Rupiah>,
    /// Without the statistical gap, which plans on twenty more batches of samples.
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) asking: Asking,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}
