//! The flow of money: from source to facility type to cluster to stage.

use super::names::{Names, facility, sums};
use crate::model::{Chain, FacilityType, Intervention, Stage};
use crate::report::chart::{BarRow, Chart, Form, Link, Measure, money};
use crate::report::language::{Lang, Text};
use crate::report::page::{both, words};
use crate::scenario::PlanLine;

/// Nodes of a column at most; the smallest go together.
const NODES: usize = 10;

/// The stage that an intervention works on: that of the processes which use what it raises most, by their number; ties by order.
pub(super) fn stage_of(chain: &Chain, own: &Intervention) -> Option<Stage> {
    let uses = |stage: Stage| {
        let raised =
            |p: &&crate::model::Process| own.raises.iter().any(|raise| p.uses.contains(&raise.capacity));
        chain.processes.iter().filter(|p| p.stage == stage).filter(raised).count()
    };
    let mut best = None;
    for stage in Stage::ALL.iter().copied() {
        let count = uses(stage);
        if count > 0 && best.is_none_or(|(_, most)| count > most) {
            best = Some((stage, count));
        }
    }
    best.map(|(stage, _)| stage)
}

fn stage(names: Names<'_>, line: &PlanLine) -> Text {
    let found = names.chain_of(&line.cluster).zip(names.intervention(&line.cluster, &line.intervention));
    found.and_then(|(chain, own)| stage_of(chain, own)).map_or_else(
        || words("opening of sites", "pembukaan lokasi"),
        |stage| Text::new(stage.name_en(), stage.name_id()),
    )
}

fn kind(names: Names<'_>, line: &PlanLine) -> Text {
    match names.facility(line) {
        Some(own) => {
            let name = facility(own);
            both(|lang| format!("({}) {}", own.letter(), name.in_language(lang)))
        }
        None => Text::same(line.intervention.clone()),
    }
}

/// The largest of a column by name; the rest share one.
fn kept(of: &[(Text, f64)], rest: &[&str; 2]) -> impl Fn(&Text) -> Text + use<> {
    let named: Vec<Text> = if of.len() <= NODES {
        of.iter().map(|(name, _)| name.clone()).collect()
    } else {
        of[..NODES - 1].iter().map(|(name, _)| name.clone()).collect()
    };
    let more = of.len() - named.len();
    let rest = Text::new(format!("{more} {}", rest[0]), format!("{more} {}", rest[1]));
    move |name| if named.contains(name) { name.clone() } else { rest.clone() }
}

/// The flow of the money of `lines`.
pub(super) fn chart(names: Names<'_>, lines: &[PlanLine]) -> Option<Chart> {
    let lines: Vec<&PlanLine> = lines.iter().filter(|line| line.rupiah > 0).collect();
    let amount = |line: &&PlanLine| line.rupiah as f64;
    let columns: [std::boxed::Box<dyn Fn(&PlanLine) -> Text>; 4] = [
        std::boxed::Box::new(move |line: &PlanLine| names.source(&line.source)),
        std::boxed::Box::new(move |line: &PlanLine| kind(names, line)),
        std::boxed::Box::new(move |line: &PlanLine| names.cluster(&line.cluster)),
        std::boxed::Box::new(move |line: &PlanLine| stage(names, line)),
    ];
    let rest = [
        ["more sources", "sumber lain"],
        ["more types", "jenis lain"],
        ["more clusters", "klaster lain"],
        ["more stages", "tahap lain"],
    ];
    let kept: Vec<_> = columns
        .iter()
        .zip(&rest)
        .map(|(of, rest)| kept(&sums(&lines, |line| of(line), amount), rest))
        .collect();
    let mut links = Vec::new();
    for column in 0..3 {
        let name = |line: &&PlanLine, at: usize| kept[at](&columns[at](line));
        let flows = sums(&lines, |line| (name(line, column), name(line, column + 1)), amount);
        links.extend(flows.into_iter().map(|((from, to), amount)| Link { column, from, to, amount }));
    }
    let largest = sums(&lines, |line| (columns[0](line), columns[1](line)), amount).into_iter().next()?;
    let ((from, to), amount) = largest;
    let says = both(|lang| {
        let (from, to, amount) = (from.in_language(lang), to.in_language(lang), money(lang, amount));
        match lang {
            Lang::Id => format!("Aliran terbesar: {amount} dari {from} untuk {to}."),
            Lang::En => format!("The largest flow is {amount} from {from} for {to}."),
        }
    });
    Some(Chart {
        title: words(
            "The money: from source to facility type, cluster and stage of the chain",
            "Aliran uang: dari sumber ke jenis fasilitas, klaster, dan tahap rantai",
        ),
        says,
        measure: Measure::Rupiah,
        form: Form::Flow {
            headings: vec![
                words("source", "sumber"),
                words("facility type", "jenis fasilitas"),
                words("cluster", "klaster"),
                words("stage", "tahap"),
            ],
            links,
        },
    })
}

/// Money by facility type, all ten of them.
pub(super) fn by_type(names: Names<'_>, lines: &[PlanLine]) -> Chart {
    let of = |own: FacilityType| {
        let lines = lines.iter().filter(|line| names.facility(line) == Some(own));
        lines.map(|line| line.rupiah as f64).sum::<f64>()
    };
    let mut rows: Vec<(FacilityType, f64)> = FacilityType::ALL.iter().map(|own| (*own, of(*own))).collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.letter().cmp(&b.0.letter())));
    let funded = rows.iter().filter(|(_, rupiah)| *rupiah > 0.0).count();
    let total: f64 = rows.iter().map(|(_, rupiah)| rupiah).sum();
    let says = both(|lang| {
        let (own, most) = rows[0];
        let share = lang.percent(if total > 0.0 { most / total } else { 0.0 });
        let name = lang.facility(own);
        match lang {
            Lang::Id => {
                format!("{funded} dari 10 jenis mendapat dana; yang terbesar, {name}, mendapat {share}.")
            }
            Lang::En => format!("{funded} of 10 types get money; the largest, {name}, gets {share}."),
        }
    });
    let bar = |(own, rupiah): &(FacilityType, f64)| BarRow {
        label: both(|lang| format!("({}) {}", own.letter(), lang.facility(*own))),
        values: vec![*rupiah],
    };
    Chart {
        title: words(
            "Money by facility type of Article 89 (6)",
            "Uang menurut jenis fasilitas Pasal 89 ayat (6)",
        ),
        says,
        measure: Measure::Rupiah,
        form: Form::Bars { series: vec![words("money", "uang")], rows: rows.iter().map(bar).collect() },
    }
}
