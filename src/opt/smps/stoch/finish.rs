//! Checks of a stochastic file as a whole: sums of probabilities, stages, and each number random in one place.

use std::collections::BTreeMap;

use super::{Element, Law, Outcome, Reader, Target, targets};
use crate::language::{Text, text};

/// Probabilities that miss 1 by more than this are refused, whatever is asked for.
pub(super) const MOST_OFF: f64 = 1e-4;
/// The rounding error of one probability: half of the sixth decimal.
const ROUNDED: f64 = 5e-7;
/// Probabilities that miss 1 by no more are taken as they are.
const EXACT: f64 = 1e-12;

impl Reader<'_> {
    pub(super) fn finish(mut self, normalise: bool) -> Vec<Element> {
        let mut elements = std::mem::take(&mut self.elements);
        let mut taken: BTreeMap<Target, (usize, usize)> = BTreeMap::new();
        for (id, element) in elements.iter_mut().enumerate() {
            self.sum(element, normalise);
            self.equal_outcomes(element);
            self.first_stage(element);
            self.later(element);
            for target in targets(&element.law) {
                let parts = target.parts();
                let other = parts.iter().find_map(|part| taken.get(part).filter(|(id_, _)| *id_ != id));
                if let Some((_, line)) = other {
                    let problem = text!(
                        en: "{number} is random in two places, first in line {line}",
                        id: "{number} acak di dua tempat, yang pertama pada baris ke-{line}",
                        number = self.words(target),
                    );
                    let help = text!(
                        en: "one number belongs to one INDEP entry, one block or the scenarios",
                        id: "satu bilangan termasuk satu isian INDEP, satu blok, atau skenario",
                    );
                    let expected = text!(en: "each number once", id: "setiap bilangan satu kali");
                    self.fault(Some(element.line), problem, expected, Some(help));
                }
                taken.extend(parts.into_iter().map(|part| (part, (id, element.line))));
            }
        }
        for (name, (line, count)) in &self.unknown_periods {
            let lines = match count {
                1 => Text::same(""),
                _ => text!(en: " in {count} lines", id: " pada {count} baris"),
            };
            let second = &self.time.periods[1];
            let text = text!(
                en: "'{name}'{lines} is no period of the time file and is taken for '{second}'",
                id: "'{name}'{lines} bukan periode dalam berkas waktu dan dianggap '{second}'",
                lines,
            );
            self.report.note(self.file, Some(*line), text);
        }
        if self.index.contains_key("scenarios") && elements.len() > 1 {
            let problem = text!(
                en: "SCENARIOS beside INDEP or BLOCKS",
                id: "SCENARIOS bersama INDEP atau BLOCKS",
            );
            let expected = text!(en: "one or the other", id: "salah satu saja");
            let help = text!(
                en: "list the joint scenarios, or write the rest as BLOCKS",
                id: "daftarkan skenario gabungannya, atau tulis selebihnya sebagai BLOCKS",
            );
            self.fault(None, problem, expected, Some(help));
        }
        elements
    }

    /// Brings the probabilities of an element to 1, or refuses them.
    ///
    /// Six decimals are what writers print, so each probability may be off by half of the sixth: 0.333333 three times
    /// and 0.166667 six times are thirds and sixths. A sum that misses 1 by more may be a slip, or an outcome that is
    /// missing, so it has to be asked for.
    fn sum(&mut self, element: &mut Element, normalise: bool) {
        let Law::Discrete(outcomes) = &mut element.law else { return };
        let sum: f64 = outcomes.iter().map(|outcome| outcome.probability).sum();
        let (name, off) = (element.name.clone(), (sum - 1.0).abs());
        let shown = libm::round(sum * 1e12) / 1e12;
        let rounding = (ROUNDED * outcomes.len() as f64).clamp(2.0 * ROUNDED, MOST_OFF);
        let limit = if normalise { MOST_OFF } else { rounding };
        if off > limit + EXACT {
            let problem = text!(
                en: "the probabilities of '{name}' sum to {shown}",
                id: "jumlah peluang '{name}' adalah {shown}",
            );
            let help = if off <= MOST_OFF + EXACT {
                text!(
                    en: "--normalise divides them by their sum; without it they may miss 1 by what rounding to six decimals takes",
                    id: "--normalise membagi semuanya dengan jumlahnya; tanpa itu, selisihnya dari 1 hanya boleh sebesar pembulatan ke enam desimal",
                )
            } else {
                text!(
                    en: "see the lines of this name from here on; --normalise mends sums that miss 1 by at most 0.0001",
                    id: "lihat baris dengan nama ini mulai dari sini; --normalise memperbaiki jumlah yang selisihnya dari 1 paling banyak 0.0001",
                )
            };
            self.fault(Some(element.line), problem, Text::same("1"), Some(help));
            return;
        }
        if off > EXACT {
            let text = text!(
                en: "the probabilities of '{name}' sum to {shown} and are divided by that",
                id: "jumlah peluang '{name}' adalah {shown} dan semuanya dibagi dengan jumlah itu",
            );
            self.report.note(self.file, Some(element.line), text);
        }
        for outcome in outcomes.iter_mut() {
            outcome.probability /= sum;
        }
    }

    /// Tells of outcomes that set the same numbers: one of them may be a slip.
    fn equal_outcomes(&mut self, element: &Element) {
        let Law::Discrete(outcomes) = &element.law else { return };
        let mut order: Vec<&Outcome> = outcomes.iter().collect();
        let compare = |a: &Outcome, b: &Outcome| {
            a.changes
                .iter()
                .map(|(target, value)| (*target, value.to_bits()))
                .cmp(b.changes.iter().map(|(target, value)| (*target, value.to_bits())))
        };
        order.sort_by(|a, b| compare(a, b).then(a.line.cmp(&b.line)));
        let same: Vec<(usize, usize)> = order
            .windows(2)
            .filter(|pair| compare(pair[0], pair[1]).is_eq())
            .map(|pair| (pair[1].line, pair[0].line))
            .collect();
        if let Some((line, first)) = same.iter().min() {
            let more = match same.len() - 1 {
                0 => Text::same(""),
                more => text!(en: ", and so {more} times more", id: ", dan begitu {more} kali lagi"),
            };
            let name = &element.name;
            let text = text!(
                en: "'{name}' has the outcome of line {first} again{more}: both count, with their probabilities",
                id: "'{name}' mengulang hasil pada baris ke-{first}{more}: keduanya berlaku, dengan peluang masing-masing",
                more,
            );
            self.report.note(self.file, Some(*line), text);
        }
    }

    /// Nothing of the first stage but its costs may be random: it is decided before chance.
    fn first_stage(&mut self, element: &Element) {
        for target in targets(&element.law) {
            let early = match target {
                Target::Entry(_, i) | Target::Rhs(i) => self.time.rows.get(i) == Some(&0),
                Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => {
                    self.time.columns.get(j) == Some(&0)
                }
                Target::Cost(_) | Target::Constant => false,
            };
            let same = match &element.law {
                Law::Discrete(outcomes) => outcomes
                    .iter()
                    .filter_map(|outcome| outcome.changes.get(&target))
                    .all(|value| *value == self.core_value(target)),
                _ => false,
            };
            if early && !same {
                let problem = text!(
                    en: "{number} belongs to the first period and is random",
                    id: "{number} termasuk periode pertama dan acak",
                    number = self.words(target),
                );
                let expected = text!(
                    en: "random numbers of later periods",
                    id: "bilangan acak dari periode sesudahnya",
                );
                let help = text!(
                    en: "what is decided in the first period is decided before chance",
                    id: "keputusan periode pertama diambil sebelum ketidakpastian terungkap",
                );
                self.fault(Some(element.line), problem, expected, Some(help));
            }
        }
    }

    /// Chance after the second period would make more than two stages.
    fn later(&mut self, element: &Element) {
        if self.time.periods.len() <= 2 {
            return;
        }
        let of = |list: &[usize], id: usize| list.get(id).copied().unwrap_or(0);
        let latest = targets(&element.law)
            .into_iter()
            .map(|target| match target {
                Target::Entry(j, i) => of(&self.time.rows, i).max(of(&self.time.columns, j)),
                Target::Rhs(i) => of(&self.time.rows, i),
                Target::Cost(j) | Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => {
                    of(&self.time.columns, j)
                }
                Target::Constant => 0,
            })
            .max()
            .unwrap_or(0);
        let known = element.period.unwrap_or(latest);
        if known > 1 {
            let problem = text!(
                en: "'{name}' becomes known in period '{period}', after the second: the program has more than two stages",
                id: "'{name}' baru diketahui pada periode '{period}', sesudah periode kedua: programnya lebih dari dua tahap",
                name = element.name, period = self.time.periods[known],
            );
            let expected = text!(
                en: "chance in the second period alone",
                id: "ketidakpastian pada periode kedua saja",
            );
            let help = text!(
                en: "later periods are merged into the second only where all that is random is known in the second",
                id: "periode sesudahnya digabung ke periode kedua hanya jika semua yang acak diketahui pada periode kedua",
            );
            self.fault(Some(element.line), problem, expected, Some(help));
        }
    }

    pub(super) fn words(&self, target: Target) -> Text {
        let column = |j: usize| &self.core.columns[j].name;
        let row = |i: usize| &self.core.rows[i].name;
        match target {
            Target::Entry(j, i) => text!(
                en: "the coefficient of '{column}' in '{row}'",
                id: "koefisien '{column}' di '{row}'",
                column = column(j), row = row(i),
            ),
            Target::Cost(j) => {
                text!(en: "the cost of '{column}'", id: "biaya '{column}'", column = column(j))
            }
            Target::Rhs(i) => {
                text!(en: "the right-hand side of '{row}'", id: "ruas kanan '{row}'", row = row(i))
            }
            Target::Constant => {
                text!(en: "the constant of the objective", id: "konstanta fungsi tujuan")
            }
            Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => {
                text!(en: "a bound of '{column}'", id: "batas '{column}'", column = column(j))
            }
        }
    }
}
