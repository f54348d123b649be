//! The size and kind of a generated scenario.

/// The size and kind of a generated scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenerateOptions {
    /// Number of clusters, 1 to 100,000.
    pub clusters: usize,
    /// Years of the horizon.
    pub years: usize,
    /// Periods in a year.
    pub periods_per_year: usize,
    /// Commodities from the raw one to the finished one, 2 to 50. With 3 a chain has 7 processes and 10 capacities, and
    /// whatever the length 10 interventions, one for each facility type.
    pub length: usize,
    /// Share of the clusters whose processes compete for work, credit and licences, 0 to 1; in the others every capacity
    /// serves one process.
    pub contested: f64,
    /// Share of the numbers that may be uncertain which are, 0 to 1. With chains of 3 commodities there are 15 in a
    /// cluster, each with a new lognormal draw every period: 10 variations of capacities, 3 prices, 2 yields.
    pub uncertain: f64,
    /// Whether the second commodity can be stored, at a loss of a twentieth each period.
    pub store: bool,
    /// Seed of all numbers.
    pub seed: u64,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self {
            clusters: 1,
            years: 5,
            periods_per_year: 4,
            length: 3,
            contested: 1.0,
            uncertain: 1.0,
            store: false,
            seed: 1,
        }
    }
}

/// How each generated number is documented, in TOML.
pub(super) const SAYS: &str = r#"source = "synthetic: made by rantai generate", grade = "assumption""#;
