//! Accounts of random chains.

use super::*;
use crate::control::Control;
use crate::model::Tail;
use crate::sim::Measure;
use crate::sim::properties::{economy, random_chain};
use crate::study::simulation::{Points, Samples, SimulationSettings, simulate_plan};

/// On random chains with actors, discounting, markets, shadow prices and, in some, a tail: over the holders of a place and time,
/// money and work add up to the mean of the metric there, in every future, and sales between actors to purchases between
/// them. Private profit in the matrix is the margin. Social profit is economic value where there are shadow prices, and else
/// the margin less what others lose.
#[test]
fn accounts_of_random_chains_add_up_to_their_metrics() {
    let (mut traded, mut lost, mut tails) = (0, 0, 0);
    for seed in 0..12 {
        let mut f = random_chain(seed);
        (f.actors, f.discount_rate) = (3, 0.1);
        let years = seed as usize % 3;
        f.tail = Tail { years, blocks: years };
        let model = f.build().changed(|model| economy(&f, model, seed as usize));
        let plan = f.allocation(&[("help", 0, 20), ("help", 1, 5)]);
        let settings = SimulationSettings { samples: Samples::Number(100), seed, points: Points::Plain };
        let study = simulate_plan(&model, Some(&plan), &settings, &Control::unlimited(), None).expect("runs");
        for row in &study.rows {
            let Measure::Metric(metric) = row.measure else { continue };
            let there = study.accounts.rows.iter().filter(|account| {
                account.plan == row.plan && account.cluster == row.cluster && account.year == row.year
            });
            let (mut sum, mut actors) = (Amounts::default(), Amounts::default());
            for account in there {
                sum.add(account.amounts, 1.0, 1.0);
                if account.holder != Holder::Others {
                    actors.add(account.amounts, 1.0, 1.0);
                }
            }
            let found = match metric {
                Metric::GrossOutput => sum.sales,
                Metric::ValueAdded => sum.value_added(),
                Metric::Margin => actors.margin(),
                Metric::Employment => sum.work,
                Metric::Economic => continue,
            };
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + actors.sales.abs());
            assert!(close(found, row.estimate.mean), "seed {seed}, {row:?}: {found}");
            assert!(close(sum.sold_on, sum.purchases), "seed {seed}: {sum:?}");
            traded += usize::from(sum.sold_on > 0.0);
            lost += usize::from(actors.sales > sum.sales + 1.0);
            tails += usize::from(row.year.is_some_and(|year| model.horizon.in_tail(year)));
        }
        for row in &study.accounts.matrices {
            let total = |metric| study.total(row.plan, metric).mean;
            let matrix = row.matrix;
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + matrix.private.revenue.abs());
            assert!(close(matrix.private.profit(), total(Metric::Margin)), "seed {seed}");
            let economic = match model.shadow_prices {
                Some(_) => total(Metric::Economic),
                None => total(Metric::Margin) - (matrix.private.revenue - total(Metric::GrossOutput)),
            };
            assert!(close(matrix.social.profit(), economic), "seed {seed}: {matrix:?}, {economic}");
            let par = Prices { revenue: matrix.social.revenue, ..matrix.private };
            assert!(model.shadow_prices.is_some() || matrix.social == par, "seed {seed}: {matrix:?}");
        }
    }
    assert!(
        traded > 300 && lost > 100 && tails > 100,
        "{traded} with trade, {lost} with losses, {tails} of tails"
    );
}
