//! Who gains along the chain: the increment of each actor, or what each has where there is no plan.

use std::collections::BTreeMap;

use super::super::language::{Lang, Text};
use super::super::page::{Cell, Section, Table, both, words};
use crate::model::{ChainId, Metric, Model, Stage};
use crate::study::{Amounts, Holder, MatrixRow, PlanName, SimulationStudy};

/// The section; none where no chain names actors.
pub(super) fn section(model: &Model, study: &SimulationStudy) -> Option<Section> {
    let accounts = &study.accounts;
    if accounts.is_empty() {
        return None;
    }
    let plan = if study.with.is_some() { PlanName::Increment } else { PlanName::None };
    let mut section =
        Section::new(words("Who gains along the chain", "Siapa yang memperoleh apa di sepanjang rantai"));
    section.say(match plan {
        PlanName::None => words(
            "What each actor has without a plan, over all years, rupiah discounted:",
            "Yang diperoleh setiap pelaku tanpa rencana, selama semua tahun, rupiah didiskonto:",
        ),
        _ => words(
            "What the plan adds for each actor, over all years, rupiah discounted:",
            "Tambahan bagi setiap pelaku karena rencana, selama semua tahun, rupiah didiskonto:",
        ),
    });
    let headings = vec![
        words("chain", "rantai"),
        words("actor", "pelaku"),
        words("value added", "nilai tambah"),
        words("wages", "upah"),
        words("margin", "margin usaha"),
        words("employment", "tenaga kerja"),
    ];
    let mut table = Table::new(headings, 2);
    for (h, chain) in model.chains.iter().enumerate() {
        // Stages of an actor together: its raw material is no sale to itself. Those who are no actor come last.
        let mut by_actor: BTreeMap<Holder, Vec<Amounts>> = BTreeMap::new();
        for row in accounts.totals(ChainId::new(h), plan) {
            let holder = match row.holder {
                Holder::Actor(actor, _) => Holder::Actor(actor, Stage::Legalisation),
                other => other,
            };
            by_actor.entry(holder).or_default().push(row.amounts);
        }
        for (holder, amounts) in by_actor {
            let sum = |of: fn(Amounts) -> f64| amounts.iter().map(|a| of(*a)).sum::<f64>();
            let mut cells = vec![
                Cell::Words(both(|lang| lang.title(&chain.title).to_string())),
                Cell::Words(name(model, h, holder)),
                Cell::Money(sum(Amounts::value_added)),
            ];
            cells.extend(match holder {
                // How the loss of others is shared between their wages and their margin is not known.
                Holder::Others => [Cell::Empty, Cell::Empty, Cell::Empty],
                _ => [
                    Cell::Money(sum(|a| a.wages)),
                    Cell::Money(sum(Amounts::margin)),
                    Cell::Amount(Metric::Employment, sum(|a| a.work)),
                ],
            });
            table.row(cells);
        }
    }
    section.table(table);
    for row in accounts.matrices.iter().filter(|row| row.plan == plan) {
        if let Some(sentence) = ratios(model, row) {
            section.say(sentence);
        }
    }
    Some(section)
}

/// The name of an actor, or of those who are none.
fn name(model: &Model, chain: usize, holder: Holder) -> Text {
    let actors = model.chains[chain].accounts.as_ref().map(|accounts| accounts.actors.as_slice());
    match holder {
        Holder::Actor(actor, _) => both(|lang| {
            actors.map_or_else(String::new, |actors| lang.title(&actors[actor].title).to_string())
        }),
        Holder::Facilities => words("upkeep of facilities", "pemeliharaan sarana"),
        Holder::Others => words("other producers at home", "produsen lain di dalam negeri"),
    }
}

/// The private cost ratio and domestic resource cost ratio of a chain; none where either is not defined, or for the sum of chains.
fn ratios(model: &Model, row: &MatrixRow) -> Option<Text> {
    let chain = &model.chains[row.chain?.index()];
    let (pcr, drc) = (row.matrix.pcr()?, row.matrix.drc()?);
    Some(both(|lang| {
        let (title, pcr, drc) = (lang.title(&chain.title), lang.number(pcr, 2), lang.number(drc, 2));
        match lang {
            Lang::Id => format!(
                "{title}: rasio biaya privat (PCR) {pcr}, rasio biaya sumber daya domestik (DRC) {drc}; di bawah 1 berarti yang dihasilkan lebih besar daripada tenaga kerja dan faktor domestik lain yang dipakai."
            ),
            Lang::En => format!(
                "{title}: private cost ratio (PCR) {pcr}, domestic resource cost ratio (DRC) {drc}; below 1, more is earned than the labour and other domestic factors cost."
            ),
        }
    }))
}
