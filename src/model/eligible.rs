//! Eligibility in a model: which lines a source may fund, and which count towards a limit.

use super::funding::{Eligibility, Limit};
use super::id::{ClusterId, InterventionId, SourceId};
use super::root::ModelParts;

impl Eligibility {
    /// True if it admits an intervention in a cluster.
    pub fn admits_line(&self, model: &ModelParts, cluster: ClusterId, intervention: InterventionId) -> bool {
        let place = &model.clusters[cluster.index()];
        let line = &model.chain_of(cluster).interventions[intervention.index()];
        self.admits(line.facility, line.support, &place.region, place.chain, cluster)
    }
}

impl Limit {
    /// True if spending by `source` in year `y` on this line counts towards it.
    pub fn covers(
        &self,
        model: &ModelParts,
        source: SourceId,
        y: usize,
        cluster: ClusterId,
        intervention: InterventionId,
    ) -> bool {
        self.concerns(source, y) && self.of.admits_line(model, cluster, intervention)
    }
}

impl ModelParts {
    /// True if `source` may pay for `intervention` in `cluster`. What opens candidates is not offered anywhere else.
    pub fn may_fund(&self, source: SourceId, cluster: ClusterId, intervention: InterventionId) -> bool {
        self.pays(&self.sources[source.index()].eligible, cluster, intervention)
    }

    /// True if money for what is `eligible` may pay for `intervention` in `cluster`.
    pub(super) fn pays(
        &self,
        eligible: &Eligibility,
        cluster: ClusterId,
        intervention: InterventionId,
    ) -> bool {
        let place = &self.clusters[cluster.index()];
        let line = &self.chain_of(cluster).interventions[intervention.index()];
        (place.candidate || !line.opens) && eligible.admits_line(self, cluster, intervention)
    }

    /// Every (cluster, intervention) pair that `source` may fund, in canonical order.
    pub fn fundable(&self, source: SourceId) -> Vec<(ClusterId, InterventionId)> {
        self.cluster_ids()
            .flat_map(|c| (0..self.chain_of(c).interventions.len()).map(move |i| (c, InterventionId::new(i))))
            .filter(|&(c, i)| self.may_fund(source, c, i))
            .collect()
    }
}
