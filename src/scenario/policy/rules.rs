//! What lists of a scenario admit, and the rules of sources of money that use such lists: limits and
//! co-funding.

use super::{Names, PolicyReader, year_index};
use crate::model::{
    ChainId, ClusterId, Cofunding, Eligibility, FacilityType, Horizon, Limit, LimitBound, LimitKind, Model,
    Per, SourceId, Support,
};
use crate::scenario::chain::title_of;
use crate::scenario::diagnostic::Faults;
use crate::scenario::document::Document;
use crate::scenario::file::{CofundingFile, LimitFile, LimitWord, ScenarioFile, Word};
use crate::scenario::number::Unit;

/// Lists of what is meant, as files state them; `None` is everything.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lists<'a> {
    pub(crate) types: Option<&'a [Word<FacilityType>]>,
    pub(crate) support: Option<&'a [Word<Support>]>,
    pub(crate) regions: Option<&'a [String]>,
    pub(crate) chains: Option<&'a [String]>,
    pub(crate) clusters: Option<&'a [String]>,
}

fn words<T: Copy>(list: Option<&[Word<T>]>) -> Option<Vec<T>> {
    list.map(|list| list.iter().map(|word| word.0).collect())
}

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
    /// What the lists at `path` admit. Names that nobody knows are told and left out.
    pub(crate) fn eligible(&mut self, path: &str, lists: &Lists<'_>, names: &Names<'_>) -> Eligibility {
        let mut find = |list: Option<&[String]>, part: &str, what: &str, known: &[&str]| {
            let judged = what == "chain" || names.places_known;
            list.map(|list| {
                let mut found = Vec::new();
                for (i, name) in list.iter().enumerate() {
                    match known.iter().position(|k| k == name) {
                        Some(index) => found.push(index),
                        None if !judged => {}
                        None => {
                            let place = self.document.place(&format!("{path}.{part}[{i}]"));
                            self.faults.unknown(&place, what, name, known);
                        }
                    }
                }
                found
            })
        };
        let regions = find(lists.regions, "regions", "region", &names.regions);
        let chains = find(lists.chains, "chains", "chain", &names.chains);
        let clusters = find(lists.clusters, "clusters", "cluster", &names.clusters);
        Eligibility {
            types: words(lists.types),
            support: words(lists.support),
            regions: regions.map(|r| r.iter().map(|i| names.regions[*i].to_string()).collect()),
            chains: chains.map(|r| r.iter().map(|i| ChainId::new(*i)).collect()),
            clusters: clusters.map(|r| r.iter().map(|i| ClusterId::new(*i)).collect()),
        }
    }

    /// The source of this name, or a fault.
    pub(crate) fn source_named(&mut self, path: &str, name: &str, sources: &[&str]) -> Option<SourceId> {
        let found = sources.iter().position(|key| *key == name).map(SourceId::new);
        if found.is_none() {
            self.faults.unknown(&self.document.place(path), "source", name, sources);
        }
        found
    }

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
                format!("'{}' would add to its own money", file.source),
                "leave it out of to",
            );
        } else if to.is_empty() && self.faults.count() == before {
            self.faults.help(
                &self.document.place(path),
                format!("'{}' adds to nobody's money", file.source),
                "name other sources in to, or define another source",
            );
        }
        let ratio_path = format!("{path}.ratio");
        let ratio = self.between(&file.ratio, &ratio_path, &Unit::Share, 0.0, MOST_RATIO);
        if ratio == 0.0 && self.faults.count() == before {
            self.faults.expected(&self.document.place(&ratio_path), "found 0", "a share above 0");
        }
        let of = self.eligible(path, &file.lists(), names);
        let source = source.filter(|_| self.faults.count() == before)?;
        Some(Cofunding {
            title: file.title.as_ref().map(title_of),
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
                self.faults.expected(&place, "the limit has no clear size", "either share or amount");
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
                "the limit does not say what it is on",
                "at least one of type, support, regions, chains, clusters, source",
            );
        }
        let year = limit.year.as_ref().map(|year| {
            let path = format!("{path}.year");
            let (value, place) = self.number(year, &path, &Unit::None);
            year_index(value, horizon).unwrap_or_else(|expected| {
                self.faults.expected(&place, format!("found {value}"), expected);
                0
            })
        });
        let kind = match limit.kind.0 {
            LimitWord::Floor => LimitKind::Floor,
            LimitWord::Cap => LimitKind::Cap,
        };
        let of = self.eligible(path, &lists, names);
        let (title, law) = (limit.title.as_ref().map(title_of), limit.law.clone());
        let bound = bound.filter(|_| self.faults.count() == before)?;
        Some(Limit { title, law, kind, of, source, year, bound })
    }
}

impl Lists<'_> {
    /// True if any list is given.
    fn say_anything(&self) -> bool {
        self.types.is_some() || self.say_more_than_the_type()
    }

    /// True if any list but that of facility types is given.
    fn say_more_than_the_type(&self) -> bool {
        self.support.is_some() || self.regions.is_some() || self.chains.is_some() || self.clusters.is_some()
    }
}

impl MoneyRules {
    /// The limits and co-funding rules, once the model is there to hold them against: one that covers nothing is told. Of a
    /// limit that states a facility type alone, planning says so where its floor can never be kept.
    pub(crate) fn checked(
        self,
        file: &ScenarioFile,
        document: &Document,
        model: &Model,
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
                    "the limit covers nothing: no source it concerns may fund any line that its lists admit",
                    "widen its type, support, regions, chains, clusters or source",
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
                    format!(
                        "the rule covers nothing: on no line that its lists admit may both '{own}' and a source it adds to spend"
                    ),
                    "widen its lists, or what the sources may fund",
                );
            }
        }
        let limits = self.limits.into_iter().map(|(_, limit)| limit).collect();
        (limits, self.cofunding.into_iter().map(|(_, rule)| rule).collect())
    }
}
