//! What numbers of a chart count, how they are said, and the steps of an axis.

use crate::model::Metric;
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, words};
use crate::units::{JUTA, MILIAR};

/// A trillion rupiah.
const TRILIUN: f64 = 1000.0 * MILIAR;

/// What numbers of a chart count.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Rupiah.
    Rupiah,
    /// Shares, shown as percentages.
    Share,
    /// A unit of its own, with so many decimals.
    Of(Text, usize),
}

impl Measure {
    /// What a metric is measured in.
    pub fn of(metric: Metric) -> Self {
        if metric.is_money() { Self::Rupiah } else { Self::Of(words("full-time years", "orang-tahun"), 0) }
    }

    /// A value with its unit.
    pub fn say(&self, lang: Lang, value: f64) -> String {
        match self {
            Self::Rupiah => money(lang, value),
            Self::Share => lang.percent(value),
            Self::Of(unit, places) => {
                format!("{} {}", lang.number(value, *places), unit.in_language(lang)).trim_end().to_string()
            }
        }
    }

    /// A value as a cell of a table.
    pub(super) fn cell(&self, value: f64) -> Cell {
        match self {
            Self::Rupiah => Cell::Rupiah(value),
            Self::Share => Cell::Share(value),
            Self::Of(_, places) => Cell::Number(value, *places),
        }
    }

    /// The unit of the numbers of a table.
    pub fn unit(&self) -> Text {
        match self {
            Self::Rupiah => Text::same("rupiah"),
            Self::Share => Text::same("%"),
            Self::Of(unit, _) => unit.clone(),
        }
    }

    /// What an axis up to `most` is counted in: the divisor, and its unit in words.
    pub(super) fn axis(&self, most: f64) -> (f64, Text) {
        match self {
            Self::Rupiah if most >= TRILIUN => (TRILIUN, words("trillion rupiah", "triliun rupiah")),
            Self::Rupiah if most >= MILIAR => (MILIAR, words("billion rupiah", "miliar rupiah")),
            Self::Rupiah if most >= JUTA => (JUTA, words("million rupiah", "juta rupiah")),
            Self::Rupiah => (1.0, Text::same("rupiah")),
            Self::Share => (0.01, Text::same("%")),
            Self::Of(unit, _) => (1.0, unit.clone()),
        }
    }
}

/// Money with its word, of three to four digits: `Rp1,85 triliun`, never a bare M.
pub fn money(lang: Lang, rupiah: f64) -> String {
    if rupiah.abs() < 0.9995 * TRILIUN {
        return lang.money(rupiah);
    }
    let sign = if rupiah < 0.0 { "-" } else { "" };
    let number = lang.number(rupiah.abs() / TRILIUN, 2);
    format!("{sign}{}{number} {}", lang.rupiah_sign(), lang.pick("triliun", "trillion"))
}

/// Round steps of an axis from `low` to `high`, both within: about `wanted` of them.
pub(super) fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return vec![low];
    }
    let rough = span / wanted.max(1) as f64;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    let step = steps.iter().map(|step| step * power).find(|step| *step >= 0.999 * rough).unwrap_or(rough);
    let first = libm::ceil(low / step - 1e-9) as i64;
    let last = libm::floor(high / step + 1e-9) as i64;
    (first..=last).map(|at| at as f64 * step).collect()
}

/// Decimals that tell ticks apart.
pub(super) fn decimals(ticks: &[f64], divisor: f64) -> usize {
    let step = match ticks {
        [a, b, ..] => (b - a).abs() / divisor,
        _ => 1.0,
    };
    let whole = |digits: usize| {
        let scaled = step * libm::pow(10.0, digits as f64);
        (scaled - libm::round(scaled)).abs() < 1e-6
    };
    (0..3).find(|digits| whole(*digits)).unwrap_or(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(ticks(0.0, 100.0, 4), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(-3.0, 11.0, 4), [0.0, 5.0, 10.0]);
        assert_eq!(ticks(2.0, 2.0, 4), [2.0]);
        assert_eq!(decimals(&[0.0, 2.5], 1.0), 1);
        assert_eq!(decimals(&[0.0, 5e8], 1e9), 1);
    }

    #[test]
    fn money_has_its_word() {
        assert_eq!(money(Lang::Id, 1.846e12), "Rp1,85 triliun");
        assert_eq!(money(Lang::En, -1.2e9), "-Rp 1.20 billion");
    }
}
