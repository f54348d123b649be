//! Accounts of random chains.

use super::*;
use crate::control::Control;
use crate::sim::Measure;
use crate::sim::properties::random_chain;
use crate::study::simulation::{Points, Samples, SimulationSettings, simulate_plan};

/// On random chains with actors and discounting: over the holders of a place and time, money and work add up to the mean of
/// the metric there, in every future, and sales between actors to purchases between them. Private profit in the matrix is
/// the margin, and with all factors 1 nothing diverges.
#[test]
fn accounts_of_random_chains_add_up_to_their_metrics() {
    let mut seen = 0;
    for seed in 0..25 {
        let mut f = random_chain(seed);
        (f.actors, f.discount_rate) = (3, 0.1);
        let model = f.build();
        let plan = f.allocation(&[("help", 0, 20), ("help", 1, 5)]);
        let settings = SimulationSettings { samples: Samples::Number(150), seed, points: Points::Plain };
        let study = simulate_plan(&model, Some(&plan), &settings, &Control::unlimited(), None).expect("runs");
        for row in &study.rows {
            let Measure::Metric(metric) = row.measure else { continue };
            let there = study.accounts.rows.iter().filter(|account| {
                account.plan == row.plan && account.cluster == row.cluster && account.year == row.year
            });
            let sum = there.fold(Amounts::default(), |mut sum, account| {
                sum.add(account.amounts, 1.0, 1.0);
                sum
            });
            let found = match metric {
                Metric::GrossOutput => sum.sales,
                Metric::ValueAdded => sum.value_added(),
                Metric::Margin => sum.margin(),
                Metric::Employment => sum.work,
                Metric::Economic => continue,
            };
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + sum.sales.abs());
            assert!(close(found, row.estimate.mean), "seed {seed}, {row:?}: {found}");
            assert!(close(sum.sold_on, sum.purchases), "seed {seed}: {sum:?}");
            seen += usize::from(sum.sold_on > 0.0);
        }
        for row in &study.accounts.matrices {
            let (profit, margin) = (row.matrix.private.profit(), study.total(row.plan, Metric::Margin).mean);
            assert!((profit - margin).abs() <= 1e-9 * (1.0 + row.matrix.private.revenue.abs()));
            assert_eq!(row.matrix.private, row.matrix.social);
        }
    }
    assert!(seen > 500, "{seen} rows with trade between actors");
}
