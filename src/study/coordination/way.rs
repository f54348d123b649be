//! The ways of planning that are compared.

/// A way of planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// All sources together.
    Joint,
    /// Every party for itself.
    Alone,
    /// One party after the other.
    Sequence,
}

impl Way {
    /// All ways, in order of report.
    pub const ALL: [Way; 3] = [Way::Joint, Way::Alone, Way::Sequence];

    /// Its key in results.
    pub fn key(self) -> &'static str {
        match self {
            Way::Joint => "joint",
            Way::Alone => "alone",
            Way::Sequence => "sequence",
        }
    }
}
