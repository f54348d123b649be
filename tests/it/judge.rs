//! Plans that are edited and judged: what they break, what they spend, and what they gain or lose against the best, worked by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use rantai::result::JudgementDocument;
use rantai::scenario::load;
use rantai::study::{JudgeRequest, Study};
use serde_json::Value;

use crate::support::{code, copy, rantai, root, scenario, stderr, stdout};

const HEADER: &str = "source,cluster,intervention,year,rupiah";

fn text_of(path: &Path) -> &str {
    path.to_str().expect("path")
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path
}

/// Runs `judge`, and reads what it prints.
fn judged(scenario: &Path, plan: &Path, more: &[&str]) -> (Output, Value) {
    let words = [&["judge", text_of(scenario), "--plan", text_of(plan), "--json", "-q"], more].concat();
    let output = rantai(&words);
    let value = serde_json::from_str(&stdout(&output)).unwrap_or(Value::Null);
    (output, value)
}

/// The scenario of `tests/bad_scenarios/base` without today's allocation, with these texts replaced and these appended to scenario.toml.
fn base(folder: &Path, patches: &[(&str, &str)], rules: &str) -> PathBuf {
    let path = folder.join("scenario");
    copy(&root().join("tests/bad_scenarios/base"), &path);
    fs::remove_file(path.join("today.csv")).expect("there");
    for (find, replace) in patches {
        let mut found = 0;
        for name in ["scenario.toml", "budgets.csv", "clusters.csv", "values.csv", "chains/gula.toml"] {
            let text = fs::read_to_string(path.join(name)).expect("there");
            found += text.matches(find).count();
            fs::write(path.join(name), text.replace(find, replace)).expect("written");
        }
        assert!(found > 0, "'{find}' stands nowhere");
    }
    let toml = fs::read_to_string(path.join("scenario.toml")).expect("there");
    fs::write(path.join("scenario.toml"), format!("{toml}\n{rules}\n")).expect("written");
    path
}

/// A plan is exported, 5 juta of a line are moved to another cluster in the same year, and it is judged: the two lines of the edit and no
/// other come back, whether the best plan is given or made anew from the same samples, and the effects with the interaction add up.
#[test]
fn an_edited_plan_comes_back_with_its_edits() {
    let folder = tempfile::tempdir().expect("folder");
    let (minimal, out) = (scenario("minimal"), folder.path().join("best"));
    let few = ["--samples", "4", "--evaluation", "64"];
    let words =
        [&["optimise", text_of(&minimal), "--quick", "--out", text_of(&out), "-q"], &few[..]].concat();
    assert_eq!(code(&rantai(&words)), 0);
    let csv = fs::read_to_string(out.join("allocation.csv")).expect("there");
    let line = "apbd,regency,selatan,Contoh,production,b,alat,2028,100000000";
    assert!(csv.contains(line), "{csv}");
    let moved = "apbd,regency,selatan,Contoh,production,b,alat,2028,95000000\napbd,regency,utara,Contoh,certification,f,sertifikat,2028,5000000";
    let edited = write(folder.path(), "edited.csv", &csv.replace(line, moved));
    for more in [&few[..], &[&few[..], &["--against", text_of(&out)]].concat()] {
        let (output, value) = judged(&minimal, &edited, more);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert_eq!((&value["keeps_all_rules"], &value["violations"]), (&true.into(), &Value::Array(vec![])));
        let against = &value["against"];
        assert_eq!(against["planned"].is_null(), more.contains(&"--against"));
        let lines: Vec<(&str, i64, i64)> = against["moved"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| {
                let number = |key: &str| line[key].as_i64().expect("a number");
                (line["intervention"].as_str().expect("a key"), number("best_rupiah"), number("difference"))
            })
            .collect();
        assert_eq!(lines, [("alat", 100_000_000, -5_000_000), ("sertifikat", 0, 5_000_000)]);
        let mean = |of: &Value| of["mean"].as_f64().expect("a number");
        let sum: f64 =
            against["moved"].as_array().expect("lines").iter().map(|line| mean(&line["effect"])).sum();
        let rest = mean(&against["interaction"]);
        assert!((sum + rest - mean(&against["difference"])).abs() < 1.0, "{against}");
        assert!(mean(&against["difference"]) < 0.0, "nothing is better than the best");
    }
    // The plan itself is the best one; a folder is judged as its table is.
    let (output, value) = judged(&minimal, &out, &few);
    assert_eq!((code(&output), value["against"]["moved"].as_array().map(Vec::len)), (0, Some(0)));
    assert_eq!(value["against"]["difference"]["mean"], 0.0);
}

/// Utara's workshop makes 10,000 kg, of which 8,000 are sold here and 1,000 abroad. A certificate of 75 juta lets 2,000 more be sold abroad in each of
/// two years, at the price less 4,000; 1,000 of them are made with what is left of the workshop, the others are sold here no longer (6,000 a
/// kg). Equipment of 20 juta makes 1,000 kg more, and alone adds nothing.
/// - Without the equipment the plan loses 1,000 · 6,000 · 2 = 12 juta: its effect. Without the certificate all of it is lost.
/// - So the effects come to 12 juta more than the plan: the interaction is −12, whatever the price.
#[test]
fn what_moves_do_together_is_the_interaction() {
    let folder = tempfile::tempdir().expect("folder");
    let rows = "apbd,utara,alat,2027,20000000\napbd,utara,sertifikat,2027,75000000\n";
    let plan = write(folder.path(), "plan.csv", &format!("{HEADER}\n{rows}"));
    let nothing = write(folder.path(), "nothing.csv", &format!("{HEADER}\napbd,utara,alat,2027,0\n"));
    let more = ["--against", text_of(&nothing), "--evaluation", "200"];
    let (output, value) = judged(&scenario("minimal"), &plan, &more);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let against = &value["against"];
    let mean = |of: &Value| of["mean"].as_f64().expect("a number");
    let width = |of: &Value| {
        let end = |i: usize| of["interval"][i].as_f64().expect("a number");
        end(1) - end(0)
    };
    let [tools, certificate] = [0, 1].map(|i| &against["moved"][i]["effect"]);
    assert!((mean(tools) - 12e6).abs() < 1.0 && width(tools) < 1.0, "{tools}");
    assert!((mean(&against["interaction"]) + 12e6).abs() < 1.0 && width(&against["interaction"]) < 1.0);
    // 2,000 kg at 15,000 or 17,000 less 4,000 for two years: 44 or 52 juta, half of the futures each.
    assert!((mean(certificate) - 48e6).abs() < 3.0 * 4e6 / 200.0_f64.sqrt(), "{certificate}");
    assert!((mean(certificate) - mean(&against["difference"])).abs() < 1.0);
    assert!(width(certificate) > 0.5e6 && (width(certificate) - width(&against["difference"])).abs() < 1.0);
    assert_eq!(value["increment"]["mean"], against["difference"]["mean"]);
}

/// Two candidates in S, opened for 5 juta each; equipment from 3 juta, whose upkeep of a tenth the regency bears; certificates in units of 4
/// juta, one a cluster; a national source for equipment and openings with lines of 5 juta and a grain of 2.
fn everything(folder: &Path, enforce: bool) -> PathBuf {
    let opening = "[interventions.buka]\ntitle = { id = \"pembukaan\", en = \"opening\" }\ntype = \"land\"\nsupport = \"facilities\"\ndepreciation = 0\ngestation = [1.0]\neffectiveness = 1\nadditionality = 0.5\nupkeep = 0\nupkeep_by = \"cluster\"\nopens = true\nfixed_cost = 5e6\n[interventions.sertifikat]";
    let tools = "upkeep = 0.1\nupkeep_by = \"apbd\"\nraises.dapur";
    let patches = [
        ("apbd,2027,100000000", "apbd,2027,20000000\napbn,2027,40000000"),
        ("apbd,2028,100000000", "apbd,2028,7000000\napbn,2028,40000000"),
        ("enterprises,workers", "enterprises,workers,candidate,potential"),
        ("a,A,R,gula,10,20", "a,A,R,gula,10,20,,"),
        ("b,B,R,gula,20,40", "b,B,R,gula,20,40,no,\nc,C,S,gula,10,10,yes,40\nd,D,S,gula,10,10,yes,70"),
        (
            "b,base,ekspor,0",
            "b,base,ekspor,0\nc,base,dapur,1000\nc,base,pasar,2000\nc,base,ekspor,0\nd,base,dapur,1000\nd,base,pasar,2000\nd,base,ekspor,0",
        ),
        ("upkeep = 0\nupkeep_by = \"cluster\"\nraises.dapur", tools),
        ("[interventions.sertifikat]", opening),
        ("type = \"production\"", "type = \"production\"\nminimum = 3e6"),
        (
            "type = \"certification\"",
            "type = \"certification\"\nunit = { id = \"berkas\", one = \"file\", many = \"files\" }\nunit_cost = 4e6\nat_most = 1",
        ),
    ];
    let rules = format!(
        r#"[sources.apbn]
title = {{ id = "APBN", en = "National budget" }}
level = "central"
carry_over = 0
disbursement = [1.0]
types = ["production", "land"]
least_line = 5e6
grain = 2e6
[[limits]]
kind = "cap"
source = "apbd"
type = "certification"
amount = 6e6
law = "Perda 1/2026"
[[limits]]
kind = "floor"
source = "apbn"
type = "production"
amount = 30e6
[[cofunding]]
source = "apbn"
to = ["apbd"]
ratio = 0.5
per = "cluster"
[coverage]
enforce = {enforce}
[[coverage.minimum]]
type = "certification"
amount = 6e6
clusters = ["b"]
[[sites]]
at_most = 1
[[sites]]
minimum_potential = 50"#
    );
    let path = base(folder, &patches, &rules);
    write(&path, "locked.csv", &format!("{HEADER}\napbd,b,alat,2027,4000000\n"));
    path
}

/// A plan of which nearly every row breaks a rule, with a column of remarks and a row of sums.
const BROKEN: &str = "source,cluster,intervention,year,rupiah,units,unit,unit_cost,Keterangan
apbd,a,alat,2027,2000000,,,,below 3
apbd,b,alat,2027,3000000,,,,4 are locked
apbd,a,sertifikat,2027,9000000,3,files,4000000,\"3 files are 12, and a unit is 4\"
apbn,b,alat,2028,3000000,,,,below 5 and odd
apbn,a,sertifikat,2027,4000000,1,file,4000000,may not be funded
apbd,c,buka,2028,6000000,,,,costs 5
apbd,c,alat,2027,5000000,,,,not opened yet
apbn,d,buka,2027,5000000,,,,
apbn,d,buka,2028,5000000,,,,again
Jumlah,,,,42000000,,,,
";

/// Rules broken, as (kind, source, cluster, year, by how many rupiah); `-` and 0 stand for none.
fn told(value: &Value, binding: bool) -> Vec<(String, String, String, i64, i64)> {
    let list = value["violations"].as_array().expect("a list").iter();
    let word = |of: &Value| of.as_str().unwrap_or("-").to_string();
    list.filter(|of| of["binding"] == binding)
        .map(|of| {
            let by = of["by_rupiah"].as_i64().expect("a number");
            (
                word(&of["kind"]),
                word(&of["source"]),
                word(&of["cluster"]),
                of["year"].as_i64().unwrap_or(0),
                by,
            )
        })
        .collect()
}

/// By hand, in juta:
/// - the regency has 20 and 7; 2027 takes 2 + 3 + 9 + 5 and upkeep of a tenth of 10, just 20; 2028 takes 6 and upkeep of a tenth of 13: 0.3 over;
/// - 9 of at most 6 for its certificates, 3 of at least 30 for national equipment;
/// - half of what the regency spends on equipment and openings: 2 in a ask for 1, 11 in c for 5.5; 3 in b for 1.5, which are there;
/// - b gets no certificate of 6; 3 where 4 are locked; 2 below 3 in a; equipment in c a year before its opening, which costs 5 and
///   not 6; d opened again;
/// - certificates in a: 13 are three of 4 and 1, where one may be had: 9 too much; national lines of 4 and 3 below 5, 3 no even number (a
///   certificate is exempt);
/// - two sites where one may be, one of less potential; 4 for what the national budget may not fund; 3 units at 4 are 12, not 9.
#[test]
fn every_kind_of_rule_is_told_with_its_amount_and_place() {
    let folder = tempfile::tempdir().expect("folder");
    let path = everything(folder.path(), true);
    let plan = write(folder.path(), "plan.csv", BROKEN);
    let few = ["--evaluation", "10", "--against", text_of(&plan)];
    let (output, value) = judged(&path, &plan, &few);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    let juta = |of: f64| (of * 1e6) as i64;
    let expected = [
        ("budget", "apbd", "-", 2028, juta(0.3)),
        ("cap", "apbd", "-", 0, juta(3.0)),
        ("floor", "apbn", "-", 0, juta(27.0)),
        ("cofunding", "apbn", "a", 0, juta(1.0)),
        ("cofunding", "apbn", "c", 0, juta(5.5)),
        ("coverage", "-", "b", 0, juta(6.0)),
        ("locked", "apbd", "b", 2027, juta(1.0)),
        ("minimum_size", "-", "a", 2027, juta(1.0)),
        ("opened_before", "-", "c", 2027, juta(5.0)),
        ("opening_cost", "-", "c", 2028, juta(1.0)),
        ("opened_once", "-", "d", 2028, juta(5.0)),
        ("whole_units", "-", "a", 2027, juta(1.0)),
        ("most_units", "-", "a", 0, juta(9.0)),
        ("least_line", "apbn", "a", 2027, juta(1.0)),
        ("least_line", "apbn", "b", 2028, juta(2.0)),
        ("grain", "apbn", "b", 2028, juta(1.0)),
        ("sites", "-", "-", 0, 0),
        ("sites", "-", "-", 0, 0),
        ("eligibility", "apbn", "a", 2027, juta(4.0)),
        ("units", "apbd", "a", 2027, juta(3.0)),
    ];
    let expected = expected.map(|(kind, source, cluster, year, by)| {
        (kind.to_string(), source.to_string(), cluster.to_string(), year, by)
    });
    assert_eq!(told(&value, true), expected);
    let of = |kind: &str| {
        value["violations"]
            .as_array()
            .and_then(|list| list.iter().find(|of| of["kind"] == kind))
            .expect("told")
    };
    assert_eq!((&of("cap")["law"], &of("cap")["key"]), (&"Perda 1/2026".into(), &"limits[0]".into()));
    assert_eq!(of("floor")["law"], "PP 7/2021, Article 89 paragraph (6) letter b");
    assert_eq!((&of("units")["row"], &of("units")["keeps_at"]), (&4.into(), &12_000_000.into()));
    assert_eq!((&of("sites")["by"], &of("sites")["unit"]), (&1.0.into(), &"sites".into()));
    assert_eq!(
        (&of("whole_units")["rupiah"], &of("whole_units")["keeps_at"]),
        (&13_000_000.into(), &12_000_000.into())
    );
    assert_eq!(of("cofunding")["place"], "a");
    // What was left out, and what is spent.
    assert_eq!(value["left_out"]["columns"], Value::from(vec!["Keterangan"]));
    assert_eq!(value["left_out"]["rows"], Value::from(vec![11]));
    let row = value["spending"].as_array().expect("rows")[1].clone();
    let money =
        ["spent", "upkeep", "carried_in", "left", "over"].map(|key| row[key].as_i64().expect("a number"));
    assert_eq!(money, [6_000_000, 1_300_000, 0, 0, 300_000]);
    // The plan that it is compared with is itself, and breaks all but the units.
    assert_eq!(value["against"]["violations"], 19);
}

/// In words of both languages, with the law and the place in the scenario; what is only advised is told apart and is no fault.
#[test]
fn rules_are_told_in_both_languages() {
    let folder = tempfile::tempdir().expect("folder");
    let path = everything(folder.path(), false);
    let plan = write(folder.path(), "plan.csv", BROKEN);
    let run = |lang: &str| {
        let words = [
            "judge",
            text_of(&path),
            "--plan",
            text_of(&plan),
            "--evaluation",
            "10",
            "--against",
            text_of(&plan),
            "--lang",
            lang,
        ];
        let output = rantai(&words);
        assert_eq!(code(&output), 3, "{}", stderr(&output));
        (stdout(&output), stderr(&output))
    };
    let (english, notes) = run("en");
    for words in [
        "The plan breaks 19 rules.",
        "Left out: columns of notes: Keterangan; sums in row 11.",
        " - budget of Regency budget in 2028, upkeep that it bears included: Rp 7.3 million of at most Rp 7.0 million; Rp 300,000 too much [budgets.csv row",
        " - cap on (f) certification and standardisation from Regency budget: Rp 9.0 million of at most Rp 6.0 million; Rp 3.0 million too much [Perda 1/2026",
        " - row 4, certificate in A, Regency budget, 2027: 3 files at Rp 4.0 million each come to Rp 12.0 million, but rupiah says Rp 9.0 million; off by Rp 3.0 million",
        " - National budget may not fund certificate in A, 2027: Rp 4.0 million",
        "Short of what the scenario advises",
        " - coverage of (f) certification and standardisation in B: Rp 0 of at least Rp 6.0 million; Rp 6.0 million short",
    ] {
        assert!(english.contains(words), "{words}\n{english}");
    }
    assert!(
        notes.contains("note: ") && notes.contains("column 'Keterangan'") && notes.contains("row 11"),
        "{notes}"
    );
    let (indonesian, _) = run("id");
    for words in [
        "Rencana ini melanggar 19 aturan.",
        " - batas atas (f) sertifikasi dan standardisasi dari APBD: Rp9,0 juta, paling banyak Rp6,0 juta; kelebihan Rp3,0 juta [Perda 1/2026",
        " - APBN tidak boleh mendanai sertifikat di A, 2027: Rp4,0 juta",
        "Di bawah cakupan yang dianjurkan skenario",
    ] {
        assert!(indonesian.contains(words), "{words}\n{indonesian}");
    }
    let (_, value) = judged(&path, &plan, &["--evaluation", "10", "--against", text_of(&plan)]);
    assert_eq!(
        told(&value, false),
        [("coverage".to_string(), "-".to_string(), "b".to_string(), 0, 6_000_000)]
    );
    assert!(!told(&value, true).iter().any(|of| of.0 == "coverage"));
}

/// 955 juta where a cap allows 500: `judge` ends with 3, `simulate` with 0, and both say by how much, in the summary and in JSON. Where all else is
/// kept and coverage is only advised, `judge` ends with 0.
#[test]
fn a_cap_that_is_overspent_is_told_by_both_commands() {
    let folder = tempfile::tempdir().expect("folder");
    let cap = "[[limits]]\nkind = \"cap\"\nsource = \"apbd\"\ntype = \"certification\"\namount = 500e6\n[coverage]\nenforce = false\n[[coverage.minimum]]\ntype = \"production\"\namount = 1e6";
    let path = base(folder.path(), &[("apbd,2027,100000000", "apbd,2027,1000000000")], cap);
    let given = |rupiah: i64| {
        write(folder.path(), "plan.csv", &format!("{HEADER}\napbd,a,sertifikat,2027,{rupiah}\n"))
    };
    let plan = given(955_000_000);
    let few = ["--samples", "2", "--evaluation", "10"];
    let words = [&["judge", text_of(&path), "--plan", text_of(&plan)], &few[..]].concat();
    let output = rantai(&words);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stdout(&output).contains("Rp 455.0 million too much"), "{}", stdout(&output));
    let simulate = |more: &[&str]| {
        rantai(&[&["simulate", text_of(&path), "--plan", text_of(&plan), "--samples", "10"], more].concat())
    };
    for (more, words) in [
        (&["--lang", "en"][..], "Rp 455.0 million too much"),
        (&["--lang", "id"], "kelebihan Rp455,0 juta"),
        (&["--json"], "\"by_rupiah\": 455000000"),
    ] {
        let output = simulate(more);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(stdout(&output).contains(words), "{words}\n{}", stdout(&output));
    }
    // A trace has no summary: there it is on standard error.
    let output = simulate(&["--trace", "1"]);
    assert!(
        code(&output) == 0 && stderr(&output).contains("Rp 455.0 million too much"),
        "{}",
        stderr(&output)
    );
    let plan = given(500_000_000);
    let (output, value) = judged(&path, &plan, &few);
    assert_eq!((code(&output), &value["keeps_all_rules"]), (0, &true.into()), "{}", stderr(&output));
    assert_eq!(told(&value, false).len(), 1);
}

/// Where no plan keeps all rules there is nothing to compare with, and the given one is judged nevertheless.
#[test]
fn a_plan_is_judged_where_none_keeps_all_rules() {
    let folder = tempfile::tempdir().expect("folder");
    let floor = "[[limits]]\nkind = \"floor\"\nsource = \"apbd\"\ntype = \"certification\"\namount = 500e6";
    let path = base(folder.path(), &[], floor);
    let plan = write(folder.path(), "plan.csv", &format!("{HEADER}\napbd,a,sertifikat,2027,10000000\n"));
    let (output, value) = judged(&path, &plan, &["--samples", "2", "--evaluation", "10"]);
    assert_eq!((code(&output), &value["against"]), (3, &Value::Null), "{}", stderr(&output));
    assert_eq!(told(&value, true)[0].4, 490_000_000);
}

/// Units: to the digits that they are written with, by either name, whole ones as they stand; a unit of another cost, of another name.
#[test]
fn units_that_disagree_are_told_with_their_row() {
    let folder = tempfile::tempdir().expect("folder");
    let unit = "type = \"certification\"\nunit = { id = \"berkas\", one = \"file\", many = \"files\" }\nunit_cost = 3e6\nwhole = false";
    let path = base(folder.path(), &[("type = \"certification\"", unit)], "");
    let rows = |row: &str| format!("{HEADER},units,unit,unit_cost\napbd,a,{row}\n");
    for (row, kinds) in [
        ("sertifikat,2027,10000000,3.33,files,3000000", vec![]),
        ("sertifikat,2027,10000000,3.3333333333333335,BERKAS,", vec![]),
        ("sertifikat,2027,10000000,3.34,,", vec!["units"]),
        ("sertifikat,2027,10000000,3,,", vec!["units"]),
        ("sertifikat,2027,9000000,3,file,3000000", vec![]),
        ("sertifikat,2027,9000000,3,kiln,2500000", vec!["unit_cost", "unit"]),
        ("sertifikat,2027,0,3,,", vec!["units"]),
        // What the scenario does not buy in units is held against its own arithmetic alone.
        ("alat,2027,9000000,3,set,3000000", vec![]),
        ("alat,2027,9000000,4,set,3000000", vec!["units"]),
        ("alat,2027,9000000,4,set,", vec![]),
    ] {
        let plan = write(folder.path(), "plan.csv", &rows(row));
        let (output, value) = judged(&path, &plan, &["--evaluation", "10", "--against", text_of(&plan)]);
        let found: Vec<String> = told(&value, true).into_iter().map(|of| of.0).collect();
        assert_eq!(found, kinds, "{row}: {}", stderr(&output));
        assert!(value["violations"].as_array().expect("a list").iter().all(|of| of["row"] == 2));
    }
}

/// Only what cannot be read is refused, all of it at once and with exit code 2.
#[test]
fn what_cannot_be_read_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let rows = "apbx,utara,alat,2027,1\napbd,utara,alatt,2027,1\napbd,utara,alat,2035,1\napbd,utara,alat,2028,-1\napbd,selatan,alat,2027,many\n";
    let plan = write(folder.path(), "plan.csv", &format!("{HEADER}\n{rows}"));
    let minimal = scenario("minimal");
    let output = rantai(&["judge", text_of(&minimal), "--plan", text_of(&plan)]);
    assert_eq!(code(&output), 2);
    let told = stderr(&output);
    for words in ["'apbx'", "'alatt'", "2035", "-1", "'many'", "5 faults found"] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let rows = "apbd,utara,alat,2027,1000000,2,set,1000.5\napbd,utara,alat,2028,1000000,some,set,1000\n";
    let plan = write(folder.path(), "plan.csv", &format!("{HEADER},units,unit,unit_cost\n{rows}"));
    let output = rantai(&["judge", text_of(&minimal), "--plan", text_of(&plan), "--lang", "id"]);
    let told = stderr(&output);
    assert!(code(&output) == 2 && told.contains("kolom unit_cost") && told.contains("kolom units"), "{told}");
}

/// A result folder is kept and comes out the same again, with what was left out and units that disagree; its request is a message.
#[test]
fn a_judgement_is_kept_and_reproduced() {
    let folder = tempfile::tempdir().expect("folder");
    let path = everything(folder.path(), true);
    let plan = write(folder.path(), "plan.csv", BROKEN);
    let best = write(folder.path(), "best.csv", &format!("{HEADER}\napbd,b,alat,2027,4000000\n"));
    let out = folder.path().join("out");
    let words = ["--evaluation", "10", "--against", text_of(&best), "--out", text_of(&out)];
    let (output, value) = judged(&path, &plan, &words);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    let document: JudgementDocument = serde_json::from_value(value).expect("a judgement");
    let kept = fs::read_to_string(out.join("judgement.json")).expect("there");
    assert_eq!(serde_json::from_str::<JudgementDocument>(&kept).expect("a judgement"), document);
    let table = fs::read_to_string(out.join("judged.csv")).expect("there");
    assert!(table.starts_with("source,cluster,letter,intervention,year,rupiah,best_rupiah,difference,effect,effect_low,effect_high\n"));
    assert!(table.contains("\napbd,b,b,alat,2027,3000000,4000000,-1000000,"), "{table}");
    assert_eq!(table.lines().count(), 10);
    let again = rantai(&["reproduce", text_of(&out)]);
    assert_eq!(code(&again), 0, "{}{}", stdout(&again), stderr(&again));
    // The folder is a plan like any other; its manifest says what was judged.
    let (output, _) = judged(&path, &out, &["--evaluation", "10", "--against", text_of(&best)]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(out.join("manifest.json")).expect("there")).expect("JSON");
    let request: JudgeRequest = serde_json::from_value(manifest["settings"].clone()).expect("a request");
    let scenario = load(&path).expect("valid");
    let model = request.model(&scenario.model).expect("a model");
    let study = request.run(&model, &rantai::control::Control::unlimited()).expect("judged");
    assert_eq!((study.broken.count(), study.keeps_all()), (20, false));
}
