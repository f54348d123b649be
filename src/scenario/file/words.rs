//! Closed lists of words that the files of a scenario may use.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::model::{FacilityType, Grade, Level, Metric, Net, Per, Scope, Stage, Support, Supported, Varies};
use crate::units::MoneyUnit;

/// A word from a closed list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Word<T>(pub(crate) T);

/// A closed list of words that files may use.
pub(crate) trait ClosedList: Sized + Clone {
    /// The name of the list in the schema.
    const NAME: &'static str;
    /// Its words.
    fn words() -> Vec<&'static str>;
    /// The member a word names.
    fn from_word(word: &str) -> Option<Self>;
}

macro_rules! closed_lists {
    ($($kind:ident),+) => {$(
        impl ClosedList for $kind {
            const NAME: &'static str = stringify!($kind);
            fn words() -> Vec<&'static str> {
                $kind::keys()
            }
            fn from_word(word: &str) -> Option<Self> {
                $kind::parse(word)
            }
        }
    )+};
}
closed_lists!(FacilityType, Stage, Support, Level, Metric, Net);

impl ClosedList for Varies {
    const NAME: &'static str = "Varies";
    fn words() -> Vec<&'static str> {
        Varies::ALL.iter().map(|v| v.key()).collect()
    }
    fn from_word(word: &str) -> Option<Self> {
        Varies::ALL.into_iter().find(|v| v.key() == word)
    }
}

impl ClosedList for Scope {
    const NAME: &'static str = "Scope";
    fn words() -> Vec<&'static str> {
        vec!["region", "chain", "all"]
    }
    fn from_word(word: &str) -> Option<Self> {
        [Scope::Region, Scope::Chain, Scope::All].into_iter().find(|s| s.key() == word)
    }
}

impl ClosedList for MoneyUnit {
    const NAME: &'static str = "MoneyUnit";
    fn words() -> Vec<&'static str> {
        MoneyUnit::WORDS.iter().map(|(word, _)| *word).collect()
    }
    fn from_word(word: &str) -> Option<Self> {
        MoneyUnit::parse(word)
    }
}

/// The distributions a number may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DistName {
    Uniform,
    Triangular,
    Pert,
    Normal,
    Lognormal,
    LognormalP10P90,
    Beta,
    Discrete,
    Empirical,
}

impl ClosedList for DistName {
    const NAME: &'static str = "DistributionName";
    fn words() -> Vec<&'static str> {
        vec![
            "uniform",
            "triangular",
            "pert",
            "normal",
            "lognormal",
            "lognormal_p10_p90",
            "beta",
            "discrete",
            "empirical",
        ]
    }
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "uniform" => DistName::Uniform,
            "triangular" => DistName::Triangular,
            "pert" => DistName::Pert,
            "normal" => DistName::Normal,
            "lognormal" => DistName::Lognormal,
            "lognormal_p10_p90" => DistName::LognormalP10P90,
            "beta" => DistName::Beta,
            "discrete" => DistName::Discrete,
            "empirical" => DistName::Empirical,
            _ => return None,
        })
    }
}

/// Whether a limit is a floor or a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitWord {
    Floor,
    Cap,
}

impl ClosedList for LimitWord {
    const NAME: &'static str = "LimitKind";
    fn words() -> Vec<&'static str> {
        vec!["floor", "cap"]
    }
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "floor" => Some(LimitWord::Floor),
            "cap" => Some(LimitWord::Cap),
            _ => None,
        }
    }
}

impl ClosedList for Per {
    const NAME: &'static str = "CofundingPer";
    fn words() -> Vec<&'static str> {
        [Per::Region, Per::Cluster, Per::All].map(Per::key).to_vec()
    }
    fn from_word(word: &str) -> Option<Self> {
        [Per::Region, Per::Cluster, Per::All].into_iter().find(|per| per.key() == word)
    }
}

/// A grade of evidence, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GradeWord(pub(crate) Grade);

impl ClosedList for GradeWord {
    const NAME: &'static str = "Grade";
    fn words() -> Vec<&'static str> {
        Grade::keys()
    }
    fn from_word(word: &str) -> Option<Self> {
        Grade::parse(word).map(GradeWord)
    }
}

impl<'de, T: ClosedList> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        T::from_word(&word)
            .map(Word)
            .ok_or_else(|| serde::de::Error::custom(format!("'{word}' is none of {}", T::words().join(", "))))
    }
}

impl<T: ClosedList> JsonSchema for Word<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::words() })
    }
}

impl ClosedList for Supported {
    const NAME: &'static str = "Supported";
    fn words() -> Vec<&'static str> {
        [Supported::Choice, Supported::All].map(Supported::key).to_vec()
    }
    fn from_word(word: &str) -> Option<Self> {
        [Supported::Choice, Supported::All].into_iter().find(|supported| supported.key() == word)
    }
}

/// The standing of a facility type in a cluster, as coverage.csv states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusWord {
    Provided,
    Waived,
}

impl ClosedList for StatusWord {
    const NAME: &'static str = "CoverageStatus";
    fn words() -> Vec<&'static str> {
        vec!["provided", "waived"]
    }
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "provided" => Some(StatusWord::Provided),
            "waived" => Some(StatusWord::Waived),
            _ => None,
        }
    }
}
