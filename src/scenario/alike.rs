//! Tells of names that look alike. Two such names are two places to a program and one to people, who would never find out
//! why their rain differs.

use std::collections::BTreeMap;

use super::diagnostic::{Faults, Place};
use super::shape::shape_of;

/// Names of one kind as they come, by their shape.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    seen: BTreeMap<String, (String, Place)>,
}

impl Alike {
    /// Notes a fault where `name` looks like one that came before but is another; true if so.
    pub(crate) fn tell(&mut self, what: &str, name: &str, place: &Place, faults: &mut Faults) -> bool {
        let shape = shape_of(name);
        match self.seen.get(&shape) {
            Some((first, _)) if first == name => false,
            Some((first, at)) => {
                let line = at.line.map_or_else(String::new, |line| {
                    format!(", {} {line}", if at.file.ends_with(".csv") { "row" } else { "line" })
                });
                faults.help(
                    place,
                    format!("{what} '{name}' looks like '{first}' of {}{line}, but is another name", at.file),
                    "write both with the same characters, or tell them apart",
                );
                true
            }
            None => {
                self.seen.insert(shape, (name.to_string(), place.clone()));
                false
            }
        }
    }
}
