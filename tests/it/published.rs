//! Published stochastic programs through the very code that plans use: built as two-stage programs, lowered to their
//! extensive form, solved, checked by the certificate. Costs are stated as negative gains.

use rantai::control::Control;
use rantai::model::Risk;
use rantai::opt::certificate::Certificate;
use rantai::opt::extensive::ExtensiveForm;
use rantai::opt::lp::{LpStatus, Method, solve};
use rantai::opt::program::{Column, RecourseRow, Row, SampleProgram, Sense, TwoStageProgram};

/// The optimum by both methods, each proven by the certificate: (value, first-stage decisions).
fn optimum(program: &TwoStageProgram) -> (f64, Vec<f64>) {
    let form = ExtensiveForm::of(program);
    let mut answers = Vec::new();
    for method in [Method::Simplex, Method::InteriorPoint] {
        let solution = solve(&form.lp, method, &Control::unlimited());
        assert_eq!(solution.status, LpStatus::Optimal);
        let certificate = Certificate::of(&form.lp, &solution, form.constant, 1.0);
        assert!(certificate.proven(), "{certificate:?}");
        let value = program.risk_adjusted(&form.sample_values(program, &solution.x));
        // The risk-adjusted value of the samples is the objective of the linear program.
        assert!(
            (value - certificate.objective).abs() < 1e-6 * value.abs().max(1.0),
            "{method:?}: {value} is not {certificate:?}"
        );
        answers.push((value, solution.x[..program.columns.len()].to_vec()));
    }
    assert!((answers[0].0 - answers[1].0).abs() < 1e-6 * answers[0].0.abs());
    answers.remove(0)
}

fn column(objective: f64, ceiling: f64) -> Column {
    Column::non_negative(objective, ceiling)
}

/// The farmer of Birge and Louveaux (1997), section 1.1: 500 acres of wheat, corn and sugar beets, yields 80, 100 or
/// 120 % of 2.5, 3 and 20 tonnes an acre; 200 t of wheat and 240 t of corn are needed as feed; beets sell at 36 up to
/// 6000 t and at 10 beyond. Plan 170, 80 and 250 acres; expected profit 108,390.
fn farmer() -> TwoStageProgram {
    let columns = vec![column(-150.0, 500.0), column(-230.0, 500.0), column(-260.0, 500.0)];
    let rows = vec![Row { entries: vec![(0, 1.0), (1, 1.0), (2, 1.0)], sense: Sense::AtMost, rhs: 500.0 }];
    let samples = [0.8, 1.0, 1.2]
        .into_iter()
        .map(|factor| {
            // Wheat bought and sold, corn bought and sold, beets sold dear and cheap.
            let columns = [-238.0, 170.0, -210.0, 150.0, 36.0, 10.0].map(|price| column(price, 1e5));
            let row = |crop: usize, yields: f64, second: Vec<(usize, f64)>, rhs: f64| RecourseRow {
                first: vec![(crop, yields * factor)],
                second,
                sense: Sense::AtLeast,
                rhs,
            };
            SampleProgram {
                probability: 1.0 / 3.0,
                columns: columns.to_vec(),
                rows: vec![
                    row(0, 2.5, vec![(0, 1.0), (1, -1.0)], 200.0),
                    row(1, 3.0, vec![(2, 1.0), (3, -1.0)], 240.0),
                    row(2, 20.0, vec![(4, -1.0), (5, -1.0)], 0.0),
                    RecourseRow { first: vec![], second: vec![(4, 1.0)], sense: Sense::AtMost, rhs: 6000.0 },
                ],
                ..SampleProgram::default()
            }
        })
        .collect();
    TwoStageProgram { columns, rows, samples, risk: Risk { lambda: 0.0, alpha: 0.9 } }
}

#[test]
fn the_farmer_plants_170_80_and_250_acres_for_108390() {
    let (value, x) = optimum(&farmer());
    assert!((value - 108_390.0).abs() < 1e-3, "{value}");
    for (found, acres) in x.iter().zip([170.0, 80.0, 250.0]) {
        assert!((found - acres).abs() < 1e-6, "{x:?}");
    }
}

/// Capacity expansion of Louveaux and Smeers (1988): four plants at cost 10, 7, 16, 6, at least 12 of capacity, at most
/// 120 of money; three modes of demand at cost 40, 24, 4 times the plant's efficiency.
fn expansion(demands: &[([f64; 3], f64)], risk: Risk) -> TwoStageProgram {
    let build = [10.0, 7.0, 16.0, 6.0];
    let run = [[40.0, 24.0, 4.0], [45.0, 27.0, 4.5], [32.0, 19.2, 3.2], [55.0, 33.0, 5.5]];
    let all = |weights: [f64; 4]| (0..4).map(|i| (i, weights[i])).collect::<Vec<_>>();
    let rows = vec![
        Row { entries: all([1.0; 4]), sense: Sense::AtLeast, rhs: 12.0 },
        Row { entries: all(build), sense: Sense::AtMost, rhs: 120.0 },
    ];
    let samples = demands
        .iter()
        .map(|(demand, probability)| {
            let columns = run.iter().flatten().map(|cost| column(-cost, 20.0)).collect();
            let plants = (0..4).map(|i| RecourseRow {
                first: vec![(i, -1.0)],
                second: (0..3).map(|j| (3 * i + j, 1.0)).collect(),
                sense: Sense::AtMost,
                rhs: 0.0,
            });
            let modes = (0..3).map(|j| RecourseRow {
                first: vec![],
                second: (0..4).map(|i| (3 * i + j, 1.0)).collect(),
                sense: Sense::AtLeast,
                rhs: demand[j],
            });
            SampleProgram {
                probability: *probability,
                columns,
                rows: plants.chain(modes).collect(),
                ..SampleProgram::default()
            }
        })
        .collect();
    TwoStageProgram { columns: build.map(|cost| column(-cost, 20.0)).to_vec(), rows, samples, risk }
}

/// Demand 3, 5 or 7 in the first mode (probabilities 0.3, 0.4, 0.3), 3 and 2 in the others: expected cost
/// 381.853333333 at (8/3, 4, 10/3, 2).
#[test]
fn capacity_expansion_with_three_demands_costs_381_853() {
    let demands = [([3.0, 3.0, 2.0], 0.3), ([5.0, 3.0, 2.0], 0.4), ([7.0, 3.0, 2.0], 0.3)];
    let (value, x) = optimum(&expansion(&demands, Risk { lambda: 0.0, alpha: 0.9 }));
    assert!((value + 381.853_333_333).abs() < 1e-6, "{value}");
    for (found, exact) in x.iter().zip([8.0 / 3.0, 4.0, 10.0 / 3.0, 2.0]) {
        assert!((found - exact).abs() < 1e-6, "{x:?}");
    }
}

/// The 64-sample version (0, 0.96, 2.96 or 3.96 in each mode, independent): expectation 227.60375, half mean and half
/// CVaR_0.9 291.70015625, CVaR_0.9 351.98, CVaR_0.95 362.74375 (solved in two independent ways).
#[test]
fn capacity_expansion_with_64_samples_has_its_known_risk_values() {
    let levels = [0.0, 0.96, 2.96, 3.96];
    let mut demands = Vec::new();
    for a in levels {
        for b in levels {
            for c in levels {
                demands.push(([a, b, c], 1.0 / 64.0));
            }
        }
    }
    for (lambda, alpha, cost) in
        [(0.0, 0.9, 227.603_75), (0.5, 0.9, 291.700_156_25), (1.0, 0.9, 351.98), (1.0, 0.95, 362.743_75)]
    {
        let (value, _) = optimum(&expansion(&demands, Risk { lambda, alpha }));
        assert!((value + cost).abs() < 1e-6 * cost, "lambda {lambda} alpha {alpha}: {value}");
    }
}

/// A newsvendor with exponential demand (mean 100, price 10, cost 4) at the lower CVaR: on the exact quantile grid of n
/// equally likely demands the optimal order is the order statistic at (1 − α)(p − c)/p. With n = 1000 and α = 0.5 that
/// is 0.3, so the order is the 300th smallest demand; its continuous limit is 35.667.
#[test]
fn a_newsvendor_who_fears_the_worst_half_orders_less() {
    let n = 1000;
    let demand = |i: usize| -100.0 * (1.0 - (i as f64 + 0.5) / f64::from(n)).ln();
    let samples = (0..n as usize)
        .map(|i| SampleProgram {
            probability: 1.0 / f64::from(n),
            columns: vec![column(10.0, 1e4)],
            rows: vec![
                RecourseRow {
                    first: vec![(0, -1.0)],
                    second: vec![(0, 1.0)],
                    sense: Sense::AtMost,
                    rhs: 0.0,
                },
                RecourseRow { first: vec![], second: vec![(0, 1.0)], sense: Sense::AtMost, rhs: demand(i) },
            ],
            ..SampleProgram::default()
        })
        .collect();
    let program = TwoStageProgram {
        columns: vec![column(-4.0, 1e4)],
        rows: vec![],
        samples,
        risk: Risk { lambda: 1.0, alpha: 0.5 },
    };
    let (value, x) = optimum(&program);
    // The slope is zero between the 300th and the 301st demand.
    assert!(x[0] >= demand(299) - 1e-6 && x[0] <= demand(300) + 1e-6, "{x:?}");
    assert!((x[0] - 35.667).abs() < 0.2 && (value - 100.655).abs() < 0.1, "{x:?} {value}");
}
