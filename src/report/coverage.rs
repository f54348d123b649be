//! Coverage of the ten facility types in results: what every cluster owes, what it has been provided with, what a plan adds,
//! and who provides it.

mod check;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::language::{Lang, Text};
use super::page::{Section, both, words};
use crate::model::{
    Allocation, ClusterId, CoverageMinimum, FacilityType, Grade, MinimumSize, Model, Need, Owed, Standing,
    StandingKind,
};
use crate::study::PlanStudy;
pub use check::in_full;
pub(super) use check::{describe, scenario};

/// How a facility type stands in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The plan and what stands together reach every minimum.
    Met,
    /// Less than a minimum.
    Short,
    /// Past provision meets it in full.
    Provided,
    /// Not asked for, for a reason.
    Waived,
    /// No minimum is stated for it.
    NoMinimum,
}

impl State {
    /// Its word in files.
    pub fn key(self) -> &'static str {
        match self {
            State::Met => "met",
            State::Short => "short",
            State::Provided => "provided_before",
            State::Waived => "waived",
            State::NoMinimum => "no_minimum",
        }
    }
}

/// A minimum of a facility type in a cluster, or the type where none is stated or asked.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageRow<'m> {
    /// Where.
    pub cluster: ClusterId,
    /// The facility type.
    pub facility: FacilityType,
    /// The minimum, by position.
    pub minimum: Option<usize>,
    /// What is asked for, in `unit`.
    pub asked: Option<f64>,
    /// `Rp`, or the unit of the capacity.
    pub unit: &'m str,
    /// The capacity, where an output is asked for.
    pub capacity: Option<&'m str>,
    /// What stands without the plan, in `unit`, where it is known.
    pub before: Option<f64>,
    /// What the plan adds, in `unit`.
    pub added: f64,
    /// What the plan commits to the type in the cluster \[Rp\].
    pub committed: i64,
    /// How it stands.
    pub state: State,
    /// What was said of it before the plan.
    pub standing: Option<&'m Standing>,
    /// Who provides it with what: source, intervention, rupiah.
    pub providers: Vec<(&'m str, &'m str, i64)>,
}

impl CoverageRow<'_> {
    /// True if the facility is provided, whether a minimum is stated or not.
    pub fn is_provided(&self) -> bool {
        match self.state {
            State::Met | State::Provided => true,
            State::Short | State::Waived => false,
            State::NoMinimum => self.committed > 0 || self.before.is_some_and(|before| before > 0.0),
        }
    }
}

/// The coverage of every cluster for which `of` is true, ten types each: a row for each minimum of a type, one where there is none.
pub fn rows<'m>(
    model: &'m Model,
    allocation: &Allocation,
    of: impl Fn(ClusterId) -> bool,
) -> Vec<CoverageRow<'m>> {
    let committed = model.committed_by_type(allocation);
    let mut providers: BTreeMap<(ClusterId, FacilityType), BTreeMap<(usize, usize), i64>> = BTreeMap::new();
    for line in allocation.lines() {
        let facility = model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
        let own = providers.entry((line.cluster, facility)).or_default();
        *own.entry((line.source.index(), line.intervention.index())).or_default() += line.amount.0;
    }
    // By cluster, so that each looks at its own lines alone.
    let mut here: Vec<Vec<crate::model::AllocationLine>> = vec![Vec::new(); model.clusters.len()];
    for line in allocation.lines() {
        here[line.cluster.index()].push(*line);
    }
    let mut rows = Vec::new();
    for cluster in model.cluster_ids().filter(|c| of(*c)) {
        let owed = model.owed(cluster);
        let allocation = &Allocation::new(std::mem::take(&mut here[cluster.index()]));
        for &facility in FacilityType::ALL {
            let own = (cluster, facility);
            let lines = model.chain_of(cluster);
            let providers = providers.get(&own).into_iter().flatten().map(|(&(s, i), &rupiah)| {
                (model.sources[s].key.as_str(), lines.interventions[i].key.as_str(), rupiah)
            });
            let standing = model.standing(cluster, facility);
            let bare = CoverageRow {
                cluster,
                facility,
                minimum: None,
                asked: None,
                unit: "Rp",
                capacity: None,
                before: past(standing),
                added: committed.get(&own).copied().unwrap_or(0) as f64,
                committed: committed.get(&own).copied().unwrap_or(0),
                state: match standing.map(|standing| standing.kind) {
                    Some(StandingKind::Waived) => State::Waived,
                    Some(StandingKind::Provided) => State::Provided,
                    _ => State::NoMinimum,
                },
                standing,
                providers: providers.collect(),
            };
            let minima = model.coverage.minima.iter().enumerate();
            let minima: Vec<(usize, &CoverageMinimum)> =
                minima.filter(|(_, m)| m.facility == facility && m.concerns(model, cluster)).collect();
            if minima.is_empty() {
                rows.push(bare);
                continue;
            }
            for (number, minimum) in minima {
                let owed = owed.iter().find(|owed| owed.minimum == number);
                rows.push(asked(model, allocation, &bare, (number, minimum), owed));
            }
        }
    }
    rows
}

fn past(standing: Option<&Standing>) -> Option<f64> {
    match standing?.kind {
        StandingKind::Partly(rupiah) => Some(rupiah.as_f64()),
        StandingKind::Provided | StandingKind::Waived => None,
    }
}

/// The row of a minimum.
fn asked<'m>(
    model: &'m Model,
    allocation: &Allocation,
    bare: &CoverageRow<'m>,
    (number, minimum): (usize, &'m CoverageMinimum),
    owed: Option<&Owed>,
) -> CoverageRow<'m> {
    let mut row = CoverageRow { minimum: Some(number), ..bare.clone() };
    row.asked = minimum.amount(model, row.cluster);
    if let Some((capacity, units)) = minimum.capacity(model, row.cluster) {
        let known = &model.chain_of(row.cluster).capacities[capacity.index()];
        let local = &model.clusters[row.cluster.index()].capacities[capacity.index()];
        row.asked = Some(units);
        (row.unit, row.capacity) = (known.unit.as_str(), Some(known.key.as_str()));
        row.before = Some(model.mean(local.base));
        row.added = model.capacity_added(allocation, row.cluster, row.facility, capacity);
    }
    if matches!(row.state, State::NoMinimum) {
        let short = owed.is_some_and(|owed| model.short_of(allocation, row.cluster, owed) > 0.0);
        row.state = if short { State::Short } else { State::Met };
    }
    row
}

/// What a minimum asks for, in words: `Rp 20.0 million`, `3,000 kg of workshop a period`.
pub(super) fn size(model: &Model, minimum: &CoverageMinimum, lang: Lang) -> String {
    match &minimum.size {
        MinimumSize::Amount(rupiah) => lang.money(*rupiah),
        MinimumSize::PerEnterprise(rupiah) => {
            format!("{} {}", lang.money(*rupiah), lang.pick("per usaha", "an enterprise"))
        }
        MinimumSize::Capacity { capacity, units } => {
            let all = model.chains.iter().flat_map(|chain| &chain.capacities);
            let known = all.into_iter().find(|known| known.key == *capacity);
            let (unit, title) = known.map_or(("", ""), |k| (k.unit.as_str(), lang.title(&k.title)));
            units_of(*units, unit, title, lang)
        }
    }
}

/// `3,000 kg of workshop a period`.
fn units_of(units: f64, unit: &str, title: &str, lang: Lang) -> String {
    let places = if (units - libm::round(units)).abs() < 1e-6 { 0 } else { 2 };
    let number = lang.number(units, places);
    match lang {
        Lang::Id => format!("{number} {unit} {title} per periode"),
        Lang::En => format!("{number} {unit} of {title} a period"),
    }
}

/// The law that a minimum answers to: what it says itself, and the letter.
pub(super) fn law(facility: FacilityType, own: Option<&String>, lang: Lang) -> String {
    let letter = facility.letter();
    let paragraph = match lang {
        Lang::Id => format!("PP 7/2021 Pasal 89 ayat (6) huruf {letter}"),
        Lang::En => format!("PP 7/2021, Article 89 paragraph (6) letter {letter}"),
    };
    own.map_or(paragraph.clone(), |own| format!("{own}; {paragraph}"))
}

fn stating(standing: Option<&Standing>, part: impl Fn(&Standing) -> Option<&String>) -> String {
    standing.and_then(part).cloned().unwrap_or_default()
}

/// `coverage.csv`: the ten types of every cluster that `allocation` supports.
///
/// # Errors
/// Whatever writing fails with.
pub fn table<W: Write>(model: &Model, allocation: &Allocation, out: W) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record([
        "cluster",
        "region",
        "letter",
        "facility_type",
        "law",
        "capacity",
        "unit",
        "minimum",
        "before",
        "plan",
        "committed_rupiah",
        "status",
        "reason",
        "reference",
        "grade",
        "provided_by",
    ])?;
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{}", value + 0.0));
    let supported = model.supported(allocation);
    for row in rows(model, allocation, |c| supported[c.index()]) {
        let cluster = &model.clusters[row.cluster.index()];
        let own = row.minimum.and_then(|n| model.coverage.minima[n].law.as_ref());
        let by: Vec<String> =
            row.providers.iter().map(|(source, line, rupiah)| format!("{source}/{line}={rupiah}")).collect();
        csv.write_record([
            cluster.key.as_str(),
            &cluster.region,
            &row.facility.letter().to_string(),
            row.facility.key(),
            &law(row.facility, own, Lang::En),
            row.capacity.unwrap_or_default(),
            row.unit,
            &number(row.asked),
            &number(row.before),
            &number(Some(row.added)),
            &row.committed.to_string(),
            row.state.key(),
            &stating(row.standing, |standing| standing.reason.as_ref()),
            &stating(row.standing, |standing| standing.reference.as_ref()),
            row.standing.and_then(|standing| standing.grade).map_or("", Grade::key),
            &by.join(";"),
        ])?;
    }
    csv.flush()
}

/// How many of the ten types are provided, waived and neither, in a cluster's rows.
fn count(rows: &[&CoverageRow<'_>]) -> (usize, usize, Vec<FacilityType>) {
    let (mut provided, mut waived, mut missing) = (0, 0, Vec::new());
    for &facility in FacilityType::ALL {
        let own: Vec<_> = rows.iter().filter(|row| row.facility == facility).collect();
        if own.iter().all(|row| row.is_provided()) {
            provided += 1;
        } else if own.iter().any(|row| row.state == State::Waived) {
            waived += 1;
        } else {
            missing.push(facility);
        }
    }
    (provided, waived, missing)
}

/// The coverage of an allocation: `held` whether plans are held to it, and the ten types of every supported cluster.
pub fn json(model: &Model, allocation: &Allocation) -> Value {
    let supported = model.supported(allocation);
    let all = rows(model, allocation, |c| supported[c.index()]);
    let clusters = model.cluster_ids().filter(|c| supported[c.index()]).map(|c| {
        let own: Vec<&CoverageRow<'_>> = all.iter().filter(|row| row.cluster == c).collect();
        let (provided, waived, missing) = count(&own);
        let mut value = json!({
            "cluster": model.clusters[c.index()].key,
            "provided": provided,
            "waived": waived,
            "missing": missing.iter().map(|f| f.letter().to_string()).collect::<Vec<_>>(),
        });
        // Where nothing is asked for or said, the allocation says it all.
        if model.coverage.stated || !model.coverage.standings.is_empty() {
            value["types"] = own.iter().map(|row| row_json(model, row)).collect();
        }
        value
    });
    let (count, short) = model.short_clusters(allocation);
    json!({
        "stated": model.coverage.stated,
        "enforced": model.coverage.enforced,
        "supported_clusters": count,
        "short_clusters": short,
        "clusters": clusters.collect::<Vec<_>>(),
    })
}

fn row_json(model: &Model, row: &CoverageRow<'_>) -> Value {
    let own = row.minimum.map(|n| &model.coverage.minima[n]);
    json!({
        "letter": row.facility.letter().to_string(),
        "facility_type": row.facility.key(),
        "title": own.and_then(|own| own.title.as_ref()).map(|title| json!({ "id": title.id, "en": title.en })),
        "law": law(row.facility, own.and_then(|own| own.law.as_ref()), Lang::En),
        "capacity": row.capacity,
        "unit": row.unit,
        "minimum": row.asked,
        "before": row.before,
        "plan": row.added,
        "committed": row.committed,
        "status": row.state.key(),
        "reason": row.standing.and_then(|standing| standing.reason.as_ref()),
        "reference": row.standing.and_then(|standing| standing.reference.as_ref()),
        "grade": row.standing.and_then(|standing| standing.grade).map(Grade::key),
        "provided_by": row.providers.iter().map(|(source, line, rupiah)| json!({
            "source": source, "intervention": line, "rupiah": rupiah,
        })).collect::<Vec<_>>(),
    })
}

/// Adds the rule to the model's object, where there is one.
pub(super) fn add_model(model: &Model, value: &mut Value) {
    let coverage = &model.coverage;
    if !coverage.stated && coverage.standings.is_empty() {
        return;
    }
    let minimum = |minimum: &CoverageMinimum| {
        let mut value = json!({ "facility_type": minimum.facility.key() });
        match &minimum.size {
            MinimumSize::Amount(rupiah) => value["amount"] = json!(rupiah),
            MinimumSize::PerEnterprise(rupiah) => value["amount_per_enterprise"] = json!(rupiah),
            MinimumSize::Capacity { capacity, units } => {
                value["capacity"] = json!(capacity);
                value["units"] = json!(units);
            }
        }
        if let Some(title) = &minimum.title {
            value["title"] = json!({ "id": title.id, "en": title.en });
        }
        if let Some(law) = &minimum.law {
            value["law"] = json!(law);
        }
        super::rules::add_lists(model, &minimum.of, &mut value);
        value
    };
    let standing = |(&(cluster, facility), standing): (&(ClusterId, FacilityType), &Standing)| {
        let (status, amount) = match standing.kind {
            StandingKind::Provided => ("provided", None),
            StandingKind::Partly(rupiah) => ("provided", Some(rupiah.0)),
            StandingKind::Waived => ("waived", None),
        };
        json!({
            "cluster": model.clusters[cluster.index()].key,
            "facility_type": facility.key(),
            "status": status,
            "amount": amount,
            "reason": standing.reason,
            "reference": standing.reference,
            "grade": standing.grade.map(Grade::key),
        })
    };
    value["coverage"] = json!({
        "stated": coverage.stated,
        "enforced": coverage.enforced,
        "supported": coverage.supported.key(),
        "minima": coverage.minima.iter().map(minimum).collect::<Vec<_>>(),
        "standings": coverage.standings.iter().map(standing).collect::<Vec<_>>(),
    });
}

/// Clusters listed in a summary at most.
const LISTED: usize = 12;

/// Says in a summary how many of the ten types the clusters of an allocation have, those that miss most first.
pub(super) fn summary(model: &Model, allocation: &Allocation, section: &mut Section) {
    let supported = model.supported(allocation);
    let all = rows(model, allocation, |c| supported[c.index()]);
    let mut list: Vec<(usize, ClusterId, Text)> = Vec::new();
    for c in model.cluster_ids().filter(|c| supported[c.index()]) {
        let own: Vec<&CoverageRow<'_>> = all.iter().filter(|row| row.cluster == c).collect();
        let (provided, waived, missing) = count(&own);
        let letters: Vec<String> = missing.iter().map(|f| f.letter().to_string()).collect();
        let letters = letters.join(", ");
        let told = both(|lang| {
            let title = lang.title(&model.clusters[c.index()].title);
            let mut told = match lang {
                Lang::Id => format!("{title}: {provided} dari 10"),
                Lang::En => format!("{title}: {provided} of 10"),
            };
            if waived > 0 {
                told.push_str(&format!(", {waived} {}", lang.pick("dikecualikan", "waived")));
            }
            if !letters.is_empty() {
                told.push_str(&format!("; {} {letters}", lang.pick("tanpa", "without")));
            }
            told
        });
        list.push((missing.len(), c, told));
    }
    if list.is_empty() {
        return;
    }
    section.gap();
    section.say(words(
        "Coverage of the ten facility types in supported clusters, paragraph (6) (in full: coverage.csv):",
        "Cakupan kesepuluh jenis fasilitas di klaster yang didukung, ayat (6) (rincian: coverage.csv):",
    ));
    if !model.coverage.stated {
        section.detail(both(|lang| check::none_stated(lang).to_string()));
    }
    list.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let more = list.len().saturating_sub(LISTED);
    list.into_iter().take(LISTED).for_each(|(.., told)| section.detail(told));
    if more > 0 {
        section.detail(both(|lang| match lang {
            Lang::Id => format!("{more} klaster lain"),
            Lang::En => format!("{more} more clusters"),
        }));
    }
    let (count, short) = model.short_clusters(allocation);
    if !model.coverage.minima.is_empty() {
        section.detail(both(|lang| match (short, lang) {
            (0, Lang::Id) => format!("Semua {count} klaster yang didukung memenuhi minimum cakupan."),
            (0, Lang::En) => format!("All {count} supported clusters reach their minima of coverage."),
            (_, Lang::Id) => {
                format!("Di {short} dari {count} klaster yang didukung minimum cakupan belum tercapai.")
            }
            (_, Lang::En) => {
                format!("In {short} of {count} supported clusters a minimum of coverage is not reached.")
            }
        }));
    }
}

/// Says in a plan's summary in how many of their clusters mixes break the coverage that plans are held to.
pub(super) fn mixes(model: &Model, study: &PlanStudy, section: &mut Section) {
    if !model.coverage.enforced {
        return;
    }
    let short = |b: &crate::study::BaselineResult| {
        let (supported, short) = model.short_clusters(&b.allocation);
        (short > 0).then(|| (b.baseline.names(), supported, short))
    };
    let breaking: Vec<((&str, &str), usize, usize)> = study.baselines.iter().filter_map(short).collect();
    if breaking.is_empty() {
        return;
    }
    section.say(both(|lang| {
        let named = |((id, en), supported, short): &((&str, &str), usize, usize)| match lang {
            Lang::Id => format!("{id} ({short} dari {supported})"),
            Lang::En => format!("{en} ({short} of {supported})"),
        };
        let named = breaking.iter().map(named).collect::<Vec<_>>().join(", ");
        match lang {
            Lang::Id => {
                format!("Tidak terikat cakupan, dan tidak memenuhinya di klaster yang didukungnya: {named}.")
            }
            Lang::En => {
                format!("Not held to coverage, and short of it in clusters that they support: {named}.")
            }
        }
    }));
}

/// What is owed of a minimum in a cluster, as a conflict tells it: in money, or in units of its capacity.
pub(super) fn need(model: &Model, number: usize, cluster: ClusterId) -> Option<Need> {
    model.owed(cluster).into_iter().find(|owed| owed.minimum == number).map(|owed| owed.need)
}

/// So much of a need's capacity, in words.
pub(super) fn capacity_words(
    model: &Model,
    cluster: ClusterId,
    capacity: crate::model::CapacityId,
    units: f64,
    lang: Lang,
) -> String {
    let known = &model.chain_of(cluster).capacities[capacity.index()];
    units_of(units, &known.unit, lang.title(&known.title), lang)
}
