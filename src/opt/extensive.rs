//! The extensive form: a two-stage program written out as one linear program over all its samples.
//!
//! With λ > 0 the CVaR is linear too (Rockafellar and Uryasev 2000): a threshold η, and for each sample the shortfall
//! s_w ≥ η − G_w, s_w ≥ 0; CVaR_α = max η − Σ_w p_w s_w / (1 − α).

use super::lp::LinearProgram;
use super::program::{Column, Row, Sense, TwoStageProgram};

/// A two-stage program as one linear program, with the places of its blocks.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtensiveForm {
    /// The linear program: first-stage columns, then those of each sample, then the CVaR's.
    pub lp: LinearProgram,
    /// Where each sample's columns start.
    pub column_starts: Vec<usize>,
    /// The part of the objective that no decision changes: Σ_w p_w offset_w, where λ is 0.
    pub constant: f64,
}

impl ExtensiveForm {
    /// Writes out `program`.
    pub fn of(program: &TwoStageProgram) -> Self {
        let lambda = program.risk.lambda;
        let mut columns: Vec<Column> = program.columns.clone();
        let mut rows: Vec<Row> = program.rows.clone();
        let mut constant = 0.0;
        for sample in &program.samples {
            let weight = (1.0 - lambda) * sample.probability;
            constant += weight * sample.offset;
            for &(j, c) in &sample.first_objective {
                columns[j].objective += weight * c;
            }
        }
        // c'x counts once in every sample; with λ > 0 its share in the CVaR comes by the samples' own rows below.
        for (column, original) in columns.iter_mut().zip(&program.columns) {
            column.objective -= lambda * original.objective;
        }
        let mut column_starts = Vec::with_capacity(program.samples.len());
        for sample in &program.samples {
            let start = columns.len();
            column_starts.push(start);
            let weight = (1.0 - lambda) * sample.probability;
            columns.extend(sample.columns.iter().map(|c| Column { objective: weight * c.objective, ..*c }));
            rows.extend(
                sample.rows.iter().map(|row| Row {
                    entries: row
                        .first
                        .iter()
                        .copied()
                        .chain(row.second.iter().map(|&(j, a)| (start + j, a)))
                        .collect(),
                    sense: row.sense,
                    rhs: row.rhs,
                }),
            );
        }
        let mut form = Self { lp: LinearProgram { columns, rows }, column_starts, constant };
        if lambda > 0.0 {
            form.add_cvar(program);
        }
        form
    }

    /// Adds η, the shortfalls and their rows: s_w + G_w − η ≥ 0 for every sample.
    fn add_cvar(&mut self, program: &TwoStageProgram) {
        let (lambda, alpha) = (program.risk.lambda, program.risk.alpha);
        // No decision within its ceiling takes any G_w beyond ±largest, and some optimal η is one of them.
        let largest = program
            .samples
            .iter()
            .map(|sample| {
                let size = |c: f64, column: &Column| {
                    // 0 times no ceiling at all is 0.
                    if c == 0.0 { 0.0 } else { (c * column.ceiling.max(-column.lower)).abs() }
                };
                let first: f64 = program.columns.iter().map(|column| size(column.objective, column)).sum();
                let own: f64 =
                    sample.first_objective.iter().map(|&(j, c)| size(c, &program.columns[j])).sum();
                let second: f64 = sample.columns.iter().map(|column| size(column.objective, column)).sum();
                sample.offset.abs() + first + own + second
            })
            .fold(0.0_f64, f64::max);
        let eta = self.lp.columns.len();
        self.lp.columns.push(Column::between(-largest, largest, lambda, largest));
        for (w, sample) in program.samples.iter().enumerate() {
            let shortfall = self.lp.columns.len();
            self.lp
                .columns
                .push(Column::non_negative(-lambda * sample.probability / (1.0 - alpha), 2.0 * largest));
            let mut entries: Vec<(usize, f64)> = vec![(shortfall, 1.0), (eta, -1.0)];
            let mut first = vec![0.0; program.columns.len()];
            for (j, column) in program.columns.iter().enumerate() {
                first[j] += column.objective;
            }
            for &(j, c) in &sample.first_objective {
                first[j] += c;
            }
            entries.extend(first.into_iter().enumerate().filter(|(_, c)| *c != 0.0));
            let start = self.column_starts[w];
            entries.extend(
                sample
                    .columns
                    .iter()
                    .enumerate()
                    .filter(|(_, column)| column.objective != 0.0)
                    .map(|(j, column)| (start + j, column.objective)),
            );
            self.lp.rows.push(Row { entries, sense: Sense::AtLeast, rhs: -sample.offset });
        }
    }

    /// The value G_w of every sample at a solution of the linear program.
    pub fn sample_values(&self, program: &TwoStageProgram, x: &[f64]) -> Vec<f64> {
        let first = &x[..program.columns.len()];
        self.column_starts
            .iter()
            .enumerate()
            .map(|(w, &start)| {
                program.sample_value(w, first, &x[start..start + program.samples[w].columns.len()])
            })
            .collect()
    }
}
