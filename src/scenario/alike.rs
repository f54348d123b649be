//! Tells of names that look alike. Two such names are two places to a program and one to people, who would never find out
//! why their rain differs.

use std::collections::BTreeMap;

use super::diagnostic::{Faults, Place, line_text};
use super::named::Named;
use super::shape::shape_of;
use crate::language::{Text, text};

/// Names of one kind as they come, by their shape.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    seen: BTreeMap<String, (String, Place)>,
}

impl Alike {
    /// Notes a fault where `name` looks like one that came before but is another; true if so.
    pub(crate) fn tell(&mut self, kind: Named, name: &str, place: &Place, faults: &mut Faults) -> bool {
        let shape = shape_of(name);
        match self.seen.get(&shape) {
            Some((first, _)) if first == name => false,
            Some((first, at)) => {
                let there = match at.line {
                    Some(line) => {
                        let line = line_text(&at.file, line);
                        text!(en: "{file}, {line}", id: "{file}, {line}", file = at.file, line)
                    }
                    None => Text::same(at.file.clone()),
                };
                faults.help(
                    place,
                    text!(
                        en: "{what} looks like '{first}' of {there}, but is another name",
                        id: "{what} tampak sama dengan '{first}' di {there}, tetapi merupakan nama lain",
                        what = kind.with(name),
                        there,
                    ),
                    text!(
                        en: "write both with the same characters, or tell them apart",
                        id: "tulis keduanya dengan karakter yang sama, atau buat keduanya jelas berbeda",
                    ),
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
