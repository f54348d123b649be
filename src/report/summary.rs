//! What a minister's aide reads: where the money goes and why, what comes out, what more would bring, how sure it is.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::language::Lang;
use crate::model::{AllocationLine, FacilityType, Intervention, Metric, Model};
use crate::opt::Stop;
use crate::opt::builder::Rule;
use crate::result::plan::{is_funded, unmet};
use crate::sim::{Binding, Bottleneck, Bottlenecks};
use crate::study::{Estimate, PlanName, PlanStudy, SimulationStudy};

/// A table without borders, numbers to the right.
pub(super) fn table(header: &[&str], numeric_from: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().map(|h| (*h).to_string()).collect::<Vec<_>>());
    for column in numeric_from..header.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

pub(super) fn push(out: &mut String, table: &Table) {
    for line in table.to_string().lines() {
        let _ = writeln!(out, " {}", line.trim_end());
    }
}

pub(super) fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}\n{}", "-".repeat(text.chars().count()));
}

/// What a list that is cut leaves out, in words; empty where it leaves nothing out.
pub(super) fn left_out(count: usize, shown: usize, lang: Lang) -> String {
    match count.saturating_sub(shown) {
        0 => String::new(),
        more => format!("{} {more}", lang.pick("dan lainnya:", "and more:")),
    }
}

/// `mean (low to high)`: a mean with its 95 % interval.
fn with_interval(lang: Lang, metric: Metric, e: &Estimate) -> String {
    format!(
        "{} ({} {} {})",
        lang.amount(metric, e.mean),
        lang.amount(metric, e.mean - e.half_width),
        lang.pick("s.d.", "to"),
        lang.amount(metric, e.mean + e.half_width)
    )
}

/// Interventions named for a cluster at most.
const MOSTLY: usize = 3;
/// Interventions explained in a plan's summary at most.
const EXPLAINED: usize = 8;

fn intervention_of<'m>(model: &'m Model, line: &AllocationLine) -> &'m Intervention {
    &model.chain_of(line.cluster).interventions[line.intervention.index()]
}

/// Sums of the allocation by a key, largest first, ties by key.
fn sums<K: Ord + Clone>(lines: &[AllocationLine], key: impl Fn(&AllocationLine) -> K) -> Vec<(K, i64)> {
    let mut by: BTreeMap<K, i64> = BTreeMap::new();
    for line in lines {
        *by.entry(key(line)).or_default() += line.amount.0;
    }
    let mut list: Vec<(K, i64)> = by.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list
}

/// The summary of a plan.
pub fn plan(model: &Model, study: &PlanStudy, lang: Lang) -> String {
    let mut out = String::new();
    headline(model, study, lang, &mut out);
    where_money_goes(model, study, lang, &mut out);
    why(model, study, lang, &mut out);
    what_comes_out(model, study, lang, &mut out);
    targets(model, &study.evaluation, lang, &mut out);
    what_more_brings(model, study, lang, &mut out);
    what_binds(model, study, lang, &mut out);
    how_sure(model, study, lang, &mut out);
    out
}

fn targets(model: &Model, study: &SimulationStudy, lang: Lang, out: &mut String) {
    if !model.targets.is_empty() {
        heading(out, lang.pick("Seberapa mungkin sasaran tercapai", "How likely the targets are reached"));
        super::targets::reached(model, &study.reached, lang, out);
    }
}

fn headline(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let metric = study.request.metric;
    let first = model.horizon.first_year;
    let last = model.horizon.calendar_year(model.horizon.years - 1);
    let spent = study.program.allocation.total();
    let _ = writeln!(out, "{}, {first}-{last}", lang.title(&model.title));
    let _ = writeln!(
        out,
        "{} {} {} {}: {} {} {}.",
        lang.pick("Rencana membelanjakan", "The plan spends"),
        lang.money(spent as f64),
        lang.pick("dari anggaran", "of a budget of"),
        lang.money(model.total_budget() as f64),
        lang.pick("tambahan bersih", "net incremental"),
        lang.metric(metric),
        with_interval(lang, metric, &study.headline),
    );
    super::locked::headline(model, lang, out);
    if let Some(ratio) = study.per_rupiah(model) {
        let _ = writeln!(
            out,
            "{}",
            match lang {
                Lang::Id => format!(
                    "Setiap rupiah yang dibelanjakan menambah Rp {} (nilai kini dibagi nilai kini, dibanding tanpa rencana).",
                    lang.number(ratio, 2)
                ),
                Lang::En => format!(
                    "Each rupiah spent adds Rp {} (present value over present value, against no plan).",
                    lang.number(ratio, 2)
                ),
            }
        );
    }
}

fn where_money_goes(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let lines = study.program.allocation.lines();
    let total = study.program.allocation.total().max(1) as f64;
    heading(out, lang.pick("Ke mana uangnya", "Where the money goes"));
    let share = |rupiah: i64| lang.percent(rupiah as f64 / total);
    let mut by_type = table(&["", lang.pick("jenis fasilitas", "facility type"), "rupiah", "%"], 2);
    for (facility, rupiah) in sums(lines, |line| intervention_of(model, line).facility) {
        by_type.add_row([
            format!("({})", facility.letter()),
            lang.facility(facility).to_string(),
            lang.number(rupiah as f64, 0),
            share(rupiah),
        ]);
    }
    push(out, &by_type);
    let _ = writeln!(out);
    let mut by_cluster = table(
        &[lang.pick("klaster", "cluster"), "rupiah", "%", lang.pick("terutama untuk", "mostly for")],
        1,
    );
    if let Some(column) = by_cluster.column_mut(3) {
        column.set_cell_alignment(CellAlignment::Left);
    }
    for (cluster, rupiah) in sums(lines, |line| line.cluster) {
        let own: Vec<AllocationLine> = lines.iter().copied().filter(|l| l.cluster == cluster).collect();
        let of_cluster = sums(&own, |line| line.intervention);
        let rest = left_out(of_cluster.len(), MOSTLY, lang);
        let mut mostly: Vec<String> = of_cluster
            .into_iter()
            .take(MOSTLY)
            .map(|(i, sum)| {
                let title = &model.chain_of(cluster).interventions[i.index()].title;
                format!("{} ({})", lang.title(title), lang.money(sum as f64))
            })
            .collect();
        mostly.extend(Some(rest).filter(|rest| !rest.is_empty()));
        by_cluster.add_row([
            lang.title(&model.clusters[cluster.index()].title).to_string(),
            lang.number(rupiah as f64, 0),
            share(rupiah),
            mostly.join(", "),
        ]);
    }
    push(out, &by_cluster);
    let _ = writeln!(out);
    by_source_and_year(model, study, lang, out);
    unspent(model, study, lang, out);
    super::sites::summary(model, study, lang, out);
    super::cofunding::summary(model, study, lang, out);
    super::coverage::summary(model, &study.program.allocation, lang, out);
    let missing = unmet(model, &study.program.allocation);
    if missing.is_empty() {
        let allocation = &study.program.allocation;
        let said = if FacilityType::ALL.iter().all(|f| is_funded(model, allocation, *f)) {
            lang.pick(
                "Kesepuluh jenis fasilitas ayat (6) mendapat dana.",
                "All ten facility types of paragraph (6) are funded.",
            )
        } else {
            lang.pick(
                "Kesepuluh jenis fasilitas ayat (6) mendapat dana, sudah disediakan, atau dikecualikan.",
                "All ten facility types of paragraph (6) are funded, provided before or waived.",
            )
        };
        let _ = writeln!(out, "\n {said}");
    } else {
        let list: Vec<String> = missing
            .iter()
            .map(|f: &FacilityType| format!("({}) {}", f.letter(), lang.facility(*f)))
            .collect();
        let _ = writeln!(
            out,
            "\n {}: {}",
            lang.pick(
                "Fasilitas belum terpenuhi",
                "Facility types left at nothing (fasilitas belum terpenuhi)"
            ),
            list.join(", ")
        );
    }
}

fn by_source_and_year(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let years: Vec<String> =
        (0..model.horizon.years).map(|y| model.horizon.calendar_year(y).to_string()).collect();
    let mut header = vec![lang.pick("sumber", "source"), lang.pick("tingkat", "level")];
    header.extend(years.iter().map(String::as_str));
    header.extend([lang.pick("jumlah", "total"), lang.pick("tak terpakai", "unspent")]);
    let mut by_source = table(&header, 2);
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let own: Vec<_> = study.program.budget.iter().filter(|b| b.source == source).collect();
        let mut row = vec![
            lang.title(&money.title).to_string(),
            lang.pick(money.level.name_id(), money.level.name_en()).to_string(),
        ];
        row.extend(own.iter().map(|b| lang.number(b.spent as f64, 0)));
        row.push(lang.number(own.iter().map(|b| b.spent).sum::<i64>() as f64, 0));
        let upkeep: i64 = own.iter().map(|b| b.upkeep).sum();
        let spent: i64 = own.iter().map(|b| b.spent).sum();
        row.push(lang.number((money.total() - spent - upkeep).max(0) as f64, 0));
        by_source.add_row(row);
    }
    push(out, &by_source);
}

/// Says what keeps a source from spending all it has.
fn unspent(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let own = study.program.budget.iter().filter(|b| b.source == source);
        let used: i64 = own.map(|b| b.spent + b.upkeep).sum();
        let left = money.total() - used;
        if left <= money.total().div_euclid(10_000) {
            continue;
        }
        let caps: Vec<String> = model
            .limits
            .iter()
            .enumerate()
            .filter(|(number, limit)| {
                limit.kind == crate::model::LimitKind::Cap
                    && limit.source.is_none_or(|s| s == source)
                    && super::rules::is_reached(model, &study.program.allocation, limit)
                    && study.program.next_rupiah(Rule::Limit(*number)).is_none_or(|worth| worth > 0.0)
            })
            .map(|(_, limit)| super::rules::named(model, limit, lang))
            .collect();
        let why = if caps.is_empty() && super::whole::has_whole_numbers(model) {
            super::whole::unspent(lang).to_string()
        } else if caps.is_empty() {
            lang.pick(
                "serupiah lagi tidak menambah apa pun dalam kurun rencana pada yang boleh didanainya",
                "another rupiah on what it may fund adds nothing within the horizon",
            )
            .to_string()
        } else {
            format!("{}: {}", lang.pick("batas atas yang mengikat", "caps that bind"), caps.join(", "))
        };
        let _ = writeln!(
            out,
            " {} {} {}; {why}.",
            lang.title(&money.title),
            lang.pick("menyisakan", "leaves unspent"),
            lang.money(left as f64)
        );
    }
}

/// How often a capacity bound, averaged over clusters, without and with the plan.
fn bound_share(
    model: &Model,
    list: &[Bottleneck],
    chain: crate::model::ChainId,
    capacity: crate::model::CapacityId,
) -> f64 {
    let clusters: Vec<_> = model.cluster_ids().filter(|c| model.clusters[c.index()].chain == chain).collect();
    let sum: f64 = clusters
        .iter()
        .map(|cluster| {
            list.iter()
                .filter(|b| b.cluster == *cluster && b.what == Binding::Capacity(capacity))
                .map(|b| b.share)
                .fold(0.0, f64::max)
        })
        .sum();
    sum / clusters.len().max(1) as f64
}

/// Expected capacity of a chain in the last period over all clusters: today's, and what one intervention adds to it, net
/// of what would have come anyway, before season and variation.
fn growth(
    model: &Model,
    study: &PlanStudy,
    chain: crate::model::ChainId,
    intervention: crate::model::InterventionId,
    capacity: crate::model::CapacityId,
) -> (f64, f64) {
    let effects = crate::sim::PlanEffects::new(model, &study.program.allocation);
    let last = model.horizon.periods() - 1;
    let (mut base, mut added, mut pools) = (0.0, 0.0, Vec::new());
    for c in model.cluster_ids().filter(|c| model.clusters[c.index()].chain == chain) {
        let local = &model.clusters[c.index()];
        // What a pool holds stands at every cluster that draws on it, and counts once.
        let pool = model.pool_of(c, capacity);
        if pool.is_none_or(|pool| !pools.contains(&pool)) {
            base += model.mean(local.capacities[capacity.index()].base);
        }
        pools.extend(pool);
        let own = &local.interventions[intervention.index()];
        let net = model.mean(own.effectiveness) * model.mean(own.additionality);
        let raises = &model.chains[chain.index()].interventions[intervention.index()].raises;
        for (r, _) in raises.iter().enumerate().filter(|(_, raise)| raise.capacity == capacity) {
            added += net * effects.effect(c, intervention, r, last);
        }
    }
    (base, added)
}

fn why(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    heading(out, lang.pick("Apa yang didanai, dan mengapa", "What to fund, and why"));
    let before = study.evaluation.without.list();
    let after = study.evaluation.with.as_ref().map(Bottlenecks::list).unwrap_or_default();
    let lines = study.program.allocation.lines();
    let by_intervention = sums(lines, |line| (model.clusters[line.cluster.index()].chain, line.intervention));
    let rest = left_out(by_intervention.len(), EXPLAINED, lang);
    for (number, ((chain_id, intervention), rupiah)) in
        by_intervention.into_iter().take(EXPLAINED).enumerate()
    {
        let chain = &model.chains[chain_id.index()];
        let line = &chain.interventions[intervention.index()];
        let mut clusters: Vec<&str> = lines
            .iter()
            .filter(|l| model.clusters[l.cluster.index()].chain == chain_id && l.intervention == intervention)
            .map(|l| model.clusters[l.cluster.index()].title.id.as_str())
            .collect();
        clusters.sort_unstable();
        clusters.dedup();
        let _ = writeln!(
            out,
            " {}. ({}) {}: {} -> {}",
            number + 1,
            line.facility.letter(),
            lang.title(&line.title),
            lang.money(rupiah as f64),
            clusters.join(", ")
        );
        for raise in &line.raises {
            let capacity = &chain.capacities[raise.capacity.index()];
            let (was, is) = (
                bound_share(model, &before, chain_id, raise.capacity),
                bound_share(model, &after, chain_id, raise.capacity),
            );
            let added = growth(model, study, chain_id, intervention, raise.capacity);
            let unit = format!("{}/{}", capacity.unit, lang.pick("periode", "period"));
            let text = match lang {
                Lang::Id => format!(
                    "menaikkan {} dari {} menjadi {} {unit} bersih pada periode terakhir; ia membatasi {} dari waktu tanpa rencana, {} dengan rencana",
                    lang.title(&capacity.title),
                    lang.number(added.0, 0),
                    lang.number(added.0 + added.1, 0),
                    lang.percent(was),
                    lang.percent(is)
                ),
                Lang::En => format!(
                    "raises {} from {} to {} {unit} net in the last period; it binds {} of the time without the plan, {} with it",
                    lang.title(&capacity.title),
                    lang.number(added.0, 0),
                    lang.number(added.0 + added.1, 0),
                    lang.percent(was),
                    lang.percent(is)
                ),
            };
            let _ = writeln!(out, "      {text}");
        }
    }
    if !rest.is_empty() {
        let _ = writeln!(out, " {rest} (allocation.csv)");
    }
}

fn what_comes_out(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    heading(out, lang.pick("Apa hasilnya", "What comes out"));
    let _ = writeln!(
        out,
        " {}",
        match lang {
            Lang::Id => format!(
                "Tambahan bersih terhadap tanpa rencana, {} masa depan baru yang disimulasikan; rupiah didiskonto {}.",
                lang.number(study.request.evaluation as f64, 0),
                lang.percent(model.horizon.discount_rate)
            ),
            Lang::En => format!(
                "Net of what would have come anyway, {} fresh simulated futures; rupiah discounted at {}.",
                lang.number(study.request.evaluation as f64, 0),
                lang.percent(model.horizon.discount_rate)
            ),
        }
    );
    let header = [
        "",
        lang.pick("rata-rata", "mean"),
        lang.pick("selang 95 %", "95 % interval"),
        lang.pick("1 dari 20 di bawah", "1 in 20 below"),
        lang.pick("1 dari 20 di atas", "1 in 20 above"),
    ];
    let mut results = table(&header, 1);
    for (metric, e) in &study.increments {
        results.add_row([
            lang.metric(*metric).to_string(),
            lang.amount(*metric, e.mean),
            format!("± {}", lang.amount(*metric, e.half_width)),
            lang.amount(*metric, e.quantiles[0]),
            lang.amount(*metric, e.quantiles[4]),
        ]);
    }
    push(out, &results);
    let metric = study.request.metric;
    let _ = writeln!(
        out,
        "\n {}",
        lang.pick(
            "Dibanding campuran lain dengan uang yang sama (campuran tidak terikat batas bawah dan atas):",
            "Against other mixes of the same money (mixes are not held to floors and caps):"
        )
    );
    let header = [
        "",
        lang.pick("belanja", "spends"),
        lang.pick("tambahan", "brings"),
        lang.pick("rencana lebih baik", "plan is better by"),
        lang.pick("selang 95 %", "95 % interval"),
        lang.pick("menang", "wins"),
    ];
    let mut mixes = table(&header, 1);
    for b in &study.baselines {
        let (id, en) = b.baseline.names();
        mixes.add_row([
            lang.pick(id, en).to_string(),
            lang.money(b.allocation.total() as f64),
            lang.amount(metric, b.increment.mean),
            lang.amount(metric, b.gain.mean),
            format!("± {}", lang.amount(metric, b.gain.half_width)),
            lang.percent(b.gain.wins),
        ]);
    }
    push(out, &mixes);
    super::sites::mixes(model, study, lang, out);
    super::coverage::mixes(model, study, lang, out);
}

fn what_more_brings(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    if study.program.next_billion.is_empty() {
        return;
    }
    heading(out, lang.pick("Nilai satu miliar berikutnya", "What the next billion (miliar) is worth"));
    for next in &study.program.next_billion {
        let source = &model.sources[next.source.index()];
        let _ = writeln!(
            out,
            " {} {}: {}",
            lang.pick("satu miliar lagi dari", "one more billion from"),
            lang.title(&source.title),
            next.gain.map_or_else(
                || super::rules::nothing_keeps(lang).to_string(),
                |gain| lang.amount(study.request.metric, gain)
            )
        );
    }
    let _ = writeln!(
        out,
        " {}",
        lang.pick(
            "(dihitung ulang pada sampel yang sama, menurut pembacaan program)",
            "(re-solved on the same samples, in the program's reading)"
        )
    );
    super::assurance::next_rupiah(model, study, lang, out);
}

fn what_binds(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let Some(with) = &study.evaluation.with else { return };
    heading(out, lang.pick("Yang masih membatasi dengan rencana", "What still binds with the plan"));
    bottleneck_table(model, &study.evaluation.without.list(), Some(&with.list()), lang, 10, out);
    let limits =
        (0..model.limits.len()).filter_map(|number| super::assurance::raised(model, study, number, lang));
    for line in limits {
        let _ = writeln!(out, " {line}");
    }
}

/// The most frequent bottlenecks: by what binds with the plan where there is one, else without.
fn bottleneck_table(
    model: &Model,
    before: &[Bottleneck],
    after: Option<&[Bottleneck]>,
    lang: Lang,
    most: usize,
    out: &mut String,
) {
    let mut header = vec![
        lang.pick("klaster", "cluster"),
        lang.pick("tahap", "stage"),
        lang.pick("yang membatasi", "what binds"),
        lang.pick("tanpa rencana", "without plan"),
    ];
    if after.is_some() {
        header.push(lang.pick("dengan rencana", "with plan"));
    }
    let mut list = table(&header, 3);
    // Goods that nobody stocks always 'bind'; what money can move are capacities. The CSV table has everything.
    let mut ranked: Vec<&Bottleneck> =
        after.unwrap_or(before).iter().filter(|b| matches!(b.what, Binding::Capacity(_))).collect();
    ranked.sort_by(|a, b| {
        b.share
            .total_cmp(&a.share)
            .then_with(|| (a.cluster, a.stage, a.what).cmp(&(b.cluster, b.stage, b.what)))
    });
    let rest = left_out(ranked.len(), most, lang);
    for b in ranked.into_iter().take(most) {
        let chain = model.chain_of(b.cluster);
        let what = match b.what {
            Binding::Capacity(k) => lang.title(&chain.capacities[k.index()].title).to_string(),
            Binding::OnHand(m) => {
                format!(
                    "{} {}",
                    lang.pick("persediaan", "stock of"),
                    lang.title(&chain.commodities[m.index()].title)
                )
            }
        };
        let was = before
            .iter()
            .find(|o| (o.cluster, o.stage, o.what) == (b.cluster, b.stage, b.what))
            .map_or(0.0, |o| o.share);
        let mut row = vec![
            lang.title(&model.clusters[b.cluster.index()].title).to_string(),
            lang.stage(b.stage).to_string(),
            what,
            lang.percent(was),
        ];
        if after.is_some() {
            row.push(lang.percent(b.share));
        }
        list.add_row(row);
    }
    push(out, &list);
    if !rest.is_empty() {
        let _ = writeln!(out, " {rest} (bottlenecks.csv)");
    }
}

/// What the plan's bound proves.
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
                Lang::Id => format!("Terbukti: tidak ada rencana yang lebih baik dari {share} %"),
                Lang::En => format!("Proven: no plan is better by more than {share} %"),
            }
        }
        Stop::GapNotReached | Stop::TimeLimit => super::whole::unproven(program, lang),
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

fn how_sure(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    let metric = study.request.metric;
    heading(out, lang.pick("Seberapa yakin", "How sure we are"));
    let _ = writeln!(out, " - {}", super::whole::proof(study, lang).unwrap_or_else(|| proof(study, lang)));
    super::unkept::summary(model, &study.program.unkept, lang, out);
    let h = &study.headline;
    let _ = writeln!(
        out,
        " - {}",
        match lang {
            Lang::Id => format!(
                "Simulasi {} masa depan baru: {}; rata-rata sepersepuluh terburuk {}; peluang merugikan {}.",
                lang.number(study.request.evaluation as f64, 0),
                with_interval(lang, metric, h),
                lang.amount(metric, h.cvar),
                lang.percent(h.below_zero)
            ),
            Lang::En => format!(
                "Simulated on {} fresh futures: {}; mean of the worst {} {}; chance of doing harm {}.",
                lang.number(study.request.evaluation as f64, 0),
                with_interval(lang, metric, h),
                lang.percent(1.0 - model.risk.alpha),
                lang.amount(metric, h.cvar),
                lang.percent(h.below_zero)
            ),
        }
    );
    for line in super::assurance::lines(study, lang) {
        let _ = writeln!(out, " - {line}");
    }
    let c = study.coordination;
    let _ = writeln!(
        out,
        " - {}",
        match lang {
            Lang::Id => format!(
                "Pembacaan program (dijalankan rapi, tahu masa depan) lebih tinggi {} dari simulasi pada sampel yang sama; kedua pembacaan tidak dicampur.",
                lang.percent(c.share())
            ),
            Lang::En => format!(
                "The program's reading (well run, with foresight) is {} above the simulator's on the same samples; the two are never mixed.",
                lang.percent(c.share())
            ),
        }
    );
    let _ = writeln!(
        out,
        " - {}",
        lang.pick(
            "Tidak dihitung: manfaat setelah tahun terakhir, dan galat angka masukan yang hanya asumsi (lihat README skenario).",
            "Not counted: benefits after the last year, and the error of inputs that are assumptions (see the scenario's README)."
        )
    );
}

/// The summary of a simulation.
pub fn simulation(model: &Model, study: &SimulationStudy, lang: Lang) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: {} {}, {} {}",
        lang.title(&model.title),
        lang.number(study.sampling.samples as f64, 0),
        lang.pick("masa depan", "futures"),
        lang.pick("benih", "seed"),
        study.seed
    );
    let mut header =
        vec!["", lang.pick("tanpa rencana", "without plan"), lang.pick("selang 95 %", "95 % interval")];
    if study.with.is_some() {
        header.extend([
            lang.pick("dengan rencana", "with plan"),
            lang.pick("tambahan", "increment"),
            lang.pick("selang 95 %", "95 % interval"),
        ]);
    }
    let mut results = table(&header, 1);
    for &metric in Metric::ALL {
        let e = study.total(PlanName::None, metric);
        let mut row = vec![
            lang.metric(metric).to_string(),
            lang.amount(metric, e.mean),
            format!("± {}", lang.amount(metric, e.half_width)),
        ];
        if study.with.is_some() {
            let gain = study.total(PlanName::Increment, metric);
            row.push(lang.amount(metric, study.total(PlanName::Plan, metric).mean));
            row.push(lang.amount(metric, gain.mean));
            row.push(format!("± {}", lang.amount(metric, gain.half_width)));
        }
        results.add_row(row);
    }
    push(&mut out, &results);
    targets(model, study, lang, &mut out);
    heading(&mut out, lang.pick("Yang paling sering membatasi", "What binds most often"));
    let after = study.with.as_ref().map(Bottlenecks::list);
    bottleneck_table(model, &study.without.list(), after.as_deref(), lang, 15, &mut out);
    out
}
