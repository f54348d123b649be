//! SHA-256 in hexadecimal: how files and models are told apart.

use sha2::{Digest, Sha256};

/// The SHA-256 of `bytes`, in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
