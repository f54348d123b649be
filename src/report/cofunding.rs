//! Co-funding in results: what each rule asks, and how a plan keeps it, place by place.

use std::fmt::Write;

use super::language::Lang;
use super::page::{Section, both};
use super::rules::{admitted, either};
use crate::model::{Cofunding, CofundingPlace, Model, Per};
use crate::study::PlanStudy;

/// The name of a place: a region's name, a cluster's, or everything together.
fn place_name(model: &Model, rule: &Cofunding, place: usize, lang: Lang) -> String {
    match rule.per {
        Per::All => lang.pick("seluruhnya", "all together").to_string(),
        Per::Region => model.regions().get(place).map_or_else(String::new, |region| (*region).to_string()),
        Per::Cluster => lang.title(&model.clusters[place].title).to_string(),
    }
}

/// `co-funding by Regency budget of at least 20 % of what National budget spends on everything`.
pub(super) fn asks(model: &Model, rule: &Cofunding, lang: Lang) -> String {
    let name = |s: &crate::model::SourceId| lang.title(&model.sources[s.index()].title).to_string();
    let to: Vec<String> = rule.to.iter().map(name).collect();
    let per = match rule.per {
        Per::Region => lang.pick("tiap wilayah", "each region"),
        Per::Cluster => lang.pick("tiap klaster", "each cluster"),
        Per::All => lang.pick("seluruhnya", "all together"),
    };
    let years = if rule.by_year { lang.pick(", tiap tahun", ", each year") } else { "" };
    let (own, share, to, lines) =
        (name(&rule.source), lang.percent(rule.ratio), either(&to, lang), admitted(model, &rule.of, lang));
    match lang {
        Lang::Id => format!(
            "pendanaan bersama oleh {own} sedikitnya {share} dari belanja {to} untuk {lines} ({per}{years})"
        ),
        Lang::En => {
            format!("co-funding by {own} of at least {share} of what {to} spends on {lines} ({per}{years})")
        }
    }
}

/// The same with the place and year where it is looked at.
pub(super) fn name_at(model: &Model, number: usize, at: CofundingPlace, lang: Lang) -> String {
    let rule = &model.cofunding[number];
    let mut text = asks(model, rule, lang);
    if rule.per != Per::All {
        let _ = write!(text, " {} {}", lang.pick("di", "in"), place_name(model, rule, at.place, lang));
    }
    if let Some(year) = at.year {
        let _ = write!(text, " {} {}", lang.pick("tahun", "in"), model.horizon.calendar_year(year));
    }
    text
}

/// Places named in a plan's summary at most.
const NAMED: usize = 8;

/// Says in a plan's summary how its co-funding is kept: rule by rule, and the places that add no more than they must.
pub(super) fn summary(model: &Model, study: &PlanStudy, section: &mut Section) {
    for rule in &model.cofunding {
        let balances = rule.balances(model, &study.program.allocation);
        let own: i64 = balances.iter().map(|balance| balance.own).sum();
        let others: i64 = balances.iter().map(|balance| balance.others).sum();
        section.gap();
        section.say(both(|lang| {
            let title =
                rule.title.as_ref().map_or_else(String::new, |title| format!("{}: ", lang.title(title)));
            let law = rule.law.as_ref().map_or_else(String::new, |law| format!(" [{law}]"));
            let (asks, own, others) =
                (asks(model, rule, lang), lang.money(own as f64), lang.money(others as f64));
            match lang {
                Lang::Id => format!("{title}{asks}{law}: {own} untuk {others}"),
                Lang::En => format!("{title}{asks}{law}: {own} to {others}"),
            }
        }));
        // Within a thousandth of what is owed no more is added than must be.
        let bare: Vec<&crate::model::CofundingBalance> = balances
            .iter()
            .filter(|balance| {
                balance.others > 0 && balance.own as f64 <= 1.001 * balance.owed(rule.ratio) as f64 + 1.0
            })
            .collect();
        if bare.is_empty() {
            continue;
        }
        section.detail(both(|lang| {
            let named = |balance: &&crate::model::CofundingBalance| {
                let place = place_name(model, rule, balance.at.place, lang);
                let year = balance.at.year.map(|y| model.horizon.calendar_year(y));
                year.map_or_else(|| place.clone(), |year| format!("{place} {year}"))
            };
            let shown = bare.iter().take(NAMED).map(named).collect::<Vec<_>>().join(", ");
            let more = bare.len().saturating_sub(NAMED);
            match (more, lang) {
                (0, Lang::Id) => format!("tidak lebih dari kewajibannya di: {shown}"),
                (0, Lang::En) => format!("no more than is owed in: {shown}"),
                (_, Lang::Id) => format!("tidak lebih dari kewajibannya di: {shown} dan lainnya: {more}"),
                (_, Lang::En) => format!("no more than is owed in: {shown} and more: {more}"),
            }
        }));
    }
}
