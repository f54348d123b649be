//! Values of overrides: read from their words, merged with what stands today, scaled, compared and written.

use serde_json::{Map, Value};

use super::super::change::SOURCE;
use super::super::diagnostic::{Faults, Place};
use super::super::document::{Document, Shape};
use super::super::edit::NewValue;
use super::super::sheet::{amount_fault, tell_two_ways};
use super::super::table::plainly;
use crate::units::{AmountFault, MoneyUnit, Written, parse_amount, value_of, written};

/// Parameters of distributions that are in the unit of the number itself.
const IN_UNIT: [&str; 8] = ["min", "mode", "max", "mean", "sd", "median", "p10", "p90"];

/// What a number keeps of what it says today where its new value does not say it.
const KEPT: [&str; 4] = ["unit", "varies", "loadings", "shared"];

/// Reads the words of a new value for a key of this shape, which states `today`. `None`, with the fault noted, where they have two
/// readings or none; what does not fit the key is left for the rules of its file to tell.
pub(super) fn read(
    words: &str,
    shape: Shape,
    today: &Value,
    place: &Place,
    faults: &mut Faults,
) -> Option<NewValue> {
    let words = words.trim();
    let plain = |value: Value| NewValue { value, place: place.clone(), doubts: Vec::new() };
    let before = faults.count();
    let toml = Document::value_of_text(words, place, faults);
    if faults.count() > before {
        return None;
    }
    match (shape, toml) {
        // Words are taken as they are written: `3.31` is a code, not a number.
        (Shape::Words, Some(NewValue { value: Value::String(text), .. })) => Some(plain(Value::String(text))),
        (Shape::Words, _) => Some(plain(Value::String(words.to_string()))),
        (Shape::Number, Some(NewValue { value: Value::String(text), .. })) => {
            number(&text, today, place, faults).map(plain)
        }
        (Shape::Number, None) => number(words, today, place, faults).map(plain),
        (_, Some(new)) => Some(new),
        (Shape::Flag | Shape::List, None) => Some(plain(Value::String(words.to_string()))),
    }
}

/// A number in words: `8000 juta Rp`, `20,5 miliar`, `6 %`, `9500 Rp/kg`.
fn number(words: &str, today: &Value, place: &Place, faults: &mut Faults) -> Option<Value> {
    let with = |value: f64, unit: &str| {
        let mut map = Map::from_iter([("value".to_string(), Value::from(value))]);
        if !unit.is_empty() {
            map.insert("unit".to_string(), Value::from(unit));
        }
        Value::Object(map)
    };
    let own = today.get("unit").and_then(Value::as_str);
    let split = own
        .and_then(|unit| words.strip_suffix(unit).map(|digits| (digits.trim(), unit)))
        .filter(|(digits, _)| written(digits) != Written::Nothing);
    if split.is_none() && written(words) == Written::Nothing {
        match parse_amount(words) {
            Ok(rupiah) => return Some(with(rupiah.as_f64(), MoneyUnit::Rupiah.word())),
            Err(AmountFault::NoAmount(_) | AmountFault::Word { .. }) => {}
            Err(fault) => {
                faults.add(place, amount_fault(&fault));
                return None;
            }
        }
    }
    let (digits, unit) = split.unwrap_or_else(|| {
        let digit = |sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ',' | '-' | '+');
        let end = if written(words) == Written::Nothing {
            words.find(|sign: char| !digit(sign)).unwrap_or(words.len())
        } else {
            words.len()
        };
        (words[..end].trim(), words[end..].trim())
    });
    match written(digits) {
        Written::One { text, .. } => match value_of(&text) {
            Ok(value) => Some(with(value, unit)),
            Err(_) => Some(Value::from(words)),
        },
        Written::TwoWays(both) => {
            tell_two_ways(&both, place, faults);
            None
        }
        Written::Nothing => Some(Value::from(words)),
    }
}

/// The new value of a number with what it leaves out taken from `today`: the unit, and of a distribution how it varies, what it
/// loads on and how widely it is shared. It comes from an override.
pub(super) fn merged(today: &Value, new: Value) -> Value {
    let mut map = match new {
        Value::Object(map) => map,
        Value::Number(number) => Map::from_iter([("value".to_string(), Value::Number(number))]),
        other => return other,
    };
    let varies = map.contains_key("dist");
    for key in KEPT {
        let kept = today.get(key).filter(|_| !map.contains_key(key) && (varies || key == "unit"));
        if let Some(kept) = kept {
            map.insert(key.to_string(), kept.clone());
        }
    }
    if !map.contains_key("source") {
        map.insert("source".to_string(), Value::from(SOURCE));
        map.entry("grade").or_insert_with(|| Value::from("assumption"));
    }
    Value::Object(map)
}

/// A value times `factor`: every amount of a number, a distribution or a list. `None` where it is no number.
pub(super) fn scaled(value: &Value, factor: f64) -> Option<Value> {
    match value {
        Value::Number(number) => Some(Value::from(tidy(number.as_f64()? * factor))),
        Value::Array(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| scaled(item, factor)).collect();
            items.filter(|items| !items.is_empty()).map(Value::Array)
        }
        Value::Object(map) => {
            let mut map = map.clone();
            let word = map.get("dist").and_then(Value::as_str).unwrap_or_default().to_string();
            match word.as_str() {
                "" => {
                    let new = scaled(map.get("value")?, factor)?;
                    map.insert("value".to_string(), new);
                }
                // Observations stay in their table.
                "empirical" => {
                    let known = map.get("scale").and_then(Value::as_f64).unwrap_or(1.0);
                    map.insert("scale".to_string(), Value::from(tidy(known * factor)));
                }
                _ => {
                    if word == "beta" {
                        map.entry("min").or_insert_with(|| Value::from(0.0));
                        map.entry("max").or_insert_with(|| Value::from(1.0));
                    }
                    for key in IN_UNIT.into_iter().chain(["values"]) {
                        if let Some(known) = map.get_mut(key) {
                            *known = scaled(known, factor)?;
                        }
                    }
                }
            }
            Some(Value::Object(map))
        }
        _ => None,
    }
}

/// A product without the last digits that only rounding makes: to fifteen digits.
fn tidy(product: f64) -> f64 {
    format!("{product:.14e}").parse().unwrap_or(product)
}

/// An amount of money [Rp]; `None` where it is none.
pub(super) fn rupiah(value: &Value, money: MoneyUnit) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().map(|number| number * money.rupiah()),
        Value::Object(map) => {
            let unit = map.get("unit").and_then(Value::as_str);
            let unit = unit.map_or(Some(money), MoneyUnit::parse)?;
            map.get("value")?.as_f64().map(|number| number * unit.rupiah())
        }
        _ => None,
    }
}

/// What of a value says something of the model: a plain number is as a table with it, and where numbers come from says nothing.
pub(super) fn bare(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(items) => Value::Array(items.iter().map(bare).collect()),
        Value::Object(map) => {
            let said = map.iter().filter(|(key, _)| !matches!(key.as_str(), "year" | "source" | "grade"));
            let said: Map<String, Value> = said.map(|(key, value)| (key.clone(), bare(value))).collect();
            match said.get("value") {
                Some(value) if said.len() == 1 => value.clone(),
                _ => Value::Object(said),
            }
        }
        other => other.clone(),
    }
}

/// A value as an override takes it: `0.06 share`, `{ dist = "pert", min = 1, ... }`, `employment`.
pub(super) fn shown(value: &Value) -> String {
    match bare(value) {
        Value::Object(map)
            if map.contains_key("value") && map.keys().all(|key| key == "value" || key == "unit") =>
        {
            let unit = map.get("unit").and_then(Value::as_str).unwrap_or_default();
            format!("{} {unit}", toml(&map["value"])).trim_end().to_string()
        }
        Value::String(text) if is_plain(&text) => text,
        other => toml(&other),
    }
}

/// True for words that cannot be taken for anything else in TOML.
fn is_plain(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_alphabetic())
        && !["true", "false", "inf", "nan"].contains(&text)
        && text.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | ' ' | '-' | ':'))
        && text.trim_end() == text
}

/// A value in TOML, on one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_f64().map(plainly).unwrap_or_default(),
        Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let order = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| (order(key), key.as_str()));
            let entries: Vec<String> =
                entries.into_iter().map(|(key, value)| format!("{} = {}", name(key), toml(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        // JSON escapes a text as TOML does.
        other => other.to_string(),
    }
}

/// The order of the parts of a number.
const ORDER: [&str; 19] = [
    "value", "dist", "min", "mode", "max", "mean", "sd", "median", "cv", "p10", "p90", "alpha", "beta",
    "values", "weights", "table", "column", "varies", "loadings",
];

fn name(key: &str) -> String {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if plain && !key.is_empty() { key.to_string() } else { Value::from(key).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Value {
        let new = Document::value_of_text(text, &Place::file("x"), &mut Faults::default());
        new.expect("TOML").value
    }

    fn number_of(words: &str, today: &str) -> Result<String, usize> {
        let mut faults = Faults::default();
        let new = read(words, Shape::Number, &of(today), &Place::file("x"), &mut faults);
        new.map(|new| shown(&merged(&of(today), new.value))).ok_or(faults.count())
    }

    #[test]
    fn a_number_keeps_its_unit_and_words_of_size_are_rupiah() {
        let today = r#"{ value = 8000, unit = "juta Rp", source = "x" }"#;
        for (words, expected) in [
            ("0juta", "0 Rp"),
            ("20,5 miliar", "20500000000 Rp"),
            ("7500", "7500 juta Rp"),
            ("8000 juta Rp", "8000 juta Rp"),
            ("{ value = 3, unit = \"Rp\" }", "3 Rp"),
            ("6 %", "6 %"),
            ("9500 Rp/kg", "9500 Rp/kg"),
            ("much", "much"),
        ] {
            assert_eq!(number_of(words, today), Ok(expected.to_string()), "{words}");
        }
        // Two thousand six hundred, or two and six tenths.
        assert_eq!(number_of("2.600 juta Rp", today), Err(1));
    }

    /// 0.8 of PERT(40, 50, 75) is PERT(32, 40, 60); a beta without limits lies from 0 to 1, and 0.8 of it from 0 to 0.8; the
    /// shape of a lognormal stays.
    #[test]
    fn a_distribution_is_scaled_whole() {
        for (today, expected) in [
            (
                r#"{ dist = "pert", min = 40, mode = 50, max = 75, varies = "once" }"#,
                r#"{ dist = "pert", min = 32, mode = 40, max = 60, varies = "once" }"#,
            ),
            (
                r#"{ dist = "beta", alpha = 2, beta = 8 }"#,
                r#"{ dist = "beta", min = 0, max = 0.8, alpha = 2, beta = 8 }"#,
            ),
            (
                r#"{ dist = "lognormal", median = 10, cv = 0.5 }"#,
                r#"{ dist = "lognormal", median = 8, cv = 0.5 }"#,
            ),
            (
                r#"{ dist = "discrete", values = [0, 5], weights = [0.5, 0.5] }"#,
                r#"{ dist = "discrete", values = [0, 4], weights = [0.5, 0.5] }"#,
            ),
            ("[1, 2.5]", "[0.8, 2]"),
        ] {
            assert_eq!(shown(&scaled(&of(today), 0.8).expect("numbers")), expected);
        }
        assert_eq!(scaled(&of("\"word\""), 0.8), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "1.2340",
            "0.06 share",
            "value_added",
            r#""3.31.02""#,
            r#"{ dist = "uniform", min = 1, max = 2, unit = "kg" }"#,
        ] {
            let shape = if text.starts_with(['v', '"']) { Shape::Words } else { Shape::Number };
            let mut faults = Faults::default();
            let new = read(text, shape, &Value::Null, &Place::file("x"), &mut faults).expect("a value");
            assert_eq!(shown(&new.value), text);
        }
    }
}
