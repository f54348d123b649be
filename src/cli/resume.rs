//! What a plan that the time limit ended had learned, kept in its result folder, and read back for `--resume`.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CliError;
use crate::model::Model;
use crate::opt::decomposition::Learned;
use crate::report::folder::sha256;
use crate::result::scenario_hash;
use crate::study::PlanRequest;

/// The file of a result folder that holds it.
pub(super) const CUTS: &str = "cuts.bin";

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
pub(super) fn pack(learned: &Learned, model: &Model, request: &PlanRequest) -> Result<Vec<u8>, CliError> {
    let kept = Kept {
        version: env!("CARGO_PKG_VERSION").to_string(),
        scenario: scenario_hash(model),
        objective: request.metric.key().to_string(),
        samples: request.planning,
        seed: request.seed,
        quick: request.quick,
        learned: learned.clone(),
    };
    postcard::to_stdvec(&kept)
        .map_err(|error| CliError::Failure(format!("the cuts cannot be packed: {error}")))
}

/// What an earlier result had learned about the program that is asked for now.
pub(super) fn read(folder: &Path, model: &Model, request: &PlanRequest) -> Result<Learned, CliError> {
    let name = folder.display();
    let bytes = |file: &str| {
        fs::read(folder.join(file)).map_err(|error| {
            CliError::Usage(format!(
                "{name} has nothing to resume: {file} cannot be read ({error}). A result has it if 'rantai optimise \
                 SCENARIO --time-limit SECONDS --out DIR' was ended by the limit and the plan was made by decomposition"
            ))
        })
    };
    let manifest: Value = serde_json::from_slice(&bytes("manifest.json")?)
        .map_err(|error| CliError::Usage(format!("{name}/manifest.json cannot be read: {error}")))?;
    let packed = bytes(CUTS)?;
    if manifest["files"][CUTS].as_str() != Some(sha256(&packed).as_str()) {
        return Err(CliError::Usage(format!(
            "{name}/{CUTS} is not the file that was written (its hash differs from manifest.json): plan anew without --resume"
        )));
    }
    let kept: Kept = postcard::from_bytes(&packed).map_err(|error| {
        CliError::Usage(format!("{name}/{CUTS} cannot be read: {error}; plan anew without --resume"))
    })?;
    if !kept.learned.is_finite() {
        return Err(CliError::Usage(format!(
            "{name}/{CUTS} holds a number that is infinite or none at all: plan anew without --resume"
        )));
    }
    let differs = [
        ("version of rantai", kept.version, env!("CARGO_PKG_VERSION").to_string()),
        ("scenario or budget (by its hash)", kept.scenario, scenario_hash(model)),
        ("--objective", kept.objective, request.metric.key().to_string()),
        ("--samples", kept.samples.to_string(), request.planning.to_string()),
        ("--seed", kept.seed.to_string(), request.seed.to_string()),
        ("--quick", kept.quick.to_string(), request.quick.to_string()),
    ];
    let faults: Vec<String> = differs
        .iter()
        .filter(|(_, was, is)| was != is)
        .map(|(what, was, is)| format!("{what}: it has {was}, now {is}"))
        .collect();
    if faults.is_empty() {
        Ok(kept.learned)
    } else {
        Err(CliError::Usage(format!("{name} is a result of another plan: {}", faults.join("; "))))
    }
}

/// The error for cuts that do not fit the program although everything said that they would.
pub(super) fn another_program(folder: Option<&Path>) -> CliError {
    let name = folder.map(|folder| folder.display().to_string()).unwrap_or_default();
    CliError::Usage(format!("{name}/{CUTS} does not fit this program; plan anew without --resume"))
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
