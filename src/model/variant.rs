//! Variants: changed cases of a model, such as another budget or an opened site. A variant applied to a model gives a valid
//! model or every fault.
//!
//! A variant changes what is decided and asked, never what is there: horizon, chains, clusters and uncertain numbers stay, so
//! that ids and draws of the model hold in all of its variants.

use std::collections::BTreeMap;

use super::cluster::LocalIntervention;
use super::cofunding::Cofunding;
use super::coverage::{Coverage, MinimumSize};
use super::economy::ShadowPrices;
use super::facility::Net;
use super::funding::{Eligibility, Limit, LimitBound};
use super::id::{ClusterId, InterventionId, SourceId};
use super::locked::Locked;
use super::metric::Metric;
use super::root::{Model, ModelParts};
use super::settings::Risk;
use super::site::SiteRule;
use super::uncertainty::Number;
use crate::language::{Text, text};
use crate::units::Rupiah;

/// A changed case; `None` and nothing leave the model's own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variant {
    /// Amounts by year \[Rp\], of these sources.
    pub amounts: BTreeMap<SourceId, Vec<Rupiah>>,
    /// Shares of a year's unspent money that may be carried into the next, of these sources.
    pub carry_over: BTreeMap<SourceId, f64>,
    /// Disbursement curves of these sources: shares by period, one at least, at most 1 together.
    pub disbursement: BTreeMap<SourceId, Vec<f64>>,
    /// Lines that these sources may fund.
    pub eligible: BTreeMap<SourceId, Eligibility>,
    /// Numbers of these lines: how much of the money's effect comes about, is additional and stays.
    pub lines: BTreeMap<(ClusterId, InterventionId), LocalIntervention>,
    /// Locked lines and closed sources.
    pub locked: Option<Locked>,
    /// The metric that a plan maximises.
    pub objective: Option<Metric>,
    /// The costs that a plan's objective subtracts.
    pub net: Option<Net>,
    /// Least line of every source \[Rp\].
    pub least_line: Option<Rupiah>,
    /// Grain of every source \[Rp\].
    pub grain: Option<Rupiah>,
    /// Prices of the metric `economic`.
    pub shadow_prices: Option<ShadowPrices>,
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
    /// The coverage rule.
    pub coverage: Option<Coverage>,
    /// True if plans are held to coverage, the model's own or that of `coverage`.
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
    /// A source's carry-over is not between 0 and 1.
    CarryOver(SourceId),
    /// A share of a source's disbursement curve is not between 0 and 1, they are more than 1 together, or there is none.
    Disbursement(SourceId),
    /// No line of the model is one that a source may fund.
    FundsNothing(SourceId),
    /// The model has no such line.
    NoLine(ClusterId, InterventionId),
    /// A number of a line is one that the model does not know, an additionality that may leave 0 to 1, or may be negative.
    LineNumber(ClusterId, InterventionId),
    /// The objective is a metric that the scenario does not have what it needs for.
    NoMetric(Metric),
    /// The shadow wage ratio is not between 0 and 2, or a conversion factor not between 0 and 10.
    ShadowPrices,
    /// A locked line that its source may not fund, or in a year beyond the horizon: by position.
    LockedLine(usize),
    /// The weight of the CVaR is not between 0 and 1, or its level not between 0 and below 1.
    Risk(Risk),
    /// A least line that no source has the money for over the horizon, or below nothing.
    LeastLine,
    /// A grain that no budget is a multiple of.
    Grain,
    /// A floor or cap, by position, whose amount or share is negative or no number.
    LimitSize(usize),
    /// A floor or cap, by position, on a year (from 0) beyond the horizon.
    LimitYear(usize),
    /// A co-funding rule, by position, whose ratio is negative or no number.
    CofundingRatio(usize),
    /// A minimum of the coverage rule, by position, is negative or no number.
    CoverageSize(usize),
    /// A minimum of the coverage rule, by position, is of a capacity that no chain has.
    CoverageCapacity(usize),
}

impl VariantFault {
    /// Faults in one sentence, in both languages.
    pub fn told(faults: &[VariantFault]) -> Text {
        let each: Vec<Text> = faults.iter().map(VariantFault::text).collect();
        Text::join(&each, &Text::same("; "))
    }

    /// The fault in both languages; what has no key here is told by its position, from 1.
    pub fn text(&self) -> Text {
        match *self {
            Self::NoSource(s) => {
                text!(en: "there is no source {at}", id: "sumber {at} tidak ada", at = s.index() + 1)
            }
            Self::NoCluster(c) => {
                text!(en: "there is no cluster {at}", id: "klaster {at} tidak ada", at = c.index() + 1)
            }
            Self::Years { source, years } => text!(
                en: "source {at} has amounts for {years} years, not for those of the horizon",
                id: "sumber {at} memiliki pagu untuk {years} tahun, tidak sama dengan horizon",
                at = source.index() + 1, years,
            ),
            Self::NegativeAmount(source, year) => text!(
                en: "source {at} has less than nothing in year {year}",
                id: "sumber {at} memiliki kurang dari nol pada tahun ke-{year}",
                at = source.index() + 1, year = year + 1,
            ),
            Self::CarryOver(source) => text!(
                en: "the carry-over of source {at} is not between 0 and 1",
                id: "sisa yang dibawa sumber {at} tidak di antara 0 dan 1",
                at = source.index() + 1,
            ),
            Self::Disbursement(source) => text!(
                en: "the disbursement of source {at} has no shares, or some that are not between 0 and 1 in sum",
                id: "pencairan sumber {at} tidak memiliki bagian, atau bagiannya tidak di antara 0 dan 1 seluruhnya",
                at = source.index() + 1,
            ),
            Self::FundsNothing(source) => text!(
                en: "no line is one that source {at} may fund",
                id: "tidak ada lini yang boleh didanai sumber {at}",
                at = source.index() + 1,
            ),
            Self::NoLine(cluster, line) => text!(
                en: "cluster {at} has no line {number}",
                id: "klaster {at} tidak memiliki lini {number}",
                at = cluster.index() + 1, number = line.index() + 1,
            ),
            Self::LineNumber(cluster, line) => text!(
                en: "a number of line {number} in cluster {at} cannot be",
                id: "ada bilangan pada lini {number} di klaster {at} yang tidak mungkin",
                number = line.index() + 1, at = cluster.index() + 1,
            ),
            Self::NoMetric(metric) => text!(
                en: "the scenario does not have what the objective {key} needs",
                id: "skenario tidak memiliki yang diperlukan tujuan {key}",
                key = metric.key(),
            ),
            Self::ShadowPrices => text!(
                en: "the shadow wage ratio is not between 0 and 2, or a conversion factor not between 0 and 10",
                id: "nisbah upah bayangan tidak di antara 0 dan 2, atau faktor konversi tidak di antara 0 dan 10",
            ),
            Self::LockedLine(number) => text!(
                en: "locked line {at} is one that its source may not fund, or beyond the horizon",
                id: "belanja terikat {at} tidak boleh didanai sumbernya, atau di luar horizon",
                at = number + 1,
            ),
            Self::Risk(_) => text!(
                en: "the weight of the CVaR is not between 0 and 1, or its level not between 0 and below 1",
                id: "bobot CVaR tidak di antara 0 dan 1, atau tingkatnya tidak di antara 0 dan di bawah 1",
            ),
            ref rule => rule.of_a_rule(),
        }
    }

    /// The faults of floors, caps, co-funding and coverage.
    fn of_a_rule(&self) -> Text {
        match *self {
            Self::LimitSize(number) => text!(
                en: "the amount or share of floor or cap {at} is negative or no number",
                id: "jumlah atau bagian pada batas bawah atau batas atas {at} negatif atau bukan bilangan",
                at = number + 1,
            ),
            Self::LimitYear(number) => text!(
                en: "floor or cap {at} is on a year beyond the horizon",
                id: "batas bawah atau batas atas {at} berlaku untuk tahun di luar horizon",
                at = number + 1,
            ),
            Self::CofundingRatio(number) => text!(
                en: "the ratio of co-funding rule {at} is negative or no number",
                id: "nisbah aturan pendanaan bersama {at} negatif atau bukan bilangan",
                at = number + 1,
            ),
            Self::CoverageSize(number) => text!(
                en: "minimum {at} of the coverage rule is negative or no number",
                id: "minimum {at} pada aturan cakupan negatif atau bukan bilangan",
                at = number + 1,
            ),
            Self::LeastLine => text!(
                en: "no source has the money for a line of the least size that is asked for",
                id: "tidak ada sumber yang dananya cukup untuk satu baris sebesar nilai terkecil yang diminta",
            ),
            Self::Grain => text!(
                en: "no budget is a multiple of the grain that is asked for",
                id: "tidak ada pagu yang merupakan kelipatan bilangan yang diminta",
            ),
            Self::CoverageCapacity(number) => text!(
                en: "minimum {at} of the coverage rule is of a capacity that no chain has",
                id: "minimum {at} pada aturan cakupan menyebut kapasitas yang tidak dimiliki rantai mana pun",
                at = number + 1,
            ),
            _ => Text::same(""),
        }
    }
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
        let mut changed = ModelParts::clone(model);
        for (source, amounts) in &self.amounts {
            changed.sources[source.index()].amounts.clone_from(amounts);
        }
        for (source, share) in &self.carry_over {
            changed.sources[source.index()].carry_over = *share;
        }
        for (source, curve) in &self.disbursement {
            changed.sources[source.index()].disbursement.clone_from(curve);
        }
        for (source, eligible) in &self.eligible {
            changed.sources[source.index()].eligible.clone_from(eligible);
        }
        for ((cluster, intervention), line) in &self.lines {
            changed.clusters[cluster.index()].interventions[intervention.index()].clone_from(line);
        }
        set(&mut changed.locked, self.locked.as_ref());
        set(&mut changed.objective, self.objective.as_ref());
        changed.net_asked = self.net.or(changed.net_asked);
        let asked = &mut changed.lines_asked;
        (asked.least_line, asked.grain) = (self.least_line.or(asked.least_line), self.grain.or(asked.grain));
        changed.shadow_prices = self.shadow_prices.clone().or(changed.shadow_prices);
        set(&mut changed.risk, self.risk.as_ref());
        set(&mut changed.samples.seed, self.seed.as_ref());
        set(&mut changed.limits, self.limits.as_ref());
        set(&mut changed.cofunding, self.cofunding.as_ref());
        set(&mut changed.sites, self.sites.as_ref());
        set(&mut changed.coverage, self.coverage.as_ref());
        set(&mut changed.coverage.enforced, self.coverage_enforced.as_ref());
        Ok(Model::of_checked(changed))
    }

    /// Every fault of the variant.
    fn faults(&self, model: &Model) -> Vec<VariantFault> {
        let mut faults = Vec::new();
        if let Some(shadow) = &self.shadow_prices {
            let factors = std::iter::once(&shadow.conversion).chain(shadow.own.iter().map(|(_, _, own)| own));
            let factors = factors.flat_map(|conversion| [conversion.price, conversion.cost]);
            if !(0.0..=2.0).contains(&shadow.wage_ratio)
                || factors.into_iter().any(|factor| !(0.0..=10.0).contains(&factor))
            {
                faults.push(VariantFault::ShadowPrices);
            }
        }
        let unknown = self.objective.filter(|metric| {
            model.objectives().iter().all(|known| known != metric)
                && !(*metric == Metric::Economic && self.shadow_prices.is_some())
        });
        faults.extend(unknown.map(VariantFault::NoMetric));
        self.check_amounts(model, &mut faults);
        self.check_sources(model, &mut faults);
        self.check_lines(model, &mut faults);
        self.check_locked(model, &mut faults);
        if let Some(risk) = self.risk
            && !((0.0..=1.0).contains(&risk.lambda) && (0.0..1.0).contains(&risk.alpha))
        {
            faults.push(VariantFault::Risk(risk));
        }
        self.check_sizes(model, &mut faults);
        self.check_rules(model, &mut faults);
        self.check_coverage(model, &mut faults);
        faults
    }

    /// Sizes of lines that are asked for: some source can keep them.
    fn check_sizes(&self, model: &Model, faults: &mut Vec<VariantFault>) {
        let amounts = |source: SourceId| {
            self.amounts.get(&source).unwrap_or(&model.sources[source.index()].amounts).as_slice()
        };
        if let Some(least) = self.least_line {
            let has =
                |source: SourceId| amounts(source).iter().map(|amount| amount.0).sum::<i64>() >= least.0;
            if least.0 < 0 || !model.source_ids().any(has) {
                faults.push(VariantFault::LeastLine);
            }
        }
        if let Some(grain) = self.grain {
            let divides = |amount: &Rupiah| grain.0 > 0 && amount.0 > 0 && amount.0 % grain.0 == 0;
            if !model.source_ids().any(|source| amounts(source).iter().any(divides)) {
                faults.push(VariantFault::Grain);
            }
        }
    }

    /// Amounts by year.
    fn check_amounts(&self, model: &Model, faults: &mut Vec<VariantFault>) {
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
    }

    /// Carry-over, disbursement and eligibility.
    fn check_sources(&self, model: &Model, faults: &mut Vec<VariantFault>) {
        let mut told = |source: SourceId, fault: Option<VariantFault>| {
            let known = source.index() < model.sources.len();
            faults.extend(if known { fault } else { Some(VariantFault::NoSource(source)) });
        };
        let share = |share: &f64| (0.0..=1.0).contains(share);
        for (&source, carried) in &self.carry_over {
            told(source, (!share(carried)).then_some(VariantFault::CarryOver(source)));
        }
        for (&source, curve) in &self.disbursement {
            // The shares of a scenario may pass 1 by as much as decimals are rounded.
            let sound =
                !curve.is_empty() && curve.iter().all(share) && curve.iter().sum::<f64>() <= 1.0 + 1e-9;
            told(source, (!sound).then_some(VariantFault::Disbursement(source)));
        }
        for (&source, eligible) in &self.eligible {
            let mut lines = model.cluster_ids().flat_map(|c| {
                (0..model.chain_of(c).interventions.len()).map(move |i| (c, InterventionId::new(i)))
            });
            let funds = lines.any(|(c, i)| model.pays(eligible, c, i));
            told(source, (!funds).then_some(VariantFault::FundsNothing(source)));
        }
    }

    /// Numbers of lines.
    fn check_lines(&self, model: &Model, faults: &mut Vec<VariantFault>) {
        for (&(cluster, intervention), line) in &self.lines {
            let place = model.clusters.get(cluster.index());
            if place.is_none_or(|place| intervention.index() >= place.interventions.len()) {
                faults.push(VariantFault::NoLine(cluster, intervention));
                continue;
            }
            let within = |number: Number, most: f64| {
                let known = match number {
                    Number::Certain(value) => value.is_finite(),
                    Number::Uncertain(id) => id.index() < model.parameters.len(),
                };
                known && model.support(number).0 >= 0.0 && model.support(number).1 <= most
            };
            let sound = within(line.effectiveness, f64::INFINITY)
                && within(line.additionality, 1.0)
                && within(line.upkeep, f64::INFINITY)
                && line.minimum.0 >= 0
                && line.fixed_cost.0 >= 0;
            if !sound {
                faults.push(VariantFault::LineNumber(cluster, intervention));
            }
        }
    }

    /// Locked lines, and sources that are closed.
    fn check_locked(&self, model: &Model, faults: &mut Vec<VariantFault>) {
        let Some(locked) = &self.locked else { return };
        let may_fund = |source: SourceId, cluster, intervention| {
            let own = &model.sources[source.index()].eligible;
            model.pays(self.eligible.get(&source).unwrap_or(own), cluster, intervention)
        };
        let unknown = locked.closed.iter().filter(|source| source.index() >= model.sources.len());
        faults.extend(unknown.map(|source| VariantFault::NoSource(*source)));
        for (number, line) in locked.lines.lines().iter().enumerate() {
            let known = line.source.index() < model.sources.len()
                && line.cluster.index() < model.clusters.len()
                && line.intervention.index() < model.chain_of(line.cluster).interventions.len();
            if !(known
                && line.year < model.horizon.years
                && may_fund(line.source, line.cluster, line.intervention))
            {
                faults.push(VariantFault::LockedLine(number));
            }
        }
    }

    /// Minima of coverage, and the clusters of which it knows something.
    fn check_coverage(&self, model: &Model, faults: &mut Vec<VariantFault>) {
        let Some(coverage) = &self.coverage else { return };
        for (number, minimum) in coverage.minima.iter().enumerate() {
            let size = match &minimum.size {
                MinimumSize::Amount(size) | MinimumSize::PerEnterprise(size) => *size,
                MinimumSize::Capacity { capacity, units } => {
                    let mut known = model.chains.iter().flat_map(|chain| &chain.capacities);
                    if !known.any(|known| known.key == *capacity) {
                        faults.push(VariantFault::CoverageCapacity(number));
                    }
                    *units
                }
            };
            if !(size.is_finite() && size >= 0.0) {
                faults.push(VariantFault::CoverageSize(number));
            }
        }
        let mut clusters: Vec<ClusterId> = coverage.standings.keys().map(|(cluster, _)| *cluster).collect();
        clusters.dedup();
        let unknown = clusters.into_iter().filter(|cluster| cluster.index() >= model.clusters.len());
        faults.extend(unknown.map(VariantFault::NoCluster));
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

    /// A source that may fund only cluster 1 locks nothing in cluster 0; what the model has no number for is no number.
    #[test]
    fn sources_and_lines_are_checked_as_they_are_read() {
        let model = tiny::model();
        let (one, other, unknown) = (SourceId::new(0), SourceId::new(1), SourceId::new(2));
        let only =
            |clusters: Vec<ClusterId>| Eligibility { clusters: Some(clusters), ..Eligibility::default() };
        let train = (ClusterId::new(0), InterventionId::new(0));
        let mut changed = model.clusters[0].interventions[0].clone();
        changed.additionality = Number::Certain(0.5);
        let sound = Variant {
            carry_over: BTreeMap::from([(one, 0.25)]),
            disbursement: BTreeMap::from([(one, vec![0.5, 0.5])]),
            eligible: BTreeMap::from([(other, only(vec![ClusterId::new(1)]))]),
            lines: BTreeMap::from([(train, changed.clone())]),
            ..Variant::default()
        };
        let case = sound.apply(&model).expect("valid");
        assert_eq!((case.sources[0].carry_over, &case.sources[0].disbursement), (0.25, &vec![0.5, 0.5]));
        assert!(!case.may_fund(other, train.0, train.1) && model.may_fund(other, train.0, train.1));
        assert_eq!(case.clusters[0].interventions[0], changed);

        let wrong = LocalIntervention { additionality: Number::Certain(1.5), ..changed };
        let faulty = Variant {
            carry_over: BTreeMap::from([(one, 1.5), (unknown, 0.5)]),
            disbursement: BTreeMap::from([(one, vec![0.6, 0.6])]),
            eligible: BTreeMap::from([(one, only(Vec::new())), (other, only(vec![ClusterId::new(1)]))]),
            lines: BTreeMap::from([(train, wrong.clone()), ((ClusterId::new(7), train.1), wrong)]),
            locked: Some(Locked { lines: Allocation::new(vec![line(1, 0)]), ..Locked::default() }),
            ..Variant::default()
        };
        assert_eq!(
            faulty.apply(&model).expect_err("faults"),
            [
                VariantFault::CarryOver(one),
                VariantFault::NoSource(unknown),
                VariantFault::Disbursement(one),
                VariantFault::FundsNothing(one),
                VariantFault::LineNumber(train.0, train.1),
                VariantFault::NoLine(ClusterId::new(7), train.1),
                VariantFault::LockedLine(0),
            ]
        );
    }
}
