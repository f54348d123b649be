//! The worth of a plan: what it brings, what it costs, which is more, and how sure that is.

use super::super::language::{Lang, Text};
use super::super::page::{Cell, Section, Table, both, words};
use crate::model::{Metric, Model};
use crate::study::worth::{Ends, Factor, HIGHEST_RATE, LineWorth, Ratio, Switching, View, Worth};

/// The sentences that open a summary.
pub(super) fn lead(model: &Model, worth: &Worth) -> Vec<Text> {
    let view = &worth.budget;
    if view.benefits.mean == 0.0 && view.costs.mean == 0.0 {
        return vec![words(
            "The plan brings nothing and costs nothing.",
            "Rencana ini tidak membawa tambahan dan tidak menelan biaya.",
        )];
    }
    let more = view.npv.mean >= 0.0;
    let brings = both(|lang| {
        let [benefits, costs, net] =
            [view.benefits.mean, view.costs.mean, view.npv.mean.abs()].map(|rupiah| lang.money(rupiah));
        let (metric, half) = (lang.metric(model, worth.metric), lang.money(view.npv.half_width));
        let pays = lang.percent(view.pays);
        match lang {
            Lang::Id => {
                let word = if more { "lebih besar" } else { "lebih kecil" };
                format!(
                    "Rencana ini membawa tambahan {metric} {benefits} dan menelan biaya {costs} (nilai kini): manfaat {word} {net} (± {half}) daripada biaya; manfaat menutup biaya pada {pays} simulasi."
                )
            }
            Lang::En => {
                let word = if more { "more" } else { "less" };
                format!(
                    "The plan brings {benefits} of {metric} and costs {costs} in present value: {net} (± {half}) {word} than it costs; it brings at least what it costs in {pays} of futures."
                )
            }
        }
    });
    vec![brings]
}

/// The last line that pays and the first that does not, of a plan that maximises benefits less costs.
pub(super) fn ends(model: &Model, ends: &Ends) -> Vec<Text> {
    let named = |lang: Lang, of: &LineWorth| {
        let line = &of.line;
        let chain = model.chain_of(line.cluster);
        let what = lang.title(&chain.interventions[line.intervention.index()].title);
        let place = lang.title(&model.clusters[line.cluster.index()].title);
        let source = lang.title(&model.sources[line.source.index()].title);
        let year = model.horizon.calendar_year(line.year);
        let (amount, ratio) = (lang.money(line.amount.as_f64()), lang.number(of.ratio(), 2));
        (format!("{what}, {place}, {source}, {year} ({amount})"), ratio)
    };
    let last = match &ends.last {
        None => words(
            "No line is funded that some rule does not ask for.",
            "Tidak ada baris yang didanai di luar yang diwajibkan aturan.",
        ),
        Some(of) => both(|lang| {
            let (line, ratio) = named(lang, of);
            let pays = of.net.mean >= 0.0;
            match lang {
                Lang::Id => format!(
                    "Baris yang paling tipis manfaatnya: {line}; setiap rupiah biayanya membawa Rp{ratio}{}.",
                    if pays { "" } else { ", jadi dengan cara berjualan yang biasa tidak menutup biayanya" }
                ),
                Lang::En => format!(
                    "The last line that pays: {line}; each rupiah of its cost brings Rp {ratio}{}.",
                    if pays { "" } else { ", so in established ways of selling it does not pay" }
                ),
            }
        }),
    };
    let next = match &ends.next {
        None => words(
            "Neither rules nor what is left of budgets allow another line.",
            "Aturan dan sisa pagu tidak memungkinkan baris lain.",
        ),
        Some(of) => both(|lang| {
            let (line, ratio) = named(lang, of);
            let pays = of.net.mean >= 0.0;
            match lang {
                Lang::Id => format!(
                    "Baris pertama yang tidak didanai: {line}; setiap rupiah biayanya akan membawa Rp{ratio}{}.",
                    if pays {
                        ", jadi dengan cara berjualan yang biasa ia menutup biayanya, tetapi tidak menurut hasil model optimasi"
                    } else {
                        ""
                    }
                ),
                Lang::En => format!(
                    "The first line that does not: {line}; each rupiah of its cost would bring Rp {ratio}{}.",
                    if pays {
                        ", so it pays in established ways of selling though not in the program's reading"
                    } else {
                        ""
                    }
                ),
            }
        }),
    };
    vec![last, next]
}

/// The rate and the years that everything is counted at.
fn counted(model: &Model) -> Text {
    both(|lang| {
        let rate = lang.percent(model.horizon.discount_rate);
        let (first, last) = (model.horizon.first_year, model.horizon.last_operating_year());
        match lang {
            Lang::Id => format!("Nilai kini {first}-{last} dengan tingkat diskonto riil {rate}."),
            Lang::En => format!("Present values of {first}-{last} at a real discount rate of {rate}."),
        }
    })
}

/// The section with both views.
pub(super) fn section(model: &Model, worth: &Worth) -> Section {
    let mut section =
        Section::new(words("What the plan is worth to the public", "Nilai rencana bagi masyarakat"));
    section.say(counted(model));
    section.table(views(model, worth));
    section.gap();
    section.table(at_rates(worth));
    if let (Some(budget), Some(economy)) = (worth.budget.switching, worth.economy.switching) {
        section.gap();
        section.table(switching([budget, economy]));
    }
    section.gap();
    section.table(by_source(model, worth));
    section.say(words(
        "To the budget all money is cost. To the economy only the use of resources is: of grants for private goods the part that would not have been bought anyway.",
        "Bagi anggaran seluruh uang adalah biaya. Bagi perekonomian hanya penggunaan sumber daya: dari hibah barang privat hanya bagian yang tidak akan dibeli tanpa hibah.",
    ));
    section
}

fn views(model: &Model, worth: &Worth) -> Table {
    let both_views = [&worth.budget, &worth.economy];
    let headings = vec![
        Text::same(""),
        words("to the budget", "bagi anggaran"),
        words("to the economy", "bagi perekonomian"),
    ];
    let mut table = Table::new(headings, 1);
    let mut row = |name: Text, cell: &dyn Fn(&View) -> Cell| {
        let mut cells = vec![Cell::Words(name)];
        cells.extend(both_views.iter().map(|view| cell(view)));
        table.row(cells);
    };
    row(words("benefits", "manfaat"), &|view| Cell::Money(view.benefits.mean));
    row(words("costs", "biaya"), &|view| Cell::Money(view.costs.mean));
    let value = words("net present value", "nilai kini bersih (NPV)");
    row(value, &|view| Cell::Money(view.npv.mean));
    row(words("95 % interval, ±", "selang 95%, ±"), &|view| Cell::Money(view.npv.half_width));
    row(words("benefit-cost ratio", "rasio manfaat-biaya (BCR)"), &|view| {
        view.bcr.map_or(Cell::Empty, |ratio| Cell::Words(both(|lang| ratio_in(lang, ratio))))
    });
    let economic = worth.metric != Metric::ValueAdded;
    let rate = if economic {
        words("economic rate of return", "tingkat pengembalian ekonomi (EIRR)")
    } else {
        words("internal rate of return", "tingkat pengembalian internal (IRR)")
    };
    row(rate, &|view| Cell::Words(both(|lang| rates_in(lang, view))));
    row(words("pays back from", "modal kembali mulai"), &|view| {
        let year = view.payback_year.map(|year| model.horizon.calendar_year(year).to_string());
        Cell::Words(year.map_or_else(|| words("never", "tidak pernah"), Text::same))
    });
    row(words("brings what it costs in", "manfaat menutup biaya pada"), &|view| Cell::Share(view.pays));
    table
}

fn ratio_in(lang: Lang, of: Ratio) -> String {
    let ratio = lang.number(of.ratio, 2);
    match of.interval {
        None => ratio,
        Some([low, high]) => {
            let (low, high) = (lang.number(low, 2), lang.number(high, 2));
            match lang {
                Lang::Id => format!("{ratio} ({low} sampai {high})"),
                Lang::En => format!("{ratio} ({low} to {high})"),
            }
        }
    }
}

fn rates_in(lang: Lang, view: &View) -> String {
    let list: Vec<String> = view.eirr.rates.iter().map(|rate| lang.percent(*rate)).collect();
    match list.as_slice() {
        [] => lang.pick("tidak ada", "none").to_string(),
        [one] => match view.eirr.ranges.as_slice() {
            [[low, high]] if *high < HIGHEST_RATE => {
                let (low, high) = (lang.percent(*low), lang.percent(*high));
                match lang {
                    Lang::Id => format!("{one} ({low} sampai {high})"),
                    Lang::En => format!("{one} ({low} to {high})"),
                }
            }
            _ => one.clone(),
        },
        more => more.join(lang.pick(" dan ", " and ")),
    }
}

fn at_rates(worth: &Worth) -> Table {
    let headings = vec![
        words("at a discount rate of", "pada tingkat diskonto"),
        words("NPV, budget", "NPV, anggaran"),
        words("pays in", "menutup biaya pada"),
        words("NPV, economy", "NPV, perekonomian"),
        words("pays in", "menutup biaya pada"),
    ];
    let mut table = Table::new(headings, 1);
    for (budget, economy) in worth.budget.at_rates.iter().zip(&worth.economy.at_rates) {
        table.row(vec![
            Cell::Words(both(|lang| lang.percent(budget.rate))),
            Cell::Money(budget.npv.mean),
            Cell::Share(budget.pays),
            Cell::Money(economy.npv.mean),
            Cell::Share(economy.pays),
        ]);
    }
    table
}

/// The changes at which the plan just brings what it costs.
fn switching(views: [Switching; 2]) -> Table {
    let headings = vec![
        words("it just pays, each by itself, with", "impas, masing-masing sendiri, bila"),
        words("to the budget", "bagi anggaran"),
        words("to the economy", "bagi perekonomian"),
    ];
    let mut table = Table::new(headings, 1);
    let none = || Cell::Words(words("at no such change", "tidak ada"));
    let mut row = |name: Text, of: &dyn Fn(&Switching) -> Factor| {
        let mut cells = vec![Cell::Words(name)];
        cells.extend(views.iter().map(|view| match of(view) {
            Factor::At(factor) => Cell::Share(factor),
            Factor::Never => none(),
        }));
        table.row(cells);
    };
    row(words("prices at", "harga menjadi"), &|view| view.prices);
    row(words("additionality at", "adisionalitas menjadi"), &|view| view.additionality);
    row(words("effectiveness at", "daya guna menjadi"), &|view| view.effectiveness);
    row(words("costs at", "biaya menjadi"), &|view| view.costs);
    let mut cells = vec![Cell::Words(words("money late by", "uang terlambat"))];
    cells.extend(views.iter().map(|view| {
        view.delay.map_or_else(none, |periods| {
            Cell::Words(both(|lang| match lang {
                Lang::Id => format!("{periods} periode"),
                Lang::En if periods == 1 => "1 period".to_string(),
                Lang::En => format!("{periods} periods"),
            }))
        })
    }));
    table.row(cells);
    table
}

fn by_source(model: &Model, worth: &Worth) -> Table {
    let headings = vec![
        words("costs by source", "biaya menurut sumber"),
        words("paid", "dibayarkan"),
        words("upkeep", "pemeliharaan"),
        words("left at the end", "sisa nilai"),
        words("costs", "biaya"),
    ];
    let mut table = Table::new(headings, 1);
    for cost in &worth.by_source {
        let title = &model.sources[cost.source.index()].title;
        table.row(vec![
            Cell::Words(both(|lang| lang.title(title).to_string())),
            Cell::Money(cost.paid),
            Cell::Money(cost.upkeep),
            Cell::Money(cost.returned),
            Cell::Money(cost.costs()),
        ]);
    }
    table
}
