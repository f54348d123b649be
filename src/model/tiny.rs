//! A small model for tests: cluster 0 runs, cluster 1 is a candidate. Intervention 0 is training with a minimum size of Rp 100;
//! intervention 1 opens a candidate for exactly Rp 50. Source 0 has Rp 1,000 a year and carries half over, source 1 has Rp 400 a
//! year. Two years.

use super::path::ClusterRoutes;
use super::*;
use crate::units::{MoneyUnit, Rupiah};

pub(crate) const TRAIN: usize = 0;
pub(crate) const OPEN: usize = 1;

fn title() -> Title {
    Title { id: String::new(), en: String::new() }
}

fn intervention(key: &str, opens: bool) -> Intervention {
    Intervention {
        key: key.to_string(),
        title: title(),
        facility: FacilityType::Production,
        support: Support::Facilities,
        codes: Vec::new(),
        decay: Decay::Depreciation(0.0),
        gestation: vec![1.0],
        upkeep_by: UpkeepBearer::Cluster,
        remains: Remains::Resale(0.0),
        private: false,
        unit: None,
        opens,
        raises: Vec::new(),
    }
}

fn cluster(key: &str, candidate: bool) -> Cluster {
    let certain = Number::Certain;
    let local = |minimum: i64, fixed_cost: i64| LocalIntervention {
        effectiveness: certain(1.0),
        additionality: certain(1.0),
        upkeep: certain(0.1),
        minimum: Rupiah(minimum),
        fixed_cost: Rupiah(fixed_cost),
    };
    Cluster {
        key: key.to_string(),
        title: title(),
        region: key.to_string(),
        region_code: None,
        candidate,
        potential: candidate.then_some(40.0),
        position: None,
        chain: ChainId::new(0),
        enterprises: 10.0,
        workers: 20.0,
        wage: certain(1.0),
        processes: Vec::new(),
        commodities: Vec::new(),
        capacities: Vec::new(),
        interventions: vec![local(100, 0), local(0, 50)],
        routes: ClusterRoutes::default(),
        accounts: None,
    }
}

fn source(key: &str, amount: i64, carry_over: f64) -> Source {
    Source {
        key: key.to_string(),
        title: title(),
        level: Level::Central,
        amounts: vec![Rupiah(amount); 2],
        carry_over,
        disbursement: vec![1.0],
        public_cost: 1.0,
        least_line: Rupiah(0),
        grain: Rupiah(1),
        opd: None,
        codes: Vec::new(),
        eligible: Eligibility::default(),
    }
}

pub(crate) fn model() -> Model {
    Model::of_checked(ModelParts {
        title: title(),
        horizon: Horizon {
            years: 2,
            periods_per_year: 1,
            first_year: 2027,
            discount_rate: 0.0,
            tail: crate::model::Tail::default(),
        },
        money_unit: MoneyUnit::Rupiah,
        price_index: None,
        days_per_fte_year: 250.0,
        objective: Metric::ValueAdded,
        net: Net::Off,
        net_asked: None,
        lines_asked: crate::model::LinesAsked::default(),
        risk: Risk { lambda: 0.0, alpha: 0.9 },
        samples: SampleDefaults { seed: 1, planning: 8, evaluation: 8 },
        factors: Vec::new(),
        parameters: Vec::new(),
        chains: vec![Chain {
            key: "chain".to_string(),
            title: title(),
            commodities: Vec::new(),
            capacities: Vec::new(),
            processes: Vec::new(),
            interventions: vec![intervention("train", false), intervention("open", true)],
            order: Vec::new(),
            accounts: None,
        }],
        clusters: vec![cluster("old", false), cluster("site", true)],
        sources: vec![source("state", 1_000, 0.5), source("district", 400, 0.0)],
        limits: Vec::new(),
        cofunding: Vec::new(),
        coverage: Coverage::default(),
        sites: Vec::new(),
        spillovers: Vec::new(),
        pools: Vec::new(),
        markets: Vec::new(),
        shadow_prices: None,
        indicators: Vec::new(),
        today: Allocation::default(),
        locked: Locked::default(),
        targets: Vec::new(),
        surveys: Vec::new(),
    })
}
