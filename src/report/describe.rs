//! The page that `check` prints: the scenario in words.

use super::page::{Cell, Page, Section, Table, both, some, titled, words};
use super::{
    budget_document, coverage, economy, horizon, locked, pool, prices, sites, spillover, targets, whole,
};
use crate::language::text;
use crate::model::{Chain, CommodityId, FacilityType, Grade, Intervention, Model, Process, Stage};
use crate::report::language::Text;
use crate::scenario::Scenario;

/// A valid scenario as a page: what it holds, what limits it, who pays for what, and how its numbers are founded.
pub fn page(scenario: &Scenario) -> Page {
    let model = &scenario.model;
    let mut page = Page::new(titled(&model.title));
    page.lead = vec![horizon(model), horizon::counted(model), size(model)];
    let sections = &mut page.sections;
    // What is made, where, at which prices.
    sections.extend(model.chains.iter().map(chain));
    sections.push(clusters(model));
    sections.push(prices::section(model));
    // Money, and what the law and the scenario ask of it.
    sections.push(budgets(model));
    sections.extend(locked::section(model));
    sections.extend(budget_document::section(model));
    sections.push(facilities(model));
    sections.push(coverage::section(model));
    sections.extend(whole::sections(model));
    sections.extend(sites::section(model));
    // What places share, and what the economy sees besides.
    sections.extend(spillover::section(model));
    sections.extend(pool::section(model));
    sections.extend(economy::sections(model));
    sections.extend(targets::events(model));
    sections.extend(targets::section(model));
    // How far all of this can be trusted.
    sections.push(numbers(scenario));
    sections.push(found(scenario));
    page
}

/// The years, the periods and the objective.
fn horizon(model: &Model) -> Text {
    let (first, last) = (model.horizon.first_year, model.horizon.last_year());
    let periods = some(model.horizon.committing_periods(), ["period", "periods"], "periode");
    let rate = both(|lang| lang.percent(model.horizon.discount_rate));
    let metric = both(|lang| lang.metric(model, model.objective));
    text!(
        en: "Plans cover {first}-{last} in {periods} at a real discount rate of {rate} and maximise {metric}.",
        id: "Rencana mencakup {first}-{last} dalam {periods} dengan diskonto riil {rate} dan memaksimalkan {metric}.",
        periods, rate, metric,
    )
}

/// How large the scenario is.
fn size(model: &Model) -> Text {
    let number = |value: f64| both(|lang| lang.number(value, 0));
    let clusters = some(model.clusters.len(), ["cluster", "clusters"], "klaster");
    let chains = some(model.chains.len(), ["product chain", "product chains"], "rantai produk");
    let enterprises = number(model.clusters.iter().map(|c| c.enterprises).sum());
    let workers = number(model.clusters.iter().map(|c| c.workers).sum());
    let uncertain = some(model.parameters.len(), ["number is", "numbers are"], "bilangan");
    let factors = some(model.factors.len(), ["common factor", "common factors"], "faktor bersama");
    text!(
        en: "It has {clusters} of {chains}, with {enterprises} enterprises and {workers} workers. {uncertain} uncertain, with {factors}.",
        id: "Ada {clusters} dari {chains}, dengan {enterprises} usaha dan {workers} pekerja. {uncertain} tak pasti, dengan {factors}.",
        clusters, chains, enterprises, workers, uncertain, factors,
    )
}

/// The keys of some commodities, joined.
fn names(chain: &Chain, ids: &[CommodityId]) -> String {
    let keys: Vec<&str> = ids.iter().map(|m| chain.commodities[m.index()].key.as_str()).collect();
    keys.join(" + ")
}

/// A product chain: its processes by stage, and what limits them.
fn chain(chain: &Chain) -> Section {
    let title = titled(&chain.title);
    let key = &chain.key;
    let mut section =
        Section::new(text!(en: "Chain {title} ({key})", id: "Rantai {title} ({key})", title, key));
    let heads = [
        words("stage", "tahap"),
        words("process", "proses"),
        words("takes", "memakai"),
        words("gives", "menghasilkan"),
        words("periods later", "periode tunda"),
        words("limited by", "dibatasi oleh"),
    ];
    let mut table = Table::new(heads.to_vec(), 6);
    table.columns[4].right = true;
    for &stage in Stage::ALL {
        let ordered = chain.order.iter().map(|p| &chain.processes[p.index()]);
        for process in ordered.filter(|process| process.stage == stage) {
            table.row(step(chain, process));
        }
    }
    section.table(table);
    section.gap();
    section.table(limits(chain));
    section
}

/// The row of a process.
fn step(chain: &Chain, process: &Process) -> Vec<Cell> {
    let uses: Vec<&str> = process.uses.iter().map(|k| chain.capacities[k.index()].key.as_str()).collect();
    let gives = if process.is_channel {
        Cell::Words(words("sales", "penjualan"))
    } else {
        Cell::name(names(chain, &process.outputs))
    };
    vec![
        Cell::Words(both(|lang| lang.stage(process.stage).to_string())),
        Cell::name(&process.key),
        Cell::name(names(chain, &process.inputs)),
        gives,
        if process.lead_time > 0 { Cell::count(process.lead_time) } else { Cell::Empty },
        Cell::name(uses.join(", ")),
    ]
}

/// The capacities of a chain, with the interventions that raise each.
fn limits(chain: &Chain) -> Table {
    let heads = [
        words("what limits", "yang membatasi"),
        words("unit", "satuan"),
        words("what raises it", "yang menaikkannya"),
    ];
    let mut table = Table::new(heads.to_vec(), 3);
    for (k, capacity) in chain.capacities.iter().enumerate() {
        let raises = |line: &&Intervention| line.raises.iter().any(|raise| raise.capacity.index() == k);
        let raised: Vec<&str> =
            chain.interventions.iter().filter(raises).map(|line| line.key.as_str()).collect();
        table.row(vec![
            Cell::name(&capacity.key),
            Cell::name(&capacity.unit),
            if raised.is_empty() { nothing() } else { Cell::name(raised.join(", ")) },
        ]);
    }
    table
}

/// The cell where nothing answers.
fn nothing() -> Cell {
    Cell::Words(words("(nothing)", "(tidak ada)"))
}

/// The clusters, with the ways of selling that enterprises have there.
fn clusters(model: &Model) -> Section {
    let mut section = Section::new(words("Clusters", "Klaster"));
    let heads = [
        words("cluster", "klaster"),
        words("name", "nama"),
        words("region", "wilayah"),
        words("enterprises", "usaha"),
        words("routes", "jalur"),
        words("losing on average", "rata-rata merugi"),
        words("mean margin of the best", "marjin rata-rata terbaik"),
        words("best route", "jalur terbaik"),
    ];
    let mut table = Table::new(heads.to_vec(), 3);
    table.columns[7].right = false;
    for cluster in &model.clusters {
        let routes = &cluster.routes.channel;
        let best = routes.first();
        table.row(vec![
            Cell::name(&cluster.key),
            Cell::Words(titled(&cluster.title)),
            Cell::name(&cluster.region),
            Cell::Number(cluster.enterprises, 0),
            Cell::count(routes.len()),
            Cell::count(routes.iter().filter(|route| route.mean_margin <= 0.0).count()),
            best.map_or(Cell::Empty, |route| Cell::Money(route.mean_margin)),
            best.map_or(Cell::Empty, |route| Cell::name(&route.name)),
        ]);
    }
    section.table(table);
    section
}

/// The budgets by source and year.
fn budgets(model: &Model) -> Section {
    let mut section = Section::new(words("Budgets (rupiah)", "Anggaran (rupiah)"));
    let total = words("total", "jumlah");
    let years = (0..model.horizon.years).map(|y| Text::same(model.horizon.calendar_year(y).to_string()));
    let mut heads = vec![words("source", "sumber"), words("level", "tingkat")];
    heads.extend(years.chain([total.clone()]));
    let mut table = Table::new(heads, 2);
    let mut totals = vec![0_i64; model.horizon.years];
    for source in &model.sources {
        let level = words(source.level.key(), source.level.name_id());
        let mut row = vec![Cell::name(&source.key), Cell::Words(level)];
        for (total, amount) in totals.iter_mut().zip(&source.amounts) {
            *total += amount.0;
            row.push(Cell::Rupiah(amount.as_f64()));
        }
        row.push(Cell::Rupiah(source.total() as f64));
        table.row(row);
    }
    let mut row = vec![Cell::Words(total), Cell::Empty];
    row.extend(totals.iter().map(|total| Cell::Rupiah(*total as f64)));
    row.push(Cell::Rupiah(model.total_budget() as f64));
    table.row(row);
    section.table(table);
    section
}

/// The ten facility types, with the interventions that answer to each and the sources that may fund them.
fn facilities(model: &Model) -> Section {
    let mut section = Section::new(words("The ten facility types", "Sepuluh jenis fasilitas"));
    section.say(words(
        "By PP 7/2021, Article 89 paragraph (6), with the interventions that answer to each.",
        "Menurut PP 7/2021 Pasal 89 ayat (6), dengan intervensi yang menjawab masing-masing.",
    ));
    let several = model.chains.len() > 1;
    let mut heads = vec![
        words("type", "jenis"),
        words("intervention", "intervensi"),
        words("may be funded by", "boleh didanai oleh"),
    ];
    heads.extend(several.then(|| words("in chains", "dalam rantai")));
    let mut table = Table::new(heads, 4);
    for &facility in FacilityType::ALL {
        // Chains that offer the same intervention to the same sources share a row.
        let mut offers: Vec<(&str, String, Vec<&str>)> = Vec::new();
        for chain in &model.chains {
            for line in chain.interventions.iter().filter(|line| line.facility == facility) {
                let payers = payers(model, line);
                match offers.iter_mut().find(|(key, by, _)| *key == line.key && *by == payers) {
                    Some((.., chains)) => chains.push(&chain.key),
                    None => offers.push((&line.key, payers, vec![&chain.key])),
                }
            }
        }
        let named = Cell::Words(both(|lang| format!("({}) {}", facility.letter(), lang.facility(facility))));
        if offers.is_empty() {
            let mut row = vec![named.clone(), nothing(), Cell::Empty];
            row.extend(several.then_some(Cell::Empty));
            table.row(row);
        }
        for (key, by, chains) in offers {
            let mut row = vec![named.clone(), Cell::name(key), Cell::name(by)];
            row.extend(several.then(|| Cell::name(chains.join(", "))));
            table.row(row);
        }
    }
    section.table(table);
    section
}

/// The sources that may fund an intervention by its type and its support.
fn payers(model: &Model, line: &Intervention) -> String {
    let payers: Vec<&str> = model
        .sources
        .iter()
        .filter(|s| s.eligible.types.as_ref().is_none_or(|types| types.contains(&line.facility)))
        .filter(|s| s.eligible.support.as_ref().is_none_or(|list| list.contains(&line.support)))
        .map(|s| s.key.as_str())
        .collect();
    payers.join(", ")
}

/// The numbers of a scenario by grade of evidence, and those without a source.
fn numbers(scenario: &Scenario) -> Section {
    let mut section = Section::new(words("Evidence", "Bukti"));
    let heads = vec![words("grade of evidence", "mutu bukti"), words("numbers", "bilangan")];
    let mut table = Table::new(heads, 1);
    let grade = |grade: Option<Grade>| match grade {
        Some(Grade::Assumption) => words(Grade::Assumption.key(), "asumsi"),
        Some(Grade::Derived) => words(Grade::Derived.key(), "turunan"),
        Some(grade) => Text::same(grade.key()),
        None => Text::same("-"),
    };
    let mut by_grade: Vec<(Text, usize)> = Vec::new();
    for number in &scenario.numbers {
        let grade = grade(number.provenance.grade);
        match by_grade.iter_mut().find(|(name, _)| *name == grade) {
            Some((_, count)) => *count += 1,
            None => by_grade.push((grade, 1)),
        }
    }
    by_grade.sort();
    for (grade, count) in by_grade {
        table.row(vec![Cell::Words(grade), Cell::count(count)]);
    }
    table.row(vec![Cell::Words(words("total", "jumlah")), Cell::count(scenario.numbers.len())]);
    section.table(table);
    let bare: Vec<_> = scenario.numbers.iter().filter(|n| !n.is_sourced()).collect();
    if bare.is_empty() {
        section.say(words(
            "Every number says its source, or that it is an assumption.",
            "Setiap bilangan menyebut sumbernya atau bahwa ia asumsi.",
        ));
        return section;
    }
    let count = some(bare.len(), ["number names", "numbers name"], "bilangan");
    section.say(text!(en: "{count} no source:", id: "{count} tidak menyebut sumber:", count));
    for number in bare {
        section.point(both(|lang| format!("{} ({})", number.name, number.place_in(lang))));
    }
    section
}

/// The warnings and notes of the check, and that it is passed.
fn found(scenario: &Scenario) -> Section {
    let mut section = Section::new(words("Result of the check", "Hasil pemeriksaan"));
    for warning in &scenario.warnings {
        section.point(both(|lang| {
            format!("{}: {}", lang.pick("Perhatian", "Warning"), warning.in_language(lang))
        }));
    }
    for note in &scenario.notes {
        section.point(both(|lang| format!("{}: {}", lang.pick("Catatan", "Note"), note.in_language(lang))));
    }
    section.say(words("The scenario is valid.", "Skenario lolos pemeriksaan."));
    section
}
