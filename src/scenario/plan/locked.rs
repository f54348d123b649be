//! `locked.csv`: commitments already made within the horizon. They come out of the same budgets and keep the same caps as
//! everything else, so what is locked must fit both by itself.

use super::super::diagnostic::{Faults, Place};
use super::super::table::{Columns, Table};
use super::{StatedNumber, breach, fits, line_of, provenance_of_row, shown, twice};
use crate::model::{Allocation, AllocationLine, LimitKind, Model};

/// The columns of locked.csv.
pub(crate) const COLUMNS: Columns = super::today::COLUMNS;

/// Reads locked.csv.
pub(crate) fn read(
    table: &Table,
    model: &Model,
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
                format!("{} is before the horizon, which begins in {first}", row.text("year")),
                "leave the row out, and put what it has built or will still build into base in values.csv",
            );
            continue;
        }
        lines.extend(line_of(row, model, faults).map(|line| (line, row.place("rupiah"))));
    }
    twice(&lines, model, faults);
    if !fits(&lines, &Place::file("locked.csv"), faults) {
        return Allocation::default();
    }
    // What follows from a fault told already need not be told.
    if faults.count() == before && table.whole {
        breach::check(&lines, model, faults);
        within_budgets(&lines, model, faults);
        within_caps(&lines, model, faults);
    }
    Allocation::new(lines.into_iter().map(|(line, _)| line).collect())
}

/// No source has locked more than it has by then, money carried over included. Upkeep comes on top: whether that fits
/// too is found when planning.
fn within_budgets(lines: &[(AllocationLine, Place)], model: &Model, faults: &mut Faults) {
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
                    format!(
                        "the locked lines of '{}' in {} come to {spent} rupiah",
                        money.key,
                        model.horizon.calendar_year(year)
                    ),
                    format!("at most the {has} rupiah that it has then by budgets.csv, money carried over included"),
                );
            }
            left = (has - spent as f64).max(0.0);
        }
    }
}

/// No cap is broken by what is locked alone.
fn within_caps(lines: &[(AllocationLine, Place)], model: &Model, faults: &mut Faults) {
    for (number, limit) in model.limits.iter().enumerate().filter(|(_, limit)| limit.kind == LimitKind::Cap) {
        let counts = |(line, _): &&(AllocationLine, Place)| {
            line.amount.0 > 0 && limit.covers(model, line.source, line.year, line.cluster, line.intervention)
        };
        let spent: i64 = lines.iter().filter(counts).map(|(line, _)| line.amount.0).sum();
        let most = limit.whole(&model.sources) as f64;
        if let (true, Some((_, place))) = (spent as f64 > most, lines.iter().find(counts)) {
            faults.expected(
                place,
                format!(
                    "the locked lines that the cap limits, entry {} of scenario.toml is on come to {spent} rupiah",
                    number + 1
                ),
                format!("at most {most}"),
            );
        }
    }
}

/// Tells where a plan that was read, each line with its place, has less than what is locked.
pub(super) fn check_plan(
    lines: &[(AllocationLine, Place)],
    whole: &Place,
    model: &Model,
    faults: &mut Faults,
) {
    let allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
    for (locked, has) in model.locked.missing(&allocation) {
        let key = |line: &AllocationLine| (line.source, line.cluster, line.intervention, line.year);
        let place =
            lines.iter().find(|(line, _)| key(line) == key(&locked)).map_or(whole, |(_, place)| place);
        faults.expected(
            place,
            format!(
                "the plan has {has} rupiah of '{}' for '{}' in '{}' in {}",
                model.sources[locked.source.index()].key,
                model.chain_of(locked.cluster).interventions[locked.intervention.index()].key,
                model.clusters[locked.cluster.index()].key,
                model.horizon.calendar_year(locked.year)
            ),
            format!("at least the {} rupiah that locked.csv says are committed", locked.amount.0),
        );
    }
}
