//! Options that commands share, and how their words are read.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use crate::cli::usage::WordFault;
use crate::language::text;
use crate::model::{MetricName, Net};
use crate::opt::PlanMethod;
use crate::report::Lang;

/// Options that every command has.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Print the result as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of the summary [default: from LANG, else en].
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
    /// Threads to use [default: one per core]; results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// No progress and no notes on standard error.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Options that change what the scenario states, for this run alone.
#[derive(Debug, Default, Args)]
pub(crate) struct Changes {
    /// State this value in place of the scenario's; '*' in KEY stands for any part of a name, 'rantai check --keys' prints all
    /// keys. VALUE is as in TOML or in words: 0juta, 9500 Rp/kg.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair, help_heading = "Changes")]
    pub(crate) set: Vec<(String, String)>,
    /// Multiply these numbers by a factor, such as 'price/*/ekspor_*=0.8'; a distribution is scaled whole.
    #[arg(long, value_name = "KEY=FACTOR", value_parser = pair, help_heading = "Changes")]
    pub(crate) scale: Vec<(String, String)>,
    /// Let the money of a source come so many years later.
    #[arg(long, value_name = "SOURCE=YEARS", value_parser = pair, help_heading = "Changes")]
    pub(crate) delay: Vec<(String, String)>,
    /// Take changes from a case file.
    #[arg(long, value_name = "FILE", help_heading = "Changes")]
    pub(crate) case: Vec<PathBuf>,
}

/// A key and what it gets.
fn pair(text: &str) -> Result<(String, String), WordFault> {
    let parts = text.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
    match parts {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            Ok((key.to_string(), value.to_string()))
        }
        _ => Err(WordFault(text!(
            en: "expected a key and what it gets, such as sources.apbd.2027=0juta",
            id: "harus kunci dan isinya, misalnya sources.apbd.2027=0juta",
        ))),
    }
}

/// Where results go.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("places").args(["out"]).multiple(true))]
pub(crate) struct Output {
    /// Write the results into this new folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the result that is there; never what is not a result of rantai alone.
    #[arg(long, requires = "places")]
    pub(crate) force: bool,
}

/// A language, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    /// Bahasa Indonesia.
    Id,
    /// English.
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Id => Lang::Id,
            LangArg::En => Lang::En,
        }
    }
}

/// A method, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MethodArg {
    /// One large program over all samples.
    Extensive,
    /// Sample by sample, joined by cuts.
    Decomposition,
}

impl From<MethodArg> for PlanMethod {
    fn from(method: MethodArg) -> Self {
        match method {
            MethodArg::Extensive => PlanMethod::Extensive,
            MethodArg::Decomposition => PlanMethod::Decomposition,
        }
    }
}

pub(super) fn metric(word: &str) -> Result<MetricName, WordFault> {
    MetricName::parse(word).ok_or_else(|| one_of(&MetricName::forms()))
}

pub(super) fn net(word: &str) -> Result<Net, WordFault> {
    Net::parse(word).ok_or_else(|| one_of(&Net::keys()))
}

fn one_of(keys: &[&str]) -> WordFault {
    let list = keys.join(", ");
    WordFault(text!(en: "expected one of {list}", id: "harus salah satu dari {list}"))
}

/// A number, or a percentage of one.
fn part(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        None => text.parse::<f64>().ok(),
        Some(percent) => percent.trim().parse::<f64>().ok().map(|percent| percent / 100.0),
    }
}

pub(super) fn gap(text: &str) -> Result<f64, WordFault> {
    part(text).filter(|gap| (1e-9..=1.0).contains(gap)).ok_or_else(|| {
        WordFault(text!(
            en: "a relative gap is a number from 1e-9 to 1, such as 1e-4 or 0.01%",
            id: "selisih relatif adalah bilangan dari 1e-9 sampai 1, misalnya 1e-4 atau 0.01%",
        ))
    })
}

pub(super) fn share(text: &str) -> Result<f64, WordFault> {
    part(text).filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| {
        WordFault(text!(
            en: "a share of the best value is a number from 0 to 1, such as 0.005 or 0.5%",
            id: "bagian dari nilai terbaik adalah bilangan dari 0 sampai 1, misalnya 0.005 atau 0.5%",
        ))
    })
}

/// The file of a budget document: its name says what is written.
pub(super) fn budget_document(name: &str) -> Result<PathBuf, WordFault> {
    let lower = name.to_lowercase();
    if [".csv", ".json"].iter().any(|ending| lower.ends_with(ending)) {
        return Ok(PathBuf::from(name));
    }
    Err(WordFault(text!(
        en: "the name of a budget document ends in .csv or .json",
        id: "nama dokumen anggaran berakhir dengan .csv atau .json",
    )))
}

pub(super) fn seconds(text: &str) -> Result<f64, WordFault> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(seconds),
        _ => Err(WordFault(text!(
            en: "expected a number of seconds above 0",
            id: "harus banyaknya detik, lebih dari 0",
        ))),
    }
}
