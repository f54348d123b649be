//! Expressions over a cluster's numbers: constants folded, sums gathered, equal terms shared, each worked out no more
//! often than it can change.

use std::collections::BTreeMap;

use crate::model::{Model, Number, ParameterId, Varies};

/// A constant, or a value that differs from sample to sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ex {
    Constant(f64),
    Node(usize),
}

/// How a node comes about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Op {
    Parameter(ParameterId),
    Affine(Affine),
    /// The product of two nodes.
    Mul(usize, usize),
    /// One divided by a node.
    Inverse(usize),
    Max(Ex, Ex),
    /// The second where the first is above zero, else the third.
    Select(Ex, Ex, Ex),
}

/// Most nodes in one sum; of longer ones parts are worked out first.
pub(super) const MOST_TERMS: usize = 3;

/// A constant and multiples of up to [`MOST_TERMS`] nodes, in order of the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Affine {
    pub(super) constant: f64,
    list: [(usize, f64); MOST_TERMS],
    count: usize,
}

impl Affine {
    fn constant(constant: f64) -> Self {
        Self { constant, ..Self::default() }
    }

    fn node(node: usize) -> Self {
        let mut affine = Self::default();
        affine.list[0] = (node, 1.0);
        affine.count = 1;
        affine
    }

    pub(super) fn terms(&self) -> &[(usize, f64)] {
        &self.list[..self.count]
    }

    fn scaled(mut self, factor: f64) -> Self {
        self.constant *= factor;
        for (_, multiple) in &mut self.list[..self.count] {
            *multiple *= factor;
        }
        self
    }

    /// The sum, if it has no more than [`MOST_TERMS`] nodes.
    fn plus(self, other: Self) -> Option<Self> {
        let mut sum: BTreeMap<usize, f64> = self.terms().iter().copied().collect();
        for &(node, multiple) in other.terms() {
            *sum.entry(node).or_insert(0.0) += multiple;
        }
        sum.retain(|_, multiple| *multiple != 0.0);
        let mut list = [(0, 0.0); MOST_TERMS];
        let count = sum.len();
        for (place, term) in sum.into_iter().enumerate() {
            *list.get_mut(place)? = term;
        }
        Some(Self { constant: self.constant + other.constant, list, count })
    }
}

/// Known sign of an expression in every sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    Any,
    NonNegative,
    Positive,
}

/// One shared term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) op: Op,
    /// How often it changes.
    pub(super) pace: Varies,
    sign: Sign,
}

/// The terms of one cluster, each after those it needs.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    model: &'a Model,
    pub(super) nodes: Vec<Node>,
    known: BTreeMap<Key, usize>,
}

/// An operation as a key: its kind and its operands.
type Key = (u8, [(u64, u64); MOST_TERMS + 1]);

/// An expression as part of a key.
pub(super) fn key_of(ex: Ex) -> (u64, u64) {
    match ex {
        Ex::Constant(value) => (0, value.to_bits()),
        Ex::Node(node) => (1, node as u64),
    }
}

impl Op {
    fn key(self) -> Key {
        let none = (u64::MAX, 0);
        let node = |node: usize| (1, node as u64);
        match self {
            Op::Parameter(id) => (0, [node(id.index()), none, none, none]),
            Op::Affine(affine) => {
                let mut key = [none; MOST_TERMS + 1];
                key[MOST_TERMS] = (0, affine.constant.to_bits());
                for (key, (node, multiple)) in key.iter_mut().zip(affine.terms()) {
                    *key = (*node as u64, multiple.to_bits());
                }
                (1, key)
            }
            Op::Mul(a, b) => (2, [node(a), node(b), none, none]),
            Op::Inverse(a) => (3, [node(a), none, none, none]),
            Op::Max(a, b) => (4, [key_of(a), key_of(b), none, none]),
            Op::Select(a, b, c) => (5, [key_of(a), key_of(b), key_of(c), none]),
        }
    }

    /// The nodes it is worked out from.
    pub(super) fn reads(self) -> Vec<usize> {
        let nodes = |list: &[Ex]| -> Vec<usize> {
            let node = |ex: &Ex| match ex {
                Ex::Node(node) => Some(*node),
                Ex::Constant(_) => None,
            };
            list.iter().filter_map(node).collect()
        };
        match self {
            Op::Parameter(_) => Vec::new(),
            Op::Affine(affine) => affine.terms().iter().map(|(node, _)| *node).collect(),
            Op::Mul(a, b) => vec![a, b],
            Op::Inverse(a) => vec![a],
            Op::Max(a, b) => nodes(&[a, b]),
            Op::Select(a, b, c) => nodes(&[a, b, c]),
        }
    }
}

impl<'a> Terms<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Self { model, nodes: Vec::new(), known: BTreeMap::new() }
    }

    /// The expression of a number of the model.
    pub(super) fn number(&mut self, number: Number) -> Ex {
        match number {
            Number::Certain(value) => Ex::Constant(value),
            Number::Uncertain(id) => {
                let parameter = &self.model.parameters[id.index()];
                let (low, _) = parameter.distribution.support();
                let lognormal =
                    matches!(parameter.distribution, crate::model::Distribution::Lognormal { .. });
                let sign = match low {
                    low if low > 0.0 || lognormal => Sign::Positive,
                    low if low >= 0.0 => Sign::NonNegative,
                    _ => Sign::Any,
                };
                self.share(Op::Parameter(id), parameter.varies, sign)
            }
        }
    }

    pub(super) fn add(&mut self, a: Ex, b: Ex) -> Ex {
        self.sum(a, b, 1.0)
    }

    pub(super) fn sub(&mut self, a: Ex, b: Ex) -> Ex {
        self.sum(a, b, -1.0)
    }

    /// a + sign · b, sums and multiples within it gathered.
    fn sum(&mut self, a: Ex, b: Ex, sign: f64) -> Ex {
        let atom = |ex: Ex| match ex {
            Ex::Constant(value) => Affine::constant(value),
            Ex::Node(node) => Affine::node(node),
        };
        let whole = self.affine(a).plus(self.affine(b).scaled(sign));
        match whole.or_else(|| self.affine(a).plus(atom(b).scaled(sign))) {
            Some(sum) => self.affine_node(sum),
            // Two nodes are few enough.
            None => match atom(a).plus(atom(b).scaled(sign)) {
                Some(sum) => self.affine_node(sum),
                None => a,
            },
        }
    }

    pub(super) fn mul(&mut self, a: Ex, b: Ex) -> Ex {
        match (a, b) {
            (Ex::Constant(x), Ex::Constant(y)) => Ex::Constant(x * y),
            (Ex::Constant(0.0), _) | (_, Ex::Constant(0.0)) => Ex::Constant(0.0),
            (Ex::Constant(1.0), other) | (other, Ex::Constant(1.0)) => other,
            (Ex::Constant(x), other) | (other, Ex::Constant(x)) => {
                let scaled = self.affine(other).scaled(x);
                self.affine_node(scaled)
            }
            (Ex::Node(x), Ex::Node(y)) => {
                if let Some(rest) = self.cancelled(x, y).or_else(|| self.cancelled(y, x)) {
                    return rest;
                }
                let sign = self.sign(a).min(self.sign(b));
                self.node(Op::Mul(x.min(y), x.max(y)), sign)
            }
        }
    }

    /// x · y where y is 1 / x for a positive x, or a product with that in it.
    fn cancelled(&self, x: usize, y: usize) -> Option<Ex> {
        let inverse = |node: usize| self.nodes[node].op == Op::Inverse(x);
        match self.nodes[y].op {
            _ if self.nodes[x].sign != Sign::Positive => None,
            Op::Inverse(of) if of == x => Some(Ex::Constant(1.0)),
            Op::Mul(u, v) if inverse(u) => Some(Ex::Node(v)),
            Op::Mul(u, v) if inverse(v) => Some(Ex::Node(u)),
            _ => None,
        }
    }

    /// An expression as a sum.
    fn affine(&self, ex: Ex) -> Affine {
        match ex {
            Ex::Constant(value) => Affine::constant(value),
            Ex::Node(node) => match self.nodes[node].op {
                Op::Affine(affine) => affine,
                _ => Affine::node(node),
            },
        }
    }

    fn affine_node(&mut self, affine: Affine) -> Ex {
        match affine.terms() {
            [] => return Ex::Constant(affine.constant),
            [(node, 1.0)] if affine.constant == 0.0 => return Ex::Node(*node),
            _ => {}
        }
        let mut sign = self.sign(Ex::Constant(affine.constant));
        for &(node, multiple) in affine.terms() {
            let of_term = if multiple > 0.0 { self.nodes[node].sign } else { Sign::Any };
            // A sum is positive if nothing in it is negative and something is positive.
            sign = if sign.min(of_term) == Sign::Any { Sign::Any } else { sign.max(of_term) };
        }
        self.node(Op::Affine(affine), sign)
    }

    /// a / b for b > 0, as a · (1 / b): divisions are slow, and one inverse serves many.
    pub(super) fn div(&mut self, a: Ex, b: Ex) -> Ex {
        match (a, b) {
            (Ex::Constant(x), Ex::Constant(y)) => Ex::Constant(x / y),
            _ => {
                let inverse = self.inverse(b);
                self.mul(a, inverse)
            }
        }
    }

    /// 1 / a. Of positive products it is the product of inverses, which are often there already.
    pub(super) fn inverse(&mut self, a: Ex) -> Ex {
        let node = match a {
            Ex::Constant(x) => return Ex::Constant(1.0 / x),
            Ex::Node(node) => node,
        };
        let positive = |terms: &Self, node: usize| terms.nodes[node].sign == Sign::Positive;
        match self.nodes[node].op {
            Op::Mul(b, c) if positive(self, b) && positive(self, c) => {
                let (b, c) = (self.inverse(Ex::Node(b)), self.inverse(Ex::Node(c)));
                self.mul(b, c)
            }
            Op::Inverse(b) if positive(self, b) => Ex::Node(b),
            Op::Affine(affine) if affine.constant == 0.0 && affine.count == 1 => {
                let (of, multiple) = affine.list[0];
                if multiple > 0.0 && positive(self, of) {
                    let inverse = self.inverse(Ex::Node(of));
                    self.mul(Ex::Constant(1.0 / multiple), inverse)
                } else {
                    self.node(Op::Inverse(node), self.nodes[node].sign)
                }
            }
            _ => self.node(Op::Inverse(node), self.nodes[node].sign),
        }
    }

    /// An expression as a constant multiple of a node, or of nothing.
    pub(super) fn multiple(&self, ex: Ex) -> (f64, Option<usize>) {
        let node = match ex {
            Ex::Constant(value) => return (value, None),
            Ex::Node(node) => node,
        };
        match self.nodes[node].op {
            Op::Affine(affine) if affine.constant == 0.0 && affine.count == 1 => {
                (affine.list[0].1, Some(affine.list[0].0))
            }
            _ => (1.0, Some(node)),
        }
    }

    /// An expression as a sum of multiples of nodes and of nothing. What changes less than each period is kept whole: it
    /// is worked out seldom and read often.
    pub(super) fn parts(&self, ex: Ex) -> Vec<(Option<usize>, f64)> {
        let node = match ex {
            Ex::Constant(value) => return vec![(None, value)],
            Ex::Node(node) => node,
        };
        match self.nodes[node].op {
            Op::Affine(affine)
                if self.nodes[node].pace == Varies::EachPeriod
                    || (affine.count == 1 && affine.constant == 0.0) =>
            {
                let terms = affine.terms().iter().map(|(node, multiple)| (Some(*node), *multiple));
                terms.chain([(None, affine.constant)]).filter(|(_, times)| *times != 0.0).collect()
            }
            _ => vec![(Some(node), 1.0)],
        }
    }

    /// The product of two expressions as a sum of multiples of nodes, and of nothing.
    pub(super) fn product(&mut self, a: Ex, b: Ex) -> Vec<(f64, Option<usize>)> {
        let ex = |node: Option<usize>| node.map_or(Ex::Constant(1.0), Ex::Node);
        let mut list = Vec::new();
        for (of_a, a_times) in self.parts(a) {
            for (of_b, b_times) in self.parts(b) {
                let product = self.mul(ex(of_a), ex(of_b));
                let parts = self.parts(product).into_iter();
                list.extend(parts.map(|(node, times)| (a_times * b_times * times, node)));
            }
        }
        list
    }

    /// The nodes that are worked out: those in `kept` and what they need.
    pub(super) fn needed(&self, mut kept: Vec<bool>) -> Vec<bool> {
        for number in (0..self.nodes.len()).rev() {
            if kept[number] {
                for read in self.nodes[number].op.reads() {
                    kept[read] = true;
                }
            }
        }
        kept
    }

    pub(super) fn max(&mut self, a: Ex, b: Ex) -> Ex {
        match (a, b) {
            (Ex::Constant(x), Ex::Constant(y)) => Ex::Constant(x.max(y)),
            _ if a == b => a,
            _ => {
                let sign = self.sign(a).max(self.sign(b));
                self.node(Op::Max(a, b), sign)
            }
        }
    }

    /// `then` where `when` is above zero, else `otherwise`.
    pub(super) fn select(&mut self, when: Ex, then: Ex, otherwise: Ex) -> Ex {
        match when {
            Ex::Constant(x) if x > 0.0 => then,
            Ex::Constant(_) => otherwise,
            Ex::Node(_) if self.sign(when) == Sign::Positive => then,
            Ex::Node(_) => {
                let positive_if_taken = if when == then { Sign::Positive } else { self.sign(then) };
                let sign = positive_if_taken.min(self.sign(otherwise));
                self.node(Op::Select(when, then, otherwise), sign)
            }
        }
    }

    pub(super) fn sign(&self, ex: Ex) -> Sign {
        match ex {
            Ex::Constant(x) if x > 0.0 => Sign::Positive,
            Ex::Constant(x) if x >= 0.0 => Sign::NonNegative,
            Ex::Constant(_) => Sign::Any,
            Ex::Node(node) => self.nodes[node].sign,
        }
    }

    fn node(&mut self, op: Op, sign: Sign) -> Ex {
        let pace = op.reads().into_iter().map(|node| self.nodes[node].pace).max().unwrap_or(Varies::Once);
        self.share(op, pace, sign)
    }

    fn share(&mut self, op: Op, pace: Varies, sign: Sign) -> Ex {
        let next = self.nodes.len();
        let node = *self.known.entry(op.key()).or_insert(next);
        if node == next {
            self.nodes.push(Node { op, pace, sign });
        }
        Ex::Node(node)
    }
}
