//! Stocks that an allocation builds up, and the upkeep that sources bear for them.

use super::allocation::Allocation;
use super::chain::{Decay, UpkeepBearer};
use super::facility::Metric;
use super::id::SourceId;
use super::root::ModelParts;

impl ModelParts {
    /// Arrivals in the stocks of `allocation` [Rp], by cluster and flat by \[intervention × period\].
    pub fn arrived(&self, allocation: &Allocation) -> Vec<Vec<f64>> {
        let periods = self.horizon.periods();
        let none = |c| vec![0.0; self.chain_of(c).interventions.len() * periods];
        let mut arrived: Vec<Vec<f64>> = self.cluster_ids().map(none).collect();
        for line in allocation.lines() {
            let intervention = &self.chain_of(line.cluster).interventions[line.intervention.index()];
            let from = line.intervention.index() * periods;
            let row = &mut arrived[line.cluster.index()][from..from + periods];
            let shares = self.arrivals(line.source, intervention, line.year);
            for (slot, share) in row.iter_mut().zip(shares) {
                *slot += share * line.amount.as_f64();
            }
        }
        arrived
    }

    /// Upkeep that sources bear for what `allocation` builds up, at means and rounded up \[Rp\], by source and year of operations:
    /// in years of commitments it uses up their budgets, in the tail it is an obligation.
    pub fn borne_upkeep(&self, allocation: &Allocation) -> Vec<Vec<i64>> {
        let borne = self.borne(allocation);
        borne.into_iter().map(|years| years.into_iter().map(whole).collect()).collect()
    }

    /// The same, not rounded.
    fn borne(&self, allocation: &Allocation) -> Vec<Vec<f64>> {
        let horizon = self.horizon;
        let (periods, per_year) = (horizon.periods(), horizon.periods_per_year);
        let mut borne = vec![vec![0.0; horizon.operating_years()]; self.sources.len()];
        for (cluster, arrived) in self.cluster_ids().zip(self.arrived(allocation)) {
            for (i, intervention) in self.chain_of(cluster).interventions.iter().enumerate() {
                let UpkeepBearer::Source(source) = intervention.upkeep_by else { continue };
                let rate = self.mean(self.clusters[cluster.index()].interventions[i].upkeep);
                let stock = stock_of(&arrived[i * periods..(i + 1) * periods], intervention.decay, per_year);
                for (t, stock) in stock.into_iter().enumerate() {
                    borne[source.index()][horizon.year_of(t)] += rate * stock / per_year as f64;
                }
            }
        }
        borne
    }
}

/// Rupiah rounded up. Less than a millionth of a rupiah is what sums are off by.
fn whole(rupiah: f64) -> i64 {
    (rupiah - 1e-6).ceil().max(0.0) as i64
}

/// Upkeep that a source bears in a year of the tail, for which there is no budget.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Obligation {
    /// The source.
    pub source: SourceId,
    /// The year (from 0), after the last year of commitments.
    pub year: usize,
    /// Upkeep in that year, at means and rounded up [Rp].
    pub upkeep: i64,
    /// Its present value to the public: times the year's weight and the source's cost to the public [Rp].
    pub cost: f64,
}

impl ModelParts {
    /// Upkeep that `allocation` obliges sources to in the tail, by source and year, where it does.
    pub fn obligations(&self, allocation: &Allocation) -> Vec<Obligation> {
        let horizon = self.horizon;
        if horizon.tail.years == 0 {
            return Vec::new();
        }
        let borne = self.borne(allocation);
        let of_year = |source: SourceId, year: usize| {
            let upkeep = borne[source.index()][year];
            let weight = horizon.weight(Metric::ValueAdded, year);
            let cost = self.sources[source.index()].public_cost * weight * upkeep;
            Obligation { source, year, upkeep: whole(upkeep), cost }
        };
        let tail = horizon.years..horizon.operating_years();
        let all = self.source_ids().flat_map(|s| tail.clone().map(move |y| (s, y)));
        all.map(|(s, y)| of_year(s, y)).filter(|obligation| obligation.upkeep > 0).collect()
    }

    /// The present value to the public of those obligations [Rp], as money objectives are lowered by it.
    pub fn obligation(&self, allocation: &Allocation) -> f64 {
        self.obligations(allocation).iter().map(|obligation| obligation.cost).sum()
    }
}

/// The stock by period, given what arrives in it by period \[T\].
pub fn stock_of(arrived: &[f64], decay: Decay, per_year: usize) -> Vec<f64> {
    match decay {
        Decay::Depreciation(_) => {
            let kept = decay.kept_per_period(per_year);
            arrived
                .iter()
                .scan(0.0, |stock, new| {
                    *stock = kept * *stock + new;
                    Some(*stock)
                })
                .collect()
        }
        // A fresh sum each period: adding and taking off again would leave rounding behind.
        Decay::Lifetime(n) => {
            (0..arrived.len()).map(|t| arrived[(t + 1).saturating_sub(n)..=t].iter().sum()).collect()
        }
    }
}
