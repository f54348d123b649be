//! Margins of a small program that is worked out by hand.

use super::super::lp::LinearProgram;
use super::super::program::{Column, Row, Sense};
use super::*;

/// Three lines of business at 3, 2 and 1 a rupiah, open to 10, 5 and 5 rupiah, and a floor of 2 under the last:
/// V(r) rises at 3 from 2 to 12, at 2 to 17, at 1 to 20.
fn business(budget: f64) -> WrittenProbe {
    let column = |worth: f64, most: f64| Column::between(0.0, most, worth, most);
    WrittenProbe::new(&LinearProgram {
        columns: vec![column(3.0, 10.0), column(2.0, 5.0), column(1.0, 5.0)],
        rows: vec![
            Row { entries: vec![(0, 1.0), (1, 1.0), (2, 1.0)], sense: Sense::AtMost, rhs: budget },
            Row { entries: vec![(2, 1.0)], sense: Sense::AtLeast, rhs: 2.0 },
        ],
    })
}

fn one(budget: f64, row: usize, rhs: f64, slack: f64) -> Margin {
    let sizes = Sizes { amount: 14.0, optimum: 40.0, least: 1e-6 };
    margins(&mut business(budget), &[Amount { row, rhs, slack, floor: row == 1 }], sizes)[0]
}

fn near(slope: Option<Slope>, worth: f64, to: f64, open: bool) {
    let slope = slope.expect("a slope");
    let right =
        (slope.worth - worth).abs() < 1e-9 && (slope.holds_to - to).abs() < 1e-6 && slope.open == open;
    assert!(right, "{slope:?} is not {worth} to {to}");
}

/// A budget of 14.5: the last and the next rupiah bring 2, down to 12 and up to 17.
#[test]
fn a_slope_holds_to_the_next_bend() {
    let margin = one(14.5, 0, 14.5, 0.0);
    near(margin.below, 2.0, 12.0, false);
    near(margin.above, 2.0, 17.0, false);
}

/// A budget of 12 is degenerate: the last rupiah brings 3, the next 2, each as far as was looked (a fifth).
#[test]
fn at_a_bend_the_last_and_the_next_differ() {
    let margin = one(12.0, 0, 12.0, 0.0);
    near(margin.below, 3.0, 9.6, true);
    near(margin.above, 2.0, 14.4, true);
}

/// The floor of 2 at a budget of 14.5: each rupiah more takes 2 and gives 1, each less the other way round.
#[test]
fn a_floor_costs() {
    let margin = one(14.5, 1, 2.0, 0.0);
    near(margin.below, -1.0, 1.6, true);
    near(margin.above, -1.0, 2.4, true);
}

/// A budget of 2 is what the floor asks for: with less there is no plan.
#[test]
fn where_no_plan_is_left_there_is_no_slope() {
    let margin = one(2.0, 0, 2.0, 0.0);
    assert_eq!(margin.below, None);
    near(margin.above, 3.0, 2.4, true);
}

/// A budget of 22 is not all needed: 20 is.
#[test]
fn what_is_not_needed_is_worth_nothing() {
    let margin = one(22.0, 0, 22.0, 2.0);
    near(margin.below, 0.0, 20.0, false);
    near(margin.above, 0.0, 26.4, true);
}
