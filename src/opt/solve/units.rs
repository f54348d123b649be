//! A two-stage program in scaled units, and the way back.

use super::super::extensive::ExtensiveForm;
use super::super::program::{RecourseRow, Row, SampleProgram, TwoStageProgram};
use super::super::scaling::{Scales, scaled};
use super::found::Ray;
use crate::model::Risk;

/// A program in scaled units.
pub(super) struct InUnits {
    pub(super) program: TwoStageProgram,
    pub(super) scales: Scales,
    /// Where each sample's columns start among the scales.
    starts: Vec<usize>,
}

impl InUnits {
    /// `program`, scaled: rows and columns of all samples, a first-stage column alike in all of them.
    pub(super) fn of(program: &TwoStageProgram) -> Self {
        let neutral = TwoStageProgram { risk: Risk { lambda: 0.0, ..program.risk }, ..program.clone() };
        let ExtensiveForm { lp, column_starts: starts, .. } = ExtensiveForm::of(&neutral);
        let mut costs: Vec<f64> = program.columns.iter().map(|column| column.objective).collect();
        for sample in &program.samples {
            // A random cost stands for one that is not.
            for &(j, c) in &sample.first_objective {
                costs[j] = if costs[j].abs() > c.abs() { costs[j] } else { c };
            }
        }
        costs.extend(program.samples.iter().flat_map(|s| s.columns.iter().map(|column| column.objective)));
        let scales = Scales::of(&lp, &costs);
        let (columns, objective) = (&scales.columns, scales.objective);
        let mut rows = scales.rows.iter().copied();
        let mut next = || rows.next().unwrap_or(1.0);
        let of = |entries: &[(usize, f64)], from: usize, row: f64| -> Vec<(usize, f64)> {
            entries.iter().map(|&(j, a)| (j, a * row * columns[from + j])).collect()
        };
        let first_rows = program
            .rows
            .iter()
            .map(|row| {
                let scale = next();
                Row { entries: of(&row.entries, 0, scale), sense: row.sense, rhs: row.rhs * scale }
            })
            .collect();
        let samples = program
            .samples
            .iter()
            .zip(&starts)
            .map(|(sample, start)| SampleProgram {
                probability: sample.probability,
                offset: sample.offset * objective,
                first_objective: of(&sample.first_objective, 0, objective),
                columns: sample
                    .columns
                    .iter()
                    .zip(&columns[*start..])
                    .map(|(column, scale)| scaled(column, *scale, objective))
                    .collect(),
                rows: sample
                    .rows
                    .iter()
                    .map(|row| {
                        let scale = next();
                        RecourseRow {
                            first: of(&row.first, 0, scale),
                            second: of(&row.second, *start, scale),
                            sense: row.sense,
                            rhs: row.rhs * scale,
                        }
                    })
                    .collect(),
            })
            .collect();
        let program = TwoStageProgram {
            columns: program
                .columns
                .iter()
                .zip(columns)
                .map(|(column, scale)| scaled(column, *scale, objective))
                .collect(),
            rows: first_rows,
            samples,
            risk: program.risk,
        };
        Self { program, scales, starts }
    }

    /// A direction of the extensive form in the program's own units.
    pub(super) fn ray(&self, program: &TwoStageProgram, direction: &[f64]) -> Ray {
        let own = |from: usize, count: usize| -> Vec<f64> {
            (from..from + count).map(|j| direction[j] * self.scales.columns[j]).collect()
        };
        Ray {
            x: own(0, program.columns.len()),
            recourse: self
                .starts
                .iter()
                .zip(&program.samples)
                .map(|(start, s)| own(*start, s.columns.len()))
                .collect(),
        }
    }
}
