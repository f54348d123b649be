//! Reports and workbooks: whole, in both languages, the same bytes each time; refused where the result is not what was written.

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::{Formula, Workbook};
use serde_json::Value;

use crate::placing::text;
use crate::support::{code, rantai, scenario, stderr, stdout};

/// A plan of the smallest scenario.
fn planned(folder: &Path) -> PathBuf {
    let out = folder.join("plan");
    let path = scenario("minimal");
    let words = [
        "optimise",
        text(&path),
        "--samples",
        "4",
        "--evaluation",
        "64",
        "--quick",
        "-q",
        "--out",
        text(&out),
    ];
    let output = rantai(&words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    out
}

fn page(results: &[&Path], lang: &str) -> String {
    let mut words = vec!["report"];
    words.extend(results.iter().map(|path| text(path)));
    words.extend(["--lang", lang]);
    let output = rantai(&words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    stdout(&output)
}

/// What every page keeps: no script and nothing from elsewhere, a text alternative and a table for every chart, ids once.
fn is_sound(page: &str) {
    assert!(!page.contains("<script"), "a script");
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    assert!(
        !outside.contains("src=") && !outside.contains("@import") && !outside.contains("url("),
        "something from elsewhere"
    );
    for svg in page.split("<svg ").skip(1) {
        let opening = svg.split('>').next().unwrap_or_default();
        assert!(
            opening.contains("aria-hidden") || opening.contains("role=\"img\" aria-label=\""),
            "{opening}"
        );
    }
    assert_eq!(page.matches("<figure>").count(), page.matches("class=\"numbers\"").count());
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    for link in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&link), "{link} leads nowhere");
    }
    for nothing in ["NaN", "inf<", ">null<"] {
        assert!(!page.contains(nothing), "{nothing}");
    }
}

#[test]
fn a_plan_is_told_in_both_languages_and_the_same_each_time() {
    let folder = tempfile::tempdir().expect("folder");
    let plan = planned(folder.path());
    let document: Value =
        serde_json::from_slice(&fs::read(plan.join("plan.json")).expect("plan")).expect("JSON");
    let spent = document["budget"]["spent"].as_f64().expect("spent");
    for (lang, heading, money) in [
        ("en", "What to fund", rantai::report::Lang::En.money(spent)),
        ("id", "Apa yang didanai", rantai::report::Lang::Id.money(spent)),
    ] {
        let first = page(&[&plan], lang);
        is_sound(&first);
        assert!(first.contains(&format!("<html lang=\"{lang}\">")));
        assert!(first.contains(heading) && first.contains(&money), "{lang}: {money}");
        assert!(first == page(&[&plan], lang), "other bytes");
    }
}

#[test]
fn every_kind_of_result_has_a_report_and_a_workbook() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("minimal");
    let plan = planned(folder.path());
    let at = |name: &str| folder.path().join(name);
    let runs: [(&str, Vec<&str>); 4] = [
        ("simulation", vec!["simulate", text(&path), "--samples", "64", "--plan", text(&plan)]),
        (
            "judgement",
            vec!["judge", text(&path), "--plan", text(&plan), "--against", text(&plan), "--evaluation", "64"],
        ),
        ("comparison", vec!["compare", text(&path), "today", "equal", "--samples", "4"]),
        ("coordination", vec!["coordinate", text(&path), "--samples", "2", "--evaluation", "64"]),
    ];
    let mut results = vec![plan.clone()];
    for (name, mut words) in runs {
        let out = at(name);
        words.extend(["-q", "--out", text(&out)]);
        let output = rantai(&words);
        assert!([0, 3].contains(&code(&output)), "{name}: {}", stderr(&output));
        results.push(out);
    }
    for result in &results {
        for lang in ["en", "id"] {
            is_sound(&page(&[result], lang));
        }
    }
    let all: Vec<&Path> = results.iter().map(PathBuf::as_path).collect();
    is_sound(&page(&all, "en"));
    let book = at("all.xlsx");
    let mut words = vec!["report"];
    words.extend(all.iter().map(|path| text(path)));
    words.extend(["--xlsx", text(&book), "--json"]);
    let output = rantai(&words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["files"][0]["bytes"].as_u64(), Some(fs::metadata(&book).expect("there").len()));
}

#[test]
fn what_is_no_result_or_was_edited_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("folder");
    let plan = planned(folder.path());
    let out = folder.path().join("page.html");
    let tried = |result: &Path, lang: &str| {
        let output = rantai(&["report", text(result), "--out", text(&out), "--lang", lang]);
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(!out.exists());
        stderr(&output)
    };
    let told = tried(folder.path(), "en");
    assert!(told.contains("is not a result folder of rantai") && told.contains("--out"), "{told}");
    assert!(tried(folder.path(), "id").contains("bukan folder hasil rantai"));
    let file = plan.join("plan.json");
    let edited = fs::read_to_string(&file).expect("plan").replacen("\"spent\": ", "\"spent\": 1", 1);
    fs::write(&file, edited).expect("written");
    fs::remove_file(plan.join("law_trace.csv")).expect("removed");
    let told = tried(&plan, "en");
    assert!(told.contains("plan.json is not the file that was written"), "{told}");
    assert!(told.contains("law_trace.csv is missing") && told.contains("2 faults"), "{told}");
}

/// Rows of the sheet of the allocation, without its heading.
fn rows(path: &Path, sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("workbook");
    let range = book.worksheet_range(sheet).expect("sheet");
    range.rows().skip(1).map(<[Data]>::to_vec).collect()
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(value) => *value,
        Data::Int(value) => *value as f64,
        other => panic!("{other:?} is no number"),
    }
}

#[test]
fn the_workbook_adds_up_to_the_rupiah_and_is_read_back_as_the_plan() {
    let folder = tempfile::tempdir().expect("folder");
    let plan = planned(folder.path());
    let document: Value =
        serde_json::from_slice(&fs::read(plan.join("plan.json")).expect("plan")).expect("JSON");
    for (lang, sheet) in [("en", "Allocation"), ("id", "Alokasi")] {
        let [first, second] = ["a.xlsx", "b.xlsx"].map(|name| folder.path().join(format!("{lang}-{name}")));
        for out in [&first, &second] {
            let output = rantai(&["report", text(&plan), "--xlsx", text(out), "--lang", lang]);
            assert_eq!(code(&output), 0, "{}", stderr(&output));
            assert!(stdout(&output).is_empty());
        }
        assert!(fs::read(&first).expect("a") == fs::read(&second).expect("b"), "other bytes");
        let rows = rows(&first, sheet);
        let lines = document["allocation"].as_array().expect("lines");
        assert_eq!(rows.len(), lines.len() + 1);
        for (row, line) in rows.iter().zip(lines) {
            assert_eq!(Some(number(&row[12])), line["rupiah"].as_f64(), "{line}");
        }
        // The result that stands in the cell of the total, which is a formula.
        assert_eq!(Some(number(&rows[lines.len()][12])), document["budget"]["spent"].as_f64());
        // Read back it is the plan.
        let judged = folder.path().join(format!("judged-{lang}"));
        let path = scenario("minimal");
        let words = [
            "judge",
            text(&path),
            "--plan",
            text(&first),
            "--against",
            text(&plan),
            "--evaluation",
            "64",
            "-q",
            "--out",
            text(&judged),
        ];
        let output = rantai(&words);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let told: Value =
            serde_json::from_slice(&fs::read(judged.join("judgement.json")).expect("judged")).expect("JSON");
        assert_eq!(told["against"]["moved"], serde_json::json!([]));
        assert_eq!(told["keeps_all_rules"], true);
    }
}

/// Writes a workbook with one line of the plan of `minimal`'s first line, its rupiah as `rupiah` writes them.
fn edited(path: &Path, sheet: &str, headings: &[&str], cells: &[&str], rupiah: Option<Formula>) {
    let mut book = Workbook::new();
    let own = book.add_worksheet().set_name(sheet).expect("name");
    for (column, heading) in (0u16..).zip(headings) {
        own.write_string(0, column, *heading).expect("heading");
    }
    for (column, cell) in (0u16..).zip(cells) {
        match cell.parse::<f64>() {
            Ok(number) => own.write_number(1, column, number).expect("number"),
            Err(_) => own.write_string(1, column, *cell).expect("text"),
        };
    }
    if let Some(formula) = rupiah {
        let last = u16::try_from(headings.len()).expect("few") - 1;
        own.write_formula(1, last, formula).expect("formula");
    }
    book.save(path).expect("saved");
}

const COLUMNS: [&str; 7] =
    ["source key", "cluster key", "intervention key", "year", "units", "unit cost [Rp]", "rupiah"];

#[test]
fn units_lead_an_overwritten_formula_leads_and_faults_name_their_cell() {
    let folder = tempfile::tempdir().expect("folder");
    let plan = planned(folder.path());
    let document: Value =
        serde_json::from_slice(&fs::read(plan.join("plan.json")).expect("plan")).expect("JSON");
    let line = &document["allocation"][0];
    let keys: Vec<String> = ["source", "cluster", "intervention"]
        .iter()
        .map(|key| line[*key].as_str().expect("key").to_string())
        .collect();
    let year = line["year"].to_string();
    let path = scenario("minimal");
    let book = folder.path().join("plan.xlsx");
    let simulated = |lang: &str| {
        let output = rantai(&[
            "simulate",
            text(&path),
            "--plan",
            text(&book),
            "--samples",
            "4",
            "--json",
            "--lang",
            lang,
        ]);
        (code(&output), stderr(&output), stdout(&output))
    };
    let cells = |units: &'static str, rupiah: &'static str| {
        let mut cells: Vec<&str> = keys.iter().map(String::as_str).collect();
        cells.extend([year.as_str(), units, "1000000", rupiah]);
        cells.iter().map(ToString::to_string).collect::<Vec<String>>()
    };
    let write = |sheet: &str, headings: &[&str], cells: &[String], formula: Option<Formula>| {
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        edited(&book, sheet, headings, &cells, formula);
    };
    // A number where the formula stood: it leads, and a note says so.
    write("Allocation", &COLUMNS, &cells("3", "7000000"), None);
    let (found, told, _) = simulated("en");
    assert!(found == 0 && told.contains("row 2 the formula of rupiah was overwritten"), "{found} {told}");
    // A sheet under another name, and a column that is lost.
    write("Sheet1", &COLUMNS, &cells("3", "7000000"), None);
    let (found, told, _) = simulated("en");
    assert!(
        found == 2 && told.contains("has no sheet of the allocation") && told.contains("Sheet1"),
        "{told}"
    );
    write("Alokasi", &COLUMNS[1..], &cells("3", "7000000")[1..], None);
    let (found, told, _) = simulated("id");
    assert!(found == 2 && told.contains("kolom 'kunci sumber' tidak ada"), "{told}");
    // A column that moved is found.
    let moved: Vec<&str> = COLUMNS.iter().rev().copied().collect();
    let turned: Vec<String> = cells("3", "7000000").into_iter().rev().collect();
    write("Allocation", &moved, &turned, None);
    assert_eq!(simulated("en").0, 0);
    // An error in place of a number.
    write("Allocation", &COLUMNS, &cells("", ""), Some(Formula::new("=1/0").set_result("#DIV/0!")));
    let (found, told, _) = simulated("en");
    assert!(found == 2 && told.contains("G2"), "{found} {told}");
    // What is no workbook at all.
    fs::write(&book, b"PK\x03\x04 nothing").expect("written");
    let (found, told, _) = simulated("en");
    assert!(found == 2 && told.contains("cannot be read as a workbook"), "{told}");
}
