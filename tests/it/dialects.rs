//! Tables as spreadsheets write them, Indonesian ones above all, say what plain ones say: the same model, to the hash.

use std::fs;
use std::path::Path;

use rantai::result::scenario_hash;
use rantai::scenario::{Scenario, Spot, load};

use crate::support::{copy, root, scenario};

/// How a table is written.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a habit of some spreadsheet, alone or with others"
)]
#[derive(Clone, Copy)]
struct Dialect {
    separator: char,
    comma: bool,
    directive: bool,
    ends: &'static str,
    wide: Option<bool>,
    mark: bool,
    empties: bool,
}

const PLAIN: Dialect = Dialect {
    separator: ',',
    comma: false,
    directive: false,
    ends: "\n",
    wide: None,
    mark: false,
    empties: false,
};

/// Rewrites a plain table, its numbers too.
fn rewritten(text: &str, dialect: Dialect) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("plain")).collect();
    let header = records[0].clone();
    let numbers = [
        "p1",
        "p2",
        "p3",
        "p4",
        "loading",
        "amount",
        "rupiah",
        "latitude",
        "longitude",
        "potential",
        "harga",
    ];
    let mut out = String::new();
    if dialect.directive {
        out += &format!("sep={}{}", dialect.separator, dialect.ends);
    }
    for (line, record) in records.iter().enumerate() {
        let mut cells: Vec<String> = Vec::new();
        for (cell, column) in record.iter().zip(&header) {
            let number = line > 0 && numbers.contains(&column) && !cell.contains(".csv");
            let cell = if dialect.comma && number { cell.replace('.', ",") } else { cell.to_string() };
            let quoted = cell.contains([dialect.separator, '"', ';', ',']);
            cells.push(if quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell });
        }
        if dialect.empties {
            cells.extend([String::new(), " ".to_string()]);
        }
        out += &cells.join(&dialect.separator.to_string());
        out += dialect.ends;
        if dialect.empties && line % 3 == 1 {
            out += &dialect.separator.to_string().repeat(cells.len() - 1);
            out += dialect.ends;
            out += dialect.ends;
        }
    }
    match dialect.wide {
        None if dialect.mark => [b"\xEF\xBB\xBF", out.as_bytes()].concat(),
        None => out.into_bytes(),
        Some(little) => std::iter::once(0xFEFF)
            .chain(out.encode_utf16())
            .flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect(),
    }
}

/// Rewrites every table of a scenario.
fn rewrite(folder: &Path, dialect: Dialect) {
    for sub in [folder.to_path_buf(), folder.join("data")] {
        for entry in fs::read_dir(&sub).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|e| e == "csv") {
                let text = fs::read_to_string(&path).expect("plain");
                fs::write(&path, rewritten(&text, dialect)).expect("written");
            }
        }
    }
}

fn read(folder: &Path) -> Scenario {
    load(folder).unwrap_or_else(|faults| {
        panic!("{:#?}", faults.iter().take(5).map(ToString::to_string).collect::<Vec<_>>())
    })
}

/// Every dialect, on a scenario with positions, distributions and texts with commas and semicolons, and on the
/// small one with observations of prices and a discrete list.
#[test]
fn every_dialect_gives_the_same_model() {
    let semicolons = Dialect { separator: ';', comma: true, ..PLAIN };
    let dialects = [
        ("semicolons and decimal commas", semicolons),
        ("as Excel saves them", Dialect { ends: "\r\n", mark: true, ..semicolons }),
        ("tabs in UTF-16", Dialect { separator: '\t', wide: Some(true), ..semicolons }),
        ("UTF-16, the other end first", Dialect { wide: Some(false), ..semicolons }),
        ("said in a first line", Dialect { directive: true, ends: "\r\n", ..semicolons }),
        ("semicolons and decimal points", Dialect { comma: false, ..semicolons }),
        ("commas in quotes", Dialect { comma: true, ..PLAIN }),
        ("old line ends", Dialect { ends: "\r", ..PLAIN }),
        ("empty columns and rows", Dialect { empties: true, ..PLAIN }),
        ("empty columns and rows between semicolons", Dialect { empties: true, ..semicolons }),
    ];
    let small = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), small.path());
    fs::create_dir(small.path().join("data")).expect("folder");
    fs::write(
        small.path().join("data/harga.csv"),
        "tanggal,harga\n2024-01,9500.5\n2024-02,10250\n2024-03,9900.25\n",
    )
    .expect("written");
    let values = small.path().join("values.csv");
    let rows = fs::read_to_string(&values).expect("there").replace("key,p1", "key,p1,dist,p2,varies,unit");
    let rows: Vec<String> = rows
        .lines()
        .enumerate()
        .map(|(at, row)| if at == 0 { row.to_string() } else { format!("{row},,,,") })
        .collect();
    let more = "a,price,jual_lokal,data/harga.csv,empirical,harga,yearly,Rp/kg\n\
                b,price,jual_lokal,8000.5;9000;10000.25,discrete,0.25;0.5;0.25,yearly,Rp/kg\n";
    fs::write(&values, rows.join("\n") + "\n" + more).expect("written");
    for original in [scenario("gayo-kopi"), small.path().to_path_buf()] {
        let plain = read(&original);
        assert!(plain.notes.is_empty(), "{:?}", plain.notes);
        let hash = scenario_hash(&plain.model);
        for (name, dialect) in dialects {
            let folder = tempfile::tempdir().expect("folder");
            copy(&original, folder.path());
            rewrite(folder.path(), dialect);
            let found = read(folder.path());
            let place = original.display();
            assert_eq!(scenario_hash(&found.model), hash, "{place}, {name}");
            assert_eq!(found.warnings, plain.warnings, "{place}, {name}");
            let values = found.notes.iter().find(|note| note.file == "values.csv").map(ToString::to_string);
            // The values of the large scenario are whole numbers.
            let commas = dialect.comma && original == small.path();
            let said = usize::from(dialect.separator != ',') + usize::from(commas);
            assert!(dialect.separator != ',' || dialect.comma || found.notes.is_empty(), "{place}, {name}");
            match said {
                0 => assert_eq!(values, None, "{place}, {name}"),
                _ => {
                    let note = values.unwrap_or_default();
                    assert_eq!(
                        note.matches(" between columns").count() + note.matches(" before decimals").count(),
                        said,
                        "{place}, {name}: {note}"
                    );
                }
            }
        }
    }
}

/// `2.600` may be two thousand six hundred or two and six tenths in every table, whatever the rest of the file shows; for a
/// share, or a position on the globe, it is what the file shows.
#[test]
fn what_can_be_read_two_ways_is_refused_in_every_dialect() {
    let folder = tempfile::tempdir().expect("folder");
    let base = root().join("tests/bad_scenarios/base");
    for (budgets, found) in [
        (
            "source;year;amount;unit\napbd;2027;450.000;juta Rp\napbd;2028;12,5;juta Rp\n",
            "450000 (thousands) or 450 (decimals)",
        ),
        (
            "source\tyear\tamount\napbd\t2027\t450,000\napbd\t2028\t1\n",
            "450000 (thousands) or 450 (decimals)",
        ),
        ("source,year,amount\napbd,2027,1.234\napbd,2028,1\n", "1234 (thousands) or 1.2340 (decimals)"),
    ] {
        copy(&base, folder.path());
        fs::write(folder.path().join("budgets.csv"), budgets).expect("written");
        let faults = load(folder.path()).expect_err("two readings");
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert!(faults[0].to_string().contains(found), "{}", faults[0]);
        assert_eq!((faults[0].line, &faults[0].place), (Some(2), &Spot::Column("amount".to_string())));
        assert!(faults[0].help.is_some());
    }
    // Groups that only thousands make are thousands.
    for (amount, comma) in [("1.500.000", false), ("\"1,500,000\"", true)] {
        copy(&base, folder.path());
        let text = format!("source,year,amount\napbd,2027,{amount}\napbd,2028,1\n");
        fs::write(folder.path().join("budgets.csv"), text).expect("written");
        let amounts = read(folder.path()).model.sources[0].amounts.clone();
        assert_eq!(amounts[0].0, 1_500_000, "{comma}");
    }
    // So are amounts whose words say their size.
    copy(&base, folder.path());
    let text = "source,year,amount,unit\napbd,2027,\"20,5 miliar\",\napbd,2028,Rp 350 juta,Rp\n";
    fs::write(folder.path().join("budgets.csv"), text).expect("written");
    let amounts: Vec<i64> =
        read(folder.path()).model.sources[0].amounts.iter().map(|amount| amount.0).collect();
    assert_eq!(amounts, [20_500_000_000, 350_000_000]);
    let text = "source,year,amount,unit\napbd,2027,1.500juta,\napbd,2028,20 miliar,juta Rp\n";
    fs::write(folder.path().join("budgets.csv"), text).expect("written");
    let told: Vec<String> =
        load(folder.path()).expect_err("two units").iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "budgets.csv, row 2, column amount: '1.500juta' can be read two ways: 1500juta (thousands) or 1.5juta (decimals); write the one that is meant",
            "budgets.csv, row 3, column unit: the amount '20 miliar' says its size in words, and the unit is 'juta Rp' as well; keep one of the two",
        ]
    );
    // Positions and shares.
    copy(&base, folder.path());
    fs::write(
        folder.path().join("clusters.csv"),
        "cluster;name;region;chain;enterprises;workers;latitude;longitude\na;A;R;gula;10;20;-7,427;109,238\nb;B;R;gula;20;40;;\n",
    )
    .expect("written");
    fs::write(
        folder.path().join("values.csv"),
        "cluster;item;key;p1;unit\na;base;dapur;3000;\na;base;pasar;3000;\na;base;ekspor;0;\nb;base;dapur;1000;\n\
         b;base;pasar;4000;\nb;base;ekspor;0;\na;input;jual_lokal/gula;1,125;kg/kg\n",
    )
    .expect("written");
    let found = read(folder.path());
    assert_eq!(found.model.clusters[0].position, Some((-7.427, 109.238)));
    let sells = &found.model.clusters[0].processes;
    assert!(sells.iter().flat_map(|p| &p.inputs).any(|n| *n == rantai::model::Number::Certain(1.125)));
}

/// A table with semicolons whose texts had their commas replaced too is read as it is meant; one that cannot be read is told
/// alone, without what follows from it.
#[test]
fn a_table_that_cannot_be_read_is_told_alone() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&scenario("banyumas-gula-kelapa"), folder.path());
    let path = folder.path().join("values.csv");
    let hash = scenario_hash(&read(folder.path()).model);
    let plain = fs::read_to_string(&path).expect("there");
    fs::write(&path, rewritten(&plain.replace(", about", "; about"), Dialect { separator: ';', ..PLAIN }))
        .expect("written");
    assert_eq!(scenario_hash(&read(folder.path()).model), hash);
    for (text, row) in [
        (plain.replacen("cluster,item,key", "cluster;item,key", 1), 1),
        (plain.replacen("cluster,item,key", "cluster,item", 1), 1),
        (plain.replacen("171600", "17\"1600", 1), 3),
        (plain.replacen("171600", "\"171600", 1), 3),
        (plain.replacen("171600", "171600,1,1", 1), 3),
    ] {
        fs::write(&path, &text).expect("written");
        let faults = load(folder.path()).expect_err("unreadable");
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 1, "{told:#?}");
        assert!(told[0].starts_with(&format!("values.csv, row {row}")), "{told:?}");
    }
}
