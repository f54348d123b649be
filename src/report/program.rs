//! A solved two-stage program, as text, in the sense of its file.

use std::fmt::Write as _;

use crate::opt::smps::{Origin, StochasticProgram};
use crate::opt::solve::{SolveMethod, Solved};
use crate::opt::worth::Worth;
use crate::result::program::{BoundWords, EndingKey, ProgramVerdict, SenseKey, figures};

/// A solved program: the question, the method, the answer.
#[derive(Debug, Clone, Copy)]
pub struct ProgramReport<'a> {
    /// The program with its names.
    pub stochastic: &'a StochasticProgram,
    /// The method.
    pub method: SolveMethod,
    /// The answer.
    pub solved: &'a Solved,
    /// The cost of uncertainty.
    pub worth: &'a Worth,
}

impl ProgramReport<'_> {
    /// The result for people.
    pub fn text(&self) -> String {
        let (solved, stochastic) = (self.solved, self.stochastic);
        let program = &stochastic.program;
        let direction = stochastic.direction;
        let (samples, risk) = (program.samples.len(), program.risk);
        let drawn = match stochastic.origin {
            Origin::Drawn(seed) => format!("drawn with seed {seed}"),
            Origin::Enumerated => "every combination of outcomes".to_string(),
        };
        let name = if stochastic.name.is_empty() { "program" } else { &stochastic.name };
        let mut text = format!(
            "{name}: {} first-stage and {} recourse columns, {samples} samples ({drawn})\n",
            program.columns.len(),
            program.samples.first().map_or(0, |sample| sample.columns.len()),
        );
        let attitude = if risk.lambda == 0.0 {
            "the mean".to_string()
        } else {
            format!("{} mean + {} CVaR at {}", 1.0 - risk.lambda, risk.lambda, risk.alpha)
        };
        let _ = writeln!(
            text,
            "{} {attitude}, {}, {} ({} rows, {})\n",
            SenseKey::from(direction).word(),
            EndingKey::from(solved.ending).word(),
            self.method.word(),
            solved.size.rows,
            solved.solved_by.name()
        );
        let mut line = |word: &str, value: String, what: &str| {
            let _ = writeln!(text, "{}", format!("  {word:<10}{value:>20}  {what}").trim_end());
        };
        line("objective", shown(direction.of(solved.objective)), "RP, valued sample by sample");
        let bound = direction.of(solved.bound);
        line(
            "bound",
            if bound.is_finite() { shown(bound) } else { "none".to_string() },
            BoundWords::from(solved.bound_by).text(),
        );
        let gap = if solved.gap > 0.0 { format!("{:.1e}", solved.gap) } else { "0".to_string() };
        line("gap", gap, ProgramVerdict::of(solved).text());
        let meaning = [
            "the optimum with every number at its mean",
            "what the mean's decisions bring in truth",
            "deciding with each sample known",
            "worth of perfect information",
            "worth of planning for uncertainty",
        ];
        for ((key, figure), meaning) in figures(direction, self.worth).into_iter().zip(meaning) {
            let value = match figure.value {
                Some(value) if value.is_finite() => shown(value),
                Some(value) => if value > 0.0 { "infinite" } else { "-infinite" }.to_string(),
                None => "not known".to_string(),
            };
            let what = figure.reason.unwrap_or_else(|| meaning.to_string());
            line(&key.to_uppercase(), value, &what);
        }
        let used: Vec<(&String, f64)> = stochastic
            .first_columns
            .iter()
            .zip(solved.x.iter().copied())
            .filter(|(_, x)| *x != 0.0)
            .collect();
        let zero = solved.x.len() - used.len();
        let _ = writeln!(
            text,
            "\nx{}",
            if zero > 0 { format!(" ({zero} at 0 left out)") } else { String::new() }
        );
        let width = used.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(8);
        for (name, x) in used {
            let _ = writeln!(text, "  {name:<width$}{:>20}", shown(x));
        }
        text
    }
}

/// A number with twelve significant digits at most.
fn shown(value: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let size = libm::floor(libm::log10(value.abs()));
    if !(-4.0..15.0).contains(&size) {
        return format!("{value:.11e}");
    }
    let digits = (11.0 - size).clamp(0.0, 15.0) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}
