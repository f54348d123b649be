//! Two languages and their numbers. Texts stand in pairs where they are used, so that neither can be forgotten.

use crate::model::{FacilityType, Metric, Stage, Title};
use crate::units::{JUTA, MILIAR};

/// The language of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Indonesian.
    Id,
    /// English.
    En,
}

impl Lang {
    /// The text of this language.
    pub fn pick<'a>(self, id: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Id => id,
            Lang::En => en,
        }
    }

    /// A title in this language.
    pub fn title(self, title: &Title) -> &str {
        self.pick(&title.id, &title.en)
    }

    /// A facility type's name.
    pub fn facility(self, facility: FacilityType) -> &'static str {
        self.pick(facility.name_id(), facility.name_en())
    }

    /// A stage's name.
    pub fn stage(self, stage: Stage) -> &'static str {
        self.pick(stage.name_id(), stage.name_en())
    }

    /// A metric's name.
    pub fn metric(self, metric: Metric) -> &'static str {
        self.pick(metric.name_id(), metric.name_en())
    }

    /// A number with `places` decimals and this language's separators.
    pub fn number(self, value: f64, places: usize) -> String {
        let (thousands, point) = match self {
            Lang::Id => ('.', ','),
            Lang::En => (',', '.'),
        };
        let text = format!("{:.places$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut grouped = String::new();
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && (whole.len() - position) % 3 == 0 {
                grouped.push(thousands);
            }
            grouped.push(digit);
        }
        let zero = text.chars().all(|c| matches!(c, '0' | '.'));
        let sign = if value < 0.0 && !zero { "-" } else { "" };
        if fraction.is_empty() {
            format!("{sign}{grouped}")
        } else {
            format!("{sign}{grouped}{point}{fraction}")
        }
    }

    /// An amount of money with its word: never a bare M.
    pub fn money(self, rupiah: f64) -> String {
        let size = rupiah.abs();
        let (value, places, word) = if size >= 0.9995 * MILIAR {
            (rupiah / MILIAR, if size >= 100.0 * MILIAR { 1 } else { 2 }, self.pick(" miliar", " billion"))
        } else if size >= 0.9995 * JUTA {
            (rupiah / JUTA, 1, self.pick(" juta", " million"))
        } else {
            (rupiah, 0, "")
        };
        let number = self.number(value.abs(), places);
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}Rp {number}{word}")
    }

    /// A share as a percentage.
    pub fn percent(self, share: f64) -> String {
        let places = usize::from(share.abs() < 0.0995);
        format!("{} %", self.number(100.0 * share, places))
    }

    /// A metric's amount with its unit.
    pub fn amount(self, metric: Metric, value: f64) -> String {
        if metric.is_money() {
            self.money(value)
        } else {
            let places = if value.abs() < 10.0 { 2 } else { 0 };
            format!("{} {}", self.number(value, places), self.pick("tahun-kerja penuh", "full-time years"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(Lang::Id.number(1_234_567.891, 2), "1.234.567,89");
        assert_eq!(Lang::En.number(-1_234_567.891, 1), "-1,234,567.9");
        assert_eq!(Lang::En.number(-0.001, 1), "0.0");
        assert_eq!(Lang::Id.money(1.2e9), "Rp 1,20 miliar");
        assert_eq!(Lang::En.money(-350e6), "-Rp 350.0 million");
        assert_eq!(Lang::Id.percent(0.123), "12 %");
        assert_eq!(Lang::Id.percent(0.012), "1,2 %");
    }
}
