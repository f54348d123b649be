//! Planning: building the program, and solving it on few samples.

use std::path::Path;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rantai::opt::PlanOptions;
use rantai::opt::builder::build;
use rantai::opt::planner::optimise;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;

fn benches(c: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/banyumas-gula-kelapa");
    let model = load(&folder).expect("bundled scenarios are valid").model;
    let sampler = Sampler::new(&model, 1, Purpose::Planning);
    let options = PlanOptions {
        metric: model.objective,
        seconds: None,
        fallback: Vec::new(),
        next_billion: false,
        method: PlanMethod::Extensive,
        gap: None,
    };
    let mut group = c.benchmark_group("banyumas-gula-kelapa");
    group.sample_size(10);
    for samples in [1, 4, 8] {
        let block = sampler.block(0, samples);
        group.bench_with_input(BenchmarkId::new("build", samples), &block, |b, block| {
            b.iter(|| build(&model, model.objective, block));
        });
        group.bench_with_input(BenchmarkId::new("optimise", samples), &block, |b, block| {
            b.iter(|| optimise(&model, block, &options, &|_| true).expect("plan"));
        });
    }
    group.finish();
}

criterion_group!(planning, benches);
criterion_main!(planning);
