//! Who gains: along the chain, from place to place, and what the economy bears beside.

use super::super::piece::{Chapter, Piece};
use super::subject::Plan;
use crate::report::chart::{BarRow, Chart, Form, Measure, Place, money};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, titled, words};
use crate::result::words::{MeasureKey, PlanKey};

/// Clusters shown by bars at most.
const CLUSTERS: usize = 15;

/// The chapter.
pub(super) fn chapter(plan: &Plan<'_>) -> Chapter {
    let mut chapter = Chapter::new(words("Who gains", "Siapa yang memperoleh manfaat"));
    chapter.pieces.extend(actors(plan).map(Piece::Chart));
    chapter.pieces.push(Piece::Chart(clusters(plan)));
    chapter.pieces.extend(map(plan).map(Piece::Chart));
    if let Some(table) = indicators(plan) {
        chapter.pieces.push(Piece::Heading(words("What else changes", "Apa lagi yang berubah")));
        chapter.table(table);
    }
    chapter
}

/// Value added by actor, over what it is without the plan.
fn actors(plan: &Plan<'_>) -> Option<Chart> {
    let rows = plan.tables.accounts.iter().filter(|row| {
        row.plan == PlanKey::Increment
            && row.cluster == "all"
            && row.year == "all"
            && row.value_added.0.is_finite()
    });
    let mut gains: Vec<(Text, f64)> =
        rows.map(|row| (actor(plan, &row.chain, &row.actor), row.value_added.0)).collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let (name, most) = gains.first()?.clone();
    Some(Chart {
        title: words(
            "Rise in value added by actor along the chain",
            "Tambahan nilai tambah menurut pelaku di sepanjang rantai",
        ),
        says: both(|lang| {
            let (name, most) = (name.in_language(lang), money(lang, most));
            match lang {
                Lang::Id => format!("Yang memperoleh paling banyak: {name}, {most}."),
                Lang::En => format!("{name} gain most: {most}."),
            }
        }),
        measure: Measure::Rupiah,
        form: Form::Bars {
            series: vec![words("value added", "nilai tambah")],
            rows: gains.into_iter().map(|(label, value)| BarRow { label, values: vec![value] }).collect(),
        },
    })
}

fn actor(plan: &Plan<'_>, chain: &str, key: &str) -> Text {
    let own = plan.model.chains.iter().find(|own| own.key == chain);
    let found =
        own.and_then(|own| own.accounts.as_ref()).and_then(|of| of.actors.iter().find(|own| own.key == key));
    let name = match (found, key) {
        (Some(own), _) => titled(&own.title),
        (None, crate::model::FACILITIES) => words("facilities", "fasilitas"),
        (None, crate::model::OTHER_PRODUCERS) => words("other producers", "produsen lain"),
        (None, other) => Text::same(other),
    };
    match own {
        Some(own) if plan.model.chains.len() > 1 => {
            let chain = titled(&own.title);
            both(|lang| format!("{} ({})", name.in_language(lang), chain.in_language(lang)))
        }
        _ => name,
    }
}

/// The gain of clusters to the public.
fn clusters(plan: &Plan<'_>) -> Chart {
    let mut gains: Vec<(Text, f64)> = plan
        .document
        .worth
        .by_cluster
        .iter()
        .map(|of| (plan.names.cluster(&of.cluster), of.gain.mean))
        .collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let total: f64 = gains.iter().map(|(_, gain)| gain).sum();
    let more = gains.len().saturating_sub(CLUSTERS);
    let says = match gains.first() {
        Some((name, most)) => both(|lang| {
            let share = lang.percent(if total > 0.0 { most / total } else { 0.0 });
            let (name, most) = (name.in_language(lang), money(lang, *most));
            let rest = match (lang, more) {
                (_, 0) => String::new(),
                (Lang::Id, _) => format!(" {more} klaster lain tidak ditampilkan."),
                (Lang::En, _) => format!(" {more} more clusters are not shown."),
            };
            match lang {
                Lang::Id => format!("{name} memperoleh paling banyak: {most}, yaitu {share}.{rest}"),
                Lang::En => format!("{name} gains most: {most}, which is {share}.{rest}"),
            }
        }),
        None => words("No cluster gains.", "Tidak ada klaster yang memperoleh manfaat."),
    };
    Chart {
        title: words(
            "Benefit to the public by cluster, in present value",
            "Manfaat bagi masyarakat menurut klaster, nilai kini",
        ),
        says,
        measure: Measure::Rupiah,
        form: Form::Bars {
            series: vec![words("benefit", "manfaat")],
            rows: gains
                .into_iter()
                .take(CLUSTERS)
                .map(|(label, gain)| BarRow { label, values: vec![gain] })
                .collect(),
        },
    }
}

/// Clusters where they lie, where at least two say so, by the money they get.
fn map(plan: &Plan<'_>) -> Option<Chart> {
    let places: Vec<Place> = (plan.model.clusters.iter())
        .filter_map(|own| {
            let (latitude, longitude) = own.position?;
            let lines = plan.document.allocation.iter().filter(|line| line.cluster == own.key);
            let amount = lines.map(|line| line.rupiah as f64).sum();
            Some(Place { name: titled(&own.title), latitude, longitude, amount })
        })
        .collect();
    if places.len() < 2 {
        return None;
    }
    let most = places.iter().max_by(|a, b| a.amount.total_cmp(&b.amount))?;
    let says = {
        let (name, amount) = (most.name.clone(), most.amount);
        both(|lang| {
            let (name, amount) = (name.in_language(lang), money(lang, amount));
            match lang {
                Lang::Id => {
                    format!("Luas lingkaran adalah uangnya; {name} mendapat paling banyak, {amount}.")
                }
                Lang::En => format!("The area of a circle is the money; {name} gets most, {amount}."),
            }
        })
    };
    Some(Chart {
        title: words("Where the money goes on the map", "Uang menurut tempat"),
        says,
        measure: Measure::Rupiah,
        form: Form::Map(places),
    })
}

/// Indicators and their change: title, unit, without, with, change, whether more is better.
struct Change {
    title: Text,
    unit: String,
    levels: [f64; 3],
    better: bool,
}

fn changes(plan: &Plan<'_>) -> Vec<Change> {
    let of = |key: &str, which: PlanKey| {
        let mut rows = plan.tables.outcomes.iter();
        let found = rows.find(|row| {
            row.plan == which
                && row.metric == MeasureKey::Indicator
                && row.item == key
                && row.cluster == "all"
                && row.year == "all"
        });
        found.map(|row| row.mean.0)
    };
    let told = plan.model.indicators.iter().filter_map(|own| {
        let levels = [PlanKey::None, PlanKey::Plan, PlanKey::Increment].map(|which| of(&own.key, which));
        let [Some(without), Some(with), Some(change)] = levels else { return None };
        let (title, unit) = (titled(&own.title), own.unit.clone());
        Some(Change { title, unit, levels: [without, with, change], better: own.more_is_better })
    });
    told.collect()
}

/// What gets worse with the plan, in a sentence each.
pub(super) fn worse(plan: &Plan<'_>) -> Vec<Text> {
    let all = changes(plan);
    let worse = all.iter().filter(|own| {
        let [without, _, change] = own.levels;
        let loss = if own.better { -change } else { change };
        loss > 0.005 * without.abs() && loss > 0.0
    });
    worse
        .map(|own| {
            let [without, _, change] = own.levels;
            both(|lang| {
                let (title, size) = (own.title.in_language(lang), lang.number(change.abs(), 0));
                let share = if without.abs() > 0.0 {
                    format!(" ({})", lang.percent((change / without).abs()))
                } else {
                    String::new()
                };
                let unit = &own.unit;
                match (lang, change > 0.0) {
                    (Lang::Id, true) => format!("{title} bertambah {size} {unit}{share}."),
                    (Lang::Id, false) => format!("{title} berkurang {size} {unit}{share}."),
                    (Lang::En, true) => format!("{title} rises by {size} {unit}{share}."),
                    (Lang::En, false) => format!("{title} falls by {size} {unit}{share}."),
                }
            })
        })
        .collect()
}

fn indicators(plan: &Plan<'_>) -> Option<Table> {
    let list = changes(plan);
    if list.is_empty() {
        return None;
    }
    let headings = vec![
        Text::same(""),
        words("without the plan", "tanpa rencana"),
        words("with the plan", "dengan rencana"),
        words("change", "perubahan"),
        words("that is", "itu berarti"),
    ];
    let mut table = Table::new(headings, 1);
    for own in list {
        let unit = own.unit.clone();
        let name = both(|lang| format!("{} [{unit}]", own.title.in_language(lang)));
        let [a, b, c] = own.levels.map(|level| Cell::Number(level, 0));
        let good = (own.levels[2] >= 0.0) == own.better;
        let verdict = match (own.levels[2] == 0.0, good) {
            (true, _) => words("no change", "tidak berubah"),
            (_, true) => words("better", "lebih baik"),
            (_, false) => words("worse", "lebih buruk"),
        };
        table.row(vec![Cell::Words(name), a, b, c, Cell::Words(verdict)]);
    }
    Some(table)
}
