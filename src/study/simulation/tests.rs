//! How often targets are reached.

use super::*;
use crate::model::{Goal, IndicatorId, Target, TargetItem, Title};
use crate::sim::properties::{economy, random_chain};
use crate::sim::{Place, simulate_plainly};

/// On random chains the share of futures that reach a target, at least or at most so much, without and with a plan, is the
/// share that one counts in the plain simulator. Each level lies half-way between two neighbouring futures, so that
/// rounding decides nothing; that of both sides together is all of them.
#[test]
fn targets_are_reached_as_often_as_the_plain_simulator_says() {
    let (count, mut split) = (100, 0);
    for seed in [0, 1, 5, 6, 10, 11] {
        let f = random_chain(seed);
        let model = f.build().changed(|model| economy(&f, model, seed as usize));
        let plan = f.allocation(&[("help", 0, 20), ("help", 1, 5)]);
        let effects = PlanEffects::new(&model, &plan);
        let sampler = Sampler::new(&model, seed, Purpose::Evaluation);
        let plain =
            simulate_plainly(&model, &sampler, count, &[None, Some(&effects)], &|_| true).expect("runs");
        let mut wanted = Vec::new();
        for what in [TargetItem::Metric(Metric::Margin), TargetItem::Indicator(IndicatorId::new(0))] {
            for year in [None, Some(1)] {
                let measure = Measure::of_target(&model, what);
                let series =
                    |of: usize| plain[of].series(Selector { measure, place: Place::Everywhere, year });
                let mut sorted = series(0);
                sorted.sort_by(f64::total_cmp);
                let level = f64::midpoint(sorted[39], sorted[40]);
                for goal in [Goal::AtLeast(level), Goal::AtMost(level)] {
                    let title = Title { id: String::new(), en: String::new() };
                    let target = Target { title, what, cluster: None, year, goal };
                    let shares = [0, 1].map(|of| {
                        let met = series(of).into_iter().filter(|value| match goal {
                            Goal::AtLeast(level) => *value >= level,
                            Goal::AtMost(level) => *value <= level,
                        });
                        met.count() as f64 / count as f64
                    });
                    wanted.push((target, shares));
                }
            }
        }
        let model =
            model.changed(|model| model.targets = wanted.iter().map(|(target, _)| target.clone()).collect());
        let settings = SimulationSettings { samples: Samples::Number(count), seed, points: Points::Plain };
        let study = simulate_plan(&model, Some(&plan), &settings, &Control::unlimited(), None).expect("runs");
        for (number, (target, shares)) in wanted.iter().enumerate() {
            let found = |plan: PlanName| {
                let mut own = study.reached.iter().filter(|row| row.target == number && row.plan == plan);
                own.next().expect("there").probability
            };
            let found = [PlanName::None, PlanName::Plan].map(found);
            assert!(
                found.iter().zip(shares).all(|(a, b)| (a - b).abs() < 1e-12),
                "seed {seed}, {target:?}: {found:?} is not {shares:?}"
            );
            split += usize::from(found[0] > 0.0 && found[0] < 1.0 && found[0] != found[1]);
        }
    }
    assert!(split >= 10, "{split} that a plan moves");
}
