//! How far the next prices go from the best known towards those of the mix (Wentges 1997; the share moves by the slope of the
//! bound, as in Pessoa, Sadykov, Uchoa and Vanderbeck 2018, section 3).

/// Share of the best prices at the start, at most, and by how much it moves.
const START: f64 = 0.4;
const MOST: f64 = 0.9;
const STEP: f64 = 0.1;

/// The share of the best prices in the next.
#[derive(Debug)]
pub(super) struct Smoothing {
    share: f64,
    /// Rounds without progress in a row.
    slow: usize,
}

impl Default for Smoothing {
    fn default() -> Self {
        Self { share: START, slow: 0 }
    }
}

impl Smoothing {
    /// Takes in the slope of the bound where blocks were asked, on the way from `from` to `aim`: where it still falls one can
    /// go further.
    pub(super) fn look(&mut self, slope: &[f64], aim: &[f64], from: &[f64]) {
        let along: f64 = slope.iter().zip(aim).zip(from).map(|((s, a), f)| s * (a - f)).sum();
        self.share = if along > 0.0 {
            (self.share + STEP * (1.0 - self.share)).min(MOST)
        } else {
            (self.share - STEP).max(0.0)
        };
    }

    /// The share of the best prices in the next ones; less and less of them where nothing comes of it.
    pub(super) fn inner(&mut self, progress: bool) -> f64 {
        self.slow = if progress { 0 } else { self.slow + 1 };
        (1.0 - (1.0 - self.share) * self.slow.max(1) as f64).max(0.0)
    }
}
