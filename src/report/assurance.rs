//! The assurance of a plan beyond its proof, in words: its worth on samples it has not seen, how far from optimal it can
//! be, what uncertainty costs, and what a rupiah more or less would change.

use std::io::{self, Write};

use super::language::{Lang, Text};
use super::page::{Section, both, words};
use crate::model::{LimitKind, Metric, Model};
use crate::opt::assurance::{Assurance, Figure};
use crate::opt::builder::Rule;
use crate::opt::margins::Slope;
use crate::opt::planner::RuleMargin;
use crate::result::margin::MarginRow;
use crate::result::table::write;
use crate::study::PlanStudy;
use crate::units::JUTA;

/// Writes `margins.csv`: one row for each budget, floor and cap.
///
/// # Errors
/// Whatever writing fails with.
pub fn margins<W: Write>(model: &Model, margins: &[RuleMargin], out: W) -> io::Result<()> {
    write(MarginRow::of(model, margins), out)
}

/// The worth of one more unit of money: of money per rupiah, of employment per juta.
fn per_rupiah(lang: Lang, metric: Metric, worth: f64) -> String {
    if metric.is_money() {
        format!("{}{}", lang.rupiah_sign(), lang.number(worth, 2))
    } else {
        format!(
            "{} / {}1 {}",
            lang.amount(metric, worth * 1e9),
            lang.rupiah_sign(),
            lang.pick("miliar", "billion")
        )
    }
}

/// Lines on what the next rupiah of each source would bring, by year.
pub(super) fn next_rupiah(model: &Model, study: &PlanStudy, section: &mut Section) {
    let margins = &study.program.margins;
    let metric = study.request.metric;
    let mut any = false;
    for s in model.source_ids() {
        let years: Vec<(i32, Option<Slope>)> = (0..model.horizon.years)
            .filter_map(|y| {
                let known = margins.iter().find(|known| known.rule == Rule::Budget(s, y))?;
                Some((model.horizon.calendar_year(y), known.margin.above))
            })
            .collect();
        if years.is_empty() {
            continue;
        }
        any = true;
        section.say(both(|lang| {
            let each = |(year, next): &(i32, Option<Slope>)| {
                let worth = next.map_or_else(
                    || lang.pick("tidak terdefinisi", "not defined").to_string(),
                    |next| per_rupiah(lang, metric, next.worth),
                );
                format!("{year} {worth}")
            };
            let title = lang.title(&model.sources[s.index()].title);
            let years = years.iter().map(each).collect::<Vec<_>>().join(", ");
            match lang {
                Lang::Id => format!("rupiah berikutnya dari {title}: {years}"),
                Lang::En => format!("the next rupiah from {title}: {years}"),
            }
        }));
    }
    if any {
        section.say(words(
            "(the last and the next rupiah of every budget, floor and cap, and how far each holds: margins.csv)",
            "(nilai rupiah terakhir dan berikutnya tiap anggaran dan batas, dan sampai jumlah mana berlaku: margins.csv)",
        ));
    }
}

/// The worth of a floor or cap that a plan reaches: the change per million by which it is raised. Nothing is said of one that
/// is worth nothing.
pub(super) fn raised(model: &Model, study: &PlanStudy, number: usize) -> Option<Text> {
    let (limit, metric) = (&model.limits[number], study.request.metric);
    let known = study.program.margins.iter().find(|known| known.rule == Rule::Limit(number));
    let next = known.and_then(|known| known.margin.above).map(|next| next.worth);
    let reached = super::rules::is_reached(model, &study.program.allocation, limit);
    // Worth nothing, or of unknown worth and not even reached.
    if next == Some(0.0) || next.is_none() && !reached {
        return None;
    }
    Some(both(|lang| {
        let name = super::rules::named(model, limit, lang);
        let kind = match limit.kind {
            LimitKind::Floor => lang.pick("batas bawah", "floor"),
            LimitKind::Cap => lang.pick("batas atas", "cap"),
        };
        let change = lang.amount(metric, next.unwrap_or(0.0).abs() * JUTA);
        match (next, lang) {
            (Some(worth), Lang::Id) if worth > 0.0 => {
                format!("{kind} {name}: menaikkannya satu juta menambah {change}")
            }
            (Some(worth), Lang::En) if worth > 0.0 => {
                format!("{kind} {name}: raising it by a million adds {change}")
            }
            (Some(_), Lang::Id) => format!("{kind} {name}: menaikkannya satu juta mengurangi hasil {change}"),
            (Some(_), Lang::En) => format!("{kind} {name}: raising it by a million takes {change} away"),
            (None, Lang::Id) if known.is_some() => {
                format!("{kind} {name}: tercapai; nilai rupiah berikutnya tidak terdefinisi")
            }
            (None, Lang::En) if known.is_some() => {
                format!("{kind} {name}: reached; what the next rupiah is worth is not defined")
            }
            (None, Lang::Id) => format!("{kind} {name}: tercapai"),
            (None, Lang::En) => format!("{kind} {name}: reached"),
        }
    }))
}

/// Points for "how sure we are".
pub(super) fn lines(study: &PlanStudy) -> Vec<Text> {
    let Some(of) = &study.assurance else {
        return vec![words(
            "Not worked out (--quick or the time limit): the value on fresh samples, the bound on the error of planning on samples, the value of information.",
            "Tidak dihitung (--quick atau batas waktu): nilai pada sampel baru, batas galat perencanaan dengan sampel, nilai informasi.",
        )];
    };
    let metric = study.request.metric;
    vec![both(|lang| on_fresh_samples(of, metric, lang)), both(|lang| of_information(of, metric, lang))]
}

fn with_error(lang: Lang, metric: Metric, figure: &Figure) -> String {
    format!("{} ± {}", lang.amount(metric, figure.value), lang.amount(metric, figure.half_width))
}

fn on_fresh_samples(of: &Assurance, metric: Metric, lang: Lang) -> String {
    let share = lang.percent(of.gap.relative);
    let limit = lang.amount(metric, of.gap.limit);
    let (fresh, samples) = (with_error(lang, metric, &of.fresh), of.fresh.samples);
    let (batches, batch) = (of.gap.batches, of.gap.batch);
    match lang {
        Lang::Id => format!(
            "Pada {samples} sampel baru yang tidak dipakai menyusunnya, menurut hasil model optimasi dengan informasi sempurna: {fresh}. Dengan keyakinan 95%, tidak ada rencana yang lebih baik dari itu melebihi {limit} ({share}): batas Mak, Morton dan Wood dari {batches} kelompok berisi {batch} sampel; kelompok lebih besar (--samples) memperketatnya."
        ),
        Lang::En => format!(
            "On {samples} fresh samples that it was not made on, in the program's reading: {fresh}. With 95 % confidence no plan is better than that by more than {limit} ({share}): the bound of Mak, Morton and Wood from {batches} batches of {batch} samples; larger batches (--samples) tighten it."
        ),
    }
}

fn of_information(of: &Assurance, metric: Metric, lang: Lang) -> String {
    let (vss, evpi) = (with_error(lang, metric, &of.vss), with_error(lang, metric, &of.evpi));
    let promise = lang.amount(metric, of.mean_promise);
    match lang {
        Lang::Id => format!(
            "Merencanakan dengan ketidakpastian, bukan dengan rata-rata, bernilai {vss} (rencana untuk rata-rata menjanjikan {promise}). Mengetahui keadaan sebelum membelanjakan akan bernilai paling banyak sekitar {evpi}."
        ),
        Lang::En => format!(
            "Planning for uncertainty rather than for averages is worth {vss} (a plan for averages promises {promise}). Knowing the future before spending would be worth at most about {evpi}."
        ),
    }
}
