//! The first page: the answer, the figures that matter, the things to fund, and what to watch.

use std::collections::BTreeMap;

use super::super::names::{facility, listed, sums};
use super::super::piece::{Figure, Piece, Thing, Tone};
use super::super::{chain, worth};
use super::subject::Plan;
use crate::model::{Chain, Intervention};
use crate::report::chart::{Measure, money};
use crate::report::language::{Lang, Text};
use crate::report::page::{both, titled, words};
use crate::result::plan::BaselineDocument;
use crate::result::words::BaselineKey;
use crate::result::worth::ViewDocument;
use crate::scenario::PlanLine;

/// Things listed on the first page.
const LISTED: usize = 8;

/// The answer in a few sentences.
pub(super) fn answer(plan: &Plan<'_>) -> Vec<Text> {
    let (document, model) = (plan.document, plan.model);
    let evaluation = &document.evaluation;
    let metric = plan.metric_name();
    let measure = Measure::of(plan.metric);
    let clusters = document.coverage.supported_clusters;
    let last = model.horizon.last_operating_year();
    let spends = both(|lang| {
        let spent = money(lang, document.budget.spent as f64);
        let gain = measure.say(lang, evaluation.increment.mean);
        let name = metric.in_language(lang);
        match lang {
            Lang::Id => format!(
                "Belanjakan {spent} di {clusters} klaster: hasilnya tambahan {name} {gain} sampai {last}."
            ),
            Lang::En => {
                let clusters =
                    if clusters == 1 { "1 cluster".to_string() } else { format!("{clusters} clusters") };
                format!("Spend {spent} in {clusters}: it adds {gain} of {name} up to {last}.")
            }
        }
    });
    let mut said = vec![spends];
    if let Some(today) = today(plan) {
        said.push(against(&today.gain, &measure));
    }
    said.push(worth::pays(&document.worth));
    said
}

/// Today's allocation, if the scenario states one that differs from nothing.
fn today<'a>(plan: &Plan<'a>) -> Option<&'a BaselineDocument> {
    plan.document.evaluation.baselines.iter().find(|of| of.baseline == BaselineKey::Today)
}

fn against(gain: &crate::result::estimate::Comparison, measure: &Measure) -> Text {
    both(|lang| {
        let size = measure.say(lang, gain.mean.abs());
        let wins = lang.percent(gain.share_of_samples_better);
        match (lang, gain.mean >= 0.0) {
            (Lang::Id, true) => format!(
                "Itu {size} lebih banyak daripada alokasi saat ini dengan uang yang sama, dan lebih baik pada {wins} kemungkinan keadaan."
            ),
            (Lang::Id, false) => format!(
                "Itu {size} lebih sedikit daripada alokasi saat ini; lebih baik pada {wins} kemungkinan keadaan."
            ),
            (Lang::En, true) => format!(
                "That is {size} more than today's allocation of the same money, and better in {wins} of all futures."
            ),
            (Lang::En, false) => {
                format!("That is {size} less than today's allocation; it is better in {wins} of all futures.")
            }
        }
    })
}

/// The figures that matter.
pub(super) fn figures(plan: &Plan<'_>) -> Vec<Figure> {
    let (document, model) = (plan.document, plan.model);
    let measure = Measure::of(plan.metric);
    let increment = &document.evaluation.increment;
    let metric = plan.metric_name();
    let total = document.budget.money.total.unwrap_or_else(|| model.total_budget());
    let upkeep: f64 = document.obligations.iter().map(|of| of.upkeep as f64).sum();
    let last = model.horizon.last_year();
    let mut figures = vec![
        Figure {
            asks: words("What does it cost?", "Berapa biayanya?"),
            says: both(|lang| money(lang, document.budget.spent as f64)),
            means: both(|lang| {
                let total = money(lang, total as f64);
                let of = match lang {
                    Lang::Id => format!("dari pagu {total}"),
                    Lang::En => format!("of a budget of {total}"),
                };
                match (lang, upkeep > 0.0) {
                    (_, false) => of,
                    (Lang::Id, true) => {
                        format!("{of}; lalu pemeliharaan {} setelah {last}", money(lang, upkeep))
                    }
                    (Lang::En, true) => format!("{of}; then {} of upkeep after {last}", money(lang, upkeep)),
                }
            }),
            tone: Tone::Plain,
        },
        Figure {
            asks: words("What does it bring?", "Apa hasilnya?"),
            says: both(|lang| format!("+{}", measure.say(lang, increment.mean))),
            means: both(|lang| {
                let name = metric.in_language(lang);
                let (Some(low), Some(high)) = (increment.q05, increment.q95) else { return name.to_string() };
                let (low, high) = (measure.say(lang, low), measure.say(lang, high));
                match lang {
                    Lang::Id => format!("{name}; pada 9 dari 10 kemungkinan keadaan antara {low} dan {high}"),
                    Lang::En => format!("{name}; in 9 of 10 futures between {low} and {high}"),
                }
            }),
            tone: if increment.mean > 0.0 { Tone::Good } else { Tone::Watch },
        },
        worth_figure(&document.worth.economy),
    ];
    figures.extend(today(plan).map(|of| Figure {
        asks: words("Better than today's allocation?", "Lebih baik dari alokasi saat ini?"),
        says: both(|lang| {
            let sign = if of.gain.mean >= 0.0 { "+" } else { "" };
            format!("{sign}{}", measure.say(lang, of.gain.mean))
        }),
        means: both(|lang| {
            let wins = lang.percent(of.gain.share_of_samples_better);
            match lang {
                Lang::Id => format!("lebih baik pada {wins} kemungkinan keadaan"),
                Lang::En => format!("better in {wins} of all futures"),
            }
        }),
        tone: if of.gain.interval[0].is_some_and(|low| low > 0.0) { Tone::Good } else { Tone::Watch },
    }));
    figures.extend(short_of_target(plan));
    figures
}

fn worth_figure(view: &ViewDocument) -> Figure {
    Figure {
        asks: words("Does it pay?", "Apakah menguntungkan?"),
        says: both(|lang| match &view.bcr {
            Some(bcr) => {
                let ratio = lang.number(bcr.ratio, 2);
                match lang {
                    Lang::Id => format!("Rp{ratio} per rupiah"),
                    Lang::En => format!("Rp {ratio} per rupiah"),
                }
            }
            None => money(lang, view.npv.mean),
        }),
        means: both(|lang| {
            let share = lang.percent(view.probability_pays.share);
            match lang {
                Lang::Id => format!(
                    "manfaat bagi perekonomian tiap rupiah biaya; menutup biaya pada {share} kemungkinan keadaan"
                ),
                Lang::En => format!(
                    "benefit to the economy for each rupiah of cost; covers its costs in {share} of futures"
                ),
            }
        }),
        tone: worth::verdict(view),
    }
}

/// The chance of falling short of the target that is missed most often.
fn short_of_target(plan: &Plan<'_>) -> Option<Figure> {
    let with = crate::result::words::PlanKey::Plan;
    let targets = plan.document.evaluation.targets.iter().filter(|own| own.plan == with);
    let worst = targets.min_by(|a, b| a.probability.total_cmp(&b.probability))?;
    let name = Text::new(&worst.target.target.en, &worst.target.target.id);
    Some(Figure {
        asks: words("Chance of missing the target?", "Peluang meleset dari sasaran?"),
        says: both(|lang| lang.percent(1.0 - worst.probability)),
        means: both(|lang| {
            let name = name.in_language(lang);
            match lang {
                Lang::Id => format!("sasaran yang paling sering meleset: {name}"),
                Lang::En => format!("the target that is missed most often: {name}"),
            }
        }),
        tone: if worst.probability >= 0.8 { Tone::Good } else { Tone::Watch },
    })
}

/// The pieces beside the figures.
pub(super) fn pieces(plan: &Plan<'_>) -> Vec<Piece> {
    let things = things(plan);
    let more = things.len().saturating_sub(LISTED);
    let mut pieces = vec![
        Piece::Heading(words("What to fund", "Apa yang didanai")),
        Piece::Things(things.into_iter().take(LISTED).collect()),
    ];
    if more > 0 {
        let said = both(|lang| match lang {
            Lang::Id => format!("dan {more} lainnya, dalam daftar lengkap di lampiran"),
            Lang::En => format!("and {more} more, in the full list in the annex"),
        });
        pieces.push(Piece::Block(crate::report::page::Block::Detail(said)));
    }
    pieces.push(Piece::Heading(words("What to watch", "Apa yang perlu diperhatikan")));
    pieces.push(Piece::Watch(watch(plan)));
    pieces
}

/// Everything that is funded, the largest first.
pub(super) fn things(plan: &Plan<'_>) -> Vec<Thing> {
    let names = plan.names;
    let total = plan.document.budget.spent.max(1) as f64;
    let mut by: BTreeMap<(usize, usize), Vec<&PlanLine>> = BTreeMap::new();
    for line in plan.document.allocation.iter().filter(|line| line.rupiah > 0) {
        if let Some((chain, at)) = place_of(plan, line) {
            by.entry((chain, at)).or_default().push(line);
        }
    }
    let several = plan.model.chains.len() > 1;
    let mut things: Vec<Thing> = by
        .into_iter()
        .map(|((h, i), lines)| {
            let chain = &plan.model.chains[h];
            let own = &chain.interventions[i];
            let rupiah: i64 = lines.iter().map(|line| line.rupiah).sum();
            let places = sums(&lines, |line| line.cluster.clone(), |line| line.rupiah as f64);
            let places: Vec<Text> = places.iter().map(|(key, _)| names.cluster(key)).collect();
            Thing {
                many: many(own, rupiah),
                what: described(chain, own, several),
                places: listed(&places, 4),
                rupiah: rupiah as f64,
                share: rupiah as f64 / total,
            }
        })
        .collect();
    things.sort_by(|a, b| b.rupiah.total_cmp(&a.rupiah).then_with(|| a.what.cmp(&b.what)));
    things
}

fn place_of(plan: &Plan<'_>, line: &PlanLine) -> Option<(usize, usize)> {
    let cluster = plan.names.cluster_id(&line.cluster)?;
    let chain = plan.model.clusters[cluster.index()].chain.index();
    let lines = &plan.model.chains[chain].interventions;
    Some((chain, lines.iter().position(|own| own.key == line.intervention)?))
}

/// `245 tool sets`; of what is not bought in units its title.
fn many(own: &Intervention, rupiah: i64) -> Text {
    match &own.unit {
        Some(unit) => both(|lang| {
            let units = unit.of(rupiah);
            // Ends of units are of no use on the first page where there are hundreds.
            let digits = usize::from(units.fract() != 0.0 && units < 100.0);
            format!("{} {}", lang.number(units, digits), lang.title(unit.named(units)))
        }),
        None => titled(&own.title),
    }
}

fn described(chain: &Chain, own: &Intervention, several: bool) -> Text {
    let kind = facility(own.facility);
    both(|lang| {
        let letter = own.facility.letter();
        let kind = kind.in_language(lang);
        let title = lang.title(&own.title);
        let named = if own.unit.is_some() { format!("{title} · ") } else { String::new() };
        let of = if several { format!(" · {}", lang.title(&chain.title)) } else { String::new() };
        format!("{named}({letter}) {kind}{of}")
    })
}

/// What to watch, the weightiest first.
fn watch(plan: &Plan<'_>) -> Vec<Text> {
    let document = plan.document;
    let mut said = Vec::new();
    said.extend(switching(&document.worth.economy));
    said.extend(chain::tightest(plan.model, plan.tables));
    said.extend(super::gains::worse(plan));
    let increment = &document.evaluation.increment;
    if let Some(below) = increment.below_zero.filter(|share| *share >= 0.005) {
        said.push(both(|lang| {
            let share = lang.percent(below);
            match lang {
                Lang::Id => {
                    format!("Pada {share} kemungkinan keadaan hasilnya lebih buruk daripada tanpa rencana.")
                }
                Lang::En => format!("In {share} of futures the outcome is worse than without the plan."),
            }
        }));
    }
    if document.coverage.short_clusters > 0 {
        let (short, all) = (document.coverage.short_clusters, document.coverage.supported_clusters);
        said.push(both(|lang| match lang {
            Lang::Id => format!(
                "{short} dari {all} klaster yang didukung belum memenuhi cakupan kesepuluh jenis fasilitas."
            ),
            Lang::En => format!(
                "{short} of {all} supported clusters are short of the coverage of the ten facility types."
            ),
        }));
    }
    if !document.unmet_facility_types.is_empty() {
        let letters: Vec<&str> = document.unmet_facility_types.iter().map(|of| of.letter.as_str()).collect();
        let letters = letters.join(", ");
        said.push(both(|lang| match lang {
            Lang::Id => format!("Tidak mendapat dana: jenis fasilitas huruf {letters}."),
            Lang::En => format!("Without money: facility types of letters {letters}."),
        }));
    }
    said.extend(super::proof::unproven(plan));
    said
}

/// At which changes the plan stops or begins to pay.
fn switching(view: &ViewDocument) -> Option<Text> {
    let of = view.switching_values.as_ref()?;
    let pays = view.npv.mean >= 0.0;
    let changes = [
        (of.prices, ["prices", "harga"]),
        (of.costs, ["costs", "biaya"]),
        (of.effectiveness, ["effectiveness", "daya guna"]),
        (of.additionality, ["additionality", "adisionalitas"]),
    ];
    let near: Vec<(f64, [&str; 2])> = changes
        .into_iter()
        .filter_map(|(at, name)| at.map(|at| (at - 1.0, name)))
        .filter(|(by, _)| by.abs() <= 0.5)
        .collect();
    if near.is_empty() {
        return None;
    }
    Some(both(|lang| {
        let told: Vec<String> = near
            .iter()
            .map(|(by, [en, id])| {
                let size = lang.percent(by.abs());
                match (lang, *by >= 0.0) {
                    (Lang::Id, true) => format!("{id} naik {size}"),
                    (Lang::Id, false) => format!("{id} turun {size}"),
                    (Lang::En, true) => format!("{en} rise by {size}"),
                    (Lang::En, false) => format!("{en} fall by {size}"),
                }
            })
            .collect();
        let told = told.join(lang.pick(", atau ", ", or "));
        match (lang, pays) {
            (Lang::Id, true) => format!(
                "Rencana berhenti menguntungkan bagi perekonomian bila {told} (masing-masing sendiri)."
            ),
            (Lang::Id, false) => {
                format!("Rencana baru menguntungkan bagi perekonomian bila {told} (masing-masing sendiri).")
            }
            (Lang::En, true) => format!("It stops paying for the economy if {told} (each alone)."),
            (Lang::En, false) => format!("It would pay for the economy only if {told} (each alone)."),
        }
    }))
}
