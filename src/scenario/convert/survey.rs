//! Reads the surveys of `scenario.toml`: which numbers they ask about, how well, at what cost.

use super::super::diagnostic::Faults;
use super::super::document::Document;
use super::super::file::{ScenarioFile, SurveyFile};
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{Unit, UnitRules};
use super::super::phrase;
use super::super::policy::{PolicyReader, whole_amount};
use super::super::shape::is_key;
use crate::language::text;
use crate::model::{Distribution, FactorId, ModelParts, ParameterId, Survey, Surveyed, Varies};

/// The largest error of an answer: beyond it, it says next to nothing.
const LARGEST_ERROR: f64 = 100.0;

/// The most answers about a number.
const MOST_ANSWERS: u64 = 10_000_000;

/// Reads all surveys; those at fault are left out and told.
pub(super) fn read(
    file: &ScenarioFile,
    document: &Document,
    rules: UnitRules,
    model: &ModelParts,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) -> Vec<Survey> {
    // Where something else is at fault, a number may be missing because of that.
    let whole = faults.is_empty();
    let mut reader = Reader { policy: PolicyReader { document, rules, faults, numbers }, model, whole };
    file.surveys.iter().filter_map(|(key, survey)| reader.survey(key, survey)).collect()
}

struct Reader<'a> {
    policy: PolicyReader<'a>,
    model: &'a ModelParts,
    whole: bool,
}

impl Reader<'_> {
    fn survey(&mut self, key: &str, file: &SurveyFile) -> Option<Survey> {
        let path = format!("surveys.{key}");
        let before = self.policy.faults.count();
        if !is_key(key) {
            self.policy.faults.expected(
                &self.policy.document.place(&path),
                phrase::the_name(key),
                phrase::shape_of_keys(),
            );
        }
        let of = self.surveyed(&file.of, &format!("{path}.of"));
        let none = Unit::None;
        let error = self.policy.between(&file.error, &format!("{path}.error"), &none, 0.0, LARGEST_ERROR);
        let answers = self.policy.whole(&file.answers, &format!("{path}.answers"), 1, MOST_ANSWERS);
        let (found, place) = self.policy.number(&file.cost, &format!("{path}.cost"), &Unit::Money(None));
        let cost = whole_amount(found);
        if cost.is_none() && !place.suspect {
            self.policy.faults.expected(
                &place,
                text!(en: "found {found} rupiah", id: "tertulis {found} rupiah"),
                text!(en: "whole rupiah, at most 1000 triliun", id: "rupiah bulat, tidak lebih dari 1000 triliun"),
            );
        }
        let cost = cost.filter(|_| self.policy.faults.count() == before)?;
        Some(Survey { key: key.to_string(), title: file.title.title(), of, error, answers, cost })
    }

    /// The numbers and factors that a survey names, by their stable names.
    fn surveyed(&mut self, names: &[String], path: &str) -> Vec<Surveyed> {
        if names.is_empty() {
            self.policy.faults.expected(
                &self.policy.document.place(path),
                text!(en: "the survey asks about nothing", id: "survei ini tidak menanyakan apa pun"),
                text!(
                    en: "the name of at least one uncertain number that varies once",
                    id: "nama sekurang-kurangnya satu bilangan tak pasti yang varies-nya once",
                ),
            );
        }
        let mut found = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let place = self.policy.document.place(&format!("{path}[{i}]"));
            let Some((of, once)) = self.named(name) else {
                if !self.whole {
                    continue;
                }
                let factors = self.model.factors.iter().map(|own| own.name.as_str());
                let numbers = self.model.parameters.iter().map(|own| own.name.as_str());
                let known: Vec<&str> = numbers.chain(factors).collect();
                self.policy.faults.unknown(&place, Named::Uncertain, name, &known);
                continue;
            };
            if !once {
                self.policy.faults.expected(
                    &place,
                    text!(
                        en: "'{name}' changes over time: no survey made beforehand can tell it",
                        id: "'{name}' berubah sepanjang waktu: survei sebelum perencanaan tidak dapat mengetahuinya",
                    ),
                    text!(
                        en: "a number or factor that varies once",
                        id: "bilangan atau faktor yang varies-nya once",
                    ),
                );
            } else if found.contains(&of) {
                self.policy.faults.expected(
                    &place,
                    text!(en: "'{name}' stands twice", id: "'{name}' tertulis dua kali"),
                    text!(en: "each name once", id: "setiap nama satu kali"),
                );
            } else {
                found.push(of);
            }
        }
        found.sort_unstable();
        found
    }

    /// The number or factor of a name, and whether it is drawn once.
    fn named(&self, name: &str) -> Option<(Surveyed, bool)> {
        let numbers = &self.model.parameters;
        if let Some(p) = numbers.iter().position(|own| own.name == name) {
            let event = matches!(numbers[p].distribution, Distribution::Event(_));
            let once = numbers[p].varies == Varies::Once && !event;
            return Some((Surveyed::Number(ParameterId::new(p)), once));
        }
        let f = self.model.factors.iter().position(|own| own.name == name)?;
        Some((Surveyed::Factor(FactorId::new(f)), self.model.factors[f].varies == Varies::Once))
    }
}
