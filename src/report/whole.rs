//! Whole numbers in results: minimum sizes and S-shaped responses in the model, and what a proof rests on.

use super::language::{Lang, Text};
use super::page::{Cell, Section, Table, both, words};
use crate::model::{Model, MostUnits};
use crate::opt::solve::BoundBy;
use crate::opt::{ProgramPlan, Stop};
use crate::study::PlanStudy;

/// The section of `check` on S-shaped responses: where they get steeper.
fn shapes(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("S-shaped responses", "Tanggapan berbentuk S"));
    section.say(words(
        "From this stock on each rupiah brings more than before.",
        "Mulai dari stok ini tiap rupiah menghasilkan lebih banyak dari sebelumnya.",
    ));
    let heads = [
        words("intervention", "intervensi"),
        words("raises", "menaikkan"),
        words("from a stock of", "mulai stok"),
        Text::same(""),
    ];
    let mut table = Table::new(heads.to_vec(), 2);
    table.columns[3].right = false;
    for chain in &model.chains {
        for line in &chain.interventions {
            for raise in &line.raises {
                let mut spend = 0.0;
                let stretches = raise.response.stretches();
                for stretch in stretches.iter().take(stretches.len().saturating_sub(1)) {
                    spend += stretch.iter().map(|(length, _)| length).sum::<f64>();
                    table.row(vec![
                        Cell::name(format!("{}/{}", chain.key, line.key)),
                        Cell::name(&chain.capacities[raise.capacity.index()].key),
                        Cell::Money(spend),
                        if raise.per_enterprise {
                            Cell::Words(words("an enterprise", "per usaha"))
                        } else {
                            Cell::Empty
                        },
                    ]);
                }
            }
        }
    }
    let some = !table.rows.is_empty();
    section.table(table);
    some.then_some(section)
}

/// The section of `check` on what is bought in units.
fn units(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("Bought in units", "Dibeli per satuan"));
    let heads = [
        words("intervention", "intervensi"),
        words("unit", "satuan"),
        words("cost of one", "harga satuan"),
        words("only whole ones", "hanya satuan utuh"),
        words("at most in a cluster", "paling banyak per klaster"),
    ];
    let mut table = Table::new(heads.to_vec(), 2);
    for chain in &model.chains {
        for line in &chain.interventions {
            let Some(unit) = &line.unit else { continue };
            let most = match unit.most {
                MostUnits::Any => Cell::Empty,
                MostUnits::InCluster(units) => Cell::Number(units as f64, 0),
                MostUnits::PerEnterprise(each) => Cell::Words(both(|lang| {
                    let each = lang.number(each, 2);
                    match lang {
                        Lang::Id => format!("{each} per usaha"),
                        Lang::En => format!("{each} an enterprise"),
                    }
                })),
            };
            table.row(vec![
                Cell::name(format!("{}/{}", chain.key, line.key)),
                Cell::Words(both(|lang| lang.title(&unit.one).to_string())),
                Cell::Money(unit.cost.as_f64()),
                Cell::Words(if unit.whole { words("yes", "ya") } else { words("no", "tidak") }),
                most,
            ]);
        }
    }
    let some = !table.rows.is_empty();
    section.table(table);
    some.then_some(section)
}

/// The section of `check` on the least lines and grains of sources.
fn lines(model: &Model) -> Option<Section> {
    let mut section = Section::new(words("Lines of a budget", "Baris anggaran"));
    section.say(words(
        "A line is nothing or at least the least line, and a multiple of the grain; what is bought in whole units is exempt from the grain.",
        "Satu baris bernilai nol atau sekurang-kurangnya nilai terkecil, dan merupakan kelipatan butir anggaran; yang dibeli per satuan utuh dikecualikan dari kelipatan itu.",
    ));
    let heads =
        [words("source", "sumber"), words("least line", "nilai terkecil"), words("multiple of", "kelipatan")];
    let mut table = Table::new(heads.to_vec(), 1);
    for id in model.source_ids() {
        let (source, least, grain) = (&model.sources[id.index()], model.least_line(id), model.grain(id));
        if least.0 <= 0 && grain.0 <= 1 {
            continue;
        }
        table.row(vec![
            Cell::Words(both(|lang| lang.title(&source.title).to_string())),
            Cell::Rupiah(least.as_f64()),
            Cell::Rupiah(grain.as_f64()),
        ]);
    }
    let some = !table.rows.is_empty();
    section.table(table);
    some.then_some(section)
}

/// The sections of `check` on S-shaped responses, minimum sizes, units and lines, where there are any.
pub(super) fn sections(model: &Model) -> impl Iterator<Item = Section> {
    let mut section = Section::new(words("Minimum sizes", "Ukuran minimum"));
    section.say(words(
        "In a year nothing or at least this much, from all sources together.",
        "Setahun nol atau sedikitnya sebanyak ini, dari semua sumber bersama.",
    ));
    let heads =
        [words("cluster", "klaster"), words("intervention", "intervensi"), words("minimum", "minimum")];
    let mut table = Table::new(heads.to_vec(), 2);
    for cluster in &model.clusters {
        let chain = &model.chains[cluster.chain.index()];
        for (line, local) in chain.interventions.iter().zip(&cluster.interventions) {
            if local.minimum.0 > 0 {
                let least = Cell::Money(local.minimum.as_f64());
                table.row(vec![Cell::name(&cluster.key), Cell::name(&line.key), least]);
            }
        }
    }
    let some = !table.rows.is_empty();
    section.table(table);
    [shapes(model), some.then_some(section), units(model), lines(model)].into_iter().flatten()
}

/// The words for a plan that is not proven to the gap asked for.
pub(super) fn unproven(program: &ProgramPlan, lang: Lang) -> String {
    let asked = format!("{:.1e}", program.gap_asked);
    match (program.stop, lang) {
        (Stop::TimeLimit, Lang::Id) => {
            "BELUM TERBUKTI: batas waktu tercapai. Ini rencana terbaik yang diketahui".to_string()
        }
        (Stop::TimeLimit, Lang::En) => {
            "NOT PROVEN: the time limit was reached. This is the best plan known".to_string()
        }
        (_, Lang::Id) => format!(
            "BELUM TERBUKTI: selisih relatif {asked} yang diminta tidak tercapai. Ini rencana terbaik yang diketahui"
        ),
        (_, Lang::En) => format!(
            "NOT PROVEN: the relative gap of {asked} that was asked for was not reached. This is the best plan known"
        ),
    }
}

/// How sure a plan is whose bound is the word of the solver's search over whole numbers.
pub(super) fn proof(study: &PlanStudy, lang: Lang) -> Option<String> {
    let program = &study.program;
    if program.bound_by != BoundBy::Solver {
        return None;
    }
    let metric = study.request.metric;
    let found = match program.stop {
        Stop::Proven => lang.pick("Optimal menurut pemecah", "Optimal by the solver's word").to_string(),
        Stop::GapNotReached | Stop::TimeLimit => unproven(program, lang),
    };
    Some(match lang {
        Lang::Id => format!(
            "{found}, untuk {} sampel perencanaan: nilai {}, batas atas {}, selisih relatif {:.1e}. Batas atas itu kata pencarian pemecah atas bilangan bulat dan tidak diperiksa ulang; kelayakan diperiksa ulang.",
            study.request.planning,
            lang.amount(metric, program.objective),
            lang.amount(metric, program.bound),
            program.gap
        ),
        Lang::En => format!(
            "{found}, on {} planning samples: value {}, upper bound {}, relative gap {:.1e}. That bound is the word of the solver's search over whole numbers and is not checked again; feasibility is.",
            study.request.planning,
            lang.amount(metric, program.objective),
            lang.amount(metric, program.bound),
            program.gap
        ),
    })
}

/// True if some decision of a plan of `model` is a whole number.
pub(super) fn has_whole_numbers(model: &Model) -> bool {
    model.has_whole_things()
        || model.candidates().next().is_some()
        || model.cluster_ids().any(|c| model.chooses_support(c))
        || model.clusters.iter().any(|cluster| cluster.interventions.iter().any(|line| line.minimum.0 > 0))
        || model
            .chains
            .iter()
            .flat_map(|chain| &chain.interventions)
            .any(|line| line.raises.iter().any(|raise| !raise.response.stretches().is_empty()))
}

/// Why money may be left where plans take whole numbers.
pub(super) fn unspent(lang: Lang) -> &'static str {
    lang.pick(
        "serupiah lagi tidak menambah apa pun selama yang dibuka dan didanai tetap sama; ukuran minimum, titik naik tanggapan \
         berbentuk S, cakupan klaster lain, atau biaya pembukaan calon mungkin di atas sisanya",
        "another rupiah adds nothing as long as what is opened and funded stays the same; a minimum size, a rise of an S-shaped \
         response, the coverage of another cluster or the opening of a candidate may ask for more than is left",
    )
}
