//! Rules for sources of money: limits and co-funding.

use super::super::diagnostic::Faults;
use super::super::document::Document;
use super::super::file::{CofundingFile, LimitFile, LimitWord, ScenarioFile, TitleFile};
use super::super::number::Unit;
use super::super::phrase;
use super::names::{Lists, Names};
use super::reader::{PolicyReader, year_index};
use crate::language::text;
use crate::model::{Cofunding, Horizon, Limit, LimitBound, LimitKind, ModelParts, Per, SourceId};

/// The largest ratio of co-funding: no rule asks for a hundred times as much.
const MOST_RATIO: f64 = 100.0;

/// Limits and co-funding rules, each with its position in the file.
#[derive(Debug, Default)]
pub(crate) struct MoneyRules {
    limits: Vec<(usize, Limit)>,
    cofunding: Vec<(usize, Cofunding)>,
}

impl CofundingFile {
    fn lists(&self) -> Lists<'_> {
        Lists {
            types: self.types.as_deref(),
            support: self.support.as_deref(),
            regions: self.regions.as_deref(),
            chains: self.chains.as_deref(),
            clusters: self.clusters.as_deref(),
        }
    }
}

impl LimitFile {
    fn lists(&self) -> Lists<'_> {
        Lists {
            types: self.r#type.as_ref().map(std::slice::from_ref),
            support: self.support.as_deref(),
            regions: self.regions.as_deref(),
            chains: self.chains.as_deref(),
            clusters: self.clusters.as_deref(),
        }
    }
}

impl PolicyReader<'_> {
    /// Reads the limits and co-funding rules, each with its position in the file. Those at fault are told and left out.
    pub(crate) fn money_rules(
        &mut self,
        file: &ScenarioFile,
        sources: &[&str],
        names: &Names<'_>,
        horizon: &Horizon,
    ) -> MoneyRules {
        let limits = file.limits.iter().enumerate().filter_map(|(i, limit)| {
            Some((i, self.limit(limit, &format!("limits[{i}]"), sources, names, horizon)?))
        });
        let limits = limits.collect();
        let cofunding = file.cofunding.iter().enumerate().filter_map(|(i, rule)| {
            Some((i, self.cofunding(rule, &format!("cofunding[{i}]"), sources, names)?))
        });
        MoneyRules { limits, cofunding: cofunding.collect() }
    }

    fn cofunding(
        &mut self,
        file: &CofundingFile,
        path: &str,
        sources: &[&str],
        names: &Names<'_>,
    ) -> Option<Cofunding> {
        let before = self.faults.count();
        let source = self.source_named(&format!("{path}.source"), &file.source, sources);
        let mut to: Vec<SourceId> = match &file.to {
            None => (0..sources.len()).map(SourceId::new).filter(|s| Some(*s) != source).collect(),
            Some(list) => list
                .iter()
                .enumerate()
                .filter_map(|(n, name)| self.source_named(&format!("{path}.to[{n}]"), name, sources))
                .collect(),
        };
        to.sort_unstable();
        to.dedup();
        if let Some(n) = file.to.iter().flatten().position(|name| *name == file.source) {
            self.faults.help(
                &self.document.place(&format!("{path}.to[{n}]")),
                text!(
                    en: "'{source}' would add to its own money",
                    id: "'{source}' akan mendampingi dananya sendiri",
                    source = file.source,
                ),
                text!(en: "leave it out of to", id: "hapus dari 'to'"),
            );
        } else if to.is_empty() && self.faults.count() == before {
            self.faults.help(
                &self.document.place(path),
                text!(
                    en: "'{source}' adds to nobody's money",
                    id: "'{source}' tidak mendampingi dana siapa pun",
                    source = file.source,
                ),
                text!(
                    en: "name other sources in to, or define another source",
                    id: "sebutkan sumber dana lain pada 'to', atau definisikan sumber dana lain",
                ),
            );
        }
        let ratio_path = format!("{path}.ratio");
        let ratio = self.between(&file.ratio, &ratio_path, &Unit::Share, 0.0, MOST_RATIO);
        if ratio == 0.0 && self.faults.count() == before {
            self.faults.expected(
                &self.document.place(&ratio_path),
                phrase::found(0),
                text!(en: "a share above 0", id: "bagian di atas 0"),
            );
        }
        let of = self.eligible(path, &file.lists(), names);
        let source = source.filter(|_| self.faults.count() == before)?;
        Some(Cofunding {
            title: file.title.as_ref().map(TitleFile::title),
            law: file.law.clone(),
            source,
            to,
            ratio,
            per: file.per.as_ref().map_or(Per::Region, |per| per.0),
            of,
            by_year: file.by_year.unwrap_or(false),
        })
    }

    fn limit(
        &mut self,
        limit: &LimitFile,
        path: &str,
        sources: &[&str],
        names: &Names<'_>,
        horizon: &Horizon,
    ) -> Option<Limit> {
        let before = self.faults.count();
        let bound = match (&limit.share, &limit.amount) {
            (Some(share), None) => {
                Some(LimitBound::Share(self.between(share, &format!("{path}.share"), &Unit::Share, 0.0, 1.0)))
            }
            (None, Some(amount)) => {
                Some(LimitBound::Amount(self.number(amount, &format!("{path}.amount"), &Unit::Money(None)).0))
            }
            _ => {
                let place = self.document.place(path);
                self.faults.expected(
                    &place,
                    text!(en: "the limit has no clear size", id: "besaran batas ini tidak jelas"),
                    text!(en: "either share or amount", id: "share atau amount, salah satu saja"),
                );
                None
            }
        };
        let lists = limit.lists();
        let source = limit
            .source
            .as_ref()
            .and_then(|name| self.source_named(&format!("{path}.source"), name, sources));
        if !lists.say_anything() && limit.source.is_none() {
            self.faults.expected(
                &self.document.place(path),
                text!(
                    en: "the limit does not say what it is on",
                    id: "batas ini tidak menyatakan apa yang dibatasinya",
                ),
                text!(
                    en: "at least one of type, support, regions, chains, clusters, source",
                    id: "sekurang-kurangnya salah satu dari type, support, regions, chains, clusters, source",
                ),
            );
        }
        let year = limit.year.as_ref().map(|year| {
            let path = format!("{path}.year");
            let (value, place) = self.number(year, &path, &Unit::None);
            year_index(value, horizon).unwrap_or_else(|expected| {
                self.faults.expected(&place, phrase::found(value), expected);
                0
            })
        });
        let kind = match limit.kind.0 {
            LimitWord::Floor => LimitKind::Floor,
            LimitWord::Cap => LimitKind::Cap,
        };
        let of = self.eligible(path, &lists, names);
        let (title, law) = (limit.title.as_ref().map(TitleFile::title), limit.law.clone());
        let bound = bound.filter(|_| self.faults.count() == before)?;
        Some(Limit { title, law, kind, of, source, year, bound })
    }
}

impl MoneyRules {
    /// The limits and co-funding rules, once the model is there to hold them against: one that covers nothing is told. Of a
    /// limit that states a facility type alone, planning says so where its floor can never be kept.
    pub(crate) fn checked(
        self,
        file: &ScenarioFile,
        document: &Document,
        model: &ModelParts,
        faults: &mut Faults,
    ) -> (Vec<Limit>, Vec<Cofunding>) {
        for (i, limit) in &self.limits {
            let lists = file.limits[*i].lists();
            let reaches = |s: SourceId| {
                limit.source.is_none_or(|own| own == s)
                    && model.fundable(s).into_iter().any(|(c, line)| limit.of.admits_line(model, c, line))
            };
            if lists.say_more_than_the_type() && !model.source_ids().any(reaches) {
                faults.help(
                    &document.place(&format!("limits[{i}]")),
                    text!(
                        en: "the limit covers nothing: no source it concerns may fund any line that its lists admit",
                        id: "batas ini tidak mengenai apa pun: tidak ada sumber dana terkait yang boleh mendanai baris yang termasuk daftarnya",
                    ),
                    text!(
                        en: "widen its type, support, regions, chains, clusters or source",
                        id: "perluas type, support, regions, chains, clusters, atau source-nya",
                    ),
                );
            }
        }
        for (i, rule) in &self.cofunding {
            let counts = |s: &SourceId| {
                model.fundable(*s).into_iter().any(|(c, line)| rule.counts(model, *s, c, line).is_some())
            };
            if !rule.to.iter().any(counts) {
                let own = &model.sources[rule.source.index()].key;
                faults.help(
                    &document.place(&format!("cofunding[{i}]")),
                    text!(
                        en: "the rule covers nothing: on no line that its lists admit may both '{own}' and a source it adds to spend",
                        id: "aturan ini tidak mengenai apa pun: pada baris yang termasuk daftarnya tidak ada yang boleh dibelanjai oleh '{own}' sekaligus sumber dana yang didampinginya",
                    ),
                    text!(
                        en: "widen its lists, or what the sources may fund",
                        id: "perluas daftar-daftarnya, atau yang boleh didanai sumber dana",
                    ),
                );
            }
        }
        let limits = self.limits.into_iter().map(|(_, limit)| limit).collect();
        (limits, self.cofunding.into_iter().map(|(_, rule)| rule).collect())
    }
}
