//! Whether a program is better written out or taken apart.

use super::builder::{PlanSamples, PlanningProgram};
use super::decomposition::Samples as _;
use crate::model::Model;

/// Rows of an extensive form that is small enough to be written out where goods are stored or take time to make, so that
/// periods hang together (measured: Banyumas takes 2.4 s with 8 samples, 15,000 rows; a decomposition needs some twenty
/// samples before its cuts are smooth), and where every period stands alone.
pub(super) const SMALL_ROWS: usize = 20_000;
const SMALL_ROWS_APART: usize = 2_000;

/// True if the program on `samples` is better written out.
pub(super) fn is_small(model: &Model, planning: &PlanningProgram, samples: &PlanSamples<'_>) -> bool {
    let joined = model.chains.iter().any(|chain| {
        chain.commodities.iter().any(|commodity| commodity.storable)
            || chain.processes.iter().any(|process| process.lead_time > 0)
    });
    let most = if joined { SMALL_ROWS } else { SMALL_ROWS_APART };
    let rows = samples.make(0).rows.len();
    planning.program.rows.len() + rows.saturating_mul(samples.count()) <= most
}
