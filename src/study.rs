//! The use cases: simulate a plan, make a plan and say how sure it is. The only place where `sim` meets `opt`.
//!
//! Everything here is pure: the same model and settings give the same results on any number of threads. Progress and
//! interruption go through [`Control`](crate::control::Control).

pub mod accounts;
pub mod baseline;
pub mod budget;
pub mod compare;
pub mod coordination;
pub mod error;
pub mod estimate;
pub mod generate;
pub mod group;
pub mod judge;
pub mod ladder;
pub mod menu;
pub mod outcome;
pub mod pam;
pub mod plan;
pub mod request;
pub mod sensitivity;
pub mod simulation;
pub mod stream;
pub mod worth;

pub use crate::control::Progress;
pub use accounts::{AccountRow, Accounts, Amounts, Holder};
pub use baseline::Baseline;
pub use compare::{CompareSettings, CompareStudy};
pub use error::StudyError;
pub use estimate::{Comparison, Estimate};
pub use judge::{Broken, JudgeSettings, JudgeStudy};
pub use ladder::{LadderSettings, LadderStudy};
pub use menu::{MenuSettings, MenuStudy};
pub use outcome::{OutcomeRow, PlanName};
pub use pam::{MatrixRow, Pam, Prices};
pub use plan::{BaselineResult, CoordinationGap, PlanSettings, PlanStudy, per_rupiah, plan};
pub use request::{
    CaseRequest, CompareRequest, CoordinationRequest, JudgeRequest, LadderRequest, MenuRequest, MoneyRequest,
    PlanRequest, SensitivityRequest, SimulationRequest, Study, SwapRequest,
};
pub use sensitivity::{SensitivitySettings, SensitivityStudy};
pub use simulation::{
    Part, Precision, Reached, Sampling, SimulationSettings, SimulationStudy, part_of, simulate_plan, study_of,
};
