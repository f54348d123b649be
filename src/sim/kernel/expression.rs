//! Expressions over a cluster's numbers: constants folded, equal terms shared, each worked out no more often than it
//! can change.

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
    Add(Ex, Ex),
    Sub(Ex, Ex),
    Mul(Ex, Ex),
    Div(Ex, Ex),
    Max(Ex, Ex),
    /// The second where the first is above zero, else the third.
    Select(Ex, Ex, Ex),
}

/// What is known of the values of an expression.
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
type Key = (u8, [(u8, u64); 3]);

/// An expression as part of a key.
pub(super) fn key_of(ex: Ex) -> (u8, u64) {
    match ex {
        Ex::Constant(value) => (0, value.to_bits()),
        Ex::Node(node) => (1, node as u64),
    }
}

impl Op {
    fn key(self) -> Key {
        let none = (9, 0);
        match self {
            Op::Parameter(id) => (0, [(2, id.index() as u64), none, none]),
            Op::Add(a, b) => (1, [key_of(a), key_of(b), none]),
            Op::Sub(a, b) => (2, [key_of(a), key_of(b), none]),
            Op::Mul(a, b) => (3, [key_of(a), key_of(b), none]),
            Op::Div(a, b) => (4, [key_of(a), key_of(b), none]),
            Op::Max(a, b) => (5, [key_of(a), key_of(b), none]),
            Op::Select(a, b, c) => (6, [key_of(a), key_of(b), key_of(c)]),
        }
    }

    /// What it is worked out from.
    fn operands(self) -> Vec<Ex> {
        match self {
            Op::Parameter(_) => Vec::new(),
            Op::Add(a, b) | Op::Sub(a, b) | Op::Mul(a, b) | Op::Div(a, b) | Op::Max(a, b) => vec![a, b],
            Op::Select(a, b, c) => vec![a, b, c],
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
        match (a, b) {
            (Ex::Constant(x), Ex::Constant(y)) => Ex::Constant(x + y),
            (Ex::Constant(0.0), other) | (other, Ex::Constant(0.0)) => other,
            _ => {
                let sign = self.sign(a).min(self.sign(b));
                let sign = if sign == Sign::Any { sign } else { self.sign(a).max(self.sign(b)) };
                self.node(Op::Add(a, b), sign)
            }
        }
    }

    pub(super) fn sub(&mut self, a: Ex, b: Ex) -> Ex {
        match (a, b) {
            (Ex::Constant(x), Ex::Constant(y)) => Ex::Constant(x - y),
            (other, Ex::Constant(0.0)) => other,
            _ => self.node(Op::Sub(a, b), Sign::Any),
        }
    }

    pub(super) fn mul(&mut self, a: Ex, b: Ex) -> Ex {
        match (a, b) {
            (Ex::Constant(x), Ex::Constant(y)) => Ex::Constant(x * y),
            (Ex::Constant(0.0), _) | (_, Ex::Constant(0.0)) => Ex::Constant(0.0),
            (Ex::Constant(1.0), other) | (other, Ex::Constant(1.0)) => other,
            _ => {
                let sign = self.sign(a).min(self.sign(b));
                self.node(Op::Mul(a, b), sign)
            }
        }
    }

    /// a / b; by a constant, a · (1 / b).
    pub(super) fn div(&mut self, a: Ex, b: Ex) -> Ex {
        match (a, b) {
            (Ex::Constant(x), Ex::Constant(y)) => Ex::Constant(x / y),
            (_, Ex::Constant(y)) => self.mul(a, Ex::Constant(1.0 / y)),
            _ => {
                let sign = self.sign(a).min(self.sign(b));
                self.node(Op::Div(a, b), sign)
            }
        }
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
        let pace = |ex: Ex| match ex {
            Ex::Constant(_) => Varies::Once,
            Ex::Node(node) => self.nodes[node].pace,
        };
        let pace = op.operands().into_iter().map(pace).max().unwrap_or(Varies::Once);
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
