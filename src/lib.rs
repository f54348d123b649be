//! rantai
pub mod cli;
pub mod model;
pub mod opt;
pub mod report;
pub mod sampling;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod study;
pub mod units;
