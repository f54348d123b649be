//! The report of a simulation: what is to be expected without and with a plan.

use super::names::Names;
use super::piece::Chapter;
use super::piece::{Book, Figure, Piece, Tone};
use super::told::Result;
use super::{annex, chain, flow, years};
use crate::model::Metric;
use crate::report::chart::{Chart, Form, Measure, RangeRow};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, titled, words};
use crate::result::outcome::OutcomeTableRow;
use crate::result::words::{MeasureKey, PlanKey};
use crate::scenario::PlanLine;

/// The report.
pub(super) fn book(told: &Result, lines: Option<&[PlanLine]>) -> Book {
    let model = &told.model;
    let names = Names(model);
    let horizon = &model.horizon;
    let mut chapters = Vec::new();
    chapters.extend(totals(told));
    chapters.extend(years::chapter(model, &told.tables, model.objective));
    chapters.extend(chain::chapter(model, &told.tables));
    if let Some(lines) = lines {
        let mut money = Chapter::new(words("Where the money goes", "Ke mana uangnya"));
        money.pieces.extend(flow::chart(names, lines).map(Piece::Chart));
        money.chart(flow::by_type(names, lines));
        chapters.push(money);
        chapters.push(annex::lines(told, lines));
    }
    chapters.push(annex::numbers(told));
    chapters.push(annex::method(told, &[]));
    let which = if lines.is_some() { PlanKey::Increment } else { PlanKey::None };
    Book {
        title: titled(&model.title),
        kind: both(|lang| {
            format!(
                "{} {}–{}",
                lang.pick("Simulasi", "Simulation"),
                horizon.first_year,
                horizon.last_operating_year()
            )
        }),
        answer: answer(told, which),
        figures: figures(told, which),
        first: watch(told),
        chapters,
    }
}

/// The total of a measure over all clusters and years.
fn total(told: &Result, plan: PlanKey, measure: MeasureKey) -> Option<&OutcomeTableRow<'static>> {
    told.tables
        .outcomes
        .iter()
        .find(|row| row.plan == plan && row.metric == measure && row.cluster == "all" && row.year == "all")
}

/// Metrics that every simulation has, with their rows' keys.
const METRICS: [(Metric, MeasureKey); 5] = [
    (Metric::GrossOutput, MeasureKey::GrossOutput),
    (Metric::ValueAdded, MeasureKey::ValueAdded),
    (Metric::Margin, MeasureKey::Margin),
    (Metric::Economic, MeasureKey::Economic),
    (Metric::Employment, MeasureKey::Employment),
];

fn answer(told: &Result, which: PlanKey) -> Vec<Text> {
    let Some(row) = total(told, which, MeasureKey::ValueAdded) else { return Vec::new() };
    let last = told.model.horizon.last_operating_year();
    vec![both(|lang| {
        let say = |value: f64| Measure::Rupiah.say(lang, value);
        let (mean, low, high) = (say(row.mean.0), say(row.q05.0), say(row.q95.0));
        match (lang, which) {
            (Lang::Id, PlanKey::Increment) => format!(
                "Dengan rencana yang diberikan, nilai tambah bertambah {mean} sampai {last}; pada 9 dari 10 kemungkinan keadaan antara {low} dan {high}."
            ),
            (Lang::Id, _) => format!(
                "Tanpa rencana, nilai tambah sampai {last} rata-rata {mean}; pada 9 dari 10 kemungkinan keadaan antara {low} dan {high}."
            ),
            (Lang::En, PlanKey::Increment) => format!(
                "With the plan that was given, value added rises by {mean} up to {last}; in 9 of 10 futures between {low} and {high}."
            ),
            (Lang::En, _) => format!(
                "Without a plan, value added up to {last} is {mean} on average; in 9 of 10 futures between {low} and {high}."
            ),
        }
    })]
}

fn figures(told: &Result, which: PlanKey) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (metric, key) in METRICS {
        let Some(row) = total(told, which, key) else { continue };
        let measure = Measure::of(metric);
        figures.push(Figure {
            asks: titled(&told.model.metric_title(metric)),
            says: both(|lang| {
                let sign = if which == PlanKey::Increment && row.mean.0 >= 0.0 { "+" } else { "" };
                format!("{sign}{}", measure.say(lang, row.mean.0))
            }),
            means: both(|lang| {
                let (low, high) = (measure.say(lang, row.q05.0), measure.say(lang, row.q95.0));
                match lang {
                    Lang::Id => format!("9 dari 10: {low} s.d. {high}"),
                    Lang::En => format!("9 in 10: {low} to {high}"),
                }
            }),
            tone: Tone::Plain,
        });
    }
    figures
}

fn watch(told: &Result) -> Vec<Piece> {
    let mut said = Vec::new();
    said.extend(chain::tightest(&told.model, &told.tables));
    for row in told.tables.targets.iter().filter(|row| row.probability.0 < 0.8) {
        let target = told.model.targets.iter().find(|own| own.title.en == row.target);
        let name = target.map_or_else(|| Text::same(row.target.clone()), |own| titled(&own.title));
        said.push(both(|lang| {
            let (name, share) = (name.in_language(lang), lang.percent(row.probability.0));
            match (lang, row.plan) {
                (Lang::Id, PlanKey::None) => format!(
                    "Sasaran \u{201c}{name}\u{201d} tercapai pada {share} kemungkinan keadaan tanpa rencana."
                ),
                (Lang::Id, _) => format!(
                    "Sasaran \u{201c}{name}\u{201d} tercapai pada {share} kemungkinan keadaan dengan rencana."
                ),
                (Lang::En, PlanKey::None) => format!(
                    "The target \u{201c}{name}\u{201d} is reached in {share} of futures without the plan."
                ),
                (Lang::En, _) => format!(
                    "The target \u{201c}{name}\u{201d} is reached in {share} of futures with the plan."
                ),
            }
        }));
    }
    if said.is_empty() {
        Vec::new()
    } else {
        vec![Piece::Heading(words("What to watch", "Apa yang perlu diperhatikan")), Piece::Watch(said)]
    }
}

/// Totals of every metric, without, with and the difference.
fn totals(told: &Result) -> Option<Chapter> {
    let mut chapter = Chapter::new(words("What is to be expected", "Apa yang dapat diharapkan"));
    let row = |plan: PlanKey, label: Text, ours: bool| {
        total(told, plan, MeasureKey::ValueAdded).map(|row| RangeRow {
            label,
            spread: years::of_row(row),
            ours,
        })
    };
    let rows: Vec<RangeRow> = [
        row(PlanKey::None, words("without a plan", "tanpa rencana"), false),
        row(PlanKey::Plan, words("with the plan", "dengan rencana"), true),
    ]
    .into_iter()
    .flatten()
    .collect();
    if rows.is_empty() {
        return None;
    }
    chapter.chart(Chart {
        title: words("Value added over all years, discounted", "Nilai tambah seluruh tahun, didiskonto"),
        says: answer(told, PlanKey::None).into_iter().next().unwrap_or_else(|| Text::same("")),
        measure: Measure::Rupiah,
        form: Form::Ranges(rows),
    });
    let headings = vec![
        Text::same(""),
        words("without a plan", "tanpa rencana"),
        words("with the plan", "dengan rencana"),
        words("difference", "selisih"),
    ];
    let mut table = Table::new(headings, 1);
    for (metric, key) in METRICS {
        let cells = [PlanKey::None, PlanKey::Plan, PlanKey::Increment]
            .map(|plan| total(told, plan, key).map_or(Cell::Empty, |row| Cell::Amount(metric, row.mean.0)));
        if cells[0] != Cell::Empty {
            table.row(
                std::iter::once(Cell::Words(titled(&told.model.metric_title(metric)))).chain(cells).collect(),
            );
        }
    }
    chapter.table(table);
    Some(chapter)
}
