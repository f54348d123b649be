//! Sites in results: candidates with their potential and what opening them costs, opened or not, and the rules for them.

use std::fmt::Write;

use serde_json::{Value, json};

use super::language::Lang;
use crate::model::{Allocation, Chain, Cluster, ClusterId, Model, SiteRule};
use crate::study::PlanStudy;

fn keys(model: &Model, clusters: &[ClusterId]) -> Vec<String> {
    clusters.iter().map(|c| model.clusters[c.index()].key.clone()).collect()
}

/// What opening a candidate costs [Rp].
fn fixed_cost(model: &Model, cluster: ClusterId) -> i64 {
    let line = model.opening(cluster);
    line.map_or(0, |line| model.clusters[cluster.index()].interventions[line.index()].fixed_cost.0)
}

/// Adds what makes a cluster a candidate to its object, where it is one or has a potential.
pub(super) fn add_cluster(cluster: &Cluster, chain: &Chain, value: &mut Value) {
    if cluster.candidate {
        value["candidate"] = json!(true);
    }
    if cluster.potential.is_some() {
        value["potential"] = json!(cluster.potential);
    }
    for (line, local) in chain.interventions.iter().zip(&cluster.interventions) {
        if cluster.candidate && line.opens {
            value["interventions"][&line.key]["fixed_cost"] = json!(local.fixed_cost.0);
        }
    }
}

/// A rule for sites.
fn rule(model: &Model, rule: &SiteRule) -> Value {
    json!({
        "title": rule.title.as_ref().map(|title| json!({ "id": title.id, "en": title.en })),
        "candidates": keys(model, &rule.candidates),
        "at_most": rule.at_most,
        "at_least": rule.at_least,
        "minimum_potential": rule.minimum_potential,
    })
}

/// Adds the rules for sites to the model's object, where there are any.
pub(super) fn add_model(model: &Model, value: &mut Value) {
    if !model.sites.is_empty() {
        value["sites"] = model.sites.iter().map(|one| rule(model, one)).collect();
    }
}

/// Adds the candidates to a plan's object, where there are any: opened or not, and when.
pub(super) fn add_plan(model: &Model, allocation: &Allocation, value: &mut Value) {
    let candidates: Vec<Value> = model
        .opened(allocation)
        .into_iter()
        .map(|(c, year)| {
            let cluster = &model.clusters[c.index()];
            json!({
                "cluster": cluster.key,
                "region": cluster.region,
                "potential": cluster.potential,
                "fixed_cost": fixed_cost(model, c),
                "opened": year.map(|y| model.horizon.calendar_year(y)),
            })
        })
        .collect();
    if !candidates.is_empty() {
        value["sites"] = json!(candidates);
    }
}

/// `Baru (potential 72, opening Rp 90.0 million)`.
fn candidate(model: &Model, c: ClusterId, lang: Lang) -> String {
    let cluster = &model.clusters[c.index()];
    let potential = cluster.potential.map_or_else(String::new, |score| {
        let places = if score.fract() == 0.0 { 0 } else { 2 };
        format!("{} {}, ", lang.pick("potensi", "potential"), lang.number(score, places))
    });
    format!(
        "{} ({potential}{} {})",
        lang.title(&cluster.title),
        lang.pick("pembukaan", "opening"),
        lang.money(fixed_cost(model, c) as f64)
    )
}

/// What a rule asks, in words.
pub(super) fn asks(model: &Model, rule: &SiteRule, lang: Lang) -> String {
    let names: Vec<&str> =
        rule.candidates.iter().map(|c| lang.title(&model.clusters[c.index()].title)).collect();
    let mut parts = Vec::new();
    match (rule.at_least, rule.at_most) {
        (Some(least), Some(most)) if least == most => {
            parts.push(format!("{} {least}", lang.pick("dibuka tepat", "exactly opened:")));
        }
        (least, most) => {
            parts
                .extend(least.map(|n| format!("{} {n}", lang.pick("dibuka sedikitnya", "opened at least:"))));
            parts.extend(most.map(|n| format!("{} {n}", lang.pick("dibuka sebanyaknya", "opened at most:"))));
        }
    }
    parts.extend(rule.minimum_potential.map(|score| {
        let places = if score.fract() == 0.0 { 0 } else { 2 };
        format!("{} {}", lang.pick("potensi sedikitnya", "potential at least"), lang.number(score, places))
    }));
    format!("{}; {} {}", parts.join(", "), lang.pick("dari", "of"), names.join(", "))
}

/// The name of a rule: its title, or its place in the list.
pub(super) fn name(model: &Model, number: usize, lang: Lang) -> String {
    let called = lang.pick("aturan lokasi", "rule for sites");
    match &model.sites[number].title {
        Some(title) => format!("{called} '{}'", lang.title(title)),
        None => format!("{called} {}", number + 1),
    }
}

/// Lists candidates and rules for `check`.
pub(super) fn describe(model: &Model, lang: Lang, out: &mut String) {
    if model.candidates().next().is_none() {
        return;
    }
    let title = lang.pick(
        "Calon klaster, ayat (4): mendapat dana hanya bila dibuka:",
        "Candidate clusters, paragraph (4): funded only if opened:",
    );
    let _ = writeln!(out, "\n{title}");
    for c in model.candidates() {
        let _ = writeln!(out, "  {}: {}", model.clusters[c.index()].key, candidate(model, c, lang));
    }
    for (number, rule) in model.sites.iter().enumerate() {
        let _ = writeln!(out, "  {}: {}", name(model, number, lang), asks(model, rule, lang));
    }
}

/// Says in a plan's summary which candidates it opens and which not.
pub(super) fn summary(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let opened = model.opened(&study.program.allocation);
    if opened.is_empty() {
        return;
    }
    let _ = writeln!(out);
    for (c, year) in opened {
        let told = match year {
            Some(y) => format!("{} {}", lang.pick("dibuka", "opened in"), model.horizon.calendar_year(y)),
            None => lang.pick("tidak dibuka", "not opened").to_string(),
        };
        let what = lang.pick("Calon", "Candidate");
        let _ = writeln!(out, " {what} {}: {told}.", candidate(model, c, lang));
    }
}

/// Says in a plan's summary which mixes break rules for sites.
pub(super) fn mixes(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let breaking: Vec<&str> = study
        .baselines
        .iter()
        .filter(|b| !model.broken_site_rules(&b.allocation).is_empty())
        .map(|b| {
            let (id, en) = b.baseline.names();
            lang.pick(id, en)
        })
        .collect();
    if !breaking.is_empty() {
        let told =
            lang.pick("Tidak memenuhi aturan lokasi", "Not held to the rules for sites, and breaking them");
        let _ = writeln!(out, " {told}: {}.", breaking.join(", "));
    }
}
