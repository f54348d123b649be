//! The law trace: which paragraph of PP 7/2021, Article 89, or which policy of the scenario every constraint and every figure
//! answers to, where it is written, and whether it binds in a plan.
//!
//! What states no paragraph of its own answers to the policy of the scenario, told by file and key. Rows of the program that say
//! how a line of money comes to work answer to the paragraph of that line: [`answers`] says which row of the trace each rule
//! of the program belongs to, and none may be missing.

mod figures;

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::coverage::{self, State};
use super::language::Lang;
use crate::model::{ChainId, ClusterId, FacilityType, InterventionId, LimitKind, Model};
use crate::opt::builder::Rule;
use crate::scenario::StatedNumber;
use crate::study::PlanStudy;

/// A constraint or figure with what it answers to.
#[derive(Debug, Clone, PartialEq)]
pub struct LawRow {
    /// What it is: `budget`, `limit`, `coverage`, `figure`, ...
    pub kind: &'static str,
    /// Its key: stable, and the same in both languages.
    pub key: String,
    /// What it is, in words.
    pub rule: String,
    /// Paragraphs of Article 89, such as `(6)d`; empty where none was stated.
    pub paragraphs: Vec<String>,
    /// The policy it answers to beyond these, or where the scenario states it.
    pub policy: String,
    /// File, and line or row.
    pub place: String,
    /// What is asked, in `unit`.
    pub asked: Option<f64>,
    /// What a plan comes to, in `unit`.
    pub stands: Option<f64>,
    /// The unit of these.
    pub unit: String,
    /// Whether it binds in a plan.
    pub binding: Option<bool>,
}

impl LawRow {
    /// `PP 7/2021 Article 89 (1), (7)`; empty where it answers to policy alone.
    pub fn article(&self, lang: Lang) -> String {
        if self.paragraphs.is_empty() {
            return String::new();
        }
        let article = lang.pick("PP 7/2021 Pasal 89 ayat", "PP 7/2021 Article 89");
        format!("{article} {}", self.paragraphs.join(", "))
    }
}

/// Paragraph (6) with the letter of a type.
fn letter(facility: FacilityType) -> String {
    format!("(6){}", facility.letter())
}

fn synergy() -> Vec<String> {
    vec!["(1)".to_string(), "(7)".to_string()]
}

/// What writes the trace.
struct Tracer<'a> {
    model: &'a Model,
    numbers: &'a [StatedNumber],
    study: Option<&'a PlanStudy>,
    lang: Lang,
    rows: Vec<LawRow>,
}

/// The law trace of a scenario, and of a plan where there is one. `numbers` are those of the scenario: they know their places.
pub fn trace(model: &Model, numbers: &[StatedNumber], study: Option<&PlanStudy>, lang: Lang) -> Vec<LawRow> {
    let mut tracer = Tracer { model, numbers, study, lang, rows: Vec::new() };
    tracer.sources();
    tracer.limits();
    tracer.cofunding();
    tracer.locked();
    tracer.spillovers();
    tracer.pools();
    tracer.sites();
    tracer.coverage();
    tracer.lines();
    tracer.chains();
    tracer.clusters();
    tracer.settings();
    tracer.figures();
    let mut rows = tracer.rows;
    // Each kind together, in the order in which kinds come up.
    let mut kinds: Vec<&str> = Vec::new();
    for row in &rows {
        if !kinds.contains(&row.kind) {
            kinds.push(row.kind);
        }
    }
    rows.sort_by_key(|row| kinds.iter().position(|kind| *kind == row.kind));
    rows
}

/// What a kind is called.
fn kind_name(kind: &str, lang: Lang) -> &str {
    let (id, en) = match kind {
        "budget" => ("Anggaran", "Budgets"),
        "carry_over" => ("Sisa yang dibawa ke tahun berikutnya", "Carry-over"),
        "disbursement" => ("Pencairan", "Disbursement"),
        "eligibility" => ("Yang boleh didanai", "Eligibility"),
        "limit" => ("Batas bawah dan batas atas", "Floors and caps"),
        "cofunding" => ("Pendanaan bersama", "Co-funding"),
        "locked" => ("Belanja terikat", "Locked lines"),
        "pool" => ("Kolam yang dipakai bersama", "Pools that clusters share"),
        "spillover" => ("Limpahan dalam kelompok teknologi", "Spillovers in technology groups"),
        "site" => ("Calon klaster", "Candidate clusters"),
        "site_rule" => ("Aturan lokasi", "Rules for sites"),
        "support" => ("Klaster yang didukung atau tidak", "Clusters that are supported or not"),
        "coverage" => ("Cakupan kesepuluh jenis", "Coverage of the ten types"),
        "waiver" => ("Pengecualian", "Waivers"),
        "past_provision" => ("Penyediaan sebelumnya", "Past provision"),
        "intervention" => {
            ("Intervensi: jenis fasilitas dan bentuk dukungan", "Interventions: facility type and support")
        }
        "minimum_size" => ("Ukuran minimum", "Minimum sizes"),
        "stage" => ("Proses dan tahapnya", "Processes and their stages"),
        "capacity" => ("Kapasitas", "Capacities"),
        "commodity" => ("Komoditas", "Commodities"),
        "cluster" => ("Pengelompokan", "Grouping"),
        "objective" => ("Tujuan", "Objective"),
        "figure" => ("Angka", "Figures"),
        other => (other, other),
    };
    lang.pick(id, en)
}

/// The key of the row of the trace that a rule of the program belongs to.
pub fn answers(model: &Model, rule: Rule) -> String {
    let cluster = |c: ClusterId| model.clusters[c.index()].key.as_str();
    match rule {
        Rule::Budget(..) | Rule::Limit(_) | Rule::Cofunding(..) => super::rules::key(model, rule),
        Rule::Stock(c, i, _) | Rule::Response(c, i, ..) | Rule::Segments(c, i, ..) | Rule::Rise(c, i, ..) => {
            let chain = model.chain_of(c);
            format!("{}/interventions/{}", chain.key, chain.interventions[i.index()].key)
        }
        Rule::Minimum(c, i) | Rule::Active(c, i, _) => minimum_key(model, c, i),
        Rule::Opening(c, _) | Rule::OpenOnce(c) | Rule::Unopened(c, ..) => format!("site/{}", cluster(c)),
        Rule::Sites(number, _) => format!("sites[{number}]"),
        Rule::Unsupported(c, ..) => format!("support/{}", cluster(c)),
        Rule::Coverage(number, c) => format!("coverage.minimum[{number}]/{}", cluster(c)),
        Rule::Locked(s, c, i, y) => super::locked::key(model, (s, c, i, y)),
    }
}

fn minimum_key(model: &Model, c: ClusterId, i: InterventionId) -> String {
    let line = &model.chain_of(c).interventions[i.index()].key;
    format!("{}/minimum/{line}", model.clusters[c.index()].key)
}

impl Tracer<'_> {
    /// Adds a row that answers to these paragraphs; the policy is where the scenario states it.
    fn add(&mut self, kind: &'static str, key: &str, rule: String, paragraphs: Vec<String>) -> &mut LawRow {
        let place = self.place(key);
        let policy = if place.is_empty() { String::new() } else { format!("{}, {key}", file_of(&place)) };
        self.rows.push(LawRow {
            kind,
            key: key.to_string(),
            rule,
            paragraphs,
            policy,
            place,
            asked: None,
            stands: None,
            unit: String::new(),
            binding: None,
        });
        let last = self.rows.len() - 1;
        &mut self.rows[last]
    }

    /// Where the number of this key, or the first of its parts, is stated.
    fn place(&self, key: &str) -> String {
        let of = |number: &&StatedNumber| {
            number.name.strip_prefix(key).is_some_and(|end| end.is_empty() || end.starts_with('.'))
        };
        self.numbers.iter().find(of).map_or_else(String::new, |number| number.place.clone())
    }

    /// Where the number of this key comes from, as the scenario says.
    fn reference(&self, key: &str) -> Option<String> {
        self.numbers.iter().find(|number| number.name == key).and_then(|n| n.provenance.source.clone())
    }

    fn sources(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for (s, source) in model.sources.iter().enumerate() {
            let name = lang.title(&source.title).to_string();
            for (y, amount) in source.amounts.iter().enumerate() {
                let year = model.horizon.calendar_year(y);
                let key = format!("budget/{}/{year}", source.key);
                let reference = self.reference(&key);
                let line = self.study.and_then(|study| {
                    study.program.budget.iter().find(|b| b.source.index() == s && b.year == y).copied()
                });
                let rule = format!("{} {name} {year}", lang.pick("anggaran", "budget of"));
                let row = self.add("budget", &key, rule, synergy());
                if let Some(reference) = reference {
                    row.policy = reference;
                }
                (row.asked, row.unit) = (Some(amount.as_f64()), "Rp".to_string());
                row.stands = line.map(|b| (b.spent + b.upkeep) as f64);
                row.binding = line.map(|b| b.left == 0);
            }
            let in_file = |part: &str| format!("scenario.toml, sources.{}{part}", source.key);
            let carry = format!("sources.{}.carry_over", source.key);
            let rule = format!("{} {name}", lang.pick("sisa yang boleh dibawa oleh", "carry-over of"));
            let row = self.add("carry_over", &carry, rule, synergy());
            (row.asked, row.unit) = (Some(source.carry_over), "share".to_string());
            row.policy = in_file(".carry_over");
            let paying = format!("sources.{}.disbursement", source.key);
            let rule = format!("{} {name}", lang.pick("pencairan", "disbursement of"));
            self.add("disbursement", &paying, rule, synergy()).policy = in_file(".disbursement");
            let of = super::rules::admitted(model, &source.eligible, lang);
            let rule = format!("{} {name}: {of}", lang.pick("yang boleh didanai", "what may be funded by"));
            let eligible = &source.eligible;
            let mut paragraphs = synergy();
            if eligible.support.is_some() {
                paragraphs.push("(5)".to_string());
            }
            paragraphs.extend(eligible.types.iter().flatten().map(|facility| letter(*facility)));
            let key = format!("sources.{}", source.key);
            let row = self.add("eligibility", &key, rule, paragraphs);
            row.policy = in_file("");
        }
    }

    fn limits(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for (number, limit) in model.limits.iter().enumerate() {
            let mut paragraphs: Vec<String> = limit.facility().map(letter).into_iter().collect();
            if limit.of.support.is_some() {
                paragraphs.push("(5)".to_string());
            }
            let kind = match limit.kind {
                LimitKind::Floor => lang.pick("batas bawah", "floor on"),
                LimitKind::Cap => lang.pick("batas atas", "cap on"),
            };
            let rule = format!("{kind} {}", super::rules::limited(model, limit, lang));
            let spent = self.study.map(|study| {
                let covers = |line: &crate::model::AllocationLine| {
                    limit.covers(model, line.source, line.year, line.cluster, line.intervention)
                };
                study.program.allocation.sum(covers) as f64
            });
            let asked = limit.rupiah(&model.sources);
            let row = self.add("limit", &format!("limits[{number}]"), rule, paragraphs);
            row.policy = policy(limit.law.as_ref(), "limits", number, lang);
            (row.asked, row.stands, row.unit) = (Some(asked), spent, "Rp".to_string());
            row.binding = spent.map(|spent| match limit.kind {
                LimitKind::Floor => spent <= asked + near(asked),
                LimitKind::Cap => spent >= asked - near(asked),
            });
        }
    }

    fn cofunding(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for (number, rule) in model.cofunding.iter().enumerate() {
            // What counts is the place where least is added.
            let least = self.study.and_then(|study| {
                let balances = rule.balances(model, &study.program.allocation);
                let shares = balances.into_iter().filter(|b| b.others > 0);
                shares.map(|b| b.own as f64 / b.others as f64).reduce(f64::min)
            });
            let with_plan = self.study.is_some();
            let told = super::cofunding::asks(model, rule, lang);
            let row = self.add("cofunding", &format!("cofunding[{number}]"), told, synergy());
            row.policy = policy(rule.law.as_ref(), "cofunding", number, lang);
            (row.asked, row.stands, row.unit) = (Some(rule.ratio), least, "share".to_string());
            row.binding = with_plan.then(|| least.is_some_and(|least| least <= 1.001 * rule.ratio));
        }
    }

    fn locked(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for line in model.locked.lines.lines() {
            let own = (line.source, line.cluster, line.intervention, line.year);
            let key = super::locked::key(model, own);
            let facility = model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
            let mut paragraphs = synergy();
            paragraphs.push(letter(facility));
            let reference = self.reference(&key);
            let stands = self.study.map(|study| {
                study.program.allocation.amount(line.source, line.cluster, line.intervention, line.year)
            });
            let row = self.add("locked", &key, super::locked::name(model, own, lang), paragraphs);
            row.policy = reference.unwrap_or_else(|| "locked.csv".to_string());
            (row.asked, row.unit) = (Some(line.amount.as_f64()), "Rp".to_string());
            row.stands = stands.map(|rupiah| rupiah as f64);
            row.binding = stands.map(|rupiah| rupiah == line.amount.0);
        }
    }

    fn spillovers(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for (number, spillover) in model.spillovers.iter().enumerate() {
            let named = spillover.title.as_ref().map(|title| format!(" {}", lang.title(title)));
            let rule = format!("{}{}", lang.pick("limpahan", "spillover"), named.unwrap_or_default());
            let row = self.add("spillover", &format!("spillovers[{number}]"), rule, vec!["(2)c".to_string()]);
            row.policy = policy(spillover.law.as_ref(), "spillovers", number, lang);
        }
    }

    fn pools(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for pool in &model.pools {
            let rule = format!("{} {}", lang.pick("kolam", "pool"), lang.title(&pool.title));
            let key = format!("pools.{}", pool.key);
            let row = self.add("pool", &key, rule, vec!["(2)b".to_string()]);
            row.policy = pool.law.clone().unwrap_or_else(|| format!("scenario.toml, {key}"));
        }
    }

    fn sites(&mut self) {
        let (model, lang) = (self.model, self.lang);
        let opened = self.study.map(|study| model.opened(&study.program.allocation));
        for c in model.candidates() {
            let cluster = &model.clusters[c.index()];
            let Some(line) = model.opening(c) else { continue };
            let opener = &model.chain_of(c).interventions[line.index()];
            let cost = cluster.interventions[line.index()].fixed_cost.as_f64();
            let is_open =
                opened.as_ref().map(|list| list.iter().any(|(own, year)| *own == c && year.is_some()));
            let rule = format!("{} {}", lang.pick("pembukaan", "opening of"), lang.title(&cluster.title));
            let row = self.add(
                "site",
                &format!("site/{}", cluster.key),
                rule,
                vec!["(4)".to_string(), letter(opener.facility)],
            );
            row.policy = format!("clusters.csv, {}", cluster.key);
            (row.asked, row.unit) = (Some(cost), "Rp".to_string());
            row.stands = is_open.map(|open| if open { cost } else { 0.0 });
            row.binding = is_open.map(|open| !open);
        }
        let broken = self.study.map(|study| {
            let open = |c: &ClusterId| {
                model.opened(&study.program.allocation).iter().any(|(own, year)| own == c && year.is_some())
            };
            model
                .sites
                .iter()
                .map(|rule| rule.candidates.iter().filter(|c| open(c)).count())
                .collect::<Vec<_>>()
        });
        for (number, site) in model.sites.iter().enumerate() {
            let told = format!(
                "{}: {}",
                super::sites::name(model, number, lang),
                super::sites::asks(model, site, lang)
            );
            let count = broken.as_ref().map(|counts| counts[number]);
            let row = self.add("site_rule", &format!("sites[{number}]"), told, vec!["(4)".to_string()]);
            row.policy = policy(None, "sites", number, lang);
            (row.stands, row.unit) = (count.map(|n| n as f64), "sites".to_string());
            row.binding = count.map(|n| site.at_most == Some(n) || site.at_least == Some(n));
        }
    }

    fn coverage(&mut self) {
        let (model, lang) = (self.model, self.lang);
        if !model.coverage.stated {
            let rule = lang.pick(
                "kesepuluh jenis fasilitas wajib disediakan; tidak ada minimum yang dinyatakan",
                "all ten facility types must be provided; no minimum is stated",
            );
            self.add("coverage", "coverage", rule.to_string(), vec!["(6)".to_string()]);
        }
        for c in model.cluster_ids().filter(|c| model.chooses_support(*c)) {
            let cluster = &model.clusters[c.index()];
            let said =
                lang.pick("didukung penuh atau tidak sama sekali:", "supported in full or not at all:");
            let rule = format!("{said} {}", lang.title(&cluster.title));
            let spent = self.study.map(|study| study.program.allocation.sum(|line| line.cluster == c) as f64);
            let row = self.add("support", &format!("support/{}", cluster.key), rule, vec!["(6)".to_string()]);
            row.policy = "scenario.toml, coverage".to_string();
            (row.stands, row.unit) = (spent, "Rp".to_string());
            row.binding = spent.map(|spent| spent == 0.0);
        }
        let nothing = crate::model::Allocation::default();
        let allocation = self.study.map_or(&nothing, |study| &study.program.allocation);
        let supported = model.supported(allocation);
        let with_plan = self.study.is_some();
        for own in coverage::rows(model, allocation, |_| true) {
            let cluster = &model.clusters[own.cluster.index()];
            let place = lang.title(&cluster.title);
            let facility = lang.facility(own.facility);
            if let Some(standing) = own.standing
                && own
                    .minimum
                    .is_none_or(|n| model.coverage.minima[..n].iter().all(|m| m.facility != own.facility))
            {
                let (kind, said) = match own.state {
                    State::Waived => ("waiver", lang.pick("pengecualian", "waiver of")),
                    _ => ("past_provision", lang.pick("penyediaan sebelumnya", "past provision of")),
                };
                let rule = format!("{said} {facility} {} {place}", lang.pick("di", "in"));
                let key = format!("coverage/{}/{}", cluster.key, own.facility.key());
                let policy = [&standing.reason, &standing.reference].into_iter().flatten().cloned();
                let policy = policy.collect::<Vec<_>>().join("; ");
                let row = self.add(kind, &key, rule, vec![letter(own.facility)]);
                row.policy = if policy.is_empty() { "coverage.csv".to_string() } else { policy };
                if let crate::model::StandingKind::Partly(rupiah) = standing.kind {
                    (row.asked, row.unit) = (Some(rupiah.as_f64()), "Rp".to_string());
                }
            }
            let Some(number) = own.minimum else { continue };
            let minimum = &model.coverage.minima[number];
            let said = lang.pick("cakupan minimum", "minimum coverage of");
            let rule = format!("{said} {facility} {} {place}", lang.pick("di", "in"));
            let stated = self.place(&format!("coverage.minimum[{number}]"));
            let key = format!("coverage.minimum[{number}]/{}", cluster.key);
            let row = self.add("coverage", &key, rule, vec![letter(own.facility)]);
            row.place = stated;
            row.policy = policy(minimum.law.as_ref(), "coverage.minimum", number, lang);
            (row.asked, row.unit) = (own.asked, own.unit.to_string());
            if with_plan {
                let stands = own.added + own.before.unwrap_or(0.0);
                let asked = own.asked.unwrap_or(0.0);
                row.stands = Some(stands);
                let holds = supported[own.cluster.index()] && matches!(own.state, State::Met | State::Short);
                row.binding = Some(holds && stands <= asked + near(asked));
            }
        }
    }

    /// Interventions with their minimum sizes.
    fn lines(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for chain in &model.chains {
            for line in &chain.interventions {
                let rule = format!(
                    "{}: {}, {}",
                    lang.title(&line.title),
                    lang.facility(line.facility),
                    lang.pick(line.support.name_id(), line.support.name_en())
                );
                let key = format!("{}/interventions/{}", chain.key, line.key);
                let row =
                    self.add("intervention", &key, rule, vec!["(5)".to_string(), letter(line.facility)]);
                row.policy = format!("chains/{}.toml, interventions.{}", chain.key, line.key);
            }
        }
        for c in model.cluster_ids() {
            let (cluster, chain) = (&model.clusters[c.index()], model.chain_of(c));
            for (i, local) in
                cluster.interventions.iter().enumerate().filter(|(_, local)| local.minimum.0 > 0)
            {
                let line = &chain.interventions[i];
                let said = lang.pick("ukuran minimum", "minimum size of");
                let rule = format!(
                    "{said} {} {} {}",
                    lang.title(&line.title),
                    lang.pick("di", "in"),
                    lang.title(&cluster.title)
                );
                let least = self.study.and_then(|study| {
                    let of_year = |y: usize| {
                        study
                            .program
                            .allocation
                            .sum(|l| l.cluster == c && l.intervention.index() == i && l.year == y)
                    };
                    (0..model.horizon.years).map(of_year).filter(|sum| *sum > 0).min()
                });
                let key = minimum_key(model, c, InterventionId::new(i));
                let with_plan = self.study.is_some();
                let by_chain = format!("{}/minimum/{}", chain.key, line.key);
                let place = Some(self.place(&key)).filter(|place| !place.is_empty());
                let place = place.unwrap_or_else(|| self.place(&by_chain));
                let row = self.add("minimum_size", &key, rule, vec![letter(line.facility)]);
                row.policy = format!("{}, minimum", file_of(&place));
                row.place = place;
                (row.asked, row.unit) = (Some(local.minimum.as_f64()), "Rp".to_string());
                row.stands = least.map(|sum| sum as f64);
                row.binding = with_plan.then(|| least == Some(local.minimum.0));
            }
        }
    }

    /// What operations are held to: the steps of a chain, and what limits and feeds them.
    fn chains(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for chain in &model.chains {
            let file = format!("chains/{}.toml", chain.key);
            for process in &chain.processes {
                let rule = format!("{}: {}", lang.title(&process.title), lang.stage(process.stage));
                let key = format!("{}/processes/{}", chain.key, process.key);
                self.add("stage", &key, rule, vec!["(3)".to_string()]).policy =
                    format!("{file}, processes.{}", process.key);
            }
            for capacity in &chain.capacities {
                let rule = format!("{} {}", lang.pick("kapasitas", "capacity"), lang.title(&capacity.title));
                let key = format!("{}/capacities/{}", chain.key, capacity.key);
                self.add("capacity", &key, rule, vec!["(3)".to_string()]).policy =
                    format!("{file}, capacities.{}", capacity.key);
            }
            for commodity in &chain.commodities {
                let rule = format!("{} {}", lang.pick("neraca", "balance of"), lang.title(&commodity.title));
                let key = format!("{}/commodities/{}", chain.key, commodity.key);
                self.add("commodity", &key, rule, vec!["(3)".to_string()]).policy =
                    format!("{file}, commodities.{}", commodity.key);
            }
        }
    }

    /// The grouping of enterprises by a common product chain.
    fn clusters(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for h in (0..model.chains.len()).map(ChainId::new) {
            let chain = &model.chains[h.index()];
            let count = model.clusters.iter().filter(|cluster| cluster.chain == h).count();
            let said =
                lang.pick("klaster dengan rantai produk bersama", "clusters of a common product chain,");
            let rule = format!("{said} {}", lang.title(&chain.title));
            let row = self.add("cluster", &format!("chain/{}", chain.key), rule, vec!["(2)a".to_string()]);
            row.policy = "clusters.csv".to_string();
            (row.asked, row.unit) = (Some(count as f64), "clusters".to_string());
        }
    }

    /// What the scenario settles for the whole plan.
    fn settings(&mut self) {
        let (model, lang) = (self.model, self.lang);
        let metric = self.study.map_or(model.objective, |study| study.request.metric);
        let rule =
            format!("{} {}", lang.pick("yang dimaksimalkan:", "what is maximised:"), lang.metric(metric));
        self.add("objective", "objective.metric", rule, vec!["(8)".to_string()]).policy =
            "scenario.toml, objective.metric".to_string();
        let rule = lang.pick("sikap terhadap risiko", "attitude to risk").to_string();
        let row = self.add("objective", "risk.lambda", rule, vec!["(8)".to_string()]);
        row.policy = "scenario.toml, risk".to_string();
        row.asked = Some(model.risk.lambda);
        let rule = lang.pick("diskonto riil", "real discount rate").to_string();
        let row = self.add("objective", "money.discount_rate", rule, vec!["(8)".to_string()]);
        row.policy = "scenario.toml, money.discount_rate".to_string();
        row.asked = Some(model.horizon.discount_rate);
    }
}

/// The file of a place: a row's number depends on the order of rows, and results do not.
fn file_of(place: &str) -> &str {
    place.split(' ').next().unwrap_or_default()
}

/// Within so much of an amount a rule counts as binding.
fn near(amount: f64) -> f64 {
    1.0_f64.min(1e-3 * amount.abs()).max(1e-6 * amount.abs())
}

/// The policy that a rule of scenario.toml answers to: its own word, else that of the scenario.
fn policy(law: Option<&String>, list: &str, number: usize, lang: Lang) -> String {
    let file = format!("scenario.toml, {list}[{number}]");
    match law {
        Some(law) => law.clone(),
        None => format!("{} {file}", lang.pick("kebijakan skenario:", "policy of the scenario:")),
    }
}

/// `law_trace.csv`.
///
/// # Errors
/// Whatever writing fails with.
pub fn table<W: Write>(rows: &[LawRow], out: W) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record([
        "kind", "key", "rule", "article", "policy", "place", "unit", "asked", "stands", "binding",
    ])?;
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{}", value + 0.0));
    for row in rows {
        csv.write_record([
            row.kind,
            &row.key,
            &row.rule,
            &row.article(Lang::En),
            &row.policy,
            file_of(&row.place),
            &row.unit,
            &number(row.asked),
            &number(row.stands),
            row.binding.map_or("", |binding| if binding { "yes" } else { "no" }),
        ])?;
    }
    csv.flush()
}

/// The trace in JSON.
pub fn json(rows: &[LawRow]) -> Value {
    rows.iter()
        .map(|row| {
            json!({
                "kind": row.kind,
                "key": row.key,
                "rule": row.rule,
                "article": row.article(Lang::En),
                "policy": row.policy,
                "place": row.place,
                "unit": row.unit,
                "asked": row.asked,
                "stands": row.stands,
                "binding": row.binding,
            })
        })
        .collect()
}

/// The trace as text, for `check --law`.
pub fn text(rows: &[LawRow], lang: Lang) -> String {
    let mut out = String::new();
    let title = lang.pick(
        "Jejak hukum: setiap aturan dan angka, dan yang dijawabnya",
        "Law trace: every rule and figure, and what it answers to",
    );
    let _ = writeln!(out, "{title}");
    let mut kind = "";
    for row in rows {
        if row.kind != kind {
            kind = row.kind;
            let _ = writeln!(out, "\n{}", kind_name(kind, lang));
        }
        let asked = match (row.asked, row.unit.as_str()) {
            (Some(value), "Rp") => format!(" = {}", lang.money(value)),
            (Some(value), unit) => {
                let places = if value.fract() == 0.0 { 0 } else { 2 };
                format!(" = {} {unit}", lang.number(value, places))
            }
            (None, _) => String::new(),
        };
        let answers: Vec<String> =
            [row.article(lang), row.policy.clone()].into_iter().filter(|text| !text.is_empty()).collect();
        let place = if row.place.is_empty() { String::new() } else { format!(" [{}]", row.place) };
        let _ = writeln!(out, "  {}{} -> {}{place}", row.rule, asked.trim_end(), answers.join("; "));
    }
    out
}
