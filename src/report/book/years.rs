//! Year by year: what comes of it in every year, with the years after the budgets marked.

use super::piece::Chapter;
use super::told::Tables;
use crate::model::{Metric, Model};
use crate::report::chart::{Chart, FanYear, Form, Measure, Spread};
use crate::report::language::{Lang, Text};
use crate::report::page::{both, titled, words};
use crate::result::estimate::Estimate;
use crate::result::outcome::OutcomeTableRow;
use crate::result::words::{MeasureKey, PlanKey};

/// The key of a metric's rows; an indicator's rows are told by their item.
fn measure_key(metric: Metric) -> MeasureKey {
    match metric {
        Metric::GrossOutput => MeasureKey::GrossOutput,
        Metric::ValueAdded => MeasureKey::ValueAdded,
        Metric::Margin => MeasureKey::Margin,
        Metric::Employment => MeasureKey::Employment,
        Metric::Economic => MeasureKey::Economic,
        Metric::Indicator(_) => MeasureKey::Indicator,
    }
}

/// The distribution of a row.
pub(super) fn of_row(row: &OutcomeTableRow<'_>) -> Spread {
    Spread { q05: row.q05.0, q25: row.q25.0, mean: row.mean.0, q75: row.q75.0, q95: row.q95.0 }
}

/// The quantiles of an estimate.
pub(super) fn spread(of: &Estimate) -> Spread {
    let known = |q: Option<f64>| q.unwrap_or(f64::NAN);
    Spread { q05: known(of.q05), q25: known(of.q25), mean: of.mean, q75: known(of.q75), q95: known(of.q95) }
}

/// The years of a metric over all clusters, with the plan less without, or without a plan.
fn years(model: &Model, tables: &Tables, plan: PlanKey, metric: Metric) -> Vec<FanYear> {
    let item = match metric {
        Metric::Indicator(id) => model.indicators[id.index()].key.as_str(),
        _ => "",
    };
    let of = tables.outcomes.iter().filter(|row| {
        row.plan == plan && row.metric == measure_key(metric) && row.cluster == "all" && row.item == item
    });
    let mut years: Vec<FanYear> = of
        .filter_map(|row| row.year.parse().ok().map(|year| FanYear { year, spread: of_row(row) }))
        .collect();
    years.sort_by_key(|of| of.year);
    years
}

/// The first year after the budgets.
fn tail_from(model: &Model) -> Option<i32> {
    let horizon = &model.horizon;
    (horizon.operating_years() > horizon.years).then(|| horizon.calendar_year(horizon.years))
}

/// The chapter; nothing where no year was kept.
pub(super) fn chapter(model: &Model, tables: &Tables, metric: Metric) -> Option<Chapter> {
    let has_plan = tables.outcomes.iter().any(|row| row.plan == PlanKey::Increment);
    let plan = if has_plan { PlanKey::Increment } else { PlanKey::None };
    let mut metrics = vec![metric];
    metrics.extend([Metric::ValueAdded, Metric::Employment].into_iter().filter(|of| *of != metric));
    let mut chapter = Chapter::new(words("Year by year", "Tahun demi tahun"));
    for metric in metrics {
        let years = years(model, tables, plan, metric);
        if years.len() > 1 {
            chapter.chart(fan(model, metric, years, has_plan));
        }
    }
    (!chapter.pieces.is_empty()).then_some(chapter)
}

fn fan(model: &Model, metric: Metric, years: Vec<FanYear>, increment: bool) -> Chart {
    let name = titled(&model.metric_title(metric));
    let measure = Measure::of(metric);
    let best = years.iter().copied().max_by(|a, b| a.spread.mean.total_cmp(&b.spread.mean));
    let says = best.map_or_else(
        || Text::same(""),
        |best| {
            both(|lang| {
                let (year, value) = (best.year, measure.say(lang, best.spread.mean));
                match lang {
                    Lang::Id => {
                        format!("Tertinggi pada {year}: rata-rata {value}. Tiap tahun tanpa diskonto.")
                    }
                    Lang::En => {
                        format!("It is highest in {year}: {value} on average. Years are not discounted.")
                    }
                }
            })
        },
    );
    Chart {
        title: both(|lang| {
            let name = name.in_language(lang);
            match (lang, increment) {
                (Lang::Id, true) => format!("Tambahan {name} tiap tahun, dengan rencana dibanding tanpa"),
                (Lang::Id, false) => format!("Tiap tahun: {name} tanpa rencana"),
                (Lang::En, true) => format!("Rise in {name} in each year, with the plan over without"),
                (Lang::En, false) => format!("In each year: {name} without a plan"),
            }
        }),
        says,
        measure,
        form: Form::Fan { years, tail_from: tail_from(model) },
    }
}
