//! The optimiser: building the program, the extensive form against the decomposition in the same run, and how the
//! decomposition grows with clusters, samples and periods. Times are to a relative gap of 10⁻⁴ for the decomposition and
//! to the solver's own tolerances for the extensive form.

use std::fs;
use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rantai::control::Control;
use rantai::model::Model;
use rantai::opt::builder::build;
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise};
use rantai::sampling::{Purpose, SampleBlock, Sampler};
use rantai::scenario::load;
use rantai::study::generate::{GenerateOptions, generate};

fn options(model: &Model, method: PlanMethod) -> PlanOptions {
    PlanOptions { gap: Some(1e-4), ..PlanOptions::new(model.objective, method) }
}

fn bundled(name: &str) -> Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scenarios").join(name);
    load(&folder).expect("bundled scenarios are valid").model
}

/// So many clusters over so many years, one period each, with a store or without.
fn synthetic(clusters: usize, years: usize, store: bool) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    let options =
        GenerateOptions { clusters, years, periods_per_year: 1, store, ..GenerateOptions::default() };
    for (name, text) in generate(&options).expect("options are valid") {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("folder");
        fs::write(path, text).expect("written");
    }
    load(folder.path()).expect("generated scenarios are valid").model
}

fn samples(model: &Model, count: usize) -> SampleBlock {
    Sampler::new(model, 1, Purpose::Planning).block(0, count)
}

fn bundled_scenarios(c: &mut Criterion) {
    let model = bundled("banyumas-gula-kelapa");
    let mut group = c.benchmark_group("banyumas");
    group.sample_size(10).measurement_time(Duration::from_secs(2));
    for count in [1, 4, 8] {
        let block = samples(&model, count);
        group.bench_with_input(BenchmarkId::new("build", count), &block, |b, block| {
            b.iter(|| build(&model, model.objective, block));
        });
        group.bench_with_input(BenchmarkId::new("extensive form", count), &block, |b, block| {
            b.iter(|| {
                optimise(&model, block, &options(&model, PlanMethod::Extensive), &Control::unlimited())
            });
        });
    }
    let block = samples(&model, 50);
    group.bench_with_input(BenchmarkId::new("decomposition", 50), &block, |b, block| {
        b.iter(|| {
            optimise(&model, block, &options(&model, PlanMethod::Decomposition), &Control::unlimited())
        });
    });
    group.finish();
}

fn against_the_extensive_form(c: &mut Criterion) {
    let mut group = c.benchmark_group("10 clusters, 50 samples");
    group.sample_size(10).measurement_time(Duration::from_secs(2));
    let model = synthetic(10, 5, false);
    let block = samples(&model, 50);
    for (name, method) in
        [("extensive form", PlanMethod::Extensive), ("decomposition", PlanMethod::Decomposition)]
    {
        group.bench_function(name, |b| {
            b.iter(|| optimise(&model, &block, &options(&model, method), &Control::unlimited()));
        });
    }
    group.finish();
}

fn growth(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth");
    group.sample_size(10).measurement_time(Duration::from_secs(2));
    let mut bench = |name: String, clusters: usize, years: usize, count: usize| {
        let model = synthetic(clusters, years, false);
        let block = samples(&model, count);
        group.bench_function(name, |b| {
            b.iter(|| {
                optimise(&model, &block, &options(&model, PlanMethod::Decomposition), &Control::unlimited())
            });
        });
    };
    for clusters in [10, 20, 50, 100, 200] {
        bench(format!("clusters/{clusters}"), clusters, 5, 50);
    }
    for count in [50, 100, 200, 400, 800] {
        bench(format!("samples/{count}"), 20, 5, count);
    }
    for years in [5, 10, 20] {
        bench(format!("periods/{years}"), 10, years, 50);
    }
    group.finish();
}

criterion_group!(optimisation, bundled_scenarios, against_the_extensive_form, growth);
criterion_main!(optimisation);
