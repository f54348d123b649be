//! Reads candidates: their columns of clusters.csv, the cost of opening them, and the rules for them.

use super::super::chain::ChainDraft;
use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::{ScenarioFile, SiteFile, TitleFile};
use super::super::item::Item;
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{Unit, UnitRules, Value};
use super::super::phrase;
use super::super::policy::PolicyReader;
use super::super::table::Row;
use super::draft::{ClusterDraft, Converter, LocalNumbers};
use crate::language::text;
use crate::model::{ClusterId, ModelParts, SiteRule};

impl Converter<'_> {
    /// Whether a row of clusters.csv is a candidate, and its potential.
    pub(super) fn site(&mut self, row: &Row) -> (bool, Option<f64>) {
        let candidate = match row.text("candidate") {
            "yes" => true,
            "" | "no" => false,
            other => {
                self.faults.expected(
                    &row.place("candidate"),
                    phrase::found_text(other),
                    text!(en: "yes or no (empty means no)", id: "yes atau no (kosong berarti no)"),
                );
                false
            }
        };
        let potential = row.decimal("potential", self.faults);
        if let Some(score) = potential.filter(|score| *score < 0.0) {
            self.faults.expected(&row.place("potential"), phrase::found(score), phrase::not_below_zero());
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
                    text!(
                        en: "candidate '{cluster}' can never be opened, since no intervention of chain '{chain}' opens sites",
                        id: "calon klaster '{cluster}' tidak pernah dapat dibuka, karena tidak ada intervensi rantai '{chain}' yang membuka calon klaster",
                        cluster = cluster.key,
                        chain = draft.key,
                    ),
                    text!(
                        en: "mark one of them with opens = true and give it a fixed_cost",
                        id: "beri salah satunya opens = true dan fixed_cost",
                    ),
                );
            }
            return;
        };
        let slot = (Item::FixedCost, line.key.clone());
        let own = local.get(&(c, slot.0, slot.1.clone()));
        if let (false, Some(own)) = (cluster.candidate, own) {
            self.faults.help(
                &own.place,
                text!(
                    en: "'{cluster}' is no candidate, so there is nothing to open",
                    id: "'{cluster}' bukan calon klaster, sehingga tidak ada yang dibuka",
                    cluster = cluster.key,
                ),
                text!(
                    en: "leave the row out, or say candidate = yes in clusters.csv",
                    id: "hapus baris ini, atau isi candidate dengan yes dalam clusters.csv",
                ),
            );
        }
        if !cluster.candidate || self.values_unread || self.wrong_rows.contains(&(c, slot.0, slot.1.clone()))
        {
            return;
        }
        match own.or_else(|| draft.defaults.get(&slot)) {
            None => self.faults.help(
                &cluster.place,
                text!(
                    en: "candidate '{cluster}' has no fixed_cost for intervention '{line}'",
                    id: "calon klaster '{cluster}' tidak memiliki fixed_cost untuk intervensi '{line}'",
                    cluster = cluster.key,
                    line = line.key,
                ),
                text!(
                    en: "add a row to values.csv, or state it in the chain for all candidates",
                    id: "tambahkan baris pada values.csv, atau nyatakan dalam berkas rantai untuk semua calon klaster",
                ),
            ),
            Some(stated) if matches!(stated.value, Value::Certain(cost) if cost == 0.0) => {
                let found = text!(
                    en: "the fixed_cost of opening a site is 0",
                    id: "fixed_cost untuk membuka calon klaster bernilai 0",
                );
                self.faults.expected(&stated.place, found, phrase::above_zero());
            }
            Some(_) => {}
        }
    }

    /// Warns of what can never be opened.
    pub(super) fn warn_of_sites(&mut self, model: &ModelParts, clusters: &[ClusterDraft]) {
        for (h, chain) in model.chains.iter().enumerate() {
            let opener = chain.interventions.iter().find(|line| line.opens);
            let candidate = model.candidates().any(|c| model.clusters[c.index()].chain.index() == h);
            if let (Some(line), false) = (opener, candidate) {
                let place = Place::file(&format!("chains/{}.toml", chain.key))
                    .key(format!("interventions.{}", line.key));
                let found = text!(
                    en: "chain '{chain}': none of its clusters is a candidate, so '{line}' is never offered",
                    id: "rantai '{chain}': tidak ada calon klaster di dalamnya, sehingga '{line}' tidak pernah ditawarkan",
                    chain = chain.key,
                    line = line.key,
                );
                self.faults.warn(&place, found, None);
            }
        }
        for c in model.candidates() {
            let Some(line) = model.opening(c) else { continue };
            if !model.source_ids().any(|s| model.may_fund(s, c, line)) {
                let found = text!(
                    en: "candidate '{cluster}': no source may fund '{line}' there, so it can never be opened",
                    id: "calon klaster '{cluster}': tidak ada sumber dana yang boleh mendanai '{line}' di sana, sehingga tidak pernah dapat dibuka",
                    cluster = model.clusters[c.index()].key,
                    line = model.chain_of(c).interventions[line.index()].key,
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
    model: &ModelParts,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) -> Vec<SiteRule> {
    let mut reader = SiteReader { document, rules, model, faults, numbers };
    file.sites.iter().enumerate().filter_map(|(n, rule)| reader.rule(rule, &format!("sites[{n}]"))).collect()
}

struct SiteReader<'a> {
    document: &'a Document,
    rules: UnitRules,
    model: &'a ModelParts,
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
                text!(en: "the rule asks nothing", id: "aturan ini tidak meminta apa pun"),
                text!(
                    en: "at least one of at_most, at_least, minimum_potential",
                    id: "sekurang-kurangnya salah satu dari at_most, at_least, minimum_potential",
                ),
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
                text!(en: "at_least is {least}", id: "at_least bernilai {least}"),
                text!(
                    en: "no more than at_most, which is {most}",
                    id: "tidak lebih dari at_most, yaitu {most}",
                ),
            );
        }
        if let Some(least) = at_least.filter(|least| *least > candidates.len()) {
            self.faults.expected(
                &self.place(&format!("{path}.at_least")),
                text!(en: "at_least is {least}", id: "at_least bernilai {least}"),
                text!(
                    en: "no more than the {count} candidates that the rule concerns",
                    id: "tidak lebih dari {count} calon klaster yang dikenai aturan ini",
                    count = candidates.len(),
                ),
            );
        }
        if minimum_potential.is_some() {
            for c in &candidates {
                let cluster = &self.model.clusters[c.index()];
                if cluster.potential.is_none() {
                    self.faults.help(
                        &self.place(&format!("{path}.minimum_potential")),
                        text!(
                            en: "candidate '{cluster}' has no potential",
                            id: "calon klaster '{cluster}' tidak memiliki nilai potensi",
                            cluster = cluster.key,
                        ),
                        text!(
                            en: "state it in clusters.csv, or leave the candidate out of the rule",
                            id: "isi kolom potential dalam clusters.csv, atau keluarkan calon itu dari aturan ini",
                        ),
                    );
                }
            }
        }
        let title = file.title.as_ref().map(TitleFile::title);
        Some(SiteRule { title, candidates, at_most, at_least, minimum_potential })
    }

    /// The candidates that every list of the rule admits.
    fn candidates(&mut self, file: &SiteFile, path: &str) -> Option<Vec<ClusterId>> {
        let model = self.model;
        // Every name in the lists must be known.
        let mut sound = true;
        let mut find = |list: &Option<Vec<String>>, part: &str, kind: Named, known: &[&str]| {
            for (n, name) in
                list.iter().flatten().enumerate().filter(|(_, name)| !known.contains(&name.as_str()))
            {
                sound = false;
                self.faults.unknown(&self.document.place(&format!("{path}.{part}[{n}]")), kind, name, known);
            }
        };
        let keys: Vec<&str> = model.clusters.iter().map(|cluster| cluster.key.as_str()).collect();
        find(&file.clusters, "clusters", Named::Cluster, &keys);
        let mut regions: Vec<&str> = model.clusters.iter().map(|cluster| cluster.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        find(&file.regions, "regions", Named::Region, &regions);
        let chains: Vec<&str> = model.chains.iter().map(|chain| chain.key.as_str()).collect();
        find(&file.chains, "chains", Named::Chain, &chains);
        // A cluster named outright must be a candidate; a region or chain may hold others too.
        for (n, name) in file.clusters.iter().flatten().enumerate() {
            if model.clusters.iter().any(|cluster| cluster.key == *name && !cluster.candidate) {
                sound = false;
                self.faults.help(
                    &self.place(&format!("{path}.clusters[{n}]")),
                    text!(
                        en: "cluster '{name}' is no candidate",
                        id: "klaster '{name}' bukan calon klaster",
                    ),
                    text!(
                        en: "leave it out, or say candidate = yes in clusters.csv",
                        id: "hapus, atau isi candidate dengan yes dalam clusters.csv",
                    ),
                );
            }
        }
        if !sound {
            return None;
        }
        // A rule on nothing would never bind.
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
                text!(
                    en: "the rule concerns no candidate",
                    id: "aturan ini tidak mengenai calon klaster mana pun",
                ),
                text!(
                    en: "mark candidates in clusters.csv with candidate = yes, or widen its clusters, regions or chains",
                    id: "tandai calon dalam clusters.csv dengan yes pada kolom candidate, atau perluas clusters, regions, atau chains-nya",
                ),
            );
            return None;
        }
        Some(concerned)
    }
}
