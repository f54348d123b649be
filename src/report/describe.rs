//! The text that `check` prints: the scenario in words.

use std::fmt::Write;

use super::language::Lang;
use crate::model::{Chain, ChainId, CommodityId, FacilityType, Grade, Model, Stage};
use crate::scenario::Scenario;

/// Describes a valid scenario.
pub fn describe(scenario: &Scenario, lang: Lang) -> String {
    let model = &scenario.model;
    let mut out = String::new();
    let t = |id: &'static str, en: &'static str| lang.pick(id, en);
    let _ = writeln!(out, "{}", lang.title(&model.title));
    let last = model.horizon.last_year();
    let _ = writeln!(
        out,
        "{}: {}-{last}, {} {}; {} {}; {} {}",
        t("Horizon", "Horizon"),
        model.horizon.first_year,
        model.horizon.periods(),
        t("periode", "periods"),
        t("diskonto riil", "real discount rate"),
        lang.percent(model.horizon.discount_rate),
        t("memaksimalkan", "maximises"),
        lang.metric(model.objective),
    );
    let _ = writeln!(out, "{}", super::horizon::counted(model).in_language(lang));
    let enterprises: f64 = model.clusters.iter().map(|c| c.enterprises).sum();
    let workers: f64 = model.clusters.iter().map(|c| c.workers).sum();
    let uncertain = model.parameters.len();
    let _ = writeln!(
        out,
        "{} {}, {} {}, {} {}, {} {}, {} {} ({} {})",
        model.clusters.len(),
        t("klaster", "clusters"),
        model.chains.len(),
        t("rantai produk", "product chains"),
        lang.number(enterprises, 0),
        t("usaha", "enterprises"),
        lang.number(workers, 0),
        t("pekerja", "workers"),
        uncertain,
        t("bilangan tak pasti", "uncertain numbers"),
        model.factors.len(),
        t("faktor bersama", "common factors"),
    );
    for h in 0..model.chains.len() {
        chain(model, ChainId::new(h), lang, &mut out);
    }
    clusters(model, lang, &mut out);
    super::prices::describe(model, lang, &mut out);
    money(model, lang, &mut out);
    super::locked::describe(model, lang, &mut out);
    facilities(model, lang, &mut out);
    super::coverage::describe(model, lang, &mut out);
    super::whole::describe(model, lang, &mut out);
    super::sites::describe(model, lang, &mut out);
    super::spillover::describe(model, lang, &mut out);
    super::pool::describe(model, lang, &mut out);
    super::economy::describe(model, lang, &mut out);
    super::targets::events(model, lang, &mut out);
    super::targets::describe(model, lang, &mut out);
    numbers(scenario, lang, &mut out);
    for warning in &scenario.warnings {
        let _ = writeln!(out, "\n{}: {}", t("Perhatian", "Warning"), warning.in_language(lang));
    }
    for note in &scenario.notes {
        let _ = writeln!(out, "\n{}: {}", t("Catatan", "Note"), note.in_language(lang));
    }
    let _ = writeln!(out, "\n{}", t("Skenario lolos pemeriksaan.", "The scenario is valid."));
    out
}

fn names<'a>(chain: &'a Chain, ids: &[CommodityId]) -> Vec<&'a str> {
    ids.iter().map(|m| chain.commodities[m.index()].key.as_str()).collect()
}

fn chain(model: &Model, id: ChainId, lang: Lang, out: &mut String) {
    let chain = &model.chains[id.index()];
    let _ = writeln!(out, "\n{} {} ({})", lang.pick("Rantai", "Chain"), lang.title(&chain.title), chain.key);
    for &stage in Stage::ALL {
        let here: Vec<_> =
            chain.order.iter().map(|p| &chain.processes[p.index()]).filter(|p| p.stage == stage).collect();
        if here.is_empty() {
            continue;
        }
        let _ = writeln!(out, "  [{}]", lang.stage(stage));
        for process in here {
            let uses: Vec<&str> =
                process.uses.iter().map(|k| chain.capacities[k.index()].key.as_str()).collect();
            let takes = names(chain, &process.inputs).join(" + ");
            let gives = if process.is_channel {
                lang.pick("penjualan", "sales").to_string()
            } else {
                names(chain, &process.outputs).join(" + ")
            };
            let from = if takes.is_empty() { String::new() } else { format!("{takes} ") };
            let lead = if process.lead_time > 0 {
                format!(" ({} {})", process.lead_time, lang.pick("periode tunda", "periods later"))
            } else {
                String::new()
            };
            let limited = if uses.is_empty() { String::new() } else { format!("  <= {}", uses.join(", ")) };
            let _ = writeln!(out, "    {}: {from}-> {gives}{lead}{limited}", process.key);
        }
    }
    let _ = writeln!(
        out,
        "  {}",
        lang.pick("Yang membatasi, dan apa yang menaikkannya:", "What limits, and what raises it:")
    );
    for (k, capacity) in chain.capacities.iter().enumerate() {
        let raised: Vec<&str> = chain
            .interventions
            .iter()
            .filter(|i| i.raises.iter().any(|r| r.capacity.index() == k))
            .map(|i| i.key.as_str())
            .collect();
        let raised = if raised.is_empty() {
            lang.pick("(tidak ada)", "(nothing)").to_string()
        } else {
            raised.join(", ")
        };
        let _ = writeln!(out, "    {} [{}]: {raised}", capacity.key, capacity.unit);
    }
}

fn clusters(model: &Model, lang: Lang, out: &mut String) {
    let _ = writeln!(out, "\n{}", lang.pick("Klaster:", "Clusters:"));
    for cluster in &model.clusters {
        let best = cluster.routes.channel.first().map_or(String::new(), |route| {
            format!(
                "; {} {} ({} {})",
                lang.pick("jalur terbaik", "best route"),
                route.name,
                lang.pick("marjin rata-rata", "mean margin"),
                lang.money(route.mean_margin)
            )
        });
        let losing = cluster.routes.channel.iter().filter(|route| route.mean_margin <= 0.0).count();
        let losing = if losing == 0 {
            String::new()
        } else {
            let lose = lang.pick("rata-rata merugi", "losing on average");
            format!(" ({} {lose})", lang.number(losing as f64, 0))
        };
        let _ = writeln!(
            out,
            "  {} ({}, {}): {} {}, {} {}{losing}{best}",
            cluster.key,
            cluster.title.id,
            cluster.region,
            lang.number(cluster.enterprises, 0),
            lang.pick("usaha", "enterprises"),
            cluster.routes.channel.len(),
            lang.pick("jalur", "routes"),
        );
    }
}

fn money(model: &Model, lang: Lang, out: &mut String) {
    let _ = writeln!(out, "\n{}", lang.pick("Anggaran (rupiah):", "Budgets (rupiah):"));
    let mut totals = vec![0_i64; model.horizon.years];
    let years: Vec<String> =
        (0..model.horizon.years).map(|y| format!("{:>18}", model.horizon.calendar_year(y))).collect();
    let _ = writeln!(out, "  {:<28}{}{:>20}", "", years.concat(), lang.pick("jumlah", "total"));
    for source in &model.sources {
        let mut line = format!(
            "  {:<28}",
            format!("{} ({})", source.key, lang.pick(source.level.name_id(), source.level.key()))
        );
        for (total, amount) in totals.iter_mut().zip(&source.amounts) {
            *total += amount.0;
            let _ = write!(line, "{:>18}", lang.number(amount.as_f64(), 0));
        }
        let _ = writeln!(out, "{line}{:>20}", lang.number(source.total() as f64, 0));
    }
    let mut line = format!("  {:<28}", lang.pick("jumlah", "total"));
    for total in &totals {
        let _ = write!(line, "{:>18}", lang.number(*total as f64, 0));
    }
    let _ = writeln!(out, "{line}{:>20}", lang.number(model.total_budget() as f64, 0));
}

fn facilities(model: &Model, lang: Lang, out: &mut String) {
    let _ = writeln!(
        out,
        "\n{}",
        lang.pick(
            "Sepuluh jenis fasilitas, PP 7/2021 Pasal 89 ayat (6), dan intervensi yang menjawabnya:",
            "The ten facility types of PP 7/2021, Article 89 paragraph (6), and what answers to each:"
        )
    );
    for &facility in FacilityType::ALL {
        let mut answers: Vec<String> = Vec::new();
        for chain in &model.chains {
            for intervention in chain.interventions.iter().filter(|i| i.facility == facility) {
                let payers: Vec<&str> = model
                    .sources
                    .iter()
                    .filter(|s| s.eligible.types.as_ref().is_none_or(|types| types.contains(&facility)))
                    .filter(|s| s.eligible.support.as_ref().is_none_or(|l| l.contains(&intervention.support)))
                    .map(|s| s.key.as_str())
                    .collect();
                let name = if model.chains.len() > 1 {
                    format!("{}/{}", chain.key, intervention.key)
                } else {
                    intervention.key.clone()
                };
                answers.push(format!("{name} ({})", payers.join(", ")));
            }
        }
        let answer = if answers.is_empty() {
            lang.pick("(tidak ada)", "(nothing)").to_string()
        } else {
            answers.join("; ")
        };
        let _ = writeln!(out, "  ({}) {}: {answer}", facility.letter(), lang.facility(facility));
    }
}

fn numbers(scenario: &Scenario, lang: Lang, out: &mut String) {
    let mut by_grade: Vec<(String, usize)> = Vec::new();
    for number in &scenario.numbers {
        let grade = number.provenance.grade.map_or("-", |grade| match grade {
            Grade::Assumption => lang.pick("asumsi", grade.key()),
            Grade::Derived => lang.pick("turunan", grade.key()),
            grade => grade.key(),
        });
        let grade = grade.to_string();
        match by_grade.iter_mut().find(|(name, _)| *name == grade) {
            Some((_, count)) => *count += 1,
            None => by_grade.push((grade, 1)),
        }
    }
    by_grade.sort();
    let grades: Vec<String> = by_grade.iter().map(|(grade, count)| format!("{grade} {count}")).collect();
    let _ = writeln!(
        out,
        "\n{} {} ({}: {})",
        scenario.numbers.len(),
        lang.pick("bilangan", "numbers"),
        lang.pick("menurut mutu bukti", "by grade of evidence"),
        grades.join(", ")
    );
    let bare: Vec<_> = scenario.numbers.iter().filter(|n| !n.is_sourced()).collect();
    if bare.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            lang.pick(
                "Setiap bilangan menyebut sumbernya atau bahwa ia asumsi.",
                "Every number says its source, or that it is an assumption."
            )
        );
    } else {
        let _ = writeln!(
            out,
            "{} ({}):",
            lang.pick("Bilangan tanpa sumber", "Numbers without a source"),
            bare.len()
        );
        for number in bare {
            let _ = writeln!(out, "  {}  ({})", number.name, number.place_in(lang));
        }
    }
}
