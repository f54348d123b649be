//! Whether the plan pays and how sure that is, and how it compares with other mixes of the same money.

use super::super::piece::Chapter;
use super::super::worth;
use super::super::years::spread;
use super::subject::Plan;
use crate::report::chart::{Chart, Form, Measure, RangeRow};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, words};
use crate::result::plan::VerdictKey;
use crate::result::words::BaselineKey;

/// The chapter on its worth.
pub(super) fn chapter(plan: &Plan<'_>) -> Chapter {
    let mut chapter = Chapter::new(words(
        "Does it pay, and how sure is that?",
        "Apakah menguntungkan, dan seberapa yakin?",
    ));
    worth::add(&mut chapter, &plan.document.worth);
    chapter
}

/// The name of a mix.
fn mix(of: BaselineKey) -> Text {
    match of {
        BaselineKey::None => words("no plan", "tanpa rencana"),
        BaselineKey::Locked => words("what is committed already", "belanja terikat saja"),
        BaselineKey::Today => words("today's allocation", "alokasi saat ini"),
        BaselineKey::EqualTypes => words("equal shares over facility types", "sama rata per jenis fasilitas"),
        BaselineKey::ByEnterprises => words("by number of enterprises", "menurut jumlah usaha"),
    }
}

/// The chapter that compares it with other mixes.
pub(super) fn rivals(plan: &Plan<'_>) -> Chapter {
    let evaluation = &plan.document.evaluation;
    let measure = Measure::of(plan.metric);
    let mut chapter = Chapter::new(words(
        "Against other uses of the same money",
        "Dibanding penggunaan lain dari uang yang sama",
    ));
    let rivals = evaluation.baselines.iter().filter(|of| of.baseline != BaselineKey::None);
    let mut rows = vec![RangeRow {
        label: words("this plan", "rencana ini"),
        spread: spread(&evaluation.increment),
        ours: true,
    }];
    rows.extend(rivals.clone().map(|of| RangeRow {
        label: mix(of.baseline),
        spread: spread(&of.increment),
        ours: false,
    }));
    let metric = plan.metric_name();
    let best = rivals.max_by(|a, b| a.increment.mean.total_cmp(&b.increment.mean));
    let says = match best {
        Some(best) => both(|lang| {
            let (name, size) = (mix(best.baseline), measure.say(lang, best.gain.mean));
            let name = name.in_language(lang);
            match lang {
                Lang::Id => format!(
                    "Rencana ini menambah {size} lebih banyak daripada yang terbaik di antaranya, {name}."
                ),
                Lang::En => format!("The plan adds {size} more than the best of the others, {name}."),
            }
        }),
        None => {
            words("There is no other mix to compare with.", "Tidak ada campuran lain sebagai pembanding.")
        }
    };
    chapter.chart(Chart {
        title: both(|lang| {
            let name = metric.in_language(lang);
            match lang {
                Lang::Id => format!(
                    "Tambahan {name} pada {} kemungkinan keadaan, dibanding tanpa rencana",
                    lang.number(evaluation.samples as f64, 0)
                ),
                Lang::En => format!(
                    "Rise in {name} in {} futures, over no plan",
                    lang.number(evaluation.samples as f64, 0)
                ),
            }
        }),
        says,
        measure: measure.clone(),
        form: Form::Ranges(rows),
    });
    let headings = vec![
        Text::same(""),
        words("money spent [Rp]", "uang dibelanjakan [Rp]"),
        words("the plan is better by", "rencana lebih baik"),
        words("95 % interval", "selang 95%"),
        words("better in", "lebih baik pada"),
    ];
    let mut table = Table::new(headings, 1);
    for of in &evaluation.baselines {
        let half =
            of.gain.interval[1].map_or(Cell::Empty, |high| Cell::Spread(plan.metric, high - of.gain.mean));
        table.row(vec![
            Cell::Words(mix(of.baseline)),
            Cell::Rupiah(of.spent as f64),
            Cell::Amount(plan.metric, of.gain.mean),
            half,
            Cell::Share(of.gain.share_of_samples_better),
        ]);
    }
    chapter.table(table);
    chapter.say(words(
        "The other mixes have the same money but are not bound by floors, caps, coverage and sizes of lines.",
        "Campuran lain memakai uang yang sama, tetapi tidak terikat batas bawah, batas atas, cakupan, dan ukuran baris.",
    ));
    chapter
}

/// What is not proven or was not computed, for the first page.
pub(super) fn unproven(plan: &Plan<'_>) -> Vec<Text> {
    let document = plan.document;
    let mut said = Vec::new();
    if document.certificate.verdict != VerdictKey::Proven {
        said.push(words(
            "That no plan is better is not proven: the search ended before.",
            "Belum terbukti bahwa tidak ada rencana yang lebih baik: pencarian berakhir lebih dahulu.",
        ));
    }
    if document.optimality_gap.is_none() {
        said.push(words(
            "How much a plan made with more samples could be better was not computed (a quick run).",
            "Seberapa jauh rencana dengan lebih banyak sampel dapat lebih baik tidak dihitung (perhitungan cepat).",
        ));
    }
    said
}

/// How sure the plan itself is.
pub(super) fn proof(plan: &Plan<'_>) -> Vec<Text> {
    let document = plan.document;
    let measure = Measure::of(plan.metric);
    let mut said = Vec::new();
    said.push(both(|lang| {
        let value = measure.say(lang, document.objective);
        let proven = document.certificate.verdict == VerdictKey::Proven;
        match (lang, proven, document.gap) {
            (Lang::Id, true, Some(gap)) => format!("Terbukti: untuk {} sampel perencanaan tidak ada rencana yang lebih baik dari {} (nilai {value}).", document.samples, percent(lang, gap)),
            (Lang::En, true, Some(gap)) => format!("Proven: on the {} planning samples no plan is better by more than {} (value {value}).", document.samples, percent(lang, gap)),
            (Lang::Id, ..) => format!("Belum terbukti terbaik: nilai {value} pada {} sampel perencanaan.", document.samples),
            (Lang::En, ..) => format!("Not proven best: value {value} on {} planning samples.", document.samples),
        }
    }));
    if let Some(gap) = &document.optimality_gap
        && let Some(most) = gap.upper_95
    {
        said.push(both(|lang| {
            let most = measure.say(lang, most);
            match lang {
                Lang::Id => format!("Dengan keyakinan 95% tidak ada rencana yang lebih baik dari {most} pada semua kemungkinan keadaan."),
                Lang::En => format!("With 95 % confidence no plan is better by more than {most} over all futures."),
            }
        }));
    }
    if let Some(evpi) = &document.evpi {
        said.push(both(|lang| {
            let value = measure.say(lang, evpi.value);
            match lang {
                Lang::Id => {
                    format!("Mengetahui masa depan sebelum membelanjakan bernilai paling banyak {value}.")
                }
                Lang::En => format!("Knowing the future before spending would be worth {value} at most."),
            }
        }));
    }
    if let Some(vss) = &document.vss {
        said.push(both(|lang| {
            let value = measure.say(lang, vss.figure.value);
            match lang {
                Lang::Id => {
                    format!("Merencanakan dengan ketidakpastian, bukan dengan rata-rata, menambah {value}.")
                }
                Lang::En => format!("Planning for uncertainty and not for averages earned {value}."),
            }
        }));
    }
    said.push(both(|lang| {
        let (solver, method) = (&document.solver.name, &document.solver.method);
        let size = document.program_size;
        let [rows, columns] = [size.rows, size.columns].map(|n| lang.number(n as f64, 0));
        match lang {
            Lang::Id => format!("Pemecah: {solver}, {method}; {rows} baris, {columns} kolom. Kelayakan dan batas diperiksa ulang terlepas dari pemecah."),
            Lang::En => format!("Solver: {solver}, {method}; {rows} rows, {columns} columns. Feasibility and bound were checked apart from the solver."),
        }
    }));
    said
}

/// A small share with enough digits.
fn percent(lang: Lang, share: f64) -> String {
    let places = if share.abs() < 0.001 { 3 } else { 2 };
    format!("{}{}", lang.number(100.0 * share, places), lang.pick("%", " %"))
}
