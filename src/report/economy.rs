//! What the economy sees besides the enterprises, in words: markets, shadow prices and indicators of a scenario, what of
//! them a run finds, and routes that the program would idle.

use std::fmt::Write;

use super::language::{Lang, Text};
use super::page::{Cell, Section, Table, both, words};
use crate::model::{ClusterId, Model};
use crate::result::economy::share_of_gain;
use crate::sim::Measure;
use crate::study::{PlanName, PlanStudy, SimulationStudy};

/// Most routes that are named.
const MOST_ROUTES: usize = 5;

/// Whether more of an indicator is better, or less.
fn better(lang: Lang, more: bool) -> &'static str {
    if more {
        lang.pick("makin banyak makin baik", "more is better")
    } else {
        lang.pick("makin sedikit makin baik", "less is better")
    }
}

/// Markets, shadow prices and indicators, for `check`.
pub(super) fn describe(model: &Model, lang: Lang, out: &mut String) {
    if !model.markets.is_empty() {
        let heading = lang.pick(
            "Pasar tempat penjualan tambahan menggeser penjualan produsen lain di dalam negeri:",
            "Markets in which additional sales displace other producers at home:",
        );
        let _ = writeln!(out, "\n{heading}");
    }
    for market in &model.markets {
        let channels: Vec<String> = market
            .channels
            .iter()
            .map(|&(c, p)| {
                let chain = &model.chains[c.index()];
                format!("{}/{}", chain.key, chain.processes[p.index()].key)
            })
            .collect();
        let share = lang.percent(model.mean(market.displacement));
        let price = lang.money(model.mean(market.reference_price));
        let (title, channels) = (lang.title(&market.title), channels.join(", "));
        let _ = match lang {
            Lang::Id => writeln!(out, "  {title}: rata-rata {share} dari {price} per satuan; {channels}"),
            Lang::En => writeln!(out, "  {title}: on average {share} of {price} a unit; {channels}"),
        };
    }
    if let Some(shadow) = &model.shadow_prices {
        let ratio = lang.percent(shadow.wage_ratio);
        let [price, cost] = [shadow.conversion.price, shadow.conversion.cost].map(|x| lang.number(x, 2));
        let own = shadow.own.len();
        let _ = match lang {
            Lang::Id => writeln!(
                out,
                "\nHarga bayangan: upah {ratio} dari yang dibayar; faktor konversi harga {price}, biaya {cost}; {own} proses dengan faktor sendiri"
            ),
            Lang::En => writeln!(
                out,
                "\nShadow prices: wages at {ratio} of what is paid; conversion factor of prices {price}, of costs {cost}; {own} processes with factors of their own"
            ),
        };
    }
    if !model.indicators.is_empty() {
        let _ = writeln!(out, "\n{}", lang.pick("Indikator:", "Indicators:"));
    }
    for indicator in &model.indicators {
        let (title, unit) = (lang.title(&indicator.title), &indicator.unit);
        let _ = writeln!(out, "  {title} [{unit}]: {}", better(lang, indicator.more_is_better));
    }
}

/// What is displaced, and the indicators: totals of a run.
pub(super) fn section(model: &Model, study: &SimulationStudy) -> Option<Section> {
    let mut measures: Vec<(Measure, Text, Text)> = Vec::new();
    if !model.markets.is_empty() {
        let name = words("sales displaced elsewhere [Rp]", "penjualan produsen lain yang tergeser [Rp]");
        measures.push((Measure::Displaced, name, words("less is better", "makin sedikit makin baik")));
    }
    for id in model.indicator_ids() {
        let indicator = &model.indicators[id.index()];
        let name = both(|lang| format!("{} [{}]", lang.title(&indicator.title), indicator.unit));
        let better = both(|lang| better(lang, indicator.more_is_better).to_string());
        measures.push((Measure::indicator(model, id), name, better));
    }
    if measures.is_empty() {
        return None;
    }
    let with_plan = study.with.is_some();
    let mut section = Section::new(words(
        "What the economy bears and gains besides",
        "Yang ditanggung dan diperoleh perekonomian",
    ));
    if !model.markets.is_empty() {
        section.say(words(
            "Gross output, value added and economic value are after displacement: before it they are higher by what is displaced.",
            "Nilai penjualan, nilai tambah, dan nilai ekonomi adalah nilai setelah penggeseran: sebelumnya lebih tinggi sebesar yang tergeser.",
        ));
    }
    let mut headings = vec![Text::same(""), words("without plan", "tanpa rencana")];
    if with_plan {
        headings.extend([words("with plan", "dengan rencana"), words("increment", "tambahan")]);
    }
    headings.push(Text::same(""));
    let mut table = Table::new(headings, 1);
    for (measure, name, better) in measures {
        let total =
            |plan: PlanName| {
                let found = study.rows.iter().find(|row| {
                    row.plan == plan && row.measure == measure && row.cluster.is_none() && row.year.is_none()
                });
                let mean = found.map_or(0.0, |row| row.estimate.mean);
                let places = if mean != 0.0 && mean.abs() < 100.0 { 2 } else { 0 };
                Cell::Words(both(|lang| {
                    if measure.is_money() { lang.money(mean) } else { lang.number(mean, places) }
                }))
            };
        let mut row = vec![Cell::Words(name), total(PlanName::None)];
        if with_plan {
            row.extend([total(PlanName::Plan), total(PlanName::Increment)]);
        }
        row.push(Cell::Words(better));
        table.row(row);
    }
    section.table(table);
    Some(section)
}

/// The statement that the program would idle routes which enterprises run.
pub(super) fn idled(model: &Model, study: &PlanStudy) -> Option<Text> {
    let idled = model.idled(study.request.metric);
    let mut clusters: Vec<ClusterId> = idled.iter().map(|idled| idled.cluster).collect();
    clusters.dedup();
    let names: Vec<String> = (idled.iter().take(MOST_ROUTES))
        .map(|idled| {
            let cluster = &model.clusters[idled.cluster.index()];
            format!("{}: {}", cluster.key, cluster.routes.channel[idled.route].name)
        })
        .collect();
    let share = share_of_gain(study, &clusters);
    (!idled.is_empty()).then(|| {
        both(|lang| {
            let (metric, count, names) = (lang.metric(study.request.metric), idled.len(), names.join("; "));
            let more = if idled.len() > MOST_ROUTES { "; ..." } else { "" };
            let share = share.map_or_else(|| "-".to_string(), |share| lang.percent(share));
            match lang {
                Lang::Id => format!(
                    "Pada {count} jalur, usaha memperoleh margin tetapi {metric} tidak ({names}{more}): model optimasi akan menghentikannya, usaha menjalankannya. Karena itu tambahan menurut model optimasi adalah taksiran atas; {share} dari tambahan yang disimulasikan berada di klaster dengan jalur seperti itu."
                ),
                Lang::En => format!(
                    "On {count} routes enterprises earn and {metric} does not ({names}{more}): the program would idle them, enterprises run them. So the program's increment is an upper estimate; {share} of the simulated increment lies in clusters with such routes."
                ),
            }
        })
    })
}
