//! Progress on standard error: only on a terminal, only for what takes more than a second, gone at the end.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::commands::now;
use crate::opt::planner::PlanningStep;
use crate::report::Lang;
use crate::study::Progress;

/// Shows what a study is doing.
pub(crate) struct Reporter {
    lang: Lang,
    quiet: bool,
    bar: Mutex<Option<ProgressBar>>,
    deadline: Option<Instant>,
}

impl Reporter {
    pub(crate) fn new(lang: Lang, quiet: bool) -> Self {
        Self { lang, quiet, bar: Mutex::new(None), deadline: None }
    }

    /// The same, with a limit to the time of planning [s].
    pub(crate) fn until(self, seconds: Option<f64>) -> Self {
        let deadline = seconds.map(|seconds| now() + Duration::from_secs_f64(seconds));
        Self { deadline, ..self }
    }

    /// Takes a study's progress; true to go on.
    pub(crate) fn observe(&self, progress: Progress) -> bool {
        match progress {
            Progress::Planning(PlanningStep::Bounds { iteration, objective, bound }) => {
                if let Some(bar) = self.bar.lock().ok().and_then(|bar| bar.clone()) {
                    let (low, high) = (self.lang.number(objective, 0), self.lang.number(bound, 0));
                    let words = self.lang.pick("mencari rencana terbaik", "finding the best plan");
                    bar.set_message(format!("{words}: {iteration}, {low} .. {high}"));
                }
                return self.in_time();
            }
            Progress::Planning(
                step @ (PlanningStep::Fresh | PlanningStep::Batches | PlanningStep::Entry),
            ) => {
                let words = match step {
                    PlanningStep::Fresh => {
                        self.lang.pick("menilai pada sampel baru", "valuing it on fresh samples")
                    }
                    PlanningStep::Entry => self.lang.pick(
                        "mencari apa yang diperlukan calon yang tidak dibuka",
                        "looking for what candidates that are not opened would need",
                    ),
                    _ => self.lang.pick("mencari batas atas", "looking for what other samples allow"),
                };
                if let Some(bar) = self.bar.lock().ok().and_then(|bar| bar.clone()) {
                    bar.set_message(words);
                }
                return self.in_time();
            }
            Progress::Planning(step) => {
                let (id, en) = match step {
                    PlanningStep::Bounds { .. }
                    | PlanningStep::Fresh
                    | PlanningStep::Batches
                    | PlanningStep::Entry => ("", ""),
                    PlanningStep::Build => ("menyusun program", "building the program"),
                    PlanningStep::WithoutPlan => ("menghitung tanpa rencana", "solving without a plan"),
                    PlanningStep::Solve => ("mencari rencana terbaik", "finding the best plan"),
                };
                self.begin(None, self.lang.pick(id, en));
            }
            Progress::Simulating(samples) => {
                self.begin(Some(samples), self.lang.pick("menyimulasikan masa depan", "simulating futures"));
            }
            Progress::Samples(more) => {
                if let Some(bar) = self.bar.lock().ok().and_then(|bar| bar.clone()) {
                    bar.inc(more as u64);
                }
            }
        }
        true
    }

    fn in_time(&self) -> bool {
        self.deadline.is_none_or(|deadline| now() < deadline)
    }

    fn begin(&self, samples: Option<usize>, message: &'static str) {
        self.end();
        if self.quiet {
            return;
        }
        let (bar, template) = match samples {
            Some(samples) => (
                ProgressBar::with_draw_target(Some(samples as u64), ProgressDrawTarget::hidden()),
                "{msg} {wide_bar} {pos}/{len}",
            ),
            None => (
                ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
                "{spinner} {msg} {elapsed}",
            ),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(message);
        let later = bar.clone();
        // Shown only if it is still going on after a second.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(1));
            if !later.is_finished() {
                later.set_draw_target(ProgressDrawTarget::stderr());
                later.enable_steady_tick(Duration::from_millis(200));
            }
        });
        if let Ok(mut slot) = self.bar.lock() {
            *slot = Some(bar);
        }
    }

    /// Takes the progress off the screen.
    pub(crate) fn end(&self) {
        if let Some(bar) = self.bar.lock().ok().and_then(|mut bar| bar.take()) {
            bar.finish_and_clear();
        }
    }
}
