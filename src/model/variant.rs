//! Variants: changed cases of a model, such as another budget or an opened site. A variant applied to a model gives a valid
//! model or every fault.
//!
//! A variant changes what is decided and asked, never what is there: horizon, chains, clusters and uncertain numbers stay, so
//! that ids and draws of the model hold in all of its variants.

use std::collections::BTreeMap;

use super::cofunding::Cofunding;
use super::facility::Metric;
use super::funding::{Limit, LimitBound};
use super::id::{ClusterId, SourceId};
use super::locked::Locked;
use super::root::Model;
use super::settings::Risk;
use super::site::SiteRule;
use crate::units::Rupiah;

/// A changed case; `None` and nothing leave the model's own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variant {
    /// Amounts by year \[Rp\], of these sources.
    pub amounts: BTreeMap<SourceId, Vec<Rupiah>>,
    /// Locked lines and closed sources.
    pub locked: Option<Locked>,
    /// The metric that a plan maximises.
    pub objective: Option<Metric>,
    /// Attitude to risk.
    pub risk: Option<Risk>,
    /// The seed of all draws.
    pub seed: Option<u64>,
    /// Floors and caps.
    pub limits: Option<Vec<Limit>>,
    /// Co-funding rules.
    pub cofunding: Option<Vec<Cofunding>>,
    /// Rules for sites.
    pub sites: Option<Vec<SiteRule>>,
    /// True if plans are held to coverage.
    pub coverage_enforced: Option<bool>,
}

/// A fault of a variant of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VariantFault {
    /// The model has no such source.
    NoSource(SourceId),
    /// The model has no such cluster.
    NoCluster(ClusterId),
    /// A source has amounts for another number of years than the horizon.
    Years {
        /// The source.
        source: SourceId,
        /// Years with an amount.
        years: usize,
    },
    /// A source has less than nothing in a year (from 0).
    NegativeAmount(SourceId, usize),
    /// The objective is a metric that the scenario does not have what it needs for.
    NoMetric(Metric),
    /// A locked line that its source may not fund, or in a year beyond the horizon: by position.
    LockedLine(usize),
    /// The weight of the CVaR is not between 0 and 1, or its level not between 0 and below 1.
    Risk(Risk),
    /// A floor or cap, by position, whose amount or share is negative or no number.
    LimitSize(usize),
    /// A floor or cap, by position, on a year (from 0) beyond the horizon.
    LimitYear(usize),
    /// A co-funding rule, by position, whose ratio is negative or no number.
    CofundingRatio(usize),
}

impl Variant {
    /// The changed model.
    ///
    /// # Errors
    /// Every fault of the variant, in the order of its fields.
    pub fn apply(&self, model: &Model) -> Result<Model, Vec<VariantFault>> {
        let faults = self.faults(model);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut changed = model.clone();
        for (source, amounts) in &self.amounts {
            changed.sources[source.index()].amounts.clone_from(amounts);
        }
        set(&mut changed.locked, self.locked.as_ref());
        set(&mut changed.objective, self.objective.as_ref());
        set(&mut changed.risk, self.risk.as_ref());
        set(&mut changed.samples.seed, self.seed.as_ref());
        set(&mut changed.limits, self.limits.as_ref());
        set(&mut changed.cofunding, self.cofunding.as_ref());
        set(&mut changed.sites, self.sites.as_ref());
        set(&mut changed.coverage.enforced, self.coverage_enforced.as_ref());
        Ok(changed)
    }

    /// Every fault of the variant.
    fn faults(&self, model: &Model) -> Vec<VariantFault> {
        let mut faults = Vec::new();
        self.check_money(model, &mut faults);
        let unknown = self.objective.filter(|metric| model.metrics().all(|known| known != *metric));
        faults.extend(unknown.map(VariantFault::NoMetric));
        if let Some(risk) = self.risk
            && !((0.0..=1.0).contains(&risk.lambda) && (0.0..1.0).contains(&risk.alpha))
        {
            faults.push(VariantFault::Risk(risk));
        }
        self.check_rules(model, &mut faults);
        faults
    }

    /// Amounts and locked lines.
    fn check_money(&self, model: &Model, faults: &mut Vec<VariantFault>) {
        let years = model.horizon.years;
        for (&source, amounts) in &self.amounts {
            if source.index() >= model.sources.len() {
                faults.push(VariantFault::NoSource(source));
            } else if amounts.len() != years {
                faults.push(VariantFault::Years { source, years: amounts.len() });
            }
            let negative = amounts.iter().enumerate().filter(|(_, amount)| amount.0 < 0);
            faults.extend(negative.map(|(year, _)| VariantFault::NegativeAmount(source, year)));
        }
        let Some(locked) = &self.locked else { return };
        let unknown = locked.closed.iter().filter(|source| source.index() >= model.sources.len());
        faults.extend(unknown.map(|source| VariantFault::NoSource(*source)));
        for (number, line) in locked.lines.lines().iter().enumerate() {
            let known = line.source.index() < model.sources.len()
                && line.cluster.index() < model.clusters.len()
                && line.intervention.index() < model.chain_of(line.cluster).interventions.len();
            if !(known && line.year < years && model.may_fund(line.source, line.cluster, line.intervention)) {
                faults.push(VariantFault::LockedLine(number));
            }
        }
    }

    /// Floors and caps, co-funding, and rules for sites.
    fn check_rules(&self, model: &Model, faults: &mut Vec<VariantFault>) {
        for (number, limit) in self.limits.iter().flatten().enumerate() {
            let (LimitBound::Share(size) | LimitBound::Amount(size)) = limit.bound;
            if !(size.is_finite() && size >= 0.0) {
                faults.push(VariantFault::LimitSize(number));
            }
            if limit.year.is_some_and(|year| year >= model.horizon.years) {
                faults.push(VariantFault::LimitYear(number));
            }
            let unknown = limit.source.filter(|source| source.index() >= model.sources.len());
            faults.extend(unknown.map(VariantFault::NoSource));
        }
        for (number, rule) in self.cofunding.iter().flatten().enumerate() {
            if !(rule.ratio.is_finite() && rule.ratio >= 0.0) {
                faults.push(VariantFault::CofundingRatio(number));
            }
            let sources = std::iter::once(&rule.source).chain(&rule.to);
            let unknown = sources.filter(|source| source.index() >= model.sources.len());
            faults.extend(unknown.map(|source| VariantFault::NoSource(*source)));
        }
        let candidates = self.sites.iter().flatten().flat_map(|rule| &rule.candidates);
        let unknown = candidates.filter(|cluster| cluster.index() >= model.clusters.len());
        faults.extend(unknown.map(|cluster| VariantFault::NoCluster(*cluster)));
    }
}

/// Sets `value` to `other`, if there is one.
fn set<T: Clone>(value: &mut T, other: Option<&T>) {
    if let Some(other) = other {
        value.clone_from(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Allocation, AllocationLine, InterventionId, tiny};

    fn line(source: usize, year: usize) -> AllocationLine {
        AllocationLine {
            source: SourceId::new(source),
            cluster: ClusterId::new(0),
            intervention: InterventionId::new(0),
            year,
            amount: Rupiah(100),
        }
    }

    #[test]
    fn a_variant_changes_what_it_names_and_nothing_else() {
        let model = tiny::model();
        let variant = Variant {
            amounts: BTreeMap::from([(SourceId::new(1), vec![Rupiah(7), Rupiah(8)])]),
            objective: Some(Metric::Employment),
            seed: Some(9),
            ..Variant::default()
        };
        let changed = variant.apply(&model).expect("valid");
        assert_eq!(changed.sources[1].amounts, [Rupiah(7), Rupiah(8)]);
        assert_eq!(changed.sources[0], model.sources[0]);
        assert_eq!((changed.objective, changed.samples.seed), (Metric::Employment, 9));
        assert_eq!((changed.risk, changed.horizon), (model.risk, model.horizon));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let model = tiny::model();
        let risk = Risk { lambda: 1.5, alpha: 0.9 };
        let (known, unknown) = (SourceId::new(0), SourceId::new(2));
        let variant = Variant {
            amounts: BTreeMap::from([(known, vec![Rupiah(-1)]), (unknown, vec![Rupiah(1); 2])]),
            locked: Some(Locked {
                lines: Allocation::new(vec![line(0, 0), line(0, 2)]),
                ..Locked::default()
            }),
            risk: Some(risk),
            ..Variant::default()
        };
        let faults = variant.apply(&model).expect_err("faults");
        assert_eq!(
            faults,
            [
                VariantFault::Years { source: known, years: 1 },
                VariantFault::NegativeAmount(known, 0),
                VariantFault::NoSource(unknown),
                VariantFault::LockedLine(1),
                VariantFault::Risk(risk),
            ]
        );
    }
}
