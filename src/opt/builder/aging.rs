//! What becomes of stocks in the tail. Nothing is decided there, so that a stock in which nothing arrives is a share of an
//! earlier one, and all its effects are functions of that one stock: (T1).

use std::collections::BTreeMap;

use super::terms::{Builder, Decision, Rule};
use crate::model::{ClusterId, Decay, InterventionId, Model, Response};
use crate::opt::program::{Column, Sense};
use crate::units::JUTA;

/// A stock in a period: a share of that of a period which has a column of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    /// The period (from 0) whose column counts.
    pub(super) period: usize,
    /// The share of it that is kept.
    pub(super) kept: f64,
}

/// How the stock of an intervention stands by period; nothing where there can be none. Until the last budget, and where some
/// response is S-shaped, every period has a column of its own from the first arrival on; after that those in which something
/// arrives or a lifetime ends.
pub(super) fn standings(model: &Model, c: ClusterId, i: InterventionId) -> Vec<Option<Standing>> {
    let horizon = model.horizon;
    let intervention = &model.chain_of(c).interventions[i.index()];
    let shaped = intervention.raises.iter().any(|raise| matches!(raise.response, Response::SShaped { .. }));
    let mut arrives = vec![false; horizon.periods()];
    for s in model.source_ids().filter(|s| model.may_fund(*s, c, i)) {
        for y in 0..horizon.years {
            let arrivals = model.arrivals(s, intervention, y);
            arrives.iter_mut().zip(arrivals).for_each(|(any, share)| *any |= share != 0.0);
        }
    }
    let kept = intervention.decay.kept_per_period(horizon.periods_per_year);
    let (mut begun, mut last) = (false, None);
    let mut stands = |t: usize| -> Option<Standing> {
        begun |= arrives[t];
        let own = begun.then_some(Standing { period: t, kept: 1.0 });
        let goes_on = last.map(|before: Standing| Standing { kept: before.kept * kept, ..before });
        last = if t < horizon.committing_periods() || shaped {
            own
        } else {
            match intervention.decay {
                Decay::Depreciation(_) if arrives[t] => own,
                Decay::Depreciation(_) => goes_on.filter(|standing| standing.kept > 0.0),
                Decay::Lifetime(life) => {
                    let within = arrives[(t + 1).saturating_sub(life)..=t].contains(&true);
                    let ends = t.checked_sub(life).is_some_and(|gone| arrives[gone]);
                    if arrives[t] || ends { own.filter(|_| within) } else { goes_on }
                }
            }
        };
        last
    };
    (0..horizon.periods()).map(&mut stands).collect()
}

/// A raise of a capacity: by its position in an intervention in a cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct RaiseAt {
    pub(super) cluster: ClusterId,
    pub(super) intervention: InterventionId,
    pub(super) number: usize,
}

impl RaiseAt {
    /// Its response in the cluster.
    pub(super) fn response(self, model: &Model) -> Response {
        let interventions = &model.chain_of(self.cluster).interventions;
        let raise = &interventions[self.intervention.index()].raises[self.number];
        if raise.per_enterprise {
            raise.response.for_enterprises(model.clusters[self.cluster.index()].enterprises)
        } else {
            raise.response.clone()
        }
    }

    fn stock(self, t: usize) -> Decision {
        Decision::Stock(self.cluster, self.intervention, t)
    }

    fn piece(self, t: usize, number: usize) -> Decision {
        Decision::Segment(self.cluster, self.intervention, self.number, t, number)
    }
}

/// A stock of which stocks of the tail are shares, cut into pieces on which every effect of theirs is linear.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    /// The period (from 0) of the stock.
    pub(super) stock: usize,
    /// Where the pieces end \[Rp\], ascending; infinite where the response rises without end.
    ends: Vec<f64>,
}

/// The stocks that stand for those of periods `from` on, cut for the response with these `lines`.
fn cuts(from: usize, standings: &[Option<Standing>], lines: &[(f64, f64)]) -> Vec<Cut> {
    let kinks: Vec<f64> = lines
        .windows(2)
        .filter(|pair| pair[0].0 > pair[1].0)
        .map(|pair| (pair[1].1 - pair[0].1) / (pair[0].0 - pair[1].0))
        .filter(|kink| *kink > 0.0)
        .collect();
    let mut shares: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for standing in standings[from..].iter().flatten() {
        shares.entry(standing.period).or_default().push(standing.kept);
    }
    let rises = lines.last().is_some_and(|(slope, _)| *slope > 0.0);
    shares
        .into_iter()
        .map(|(stock, shares)| {
            let mut ends: Vec<f64> =
                shares.iter().flat_map(|kept| kinks.iter().map(move |kink| kink / kept)).collect();
            ends.sort_by(f64::total_cmp);
            ends.dedup_by(|next, end| *next <= *end * (1.0 + 1e-12));
            ends.extend(rises.then_some(f64::INFINITY));
            Cut { stock, ends }
        })
        .collect()
}

impl Cut {
    /// Number of pieces; none where the effect is the same share of the whole stock.
    fn pieces(&self) -> usize {
        if self.is_whole() { 0 } else { self.ends.len() }
    }

    /// True if effects are shares of the whole stock.
    fn is_whole(&self) -> bool {
        matches!(self.ends.as_slice(), [end] if end.is_infinite())
    }

    /// Beginning and length of a piece \[Rp\].
    fn piece(&self, number: usize) -> (f64, f64) {
        let begin = number.checked_sub(1).map_or(0.0, |before| self.ends[before]);
        (begin, self.ends[number] - begin)
    }

    /// What a rupiah of each piece brings where `kept` of the stock is left: by piece, or of the whole stock.
    fn slopes(&self, lines: &[(f64, f64)], kept: f64) -> Vec<f64> {
        let within = |number: usize| match self.piece(number) {
            (begin, length) if length.is_finite() => begin + 0.5 * length,
            (begin, _) => 2.0 * begin + 1.0,
        };
        (0..self.ends.len())
            .map(|number| {
                let at = |&(slope, intercept): &(f64, f64)| slope * kept * within(number) + intercept;
                let least = lines.iter().min_by(|a, b| at(a).total_cmp(&at(b)));
                least.map_or(0.0, |(slope, _)| slope * kept)
            })
            .collect()
    }
}

/// The effects of a raise in the tail, as shares of columns of the first stage.
#[derive(Debug)]
pub(super) struct TailEffects {
    lines: Vec<(f64, f64)>,
    standings: Vec<Option<Standing>>,
    /// By period of a stock: how it is cut, and the columns of its pieces or its own.
    columns: BTreeMap<usize, (Cut, Vec<usize>)>,
}

impl TailEffects {
    /// Those of a raise; nothing of an S-shaped one, whose periods have columns of their own.
    pub(super) fn of(
        model: &Model,
        raise: RaiseAt,
        standings: &[Option<Standing>],
        index: &BTreeMap<Decision, usize>,
    ) -> Option<Self> {
        let Response::Concave { lines } = raise.response(model) else { return None };
        let columns = cuts(model.horizon.committing_periods(), standings, &lines)
            .into_iter()
            .filter_map(|cut| {
                let own: Option<Vec<usize>> = if cut.is_whole() {
                    index.get(&raise.stock(cut.stock)).map(|stock| vec![*stock])
                } else {
                    let piece = |number| index.get(&raise.piece(cut.stock, number)).copied();
                    (0..cut.pieces()).map(piece).collect()
                };
                Some((cut.stock, (cut, own?)))
            })
            .collect();
        Some(Self { lines, standings: standings.to_vec(), columns })
    }

    /// The effect in a period of the tail: (column, capacity units per period of a unit of it).
    pub(super) fn at(&self, t: usize) -> Vec<(usize, f64)> {
        let Some(standing) = self.standings[t] else { return Vec::new() };
        let Some((cut, columns)) = self.columns.get(&standing.period) else { return Vec::new() };
        let slopes = cut.slopes(&self.lines, standing.kept).into_iter().map(|slope| slope * JUTA);
        columns.iter().copied().zip(slopes).filter(|(_, slope)| *slope != 0.0).collect()
    }
}

impl Builder<'_> {
    /// (T1) The stock of a period is cut into pieces on which the effects of all periods of the tail that keep a share of it are
    /// linear: Σ δ ≤ S, δ of every piece at most its length. Earlier pieces bring no less than later ones in every period, so
    /// that it costs nothing to fill them in order.
    pub(super) fn pieces(&mut self, raise: RaiseAt, standings: &[Option<Standing>], lines: &[(f64, f64)]) {
        for cut in cuts(self.model.horizon.committing_periods(), standings, lines) {
            let Some(&stock) = self.index.get(&raise.stock(cut.stock)) else { continue };
            if cut.pieces() == 0 {
                continue;
            }
            let ceiling = self.columns[stock].ceiling;
            let mut entries = vec![(stock, -1.0)];
            for number in 0..cut.pieces() {
                let length = cut.piece(number).1 / JUTA;
                let column = Column::between(0.0, length, 0.0, length.min(ceiling));
                entries.push((self.column(raise.piece(cut.stock, number), column), 1.0));
            }
            let rule = Rule::Segments(raise.cluster, raise.intervention, raise.number, cut.stock);
            self.row(rule, entries, Sense::AtMost, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// φ rises by 2 up to 10, by 1 up to 20 and is 30 from there on. Of S halves are left, then quarters: the effect of halves has its kinks
    /// at S = 20 and 40, that of quarters at 40 and 80. So S is cut at 20, 40 and 80. A rupiah brings halves 1, 0.5 and 0, quarters 0.5, 0.5
    /// and 0.25. At S = 50 that is 20 + 10 = 30 = φ(25) and 10 + 10 + 2.5 = 22.5 = φ(12.5).
    #[test]
    fn a_stock_is_cut_where_any_share_of_it_has_a_kink() {
        let lines = [(2.0, 0.0), (1.0, 10.0), (0.0, 30.0)];
        let of = |kept| Some(Standing { period: 0, kept });
        let cuts = cuts(1, &[of(1.0), of(0.5), of(0.25)], &lines);
        assert_eq!(cuts, [Cut { stock: 0, ends: vec![20.0, 40.0, 80.0] }]);
        assert_eq!(cuts[0].slopes(&lines, 0.5), [1.0, 0.5, 0.0]);
        assert_eq!(cuts[0].slopes(&lines, 0.25), [0.5, 0.5, 0.25]);
    }

    /// What rises for ever is one piece, the stock itself; with a kink the piece beyond it has no end.
    #[test]
    fn what_rises_without_end_has_no_last_end() {
        let of = |kept| Some(Standing { period: 0, kept });
        let straight = cuts(0, &[of(0.5)], &[(2.0, 0.0)]);
        assert_eq!((straight[0].pieces(), straight[0].slopes(&[(2.0, 0.0)], 0.5)), (0, vec![1.0]));
        let bent = cuts(0, &[of(0.5)], &[(2.0, 0.0), (1.0, 10.0)]);
        assert_eq!(bent[0].ends, [20.0, f64::INFINITY]);
        assert_eq!(bent[0].slopes(&[(2.0, 0.0), (1.0, 10.0)], 0.5), [1.0, 0.5]);
    }
}
