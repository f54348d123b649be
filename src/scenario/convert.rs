//! From texts to the model: names become ids, local numbers meet the chain's, everything lands in canonical order.

mod assemble;
mod classification;
mod complete;
mod coverage;
mod draft;
mod economy;
mod event;
mod finish;
mod inputs;
mod local;
mod naming;
mod pool;
mod proportion;
mod site;
mod spillover;
mod survey;
mod target;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{ChainDraft, read_chain};
use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::edit::Edits;
use super::file::{FactorFile, ScenarioFile};
use super::item::item_name;
use super::loaded::Scenario;
use super::named::Named;
use super::number::UnitRules;
use super::observations::Observations;
use super::policy::{Names, PolicyReader, read_budgets};
use crate::language::text;
use crate::model::{ChainId, ShadowPrices, Source, SourceId, UpkeepBearer};
use draft::{ClusterDraft, Context, Converter, FactorDraft, LocalNumbers};
use finish::Parts;
use inputs::ChainInput;
pub(crate) use inputs::Tables;

/// The file of the policy case.
const POLICY: &str = "scenario.toml";

/// Checks everything and, if nothing is wrong, builds the model, with `edits` in place of what the files state. `unread` names
/// the files that are there but could not be read.
pub(crate) fn convert(
    texts: &BTreeMap<String, String>,
    unread: &BTreeSet<String>,
    edits: &Edits,
    faults: &mut Faults,
) -> Option<Scenario> {
    // Files become trees and tables.
    let scenario_file = texts
        .get(POLICY)
        .and_then(|text| Document::read::<ScenarioFile>(POLICY, text, edits.of_file(POLICY), faults));
    let chain_files = inputs::chain_files(texts, edits, faults);
    let tables = Tables::read(texts, unread, edits, faults);
    let data = Observations::read(texts, unread, faults);
    let (document, file) = scenario_file?;
    // Without clusters, or where some could not be read, nothing that names one can be judged.
    let no_clusters = tables.clusters.rows.is_empty() || !tables.clusters.whole;

    // Settings and factors.
    let mut numbers = Vec::new();
    let rules = UnitRules { money: file.money.unit.0, periods_per_year: 1 };
    let mut policy = PolicyReader { document: &document, rules, faults, numbers: &mut numbers };
    let settings = policy.settings(&file);
    let rules = settings.rules;
    let factors = factors(&mut policy, &file);
    let indicators = economy::indicators(&file, &document, faults);
    let objective = economy::objective(&file, &document, &indicators, faults);
    let mut converter = Converter::new(faults, factors, !tables.values.whole);

    // Chains, clusters, and the numbers of both.
    let mut read = |input: &ChainInput| {
        let (document, file) = input.read.as_ref()?;
        Some(read_chain(&input.key, file, document, rules, &data, &indicators, converter.faults))
    };
    let mut chains: Vec<Option<ChainDraft>> = chain_files.iter().map(&mut read).collect();
    let chain_keys: Vec<&str> = chain_files.iter().map(|input| input.key.as_str()).collect();
    converter.check_chain_numbers(&chains);
    let mut clusters = converter.read_clusters(&tables.clusters.rows, &chain_keys);
    if no_clusters {
        clusters.clear();
    }
    let local = converter.read_values(&tables.values.rows, &clusters, &chains, rules, &data);

    // Sources of money, their budgets, and the rules for them.
    let names = names(&clusters, chain_keys, !no_clusters);
    let source_keys: Vec<&str> = file.sources.keys().map(String::as_str).collect();
    let mut policy =
        PolicyReader { document: &document, rules, faults: converter.faults, numbers: &mut numbers };
    let mut sources = sources(&mut policy, &file, &names, settings.horizon.years);
    let money_rules = policy.money_rules(&file, &source_keys, &names, &settings.horizon);
    read_budgets(&tables.budgets, &mut sources, &settings.horizon, &mut policy);

    // Events, pools and markets, which strike and join clusters.
    let context = Context {
        document: &document,
        data: &data,
        names: &names,
        rules,
        clusters: &clusters,
        chains: &chains,
    };
    let shadow_prices = converter.joined(&file, &local, &context);

    // Faults that only show once everything is read.
    converter.check_together(&mut chains, &clusters, &local, &sources, &data);
    if tables.clusters.rows.is_empty() && texts.contains_key("clusters.csv") && converter.faults.is_empty() {
        let found = text!(en: "the table has no clusters", id: "tabel ini tidak berisi klaster");
        converter.faults.add(&Place::file("clusters.csv"), found);
    }
    let unsound = chains.iter().any(|chain| chain.as_ref().is_none_or(|chain| !chain.sound));
    if no_clusters || (!converter.faults.is_empty() && unsound) {
        return None;
    }
    converter.finish(Parts {
        file: &file,
        document: &document,
        tables: &tables,
        settings,
        chains: chains.into_iter().flatten().collect(),
        clusters: &clusters,
        local: &local,
        sources,
        money_rules,
        objective,
        indicators,
        shadow_prices,
        numbers,
    })
}

/// The factors that `scenario.toml` defines.
fn factors(policy: &mut PolicyReader<'_>, file: &ScenarioFile) -> BTreeMap<String, FactorDraft> {
    let read = |(key, factor): (&String, &FactorFile)| {
        let ar = policy.factor_ar(key, &factor.ar);
        (key.clone(), FactorDraft { varies: factor.varies.0, ar, scope: factor.scope.0 })
    };
    file.factors.iter().map(read).collect()
}

/// The names that lists of places may use; regions and clusters are unknown where clusters could not be read.
fn names<'a>(clusters: &'a [ClusterDraft], chains: Vec<&'a str>, places_known: bool) -> Names<'a> {
    let mut regions: Vec<&str> = clusters.iter().map(|c| c.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    Names { regions, chains, clusters: clusters.iter().map(|c| c.key.as_str()).collect(), places_known }
}

/// The sources of money, with no amounts yet; at least one is needed.
fn sources(
    policy: &mut PolicyReader<'_>,
    file: &ScenarioFile,
    names: &Names<'_>,
    years: usize,
) -> Vec<Source> {
    let sources: Vec<Source> =
        file.sources.iter().map(|(key, source)| policy.source(key, source, names, years)).collect();
    if sources.is_empty() {
        policy.faults.help(
            &policy.document.place("sources"),
            text!(en: "no source of money is defined", id: "tidak ada sumber dana yang didefinisikan"),
            text!(
                en: "define at least one under [sources.NAME]",
                id: "definisikan sekurang-kurangnya satu pada [sources.NAMA]",
            ),
        );
    }
    sources
}

impl Converter<'_> {
    /// Reads events, pools and markets, which strike and join clusters, and gives the shadow prices.
    fn joined(
        &mut self,
        file: &ScenarioFile,
        local: &LocalNumbers,
        context: &Context<'_>,
    ) -> Option<ShadowPrices> {
        for (key, event) in &file.events {
            let draft = self.event(key, event, context);
            self.events.extend(draft);
        }
        for (key, pool) in &file.pools {
            let draft = self.pool(key, pool, context);
            self.pools.extend(draft);
        }
        self.check_rows_of_pools(context.clusters, local);
        for (key, market) in &file.markets {
            let draft = self.market(key, market, context);
            self.markets.extend(draft);
        }
        self.shadow_prices(file, context)
    }

    /// Checks what only shows once chains, clusters, events and pools are read.
    fn check_together(
        &mut self,
        chains: &mut [Option<ChainDraft>],
        clusters: &[ClusterDraft],
        local: &LocalNumbers,
        sources: &[Source],
        data: &Observations,
    ) {
        // A chain that could not be read may be the one that uses a table.
        if chains.iter().all(Option::is_some) && self.wrong_rows.is_empty() && !self.values_unread {
            data.tell_unused(self.faults);
        }
        let keys: Vec<&str> = sources.iter().map(|source| source.key.as_str()).collect();
        for (h, chain) in chains.iter_mut().enumerate() {
            let Some(chain) = chain else { continue };
            self.settle_bearers(chain, &keys);
            self.settle_codes(ChainId::new(h), chain, sources);
        }
        self.check_each_cluster_complete(clusters, chains, local);
    }

    /// Notes the provenance of what chains state, and checks their factors and certain numbers.
    fn check_chain_numbers(&mut self, drafts: &[Option<ChainDraft>]) {
        for draft in drafts.iter().flatten() {
            for ((item, key), stated) in &draft.defaults {
                let name = format!("{}/{}", draft.key, item_name(*item, key));
                self.note(&name, stated);
                self.check_loadings(stated);
                self.check_certain(*item, stated);
                self.check_commitment(*item, stated);
            }
            for (path, stated) in &draft.structural {
                self.note(&format!("{}/{path}", draft.key), stated);
            }
        }
    }

    /// Says who bears upkeep, once the sources are known.
    fn settle_bearers(&mut self, draft: &mut ChainDraft, sources: &[&str]) {
        for (intervention, (name, place)) in draft.chain.interventions.iter_mut().zip(&draft.bearers) {
            if name == "cluster" {
                continue;
            }
            match sources.iter().position(|source| source == name) {
                Some(source) => intervention.upkeep_by = UpkeepBearer::Source(SourceId::new(source)),
                None => {
                    let known: Vec<&str> =
                        std::iter::once("cluster").chain(sources.iter().copied()).collect();
                    self.faults.unknown(place, Named::Bearer, name, &known);
                }
            }
        }
    }
}
