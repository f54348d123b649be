//! The learned state of a plan that the time limit ended, kept in its result folder, and read back to go on from there.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::manifest::{Manifest, ManifestError};
use crate::digest::sha256;
use crate::language::{Lang, Text, system_error, text};
use crate::model::Model;
use crate::opt::decomposition::Learned;
use crate::result::scenario_hash;
use crate::study::PlanSettings;

/// The file of a result folder that holds it.
pub const CUTS: &str = "cuts.bin";

/// Why nothing can be gone on from.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum LearnedError {
    /// A file is not there.
    Nothing {
        /// The folder.
        folder: String,
        /// The file.
        file: &'static str,
        /// The error of reading it.
        error: io::Error,
    },
    /// The manifest is none of ours.
    Manifest {
        /// The folder.
        folder: String,
        /// The fault of the manifest.
        error: ManifestError,
    },
    /// The file was changed after it was written.
    Changed(String),
    /// The file is of another layout.
    Layout {
        /// The folder.
        folder: String,
        /// The decoder's error.
        error: postcard::Error,
    },
    /// A number in it is none.
    NotFinite(String),
    /// It is of a plan that was asked for otherwise.
    AnotherPlan {
        /// The folder.
        folder: String,
        /// In what.
        differences: Vec<Differing>,
    },
    /// It cannot be packed.
    Packing(postcard::Error),
}

/// A setting in which two plans differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The setting.
    pub setting: &'static str,
    /// Of the earlier plan.
    pub was: String,
    /// Of this one.
    pub is: String,
}

impl Differing {
    /// The setting with both values, in both languages; a setting that is an option of a front end stands as `option` writes it.
    pub fn text(&self, option: &dyn Fn(&str) -> String) -> Text {
        let (was, is) = (&self.was, &self.is);
        let setting = match self.setting {
            VERSION => text!(en: "version of rantai", id: "versi rantai"),
            SCENARIO => {
                text!(en: "scenario or budget (by its hash)", id: "skenario atau pagu (menurut hash-nya)")
            }
            key => Text::same(option(key)),
        };
        text!(en: "{setting}: it has {was}, now {is}", id: "{setting}: dulu {was}, kini {is}", setting, was, is)
    }
}

/// The setting that is the version of the program.
const VERSION: &str = "version";
/// The setting that is the model.
const SCENARIO: &str = "scenario";

impl LearnedError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Nothing { folder, file, error } => text!(
                en: "{folder} has nothing to resume: {file} cannot be read ({why})",
                id: "tidak ada yang dapat dilanjutkan di {folder}: {file} tidak dapat dibaca ({why})",
                folder, file, why = system_error(error),
            ),
            Self::Manifest { folder, error } => text!(
                en: "{folder} has nothing to resume: {why}",
                id: "tidak ada yang dapat dilanjutkan di {folder}: {why}",
                folder, why = error.text(),
            ),
            Self::Changed(folder) => text!(
                en: "{folder}/{CUTS} is not the file that was written (its hash differs from manifest.json)",
                id: "{folder}/{CUTS} bukan berkas yang ditulis (hash-nya berbeda dari manifest.json)",
            ),
            Self::Layout { folder, error } => Text::new(
                format!("{folder}/{CUTS} cannot be read: {error}"),
                format!("{folder}/{CUTS} tidak dapat dibaca: isinya rusak atau susunannya lain"),
            ),
            Self::NotFinite(folder) => text!(
                en: "{folder}/{CUTS} holds a number that is infinite or none at all",
                id: "{folder}/{CUTS} memuat bilangan yang tak hingga atau bukan bilangan",
            ),
            Self::AnotherPlan { folder, differences } => {
                another_plan(folder, differences, &|key| key.to_string())
            }
            Self::Packing(error) => Text::new(
                format!("the cuts cannot be packed: {error}"),
                "yang dipelajari tidak dapat disimpan",
            ),
        }
    }
}

/// The sentence of a result of another plan; `option` writes a setting as a front end calls it.
pub fn another_plan(folder: &str, differences: &[Differing], option: &dyn Fn(&str) -> String) -> Text {
    let each: Vec<Text> = differences.iter().map(|differing| differing.text(option)).collect();
    let told = Text::join(&each, &Text::same("; "));
    text!(
        en: "{folder} is a result of another plan: {told}",
        id: "{folder} adalah hasil rencana lain: {told}",
        folder, told,
    )
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    version: String,
    scenario: String,
    objective: String,
    samples: usize,
    seed: u64,
    quick: bool,
    learned: Learned,
}

/// The bytes of the file.
///
/// # Errors
/// [`LearnedError::Packing`].
pub fn pack(learned: &Learned, model: &Model, settings: &PlanSettings) -> Result<Vec<u8>, LearnedError> {
    let kept = Kept {
        version: env!("CARGO_PKG_VERSION").to_string(),
        scenario: scenario_hash(model),
        objective: settings.metric.key().to_string(),
        samples: settings.planning,
        seed: settings.seed,
        quick: settings.quick,
        learned: learned.clone(),
    };
    postcard::to_stdvec(&kept).map_err(LearnedError::Packing)
}

/// Reads what an earlier result in `folder` had learned about the plan that `settings` ask for of `model`.
///
/// # Errors
/// [`LearnedError`].
pub fn read(folder: &Path, model: &Model, settings: &PlanSettings) -> Result<Learned, LearnedError> {
    let name = folder.display().to_string();
    let nothing = |file, error| LearnedError::Nothing { folder: name.clone(), file, error };
    let manifest = Manifest::read(folder).map_err(|error| match error {
        ManifestError::Io(error) => nothing("manifest.json", error),
        error => LearnedError::Manifest { folder: name.clone(), error },
    })?;
    let packed = fs::read(folder.join(CUTS)).map_err(|error| nothing(CUTS, error))?;
    if manifest.files.get(CUTS) != Some(&sha256(&packed)) {
        return Err(LearnedError::Changed(name));
    }
    let kept: Kept = postcard::from_bytes(&packed)
        .map_err(|error| LearnedError::Layout { folder: name.clone(), error })?;
    // A file may hold infinities, whatever its hash.
    if !kept.learned.is_finite() {
        return Err(LearnedError::NotFinite(name));
    }
    // Cuts hold for one program only: everything that shapes it must be the same.
    let setting = |setting, was, is| Differing { setting, was, is };
    let mut differences = vec![
        setting(VERSION, kept.version, env!("CARGO_PKG_VERSION").to_string()),
        setting(SCENARIO, kept.scenario, scenario_hash(model)),
        setting("objective", kept.objective, settings.metric.key().to_string()),
        setting("samples", kept.samples.to_string(), settings.planning.to_string()),
        setting("seed", kept.seed.to_string(), settings.seed.to_string()),
        setting("quick", kept.quick.to_string(), settings.quick.to_string()),
    ];
    differences.retain(|differing| differing.was != differing.is);
    if differences.is_empty() {
        Ok(kept.learned)
    } else {
        Err(LearnedError::AnotherPlan { folder: name, differences })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opt::decomposition::{LearnedCut, Proposal};

    /// A part of what was learned, from fields that only a file can fill so.
    fn forged<T: serde::de::DeserializeOwned>(fields: &impl Serialize) -> T {
        let bytes = postcard::to_stdvec(fields).expect("packed");
        postcard::from_bytes(&bytes).expect("of the same layout")
    }

    #[test]
    fn what_was_learned_holds_numbers_only() {
        let cut = |a: f64, side: f64| forged::<LearnedCut>(&(Some(0_u32), vec![(0_u32, a)], side));
        let proposal =
            |x: f64, value: f64, used: f64| forged::<Proposal>(&(0_usize, vec![x], value, vec![used]));
        let learned = |x: f64, price: f64, cut: LearnedCut, proposal: Proposal| Learned {
            x: vec![0.0, x],
            prices: vec![price],
            blocks: vec![vec![], vec![cut]],
            proposals: vec![proposal],
        };
        let (good, fine) = (cut(1.0, 2.0), proposal(1.0, 2.0, 3.0));
        assert!(learned(1.0, 1.0, good.clone(), fine.clone()).is_finite());
        for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let bad = [
                learned(none, 1.0, good.clone(), fine.clone()),
                learned(1.0, none, good.clone(), fine.clone()),
                learned(1.0, 1.0, cut(none, 2.0), fine.clone()),
                learned(1.0, 1.0, cut(1.0, none), fine.clone()),
                learned(1.0, 1.0, good.clone(), proposal(none, 2.0, 3.0)),
                learned(1.0, 1.0, good.clone(), proposal(1.0, none, 3.0)),
                learned(1.0, 1.0, good.clone(), proposal(1.0, 2.0, none)),
            ];
            assert!(bad.iter().all(|learned| !learned.is_finite()), "{none}");
        }
    }
}
