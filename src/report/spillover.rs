//! Spillovers in results: a line each in `check`.

use std::collections::BTreeSet;
use std::fmt::Write;

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
