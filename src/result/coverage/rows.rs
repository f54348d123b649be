//! Coverage worked out: the ten types of each cluster with what is asked, what stands and what a plan adds.

use std::collections::BTreeMap;

use crate::model::{
    Allocation, AllocationLine, ClusterId, CoverageMinimum, FacilityType, Model, Owed, Standing, StandingKind,
};

/// How a facility type stands in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverageState {
    /// The plan and what stands together reach every minimum.
    Met,
    /// Less than a minimum.
    Short,
    /// Past provision meets it in full.
    Provided,
    /// Not asked for, for a reason.
    Waived,
    /// No minimum is stated for it.
    NoMinimum,
}

/// A minimum of a facility type in a cluster, or the type where none is stated or asked.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageRow<'m> {
    /// Where.
    pub cluster: ClusterId,
    /// The facility type.
    pub facility: FacilityType,
    /// The minimum, by position.
    pub minimum: Option<usize>,
    /// The minimum, in `unit`.
    pub asked: Option<f64>,
    /// `Rp`, or the unit of the capacity.
    pub unit: &'m str,
    /// The capacity, where an output is asked for.
    pub capacity: Option<&'m str>,
    /// The amount that stands without the plan, in `unit`, where it is known.
    pub before: Option<f64>,
    /// The amount that the plan adds, in `unit`.
    pub added: f64,
    /// Money that the plan commits to the type in the cluster \[Rp\].
    pub committed: i64,
    /// How it stands.
    pub state: CoverageState,
    /// Its standing before the plan.
    pub standing: Option<&'m Standing>,
    /// Who provides it with what: source, intervention, rupiah.
    pub providers: Vec<(&'m str, &'m str, i64)>,
}

impl CoverageRow<'_> {
    /// True if the facility is provided, whether a minimum is stated or not.
    pub fn is_provided(&self) -> bool {
        match self.state {
            CoverageState::Met | CoverageState::Provided => true,
            CoverageState::Short | CoverageState::Waived => false,
            CoverageState::NoMinimum => self.committed > 0 || self.before.is_some_and(|before| before > 0.0),
        }
    }
}

/// The row of a type of which no minimum is stated.
fn bare<'m>(
    model: &'m Model,
    cluster: ClusterId,
    facility: FacilityType,
    committed: i64,
    providers: Option<&BTreeMap<(usize, usize), i64>>,
) -> CoverageRow<'m> {
    let lines = model.chain_of(cluster);
    let named = |(&(s, i), &rupiah): (&(usize, usize), &i64)| {
        (model.sources[s].key.as_str(), lines.interventions[i].key.as_str(), rupiah)
    };
    let standing = model.standing(cluster, facility);
    CoverageRow {
        cluster,
        facility,
        minimum: None,
        asked: None,
        unit: "Rp",
        capacity: None,
        before: past(standing),
        added: committed as f64,
        committed,
        state: match standing.map(|standing| standing.kind) {
            Some(StandingKind::Waived) => CoverageState::Waived,
            Some(StandingKind::Provided) => CoverageState::Provided,
            _ => CoverageState::NoMinimum,
        },
        standing,
        providers: providers.into_iter().flatten().map(named).collect(),
    }
}

/// The coverage of every cluster for which `of` is true, ten types each: a row for each minimum of a type, one where there is none.
pub fn rows<'m>(
    model: &'m Model,
    allocation: &Allocation,
    of: impl Fn(ClusterId) -> bool,
) -> Vec<CoverageRow<'m>> {
    let committed = model.committed_by_type(allocation);
    let mut providers: BTreeMap<(ClusterId, FacilityType), BTreeMap<(usize, usize), i64>> = BTreeMap::new();
    // By cluster, so that each looks at its own lines alone.
    let mut here: Vec<Vec<AllocationLine>> = vec![Vec::new(); model.clusters.len()];
    for line in allocation.lines() {
        let facility = model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
        let own = providers.entry((line.cluster, facility)).or_default();
        *own.entry((line.source.index(), line.intervention.index())).or_default() += line.amount.0;
        here[line.cluster.index()].push(*line);
    }
    let mut rows = Vec::new();
    for cluster in model.cluster_ids().filter(|c| of(*c)) {
        let owed = model.owed(cluster);
        let allocation = &Allocation::new(std::mem::take(&mut here[cluster.index()]));
        for &facility in FacilityType::ALL {
            let own = (cluster, facility);
            let committed = committed.get(&own).copied().unwrap_or(0);
            let bare = bare(model, cluster, facility, committed, providers.get(&own));
            let minima: Vec<usize> = (0..model.coverage.minima.len())
                .filter(|n| {
                    let minimum = &model.coverage.minima[*n];
                    minimum.facility == facility && minimum.concerns(model, cluster)
                })
                .collect();
            if minima.is_empty() {
                rows.push(bare);
                continue;
            }
            for number in minima {
                let owed = owed.iter().find(|owed| owed.minimum == number);
                rows.push(asked(model, allocation, &bare, number, owed));
            }
        }
    }
    rows
}

fn past(standing: Option<&Standing>) -> Option<f64> {
    match standing?.kind {
        StandingKind::Partly(rupiah) => Some(rupiah.as_f64()),
        StandingKind::Provided | StandingKind::Waived => None,
    }
}

/// The row of a minimum.
fn asked<'m>(
    model: &'m Model,
    allocation: &Allocation,
    bare: &CoverageRow<'m>,
    number: usize,
    owed: Option<&Owed>,
) -> CoverageRow<'m> {
    let minimum: &CoverageMinimum = &model.coverage.minima[number];
    let mut row = CoverageRow { minimum: Some(number), ..bare.clone() };
    row.asked = minimum.amount(model, row.cluster);
    if let Some((capacity, units)) = minimum.capacity(model, row.cluster) {
        let known = &model.chain_of(row.cluster).capacities[capacity.index()];
        let local = &model.clusters[row.cluster.index()].capacities[capacity.index()];
        row.asked = Some(units);
        (row.unit, row.capacity) = (known.unit.as_str(), Some(known.key.as_str()));
        row.before = Some(model.mean(local.base));
        row.added = model.capacity_added(allocation, row.cluster, row.facility, capacity);
    }
    if matches!(row.state, CoverageState::NoMinimum) {
        let short = owed.is_some_and(|owed| model.short_of(allocation, row.cluster, owed) > 0.0);
        row.state = if short { CoverageState::Short } else { CoverageState::Met };
    }
    row
}
