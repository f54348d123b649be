//! Small models for tests: one chain in one cluster (or several alike), written as a list of what it has.
//!
//! Keys decide the canonical order, as they do in a loaded scenario. What a test does not state has the plainest value:
//! nothing lost, nothing seasonal, no wage, every rupiah at work at once and for good.

use std::collections::BTreeMap;

use crate::model::route::{ChainRoutes, establish};
use crate::model::{
    Actor, Allocation, AllocationLine, BaseStock, Capacity, CapacityId, Chain, ChainAccounts, ChainId,
    Cluster, ClusterId, Commodity, CommodityId, Decay, Distribution, Eligibility, FacilityType, Horizon,
    Intervention, InterventionId, Level, LocalAccounts, LocalCapacity, LocalCommodity, LocalIntervention,
    LocalProcess, Metric, Model, ModelParts, Number, Parameter, ParameterId, Process, ProcessId, Raise,
    Remains, Response, Risk, SampleDefaults, Source, SourceId, Stage, Support, Tail, Title, UpkeepBearer,
    Varies,
};
use crate::units::{MoneyUnit, Rupiah};

/// A commodity; by default it does not keep.
#[derive(Debug, Clone)]
pub(crate) struct CommoditySpec {
    pub(crate) storable: bool,
    pub(crate) loss: Number,
    pub(crate) initial: Number,
    pub(crate) base_stock: BaseStock,
}

/// A process; by default it costs nothing and delivers at once.
#[derive(Debug, Clone)]
pub(crate) struct ProcessSpec {
    pub(crate) stage: Stage,
    pub(crate) lead: usize,
    pub(crate) inputs: Vec<(&'static str, Number)>,
    pub(crate) outputs: Vec<(&'static str, Number)>,
    pub(crate) uses: Vec<(&'static str, Number)>,
    pub(crate) cost: Number,
    pub(crate) labour: Number,
    /// Makes it a channel.
    pub(crate) price: Option<Number>,
}

/// A capacity; by default without season or variation.
#[derive(Debug, Clone)]
pub(crate) struct CapacitySpec {
    pub(crate) base: Number,
    pub(crate) variation: Number,
    pub(crate) season: Option<Vec<f64>>,
}

/// An intervention; by default fully effective, at once and for good, and free to keep up.
#[derive(Debug, Clone)]
pub(crate) struct InterventionSpec {
    pub(crate) raises: Vec<RaiseSpec>,
    pub(crate) decay: Decay,
    pub(crate) gestation: Vec<f64>,
    pub(crate) upkeep: f64,
    pub(crate) upkeep_by: UpkeepBearer,
    pub(crate) effectiveness: Number,
    pub(crate) additionality: Number,
}

/// A capacity that an intervention raises by `response`.
#[derive(Debug, Clone)]
pub(crate) struct RaiseSpec {
    pub(crate) capacity: &'static str,
    pub(crate) response: Response,
    pub(crate) per_enterprise: bool,
    pub(crate) seasonal: bool,
    pub(crate) varied: bool,
}

impl Default for CommoditySpec {
    fn default() -> Self {
        Self { storable: false, loss: n(0.0), initial: n(0.0), base_stock: BaseStock::None }
    }
}

impl Default for ProcessSpec {
    fn default() -> Self {
        Self {
            stage: Stage::Production,
            lead: 0,
            inputs: Vec::new(),
            outputs: Vec::new(),
            uses: Vec::new(),
            cost: n(0.0),
            labour: n(0.0),
            price: None,
        }
    }
}

impl Default for CapacitySpec {
    fn default() -> Self {
        Self { base: n(0.0), variation: n(1.0), season: None }
    }
}

impl Default for InterventionSpec {
    fn default() -> Self {
        Self {
            raises: Vec::new(),
            decay: Decay::Depreciation(0.0),
            gestation: vec![1.0],
            upkeep: 0.0,
            upkeep_by: UpkeepBearer::Cluster,
            effectiveness: n(1.0),
            additionality: n(1.0),
        }
    }
}

impl RaiseSpec {
    /// One unit of `capacity` per rupiah in stock.
    pub(crate) fn one_to_one(capacity: &'static str) -> Self {
        let response = Response::linear(1.0, f64::INFINITY);
        Self { capacity, response, per_enterprise: false, seasonal: true, varied: true }
    }
}

/// A certain number.
pub(crate) fn n(value: f64) -> Number {
    Number::Certain(value)
}

/// The parts of a model that a test states.
#[derive(Debug, Clone)]
pub(crate) struct Fixture {
    pub(crate) years: usize,
    pub(crate) periods_per_year: usize,
    pub(crate) discount_rate: f64,
    pub(crate) tail: Tail,
    pub(crate) clusters: usize,
    pub(crate) wage: Number,
    /// Number of actors, who take turns at the processes; 0 for none. Every commodity has a price, the second uncertain, and two
    /// fifths of what is bought in are tradable.
    pub(crate) actors: usize,
    /// Disbursement curve of the one source, `pot`.
    pub(crate) disbursement: Vec<f64>,
    parameters: Vec<Parameter>,
    commodities: BTreeMap<&'static str, CommoditySpec>,
    capacities: BTreeMap<&'static str, CapacitySpec>,
    processes: BTreeMap<&'static str, ProcessSpec>,
    interventions: BTreeMap<&'static str, InterventionSpec>,
}

impl Fixture {
    /// Nothing yet, over `years` of `periods_per_year`.
    pub(crate) fn new(years: usize, periods_per_year: usize) -> Self {
        Self {
            years,
            periods_per_year,
            discount_rate: 0.0,
            tail: Tail::default(),
            clusters: 1,
            wage: n(0.0),
            actors: 0,
            disbursement: vec![1.0],
            parameters: Vec::new(),
            commodities: BTreeMap::new(),
            capacities: BTreeMap::new(),
            processes: BTreeMap::new(),
            interventions: BTreeMap::new(),
        }
    }

    /// An uncertain number with the next parameter id.
    pub(crate) fn uncertain(&mut self, distribution: Distribution, varies: Varies) -> Number {
        let id = self.parameters.len();
        let name = format!("number/{id}");
        self.parameters.push(Parameter { name, distribution, varies, loadings: Vec::new() });
        Number::Uncertain(ParameterId::new(id))
    }

    /// Adds a commodity.
    pub(crate) fn commodity(&mut self, key: &'static str, spec: CommoditySpec) -> &mut Self {
        self.commodities.insert(key, spec);
        self
    }

    /// Adds a capacity.
    pub(crate) fn capacity(&mut self, key: &'static str, spec: CapacitySpec) -> &mut Self {
        self.capacities.insert(key, spec);
        self
    }

    /// Adds a capacity of `base` units, nothing else about it.
    pub(crate) fn room(&mut self, key: &'static str, base: f64) -> &mut Self {
        self.capacity(key, CapacitySpec { base: n(base), ..CapacitySpec::default() })
    }

    /// Adds a process.
    pub(crate) fn process(&mut self, key: &'static str, spec: ProcessSpec) -> &mut Self {
        self.processes.insert(key, spec);
        self
    }

    /// Adds a channel that sells one unit of `commodity` at `price` and uses one unit of `demand`.
    pub(crate) fn channel(
        &mut self,
        key: &'static str,
        commodity: &'static str,
        demand: &'static str,
        price: Number,
    ) -> &mut Self {
        let spec = ProcessSpec {
            stage: Stage::Marketing,
            inputs: vec![(commodity, n(1.0))],
            uses: vec![(demand, n(1.0))],
            price: Some(price),
            ..ProcessSpec::default()
        };
        self.process(key, spec)
    }

    /// Adds an intervention.
    pub(crate) fn intervention(&mut self, key: &'static str, spec: InterventionSpec) -> &mut Self {
        self.interventions.insert(key, spec);
        self
    }

    /// The id of a commodity.
    pub(crate) fn commodity_id(&self, key: &str) -> CommodityId {
        CommodityId::new(place(&self.commodities, key))
    }

    /// The id of a capacity.
    pub(crate) fn capacity_id(&self, key: &str) -> CapacityId {
        CapacityId::new(place(&self.capacities, key))
    }

    /// The id of a process.
    pub(crate) fn process_id(&self, key: &str) -> ProcessId {
        ProcessId::new(place(&self.processes, key))
    }

    /// An allocation in the first cluster: (intervention, year, rupiah).
    pub(crate) fn allocation(&self, lines: &[(&str, usize, i64)]) -> Allocation {
        let line = |&(key, year, amount): &(&str, usize, i64)| AllocationLine {
            source: SourceId::new(0),
            cluster: ClusterId::new(0),
            intervention: InterventionId::new(place(&self.interventions, key)),
            year,
            amount: Rupiah(amount),
        };
        Allocation::new(lines.iter().map(line).collect())
    }

    /// The model.
    pub(crate) fn build(&self) -> Model {
        Model::of_checked(self.parts())
    }

    /// The parts of the model.
    pub(crate) fn parts(&self) -> ModelParts {
        let mut model = ModelParts {
            title: title("model"),
            horizon: Horizon {
                years: self.years,
                periods_per_year: self.periods_per_year,
                first_year: 2027,
                discount_rate: self.discount_rate,
                tail: self.tail,
            },
            money_unit: MoneyUnit::Rupiah,
            price_index: None,
            days_per_fte_year: 250.0,
            objective: Metric::ValueAdded,
            net: crate::model::Net::Off,
            net_asked: None,
            lines_asked: crate::model::LinesAsked::default(),
            risk: Risk { lambda: 0.0, alpha: 0.9 },
            samples: SampleDefaults { seed: 1, planning: 8, evaluation: 8 },
            factors: Vec::new(),
            parameters: self.parameters.clone(),
            chains: vec![self.chain()],
            clusters: Vec::new(),
            sources: vec![self.source()],
            limits: Vec::new(),
            cofunding: Vec::new(),
            coverage: crate::model::Coverage::default(),
            sites: Vec::new(),
            locked: crate::model::Locked::default(),
            spillovers: Vec::new(),
            pools: Vec::new(),
            markets: Vec::new(),
            shadow_prices: None,
            indicators: Vec::new(),
            today: Allocation::default(),
            targets: Vec::new(),
            surveys: Vec::new(),
        };
        let chain = &model.chains[0];
        let mut cluster = self.cluster();
        let routes = ChainRoutes::of(chain).expect("few routes");
        let found = establish(chain, &cluster, &routes, |n| model.mean(n), |n| model.support(n));
        cluster.routes = found.routes;
        for (process, open) in cluster.processes.iter_mut().zip(found.open) {
            process.open = open;
        }
        let named = |c: usize| Cluster { key: format!("cluster{c}"), ..cluster.clone() };
        model.clusters = (0..self.clusters).map(named).collect();
        model
    }

    /// The price between actors of a commodity: the chain's first uncertain number where it has one, for the second.
    fn price_of(&self, commodity: usize) -> Number {
        if commodity == 1 && !self.parameters.is_empty() {
            Number::Uncertain(ParameterId::new(0))
        } else {
            n(1.0 + commodity as f64)
        }
    }

    fn source(&self) -> Source {
        Source {
            key: "pot".to_string(),
            title: title("pot"),
            level: Level::Central,
            amounts: vec![Rupiah(1_000_000); self.years],
            carry_over: 0.0,
            disbursement: self.disbursement.clone(),
            public_cost: 1.0,
            least_line: Rupiah(0),
            grain: Rupiah(1),
            opd: None,
            codes: Vec::new(),
            eligible: Eligibility::default(),
        }
    }

    fn chain(&self) -> Chain {
        let unit = || "kg".to_string();
        let commodity = |(key, spec): (&&'static str, &CommoditySpec)| Commodity {
            key: (*key).to_string(),
            title: title(key),
            unit: unit(),
            storable: spec.storable,
        };
        let capacity = |(key, spec): (&&'static str, &CapacitySpec)| Capacity {
            key: (*key).to_string(),
            title: title(key),
            unit: unit(),
            season: spec.season.clone().unwrap_or_else(|| vec![1.0; self.periods_per_year]),
        };
        let commodities_of =
            |list: &[(&'static str, Number)]| list.iter().map(|(key, _)| self.commodity_id(key)).collect();
        let process = |(key, spec): (&&'static str, &ProcessSpec)| Process {
            key: (*key).to_string(),
            title: title(key),
            stage: spec.stage,
            unit: unit(),
            lead_time: spec.lead,
            inputs: commodities_of(&spec.inputs),
            outputs: commodities_of(&spec.outputs),
            uses: spec.uses.iter().map(|(key, _)| self.capacity_id(key)).collect(),
            indicators: Vec::new(),
            is_channel: spec.price.is_some(),
        };
        let processes: Vec<Process> = self.processes.iter().map(process).collect();
        let order = Chain::flow_order(&processes, self.commodities.len()).expect("no loop without lead time");
        Chain {
            key: "chain".to_string(),
            title: title("chain"),
            commodities: self.commodities.iter().map(commodity).collect(),
            capacities: self.capacities.iter().map(capacity).collect(),
            processes,
            interventions: self
                .interventions
                .iter()
                .map(|(key, spec)| self.intervention_of(key, spec))
                .collect(),
            order,
            accounts: (self.actors > 0).then(|| ChainAccounts {
                actors: (0..self.actors).map(|a| actor(&format!("actor{a}"))).collect(),
                of_process: (0..self.processes.len()).map(|p| p % self.actors).collect(),
            }),
        }
    }

    fn intervention_of(&self, key: &str, spec: &InterventionSpec) -> Intervention {
        let raise = |raise: &RaiseSpec| Raise {
            capacity: self.capacity_id(raise.capacity),
            response: raise.response.clone(),
            per_enterprise: raise.per_enterprise,
            seasonal: raise.seasonal,
            varied: raise.varied,
        };
        Intervention {
            key: key.to_string(),
            title: title(key),
            facility: FacilityType::Production,
            support: Support::Facilities,
            codes: Vec::new(),
            decay: spec.decay,
            gestation: spec.gestation.clone(),
            upkeep_by: spec.upkeep_by,
            remains: Remains::Resale(0.0),
            private: false,
            unit: None,
            opens: false,
            raises: spec.raises.iter().map(raise).collect(),
        }
    }

    fn cluster(&self) -> Cluster {
        let numbers = |list: &[(&'static str, Number)]| list.iter().map(|(_, number)| *number).collect();
        let process = |spec: &ProcessSpec| LocalProcess {
            inputs: numbers(&spec.inputs),
            outputs: numbers(&spec.outputs),
            uses: numbers(&spec.uses),
            indicators: Vec::new(),
            unit_cost: spec.cost,
            labour: spec.labour,
            wage: self.wage,
            price: spec.price.unwrap_or(n(0.0)),
            open: true,
        };
        Cluster {
            key: "cluster".to_string(),
            title: title("cluster"),
            region: "region".to_string(),
            region_code: None,
            candidate: false,
            potential: None,
            position: None,
            chain: ChainId::new(0),
            enterprises: 10.0,
            workers: 20.0,
            wage: self.wage,
            processes: self.processes.values().map(process).collect(),
            commodities: self
                .commodities
                .values()
                .map(|spec| LocalCommodity {
                    loss: spec.loss,
                    initial_stock: spec.initial,
                    base_stock: spec.base_stock,
                })
                .collect(),
            capacities: self
                .capacities
                .values()
                .map(|spec| LocalCapacity { base: spec.base, variation: spec.variation, hazards: Vec::new() })
                .collect(),
            interventions: self
                .interventions
                .values()
                .map(|spec| LocalIntervention {
                    effectiveness: spec.effectiveness,
                    additionality: spec.additionality,
                    upkeep: n(spec.upkeep),
                    minimum: crate::units::Rupiah(0),
                    fixed_cost: crate::units::Rupiah(0),
                })
                .collect(),
            routes: crate::model::route::ClusterRoutes::default(),
            accounts: (self.actors > 0).then(|| LocalAccounts {
                prices: (0..self.commodities.len()).map(|m| Some(self.price_of(m))).collect(),
                tradable: vec![n(0.4); self.processes.len()],
            }),
        }
    }
}

fn actor(key: &str) -> Actor {
    Actor { key: key.to_string(), title: title(key) }
}

fn title(key: &str) -> Title {
    Title { id: key.to_string(), en: key.to_string() }
}

fn place<T>(list: &BTreeMap<&'static str, T>, key: &str) -> usize {
    list.keys().position(|known| *known == key).unwrap_or_else(|| panic!("the fixture has no '{key}'"))
}
