//! The margins of a plan's budgets, floors and caps, in rupiah and in the scenario's words.
//!
//! There is one definition, wherever it is told: the one-sided derivatives of the optimum in the amount of one rule, all others
//! and the plan's whole numbers as they are, per rupiah by which the amount is raised (so that a floor's is not above
//! zero), and nothing where there is none or none that can be told.

use super::super::builder::{Decision, PlanningProgram, Rule, build_with, objective_unit};
use super::super::extensive::ExtensiveForm;
use super::super::margins::{Amount, Margin, Probe, Sizes, Slope, WrittenProbe, margins};
use super::super::plan::RuleMargin;
use super::super::program::Sense;
use crate::model::Model;
use crate::sampling::SampleBlock;
use crate::units::{JUTA, MILIAR};

/// A worth of so many times the cost that breaks ties is that cost, and no worth.
const TIES: f64 = 4.0;

/// The margins of all rules that are amounts of money, at first-stage decisions `x`; `optimum` is about how large the optimum
/// is, in the program's units, and `scale` the objective's unit in these.
pub(super) fn margins_of(
    planning: &PlanningProgram,
    x: &[f64],
    probe: &mut dyn Probe,
    optimum: f64,
    scale: f64,
) -> Vec<RuleMargin> {
    let rows = planning.rules.iter().zip(&planning.program.rows).enumerate();
    let (rules, amounts): (Vec<Rule>, Vec<Amount>) = rows
        .filter(|(_, (rule, _))| matches!(rule, Rule::Budget(..) | Rule::Limit(_)))
        .map(|(row, (rule, own))| {
            let used: f64 = own.entries.iter().map(|&(j, a)| a * x[j]).sum();
            let floor = own.sense == Sense::AtLeast;
            (*rule, Amount { row, rhs: own.rhs, slack: (own.rhs - used).abs(), floor })
        })
        .unzip();
    let sizes = Sizes {
        amount: typical(&rules, &amounts),
        optimum: if optimum == 0.0 { 1.0 } else { optimum.abs() },
        least: f64::max(1.0 / JUTA, probe.blur() * largest(&amounts)),
    };
    let ties = TIES * planning.program.columns.iter().map(|c| c.objective.abs()).fold(0.0, f64::max);
    let in_rupiah = |slope: Slope| {
        let worth = if slope.worth.abs() <= ties { 0.0 } else { slope.worth * scale / JUTA };
        Slope { worth: six_digits(worth), holds_to: libm::round(slope.holds_to * JUTA), ..slope }
    };
    let found = margins(probe, &amounts, sizes).into_iter().map(|found| Margin {
        amount: libm::round(found.amount * JUTA),
        below: found.below.map(in_rupiah),
        above: found.above.map(in_rupiah),
    });
    rules.into_iter().zip(found).map(|(rule, margin)| RuleMargin { rule, margin }).collect()
}

/// A number to six digits: no slope is known to more, and none shows what breaking ties costs.
fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// The largest amount.
fn largest(amounts: &[Amount]) -> f64 {
    amounts.iter().map(|amount| amount.rhs.abs()).fold(0.0, f64::max)
}

/// A typical amount: the mean of the budgets that have any money, of the floors and caps where none has, else a billion.
fn typical(rules: &[Rule], amounts: &[Amount]) -> f64 {
    let mean = |budgets: bool| {
        let some: Vec<f64> = rules
            .iter()
            .zip(amounts)
            .filter(|(rule, amount)| matches!(rule, Rule::Budget(..)) == budgets && amount.rhs > 0.0)
            .map(|(_, amount)| amount.rhs)
            .collect();
        (!some.is_empty()).then(|| some.iter().sum::<f64>() / some.len() as f64)
    };
    mean(true).or_else(|| mean(false)).unwrap_or(MILIAR / JUTA)
}

/// The margins of rules, by solving the program as it is written out.
pub(super) fn written_margins(
    model: &Model,
    block: &SampleBlock,
    known: &PlanningProgram,
    x: &[f64],
) -> Vec<RuleMargin> {
    // Room for what is looked at, and no more: what is scaled by more money is blurred by the solver's tolerances.
    let amounts = model.sources.iter().flat_map(|source| &source.amounts);
    let largest = amounts.map(|amount| amount.as_f64() / JUTA).fold(0.0, f64::max);
    let reach = super::super::margins::REACH * if largest > 0.0 { largest } else { MILIAR / JUTA };
    let mut planning = build_with(model, known.metric, block, reach);
    for (sample, known) in planning.program.samples.iter_mut().zip(&known.program.samples) {
        sample.offset = known.offset;
    }
    let mut form = ExtensiveForm::of(&planning.program);
    let first = form.lp.columns.iter_mut().zip(x).zip(&planning.decisions);
    for ((column, value), decision) in first {
        let counts = matches!(decision, Decision::Units(..) | Decision::Grains(..));
        if column.integer && !counts {
            // Margins are those of the program with its whole numbers as they are, but for units and grains.
            let value = libm::round(*value);
            (column.lower, column.upper) = (value, value);
        }
        column.integer = false;
    }
    for (column, decision) in form.lp.columns.iter_mut().zip(&planning.decisions) {
        // Money is scaled by what its own source has, so that a source of little money is more than the solver's tolerances.
        if let Decision::Spend(s, ..) | Decision::Carry(s, _) = decision {
            let total = model.sources[s.index()].total() as f64 / JUTA;
            column.ceiling = if total > 0.0 { total } else { column.ceiling };
        }
    }
    let optimum = form.lp.columns.iter().zip(x).map(|(column, x)| column.objective * x).sum();
    let mut written = WrittenProbe::new(&form.lp);
    margins_of(&planning, x, &mut written, optimum, objective_unit(known.metric))
}
