//! A product chain: a directed bipartite graph of commodities and processes, with the capacities that limit processes
//! and the interventions that raise capacities. It is a template shared by all clusters that make the product.
//!
//! The only door to petgraph: loops.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::actor::ChainAccounts;
use super::classification::LineCode;
use super::facility::{FacilityType, Stage, Support};
use super::id::{CapacityId, CommodityId, IndicatorId, ProcessId, SourceId};
use super::response::Response;
use super::title::Title;
use super::unit::Unit;

/// A good that flows: raw material, intermediate, product or by-product.
#[derive(Debug, Clone, PartialEq)]
pub struct Commodity {
    /// Key in files.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// Unit of quantity, such as `kg`.
    pub unit: String,
    /// True if it keeps from one period to the next.
    pub storable: bool,
}

/// An amount that comes anew each period and limits processes.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Key in files.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// Unit, per period, such as `kg`.
    pub unit: String,
    /// Multiplier by period of the year, season\[k,t\]; P entries, all 1 where the year has no seasons.
    pub season: Vec<f64>,
}

/// One way to carry out a stage. Coefficients are per unit of level and local: see
/// [`LocalProcess`](super::LocalProcess), whose lists align with `inputs`, `outputs` and `uses` here.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// Key in files.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// The stage it belongs to.
    pub stage: Stage,
    /// Unit of its level, such as `kg`.
    pub unit: String,
    /// Periods between the start of the process and the arrival of its outputs.
    pub lead_time: usize,
    /// Commodities it consumes, by id.
    pub inputs: Vec<CommodityId>,
    /// Commodities it makes, by id.
    pub outputs: Vec<CommodityId>,
    /// Capacities it uses, by id.
    pub uses: Vec<CapacityId>,
    /// Indicators of the model that it counts towards, by id.
    pub indicators: Vec<IndicatorId>,
    /// True for a selling process: it has a price and no outputs.
    pub is_channel: bool,
}

/// Decay of the stock that money has built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decay {
    /// A yearly depreciation δ: each period the stock keeps (1 − δ)^(1/P).
    Depreciation(f64),
    /// A recurrent service: each rupiah works for this many periods, then not at all.
    Lifetime(usize),
}

impl Decay {
    /// The share of the stock kept from one period to the next; 1 within a lifetime.
    pub fn kept_per_period(self, periods_per_year: usize) -> f64 {
        match self {
            Decay::Depreciation(delta) => libm::pow(1.0 - delta, 1.0 / periods_per_year as f64),
            Decay::Lifetime(_) => 1.0,
        }
    }
}

/// Who pays for keeping a facility up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpkeepBearer {
    /// The cluster: upkeep lowers its value added and margin.
    Cluster,
    /// A funding source: upkeep uses up its budget.
    Source(SourceId),
}

/// The value that is left of a stock at the end of the horizon. It lowers the cost of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Remains {
    /// An asset of which this share of the stock can be sold: its resale share, 0 where it is worth nothing.
    Resale(f64),
    /// Money that is lent and repaid: this share, the recovery, of the stock and of what is paid but not yet at work. Its
    /// losses are its depreciation.
    Revolving(f64),
}

/// One capacity that an intervention raises.
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    /// The capacity.
    pub capacity: CapacityId,
    /// The response φ: capacity units per period as a function of the stock [Rp].
    pub response: Response,
    /// True if the response is stated per enterprise: φ(S) = N φ̂(S / N).
    pub per_enterprise: bool,
    /// True if the capacity's season multiplies this part.
    pub seasonal: bool,
    /// True if the capacity's sampled variation multiplies this part.
    pub varied: bool,
}

/// One line money can buy in a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervention {
    /// Key in files.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// The facility type it answers to.
    pub facility: FacilityType,
    /// The kind of support it is.
    pub support: Support,
    /// Entries of the budget's classification under which it stands, in order of their levels, after those of the source.
    pub codes: Vec<LineCode>,
    /// Decay of its stock.
    pub decay: Decay,
    /// Gestation profile r\[a\]: shares that start to work `a` periods after payment; they sum to at most 1.
    pub gestation: Vec<f64>,
    /// Who bears its upkeep.
    pub upkeep_by: UpkeepBearer,
    /// The value that is left of it at the end.
    pub remains: Remains,
    /// True if it gives enterprises private goods, which they would partly have bought themselves: to the economy only the
    /// additional part of its cost is a use of resources.
    pub private: bool,
    /// The unit in which it is bought, where it is.
    pub unit: Option<Unit>,
    /// True if it opens candidates, at a fixed cost; one intervention of a chain at most.
    pub opens: bool,
    /// The capacities it raises, by id.
    pub raises: Vec<Raise>,
}

/// A product chain in canonical order, with an acyclic graph of the processes that have no lead time.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Key in files (the file's stem).
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// Commodities, by key.
    pub commodities: Vec<Commodity>,
    /// Capacities, by key.
    pub capacities: Vec<Capacity>,
    /// Processes, by key.
    pub processes: Vec<Process>,
    /// Interventions, by key.
    pub interventions: Vec<Intervention>,
    /// Processes from the most upstream to the markets, in an order that respects flows without lead time: that of
    /// [`Chain::flow_order`].
    pub order: Vec<ProcessId>,
    /// Its actors, where its accounts are kept.
    pub accounts: Option<ChainAccounts>,
}

/// A loop of processes none of which has a lead time, as keys in flow order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopWithoutLead(pub Vec<String>);

impl Chain {
    /// Sorts processes by flow. Read backwards it is the order from the markets upstream: of the processes whose takers all
    /// stand already (who takes an output of theirs in the period that made it), always the first by key comes next.
    ///
    /// # Errors
    /// A loop without lead time, named in full.
    pub fn flow_order(processes: &[Process], commodities: usize) -> Result<Vec<ProcessId>, LoopWithoutLead> {
        let takes_from = |taker: &Process, maker: &Process| {
            maker.lead_time == 0 && maker.outputs.iter().any(|output| taker.inputs.contains(output))
        };
        let mut takers: Vec<usize> = processes
            .iter()
            .map(|maker| processes.iter().filter(|taker| takes_from(taker, maker)).count())
            .collect();
        let mut waiting: Vec<usize> = (0..processes.len()).collect();
        let mut order = Vec::new();
        while let Some(place) = waiting.iter().position(|p| takers[*p] == 0) {
            let next = waiting.remove(place);
            order.push(ProcessId::new(next));
            for &maker in &waiting {
                takers[maker] -= usize::from(takes_from(&processes[next], &processes[maker]));
            }
        }
        if waiting.is_empty() {
            order.reverse();
            return Ok(order);
        }
        let mut graph: DiGraph<Option<usize>, ()> = DiGraph::new();
        let commodity_nodes: Vec<NodeIndex> = (0..commodities).map(|_| graph.add_node(None)).collect();
        for (p, process) in processes.iter().enumerate() {
            let node = graph.add_node(Some(p));
            for input in &process.inputs {
                graph.add_edge(commodity_nodes[input.index()], node, ());
            }
            // Outputs that arrive later cannot feed the period that made them.
            if process.lead_time == 0 {
                for output in &process.outputs {
                    graph.add_edge(node, commodity_nodes[output.index()], ());
                }
            }
        }
        let mut loops: Vec<Vec<String>> = tarjan_scc(&graph)
            .into_iter()
            .filter(|component| component.len() > 1)
            .map(|component| {
                component
                    .into_iter()
                    .rev()
                    .filter_map(|node| graph[node].map(|p| processes[p].key.clone()))
                    .collect()
            })
            .collect();
        loops.sort();
        Err(LoopWithoutLead(loops.into_iter().next().unwrap_or_default()))
    }

    /// Outputs of processes with more than one output: goods that may come on hand though nobody set out to make them.
    pub fn by_products(&self) -> Vec<CommodityId> {
        let mut found: Vec<CommodityId> = self
            .processes
            .iter()
            .filter(|process| process.outputs.len() > 1)
            .flat_map(|process| process.outputs.iter().copied())
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// Passes through the list of routes in a period: one, and once more for every by-product, since
    /// each pass can make use of the by-products of the one before.
    pub fn passes(&self) -> usize {
        1 + self.by_products().len()
    }

    /// True if a route may take the commodity from what is on hand: it is storable, made with a lead time, or a
    /// by-product.
    pub fn may_be_on_hand(&self, commodity: CommodityId) -> bool {
        self.commodities[commodity.index()].storable
            || self.processes.iter().any(|process| {
                process.outputs.contains(&commodity) && (process.lead_time > 0 || process.outputs.len() > 1)
            })
    }
}
