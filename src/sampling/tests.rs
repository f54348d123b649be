//! Tests of the draw contract and of every distribution against closed forms. Seeds are fixed; statistical bounds are
//! four standard errors.

use super::*;
use crate::model::{
    Allocation, Distribution, FactorId, Horizon, Metric, ModelParts, ParameterId, Risk, SampleDefaults, Title,
};
use crate::stats::{mean_and_standard_error, quantile};
use crate::units::MoneyUnit;

fn model(years: usize, periods_per_year: usize, factors: Vec<Factor>, parameters: Vec<Parameter>) -> Model {
    Model::of_checked(ModelParts {
        title: Title { id: String::new(), en: String::new() },
        horizon: Horizon {
            years,
            periods_per_year,
            first_year: 2027,
            discount_rate: 0.0,
            tail: crate::model::Tail::default(),
        },
        money_unit: MoneyUnit::Rupiah,
        price_index: None,
        days_per_fte_year: 250.0,
        objective: Metric::ValueAdded,
        net: crate::model::Net::Off,
        net_asked: None,
        lines_asked: crate::model::LinesAsked::default(),
        risk: Risk { lambda: 0.0, alpha: 0.9 },
        samples: SampleDefaults { seed: 1, planning: 1, evaluation: 2 },
        factors,
        parameters,
        chains: Vec::new(),
        clusters: Vec::new(),
        sources: Vec::new(),
        limits: Vec::new(),
        cofunding: Vec::new(),
        coverage: crate::model::Coverage::default(),
        sites: Vec::new(),
        locked: crate::model::Locked::default(),
        spillovers: Vec::new(),
        pools: Vec::new(),
        markets: Vec::new(),
        shadow_prices: None,
        indicators: Vec::new(),
        today: Allocation::default(),
        targets: Vec::new(),
        surveys: Vec::new(),
    })
}

fn parameter(name: &str, distribution: Distribution, varies: Varies, loadings: &[(usize, f64)]) -> Parameter {
    Parameter {
        name: name.to_string(),
        distribution,
        varies,
        loadings: loadings.iter().map(|&(f, a)| (FactorId::new(f), a)).collect(),
    }
}

fn normal() -> Distribution {
    Distribution::Normal { mean: 0.0, sd: 1.0, min: f64::NEG_INFINITY, max: f64::INFINITY }
}

/// All values of parameter `p` in period `t` over `n` samples.
fn series(sampler: &Sampler, p: usize, t: usize, n: usize) -> Vec<f64> {
    blocks(n)
        .flat_map(|(first, count)| {
            let block = sampler.block(first, count);
            (0..count).map(|i| block.realisation(i).value(ParameterId::new(p), t)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn a_sample_is_the_same_however_many_are_drawn_and_however_they_are_cut() {
    let rain = Factor { name: "factor/rain".into(), varies: Varies::EachPeriod, ar: 0.6 };
    let parameters = vec![
        parameter("a", normal(), Varies::EachPeriod, &[(0, 0.8)]),
        parameter("b", normal(), Varies::Once, &[]),
    ];
    let sampler = Sampler::new(&model(2, 4, vec![rain], parameters), 7, Purpose::Planning);
    let whole = sampler.block(0, 100);
    for (first, count) in [(7, 1), (0, 8), (6, 90), (99, 1)] {
        let part = sampler.block(first, count);
        for i in 0..count {
            for p in 0..2 {
                for t in 0..8 {
                    let id = ParameterId::new(p);
                    assert_eq!(part.realisation(i).value(id, t), whole.realisation(first + i).value(id, t));
                }
            }
        }
    }
}

#[test]
fn another_number_leaves_all_draws_alone() {
    let first = vec![parameter("b", normal(), Varies::EachPeriod, &[])];
    let more = vec![
        parameter("a", normal(), Varies::EachPeriod, &[]),
        parameter("b", normal(), Varies::EachPeriod, &[]),
        parameter("c", normal(), Varies::Once, &[]),
    ];
    let one = Sampler::new(&model(1, 4, vec![], first), 7, Purpose::Evaluation);
    let three = Sampler::new(&model(1, 4, vec![], more), 7, Purpose::Evaluation);
    assert_eq!(series(&one, 0, 2, 50), series(&three, 1, 2, 50));
    assert_ne!(series(&three, 0, 2, 50), series(&three, 1, 2, 50));
}

#[test]
fn numbers_vary_as_often_as_they_say() {
    let parameters = vec![
        parameter("once", normal(), Varies::Once, &[]),
        parameter("yearly", normal(), Varies::Yearly, &[]),
        parameter("each", normal(), Varies::EachPeriod, &[]),
    ];
    let sampler = Sampler::new(&model(3, 4, vec![], parameters), 7, Purpose::Planning);
    let block = sampler.block(0, 1);
    let distinct = |p: usize| {
        let mut values: Vec<u64> =
            (0..12).map(|t| block.realisation(0).value(ParameterId::new(p), t).to_bits()).collect();
        values.dedup();
        values.len()
    };
    assert_eq!([distinct(0), distinct(1), distinct(2)], [1, 3, 12]);
}

/// Means, standard deviations and quantiles from 40-digit arithmetic: (distribution, mean, sd, \[(p, quantile)\]).
#[test]
fn every_distribution_has_its_known_moments_and_quantiles() {
    let sigma: f64 = 0.540_865_618_829;
    let cv = ((sigma * sigma).exp() - 1.0).sqrt();
    let cases: Vec<(Distribution, f64, f64, Vec<(f64, f64)>)> = vec![
        (Distribution::Uniform { min: 0.8, max: 1.0 }, 0.9, 0.2 / 12f64.sqrt(), vec![(0.5, 0.9)]),
        (
            Distribution::Triangular { min: 10.0, mode: 20.0, max: 50.0 },
            80.0 / 3.0,
            8.498_365_855_99,
            vec![(0.05, 14.472_135_955), (0.5, 25.505_102_572_2), (0.95, 42.254_033_307_6)],
        ),
        (
            Distribution::Pert { min: 10.0, mode: 20.0, max: 50.0 },
            70.0 / 3.0,
            7.126_966_451,
            vec![(0.05, 13.057_615_656_5), (0.5, 22.552_406_818_2), (0.95, 36.296_332_72)],
        ),
        (
            Distribution::Beta { alpha: 2.0, beta: 5.0, min: 0.0, max: 1.0 },
            2.0 / 7.0,
            0.025_510_204_081_6_f64.sqrt(),
            vec![(0.5, 0.264_449_983_296)],
        ),
        (
            Distribution::Normal { mean: 0.0, sd: 1.0, min: -1.0, max: 2.0 },
            0.229_637_179_091,
            0.519_762_539_212_f64.sqrt(),
            vec![(0.5, 0.171_163_918_018)],
        ),
        (
            Distribution::Lognormal { median: 40.0, cv },
            46.300_245_475_7,
            26.990_321_225_3,
            vec![(0.5, 40.0), (0.95, 97.370_591_422_1)],
        ),
        (
            Distribution::Discrete { values: vec![0.0, 0.5, 1.0], weights: vec![0.41, 0.27, 0.32] },
            0.455,
            (0.27 * 0.25 + 0.32 - 0.455 * 0.455_f64).sqrt(),
            vec![],
        ),
        (Distribution::Empirical { values: vec![1.0, 2.0, 2.0, 7.0] }, 3.0, 5.5_f64.sqrt(), vec![]),
    ];
    let n = 100_000;
    for (distribution, mean, sd, quantiles) in cases {
        for loadings in [vec![], vec![(0, 0.6)]] {
            let common = Factor { name: "f".into(), varies: Varies::Once, ar: 0.0 };
            let p = parameter("x", distribution.clone(), Varies::Once, &loadings);
            let sampler = Sampler::new(&model(1, 1, vec![common], vec![p]), 11, Purpose::Evaluation);
            let mut values = series(&sampler, 0, 0, n);
            let (found, error) = mean_and_standard_error(&values);
            assert!((found - mean).abs() < 4.0 * error, "{distribution:?}: mean {found} is not {mean}");
            assert!((error * (n as f64).sqrt() / sd - 1.0).abs() < 0.02, "{distribution:?}: sd");
            assert!((distribution.mean() - mean).abs() < 1e-9 * mean.abs().max(1.0));
            values.sort_by(f64::total_cmp);
            let (low, high) = distribution.support();
            assert!(values[0] >= low && values[n - 1] <= high);
            for (p, known) in &quantiles {
                let spread = (p * (1.0 - p) / n as f64).sqrt() * 4.0;
                let (below, above) = (quantile(&values, p - spread), quantile(&values, p + spread));
                assert!((below..=above).contains(known), "{distribution:?}: quantile {p}");
            }
        }
    }
}

#[test]
fn extreme_draws_stay_in_the_support() {
    let distributions = [
        Distribution::Uniform { min: 1.0, max: 2.0 },
        Distribution::Triangular { min: 1.0, mode: 1.0, max: 2.0 },
        Distribution::Pert { min: 1.0, mode: 2.0, max: 2.0 },
        Distribution::Beta { alpha: 0.3, beta: 0.3, min: -1.0, max: 1.0 },
        Distribution::Normal { mean: 0.0, sd: 1.0, min: 4.0, max: 5.0 },
        Distribution::Normal { mean: 10.0, sd: 1.0, min: 0.0, max: f64::INFINITY },
        Distribution::Discrete { values: vec![1.0, 3.0], weights: vec![0.5, 0.5] },
        Distribution::Empirical { values: vec![1.0, 1.0, 7.0] },
    ];
    for distribution in distributions {
        let (low, high) = distribution.support();
        let quantile = Quantile::new(&distribution).expect("no event");
        let mut scratch = Scratch::default();
        let scores = [1.1e-16, 1e-9, 0.5, 1.0 - 1e-9, 1.0 - 1.2e-16].map(crate::stats::normal_quantile);
        let draws = [
            (Draw::Uniform, vec![1.1e-16, 1e-9, 0.5, 1.0 - 1e-9, 1.0 - 1.2e-16]),
            (Draw::Score, scores.to_vec()),
            (Draw::Score, vec![39.0, -39.0]),
        ];
        for (given, mut values) in draws {
            quantile.apply(&mut values, given, &mut scratch);
            for value in values {
                assert!(
                    value >= low && value <= high && value.is_finite(),
                    "{distribution:?} from {given:?}: {value}"
                );
            }
        }
    }
}

/// Two numbers that load √ρ on one factor have the Gaussian copula with correlation ρ: Spearman's rank correlation is
/// (6/π) asin(ρ/2), 0.581920104124 at ρ = 0.6. Its standard error at n draws is below 1/√n.
#[test]
fn loadings_make_the_rank_correlation_they_should() {
    let loading = 0.6_f64.sqrt();
    let common = Factor { name: "f".into(), varies: Varies::Once, ar: 0.0 };
    let parameters = vec![
        parameter("x", Distribution::Lognormal { median: 1.0, cv: 0.5 }, Varies::Once, &[(0, loading)]),
        parameter("y", Distribution::Pert { min: 0.0, mode: 1.0, max: 5.0 }, Varies::Once, &[(0, loading)]),
    ];
    let sampler = Sampler::new(&model(1, 1, vec![common], parameters), 5, Purpose::Evaluation);
    let n = 50_000;
    let ranks = |values: Vec<f64>| {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ranks = vec![0.0; n];
        for (rank, i) in order.into_iter().enumerate() {
            ranks[i] = rank as f64 - (n as f64 - 1.0) / 2.0;
        }
        ranks
    };
    let (x, y) = (ranks(series(&sampler, 0, 0, n)), ranks(series(&sampler, 1, 0, n)));
    let product: f64 = x.iter().zip(&y).map(|(a, b)| a * b).sum();
    let square: f64 = x.iter().map(|a| a * a).sum();
    assert!((product / square - 0.581_920_104_124).abs() < 4.0 / (n as f64).sqrt());
}

/// An AR(1) factor is stationary from the start: variance 1 in every period, correlation ρ between neighbours.
#[test]
fn factors_are_stationary_and_as_persistent_as_stated() {
    let factor = Factor { name: "f".into(), varies: Varies::EachPeriod, ar: 0.8 };
    let parameters = vec![parameter("x", normal(), Varies::EachPeriod, &[(0, 1.0)])];
    let sampler = Sampler::new(&model(3, 4, vec![factor], parameters), 5, Purpose::Evaluation);
    let n = 40_000;
    for t in [0, 5, 11] {
        let squares: Vec<f64> = series(&sampler, 0, t, n).iter().map(|x| x * x).collect();
        let (variance, error) = mean_and_standard_error(&squares);
        assert!((variance - 1.0).abs() < 4.0 * error, "period {t}: {variance}");
    }
    let lagged: Vec<f64> =
        series(&sampler, 0, 6, n).iter().zip(series(&sampler, 0, 7, n)).map(|(a, b)| a * b).collect();
    let (correlation, error) = mean_and_standard_error(&lagged);
    assert!((correlation - 0.8).abs() < 4.0 * error);
}
