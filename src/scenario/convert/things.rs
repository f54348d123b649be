//! Checks of units, least lines and grains against the money there is.

use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::phrase;
use crate::language::text;
use crate::model::{ClusterId, InterventionId, ModelParts, SourceId};

/// A source's least line and grain fit some budget of it.
pub(super) fn check_sources(document: &Document, model: &ModelParts, faults: &mut Faults) {
    for s in model.source_ids() {
        let source = &model.sources[s.index()];
        if source.total() == 0 {
            continue;
        }
        let place = |key: &str| document.place(&format!("sources.{}.{key}", source.key));
        let grain = source.grain.0.max(1);
        if source.amounts.iter().all(|amount| amount.0 == 0 || amount.0 % grain != 0) {
            faults.help(
                &place("grain"),
                text!(
                    en: "no budget of '{source}' is a multiple of its grain of {grain}",
                    id: "tidak ada pagu '{source}' yang merupakan kelipatan {grain}",
                    source = source.key,
                    grain = phrase::rupiah(grain),
                ),
                text!(
                    en: "take a grain that divides the amounts of budgets.csv",
                    id: "gunakan grain yang membagi habis jumlah dalam budgets.csv",
                ),
            );
        }
        let most = (0..model.horizon.years).map(|y| in_hand(model, s, y)).fold(0.0, f64::max);
        if source.least_line.as_f64() > most {
            faults.expected(
                &place("least_line"),
                text!(
                    en: "a line of '{source}' has at least {least}",
                    id: "satu baris '{source}' sekurang-kurangnya {least}",
                    source = source.key,
                    least = phrase::rupiah(source.least_line.0),
                ),
                text!(
                    en: "at most the {most} that it has in its best year, money carried over included",
                    id: "tidak lebih dari {most}, yaitu dana pada tahun terbaiknya termasuk dana yang dibawa dari tahun sebelumnya",
                    most = phrase::rupiah(most as i64),
                ),
            );
        }
    }
}

/// The most that a source can have in hand in a year \[Rp\].
fn in_hand(model: &ModelParts, source: SourceId, year: usize) -> f64 {
    let money = &model.sources[source.index()];
    money.amounts[..=year].iter().fold(0.0, |carried, amount| money.carry_over * carried + amount.as_f64())
}

/// Some budget can buy one unit of what is bought in whole units, and what is locked is not more than may be bought.
pub(super) fn check_units(model: &ModelParts, faults: &mut Faults) {
    for (h, chain) in model.chains.iter().enumerate() {
        let clusters: Vec<ClusterId> =
            model.cluster_ids().filter(|c| model.clusters[c.index()].chain.index() == h).collect();
        for (i, intervention) in chain.interventions.iter().enumerate() {
            let Some(unit) = &intervention.unit else { continue };
            let i = InterventionId::new(i);
            let place = |key: &str| {
                let file = format!("chains/{}.toml", chain.key);
                Place::file(&file).key(format!("interventions.{}.{key}", intervention.key))
            };
            let funded = |c: &ClusterId| -> f64 {
                let sources: Vec<SourceId> =
                    model.source_ids().filter(|s| model.may_fund(*s, *c, i)).collect();
                (0..model.horizon.years)
                    .map(|y| sources.iter().map(|s| in_hand(model, *s, y)).sum())
                    .fold(0.0, f64::max)
            };
            let most = clusters.iter().map(funded).fold(0.0, f64::max);
            if unit.whole && most > 0.0 && unit.cost.as_f64() > most {
                faults.expected(
                    &place("unit_cost"),
                    text!(
                        en: "one unit costs {cost}",
                        id: "satu satuan berharga {cost}",
                        cost = phrase::rupiah(unit.cost.0),
                    ),
                    text!(
                        en: "at most the {most} that all budgets which may buy it have together in their best year",
                        id: "tidak lebih dari {most}, yaitu jumlah semua anggaran yang boleh membelinya pada tahun terbaik",
                        most = phrase::rupiah(most as i64),
                    ),
                );
            }
            for c in clusters.iter().copied() {
                let locked = model.locked.lines.sum(|line| (line.cluster, line.intervention) == (c, i));
                let Some(most) = model.most_bought(c, i).filter(|most| locked > *most) else { continue };
                faults.expected(
                    &place("at_most"),
                    text!(
                        en: "in '{cluster}' {locked} are locked already",
                        id: "di '{cluster}' sudah terikat {locked}",
                        cluster = model.clusters[c.index()].key,
                        locked = phrase::rupiah(locked),
                    ),
                    text!(
                        en: "at_most of at least that, where it now allows {most}",
                        id: "at_most yang mencakup jumlah itu, sedangkan kini hanya {most}",
                        most = phrase::rupiah(most),
                    ),
                );
            }
        }
    }
}
