//! What charts hold: their forms and numbers.

use super::measure::Measure;
use super::stand::Layer;
use crate::report::language::Text;

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

impl Spread {
    /// Its least and greatest number that is known.
    pub(super) fn ends(&self) -> (f64, f64) {
        let known = [self.q05, self.q25, self.mean, self.q75, self.q95].into_iter().filter(|v| v.is_finite());
        known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    }
}
