//! The annex of every report: what answers to the law, the numbers it rests on, all lines of a plan, method and reproduction.

use std::collections::BTreeMap;

use super::names::Names;
use super::piece::{Chapter, Piece};
use super::told::Result;
use crate::model::Grade;
use crate::report::chart::{BarRow, Chart, Form, Measure};
use crate::report::language::{Lang, Text};
use crate::report::law;
use crate::report::page::{Block, Cell, Table, both, words};
use crate::result::law::YesNo;
use crate::scenario::{PlanLine, StatedNumber};

/// Rows of a long table at most: the files of the result folder have them all.
const ROWS: usize = 400;

/// A sentence on rows that are left out.
fn left_out(chapter: &mut Vec<Piece>, all: usize, file: &str) {
    if all > ROWS {
        let more = all - ROWS;
        chapter.push(Piece::Block(Block::Sentence(both(|lang| match lang {
            Lang::Id => format!("{more} baris lain ada dalam {file}."),
            Lang::En => format!("{more} more rows are in {file}."),
        }))));
    }
}

/// The rules that bind, with the paragraph or policy that each answers to.
pub(super) fn law(told: &Result) -> Option<Chapter> {
    let binding: Vec<&str> = told
        .tables
        .law
        .iter()
        .filter(|row| row.binding == Some(YesNo::Yes))
        .map(|row| row.key.as_str())
        .collect();
    if binding.is_empty() {
        return None;
    }
    let trace = law::trace(&told.model, &told.scenario.numbers, None);
    let headings = vec![
        words("rule that binds", "aturan yang mengikat"),
        words("law", "hukum"),
        words("policy, and where it is stated", "kebijakan, dan di mana dinyatakan"),
    ];
    let mut table = Table::new(headings, 3);
    let rows: Vec<_> = trace.iter().filter(|row| binding.contains(&row.key.as_str())).collect();
    for row in rows.iter().take(ROWS) {
        let article = both(|lang| row.article(lang));
        let place = row.place.clone();
        let policy = both(|lang| {
            let place = crate::scenario::place_in(&place, lang);
            let policy = row.policy.in_language(lang);
            match (policy.is_empty(), place.is_empty() || policy == place) {
                (true, _) => place,
                (false, true) => policy.to_string(),
                (false, false) => format!("{policy} ({place})"),
            }
        });
        table.row([row.rule.clone(), article, policy].map(Cell::Words).into());
    }
    let count = binding.len();
    let mut chapter = Chapter::new(words(
        "Which rules bind, and what they answer to",
        "Aturan yang mengikat, dan dasarnya",
    ));
    chapter.say(both(|lang| match lang {
        Lang::Id => format!("{count} aturan mengikat rencana ini: melonggarkannya dapat mengubahnya. law_trace.csv memuat semua aturan dan angka."),
        Lang::En => format!("{count} rules bind this plan: to relax them could change it. law_trace.csv has all rules and figures."),
    }));
    let mut folded = vec![Piece::Block(Block::Table(table))];
    left_out(&mut folded, rows.len(), "law_trace.csv");
    chapter.pieces.push(Piece::Folded(words("The rules that bind", "Aturan yang mengikat"), folded));
    Some(chapter)
}

fn grade_name(of: Option<Grade>) -> Text {
    match of {
        Some(Grade::A) => words("A: official or peer-reviewed", "A: resmi atau ditelaah sejawat"),
        Some(Grade::B) => {
            words("B: a single study or an official quoted", "B: satu studi atau pejabat yang dikutip")
        }
        Some(Grade::C) => words("C: local press or a blog", "C: pers lokal atau blog"),
        Some(Grade::Derived) => words("derived from sourced numbers", "diturunkan dari angka bersumber"),
        Some(Grade::Assumption) => words("assumption of the modeller", "asumsi penyusun model"),
        None => words("no grade stated", "tanpa mutu bukti"),
    }
}

/// The numbers that the answer rests on, by how well they are evidenced.
pub(super) fn numbers(told: &Result) -> Chapter {
    let numbers = &told.scenario.numbers;
    let mut by: BTreeMap<usize, (Text, usize)> = BTreeMap::new();
    let order =
        [Some(Grade::A), Some(Grade::B), Some(Grade::C), Some(Grade::Derived), Some(Grade::Assumption), None];
    for own in numbers {
        let place = order.iter().position(|grade| *grade == own.provenance.grade).unwrap_or(order.len());
        by.entry(place).or_insert_with(|| (grade_name(own.provenance.grade), 0)).1 += 1;
    }
    let weak: Vec<&StatedNumber> = numbers
        .iter()
        .filter(|own| matches!(own.provenance.grade, None | Some(Grade::Assumption | Grade::C)))
        .collect();
    let (all, few) = (numbers.len(), weak.len());
    let mut chapter = Chapter::new(words("The numbers it rests on", "Angka yang mendasarinya"));
    chapter.chart(Chart {
        title: words("Numbers of the scenario by how well they are evidenced", "Angka skenario menurut mutu buktinya"),
        says: both(|lang| {
            let share = lang.percent(if all > 0 { few as f64 / all as f64 } else { 0.0 });
            match lang {
                Lang::Id => format!("{few} dari {all} angka ({share}) adalah asumsi, dari pers atau blog, atau tanpa mutu bukti."),
                Lang::En => format!("{few} of {all} numbers ({share}) are assumptions, from the press or a blog, or have no grade."),
            }
        }),
        measure: Measure::Of(words("numbers", "angka"), 0),
        form: Form::Bars {
            series: vec![words("numbers", "angka")],
            rows: by.into_values().map(|(label, count)| BarRow { label, values: vec![count as f64] }).collect(),
        },
    });
    let headings = vec![
        words("number", "angka"),
        words("grade", "mutu bukti"),
        words("source", "sumber"),
        words("stated in", "dinyatakan di"),
    ];
    let mut table = Table::new(headings, 4);
    for own in weak.iter().take(ROWS) {
        let source = own.provenance.source.clone().unwrap_or_default();
        table.row(vec![
            Cell::name(own.name.clone()),
            Cell::Words(grade_name(own.provenance.grade)),
            Cell::name(source),
            Cell::Words(both(|lang| own.place_in(lang))),
        ]);
    }
    let mut folded = vec![Piece::Block(Block::Table(table))];
    left_out(&mut folded, weak.len(), "scenario/");
    if !weak.is_empty() {
        chapter
            .pieces
            .push(Piece::Folded(words("The weakly evidenced numbers", "Angka yang buktinya lemah"), folded));
    }
    chapter
}

/// Every line of a plan.
pub(super) fn lines(told: &Result, lines: &[PlanLine]) -> Chapter {
    let names = Names(&told.model);
    let headings = vec![
        words("source", "sumber"),
        words("year", "tahun"),
        words("cluster", "klaster"),
        words("what", "apa"),
        words("units", "satuan"),
        words("rupiah", "rupiah"),
    ];
    let mut table = Table::new(headings, 4);
    for line in lines.iter().take(ROWS) {
        let unit = names.intervention(&line.cluster, &line.intervention).and_then(|own| own.unit.as_ref());
        let units = match (line.units, unit) {
            (Some(units), Some(unit)) => {
                let digits = usize::from(units.fract() != 0.0);
                Cell::Words(both(|lang| {
                    format!("{} {}", lang.number(units, digits), lang.title(unit.named(units)))
                }))
            }
            _ => Cell::Empty,
        };
        table.row(vec![
            Cell::Words(names.source(&line.source)),
            Cell::name(line.year.to_string()),
            Cell::Words(names.cluster(&line.cluster)),
            Cell::Words(names.intervention_title(&line.cluster, &line.intervention)),
            units,
            Cell::Rupiah(line.rupiah as f64),
        ]);
    }
    let total: i64 = lines.iter().map(|line| line.rupiah).sum();
    let mut chapter = Chapter::new(words("The full list", "Daftar lengkap"));
    let count = lines.len();
    chapter.say(both(|lang| {
        let (count, total) = (lang.number(count as f64, 0), lang.number(total as f64, 0));
        match lang {
            Lang::Id => format!("{count} baris, seluruhnya Rp{total}."),
            Lang::En => format!("{count} lines, Rp {total} in all."),
        }
    }));
    let mut folded = vec![Piece::Block(Block::Table(table))];
    left_out(&mut folded, lines.len(), "allocation.csv");
    chapter.pieces.push(Piece::Folded(words("Every line of the plan", "Setiap baris rencana"), folded));
    chapter
}

/// How it was computed, and how to compute it again.
pub(super) fn method(told: &Result, proof: &[Text]) -> Chapter {
    let mut chapter = Chapter::new(words("Method and reproduction", "Metode dan cara mengulang"));
    for said in proof {
        chapter.pieces.push(Piece::Block(Block::Point(said.clone())));
    }
    chapter.pieces.push(Piece::Block(Block::Point(words(
        "Plan and comparisons are simulated on the same futures: differences are paired, and intervals are of 95 %.",
        "Rencana dan pembandingnya disimulasikan pada kemungkinan keadaan yang sama: selisihnya berpasangan, dan selangnya 95%.",
    ))));
    chapter.say(both(|lang| {
        let (version, folder) = (&told.rantai, &told.folder);
        match lang {
            Lang::Id => format!("Dihitung dengan rantai {version}. Di dalam folder hasil {folder}, perintah ini memberi hasil yang sama:"),
            Lang::En => format!("Computed by rantai {version}. Inside the result folder {folder}, this command gives the same:"),
        }
    }));
    chapter.pieces.push(Piece::Written(Text::same(format!("{}\nscenario {}", told.command, told.hash))));
    if !told.scenario.changes.is_empty() {
        let count = told.scenario.changes.len();
        chapter.say(both(|lang| match lang {
            Lang::Id => format!("Perintah itu mengubah {count} nilai skenario; manifest.json menyebutnya."),
            Lang::En => {
                format!("The command changes {count} values of the scenario; manifest.json lists them.")
            }
        }));
    }
    let summary = Piece::Written(told.summary.clone());
    chapter.pieces.push(Piece::Folded(
        words(
            "The summary in full, as the command printed it",
            "Ringkasan lengkap seperti dicetak perintahnya",
        ),
        vec![summary],
    ));
    chapter
}
