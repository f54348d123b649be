//! The report of a plan: what to fund, what it brings and costs, whether it pays and how sure, against today, what to watch.

mod first;
mod gains;
mod margin;
mod money;
mod proof;

use super::annex;
use super::chain;
use super::names::Names;
use super::piece::{Book, Chapter};
use super::told::{Result, Tables};
use super::years;
use crate::model::{Metric, Model};
use crate::report::language::Text;
use crate::report::page::{both, titled};
use crate::result::PlanDocument;

/// What every chapter of a plan's report looks at.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) model: &'a Model,
    pub(super) names: Names<'a>,
    pub(super) document: &'a PlanDocument,
    pub(super) tables: &'a Tables,
    pub(super) metric: Metric,
}

impl Plan<'_> {
    /// The name of the metric that is maximised.
    fn metric_name(&self) -> Text {
        self.names.metric_name(self.metric)
    }
}

/// The report of a plan.
pub(super) fn book(told: &Result, document: &PlanDocument) -> Book {
    let names = Names(&told.model);
    let metric = names.metric(&document.metric).unwrap_or(told.model.objective);
    let plan = Plan { model: &told.model, names, document, tables: &told.tables, metric };
    let mut chapters: Vec<Chapter> = vec![money::chapter(&plan)];
    chapters.push(proof::chapter(&plan));
    chapters.push(proof::rivals(&plan));
    chapters.extend(years::chapter(&told.model, &told.tables, metric));
    chapters.extend(chain::chapter(&told.model, &told.tables));
    chapters.push(gains::chapter(&plan));
    chapters.extend(margin::chapter(&plan));
    chapters.push(money::coverage(&plan));
    chapters.extend(annex::law(told));
    chapters.push(annex::numbers(told));
    chapters.push(annex::lines(told, &document.allocation));
    chapters.push(annex::method(told, &proof::proof(&plan)));
    let horizon = &told.model.horizon;
    Book {
        title: titled(&told.model.title),
        kind: both(|lang| {
            format!(
                "{} {}–{}",
                lang.pick("Rencana anggaran", "Budget plan"),
                horizon.first_year,
                horizon.last_year()
            )
        }),
        answer: first::answer(&plan),
        figures: first::figures(&plan),
        first: first::pieces(&plan),
        chapters,
    }
}
