//! Coverage of the ten facility types in results: what every cluster owes, what it has been provided with, what a plan adds,
//! and who provides it.

mod check;

use super::language::{Lang, Text};
use super::page::{Section, both, words};
use crate::model::{Allocation, ClusterId, CoverageMinimum, FacilityType, MinimumSize, Model};
use crate::result::coverage::{CoverageCount, CoverageRow, rows};
use crate::study::PlanStudy;
pub use check::page;
pub(super) use check::section;

/// The words where no minimum is stated.
pub(super) fn none_stated(lang: Lang) -> &'static str {
    lang.pick(
        "Tidak ada minimum cakupan yang dinyatakan ([coverage] di scenario.toml), padahal menurut PP 7/2021 Pasal 89 ayat (6) \
         kesepuluh jenis fasilitas wajib disediakan.",
        "No minimum of coverage is stated ([coverage] in scenario.toml), though by PP 7/2021, Article 89 paragraph (6) all ten \
         facility types must be provided.",
    )
}

/// The demand of a minimum in words: `Rp 20.0 million`, `3,000 kg of workshop a period`.
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

/// Clusters listed in a summary at most.
const LISTED: usize = 12;

/// Says in a summary how many of the ten types the clusters of an allocation have, those that miss most first.
pub(super) fn summary(model: &Model, allocation: &Allocation, section: &mut Section) {
    let supported = model.supported(allocation);
    let all = rows(model, allocation, |c| supported[c.index()]);
    let mut list: Vec<(usize, ClusterId, Text)> = Vec::new();
    for c in model.cluster_ids().filter(|c| supported[c.index()]) {
        let own: Vec<&CoverageRow<'_>> = all.iter().filter(|row| row.cluster == c).collect();
        let CoverageCount { provided, waived, missing } = CoverageCount::of(&own);
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
        section.detail(both(|lang| none_stated(lang).to_string()));
    }
    // Those that miss most come first, then in the order of the model.
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
