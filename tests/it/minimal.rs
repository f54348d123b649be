//! `scenarios/minimal` against the working by hand in its README: every figure there is held here.

use rantai::control::Control;
use rantai::model::{
    Allocation, AllocationLine, ChainId, ClusterId, CommodityId, InterventionId, Metric, Model, ProcessId,
    SourceId,
};
use rantai::opt::builder::Rule;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{Measure, Place, PlanEffects, Selector, simulate, trace};
use rantai::study::{Baseline, PlanSettings, plan};
use rantai::units::Rupiah;

use crate::support::scenario;

const JUTA: f64 = 1e6;

fn model() -> Model {
    load(&scenario("minimal")).expect("valid").model
}

/// The share of samples with the high export price, which settles the exact expected values.
fn share_high(model: &Model, purpose: Purpose, samples: usize) -> f64 {
    let block = Sampler::new(model, model.samples.seed, purpose).block(0, samples);
    let highs: usize = (0..samples)
        .map(|w| {
            let sample = block.realisation(w);
            let price = model.clusters[0].processes.iter().map(|p| p.price.at(sample, 0)).fold(0.0, f64::max);
            usize::from(price > 16_000.0)
        })
        .sum();
    highs as f64 / samples as f64
}

/// Without a plan each year: Selatan exports 2,000 kg and sells 4,000 locally, Utara 1,000 and 8,000. Exporting adds v,
/// 11,000 or 13,000 a kilogram, selling locally 6,000: over two years 6,000 v + 144 juta, 210 or 222 juta.
#[test]
fn without_a_plan_the_clusters_earn_210_or_222_juta() {
    let model = model();
    let sampler = Sampler::new(&model, model.samples.seed, Purpose::Evaluation);
    let outcomes = simulate(&model, &sampler, 400, &[None], &|_| true).expect("simulates");
    let levels = outcomes[0].series(Selector::total(Metric::ValueAdded));
    for level in &levels {
        // To the last digit: what is booked is what was made and sold.
        assert!(*level == 210.0 * JUTA || *level == 222.0 * JUTA, "{level}");
    }
    let h = share_high(&model, Purpose::Evaluation, 400);
    let mean = levels.iter().sum::<f64>() / 400.0;
    assert!((mean - (210.0 + 12.0 * h) * JUTA).abs() < 1e-6, "{mean} with share {h}");
}

/// The table of a year without a plan: made, exported and sold locally, and what is left of workshop, gate and demand. In
/// the two years 30,000 kg are made, 6,000 exported and 24,000 sold locally.
#[test]
fn the_books_hold_the_kilograms_of_the_table() {
    let model = model();
    let sampler = Sampler::new(&model, model.samples.seed, Purpose::Evaluation);
    let trace = trace(&model, &sampler, 0, None).expect("runs");
    let chain = &model.chains[0];
    let process = |key: &str| chain.processes.iter().position(|p| p.key == key).expect("there");
    let capacity = |key: &str| chain.capacities.iter().position(|k| k.key == key).expect("there");
    let table = [
        ("selatan", [6_000.0, 2_000.0, 4_000.0], [0.0, 0.0, 16_000.0]),
        ("utara", [9_000.0, 1_000.0, 8_000.0], [1_000.0, 0.0, 0.0]),
    ];
    for (cluster, levels, left) in table {
        let c = model.clusters.iter().position(|c| c.key == cluster).expect("there");
        for t in 0..2 {
            let found =
                ["buat", "jual_ekspor", "jual_lokal"].map(|p| trace.clusters[c].levels[[t, process(p)]]);
            assert_eq!(found, levels, "{cluster}");
            let found =
                ["bengkel", "pintu_ekspor", "pasar_lokal"].map(|k| trace.clusters[c].left[[t, capacity(k)]]);
            assert_eq!(found, left, "{cluster}");
        }
    }
    let outcomes = simulate(&model, &sampler, 400, &[None], &|_| true).expect("simulates");
    let of = |measure| outcomes[0].series(Selector { measure, place: Place::Everywhere, year: None });
    let (chain_id, chips) = (ChainId::new(0), CommodityId::new(0));
    assert!(of(Measure::Made(chain_id, chips)).iter().all(|made| *made == 30_000.0));
    for (channel, sold) in [("jual_ekspor", 6_000.0), ("jual_lokal", 24_000.0)] {
        let sales = of(Measure::Quantity(chain_id, ProcessId::new(process(channel))));
        assert!(sales.iter().all(|kilograms| *kilograms == sold), "{channel}");
    }
    // 6,000 kg at 15,000 or 17,000 and 24,000 kg at 10,000 are 330 or 342 juta.
    let gross = outcomes[0].series(Selector::total(Metric::GrossOutput));
    assert!(gross.iter().all(|level| *level == 330.0 * JUTA || *level == 342.0 * JUTA));
}

/// With the best plan, in whole rupiah, 307 or 323 juta of value added, 14,750 kg made in Selatan in 2028.
#[test]
fn the_books_of_the_best_plan_are_those_of_the_hand() {
    let model = model();
    let line = |cluster: usize, facility: &str, year: usize, amount: i64| AllocationLine {
        source: SourceId::new(0),
        cluster: ClusterId::new(cluster),
        intervention: InterventionId::new(
            model.chains[0].interventions.iter().position(|i| i.facility.key() == facility).expect("there"),
        ),
        year,
        amount: Rupiah(amount),
    };
    let plan = Allocation::new(vec![
        line(0, "production", 0, 75_000_000),
        line(0, "production", 1, 100_000_000),
        line(1, "certification", 0, 25_000_000),
    ]);
    let sampler = Sampler::new(&model, model.samples.seed, Purpose::Evaluation);
    let effects = PlanEffects::new(&model, &plan);
    let outcomes = simulate(&model, &sampler, 400, &[Some(&effects)], &|_| true).expect("simulates");
    for level in outcomes[0].series(Selector::total(Metric::ValueAdded)) {
        let near = |juta: f64| (level - juta * JUTA).abs() < 1e-6;
        assert!(near(307.0) || near(323.0), "{level}");
    }
}

/// The best plan: 2027 certification in Utara 25 juta and equipment in Selatan 75; 2028 equipment in Selatan 100. It
/// adds 2,000 v + 75 juta, 97 + 4 h juta where a share h of samples has the high price.
#[test]
fn the_best_plan_is_the_one_worked_out_by_hand() {
    let model = model();
    let request = PlanSettings {
        metric: Metric::ValueAdded,
        planning: 20,
        evaluation: 400,
        seed: model.samples.seed,
        seconds: None,
        method: rantai::opt::PlanMethod::Automatic,
        gap: None,
        tidy: None,
        quick: false,
        learned: None,
        keep: false,
    };
    let study = plan(&model, &request, &Control::unlimited()).expect("plan");
    let lines: Vec<(i32, &str, &str, i64)> = study
        .program
        .allocation
        .lines()
        .iter()
        .map(|line| {
            (
                model.horizon.calendar_year(line.year),
                model.clusters[line.cluster.index()].key.as_str(),
                model.chain_of(line.cluster).interventions[line.intervention.index()].facility.key(),
                line.amount.0,
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (2027, "selatan", "production", 75_000_000),
            (2028, "selatan", "production", 100_000_000),
            (2027, "utara", "certification", 25_000_000),
        ]
    );
    let h = share_high(&model, Purpose::Planning, 20);
    assert!((study.program.objective - (97.0 + 4.0 * h) * JUTA).abs() < 10.0, "{}", study.program.objective);
    assert!(study.program.gap < 1e-6 && study.program.certificate.proven());
    // The next rupiah brings 0.60 in 2027 and 0.30 in 2028; a billion more does not all find such use.
    let worth = [0, 1].map(|year| study.program.next_rupiah(Rule::Budget(SourceId::new(0), year)));
    assert_eq!(worth, [Some(0.6), Some(0.3)]);
    // On fresh futures, in the simulator's reading: the same arithmetic with their share of high prices.
    let h = share_high(&model, Purpose::Evaluation, 400);
    assert!((study.headline.mean - (97.0 + 4.0 * h) * JUTA).abs() < 10.0, "{}", study.headline.mean);
    // Where nothing is stored or contested, the two readings agree.
    assert!(study.coordination.share().abs() < 1e-9);
    hand_worked_assurance(&study);
    let today = study.baselines.iter().find(|b| b.baseline == Baseline::Today).expect("there");
    assert!((today.increment.mean - 45.0 * JUTA).abs() < 1.0, "{}", today.increment.mean);
}

/// The same plan is best in every sample: no other samples would have found a better one, averages find the same, and
/// knowing the price beforehand changes nothing. Fresh samples bring 97 + 4 h. The last rupiah of 2027 goes to equipment in
/// Selatan, as the next one would (0.60 each); in 2028 both bring 0.30; a fifth more or less of a year's money changes
/// neither.
fn hand_worked_assurance(study: &rantai::study::PlanStudy) {
    let known = study.assurance.expect("worked out");
    let h = share_high(&model(), Purpose::Evaluation, 200);
    assert!((known.fresh.value - (97.0 + 4.0 * h) * JUTA).abs() < 10.0, "{known:?}");
    assert!(known.gap.limit.abs() < 10.0 && known.evpi.value.abs() < 10.0 && known.vss.value.abs() < 10.0);
    assert_eq!(study.program.margins.len(), 2);
    for (known, worth) in study.program.margins.iter().zip([0.6, 0.3]) {
        let (below, above) = (known.margin.below.expect("below"), known.margin.above.expect("above"));
        assert!((below.worth - worth).abs() < 1e-5 && (above.worth - worth).abs() < 1e-5, "{known:?}");
        assert!((below.holds_to - 80.0 * JUTA).abs() < 1.0 && below.open, "{known:?}");
        assert!((above.holds_to - 120.0 * JUTA).abs() < 1.0 && above.open, "{known:?}");
    }
}

/// A caller who sets a limit keeps no clock: once it is up, the plan that is known is given with a bound and evaluated.
#[test]
fn a_time_limit_holds_for_a_caller_without_a_clock() {
    let model = model();
    for method in [rantai::opt::PlanMethod::Extensive, rantai::opt::PlanMethod::Decomposition] {
        let request = PlanSettings {
            metric: Metric::ValueAdded,
            planning: 20,
            evaluation: 40,
            seed: model.samples.seed,
            seconds: Some(1e-9),
            method,
            gap: Some(0.0),
            tidy: None,
            quick: false,
            learned: None,
            keep: false,
        };
        let study = plan(&model, &request, &Control::unlimited()).expect("plan");
        let program = &study.program;
        assert!(program.bound >= program.objective, "{method:?}: {} {}", program.bound, program.objective);
        assert!(program.margins.is_empty() && study.assurance.is_none(), "{method:?}");
        assert_eq!(study.evaluation.sampling.samples, 40, "{method:?}");
    }
}
