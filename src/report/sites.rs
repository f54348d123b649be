//! Sites in results: candidates with their potential and what opening them costs, opened or not, and the rules for them.

use std::io;

use super::conflict::rule_in_words;
use super::language::Lang;
use super::page::{Cell, Section, Table, both, titled, words};
use crate::model::{ClusterId, Model, SiteRule};
use crate::opt::Entry;
use crate::result::site::{SiteRow, entry_of, fixed_cost};
use crate::result::table::write;
use crate::study::PlanStudy;

/// `sites.csv`: every candidate with its potential, what opening it costs, whether it is opened, and if not what it would need
/// to enter.
///
/// # Errors
/// Whatever writing fails with.
pub fn table<W: io::Write>(model: &Model, study: &PlanStudy, out: W) -> io::Result<()> {
    write(SiteRow::of(model, study, |rule| rule_in_words(model, &[], rule, Lang::En)), out)
}

/// `Baru (potential 72, opening Rp 90.0 million)`.
fn candidate(model: &Model, c: ClusterId, lang: Lang) -> String {
    let cluster = &model.clusters[c.index()];
    let potential = cluster.potential.map_or_else(String::new, |score| {
        let places = if score.fract() == 0.0 { 0 } else { 2 };
        format!("{} {}, ", lang.pick("potensi", "potential"), lang.number(score, places))
    });
    format!(
        "{} ({potential}{} {})",
        lang.title(&cluster.title),
        lang.pick("pembukaan", "opening"),
        lang.money(fixed_cost(model, c) as f64)
    )
}

/// The demand of a rule, in words.
pub(super) fn asks(model: &Model, rule: &SiteRule, lang: Lang) -> String {
    let names: Vec<&str> =
        rule.candidates.iter().map(|c| lang.title(&model.clusters[c.index()].title)).collect();
    let mut parts = Vec::new();
    match (rule.at_least, rule.at_most) {
        (Some(least), Some(most)) if least == most => {
            parts.push(format!("{} {least}", lang.pick("dibuka tepat", "exactly opened:")));
        }
        (least, most) => {
            parts
                .extend(least.map(|n| format!("{} {n}", lang.pick("dibuka sedikitnya", "opened at least:"))));
            parts.extend(most.map(|n| format!("{} {n}", lang.pick("dibuka sebanyaknya", "opened at most:"))));
        }
    }
    parts.extend(rule.minimum_potential.map(|score| {
        let places = if score.fract() == 0.0 { 0 } else { 2 };
        format!("{} {}", lang.pick("potensi sedikitnya", "potential at least"), lang.number(score, places))
    }));
    format!("{}; {} {}", parts.join(", "), lang.pick("dari", "of"), names.join(", "))
}

/// The name of a rule: its title, or its place in the list.
pub(super) fn name(model: &Model, number: usize, lang: Lang) -> String {
    let called = lang.pick("aturan lokasi", "rule for sites");
    match &model.sites[number].title {
        Some(title) => format!("{called} '{}'", lang.title(title)),
        None => format!("{called} {}", number + 1),
    }
}

/// The section of `check`: candidates and the rules for them, if there are any.
pub(super) fn section(model: &Model) -> Option<Section> {
    model.candidates().next()?;
    let mut section = Section::new(words("Candidate clusters, paragraph (4)", "Calon klaster, ayat (4)"));
    section.say(words(
        "They are funded only if they are opened.",
        "Klaster ini mendapat dana hanya bila dibuka.",
    ));
    let heads = [
        words("candidate", "calon"),
        words("name", "nama"),
        words("potential", "potensi"),
        words("opening", "pembukaan"),
    ];
    let mut table = Table::new(heads.to_vec(), 2);
    for c in model.candidates() {
        let cluster = &model.clusters[c.index()];
        let potential = |score: f64| Cell::Number(score, if score.fract() == 0.0 { 0 } else { 2 });
        table.row(vec![
            Cell::name(&cluster.key),
            Cell::Words(titled(&cluster.title)),
            cluster.potential.map_or(Cell::Empty, potential),
            Cell::Money(fixed_cost(model, c) as f64),
        ]);
    }
    section.table(table);
    for (number, rule) in model.sites.iter().enumerate() {
        section.point(both(|lang| format!("{}: {}", name(model, number, lang), asks(model, rule, lang))));
    }
    Some(section)
}

/// `; it would enter if it brought Rp 120.0 million more`.
fn needs(model: &Model, study: &PlanStudy, entry: &Entry, lang: Lang) -> String {
    let amount = |value: f64| lang.amount(study.request.metric, value);
    match entry {
        Entry::Needs { at_least, at_most } => {
            let (most, least) = (at_most.map(amount), amount(*at_least));
            match most {
                Some(most) if most == least => format!(
                    "{} {most}{}",
                    lang.pick("; masuk bila menghasilkan", "; would enter if it brought"),
                    lang.pick(" lebih banyak", " more")
                ),
                Some(most) if *at_least > 0.0 => format!(
                    "{} {least} {} {most}{}",
                    lang.pick("; masuk bila menghasilkan antara", "; would enter if it brought between"),
                    lang.pick("dan", "and"),
                    lang.pick(" lebih banyak", " more")
                ),
                Some(most) => format!(
                    "{} {most} {}",
                    lang.pick("; pasti masuk bila menghasilkan", "; would surely enter if it brought"),
                    lang.pick("lebih banyak, mungkin dengan kurang dari itu", "more, perhaps with less")
                ),
                None => format!(
                    "{} {least}{}",
                    lang.pick("; masuk bila menghasilkan sedikitnya", "; would enter if it brought at least"),
                    lang.pick(" lebih banyak", " more")
                ),
            }
        }
        Entry::Barred(rules) if rules.is_empty() => {
            lang.pick("; tidak ada sumber yang boleh membukanya", "; no source may open it").to_string()
        }
        Entry::Barred(rules) => {
            let told: Vec<String> = rules.iter().map(|rule| rule_in_words(model, &[], *rule, lang)).collect();
            format!(
                "{} {}",
                lang.pick("; dihalangi oleh", "; kept out by"),
                told.join(lang.pick("; dan ", "; and "))
            )
        }
        Entry::NotComputed => lang
            .pick("; apa yang diperlukannya tidak dihitung", "; what it would need is not computed")
            .to_string(),
    }
}

/// Says in a plan's summary which candidates it opens and which not, and what these would need to enter.
pub(super) fn summary(model: &Model, study: &PlanStudy, section: &mut Section) {
    let opened = model.opened(&study.program.allocation);
    if opened.is_empty() {
        return;
    }
    section.gap();
    for (c, year) in &opened {
        section.say(both(|lang| {
            let candidate = candidate(model, *c, lang);
            match (year, lang) {
                (Some(y), Lang::Id) => {
                    format!("Calon {candidate}: dibuka {}.", model.horizon.calendar_year(*y))
                }
                (Some(y), Lang::En) => {
                    format!("Candidate {candidate}: opened in {}.", model.horizon.calendar_year(*y))
                }
                (None, _) => {
                    let entry = entry_of(&study.program, *c);
                    let needs = entry.map_or_else(String::new, |entry| needs(model, study, entry, lang));
                    match lang {
                        Lang::Id => format!("Calon {candidate}: tidak dibuka{needs}."),
                        Lang::En => format!("Candidate {candidate}: not opened{needs}."),
                    }
                }
            }
        }));
    }
    let needed = |rejected: &crate::opt::Rejected| matches!(rejected.entry, Entry::Needs { .. });
    if study.program.rejected.iter().any(needed) {
        section.say(words(
            "(What it would need: so much more present value from its opening, the same in every future, all other decisions free.)",
            "(Yang diperlukan: tambahan nilai kini dari pembukaannya, sama di setiap keadaan, dengan semua keputusan lain bebas.)",
        ));
    }
}

/// Says in a plan's summary which mixes break rules for sites.
pub(super) fn mixes(model: &Model, study: &PlanStudy, section: &mut Section) {
    let breaking: Vec<(&str, &str)> = study
        .baselines
        .iter()
        .filter(|b| !model.keeps_sites(&b.allocation))
        .map(|b| b.baseline.names())
        .collect();
    if breaking.is_empty() {
        return;
    }
    section.say(both(|lang| {
        let named: Vec<&str> = breaking.iter().map(|(id, en)| lang.pick(id, en)).collect();
        let named = named.join(", ");
        match lang {
            Lang::Id => format!("Tidak memenuhi aturan lokasi: {named}."),
            Lang::En => format!("Not held to the rules for sites, and breaking them: {named}."),
        }
    }));
}
