//! Broken inputs by the thousand: the bundled scenarios and plans with bytes, words, numbers, lines, rows, columns and keys
//! changed at random. What is read must be read without a panic and without an end to waiting; what is still valid is
//! simulated and planned, and must not contradict itself.
//!
//! A small share runs always; `cargo test --release --test it -- --ignored twenty_thousand` runs it all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rantai::control::Control;
use rantai::model::rule::{keeps_all_but_budgets, violations, whole_numbers};
use rantai::model::{Allocation, Metric, Model};
use rantai::opt::OptError;
use rantai::opt::builder::{build, objective_unit};
use rantai::opt::planner::{PlanMethod, PlanOptions, ProgramPlan, Stop, optimise, recourse_values};
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::{load, read_plan};
use rantai::sim::{PlanEffects, Selector, simulate};

use crate::support::{code, rantai, scenario, stderr, stdout};

/// Samples of a plan.
const SAMPLES: usize = 3;
/// Values of the two readings and of the two methods may differ by this share.
const TOLERANCE: f64 = 1e-5;
/// An input that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(180);
/// Stated size beyond which a valid scenario is read but not planned: periods times clusters.
const LARGEST: usize = 400;

/// Evenly spread bits from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.roll() % count.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

type Folder = BTreeMap<String, Vec<u8>>;

/// The files of a scenario that are read.
fn folder(path: &Path) -> Folder {
    let mut files = Folder::new();
    for below in ["", "chains"] {
        for entry in fs::read_dir(path.join(below)).expect("folder").flatten() {
            let name = entry.file_name().into_string().expect("UTF-8");
            if name.ends_with(".toml") || name.ends_with(".csv") {
                let label = if below.is_empty() { name } else { format!("{below}/{name}") };
                files.insert(label, fs::read(entry.path()).expect("read"));
            }
        }
    }
    files
}

/// Places of words: letters, digits and what stands inside numbers and keys.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut list = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+');
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                list.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    list
}

/// Numbers that break things.
const NUMBERS: [&str; 30] = [
    "0",
    "1",
    "-1",
    "2",
    "0.5",
    "1e-400",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "1e12",
    "1e-12",
    "1e300",
    "1e-300",
    "50.000",
    "2.600",
    "1,5",
    "20juta",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e6",
    "1000",
    "+1",
    "-0",
    "0x10",
    "1_000",
    "",
    "2027.0",
    "1e15",
];

/// One change to the text of a file.
fn change(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let kind = dice.below(16);
    let at = dice.below(lines.len());
    let other = dice.below(lines.len());
    let replaced =
        |place: (usize, usize), with: &str| format!("{}{with}{}", &text[..place.0], &text[place.1..]);
    let places = words(text);
    if lines.is_empty() || places.is_empty() {
        return text.to_string();
    }
    let numbers: Vec<(usize, usize)> =
        places.iter().copied().filter(|(from, to)| text[*from..*to].parse::<f64>().is_ok()).collect();
    match kind {
        // A word by another of the same file, or slightly off.
        0 => {
            let (from, to) = *dice.of(&places);
            return replaced(*dice.of(&places), &text[from..to]);
        }
        1 => {
            let place = *dice.of(&places);
            let mut word: Vec<char> = text[place.0..place.1].chars().collect();
            let i = dice.below(word.len());
            match dice.below(4) {
                0 => drop(word.remove(i)),
                1 => word.insert(i, *dice.of(&['x', '_', '.', 'é', '\u{a0}', '0'])),
                2 => word.swap(i, 0),
                _ => word[i] = word[i].to_uppercase().next().unwrap_or('?'),
            }
            return replaced(place, &word.into_iter().collect::<String>());
        }
        // A number by one that breaks things, or by a multiple of itself.
        2..=4 if !numbers.is_empty() => return replaced(*dice.of(&numbers), dice.of::<&str>(&NUMBERS)),
        5..=7 if !numbers.is_empty() => {
            let place = *dice.of(&numbers);
            let value: f64 = text[place.0..place.1].parse().unwrap_or(1.0);
            let factor = *dice.of(&[-1.0, 0.1, 0.5, 1.5, 2.0, 10.0, 1000.0, 1e-3, 1e6, 1e-6]);
            return replaced(place, &format!("{}", value * factor));
        }
        8 => drop(lines.remove(at)),
        9 => lines.insert(at, lines[other].clone()),
        10 => lines.swap(at, other),
        // Cells of one row, or the same cell of every row.
        11 => cells(&mut lines[at..=at], dice),
        12 => cells(&mut lines, dice),
        // A key without its value, a value without its key, a section closed in its midst.
        13 => {
            if let Some(end) = lines[at].find('=').filter(|_| dice.below(2) == 0) {
                lines[at].truncate(end + dice.below(2));
            } else {
                lines[at] = format!("{}{}", lines[other], lines[at]);
            }
        }
        14 => lines.truncate(at),
        _ => {
            let sign = dice
                .of(&["\"", "'", "[", "]", "{", "}", ",", ";", "\t", "=", "#", "\u{feff}", "\r", "\n", "  "]);
            let i = (0..=dice.below(lines[at].len() + 1))
                .rev()
                .find(|i| lines[at].is_char_boundary(*i))
                .unwrap_or(0);
            lines[at].insert_str(i, sign);
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Takes away, doubles, swaps or empties a cell: the same in all these rows.
fn cells(rows: &mut [String], dice: &mut Dice) {
    let (first, second, kind) = (dice.below(16), dice.below(16), dice.below(4));
    for row in rows {
        let mut cells: Vec<&str> = row.split(',').collect();
        let (i, j) = (first % cells.len(), second % cells.len());
        match kind {
            0 => drop(cells.remove(i)),
            1 => cells.insert(i, cells[j]),
            2 => cells.swap(i, j),
            _ => cells[i] = "",
        }
        *row = cells.join(",");
    }
}

/// One to three changes to a file; now and then to its bytes.
fn mutated(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(3) {
        if dice.below(12) == 0 && !bytes.is_empty() {
            let at = dice.below(bytes.len());
            match dice.below(3) {
                0 => bytes[at] = (dice.roll() & 0xff) as u8,
                1 => bytes.insert(at, (dice.roll() & 0xff) as u8),
                _ => drop(bytes.remove(at)),
            }
        } else {
            bytes = change(&String::from_utf8_lossy(&bytes), dice).into_bytes();
        }
    }
    bytes
}

/// What came of one input.
#[derive(Debug, Clone, PartialEq)]
enum Came {
    /// Refused, with this many faults.
    Refused,
    /// Read; too large to be planned here, or only to be read.
    Read,
    /// Read and simulated.
    Simulated,
    /// No allocation keeps the rules: found so by both methods.
    Infeasible,
    /// Planned; nothing contradicts itself.
    Planned,
    /// Planning says that it has no answer.
    Unsolved(String),
    /// It panicked, hung, or contradicted itself.
    Wrong(String),
}

/// The simulated levels with `allocation`; all of them finite.
fn levels(model: &Model, sampler: &Sampler, allocation: &Allocation) -> Result<Vec<f64>, String> {
    let effects = PlanEffects::new(model, allocation);
    let outcomes = simulate(model, sampler, SAMPLES, &[None, Some(&effects)], &|_| true);
    let outcomes = outcomes.map_err(|error| format!("simulation: {error}"))?;
    for metric in [Metric::GrossOutput, Metric::ValueAdded, Metric::Margin, Metric::Employment] {
        for outcome in &outcomes {
            if let Some(level) =
                outcome.series(Selector::total(metric)).iter().find(|level| !level.is_finite())
            {
                return Err(format!("{metric:?} is {level}"));
            }
        }
    }
    Ok(outcomes[1].series(Selector::total(model.objective)))
}

/// Whether what both methods say of a model can be true.
fn consistent(model: &Model, plans: &[ProgramPlan]) -> Result<(), String> {
    let sampler = Sampler::new(model, 9, Purpose::Planning);
    let block = sampler.block(0, SAMPLES);
    let planning = build(model, model.objective, &block);
    let mut program = planning.program.clone();
    for column in &mut program.columns {
        // The tie-breaking cost of spending is no part of the level.
        column.objective = 0.0;
    }
    for plan in plans {
        let size = plan.without.iter().chain(&plan.with).map(|level| level.abs()).fold(1.0, f64::max);
        if !(plan.objective.is_finite() && plan.bound.is_finite() && size.is_finite()) {
            return Err(format!("objective {} and bound {}", plan.objective, plan.bound));
        }
        if plan.objective > plan.bound + TOLERANCE * size {
            return Err(format!("objective {} beats its own bound {}", plan.objective, plan.bound));
        }
        if plan.stop == Stop::Proven && !plan.certificate.proven() {
            return Err(format!("proven without a certificate: {:?}", plan.certificate));
        }
        if let Some(breach) = whole_numbers(model, &plan.allocation).first() {
            return Err(format!("the plan breaks a rule: {breach:?}"));
        }
        if !keeps_all_but_budgets(model, &plan.allocation) {
            return Err("the plan breaks a floor, cap or coverage".to_string());
        }
        for source in model.source_ids() {
            let spent = plan.allocation.sum(|line| line.source == source);
            if spent > model.sources[source.index()].total() {
                return Err(format!("source {source:?} spends {spent}"));
            }
        }
        let low = levels(model, &sampler, &plan.allocation)?;
        let x = planning.decide(model, &plan.allocation);
        let Ok(high) = recourse_values(&program, &x) else { continue };
        let unit = objective_unit(model.objective);
        for (w, (sim, high)) in low.iter().zip(&high).enumerate() {
            if *sim > high * unit + TOLERANCE * size {
                return Err(format!("sample {w}: simulated {sim} beats the program's {}", high * unit));
            }
        }
    }
    for (one, other) in plans.iter().zip(plans.iter().skip(1)) {
        let size = one.bound.abs().max(other.bound.abs()).max(1.0);
        for (plan, with) in [(one, other), (other, one)] {
            // Whole rupiah cost a little; bounds hold whatever the method.
            if plan.objective > with.bound + TOLERANCE * size {
                return Err(format!(
                    "objective {} by one method beats the other's bound {}",
                    plan.objective, with.bound
                ));
            }
        }
    }
    Ok(())
}

/// Plans a valid scenario by both methods.
fn planned(model: &Model) -> Came {
    let sampler = Sampler::new(model, 9, Purpose::Planning);
    if let Err(why) = levels(model, &sampler, &model.today) {
        return Came::Wrong(why);
    }
    if model.clusters.len() * model.horizon.periods() > LARGEST {
        return Came::Simulated;
    }
    let block = sampler.block(0, SAMPLES);
    let mut plans = Vec::new();
    let mut infeasible = Vec::new();
    let mut unsolved = None;
    for method in [PlanMethod::Extensive, PlanMethod::Decomposition] {
        let options = PlanOptions::new(model.objective, method);
        match optimise(model, &block, &options, &Control::with_limit(Duration::from_secs(20))) {
            Ok(plan) => plans.push(plan),
            Err(OptError::Infeasible(_)) => infeasible.push(method),
            Err(error) => unsolved = Some(format!("{method:?}: {error}")),
        }
    }
    if !infeasible.is_empty() && !plans.is_empty() {
        return Came::Wrong(format!("infeasible by {infeasible:?}, and yet there is a plan"));
    }
    match (consistent(model, &plans), unsolved) {
        (Err(why), _) => Came::Wrong(why),
        (Ok(()), Some(why)) => Came::Unsolved(why),
        (Ok(()), None) if plans.is_empty() => Came::Infeasible,
        (Ok(()), None) => Came::Planned,
    }
}

/// Does `work` on a thread of its own: what panics or does not end is wrong.
fn watched(work: impl FnOnce() -> Came + Send + 'static) -> Came {
    let (send, receive) = channel();
    let thread = std::thread::spawn(move || send.send(work()));
    match receive.recv_timeout(PATIENCE) {
        Ok(came) => came,
        Err(RecvTimeoutError::Timeout) => Came::Wrong("it does not end".to_string()),
        Err(RecvTimeoutError::Disconnected) => {
            let panic = thread.join().expect_err("a panic");
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
            Came::Wrong(format!("panic: {}", text.unwrap_or_default()))
        }
    }
}

/// Mutation `seed` of a scenario: read, and if it is valid and `plan` says so, planned.
fn scenario_came(files: &Folder, seed: u64, plan: bool) -> Came {
    let mut dice = Dice(seed);
    let mut files = files.clone();
    let names: Vec<String> = files.keys().cloned().collect();
    let name = dice.of(&names).clone();
    if let Some(bytes) = files.get_mut(&name) {
        *bytes = mutated(bytes, &mut dice);
    }
    watched(move || {
        let folder = tempfile::tempdir().expect("folder");
        fs::create_dir(folder.path().join("chains")).expect("folder");
        for (name, bytes) in &files {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
        match load(folder.path()) {
            Err(faults) if faults.is_empty() => Came::Wrong("refused without a fault".to_string()),
            Err(_) => Came::Refused,
            Ok(_) if !plan => Came::Read,
            Ok(scenario) => planned(&scenario.model),
        }
    })
}

/// Mutation `seed` of a plan for `model`.
fn plan_came(model: &Model, name: &str, bytes: &[u8], seed: u64) -> Came {
    let bytes = mutated(bytes, &mut Dice(seed));
    let (model, name) = (model.clone(), name.to_string());
    watched(move || {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        let allocation = match read_plan(&path, &model) {
            Err(faults) if faults.is_empty() => return Came::Wrong("refused without a fault".to_string()),
            Err(_) => return Came::Refused,
            Ok(plan) => plan.allocation,
        };
        let sampler = Sampler::new(&model, 9, Purpose::Evaluation);
        match levels(&model, &sampler, &allocation) {
            Err(why) => Came::Wrong(why),
            // Rules that a given plan breaks are listed, whatever it is.
            Ok(_) => {
                let _ = violations(&model, &allocation);
                Came::Simulated
            }
        }
    })
}

/// Counts what came, and keeps what is wrong.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, what: &str, seed: u64, came: &Came) {
        let word = match came {
            Came::Unsolved(why) => format!("unsolved, {}", why.chars().take(70).collect::<String>()),
            Came::Wrong(_) => "wrong".to_string(),
            other => format!("{other:?}").to_lowercase(),
        };
        *self.counts.entry(format!("{what}: {word}")).or_default() += 1;
        if let Came::Wrong(why) = came {
            self.wrong.push(format!("{what}, mutation {seed}: {why}"));
        }
    }

    /// Prints the counts; fails if anything is wrong.
    fn close(&self) {
        let mut text = String::new();
        for (what, count) in &self.counts {
            let _ = writeln!(text, "{count:>7} {what}");
        }
        let _ = std::io::stderr().write_all(text.as_bytes());
        assert!(self.wrong.is_empty(), "{} of these are wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

/// Does `work` for every seed below `count`, some at a time. These threads wait for others that use rayon's pool, so
/// they must not be of it.
fn each(count: u64, work: impl Fn(u64) -> Came + Sync) -> Vec<(u64, Came)> {
    const AT_A_TIME: u64 = 3;
    let work = &work;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_A_TIME)
            .map(|first| {
                scope.spawn(move || -> Vec<(u64, Came)> {
                    (first..count).step_by(AT_A_TIME as usize).map(|seed| (seed, work(seed))).collect()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// `count` mutations of scenarios and as many of plans as a third of that.
fn run(count: u64) -> Tally {
    let mut tally = Tally::default();
    let shares = [("minimal", 5, true), ("pelajaran", 4, true), ("banyumas-gula-kelapa", 1, false)];
    for (name, share, plan) in shares {
        let files = folder(&scenario(name));
        let came = each((count * share).div_euclid(10), |seed| scenario_came(&files, seed, plan));
        for (seed, came) in &came {
            tally.add(name, *seed, came);
        }
    }
    for name in ["minimal", "pelajaran"] {
        let path = scenario(name);
        let model = load(&path).expect("valid").model;
        let out = tempfile::tempdir().expect("folder");
        let plan = out.path().join("plan");
        let plan = plan.to_str().expect("UTF-8");
        let path = path.to_str().expect("UTF-8");
        let sizes = ["--quick", "--samples", "5", "--evaluation", "64", "-q", "--out", plan];
        let made = rantai(&["optimise", path].into_iter().chain(sizes).collect::<Vec<_>>());
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        for file in ["allocation.csv", "plan.json"] {
            let bytes = fs::read(Path::new(plan).join(file)).expect("read");
            let came = each(count.div_euclid(12), |seed| plan_came(&model, file, &bytes, seed));
            for (seed, came) in &came {
                tally.add(&format!("{name}, {file}"), *seed, came);
            }
        }
    }
    tally
}

#[test]
fn three_hundred_broken_inputs_are_refused_or_make_sense() {
    let tally = run(240);
    // A harness that refuses everything, or nothing, tries nothing.
    let count = |word: &str| -> usize {
        tally.counts.iter().filter(|(what, _)| what.ends_with(word)).map(|(_, count)| count).sum()
    };
    assert!(count("refused") > 100 && count("planned") > 20, "{:?}", tally.counts);
    tally.close();
}

/// Every failure is valid JSON too.
#[test]
fn broken_scenarios_are_told_in_valid_json() {
    let files = folder(&scenario("minimal"));
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let out = tempfile::tempdir().expect("folder");
        fs::create_dir(out.path().join("chains")).expect("folder");
        for (name, bytes) in &files {
            let bytes = if dice.below(3) == 0 { mutated(bytes, &mut dice) } else { bytes.clone() };
            fs::write(out.path().join(name), bytes).expect("written");
        }
        let output = rantai(&["check", out.path().to_str().expect("UTF-8"), "--json"]);
        let text = stdout(&output);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "mutation {seed}: {text}");
        assert!([0, 2].contains(&code(&output)), "mutation {seed}: {}", stderr(&output));
    }
}

#[test]
#[ignore = "a minute; its share above runs always"]
fn twenty_thousand_broken_inputs_are_refused_or_make_sense() {
    run(15_000).close();
}

/// A workshop that costs Rp 0.01 a kilogram instead of Rp 10,000 raises capacities by 10⁸ kilograms for each rupiah: where
/// a plan is called proven, its decisions keep every row.
#[test]
fn a_facility_that_costs_next_to_nothing_is_proven_at_rows_that_are_kept() {
    for cost in ["0.01", "0.0001", "1"] {
        let mut files = folder(&scenario("minimal"));
        let (name, dear) = ("chains/keripik.toml", "raises.bengkel.cost = { value = 10000,");
        let text = String::from_utf8(files[name].clone()).expect("UTF-8");
        assert!(text.contains(dear), "the scenario states the cost");
        let cheap = text.replace(dear, &format!("raises.bengkel.cost = {{ value = {cost},"));
        files.insert(name.to_string(), cheap.into_bytes());
        let folder = tempfile::tempdir().expect("folder");
        fs::create_dir(folder.path().join("chains")).expect("folder");
        for (name, bytes) in &files {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
        let model = load(folder.path()).expect("valid").model;
        let came = planned(&model);
        assert!(matches!(came, Came::Planned), "{cost}: {came:?}");
    }
}
