//! Properties that hold for every chain, tried on random ones: goods balance, capacities hold, threads do not matter.

use super::fixture::{CapacitySpec, CommoditySpec, Fixture, InterventionSpec, ProcessSpec, RaiseSpec, n};
use super::*;
use crate::model::route::{Route, RouteUnit, enumerate};
use crate::model::{
    BaseStock, CapacityId, ChainId, ClusterId, Conversion, Distribution, Event, Indicator, IndicatorId,
    InterventionId, Market, Metric, Model, ModelParts, Number, Parameter, ParameterId, Pool, ProcessId,
    Realisation, ShadowPrices, Spillover, SpilloverLink, Stage, Title, Varies,
};
use crate::sampling::Purpose;

mod accounts;

/// A small generator of its own, so that the chains stay the same whatever happens to `sampling`.
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.share() * n as f64) as usize
    }

    fn within(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.share()
    }

    fn chance(&mut self, p: f64) -> bool {
        self.share() < p
    }
}

const GOODS: [&str; 5] = ["a", "b", "c", "d", "e"];
const ROOMS: [&str; 3] = ["kiln", "land", "money"];
const MAKERS: [&str; 10] = ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"];
const SHOPS: [(&str, &str); 3] = [("shop0", "demand0"), ("shop1", "demand1"), ("shop2", "demand2")];

/// A number around `mean`, often uncertain.
fn around(f: &mut Fixture, dice: &mut Dice, mean: f64) -> Number {
    let varies = Varies::ALL[dice.below(3)];
    if dice.chance(0.5) {
        let distribution = if dice.chance(0.2) {
            // Now and then nothing at all.
            Distribution::Discrete { values: vec![0.0, 1.25 * mean], weights: vec![0.2, 0.8] }
        } else {
            Distribution::Uniform { min: 0.2 * mean, max: 1.8 * mean }
        };
        f.uncertain(distribution, varies)
    } else {
        n(mean)
    }
}

/// A random chain: five commodities, each made by one or two processes from earlier ones, by-products, lead times,
/// stocks, contested capacities, three channels, one intervention, two clusters.
pub(crate) fn random_chain(seed: u64) -> Fixture {
    let dice = &mut Dice(seed);
    let mut f = Fixture::new(2, 3);
    (f.clusters, f.wage) = (2, n(0.5));
    for room in ROOMS {
        let base = dice.within(5.0, 60.0);
        let base = around(&mut f, dice, base);
        f.capacity(room, CapacitySpec { base, season: Some(vec![1.0, 0.0, 1.5]), ..CapacitySpec::default() });
    }
    for (j, good) in GOODS.into_iter().enumerate() {
        let storable = dice.chance(0.5);
        let base_stock = match dice.below(3) {
            0 => BaseStock::None,
            1 => BaseStock::Amount(dice.within(0.0, 20.0)),
            _ => BaseStock::Periods(dice.within(0.0, 3.0)),
        };
        let (loss, initial) = (n(dice.within(0.0, 0.3)), n(dice.within(0.0, 10.0)));
        f.commodity(good, CommoditySpec { storable, loss, initial, base_stock });
        for maker in &MAKERS[2 * j..2 * j + 1 + dice.below(2)] {
            let spec = random_process(&mut f, dice, j, storable);
            f.process(maker, spec);
        }
    }
    for (shop, demand) in SHOPS {
        f.room(demand, dice.within(1.0, 30.0));
        let price = dice.within(5.0, 60.0);
        let price = around(&mut f, dice, price);
        f.channel(shop, GOODS[dice.below(5)], demand, price);
    }
    f.intervention(
        "help",
        InterventionSpec {
            raises: vec![RaiseSpec::one_to_one("kiln")],
            upkeep: 0.1,
            ..InterventionSpec::default()
        },
    );
    f
}

/// A random process that makes commodity `j`, from earlier ones only.
fn random_process(f: &mut Fixture, dice: &mut Dice, j: usize, storable: bool) -> ProcessSpec {
    let amount = |f: &mut Fixture, dice: &mut Dice| {
        let mean = dice.within(0.3, 2.0);
        around(f, dice, mean)
    };
    let inputs: Vec<_> = (0..j).filter(|_| dice.chance(0.4)).map(|input| (GOODS[input], input)).collect();
    let mut goods = vec![GOODS[j]];
    if j + 1 < GOODS.len() && dice.chance(0.3) {
        goods.push(GOODS[j + 1]);
    }
    ProcessSpec {
        stage: Stage::Production,
        lead: if storable && dice.chance(0.4) { 1 + dice.below(2) } else { 0 },
        inputs: inputs.into_iter().map(|(good, _)| (good, amount(f, dice))).collect(),
        outputs: goods.into_iter().map(|good| (good, amount(f, dice))).collect(),
        uses: vec![(ROOMS[dice.below(3)], amount(f, dice))],
        cost: n(dice.within(0.0, 3.0)),
        labour: n(dice.within(0.0, 1.0)),
        price: None,
    }
}

/// Σ over processes of level times coefficient, by commodity or capacity: `list` gives those of a process.
fn flow(
    model: &Model,
    trace: &ClusterTrace,
    sample: Realisation<'_>,
    t: usize,
    list: impl Fn(usize) -> Vec<(usize, Number)>,
    length: usize,
) -> Vec<f64> {
    let mut sums = vec![0.0; length];
    for p in 0..model.chains[0].processes.len() {
        for (index, number) in list(p) {
            sums[index] += trace.levels[[t, p]] * number.at(sample, t);
        }
    }
    sums
}

/// For every commodity and period: initial + made = used + lost + on hand + in transit, and what is used of a capacity
/// and what is left of it make the capacity.
fn check_balance(model: &Model, trace: &ClusterTrace, sample: Realisation<'_>) -> f64 {
    let (chain, cluster) = (&model.chains[0], &model.clusters[0]);
    let goods = chain.commodities.len();
    let start = |m: usize| {
        if chain.commodities[m].storable { model.mean(cluster.commodities[m].initial_stock) } else { 0.0 }
    };
    let mut came: Vec<f64> = (0..goods).map(start).collect();
    let mut went = vec![0.0; goods];
    let pair = |ids: Vec<usize>, numbers: &[Number]| {
        ids.into_iter().zip(numbers.iter().copied()).collect::<Vec<_>>()
    };
    for t in 0..model.horizon.periods() {
        let (processes, local) = (&chain.processes, &cluster.processes);
        let made =
            |p: usize| pair(processes[p].outputs.iter().map(|m| m.index()).collect(), &local[p].outputs);
        let used = |p: usize| pair(processes[p].inputs.iter().map(|m| m.index()).collect(), &local[p].inputs);
        let uses = |p: usize| pair(processes[p].uses.iter().map(|k| k.index()).collect(), &local[p].uses);
        let made = flow(model, trace, sample, t, made, goods);
        let used = flow(model, trace, sample, t, used, goods);
        let taken = flow(model, trace, sample, t, uses, chain.capacities.len());
        for m in 0..goods {
            came[m] += made[m];
            went[m] += used[m] + trace.lost[[t, m]];
            let there = trace.on_hand[[t, m]] + trace.in_transit[[t, m]];
            assert!(
                trace.on_hand[[t, m]] >= 0.0 && trace.in_transit[[t, m]] >= 0.0 && trace.lost[[t, m]] >= 0.0
            );
            assert!(
                (came[m] - went[m] - there).abs() <= 1e-9 * (1.0 + came[m]),
                "{m} in {t}: {} {} {there}",
                came[m],
                went[m]
            );
        }
        for (k, taken) in taken.into_iter().enumerate() {
            let (capacity, left) = (trace.capacity[[t, k]], trace.left[[t, k]]);
            assert!(left >= 0.0 && taken <= capacity * (1.0 + 1e-9), "{k} in {t}: {taken} of {capacity}");
            assert!((capacity - taken - left).abs() <= 1e-9 * (1.0 + capacity), "{k} in {t}");
        }
    }
    let last = model.horizon.periods() - 1;
    assert_eq!(trace.in_transit.row(last).sum(), 0.0, "nothing is made that arrives after the horizon");
    trace.levels.sum()
}

#[test]
fn goods_balance_and_capacities_hold_on_random_chains() {
    let (mut active, mut stocked) = (0, 0);
    for seed in 0..300 {
        let f = random_chain(seed);
        let model = f.build();
        let plan = PlanEffects::new(&model, &f.allocation(&[("help", 0, 20), ("help", 1, 5)]));
        let sampler = Sampler::new(&model, seed, Purpose::Evaluation);
        for w in 0..3 {
            let trace = trace(&model, &sampler, w, Some(&plan)).expect("runs");
            let block = sampler.block(w, 1);
            let activity = check_balance(&model, &trace.clusters[0], block.realisation(0));
            active += usize::from(activity > 0.0);
            stocked += usize::from(trace.clusters[0].in_transit.sum() > 0.0);
        }
    }
    assert!(
        active > 600 && stocked > 100,
        "{active} active, {stocked} with goods in transit: the chains test little"
    );
}

/// Lets events of up to three kinds strike the capacities of a chain.
fn strike(model: &mut ModelParts, seed: usize) {
    for kind in 0..seed % 4 {
        let severity = if kind == 0 {
            Distribution::Discrete { values: vec![0.3, 1.0], weights: vec![0.7, 0.3] }
        } else {
            Distribution::Uniform { min: 0.1, max: 0.9 }
        };
        let periods = model.horizon.periods_per_year;
        let event = Event {
            rate: 0.7,
            dispersion: (kind == 1).then_some(0.8),
            severity,
            duration: Distribution::Uniform { min: 0.0, max: 3.0 },
            starts: vec![1.0 / periods as f64; periods],
        };
        model.parameters.push(Parameter {
            name: format!("event/kind{kind}"),
            distribution: Distribution::Event(Box::new(event)),
            varies: Varies::EachPeriod,
            loadings: Vec::new(),
        });
        let hazard = Number::Uncertain(ParameterId::new(model.parameters.len() - 1));
        for cluster in &mut model.clusters {
            for (k, capacity) in cluster.capacities.iter_mut().enumerate() {
                if (k + kind + seed).is_multiple_of(2) {
                    capacity.hazards.push(hazard);
                }
            }
        }
    }
}

/// Lets the first cluster's money spill over into a kiln of the second, in most chains; in some it takes away too much.
fn spill(f: &Fixture, model: &mut ModelParts, seed: usize) {
    let profiles = [vec![], vec![0.6], vec![-0.02, 0.0, 1.5], vec![0.5, -0.03, -0.3, 0.4]];
    let link = SpilloverLink {
        to: ClusterId::new(1),
        capacity: f.capacity_id("kiln"),
        from: ClusterId::new(0),
        intervention: InterventionId::new(0),
    };
    let profile = profiles[seed % 4].clone();
    if !profile.is_empty() {
        model.spillovers = vec![Spillover { title: None, law: None, profile, links: vec![link] }];
    }
}

/// Lets clusters share land, and sometimes money, in most chains: all three, or the first and the last.
fn pool(f: &Fixture, model: &mut ModelParts, seed: usize) {
    let rooms: &[(&str, &[usize])] = match seed.div_euclid(4) % 4 {
        0 => &[],
        1 => &[("land", &[0, 1, 2])],
        2 => &[("land", &[0, 2])],
        _ => &[("land", &[0, 1]), ("money", &[1, 2])],
    };
    for (room, clusters) in rooms {
        model.pools.push(Pool {
            key: (*room).to_string(),
            title: Title { id: String::new(), en: String::new() },
            law: None,
            season: vec![1.0, 0.5, 2.0],
            members: clusters.iter().map(|c| (ClusterId::new(*c), f.capacity_id(room))).collect(),
        });
    }
}

/// Lets sales displace, states shadow prices, and counts something, each in some chains; uncertain where numbers may be.
pub(crate) fn economy(f: &Fixture, model: &mut ModelParts, seed: usize) {
    let title = || Title { id: String::new(), en: String::new() };
    let chain = ChainId::new(0);
    let uncertain = |model: &mut ModelParts, max: f64, varies: Varies| {
        let id = ParameterId::new(model.parameters.len());
        let (name, distribution) =
            (format!("number/{}", id.index()), Distribution::Uniform { min: 0.0, max });
        model.parameters.push(Parameter { name, distribution, varies, loadings: Vec::new() });
        Number::Uncertain(id)
    };
    if seed.is_multiple_of(2) {
        let displacement = uncertain(model, 0.9, Varies::Once);
        let reference_price =
            if seed.is_multiple_of(4) { uncertain(model, 40.0, Varies::EachPeriod) } else { n(20.0) };
        let channels = vec![(chain, f.process_id("shop0")), (chain, f.process_id("shop2"))];
        model.markets.push(Market {
            key: "m".to_string(),
            title: title(),
            channels,
            reference_price,
            displacement,
        });
    }
    if seed.is_multiple_of(3) {
        let own = (chain, f.process_id("shop1"), Conversion { price: 0.7, cost: 1.3 });
        model.shadow_prices = Some(ShadowPrices {
            wage_ratio: 0.6,
            conversion: Conversion { price: 1.1, cost: 0.9 },
            own: vec![own],
        });
    }
    if seed % 5 < 2 {
        model.indicators.push(Indicator {
            key: "wood".to_string(),
            title: title(),
            unit: "kg".to_string(),
            is_money: false,
            more_is_better: false,
        });
        let amount = uncertain(model, 3.0, Varies::Yearly);
        for (number, process) in model.chains[0].processes.iter_mut().enumerate().step_by(2) {
            process.indicators.push(IndicatorId::new(0));
            for cluster in &mut model.clusters {
                let amount = if number == 0 { n(-0.5) } else { amount };
                cluster.processes[number].indicators.push(amount);
            }
        }
    }
}

/// With all factors 1 and nothing displaced, economic value at a shadow wage of nothing is value added, and at the wage it is
/// margin.
#[test]
fn economic_value_lies_between_value_added_and_margin() {
    for seed in 0..40 {
        let f = random_chain(seed);
        let model = f.build();
        let plan = PlanEffects::new(&model, &f.allocation(&[("help", 0, 20)]));
        for (wage_ratio, metric) in [(0.0, Metric::ValueAdded), (1.0, Metric::Margin)] {
            let conversion = Conversion { price: 1.0, cost: 1.0 };
            let shadow = Some(ShadowPrices { wage_ratio, conversion, own: Vec::new() });
            let model = model.changed(|model| model.shadow_prices = shadow);
            let sampler = Sampler::new(&model, seed, Purpose::Evaluation);
            let out = simulate(&model, &sampler, 20, &[Some(&plan)], &|_| true).expect("simulates").remove(0);
            let [economic, other] = [Metric::Economic, metric].map(|of| out.series(Selector::total(of)));
            let scale = other.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
            for (a, b) in economic.iter().zip(&other) {
                assert!((a - b).abs() <= 1e-9 * scale, "seed {seed}: {a} is not {b}");
            }
        }
    }
}

/// The kernel and the plain reference are two ways to the same numbers: every cell of every sample to 9 digits of what
/// the cluster makes in a year, and every bottleneck as often, on random chains with storage, lead times, by-products,
/// yields of zero, events, spillovers, pools and plans. Where a spillover takes away too much, both stop.
#[test]
fn the_kernel_and_the_plain_reference_agree() {
    let (mut seen, mut stopped) = (0, 0);
    for seed in 0..150 {
        let mut f = random_chain(seed);
        f.clusters = 3;
        let mut model = f.parts();
        strike(&mut model, seed as usize);
        spill(&f, &mut model, seed as usize);
        pool(&f, &mut model, seed as usize);
        economy(&f, &mut model, seed as usize);
        let model = Model::of_checked(model);
        let plan = PlanEffects::new(&model, &f.allocation(&[("help", 0, 20)]));
        let sampler = Sampler::new(&model, seed, Purpose::Evaluation);
        // The same plan again shares its run; one with relief does not.
        let (same, at) = (plan.clone(), ClusterId::new(seed as usize % 3));
        let capacity = CapacityId::new(seed as usize % model.chain_of(at).capacities.len());
        let relieved = plan.relieved(at, capacity, 0.25);
        let plans = [None, Some(&plan), Some(&same), Some(&relieved)];
        // A block and a part of one.
        let fast = simulate(&model, &sampler, 100, &plans, &|_| true);
        let plain = simulate_plainly(&model, &sampler, 100, &plans, &|_| true);
        assert_eq!(fast.is_err(), plain.is_err(), "seed {seed}");
        let (Ok(fast), Ok(plain)) = (fast, plain) else {
            stopped += 1;
            continue;
        };
        for (fast, plain) in fast.iter().zip(&plain) {
            for (row, expected) in fast.table.rows().into_iter().zip(plain.table.rows()) {
                let scale = expected.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
                for (cell, (a, b)) in row.iter().zip(expected).enumerate() {
                    assert!((a - b).abs() <= 1e-9 * scale, "seed {seed}, cell {cell}: {a} is not {b}");
                }
            }
            assert_eq!(fast.bottlenecks.list(), plain.bottlenecks.list(), "seed {seed}");
            seen += fast.bottlenecks.list().len();
        }
    }
    assert!(seen > 300 && (5..50).contains(&stopped), "{seen} bottlenecks in all, {stopped} stopped");
}

/// Every way to serve a market either is established, or has a closed process, or earns in no sample; some that lose on
/// average do earn. No closed process ever runs.
#[test]
fn no_route_that_could_earn_over_open_processes_is_left_out() {
    let (mut lose, mut never, mut shut) = (0, 0, 0);
    for seed in 0..120 {
        let f = random_chain(seed);
        let model = f.build();
        let (chain, cluster) = (&model.chains[0], &model.clusters[0]);
        let sampler = Sampler::new(&model, seed, Purpose::Evaluation);
        let block = sampler.block(0, 40);
        let earns = |route: &Route| {
            let mut unit = RouteUnit::default();
            (0..40).any(|w| {
                (0..model.horizon.periods()).any(|t| {
                    unit.fill(route, chain, cluster, |number| number.at(block.realisation(w), t));
                    unit.possible && unit.margin > 0.0
                })
            })
        };
        let open =
            |route: &Route| route.steps.iter().all(|step| cluster.processes[step.process.index()].open);
        assert_eq!(cluster.routes.left_out, 0);
        for (p, _) in chain.processes.iter().enumerate().filter(|(_, process)| process.is_channel) {
            for route in enumerate(chain, ProcessId::new(p), None).expect("few") {
                let known = cluster.routes.channel.iter().find(|known| known.name == route.name);
                match known {
                    Some(known) => lose += usize::from(known.mean_margin <= 0.0 && earns(&route)),
                    None if open(&route) => {
                        never += 1;
                        assert!(!earns(&route), "seed {seed}: {} earns", route.name);
                    }
                    None => shut += 1,
                }
            }
        }
        for (w, p) in (0..4).flat_map(|w| (0..chain.processes.len()).map(move |p| (w, p))) {
            let levels = trace(&model, &sampler, w, None).expect("runs").clusters.remove(0).levels;
            assert!(cluster.processes[p].open || levels.column(p).sum() == 0.0, "seed {seed}: {p} runs");
        }
    }
    assert!(
        lose > 20 && never > 20 && shut > 20,
        "{lose} lose on average, {never} never earn, {shut} are shut"
    );
}

/// A pool of which there is enough for all changes nothing: each cluster sells as it would alone.
#[test]
fn a_pool_that_is_ample_changes_nothing() {
    for seed in 0..40 {
        let mut f = random_chain(seed);
        f.clusters = 3;
        f.capacity("land", CapacitySpec { base: n(1e6), ..CapacitySpec::default() });
        let apart = f.build();
        let land = Pool {
            key: "land".to_string(),
            title: Title { id: String::new(), en: String::new() },
            law: None,
            season: vec![1.0; 3],
            members: (0..3).map(|c| (ClusterId::new(c), f.capacity_id("land"))).collect(),
        };
        let pooled = apart.changed(|parts| parts.pools.push(land));
        let run = |model: &Model| {
            let sampler = Sampler::new(model, seed, Purpose::Evaluation);
            simulate(model, &sampler, 40, &[None], &|_| true).expect("simulates").remove(0)
        };
        let (apart, pooled) = (run(&apart), run(&pooled));
        for c in 0..3 {
            for &metric in Metric::ALL {
                let selector = Selector::total(metric).at(Place::Cluster(ClusterId::new(c)));
                for (a, b) in apart.series(selector).into_iter().zip(pooled.series(selector)) {
                    assert!(
                        (a - b).abs() <= 1e-9 * a.abs().max(1.0),
                        "seed {seed}, cluster {c}: {a} is not {b}"
                    );
                }
            }
        }
    }
}

/// The same bits on one thread, on two and on eight, in one run and in the head of a longer one.
#[test]
fn threads_and_cuts_change_no_bit() {
    for seed in 0..5 {
        let f = random_chain(seed);
        let model = f.build();
        let plan = PlanEffects::new(&model, &f.allocation(&[("help", 0, 20)]));
        let sampler = Sampler::new(&model, seed, Purpose::Evaluation);
        let run = |threads: usize, count: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let plans = [None, Some(&plan)];
            pool.install(|| simulate(&model, &sampler, count, &plans, &|_| true)).expect("simulates")
        };
        let whole = run(1, 200);
        assert_eq!(whole, run(2, 200));
        assert_eq!(whole, run(8, 200));
        for (whole, head) in whole.iter().zip(run(2, 77)) {
            assert_eq!(whole.table.view().split_at(ndarray::Axis(0), 77).0, head.table);
        }
        // A trace is the sample that the simulation saw.
        let traced = trace(&model, &sampler, 150, None).expect("runs");
        let shop = f.process_id("shop0");
        let measure = Measure::Quantity(crate::model::ChainId::new(0), shop);
        let place = Place::Cluster(crate::model::ClusterId::new(0));
        let sold = whole[0].series(Selector { measure, place, year: None })[150];
        let levels = traced.clusters[0].levels.column(shop.index()).sum();
        assert!((sold - levels).abs() <= 1e-12 * (1.0 + sold), "{sold} is not {levels}");
    }
}

/// On a chain of one route, ten processes long, no capacity can be raised to the harm of output.
#[test]
fn more_capacity_never_lowers_the_output_of_a_single_route() {
    let line = |dice: &mut Dice, more: Option<usize>| {
        let mut f = Fixture::new(1, 2);
        let rooms: Vec<f64> = (0..5).map(|_| dice.within(1.0, 20.0)).collect();
        let keys = ["r0", "r1", "r2", "r3", "r4"];
        for (k, base) in rooms.iter().enumerate() {
            f.room(keys[k], if more == Some(k) { base * 1.7 } else { *base });
        }
        for (j, good) in GOODS.into_iter().enumerate() {
            f.commodity(good, CommoditySpec::default());
            let inputs = if j == 0 { Vec::new() } else { vec![(GOODS[j - 1], n(dice.within(0.5, 2.0)))] };
            let uses = vec![(keys[j], n(dice.within(0.5, 2.0))), (keys[0], n(0.1))];
            let uses = uses.into_iter().take(if j == 0 { 1 } else { 2 }).collect();
            f.process(
                MAKERS[j],
                ProcessSpec { inputs, outputs: vec![(good, n(1.0))], uses, ..ProcessSpec::default() },
            );
        }
        f.room("demand0", 8.0).channel("shop0", "e", "demand0", n(3.0));
        let model = f.build();
        let sampler = Sampler::new(&model, 1, Purpose::Evaluation);
        let out = simulate(&model, &sampler, 1, &[None], &|_| true).expect("simulates");
        out[0].series(Selector::total(Metric::GrossOutput))[0]
    };
    for seed in 0..200 {
        let base = line(&mut Dice(seed), None);
        for k in 0..5 {
            let more = line(&mut Dice(seed), Some(k));
            assert!(more >= base * (1.0 - 1e-12), "seed {seed}, capacity {k}: {more} after {base}");
        }
    }
}
