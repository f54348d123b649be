//! A ladder of budgets as people read it: each step, what more money brings, where it stops paying, what changes, and what it costs to take
//! nothing back.

use super::language::{Lang, Text};
use super::page::{Block, Cell, Page, Section, Table, both, titled, words};
use super::summary;
use crate::language::text;
use crate::model::{Metric, Model};
use crate::opt::Stop;
use crate::study::LadderStudy;
use crate::study::ladder::{Change, Nested, Way};

/// Changes of a step that a page lists at most; `ladder_lines.csv` has them all.
const LISTED: usize = 6;
/// Signs of the longest bar.
const BAR: f64 = 24.0;

/// The page of a ladder of budgets.
pub fn page(model: &Model, study: &LadderStudy) -> Page {
    let mut page = Page::new(summary::title(model));
    let metric = study.settings.planning.metric;
    let steps = study.steps.len();
    let named = both(|lang| lang.metric(model, metric));
    let amount = |step: usize| both(|lang| lang.money(study.steps[step].budget as f64));
    let (from, to) = (amount(0), amount(steps - 1));
    let (planning, evaluation) = (
        both(|lang| lang.number(study.settings.planning.planning as f64, 0)),
        both(|lang| lang.number(study.settings.planning.evaluation as f64, 0)),
    );
    page.lead.push(text!(
        en: "{steps} budgets from {from} to {to}, each with the plan that adds most to {named}: made on {planning} planning samples, simulated on {evaluation} fresh ones.",
        id: "{steps} pagu dari {from} sampai {to}, masing-masing dengan rencana yang paling menambah {named}: disusun pada {planning} sampel perencanaan, disimulasikan pada {evaluation} sampel baru.",
        from, to, named, planning, evaluation,
    ));
    page.lead.push(proof(study));
    page.opening.push(Block::Table(overview(model, study, metric)));
    page.sections.push(turning(study));
    page.sections.push(changes(model, study));
    page.sections.push(nested(study, metric));
    page
}

fn proof(study: &LadderStudy) -> Text {
    let gap = both(|lang| share(lang, study.steps.iter().map(|step| step.plan.gap).fold(0.0, f64::max)));
    let late = study.steps.iter().filter(|step| step.plan.stop == Stop::TimeLimit).count();
    if late > 0 {
        return text!(
            en: "Time ended the search at {late} of the steps: their plans are the best known, at most {gap} below their bounds.",
            id: "Waktu habis pada {late} anak tangga: rencananya yang terbaik diketahui, paling jauh {gap} di bawah batasnya.",
            gap,
        );
    }
    text!(
        en: "No plan on these samples brings more than {gap} beyond any of them (proven).",
        id: "Tidak ada rencana pada sampel ini yang menghasilkan lebih dari {gap} di atas salah satunya (terbukti).",
        gap,
    )
}

/// A share too small for whole per cent.
fn share(lang: Lang, share: f64) -> String {
    let per_cent = 100.0 * share;
    let places = if per_cent >= 0.1 { 1 } else { 4 };
    format!("{}{}", lang.number(per_cent, places), lang.pick("%", " %"))
}

fn overview(model: &Model, study: &LadderStudy, metric: Metric) -> Table {
    let named = both(|lang| lang.metric(model, metric));
    let mut table = Table::new(
        vec![
            Text::same("#"),
            words("budget", "pagu"),
            words("spends", "belanja"),
            text!(en: "added {named}", id: "tambahan {named}", named),
            words("at most", "paling banyak"),
            words("next billion adds", "satu miliar berikutnya menambah"),
            words("simulated", "hasil simulasi"),
            words("95 % interval", "selang 95%"),
            words("net present value", "nilai kini bersih"),
            Text::same(""),
        ],
        1,
    );
    table.columns[9].right = false;
    let most = study.steps.iter().map(|step| step.evaluated.value.mean).fold(0.0, f64::max);
    for (number, step) in study.steps.iter().enumerate() {
        let length = if most > 0.0 { BAR * (step.evaluated.value.mean / most).max(0.0) } else { 0.0 };
        table.row(vec![
            Cell::count(number + 1),
            Cell::Money(step.budget as f64),
            Cell::Money(step.plan.allocation.total() as f64),
            Cell::Amount(metric, step.plan.objective),
            Cell::Amount(metric, step.plan.bound),
            step.next.map_or(Cell::Empty, |next| Cell::Amount(metric, next.gain)),
            Cell::Amount(metric, step.evaluated.value.mean),
            Cell::Spread(metric, step.evaluated.value.half_width),
            Cell::Money(step.evaluated.worth.budget.npv.mean),
            Cell::name("█".repeat(libm::round(length) as usize)),
        ]);
    }
    table
}

/// Where the net present value turns.
fn turning(study: &LadderStudy) -> Section {
    let mut section = Section::new(words("Where it stops paying", "Batas yang masih menguntungkan"));
    let budget = |step: usize| both(|lang| lang.money(study.steps[step].budget as f64));
    let npv = |step: usize| {
        let own = study.steps[step].evaluated.worth.budget.npv;
        both(|lang| format!("{} ± {}", lang.money(own.mean), lang.money(own.half_width)))
    };
    let best = study.best_step();
    let (at, worth) = (budget(best), npv(best));
    section.say(text!(
        en: "The net present value to the budget is highest at {at}: {worth}.",
        id: "Nilai kini bersih bagi anggaran paling tinggi pada {at}: {worth}.",
        at, worth,
    ));
    for step in study.turns() {
        let (before, after) = (budget(step - 1), budget(step));
        let rises = study.steps[step].evaluated.worth.budget.npv.mean > 0.0;
        section.say(if rises {
            text!(
                en: "Between {before} and {after} it turns from negative to positive.",
                id: "Antara {before} dan {after} nilainya berubah dari negatif menjadi positif.",
                before, after,
            )
        } else {
            text!(
                en: "Between {before} and {after} it turns from positive to negative.",
                id: "Antara {before} dan {after} nilainya berubah dari positif menjadi negatif.",
                before, after,
            )
        });
    }
    if study.turns().is_empty() {
        let positive = study.steps[0].evaluated.worth.budget.npv.mean > 0.0;
        section.say(if positive {
            words("It is positive at every step.", "Nilainya positif pada setiap anak tangga.")
        } else {
            words("It is positive at no step.", "Nilainya tidak positif pada satu anak tangga pun.")
        });
    }
    let unsure = |step: &&crate::study::ladder::Step| {
        let npv = step.evaluated.worth.budget.npv;
        npv.mean.abs() <= npv.half_width
    };
    let unsure = study.steps.iter().filter(unsure).count();
    if unsure > 0 {
        section.detail(text!(
            en: "at {unsure} of the steps its 95 % interval holds zero",
            id: "pada {unsure} anak tangga selang 95%-nya memuat nol",
        ));
    }
    section
}

/// What enters, grows, shrinks and leaves at each step.
fn changes(model: &Model, study: &LadderStudy) -> Section {
    let mut section = Section::new(words("What more money goes to", "Ke mana tambahan pagu mengalir"));
    for step in &study.steps {
        section.say(both(|lang| lang.money(step.budget as f64)));
        for change in step.changes.iter().take(LISTED) {
            section.detail(told(model, *change));
        }
        if step.changes.is_empty() {
            section.detail(words("nothing changes", "tidak ada yang berubah"));
        }
        if let Some(more) = step.changes.len().checked_sub(LISTED).filter(|more| *more > 0) {
            section.detail(text!(
                en: "and {more} more changes, which ladder_lines.csv lists",
                id: "dan {more} perubahan lagi, yang tercantum dalam ladder_lines.csv",
            ));
        }
    }
    section
}

fn told(model: &Model, change: Change) -> Text {
    let line = &model.chain_of(change.cluster).interventions[change.intervention.index()];
    let (what, cluster) = (titled(&line.title), titled(&model.clusters[change.cluster.index()].title));
    let money = |rupiah: i64| both(|lang| lang.money(rupiah as f64));
    let (before, after) = (money(change.before), money(change.after));
    match (change.before, change.after) {
        (0, _) => text!(
            en: "{what}, {cluster}: enters with {after}",
            id: "{what}, {cluster}: masuk dengan {after}",
            what, cluster, after,
        ),
        (_, 0) => text!(
            en: "{what}, {cluster}: leaves, it had {before}",
            id: "{what}, {cluster}: keluar, sebelumnya {before}",
            what, cluster, before,
        ),
        (old, new) if new > old => text!(
            en: "{what}, {cluster}: grows from {before} to {after}",
            id: "{what}, {cluster}: naik dari {before} menjadi {after}",
            what, cluster, before, after,
        ),
        _ => text!(
            en: "{what}, {cluster}: shrinks from {before} to {after}",
            id: "{what}, {cluster}: turun dari {before} menjadi {after}",
            what, cluster, before, after,
        ),
    }
}

/// The plans that take nothing back, and what that costs.
fn nested(study: &LadderStudy, metric: Metric) -> Section {
    let mut section =
        Section::new(words("Plans that take nothing back", "Rencana yang tidak menarik kembali"));
    section.say(words(
        "What an intervention gets in a cluster and year never falls from a step to the next, so that a budget can be raised later without taking away; the mean of the steps is made as high as possible.",
        "Yang diperoleh suatu intervensi di suatu klaster dan tahun tidak pernah turun ke anak tangga berikutnya, sehingga pagu dapat dinaikkan kemudian tanpa menarik kembali; rata-rata seluruh anak tangga dibuat setinggi mungkin.",
    ));
    let Some(nested) = &study.nested else {
        section.say(words(
            "None were found: time was up, or the rules allow none from any of the steps tried.",
            "Tidak ditemukan: waktu habis, atau aturan tidak mengizinkannya dari anak tangga mana pun yang dicoba.",
        ));
        return section;
    };
    section.say(price(nested, metric));
    section.say(match nested.way {
        Way::Joint => words(
            "They were planned together as one program.",
            "Semuanya disusun bersama sebagai satu program.",
        ),
        Way::From(step) => {
            let budget = both(|lang| lang.money(study.steps[step].budget as f64));
            text!(
                en: "They were built from the best plan for {budget}, upward with no less and downward with no more: the best of the sequences tried, and not proven to be the best of all.",
                id: "Semuanya disusun dari rencana terbaik untuk {budget}, ke atas tanpa mengurangi dan ke bawah tanpa menambah: yang terbaik dari urutan yang dicoba, dan tidak terbukti terbaik dari semuanya.",
                budget,
            )
        }
    });
    let mut table = Table::new(
        vec![
            Text::same("#"),
            words("budget", "pagu"),
            words("added", "tambahan"),
            words("less than the best plan", "kurang dari rencana terbaik"),
            words("simulated", "hasil simulasi"),
            words("95 % interval", "selang 95%"),
        ],
        1,
    );
    for (number, (own, step)) in nested.steps.iter().zip(&study.steps).enumerate() {
        let Some(evaluated) = &own.evaluated else { continue };
        table.row(vec![
            Cell::count(number + 1),
            Cell::Money(step.budget as f64),
            Cell::Amount(metric, own.objective),
            Cell::Amount(metric, step.plan.objective - own.objective),
            Cell::Amount(metric, evaluated.value.mean),
            Cell::Spread(metric, evaluated.value.half_width),
        ]);
    }
    section.table(table);
    let broken: usize = nested.steps.iter().map(|step| step.broken).sum();
    if broken > 0 {
        section.say(text!(
            en: "{broken} rules are broken by some rupiah where rounding left no way: 'judge' with a step's plan says which.",
            id: "{broken} aturan dilanggar beberapa rupiah karena pembulatan: 'judge' dengan rencana anak tangga itu menyebutkannya.",
        ));
    }
    section
}

fn price(nested: &Nested, metric: Metric) -> Text {
    let (price, [low, high]) = nested.price();
    let amount = |value: f64| both(|lang| lang.amount(metric, value));
    let (price, low, high) = (amount(price), amount(low), amount(high));
    text!(
        en: "It costs {price} in the mean of the steps beside the plans that are best for each; the best such plans cost from {low} to {high} (proven).",
        id: "Biayanya {price} pada rata-rata anak tangga dibandingkan rencana yang terbaik untuk masing-masing; biaya rencana terbaik semacam itu {low} sampai {high} (terbukti).",
        price, low, high,
    )
}
