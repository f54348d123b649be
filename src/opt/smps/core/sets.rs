//! Sets of RHS, RANGES and BOUNDS: a section may hold several, and the first counts.

use std::collections::BTreeMap;

use super::super::line::Report;

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
                let problem =
                    format!("some lines of {section} belong to the set '{named}' and others name no set");
                let help = "give each line its set, or none of them any";
                report.fault(file, Some(*line), problem, "one set", help);
            } else if let Some((_, head)) = self.heads.iter().find(|(head, _)| head == name) {
                let problem = format!(
                    "{section} '{name}' is named by the head in line {head}, but '{chosen}' comes first"
                );
                report.fault(file, Some(*line), problem, "the lines of one set", "take the other away");
            } else {
                let lines = if *count == 1 { "its line" } else { "its lines" };
                let text = format!(
                    "{section} '{name}' is left out ({lines}: {count}): the first, '{chosen}', counts"
                );
                report.note(file, Some(*line), text);
            }
        }
    }
}
