//! Money as people in this field write it: whole rupiah, `juta` (10^6) and `miliar` (10^9).
//!
//! Plans and budgets are whole rupiah ([`Rupiah`]); simulation and programs compute in `f64` rupiah. A bare `m` or `M`
//! is refused everywhere, because it means *miliar* in Indonesian and *million* in English.

pub mod decimal;

use std::fmt;

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

/// Parses an amount of money as typed on the command line: `40000000000`, `40miliar`, `350juta`, `1.5triliun`.
///
/// # Errors
/// A sentence that says what was found and what is expected: for a bare `m` or `M`, for a negative, fractional or
/// too large amount, and for anything that is not an amount.
///
/// ```
/// use rantai::units::{Rupiah, parse_amount};
/// assert_eq!(parse_amount("40miliar"), Ok(Rupiah(40_000_000_000)));
/// assert_eq!(parse_amount("350juta"), Ok(Rupiah(350_000_000)));
/// assert!(parse_amount("40M").unwrap_err().contains("miliar in Indonesian"));
/// ```
pub fn parse_amount(text: &str) -> Result<Rupiah, String> {
    let expected =
        "expected whole rupiah such as 40000000000, or an amount with its word such as 40miliar or 350juta";
    let trimmed = text.trim();
    let split = trimmed.find(|c: char| c.is_alphabetic()).unwrap_or(trimmed.len());
    let (digits, word) = trimmed.split_at(split);
    let digits = digits.trim();
    let scale: i128 = match word.to_lowercase().as_str() {
        "" => 1,
        "ribu" => 1_000,
        "juta" | "jt" => 1_000_000,
        "miliar" | "milyar" => 1_000_000_000,
        "triliun" => 1_000_000_000_000,
        "m" => {
            return Err(format!(
                "'{text}' is ambiguous: M means miliar in Indonesian and million in English; write {digits}miliar or {digits}juta"
            ));
        }
        other => {
            return Err(format!("'{text}' ends in '{other}', which is no amount word; {expected}"));
        }
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(format!("'{text}' is not an amount; {expected}")),
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '_') && part.len() <= 24;
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > 12 {
        return Err(format!("'{text}' is not an amount; {expected}"));
    }
    let clean: String = format!("{whole}{fraction}").replace('_', "");
    let places = fraction.replace('_', "").len() as u32;
    let number: i128 = clean.parse().map_err(|_| format!("'{text}' is not an amount; {expected}"))?;
    let scaled = number * scale;
    let divisor = 10_i128.pow(places);
    if scaled % divisor != 0 {
        return Err(format!("'{text}' is not a whole number of rupiah; {expected}"));
    }
    let rupiah = scaled.div_euclid(divisor);
    if rupiah > i128::from(Rupiah::MAX.0) {
        return Err(format!("'{text}' is more than 1000 triliun rupiah; {expected}"));
    }
    i64::try_from(rupiah).map(Rupiah).map_err(|_| format!("'{text}' is not an amount; {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_rupiah() {
        assert_eq!(parse_amount("40000000000"), Ok(Rupiah(40_000_000_000)));
        assert_eq!(parse_amount("40_000_000_000"), Ok(Rupiah(40_000_000_000)));
        assert_eq!(parse_amount("1.5 miliar"), Ok(Rupiah(1_500_000_000)));
        assert_eq!(parse_amount("0.000001juta"), Ok(Rupiah(1)));
        assert_eq!(parse_amount("2Triliun"), Ok(Rupiah(2_000_000_000_000)));
    }

    #[test]
    fn what_is_not_a_clear_amount_is_refused_with_the_reason() {
        assert!(parse_amount("40m").unwrap_err().contains("ambiguous"));
        assert!(parse_amount("-5juta").unwrap_err().contains("not an amount"));
        assert!(parse_amount("0.0000001juta").unwrap_err().contains("whole number"));
        assert!(parse_amount("9999triliun").unwrap_err().contains("more than"));
        for text in ["", "juta", "1e9", "1,5miliar", "40billion", "NaN", "1.", "٣juta"] {
            assert!(parse_amount(text).is_err(), "{text}");
        }
    }
}
