//! Puts clusters together: local numbers meet the chain's, and uncertain ones get their stable names.

use super::super::chain::ChainDraft;
use super::super::item::{Item, item_name};
use super::super::number::{Stated, Value};
use super::super::policy::whole_amount;
use super::draft::{ClusterDraft, Converter, LocalNumbers};
use super::finish::Parts;
use crate::model::route::ClusterRoutes;
use crate::model::{
    BaseStock, Capacity, ChainId, Cluster, Commodity, Event, Indicator, LocalAccounts, LocalCapacity,
    LocalCommodity, LocalIntervention, LocalProcess, Number, Process, Scope, Title,
};
use crate::units::Rupiah;

/// An amount to be committed, checked to be whole rupiah when it was read.
fn committed(number: Number) -> Rupiah {
    match number {
        Number::Certain(rupiah) => whole_amount(rupiah).unwrap_or_default(),
        Number::Uncertain(_) => Rupiah::default(),
    }
}

/// The numbers of one cluster, its own and its chain's.
struct ClusterNumbers<'c, 'a> {
    converter: &'c mut Converter<'a>,
    /// Position of the cluster.
    at: usize,
    cluster: &'c ClusterDraft,
    chain: &'c ChainDraft,
    local: &'c LocalNumbers,
    indicators: &'c [Indicator],
}

impl ClusterNumbers<'_, '_> {
    /// The model's number of an item; 0 where it has none.
    fn get(&mut self, item: Item, key: &str) -> Number {
        let own = self.local.get(&(self.at, item, key.to_string()));
        match own.or_else(|| self.chain.defaults.get(&(item, key.to_string()))) {
            Some(stated) => self.number(stated, own.is_some(), &item_name(item, key)),
            None => Number::Certain(0.0),
        }
    }

    /// The model's number for a stated one, under the stable name of how widely it is shared.
    fn number(&mut self, stated: &Stated, local: bool, what: &str) -> Number {
        let (region, chain) = (&self.cluster.region, &self.chain.key);
        let name = match stated.shared.filter(|_| !local) {
            None => format!("{}/{what}", self.cluster.key),
            Some(Scope::Region) => format!("region:{region}/{chain}/{what}"),
            Some(Scope::Chain) => format!("chain:{chain}/{what}"),
            Some(Scope::All) => format!("all/{what}"),
        };
        self.converter.named(stated, name, region, chain)
    }

    fn process(&mut self, process: &Process, wage: Number) -> LocalProcess {
        let structure = &self.chain.chain;
        let name = &process.key;
        let commodity = |m: &crate::model::CommodityId| &structure.commodities[m.index()].key;
        let capacity = |k: &crate::model::CapacityId| &structure.capacities[k.index()].key;
        let inputs = process.inputs.iter().map(commodity).map(|key| (Item::Input, key));
        let outputs = process.outputs.iter().map(commodity).map(|key| (Item::Output, key));
        let uses = process.uses.iter().map(capacity).map(|key| (Item::Use, key));
        let indicators: Vec<String> = process
            .indicators
            .iter()
            .map(|id| format!("{name}/{}", self.indicators[id.index()].key))
            .collect();
        let mut flow = |(item, key): (Item, &String)| self.get(item, &format!("{name}/{key}"));
        LocalProcess {
            inputs: inputs.map(&mut flow).collect(),
            outputs: outputs.map(&mut flow).collect(),
            uses: uses.map(&mut flow).collect(),
            indicators: indicators.iter().map(|key| self.get(Item::Indicator, key)).collect(),
            unit_cost: self.get(Item::UnitCost, name),
            labour: self.get(Item::Labour, name),
            wage,
            price: if process.is_channel { self.get(Item::Price, name) } else { Number::Certain(0.0) },
            open: true,
        }
    }

    fn commodity(&mut self, commodity: &Commodity) -> LocalCommodity {
        let key = &commodity.key;
        let amount = self.stock_level(Item::BaseStock, Item::BaseStockPeriods, key);
        let periods = self.stock_level(Item::BaseStockPeriods, Item::BaseStock, key);
        LocalCommodity {
            loss: self.get(Item::Loss, key),
            initial_stock: self.get(Item::InitialStock, key),
            base_stock: match (amount, periods) {
                (Some(amount), _) => BaseStock::Amount(amount),
                (None, Some(periods)) => BaseStock::Periods(periods),
                (None, None) => BaseStock::None,
            },
        }
    }

    /// A base stock stated as `item`: the cluster's own, or the chain's where the cluster does not state the `other`.
    fn stock_level(&self, item: Item, other: Item, key: &str) -> Option<f64> {
        let own = self.local.get(&(self.at, item, key.to_string()));
        let overridden = self.local.contains_key(&(self.at, other, key.to_string()));
        let default = self.chain.defaults.get(&(item, key.to_string())).filter(|_| !overridden);
        match own.or(default)?.value {
            Value::Certain(value) if value > 0.0 => Some(value),
            _ => None,
        }
    }

    fn capacity(&mut self, capacity: &Capacity) -> LocalCapacity {
        let key = &capacity.key;
        if let Some(pool) = self.converter.pooled(self.at, key) {
            return self.converter.numbers_of_pool(pool);
        }
        let hazards = self.converter.hazards(key, self.cluster, &self.chain.key);
        LocalCapacity { base: self.get(Item::Base, key), variation: self.get(Item::Variation, key), hazards }
    }

    fn accounts(&mut self) -> LocalAccounts {
        let structure = &self.chain.chain;
        let priced = |key: &String| self.chain.slots.contains_key(&(Item::CommodityPrice, key.clone()));
        let prices: Vec<(&String, bool)> =
            structure.commodities.iter().map(|m| (&m.key, priced(&m.key))).collect();
        LocalAccounts {
            prices: prices
                .into_iter()
                .map(|(key, priced)| priced.then(|| self.get(Item::CommodityPrice, key)))
                .collect(),
            tradable: structure.processes.iter().map(|p| self.get(Item::Tradable, &p.key)).collect(),
        }
    }

    fn intervention(&mut self, key: &str) -> LocalIntervention {
        LocalIntervention {
            effectiveness: self.get(Item::Effectiveness, key),
            additionality: self.get(Item::Additionality, key),
            upkeep: self.get(Item::Upkeep, key),
            minimum: committed(self.get(Item::Minimum, key)),
            fixed_cost: committed(self.get(Item::FixedCost, key)),
        }
    }
}

impl Converter<'_> {
    /// The share that each kind of event that strikes this capacity here leaves of it.
    fn hazards(&mut self, capacity: &str, cluster: &ClusterDraft, chain: &str) -> Vec<Number> {
        let own = format!("cluster:{}", cluster.key);
        let striking: Vec<(String, Event)> = self
            .events
            .iter()
            .filter(|event| event.strikes(capacity, &cluster.region, chain))
            .map(|event| (event.instance(&own, &cluster.region, chain), event.event.clone()))
            .collect();
        striking.into_iter().map(|(name, event)| self.hazard(name, event)).collect()
    }

    /// A cluster of the model, with provisional parameter ids and no routes yet.
    pub(super) fn cluster(
        &mut self,
        at: usize,
        cluster: &ClusterDraft,
        chain_id: usize,
        chain: &ChainDraft,
        parts: &Parts<'_>,
    ) -> Cluster {
        let Parts { local, indicators, .. } = parts;
        let mut numbers = ClusterNumbers { converter: self, at, cluster, chain, local, indicators };
        let structure = &chain.chain;
        let wage = numbers.get(Item::Wage, "");
        Cluster {
            key: cluster.key.clone(),
            title: Title { id: cluster.name.clone(), en: cluster.name.clone() },
            region: cluster.region.clone(),
            region_code: cluster.region_code.clone(),
            candidate: cluster.candidate,
            potential: cluster.potential,
            position: cluster.position,
            chain: ChainId::new(chain_id),
            enterprises: cluster.enterprises,
            workers: cluster.workers,
            wage,
            processes: structure.processes.iter().map(|process| numbers.process(process, wage)).collect(),
            commodities: structure.commodities.iter().map(|m| numbers.commodity(m)).collect(),
            capacities: structure.capacities.iter().map(|k| numbers.capacity(k)).collect(),
            interventions: structure.interventions.iter().map(|i| numbers.intervention(&i.key)).collect(),
            routes: ClusterRoutes::default(),
            accounts: structure.accounts.is_some().then(|| numbers.accounts()),
        }
    }
}
