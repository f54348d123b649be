//! The accounts of a chain: who buys what from whom, and the amounts that are added up.

use super::actor::{AccountItem, ChainAccounts};
use super::chain::{Chain, Process};
use super::id::{CommodityId, ProcessId};

impl ChainAccounts {
    /// The actor of a process.
    pub fn actor_of(&self, process: ProcessId) -> usize {
        self.of_process[process.index()]
    }

    /// The processes that make a commodity, in order.
    pub fn makers(chain: &Chain, commodity: CommodityId) -> impl Iterator<Item = ProcessId> + '_ {
        let makes = move |(_, process): &(usize, &Process)| process.outputs.contains(&commodity);
        chain.processes.iter().enumerate().filter(makes).map(|(p, _)| ProcessId::new(p))
    }

    /// True if a process buys a commodity that it uses from another actor: if others make it, and its own actor none of it.
    pub fn buys(&self, chain: &Chain, process: ProcessId, commodity: CommodityId) -> bool {
        let own = self.actor_of(process);
        Self::makers(chain, commodity).all(|maker| self.actor_of(maker) != own)
    }

    /// Positions of the inputs that a process buys from other actors.
    pub fn purchases(&self, chain: &Chain, process: ProcessId) -> Vec<usize> {
        let inputs = chain.processes[process.index()].inputs.iter().enumerate();
        inputs.filter(|(_, m)| self.buys(chain, process, **m)).map(|(position, _)| position).collect()
    }

    /// True if some actor buys a commodity from another.
    pub fn is_traded(&self, chain: &Chain, commodity: CommodityId) -> bool {
        chain.processes.iter().enumerate().any(|(p, process)| {
            process.inputs.contains(&commodity) && self.buys(chain, ProcessId::new(p), commodity)
        })
    }

    /// Every amount that the accounts of a cluster of `chain` add up, in the order of their cells.
    pub fn items(&self, chain: &Chain) -> Vec<AccountItem> {
        let traded: Vec<CommodityId> = (0..chain.commodities.len())
            .map(CommodityId::new)
            .filter(|commodity| self.is_traded(chain, *commodity))
            .collect();
        let mut items = Vec::new();
        for (p, process) in chain.processes.iter().enumerate() {
            let p = ProcessId::new(p);
            if process.is_channel {
                items.push(AccountItem::Sales(p));
            }
            items.extend([AccountItem::BoughtIn(p), AccountItem::Tradable(p)]);
            if !self.purchases(chain, p).is_empty() {
                items.push(AccountItem::Purchases(p));
            }
            items.extend([AccountItem::Wages(p), AccountItem::Work(p)]);
        }
        for &commodity in &traded {
            items.push(AccountItem::Traded(commodity));
            if Self::makers(chain, commodity).count() > 1 {
                items.extend(Self::makers(chain, commodity).map(|p| AccountItem::Made(p, commodity)));
            }
        }
        items.push(AccountItem::Upkeep);
        items.sort();
        items
    }
}

impl Chain {
    /// Every amount that the accounts of a cluster add up, in order; none where the chain has no actors.
    pub fn account_items(&self) -> Vec<AccountItem> {
        self.accounts.as_ref().map(|accounts| accounts.items(self)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::facility::Stage;
    use super::super::tiny;
    use super::super::title::Title;
    use super::*;

    /// A farmer and a village mill make flour from grain, a baker buys flour, the mill buys grain: the farmer, who makes both,
    /// buys neither. Flour has two makers, so what each makes is kept; grain has one.
    #[test]
    fn who_makes_a_commodity_does_not_buy_it() {
        let process = |key: &str, inputs: &[usize], outputs: &[usize]| Process {
            key: key.to_string(),
            title: Title { id: String::new(), en: String::new() },
            stage: Stage::Production,
            unit: "kg".to_string(),
            lead_time: 0,
            inputs: inputs.iter().map(|m| CommodityId::new(*m)).collect(),
            outputs: outputs.iter().map(|m| CommodityId::new(*m)).collect(),
            uses: Vec::new(),
            indicators: Vec::new(),
            is_channel: outputs.is_empty(),
        };
        let mut chain = tiny::model().chains[0].clone();
        chain.commodities = ["flour", "grain"]
            .iter()
            .map(|key| super::super::Commodity {
                key: (*key).to_string(),
                title: Title { id: String::new(), en: String::new() },
                unit: "kg".to_string(),
                storable: false,
            })
            .collect();
        chain.processes = vec![
            process("bake", &[0], &[]),
            process("grind", &[1], &[0]),
            process("grow", &[], &[1]),
            process("mill", &[1], &[0]),
        ];
        let accounts = ChainAccounts { actors: Vec::new(), of_process: vec![0, 1, 1, 2] };
        let bought = |p: usize| accounts.purchases(&chain, ProcessId::new(p));
        assert_eq!([bought(0), bought(1), bought(2), bought(3)], [vec![0], vec![], vec![], vec![0]]);
        let items = accounts.items(&chain);
        let made: Vec<&AccountItem> =
            items.iter().filter(|item| matches!(item, AccountItem::Made(..))).collect();
        let (flour, grain) = (CommodityId::new(0), CommodityId::new(1));
        let of = |p: usize| AccountItem::Made(ProcessId::new(p), flour);
        assert_eq!(made, [&of(1), &of(3)]);
        assert!(items.contains(&AccountItem::Traded(flour)) && items.contains(&AccountItem::Traded(grain)));
    }
}
