//! The report of a judged plan: what it breaks, and what it gains or loses against the best.

use super::names::Names;
use super::piece::{Book, Chapter, Figure, Piece, Tone};
use super::told::Result;
use super::years::spread;
use super::{annex, flow, worth};
use crate::model::Metric;
use crate::report::chart::{BarRow, Chart, Form, Measure, RangeRow, money};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, titled, words};
use crate::result::JudgementDocument;
use crate::result::judge::MovedDocument;

/// Moves shown by bars at most.
const MOVES: usize = 12;

/// The report.
pub(super) fn book(told: &Result, document: &JudgementDocument, broken: &[Text]) -> Book {
    let names = Names(&told.model);
    let metric = names.metric(&document.objective).unwrap_or(told.model.objective);
    let horizon = &told.model.horizon;
    let mut chapters = Vec::new();
    chapters.extend(against(told, document, metric));
    let mut money = Chapter::new(words("Where the money goes", "Ke mana uangnya"));
    money.pieces.extend(flow::chart(names, &document.allocation).map(Piece::Chart));
    money.chart(flow::by_type(names, &document.allocation));
    money.table(spending(names, document));
    chapters.push(money);
    let mut pays = Chapter::new(words(
        "Does it pay, and how sure is that?",
        "Apakah menguntungkan, dan seberapa yakin?",
    ));
    worth::add(&mut pays, &document.worth);
    chapters.push(pays);
    chapters.push(annex::numbers(told));
    chapters.push(annex::lines(told, &document.allocation));
    chapters.push(annex::method(told, &[]));
    Book {
        title: titled(&told.model.title),
        kind: both(|lang| {
            format!(
                "{} {}–{}",
                lang.pick("Penilaian rencana", "A plan judged"),
                horizon.first_year,
                horizon.last_year()
            )
        }),
        answer: answer(document, metric),
        figures: figures(document, metric),
        first: first(broken),
        chapters,
    }
}

fn answer(document: &JudgementDocument, metric: Metric) -> Vec<Text> {
    let measure = Measure::of(metric);
    let broken = document.violations.len();
    let mut said = vec![both(|lang| match (lang, document.keeps_all_rules) {
        (Lang::Id, true) => "Rencana ini memenuhi semua aturan.".to_string(),
        (Lang::Id, false) => format!("Rencana ini melanggar {broken} aturan."),
        (Lang::En, true) => "The plan keeps all rules.".to_string(),
        (Lang::En, false) => {
            format!("The plan breaks {broken} {}.", if broken == 1 { "rule" } else { "rules" })
        }
    })];
    said.extend(document.against.as_ref().map(|of| {
        both(|lang| {
            let size = measure.say(lang, of.difference.mean.abs());
            match (lang, of.difference.mean >= 0.0) {
                (Lang::Id, _) if of.difference.mean == 0.0 => {
                    "Ia memberi sama banyak dengan rencana pembanding.".to_string()
                }
                (Lang::En, _) if of.difference.mean == 0.0 => {
                    "It brings as much as the plan it is held against.".to_string()
                }
                (Lang::Id, true) => format!("Ia memberi {size} lebih banyak daripada rencana pembanding."),
                (Lang::Id, false) => format!("Ia memberi {size} lebih sedikit daripada rencana terbaik."),
                (Lang::En, true) => format!("It brings {size} more than the plan it is held against."),
                (Lang::En, false) => format!("It brings {size} less than the best plan."),
            }
        })
    }));
    said.push(super::worth::pays(&document.worth));
    said
}

fn figures(document: &JudgementDocument, metric: Metric) -> Vec<Figure> {
    let measure = Measure::of(metric);
    let spent: i64 = document.allocation.iter().map(|line| line.rupiah).sum();
    let mut figures = vec![
        Figure {
            asks: words("What does it cost?", "Berapa biayanya?"),
            says: both(|lang| money(lang, spent as f64)),
            means: words("money that the plan spends", "uang yang dibelanjakan rencana"),
            tone: Tone::Plain,
        },
        Figure {
            asks: words("What does it bring?", "Apa hasilnya?"),
            says: both(|lang| format!("+{}", measure.say(lang, document.increment.mean))),
            means: words("over no plan, on average", "dibanding tanpa rencana, rata-rata"),
            tone: Tone::Plain,
        },
    ];
    figures.extend(document.against.as_ref().map(|of| Figure {
        asks: words("Against the best plan?", "Dibanding rencana terbaik?"),
        says: both(|lang| measure.say(lang, of.difference.mean)),
        means: both(|lang| {
            let wins = lang.percent(of.difference.share_of_samples_better);
            match lang {
                Lang::Id => format!("lebih baik pada {wins} kemungkinan keadaan"),
                Lang::En => format!("better in {wins} of all futures"),
            }
        }),
        tone: if of.difference.mean >= 0.0 { Tone::Good } else { Tone::Watch },
    }));
    let broken = document.violations.len();
    figures.push(Figure {
        asks: words("Rules that it breaks?", "Aturan yang dilanggar?"),
        says: both(|lang| lang.number(broken as f64, 0)),
        means: if document.keeps_all_rules {
            words("it may be carried out", "dapat dijalankan")
        } else {
            words("it may not be carried out as it is", "tidak dapat dijalankan begitu saja")
        },
        tone: if document.keeps_all_rules { Tone::Good } else { Tone::Watch },
    });
    figures
}

fn first(broken: &[Text]) -> Vec<Piece> {
    if broken.is_empty() {
        return Vec::new();
    }
    vec![
        Piece::Heading(words("Rules that it breaks", "Aturan yang dilanggar")),
        Piece::Watch(broken.to_vec()),
    ]
}

/// Against the best plan, and by which moves.
fn against(told: &Result, document: &JudgementDocument, metric: Metric) -> Option<Chapter> {
    let of = document.against.as_ref()?;
    let names = Names(&told.model);
    let measure = Measure::of(metric);
    let mut chapter = Chapter::new(words("Against the best plan", "Dibanding rencana terbaik"));
    let row = |label: Text, of, ours| RangeRow { label, spread: spread(of), ours };
    chapter.chart(Chart {
        title: both(|lang| match lang {
            Lang::Id => format!("Tambahan {} dibanding tanpa rencana", lang.metric(&told.model, metric)),
            Lang::En => format!("Rise in {} over no plan", lang.metric(&told.model, metric)),
        }),
        says: answer(document, metric).swap_remove(1),
        measure: measure.clone(),
        form: Form::Ranges(vec![
            row(words("the judged plan", "rencana yang dinilai"), &document.increment, true),
            row(words("the plan it is held against", "rencana pembanding"), &of.increment, false),
        ]),
    });
    if of.moved.is_empty() {
        return Some(chapter);
    }
    let name = |own: &MovedDocument| {
        let [what, place] =
            [names.intervention_title(&own.cluster, &own.intervention), names.cluster(&own.cluster)];
        let year = own.year;
        both(|lang| format!("{} · {} · {year}", what.in_language(lang), place.in_language(lang)))
    };
    let mut moved: Vec<&MovedDocument> = of.moved.iter().collect();
    moved.sort_by(|a, b| b.effect.mean.abs().total_cmp(&a.effect.mean.abs()));
    let top = name(moved[0]);
    chapter.chart(Chart {
        title: words("What each changed line gains or loses", "Untung-rugi tiap baris yang berubah"),
        says: both(|lang| {
            let (name, size) = (top.in_language(lang), measure.say(lang, moved[0].effect.mean));
            match lang {
                Lang::Id => format!("Yang paling berpengaruh: {name} ({size})."),
                Lang::En => format!("What weighs most: {name} ({size})."),
            }
        }),
        measure: measure.clone(),
        form: Form::Bars {
            series: vec![words("effect", "pengaruh")],
            rows: moved
                .iter()
                .take(MOVES)
                .map(|own| BarRow { label: name(own), values: vec![own.effect.mean] })
                .collect(),
        },
    });
    let headings = vec![
        words("line", "baris"),
        words("this plan [Rp]", "rencana ini [Rp]"),
        words("the best [Rp]", "terbaik [Rp]"),
        words("effect", "pengaruh"),
        words("95 % interval", "selang 95%"),
    ];
    let mut table = Table::new(headings, 1);
    for own in &moved {
        let half =
            own.effect.interval[1].map_or(Cell::Empty, |high| Cell::Spread(metric, high - own.effect.mean));
        let [ours, best] = [own.rupiah, own.best_rupiah].map(|of| Cell::Rupiah(of as f64));
        table.row(vec![Cell::Words(name(own)), ours, best, Cell::Amount(metric, own.effect.mean), half]);
    }
    chapter.pieces.push(Piece::Folded(
        words("Every changed line", "Setiap baris yang berubah"),
        vec![Piece::Block(crate::report::page::Block::Table(table))],
    ));
    Some(chapter)
}

fn spending(names: Names<'_>, document: &JudgementDocument) -> Table {
    let headings = vec![
        words("source", "sumber"),
        words("year", "tahun"),
        words("budget [Rp]", "pagu [Rp]"),
        words("spent [Rp]", "belanja [Rp]"),
        words("left [Rp]", "sisa [Rp]"),
        words("over budget [Rp]", "melebihi pagu [Rp]"),
    ];
    let mut table = Table::new(headings, 2);
    for of in &document.spending {
        let amounts = [of.amount, of.spent, of.left, of.over].map(|amount| Cell::Rupiah(amount as f64));
        let first = [Cell::Words(names.source(&of.source)), Cell::name(of.year.to_string())];
        table.row(first.into_iter().chain(amounts).collect());
    }
    table
}
