//! Names of things in both languages.

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}
