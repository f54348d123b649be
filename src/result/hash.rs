//! The hash of a model: SHA-256 of its document as canonical text, keys in order and nothing between them.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cluster::ClusterDocument;
use super::model::ModelDocument;
use super::parameter::ParameterDocument;
use super::value;
use crate::model::Model;
use crate::units::Rupiah;

/// Hashes a list item by item.
fn list<T: Serialize>(hash: &mut Sha256, items: impl Iterator<Item = T>) {
    let mut text = Vec::new();
    for (position, item) in items.enumerate() {
        text.clear();
        if let Err(error) = serde_json::to_writer(&mut text, &item) {
            unreachable!("a document without a text for a key: {error}");
        }
        hash.update(if position == 0 { "[" } else { "," });
        hash.update(&text);
    }
    hash.update("]");
}

/// The hash of the canonical model: the same for any order of rows or files that says the same. It is the SHA-256 of
/// [`ModelDocument`] as text, taken piece by piece: a nation's clusters as one text take a gigabyte. A cluster's own text is
/// in canonical order as it is.
pub fn scenario_hash(of: &Model) -> String {
    let mut hash = Sha256::new();
    let frame = value(&ModelDocument::frame(of));
    for (position, (key, part)) in frame.as_object().into_iter().flatten().enumerate() {
        hash.update(if position == 0 { "{" } else { "," });
        hash.update(Value::from(key.as_str()).to_string());
        hash.update(":");
        match key.as_str() {
            "parameters" if !of.parameters.is_empty() => {
                list(&mut hash, of.parameters.iter().map(|p| value(&ParameterDocument::of(of, p))));
            }
            "clusters" if !of.clusters.is_empty() => {
                list(&mut hash, of.clusters.iter().map(|c| ClusterDocument::of(of, c)));
            }
            _ => hash.update(part.to_string()),
        }
    }
    hash.update("}");
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// True if `hash` is that of `model`, or of `model` with its budget scaled to `budget` [Rp].
pub fn is_hash_of(model: &Model, hash: &str, budget: Option<i64>) -> bool {
    scenario_hash(model) == hash
        || budget
            .filter(|total| *total > 0 && *total <= Rupiah::MAX.0 && *total != model.total_budget())
            .and_then(|total| crate::study::budget::scaled(model, Rupiah(total)).ok())
            .is_some_and(|scaled| scenario_hash(&scaled) == hash)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Piece by piece it is the hash of the whole.
    #[test]
    fn the_hash_is_that_of_the_model_as_text() {
        for name in ["minimal", "banyumas-gula-kelapa", "nusantara"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
            let of = crate::scenario::load(&folder).expect("bundled scenarios are valid").model;
            let whole = Sha256::digest(value(&ModelDocument::of(&of)).to_string());
            let whole: String = whole.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(scenario_hash(&of), whole);
        }
    }

    /// The pieces are canonical because fields of clusters stand in the order of their keys.
    #[test]
    fn a_cluster_s_own_text_is_canonical() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/nusantara");
        let of = crate::scenario::load(&folder).expect("valid").model;
        for cluster in &of.clusters {
            let document = ClusterDocument::of(&of, cluster);
            let own = serde_json::to_string(&document).expect("text");
            assert_eq!(own, value(&document).to_string());
        }
    }
}
