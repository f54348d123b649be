//! Which numbers matter, as people read it: their parts in the variance, a shopping list for evidence, the surveys.

use super::language::Text;
use super::page::{Block, Cell, Page, Section, Table, both, some, titled, words};
use super::summary;
use crate::language::text;
use crate::model::{Metric, Model};
use crate::stats::sobol::{Index, Indices};
use crate::study::SensitivityStudy;
use crate::study::sensitivity::{Evidence, Grouping, NestedCheck, Output};

/// Groups and pieces of evidence that a page lists at most; the tables have them all.
const LISTED: usize = 15;

/// Signs of a whole bar.
const BAR: f64 = 20.0;

/// The page of a study of `model`.
pub fn page(model: &Model, study: &SensitivityStudy) -> Page {
    let mut page = Page::new(summary::title(model));
    let metric = study.settings.planning.metric;
    let samples = both(|lang| lang.number(study.settings.planning.evaluation as f64, 0));
    let named = both(|lang| lang.metric(model, metric));
    let plan = study.plans.first().map_or_else(|| Text::same(""), |own| titled(&own.title));
    page.lead.push(text!(
        en: "Which uncertain numbers matter to the plan '{plan}', by what it adds to {named} over no plan, and what it would be worth to know them before choosing a plan; {samples} futures.",
        id: "Bilangan tak pasti mana yang berarti bagi rencana '{plan}', menurut tambahan {named} dibandingkan tanpa rencana, dan berapa nilai mengetahuinya sebelum memilih rencana; {samples} kemungkinan keadaan.",
        plan, named, samples,
    ));
    page.opening.push(Block::Table(plans(model, study, metric)));
    page.sections.push(parts(study, metric));
    page.sections.push(evidence(study, metric));
    page.sections.extend(surveys(model, study, metric));
    page
}

/// The plans at hand.
fn plans(model: &Model, study: &SensitivityStudy, metric: Metric) -> Table {
    let named = both(|lang| lang.metric(model, metric));
    let mut table = Table::new(
        vec![
            Text::same("#"),
            words("plan", "rencana"),
            words("spends", "belanja"),
            text!(en: "added {named}", id: "tambahan {named}", named),
            words("95 % interval", "selang 95%"),
        ],
        2,
    );
    for (number, plan) in study.plans.iter().enumerate() {
        table.row(vec![
            Cell::count(number + 1),
            Cell::Words(titled(&plan.title)),
            Cell::Money(plan.allocation.total() as f64),
            Cell::Amount(metric, plan.value.mean),
            Cell::Spread(metric, plan.value.half_width),
        ]);
    }
    table
}

/// The parts of groups in the variance, the largest first.
fn parts(study: &SensitivityStudy, metric: Metric) -> Section {
    let mut section = Section::new(words("What moves the result", "Yang menggerakkan hasil"));
    let sd = |output: &Output| both(|lang| lang.amount(metric, libm::sqrt(output.spread.variance)));
    let (worth, over_today) = (sd(&study.worth), sd(&study.over_today));
    section.say(text!(
        en: "What the plan adds over no plan scatters by {worth} from future to future (one standard deviation), what it adds over today's mix by {over_today}.",
        id: "Tambahan rencana dibandingkan tanpa rencana menyebar sebesar {worth} antarkemungkinan keadaan (satu simpangan baku), tambahannya dibandingkan bauran saat ini sebesar {over_today}.",
        worth, over_today,
    ));
    let groups = some(study.groups.len(), ["group", "groups"], "kelompok");
    let rows = both(|lang| lang.number(study.settings.rows as f64, 0));
    let by = match study.settings.by {
        Grouping::Number => words("each number by itself", "setiap bilangan tersendiri"),
        Grouping::Item => words("numbers of one item together", "bilangan satu butir digabung"),
        Grouping::Kind => words("numbers of one kind together", "bilangan satu jenis digabung"),
    };
    section.detail(text!(
        en: "{groups}: {by}; numbers that load on a common factor are correlated, and go as one group with it. Two sample matrices of {rows} rows.",
        id: "{groups}: {by}; bilangan yang dimuati faktor yang sama saling berkorelasi dan digabung dengan faktor itu. Dua matriks sampel, masing-masing {rows} baris.",
        groups, by, rows,
    ));
    let total = |g: &usize| study.worth.indices[*g].map_or(0.0, |own| own.total.value);
    let other = |g: &usize| study.over_today.indices[*g].map_or(0.0, |own| own.total.value);
    let mut order: Vec<usize> = (0..study.groups.len()).collect();
    order.sort_by(|a, b| total(b).total_cmp(&total(a)).then_with(|| other(b).total_cmp(&other(a))));
    order.retain(|g| total(g) > 0.0 || other(g) > 0.0);
    if order.is_empty() {
        section.say(words(
            "Neither varies: no uncertain number has any effect.",
            "Keduanya tidak berubah: tidak ada bilangan tak pasti yang berpengaruh.",
        ));
        return section;
    }
    let mut table = Table::new(
        vec![
            words("group", "kelompok"),
            words("numbers", "bilangan"),
            words("alone", "sendiri"),
            words("with all others", "bersama yang lain"),
            Text::same(""),
            words("over today: with all others", "dibandingkan saat ini: bersama yang lain"),
        ],
        1,
    );
    table.columns[4].right = false;
    for g in order.iter().take(LISTED) {
        let group = &study.groups[*g];
        let bar = "█".repeat((total(g).clamp(0.0, 1.0) * BAR).round() as usize);
        table.row(vec![
            Cell::name(group.name.clone()),
            Cell::count(group.numbers.len()),
            share(study.worth.indices[*g].as_ref(), |own| own.first),
            share(study.worth.indices[*g].as_ref(), |own| own.total),
            Cell::name(bar),
            share(study.over_today.indices[*g].as_ref(), |own| own.total),
        ]);
    }
    section.table(table);
    section.detail(words(
        "Shares of the variance with their 95 % intervals: of what goes once a group alone is known, and of what stays as long as it alone is not.",
        "Bagian ragam dengan selang 95%: yang hilang bila hanya kelompok itu diketahui, dan yang tersisa selama hanya kelompok itu yang tidak diketahui.",
    ));
    more(&mut section, order.len(), "sensitivity.csv");
    section
}

/// An index with its interval.
fn share(indices: Option<&Indices>, of: fn(&Indices) -> Index) -> Cell {
    let Some(indices) = indices else { return Cell::Empty };
    let index = of(indices);
    let half = 0.5 * (index.interval()[1] - index.interval()[0]);
    Cell::Words(both(|lang| format!("{} ± {}", lang.percent(index.value), lang.percent(half))))
}

fn more(section: &mut Section, all: usize, file: &str) {
    if let Some(more) = all.checked_sub(LISTED).filter(|more| *more > 0) {
        section.detail(text!(en: "and {more} more in {file}", id: "dan {more} lagi dalam {file}"));
    }
}

/// The shopping list for evidence.
fn evidence(study: &SensitivityStudy, metric: Metric) -> Section {
    let mut section = Section::new(words(
        "What it would be worth to know, most worth first",
        "Nilai mengetahui, yang paling bernilai lebih dahulu",
    ));
    let best = titled(&study.plans[study.best].title);
    let (mean, half) = (
        both(|lang| lang.amount(metric, study.perfect.mean)),
        both(|lang| lang.amount(metric, study.perfect.half_width())),
    );
    let switches = both(|lang| lang.percent(study.perfect.switches));
    section.say(text!(
        en: "Knowing nothing, '{best}' is the best of the plans at hand. Who knew the whole future would choose another in {switches} of futures, and gain {mean} ± {half} on average: no evidence is worth more for this choice.",
        id: "Tanpa mengetahui apa pun, '{best}' adalah yang terbaik di antara rencana yang ada. Siapa yang mengetahui seluruh masa depan akan memilih rencana lain pada {switches} keadaan, dan rata-rata memperoleh tambahan {mean} ± {half}: tidak ada bukti yang lebih bernilai bagi pilihan ini.",
        best, switches, mean, half,
    ));
    let worth: Vec<&Evidence> = study.evidence.iter().filter(|own| own.worth.mean > 0.0).collect();
    if worth.is_empty() {
        section.say(words(
            "Knowing any one number beforehand would change nothing of the choice.",
            "Mengetahui satu bilangan mana pun sebelumnya tidak mengubah pilihan.",
        ));
    } else {
        section.table(listed(study, &worth, metric));
        more(&mut section, worth.len(), "evidence.csv");
    }
    if study.changing > 0 {
        let changing = some(study.changing, ["number", "numbers"], "bilangan");
        section.detail(text!(
            en: "{changing} that change over time are left out: nobody can buy such evidence beforehand.",
            id: "{changing} yang berubah sepanjang waktu tidak disertakan: bukti semacam itu tidak dapat dibeli sebelumnya.",
            changing,
        ));
    }
    if let Some(own) = &study.together {
        let (mean, half) = (
            both(|lang| lang.amount(metric, own.worth.mean)),
            both(|lang| lang.amount(metric, own.worth.half_width())),
        );
        let count = own.count;
        section.detail(text!(
            en: "The first {count} of them at once are worth {mean} ± {half}.",
            id: "{count} yang pertama sekaligus bernilai {mean} ± {half}.",
            mean, half,
        ));
    }
    if let Some(check) = &study.checked {
        section.detail(checked(check, metric));
    }
    if let Some(upper) = study.upper {
        let (mean, half) = (
            both(|lang| lang.amount(metric, upper.everything)),
            both(|lang| lang.amount(metric, upper.half_width)),
        );
        section.detail(text!(
            en: "Where every plan that keeps the rules may be chosen, knowing the whole future is worth at most {mean} ± {half}, as a program that runs all enterprises well reads it.",
            id: "Bila setiap rencana yang mematuhi aturan boleh dipilih, mengetahui seluruh masa depan bernilai paling banyak {mean} ± {half}, menurut program yang menjalankan semua usaha dengan baik.",
            mean, half,
        ));
    }
    section
}

fn listed(study: &SensitivityStudy, worth: &[&Evidence], metric: Metric) -> Table {
    let mut heads = vec![
        words("number or factor", "bilangan atau faktor"),
        words("worth knowing", "nilai mengetahui"),
        words("95 % interval", "selang 95%"),
        words("changes the choice in", "mengubah pilihan pada"),
        words("mostly to", "terutama ke"),
    ];
    let bounded = study.upper.is_some();
    if bounded {
        heads.push(words("among all plans at most", "di antara semua rencana paling banyak"));
    }
    let mut table = Table::new(heads, 1);
    table.columns[4].right = false;
    for own in worth.iter().take(LISTED) {
        let instead =
            own.worth.instead.map_or(Cell::Empty, |plan| Cell::Words(titled(&study.plans[plan].title)));
        let mut row = vec![
            Cell::name(own.name.clone()),
            Cell::Amount(metric, own.worth.mean),
            Cell::Spread(metric, own.worth.half_width()),
            Cell::Share(own.worth.switches),
            instead,
        ];
        if bounded {
            row.push(own.upper.map_or(Cell::Empty, |upper| Cell::Amount(metric, upper)));
        }
        table.row(row);
    }
    table
}

/// The check of the largest, in a sentence.
fn checked(check: &NestedCheck, metric: Metric) -> Text {
    let name = Text::same(check.name.as_str());
    let (low, high) = (
        both(|lang| lang.amount(metric, check.ends.low.mean)),
        both(|lang| lang.amount(metric, check.ends.high.mean)),
    );
    let error = both(|lang| lang.amount(metric, 1.96 * check.ends.high.standard_error));
    let (states, futures) = (check.states, check.futures);
    text!(
        en: "Checked by nested simulation, {states} states of {futures} futures each: {name} is worth between {low} and {high}, each ± {error}.",
        id: "Diperiksa dengan simulasi bersarang, {states} keadaan dengan {futures} kemungkinan masing-masing: {name} bernilai antara {low} dan {high}, masing-masing ± {error}.",
        name, low, high, error,
    )
}

/// The surveys that the scenario states.
fn surveys(model: &Model, study: &SensitivityStudy, metric: Metric) -> Option<Section> {
    if study.surveys.is_empty() {
        return None;
    }
    let mut section = Section::new(words("Surveys", "Survei"));
    let mut table = Table::new(
        vec![
            words("survey", "survei"),
            words("answers", "jawaban"),
            words("its worth", "nilainya"),
            words("95 % interval", "selang 95%"),
            words("cost", "biaya"),
            words("worth less cost", "nilai dikurangi biaya"),
        ],
        1,
    );
    for own in &study.surveys {
        let survey = &model.surveys[own.survey];
        table.row(vec![
            Cell::Words(titled(&survey.title)),
            Cell::Number(survey.answers as f64, 0),
            Cell::Amount(metric, own.worth.mean),
            Cell::Spread(metric, own.worth.half_width()),
            Cell::Money(survey.cost.as_f64()),
            if metric.is_money() { Cell::Money(own.net) } else { Cell::Empty },
        ]);
    }
    section.table(table);
    match study.surveys.first() {
        Some(first) if metric.is_money() && first.net > 0.0 => {
            let name = titled(&model.surveys[first.survey].title);
            section.say(text!(
                en: "'{name}' is worth more than it costs by most.",
                id: "'{name}' paling menguntungkan: nilainya melebihi biayanya.",
                name,
            ));
        }
        Some(_) if metric.is_money() => section.say(words(
            "None of them is worth its cost for this choice.",
            "Tidak ada yang bernilai setara biayanya bagi pilihan ini.",
        )),
        _ => {}
    }
    Some(section)
}
