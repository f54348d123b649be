//! The optimiser: a domain-free core (two-stage program, its extensive form, its independent certificate) and a thin
//! builder from the model.
//!
//! `builder` writes the formulation of `docs/formulation.md` once, as a [`TwoStageProgram`]; `extensive` lowers it to
//! one linear program, `lp` hands that to HiGHS through good_lp, and `certificate` checks the answer in our own
//! arithmetic. This module never sees the simulator: each is the other's check.

pub mod answer;
pub mod assurance;
pub mod builder;
pub mod certificate;
mod claims;
pub mod conflict;
pub mod decomposition;
mod endless;
pub mod entry;
pub mod error;
pub mod extensive;
mod implied;
mod linear;
pub mod lp;
pub mod margins;
pub mod names;
pub mod plan;
pub mod planner;
pub mod program;
mod raw;
mod recourse;
pub mod rupiah;
mod scaling;
mod size;
pub mod smps;
pub mod solve;
mod union_find;
pub mod unproven;
pub mod valuation;
pub mod worth;

pub use certificate::Certificate;
pub use conflict::{Clash, Concession, Conflict};
pub use entry::{Entry, Rejected};
pub use planner::{
    OptError, PlanMethod, PlanOptions, ProgramPlan, SolvedBy, Stop, optimise, optimise_assured,
};
pub use program::TwoStageProgram;
