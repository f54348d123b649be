//! The draw contract from outside: a draw depends on seed, purpose, sample, name and index, and on nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rantai::model::{Distribution, Model, Parameter, ParameterId, Varies};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use rantai::stats::normal_quantile;
use sha2::{Digest, Sha256};

use crate::simulate::struck;
use crate::support::{copy, root, scenario};

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

/// A draw as docs/simulation.md words it, written from that page alone: its steps, for the worked example there.
struct FromThePage {
    hashed: String,
    key: [u32; 2],
    block: u64,
    lane: u64,
    place: u64,
    words: [u32; 4],
    m: u64,
    u: f64,
}

impl FromThePage {
    fn new(seed: u64, purpose: &str, name: &str, sample: u64, index: u64) -> Self {
        const TWO_32: u64 = 1 << 32;
        let divided = |number: u64, by: u64| (number.div_euclid(by), number % by);
        // 1. The key.
        let mut bytes: Vec<u8> = (0..8).map(|i| (seed >> (8 * i)) as u8).collect();
        bytes.extend(purpose.bytes());
        bytes.push(0);
        bytes.extend(name.bytes());
        let digest = Sha256::digest(&bytes);
        let word = |first: usize| (0..4).map(|i| u32::from(digest[first + i]) << (8 * i)).sum();
        let key = [word(0), word(4)];
        // 2. The counter.
        let (block, lane) = divided(sample, 64);
        let place = 32 * block + lane % 32;
        // 3. The generator.
        let ((index_high, index_low), (place_high, place_low)) =
            (divided(index, TWO_32), divided(place, TWO_32));
        let mut c = [index_low, index_high, place_low, place_high];
        let mut k = key.map(u64::from);
        for _ in 0..10 {
            let (p, q) = (divided(0xD251_1F53 * c[0], TWO_32), divided(0xCD9E_8D57 * c[2], TWO_32));
            c = [q.0 ^ c[1] ^ k[0], q.1, p.0 ^ c[3] ^ k[1], p.1];
            k = [(k[0] + 0x9E37_79B9) % TWO_32, (k[1] + 0xBB67_AE85) % TWO_32];
        }
        // 4. The number.
        let (a, b) = if lane < 32 { (c[0], c[1]) } else { (c[2], c[3]) };
        let m = (a << 20) + divided(b, 4096).0;
        let u = m as f64 / 2_f64.powi(52) + 2_f64.powi(-53);
        let hashed = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { hashed, key, block, lane, place, words: c.map(|word| word as u32), m, u }
    }
}

/// The worked example of the page is what the page's steps give, and what the program draws.
#[test]
fn the_draw_worked_out_on_the_page_is_right() {
    let page = fs::read_to_string(root().join("docs/simulation.md")).expect("there");
    let draw = FromThePage::new(1, "evaluation", "all/price/jual_ekspor", 99, 0);
    let words = draw.words.map(|word| format!("`0x{word:08x}`")).join(", ");
    for row in [
        format!("| bytes hashed | `{}` |", draw.hashed),
        format!("| k0, k1 | `0x{:08x}`, `0x{:08x}` |", draw.key[0], draw.key[1]),
        format!("| block, lane, place | {}, {}, {} |", draw.block, draw.lane, draw.place),
        format!("| c0 to c3 after ten rounds | {words} |"),
        format!("| m of (c2, c3) | {} |", draw.m),
        format!("| u | {} |", draw.u),
    ] {
        assert!(page.contains(&row), "the page lacks: {row}");
    }
    assert!(draw.u < 0.5 && page.contains("| value | 15000: u is below the weight 0.5"));
    let model = load(&scenario("minimal")).expect("valid").model;
    let sampler = Sampler::new(&model, 1, Purpose::Evaluation);
    assert_eq!(model.parameters[0].name, "all/price/jual_ekspor");
    assert_eq!(sampler.block(99, 1).realisation(0).value(ParameterId::new(0), 0), 15_000.0);
}

/// The normal score of a number by the page: its own and those of its factors, each an autoregression of draws.
fn score(model: &Model, parameter: &Parameter, sample: u64, t: usize) -> f64 {
    let per_year = model.horizon.periods_per_year;
    let normal = |name: &str, index: usize| {
        normal_quantile(FromThePage::new(5, "evaluation", name, sample, index as u64).u)
    };
    let squares: f64 = parameter.loadings.iter().map(|(_, a)| a * a).sum();
    let own = normal(&parameter.name, parameter.varies.index(t, per_year));
    parameter.loadings.iter().fold((1.0 - squares).max(0.0).sqrt() * own, |z, (factor, a)| {
        let factor = &model.factors[factor.index()];
        let last = factor.varies.index(t, per_year);
        let path = (1..=last).fold(normal(&factor.name, 0), |before, i| {
            factor.ar * before + (1.0 - factor.ar * factor.ar).sqrt() * normal(&factor.name, i)
        });
        z + a * path
    })
}

/// Every number of the bundled scenarios that is uniform, triangular, discrete, normal or lognormal, at every pace, with
/// factors and without: the program draws what the page says.
#[test]
fn the_program_draws_what_the_page_says() {
    let (mut exact, mut loaded, mut paces) = (0, 0, BTreeMap::new());
    for name in ["minimal", "pelajaran", "banyumas-gula-kelapa", "aceh-nilam", "gayo-kopi", "nusantara"] {
        let model = load(&scenario(name)).expect("valid").model;
        let sampler = Sampler::new(&model, 5, Purpose::Evaluation);
        for sample in [0_usize, 45, 131] {
            let block = sampler.block(sample, 1);
            for (p, parameter) in model.parameters.iter().enumerate() {
                let t = (p + sample) % sampler.periods();
                let found = block.realisation(0).value(ParameterId::new(p), t);
                let index = parameter.varies.index(t, model.horizon.periods_per_year) as u64;
                let u = FromThePage::new(5, "evaluation", &parameter.name, sample as u64, index).u;
                let near = |expected: f64| {
                    let close = (found - expected).abs() <= 1e-11 * expected.abs().max(1e-3);
                    assert!(close, "{name}, {}: {found} is not {expected}", parameter.name);
                };
                let alone = parameter.loadings.is_empty();
                match &parameter.distribution {
                    Distribution::Uniform { min, max } if alone => {
                        exact += 1;
                        assert_eq!(found, min + (max - min) * u);
                    }
                    Distribution::Discrete { values, weights } if alone => {
                        exact += 1;
                        let mut sum = 0.0;
                        let place = weights.iter().position(|weight| {
                            sum += weight;
                            sum > u
                        });
                        assert_eq!(found, values[place.unwrap_or(values.len() - 1)]);
                    }
                    Distribution::Triangular { min, mode, max } if alone => {
                        let range = max - min;
                        let rising = u < (mode - min) / range;
                        let (up, down) =
                            ((u * range * (mode - min)).sqrt(), ((1.0 - u) * range * (max - mode)).sqrt());
                        near(if rising { min + up } else { max - down });
                    }
                    Distribution::Normal { mean, sd, min, max } if min.is_infinite() && max.is_infinite() => {
                        near(mean + sd * score(&model, parameter, sample as u64, t));
                    }
                    Distribution::Lognormal { median, cv } => {
                        let sigma = (cv * cv).ln_1p().sqrt();
                        near(median * (sigma * score(&model, parameter, sample as u64, t)).exp());
                        loaded += usize::from(!alone);
                    }
                    _ => continue,
                }
                *paces.entry(parameter.varies).or_insert(0) += 1;
            }
        }
    }
    assert!(exact > 3 && loaded > 3 && paces.len() == Varies::ALL.len(), "{exact} {loaded} {paces:?}");
}
