//! The arguments of every command, with their help.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

mod asking;
mod options;
mod planning;
mod report;

pub(crate) use asking::{LadderArgs, MenuArgs};
pub(crate) use options::{Changes, Common, MethodArg, Output};
use options::{metric, seconds};
pub(crate) use planning::{
    ByArg, CompareArgs, CoordinateArgs, JudgeArgs, OptimiseArgs, Planning, SensitivityArgs,
};

pub(crate) use report::ReportArgs;

use super::usage::WordFault;
use crate::language::text;
use crate::model::MetricName;
use crate::result::CATALOGUE;
use crate::units::decimal::finite;
use crate::units::{Rupiah, parse_amount};

/// Value-chain simulation and budget optimisation for micro and small enterprises (PP 7/2021, Article 89).
#[derive(Debug, Parser)]
#[command(
    name = "rantai",
    version,
    about,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  rantai check scenarios/banyumas-gula-kelapa
  rantai optimise scenarios/banyumas-gula-kelapa --budget 40miliar --out results/banyumas
  rantai simulate scenarios/banyumas-gula-kelapa --plan results/banyumas/allocation.csv

Exit codes: 0 done; 1 failure of files or solver; 2 usage or invalid scenario; 3 no feasible plan, a program
infeasible or unbounded, or a judged plan that breaks a rule; 4 stopped at a limit with the best plan given; 130 interrupted."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    pub(crate) fn threads(&self) -> Option<usize> {
        let threads = match &self.command {
            Command::Check(a) => a.common.threads,
            Command::Sample(a) => a.common.threads,
            Command::Simulate(a) => a.common.threads,
            Command::Merge(a) => a.common.threads,
            Command::Optimise(a) => a.common.threads,
            Command::Coordinate(a) => a.common.threads,
            Command::Compare(a) => a.common.threads,
            Command::Ladder(a) => a.common.threads,
            Command::Menu(a) => a.common.threads,
            Command::Sensitivity(a) => a.common.threads,
            Command::Judge(a) => a.common.threads,
            Command::Reproduce(a) => a.common.threads,
            Command::Report(a) => a.common.threads,
            Command::Program(a) => match &a.command {
                ProgramCommand::Solve(a) => a.common.threads,
                ProgramCommand::Export(a) => a.common.threads,
            },
            Command::Generate(_) | Command::Schema(_) | Command::Completions(_) => Some(1),
        };
        threads.map(|n| n as usize)
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Load, validate and describe a scenario; every fault is reported at once.
    Check(CheckArgs),
    /// Write every realised uncertain number as tidy CSV (sample, name, period, value).
    Sample(SampleArgs),
    /// Simulate a scenario without and with a plan, on the same futures.
    Simulate(SimulateArgs),
    /// Put the parts of a run that was split with --shard together again: the same bytes as the whole.
    Merge(MergeArgs),
    /// Allocate the budget: a proven plan, evaluated on fresh futures against baselines.
    Optimise(OptimiseArgs),
    /// Compare cases on the same futures: budgets, mixes, plans, and what overrides change.
    Compare(CompareArgs),
    /// Plan for rising budgets: what more money brings, where it stops paying, and what it costs to take nothing back.
    Ladder(LadderArgs),
    /// How little and how much everything can get in plans that are nearly as good as the best, and what swaps cost.
    Menu(MenuArgs),
    /// Say which uncertain numbers matter to a plan, and what it would be worth to know them: a shopping list for evidence.
    Sensitivity(SensitivityArgs),
    /// Compare planning all sources jointly with each alone and one after the other: the value of coordination.
    Coordinate(CoordinateArgs),
    /// Judge a plan: the rules that it breaks, what it spends, and its gain or loss against the best plan, line by line.
    Judge(JudgeArgs),
    /// Run a result again from its manifest and say, file by file, whether it is the same to the byte.
    Reproduce(ReproduceArgs),
    /// Write results as a report for those who decide: an HTML file that needs no network, and a workbook.
    Report(ReportArgs),
    /// Solve any two-stage stochastic program in SMPS, or write a plan's program for other solvers.
    Program(ProgramArgs),
    /// Write a synthetic scenario of any size, for benchmarks, tests and trials.
    Generate(GenerateArgs),
    /// Print the JSON Schema of scenario.toml or of a chain file.
    Schema(SchemaArgs),
    /// Print completions for a shell.
    Completions(CompletionArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai check scenarios/minimal
  rantai check scenarios/minimal --law       # what every rule and figure answers to
  rantai check scenarios/nusantara --coverage   # the ten facility types of every cluster
  rantai check scenarios/minimal --keys      # everything that --set and --scale may change
  rantai check scenarios/minimal --json      # the model as computed with, and the law trace")]
pub(crate) struct CheckArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// Print the law trace: the paragraph or policy that every rule and figure answers to.
    #[arg(long, conflicts_with = "json")]
    pub(crate) law: bool,
    /// Print the coverage of the ten facility types cluster by cluster: what is asked, what stands and what is on offer.
    #[arg(long, conflicts_with_all = ["json", "law"])]
    pub(crate) coverage: bool,
    /// Print every key that --set and --scale may name, with its value.
    #[arg(long, conflicts_with_all = ["law", "coverage"])]
    pub(crate) keys: bool,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai sample scenarios/banyumas-gula-kelapa --samples 100 > futures.csv
  rantai sample scenarios/banyumas-gula-kelapa --samples 100 --purpose evaluation --out futures.csv")]
pub(crate) struct SampleArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// Number of samples.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) samples: u32,
    /// Seed of the draws [default: the scenario's].
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Purpose of the samples: plans are made on planning samples and evaluated on evaluation samples.
    #[arg(long, value_enum, default_value = "planning")]
    pub(crate) purpose: PurposeArg,
    /// Write to this file; a device or FIFO is written to as it is.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file that is there.
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// A purpose, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PurposeArg {
    /// Samples a plan is made on.
    Planning,
    /// Fresh samples a plan is evaluated on.
    Evaluation,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai simulate scenarios/minimal
  rantai simulate scenarios/minimal --plan results/minimal/allocation.csv --samples 2000
  rantai simulate scenarios/minimal --until 0.5%
  rantai simulate scenarios/minimal --samples 16384 --sampler sobol
  rantai simulate scenarios/minimal --samples 100000 --shard 3/8 --out parts/3
  rantai simulate scenarios/minimal --raw --out results/minimal
  rantai simulate scenarios/minimal --trace 7 > sample7.csv")]
pub(crate) struct SimulateArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// A plan: allocation.csv, plan.json or a result folder. The rules that it breaks are listed.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    /// Number of samples [default: the scenario's evaluation samples].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000_000))]
    pub(crate) samples: Option<u32>,
    /// Take as many samples as the headline's 95 % interval needs to be this narrow: half its width over the level
    /// with the plan, by a pilot with draws of its own.
    #[arg(long, value_name = "PERCENT", value_parser = percent, conflicts_with = "samples")]
    pub(crate) until: Option<f64>,
    /// Samples at most for --until [default: 1000000]; 256 are taken at least.
    #[arg(long, value_name = "N", requires = "until", value_parser = clap::value_parser!(u32).range(256..=100_000_000))]
    pub(crate) max_samples: Option<u32>,
    /// How samples are spread: independently, or evenly in independent replicates.
    #[arg(long, value_enum, default_value = "plain")]
    pub(crate) sampler: SamplerArg,
    /// Independent replicates of lhs and sobol, from which their errors come.
    #[arg(long, value_name = "R", default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=1024))]
    pub(crate) replicates: u32,
    /// Simulate only part I of K of the samples; 'rantai merge' puts the parts together.
    #[arg(long, value_name = "I/K", value_parser = shard)]
    pub(crate) shard: Option<(usize, usize)>,
    /// Write every outcome of every sample to samples.parquet in the folder of --out.
    #[arg(long)]
    pub(crate) raw: bool,
    /// Seed of the draws [default: the scenario's].
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Write sample K (from 1) in full: into the folder of --out, else to standard output in place of the summary.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) trace: Option<u32>,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// How samples are spread, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SamplerArg {
    /// Plain Monte Carlo: independent samples.
    Plain,
    /// Latin hypercube sampling.
    Lhs,
    /// Scrambled Sobol points for the 256 most influential draws, plain draws for the rest.
    Sobol,
}

#[derive(Debug, Args)]
#[command(after_help = "Example, a run split over eight machines:
  rantai simulate scenarios/minimal --samples 1000000 --shard 3/8 --out parts/3     # on the third
  rantai merge parts/* --out results/minimal")]
pub(crate) struct MergeArgs {
    /// Folders of all parts, in any order.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) parts: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  rantai optimise scenarios/minimal --out results/minimal
  rantai reproduce results/minimal

Exit code 0 if every file is the same to the byte, 1 if not.")]
pub(crate) struct ReproduceArgs {
    /// A result folder.
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) common: Common,
}

fn percent(text: &str) -> Result<f64, WordFault> {
    let number = text.strip_suffix('%').map(str::trim).and_then(|number| number.parse::<f64>().ok());
    match number {
        Some(percent) if percent > 0.0 && percent <= 100.0 => Ok(percent / 100.0),
        _ => Err(WordFault(text!(
            en: "expected a percentage above 0% and at most 100%, such as 0.5%",
            id: "harus persentase di atas 0% dan paling besar 100%, misalnya 0.5%",
        ))),
    }
}

fn shard(text: &str) -> Result<(usize, usize), WordFault> {
    let parts = text.split_once('/').map(|(i, k)| (i.trim().parse::<usize>(), k.trim().parse::<usize>()));
    match parts {
        Some((Ok(i), Ok(k))) if i >= 1 && i <= k && k <= 100_000 => Ok((i, k)),
        _ => Err(WordFault(text!(
            en: "expected I/K such as 3/8: part 3 of 8",
            id: "harus I/K, misalnya 3/8: bagian 3 dari 8",
        ))),
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai program solve lands2.cor lands2.tim lands2.sto
  rantai program export scenarios/minimal --samples 2 --format mps > minimal.mps")]
pub(crate) struct ProgramArgs {
    #[command(subcommand)]
    pub(crate) command: ProgramCommand,
}

/// Commands for stochastic programs.
#[derive(Debug, Subcommand)]
pub(crate) enum ProgramCommand {
    /// Solve a two-stage stochastic program in SMPS, with what its uncertainty costs.
    Solve(SolveArgs),
    /// Write the two-stage program of a scenario's plan, for other solvers.
    Export(ExportArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai program solve lands2.cor lands2.tim lands2.sto
  rantai program solve lands2.cor lands2.tim lands2.sto --lambda 0.5 --alpha 0.9 --json
  rantai program solve ssn.cor ssn.tim ssn.sto --samples 500 --seed 7

Values are in the file's sense: of costs, CVaR is the mean of the worst (highest) 1 - alpha share. docs/program.md says
what is read and how doubtful things are taken.")]
pub(crate) struct SolveArgs {
    /// Core file: the program, in free or fixed MPS.
    pub(crate) core: PathBuf,
    /// Time file: which rows and columns are of which stage.
    pub(crate) time: PathBuf,
    /// Stochastic file: what is random (INDEP, BLOCKS or SCENARIOS).
    pub(crate) stoch: PathBuf,
    /// How to solve it.
    #[arg(long, value_enum, default_value = "extensive")]
    pub(crate) method: MethodArg,
    /// Weight of the CVaR beside the mean: 0 is the mean alone.
    #[arg(long, value_name = "L", default_value_t = 0.0, value_parser = share)]
    pub(crate) lambda: f64,
    /// Level of the CVaR: 0.9 is the worst tenth.
    #[arg(long, value_name = "A", default_value_t = 0.9, value_parser = level)]
    pub(crate) alpha: f64,
    /// Draw this many equally likely samples [default: every combination of outcomes].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) samples: Option<u32>,
    /// Seed of the draws.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Divide probabilities by their sum where it misses 1 by more than rounding (by 0.0001 at most).
    #[arg(long)]
    pub(crate) normalise: bool,
    /// Stop the main solve after this many seconds and give the best decisions known (exit code 4).
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<f64>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai program export scenarios/minimal --samples 2 --format mps > minimal.mps
  rantai program export scenarios/minimal --format smps --out results/minimal    # .cor, .tim and .sto")]
pub(crate) struct ExportArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// Format to write: the extensive form, or core, time and stochastic file.
    #[arg(long, value_enum)]
    pub(crate) format: FormatArg,
    /// The MPS file [default: standard output], or what the names of the three SMPS files begin with.
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    /// Replace files that are there.
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    /// Planning samples [default: the scenario's].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) samples: Option<u32>,
    /// Metric to maximise: value_added, gross_output, margin, employment, economic where the scenario states shadow prices, or indicator:NAME of an indicator that is money [default: the scenario's].
    #[arg(long, value_name = "METRIC", value_parser = metric)]
    pub(crate) objective: Option<MetricName>,
    /// Scale every source and year in proportion to this total.
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) budget: Option<Rupiah>,
    /// Seed of the draws [default: the scenario's].
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// A format, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Free MPS.
    Mps,
    /// Core, time and stochastic file.
    Smps,
}

fn level(text: &str) -> Result<f64, WordFault> {
    match finite(text) {
        Ok(level) if (0.0..1.0).contains(&level) => Ok(level),
        _ => Err(WordFault(text!(
            en: "expected a level from 0 to below 1, such as 0.9",
            id: "harus tingkat dari 0 sampai di bawah 1, misalnya 0.9",
        ))),
    }
}

fn share(text: &str) -> Result<f64, WordFault> {
    match finite(text) {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err(WordFault(text!(
            en: "expected a share between 0 and 1, such as 0.5",
            id: "harus bagian di antara 0 dan 1, misalnya 0.5",
        ))),
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai generate /tmp/national --clusters 5000 --contested 0.5
  rantai simulate /tmp/national --samples 1000

The same options and seed give the same bytes; one more cluster leaves the others as they are.")]
pub(crate) struct GenerateArgs {
    /// The new folder.
    pub(crate) folder: PathBuf,
    /// Number of clusters.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) clusters: u32,
    /// Years of the horizon.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) years: u32,
    /// Periods in a year.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub(crate) periods_per_year: u32,
    /// Commodities from the raw one to the finished one; with 3 there are 7 processes and 10 capacities.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..=50))]
    pub(crate) length: u32,
    /// Share of the clusters whose processes compete for work, credit and licences.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, value_parser = share)]
    pub(crate) contested: f64,
    /// Share of variations, prices and yields that are uncertain, with a new draw every period.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, value_parser = share)]
    pub(crate) uncertain: f64,
    /// Let the second commodity be stored (at a loss of a twentieth each period), so that periods hang together.
    #[arg(long)]
    pub(crate) store: bool,
    /// Seed of all numbers.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(0..=9_007_199_254_740_992))]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai schema scenario > scenario.schema.json
  rantai schema chain > chain.schema.json

Put '#:schema scenario.schema.json' on the first line of scenario.toml and an editor with TOML support completes and
checks it.")]
pub(crate) struct SchemaArgs {
    /// Which file the schema is for.
    #[arg(value_parser = schema_words())]
    pub(crate) of: String,
    /// The schema is JSON in any case; failures then are too.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The words for what has a schema: scenario files, then documents and tables of results.
fn schema_words() -> PossibleValuesParser {
    let files =
        [("scenario", "scenario.toml"), ("chain", "chains/*.toml"), ("case", "a case file of --case")];
    let results = CATALOGUE.iter().map(|entry| {
        let help = if entry.file.is_empty() { entry.command } else { entry.file };
        PossibleValue::new(entry.word).help(help)
    });
    let files = files.into_iter().map(|(word, help)| PossibleValue::new(word).help(help));
    files.chain(results).collect::<Vec<_>>().into()
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  rantai completions bash > ~/.local/share/bash-completion/completions/rantai")]
pub(crate) struct CompletionArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
    /// Print the completions as a text in JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
