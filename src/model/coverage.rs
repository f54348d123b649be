//! Coverage of the ten facility types of Article 89 paragraph (6): what every supported cluster must be provided with, what
//! it has been provided with before, and what is waived for a reason.
//!
//! A cluster is supported if money is committed there. A candidate that is opened is supported. Only supported clusters
//! owe coverage.

use std::collections::BTreeMap;

use super::facility::{FacilityType, Grade};
use super::funding::Eligibility;
use super::id::ClusterId;
use super::title::Title;
use crate::units::Rupiah;

/// Whether supporting a cluster is a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Supported {
    /// The plan chooses.
    #[default]
    Choice,
    /// Every cluster is supported; candidates once they are opened.
    All,
}

impl Supported {
    /// Its word in files.
    pub fn key(self) -> &'static str {
        match self {
            Supported::Choice => "choice",
            Supported::All => "all",
        }
    }
}

/// How much of a facility type is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum MinimumSize {
    /// Money committed over the horizon \[Rp\].
    Amount(f64),
    /// Money committed over the horizon for each enterprise of the cluster \[Rp\].
    PerEnterprise(f64),
    /// An output: so much of a capacity stands in the last period.
    Capacity {
        /// Key of the capacity, in every chain that has it.
        capacity: String,
        /// Units per period, before season and variation.
        units: f64,
    },
}

/// A minimum of one facility type for the clusters it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageMinimum {
    /// Name in both languages, where it has one.
    pub title: Option<Title>,
    /// The rule it answers to, where it says more than the letter of paragraph (6).
    pub law: Option<String>,
    /// The facility type.
    pub facility: FacilityType,
    /// How much.
    pub size: MinimumSize,
    /// Which clusters it is about: its regions, chains and clusters.
    pub of: Eligibility,
}

/// Past provision of a facility type in a cluster, or a waiver of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Provided before, or waived.
    pub kind: StandingKind,
    /// Why; always there where it is waived.
    pub reason: Option<String>,
    /// Where that is known from.
    pub reference: Option<String>,
    /// How good the evidence is.
    pub grade: Option<Grade>,
}

/// Provided before, or waived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingKind {
    /// Past provision meets everything.
    Provided,
    /// Past provision of this much counts towards minima that are amounts of money.
    Partly(Rupiah),
    /// Not asked for.
    Waived,
}

/// The coverage rule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverage {
    /// Whether the scenario states one.
    pub stated: bool,
    /// Whether plans are held to it; else it is only reported.
    pub enforced: bool,
    /// Whether supporting a cluster is a choice.
    pub supported: Supported,
    /// The minima, in the order of the file.
    pub minima: Vec<CoverageMinimum>,
    /// Past provision and waivers, by cluster and type.
    pub standings: BTreeMap<(ClusterId, FacilityType), Standing>,
}
