//! Prices on the rows that link blocks: each block answers prices with the best it can do by its model of cuts, and a small
//! program mixes the answers (Dantzig and Wolfe 1960); the cuts of a block stay valid whatever the prices.
//!
//! A round: the mix gives prices; between these and the best so far every block is solved, which bounds the maximum
//! (Σ of the blocks' bounds + prices · right-hand sides, valid for any prices of the right sign); the answers and the mix
//! itself are visited, which gives cuts, proposals with their true values, and a plan with its value.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::program::{Column, Row};
use super::block::{Block, Parts};
use super::cell::{Joined, Recourses, Samples};
use super::master::{Master, MasterRow, Solved};
use super::whole;
use super::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, FirstStage, Iteration, Learned, Way,
    expected_objective, finished,
};

/// Groups of samples with a cut each where nothing is said.
const GROUPS: usize = 6;
/// Rounds without progress after which rounding is to blame.
const STALLED: usize = 60;
const PROGRESS: f64 = 1e-10;
/// Times that blocks answer the same prices at most before these change.
const SETTLE: usize = 6;
/// Blocks of the likeness that the first prices come from, its iterations and the gap that is good enough.
const LIKENESS: usize = 24;
const LIKENESS_ITERATIONS: usize = 30;
const LIKENESS_GAP: f64 = 1e-4;
/// Share of the best prices in the next.
const INNER: f64 = 0.4;

/// A block's answer to some prices, with its true value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    block: usize,
    x: Vec<f64>,
    value: f64,
    /// What it takes of each linking row.
    used: Vec<f64>,
}

/// The blocks, and the mix of their proposals.
pub(super) struct Prices<'a> {
    first: FirstStage<'a>,
    pub(super) recourses: Recourses,
    blocks: Vec<Block>,
    /// Which block each cell belongs to.
    block_of_cell: Vec<usize>,
    /// Entries of each block in the linking rows: (row among these, place in the block, coefficient).
    uses: Vec<Vec<(usize, usize, f64)>>,
    /// Linking rows and columns of no block.
    linking: Vec<usize>,
    rhs: Vec<f64>,
    global: Vec<usize>,
    mix: Master,
    proposals: Vec<Proposal>,
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
}

/// The blocks that first-stage columns fall into; `None` for columns that only linking rows know.
fn blocks_of(first: FirstStage<'_>, recourses: &Recourses) -> (Vec<Option<usize>>, usize) {
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

impl<'a> Prices<'a> {
    pub(super) fn new(
        first: FirstStage<'a>,
        samples: &dyn Samples,
        groups: Option<usize>,
    ) -> Result<Self, DecompositionError> {
        let mut recourses = Recourses::new(samples, &|_| groups.unwrap_or(GROUPS));
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
        let start = whole::start(first.columns, local.chain(&recourses.first_rows))?;
        let sizes = recourses.sizes_at(&start)?;
        let size = sizes.iter().sum::<f64>() / count.max(1) as f64;
        // Without the linking rows nothing else may keep a block's decisions finite.
        let boxed: Vec<Column> =
            first.columns.iter().map(|c| Column { upper: c.upper.min(c.ceiling), ..*c }).collect();
        let blocks: Vec<Block> = columns
            .into_iter()
            .zip(rows)
            .zip(cells)
            .map(|((columns, rows), cells)| {
                let worth = vec![1.0; cells.len()];
                let sizes = cells.iter().map(|cell| sizes[*cell]).collect();
                let (all_columns, objective, recourses) = (boxed.as_slice(), &objective, &recourses);
                Block::new(Parts { all_columns, objective, columns, rows, cells, recourses, worth, sizes })
            })
            .collect();
        let linking: Vec<usize> = (0..first.rows.len()).filter(|row| first.linking[*row]).collect();
        let mut uses = vec![Vec::new(); count];
        for (number, row) in linking.iter().enumerate() {
            for &(j, a) in &first.rows[*row].entries {
                if let Some(block) = block_of[j] {
                    let place = blocks[block].columns.binary_search(&j).unwrap_or(0);
                    uses[block].push((number, place, a));
                }
            }
        }
        let constant = recourses.probabilities.iter().zip(&recourses.offsets).map(|(p, o)| p * o).sum();
        let mut prices = Self {
            mix: Master::new(Vec::new(), size),
            last_best: vec![0.0; linking.len()],
            priced: false,
            rhs: linking.iter().map(|row| first.rows[*row].rhs).collect(),
            first,
            recourses,
            blocks,
            block_of_cell,
            uses,
            linking,
            global,
            proposals: Vec::new(),
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
        self.start = whole::clamped(self.first.columns, &learned.x);
        let visited = self.recourses.visit(&self.start, &|_| true)?;
        Ok(self.blocks.iter().all(|block| {
            let x: Vec<f64> = block.columns.iter().map(|j| self.start[*j]).collect();
            block.cuts_hold(&x, &visited)
        }))
    }

    /// Decisions to begin at, and prices to ask first (by first-stage row) where they are known.
    pub(super) fn begin_at(&mut self, x: &[f64], duals: &[f64]) {
        self.start = whole::clamped(self.first.columns, x);
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
        let own = &self.mix.rows[number];
        let side = |old: f64| if old.is_finite() { rhs } else { old };
        let (lower, upper) = (side(own.lower), side(own.upper));
        self.mix.set_row_bounds(number, lower, upper);
    }

    /// The mix: linking rows, one row of shares for each block, columns of no block, and columns that fill what rows lack
    /// at a high price.
    fn set_up_mix(&mut self) {
        let mut rows: Vec<MasterRow> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        let mut entries: Vec<Vec<(usize, f64)>> = Vec::new();
        for &j in &self.global {
            columns.push(self.first.columns[j]);
            entries.push(Vec::new());
        }
        for (number, row) in self.linking.iter().enumerate() {
            let row = &self.first.rows[*row];
            for (place, j) in self.global.iter().enumerate() {
                for (_, a) in row.entries.iter().filter(|(other, _)| other == j) {
                    entries[place].push((number, *a));
                }
            }
            rows.push(MasterRow { entries: Vec::new(), ..MasterRow::of(row) });
        }
        let from = columns.len();
        for (number, row) in rows.iter().enumerate() {
            let scale = row.lower.abs().min(row.upper.abs()).clamp(1.0, 1e9);
            for (wanted, sign) in [(row.lower.is_finite(), 1.0), (row.upper.is_finite(), -1.0)] {
                if wanted {
                    columns.push(Column::non_negative(-self.penalty, scale));
                    entries.push(vec![(number, sign)]);
                }
            }
        }
        self.artificial = from..columns.len();
        self.first_proposal = columns.len();
        rows.extend(self.blocks.iter().map(|_| MasterRow {
            entries: Vec::new(),
            lower: 1.0,
            upper: 1.0,
            cut_for: None,
        }));
        self.mix.add_rows(rows);
        self.mix.add_columns(columns, &entries);
    }

    /// Rows that can hold a block to what it took of the linking rows; they hold nothing until [`Prices::polish`].
    fn set_up_rations(&mut self) {
        for (block, uses) in self.blocks.iter_mut().zip(&self.uses) {
            let mut by_row: std::collections::BTreeMap<usize, Vec<(usize, f64)>> =
                std::collections::BTreeMap::new();
            for &(row, place, a) in uses {
                by_row.entry(row).or_default().push((place, a));
            }
            let rows = by_row.values().map(|entries| MasterRow {
                entries: entries.clone(),
                lower: f64::NEG_INFINITY,
                upper: f64::INFINITY,
                cut_for: None,
            });
            self.rations.push((block.master.rows.len(), by_row.keys().copied().collect()));
            block.add_fixed_rows(rows.collect());
        }
    }

    /// Gives every block that is a mixture the corner of its model that takes as much of the linking rows, where that is
    /// worth as much: fewer lines for the same money.
    fn polish(&mut self, best: &mut [Vec<f64>], allowed: f64) -> Result<(), DecompositionError> {
        let taken: Vec<Vec<f64>> = self
            .uses
            .iter()
            .zip(best.iter())
            .map(|(uses, x)| {
                let mut sums = vec![0.0; self.linking.len()];
                for &(row, place, a) in uses {
                    sums[row] += a * x[place];
                }
                sums
            })
            .collect();
        let (rows, rations) = (&self.mix.rows, &self.rations);
        let corners: Vec<Option<Vec<f64>>> = self
            .blocks
            .par_iter_mut()
            .zip(&taken)
            .zip(rations)
            .map(|((block, taken), (from, of))| {
                for (number, row) in of.iter().enumerate() {
                    let kept = |side: f64, open: f64| if side.is_finite() { taken[*row] } else { open };
                    let lower = kept(rows[*row].lower, f64::NEG_INFINITY);
                    let upper = kept(rows[*row].upper, f64::INFINITY);
                    block.master.set_row_bounds(from + number, lower, upper);
                }
                let objective = block.objective.clone();
                block.master.set_objective(&objective);
                let corner = block.solve().ok().map(|_| block.x());
                for number in 0..of.len() {
                    block.master.set_row_bounds(from + number, f64::NEG_INFINITY, f64::INFINITY);
                }
                corner
            })
            .collect();
        let old: Vec<Option<Vec<f64>>> = best.iter().map(|x| Some(x.clone())).collect();
        let old_values = self.visit(&old)?;
        let values = self.visit(&corners)?;
        self.waiting.clear();
        let share = allowed / self.blocks.len() as f64;
        for (block, corner) in corners.into_iter().enumerate() {
            let old_value = old_values[block].unwrap_or(f64::NEG_INFINITY);
            if let (Some(x), Some(value)) = (corner, values[block])
                && value >= old_value - share
            {
                best[block] = x;
            }
        }
        Ok(())
    }

    /// What rows lack becomes dearer: it must cost more than any price that the rows really have.
    fn raise_penalty(&mut self) {
        self.penalty *= 10.0;
        let mut objective: Vec<f64> = self.mix.columns.iter().map(|column| column.objective).collect();
        objective[self.artificial.clone()].fill(-self.penalty);
        self.mix.set_objective(&objective);
    }

    /// What each block would do at these prices, and the bound that follows.
    fn ask(&mut self, prices: &[f64]) -> Result<(f64, Vec<(f64, Vec<f64>)>), DecompositionError> {
        let uses = &self.uses;
        let answers: Vec<Result<(f64, Vec<f64>), DecompositionError>> = self
            .blocks
            .par_iter_mut()
            .zip(uses)
            .map(|(block, uses)| {
                let mut objective = block.objective.clone();
                for &(row, place, a) in uses {
                    objective[place] -= prices[row] * a;
                }
                block.master.set_objective(&objective);
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

    /// Adds what was visited to the mix.
    fn propose(&mut self) {
        let (mut columns, mut entries) = (Vec::new(), Vec::new());
        for proposal in self.waiting.drain(..) {
            let mut own: Vec<(usize, f64)> = vec![(self.linking.len() + proposal.block, 1.0)];
            own.extend(proposal.used.iter().copied().enumerate().filter(|(_, a)| *a != 0.0));
            columns.push(Column::non_negative(proposal.value, 1.0));
            entries.push(own);
            self.of_block[proposal.block].push(self.proposals.len());
            self.proposals.push(proposal);
        }
        self.mix.add_columns(columns, &entries);
    }

    /// The best proposal of a block at these prices: what it is worth there, and its decisions.
    fn best_proposal(&self, block: usize, prices: &[f64]) -> Option<(f64, &[f64])> {
        let mut best: Option<(f64, &[f64])> = None;
        for number in &self.of_block[block] {
            let proposal = &self.proposals[*number];
            let paid: f64 = proposal.used.iter().zip(prices).map(|(a, price)| a * price).sum();
            let worth = proposal.value - paid;
            if best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, &proposal.x));
            }
        }
        best
    }

    /// The best mix of proposals: its decisions by block, and whether it keeps all linking rows.
    fn best_mix(&mut self) -> Result<(Vec<Vec<f64>>, bool), DecompositionError> {
        match self.mix.solve() {
            Solved::Bound(_) => {}
            Solved::Infeasible => return Err(DecompositionError::Infeasible),
            Solved::Unbounded => return Err(DecompositionError::FirstStageUnbounded),
            Solved::Failed => return Err(DecompositionError::Model),
        }
        let x = self.mix.x();
        let mut blocks: Vec<Vec<f64>> =
            self.blocks.iter().map(|block| vec![0.0; block.columns.len()]).collect();
        let mut shares = vec![0.0; self.blocks.len()];
        for (proposal, share) in self.proposals.iter().zip(&x[self.first_proposal..]) {
            shares[proposal.block] += share.max(0.0);
        }
        for (proposal, share) in self.proposals.iter().zip(&x[self.first_proposal..]) {
            let share = share.max(0.0) / shares[proposal.block].max(1e-9);
            if share > 0.0 {
                for (sum, value) in blocks[proposal.block].iter_mut().zip(&proposal.x) {
                    *sum += share * value;
                }
            }
        }
        let kept = x[self.artificial.clone()].iter().all(|filled| *filled <= 1e-7);
        Ok((blocks, kept))
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
        share: f64,
        reached: &dyn Fn(f64) -> f64,
    ) -> Result<f64, DecompositionError> {
        let mut bound = f64::INFINITY;
        let mut last: Vec<f64> = vec![f64::INFINITY; self.blocks.len()];
        let mut pure = vec![true; self.blocks.len()];
        for _ in 0..SETTLE {
            let (found, answers) = self.ask(prices)?;
            bound = bound.min(found);
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
                    Some(if pure[block] { x.clone() } else { mixed() })
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
        Ok(bound)
    }

    pub(super) fn run(
        &mut self,
        options: &DecompositionOptions<'_>,
    ) -> Result<Decomposed, DecompositionError> {
        let mut prices = self.last_best.clone();
        if self.rounds == 0 {
            prices = self.begin()?;
        }
        let mut bound = f64::INFINITY;
        let mut objective = f64::NEG_INFINITY;
        let mut best: Vec<Vec<f64>> = Vec::new();
        let mut best_prices = prices.clone();
        let mut global = Vec::new();
        let mut since = 0;
        loop {
            self.rounds += 1;
            let before = (objective, bound);
            let unit = options.unit;
            let target = options.gap;
            let (known, best_bound) = (objective, bound);
            let found = self.settle(&prices, 0.25, &|found| {
                let bound = best_bound.min(found);
                if known.is_finite() {
                    (bound - known).max(0.3 * target * known.abs().max(unit))
                } else {
                    1e-2 * bound.abs()
                }
            })?;
            if found < bound {
                bound = found;
                best_prices.clone_from(&prices);
            }
            let (mixed, kept) = self.best_mix()?;
            if !kept {
                self.raise_penalty();
            }
            let duals: Vec<f64> = self.mix.duals()[..self.linking.len()].to_vec();
            let at: Vec<Option<Vec<f64>>> = mixed
                .iter()
                .zip(&self.of_block)
                .map(|(x, known)| {
                    let seen = known.iter().any(|number| self.proposals[*number].x == *x);
                    (!seen).then(|| x.clone())
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
            if let (Some(finish), true) = (finish, objective.is_finite()) {
                self.last_best = best_prices;
                if finish == Finish::Gap {
                    let spare = objective - (bound - options.gap * size);
                    self.polish(&mut best, spare.max(0.0))?;
                }
                return self.answer(finish, &best, &global, bound);
            }
            // Without progress between old and new prices, the new ones themselves.
            let inner = if closed > 0.1 * (bound - objective) { INNER } else { 0.0 };
            prices =
                duals.iter().zip(&best_prices).map(|(new, old)| (1.0 - inner) * new + inner * old).collect();
        }
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

    /// What visiting the mix's decisions showed beyond the mix of values (recourse is concave).
    fn gained(&self, values: &[Option<f64>]) -> f64 {
        let mut mixed = vec![0.0; self.blocks.len()];
        for (proposal, share) in self.proposals.iter().zip(&self.mix.x()[self.first_proposal..]) {
            mixed[proposal.block] += share * proposal.value;
        }
        values
            .iter()
            .zip(mixed)
            .map(|(value, mixed)| {
                value.map_or(0.0, |value| if value.is_finite() { value - mixed } else { 0.0 })
            })
            .sum()
    }

    /// Prices from a likeness of the program: some of its blocks, evenly chosen, with their part of what links them.
    fn likely_prices(&mut self) -> Result<Vec<f64>, DecompositionError> {
        let count = self.blocks.len();
        let few = LIKENESS.min(count);
        let mut chosen: Vec<bool> = vec![false; count];
        for number in 0..few {
            chosen[(number * count).div_euclid(few)] = true;
        }
        let touched: Vec<Vec<usize>> = (0..self.linking.len())
            .map(|row| (0..count).filter(|b| self.uses[*b].iter().any(|(r, _, _)| *r == row)).collect())
            .collect();
        for blocks in &touched {
            // Every row is to be met by some block that is chosen.
            let met = blocks.iter().filter(|block| chosen[**block]).count();
            for block in blocks.iter().take(2_usize.saturating_sub(met)) {
                chosen[*block] = true;
            }
        }
        let mut columns: Vec<usize> = self.global.clone();
        columns
            .extend((0..count).filter(|b| chosen[*b]).flat_map(|b| self.blocks[b].columns.iter().copied()));
        columns.sort_unstable();
        let rows: Vec<Row> = self
            .linking
            .iter()
            .zip(&touched)
            .map(|(row, blocks)| {
                let row = &self.first.rows[*row];
                let met = blocks.iter().filter(|block| chosen[**block]).count();
                let share = if blocks.is_empty() { 1.0 } else { met as f64 / blocks.len() as f64 };
                Row { rhs: row.rhs * share, ..row.clone() }
            })
            .collect();
        let local = self.first.rows.iter().zip(self.first.linking).filter(|(_, l)| !**l).map(|(row, _)| row);
        let within = |row: &&Row| row.entries.first().is_some_and(|(j, _)| columns.binary_search(j).is_ok());
        let first_rows = self.recourses.first_rows.clone();
        let all: Vec<&Row> = rows.iter().chain(local.chain(&first_rows).filter(within)).collect();
        let cells: Vec<usize> = (0..self.block_of_cell.len())
            .filter(|cell| chosen.get(self.block_of_cell[*cell]).is_some_and(|chosen| *chosen))
            .collect();
        let worth = vec![1.0; cells.len()];
        let sizes = cells.iter().map(|cell| self.sizes[*cell]).collect();
        let mut likeness = Block::new(Parts {
            all_columns: self.first.columns,
            objective: &self.objective,
            columns,
            rows: all,
            cells,
            recourses: &self.recourses,
            worth,
            sizes,
        });
        self.solve_likeness(&mut likeness, &chosen)?;
        Ok(likeness.master.duals()[..self.linking.len()].to_vec())
    }

    /// The L-shaped method on the likeness, as far as its prices need; what is learned there the blocks learn too.
    fn solve_likeness(&mut self, likeness: &mut Block, chosen: &[bool]) -> Result<(), DecompositionError> {
        let mut x = vec![0.0; self.first.columns.len()];
        let mut best: Option<(f64, Vec<f64>)> = None;
        let (mut bound, mut pure) = (f64::INFINITY, true);
        for number in 0..LIKENESS_ITERATIONS {
            let wanted = |cell: usize| chosen.get(self.block_of_cell[cell]).is_some_and(|chosen| *chosen);
            let visited = self.recourses.visit(&x, &wanted)?;
            likeness.add_cuts(&visited);
            if number > 0 {
                let blocks = self.blocks.par_iter_mut().zip(chosen).filter(|(_, chosen)| **chosen);
                blocks.for_each(|(block, _)| block.add_cuts(&visited));
            }
            let own: f64 = likeness.columns.iter().zip(&likeness.objective).map(|(j, c)| c * x[*j]).sum();
            let value = own + visited.iter().map(|visited| visited.value).sum::<f64>();
            if visited.iter().all(|visited| visited.needed.is_none())
                && best.as_ref().is_none_or(|(most, _)| value > *most)
                && number > 0
            {
                best = Some((value, x.clone()));
            }
            let before = bound;
            bound = bound.min(likeness.solve()?);
            if let Some((value, _)) = &best {
                let gap = bound - value;
                if gap <= LIKENESS_GAP * value.abs() {
                    break;
                }
                pure = before - bound < 0.2 * gap;
            }
            let found = likeness.x();
            for (j, value) in likeness.columns.iter().zip(found) {
                let old = best.as_ref().map(|(_, best)| best[*j]);
                x[*j] = match old {
                    Some(old) if !pure => 0.5 * (old + value),
                    _ => value,
                };
            }
        }
        Ok(())
    }

    fn answer(
        &mut self,
        finish: Finish,
        best: &[Vec<f64>],
        global: &[f64],
        bound: f64,
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
        let objective: f64 = values.iter().zip(&self.recourses.probabilities).map(|(g, p)| g * p).sum();
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
