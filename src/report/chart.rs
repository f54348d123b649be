//! Charts: numbers with their labels and units in both languages, drawn as SVG.
//!
//! A [`Chart`] is data. It says in its title what it shows and in a sentence what is to be seen; [`Chart::svg`] draws it for a
//! width and a language, and [`Chart::table`] gives the same numbers as a table, for those who cannot see it or want to read it.
//! Shapes and text are written as SVG by kuva's back end; the layout is ours, since labels must fit at the width of a phone.

mod bars;
mod canvas;
mod fan;
mod flow;
mod graph;
mod map;
mod ranges;

use super::language::{Lang, Text};
use super::page::{Cell, Table, words};
use crate::model::Metric;
use crate::units::{JUTA, MILIAR};
use canvas::Canvas;
pub use graph::{Box as GraphBox, Layer};

/// A trillion rupiah.
const TRILIUN: f64 = 1000.0 * MILIAR;

/// What numbers of a chart count.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Rupiah.
    Rupiah,
    /// Shares, shown as percentages.
    Share,
    /// A unit of its own, with so many decimals.
    Of(Text, usize),
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: Text,
    /// What is to be seen in it, in a sentence: with the title its text alternative.
    pub says: Text,
    /// What its numbers count.
    pub measure: Measure,
    /// Its form with the numbers.
    pub form: Form,
}

/// The form of a chart.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Horizontal bars, one for each series.
    Bars {
        /// Names of the series: one or two.
        series: Vec<Text>,
        /// The rows from the top.
        rows: Vec<BarRow>,
    },
    /// Distributions side by side on one scale.
    Ranges(Vec<RangeRow>),
    /// A distribution year by year.
    Fan {
        /// The years in order.
        years: Vec<FanYear>,
        /// The first year after the budgets, if any is.
        tail_from: Option<i32>,
    },
    /// Amounts that flow from column to column.
    Flow {
        /// What each column holds.
        headings: Vec<Text>,
        /// The flows.
        links: Vec<Link>,
    },
    /// A chain drawn from its beginning to its end.
    Graph {
        /// Layers from the top.
        layers: Vec<Layer>,
        /// Pairs of boxes, by layer and place: from, to.
        edges: Vec<([usize; 2], [usize; 2])>,
    },
    /// Places with amounts.
    Map(Vec<Place>),
}

/// A row of bars.
#[derive(Debug, Clone, PartialEq)]
pub struct BarRow {
    /// Its label.
    pub label: Text,
    /// A value for each series.
    pub values: Vec<f64>,
}

/// Five numbers of a distribution; a quantile that was not kept is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Quantile 5 %.
    pub q05: f64,
    /// Quantile 25 %.
    pub q25: f64,
    /// Mean.
    pub mean: f64,
    /// Quantile 75 %.
    pub q75: f64,
    /// Quantile 95 %.
    pub q95: f64,
}

/// A distribution with its label.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeRow {
    /// Its label.
    pub label: Text,
    /// The distribution.
    pub spread: Spread,
    /// Whether it is the one that the chart is about.
    pub ours: bool,
}

/// A distribution of a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FanYear {
    /// The year.
    pub year: i32,
    /// The distribution.
    pub spread: Spread,
}

/// An amount that flows between neighbouring columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Number of the column that it comes from.
    pub column: usize,
    /// The node that it comes from.
    pub from: Text,
    /// The node of the next column that it goes to.
    pub to: Text,
    /// The amount.
    pub amount: f64,
}

/// A place on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its name.
    pub name: Text,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// The amount that its circle stands for, by area.
    pub amount: f64,
}

impl Measure {
    /// What a metric is measured in.
    pub fn of(metric: Metric) -> Self {
        if metric.is_money() { Self::Rupiah } else { Self::Of(words("full-time years", "orang-tahun"), 0) }
    }

    /// A value with its unit.
    pub fn say(&self, lang: Lang, value: f64) -> String {
        match self {
            Self::Rupiah => money(lang, value),
            Self::Share => lang.percent(value),
            Self::Of(unit, places) => {
                format!("{} {}", lang.number(value, *places), unit.in_language(lang)).trim_end().to_string()
            }
        }
    }

    /// A value as a cell of a table.
    fn cell(&self, value: f64) -> Cell {
        match self {
            Self::Rupiah => Cell::Rupiah(value),
            Self::Share => Cell::Share(value),
            Self::Of(_, places) => Cell::Number(value, *places),
        }
    }

    /// The unit of the numbers of a table.
    pub fn unit(&self) -> Text {
        match self {
            Self::Rupiah => Text::same("rupiah"),
            Self::Share => Text::same("%"),
            Self::Of(unit, _) => unit.clone(),
        }
    }

    /// What an axis up to `most` is counted in: the divisor, and its unit in words.
    fn axis(&self, most: f64) -> (f64, Text) {
        match self {
            Self::Rupiah if most >= TRILIUN => (TRILIUN, words("trillion rupiah", "triliun rupiah")),
            Self::Rupiah if most >= MILIAR => (MILIAR, words("billion rupiah", "miliar rupiah")),
            Self::Rupiah if most >= JUTA => (JUTA, words("million rupiah", "juta rupiah")),
            Self::Rupiah => (1.0, Text::same("rupiah")),
            Self::Share => (0.01, Text::same("%")),
            Self::Of(unit, _) => (1.0, unit.clone()),
        }
    }
}

/// Money with its word, of three to four digits: `Rp1,85 triliun`, never a bare M.
pub fn money(lang: Lang, rupiah: f64) -> String {
    if rupiah.abs() < 0.9995 * TRILIUN {
        return lang.money(rupiah);
    }
    let sign = if rupiah < 0.0 { "-" } else { "" };
    let number = lang.number(rupiah.abs() / TRILIUN, 2);
    format!("{sign}{}{number} {}", lang.rupiah_sign(), lang.pick("triliun", "trillion"))
}

/// Round steps of an axis from `low` to `high`, both within: about `wanted` of them.
fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return vec![low];
    }
    let rough = span / wanted.max(1) as f64;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    let step = steps.iter().map(|step| step * power).find(|step| *step >= 0.999 * rough).unwrap_or(rough);
    let first = libm::ceil(low / step - 1e-9) as i64;
    let last = libm::floor(high / step + 1e-9) as i64;
    (first..=last).map(|at| at as f64 * step).collect()
}

/// Decimals that tell ticks apart.
fn decimals(ticks: &[f64], divisor: f64) -> usize {
    let step = match ticks {
        [a, b, ..] => (b - a).abs() / divisor,
        _ => 1.0,
    };
    let whole = |digits: usize| {
        let scaled = step * libm::pow(10.0, digits as f64);
        (scaled - libm::round(scaled)).abs() < 1e-6
    };
    (0..3).find(|digits| whole(*digits)).unwrap_or(3)
}

impl Chart {
    /// The text alternative: title and sentence.
    pub fn alternative(&self, lang: Lang) -> String {
        format!("{}. {}", self.title.in_language(lang).trim_end_matches('.'), self.says.in_language(lang))
    }

    /// The chart as an SVG element of this width [px].
    pub fn svg(&self, lang: Lang, width: f64) -> String {
        let mut canvas = Canvas::new(width);
        let drawn = canvas::Drawn { lang, measure: &self.measure };
        match &self.form {
            Form::Bars { series, rows } => bars::draw(&mut canvas, &drawn, series, rows),
            Form::Ranges(rows) => ranges::draw(&mut canvas, &drawn, rows),
            Form::Fan { years, tail_from } => fan::draw(&mut canvas, &drawn, years, *tail_from),
            Form::Flow { headings, links } => flow::draw(&mut canvas, &drawn, headings, links),
            Form::Graph { layers, edges } => graph::draw(&mut canvas, &drawn, layers, edges),
            Form::Map(places) => map::draw(&mut canvas, &drawn, places),
        }
        canvas.finish(&self.alternative(lang))
    }

    /// Its numbers as a table.
    pub fn table(&self) -> Table {
        let unit = |name: Text| {
            let unit = self.measure.unit();
            Text::join(
                &[
                    name,
                    Text::new(
                        format!("[{}]", unit.in_language(Lang::En)),
                        format!("[{}]", unit.in_language(Lang::Id)),
                    ),
                ],
                &Text::same(" "),
            )
        };
        match &self.form {
            Form::Bars { series, rows } => {
                let mut headings = vec![Text::same("")];
                headings.extend(series.iter().map(|name| unit(name.clone())));
                let mut table = Table::new(headings, 1);
                for row in rows {
                    let values = row.values.iter().map(|value| self.measure.cell(*value));
                    table.row(std::iter::once(Cell::Words(row.label.clone())).chain(values).collect());
                }
                table
            }
            Form::Ranges(rows) => {
                let mut table = spread_table(Text::same(""), &unit);
                for row in rows {
                    table.row(self.spread_row(Cell::Words(row.label.clone()), row.spread));
                }
                table
            }
            Form::Fan { years, .. } => {
                let mut table = spread_table(words("year", "tahun"), &unit);
                for year in years {
                    table.row(self.spread_row(Cell::name(year.year.to_string()), year.spread));
                }
                table
            }
            Form::Flow { links, .. } => {
                let headings =
                    vec![words("from", "dari"), words("to", "ke"), unit(words("amount", "jumlah"))];
                let mut table = Table::new(headings, 2);
                for link in links {
                    let ends = [&link.from, &link.to].map(|end| Cell::Words(end.clone()));
                    table.row(ends.into_iter().chain([self.measure.cell(link.amount)]).collect());
                }
                table
            }
            Form::Graph { layers, .. } => graph::table(layers),
            Form::Map(places) => {
                let headings = vec![
                    words("place", "tempat"),
                    words("latitude", "lintang"),
                    words("longitude", "bujur"),
                    unit(words("amount", "jumlah")),
                ];
                let mut table = Table::new(headings, 1);
                for place in places {
                    let at = [place.latitude, place.longitude].map(|degrees| Cell::Number(degrees, 3));
                    let [latitude, longitude] = at;
                    let name = Cell::Words(place.name.clone());
                    table.row(vec![name, latitude, longitude, self.measure.cell(place.amount)]);
                }
                table
            }
        }
    }

    fn spread_row(&self, label: Cell, of: Spread) -> Vec<Cell> {
        let cell = |value: f64| if value.is_finite() { self.measure.cell(value) } else { Cell::Empty };
        vec![label, cell(of.q05), cell(of.q25), cell(of.mean), cell(of.q75), cell(of.q95)]
    }
}

fn spread_table(first: Text, unit: &dyn Fn(Text) -> Text) -> Table {
    let headings = vec![
        first,
        unit(words("1 in 20 below", "1 dari 20 di bawah")),
        unit(words("1 in 4 below", "1 dari 4 di bawah")),
        unit(words("mean", "rata-rata")),
        unit(words("1 in 4 above", "1 dari 4 di atas")),
        unit(words("1 in 20 above", "1 dari 20 di atas")),
    ];
    Table::new(headings, 1)
}

impl Spread {
    /// Its least and greatest number that is known.
    fn ends(&self) -> (f64, f64) {
        let known = [self.q05, self.q25, self.mean, self.q75, self.q95].into_iter().filter(|v| v.is_finite());
        known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(ticks(0.0, 100.0, 4), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(-3.0, 11.0, 4), [0.0, 5.0, 10.0]);
        assert_eq!(ticks(2.0, 2.0, 4), [2.0]);
        assert_eq!(decimals(&[0.0, 2.5], 1.0), 1);
        assert_eq!(decimals(&[0.0, 5e8], 1e9), 1);
    }

    #[test]
    fn money_has_its_word() {
        assert_eq!(money(Lang::Id, 1.846e12), "Rp1,85 triliun");
        assert_eq!(money(Lang::En, -1.2e9), "-Rp 1.20 billion");
    }
}
