//! Sites: candidate clusters that get money only once they are opened, and rules for which of them may be. The mapping of
//! potential of Article 89 paragraph (4) is their score.

use super::id::ClusterId;
use super::title::Title;

/// A rule for the candidates it concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRule {
    /// Name in both languages, where it has one.
    pub title: Option<Title>,
    /// The candidates it concerns, in order; at least one.
    pub candidates: Vec<ClusterId>,
    /// At most so many of them may be opened.
    pub at_most: Option<usize>,
    /// At least so many of them must be opened.
    pub at_least: Option<usize>,
    /// Those whose potential is below may not be opened.
    pub minimum_potential: Option<f64>,
}

/// Which bound of a rule for sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteBound {
    /// At most so many opened.
    AtMost,
    /// At least so many opened.
    AtLeast,
    /// None opened whose potential is below.
    Potential,
}
