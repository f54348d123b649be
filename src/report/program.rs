//! A solved two-stage program, as JSON and as text, in the sense of its file.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::opt::lp::solver_name;
use crate::opt::smps::{Direction, Origin, StochasticProgram};
use crate::opt::solve::{BoundBy, Ending, SolveMethod, Solved};
use crate::opt::worth::{Figure, Worth};

/// What was solved, how, and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct ProgramReport<'a> {
    /// The program with its names.
    pub stochastic: &'a StochasticProgram,
    /// The method.
    pub method: SolveMethod,
    /// The answer.
    pub solved: &'a Solved,
    /// What uncertainty costs.
    pub worth: &'a Worth,
}

impl ProgramReport<'_> {
    /// EV, EEV, WS, EVPI and VSS with their keys, in the file's sense. EVPI and VSS are differences, never negative.
    fn figures(&self) -> [(&'static str, Figure); 5] {
        let direction = self.stochastic.direction;
        let turned = |figure: &Figure| Figure {
            value: figure.value.map(|value| direction.of(value)),
            reason: figure.reason.clone(),
        };
        [
            ("ev", turned(&self.worth.ev)),
            ("eev", turned(&self.worth.eev)),
            ("ws", turned(&self.worth.ws)),
            ("evpi", self.worth.evpi.clone()),
            ("vss", self.worth.vss.clone()),
        ]
    }

    fn decisions(&self, x: &[f64]) -> Map<String, Value> {
        self.stochastic.first_columns.iter().cloned().zip(x.iter().map(|x| json!(x))).collect()
    }

    /// The result for programs.
    pub fn json(&self) -> Value {
        let (solved, program) = (self.solved, &self.stochastic.program);
        let direction = self.stochastic.direction;
        let figures = self.figures();
        let reasons: Map<String, Value> = figures
            .iter()
            .filter_map(|(key, figure)| figure.reason.as_ref().map(|why| ((*key).to_string(), json!(why))))
            .collect();
        let mut value = json!({
            "schema": "rantai.program/1",
            "name": self.stochastic.name,
            "sense": sense(direction),
            "method": self.method.word(),
            "solver": solver_name(),
            "algorithm": solved.solved_by.name(),
            "status": status(solved),
            "objective": direction.of(solved.objective),
            "bound": finite(direction.of(solved.bound)),
            "bound_by": bound_by(solved),
            "gap": finite(solved.gap),
            "x": self.decisions(&solved.x),
            "x_ev": self.worth.ev_x.as_ref().map(|x| self.decisions(x)),
            "reasons": reasons,
            "samples": program.samples.len(),
            "seed": match self.stochastic.origin {
                Origin::Drawn(seed) => json!(seed),
                Origin::Enumerated => Value::Null,
            },
            "lambda": program.risk.lambda,
            "alpha": program.risk.alpha,
            "certificate": {
                "verdict": verdict(solved),
                "gap": finite(solved.certificate.gap),
                "primal_violation": solved.certificate.primal_violation,
                "dual_violation": solved.certificate.dual_violation,
            },
            "size": {
                "columns": solved.size.columns,
                "rows": solved.size.rows,
                "nonzeros": solved.size.nonzeros,
            },
            "notes": self.stochastic.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        for (key, figure) in figures {
            value[key] = json!(figure.finite());
        }
        value
    }

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
            sense(direction),
            status(solved),
            self.method.word(),
            solved.size.rows,
            solved.solved_by.name()
        );
        let mut line = |word: &str, value: String, what: &str| {
            let _ = writeln!(text, "{}", format!("  {word:<10}{value:>20}  {what}").trim_end());
        };
        line("objective", shown(direction.of(solved.objective)), "RP, valued sample by sample");
        let bound = direction.of(solved.bound);
        line("bound", if bound.is_finite() { shown(bound) } else { "none".to_string() }, bound_by(solved));
        let gap = if solved.gap > 0.0 { format!("{:.1e}", solved.gap) } else { "0".to_string() };
        line("gap", gap, verdict(solved));
        let meaning = [
            "the optimum with every number at its mean",
            "what the mean's decisions bring in truth",
            "deciding with each sample known",
            "worth of perfect information",
            "worth of planning for uncertainty",
        ];
        for ((key, figure), meaning) in self.figures().into_iter().zip(meaning) {
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

/// The number, or null where it is none.
fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn sense(direction: Direction) -> &'static str {
    match direction {
        Direction::Minimise => "minimise",
        Direction::Maximise => "maximise",
    }
}

fn status(solved: &Solved) -> &'static str {
    match solved.ending {
        Ending::Optimal => "optimal",
        Ending::NotProven => "not_proven",
        Ending::TimeLimit => "time_limit",
    }
}

fn bound_by(solved: &Solved) -> &'static str {
    match solved.bound_by {
        BoundBy::Certificate => "from duals, checked in our own arithmetic",
        BoundBy::Solver => "the solver's own bound of its search over whole numbers",
    }
}

fn verdict(solved: &Solved) -> &'static str {
    match (solved.ending, solved.bound_by) {
        (Ending::Optimal, BoundBy::Certificate) => "proven",
        (Ending::Optimal, BoundBy::Solver) => "feasible, bound by the solver",
        (Ending::NotProven, _) => "optimal by the solver's word, not proven",
        (Ending::TimeLimit, _) => "stopped at the time limit",
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
