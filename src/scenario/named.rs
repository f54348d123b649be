//! The kinds of things that a scenario names, as messages call them.

use std::fmt::Display;

use crate::language::{Text, text};

/// A kind of thing that a scenario names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    File,
    Column,
    Key,
    Word,
    Distribution,
    Table,
    Item,
    Region,
    Chain,
    Cluster,
    ClusterName,
    Source,
    Bearer,
    Factor,
    /// An uncertain number or a factor, by its stable name.
    Uncertain,
    Actor,
    Commodity,
    Storable,
    Capacity,
    Process,
    Channel,
    Intervention,
    Indicator,
    /// An indicator of a process, as `process/indicator`.
    Counted,
    /// An intervention that opens candidates.
    Opener,
    /// A commodity of a process, as `process/commodity`.
    Flow,
    /// A capacity of a process, as `process/capacity`.
    Use,
    /// The key of a wage, which has none.
    NoKey,
}

impl Named {
    /// The kind, as messages call it.
    pub(crate) fn text(self) -> Text {
        match self {
            Named::File => text!(en: "file", id: "berkas"),
            Named::Column => text!(en: "column", id: "kolom"),
            Named::Key => text!(en: "key", id: "kunci"),
            Named::Word => text!(en: "word", id: "kata"),
            Named::Distribution => text!(en: "distribution", id: "sebaran"),
            Named::Table => text!(en: "table", id: "tabel"),
            Named::Item => text!(en: "item", id: "butir"),
            Named::Region => text!(en: "region", id: "wilayah"),
            Named::Chain => text!(en: "chain", id: "rantai"),
            Named::Cluster => text!(en: "cluster", id: "klaster"),
            Named::ClusterName => text!(en: "cluster name", id: "nama klaster"),
            Named::Source => text!(en: "source", id: "sumber dana"),
            Named::Bearer => text!(en: "bearer of upkeep", id: "penanggung biaya pemeliharaan"),
            Named::Factor => text!(en: "factor", id: "faktor"),
            Named::Uncertain => text!(en: "uncertain number", id: "bilangan tak pasti"),
            Named::Actor => text!(en: "actor", id: "pelaku"),
            Named::Commodity => text!(en: "commodity", id: "komoditas"),
            Named::Storable => text!(en: "storable commodity", id: "komoditas yang dapat disimpan"),
            Named::Capacity => text!(en: "capacity", id: "kapasitas"),
            Named::Process => text!(en: "process", id: "proses"),
            Named::Channel => text!(en: "channel", id: "saluran"),
            Named::Intervention => text!(en: "intervention", id: "intervensi"),
            Named::Indicator => text!(en: "indicator", id: "indikator"),
            Named::Counted => text!(en: "process/indicator", id: "proses/indikator"),
            Named::Opener => {
                text!(en: "intervention that opens sites", id: "intervensi pembuka calon klaster")
            }
            Named::Flow => text!(en: "process/commodity", id: "proses/komoditas"),
            Named::Use => text!(en: "process/capacity", id: "proses/kapasitas"),
            Named::NoKey => text!(en: "key (wage has none)", id: "kunci (wage tidak memilikinya)"),
        }
    }

    /// The kind with a name of that kind: `cluster 'kutasari'`.
    pub(crate) fn with(self, name: impl Display) -> Text {
        text!(en: "{kind} '{name}'", id: "{kind} '{name}'", kind = self.text())
    }
}

impl From<Named> for Text {
    fn from(named: Named) -> Self {
        named.text()
    }
}
