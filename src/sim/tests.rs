//! Hand-worked cases: the working stands in each test's doc comment.

use super::fixture::{CapacitySpec, CommoditySpec, Fixture, InterventionSpec, ProcessSpec, RaiseSpec, n};
use super::outcome::OutcomeLayout;
use super::*;
use crate::model::{
    Allocation, BaseStock, ChainId, ClusterId, Decay, Distribution, InterventionId, Metric, Number,
    Realisation, Response, SourceId, Stage, UpkeepBearer, Varies,
};
use crate::sampling::Purpose;

mod economy;
mod plans;

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

/// The trace of the first cluster where uncertain numbers take `values`, \[parameter × period\].
fn traced(model: &Model, values: &[f64], plan: Option<&PlanEffects>) -> Result<ClusterTrace, SimError> {
    let (targets, layout) = (Targets::new(model)?, OutcomeLayout::new(model));
    let mut trace = Trace::empty(model);
    let sample = Realisation::new(values, model.horizon.periods());
    let unit = &Group::all(model)[0];
    GroupRun::new(model, unit, &targets, &layout, 1).run(sample, &[plan], Some(&mut trace.clusters))?;
    Ok(trace.clusters.remove(0))
}

/// Outcomes of one sample of a model in which nothing is uncertain.
fn outcomes(model: &Model, plan: Option<&PlanEffects>) -> Outcomes {
    let sampler = Sampler::new(model, 1, Purpose::Evaluation);
    simulate(model, &sampler, 1, &[plan], &|_| true).expect("simulates").remove(0)
}

fn column(table: &Array2<f64>, index: usize) -> Vec<f64> {
    table.column(index).to_vec()
}

fn all_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        close(*found, *expected);
    }
}

/// Sap is boiled to sugar and sold: `tap` → `boil` → `shop`.
fn sugar() -> Fixture {
    let mut f = Fixture::new(1, 2);
    f.wage = n(30.0);
    f.commodity("sap", CommoditySpec::default()).commodity("sugar", CommoditySpec::default());
    f.room("trees", 60.0).room("stove", 15.0).room("demand", 100.0);
    f.process(
        "tap",
        ProcessSpec {
            stage: Stage::RawMaterial,
            outputs: vec![("sap", n(1.0))],
            uses: vec![("trees", n(1.0))],
            labour: n(0.02),
            ..ProcessSpec::default()
        },
    );
    f.process(
        "boil",
        ProcessSpec {
            inputs: vec![("sap", n(5.0))],
            outputs: vec![("sugar", n(1.0))],
            uses: vec![("stove", n(1.0))],
            cost: n(2.0),
            labour: n(0.1),
            ..ProcessSpec::default()
        },
    );
    f.process(
        "shop",
        ProcessSpec {
            stage: Stage::Marketing,
            inputs: vec![("sugar", n(1.0))],
            uses: vec![("demand", n(1.0))],
            cost: n(1.0),
            price: Some(n(20.0)),
            ..ProcessSpec::default()
        },
    );
    f
}

/// A unit sold needs 1 sugar and 5 sap: trees allow 60 / 5 = 12 a period, the stove 15, demand 100. A period sells for
/// 12 · 20 = 240, costs 12 · (1 + 2) = 36 and takes 12 · (0.1 + 5 · 0.02) = 2.4 days, 72 in wages.
#[test]
fn a_single_route_runs_to_its_scarcest_capacity_and_books_every_metric() {
    let f = sugar();
    let out = outcomes(&f.build(), None);
    let total = |metric| out.series(Selector::total(metric))[0];
    close(total(Metric::GrossOutput), 480.0);
    close(total(Metric::ValueAdded), 408.0);
    close(total(Metric::Margin), 264.0);
    close(total(Metric::Employment), 4.8 / 250.0);
    let of = |measure| out.series(Selector { measure, place: Place::Everywhere, year: None })[0];
    let chain = ChainId::new(0);
    close(of(Measure::Made(chain, f.commodity_id("sap"))), 120.0);
    close(of(Measure::Made(chain, f.commodity_id("sugar"))), 24.0);
    close(of(Measure::Quantity(chain, f.process_id("shop"))), 24.0);
    close(of(Measure::Sales(chain, f.process_id("shop"))), 480.0);
    let bottleneck = Bottleneck {
        cluster: ClusterId::new(0),
        stage: Stage::RawMaterial,
        what: Binding::Capacity(f.capacity_id("trees")),
        share: 1.0,
    };
    assert_eq!(out.bottlenecks.list(), vec![bottleneck]);
}

/// A kiln of 10 roasts for export (demand 4) and for the local market; `export` and `local` are the prices.
fn roastery(export: Number, local: Number) -> Fixture {
    let mut f = Fixture::new(1, 2);
    f.commodity("roast", CommoditySpec::default());
    f.room("kiln", 10.0).room("abroad", 4.0).room("at_home", 100.0);
    f.process(
        "roasting",
        ProcessSpec {
            outputs: vec![("roast", n(1.0))],
            uses: vec![("kiln", n(1.0))],
            cost: n(1.0),
            ..ProcessSpec::default()
        },
    );
    f.channel("export", "roast", "abroad", export).channel("local", "roast", "at_home", local);
    f
}

/// Export pays 9 against 5: it takes its 4, the local market the other 6. Were it the local market that paid more, it
/// would take all 10.
#[test]
fn routes_take_a_contested_capacity_in_merit_order() {
    for (export, local, sold) in [(9.0, 5.0, [4.0, 6.0]), (5.0, 9.0, [0.0, 10.0])] {
        let f = roastery(n(export), n(local));
        let trace = traced(&f.build(), &[], None).expect("runs");
        all_close(&column(&trace.levels, f.process_id("export").index()), &[sold[0]; 2]);
        all_close(&column(&trace.levels, f.process_id("local").index()), &[sold[1]; 2]);
        all_close(&column(&trace.left, f.capacity_id("kiln").index()), &[0.0; 2]);
    }
}

/// Export costs 1 and sells at 9, then at 0.5: in the second period it is left out, though first on average
/// (mean 6), and the local market takes all 10.
#[test]
fn a_route_that_loses_in_the_sample_is_skipped() {
    let mut f = roastery(n(0.0), n(3.0));
    let price = f.uncertain(Distribution::Uniform { min: 0.0, max: 12.0 }, Varies::EachPeriod);
    f.channel("export", "roast", "abroad", price);
    let trace = traced(&f.build(), &[9.0, 0.5], None).expect("runs");
    all_close(&column(&trace.levels, f.process_id("export").index()), &[4.0, 0.0]);
    all_close(&column(&trace.levels, f.process_id("local").index()), &[6.0, 10.0]);
}

/// Two ways to make: `cheap` at 5 (room for 20), `dear` at 12 (room for 50); two markets: `abroad` pays 20 for 10, `home` a
/// `price` for 100.
fn two_ways(price: Number) -> Fixture {
    let mut f = Fixture::new(1, 2);
    f.commodity("good", CommoditySpec::default());
    f.room("small", 20.0).room("large", 50.0).room("few", 10.0).room("many", 100.0);
    let way = |cost: f64, room: &'static str| ProcessSpec {
        outputs: vec![("good", n(1.0))],
        uses: vec![(room, n(1.0))],
        cost: n(cost),
        ..ProcessSpec::default()
    };
    f.process("cheap", way(5.0, "small")).process("dear", way(12.0, "large"));
    f.channel("abroad", "good", "few", n(20.0)).channel("home", "good", "many", price);
    f
}

fn names(routes: &[crate::model::route::Route]) -> Vec<(&str, f64)> {
    routes.iter().map(|route| (route.name.as_str(), route.mean_margin)).collect()
}

/// Home pays 4 or 16: `home < dear` loses 2 on average and comes last. At 16 it earns: 10 · 15 + 10 · 11 + 50 · 4 = 460. At
/// 4 both routes to home lose, and 10 · 15 = 150 is all.
#[test]
fn a_route_that_loses_on_average_runs_where_it_earns() {
    let mut f = two_ways(n(0.0));
    let price = Distribution::Discrete { values: vec![4.0, 16.0], weights: vec![0.5, 0.5] };
    let price = f.uncertain(price, Varies::EachPeriod);
    f.channel("home", "good", "many", price);
    let model = f.build();
    assert_eq!(
        names(&model.clusters[0].routes.channel),
        [("abroad < cheap", 15.0), ("abroad < dear", 8.0), ("home < cheap", 5.0), ("home < dear", -2.0)]
    );
    let trace = traced(&model, &[16.0, 4.0], None).expect("runs");
    assert_eq!(column(&trace.levels, f.process_id("dear").index()), [50.0, 0.0]);
    assert_eq!(column(&trace.levels, f.process_id("cheap").index()), [20.0, 10.0]);
    assert_eq!(column(&trace.levels, f.process_id("home").index()), [60.0, 0.0]);
    let sampler = Sampler::new(&model, 1, Purpose::Evaluation);
    let out = simulate(&model, &sampler, 100, &[None], &|_| true).expect("simulates").remove(0);
    for (w, margin) in out.series(Selector::total(Metric::Margin)).into_iter().enumerate() {
        let block = sampler.block(w, 1);
        let high = (0..2).filter(|t| price.at(block.realisation(0), *t) > 10.0).count();
        assert_eq!(margin, 300.0 + 310.0 * high as f64, "sample {w}");
    }
}

/// Home pays 4 or 11: `home < dear` would lose at least 1 in every sample, so that it is no way at all; `dear` is open, as
/// exporting by it earns 8. `ruin` costs 21: exporting by it would earn 9 where abroad pays 30, but −1 on average. It is on
/// no route of positive expected margin, and closed.
#[test]
fn what_earns_in_no_sample_is_left_out_and_what_loses_on_every_route_is_closed() {
    let mut f = two_ways(n(0.0));
    let price = Distribution::Discrete { values: vec![4.0, 11.0], weights: vec![0.5, 0.5] };
    let price = f.uncertain(price, Varies::EachPeriod);
    f.channel("home", "good", "many", price);
    let abroad = f.uncertain(Distribution::Uniform { min: 10.0, max: 30.0 }, Varies::EachPeriod);
    f.channel("abroad", "good", "few", abroad);
    let ruin = ProcessSpec { outputs: vec![("good", n(1.0))], cost: n(21.0), ..ProcessSpec::default() };
    f.process("ruin", ruin);
    let model = f.build();
    let cluster = &model.clusters[0];
    assert_eq!(
        names(&cluster.routes.channel),
        [("abroad < cheap", 15.0), ("abroad < dear", 8.0), ("home < cheap", 2.5)]
    );
    let closed: Vec<bool> = cluster.processes.iter().map(|process| !process.open).collect();
    // abroad, cheap, dear, home, ruin.
    assert_eq!(closed, [false, false, false, false, true]);
    let trace = traced(&model, &[11.0, 11.0, 30.0, 30.0], None).expect("runs");
    assert_eq!(trace.levels[[0, f.process_id("ruin").index()]], 0.0);
}

/// Flour is made of grain from a near field (cost 1, room for 5) or a far one (cost 12), milling costs 5. Sold as grain at 20
/// both fields pay, so both are open; flour sells at 15, less than the 17 that it costs from the far field. All 15 that the
/// near field and the far one bring go: 10 are sold as grain; the base stock of 10 is made all the same, without a profit
/// test, and sold from hand in the last period.
#[test]
fn stock_is_made_without_a_profit_test() {
    let mut f = Fixture::new(1, 2);
    let flour =
        CommoditySpec { storable: true, base_stock: BaseStock::Amount(10.0), ..CommoditySpec::default() };
    f.commodity("grain", CommoditySpec::default()).commodity("flour", flour);
    f.room("near", 5.0).room("far", 50.0).room("few", 10.0).room("many", 100.0);
    let field = |cost: f64, room: &'static str| ProcessSpec {
        outputs: vec![("grain", n(1.0))],
        uses: vec![(room, n(1.0))],
        cost: n(cost),
        ..ProcessSpec::default()
    };
    f.process("near_field", field(1.0, "near")).process("far_field", field(12.0, "far"));
    let mill = ProcessSpec {
        inputs: vec![("grain", n(1.0))],
        outputs: vec![("flour", n(1.0))],
        cost: n(5.0),
        ..ProcessSpec::default()
    };
    f.process("mill", mill);
    f.channel("grain_shop", "grain", "few", n(20.0)).channel("flour_shop", "flour", "many", n(15.0));
    let model = f.build();
    assert_eq!(
        names(&model.clusters[0].routes.stock),
        [("mill < near_field", -6.0), ("mill < far_field", -17.0)]
    );
    let trace = traced(&model, &[], None).expect("runs");
    assert_eq!(column(&trace.levels, f.process_id("far_field").index()), [15.0, 5.0]);
    assert_eq!(column(&trace.levels, f.process_id("mill").index()), [10.0, 0.0]);
    assert_eq!(column(&trace.levels, f.process_id("flour_shop").index()), [0.0, 10.0]);
    assert_eq!(column(&trace.on_hand, f.commodity_id("flour").index()), [10.0, 0.0]);
}

/// A tree takes a period. Planting at 14 is open, since a unit on hand sells at 15; at 16 it is on no way that pays, and
/// closed.
#[test]
fn a_process_with_a_lead_time_is_open_if_it_costs_less_than_a_unit_on_hand_is_worth() {
    for (cost, open) in [(14.0, true), (16.0, false)] {
        let mut f = Fixture::new(1, 3);
        let fruit =
            CommoditySpec { storable: true, base_stock: BaseStock::Amount(4.0), ..CommoditySpec::default() };
        f.commodity("fruit", fruit).room("land", 3.0).room("demand", 9.0);
        let plant = ProcessSpec {
            lead: 1,
            outputs: vec![("fruit", n(1.0))],
            uses: vec![("land", n(1.0))],
            cost: n(cost),
            ..ProcessSpec::default()
        };
        f.process("plant", plant).channel("shop", "fruit", "demand", n(15.0));
        let model = f.build();
        let plant = f.process_id("plant").index();
        assert_eq!(model.clusters[0].processes[plant].open, open);
        let trace = traced(&model, &[], None).expect("runs");
        assert_eq!(column(&trace.levels, plant), if open { [3.0, 3.0, 0.0] } else { [0.0; 3] });
    }
}

/// Books hold what fits, to the last digit, and nothing is left of what is used up: 49 of which each unit needs 49 are 1
/// unit, 6 at 0.3 are 20; of 1 three routes sell 0.1, 0.2 and 0.7, though 1 − 0.1 − 0.2 is above 0.7 in binary.
#[test]
fn books_hold_what_was_made_to_the_last_digit() {
    for (base, amount, sold) in [(49.0, 49.0, 1.0), (6.0, 0.3, 20.0), (7.0, 0.7, 10.0), (2.6, 1.3, 2.0)] {
        let mut f = Fixture::new(1, 1);
        f.commodity("good", CommoditySpec::default()).room("kiln", base).room("demand", 99.0);
        let fire = ProcessSpec {
            outputs: vec![("good", n(1.0))],
            uses: vec![("kiln", n(amount))],
            ..ProcessSpec::default()
        };
        f.process("fire", fire).channel("shop", "good", "demand", n(3.0));
        let model = f.build();
        let trace = traced(&model, &[], None).expect("runs");
        assert_eq!(trace.levels[[0, f.process_id("shop").index()]], sold);
        assert_eq!(trace.left[[0, f.capacity_id("kiln").index()]], 0.0);
        let out = outcomes(&model, None);
        assert_eq!(out.series(Selector::total(Metric::GrossOutput))[0], 3.0 * sold);
        assert_eq!(out.bottlenecks.list().len(), 1);
    }
    let mut f = Fixture::new(1, 1);
    f.commodity("good", CommoditySpec::default()).room("kiln", 1.0);
    let fire = ProcessSpec {
        outputs: vec![("good", n(1.0))],
        uses: vec![("kiln", n(1.0))],
        ..ProcessSpec::default()
    };
    f.process("fire", fire);
    f.room("a_few", 0.1).room("some", 0.2).room("many", 0.7);
    f.channel("best", "good", "a_few", n(9.0));
    f.channel("next", "good", "some", n(8.0)).channel("rest", "good", "many", n(7.0));
    let model = f.build();
    let trace = traced(&model, &[], None).expect("runs");
    assert_eq!(trace.levels[[0, f.process_id("rest").index()]], 0.7);
    assert_eq!(trace.left.row(0).to_vec(), [0.0; 4]);
    assert_eq!(outcomes(&model, None).bottlenecks.list().len(), 4);
}

/// Beans grow for two periods on land for 6, keep with a loss of a tenth, and sell 3 a period; base stock 10,
/// 4 at the start. Six periods, (start, sold, end on hand, started):
/// 4·0.9 = 3.6, 3, 0.6, min(6, 10 − 0.6) = 6 | 0.54, 0.54, 0, 10 − 6 = 4 | 6, 3, 3, 10 − 3 − 4 = 3 |
/// 2.7 + 4, 3, 3.7, 10 − 3.7 − 3 = 3.3 | 3.33 + 3, 3, 3.33, too late | 2.997 + 3.3, 3, 3.297, too late.
#[test]
fn stock_is_kept_lost_ordered_and_arrives_as_worked_by_hand() {
    let mut f = Fixture::new(1, 6);
    let beans =
        CommoditySpec { storable: true, loss: n(0.1), initial: n(4.0), base_stock: BaseStock::Amount(10.0) };
    f.commodity("beans", beans).room("land", 6.0).room("demand", 3.0);
    let grow = ProcessSpec {
        lead: 2,
        outputs: vec![("beans", n(1.0))],
        uses: vec![("land", n(1.0))],
        cost: n(1.0),
        ..ProcessSpec::default()
    };
    f.process("grow", grow).channel("shop", "beans", "demand", n(5.0));
    let model = f.build();
    let trace = traced(&model, &[], None).expect("runs");
    all_close(&column(&trace.levels, f.process_id("grow").index()), &[6.0, 4.0, 3.0, 3.3, 0.0, 0.0]);
    all_close(&column(&trace.levels, f.process_id("shop").index()), &[3.0, 0.54, 3.0, 3.0, 3.0, 3.0]);
    all_close(&column(&trace.on_hand, 0), &[0.6, 0.0, 3.0, 3.7, 3.33, 3.297]);
    all_close(&column(&trace.in_transit, 0), &[6.0, 10.0, 7.0, 6.3, 3.3, 0.0]);
    // Costs fall when growing starts: 5 · 15.54 − 16.3.
    close(outcomes(&model, None).series(Selector::total(Metric::ValueAdded))[0], 5.0 * 15.54 - 16.3);
}

/// Roast keeps, is made at once by a kiln of 10 and sells 3 a period; base stock 5. The first period roasts 3 to sell and
/// 5 for stock; the last sells 3 from stock and, though the kiln stands idle, makes nothing for stock.
#[test]
fn nothing_is_made_for_stock_in_the_last_period() {
    let mut f = Fixture::new(1, 2);
    let roast =
        CommoditySpec { storable: true, base_stock: BaseStock::Amount(5.0), ..CommoditySpec::default() };
    f.commodity("roast", roast).room("kiln", 10.0).room("demand", 3.0);
    let roasting = ProcessSpec {
        outputs: vec![("roast", n(1.0))],
        uses: vec![("kiln", n(1.0))],
        cost: n(1.0),
        ..ProcessSpec::default()
    };
    f.process("roasting", roasting).channel("shop", "roast", "demand", n(5.0));
    let trace = traced(&f.build(), &[], None).expect("runs");
    all_close(&column(&trace.levels, f.process_id("roasting").index()), &[8.0, 0.0]);
    all_close(&column(&trace.levels, f.process_id("shop").index()), &[3.0, 3.0]);
    all_close(&column(&trace.on_hand, 0), &[5.0, 2.0]);
}

/// Pressing costs 50 and gives 1 oil and 2 cake. Pressing for cake alone loses (20 − 25), so that cake comes only from
/// pressing for oil (60 − 50), the last route of the list: the 10 cake of 5 pressings sell in the second pass.
#[test]
fn a_by_product_feeds_an_earlier_route_in_the_next_pass() {
    let mut f = Fixture::new(1, 1);
    f.commodity("oil", CommoditySpec::default()).commodity("cake", CommoditySpec::default());
    f.room("press", 5.0).room("oil_demand", 99.0).room("cake_demand", 99.0);
    let pressing = ProcessSpec {
        outputs: vec![("cake", n(2.0)), ("oil", n(1.0))],
        uses: vec![("press", n(1.0))],
        cost: n(50.0),
        ..ProcessSpec::default()
    };
    f.process("pressing", pressing);
    f.channel("feed", "cake", "cake_demand", n(20.0)).channel("kitchen", "oil", "oil_demand", n(60.0));
    let model = f.build();
    let roots: Vec<_> = model.clusters[0].routes.channel.iter().map(|route| route.name.as_str()).collect();
    assert_eq!(roots, ["kitchen < [oil]", "feed < [cake]", "kitchen < pressing"]);
    let trace = traced(&model, &[], None).expect("runs");
    close(trace.levels[[0, f.process_id("kitchen").index()]], 5.0);
    close(trace.levels[[0, f.process_id("feed").index()]], 10.0);
    all_close(&trace.lost.row(0).to_vec(), &[0.0, 0.0]);
}

/// Where cake sells for little, its route comes last and the by-product serves it in the same pass; half of the 10 find
/// no market and, as cake does not keep, are lost.
#[test]
fn a_by_product_feeds_a_later_route_and_what_finds_no_use_is_lost() {
    let mut f = Fixture::new(1, 1);
    f.commodity("oil", CommoditySpec::default()).commodity("cake", CommoditySpec::default());
    f.room("press", 5.0).room("oil_demand", 99.0).room("cake_demand", 5.0);
    let pressing = ProcessSpec {
        outputs: vec![("cake", n(2.0)), ("oil", n(1.0))],
        uses: vec![("press", n(1.0))],
        cost: n(50.0),
        ..ProcessSpec::default()
    };
    f.process("pressing", pressing);
    f.channel("feed", "cake", "cake_demand", n(2.0)).channel("kitchen", "oil", "oil_demand", n(60.0));
    let trace = traced(&f.build(), &[], None).expect("runs");
    close(trace.levels[[0, f.process_id("feed").index()]], 5.0);
    close(trace.lost[[0, f.commodity_id("cake").index()]], 5.0);
}

/// Seed grows into three times as much by the next period, from seed taken from hand; one is sold each period. Of 2 at
/// the start one is sold and the other grows to 3; one of these is sold and 2 grow to 6, of which one is sold: the base
/// stock of 12 is never reached, the land for 9 never full.
#[test]
fn what_grows_from_itself_consumes_what_is_on_hand() {
    let mut f = Fixture::new(1, 3);
    let seed = CommoditySpec {
        storable: true,
        initial: n(2.0),
        base_stock: BaseStock::Amount(12.0),
        ..CommoditySpec::default()
    };
    f.commodity("seed", seed).room("land", 9.0).room("demand", 1.0);
    let grow = ProcessSpec {
        lead: 1,
        inputs: vec![("seed", n(1.0))],
        outputs: vec![("seed", n(3.0))],
        uses: vec![("land", n(1.0))],
        ..ProcessSpec::default()
    };
    f.process("grow", grow).channel("shop", "seed", "demand", n(5.0));
    let trace = traced(&f.build(), &[], None).expect("runs");
    all_close(&column(&trace.levels, f.process_id("grow").index()), &[1.0, 2.0, 0.0]);
    all_close(&column(&trace.on_hand, 0), &[0.0, 0.0, 5.0]);
}

/// Flour (2 beans each, a period ahead) sells 4 and 8 a period by season: mean use 6. Replacing it takes 8 and 16 beans
/// (mean 12), as the mill of 9 never binds. Two periods of flour are 12, one of beans 12.
#[test]
fn base_stock_in_periods_counts_use_passed_on_through_stocks() {
    let mut f = Fixture::new(1, 2);
    let kept = |periods| CommoditySpec {
        storable: true,
        base_stock: BaseStock::Periods(periods),
        ..CommoditySpec::default()
    };
    f.commodity("beans", kept(1.0)).commodity("flour", kept(2.0));
    f.room("land", 100.0).room("mill", 9.0);
    f.capacity(
        "demand",
        CapacitySpec { base: n(4.0), season: Some(vec![1.0, 2.0]), ..CapacitySpec::default() },
    );
    let lead = |inputs, output, room| ProcessSpec {
        lead: 1,
        inputs,
        outputs: vec![(output, n(1.0))],
        uses: vec![(room, n(1.0))],
        ..ProcessSpec::default()
    };
    f.process("grow", lead(Vec::new(), "beans", "land"));
    f.process("milling", lead(vec![("beans", n(2.0))], "flour", "mill"));
    f.channel("shop", "flour", "demand", n(5.0));
    let targets = Targets::new(&f.build()).expect("targets");
    all_close(targets.of(ClusterId::new(0)), &[12.0, 12.0]);
}

/// Two clusters alike over two years at 25 %: a year sells for 480 in each, weighted 1 and 0.8; employment, quantities
/// and figures by year are not weighted.
#[test]
fn series_weight_money_over_the_horizon_and_nothing_else() {
    let mut f = sugar();
    (f.years, f.clusters, f.discount_rate) = (2, 2, 0.25);
    let out = outcomes(&f.build(), None);
    let sales = Selector::total(Metric::GrossOutput);
    close(out.series(sales)[0], 2.0 * 480.0 * 1.8);
    close(out.series(sales.at(Place::Cluster(ClusterId::new(1))))[0], 480.0 * 1.8);
    close(out.series(sales.in_year(1))[0], 960.0);
    close(out.series(sales.in_year(1).at(Place::Cluster(ClusterId::new(0))))[0], 480.0);
    close(out.series(Selector::total(Metric::Employment))[0], 4.0 * 4.8 / 250.0);
    let of = |measure| out.series(Selector { measure, place: Place::Everywhere, year: None })[0];
    close(of(Measure::Quantity(ChainId::new(0), f.process_id("shop"))), 96.0);
    close(of(Measure::Sales(ChainId::new(0), f.process_id("shop"))), 2.0 * 480.0 * 1.8);
    close(of(Measure::Made(ChainId::new(7), f.commodity_id("sap"))), 0.0);
    let keys: Vec<CellKey> = out.layout.keys().collect();
    assert_eq!(keys.len(), out.layout.len());
    for (cell, key) in keys.into_iter().enumerate() {
        assert_eq!(out.layout.cell(key), Some(cell));
    }
}

#[test]
fn a_capacity_below_zero_stops_with_its_name() {
    let mut f = Fixture::new(1, 2);
    let base = f.uncertain(Distribution::Uniform { min: -1.0, max: 2.0 }, Varies::EachPeriod);
    f.capacity("dryer", CapacitySpec { base, ..CapacitySpec::default() });
    let error = traced(&f.build(), &[1.0, -0.5], None).expect_err("negative");
    assert_eq!(error.to_string(), "capacity 'dryer' of cluster 'cluster0' falls below zero in period 2");
}

#[test]
fn a_channel_that_nothing_limits_stops_with_its_name() {
    let mut f = roastery(n(9.0), n(5.0));
    f.capacity("kiln", CapacitySpec { base: n(f64::INFINITY), ..CapacitySpec::default() });
    f.capacity("at_home", CapacitySpec { base: n(f64::INFINITY), ..CapacitySpec::default() });
    let error = traced(&f.build(), &[], None).expect_err("unbounded");
    assert_eq!(error.to_string(), "nothing limits channel 'local' of cluster 'cluster0' in period 1");
}

#[test]
fn the_caller_may_interrupt() {
    let model = sugar().build();
    let sampler = Sampler::new(&model, 1, Purpose::Evaluation);
    assert_eq!(simulate(&model, &sampler, 500, &[None], &|_| false), Err(SimError::Interrupted));
}

#[test]
fn an_empty_allocation_is_no_plan() {
    let model = sugar().build();
    let nothing = PlanEffects::new(&model, &Allocation::default());
    assert_eq!(outcomes(&model, Some(&nothing)).table, outcomes(&model, None).table);
}
