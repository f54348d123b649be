//! Plans a scenario with its own budget and with another, and prints a page on each and how they compare.
//!
//! `cargo run --release --example two_budgets -- scenarios/minimal 300000000`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own reads its arguments and prints"
)]

use std::error::Error;
use std::path::Path;

use rantai::control::Control;
use rantai::report::{Lang, summary};
use rantai::scenario::load;
use rantai::study::{PlanRequest, Study};
use rantai::units::parse_amount;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "scenarios/minimal".to_string());
    let other = arguments.next().unwrap_or_else(|| "300juta".to_string());
    let scenario = load(Path::new(&folder)).map_err(|faults| {
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        told.join("\n")
    })?;
    // What a request leaves out is the scenario's.
    let own = PlanRequest { quick: true, ..PlanRequest::default() };
    let richer = PlanRequest { budget: Some(parse_amount(&other)?), ..own.clone() };
    let mut gains = Vec::new();
    for request in [own, richer] {
        let model = request.model(&scenario.model)?;
        let study = request.run(&model, &Control::unlimited())?;
        println!("{}", summary::plan_page(&model, &study).text(Lang::En));
        gains.push((model.total_budget(), study.headline.mean));
    }
    if let [(small, less), (large, more)] = gains[..]
        && large != small
    {
        let each = (more - less) / (large - small) as f64;
        println!("Each rupiah from Rp {small} to Rp {large} brings Rp {each:.2}.");
    }
    Ok(())
}
