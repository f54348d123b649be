//! Few lines: how many fewer a plan has than the best one, how few there could be, and what is given up.

use super::language::{Lang, Text};
use super::page::both;
use crate::model::Metric;
use crate::opt::plan::Tidied;
use crate::study::{Comparison, PlanStudy};

/// The sentences of a plan's summary; none where few lines were not asked for.
pub(super) fn sentences(study: &PlanStudy) -> Vec<Text> {
    let Some(tidied) = &study.program.tidied else { return Vec::new() };
    let metric = study.request.metric;
    let mut said = vec![both(|lang| format!("{} {}", found(tidied, lang), bounded(tidied, lang)))];
    if let Some(simulated) = &study.given_up {
        said.push(both(|lang| given_up(tidied, simulated, metric, lang)));
    }
    said
}

/// A share with as many digits as it was asked for with.
fn percent(share: f64, lang: Lang) -> String {
    let percent = share * 100.0;
    let digits = (0..=6).find(|digits| {
        let unit = libm::pow(10.0, f64::from(*digits));
        (libm::round(percent * unit) - percent * unit).abs() < 1e-6
    });
    let number = lang.number(percent, digits.unwrap_or(6) as usize);
    match lang {
        Lang::Id => format!("{number}%"),
        Lang::En => format!("{number} %"),
    }
}

fn found(tidied: &Tidied, lang: Lang) -> String {
    let (before, after) = (tidied.before, tidied.after);
    let share = percent(tidied.share, lang);
    match (lang, after < before) {
        (Lang::Id, true) => format!(
            "Rencana ini memakai {after} baris, rencana terbaik {before}; yang boleh dilepas untuk itu {share} dari nilai rencana terbaik (satu baris: satu sumber, intervensi, klaster, dan tahun)."
        ),
        (Lang::En, true) => format!(
            "The plan has {after} lines where the best one has {before}, for at most {share} of the best one's value (a line: a source, an intervention, a cluster and a year)."
        ),
        (Lang::Id, false) => format!(
            "Tidak ditemukan rencana dengan baris lebih sedikit daripada {before} baris rencana terbaik, yang melepas paling banyak {share} dari nilainya (satu baris: satu sumber, intervensi, klaster, dan tahun)."
        ),
        (Lang::En, false) => format!(
            "No plan was found with fewer lines than the {before} of the best one, for at most {share} of its value (a line: a source, an intervention, a cluster and a year)."
        ),
    }
}

fn bounded(tidied: &Tidied, lang: Lang) -> String {
    let bound = match tidied.at_least {
        None => lang
            .pick(
                "Batas bawah banyaknya baris tidak diketahui.",
                "How few lines there could be is not known.",
            )
            .to_string(),
        Some(least) if least >= tidied.after => lang
            .pick("Terbukti: lebih sedikit lagi tidak mungkin.", "Proven: there could not be fewer.")
            .to_string(),
        Some(least) => match lang {
            Lang::Id => format!("Terbukti: tidak mungkin kurang dari {least}."),
            Lang::En => format!("Proven: there could not be fewer than {least}."),
        },
    };
    let ended = lang.pick(
        "Batas waktu mengakhiri pencarian baris yang lebih sedikit.",
        "The time limit ended the search for fewer lines.",
    );
    if tidied.ended { bound } else { format!("{bound} {ended}") }
}

fn given_up(tidied: &Tidied, simulated: &Comparison, metric: Metric, lang: Lang) -> String {
    let amount = |value: f64| lang.amount(metric, value);
    let (mean, half) = (simulated.mean, simulated.half_width);
    let (low, high) = (amount(mean - half), amount(mean + half));
    let (program, mean) = (amount(tidied.given_up), amount(mean));
    let share = lang.number(100.0 * tidied.given_up / tidied.size, 2);
    match lang {
        Lang::Id => format!(
            "Yang dilepas dibanding rencana terbaik: {program} ({share}%) pada sampel perencanaan, diperiksa; pada simulasi keadaan baru {mean} ({low} s.d. {high}), berpasangan."
        ),
        Lang::En => format!(
            "Given up against the best plan: {program} ({share} %) on the planning samples, checked; simulated on fresh futures {mean} ({low} to {high}), paired."
        ),
    }
}
