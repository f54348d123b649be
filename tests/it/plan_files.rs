//! Plans that are read: what they say of themselves is looked at, and nothing in them is summed or read otherwise in silence.

use std::fs;
use std::path::{Path, PathBuf};

use rantai::model::{Model, rule};
use rantai::scenario::{load, read_plan};

use crate::support::{code, copy, rantai, scenario, stderr};

fn minimal() -> Model {
    load(&scenario("minimal")).expect("valid").model
}

fn refused(model: &Model, path: &Path) -> Vec<String> {
    let faults = read_plan(path, model).expect_err("refused");
    let folder = path.parent().expect("folder").display().to_string();
    faults.iter().map(|fault| fault.to_string().replace(&format!("{folder}/"), "")).collect()
}

fn line(more: &str) -> String {
    format!("{{\"source\": \"apbd\", \"cluster\": \"selatan\", \"intervention\": \"alat\"{more}}}")
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path
}

#[test]
fn lines_that_say_the_same_twice_or_otherwise_are_refused() {
    let (model, folder) = (minimal(), tempfile::tempdir().expect("folder"));
    let own = ", \"year\": 2027, \"rupiah\": 50000000";
    for (lines, found) in [
        (
            vec![line(own), line(own)],
            "plan.json, allocation[1]: apbd selatan alat 2027 stands in allocation[0] already",
        ),
        (
            vec![line(&format!("{own}, \"facility_type\": \"land\""))],
            "plan.json, allocation[0].facility_type: found 'land'; expected 'production', as the scenario has it",
        ),
        (
            vec![line(&format!("{own}, \"letter\": \"a\""))],
            "plan.json, allocation[0].letter: found 'a'; expected 'b', as the scenario has it",
        ),
        (
            vec![line(", \"year\": 2027.0, \"rupiah\": 50000000")],
            "plan.json, allocation[0].year: found 2027.0; expected a year of four digits, such as 2027",
        ),
        (
            vec![line(", \"year\": \"2027\", \"rupiah\": 50000000")],
            "plan.json, allocation[0].year: found \"2027\"; expected a year of four digits, such as 2027",
        ),
        (
            vec![line(", \"year\": 2027, \"rupiah\": 50.000")],
            "plan.json, allocation[0].rupiah: found 50.000, which can be read two ways: 50000 (thousands) or 50 (decimals); write 50000 or 50",
        ),
        (
            vec![line(", \"year\": 2027, \"rupiah\": 1e-400")],
            "plan.json, allocation[0].rupiah: found 1e-400; expected whole rupiah, 0 or more",
        ),
        (
            vec![line(", \"year\": 2027, \"rupiah\": -5")],
            "plan.json, allocation[0].rupiah: found -5; expected whole rupiah, 0 or more",
        ),
    ] {
        let text = format!("{{\"allocation\": [{}]}}", lines.join(", "));
        assert_eq!(refused(&model, &write(folder.path(), "plan.json", &text)), [found]);
    }
    let header = "source,cluster,intervention,year,rupiah";
    for (rows, found) in [
        (
            "apbd,selatan,alat,2027,5\napbd,selatan,alat,2027,5",
            "plan.csv, row 3: apbd selatan alat 2027 stands in row 2 already",
        ),
        (
            "apbd,selatan,alat,2027,50.000",
            "plan.csv, row 2, column rupiah: found 50.000, which can be read two ways: 50000 (thousands) or 50 (decimals); write 50000 or 50",
        ),
        (
            "apbd,selatan,alat,+2027,5",
            "plan.csv, row 2, column year: found '+2027'; expected a year of four digits, such as 2027",
        ),
    ] {
        let path = write(folder.path(), "plan.csv", &format!("{header}\n{rows}\n"));
        assert_eq!(refused(&model, &path), [found]);
    }
    let text = format!(
        "{};rupiah\napbd;selatan;alat;2027;1.500.000\n",
        header.trim_end_matches(",rupiah").replace(',', ";")
    );
    let plan = read_plan(&write(folder.path(), "plan.csv", &text), &model).expect("read");
    assert_eq!(plan.allocation.total(), 1_500_000);
    assert_eq!(plan.notes.len(), 1, "{:?}", plan.notes);
}

/// Ten years of the largest amount in two clusters are 2·10^16 rupiah, more than can be added up to the rupiah.
#[test]
fn sums_that_cannot_be_counted_are_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("scenario");
    copy(&scenario("minimal"), &path);
    let toml = fs::read_to_string(path.join("scenario.toml")).expect("there");
    fs::write(path.join("scenario.toml"), toml.replace("years = { value = 2,", "years = { value = 10,"))
        .expect("written");
    let budgets: String = (2027..2037).map(|year| format!("apbd,{year},100,juta Rp\n")).collect();
    fs::write(path.join("budgets.csv"), format!("source,year,amount,unit\n{budgets}")).expect("written");
    let model = load(&path).expect("valid").model;
    let rows: String = (2027..2037)
        .flat_map(|year| ["selatan", "utara"].map(|c| format!("apbd,{c},alat,{year},1000000000000000\n")))
        .collect();
    let plan = write(folder.path(), "plan.csv", &format!("source,cluster,intervention,year,rupiah\n{rows}"));
    assert_eq!(
        refused(&model, &plan),
        ["plan.csv: the lines come to 20000000000000000 rupiah; expected at most 9007199254740992 in all"]
    );
}

#[test]
fn a_result_folder_is_a_plan_for_the_scenario_it_was_made_for() {
    let folder = tempfile::tempdir().expect("folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("path").to_string();
    let small = scenario("minimal");
    let small = small.to_str().expect("path");
    let out = at("out");
    let made = rantai(&[
        "optimise",
        small,
        "--quick",
        "--budget",
        "Rp 150 juta",
        "--samples",
        "4",
        "--evaluation",
        "64",
        "--out",
        &out,
        "-q",
    ]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let simulate =
        |scenario: &str, plan: &str| rantai(&["simulate", scenario, "--plan", plan, "--samples", "64", "-q"]);
    for plan in [out.clone(), format!("{out}/plan.json"), format!("{out}/allocation.csv")] {
        let output = simulate(small, &plan);
        assert_eq!(code(&output), 0, "{plan}: {}", stderr(&output));
    }
    // Another scenario: its lines may fit, the plan is not made for it.
    let other = at("other");
    copy(&scenario("minimal"), Path::new(&other));
    let path = format!("{other}/values.csv");
    let text = fs::read_to_string(&path)
        .expect("there")
        .replace("selatan,base,bengkel,,6000", "selatan,base,bengkel,,6001");
    fs::write(&path, text).expect("written");
    for plan in [out.clone(), format!("{out}/plan.json")] {
        let output = simulate(&other, &plan);
        assert_eq!(code(&output), 2);
        assert!(
            stderr(&output).contains("scenario_hash: the plan was made for another scenario"),
            "{}",
            stderr(&output)
        );
    }
    assert_eq!(code(&simulate(&other, &format!("{out}/allocation.csv"))), 0);
    // A folder whose two files differ, and one without a plan.
    let csv = format!("{out}/allocation.csv");
    let lines = fs::read_to_string(&csv).expect("there");
    let fewer: Vec<&str> = lines.lines().take(lines.lines().count() - 1).collect();
    fs::write(&csv, fewer.join("\n") + "\n").expect("written");
    let output = simulate(small, &out);
    assert!(
        code(&output) == 2 && stderr(&output).contains("plan.json beside it holds another plan"),
        "{}",
        stderr(&output)
    );
    fs::remove_file(format!("{out}/plan.json")).expect("there");
    assert_eq!(code(&simulate(small, &out)), 0, "allocation.csv alone, by the manifest's hash");
    let output = simulate(small, &other);
    assert!(
        code(&output) == 2 && stderr(&output).contains("neither plan.json nor allocation.csv"),
        "{}",
        stderr(&output)
    );
}

/// Where lines of today's allocation have been committed to more since, they are raised to that, and it is said.
#[test]
fn the_allocation_of_today_is_a_plan_with_what_is_locked() {
    let path = scenario("nusantara");
    let model = load(&path).expect("valid").model;
    let plan = read_plan(&path.join("today.csv"), &model).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert!(model.keeps_locked(&plan.allocation) && !model.keeps_locked(&model.today));
    let more = plan.allocation.total() - model.today.total();
    let [note] = plan.notes.as_slice() else { panic!("{:?}", plan.notes) };
    assert!(note.to_string().contains(&format!("raised by {more} rupiah")), "{note}");
    // Any other plan that lacks what is locked breaks that rule, and is read.
    let folder = tempfile::tempdir().expect("folder");
    let text = fs::read_to_string(path.join("today.csv")).expect("there");
    let fewer: Vec<&str> = text.lines().take(text.lines().count() - 1).collect();
    let plan = read_plan(&write(folder.path(), "plan.csv", &fewer.join("\n")), &model).expect("read");
    assert!(plan.notes.is_empty() && !rule::locked(&model, &plan.allocation).is_empty());
}
