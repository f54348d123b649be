//! The outcomes of a plan: every metric on fresh futures, and the plan beside other mixes of the same money.

use super::super::language::{Lang, Text};
use super::super::page::{Cell, Section, Table, both, words};
use crate::model::Model;
use crate::study::PlanStudy;

/// The section of a plan's summary.
pub(super) fn section(model: &Model, study: &PlanStudy) -> Section {
    let mut section = Section::new(words("What comes out", "Apa hasilnya"));
    section.say(both(|lang| {
        let futures = lang.number(study.request.evaluation as f64, 0);
        let rate = lang.percent(model.horizon.discount_rate);
        match lang {
            Lang::Id => format!(
                "Tambahan bersih terhadap tanpa rencana, {futures} kemungkinan keadaan baru yang disimulasikan; rupiah didiskonto {rate}."
            ),
            Lang::En => format!(
                "Net of what would have come anyway, {futures} fresh simulated futures; rupiah discounted at {rate}."
            ),
        }
    }));
    if model.horizon.tail.years > 0 {
        section.say(super::super::horizon::counted(model));
    }
    let mut results = Table::new(
        vec![
            Text::same(""),
            words("mean", "rata-rata"),
            words("95 % interval", "selang 95%"),
            words("1 in 20 below", "1 dari 20 di bawah"),
            words("1 in 20 above", "1 dari 20 di atas"),
        ],
        1,
    );
    for (metric, e) in &study.increments {
        results.row(vec![
            Cell::Words(both(|lang| lang.metric(model, *metric))),
            Cell::Amount(*metric, e.mean),
            Cell::Spread(*metric, e.half_width),
            Cell::Amount(*metric, e.quantiles[0]),
            Cell::Amount(*metric, e.quantiles[4]),
        ]);
    }
    section.table(results);
    mixes(model, study, &mut section);
    section
}

/// The plan beside the baselines.
fn mixes(model: &Model, study: &PlanStudy, section: &mut Section) {
    let metric = study.request.metric;
    section.gap();
    section.say(words(
        "Against other mixes of the same money (mixes are not held to floors and caps):",
        "Dibanding campuran lain dengan uang yang sama (campuran tidak terikat batas bawah dan atas):",
    ));
    let mut mixes = Table::new(
        vec![
            Text::same(""),
            words("spends", "belanja"),
            words("brings", "tambahan"),
            words("plan is better by", "rencana lebih baik"),
            words("95 % interval", "selang 95%"),
            words("wins", "unggul pada simulasi"),
        ],
        1,
    );
    for b in &study.baselines {
        let (id, en) = b.baseline.names();
        mixes.row(vec![
            Cell::Words(words(en, id)),
            Cell::Money(b.allocation.total() as f64),
            Cell::Amount(metric, b.increment.mean),
            Cell::Amount(metric, b.gain.mean),
            Cell::Spread(metric, b.gain.half_width),
            Cell::Share(b.gain.wins),
        ]);
    }
    section.table(mixes);
    super::super::sites::mixes(model, study, section);
    super::super::coverage::mixes(model, study, section);
}
