//! Whether a plan pays: benefits and costs for the economy and for the budget.

use super::piece::{Chapter, Piece, Tone};
use crate::report::chart::{BarRow, Chart, Form, Measure, money};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, both, words};
use crate::result::WorthDocument;
use crate::result::worth::ViewDocument;

/// Adds benefits and costs, discount rates and values at which a plan breaks even to a chapter.
pub(super) fn add(chapter: &mut Chapter, of: &WorthDocument) {
    chapter.say(pays(of));
    chapter.chart(sides(of));
    chapter.table(views(of));
    chapter.say(words(
        "Costs to the budget are all the money that is paid. Costs to the economy are the resources that are used: of a gift of private goods only the part that would not have been bought anyway.",
        "Biaya bagi anggaran adalah seluruh uang yang dibayarkan. Biaya bagi perekonomian hanyalah sumber daya yang terpakai: dari hibah barang privat hanya bagian yang tidak akan dibeli tanpa hibah.",
    ));
    chapter.table(rates(of));
    if let Some(table) = break_even(of) {
        chapter.pieces.push(Piece::Heading(words(
            "What would have to change for it just to break even",
            "Apa yang harus berubah agar tepat impas",
        )));
        chapter.table(table);
    }
}

/// Whether benefits cover costs, as far as the interval tells.
pub(super) fn verdict(view: &ViewDocument) -> Tone {
    let [low, high] = view.npv.interval;
    if low > 0.0 && view.probability_pays.share >= 0.5 {
        Tone::Good
    } else if high < 0.0 {
        Tone::Watch
    } else {
        Tone::Plain
    }
}

/// Whether it pays, for the economy and for the budget.
pub(super) fn pays(of: &WorthDocument) -> Text {
    let (economy, budget) = (&of.economy, &of.budget);
    both(|lang| {
        let size = |view: &ViewDocument| money(lang, view.npv.mean.abs());
        let share = lang.percent(economy.probability_pays.share);
        let economy_says = match (lang, verdict(economy)) {
            (Lang::Id, Tone::Good) => format!(
                "Bagi perekonomian rencana ini menguntungkan: manfaat {} lebih besar daripada biaya, dan menutupnya pada {share} kemungkinan keadaan",
                size(economy)
            ),
            (Lang::Id, Tone::Watch) => format!(
                "Bagi perekonomian rencana ini tidak menguntungkan: biaya {} lebih besar daripada manfaat, yang menutupnya hanya pada {share} kemungkinan keadaan",
                size(economy)
            ),
            (Lang::Id, Tone::Plain) if economy.npv.interval[0] > 0.0 => format!(
                "Bagi perekonomian rencana ini rata-rata menguntungkan (manfaat {} lebih besar daripada biaya), tetapi menutup biaya hanya pada {share} kemungkinan keadaan",
                size(economy)
            ),
            (Lang::Id, Tone::Plain) => format!(
                "Bagi perekonomian rencana ini kira-kira impas: manfaat menutup biaya pada {share} kemungkinan keadaan"
            ),

            (Lang::En, Tone::Good) => format!(
                "For the economy it pays: benefits exceed costs by {}, and cover them in {share} of all futures",
                size(economy)
            ),
            (Lang::En, Tone::Watch) => format!(
                "For the economy it does not pay: costs exceed benefits by {}, which cover them in only {share} of all futures",
                size(economy)
            ),
            (Lang::En, Tone::Plain) if economy.npv.interval[0] > 0.0 => format!(
                "For the economy it pays on average (benefits exceed costs by {}), but covers its costs in only {share} of all futures",
                size(economy)
            ),
            (Lang::En, Tone::Plain) => format!(
                "For the economy it about breaks even: benefits cover costs in {share} of all futures"
            ),
        };
        let all = lang.percent(budget.probability_pays.share);
        let budget_says = match (lang, budget.npv.mean >= 0.0) {
            (Lang::Id, true) => format!(
                "bila seluruh uang dihitung sebagai biaya, manfaat tetap lebih besar {} ({all})",
                size(budget)
            ),
            (Lang::Id, false) => {
                format!("bila seluruh uang dihitung sebagai biaya, manfaat kurang {} ({all})", size(budget))
            }
            (Lang::En, true) => format!(
                "with all money counted as cost, benefits still exceed it by {} ({all})",
                size(budget)
            ),
            (Lang::En, false) => {
                format!("with all money counted as cost, benefits fall {} short of it ({all})", size(budget))
            }
        };
        format!("{economy_says}; {budget_says}.")
    })
}

fn sides(of: &WorthDocument) -> Chart {
    let view =
        |name: Text, of: &ViewDocument| BarRow { label: name, values: vec![of.costs.mean, of.benefits.mean] };
    Chart {
        title: words("Costs and benefits, in present value", "Biaya dan manfaat, dalam nilai kini"),
        says: both(|lang| {
            let net = |view: &ViewDocument| {
                let size = money(lang, view.npv.mean.abs());
                match (lang, view.npv.mean >= 0.0) {
                    (Lang::Id, true) => format!("lebih {size}"),
                    (Lang::Id, false) => format!("kurang {size}"),
                    (Lang::En, true) => format!("more by {size}"),
                    (Lang::En, false) => format!("less by {size}"),
                }
            };
            match lang {
                Lang::Id => format!(
                    "Manfaat dibanding biaya: bagi perekonomian {}, bagi anggaran {}.",
                    net(&of.economy),
                    net(&of.budget)
                ),
                Lang::En => format!(
                    "Benefits against costs: {} for the economy, {} for the budget.",
                    net(&of.economy),
                    net(&of.budget)
                ),
            }
        }),
        measure: Measure::Rupiah,
        form: Form::Bars {
            series: vec![words("costs", "biaya"), words("benefits", "manfaat")],
            rows: vec![
                view(words("to the economy", "bagi perekonomian"), &of.economy),
                view(words("to the budget", "bagi anggaran"), &of.budget),
            ],
        },
    }
}

fn views(of: &WorthDocument) -> Table {
    let mut table = Table::new(
        vec![
            Text::same(""),
            words("for the economy", "bagi perekonomian"),
            words("for the budget", "bagi anggaran"),
        ],
        1,
    );
    let views = [&of.economy, &of.budget];
    let mut row = |name: Text, cell: &dyn Fn(&ViewDocument) -> Cell| {
        table.row(std::iter::once(Cell::Words(name)).chain(views.iter().map(|view| cell(view))).collect());
    };
    row(words("benefits", "manfaat"), &|view| Cell::Money(view.benefits.mean));
    row(words("costs", "biaya"), &|view| Cell::Money(view.costs.mean));
    row(words("net present value", "nilai kini bersih"), &|view| Cell::Money(view.npv.mean));
    row(words("its 95 % interval", "selang 95%-nya"), &|view| {
        let [low, high] = view.npv.interval;
        Cell::Words(both(|lang| {
            format!("{} {} {}", money(lang, low), lang.pick("s.d.", "to"), money(lang, high))
        }))
    });
    row(words("benefit for each rupiah of cost", "manfaat tiap rupiah biaya"), &|view| {
        view.bcr.as_ref().map_or(Cell::Empty, |bcr| Cell::Number(bcr.ratio, 2))
    });
    row(words("economic rate of return", "tingkat pengembalian ekonomi"), &|view| match view
        .eirr
        .rates
        .as_slice()
    {
        [] => Cell::Words(words("none", "tidak ada")),
        rates => {
            let rates = rates.to_vec();
            Cell::Words(both(|lang| {
                rates.iter().map(|rate| lang.percent(*rate)).collect::<Vec<_>>().join(", ")
            }))
        }
    });
    row(
        words("first year in which benefits have repaid costs", "tahun pertama manfaat telah menutup biaya"),
        &|view| match view.payback_year {
            Some(year) => Cell::name(year.to_string()),
            None => Cell::Words(words("never", "tidak pernah")),
        },
    );
    row(words("benefits cover costs in", "manfaat menutup biaya pada"), &|view| {
        Cell::Words(both(|lang| {
            format!(
                "{} {}",
                lang.percent(view.probability_pays.share),
                lang.pick("kemungkinan keadaan", "of futures")
            )
        }))
    });
    table
}

fn rates(of: &WorthDocument) -> Table {
    let headings = vec![
        words("at a real discount rate of", "pada tingkat diskonto riil"),
        words("net present value, economy", "nilai kini bersih, perekonomian"),
        words("covers costs in", "menutup biaya pada"),
        words("net present value, budget", "nilai kini bersih, anggaran"),
        words("covers costs in", "menutup biaya pada"),
    ];
    let mut table = Table::new(headings, 1);
    for (economy, budget) in of.economy.by_discount_rate.iter().zip(&of.budget.by_discount_rate) {
        table.row(vec![
            Cell::Share(economy.rate),
            Cell::Money(economy.npv.mean),
            Cell::Share(economy.probability_pays),
            Cell::Money(budget.npv.mean),
            Cell::Share(budget.probability_pays),
        ]);
    }
    table
}

fn break_even(of: &WorthDocument) -> Option<Table> {
    let (economy, budget) = (of.economy.switching_values.as_ref()?, of.budget.switching_values.as_ref()?);
    let headings = vec![
        words("each alone", "masing-masing sendiri"),
        words("for the economy", "bagi perekonomian"),
        words("for the budget", "bagi anggaran"),
    ];
    let mut table = Table::new(headings, 1);
    let cell = |at: Option<f64>| match at {
        Some(factor) => Cell::Words(both(|lang| {
            let change = lang.percent((factor - 1.0).abs());
            let word = if factor >= 1.0 { lang.pick("naik", "up by") } else { lang.pick("turun", "down by") };
            format!("{word} {change}")
        })),
        None => Cell::Words(words("no such change", "tidak ada perubahan demikian")),
    };
    for (name, a, b) in [
        (words("prices", "harga"), economy.prices, budget.prices),
        (words("costs", "biaya"), economy.costs, budget.costs),
        (
            words("effectiveness of what is bought", "daya guna yang dibeli"),
            economy.effectiveness,
            budget.effectiveness,
        ),
        (words("additionality", "adisionalitas"), economy.additionality, budget.additionality),
    ] {
        table.row(vec![Cell::Words(name), cell(a), cell(b)]);
    }
    let late = |periods: Option<usize>| match periods {
        Some(n) => Cell::Words(Text::new(format!("{n} periods late"), format!("terlambat {n} periode"))),
        None => Cell::Words(words("no such delay", "tidak ada keterlambatan demikian")),
    };
    table.row(vec![
        Cell::Words(words("the money comes", "uang datang")),
        late(economy.delay),
        late(budget.delay),
    ]);
    Some(table)
}
