//! Until when operations count, in words, and what a plan obliges sources to after the years of commitments.

use super::language::{Lang, Text};
use super::page::{Cell, Section, Table, both, words};
use crate::model::{Allocation, Model};

/// Says which years count beyond those of commitments.
pub(super) fn counted(model: &Model) -> Text {
    let horizon = model.horizon;
    let last = horizon.last_year();
    if horizon.tail.years == 0 {
        return words(
            &format!("Benefits after {last} are not counted."),
            &format!("Manfaat setelah {last} tidak dihitung."),
        );
    }
    let (first, end) = (horizon.calendar_year(horizon.years), horizon.last_operating_year());
    let blocks = match horizon.tail.blocks {
        blocks if blocks == horizon.tail.years => Text::same(""),
        1 => words(
            " The optimiser runs these years as one, the simulation year by year.",
            " Model optimasi menjalankan tahun-tahun itu sebagai satu, simulasi tahun demi tahun.",
        ),
        blocks => words(
            &format!(" The optimiser runs these years in {blocks} blocks, the simulation year by year."),
            &format!(
                " Model optimasi menjalankan tahun-tahun itu dalam {blocks} blok, simulasi tahun demi tahun."
            ),
        ),
    };
    both(|lang| {
        let blocks = blocks.in_language(lang);
        match lang {
            Lang::Id => format!(
                "Jumlah mencakup {first}-{end}, setelah tahun pagu terakhir ({last}): tanpa uang baru, yang sudah dibangun terus bekerja. Manfaat setelah {end} tidak dihitung.{blocks}"
            ),
            Lang::En => format!(
                "Totals include {first}-{end}, after the last budget year ({last}): no new money, what was built works on. Benefits after {end} are not counted.{blocks}"
            ),
        }
    })
}

/// Adds the upkeep that sources bear in years that have no budget, where they bear any.
pub(super) fn obligations(model: &Model, allocation: &Allocation, section: &mut Section) {
    let list = model.obligations(allocation);
    if list.is_empty() {
        return;
    }
    section.gap();
    section.say(both(|lang| {
        let (last, cost) = (model.horizon.last_year(), lang.money(model.obligation(allocation)));
        match lang {
            Lang::Id => format!(
                "Kewajiban setelah {last}: biaya pemeliharaan yang ditanggung sumber dana tanpa pagu, nilai kini {cost} (mengurangi nilai rencana, bukan belanjanya):"
            ),
            Lang::En => format!(
                "Obligations after {last}: upkeep that sources bear without a budget for it, in present value {cost} (taken from the plan's objective, no part of its spending):"
            ),
        }
    }));
    let mut table = Table::new(
        vec![words("source", "sumber"), words("year", "tahun"), words("upkeep", "biaya pemeliharaan")],
        2,
    );
    for of in list {
        let source = &model.sources[of.source.index()];
        table.row(vec![
            Cell::Words(both(|lang| lang.title(&source.title).to_string())),
            Cell::name(model.horizon.calendar_year(of.year).to_string()),
            Cell::Rupiah(of.upkeep as f64),
        ]);
    }
    section.table(table);
}
