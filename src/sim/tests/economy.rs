//! Displacement, economic value and indicators, worked by hand; by the kernel and by the plain reference.

use super::super::fixture::{InterventionSpec, RaiseSpec, n};
use super::super::{Outcomes, PlanEffects, simulate_plainly};
use super::{close, outcomes, sugar};
use crate::model::{ChainId, Conversion, Indicator, IndicatorId, Market, Metric, Model, ShadowPrices, Title};
use crate::sampling::{Purpose, Sampler};
use crate::sim::{Item, Measure, OutcomeLayout, Place, Selector};

fn title() -> Title {
    Title { id: String::new(), en: String::new() }
}

/// The answer of both ways of simulating, once they have been found to be the same.
fn both(model: &Model, plan: Option<&PlanEffects>) -> Outcomes {
    let fast = outcomes(model, plan);
    let sampler = Sampler::new(model, 1, Purpose::Evaluation);
    let plain = simulate_plainly(model, &sampler, 1, &[plan], &|_| true).expect("simulates").remove(0);
    assert_eq!(fast.layout, plain.layout);
    for (a, b) in fast.table.iter().zip(&plain.table) {
        close(*a, *b);
    }
    fast
}

fn total(of: &Outcomes, measure: Measure) -> f64 {
    of.series(Selector { measure, place: Place::Everywhere, year: None })[0]
}

/// The shop sells into a market that loses a quarter of a reference price of 16 with each unit.
fn market(f: &super::Fixture) -> Market {
    Market {
        key: "sweet".to_string(),
        title: title(),
        channels: vec![(ChainId::new(0), f.process_id("shop"))],
        reference_price: n(16.0),
        displacement: n(0.25),
    }
}

/// 24 units are sold for 480 (see the first case of this module's parent), which displaces 24 · 0.25 · 16 = 96 elsewhere. Gross
/// output is 480 − 96 = 384 and value added 408 − 96 = 312; before displacement they are what they were. Margin, 264, and
/// employment, 4.8 / 250, are no concern of it.
#[test]
fn displacement_is_taken_from_output_and_value_added_alone() {
    let f = sugar();
    let model = f.build();
    let model = model.changed(|model| {
        model.markets.push(market(&f));
    });
    let out = both(&model, None);
    close(total(&out, Measure::Displaced), 96.0);
    close(total(&out, Measure::Metric(Metric::GrossOutput)), 384.0);
    close(total(&out, Measure::Metric(Metric::ValueAdded)), 312.0);
    close(total(&out, Measure::Metric(Metric::Margin)), 264.0);
    close(total(&out, Measure::Metric(Metric::Employment)), 4.8 / 250.0);
    // What the channel takes in is what is paid to it.
    close(total(&out, Measure::Sales(ChainId::new(0), f.process_id("shop"))), 480.0);
}

/// Costs are 48 of boiling and 24 of the shop, wages 144. At a shadow wage of half the wage, prices times 1.1 and costs times
/// 0.8: 1.1 · 480 − 0.8 · 72 − 0.5 · 144 = 528 − 57.6 − 72 = 398.4. With factors of the shop's own, 1.2 and 1:
/// 1.2 · 480 − 0.8 · 48 − 24 − 72 = 441.6. Displacement takes 96 of either. Upkeep of 10 counts as a cost: 8 less.
#[test]
fn economic_value_converts_prices_costs_wages_and_upkeep() {
    let mut f = sugar();
    let raises = vec![RaiseSpec::one_to_one("stove")];
    f.intervention("stoves", InterventionSpec { raises, upkeep: 0.1, ..InterventionSpec::default() });
    let model = f.build();
    let conversion = Conversion { price: 1.1, cost: 0.8 };
    let model = model.changed(|model| {
        model.shadow_prices = Some(ShadowPrices { wage_ratio: 0.5, conversion, own: Vec::new() });
    });
    let economic = Measure::Metric(Metric::Economic);
    close(total(&both(&model, None), economic), 398.4);
    let plan = PlanEffects::new(&model, &f.allocation(&[("stoves", 0, 100)]));
    close(total(&both(&model, Some(&plan)), economic), 390.4);
    let model = model.changed(|model| {
        model.markets.push(market(&f));
    });
    close(total(&both(&model, None), economic), 398.4 - 96.0);
    let own = Conversion { price: 1.2, cost: 1.0 };
    let model = model.changed(|model| {
        model.shadow_prices = Some(ShadowPrices {
            wage_ratio: 0.5,
            conversion,
            own: vec![(ChainId::new(0), f.process_id("shop"), own)],
        });
    });
    close(total(&both(&model, None), economic), 441.6 - 96.0);
}

/// Two years of one period boil 12 units each. They take 3 of wood a unit, 72 in all; tapping their 120 of sap gives half a unit
/// each back, 60: 12 are left. Money is discounted, wood is not.
#[test]
fn indicators_add_up_over_processes_and_are_not_discounted() {
    let mut f = sugar();
    (f.years, f.periods_per_year, f.discount_rate) = (2, 1, 0.25);
    let mut parts = f.parts();
    for (key, unit, is_money) in [("wood", "kg", false), ("fees", "Rp", true)] {
        parts.indicators.push(Indicator {
            key: key.to_string(),
            title: title(),
            unit: unit.to_string(),
            is_money,
            more_is_better: false,
        });
    }
    let [wood, fees] = [0, 1].map(IndicatorId::new);
    for (process, indicator, amount) in [("boil", wood, 3.0), ("tap", wood, -0.5), ("boil", fees, 10.0)] {
        let p = f.process_id(process).index();
        parts.chains[0].processes[p].indicators.push(indicator);
        parts.clusters[0].processes[p].indicators.push(n(amount));
    }
    let model = Model::of_checked(parts);
    let out = both(&model, None);
    close(total(&out, Measure::indicator(&model, wood)), 12.0);
    // 12 units a year at 10 are 120, in the second year 120 / 1.25.
    close(total(&out, Measure::indicator(&model, fees)), 120.0 + 96.0);
}

/// A scenario that states none of it has cells for none of it.
#[test]
fn nothing_stated_is_nothing_counted() {
    let model = sugar().build();
    let seen =
        |item: Item| matches!(item, Item::Displaced | Item::Indicator(_) | Item::Metric(Metric::Economic));
    assert!(OutcomeLayout::new(&model).keys().all(|key| !seen(key.item)));
    let conversion = Conversion { price: 1.0, cost: 1.0 };
    let model = model.changed(|model| {
        model.shadow_prices = Some(ShadowPrices { wage_ratio: 1.0, conversion, own: Vec::new() });
    });
    assert!(OutcomeLayout::new(&model).keys().any(|key| seen(key.item)));
}

/// A route of margin 20 − 1 − 2 − 6 = 11 (0.2 days at 30) whose value added is 17 − 18 once 18 are displaced is one that
/// the program would idle; at 4 it is not.
#[test]
fn a_route_that_only_enterprises_gain_from_is_named() {
    let f = sugar();
    let model = f.build();
    let model = model.changed(|model| {
        model.markets.push(market(&f));
    });
    assert!(model.idled(Metric::ValueAdded).is_empty());
    let model = model.changed(|model| {
        model.markets[0].reference_price = n(72.0);
    });
    let idled = model.idled(Metric::ValueAdded);
    assert_eq!(idled.len(), 1);
    close(idled[0].worth, -1.0);
    close(model.clusters[0].routes.channel[idled[0].route].mean_margin, 11.0);
    assert!(model.idled(Metric::Margin).is_empty());
}
