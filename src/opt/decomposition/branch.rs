//! Whole numbers in the first stage: branch and bound over the decomposed program. Cuts hold for every node, so that each
//! node starts from all that is known; the best node comes first, and every node's bound is the decomposition's own.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::problem::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, FirstStage, Iteration, WHOLE, relative_gap,
};

/// Nodes after which the search ends with the gap that is left.
const NODES: usize = 20_000;

/// A node that is only branched on is solved to this share of its possible gain over the incumbent.
const CLOSER: f64 = 0.1;
/// Nodes between two tries of rounding, once there is an incumbent.
const ROUNDED: usize = 16;
/// Calls of the integer search at the root, and the share of the gap that each must close to be worth another.
const PROPOSALS: usize = 12;
const WORTH_ANOTHER: f64 = 0.1;

/// A program whose whole numbers may be anything within bounds that can be changed.
pub(super) trait Relaxation {
    /// Bounds of a column that is a whole number, from now on.
    fn set_column_bounds(&mut self, column: usize, lower: f64, upper: f64);

    /// Solves it: a bound on the maximum with whole numbers, and decisions that need not have any. It may give up as
    /// infeasible once it cannot bring more than `least`.
    fn run(
        &mut self,
        options: &DecompositionOptions<'_>,
        least: f64,
    ) -> Result<Decomposed, DecompositionError>;

    /// Decisions with whole numbers that look good by all that is known; nothing if none were found.
    fn suggest(&mut self, gap: f64) -> Option<Vec<f64>>;

    /// Decisions with whole numbers at the `columns` within `bounds` that a dive finds; nothing where it finds none, there are no
    /// dives, or `going` says no on the way.
    fn dive(
        &mut self,
        _columns: &[usize],
        _bounds: &[(f64, f64)],
        _how: Dive,
        _going: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        None
    }

    /// The work of all solves so far, the same on every machine; 0 where it is not counted.
    fn work(&self) -> f64 {
        0.0
    }

    /// Share of the gap by which the search must get on now and then to go on, where whole numbers are many.
    fn worth_going_on(&self) -> f64 {
        0.01
    }

    /// Share of the gap asked for to which a node is to be solved.
    fn closeness(&self) -> f64;

    /// True if it stops when told to, whether or not decisions are known.
    fn gives_up(&self) -> bool {
        false
    }
}

/// How to dive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dive {
    /// A part of a whole number above this is put up.
    pub(super) up: f64,
    /// Work of the relaxation at which the dive is given up.
    pub(super) most_work: f64,
}

/// How closely a node is to be solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// To its optimum.
    Closely,
    /// Well enough to branch on.
    Roughly,
}

/// Parts of whole numbers above which dives put them up, dive after dive.
const DIVES: [f64; 4] = [0.5, 0.3, 0.7, 0.9];
/// Rounds of dives beside the incumbent, and how near to it a number of the relaxation agrees with it.
const NEAR: usize = 4;
const AGREES: f64 = 1e-6;
/// Nodes in a row that bring nothing after which a search of many whole numbers ends.
const IDLE: usize = 30;
/// Once there is an incumbent: times the work of the root that its dives may take, and one of them; and times the work of the root
/// and of its dives after which a search of many whole numbers ends.
const DIVING: f64 = 2.0;
const ONE_DIVE: f64 = 1.0;
const MOST_WORK: f64 = 0.15;
/// Whole numbers of which there are many: a search through them comes to no end. Counts of things are many sooner than choices
/// between two.
const MANY: usize = 200;
const MANY_COUNTS: usize = 20;

/// True of a first stage with many whole numbers.
pub(super) fn has_many(first: FirstStage<'_>) -> bool {
    let whole = || first.columns.iter().filter(|column| column.integer);
    whole().count() > MANY || whole().filter(|column| column.upper - column.lower > 1.0).count() > MANY_COUNTS
}

/// Bounds of the whole numbers in a part of the search, and the most that it can bring.
#[derive(Debug, Clone)]
struct Node {
    bounds: Vec<(f64, f64)>,
    bound: f64,
}

/// The search.
struct Search<'s, 'o, R> {
    whole: &'s mut R,
    options: &'s DecompositionOptions<'o>,
    /// Columns that are whole numbers.
    columns: Vec<usize>,
    /// They are many.
    many: bool,
    best: Option<Decomposed>,
    /// Whole numbers that were tried, by their bits.
    tried: BTreeSet<Vec<u64>>,
    number: usize,
    interrupted: bool,
    /// Incumbent and bound where the search last got on, and the nodes since.
    known: (f64, f64),
    idle: usize,
    /// The relaxation's work before the search, after the root, and after its dives.
    work: [f64; 3],
}

impl<'s, 'o, R: Relaxation> Search<'s, 'o, R> {
    fn new(whole: &'s mut R, options: &'s DecompositionOptions<'o>, columns: Vec<usize>, many: bool) -> Self {
        let (best, tried, known) = (None, BTreeSet::new(), (f64::NEG_INFINITY, f64::INFINITY));
        let work = [whole.work(), f64::INFINITY, f64::INFINITY];
        Self {
            whole,
            options,
            columns,
            many,
            best,
            tried,
            number: 0,
            interrupted: false,
            known,
            idle: 0,
            work,
        }
    }

    /// Searches the masters at the root, whose relaxation is at `x`, for whole numbers, or dives where these are many.
    fn begin(&mut self, x: &[f64], bounds: &[(f64, f64)], most: f64) -> Result<(), DecompositionError> {
        self.work[1] = self.whole.work();
        if !self.many {
            return self.propose(bounds, most);
        }
        self.dive(bounds, most)?;
        self.dive_near(x, bounds, most)?;
        self.work[2] = self.whole.work();
        Ok(())
    }

    fn objective(&self) -> f64 {
        self.best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective)
    }

    /// Solves the relaxation of a node: whole numbers are free within `bounds`. Nothing where it is infeasible. A node that is
    /// only branched on is solved to [`CLOSER`] of its possible gain over the incumbent.
    fn relaxed(
        &mut self,
        bounds: &[(f64, f64)],
        limit: f64,
        how: How,
    ) -> Result<Option<Decomposed>, DecompositionError> {
        for (column, (low, high)) in self.columns.iter().zip(bounds) {
            self.whole.set_column_bounds(*column, *low, *high);
        }
        let (objective, progress) = (self.objective(), self.options.progress);
        let number = self.number;
        let stopped = AtomicBool::new(false);
        let options = DecompositionOptions {
            gap: self.whole.closeness() * self.options.gap,
            progress: &|iteration| {
                let going =
                    progress(Iteration { number: number + iteration.number, objective, bound: limit });
                stopped.fetch_or(!going, Ordering::Relaxed);
                let enough = how == How::Roughly
                    && iteration.bound - iteration.objective <= CLOSER * (iteration.bound - objective);
                // A node whose bound is not above the incumbent is pruned.
                going && iteration.bound > objective && !enough
            },
            ..*self.options
        };
        let found = match self.whole.run(&options, objective) {
            Ok(found) => Some(found),
            Err(DecompositionError::Infeasible | DecompositionError::Interrupted) => None,
            Err(error) => return Err(error),
        };
        self.interrupted |= stopped.load(Ordering::Relaxed);
        self.number += found.as_ref().map_or(0, |found| found.iterations);
        Ok(found)
    }

    /// Tries the nearest whole numbers to `x` within `bounds`; false if they were tried before.
    fn round(&mut self, x: &[f64], bounds: &[(f64, f64)], limit: f64) -> Result<bool, DecompositionError> {
        let values: Vec<f64> = self
            .columns
            .iter()
            .zip(bounds)
            .map(|(column, (low, high))| libm::round(x[*column]).max(*low).min(*high))
            .collect();
        if !self.tried.insert(values.iter().map(|value| value.to_bits()).collect()) {
            return Ok(false);
        }
        let fixed: Vec<(f64, f64)> = values.iter().map(|value| (*value, *value)).collect();
        if let Some(mut found) = self.relaxed(&fixed, limit, How::Closely)?
            && found.objective > self.objective()
        {
            for (column, value) in self.columns.iter().zip(&values) {
                found.x[*column] = *value;
            }
            self.best = Some(found);
        }
        Ok(true)
    }

    /// Tries suggested whole numbers as long as each closes part of the gap to `most`, the root's bound: each trial corrects the
    /// cuts where they were wrong.
    fn propose(&mut self, bounds: &[(f64, f64)], most: f64) -> Result<(), DecompositionError> {
        for _ in 0..PROPOSALS {
            let before = self.objective();
            let done = relative_gap(before, most, self.options.unit) <= self.options.gap;
            if self.interrupted || done {
                break;
            }
            let Some(x) = self.whole.suggest(self.options.gap) else { break };
            let new = self.round(&x, bounds, most)?;
            if !new || self.objective() - before < WORTH_ANOTHER * (most - before) {
                break;
            }
        }
        Ok(())
    }

    /// Dives from the root: each dive starts from the cuts that the one before brought.
    fn dive(&mut self, bounds: &[(f64, f64)], most: f64) -> Result<(), DecompositionError> {
        for up in DIVES {
            let done = relative_gap(self.objective(), most, self.options.unit) <= self.options.gap;
            let [before, root, _] = self.work;
            let known = self.best.is_some();
            let left = root + DIVING * (root - before) - self.whole.work();
            if self.interrupted || done || (known && left < 0.0) {
                break;
            }
            for (column, (low, high)) in self.columns.iter().zip(bounds) {
                self.whole.set_column_bounds(*column, *low, *high);
            }
            let (number, objective, progress) = (self.number, self.objective(), self.options.progress);
            let stopped = AtomicBool::new(false);
            let going = || {
                let going = progress(Iteration { number, objective, bound: most });
                stopped.fetch_or(!going, Ordering::Relaxed);
                going
            };
            // As long as nothing is known, a dive may take what it takes.
            let most_work =
                if known { self.whole.work() + ONE_DIVE * (root - before) } else { f64::INFINITY };
            let found = self.whole.dive(&self.columns, bounds, Dive { up, most_work }, &going);
            self.interrupted |= stopped.load(Ordering::Relaxed);
            let Some(x) = found else { continue };
            self.round(&x, bounds, most)?;
        }
        Ok(())
    }

    /// Dives among the numbers in which the incumbent differs from the relaxation `x`, the others held where both agree
    /// (relaxation induced neighbourhoods: Danna, Rothberg and Le Pape 2005), as long as each dive closes part of the gap.
    fn dive_near(&mut self, x: &[f64], bounds: &[(f64, f64)], most: f64) -> Result<(), DecompositionError> {
        for _ in 0..NEAR {
            let before = self.objective();
            let Some(best) = self.best.as_ref() else { break };
            let agreed = |(column, own): (&usize, &(f64, f64))| {
                let value = best.x[*column];
                if (x[*column] - value).abs() <= AGREES { (value, value) } else { *own }
            };
            let near: Vec<(f64, f64)> = self.columns.iter().zip(bounds).map(agreed).collect();
            self.dive(&near, most)?;
            if self.interrupted || self.objective() - before < WORTH_ANOTHER * (most - before) {
                break;
            }
        }
        Ok(())
    }

    /// Notes whether the last nodes moved the incumbent or the bound by enough of what lies between them.
    fn note(&mut self, bound: f64) {
        let open = bound - self.objective();
        let closed = self.known.1 - self.known.0 - open;
        if closed > self.whole.worth_going_on() * open || !self.known.0.is_finite() {
            (self.known, self.idle) = ((self.objective(), bound), 0);
        } else {
            self.idle += 1;
        }
    }

    /// True of a search through many whole numbers that gets on no more, or took more work than the root and its dives.
    fn is_idle(&self) -> bool {
        let [before, _, begun] = self.work;
        let worked = self.best.is_some() && self.whole.work() - begun > MOST_WORK * (begun - before);
        self.many && (self.idle > IDLE || worked)
    }

    /// Puts a node back that was left because time was up: its bound still counts.
    fn put_back(&self, node: Node, open: &mut Vec<Node>) {
        if self.interrupted {
            open.push(node);
        }
    }

    /// The whole number furthest from being one.
    fn furthest(&self, x: &[f64]) -> Option<usize> {
        let mut most = (WHOLE, None);
        for (place, column) in self.columns.iter().enumerate() {
            let away = (x[*column] - libm::round(x[*column])).abs();
            if away > most.0 {
                most = (away, Some(place));
            }
        }
        most.1
    }

    /// Of numbers within the tolerance of whole ones, the furthest from whole, where rounding lost more than the gap asked for of
    /// the node's bound `upper`: beside a large coefficient a millionth of one is much.
    fn hardly_whole(&self, x: &[f64], bounds: &[(f64, f64)], upper: f64) -> Option<usize> {
        if relative_gap(self.objective(), upper, self.options.unit) <= self.options.gap {
            return None;
        }
        let mut most = (0.0, None);
        for (place, (column, (low, high))) in self.columns.iter().zip(bounds).enumerate() {
            let away = (x[*column] - libm::round(x[*column])).abs();
            if low < high && away > most.0 {
                most = (away, Some(place));
            }
        }
        most.1
    }
}

/// Holds whole numbers at their values in `x`.
pub(super) fn fix<R: Relaxation>(whole: &mut R, columns: &[usize], x: &[f64]) {
    for column in columns {
        let value = libm::round(x[*column]);
        whole.set_column_bounds(*column, value, value);
    }
}

/// Solves the program of `whole`, its first-stage `columns` whole numbers within the bounds that the program states.
pub(super) fn solve<R: Relaxation>(
    whole: &mut R,
    first: FirstStage<'_>,
    columns: Vec<usize>,
    options: &DecompositionOptions<'_>,
) -> Result<Decomposed, DecompositionError> {
    let Searched { best, bound, finish, number } = search(whole, first, columns, options, None)?;
    let none = match finish {
        Finish::Gap => DecompositionError::Infeasible,
        Finish::Interrupted => DecompositionError::Interrupted,
        Finish::Stalled => DecompositionError::Model,
    };
    best.map_or(Err(none), |best| {
        Ok(Decomposed { finish, bound: bound.max(best.objective), iterations: number, ..best })
    })
}

/// The result of a search.
pub(super) struct Searched {
    /// The best decisions, where any are known.
    pub(super) best: Option<Decomposed>,
    /// Valid upper bound; minus infinity if there are no decisions at all.
    pub(super) bound: f64,
    finish: Finish,
    number: usize,
}

/// The node with the highest bound; of equals the first.
fn most_promising(open: &[Node]) -> Option<usize> {
    let mut next: Option<usize> = None;
    for (number, node) in open.iter().enumerate() {
        if next.is_none_or(|n: usize| node.bound > open[n].bound) {
            next = Some(number);
        }
    }
    next
}

/// Branch and bound, best bound first. With `most` it ends after so many nodes, with or without an incumbent.
pub(super) fn search<R: Relaxation>(
    whole: &mut R,
    first: FirstStage<'_>,
    columns: Vec<usize>,
    options: &DecompositionOptions<'_>,
    most: Option<usize>,
) -> Result<Searched, DecompositionError> {
    let stated = |column: &usize| (first.columns[*column].lower, first.columns[*column].upper);
    let bounds: Vec<(f64, f64)> = columns.iter().map(stated).collect();
    let root = bounds.clone();
    let mut search = Search::new(whole, options, columns, has_many(first));
    let mut open = vec![Node { bounds, bound: f64::INFINITY }];
    let mut bound = f64::INFINITY;
    // The highest bound of nodes whose relaxation has whole numbers: they need no branching.
    let mut settled = f64::NEG_INFINITY;
    let mut nodes = 0;
    let finish = loop {
        let next = most_promising(&open);

        // Stop at the gap, at the time limit, or after so many nodes.
        let left = next.map_or(f64::NEG_INFINITY, |next| open[next].bound);
        bound = bound.min(left.max(search.objective()).max(settled));
        let Some(next) = next else { break Finish::Gap };
        if relative_gap(search.objective(), bound, options.unit) <= options.gap {
            break Finish::Gap;
        }
        if search.interrupted && search.best.is_none() {
            // Time is up and nothing is known: whole numbers at their least keep the rules mostly.
            let nothing = vec![0.0; first.columns.len()];
            search.round(&nothing, &root, bound)?;
        }
        if search.interrupted && (search.best.is_some() || most.is_some() || search.whole.gives_up()) {
            break Finish::Interrupted;
        }
        search.note(bound);
        if nodes >= most.unwrap_or(NODES) || search.is_idle() {
            break Finish::Stalled;
        }

        // Bound the node by its relaxation.
        let node = open.remove(next);
        let how = if search.best.is_some() { How::Roughly } else { How::Closely };
        let Some(mut found) = search.relaxed(&node.bounds, bound, how)? else {
            search.put_back(node, &mut open);
            continue;
        };
        let mut upper = found.bound.min(node.bound);
        if upper > search.objective() && how == How::Roughly && search.furthest(&found.x).is_none() {
            let Some(closely) = search.relaxed(&node.bounds, bound, How::Closely)? else {
                search.put_back(node, &mut open);
                continue;
            };
            (upper, found) = (upper.min(closely.bound), closely);
        }

        // Prune it where it cannot improve on the incumbent.
        if upper <= search.objective() {
            nodes += 1;
            continue;
        }

        // Round for a new incumbent; at the root, search the masters for whole numbers, or dive where these are many.
        let furthest = search.furthest(&found.x);
        if nodes.is_multiple_of(ROUNDED) || furthest.is_none() || search.best.is_none() {
            search.round(&found.x, &node.bounds, bound)?;
        }
        if nodes == 0 {
            search.begin(&found.x, &root, upper)?;
        }
        nodes += 1;

        // Branch on the number that is furthest from whole.
        let Some(place) = furthest.or_else(|| search.hardly_whole(&found.x, &node.bounds, upper)) else {
            settled = settled.max(upper);
            continue;
        };
        let value = found.x[search.columns[place]];
        let (low, high) = node.bounds[place];
        for side in [(low, libm::floor(value)), (libm::ceil(value), high)] {
            let mut bounds = node.bounds.clone();
            bounds[place] = side;
            open.push(Node { bounds, bound: upper });
        }
    };
    Ok(Searched { best: search.best, bound, finish, number: search.number })
}
