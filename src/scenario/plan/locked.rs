//! `locked.csv`: commitments already made within the horizon. They use the same budgets and caps as every other line, so
//! together they must fit both.

use super::super::diagnostic::{Faults, Place};
use super::super::loaded::StatedNumber;
use super::super::number::provenance_of_row;
use super::super::phrase;
use super::super::policy::shown;
use super::super::table::{Columns, Table};
use super::breach;
use super::line::{fits, line_of, twice};
use crate::language::{Lang, text};
use crate::model::rule::{Rule, limits};
use crate::model::{Allocation, AllocationLine, LimitKind, ModelParts};

/// The columns of locked.csv.
pub(crate) const COLUMNS: Columns = super::today::COLUMNS;

/// Reads locked.csv.
pub(crate) fn read(
    table: &Table,
    model: &ModelParts,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) -> Allocation {
    let mut lines = Vec::new();
    let before = faults.count();
    for row in &table.rows {
        let name = ["source", "cluster", "intervention", "year"].map(|column| row.text(column)).join("/");
        numbers.push(StatedNumber {
            name: format!("locked/{name}"),
            place: shown(&row.place("")),
            provenance: provenance_of_row(row, "reference", faults),
        });
        let first = model.horizon.first_year;
        if row.text("year").parse::<f64>().is_ok_and(|year| year < f64::from(first)) {
            faults.help(
                &row.place("year"),
                text!(
                    en: "{year} is before the horizon, which begins in {first}",
                    id: "{year} mendahului horizon, yang mulai tahun {first}",
                    year = row.text("year"),
                ),
                text!(
                    en: "leave the row out, and put what it has built or will still build into base in values.csv",
                    id: "hapus baris ini, dan masukkan hasil yang sudah atau masih akan terbangun ke base dalam values.csv",
                ),
            );
            continue;
        }
        lines.extend(line_of(row, model, faults).map(|line| (line, row.place("rupiah"))));
    }
    twice(&lines, model, faults);
    if !fits(&lines, &Place::file("locked.csv"), faults) {
        return Allocation::default();
    }
    // Consequences of a fault that is told already are left out.
    if faults.count() == before && table.whole {
        breach::check(&lines, model, faults);
        within_budgets(&lines, model, faults);
        within_caps(&lines, model, faults);
    }
    Allocation::new(lines.into_iter().map(|(line, _)| line).collect())
}

/// No source has locked more than it has by then, money carried over included. Upkeep comes on top: whether that fits
/// too is found when planning.
fn within_budgets(lines: &[(AllocationLine, Place)], model: &ModelParts, faults: &mut Faults) {
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let mut left = 0.0;
        for (year, amount) in money.amounts.iter().enumerate() {
            let own = |(line, _): &&(AllocationLine, Place)| (line.source, line.year) == (source, year);
            let spent: i64 = lines.iter().filter(own).map(|(line, _)| line.amount.0).sum();
            let has = amount.as_f64() + libm::floor(left * money.carry_over);
            if let (true, Some((_, place))) = (spent as f64 > has, lines.iter().find(own)) {
                faults.expected(
                    place,
                    text!(
                        en: "the locked lines of '{source}' in {year} come to {spent}",
                        id: "belanja terikat '{source}' pada tahun {year} mencapai {spent}",
                        source = money.key,
                        year = model.horizon.calendar_year(year),
                        spent = phrase::rupiah(spent),
                    ),
                    text!(
                        en: "at most the {has} that it has then by budgets.csv, money carried over included",
                        id: "tidak lebih dari {has}, yaitu dana yang dimilikinya saat itu menurut budgets.csv termasuk dana yang dibawa dari tahun sebelumnya",
                        has = phrase::rupiah(has as i64),
                    ),
                );
            }
            left = (has - spent as f64).max(0.0);
        }
    }
}

/// No cap is broken by what is locked alone.
fn within_caps(lines: &[(AllocationLine, Place)], model: &ModelParts, faults: &mut Faults) {
    let locked = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
    for violation in limits(model, &locked) {
        let Rule::Limit(number) = violation.rule else { continue };
        let limit = &model.limits[number];
        let counts = |(line, _): &&(AllocationLine, Place)| {
            line.amount.0 > 0 && limit.covers(model, line.source, line.year, line.cluster, line.intervention)
        };
        let spent = violation.spent;
        let most = violation.spent - violation.rupiah;
        let whole = Lang::Id.whole(i128::from(most));
        if let (LimitKind::Cap, Some((_, place))) = (limit.kind, lines.iter().find(counts)) {
            faults.expected(
                place,
                text!(
                    en: "the locked lines that the cap limits, entry {entry} of scenario.toml is on come to {spent}",
                    id: "belanja terikat yang dikenai batas atas pada entri {entry} limits dalam scenario.toml mencapai {spent}",
                    entry = number + 1,
                    spent = phrase::rupiah(spent),
                ),
                text!(en: "at most {most}", id: "tidak lebih dari Rp{whole}"),
            );
        }
    }
}
