//! What the last and the next rupiah of budgets, floors and caps are worth, held against the optimum solved again: on random
//! scenarios whose amounts are nothing, a rupiah, a millionth of others or the same as others, by every method.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use rantai::control::Control;
use rantai::model::{
    Eligibility, FacilityType, Limit, LimitBound, LimitKind, Model, Risk, SourceId, Variant,
};
use rantai::opt::OptError;
use rantai::opt::builder::{PlanningProgram, Rule, build};
use rantai::opt::decomposition::Scheme;
use rantai::opt::extensive::ExtensiveForm;
use rantai::opt::lp::{LpStatus, Method, solve};
use rantai::opt::margins::Slope;
use rantai::opt::planner::{PlanMethod, PlanOptions, RuleMargin, optimise, recourse_values};
use rantai::sampling::{Purpose, SampleBlock, Sampler};
use rantai::scenario::load;
use rantai::units::Rupiah;
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{copy, rantai, scenario, stdout, varied};

const JUTA: f64 = 1e6;
/// Samples per scenario.
const SAMPLES: usize = 3;

/// A worth so small may be the cost of spending that breaks ties.
const TIES: f64 = 1e-6;

/// A scheme to a plan: how closely it knows what money is worth, and, as shares of the level, what it leaves open of an optimum.
#[derive(Clone, Copy)]
struct Known {
    method: PlanMethod,
    scheme: Scheme,
    close: f64,
    open: f64,
}

const WAYS: [Known; 3] = [
    Known { method: PlanMethod::Extensive, scheme: Scheme::Automatic, close: 1e-3, open: 1e-9 },
    Known { method: PlanMethod::Decomposition, scheme: Scheme::LShaped, close: 2e-2, open: 1e-8 },
    Known { method: PlanMethod::Decomposition, scheme: Scheme::ColumnGeneration, close: 2.5e-2, open: 2e-7 },
];

/// A random scenario with amounts of an unusual kind; the source t bears upkeep in some, and s carries money over.
fn unusual(seed: usize) -> Model {
    let model = random_model(seed, if seed % 7 == 6 { Kind::SeparateLines } else { Kind::Any });
    let risk = seed.is_multiple_of(5).then_some(Risk { lambda: 0.4, alpha: 0.6 });
    let mut variant = Variant { risk, ..Variant::default() };
    let set = |variant: &mut Variant, s: usize, amounts: [i64; 2]| {
        variant.amounts.insert(SourceId::new(s), amounts.map(Rupiah).to_vec());
    };
    match seed % 8 {
        // As it is: t has nothing in the first year.
        0 => {}
        1 => set(&mut variant, 1, [1, 1]),
        2 => {
            set(&mut variant, 0, [1_000_000, 500_000]);
            set(&mut variant, 1, [1, 0]);
        }
        3 => {
            set(&mut variant, 0, [0, 0]);
            set(&mut variant, 1, [0, 0]);
        }
        4 => {
            // Two sources that pay for the same lines at the same time.
            set(&mut variant, 0, [60_000, 60_000]);
            set(&mut variant, 1, [60_000, 60_000]);
            let (like, other) = (&model.sources[0], SourceId::new(1));
            variant.disbursement.insert(other, like.disbursement.clone());
            variant.carry_over.insert(other, like.carry_over);
        }
        5 => {
            set(&mut variant, 0, [1, 1]);
            set(&mut variant, 1, [1, 1]);
        }
        6 => {
            // Where the responses bend.
            set(&mut variant, 0, [20_000, 0]);
            set(&mut variant, 1, [0, 60_000]);
        }
        _ => {
            set(&mut variant, 0, [100_000, 50_000]);
            set(&mut variant, 1, [50, 7_000]);
        }
    }
    varied(&model, &variant)
}

/// The optimum with the amount of one row changed, solved cold as one linear program, spending free of the cost that breaks
/// ties.
struct Truth {
    planning: PlanningProgram,
    form: ExtensiveForm,
    known: BTreeMap<(usize, u64), Option<f64>>,
}

impl Truth {
    fn new(model: &Model, block: &SampleBlock) -> Self {
        let mut planning = build(model, model.objective, block);
        for column in &mut planning.program.columns {
            column.objective = 0.0;
        }
        let nothing = vec![0.0; planning.program.columns.len()];
        let without = recourse_values(&planning.program, &nothing).expect("levels");
        for (sample, level) in planning.program.samples.iter_mut().zip(without) {
            sample.offset = -level;
        }
        let form = ExtensiveForm::of(&planning.program);
        Self { planning, form, known: BTreeMap::new() }
    }

    fn level(&self) -> f64 {
        self.planning.program.samples.iter().map(|sample| sample.offset.abs()).sum::<f64>() / SAMPLES as f64
    }

    fn at(&mut self, row: usize, rhs: f64) -> Option<f64> {
        let form = &mut self.form;
        *self.known.entry((row, rhs.to_bits())).or_insert_with(|| {
            let old = std::mem::replace(&mut form.lp.rows[row].rhs, rhs);
            let found = [Method::Simplex, Method::PlainSimplex]
                .into_iter()
                .map(|method| solve(&form.lp, method, &Control::unlimited()))
                .find(|solution| solution.status == LpStatus::Optimal)
                .map(|solution| form.lp.columns.iter().zip(&solution.x).map(|(c, x)| c.objective * x).sum());
            form.lp.rows[row].rhs = old;
            found
        })
    }
}

/// What was held against the truth.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    /// Slopes, and those of them that are worth something.
    slopes: usize,
    strict: usize,
    /// Slopes too close to a bend for the truth to be told apart from rounding.
    blurred: usize,
    /// Sides of which nothing is told though there are plans.
    untold: usize,
    /// Plans that were not proven to a gap of 10⁻⁹.
    unproven: usize,
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            slopes: self.slopes + other.slopes,
            strict: self.strict + other.strict,
            blurred: self.blurred + other.blurred,
            untold: self.untold + other.untold,
            unproven: self.unproven + other.unproven,
        }
    }
}

/// One side of one amount.
struct Side<'t> {
    truth: &'t mut Truth,
    row: usize,
    amount: f64,
    size: f64,
    sign: f64,
    dearest: f64,
}

impl Side<'_> {
    fn average(&mut self, distance: f64) -> Option<f64> {
        let step = self.sign * distance;
        let here = self.truth.at(self.row, self.amount)?;
        Some((self.truth.at(self.row, self.amount + step)? - here) / step)
    }

    /// Half-scheme to where it holds to, the average slope is the derivative; ten times as far it is no more than the next
    /// rupiah's worth, no less than the last one's (the optimum is concave).
    fn check(&mut self, slope: Option<Slope>, known: Known, about: &str) -> Count {
        let Some(slope) = slope else {
            let untold = (self.amount > 0.1 * self.size || self.sign > 0.0)
                && self.average(1e-2 * self.size).is_some();
            return Count { untold: usize::from(untold), ..Count::default() };
        };
        let (side, unit) = (self.sign, if self.truth.planning.metric.is_money() { JUTA } else { 1.0 });
        let worth = slope.worth * JUTA / unit;
        let open = known.open * (self.truth.level() + self.dearest * self.size) + 1e-12;
        let holds = (slope.holds_to / JUTA - self.amount).abs();
        let near = 0.5 * holds;
        let scale = worth.abs().max(0.02 * self.dearest);
        let mut count =
            Count { slopes: 1, strict: usize::from(worth.abs() > 1e-3 * self.dearest), ..Count::default() };
        let allowed = (0.021 + known.close) * scale + open / near + TIES;
        if holds == 0.0 {
            // It holds for less than a rupiah: too little to be told from rounding here.
            return Count { blurred: 1, ..count };
        }
        let average = self.average(near).unwrap_or_else(|| panic!("{about}: no plan over {near}"));
        assert!((average - worth).abs() <= allowed, "{about}: {average} over {near}, {allowed} allowed");
        count.blurred = usize::from(open / near > 0.1 * scale);
        if let (true, Some(average)) = (side > 0.0 || self.amount > 10.0 * near, self.average(10.0 * near)) {
            let allowed = (0.021 + known.close) * scale + open / (10.0 * near) + TIES;
            assert!(
                side * (average - worth) <= allowed,
                "{about}: {average} over ten times {near}, {allowed} allowed"
            );
        }
        count
    }
}

fn check(seed: usize, model: &Model, known: &[RuleMargin], truth: &mut Truth, scheme: Known) -> Count {
    let in_juta = |known: &&RuleMargin| known.margin.amount / JUTA;
    let budgets: Vec<f64> = known
        .iter()
        .filter(|known| matches!(known.rule, Rule::Budget(..)) && known.margin.amount > 0.0)
        .map(|known| known.margin.amount / JUTA)
        .collect();
    let typical = if budgets.is_empty() {
        known.iter().map(|known| in_juta(&known)).fold(1e-3, f64::max)
    } else {
        budgets.iter().sum::<f64>() / budgets.len() as f64
    };
    let unit = if model.objective.is_money() { JUTA } else { 1.0 };
    let slopes = known.iter().flat_map(|known| [known.margin.below, known.margin.above]).flatten();
    let dearest = slopes.map(|slope| slope.worth.abs() * JUTA / unit).fold(0.0, f64::max);
    let mut count = Count::default();
    for known in known {
        let row = truth.planning.rules.iter().position(|rule| *rule == known.rule).expect("a row");
        let amount = truth.planning.program.rows[row].rhs;
        let size = amount.max(0.1 * typical);
        for (slope, side) in [(known.margin.below, -1.0), (known.margin.above, 1.0)] {
            let about = format!("scenario {seed}, {}, side {side}: {known:?}", scheme.close);
            let mut side = Side { truth: &mut *truth, row, amount, size, sign: side, dearest };
            count = count + side.check(slope, scheme, &about);
        }
    }
    count
}

fn held(seed: usize) -> [Count; 3] {
    let model = unusual(seed);
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, SAMPLES);
    let mut truth = Truth::new(&model, &block);
    WAYS.map(|scheme| {
        let options = PlanOptions {
            more_money: true,
            gap: Some(1e-9),
            scheme: scheme.scheme,
            ..PlanOptions::new(model.objective, scheme.method)
        };
        match optimise(&model, &block, &options, &Control::unlimited()) {
            Ok(plan) => check(seed, &model, &plan.margins, &mut truth, scheme),
            // What is locked may take more money than there is now.
            Err(OptError::Infeasible(_)) => Count::default(),
            // Of budgets of a rupiah with an aversion to risk.
            Err(OptError::NotProven { .. } | OptError::NotProvenAt(_)) => {
                Count { unproven: 1, ..Count::default() }
            }
            Err(error) => panic!("scenario {seed}, {:?}: {error:?}", scheme.method),
        }
    })
}

fn held_on(seeds: Vec<usize>) {
    let all: Vec<[Count; 3]> = seeds.into_par_iter().map(held).collect();
    let sum = |scheme: usize| all.iter().map(|counts| counts[scheme]).fold(Count::default(), |a, b| a + b);
    let counts = [sum(0), sum(1), sum(2)];
    assert!(counts.iter().map(|count| count.unproven).sum::<usize>() <= 1, "{counts:?}");
    for (count, untold) in counts.into_iter().zip([0.1, 0.2, 3.0]) {
        assert!(8 * count.strict > count.slopes, "{count:?}: too few amounts are worth something");
        assert!(5 * count.blurred < 4 * count.slopes, "{count:?}: too few can be told from rounding");
        assert!(count.untold as f64 <= untold * count.slopes as f64, "{count:?}: too many are not told");
    }
}

#[test]
fn margins_are_one_sided_derivatives_on_200_scenarios() {
    held_on((1_000..1_200).collect());
}

/// `scenarios/minimal` with these budgets of 2027 and 2028 [juta], and 50 rupiah a year of a second source for the same lines.
fn minimal(juta: i64) -> Model {
    let folder = tempfile::tempdir().expect("temporary folder");
    copy(&scenario("minimal"), folder.path());
    fs::remove_file(folder.path().join("today.csv")).expect("there");
    let grade = "assumption: chosen for round arithmetic,assumption";
    let mut budgets = "source,year,amount,unit,reference,grade\n".to_string();
    for year in [2027, 2028] {
        let _ = writeln!(budgets, "apbd,{year},{juta},juta Rp,{grade}\ncsr,{year},50,Rp,{grade}");
    }
    fs::write(folder.path().join("budgets.csv"), budgets).expect("written");
    let file = folder.path().join("scenario.toml");
    let text = fs::read_to_string(&file).expect("there");
    let source =
        "title = { id = \"CSR\", en = \"CSR\" }\nlevel = \"partner\"\ncarry_over = 1\ndisbursement = [1]\n";
    fs::write(&file, format!("{text}\n[sources.csr]\n{source}")).expect("written");
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

/// The last and the next rupiah of every budget, floor and cap of a plan on 20 samples.
fn both_sides(model: &Model, (method, scheme): (PlanMethod, Scheme)) -> Vec<[Option<f64>; 2]> {
    let block = Sampler::new(model, model.samples.seed, Purpose::Planning).block(0, 20);
    let options = PlanOptions { more_money: true, scheme, ..PlanOptions::new(model.objective, method) };
    let plan = optimise(model, &block, &options, &Control::unlimited()).expect("plan");
    let worth = |slope: Option<Slope>| slope.map(|slope| slope.worth);
    plan.margins.iter().map(|known| [worth(known.margin.below), worth(known.margin.above)]).collect()
}

/// Every margin is the right one; with prices, which tell only what bounds prove, every margin that is told.
fn near(scheme: Scheme, found: &[[Option<f64>; 2]], right: &[[Option<f64>; 2]]) {
    let close = |found: &Option<f64>, right: &Option<f64>| match (found, right) {
        (Some(found), Some(right)) => (found - right).abs() < 1e-5,
        (None, Some(_)) if scheme == Scheme::ColumnGeneration => true,
        (found, right) => found == right,
    };
    let all = found.iter().flatten().zip(right.iter().flatten()).all(|(found, right)| close(found, right));
    assert!(all && found.len() == right.len(), "{found:?} is not {right:?}");
}

/// Two sources that pay for the same lines, one of them with 50 rupiah a year: a rupiah of either brings the same, in the
/// working of `scenarios/minimal` 0.60 in 2027 and 0.30 in 2028, the last as the next. With 25 juta of the first the plan is
/// where certification in Utara is full: each rupiah more brings 0.60 in 2027 (equipment in Selatan).
#[test]
fn sources_that_pay_for_the_same_lines_are_worth_the_same() {
    for Known { method, scheme, .. } in WAYS {
        let found = both_sides(&minimal(100), (method, scheme));
        let [first, second] = [0.6, 0.3].map(|worth| [Some(worth); 2]);
        near(scheme, &found[..2], &[first, second]);
        for (little, much) in found[2..].iter().zip([first, second]) {
            // Half of 50 rupiah is too little beside 100 juta to be told apart.
            near(scheme, &[[None, little[1]]], &[[None, much[1]]]);
            assert!(little[0].is_none_or(|last| (last - much[0].expect("last")).abs() < 1e-5), "{found:?}");
        }
        let found = both_sides(&minimal(25), (method, scheme));
        near(scheme, &[[None, found[0][1]]], &[[None, first[1]]]);
        near(scheme, &[[None, found[2][1]]], &[[None, first[1]]]);
    }
}

/// Budgets of nothing: there is no last rupiah, and the next one goes to certification in Utara, v a kilogram of which 25,000
/// rupiah bring one: 0.88 + 0.16 h in 2027, half of it in 2028, where h is the share of samples with the high price.
#[test]
fn the_next_rupiah_of_a_budget_of_nothing_is_what_it_would_bring() {
    let model = load(&scenario("minimal")).expect("valid").model;
    let amounts = BTreeMap::from([(SourceId::new(0), vec![Rupiah(0); model.horizon.years])]);
    let model = varied(&model, &Variant { amounts, ..Variant::default() });
    let block = Sampler::new(&model, model.samples.seed, Purpose::Planning).block(0, 20);
    let program = build(&model, model.objective, &block).program;
    let best =
        |w: usize| program.samples[w].columns.iter().map(|column| column.objective).fold(0.0, f64::max);
    let dearest = (0..20).map(best).fold(0.0, f64::max);
    let high = (0..20).filter(|w| best(*w) > 0.95 * dearest).count() as f64 / 20.0;
    for Known { method, scheme, .. } in WAYS {
        let next = 0.88 + 0.16 * high;
        near(scheme, &both_sides(&model, (method, scheme)), &[[None, Some(next)], [None, Some(0.5 * next)]]);
    }
}

/// A floor of 10 juta on equipment in Utara, where it adds nothing: each rupiah by which it is raised takes the cheapest rupiah
/// from Selatan, 0.30 of 2028, and gives it back where it is lowered. A cap of 100 juta on equipment in Selatan,
/// which would get 175 without it, is worth something.
#[test]
fn a_floor_is_worth_no_more_than_nothing_and_a_cap_no_less() {
    let own = load(&scenario("minimal")).expect("valid").model;
    let cluster = |key: &str| own.cluster_ids().find(|c| own.clusters[c.index()].key == key).expect("there");
    let (utara, selatan) = (cluster("utara"), cluster("selatan"));
    let limit = |kind, cluster, rupiah| Limit {
        title: None,
        law: None,
        kind,
        of: Eligibility {
            types: Some(vec![FacilityType::Production]),
            support: None,
            regions: None,
            chains: None,
            clusters: Some(vec![cluster]),
        },
        source: None,
        year: None,
        bound: LimitBound::Amount(rupiah),
    };
    let with = |limit| varied(&own, &Variant { limits: Some(vec![limit]), ..Variant::default() });
    let model = with(limit(LimitKind::Floor, utara, 10e6));
    for Known { method, scheme, .. } in WAYS {
        let found = both_sides(&model, (method, scheme));
        near(scheme, &found[2..], &[[Some(-0.3), Some(-0.3)]]);
    }
    let model = with(limit(LimitKind::Cap, selatan, 100e6));
    for Known { method, scheme, .. } in WAYS {
        let found = both_sides(&model, (method, scheme));
        if let [Some(last), Some(next)] = found[2] {
            assert!(next > 0.0 && last >= next, "{method:?}, {scheme:?}: {found:?}");
        } else {
            assert!(scheme == Scheme::ColumnGeneration, "{method:?}: {found:?}");
        }
    }
}

/// Text, JSON and CSV tell the same numbers, and none where margins were not asked for.
#[test]
fn every_output_tells_the_same_margins() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let out = folder.path().join("plan");
    let place = |path: &std::path::Path| path.to_str().expect("a name").to_string();
    let path = place(&scenario("minimal"));
    let told = rantai(&["optimise", &path, "--evaluation", "64", "--json", "-q", "--out", &place(&out)]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&told)).expect("JSON");
    let csv = fs::read_to_string(out.join("margins.csv")).expect("margins.csv");
    let text = fs::read_to_string(out.join("summary.en.txt")).expect("summary");
    let rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let values = json["marginal_value"].as_array().expect("a list");
    assert_eq!(rows.len(), values.len());
    for (row, value) in rows.iter().zip(values) {
        let next = &value["margin"]["next"]["per_rupiah"];
        assert_eq!(&value["per_rupiah"], next);
        assert_eq!(row[8].parse::<f64>().ok(), next.as_f64(), "{row:?}");
        assert_eq!(row[5].parse::<f64>().ok(), value["margin"]["last"]["per_rupiah"].as_f64(), "{row:?}");
        assert_eq!(row[9].parse::<f64>().ok(), value["margin"]["next"]["holds_to"].as_f64(), "{row:?}");
    }
    assert!(text.contains("2027 Rp 0.60, 2028 Rp 0.30"), "{text}");
    let quick = rantai(&["optimise", &path, "--evaluation", "64", "--json", "-q", "--quick"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&quick)).expect("JSON");
    let values = json["marginal_value"].as_array().expect("a list");
    assert!(values.iter().all(|value| value["per_rupiah"].is_null() && value["margin"].is_null()));
}
