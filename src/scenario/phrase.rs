//! Phrases that many messages share, in both languages.
//!
//! Numbers that a file states, and bounds for them, are written as files write them, with a decimal point: they are to be
//! found or written there. Amounts of money that were added up are written as each language writes money.

use std::fmt::Display;

use super::named::Named;
use crate::language::{Lang, Said, Text, text};

/// A number, or another thing, that was found.
pub(crate) fn found(what: impl Said) -> Text {
    text!(en: "found {what}", id: "tertulis {what}", what)
}

/// A word or a cell that was found.
pub(crate) fn found_text(word: impl Display) -> Text {
    text!(en: "found '{word}'", id: "tertulis '{word}'")
}

pub(crate) fn empty_cell() -> Text {
    text!(en: "the cell is empty", id: "sel ini kosong")
}

pub(crate) fn empty_list() -> Text {
    text!(en: "the list is empty", id: "daftar ini kosong")
}

pub(crate) fn a_number() -> Text {
    text!(en: "a number", id: "bilangan")
}

pub(crate) fn a_finite_number() -> Text {
    text!(en: "a finite number", id: "bilangan terhingga")
}

pub(crate) fn zero_or_larger() -> Text {
    text!(
        en: "0, or a number that is not so small that it would be read as 0",
        id: "0, atau bilangan yang tidak begitu kecil sehingga akan dibaca sebagai 0",
    )
}

pub(crate) fn above_zero() -> Text {
    text!(en: "more than 0", id: "lebih dari 0")
}

pub(crate) fn not_below_zero() -> Text {
    text!(en: "nothing below 0", id: "0 atau lebih")
}

pub(crate) fn at_most(most: impl Display) -> Text {
    text!(en: "at most {most}", id: "tidak lebih dari {most}")
}

/// A largest sum.
pub(crate) fn at_most_in_all(most: i64) -> Text {
    let whole = Lang::Id.whole(most.into());
    text!(en: "at most {most} in all", id: "seluruhnya tidak lebih dari Rp{whole}")
}

pub(crate) fn number_from_to(low: impl Display, high: impl Display) -> Text {
    text!(en: "a number from {low} to {high}", id: "bilangan dari {low} sampai {high}")
}

pub(crate) fn whole_from_to(low: impl Display, high: impl Display) -> Text {
    text!(en: "a whole number from {low} to {high}", id: "bilangan bulat dari {low} sampai {high}")
}

pub(crate) fn keep_one() -> Text {
    text!(en: "keep one of them", id: "pertahankan salah satu")
}

/// A key that is misshapen.
pub(crate) fn the_name(key: &str) -> Text {
    text!(en: "the name '{key}'", id: "nama '{key}'")
}

pub(crate) fn shape_of_keys() -> Text {
    text!(
        en: "lower-case letters, digits, '_' and '-', at most 60",
        id: "huruf kecil, angka, '_', dan '-', tidak lebih dari 60 karakter",
    )
}

pub(crate) fn one_a_period(periods: usize) -> Text {
    text!(
        en: "{periods}, one for each period of the year",
        id: "{periods}, satu untuk setiap periode dalam setahun",
    )
}

pub(crate) fn four_digit_year() -> Text {
    text!(en: "a year of four digits, such as 2027", id: "tahun empat angka, misalnya 2027")
}

/// Something that a row says a second time.
pub(crate) fn already(what: &Text, row: usize) -> Text {
    text!(en: "{what} stands in row {row} already", id: "{what} sudah ada di baris {row}", what)
}

/// A name that a list or a header has twice.
pub(crate) fn twice(kind: Named, name: &str) -> Text {
    text!(en: "{what} comes twice", id: "{what} muncul dua kali", what = kind.with(name))
}

/// One of several words of the format.
pub(crate) fn one_of(words: &str) -> Text {
    text!(en: "one of {words}", id: "salah satu dari {words}")
}

/// Texts, one or the other.
pub(crate) fn either(texts: &[Text]) -> Text {
    Text::join(texts, &text!(en: " or ", id: " atau "))
}

/// Texts that belong together.
pub(crate) fn both(texts: &[Text]) -> Text {
    Text::join(texts, &text!(en: " and ", id: " dan "))
}

/// Whole rupiah.
pub(crate) fn rupiah(amount: impl Into<i128>) -> Text {
    let amount = amount.into();
    let grouped = Lang::Id.whole(amount);
    text!(en: "{amount} rupiah", id: "Rp{grouped}")
}

pub(crate) fn whole_rupiah() -> Text {
    text!(en: "whole rupiah, 0 or more", id: "rupiah bulat, 0 atau lebih")
}
