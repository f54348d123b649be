//! What results say of spillovers: a line each in `check`, and the model's object, and so its hash.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use super::language::Lang;
use crate::model::Model;

/// Says of every spillover what it is called, how many clusters give and gain or lose by it, and the law it answers to.
pub(super) fn describe(model: &Model, lang: Lang, out: &mut String) {
    if model.spillovers.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n{}",
        lang.pick("Limpahan dalam kelompok teknologi:", "Spillovers in technology groups:")
    );
    for (number, spillover) in model.spillovers.iter().enumerate() {
        let from: BTreeSet<_> = spillover.links.iter().map(|link| link.from).collect();
        let to: BTreeSet<_> = spillover.links.iter().map(|link| link.to).collect();
        let name = spillover
            .title
            .as_ref()
            .map_or_else(|| format!("spillovers[{number}]"), |title| lang.title(title).to_string());
        let law = spillover.law.as_ref().map_or(String::new(), |law| format!(" ({law})"));
        let _ = writeln!(
            out,
            "  {name}{law}: {} {} {} {}",
            from.len(),
            lang.pick("klaster memberi,", "clusters give,"),
            to.len(),
            lang.pick("menerima", "receive"),
        );
    }
}

/// Adds spillovers to a model's object, where there are any.
pub(super) fn add_model(model: &Model, value: &mut Value) {
    if model.spillovers.is_empty() {
        return;
    }
    let key = |c: crate::model::ClusterId| model.clusters[c.index()].key.as_str();
    value["spillovers"] = model
        .spillovers
        .iter()
        .map(|spillover| {
            let links = spillover.links.iter().map(|link| {
                json!({
                    "from": key(link.from),
                    "intervention": model.chain_of(link.from).interventions[link.intervention.index()].key,
                    "to": key(link.to),
                    "capacity": model.chain_of(link.to).capacities[link.capacity.index()].key,
                })
            });
            json!({
                "title": spillover.title.as_ref().map(|title| json!({ "id": title.id, "en": title.en })),
                "law": spillover.law,
                "profile": spillover.profile,
                "links": links.collect::<Vec<_>>(),
            })
        })
        .collect();
}
