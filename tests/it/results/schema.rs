//! As much of JSON Schema as our own schemas use: a value is checked, and every key must be known.

use std::collections::BTreeSet;

use serde_json::Value;

type Keys = BTreeSet<String>;

/// Checks a value against a schema; keys that the schema does not know are faults.
pub(super) fn holds(schema: &Value, value: &Value) -> Result<(), String> {
    whole(schema, schema, value).map_err(|why| format!("at {why}"))
}

/// A value in full: of an object every key must be known.
fn whole(root: &Value, node: &Value, value: &Value) -> Result<(), String> {
    let known = part(root, node, value)?;
    let keys = value.as_object().into_iter().flat_map(|object| object.keys());
    match keys.into_iter().find(|key| !known.contains(*key)) {
        Some(key) => Err(format!("/{key}: an unknown key")),
        None => Ok(()),
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// A value against a part of its schema; gives the keys that this part knows.
fn part(root: &Value, node: &Value, value: &Value) -> Result<Keys, String> {
    let mut known = Keys::new();
    if let Some(name) = node["$ref"].as_str() {
        let at = root.pointer(name.trim_start_matches('#')).ok_or_else(|| format!(": no {name}"))?;
        known.extend(part(root, at, value)?);
    }
    let kinds: Vec<&str> = match &node["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(kind, value)) {
        return Err(format!(": {value} is none of {kinds:?}"));
    }
    if node.get("const").is_some_and(|is| is != value)
        || node["enum"].as_array().is_some_and(|words| !words.contains(value))
    {
        return Err(format!(": {value} is no word of the list"));
    }
    known.extend(object(root, node, value)?);
    items(root, node, value)?;
    for all in node["allOf"].as_array().into_iter().flatten() {
        known.extend(part(root, all, value)?);
    }
    for choice in ["anyOf", "oneOf"] {
        let Some(list) = node[choice].as_array() else { continue };
        let found: Vec<_> = list.iter().map(|one| part(root, one, value)).collect();
        let best = found.iter().flatten().max_by_key(|keys| keys.len());
        match best {
            Some(keys) => known.extend(keys.iter().cloned()),
            None => return Err(found.into_iter().find_map(Result::err).unwrap_or_default()),
        }
    }
    Ok(known)
}

fn object(root: &Value, node: &Value, value: &Value) -> Result<Keys, String> {
    let mut known = Keys::new();
    let Some(own) = value.as_object() else { return Ok(known) };
    for key in node["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !own.contains_key(key) {
            return Err(format!(": '{key}' is missing"));
        }
    }
    for (key, schema) in node["properties"].as_object().into_iter().flatten() {
        if let Some(value) = own.get(key) {
            whole(root, schema, value).map_err(|why| format!("/{key}{why}"))?;
            known.insert(key.clone());
        }
    }
    if let Some(schema) = node.get("additionalProperties").filter(|schema| schema.is_object()) {
        for (key, value) in own.iter().filter(|(key, _)| !known.contains(*key)).collect::<Vec<_>>() {
            whole(root, schema, value).map_err(|why| format!("/{key}{why}"))?;
            known.insert(key.clone());
        }
    }
    Ok(known)
}

fn items(root: &Value, node: &Value, value: &Value) -> Result<(), String> {
    let Some(list) = value.as_array() else { return Ok(()) };
    let first = node["prefixItems"].as_array().map_or(&[][..], Vec::as_slice);
    for (number, value) in list.iter().enumerate() {
        let schema = first.get(number).or_else(|| node.get("items"));
        let Some(schema) = schema.filter(|schema| schema.is_object()) else { continue };
        whole(root, schema, value).map_err(|why| format!("/{number}{why}"))?;
    }
    Ok(())
}

/// Keys and words without a description.
pub(super) fn undescribed(node: &Value, at: &str, bare: &mut Vec<String>) {
    for (key, schema) in node["properties"].as_object().into_iter().flatten() {
        let tag = schema.get("const").is_some();
        if !tag && schema.get("description").is_none() {
            bare.push(format!("{at}/{key}"));
        }
    }
    for (key, below) in node.as_object().into_iter().flatten() {
        match below {
            Value::Object(_) => undescribed(below, &format!("{at}/{key}"), bare),
            Value::Array(list) => {
                for (number, one) in list.iter().enumerate() {
                    undescribed(one, &format!("{at}/{key}/{number}"), bare);
                }
            }
            _ => {}
        }
    }
}
