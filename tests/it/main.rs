//! All integration tests in one binary: the LP solver is linked once, and tests run side by side.

mod agreement;
mod analytic;
mod architecture;
mod assurance;
mod cli;
mod conflict;
mod coordination;
mod coverage;
mod decomposition;
mod determinism;
mod diagnostics;
mod draws;
mod entry;
mod generate;
mod golden;
mod ignoring;
mod locked;
mod minimal;
mod money_rules;
mod placing;
mod plans;
mod pools;
mod published;
mod random_scenario;
mod readme;
#[cfg(unix)]
mod reproduce;
mod scale;
mod signals;
mod simulate;
mod smps;
mod spillovers;
mod streams;
mod support;
mod whole_numbers;
