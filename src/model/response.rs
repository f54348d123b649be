//! Responses: how much capacity a stock of past spending gives. Concave, non-decreasing, piecewise linear, zero at zero.

/// A concave piecewise-linear response φ, stored as the lines whose least value it is:
/// φ(S) = min_j (slope_j S + intercept_j) for S ≥ 0, with the first line through the origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Slopes [capacity units per period / Rp] and intercepts [capacity units per period], slopes descending.
    pub lines: Vec<(f64, f64)>,
}

/// Largest gap between a saturating curve and its chords, as a share of the curve's maximum.
pub const CHORD_TOLERANCE: f64 = 0.005;

impl Response {
    /// `cost` rupiah buy one unit of capacity per period, up to `up_to` units (without end where infinite).
    pub fn linear(cost: f64, up_to: f64) -> Self {
        let mut lines = vec![(1.0 / cost, 0.0)];
        if up_to.is_finite() {
            lines.push((0.0, up_to));
        }
        Self { lines }
    }

    /// Linear between the points (spend, effect), starting at the origin and flat after the last.
    ///
    /// # Errors
    /// A sentence naming the point at which the response is not concave, falls, or does not advance.
    pub fn pieces(points: &[(f64, f64)]) -> Result<Self, String> {
        if points.is_empty() {
            return Err("a response needs at least one point [spend, effect]".to_string());
        }
        let (mut spend, mut effect, mut steepest) = (0.0, 0.0, f64::INFINITY);
        let mut lines: Vec<(f64, f64)> = Vec::new();
        for (number, &(next_spend, next_effect)) in points.iter().enumerate() {
            if next_spend <= spend {
                return Err(format!(
                    "point {} spends {next_spend}, no more than the {spend} before it",
                    number + 1
                ));
            }
            if next_effect < effect {
                return Err(format!(
                    "point {} gives {next_effect}, less than the {effect} before it: a response never falls",
                    number + 1
                ));
            }
            let slope = (next_effect - effect) / (next_spend - spend);
            if slope > steepest * (1.0 + 1e-12) {
                return Err(format!(
                    "the response gets steeper on the way to point {} ({slope} after {steepest} a unit of spend): it must be concave, each rupiah bringing no more than the one before",
                    number + 1
                ));
            }
            lines.push((slope, effect - slope * spend));
            (spend, effect, steepest) = (next_spend, next_effect, slope);
        }
        lines.push((0.0, effect));
        lines.dedup();
        Ok(Self { lines })
    }

    /// The saturating curve max · S / (S + half), replaced by chords that stay within [`CHORD_TOLERANCE`] of the
    /// maximum below it and are flat once that little is left. The chords depend on nothing but the curve, so that
    /// plans for different budgets are compared on the same response.
    pub fn saturating(max: f64, half: f64) -> Self {
        let curve = |s: f64| s / (s + 1.0);
        let mut points = Vec::new();
        let mut from = 0.0_f64;
        while 1.0 - curve(from) > CHORD_TOLERANCE {
            // With a = √(s+1): the largest gap between s/(s+1) and its chord from a to b is (1/a − 1/b)².
            let a = libm::sqrt(from + 1.0);
            let inverse = 1.0 / a - libm::sqrt(CHORD_TOLERANCE);
            let least = libm::sqrt(CHORD_TOLERANCE);
            let b = 1.0 / inverse.max(least);
            let to = b * b - 1.0;
            points.push((to * half, max * curve(to)));
            if inverse <= least {
                break;
            }
            from = to;
        }
        Self::pieces(&points).unwrap_or_else(|_| Self::linear(2.0 * half / max, 0.5 * max))
    }

    /// The response per enterprise turned into that of `enterprises` of them: φ(S) = N φ̂(S / N).
    #[must_use]
    pub fn for_enterprises(&self, enterprises: f64) -> Self {
        Self {
            lines: self.lines.iter().map(|&(slope, intercept)| (slope, intercept * enterprises)).collect(),
        }
    }

    /// The effect of stock `s` [capacity units per period].
    pub fn at(&self, s: f64) -> f64 {
        self.lines.iter().map(|&(slope, intercept)| slope * s + intercept).fold(f64::INFINITY, f64::min)
    }

    /// The largest effect any stock can have (infinite where the response never flattens).
    pub fn ceiling(&self) -> f64 {
        self.lines
            .iter()
            .filter(|(slope, _)| *slope == 0.0)
            .map(|&(_, intercept)| intercept)
            .fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_stay_within_the_stated_tolerance_and_below_the_curve() {
        let (max, half) = (400.0, 2.5e9);
        let response = Response::saturating(max, half);
        for step in 0..20_000 {
            let s = half * 1e-4 * libm::pow(1.0009, f64::from(step));
            let exact = max * s / (s + half);
            let gap = exact - response.at(s);
            assert!(gap > -1e-9 * max, "above the curve at {s}: {gap}");
            assert!(gap < CHORD_TOLERANCE * max * 1.000_001, "too far below at {s}: {gap}");
        }
    }

    #[test]
    fn pieces_are_read_as_points_and_flatten_after_the_last() {
        let response = Response::pieces(&[(10.0, 5.0), (30.0, 9.0)]).expect("concave");
        for (s, e) in [(0.0, 0.0), (5.0, 2.5), (10.0, 5.0), (20.0, 7.0), (30.0, 9.0), (99.0, 9.0)] {
            assert!((response.at(s) - e).abs() < 1e-12, "at {s}");
        }
        assert_eq!(response.ceiling(), 9.0);
    }

    #[test]
    fn what_is_not_concave_is_refused() {
        assert!(Response::pieces(&[(10.0, 1.0), (20.0, 5.0)]).unwrap_err().contains("concave"));
        assert!(Response::pieces(&[(10.0, 1.0), (20.0, 0.5)]).unwrap_err().contains("never falls"));
        assert!(Response::pieces(&[]).is_err());
    }
}
