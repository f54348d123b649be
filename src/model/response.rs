//! Responses: how much capacity a stock of past spending gives. Non-decreasing, piecewise linear, zero at zero; concave, or
//! S-shaped where some money has to come before more of it tells.

use crate::language::{Text, text};

/// A piecewise-linear response φ.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// Each rupiah brings no more than the one before: φ(S) is the least of these lines for S ≥ 0, the first of them through
    /// the origin.
    Concave {
        /// Slopes [capacity units per period / Rp] and intercepts [capacity units per period], slopes descending.
        lines: Vec<(f64, f64)>,
    },
    /// Straight between these points from the origin, flat after the last; somewhere it gets steeper.
    SShaped {
        /// Spend [Rp] and effect [capacity units per period].
        points: Vec<(f64, f64)>,
    },
}

/// A part of a response on which it is concave: its straight pieces in order, (length \[Rp\], slope [capacity units per
/// period / Rp]), no steeper than the one before.
pub type Stretch = Vec<(f64, f64)>;

/// Slopes that differ by no more than this are the same.
const SAME_SLOPE: f64 = 1e-12;

/// The straight pieces (length, slope) between points from the origin.
///
/// # Errors
/// A sentence naming the point at which the response falls or does not advance.
fn straight_pieces(points: &[(f64, f64)]) -> Result<Vec<(f64, f64)>, Text> {
    if points.is_empty() {
        return Err(text!(
            en: "a response needs at least one point [spend, effect]",
            id: "tanggapan memerlukan sekurang-kurangnya satu titik [belanja, hasil]",
        ));
    }
    let (mut spend, mut effect) = (0.0, 0.0);
    let mut pieces = Vec::new();
    for (number, &(next_spend, next_effect)) in points.iter().enumerate() {
        if next_spend <= spend {
            return Err(text!(
                en: "point {point} spends {next_spend}, no more than the {spend} before it",
                id: "titik {point} membelanjakan {next_spend}, tidak lebih dari {spend} pada titik sebelumnya",
                point = number + 1,
            ));
        }
        if next_effect < effect {
            return Err(text!(
                en: "point {point} gives {next_effect}, less than the {effect} before it: a response never falls",
                id: "titik {point} menghasilkan {next_effect}, kurang dari {effect} pada titik sebelumnya: tanggapan tidak pernah turun",
                point = number + 1,
            ));
        }
        pieces.push((next_spend - spend, (next_effect - effect) / (next_spend - spend)));
        (spend, effect) = (next_spend, next_effect);
    }
    Ok(pieces)
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
        Self::Concave { lines }
    }

    /// Linear between the points (spend, effect), starting at the origin and flat after the last.
    ///
    /// # Errors
    /// A sentence naming the point at which the response is not concave, falls, or does not advance.
    pub fn pieces(points: &[(f64, f64)]) -> Result<Self, Text> {
        let (mut spend, mut effect, mut steepest) = (0.0, 0.0, f64::INFINITY);
        let mut lines: Vec<(f64, f64)> = Vec::new();
        for (number, (length, slope)) in straight_pieces(points)?.into_iter().enumerate() {
            if slope > steepest * (1.0 + SAME_SLOPE) {
                return Err(text!(
                    en: "the response gets steeper on the way to point {point} ({slope} after {steepest} a unit of spend): pieces must be concave, each rupiah bringing no more than the one before; where money only tells once there is enough of it, use s_shaped",
                    id: "tanggapan menjadi lebih curam menuju titik {point} ({slope} setelah {steepest} per satuan belanja): pieces harus cekung, setiap rupiah membawa hasil tidak lebih dari rupiah sebelumnya; jika uang baru berpengaruh setelah cukup banyak, pakai s_shaped",
                    point = number + 1,
                ));
            }
            lines.push((slope, effect - slope * spend));
            (spend, effect, steepest) = (spend + length, points[number].1, slope);
        }
        lines.push((0.0, effect));
        lines.dedup();
        Ok(Self::Concave { lines })
    }

    /// Linear between the points (spend, effect), starting at the origin and flat after the last, getting steeper somewhere.
    ///
    /// # Errors
    /// A sentence naming the point at which the response falls or does not advance, or saying that it is concave.
    pub fn s_shaped(points: &[(f64, f64)]) -> Result<Self, Text> {
        straight_pieces(points)?;
        let response = Self::SShaped { points: points.to_vec() };
        if response.stretches().len() == 1 {
            return Err(text!(
                en: "the response never gets steeper, so it is no s_shaped one: use pieces",
                id: "tanggapan ini tidak pernah menjadi lebih curam, sehingga bukan s_shaped: pakai pieces",
            ));
        }
        Ok(response)
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

    /// The response to units turned into that to money, where one costs `cost` \[Rp\]: φ(S) = φ̂(S / cost).
    #[must_use]
    pub fn for_units(&self, cost: f64) -> Self {
        match self {
            Self::Concave { lines } => Self::Concave {
                lines: lines.iter().map(|&(slope, intercept)| (slope / cost, intercept)).collect(),
            },
            Self::SShaped { points } => Self::SShaped {
                points: points.iter().map(|&(units, effect)| (units * cost, effect)).collect(),
            },
        }
    }

    /// The response per enterprise turned into that of `enterprises` of them: φ(S) = N φ̂(S / N).
    #[must_use]
    pub fn for_enterprises(&self, enterprises: f64) -> Self {
        match self {
            Self::Concave { lines } => Self::Concave {
                lines: lines.iter().map(|&(slope, intercept)| (slope, intercept * enterprises)).collect(),
            },
            Self::SShaped { points } => Self::SShaped {
                points: points
                    .iter()
                    .map(|&(spend, effect)| (spend * enterprises, effect * enterprises))
                    .collect(),
            },
        }
    }

    /// The effect of stock `s` [capacity units per period].
    pub fn at(&self, s: f64) -> f64 {
        match self {
            Self::Concave { lines } => {
                lines.iter().map(|&(slope, intercept)| slope * s + intercept).fold(f64::INFINITY, f64::min)
            }
            Self::SShaped { points } => {
                let (mut spend, mut effect) = (0.0, 0.0);
                for &(next_spend, next_effect) in points {
                    if s <= next_spend {
                        return effect + (next_effect - effect) * ((s - spend) / (next_spend - spend));
                    }
                    (spend, effect) = (next_spend, next_effect);
                }
                effect
            }
        }
    }

    /// The steepest slope anywhere [capacity units per period / Rp].
    pub fn steepest(&self) -> f64 {
        match self {
            Self::Concave { lines } => lines.iter().map(|(slope, _)| *slope).fold(0.0, f64::max),
            Self::SShaped { .. } => {
                let stretches = self.stretches();
                stretches.iter().flatten().map(|(_, slope)| *slope).fold(0.0, f64::max)
            }
        }
    }

    /// The largest effect any stock can have (infinite where the response never flattens).
    pub fn ceiling(&self) -> f64 {
        match self {
            Self::Concave { lines } => lines
                .iter()
                .filter(|(slope, _)| *slope == 0.0)
                .map(|&(_, intercept)| intercept)
                .fold(f64::INFINITY, f64::min),
            Self::SShaped { points } => points.last().map_or(0.0, |(_, effect)| *effect),
        }
    }

    /// The stretches of an S-shaped response, each steeper at its start than the one before it at its end; a concave one
    /// has none to tell apart.
    pub fn stretches(&self) -> Vec<Stretch> {
        let Self::SShaped { points } = self else { return Vec::new() };
        let mut stretches: Vec<Stretch> = vec![Vec::new()];
        let mut last = f64::INFINITY;
        for piece in straight_pieces(points).unwrap_or_default() {
            if piece.1 > last * (1.0 + SAME_SLOPE) {
                stretches.push(Vec::new());
            }
            last = piece.1;
            if let Some(stretch) = stretches.last_mut() {
                stretch.push(piece);
            }
        }
        stretches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Lang;

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
        assert!(
            Response::pieces(&[(10.0, 1.0), (20.0, 5.0)])
                .unwrap_err()
                .in_language(Lang::En)
                .contains("concave")
        );
        assert!(
            Response::pieces(&[(10.0, 1.0), (20.0, 0.5)])
                .unwrap_err()
                .in_language(Lang::En)
                .contains("never falls")
        );
        assert!(Response::pieces(&[]).is_err());
    }

    /// Nothing until 10, then 0.5 a unit until 20, then 0.1 until 30, then 0.4 until 35: three stretches; per three
    /// enterprises everything threefold.
    #[test]
    fn an_s_shape_is_straight_between_its_points() {
        let points = [(10.0, 0.0), (20.0, 5.0), (30.0, 6.0), (35.0, 8.0)];
        let response = Response::s_shaped(&points).expect("gets steeper");
        let felt = [(0.0, 0.0), (9.0, 0.0), (15.0, 2.5), (20.0, 5.0), (25.0, 5.5), (32.5, 7.0), (99.0, 8.0)];
        for (s, e) in felt {
            assert!((response.at(s) - e).abs() < 1e-12, "at {s}");
            assert!((response.for_enterprises(3.0).at(3.0 * s) - 3.0 * e).abs() < 1e-12, "threefold at {s}");
        }
        assert_eq!(response.ceiling(), 8.0);
        let lengths: Vec<usize> = response.stretches().iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 2, 1]);
        assert!(
            Response::s_shaped(&[(10.0, 5.0), (20.0, 9.0)])
                .unwrap_err()
                .in_language(Lang::En)
                .contains("use pieces")
        );
        assert!(
            Response::s_shaped(&[(10.0, 1.0), (20.0, 0.5)])
                .unwrap_err()
                .in_language(Lang::En)
                .contains("never falls")
        );
    }
}
