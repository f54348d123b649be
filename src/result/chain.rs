//! A product chain of the model: commodities, capacities, processes, interventions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classification::LineCodeDocument;
use super::estimate::Title;
use super::keys;
use super::words::{FacilityKey, StageKey, SupportKey};
use crate::model::route::Route;
use crate::model::{self, Chain, Decay, Model, MostUnits, Remains, Response, Unit, UpkeepBearer};

/// A commodity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CommodityDocument {
    /// Its key.
    pub commodity: String,
    /// Its name.
    pub title: Title,
    /// Its unit.
    pub unit: String,
    /// Whether it can be kept from one period to the next.
    pub storable: bool,
}

/// A capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityDocument {
    /// Its key.
    pub capacity: String,
    /// Its name.
    pub title: Title,
    /// Its unit, of which so much is there per period.
    pub unit: String,
    /// Its season: a multiple of the base for each period of the year.
    pub season: Vec<f64>,
}

/// A process, or a channel that sells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProcessDocument {
    /// Its key.
    pub process: String,
    /// Its name.
    pub title: Title,
    /// Its stage.
    pub stage: StageKey,
    /// The unit of its level.
    pub unit: String,
    /// Lead time of its outputs [periods].
    pub lead_time: usize,
    /// Who runs it, where the chain names actors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Whether it sells.
    pub channel: bool,
    /// Commodities it takes.
    pub inputs: Vec<String>,
    /// Commodities it makes.
    pub outputs: Vec<String>,
    /// Capacities it uses.
    pub uses: Vec<String>,
    /// Indicators it counts towards; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<String>,
}

/// A line of which a concave response is the least.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseLine {
    /// Slope [capacity units per period / Rp].
    pub slope: f64,
    /// Intercept [capacity units per period].
    pub intercept: f64,
}

/// How a stock of money raises a capacity: `lines` of a concave response, or `points` of an S-shaped one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RaiseDocument {
    /// The capacity.
    pub capacity: String,
    /// Whether the response is per enterprise.
    pub per_enterprise: bool,
    /// Whether the season of the capacity applies to what is added.
    pub seasonal: bool,
    /// Whether the variation of the capacity applies to what is added.
    pub varied: bool,
    /// Lines of which a concave response is the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<ResponseLine>>,
    /// Points of an S-shaped response, straight between them from the origin: spend [Rp], effect [capacity units per period].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Vec<(f64, f64)>>,
}

/// An intervention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterventionDocument {
    /// Its key.
    pub intervention: String,
    /// Its name.
    pub title: Title,
    /// Its facility type.
    pub facility_type: FacilityKey,
    /// The letter of Article 89 paragraph (6).
    pub letter: String,
    /// Its kind of support.
    pub support: SupportKey,
    /// Entries of the budgets' classification under which it stands, after those of the source; absent where none are stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<LineCodeDocument>,
    /// Share of the stock that is lost each year; null where it has a lifetime.
    pub depreciation: Option<f64>,
    /// Years after which the stock is gone; null where it depreciates.
    pub lifetime: Option<usize>,
    /// Share of a commitment that comes to work in each year after it.
    pub gestation: Vec<f64>,
    /// Who bears upkeep: `cluster`, or the key of a source.
    pub upkeep_by: String,
    /// True of money that is lent and repaid; else absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revolving: bool,
    /// Share of what is lent out at the end that comes back; absent where it is not lent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<f64>,
    /// Share of the stock at the end that can be sold; absent where none can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resale: Option<f64>,
    /// True of private goods; else absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// The unit in which it is bought; absent where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitDocument>,
    /// The capacities it raises.
    pub raises: Vec<RaiseDocument>,
    /// True of the line that opens a candidate; else absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opens: bool,
}

/// A unit in which an intervention is bought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnitDocument {
    /// Its name in Indonesian.
    pub id: String,
    /// One of them in English.
    pub one: String,
    /// Several of them in English.
    pub many: String,
    /// Cost of one [Rp].
    pub cost: i64,
    /// True if only whole units are bought.
    pub whole: bool,
    /// The most that a cluster may have bought over the horizon; absent where as many as money buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i64>,
    /// The most for each enterprise of a cluster; absent where as many as money buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_per_enterprise: Option<f64>,
}

impl From<&Unit> for UnitDocument {
    fn from(of: &Unit) -> Self {
        let (at_most, at_most_per_enterprise) = match of.most {
            MostUnits::Any => (None, None),
            MostUnits::InCluster(units) => (Some(units), None),
            MostUnits::PerEnterprise(each) => (None, Some(each)),
        };
        Self {
            id: of.one.id.clone(),
            one: of.one.en.clone(),
            many: of.many.en.clone(),
            cost: of.cost.0,
            whole: of.whole,
            at_most,
            at_most_per_enterprise,
        }
    }
}

/// An actor: somebody who runs processes of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActorDocument {
    /// Its key.
    pub actor: String,
    /// Its name.
    pub title: Title,
}

/// A product chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainDocument {
    /// Its key.
    pub chain: String,
    /// Its name.
    pub title: Title,
    /// Actors, where its processes name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<ActorDocument>,
    /// Commodities.
    pub commodities: Vec<CommodityDocument>,
    /// Capacities.
    pub capacities: Vec<CapacityDocument>,
    /// Processes, suppliers before users.
    pub processes: Vec<ProcessDocument>,
    /// Interventions.
    pub interventions: Vec<InterventionDocument>,
}

fn process(model: &Model, chain: &Chain, of: &model::Process) -> ProcessDocument {
    ProcessDocument {
        process: of.key.clone(),
        title: (&of.title).into(),
        stage: of.stage.into(),
        unit: of.unit.clone(),
        lead_time: of.lead_time,
        actor: None,
        channel: of.is_channel,
        inputs: keys::commodities(chain, &of.inputs),
        outputs: keys::commodities(chain, &of.outputs),
        uses: of.uses.iter().map(|k| chain.capacities[k.index()].key.clone()).collect(),
        indicators: of.indicators.iter().map(|i| model.indicators[i.index()].key.clone()).collect(),
    }
}

fn raise(chain: &Chain, of: &model::Raise) -> RaiseDocument {
    let (lines, points) = match &of.response {
        Response::Concave { lines } => {
            let line = |&(slope, intercept): &(f64, f64)| ResponseLine { slope, intercept };
            (Some(lines.iter().map(line).collect()), None)
        }
        Response::SShaped { points } => (None, Some(points.clone())),
    };
    RaiseDocument {
        capacity: chain.capacities[of.capacity.index()].key.clone(),
        per_enterprise: of.per_enterprise,
        seasonal: of.seasonal,
        varied: of.varied,
        lines,
        points,
    }
}

fn intervention(model: &Model, chain: &Chain, of: &model::Intervention) -> InterventionDocument {
    let (depreciation, lifetime) = match of.decay {
        Decay::Depreciation(rate) => (Some(rate), None),
        Decay::Lifetime(life) => (None, Some(life)),
    };
    InterventionDocument {
        intervention: of.key.clone(),
        title: (&of.title).into(),
        facility_type: of.facility.into(),
        letter: of.facility.letter().to_string(),
        support: of.support.into(),
        codes: of.codes.iter().map(|code| LineCodeDocument::of(model, code)).collect(),
        depreciation,
        lifetime,
        gestation: of.gestation.clone(),
        upkeep_by: match of.upkeep_by {
            UpkeepBearer::Cluster => "cluster".to_string(),
            UpkeepBearer::Source(id) => keys::source(model, id),
        },
        revolving: matches!(of.remains, Remains::Revolving(_)),
        recovery: match of.remains {
            Remains::Revolving(share) => Some(share),
            Remains::Resale(_) => None,
        },
        resale: match of.remains {
            Remains::Resale(share) => (share > 0.0).then_some(share),
            Remains::Revolving(_) => None,
        },
        private: of.private,
        unit: of.unit.as_ref().map(UnitDocument::from),
        raises: of.raises.iter().map(|r| raise(chain, r)).collect(),
        opens: of.opens,
    }
}

impl ChainDocument {
    pub(super) fn of(model: &Model, chain: &Chain) -> Self {
        let commodity = |m: &model::Commodity| CommodityDocument {
            commodity: m.key.clone(),
            title: (&m.title).into(),
            unit: m.unit.clone(),
            storable: m.storable,
        };
        let capacity = |k: &model::Capacity| CapacityDocument {
            capacity: k.key.clone(),
            title: (&k.title).into(),
            unit: k.unit.clone(),
            season: k.season.clone(),
        };
        let accounts = chain.accounts.as_ref();
        let named = |a: &model::Actor| ActorDocument { actor: a.key.clone(), title: (&a.title).into() };
        let process = |p: &model::ProcessId| ProcessDocument {
            actor: accounts.map(|accounts| accounts.actors[accounts.actor_of(*p)].key.clone()),
            ..process(model, chain, &chain.processes[p.index()])
        };
        Self {
            chain: chain.key.clone(),
            title: (&chain.title).into(),
            actors: accounts.map(|accounts| accounts.actors.iter().map(named).collect()).unwrap_or_default(),
            commodities: chain.commodities.iter().map(commodity).collect(),
            capacities: chain.capacities.iter().map(capacity).collect(),
            processes: chain.order.iter().map(process).collect(),
            interventions: chain.interventions.iter().map(|i| intervention(model, chain, i)).collect(),
        }
    }
}

/// An established route of a cluster, in alphabetical order of keys (see [`super::hash`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RouteDocument {
    /// The commodity that it makes for stock; null where it ends in a channel.
    pub makes_for_stock: Option<String>,
    /// Mean margin of a unit of its last process [Rp].
    pub mean_margin: f64,
    /// Commodities that it takes from what is on hand.
    pub on_hand: Vec<String>,
    /// Its processes.
    pub processes: Vec<String>,
    /// Its name.
    pub route: String,
}

impl RouteDocument {
    pub(super) fn of(chain: &Chain, route: &Route) -> Self {
        Self {
            makes_for_stock: route.target.map(|m| chain.commodities[m.index()].key.clone()),
            mean_margin: route.mean_margin,
            on_hand: keys::commodities(chain, &route.on_hand),
            processes: route.steps.iter().map(|s| chain.processes[s.process.index()].key.clone()).collect(),
            route: route.name.clone(),
        }
    }
}
