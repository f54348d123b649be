//! What `check` says of a valid scenario: prices in full, numbers out of proportion, and what has no effect.

use std::fs;
use std::path::Path;

use rantai::result::scenario_hash;
use rantai::scenario::{Scenario, load};

use crate::support::{code, copy, rantai, root, scenario, stdout};

fn base(folder: &Path, patches: &[(&str, &str, &str)]) -> Scenario {
    copy(&root().join("tests/bad_scenarios/base"), folder);
    for (file, find, replace) in patches {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).expect("there");
        assert!(text.contains(find), "{find}");
        fs::write(&path, text.replace(find, replace)).expect("written");
    }
    load(folder).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn told(scenario: &Scenario) -> Vec<String> {
    scenario.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn prices_wages_and_costs_are_echoed_in_full_rupiah() {
    let path = scenario("minimal");
    let path = path.to_str().expect("path");
    for (lang, lines) in [
        (
            "id",
            [
                "upah keripik Rp50.000 per person-day",
                "biaya keripik/buat Rp4.000 per kg",
                "harga keripik/jual_lokal Rp10.000 per kg",
                "harga keripik/jual_ekspor ~Rp16.000 per kg",
            ],
        ),
        (
            "en",
            [
                "wage keripik Rp 50,000 per person-day",
                "unit cost keripik/buat Rp 4,000 per kg",
                "price keripik/jual_lokal Rp 10,000 per kg",
                "price keripik/jual_ekspor ~Rp 16,000 per kg",
            ],
        ),
    ] {
        let output = rantai(&["check", path, "--lang", lang]);
        assert_eq!(code(&output), 0);
        let text = stdout(&output);
        for row in lines {
            let shown = text.lines().any(|line| line.split_whitespace().eq(row.split_whitespace()));
            assert!(shown, "{row}\n{text}");
        }
    }
    let output = rantai(&["check", path, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let prices = json["prices"].as_array().expect("list");
    // A wage, three unit costs and two prices in each of two clusters.
    assert_eq!(prices.len(), 12);
    let price =
        prices.iter().find(|p| p["item"] == "price" && p["certain"] == false).expect("the export price");
    assert!(price["rupiah"] == 16000.0 && price["per"] == "kg" && price["key"] == "jual_ekspor", "{price}");
    assert!(
        json["warnings"].as_array().is_some_and(Vec::is_empty)
            && json["notes"].as_array().is_some_and(Vec::is_empty)
    );
}

/// Rp 75 miliar a day; a price a hundred times that of the same good; a cost a hundred times the highest price for a kg.
#[test]
fn numbers_out_of_all_proportion_to_their_like_are_warned_of() {
    let folder = tempfile::tempdir().expect("folder");
    let gula = "chains/gula.toml";
    let wage = |unit: &str| format!("wage = {{ value = 75000, unit = \"{unit}/person-day\" }}");
    assert_eq!(told(&base(folder.path(), &[(gula, "wage = 0", &wage("Rp"))])), [""; 0]);
    let found = told(&base(folder.path(), &[(gula, "wage = 0", &wage("juta Rp"))]));
    let wages: Vec<&String> = found.iter().filter(|text| text.contains("wage")).collect();
    assert_eq!(
        wages,
        [
            "chains/gula.toml, line 2, wage: the wage of chain 'gula' is Rp 75000000000 per person-day, which nobody is paid for a day; check its unit and its zeros"
        ]
    );
    let dear = "price = { value = 2000, unit = \"ribu Rp/kg\" }";
    let found = told(&base(folder.path(), &[(gula, "price = { value = 10000, unit = \"Rp/kg\" }", dear)]));
    assert_eq!(
        found,
        [
            "chains/gula.toml, line 32, processes.jual_lokal.price: the price of 'jual_lokal' of chain 'gula' is Rp 2000000 per kg, 100 times the price of 'jual_ekspor' of chain 'gula' of Rp 20000 per kg (chains/gula.toml line 41); check its unit and its zeros"
        ]
    );
    let dear = "unit_cost = { value = 4000, unit = \"ribu Rp/kg\" }";
    let found = told(&base(folder.path(), &[(gula, "unit_cost = { value = 4000, unit = \"Rp/kg\" }", dear)]));
    assert!(
        found.iter().any(|text| text
            .contains("the unit cost of 'masak' is Rp 4000000 per kg, 200 times the highest price")),
        "{found:#?}"
    );
    // As JSON: where, what was found, how to mend it.
    let output = rantai(&["check", folder.path().to_str().expect("path"), "--json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let warnings = json["warnings"].as_array().expect("list");
    let cost = warnings.iter().find(|w| w["place"] == "processes.masak.unit_cost").expect("told");
    assert!(
        cost["file"] == gula && cost["line"].is_u64() && cost["help"] == "check its unit and its zeros",
        "{cost}"
    );
}

/// A number that became certain, and the factor on which nothing loads any more: the model is as if neither said anything.
#[test]
fn what_has_no_effect_is_warned_of_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let factor = (
        "scenario.toml",
        "[sources.apbd]",
        "[factors.rain]\nvaries = \"yearly\"\nar = 0.3\nscope = \"region\"\n[sources.apbd]",
    );
    let price = "price = { value = 10000, unit = \"Rp/kg\" }";
    let loaded = "price = { value = 10000, unit = \"Rp/kg\", varies = \"once\", loadings = { rain = 0.5 } }";
    let found = base(folder.path(), &[factor, ("chains/gula.toml", price, loaded)]);
    let other = tempfile::tempdir().expect("folder");
    let plain = base(other.path(), &[]);
    assert_eq!(scenario_hash(&found.model), scenario_hash(&plain.model));
    assert_eq!(
        told(&found),
        [
            "chains/gula.toml, line 32, processes.jual_lokal.price: a certain number neither varies, loads on a factor nor is shared: what it says of that has no effect; give it a distribution, or leave varies, loadings and shared out",
            "scenario.toml, line 21, factors.rain: no random number loads on factor 'rain', so it has no effect; let a number load on it, or leave it out",
        ]
    );
    let output = rantai(&["check", folder.path().to_str().expect("path"), "--lang", "en"]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("\n - Warning: scenario.toml, line 21, factors.rain: no random number"));
}
