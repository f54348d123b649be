//! The allocation as a sheet that can be edited: where a thing is bought in units, units lead and rupiah is their formula.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use super::sheet::Writing;
use crate::report::book::{Told, ToldOf};
use crate::report::language::Text;
use crate::report::page::words;
use crate::result::judge::MovedDocument;
use crate::scenario::PlanLine;
use crate::scenario::workbook_columns;

/// The headings of the columns that are read back, by the columns of `allocation.csv`: in English and in Indonesian.
pub const HEADINGS: [(&str, [&str; 2]); 8] = workbook_columns::HEADINGS;

/// The lines of a plan that the result has.
pub(super) fn lines(told: &Told) -> Option<&[PlanLine]> {
    let lines: &[PlanLine] = match &told.of {
        ToldOf::Plan(document) => &document.allocation,
        ToldOf::Simulation(lines) => lines.as_deref()?,
        ToldOf::Judgement(document, _) => &document.allocation,
        ToldOf::Comparison(_) | ToldOf::Coordination(_) => return None,
    };
    (!lines.is_empty()).then_some(lines)
}

/// Columns of the sheet. The first three are keys.
const SOURCE: u16 = 0;
const CLUSTER: u16 = 1;
const LINE: u16 = 2;
const YEAR: u16 = 8;
const UNITS: u16 = 9;
const UNIT: u16 = 10;
const COST: u16 = 11;
const RUPIAH: u16 = 12;
const BEST: u16 = 13;

fn heading(column: &str) -> Text {
    let found = HEADINGS.iter().find(|(name, _)| *name == column);
    found.map_or_else(|| Text::same(column), |(_, [en, id])| words(en, id))
}

/// Writes the lines with their total.
pub(super) fn write(writing: &mut Writing<'_>, told: &Told, lines: &[PlanLine]) -> Result<(), XlsxError> {
    let (formats, lang) = (writing.formats, writing.lang);
    let moved = moved(told);
    let headings = [
        heading("source"),
        heading("cluster"),
        heading("intervention"),
        words("source", "sumber"),
        words("cluster", "klaster"),
        words("letter of Article 89 (6)", "huruf Pasal 89 ayat (6)"),
        words("facility type", "jenis fasilitas"),
        words("what", "apa"),
        heading("year"),
        heading("units"),
        heading("unit"),
        heading("unit_cost"),
        heading("rupiah"),
    ];
    let judged = [
        words("best plan [Rp]", "rencana terbaik [Rp]"),
        words("more than the best [Rp]", "lebih dari yang terbaik [Rp]"),
        words("effect of this change", "pengaruh perubahan ini"),
        words("95 % interval from", "selang 95% dari"),
        words("to", "sampai"),
    ];
    let shown = headings.iter().chain(judged.iter().filter(|_| moved.is_some()));
    for (column, heading) in (0u16..).zip(shown) {
        let said = heading.in_language(lang).to_string();
        writing.words(column, &said, &formats.head)?;
    }
    writing.row = 1;
    for line in lines {
        row(writing, told, line)?;
        if let Some(moved) = &moved {
            beside(writing, line, moved)?;
        }
        writing.row += 1;
    }
    let last = writing.row;
    writing.words(3, lang.pick("jumlah", "total"), &formats.strong)?;
    let sum: i64 = lines.iter().map(|line| line.rupiah).sum();
    writing.formula(RUPIAH, &format!("=SUM(M2:M{last})"), sum as f64, &formats.total)?;
    for (column, width) in [
        (SOURCE, 7.0),
        (CLUSTER, 7.0),
        (LINE, 7.0),
        (3, 30.0),
        (4, 16.0),
        (5, 8.0),
        (6, 22.0),
        (7, 38.0),
        (YEAR, 7.0),
        (UNITS, 12.0),
        (UNIT, 16.0),
        (COST, 15.0),
        (RUPIAH, 19.0),
    ] {
        writing.sheet.set_column_width(column, width)?;
    }
    if moved.is_some() {
        for column in BEST..BEST + 5 {
            writing.sheet.set_column_width(column, 18.0)?;
        }
    }
    writing.sheet.set_freeze_panes(1, 0)?;
    writing.sheet.autofilter(0, 0, last.saturating_sub(1).max(1), RUPIAH)?;
    writing.sheet.set_repeat_rows(0, 0)?;
    writing.sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn row(writing: &mut Writing<'_>, told: &Told, line: &PlanLine) -> Result<(), XlsxError> {
    let (formats, lang) = (writing.formats, writing.lang);
    let model = &told.model;
    for (column, key) in [(SOURCE, &line.source), (CLUSTER, &line.cluster), (LINE, &line.intervention)] {
        writing.words(column, key, &formats.key)?;
    }
    let source = model.sources.iter().find(|own| own.key == line.source);
    let cluster = model.clusters.iter().find(|own| own.key == line.cluster);
    let chain = cluster.map(|own| &model.chains[own.chain.index()]);
    let own = chain.and_then(|chain| chain.interventions.iter().find(|own| own.key == line.intervention));
    let titles = [
        source.map_or(line.source.as_str(), |own| lang.title(&own.title)),
        cluster.map_or(line.cluster.as_str(), |own| lang.title(&own.title)),
    ];
    for (column, title) in (3u16..).zip(titles) {
        writing.words(column, title, &formats.words)?;
    }
    if let Some(own) = own {
        writing.words(5, &own.facility.letter().to_string(), &formats.words)?;
        writing.words(6, lang.facility(own.facility), &formats.words)?;
        writing.words(7, lang.title(&own.title), &formats.words)?;
    }
    writing.number(YEAR, line.year as f64, &formats.year)?;
    let at = writing.row + 1;
    match own.and_then(|own| own.unit.as_ref()) {
        Some(unit) => {
            let units = unit.of(line.rupiah);
            writing.number(UNITS, units, &formats.edit)?;
            writing.words(UNIT, lang.title(unit.named(2.0)), &formats.words)?;
            writing.number(COST, unit.cost.as_f64(), &formats.rupiah)?;
            writing.formula(RUPIAH, &format!("=ROUND(J{at}*L{at},0)"), line.rupiah as f64, &formats.rupiah)
        }
        None => writing.number(RUPIAH, line.rupiah as f64, &formats.edit),
    }
}

/// The moves of a judged plan against the best one, where the result has one.
fn moved(told: &Told) -> Option<&[MovedDocument]> {
    match &told.of {
        ToldOf::Judgement(document, _) => document.against.as_ref().map(|of| of.moved.as_slice()),
        _ => None,
    }
}

/// What the best plan has in place of a line, and the effect of the change with its interval.
fn beside(writing: &mut Writing<'_>, line: &PlanLine, moved: &[MovedDocument]) -> Result<(), XlsxError> {
    let formats = writing.formats;
    let is = |own: &&MovedDocument| {
        own.source == line.source
            && own.cluster == line.cluster
            && own.intervention == line.intervention
            && i64::from(own.year) == line.year
    };
    let Some(own) = moved.iter().find(is) else {
        // A line that both plans fund alike.
        writing.number(BEST, line.rupiah as f64, &formats.rupiah)?;
        return writing.number(BEST + 1, 0.0, &formats.rupiah);
    };
    let at = writing.row + 1;
    writing.number(BEST, own.best_rupiah as f64, &formats.rupiah)?;
    writing.formula(BEST + 1, &format!("=M{at}-N{at}"), own.difference as f64, &formats.rupiah)?;
    writing.number(BEST + 2, own.effect.mean, &formats.rupiah)?;
    let [low, high] = own.effect.interval.map(|end| end.unwrap_or(f64::NAN));
    writing.number(BEST + 3, low, &formats.rupiah)?;
    writing.number(BEST + 4, high, &formats.rupiah)
}

/// The letter of a column.
fn letter(column: u16) -> char {
    char::from(b'A' + u8::try_from(column.min(25)).unwrap_or(25))
}

/// What every source spends in every year: sums over the sheet of the allocation, `named`.
pub(super) fn by_source(
    writing: &mut Writing<'_>,
    told: &Told,
    lines: &[PlanLine],
    named: &str,
) -> Result<(), XlsxError> {
    let (formats, lang) = (writing.formats, writing.lang);
    let model = &told.model;
    let mut sums: BTreeMap<(&str, i64), i64> = BTreeMap::new();
    for line in lines {
        *sums.entry((line.source.as_str(), line.year)).or_default() += line.rupiah;
    }
    let years: Vec<i64> =
        (0..model.horizon.years).map(|y| i64::from(model.horizon.calendar_year(y))).take(22).collect();
    writing.words(0, lang.pick("kunci", "key"), &formats.head)?;
    writing.words(1, lang.pick("sumber", "source"), &formats.head)?;
    for (column, year) in (2u16..).zip(&years) {
        writing.number(column, *year as f64, &formats.head)?;
    }
    let total = 2 + u16::try_from(years.len()).unwrap_or(0);
    writing.words(total, lang.pick("jumlah", "total"), &formats.head)?;
    writing.row = 1;
    let end = lines.len() + 1;
    for source in &model.sources {
        let at = writing.row + 1;
        writing.words(0, &source.key, &formats.key)?;
        writing.words(1, lang.title(&source.title), &formats.words)?;
        let mut all = 0;
        for (column, year) in (2u16..).zip(&years) {
            let sum = sums.get(&(source.key.as_str(), *year)).copied().unwrap_or(0);
            all += sum;
            let of = letter(column);
            let formula = format!(
                "=SUMIFS('{named}'!$M$2:$M${end},'{named}'!$A$2:$A${end},$A{at},'{named}'!$I$2:$I${end},{of}$1)"
            );
            writing.formula(column, &formula, sum as f64, &formats.rupiah)?;
        }
        let (first, last) = (letter(2), letter(total - 1));
        writing.formula(total, &format!("=SUM({first}{at}:{last}{at})"), all as f64, &formats.rupiah)?;
        writing.row += 1;
    }
    let last = writing.row;
    writing.words(1, lang.pick("semua sumber", "all sources"), &formats.strong)?;
    for column in 2..=total {
        let year = years.get(usize::from(column - 2));
        let counted = lines.iter().filter(|line| year.is_none_or(|year| *year == line.year));
        let sum: i64 = counted.map(|line| line.rupiah).sum();
        let of = letter(column);
        writing.formula(column, &format!("=SUM({of}2:{of}{last})"), sum as f64, &formats.total)?;
    }
    writing.sheet.set_column_width(0, 9.0)?;
    writing.sheet.set_column_width(1, 44.0)?;
    for column in 2..=total {
        writing.sheet.set_column_width(column, 18.0)?;
    }
    writing.sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}
