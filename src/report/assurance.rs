//! The assurance of a plan beyond its proof, in words: its worth on samples it has not seen, how far from optimal it can
//! be, what uncertainty costs, and what a rupiah more or less would change.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::language::Lang;
use crate::model::{LimitKind, Metric, Model};
use crate::opt::assurance::Figure;
use crate::opt::builder::Rule;
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
        format!("Rp {}", lang.number(worth, 2))
    } else {
        format!("{} / Rp 1 {}", lang.amount(metric, worth * 1e9), lang.pick("miliar", "billion"))
    }
}

/// Lines on what the next rupiah of each source would bring, by year.
pub(super) fn next_rupiah(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let margins = &study.program.margins;
    let metric = study.request.metric;
    let mut any = false;
    for s in model.source_ids() {
        let years: Vec<String> = (0..model.horizon.years)
            .filter_map(|y| {
                let known = margins.iter().find(|known| known.rule == Rule::Budget(s, y))?;
                let worth = known.margin.above.map(|next| per_rupiah(lang, metric, next.worth));
                let worth =
                    worth.unwrap_or_else(|| lang.pick("tidak terdefinisi", "not defined").to_string());
                Some(format!("{} {worth}", model.horizon.calendar_year(y)))
            })
            .collect();
        if years.is_empty() {
            continue;
        }
        any = true;
        let _ = writeln!(
            out,
            " {} {}: {}",
            lang.pick("rupiah berikutnya dari", "the next rupiah from"),
            lang.title(&model.sources[s.index()].title),
            years.join(", ")
        );
    }
    if any {
        let _ = writeln!(
            out,
            " {}",
            lang.pick(
                "(nilai rupiah terakhir dan berikutnya tiap anggaran dan batas, dan sampai jumlah mana berlaku: margins.csv)",
                "(the last and the next rupiah of every budget, floor and cap, and how far each holds: margins.csv)"
            )
        );
    }
}

/// The worth of a floor or cap that a plan reaches: the change per million by which it is raised. Nothing is said of one that
/// is worth nothing.
pub(super) fn raised(model: &Model, study: &PlanStudy, number: usize, lang: Lang) -> Option<String> {
    let (limit, metric) = (&model.limits[number], study.request.metric);
    let known = study.program.margins.iter().find(|known| known.rule == Rule::Limit(number));
    let next = known.and_then(|known| known.margin.above);
    let reached = super::rules::is_reached(model, &study.program.allocation, limit);
    let name = super::rules::named(model, limit, lang);
    let kind = match limit.kind {
        LimitKind::Floor => lang.pick("batas bawah", "floor"),
        LimitKind::Cap => lang.pick("batas atas", "cap"),
    };
    let said = match next {
        Some(next) if next.worth > 0.0 => {
            let adds = lang.amount(metric, next.worth * JUTA);
            format!("{} {adds}", lang.pick("menaikkannya satu juta menambah", "raising it by a million adds"))
        }
        Some(next) if next.worth < 0.0 => {
            let takes = lang.amount(metric, -next.worth * JUTA);
            match lang {
                Lang::Id => format!("menaikkannya satu juta mengurangi hasil {takes}"),
                Lang::En => format!("raising it by a million takes {takes} away"),
            }
        }
        Some(_) => return None,
        None if !reached => return None,
        None if known.is_some() => lang
            .pick(
                "tercapai; nilai rupiah berikutnya tidak terdefinisi",
                "reached; what the next rupiah is worth is not defined",
            )
            .to_string(),
        None => lang.pick("tercapai", "reached").to_string(),
    };
    Some(format!("{kind} {name}: {said}"))
}

/// Lines for "how sure we are".
pub(super) fn lines(study: &PlanStudy, lang: Lang) -> Vec<String> {
    let metric = study.request.metric;
    let Some(of) = &study.assurance else {
        return vec![
            lang.pick(
                "Tidak dihitung (--quick atau batas waktu): nilai pada sampel baru, batas galat perencanaan dengan sampel, nilai informasi.",
                "Not worked out (--quick or the time limit): the value on fresh samples, the bound on the error of planning on samples, the value of information.",
            )
            .to_string(),
        ];
    };
    let with = |figure: &Figure| {
        format!("{} ± {}", lang.amount(metric, figure.value), lang.amount(metric, figure.half_width))
    };
    let share = lang.percent(of.gap.relative);
    let limit = lang.amount(metric, of.gap.limit);
    let fresh = with(&of.fresh);
    let (batches, batch) = (of.gap.batches, of.gap.batch);
    let first = match lang {
        Lang::Id => format!(
            "Pada {} sampel baru yang tidak dipakai menyusunnya, menurut pembacaan program: {fresh}. Dengan keyakinan 95 %, tidak ada rencana yang lebih baik dari itu melebihi {limit} ({share}): batas Mak, Morton dan Wood dari {batches} kelompok berisi {batch} sampel; kelompok lebih besar (--samples) memperketatnya.",
            of.fresh.samples
        ),
        Lang::En => format!(
            "On {} fresh samples that it was not made on, in the program's reading: {fresh}. With 95 % confidence no plan is better than that by more than {limit} ({share}): the bound of Mak, Morton and Wood from {batches} batches of {batch} samples; larger batches (--samples) tighten it.",
            of.fresh.samples
        ),
    };
    let (vss, evpi) = (with(&of.vss), with(&of.evpi));
    let promise = lang.amount(metric, of.mean_promise);
    let second = match lang {
        Lang::Id => format!(
            "Merencanakan dengan ketidakpastian, bukan dengan rata-rata, bernilai {vss} (rencana untuk rata-rata menjanjikan {promise}). Mengetahui masa depan sebelum membelanjakan akan bernilai paling banyak sekitar {evpi}."
        ),
        Lang::En => format!(
            "Planning for uncertainty rather than for averages is worth {vss} (a plan for averages promises {promise}). Knowing the future before spending would be worth at most about {evpi}."
        ),
    };
    vec![first, second]
}
