//! The need of each candidate that a plan does not open: the gain at which it would enter.
//!
//! With V the maximum and V(c) the maximum if candidate c must be opened, c enters the plan if opening it brings more than
//! V − V(c) beyond what the model says, the same in every sample: the mean and the CVaR both rise by what is added to all
//! samples, so the figure is exact whatever the attitude to risk. All other decisions are free in V(c): another candidate
//! may be given up for it.
//!
//! V lies between what the plan brings and its bound, and V(c) between what decisions that open c bring and a bound of
//! theirs. So there are two figures: with less than the one no best plan opens c, with more than the other every one does.

use super::builder::{PlanningProgram, Rule, SiteBound, frame};
use super::conflict::check_rules;
use super::decomposition::Required;
use super::error::OptError;
use crate::model::{Allocation, ClusterId, Metric, Model, SiteRule, Variant};

/// A candidate that is not opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// Which.
    pub cluster: ClusterId,
    /// Its need.
    pub entry: Entry,
}

/// The need of a candidate to enter the plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The extra present value at which opening it would become worthwhile \[unit of the objective\].
    Needs {
        /// With less than this it stays out. Zero if the proof of the plan leaves open whether it belongs in as it is.
        at_least: f64,
        /// With more than this it enters, where that is known.
        at_most: Option<f64>,
    },
    /// These rules together keep it out, whatever it brings; none of them where no source may fund its opening.
    Barred(Vec<Rule>),
    /// Time was up, or the solver gave no answer that can be believed.
    NotComputed,
}

/// The candidates that `allocation` does not open.
pub(super) fn rejected(model: &Model, allocation: &Allocation) -> Vec<ClusterId> {
    let opened = model.opened(allocation).into_iter();
    opened.filter(|(_, year)| year.is_none()).map(|(cluster, _)| cluster).collect()
}

/// The model in which a candidate must be opened.
///
/// # Errors
/// [`OptError::Variant`] if the model has no such cluster.
pub(super) fn opening(model: &Model, cluster: ClusterId) -> Result<Model, OptError> {
    let opened = SiteRule {
        title: None,
        candidates: vec![cluster],
        at_most: None,
        at_least: Some(1),
        minimum_potential: None,
    };
    let sites = model.sites.iter().cloned().chain([opened]).collect();
    Variant { sites: Some(sites), ..Variant::default() }.apply(model).map_err(OptError::Variant)
}

/// The first-stage row of `planning` that says that a candidate is opened once, where a source may open it.
pub(super) fn row_of(planning: &PlanningProgram, cluster: ClusterId) -> Option<usize> {
    planning.rules.iter().position(|rule| *rule == Rule::OpenOnce(cluster))
}

/// The rules that keep a candidate out where no decisions that open it are known.
pub(super) fn barred(model: &Model, metric: Metric, cluster: ClusterId) -> Option<Entry> {
    // A rule that wants more potential bars it alone; to find that among all rules takes as long as a tenth of a national plan.
    let alone = model.sites.iter().position(|rule| rule.below(model).contains(&cluster));
    if let Some(number) = alone {
        return Some(Entry::Barred(vec![Rule::Sites(number, SiteBound::Potential)]));
    }
    let own = model.sites.len();
    let model = opening(model, cluster).ok()?;
    match check_rules(&model, &frame(&model, metric, 0.0)) {
        Err(OptError::Infeasible(conflict)) => {
            let rules = conflict.rules.iter().map(|clash| clash.rule);
            let others = rules.filter(|rule| !matches!(rule, Rule::Sites(number, _) if *number == own));
            Some(Entry::Barred(others.collect()))
        }
        _ => None,
    }
}

/// The need of a candidate, where the plan brings `value`, no plan more than `bound`, and the best that opens the candidate
/// something within `required` \[all in the objective's unit\].
pub(super) fn needs(required: Required, value: f64, bound: f64) -> Entry {
    let at_most = required.at_least.map(|known| (bound - known).max(0.0));
    let at_least = (value - required.at_most).max(0.0);
    Entry::Needs { at_least: at_most.map_or(at_least, |most| at_least.min(most)), at_most }
}
