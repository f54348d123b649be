//! The time axis and discounting.

use super::facility::Metric;

/// The time axis: `years` of `periods_per_year` equal periods, counted from 0 in code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Number of years Y.
    pub years: usize,
    /// Periods in a year P.
    pub periods_per_year: usize,
    /// Calendar year of the first year.
    pub first_year: i32,
    /// Real discount rate r a year.
    pub discount_rate: f64,
}

impl Horizon {
    /// Number of periods T.
    pub fn periods(&self) -> usize {
        self.years * self.periods_per_year
    }

    /// The year (from 0) of period `t` (from 0).
    pub fn year_of(&self, t: usize) -> usize {
        t.checked_div(self.periods_per_year).unwrap_or(0)
    }

    /// The calendar year of year `y` (from 0).
    pub fn calendar_year(&self, y: usize) -> i32 {
        self.first_year + i32::try_from(y).unwrap_or(0)
    }

    /// The weight (1 + r)^−y of year `y` (from 0); 1 for employment, which is never weighted.
    pub fn weight(&self, metric: Metric, y: usize) -> f64 {
        if metric.is_money() {
            (0..y).fold(1.0, |weight, _| weight / (1.0 + self.discount_rate))
        } else {
            1.0
        }
    }
}
