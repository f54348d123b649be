//! The economy beyond the enterprises, in words: markets, shadow prices and indicators of a scenario, what of
//! them a run finds, and routes that the program would idle.

use super::language::{Lang, Text};
use super::page::{Cell, Section, Table, both, some, titled, words};
use crate::language::text;
use crate::model::{ChainId, ClusterId, Model, ProcessId};
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

/// The sections of `check` on markets, shadow prices and indicators, where there are any.
pub(super) fn sections(model: &Model) -> impl Iterator<Item = Section> {
    [markets(model), shadow_prices(model), indicators(model)].into_iter().flatten()
}

/// Markets, with the share of their price that other producers lose.
fn markets(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("Markets with displacement", "Pasar dengan penggeseran"));
    section.say(words(
        "Additional sales displace other producers at home by this share of the reference price.",
        "Penjualan tambahan menggeser produsen lain di dalam negeri sebesar bagian ini dari harga acuan.",
    ));
    let heads = [
        words("market", "pasar"),
        words("share on average", "bagian rata-rata"),
        words("price of a unit", "harga satuan"),
        words("channels", "saluran"),
    ];
    let mut table = Table::new(heads.to_vec(), 1);
    table.columns[3].right = false;
    for market in &model.markets {
        let key = |&(c, p): &(ChainId, ProcessId)| {
            let chain = &model.chains[c.index()];
            format!("{}/{}", chain.key, chain.processes[p.index()].key)
        };
        table.row(vec![
            Cell::Words(titled(&market.title)),
            Cell::Share(model.mean(market.displacement)),
            Cell::Money(model.mean(market.reference_price)),
            Cell::name(market.channels.iter().map(key).collect::<Vec<_>>().join(", ")),
        ]);
    }
    section.table(table);
    (!model.markets.is_empty()).then_some(section)
}

/// Shadow prices in a sentence.
fn shadow_prices(model: &Model) -> Option<Section> {
    let shadow = model.shadow_prices.as_ref()?;
    let mut section = Section::new(words("Shadow prices", "Harga bayangan"));
    section.say(both(|lang| {
        let ratio = lang.percent(shadow.wage_ratio);
        let [price, cost] = [shadow.conversion.price, shadow.conversion.cost].map(|x| lang.number(x, 2));
        match lang {
            Lang::Id => format!(
                "Upah dihitung {ratio} dari yang dibayar; faktor konversi harga {price}, faktor konversi biaya {cost}."
            ),
            Lang::En => format!(
                "Wages count at {ratio} of what is paid; the conversion factor of prices is {price}, that of costs {cost}."
            ),
        }
    }));
    let own = some(shadow.own.len(), ["process has", "processes have"], "proses memiliki");
    section.say(text!(en: "{own} factors of their own.", id: "{own} faktor sendiri.", own));
    Some(section)
}

/// Indicators, with whether more of them is better.
fn indicators(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("Indicators", "Indikator"));
    let heads = vec![words("indicator", "indikator"), words("unit", "satuan"), words("direction", "arah")];
    let mut table = Table::new(heads, 3);
    for indicator in &model.indicators {
        table.row(vec![
            Cell::Words(titled(&indicator.title)),
            Cell::name(&indicator.unit),
            Cell::Words(both(|lang| better(lang, indicator.more_is_better).to_string())),
        ]);
    }
    section.table(table);
    (!model.indicators.is_empty()).then_some(section)
}

/// Displaced sales and indicators: totals of a run.
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
