//! SMPS: published two-stage programs as text, read into the very program that plans use, and written from it.
//!
//! The format is that of Birge, Dempster, Gassmann, Gunn, King and Wallace (1987), with the later sections of Gassmann
//! and Schweitzer (2001) where two stages have a use for them. The rules taken stand in `docs/program.md`. Files that
//! minimise are negated once, here; every result is reported in the file's sense.

mod assemble;
mod core;
mod line;
mod phrase;
mod section;
mod stoch;
mod time;
pub mod write;

pub use line::{Fault, Source};

use super::program::TwoStageProgram;
use crate::language::text;
use crate::model::Risk;
use line::{Report, either};

/// Scenarios that are enumerated at most; beyond, samples are drawn.
pub const MOST_SCENARIOS: usize = 100_000;

/// Power of ten of the smallest double of full precision.
const LEAST_EXPONENT: f64 = -307.0;

/// Which way a file's objective goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Costs: less is better.
    Minimise,
    /// Gains: more is better.
    Maximise,
}

impl Direction {
    /// A value of the program, which maximises, in the file's sense; and back.
    pub fn of(self, value: f64) -> f64 {
        match self {
            // Not −0.
            Direction::Minimise => 0.0 - value,
            Direction::Maximise => value,
        }
    }
}

/// How the scenarios came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Every combination of outcomes.
    Enumerated,
    /// Drawn with this seed.
    Drawn(u64),
}

/// A two-stage program with the names its files give.
#[derive(Debug, Clone, PartialEq)]
pub struct StochasticProgram {
    /// The program's own name.
    pub name: String,
    /// The program, which maximises.
    pub program: TwoStageProgram,
    /// Which way the file's objective goes.
    pub direction: Direction,
    /// Names of the first stage's columns.
    pub first_columns: Vec<String>,
    /// Names of the first stage's rows.
    pub first_rows: Vec<String>,
    /// Names of the recourse columns.
    pub second_columns: Vec<String>,
    /// Names of the recourse rows.
    pub second_rows: Vec<String>,
    /// How the samples came about.
    pub origin: Origin,
    /// How things were taken that could be taken otherwise.
    pub notes: Vec<Fault>,
}

/// The three files.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The core file.
    pub core: Source<'a>,
    /// The time file.
    pub time: Source<'a>,
    /// The stochastic file.
    pub stoch: Source<'a>,
}

/// The options of reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadOptions {
    /// The attitude to risk; SMPS has none.
    pub risk: Risk,
    /// Draw this many samples; else every combination of outcomes is taken.
    pub samples: Option<usize>,
    /// Seed of the draws.
    pub seed: u64,
    /// Divide probabilities by their sum where it misses 1 by more than rounding, by a ten-thousandth at most.
    pub normalise: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { risk: Risk { lambda: 0.0, alpha: 0.9 }, samples: None, seed: 1, normalise: false }
    }
}

/// Reads a two-stage program.
///
/// # Errors
/// Every fault of the first file that has any: what follows from them in the next file is not worth telling.
pub fn read(files: &Files<'_>, options: &ReadOptions) -> Result<StochasticProgram, Vec<Fault>> {
    let mut notes = Vec::new();
    let mut accept = |report: Report| {
        notes.extend(report.notes);
        if report.faults.is_empty() { Ok(()) } else { Err(report.faults) }
    };
    let (core, report) = either(files.core.text, |format, report| core::read(files.core, format, report));
    accept(report)?;
    let (time, report) =
        either(files.time.text, |format, report| time::read(files.time, format, &core, report));
    accept(report)?;
    let (elements, mut report) = either(files.stoch.text, |format, report| {
        stoch::read(files.stoch, format, &core, &time, options.normalise, report)
    });
    if report.faults.is_empty() && options.samples.is_none() {
        check_count(files.stoch.name, &elements, &mut report);
    }
    if time.periods.len() > 2 {
        let merged = time.periods[1..].join(", ");
        report.note(
            files.time.name,
            None,
            text!(
                en: "periods {merged} are merged: all chance is known in the first of them",
                id: "periode {merged} digabung: semua yang acak diketahui pada periode pertama di antaranya",
            ),
        );
    }
    if elements.is_empty() {
        let text = text!(
            en: "nothing is random: there is one scenario, the core",
            id: "tidak ada yang acak: hanya ada satu skenario, yaitu berkas inti",
        );
        report.note(files.stoch.name, None, text);
    }
    accept(report)?;
    let layout = assemble::Layout::new(&core, &time, &elements);
    let (samples, origin) = match options.samples {
        Some(count) => {
            (assemble::draw(&layout, &elements, count.max(1), options.seed), Origin::Drawn(options.seed))
        }
        None => (assemble::enumerate(&layout, &elements), Origin::Enumerated),
    };
    let program = assemble::program(&layout, samples, options.risk);
    Ok(StochasticProgram {
        name: core.name,
        program,
        direction: if core.maximise { Direction::Maximise } else { Direction::Minimise },
        first_columns: layout.first_columns,
        first_rows: layout.first_rows,
        second_columns: layout.second_columns,
        second_rows: layout.second_rows,
        origin,
        notes,
    })
}

/// Refuses to enumerate what cannot be.
fn check_count(file: &str, elements: &[stoch::Element], report: &mut Report) {
    let help = Some(text!(
        en: "--samples N draws N equally likely samples instead",
        id: "gunakan --samples N untuk menarik N sampel berpeluang sama",
    ));
    match assemble::scenario_count(elements) {
        None => {
            let problem = text!(
                en: "a continuous distribution has no list of outcomes",
                id: "distribusi kontinu tidak memiliki daftar hasil",
            );
            let expected = text!(en: "a number of samples", id: "jumlah sampel");
            report.fault(file, None, problem, expected, help);
        }
        Some(count) if count > MOST_SCENARIOS as f64 => {
            let count = if count < 1e15 { count.to_string() } else { format!("{count:.1e}") };
            let problem = text!(
                en: "the outcomes make {count} scenarios together",
                id: "semua hasil bersama-sama membentuk {count} skenario",
            );
            let expected = text!(en: "at most {MOST_SCENARIOS}", id: "paling banyak {MOST_SCENARIOS}");
            report.fault(file, None, problem, expected, help);
        }
        Some(_) => {
            let exponent = assemble::smallest_exponent(elements);
            if exponent < LEAST_EXPONENT {
                let problem = text!(
                    en: "the least likely combination of outcomes has a probability of 1e{exponent:.0}",
                    id: "kombinasi hasil yang paling kecil peluangnya berpeluang 1e{exponent:.0}",
                );
                let expected = text!(
                    en: "probabilities whose product can be held",
                    id: "peluang yang hasil kalinya dapat disimpan",
                );
                report.fault(file, None, problem, expected, help);
            }
        }
    }
}
