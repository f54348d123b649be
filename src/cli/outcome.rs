//! The end of a command that did its work.

/// The end of a command that did its work, and with it the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done: exit code 0.
    Done,
    /// A plan that was judged breaks a rule: exit code 3.
    Broken,
    /// Stopped at a limit, or short of the gap asked for, with the best plan given: exit code 4.
    Limit,
    /// A result that was run again came out otherwise: exit code 1.
    Different,
}
