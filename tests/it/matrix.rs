//! The policy analysis matrix against a published one: a hectare of rice in Indonesia.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{copy, rantai, scenario, stderr};

const SCENARIO: &str = r#"
format = 1
[title]
id = "Padi"
en = "Rice"
[horizon]
first_year = 2027
years = 1
periods_per_year = 1
[money]
unit = "juta Rp"
discount_rate = 0
[labour]
days_per_year = 250
[objective]
metric = "value_added"
[risk]
lambda = 0
alpha = 0.9
[samples]
seed = 1
planning = 4
evaluation = 4
[sources.apbd]
title = { id = "APBD", en = "Regency" }
level = "regency"
carry_over = 0
disbursement = [1]
[shadow_prices]
wage_ratio = 1
price_of = { "padi/jual" = 0.8 }
cost_of = { "padi/pestisida_cair" = 1.336, "padi/pestisida_butir" = 1.25, "padi/modal" = 1.6 }
"#;

const CHAIN: &str = r#"
wage = { value = 12800, unit = "Rp/person-day" }
[title]
id = "Padi"
en = "Rice"
[commodities.gabah]
title = { id = "Gabah", en = "Paddy" }
unit = "kg"
storable = false
[commodities.cair]
title = { id = "Pestisida cair", en = "Liquid pesticide" }
unit = "l"
storable = false
[commodities.butir]
title = { id = "Pestisida butir", en = "Granulated pesticide" }
unit = "kg"
storable = false
[commodities.bunga]
title = { id = "Modal kerja", en = "Working capital" }
unit = "season"
storable = false
[capacities.sawah]
title = { id = "Sawah", en = "Field" }
unit = "ha"
base = { value = 1, unit = "ha/year" }
[capacities.pasar]
title = { id = "Pasar", en = "Market" }
unit = "kg"
base = { value = 100000, unit = "kg/year" }
[processes.pestisida_cair]
title = { id = "Beli pestisida cair", en = "Buy liquid pesticide" }
actor = "petani"
stage = "raw_material"
unit = "l"
outputs.cair = { value = 1, unit = "l/l" }
unit_cost = { value = 25000, unit = "Rp/l" }
labour = { value = 0, unit = "person-day/l" }
[processes.pestisida_butir]
title = { id = "Beli pestisida butir", en = "Buy granulated pesticide" }
actor = "petani"
stage = "raw_material"
unit = "kg"
outputs.butir = { value = 1, unit = "kg/kg" }
unit_cost = { value = 8000, unit = "Rp/kg" }
labour = { value = 0, unit = "person-day/kg" }
[processes.modal]
title = { id = "Pinjam modal kerja", en = "Borrow working capital" }
actor = "petani"
stage = "financing"
unit = "season"
outputs.bunga = { value = 1, unit = "season/season" }
unit_cost = { value = 100000, unit = "Rp/season" }
tradable = 0
labour = { value = 0, unit = "person-day/season" }
[processes.tanam]
title = { id = "Menanam padi", en = "Grow rice" }
actor = "petani"
stage = "production"
unit = "ha"
inputs.cair = { value = 3, unit = "l/ha" }
inputs.butir = { value = 15, unit = "kg/ha" }
inputs.bunga = { value = 1, unit = "season/ha" }
outputs.gabah = { value = 6000, unit = "kg/ha" }
uses.sawah = { value = 1, unit = "ha/ha" }
unit_cost = { value = 1073500, unit = "Rp/ha" }
tradable = 0.7182114578481602
labour = { value = 131.25, unit = "person-day/ha" }
[processes.jual]
title = { id = "Menjual gabah", en = "Sell paddy" }
actor = "petani"
stage = "marketing"
unit = "kg"
inputs.gabah = { value = 1, unit = "kg/kg" }
uses.pasar = { value = 1, unit = "kg/kg" }
unit_cost = { value = 0, unit = "Rp/kg" }
labour = { value = 0, unit = "person-day/kg" }
price = { value = 1205, unit = "Rp/kg" }
[interventions.alat]
title = { id = "Alat", en = "Tools" }
type = "production"
support = "facilities"
depreciation = 0
gestation = [1]
effectiveness = 1
additionality = 1
upkeep = 0
upkeep_by = "cluster"
raises.sawah.cost = { value = 10000000, unit = "Rp/ha" }
"#;

fn numbers(row: &BTreeMap<String, String>, columns: &[&str]) -> Vec<f64> {
    columns.iter().map(|column| row[*column].parse().unwrap_or(f64::NAN)).collect()
}

/// A hectare of Indonesian rice, the example of Shehata, E. A. E. and Mickaiel, S. K. A. (2013), *PAM: Stata Module to Estimate Policy
/// Analysis Matrix*, Boston College S457738, help file, "PAM Applications", in thousand rupiah: urea 264, SP-36 140, KCl 32, ZA
/// 150, seed 87.5 and fuel 97.5, with 3 l of pesticide at 25 (social 33.4) and 15 kg at 8 (10), are tradable, 966 (1,021.2);
/// 1,050 man-hours at 1.6, tractor 250, thresher 52.5 and working capital 2,000 at 5 % (8 %) are domestic factors, 2,082.5
/// (2,142.5); 6,000 kg are sold at 1.205 (0.964). Here what the farm buys at one price is a unit cost of 771 + 302.5, of which
/// 771 is tradable; what has two prices is a process of its own with its conversion factor; eight hours are a day. The run's
/// matrix and ratios are the printed ones, to the digits printed.
#[test]
fn the_matrix_of_a_hectare_of_rice_is_the_published_one() {
    let folder = tempfile::tempdir().expect("folder");
    let rice = folder.path().join("padi");
    copy(&scenario("minimal"), &rice);
    fs::remove_file(rice.join("chains/keripik.toml")).expect("removed");
    fs::remove_file(rice.join("today.csv")).expect("removed");
    fs::remove_file(rice.join("values.csv")).expect("removed");
    let write = |name: &str, text: &str| fs::write(rice.join(name), text).expect("written");
    write("scenario.toml", SCENARIO);
    write("chains/padi.toml", CHAIN);
    write("budgets.csv", "source,year,amount,unit\napbd,2027,1,juta Rp\n");
    write("clusters.csv", "cluster,name,region,chain,enterprises,workers\nsatu,Satu,Contoh,padi,1,1\n");
    let text = |path: &Path| path.to_str().expect("UTF-8").to_string();
    let out = folder.path().join("out");
    let output = rantai(&["simulate", &text(&rice), "-q", "--samples", "4", "--out", &text(&out)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let mut reader = csv::Reader::from_path(out.join("pam.csv")).expect("a table");
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.expect("a row")).collect();
    let row = rows.iter().find(|row| row["chain"] == "padi").expect("the chain");
    let line = |part: &str| -> Vec<f64> {
        let columns =
            ["revenue", "tradable_inputs", "domestic_factors", "profit"].map(|name| format!("{part}_{name}"));
        let money = numbers(row, &columns.each_ref().map(String::as_str));
        money.iter().map(|rupiah| libm::round(rupiah / 100.0) / 10.0).collect()
    };
    assert_eq!(line("private"), [7230.0, 966.0, 2082.5, 4181.5]);
    assert_eq!(line("social"), [5784.0, 1021.2, 2142.5, 2620.3]);
    assert_eq!(line("divergence"), [1446.0, -55.2, -60.0, 1561.2]);
    let ratios = numbers(row, &["npc_output", "npc_input", "epc", "drc", "pcr", "srp"]);
    let printed: Vec<f64> = ratios.iter().map(|ratio| libm::round(ratio * 1e4) / 1e4).collect();
    assert_eq!(printed, [1.25, 0.9459, 1.3152, 0.4498, 0.3325, 0.2699]);
}
