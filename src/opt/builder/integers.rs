//! The whole numbers of the formulation: (I1) minimum sizes, (I2) S-shaped responses, (I3) sites and (I4) rules for them. Every family of rows says zero or something, so that each
//! adds binaries and bounds of money that are as tight as the sources allow.

use std::collections::{BTreeMap, BTreeSet};

use super::terms::{Builder, Decision, PlanningProgram, Rule, SiteBound};
use crate::model::opened::commitments;
use crate::model::response::Stretch;
use crate::model::{Allocation, ClusterId, InterventionId, Model, SourceId};
use crate::opt::program::{Column, Sense};
use crate::units::JUTA;

/// A yes or no.
pub(super) fn binary() -> Column {
    Column { integer: true, ..Column::between(0.0, 1.0, 0.0, 1.0) }
}

/// The most that a source can have in hand in a year, money carried over included [juta Rp].
pub(in crate::opt) fn most_in_hand(model: &Model, source: SourceId, year: usize) -> f64 {
    let money = &model.sources[source.index()];
    money.amounts[..=year].iter().fold(0.0, |carried, amount| money.carry_over * carried + amount.as_f64())
        / JUTA
}

/// A raise of a capacity in a period, with the columns of its stock and its effect.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShapedResponse {
    pub(super) cluster: ClusterId,
    pub(super) intervention: InterventionId,
    pub(super) raise: usize,
    pub(super) period: usize,
    pub(super) stock: usize,
    pub(super) effect: usize,
}

impl Builder<'_> {
    /// Entries Σ_s b\[s,i,c,y\] over the sources that may fund it, and the most they can come to [juta Rp].
    fn commitment(&self, c: ClusterId, i: InterventionId, y: usize) -> (Vec<(usize, f64)>, f64) {
        let mut entries = Vec::new();
        let mut most = 0.0;
        for s in self.model.source_ids() {
            if let Some(&column) = self.index.get(&Decision::Spend(s, c, i, y)) {
                entries.push((column, 1.0));
                most += most_in_hand(self.model, s, y) + self.spare;
            }
        }
        (entries, most)
    }

    /// (I1) Σ_s b\[s,i,c,y\] is zero or at least the minimum size: minimum · z ≤ Σ_s b ≤ M z.
    pub(super) fn minimum_sizes(&mut self) {
        let model = self.model;
        for c in model.cluster_ids() {
            for (i, local) in model.clusters[c.index()].interventions.iter().enumerate() {
                let i = InterventionId::new(i);
                for y in (0..model.horizon.years).filter(|_| local.minimum.0 > 0) {
                    let (entries, most) = self.commitment(c, i, y);
                    if entries.is_empty() {
                        continue;
                    }
                    let active = self.column(Decision::Active(c, i, y), binary());
                    let mut least: Vec<(usize, f64)> = entries.iter().map(|&(j, _)| (j, -1.0)).collect();
                    least.push((active, local.minimum.as_f64() / JUTA));
                    self.row(Rule::Minimum(c, i), least, Sense::AtMost, 0.0);
                    let mut at_most = entries;
                    at_most.push((active, -most));
                    self.row(Rule::Active(c, i, y), at_most, Sense::AtMost, 0.0);
                }
            }
        }
    }

    /// (I3) A candidate is opened in one year at most, Σ_s b\[s,open,c,y\] = F · open\[c,y\], and nothing else is spent there
    /// before: Σ_s b\[s,i,c,y\] ≤ M Σ_{y'≤y} open\[c,y'\], or z ≤ the same where a minimum size has its binary already.
    pub(super) fn sites(&mut self) {
        let model = self.model;
        for c in model.candidates() {
            let Some(opening) = model.opening(c) else { continue };
            let local = &model.clusters[c.index()].interventions;
            let mut opened: Vec<(usize, usize)> = Vec::new();
            for y in 0..model.horizon.years {
                let (mut entries, _) = self.commitment(c, opening, y);
                if entries.is_empty() {
                    continue;
                }
                let open = self.column(Decision::Open(c, y), binary());
                entries.push((open, -local[opening.index()].fixed_cost.as_f64() / JUTA));
                self.row(Rule::Opening(c, y), entries, Sense::Equal, 0.0);
                opened.push((y, open));
            }
            if !opened.is_empty() {
                let once = opened.iter().map(|&(_, open)| (open, 1.0)).collect();
                self.row(Rule::OpenOnce(c), once, Sense::AtMost, 1.0);
            }
            for i in (0..local.len()).map(InterventionId::new).filter(|i| *i != opening) {
                for y in 0..model.horizon.years {
                    let (mut entries, mut most) = self.commitment(c, i, y);
                    if entries.is_empty() {
                        continue;
                    }
                    if let Some(&active) = self.index.get(&Decision::Active(c, i, y)) {
                        (entries, most) = (vec![(active, 1.0)], 1.0);
                    }
                    let by_then = opened.iter().filter(|(year, _)| *year <= y);
                    entries.extend(by_then.map(|&(_, open)| (open, -most)));
                    self.row(Rule::Unopened(c, i, y), entries, Sense::AtMost, 0.0);
                }
            }
        }
    }

    /// (I4) At most, at least so many of the candidates that a rule concerns are opened; none below its potential.
    pub(super) fn site_rules(&mut self) {
        let model = self.model;
        for (n, rule) in model.sites.iter().enumerate() {
            let opened = |candidates: &[ClusterId]| -> Vec<(usize, f64)> {
                let years = 0..model.horizon.years;
                let all = candidates.iter().flat_map(|c| years.clone().map(|y| Decision::Open(*c, y)));
                all.filter_map(|decision| self.index.get(&decision)).map(|&open| (open, 1.0)).collect()
            };
            let (concerned, below) = (opened(&rule.candidates), opened(&rule.below(model)));
            if let Some(most) = rule.at_most {
                let rule = Rule::Sites(n, SiteBound::AtMost);
                self.row(rule, concerned.clone(), Sense::AtMost, most as f64);
            }
            if let Some(least) = rule.at_least {
                self.row(Rule::Sites(n, SiteBound::AtLeast), concerned, Sense::AtLeast, least as f64);
            }
            if rule.minimum_potential.is_some() {
                self.row(Rule::Sites(n, SiteBound::Potential), below, Sense::AtMost, 0.0);
            }
        }
    }

    /// (I2) δ of every piece at most its length, Σ δ ≤ S, e ≤ Σ slope δ; with z whether the stock is past a rise, pieces
    /// beyond it δ ≤ length z, those of the stretch before it δ ≥ length z. Within a stretch the steeper come first by
    /// themselves. What no stock can reach is left out.
    pub(super) fn s_shape(&mut self, of: ShapedResponse, stretches: &[Stretch]) {
        let ShapedResponse { cluster: c, intervention: i, raise: r, period: t, stock, effect } = of;
        let within = self.columns[stock].ceiling * JUTA;
        let mut begins = 0.0;
        let reached = stretches.iter().take_while(|stretch| {
            let reached = begins < within;
            begins += stretch.iter().map(|(length, _)| length).sum::<f64>();
            reached
        });
        let reached = reached.count().max(1);
        let (mut shared, mut brings) = (vec![(stock, -1.0)], vec![(effect, 1.0)]);
        let mut before: Option<usize> = None;
        let mut number = 0;
        for (rise, stretch) in stretches[..reached].iter().enumerate() {
            let mut own = Vec::new();
            for &(length, slope) in stretch {
                let length = length / JUTA;
                let column = Column::between(0.0, length, 0.0, length);
                let piece = self.column(Decision::Segment(c, i, r, t, number), column);
                number += 1;
                shared.push((piece, 1.0));
                if slope > 0.0 {
                    brings.push((piece, -slope * JUTA));
                }
                if let Some(before) = before {
                    let entries = vec![(piece, 1.0), (before, -length)];
                    self.row(Rule::Rise(c, i, r, t), entries, Sense::AtMost, 0.0);
                }
                own.push((piece, length));
            }
            before = (rise + 1 < reached).then(|| self.column(Decision::Past(c, i, r, t, rise), binary()));
            for (piece, length) in own {
                if let Some(past) = before {
                    let entries = vec![(past, length), (piece, -1.0)];
                    self.row(Rule::Rise(c, i, r, t), entries, Sense::AtMost, 0.0);
                }
            }
        }
        self.row(Rule::Segments(c, i, r, t), shared, Sense::AtMost, 0.0);
        self.row(Rule::Response(c, i, r, t), brings, Sense::AtMost, 0.0);
    }
}

impl PlanningProgram {
    /// True if some decision takes whole numbers only.
    pub fn has_integers(&self) -> bool {
        self.program.columns.iter().any(|column| column.integer)
    }

    /// The money that decisions `x` commit [Rp], line by line. Where a whole number says nothing, what the solver's tolerance leaves
    /// is nothing.
    pub fn spending(&self, model: &Model, x: &[f64]) -> Vec<(Decision, f64)> {
        let off: BTreeSet<Decision> =
            self.decisions.iter().zip(x).filter(|(_, value)| **value < 0.5).map(|(d, _)| *d).collect();
        let mut opened: BTreeMap<ClusterId, usize> = BTreeMap::new();
        for (decision, value) in self.decisions.iter().zip(x) {
            if let (Decision::Open(c, y), true) = (*decision, *value >= 0.5) {
                opened.insert(c, y);
            }
        }
        let mut spend = Vec::new();
        for (decision, value) in self.decisions.iter().zip(x) {
            let Decision::Spend(s, c, i, y) = *decision else { continue };
            let unopened = match (model.opening(c), opened.get(&c)) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(opening), Some(&year)) => y < year || (i == opening && y > year),
            };
            let nothing =
                unopened || off.contains(&Decision::Active(c, i, y)) || off.contains(&Decision::Support(c));
            let money = if nothing {
                0.0
            } else if off.contains(&Decision::Line(s, c, i, y))
                || off.contains(&Decision::Units(c, i, y))
                || off.contains(&Decision::Grains(s, c, i, y))
            {
                model.locked.amount(s, c, i, y) as f64
            } else {
                value.max(0.0) * JUTA
            };
            spend.push((*decision, money));
        }
        spend
    }

    /// Sets the whole numbers of `x` to those that carry out `allocation`.
    pub(super) fn decide_whole_numbers(&self, model: &Model, allocation: &Allocation, x: &mut [f64]) {
        let sums = commitments(allocation);
        let supported = model.supported(allocation);
        let funded = |c: ClusterId, i: InterventionId, y: usize| {
            f64::from(u8::from(sums.get(&(c, i, y)).is_some_and(|sum| *sum > 0)))
        };
        for (decision, value) in self.decisions.iter().zip(x) {
            match *decision {
                Decision::Active(c, i, y) => *value = funded(c, i, y),
                Decision::Open(c, y) => *value = model.opening(c).map_or(0.0, |i| funded(c, i, y)),
                Decision::Support(c) => *value = f64::from(u8::from(supported[c.index()])),
                Decision::Units(c, i, y) => {
                    let free = sums.get(&(c, i, y)).copied().unwrap_or(0) - model.locked.of_group(c, i, y);
                    *value = model.unit(c, i).map_or(0.0, |unit| libm::round(unit.of(free)).max(0.0));
                }
                Decision::Grains(s, c, i, y) => {
                    let free = allocation.amount(s, c, i, y) - model.locked.amount(s, c, i, y);
                    let grain = model.grain(s).as_f64();
                    *value = libm::round(free as f64 / grain).max(0.0);
                }
                Decision::Line(s, c, i, y) => {
                    let free = allocation.amount(s, c, i, y) - model.locked.amount(s, c, i, y);
                    *value = f64::from(u8::from(free > 0));
                }
                _ => {}
            }
        }
    }

    /// Sets the pieces of S-shaped responses in `x` to what its stocks fill, one after the other.
    pub(super) fn decide_segments(&self, index: &BTreeMap<Decision, usize>, x: &mut [f64]) {
        let (mut left, mut full) = (0.0, true);
        for (j, decision) in self.decisions.iter().enumerate() {
            match *decision {
                Decision::Segment(c, i, _, t, number) => {
                    if number == 0 {
                        (left, full) = (x[index[&Decision::Stock(c, i, t)]], true);
                    }
                    let length = self.program.columns[j].upper;
                    x[j] = length.min(left).max(0.0);
                    full &= left >= length;
                    left -= x[j];
                }
                // It stands after the pieces of the stretch that must be full.
                Decision::Past(..) => x[j] = f64::from(u8::from(full)),
                _ => {}
            }
        }
    }
}
