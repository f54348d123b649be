//! Indices of sensitivity and the worth of evidence against closed forms.

use rantai::sampling::{Purpose, errors_of};
use rantai::stats::evidence::{Worth, answers, best, evpi, evppi, nested};
use rantai::stats::normal::{normal_cdf, normal_density, normal_quantile};
use rantai::stats::sobol::{Indices, Spread, indices};

/// Independent standard normal numbers of a name.
fn normals(seed: u64, name: &str, n: usize) -> Vec<f64> {
    errors_of(seed, Purpose::Evaluation, name, n)
}

/// Rows of independent uniform numbers, \[input\]\[row\].
fn uniforms(seed: u64, matrix: &str, inputs: usize, n: usize) -> Vec<Vec<f64>> {
    let column = |i: usize| normals(seed, &format!("{matrix}/{i}"), n).into_iter().map(normal_cdf).collect();
    (0..inputs).map(column).collect()
}

/// The indices of every input of `f`.
fn sobol(seed: u64, inputs: usize, n: usize, f: &dyn Fn(&[f64]) -> f64) -> (Spread, Vec<Indices>) {
    let (a, b) = (uniforms(seed, "a", inputs, n), uniforms(seed, "b", inputs, n));
    let run = |swapped: Option<usize>, other: bool| -> Vec<f64> {
        let column = |i: usize| if other || swapped == Some(i) { &b[i] } else { &a[i] };
        (0..n).map(|k| f(&(0..inputs).map(|i| column(i)[k]).collect::<Vec<f64>>())).collect()
    };
    let (of_a, of_b) = (run(None, false), run(None, true));
    let of = |i| indices(&of_a, &of_b, &run(Some(i), false)).expect("varies");
    (Spread::of(&of_a, &of_b), (0..inputs).map(of).collect())
}

fn ishigami(u: &[f64]) -> f64 {
    let x: Vec<f64> = u.iter().map(|u| std::f64::consts::PI * (2.0 * u - 1.0)).collect();
    x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
}

/// Closed forms of the function of Ishigami and Homma with a = 7, b = 0.1.
const ISHIGAMI: [[f64; 2]; 3] =
    [[0.313_905_191_148, 0.557_588_855_21], [0.442_411_144_79, 0.442_411_144_79], [0.0, 0.243_683_664_062]];

fn within(found: &[Indices], expected: &[[f64; 2]]) {
    for (found, [first, total]) in found.iter().zip(expected) {
        for (index, exact) in [(found.first, first), (found.total, total)] {
            assert!(
                (index.value - exact).abs() <= 4.0 * index.standard_error + 1e-12,
                "{index:?} is not {exact}"
            );
        }
    }
}

/// Ishigami's function: mean 3.5, variance 13.8445879407, and its indices within four standard errors.
#[test]
fn the_indices_of_ishigami_are_found() {
    let (spread, found) = sobol(7, 3, 8192, &ishigami);
    assert!((spread.mean - 3.5).abs() < 0.15, "{spread:?}");
    assert!((spread.variance - 13.844_587_940_7).abs() < 0.5, "{spread:?}");
    within(&found, &ISHIGAMI);
    assert!(found.iter().all(|own| own.first.standard_error < 0.03 && own.total.standard_error < 0.02));
}

/// Of 60 seeds and six indices each, 95 % intervals hold the closed form in 90 % and more.
#[test]
fn intervals_of_indices_cover_the_closed_form() {
    let mut held = 0;
    for seed in 0..60 {
        let (_, found) = sobol(seed, 3, 512, &ishigami);
        for (found, exact) in found.iter().zip(&ISHIGAMI) {
            for (index, exact) in [(found.first, exact[0]), (found.total, exact[1])] {
                let [low, high] = index.interval();
                held += usize::from(low <= exact && exact <= high);
            }
        }
    }
    assert!(held * 100 >= 90 * 360, "{held} of 360");
}

/// Sobol's G with a = (0, 1, 4.5, 9): Π (|4 x − 2| + a) / (1 + a). Each factor alone has the variance v = 1 / 3 (1 + a)², all together
/// Π (1 + v) − 1; the first-order index is v over it, the total one v Π of the others (1 + v) over it.
#[test]
fn the_indices_of_sobols_g_are_found() {
    let a = [0.0, 1.0, 4.5, 9.0];
    let g = |u: &[f64]| -> f64 {
        u.iter().zip(&a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
    };
    let v: Vec<f64> = a.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
    let all: f64 = v.iter().map(|v| 1.0 + v).product();
    let exact: Vec<[f64; 2]> =
        v.iter().map(|v| [v / (all - 1.0), v * all / (1.0 + v) / (all - 1.0)]).collect();
    let (spread, found) = sobol(3, 4, 8192, &g);
    assert!((spread.variance - (all - 1.0)).abs() < 0.02, "{spread:?}");
    within(&found, &exact);
}

/// E\[max(0, X)\] − max(0, m) of a normal X with mean m and standard deviation s: s φ(u) − |m| Φ(−u), u = |m| / s.
fn closed(m: f64, s: f64) -> f64 {
    let u = m.abs() / s;
    s * normal_density(u) - m.abs() * normal_cdf(-u)
}

/// Two decisions, of which the second brings 10 + 25 (ρ x + √(1 − ρ²) y) more, with x and y standard normal.
fn two(seed: u64, share: f64, n: usize) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
    let (x, y) = (normals(seed, "x", n), normals(seed, "y", n));
    let rest = (1.0 - share * share).sqrt();
    let more = x.iter().zip(&y).map(|(x, y)| 10.0 + 25.0 * (share * x + rest * y)).collect();
    (vec![vec![0.0; n], more], x, y)
}

fn near(found: Worth, exact: f64, slack: f64) {
    let room = 4.0 * found.standard_error + slack;
    assert!((found.mean - exact).abs() <= room, "{found:?} is not {exact}");
}

/// The expected value of perfect information of the normal case is 5.76097092369.
#[test]
fn perfect_information_of_the_normal_case() {
    let exact = closed(10.0, 25.0);
    assert!((exact - 5.760_970_923_69).abs() < 1e-9, "{exact}");
    let (values, ..) = two(1, 0.7, 40_000);
    near(evpi(&values), exact, 0.0);
    assert_eq!(best(&values), 1);
}

/// Knowing x leaves a normal with standard deviation 25 ρ: the closed form of that.
#[test]
fn partial_information_of_the_normal_case() {
    for share in [0.5, 0.8, 0.95] {
        let (values, x, _) = two(2, share, 40_000);
        let found = evppi(&values, &[&x]);
        near(found, closed(10.0, 25.0 * share), 0.02);
        assert!(found.standard_error < 0.15);
    }
}

/// The mean of n answers with error τ leaves 25 ρ / √(1 + τ² / n).
#[test]
fn surveys_of_the_normal_case() {
    let (values, x, _) = two(3, 0.9, 40_000);
    let noise = normals(3, "noise", 40_000);
    let mut last = 0.0;
    for number in [1.0, 4.0, 16.0] {
        let observed = answers(&x, &noise, 2.0, number);
        let found = evppi(&values, &[&observed]);
        let exact = closed(10.0, 25.0 * 0.9 / (1.0 + 4.0 / number).sqrt());
        near(found, exact, 0.02);
        assert!(found.mean > last);
        last = found.mean;
    }
    assert!(last < evppi(&values, &[&x]).mean);
}

/// Three decisions that depend on three numbers by curves: knowing all three at once is knowing everything.
#[test]
fn knowing_all_numbers_at_once_is_knowing_everything() {
    let n = 8000;
    let (x, y, z) = (normals(4, "x", n), normals(4, "y", n), normals(4, "z", n));
    let classes: Vec<f64> = z.iter().map(|z| f64::from(u8::from(*z > 0.5))).collect();
    let value = |f: &dyn Fn(usize) -> f64| (0..n).map(f).collect::<Vec<f64>>();
    let values = vec![
        value(&|k| 1.0 + x[k] + 0.5 * (2.0 * y[k]).sin()),
        value(&|k| 0.8 + 3.0 * classes[k] - x[k]),
        value(&|k| 0.3 * x[k].exp() + y[k] + 2.0 * classes[k]),
    ];
    let (all, found) = (evpi(&values), evppi(&values, &[&x, &y, &classes]));
    assert!(found.mean <= all.mean + 1e-12);
    assert!(all.mean - found.mean < 0.01 * all.mean, "{found:?} {all:?}");
    for one in [&x, &y, &classes] {
        assert!(evppi(&values, &[one]).mean < found.mean);
    }
}

/// A number that has nothing to do with the choice is worth nothing: over 40 seeds, the mean of estimates lies below two of its own
/// standard errors. The regression's promise would be above zero each time.
#[test]
fn what_says_nothing_is_worth_nothing() {
    let found: Vec<f64> = (0..40)
        .map(|seed| {
            let (values, ..) = two(seed, 0.5, 500);
            evppi(&values, &[&normals(seed, "elsewhere", 500)]).mean
        })
        .collect();
    let (mean, error) = rantai::stats::mean_and_standard_error(&found);
    assert!(mean <= 2.0 * error, "{mean} ± {error}");
}

/// Nested simulation of the normal case: 64 states of x and 256 futures of each. The closed form lies between the ends, but for chance.
#[test]
fn nested_simulation_holds_the_closed_form_between_its_ends() {
    let (share, futures) = (0.8_f64, 256);
    let rest = (1.0 - share * share).sqrt();
    let states: Vec<Vec<Vec<f64>>> = (0..64)
        .map(|i| {
            let x = normal_quantile((f64::from(i) + 0.5) / 64.0);
            let y = normals(9, &format!("y/{i}"), futures);
            let more = y.iter().map(|y| 10.0 + 25.0 * (share * x + rest * y)).collect();
            vec![vec![0.0; futures], more]
        })
        .collect();
    let found = nested(&states, 1);
    let exact = closed(10.0, 25.0 * share);
    assert!(found.low.mean - 3.0 * found.low.standard_error <= exact, "{found:?} {exact}");
    assert!(exact <= found.high.mean + 3.0 * found.high.standard_error, "{found:?} {exact}");
    assert!(found.high.mean >= found.low.mean && found.high.mean - found.low.mean < 0.3, "{found:?}");
    assert!(found.high.standard_error < 0.5, "{found:?}");
}
