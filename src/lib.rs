//! rantai: value-chain simulation and budget optimisation for micro and small enterprises (PP 7/2021, Article 89).
//!
//! A *scenario* (a folder of files) describes *clusters* of enterprises as supply-chain graphs over common product
//! *chains*. The simulator runs them over many *samples* of the uncertain numbers; the optimiser allocates a public
//! budget over *interventions* of ten facility types so that projected net output is as high as possible, and proves
//! it. The words are those of `docs/glossary.md`; who may import whom stands in `ARCHITECTURE.md`.
//!
//! From a folder to a plan and its summary:
//!
//! ```
//! use rantai::control::Control;
//! use rantai::report::{Lang, summary};
//! use rantai::study::{PlanRequest, Study};
//!
//! let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/minimal");
//! let model = rantai::scenario::load(&folder).expect("valid").model;
//! let request = PlanRequest { samples: Some(5), evaluation: Some(100), ..PlanRequest::default() };
//! let study = request.run(&model, &Control::unlimited()).expect("plan");
//! assert_eq!(study.program.allocation.total(), 200_000_000);
//! assert!(summary::plan(&model, &study, Lang::En).contains("Where the money goes"));
//! ```

pub mod archive;
#[cfg(feature = "cli")]
pub mod cli;
pub mod control;
pub mod digest;
pub mod language;
pub mod model;
pub mod opt;
pub mod report;
pub mod result;
pub mod sampling;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod study;
pub mod units;

/// The example of docs/commands.md, compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../docs/commands.md")]
struct Commands;
