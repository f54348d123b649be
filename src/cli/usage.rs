//! Words of the command line that cannot be understood, in Indonesian: from the kind of the parser's error and what it is about. The parser
//! itself speaks English.

use std::error::Error as _;
use std::num::{IntErrorKind, ParseIntError, TryFromIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::language::{Lang, Text};
use crate::scenario::amount_fault;
use crate::units::AmountFault;

/// Why a word of the command line cannot be used, in both languages.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.in_language(Lang::En))]
pub(super) struct WordFault(pub(super) Text);

/// The error in Indonesian; `None` where it is the help of a command rather than an error.
pub(super) fn in_indonesian(error: &clap::Error) -> Option<String> {
    let argument = words(error, ContextKind::InvalidArg);
    let value = words(error, ContextKind::InvalidValue);
    let sentence = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::InvalidValue if value.is_empty() => format!("'{argument}' memerlukan nilai"),
        ErrorKind::InvalidValue => format!("nilai '{value}' untuk '{argument}' tidak sah"),
        ErrorKind::ValueValidation => {
            format!("nilai '{value}' untuk '{argument}' tidak sah: {}", reason(error))
        }
        ErrorKind::UnknownArgument => format!("'{argument}' tidak dikenal"),
        ErrorKind::InvalidSubcommand => {
            format!("perintah '{}' tidak dikenal", words(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::NoEquals => format!("'{argument}' memerlukan tanda '=' sebelum nilainya"),
        ErrorKind::TooManyValues => format!("nilai '{value}' berlebih untuk '{argument}'"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("banyaknya nilai untuk '{argument}' tidak sesuai")
        }
        ErrorKind::ArgumentConflict => {
            let other = words(error, ContextKind::PriorArg);
            if other == argument {
                format!("'{argument}' hanya boleh dipakai satu kali")
            } else {
                format!("'{argument}' tidak dapat dipakai bersama '{other}'")
            }
        }
        ErrorKind::MissingRequiredArgument => format!("yang wajib diisi belum ada: {argument}"),
        ErrorKind::MissingSubcommand => "perintah belum disebutkan".to_string(),
        ErrorKind::InvalidUtf8 => "ada kata yang bukan UTF-8".to_string(),
        _ => format!("perintah tidak dapat dipahami ({})", error.kind()),
    };
    let mut lines = vec![sentence];
    let valid = words(error, ContextKind::ValidValue);
    if !valid.is_empty() {
        lines.push(format!("  nilai yang sah: {valid}"));
    }
    let alike = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let alike: Vec<String> =
        alike.into_iter().map(|kind| words(error, kind)).filter(|word| !word.is_empty()).collect();
    if !alike.is_empty() {
        lines.push(format!("  yang mirip: {}", alike.join(", ")));
    }
    lines.push("  keterangan lengkap: tambahkan '--help'".to_string());
    Some(lines.join("\n"))
}

/// The words of this kind that the error is about, one after the other.
fn words(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(word)) => word.clone(),
        Some(ContextValue::Strings(list)) => list.join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Why a value cannot be used, from the kind of what refused it.
fn reason(error: &clap::Error) -> String {
    let Some(source) = error.source() else { return "alasannya tidak diketahui".to_string() };
    if let Some(WordFault(text)) = source.downcast_ref() {
        return text.in_language(Lang::Id).to_string();
    }
    if let Some(fault) = source.downcast_ref::<AmountFault>() {
        return amount_fault(fault).in_language(Lang::Id).to_string();
    }
    if let Some(fault) = source.downcast_ref::<ParseIntError>() {
        return match fault.kind() {
            IntErrorKind::PosOverflow => "bilangan itu terlalu besar",
            IntErrorKind::NegOverflow => "bilangan itu terlalu kecil",
            _ => "harus bilangan bulat, misalnya 1000",
        }
        .to_string();
    }
    if source.is::<TryFromIntError>() {
        return "bilangan itu terlalu besar atau negatif".to_string();
    }
    let words = source.to_string();
    // What the parser says of itself has no translation and is quoted.
    range(&words).unwrap_or_else(|| format!("\"{words}\""))
}

/// `0 is not in 1..=100`, as the parser writes a number that is out of its range, in Indonesian.
fn range(words: &str) -> Option<String> {
    let (_, range) = words.split_once(" is not in ")?;
    if let Some((least, most)) = range.split_once("..=") {
        return Some(format!("harus bilangan bulat dari {least} sampai {most}"));
    }
    let (least, below) = range.split_once("..")?;
    Some(format!("harus bilangan bulat dari {least} sampai di bawah {below}"))
}
