//! Uncertain numbers get their stable names, and provisional ids in order of appearance; both become final once all are known.

use super::super::number::{Stated, Value};
use super::draft::Converter;
use crate::language::text;
use crate::model::{
    Cluster, Distribution, Event, Factor, FactorId, LocalCapacity, Number, Parameter, ParameterId, Scope,
    Varies,
};

impl Converter<'_> {
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
                text!(
                    en: "'{name}' is shared, but is stated differently elsewhere",
                    id: "'{name}' dipakai bersama, tetapi dinyatakan berbeda di tempat lain",
                ),
                text!(
                    en: "state the same distribution, or share it less widely",
                    id: "nyatakan sebaran yang sama, atau persempit lingkup shared",
                ),
            ),
            _ => {
                self.parameters.insert(name.clone(), parameter);
            }
        }
        let next = self.provisional.len();
        let id = *self.provisional.entry(name).or_insert(next);
        Number::Uncertain(ParameterId::new(id))
    }

    /// The share that events of this kind leave, under the stable name of their scope instance.
    pub(super) fn hazard(&mut self, name: String, event: Event) -> Number {
        let distribution = Distribution::Event(Box::new(event));
        self.parameters.insert(name.clone(), (distribution, Varies::EachPeriod, Vec::new()));
        let next = self.provisional.len();
        let id = *self.provisional.entry(name).or_insert(next);
        Number::Uncertain(ParameterId::new(id))
    }

    /// The numbers of a pool.
    pub(super) fn numbers_of_pool(&mut self, number: usize) -> LocalCapacity {
        let pools = std::mem::take(&mut self.pools);
        let pool = &pools[number];
        let (region, chain) = (pool.region.as_str(), pool.chain.as_str());
        let name = |what: &str| format!("pool:{}/{what}", pool.key);
        let base = self.named(&pool.base, name("base"), region, chain);
        let variation = self.named(&pool.variation, name("variation"), region, chain);
        let instances: Vec<(String, Event)> = self
            .events
            .iter()
            .filter(|event| event.strikes(&pool.capacity, region, chain))
            .map(|event| (event.instance(&format!("pool:{}", pool.key), region, chain), event.event.clone()))
            .collect();
        let hazards = instances.into_iter().map(|(name, event)| self.hazard(name, event)).collect();
        self.pools = pools;
        LocalCapacity { base, variation, hazards }
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
        process.indicators.iter_mut().for_each(settle);
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
    if let Some(accounts) = &mut cluster.accounts {
        accounts.prices.iter_mut().flatten().chain(&mut accounts.tradable).for_each(settle);
    }
    for intervention in &mut cluster.interventions {
        settle(&mut intervention.effectiveness);
        settle(&mut intervention.additionality);
        settle(&mut intervention.upkeep);
    }
}
