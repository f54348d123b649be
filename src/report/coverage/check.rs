//! Coverage as `check` tells it: what is asked for, how many clusters have been provided with what, and on request what stands and what
//! is on offer cluster by cluster.

use super::super::language::{Lang, Text};
use super::super::page::{Cell, Page, Section, Table, both, titled, words};
use super::{law, none_stated, size};
use crate::language::text;
use crate::model::{
    ClusterId, CoverageMinimum, FacilityType, Model, Owed, Standing, StandingKind, Supported,
};
use crate::result::coverage::offered;

/// The section of `check`: what is asked for, and in how many clusters it has been provided or is waived.
pub(in crate::report) fn section(model: &Model) -> Section {
    let mut section = Section::new(title());
    asked_for(model, &mut section);
    if model.coverage.stated || !model.coverage.standings.is_empty() {
        section.gap();
        section.say(words(
            "Clusters by how each type stands before a plan (one by one: rantai check --coverage):",
            "Klaster menurut keadaan tiap jenis sebelum rencana (satu per satu: rantai check --coverage):",
        ));
        section.table(counts(model));
    }
    section
}

/// The whole table, as `check --coverage` prints it: what is asked for, and the ten types of every cluster with what stands and who may
/// provide them with what.
pub fn page(model: &Model) -> Page {
    let mut page = Page::new(title());
    let mut asked = Section::new(words("Minima of coverage", "Minimum cakupan"));
    asked_for(model, &mut asked);
    page.sections.push(asked);
    page.sections.extend(model.cluster_ids().map(|cluster| by_cluster(model, cluster)));
    page
}

fn title() -> Text {
    words("Coverage of the ten types, paragraph (6)", "Cakupan kesepuluh jenis, ayat (6)")
}

fn named(facility: FacilityType) -> Cell {
    Cell::Words(both(|lang| format!("({}) {}", facility.letter(), lang.facility(facility))))
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
fn counts(model: &Model) -> Table {
    let owed: Vec<Vec<Owed>> = model.cluster_ids().map(|c| model.owed(c)).collect();
    let heads = OUTLOOKS.map(|(_, id, en)| words(en, id));
    let mut table = Table::new([words("type", "jenis")].into_iter().chain(heads).collect(), 1);
    for facility in FacilityType::ALL {
        let found: Vec<Outlook> =
            model.cluster_ids().map(|c| outlook(model, c, *facility, &owed[c.index()])).collect();
        let mut row = vec![named(*facility)];
        for (outlook, ..) in OUTLOOKS {
            row.push(Cell::count(found.iter().filter(|found| **found == outlook).count()));
        }
        table.row(row);
    }
    table
}

/// Says what is asked for, and how far today's allocation falls short of it.
fn asked_for(model: &Model, section: &mut Section) {
    let coverage = &model.coverage;
    if coverage.stated {
        section.say(held(model));
    } else {
        section.say(both(|lang| none_stated(lang).to_string()));
    }
    if !coverage.minima.is_empty() {
        section.table(minima(model));
    }
    // Types for which no minimum is stated.
    let unstated: Vec<FacilityType> = (FacilityType::ALL.iter().copied())
        .filter(|facility| !coverage.minima.iter().any(|minimum| minimum.facility == *facility))
        .collect();
    if coverage.stated && !unstated.is_empty() {
        section.say(both(|lang| {
            let named = unstated.iter().map(|f| format!("({}) {}", f.letter(), lang.facility(*f)));
            let named = named.collect::<Vec<_>>().join(", ");
            match lang {
                Lang::Id => format!("Tanpa minimum: {named}."),
                Lang::En => format!("Without a minimum: {named}."),
            }
        }));
    }
    if !model.today.lines().is_empty() && !coverage.minima.is_empty() {
        let (supported, short) = model.short_clusters(&model.today);
        section.say(text!(
            en: "Today's allocation falls short of it in {short} of {supported} clusters that it supports.",
            id: "Alokasi saat ini belum memenuhinya di {short} dari {supported} klaster yang didukungnya.",
        ));
    }
}

/// Whether plans are held to coverage, and in which clusters.
fn held(model: &Model) -> Text {
    let held = if model.coverage.enforced {
        words("Plans are held to it", "Rencana terikat padanya")
    } else {
        words("It is only reported", "Hanya dilaporkan")
    };
    let choice = match model.coverage.supported {
        Supported::Choice => words(
            "a cluster is supported in full or not at all",
            "klaster didukung penuh atau tidak sama sekali",
        ),
        Supported::All => words("all clusters are supported", "semua klaster didukung"),
    };
    text!(en: "{held}; {choice}.", id: "{held}; {choice}.", held, choice)
}

/// The table of minima, with the clusters that each is about.
fn minima(model: &Model) -> Table {
    let heads = [
        words("type", "jenis"),
        words("minimum", "minimum"),
        words("clusters", "klaster"),
        words("still owed in", "masih harus dipenuhi di"),
        words("answers to", "dasar"),
        words("called", "sebutan"),
    ];
    let untitled = model.coverage.minima.iter().all(|minimum| minimum.title.is_none());
    let columns = if untitled { 5 } else { 6 };
    let mut table = Table::new(heads[..columns].to_vec(), 1);
    table.columns.iter_mut().skip(4).for_each(|column| column.right = false);
    for (number, minimum) in model.coverage.minima.iter().enumerate() {
        let about = model.cluster_ids().filter(|c| minimum.concerns(model, *c)).count();
        let owing = model.cluster_ids().filter(|c| model.owed(*c).iter().any(|owed| owed.minimum == number));
        let mut row = vec![
            named(minimum.facility),
            Cell::Words(both(|lang| size(model, minimum, lang))),
            Cell::count(about),
            Cell::count(owing.count()),
            Cell::Words(both(|lang| law(minimum.facility, minimum.law.as_ref(), lang))),
            minimum.title.as_ref().map_or(Cell::Empty, |title| Cell::Words(titled(title))),
        ];
        row.truncate(columns);
        table.row(row);
    }
    table
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

/// The section of a cluster: each type with its minima, what is on offer and what stands; types of which nothing is said in one sentence.
fn by_cluster(model: &Model, cluster: ClusterId) -> Section {
    let place = &model.clusters[cluster.index()];
    let key = &place.key;
    let mut section = Section::new(both(|lang| format!("{} ({key})", lang.title(&place.title))));
    let heads = [
        words("type", "jenis"),
        words("minimum", "minimum"),
        words("on offer", "yang ditawarkan"),
        words("stands before a plan", "yang ada sebelum rencana"),
    ];
    let mut table = Table::new(heads.to_vec(), 4);
    let mut missing = Vec::new();
    for &facility in FacilityType::ALL {
        let minima: Vec<&CoverageMinimum> = (model.coverage.minima.iter())
            .filter(|minimum| minimum.facility == facility && minimum.concerns(model, cluster))
            .collect();
        let standing = model.standing(cluster, facility);
        let lines = &model.chain_of(cluster).interventions;
        let offer: Vec<String> = offered(model, cluster, facility)
            .into_iter()
            .map(|(i, payers)| format!("{} ({})", lines[i.index()].key, payers.join(", ")))
            .collect();
        // Types of which nothing is said share the last sentence.
        if minima.is_empty() && standing.is_none() && offer.is_empty() {
            missing.push(facility.letter().to_string());
            continue;
        }
        let asked = both(|lang| {
            let sizes: Vec<String> = minima.iter().map(|minimum| size(model, minimum, lang)).collect();
            if sizes.is_empty() { lang.pick("tidak ada", "none").to_string() } else { sizes.join("; ") }
        });
        table.row(vec![
            named(facility),
            Cell::Words(asked),
            if offer.is_empty() {
                Cell::Words(words("nothing on offer", "tidak ada yang ditawarkan"))
            } else {
                Cell::name(offer.join(", "))
            },
            standing.map_or(Cell::Empty, |standing| Cell::Words(both(|lang| said(standing, lang)))),
        ]);
    }
    if !table.rows.is_empty() {
        section.table(table);
    }
    if !missing.is_empty() {
        let letters = missing.join(", ");
        section.say(text!(
            en: "No minimum, nothing on offer: {letters}.",
            id: "Tanpa minimum, tidak ada yang ditawarkan: {letters}.",
        ));
    }
    section
}
