//! The figures of a plan in the law trace: the centre evaluates, paragraph (8).

use super::tracer::Tracer;
use crate::report::language::Text;
use crate::report::page::words;
use crate::result::law::LawKey;
use crate::study::PlanStudy;

/// A figure: key, name in Indonesian and in English, value where there is a plan, unit.
struct Figure {
    key: String,
    id: String,
    en: String,
    value: Option<f64>,
    unit: &'static str,
}

fn figure(key: &str, id: &str, en: &str, value: Option<f64>, unit: &'static str) -> Figure {
    Figure { key: key.to_string(), id: id.to_string(), en: en.to_string(), value, unit }
}

impl Tracer<'_> {
    /// Every headline figure.
    pub(super) fn figures(&mut self) {
        let mut figures = self.of_the_program();
        figures.extend(self.of_the_evaluation());
        for Figure { key, id, en, value, unit } in figures {
            let name = Text::new(en, id);
            let row = self.add(LawKey::Figure, &format!("figure/{key}"), name, vec!["(8)".to_string()]);
            row.policy = words("evaluation", "evaluasi");
            (row.stands, row.unit) = (value, unit.to_string());
        }
    }

    fn unit(&self) -> &'static str {
        self.study.map_or(self.model.objective, |study| study.request.metric).unit()
    }

    /// Figures of the program about a plan.
    fn of_the_program(&self) -> Vec<Figure> {
        let unit = self.unit();
        let plan = self.study.map(|study| &study.program);
        let sure = self.study.and_then(|study| study.assurance.as_ref());
        let mut figures = vec![
            figure(
                "spent",
                "belanja rencana",
                "what the plan spends",
                plan.map(|plan| plan.allocation.total() as f64),
                "Rp",
            ),
            figure(
                "objective",
                "nilai program",
                "value in the program",
                plan.map(|plan| plan.objective),
                unit,
            ),
            figure("bound", "batas atas", "upper bound", plan.map(|plan| plan.bound), unit),
            figure(
                "out_of_sample",
                "nilai pada sampel baru",
                "value on fresh samples",
                sure.map(|of| of.fresh.value),
                unit,
            ),
            figure(
                "optimality_gap",
                "batas kepercayaan selisih dari optimum",
                "confidence bound on the gap to the optimum",
                sure.map(|of| of.gap.limit),
                unit,
            ),
            figure(
                "vss",
                "nilai solusi stokastik",
                "value of the stochastic solution",
                sure.map(|of| of.vss.value),
                unit,
            ),
            figure(
                "evpi",
                "nilai informasi sempurna",
                "value of perfect information",
                sure.map(|of| of.evpi.value),
                unit,
            ),
            figure(
                "margins",
                "nilai rupiah terakhir dan berikutnya",
                "what the last and the next rupiah are worth",
                None,
                "",
            ),
        ];
        for source in self.model.source_ids() {
            let found = plan.and_then(|plan| plan.next_billion.iter().find(|next| next.source == source));
            let key = &self.model.sources[source.index()].key;
            figures.push(figure(
                &format!("next_billion/{key}"),
                &format!("satu miliar lagi dari {key}"),
                &format!("one more billion from {key}"),
                found.and_then(|next| next.gain),
                unit,
            ));
        }
        if self.model.candidates().next().is_some() {
            let known = |rejected: &&crate::opt::Rejected| rejected.entry != crate::opt::Entry::NotComputed;
            figures.push(figure(
                "entry",
                "calon yang tidak dibuka dan yang diketahui diperlukannya",
                "candidates not opened of which it is known what they would need",
                plan.map(|plan| plan.rejected.iter().filter(known).count() as f64),
                "clusters",
            ));
        }
        let short = plan.map(|plan| self.model.short_clusters(&plan.allocation).1 as f64);
        figures.push(figure(
            "coverage",
            "klaster yang cakupannya kurang",
            "supported clusters short of coverage",
            short,
            "clusters",
        ));
        figures
    }

    /// Figures of the simulator about it.
    fn of_the_evaluation(&self) -> Vec<Figure> {
        let (unit, study) = (self.unit(), self.study);
        let mut figures = vec![figure(
            "headline",
            "tambahan bersih, disimulasikan",
            "net increment, simulated",
            study.map(|study| study.headline.mean),
            unit,
        )];
        for metric in self.model.metrics() {
            let found = study.and_then(|study| study.increments.iter().find(|(own, _)| *own == metric));
            let (id, en) = (metric.name_id(), metric.name_en());
            let value = found.map(|(_, estimate)| estimate.mean);
            figures.push(figure(&format!("increment/{}", metric.key()), id, en, value, metric.unit()));
        }
        for mix in study.map_or(&[][..], |study: &PlanStudy| &study.baselines) {
            let (id, en) = mix.baseline.names();
            figures.push(figure(
                &format!("gain/{}", mix.baseline.key()),
                &format!("kelebihan atas campuran: {id}"),
                &format!("gain over the mix: {en}"),
                Some(mix.gain.mean),
                unit,
            ));
        }
        for (number, target) in self.model.targets.iter().enumerate() {
            let reached = study.and_then(|study| {
                let mut own = study.evaluation.reached.iter().filter(|reached| reached.target == number);
                own.next_back()
            });
            figures.push(figure(
                &format!("target[{number}]"),
                &format!("peluang sasaran: {}", target.title.id),
                &format!("how likely the target is: {}", target.title.en),
                reached.map(|reached| reached.probability),
                "share",
            ));
        }
        for (key, id, en) in [
            ("outcomes", "hasil menurut tahun, klaster, dan produk", "outcomes by year, cluster and product"),
            ("bottlenecks", "yang paling sering membatasi", "what binds most often"),
            ("coordination_gap", "selisih koordinasi", "coordination gap"),
        ] {
            figures.push(figure(key, id, en, None, ""));
        }
        figures
    }
}
