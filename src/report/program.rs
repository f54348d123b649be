//! A solved two-stage program, as text, in the sense of its file and in either language.

use std::fmt::Write as _;

use super::language::{Lang, Text};
use crate::language::text;
use crate::opt::smps::{Direction, Origin, StochasticProgram};
use crate::opt::solve::{Ending, SolveMethod, Solved};
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
    /// The result for people, in `lang`.
    pub fn text(&self, lang: Lang) -> String {
        let (solved, direction) = (self.solved, self.stochastic.direction);
        let mut text =
            format!("{}\n{}\n\n", self.size().in_language(lang), self.question().in_language(lang));
        let mut line = |word: &str, value: String, meaning: &Text| {
            let meaning = meaning.in_language(lang);
            let _ = writeln!(text, "{}", format!("  {word:<10}{value:>20}  {meaning}").trim_end());
        };
        line(
            lang.pick("tujuan", "objective"),
            shown(direction.of(solved.objective), lang),
            &text!(en: "RP, valued sample by sample", id: "RP, dinilai sampel demi sampel"),
        );
        let bound = direction.of(solved.bound);
        line(
            lang.pick("batas", "bound"),
            if bound.is_finite() { shown(bound, lang) } else { lang.pick("tidak ada", "none").to_string() },
            &BoundWords::from(solved.bound_by).text(),
        );
        let gap =
            if solved.gap > 0.0 { written(format!("{:.1e}", solved.gap), lang) } else { "0".to_string() };
        line(lang.pick("selisih", "gap"), gap, &ProgramVerdict::of(solved).text());
        for ((key, figure), meaning) in figures(direction, self.worth).into_iter().zip(meanings()) {
            let value = match figure.value {
                Some(value) if value.is_finite() => shown(value, lang),
                Some(value) if value > 0.0 => lang.pick("tak hingga", "infinite").to_string(),
                Some(_) => lang.pick("minus tak hingga", "-infinite").to_string(),
                None => lang.pick("tidak diketahui", "not known").to_string(),
            };
            line(&key.to_uppercase(), value, &figure.reason.unwrap_or(meaning));
        }
        self.add_decisions(&mut text, lang);
        text
    }

    /// Its name, its size and how its samples came about.
    fn size(&self) -> Text {
        let program = &self.stochastic.program;
        let drawn = match self.stochastic.origin {
            Origin::Drawn(seed) => text!(
                en: "drawn with seed {seed}",
                id: "ditarik dengan bilangan awal acak {seed}",
            ),
            Origin::Enumerated => {
                text!(en: "every combination of outcomes", id: "setiap kombinasi hasil")
            }
        };
        let name = if self.stochastic.name.is_empty() { "program" } else { &self.stochastic.name };
        text!(
            en: "{name}: {first} first-stage and {recourse} recourse columns, {samples} samples ({drawn})",
            id: "{name}: {first} kolom tahap pertama dan {recourse} kolom tahap kedua, {samples} sampel ({drawn})",
            name,
            first = program.columns.len(),
            recourse = program.samples.first().map_or(0, |sample| sample.columns.len()),
            samples = program.samples.len(),
            drawn,
        )
    }

    /// What is optimised, how that ended and by which method.
    fn question(&self) -> Text {
        let (solved, risk) = (self.solved, self.stochastic.program.risk);
        let attitude = if risk.lambda == 0.0 {
            text!(en: "the mean", id: "rata-rata")
        } else {
            let [mean, tail, level] = [1.0 - risk.lambda, risk.lambda, risk.alpha]
                .map(|share| Text::new(share.to_string(), written(share.to_string(), Lang::Id)));
            text!(
                en: "{mean} mean + {tail} CVaR at {level}",
                id: "{mean} rata-rata + {tail} CVaR pada {level}",
                mean, tail, level,
            )
        };
        let sense = match self.stochastic.direction {
            Direction::Minimise => "meminimumkan",
            Direction::Maximise => "memaksimumkan",
        };
        let ending = match solved.ending {
            Ending::Optimal => "optimal",
            Ending::NotProven => "tidak terbukti",
            Ending::TimeLimit => "berhenti pada batas waktu",
        };
        let method = match self.method {
            SolveMethod::Extensive => "bentuk ekstensif",
            SolveMethod::Decomposition => "dekomposisi",
        };
        text!(
            en: "{sense} {attitude}, {ending}, {method} ({rows} rows, {algorithm})",
            id: "{sense} {attitude}, {ending}, {method} ({rows} baris, {algorithm})",
            sense = Text::new(SenseKey::from(self.stochastic.direction).word(), sense),
            attitude,
            ending = Text::new(EndingKey::from(solved.ending).word(), ending),
            method = Text::new(self.method.word(), method),
            rows = solved.size.rows,
            algorithm = solved.solved_by.text(),
        )
    }

    /// The first stage's decisions that are not 0.
    fn add_decisions(&self, text: &mut String, lang: Lang) {
        let all = self.stochastic.first_columns.iter().zip(self.solved.x.iter().copied());
        let used: Vec<(&String, f64)> = all.filter(|(_, x)| *x != 0.0).collect();
        let head = match self.solved.x.len() - used.len() {
            0 => Text::same("x"),
            zero => text!(
                en: "x ({zero} at 0 left out)",
                id: "x ({zero} yang bernilai 0 tidak ditampilkan)",
            ),
        };
        let _ = writeln!(text, "\n{}", head.in_language(lang));
        let width = used.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(8);
        for (name, x) in used {
            let _ = writeln!(text, "  {name:<width$}{:>20}", shown(x, lang));
        }
    }
}

/// What EV, EEV, WS, EVPI and VSS are.
fn meanings() -> [Text; 5] {
    [
        text!(
            en: "the optimum with every number at its mean",
            id: "nilai optimal jika setiap bilangan sebesar rata-ratanya",
        ),
        text!(
            en: "what the mean's decisions bring in truth",
            id: "hasil sebenarnya dari keputusan menurut rata-rata",
        ),
        text!(
            en: "deciding with each sample known",
            id: "jika setiap sampel diketahui sebelum memutuskan",
        ),
        text!(en: "worth of perfect information", id: "nilai informasi sempurna"),
        text!(
            en: "worth of planning for uncertainty",
            id: "nilai merencanakan dengan memperhitungkan ketidakpastian",
        ),
    ]
}

/// Digits with a decimal point, with the decimal sign of `lang`.
fn written(digits: String, lang: Lang) -> String {
    match lang {
        Lang::Id => digits.replace('.', ","),
        Lang::En => digits,
    }
}

/// A number with twelve significant digits at most.
fn shown(value: f64, lang: Lang) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let size = libm::floor(libm::log10(value.abs()));
    if !(-4.0..15.0).contains(&size) {
        return written(format!("{value:.11e}"), lang);
    }
    let digits = (11.0 - size).clamp(0.0, 15.0) as usize;
    let text = format!("{value:.digits$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text };
    written(text, lang)
}
