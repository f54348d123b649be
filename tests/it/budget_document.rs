//! Budget documents: every line with who spends it, its codes, its volume and its price, and sums that are those of the plan's
//! budget to the rupiah.

use std::fs;
use std::path::Path;

use rantai::model::{Allocation, AllocationLine, BudgetLine, Model, SourceId, Variant};
use rantai::report::{Lang, budget_document};
use rantai::result::budget_document::{BudgetAmount, BudgetBlock, BudgetTable};
use rantai::result::{ModelDocument, PlanDocument, scenario_hash, text, value};
use rantai::scenario::{Scenario, load};
use rantai::units::Rupiah;

use crate::random_scenario::{self, Kind};
use crate::support::{code, copy, rantai, root, stderr, stdout, varied};

/// Puts `replace` in place of `find`, which stands once in a file of a scenario.
fn patch(folder: &Path, file: &str, find: &str, replace: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).expect("there");
    assert_eq!(text.matches(find).count(), 1, "'{find}' in {file}");
    fs::write(&path, text.replace(find, replace)).expect("written");
}

/// `tests/bad_scenarios/base` with everything that a budget document holds: two budgets of 100 juta a year, with the classification
/// of a regency and of the state; stoves of Rp 4,030,001; an index of 1.03 and 1.07; Rp 500,000 locked.
fn documented(folder: &Path) {
    copy(&root().join("tests/bad_scenarios/base"), folder);
    fs::remove_file(folder.join("today.csv")).expect("there");
    patch(
        folder,
        "scenario.toml",
        "discount_rate = 0\n",
        "discount_rate = 0\nindex = { 2027 = 1.03, 2028 = 1.07 }\n",
    );
    patch(
        folder,
        "scenario.toml",
        "level = \"regency\"\n",
        r#"level = "regency"
opd = { id = "Dinas Koperasi, UKM", en = "Office of Cooperatives" }
codes = [{ level = { id = "Urusan", en = "Affair" }, code = "2.17", name = { id = "Koperasi", en = "Cooperatives" } }]
"#,
    );
    let state = r#"
[sources.apbn]
title = { id = "APBN", en = "State budget" }
level = "central"
carry_over = 0
disbursement = [1.0]
opd = "Kementerian UMKM"
codes = [
  { level = "Program", code = "EC", name = { id = "Program UMKM", en = "Small enterprises" } },
  { level = "KRO", code = "QDG", name = "Fasilitasi" },
]
"#;
    let own = fs::read_to_string(folder.join("scenario.toml")).expect("there");
    fs::write(folder.join("scenario.toml"), own + state).expect("written");
    patch(
        folder,
        "budgets.csv",
        "apbd,2028,100000000\n",
        "apbd,2028,100000000\napbn,2027,0\napbn,2028,100000000\n",
    );
    patch(
        folder,
        "chains/gula.toml",
        "type = \"production\"\n",
        r#"type = "production"
codes = [
  { level = { id = "Kegiatan", en = "Activity" }, code = "2.17.08.2.01", name = "Kegiatan A", sources = ["apbd"] },
  { level = { id = "Akun", en = "Account" }, code = "526112", name = { id = "Belanja peralatan", en = "Equipment" } },
]
unit = { id = "tungku", one = "stove", many = "stoves" }
unit_cost = { value = 4030001, unit = "Rp", year = 2025, source = "survei harga", grade = "B" }
"#,
    );
    fs::write(
        folder.join("clusters.csv"),
        "cluster,name,region,region_code,chain,enterprises,workers\na,A,R,33.02.21,gula,10,20\nb,B,R,,gula,20,40\n",
    )
    .expect("written");
    fs::write(
        folder.join("locked.csv"),
        "source,cluster,intervention,year,rupiah\napbd,b,sertifikat,2027,500000\n",
    )
    .expect("written");
}

fn read(folder: &Path) -> Scenario {
    load(folder).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Lines by source, cluster, intervention and year (from 0).
fn allocation(model: &Model, lines: &[(&str, &str, &str, usize, i64)]) -> Allocation {
    let line = |&(source, cluster, intervention, year, rupiah): &(&str, &str, &str, usize, i64)| {
        let c = model.cluster_ids().find(|c| model.clusters[c.index()].key == cluster).expect("there");
        let own = &model.chain_of(c).interventions;
        AllocationLine {
            source: model.source_ids().find(|s| model.sources[s.index()].key == source).expect("there"),
            cluster: c,
            intervention: rantai::model::InterventionId::new(
                own.iter().position(|line| line.key == intervention).expect("there"),
            ),
            year,
            amount: Rupiah(rupiah),
        }
    };
    Allocation::new(lines.iter().map(line).collect())
}

fn written(of: &BudgetTable, lang: Lang) -> String {
    let mut bytes = Vec::new();
    budget_document::table(of, lang, &mut bytes).expect("written");
    String::from_utf8(bytes).expect("text")
}

/// The regency buys 3 stoves in a and 1 in b in 2027, 2 in a in 2028, and a certificate for Rp 1,000,020 in b, half of it locked;
/// it bears Rp 100,000 of upkeep. The state pays Rp 7,000,000 for a certificate in a in 2028.
///
/// - 2027: 12,090,003 + 4,030,001 + 1,000,020 = 17,120,024, of 100 juta 82,779,976 are left and carried. By the index of 1.03 the
///   100 juta are 103,000,000: lines 17,633,624.72, upkeep 103,000, left 85,263,375.28. Rounded down they are a rupiah short, which
///   goes to the lines: 17,633,625. Theirs are 12,452,703.09, 4,150,901.03 and 1,030,020.6: the rupiah goes to the last.
/// - 2028: 2 · 4,030,001 = 8,060,002, by 1.07 8,624,202.14; there are 107,000,000 and 88,574,574.32, together 195,574,574; left
///   174,719,974, which are 186,950,372.18.
#[test]
fn a_document_is_what_it_is_by_hand() {
    let folder = tempfile::tempdir().expect("folder");
    documented(folder.path());
    let scenario = read(folder.path());
    let model = &scenario.model;
    let plan = allocation(
        model,
        &[
            ("apbd", "a", "alat", 0, 12_090_003),
            ("apbd", "b", "alat", 0, 4_030_001),
            ("apbd", "b", "sertifikat", 0, 1_000_020),
            ("apbd", "a", "alat", 1, 8_060_002),
            ("apbn", "a", "sertifikat", 1, 7_000_000),
        ],
    );
    let upkeep = |source: SourceId, year: usize| if (source.index(), year) == (0, 0) { 100_000 } else { 0 };
    let budget = model.budget_lines(&plan, upkeep);
    let document = BudgetTable::of(model, &scenario.numbers, &plan, &budget);
    for (lang, name) in [(Lang::Id, "id"), (Lang::En, "en")] {
        let found = written(&document, lang);
        let path = root().join(format!("tests/golden/budget_document/{name}.csv"));
        if std::env::var_os("RANTAI_BLESS").is_some() {
            fs::write(&path, &found).expect("blessed");
        }
        let kept = fs::read_to_string(&path).expect("kept");
        assert!(kept == found, "{}:\n{found}", path.display());
    }
    let sums = &document.blocks[0].sums;
    let amount = |rupiah: i64, nominal: i64| BudgetAmount { rupiah, nominal: Some(nominal) };
    assert_eq!(sums.lines, amount(17_120_024, 17_633_625));
    assert_eq!((sums.upkeep, sums.left), (amount(100_000, 103_000), amount(82_779_976, 85_263_375)));
    let nominal: Vec<Option<i64>> = document.blocks[0].lines.iter().map(|row| row.amount.nominal).collect();
    // By codes: the certificate has none of its own.
    assert_eq!(nominal, [Some(1_030_021), Some(12_452_703), Some(4_150_901)]);
    assert_eq!(document.blocks[1].sums.carried_in, amount(82_779_976, 88_574_574));
    assert_eq!(document.blocks[1].sums.left, amount(174_719_974, 186_950_372));
    // Of a line in units the amount is volume times price.
    for row in document.blocks.iter().flat_map(|block| &block.lines) {
        assert_eq!(row.volume * row.unit_price as f64, row.amount.rupiah as f64, "{}", row.intervention);
    }
    // The document reads back to itself.
    let json = text(&document);
    assert_eq!(serde_json::from_str::<BudgetTable>(&json).expect("a document"), document);
}

/// A number from a seed.
fn dice(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

/// An allocation of some lines that sources may fund, of amounts that their index does not divide.
fn random_plan(model: &Model, seed: &mut u64) -> Allocation {
    let mut lines = Vec::new();
    for source in model.source_ids() {
        for (cluster, intervention) in model.fundable(source) {
            for year in 0..model.horizon.years {
                if dice(seed, 3) > 0 {
                    let amount = Rupiah(1 + dice(seed, 1_000_000).cast_signed());
                    lines.push(AllocationLine { source, cluster, intervention, year, amount });
                }
            }
        }
    }
    Allocation::new(lines)
}

fn holds(model: &Model, block: &BudgetBlock, of: &BudgetLine) {
    let sums = &block.sums;
    let rupiah: i64 = block.lines.iter().map(|row| row.amount.rupiah).sum();
    assert_eq!((rupiah, sums.lines.rupiah), (of.spent, of.spent));
    assert_eq!((sums.upkeep.rupiah, sums.new.rupiah), (of.upkeep, of.amount));
    assert_eq!((sums.carried_in.rupiah, sums.left.rupiah), (of.carried_in, of.left - of.over));
    let nominal = |amount: BudgetAmount| amount.nominal.expect("indexed");
    let lines: i64 = block.lines.iter().map(|row| nominal(row.amount)).sum();
    assert_eq!(lines, nominal(sums.lines));
    let spent = nominal(sums.lines) + nominal(sums.upkeep) + nominal(sums.left);
    assert_eq!(spent, nominal(sums.new) + nominal(sums.carried_in));
    // Nothing is off by a rupiah, and nothing stays nothing.
    let index = model.price_index.as_ref().expect("stated")[of.year];
    for amount in block.lines.iter().map(|row| row.amount).chain([sums.new, sums.upkeep, sums.left]) {
        assert!((nominal(amount) as f64 - index * amount.rupiah as f64).abs() < 1.0 + 1e-6, "{amount:?}");
        assert!(amount.rupiah != 0 || nominal(amount) == 0);
    }
}

/// Of random plans of random scenarios, with upkeep and with more spent than there is, each sum is that of the budget, nominal
/// amounts add up as well, and what stands ahead is what stands in its own year.
#[test]
fn sums_are_those_of_the_budget() {
    let mut seed = 18;
    let mut rows = 0;
    for number in 0..40 {
        let folder = tempfile::tempdir().expect("folder");
        random_scenario::write(folder.path(), number, [Kind::Any, Kind::Whole][number % 2]);
        let scenario = read(folder.path());
        let index: Vec<f64> =
            (0..scenario.model.horizon.years).map(|_| 0.9 + dice(&mut seed, 4000) as f64 / 1e4).collect();
        let model = scenario.model.changed(|parts| parts.price_index = Some(index.clone()));
        let plan = random_plan(&model, &mut seed);
        let borne = dice(&mut seed, 1000).cast_signed();
        let budget = model
            .budget_lines(&plan, |source, year| borne * i64::try_from(source.index() + year).expect("small"));
        let document = BudgetTable::of(&model, &scenario.numbers, &plan, &budget);
        for block in &document.blocks {
            let of = budget.iter().find(|line| {
                let source = &model.sources[line.source.index()].key;
                *source == block.source && model.horizon.calendar_year(line.year) == block.year
            });
            holds(&model, block, of.expect("a budget"));
            for row in &block.lines {
                rows += 1;
                for ahead in &row.ahead {
                    let own =
                        document.blocks.iter().find(|b| b.source == block.source && b.year == ahead.year);
                    let same = own
                        .iter()
                        .flat_map(|own| &own.lines)
                        .find(|own| (&own.cluster, &own.intervention) == (&row.cluster, &row.intervention));
                    let nothing = BudgetAmount { rupiah: 0, nominal: Some(0) };
                    assert_eq!(same.map_or(nothing, |own| own.amount), ahead.amount);
                }
            }
        }
        let all: i64 = document.totals.iter().map(|year| year.sums.lines.rupiah).sum();
        assert_eq!(all, plan.total());
    }
    assert!(rows > 200, "{rows}");
}

/// The model's hash changes with each of these keys, and knows nothing of them where none is stated.
#[test]
fn the_hash_knows_what_is_stated() {
    let bare = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), bare.path());
    let model = read(bare.path()).model;
    let plain = scenario_hash(&model);
    let said = value(&ModelDocument::of(&model)).to_string();
    for key in ["opd", "codes", "region_code", "price_index"] {
        assert!(!said.contains(&format!("\"{key}\"")), "{key}");
    }
    let cases = [
        ("scenario.toml", "discount_rate = 0\n", "discount_rate = 0\nindex = { 2027 = 1, 2028 = 1 }\n"),
        ("scenario.toml", "level = \"regency\"\n", "level = \"regency\"\nopd = \"Dinas\"\n"),
        (
            "scenario.toml",
            "level = \"regency\"\n",
            "level = \"regency\"\ncodes = [{ level = \"a\", code = \"1\", name = \"b\" }]\n",
        ),
        (
            "chains/gula.toml",
            "type = \"production\"\n",
            "type = \"production\"\ncodes = [{ level = \"a\", code = \"1\", name = \"b\" }]\n",
        ),
    ];
    let mut hashes = vec![plain];
    for (file, find, replace) in cases {
        let folder = tempfile::tempdir().expect("folder");
        copy(bare.path(), folder.path());
        patch(folder.path(), file, find, replace);
        hashes.push(scenario_hash(&read(folder.path()).model));
    }
    let folder = tempfile::tempdir().expect("folder");
    copy(bare.path(), folder.path());
    let table = "cluster,name,region,region_code,chain,enterprises,workers\na,A,R,3302,gula,10,20\nb,B,R,,gula,20,40\n";
    fs::write(folder.path().join("clusters.csv"), table).expect("written");
    hashes.push(scenario_hash(&read(folder.path()).model));
    let count = hashes.len();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), count);
}

/// `--budget-document` writes what the result folder holds: in the language asked for, and as a document; what stands there is
/// replaced with `--force` alone. Another budget is another document.
#[test]
fn the_command_writes_it() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("scenario");
    documented(&path);
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_string();
    let words = |more: &[&str]| {
        let (scenario, file) = (at("scenario"), more[0].to_string());
        let base = ["optimise", &scenario, "-q", "--quick", "--samples", "2", "--evaluation", "20"];
        let words: Vec<&str> =
            base.into_iter().chain(["--budget-document", &file]).chain(more[1..].iter().copied()).collect();
        rantai(&words)
    };
    let out = words(&[&at("id.csv"), "--lang", "id", "--out", &at("out")]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let file = |name: &str| fs::read_to_string(folder.path().join(name)).expect("written");
    assert_eq!(file("id.csv"), file("out/budget_document.id.csv"));
    assert!(file("out/budget_document.en.csv").contains("Office of Cooperatives"));
    let again = words(&[&at("id.csv")]);
    assert_eq!(code(&again), 2, "{}", stdout(&again));
    assert!(stderr(&again).contains("id.csv"), "{}", stderr(&again));
    assert_eq!(code(&words(&[&at("id.csv"), "--force"])), 0);
    assert_eq!(file("id.csv"), file("out/budget_document.en.csv"));
    // The document has the sums of the plan.
    assert_eq!(code(&words(&[&at("all.json")])), 0);
    let document: BudgetTable = serde_json::from_str(&file("all.json")).expect("a document");
    let plan: PlanDocument = serde_json::from_str(&file("out/plan.json")).expect("a plan");
    let spent: Vec<i64> =
        plan.budget.lines.iter().map(|line| line.spent).filter(|spent| *spent > 0).collect();
    let lines = document.blocks.iter().map(|block| block.sums.lines.rupiah).filter(|rupiah| *rupiah > 0);
    assert_eq!(lines.collect::<Vec<_>>(), spent);
    // The result folder holds it already.
    let within = words(&[&at("new/id.csv"), "--out", &at("new")]);
    assert_eq!((code(&within), stderr(&within).contains("both languages")), (2, true), "{}", stderr(&within));
    assert!(!folder.path().join("new").exists());
    // Names that say nothing of what is wanted are refused.
    let wrong = words(&[&at("all.xlsx")]);
    assert_eq!((code(&wrong), stderr(&wrong).contains("ends in .csv or .json")), (2, true));
    let wrong = words(&[&at("all.xlsx"), "--lang", "id"]);
    assert!(stderr(&wrong).contains("berakhir dengan .csv atau .json"), "{}", stderr(&wrong));
}

/// A budget that is scaled has an index and codes still.
#[test]
fn a_changed_case_keeps_what_is_stated() {
    let folder = tempfile::tempdir().expect("folder");
    documented(folder.path());
    let model = read(folder.path()).model;
    let less = Variant { amounts: [(SourceId::new(0), vec![Rupiah(5); 2])].into(), ..Variant::default() };
    let changed = varied(&model, &less);
    assert_eq!((changed.price_index.clone(), changed.sources[0].codes.len()), (model.price_index.clone(), 1));
}
