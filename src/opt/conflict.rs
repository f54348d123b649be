//! Why no allocation keeps every rule: a minimal set of rules that contradict each other, and the cheapest way out.
//!
//! Everything is asked of one small program: the first stage, with a price of a rupiah on every rupiah by which a rule
//! gives way (a floor lowered, a cap raised, money found for a budget). The rules contradict each other exactly if its
//! least cost is positive. That is believed only where the solver's duals prove it by weak duality in our own arithmetic
//! (a Farkas certificate); that they do not, only at decisions that keep every rule when we add them up ourselves.

mod check;
mod elastic;
mod reduced;
mod rules;

pub use check::check_rules;
pub(super) use reduced::core;

use super::answer::BoundBy;
use super::builder::Rule;

/// A rule of a minimal conflicting set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// The rule.
    pub rule: Rule,
    /// True if giving up this rule alone leaves no contradiction at all, beside ending this one.
    pub enough: bool,
    /// True for a budget that upkeep is paid from too.
    pub upkeep: bool,
}

/// A rule that gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concession {
    /// The rule.
    pub rule: Rule,
    /// By how much [Rp]; 0 for a rule for sites.
    pub rupiah: i64,
    /// By how many sites; 0 for any other rule.
    pub sites: i64,
}

/// A contradiction and the cheapest way out of all there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Rules that cannot be kept together, though any of them can be given up for the others to be kept: floors and caps
    /// first, then budgets, each in order.
    pub rules: Vec<Clash>,
    /// The least total of rupiah by which rules must give way, rule by rule in the same order.
    pub relaxation: Vec<Concession>,
    /// Lower bound on every relaxation's total [Rp], a site counted as the dearest opening that its rule concerns.
    pub least: f64,
    /// The ground of that bound: duals, or with whole numbers the word of the solver's search.
    pub least_by: BoundBy,
}
