//! A comparison of cases as people read it: each case, every difference, what is decided; and the same as a table to paste into a
//! document.

use std::fmt::Write as _;

use super::language::{Lang, Text};
use super::page::{Cell, Page, Section, Table, both, titled, words};
use super::summary;
use crate::language::text;
use crate::model::{Metric, Model};
use crate::result::compare::ToldCase;
use crate::scenario::Scenario;
use crate::study::CompareStudy;
use crate::study::compare::{Beaten, CaseResult, Decision, ERROR, Pair};

/// Changes of a case that a page lists at most; the document has them all.
const CHANGED: usize = 8;

/// Pairs that a page lists at most; `differences.csv` has them all.
const LISTED: usize = 60;

/// The page of a comparison of cases of `model`.
pub fn page(model: &Model, study: &CompareStudy, told: &[ToldCase<'_>], whole: &Scenario) -> Page {
    let mut page = Page::new(summary::title(model));
    let metric = study.settings.planning.metric;
    let cases = study.cases.len();
    let samples = both(|lang| lang.number(study.samples as f64, 0));
    let named = both(|lang| lang.metric(model, metric));
    page.lead.push(text!(
        en: "{cases} cases on the same {samples} futures, by what their plans add to {named} over no plan.",
        id: "{cases} kasus pada {samples} kemungkinan keadaan yang sama, menurut tambahan {named} dari rencananya dibandingkan tanpa rencana.",
        samples, named,
    ));
    page.lead.push(headline(study));
    page.opening.push(super::page::Block::Table(overview(model, study, metric)));
    page.sections.push(differences(study, metric));
    page.sections.push(metrics(model, study));
    page.sections.extend(changes(study, told, whole));
    page.sections.extend(noise(study, metric));
    page
}

/// The case that is best, if that is decided.
fn headline(study: &CompareStudy) -> Text {
    let wins = |case: usize| {
        study.pairs.iter().filter(|pair| pair.first == case || pair.second == case).all(|pair| {
            let better = if pair.first == case { Decision::First } else { Decision::Second };
            pair.decision == better
        })
    };
    let open = study.pairs.iter().filter(|pair| pair.decision == Decision::Open).count();
    match (0..study.cases.len()).find(|case| wins(*case)) {
        Some(best) => {
            let name = titled(&study.cases[best].title);
            text!(en: "'{name}' is better than every other case.", id: "'{name}' lebih baik daripada setiap kasus lain.", name)
        }
        None if open == 0 => words(
            "Every difference is decided, and no case is better than all others.",
            "Semua selisih sudah dapat dipastikan, dan tidak ada kasus yang lebih baik daripada semua yang lain.",
        ),
        None => text!(
            en: "No case is better than every other for sure: {open} of the differences are not decided.",
            id: "Belum pasti ada kasus yang lebih baik daripada semua yang lain: {open} selisih belum dapat dipastikan.",
        ),
    }
}

/// The cases with their money, their value, and how often each is best.
fn overview(model: &Model, study: &CompareStudy, metric: Metric) -> Table {
    let named = both(|lang| lang.metric(model, metric));
    let mut table = Table::new(
        vec![
            Text::same("#"),
            words("case", "kasus"),
            words("spends", "belanja"),
            text!(en: "added {named}", id: "tambahan {named}", named),
            words("95 % interval", "selang 95%"),
            words("net present value", "nilai kini bersih"),
            words("best in", "terbaik pada"),
            words("mean regret", "rata-rata sesal"),
        ],
        2,
    );
    for (number, case) in study.cases.iter().enumerate() {
        table.row(vec![
            Cell::count(number + 1),
            Cell::Words(titled(&case.title)),
            Cell::Money(case.allocation.total() as f64),
            Cell::Amount(metric, case.value.mean),
            Cell::Spread(metric, case.value.half_width),
            Cell::Money(case.worth.budget.npv.mean),
            Cell::Share(case.best.share),
            Cell::Amount(metric, case.best.regret),
        ]);
    }
    table
}

fn verdict(decision: Decision) -> Text {
    match decision {
        Decision::First => words("the first is better", "yang pertama lebih baik"),
        Decision::Second => words("the second is better", "yang kedua lebih baik"),
        Decision::Equal => words("no difference that matters", "tidak ada selisih yang berarti"),
        Decision::Open => words("not decided", "belum pasti"),
    }
}

/// Every difference with what it decides.
fn differences(study: &CompareStudy, metric: Metric) -> Section {
    let mut section = Section::new(words("Differences", "Selisih"));
    let (amount, error) =
        (both(|lang| lang.amount(metric, study.settings.indifference)), both(|lang| lang.percent(ERROR)));
    section.say(text!(
        en: "Paired future by future. Decided are those whose interval for all pairs together lies beyond {amount}; any of them is wrong with a probability of at most {error}.",
        id: "Dipasangkan keadaan demi keadaan. Yang dipastikan ialah selisih yang selangnya, untuk semua pasangan sekaligus, melampaui {amount}; peluang ada yang keliru paling besar {error}.",
        amount, error,
    ));
    let mut table = Table::new(
        vec![
            words("first", "pertama"),
            words("second", "kedua"),
            words("first less second", "pertama dikurangi kedua"),
            words("95 % interval", "selang 95%"),
            words("first better in", "pertama lebih baik pada"),
            words("verdict", "putusan"),
        ],
        2,
    );
    table.columns[5].right = false;
    let name = |case: usize| {
        let own = &study.cases[case].title;
        Cell::Words(Text::new(format!("{} {}", case + 1, own.en), format!("{} {}", case + 1, own.id)))
    };
    for pair in study.pairs.iter().take(LISTED) {
        table.row(vec![
            name(pair.first),
            name(pair.second),
            Cell::Amount(metric, pair.difference.mean),
            Cell::Spread(metric, pair.difference.half_width),
            Cell::Share(pair.difference.wins),
            Cell::Words(verdict(pair.decision)),
        ]);
    }
    section.table(table);
    if let Some(more) = study.pairs.len().checked_sub(LISTED).filter(|more| *more > 0) {
        section.detail(text!(
            en: "and {more} more in differences.csv",
            id: "dan {more} lagi dalam differences.csv",
        ));
    }
    if let (Some(cap), false) = (study.settings.cap, study.decided) {
        let cap = both(|lang| lang.number(cap as f64, 0));
        section.say(text!(
            en: "The most samples allowed, {cap}, did not decide them all.",
            id: "Batas {cap} sampel belum memastikan semuanya.",
            cap,
        ));
    }
    section
}

/// What each case adds to every metric.
fn metrics(model: &Model, study: &CompareStudy) -> Section {
    let mut section = Section::new(words("Added to every metric", "Tambahan pada setiap ukuran"));
    let mut heads = vec![words("metric", "ukuran")];
    heads.extend((1..=study.cases.len()).map(|number| Text::same(number.to_string())));
    let mut table = Table::new(heads, 1);
    let first = study.cases.first().map_or(&[][..], |case| case.increments.as_slice());
    for (at, (metric, _)) in first.iter().enumerate() {
        let mut row = vec![Cell::Words(both(|lang| lang.metric(model, *metric)))];
        row.extend(study.cases.iter().map(|case| Cell::Amount(*metric, case.increments[at].1.mean)));
        table.row(row);
    }
    section.table(table);
    section
}

/// What cases change, and what of it is worth a warning.
fn changes(study: &CompareStudy, told: &[ToldCase<'_>], whole: &Scenario) -> Option<Section> {
    let mut section = Section::new(words("What cases change", "Yang diubah oleh kasus"));
    for (case, told) in study.cases.iter().zip(told) {
        let own: Vec<_> =
            told.scenario.changes.iter().filter(|change| !whole.changes.contains(change)).collect();
        if own.is_empty() {
            continue;
        }
        section.say(titled(&case.title));
        for change in own.iter().take(CHANGED) {
            section.detail(Text::same(format!("{}: {} → {}", change.key, change.from, change.to)));
        }
        if let Some(more) = own.len().checked_sub(CHANGED).filter(|more| *more > 0) {
            section.detail(text!(
                en: "and {more} more, which comparison.json lists",
                id: "dan {more} lagi, yang tercantum dalam comparison.json",
            ));
        }
        for warning in told.scenario.warnings.iter().filter(|warning| !whole.warnings.contains(warning)) {
            section.detail(both(|lang| {
                let word = lang.pick("perhatian", "note");
                format!("{word}: {}", warning.problem.in_language(lang))
            }));
        }
    }
    (!section.blocks.is_empty()).then_some(section)
}

/// Cases in which another case's plan does better than their own.
fn noise(study: &CompareStudy, metric: Metric) -> Option<Section> {
    if study.beaten.is_empty() {
        return None;
    }
    let mut section =
        Section::new(words("Plans that another plan beats", "Rencana yang dikalahkan rencana lain"));
    for Beaten { case, by, gain } in &study.beaten {
        let (own, other) = (titled(&study.cases[*case].title), titled(&study.cases[*by].title));
        let (more, spread) =
            (both(|lang| lang.amount(metric, gain.mean)), both(|lang| lang.amount(metric, gain.half_width)));
        section.point(text!(
            en: "in '{own}' the plan of '{other}' adds {more} ± {spread} more than its own",
            id: "dalam '{own}', rencana '{other}' menambah {more} ± {spread} lebih banyak daripada rencananya sendiri",
            own, other, more, spread,
        ));
        if let Some(bound) = study.cases[*case].bound {
            let bound = both(|lang| lang.amount(metric, bound));
            section.detail(text!(
                en: "its own is the best on the planning samples to within {bound} (proven): the rest is chance in these samples, or the way the simulator runs enterprises; plan on more samples",
                id: "rencananya sendiri terbaik pada sampel perencanaan dengan selisih paling besar {bound} (terbukti): sisanya karena kebetulan pada sampel itu atau karena cara simulator menjalankan usaha; susun rencana dengan lebih banyak sampel",
                bound,
            ));
        }
    }
    Some(section)
}

/// The comparison as a table in Markdown, to paste into a document.
pub fn markdown(model: &Model, study: &CompareStudy, lang: Lang) -> String {
    let metric = study.settings.planning.metric;
    let mut out = String::new();
    let heads = overview(model, study, metric);
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let clean = |text: String| text.replace('|', "\\|").replace('\n', " ");
    out += &line(
        heads.columns.iter().map(|column| clean(column.heading.in_language(lang).to_string())).collect(),
    );
    out += &line(
        heads.columns.iter().map(|column| if column.right { "---:" } else { "---" }.to_string()).collect(),
    );
    for row in &heads.rows {
        out += &line(row.iter().map(|cell| clean(cell.text(lang))).collect());
    }
    let _ = writeln!(out);
    out += &line(vec![
        lang.pick("selisih", "difference").to_string(),
        clean(lang.metric(model, metric)),
        lang.pick("selang 95%", "95 % interval").to_string(),
        lang.pick("putusan", "verdict").to_string(),
    ]);
    out += &line(["---", "---:", "---:", "---"].map(str::to_string).to_vec());
    for pair in &study.pairs {
        out += &line(difference(study, pair, metric, lang).into_iter().map(clean).collect());
    }
    let seed = study.settings.planning.seed;
    let samples = lang.number(study.samples as f64, 0);
    let _ = match lang {
        Lang::Id => writeln!(
            out,
            "\n{samples} kemungkinan keadaan yang sama untuk semua kasus; bilangan awal acak {seed}."
        ),
        Lang::En => writeln!(out, "\nOn the same {samples} futures for all cases; seed {seed}."),
    };
    out
}

fn difference(study: &CompareStudy, pair: &Pair, metric: Metric, lang: Lang) -> Vec<String> {
    let name = |case: usize| {
        let CaseResult { title, .. } = &study.cases[case];
        lang.title(title).to_string()
    };
    vec![
        format!("{} − {}", name(pair.first), name(pair.second)),
        lang.amount(metric, pair.difference.mean),
        format!("± {}", lang.amount(metric, pair.difference.half_width)),
        verdict(pair.decision).in_language(lang).to_string(),
    ]
}
