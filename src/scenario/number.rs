//! Numbers of a scenario: their distributions, units, ranges and provenance, whether they stand in TOML or in a table.

use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::{CertainFile, ClosedList, DistName, GradeWord, NumberFile, NumberTable};
use super::observations::Observations;
use super::table::{Row, parse_number};
use crate::model::{Distribution, Grade, Scope, Varies};
use crate::units::MoneyUnit;

/// Where a number comes from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Provenance {
    /// The unit stated with it.
    pub unit: Option<String>,
    /// The year it describes.
    pub year: Option<i64>,
    /// Where it comes from.
    pub source: Option<String>,
    /// How good the evidence is.
    pub grade: Option<Grade>,
}

/// A value as stated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Certain(f64),
    Uncertain(Distribution),
}

/// A number as stated, with everything said about it.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    pub(crate) value: Value,
    pub(crate) varies: Option<Varies>,
    pub(crate) loadings: Vec<(String, f64)>,
    pub(crate) shared: Option<Scope>,
    pub(crate) provenance: Provenance,
    pub(crate) place: Place,
}

/// The smallest size of a number that is not zero.
const SMALLEST: f64 = 1e-12;
/// The largest size of a number.
const LARGEST: f64 = 1e15;

/// The values a number may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// Zero or more.
    NonNegative,
    /// A share, 0 to 1.
    Share,
    /// A share below 1.
    ShareBelowOne,
    /// Anything.
    Any,
}

/// The unit a number is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Money, per this unit if any.
    Money(Option<String>),
    /// Exactly this unit.
    Exactly(String),
    /// An amount of this unit each period.
    PerPeriod(String),
    /// An amount of this unit each period, per unit of money.
    PerMoney(String),
    /// A share of something.
    Share,
    /// No unit.
    None,
}

/// What the scenario says about units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnitRules {
    pub(crate) money: MoneyUnit,
    pub(crate) periods_per_year: usize,
}

impl UnitRules {
    /// The factor that turns a number stated in `stated` into the model's unit (rupiah, per period), or what was
    /// expected.
    pub(crate) fn factor(&self, unit: &Unit, stated: Option<&str>) -> Result<f64, String> {
        let Some(stated) = stated.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(match unit {
                Unit::Money(_) => self.money.rupiah(),
                Unit::PerMoney(_) => 1.0 / self.money.rupiah(),
                _ => 1.0,
            });
        };
        match unit {
            Unit::Money(per) => {
                let suffix = per.as_ref().map_or(String::new(), |per| format!("/{per}"));
                MoneyUnit::WORDS
                    .iter()
                    .find(|(word, _)| stated.strip_suffix(&suffix) == Some(word))
                    .map(|(_, money)| money.rupiah())
                    .ok_or_else(|| {
                        let words: Vec<String> =
                            MoneyUnit::WORDS.iter().map(|(word, _)| format!("'{word}{suffix}'")).collect();
                        words.join(" or ")
                    })
            }
            Unit::Exactly(unit) if stated == unit => Ok(1.0),
            Unit::Exactly(unit) => Err(format!("'{unit}'")),
            Unit::PerPeriod(unit) => self.per_period(unit, stated),
            Unit::PerMoney(unit) => {
                let money = stated.strip_prefix(unit.as_str()).and_then(|rest| rest.strip_prefix('/'));
                money.and_then(MoneyUnit::parse).map(|money| 1.0 / money.rupiah()).ok_or_else(|| {
                    let words: Vec<String> =
                        MoneyUnit::WORDS.iter().map(|(word, _)| format!("'{unit}/{word}'")).collect();
                    words.join(" or ")
                })
            }
            Unit::Share => match stated {
                "share" => Ok(1.0),
                "%" => Ok(0.01),
                _ => Err("'share' or '%'".to_string()),
            },
            Unit::None => Err("no unit".to_string()),
        }
    }

    fn per_period(&self, unit: &str, stated: &str) -> Result<f64, String> {
        let periods = self.periods_per_year as f64;
        let mut known = vec![
            (unit.to_string(), 1.0),
            (format!("{unit}/period"), 1.0),
            (format!("{unit}/year"), 1.0 / periods),
        ];
        match self.periods_per_year {
            4 => known.push((format!("{unit}/quarter"), 1.0)),
            12 => known.push((format!("{unit}/month"), 1.0)),
            2 => known.push((format!("{unit}/half-year"), 1.0)),
            _ => {}
        }
        known
            .iter()
            .find(|(name, _)| name == stated)
            .map(|(_, factor)| *factor)
            .ok_or_else(|| known.iter().map(|(name, _)| format!("'{name}'")).collect::<Vec<_>>().join(" or "))
    }
}

/// A value multiplied by the factor of its unit.
fn scaled(value: &Value, factor: f64) -> Value {
    let f = |x: f64| x * factor;
    match value {
        Value::Certain(x) => Value::Certain(f(*x)),
        Value::Uncertain(distribution) => Value::Uncertain(match distribution {
            Distribution::Uniform { min, max } => Distribution::Uniform { min: f(*min), max: f(*max) },
            Distribution::Triangular { min, mode, max } => {
                Distribution::Triangular { min: f(*min), mode: f(*mode), max: f(*max) }
            }
            Distribution::Pert { min, mode, max } => {
                Distribution::Pert { min: f(*min), mode: f(*mode), max: f(*max) }
            }
            Distribution::Normal { mean, sd, min, max } => {
                Distribution::Normal { mean: f(*mean), sd: f(*sd), min: f(*min), max: f(*max) }
            }
            Distribution::Lognormal { median, cv } => Distribution::Lognormal { median: f(*median), cv: *cv },
            Distribution::Beta { alpha, beta, min, max } => {
                Distribution::Beta { alpha: *alpha, beta: *beta, min: f(*min), max: f(*max) }
            }
            Distribution::Discrete { values, weights } => Distribution::Discrete {
                values: values.iter().map(|x| f(*x)).collect(),
                weights: weights.clone(),
            },
            Distribution::Empirical { values } => {
                Distribution::Empirical { values: values.iter().map(|x| f(*x)).collect() }
            }
            // What events leave is a share, of no unit.
            Distribution::Event(event) => Distribution::Event(event.clone()),
        }),
    }
}

impl Stated {
    /// A certain number nobody stated: the documented meaning of leaving it out.
    pub(crate) fn absent(value: f64, place: Place) -> Self {
        Self {
            value: Value::Certain(value),
            varies: None,
            loadings: Vec::new(),
            shared: None,
            provenance: Provenance {
                grade: Some(Grade::Assumption),
                source: Some("the format's meaning of leaving this out".to_string()),
                ..Provenance::default()
            },
            place,
        }
    }

    /// The same number in the model's units, after checking unit, range, distribution and how it varies.
    pub(crate) fn checked(&self, unit: &Unit, range: Range, rules: UnitRules, faults: &mut Faults) -> Stated {
        let (stated, can_be) = self.checked_value(unit, range, rules, faults);
        if can_be {
            self.check_variation(faults);
        }
        stated
    }

    /// [`checked`](Self::checked) but for how it varies; false where unit or distribution cannot be.
    fn checked_value(
        &self,
        unit: &Unit,
        range: Range,
        rules: UnitRules,
        faults: &mut Faults,
    ) -> (Stated, bool) {
        let mut stated = self.clone();
        match rules.factor(unit, self.provenance.unit.as_deref()) {
            Ok(factor) => stated.value = scaled(&self.value, factor),
            Err(expected) => {
                let found = self.provenance.unit.as_deref().unwrap_or_default();
                faults.expected(&self.place, format!("unit '{found}' does not fit here"), expected);
                return (stated, false);
            }
        }
        let (low, high) = match &stated.value {
            Value::Certain(x) => (*x, *x),
            Value::Uncertain(distribution) => {
                if let Err(why) = distribution.validate() {
                    faults.add(
                        &self.place,
                        format!("this {} distribution cannot be: {why}", distribution.name()),
                    );
                    return (stated, false);
                }
                distribution.support()
            }
        };
        self.check_range(low, high, range, faults);
        (stated, true)
    }

    /// [`checked`](Self::checked) for a number that is drawn anew for each event, and so does not say how it varies.
    pub(crate) fn checked_for_events(
        &self,
        unit: &Unit,
        range: Range,
        rules: UnitRules,
        faults: &mut Faults,
    ) -> Stated {
        if self.varies.is_some() || !self.loadings.is_empty() || self.shared.is_some() {
            faults.help(
                &self.place,
                "a number of an event is drawn anew for each event",
                "leave out varies, loadings and shared",
            );
        }
        self.checked_value(unit, range, rules, faults).0
    }

    fn check_range(&self, low: f64, high: f64, range: Range, faults: &mut Faults) {
        // Beyond these sizes arithmetic with other numbers loses its meaning.
        let absurd = |x: f64| x.is_finite() && x != 0.0 && !(SMALLEST..=LARGEST).contains(&x.abs());
        if let Some(x) = [low, high].into_iter().find(|x| absurd(*x)) {
            let expected =
                format!("0, or a size from {SMALLEST:e} to {LARGEST:e} (in rupiah where it is money)");
            faults.expected(&self.place, format!("found {x:e}"), expected);
            return;
        }
        let found = match &self.value {
            Value::Certain(x) => format!("found {x}"),
            Value::Uncertain(distribution) => {
                let hint = if matches!(distribution, Distribution::Normal { .. }) && low == f64::NEG_INFINITY
                {
                    " (a normal distribution needs min, in tables p3, to be cut off there)"
                } else {
                    ""
                };
                format!("this {} distribution reaches from {low} to {high}{hint}", distribution.name())
            }
        };
        match range {
            Range::NonNegative if low < 0.0 => faults.expected(&self.place, found, "nothing below 0"),
            Range::Share if low < 0.0 || high > 1.0 => {
                faults.expected(&self.place, found, "a share between 0 and 1");
            }
            Range::ShareBelowOne if low < 0.0 || high >= 1.0 => {
                faults.expected(&self.place, found, "a share from 0 to below 1");
            }
            _ => {}
        }
    }

    fn check_variation(&self, faults: &mut Faults) {
        let uncertain = matches!(self.value, Value::Uncertain(_));
        if uncertain && self.varies.is_none() {
            faults.expected(
                &self.place,
                "a distribution does not say how it varies",
                "varies as one of once, yearly, each_period",
            );
        }
        if !uncertain && (self.varies.is_some() || !self.loadings.is_empty() || self.shared.is_some()) {
            faults.help(
                &self.place,
                "a certain number neither varies, loads on a factor nor is shared",
                "give it a distribution, or leave these out",
            );
        }
        let squares: f64 = self.loadings.iter().map(|(_, a)| a * a).sum();
        if squares > 1.0 + 1e-12 {
            faults.expected(
                &self.place,
                format!("the squares of the loadings sum to {squares}"),
                "at most 1",
            );
        }
    }
}

/// Parameters of a distribution as found, by name.
struct Found<'a> {
    name: DistName,
    get: &'a dyn Fn(&'static str) -> Option<f64>,
    values: Option<Vec<f64>>,
    weights: Option<Vec<f64>>,
}

/// The parameters that a distribution needs and may have.
fn parameters_of(name: DistName) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        DistName::Uniform => (&["min", "max"], &[]),
        DistName::Triangular | DistName::Pert => (&["min", "mode", "max"], &[]),
        DistName::Normal => (&["mean", "sd"], &["min", "max"]),
        DistName::Lognormal => (&["median", "cv"], &[]),
        DistName::LognormalP10P90 => (&["p10", "p90"], &[]),
        DistName::Beta => (&["alpha", "beta"], &["min", "max"]),
        DistName::Discrete => (&["values", "weights"], &[]),
        DistName::Empirical => (&["table", "column"], &[]),
    }
}

fn word_of(name: DistName) -> &'static str {
    DistName::words().into_iter().find(|word| DistName::from_word(word) == Some(name)).unwrap_or("?")
}

impl Found<'_> {
    fn distribution(&self) -> Option<Distribution> {
        let get = self.get;
        Some(match self.name {
            DistName::Uniform => Distribution::Uniform { min: get("min")?, max: get("max")? },
            DistName::Triangular => {
                Distribution::Triangular { min: get("min")?, mode: get("mode")?, max: get("max")? }
            }
            DistName::Pert => Distribution::Pert { min: get("min")?, mode: get("mode")?, max: get("max")? },
            DistName::Normal => Distribution::Normal {
                mean: get("mean")?,
                sd: get("sd")?,
                min: get("min").unwrap_or(f64::NEG_INFINITY),
                max: get("max").unwrap_or(f64::INFINITY),
            },
            DistName::Lognormal => Distribution::Lognormal { median: get("median")?, cv: get("cv")? },
            DistName::LognormalP10P90 => Distribution::lognormal_of_tenths(get("p10")?, get("p90")?),
            DistName::Beta => Distribution::Beta {
                alpha: get("alpha")?,
                beta: get("beta")?,
                min: get("min").unwrap_or(0.0),
                max: get("max").unwrap_or(1.0),
            },
            DistName::Discrete => {
                Distribution::Discrete { values: self.values.clone()?, weights: self.weights.clone()? }
            }
            DistName::Empirical => Distribution::Empirical { values: self.values.clone()? },
        })
    }
}

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
            return Stated { provenance: Provenance::default(), ..Stated::absent(*value, place) };
        }
        NumberFile::Stated(table) => table,
    };
    Stated {
        value: value_of_table(table, &place, data, faults),
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
    }
}

fn value_of_table(table: &NumberTable, place: &Place, data: &Observations, faults: &mut Faults) -> Value {
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
                format!("'{}' is given without 'dist'", present[0]),
                format!("dist as one of {words}"),
            );
        } else if table.value.is_none() {
            faults.expected(place, "the number has neither 'value' nor 'dist'", "one of them");
        }
        return Value::Certain(table.value.unwrap_or(1.0));
    };
    if table.value.is_some() {
        faults.help(place, "'value' and 'dist' are both given", "keep one of them");
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
        (DistName::Empirical, Some(name), Some(column)) => data.column(name, column, place, faults),
        _ => table.values.clone(),
    };
    let found = Found { name, get: &get, values, weights: table.weights.clone() };
    // Where a parameter is missing the fault is noted already; any certain number lets reading go on.
    found.distribution().map_or(Value::Certain(1.0), Value::Uncertain)
}

/// True unless both tenths are there and cannot be those of a lognormal; that is noted.
fn tenths_can_be(p10: Option<f64>, p90: Option<f64>, place: &Place, faults: &mut Faults) -> bool {
    let (Some(p10), Some(p90)) = (p10, p90) else { return true };
    let can_be = 0.0 < p10 && p10 < p90;
    if !can_be {
        faults.expected(
            place,
            format!("p10 {p10} with p90 {p90}"),
            "p10 above 0 and below p90, which nine in ten stay below",
        );
    }
    can_be
}

fn check_parameters(
    word: &str,
    present: &[&str],
    needed: &[&str],
    optional: &[&str],
    place: &Place,
    faults: &mut Faults,
) {
    let expected = if optional.is_empty() {
        needed.join(", ")
    } else {
        format!("{}, and if wanted {}", needed.join(", "), optional.join(", "))
    };
    for name in needed.iter().filter(|name| !present.contains(name)) {
        faults.expected(place, format!("the {word} distribution lacks '{name}'"), expected.clone());
    }
    for name in present.iter().filter(|name| !needed.contains(name) && !optional.contains(name)) {
        faults.expected(place, format!("the {word} distribution has no '{name}'"), expected.clone());
    }
}

/// Reads a number that must be certain, from TOML.
pub(crate) fn certain(number: &CertainFile, document: &Document, path: &str) -> Stated {
    let place = document.place(path);
    match number {
        CertainFile::Plain(value) => {
            Stated { provenance: Provenance::default(), ..Stated::absent(*value, place) }
        }
        CertainFile::Stated(table) => Stated {
            provenance: Provenance {
                unit: table.unit.clone(),
                year: table.year,
                source: table.source.clone(),
                grade: table.grade.map(|word| word.0.0),
            },
            ..Stated::absent(table.value, place)
        },
    }
}

/// Reads the number of a row of values.csv. `None` where it cannot be read; the faults are noted.
pub(crate) fn from_row(row: &Row, data: &Observations, faults: &mut Faults) -> Option<Stated> {
    let place = row.place("p1");
    let dist = row.text("dist");
    let value = if dist.is_empty() || dist == "constant" {
        for column in ["p2", "p3", "p4"] {
            if !row.text(column).is_empty() {
                faults.help(
                    &row.place(column),
                    format!("a constant has no {column}"),
                    "name its distribution in column dist, or empty the cell",
                );
            }
        }
        Some(Value::Certain(row.required_number("p1", faults)?))
    } else {
        let mut words = DistName::words();
        words.push("constant");
        match DistName::from_word(dist) {
            Some(name) => distribution_of_row(name, row, data, faults).map(Value::Uncertain),
            None => {
                faults.unknown(&row.place("dist"), "distribution", dist, &words);
                None
            }
        }
    };
    let varies = word::<Varies>(row, "varies", faults);
    let loadings = loadings_of_row(row, faults);
    let provenance = provenance_of_row(row, "source", faults);
    Some(Stated { value: value?, varies, loadings, shared: None, provenance, place })
}

fn distribution_of_row(
    name: DistName,
    row: &Row,
    data: &Observations,
    faults: &mut Faults,
) -> Option<Distribution> {
    let (needed, optional) = parameters_of(name);
    let names: Vec<&'static str> = needed.iter().chain(optional).copied().collect();
    let columns = ["p1", "p2", "p3", "p4"];
    if name == DistName::Discrete {
        let list = |column: &str, faults: &mut Faults| -> Option<Vec<f64>> {
            let parsed: Result<Vec<f64>, String> =
                row.text(column).split(';').map(|cell| parse_number(cell.trim())).collect();
            parsed
                .map_err(|why| {
                    faults.add(&row.place(column), format!("{why} (a list has ';' between numbers)"));
                })
                .ok()
        };
        let (values, weights) = (list("p1", faults), list("p2", faults));
        return Some(Distribution::Discrete { values: values?, weights: weights? });
    }
    if name == DistName::Empirical {
        let mut complete = true;
        for (column, what) in [("p1", "a table such as data/prices.csv"), ("p2", "a column of the table")] {
            if row.text(column).is_empty() {
                faults.expected(&row.place(column), "the cell is empty", what);
                complete = false;
            }
        }
        for column in ["p3", "p4"].into_iter().filter(|column| !row.text(column).is_empty()) {
            let found = format!("the empirical distribution has no {column}");
            faults.help(&row.place(column), found, "empty the cell");
        }
        let values =
            complete.then(|| data.column(row.text("p1"), row.text("p2"), &row.place("p1"), faults))?;
        return Some(Distribution::Empirical { values: values? });
    }
    let mut numbers = Vec::new();
    let mut complete = true;
    for (position, column) in columns.iter().enumerate() {
        let text = row.text(column);
        match names.get(position) {
            None if !text.is_empty() => faults.help(
                &row.place(column),
                format!("the {} distribution has no {column}", word_of(name)),
                "empty the cell",
            ),
            Some(parameter) if text.is_empty() && position < needed.len() => {
                faults.expected(
                    &row.place(column),
                    "the cell is empty",
                    format!("the {parameter} of the {} distribution", word_of(name)),
                );
                complete = false;
            }
            Some(parameter) if !text.is_empty() => match row.number(column, faults) {
                Some(number) => numbers.push((*parameter, number)),
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
    let sizes: Vec<Result<f64, String>> =
        loading.split(';').map(str::trim).filter(|size| !size.is_empty()).map(parse_number).collect();
    if names.len() != sizes.len() {
        faults.expected(
            &row.place("loading"),
            format!("{} factors with {} loadings", names.len(), sizes.len()),
            "as many loadings as factors, with ';' between them",
        );
        return Vec::new();
    }
    let mut loadings = Vec::new();
    for (name, size) in names.into_iter().zip(sizes) {
        match size {
            Ok(size) => loadings.push((name.to_string(), size)),
            Err(why) => faults.add(&row.place("loading"), why),
        }
    }
    loadings
}

/// Reads year, grade and the given provenance column of a row.
pub(crate) fn provenance_of_row(row: &Row, source: &str, faults: &mut Faults) -> Provenance {
    let text = |column: &str| Some(row.text(column).to_string()).filter(|text| !text.is_empty());
    let year = if source == "source" {
        text("year").and_then(|year| {
            year.parse()
                .map_err(|_| {
                    faults.expected(&row.place("year"), format!("found '{year}'"), "a year such as 2024");
                })
                .ok()
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
        faults.unknown(&row.place(column), "word", text, &T::words());
    }
    found
}
