//! Faults of a given allocation: money below a minimum size, openings at another amount than their fixed cost or twice, money
//! in a candidate that is not opened yet.

use super::super::diagnostic::{Faults, Place};
use super::super::phrase;
use crate::language::text;
use crate::model::rule::{Rule, whole_numbers};
use crate::model::{Allocation, AllocationLine, ModelParts};

/// Checks lines that were read, each with its place. A fault is told at the first line that belongs to it.
pub(super) fn check(lines: &[(AllocationLine, Place)], model: &ModelParts, faults: &mut Faults) {
    let allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
    let opened = model.opened(&allocation);
    for violation in whole_numbers(model, &allocation) {
        let Some((c, i, y)) = violation.rule.commitment() else { continue };
        let about = |line: &AllocationLine| {
            line.amount.0 > 0 && (line.cluster, line.intervention, line.year) == (c, i, y)
        };
        let Some((_, place)) = lines.iter().find(|(line, _)| about(line)) else { continue };
        let chain = model.chain_of(c);
        let calendar = |y: usize| model.horizon.calendar_year(y);
        let year = calendar(y);
        let local = &model.clusters[c.index()].interventions[i.index()];
        let first = opened.iter().find(|(candidate, _)| *candidate == c).and_then(|(_, first)| *first);
        let (cluster, line) = (&model.clusters[c.index()].key, &chain.interventions[i.index()].key);
        let gets = text!(
            en: "'{line}' in '{cluster}' gets {spent} in {year}",
            id: "'{line}' di '{cluster}' mendapat {spent} pada tahun {year}",
            spent = phrase::rupiah(violation.spent),
        );
        match violation.rule {
            Rule::OpeningCost(..) => faults.expected(
                place,
                gets,
                text!(
                    en: "exactly {cost} from all sources together, the fixed cost of opening it",
                    id: "tepat {cost} dari semua sumber dana bersama-sama, yaitu biaya pembukaannya",
                    cost = phrase::rupiah(local.fixed_cost.0),
                ),
            ),
            Rule::OpenedOnce(..) => faults.help(
                place,
                text!(
                    en: "'{cluster}' is opened in {first} already",
                    id: "'{cluster}' sudah dibuka pada tahun {first}",
                    first = first.map_or(0, calendar),
                ),
                text!(en: "leave out the rows of '{line}' in {year}", id: "hapus baris '{line}' tahun {year}"),
            ),
            Rule::OpenedBefore(..) => {
                let opener = model.opening(c).map_or("", |i| &chain.interventions[i.index()].key);
                let when = match first.map(calendar) {
                    Some(opened) => {
                        text!(en: "is opened only in {opened}", id: "baru dibuka pada tahun {opened}")
                    }
                    None => text!(
                        en: "is a candidate that is never opened",
                        id: "adalah calon klaster yang tidak pernah dibuka",
                    ),
                };
                faults.help(
                    place,
                    text!(
                        en: "{gets}, but '{cluster}' {when}",
                        id: "{gets}, tetapi '{cluster}' {when}",
                        gets,
                        when,
                    ),
                    text!(
                        en: "pay for '{opener}' there in {year} or before, or leave the row out",
                        id: "bayar '{opener}' di sana pada tahun {year} atau sebelumnya, atau hapus baris ini",
                    ),
                );
            }
            _ => faults.expected(
                place,
                gets,
                text!(
                    en: "0, or at least its minimum size of {minimum} from all sources together",
                    id: "0, atau sekurang-kurangnya ukuran minimumnya {minimum} dari semua sumber dana bersama-sama",
                    minimum = phrase::rupiah(local.minimum.0),
                ),
            ),
        }
    }
}
