//! The two-stage stochastic linear program, without any domain: what every method solves. Decisions may be integer.
//!
//! With first-stage decisions x and, for each sample w of probability p_w, recourse decisions y_w:
//!
//! ```text
//! maximise  (1 − λ) Σ_w p_w G_w + λ CVaR_α[G],   G_w = c'x + g_w'x + q_w'y_w + offset_w
//! subject to  A x ≶ b,   T_w x + W_w y_w ≶ h_w,   l ≤ x ≤ u,   l_w ≤ y_w ≤ u_w
//! ```
//!
//! CVaR_α is the mean of the worst (lowest) 1 − α share of G, atoms split (Rockafellar and Uryasev 2000).

use crate::model::Risk;

/// Which way a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// At most the right-hand side.
    AtMost,
    /// At least the right-hand side.
    AtLeast,
    /// Exactly the right-hand side.
    Equal,
}

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Lower bound.
    pub lower: f64,
    /// Upper bound; infinite where there is none.
    pub upper: f64,
    /// Coefficient in the objective.
    pub objective: f64,
    /// A number that some optimal solution does not exceed, worked out from the rest of the program. The solver never
    /// sees it: it turns any duals into a valid bound. Infinite where nobody knows one.
    pub ceiling: f64,
    /// Whether it takes whole numbers only.
    pub integer: bool,
}

impl Column {
    /// A decision between two bounds.
    pub fn between(lower: f64, upper: f64, objective: f64, ceiling: f64) -> Self {
        Self { lower, upper, objective, ceiling, integer: false }
    }

    /// A non-negative decision without upper bound.
    pub fn non_negative(objective: f64, ceiling: f64) -> Self {
        Self::between(0.0, f64::INFINITY, objective, ceiling)
    }
}

/// A first-stage constraint: entries are (column, coefficient).
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Coefficients.
    pub entries: Vec<(usize, f64)>,
    /// Direction.
    pub sense: Sense,
    /// Right-hand side.
    pub rhs: f64,
}

/// A recourse constraint of one sample: entries of first-stage and of recourse columns.
#[derive(Debug, Clone, PartialEq)]
pub struct RecourseRow {
    /// Coefficients of first-stage columns (T_w).
    pub first: Vec<(usize, f64)>,
    /// Coefficients of this sample's columns (W_w).
    pub second: Vec<(usize, f64)>,
    /// Direction.
    pub sense: Sense,
    /// Right-hand side h_w.
    pub rhs: f64,
}

/// One sample: its probability, and its recourse problem.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SampleProgram {
    /// Probability p_w.
    pub probability: f64,
    /// A constant of G_w.
    pub offset: f64,
    /// Coefficients g_w of first-stage columns in this sample's objective.
    pub first_objective: Vec<(usize, f64)>,
    /// Recourse columns.
    pub columns: Vec<Column>,
    /// Recourse rows.
    pub rows: Vec<RecourseRow>,
}

/// A two-stage stochastic linear program with fixed sample probabilities, to be maximised.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoStageProgram {
    /// First-stage columns.
    pub columns: Vec<Column>,
    /// First-stage rows.
    pub rows: Vec<Row>,
    /// Samples.
    pub samples: Vec<SampleProgram>,
    /// The attitude to risk.
    pub risk: Risk,
}

impl TwoStageProgram {
    /// True if some decision of either stage takes whole numbers only.
    pub fn has_integers(&self) -> bool {
        let any = |columns: &[Column]| columns.iter().any(|column| column.integer);
        any(&self.columns) || self.samples.iter().any(|sample| any(&sample.columns))
    }

    /// The value G_w of sample `w` at first-stage decisions `x` and recourse decisions `y`.
    pub fn sample_value(&self, w: usize, x: &[f64], y: &[f64]) -> f64 {
        let sample = &self.samples[w];
        let first: f64 = self.columns.iter().zip(x).map(|(column, x)| column.objective * x).sum();
        let own: f64 = sample.first_objective.iter().map(|&(j, c)| c * x[j]).sum();
        let recourse: f64 = sample.columns.iter().zip(y).map(|(column, y)| column.objective * y).sum();
        sample.offset + first + own + recourse
    }

    /// (1 − λ) mean + λ CVaR_α of sample values, with the program's probabilities.
    pub fn risk_adjusted(&self, values: &[f64]) -> f64 {
        let probabilities: Vec<f64> = self.samples.iter().map(|sample| sample.probability).collect();
        risk_adjusted(self.risk, values, &probabilities)
    }
}

/// (1 − λ) mean + λ CVaR_α of `values` with these probabilities.
pub(super) fn risk_adjusted(risk: Risk, values: &[f64], probabilities: &[f64]) -> f64 {
    let weighted: Vec<(f64, f64)> = values.iter().copied().zip(probabilities.iter().copied()).collect();
    let mean: f64 = weighted.iter().map(|(value, p)| value * p).sum();
    if risk.lambda == 0.0 {
        return mean;
    }
    (1.0 - risk.lambda) * mean + risk.lambda * cvar_lowest(weighted, risk.alpha)
}

/// Mean of the lowest 1 − α share of a weighted distribution, its atom at the quantile split.
fn cvar_lowest(mut weighted: Vec<(f64, f64)>, alpha: f64) -> f64 {
    weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let share = 1.0 - alpha;
    let (mut left, mut sum) = (share, 0.0);
    for (value, probability) in weighted {
        let taken = probability.min(left);
        sum += taken * value;
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    sum / (share - left.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gains −50, −20, −10, 0 with probabilities 0.05, 0.15, 0.3, 0.5: the worst tenth is all of −50 and a third of
    /// −20, (0.05·−50 + 0.05·−20)/0.1 = −35.
    #[test]
    fn an_atom_at_the_quantile_is_split() {
        let weighted = vec![(0.0, 0.5), (-10.0, 0.3), (-20.0, 0.15), (-50.0, 0.05)];
        assert!((cvar_lowest(weighted.clone(), 0.9) + 35.0).abs() < 1e-12);
        assert!((cvar_lowest(weighted, 0.0) + 8.5).abs() < 1e-12);
    }
}
