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
use crate::result::words::PlanKey;

/// Bars shown at most.
const BARS: usize = 12;

/// Chains drawn at most.
const CHAINS: usize = 6;

/// Something that holds a chain back: how often, averaged over the clusters of the chain, without and with a plan; and what a
/// tenth more of it would bring in all clusters, where that is known.
#[derive(Debug, Clone)]
struct Held {
    chain: usize,
    what: String,
    name: Text,
    shares: [f64; 2],
    relief: f64,
}

/// Everything that holds back: what a tenth more of would bring most first, then what holds back most with the plan.
fn held(model: &Model, tables: &Tables) -> Vec<Held> {
    let names = Names(model);
    // In a cluster the stage that it holds back most counts.
    let mut by: BTreeMap<(usize, &str), BTreeMap<&str, [f64; 3]>> = BTreeMap::new();
    for row in &tables.bottlenecks {
        let (Some(at), Some(c)) = (side(row), names.cluster_id(&row.cluster)) else { continue };
        let chain = model.clusters[c.index()].chain.index();
        let own = by.entry((chain, row.what.as_str())).or_default().entry(row.cluster.as_str()).or_default();
        own[at] = own[at].max(row.share.0);
        own[2] = own[2].max(row.relief.map_or(0.0, |relief| relief.0));
    }
    let clusters =
        |h: usize| model.clusters.iter().filter(|own| own.chain.index() == h).count().max(1) as f64;
    let told = by.into_iter().map(|((chain, what), own)| {
        let sum = |at: usize| own.values().map(|of| of[at]).sum::<f64>();
        let name = own.keys().next().map_or_else(|| Text::same(what), |cluster| names.thing(cluster, what));
        let shares = [sum(0) / clusters(chain), sum(1) / clusters(chain)];
        Held { chain, what: what.to_string(), name, shares, relief: sum(2) }
    });
    let mut list: Vec<Held> = told.collect();
    list.sort_by(|a, b| {
        let by_relief = b.relief.total_cmp(&a.relief).then_with(|| b.shares[1].total_cmp(&a.shares[1]));
        let by_share = by_relief.then_with(|| b.shares[0].total_cmp(&a.shares[0]));
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

/// The bottleneck that matters most with the plan, in a sentence.
pub(super) fn tightest(model: &Model, tables: &Tables) -> Option<Text> {
    let list = held(model, tables);
    let own = list.iter().find(|own| own.shares[1] > 0.0)?;
    Some(tightest_of(model, own))
}

fn tightest_of(model: &Model, own: &Held) -> Text {
    let measure = Measure::of(model.objective);
    both(|lang| {
        let name = in_chain(model, own);
        let [before, after] = own.shares.map(|share| lang.percent(share));
        let name = name.in_language(lang);
        let gain = if own.relief > 0.0 {
            let gain = measure.say(lang, own.relief);
            match lang {
                Lang::Id => format!("; sepersepuluh lebih banyak akan menambah {gain} (jumlah atas klaster)"),
                Lang::En => format!("; a tenth more of it would bring {gain} (summed over clusters)"),
            }
        } else {
            String::new()
        };
        match lang {
            Lang::Id => format!(
                "Hambatan yang paling berarti: {name}, membatasi {after} dari waktu dengan rencana ({before} tanpa rencana){gain}."
            ),
            Lang::En => format!(
                "The bottleneck that matters most is {name}: it holds back {after} of the time with the plan ({before} without){gain}."
            ),
        }
    })
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
    let says = if with_plan {
        tightest_of(model, top)
    } else {
        both(|lang| {
            let name = in_chain(model, top);
            let (name, share) = (name.in_language(lang), lang.percent(top.shares[0]));
            match lang {
                Lang::Id => format!("{name} paling sering membatasi: {share} dari waktu."),
                Lang::En => format!("{name} holds back most often: {share} of the time."),
            }
        })
    };
    let series = if with_plan {
        vec![words("without the plan", "tanpa rencana"), words("with the plan", "dengan rencana")]
    } else {
        vec![words("without a plan", "tanpa rencana")]
    };
    Chart {
        title: words(
            "How often the weightiest bottlenecks hold back, averaged over clusters",
            "Seberapa sering hambatan yang paling berarti membatasi, rata-rata klaster",
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
    match own.iter().max_by(|a, b| a.shares[1].total_cmp(&b.shares[1]).then_with(|| b.what.cmp(&a.what))) {
        None => words("Nothing holds it back.", "Tidak ada yang membatasinya."),
        Some(_) => words(
            "The darker a box, the more often what stands in it holds the chain back with the plan.",
            "Makin pekat kotaknya, makin sering yang tertulis di dalamnya membatasi rantai dengan rencana.",
        ),
    }
}

fn boxed(chain: &Chain, process: &Process, own: &[&Held]) -> GraphBox {
    let needs = |held: &&&Held| {
        process.uses.iter().any(|id| chain.capacities[id.index()].key == held.what)
            || process.inputs.iter().any(|id| chain.commodities[id.index()].key == held.what)
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
