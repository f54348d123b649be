//! Who gains along the chain: the example of docs/accounts.md, worked by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rantai::language::Lang;
use rantai::scenario::load;

use crate::support::{copy, rantai, scenario, stderr};

/// Chips of scenarios/pelajaran with actors: craftsmen make them and sell to traders at Rp 9,000 a kg; group workshops need
/// upkeep of 5 % a year; half of what craftsmen buy in is tradable; money of the second year counts 1 / 1.25.
fn chips_with_actors(folder: &Path) {
    let chips = folder.join("chips");
    copy(&scenario("pelajaran"), &chips);
    let price = "price = { value = 9000, unit = \"Rp/kg\", source = \"s\", grade = \"assumption\" }";
    let tradable = "tradable = { value = 0.5, source = \"s\", grade = \"assumption\" }";
    let edits = [
        ("storable = false\n", format!("storable = false\n{price}\n")),
        ("[processes.buat]\n", format!("[processes.buat]\nactor = \"perajin\"\n{tradable}\n")),
        ("[processes.jual]\n", "[processes.jual]\nactor = \"pedagang\"\n".to_string()),
        ("upkeep = { value = 0, unit", "upkeep = { value = 0.05, unit".to_string()),
        (
            "[commodities.keripik]\n",
            "[actors.perajin]\ntitle = { id = \"Perajin\", en = \"Craftsmen\" }\n[actors.pedagang]\n\
             title = { id = \"Pedagang\", en = \"Traders\" }\n[commodities.keripik]\n"
                .to_string(),
        ),
    ];
    edit(&chips.join("chains/keripik.toml"), &edits);
    let rate = [("discount_rate = { value = 0,", "discount_rate = { value = 0.25,".to_string())];
    edit(&chips.join("scenario.toml"), &rate);
    let plan = "source,cluster,intervention,year,rupiah\napbd,satu,bengkel_kelompok,2027,40000000\n";
    fs::write(folder.join("plan.csv"), plan).expect("written");
}

fn edit(path: &Path, edits: &[(&str, String)]) {
    let mut text = fs::read_to_string(path).expect("readable");
    for (old, new) in edits {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    fs::write(path, text).expect("written");
}

/// A table: its rows by columns.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn numbers(row: &BTreeMap<String, String>, columns: &[&str]) -> Vec<f64> {
    let number = |column: &&str| row[*column].parse().unwrap_or(f64::NAN);
    columns.iter().map(number).collect()
}

/// The one row that has these cells.
fn find<'a>(rows: &'a [BTreeMap<String, String>], cells: &[(&str, &str)]) -> &'a BTreeMap<String, String> {
    let has = |row: &&BTreeMap<String, String>| cells.iter().all(|(column, cell)| row[*column] == *cell);
    let found: Vec<_> = rows.iter().filter(has).collect();
    assert_eq!(found.len(), 1, "{cells:?}");
    found[0]
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{found:?} is not {expected:?}");
    }
}

fn simulated(folder: &Path, plan: bool) {
    let text = |path: &Path| path.to_str().expect("UTF-8").to_string();
    let (scenario, out, file) =
        (text(&folder.join("chips")), text(&folder.join("out")), text(&folder.join("plan.csv")));
    let mut words = vec!["simulate", &scenario, "-q", "--samples", "64", "--out", &out, "--force"];
    if plan {
        words.extend(["--plan", &file]);
    }
    let output = rantai(&words);
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Rp 40 juta at Rp 16,000 a kg buy room for 2,500 kg a year more in one cluster, at an upkeep of 5 %, 2 juta a year; without it
/// each of the eight makes 1,000 kg. A kg brings craftsmen 9,000, of which they buy in 4,000 and pay 1,000 for a 50th of a
/// day of work; it brings traders 14,000 for the 9,000 they pay craftsmen. So 2,500 kg more are, in juta, for craftsmen output 22.5,
/// value added 12.5, wages 2.5, margin 10 and 50 of 250 days of work; for traders output 35, purchases 22.5, value added and
/// margin 12.5; for facilities -2. Both years, the second at 0.8, are 1.8 times that, and work is 0.4 years.
#[test]
fn craftsmen_and_traders_gain_what_the_docs_work_out() {
    let folder = tempfile::tempdir().expect("folder");
    chips_with_actors(folder.path());
    simulated(folder.path(), true);
    let rows = table(&folder.path().join("out/accounts.csv"));
    let columns = [
        "output",
        "sold_to_actors",
        "bought_outside",
        "bought_from_actors",
        "value_added",
        "wages",
        "margin",
        "employment",
    ];
    let juta = |values: [f64; 7], work: f64, times: f64, years: f64| {
        let mut all: Vec<f64> = values.iter().map(|x| x * 1e6 * times).collect();
        all.push(work * years);
        all
    };
    let craftsmen = [22.5, 22.5, 10.0, 0.0, 12.5, 2.5, 10.0];
    let traders = [35.0, 0.0, 0.0, 22.5, 12.5, 0.0, 12.5];
    let facilities = [0.0, 0.0, 2.0, 0.0, -2.0, 0.0, -2.0];
    for (actor, values, work) in
        [("perajin", craftsmen, 0.2), ("pedagang", traders, 0.0), ("facilities", facilities, 0.0)]
    {
        for cluster in ["satu", "all"] {
            for (year, times, years) in [("2027", 1.0, 1.0), ("2028", 1.0, 1.0), ("all", 1.8, 2.0)] {
                let cells = [("plan", "increment"), ("cluster", cluster), ("actor", actor), ("year", year)];
                close(&numbers(find(&rows, &cells), &columns), &juta(values, work, times, years));
            }
        }
    }
    // Without the plan eight clusters make 8,000 kg a year: 3.2 times the 2,500; no facilities, no upkeep.
    let cells = |actor| [("plan", "none"), ("cluster", "all"), ("actor", actor), ("year", "2028")];
    close(&numbers(find(&rows, &cells("perajin")), &columns), &juta(craftsmen, 0.2, 3.2, 3.2));
    close(&numbers(find(&rows, &cells("facilities")), &columns), &[0.0; 8]);
    assert_eq!(find(&rows, &cells("facilities"))["stage"], "");
    assert_eq!(find(&rows, &cells("pedagang"))["stage"], "marketing");
}

/// The matrix of the same increment, in juta at 1.8 years: revenue 35; tradable inputs half of the 10 bought in, and upkeep 2,
/// make 7; domestic factors are the other 5 and wages 2.5; profit 20.5. Nothing diverges where no social prices are stated:
/// protection is 1, PCR and DRC are 7.5 / 28, SRP is 0.
#[test]
fn the_matrix_of_the_example_is_the_one_of_the_docs() {
    let folder = tempfile::tempdir().expect("folder");
    chips_with_actors(folder.path());
    simulated(folder.path(), true);
    let rows = table(&folder.path().join("out/pam.csv"));
    for chain in ["keripik", "all"] {
        let row = find(&rows, &[("plan", "increment"), ("chain", chain)]);
        let part = |part: &str| {
            let names =
                ["revenue", "tradable_inputs", "domestic_factors", "profit"].map(|n| format!("{part}_{n}"));
            numbers(row, &names.each_ref().map(String::as_str))
        };
        let expected = [35.0, 7.0, 7.5, 20.5].map(|x| x * 1.8e6);
        close(&part("private"), &expected);
        close(&part("social"), &expected);
        close(&part("divergence"), &[0.0; 4]);
        let ratios = numbers(row, &["npc_output", "npc_input", "epc", "drc", "pcr", "srp"]);
        close(&ratios, &[1.0, 1.0, 1.0, 7.5 / 28.0, 7.5 / 28.0, 0.0]);
    }
}

/// The same increment where chips go into a market: each kilogram takes 0.3 of Rp 10,000 from other producers, 13.5 juta at 4,500
/// kg (1.8 years of 2,500). Wages count half and what is bought in nine tenths to the economy. So E is 63 − 13.5 = 49.5, F 0.9 ×
/// 12.6 = 11.34, G 0.9 × 9 + 0.5 × 4.5 = 10.35 and H 27.81, which is the metric `economic`; the private line is as before. Sums
/// over all rows of the accounts are the chain's gross output, 49.5, and value added, 41.4 − 13.5 = 27.9.
#[test]
fn what_others_lose_has_its_account_and_lowers_social_revenue() {
    let folder = tempfile::tempdir().expect("folder");
    chips_with_actors(folder.path());
    let file = folder.path().join("chips/scenario.toml");
    let text = fs::read_to_string(&file).expect("readable");
    let economy = r#"
[markets.keripik]
title = { id = "Pasar keripik", en = "Market of chips" }
channels = ["keripik/jual"]
reference_price = { value = 10000, unit = "Rp/kg", source = "s", grade = "assumption" }
displacement = { value = 0.3, unit = "share", source = "s", grade = "assumption" }
[shadow_prices]
wage_ratio = { value = 0.5, source = "s", grade = "assumption" }
costs = { value = 0.9, source = "s", grade = "assumption" }
"#;
    fs::write(&file, text + economy).expect("written");
    simulated(folder.path(), true);
    let out = folder.path().join("out");
    let accounts = table(&out.join("accounts.csv"));
    let increment = |row: &&BTreeMap<String, String>| {
        row["plan"] == "increment" && row["cluster"] == "all" && row["year"] == "all"
    };
    let rows: Vec<_> = accounts.iter().filter(increment).collect();
    let others = rows.iter().find(|row| row["actor"] == "other_producers").expect("their account");
    close(&numbers(others, &["output", "value_added"]), &[-13.5e6, -13.5e6]);
    for empty in ["stage", "wages", "margin", "employment"] {
        assert_eq!(others[empty], "", "{empty}");
    }
    let sum = |column: &str| rows.iter().filter_map(|row| row[column].parse::<f64>().ok()).sum::<f64>();
    let sums = [sum("output") - sum("sold_to_actors"), sum("value_added"), sum("margin")];
    close(&sums, &[49.5e6, 27.9e6, 36.9e6]);
    let outcomes = table(&out.join("outcomes.csv"));
    let metric = |name: &str| {
        let cells = [("plan", "increment"), ("metric", name), ("cluster", "all"), ("year", "all")];
        numbers(find(&outcomes, &cells), &["mean"])[0]
    };
    close(&sums, &["gross_output", "value_added", "margin"].map(metric));
    let matrices = table(&out.join("pam.csv"));
    let row = find(&matrices, &[("plan", "increment"), ("chain", "keripik")]);
    let line = |part: &str| {
        let names =
            ["revenue", "tradable_inputs", "domestic_factors", "profit"].map(|n| format!("{part}_{n}"));
        numbers(row, &names.each_ref().map(String::as_str))
    };
    close(&line("private"), &[63.0e6, 12.6e6, 13.5e6, 36.9e6]);
    close(&line("social"), &[49.5e6, 11.34e6, 10.35e6, 27.81e6]);
    close(&[metric("economic")], &[27.81e6]);
    let ratios = numbers(row, &["npc_output", "npc_input", "epc", "drc", "pcr", "srp"]);
    let (private, social) = (50.4, 49.5 - 11.34);
    close(&ratios, &[63.0 / 49.5, 1.0 / 0.9, private / social, 10.35 / social, 13.5 / private, 9.09 / 49.5]);
}

/// Without a plan there are rows without one only; where no process names an actor there are no such files.
#[test]
fn accounts_are_kept_where_processes_name_actors() {
    let folder = tempfile::tempdir().expect("folder");
    chips_with_actors(folder.path());
    simulated(folder.path(), false);
    for name in ["accounts.csv", "pam.csv"] {
        let rows = table(&folder.path().join("out").join(name));
        assert!(!rows.is_empty() && rows.iter().all(|row| row["plan"] == "none"), "{name}");
    }
    let plain = tempfile::tempdir().expect("folder");
    copy(&scenario("pelajaran"), &plain.path().join("chips"));
    simulated(plain.path(), false);
    assert!(plain.path().join("out/outcomes.csv").exists());
    assert!(!plain.path().join("out/accounts.csv").exists() && !plain.path().join("out/pam.csv").exists());
}

/// A price that no actor pays another is told: here one actor does all.
#[test]
fn a_price_that_nobody_pays_is_remarked() {
    let folder = tempfile::tempdir().expect("folder");
    chips_with_actors(folder.path());
    let chain = folder.path().join("chips/chains/keripik.toml");
    let title = "[actors.pedagang]\ntitle = { id = \"Pedagang\", en = \"Traders\" }\n";
    edit(&chain, &[("actor = \"pedagang\"", "actor = \"perajin\"".to_string()), (title, String::new())]);
    let found = load(&folder.path().join("chips")).expect("valid");
    let told: Vec<String> = found.warnings.iter().map(|w| w.in_language(Lang::En)).collect();
    assert!(told.iter().any(|w| w.contains("no actor buys 'keripik' from another")), "{told:?}");
}
