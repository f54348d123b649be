//! The data of a stochastic file: laws of single numbers, blocks, scenarios, and what they set.

use std::collections::BTreeMap;

use super::super::line::{Line, number};
use super::super::phrase::column_and_pairs;
use super::finish::MOST_OFF;
use super::{Change, Element, Law, Outcome, Reader, Section, Target};
use crate::language::{Text, text};

impl Reader<'_> {
    fn number(&mut self, line: &Line<'_>, text: &str, expected: Text) -> Option<f64> {
        self.report.number(self.file, line.number, text, expected)
    }

    fn probability(&mut self, line: &Line<'_>, text: &str) -> Option<f64> {
        let value = self.number(line, text, text!(en: "a probability", id: "peluang"))?;
        if !(0.0..=1.0 + MOST_OFF).contains(&value) {
            let problem = text!(en: "probability {value}", id: "peluang {value}");
            let expected = text!(en: "a number from 0 to 1", id: "bilangan dari 0 sampai 1");
            self.fault(Some(line.number), problem, expected, None);
            return None;
        }
        Some(value)
    }

    /// The period named by these fields; empty means none is stated.
    fn period(&mut self, line: &Line<'_>, name: &str) -> Option<usize> {
        if name.is_empty() {
            return None;
        }
        let period = self.time.period(name);
        if period.is_some() {
            return period;
        }
        // With two periods all chance is known in the second, whatever the file calls it. A word that means something
        // else is no such name: the line has another shape.
        let clear = |word: &str| {
            number(word).is_err()
                && !self.core.row_index.contains_key(word)
                && !self.core.column_index.contains_key(word)
        };
        let words: Vec<&str> = name.split_whitespace().collect();
        let first = words.first().is_some_and(|word| clear(word));
        let is_name = first && words.iter().all(|word| clear(word) || number(word).is_ok());
        if self.time.periods.len() == 2 && is_name {
            self.unknown_periods.entry(name.to_string()).or_insert((line.number, 0)).1 += 1;
            return None;
        }
        let problem = text!(
            en: "'{name}' is no period of the time file",
            id: "'{name}' bukan periode dalam berkas waktu",
        );
        let expected = text!(
            en: "one of {periods}",
            id: "salah satu dari {periods}",
            periods = self.time.periods.join(", "),
        );
        let help = (self.time.periods.len() > 2).then(|| {
            text!(
                en: "with more than two periods it matters in which of them chance becomes known",
                id: "jika periodenya lebih dari dua, perlu jelas pada periode mana yang acak menjadi diketahui",
            )
        });
        self.fault(Some(line.number), problem, expected, help);
        None
    }

    /// The element of this name, new if need be.
    fn element(&mut self, name: &str, line: usize, period: Option<usize>) -> usize {
        if let Some(&id) = self.index.get(name) {
            self.elements[id].period = self.elements[id].period.max(period);
            return id;
        }
        let id = self.elements.len();
        self.index.insert(name.to_string(), id);
        let law = Law::Discrete(Vec::new());
        self.elements.push(Element { name: name.to_string(), law, line, period });
        id
    }

    /// True if a line's first field is a bound's type.
    fn bound<'l>(&self, line: &'l Line<'_>) -> &'l str {
        let word = line.field(0);
        let is_type = ["UP", "LO", "FX", "FR", "MI", "PL", "BV", "UI", "LI"].contains(&word);
        let entry =
            self.core.column_index.contains_key(word) && self.core.row_index.contains_key(line.field(1));
        let column = self.core.column_index.contains_key(line.field(2));
        if is_type && !entry && column { word } else { "" }
    }

    /// Refuses a line of INDEP that has too few fields.
    fn short(&mut self, line: &Line<'_>, section: Section) {
        let problem = text!(
            en: "{shown} has {count} fields",
            id: "{shown} memiliki {count} isian",
            shown = line.shown(), count = line.fields.len(),
        );
        let expected = match section {
            Section::Uniform => text!(
                en: "column, row, lower end, period if wanted, upper end",
                id: "kolom, baris, ujung bawah, periode jika perlu, ujung atas",
            ),
            Section::Normal => text!(
                en: "column, row, mean, period if wanted, variance",
                id: "kolom, baris, rata-rata, periode jika perlu, ragam",
            ),
            _ => text!(
                en: "column, row, value, period if wanted, probability",
                id: "kolom, baris, nilai, periode jika perlu, peluang",
            ),
        };
        self.fault(Some(line.number), problem, expected, None);
    }

    /// column row value \[period\] probability; for UNIFORM lower and upper, for NORMAL mean and variance.
    pub(super) fn independent(&mut self, line: &Line<'_>, section: Section) {
        let bound = self.bound(line);
        let skip = usize::from(!bound.is_empty());
        let count = line.fields.len();
        if count < skip + 4 {
            self.short(line, section);
            return;
        }
        let (first, second) = (line.field(skip), line.field(skip + 1));
        let target = self.target(line, bound, first, second);
        let value = self.number(line, line.field(skip + 2), text!(en: "a value", id: "nilai"));
        let period = self.period(line, &line.fields[skip + 3..count - 1].join(" "));
        let last = line.field(count - 1);
        let last = if section == Section::Discrete {
            self.probability(line, last)
        } else {
            let expected = text!(en: "the law's second parameter", id: "parameter kedua distribusi itu");
            self.number(line, last, expected)
        };
        let (Some(target), Some(value), Some(last)) = (target, value, last) else { return };
        let name = format!("{bound}{}{first}/{second}", if bound.is_empty() { "" } else { "/" });
        let known = self.index.contains_key(&name);
        let id = self.element(&name, line.number, period);
        let Some(value_there) = self.changed(line, target, value) else { return };
        if section == Section::Discrete {
            let mut changes = BTreeMap::new();
            for part in target.parts() {
                changes.extend(self.changed(line, part, value).map(|value| (part, value)));
            }
            if let Law::Discrete(outcomes) = &mut self.elements[id].law {
                outcomes.push(Outcome { probability: last, changes, line: line.number });
                return;
            }
        }
        if known {
            let what = text!(
                en: "'{first}' in '{second}' has a law",
                id: "'{first}' di '{second}' sudah memiliki distribusi",
            );
            let expected = text!(en: "one law for each number", id: "satu distribusi untuk setiap bilangan");
            let known = self.elements[id].line;
            self.report.again(self.file, line.number, known, what, expected);
            return;
        }
        self.elements[id].law = if section == Section::Uniform {
            if last < value {
                let problem = text!(
                    en: "uniform between {value} and {last}",
                    id: "distribusi seragam antara {value} dan {last}",
                );
                let expected = text!(
                    en: "the lower end before the upper",
                    id: "ujung bawah sebelum ujung atas",
                );
                self.fault(Some(line.number), problem, expected, None);
            }
            let Some(upper) = self.changed(line, target, last) else { return };
            Law::Uniform(target, value_there, upper)
        } else {
            if last < 0.0 {
                let problem = text!(
                    en: "normal with variance {last}",
                    id: "distribusi normal dengan ragam {last}",
                );
                let expected = text!(en: "a variance of at least 0", id: "ragam paling kecil 0");
                self.fault(Some(line.number), problem, expected, None);
            }
            let core = self.core_value(target);
            let spread = if self.change == Change::Multiply { core.abs() } else { 1.0 };
            Law::Normal(target, value_there, libm::sqrt(last.max(0.0)) * spread)
        };
    }

    /// BL block \[period\] probability: one more outcome of a block. It starts as the block's first outcome.
    pub(super) fn block(&mut self, line: &Line<'_>) {
        self.block = None;
        let count = line.fields.len();
        if count < 3 {
            let problem = text!(en: "block {shown}", id: "blok {shown}", shown = line.shown());
            let expected = text!(
                en: "BL, the block's name, its period if wanted, a probability",
                id: "BL, nama blok, periodenya jika perlu, peluang",
            );
            self.fault(Some(line.number), problem, expected, None);
            return;
        }
        // Blanks in names: the longest end that is a period is the period.
        let middle = &line.fields[2..count - 1];
        let start =
            (0..middle.len()).find(|&i| self.time.period(&middle[i..].join(" ")).is_some()).unwrap_or(0);
        let mut name = line.field(1).to_string();
        for word in &middle[..start] {
            name = format!("{name} {word}");
        }
        let period = self.period(line, &middle[start..].join(" "));
        let Some(probability) = self.probability(line, line.field(count - 1)) else { return };
        let id = self.element(&format!("block/{name}"), line.number, period);
        self.block = Some(id);
        if let Law::Discrete(outcomes) = &mut self.elements[id].law {
            let changes = outcomes.first().map(|first| first.changes.clone()).unwrap_or_default();
            outcomes.push(Outcome { probability, changes, line: line.number });
        }
        self.set_here.clear();
    }

    /// SC name parent probability \[period\]: starts as its parent; ROOT is the core.
    pub(super) fn scenario(&mut self, line: &Line<'_>) {
        self.block = None;
        let count = line.fields.len();
        if count < 4 {
            let problem = text!(en: "scenario {shown}", id: "skenario {shown}", shown = line.shown());
            let expected = text!(
                en: "SC, a name, the scenario it branches from or 'ROOT', a probability, the period it branches in",
                id: "SC, nama, skenario asal cabangnya atau 'ROOT', peluang, periode percabangannya",
            );
            self.fault(Some(line.number), problem, expected, None);
            return;
        }
        let (name, parent) = (line.field(1).to_string(), line.field(2).trim_matches('\''));
        // Some writers put the period before the probability.
        let (probability, period) = if number(line.field(3)).is_err() && number(line.field(count - 1)).is_ok()
        {
            (line.field(count - 1), line.fields[3..count - 1].join(" "))
        } else {
            (line.field(3), line.fields[4..].join(" "))
        };
        let period = self.period(line, &period);
        let probability = self.probability(line, probability);
        let id = self.element("scenarios", line.number, period);
        let known = self.scenarios.get(parent).map(|(at, _)| *at);
        if known.is_none() && !parent.eq_ignore_ascii_case("ROOT") {
            let problem = text!(
                en: "scenario '{name}' branches from '{parent}', which is not known",
                id: "skenario '{name}' bercabang dari '{parent}', yang tidak dikenal",
            );
            let expected = text!(en: "'ROOT' or a scenario above", id: "'ROOT' atau skenario di atasnya");
            self.fault(Some(line.number), problem, expected, None);
        }
        if let Some((_, first)) = self.scenarios.get(&name).copied() {
            let what = text!(en: "scenario '{name}' stands", id: "skenario '{name}' sudah ada");
            let expected = text!(
                en: "a name of its own for each scenario",
                id: "nama tersendiri untuk setiap skenario",
            );
            self.report.again(self.file, line.number, first, what, expected);
        }
        let Law::Discrete(outcomes) = &mut self.elements[id].law else { return };
        let changes = known.and_then(|at| outcomes.get(at)).map(|o| o.changes.clone()).unwrap_or_default();
        self.scenarios.insert(name, (outcomes.len(), line.number));
        outcomes.push(Outcome { probability: probability.unwrap_or(0.0), changes, line: line.number });
        self.set_here.clear();
        self.block = Some(id);
    }

    /// column row value \[row value\]: what the last block or scenario sets.
    pub(super) fn entry(&mut self, line: &Line<'_>) {
        let bound = self.bound(line);
        let skip = usize::from(!bound.is_empty());
        let count = line.fields.len() - skip;
        if count != 3 && (count != 5 || skip == 1) {
            let problem = text!(en: "entry {shown}", id: "isian {shown}", shown = line.shown());
            self.fault(Some(line.number), problem, column_and_pairs(), None);
            return;
        }
        let first = line.field(skip);
        for at in [1, 3] {
            if at + 1 >= count {
                break;
            }
            let target = self.target(line, bound, first, line.field(skip + at));
            let expected = text!(en: "a value", id: "nilai");
            let value = self.number(line, line.field(skip + at + 1), expected);
            let (Some(target), Some(value)) = (target, value) else { continue };
            let Some(id) = self.block else {
                self.lone(line);
                return;
            };
            for part in target.parts() {
                let Some(value) = self.changed(line, part, value) else { break };
                if let Some(first) = self.set_here.insert(part, line.number) {
                    let what = text!(
                        en: "{number} is set",
                        id: "{number} sudah ditetapkan",
                        number = self.words(part),
                    );
                    let expected = text!(
                        en: "each number once in an outcome",
                        id: "setiap bilangan satu kali dalam satu hasil",
                    );
                    self.report.again(self.file, line.number, first, what, expected);
                    break;
                }
                if let Law::Discrete(outcomes) = &mut self.elements[id].law
                    && let Some(outcome) = outcomes.last_mut()
                {
                    outcome.changes.insert(part, value);
                }
            }
        }
    }

    /// Refuses an entry before any block or scenario.
    fn lone(&mut self, line: &Line<'_>) {
        let problem = text!(
            en: "{shown} belongs to no block or scenario",
            id: "{shown} tidak termasuk blok atau skenario mana pun",
            shown = line.shown(),
        );
        let expected = text!(en: "a line BL or SC before it", id: "baris BL atau SC sebelumnya");
        self.fault(Some(line.number), problem, expected, None);
    }

    /// The number that `value` makes of the core's.
    fn changed(&mut self, line: &Line<'_>, target: Target, value: f64) -> Option<f64> {
        let core = self.core_value(target);
        let new = self.change.apply(core, value);
        let lost =
            self.change == Change::Multiply && core != 0.0 && value != 0.0 && new.abs() < f64::MIN_POSITIVE;
        let ends = match target {
            Target::Rhs(i) => self.core.rows[i].is_finite_at(new),
            _ => new.is_finite(),
        };
        if ends && !lost {
            return Some(new);
        }
        let problem = text!(
            en: "{value} makes {new} of {number}, which is {core} in the core",
            id: "{value} menjadikan {number}, yang bernilai {core} di berkas inti, bernilai {new}",
            number = self.words(target),
        );
        let expected = text!(en: "a number that can be held", id: "bilangan yang dapat disimpan");
        self.fault(Some(line.number), problem, expected, None);
        None
    }
}
