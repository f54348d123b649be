//! Reads numbers from rows of tables: the value or distribution, what it loads on, and where it comes from.

use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::{ClosedList, DistName, GradeWord, NumberFile};
use super::super::named::Named;
use super::super::observations::Observations;
use super::super::phrase;
use super::super::table::{Row, calendar_year};
use super::parameters::{Found, parameters_of, tenths_can_be, word_of};
use super::toml_table::from_toml;
use super::{Provenance, Stated, Value};
use crate::language::text;
use crate::model::{Distribution, Varies};
use crate::units::TwoWays;

/// Reads the number of a row of values.csv. `None` where it cannot be read; the faults are noted.
pub(crate) fn from_row(row: &Row, data: &Observations, faults: &mut Faults) -> Option<Stated> {
    if let Some(new) = row.new_number() {
        let before = faults.count();
        let (document, number) = Document::of_value::<NumberFile>(new, faults)?;
        if faults.count() > before {
            return None;
        }
        let mut stated = from_toml(&number, &document, "", data, faults);
        // In the order of the row: sums of draws come out to the same bits.
        let own: Vec<&str> = row.text("factor").split(';').map(str::trim).collect();
        stated
            .loadings
            .sort_by_key(|(name, _)| own.iter().position(|known| known == name).unwrap_or(own.len()));
        if stated.shared.is_some() {
            faults.help(
                &stated.place,
                text!(
                    en: "a number of one cluster is not shared with others",
                    id: "bilangan milik satu klaster tidak dipakai bersama klaster lain",
                ),
                text!(en: "leave shared out", id: "hapus shared"),
            );
        }
        return Some(stated);
    }
    let place = row.place("p1");
    let dist = row.text("dist");
    let mut doubts = Vec::new();
    let value = if dist.is_empty() || dist == "constant" {
        for column in ["p2", "p3", "p4"] {
            if !row.text(column).is_empty() {
                faults.help(
                    &row.place(column),
                    text!(en: "a constant has no {column}", id: "bilangan tetap tidak memiliki {column}"),
                    text!(
                        en: "name its distribution in column dist, or empty the cell",
                        id: "sebutkan sebarannya pada kolom dist, atau kosongkan sel ini",
                    ),
                );
            }
        }
        if row.text("p1").is_empty() {
            faults.expected(&row.place("p1"), phrase::empty_cell(), phrase::a_number());
        }
        row.doubtful("p1", faults).map(|(number, doubt)| {
            doubts.extend(doubt.map(|both| (row.place("p1"), both)));
            Value::Certain(number)
        })
    } else {
        let mut words = DistName::words();
        words.push("constant");
        match DistName::from_word(dist) {
            Some(name) => distribution_of_row(name, row, data, &mut doubts, faults).map(Value::Uncertain),
            None => {
                faults.unknown(&row.place("dist"), Named::Distribution, dist, &words);
                None
            }
        }
    };
    let varies = word::<Varies>(row, "varies", faults);
    let loadings = loadings_of_row(row, faults);
    let provenance = provenance_of_row(row, "source", faults);
    Some(Stated { value: value?, varies, loadings, shared: None, provenance, place, doubts })
}

/// Parameters that are in the unit of the number itself; others are shares or shapes.
fn is_in_unit(parameter: &str) -> bool {
    !matches!(parameter, "cv" | "alpha" | "beta" | "weights")
}

/// The numbers of a list in a cell, with ';' between them.
fn list_of_row(
    row: &Row,
    column: &str,
    doubts: &mut Vec<(Place, TwoWays)>,
    faults: &mut Faults,
) -> Option<Vec<f64>> {
    let mut list = Vec::new();
    for cell in row.text(column).split(';') {
        match row.read(cell.trim()) {
            Ok((number, doubt)) => {
                list.push(number);
                doubts.extend(doubt.map(|both| (row.place(column), both)));
            }
            Err(fault) => {
                fault.tell(&row.place(column), faults);
                return None;
            }
        }
    }
    Some(list)
}

/// The observations that a row names.
fn empirical_of_row(
    row: &Row,
    data: &Observations,
    doubts: &mut Vec<(Place, TwoWays)>,
    faults: &mut Faults,
) -> Option<Distribution> {
    let mut complete = true;
    for (column, what) in [
        ("p1", text!(en: "a table such as data/prices.csv", id: "nama tabel, misalnya data/prices.csv")),
        ("p2", text!(en: "a column of the table", id: "nama kolom tabel itu")),
    ] {
        if row.text(column).is_empty() {
            faults.expected(&row.place(column), phrase::empty_cell(), what);
            complete = false;
        }
    }
    for column in ["p3", "p4"].into_iter().filter(|column| !row.text(column).is_empty()) {
        let found = text!(
            en: "the empirical distribution has no {column}",
            id: "sebaran empirical tidak memiliki {column}",
        );
        faults.help(&row.place(column), found, text!(en: "empty the cell", id: "kosongkan sel ini"));
    }
    if !complete {
        return None;
    }
    let found = data.column(row.text("p1"), row.text("p2"), &row.place("p1"), faults)?;
    doubts.extend(found.doubts);
    Some(Distribution::Empirical { values: found.values })
}

fn distribution_of_row(
    name: DistName,
    row: &Row,
    data: &Observations,
    doubts: &mut Vec<(Place, TwoWays)>,
    faults: &mut Faults,
) -> Option<Distribution> {
    let (needed, optional) = parameters_of(name);
    let names: Vec<&'static str> = needed.iter().chain(optional).copied().collect();
    let columns = ["p1", "p2", "p3", "p4"];
    if name == DistName::Discrete {
        let values = list_of_row(row, "p1", doubts, faults);
        // Weights are shares.
        let weights = list_of_row(row, "p2", &mut Vec::new(), faults);
        return Some(Distribution::Discrete { values: values?, weights: weights? });
    }
    if name == DistName::Empirical {
        return empirical_of_row(row, data, doubts, faults);
    }
    let mut numbers = Vec::new();
    let mut complete = true;
    for (position, column) in columns.iter().enumerate() {
        let text = row.text(column);
        match names.get(position) {
            None if !text.is_empty() => faults.help(
                &row.place(column),
                text!(
                    en: "the {dist} distribution has no {column}",
                    id: "sebaran {dist} tidak memiliki {column}",
                    dist = word_of(name),
                ),
                text!(en: "empty the cell", id: "kosongkan sel ini"),
            ),
            Some(parameter) if text.is_empty() && position < needed.len() => {
                faults.expected(
                    &row.place(column),
                    phrase::empty_cell(),
                    text!(
                        en: "the {parameter} of the {dist} distribution",
                        id: "{parameter} dari sebaran {dist}",
                        dist = word_of(name),
                    ),
                );
                complete = false;
            }
            Some(parameter) if !text.is_empty() => match row.doubtful(column, faults) {
                Some((number, doubt)) => {
                    numbers.push((*parameter, number));
                    let doubt = doubt.filter(|_| is_in_unit(parameter));
                    doubts.extend(doubt.map(|both| (row.place(column), both)));
                }
                None => complete = false,
            },
            _ => {}
        }
    }
    if !complete {
        return None;
    }
    let get = |wanted: &'static str| numbers.iter().find(|(name, _)| *name == wanted).map(|(_, v)| *v);
    if name == DistName::LognormalP10P90 && !tenths_can_be(get("p10"), get("p90"), &row.place("p1"), faults) {
        return None;
    }
    Found { name, get: &get, values: None, weights: None }.distribution()
}

fn loadings_of_row(row: &Row, faults: &mut Faults) -> Vec<(String, f64)> {
    let (factor, loading) = (row.text("factor"), row.text("loading"));
    if factor.is_empty() && loading.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = factor.split(';').map(str::trim).filter(|name| !name.is_empty()).collect();
    let sizes: Vec<_> = loading
        .split(';')
        .map(str::trim)
        .filter(|size| !size.is_empty())
        .map(|size| row.read(size))
        .collect();
    if names.len() != sizes.len() {
        faults.expected(
            &row.place("loading"),
            text!(
                en: "{factors} factors with {loadings} loadings",
                id: "{factors} faktor dengan {loadings} muatan",
                factors = names.len(),
                loadings = sizes.len(),
            ),
            text!(
                en: "as many loadings as factors, with ';' between them",
                id: "jumlah muatan sama dengan jumlah faktor, dipisahkan ';'",
            ),
        );
        return Vec::new();
    }
    let mut loadings = Vec::new();
    for (name, size) in names.into_iter().zip(sizes) {
        match size {
            Ok((size, _)) => loadings.push((name.to_string(), size)),
            Err(fault) => fault.tell(&row.place("loading"), faults),
        }
    }
    loadings
}

/// Reads year, grade and the given provenance column of a row.
pub(crate) fn provenance_of_row(row: &Row, source: &str, faults: &mut Faults) -> Provenance {
    let text = |column: &str| Some(row.text(column).to_string()).filter(|text| !text.is_empty());
    let year = if source == "source" {
        text("year").and_then(|year| {
            let found = calendar_year(&year);
            if found.is_none() {
                faults.expected(
                    &row.place("year"),
                    phrase::found_text(year),
                    text!(en: "a year such as 2024", id: "tahun, misalnya 2024"),
                );
            }
            found
        })
    } else {
        None
    };
    Provenance {
        unit: text("unit"),
        year,
        source: text(source),
        grade: word::<GradeWord>(row, "grade", faults).map(|word| word.0),
    }
}

/// Reads a word of a closed list from a row; `None` where the cell is empty or, with the fault noted, unknown.
pub(crate) fn word<T: ClosedList>(row: &Row, column: &str, faults: &mut Faults) -> Option<T> {
    let text = row.text(column);
    if text.is_empty() {
        return None;
    }
    let found = T::from_word(text);
    if found.is_none() {
        faults.unknown(&row.place(column), Named::Word, text, &T::words());
    }
    found
}
