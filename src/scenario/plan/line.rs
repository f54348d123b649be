//! Lines of an allocation: from names to ids, and checks of all of them together.

use std::collections::BTreeMap;

use super::super::diagnostic::{Faults, Place};
use super::super::named::Named;
use super::super::phrase;
use super::super::policy::year_index;
use super::super::table::Row;
use crate::language::{Lang, Text, text};
use crate::model::{AllocationLine, ClusterId, FacilityType, InterventionId, Level, ModelParts, SourceId};
use crate::units::Rupiah;

/// Lines that were read, each with its place.
pub(super) type Lines = Vec<(AllocationLine, Place)>;

/// A line as names.
pub(super) struct LineNames<'a> {
    pub(super) source: &'a str,
    pub(super) cluster: &'a str,
    pub(super) intervention: &'a str,
    pub(super) year: i64,
    pub(super) rupiah: f64,
}

/// The allocation line of a row that its source may fund. `None`, with the faults noted, where it cannot be one.
pub(super) fn line_of(row: &Row, model: &ModelParts, faults: &mut Faults) -> Option<AllocationLine> {
    let line = named_line(row, model, faults)?;
    eligible(&line, &row.place("source"), model, faults);
    Some(line)
}

/// The allocation line of a row, whether its source may fund it or not. `None`, with the faults noted, where it cannot be one.
pub(super) fn named_line(row: &Row, model: &ModelParts, faults: &mut Faults) -> Option<AllocationLine> {
    let (year, rupiah) = (row.year("year", faults), row.required_amount("rupiah", faults));
    let line = LineNames {
        source: row.text("source"),
        cluster: row.text("cluster"),
        intervention: row.text("intervention"),
        year: year?,
        rupiah: rupiah?.number,
    };
    resolve(&line, &|column| row.place(column), model, faults)
}

/// Turns names into ids.
pub(super) fn resolve(
    line: &LineNames<'_>,
    place: &dyn Fn(&str) -> Place,
    model: &ModelParts,
    faults: &mut Faults,
) -> Option<AllocationLine> {
    let sources: Vec<&str> = model.sources.iter().map(|s| s.key.as_str()).collect();
    let mut find = |column: &str, kind: Named, name: &str, known: &[&str]| {
        let found = known.iter().position(|key| *key == name);
        if found.is_none() {
            faults.unknown(&place(column), kind, name, known);
        }
        found
    };
    let source = find("source", Named::Source, line.source, &sources).map(SourceId::new);
    // Clusters stand in order of their keys, and there may be thousands.
    let cluster = model.clusters.binary_search_by(|c| c.key.as_str().cmp(line.cluster));
    let cluster = cluster.map(ClusterId::new).ok();
    if cluster.is_none() {
        let clusters: Vec<&str> = model.clusters.iter().map(|c| c.key.as_str()).collect();
        find("cluster", Named::Cluster, line.cluster, &clusters);
    }
    let intervention = cluster.and_then(|cluster| {
        let chain = model.chain_of(cluster);
        let known: Vec<&str> = chain.interventions.iter().map(|i| i.key.as_str()).collect();
        find("intervention", Named::Intervention, line.intervention, &known).map(InterventionId::new)
    });
    let year = year_index(line.year as f64, &model.horizon)
        .map_err(|expected| faults.expected(&place("year"), phrase::found(line.year), expected))
        .ok();
    let whole = line.rupiah.fract() == 0.0 && line.rupiah >= 0.0 && line.rupiah <= Rupiah::MAX.as_f64();
    if !whole {
        faults.expected(&place("rupiah"), phrase::found(line.rupiah), phrase::whole_rupiah());
    }
    let (source, cluster, intervention, year) = (source?, cluster?, intervention?, year?);
    if model.chain_of(cluster).interventions[intervention.index()].opens
        && !model.clusters[cluster.index()].candidate
    {
        faults.help(
            &place("intervention"),
            text!(
                en: "'{cluster}' is no candidate, so '{line}' is not offered there",
                id: "'{cluster}' bukan calon klaster, sehingga '{line}' tidak ditawarkan di sana",
                cluster = line.cluster,
                line = line.intervention,
            ),
            text!(
                en: "leave the row out, or say candidate = yes in clusters.csv",
                id: "hapus baris ini, atau isi candidate dengan yes dalam clusters.csv",
            ),
        );
    }
    whole.then_some(AllocationLine {
        source,
        cluster,
        intervention,
        year,
        amount: Rupiah(line.rupiah as i64),
    })
}

/// Tells where a source may not fund a line.
fn eligible(line: &AllocationLine, place: &Place, model: &ModelParts, faults: &mut Faults) {
    let (source, cluster, intervention) = (line.source, line.cluster, line.intervention);
    // What is not offered anywhere but in candidates is told where it is named.
    let opens = model.chain_of(cluster).interventions[intervention.index()].opens;
    let unoffered = opens && !model.clusters[cluster.index()].candidate;
    if unoffered || model.may_fund(source, cluster, intervention) {
        return;
    }
    faults.help(
        place,
        text!(
            en: "'{source}' may not fund '{line}' in '{cluster}'",
            id: "'{source}' tidak boleh mendanai '{line}' di '{cluster}'",
            source = model.sources[source.index()].key,
            line = model.chain_of(cluster).interventions[intervention.index()].key,
            cluster = model.clusters[cluster.index()].key,
        ),
        text!(
            en: "see its types, support, regions, chains and clusters in scenario.toml",
            id: "lihat types, support, regions, chains, dan clusters-nya dalam scenario.toml",
        ),
    );
}

/// Columns that only describe a line must describe the line that they stand in.
pub(super) fn check_described(
    told: &dyn Fn(&str) -> String,
    place: &dyn Fn(&str) -> Place,
    line: &AllocationLine,
    model: &ModelParts,
    faults: &mut Faults,
) {
    let facility: FacilityType =
        model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
    let level: Level = model.sources[line.source.index()].level;
    let locked = model.locked.amount(line.source, line.cluster, line.intervention, line.year);
    for (column, is) in [
        ("level", level.key().to_string()),
        ("region", model.clusters[line.cluster.index()].region.clone()),
        ("facility_type", facility.key().to_string()),
        ("letter", facility.letter().to_string()),
        ("locked", locked.to_string()),
    ] {
        let found = told(column);
        if !found.is_empty() && found != is {
            faults.expected(
                &place(column),
                phrase::found_text(found),
                text!(en: "'{is}', as the scenario has it", id: "'{is}', sesuai skenario"),
            );
        }
    }
}

/// Tells of lines that stand there already, however their year is written.
pub(super) fn twice(lines: &[(AllocationLine, Place)], model: &ModelParts, faults: &mut Faults) {
    let mut seen: BTreeMap<_, &Place> = BTreeMap::new();
    for (line, place) in lines {
        let key = (line.source, line.cluster, line.intervention, line.year);
        let Some(first) = seen.get(&key) else {
            seen.insert(key, place);
            continue;
        };
        let words = [
            model.sources[line.source.index()].key.as_str(),
            model.clusters[line.cluster.index()].key.as_str(),
            model.chain_of(line.cluster).interventions[line.intervention.index()].key.as_str(),
        ];
        let year = model.horizon.calendar_year(line.year);
        let line = Text::same(format!("{} {year}", words.join(" ")));
        match first.line {
            Some(row) => faults.add(&place.whole(), phrase::already(&line, row)),
            None => {
                let at = first.spot.in_language(Lang::En);
                let found = text!(en: "{line} stands in {at} already", id: "{line} sudah ada di {at}", line);
                faults.add(place, found);
            }
        }
    }
}

/// True if the sum of all lines is one that can be computed with; else it is told.
pub(super) fn fits(lines: &[(AllocationLine, Place)], whole: &Place, faults: &mut Faults) -> bool {
    let total: i128 = lines.iter().map(|(line, _)| i128::from(line.amount.0)).sum();
    let fits = total <= i128::from(Rupiah::MOST_IN_ALL.0);
    if !fits {
        faults.expected(
            whole,
            text!(
                en: "the lines come to {total}",
                id: "semua baris mencapai {total}",
                total = phrase::rupiah(total),
            ),
            phrase::at_most_in_all(Rupiah::MOST_IN_ALL.0),
        );
    }
    fits
}
