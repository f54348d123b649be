//! From overrides to edits: which keys each meets, what comes of those that meet the same, and what cannot be.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::change::{Change, Changed, Override};
use super::super::diagnostic::{Faults, Place};
use super::super::document::Shape;
use super::super::edit::{Edits, NewValue};
use super::super::phrase;
use super::apply;
use super::keys::{Key, Keys, Target, stated_in};
use super::pattern;
use super::value::{bare, merged, read, rupiah, scaled, shown};
use crate::language::{Text, text};
use crate::units::{MoneyUnit, Written, written};

/// What comes of overrides.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    pub(crate) edits: Edits,
    /// What is changed, in order of keys. What is set to its own value is not.
    pub(crate) changes: Vec<Changed>,
}

/// The new value of a key, and the override it is from.
struct Asked {
    new: NewValue,
    by: usize,
    scales: bool,
}

struct Resolver<'a> {
    keys: &'a Keys,
    overrides: &'a [Override],
    faults: &'a mut Faults,
    /// By the place of the key in the list.
    asked: BTreeMap<usize, Asked>,
}

/// The edits that `overrides` stand for in a scenario's texts. Everything that is wrong with them by themselves is noted.
pub(crate) fn resolve(
    texts: &BTreeMap<String, String>,
    overrides: &[Override],
    faults: &mut Faults,
) -> Resolved {
    let mut keys = Keys::of(texts);
    keys.add_unstated(overrides.iter().filter_map(|own| match &own.change {
        Change::Set { key, .. } | Change::Scale { key, .. } => Some(key.as_str()),
        Change::Delay { .. } => None,
    }));
    let mut resolver = Resolver { keys: &keys, overrides, faults, asked: BTreeMap::new() };
    for (by, own) in overrides.iter().enumerate() {
        match &own.change {
            Change::Set { key, value } => resolver.set(by, key, value),
            Change::Scale { key, factor } => resolver.scale(by, key, factor),
            Change::Delay { .. } => {}
        }
    }
    // Money comes later as it is after it was scaled.
    let mut delayed = BTreeMap::new();
    for (by, own) in overrides.iter().enumerate() {
        if let Change::Delay { source, years } = &own.change {
            resolver.delay(by, source, years, &mut delayed);
        }
    }
    let asked = std::mem::take(&mut resolver.asked);
    settle(&keys, asked, |from, to| from != to, faults)
}

/// The edits of new values, of those that `counts` holds to be changes.
fn settle(
    keys: &Keys,
    asked: BTreeMap<usize, Asked>,
    counts: impl Fn(&Value, &Value) -> bool,
    faults: &mut Faults,
) -> Resolved {
    let mut found = Resolved::default();
    for (at, asked) in asked {
        let key = &keys.list[at];
        let (from, to) = (bare(&key.today), bare(&asked.new.value));
        if !counts(&from, &to) {
            continue;
        }
        if apply::apply(keys, key, &asked.new, &mut found.edits, faults) {
            let key = key.name.clone();
            found.changes.push(Changed { key, from: shown(&from), to: shown(&to) });
        }
    }
    found
}

impl Resolver<'_> {
    /// Where an override was asked for, of the key `name` where its pattern may meet others as well.
    fn place(&self, by: usize, pattern: &str, name: &str) -> Place {
        let own = &self.overrides[by];
        let place = Place { line: own.line, ..Place::file(&own.origin) };
        if name == pattern || name.is_empty() { place } else { place.key(name) }
    }

    /// The keys that a pattern meets; with the fault noted where it meets none. Names of results serve where no key is met.
    fn met(&mut self, by: usize, pattern: &str) -> Vec<usize> {
        let list = &self.keys.list;
        let meets = |name: Option<&str>| name.is_some_and(|name| pattern::meets(pattern, name));
        let all = |of: &dyn Fn(&Key) -> bool| -> Vec<usize> {
            list.iter().enumerate().filter(|(_, key)| of(key)).map(|(at, _)| at).collect()
        };
        // A plain key is looked up: there may be very many.
        if let (false, Ok(at)) =
            (pattern.contains('*'), list.binary_search_by(|key| key.name.as_str().cmp(pattern)))
        {
            return vec![at];
        }
        let mut found = all(&|key| meets(Some(&key.name)));
        if found.is_empty() {
            found = all(&|key| meets(key.alias.as_deref()));
        }
        if found.is_empty() {
            let known: Vec<&str> = list
                .iter()
                .flat_map(|key| [Some(key.name.as_str()), key.alias.as_deref()])
                .flatten()
                .collect();
            let place = self.place(by, pattern, "");
            let problem = if pattern.contains('*') {
                text!(en: "no key fits '{pattern}'", id: "tidak ada kunci yang cocok dengan '{pattern}'")
            } else {
                text!(en: "there is no key '{pattern}'", id: "kunci '{pattern}' tidak ada")
            };
            self.faults.help(&place, problem, did_you_mean(&pattern::nearest(pattern, &known)));
        }
        found
    }

    fn set(&mut self, by: usize, pattern: &str, words: &str) {
        for at in self.met(by, pattern) {
            let key = &self.keys.list[at];
            let place = self.place(by, pattern, &key.name);
            if words.trim().is_empty() {
                self.faults.expected(&place, text!(en: "no value", id: "tidak ada nilai"), a_value(key));
                continue;
            }
            let Some(new) = read(words, key.shape, &key.today, &place, self.faults) else { continue };
            let new = if key.shape == Shape::Number { number(&key.today, new) } else { new };
            self.ask(at, Asked { new, by, scales: false });
        }
    }

    fn scale(&mut self, by: usize, pattern: &str, words: &str) {
        let met = self.met(by, pattern);
        let place = self.place(by, pattern, "");
        let Some(factor) = factor_of(words) else {
            self.faults.expected(
                &place,
                phrase::found_text(words),
                text!(en: "a factor of at least 0, such as 0.8 or 80%", id: "faktor yang tidak kurang dari 0, misalnya 0.8 atau 80%"),
            );
            return;
        };
        let mut any = false;
        for at in &met {
            let key = &self.keys.list[*at];
            let Some(value) = scaled_of(self.keys, key, factor) else { continue };
            any = true;
            let place = self.place(by, pattern, &key.name);
            let value = if key.shape == Shape::Number { from_override(value) } else { value };
            self.ask(*at, Asked { new: NewValue { value, place, doubts: Vec::new() }, by, scales: true });
        }
        if !any && !met.is_empty() {
            let problem =
                text!(en: "'{pattern}' stands for no number", id: "'{pattern}' tidak mewakili bilangan");
            self.faults.expected(
                &place,
                problem,
                text!(en: "a number to scale", id: "bilangan untuk dikalikan"),
            );
        }
    }

    /// Keeps a new value, unless another override has asked for something else there.
    fn ask(&mut self, at: usize, asked: Asked) {
        let Some(first) = self.asked.get(&at) else {
            self.asked.insert(at, asked);
            return;
        };
        let agree = !first.scales && !asked.scales && bare(&first.new.value) == bare(&asked.new.value);
        if !agree {
            let key = &self.keys.list[at];
            self.contradiction(&key.name, first.by, &asked.new.place);
        }
    }

    fn contradiction(&mut self, name: &str, first: usize, place: &Place) {
        let other = &self.overrides[first];
        let other = Place { line: other.line, ..Place::file(&other.origin) }.shown();
        let problem = text!(
            en: "'{name}' is changed here and otherwise by {other}",
            id: "'{name}' diubah di sini dan secara berbeda oleh {other}",
            other,
        );
        self.faults.help(place, problem, phrase::keep_one());
    }

    fn delay(&mut self, by: usize, source: &str, words: &str, delayed: &mut BTreeMap<String, usize>) {
        let budgets = budgets(self.keys);
        let known: Vec<&str> = budgets.keys().map(String::as_str).collect();
        let met: Vec<&str> = known.iter().copied().filter(|key| pattern::meets(source, key)).collect();
        let place = self.place(by, source, "");
        if met.is_empty() {
            let problem = text!(en: "there is no source '{source}'", id: "sumber dana '{source}' tidak ada");
            self.faults.help(&place, problem, did_you_mean(&pattern::nearest(source, &known)));
        }
        let Some(years) = words.trim().parse::<usize>().ok().filter(|years| *years <= 1000) else {
            let expected = text!(en: "a whole number of years, such as 1", id: "banyaknya tahun, bilangan bulat, misalnya 1");
            self.faults.expected(&place, phrase::found_text(words), expected);
            return;
        };
        for source in met {
            let own = self.place(by, source, "");
            match delayed.insert(source.to_string(), by) {
                Some(first) if self.overrides[first].change != self.overrides[by].change => {
                    self.contradiction(source, first, &own);
                }
                Some(_) => {}
                None => self.later(by, source, &budgets[source], years),
            }
        }
    }

    /// Moves the money of a source; `rows` are its keys in order of years.
    fn later(&mut self, by: usize, source: &str, rows: &[(i64, usize)], years: usize) {
        let place = self.place(by, source, "");
        if years == 0 {
            return;
        }
        if years >= rows.len() {
            let count = rows.len();
            let problem = text!(
                en: "{years} years later is beyond the horizon, so that no money of '{source}' is left",
                id: "{years} tahun kemudian sudah melewati horizon, sehingga dana '{source}' tidak tersisa",
            );
            let most = count.saturating_sub(1);
            self.faults.expected(&place, problem, phrase::at_most(most));
            return;
        }
        for (_, at) in rows {
            if let Some(asked) = self.asked.get(at).filter(|asked| !asked.scales) {
                let (name, first) = (self.keys.list[*at].name.clone(), asked.by);
                self.contradiction(&name, first, &place);
                return;
            }
        }
        let amounts: Vec<Value> = rows
            .iter()
            .map(|(_, at)| {
                self.asked.get(at).map_or(&self.keys.list[*at].today, |asked| &asked.new.value).clone()
            })
            .collect();
        let lost: f64 = amounts[rows.len() - years..].iter().filter_map(|v| rupiah(v, self.keys.money)).sum();
        if lost > 0.0 {
            let (last, lost) = (rows[rows.len() - 1].0, phrase::rupiah(lost as i64));
            let problem = text!(
                en: "{lost} of '{source}' would come after {last} and are left out",
                id: "{lost} dari '{source}' akan datang setelah {last} dan tidak diperhitungkan",
                lost,
            );
            self.faults.warn(&place, problem, None);
        }
        for (place_in, (_, at)) in rows.iter().enumerate() {
            let value = if place_in < years {
                let unit = amounts[place_in].get("unit").and_then(Value::as_str).unwrap_or_default();
                stated_in(0.0, unit)
            } else {
                amounts[place_in - years].clone()
            };
            let place = self.place(by, source, &self.keys.list[*at].name);
            let new = NewValue { value: from_override(value), place, doubts: Vec::new() };
            self.asked.insert(*at, Asked { new, by, scales: true });
        }
    }
}

fn did_you_mean(names: &[&str]) -> Text {
    match names {
        [] => text!(
            en: "'rantai check --keys' lists all that can be changed",
            id: "'rantai check --keys' mendaftar semua yang dapat diubah",
        ),
        [name] => text!(en: "did you mean '{name}'?", id: "maksud Anda '{name}'?"),
        names => {
            let list: Vec<Text> = names.iter().map(|name| Text::same(format!("'{name}'"))).collect();
            let list = phrase::either(&list);
            text!(en: "did you mean {list}?", id: "maksud Anda {list}?", list)
        }
    }
}

/// What a key takes.
fn a_value(key: &Key) -> Text {
    let today = shown(&key.today);
    text!(en: "a value such as today's {today}", id: "nilai seperti yang berlaku sekarang, {today}")
}

/// A new number with what it leaves out taken from today's; what can be read two ways in a plain one stands in the table with it.
fn number(today: &Value, new: NewValue) -> NewValue {
    let below = if new.value.is_number() { ".value" } else { "" };
    let doubts = new.doubts.into_iter().map(|(path, both)| (format!("{below}{path}"), both)).collect();
    NewValue { value: merged(today, new.value), place: new.place, doubts }
}

/// The value says that it comes from an override.
fn from_override(value: Value) -> Value {
    merged(&Value::Null, without_source(value))
}

fn without_source(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter().filter(|(key, _)| !matches!(key.as_str(), "year" | "source" | "grade")).collect(),
        ),
        other => other,
    }
}

/// A factor: at least 0, plain or as a percentage.
fn factor_of(words: &str) -> Option<f64> {
    let words = words.trim();
    let (digits, part) = words.strip_suffix('%').map_or((words, 1.0), |digits| (digits.trim(), 0.01));
    // A factor is no count: three decimals are decimals.
    let text = match written(digits) {
        Written::One { text, .. } => text,
        Written::TwoWays(both) => both.decimals.replace(',', "."),
        Written::Nothing => return None,
    };
    let factor = text.parse::<f64>().ok()? * part;
    (factor.is_finite() && factor >= 0.0).then_some(factor)
}

/// A key's value times a factor; amounts that are committed stay whole rupiah. `None` where it is no number.
fn scaled_of(keys: &Keys, key: &Key, factor: f64) -> Option<Value> {
    if !matches!(key.shape, Shape::Number | Shape::List) {
        return None;
    }
    let value = scaled(&key.today, factor)?;
    if !matches!(key.target, Target::Money { .. }) {
        return Some(value);
    }
    let Some(exact) = rupiah(&value, keys.money) else { return Some(value) };
    let whole = exact.round();
    let is_whole = (exact - whole).abs() <= 1e-3;
    Some(if is_whole { value } else { stated_in(whole, MoneyUnit::Rupiah.word()) })
}

/// The keys of budgets by source, in order of years.
fn budgets(keys: &Keys) -> BTreeMap<String, Vec<(i64, usize)>> {
    let mut found: BTreeMap<String, Vec<(i64, usize)>> = BTreeMap::new();
    for (at, key) in keys.list.iter().enumerate() {
        let Target::Money { file: "budgets.csv", .. } = key.target else { continue };
        let parts = key.name.strip_prefix("sources.").and_then(|name| name.rsplit_once('.'));
        if let Some((source, Ok(year))) = parts.map(|(source, year)| (source, year.parse())) {
            found.entry(source.to_string()).or_default().push((year, at));
        }
    }
    for rows in found.values_mut() {
        rows.sort_unstable();
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::scenario::convert::convert;
    use crate::scenario::load;

    /// The model of `texts` with every one of these keys put in place of itself, as read from its own printed value.
    fn with_own(texts: &BTreeMap<String, String>, keys: &Keys, which: &[usize]) -> String {
        let mut faults = Faults::default();
        let overrides: Vec<Override> = which
            .iter()
            .map(|at| {
                let (key, value) = (keys.list[*at].name.clone(), shown(&keys.list[*at].today));
                Override {
                    origin: format!("{key} = {value}"),
                    change: Change::Set { key, value },
                    line: None,
                }
            })
            .collect();
        let mut resolver =
            Resolver { keys, overrides: &overrides, faults: &mut faults, asked: BTreeMap::new() };
        for (by, own) in overrides.iter().enumerate() {
            if let Change::Set { key, value } = &own.change {
                resolver.set(by, key, value);
            }
        }
        let asked = std::mem::take(&mut resolver.asked);
        assert_eq!(asked.len(), which.len());
        // Nothing is changed, and still every value goes the way of a changed one.
        for (at, asked) in &asked {
            assert_eq!(bare(&keys.list[*at].today), bare(&asked.new.value), "{}", keys.list[*at].name);
        }
        let settled = settle(keys, asked, |_, _| true, &mut faults);
        assert_eq!(settled.changes.len(), which.len());
        let scenario = convert(texts, &BTreeSet::new(), &settled.edits, &mut faults);
        let Some(scenario) = scenario else { panic!("{:?}", faults.into_sorted()) };
        format!("{:?}", scenario.model)
    }

    fn texts(name: &str) -> (BTreeMap<String, String>, String) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
        let scenario = load(&folder).expect("bundled scenarios are valid");
        let text = |(name, bytes): (String, Vec<u8>)| (name, String::from_utf8(bytes).expect("UTF-8"));
        (scenario.files.into_iter().map(text).collect(), format!("{:?}", scenario.model))
    }

    /// Two models as text, with where they part.
    fn same(found: &str, expected: &str, what: &str) {
        let parted = found.bytes().zip(expected.bytes()).position(|(a, b)| a != b);
        let around =
            |text: &str, at: usize| text[at.saturating_sub(300)..(at + 200).min(text.len())].to_string();
        if let Some(at) = parted {
            panic!("{what}:\n{}\n{}", around(found, at), around(expected, at));
        }
        assert_eq!(found.len(), expected.len(), "{what}");
    }

    /// Every key of every bundled scenario takes its own printed value, and the model is the same: all at once, and of the small
    /// ones each by itself.
    #[test]
    fn every_key_takes_its_own_value() {
        for name in ["minimal", "pelajaran", "banyumas-gula-kelapa", "gayo-kopi", "aceh-nilam", "nusantara"] {
            let (texts, model) = texts(name);
            let keys = Keys::of(&texts);
            let names: BTreeSet<&str> = keys.list.iter().map(|key| key.name.as_str()).collect();
            assert_eq!(names.len(), keys.list.len());
            let all: Vec<usize> = (0..keys.list.len()).collect();
            same(&with_own(&texts, &keys, &all), &model, name);
            if all.len() < 200 {
                for at in all {
                    same(&with_own(&texts, &keys, &[at]), &model, &keys.list[at].name);
                }
            }
        }
    }

    /// What a key changes is what it says: no number of the model is left that no key reaches. Every price, wage and unit cost
    /// of `minimal` doubled doubles them in both clusters.
    #[test]
    fn a_pattern_reaches_everything_that_it_meets() {
        let (texts, _) = texts("minimal");
        let scale = |key: &str| Override {
            change: Change::Scale { key: key.to_string(), factor: "2".to_string() },
            origin: key.to_string(),
            line: None,
        };
        let mut faults = Faults::default();
        let resolved = resolve(&texts, &[scale("wage/*"), scale("*/unit_cost/buat")], &mut faults);
        let scenario = convert(&texts, &BTreeSet::new(), &resolved.edits, &mut faults).expect("valid");
        let keys: Vec<&str> = resolved.changes.iter().map(|changed| changed.key.as_str()).collect();
        assert_eq!(keys, ["unit_cost/keripik/buat", "wage/keripik"]);
        for cluster in &scenario.model.clusters {
            assert_eq!(scenario.model.mean(cluster.wage), 100_000.0);
        }
    }
}
