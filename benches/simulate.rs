//! The hot simulation loop: draws alone, and whole simulations of the bundled scenarios, with throughput.

use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{PlanEffects, simulate, simulate_plainly};
use rantai::study::Baseline;

const SAMPLES: usize = 256;

fn benches(c: &mut Criterion) {
    for name in ["minimal", "banyumas-gula-kelapa"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
        let model = load(&folder).expect("bundled scenarios are valid").model;
        let sampler = Sampler::new(&model, 1, Purpose::Evaluation);
        let mut group = c.benchmark_group(name);
        let draws = SAMPLES * model.parameters.len() * model.horizon.periods();
        group.throughput(Throughput::Elements(draws as u64));
        group.bench_function("draws", |b| b.iter(|| sampler.block(0, SAMPLES)));
        let cluster_periods = SAMPLES * model.clusters.len() * model.horizon.periods();
        let plan = PlanEffects::new(&model, &Baseline::EqualTypes.allocation(&model));
        for plans in [1, 2] {
            group.throughput(Throughput::Elements((cluster_periods * plans) as u64));
            let list: Vec<Option<&PlanEffects>> = [None, Some(&plan)].into_iter().take(plans).collect();
            group.bench_with_input(BenchmarkId::new("simulate, plans", plans), &list, |b, list| {
                b.iter(|| simulate(&model, &sampler, SAMPLES, list, &|_| true).expect("simulates"));
            });
        }
        group.throughput(Throughput::Elements(cluster_periods as u64));
        group.bench_function("plain reference", |b| {
            b.iter(|| simulate_plainly(&model, &sampler, SAMPLES, &[None], &|_| true).expect("simulates"));
        });
        group.finish();
    }
}

criterion_group!(simulation, benches);
criterion_main!(simulation);
