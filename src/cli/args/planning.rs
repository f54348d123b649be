//! The arguments of the commands that make plans.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::options::{Changes, Common, MethodArg, Output, budget_document, gap, metric, net, seconds, share};
use crate::model::{MetricName, Net};
use crate::units::{Rupiah, parse_amount};

/// Options of every command that makes plans.
#[derive(Debug, Args)]
pub(crate) struct Planning {
    /// Scale every source and year in proportion to this total.
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) budget: Option<Rupiah>,
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
    /// How to solve: the program written out over all samples, or taken apart [default: by size].
    #[arg(long, value_enum, value_name = "METHOD")]
    pub(crate) method: Option<MethodArg>,
    /// Relative gap to which a plan counts as optimal, at which decomposition may stop [default: 1e-6, and 1e-4
    /// with very many clusters or whole numbers, and in coordinate]; exit code 4 of optimise where it is not reached.
    #[arg(long, value_name = "GAP", value_parser = gap)]
    pub(crate) gap: Option<f64>,
}

/// What lines the plan is made of.
#[derive(Debug, Args)]
pub(crate) struct Sizes {
    /// Of every line nothing, or at least this much beyond what is locked [default: the sources'].
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) least_line: Option<Rupiah>,
    /// Lines in multiples of this; what is bought in whole units is exempt [default: the sources'].
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) grain: Option<Rupiah>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai optimise scenarios/minimal
  rantai optimise scenarios/banyumas-gula-kelapa --budget 60miliar --out results/sixty
  rantai optimise scenarios/banyumas-gula-kelapa --objective employment --lang id
  rantai optimise scenarios/banyumas-gula-kelapa --tidy 0.5%
  rantai optimise scenarios/minimal --budget-document anggaran.csv --lang id

Amounts are whole rupiah or end in ribu, juta, miliar or triliun: 40000000000, 40miliar, 350juta. A bare m or M is
refused: it means miliar in Indonesian and million in English.")]
pub(crate) struct OptimiseArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) planning: Planning,
    #[command(flatten)]
    pub(crate) sizes: Sizes,
    /// Few lines: of all plans that give up no more than this share of the best one's value, one with as few lines as can be
    /// found, such as 0.5%.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) tidy: Option<f64>,
    /// Stop the solver after this many seconds and give the best plan known, with its honest gap (exit code 4); with --out
    /// what was learned is kept for --resume.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<f64>,
    /// Go on from the cuts of an earlier result of the same plan that the time limit ended.
    #[arg(long, value_name = "DIR")]
    pub(crate) resume: Option<PathBuf>,
    /// The plan and its proof alone: no bound on the error of planning on samples, no value of information, no re-solves.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Write the budget document of the plan into this file: FILE.csv as a table in the language of the summary, FILE.json as a
    /// document. Result folders hold the table in both languages.
    #[arg(long, value_name = "FILE", value_parser = budget_document, group = "places")]
    pub(crate) budget_document: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

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
    #[command(flatten)]
    pub(crate) planning: Planning,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai judge scenarios/minimal --plan edited.csv
  rantai judge scenarios/minimal --plan edited.csv --against results/minimal --out results/judged
  rantai judge scenarios/banyumas-gula-kelapa --plan edited.csv --budget 40miliar --time-limit 60 --lang id

Lists every rule that the plan breaks, what sources spend, and what the plan gains or loses against the best one: each line that
differs is put back alone, on the same futures. Rupiah lead; units that disagree with them are a rule broken. Columns note, notes,
catatan and keterangan, and rows whose source is total or jumlah, are left out.

Exit codes: 0 the plan keeps all rules; 1 failure of files or solver; 2 usage, invalid scenario, or a plan that cannot be read
(unknown names, no numbers, negative amounts, a year outside); 3 the plan breaks a rule (also where 4 would do); 4 it keeps all rules, and
planning anew stopped at a limit with the best plan known; 130 interrupted. Coverage that is only advised is no rule.")]
pub(crate) struct JudgeArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// The plan to judge: allocation.csv, plan.json or a result folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,
    /// The plan to compare it with: a result folder, or a file as for --plan [default: the plan that optimise makes].
    #[arg(long, value_name = "RESULT")]
    pub(crate) against: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) planning: Planning,
    #[command(flatten)]
    pub(crate) sizes: Sizes,
    /// Stop planning anew after this many seconds and compare with the best plan known.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<f64>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai compare scenarios/minimal --budgets 100juta,200juta,300juta
  rantai compare scenarios/minimal today equal by_enterprises by_bottleneck all_in:production optimised
  rantai compare scenarios/minimal today optimised --until-decided --indifference 1juta
  rantai compare scenarios/banyumas-gula-kelapa results/banyumas edited.csv late.toml --out results/compared

A CASE is a mix (today, equal, by_enterprises, by_bottleneck, all_in:TYPE, optimised), a case file (.toml), a table of shares by type,
cluster and year (.csv with a column share), or a plan: allocation.csv, plan.json or a result folder. All are simulated on the same
futures.

Exit codes: 0 done; 1 failure of files or solver; 2 usage or invalid scenario, case or plan; 4 --until-decided ended at its most
samples; 130 interrupted.")]
pub(crate) struct CompareArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// Cases: mixes, case files, tables of shares, plans.
    #[arg(value_name = "CASE")]
    pub(crate) cases: Vec<String>,
    /// Add a case for each of these budgets, with the plan that is best for it.
    #[arg(long, value_name = "RP,RP", value_parser = parse_amount, value_delimiter = ',')]
    pub(crate) budgets: Vec<Rupiah>,
    #[command(flatten)]
    pub(crate) planning: Planning,
    /// Differences up to this much do not matter [default: 0].
    #[arg(long, value_name = "RP", value_parser = parse_amount)]
    pub(crate) indifference: Option<Rupiah>,
    /// Take samples until every difference is decided, looking at 1024, 2048, 4096, ... of them.
    #[arg(long, conflicts_with = "evaluation")]
    pub(crate) until_decided: bool,
    /// Samples at most for --until-decided [default: 1000000].
    #[arg(long, value_name = "N", requires = "until_decided", value_parser = clap::value_parser!(u32).range(1024..=10_000_000))]
    pub(crate) max_samples: Option<u32>,
    /// Stop planning each case after this many seconds and compare with the best plan known.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<f64>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai sensitivity scenarios/minimal
  rantai sensitivity scenarios/minimal today equal optimised
  rantai sensitivity scenarios/banyumas-gula-kelapa results/banyumas --out results/sensitivity --lang id

A PLAN is a mix (today, equal, by_enterprises, by_bottleneck, all_in:TYPE, optimised), a table of shares (.csv with a column share), or
a plan: allocation.csv, plan.json or a result folder. The first is the one that is studied; where no other is named, today, equal,
by_enterprises and by_bottleneck are what could be chosen in its place.

Exit codes: 0 done; 1 failure of files or solver; 2 usage or invalid scenario or plan; 130 interrupted.")]
pub(crate) struct SensitivityArgs {
    /// Folder of the scenario.
    pub(crate) scenario: PathBuf,
    /// The plans at hand, the one that is studied first [default: optimised].
    #[arg(value_name = "PLAN")]
    pub(crate) plans: Vec<String>,
    #[command(flatten)]
    pub(crate) planning: Planning,
    /// How finely numbers are told apart that load on no factor [default: the finest that makes at most 128 groups].
    #[arg(long, value_enum)]
    pub(crate) by: Option<GroupingArg>,
    /// Rows of each of the two sample matrices of indices, rounded up to a multiple of 64 [default: 1024, or the fresh samples where
    /// they are fewer].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(128..=1_000_000))]
    pub(crate) rows: Option<u32>,
    /// Of so many numbers, from the first of the list, also what knowing them is worth at most where every plan may be chosen; takes twenty
    /// plans for each.
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) upper: u32,
    /// Stop planning after this many seconds and study the best plan known.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<f64>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// How finely numbers are told apart, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupingArg {
    /// Each by itself.
    Number,
    /// Those of one item together, whatever the place.
    Item,
    /// Those of one kind together.
    Kind,
}

impl GroupingArg {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Item => "item",
            Self::Kind => "kind",
        }
    }
}

/// Who decides for itself, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByArg {
    /// Every source.
    Source,
    /// All sources of a level together.
    Level,
}
