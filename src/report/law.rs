//! The law trace: which paragraph of PP 7/2021, Article 89, or which policy of the scenario every constraint and every figure
//! answers to, where it is written, and whether it binds in a plan.
//!
//! A row that states no paragraph of its own answers to the policy of the scenario, told by file and key. Rows of the program that say
//! how a line of money comes to work answer to the paragraph of that line: [`answers`] says which row of the trace each rule
//! of the program belongs to, and none may be missing.

mod chains;
mod figures;
mod money;
mod places;
mod row;
mod tracer;

use crate::model::{ClusterId, Model};
use crate::opt::builder::Rule;
use crate::result::law::LawKey;
use crate::result::rule::{locked_key, money_key};
use crate::scenario::StatedNumber;
use crate::study::PlanStudy;
pub use row::{LawRow, lines, page, table};
use tracer::{Tracer, minimum_key};

/// The law trace of a scenario, and of a plan where there is one, in both languages. `numbers` are those of the scenario: they know their places.
pub fn trace(model: &Model, numbers: &[StatedNumber], study: Option<&PlanStudy>) -> Vec<LawRow> {
    let mut tracer = Tracer { model, numbers, study, rows: Vec::new() };
    tracer.sources();
    tracer.limits();
    tracer.cofunding();
    tracer.locked();
    tracer.spillovers();
    tracer.pools();
    tracer.sites();
    tracer.coverage();
    tracer.lines();
    tracer.chains();
    tracer.clusters();
    tracer.settings();
    tracer.figures();
    let mut rows = tracer.rows;
    // Each kind together, in the order in which kinds come up.
    let mut kinds: Vec<LawKey> = Vec::new();
    for row in &rows {
        if !kinds.contains(&row.kind) {
            kinds.push(row.kind);
        }
    }
    rows.sort_by_key(|row| kinds.iter().position(|kind| *kind == row.kind));
    rows
}

/// The key of the row of the trace that a rule of the program belongs to.
pub fn answers(model: &Model, rule: Rule) -> String {
    let cluster = |c: ClusterId| model.clusters[c.index()].key.as_str();
    match rule {
        Rule::Budget(..) | Rule::Limit(_) | Rule::Cofunding(..) => money_key(model, rule),
        Rule::Stock(c, i, _) | Rule::Response(c, i, ..) | Rule::Segments(c, i, ..) | Rule::Rise(c, i, ..) => {
            let chain = model.chain_of(c);
            format!("{}/interventions/{}", chain.key, chain.interventions[i.index()].key)
        }
        Rule::Minimum(c, i) | Rule::Active(c, i, _) => minimum_key(model, c, i),
        Rule::Opening(c, _) | Rule::OpenOnce(c) | Rule::Unopened(c, ..) => format!("site/{}", cluster(c)),
        Rule::Sites(number, _) => format!("sites[{number}]"),
        Rule::Unsupported(c, ..) => format!("support/{}", cluster(c)),
        Rule::Coverage(number, c) => format!("coverage.minimum[{number}]/{}", cluster(c)),
        Rule::Locked(s, c, i, y) => locked_key(model, s, c, i, y),
        Rule::Units(c, i, _) | Rule::MostUnits(c, i) => {
            let chain = model.chain_of(c);
            format!("{}/interventions/{}", chain.key, chain.interventions[i.index()].key)
        }
        Rule::LeastLine(s, ..) | Rule::LineActive(s, ..) | Rule::Grain(s, ..) => {
            format!("sources/{}", model.sources[s.index()].key)
        }
    }
}
