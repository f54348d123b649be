//! What a TOML file states, value by value: a walk along the file's tree and its schema together.

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::super::diagnostic::{Faults, Place};
use super::{Checker, Document, join};

/// The shape of a stated value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A number, plain or with what is known about it.
    Number,
    /// Words.
    Words,
    /// True or false.
    Flag,
    /// A list, as a whole.
    List,
}

/// A value that a file states.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    pub(crate) path: String,
    pub(crate) shape: Shape,
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// Everything that `text` states as a `T`, value by value: a number with its table is one value, and so is a list of numbers or
/// words. The place that numbers come from is none. Empty where the file is not TOML.
pub(crate) fn stated<T: JsonSchema>(file: &str, text: &str) -> Vec<Leaf> {
    let Some((document, tree)) = Document::tree(file, text, &mut Faults::default()) else {
        return Vec::new();
    };
    let schema = schemars::schema_for!(T).to_value();
    let mut walk = Walk { checker: Checker { root: &schema }, document: &document, leaves: Vec::new() };
    walk.value(&tree, &schema, "");
    walk.leaves
}

struct Walk<'s> {
    checker: Checker<'s>,
    document: &'s Document,
    leaves: Vec<Leaf>,
}

impl<'s> Walk<'s> {
    fn value(&mut self, value: &Value, schema: &'s Value, path: &str) {
        let kinds = self.checker.kinds(schema);
        let has = |kind: &str| kinds.contains(&kind);
        if has("number") || has("integer") {
            return self.leaf(value, Shape::Number, path);
        }
        match value {
            Value::String(_) => self.leaf(value, Shape::Words, path),
            Value::Bool(_) => self.leaf(value, Shape::Flag, path),
            Value::Array(items) => self.list(value, items, schema, path),
            Value::Object(map) => self.table(map, schema, path),
            Value::Number(_) | Value::Null => {}
        }
    }

    fn list(&mut self, whole: &Value, items: &[Value], schema: &'s Value, path: &str) {
        let of_items = self.checker.resolve(schema, Some(whole)).get("items");
        let kinds = of_items.map(|schema| self.checker.kinds(schema)).unwrap_or_default();
        match of_items.filter(|_| kinds == ["object"]) {
            Some(of_items) => {
                for (place, item) in items.iter().enumerate() {
                    self.value(item, of_items, &format!("{path}[{place}]"));
                }
            }
            None => self.leaf(whole, Shape::List, path),
        }
    }

    fn table(&mut self, map: &Map<String, Value>, schema: &'s Value, path: &str) {
        let chosen = self.checker.resolve(schema, None);
        let properties = chosen.get("properties").and_then(Value::as_object);
        let rest = chosen.get("additionalProperties").filter(|rest| rest.is_object());
        let knows = |key: &str| properties.is_some_and(|known| known.contains_key(key));
        // Where numbers come from, said once for several of them.
        let sourced = knows("grade") && knows("source");
        for (key, value) in map {
            if sourced && matches!(key.as_str(), "year" | "source" | "grade") {
                continue;
            }
            if let Some(of_key) = properties.and_then(|known| known.get(key)).or(rest) {
                self.value(value, of_key, &join(path, key));
            }
        }
    }

    fn leaf(&mut self, value: &Value, shape: Shape, path: &str) {
        let place = self.document.place(path);
        self.leaves.push(Leaf { path: path.to_string(), shape, value: value.clone(), place });
    }
}
