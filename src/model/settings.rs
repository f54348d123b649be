//! Settings of a scenario: attitude to risk, seed and numbers of samples.

/// The attitude to risk: the plan maximises (1 − λ) mean + λ CVaR_α, the mean of the worst 1 − α share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// Weight λ of the CVaR, 0 to 1.
    pub lambda: f64,
    /// Level α: 0.9 is the worst tenth.
    pub alpha: f64,
}

/// How many samples to take and from which seed, where the caller does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleDefaults {
    /// The seed of all draws.
    pub seed: u64,
    /// Samples the plan is made on.
    pub planning: usize,
    /// Fresh samples the plan is evaluated on.
    pub evaluation: usize,
}
