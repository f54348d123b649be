//! ColumnGeneration on the rows that link blocks: each block answers prices with the best it can do by its model of cuts, and a small
//! program mixes the answers (Dantzig and Wolfe 1960); the cuts of a block stay valid whatever the prices.
//!
//! A round: the mix gives prices; between these and the best so far every block is solved, which bounds the maximum
//! (Σ of the blocks' bounds + prices · right-hand sides, valid for any prices of the right sign); the answers and the mix
//! itself are visited, which gives cuts, proposals with their true values, and a plan with its value.

mod integers;
mod likeness;
mod mix;
mod required;
mod smoothing;

mod blocks;

use rayon::prelude::*;

use self::smoothing::Smoothing;
use super::block::Block;
use super::choice::Question;
use super::problem::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, Iteration, Scheme, finished,
};

pub(super) use self::blocks::ColumnGeneration;
use self::blocks::{CHOICE, SETTLE};

/// Rounds without progress after which rounding is to blame.
const STALLED: usize = 60;
const PROGRESS: f64 = 1e-10;
/// Where the first prices leave more than this share of the bound open, blocks are asked at these multiples of them, to this
/// share of the bound.
const UNLIKELY: f64 = 0.1;
const LADDER: [f64; 5] = [0.25, 0.5, 1.5, 2.5, 5.0];
const LADDER_SHARE: f64 = 2e-2;
/// Progress, as a share of the gap, that is worth staying near the best prices.
const SLOW: f64 = 0.1;
/// Times the size of all values below which whole numbers are taken to break linking rows.
const HOPELESS: f64 = 1e3;

/// Blocks are settled at prices to this share of the gap left.
const SETTLED: f64 = 0.25;

/// The best mix of proposals so far.
#[derive(Debug)]
struct Incumbent {
    objective: f64,
    /// Decisions by block.
    x: Vec<Vec<f64>>,
    /// Decisions of no block.
    global: Vec<f64>,
}

impl Default for Incumbent {
    fn default() -> Self {
        Self { objective: f64::NEG_INFINITY, x: Vec::new(), global: Vec::new() }
    }
}

impl ColumnGeneration<'_> {
    /// The blocks' answers to `prices`, and the bound that follows. First each block is asked for some whole numbers alone; where
    /// these are worth so much that the bound is not below the one that is `known`, they are the answers, and what they are worth is
    /// no bound: false.
    fn ask_at_most(
        &mut self,
        prices: &[f64],
        question: Question,
        known: f64,
    ) -> Result<(f64, bool, Vec<(f64, Vec<f64>)>), DecompositionError> {
        let mut question = question;
        if known.is_finite() && !self.settled() {
            let (least, answers) = self.ask(prices, Question { partly: true, ..question })?;
            if least >= known {
                return Ok((least, false, answers));
            }
            question.again = true;
        }
        let (bound, answers) = self.ask(prices, question)?;
        Ok((bound, true, answers))
    }

    /// Lets every block find its best at these prices, to about [`SETTLED`] of the gap left; the bound that follows where it
    /// is below the one that is `known`.
    fn settle(
        &mut self,
        prices: &[f64],
        tolerance: f64,
        known: f64,
        reached: &dyn Fn(f64) -> f64,
    ) -> Result<(f64, Vec<f64>), DecompositionError> {
        let (mut bound, mut level) = (f64::INFINITY, f64::INFINITY);
        let mut slope = Vec::new();
        let mut last: Vec<f64> = vec![f64::INFINITY; self.blocks.len()];
        let mut pure = vec![true; self.blocks.len()];
        for time in 0..SETTLE {
            let question = Question { tolerance, again: time > 0, partly: false };
            let (found, is_bound, answers) = self.ask_at_most(prices, question, known)?;
            if found < level {
                (level, slope) = (found, self.slope(&answers));
            }
            if is_bound {
                bound = bound.min(found);
            }
            let allowed = SETTLED * reached(level) / self.blocks.len() as f64;
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
                    let mixed = || {
                        let mut mixed: Vec<f64> = x.iter().zip(best).map(|(a, b)| 0.5 * (a + b)).collect();
                        self.blocks[block].fill(&mut mixed);
                        mixed
                    };
                    let apart = !self.whole[block].agree(&x, best);
                    Some(if pure[block] || apart { x.clone() } else { mixed() })
                })
                .collect();
            if at.iter().all(Option::is_none) {
                break;
            }
            self.visit(&at)?;
            self.propose();
            if open <= SETTLED * reached(level) {
                break;
            }
        }
        Ok((bound, slope))
    }

    /// The slack of the linking rows at the blocks' answers: the slope of the bound in prices.
    fn slope(&self, answers: &[(f64, Vec<f64>)]) -> Vec<f64> {
        let mut left = self.rhs.clone();
        for (uses, (_, x)) in self.uses.iter().zip(answers) {
            for &(row, place, a) in uses {
                left[row] -= a * x[place];
            }
        }
        left
    }

    /// Column generation, round after round (Dantzig and Wolfe 1960).
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
        let mut incumbent = Incumbent::default();
        let mut best_prices = prices.clone();
        let mut since = 0;
        let (mut aim, mut smoothing) = (prices.clone(), Smoothing::default());
        loop {
            self.rounds += 1;
            let before = (incumbent.objective, bound);

            // Pricing: the blocks' answers bound the maximum.
            let (found, slope) = self.price(&prices, incumbent.objective, bound, options)?;
            smoothing.look(&slope, &aim, &best_prices);
            if found < bound {
                bound = found;
                best_prices.clone_from(&prices);
            }

            // Mixing: the best mix of proposals, visited.
            self.improve(&mut incumbent)?;
            self.blocks.par_iter_mut().for_each(Block::tidy);
            let objective = incumbent.objective;

            // Whether to stop.
            let iteration = Iteration { number: self.rounds, objective, bound };
            let going = (options.progress)(iteration);
            let size = objective.abs().max(options.unit);
            let closed = (before.1 - bound) + (objective - before.0);
            since = if closed > PROGRESS * size || objective.is_infinite() { 0 } else { since + 1 };
            let finish = finished(options, objective, bound, going, since >= STALLED);
            let least = self.least.max(-HOPELESS * self.sizes.iter().sum::<f64>().max(options.unit));
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
                    self.polish(&mut incumbent.x, spare.max(0.0))?;
                }
                return self.answer(finish, &incumbent, bound);
            }

            // The next prices: between the mix's and the best so far.
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

    /// Settles the blocks at these prices as closely as the gap between `objective` and `bound` asks for; the bound and its
    /// slope.
    fn price(
        &mut self,
        prices: &[f64],
        objective: f64,
        bound: f64,
        options: &DecompositionOptions<'_>,
    ) -> Result<(f64, Vec<f64>), DecompositionError> {
        let (unit, target) = (options.unit, options.gap);
        let known = objective.is_finite();
        let worth = if known { objective.abs().max(unit) } else { self.sizes.iter().sum() };
        let left = if known && bound.is_finite() { bound - objective } else { 0.0 };
        let tolerance = CHOICE * left.max(target * worth) / self.blocks.len() as f64;
        self.settle(prices, tolerance, bound, &|found| {
            let bound = bound.min(found);
            if known {
                (bound - objective).max(0.3 * target * objective.abs().max(unit))
            } else {
                1e-2 * bound.abs()
            }
        })
    }

    /// Visits the best mix of proposals, which replaces the incumbent where it is better.
    fn improve(&mut self, incumbent: &mut Incumbent) -> Result<(), DecompositionError> {
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
        if kept && whole > incumbent.objective {
            let global = self.mix.x()[..self.global.len()].to_vec();
            *incumbent = Incumbent { objective: whole, x: mixed, global };
        }
        Ok(())
    }

    /// Asks the blocks at cheaper and dearer prices, so that the mix has answers to choose from.
    fn ladder(&mut self, bound: &mut f64, best: &mut Vec<f64>) -> Result<(), DecompositionError> {
        let prices = best.clone();
        for step in LADDER {
            let at: Vec<f64> = prices.iter().map(|price| step * price).collect();
            let (found, _) = self.settle(&at, 0.0, f64::INFINITY, &|found| LADDER_SHARE * found.abs())?;
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
        best: &Incumbent,
        bound: f64,
    ) -> Result<Decomposed, DecompositionError> {
        let mut x = vec![0.0; self.first.columns.len()];
        for (block, own) in self.blocks.iter().zip(&best.x) {
            for (j, value) in block.columns.iter().zip(own) {
                x[*j] = *value;
            }
        }
        for (j, value) in self.global.iter().zip(&best.global) {
            x[*j] = *value;
        }
        let shared: f64 = self.first.columns.iter().zip(&x).map(|(column, x)| column.objective * x).sum();
        let visited = self.recourses.visit(&x, &|_| true)?;
        let values = self.recourses.values(&x, shared, &visited);
        let mut objective: f64 = values.iter().zip(&self.recourses.probabilities).map(|(g, p)| g * p).sum();
        if !self.settled() {
            // Parts of whole numbers are worth what they are mixed of.
            objective = best.objective;
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
            scheme: Scheme::ColumnGeneration,
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
