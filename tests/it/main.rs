//! All integration tests in one binary: the LP solver is linked once, and tests run side by side.

mod agreement;
mod architecture;
mod cli;
mod determinism;
mod diagnostics;
mod generate;
mod golden;
mod minimal;
mod published;
mod random_scenario;
mod readme;
mod support;
