//! Rules that contradict each other: cases worked by hand, and on random scenarios with random limits the properties of
//! a minimal conflicting set and of a relaxation, held against a solver that planning does not use.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rand::RngExt;
use rantai::model::{
    Eligibility, FacilityType, Limit, LimitBound, LimitKind, Locked, Model, SourceId, Variant,
};
use rantai::opt::builder::{PlanningProgram, Rule, build};
use rantai::opt::conflict::check_rules;
use rantai::opt::{Conflict, OptError};
use rantai::sampling::{Purpose, Sampler, Stream};
use rantai::scenario::load;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{code, copy, rantai, root, stderr, stdout, varied};

const JUTA: i64 = 1_000_000;
const MILIAR: i64 = 1_000_000_000;

/// The scenario of `tests/bad_scenarios/base` with other money and limits: a gula chain in clusters a and b, equipment
/// (production, 10,000 Rp per kg) and certificates (certification), upkeep by `bearer` at `upkeep` a year.
struct Case<'a> {
    /// key, amounts of 2027 and 2028 [miliar Rp], carry-over, and more of its table.
    sources: &'a [(&'a str, [f64; 2], f64, &'a str)],
    /// kind, type, size in TOML, more of its table.
    limits: &'a [(&'a str, &'a str, &'a str, &'a str)],
    bearer: &'a str,
    upkeep: f64,
}

impl Case<'_> {
    fn write(&self, folder: &Path) {
        copy(&root().join("tests/bad_scenarios/base"), folder);
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect("there");
        let scenario = read("scenario.toml");
        let mut text = scenario.split("[sources.").next().expect("start").to_string();
        let mut budgets = "source,year,amount\n".to_string();
        for (key, amounts, carry_over, more) in self.sources {
            let _ = writeln!(
                text,
                "[sources.{key}]\ntitle = {{ id = \"Sumber {key}\", en = \"Source {key}\" }}\nlevel = \"central\"\ncarry_over = {carry_over}\ndisbursement = [1.0]\n{more}"
            );
            for (y, amount) in amounts.iter().enumerate() {
                let _ = writeln!(budgets, "{key},{},{}", 2027 + y, amount * 1e9);
            }
        }
        for (kind, facility, size, more) in self.limits {
            let _ = writeln!(text, "[[limits]]\nkind = \"{kind}\"\ntype = \"{facility}\"\n{size}\n{more}");
        }
        fs::write(folder.join("scenario.toml"), text).expect("written");
        fs::write(folder.join("budgets.csv"), budgets).expect("written");
        let chain = read("chains/gula.toml")
            .replace("upkeep = 0", &format!("upkeep = {}", self.upkeep))
            .replace("upkeep_by = \"cluster\"", &format!("upkeep_by = \"{}\"", self.bearer));
        fs::write(folder.join("chains/gula.toml"), chain).expect("written");
        let _ = fs::remove_file(folder.join("today.csv"));
    }

    fn model(&self) -> Model {
        let folder = tempfile::tempdir().expect("folder");
        self.write(folder.path());
        load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
    }

    /// What is found: the rules of the conflict and the way out, or nothing.
    fn conflict(&self) -> Option<Conflict> {
        conflict(&self.model())
    }
}

fn program(model: &Model) -> PlanningProgram {
    let sampler = Sampler::new(model, 5, Purpose::Planning);
    build(model, model.objective, &sampler.block(0, 1))
}

fn conflict(model: &Model) -> Option<Conflict> {
    match check_rules(model, &program(model)) {
        Ok(()) => None,
        Err(OptError::Infeasible(conflict)) => Some(*conflict),
        Err(other) => panic!("{other}"),
    }
}

fn rules(conflict: &Conflict) -> Vec<Rule> {
    conflict.rules.iter().map(|clash| clash.rule).collect()
}

fn way_out(conflict: &Conflict) -> Vec<(Rule, i64)> {
    conflict.relaxation.iter().map(|concession| (concession.rule, concession.rupiah)).collect()
}

fn budget(source: usize, year: usize) -> Rule {
    Rule::Budget(SourceId::new(source), year)
}

const PLAIN: Case<'static> = Case { sources: &[], limits: &[], bearer: "cluster", upkeep: 0.0 };

/// A floor of 12 miliar on production from s, which has 10 in 2027 and none in 2028: 2 too much. Its budget of 2028
/// is nothing, but were it without limit the floor could be kept from it: it is part of the contradiction. Source t has
/// plenty and is not; nor is the cap, which the floor keeps. Lowering the floor by 2 and finding 2 cost the same: the
/// floor gives way.
#[test]
fn a_floor_above_a_sources_money() {
    let found = Case {
        sources: &[("s", [10.0, 0.0], 0.0, ""), ("t", [50.0, 50.0], 1.0, "")],
        limits: &[
            ("cap", "production", "amount = 90e9", ""),
            ("floor", "production", "amount = 12e9", "source = \"s\""),
        ],
        ..PLAIN
    }
    .conflict()
    .expect("contradiction");
    assert_eq!(rules(&found), [Rule::Limit(1), budget(0, 0), budget(0, 1)]);
    assert!(found.rules.iter().all(|clash| clash.enough && !clash.upkeep));
    assert_eq!(way_out(&found), [(Rule::Limit(1), 2 * MILIAR)]);
    // Proven to a millionth, for which the preference for floors over money takes room.
    assert!(found.least <= 2e9 && found.least > 2e9 * (1.0 - 2e-6), "{}", found.least);
}

/// Floors of 70 % and 50 % of 10 miliar: 7 and 5, each fits, together 2 more than there is. The first in order gives
/// way. A rupiah found would move the floors too, by 0.7 + 0.5 of a rupiah: no way out at all.
#[test]
fn two_floors_that_fit_alone_but_not_together() {
    let case = Case {
        sources: &[("s", [4.0, 6.0], 1.0, "")],
        limits: &[("floor", "production", "share = 0.7", ""), ("floor", "certification", "share = 0.5", "")],
        ..PLAIN
    };
    let found = case.conflict().expect("contradiction");
    assert_eq!(rules(&found), [Rule::Limit(0), Rule::Limit(1), budget(0, 0), budget(0, 1)]);
    assert_eq!(way_out(&found), [(Rule::Limit(0), 2 * MILIAR)]);
    for alone in 0..2 {
        assert_eq!(Case { limits: &case.limits[alone..=alone], ..case }.conflict(), None);
    }
}

/// A floor of 6 on production of all sources and a cap of 5.5 on the same: half a miliar apart, whatever the money.
#[test]
fn a_floor_above_a_cap_needs_no_budget() {
    let found = Case {
        sources: &[("s", [40.0, 60.0], 1.0, "")],
        limits: &[
            ("floor", "production", "amount = 6e9", ""),
            ("cap", "production", "amount = 5.5e9", ""),
            ("floor", "certification", "amount = 6e9", ""),
        ],
        ..PLAIN
    }
    .conflict()
    .expect("contradiction");
    assert_eq!(rules(&found), [Rule::Limit(0), Rule::Limit(1)]);
    assert_eq!(way_out(&found), [(Rule::Limit(0), 500 * JUTA)]);
}

/// Source s may pay for production only, so a floor of 1 on certification from it cannot be kept by any money; a rupiah
/// apart is a contradiction too only from a whole rupiah on.
#[test]
fn a_floor_on_what_no_source_may_fund() {
    let case = |amount| Case {
        sources: &[("s", [4.0, 6.0], 1.0, "types = [\"production\"]")],
        limits: amount,
        ..PLAIN
    };
    let found = case(&[("floor", "certification", "amount = 1e9", "")]).conflict().expect("contradiction");
    assert_eq!(rules(&found), [Rule::Limit(0)]);
    assert_eq!(way_out(&found), [(Rule::Limit(0), MILIAR)]);
    assert_eq!(case(&[("floor", "certification", "amount = 0.9", "")]).conflict(), None);
    assert!(case(&[("floor", "certification", "amount = 2", "")]).conflict().is_some());
}

/// A floor of 3 in 2028, a year without money of its own. Of 5 in 2027, carried over whole, there is enough. At a carry-over
/// of one half 2.5 arrive, half a miliar too little: a rupiah in 2027 would bring half of one, one in 2028 or less of
/// the floor a whole one. Both budgets are in the way: without limit, either could pay. Without carry-over only that of
/// 2028 is.
#[test]
fn a_year_without_money_is_saved_by_carry_over_or_not() {
    let case = |sources| Case {
        sources,
        limits: &[("floor", "production", "amount = 3e9", "year = 2028")],
        ..PLAIN
    };
    assert_eq!(case(&[("s", [5.0, 0.0], 1.0, "")]).conflict(), None);
    let half = case(&[("s", [5.0, 0.0], 0.5, "")]).conflict().expect("contradiction");
    assert_eq!(rules(&half), [Rule::Limit(0), budget(0, 0), budget(0, 1)]);
    assert_eq!(way_out(&half), [(Rule::Limit(0), 500 * JUTA)]);
    let none = case(&[("s", [5.0, 0.0], 0.0, "")]).conflict().expect("contradiction");
    assert_eq!(rules(&none), [Rule::Limit(0), budget(0, 1)]);
    assert_eq!(way_out(&none), [(Rule::Limit(0), 3 * MILIAR)]);
}

/// Production of 10 in 2027 from s stands as a stock of 10 in both years (no depreciation); source t bears its upkeep of
/// 10 %, 1 a year, and has 1 in 2027 but only 0.4 in 2028: 0.6 too little. Lowering the floor by x saves x/10 of upkeep:
/// 6 miliar; finding 0.6 for t is cheaper. Money of 2027 is not in the way, as it cannot be carried over.
#[test]
fn upkeep_eats_a_budget() {
    let case = |later: [f64; 2]| {
        Case {
            sources: &[("s", [10.0, 0.0], 0.0, ""), ("t", later, 0.0, "")],
            limits: &[("floor", "production", "amount = 10e9", "source = \"s\"\nyear = 2027")],
            bearer: "t",
            upkeep: 0.1,
        }
        .conflict()
    };
    let found = case([1.0, 0.4]).expect("contradiction");
    assert_eq!(rules(&found), [Rule::Limit(0), budget(1, 1)]);
    assert!(found.rules[1].upkeep);
    assert_eq!(way_out(&found), [(budget(1, 1), 600 * JUTA)]);
    assert_eq!(case([1.0, 1.0]), None);
}

/// Production of 12 from s and of 12 from all, where only s has money, 10: lowering both costs 4, finding 2 costs 2.
#[test]
fn money_is_found_where_that_is_cheaper() {
    let floors = [
        ("floor", "production", "amount = 12e9", "source = \"s\""),
        ("floor", "production", "amount = 12e9", ""),
    ];
    let found = Case { sources: &[("s", [10.0, 0.0], 0.0, "")], limits: &floors, ..PLAIN }
        .conflict()
        .expect("contradiction");
    // The first floor alone contradicts the money; so does the other, so no rule of the first set alone is enough but
    // the budgets.
    assert_eq!(rules(&found), [Rule::Limit(0), budget(0, 0), budget(0, 1)]);
    assert_eq!(found.rules.iter().map(|clash| clash.enough).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(found.relaxation.iter().map(|c| c.rupiah).sum::<i64>(), 2 * MILIAR);
    assert!(matches!(found.relaxation[..], [only] if matches!(only.rule, Rule::Budget(..))), "{found:?}");
}

/// Two contradictions that have nothing to do with each other: one is told, and that there is another; the way out
/// settles both: production is 0.5 apart, certification 2.
#[test]
fn one_contradiction_of_two_is_told_and_both_are_settled() {
    let found = Case {
        sources: &[("s", [40.0, 60.0], 1.0, "")],
        limits: &[
            ("floor", "production", "amount = 6e9", ""),
            ("cap", "production", "amount = 5.5e9", ""),
            ("floor", "certification", "amount = 6e9", ""),
            ("cap", "certification", "amount = 4e9", ""),
        ],
        ..PLAIN
    }
    .conflict()
    .expect("contradiction");
    assert_eq!(rules(&found), [Rule::Limit(0), Rule::Limit(1)]);
    assert!(found.rules.iter().all(|clash| !clash.enough));
    assert_eq!(way_out(&found), [(Rule::Limit(0), 500 * JUTA), (Rule::Limit(2), 2 * MILIAR)]);
}

/// The planning program without the rules named.
fn without(planning: &PlanningProgram, gone: &[Rule]) -> PlanningProgram {
    let mut less = planning.clone();
    less.program.rows = rows_where(planning, |rule| !gone.contains(rule));
    less.rules.retain(|rule| !gone.contains(rule));
    less
}

fn rows_where(planning: &PlanningProgram, keep: impl Fn(&Rule) -> bool) -> Vec<rantai::opt::program::Row> {
    let rows = planning.program.rows.iter().zip(&planning.rules);
    rows.filter(|(_, rule)| keep(rule)).map(|(row, _)| row.clone()).collect()
}

/// True if `microlp`, which has nothing to do with HiGHS, finds decisions that keep all rows to within `slack` juta.
fn feasible(planning: &PlanningProgram, slack: f64) -> bool {
    use microlp::{ComparisonOp, OptimizationDirection, Problem};
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let columns: Vec<_> =
        planning.decisions.iter().map(|_| problem.add_var(0.0, (0.0, f64::INFINITY))).collect();
    for row in &planning.program.rows {
        let entries: Vec<_> = row.entries.iter().map(|&(j, a)| (columns[j], a)).collect();
        let (op, rhs) = match row.sense {
            rantai::opt::program::Sense::AtMost => (ComparisonOp::Le, row.rhs + slack),
            rantai::opt::program::Sense::AtLeast => (ComparisonOp::Ge, row.rhs - slack),
            rantai::opt::program::Sense::Equal => (ComparisonOp::Eq, row.rhs),
        };
        if entries.is_empty() {
            let kept = match op {
                ComparisonOp::Le => 0.0 <= rhs,
                ComparisonOp::Ge => 0.0 >= rhs,
                ComparisonOp::Eq => rhs == 0.0,
            };
            if !kept {
                return false;
            }
            continue;
        }
        problem.add_constraint(entries, op, rhs);
    }
    problem.solve().is_ok()
}

/// One to six random limits, from nothing to most of the 220,000 rupiah there are.
fn random_limits(rng: &mut Stream) -> Vec<Limit> {
    let facilities = [FacilityType::Production, FacilityType::Marketing, FacilityType::Research];
    (0..rng.random_range(1..=6))
        .map(|_| Limit {
            title: None,
            law: None,
            kind: if rng.random_range(0..3) > 0 { LimitKind::Floor } else { LimitKind::Cap },
            of: Eligibility {
                types: Some(vec![facilities[rng.random_range(0..3)]]),
                ..Eligibility::default()
            },
            source: match rng.random_range(0..3) {
                0 => None,
                s => Some(SourceId::new(s - 1)),
            },
            year: match rng.random_range(0..3) {
                0 => None,
                y => Some(y - 1),
            },
            bound: if rng.random_range(0..2) == 0 {
                LimitBound::Share(rng.random_range(0.0..1.0))
            } else {
                LimitBound::Amount(f64::from(rng.random_range(0..150_000)))
            },
        })
        .collect()
}

/// The model with its rules changed as the conflict says.
fn relaxed(model: &Model, conflict: &Conflict) -> Model {
    let mut amounts = BTreeMap::new();
    for concession in &conflict.relaxation {
        if let Rule::Budget(s, y) = concession.rule {
            let own = amounts.entry(s).or_insert_with(|| model.sources[s.index()].amounts.clone());
            own[y].0 += concession.rupiah;
        }
    }
    let richer = varied(model, &Variant { amounts, ..Variant::default() });
    let mut limits = richer.limits.clone();
    for concession in &conflict.relaxation {
        if let Rule::Limit(number) = concession.rule {
            let limit = &mut limits[number];
            let sign = if limit.kind == LimitKind::Floor { -1.0 } else { 1.0 };
            let amount = limit.rupiah(&richer.sources) + sign * concession.rupiah as f64;
            limit.bound = LimitBound::Amount(amount.max(0.0));
        }
    }
    varied(&richer, &Variant { limits: Some(limits), ..Variant::default() })
}

/// On random scenarios with random limits, held against another solver: there is a conflict exactly where that finds no
/// decisions; the rules named cannot be kept together, any of them left out the others can; the same rules on every run;
/// the relaxation makes the scenario feasible; and a rule is enough exactly if nothing else is left to contradict.
#[test]
fn conflicts_are_minimal_and_relaxations_suffice() {
    const RUPIAH: f64 = 1e-6;
    let (mut clashing, mut sound, mut found_money) = (0, 0, 0);
    for seed in 0..60 {
        let mut rng = Stream::new(2027, Purpose::Pilot, "random limits", seed);
        let random = Variant {
            limits: Some(random_limits(&mut rng)),
            cofunding: Some(Vec::new()),
            // What is locked is a bound of the program that the other solver gets, not a row it can leave out.
            locked: Some(Locked::default()),
            ..Variant::default()
        };
        let model = varied(&random_model(seed, Kind::Any), &random);
        let planning = program(&model);
        let Some(conflict) = conflict(&model) else {
            assert!(feasible(&planning, RUPIAH), "{seed}: a conflict was missed");
            sound += 1;
            continue;
        };
        clashing += 1;
        assert!(!feasible(&planning, 0.0), "{seed}: no conflict");
        let named = rules(&conflict);
        let others: Vec<Rule> = planning
            .rules
            .iter()
            .filter(|rule| matches!(rule, Rule::Budget(..) | Rule::Limit(_)) && !named.contains(rule))
            .copied()
            .collect();
        let alone = without(&planning, &others);
        assert!(!feasible(&alone, 0.0), "{seed}: {named:?} can be kept together");
        for clash in &conflict.rules {
            assert!(
                feasible(&without(&alone, &[clash.rule]), RUPIAH),
                "{seed}: {:?} is not needed",
                clash.rule
            );
            assert_eq!(feasible(&without(&planning, &[clash.rule]), RUPIAH), clash.enough, "{seed}");
        }
        assert!(feasible(&program(&relaxed(&model, &conflict)), RUPIAH), "{seed}: {conflict:?}");
        let total: i64 = conflict.relaxation.iter().map(|c| c.rupiah).sum();
        let most = conflict.least + 2.0 + conflict.relaxation.len() as f64;
        assert!(
            total as f64 <= most && total as f64 >= conflict.least * (1.0 - 1e-5),
            "{seed}: {conflict:?}"
        );
        found_money += usize::from(conflict.relaxation.iter().any(|c| matches!(c.rule, Rule::Budget(..))));
        assert_eq!(check_again(&model), conflict, "{seed}: another run, another answer");
    }
    assert!(
        clashing >= 20 && sound >= 10 && found_money >= 1,
        "{clashing} clash, {sound} do not, {found_money}"
    );
}

fn check_again(model: &Model) -> Conflict {
    conflict(model).expect("still there")
}

/// Floors of 12 miliar from s, entry 2, against 10 miliar in 2027 and nothing in 2028, on the command line: text in both
/// languages, and every key of the error object.
#[test]
fn a_conflict_is_told_in_both_languages_and_in_json() {
    let folder = tempfile::tempdir().expect("folder");
    let case = Case {
        sources: &[("s", [10.0, 0.0], 0.0, "")],
        limits: &[
            ("cap", "certification", "share = 0.9", ""),
            ("floor", "production", "amount = 12e9", "source = \"s\""),
        ],
        ..PLAIN
    };
    case.write(folder.path());
    let path = folder.path().to_str().expect("path");
    let run = |more: &[&str]| {
        let arguments = ["optimise", path, "--samples", "2", "--evaluation", "10"];
        let output = rantai(&arguments.iter().chain(more).copied().collect::<Vec<_>>());
        assert_eq!(code(&output), 3, "{}", stderr(&output));
        output
    };
    let en = stderr(&run(&["--lang", "en"]));
    for words in [
        "no allocation keeps all floors, caps and budgets\nThese rules contradict each other:\n",
        "- floor on (b) production from Source s of Rp 12.00 billion [PP 7/2021, Article 89 paragraph (6) letter b; limits, entry 2; scenario.toml line ",
        "- budget of Source s in 2027 of Rp 10.00 billion [budgets.csv row 2]",
        "- budget of Source s in 2028 of Rp 0 [budgets.csv row 3]",
        "Any one of them given up would do.\nCheapest way out (Rp 2.00 billion in all):\n",
        "- lower the floor on (b) production from Source s by Rp 2.00 billion, to Rp 10.00 billion",
    ] {
        assert!(en.contains(words), "{words}\n{en}");
    }
    let id = stderr(&run(&["--lang", "id"]));
    for words in [
        "Aturan-aturan ini saling bertentangan:\n",
        "- batas bawah (b) produksi dari Sumber s sebesar Rp12,00 miliar [PP 7/2021 Pasal 89 ayat (6) huruf b; limits, entri 2; scenario.toml baris ",
        "- anggaran Sumber s tahun 2027 sebesar Rp10,00 miliar [budgets.csv baris 2]",
        "Melepas salah satu saja sudah cukup.\nJalan keluar termurah (Rp2,00 miliar seluruhnya):\n",
        "- turunkan batas bawah (b) produksi dari Sumber s sebesar Rp2,00 miliar, menjadi Rp10,00 miliar",
    ] {
        assert!(id.contains(words), "{words}\n{id}");
    }
    let error: serde_json::Value = serde_json::from_str(&stdout(&run(&["--json"]))).expect("JSON");
    assert_eq!(error["error"], "no_feasible_plan");
    let floor = &error["conflict"][0];
    assert_eq!((&floor["kind"], &floor["key"]), (&"floor".into(), &"limits[1]".into()));
    assert_eq!((&floor["source"], &floor["facility_type"]), (&"s".into(), &"production".into()));
    assert_eq!(floor["law"], "PP 7/2021, Article 89 paragraph (6) letter b");
    assert!(floor["rupiah"] == 12e9 && floor["year"].is_null() && floor["file"] == "scenario.toml");
    let line = floor["line"].as_u64().expect("line") as usize;
    let text = fs::read_to_string(folder.path().join("scenario.toml")).expect("scenario");
    assert_eq!(text.lines().nth(line - 1), Some("amount = 12e9"));
    let money = &error["conflict"][2];
    assert!(money["kind"] == "budget" && money["year"] == 2028 && money["row"] == 3, "{money}");
    let way = &error["relaxation"][0];
    assert!(way["change"] == "lower" && way["rupiah"] == 2 * MILIAR && way["to"] == 1e10, "{way}");
    assert_eq!(error["relaxation_total"], 2 * MILIAR);
    // Another budget is not what is written.
    let scaled = stderr(&run(&["--budget", "8miliar"]));
    assert!(scaled.contains("of Rp 8.00 billion [budgets.csv row 2; scaled by --budget]"), "{scaled}");
}

/// Cooking that uses nothing of the workshop: sold sugar is still limited by demand, so value added is planned as ever;
/// employment is not, since sugar may be cooked and thrown away.
#[test]
fn an_objective_that_could_grow_without_end_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    let chain = folder.path().join("chains/gula.toml");
    let text = fs::read_to_string(&chain).expect("chain").replace("{ dapur = 1 }", "{ dapur = 0 }");
    fs::write(&chain, text).expect("written");
    let path = folder.path().to_str().expect("path");
    let run = |metric| {
        rantai(&["optimise", path, "--samples", "2", "--evaluation", "10", "--json", "--objective", metric])
    };
    assert_eq!(code(&run("value_added")), 0);
    let output = run("employment");
    assert_eq!(code(&output), 3);
    let words = "nothing limits process 'masak' of cluster 'a' in period 1, so that employment could grow without end";
    assert!(stderr(&output).contains(words), "{}", stderr(&output));
    let error: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(error["error"], "unbounded");
}

/// A channel that sells without using its demand, of sugar cooked without using the workshop: the same of takings.
#[test]
fn a_channel_without_limit_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    let chain = folder.path().join("chains/gula.toml");
    let text = fs::read_to_string(&chain)
        .expect("chain")
        .replace("{ dapur = 1 }", "{ dapur = 0 }")
        .replace("{ pasar = 1 }", "{ pasar = 0 }");
    fs::write(&chain, text).expect("written");
    let path = folder.path().to_str().expect("path");
    let output = rantai(&["optimise", path, "--samples", "2", "--evaluation", "10"]);
    assert_eq!(code(&output), 3);
    let words =
        "nothing limits channel 'jual_lokal' of cluster 'a' in period 1, so that value added could grow";
    assert!(stderr(&output).contains(words), "{}", stderr(&output));
}
