//! rantai
pub mod model;
pub mod units;
