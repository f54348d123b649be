//! Synthetic scenarios of any size: valid folders that every command accepts, for benchmarks, tests and trials.
//!
//! Every number is a function of (seed, cluster, its own name): one more cluster leaves the others as they are. The
//! numbers are of a plausible size for a village industry, and say of themselves that they are synthetic.

use std::collections::BTreeMap;
use std::fmt::Write;

mod interventions;
mod options;

pub use options::GenerateOptions;
use options::SAYS;

use crate::language::{Text, text};
use crate::sampling::{Purpose, Stream};
use crate::units::{Written, written};

/// Most clusters in a generated scenario.
pub const MOST_CLUSTERS: usize = 100_000;
/// Fewest and most commodities in a generated chain.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 2..=50;
/// Largest seed that a scenario file can state.
const MOST_SEED: u64 = 1 << 53;
/// Clusters in one region.
const CLUSTERS_IN_REGION: usize = 20;

/// A capacity of a generated chain: key, titles, unit, mean amount a quarter.
struct CapacityKind {
    key: String,
    id: &'static str,
    en: &'static str,
    base: f64,
}

/// The files of a scenario folder, by name.
///
/// # Errors
/// A sentence saying which option cannot be.
pub fn generate(options: &GenerateOptions) -> Result<BTreeMap<String, String>, Text> {
    check(options)?;
    let mut files = BTreeMap::new();
    files.insert("scenario.toml".to_string(), scenario(options));
    let contested = contested(options);
    for kind in [true, false].into_iter().filter(|kind| contested.contains(kind)) {
        files.insert(format!("chains/{}.toml", chain_key(kind)), chain(options, kind));
    }
    files.insert("clusters.csv".to_string(), clusters(options, &contested));
    files.insert("values.csv".to_string(), values(options));
    files.insert("budgets.csv".to_string(), budgets(options));
    files.insert("today.csv".to_string(), today(options));
    files.insert("README.md".to_string(), readme(options));
    Ok(files)
}

fn check(options: &GenerateOptions) -> Result<(), Text> {
    let share = |name: &str, value: f64| {
        if (0.0..=1.0).contains(&value) {
            Ok(())
        } else {
            Err(text!(
                en: "{name} {value} is no share: it must lie between 0 and 1",
                id: "{name} {value} bukan bagian: nilainya harus di antara 0 dan 1",
            ))
        }
    };
    if !(1..=MOST_CLUSTERS).contains(&options.clusters) {
        let clusters = options.clusters;
        return Err(text!(
            en: "{clusters} clusters: there must be 1 to {MOST_CLUSTERS}",
            id: "{clusters} klaster: harus ada 1 sampai {MOST_CLUSTERS}",
        ));
    }
    if !LENGTHS.contains(&options.length) {
        let (length, least, most) = (options.length, LENGTHS.start(), LENGTHS.end());
        return Err(text!(
            en: "length {length}: a chain has {least} to {most} commodities",
            id: "panjang {length}: satu rantai memiliki {least} sampai {most} komoditas",
        ));
    }
    let periods = options.years.saturating_mul(options.periods_per_year);
    if !(1..=1200).contains(&periods) || options.years > 100 || options.periods_per_year > 366 {
        let (years, each) = (options.years, options.periods_per_year);
        return Err(text!(
            en: "{years} years of {each} periods: there must be 1 to 100 years, 1 to 366 periods in each, and at most 1200 in all",
            id: "{years} tahun dengan {each} periode: harus ada 1 sampai 100 tahun, 1 sampai 366 periode tiap tahun, dan paling banyak 1200 seluruhnya",
        ));
    }
    if options.seed > MOST_SEED {
        let seed = options.seed;
        return Err(text!(
            en: "seed {seed}: the largest is {MOST_SEED}",
            id: "bilangan awal acak {seed}: yang terbesar {MOST_SEED}",
        ));
    }
    share("contested", options.contested)?;
    share("uncertain", options.uncertain)
}

/// A number between 0 and 1 that depends on nothing but the seed, the cluster and its name.
fn share(options: &GenerateOptions, cluster: &str, name: &str) -> f64 {
    Stream::new(options.seed, Purpose::Planning, &format!("generate/{cluster}/{name}"), 0).share()
}

fn cluster_key(number: usize) -> String {
    format!("c{number:05}")
}

fn chain_key(contested: bool) -> &'static str {
    if contested { "contested" } else { "separate" }
}

/// Which clusters are of the contested chain.
fn contested(options: &GenerateOptions) -> Vec<bool> {
    (1..=options.clusters)
        .map(|number| share(options, &cluster_key(number), "contested") < options.contested)
        .collect()
}

/// The commodities in order from the raw one.
fn commodity(options: &GenerateOptions, position: usize) -> String {
    match position {
        0 => "raw".to_string(),
        1 => "semi".to_string(),
        last if last + 1 == options.length => "finished".to_string(),
        middle => format!("semi_{middle}"),
    }
}

fn capacities(options: &GenerateOptions) -> Vec<CapacityKind> {
    let kind = |key: &str, id, en, base| CapacityKind { key: key.to_string(), id, en, base };
    let mut list = vec![
        kind("land", "Lahan dan tanaman", "Land and crops", 16_000.0),
        kind("labour", "Hari kerja", "Working days", 900.0),
        kind("working_capital", "Modal kerja", "Working capital", 7_000.0),
        kind("kit_basic", "Alat sederhana", "Basic equipment", 5_000.0),
        kind("kit_better", "Alat baik", "Better equipment", 2_000.0),
    ];
    for step in 2..options.length.saturating_sub(1) {
        list.push(kind(&format!("step_{step}"), "Alat pengolahan lanjut", "Further processing", 6_000.0));
    }
    if options.length > 2 {
        list.push(kind("curation", "Daya kurasi dan pengemasan", "Grading and packing", 4_000.0));
    }
    list.extend([
        kind("legal", "Volume berizin", "Licensed volume", 1_500.0),
        kind("demand_local", "Permintaan lokal", "Local demand", 3_500.0),
        kind("demand_trader", "Permintaan pengepul", "Traders' demand", 3_000.0),
        kind("demand_export", "Permintaan ekspor", "Export demand", 2_500.0),
    ]);
    list
}

fn scenario(options: &GenerateOptions) -> String {
    format!(
        r#"# A synthetic scenario; README.md says how it was made.
format = 1
title = {{ id = "Skenario sintetis: {n} klaster", en = "Synthetic scenario: {n} clusters" }}

[horizon]
first_year = 2027
years = {years}
periods_per_year = {periods}

[money]
unit = "Rp"
discount_rate = {{ value = 0.05, {SAYS} }}

[labour]
days_per_year = {{ value = 250, unit = "days", {SAYS} }}

[objective]
metric = "value_added"

[risk]
lambda = 0
alpha = 0.9

[samples]
seed = {seed}
planning = 100
evaluation = 1000

[sources.apbn]
title = {{ id = "APBN", en = "National budget" }}
level = "central"
carry_over = {{ value = 0, {SAYS} }}
disbursement = [{{ value = 0.6, {SAYS} }}, 0.4]

[sources.apbd]
title = {{ id = "APBD", en = "Regional budget" }}
level = "regency"
carry_over = {{ value = 0, {SAYS} }}
disbursement = [{{ value = 1, {SAYS} }}]

[[limits]]
kind = "floor"
type = "certification"
share = {{ value = 0.05, {SAYS} }}
"#,
        n = options.clusters,
        years = options.years,
        periods = options.periods_per_year,
        seed = options.seed,
    )
}

/// A process of a generated chain.
struct ProcessKind {
    key: String,
    stage: &'static str,
    inputs: Vec<(String, f64)>,
    outputs: Vec<(String, f64)>,
    uses: Vec<(&'static str, f64)>,
    own: String,
    cost: f64,
    labour: f64,
    price: Option<f64>,
}

/// The processes: one to harvest, two ways to make the second commodity, one for each further step, three channels.
fn processes(options: &GenerateOptions, contested: bool) -> Vec<ProcessKind> {
    let goods: Vec<String> = (0..options.length).map(|position| commodity(options, position)).collect();
    let last = options.length - 1;
    let mut list = vec![ProcessKind {
        key: "harvest".to_string(),
        stage: "raw_material",
        inputs: Vec::new(),
        outputs: vec![(goods[0].clone(), 1.0)],
        uses: vec![("labour", 0.01)],
        own: "land".to_string(),
        cost: 400.0,
        labour: 0.01,
        price: None,
    }];
    for (way, input, made, cost) in [("basic", 2.0, 0.95, 1_200.0), ("better", 1.8, 1.0, 1_800.0)] {
        let mut uses = Vec::new();
        if contested {
            uses.push(("labour", 0.03));
        }
        if contested || way == "better" {
            uses.push(("working_capital", 1.0));
        }
        list.push(ProcessKind {
            key: format!("make_{way}"),
            stage: "production",
            inputs: vec![(goods[0].clone(), input)],
            outputs: vec![(goods[1].clone(), made)],
            uses,
            own: format!("kit_{way}"),
            cost,
            labour: 0.03,
            price: None,
        });
    }
    for step in 2..=last {
        let curates = step == last;
        list.push(ProcessKind {
            key: if curates { "curate".to_string() } else { format!("make_{step}") },
            stage: if curates { "curation" } else { "production" },
            inputs: vec![(goods[step - 1].clone(), 1.05)],
            outputs: vec![(goods[step].clone(), 1.0)],
            uses: if contested { vec![("labour", 0.02), ("working_capital", 0.5)] } else { Vec::new() },
            own: if curates { "curation".to_string() } else { format!("step_{step}") },
            cost: 300.0,
            labour: 0.02,
            price: None,
        });
    }
    for (market, price, cost, licensed) in [
        ("local", 11_000.0, 100.0, 0.0),
        ("trader", 15_000.0, 200.0, if contested { 0.2 } else { 0.0 }),
        ("export", 22_000.0, 1_500.0, 1.0),
    ] {
        let sold = if market == "local" { 1 } else { last };
        list.push(ProcessKind {
            key: format!("sell_{market}"),
            stage: "marketing",
            inputs: vec![(goods[sold].clone(), 1.0)],
            outputs: Vec::new(),
            uses: if licensed > 0.0 { vec![("legal", licensed)] } else { Vec::new() },
            own: format!("demand_{market}"),
            cost,
            labour: 0.005,
            price: Some(price * (1.0 + 0.05 * last.saturating_sub(2) as f64)),
        });
    }
    list
}

fn chain(options: &GenerateOptions, contested: bool) -> String {
    let mut out = String::new();
    let (id, en) = if contested {
        ("Rantai sintetis, kapasitas diperebutkan", "Synthetic chain, contested capacities")
    } else {
        ("Rantai sintetis, kapasitas terpisah", "Synthetic chain, separate capacities")
    };
    let number = |value: f64| format!("{{ value = {value}, {SAYS} }}");
    let money = |value: f64, per: &str| format!("{{ value = {value}, unit = \"Rp/{per}\", {SAYS} }}");
    let wage = money(70_000.0, "person-day");
    let _ = writeln!(out, "title = {{ id = \"{id}\", en = \"{en}\" }}\nwage = {wage}");
    for position in 0..options.length {
        let key = commodity(options, position);
        let (id, en) = match position {
            0 => ("Bahan baku", "Raw material"),
            last if last + 1 == options.length => ("Barang jadi", "Finished good"),
            _ => ("Barang setengah jadi", "Semi-finished good"),
        };
        let _ =
            writeln!(out, "\n[commodities.{key}]\ntitle = {{ id = \"{id}\", en = \"{en}\" }}\nunit = \"kg\"");
        let _ = if options.store && position == 1 {
            writeln!(out, "storable = true\nloss = {}", number(0.05))
        } else {
            writeln!(out, "storable = false")
        };
    }
    for CapacityKind { key, id, en, .. } in capacities(options) {
        let unit = if key == "labour" { "person-day" } else { "kg" };
        let _ = writeln!(
            out,
            "\n[capacities.{key}]\ntitle = {{ id = \"{id}\", en = \"{en}\" }}\nunit = \"{unit}\""
        );
    }
    for process in processes(options, contested) {
        let flows = |list: &[(String, f64)]| -> String {
            list.iter().map(|(to, size)| format!("{to} = {}", number(*size))).collect::<Vec<_>>().join(", ")
        };
        let key = &process.key;
        let _ = writeln!(
            out,
            "\n[processes.{key}]\ntitle = {{ id = \"{key}\", en = \"{key}\" }}\nstage = \"{}\"\nunit = \"kg\"",
            process.stage
        );
        for (part, list) in [("inputs", &process.inputs), ("outputs", &process.outputs)] {
            if !list.is_empty() {
                let _ = writeln!(out, "{part} = {{ {} }}", flows(list));
            }
        }
        let mut uses = vec![(process.own.clone(), 1.0)];
        uses.extend(process.uses.iter().map(|(to, size)| ((*to).to_string(), *size)));
        let _ = writeln!(out, "uses = {{ {} }}", flows(&uses));
        let _ =
            writeln!(out, "unit_cost = {}\nlabour = {}", money(process.cost, "kg"), number(process.labour));
        if let Some(price) = process.price {
            let _ = writeln!(out, "price = {}", money(price, "kg"));
        }
    }
    interventions::write(options, &mut out);
    out
}

fn clusters(options: &GenerateOptions, contested: &[bool]) -> String {
    let mut out = "cluster,name,region,chain,enterprises,workers,source,grade\n".to_string();
    for (number, contested) in (1..).zip(contested) {
        let key = cluster_key(number);
        let enterprises = (20.0 + 180.0 * share(options, &key, "enterprises")).round();
        let region = 1 + (number - 1).div_euclid(CLUSTERS_IN_REGION);
        let _ = writeln!(
            out,
            "{key},Klaster {number},R{region:05},{},{enterprises},{},synthetic: made by rantai generate,assumption",
            chain_key(*contested),
            2.0 * enterprises
        );
    }
    out
}

/// The local numbers of every cluster: what capacities it has, prices, yields and how its capacities vary.
fn values(options: &GenerateOptions) -> String {
    let mut out = "cluster,item,key,dist,p1,p2,varies,unit,source,grade\n".to_string();
    let kinds = capacities(options);
    let processes = processes(options, true);
    // Amounts are of a quarter.
    let period = 4.0 / options.periods_per_year as f64;
    for number in 1..=options.clusters {
        let cluster = cluster_key(number);
        let size = 0.5 + 1.5 * share(options, &cluster, "size");
        let mut row = |item: &str, key: &str, median: f64, cv: f64, may_vary: bool| {
            let name = format!("{item}/{key}");
            let says = "synthetic: made by rantai generate,assumption";
            let unit = if item == "price" { "Rp/kg" } else { "" };
            // Three decimals get a fourth, so that nobody takes them for thousands.
            let median = match written(&median.to_string()) {
                Written::TwoWays(both) => both.decimals,
                _ => median.to_string(),
            };
            let uncertain =
                may_vary && share(options, &cluster, &format!("{name}/uncertain")) < options.uncertain;
            let _ = if uncertain {
                writeln!(out, "{cluster},{item},{key},lognormal,{median},{cv},each_period,{unit},{says}")
            } else {
                writeln!(out, "{cluster},{item},{key},,{median},,,{unit},{says}")
            };
        };
        let local = |name: &str, spread: f64| 1.0 + spread * (2.0 * share(options, &cluster, name) - 1.0);
        let round = |x: f64| (x * 1e4).round() / 1e4;
        for kind in &kinds {
            let base = round(kind.base * period * size * local(&format!("base/{}", kind.key), 0.3));
            row("base", &kind.key, base, 0.0, false);
            row("variation", &kind.key, 1.0, 0.15, true);
        }
        for process in &processes {
            if let Some(price) = process.price {
                row(
                    "price",
                    &process.key,
                    round(price * local(&format!("price/{}", process.key), 0.1)),
                    0.2,
                    true,
                );
            }
            if process.key == "make_basic" || process.key == "make_better" {
                let key = format!("{}/{}", process.key, process.outputs[0].0);
                let made = round(process.outputs[0].1 * local(&format!("output/{key}"), 0.05));
                row("output", &key, made, 0.1, true);
            }
        }
    }
    out
}

fn budgets(options: &GenerateOptions) -> String {
    let mut out = "source,year,amount,reference,grade\n".to_string();
    for (source, each) in [("apbn", 15_000_000), ("apbd", 5_000_000)] {
        for year in 0..options.years {
            let amount = each * options.clusters;
            let _ = writeln!(
                out,
                "{source},{},{amount},synthetic: made by rantai generate,assumption",
                2027 + year
            );
        }
    }
    out
}

fn today(options: &GenerateOptions) -> String {
    let mut out = "source,cluster,intervention,year,rupiah,reference,grade\n".to_string();
    for number in 1..=options.clusters {
        let cluster = cluster_key(number);
        for (source, intervention, each) in
            [("apbn", "tools", 10_000_000), ("apbd", "certificate", 2_000_000)]
        {
            let _ = writeln!(
                out,
                "{source},{cluster},{intervention},2027,{each},synthetic: made by rantai generate,assumption"
            );
        }
    }
    out
}

fn readme(options: &GenerateOptions) -> String {
    format!(
        "# A synthetic scenario\n\nMade by `rantai generate` with\n\n    --clusters {} --years {} --periods-per-year {} --length {} --contested {} --uncertain {} --seed {}{}\n\nNo number here describes a real place. It is for trials and benchmarks.\n",
        options.clusters,
        options.years,
        options.periods_per_year,
        options.length,
        options.contested,
        options.uncertain,
        options.seed,
        if options.store { " --store" } else { "" }
    )
}
