//! Names that `scenario.toml` may use, and lists of them: the clusters and lines that a source, a limit or a rule admits.

use super::super::file::Word;
use super::super::named::Named;
use super::reader::PolicyReader;
use crate::model::{ChainId, ClusterId, Eligibility, FacilityType, SourceId, Support};

/// Names that eligibility lists may use.
pub(crate) struct Names<'a> {
    pub(crate) regions: Vec<&'a str>,
    pub(crate) chains: Vec<&'a str>,
    pub(crate) clusters: Vec<&'a str>,
    /// False where clusters could not be read, so that nobody knows which names of regions and clusters there are.
    pub(crate) places_known: bool,
}

/// Lists of what is admitted, as files state them; `None` admits everything.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lists<'a> {
    pub(crate) types: Option<&'a [Word<FacilityType>]>,
    pub(crate) support: Option<&'a [Word<Support>]>,
    pub(crate) regions: Option<&'a [String]>,
    pub(crate) chains: Option<&'a [String]>,
    pub(crate) clusters: Option<&'a [String]>,
}

impl Lists<'_> {
    /// True if any list is given.
    pub(super) fn say_anything(&self) -> bool {
        self.types.is_some() || self.say_more_than_the_type()
    }

    /// True if any list but that of facility types is given.
    pub(super) fn say_more_than_the_type(&self) -> bool {
        self.support.is_some() || self.regions.is_some() || self.chains.is_some() || self.clusters.is_some()
    }
}

fn words<T: Copy>(list: Option<&[Word<T>]>) -> Option<Vec<T>> {
    list.map(|list| list.iter().map(|word| word.0).collect())
}

impl PolicyReader<'_> {
    /// The places and kinds that the lists at `path` admit. Names that nobody knows are told and left out.
    pub(crate) fn eligible(&mut self, path: &str, lists: &Lists<'_>, names: &Names<'_>) -> Eligibility {
        let mut find = |list: Option<&[String]>, part: &str, kind: Named, known: &[&str]| {
            let judged = kind == Named::Chain || names.places_known;
            list.map(|list| {
                let mut found = Vec::new();
                for (i, name) in list.iter().enumerate() {
                    match known.iter().position(|k| k == name) {
                        Some(index) => found.push(index),
                        None if !judged => {}
                        None => {
                            let place = self.document.place(&format!("{path}.{part}[{i}]"));
                            self.faults.unknown(&place, kind, name, known);
                        }
                    }
                }
                found
            })
        };
        let regions = find(lists.regions, "regions", Named::Region, &names.regions);
        let chains = find(lists.chains, "chains", Named::Chain, &names.chains);
        let clusters = find(lists.clusters, "clusters", Named::Cluster, &names.clusters);
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
            self.faults.unknown(&self.document.place(path), Named::Source, name, sources);
        }
        found
    }
}
