//! One short handler for each command.

use std::io;

use super::args::{Arguments, CheckArgs, Command, GenerateArgs, PurposeArg, SampleArgs};
use super::common::{begin_files, load_scenario};
use super::progress::Reporter;
use super::typed::{escaped, is_standard_output};
use super::{CliError, Outcome, Process};
use crate::archive::ResultFolder;
use crate::archive::folder::Wanted;
use crate::digest::sha256;
use crate::language::text;
use crate::report::{changes, coverage, describe, law, tables};
use crate::result::made::{CompletionsDocument, GeneratedDocument, GeneratedFile};
use crate::result::{self, ChangeDocument, CheckDocument, KeysDocument, SamplesDocument};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::{SchemaOf, json_schema};
use crate::study;
use crate::study::generate::GenerateOptions;
use clap::CommandFactory;

/// Runs a parsed command.
pub(crate) fn execute(arguments: &Arguments, process: &Process) -> Result<Outcome, CliError> {
    match &arguments.command {
        Command::Check(args) => check(args, process),
        Command::Sample(args) => sample(args, process),
        Command::Simulate(args) => super::simulate::simulate(args, process),
        Command::Merge(args) => super::merge::merge(args, process),
        Command::Optimise(args) => super::optimise::optimise(args, process),
        Command::Compare(args) => super::compare::compare(args, process),
        Command::Ladder(args) => super::ladder::ladder(args, process),
        Command::Menu(args) => super::menu::menu(args, process),
        Command::Sensitivity(args) => super::sensitivity::sensitivity(args, process),
        Command::Coordinate(args) => super::coordinate::coordinate(args, process),
        Command::Judge(args) => super::judge::judge(args, process),
        Command::Reproduce(args) => super::reproduce::reproduce(args, process),
        Command::Report(args) => super::report::report(args, process),
        Command::Program(args) => super::program::program(args, process),
        Command::Generate(args) => generate(args, process),
        Command::Schema(args) => {
            let schema = match args.of.as_str() {
                "scenario" => Some(json_schema(SchemaOf::Scenario)),
                "chain" => Some(json_schema(SchemaOf::Chain)),
                "case" => Some(json_schema(SchemaOf::Case)),
                word => result::schema(word),
            };
            process.print(&result::text(&schema))
        }
        Command::Completions(args) => {
            let mut text = Vec::new();
            clap_complete::generate(args.shell, &mut Arguments::command(), "rantai", &mut text);
            let text = String::from_utf8_lossy(&text);
            if args.json {
                let shell = args.shell.to_string();
                return process.print(&result::text(&CompletionsDocument { shell, text: text.into_owned() }));
            }
            process.print(&text)
        }
    }
}

fn check(args: &CheckArgs, process: &Process) -> Result<Outcome, CliError> {
    let scenario = load_scenario(&args.scenario, &args.changes, true, process)?;
    if args.keys && args.common.json {
        return process.print(&result::text(&KeysDocument::of(&scenario)));
    }
    if args.common.json {
        let trace = law::trace(&scenario.model, &scenario.numbers, None);
        let document = CheckDocument::of(&scenario, law::lines(&trace), process.lang());
        return process.print(&result::text(&document));
    }
    let mut page = if args.keys {
        changes::keys(&scenario)
    } else if args.law {
        law::page(&law::trace(&scenario.model, &scenario.numbers, None))
    } else if args.coverage {
        coverage::page(&scenario.model)
    } else {
        describe::page(&scenario)
    };
    changes::told(&scenario, &mut page);
    process.print(&page.text(process.lang()))
}

fn sample(args: &SampleArgs, process: &Process) -> Result<Outcome, CliError> {
    let scenario = load_scenario(&args.scenario, &args.changes, args.common.quiet, process)?;
    let mut file = match args.out.as_deref().filter(|path| !is_standard_output(path)) {
        Some(path) => Some(begin_files(&[path], args.force, process)?),
        None => None,
    };
    let purpose = match args.purpose {
        PurposeArg::Planning => Purpose::Planning,
        PurposeArg::Evaluation => Purpose::Evaluation,
    };
    let model = &scenario.model;
    let seed = args.seed.unwrap_or(model.samples.seed);
    let sampler = Sampler::new(model, seed, purpose);
    let count = args.samples as usize;
    let reporter = Reporter::new(process.lang(), args.common.quiet);
    reporter.observe(study::Progress::Simulating(count));
    let keep_going = |n: usize| {
        reporter.observe(study::Progress::Samples(n));
        true
    };
    if let Some(file) = &mut file {
        file.write(0, |out| tables::samples(&sampler, count, out, &keep_going))?;
    }
    let shown = if args.common.json {
        let changes = ChangeDocument::all(&scenario);
        let samples =
            SamplesDocument { changes, ..SamplesDocument::of(model, &sampler, purpose, seed, count) };
        Some(format!("{}\n", result::value(&samples)))
    } else {
        None
    };
    // Nothing else goes to standard output: the table does, as it is made.
    if file.is_none() && shown.is_none() {
        let written = tables::samples(&sampler, count, io::BufWriter::new(process.writer()), &keep_going);
        reporter.end();
        return Process::printed(written);
    }
    reporter.end();
    if let Some(file) = file {
        file.place()?;
    }
    shown.map_or(Ok(Outcome::Done), |text| process.print(&text))
}

/// Writes a synthetic scenario into a new folder.
fn generate(args: &GenerateArgs, process: &Process) -> Result<Outcome, CliError> {
    let options = GenerateOptions {
        clusters: args.clusters as usize,
        years: args.years as usize,
        periods_per_year: args.periods_per_year as usize,
        length: args.length as usize,
        contested: args.contested,
        uncertain: args.uncertain,
        store: args.store,
        seed: args.seed,
    };
    // An earlier scenario has no manifest that would show it to be ours, so nothing is ever replaced.
    if args.folder.symlink_metadata().is_ok() {
        let name = args.folder.display();
        return Err(CliError::Usage(text!(
            en: "{name} exists; name a new folder, or take this one away first",
            id: "{name} sudah ada; sebut folder baru, atau singkirkan yang ini dahulu",
        )));
    }
    let wanted = Wanted { out: &args.folder, force: false, kept: &[] };
    let mut folder = ResultFolder::begin(&wanted, process.staged())?;
    let files = study::generate::generate(&options).map_err(CliError::Usage)?;
    for (name, text) in &files {
        folder.write(name, text.as_bytes())?;
    }
    folder.place()?;
    if !args.common.json {
        return Ok(Outcome::Done);
    }
    let list = files.iter().map(|(name, text)| GeneratedFile {
        name: name.clone(),
        bytes: text.len(),
        sha256: sha256(text.as_bytes()),
    });
    let folder = escaped(args.folder.as_os_str());
    process.print(&result::text(&GeneratedDocument::of(folder, &options, list.collect())))
}
