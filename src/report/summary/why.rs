//! The funded interventions and the reasons: the largest, what each raises, and how often that bound before and after.

use super::super::language::Lang;
use super::super::page::{Block, Section, both, words};
use super::words::sums;
use crate::model::{CapacityId, ChainId, InterventionId, Model, Raise};
use crate::sim::{Binding, Bottleneck, Bottlenecks, PlanEffects};
use crate::study::PlanStudy;

/// Interventions explained at most.
const EXPLAINED: usize = 8;

/// The section of a plan's summary.
pub(super) fn section(model: &Model, study: &PlanStudy) -> Section {
    let mut section = Section::new(words("What to fund, and why", "Apa yang didanai, dan mengapa"));
    let lines = study.program.allocation.lines();
    let by_intervention = sums(lines, |line| (model.clusters[line.cluster.index()].chain, line.intervention));
    let left_out = by_intervention.len().saturating_sub(EXPLAINED);
    let reasons = Reasons {
        model,
        before: study.evaluation.without.list(),
        after: study.evaluation.with.as_ref().map(Bottlenecks::list).unwrap_or_default(),
        effects: PlanEffects::new(model, &study.program.allocation),
    };
    for (number, ((h, i), rupiah)) in by_intervention.into_iter().take(EXPLAINED).enumerate() {
        let line = &model.chains[h.index()].interventions[i.index()];
        let mut clusters: Vec<&str> = lines
            .iter()
            .filter(|l| model.clusters[l.cluster.index()].chain == h && l.intervention == i)
            .map(|l| model.clusters[l.cluster.index()].title.id.as_str())
            .collect();
        clusters.sort_unstable();
        clusters.dedup();
        let said = both(|lang| {
            let (letter, title) = (line.facility.letter(), lang.title(&line.title));
            let units = line.unit.as_ref().map_or_else(String::new, |unit| {
                let units = unit.of(rupiah);
                let digits = usize::from(units.fract() != 0.0);
                format!(" ({} {})", lang.number(units, digits), lang.title(unit.named(units)))
            });
            format!("({letter}) {title}: {}{units} -> {}", lang.money(rupiah as f64), clusters.join(", "))
        });
        let raises = line.raises.iter().map(|raise| reasons.raised(h, i, raise));
        section.blocks.push(Block::Numbered(number + 1, said, raises.collect()));
    }
    if left_out > 0 {
        section.say(both(|lang| match lang {
            Lang::Id => format!("dan lainnya: {left_out} (allocation.csv)"),
            Lang::En => format!("and more: {left_out} (allocation.csv)"),
        }));
    }
    section
}

/// The figures that reasons are drawn from.
struct Reasons<'a> {
    model: &'a Model,
    before: Vec<Bottleneck>,
    after: Vec<Bottleneck>,
    effects: PlanEffects,
}

impl Reasons<'_> {
    /// How far an intervention raises a capacity, and how often that binds.
    fn raised(&self, h: ChainId, i: InterventionId, raise: &Raise) -> super::super::language::Text {
        let capacity = &self.model.chains[h.index()].capacities[raise.capacity.index()];
        let was = self.bound_share(&self.before, h, raise.capacity);
        let is = self.bound_share(&self.after, h, raise.capacity);
        let (base, added) = self.growth(h, i, raise.capacity);
        both(|lang| {
            let (name, unit) = (lang.title(&capacity.title), &capacity.unit);
            let (from, to) = (lang.number(base, 0), lang.number(base + added, 0));
            let (was, is) = (lang.percent(was), lang.percent(is));
            match lang {
                Lang::Id => format!(
                    "menaikkan {name} dari {from} menjadi {to} {unit}/periode bersih pada periode terakhir; ia membatasi {was} dari waktu tanpa rencana, {is} dengan rencana"
                ),
                Lang::En => format!(
                    "raises {name} from {from} to {to} {unit}/period net in the last period; it binds {was} of the time without the plan, {is} with it"
                ),
            }
        })
    }

    /// How often a capacity bound, averaged over clusters.
    fn bound_share(&self, list: &[Bottleneck], h: ChainId, capacity: CapacityId) -> f64 {
        let model = self.model;
        let clusters: Vec<_> = model.cluster_ids().filter(|c| model.clusters[c.index()].chain == h).collect();
        let most = |cluster: &crate::model::ClusterId| {
            list.iter()
                .filter(|b| b.cluster == *cluster && b.what == Binding::Capacity(capacity))
                .map(|b| b.share)
                .fold(0.0, f64::max)
        };
        clusters.iter().map(most).sum::<f64>() / clusters.len().max(1) as f64
    }

    /// Expected capacity of a chain in the last period of the years of commitments over all clusters: today's, and what one intervention adds to it, net
    /// of what would have come anyway, before season and variation.
    fn growth(&self, h: ChainId, intervention: InterventionId, capacity: CapacityId) -> (f64, f64) {
        let model = self.model;
        let last = model.horizon.committing_periods() - 1;
        let (mut base, mut added, mut pools) = (0.0, 0.0, Vec::new());
        for c in model.cluster_ids().filter(|c| model.clusters[c.index()].chain == h) {
            let local = &model.clusters[c.index()];
            // What a pool holds stands at every cluster that draws on it, and counts once.
            let pool = model.pool_of(c, capacity);
            if pool.is_none_or(|pool| !pools.contains(&pool)) {
                base += model.mean(local.capacities[capacity.index()].base);
            }
            pools.extend(pool);
            let own = &local.interventions[intervention.index()];
            let net = model.mean(own.effectiveness) * model.mean(own.additionality);
            let raises = &model.chains[h.index()].interventions[intervention.index()].raises;
            for (r, _) in raises.iter().enumerate().filter(|(_, raise)| raise.capacity == capacity) {
                added += net * self.effects.effect(c, intervention, r, last);
            }
        }
        (base, added)
    }
}
