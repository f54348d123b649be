//! Overrides: values in place of what a scenario's files state, by key, for one run. A key stands for one value of one file
//! (`keys`); a pattern meets any number of them (`pattern`); what comes of all overrides together is a list of edits, made
//! between reading and checking (`resolve`), so that every rule of the format holds for them too.

mod apply;
mod blame;
mod keys;
mod pattern;
mod resolve;
mod value;

use std::collections::BTreeMap;

pub(crate) use blame::blamed;
pub(crate) use resolve::{Resolved, resolve};

use super::change::{Changed, StatedKey};
use keys::Keys;

/// Every key of a scenario's texts with what it states, in order; those that are changed with their new values.
pub(crate) fn stated_keys(texts: &BTreeMap<String, String>, changes: &[Changed]) -> Vec<StatedKey> {
    let changed: BTreeMap<&str, &str> = changes.iter().map(|c| (c.key.as_str(), c.to.as_str())).collect();
    let keys = Keys::of(texts).list.into_iter();
    keys.map(|key| StatedKey {
        value: changed
            .get(key.name.as_str())
            .map_or_else(|| value::shown(&key.today), |to| (*to).to_string()),
        place: key.place.shown().in_language(crate::language::Lang::En).to_string(),
        key: key.name,
    })
    .collect()
}
