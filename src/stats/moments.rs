//! Means and sums of squares that merge: worked out block by block and put together in one fixed tree, so that the bytes
//! depend neither on threads nor on how a run was cut.

use multiversion::multiversion;
use serde::{Deserialize, Serialize};

/// Partial sums kept side by side; a fixed number, whatever the machine's vectors.
const SUMS: usize = 8;

/// Number, mean and sum of squared deviations of some values.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Moments {
    /// Number of values.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
    /// Sum of the squares of their deviations from it.
    pub squares: f64,
}

impl Moments {
    /// The moments of `values`, in two passes.
    pub fn of(values: &[f64]) -> Self {
        let (mean, squares) = two_passes(values);
        Self { n: values.len() as u64, mean, squares }
    }

    /// Of all values of both (Chan, Golub and LeVeque 1979).
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.n == 0 {
            return other;
        }
        if other.n == 0 {
            return self;
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let difference = other.mean - self.mean;
        let share = b / (a + b);
        Self {
            n: self.n + other.n,
            mean: self.mean + difference * share,
            squares: self.squares + other.squares + difference * difference * a * share,
        }
    }

    /// Standard error of the mean of independent values; 0 for fewer than two.
    pub fn standard_error(self) -> f64 {
        if self.n < 2 {
            return 0.0;
        }
        let n = self.n as f64;
        libm::sqrt(self.squares / (n - 1.0) / n)
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn two_passes(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let mean = sum_by(values, |x| x) / values.len() as f64;
    (mean, sum_by(values, |x| (x - mean) * (x - mean)))
}

#[inline(always)]
fn sum_by(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; SUMS];
    let (chunks, rest) = values.as_chunks::<SUMS>();
    for chunk in chunks {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum += f(*x);
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum += f(*x);
    }
    // One fixed tree of additions, whatever the machine's vectors.
    ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
}

/// A group of neighbouring blocks: 2^`level` of them, or the blocks that are left at the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Number of the first block.
    pub first: u64,
    /// Number of blocks.
    pub blocks: u64,
    /// Moments by row.
    pub rows: Vec<Moments>,
}

/// Moments of many rows over a run of blocks, kept as the maximal aligned groups of blocks: at most two per power of
/// two. Groups are merged only with their sibling, so the tree is the same however the run is cut.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// Adds the blocks that follow those there.
    pub fn push(&mut self, node: Node) {
        self.nodes.push(node);
        while let [.., left, right] = self.nodes.as_slice() {
            let siblings = left.blocks == right.blocks
                && left.blocks.is_power_of_two()
                && left.first.is_multiple_of(2 * left.blocks)
                && left.first + left.blocks == right.first;
            if !siblings {
                break;
            }
            let (right, left) = (self.nodes.pop(), self.nodes.pop());
            if let (Some(left), Some(right)) = (left, right) {
                self.nodes.push(joined(left, &right));
            }
        }
    }

    /// Adds all blocks of another run, which must follow those there.
    pub fn append(&mut self, other: Self) {
        for node in other.nodes {
            self.push(node);
        }
    }

    /// Number of the first block and of the one after the last; `None` if there are none or there is a gap.
    pub fn span(&self) -> Option<(u64, u64)> {
        let first = self.nodes.first()?.first;
        self.nodes
            .iter()
            .try_fold(first, |end, node| (node.first == end).then_some(end + node.blocks))
            .map(|end| (first, end))
    }

    /// The moments of all blocks by row: the last groups, which are the smallest, are merged first.
    pub fn total(&self) -> Vec<Moments> {
        let mut nodes = self.nodes.iter().rev();
        let Some(last) = nodes.next() else { return Vec::new() };
        let mut rows = last.rows.clone();
        for node in nodes {
            for (sum, left) in rows.iter_mut().zip(&node.rows) {
                *sum = left.merge(*sum);
            }
        }
        rows
    }
}

fn joined(mut left: Node, right: &Node) -> Node {
    left.blocks += right.blocks;
    for (left, right) in left.rows.iter_mut().zip(&right.rows) {
        *left = left.merge(*right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::mean_and_standard_error;
    use proptest::prelude::*;

    fn leaf(first: u64, values: &[f64]) -> Node {
        Node { first, blocks: 1, rows: vec![Moments::of(values)] }
    }

    proptest! {
        /// However a run is cut, the bytes are those of the whole, and the numbers those of one pass over all values.
        #[test]
        fn cuts_change_no_bit(
            values in prop::collection::vec(-1e6_f64..1e6, 1..900),
            cuts in prop::collection::vec(0_usize..60, 0..4),
        ) {
            let blocks: Vec<&[f64]> = values.chunks(16).collect();
            let tree = |from: usize, to: usize| {
                let mut tree = Tree::default();
                for (first, block) in blocks.iter().enumerate().take(to).skip(from) {
                    tree.push(leaf(first as u64, block));
                }
                tree
            };
            let whole = tree(0, blocks.len());
            let mut ends: Vec<usize> = cuts.iter().map(|cut| (*cut).min(blocks.len())).collect();
            ends.push(blocks.len());
            ends.sort_unstable();
            let mut parts = Tree::default();
            let mut from = 0;
            for end in ends {
                parts.append(tree(from, end));
                from = end;
            }
            prop_assert_eq!(&whole, &parts);
            let total = whole.total()[0];
            let (mean, error) = mean_and_standard_error(&values);
            prop_assert_eq!(total.n, values.len() as u64);
            prop_assert!((total.mean - mean).abs() <= 1e-9 * (1.0 + mean.abs()));
            prop_assert!((total.standard_error() - error).abs() <= 1e-9 * (1.0 + error));
        }
    }

    /// A large mean does not drown a small spread: 1e9 + {1, 2, 3, 4} has the standard error of 1, 2, 3, 4.
    #[test]
    fn small_spreads_survive_large_means() {
        let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 4)).collect();
        let mut tree = Tree::default();
        for (first, block) in values.chunks(10).enumerate() {
            tree.push(leaf(first as u64, block));
        }
        let exact = (1.25_f64 * 1000.0 / 999.0 / 1000.0).sqrt();
        assert!((tree.total()[0].standard_error() - exact).abs() < 1e-6 * exact);
        assert_eq!(tree.span(), Some((0, 100)));
    }
}
