//! Where the next money should go, and what gets none.

use super::super::names::{facility, listed};
use super::super::piece::{Chapter, Piece};
use super::subject::Plan;
use crate::model::{InterventionId, Model};
use crate::report::chart::{BarRow, Chart, Form, Measure};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, titled, words};
use crate::result::site::EntryDocument;

/// The chapter; nothing where there is nothing to say.
pub(super) fn chapter(plan: &Plan<'_>) -> Option<Chapter> {
    let mut chapter = Chapter::new(words(
        "The next billion, and what gets none",
        "Miliar berikutnya, dan yang tidak didanai",
    ));
    if let Some(chart) = next(plan) {
        chapter.chart(chart);
    }
    if let Some(table) = last(plan) {
        chapter.pieces.push(Piece::Heading(words(
            "The last and the next rupiah of each source",
            "Rupiah terakhir dan berikutnya dari tiap sumber",
        )));
        chapter.table(table);
    }
    if plan.document.next_billion.is_empty() {
        chapter.say(words(
            "What one more billion would bring was not computed (a quick run).",
            "Hasil tambahan satu miliar tidak dihitung (perhitungan cepat).",
        ));
    }
    if let Some(table) = unfunded(plan) {
        chapter
            .pieces
            .push(Piece::Heading(words("Offered, and without money", "Ditawarkan, tetapi tanpa dana")));
        chapter.say(words(
            "No money means that with these budgets and rules every rupiah earned more elsewhere, or that no source may pay for it.",
            "Tanpa dana berarti bahwa dengan pagu dan aturan ini setiap rupiah lebih berhasil di tempat lain, atau tidak ada sumber yang boleh membayarnya.",
        ));
        chapter.table(table);
    }
    if let Some(table) = sites(plan) {
        chapter.pieces.push(Piece::Heading(words("Candidate clusters", "Calon klaster")));
        chapter.table(table);
    }
    (!chapter.pieces.is_empty()).then_some(chapter)
}

fn next(plan: &Plan<'_>) -> Option<Chart> {
    let measure = Measure::of(plan.metric);
    let known = plan
        .document
        .next_billion
        .iter()
        .filter_map(|of| of.gain.map(|gain| (plan.names.source(&of.source), gain)));
    let mut gains: Vec<(Text, f64)> = known.collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let (name, most) = gains.first()?.clone();
    let says = both(|lang| {
        let (name, most) = (name.in_language(lang), measure.say(lang, most));
        match lang {
            Lang::Id => format!("Satu miliar lagi paling berhasil lewat {name}: tambahan {most}."),
            Lang::En => format!("One more billion does most through {name}: {most} more."),
        }
    });
    let metric = plan.metric_name();
    Some(Chart {
        title: both(|lang| {
            let metric = metric.in_language(lang);
            match lang {
                Lang::Id => format!("Tambahan {metric} dari Rp1 miliar lagi, menurut sumbernya"),
                Lang::En => format!("Rise in {metric} from one more billion rupiah, by its source"),
            }
        }),
        says,
        measure: measure.clone(),
        form: Form::Bars {
            series: vec![words("gain", "tambahan")],
            rows: gains.into_iter().map(|(label, gain)| BarRow { label, values: vec![gain] }).collect(),
        },
    })
}

/// Worth of the last and the next rupiah of every source and year.
fn last(plan: &Plan<'_>) -> Option<Table> {
    let known = plan.document.marginal_value.iter().filter(|of| of.margin.is_some());
    let headings = vec![
        words("source", "sumber"),
        words("year", "tahun"),
        words("the last rupiah brings", "rupiah terakhir menghasilkan"),
        words("the next rupiah brings", "rupiah berikutnya menghasilkan"),
    ];
    let mut table = Table::new(headings, 2);
    for of in known {
        let margin = of.margin.as_ref()?;
        let cell = |slope: Option<f64>| slope.map_or(Cell::Empty, |worth| Cell::Number(worth, 2));
        table.row(vec![
            Cell::Words(plan.names.source(&of.source)),
            Cell::name(of.year.to_string()),
            cell(margin.last.as_ref().map(|slope| slope.per_rupiah)),
            cell(margin.next.as_ref().map(|slope| slope.per_rupiah)),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Sources that may pay for a line in some cluster of its chain.
fn payers(model: &Model, chain: usize, line: usize) -> Vec<Text> {
    let clusters: Vec<_> =
        model.cluster_ids().filter(|c| model.clusters[c.index()].chain.index() == chain).collect();
    let may = |s: &crate::model::SourceId| {
        clusters.iter().any(|c| model.may_fund(*s, *c, InterventionId::new(line)))
    };
    model.source_ids().filter(may).map(|s| titled(&model.sources[s.index()].title)).collect()
}

fn unfunded(plan: &Plan<'_>) -> Option<Table> {
    let model = plan.model;
    let headings = vec![
        words("what", "apa"),
        words("facility type", "jenis fasilitas"),
        words("sources that may pay", "sumber yang boleh membayar"),
    ];
    let mut table = Table::new(headings, 3);
    for (h, chain) in model.chains.iter().enumerate() {
        let inside = |key: &str| plan.names.chain_of(key).is_some_and(|own| own.key == chain.key);
        for (i, line) in chain.interventions.iter().enumerate() {
            let mut lines = plan.document.allocation.iter();
            if lines.any(|own| own.rupiah > 0 && own.intervention == line.key && inside(&own.cluster)) {
                continue;
            }
            let payers = payers(model, h, i);
            let who = if payers.is_empty() { words("none", "tidak ada") } else { listed(&payers, 4) };
            let kind = facility(line.facility);
            let kind = both(|lang| format!("({}) {}", line.facility.letter(), kind.in_language(lang)));
            table.row(vec![Cell::Words(titled(&line.title)), Cell::Words(kind), Cell::Words(who)]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn sites(plan: &Plan<'_>) -> Option<Table> {
    let sites = &plan.document.sites;
    if sites.is_empty() {
        return None;
    }
    let headings = vec![
        words("candidate", "calon"),
        words("region", "wilayah"),
        words("opened", "dibuka"),
        words("to enter it would need", "agar masuk ia memerlukan"),
    ];
    let mut table = Table::new(headings, 4);
    let metric = plan.metric;
    for site in sites {
        let opened = site.opened.map_or_else(|| words("no", "tidak"), |year| Text::same(year.to_string()));
        let need = match &site.entry {
            Some(EntryDocument::Needs { at_least, at_most }) => both(|lang| {
                let low = lang.amount(metric, *at_least);
                match (lang, at_most.map(|most| lang.amount(metric, most))) {
                    (Lang::Id, Some(high)) => format!("tambahan nilai {low} s.d. {high}"),
                    (Lang::En, Some(high)) => format!("{low} to {high} more value"),
                    (Lang::Id, None) => format!("tambahan nilai paling sedikit {low}"),
                    (Lang::En, None) => format!("at least {low} more value"),
                }
            }),
            Some(EntryDocument::Barred { .. }) => {
                words("other rules: the rules bar it", "aturan lain: aturan melarangnya")
            }
            Some(EntryDocument::NotComputed) => words("not computed", "tidak dihitung"),
            None => Text::same("–"),
        };
        let cells = [plan.names.cluster(&site.cluster), Text::same(site.region.clone()), opened, need];
        table.row(cells.into_iter().map(Cell::Words).collect());
    }
    Some(table)
}
