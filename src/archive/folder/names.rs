//! Names inside a staging folder.

/// There once everything is written.
pub(super) const PLACING: &str = "placing";
pub(super) const NEW: &str = "new";
pub(super) const OLD: &str = "old";
