//! Pools of skilled labour, worked by hand, by both methods and both readings.
//!
//! Cluster a makes sugar: 1 million a kg, a person-day of the skilled a kg, machines for 100 kg a year. Cluster b makes coffee: 3
//! million a kg, four person-days a kg, machines for 30 kg. The skilled are 120 person-days a year for both together. Two years of
//! one period; 40 juta in the first. A juta buys machines for one kg (`alat`), or trains people for two person-days (`latih`), at
//! once and for good.
//!
//! A person-day earns 1 in sugar and 0.75 in coffee, so sugar goes first, though a kg of coffee earns more: 100 kg with 100
//! person-days, and the 20 that are left make 5 kg of coffee: 100 + 15 = 115 juta a year.

use std::fs;
use std::path::Path;

use rantai::model::{
    Allocation, AllocationLine, CapacityId, ClusterId, InterventionId, Metric, Model, Number, PoolId,
    SourceId,
};
use rantai::opt::builder::build;
use rantai::opt::decomposition::Scheme;
use rantai::opt::planner::recourse_values;
use rantai::opt::program::Sense;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{Measure, Place, PlanEffects, Selector, simulate, simulate_plainly, trace};
use rantai::units::Rupiah;

use crate::decomposition::{decomposed, extensive};
use crate::determinism::results;
use crate::random_scenario::{Kind, write as write_random};
use crate::spillovers::{BOTH, JUTA, planned};
use crate::support::{code, per, rantai, stderr};

const POOL: &str =
    "[pools.ahli]\ntitle = { id = \"ahli\", en = \"the skilled\" }\ncapacity = \"ahli\"\nbase = 120\n";

/// A chain whose process takes so many person-days a kg, sells for so much, and has machines for so many kg.
fn chain(days: &str, price: &str, machines: &str) -> String {
    let title = "title = { id = \"x\", en = \"x\" }";
    let line = |key: &str, raises: &str| {
        format!(
            "[interventions.{key}]\n{title}\ntype = \"production\"\nsupport = \"facilities\"\ndepreciation = 0\ngestation = [1]\n\
             effectiveness = 1\nadditionality = 1\nupkeep = 0\nupkeep_by = \"cluster\"\nraises.{raises}\n"
        )
    };
    format!(
        "{title}\nwage = 0\n[commodities.m]\n{title}\nunit = \"kg\"\nstorable = false\n\
         [capacities.ahli]\n{title}\nunit = \"person-day\"\n[capacities.mesin]\n{title}\nunit = \"kg\"\nbase = {machines}\n\
         [capacities.pasar]\n{title}\nunit = \"kg\"\nbase = 1000\n\
         [processes.buat]\n{title}\nstage = \"production\"\nunit = \"kg\"\noutputs = {{ m = 1 }}\nuses = {{ mesin = 1, ahli = {days} }}\nunit_cost = 0\nlabour = 0\n\
         [processes.jual]\n{title}\nstage = \"marketing\"\nunit = \"kg\"\ninputs = {{ m = 1 }}\nuses = {{ pasar = 1 }}\nunit_cost = 0\nlabour = 0\nprice = {}\n{}{}",
        per(price, "juta Rp/kg"),
        line("alat", "mesin = { cost = { value = 1, unit = \"juta Rp/kg\" } }"),
        line("latih", "ahli = { cost = { value = 0.5, unit = \"juta Rp/person-day\" } }"),
    )
}

fn write(folder: &Path, clusters: &str, sugar_price: &str, more: &str) {
    let title = "title = { id = \"x\", en = \"x\" }";
    let scenario = format!(
        "format = 1\n{title}\n[horizon]\nfirst_year = 2027\nyears = 2\nperiods_per_year = 1\n[money]\nunit = \"juta Rp\"\ndiscount_rate = 0\n\
         [labour]\ndays_per_year = 250\n[objective]\nmetric = \"value_added\"\n[risk]\nlambda = 0\nalpha = 0.9\n\
         [samples]\nseed = 1\nplanning = 4\nevaluation = 8\n\
         [sources.s]\n{title}\nlevel = \"central\"\ncarry_over = 1\ndisbursement = [1]\n{more}\n"
    );
    fs::create_dir_all(folder.join("chains")).expect("folder");
    for (name, text) in [
        ("chains/gula.toml", chain("1", sugar_price, "100").as_str()),
        ("chains/kopi.toml", &chain("4", "3", "30")),
        ("scenario.toml", &scenario),
        ("clusters.csv", &format!("cluster,name,region,chain,enterprises,workers\n{clusters}")),
        ("budgets.csv", "source,year,amount\ns,2027,40\ns,2028,0\n"),
    ] {
        fs::write(folder.join(name), text).expect("written");
    }
}

const TWO: &str = "a,a,R,gula,1,1\nb,b,S,kopi,1,1\n";

fn model_of(clusters: &str, sugar_price: &str, more: &str) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), clusters, sugar_price, more);
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

fn model() -> Model {
    model_of(TWO, "1", POOL)
}

/// The allocation of (cluster, intervention, juta) in the first year; `alat` is 0 and `latih` 1.
fn spend(lines: &[(usize, usize, i64)]) -> Allocation {
    let line = |&(cluster, intervention, juta): &(usize, usize, i64)| AllocationLine {
        source: SourceId::new(0),
        cluster: ClusterId::new(cluster),
        intervention: InterventionId::new(intervention),
        year: 0,
        amount: Rupiah(juta * 1_000_000),
    };
    Allocation::new(lines.iter().map(line).collect())
}

/// The level of value added of `allocation` in the program's reading, over both years [juta].
fn level(model: &Model, allocation: &Allocation) -> f64 {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 1);
    let planning = build(model, Metric::ValueAdded, &block);
    let mut program = planning.program.clone();
    program.columns.iter_mut().for_each(|column| column.objective = 0.0);
    recourse_values(&program, &planning.decide(model, allocation)).expect("recourse")[0]
}

/// A measure in a year by the kernel and by the plain reference.
fn simulated(
    model: &Model,
    allocation: &Allocation,
    measure: Measure,
    place: Place,
    year: usize,
) -> [f64; 2] {
    let sampler = Sampler::new(model, 5, Purpose::Planning);
    let effects = PlanEffects::new(model, allocation);
    let selector = Selector { measure, place, year: Some(year) };
    let plans = [Some(&effects)];
    let fast = simulate(model, &sampler, 1, &plans, &|_| true).expect("simulates");
    let plain = simulate_plainly(model, &sampler, 1, &plans, &|_| true).expect("simulates");
    [fast[0].series(selector)[0], plain[0].series(selector)[0]]
}

/// Nothing: 100 + 15. Machines in a for 10 kg: 110 kg of sugar leave 10 person-days, 2.5 kg: 110 + 7.5. 40 juta of training, wherever
/// it is given: 80 more person-days, 20 more kg of coffee: 100 + 75. Machines in b are idle. Both readings agree, and know who uses
/// how much of the pool.
#[test]
fn the_skilled_go_where_their_day_earns_most() {
    let model = model();
    let cases: [(&[(usize, usize, i64)], [f64; 2], [f64; 2]); 5] = [
        (&[], [100.0, 15.0], [100.0, 20.0]),
        (&[(0, 0, 10)], [110.0, 7.5], [110.0, 10.0]),
        (&[(0, 1, 40)], [100.0, 75.0], [100.0, 100.0]),
        (&[(1, 1, 40)], [100.0, 75.0], [100.0, 100.0]),
        (&[(1, 0, 40)], [100.0, 15.0], [100.0, 20.0]),
    ];
    for (lines, earned, used) in cases {
        let allocation = spend(lines);
        for c in 0..2 {
            for year in 0..2 {
                let place = Place::Cluster(ClusterId::new(c));
                for found in simulated(&model, &allocation, Measure::Metric(Metric::ValueAdded), place, year)
                {
                    assert!((found / JUTA - earned[c]).abs() < 1e-9, "{lines:?}, cluster {c}: {found}");
                }
                for found in simulated(&model, &allocation, Measure::Used(PoolId::new(0)), place, year) {
                    assert!((found - used[c]).abs() < 1e-9, "{lines:?}, cluster {c} uses {found}");
                }
            }
        }
        let both = Measure::Used(PoolId::new(0));
        for found in simulated(&model, &allocation, both, Place::Everywhere, 0) {
            assert!((found - used[0] - used[1]).abs() < 1e-9, "{found}");
        }
        let found = level(&model, &allocation);
        let expected = 2.0 * (earned[0] + earned[1]);
        assert!((found - expected).abs() < 1e-6, "{lines:?}: {found} is not {expected}");
    }
}

/// A trace shows the whole pool at each of its clusters, and what all of them left of it.
#[test]
fn a_trace_shows_the_pool_at_every_cluster() {
    let model = model();
    let sampler = Sampler::new(&model, 5, Purpose::Planning);
    let effects = PlanEffects::new(&model, &spend(&[(0, 1, 40), (1, 1, 40)]));
    let trace = trace(&model, &sampler, 0, Some(&effects)).expect("runs");
    for cluster in &trace.clusters {
        // 120 + 160, of which 100 and 30 · 4 are used.
        assert!((cluster.capacity[[0, 0]] - 280.0).abs() < 1e-9, "{}", cluster.capacity[[0, 0]]);
        assert!((cluster.left[[0, 0]] - 60.0).abs() < 1e-9, "{}", cluster.left[[0, 0]]);
    }
    assert!((trace.clusters[1].levels[[0, 0]] - 30.0).abs() < 1e-9);
}

/// Training brings 2 person-days · 0.75 a year, 3 a juta over two years: 40 juta bring 120. Who gives each cluster the 120
/// person-days for itself has people to spare: machines in a bring 2 a juta until sugar has used up its 120, 20 juta; then a kg of
/// coffee costs a machine and two juta of training, 2 a juta again: 20 / 3 kg. He sees 80. Truly the 120 kg of sugar use the 120 of
/// old, and the 26.67 trained make 6.67 kg of coffee: 120 + 20 − 115 = 25 a year, 50.
#[test]
fn ignoring_the_pool_chooses_another_plan() {
    let truth = model();
    let ignoring = {
        let folder = tempfile::tempdir().expect("folder");
        write(folder.path(), TWO, "1", "");
        for name in ["chains/gula.toml", "chains/kopi.toml"] {
            let path = folder.path().join(name);
            let text = fs::read_to_string(&path).expect("there");
            fs::write(path, text.replace("unit = \"person-day\"\n", "unit = \"person-day\"\nbase = 120\n"))
                .expect("written");
        }
        load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
    };
    for method in BOTH {
        let (plan, mistaken) = (planned(&truth, method), planned(&ignoring, method));
        assert!((plan.objective / JUTA - 120.0).abs() < 1e-4, "{method:?}: {}", plan.objective);
        assert_eq!(plan.allocation.sum(|line| line.intervention.index() == 1), 40_000_000, "{method:?}");
        assert!((mistaken.objective / JUTA - 80.0).abs() < 1e-4, "{method:?}: {}", mistaken.objective);
        let trained = mistaken.allocation.sum(|line| line.intervention.index() == 1);
        assert!((trained - 13_333_333).abs() < 10, "{method:?}: {trained}");
        let brings = level(&truth, &mistaken.allocation) - level(&truth, &spend(&[]));
        assert!((brings - 50.0).abs() < 1e-3, "{method:?}: {brings}");
    }
}

/// Six clusters in three pools by region: clusters joined by a pool are one block where blocks are
/// joined by prices, and all ways agree on what a plan is worth.
#[test]
fn every_way_of_decomposition_agrees() {
    let clusters =
        "a,a,R,gula,1,1\nb,b,R,kopi,1,1\nc,c,S,gula,1,1\nd,d,S,kopi,1,1\ne,e,T,gula,1,1\nf,f,T,kopi,1,1\n";
    let pool = |key: &str, region: &str, base: u32| {
        format!(
            "[pools.{key}]\ntitle = {{ id = \"x\", en = \"x\" }}\ncapacity = \"ahli\"\nbase = {base}\nregions = [\"{region}\"]\n"
        )
    };
    let price = "{ dist = \"uniform\", min = 0.6, max = 1.2, varies = \"yearly\" }";
    let more = pool("p", "R", 120) + &pool("q", "S", 90) + &pool("r", "T", 150);
    let model = model_of(clusters, price, &more);
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 6);
    let planning = build(&model, Metric::ValueAdded, &block);
    let expected = extensive(&planning.program);
    for (scheme, blocks) in [(Scheme::LShaped, 1), (Scheme::ColumnGeneration, 3)] {
        let (found, _) = decomposed(&planning.program, &planning.linking(), scheme);
        assert!(
            (found.objective - expected).abs() <= 1e-5 * expected.abs(),
            "{scheme:?}: {}",
            found.objective
        );
        assert_eq!(found.blocks, blocks, "{scheme:?}: a block for each pool, not for each cluster");
    }
}

/// The pool's row holds all its clusters, and no cluster has a row of its own for what is shared.
#[test]
fn a_pool_is_one_row_a_period() {
    let model = model();
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 1);
    let planning = build(&model, Metric::ValueAdded, &block);
    let rows = &planning.program.samples[0].rows;
    let shared: Vec<_> = rows
        .iter()
        .filter(|row| row.sense == Sense::AtMost && row.second.len() == 2 && row.rhs == 120.0)
        .collect();
    assert_eq!(shared.len(), 2, "one for each year");
    // Machines, market and balance of each cluster, and the pool, in each year.
    assert_eq!(rows.len(), 2 * (2 * 3 + 1));
    let names = rantai::opt::names::names(&model, &planning);
    assert_eq!(&names.second_rows[rows.len() - 2..], ["pool/ahli/t1", "pool/ahli/t2"]);
}

/// On random scenarios: halving a pool never raises what a sample is worth at its best.
#[test]
fn less_of_a_pool_never_helps() {
    let mut seen = 0;
    for seed in 0..120 {
        let folder = tempfile::tempdir().expect("folder");
        write_random(folder.path(), seed, Kind::Any);
        let model = load(folder.path()).unwrap_or_else(|faults| panic!("{seed}: {faults:?}")).model;
        if model.pools.is_empty() {
            continue;
        }
        seen += 1;
        // Half of its season is half of the pool in every period.
        let path = folder.path().join("scenario.toml");
        let text = fs::read_to_string(&path).expect("there");
        let (before, pool) = text.split_once("[pools.bersama]").expect("a pool");
        let pool = pool.replacen("season = [1.0, 0.7]", "season = [0.5, 0.35]", 1);
        fs::write(&path, format!("{before}[pools.bersama]{pool}")).expect("written");
        let poorer = load(folder.path()).unwrap_or_else(|faults| panic!("{seed}: {faults:?}")).model;
        assert_ne!(poorer.pools, model.pools);
        let levels = |model: &Model| {
            let block = Sampler::new(model, 5, Purpose::Planning).block(0, 3);
            let program = build(model, model.objective, &block).program;
            recourse_values(&program, &vec![0.0; program.columns.len()]).expect("recourse")
        };
        for (less, more) in levels(&poorer).into_iter().zip(levels(&model)) {
            assert!(less <= more + 1e-6 * more.abs().max(1.0), "scenario {seed}: {less} after {more}");
        }
    }
    assert!(seen >= 10, "{seen} scenarios with a pool");
}

/// A pool's numbers are drawn at its own address: with it and without it everything else is drawn alike.
#[test]
fn a_pool_leaves_all_other_draws_alone() {
    let price = "{ dist = \"uniform\", min = 0.8, max = 1.2, varies = \"yearly\" }";
    let pool = POOL.replace("120", "{ dist = \"uniform\", min = 100, max = 140, varies = \"yearly\" }");
    let event = "[events.wabah]\nrate = 1\nseverity = 0.5\nduration = 1\nhits = [\"ahli\", \"mesin\"]\n";
    let with = model_of(TWO, price, &(pool + event));
    let base = "[pools.lain]\ntitle = { id = \"x\", en = \"x\" }\ncapacity = \"ahli\"\nbase = 5\n";
    let without = model_of(TWO, price, &(base.to_string() + event));
    let names = |model: &Model| -> Vec<String> {
        let mut names: Vec<String> = model.parameters.iter().map(|p| p.name.clone()).collect();
        names.retain(|name| !name.contains("pool:"));
        names
    };
    assert_eq!(names(&with), names(&without));
    assert!(with.parameters.iter().any(|p| p.name == "pool:ahli/base"));
    assert!(with.parameters.iter().any(|p| p.name == "event/wabah@pool:ahli"));
    assert!(with.parameters.iter().any(|p| p.name == "event/wabah@cluster:a"));
    let draws = |model: &Model| -> Vec<Vec<f64>> {
        let sampler = Sampler::new(model, 5, Purpose::Evaluation);
        let block = sampler.block(0, 20);
        let number = |name: &String| {
            let id = model.parameters.iter().position(|p| p.name == *name).expect("there");
            Number::Uncertain(rantai::model::ParameterId::new(id))
        };
        let names = names(model);
        names
            .iter()
            .map(|name| {
                let number = number(name);
                (0..20)
                    .flat_map(|w| (0..2).map(move |t| (w, t)))
                    .map(|(w, t)| number.at(block.realisation(w), t))
                    .collect()
            })
            .collect()
    };
    assert_eq!(draws(&with), draws(&without));
    // Both clusters carry the pool's numbers.
    let of = |c: usize| with.clusters[c].capacities[CapacityId::new(0).index()].clone();
    assert_eq!(of(0), of(1));
}

/// The same bytes on one and two threads, by either method, and in any order of rows; the pool stands in the outcomes.
#[test]
fn threads_and_the_order_of_rows_change_no_byte() {
    let folder = tempfile::tempdir().expect("folder");
    let price = "{ dist = \"uniform\", min = 0.6, max = 1.2, varies = \"yearly\" }";
    let run = |name: &str, clusters: &str, threads: &str, method: &str| {
        let scenario = folder.path().join(name).join("group");
        write(&scenario, clusters, price, POOL);
        let out = folder.path().join(format!("{name}-out"));
        let (scenario, out) = (scenario.to_str().expect("path"), out.to_str().expect("path"));
        let output = rantai(&[
            "optimise",
            scenario,
            "--samples",
            "4",
            "--evaluation",
            "100",
            "--threads",
            threads,
            "--method",
            method,
            "--quick",
            "--out",
            out,
        ]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let outcomes = fs::read_to_string(Path::new(out).join("outcomes.csv")).expect("outcomes");
        assert!(outcomes.contains("plan,used,all,,ahli,2027,person-day"), "{outcomes}");
        assert!(outcomes.contains("plan,used,b,,ahli,all,person-day"), "{outcomes}");
        results(Path::new(out))
    };
    for method in ["extensive", "decomposition"] {
        let name = |case: &str| format!("{method}-{case}");
        let one = run(&name("one"), TWO, "1", method);
        assert!(one == run(&name("two"), TWO, "2", method), "threads");
        let turned = "b,b,S,kopi,1,1\na,a,R,gula,1,1\n";
        assert!(one == run(&name("turned"), turned, "2", method), "order of rows");
    }
}
