//! The draw contract from outside: a draw depends on seed, purpose, sample, name and index, and on nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rantai::model::ParameterId;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;

use crate::simulate::struck;
use crate::support::copy;

/// Every number of samples 6 and 7 (from 0), by name, over all periods.
fn draws(scenario: &Path) -> BTreeMap<String, Vec<u64>> {
    let model = match load(scenario) {
        Ok(scenario) => scenario.model,
        Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    };
    let sampler = Sampler::new(&model, 5, Purpose::Evaluation);
    let block = sampler.block(6, 2);
    (0..model.parameters.len())
        .map(|p| {
            let values = (0..2).flat_map(|i| {
                let realisation = block.realisation(i);
                (0..sampler.periods())
                    .map(move |t| realisation.value(ParameterId::new(p), t).to_bits())
                    .collect::<Vec<_>>()
            });
            (model.parameters[p].name.clone(), values.collect())
        })
        .collect()
}

fn append(path: &Path, more: &str) {
    let text = fs::read_to_string(path).expect("there");
    fs::write(path, text + more).expect("written");
}

/// The eighth sample of 8 is the eighth of 8,000,000, drawn alone, in a block, or at the end of a long stretch.
#[test]
fn a_sample_does_not_know_how_many_there_are() {
    let folder = tempfile::tempdir().expect("folder");
    let model = load(&struck(folder.path())).expect("valid").model;
    let sampler = Sampler::new(&model, 5, Purpose::Evaluation);
    let row = |first: usize, count: usize, sample: usize| -> Vec<u64> {
        let block = sampler.block(first, count);
        let realisation = block.realisation(sample - first);
        (0..model.parameters.len())
            .flat_map(|p| (0..sampler.periods()).map(move |t| (p, t)))
            .map(|(p, t)| realisation.value(ParameterId::new(p), t).to_bits())
            .collect()
    };
    for sample in [7, 8_000_000 - 1] {
        let alone = row(sample, 1, sample);
        assert_eq!(alone, row(sample - 7, 8, sample));
        assert_eq!(alone, row(sample - sample % 64, 200, sample));
    }
    assert_eq!(row(0, 8, 7), row(0, 5_000, 7));
}

/// One more cluster, process, capacity, event or intervention, and rows in another order, leave every draw as it was.
#[test]
fn what_is_added_elsewhere_changes_no_draw() {
    let folder = tempfile::tempdir().expect("folder");
    let path = struck(folder.path());
    let before = draws(&path);
    assert!(before.len() >= 6, "{:?}", before.keys());
    let changed = |name: &str, change: &dyn Fn(&Path)| {
        let copied = folder.path().join(name);
        copy(&path, &copied);
        change(&copied);
        let after = draws(&copied);
        for (number, values) in &before {
            assert_eq!(after.get(number), Some(values), "{name} changed {number}");
        }
        after.len()
    };
    let more = changed("a cluster", &|path| {
        append(&path.join("clusters.csv"), "barat,Barat,Contoh,,,keripik,5,9,2027,x,assumption\n");
        let rows: String = ["bengkel", "pasar_lokal", "pintu_ekspor"]
            .map(|k| format!("barat,base,{k},pert,1,2,4,,yearly,,,,,x,assumption\n"))
            .concat();
        append(&path.join("values.csv"), &rows);
    });
    // Three bases, its price, and breakdowns of its own.
    assert!(more >= before.len() + 4, "{more}");
    changed("a process", &|path| {
        append(
            &path.join("chains/keripik.toml"),
            "[capacities.acara]\ntitle = { id = \"x\", en = \"x\" }\nunit = \"kg\"\nbase = 3\n\
             variation = { dist = \"uniform\", min = 0.5, max = 1.5, varies = \"yearly\" }\n\
             [processes.acara]\ntitle = { id = \"x\", en = \"x\" }\nstage = \"marketing\"\nunit = \"kg\"\n\
             inputs = { keripik = 1 }\nuses = { acara = 1 }\nunit_cost = 0\nlabour = 0\nprice = { value = 20000, unit = \"Rp/kg\" }\n",
        );
    });
    changed("an intervention", &|path| {
        append(
            &path.join("chains/keripik.toml"),
            "[interventions.baru]\ntitle = { id = \"x\", en = \"x\" }\ntype = \"land\"\nsupport = \"facilities\"\n\
             depreciation = 0\ngestation = [1]\neffectiveness = { dist = \"beta\", alpha = 2, beta = 2, varies = \"once\" }\n\
             additionality = 1\nupkeep = 0\nupkeep_by = \"cluster\"\nraises.bengkel = { cost = { value = 5, unit = \"juta Rp/kg\" } }\n",
        );
    });
    changed("an event", &|path| {
        append(
            &path.join("scenario.toml"),
            "[events.aaa]\nrate = 1\nseverity = 0.5\nduration = 1\nhits = [\"bengkel\"]\n",
        );
    });
    changed("rows in another order", &|path| {
        for table in ["clusters.csv", "values.csv", "data/output.csv"] {
            let text = fs::read_to_string(path.join(table)).expect("table");
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            fs::write(path.join(table), lines.join("\n") + "\n").expect("written");
        }
    });
}
