//! JSON Schemas as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write;

use rantai::result::Entry;
use serde_json::Value;

/// The parts that documents share, by name.
#[derive(Default)]
pub(super) struct Parts(BTreeMap<String, Value>);

impl Parts {
    fn collect(&mut self, schema: &Value) {
        for (name, part) in schema["$defs"].as_object().into_iter().flatten() {
            self.0.insert(name.clone(), part.clone());
        }
    }

    /// A section for each part: its keys, or its words.
    pub(super) fn sections(&self) -> String {
        let mut text = String::new();
        for (name, part) in &self.0 {
            let _ = writeln!(text, "### {}\n\n{}\n", title(name), said(part));
            text.push_str(&body(part));
        }
        text
    }
}

/// The name of a part, as people read it: `EvaluationDocument` is an `Evaluation`.
fn title(name: &str) -> String {
    let name = name.strip_suffix("Document").or_else(|| name.strip_suffix("Key")).unwrap_or(name);
    name.to_string()
}

/// A description on one line.
fn said(node: &Value) -> String {
    node["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A description, and the unit that stands in it in brackets.
fn with_unit(node: &Value) -> (String, String) {
    let text = said(node);
    if let Some(start) = text.find(" [")
        && let Some(length) = text[start..].find(']')
    {
        let unit = text[start + 2..start + length].to_string();
        return (format!("{}{}", &text[..start], &text[start + length + 1..]), unit);
    }
    (text, String::new())
}

/// The type of a value, in words.
fn kind(node: &Value) -> String {
    if let Some(name) = node["$ref"].as_str() {
        let name = title(name.rsplit('/').next().unwrap_or_default());
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(word) = node["const"].as_str() {
        return format!("`{word}`");
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(list) = node[choice].as_array() {
            return list.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    let kinds: Vec<&str> = match &node["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let word = |kind: &&str| match *kind {
        "integer" => "whole number".to_string(),
        "number" => "number".to_string(),
        "string" => "text".to_string(),
        "boolean" => "true or false".to_string(),
        "array" => match node["prefixItems"].as_array() {
            Some(list) => list.iter().map(kind_of_item).collect::<Vec<_>>().join(", "),
            None => format!("list of {}", kind_of_item(&node["items"])),
        },
        "object" => format!("by key: {}", kind_of_item(&node["additionalProperties"])),
        other => other.to_string(),
    };
    kinds.iter().map(word).collect::<Vec<_>>().join(" or ")
}

fn kind_of_item(node: &Value) -> String {
    kind(node)
}

/// A row of a table of keys.
fn row(key: &str, node: &Value, needed: bool) -> String {
    let (text, unit) = with_unit(node);
    let kind = kind(node) + if needed { "" } else { ", or absent" };
    format!("| `{key}` | {} | {unit} | {} |\n", kind.replace('|', "\\|"), text.replace('|', "\\|"))
}

const HEAD: &str = "| key | type | unit | meaning |\n|---|---|---|---|\n";

/// The rows of the keys of an object.
fn rows(node: &Value) -> String {
    let required: Vec<&str> =
        node["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let keys = node["properties"].as_object().into_iter().flatten();
    keys.map(|(key, schema)| row(key, schema, required.contains(&key.as_str()))).collect()
}

/// The keys of an object, the words of a list, or the forms that something takes.
fn body(node: &Value) -> String {
    let mut text = String::new();
    if node["properties"].is_object() {
        let _ = writeln!(text, "{HEAD}{}", rows(node));
    }
    for word in node["enum"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "- `{}`", word.as_str().unwrap_or_default());
    }
    if node["enum"].is_array() {
        text.push('\n');
    }
    for choice in ["oneOf", "anyOf"] {
        let Some(list) = node[choice].as_array() else { continue };
        for one in list.iter().filter(|one| one["type"] != "null") {
            text.push_str(&form(one));
        }
        text.push('\n');
    }
    text
}

/// A word of a list, or a form with its own keys.
fn form(one: &Value) -> String {
    let mut text = String::new();
    if let Some(word) = one["const"].as_str() {
        let _ = writeln!(text, "- `{word}`: {}", said(one));
        return text;
    }
    if let Some(words) = one["enum"].as_array() {
        for word in words {
            let _ = writeln!(text, "- `{}`", word.as_str().unwrap_or_default());
        }
        return text;
    }
    let tag = one["properties"].as_object().into_iter().flatten().find(|(_, node)| node["const"].is_string());
    let named = tag.map_or_else(
        || kind(one),
        |(key, node)| format!("`{key}` `{}`", node["const"].as_str().unwrap_or_default()),
    );
    let mut parts = Vec::new();
    for (key, node) in one["properties"].as_object().into_iter().flatten() {
        if node["const"].is_string() {
            continue;
        }
        let (told, unit) = with_unit(node);
        let unit = if unit.is_empty() { unit } else { format!(" [{unit}]") };
        parts.push(format!("`{key}` ({}){unit}: {told}", kind(node)));
    }
    if let Some(name) = one["$ref"].as_str().filter(|_| tag.is_some()) {
        let name = title(name.rsplit('/').next().unwrap_or_default());
        parts.push(format!("and the keys of [{name}](#{})", name.to_lowercase()));
    }
    let told = said(one);
    let _ = writeln!(text, "- {named}: {told} {}", parts.join(" "));
    text.trim_end().to_string() + "\n"
}

/// The table of files that have types.
pub(super) fn files(catalogue: &[Entry]) -> String {
    let mut text = String::new();
    for entry in catalogue.iter().filter(|entry| !entry.file.is_empty()) {
        let files: Vec<String> = entry.file.split(", ").map(|file| format!("`{file}`")).collect();
        let section = format!("[{}](#{})", entry.word, entry.word);
        let _ = writeln!(text, "| {} | {} | {section} |", files.join(", "), entry.command);
    }
    text
}

/// The section of a document.
pub(super) fn document(entry: &Entry, parts: &mut Parts) -> String {
    let schema = entry.schema();
    parts.collect(&schema);
    let file = if entry.file.is_empty() { String::new() } else { format!(" File: `{}`.", entry.file) };
    let told = said(&schema);
    format!("### {}\n\n{told}\nPrinted by `{}`.{file}\n\n{}", entry.word, entry.command, body(&schema))
}

/// The section of a table.
pub(super) fn table(entry: &Entry, parts: &mut Parts) -> String {
    let schema = entry.schema();
    parts.collect(&schema);
    let mut text = format!("### {}\n\n{}\nWritten by {}.\n\n", entry.word, said(&schema), entry.command);
    text.push_str("| column | type | unit | meaning |\n|---|---|---|---|\n");
    let columns = entry.columns.unwrap_or_default();
    for column in columns {
        text.push_str(&row(column, &schema["properties"][*column], true));
    }
    text + "\n"
}
