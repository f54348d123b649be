//! Reads what makes candidates: their columns of clusters.csv, what opening them costs, and the rules for them.

use super::super::StatedNumber;
use super::super::chain::{ChainDraft, title_of};
use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::{ScenarioFile, SiteFile};
use super::super::item::Item;
use super::super::number::{Unit, UnitRules, Value};
use super::super::policy::PolicyReader;
use super::super::table::Row;
use super::{ClusterDraft, Converter, LocalNumbers};
use crate::model::{ClusterId, Model, SiteRule};

impl Converter<'_> {
    /// Whether a row of clusters.csv is a candidate, and its potential.
    pub(super) fn site(&mut self, row: &Row) -> (bool, Option<f64>) {
        let candidate = match row.text("candidate") {
            "yes" => true,
            "" | "no" => false,
            other => {
                self.faults.expected(
                    &row.place("candidate"),
                    format!("found '{other}'"),
                    "yes or no (empty means no)",
                );
                false
            }
        };
        let potential = row.decimal("potential", self.faults);
        if let Some(score) = potential.filter(|score| *score < 0.0) {
            self.faults.expected(&row.place("potential"), format!("found {score}"), "nothing below 0");
        }
        (candidate, potential)
    }

    /// A candidate can be opened, at a stated cost; nothing else states one.
    pub(super) fn check_opening(
        &mut self,
        c: usize,
        cluster: &ClusterDraft,
        draft: &ChainDraft,
        local: &LocalNumbers,
    ) {
        let Some(line) = draft.chain.interventions.iter().find(|line| line.opens) else {
            if cluster.candidate {
                self.faults.help(
                    &cluster.place,
                    format!(
                        "candidate '{}' can never be opened, since no intervention of chain '{}' opens sites",
                        cluster.key, draft.key
                    ),
                    "mark one of them with opens = true and give it a fixed_cost",
                );
            }
            return;
        };
        let slot = (Item::FixedCost, line.key.clone());
        let own = local.get(&(c, slot.0, slot.1.clone()));
        if let (false, Some(own)) = (cluster.candidate, own) {
            self.faults.help(
                &own.place,
                format!("'{}' is no candidate, so there is nothing to open", cluster.key),
                "leave the row out, or say candidate = yes in clusters.csv",
            );
        }
        if !cluster.candidate || self.values_unread || self.wrong_rows.contains(&(c, slot.0, slot.1.clone()))
        {
            return;
        }
        match own.or_else(|| draft.defaults.get(&slot)) {
            None => self.faults.help(
                &cluster.place,
                format!("candidate '{}' has no fixed_cost for intervention '{}'", cluster.key, line.key),
                "add a row to values.csv, or state it in the chain for all candidates",
            ),
            Some(stated) if matches!(stated.value, Value::Certain(cost) if cost == 0.0) => {
                self.faults.expected(&stated.place, "the fixed_cost of opening a site is 0", "more than 0");
            }
            Some(_) => {}
        }
    }

    /// Warns of what can never be opened.
    pub(super) fn warn_of_sites(&mut self, model: &Model, clusters: &[ClusterDraft]) {
        for (h, chain) in model.chains.iter().enumerate() {
            let opener = chain.interventions.iter().find(|line| line.opens);
            let candidate = model.candidates().any(|c| model.clusters[c.index()].chain.index() == h);
            if let (Some(line), false) = (opener, candidate) {
                let place = Place::file(&format!("chains/{}.toml", chain.key))
                    .at(&format!("interventions.{}", line.key));
                let found = format!(
                    "chain '{}': none of its clusters is a candidate, so '{}' is never offered",
                    chain.key, line.key
                );
                self.faults.warn(&place, found, None);
            }
        }
        for c in model.candidates() {
            let Some(line) = model.opening(c) else { continue };
            if !model.source_ids().any(|s| model.may_fund(s, c, line)) {
                let found = format!(
                    "candidate '{}': no source may fund '{}' there, so it can never be opened",
                    model.clusters[c.index()].key,
                    model.chain_of(c).interventions[line.index()].key
                );
                self.faults.warn(&clusters[c.index()].place, found, None);
            }
        }
    }
}

/// Reads all rules for sites; those at fault are left out and told.
pub(super) fn read(
    file: &ScenarioFile,
    document: &Document,
    rules: UnitRules,
    model: &Model,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) -> Vec<SiteRule> {
    let mut reader = SiteReader { document, rules, model, faults, numbers };
    file.sites.iter().enumerate().filter_map(|(n, rule)| reader.rule(rule, &format!("sites[{n}]"))).collect()
}

struct SiteReader<'a> {
    document: &'a Document,
    rules: UnitRules,
    model: &'a Model,
    faults: &'a mut Faults,
    numbers: &'a mut Vec<StatedNumber>,
}

impl SiteReader<'_> {
    fn place(&self, path: &str) -> Place {
        self.document.place(path)
    }

    fn policy(&mut self) -> PolicyReader<'_> {
        PolicyReader {
            document: self.document,
            rules: self.rules,
            faults: self.faults,
            numbers: self.numbers,
        }
    }

    fn rule(&mut self, file: &SiteFile, path: &str) -> Option<SiteRule> {
        let candidates = self.candidates(file, path)?;
        if file.at_most.is_none() && file.at_least.is_none() && file.minimum_potential.is_none() {
            self.faults.expected(
                &self.place(path),
                "the rule asks nothing",
                "at least one of at_most, at_least, minimum_potential",
            );
            return None;
        }
        let most = self.model.clusters.len() as u64;
        let mut count = |number: &Option<_>, part: &str| {
            let number = number.as_ref()?;
            Some(self.policy().whole(number, &format!("{path}.{part}"), 0, most) as usize)
        };
        let (at_most, at_least) = (count(&file.at_most, "at_most"), count(&file.at_least, "at_least"));
        let minimum_potential = file
            .minimum_potential
            .as_ref()
            .map(|score| self.policy().number(score, &format!("{path}.minimum_potential"), &Unit::None).0);
        if let (Some(most), Some(least)) = (at_most, at_least)
            && least > most
        {
            self.faults.expected(
                &self.place(&format!("{path}.at_least")),
                format!("at_least is {least}"),
                format!("no more than at_most, which is {most}"),
            );
        }
        if let Some(least) = at_least.filter(|least| *least > candidates.len()) {
            self.faults.expected(
                &self.place(&format!("{path}.at_least")),
                format!("at_least is {least}"),
                format!("no more than the {} candidates that the rule concerns", candidates.len()),
            );
        }
        if minimum_potential.is_some() {
            for c in &candidates {
                let cluster = &self.model.clusters[c.index()];
                if cluster.potential.is_none() {
                    self.faults.help(
                        &self.place(&format!("{path}.minimum_potential")),
                        format!("candidate '{}' has no potential", cluster.key),
                        "state it in clusters.csv, or leave the candidate out of the rule",
                    );
                }
            }
        }
        let title = file.title.as_ref().map(title_of);
        Some(SiteRule { title, candidates, at_most, at_least, minimum_potential })
    }

    /// The candidates that every list of the rule admits.
    fn candidates(&mut self, file: &SiteFile, path: &str) -> Option<Vec<ClusterId>> {
        let model = self.model;
        let mut sound = true;
        let mut find = |list: &Option<Vec<String>>, part: &str, what: &str, known: &[&str]| {
            for (n, name) in
                list.iter().flatten().enumerate().filter(|(_, name)| !known.contains(&name.as_str()))
            {
                sound = false;
                self.faults.unknown(&self.document.place(&format!("{path}.{part}[{n}]")), what, name, known);
            }
        };
        let keys: Vec<&str> = model.clusters.iter().map(|cluster| cluster.key.as_str()).collect();
        find(&file.clusters, "clusters", "cluster", &keys);
        let mut regions: Vec<&str> = model.clusters.iter().map(|cluster| cluster.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        find(&file.regions, "regions", "region", &regions);
        let chains: Vec<&str> = model.chains.iter().map(|chain| chain.key.as_str()).collect();
        find(&file.chains, "chains", "chain", &chains);
        for (n, name) in file.clusters.iter().flatten().enumerate() {
            if model.clusters.iter().any(|cluster| cluster.key == *name && !cluster.candidate) {
                sound = false;
                self.faults.help(
                    &self.place(&format!("{path}.clusters[{n}]")),
                    format!("cluster '{name}' is no candidate"),
                    "leave it out, or say candidate = yes in clusters.csv",
                );
            }
        }
        if !sound {
            return None;
        }
        let admits = |list: &Option<Vec<String>>, name: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|known| known == name))
        };
        let concerned: Vec<ClusterId> = model
            .candidates()
            .filter(|c| {
                let cluster = &model.clusters[c.index()];
                admits(&file.clusters, &cluster.key)
                    && admits(&file.regions, &cluster.region)
                    && admits(&file.chains, &model.chain_of(*c).key)
            })
            .collect();
        if concerned.is_empty() {
            self.faults.help(
                &self.place(path),
                "the rule concerns no candidate",
                "mark candidates in clusters.csv with candidate = yes, or widen its clusters, regions or chains",
            );
            return None;
        }
        Some(concerned)
    }
}
