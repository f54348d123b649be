//! The optimiser: a domain-free core (two-stage program, its extensive form, its independent certificate) and a thin
//! builder from the model.
//!
//! `builder` writes the formulation of `docs/formulation.md` once, as a [`TwoStageProgram`]; `extensive` lowers it to
//! one linear program, `lp` hands that to HiGHS through good_lp, and `certificate` checks the answer in our own
//! arithmetic. This module never sees the simulator: each is the other's check.

pub mod assurance;
pub mod builder;
pub mod certificate;
mod claims;
pub mod conflict;
pub mod decomposition;
mod endless;
pub mod entry;
pub mod extensive;
mod implied;
mod linear;
pub mod lp;
pub mod margins;
pub mod names;
pub mod planner;
pub mod program;
mod raw;
pub mod rupiah;
mod scaling;
pub mod smps;
pub mod solve;
pub mod valuation;
pub mod worth;

pub use certificate::Certificate;
pub use conflict::{Clash, Concession, Conflict};
pub use entry::{Entry, Rejected};
pub use planner::{
    OptError, PlanMethod, PlanOptions, ProgramPlan, SolvedBy, Stop, optimise, optimise_beside,
};
pub use program::TwoStageProgram;
