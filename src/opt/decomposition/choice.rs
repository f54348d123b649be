//! The best that a block can do by its model where some of its columns are whole numbers: a small branch and bound over the
//! model's own bounds, so that what it says of the maximum holds wherever the search ends.
//!
//! A block is asked again and again, at other prices and with more cuts, and its whole numbers part into much the same cases each
//! time. The search therefore begins from the parts that the last one ended with, each from the basis it had there, the best
//! one first; at the same prices what was known of a part still bounds it, since cuts are only added.

use super::block::Block;
use super::parted::Node;
use super::problem::{DecompositionError, WHOLE};

/// Nodes after which the search ends with the most that is left, once some whole numbers are known.
const NODES: usize = 60;

/// What a block is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    /// How closely whole numbers are chosen.
    pub(super) tolerance: f64,
    /// Since the last question only cuts were added.
    pub(super) again: bool,
    /// The first whole numbers found will do: what they are worth bounds nothing.
    pub(super) partly: bool,
}

/// What a search knows.
#[derive(Debug)]
struct Found {
    /// The best whole numbers, and what they are worth.
    best: Option<(f64, Vec<f64>)>,
    /// The part that they are of.
    of: usize,
    /// The most that parts can bring which were not looked into further.
    left: f64,
    /// Parts that need no more work.
    parts: Vec<Node>,
}

impl Found {
    fn value(&self) -> f64 {
        self.best.as_ref().map_or(f64::NEG_INFINITY, |(value, _)| *value)
    }

    /// Leaves a part as it is.
    fn leave(&mut self, part: Node) {
        self.left = self.left.max(part.bound);
        self.parts.push(part);
    }
}

impl Block<'_> {
    /// Maximises the model with the columns at `places` whole numbers within `bounds`: a bound on the maximum (the value of some
    /// whole numbers where these are asked for partly), and first-stage decisions that keep the block's rows.
    ///
    /// # Errors
    /// [`DecompositionError::Infeasible`] if no whole numbers keep the block's rows.
    pub(super) fn choose(
        &mut self,
        places: &[usize],
        bounds: &[(f64, f64)],
        question: Question,
    ) -> Result<(f64, Vec<f64>), DecompositionError> {
        self.grow_older();
        let mut open = self.parted.begin(bounds, question.again);
        let mut found = Found { best: None, of: 0, left: f64::NEG_INFINITY, parts: Vec::new() };
        let mut nodes = 0;
        while let Some(node) = next(&mut open, found.best.is_some()) {
            let known = found.value() + question.tolerance;
            let enough = question.partly || nodes >= NODES;
            if node.bound <= known || (enough && found.best.is_some()) {
                found.leave(node);
                continue;
            }
            nodes += 1;
            if let Err(error) = self.look_into(places, node, known, &mut found, &mut open) {
                self.set_whole_numbers(places, bounds);
                return Err(error);
            }
        }
        self.set_whole_numbers(places, bounds);
        let Found { best, of, left, mut parts } = found;
        let (value, x) = best.ok_or(DecompositionError::Infeasible)?;
        // The best part is the first to look into next time.
        let last = parts.len() - 1;
        parts.swap(of, last);
        self.parted.parts = parts;
        Ok((if question.partly { value } else { left.max(value) }, x))
    }

    /// Bounds a part, and leaves it where it holds no more than is `known`, takes its whole numbers where it has some, or
    /// parts it further.
    fn look_into(
        &mut self,
        places: &[usize],
        mut node: Node,
        known: f64,
        found: &mut Found,
        open: &mut Vec<Node>,
    ) -> Result<(), DecompositionError> {
        self.set_whole_numbers(places, &node.bounds);
        if let Some(basis) = &node.basis {
            self.master.begin_from(basis);
        }
        node.bound = match self.solve_once_more() {
            Ok(bound) => bound.min(node.bound),
            Err(DecompositionError::Infeasible) => {
                // Kept, as what is infeasible here need not be where rows have other sides.
                found.parts.push(Node { bound: f64::NEG_INFINITY, ..node });
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        node.basis = Some(self.master.basis());
        if node.bound <= known {
            found.leave(node);
            return Ok(());
        }
        let mut x = self.x();
        let Some(place) = furthest(places, &x) else {
            for place in places {
                x[*place] = libm::round(x[*place]);
            }
            let value = self.master.objective();
            if value > found.value() {
                (found.best, found.of) = (Some((value, x)), found.parts.len());
            }
            found.leave(node);
            return Ok(());
        };
        let (low, high) = node.bounds[place];
        let value = x[places[place]];
        // More first: bounds of money are wide, so that a small part of one is often a whole.
        for side in [(low, libm::floor(value)), (libm::ceil(value), high)] {
            let mut part = node.clone();
            part.bounds[place] = side;
            open.push(part);
        }
        Ok(())
    }

    fn set_whole_numbers(&mut self, places: &[usize], bounds: &[(f64, f64)]) {
        for (place, (low, high)) in places.iter().zip(bounds) {
            let column = &self.master.columns[*place];
            if (column.lower, column.upper) != (*low, *high) {
                self.master.set_bounds(*place, *low, *high);
            }
        }
    }
}

/// The next part to look into: the last one as long as nothing is known, then the one that can bring most.
fn next(open: &mut Vec<Node>, known: bool) -> Option<Node> {
    if !known {
        return open.pop();
    }
    let mut most: Option<usize> = None;
    for (number, node) in open.iter().enumerate() {
        if most.is_none_or(|m: usize| node.bound > open[m].bound) {
            most = Some(number);
        }
    }
    most.map(|number| open.remove(number))
}

/// The whole number furthest from being one, by its place in the list.
fn furthest(places: &[usize], x: &[f64]) -> Option<usize> {
    let mut most = (WHOLE, None);
    for (number, place) in places.iter().enumerate() {
        let away = (x[*place] - libm::round(x[*place])).abs();
        if away > most.0 {
            most = (away, Some(number));
        }
    }
    most.1
}
