//! `rantai report`: results as one page of HTML for those who decide, and as a workbook for those who plan.

use std::path::Path;

use super::args::ReportArgs;
use super::common::begin_files;
use super::typed::{escaped, is_standard_output};
use super::{CliError, Outcome, Process};
use crate::archive::read_result;
use crate::digest::sha256;
use crate::language::text;
use crate::report::book::Told;
use crate::report::{book, html, workbook};
use crate::result;
use crate::result::made::{GeneratedFile, ReportedDocument, ReportedSchema};
use crate::scenario::Fault;

/// Writes the report of the results that `args` name.
pub(super) fn report(args: &ReportArgs, process: &Process) -> Result<Outcome, CliError> {
    let lang = process.lang();
    let page = args.out.as_deref().filter(|path| !is_standard_output(path));
    let paths: Vec<&Path> = page.into_iter().chain(args.xlsx.as_deref()).collect();
    if args.common.json && paths.is_empty() {
        return Err(CliError::Usage(text!(
            en: "--json prints what was written: name the file of the report by --out or --xlsx",
            id: "--json mencetak apa yang ditulis: sebutkan berkas laporan dengan --out atau --xlsx",
        )));
    }
    // Begun before the work, so that a file that cannot be written is told at once.
    let mut files = begin_files(&paths, args.force, process)?;
    let told = read(&args.results)?;
    let mut made: Vec<Vec<u8>> = Vec::new();
    // Without a file the page goes to standard output; with a workbook alone there is no page.
    let wants_page = args.out.is_some() || args.xlsx.is_none();
    let books: Vec<_> = if wants_page { told.iter().map(book::of).collect() } else { Vec::new() };
    let text = html::page(&books, lang);
    if page.is_some() {
        made.push(text.as_bytes().to_vec());
    }
    if args.xlsx.is_some() {
        made.push(workbook::workbook(&told, lang).map_err(|error| {
            let why = error.to_string();
            CliError::Failure(
                text!(en: "the workbook cannot be made: {why}", id: "buku kerja tidak dapat dibuat: {why}"),
            )
        })?);
    }
    for (number, bytes) in made.iter().enumerate() {
        files.write(number, |out| out.write_all(bytes))?;
    }
    files.place()?;
    if wants_page && page.is_none() {
        return process.print(&text);
    }
    if !args.common.json {
        return Ok(Outcome::Done);
    }
    let file = |(path, bytes): (&&Path, &Vec<u8>)| GeneratedFile {
        name: escaped(path.as_os_str()),
        bytes: bytes.len(),
        sha256: sha256(bytes),
    };
    process.print(&result::text(&ReportedDocument {
        schema: ReportedSchema::One,
        results: args.results.iter().map(|folder| escaped(folder.as_os_str())).collect(),
        files: paths.iter().zip(&made).map(file).collect(),
    }))
}

/// The results in `folders`, or every fault of all of them.
fn read(folders: &[std::path::PathBuf]) -> Result<Vec<Told>, CliError> {
    let (mut told, mut faults) = (Vec::new(), Vec::<Fault>::new());
    for folder in folders {
        match read_result(folder) {
            Ok(result) => told.push(result),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(told) } else { Err(CliError::Invalid(faults)) }
}
