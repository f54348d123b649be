//! The last step of conversion: the model is put together, and the rules that need all of it are read and checked.

use super::super::chain::ChainDraft;
use super::super::diagnostic::Place;
use super::super::document::Document;
use super::super::file::ScenarioFile;
use super::super::loaded::{Scenario, StatedNumber};
use super::super::plan::{locked, today};
use super::super::policy::{MoneyRules, Settings};
use super::draft::{ClusterDraft, Converter, LocalNumbers};
use super::inputs::Tables;
use super::naming::settle_ids;
use super::{coverage, economy, site, spillover, survey, target, things};
use crate::language::text;
use crate::model::route::{ChainRoutes, Established, ROUTES_ENUMERATED, establish};
use crate::model::{
    Allocation, Chain, Cluster, Coverage, Factor, Indicator, Locked, Metric, Model, ModelParts, Net,
    Parameter, ShadowPrices, Source, SourceId,
};
use crate::units::MoneyUnit;

/// The parts of a scenario that were read before, each checked by itself.
pub(super) struct Parts<'a> {
    pub(super) file: &'a ScenarioFile,
    pub(super) document: &'a Document,
    pub(super) tables: &'a Tables,
    pub(super) settings: Settings,
    pub(super) chains: Vec<ChainDraft>,
    pub(super) clusters: &'a [ClusterDraft],
    pub(super) local: &'a LocalNumbers,
    pub(super) sources: Vec<Source>,
    pub(super) money_rules: MoneyRules,
    pub(super) objective: Metric,
    pub(super) indicators: Vec<Indicator>,
    pub(super) shadow_prices: Option<ShadowPrices>,
    /// The numbers of `scenario.toml` and budgets.csv.
    pub(super) numbers: Vec<StatedNumber>,
}

impl Converter<'_> {
    /// The scenario, if nothing is wrong.
    pub(super) fn finish(mut self, mut parts: Parts<'_>) -> Option<Scenario> {
        // Clusters, with the factors and parameters of their numbers.
        self.warn_of_proportion(parts.clusters, &parts.chains, parts.local);
        let mut clusters = self.clusters(&parts);
        let chains: Vec<String> = parts.chains.iter().map(|chain| chain.key.clone()).collect();
        let mut markets = self.settled_markets(&chains);
        let (factors, parameters, ids) = self.settle_uncertainty();
        for cluster in &mut clusters {
            settle_ids(cluster, &ids);
        }
        for market in &mut markets {
            economy::settle_market(market, &ids);
        }
        self.warn_of_unused_factors(parts.document, &factors);
        let mut model = bare_model(&mut parts, clusters, factors, parameters);
        model.pools = self.settled_pools(&model);
        model.markets = markets;

        // Rules, in an order in which each finds in the model what it builds on.
        let Parts { file, document, tables, mut numbers, .. } = parts;
        let rules = parts.settings.rules;
        self.check_sources(&model);
        things::check_sources(document, &model, self.faults);
        economy::check(document, &model, self.faults);
        (model.limits, model.cofunding) = parts.money_rules.checked(file, document, &model, self.faults);
        model.targets = target::read(file, document, rules, &model, self.faults, &mut numbers);
        model.surveys = survey::read(file, document, rules, &model, self.faults, &mut numbers);
        model.sites = site::read(file, document, rules, &model, self.faults, &mut numbers);
        self.warn_of_sites(&model, parts.clusters);
        let before = self.faults.count();
        let mut reader = coverage::CoverageReader {
            document,
            rules,
            model: &model,
            faults: self.faults,
            numbers: &mut numbers,
        };
        model.coverage = reader.read(file, &tables.coverage.rows);
        // Consequences of a fault that is told already are left out.
        if self.faults.count() == before && tables.coverage.whole {
            coverage::check_reach(document, &model, self.faults);
        }
        model.spillovers = spillover::read(file, document, rules, &model, self.faults, &mut numbers);
        spillover::check(document, &model, self.faults);

        // Allocations that are given, and routes.
        model.today = today::read(&tables.today, &model, self.faults, &mut numbers);
        model.locked.lines = locked::read(&tables.locked, &model, self.faults, &mut numbers);
        things::check_units(&model, self.faults);
        self.establish_routes(&mut model, parts.clusters);
        self.warn_of_idled(&model, parts.clusters);

        numbers.append(&mut self.numbers);
        numbers.sort_by(|a, b| a.name.cmp(&b.name));
        let (warnings, notes) = self.faults.take_remarks();
        self.faults.is_empty().then(|| {
            let model = Model::of_checked(model);
            let (files, overrides, changes) = (Vec::new(), Vec::new(), Vec::new());
            Scenario { model, numbers, warnings, notes, files, overrides, changes }
        })
    }

    /// The clusters of known chains, with provisional parameter ids.
    fn clusters(&mut self, parts: &Parts<'_>) -> Vec<Cluster> {
        let mut clusters = Vec::new();
        for (c, draft) in parts.clusters.iter().enumerate() {
            if let Some(chain) = draft.chain {
                clusters.push(self.cluster(c, draft, chain, &parts.chains[chain], parts));
            }
        }
        clusters
    }

    /// Warns of factors on which nothing loads.
    fn warn_of_unused_factors(&mut self, document: &Document, factors: &[Factor]) {
        for key in self.factors.keys() {
            let used = factors
                .iter()
                .any(|f| f.name == format!("factor/{key}") || f.name.starts_with(&format!("factor/{key}@")));
            if !used {
                self.faults.warn(
                    &document.place(&format!("factors.{key}")),
                    text!(
                        en: "no random number loads on factor '{key}', so it has no effect",
                        id: "tidak ada bilangan tak pasti yang dimuati faktor '{key}', sehingga faktor ini tidak berpengaruh",
                    ),
                    Some(text!(
                        en: "let a number load on it, or leave it out",
                        id: "cantumkan faktor ini pada loadings suatu bilangan, atau hapus",
                    )),
                );
            }
        }
    }

    /// Every source may fund something.
    fn check_sources(&mut self, model: &ModelParts) {
        for (s, source) in model.sources.iter().enumerate() {
            if model.fundable(SourceId::new(s)).is_empty() {
                self.faults.help(
                    &Place::file("scenario.toml").key(format!("sources.{}", source.key)),
                    text!(
                        en: "no intervention may use the budget of '{source}'",
                        id: "tidak ada intervensi yang boleh memakai anggaran '{source}'",
                        source = source.key,
                    ),
                    text!(
                        en: "widen its types, support, regions, chains or clusters",
                        id: "perluas types, support, regions, chains, atau clusters sumber dana itu",
                    ),
                );
            }
        }
    }

    /// Works out every cluster's routes, and warns of what is closed or left out.
    fn establish_routes(&mut self, model: &mut ModelParts, clusters: &[ClusterDraft]) {
        let mut of_chain: Vec<Option<ChainRoutes>> = Vec::new();
        for chain in &model.chains {
            match ChainRoutes::of(chain) {
                Ok(routes) => of_chain.push(Some(routes)),
                Err(_) => {
                    self.faults.help(
                        &Place::file(&format!("chains/{}.toml", chain.key)),
                        text!(
                            en: "the chain offers more than {most} ways to serve its markets",
                            id: "rantai ini memiliki lebih dari {most} jalur untuk melayani pasarnya",
                            most = ROUTES_ENUMERATED,
                        ),
                        text!(
                            en: "merge processes that hardly differ",
                            id: "gabungkan proses yang hampir sama",
                        ),
                    );
                    of_chain.push(None);
                }
            }
        }
        for c in 0..model.clusters.len() {
            let chain_id = model.clusters[c].chain.index();
            let Some(routes) = &of_chain[chain_id] else { continue };
            let chain = &model.chains[chain_id];
            let Established { routes, open } =
                establish(chain, &model.clusters[c], routes, |n| model.mean(n), |n| model.support(n));
            self.warn_of_closed(chain, &clusters[c], &open);
            if routes.left_out > 0 {
                let found = text!(
                    en: "cluster '{cluster}': {left_out} of its routes are left out, the best {kept} are kept",
                    id: "klaster '{cluster}': {left_out} jalurnya ditinggalkan, {kept} jalur terbaik dipertahankan",
                    cluster = model.clusters[c].key,
                    left_out = routes.left_out,
                    kept = routes.channel.len(),
                );
                self.faults.warn(&clusters[c].place, found, None);
            }
            let cluster = &mut model.clusters[c];
            for (process, open) in cluster.processes.iter_mut().zip(open) {
                process.open = open;
            }
            cluster.routes = routes;
        }
    }

    /// Warns of processes that no route worth going contains.
    fn warn_of_closed(&mut self, chain: &Chain, cluster: &ClusterDraft, open: &[bool]) {
        let closed: Vec<&str> = chain
            .processes
            .iter()
            .zip(open)
            .filter(|(_, open)| !**open)
            .map(|(process, _)| process.key.as_str())
            .collect();
        if !closed.is_empty() {
            let found = text!(
                en: "cluster '{cluster}': closed, since no route of positive expected margin contains them: {closed}",
                id: "klaster '{cluster}': proses berikut ditutup, karena tidak ada jalur dengan margin harapan positif yang memuatnya: {closed}",
                cluster = cluster.key,
                closed = closed.join(", "),
            );
            self.faults.warn(&cluster.place, found, None);
        }
    }
}

/// The model without its rules, pools and allocations.
fn bare_model(
    parts: &mut Parts<'_>,
    clusters: Vec<Cluster>,
    factors: Vec<Factor>,
    parameters: Vec<Parameter>,
) -> ModelParts {
    let (file, settings) = (parts.file, parts.settings.clone());
    ModelParts {
        title: file.title.title(),
        horizon: settings.horizon,
        money_unit: MoneyUnit::parse(file.money.unit.0.word()).unwrap_or(MoneyUnit::Rupiah),
        price_index: settings.price_index,
        days_per_fte_year: settings.days_per_fte_year,
        objective: parts.objective,
        net: file.objective.net.as_ref().map_or(Net::Off, |net| net.0),
        net_asked: None,
        lines_asked: crate::model::LinesAsked::default(),
        risk: settings.risk,
        samples: settings.samples,
        factors,
        parameters,
        chains: std::mem::take(&mut parts.chains).into_iter().map(|draft| draft.chain).collect(),
        clusters,
        sources: std::mem::take(&mut parts.sources),
        limits: Vec::new(),
        cofunding: Vec::new(),
        coverage: Coverage::default(),
        sites: Vec::new(),
        spillovers: Vec::new(),
        pools: Vec::new(),
        markets: Vec::new(),
        shadow_prices: parts.shadow_prices.take(),
        indicators: std::mem::take(&mut parts.indicators),
        today: Allocation::default(),
        locked: Locked::default(),
        targets: Vec::new(),
        surveys: Vec::new(),
    }
}
