//! Coverage as `check` tells it: what is asked for, how many clusters have been provided with what, and on request what stands and what
//! is on offer cluster by cluster.

use std::fmt::Write as _;

use super::super::language::Lang;
use super::{law, none_stated, size};
use crate::model::{ClusterId, FacilityType, Model, Owed, Standing, StandingKind, Supported};
use crate::result::coverage::offered;

/// Says in `check` what is asked for, and in how many clusters it has been provided or is waived.
pub(in crate::report) fn describe(model: &Model, lang: Lang, out: &mut String) {
    asked_for(model, lang, out);
    if model.coverage.stated || !model.coverage.standings.is_empty() {
        counts(model, lang, out);
    }
}

/// The whole table, as `check --coverage` prints it: what is asked for, and the ten types of every cluster with what stands and who may
/// provide them with what.
pub fn in_full(model: &Model, lang: Lang) -> String {
    let mut out = String::new();
    asked_for(model, lang, &mut out);
    for cluster in model.cluster_ids() {
        by_cluster(model, cluster, lang, &mut out);
    }
    out.trim_start().to_string()
}

/// How a type stands in a cluster before any plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outlook {
    /// Past provision meets what is asked for.
    Provided,
    /// Not asked for, for a reason.
    Waived,
    /// Owed, and some line that somebody may fund is on offer.
    Owed,
    /// On offer, though no minimum is stated.
    Offered,
    /// Nothing is on offer that anybody may fund, whether it is owed or not.
    Open,
}

/// The columns of the table of counts.
const OUTLOOKS: [(Outlook, &str, &str); 5] = [
    (Outlook::Provided, "sudah disediakan", "provided before"),
    (Outlook::Waived, "dikecualikan", "waived"),
    (Outlook::Owed, "menunggu rencana", "owed by a plan"),
    (Outlook::Offered, "tanpa minimum", "no minimum"),
    (Outlook::Open, "tidak ditawarkan", "nothing on offer"),
];

fn outlook(model: &Model, cluster: ClusterId, facility: FacilityType, owed: &[Owed]) -> Outlook {
    let minima = &model.coverage.minima;
    let standing = model.standing(cluster, facility).map(|standing| standing.kind);
    let asked = minima.iter().any(|m| m.facility == facility && m.concerns(model, cluster));
    let owes = owed.iter().any(|owed| minima[owed.minimum].facility == facility);
    let on_offer = || offered(model, cluster, facility).iter().any(|(_, payers)| !payers.is_empty());
    match standing {
        Some(StandingKind::Waived) => Outlook::Waived,
        Some(StandingKind::Provided) => Outlook::Provided,
        // An output may stand already, an amount may be there in full.
        _ if asked && !owes => Outlook::Provided,
        Some(StandingKind::Partly(_)) if !asked => Outlook::Provided,
        _ if !on_offer() => Outlook::Open,
        _ if owes => Outlook::Owed,
        _ => Outlook::Offered,
    }
}

/// The table of counts: in how many clusters each type is provided, waived, owed, on offer or none of these.
fn counts(model: &Model, lang: Lang, out: &mut String) {
    let owed: Vec<Vec<Owed>> = model.cluster_ids().map(|c| model.owed(c)).collect();
    let named = |facility: &FacilityType| format!("({}) {}", facility.letter(), lang.facility(*facility));
    let wide = FacilityType::ALL.iter().map(|f| named(f).chars().count()).max().unwrap_or(0);
    let title = lang.pick(
        "Klaster menurut keadaan tiap jenis sebelum rencana (satu per satu: rantai check --coverage)",
        "Clusters by how each type stands before a plan (one by one: rantai check --coverage)",
    );
    let _ = writeln!(out, "  {title}:");
    let heads = OUTLOOKS.map(|(outlook, id, en)| (outlook, lang.pick(id, en)));
    let _ = write!(out, "    {:wide$}", "");
    for (_, head) in heads {
        let _ = write!(out, "  {head}");
    }
    out.push('\n');
    for facility in FacilityType::ALL {
        let found: Vec<Outlook> =
            model.cluster_ids().map(|c| outlook(model, c, *facility, &owed[c.index()])).collect();
        let _ = write!(out, "    {:wide$}", named(facility));
        for (outlook, head) in heads {
            let count = found.iter().filter(|found| **found == outlook).count();
            let _ = write!(out, "  {count:>width$}", width = head.chars().count());
        }
        out.push('\n');
    }
}

/// Says what is asked for, and how far today's allocation falls short of it.
fn asked_for(model: &Model, lang: Lang, out: &mut String) {
    let coverage = &model.coverage;
    let title = lang.pick("Cakupan kesepuluh jenis, ayat (6)", "Coverage of the ten types, paragraph (6)");
    if coverage.stated {
        let held = if coverage.enforced {
            lang.pick("mengikat rencana", "plans are held to it")
        } else {
            lang.pick("hanya dilaporkan", "only reported")
        };
        let choice = match coverage.supported {
            Supported::Choice => lang.pick(
                "klaster didukung penuh atau tidak sama sekali",
                "a cluster is supported in full or not at all",
            ),
            Supported::All => lang.pick("semua klaster didukung", "all clusters are supported"),
        };
        let _ = writeln!(out, "\n{title} ({held}; {choice}):");
    } else {
        let _ = writeln!(out, "\n{title}: {}", none_stated(lang));
    }
    for (number, minimum) in coverage.minima.iter().enumerate() {
        let about = model.cluster_ids().filter(|c| minimum.concerns(model, *c)).count();
        let owing = model.cluster_ids().filter(|c| model.owed(*c).iter().any(|owed| owed.minimum == number));
        let name =
            minimum.title.as_ref().map_or_else(String::new, |title| format!("{}: ", lang.title(title)));
        let _ = writeln!(
            out,
            "  {name}({}) {}: {} [{}]; {} {about}, {} {}",
            minimum.facility.letter(),
            lang.facility(minimum.facility),
            size(model, minimum, lang),
            law(minimum.facility, minimum.law.as_ref(), lang),
            lang.pick("klaster:", "clusters:"),
            lang.pick("yang masih harus dipenuhi:", "in which it is still owed:"),
            owing.count()
        );
    }
    // Types for which no minimum is stated.
    let unstated: Vec<String> = FacilityType::ALL
        .iter()
        .filter(|facility| !coverage.minima.iter().any(|minimum| minimum.facility == **facility))
        .map(|facility| format!("({}) {}", facility.letter(), lang.facility(*facility)))
        .collect();
    if coverage.stated && !unstated.is_empty() {
        let said = lang.pick("Tanpa minimum", "Without a minimum");
        let _ = writeln!(out, "  {said}: {}", unstated.join(", "));
    }
    if !model.today.lines().is_empty() && !coverage.minima.is_empty() {
        let (supported, short) = model.short_clusters(&model.today);
        let _ = writeln!(
            out,
            "  {} {short} {} {supported} {}",
            lang.pick("Alokasi saat ini belum memenuhinya di", "Today's allocation falls short of it in"),
            lang.pick("dari", "of"),
            lang.pick("klaster yang didukungnya", "clusters that it supports")
        );
    }
}

/// The standing of a type before any plan, in words.
fn said(standing: &Standing, lang: Lang) -> String {
    let said = match standing.kind {
        StandingKind::Provided => lang.pick("sudah disediakan", "provided before").to_string(),
        StandingKind::Partly(rupiah) => {
            let said = lang.pick("sudah disediakan sebesar", "provided before to the amount of");
            format!("{said} {}", lang.money(rupiah.as_f64()))
        }
        StandingKind::Waived => lang.pick("dikecualikan", "waived").to_string(),
    };
    let more: Vec<&str> =
        [&standing.reason, &standing.reference].into_iter().flatten().map(String::as_str).collect();
    if more.is_empty() { said } else { format!("{said} ({})", more.join("; ")) }
}

/// The table of a cluster: each type with its minima, what stands and what is on offer; types of which nothing is said in one line.
fn by_cluster(model: &Model, cluster: ClusterId, lang: Lang, out: &mut String) {
    let place = &model.clusters[cluster.index()];
    let _ = writeln!(out, "  {} ({}):", lang.title(&place.title), place.key);
    let mut missing = Vec::new();
    for &facility in FacilityType::ALL {
        let minima =
            model.coverage.minima.iter().filter(|m| m.facility == facility && m.concerns(model, cluster));
        let mut told: Vec<String> = minima
            .map(|minimum| format!("{} {}", lang.pick("minimum", "minimum"), size(model, minimum, lang)))
            .collect();
        told.extend(model.standing(cluster, facility).map(|standing| said(standing, lang)));
        let lines = &model.chain_of(cluster).interventions;
        let offer: Vec<String> = offered(model, cluster, facility)
            .into_iter()
            .map(|(i, payers)| format!("{} ({})", lines[i.index()].key, payers.join(", ")))
            .collect();
        // Types of which nothing is said share the last line.
        if told.is_empty() && offer.is_empty() {
            missing.push(facility.letter().to_string());
            continue;
        }
        if told.is_empty() {
            told.push(lang.pick("tanpa minimum", "no minimum").to_string());
        }
        let offer = if offer.is_empty() {
            lang.pick("tidak ada yang ditawarkan", "nothing on offer").to_string()
        } else {
            offer.join(", ")
        };
        let _ = writeln!(
            out,
            "    ({}) {}: {}; {offer}",
            facility.letter(),
            lang.facility(facility),
            told.join("; ")
        );
    }
    if !missing.is_empty() {
        let nothing = lang.pick("tanpa minimum, tidak ada yang ditawarkan:", "no minimum, nothing on offer:");
        let _ = writeln!(out, "    {nothing} {}", missing.join(", "));
    }
}
