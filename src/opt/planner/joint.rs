//! Several steps of money planned together, so that what lines get never falls from step to step: the programs of all steps as one,
//! written out, with a row for each sum and pair of steps. Exact, and for small cases only.

use super::super::builder::{PlanSamples, PlanningProgram, build, frame, objective_unit};
use super::super::error::OptError;
use super::super::extensive::ExtensiveForm;
use super::super::lp::{LinearProgram, LpStatus};
use super::super::program::{Row, Sense};
use super::super::rupiah::whole_rupiah;
use super::super::size::SMALL_ROWS;
use super::inquiry::Lines;
use super::money::gap_unit;
use super::proven::solve_proven;
use super::ties;
use crate::control::Control;
use crate::model::{Allocation, Metric, Model};
use crate::sampling::SampleBlock;

/// Steps planned together.
#[derive(Debug, Clone)]
pub struct Joint {
    /// The plan of each step in whole rupiah.
    pub allocations: Vec<Allocation>,
    /// No sequence has a higher mean of objectives over the steps [Rp or FTE-years].
    pub bound: f64,
}

/// True if the programs of so many steps can be written out as one.
pub fn can_be_joined(model: &Model, metric: Metric, block: &SampleBlock, steps: usize) -> bool {
    let planning = frame(model, metric, 0.0);
    let samples = PlanSamples::new(model, &planning, block);
    let rows = samples.make(0).rows.len().saturating_mul(block.len()) + planning.program.rows.len();
    rows.saturating_mul(steps) <= SMALL_ROWS
}

/// Plans for `models`, which differ in money alone and have more of it step by step, with the highest mean of objectives of all in which
/// no sum of `sums` falls from a step to the next. `without` are the levels of the samples without a plan. Nothing where time was up.
///
/// # Errors
/// [`OptError::NotProven`] where no answer stands up to the certificate.
pub fn joint(
    models: &[Model],
    metric: Metric,
    block: &SampleBlock,
    sums: &[Lines],
    without: &[f64],
    control: &Control<'_>,
) -> Result<Option<Joint>, OptError> {
    let scale = objective_unit(metric);
    let share = 1.0 / models.len() as f64;
    let mut whole = LinearProgram { columns: Vec::new(), rows: Vec::new() };
    let (mut constant, mut most, mut starts) = (0.0, 0.0, Vec::new());
    let mut programs: Vec<PlanningProgram> = Vec::new();
    for model in models {
        let mut planning = build(model, metric, block);
        for (sample, level) in planning.program.samples.iter_mut().zip(without) {
            sample.offset = -level / scale;
        }
        most += share * ties::most_cost(&planning, model);
        let form = ExtensiveForm::of(&planning.program);
        let start = whole.columns.len();
        constant += share * form.constant;
        whole.columns.extend(form.lp.columns.into_iter().map(|mut column| {
            column.objective *= share;
            column
        }));
        let moved =
            |row: Row| Row { entries: row.entries.into_iter().map(|(j, a)| (start + j, a)).collect(), ..row };
        whole.rows.extend(form.lp.rows.into_iter().map(moved));
        starts.push(start);
        programs.push(planning);
    }
    for step in 1..models.len() {
        for lines in sums {
            let of = |at: usize, sign: f64| {
                let start = starts[at];
                lines.columns(&programs[at]).into_iter().map(move |j| (start + j, sign)).collect::<Vec<_>>()
            };
            let entries = [of(step - 1, 1.0), of(step, -1.0)].concat();
            if !entries.is_empty() {
                whole.rows.push(Row { entries, sense: Sense::AtMost, rhs: 0.0 });
            }
        }
    }
    let unit = models.iter().map(|model| gap_unit(model, metric)).fold(0.0, f64::max);
    let form = ExtensiveForm { lp: whole, column_starts: Vec::new(), constant };
    let solved = solve_proven(&form, unit, control)?;
    if solved.solution.status == LpStatus::TimeLimit {
        return Ok(None);
    }
    let x = &solved.solution.x;
    let allocation = |(at, planning): (usize, &PlanningProgram)| {
        let own = &x[starts[at]..starts[at] + planning.program.columns.len()];
        whole_rupiah(&models[at], planning, &planning.spending(&models[at], own))
    };
    Ok(Some(Joint {
        allocations: programs.iter().enumerate().map(allocation).collect(),
        bound: (solved.certificate.bound + most) * scale,
    }))
}
