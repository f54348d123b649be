//! Liveness of terms: which are worked out, which are stored, and of which only a mark is kept where they are above zero.

use std::collections::BTreeSet;

use super::expression::{Ex, Op, Terms};

/// Which terms are worked out, stored and marked.
#[derive(Debug)]
pub(super) struct Liveness {
    /// By node: it is worked out, because it is read or marked or another needs it.
    needed: Vec<bool>,
    /// By node: only its mark is read, so that its value is not stored.
    only_marked: Vec<bool>,
    /// Nodes that are marked, in order; the position of a node is its mark.
    marked: Vec<usize>,
}

impl Liveness {
    /// Goes back from the expressions that are `read` while the program runs, and from the nodes that are `marked`.
    pub(super) fn new(terms: &Terms<'_>, read: impl Iterator<Item = Ex>, marked: BTreeSet<usize>) -> Self {
        let marked: Vec<usize> = marked.into_iter().collect();
        let mut kept = vec![false; terms.nodes.len()];
        for ex in read {
            if let Ex::Node(node) = ex {
                kept[node] = true;
            }
        }
        // A sum that nobody reads needs no place: its mark is set as it is worked out.
        let mut read = kept.clone();
        for node in marked.iter().flat_map(|node| terms.nodes[*node].op.reads()) {
            read[node] = true;
        }
        let read = terms.needed(read);
        let only_marked = |node: usize| {
            let sum = matches!(terms.nodes[node].op, Op::Affine(sum) if sum.terms().len() > 1);
            sum && !read[node] && marked.binary_search(&node).is_ok()
        };
        let only_marked = (0..terms.nodes.len()).map(only_marked).collect();
        for node in &marked {
            kept[*node] = true;
        }
        Self { needed: terms.needed(kept), only_marked, marked }
    }

    /// True if a node is worked out.
    pub(super) fn needed(&self, node: usize) -> bool {
        self.needed[node]
    }

    /// True if only the mark of a node is kept.
    pub(super) fn only_marked(&self, node: usize) -> bool {
        self.only_marked[node]
    }

    /// The mark of a node, if it has one.
    pub(super) fn mark(&self, node: usize) -> Option<usize> {
        self.marked.binary_search(&node).ok()
    }

    /// Number of marks.
    pub(super) fn marks(&self) -> usize {
        self.marked.len()
    }

    /// Nodes that are stored and marked, each with its mark.
    pub(super) fn marked_values(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let all = self.marked.iter().enumerate().map(|(mark, node)| (*node, mark));
        all.filter(|(node, _)| !self.only_marked[*node])
    }
}
