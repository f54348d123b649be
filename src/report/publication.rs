//! The files that a study publishes in its result folder: a document, and tables and summaries in both languages.

use std::io;

use super::coordination::Told;
use super::page::Page;
use super::{Lang, assurance, budget_document, compare, judge, law, sites, tables};
use crate::model::{Allocation, Model};
use crate::result::compare::{CaseRow, DifferenceRow};
use crate::result::ladder::{LadderLineRow, LadderRow};
use crate::result::menu::{MenuPlanRow, MenuRow, SwapRow};
use crate::result::sensitivity::{EvidenceRow, IndexRow};
use crate::result::table::write;
use crate::result::{
    self, BudgetTable, CompareDocument, CoordinationDocument, JudgementDocument, LadderDocument,
    MenuDocument, PlanDocument, SensitivityDocument,
};
use crate::scenario::Scenario;
use crate::study::coordination::Way;
use crate::study::{
    CompareStudy, JudgeStudy, LadderStudy, MenuStudy, PlanStudy, SensitivityStudy, SimulationStudy,
};

/// Named files.
pub type Files = Vec<(String, Vec<u8>)>;

/// Files being gathered.
struct Gathered(Files);

impl Gathered {
    fn table(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        self.0.push((name.to_string(), bytes));
        Ok(())
    }

    fn text(&mut self, name: &str, text: String) {
        self.0.push((name.to_string(), text.into_bytes()));
    }

    fn summaries(&mut self, page: &Page) {
        self.text("summary.id.txt", page.text(Lang::Id));
        self.text("summary.en.txt", page.text(Lang::En));
    }

    fn outcomes(&mut self, model: &Model, study: &SimulationStudy) -> io::Result<()> {
        self.table("outcomes.csv", |out| tables::outcomes(model, &study.rows, out))?;
        self.table("bottlenecks.csv", |out| tables::bottlenecks(model, study, out))?;
        if !model.targets.is_empty() {
            self.table("targets.csv", |out| tables::targets(model, &study.reached, out))?;
        }
        if !study.accounts.is_empty() {
            self.table("accounts.csv", |out| tables::accounts(model, &study.accounts, out))?;
            self.table("pam.csv", |out| tables::matrices(model, &study.accounts, out))?;
        }
        Ok(())
    }

    fn allocation(&mut self, model: &Model, allocation: &Allocation) -> io::Result<()> {
        self.table("allocation.csv", |out| tables::allocation(model, allocation, out))?;
        self.table("coverage.csv", |out| tables::coverage(model, allocation, out))
    }
}

/// The files of a plan, whose document and page were made already, but for what it learned.
///
/// # Errors
/// A table that cannot be made.
pub fn plan(
    scenario: &Scenario,
    model: &Model,
    study: &PlanStudy,
    document: &PlanDocument,
    page: &Page,
) -> io::Result<Files> {
    let program = &study.program;
    let mut files = Gathered(Vec::new());
    files.text("plan.json", result::text(document));
    files.allocation(model, &program.allocation)?;
    if model.candidates().next().is_some() {
        files.table("sites.csv", |out| sites::table(model, study, out))?;
    }
    let budget = BudgetTable::of(model, &scenario.numbers, &program.allocation, &program.budget);
    for lang in Lang::ALL {
        let name = format!("budget_document.{}.csv", lang.pick("id", "en"));
        files.table(&name, |out| budget_document::table(&budget, lang, out))?;
    }
    let trace = law::trace(model, &scenario.numbers, Some(study));
    files.table("law_trace.csv", |out| law::table(&trace, out))?;
    if !program.margins.is_empty() {
        files.table("margins.csv", |out| assurance::margins(model, &program.margins, out))?;
    }
    files.outcomes(model, &study.evaluation)?;
    files.summaries(page);
    Ok(files.0)
}

/// The files of a simulation, but for raw samples and traces.
///
/// # Errors
/// A table that cannot be made.
pub fn simulation(
    model: &Model,
    plan: Option<&Allocation>,
    study: &SimulationStudy,
    page: &Page,
) -> io::Result<Files> {
    let mut files = Gathered(Vec::new());
    if let Some(plan) = plan {
        files.allocation(model, plan)?;
    }
    files.outcomes(model, study)?;
    files.summaries(page);
    Ok(files.0)
}

/// The files of a judgement: the judged plan, the best one, and both line by line.
///
/// # Errors
/// A table that cannot be made.
pub fn judgement(
    model: &Model,
    study: &JudgeStudy,
    document: &JudgementDocument,
    page: &Page,
) -> io::Result<Files> {
    let mut files = Gathered(Vec::new());
    files.text("judgement.json", result::text(document));
    files.allocation(model, &study.settings.plan)?;
    if let Some(against) = &study.against {
        files.table("best.csv", |out| tables::allocation(model, &against.best, out))?;
    }
    files.table("judged.csv", |out| judge::table(model, study, out))?;
    files.summaries(page);
    Ok(files.0)
}

/// The files of a comparison of cases: the document, its tables, a table in Markdown, and the plan of every case.
///
/// # Errors
/// A table that cannot be made.
pub fn comparison(
    model: &Model,
    study: &CompareStudy,
    document: &CompareDocument,
    page: &Page,
) -> io::Result<Files> {
    let mut files = Gathered(Vec::new());
    files.text("comparison.json", result::text(document));
    files.table("comparison.csv", |out| write(CaseRow::all(model, study), out))?;
    files.table("differences.csv", |out| write(DifferenceRow::all(study), out))?;
    for lang in Lang::ALL {
        files
            .text(&format!("comparison.{}.md", lang.pick("id", "en")), compare::markdown(model, study, lang));
    }
    for (number, case) in study.cases.iter().enumerate() {
        let name = format!("allocation-{}.csv", number + 1);
        files.table(&name, |out| tables::allocation(model, &case.allocation, out))?;
    }
    files.summaries(page);
    Ok(files.0)
}

/// The files of a ladder of budgets: the document, its tables, and the plans of every step.
///
/// # Errors
/// A table that cannot be made.
pub fn ladder(
    model: &Model,
    study: &LadderStudy,
    document: &LadderDocument,
    page: &Page,
) -> io::Result<Files> {
    let mut files = Gathered(Vec::new());
    files.text("ladder.json", result::text(document));
    files.table("ladder.csv", |out| write(LadderRow::all(study), out))?;
    files.table("ladder_lines.csv", |out| write(LadderLineRow::all(model, study), out))?;
    for (number, step) in study.steps.iter().enumerate() {
        let name = format!("allocation-{}.csv", number + 1);
        files.table(&name, |out| tables::allocation(model, &step.plan.allocation, out))?;
    }
    for (number, step) in study.nested.iter().flat_map(|nested| &nested.steps).enumerate() {
        let name = format!("allocation-nested-{}.csv", number + 1);
        files.table(&name, |out| tables::allocation(model, &step.allocation, out))?;
    }
    files.summaries(page);
    Ok(files.0)
}

/// The files of a study of which numbers matter: the document, its tables, and the plans at hand.
///
/// # Errors
/// A table that cannot be made.
pub fn sensitivity(
    model: &Model,
    study: &SensitivityStudy,
    document: &SensitivityDocument,
    page: &Page,
) -> io::Result<Files> {
    let mut files = Gathered(Vec::new());
    files.text("sensitivity.json", result::text(document));
    files.table("sensitivity.csv", |out| write(IndexRow::all(study), out))?;
    files.table("evidence.csv", |out| write(EvidenceRow::all(model, study), out))?;
    for (number, plan) in study.plans.iter().enumerate() {
        let name = format!("allocation-{}.csv", number + 1);
        files.table(&name, |out| tables::allocation(model, &plan.allocation, out))?;
    }
    files.summaries(page);
    Ok(files.0)
}

/// The files of a menu: the document, its tables, and the best plan.
///
/// # Errors
/// A table that cannot be made.
pub fn menu(model: &Model, study: &MenuStudy, document: &MenuDocument, page: &Page) -> io::Result<Files> {
    let mut files = Gathered(Vec::new());
    files.text("menu.json", result::text(document));
    files.table("menu.csv", |out| write(MenuRow::all(study), out))?;
    files.table("menu_plans.csv", |out| write(MenuPlanRow::all(model, study), out))?;
    if !study.swaps.is_empty() {
        files.table("swaps.csv", |out| write(SwapRow::all(study), out))?;
    }
    files.allocation(model, &study.best.allocation)?;
    files.summaries(page);
    Ok(files.0)
}

/// The files of a comparison of ways of planning.
///
/// # Errors
/// A table that cannot be made.
pub fn coordination(told: &Told<'_>, document: &CoordinationDocument, page: &Page) -> io::Result<Files> {
    let mut files = Gathered(Vec::new());
    files.text("coordination.json", result::text(document));
    files.table("coordination.csv", |out| told.table(out))?;
    files.table("cuts.csv", |out| told.cuts_table(out))?;
    for way in Way::ALL {
        let name = format!("allocation-{}.csv", way.key());
        files.table(&name, |out| tables::allocation(told.model, &told.study.of(way).allocation, out))?;
    }
    files.summaries(page);
    Ok(files.0)
}
