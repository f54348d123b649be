//! The report of a plan: what to fund, what it brings and costs, whether it pays and how sure, against today, what to watch.

mod first;
mod gains;
mod margin;
mod money;
mod proof;
mod subject;

use subject::Plan;

use super::annex;
use super::chain;
use super::names::Names;
use super::piece::{Book, Chapter};
use super::told::Result;
use super::years;
use crate::report::page::{both, titled};
use crate::result::PlanDocument;

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
