//! Prices on the rows that link blocks: each block answers prices with the best it can do by its model of cuts, and a small
//! program mixes the answers (Dantzig and Wolfe 1960); the cuts of a block stay valid whatever the prices.
//!
//! A round: the mix gives prices; between these and the best so far every block is solved, which bounds the maximum
//! (Σ of the blocks' bounds + prices · right-hand sides, valid for any prices of the right sign); the answers and the mix
//! itself are visited, which gives cuts, proposals with their true values, and a plan with its value.

mod likeness;
mod mix;
mod required;
mod smoothing;
mod whole_numbers;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::required::{Base, Demand};
use self::smoothing::Smoothing;
use self::whole_numbers::WholeNumbers;
use super::super::program::Column;
use super::block::{Block, Parts};
use super::cell::{Joined, Recourses, Samples};
use super::master::Master;
use super::whole as one_model;
use super::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, FirstStage, Iteration, Learned, Manner,
    Way, expected_objective, finished,
};
use crate::control::Control;

/// Groups of samples with a cut each where nothing is said: fewer where whole numbers make blocks be asked often.
const GROUPS: usize = 6;
const GROUPS_WHOLE: usize = 2;
/// Rounds without progress after which rounding is to blame.
const STALLED: usize = 60;
const PROGRESS: f64 = 1e-10;
/// Times that blocks answer the same prices at most before these change.
const SETTLE: usize = 6;
/// Where the first prices leave more than this share of the bound open, blocks are asked at these multiples of them, to this
/// share of the bound.
const UNLIKELY: f64 = 0.1;
const LADDER: [f64; 5] = [0.25, 0.5, 1.5, 2.5, 5.0];
const LADDER_SHARE: f64 = 2e-2;
/// Progress, as a share of the gap, that is worth staying near the best prices.
const SLOW: f64 = 0.1;
/// A block's whole numbers are chosen to this share of the gap asked for.
const CHOICE: f64 = 0.1;
/// Times the size of all values below which whole numbers are taken to break linking rows.
const HOPELESS: f64 = 1e3;

/// A block's answer to some prices, with its true value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    block: usize,
    x: Vec<f64>,
    value: f64,
    /// What it takes of each linking row.
    used: Vec<f64>,
}

impl Proposal {
    /// True if every number of the proposal is one.
    pub(super) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.x.iter().chain(&self.used).all(|x| x.is_finite())
    }
}

/// The blocks, and the mix of their proposals.
pub(super) struct Prices<'a> {
    first: FirstStage<'a>,
    pub(super) recourses: Recourses<'a>,
    blocks: Vec<Block<'a>>,
    /// Which block each cell belongs to.
    block_of_cell: Vec<usize>,
    /// Entries of each block in the linking rows: (row among these, place in the block, coefficient).
    uses: Vec<Vec<(usize, usize, f64)>>,
    /// The block of each column and its place there; of a column of no block nonsense.
    place_of: Vec<(usize, usize)>,
    /// Each block's whole numbers.
    whole: Vec<WholeNumbers>,
    /// Linking rows and columns of no block.
    linking: Vec<usize>,
    rhs: Vec<f64>,
    global: Vec<usize>,
    mix: Master,
    proposals: Vec<Proposal>,
    /// Those of them whose whole numbers are within the bounds that hold now.
    admitted: Vec<bool>,
    /// Visited, not yet in the mix.
    waiting: Vec<Proposal>,
    /// Numbers of each block's proposals.
    of_block: Vec<Vec<usize>>,
    /// About how large each cell's values are.
    sizes: Vec<f64>,
    start: Vec<f64>,
    /// First row of each block's rations, and the linking rows they are of.
    rations: Vec<(usize, Vec<usize>)>,
    penalty: f64,
    /// Column of the mix that the first proposal is.
    first_proposal: usize,
    artificial: std::ops::Range<usize>,
    constant: f64,
    objective: Vec<f64>,
    /// The prices with the best bound of the last run.
    last_best: Vec<f64>,
    /// These were given.
    priced: bool,
    rounds: usize,
    /// What cannot bring more than this is of no interest.
    least: f64,
    /// The prices with the best bound of the last run with all whole numbers free; empty before there was one.
    root_best: Vec<f64>,
    /// The bound that something required is measured by, once it was asked for.
    base: Option<Base>,
    /// What the answers of a block must have.
    demand: Option<Demand>,
}

/// The blocks that first-stage columns fall into; `None` for columns that only linking rows know.
fn blocks_of(first: FirstStage<'_>, recourses: &Recourses<'_>) -> (Vec<Option<usize>>, usize) {
    let mut joined = Joined::new(first.columns.len());
    let mut inside = vec![false; first.columns.len()];
    let mut join = |list: &mut dyn Iterator<Item = usize>| {
        let Some(one) = list.next() else { return };
        inside[one] = true;
        for other in list {
            inside[other] = true;
            joined.join(one, other);
        }
    };
    let local = first.rows.iter().zip(first.linking).filter(|(_, linking)| !**linking).map(|(row, _)| row);
    for row in local.chain(&recourses.first_rows) {
        join(&mut row.entries.iter().map(|(j, _)| *j));
    }
    for component in &recourses.first {
        join(&mut component.iter().copied());
    }
    for list in &recourses.first_objectives {
        for (j, _) in list {
            join(&mut std::iter::once(*j));
        }
    }
    let (number, _) = joined.numbered();
    // Numbers of sets that are blocks, in order.
    let mut block_of_set = vec![None; first.columns.len()];
    let mut count = 0;
    let list = number
        .iter()
        .zip(&inside)
        .map(|(set, inside)| {
            if !*inside {
                return None;
            }
            if block_of_set[*set].is_none() {
                block_of_set[*set] = Some(count);
                count += 1;
            }
            block_of_set[*set]
        })
        .collect();
    (list, count)
}

/// The block of each column and its place there.
fn places_of(columns: usize, blocks: &[Block<'_>]) -> Vec<(usize, usize)> {
    let mut list = vec![(usize::MAX, usize::MAX); columns];
    for (number, block) in blocks.iter().enumerate() {
        for (place, j) in block.columns.iter().enumerate() {
            list[*j] = (number, place);
        }
    }
    list
}

/// What each linking row needs of each block, by block: (row among these, place in the block, coefficient).
fn uses_of(
    first: FirstStage<'_>,
    linking: &[usize],
    (block_of, blocks): (&[Option<usize>], &[Block<'_>]),
) -> Vec<Vec<(usize, usize, f64)>> {
    let mut uses = vec![Vec::new(); blocks.len()];
    for (number, row) in linking.iter().enumerate() {
        for &(j, a) in &first.rows[*row].entries {
            if let Some(block) = block_of[j] {
                let place = blocks[block].columns.binary_search(&j).unwrap_or(0);
                uses[block].push((number, place, a));
            }
        }
    }
    uses
}

impl<'a> Prices<'a> {
    pub(super) fn new(
        first: FirstStage<'a>,
        samples: &dyn Samples,
        groups: Option<usize>,
    ) -> Result<Self, DecompositionError> {
        let searching = first.columns.iter().any(|column| column.integer);
        let usual = if searching { GROUPS_WHOLE } else { GROUPS };
        let mut recourses = Recourses::new(samples, &|_| groups.unwrap_or(usual), Control::unlimited());
        let objective = expected_objective(first.columns, &recourses);
        let (block_of, count) = blocks_of(first, &recourses);
        let mut columns = vec![Vec::new(); count];
        let mut global = Vec::new();
        for (j, block) in block_of.iter().enumerate() {
            match block {
                Some(block) => columns[*block].push(j),
                None => global.push(j),
            }
        }
        let mut rows = vec![Vec::new(); count];
        let first_rows = recourses.first_rows.clone();
        let local = first.rows.iter().zip(first.linking).filter(|(_, l)| !**l).map(|(row, _)| row);
        for row in local.chain(&first_rows) {
            if let Some(block) = row.entries.first().and_then(|(j, _)| block_of[*j]) {
                rows[block].push(row);
            }
        }
        let mut cells = vec![Vec::new(); count];
        let mut block_of_cell = vec![usize::MAX; recourses.cells.len()];
        for (number, cell) in recourses.cells.iter().enumerate() {
            // A component that no decision touches belongs to the first block: it is a constant there.
            let block = recourses.first[cell.component].first().and_then(|j| block_of[*j]).unwrap_or(0);
            block_of_cell[number] = block;
            if let Some(cells) = cells.get_mut(block) {
                cells.push(number);
            }
        }
        let local = first.rows.iter().zip(first.linking).filter(|(_, l)| !**l).map(|(row, _)| row);
        let start = one_model::start(first.columns, local.chain(&recourses.first_rows))?;
        let sizes = recourses.sizes_at(&start)?;
        let size = sizes.iter().sum::<f64>() / count.max(1) as f64;
        // Without the linking rows nothing else may keep a block's decisions finite.
        let boxed: Vec<Column> =
            first.columns.iter().map(|c| Column { upper: c.upper.min(c.ceiling), ..*c }).collect();
        let blocks: Vec<Block<'a>> = columns
            .into_iter()
            .zip(rows)
            .zip(cells)
            .map(|((columns, rows), cells)| {
                let worth = vec![1.0; cells.len()];
                let sizes = cells.iter().map(|cell| sizes[*cell]).collect();
                let (all_columns, objective, recourses) = (boxed.as_slice(), &objective, &recourses);
                let parts = Parts { all_columns, objective, columns, rows, cells, recourses, worth, sizes };
                Block::new(parts, Manner::BY_CEILINGS)
            })
            .collect();
        let linking: Vec<usize> = (0..first.rows.len()).filter(|row| first.linking[*row]).collect();
        let constant = recourses.probabilities.iter().zip(&recourses.offsets).map(|(p, o)| p * o).sum();
        let mut prices = Self {
            mix: Master::new(Vec::new(), size),
            last_best: vec![0.0; linking.len()],
            priced: false,
            rhs: linking.iter().map(|row| first.rows[*row].rhs).collect(),
            first,
            recourses,
            block_of_cell,
            uses: uses_of(first, &linking, (&block_of, &blocks)),
            place_of: places_of(first.columns.len(), &blocks),
            whole: blocks.iter().map(|block| WholeNumbers::of(first, &block.columns)).collect(),
            blocks,
            linking,
            global,
            proposals: Vec::new(),
            admitted: Vec::new(),
            waiting: Vec::new(),
            of_block: vec![Vec::new(); count],
            sizes,
            start,
            rations: Vec::new(),
            penalty: 100.0 * size,
            first_proposal: 0,
            artificial: 0..0,
            constant,
            objective,
            rounds: 0,
            least: f64::NEG_INFINITY,
            root_best: Vec::new(),
            base: None,
            demand: None,
        };
        prices.set_up_mix();
        prices.set_up_rations();
        Ok(prices)
    }

    pub(super) fn learned(&self, x: &[f64]) -> Learned {
        Learned {
            x: x.to_vec(),
            prices: self.last_best.clone(),
            blocks: self.blocks.iter().map(Block::learned).collect(),
            proposals: self.proposals.clone(),
        }
    }

    pub(super) fn teach(&mut self, learned: &Learned) -> Result<bool, DecompositionError> {
        let fits = learned.x.len() == self.first.columns.len()
            && learned.prices.len() == self.linking.len()
            && learned.blocks.len() == self.blocks.len()
            && learned.proposals.iter().all(|proposal| {
                self.blocks.get(proposal.block).is_some_and(|block| block.columns.len() == proposal.x.len())
                    && proposal.used.len() == self.linking.len()
                    && proposal.value.is_finite()
            });
        if !fits || !self.blocks.iter_mut().zip(&learned.blocks).all(|(block, cuts)| block.teach(cuts)) {
            return Ok(false);
        }
        self.waiting.clone_from(&learned.proposals);
        self.propose();
        self.last_best.clone_from(&learned.prices);
        self.priced = true;
        self.start = one_model::clamped(self.first.columns, &learned.x);
        let visited = self.recourses.visit(&self.start, &|_| true)?;
        Ok(self.blocks.iter().all(|block| {
            let x: Vec<f64> = block.columns.iter().map(|j| self.start[*j]).collect();
            block.cuts_hold(&x, &visited)
        }))
    }

    /// Decisions to begin at, and prices to ask first (by first-stage row) where they are known.
    pub(super) fn begin_at(&mut self, x: &[f64], duals: &[f64]) {
        self.start = one_model::clamped(self.first.columns, x);
        if !duals.is_empty() {
            self.last_best = self.linking.iter().map(|row| duals[*row]).collect();
            self.priced = true;
        }
    }

    /// What is added to the samples' values, from now on.
    pub(super) fn set_offsets(&mut self, offsets: Vec<f64>) {
        self.recourses.offsets = offsets;
        let recourses = &self.recourses;
        self.constant = recourses.probabilities.iter().zip(&recourses.offsets).map(|(p, o)| p * o).sum();
    }

    /// The right-hand side of a linking row, from now on.
    pub(super) fn set_rhs(&mut self, row: usize, rhs: f64) {
        let Ok(number) = self.linking.binary_search(&row) else { return };
        self.rhs[number] = rhs;
        self.base = None;
        let own = &self.mix.rows[number];
        let side = |old: f64| if old.is_finite() { rhs } else { old };
        let (lower, upper) = (side(own.lower), side(own.upper));
        self.mix.set_row_bounds(number, lower, upper);
    }

    /// What each block would do at these prices, and the bound that follows. Whole numbers are chosen to within `tolerance`.
    fn ask(
        &mut self,
        prices: &[f64],
        tolerance: f64,
    ) -> Result<(f64, Vec<(f64, Vec<f64>)>), DecompositionError> {
        let uses = &self.uses;
        let answers: Vec<Result<(f64, Vec<f64>), DecompositionError>> = self
            .blocks
            .par_iter_mut()
            .zip(uses)
            .zip(&self.whole)
            .map(|((block, uses), whole)| {
                let mut objective = block.objective.clone();
                for &(row, place, a) in uses {
                    objective[place] -= prices[row] * a;
                }
                block.master.set_objective(&objective);
                if !whole.fixed() {
                    return block.choose(&whole.places, &whole.bounds, tolerance);
                }
                let bound = block.solve()?;
                Ok((bound, block.x()))
            })
            .collect();
        let mut bound = self.constant;
        let mut all = Vec::with_capacity(answers.len());
        for answer in answers {
            let (own, x) = answer?;
            bound += own;
            all.push((own, x));
        }
        for (price, rhs) in prices.iter().zip(&self.rhs) {
            bound += price * rhs;
        }
        for &j in &self.global {
            let column = &self.first.columns[j];
            let mut cost = self.objective[j];
            for (price, row) in prices.iter().zip(&self.linking) {
                for (_, a) in self.first.rows[*row].entries.iter().filter(|(other, _)| *other == j) {
                    cost -= price * a;
                }
            }
            let side = if cost > 0.0 { column.upper.min(column.ceiling) } else { column.lower };
            bound += if cost == 0.0 { 0.0 } else { cost * side };
        }
        Ok((bound, all))
    }

    /// Visits recourse with the wanted blocks at their decisions: cuts, and what the decisions are worth.
    fn visit(&mut self, at: &[Option<Vec<f64>>]) -> Result<Vec<Option<f64>>, DecompositionError> {
        let mut x: Vec<f64> = vec![0.0; self.first.columns.len()];
        for (block, own) in self.blocks.iter().zip(at) {
            for (j, value) in block.columns.iter().zip(own.iter().flatten()) {
                x[*j] = *value;
            }
        }
        let block_of = &self.block_of_cell;
        let visited =
            self.recourses.visit(&x, &|cell| at.get(block_of[cell]).is_some_and(Option::is_some))?;
        self.blocks
            .par_iter_mut()
            .zip(at)
            .filter(|(_, at)| at.is_some())
            .for_each(|(block, _)| block.add_cuts(&visited));
        let mut values: Vec<Option<f64>> = self
            .blocks
            .iter()
            .zip(at)
            .map(|(block, own)| {
                own.as_ref().map(|own| block.objective.iter().zip(own).map(|(c, x)| c * x).sum())
            })
            .collect();
        for (block, visited) in self.block_of_cell.iter().zip(&visited) {
            if let Some(Some(value)) = values.get_mut(*block) {
                *value = if visited.needed.is_some() { f64::NEG_INFINITY } else { *value + visited.value };
            }
        }
        for (block, (at, value)) in at.iter().zip(&values).enumerate() {
            if let (Some(x), Some(value)) = (at, value)
                && value.is_finite()
                && self.whole[block].are_whole(x)
            {
                let mut used = vec![0.0; self.linking.len()];
                for &(row, place, a) in &self.uses[block] {
                    used[row] += a * x[place];
                }
                self.waiting.push(Proposal { block, x: x.clone(), value: *value, used });
            }
        }
        Ok(values)
    }

    /// The best mix of proposals, and its slope in the right-hand side of a linking row; nothing where none keeps all.
    pub(super) fn estimate(&mut self, row: usize) -> Result<Option<(f64, f64)>, DecompositionError> {
        let Ok(number) = self.linking.binary_search(&row) else { return Ok(None) };
        let (_, kept) = self.best_mix()?;
        Ok(kept.then(|| (self.mix.objective() + self.constant, self.mix.duals()[number])))
    }

    /// What the last mix is worth at least.
    pub(super) fn confirm(&self) -> f64 {
        self.mix.objective() + self.constant
    }

    /// Lets every block find its best at these prices, to about `share` of the gap left; the bound that follows.
    fn settle(
        &mut self,
        prices: &[f64],
        (share, tolerance): (f64, f64),
        reached: &dyn Fn(f64) -> f64,
    ) -> Result<(f64, Vec<f64>), DecompositionError> {
        let mut bound = f64::INFINITY;
        let mut slope = Vec::new();
        let mut last: Vec<f64> = vec![f64::INFINITY; self.blocks.len()];
        let mut pure = vec![true; self.blocks.len()];
        for _ in 0..SETTLE {
            let (found, answers) = self.ask(prices, tolerance)?;
            if found < bound {
                (bound, slope) = (found, self.slope(&answers));
            }
            let allowed = share * reached(bound) / self.blocks.len() as f64;
            let mut open = 0.0;
            let at: Vec<Option<Vec<f64>>> = answers
                .into_iter()
                .enumerate()
                .map(|(block, (most, x))| {
                    let Some((worth, best)) = self.best_proposal(block, prices) else { return Some(x) };
                    let gap = most - worth;
                    // Where the model hardly moves it is right about where to go.
                    pure[block] = pure[block] && last[block].is_infinite() || last[block] - most < 0.2 * gap;
                    last[block] = most;
                    if gap <= 0.1 * allowed {
                        return None;
                    }
                    open += gap;
                    let mixed = || x.iter().zip(best).map(|(a, b)| 0.5 * (a + b)).collect();
                    let apart = !self.whole[block].agree(&x, best);
                    Some(if pure[block] || apart { x.clone() } else { mixed() })
                })
                .collect();
            if at.iter().all(Option::is_none) {
                break;
            }
            self.visit(&at)?;
            self.propose();
            if open <= share * reached(bound) {
                break;
            }
        }
        Ok((bound, slope))
    }

    /// What linking rows have left when blocks do as they answered: the slope of the bound in prices.
    fn slope(&self, answers: &[(f64, Vec<f64>)]) -> Vec<f64> {
        let mut left = self.rhs.clone();
        for (uses, (_, x)) in self.uses.iter().zip(answers) {
            for &(row, place, a) in uses {
                left[row] -= a * x[place];
            }
        }
        left
    }

    pub(super) fn run(
        &mut self,
        options: &DecompositionOptions<'_>,
    ) -> Result<Decomposed, DecompositionError> {
        let mut prices = self.last_best.clone();
        let first = self.rounds == 0 && !self.priced;
        if self.rounds == 0 {
            prices = self.begin()?;
        }
        let searching = self.whole.iter().any(|whole| !whole.places.is_empty());
        let mut bound = f64::INFINITY;
        let mut objective = f64::NEG_INFINITY;
        let mut best: Vec<Vec<f64>> = Vec::new();
        let mut best_prices = prices.clone();
        let mut global = Vec::new();
        let mut since = 0;
        let (mut aim, mut smoothing) = (prices.clone(), Smoothing::default());
        loop {
            self.rounds += 1;
            let before = (objective, bound);
            let unit = options.unit;
            let target = options.gap;
            let (known, best_bound) = (objective, bound);
            let worth = if known.is_finite() { known.abs().max(unit) } else { self.sizes.iter().sum() };
            let left = if known.is_finite() && bound.is_finite() { bound - known } else { 0.0 };
            let tolerance = CHOICE * left.max(target * worth) / self.blocks.len() as f64;
            let (found, slope) = self.settle(&prices, (0.25, tolerance), &|found| {
                let bound = best_bound.min(found);
                if known.is_finite() {
                    (bound - known).max(0.3 * target * known.abs().max(unit))
                } else {
                    1e-2 * bound.abs()
                }
            })?;
            smoothing.look(&slope, &aim, &best_prices);
            if found < bound {
                bound = found;
                best_prices.clone_from(&prices);
            }
            let (mixed, kept) = self.best_mix()?;
            if !kept {
                self.raise_penalty();
            }
            let at: Vec<Option<Vec<f64>>> = mixed
                .iter()
                .zip(&self.of_block)
                .zip(&self.whole)
                .map(|((x, known), whole)| {
                    let seen = known.iter().any(|number| self.proposals[*number].x == *x);
                    (!seen && whole.are_whole(x)).then(|| x.clone())
                })
                .collect();
            let mixed_value = self.mix.objective() + self.constant;
            let values = self.visit(&at)?;
            let gained: f64 = self.gained(&values);
            self.propose();
            let whole = mixed_value + gained;
            if kept && whole > objective {
                objective = whole;
                best = mixed;
                global = self.mix.x()[..self.global.len()].to_vec();
            }
            self.blocks.par_iter_mut().for_each(Block::tidy);
            let iteration = Iteration { number: self.rounds, objective, bound };
            let going = (options.progress)(iteration);
            let size = objective.abs().max(options.unit);
            let closed = (before.1 - bound) + (objective - before.0);
            since = if closed > PROGRESS * size || objective.is_infinite() { 0 } else { since + 1 };
            let finish = finished(options, (objective, bound), going, since >= STALLED);
            let least = self.least.max(-HOPELESS * self.sizes.iter().sum::<f64>().max(unit));
            if searching && bound <= least {
                return Err(DecompositionError::Infeasible);
            }
            if let (Some(finish), true) = (finish, objective.is_finite()) {
                if searching && self.at_the_root() {
                    self.root_best.clone_from(&best_prices);
                }
                self.last_best = best_prices;
                if finish == Finish::Gap && self.settled() {
                    let spare = objective - (bound - options.gap * size);
                    self.polish(&mut best, spare.max(0.0))?;
                }
                return self.answer(finish, (&best, &global), (objective, bound));
            }
            if first && self.rounds == 1 && bound - objective > UNLIKELY * bound.abs() {
                self.ladder(&mut bound, &mut best_prices)?;
                self.best_mix()?;
            }
            aim = self.mix.duals()[..self.linking.len()].to_vec();
            let inner = smoothing.inner(closed > SLOW * (bound - objective));
            prices =
                aim.iter().zip(&best_prices).map(|(new, old)| (1.0 - inner) * new + inner * old).collect();
        }
    }

    /// Asks the blocks at cheaper and dearer prices, so that the mix has answers to choose from.
    fn ladder(&mut self, bound: &mut f64, best: &mut Vec<f64>) -> Result<(), DecompositionError> {
        let prices = best.clone();
        for step in LADDER {
            let at: Vec<f64> = prices.iter().map(|price| step * price).collect();
            let (found, _) = self.settle(&at, (0.25, 0.0), &|found| LADDER_SHARE * found.abs())?;
            if found < *bound {
                *bound = found;
                *best = at;
            }
        }
        Ok(())
    }

    /// The first decisions and the first prices.
    fn begin(&mut self) -> Result<Vec<f64>, DecompositionError> {
        let start: Vec<Option<Vec<f64>>> = self
            .blocks
            .iter()
            .map(|block| Some(block.columns.iter().map(|j| self.start[*j]).collect()))
            .collect();
        self.visit(&start)?;
        self.propose();
        let prices = if self.priced { self.last_best.clone() } else { self.likely_prices()? };
        let dearest = prices.iter().fold(0.0_f64, |most, price| most.max(price.abs()));
        while self.penalty < 100.0 * dearest {
            self.raise_penalty();
        }
        Ok(prices)
    }

    fn answer(
        &mut self,
        finish: Finish,
        (best, global): (&[Vec<f64>], &[f64]),
        (mixed, bound): (f64, f64),
    ) -> Result<Decomposed, DecompositionError> {
        let mut x = vec![0.0; self.first.columns.len()];
        for (block, own) in self.blocks.iter().zip(best) {
            for (j, value) in block.columns.iter().zip(own) {
                x[*j] = *value;
            }
        }
        for (j, value) in self.global.iter().zip(global) {
            x[*j] = *value;
        }
        let shared: f64 = self.first.columns.iter().zip(&x).map(|(column, x)| column.objective * x).sum();
        let visited = self.recourses.visit(&x, &|_| true)?;
        let values = self.recourses.values(&x, shared, &visited);
        let mut objective: f64 = values.iter().zip(&self.recourses.probabilities).map(|(g, p)| g * p).sum();
        if !self.settled() {
            // Parts of whole numbers are worth what they are mixed of.
            objective = mixed;
        }
        let mut duals = vec![0.0; self.first.rows.len()];
        for (row, price) in self.linking.iter().zip(&self.last_best) {
            duals[*row] = *price;
        }
        Ok(Decomposed {
            finish,
            objective,
            bound: bound.max(objective),
            x,
            values,
            duals,
            iterations: self.rounds,
            way: Way::Prices,
            blocks: self.blocks.len(),
            problems: self.recourses.cells.iter().map(|cell| cell.samples.len()).sum(),
            cuts: self
                .blocks
                .iter()
                .map(|b| b.master.rows.iter().filter(|r| r.cut_for.is_some()).count())
                .sum(),
        })
    }
}
