//! The words of the formulation: decisions, rules, and the program that is built of them.

use std::collections::BTreeMap;

use crate::model::{ClusterId, CofundingPlace, InterventionId, Metric, Model, SourceId};
use crate::opt::program::{Column, Row, Sense, TwoStageProgram};
use crate::units::JUTA;

/// A first-stage decision, in the domain's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// b\[s,i,c,y\]: money committed [juta Rp].
    Spend(SourceId, ClusterId, InterventionId, usize),
    /// u\[s,y\]: money carried into the next year [juta Rp].
    Carry(SourceId, usize),
    /// S\[i,c,t\]: stock [juta Rp].
    Stock(ClusterId, InterventionId, usize),
    /// e\[i,k,c,t\]: effect of the intervention's raise at this position [capacity units per period].
    Effect(ClusterId, InterventionId, usize, usize),
    /// Whether an intervention gets money in a cluster in a year: 0 or 1.
    Active(ClusterId, InterventionId, usize),
    /// Money of a stock on a straight piece of an S-shaped response: by raise, period and piece [juta Rp].
    Segment(ClusterId, InterventionId, usize, usize, usize),
    /// Whether a stock is past a point at which its response gets steeper: by raise, period and point; 0 or 1.
    Past(ClusterId, InterventionId, usize, usize, usize),
    /// Whether a candidate is opened in a year: 0 or 1.
    Open(ClusterId, usize),
    /// Whether a cluster that owes coverage is supported: 0 or 1.
    Support(ClusterId),
    /// n\[i,c,y\]: units bought, a whole number.
    Units(ClusterId, InterventionId, usize),
    /// g\[s,i,c,y\]: grains of a source on a line, a whole number.
    Grains(SourceId, ClusterId, InterventionId, usize),
    /// Whether a line of a source with a least line gets anything beyond what is locked: 0 or 1.
    Line(SourceId, ClusterId, InterventionId, usize),
}

pub use crate::model::SiteBound;

/// A first-stage constraint, in the domain's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// (B1) the budget of a source in a year.
    Budget(SourceId, usize),
    /// (B2) a floor or cap, by its position in the model.
    Limit(usize),
    /// (B3) what a source adds to what others spend, by its position in the model and where.
    Cofunding(usize, CofundingPlace),
    /// (S1) how a stock comes about.
    Stock(ClusterId, InterventionId, usize),
    /// (S2) a line of a response.
    Response(ClusterId, InterventionId, usize, usize),
    /// (I1) the minimum size of an intervention in a cluster, a row for each year.
    Minimum(ClusterId, InterventionId),
    /// (I1) no money in a year without saying so.
    Active(ClusterId, InterventionId, usize),
    /// (I2) the pieces of an S-shaped response share a stock.
    Segments(ClusterId, InterventionId, usize, usize),
    /// (I2) pieces beyond a rise only once those before it are full.
    Rise(ClusterId, InterventionId, usize, usize),
    /// (I3) an opening costs exactly its fixed cost, by year.
    Opening(ClusterId, usize),
    /// (I3) a candidate is opened once at most.
    OpenOnce(ClusterId),
    /// (I3) no money in a candidate before it is opened.
    Unopened(ClusterId, InterventionId, usize),
    /// (I4) a rule for sites, by its position in the model and what it asks.
    Sites(usize, SiteBound),
    /// (B4) what is locked of a line. The program has it as a bound; only conflicts have a row for it.
    Locked(SourceId, ClusterId, InterventionId, usize),
    /// (U1) all sources together add whole units to what is locked.
    Units(ClusterId, InterventionId, usize),
    /// (U2) the most units of a cluster over the horizon.
    MostUnits(ClusterId, InterventionId),
    /// (U3) the least line of a source.
    LeastLine(SourceId, ClusterId, InterventionId, usize),
    /// (U3) no money on a line without saying so.
    LineActive(SourceId, ClusterId, InterventionId, usize),
    /// (U4) the grain of a source. Of a fine grain the program has no row: whole rupiah keep it.
    Grain(SourceId, ClusterId, InterventionId, usize),
    /// (V1) no money of a source in a year in a cluster that is not supported.
    Unsupported(ClusterId, SourceId, usize),
    /// (V2) a minimum of a facility type, by its position in the model and where.
    Coverage(usize, ClusterId),
}

/// The program with the domain keys of its first-stage columns and rows.
#[derive(Debug, Clone)]
pub struct PlanningProgram {
    /// The two-stage program; offsets are zero, so that G_w is the level Q(b,w), not yet the increment.
    pub program: TwoStageProgram,
    /// The decision of each first-stage column.
    pub decisions: Vec<Decision>,
    /// The rule of each first-stage row.
    pub rules: Vec<Rule>,
    /// The metric that is maximised.
    pub metric: Metric,
}

/// Money of the objective in the program's units: rupiah in juta, employment as it is.
pub fn objective_unit(metric: Metric) -> f64 {
    if metric.is_money() { JUTA } else { 1.0 }
}

/// The most that a source could ever spend [juta Rp].
pub(super) fn most_money(model: &Model, source: SourceId) -> f64 {
    model.sources[source.index()].total() as f64 / JUTA
}

/// The builder of the program.
pub(super) struct Builder<'a> {
    pub(super) model: &'a Model,
    pub(super) metric: Metric,
    pub(super) spare: f64,
    pub(super) columns: Vec<Column>,
    pub(super) decisions: Vec<Decision>,
    pub(super) index: BTreeMap<Decision, usize>,
    pub(super) rows: Vec<Row>,
    pub(super) rules: Vec<Rule>,
}

impl Builder<'_> {
    pub(super) fn column(&mut self, decision: Decision, column: Column) -> usize {
        let id = self.columns.len();
        self.columns.push(column);
        self.decisions.push(decision);
        self.index.insert(decision, id);
        id
    }

    pub(super) fn row(&mut self, rule: Rule, entries: Vec<(usize, f64)>, sense: Sense, rhs: f64) {
        self.rows.push(Row { entries, sense, rhs });
        self.rules.push(rule);
    }
}
