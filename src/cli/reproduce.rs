//! `rantai reproduce`: a result run again from its manifest and compared.

use std::fmt::Write as _;

use super::args::ReproduceArgs;
use super::progress::Reporter;
use super::{CliError, Outcome, Process};
use crate::archive::reproduction::{Compared, Reproduction, reproduce as run_again};
use crate::control::Control;
use crate::report::Lang;

/// Runs the result that `args` name again and tells what is equal.
pub(super) fn reproduce(args: &ReproduceArgs, process: &Process) -> Result<Outcome, CliError> {
    let lang = process.lang();
    let reporter = Reporter::new(lang, args.common.quiet);
    let found = run_again(&args.folder, &Control::unlimited().observed_by(&|p| reporter.observe(p)));
    reporter.end();
    let found = found?;
    if args.common.json {
        let value = serde_json::to_value(&found).unwrap_or_default();
        process.print(&format!("{value:#}\n"))?;
    } else {
        process.print(&text(&found, lang))?;
    }
    Ok(if found.equal { Outcome::Done } else { Outcome::Different })
}

fn text(found: &Reproduction, lang: Lang) -> String {
    let mut text = String::new();
    let width = found.files.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (name, compared) in &found.files {
        let _ = writeln!(text, "{name:<width$}  {}", told(compared, lang));
    }
    let differing = found.files.values().filter(|file| **file != Compared::Equal).count();
    let all = lang.number(found.files.len() as f64, 0);
    let (by, now) = (&found.made_by, &found.run_by);
    let _ = match (differing, lang) {
        (0, Lang::Id) => writeln!(text, "\nKe-{all} berkas sama sampai ke bitanya."),
        (0, Lang::En) => writeln!(text, "\nAll {all} files are the same to the byte."),
        (n, Lang::Id) => writeln!(
            text,
            "\n{n} dari {all} berkas berbeda (dibuat dengan rantai {by}, dijalankan ulang dengan {now})."
        ),
        (n, Lang::En) => {
            writeln!(text, "\n{n} of {all} files differ (made by rantai {by}, run again by {now}).")
        }
    };
    if found.by_clock && differing > 0 {
        let _ = writeln!(
            text,
            "{}",
            lang.pick(
                "Batas waktu mengakhiri perencanaan: sejauh mana ia sampai bergantung pada mesinnya.",
                "A time limit ended the search: how far it came depends on the machine."
            )
        );
    }
    text
}

fn told(compared: &Compared, lang: Lang) -> String {
    match (compared, lang) {
        (Compared::Equal, _) => lang.pick("sama", "equal").to_string(),
        (Compared::Differs { byte, line, edited }, Lang::Id) => {
            let edited = if *edited { "; berkas ini diubah setelah ditulis" } else { "" };
            format!("berbeda mulai baris {line} (bita {byte}){edited}")
        }
        (Compared::Differs { byte, line, edited }, Lang::En) => {
            let edited = if *edited { "; it was edited after it was written" } else { "" };
            format!("differs from line {line} on (byte {byte}){edited}")
        }
        (Compared::Missing, _) => lang.pick("tidak ada dalam folder", "missing from the folder").to_string(),
        (Compared::NotMade, _) => lang.pick("tidak dibuat lagi", "not made again").to_string(),
        (Compared::New, _) => lang
            .pick("dibuat lagi, tetapi tidak ada dalam folder", "made again, not in the folder")
            .to_string(),
    }
}
