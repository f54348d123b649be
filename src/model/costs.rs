//! The costs of a commitment: when it is paid, and what is left of it at the end.

use super::chain::{Intervention, Remains};
use super::id::SourceId;
use super::root::ModelParts;
use super::stocks::stock_of;

impl ModelParts {
    /// Payments by period for one rupiah that `source` commits in year `y`: along its disbursement curve ζ. What falls past
    /// the end is not paid. Shape \[T\], in rupiah per rupiah.
    pub fn payments(&self, source: SourceId, y: usize) -> Vec<f64> {
        let mut paid = vec![0.0; self.horizon.periods()];
        let start = y * self.horizon.periods_per_year;
        for (j, share) in self.sources[source.index()].disbursement.iter().enumerate() {
            if let Some(slot) = paid.get_mut(start + j) {
                *slot += share;
            }
        }
        paid
    }

    /// The value that is left at the end of one rupiah that `source` commits to `intervention` in year `y` \[Rp per Rp\]: of
    /// an asset the resale share of its stock, of lent money the recovery of its stock and of what is paid and still in
    /// gestation.
    pub fn left_at_end(&self, source: SourceId, intervention: &Intervention, y: usize) -> f64 {
        let (share, lent) = match intervention.remains {
            Remains::Resale(share) => (share, false),
            Remains::Revolving(share) => (share, true),
        };
        if share == 0.0 {
            return 0.0;
        }
        let arrived = self.arrivals(source, intervention, y);
        let stock = stock_of(&arrived, intervention.decay, self.horizon.periods_per_year);
        let mut left = stock.last().copied().unwrap_or(0.0);
        if lent {
            let works: f64 = intervention.gestation.iter().sum();
            let paid: f64 = self.payments(source, y).iter().sum();
            left += (works * paid - arrived.iter().sum::<f64>()).max(0.0);
        }
        share * left
    }
}
