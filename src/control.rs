//! The control of a long computation: where its progress goes, how it is cancelled, how long it may take.
//!
//! A caller makes one [`Control`] and hands it down. Every loop of the library asks [`Control::go_on`]; the library reads no
//! other clock.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A step of planning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlanningStep {
    /// Building the program.
    Build,
    /// Solving every sample without money.
    WithoutPlan,
    /// Searching for the best plan.
    Solve,
    /// Looking for fewer lines.
    FewLines,
    /// Valuing the plan on fresh samples.
    Fresh,
    /// Bounding what other samples would have allowed.
    Batches,
    /// Asking what each candidate that is not opened would need to enter.
    Entry,
    /// An iteration of the decomposition, in the objective's unit [Rp or FTE-years].
    Bounds {
        /// Its number.
        iteration: usize,
        /// Incremental objective of the incumbent; minus infinity before there is one.
        objective: f64,
        /// Valid upper bound on the maximum.
        bound: f64,
    },
}

/// The progress of a computation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// A step of planning begins.
    Planning(PlanningStep),
    /// A simulation of this many samples begins.
    Simulating(usize),
    /// This many further samples are simulated.
    Samples(usize),
}

/// Progress, cancellation and time limit of a computation. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    observe: Option<&'a (dyn Fn(Progress) + Sync)>,
    cancelled: Option<&'a AtomicBool>,
    deadline: Option<Instant>,
}

impl Control<'static> {
    /// Runs to the end and tells nobody.
    pub const fn unlimited() -> Self {
        Self { observe: None, cancelled: None, deadline: None }
    }

    /// Stops `limit` from now.
    pub fn with_limit(limit: Duration) -> Self {
        Self::unlimited().within(Some(limit))
    }
}

impl<'a> Control<'a> {
    /// Tells `observe` of all progress, from any thread.
    #[must_use]
    pub fn observed_by<'b>(self, observe: &'b (dyn Fn(Progress) + Sync)) -> Control<'b>
    where
        'a: 'b,
    {
        Control { observe: Some(observe), ..self }
    }

    /// Stops once `cancelled` is set.
    #[must_use]
    pub fn cancelled_by<'b>(self, cancelled: &'b AtomicBool) -> Control<'b>
    where
        'a: 'b,
    {
        Control { cancelled: Some(cancelled), ..self }
    }

    /// Stops `limit` from now at the latest; an earlier deadline stays. A limit beyond the clock's range is none.
    #[must_use]
    pub fn within(self, limit: Option<Duration>) -> Self {
        let new = limit.and_then(|limit| now().checked_add(limit));
        let deadline = match (self.deadline, new) {
            (Some(old), Some(new)) => Some(old.min(new)),
            (old, new) => old.or(new),
        };
        Self { deadline, ..self }
    }

    /// Tells nobody; what stops it stays.
    #[must_use]
    pub fn unobserved(self) -> Self {
        Self { observe: None, ..self }
    }

    /// Drops the time limit; cancellation stays.
    #[must_use]
    pub fn without_limit(self) -> Self {
        Self { deadline: None, ..self }
    }

    /// Tells the observer.
    pub fn report(&self, progress: Progress) {
        if let Some(observe) = self.observe {
            observe(progress);
        }
    }

    /// Tells the observer and asks whether to go on.
    pub fn passes(&self, progress: Progress) -> bool {
        self.report(progress);
        self.go_on()
    }

    /// True until the computation is cancelled or its time is up.
    pub fn go_on(&self) -> bool {
        !self.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed))
            && self.deadline.is_none_or(|deadline| now() < deadline)
    }

    /// True if there is a time limit.
    pub fn is_limited(&self) -> bool {
        self.deadline.is_some()
    }

    /// True if it can stop before the end: by a time limit or by cancellation.
    pub fn can_stop(&self) -> bool {
        self.is_limited() || self.cancelled.is_some()
    }

    /// Time left [s], where there is a limit; not below zero.
    pub fn seconds_left(&self) -> Option<f64> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(now()).as_secs_f64())
    }
}

impl fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("observed", &self.observe.is_some())
            .field("cancelled", &self.cancelled)
            .field("deadline", &self.deadline)
            .finish()
    }
}

/// The library's one reading of the clock.
#[expect(clippy::disallowed_methods, reason = "the one place of the library where time is read")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlimited_control_goes_on() {
        let control = Control::unlimited();
        assert!(control.go_on() && !control.can_stop());
        assert_eq!(control.seconds_left(), None);
    }

    #[test]
    fn a_limit_that_is_up_stops() {
        let control = Control::with_limit(Duration::ZERO);
        assert!(!control.go_on() && control.is_limited());
        assert_eq!(control.seconds_left(), Some(0.0));
        assert!(control.without_limit().go_on());
    }

    #[test]
    fn the_earlier_deadline_holds() {
        let hour = Duration::from_secs(3600);
        assert!(!Control::with_limit(Duration::ZERO).within(Some(hour)).go_on());
        assert!(!Control::with_limit(hour).within(Some(Duration::ZERO)).go_on());
        assert!(Control::with_limit(hour).within(None).go_on());
        assert!(!Control::unlimited().within(Some(Duration::MAX)).is_limited());
    }

    #[test]
    fn a_flag_cancels_and_progress_is_told() {
        let (flag, told) = (AtomicBool::new(false), AtomicBool::new(false));
        let observe = |progress| told.store(progress == Progress::Samples(64), Ordering::Relaxed);
        let control = Control::unlimited().observed_by(&observe).cancelled_by(&flag);
        assert!(control.passes(Progress::Samples(64)) && told.load(Ordering::Relaxed));
        flag.store(true, Ordering::Relaxed);
        assert!(!control.go_on() && !control.without_limit().go_on() && !control.is_limited());
    }
}
