//! (V1), (V2) of the formulation: coverage of the ten facility types. Every row is about one cluster alone.

use super::integers::{binary, most_in_hand};
use super::terms::{Builder, Decision, Rule};
use crate::model::{ClusterId, InterventionId, Need, Supported};
use crate::opt::program::Sense;
use crate::units::JUTA;

impl Builder<'_> {
    /// (V1) Money in a cluster that owes coverage only if it is supported: Σ_i b\[s,i,c,y\] ≤ M z\[c\] for every source and year.
    /// (V2) What a supported cluster owes: Σ_s,i,y b ≥ minimum · z over the lines of the type, or base + Σ n e ≥ units · z in the
    /// last period. A candidate's openings stand for its z; a cluster bound to be supported has z = 1.
    pub(super) fn coverage(&mut self) {
        let model = self.model;
        for c in model.cluster_ids() {
            let owed = model.held_to(c);
            if owed.is_empty() {
                continue;
            }
            let supported = self.supported(c);
            for owed in owed {
                let (mut entries, need) = match owed.need {
                    Need::Money(rupiah) => (self.of_type(c, owed.facility), rupiah.as_f64() / JUTA),
                    Need::Capacity { capacity, units, price } => {
                        // In what the missing units cost, so that it is measured like money.
                        let juta = price / JUTA;
                        let raised = model.raised_by(c, owed.facility, capacity);
                        let last = model.horizon.committing_periods() - 1;
                        let effect = |(i, r, net): (InterventionId, usize, f64)| {
                            let effect = self.index.get(&Decision::Effect(c, i, r, last));
                            effect.map(|&j| (j, net * juta)).filter(|(_, a)| *a > 0.0)
                        };
                        (raised.into_iter().filter_map(effect).collect(), units * juta)
                    }
                };
                let rhs = match &supported {
                    None => need,
                    Some(by) => {
                        entries.extend(by.iter().map(|&j| (j, -need)));
                        0.0
                    }
                };
                self.row(Rule::Coverage(owed.minimum, c), entries, Sense::AtLeast, rhs);
            }
        }
    }

    /// The columns whose sum says whether a cluster is supported; nothing where it is bound to be.
    fn supported(&mut self, c: ClusterId) -> Option<Vec<usize>> {
        let model = self.model;
        if model.clusters[c.index()].candidate {
            let openings = (0..model.horizon.years).map(|y| Decision::Open(c, y));
            return Some(openings.filter_map(|open| self.index.get(&open).copied()).collect());
        }
        if model.coverage.supported == Supported::All {
            return None;
        }
        let support = self.column(Decision::Support(c), binary());
        for s in model.source_ids() {
            for y in 0..model.horizon.years {
                let lines = (0..model.chain_of(c).interventions.len()).map(InterventionId::new);
                let spend = lines.filter_map(|i| self.index.get(&Decision::Spend(s, c, i, y)));
                let mut entries: Vec<(usize, f64)> = spend.map(|&j| (j, 1.0)).collect();
                if !entries.is_empty() {
                    entries.push((support, -(most_in_hand(model, s, y) + self.spare)));
                    self.row(Rule::Unsupported(c, s, y), entries, Sense::AtMost, 0.0);
                }
            }
        }
        Some(vec![support])
    }

    /// Entries Σ_s,i,y b\[s,i,c,y\] over the lines of a facility type in a cluster.
    fn of_type(&self, c: ClusterId, facility: crate::model::FacilityType) -> Vec<(usize, f64)> {
        let model = self.model;
        let mut entries = Vec::new();
        for i in model.providers(c, facility) {
            for s in model.source_ids() {
                for y in 0..model.horizon.years {
                    entries.extend(self.index.get(&Decision::Spend(s, c, i, y)).map(|&j| (j, 1.0)));
                }
            }
        }
        entries
    }
}
