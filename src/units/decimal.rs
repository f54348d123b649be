//! Numbers as text: what is written is what is read, or it is refused.
//!
//! The parser of the standard library turns `1e-400` into 0 and `1e400` into infinity without a word. A number that
//! loses its meaning on the way in is not read here.

/// Why a text is no finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFinite {
    /// It is no number at all.
    #[error("is not a number")]
    NoNumber,
    /// It says infinity.
    #[error("is not a finite number")]
    Endless,
    /// It is beyond the largest double.
    #[error("is beyond the largest number that can be held, 1.8e308")]
    TooLarge,
    /// It is not 0, and nearer to 0 than the smallest double of full precision.
    #[error("is nearer to 0 than the smallest number that can be held, 2.2e-308")]
    TooSmall,
}

/// Reads a finite number with a decimal point and, if wanted, an exponent.
///
/// # Errors
/// [`NotFinite`] where the text is no number, or would turn into 0 or infinity.
pub fn finite(text: &str) -> Result<f64, NotFinite> {
    let value: f64 = text.parse().map_err(|_| NotFinite::NoNumber)?;
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    if value.is_nan() {
        Err(NotFinite::NoNumber)
    } else if value.is_infinite() {
        Err(if digits.contains(|c: char| c.is_ascii_digit()) {
            NotFinite::TooLarge
        } else {
            NotFinite::Endless
        })
    } else if value.abs() < f64::MIN_POSITIVE && digits.contains(|c: char| ('1'..='9').contains(&c)) {
        Err(NotFinite::TooSmall)
    } else {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_turn_into_0_or_infinity_is_refused() {
        for (text, expected) in [
            ("1e-400", Err(NotFinite::TooSmall)),
            ("-0.001e-310", Err(NotFinite::TooSmall)),
            ("4e-310", Err(NotFinite::TooSmall)),
            ("2.3e-308", Ok(2.3e-308)),
            ("0e-400", Ok(0.0)),
            ("0.000", Ok(0.0)),
            ("-0", Ok(0.0)),
            ("1e400", Err(NotFinite::TooLarge)),
            ("-1E400", Err(NotFinite::TooLarge)),
            ("1.7e308", Ok(1.7e308)),
            ("inf", Err(NotFinite::Endless)),
            ("-Infinity", Err(NotFinite::Endless)),
            ("nan", Err(NotFinite::NoNumber)),
            ("", Err(NotFinite::NoNumber)),
            ("12x", Err(NotFinite::NoNumber)),
            ("1.5", Ok(1.5)),
        ] {
            assert_eq!(finite(text), expected, "{text}");
        }
    }
}
