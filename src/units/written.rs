//! Numbers as people write them: which sign parts the decimals, which the thousands, and what can be read two ways.
//!
//! `2.600` is two thousand six hundred in Indonesia and two and six tenths in a program. One to three digits, a sign and
//! exactly three digits are therefore no number until somebody says which is meant; a leading 0 (`0.125`) is no thousand.

use std::fmt;

use super::decimal::{NotFinite, finite};

/// The sign before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecimalSign {
    /// `12.5`
    Point,
    /// `12,5`
    Comma,
}

impl DecimalSign {
    /// The sign itself.
    pub fn char(self) -> char {
        match self {
            DecimalSign::Point => '.',
            DecimalSign::Comma => ',',
        }
    }

    /// Name of the form.
    pub fn word(self) -> &'static str {
        match self {
            DecimalSign::Point => "decimal point",
            DecimalSign::Comma => "decimal comma",
        }
    }

    /// The other sign, which then parts thousands.
    fn other(self) -> DecimalSign {
        match self {
            DecimalSign::Point => DecimalSign::Comma,
            DecimalSign::Comma => DecimalSign::Point,
        }
    }
}

/// A number that can be read two ways: both readings, written so that each has one only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoWays {
    /// As it was found: `2.600`.
    pub found: String,
    /// The reading with thousands: `2600`.
    pub thousands: String,
    /// The reading with decimals: `2.6`. Three decimals that count get a fourth, `1.2340`.
    pub decimals: String,
    /// The sign that the reading with decimals takes for theirs.
    pub sign: DecimalSign,
}

impl fmt::Display for TwoWays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, thousands, decimals, .. } = self;
        write!(
            f,
            "found {found}, which can be read two ways: {thousands} (thousands) or {decimals} (decimals)"
        )
    }
}

/// The number or numbers that a text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// One reading only.
    One {
        /// With a decimal point and nothing between thousands.
        text: String,
        /// The decimal sign it must have been written with, where that shows.
        sign: Option<DecimalSign>,
    },
    /// Two readings.
    TwoWays(TwoWays),
    /// No number.
    Nothing,
}

/// True for the digits that may begin a number with thousands: one to three, the first not 0.
fn leads(digits: &str) -> bool {
    (1..=3).contains(&digits.len()) && !digits.starts_with('0')
}

/// True for digits in groups of thousands.
fn grouped(groups: &[&str]) -> bool {
    let (first, rest) = groups.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    leads(first) && !rest.is_empty() && rest.iter().all(|group| group.len() == 3)
}

/// Reads a text as a number of digits with points and commas, a sign before it, and an exponent after it.
///
/// ```
/// use rantai::units::{DecimalSign, Written, written};
/// assert!(matches!(written("2.600"), Written::TwoWays(_)));
/// let one = |text: &str, sign| Written::One { text: text.to_string(), sign };
/// assert_eq!(written("0.125"), one("0.125", Some(DecimalSign::Point)));
/// assert_eq!(written("1.500.000"), one("1500000", Some(DecimalSign::Comma)));
/// assert_eq!(written("1.234,5"), one("1234.5", Some(DecimalSign::Comma)));
/// ```
pub fn written(text: &str) -> Written {
    let text = text.trim();
    let (minus, body) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    let (body, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if exponent.is_some_and(|e| !digits(e.strip_prefix(['+', '-']).unwrap_or(e))) {
        return Written::Nothing;
    }
    if !body.bytes().any(|byte| byte.is_ascii_digit())
        || !body.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
    {
        return Written::Nothing;
    }
    let tail = exponent.map_or(String::new(), |e| format!("e{e}"));
    let one = |plain: String, sign| Written::One { text: format!("{minus}{plain}{tail}"), sign };
    let groups: Vec<&str> = body.split(['.', ',']).collect();
    let count = |sign: DecimalSign| body.matches(sign.char()).count();
    let (points, commas) = (count(DecimalSign::Point), count(DecimalSign::Comma));
    let sign = if points > 0 { DecimalSign::Point } else { DecimalSign::Comma };
    match (points + commas, points > 0 && commas > 0) {
        (0, _) => one(body.to_string(), None),
        (1, _) => {
            let (whole, fraction) = (groups[0], groups[1]);
            if exponent.is_none() && leads(whole) && fraction.len() == 3 {
                return Written::TwoWays(two_ways(text, minus, whole, fraction, sign));
            }
            one(format!("{whole}.{fraction}"), Some(sign))
        }
        // Thousands alone.
        (_, false) if exponent.is_none() && grouped(&groups) => one(groups.concat(), Some(sign.other())),
        // Thousands, then decimals.
        (_, true) => {
            let last =
                if body.rfind('.') > body.rfind(',') { DecimalSign::Point } else { DecimalSign::Comma };
            let (fraction, thousands) =
                groups.split_last().map_or(("", &[][..]), |(last, rest)| (*last, rest));
            if count(last) == 1 && !fraction.is_empty() && grouped(thousands) {
                one(format!("{}.{fraction}", thousands.concat()), Some(last))
            } else {
                Written::Nothing
            }
        }
        _ => Written::Nothing,
    }
}

fn two_ways(found: &str, minus: &str, whole: &str, fraction: &str, sign: DecimalSign) -> TwoWays {
    let short = fraction.trim_end_matches('0');
    let decimals = match short.len() {
        0 => format!("{minus}{whole}"),
        3 => format!("{minus}{whole}{}{fraction}0", sign.char()),
        _ => format!("{minus}{whole}{}{short}", sign.char()),
    };
    TwoWays { found: found.to_string(), thousands: format!("{minus}{whole}{fraction}"), decimals, sign }
}

/// Why a text that is written like a number is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// So large that it would be read as infinity.
    TooLarge,
    /// Not 0, but so small that it would be read as 0.
    TooSmall,
}

/// The value of a text with one reading, as [`Written::One`] has it.
///
/// # Errors
/// Where the value would not be the one that is written.
pub fn value_of(text: &str) -> Result<f64, Unfit> {
    finite(text).map_err(|why| match why {
        NotFinite::TooSmall => Unfit::TooSmall,
        NotFinite::NoNumber | NotFinite::Endless | NotFinite::TooLarge => Unfit::TooLarge,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_three_digits_a_sign_and_three_digits_can_be_read_two_ways() {
        for (text, thousands, decimals) in [
            ("2.600", "2600", "2.6"),
            ("50.000", "50000", "50"),
            ("450,000", "450000", "450"),
            ("-1.234", "-1234", "-1.2340"),
            ("7,125", "7125", "7,1250"),
        ] {
            let Written::TwoWays(both) = written(text) else { panic!("{text}") };
            assert_eq!((both.thousands.as_str(), both.decimals.as_str()), (thousands, decimals), "{text}");
            let Written::One { .. } = written(&both.decimals) else {
                panic!("{text}: the mend has one reading")
            };
            let Written::One { .. } = written(&both.thousands) else {
                panic!("{text}: the mend has one reading")
            };
        }
    }

    #[test]
    fn what_has_one_reading_is_read_whatever_its_signs() {
        use DecimalSign::{Comma, Point};
        for (text, plain, sign) in [
            ("12", "12", None),
            ("+12", "12", None),
            ("0.125", "0.125", Some(Point)),
            ("0,125", "0.125", Some(Comma)),
            ("1234.567", "1234.567", Some(Point)),
            ("12,5", "12.5", Some(Comma)),
            ("1.5e3", "1.5e3", Some(Point)),
            ("1.500e3", "1.500e3", Some(Point)),
            ("1.500.000", "1500000", Some(Comma)),
            ("1,500,000", "1500000", Some(Point)),
            ("1.500.000,25", "1500000.25", Some(Comma)),
            ("1,234.567", "1234.567", Some(Point)),
            ("-.5", "-.5", Some(Point)),
        ] {
            assert_eq!(written(text), Written::One { text: plain.to_string(), sign }, "{text}");
        }
        for text in [
            "",
            ".",
            "1.2.3",
            "1.50.000",
            "0.500.000",
            "1,234.5,6",
            "1.234.5,",
            "12a",
            "1e",
            "--1",
            "NaN",
            "inf",
            "٣",
        ] {
            assert_eq!(written(text), Written::Nothing, "{text}");
        }
    }

    #[test]
    fn what_is_not_zero_is_not_read_as_zero() {
        assert_eq!(value_of("1e-400"), Err(Unfit::TooSmall));
        assert_eq!(value_of("0.0e-400"), Ok(0.0));
        assert_eq!(value_of("-1e400"), Err(Unfit::TooLarge));
        assert_eq!(value_of("1e-300"), Ok(1e-300));
    }
}
