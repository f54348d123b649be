//! The blocks of the first stage with their masters of cuts, and the mix of their proposals.

use rayon::prelude::*;

use super::super::super::program::Column;
use super::super::super::union_find::UnionFind;
use super::super::block::{Block, Parts};
use super::super::cell::{Recourses, Samples};
use super::super::choice::Question;
use super::super::fold::{Fold, folds};
use super::super::l_shaped::{clamped, start};
use super::super::learned::{Learned, Proposal};
use super::super::master::Master;
use super::super::problem::{DecompositionError, FirstStage, Manner, WHOLE};
use crate::control::Control;

/// Groups of samples with a cut each where nothing is said: fewer where whole numbers make blocks be asked often.
const GROUPS: usize = 6;
const GROUPS_WHOLE: usize = 2;
/// Times that blocks answer the same prices at most before these change.
pub(super) const SETTLE: usize = 6;
/// A block's whole numbers are chosen to this share of the gap asked for.
pub(super) const CHOICE: f64 = 0.1;

/// A demand on a block: one of the switches at these places must be on.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    pub(super) block: usize,
    pub(super) places: Vec<usize>,
}

impl Demand {
    /// True if `x` has one of them.
    pub(super) fn met(&self, x: &[f64]) -> bool {
        self.places.iter().any(|place| x[*place] > 1.0 - WHOLE)
    }
}

/// The bound of the whole program at some prices, and what each block adds to it.
#[derive(Debug, Clone)]
pub(super) struct Base {
    pub(super) prices: Vec<f64>,
    pub(super) bound: f64,
    pub(super) own: Vec<f64>,
}

/// The whole numbers of a block: where they stand in it, and the bounds that hold now.
#[derive(Debug)]
pub(super) struct WholeNumbers {
    pub(super) places: Vec<usize>,
    pub(super) bounds: Vec<(f64, f64)>,
}

impl WholeNumbers {
    /// Those among a block's columns, within the bounds that the program states.
    pub(super) fn of(first: FirstStage<'_>, columns: &[usize]) -> Self {
        let places: Vec<usize> =
            (0..columns.len()).filter(|place| first.columns[columns[*place]].integer).collect();
        let stated = |place: &usize| {
            let column = &first.columns[columns[*place]];
            (column.lower, column.upper)
        };
        Self { bounds: places.iter().map(stated).collect(), places }
    }

    /// True if there is nothing left to decide.
    pub(super) fn fixed(&self) -> bool {
        self.bounds.iter().all(|(low, high)| low == high)
    }

    /// True if `x` has whole numbers there.
    pub(super) fn are_whole(&self, x: &[f64]) -> bool {
        self.places.iter().all(|place| (x[*place] - libm::round(x[*place])).abs() <= WHOLE)
    }

    /// True if `x` has whole numbers there, within the bounds that hold now.
    pub(super) fn admit(&self, x: &[f64]) -> bool {
        self.places.iter().zip(&self.bounds).all(|(place, (low, high))| {
            let whole = libm::round(x[*place]);
            (x[*place] - whole).abs() <= WHOLE && *low <= whole && whole <= *high
        })
    }

    /// The whole numbers of `x`.
    pub(super) fn pattern(&self, x: &[f64]) -> Vec<i64> {
        self.places.iter().map(|place| libm::round(x[*place]) as i64).collect()
    }

    /// True if `a` and `b` have the same whole numbers.
    pub(super) fn agree(&self, a: &[f64], b: &[f64]) -> bool {
        self.places.iter().all(|place| libm::round(a[*place]) == libm::round(b[*place]))
    }
}

/// The blocks, and the mix of their proposals.
pub(in super::super) struct ColumnGeneration<'a> {
    pub(super) first: FirstStage<'a>,
    pub(in super::super) recourses: Recourses<'a>,
    /// Stocks of whose pieces the blocks' models do without.
    pub(super) folds: Vec<Fold>,
    pub(super) blocks: Vec<Block<'a>>,
    /// Which block each cell belongs to.
    pub(super) block_of_cell: Vec<usize>,
    /// Entries of each block in the linking rows: (row among these, place in the block, coefficient).
    pub(super) uses: Vec<Vec<(usize, usize, f64)>>,
    /// The block of each column and its place there; of a column of no block nonsense.
    pub(super) place_of: Vec<(usize, usize)>,
    /// Each block's whole numbers.
    pub(super) whole: Vec<WholeNumbers>,
    /// Linking rows and columns of no block.
    pub(super) linking: Vec<usize>,
    pub(super) rhs: Vec<f64>,
    pub(super) global: Vec<usize>,
    pub(super) mix: Master,
    pub(super) proposals: Vec<Proposal>,
    /// Those of them whose whole numbers are within the bounds that hold now.
    pub(super) admitted: Vec<bool>,
    /// Visited, not yet in the mix.
    pub(super) waiting: Vec<Proposal>,
    /// Numbers of each block's proposals.
    pub(super) of_block: Vec<Vec<usize>>,
    /// About how large each cell's values are.
    pub(super) sizes: Vec<f64>,
    pub(super) start: Vec<f64>,
    /// First row of each block's rations, and the linking rows they are of.
    pub(super) rations: Vec<(usize, Vec<usize>)>,
    pub(super) penalty: f64,
    /// Column of the mix that the first proposal is.
    pub(super) first_proposal: usize,
    pub(super) artificial: std::ops::Range<usize>,
    pub(super) constant: f64,
    pub(super) objective: Vec<f64>,
    /// The prices with the best bound of the last run.
    pub(super) last_best: Vec<f64>,
    /// These were given.
    pub(super) priced: bool,
    pub(super) rounds: usize,
    /// A node that cannot bring more than this is given up.
    pub(super) least: f64,
    /// The prices with the best bound of the last run with all whole numbers free; empty before there was one.
    pub(super) root_best: Vec<f64>,
    /// The bound that something required is measured by, once it was asked for.
    pub(super) base: Option<Base>,
    /// The demand on the answers of a block.
    pub(super) demand: Option<Demand>,
}

/// The blocks that first-stage columns fall into; `None` for columns that only linking rows know.
fn blocks_of(first: FirstStage<'_>, recourses: &Recourses<'_>) -> (Vec<Option<usize>>, usize) {
    let mut joined = UnionFind::new(first.columns.len());
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

/// The entries of the linking rows, by block: (row among these, place in the block, coefficient).
fn uses_of(
    first: FirstStage<'_>,
    linking: &[usize],
    block_of: &[Option<usize>],
    blocks: &[Block<'_>],
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

/// The cells of each block, and the block of each cell.
fn cells_of(
    recourses: &Recourses<'_>,
    block_of: &[Option<usize>],
    count: usize,
) -> (Vec<Vec<usize>>, Vec<usize>) {
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
    (cells, block_of_cell)
}

/// A column within its ceiling: without the linking rows nothing else may keep a block's decisions finite.
fn boxed(column: &Column) -> Column {
    Column { upper: column.upper.min(column.ceiling), ..*column }
}

impl<'a> ColumnGeneration<'a> {
    pub(in super::super) fn new(
        first: FirstStage<'a>,
        samples: &dyn Samples,
        groups: Option<usize>,
    ) -> Result<Self, DecompositionError> {
        // The recourse in cells: fewer groups where the search solves the program again and again.
        let searching = first.columns.iter().any(|column| column.integer);
        let usual = if searching { GROUPS_WHOLE } else { GROUPS };
        let mut recourses = Recourses::new(samples, &|_| groups.unwrap_or(usual), Control::unlimited());
        let objective = recourses.expected_objective(first.columns);
        // Columns, rows and cells by block; a column of no block is in linking rows alone.
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
        let own = || first.rows.iter().zip(first.linking).filter(|(_, l)| !**l).map(|(row, _)| row);
        for row in own().chain(&first_rows) {
            if let Some(block) = row.entries.first().and_then(|(j, _)| block_of[*j]) {
                rows[block].push(row);
            }
        }
        // A start that keeps the local rows gives the size of each cell, in which its model is solved.
        let (cells, block_of_cell) = cells_of(&recourses, &block_of, count);
        let start = start(first.columns, own().chain(&first_rows))?;
        let sizes = recourses.sizes_at(&start)?;
        let size = sizes.iter().sum::<f64>() / count.max(1) as f64;
        // A master for each block, within ceilings: the price of money may leave a block unbounded.
        let folds = folds(first, &recourses.first_rows, &recourses.first_objectives);
        let boxed: Vec<Column> = first.columns.iter().map(boxed).collect();
        let blocks: Vec<Block<'a>> = columns
            .into_iter()
            .zip(rows)
            .zip(cells)
            .map(|((columns, rows), cells)| {
                let worth = vec![1.0; cells.len()];
                let sizes = cells.iter().map(|cell| sizes[*cell]).collect();
                let (all_columns, objective) = (boxed.as_slice(), &objective);
                let (recourses, folds) = (&recourses, folds.as_slice());
                let parts =
                    Parts { all_columns, objective, columns, rows, cells, recourses, folds, worth, sizes };
                Block::new(parts, Manner::BY_CEILINGS)
            })
            .collect();
        // The mixture of the blocks' answers under the linking rows.
        let linking: Vec<usize> = (0..first.rows.len()).filter(|row| first.linking[*row]).collect();
        let constant = recourses.probabilities.iter().zip(&recourses.offsets).map(|(p, o)| p * o).sum();
        let mut prices = Self {
            mix: Master::new(Vec::new(), size),
            last_best: vec![0.0; linking.len()],
            priced: false,
            rhs: linking.iter().map(|row| first.rows[*row].rhs).collect(),
            first,
            recourses,
            folds,
            block_of_cell,
            uses: uses_of(first, &linking, &block_of, &blocks),
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

    /// The same program with another first stage, its costs the same.
    pub(in super::super) fn with_first_stage<'b>(self, first: FirstStage<'b>) -> ColumnGeneration<'b>
    where
        'a: 'b,
    {
        let mut other = ColumnGeneration { first, ..self };
        for block in &mut other.blocks {
            for (place, j) in block.columns.iter().enumerate() {
                block.master.set_room(place, &boxed(&first.columns[*j]));
            }
        }
        for (place, j) in other.global.iter().enumerate() {
            other.mix.set_room(place, &first.columns[*j]);
        }
        first.rows.iter().enumerate().for_each(|(number, row)| other.set_rhs(number, row.rhs));
        other
    }

    pub(in super::super) fn learned(&self, x: &[f64]) -> Learned {
        Learned {
            x: x.to_vec(),
            prices: self.last_best.clone(),
            blocks: self.blocks.iter().map(Block::learned).collect(),
            proposals: self.proposals.clone(),
        }
    }

    pub(in super::super) fn teach(&mut self, learned: &Learned) -> Result<bool, DecompositionError> {
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
        self.start = clamped(self.first.columns, &learned.x);
        let visited = self.recourses.visit(&self.start, &|_| true)?;
        Ok(self.blocks.iter().all(|block| {
            let x: Vec<f64> = block.columns.iter().map(|j| self.start[*j]).collect();
            block.cuts_hold(&x, &visited)
        }))
    }

    /// Decisions to begin at, and prices to ask first (by first-stage row) where they are known.
    pub(in super::super) fn begin_at(&mut self, x: &[f64], duals: &[f64]) {
        self.start = clamped(self.first.columns, x);
        if !duals.is_empty() {
            self.last_best = self.linking.iter().map(|row| duals[*row]).collect();
            self.priced = true;
        }
    }

    /// Sets the constants that are added to the samples' values.
    pub(in super::super) fn set_offsets(&mut self, offsets: Vec<f64>) {
        self.recourses.offsets = offsets;
        let recourses = &self.recourses;
        self.constant = recourses.probabilities.iter().zip(&recourses.offsets).map(|(p, o)| p * o).sum();
    }

    /// The right-hand side of a linking row, from now on.
    pub(in super::super) fn set_rhs(&mut self, row: usize, rhs: f64) {
        let Ok(number) = self.linking.binary_search(&row) else { return };
        self.rhs[number] = rhs;
        self.base = None;
        let own = &self.mix.rows[number];
        let side = |old: f64| if old.is_finite() { rhs } else { old };
        let (lower, upper) = (side(own.lower), side(own.upper));
        self.mix.set_row_bounds(number, lower, upper);
    }

    /// Pricing: the best answer of each block at these prices, and the Lagrangian bound that follows. Where whole
    /// numbers are asked for partly it is no bound, but the bound is no lower.
    pub(super) fn ask(
        &mut self,
        prices: &[f64],
        question: Question,
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
                    return block.choose(&whole.places, &whole.bounds, question);
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
    pub(super) fn visit(&mut self, at: &[Option<Vec<f64>>]) -> Result<Vec<Option<f64>>, DecompositionError> {
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
            .filter_map(|(block, at)| at.as_ref().map(|at| (block, at)))
            .for_each(|(block, at)| block.add_cuts(&visited, at));
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
    pub(in super::super) fn estimate(
        &mut self,
        row: usize,
    ) -> Result<Option<(f64, f64)>, DecompositionError> {
        let Ok(number) = self.linking.binary_search(&row) else { return Ok(None) };
        let (_, kept) = self.best_mix()?;
        Ok(kept.then(|| (self.mix.objective() + self.constant, self.mix.duals()[number])))
    }

    /// A lower bound on the value of the last mix.
    pub(in super::super) fn confirm(&self) -> f64 {
        self.mix.objective() + self.constant
    }
}
