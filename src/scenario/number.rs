//! Numbers of a scenario: their distributions, units, ranges and provenance, whether they stand in TOML or in a table.

mod row;

pub(crate) use row::{from_row, provenance_of_row, word};

use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::{CertainFile, ClosedList, DistName, NumberFile, NumberTable};
use super::observations::Observations;
use super::sheet::tell_two_ways;
use crate::model::{Distribution, Grade, Scope, Varies};
use crate::units::{MoneyUnit, TwoWays};

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
    /// What of it can be read two ways: a fault where money or a count is meant.
    pub(crate) doubts: Vec<(Place, TwoWays)>,
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

impl Unit {
    /// True where the number is money or counts something, so that three digits after a point may be thousands. Shares,
    /// multipliers and amounts of one thing for each unit of another are not meant.
    fn counts(&self) -> bool {
        match self {
            Unit::Money(_) | Unit::PerPeriod(_) | Unit::None => true,
            Unit::Exactly(unit) => unit != "multiplier" && !unit.contains('/'),
            Unit::PerMoney(_) | Unit::Share => false,
        }
    }

    /// True for money for each unit of something: a price, a wage or a cost, whose unit nothing else settles.
    fn is_price(&self) -> bool {
        matches!(self, Unit::Money(Some(_)))
    }

    /// The units that fit money for something, or something for money, and the factor of each to rupiah.
    fn prices(&self) -> Vec<(String, f64)> {
        let words = MoneyUnit::WORDS.iter();
        match self {
            Unit::Money(Some(per)) => words.map(|(word, m)| (format!("{word}/{per}"), m.rupiah())).collect(),
            Unit::PerMoney(unit) => {
                words.map(|(word, m)| (format!("{unit}/{word}"), 1.0 / m.rupiah())).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Words in quotes, one or the other.
fn either<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" or ")
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
            return match unit {
                Unit::Money(None) => Ok(self.money.rupiah()),
                Unit::PerMoney(_) => Ok(1.0 / self.money.rupiah()),
                unit if unit.is_price() => Err(either(unit.prices().iter().map(|(word, _)| word.as_str()))),
                _ => Ok(1.0),
            };
        };
        match unit {
            Unit::Money(None) => MoneyUnit::parse(stated)
                .map(MoneyUnit::rupiah)
                .ok_or_else(|| either(MoneyUnit::WORDS.iter().map(|(word, _)| *word))),
            Unit::Money(Some(_)) | Unit::PerMoney(_) => {
                let known = unit.prices();
                let found = known.iter().find(|(word, _)| word == stated).map(|(_, factor)| *factor);
                found.ok_or_else(|| either(known.iter().map(|(word, _)| word.as_str())))
            }
            Unit::Exactly(unit) if stated == unit => Ok(1.0),
            Unit::Exactly(unit) => Err(format!("'{unit}'")),
            Unit::PerPeriod(unit) => self.per_period(unit, stated),
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
            .ok_or_else(|| either(known.iter().map(|(name, _)| name.as_str())))
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
            doubts: Vec::new(),
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
        let said = self.provenance.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
        let nothing = self.value == Value::Certain(0.0) && said.is_none() && unit.is_price();
        let factor =
            rules.factor(unit, said).or_else(|expected| if nothing { Ok(1.0) } else { Err(expected) });
        match (factor, said) {
            (Ok(factor), _) => stated.value = scaled(&self.value, factor),
            (Err(expected), Some(found)) => {
                faults.expected(&self.place, format!("unit '{found}' does not fit here"), expected);
                stated.place.suspect = true;
                return (stated, false);
            }
            (Err(expected), None) => {
                let found = "a price, a wage or a cost is stated without its unit";
                faults.in_full(&self.place, found, expected, "state it with the number, as unit");
                stated.place.suspect = true;
                return (stated, false);
            }
        }
        if unit.counts() && !self.doubts.is_empty() {
            for (place, both) in &self.doubts {
                tell_two_ways(both, place, faults);
            }
            stated.place.suspect = true;
            return (stated, false);
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
            faults.warn(
                &self.place,
                "a certain number neither varies, loads on a factor nor is shared: what it says of that has no effect",
                Some("give it a distribution, or leave varies, loadings and shared out"),
            );
            return;
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
        (DistName::Empirical, Some(name), Some(column)) => {
            data.column(name, column, place, faults).map(|observation| {
                doubts.extend(observation.doubts);
                observation.values
            })
        }
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
