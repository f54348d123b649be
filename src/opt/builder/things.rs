//! Whole things: (U1) whole units, (U2) the most units of a cluster, (U3) least lines, (U4) coarse grains. A fine grain is hardly
//! more than a rounding beside budgets: whole rupiah keep it (`opt/rupiah`), and the plan is worth what it is then.

use super::integers::{binary, most_in_hand};
use super::terms::{Builder, Decision, Rule};
use crate::model::{ClusterId, InterventionId};
use crate::opt::program::{Column, Sense};
use crate::units::JUTA;

/// A grain is coarse where the richest year of its source holds no more than so many.
const COARSE: f64 = 200.0;

impl Builder<'_> {
    /// (U4) b − locked of a source with a coarse grain is a whole number of it, but of what is bought in whole units or opens.
    pub(super) fn grains(&mut self) {
        let model = self.model;
        for s in model.source_ids() {
            let grain = model.grain(s).as_f64() / JUTA;
            let years = 0..model.horizon.years;
            let richest = years.map(|y| most_in_hand(model, s, y) + self.spare).fold(0.0, f64::max);
            if model.grain(s).0 <= 1 || model.locked.is_closed(s) || richest > COARSE * grain {
                continue;
            }
            for (c, i) in model.fundable(s) {
                for y in (0..model.horizon.years).filter(|_| !model.is_exempt_from_grain(c, i)) {
                    let Some(&spend) = self.index.get(&Decision::Spend(s, c, i, y)) else { continue };
                    let most = libm::floor((most_in_hand(model, s, y) + self.spare) / grain * (1.0 + 1e-12));
                    let column = Column { integer: true, ..Column::between(0.0, most, 0.0, most.max(1.0)) };
                    let grains = self.column(Decision::Grains(s, c, i, y), column);
                    let locked = model.locked.amount(s, c, i, y) as f64 / JUTA;
                    let entries = vec![(spend, 1.0), (grains, -grain)];
                    self.row(Rule::Grain(s, c, i, y), entries, Sense::Equal, locked);
                }
            }
        }
    }

    /// (U1), (U2) Σ_s (b − locked) = cost · n with n whole; Σ_y Σ_s b ≤ cost · the most units.
    pub(super) fn units(&mut self) {
        let model = self.model;
        for c in model.cluster_ids() {
            for i in (0..model.chain_of(c).interventions.len()).map(InterventionId::new) {
                if model.whole_unit(c, i).is_some() {
                    for y in 0..model.horizon.years {
                        self.whole_units(c, i, y);
                    }
                }
                let Some(most) = model.most_bought(c, i) else { continue };
                let years = 0..model.horizon.years;
                let entries: Vec<(usize, f64)> = years.flat_map(|y| self.committed(c, i, y)).collect();
                if !entries.is_empty() {
                    self.row(Rule::MostUnits(c, i), entries, Sense::AtMost, most as f64 / JUTA);
                }
            }
        }
    }

    /// Entries Σ_s b\[s,i,c,y\].
    fn committed(&self, c: ClusterId, i: InterventionId, y: usize) -> Vec<(usize, f64)> {
        let column = |s| self.index.get(&Decision::Spend(s, c, i, y)).map(|j| (*j, 1.0));
        self.model.source_ids().filter_map(column).collect()
    }

    /// (U1) of a cluster, intervention and year.
    fn whole_units(&mut self, c: ClusterId, i: InterventionId, y: usize) {
        let model = self.model;
        let Some(unit) = model.whole_unit(c, i) else { return };
        let mut entries = self.committed(c, i, y);
        if entries.is_empty() {
            return;
        }
        let cost = unit.cost.as_f64() / JUTA;
        // As many as the money there could be buys, and no more than the cluster may have.
        let free = |s: &_| !model.locked.is_closed(*s);
        let sources = model.source_ids().filter(|s| model.may_fund(*s, c, i)).filter(free);
        let money: f64 = sources.map(|s| most_in_hand(model, s, y) + self.spare).sum();
        let most = model.most_bought(c, i).map_or(f64::INFINITY, |most| most as f64 / JUTA);
        let most = libm::floor(money.min(most) / cost * (1.0 + 1e-12));
        let column = Column { integer: true, ..Column::between(0.0, most, 0.0, most.max(1.0)) };
        let units = self.column(Decision::Units(c, i, y), column);
        entries.push((units, -cost));
        let locked = model.locked.of_group(c, i, y) as f64 / JUTA;
        self.row(Rule::Units(c, i, y), entries, Sense::Equal, locked);
    }

    /// (U3) b − locked of a source with a least line is zero or at least that: least · z ≤ b − locked ≤ M z. Where units are
    /// bought and cost as much, and the source alone may pay for them, (U1) says it already.
    pub(super) fn least_lines(&mut self) {
        let model = self.model;
        for s in model.source_ids() {
            let least = model.least_line(s).as_f64() / JUTA;
            if least <= 0.0 || model.locked.is_closed(s) {
                continue;
            }
            for (c, i) in model.fundable(s) {
                let alone = model.source_ids().filter(|other| model.may_fund(*other, c, i)).count() == 1;
                let dear = model.whole_unit(c, i).is_some_and(|unit| unit.cost.as_f64() / JUTA >= least);
                if alone && dear {
                    continue;
                }
                for y in 0..model.horizon.years {
                    let Some(&spend) = self.index.get(&Decision::Spend(s, c, i, y)) else { continue };
                    let mut most = most_in_hand(model, s, y) + self.spare;
                    if let Some(bought) = model.most_bought(c, i) {
                        most = most.min(bought as f64 / JUTA);
                    }
                    let locked = model.locked.amount(s, c, i, y) as f64 / JUTA;
                    let line = self.column(Decision::Line(s, c, i, y), binary());
                    let rule = Rule::LeastLine(s, c, i, y);
                    self.row(rule, vec![(line, least), (spend, -1.0)], Sense::AtMost, -locked);
                    let rule = Rule::LineActive(s, c, i, y);
                    self.row(rule, vec![(spend, 1.0), (line, -most.max(least))], Sense::AtMost, locked);
                }
            }
        }
    }
}
