//! Whether an allocation keeps every rule to the rupiah.

use super::rupiah::kept::of_money;
use crate::model::{Allocation, Model, breaches};

/// True if the allocation keeps every floor, cap and co-funding rule to the rupiah, every locked line, minimum size and rule for
/// sites, and the coverage of every cluster that it supports.
pub fn keeps_limits(model: &Model, allocation: &Allocation) -> bool {
    keeps_all_but_coverage(model, allocation) && model.keeps_coverage(allocation)
}

/// The same without coverage.
pub(super) fn keeps_all_but_coverage(model: &Model, allocation: &Allocation) -> bool {
    of_money(model, allocation).is_empty()
        && model.keeps_locked(allocation)
        && breaches(model, allocation).is_empty()
        && model.broken_site_rules(allocation).is_empty()
}
