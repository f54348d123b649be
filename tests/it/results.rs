//! Results are what their types say: every document and table is read into its type and written again to the same bytes, and
//! holds the keys of its JSON Schema and no others.

mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use rantai::result::accounts::{AccountTableRow, MatrixTableRow};
use rantai::result::allocation::write_lines;
use rantai::result::coordination::{CoordinationRow, CutRow};
use rantai::result::coverage::CoverageTableRow;
use rantai::result::judge::JudgedRow;
use rantai::result::law::LawRow;
use rantai::result::made::{CompletionsDocument, GeneratedDocument, ProgramFilesDocument};
use rantai::result::margin::MarginRow;
use rantai::result::outcome::{BottleneckRow, OutcomeTableRow, TargetRow};
use rantai::result::samples::{SampleRow, TraceRow};
use rantai::result::site::SiteRow;
use rantai::result::{
    BudgetTable, CATALOGUE, CheckDocument, CoordinationDocument, FailureDocument, JudgementDocument,
    PlanDocument, ProgramDocument, Row, SamplesDocument, ShardDocument, SimulationDocument, Timed, table,
    text, value,
};
use rantai::scenario::PlanLine;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::support::{copy, rantai, root, scenario, stderr, stdout};

/// The schema of a word.
fn schema_of(word: &str) -> serde_json::Value {
    rantai::result::schema(word).unwrap_or_else(|| panic!("no schema '{word}'"))
}

/// A text of JSON is a `T`, and nothing more.
fn is<T: DeserializeOwned + Serialize>(word: &str, json: &str) -> T {
    let document: T = serde_json::from_str(json).unwrap_or_else(|error| panic!("{word}: {error}\n{json}"));
    if json.starts_with("{\n") {
        assert_eq!(text(&document), json, "{word}");
    } else {
        assert_eq!(format!("{}\n", value(&document)), json, "{word}");
    }
    let schema = schema_of(word);
    schema::holds(&schema, &value(&document)).unwrap_or_else(|why| panic!("{word}: {why}"));
    document
}

/// The standard output of a command is a `T`, and nothing more.
fn prints<T: DeserializeOwned + Serialize>(word: &str, arguments: &[&str]) -> T {
    let output = rantai(arguments);
    let json = stdout(&output);
    assert!(!json.is_empty(), "{arguments:?}: {}", stderr(&output));
    is(word, &json)
}

/// A table is rows of `T`, and nothing more.
fn tabulates<T: Row + DeserializeOwned>(word: &str, csv: &str) -> usize {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns: Vec<String> = reader.headers().expect("columns").iter().map(str::to_string).collect();
    // Columns that only some scenarios have may be left out.
    let left_out: Vec<&&str> =
        T::COLUMNS.iter().filter(|column| !columns.iter().any(|c| c == **column)).collect();
    let standing: Vec<&&str> = T::COLUMNS.iter().filter(|column| !left_out.contains(column)).collect();
    assert!(columns.iter().eq(standing.iter().copied()), "{word}: {columns:?}");
    let of_some = ["units", "unit", "unit_cost", "locked"];
    assert!(left_out.iter().all(|column| of_some.contains(*column)), "{word}: {left_out:?}");
    let rows: Vec<T> =
        reader.deserialize().map(|row| row.unwrap_or_else(|e| panic!("{word}: {e}"))).collect();
    let count = rows.len();
    // Lines of a plan leave out what they lack: their table is put together by `tabulates_lines`.
    if columns.len() == T::COLUMNS.len() && word != "allocation" {
        let mut again = Vec::new();
        table::write(rows, &mut again).expect("written");
        assert_eq!(String::from_utf8(again).expect("text"), csv, "{word}");
    }
    count
}

/// A table of a plan's lines reads back into lines that give the same bytes, whichever of them state units.
fn tabulates_lines(csv: &str) -> usize {
    let count = tabulates::<PlanLine>("allocation", csv);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().expect("columns").clone();
    let stands = |name: &str| columns.iter().any(|column| column == name);
    let lines: Vec<PlanLine> = reader.deserialize().map(|line| line.expect("a line")).collect();
    let mut again = Vec::new();
    write_lines(&lines, stands("units"), stands("locked"), &mut again).expect("written");
    assert_eq!(String::from_utf8(again).expect("text"), csv);
    count
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The bundled scenarios, smallest first.
const BUNDLED: [&str; 6] =
    ["minimal", "pelajaran", "gayo-kopi", "banyumas-gula-kelapa", "aceh-nilam", "nusantara"];

#[test]
fn models_are_documents() {
    for name in BUNDLED {
        let path = scenario(name);
        let check: CheckDocument = prints("model", &["check", text_of(&path), "--json"]);
        assert_eq!(check.hash.len(), 64);
    }
}

/// Everything that a result folder of a plan holds.
fn folder_of_a_plan(out: &Path) {
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|_| panic!("no {name}"));
    let plan: PlanDocument = is_file(&read("plan.json"));
    assert_eq!(tabulates_lines(&read("allocation.csv")), plan.allocation.len());
    assert!(tabulates::<OutcomeTableRow<'static>>("outcomes", &read("outcomes.csv")) > 0);
    assert!(tabulates::<CoverageTableRow>("coverage", &read("coverage.csv")) > 0);
    assert!(tabulates::<LawRow>("law", &read("law_trace.csv")) > 0);
    tabulates::<BottleneckRow>("bottlenecks", &read("bottlenecks.csv"));
    if out.join("margins.csv").exists() {
        assert!(tabulates::<MarginRow>("margins", &read("margins.csv")) > 0);
    }
    if out.join("sites.csv").exists() {
        assert_eq!(tabulates::<SiteRow>("sites", &read("sites.csv")), plan.sites.len());
    }
    if out.join("targets.csv").exists() {
        assert!(tabulates::<TargetRow>("targets", &read("targets.csv")) > 0);
    }
}

/// `plan.json` is what `optimise --json` prints but for `seconds`.
fn is_file(json: &str) -> PlanDocument {
    let document: PlanDocument =
        serde_json::from_str(json).unwrap_or_else(|error| panic!("plan.json: {error}"));
    assert_eq!(text(&document), json);
    document
}

#[test]
fn plans_are_documents_and_tables() {
    let folder = tempfile::tempdir().expect("folder");
    let cases: [(&str, &[&str]); 3] = [
        ("minimal", &["--samples", "4", "--evaluation", "100"]),
        ("aceh-nilam", &["--samples", "2", "--evaluation", "50", "--quick"]),
        ("nusantara", &["--samples", "2", "--evaluation", "50", "--quick", "--gap", "1e-2"]),
    ];
    for (name, more) in cases {
        let (path, out) = (scenario(name), folder.path().join(name));
        let words = ["optimise", text_of(&path), "-q", "--json", "--out", text_of(&out)];
        let plan: Timed<PlanDocument> = prints("plan", &[&words[..], more].concat());
        folder_of_a_plan(&out);
        let read = rantai::scenario::load(&path).expect("valid").model;
        let again = rantai::scenario::read_plan(&out.join("plan.json"), &read).expect("a plan");
        assert_eq!(rantai::result::allocation_lines(&read, &again.allocation), plan.document.allocation);
        let samples =
            ["simulate", text_of(&path), "-q", "--json", "--samples", "20", "--plan", text_of(&out)];
        let run: Timed<SimulationDocument> = prints("simulation", &samples);
        assert!(run.document.coverage.is_some());
    }
}

#[test]
fn simulations_and_their_parts_are_documents_and_tables() {
    let folder = tempfile::tempdir().expect("folder");
    let path = scenario("pelajaran");
    let base = ["simulate", text_of(&path), "-q", "--json"];
    let designs: [&[&str]; 3] = [
        &["--samples", "64"],
        &["--samples", "512", "--sampler", "sobol", "--replicates", "4"],
        &["--until", "5%", "--max-samples", "512"],
    ];
    for design in designs {
        prints::<Timed<SimulationDocument>>("simulation", &[&base[..], design].concat());
    }
    let part = folder.path().join("part");
    let words = ["--samples", "128", "--shard", "1/2", "--out", text_of(&part)];
    prints::<Timed<ShardDocument>>("part", &[&base[..], &words].concat());
    let trace = stdout(&rantai(&["simulate", text_of(&path), "--trace", "1"]));
    assert!(tabulates::<TraceRow<'static>>("trace", &trace) > 0);
    prints::<SamplesDocument>("samples", &["sample", text_of(&path), "-q", "--samples", "3", "--json"]);
    let rows = stdout(&rantai(&["sample", text_of(&path), "-q", "--samples", "3"]));
    assert!(tabulates::<SampleRow<'static>>("sample-rows", &rows) > 0);
}

#[test]
fn budget_documents_are_documents() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("anggaran.json");
    let base =
        ["optimise", text_of(&scenario("minimal")), "-q", "--quick", "--samples", "2"].map(str::to_string);
    let words = [&base[..], &["--evaluation", "20", "--budget-document", text_of(&file)].map(str::to_string)];
    let words = words.concat();
    let output = rantai(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(output.status.success(), "{}", stderr(&output));
    let json = fs::read_to_string(&file).expect("written");
    assert!(!is::<BudgetTable>("budget-document", &json).blocks.is_empty());
}

/// Accounts and matrices, of a scenario whose processes name actors, and its model with them.
#[test]
fn accounts_are_tables() {
    let folder = tempfile::tempdir().expect("folder");
    let (path, out) = (folder.path().join("scenario"), folder.path().join("out"));
    copy(&root().join("tests/bad_scenarios/base"), &path);
    let chain = path.join("chains/gula.toml");
    let text = fs::read_to_string(&chain).expect("there");
    let named = text
        .replace("[processes.masak]", "[processes.masak]\nactor = \"pengrajin\"")
        .replace("[processes.jual_lokal]", "[processes.jual_lokal]\nactor = \"pedagang\"")
        .replace("[processes.jual_ekspor]", "[processes.jual_ekspor]\nactor = \"pedagang\"")
        .replace("[commodities.gula]", "[commodities.gula]\nprice = { value = 7000, unit = \"Rp/kg\" }");
    fs::write(&chain, named).expect("written");
    let check: CheckDocument = prints("model", &["check", text_of(&path), "--json"]);
    assert_eq!(check.hash.len(), 64);
    let words = ["simulate", text_of(&path), "-q", "--json", "--samples", "20", "--out", text_of(&out)];
    prints::<Timed<SimulationDocument>>("simulation", &words);
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|_| panic!("no {name}"));
    assert!(tabulates::<AccountTableRow>("accounts", &read("accounts.csv")) > 0);
    assert_eq!(tabulates::<MatrixTableRow>("pam", &read("pam.csv")), 2);
}

#[test]
fn coordination_is_a_document_and_tables() {
    let folder = tempfile::tempdir().expect("folder");
    for name in ["minimal", "pelajaran"] {
        let (path, out) = (scenario(name), folder.path().join(name));
        let words =
            ["coordinate", text_of(&path), "-q", "--json", "--samples", "2", "--evaluation", "20", "--out"];
        prints::<Timed<CoordinationDocument>>("coordination", &[&words[..], &[text_of(&out)]].concat());
        let read = |name: &str| fs::read_to_string(out.join(name)).expect("written");
        let file: CoordinationDocument = serde_json::from_str(&read("coordination.json")).expect("document");
        assert_eq!(text(&file), read("coordination.json"));
        assert!(tabulates::<CoordinationRow>("ways", &read("coordination.csv")) > 3);
        tabulates::<CutRow>("cuts", &read("cuts.csv"));
        tabulates_lines(&read("allocation-joint.csv"));
    }
}

/// Today's allocation judged, with and without a plan to compare it with.
#[test]
fn judgements_are_documents_and_tables() {
    let folder = tempfile::tempdir().expect("folder");
    let (path, out) = (scenario("minimal"), folder.path().join("out"));
    let plan = path.join("today.csv");
    let words = ["judge", text_of(&path), "--plan", text_of(&plan), "-q", "--json", "--force"];
    let few = ["--samples", "2", "--evaluation", "20", "--out", text_of(&out)];
    for against in [&[][..], &["--against", text_of(&plan)]] {
        let judged: Timed<JudgementDocument> = prints("judgement", &[&words[..], &few, against].concat());
        let read = |name: &str| fs::read_to_string(out.join(name)).expect("written");
        let file: JudgementDocument = serde_json::from_str(&read("judgement.json")).expect("document");
        assert_eq!((text(&file), &file), (read("judgement.json"), &judged.document));
        assert!(tabulates::<JudgedRow>("judged", &read("judged.csv")) > 3);
        assert!(tabulates_lines(&read("best.csv")) > 2);
    }
}

/// A scenario of `tests/bad_scenarios/base` with more rules and its own budgets.
fn with(folder: &Path, rules: &str, budgets: &str) -> PathBuf {
    copy(&root().join("tests/bad_scenarios/base"), folder);
    fs::remove_file(folder.join("today.csv")).expect("there");
    let scenario = folder.join("scenario.toml");
    let text = fs::read_to_string(&scenario).expect("there");
    fs::write(&scenario, format!("{text}\n{rules}\n")).expect("written");
    fs::write(folder.join("budgets.csv"), format!("source,year,amount\n{budgets}")).expect("written");
    folder.to_path_buf()
}

/// Each kind of rule that may contradict others.
#[test]
fn failures_are_documents() {
    let folder = tempfile::tempdir().expect("folder");
    prints::<FailureDocument>("failure", &["check", "no-such-folder", "--json"]);
    prints::<FailureDocument>("failure", &["check", "--json", "--no-such-word"]);
    let second = "[sources.csr]\ntitle = { id = \"CSR\", en = \"CSR\" }\nlevel = \"partner\"\ncarry_over = 0\ndisbursement = [1.0]\n";
    let owed = format!(
        "{second}[[cofunding]]\nsource = \"apbd\"\nto = [\"csr\"]\nratio = 0.5\nper = \"region\"\nlaw = \"Perda 2\"\n\
         [[limits]]\nkind = \"floor\"\nsource = \"csr\"\ntype = \"production\"\nshare = 0.9\nyear = 2027\n"
    );
    let covered = "[coverage]\nsupported = \"all\"\n[[coverage.minimum]]\ntype = \"production\"\namount = 20e6\n[[coverage.minimum]]\ntype = \"certification\"\namount = 10e6\n";
    let output = "[[limits]]\nkind = \"floor\"\nclusters = [\"b\"]\namount = 25e6\n[coverage]\n[[coverage.minimum]]\ntype = \"production\"\ncapacity = \"dapur\"\nunits = 3000\n";
    let one = |juta: u32| format!("apbd,2027,{juta}000000\napbd,2028,0\n");
    let two = "apbd,2027,2000000\napbd,2028,0\ncsr,2027,40000000\ncsr,2028,0\n".to_string();
    let cases = [("owed", owed.as_str(), two), ("covered", covered, one(50)), ("output", output, one(30))];
    for (name, rules, budgets) in cases {
        let path = with(&folder.path().join(name), rules, &budgets);
        let words = ["optimise", text_of(&path), "-q", "--json", "--samples", "2", "--evaluation", "20"];
        let failure: FailureDocument = prints("failure", &words);
        assert!(failure.conflict.is_some_and(|found| !found.conflict.is_empty()), "{name}");
    }
}

#[test]
fn programs_and_other_files_are_documents() {
    let folder = tempfile::tempdir().expect("folder");
    let (path, out) = (scenario("minimal"), folder.path().join("program"));
    let base = ["program", "export", text_of(&path), "--samples", "2", "--format", "smps", "--json"];
    prints::<ProgramFilesDocument>("program-files", &base);
    prints::<ProgramFilesDocument>("program-files", &[&base[..], &["--out", text_of(&out)]].concat());
    let files = ["cor", "tim", "sto"].map(|end| out.with_extension(end));
    for method in ["extensive", "decomposition"] {
        let names = [text_of(&files[0]), text_of(&files[1]), text_of(&files[2])];
        let words = [&["program", "solve"][..], &names, &["--method", method, "--json", "-q"]].concat();
        prints::<Timed<ProgramDocument>>("program", &words);
    }
    let new = folder.path().join("new");
    let words = ["generate", text_of(&new), "--clusters", "2", "--json"];
    prints::<GeneratedDocument>("generated", &words);
    prints::<CompletionsDocument>("completions", &["completions", "fish", "--json"]);
}

/// Columns of tables are the keys of their rows, each with its description; so is every key of a document.
#[test]
fn every_key_and_column_is_described() {
    for entry in &CATALOGUE {
        let schema = entry.schema();
        if let Some(columns) = entry.columns {
            let keys: Vec<&String> = schema["properties"].as_object().expect("an object").keys().collect();
            let mut columns = columns.to_vec();
            columns.sort_unstable();
            assert_eq!(keys, columns, "{}", entry.word);
        }
        let mut bare = Vec::new();
        schema::undescribed(&schema, entry.word, &mut bare);
        assert!(bare.is_empty(), "without a description: {}", bare.join(", "));
    }
}

/// `rantai schema WORD` prints the schema of each.
#[test]
fn the_command_prints_every_schema() {
    for word in CATALOGUE.iter().map(|entry| entry.word).chain(["scenario", "chain"]) {
        let output = rantai(&["schema", word]);
        let schema: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert!(schema["$schema"].is_string() && schema.get("description").is_some(), "{word}");
    }
}
