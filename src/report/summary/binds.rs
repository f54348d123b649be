//! The limits that still bind: the most frequent bottlenecks without and with a plan, and the floors and caps that hold.

use super::super::language::{Lang, Text};
use super::super::page::{Cell, Section, Table, both, words};
use crate::model::{Metric, Model};
use crate::sim::{Binding, Bottleneck, Bottlenecks};
use crate::study::worth::RELIEF_SHARE;
use crate::study::{PlanStudy, SimulationStudy};

/// Bottlenecks listed in a plan's summary at most.
const LISTED: usize = 10;

/// The section of a plan's summary.
pub(super) fn section(model: &Model, study: &PlanStudy) -> Option<Section> {
    study.evaluation.with.as_ref()?;
    let heading = words("What still binds with the plan", "Yang masih membatasi dengan rencana");
    let mut section = Section::new(heading);
    table(model, &study.evaluation, study.request.metric, LISTED, &mut section);
    if !study.evaluation.relief.is_empty() {
        section.say(both(|lang| {
            let (share, name) = (lang.percent(RELIEF_SHARE), lang.metric(study.request.metric));
            match lang {
                Lang::Id => format!(
                    "Nilai kelonggaran: tambahan {name} bila kapasitas itu sendiri lebih besar {share}, dengan alokasi yang sama."
                ),
                Lang::En => format!(
                    "Relief: the rise of {name} if that capacity alone were {share} greater, with the allocation as it is."
                ),
            }
        }));
    }
    for number in 0..model.limits.len() {
        if let Some(line) = super::super::assurance::raised(model, study, number) {
            section.say(line);
        }
    }
    Some(section)
}

/// The bottlenecks that matter most: by what relief would be worth where that is known, else by how often they bind, with
/// the plan where there is one.
pub(super) fn table(
    model: &Model,
    study: &SimulationStudy,
    metric: Metric,
    most: usize,
    section: &mut Section,
) {
    let before = study.without.list();
    let after = study.with.as_ref().map(Bottlenecks::list);
    let relieved = !study.relief.is_empty();
    let mut headings = vec![
        words("cluster", "klaster"),
        words("stage", "tahap"),
        words("what binds", "yang membatasi"),
        words("without plan", "tanpa rencana"),
    ];
    if after.is_some() {
        headings.push(words("with plan", "dengan rencana"));
    }
    if relieved {
        headings.push(words("relief", "nilai kelonggaran"));
    }
    let mut list = Table::new(headings, 3);
    // Goods that nobody stocks always 'bind'; what money can move are capacities. The CSV table has everything.
    let mut ranked: Vec<&Bottleneck> =
        after.as_ref().unwrap_or(&before).iter().filter(|b| matches!(b.what, Binding::Capacity(_))).collect();
    let relief = |b: &Bottleneck| study.relief_of(b).map_or(0.0, |relief| relief.gain.mean);
    ranked.sort_by(|a, b| {
        relief(b)
            .total_cmp(&relief(a))
            .then_with(|| b.share.total_cmp(&a.share))
            .then_with(|| (a.cluster, a.stage, a.what).cmp(&(b.cluster, b.stage, b.what)))
    });
    let left_out = ranked.len().saturating_sub(most);
    for b in ranked.into_iter().take(most) {
        let was = before
            .iter()
            .find(|o| (o.cluster, o.stage, o.what) == (b.cluster, b.stage, b.what))
            .map_or(0.0, |o| o.share);
        let cluster = &model.clusters[b.cluster.index()].title;
        let mut row = vec![
            Cell::Words(both(|lang| lang.title(cluster).to_string())),
            Cell::Words(both(|lang| lang.stage(b.stage).to_string())),
            Cell::Words(binding(model, b)),
            Cell::Share(was),
        ];
        if after.is_some() {
            row.push(Cell::Share(b.share));
        }
        if relieved {
            row.push(study.relief_of(b).map_or(Cell::Empty, |relief| Cell::Amount(metric, relief.gain.mean)));
        }
        list.row(row);
    }
    section.table(list);
    if left_out > 0 {
        section.say(both(|lang| match lang {
            Lang::Id => format!("dan lainnya: {left_out} (bottlenecks.csv)"),
            Lang::En => format!("and more: {left_out} (bottlenecks.csv)"),
        }));
    }
}

fn binding(model: &Model, of: &Bottleneck) -> Text {
    let chain = model.chain_of(of.cluster);
    both(|lang| match of.what {
        Binding::Capacity(k) => lang.title(&chain.capacities[k.index()].title).to_string(),
        Binding::OnHand(m) => {
            let commodity = lang.title(&chain.commodities[m.index()].title);
            match lang {
                Lang::Id => format!("persediaan {commodity}"),
                Lang::En => format!("stock of {commodity}"),
            }
        }
    })
}
