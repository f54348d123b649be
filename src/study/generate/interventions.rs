//! The interventions of a generated chain: one for each of the ten facility types, linear, in pieces and saturating.

use std::fmt::Write;

use super::options::{GenerateOptions, SAYS};

/// An intervention of a generated chain.
struct Kind {
    key: &'static str,
    id: &'static str,
    en: &'static str,
    facility: &'static str,
    raises: &'static str,
    response: Response,
    /// It wears out slowly; else it is a service that lasts a year.
    lasts: bool,
}

/// How money becomes capacity [Rp, units a period].
enum Response {
    /// So much for a unit.
    Cost(u32),
    /// So much for a unit, up to so many.
    UpTo(u32, u32),
    /// Straight lines between points.
    Pieces(&'static str),
    /// A saturating curve: its maximum, and the money for half of it.
    Curve(u32, u32),
}

impl Response {
    fn toml(&self, unit: &str) -> String {
        let cost = |each: u32| format!("{{ value = {each}, unit = \"Rp/{unit}\", {SAYS} }}");
        let number = |value: u32| format!("{{ value = {value}, {SAYS} }}");
        match self {
            Response::Cost(each) => format!("cost = {}", cost(*each)),
            Response::UpTo(each, most) => format!("cost = {}, up_to = {}", cost(*each), number(*most)),
            Response::Pieces(points) => format!("pieces = [{points}], {SAYS}"),
            Response::Curve(max, half) => format!("max = {}, half = {}", number(*max), number(*half)),
        }
    }
}

const fn kind(
    key: &'static str,
    id: &'static str,
    en: &'static str,
    facility: &'static str,
    raises: &'static str,
    response: Response,
    lasts: bool,
) -> Kind {
    Kind { key, id, en, facility, raises, response, lasts }
}

/// The capacity that the workshop raises: the last step of processing, whatever it is called.
const PROCESSED: &str = "";

const KINDS: [Kind; 10] = [
    kind("seedlings", "Bibit dan lahan", "Seedlings and land", "land", "land", Response::Cost(8_000), true),
    kind(
        "tools",
        "Alat produksi",
        "Production tools",
        "production",
        "kit_better",
        Response::Pieces("[20000000, 1000], [60000000, 2000]"),
        true,
    ),
    kind(
        "workshop",
        "Rumah produksi",
        "Shared workshop",
        "infrastructure",
        PROCESSED,
        Response::Curve(3_000, 40_000_000),
        true,
    ),
    kind(
        "credit",
        "Dana bergulir",
        "Revolving fund",
        "value_chain",
        "working_capital",
        Response::Cost(12_000),
        true,
    ),
    kind(
        "cooperative",
        "Koperasi",
        "Co-operative",
        "legal_entity",
        "legal",
        Response::Pieces("[5000000, 500], [20000000, 1200]"),
        true,
    ),
    kind(
        "certificate",
        "Sertifikasi",
        "Certification",
        "certification",
        "legal",
        Response::UpTo(9_000, 3_000),
        true,
    ),
    kind(
        "promotion",
        "Promosi",
        "Promotion",
        "promotion",
        "demand_local",
        Response::Curve(1_000, 10_000_000),
        false,
    ),
    kind(
        "fairs",
        "Pameran dan misi dagang",
        "Fairs and trade missions",
        "marketing",
        "demand_export",
        Response::Curve(1_500, 15_000_000),
        false,
    ),
    kind(
        "online",
        "Toko daring",
        "Online shop",
        "digitalisation",
        "demand_trader",
        Response::Pieces("[4000000, 400], [12000000, 800], [30000000, 1100]"),
        false,
    ),
    kind(
        "research",
        "Riset alat",
        "Research on tools",
        "research",
        "kit_better",
        Response::UpTo(25_000, 1_000),
        true,
    ),
];

/// Writes the interventions' sections of the chain file.
pub(super) fn write(options: &GenerateOptions, out: &mut String) {
    let processed = if options.length > 2 { "curation" } else { "kit_basic" };
    for Kind { key, id, en, facility, raises, response, lasts } in &KINDS {
        let decay = if *lasts { "depreciation" } else { "lifetime" };
        let size = if *lasts { 0.1 } else { options.periods_per_year as f64 };
        let raises = if *raises == PROCESSED { processed } else { raises };
        let response = response.toml(if raises == "labour" { "person-day" } else { "kg" });
        let _ = writeln!(
            out,
            r#"
[interventions.{key}]
title = {{ id = "{id}", en = "{en}" }}
type = "{facility}"
support = "facilities"
{decay} = {{ value = {size}, {SAYS} }}
gestation = [{{ value = 0.5, {SAYS} }}, 0.5]
effectiveness = {{ value = 0.8, {SAYS} }}
additionality = {{ value = 0.9, {SAYS} }}
upkeep = {{ value = 0.05, {SAYS} }}
upkeep_by = "cluster"
raises.{raises} = {{ {response} }}"#
        );
    }
}
