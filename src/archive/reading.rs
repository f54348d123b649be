//! Results read back from their folders, for reports: only what was written, whole and unchanged.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::manifest::{Difference, MANIFEST, Manifest};
use super::settings::Settings;
use crate::language::{Lang, Text, system_error, text};
use crate::model::Model;
use crate::report::book::{Tables, Told, ToldOf};
use crate::report::judge::{opened, teller};
use crate::report::violation::Breaches;
use crate::result::outcome::OutcomeTableRow;
use crate::result::scenario_hash;
use crate::scenario::{Fault, Scenario, Spot};
use crate::study::request::Study;
use crate::study::{Broken, StudyError};

/// Reads the result in `folder`.
///
/// # Errors
/// Every fault found: a folder that is no result, a file that was edited or is missing, a scenario that is not the one of the result.
pub fn read_result(folder: &Path) -> Result<Told, Vec<Fault>> {
    let shown = folder.display().to_string();
    let manifest = Manifest::read(folder).map_err(|error| vec![no_result(&shown, error.text())])?;
    unchanged(folder, &manifest)?;
    let settings = manifest.settings.clone().ok_or_else(|| vec![of_another_version(&shown, &manifest)])?;
    let scenario = manifest.scenario(folder)?;
    let model = model_of(&settings, &scenario).map_err(|error| vec![told(&shown, error.text())])?;
    if scenario_hash(&model) != manifest.scenario_hash {
        return Err(vec![told(
            &shown,
            text!(
                en: "the scenario in it is not the one that the result was made from",
                id: "skenario di dalamnya bukan asal hasil itu",
            ),
        )]);
    }
    let reader = Reader { folder, shown: &shown };
    let of = reader.document(&settings, &scenario, &model)?;
    let summary = |lang: Lang| reader.text(&format!("summary.{}.txt", lang.pick("id", "en")));
    let summary = Text::new(summary(Lang::En)?, summary(Lang::Id)?);
    Ok(Told {
        of,
        tables: reader.tables()?,
        summary,
        command: reader.command()?,
        rantai: manifest.rantai,
        folder: folder.file_name().map_or(shown.clone(), |name| name.to_string_lossy().into_owned()),
        hash: manifest.scenario_hash,
        scenario,
        model,
    })
}

fn told(file: &str, problem: Text) -> Fault {
    Fault { file: file.to_string(), line: None, place: Spot::Whole, problem, expected: None, help: None }
}

fn no_result(file: &str, why: Text) -> Fault {
    let problem =
        text!(en: "is not a result folder of rantai: {why}", id: "bukan folder hasil rantai: {why}", why);
    let expected = Some(text!(
        en: "a folder that optimise, simulate, merge, judge, compare or coordinate wrote with --out",
        id: "folder yang ditulis optimise, simulate, merge, judge, compare, atau coordinate dengan --out",
    ));
    Fault { expected, ..told(file, problem) }
}

fn of_another_version(file: &str, manifest: &Manifest) -> Fault {
    let (version, ours) = (&manifest.rantai, env!("CARGO_PKG_VERSION"));
    told(
        file,
        text!(
            en: "was made by rantai {version} with settings that this version, {ours}, cannot read",
            id: "dibuat dengan rantai {version} dengan pengaturan yang tidak dapat dibaca versi ini, {ours}",
        ),
    )
}

/// Refuses a folder whose listed files are not the bytes that were written. What lies beside them is passed over.
fn unchanged(folder: &Path, manifest: &Manifest) -> Result<(), Vec<Fault>> {
    let shown = folder.display().to_string();
    let differences = manifest.differences(folder).map_err(|error| {
        vec![told(
            &shown,
            text!(en: "cannot be read: {why}", id: "tidak dapat dibaca: {why}", why = system_error(&error)),
        )]
    })?;
    let help = text!(
        en: "a report says what was computed: put the file back, or run the command anew ('rantai reproduce' tells what differs); an edited plan goes to 'rantai judge --plan'",
        id: "laporan memuat yang dihitung: kembalikan berkas itu, atau jalankan ulang perintahnya ('rantai reproduce' menyebut yang berbeda); rencana yang diubah diberikan kepada 'rantai judge --plan'",
    );
    let faults: Vec<Fault> = differences
        .iter()
        .filter(|difference| !matches!(difference, Difference::Unlisted(_)))
        .map(|difference| Fault { help: Some(help.clone()), ..told(&shown, difference.text()) })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The model that was computed with.
fn model_of(settings: &Settings, scenario: &Scenario) -> Result<Model, StudyError> {
    match settings {
        Settings::Optimise(run) => run.request.model(&scenario.model),
        Settings::Judge(run) => run.request.model(&scenario.model),
        Settings::Coordinate(request) => request.model(&scenario.model),
        Settings::Compare(request) => request.model(&scenario.model),
        Settings::Ladder(request) => request.model(&scenario.model),
        Settings::Menu(request) => request.model(&scenario.model),
        Settings::Sensitivity(request) => request.model(&scenario.model),
        Settings::Simulate(_) => Ok(scenario.model.clone()),
    }
}

/// Reads the files of a folder.
struct Reader<'a> {
    folder: &'a Path,
    shown: &'a str,
}

impl Reader<'_> {
    fn failed(&self, name: &str, why: Text) -> Vec<Fault> {
        let file = format!("{}/{name}", self.shown);
        vec![told(&file, text!(en: "cannot be read: {why}", id: "tidak dapat dibaca: {why}", why))]
    }

    fn text(&self, name: &str) -> Result<String, Vec<Fault>> {
        fs::read_to_string(self.folder.join(name)).map_err(|error| self.failed(name, system_error(&error)))
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, Vec<Fault>> {
        let text = self.text(name)?;
        serde_json::from_str(&text).map_err(|error| self.failed(name, Text::same(error.to_string())))
    }

    /// The rows of a table that `keep` keeps, by its cells; none where there is no such table.
    fn rows<T: DeserializeOwned>(
        &self,
        name: &str,
        keep: impl Fn(&BTreeMap<String, usize>, &csv::StringRecord) -> bool,
    ) -> Result<Vec<T>, Vec<Fault>> {
        if !self.folder.join(name).exists() {
            return Ok(Vec::new());
        }
        let failed = |error: csv::Error| self.failed(name, Text::same(error.to_string()));
        let mut reader = csv::Reader::from_path(self.folder.join(name)).map_err(failed)?;
        let headings = reader.headers().map_err(failed)?.clone();
        let places = headings.iter().enumerate().map(|(place, name)| (name.to_string(), place)).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(failed)?;
            if keep(&places, &record) {
                rows.push(record.deserialize(Some(&headings)).map_err(failed)?);
            }
        }
        Ok(rows)
    }

    fn tables(&self) -> Result<Tables, Vec<Fault>> {
        // Cells of single clusters in single years are most of the table, and no report shows them.
        let outcomes = |places: &BTreeMap<String, usize>, record: &csv::StringRecord| {
            let all = |column: &str| places.get(column).and_then(|at| record.get(*at)) == Some("all");
            all("cluster") || all("year")
        };
        let every = |_: &BTreeMap<String, usize>, _: &csv::StringRecord| true;
        Ok(Tables {
            outcomes: self.rows::<OutcomeTableRow<'static>>("outcomes.csv", outcomes)?,
            bottlenecks: self.rows("bottlenecks.csv", every)?,
            accounts: self.rows("accounts.csv", every)?,
            targets: self.rows("targets.csv", every)?,
            margins: self.rows("margins.csv", every)?,
            law: self.rows("law_trace.csv", every)?,
        })
    }

    /// The command that gives the same result.
    fn command(&self) -> Result<String, Vec<Fault>> {
        let manifest: serde_json::Value = self.json(MANIFEST)?;
        Ok(manifest.get("reproduce").and_then(serde_json::Value::as_str).unwrap_or_default().to_string())
    }

    fn document(
        &self,
        settings: &Settings,
        scenario: &Scenario,
        model: &Model,
    ) -> Result<ToldOf, Vec<Fault>> {
        Ok(match settings {
            Settings::Optimise(_) => ToldOf::Plan(Box::new(self.json("plan.json")?)),
            Settings::Simulate(run) if run.shard.is_some() => {
                return Err(vec![told(
                    self.shown,
                    text!(
                        en: "holds a part of a run; put the parts together first, by 'rantai merge'",
                        id: "berisi bagian dari suatu simulasi; gabungkan dahulu bagian-bagiannya dengan 'rantai merge'",
                    ),
                )]);
            }
            Settings::Simulate(run) => ToldOf::Simulation(run.plan.clone()),
            Settings::Judge(run) => {
                let settled =
                    run.request.settled(model).map_err(|error| vec![told(self.shown, error.text())])?;
                let broken = Broken::of(model, &settled.plan, &settled.stated);
                let breaches = Breaches::new(teller(scenario, model), &broken, opened(model, &settled.plan));
                ToldOf::Judgement(Box::new(self.json("judgement.json")?), breaches.sentences())
            }
            Settings::Compare(_) => ToldOf::Comparison(Box::new(self.json("comparison.json")?)),
            Settings::Coordinate(_) => ToldOf::Coordination(Box::new(self.json("coordination.json")?)),
            Settings::Ladder(_) | Settings::Menu(_) | Settings::Sensitivity(_) => {
                return Err(vec![told(
                    self.shown,
                    text!(
                        en: "no report is made of ladders, menus and sensitivities yet; read summary.en.txt and the tables there",
                        id: "laporan tangga, menu, dan kepekaan belum tersedia; baca summary.id.txt dan tabel-tabel di sana",
                    ),
                )]);
            }
        })
    }
}
