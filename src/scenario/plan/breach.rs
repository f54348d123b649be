//! Tells where a given allocation cannot be: money below a minimum size, openings at another amount than their fixed cost or
//! twice, money in a candidate that is not opened yet.

use super::super::diagnostic::{Faults, Place};
use super::super::phrase;
use crate::language::text;
use crate::model::{Allocation, AllocationLine, BreachKind, Model, breaches};

/// Checks lines that were read, each with its place. A breach is told at the first line that belongs to it.
pub(super) fn check(lines: &[(AllocationLine, Place)], model: &Model, faults: &mut Faults) {
    let allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
    for breach in breaches(model, &allocation) {
        let about = |line: &AllocationLine| {
            line.amount.0 > 0
                && (line.cluster, line.intervention, line.year)
                    == (breach.cluster, breach.intervention, breach.year)
        };
        let Some((_, place)) = lines.iter().find(|(line, _)| about(line)) else { continue };
        let chain = model.chain_of(breach.cluster);
        let year = |y: usize| model.horizon.calendar_year(y);
        let (cluster, line) = (
            &model.clusters[breach.cluster.index()].key,
            &chain.interventions[breach.intervention.index()].key,
        );
        let gets = text!(
            en: "'{line}' in '{cluster}' gets {spent} in {year}",
            id: "'{line}' di '{cluster}' mendapat {spent} pada tahun {year}",
            spent = phrase::rupiah(breach.spent.0),
            year = year(breach.year),
        );
        match breach.kind {
            BreachKind::BelowMinimum(minimum) => faults.expected(
                place,
                gets,
                text!(
                    en: "0, or at least its minimum size of {minimum} from all sources together",
                    id: "0, atau sekurang-kurangnya ukuran minimumnya {minimum} dari semua sumber dana bersama-sama",
                    minimum = phrase::rupiah(minimum.0),
                ),
            ),
            BreachKind::OpeningAmount(cost) => faults.expected(
                place,
                gets,
                text!(
                    en: "exactly {cost} from all sources together, the fixed cost of opening it",
                    id: "tepat {cost} dari semua sumber dana bersama-sama, yaitu biaya pembukaannya",
                    cost = phrase::rupiah(cost.0),
                ),
            ),
            BreachKind::OpenedTwice(first) => faults.help(
                place,
                text!(
                    en: "'{cluster}' is opened in {first} already",
                    id: "'{cluster}' sudah dibuka pada tahun {first}",
                    first = year(first),
                ),
                text!(
                    en: "leave out the rows of '{line}' in {year}",
                    id: "hapus baris '{line}' tahun {year}",
                    year = year(breach.year),
                ),
            ),
            BreachKind::Unopened(opened) => {
                let opener =
                    model.opening(breach.cluster).map_or("", |i| &chain.interventions[i.index()].key);
                let when = match opened {
                    Some(y) => text!(
                        en: "is opened only in {opened}",
                        id: "baru dibuka pada tahun {opened}",
                        opened = year(y),
                    ),
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
                        year = year(breach.year),
                    ),
                );
            }
        }
    }
}
