//! Money as people in this field write it: whole rupiah, `juta` (10^6) and `miliar` (10^9).
//!
//! Plans and budgets are whole rupiah ([`Rupiah`]); simulation and programs compute in `f64` rupiah. A bare `m` or `M`
//! is refused everywhere, because it means *miliar* in Indonesian and *million* in English.

pub mod decimal;
mod written;

use std::fmt;

pub use written::{DecimalSign, TwoWays, Unfit, Written, value_of, written};

/// One *juta*: a million [Rp].
pub const JUTA: f64 = 1e6;
/// One *miliar*: a thousand million [Rp].
pub const MILIAR: f64 = 1e9;

/// An amount of money in whole rupiah [Rp]; never negative where the model uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Rupiah(pub i64);

impl Rupiah {
    /// The largest amount accepted anywhere: 10^15 rupiah, exactly representable as `f64` with room to add.
    pub const MAX: Rupiah = Rupiah(1_000_000_000_000_000);

    /// The largest sum of amounts accepted anywhere: 2^53 rupiah, up to which every whole amount is exact as `f64`.
    pub const MOST_IN_ALL: Rupiah = Rupiah(9_007_199_254_740_992);

    /// The amount as a floating-point number [Rp], exact for every accepted amount.
    pub fn as_f64(self) -> f64 {
        self.0 as f64
    }
}

impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rp {}", self.0)
    }
}

/// The unit in which a scenario's files write money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyUnit {
    /// Rupiah.
    Rupiah,
    /// Thousand rupiah.
    Ribu,
    /// Million rupiah.
    Juta,
    /// Thousand million rupiah.
    Miliar,
}

impl MoneyUnit {
    /// All units, with the word a file uses for each.
    pub const WORDS: [(&'static str, MoneyUnit); 4] = [
        ("Rp", MoneyUnit::Rupiah),
        ("ribu Rp", MoneyUnit::Ribu),
        ("juta Rp", MoneyUnit::Juta),
        ("miliar Rp", MoneyUnit::Miliar),
    ];

    /// The word a file uses.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, unit)| *unit == self).map_or("Rp", |(word, _)| word)
    }

    /// The unit that `word` names, if any.
    pub fn parse(word: &str) -> Option<MoneyUnit> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, unit)| *unit)
    }

    /// Rupiah in one of this unit [Rp].
    pub fn rupiah(self) -> f64 {
        match self {
            MoneyUnit::Rupiah => 1.0,
            MoneyUnit::Ribu => 1e3,
            MoneyUnit::Juta => JUTA,
            MoneyUnit::Miliar => MILIAR,
        }
    }
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountFault {
    /// A bare `m`.
    #[error(
        "'{found}' is ambiguous: M means miliar in Indonesian and million in English; write {digits}miliar or {digits}juta"
    )]
    BareM {
        /// The whole text.
        found: String,
        /// The number before the word.
        digits: String,
    },
    /// Thousands or decimals.
    #[error(
        "'{found}' can be read two ways: {thousands} (thousands) or {decimals} (decimals); write the one that is meant"
    )]
    TwoWays {
        /// The whole text.
        found: String,
        /// With its word, read as thousands.
        thousands: String,
        /// With its word, read as decimals.
        decimals: String,
    },
    /// A word that names no size.
    #[error("'{found}' ends in '{word}', which is no amount word; {EXPECTED}")]
    Word {
        /// The whole text.
        found: String,
        /// Its last word.
        word: String,
    },
    /// No number.
    #[error("'{0}' is not an amount; {EXPECTED}")]
    NoAmount(String),
    /// A fraction of a rupiah.
    #[error("'{0}' is not a whole number of rupiah; {EXPECTED}")]
    Fraction(String),
    /// More than [`Rupiah::MAX`].
    #[error("'{0}' is more than 1000 triliun rupiah; {EXPECTED}")]
    TooMuch(String),
}

/// The form of an amount.
const EXPECTED: &str = "expected whole rupiah such as 40000000000, or an amount with its word such as 40miliar, 20,5 miliar or Rp 350 juta";

/// Parses an amount of money as people write it: `40000000000`, `40miliar`, `20,5miliar`, `Rp 350 juta`, `1.500.000`.
///
/// # Errors
/// Found and expected text: for a bare `m` or `M`, for what can be read two ways (`1.500juta`), for a negative,
/// fractional or too large amount, and for anything that is not an amount.
///
/// ```
/// use rantai::units::{Rupiah, parse_amount};
/// assert_eq!(parse_amount("40miliar"), Ok(Rupiah(40_000_000_000)));
/// assert_eq!(parse_amount("Rp 20,5 miliar"), Ok(Rupiah(20_500_000_000)));
/// assert!(parse_amount("40M").unwrap_err().to_string().contains("miliar in Indonesian"));
/// assert!(parse_amount("1.500juta").unwrap_err().to_string().contains("two ways: 1500juta (thousands) or 1.5juta"));
/// ```
pub fn parse_amount(text: &str) -> Result<Rupiah, AmountFault> {
    let found = text.trim().to_string();
    let none = || AmountFault::NoAmount(found.clone());
    let bare = without_currency(&found);
    let split = bare.find(|c: char| c.is_alphabetic()).unwrap_or(bare.len());
    let (digits, word) = bare.split_at(split);
    let digits = digits.trim();
    let zeros = match word.to_lowercase().as_str() {
        "" => 0,
        "ribu" | "rb" => 3,
        "juta" | "jt" => 6,
        "miliar" | "milyar" => 9,
        "triliun" => 12,
        "m" => return Err(AmountFault::BareM { digits: digits.to_string(), found }),
        other => return Err(AmountFault::Word { word: other.to_string(), found }),
    };
    let plain = match written(&without_underscores(digits).ok_or_else(none)?) {
        Written::One { text, .. } => text,
        // Underscores say already where the thousands are.
        Written::TwoWays(both) if digits.contains('_') => both.decimals.replace(',', "."),
        Written::TwoWays(TwoWays { thousands, decimals, .. }) => {
            return Err(AmountFault::TwoWays {
                thousands: format!("{thousands}{word}"),
                decimals: format!("{decimals}{word}"),
                found,
            });
        }
        Written::Nothing => return Err(none()),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    // Neither a sign nor an exponent, nor a decimal sign with nothing on one side of it.
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !all_digits(whole)
        || !all_digits(fraction)
        || digits.ends_with(['.', ','])
        || digits.starts_with('+')
    {
        return Err(none());
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > zeros {
        return Err(AmountFault::Fraction(found));
    }
    let rupiah = format!("{whole}{fraction}{}", "0".repeat(zeros - fraction.len()));
    let rupiah = rupiah.trim_start_matches('0');
    // 10^15 has sixteen digits.
    match rupiah.len() {
        0 => Ok(Rupiah(0)),
        1..=16 => rupiah
            .parse()
            .ok()
            .filter(|amount| *amount <= Rupiah::MAX.0)
            .map(Rupiah)
            .ok_or(AmountFault::TooMuch(found)),
        _ => Err(AmountFault::TooMuch(found)),
    }
}

/// The amount without the `Rp` or `IDR` before it.
fn without_currency(text: &str) -> &str {
    for sign in ["rp.", "rp", "idr"] {
        if let Some(start) = text.get(..sign.len())
            && start.eq_ignore_ascii_case(sign)
            && text[sign.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit())
        {
            return text[sign.len()..].trim_start();
        }
    }
    text
}

/// The digits without the underscores between them; nothing where one stands elsewhere.
fn without_underscores(digits: &str) -> Option<String> {
    let bytes = digits.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let between = |at: usize| digit(at.checked_sub(1)) && digit(Some(at + 1));
    digits.match_indices('_').all(|(at, _)| between(at)).then(|| digits.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_rupiah() {
        for (text, rupiah) in [
            ("40000000000", 40_000_000_000),
            ("40_000_000_000", 40_000_000_000),
            ("1.5 miliar", 1_500_000_000),
            ("0.000001juta", 1),
            ("2Triliun", 2_000_000_000_000),
            ("20,5miliar", 20_500_000_000),
            ("Rp 20 miliar", 20_000_000_000),
            ("Rp20,25 miliar", 20_250_000_000),
            ("Rp. 350 juta", 350_000_000),
            ("IDR 5 rb", 5_000),
            ("0,125 juta", 125_000),
            ("1.500.000", 1_500_000),
            ("1,500,000", 1_500_000),
            ("1.500.000,5 juta", 1_500_000_500_000),
            ("1500.250juta", 1_500_250_000),
            ("1000triliun", Rupiah::MAX.0),
            ("0", 0),
        ] {
            assert_eq!(parse_amount(text), Ok(Rupiah(rupiah)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_clear_amount_is_refused_with_the_reason() {
        for (text, why) in [
            ("40m", "ambiguous"),
            ("-5juta", "not an amount"),
            ("0.0000001juta", "whole number"),
            ("9999triliun", "more than"),
            ("99999999999999999999999999", "more than"),
            ("1.500juta", "two ways: 1500juta (thousands) or 1.5juta (decimals)"),
            ("Rp 2,600 miliar", "two ways: 2600miliar (thousands) or 2,6miliar (decimals)"),
            ("50.000", "two ways: 50000 (thousands) or 50 (decimals)"),
            ("40billion", "no amount word"),
        ] {
            let found = parse_amount(text).expect_err(text).to_string();
            assert!(found.contains(why), "{text}: {found}");
        }
        for text in
            ["", "juta", "1e9", "NaN", "1.", ",5juta", "1.50.000", "+5juta", "٣juta", "Rp", "_5", "Rp Rp 5"]
        {
            assert!(parse_amount(text).is_err(), "{text}");
        }
    }
}
