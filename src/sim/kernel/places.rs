//! Places of values: in the file of vectors that a program works in, and in the state of a plan.

use std::collections::BTreeMap;

use super::expression::{Ex, Op, Terms};
use super::liveness::Liveness;
use crate::model::ParameterId;
use crate::sampling::Sampler;

/// Gives out places one after the other.
#[derive(Debug, Default)]
pub(super) struct Places {
    next: usize,
}

impl Places {
    /// Places from `first` on.
    pub(super) fn from(first: usize) -> Self {
        Self { next: first }
    }

    /// The next place.
    pub(super) fn one(&mut self) -> usize {
        self.several(1)
    }

    /// The first of the next `count` places.
    pub(super) fn several(&mut self, count: usize) -> usize {
        let first = self.next;
        self.next += count;
        first
    }

    /// The first place that is still free, which is the number of places where they begin at 0.
    pub(super) fn end(&self) -> usize {
        self.next
    }
}

/// Places of expressions in the file: drawn numbers, then terms, then constants in the order in which they are asked for.
#[derive(Debug)]
pub(super) struct Slots {
    /// Numbers drawn once, yearly and each period, in the order of their places.
    drawn: [Vec<ParameterId>; 3],
    nodes: Vec<Option<usize>>,
    /// Places by the bits of the constant.
    constants: BTreeMap<u64, usize>,
    first_constant: usize,
}

impl Slots {
    /// Places for all terms that are worked out and stored.
    pub(super) fn new(terms: &Terms<'_>, live: &Liveness, sampler: &Sampler) -> Self {
        // Drawn numbers come first, in the order in which the sampler fills them fastest.
        let mut by_pace: [Vec<(ParameterId, usize)>; 3] = Default::default();
        for (node, term) in terms.nodes.iter().enumerate() {
            if let (Op::Parameter(id), true) = (term.op, live.needed(node)) {
                by_pace[term.pace as usize].push((id, node));
            }
        }
        let mut file = Places::default();
        let mut nodes: Vec<Option<usize>> = vec![None; terms.nodes.len()];
        for list in &mut by_pace {
            list.sort_by_key(|(id, _)| (sampler.fill_order(*id), *id));
            for (_, node) in list {
                nodes[*node] = Some(file.one());
            }
        }
        // Terms follow, but for those of which only a mark is kept.
        for (node, term) in terms.nodes.iter().enumerate() {
            if !matches!(term.op, Op::Parameter(_)) && live.needed(node) && !live.only_marked(node) {
                nodes[node] = Some(file.one());
            }
        }
        let drawn = by_pace.map(|list| list.into_iter().map(|(id, _)| id).collect());
        Self { drawn, nodes, constants: BTreeMap::new(), first_constant: file.end() }
    }

    /// The place of an expression.
    pub(super) fn of(&mut self, ex: Ex) -> usize {
        match ex {
            Ex::Node(node) => self.nodes[node].unwrap_or(0),
            Ex::Constant(value) => {
                let next = self.first_constant + self.constants.len();
                *self.constants.entry(value.to_bits()).or_insert(next)
            }
        }
    }

    /// Numbers drawn once, yearly and each period, in the order of their places.
    pub(super) fn drawn(&self) -> &[Vec<ParameterId>; 3] {
        &self.drawn
    }

    /// All constants that were asked for, each with its place.
    pub(super) fn constants(&self) -> Vec<(usize, f64)> {
        self.constants.iter().map(|(bits, at)| (*at, f64::from_bits(*bits))).collect()
    }

    /// The first place behind all expressions.
    pub(super) fn end(&self) -> usize {
        self.first_constant + self.constants.len()
    }
}
