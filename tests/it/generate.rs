//! Synthetic scenarios: valid whatever the options, the same bytes for the same seed, and fit for every command.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rantai::model::{FacilityType, Model};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::sim::{simulate, simulate_plainly};
use rantai::study::generate::{GenerateOptions, generate};

use crate::support::{code, rantai, stderr};

fn write(folder: &Path, files: &BTreeMap<String, String>) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("folder");
        fs::write(path, text).expect("written");
    }
}

/// The model that `options` make, through files and the loader like any other.
pub(crate) fn model_of(options: &GenerateOptions) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), &generate(options).expect("options are valid"));
    match load(folder.path()) {
        Ok(scenario) => scenario.model,
        Err(faults) => {
            let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{options:?} is not valid:\n{}", text.join("\n"));
        }
    }
}

#[test]
fn the_standard_case_has_its_stated_size() {
    let model = model_of(&GenerateOptions::default());
    let chain = &model.chains[0];
    let size = (chain.processes.len(), chain.commodities.len(), chain.capacities.len());
    assert_eq!((size, model.parameters.len(), model.horizon.periods()), ((7, 3, 10), 15, 20));
    let types: Vec<_> = chain.interventions.iter().map(|line| line.facility).collect();
    assert!(FacilityType::ALL.iter().all(|facility| types.contains(facility)) && types.len() == 10);
}

#[test]
fn every_mix_of_options_is_valid_and_both_simulators_agree_on_it() {
    for length in [2, 3, 4, 9] {
        for (contested, uncertain) in [(0.0, 0.0), (0.5, 0.4), (1.0, 1.0)] {
            for (years, periods_per_year) in [(1, 1), (2, 12)] {
                let seed = length as u64;
                let model = model_of(&GenerateOptions {
                    clusters: 6,
                    years,
                    periods_per_year,
                    length,
                    contested,
                    uncertain,
                    store: length % 2 == 1,
                    seed,
                });
                assert!(!model.clusters.iter().any(|cluster| cluster.routes.channel.is_empty()));
                let sampler = Sampler::new(&model, 1, Purpose::Evaluation);
                let fast = simulate(&model, &sampler, 70, &[None], &|_| true).expect("simulates");
                let plain = simulate_plainly(&model, &sampler, 70, &[None], &|_| true).expect("simulates");
                for (a, b) in fast[0].table.iter().zip(&plain[0].table) {
                    assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{length}: {a} is not {b}");
                }
                assert_eq!(fast[0].bottlenecks.list(), plain[0].bottlenecks.list());
            }
        }
    }
}

/// Rows of clusters that were there before stay byte for byte.
#[test]
fn one_more_cluster_leaves_the_others_as_they_are() {
    let few = generate(&GenerateOptions {
        clusters: 30,
        contested: 0.5,
        uncertain: 0.5,
        ..GenerateOptions::default()
    })
    .expect("valid");
    let more = generate(&GenerateOptions {
        clusters: 31,
        contested: 0.5,
        uncertain: 0.5,
        ..GenerateOptions::default()
    })
    .expect("valid");
    assert_eq!(
        few,
        generate(&GenerateOptions {
            clusters: 30,
            contested: 0.5,
            uncertain: 0.5,
            ..GenerateOptions::default()
        })
        .expect("valid")
    );
    for name in ["clusters.csv", "values.csv"] {
        assert!(more[name].starts_with(few[name].as_str()), "{name} changed");
        assert!(more[name].len() > few[name].len());
    }
    let other =
        generate(&GenerateOptions { seed: 2, clusters: 30, ..GenerateOptions::default() }).expect("valid");
    assert_ne!(few["values.csv"], other["values.csv"]);
}

/// A share is met within four standard errors of a binomial count.
#[test]
fn shares_are_kept() {
    let model = model_of(&GenerateOptions {
        clusters: 400,
        contested: 0.3,
        uncertain: 0.25,
        ..GenerateOptions::default()
    });
    let near = |count: usize, of: usize, share: f64| {
        let error = (share * (1.0 - share) * of as f64).sqrt();
        assert!((count as f64 - share * of as f64).abs() < 4.0 * error, "{count} of {of} for {share}");
    };
    let contested = model.chains.iter().position(|chain| chain.key == "contested").expect("there");
    near(model.clusters.iter().filter(|c| c.chain.index() == contested).count(), 400, 0.3);
    near(model.parameters.len(), 400 * 15, 0.25);
}

#[test]
fn every_command_takes_a_generated_scenario() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("made");
    let made = path.to_str().expect("path");
    let output = rantai(&["generate", made, "--clusters", "3", "--length", "4", "--contested", "0.5"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for command in [
        &["check"][..],
        &["sample", "--samples", "3"],
        &["simulate", "--samples", "64"],
        &["optimise", "--samples", "8", "--evaluation", "64"],
    ] {
        let mut arguments = vec![command[0], made];
        arguments.extend(&command[1..]);
        let output = rantai(&arguments);
        assert_eq!(code(&output), 0, "{command:?}: {}", stderr(&output));
    }
    // What is there is never written over.
    let output = rantai(&["generate", made]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("exists; name a new folder"), "{}", stderr(&output));
    let output = rantai(&[
        "generate",
        folder.path().join("b").to_str().expect("path"),
        "--years",
        "100",
        "--periods-per-year",
        "13",
    ]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("at most 1200 in all"), "{}", stderr(&output));
}
