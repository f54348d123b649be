//! The hot simulation loop: what the random draws alone cost (the floor), the kernel, whole runs with their statistics,
//! and the plain reference, on the standard case, the bundled scenarios and a national case; growth in samples,
//! clusters, periods and chain length; threads.
//!
//! Throughput counts cluster-periods: one cluster for one period in one sample under one plan. For draws it counts
//! draws.

use std::fs;
use std::path::Path;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rantai::control::Control;
use rantai::model::{Model, ParameterId, Varies};
use rantai::sampling::{BLOCK, Lanes, Purpose, Sampler, blocks};
use rantai::scenario::load;
use rantai::sim::{Bottlenecks, Simulation, Workspace, simulate_plainly};
use rantai::stats::lanes::Scratch;
use rantai::study::generate::{GenerateOptions, generate};
use rantai::study::simulation::{Points, Samples};
use rantai::study::{SimulationSettings, simulate_plan};

fn bundled(name: &str) -> Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scenarios").join(name);
    load(&folder).expect("bundled scenarios are valid").model
}

fn synthetic(options: &GenerateOptions) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    for (name, text) in generate(options).expect("options are valid") {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("folder");
        fs::write(path, text).expect("written");
    }
    load(folder.path()).expect("generated scenarios are valid").model
}

/// 7 processes, 3 commodities, 10 capacities, 15 uncertain numbers each period, 20 periods.
fn standard(clusters: usize) -> Model {
    synthetic(&GenerateOptions { clusters, ..GenerateOptions::default() })
}

/// Every draw of a run, made as the kernel makes them, each as often as it changes, and thrown away.
fn draw_all(
    model: &Model,
    sampler: &Sampler,
    paces: &[(Varies, Vec<ParameterId>)],
    samples: usize,
    out: &mut [Lanes],
    scratch: &mut Scratch,
) {
    let per_year = model.horizon.periods_per_year;
    for (first, _) in blocks(samples) {
        let common = sampler.common(first.div_euclid(BLOCK));
        for t in 0..sampler.periods() {
            for (varies, ids) in paces {
                if t == 0 || varies.index(t, per_year) != varies.index(t - 1, per_year) {
                    sampler.fill(&common, ids, t, out, scratch);
                }
            }
        }
    }
}

fn draws(group: &mut BenchmarkGroup<'_, WallTime>, model: &Model, samples: usize) {
    let sampler = Sampler::new(model, 1, Purpose::Evaluation);
    let horizon = model.horizon;
    let mut paces = Vec::new();
    let mut draws = 0;
    for varies in [Varies::Once, Varies::Yearly, Varies::EachPeriod] {
        let mut ids: Vec<ParameterId> = (0..model.parameters.len())
            .map(ParameterId::new)
            .filter(|id| model.parameters[id.index()].varies == varies)
            .collect();
        ids.sort_by_key(|id| sampler.fill_order(*id));
        draws += samples * ids.len() * varies.count(horizon.years, horizon.periods_per_year);
        paces.push((varies, ids));
    }
    let mut out = vec![[0.0; BLOCK]; model.parameters.len()];
    let mut scratch = Scratch::default();
    group.throughput(Throughput::Elements(draws as u64));
    group.bench_function("draws alone", |b| {
        b.iter(|| draw_all(model, &sampler, &paces, samples, &mut out, &mut scratch));
    });
}

/// Simulation and nothing else: outcomes are made and thrown away.
fn kernel(group: &mut BenchmarkGroup<'_, WallTime>, name: BenchmarkId, model: &Model, samples: usize) {
    let sampler = Sampler::new(model, 1, Purpose::Evaluation);
    let simulation = Simulation::new(model, &sampler, &[None]).expect("compiles");
    let mut space = Workspace::default();
    group.throughput(cluster_periods(model, samples));
    group.bench_function(name, |b| {
        b.iter(|| {
            let mut bottlenecks = [Bottlenecks::none(model)];
            let mut last = 0.0;
            for (first, count) in blocks(samples) {
                let block = first.div_euclid(BLOCK);
                simulation
                    .block(block, count, &mut space, &mut bottlenecks, |_, results| {
                        last = results[0].cell(0)[0];
                    })
                    .expect("runs");
            }
            last
        });
    });
}

/// A run as `rantai simulate` makes it: every statistic of every row, on so many threads.
fn whole(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: BenchmarkId,
    model: &Model,
    samples: usize,
    threads: usize,
) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let request = SimulationSettings { samples: Samples::Number(samples), seed: 1, points: Points::Plain };
    group.throughput(cluster_periods(model, samples));
    group.bench_function(name, |b| {
        b.iter(|| {
            pool.install(|| simulate_plan(model, None, &request, &Control::unlimited(), None).expect("runs"))
        });
    });
}

fn cluster_periods(model: &Model, samples: usize) -> Throughput {
    Throughput::Elements((samples * model.clusters.len() * model.horizon.periods()) as u64)
}

fn cases(c: &mut Criterion) {
    let cases = [
        ("standard", standard(1), 1 << 14),
        ("minimal", bundled("minimal"), 1 << 14),
        ("banyumas-gula-kelapa", bundled("banyumas-gula-kelapa"), 1 << 10),
    ];
    for (name, model, samples) in &cases {
        let mut group = c.benchmark_group(*name);
        draws(&mut group, model, *samples);
        kernel(&mut group, BenchmarkId::from_parameter("kernel"), model, *samples);
        whole(&mut group, BenchmarkId::from_parameter("whole run"), model, *samples, 1);
        let sampler = Sampler::new(model, 1, Purpose::Evaluation);
        group.throughput(cluster_periods(model, 256));
        group.bench_function("plain reference", |b| {
            b.iter(|| simulate_plainly(model, &sampler, 256, &[None], &|_| true).expect("simulates"));
        });
        group.finish();
    }
}

fn growth(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth");
    group.sample_size(10).measurement_time(Duration::from_secs(2));
    let one = standard(1);
    for samples in [1_000, 10_000, 16_384, 100_000, 1_000_000] {
        whole(&mut group, BenchmarkId::new("samples", samples), &one, samples, 1);
    }
    for clusters in [10, 100, 1_000, 5_000] {
        let model = standard(clusters);
        kernel(&mut group, BenchmarkId::new("clusters", clusters), &model, 64);
    }
    for years in [5, 10, 20, 40] {
        let model = synthetic(&GenerateOptions { years, ..GenerateOptions::default() });
        kernel(&mut group, BenchmarkId::new("periods", 4 * years), &model, 4_096);
    }
    for length in [2, 3, 6, 12, 24] {
        let model = synthetic(&GenerateOptions { length, ..GenerateOptions::default() });
        kernel(&mut group, BenchmarkId::new("chain length", length), &model, 4_096);
    }
    group.finish();
}

fn national(c: &mut Criterion) {
    let model = synthetic(&GenerateOptions { clusters: 5_000, contested: 0.5, ..GenerateOptions::default() });
    let mut group = c.benchmark_group("national");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    for threads in [1, 2] {
        whole(&mut group, BenchmarkId::new("threads", threads), &model, 1 << 10, threads);
    }
    group.finish();
}

fn threads(c: &mut Criterion) {
    let model = standard(10);
    let mut group = c.benchmark_group("threads");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    for threads in [1, 2] {
        whole(&mut group, BenchmarkId::from_parameter(threads), &model, 1 << 16, threads);
    }
    group.finish();
}

criterion_group!(simulation, cases, growth, national, threads);
criterion_main!(simulation);
