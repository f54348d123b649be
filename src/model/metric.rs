//! Metrics: what a sample brings, one of which is a plan's objective.

use super::id::IndicatorId;

/// The metrics of a sample; one of them is a plan's objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Sales less what they displace [Rp].
    GrossOutput,
    /// Sales less bought-in inputs, services and upkeep, and less what they displace [Rp].
    ValueAdded,
    /// Sales less bought-in inputs, services, upkeep and wages [Rp].
    Margin,
    /// Work in full-time-equivalent years.
    Employment,
    /// Value added at economic prices less labour at its shadow wage [Rp]; only where the scenario states shadow prices.
    Economic,
    /// An indicator that is money: its amount where more of it is better, minus its amount where less is [Rp].
    Indicator(IndicatorId),
}

impl Metric {
    /// Every metric but indicators, in order.
    pub const ALL: &'static [Metric] =
        &[Metric::GrossOutput, Metric::ValueAdded, Metric::Margin, Metric::Employment, Metric::Economic];

    /// The key that files use; of an indicator, what stands before its name: see [`MetricName`](super::MetricName).
    pub fn key(self) -> &'static str {
        self.words()[0]
    }

    /// The name in Indonesian; that of an indicator is its title.
    pub fn name_id(self) -> &'static str {
        self.words()[1]
    }

    /// The name in English; that of an indicator is its title.
    pub fn name_en(self) -> &'static str {
        self.words()[2]
    }

    fn words(self) -> [&'static str; 3] {
        match self {
            Metric::GrossOutput => ["gross_output", "nilai penjualan", "gross output"],
            Metric::ValueAdded => ["value_added", "nilai tambah", "value added"],
            Metric::Margin => ["margin", "margin usaha", "margin"],
            Metric::Employment => ["employment", "tenaga kerja", "employment"],
            Metric::Economic => ["economic", "nilai ekonomi", "economic value"],
            Metric::Indicator(_) => ["indicator", "indikator", "indicator"],
        }
    }

    /// The metric that a file's `key` names, if any; none is an indicator.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.key() == key)
    }

    /// The keys of all metrics but indicators, in order.
    pub fn keys() -> Vec<&'static str> {
        Self::ALL.iter().map(|metric| metric.key()).collect()
    }

    /// True for metrics in rupiah, which are discounted in totals; employment never is.
    pub fn is_money(self) -> bool {
        self != Metric::Employment
    }

    /// True for metrics that count benefits to the public, from which costs can be subtracted.
    pub fn is_benefit(self) -> bool {
        matches!(self, Metric::ValueAdded | Metric::Economic)
    }

    /// The unit results are given in.
    pub fn unit(self) -> &'static str {
        if self.is_money() { "Rp" } else { "FTE-years" }
    }

    /// Position among [`Metric::ALL`], after all of them for indicators.
    pub(super) fn position(self) -> usize {
        Self::ALL.iter().position(|metric| *metric == self).unwrap_or(Self::ALL.len())
    }
}
