//! Changes to what the files of a scenario state, made between reading and checking them: every rule then sees the changed
//! value, and tells its faults where the change was asked for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::diagnostic::Place;
use crate::units::TwoWays;

/// A value in place of another, with where it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct NewValue {
    /// The value as a tree.
    pub(crate) value: Value,
    /// Where it was asked for.
    pub(crate) place: Place,
    /// Numbers in it that can be read two ways, by their path below it.
    pub(crate) doubts: Vec<(String, TwoWays)>,
}

/// Changes to a row of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowEdit {
    /// Cells with their new texts, and where each was asked for.
    pub(crate) cells: Vec<(&'static str, String, Place)>,
    /// The whole number of a row of values.csv.
    pub(crate) number: Option<NewValue>,
}

/// Changes to the files of a scenario.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edits {
    /// Of TOML files, by their name in the folder: paths with their new values.
    pub(crate) paths: BTreeMap<String, Vec<(String, NewValue)>>,
    /// Of tables, by their name in the folder and the number of the row.
    pub(crate) rows: BTreeMap<(String, usize), RowEdit>,
    /// Rows of values.csv that are not there: cluster, item, key, and the number.
    pub(crate) added: Vec<([String; 3], NewValue)>,
}

impl Edits {
    /// The changes to a TOML file.
    pub(crate) fn of_file(&self, file: &str) -> &[(String, NewValue)] {
        self.paths.get(file).map_or(&[], Vec::as_slice)
    }

    /// The changes to a row of a table.
    pub(crate) fn of_row(&self, file: &str, line: usize) -> Option<&RowEdit> {
        self.rows.get(&(file.to_string(), line))
    }
}

/// The value at `path` of a tree.
pub(super) fn slot<'v>(tree: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    if path.is_empty() {
        return Some(tree);
    }
    match tree {
        Value::Object(map) => {
            let path = path.strip_prefix('.').unwrap_or(path);
            // A key may hold a point itself: the longest that fits is meant.
            let fits = |key: &&String| {
                path.strip_prefix(key.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            let key = map.keys().filter(fits).max_by_key(|key| key.len())?.clone();
            let rest = path[key.len()..].to_string();
            slot(map.get_mut(&key)?, &rest)
        }
        Value::Array(items) => {
            let (place, rest) = path.strip_prefix('[')?.split_once(']')?;
            slot(items.get_mut(place.parse::<usize>().ok()?)?, rest)
        }
        _ => None,
    }
}
