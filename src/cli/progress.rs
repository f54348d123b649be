//! Progress on standard error: on a terminal a line that is gone at the end, for what takes more than a second; elsewhere
//! plain lines, one every ten seconds at most.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::common::now;
use crate::control::{PlanningStep, Progress};
use crate::report::Lang;

/// Time between two plain lines, and before the first.
const EVERY: Duration = Duration::from_secs(10);

/// Shows what a study is doing.
pub(crate) struct Reporter {
    lang: Lang,
    quiet: bool,
    terminal: bool,
    bar: Mutex<Option<ProgressBar>>,
    plain: Arc<Mutex<Option<Plain>>>,
}

/// The state of progress told in plain lines, and when the last line was told.
#[derive(Debug)]
struct Plain {
    words: String,
    done: Option<(usize, usize)>,
    begun: Instant,
    told: Instant,
}

impl Plain {
    fn new(words: &str, samples: Option<usize>, at: Instant) -> Self {
        Self { words: words.to_string(), done: samples.map(|all| (0, all)), begun: at, told: at }
    }

    /// The line that is due at `at`, if one is.
    fn due(&mut self, at: Instant) -> Option<String> {
        if at.duration_since(self.told) < EVERY {
            return None;
        }
        self.told = at;
        let seconds = at.duration_since(self.begun).as_secs();
        Some(match self.done {
            Some((done, all)) => format!("{}: {done}/{all} ({seconds} s)", self.words),
            None => format!("{} ({seconds} s)", self.words),
        })
    }
}

impl Reporter {
    pub(crate) fn new(lang: Lang, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let reporter = Self { lang, quiet, terminal, bar: Mutex::new(None), plain: Arc::default() };
        if !quiet && !terminal {
            reporter.tell_plainly();
        }
        reporter
    }

    /// Tells what is due from time to time, until the reporter is gone.
    fn tell_plainly(&self) {
        let plain = Arc::downgrade(&self.plain);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(500));
                // A weak reference: the thread ends with the reporter.
                let Some(plain) = plain.upgrade() else { return };
                let mut slot = plain.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(line) = slot.as_mut().and_then(|plain| plain.due(now())) {
                    let _ = writeln!(std::io::stderr(), "{line}");
                }
            }
        });
    }

    /// Takes a study's progress.
    pub(crate) fn observe(&self, progress: Progress) {
        match progress {
            Progress::Planning(PlanningStep::Bounds { iteration, objective, bound }) => {
                let (low, high) = (self.lang.number(objective, 0), self.lang.number(bound, 0));
                let words = self.lang.pick("mencari rencana terbaik", "finding the best plan");
                self.say(format!("{words}: {iteration}, {low} .. {high}"));
            }
            Progress::Planning(
                step @ (PlanningStep::FewLines
                | PlanningStep::Fresh
                | PlanningStep::Batches
                | PlanningStep::Entry),
            ) => {
                let words = match step {
                    PlanningStep::FewLines => {
                        self.lang.pick("mencari baris lebih sedikit", "looking for fewer lines")
                    }
                    PlanningStep::Fresh => {
                        self.lang.pick("menilai pada sampel baru", "valuing it on fresh samples")
                    }
                    PlanningStep::Entry => self.lang.pick(
                        "mencari apa yang diperlukan calon yang tidak dibuka",
                        "looking for what candidates that are not opened would need",
                    ),
                    _ => self.lang.pick("mencari batas atas", "looking for what other samples allow"),
                };
                self.say(words.to_string());
            }
            Progress::Planning(step) => {
                let (id, en) = match step {
                    PlanningStep::Bounds { .. }
                    | PlanningStep::FewLines
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
                self.begin(
                    Some(samples),
                    self.lang.pick("menyimulasikan kemungkinan keadaan", "simulating futures"),
                );
            }
            Progress::Samples(more) => {
                if let Some(bar) = self.bar.lock().ok().and_then(|bar| bar.clone()) {
                    bar.inc(more as u64);
                }
                self.in_plain(|plain| {
                    plain.done = plain.done.map(|(done, all)| (done + more, all));
                });
            }
        }
    }

    /// Changes what is being done.
    fn say(&self, words: String) {
        self.in_plain(|plain| plain.words.clone_from(&words));
        if let Some(bar) = self.bar.lock().ok().and_then(|bar| bar.clone()) {
            bar.set_message(words);
        }
    }

    fn in_plain(&self, change: impl FnOnce(&mut Plain)) {
        if let Some(plain) = self.plain.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            change(plain);
        }
    }

    fn begin(&self, samples: Option<usize>, message: &'static str) {
        self.take_off();
        if self.quiet {
            return;
        }
        if !self.terminal {
            let mut slot = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
            let mut next = Plain::new(message, samples, now());
            // Steps that are short each do not bring lines faster.
            if let Some(last) = slot.as_ref() {
                next.told = last.told;
            }
            *slot = Some(next);
            return;
        }
        // Hidden at first, so that short steps do not flicker.
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
        self.take_off();
        *self.plain.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn take_off(&self) {
        if let Some(bar) = self.bar.lock().ok().and_then(|mut bar| bar.take()) {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_come_every_ten_seconds_at_most() {
        let begun = now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let mut plain = Plain::new("simulating futures", Some(500), begun);
        assert_eq!(plain.due(after(9)), None);
        plain.done = Some((64, 500));
        assert_eq!(plain.due(after(12)).as_deref(), Some("simulating futures: 64/500 (12 s)"));
        assert_eq!(plain.due(after(21)), None);
        assert!(plain.due(after(22)).is_some());
    }
}
