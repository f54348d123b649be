//! The value of coordination: cases worked by hand, random scenarios, and the command.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rantai::control::Control;
use rantai::model::{
    Allocation, AllocationLine, ClusterId, Eligibility, FacilityType, InterventionId, Level, LimitBound,
    LimitKind, Locked, Model, SourceId, Variant,
};
use rantai::opt::PlanMethod;
use rantai::opt::builder::Rule;
use rantai::scenario::load;
use rantai::study::StudyError;
use rantai::study::coordination::{
    By, CoordinationSettings, CoordinationStudy, Way, broken, coordinate, parties,
};
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::{code, copy, rantai, root, stderr, stdout, varied};

const JUTA: f64 = 1e6;

/// Writes the scenario of `tests/bad_scenarios/base` made smaller: cluster a alone, where nothing can be cooked and nothing sold
/// yet. Equipment costs 20,000 Rp for a net kg a year; a certificate 10,000 for each of the first 1,000 kg that may be exported,
/// 40,000 for each of the next 500. A kg exported brings 20,000 less 1,000 and 4,000 of costs, 15,000 a year: 30,000 over both
/// years for what is paid in 2027. The centre (apbn) has 40 juta, the regency (apbd) 20, both in 2027 alone. `apart`: the centre
/// pays for equipment only, the regency for certificates only.
fn write(folder: &Path, apart: bool, more: &str, today: &str) {
    copy(&root().join("tests/bad_scenarios/base"), folder);
    let path = |name: &str| folder.join(name);
    let scenario = fs::read_to_string(path("scenario.toml")).expect("there");
    let text = scenario.split("[sources.").next().expect("start");
    let source = |key: &str, level: &str, facility: &str| {
        let types = if apart { format!("types = [\"{facility}\"]\n") } else { String::new() };
        format!(
            "[sources.{key}]\ntitle = {{ id = \"{key}\", en = \"{key}\" }}\nlevel = \"{level}\"\ncarry_over = 0\ndisbursement = [1.0]\n{types}"
        )
    };
    let sources = source("apbd", "regency", "certification") + &source("apbn", "central", "production");
    fs::write(path("scenario.toml"), format!("{text}{sources}{more}")).expect("written");
    fs::write(
        path("budgets.csv"),
        "source,year,amount\napbn,2027,40000000\napbn,2028,0\napbd,2027,20000000\napbd,2028,0\n",
    )
    .expect("written");
    fs::remove_file(path("today.csv")).expect("there");
    if !today.is_empty() {
        let table = format!("source,cluster,intervention,year,rupiah\n{today}");
        fs::write(path("today.csv"), table).expect("written");
    }
    let clusters = "cluster,name,region,chain,enterprises,workers\na,A,R,gula,10,20\n";
    fs::write(path("clusters.csv"), clusters).expect("written");
    let values = "cluster,item,key,p1\na,base,dapur,0\na,base,pasar,0\na,base,ekspor,0\n";
    fs::write(path("values.csv"), values).expect("written");
    let chain = fs::read_to_string(path("chains/gula.toml")).expect("there");
    let random = "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\", unit = \"Rp/kg\" }";
    assert!(chain.contains(random));
    fs::write(path("chains/gula.toml"), chain.replace(random, "{ value = 20000, unit = \"Rp/kg\" }"))
        .expect("written");
}

fn model(apart: bool, more: &str, today: &str) -> Model {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), apart, more, today);
    load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")).model
}

fn request(model: &Model, by: By) -> CoordinationSettings {
    CoordinationSettings {
        metric: model.objective,
        planning: 2,
        evaluation: 8,
        seed: 5,
        method: PlanMethod::Automatic,
        gap: Some(1e-8),
        by,
        order: None,
    }
}

fn study(model: &Model, request: &CoordinationSettings) -> CoordinationStudy {
    coordinate(model, request, &Control::unlimited()).unwrap_or_else(|error| panic!("{error}"))
}

/// `found` within 20 rupiah of `juta`.
fn near(found: f64, juta: f64) -> bool {
    (found - juta * JUTA).abs() < 20.0
}

/// Jointly 10 juta of certificates and 20 of equipment let 1,000 kg be exported, 30 juta; the regency's other 10 another 250 kg
/// with 5 of equipment, 7.5; the centre leaves 15. Equipment alone makes what nobody may sell, certificates alone let be sold
/// what nobody makes: alone neither spends, and after one another the first does not and so the second does not. All 37.5 are
/// the value of coordination, in both readings: nothing is uncertain here.
#[test]
fn what_is_worth_something_only_together_is_done_only_together() {
    let model = model(true, "", "");
    for method in [PlanMethod::Extensive, PlanMethod::Decomposition] {
        for by in [By::Source, By::Level] {
            let found = study(&model, &CoordinationSettings { method, ..request(&model, by) });
            assert!(near(found.of(Way::Joint).objective, 37.5), "{found:?}");
            let spent: Vec<i64> = found.of(Way::Joint).money.iter().map(|own| own.spent).collect();
            assert_eq!(spent, [20_000_000, 25_000_000], "apbd, apbn");
            for way in [Way::Alone, Way::Sequence] {
                assert_eq!(found.of(way).allocation, Allocation::default());
                assert!(near(found.lost(way).0, 37.5) && near(found.lost(way).1, 37.5), "{way:?}");
                assert!((found.lost_share(way) - 1.0).abs() < 1e-9);
                assert!(near(found.of(way).lost.mean, 37.5), "{:?}", found.of(way).lost);
            }
            assert_eq!(found.of(Way::Joint).money[1].unspent(), 15_000_000);
            assert!(found.cuts.is_empty() && found.left_out.is_empty());
            let names: Vec<&str> = found.parties.iter().map(|party| party.key.as_str()).collect();
            assert_eq!(names, if by == By::Source { ["apbn", "apbd"] } else { ["central", "regency"] });
        }
    }
}

/// Today all of the centre's money goes to equipment. Planning alone the regency counts on that and certifies with all it has,
/// while the centre, that counts on no certificates, buys none of the equipment: 20 are spent for nothing.
#[test]
fn alone_each_counts_on_what_the_others_do_today() {
    let model = model(true, "", "apbn,a,alat,2027,7000000\n");
    let found = study(&model, &request(&model, By::Source));
    let alone = found.of(Way::Alone);
    assert_eq!(alone.allocation.total(), 20_000_000);
    assert!(near(alone.objective, 0.0) && near(found.lost(Way::Alone).0, 37.5));
    assert_eq!(alone.money[0].spent, 20_000_000);
}

/// What is locked stays in every way: 25 of equipment by the centre, on which the regency builds its certificates when it comes
/// after; so that nothing is lost. Alone, too, as what is locked counts as today's.
#[test]
fn every_way_holds_what_is_locked() {
    let model = model(true, "", "");
    let of = |source, intervention, amount| AllocationLine {
        source: SourceId::new(source),
        cluster: rantai::model::ClusterId::new(0),
        intervention: rantai::model::InterventionId::new(intervention),
        year: 0,
        amount: rantai::units::Rupiah(amount),
    };
    let locked = Locked { lines: Allocation::new(vec![of(1, 0, 25_000_000)]), ..Locked::default() };
    let model = varied(&model, &Variant { locked: Some(locked), ..Variant::default() });
    let found = study(&model, &request(&model, By::Source));
    for way in Way::ALL {
        assert!(model.keeps_locked(&found.of(way).allocation), "{way:?}");
        assert!(near(found.of(way).objective, 37.5), "{way:?}: {}", found.of(way).objective);
        assert!(found.of(way).broken.is_empty());
    }
}

/// Both may pay for both, but not more than 30 juta together. Alone the centre spends 30, 10 on certificates and 20 on equipment;
/// the regency 20, a third and two thirds. Together that is 50: every line keeps three fifths, which is just what the joint plan
/// does. After the centre nothing is left for the regency.
#[test]
fn lines_that_together_break_a_cap_are_cut_in_proportion() {
    let cap = "[[limits]]\nkind = \"cap\"\nclusters = [\"a\"]\namount = 30e6\n";
    let model = model(false, cap, "");
    let found = study(&model, &request(&model, By::Source));
    assert!(near(found.of(Way::Joint).objective, 30.0));
    assert!(near(found.of(Way::Alone).objective, 30.0), "{}", found.of(Way::Alone).objective);
    let cuts: Vec<(usize, usize, i64, i64)> = found
        .cuts
        .iter()
        .map(|cut| {
            assert_eq!(cut.rule, Rule::Limit(0));
            (cut.line.source.index(), cut.line.intervention.index(), cut.line.amount.0, cut.to)
        })
        .collect();
    let expected = [
        (0, 0, 13_333_333, 8_000_000),
        (0, 1, 6_666_667, 4_000_000),
        (1, 0, 20_000_000, 12_000_000),
        (1, 1, 10_000_000, 6_000_000),
    ];
    for (found, expected) in cuts.iter().zip(expected) {
        assert_eq!((found.0, found.1), (expected.0, expected.1), "{cuts:?}");
        assert!((found.2 - expected.2).abs() <= 2 && (found.3 - expected.3).abs() <= 2, "{cuts:?}");
    }
    assert_eq!(cuts.len(), 4);
    assert!(found.of(Way::Alone).broken.is_empty());
    assert_eq!(found.of(Way::Sequence).money[0].spent, 0);
    // The other way round the regency comes first, and the centre finds 10 juta left.
    let order = Some(vec!["apbd".to_string(), "apbn".to_string()]);
    let found = study(&model, &CoordinationSettings { order, ..request(&model, By::Source) });
    let spent: Vec<i64> = found.of(Way::Sequence).money.iter().map(|own| own.spent).collect();
    assert_eq!(spent, [20_000_000, 10_000_000]);
    assert!(near(found.of(Way::Sequence).objective, 30.0));
}

/// At least 50 juta are to be spent in the cluster: neither has that, so each plans without the rule as long as the other is at
/// nothing; the last in the sequence can keep it and does. The union of the two spends 60.
#[test]
fn a_rule_that_nobody_keeps_alone_is_left_out_and_told() {
    let floor = "[[limits]]\nkind = \"floor\"\nclusters = [\"a\"]\namount = 50e6\n";
    let model = model(false, floor, "");
    let found = study(&model, &request(&model, By::Source));
    let left_out: Vec<_> = found.left_out.iter().map(|one| (one.way, one.party, one.rule)).collect();
    let rule = Rule::Limit(0);
    assert_eq!(left_out, [(Way::Alone, 0, rule), (Way::Alone, 1, rule), (Way::Sequence, 0, rule)]);
    for way in Way::ALL {
        assert!(found.of(way).broken.is_empty(), "{way:?}");
    }
}

/// The same rule, wherever and whenever it is looked at.
fn same_family(one: Rule, other: Rule) -> bool {
    match (one, other) {
        (Rule::Cofunding(a, _), Rule::Cofunding(b, _)) => a == b,
        (Rule::Budget(..), Rule::Budget(..)) => true,
        (one, other) => one == other,
    }
}

/// A rule that can be mended by spending less.
fn mends(rule: Rule, model: &Model) -> bool {
    match rule {
        Rule::Limit(number) => model.limits[number].kind == LimitKind::Cap,
        Rule::Sites(_, bound) => bound != rantai::opt::builder::SiteBound::AtLeast,
        Rule::Locked(..) => false,
        _ => true,
    }
}

/// On random scenarios of two sources: the union of plans made alone breaks nothing that cutting mends, what was cut was cut, and
/// no way that keeps every rule is above the joint plan's bound, nor above the joint plan by more than the gap.
#[test]
fn planning_jointly_is_never_worse() {
    let run = |seed: usize, kind: Kind| -> (usize, usize, usize) {
        let own = random_model(seed, kind);
        // Nobody pays for all: what each may fund differs.
        // A source that may fund nothing of it keeps what it may fund.
        let only = |source: usize, types: &[FacilityType]| {
            let id = SourceId::new(source);
            let facility =
                |(c, i): (ClusterId, InterventionId)| own.chain_of(c).interventions[i.index()].facility;
            let funds = own.fundable(id).into_iter().any(|line| types.contains(&facility(line)));
            let eligible =
                Eligibility { types: Some(types.to_vec()), ..own.sources[source].eligible.clone() };
            funds.then_some((id, eligible))
        };
        let mut variant = Variant { locked: Some(Locked::default()), ..Variant::default() };
        if seed.is_multiple_of(2) {
            variant.eligible.extend(only(0, &[FacilityType::Production]));
        }
        if !seed.is_multiple_of(3) {
            variant.eligible.extend(only(1, &[FacilityType::Marketing, FacilityType::Research]));
        }
        let mut limits = own.limits.clone();
        limits.first_mut().expect("a cap on production").bound = LimitBound::Share(0.4);
        variant.limits = Some(limits);
        let model = varied(&own, &variant);
        let asked = CoordinationSettings { planning: 4, gap: Some(1e-6), ..request(&model, By::Source) };
        let found = match coordinate(&model, &asked, &Control::unlimited()) {
            // With other sources and caps some rules contradict each other.
            Err(StudyError::Opt(rantai::opt::OptError::Infeasible(_))) => return (0, 0, 0),
            found => found.unwrap_or_else(|error| panic!("{seed}, {kind:?}: {error}")),
        };
        let size = found.of(Way::Joint).objective.abs().max(1e4);
        for way in Way::ALL {
            let own = found.of(way);
            assert_eq!(own.broken, broken(&model, &own.allocation));
            // What is cut breaks nothing that cutting mends; what comes of a sequence only what somebody had to leave out.
            let left_out =
                |rule: Rule| found.left_out.iter().any(|one| one.way == way && same_family(one.rule, rule));
            // Nobody is held to coverage alone.
            let coverage = |rule: &Rule| way != Way::Joint && matches!(rule, Rule::Coverage(..));
            let explained = |rule: &Rule| {
                coverage(rule) || if way == Way::Alone { !mends(*rule, &model) } else { left_out(*rule) }
            };
            assert!(own.broken.iter().all(explained), "{seed}, {kind:?}, {way:?}: {:?}", own.broken);
            if own.broken.is_empty() {
                let (lost, at_most) = found.lost(way);
                assert!(at_most >= -1e-6 * size, "{seed}, {kind:?}, {way:?}: {at_most} of {size}");
                assert!(lost >= -2e-5 * size, "{seed}, {kind:?}, {way:?}: {lost} of {size}");
            }
        }
        let alone = &found.of(Way::Alone).allocation;
        for cut in &found.cuts {
            let line = cut.line;
            let left = alone.amount(line.source, line.cluster, line.intervention, line.year);
            assert!(cut.to < line.amount.0 && left <= cut.to, "{seed}: {cut:?}, {left}");
        }
        let lost = usize::from(found.lost(Way::Alone).0 > 1e-3 * size);
        (1, lost, usize::from(!found.cuts.is_empty()))
    };
    let of = |kind: Kind, seeds: std::ops::Range<usize>| {
        let all: Vec<_> = seeds.into_par_iter().map(|seed| run(seed, kind)).collect();
        all.into_iter().fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2))
    };
    let (planned, lost, cut) = of(Kind::Any, 0..30);
    assert!(planned >= 15 && lost >= 1 && cut >= 1, "{planned} planned, {lost} lost, {cut} cut");
    let (planned, ..) = of(Kind::Whole, 0..12);
    assert!(planned >= 6, "{planned} planned");
}

#[test]
fn an_order_names_everyone_once() {
    let model = model(true, "", "");
    let order = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_string()).collect();
        match parties(&model, By::Source, Some(&names)) {
            Ok(found) => found.into_iter().map(|party| party.key).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(order(&["apbd", "apbn"]), "apbd apbn");
    assert_eq!(order(&["apbd"]), "the order leaves out 'apbn'; it must name each of apbn,apbd once");
    assert_eq!(order(&["apbd", "apbd"]), "the order names 'apbd' twice; it orders apbn,apbd");
    assert_eq!(order(&["kas"]), "the order names 'kas', which is no source; it orders apbn,apbd");
    assert_eq!(model.sources[0].level, Level::Regency);
}

/// Every file of a folder, the manifest without its `run` block.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    crate::determinism::results(folder)
}

/// One command: text in both languages, JSON, the folder; the same bytes on one thread and two.
#[test]
fn the_command_tells_what_each_way_yields() {
    let folder = tempfile::tempdir().expect("folder");
    let scenario = folder.path().join("s");
    let cap = "[[limits]]\nkind = \"cap\"\nclusters = [\"a\"]\namount = 30e6\nlaw = \"Perda 1\"\n";
    write(&scenario, false, cap, "");
    let path = scenario.to_str().expect("path");
    let run = |threads: &str, more: &[&str]| {
        let out = folder.path().join(threads);
        let mut arguments = vec!["coordinate", path, "--samples", "2", "--evaluation", "10"];
        arguments.extend(["--threads", threads, "--force", "--out", out.to_str().expect("path")]);
        arguments.extend(more);
        let output = rantai(&arguments);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        (stdout(&output), results(&out))
    };
    let (english, one) = run("1", &["--lang", "en"]);
    let (indonesian, two) = run("2", &["--lang", "id"]);
    assert!(one == two, "threads change bytes");
    let files: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        files,
        [
            "allocation-alone.csv",
            "allocation-joint.csv",
            "allocation-sequence.csv",
            "coordination.csv",
            "coordination.json",
            "cuts.csv",
            "manifest.json",
            "summary.en.txt",
            "summary.id.txt",
        ]
    );
    for words in [
        "The value of coordination (Article 89 paragraphs (1) and (7)): planned jointly the money brings",
        "In sequence: apbn, apbd;",
        " cap on everything in cluster A from all sources of Rp 30.0 million [Perda 1; limits, entry 1; scenario.toml line ",
        "   apbn, A, equipment, 2027: 20,000,000 -> 12,000,000\n",
    ] {
        assert!(english.contains(words), "{words}\n{english}");
    }
    for words in [
        "Nilai koordinasi (Pasal 89 ayat (1) dan (7)): merencanakan bersama menghasilkan",
        "sendiri-sendiri",
        "Yang dipotong karena bersama-sama melanggar aturan",
    ] {
        assert!(indonesian.contains(words), "{words}\n{indonesian}");
    }
    let (json, _) = run("2", &["--json"]);
    let found: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(found["schema"], "rantai.coordination/1");
    assert_eq!(found["order"], serde_json::json!(["apbn", "apbd"]));
    assert_eq!(found["ways"][1]["way"], "alone");
    assert_eq!(found["cuts"].as_array().map(Vec::len), Some(4));
    assert_eq!(found["cuts"][2]["rule"]["kind"], "cap");
    assert_eq!(found["cuts"][2]["to"], 12_000_000);
    assert_eq!(found["ways"][0]["by_source"][1]["source"], "apbn");
    let table = String::from_utf8(one["coordination.csv"].clone()).expect("text");
    assert_eq!(table.lines().count(), 1 + 3 * 3);
    // What each way decides can be simulated like any plan.
    let plan = folder.path().join("1").join("allocation-alone.csv");
    let output = rantai(&["simulate", path, "--samples", "4", "--plan", plan.to_str().expect("path")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let output = rantai(&["coordinate", path, "--order", "apbn"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("the order leaves out 'apbd'"), "{}", stderr(&output));
}
