//! The two languages in the model's words. Texts stand in pairs where they are used, so that neither can be forgotten.

pub use crate::language::{Lang, Text};
use crate::model::{FacilityType, Metric, ModelParts, Stage, Title};
use crate::units::{JUTA, MILIAR};

impl Lang {
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

    /// A metric's name; an indicator's title.
    pub fn metric(self, model: &ModelParts, metric: Metric) -> String {
        self.title(&model.metric_title(metric)).to_string()
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
        format!("{sign}{}{number}{word}", self.rupiah_sign())
    }

    /// The sign before an amount of rupiah: EYD writes no space after it.
    pub fn rupiah_sign(self) -> &'static str {
        self.pick("Rp", "Rp ")
    }

    /// A metric's amount with its unit.
    pub fn amount(self, metric: Metric, value: f64) -> String {
        if metric.is_money() {
            self.money(value)
        } else {
            let places = if value.abs() < 10.0 { 2 } else { 0 };
            format!("{} {}", self.number(value, places), self.pick("orang-tahun", "full-time years"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_money_follow_the_language() {
        assert_eq!(Lang::Id.money(1.2e9), "Rp1,20 miliar");
        assert_eq!(Lang::En.money(-350e6), "-Rp 350.0 million");
    }
}
