//! The summary for a minister's aide: where the money goes and why, what comes out, what more would bring, how sure it is.

mod binds;
mod gains;
mod money;
mod outcomes;
mod sure;
mod why;
mod words;
mod worth;

use self::words::with_interval;
use super::language::{Lang, Text};
use super::page::{Cell, Page, Section, Table, both, words};
use crate::model::{Model, Net};
use crate::study::{PlanName, PlanStudy, SimulationStudy};

/// The summary of a plan as text.
pub fn plan(model: &Model, study: &PlanStudy, lang: Lang) -> String {
    plan_page(model, study).text(lang)
}

/// The summary of a plan.
pub fn plan_page(model: &Model, study: &PlanStudy) -> Page {
    let mut page = Page::new(title(model));
    page.lead = headline(model, study);
    page.sections = [
        Some(worth::section(model, &study.worth)),
        Some(money::section(model, study)),
        Some(why::section(model, study)),
        Some(outcomes::section(model, study)),
        super::economy::section(model, &study.evaluation),
        gains::section(model, &study.evaluation),
        targets(model, &study.evaluation),
        what_more_brings(model, study),
        binds::section(model, study),
        Some(sure::section(model, study)),
    ]
    .into_iter()
    .flatten()
    .collect();
    page
}

/// What a plan is worth, as a section of its own.
pub(super) fn worth_section(model: &Model, of: &crate::study::worth::Worth) -> Section {
    worth::section(model, of)
}

/// The scenario's title and its years.
pub(super) fn title(model: &Model) -> Text {
    let first = model.horizon.first_year;
    let last = model.horizon.last_year();
    both(|lang| format!("{}, {first}-{last}", lang.title(&model.title)))
}

fn headline(model: &Model, study: &PlanStudy) -> Vec<Text> {
    let metric = study.request.metric;
    let spends = both(|lang| {
        let spent = lang.money(study.program.allocation.total() as f64);
        let budget = lang.money(model.total_budget() as f64);
        let (name, brings) = (lang.metric(model, metric), with_interval(lang, metric, &study.headline));
        match lang {
            Lang::Id => {
                format!("Rencana membelanjakan {spent} dari pagu {budget}: tambahan bersih {name} {brings}.")
            }
            Lang::En => {
                format!("The plan spends {spent} of a budget of {budget}: net incremental {name} {brings}.")
            }
        }
    });
    let per_rupiah = study.per_rupiah(model).map(|ratio| {
        both(|lang| {
            let ratio = lang.number(ratio, 2);
            match lang {
                Lang::Id => format!(
                    "Setiap rupiah yang dibelanjakan menambah Rp{ratio} (nilai kini dibagi nilai kini, dibanding tanpa rencana)."
                ),
                Lang::En => format!(
                    "Each rupiah spent adds Rp {ratio} (present value over present value, against no plan)."
                ),
            }
        })
    });
    let mut lead = worth::lead(model, &study.worth);
    lead.extend(match model.net() {
        Net::Off => None,
        Net::Budget => Some(words(
            "The plan maximises benefits less costs to the budget; it may leave money unspent.",
            "Rencana ini memaksimalkan manfaat dikurangi biaya bagi anggaran; pagu boleh tersisa.",
        )),
        Net::Economy => Some(words(
            "The plan maximises benefits less costs to the economy; it may leave money unspent.",
            "Rencana ini memaksimalkan manfaat dikurangi biaya bagi perekonomian; pagu boleh tersisa.",
        )),
    });
    if model.net() != Net::Off {
        lead.extend(worth::ends(model, &study.ends));
    }
    lead.extend([Some(spends), super::locked::headline(model), per_rupiah].into_iter().flatten());
    lead.extend(super::tidy::sentences(study));
    lead
}

fn targets(model: &Model, study: &SimulationStudy) -> Option<Section> {
    if model.targets.is_empty() {
        return None;
    }
    let heading = words("How likely the targets are reached", "Seberapa mungkin sasaran tercapai");
    let mut section = Section::new(heading);
    super::targets::reached(model, &study.reached, &mut section);
    Some(section)
}

fn what_more_brings(model: &Model, study: &PlanStudy) -> Option<Section> {
    if study.program.next_billion.is_empty() {
        return None;
    }
    let mut section =
        Section::new(words("What the next billion (miliar) is worth", "Nilai satu miliar berikutnya"));
    for next in &study.program.next_billion {
        let source = &model.sources[next.source.index()];
        section.say(both(|lang| {
            let gain = next.gain.map_or_else(
                || super::rules::nothing_keeps(lang).to_string(),
                |gain| lang.amount(study.request.metric, gain),
            );
            let source = lang.title(&source.title);
            match lang {
                Lang::Id => format!("satu miliar lagi dari {source}: {gain}"),
                Lang::En => format!("one more billion from {source}: {gain}"),
            }
        }));
    }
    section.say(words(
        "(re-solved on the same samples, in the program's reading)",
        "(dihitung ulang pada sampel yang sama, menurut hasil model optimasi dengan informasi sempurna)",
    ));
    super::assurance::next_rupiah(model, study, &mut section);
    Some(section)
}

/// The summary of a simulation as text.
pub fn simulation(model: &Model, study: &SimulationStudy, lang: Lang) -> String {
    simulation_page(model, study).text(lang)
}

/// The summary of a simulation.
pub fn simulation_page(model: &Model, study: &SimulationStudy) -> Page {
    let mut page = Page::new(both(|lang| {
        let (title, samples) = (lang.title(&model.title), lang.number(study.sampling.samples as f64, 0));
        let seed = study.seed;
        match lang {
            Lang::Id => {
                format!("{title}: {samples} kemungkinan keadaan, bilangan awal acak (seed) {seed}")
            }
            Lang::En => format!("{title}: {samples} futures, seed {seed}"),
        }
    }));
    let interval = || words("95 % interval", "selang 95%");
    let mut headings = vec![Text::same(""), words("without plan", "tanpa rencana"), interval()];
    if study.with.is_some() {
        headings.extend([words("with plan", "dengan rencana"), words("increment", "tambahan"), interval()]);
    }
    let mut results = Table::new(headings, 1);
    for metric in model.metrics() {
        let e = study.total(PlanName::None, metric);
        let mut row = vec![
            Cell::Words(both(|lang| lang.metric(model, metric))),
            Cell::Amount(metric, e.mean),
            Cell::Spread(metric, e.half_width),
        ];
        if study.with.is_some() {
            let gain = study.total(PlanName::Increment, metric);
            row.push(Cell::Amount(metric, study.total(PlanName::Plan, metric).mean));
            row.push(Cell::Amount(metric, gain.mean));
            row.push(Cell::Spread(metric, gain.half_width));
        }
        results.row(row);
    }
    page.opening.push(super::page::Block::Table(results));
    page.opening.push(super::page::Block::Sentence(super::horizon::counted(model)));
    if let Some(worth) = &study.worth {
        page.lead = worth::lead(model, worth);
        page.sections.push(worth::section(model, worth));
    }
    page.sections.extend(super::economy::section(model, study));
    page.sections.extend(gains::section(model, study));
    page.sections.extend(targets(model, study));
    let mut section = Section::new(words("What binds most often", "Yang paling sering membatasi"));
    binds::table(model, study, model.objective, 15, &mut section);
    page.sections.push(section);
    page
}
