//! Puts clusters together: local numbers meet the chain's, uncertain ones get their stable names and ids.

use super::super::chain::ChainDraft;
use super::super::item::{Item, item_name};
use super::super::number::{Stated, Value};
use super::super::policy::whole_amount;
use super::{ClusterDraft, Converter, LocalNumbers};
use crate::model::{
    BaseStock, ChainId, Cluster, Distribution, Event, Factor, FactorId, LocalCapacity, LocalCommodity,
    LocalIntervention, LocalProcess, Number, Parameter, ParameterId, Scope, Title, Varies,
};
use crate::units::Rupiah;

/// An amount to be committed, checked to be whole rupiah when it was read.
fn committed(number: Number) -> Rupiah {
    match number {
        Number::Certain(rupiah) => whole_amount(rupiah).unwrap_or_default(),
        Number::Uncertain(_) => Rupiah::default(),
    }
}

impl Converter<'_> {
    /// The model's number for a stated one in a cluster.
    pub(super) fn number(
        &mut self,
        stated: &Stated,
        local: bool,
        item: Item,
        key: &str,
        cluster: &ClusterDraft,
        chain: &str,
    ) -> Number {
        let what = item_name(item, key);
        let name = match stated.shared.filter(|_| !local) {
            None => format!("{}/{what}", cluster.key),
            Some(Scope::Region) => format!("region:{}/{chain}/{what}", cluster.region),
            Some(Scope::Chain) => format!("chain:{chain}/{what}"),
            Some(Scope::All) => format!("all/{what}"),
        };
        self.named(stated, name, &cluster.region, chain)
    }

    /// The model's number for a stated one, of this stable name if it is uncertain, in a region and a chain.
    pub(super) fn named(&mut self, stated: &Stated, name: String, region: &str, chain: &str) -> Number {
        let distribution = match &stated.value {
            Value::Certain(value) => return Number::Certain(*value),
            Value::Uncertain(distribution) => distribution,
        };
        let loadings: Vec<(String, f64)> = stated
            .loadings
            .iter()
            .filter_map(|(factor, size)| {
                let draft = self.factors.get(factor)?;
                let instance = match draft.scope {
                    Scope::All => format!("factor/{factor}"),
                    Scope::Region => format!("factor/{factor}@region:{region}"),
                    Scope::Chain => format!("factor/{factor}@chain:{chain}"),
                };
                self.instances.insert(instance.clone(), (draft.varies, draft.ar));
                Some((instance, *size))
            })
            .filter(|(_, size)| *size != 0.0)
            .collect();
        let varies = stated.varies.unwrap_or(Varies::Once);
        let parameter = (distribution.clone(), varies, loadings);
        match self.parameters.get(&name) {
            Some(known) if *known != parameter => self.faults.help(
                &stated.place,
                format!("'{name}' is shared, but is stated differently elsewhere"),
                "state the same distribution, or share it less widely",
            ),
            _ => {
                self.parameters.insert(name.clone(), parameter);
            }
        }
        let next = self.provisional.len();
        let id = *self.provisional.entry(name).or_insert(next);
        Number::Uncertain(ParameterId::new(id))
    }

    /// What each kind of event that strikes this capacity here leaves of it.
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

    /// What events of this kind leave, under the stable name of their scope instance.
    pub(super) fn hazard(&mut self, name: String, event: Event) -> Number {
        let distribution = Distribution::Event(Box::new(event));
        self.parameters.insert(name.clone(), (distribution, Varies::EachPeriod, Vec::new()));
        let next = self.provisional.len();
        let id = *self.provisional.entry(name).or_insert(next);
        Number::Uncertain(ParameterId::new(id))
    }

    /// A cluster of the model, with provisional parameter ids and no routes yet.
    #[expect(clippy::too_many_lines, reason = "one field after the other")]
    pub(super) fn cluster(
        &mut self,
        c: usize,
        draft: &ClusterDraft,
        chain_id: usize,
        chain: &ChainDraft,
        local: &LocalNumbers,
    ) -> Cluster {
        // What is a pool's, and else what events leave of it.
        let pooled: Vec<Result<(Number, Number, Vec<Number>), Vec<Number>>> = chain
            .chain
            .capacities
            .iter()
            .map(|k| match self.pooled(c, &k.key) {
                Some(pool) => Ok(self.numbers_of_pool(pool)),
                None => Err(self.hazards(&k.key, draft, &chain.key)),
            })
            .collect();
        let mut get = |item: Item, key: &str| {
            let own = local.get(&(c, item, key.to_string()));
            match own.or_else(|| chain.defaults.get(&(item, key.to_string()))) {
                Some(stated) => self.number(stated, own.is_some(), item, key, draft, &chain.key),
                None => Number::Certain(0.0),
            }
        };
        let structure = &chain.chain;
        let wage = get(Item::Wage, "");
        let processes = structure
            .processes
            .iter()
            .map(|process| {
                let name = &process.key;
                let mut flow = |item: Item, keys: Vec<&str>| -> Vec<Number> {
                    keys.into_iter().map(|key| get(item, &format!("{name}/{key}"))).collect()
                };
                let commodity = |m: &crate::model::CommodityId| structure.commodities[m.index()].key.as_str();
                let inputs = flow(Item::Input, process.inputs.iter().map(commodity).collect());
                let outputs = flow(Item::Output, process.outputs.iter().map(commodity).collect());
                let uses = flow(
                    Item::Use,
                    process.uses.iter().map(|k| structure.capacities[k.index()].key.as_str()).collect(),
                );
                LocalProcess {
                    inputs,
                    outputs,
                    uses,
                    unit_cost: get(Item::UnitCost, name),
                    labour: get(Item::Labour, name),
                    wage,
                    price: if process.is_channel { get(Item::Price, name) } else { Number::Certain(0.0) },
                    open: true,
                }
            })
            .collect();
        let stock_level = |item: Item, key: &str| {
            let own = local.get(&(c, item, key.to_string()));
            let other = if item == Item::BaseStock { Item::BaseStockPeriods } else { Item::BaseStock };
            let overridden = local.contains_key(&(c, other, key.to_string()));
            let stated =
                own.or_else(|| chain.defaults.get(&(item, key.to_string())).filter(|_| !overridden))?;
            match stated.value {
                Value::Certain(value) if value > 0.0 => Some(value),
                _ => None,
            }
        };
        let commodities = structure
            .commodities
            .iter()
            .map(|m| LocalCommodity {
                loss: get(Item::Loss, &m.key),
                initial_stock: get(Item::InitialStock, &m.key),
                base_stock: match (
                    stock_level(Item::BaseStock, &m.key),
                    stock_level(Item::BaseStockPeriods, &m.key),
                ) {
                    (Some(amount), _) => BaseStock::Amount(amount),
                    (None, Some(periods)) => BaseStock::Periods(periods),
                    (None, None) => BaseStock::None,
                },
            })
            .collect();
        let capacities = structure
            .capacities
            .iter()
            .zip(pooled)
            .map(|(k, pooled)| match pooled {
                Ok((base, variation, hazards)) => LocalCapacity { base, variation, hazards },
                Err(hazards) => LocalCapacity {
                    base: get(Item::Base, &k.key),
                    variation: get(Item::Variation, &k.key),
                    hazards,
                },
            })
            .collect();
        let interventions = structure
            .interventions
            .iter()
            .map(|i| LocalIntervention {
                effectiveness: get(Item::Effectiveness, &i.key),
                additionality: get(Item::Additionality, &i.key),
                upkeep: get(Item::Upkeep, &i.key),
                minimum: committed(get(Item::Minimum, &i.key)),
                fixed_cost: committed(get(Item::FixedCost, &i.key)),
            })
            .collect();
        Cluster {
            key: draft.key.clone(),
            title: Title { id: draft.name.clone(), en: draft.name.clone() },
            region: draft.region.clone(),
            candidate: draft.candidate,
            potential: draft.potential,
            position: draft.position,
            chain: ChainId::new(chain_id),
            enterprises: draft.enterprises,
            workers: draft.workers,
            wage,
            processes,
            commodities,
            capacities,
            interventions,
            routes: crate::model::route::ClusterRoutes::default(),
        }
    }

    /// Factors and parameters in canonical order, and the final id of each provisional parameter.
    pub(super) fn settle_uncertainty(&mut self) -> (Vec<Factor>, Vec<Parameter>, Vec<ParameterId>) {
        let factors: Vec<Factor> = self
            .instances
            .iter()
            .map(|(name, (varies, ar))| Factor { name: name.clone(), varies: *varies, ar: *ar })
            .collect();
        let factor_id =
            |name: &String| FactorId::new(factors.iter().position(|f| f.name == *name).unwrap_or(0));
        let parameters: Vec<Parameter> = self
            .parameters
            .iter()
            .map(|(name, (distribution, varies, loadings))| Parameter {
                name: name.clone(),
                distribution: distribution.clone(),
                varies: *varies,
                loadings: loadings.iter().map(|(factor, size)| (factor_id(factor), *size)).collect(),
            })
            .collect();
        let mut ids = vec![ParameterId::new(0); self.provisional.len()];
        for (name, provisional) in &self.provisional {
            let settled = parameters.binary_search_by(|p| p.name.cmp(name)).unwrap_or(0);
            ids[*provisional] = ParameterId::new(settled);
        }
        (factors, parameters, ids)
    }
}

/// Replaces provisional parameter ids by final ones.
pub(super) fn settle_ids(cluster: &mut Cluster, ids: &[ParameterId]) {
    let settle = |number: &mut Number| {
        if let Number::Uncertain(id) = number {
            *id = ids[id.index()];
        }
    };
    settle(&mut cluster.wage);
    for process in &mut cluster.processes {
        process.inputs.iter_mut().chain(&mut process.outputs).chain(&mut process.uses).for_each(settle);
        [&mut process.unit_cost, &mut process.labour, &mut process.wage, &mut process.price]
            .into_iter()
            .for_each(settle);
    }
    for commodity in &mut cluster.commodities {
        settle(&mut commodity.loss);
        settle(&mut commodity.initial_stock);
    }
    for capacity in &mut cluster.capacities {
        settle(&mut capacity.base);
        settle(&mut capacity.variation);
        capacity.hazards.iter_mut().for_each(settle);
    }
    for intervention in &mut cluster.interventions {
        settle(&mut intervention.effectiveness);
        settle(&mut intervention.additionality);
        settle(&mut intervention.upkeep);
    }
}
