//! `merge`: parts of a run put together.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::args::MergeArgs;
use super::commands::{SCENARIO, begin, finish, language, now};
use super::simulate::{PART, reproduce, settings, show, write_study};
use super::{CliError, Outcome, Process};
use crate::report::Manifest;
use crate::report::folder::Holding;
use crate::result::scenario_hash;
use crate::scenario::{load, read_plan};
use crate::study::{Part, study_of};

/// One part as read back.
struct Found {
    name: String,
    part: Part,
    hash: String,
    plan: Value,
}

/// Files told one by one in an error; the rest are counted.
const TOLD: usize = 10;

fn read_part(folder: &Path) -> Result<Found, CliError> {
    let name = folder.display().to_string();
    let no_part = |why: String| {
        CliError::Usage(format!(
            "{name} is not a part of a run: {why}; parts are made with 'rantai simulate SCENARIO --shard I/K --out DIR'"
        ))
    };
    let manifest = Manifest::read(folder).map_err(|why| no_part(why.to_string()))?;
    let version = manifest.value["rantai"].as_str().unwrap_or_default();
    if version != env!("CARGO_PKG_VERSION") {
        return Err(CliError::Usage(format!(
            "{name} was made by rantai {version}, this is {}: make all parts with one version",
            env!("CARGO_PKG_VERSION")
        )));
    }
    if !manifest.files.contains_key(PART) {
        return Err(no_part(format!("its manifest.json lists no {PART}")));
    }
    // Every file counts: the scenario and the plan are read from the part too.
    let differences = manifest.differences(folder).map_err(|error| no_part(error.to_string()))?;
    if !differences.is_empty() {
        let mut told: Vec<String> = differences.iter().take(TOLD).map(ToString::to_string).collect();
        if differences.len() > TOLD {
            told.push(format!("and {} more", differences.len() - TOLD));
        }
        return Err(CliError::Usage(format!(
            "{name} is not the part that was written: {}; make the part anew",
            told.join("; ")
        )));
    }
    let packed =
        fs::read(folder.join(PART)).map_err(|error| no_part(format!("{PART} cannot be read ({error})")))?;
    let part = postcard::from_bytes(&packed)
        .map_err(|error| CliError::Usage(format!("{name}/{PART} cannot be read: {error}")))?;
    Ok(Found {
        part,
        hash: manifest.value["scenario_hash"].as_str().unwrap_or_default().to_string(),
        plan: manifest.value["settings"]["plan"].clone(),
        name,
    })
}

/// Says what keeps parts from being one run.
fn check_parts(parts: &[Found]) -> Result<(), CliError> {
    let Some(first) = parts.first() else {
        return Err(CliError::Usage("no parts were given".to_string()));
    };
    let mut faults = Vec::new();
    let total = first.part.shard.1;
    for found in parts {
        let (a, b) = (&first.part, &found.part);
        let differs = if found.hash != first.hash {
            Some("is of another scenario")
        } else if found.plan != first.plan {
            Some("is of another plan")
        } else if a.seed != b.seed || a.sampling != b.sampling {
            Some("has another seed or number of samples")
        } else if b.shard.1 != total {
            Some("is of a run split otherwise")
        } else {
            None
        };
        if let Some(why) = differs {
            faults.push(format!("{} {why} than {}", found.name, first.name));
        }
    }
    if faults.is_empty() {
        for i in 1..=total {
            let names: Vec<&str> =
                parts.iter().filter(|p| p.part.shard.0 == i).map(|p| p.name.as_str()).collect();
            match names.as_slice() {
                [_] => {}
                [] => faults.push(format!("part {i}/{total} is missing")),
                _ => faults.push(format!(
                    "part {i}/{total} is given {} times: {}",
                    names.len(),
                    names.join(", ")
                )),
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(CliError::Usage(faults.join("\n       "))) }
}

pub(super) fn merge(args: &MergeArgs, process: &Process) -> Result<Outcome, CliError> {
    let started = now();
    let read: Vec<(Holding, &Path)> = args.parts.iter().map(|part| (Holding::Part, part.as_path())).collect();
    let target = begin(&args.output, process, &read)?;
    let mut parts: Vec<Found> = args.parts.iter().map(|path| read_part(path)).collect::<Result<_, _>>()?;
    check_parts(&parts)?;
    parts.sort_by_key(|found| found.part.shard.0);
    let folder = args.parts.first().ok_or(CliError::Interrupted)?;
    let scenario = load(&folder.join(SCENARIO)).map_err(CliError::Invalid)?;
    let model = &scenario.model;
    if scenario_hash(model) != parts[0].hash {
        return Err(CliError::Usage(format!(
            "{}/{SCENARIO} is not the scenario that the part was made from",
            folder.display()
        )));
    }
    let plan = match &parts[0].plan {
        Value::Null => None,
        _ => {
            let plan = read_plan(&folder.join("allocation.csv"), model).map_err(CliError::Invalid)?;
            Some(plan.allocation)
        }
    };
    let mut whole: Option<Part> = None;
    for found in parts {
        match &mut whole {
            None => whole = Some(Part { shard: (1, 1), ..found.part }),
            Some(whole) => whole.kept.append(found.part.kept),
        }
    }
    let whole = whole.ok_or(CliError::Interrupted)?;
    let study = study_of(model, plan.is_some(), &whole);
    if let Some(mut folder) = target {
        write_study(&mut folder, model, plan.as_ref(), &study)?;
        let command = reproduce(plan.is_some(), &study);
        finish(folder, &scenario, model, settings(model, plan.as_ref(), &study), &command, started)?;
    }
    show(model, plan.as_ref(), &study, process, language(&args.common), started)
}
