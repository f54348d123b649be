//! The reports that set cases side by side: comparisons, and ways of planning.

use super::annex;
use super::names::Names;
use super::piece::{Book, Chapter, Figure, Piece, Tone};
use super::told::Result;
use super::years::spread;
use crate::model::Metric;
use crate::report::chart::{BarRow, Chart, Form, Measure, RangeRow, money};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, titled, words};
use crate::result::compare::DecisionKey;
use crate::result::coordination::WayKey;
use crate::result::{CompareDocument, CoordinationDocument};

fn name(of: &crate::result::estimate::Title) -> Text {
    Text::new(&of.en, &of.id)
}

/// The report of a comparison.
pub(super) fn comparison(told: &Result, document: &CompareDocument) -> Book {
    let metric = Names(&told.model).metric(&document.metric).unwrap_or(told.model.objective);
    let measure = Measure::of(metric);
    let best = document.cases.iter().max_by(|a, b| a.value.mean.total_cmp(&b.value.mean));
    let mut answer = Vec::new();
    answer.extend(best.map(|best| {
        let title = name(&best.title);
        both(|lang| {
            let (title, value) = (title.in_language(lang), measure.say(lang, best.value.mean));
            match lang {
                Lang::Id => format!("Kasus dengan nilai tertinggi: {title}, {value}."),
                Lang::En => format!("The case of the highest value: {title}, {value}."),
            }
        })
    }));
    let open = document.pairs.iter().filter(|pair| pair.decision == DecisionKey::Open).count();
    answer.push(both(|lang| match (lang, open) {
        (Lang::Id, 0) => "Semua pasangan kasus sudah dapat dibedakan atau setara.".to_string(),
        (Lang::Id, _) => format!("{open} pasangan kasus belum dapat dibedakan."),
        (Lang::En, 0) => "Every pair of cases is told apart, or equal.".to_string(),
        (Lang::En, _) => format!("{open} pairs of cases cannot be told apart yet."),
    }));
    let mut chapter = Chapter::new(words("The cases side by side", "Kasus berdampingan"));
    chapter.chart(Chart {
        title: both(|lang| {
            let metric = lang.metric(&told.model, metric);
            match lang {
                Lang::Id => format!("Nilai tiap kasus: {metric}"),
                Lang::En => format!("The value of each case: {metric}"),
            }
        }),
        says: answer.first().cloned().unwrap_or_else(|| Text::same("")),
        measure: measure.clone(),
        form: Form::Ranges(
            (document.cases.iter())
                .map(|case| RangeRow {
                    label: name(&case.title),
                    spread: spread(&case.value),
                    ours: best.is_some_and(|best| best.case == case.case),
                })
                .collect(),
        ),
    });
    chapter.table(cases(document, metric));
    chapter.pieces.push(Piece::Heading(words("Which differences are decided", "Selisih yang sudah pasti")));
    chapter.table(pairs(document, metric));
    let figures = document.cases.iter().take(6).map(|case| Figure {
        asks: name(&case.title),
        says: both(|lang| measure.say(lang, case.value.mean)),
        means: both(|lang| {
            let (spent, npv) = (money(lang, case.spent as f64), money(lang, case.npv_economy.mean));
            match lang {
                Lang::Id => format!("membelanjakan {spent}; nilai kini bersih perekonomian {npv}"),
                Lang::En => format!("spends {spent}; net present value to the economy {npv}"),
            }
        }),
        tone: if case.npv_economy.interval[0] > 0.0 { Tone::Good } else { Tone::Plain },
    });
    Book {
        title: titled(&told.model.title),
        kind: words("Cases compared", "Perbandingan kasus"),
        figures: figures.collect(),
        answer,
        first: Vec::new(),
        chapters: vec![chapter, annex::numbers(told), annex::method(told, &[])],
    }
}

fn cases(document: &CompareDocument, metric: Metric) -> Table {
    let headings = vec![
        words("case", "kasus"),
        words("budget", "pagu"),
        words("spent", "belanja"),
        words("value", "nilai"),
        words("net present value, economy", "nilai kini bersih, perekonomian"),
        words("best with probability", "peluang terbaik"),
        words("regret", "sesal"),
        words("rules broken", "aturan dilanggar"),
    ];
    let mut table = Table::new(headings, 1);
    for case in &document.cases {
        table.row(vec![
            Cell::Words(name(&case.title)),
            Cell::Money(case.budget as f64),
            Cell::Money(case.spent as f64),
            Cell::Amount(metric, case.value.mean),
            Cell::Money(case.npv_economy.mean),
            Cell::Share(case.best),
            Cell::Amount(metric, case.regret.mean),
            Cell::count(case.rules_broken),
        ]);
    }
    table
}

fn pairs(document: &CompareDocument, metric: Metric) -> Table {
    let headings = vec![
        words("first", "pertama"),
        words("second", "kedua"),
        words("first less second", "pertama dikurangi kedua"),
        words("decision", "keputusan"),
    ];
    let mut table = Table::new(headings, 2);
    let title = |number: usize| {
        let case = document.cases.iter().find(|case| case.case == number);
        case.map_or_else(|| Text::same(number.to_string()), |case| name(&case.title))
    };
    for pair in &document.pairs {
        let decision = match pair.decision {
            DecisionKey::First => words("the first is better", "yang pertama lebih baik"),
            DecisionKey::Second => words("the second is better", "yang kedua lebih baik"),
            DecisionKey::Equal => words("equal for all purposes", "setara"),
            DecisionKey::Open => words("not decided", "belum pasti"),
        };
        let ends = [title(pair.first), title(pair.second)].map(Cell::Words);
        let rest = [Cell::Amount(metric, pair.difference.mean), Cell::Words(decision)];
        table.row(ends.into_iter().chain(rest).collect());
    }
    table
}

fn way(of: WayKey) -> Text {
    match of {
        WayKey::Joint => words("all together", "semua bersama"),
        WayKey::Alone => words("each alone", "masing-masing sendiri"),
        WayKey::Sequence => words("one after the other", "satu demi satu"),
    }
}

/// The report of ways of planning.
pub(super) fn coordination(told: &Result, document: &CoordinationDocument) -> Book {
    let metric = Names(&told.model).metric(&document.metric).unwrap_or(told.model.objective);
    let measure = Measure::of(metric);
    let value = &document.value_of_coordination.simulated;
    let answer = vec![both(|lang| {
        let size = measure.say(lang, value.mean);
        let wins = lang.percent(value.share_of_samples_better);
        match lang {
            Lang::Id => format!(
                "Merencanakan bersama menambah {size} dibanding masing-masing sendiri, dan lebih baik pada {wins} kemungkinan keadaan."
            ),
            Lang::En => format!(
                "To plan together brings {size} more than each alone, and is better in {wins} of all futures."
            ),
        }
    })];
    let mut chapter = Chapter::new(words("The ways of planning", "Cara-cara merencanakan"));
    let row = |of: &crate::result::coordination::WayDocument| RangeRow {
        label: way(of.way),
        spread: spread(&of.increment),
        ours: of.way == WayKey::Joint,
    };
    chapter.chart(Chart {
        title: both(|lang| match lang {
            Lang::Id => format!("Tambahan {} menurut cara merencanakan", lang.metric(&told.model, metric)),
            Lang::En => format!("Rise in {} by the way of planning", lang.metric(&told.model, metric)),
        }),
        says: answer[0].clone(),
        measure: measure.clone(),
        form: Form::Ranges(document.ways.iter().map(row).collect()),
    });
    chapter.chart(Chart {
        title: words(
            "Money left unspent by the way of planning",
            "Uang yang tidak terpakai menurut cara merencanakan",
        ),
        says: words(
            "What rules cut from plans that were made apart.",
            "Yang dipotong aturan dari rencana yang dibuat sendiri-sendiri.",
        ),
        measure: Measure::Rupiah,
        form: Form::Bars {
            series: vec![words("unspent", "tidak terpakai")],
            rows: document
                .ways
                .iter()
                .map(|of| BarRow { label: way(of.way), values: vec![of.unspent as f64] })
                .collect(),
        },
    });
    let figures = document.ways.iter().map(|of| Figure {
        asks: way(of.way),
        says: both(|lang| format!("+{}", measure.say(lang, of.increment.mean))),
        means: both(|lang| {
            let spent = money(lang, of.spent as f64);
            match lang {
                Lang::Id => format!("membelanjakan {spent}"),
                Lang::En => format!("spends {spent}"),
            }
        }),
        tone: if of.way == WayKey::Joint { Tone::Good } else { Tone::Plain },
    });
    Book {
        title: titled(&told.model.title),
        kind: words("The value of coordination", "Nilai koordinasi"),
        figures: figures.collect(),
        answer,
        first: Vec::new(),
        chapters: vec![chapter, annex::numbers(told), annex::method(told, &[])],
    }
}
