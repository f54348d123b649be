//! The parameters of distributions, by the names that files give them.

use super::super::diagnostic::{Faults, Place};
use super::super::file::{ClosedList, DistName};
use crate::language::{Text, text};
use crate::model::Distribution;

/// Parameters of a distribution as found, by name.
pub(super) struct Found<'a> {
    pub(super) name: DistName,
    pub(super) get: &'a dyn Fn(&'static str) -> Option<f64>,
    pub(super) values: Option<Vec<f64>>,
    pub(super) weights: Option<Vec<f64>>,
}

/// The parameters that a distribution needs and may have.
pub(crate) fn parameters_of(name: DistName) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        DistName::Uniform => (&["min", "max"], &[]),
        DistName::Triangular | DistName::Pert => (&["min", "mode", "max"], &[]),
        DistName::Normal => (&["mean", "sd"], &["min", "max"]),
        DistName::Lognormal => (&["median", "cv"], &[]),
        DistName::LognormalP10P90 => (&["p10", "p90"], &[]),
        DistName::Beta => (&["alpha", "beta"], &["min", "max"]),
        DistName::Discrete => (&["values", "weights"], &[]),
        DistName::Empirical => (&["table", "column"], &["scale"]),
    }
}

pub(super) fn word_of(name: DistName) -> &'static str {
    DistName::words().into_iter().find(|word| DistName::from_word(word) == Some(name)).unwrap_or("?")
}

impl Found<'_> {
    pub(super) fn distribution(&self) -> Option<Distribution> {
        let get = self.get;
        Some(match self.name {
            DistName::Uniform => Distribution::Uniform { min: get("min")?, max: get("max")? },
            DistName::Triangular => {
                Distribution::Triangular { min: get("min")?, mode: get("mode")?, max: get("max")? }
            }
            DistName::Pert => Distribution::Pert { min: get("min")?, mode: get("mode")?, max: get("max")? },
            DistName::Normal => Distribution::Normal {
                mean: get("mean")?,
                sd: get("sd")?,
                min: get("min").unwrap_or(f64::NEG_INFINITY),
                max: get("max").unwrap_or(f64::INFINITY),
            },
            DistName::Lognormal => Distribution::Lognormal { median: get("median")?, cv: get("cv")? },
            DistName::LognormalP10P90 => Distribution::lognormal_of_tenths(get("p10")?, get("p90")?),
            DistName::Beta => Distribution::Beta {
                alpha: get("alpha")?,
                beta: get("beta")?,
                min: get("min").unwrap_or(0.0),
                max: get("max").unwrap_or(1.0),
            },
            DistName::Discrete => {
                Distribution::Discrete { values: self.values.clone()?, weights: self.weights.clone()? }
            }
            DistName::Empirical => Distribution::Empirical { values: self.values.clone()? },
        })
    }
}

/// True unless both tenths are there and cannot be those of a lognormal; that is noted.
pub(super) fn tenths_can_be(p10: Option<f64>, p90: Option<f64>, place: &Place, faults: &mut Faults) -> bool {
    let (Some(p10), Some(p90)) = (p10, p90) else { return true };
    let can_be = 0.0 < p10 && p10 < p90;
    if !can_be {
        faults.expected(
            place,
            text!(en: "p10 {p10} with p90 {p90}", id: "p10 {p10} bersama p90 {p90}"),
            text!(
                en: "p10 above 0 and below p90, which nine in ten stay below",
                id: "p10 di atas 0 dan di bawah p90, yaitu nilai yang tidak dilampaui oleh sembilan dari sepuluh",
            ),
        );
    }
    can_be
}

pub(super) fn check_parameters(
    word: &str,
    present: &[&str],
    needed: &[&str],
    optional: &[&str],
    place: &Place,
    faults: &mut Faults,
) {
    let expected = if optional.is_empty() {
        Text::same(needed.join(", "))
    } else {
        text!(
            en: "{needed}, and if wanted {optional}",
            id: "{needed}, dan jika perlu {optional}",
            needed = needed.join(", "),
            optional = optional.join(", "),
        )
    };
    for name in needed.iter().filter(|name| !present.contains(name)) {
        faults.expected(
            place,
            text!(en: "the {word} distribution lacks '{name}'", id: "sebaran {word} memerlukan '{name}'"),
            expected.clone(),
        );
    }
    for name in present.iter().filter(|name| !needed.contains(name) && !optional.contains(name)) {
        faults.expected(
            place,
            text!(
                en: "the {word} distribution has no '{name}'",
                id: "sebaran {word} tidak memiliki '{name}'",
            ),
            expected.clone(),
        );
    }
}
