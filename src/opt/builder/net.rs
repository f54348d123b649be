//! (N1) Costs in the objective: what a commitment costs the public, less what is left of it at the end.

use super::terms::{Decision, PlanningProgram};
use crate::model::{ClusterId, InterventionId, Metric, Model, Net, Realisation};

/// The cost of a commitment in present value [per juta Rp].
#[derive(Debug, Clone)]
pub(super) struct Cost {
    /// The column of the commitment.
    column: usize,
    cluster: ClusterId,
    intervention: InterventionId,
    /// The part that is the same in every sample.
    certain: f64,
    /// Of private goods, to the economy: by period the part that is a cost as far as it is additional.
    additional: Vec<(usize, f64)>,
}

/// The cost of every commitment, where the plan is to maximise benefits less costs.
pub(super) fn costs(model: &Model, planning: &PlanningProgram) -> Vec<Cost> {
    let net = model.net();
    if net == Net::Off {
        return Vec::new();
    }
    let horizon = model.horizon;
    let weight = |t: usize| horizon.weight(Metric::ValueAdded, horizon.year_of(t));
    let mut found = Vec::new();
    for (column, decision) in planning.decisions.iter().enumerate() {
        let Decision::Spend(source, cluster, i, y) = *decision else { continue };
        let intervention = &model.chain_of(cluster).interventions[i.index()];
        let theta = model.sources[source.index()].public_cost;
        // Payments less what is left, by period.
        let mut paid = model.payments(source, y);
        if let Some(last) = paid.last_mut() {
            *last -= model.left_at_end(source, intervention, y);
        }
        let additional = net == Net::Economy && intervention.private;
        let part = if additional { theta - 1.0 } else { theta };
        let weighed = || paid.iter().enumerate().filter(|(_, rupiah)| **rupiah != 0.0);
        found.push(Cost {
            column,
            cluster,
            intervention: i,
            certain: weighed().map(|(t, rupiah)| part * weight(t) * rupiah).sum(),
            additional: if additional {
                weighed().map(|(t, rupiah)| (t, weight(t) * rupiah)).collect()
            } else {
                Vec::new()
            },
        });
    }
    found
}

impl Cost {
    /// The commitment's coefficient in the objective of a sample.
    pub(super) fn in_sample(&self, model: &Model, realisation: Realisation<'_>) -> (usize, f64) {
        let local = &model.clusters[self.cluster.index()].interventions[self.intervention.index()];
        let additional = self.additional.iter();
        let drawn: f64 = additional.map(|(t, part)| local.additionality.at(realisation, *t) * part).sum();
        (self.column, -(self.certain + drawn))
    }
}
