//! Accounts of random chains: kernel and plain reference.

use super::*;
use crate::model::AccountItem;

/// The accounts of random chains with three actors: kernel and plain reference book the same amounts, to 9 digits; in every
/// sample, year and cluster they add up to the metrics, less what is displaced; what is bought of other actors is what they sell; and no other cell
/// moves by more than rounding for their being kept.
#[test]
fn accounts_agree_and_add_up_to_the_metrics() {
    let (count, mut traded, mut borne, mut lost) = (16, 0, 0, 0);
    for seed in 0..30 {
        let mut f = random_chain(seed);
        (f.clusters, f.actors) = (3, 3);
        let mut model = f.parts();
        pool(&f, &mut model, seed as usize);
        economy(&f, &mut model, seed as usize);
        let model = Model::of_checked(model);
        let plan = PlanEffects::new(&model, &f.allocation(&[("help", 0, 20)]));
        let plans = [None, Some(&plan)];
        let sampler = Sampler::new(&model, seed, Purpose::Evaluation);
        let layout = OutcomeLayout::with_accounts(&model);
        let targets = Targets::new(&model).expect("settled");
        let plain = run_block(&model, &targets, &layout, &sampler.block(0, count), &plans).expect("runs");
        let items = model.chains[0].account_items();
        let fast = Simulation::with_accounts(&model, &sampler, &plans).expect("compiles");
        let bare = simulate(&model, &sampler, count, &plans, &|_| true).expect("simulates");
        let mut bottlenecks: Vec<Bottlenecks> = plans.iter().map(|_| Bottlenecks::none(&model)).collect();
        let visit = |cluster: ClusterId, results: &[ClusterResult<'_>]| {
            for ((plan, result), year) in results.iter().enumerate().flat_map(|r| [(r, 0), (r, 1)]) {
                for w in 0..count {
                    let cell = |item: Item| {
                        let place = layout.cell(CellKey { cluster, year, item }).expect("there");
                        plain[plan].rows[w * layout.len() + place]
                    };
                    let sum = |pick: &dyn Fn(&AccountItem) -> bool| -> f64 {
                        items.iter().filter(|item| pick(item)).map(|item| cell(Item::Account(*item))).sum()
                    };
                    let sales = sum(&|item| matches!(item, AccountItem::Sales(_)));
                    let displaced = if model.markets.is_empty() { 0.0 } else { cell(Item::Displaced) };
                    lost += usize::from(displaced > 0.0);
                    let scale = 1e-9 * (1.0 + sales);
                    for (number, item) in items.iter().enumerate() {
                        let (a, b) = (result.account(year, number)[w], cell(Item::Account(*item)));
                        assert!(
                            (a - b).abs() <= scale + 1e-9 * b.abs(),
                            "seed {seed}, {item:?}: {a} is not {b}"
                        );
                    }
                    let bought = sum(&|item| matches!(item, AccountItem::BoughtIn(_)));
                    let upkeep = cell(Item::Account(AccountItem::Upkeep));
                    let wages = sum(&|item| matches!(item, AccountItem::Wages(_)));
                    let work = sum(&|item| matches!(item, AccountItem::Work(_)));
                    let tradable = sum(&|item| matches!(item, AccountItem::Tradable(_)));
                    let purchases = sum(&|item| matches!(item, AccountItem::Purchases(_)));
                    let sold = sum(&|item| matches!(item, AccountItem::Traded(_)));
                    for (metric, found) in [
                        (Metric::GrossOutput, sales - displaced),
                        (Metric::ValueAdded, sales - bought + upkeep - displaced),
                        (Metric::Margin, sales - bought + upkeep - wages),
                        (Metric::Employment, work),
                    ] {
                        let expected = cell(Item::Metric(metric));
                        assert!(
                            (found - expected).abs() <= scale,
                            "seed {seed}, {metric:?}: {found}, {expected}"
                        );
                        let key = CellKey { cluster, year, item: Item::Metric(metric) };
                        let place = bare[plan].layout.cell(key).expect("there");
                        let first = bare[plan].layout.cells_of(cluster).start;
                        let kept = result.cell(place - first)[w];
                        let without = bare[plan].table[[w, place]];
                        assert!(
                            (kept - without).abs() <= scale,
                            "seed {seed}, {metric:?}: {kept}, {without}"
                        );
                    }
                    assert!((tradable - 0.4 * bought).abs() <= scale && (purchases - sold).abs() <= scale);
                    traded += usize::from(sold > 0.0);
                    borne += usize::from(upkeep < 0.0);
                }
            }
        };
        fast.block(0, count, &mut Workspace::default(), &mut bottlenecks, visit).expect("runs");
    }
    assert!(
        traded > 1_000 && borne > 500 && lost > 500,
        "{traded} with trade, {borne} with upkeep, {lost} lost"
    );
}
