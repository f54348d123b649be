//! The validated, immutable value-chain model that a scenario loads to, in canonical order.
//!
//! A [`Model`] in hand is valid: `sim` and `opt` do not validate again and address everything by id. Collections are
//! sorted by key, so nothing depends on the order of rows or files. The symbols named in the field docs are those of
//! `docs/formulation.md`. This module knows no files, draws no numbers and solves nothing.

pub mod accounts;
pub mod actor;
pub mod allocation;
pub mod balance;
pub mod bought;
pub mod budget;
pub mod chain;
pub mod classification;
pub mod cluster;
pub mod cofunding;
pub mod costs;
pub mod coverage;
pub mod economy;
pub mod eligible;
pub mod exact;
pub mod facility;
pub mod funding;
pub mod horizon;
pub mod id;
pub mod idle;
pub mod locked;
pub mod metric;
pub mod objective;
pub mod opened;
pub mod owed;
pub mod path;
pub mod pool;
pub mod pooling;
pub mod response;
pub mod root;
pub mod route;
pub mod rule;
pub mod sensitivity;
pub mod settings;
pub mod site;
pub mod social;
pub mod spilled;
pub mod spillover;
pub mod stocks;
pub mod survey;
pub mod target;
#[cfg(test)]
mod tiny;
pub mod title;
pub mod uncertainty;
pub mod unit;
pub mod variant;

pub use actor::{AccountItem, Actor, ChainAccounts, FACILITIES, LocalAccounts, OTHER_PRODUCERS};
pub use allocation::{Allocation, AllocationLine};
pub use budget::BudgetLine;
pub use chain::{Capacity, Chain, Commodity, Decay, Intervention, Process, Raise, Remains, UpkeepBearer};
pub use classification::{BudgetCode, LineCode};
pub use cluster::{BaseStock, Cluster, LocalCapacity, LocalCommodity, LocalIntervention, LocalProcess};
pub use cofunding::{Cofunding, CofundingBalance, CofundingPlace, Per};
pub use coverage::{Coverage, CoverageMinimum, MinimumSize, Standing, StandingKind, Supported};
pub use economy::{Conversion, Indicator, Market, ShadowPrices};
pub use facility::{FacilityType, Grade, Level, Net, Stage, Support};
pub use funding::{Eligibility, Limit, LimitBound, LimitKind, Source};
pub use horizon::{Horizon, Tail};
pub use id::{
    CapacityId, ChainId, ClusterId, CommodityId, FactorId, IndicatorId, InterventionId, ParameterId, PoolId,
    ProcessId, SourceId,
};
pub use idle::Idled;
pub use locked::Locked;
pub use metric::Metric;
pub use objective::MetricName;
pub use owed::{Need, Owed, Shortfall};
pub use pool::Pool;
pub use response::Response;
pub use root::{Model, ModelParts};
pub use rule::{Rule, Scope as RuleScope, Violation, violations};
pub use sensitivity::Scaling;
pub use settings::{Risk, SampleDefaults};
pub use site::{SiteBound, SiteRule};
pub use spilled::LowestCapacity;
pub use spillover::{Spillover, SpilloverLink};
pub use stocks::Obligation;
pub use survey::{Survey, Surveyed};
pub use target::{Goal, Target, TargetItem};
pub use title::Title;
pub use uncertainty::{Distribution, Event, Factor, Number, Parameter, Realisation, Scope, Varies};
pub use unit::{LinesAsked, MostUnits, Unit};
pub use variant::{Variant, VariantFault};
