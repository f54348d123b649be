//! The chain and what holds it back, before and after.

use std::collections::BTreeMap;

use super::names::Names;
use super::piece::Chapter;
use super::told::Tables;
use crate::model::{Chain, Model, Process};
use crate::report::chart::{BarRow, Chart, Form, GraphBox, Layer, Measure};
use crate::report::language::{Lang, Text};
use crate::report::page::{both, titled, words};
use crate::result::outcome::BottleneckRow;
use crate::result::words::{PlanKey, StageKey};

/// Bars shown at most.
const BARS: usize = 12;

/// Chains drawn at most.
const CHAINS: usize = 6;

/// Something that holds a chain back: how often, averaged over the clusters of the chain, without and with a plan.
#[derive(Debug, Clone)]
struct Held {
    chain: usize,
    stage: StageKey,
    what: String,
    name: Text,
    shares: [f64; 2],
}

/// Everything that holds back, the most with the plan first.
fn held(model: &Model, tables: &Tables) -> Vec<Held> {
    let names = Names(model);
    let mut by: BTreeMap<(usize, String, String), Held> = BTreeMap::new();
    let clusters =
        |h: usize| model.clusters.iter().filter(|own| own.chain.index() == h).count().max(1) as f64;
    for row in &tables.bottlenecks {
        let Some(at) = side(row) else { continue };
        let Some(c) = names.cluster_id(&row.cluster) else { continue };
        let chain = model.clusters[c.index()].chain.index();
        let own = by.entry((chain, format!("{:?}", row.stage), row.what.clone())).or_insert_with(|| Held {
            chain,
            stage: row.stage,
            what: row.what.clone(),
            name: names.thing(&row.cluster, &row.what),
            shares: [0.0; 2],
        });
        own.shares[at] += row.share.0 / clusters(chain);
    }
    let mut list: Vec<Held> = by.into_values().collect();
    let order = |of: &Held| of.shares[1].max(0.0);
    list.sort_by(|a, b| {
        let by_share = order(b).total_cmp(&order(a)).then_with(|| b.shares[0].total_cmp(&a.shares[0]));
        by_share.then_with(|| (a.chain, &a.what).cmp(&(b.chain, &b.what)))
    });
    list
}

fn side(row: &BottleneckRow) -> Option<usize> {
    match row.plan {
        PlanKey::None => Some(0),
        PlanKey::Plan => Some(1),
        PlanKey::Increment => None,
    }
}

/// What holds back most with the plan: its name, and how often without and with the plan.
pub(super) fn tightest(model: &Model, tables: &Tables) -> Option<(Text, f64, f64)> {
    let list = held(model, tables);
    let own = list.iter().find(|own| own.shares[1] > 0.0)?;
    let name = in_chain(model, own);
    Some((name, own.shares[0], own.shares[1]))
}

/// Its name, with that of its chain where there are several.
fn in_chain(model: &Model, own: &Held) -> Text {
    if model.chains.len() < 2 {
        return own.name.clone();
    }
    let chain = titled(&model.chains[own.chain].title);
    both(|lang| format!("{} ({})", own.name.in_language(lang), chain.in_language(lang)))
}

/// The chapter; nothing where nothing holds back.
pub(super) fn chapter(model: &Model, tables: &Tables) -> Option<Chapter> {
    let list = held(model, tables);
    if list.is_empty() {
        return None;
    }
    let with_plan = tables.bottlenecks.iter().any(|row| row.plan == PlanKey::Plan);
    let mut chapter = Chapter::new(words("What holds the chain back", "Apa yang membatasi rantai"));
    chapter.chart(bars(model, &list, with_plan));
    for (number, chain) in model.chains.iter().enumerate().take(CHAINS) {
        chapter.chart(graph(number, chain, &list));
    }
    if model.chains.len() > CHAINS {
        let more = model.chains.len() - CHAINS;
        chapter.say(both(|lang| match lang {
            Lang::Id => format!("{more} rantai lain tidak digambar; bottlenecks.csv memuat semuanya."),
            Lang::En => format!("{more} more chains are not drawn; bottlenecks.csv has them all."),
        }));
    }
    Some(chapter)
}

fn bars(model: &Model, list: &[Held], with_plan: bool) -> Chart {
    let row = |own: &Held| BarRow {
        label: in_chain(model, own),
        values: if with_plan { own.shares.to_vec() } else { vec![own.shares[0]] },
    };
    let mut order: Vec<&Held> = list.iter().collect();
    if !with_plan {
        order.sort_by(|a, b| b.shares[0].total_cmp(&a.shares[0]));
    }
    let top = order[0];
    let says = both(|lang| {
        let name = in_chain(model, top);
        let (name, before, after) =
            (name.in_language(lang), lang.percent(top.shares[0]), lang.percent(top.shares[1]));
        match (lang, with_plan) {
            (Lang::Id, true) => format!(
                "{name} paling sering membatasi: {after} dari waktu dengan rencana, {before} tanpa rencana."
            ),
            (Lang::Id, false) => format!("{name} paling sering membatasi: {before} dari waktu."),
            (Lang::En, true) => {
                format!("{name} holds back most often: {after} of the time with the plan, {before} without.")
            }
            (Lang::En, false) => format!("{name} holds back most often: {before} of the time."),
        }
    });
    let series = if with_plan {
        vec![words("without the plan", "tanpa rencana"), words("with the plan", "dengan rencana")]
    } else {
        vec![words("without a plan", "tanpa rencana")]
    };
    Chart {
        title: words(
            "How often each bottleneck holds back, averaged over clusters",
            "Seberapa sering tiap hambatan membatasi, rata-rata klaster",
        ),
        says,
        measure: Measure::Share,
        form: Form::Bars { series, rows: order.into_iter().take(BARS).map(row).collect() },
    }
}

/// The chain drawn: processes by how far they are from its beginning.
fn graph(number: usize, chain: &Chain, list: &[Held]) -> Chart {
    let own: Vec<&Held> = list.iter().filter(|own| own.chain == number).collect();
    let depth = depths(chain);
    let deepest = depth.iter().copied().max().unwrap_or(0);
    let mut layers: Vec<Layer> = Vec::new();
    let mut places = vec![[0usize; 2]; chain.processes.len()];
    for level in 0..=deepest {
        let mut boxes = Vec::new();
        let mut stages: Vec<Text> = Vec::new();
        for (p, process) in chain.processes.iter().enumerate().filter(|(p, _)| depth[*p] == level) {
            places[p] = [level, boxes.len()];
            boxes.push(boxed(chain, process, &own));
            let stage = Text::new(process.stage.name_en(), process.stage.name_id());
            if !stages.contains(&stage) {
                stages.push(stage);
            }
        }
        layers.push(Layer { name: Text::join(&stages, &Text::same(", ")), boxes });
    }
    let mut edges = Vec::new();
    for (a, from) in chain.processes.iter().enumerate() {
        for (b, to) in chain.processes.iter().enumerate() {
            if depth[b] > depth[a] && from.outputs.iter().any(|good| to.inputs.contains(good)) {
                edges.push((places[a], places[b]));
            }
        }
    }
    let title = titled(&chain.title);
    Chart {
        title: both(|lang| {
            let name = title.in_language(lang);
            match lang {
                Lang::Id => format!("Rantai {name}, dari bahan baku sampai pasar"),
                Lang::En => format!("The chain of {name}, from raw material to market"),
            }
        }),
        says: says(&own),
        measure: Measure::Share,
        form: Form::Graph { layers, edges },
    }
}

fn says(own: &[&Held]) -> Text {
    match own.first() {
        None => words("Nothing holds it back.", "Tidak ada yang membatasinya."),
        Some(top) => both(|lang| {
            let (name, share) = (top.name.in_language(lang), lang.percent(top.shares[0].max(top.shares[1])));
            match lang {
                Lang::Id => format!(
                    "Makin pekat kotaknya, makin sering ia membatasi; yang paling sering: {name} ({share})."
                ),
                Lang::En => format!(
                    "The darker a box, the more often it holds the chain back; most often {name} ({share})."
                ),
            }
        }),
    }
}

fn boxed(chain: &Chain, process: &Process, own: &[&Held]) -> GraphBox {
    let stage = StageKey::from(process.stage);
    let needs = |held: &&&Held| {
        held.stage == stage
            && (process.uses.iter().any(|id| chain.capacities[id.index()].key == held.what)
                || process.inputs.iter().any(|id| chain.commodities[id.index()].key == held.what))
    };
    let most = own.iter().filter(needs).max_by(|a, b| {
        let weight = |held: &Held| (held.shares[1], held.shares[0]);
        weight(a).partial_cmp(&weight(b)).unwrap_or(std::cmp::Ordering::Equal)
    });
    GraphBox {
        name: titled(&process.title),
        held_by: most.map(|held| held.name.clone()),
        shares: most.map_or([0.0; 2], |held| held.shares),
    }
}

/// How far each process is from the beginning of its chain, by the longest way without going back.
fn depths(chain: &Chain) -> Vec<usize> {
    let mut depth = vec![0usize; chain.processes.len()];
    // In the order of flow what comes before is known; a loop goes over a lead time and is not followed back.
    for (at, own) in chain.order.iter().enumerate() {
        let inputs = &chain.processes[own.index()].inputs;
        let before = chain.order[..at].iter();
        let feeds = before
            .filter(|from| chain.processes[from.index()].outputs.iter().any(|good| inputs.contains(good)));
        if let Some(most) = feeds.map(|from| depth[from.index()]).max() {
            depth[own.index()] = most + 1;
        }
    }
    depth
}
