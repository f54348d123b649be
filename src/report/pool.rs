//! What results say of pools: a line each in `check`, and the model's object, and so its hash.

use std::fmt::Write;

use serde_json::{Value, json};

use super::language::Lang;
use crate::model::Model;

/// Says of every pool what it is called, what it holds at means, who draws on it, and the law it answers to.
pub(super) fn describe(model: &Model, lang: Lang, out: &mut String) {
    if model.pools.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", lang.pick("Kolam yang dipakai bersama:", "Pools that clusters share:"));
    for id in model.pool_ids() {
        let pool = &model.pools[id.index()];
        let (Some(capacity), Some((c, k))) = (model.pooled(id), pool.members.first()) else { continue };
        let base = model.mean(model.clusters[c.index()].capacities[k.index()].base);
        let law = pool.law.as_ref().map_or(String::new(), |law| format!(" ({law})"));
        let clusters: Vec<&str> =
            pool.members.iter().map(|(c, _)| model.clusters[c.index()].key.as_str()).collect();
        let _ = writeln!(
            out,
            "  {} [{}]{law}: {} {}/{} {} {}",
            lang.title(&pool.title),
            capacity.key,
            lang.number(base, 0),
            capacity.unit,
            lang.pick("periode untuk", "period for"),
            clusters.len(),
            lang.pick("klaster", "clusters"),
        );
        let _ = writeln!(out, "    {}", clusters.join(", "));
    }
}

/// Adds pools to a model's object, where there are any.
pub(super) fn add_model(model: &Model, value: &mut Value) {
    if model.pools.is_empty() {
        return;
    }
    value["pools"] = model
        .pool_ids()
        .map(|id| {
            let pool = &model.pools[id.index()];
            let clusters = pool.members.iter().map(|(c, _)| model.clusters[c.index()].key.as_str());
            json!({
                "pool": pool.key,
                "title": { "id": pool.title.id, "en": pool.title.en },
                "law": pool.law,
                "capacity": model.pooled(id).map(|capacity| capacity.key.as_str()),
                "season": pool.season,
                "clusters": clusters.collect::<Vec<_>>(),
            })
        })
        .collect();
}
