//! Random small scenarios as folders of files, from a seed: chains with shared capacities, second processes,
//! by-products, stores, lead times and uncertain numbers. They go through the loader like any other.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rand::RngExt;
use rantai::sampling::{Purpose, Stream};
use rantai::units::{Written, written};

use crate::support::per;

/// What a random scenario may contain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Everything.
    Any,
    /// One line of processes for each channel: nothing is shared, stored, or has two outputs.
    SeparateLines,
    /// Everything, small, with minimum sizes, S-shaped responses, candidates and rules for them.
    Whole,
    /// Everything, small, with things that are bought whole and least lines of sources.
    Things,
}

/// Money of a line that may be locked at most.
const LOCKED: i32 = 28_000;

impl Kind {
    /// With so few decisions that all choices of whole numbers can be gone through.
    fn is_small(self) -> bool {
        matches!(self, Self::Whole | Self::Things)
    }
}

struct Writer {
    rng: Stream,
    chain: String,
    values: Vec<(String, String, f64, bool)>,
}

impl Writer {
    fn chance(&mut self, p: f64) -> bool {
        self.rng.random_range(0.0..1.0) < p
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        (self.rng.random_range(low..high) * 1000.0).round() / 1000.0
    }

    /// A number, sometimes uncertain, written for TOML.
    fn number(&mut self, low: f64, high: f64) -> String {
        let x = self.between(low, high);
        let varies = ["once", "yearly", "each_period"][self.rng.random_range(0..3)];
        match self.rng.random_range(0..6) {
            0 => format!(
                "{{ dist = \"uniform\", min = {}, max = {}, varies = \"{varies}\" }}",
                told(0.8 * x),
                told(1.2 * x)
            ),
            1 => format!(
                "{{ dist = \"triangular\", min = {}, mode = {}, max = {}, varies = \"{varies}\", loadings = {{ common = 0.6 }} }}",
                told(0.7 * x),
                told(x),
                told(1.3 * x)
            ),
            2 => format!("{{ dist = \"lognormal\", median = {}, cv = 0.2, varies = \"{varies}\" }}", told(x)),
            _ => told(x),
        }
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.chain, "{text}");
    }

    fn title(&mut self) {
        self.line("title = { id = \"x\", en = \"x\" }");
    }

    fn capacity(&mut self, name: &str, scale: f64) {
        let season = if self.chance(0.3) { "season = [1.0, 0.6]" } else { "" };
        let text = format!("[capacities.{name}]\nunit = \"u\"\n{season}");
        self.line(&text);
        self.title();
        let (uncertain, base) = (self.chance(0.3), self.between(0.2 * scale, 1.8 * scale));
        self.values.push(("base".into(), name.into(), base, uncertain));
    }

    fn process(&mut self, name: &str, stage: &str, cost: (f64, f64)) {
        let text = format!("[processes.{name}]\nstage = \"{stage}\"\nunit = \"l\"");
        self.line(&text);
        self.title();
        let (cost, labour) = (self.number(cost.0, cost.1), self.number(0.002, 0.02));
        let text = format!("unit_cost = {}\nlabour = {labour}", per(&cost, "Rp/l"));
        self.line(&text);
    }

    fn flows(&mut self, part: &str, flows: &[(String, f64, f64)]) {
        let text: Vec<String> =
            flows.iter().map(|(to, low, high)| format!("{to} = {}", self.number(*low, *high))).collect();
        self.line(&format!("{part} = {{ {} }}", text.join(", ")));
    }
}

/// A number that nobody takes for thousands: three decimals get a fourth.
fn told(x: f64) -> String {
    match written(&x.to_string()) {
        Written::TwoWays(both) => both.decimals,
        _ => x.to_string(),
    }
}

/// Writes random scenario number `seed` into `folder`.
#[expect(clippy::too_many_lines, reason = "a scenario from top to bottom")]
pub(crate) fn write(folder: &Path, seed: usize, kind: Kind) {
    let rng = Stream::new(2027, Purpose::Pilot, "random scenario", seed);
    let mut w = Writer { rng, chain: String::new(), values: Vec::new() };
    w.title();
    w.line(
        "wage = { dist = \"uniform\", min = 40, max = 60, varies = \"yearly\", loadings = { common = 0.5 }, unit = \"Rp/person-day\" }",
    );
    let channels: usize = w.rng.random_range(1..=3);
    let capacities = match kind {
        Kind::Any | Kind::Whole | Kind::Things => any_chain(&mut w, channels),
        Kind::SeparateLines => separate_lines(&mut w, channels),
    };
    interventions(&mut w, &capacities, kind, seed);
    let sites = kind == Kind::Whole && w.chance(0.6);
    if sites {
        opening(&mut w, &capacities);
    }
    fs::create_dir_all(folder.join("chains")).expect("folder");
    fs::write(folder.join("chains/c.toml"), &w.chain).expect("chain");
    let clusters: usize = if sites { w.rng.random_range(2..=3) } else { w.rng.random_range(1..=2) };
    let (coverage, standings) = coverage(&capacities, seed, kind);
    let spilled =
        if kind == Kind::SeparateLines { String::new() } else { spillovers(&capacities, clusters, seed) };
    let shared = if kind == Kind::SeparateLines || clusters < 2 {
        None
    } else {
        shared_capacity(&capacities, &(coverage.clone() + &spilled), seed)
    };
    let mut rows = "cluster,name,region,chain,enterprises,workers,candidate,potential\n".to_string();
    let mut values = "cluster,item,key,dist,p1,p2,p3,varies\n".to_string();
    for c in 0..clusters {
        let candidate = if sites && c > 0 { "yes" } else { "" };
        let _ = writeln!(rows, "c{c},C{c},{},c,{},30,{candidate},{}", ["R", "S"][c % 2], 10 + c, 30 * c);
        for (item, key, x, uncertain) in w.values.clone() {
            let x = x * w.between(0.5, 1.5);
            if shared.as_ref() == Some(&key) {
                continue;
            }
            let _ = if uncertain {
                writeln!(
                    values,
                    "c{c},{item},{key},pert,{},{},{},each_period",
                    told(0.5 * x),
                    told(x),
                    told(1.4 * x)
                )
            } else {
                writeln!(values, "c{c},{item},{key},,{},,,", told(x))
            };
        }
        if sites && c > 0 && w.chance(0.5) {
            let _ = writeln!(values, "c{c},fixed_cost,buka,,{},,,", w.rng.random_range(5_000..70_000));
        }
        if kind == Kind::Whole && w.chance(0.3) {
            let _ = writeln!(values, "c{c},minimum,i0,,{},,,", w.rng.random_range(0..70_000));
        }
    }
    fs::write(folder.join("clusters.csv"), rows).expect("clusters");
    fs::write(folder.join("values.csv"), values).expect("values");
    fs::write(
        folder.join("budgets.csv"),
        "source,year,amount\ns,2027,100000\ns,2028,50000\nt,2027,0\nt,2028,70000\n",
    )
    .expect("budgets");
    let metric = ["value_added", "gross_output", "margin", "employment"][w.rng.random_range(0..4)];
    let metric = if kind == Kind::SeparateLines { "margin" } else { metric };
    let rules = if sites {
        let rule = w.rng.random_range(0..5);
        [
            "",
            "[[sites]]\nat_most = 1",
            "[[sites]]\nat_least = 1",
            "[[sites]]\nat_most = 1\nat_least = 1",
            "[[sites]]\nminimum_potential = 50\n[[sites]]\nclusters = [\"c1\"]\nat_most = 1",
        ][rule]
    } else {
        ""
    };
    let mut text = scenario(metric, seed % 3 == 2, &tail(seed)) + &events(&capacities, seed) + rules;
    if kind != Kind::SeparateLines {
        text += &money_rules(seed);
        text += &spilled;
        text += &pools(shared.as_deref(), seed);
    }
    if kind != Kind::Whole {
        locked(folder, seed);
    }
    text += &coverage;
    text += &economy(folder, seed);
    if kind != Kind::SeparateLines && seed % 4 == 1 && text.contains("[shadow_prices]") {
        text = text.replace(&format!("metric = \"{metric}\""), "metric = \"economic\"");
    }
    if kind == Kind::Things && seed.is_multiple_of(2) {
        // Small beside a unit or dearer than one, of one source or of both.
        let least = [8_000, 30_000, 45_000][seed % 3];
        for source in ["s", "t"].into_iter().take(1 + seed % 5 % 2) {
            text = text.replace(
                &format!("[sources.{source}]\n"),
                &format!("[sources.{source}]\nleast_line = {least}\n"),
            );
        }
    }
    fs::write(folder.join("scenario.toml"), text).expect("scenario");
    if !standings.is_empty() {
        fs::write(folder.join("coverage.csv"), standings).expect("coverage");
    }
}

/// Coverage in some scenarios: enforced where whole numbers are meant to be, else only reported. The first intervention is of
/// production, wherever it is.
fn coverage(capacities: &[String], seed: usize, kind: Kind) -> (String, String) {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random coverage", seed);
    let none = (String::new(), String::new());
    let whole = kind == Kind::Whole;
    if kind == Kind::SeparateLines || rng.random_range(0..10) >= if whole { 5 } else { 2 } {
        return none;
    }
    let mut text = "\n[coverage]\n".to_string();
    if !whole {
        text +=
            "enforce = false\n[[coverage.minimum]]\ntype = \"production\"\namount_per_enterprise = 5000.5\n";
        return (text, String::new());
    }
    let amount = rng.random_range(5_000..80_000);
    let _ = writeln!(text, "[[coverage.minimum]]\ntype = \"production\"\namount = {amount}");
    if rng.random_range(0..3) == 0 {
        let capacity = &capacities[rng.random_range(0..capacities.len())];
        let units = rng.random_range(50..200);
        let _ = writeln!(
            text,
            "[[coverage.minimum]]\ntype = \"production\"\nclusters = [\"c0\"]\ncapacity = \"{capacity}\"\nunits = {units}"
        );
    }
    let standings = [
        "",
        "cluster,type,status,amount,reason\nc0,production,provided,4000,\n",
        "cluster,type,status,amount,reason\nc0,production,waived,,x\n",
        "cluster,type,status\nc0,production,provided\n",
    ][rng.random_range(0..4)];
    (text, standings.to_string())
}

/// Rules of sources of money: by region, cluster, kind of support and source. Cluster c0 is always there and s may fund it.
fn money_rules(seed: usize) -> String {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random rules of money", seed);
    let mut text = String::new();
    let limits = [
        "kind = \"floor\"\nsource = \"s\"\nclusters = [\"c0\"]\nshare = 0.1",
        "kind = \"cap\"\nregions = [\"R\"]\nshare = 0.4",
        "kind = \"cap\"\nsupport = [\"facilities\"]\nyear = 2028\namount = 40001",
        "kind = \"cap\"\nsource = \"t\"\nclusters = [\"c0\"]\nshare = 0.333",
    ];
    for limit in limits {
        if rng.random_range(0..4) == 0 {
            let _ = writeln!(text, "\n[[limits]]\n{limit}");
        }
    }
    let cofunding = [
        "source = \"t\"\nratio = 0.2",
        "source = \"s\"\nto = [\"t\"]\nratio = 0.4\nper = \"cluster\"\nby_year = true",
        "source = \"t\"\nratio = 0.3\nper = \"all\"\ntypes = [\"production\"]",
    ];
    for rule in cofunding {
        if rng.random_range(0..4) == 0 {
            let _ = writeln!(text, "\n[[cofunding]]\n{rule}");
        }
    }
    text
}

/// Lines that are locked, in one scenario out of four: within every cap, and in the year in which t, which may bear their
/// upkeep and owe co-funding, has money.
fn locked(folder: &Path, seed: usize) {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random locked lines", seed);
    if rng.random_range(0..4) > 0 {
        return;
    }
    let (s, t) = (rng.random_range(0..20_000), rng.random_range(0..LOCKED - 20_000));
    let rows = format!("source,cluster,intervention,year,rupiah\ns,c0,i0,2028,{s}\nt,c0,i0,2028,{t}\n");
    fs::write(folder.join("locked.csv"), rows).expect("locked");
}

/// Spillovers between clusters, in most scenarios that have several: up, and down by less than any base that may be drawn
/// (the least is a quarter of 20 units; all money together takes 3.3 at most).
fn spillovers(capacities: &[String], clusters: usize, seed: usize) -> String {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random spillovers", seed);
    let mut text = String::new();
    if clusters < 2 {
        return text;
    }
    for (profile, within) in [("[-1.5e-5, 2e-4, 3e-4]", ""), ("[4e-4]", "within = \"chain\"")] {
        if rng.random_range(0..2) == 0 {
            let capacity = &capacities[rng.random_range(0..capacities.len())];
            let _ = writeln!(
                text,
                "\n[[spillovers]]\ninterventions = [\"i0\"]\ncapacity = \"{capacity}\"\nprofile = {profile}\n{within}"
            );
        }
    }
    text
}

/// In some scenarios, a capacity that clusters share: none that regional events strike, or that other rules speak of.
fn shared_capacity(capacities: &[String], rules: &str, seed: usize) -> Option<String> {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random pools", seed);
    let key = capacities.get(2 * rng.random_range(0..capacities.len()) + 1)?;
    (!rules.contains(&format!("capacity = \"{key}\""))).then(|| key.clone())
}

/// In some scenarios: a market of some channels, shadow prices, and an indicator of what processes do; drawn apart, so that the
/// rest of a scenario stays what it is.
fn economy(folder: &Path, seed: usize) -> String {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random economy", seed);
    let path = folder.join("chains/c.toml");
    let mut chain = fs::read_to_string(&path).expect("chain");
    let mut text = String::new();
    let uncertain = |low: f64, high: f64, varies: &str, unit: &str| {
        format!(
            "{{ dist = \"uniform\", min = {low}, max = {high}, varies = \"{varies}\", loadings = {{ common = 0.5 }}{unit} }}"
        )
    };
    let mut channels: Vec<String> = Vec::new();
    for section in chain.split("\n[").filter(|section| section.contains("\nprice = ")) {
        let key = section.split(']').next().and_then(|head| head.strip_prefix("processes."));
        channels.extend(key.map(|key| format!("\"c/{key}\"")));
    }
    if !channels.is_empty() && rng.random_range(0..2) == 0 {
        channels.truncate(rng.random_range(1..=channels.len()));
        let displacement = match rng.random_range(0..3) {
            0 => "0.05".to_string(),
            _ => uncertain(0.0, 0.1, "once", ""),
        };
        let price = match rng.random_range(0..2) {
            0 => "{ value = 700, unit = \"Rp/l\" }".to_string(),
            _ => uncertain(300.5, 1500.5, "each_period", ", unit = \"Rp/l\""),
        };
        let channels = channels.join(", ");
        let _ = writeln!(
            text,
            "\n[markets.m]\ntitle = {{ id = \"x\", en = \"x\" }}\nchannels = [{channels}]\nreference_price = {price}\ndisplacement = {displacement}"
        );
    }
    if rng.random_range(0..2) == 0 {
        let ratio = ["0", "0.6", "1", "1.3"][rng.random_range(0..4)];
        let own = channels.first().map_or(String::new(), |key| format!("price_of = {{ {key} = 0.9 }}\n"));
        let _ = writeln!(text, "\n[shadow_prices]\nwage_ratio = {ratio}\nprices = 1.1\ncosts = 0.8\n{own}");
    }
    if rng.random_range(0..2) == 0 {
        text += "\n[indicators.wood]\ntitle = { id = \"x\", en = \"x\" }\nunit = \"kg\"\nbetter = \"less\"\n";
        let amount = uncertain(-0.5, 2.5, "yearly", ", unit = \"kg/l\"");
        chain = chain.replace("\nlabour = ", &format!("\nindicators = {{ wood = {amount} }}\nlabour = "));
        fs::write(&path, chain).expect("chain");
    }
    text
}

/// The pool of that capacity, for all clusters.
fn pools(shared: Option<&str>, seed: usize) -> String {
    let Some(capacity) = shared else { return String::new() };
    let mut rng = Stream::new(2027, Purpose::Pilot, "random pool", seed);
    let base = rng.random_range(40..260);
    let base = match rng.random_range(0..3) {
        0 => format!(
            "{{ dist = \"uniform\", min = {}, max = {base}, varies = \"yearly\", loadings = {{ common = 0.4 }} }}",
            i32::div_euclid(base, 2)
        ),
        _ => base.to_string(),
    };
    let variation =
        ["", "variation = { dist = \"pert\", min = 0.4, mode = 1, max = 1.3, varies = \"each_period\" }\n"]
            [rng.random_range(0..2)];
    format!(
        "\n[pools.bersama]\ntitle = {{ id = \"x\", en = \"x\" }}\ncapacity = \"{capacity}\"\nbase = {base}\nseason = [1.0, 0.7]\n{variation}"
    )
}

/// Events that strike some of the capacities, in two scenarios out of three.
fn events(capacities: &[String], seed: usize) -> String {
    let mut text = String::new();
    for kind in 0..seed % 3 {
        let hits: Vec<String> =
            capacities.iter().skip(kind).step_by(2).map(|key| format!("\"{key}\"")).collect();
        if hits.is_empty() {
            continue;
        }
        let shared = if kind == 0 { "shared = \"region\"" } else { "dispersion = 2" };
        let _ = write!(
            text,
            r#"[events.e{kind}]
rate = 0.8
severity = {{ dist = "beta", alpha = 2, beta = 2 }}
duration = {{ dist = "uniform", min = 0, max = 2.5 }}
starts = [0.7, 0.3]
{shared}
hits = [{}]
"#,
            hits.join(", ")
        );
    }
    text
}

/// Years of operations after the budgets, in one scenario out of three, sometimes as one block.
fn tail(seed: usize) -> String {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random tail", seed);
    match rng.random_range(0..9) {
        0 => "tail = { years = 1 }".to_string(),
        1 => "tail = { years = 2 }".to_string(),
        2 => "tail = { years = 2, blocks = 1 }".to_string(),
        _ => String::new(),
    }
}

fn scenario(metric: &str, risky: bool, tail: &str) -> String {
    format!(
        r#"format = 1
title = {{ id = "x", en = "x" }}
[horizon]
first_year = 2027
years = 2
periods_per_year = 2
{tail}
[money]
unit = "Rp"
discount_rate = 0.05
[labour]
days_per_year = 250
[objective]
metric = "{metric}"
[risk]
lambda = {}
alpha = 0.7
[samples]
seed = 5
planning = 4
evaluation = 8
[factors.common]
varies = "once"
ar = 0
scope = "all"
[sources.s]
title = {{ id = "s", en = "s" }}
level = "central"
carry_over = 0.5
disbursement = [0.5, 0.4, 0.1]
[sources.t]
title = {{ id = "t", en = "t" }}
level = "regency"
carry_over = 0
disbursement = [1.0]
[[limits]]
kind = "cap"
type = "production"
share = 0.7
"#,
        if risky { 0.4 } else { 0.0 }
    )
}

/// A chain in up to three layers with everything a chain may have; gives its capacities.
fn any_chain(w: &mut Writer, channels: usize) -> Vec<String> {
    let mut capacities = Vec::new();
    let mut made: Vec<String> = Vec::new();
    let mut layer: Vec<String> = Vec::new();
    let mut shared = false;
    for depth in 0..w.rng.random_range(1..=3) {
        let below = std::mem::take(&mut layer);
        for n in 0..w.rng.random_range(1..=2) {
            let commodity = format!("m{depth}{n}");
            let late = stored_commodity(w, &commodity);
            let ways: usize = w.rng.random_range(1..=2);
            for way in 0..ways {
                let name = format!("p{depth}{n}{way}");
                let own = format!("k{depth}{n}{way}");
                w.capacity(&own, 100.0);
                w.process(&name, "production", (1.0, 20.0));
                w.flows("inputs", &below.iter().map(|m| (m.clone(), 0.3, 1.2)).collect::<Vec<_>>());
                let mut outputs = vec![(commodity.clone(), 0.6, 1.3)];
                if n > 0 && w.chance(0.4) {
                    outputs.push((layer[0].clone(), 0.1, 0.5));
                }
                w.flows("outputs", &outputs);
                let mut uses = vec![(own.clone(), 0.5, 1.5)];
                if w.chance(0.5) {
                    uses.push(("shared".to_string(), 0.3, 1.0));
                    shared = true;
                }
                w.flows("uses", &uses);
                if late && way + 1 == ways {
                    w.line("lead_time = 1");
                }
                capacities.push(own);
            }
            layer.push(commodity.clone());
            made.push(commodity);
        }
        // What the last layer does not use is sold below.
        if below.is_empty() && depth > 0 {
            break;
        }
    }
    for c in 0..channels {
        let demand = format!("d{c}");
        w.capacity(&demand, 120.0);
        w.process(&format!("sell{c}"), "marketing", (0.0, 5.0));
        let price = w.number(60.0, 160.0);
        w.line(&format!("price = {}", per(&price, "Rp/l")));
        // The first channel sells all of the last layer together, the others one commodity each, of any layer.
        let mut inputs: Vec<(String, f64, f64)> = layer.iter().map(|m| (m.clone(), 0.5, 1.2)).collect();
        if c > 0 {
            inputs = vec![(made[w.rng.random_range(0..made.len())].clone(), 0.5, 1.2)];
        }
        w.flows("inputs", &inputs);
        let mut uses = vec![(demand.clone(), 0.8, 1.2)];
        if w.chance(0.4) {
            uses.push(("shared".to_string(), 0.2, 0.6));
            shared = true;
        }
        w.flows("uses", &uses);
        capacities.push(demand);
    }
    if shared {
        w.capacity("shared", 150.0);
        capacities.push("shared".to_string());
    }
    capacities
}

/// A commodity, often storable; true if it is one that a process with a lead time may make.
fn stored_commodity(w: &mut Writer, commodity: &str) -> bool {
    let storable = w.chance(0.35);
    let late = storable && w.chance(0.4);
    w.line(&format!("[commodities.{commodity}]\nunit = \"q\"\nstorable = {storable}"));
    if storable {
        w.line("loss = 0.05");
        if late || w.chance(0.5) {
            let level = if w.chance(0.5) { "base_stock = 40" } else { "base_stock_periods = 0.7" };
            w.line(level);
        }
        if w.chance(0.4) {
            w.line("initial_stock = 25");
        }
    }
    w.title();
    late
}

/// For each channel a line of its own.
fn separate_lines(w: &mut Writer, channels: usize) -> Vec<String> {
    let mut capacities = Vec::new();
    for c in 0..channels {
        let length: usize = w.rng.random_range(1..=3);
        for n in 0..length {
            let own = format!("k{c}{n}");
            w.capacity(&own, 100.0);
            capacities.push(own.clone());
            let text = format!("[commodities.m{c}{n}]\nunit = \"q\"\nstorable = false");
            w.line(&text);
            w.title();
            let name = format!("p{c}{n}");
            w.process(&name, "production", (1.0, 15.0));
            if n > 0 {
                w.flows("inputs", &[(format!("m{c}{}", n - 1), 0.4, 1.3)]);
            }
            w.flows("outputs", &[(format!("m{c}{n}"), 0.6, 1.3)]);
            w.flows("uses", &[(own, 0.5, 1.5)]);
        }
        let demand = format!("d{c}");
        w.capacity(&demand, 100.0);
        capacities.push(demand.clone());
        let name = format!("sell{c}");
        w.process(&name, "marketing", (0.0, 3.0));
        let price = w.number(50.0, 150.0);
        let text = format!("price = {}", per(&price, "Rp/l"));
        w.line(&text);
        w.flows("inputs", &[(format!("m{c}{}", length - 1), 0.5, 1.2)]);
        w.flows("uses", &[(demand, 0.8, 1.2)]);
    }
    capacities
}

/// What is additional: a share that is certain, that differs from future to future, or, seldom, nothing.
fn additionality(share: f64, seed: usize) -> String {
    let mut rng = Stream::new(2027, Purpose::Pilot, "random additionality", seed);
    match rng.random_range(0..8) {
        0 => "0".to_string(),
        1 | 2 => format!(
            "{{ dist = \"discrete\", values = [0, {}, 1], weights = [0.2, 0.5, 0.3], varies = \"once\" }}",
            told(0.9 * share)
        ),
        3 => format!("{{ dist = \"uniform\", min = 0.1, max = {}, varies = \"yearly\" }}", told(share)),
        _ => told(share),
    }
}

/// Interventions of every kind of response, raising random capacities.
fn interventions(w: &mut Writer, capacities: &[String], kind: Kind, seed: usize) {
    let count: usize = w.rng.random_range(1..=if kind.is_small() { 2 } else { 3 });
    for i in 0..count {
        let (facility, support) =
            [("production", "facilities"), ("marketing", "management"), ("research", "budget")][i];
        let decay = if w.chance(0.5) { "depreciation = 0.1" } else { "lifetime = 2" };
        let gestation = ["[1.0]", "[0, 1.0]", "[0.5, 0.5]"][w.rng.random_range(0..3)];
        let bearer = if w.chance(0.3) { "t" } else { "cluster" };
        let (effect, real) = (
            "{ dist = \"discrete\", values = [0, 0.5, 1], weights = [0.3, 0.2, 0.5], varies = \"once\" }",
            additionality(w.between(0.3, 1.0), seed + 1000 * i),
        );
        let text = format!(
            "[interventions.i{i}]\ntype = \"{facility}\"\nsupport = \"{support}\"\n{decay}\ngestation = {gestation}\neffectiveness = {effect}\nadditionality = {real}\nupkeep = 0.04\nupkeep_by = \"{bearer}\""
        );
        w.line(&text);
        w.title();
        if kind == Kind::Whole && (i == 0 || w.chance(0.5)) {
            let minimum = w.rng.random_range(10_000..90_000);
            w.line(&format!("minimum = {minimum}"));
        }
        if kind == Kind::Things && (i == 0 || w.chance(0.5)) {
            let (cost, most) = (w.rng.random_range(12_000..45_000_i32), w.rng.random_range(1..=3));
            // No fewer than what may be locked buys.
            let most = most.max((LOCKED + cost - 1).div_euclid(cost));
            w.line(&format!(
                "unit = {{ id = \"alat\", one = \"tool\", many = \"tools\" }}\nunit_cost = {cost}\nat_most = {most}"
            ));
        }
        let target = capacities[w.rng.random_range(0..capacities.len())].clone();
        let shapes = if kind == Kind::Whole { 7 } else { 4 };
        let response = match w.rng.random_range(0..shapes) {
            4 => "s_shaped = [[30000, 0], [60000, 90]]".to_string(),
            5 => "s_shaped = [[20000, 20], [40000, 25], [60000, 80], [90000, 100]]".to_string(),
            6 => {
                "s_shaped = [[1500, 1], [3500, 8], [5000, 9], [6000, 14]], per_enterprise = true".to_string()
            }
            0 => "cost = { value = 700, unit = \"Rp/u\" }, up_to = 90".to_string(),
            1 => "pieces = [[20000, 60], [60000, 100]]".to_string(),
            2 => "max = 120, half = 40000".to_string(),
            _ => "cost = { value = 900, unit = \"Rp/u\" }".to_string(),
        };
        let opt = ["", ", seasonal = false", ", varied = false", ", per_enterprise = false"]
            [w.rng.random_range(0..if kind == Kind::Whole { 3 } else { 4 })];
        let text = format!("raises.{target} = {{ {response}{opt} }}");
        w.line(&text);
    }
}

/// What opens candidates; sometimes it raises a capacity too.
fn opening(w: &mut Writer, capacities: &[String]) {
    let cost = w.rng.random_range(5_000..60_000);
    w.line(&format!(
        "[interventions.buka]\ntype = \"land\"\nsupport = \"facilities\"\ndepreciation = 0.1\ngestation = [1.0]\neffectiveness = 1\nadditionality = 1\nupkeep = 0.02\nupkeep_by = \"cluster\"\nopens = true\nfixed_cost = {cost}"
    ));
    w.title();
    if w.chance(0.4) {
        let target = capacities[w.rng.random_range(0..capacities.len())].clone();
        w.line(&format!("raises.{target} = {{ cost = {{ value = 800, unit = \"Rp/u\" }} }}"));
    }
}
