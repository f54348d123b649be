//! Lines that people name: of a facility type, a cluster, a region, an intervention, or several of these at once.

use crate::language::{Text, text};
use crate::model::{ClusterId, FacilityType, InterventionId, Model, Title};
use crate::opt::planner::inquiry::Lines;
use crate::scenario::nearest;

use super::error::StudyError;

/// What a group of lines has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The facility type.
    Type,
    /// The cluster.
    Cluster,
    /// The region.
    Region,
    /// The intervention and the cluster.
    Line,
    /// Whatever people named.
    Named,
}

impl Kind {
    /// The kinds of which a model has lists.
    pub const LISTED: [Kind; 4] = [Kind::Type, Kind::Cluster, Kind::Region, Kind::Line];

    /// Its word.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Type => "type",
            Kind::Cluster => "cluster",
            Kind::Region => "region",
            Kind::Line => "line",
            Kind::Named => "named",
        }
    }

    /// Its name in both languages.
    pub fn text(self) -> Text {
        match self {
            Kind::Type => text!(en: "facility type", id: "jenis fasilitas"),
            Kind::Cluster => text!(en: "cluster", id: "klaster"),
            Kind::Region => text!(en: "region", id: "wilayah"),
            Kind::Line => text!(en: "line", id: "lini"),
            Kind::Named => text!(en: "lines named", id: "lini yang disebut"),
        }
    }
}

/// A group of lines, of all sources and years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What its lines have in common.
    pub kind: Kind,
    /// The word that stands for it: `digitalisation`, `pangkep`, `alat:utara`.
    pub key: String,
    /// Its name.
    pub title: Title,
    /// Its interventions in clusters.
    pub places: Vec<(ClusterId, InterventionId)>,
}

impl Group {
    /// Its lines.
    pub fn lines(&self) -> Lines {
        Lines { places: Some(self.places.clone()), ..Lines::default() }
    }
}

/// Every intervention in every cluster that some source may fund.
pub fn places(model: &Model) -> Vec<(ClusterId, InterventionId)> {
    let of =
        |c: ClusterId| (0..model.chain_of(c).interventions.len()).map(move |i| (c, InterventionId::new(i)));
    let funded = |(c, i): &(ClusterId, InterventionId)| model.source_ids().any(|s| model.may_fund(s, *c, *i));
    model.cluster_ids().flat_map(of).filter(funded).collect()
}

fn facility(model: &Model, c: ClusterId, i: InterventionId) -> FacilityType {
    model.chain_of(c).interventions[i.index()].facility
}

/// All groups of a kind that have a line which some source may fund.
pub fn groups(model: &Model, kind: Kind) -> Vec<Group> {
    let all = places(model);
    let named = |key: &str, en: &str, id: &str, own: &dyn Fn(&(ClusterId, InterventionId)) -> bool| Group {
        kind,
        key: key.to_string(),
        title: Title { en: en.to_string(), id: id.to_string() },
        places: all.iter().copied().filter(own).collect(),
    };
    let found: Vec<Group> = match kind {
        Kind::Type => FacilityType::ALL
            .iter()
            .map(|own| {
                named(own.key(), own.name_en(), own.name_id(), &|place| {
                    facility(model, place.0, place.1) == *own
                })
            })
            .collect(),
        Kind::Cluster => model
            .cluster_ids()
            .map(|c| {
                let cluster = &model.clusters[c.index()];
                named(&cluster.key, &cluster.title.en, &cluster.title.id, &|place| place.0 == c)
            })
            .collect(),
        Kind::Region => {
            let mut regions: Vec<&str> = model.clusters.iter().map(|own| own.region.as_str()).collect();
            regions.sort_unstable();
            regions.dedup();
            let of = |region: &&str| {
                named(region, region, region, &|place| model.clusters[place.0.index()].region == **region)
            };
            regions.iter().map(of).collect()
        }
        Kind::Line => all
            .iter()
            .map(|(c, i)| {
                let (cluster, line) =
                    (&model.clusters[c.index()], &model.chain_of(*c).interventions[i.index()]);
                let title = |line: &str, cluster: &str| format!("{line}, {cluster}");
                named(
                    &format!("{}:{}", line.key, cluster.key),
                    &title(&line.title.en, &cluster.title.en),
                    &title(&line.title.id, &cluster.title.id),
                    &|place| *place == (*c, *i),
                )
            })
            .collect(),
        Kind::Named => Vec::new(),
    };
    found.into_iter().filter(|group| !group.places.is_empty()).collect()
}

/// What one word of a group may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meaning {
    kind: Kind,
    places: Vec<(ClusterId, InterventionId)>,
    title: Title,
}

fn meanings(model: &Model, word: &str) -> Vec<Meaning> {
    let (only, name) = match word.split_once('/') {
        Some((kind, name)) if Kind::LISTED.iter().any(|own| own.key() == kind) => (Some(kind), name),
        _ => (None, word),
    };
    let mut found: Vec<Meaning> = [Kind::Type, Kind::Cluster, Kind::Region]
        .into_iter()
        .flat_map(|kind| groups(model, kind))
        .filter(|group| group.key == name)
        .map(|group| Meaning { kind: group.kind, places: group.places, title: group.title })
        .collect();
    // An intervention, wherever it stands.
    let line = |place: &(ClusterId, InterventionId)| &model.chain_of(place.0).interventions[place.1.index()];
    let own: Vec<_> = places(model).into_iter().filter(|place| line(place).key == name).collect();
    if let Some(first) = own.first() {
        let title = line(first).title.clone();
        found.push(Meaning { kind: Kind::Line, places: own, title });
    }
    found.retain(|meaning| only.is_none_or(|only| meaning.kind.key() == only));
    found
}

/// The group that a word names: `digitalisation`, `pangkep`, `digitalisation:pangkep`, `alat:utara`; a word that means several things
/// has its kind before it: `region/aceh`.
///
/// # Errors
/// [`StudyError::Request`] where a part of it means nothing or several things, or nothing has all parts.
pub fn named(model: &Model, word: &str) -> Result<Group, StudyError> {
    let mut group: Option<Group> = None;
    for part in word.split(':').map(str::trim) {
        let found = meanings(model, part);
        let meaning = match found.as_slice() {
            [one] => one.clone(),
            [] => return Err(unknown(model, part)),
            several => {
                let kinds: Vec<String> =
                    several.iter().map(|own| format!("{}/{part}", own.kind.key())).collect();
                let kinds = kinds.join(", ");
                return Err(StudyError::Request(text!(
                    en: "'{part}' means several things: write one of {kinds}",
                    id: "'{part}' berarti beberapa hal: tulis salah satu dari {kinds}",
                )));
            }
        };
        group = Some(match group {
            None => Group {
                kind: meaning.kind,
                key: word.trim().to_string(),
                title: meaning.title,
                places: meaning.places,
            },
            Some(group) => Group {
                kind: Kind::Named,
                title: Title {
                    en: format!("{}, {}", group.title.en, meaning.title.en),
                    id: format!("{}, {}", group.title.id, meaning.title.id),
                },
                places: group.places.into_iter().filter(|own| meaning.places.contains(own)).collect(),
                ..group
            },
        });
    }
    group.filter(|group| !group.places.is_empty()).ok_or_else(|| {
        StudyError::Request(text!(
            en: "no line that a source may fund is '{word}'",
            id: "tidak ada lini yang boleh didanai suatu sumber dengan '{word}'",
        ))
    })
}

fn unknown(model: &Model, part: &str) -> StudyError {
    let name = part.split_once('/').map_or(part, |(_, name)| name);
    let mut known: Vec<String> = [Kind::Type, Kind::Cluster, Kind::Region]
        .into_iter()
        .flat_map(|kind| groups(model, kind))
        .map(|group| group.key)
        .collect();
    known.extend(places(model).iter().map(|(c, i)| model.chain_of(*c).interventions[i.index()].key.clone()));
    known.sort();
    known.dedup();
    StudyError::Request(match nearest(name, &known) {
        Some(near) => text!(
            en: "'{part}' is no facility type, cluster, region or intervention that a source may fund; did you mean '{near}'?",
            id: "'{part}' bukan jenis fasilitas, klaster, wilayah, atau intervensi yang boleh didanai suatu sumber; maksudnya '{near}'?",
        ),
        None => text!(
            en: "'{part}' is no facility type, cluster, region or intervention that a source may fund: facility types are production, digitalisation, ...; 'check' lists clusters",
            id: "'{part}' bukan jenis fasilitas, klaster, wilayah, atau intervensi yang boleh didanai suatu sumber: jenis fasilitas ialah production, digitalisation, ...; 'check' menyebut klaster",
        ),
    })
}
