//! Mixes of facilities: shares by which every source's money goes to lines.

use crate::language::{Text, text};
use crate::model::{Allocation, AllocationLine, ClusterId, FacilityType, InterventionId, Model, SourceId};
use crate::sampling::{BLOCK, Purpose, Sampler};
use crate::scenario::ShareLine;
use crate::sim::{Binding, Bottlenecks, SimError, Simulation, Workspace};
use crate::study::baseline::{Baseline, shared_out};
use crate::units::Rupiah;

/// Samples by which bottlenecks are found.
const LOOKED_AT: usize = BLOCK;

/// A mix of facilities.
#[derive(Debug, Clone, PartialEq)]
pub enum Mix {
    /// Today's allocation, its proportions put on the same money.
    Today,
    /// Every facility type that a source may fund gets the same.
    Equal,
    /// Every cluster gets its share of enterprises.
    ByEnterprises,
    /// Every cluster gets its share of enterprises; within it, lines by how often the capacities that they raise bind without a plan.
    ByBottleneck,
    /// Every source's money goes to one facility type, as far as it may fund that.
    AllIn(FacilityType),
    /// Shares by facility type, cluster and year.
    Shares(Vec<ShareLine>),
}

impl Mix {
    /// The words of mixes, with `all_in:TYPE` for every facility type.
    pub fn words() -> Vec<String> {
        let named = ["today", "equal", "by_enterprises", "by_bottleneck"].map(str::to_string);
        let all_in = FacilityType::ALL.iter().map(|facility| format!("all_in:{}", facility.key()));
        named.into_iter().chain(all_in).collect()
    }

    /// The mix of a word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "today" => Some(Mix::Today),
            "equal" => Some(Mix::Equal),
            "by_enterprises" => Some(Mix::ByEnterprises),
            "by_bottleneck" => Some(Mix::ByBottleneck),
            _ => {
                let key = word.strip_prefix("all_in:")?;
                FacilityType::parse(key).map(Mix::AllIn)
            }
        }
    }

    /// Its name.
    pub fn text(&self) -> Text {
        match self {
            Mix::Today => text!(en: "today's mix", id: "bauran saat ini"),
            Mix::Equal => text!(en: "equal shares over types", id: "sama rata per jenis"),
            Mix::ByEnterprises => text!(en: "shares by enterprises", id: "menurut jumlah usaha"),
            Mix::ByBottleneck => text!(en: "shares by bottleneck", id: "menurut kemacetan"),
            Mix::AllIn(facility) => {
                let (en, id) = (facility.name_en(), facility.name_id());
                Text::new(format!("all in {en}"), format!("semua untuk {id}"))
            }
            Mix::Shares(_) => text!(en: "given shares", id: "bagian yang ditentukan"),
        }
    }

    /// The allocation that it stands for: the whole of every source's money in every year in which it has anything to go to. As of
    /// [`Baseline`]s, floors, caps and rules for sites do not bind it.
    ///
    /// # Errors
    /// [`SimError`], where bottlenecks are looked for.
    pub fn allocation(&self, model: &Model, seed: u64) -> Result<Allocation, SimError> {
        let weigh = |weight: &dyn Fn(ClusterId, InterventionId, SourceId, usize) -> f64| {
            shared_out(model, &|source, year| weights(model, source, year, weight))
        };
        Ok(match self {
            Mix::Today => Baseline::Today.allocation(model),
            Mix::Equal => Baseline::EqualTypes.allocation(model),
            Mix::ByEnterprises => Baseline::ByEnterprises.allocation(model),
            Mix::AllIn(of) => weigh(&|c, i, _, _| f64::from(u8::from(facility(model, c, i) == *of))),
            Mix::ByBottleneck => {
                let binds = binds(model, seed)?;
                let total = |c: ClusterId| binds[c.index()].iter().sum::<f64>();
                weigh(&|c, i, _, _| {
                    let own = binds[c.index()][i.index()];
                    if own > 0.0 { model.clusters[c.index()].enterprises * own / total(c) } else { 0.0 }
                })
            }
            Mix::Shares(lines) => shared_out(model, &|source, year| by_shares(model, lines, source, year)),
        })
    }
}

fn facility(model: &Model, c: ClusterId, i: InterventionId) -> FacilityType {
    model.chain_of(c).interventions[i.index()].facility
}

/// The lines that a source may fund with a weight above 0. Candidates are none: shares open no site.
fn weights(
    model: &Model,
    source: SourceId,
    year: usize,
    weight: &dyn Fn(ClusterId, InterventionId, SourceId, usize) -> f64,
) -> Vec<(AllocationLine, f64)> {
    let fundable = model.fundable(source).into_iter();
    let standing = fundable.filter(|(c, _)| !model.clusters[c.index()].candidate);
    standing
        .map(|(cluster, intervention)| {
            let line = AllocationLine { source, cluster, intervention, year, amount: Rupiah(0) };
            (line, weight(cluster, intervention, source, year))
        })
        .filter(|(_, weight)| *weight > 0.0)
        .collect()
}

/// The weights of given shares: each share is parted equally among the lines that the source may fund under it.
fn by_shares(
    model: &Model,
    lines: &[ShareLine],
    source: SourceId,
    year: usize,
) -> Vec<(AllocationLine, f64)> {
    let calendar = i64::from(model.horizon.calendar_year(year));
    let mut all = weights(model, source, year, &|_, _, _, _| 1.0);
    let covers = |share: &ShareLine, line: &AllocationLine| {
        share.year.is_none_or(|own| own == calendar)
            && share.cluster.as_ref().is_none_or(|own| *own == model.clusters[line.cluster.index()].key)
            && share.facility_type == facility(model, line.cluster, line.intervention).key()
    };
    let counts: Vec<usize> =
        lines.iter().map(|share| all.iter().filter(|(line, _)| covers(share, line)).count()).collect();
    for (line, weight) in &mut all {
        let own = lines.iter().zip(&counts).filter(|(share, _)| covers(share, line));
        *weight = own.map(|(share, count)| share.share / *count as f64).sum();
    }
    all.retain(|(_, weight)| *weight > 0.0);
    all
}

/// How often the capacities that each intervention raises bind without a plan, by cluster and intervention.
fn binds(model: &Model, seed: u64) -> Result<Vec<Vec<f64>>, SimError> {
    let sampler = Sampler::new(model, seed, Purpose::Planning);
    let simulation = Simulation::new(model, &sampler, &[None])?;
    let mut found = vec![Bottlenecks::none(model)];
    simulation.block(0, LOOKED_AT, &mut Workspace::default(), &mut found, |_, _| {})?;
    let list = found[0].list();
    let of = |c: ClusterId, i: usize| {
        let raises = &model.chain_of(c).interventions[i].raises;
        let own = list.iter().filter(|bottleneck| bottleneck.cluster == c);
        own.filter(|bottleneck| match bottleneck.what {
            Binding::Capacity(k) => raises.iter().any(|raise| raise.capacity == k),
            Binding::OnHand(_) => false,
        })
        .map(|bottleneck| bottleneck.share)
        .sum()
    };
    let by_line = |c| (0..model.chain_of(c).interventions.len()).map(|i| of(c, i)).collect();
    Ok(model.cluster_ids().map(by_line).collect())
}
