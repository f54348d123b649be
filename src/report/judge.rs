//! A judged plan as people read it: what it breaks, what it spends, what it gains or loses against the best plan and by which moves.

use std::io;

use super::language::{Lang, Text};
use super::page::{Cell, Page, Section, Table, both, some, words};
use super::summary;
use super::violation::Breaches;
use crate::model::{Allocation, ClusterId, Model};
use crate::result::RuleTeller;
use crate::result::judge::JudgedRow;
use crate::result::table::write;
use crate::scenario::Scenario;
use crate::study::estimate::Comparison;
use crate::study::judge::{Against, Moved};
use crate::study::{Broken, JudgeStudy};

/// Moved lines that a page lists at most; `judged.csv` has them all.
const LISTED: usize = 20;

/// The page of a judgement on a plan of `model`, which is the scenario's with what was asked for.
pub fn page(scenario: &Scenario, model: &Model, study: &JudgeStudy) -> Page {
    let mut page = Page::new(summary::title(model));
    let opened = opened(model, &study.settings.plan);
    let breaches = Breaches::new(teller(scenario, model), &study.broken, opened);
    page.lead.push(breaches.headline());
    page.lead.extend(left_out(study));
    page.lead.push(spends(model, study));
    page.lead.push(match &study.against {
        Some(against) => verdict(model, study, against),
        None => words(
            "There is nothing to compare it with: no plan keeps all rules of the scenario (optimise says which contradict each other).",
            "Tidak ada pembandingnya: tidak ada rencana yang memenuhi semua aturan skenario (optimise menyebut aturan yang saling bertentangan).",
        ),
    });
    let gains = study.against.as_ref().is_some_and(|against| against.difference.mean > 0.0);
    if gains && !study.keeps_all() {
        page.lead.push(words(
            "The gain may come from the rules that it breaks.",
            "Kelebihan itu mungkin berasal dari aturan yang dilanggarnya.",
        ));
    }
    page.sections.extend(breaches.section());
    page.sections.push(spending(model, study));
    page.sections.extend(study.against.as_ref().map(|against| compared(model, study, against)));
    page.sections.push(summary::worth_section(model, &study.worth));
    page
}

/// Adds to the page of a simulation the rules that its plan breaks; what is only advised stands in coverage.csv.
pub fn breaches_of(scenario: &Scenario, plan: &Allocation, page: &mut Page) {
    let model = &scenario.model;
    let broken = Broken { advised: Vec::new(), ..Broken::of(model, plan, &[]) };
    let breaches = Breaches::new(teller(scenario, model), &broken, opened(model, plan));
    if let Some(section) = breaches.section() {
        page.lead.insert(0, breaches.headline());
        page.sections.insert(0, section);
    }
}

/// `judged.csv`: every line of the judged plan and of the best, with the effect of reverting it.
///
/// # Errors
/// Whatever writing fails with.
pub fn table<W: io::Write>(model: &Model, study: &JudgeStudy, out: W) -> io::Result<()> {
    write(JudgedRow::all(model, study), out)
}

/// Tells the rules of `model`, which may have another budget than the scenario.
pub fn teller<'a>(scenario: &'a Scenario, model: &'a Model) -> RuleTeller<'a> {
    let scaled = model.total_budget() != scenario.model.total_budget();
    RuleTeller { model, numbers: &scenario.numbers, scaled }
}

/// The candidates that a plan opens.
pub fn opened(model: &Model, plan: &Allocation) -> Vec<ClusterId> {
    let opened = model.opened(plan).into_iter();
    opened.filter(|(_, year)| year.is_some()).map(|(cluster, _)| cluster).collect()
}

/// That parts of the table were not read.
fn left_out(study: &JudgeStudy) -> Option<Text> {
    let left_out = &study.settings.left_out;
    if left_out.is_nothing() {
        return None;
    }
    let rows: Vec<String> = left_out.rows.iter().map(usize::to_string).collect();
    Some(both(|lang| {
        let mut parts = Vec::new();
        if !left_out.columns.is_empty() {
            let columns = left_out.columns.join(", ");
            parts.push(format!("{} {columns}", lang.pick("kolom catatan:", "columns of notes:")));
        }
        if !rows.is_empty() {
            parts.push(format!("{} {}", lang.pick("jumlah di baris", "sums in row"), rows.join(", ")));
        }
        format!("{} {}.", lang.pick("Yang tidak dibaca:", "Left out:"), parts.join("; "))
    }))
}

fn spends(model: &Model, study: &JudgeStudy) -> Text {
    let spent: i64 = study.settings.plan.total();
    let upkeep: i64 = study.budget.iter().map(|line| line.upkeep).sum();
    both(|lang| {
        let [spent, upkeep, budget] =
            [spent, upkeep, model.total_budget()].map(|money| lang.money(money as f64));
        match lang {
            Lang::Id => format!(
                "Rencana ini membelanjakan {spent} dari pagu {budget}; pemeliharaan yang ditanggung sumber {upkeep}."
            ),
            Lang::En => {
                format!("It spends {spent} of a budget of {budget}; upkeep that sources bear is {upkeep}.")
            }
        }
    })
}

/// What the plan gains or loses against the best.
fn verdict(model: &Model, study: &JudgeStudy, against: &Against) -> Text {
    let metric = study.settings.planning.metric;
    if against.moved.is_empty() {
        return match against.planned {
            Some(_) => words(
                "It is the best plan, line by line.",
                "Rencana ini sama dengan rencana terbaik, baris demi baris.",
            ),
            None => words(
                "It is the plan that it is compared with, line by line.",
                "Rencana ini sama dengan rencana pembandingnya, baris demi baris.",
            ),
        };
    }
    let lines = some(against.moved.len(), ["line", "lines"], "baris");
    both(|lang| {
        let of = &against.difference;
        let (size, half) = (lang.amount(metric, of.mean.abs()), lang.amount(metric, of.half_width));
        let (name, lines) = (lang.metric(model, metric), lines.in_language(lang));
        let than = match (&against.planned, lang) {
            (Some(_), Lang::Id) => "rencana terbaik",
            (Some(_), Lang::En) => "the best plan",
            (None, Lang::Id) => "rencana pembandingnya",
            (None, Lang::En) => "the plan that it is compared with",
        };
        let open = of.mean.abs() <= of.half_width;
        match lang {
            Lang::Id => {
                let word = if of.mean < 0.0 { "lebih kecil" } else { "lebih besar" };
                let open = if open { "; selisih sekecil itu bisa karena kebetulan" } else { "" };
                format!(
                    "Rencana ini berbeda pada {lines}; tambahan bersih {name} {size} (± {half}) {word} daripada {than}{open}."
                )
            }
            Lang::En => {
                let word = if of.mean < 0.0 { "less" } else { "more" };
                let open = if open { "; so small a difference may be chance" } else { "" };
                format!(
                    "It differs in {lines} and brings {size} (± {half}) {word} of {name} than {than}{open}."
                )
            }
        }
    })
}

/// What sources spend, year by year.
fn spending(model: &Model, study: &JudgeStudy) -> Section {
    let mut section = Section::new(words("What it spends (rupiah)", "Belanjanya (rupiah)"));
    let headings = [
        words("source", "sumber"),
        words("year", "tahun"),
        words("money", "dana"),
        words("carried over", "sisa tahun lalu"),
        words("spent", "belanja"),
        words("upkeep", "pemeliharaan"),
        words("left", "sisa"),
        words("beyond", "kelebihan"),
    ];
    let mut table = Table::new(headings.into(), 2);
    for line in &study.budget {
        let title = &model.sources[line.source.index()].title;
        table.row(vec![
            Cell::Words(both(|lang| lang.title(title).to_string())),
            Cell::name(model.horizon.calendar_year(line.year).to_string()),
            Cell::Rupiah(line.amount as f64),
            Cell::Rupiah(line.carried_in as f64),
            Cell::Rupiah(line.spent as f64),
            Cell::Rupiah(line.upkeep as f64),
            Cell::Rupiah(line.left as f64),
            if line.over > 0 { Cell::Rupiah(line.over as f64) } else { Cell::Empty },
        ]);
    }
    section.table(table);
    section
}

/// The comparison with the best plan, move by move.
fn compared(model: &Model, study: &JudgeStudy, against: &Against) -> Section {
    let metric = study.settings.planning.metric;
    let samples = study.settings.samples();
    let mut section = Section::new(words("Against the best plan", "Dibandingkan dengan rencana terbaik"));
    section.say(origin(model, study, against));
    if against.broken > 0 {
        let rules = some(against.broken, ["rule", "rules"], "aturan");
        section.say(both(|lang| match lang {
            Lang::Id => format!("Rencana pembanding itu sendiri melanggar {}.", rules.in_language(lang)),
            Lang::En => {
                format!("The plan that it is compared with breaks {} itself.", rules.in_language(lang))
            }
        }));
    }
    if against.moved.is_empty() {
        return section;
    }
    section.say(both(|lang| {
        let samples = lang.number(samples as f64, 0);
        match lang {
            Lang::Id => format!(
                "Setiap baris dikembalikan sendiri ke jumlahnya dalam rencana terbaik, pada {samples} kemungkinan keadaan yang sama; minus berarti pemindahan itu merugikan. Bersama interaksi, semua baris berjumlah sama dengan selisihnya."
            ),
            Lang::En => format!(
                "Each line is put back alone to its amount in the best plan, on the same {samples} futures; below zero the move costs. With the interaction the lines add up to the difference."
            ),
        }
    }));
    let headings = [
        words("line", "baris"),
        words("plan", "rencana"),
        words("best", "terbaik"),
        words("effect of the move", "akibat pemindahan"),
        words("95 % interval", "selang 95%"),
    ];
    let mut table = Table::new(headings.into(), 1);
    let mut moved: Vec<&Moved> = against.moved.iter().collect();
    // Those that matter most come first; equal ones stay in the order of lines.
    moved.sort_by(|a, b| b.effect.mean.abs().total_cmp(&a.effect.mean.abs()));
    let effect = |of: &Comparison| [Cell::Amount(metric, of.mean), Cell::Spread(metric, of.half_width)];
    for moved in moved.iter().take(LISTED) {
        let mut row = vec![
            Cell::Words(both(|lang| line(model, moved, lang))),
            Cell::Rupiah(moved.line.amount.as_f64()),
            Cell::Rupiah(moved.best as f64),
        ];
        row.extend(effect(&moved.effect));
        table.row(row);
    }
    let sums = [
        (words("interaction", "interaksi"), &against.interaction),
        (words("difference", "selisih"), &against.difference),
    ];
    for (name, of) in sums {
        let mut row = vec![Cell::Words(name), Cell::Empty, Cell::Empty];
        row.extend(effect(of));
        table.row(row);
    }
    section.table(table);
    let more = moved.len().saturating_sub(LISTED);
    if more > 0 {
        let more = some(more, ["more line", "more lines"], "baris lagi");
        section.say(both(|lang| match lang {
            Lang::Id => format!("{} ada di judged.csv.", more.in_language(lang)),
            Lang::En => format!("{}: see judged.csv.", more.in_language(lang)),
        }));
    }
    section
}

/// Where the best plan comes from, and how good it is.
fn origin(model: &Model, study: &JudgeStudy, against: &Against) -> Text {
    let metric = study.settings.planning.metric;
    both(|lang| {
        let brings = lang.amount(metric, against.increment.mean);
        let own = lang.amount(metric, study.increment.mean);
        let name = lang.metric(model, metric);
        let from = match (&against.planned, lang) {
            (None, Lang::Id) => "Rencana pembanding yang diberikan".to_string(),
            (None, Lang::En) => "The plan that was given to compare with".to_string(),
            (Some(planned), _) => {
                let gap = lang.number(100.0 * planned.gap, 2);
                match lang {
                    Lang::Id => format!(
                        "Rencana terbaik disusun lagi (selisih dari batas atasnya {gap}%); rencana itu"
                    ),
                    Lang::En => format!("The best plan was made anew (gap to its bound {gap} %); it"),
                }
            }
        };
        match lang {
            Lang::Id => format!("{from} membawa tambahan bersih {name} {brings}, rencana ini {own}."),
            Lang::En => format!("{from} brings {brings} of net incremental {name}, this plan {own}."),
        }
    })
}

/// `Equipment in Utara, Regency budget, 2027`.
fn line(model: &Model, moved: &Moved, lang: Lang) -> String {
    let line = &moved.line;
    let what = lang.title(&model.chain_of(line.cluster).interventions[line.intervention.index()].title);
    let place = lang.title(&model.clusters[line.cluster.index()].title);
    let source = lang.title(&model.sources[line.source.index()].title);
    let year = model.horizon.calendar_year(line.year);
    format!("{what} {} {place}, {source}, {year}", lang.pick("di", "in"))
}
