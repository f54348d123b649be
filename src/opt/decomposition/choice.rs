//! The best that a block can do by its model where some of its columns are whole numbers: a small branch and bound over the
//! model's own bounds, so that what it says of the maximum holds wherever the search ends.

use super::block::Block;
use super::problem::{DecompositionError, WHOLE};

/// Nodes after which the search ends with the most that is left, once some whole numbers are known.
const NODES: usize = 60;

/// A part of the search: bounds of the whole numbers, and the most that it can bring.
struct Node {
    bounds: Vec<(f64, f64)>,
    bound: f64,
}

impl Block<'_> {
    /// Maximises the model with the columns at `places` whole numbers within `bounds`, to within `tolerance`: a bound on
    /// the maximum, and first-stage decisions that keep the block's rows.
    ///
    /// # Errors
    /// [`DecompositionError::Infeasible`] if no whole numbers keep the block's rows.
    pub(super) fn choose(
        &mut self,
        places: &[usize],
        bounds: &[(f64, f64)],
        tolerance: f64,
    ) -> Result<(f64, Vec<f64>), DecompositionError> {
        self.grow_older();
        let mut open = vec![Node { bounds: bounds.to_vec(), bound: f64::INFINITY }];
        let mut best: Option<(f64, Vec<f64>)> = None;
        // The most that parts can bring which were not looked into further.
        let mut left = f64::NEG_INFINITY;
        let mut nodes = 0;
        while let Some(node) = next(&mut open, best.is_some()) {
            let known = best.as_ref().map_or(f64::NEG_INFINITY, |(value, _)| *value);
            if node.bound <= known + tolerance || (nodes >= NODES && best.is_some()) {
                left = left.max(node.bound);
                continue;
            }
            nodes += 1;
            self.set_whole_numbers(places, &node.bounds);
            let bound = match self.solve_once_more() {
                Ok(bound) => bound.min(node.bound),
                Err(DecompositionError::Infeasible) => continue,
                Err(error) => {
                    self.set_whole_numbers(places, bounds);
                    return Err(error);
                }
            };
            if bound <= known + tolerance {
                left = left.max(bound);
                continue;
            }
            let mut x = self.x();
            let Some(place) = furthest(places, &x) else {
                for place in places {
                    x[*place] = libm::round(x[*place]);
                }
                left = left.max(bound);
                let value = self.master.objective();
                if value > known {
                    best = Some((value, x));
                }
                continue;
            };
            let (low, high) = node.bounds[place];
            let value = x[places[place]];
            // More first: bounds of money are wide, so that a small part of one is often a whole.
            for side in [(low, libm::floor(value)), (libm::ceil(value), high)] {
                let mut bounds = node.bounds.clone();
                bounds[place] = side;
                open.push(Node { bounds, bound });
            }
        }
        self.set_whole_numbers(places, bounds);
        let (value, x) = best.ok_or(DecompositionError::Infeasible)?;
        Ok((left.max(value), x))
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
