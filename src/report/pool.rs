//! Pools in results: a line each in `check`.

use std::fmt::Write;

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
