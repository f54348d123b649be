//! The parts that a block's search for whole numbers ends with, for the next one to begin with.

use super::super::raw::Basis;

/// Parts above which the next search begins anew.
const PARTS: usize = 16;

/// A part of the search: bounds of the whole numbers, and the most that it can bring.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) bounds: Vec<(f64, f64)>,
    pub(super) bound: f64,
    /// The basis to begin from; nothing where it is the last one.
    pub(super) basis: Option<Basis>,
}

impl Node {
    fn new(bounds: &[(f64, f64)]) -> Self {
        Self { bounds: bounds.to_vec(), bound: f64::INFINITY, basis: None }
    }
}

/// The parts that the last search of a block ended with, which together are all of it; the last is the best one.
#[derive(Debug, Default)]
pub(super) struct Parted {
    bounds: Vec<(f64, f64)>,
    pub(super) parts: Vec<Node>,
}

impl Parted {
    /// Goes with the rows of the model for which `drop` does not say so.
    pub(super) fn drop_rows(&mut self, drop: &[bool]) {
        for basis in self.parts.iter_mut().filter_map(|part| part.basis.as_mut()) {
            basis.drop_rows(drop);
        }
    }

    /// The parts to begin with, of whole numbers within `bounds`: with what is known of them where only cuts were added since
    /// the last search.
    pub(super) fn begin(&mut self, bounds: &[(f64, f64)], again: bool) -> Vec<Node> {
        let alike = self.bounds == bounds && !self.parts.is_empty();
        let mut parts = std::mem::take(&mut self.parts);
        if !alike || (parts.len() > PARTS && !again) {
            self.bounds = bounds.to_vec();
            return vec![Node::new(bounds)];
        }
        if !again {
            for part in &mut parts {
                part.bound = f64::INFINITY;
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(count: usize) -> Parted {
        let bounds = vec![(0.0, 1.0)];
        let part = |n: usize| Node { bound: n as f64, ..Node::new(&bounds) };
        Parted { bounds: bounds.clone(), parts: (0..count).map(part).collect() }
    }

    fn bounds_of(nodes: &[Node]) -> Vec<f64> {
        nodes.iter().map(|node| node.bound).collect()
    }

    /// Three parts of bounds 0, 1, 2. Asked again they keep these; at other prices they are the same parts, and anything may be in
    /// them. With other whole numbers there is one part, the whole.
    #[test]
    fn what_is_known_of_parts_holds_at_the_same_prices_alone() {
        let own = [(0.0, 1.0)];
        assert_eq!(bounds_of(&parted(3).begin(&own, true)), [0.0, 1.0, 2.0]);
        assert_eq!(bounds_of(&parted(3).begin(&own, false)), [f64::INFINITY; 3]);
        let other = [(1.0, 1.0)];
        let begun = parted(3).begin(&other, true);
        assert_eq!((bounds_of(&begun), begun[0].bounds.as_slice()), (vec![f64::INFINITY], other.as_slice()));
    }

    /// Too many parts are one again at other prices, but not at the same ones.
    #[test]
    fn many_parts_are_one_again() {
        let own = [(0.0, 1.0)];
        assert_eq!(parted(PARTS + 1).begin(&own, true).len(), PARTS + 1);
        assert_eq!(parted(PARTS + 1).begin(&own, false).len(), 1);
        assert_eq!(parted(PARTS).begin(&own, false).len(), PARTS);
    }
}
