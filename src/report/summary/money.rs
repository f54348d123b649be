//! Where the money goes: by facility type, by cluster, by source and year; what is left and why; which types get nothing.

use super::super::language::{Lang, Text};
use super::super::page::{Cell, Section, Table, both, words};
use super::words::sums;
use crate::model::{AllocationLine, FacilityType, Intervention, LimitKind, Model, Net, SourceId};
use crate::opt::builder::Rule;
use crate::result::plan::{is_funded, unmet};
use crate::study::PlanStudy;

/// Interventions named for a cluster at most.
const MOSTLY: usize = 3;

/// The section of a plan's summary.
pub(super) fn section(model: &Model, study: &PlanStudy) -> Section {
    let allocation = &study.program.allocation;
    let mut section = Section::new(words("Where the money goes", "Rincian alokasi anggaran"));
    section.table(by_type(model, allocation.lines()));
    section.gap();
    section.table(by_cluster(model, allocation.lines()));
    section.gap();
    section.table(by_source_and_year(model, study));
    unspent(model, study, &mut section);
    super::super::sites::summary(model, study, &mut section);
    super::super::cofunding::summary(model, study, &mut section);
    super::super::coverage::summary(model, allocation, &mut section);
    super::super::horizon::obligations(model, allocation, &mut section);
    section.gap();
    section.say(provided(model, study));
    section
}

fn intervention_of<'m>(model: &'m Model, line: &AllocationLine) -> &'m Intervention {
    &model.chain_of(line.cluster).interventions[line.intervention.index()]
}

fn share(rupiah: i64, lines: &[AllocationLine]) -> Cell {
    let total: i64 = lines.iter().map(|line| line.amount.0).sum();
    Cell::Share(rupiah as f64 / total.max(1) as f64)
}

fn by_type(model: &Model, lines: &[AllocationLine]) -> Table {
    let headings =
        [Text::same(""), words("facility type", "jenis fasilitas"), Text::same("rupiah"), Text::same("%")];
    let mut table = Table::new(headings.into(), 2);
    for (facility, rupiah) in sums(lines, |line| intervention_of(model, line).facility) {
        table.row(vec![
            Cell::name(format!("({})", facility.letter())),
            Cell::Words(both(|lang| lang.facility(facility).to_string())),
            Cell::Rupiah(rupiah as f64),
            share(rupiah, lines),
        ]);
    }
    table
}

fn by_cluster(model: &Model, lines: &[AllocationLine]) -> Table {
    let headings = [
        words("cluster", "klaster"),
        Text::same("rupiah"),
        Text::same("%"),
        words("mostly for", "terutama untuk"),
    ];
    let mut table = Table::new(headings.into(), 1);
    table.columns[3].right = false;
    for (cluster, rupiah) in sums(lines, |line| line.cluster) {
        let own: Vec<AllocationLine> = lines.iter().copied().filter(|l| l.cluster == cluster).collect();
        let of_cluster = sums(&own, |line| line.intervention);
        let mostly = both(|lang| {
            let title = |i: usize| lang.title(&model.chain_of(cluster).interventions[i].title);
            let mut named: Vec<String> = of_cluster
                .iter()
                .take(MOSTLY)
                .map(|(i, sum)| format!("{} ({})", title(i.index()), lang.money(*sum as f64)))
                .collect();
            let more = of_cluster.len().saturating_sub(MOSTLY);
            if more > 0 {
                named.push(match lang {
                    Lang::Id => format!("dan lainnya: {more}"),
                    Lang::En => format!("and more: {more}"),
                });
            }
            named.join(", ")
        });
        table.row(vec![
            Cell::Words(both(|lang| lang.title(&model.clusters[cluster.index()].title).to_string())),
            Cell::Rupiah(rupiah as f64),
            share(rupiah, lines),
            Cell::Words(mostly),
        ]);
    }
    table
}

fn by_source_and_year(model: &Model, study: &PlanStudy) -> Table {
    let mut headings = vec![words("source", "sumber"), words("level", "tingkat")];
    headings.extend((0..model.horizon.years).map(|y| Text::same(model.horizon.calendar_year(y).to_string())));
    headings.extend([words("total", "jumlah"), words("unspent", "sisa pagu")]);
    let mut table = Table::new(headings, 2);
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let own: Vec<_> = study.program.budget.iter().filter(|b| b.source == source).collect();
        let mut row = vec![
            Cell::Words(both(|lang| lang.title(&money.title).to_string())),
            Cell::Words(words(money.level.name_en(), money.level.name_id())),
        ];
        row.extend(own.iter().map(|b| Cell::Rupiah(b.spent as f64)));
        let spent: i64 = own.iter().map(|b| b.spent).sum();
        let upkeep: i64 = own.iter().map(|b| b.upkeep).sum();
        row.push(Cell::Rupiah(spent as f64));
        row.push(Cell::Rupiah((money.total() - spent - upkeep).max(0) as f64));
        table.row(row);
    }
    table
}

/// Says what keeps a source from spending all it has.
fn unspent(model: &Model, study: &PlanStudy, section: &mut Section) {
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let own = study.program.budget.iter().filter(|b| b.source == source);
        let used: i64 = own.map(|b| b.spent + b.upkeep).sum();
        let left = money.total() - used;
        // A ten-thousandth of the budget is rounding.
        if left <= money.total().div_euclid(10_000) {
            continue;
        }
        section.say(both(|lang| {
            let (title, left) = (lang.title(&money.title), lang.money(left as f64));
            let why = why_unspent(model, study, source, lang);
            match lang {
                Lang::Id => format!("{title} menyisakan {left}; {why}."),
                Lang::En => format!("{title} leaves unspent {left}; {why}."),
            }
        }));
    }
}

fn why_unspent(model: &Model, study: &PlanStudy, source: SourceId, lang: Lang) -> String {
    let allocation = &study.program.allocation;
    // Caps on the source that the plan reaches and that would be worth raising, as far as their worth is known.
    let caps: Vec<String> = model
        .limits
        .iter()
        .enumerate()
        .filter(|(number, limit)| {
            limit.kind == LimitKind::Cap
                && limit.source.is_none_or(|s| s == source)
                && super::super::rules::is_reached(model, allocation, limit)
                && study.program.next_rupiah(Rule::Limit(*number)).is_none_or(|worth| worth > 0.0)
        })
        .map(|(_, limit)| super::super::rules::named(model, limit, lang))
        .collect();
    if !caps.is_empty() {
        let caps = caps.join(", ");
        return match lang {
            Lang::Id => format!("batas atas yang mengikat: {caps}"),
            Lang::En => format!("caps that bind: {caps}"),
        };
    }
    if study.given_up.is_some() {
        return lang
            .pick(
                "rencana ini memakai baris lebih sedikit daripada rencana terbaik",
                "the plan keeps to fewer lines than the best one",
            )
            .to_string();
    }
    if model.net() != Net::Off {
        return lang
            .pick(
                "serupiah lagi pada yang boleh didanainya membawa lebih sedikit daripada biayanya",
                "another rupiah on what it may fund brings less than it costs",
            )
            .to_string();
    }
    if super::super::whole::has_whole_numbers(model) {
        return super::super::whole::unspent(lang).to_string();
    }
    lang.pick(
        "serupiah lagi tidak menambah apa pun dalam kurun rencana pada yang boleh didanainya",
        "another rupiah on what it may fund adds nothing within the horizon",
    )
    .to_string()
}

/// Says whether all ten types of paragraph (6) are provided for.
fn provided(model: &Model, study: &PlanStudy) -> Text {
    let allocation = &study.program.allocation;
    let missing = unmet(model, allocation);
    if !missing.is_empty() {
        return both(|lang| {
            let named = |f: &FacilityType| format!("({}) {}", f.letter(), lang.facility(*f));
            let list: Vec<String> = missing.iter().map(named).collect();
            let list = list.join(", ");
            match lang {
                Lang::Id => format!("Fasilitas belum terpenuhi: {list}"),
                Lang::En => {
                    format!("Facility types left at nothing (fasilitas belum terpenuhi): {list}")
                }
            }
        });
    }
    if FacilityType::ALL.iter().all(|f| is_funded(model, allocation, *f)) {
        words(
            "All ten facility types of paragraph (6) are funded.",
            "Kesepuluh jenis fasilitas ayat (6) mendapat dana.",
        )
    } else {
        words(
            "All ten facility types of paragraph (6) are funded, provided before or waived.",
            "Kesepuluh jenis fasilitas ayat (6) mendapat dana, sudah disediakan, atau dikecualikan.",
        )
    }
}
