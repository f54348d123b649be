//! Phrases and sums that several sections share.

use std::collections::BTreeMap;

use crate::model::{AllocationLine, Metric};
use crate::report::language::Lang;
use crate::study::Estimate;

/// `mean (low to high)`: a mean with its 95 % interval.
pub(super) fn with_interval(lang: Lang, metric: Metric, e: &Estimate) -> String {
    let amount = |value: f64| lang.amount(metric, value);
    let (mean, low, high) = (amount(e.mean), amount(e.mean - e.half_width), amount(e.mean + e.half_width));
    match lang {
        Lang::Id => format!("{mean} ({low} s.d. {high})"),
        Lang::En => format!("{mean} ({low} to {high})"),
    }
}

/// Sums of the allocation by a key, largest first, ties by key.
pub(super) fn sums<K: Ord + Clone>(
    lines: &[AllocationLine],
    key: impl Fn(&AllocationLine) -> K,
) -> Vec<(K, i64)> {
    let mut by: BTreeMap<K, i64> = BTreeMap::new();
    for line in lines {
        *by.entry(key(line)).or_default() += line.amount.0;
    }
    let mut list: Vec<(K, i64)> = by.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list
}
