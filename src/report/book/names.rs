//! Names of what documents call by keys.

use std::collections::BTreeMap;

use crate::model::{Chain, ClusterId, FacilityType, Intervention, Metric, Model};
use crate::report::language::Text;
use crate::report::page::titled;
use crate::result::metric::MetricKey;
use crate::scenario::PlanLine;

/// The names of a model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'m>(pub(super) &'m Model);

impl<'m> Names<'m> {
    /// The title of a source; its key where the model has none of that key.
    pub(super) fn source(self, key: &str) -> Text {
        let found = self.0.sources.iter().find(|source| source.key == key);
        found.map_or_else(|| Text::same(key), |source| titled(&source.title))
    }

    /// The number of a cluster.
    pub(super) fn cluster_id(self, key: &str) -> Option<ClusterId> {
        self.0.cluster_ids().find(|c| self.0.clusters[c.index()].key == key)
    }

    /// The title of a cluster.
    pub(super) fn cluster(self, key: &str) -> Text {
        let found = self.0.clusters.iter().find(|cluster| cluster.key == key);
        found.map_or_else(|| Text::same(key), |cluster| titled(&cluster.title))
    }

    /// The chain of a cluster.
    pub(super) fn chain_of(self, cluster: &str) -> Option<&'m Chain> {
        self.cluster_id(cluster).map(|c| self.0.chain_of(c))
    }

    /// An intervention of the chain of a cluster.
    pub(super) fn intervention(self, cluster: &str, key: &str) -> Option<&'m Intervention> {
        self.chain_of(cluster)?.interventions.iter().find(|line| line.key == key)
    }

    /// The title of an intervention.
    pub(super) fn intervention_title(self, cluster: &str, key: &str) -> Text {
        self.intervention(cluster, key).map_or_else(|| Text::same(key), |line| titled(&line.title))
    }

    /// The title of a capacity or commodity of a cluster's chain.
    pub(super) fn thing(self, cluster: &str, key: &str) -> Text {
        let Some(chain) = self.chain_of(cluster) else { return Text::same(key) };
        let capacity = chain.capacities.iter().find(|own| own.key == key).map(|own| &own.title);
        let commodity = chain.commodities.iter().find(|own| own.key == key).map(|own| &own.title);
        capacity.or(commodity).map_or_else(|| Text::same(key), titled)
    }

    /// The facility type of a line.
    pub(super) fn facility(self, line: &PlanLine) -> Option<FacilityType> {
        self.intervention(&line.cluster, &line.intervention).map(|own| own.facility)
    }

    /// The metric of a key.
    pub(super) fn metric(self, key: &MetricKey) -> Option<Metric> {
        let word = key.word();
        let own =
            |id: &crate::model::IndicatorId| MetricKey::of(self.0, Metric::Indicator(*id)).word() == word;
        Metric::parse(word).or_else(|| self.0.indicator_ids().find(own).map(Metric::Indicator))
    }

    /// The name of a metric.
    pub(super) fn metric_name(self, metric: Metric) -> Text {
        titled(&self.0.metric_title(metric))
    }
}

/// The name of a facility type.
pub(super) fn facility(of: FacilityType) -> Text {
    Text::new(of.name_en(), of.name_id())
}

/// Sums by a key, the largest first, ties by key.
pub(super) fn sums<T, K: Ord + Clone>(
    of: &[T],
    key: impl Fn(&T) -> K,
    amount: impl Fn(&T) -> f64,
) -> Vec<(K, f64)> {
    let mut by: BTreeMap<K, f64> = BTreeMap::new();
    for own in of {
        *by.entry(key(own)).or_default() += amount(own);
    }
    let mut list: Vec<(K, f64)> = by.into_iter().collect();
    list.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list
}

/// Names one after the other: the first `most`, and how many more there are.
pub(super) fn listed(names: &[Text], most: usize) -> Text {
    let said = Text::join(&names[..names.len().min(most)], &Text::same(", "));
    match names.len().saturating_sub(most) {
        0 => said,
        more => Text::join(
            &[said, Text::new(format!("and {more} more"), format!("dan {more} lainnya"))],
            &Text::same(" "),
        ),
    }
}
