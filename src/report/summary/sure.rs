//! How sure a plan is: what its bound proves, what fresh futures say, and what is not counted.

use super::super::language::Lang;
use super::super::page::{Section, both, words};
use super::words::with_interval;
use crate::model::Model;
use crate::opt::Stop;
use crate::study::PlanStudy;

/// The section of a plan's summary.
pub(super) fn section(model: &Model, study: &PlanStudy) -> Section {
    let metric = study.request.metric;
    let mut section = Section::new(words("How sure we are", "Seberapa yakin"));
    section.point(both(|lang| super::super::whole::proof(study, lang).unwrap_or_else(|| proof(study, lang))));
    super::super::unkept::summary(model, &study.program.unkept, &mut section);
    let h = &study.headline;
    section.point(both(|lang| {
        let futures = lang.number(study.request.evaluation as f64, 0);
        let brings = with_interval(lang, metric, h);
        let worst = lang.amount(metric, h.cvar);
        let tail = lang.percent(1.0 - model.risk.alpha);
        let harm = lang.percent(h.below_zero);
        let short = lang.percent(1.0 - study.worth.budget.pays);
        match lang {
            Lang::Id => format!(
                "Simulasi {futures} kemungkinan keadaan baru: {brings}; rata-rata {tail} terburuk {worst}. Lebih buruk daripada tanpa rencana pada {harm} simulasi; manfaat lebih kecil daripada biaya pada {short} simulasi."
            ),
            Lang::En => format!(
                "Simulated on {futures} fresh futures: {brings}; mean of the worst {tail} {worst}. Worse than no plan in {harm} of futures; brings less than it costs in {short} of futures."
            ),
        }
    }));
    for line in super::super::assurance::lines(study) {
        section.point(line);
    }
    section.point(both(|lang| {
        let share = lang.percent(study.coordination.share());
        match lang {
            Lang::Id => format!(
                "Hasil model optimasi dengan informasi sempurna (dijalankan rapi, tahu masa depan) lebih tinggi {share} dari simulasi pada sampel yang sama; keduanya tidak dicampur."
            ),
            Lang::En => format!(
                "The program's reading (well run, with foresight) is {share} above the simulator's on the same samples; the two are never mixed."
            ),
        }
    }));
    if let Some(idled) = super::super::economy::idled(model, study) {
        section.point(idled);
    }
    let last = model.horizon.last_operating_year();
    section.point(words(
        &format!("Not counted: benefits after {last}, and the error of inputs that are assumptions (see the scenario's README)."),
        &format!("Tidak dihitung: manfaat setelah {last}, dan galat angka masukan yang hanya asumsi (lihat README skenario)."),
    ));
    section
}

/// The statement that the plan's bound proves.
fn proof(study: &PlanStudy, lang: Lang) -> String {
    let program = &study.program;
    let metric = study.request.metric;
    let found = match program.stop {
        // A decomposition may stop at a wider gap than that of a solver.
        Stop::Proven if program.gap <= crate::opt::certificate::TOLERANCE => {
            lang.pick("Terbukti optimal", "Proven optimal").to_string()
        }
        Stop::Proven => {
            let share = lang.number(100.0 * program.gap, 3);
            match lang {
                Lang::Id => format!("Terbukti: tidak ada rencana yang lebih baik dari {share}%"),
                Lang::En => format!("Proven: no plan is better by more than {share} %"),
            }
        }
        Stop::GapNotReached | Stop::TimeLimit => super::super::whole::unproven(program, lang),
    };
    let (value, bound) = (lang.amount(metric, program.objective), lang.amount(metric, program.bound));
    let (samples, gap) = (study.request.planning, program.gap);
    match lang {
        Lang::Id => format!(
            "{found} untuk {samples} sampel perencanaan: nilai {value}, batas atas {bound}, selisih relatif {gap:.1e}; kelayakan dan batas diperiksa ulang terlepas dari pemecah."
        ),
        Lang::En => format!(
            "{found} on {samples} planning samples: value {value}, upper bound {bound}, relative gap {gap:.1e}; feasibility and bound re-checked independently of the solver."
        ),
    }
}
