//! Truths with known answers, through files, loader, sampler, kernel and statistics: 1,048,576 samples with a fixed seed
//! lie within four standard errors of the closed form, and over 200 seeds the stated errors cover as often as they say.

use std::fmt::Write as _;
use std::fs;

use rantai::control::Control;
use rantai::model::{Metric, Model};
use rantai::scenario::load;
use rantai::sim::Measure;
use rantai::stats::{normal_cdf, normal_quantile};
use rantai::study::simulation::{Points, Samples};
use rantai::study::{Estimate, PlanName, SimulationSettings, SimulationStudy, simulate_plan};
use rayon::prelude::*;

const MANY: usize = 1 << 20;

/// A line of processes from raw material to one market, one commodity after each.
#[derive(Default)]
struct Line {
    /// (capacity, output of the process) of each process, as TOML; the market follows.
    steps: Vec<(String, String)>,
    demand: String,
    price: String,
    years: usize,
    periods_per_year: usize,
    alpha: f64,
    clusters: usize,
    /// More of scenario.toml.
    more: String,
}

impl Line {
    fn new(steps: &[(&str, &str)], demand: &str, price: &str) -> Self {
        Self {
            steps: steps.iter().map(|(k, made)| ((*k).to_string(), (*made).to_string())).collect(),
            demand: demand.to_string(),
            price: price.to_string(),
            years: 1,
            periods_per_year: 1,
            alpha: 0.9,
            clusters: 1,
            more: String::new(),
        }
    }

    fn model(&self) -> Model {
        let title = "title = { id = \"x\", en = \"x\" }";
        let mut chain = format!("{title}\nwage = 0\n");
        let last = self.steps.len();
        for m in 1..=last {
            let _ = writeln!(chain, "[commodities.m{m}]\n{title}\nunit = \"u\"\nstorable = false");
        }
        for (k, base) in self.steps.iter().map(|step| &step.0).chain([&self.demand]).enumerate() {
            let _ = writeln!(chain, "[capacities.k{k}]\n{title}\nunit = \"u\"\nbase = {base}");
        }
        for (p, (_, made)) in self.steps.iter().enumerate() {
            let input = if p == 0 { String::new() } else { format!("inputs = {{ m{p} = 1 }}\n") };
            let _ = writeln!(
                chain,
                "[processes.p{p}]\n{title}\nstage = \"production\"\nunit = \"u\"\n{input}outputs = {{ m{} = {made} }}\nuses = {{ k{p} = 1 }}\nunit_cost = 0\nlabour = 0",
                p + 1
            );
        }
        let _ = writeln!(
            chain,
            "[processes.sell]\n{title}\nstage = \"marketing\"\nunit = \"u\"\ninputs = {{ m{last} = 1 }}\nuses = {{ k{last} = 1 }}\nunit_cost = 0\nlabour = 0\nprice = {}",
            crate::support::per(&self.price, "Rp/u")
        );
        let _ = writeln!(
            chain,
            "[interventions.i]\n{title}\ntype = \"land\"\nsupport = \"facilities\"\ndepreciation = 0\ngestation = [1]\neffectiveness = 1\nadditionality = 1\nupkeep = 0\nupkeep_by = \"cluster\"\nraises.k0 = {{ cost = {{ value = 1, unit = \"Rp/u\" }} }}"
        );
        let scenario = format!(
            "format = 1\n{title}\n[horizon]\nfirst_year = 2027\nyears = {}\nperiods_per_year = {}\n[money]\nunit = \"Rp\"\ndiscount_rate = 0\n[labour]\ndays_per_year = 250\n[objective]\nmetric = \"gross_output\"\n[risk]\nlambda = 0\nalpha = {}\n[samples]\nseed = 1\nplanning = 1\nevaluation = 2\n[sources.s]\n{title}\nlevel = \"central\"\ncarry_over = 0\ndisbursement = [1]\n{}",
            self.years, self.periods_per_year, self.alpha, self.more
        );
        let mut clusters = "cluster,name,region,chain,enterprises,workers\n".to_string();
        for c in 0..self.clusters {
            let _ = writeln!(clusters, "c{c},C{c},R,line,1,1");
        }
        let mut budgets = "source,year,amount\n".to_string();
        for y in 0..self.years {
            let _ = writeln!(budgets, "s,{},0", 2027 + y);
        }
        let folder = tempfile::tempdir().expect("folder");
        fs::create_dir(folder.path().join("chains")).expect("folder");
        for (name, text) in [
            ("chains/line.toml", &chain),
            ("scenario.toml", &scenario),
            ("clusters.csv", &clusters),
            ("budgets.csv", &budgets),
        ] {
            fs::write(folder.path().join(name), text).expect("written");
        }
        match load(folder.path()) {
            Ok(scenario) => scenario.model,
            Err(faults) => {
                let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
                panic!("{}", text.join("\n"));
            }
        }
    }
}

fn study(model: &Model, samples: usize, seed: u64, points: Points) -> SimulationStudy {
    let request = SimulationSettings { samples: Samples::Number(samples), seed, points };
    simulate_plan(model, None, &request, &Control::unlimited(), None).expect("simulates")
}

/// Takings over everything, of many samples.
fn gross(line: &Line) -> Estimate {
    study(&line.model(), MANY, 20_271, Points::Plain).total(PlanName::None, Metric::GrossOutput)
}

/// What is made of a commodity (from 1) over everything.
fn made(study: &SimulationStudy, m: usize) -> Estimate {
    let row = study.rows.iter().find(|row| {
        row.cluster.is_none()
            && row.year.is_none()
            && matches!(row.measure, Measure::Made(_, commodity) if commodity.index() == m - 1)
    });
    row.expect("there").estimate
}

fn near(what: &str, found: f64, expected: f64, error: f64) {
    assert!(
        (found - expected).abs() <= 4.0 * error + 1e-9 * expected.abs(),
        "{what}: {found} is not {expected} within 4 · {error}"
    );
}

const NORMAL: &str = r#"{ dist = "normal", mean = 100, sd = 15, min = 0, varies = "once" }"#;

/// The least of n independent normal capacities along a line: E min = μ − σ E\[max of n standard normals\]. (At zero,
/// 6.7 standard deviations off, the truncation does not matter.) A plan at means expects 100.
#[test]
fn the_weakest_link_of_a_line() {
    for (n, expected) in
        [(2, 91.537_156_246_8), (3, 87.305_734_370_2), (5, 82.555_532_895_4), (10, 76.918_709_037_5)]
    {
        let steps = vec![(NORMAL, "1"); n - 1];
        let sold = gross(&Line::new(&steps, NORMAL, "1"));
        near(&format!("least of {n}"), sold.mean, expected, sold.standard_error);
    }
}

/// E\[min(D, K)\] for lognormal D with μ = 4, σ = 0.5 and K = 60: 48.8826482808, not the 60 of a plan at means.
#[test]
fn sales_limited_by_capacity() {
    let cv = (0.25_f64.exp() - 1.0).sqrt();
    let demand =
        format!("{{ dist = \"lognormal\", median = {}, cv = {cv}, varies = \"once\" }}", 4.0_f64.exp());
    let sold = gross(&Line::new(&[("60", "1")], &demand, "1"));
    near("sales", sold.mean, 48.882_648_280_8, sold.standard_error);
}

/// Five yields uniform on 0.8 to 1: one unit of raw material gives 0.9⁵ = 0.59049 on average (standard deviation
/// 0.0850514), one unit sold needs (ln 1.25 / 0.2)⁵ = 1.7289073656.
#[test]
fn products_of_yields() {
    let uniform = r#"{ dist = "uniform", min = 0.8, max = 1, varies = "once" }"#;
    // The first process has the raw material; four yields more follow.
    let mut steps = vec![("1", uniform)];
    steps.extend(vec![("1000", uniform); 4]);
    let sold = gross(&Line::new(&steps, "1000", "1"));
    near("product", sold.mean, 0.590_49, sold.standard_error);
    near("spread", sold.standard_error * (MANY as f64).sqrt(), 0.085_051_431_501_2, 1e-4);
    let mut needed = Line::new(&steps, "1", "1");
    needed.steps[0].0 = "1000".to_string();
    let study = study(&needed.model(), MANY, 20_271, Points::Plain);
    // What the first process makes is its level times its yield: the level is what is needed of raw material, and the
    // other four yields make 1/U each of its product, (ln 1.25 / 0.2)⁴.
    let first = made(&study, 1);
    near("inverse", first.mean, (1.25_f64.ln() / 0.2).powi(4), first.standard_error);
}

/// The mean of the worst tenth, twentieth and hundredth, mirrored from the losses of the usual tables: normal
/// μ − σ φ(z)/(1 − α), lognormal e^(μ + σ²/2) Φ(z_(1−α) − σ)/(1 − α), uniform half the quantile, and four values of which
/// one, 40 with weight 0.15, stands astride the quantile: (0.05 · 10 + 0.05 · 40)/0.1 = 25.
#[test]
fn the_mean_of_the_worst() {
    for alpha in [0.9, 0.95, 0.99] {
        let share = 1.0 - alpha;
        let z = normal_quantile(share);
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let sigma: f64 = 0.8;
        let cases = [
            (
                r#"{ dist = "normal", mean = 100, sd = 20, min = 0, varies = "once" }"#.to_string(),
                100.0 - 20.0 * density / share,
                100.0 + 20.0 * z,
            ),
            (
                format!(
                    "{{ dist = \"lognormal\", median = {}, cv = {}, varies = \"once\" }}",
                    3.0_f64.exp(),
                    ((sigma * sigma).exp() - 1.0).sqrt()
                ),
                (3.0 + 0.5 * sigma * sigma).exp() * normal_cdf(z - sigma) / share,
                (3.0 + sigma * z).exp(),
            ),
            (
                r#"{ dist = "uniform", min = 0, max = 100, varies = "once" }"#.to_string(),
                50.0 * share,
                100.0 * share,
            ),
        ];
        for (price, expected, at_risk) in cases {
            let line = Line { alpha, ..Line::new(&[("1", "1")], "1", &price) };
            let found = gross(&line);
            near(&format!("{price} beyond {alpha}"), found.cvar, expected, found.cvar_standard_error);
            if alpha == 0.95 {
                let [low, high] = found.quantile_intervals[0];
                near("its 5 % quantile", found.quantiles[0], at_risk, (high - low) / 3.92);
            }
        }
    }
    let atoms = r#"{ dist = "discrete", values = [10, 40, 50, 60], weights = [0.05, 0.15, 0.3, 0.5], varies = "once" }"#;
    let found = gross(&Line::new(&[("1", "1")], "1", atoms));
    near("with an atom", found.cvar, 25.0, found.cvar_standard_error);
    // The 5 % quantile stands where one value ends and the next begins; kept as counts, values are right to 1/1024.
    let quantile = found.quantiles[0];
    assert!([10.0, 40.0].iter().any(|atom| (quantile - atom).abs() <= atom / 1024.0), "{quantile}");
}

/// What experts say: a tenth below 20, a tenth above 80. Mean 46.3002454757, standard deviation 26.9903212253, median
/// 40, 95 % quantile 97.3705914221.
#[test]
fn tenths_make_the_lognormal_they_should() {
    let price = r#"{ dist = "lognormal", p10 = 20, p90 = 80, varies = "once" }"#;
    let found = gross(&Line::new(&[("1", "1")], "1", price));
    near("mean", found.mean, 46.300_245_475_7, found.standard_error);
    near("spread", found.standard_error * (MANY as f64).sqrt(), 26.990_321_225_3, 0.1);
    for (place, expected) in [(2, 40.0), (4, 97.370_591_422_1)] {
        let [low, high] = found.quantile_intervals[place];
        near("quantile", found.quantiles[place], expected, (high - low) / 3.92);
    }
}

/// A price exp(ln 50 + a_t) with a_t = 0.8 a_(t−1) + 0.1 ε: stationary with variance v = 0.01/0.36, so every year has
/// mean 50 exp(v/2) = 50.6992893796 and variance 72.4014183063; and two successive years together have
/// 2 · 72.4014 + 2 · 50.6993² (e^(0.8 v) − 1).
#[test]
fn a_price_with_memory_is_stationary() {
    let v: f64 = 0.01 / 0.36;
    let price = format!(
        "{{ dist = \"lognormal\", median = 50, cv = {}, varies = \"yearly\", loadings = {{ market = 1 }} }}",
        (v.exp() - 1.0).sqrt()
    );
    let line = Line {
        years: 2,
        more: "[factors.market]\nvaries = \"yearly\"\nar = 0.8\nscope = \"all\"\n".to_string(),
        ..Line::new(&[("1", "1")], "1", &price)
    };
    let study = study(&line.model(), MANY, 20_271, Points::Plain);
    let mut years = 0;
    for row in study.rows.iter().filter(|row| {
        row.measure == Measure::Metric(Metric::GrossOutput) && row.cluster.is_none() && row.year.is_some()
    }) {
        near("mean", row.estimate.mean, 50.699_289_379_6, row.estimate.standard_error);
        near("variance", row.estimate.standard_error.powi(2) * MANY as f64, 72.401_418_306_3, 0.2);
        years += 1;
    }
    assert_eq!(years, 2);
    let both = study.total(PlanName::None, Metric::GrossOutput);
    let expected = 2.0 * 72.401_418_306_3 + 2.0 * 50.699_289_379_6_f64.powi(2) * ((0.8 * v).exp() - 1.0);
    near("two years", both.standard_error.powi(2) * MANY as f64, expected, 0.5);
}

/// Events at rate λ that last one period and leave 1 − S of the capacity: N of them leave Π(1 − S). For Poisson counts
/// E\[h\] = exp(−λ E S), E\[h²\] = exp(−λ (1 − E(1−S)²)) and P(untouched) = e^−λ; for negative binomial ones of size k
/// E\[h\] = (1 + λ E S / k)^−k. With S ~ beta(2, 3): E S = 0.4, E(1 − S)² = 0.36 + 0.04 = 0.4.
#[test]
fn events_leave_what_they_should() {
    for (lambda, size) in [(3.0_f64, None), (0.7, None), (3.0, Some(0.5)), (0.7, Some(4.0))] {
        let dispersion = size.map_or(String::new(), |k: f64| format!("dispersion = {k}\n"));
        let line = Line {
            clusters: 2,
            more: format!(
                "[[targets]]\ntitle = {{ id = \"x\", en = \"x\" }}\nsold = \"line/sell\"\ncluster = \"c0\"\nat_least = 1\n\
                 [events.e]\nrate = {lambda}\n{dispersion}severity = {{ dist = \"beta\", alpha = 2, beta = 3 }}\n\
                 duration = 1\nhits = [\"k0\"]\nshared = \"region\"\n"
            ),
            ..Line::new(&[("1", "1")], "1000", "1")
        };
        let study = study(&line.model(), MANY, 20_271, Points::Plain);
        let both = study.total(PlanName::None, Metric::GrossOutput);
        let (mean, untouched) = match size {
            None => ((-0.4 * lambda).exp(), (-lambda).exp()),
            Some(k) => ((1.0 + 0.4 * lambda / k).powf(-k), (1.0 + lambda / k).powf(-k)),
        };
        // Both clusters are struck by the same events: twice the mean, four times the variance of one.
        near(&format!("{lambda} {size:?}"), both.mean, 2.0 * mean, both.standard_error);
        if size.is_none() {
            let variance = (-0.6 * lambda).exp() - mean * mean;
            near("variance", both.standard_error.powi(2) * MANY as f64, 4.0 * variance, 4e-3 * variance);
        }
        let reached = &study.reached[0];
        let error = (untouched * (1.0 - untouched) / MANY as f64).sqrt();
        near("untouched", reached.probability, untouched, error);
    }
}

/// Events of duration d periods that start evenly: in the long run those active in a period are Poisson with mean
/// λ d / P, so E\[h\] = exp(−λ d s / P). In the last year of three all that are still running have begun.
#[test]
fn events_last_as_long_as_they_say() {
    let line = Line {
        years: 3,
        periods_per_year: 4,
        more: "[events.e]\nrate = 2\nseverity = 0.5\nduration = 3\nhits = [\"k0\"]\n".to_string(),
        ..Line::new(&[("1", "1")], "1000", "1")
    };
    let study = study(&line.model(), MANY, 20_271, Points::Plain);
    let last = study.rows.iter().find(|row| {
        row.measure == Measure::Metric(Metric::GrossOutput) && row.cluster.is_none() && row.year == Some(2)
    });
    let last = last.expect("there").estimate;
    near("the third year", last.mean, 4.0 * (-2.0_f64 * 3.0 * 0.5 / 4.0).exp(), last.standard_error);
}

/// How often, over 200 seeds, the 95 % intervals of (mean, CVaR, 5 % quantile, median, target) hold the truths.
fn times_covered(model: &Model, points: Points, truths: [f64; 5]) -> [usize; 5] {
    let covered: Vec<[bool; 5]> = (0..200_u64)
        .into_par_iter()
        .map(|seed| {
            let study = study(model, 1024, 1000 + seed, points);
            let found = study.total(PlanName::None, Metric::GrossOutput);
            let around = |centre: f64, error: f64| [centre - error, centre + error];
            let intervals = [
                around(found.mean, found.half_width),
                around(found.cvar, 1.96 * found.cvar_standard_error),
                found.quantile_intervals[0],
                found.quantile_intervals[2],
                study.reached[0].interval,
            ];
            std::array::from_fn(|i| intervals[i][0] <= truths[i] && truths[i] <= intervals[i][1])
        })
        .collect();
    std::array::from_fn(|i| covered.iter().filter(|covered| covered[i]).count())
}

fn lognormal_price(varies: &str, at_least: f64) -> Line {
    let price = format!(
        "{{ dist = \"lognormal\", median = 10, cv = {}, varies = \"{varies}\" }}",
        (0.25_f64.exp() - 1.0).sqrt()
    );
    Line {
        more: format!(
            "[[targets]]\ntitle = {{ id = \"x\", en = \"x\" }}\nmetric = \"gross_output\"\nat_least = {at_least}\n"
        ),
        ..Line::new(&[("1", "1")], "1", &price)
    }
}

/// Over 200 seeds a 95 % interval covers the truth 190 times, give or take four standard deviations (3.1 each); CVaR's
/// and quantiles' are asymptotic and get one more. A lognormal with median 10 and σ = 0.5: its mean is 10 e^(1/8), the
/// mean of its worst tenth that times Φ(z_0.1 − σ)/0.1, and it reaches 12 with probability 1 − Φ(ln 1.2 / σ).
#[test]
fn stated_errors_cover_as_often_as_they_say() {
    let mean = 10.0 * 0.125_f64.exp();
    let quantile = |p: f64| 10.0 * (0.5 * normal_quantile(p)).exp();
    let truths = [
        mean,
        mean * normal_cdf(normal_quantile(0.1) - 0.5) / 0.1,
        quantile(0.05),
        quantile(0.5),
        1.0 - normal_cdf(1.2_f64.ln() / 0.5),
    ];
    let covered = times_covered(&lognormal_price("once", 12.0).model(), Points::Plain, truths);
    for (what, times) in ["mean", "CVaR", "5 % quantile", "median", "target"].iter().zip(covered) {
        assert!((174..=200).contains(&times), "the {what} is covered {times} times of 200");
    }
    assert!((178..=199).contains(&covered[0]) && covered[4] >= 178, "{covered:?}");
}

/// The same for evenly spread samples, whose errors come from 16 replicates, on the sum of twelve months; the truths
/// beyond the mean are those of four million independent samples.
#[test]
fn errors_of_even_samples_cover_as_often_as_they_say() {
    let line = Line { periods_per_year: 12, ..lognormal_price("each_period", 130.0) };
    let model = line.model();
    let exact = study(&model, 1 << 22, 77, Points::Plain);
    let of = exact.total(PlanName::None, Metric::GrossOutput);
    let truths =
        [120.0 * 0.125_f64.exp(), of.cvar, of.quantiles[0], of.quantiles[2], exact.reached[0].probability];
    for points in [Points::LatinHypercube { replicates: 16 }, Points::Sobol { replicates: 16 }] {
        let covered = times_covered(&model, points, truths);
        for (what, times) in ["mean", "CVaR", "5 % quantile", "median", "target"].iter().zip(covered) {
            assert!((170..=200).contains(&times), "{points:?}: the {what} is covered {times} times of 200");
        }
        assert!(covered[0] >= 178, "{points:?}: {covered:?}");
    }
}
