//! Where the money goes, and the coverage of the ten facility types.

use super::super::flow;
use super::super::names::facility;
use super::super::piece::{Chapter, Grid, Mark, Piece, Tone};
use super::subject::Plan;
use crate::model::FacilityType;
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, words};
use crate::result::coverage::{CoverageType, StateKey};

/// Clusters in the grid of coverage at most; coverage.csv has them all.
const CLUSTERS: usize = 60;

/// The chapter on the flow of money.
pub(super) fn chapter(plan: &Plan<'_>) -> Chapter {
    let document = plan.document;
    let mut chapter = Chapter::new(words("Where the money goes", "Ke mana uangnya"));
    if let Some(chart) = flow::chart(plan.names, &document.allocation) {
        chapter.chart(chart);
    }
    chapter.chart(flow::by_type(plan.names, &document.allocation));
    chapter
        .pieces
        .push(Piece::Heading(words("Source by source and year by year", "Menurut sumber dan tahun")));
    chapter.table(sources(plan));
    chapter
}

/// What every source spends in every year.
fn sources(plan: &Plan<'_>) -> Table {
    let model = plan.model;
    let years: Vec<i32> = (0..model.horizon.years).map(|y| model.horizon.calendar_year(y)).collect();
    let mut headings = vec![words("source", "sumber")];
    headings.extend(years.iter().map(|year| Text::same(year.to_string())));
    headings.push(words("total", "jumlah"));
    let mut table = Table::new(headings, 1);
    let lines = &plan.document.budget.lines;
    let mut totals = vec![0i64; years.len()];
    for source in &model.sources {
        let own: Vec<_> = lines.iter().filter(|line| line.source == source.key).collect();
        let spent =
            |year: i32| own.iter().filter(|line| line.year == year).map(|line| line.spent).sum::<i64>();
        let mut cells = vec![Cell::Words(plan.names.source(&source.key))];
        for (total, year) in totals.iter_mut().zip(&years) {
            *total += spent(*year);
            cells.push(Cell::Money(spent(*year) as f64));
        }
        cells.push(Cell::Money(own.iter().map(|line| line.spent).sum::<i64>() as f64));
        table.row(cells);
    }
    let mut cells = vec![Cell::Words(words("all sources", "semua sumber"))];
    cells.extend(totals.iter().map(|total| Cell::Money(*total as f64)));
    cells.push(Cell::Money(totals.iter().sum::<i64>() as f64));
    table.row(cells);
    table
}

/// The chapter on coverage.
pub(super) fn coverage(plan: &Plan<'_>) -> Chapter {
    let of = &plan.document.coverage;
    let heading = words("Are all ten facility types provided?", "Apakah kesepuluh jenis fasilitas tersedia?");
    let mut chapter = Chapter::new(heading);
    chapter.say(both(|lang| {
        let (all, short) = (of.supported_clusters, of.short_clusters);
        match (lang, short) {
            (Lang::Id, 0) => {
                format!("Semua {all} klaster yang didukung memenuhi yang diminta Pasal 89 ayat (6).")
            }
            (Lang::Id, _) => format!(
                "{short} dari {all} klaster yang didukung masih kurang dari yang diminta Pasal 89 ayat (6)."
            ),
            (Lang::En, 0) => {
                format!("All {all} supported clusters have what Article 89 paragraph (6) asks for.")
            }
            (Lang::En, _) => format!(
                "{short} of {all} supported clusters are short of what Article 89 paragraph (6) asks for."
            ),
        }
    }));
    if !of.stated {
        chapter.say(words(
            "The scenario states no minima of coverage: a mark says that money is given.",
            "Skenario tidak menyatakan minimum cakupan: tanda berarti ada uang yang diberikan.",
        ));
    }
    let shown: Vec<_> = of.clusters.iter().filter(|own| own.types.is_some()).collect();
    let columns =
        FacilityType::ALL.iter().map(|own| (Text::same(own.letter().to_string()), facility(*own))).collect();
    let rows = shown.iter().take(CLUSTERS).map(|own| {
        let types = own.types.as_deref().unwrap_or_default();
        let marks = FacilityType::ALL.iter().map(|kind| mark(types, *kind));
        (plan.names.cluster(&own.cluster), marks.collect())
    });
    chapter.pieces.push(Piece::Grid(Grid {
        title: words(
            "The ten facility types, cluster by cluster",
            "Kesepuluh jenis fasilitas, klaster demi klaster",
        ),
        columns,
        rows: rows.collect(),
    }));
    if shown.len() > CLUSTERS {
        let more = shown.len() - CLUSTERS;
        chapter.say(both(|lang| match lang {
            Lang::Id => format!("{more} klaster lain ada dalam coverage.csv."),
            Lang::En => format!("{more} more clusters are in coverage.csv."),
        }));
    }
    chapter
}

/// The mark of a type: of several minima the worst.
fn mark(types: &[CoverageType], kind: FacilityType) -> Mark {
    let letter = kind.letter().to_string();
    let own: Vec<&CoverageType> = types.iter().filter(|of| of.head.letter == letter).collect();
    let any = |state: StateKey| own.iter().any(|of| of.status == state);
    let funded = own.iter().any(|of| of.committed > 0);
    let (sign, means, tone) = if any(StateKey::Short) {
        ("✗", words("short of its minimum", "kurang dari minimum"), Tone::Watch)
    } else if any(StateKey::Met) {
        ("✓", words("provided by this plan", "dipenuhi rencana ini"), Tone::Good)
    } else if any(StateKey::ProvidedBefore) {
        ("●", words("provided before", "sudah tersedia"), Tone::Plain)
    } else if any(StateKey::Waived) {
        ("–", words("waived", "dikecualikan"), Tone::Plain)
    } else if funded {
        ("✓", words("provided by this plan", "dipenuhi rencana ini"), Tone::Good)
    } else {
        ("·", words("no money, no minimum", "tanpa uang, tanpa minimum"), Tone::Plain)
    };
    Mark { sign, means, tone }
}
