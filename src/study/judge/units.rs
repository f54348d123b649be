//! Units that lines of a plan state beside their rupiah, and where the two disagree. Rupiah lead.

use crate::model::{Model, Unit};
use crate::scenario::StatedUnits;

/// What of the units that a line states disagrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedOff {
    /// Units at the cost of one come to other rupiah.
    Units,
    /// A unit costs something else in the scenario.
    UnitCost,
    /// The scenario buys by another unit.
    Unit,
}

/// Units that disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitsOff {
    /// The line, with what it states.
    pub stated: StatedUnits,
    /// What of it disagrees.
    pub off: StatedOff,
    /// Cost of a unit: the scenario's, else the one stated \[Rp\].
    pub cost: i64,
    /// Rupiah by which it disagrees: of the line, of a unit where its cost does, 0 where its name does.
    pub by: i64,
}

impl UnitsOff {
    /// Where the units that lines state disagree with their rupiah, or with what the scenario buys; in the order of the lines.
    pub fn of(model: &Model, stated: &[StatedUnits]) -> Vec<Self> {
        stated.iter().flat_map(|stated| of_line(model, stated)).collect()
    }
}

fn of_line(model: &Model, stated: &StatedUnits) -> Vec<UnitsOff> {
    let line = &stated.line;
    let unit = model.unit(line.cluster, line.intervention);
    // Of what the scenario does not buy in units, a line may still state what its own arithmetic is.
    let Some(cost) = unit.map(|unit| unit.cost.0).or(stated.unit_cost) else { return Vec::new() };
    let off = |off, by| UnitsOff { stated: stated.clone(), off, cost, by };
    let mut found = Vec::new();
    if let Some(own) = stated.unit_cost.filter(|own| *own != cost) {
        found.push(off(StatedOff::UnitCost, own.abs_diff(cost).try_into().unwrap_or(i64::MAX)));
    }
    if unit.is_some_and(|unit| stated.unit.as_ref().is_some_and(|name| !is_name(unit, name))) {
        found.push(off(StatedOff::Unit, 0));
    }
    if let Some(units) = stated.units {
        let by = (units * cost as f64 - line.amount.as_f64()).abs();
        if by > 0.5 && by > 0.5 * last_digit(units) * cost as f64 {
            found.push(off(StatedOff::Units, by.round() as i64));
        }
    }
    found
}

/// True if `name` is that of one or several of the units, in either language.
fn is_name(unit: &Unit, name: &str) -> bool {
    let names = [&unit.one.en, &unit.one.id, &unit.many.en, &unit.many.id];
    names.into_iter().any(|known| known.to_lowercase() == name.to_lowercase())
}

/// The size of the last decimal that a number is written with: a spreadsheet shows 12.33 of 12 1/3. Nothing of a whole number, which is
/// meant as it stands.
fn last_digit(number: f64) -> f64 {
    let text = number.to_string();
    text.split_once('.').map_or(0.0, |(_, decimals)| libm::pow(10.0, -(decimals.len() as f64)) * (1.0 + 1e-9))
}
