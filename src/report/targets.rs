//! Targets and kinds of events in words: what a scenario wants reached and how likely that is, and what may strike it.

use super::language::Lang;
use super::page::{Cell, Section, Table, both, words};
use crate::model::{Distribution, Event, Model, Target, TargetItem};
use crate::study::{PlanName, Reached};

/// A target in words: `value added, Kutasari, 2029: at least Rp 120.0 million`.
pub(super) fn wanted(model: &Model, target: &Target, lang: Lang) -> String {
    let amount = |unit: &str| format!("{} {unit}", lang.number(target.at_least, decimals(target.at_least)));
    let (what, least) = match target.what {
        TargetItem::Metric(metric) => (lang.metric(metric).to_string(), lang.amount(metric, target.at_least)),
        TargetItem::Made(chain, m) => {
            let commodity = &model.chains[chain.index()].commodities[m.index()];
            let made = lang.pick("dibuat", "made");
            (format!("{} {made}", lang.title(&commodity.title)), amount(&commodity.unit))
        }
        TargetItem::Sold(chain, p) => {
            let channel = &model.chains[chain.index()].processes[p.index()];
            let sold = lang.pick("terjual lewat", "sold through");
            (format!("{sold} {}", lang.title(&channel.title)), amount(&channel.unit))
        }
        TargetItem::Indicator(id) => {
            let indicator = &model.indicators[id.index()];
            let least =
                if indicator.is_money { lang.money(target.at_least) } else { amount(&indicator.unit) };
            (lang.title(&indicator.title).to_string(), least)
        }
        TargetItem::Sales(chain, p) => {
            let channel = &model.chains[chain.index()].processes[p.index()];
            let sales = lang.pick("penjualan lewat", "sales through");
            (format!("{sales} {}", lang.title(&channel.title)), lang.money(target.at_least))
        }
    };
    let place = target.cluster.map_or_else(
        || lang.pick("semua klaster", "all clusters").to_string(),
        |c| lang.title(&model.clusters[c.index()].title).to_string(),
    );
    let year = target.year.map_or_else(
        || lang.pick("semua tahun", "all years").to_string(),
        |y| model.horizon.calendar_year(y).to_string(),
    );
    format!("{what}, {place}, {year}: {} {least}", lang.pick("paling sedikit", "at least"))
}

fn decimals(value: f64) -> usize {
    if value == 0.0 || value.abs() >= 100.0 { 0 } else { 2 }
}

/// The section of `check` on targets, if there are any.
pub(super) fn section(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("Targets", "Sasaran"));
    for target in &model.targets {
        section
            .point(both(|lang| format!("{} ({})", lang.title(&target.title), wanted(model, target, lang))));
    }
    (!model.targets.is_empty()).then_some(section)
}

/// How likely each target is reached, without and with the plan.
pub(super) fn reached(model: &Model, rows: &[Reached], section: &mut Section) {
    for (number, target) in model.targets.iter().enumerate() {
        let of = |plan: PlanName| rows.iter().find(|row| row.target == number && row.plan == plan);
        let chance = |row: &Reached, lang: Lang| {
            let [low, high] = row.interval.map(|share| lang.percent(share));
            let probability = lang.percent(row.probability);
            match lang {
                Lang::Id => format!("{probability} ({low} s.d. {high})"),
                Lang::En => format!("{probability} ({low} to {high})"),
            }
        };
        section
            .point(both(|lang| format!("{} ({})", lang.title(&target.title), wanted(model, target, lang))));
        let Some(without) = of(PlanName::None) else { continue };
        let with = of(PlanName::Plan);
        section.detail(both(|lang| {
            let without = chance(without, lang);
            match (with.map(|row| chance(row, lang)), lang) {
                (Some(with), Lang::Id) => {
                    format!("peluang tanpa rencana {without}; dengan rencana {with}")
                }
                (Some(with), Lang::En) => {
                    format!("chance without the plan {without}; with the plan {with}")
                }
                (None, Lang::Id) => format!("peluang {without}"),
                (None, Lang::En) => format!("chance {without}"),
            }
        }));
    }
}

/// The section of `check` on the kinds of events that may strike, each once.
pub(super) fn events(model: &Model) -> Option<Section> {
    let mut kinds: Vec<(&str, &Event, usize)> = Vec::new();
    for parameter in &model.parameters {
        let Distribution::Event(event) = &parameter.distribution else { continue };
        let name = parameter.name.strip_prefix("event/").unwrap_or(&parameter.name);
        let kind = name.split('@').next().unwrap_or(name);
        match kinds.iter_mut().find(|(known, ..)| *known == kind) {
            Some((.., instances)) => *instances += 1,
            None => kinds.push((kind, event, 1)),
        }
    }
    let mut section = Section::new(words("Events", "Kejadian"));
    section.say(words(
        "Each place is struck so many times a year on average.",
        "Tiap tempat rata-rata dilanda sekian kali setahun.",
    ));
    let heads = [
        words("event", "kejadian"),
        words("places", "tempat"),
        words("times a year", "kali setahun"),
        words("capacity lost on average", "kapasitas hilang rata-rata"),
        words("periods on average", "periode rata-rata"),
    ];
    let mut table = Table::new(heads.to_vec(), 1);
    for (kind, event, places) in &kinds {
        table.row(vec![
            Cell::name(*kind),
            Cell::count(*places),
            Cell::Number(event.rate, 2),
            Cell::Share(event.severity.mean()),
            Cell::Number(event.duration.mean(), 1),
        ]);
    }
    section.table(table);
    (!kinds.is_empty()).then_some(section)
}
