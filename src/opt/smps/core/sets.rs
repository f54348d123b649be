//! Sets of RHS, RANGES and BOUNDS: a section may hold several, and the first counts.

use std::collections::BTreeMap;

use super::super::line::Report;
use crate::language::text;

/// The sets of one section.
#[derive(Debug, Default)]
pub(super) struct Sets {
    /// The set that counts; empty where no line names one.
    chosen: Option<String>,
    /// The set of the line before, or of the section's head: that of a line which names none.
    last: String,
    /// Sets that heads of the section name, with their lines.
    heads: Vec<(String, usize)>,
    /// Sets that do not count: their first line and how many they have.
    left_out: BTreeMap<String, (usize, usize)>,
}

impl Sets {
    /// Notes the set that a head of the section names, empty if it names none.
    pub(super) fn head(&mut self, name: String, line: usize) {
        if !name.is_empty() {
            self.heads.push((name.clone(), line));
        }
        self.last = name;
    }

    /// True if a line of set `name` (empty where it names none) counts.
    pub(super) fn counts(&mut self, name: &str, line: usize) -> bool {
        if !name.is_empty() && self.last != name {
            self.last = name.to_string();
        }
        let chosen = self.chosen.get_or_insert_with(|| self.last.clone());
        if *chosen == self.last {
            return true;
        }
        self.left_out.entry(self.last.clone()).or_insert((line, 0)).1 += 1;
        false
    }

    /// Every name the set that counts goes by.
    pub(super) fn names(&self) -> Vec<String> {
        let chosen = self.chosen.iter().filter(|name| !name.is_empty());
        chosen.chain(self.heads.iter().map(|(name, _)| name)).cloned().collect()
    }

    /// Tells which sets were left out, and refuses what leaves open which is meant.
    pub(super) fn tell(&self, file: &str, section: &str, report: &mut Report) {
        let Some(chosen) = &self.chosen else { return };
        for (name, (line, count)) in &self.left_out {
            if chosen.is_empty() || name.is_empty() {
                let named = if name.is_empty() { chosen } else { name };
                let problem = text!(
                    en: "some lines of {section} belong to the set '{named}' and others name no set",
                    id: "sebagian baris {section} termasuk himpunan '{named}' dan sebagian lagi tidak menyebut himpunan",
                );
                let help = text!(
                    en: "give each line its set, or none of them any",
                    id: "sebut himpunan pada setiap baris, atau jangan sebut sama sekali",
                );
                let expected = text!(en: "one set", id: "satu himpunan");
                report.fault(file, Some(*line), problem, expected, Some(help));
            } else if let Some((_, head)) = self.heads.iter().find(|(head, _)| head == name) {
                let problem = text!(
                    en: "{section} '{name}' is named by the head in line {head}, but '{chosen}' comes first",
                    id: "{section} '{name}' disebut oleh kepala bagian pada baris ke-{head}, tetapi '{chosen}' lebih dahulu",
                );
                let expected = text!(en: "the lines of one set", id: "baris dari satu himpunan");
                let help = text!(en: "take the other away", id: "hapus himpunan yang lain");
                report.fault(file, Some(*line), problem, expected, Some(help));
            } else {
                let lines = if *count == 1 { "its line" } else { "its lines" };
                let text = text!(
                    en: "{section} '{name}' is left out ({lines}: {count}): the first, '{chosen}', counts",
                    id: "{section} '{name}' tidak dipakai (barisnya: {count}): yang berlaku adalah yang pertama, '{chosen}'",
                );
                report.note(file, Some(*line), text);
            }
        }
    }
}
