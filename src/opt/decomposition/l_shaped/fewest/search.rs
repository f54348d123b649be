//! Branch and bound over which lines there are.

use super::{DecompositionError, Few, VISITS_OF_RELAXATION, Way, is_funded};

/// Lines times nodes at most.
const WORK: usize = 30_000;
/// Lines that are tried in whole numbers at most.
const TRIED: usize = 12;

/// A part of the search: what is settled of lines, and how few there are at least.
struct Node {
    ways: Vec<Way>,
    least: usize,
}

/// What the relaxation of a node says.
struct Relaxed {
    least: usize,
    x: Vec<f64>,
    /// Its decisions are worth enough.
    enough: bool,
}

impl Few<'_, '_, '_> {
    /// Searches for fewer lines, the part that may have the fewest first. What it proves goes into the bound.
    pub(super) fn search(&mut self) -> Result<(), DecompositionError> {
        let mut open = vec![Node { ways: vec![Way::Free; self.question.lines.len()], least: self.at_least }];
        // Parts that came to no decision: what they could have still counts.
        let mut left = usize::MAX;
        let mut tried = 0;
        let mut nodes = WORK.div_euclid(self.question.lines.len().max(1));
        while let Some(at) = fewest(&open) {
            if open[at].least >= self.known.lines || nodes == 0 || !self.going() || tried > TRIED {
                break;
            }
            nodes -= 1;
            let node = open.remove(at);
            let Some(relaxed) = self.relax_node(&node)? else {
                left = left.min(node.least);
                continue;
            };
            if relaxed.least >= self.known.lines {
                continue;
            }
            if relaxed.enough {
                let kept = self.funded(&relaxed.x);
                if kept.iter().filter(|kept| **kept).count() < self.known.lines {
                    tried += usize::from(self.has_integers);
                    self.settle(&kept)?;
                }
            }
            let Some(line) = self.to_branch_on(&node.ways, &relaxed.x) else {
                left = left.min(relaxed.least);
                continue;
            };
            for way in [Way::In, Way::Out] {
                let mut ways = node.ways.clone();
                ways[line] = way;
                open.push(Node { ways, least: relaxed.least });
            }
        }
        let unsettled = open.iter().map(|node| node.least).min().unwrap_or(usize::MAX);
        self.at_least = self.at_least.max(unsettled.min(left).min(self.known.lines));
        Ok(())
    }

    /// The relaxation of a node, with cuts until its decisions are worth enough. Where it has none, proven so, it has more lines than
    /// there are; nothing where that is not proven.
    fn relax_node(&mut self, node: &Node) -> Result<Option<Relaxed>, DecompositionError> {
        let mut last: Option<Relaxed> = None;
        for _ in 0..VISITS_OF_RELAXATION {
            let costs = self.shares(&node.ways);
            let Some(cost) = self.relaxed(&node.ways, &costs)? else {
                let proven = self.is_worth_too_little(&node.ways)?;
                return Ok(proven.then(|| Relaxed { least: usize::MAX, x: Vec::new(), enough: false }));
            };
            let before = last.as_ref().map_or(node.least, |last| last.least);
            let least = self.count(&node.ways, &costs, cost).max(before);
            let x = self.whole.decisions();
            if least >= self.known.lines || !self.going() {
                return Ok(Some(Relaxed { least, x, enough: false }));
            }
            let enough = self.value(&x)?.is_some_and(|found| found.objective >= self.question.enough);
            last = Some(Relaxed { least, x, enough });
            if enough {
                break;
            }
        }
        Ok(last)
    }

    /// True if a bound says that nothing with these ways is worth enough, or if it is proven that nothing keeps the rules.
    fn is_worth_too_little(&mut self, ways: &[Way]) -> Result<bool, DecompositionError> {
        self.hold(ways);
        let value = self.worth.clone();
        self.whole.block.master.set_objective(&value);
        match self.solve() {
            Ok(bound) => Ok(bound + self.whole.constant() < self.question.enough),
            Err(DecompositionError::Infeasible) => Ok(self.whole.block.master.is_proven_infeasible()),
            Err(error) => Err(error),
        }
    }

    /// The free line to settle next: with most of what it can get; where none has money, the first that could.
    fn to_branch_on(&self, ways: &[Way], x: &[f64]) -> Option<usize> {
        let lines = self.question.lines;
        let mut most: Option<(usize, f64)> = None;
        for number in (0..lines.len()).filter(|number| ways[*number] == Way::Free) {
            let room = (self.most[number] - lines[number].locked).max(1e-9);
            let share = if is_funded(&lines[number], x) {
                (x[lines[number].column] - lines[number].locked) / room
            } else {
                0.0
            };
            if most.is_none_or(|(_, known)| share > known) {
                most = Some((number, share));
            }
        }
        most.map(|(number, _)| number)
    }
}

/// The part with the fewest lines; of equals the last, which is the deepest.
fn fewest(open: &[Node]) -> Option<usize> {
    (0..open.len()).rev().min_by_key(|at| open[*at].least)
}
