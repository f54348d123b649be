//! Reads numbers from TOML: plain ones, and tables with a value or a distribution.

use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::{CertainFile, ClosedList, DistName, NumberFile, NumberTable};
use super::super::observations::Observations;
use super::super::phrase;
use super::parameters::{Found, check_parameters, parameters_of, tenths_can_be, word_of};
use super::{Provenance, Stated, Value};
use crate::language::text;
use crate::units::TwoWays;

/// Reads a number from TOML.
pub(crate) fn from_toml(
    number: &NumberFile,
    document: &Document,
    path: &str,
    data: &Observations,
    faults: &mut Faults,
) -> Stated {
    let place = document.place(path);
    let table = match number {
        NumberFile::Plain(value) => {
            return plain(*value, document, path);
        }
        NumberFile::Stated(table) => table,
    };
    let mut doubts = Vec::new();
    for part in ["value", "min", "mode", "max", "mean", "sd", "median", "p10", "p90", "values"] {
        document.doubts(&format!("{path}.{part}"), &mut doubts);
    }
    Stated {
        value: value_of_table(table, &place, data, &mut doubts, faults),
        varies: table.varies.map(|word| word.0),
        loadings: table.loadings.iter().flatten().map(|(name, a)| (name.clone(), *a)).collect(),
        shared: table.shared.map(|word| word.0),
        provenance: Provenance {
            unit: table.unit.clone(),
            year: table.year,
            source: table.source.clone(),
            grade: table.grade.map(|word| word.0.0),
        },
        place,
        doubts,
    }
}

/// A number and nothing else.
fn plain(value: f64, document: &Document, path: &str) -> Stated {
    let mut doubts = Vec::new();
    document.doubts(path, &mut doubts);
    Stated { provenance: Provenance::default(), doubts, ..Stated::absent(value, document.place(path)) }
}

fn value_of_table(
    table: &NumberTable,
    place: &Place,
    data: &Observations,
    doubts: &mut Vec<(Place, TwoWays)>,
    faults: &mut Faults,
) -> Value {
    let given = [
        ("min", table.min),
        ("mode", table.mode),
        ("max", table.max),
        ("mean", table.mean),
        ("sd", table.sd),
        ("median", table.median),
        ("cv", table.cv),
        ("p10", table.p10),
        ("p90", table.p90),
        ("alpha", table.alpha),
        ("beta", table.beta),
        ("scale", table.scale),
    ];
    let mut present: Vec<&str> =
        given.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| *name).collect();
    present.extend(table.values.as_ref().map(|_| "values"));
    present.extend(table.weights.as_ref().map(|_| "weights"));
    present.extend(table.table.as_ref().map(|_| "table"));
    present.extend(table.column.as_ref().map(|_| "column"));
    let Some(name) = table.dist.map(|word| word.0) else {
        if !present.is_empty() {
            let words = DistName::words().join(", ");
            faults.expected(
                place,
                text!(
                    en: "'{parameter}' is given without 'dist'",
                    id: "'{parameter}' diisi tanpa 'dist'",
                    parameter = present[0],
                ),
                text!(en: "dist as one of {words}", id: "dist dengan isi salah satu dari {words}"),
            );
        } else if table.value.is_none() {
            faults.expected(
                place,
                text!(
                    en: "the number has neither 'value' nor 'dist'",
                    id: "bilangan ini tidak memiliki 'value' maupun 'dist'",
                ),
                text!(en: "one of them", id: "salah satu dari keduanya"),
            );
        }
        return Value::Certain(table.value.unwrap_or(1.0));
    };
    if table.value.is_some() {
        faults.help(
            place,
            text!(en: "'value' and 'dist' are both given", id: "'value' dan 'dist' diisi keduanya"),
            phrase::keep_one(),
        );
    }
    // Which pair tells a lognormal is plain from the parameters themselves.
    let name = match name {
        DistName::Lognormal if table.p10.is_some() || table.p90.is_some() => DistName::LognormalP10P90,
        other => other,
    };
    let (needed, optional) = parameters_of(name);
    check_parameters(word_of(name), &present, needed, optional, place, faults);
    let get = |wanted: &'static str| given.iter().find(|(name, _)| *name == wanted).and_then(|(_, v)| *v);
    if name == DistName::LognormalP10P90 && !tenths_can_be(get("p10"), get("p90"), place, faults) {
        return Value::Certain(1.0);
    }
    let values = match (name, &table.table, &table.column) {
        (DistName::Empirical, Some(name), Some(column)) => {
            let scale = factor(table.scale, place, faults);
            data.column(name, column, place, faults).map(|observation| {
                doubts.extend(observation.doubts);
                observation.values.into_iter().map(|value| value * scale).collect()
            })
        }
        _ => table.values.clone(),
    };
    let found = Found { name, get: &get, values, weights: table.weights.clone() };
    // Where a parameter is missing the fault is noted already; any certain number lets reading go on.
    found.distribution().map_or(Value::Certain(1.0), Value::Uncertain)
}

/// The factor of observations, which is above 0.
fn factor(scale: Option<f64>, place: &Place, faults: &mut Faults) -> f64 {
    let scale = scale.unwrap_or(1.0);
    if scale <= 0.0 {
        faults.expected(
            place,
            text!(en: "scale is {scale}", id: "scale bernilai {scale}"),
            phrase::above_zero(),
        );
        return 1.0;
    }
    scale
}

/// Reads a number that must be certain, from TOML.
pub(crate) fn certain(number: &CertainFile, document: &Document, path: &str) -> Stated {
    match number {
        CertainFile::Plain(value) => plain(*value, document, path),
        CertainFile::Stated(table) => {
            let mut doubts = Vec::new();
            document.doubts(&format!("{path}.value"), &mut doubts);
            Stated {
                provenance: Provenance {
                    unit: table.unit.clone(),
                    year: table.year,
                    source: table.source.clone(),
                    grade: table.grade.map(|word| word.0.0),
                },
                doubts,
                ..Stated::absent(table.value, document.place(path))
            }
        }
    }
}
