//! One TOML file as a tree with line numbers, checked against its schema.
//!
//! The check finds every unknown key, missing key, wrong type and unknown word of a file at once. What is wrong is
//! replaced by something harmless and marked, so that the rules of `convert` can run on the rest of the file and
//! report what else is wrong there, without telling the consequences of a fault already told.

mod leaves;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Faults, Place, Spot};
use super::edit::{NewValue, slot};
use super::named::Named;
use super::phrase;
use super::sheet::hint;
use crate::language::{Text, text};
use crate::units::{TwoWays, Unfit, Written, value_of, written};

pub(crate) use leaves::{Leaf, Shape, stated};

/// A TOML file that was read, with where each of its keys stands.
#[derive(Debug)]
pub(crate) struct Document {
    file: String,
    lines: BTreeMap<String, usize>,
    suspect: BTreeSet<String>,
    /// Where in the text lines end.
    ends: Vec<usize>,
    /// Numbers that can be read two ways, by their path.
    doubts: BTreeMap<String, TwoWays>,
    /// Where a value was asked for that stands in place of the file's, by its path; empty where nothing was changed.
    instead: BTreeMap<String, Place>,
}

/// Longest list: more numbers than any list of a scenario has a use for.
const LONGEST_LIST: usize = 100_000;

impl Document {
    /// Reads `text` as a `T`, with the values of `edits` in place of its own, noting every structural fault. `None` if the
    /// file is not TOML at all.
    pub(crate) fn read<T: DeserializeOwned + JsonSchema>(
        file: &str,
        text: &str,
        edits: &[(String, NewValue)],
        faults: &mut Faults,
    ) -> Option<(Document, T)> {
        let (mut document, mut value) = Self::tree(file, text, faults)?;
        for (path, new) in edits {
            document.replace(&mut value, path, new);
        }
        document.typed(value, faults)
    }

    /// Reads `text` as a `T`, where the values of these tables and keys are taken as they are written.
    pub(crate) fn read_verbatim<T: DeserializeOwned + JsonSchema>(
        file: &str,
        text: &str,
        verbatim: &[&str],
        faults: &mut Faults,
    ) -> Option<(Document, T)> {
        let (document, mut tree) =
            Self::tree(file, text, &mut Faults::default()).or_else(|| Self::tree(file, text, faults))?;
        let (table, _) = DeTable::parse_recoverable(text);
        for (key, value) in table.get_ref() {
            let name = key.get_ref().as_ref();
            if let (true, Some(slot)) = (verbatim.contains(&name), tree.get_mut(name)) {
                let mut words = Map::new();
                Self::words(text, value, "", &mut words);
                *slot = words.remove("").unwrap_or(Value::Object(words));
            }
        }
        document.typed(tree, faults)
    }

    /// The texts of a table's values by their keys; those of a table with points between its keys by these together. A value that is no
    /// table has the key that is empty.
    fn words(text: &str, value: &Spanned<DeValue<'_>>, key: &str, found: &mut Map<String, Value>) {
        let own = &text[value.span()];
        match value.get_ref() {
            DeValue::Table(table) if key.is_empty() || !own.starts_with('{') => {
                for (name, below) in table {
                    let name = name.get_ref();
                    Self::words(text, below, &join(key, name), found);
                }
            }
            _ => {
                found.insert(key.to_string(), Value::from(own));
            }
        }
    }

    /// A value that stands by itself, as a `T`.
    pub(crate) fn of_value<T: DeserializeOwned + JsonSchema>(
        new: &NewValue,
        faults: &mut Faults,
    ) -> Option<(Document, T)> {
        let mut document = Self::empty(&new.place.file);
        let mut value = Value::Null;
        document.replace(&mut value, "", new);
        document.typed(value, faults)
    }

    /// The value that `text` is in TOML, with the numbers in it that can be read two ways; `None` where it is none. What in
    /// it cannot be computed with is a fault at `place`.
    pub(crate) fn value_of_text(text: &str, place: &Place, faults: &mut Faults) -> Option<NewValue> {
        let whole = format!("x = {text}");
        let (table, errors) = DeTable::parse_recoverable(&whole);
        if !errors.is_empty() || table.get_ref().len() != 1 {
            return None;
        }
        let mut document = Self::empty(&place.file);
        document.instead.insert(String::new(), place.clone());
        let Value::Object(mut map) = document.table(&whole, table.get_ref(), "", faults) else { return None };
        let value = map.remove("x")?;
        let doubts = document.doubts.into_iter().map(|(path, both)| (path[1..].to_string(), both)).collect();
        Some(NewValue { value, place: place.clone(), doubts })
    }

    /// The file as a tree that nothing has been checked in; `None` if it is not TOML at all.
    fn tree(file: &str, text: &str, faults: &mut Faults) -> Option<(Document, Value)> {
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let mut document = Document { ends, ..Self::empty(file) };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let line = error.span().map(|span| document.line_of(span.start));
            let place = Place { line, ..Place::file(file) };
            let why = error.message().replace('\n', ", ");
            // The parser knows no Indonesian: its words are quoted.
            faults.add(
                &place,
                text!(en: "this is not TOML: {why}", id: "ini bukan TOML (pesan pembaca TOML: \"{why}\")"),
            );
        }
        if !errors.is_empty() {
            return None;
        }
        let value = document.table(text, table.get_ref(), "", faults);
        Some((document, value))
    }

    fn empty(file: &str) -> Self {
        Document {
            file: file.to_string(),
            lines: BTreeMap::new(),
            suspect: BTreeSet::new(),
            ends: Vec::new(),
            doubts: BTreeMap::new(),
            instead: BTreeMap::new(),
        }
    }

    /// Checks a tree against the schema of `T` and reads it.
    fn typed<T: DeserializeOwned + JsonSchema>(
        mut self,
        mut value: Value,
        faults: &mut Faults,
    ) -> Option<(Document, T)> {
        let schema = schemars::schema_for!(T).to_value();
        let checker = Checker { root: &schema };
        checker.check(&mut value, &schema, "", &mut self, faults);
        match serde_json::from_value(value) {
            Ok(read) => Some((self, read)),
            Err(error) => {
                faults.add(
                    &Place::file(&self.file),
                    text!(en: "cannot be read: {error}", id: "tidak dapat dibaca (\"{error}\")"),
                );
                None
            }
        }
    }

    /// Puts a value in place of what stands at `path`.
    fn replace(&mut self, tree: &mut Value, path: &str, new: &NewValue) {
        let Some(slot) = slot(tree, path) else { return };
        *slot = new.value.clone();
        let within = |found: &String| {
            found.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.doubts.retain(|found, _| !within(found));
        self.suspect.retain(|found| !within(found));
        for (below, both) in &new.doubts {
            self.doubts.insert(below_of(path, below), both.clone());
        }
        self.instead.insert(path.to_string(), new.place.clone());
    }

    /// Where `path` stands.
    pub(crate) fn place(&self, path: &str) -> Place {
        let mut known = path;
        let line = loop {
            if let Some(line) = self.lines.get(known) {
                break Some(*line);
            }
            match known.rfind(['.', '[']) {
                Some(cut) => known = &known[..cut],
                None => break None,
            }
        };
        // The path itself or any part of it that ends before a key or an index.
        let ends = path.match_indices(['.', '[']).map(|(at, _)| at).chain([path.len()]);
        let mut parts = ends.into_iter();
        let suspect = parts.clone().any(|end| self.suspect.contains(&path[..end]));
        // What was changed stands where the change was asked for.
        if !self.instead.is_empty() {
            let changed = std::iter::once(0).chain(&mut parts).find_map(|end| self.instead.get(&path[..end]));
            if let Some(place) = changed {
                return Place { suspect, ..place.clone() };
            }
        }
        Place { file: self.file.clone(), line, spot: Spot::key(path), suspect }
    }

    /// The line of an offset into the text.
    fn line_of(&self, offset: usize) -> usize {
        1 + self.ends.partition_point(|end| *end < offset)
    }

    /// Adds what can be read two ways at `path`, in a list there too.
    pub(crate) fn doubts(&self, path: &str, doubts: &mut Vec<(Place, TwoWays)>) {
        let within = |found: &String| {
            found.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        let found = self.doubts.range(path.to_string()..).take_while(|(found, _)| found.starts_with(path));
        for (at, both) in found.filter(|(found, _)| within(found)) {
            doubts.push((self.place(at), both.clone()));
        }
    }

    fn table(&mut self, text: &str, table: &DeTable<'_>, path: &str, faults: &mut Faults) -> Value {
        let mut map = Map::new();
        for (key, value) in table {
            let below = join(path, key.get_ref());
            self.lines.insert(below.clone(), self.line_of(key.span().start));
            let value = self.value(text, value, &below, faults);
            map.insert(key.get_ref().to_string(), value);
        }
        Value::Object(map)
    }

    fn value(&mut self, text: &str, value: &Spanned<DeValue<'_>>, path: &str, faults: &mut Faults) -> Value {
        match value.get_ref() {
            DeValue::String(word) => Value::String(word.to_string()),
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Datetime(date) => Value::String(date.to_string()),
            DeValue::Integer(integer) => {
                let parsed = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
                parsed.map_or_else(
                    || self.unfit(&text[value.span()], Unfit::TooLarge, path, faults),
                    Value::from,
                )
            }
            DeValue::Float(_) => {
                let found = &text[value.span()];
                let digits = found.replace('_', "");
                // Underscores say already where the thousands are.
                if let (Written::TwoWays(both), false) = (written(found), found.contains('_')) {
                    self.doubts.insert(path.to_string(), both);
                }
                match value_of(digits.trim_start_matches('+')) {
                    Ok(number) => {
                        serde_json::Number::from_f64(number).map_or_else(|| Value::from(1), Value::Number)
                    }
                    Err(why) => self.unfit(found, why, path, faults),
                }
            }
            DeValue::Array(items) if items.len() > LONGEST_LIST => {
                let found = text!(
                    en: "the list has {count} items",
                    id: "daftar ini berisi {count} butir",
                    count = items.len(),
                );
                let place = Place { suspect: false, ..self.place(path) };
                faults.expected(&place, found, phrase::at_most(LONGEST_LIST));
                // The table it belongs to cannot be judged without it.
                let whole = path.rfind('.').map_or(path, |end| &path[..end]);
                self.suspect.insert(whole.to_string());
                Value::Array(Vec::new())
            }
            DeValue::Array(items) => Value::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| {
                        let below = format!("{path}[{i}]");
                        self.lines.insert(below.clone(), self.line_of(item.span().start));
                        self.value(text, item, &below, faults)
                    })
                    .collect(),
            ),
            DeValue::Table(table) => self.table(text, table, path, faults),
        }
    }
}

impl Document {
    /// Notes that a number is none that can be computed with; something harmless stands for it.
    fn unfit(&mut self, found: &str, why: Unfit, path: &str, faults: &mut Faults) -> Value {
        let place = Place { suspect: false, ..self.place(path) };
        let expected = match why {
            Unfit::TooLarge => phrase::a_finite_number(),
            Unfit::TooSmall => phrase::zero_or_larger(),
        };
        faults.expected(&place, phrase::found(found), expected);
        self.suspect.insert(path.to_string());
        Value::from(1)
    }
}

/// A path of a value by itself, below where that stands: `.min` and `min` below `a.b` are `a.b.min`.
fn below_of(path: &str, below: &str) -> String {
    if path.is_empty() { below.trim_start_matches('.').to_string() } else { format!("{path}{below}") }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

/// Walks a value along the part of JSON Schema that our mirror types use.
struct Checker<'s> {
    root: &'s Value,
}

impl<'s> Checker<'s> {
    /// The schema with references followed and, where it offers several, the one that fits the kind of `value`.
    fn resolve(&self, schema: &'s Value, value: Option<&Value>) -> &'s Value {
        let mut schema = schema;
        loop {
            if let Some(Value::String(reference)) = schema.get("$ref") {
                let target = reference.trim_start_matches('#');
                match self.root.pointer(target) {
                    Some(found) => schema = found,
                    None => return schema,
                }
            } else if let Some(Value::Array(branches)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
                let real: Vec<&Value> = branches
                    .iter()
                    .map(|branch| self.resolve(branch, value))
                    .filter(|branch| branch.get("type") != Some(&Value::from("null")))
                    .collect();
                let fitting = real.iter().find(|branch| {
                    value.is_some_and(|value| types_of(branch).iter().any(|t| has_type(value, t)))
                });
                match fitting.or(real.first()) {
                    Some(branch) => schema = branch,
                    None => return schema,
                }
            } else {
                return schema;
            }
        }
    }

    /// The types of value that `schema` takes, each once.
    fn kinds(&self, schema: &'s Value) -> Vec<&'s str> {
        let mut kinds: Vec<&str> = Vec::new();
        let mut open = vec![schema];
        while let Some(schema) = open.pop() {
            if let Some(Value::Array(branches)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
                open.extend(branches.iter().rev());
            } else if schema.get("$ref").is_some() {
                open.push(self.resolve(schema, None));
            } else {
                for kind in types_of(schema) {
                    if !kinds.contains(&kind) {
                        kinds.push(kind);
                    }
                }
            }
        }
        kinds
    }

    /// The kinds of value that `schema` takes, as messages call them.
    fn wanted(&self, schema: &'s Value) -> Text {
        let names: Vec<Text> = self.kinds(schema).into_iter().filter_map(name_of_type).collect();
        phrase::either(&names)
    }

    fn check(
        &self,
        value: &mut Value,
        schema: &'s Value,
        path: &str,
        document: &mut Document,
        faults: &mut Faults,
    ) {
        if document.suspect.contains(path) {
            return;
        }
        let chosen = self.resolve(schema, Some(value));
        if value.get("dist").is_some()
            && chosen.pointer("/properties/dist").is_none()
            && self.kinds(schema).contains(&"number")
        {
            let how = text!(
                en: "a certain number, plain or as a table with 'value': this one shapes the model itself",
                id: "bilangan pasti, langsung atau sebagai tabel dengan 'value': bilangan ini membentuk model itu sendiri",
            );
            faults.expected(
                &document.place(path),
                text!(en: "found a distribution", id: "tertulis sebaran"),
                how,
            );
            *value = self.placeholder(schema);
            document.suspect.insert(path.to_string());
            return;
        }
        let types = types_of(chosen);
        if !types.is_empty() && !types.iter().any(|t| has_type(value, t)) {
            let (place, found, wanted) =
                (document.place(path), phrase::found(describe(value)), self.wanted(schema));
            match how_to_write(value).filter(|_| self.kinds(schema).contains(&"number")) {
                Some(help) => faults.in_full(&place, found, wanted, help),
                None => faults.expected(&place, found, wanted),
            }
            *value = self.placeholder(schema);
            document.suspect.insert(path.to_string());
            return;
        }
        if let (Some(Value::Array(words)), Value::String(word)) = (chosen.get("enum"), &*value) {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            if !words.contains(&word.as_str()) {
                faults.unknown(&document.place(path), Named::Word, word, &words);
                *value = self.placeholder(chosen);
                document.suspect.insert(path.to_string());
            }
            return;
        }
        match value {
            Value::Object(map) => self.check_object(map, chosen, path, document, faults),
            Value::Array(items) => {
                if let Some(item_schema) = chosen.get("items") {
                    for (i, item) in items.iter_mut().enumerate() {
                        self.check(item, item_schema, &format!("{path}[{i}]"), document, faults);
                    }
                }
            }
            _ => {}
        }
    }

    fn check_object(
        &self,
        map: &mut Map<String, Value>,
        schema: &'s Value,
        path: &str,
        document: &mut Document,
        faults: &mut Faults,
    ) {
        let empty = Map::new();
        let properties = match schema.get("properties") {
            Some(Value::Object(properties)) => properties,
            _ => &empty,
        };
        let rest = schema.get("additionalProperties").filter(|rest| rest.is_object());
        let known: Vec<&String> = properties.keys().collect();
        let keys: Vec<String> = map.keys().cloned().collect();
        for key in keys {
            let below = join(path, &key);
            match (properties.get(&key), rest) {
                (Some(of_key), _) | (None, Some(of_key)) => {
                    if let Some(value) = map.get_mut(&key) {
                        self.check(value, of_key, &below, document, faults);
                    }
                }
                (None, None) => {
                    faults.unknown(&document.place(&below), Named::Key, &key, &known);
                    map.remove(&key);
                }
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        for key in required.into_iter().flatten().filter_map(Value::as_str) {
            if !map.contains_key(key) {
                let below = join(path, key);
                let of_key = properties.get(key).unwrap_or(&Value::Null);
                let wanted = self.wanted(of_key);
                let place = document.place(path).key(below.as_str());
                faults.expected(&place, text!(en: "'{key}' is missing", id: "'{key}' tidak ada"), wanted);
                map.insert(key.to_string(), self.placeholder(of_key));
                document.suspect.insert(below);
            }
        }
    }

    /// A harmless value that fits `schema`, to read the rest of a file whose fault is already noted.
    fn placeholder(&self, schema: &'s Value) -> Value {
        let schema = self.resolve(schema, None);
        if let Some(Value::Array(words)) = schema.get("enum") {
            return words.first().cloned().unwrap_or(Value::Null);
        }
        match types_of(schema).first().copied() {
            Some("string") => Value::from("?"),
            Some("boolean") => Value::from(false),
            Some("array") => Value::Array(Vec::new()),
            Some("object") => {
                let mut map = Map::new();
                if let (Some(Value::Array(required)), Some(properties)) =
                    (schema.get("required"), schema.get("properties"))
                {
                    for key in required.iter().filter_map(Value::as_str) {
                        let below = properties.get(key).unwrap_or(&Value::Null);
                        map.insert(key.to_string(), self.placeholder(below));
                    }
                }
                Value::Object(map)
            }
            _ => Value::from(1),
        }
    }
}

/// How to write a number that stands as a text.
fn how_to_write(value: &Value) -> Option<Text> {
    let text = value.as_str()?.trim();
    match written(text) {
        Written::One { text, .. } => {
            Some(text!(en: "write {text}, without quotes", id: "tulis {text} tanpa tanda kutip"))
        }
        Written::TwoWays(both) => Some(text!(
            en: "it can be read two ways: write {thousands} (thousands) or {decimals} (decimals), without quotes",
            id: "ini dapat dibaca dengan dua cara: tulis {thousands} (ribuan) atau {decimals} (desimal), tanpa tanda kutip",
            thousands = both.thousands,
            decimals = both.decimals.replace(',', "."),
        )),
        Written::Nothing => hint(text),
    }
}

fn types_of(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => {
            several.iter().filter_map(Value::as_str).filter(|t| *t != "null").collect()
        }
        _ => Vec::new(),
    }
}

/// A type of JSON Schema, as messages call it.
fn name_of_type(kind: &str) -> Option<Text> {
    Some(match kind {
        "object" => text!(en: "a table", id: "tabel"),
        "array" => text!(en: "a list", id: "daftar"),
        "string" => text!(en: "a text", id: "teks"),
        "boolean" => text!(en: "true or false", id: "true atau false"),
        "number" => phrase::a_number(),
        "integer" => text!(en: "a whole number", id: "bilangan bulat"),
        _ => return None,
    })
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    }
}

fn describe(value: &Value) -> Text {
    match value {
        Value::String(text) => text!(en: "the text '{text}'", id: "teks '{text}'"),
        Value::Number(number) => text!(en: "the number {number}", id: "bilangan {number}"),
        Value::Bool(flag) => Text::same(flag.to_string()),
        Value::Array(_) => text!(en: "a list", id: "daftar"),
        Value::Object(_) => text!(en: "a table", id: "tabel"),
        Value::Null => text!(en: "nothing", id: "kosong"),
    }
}
