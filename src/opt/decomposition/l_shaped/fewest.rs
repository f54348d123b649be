//! Few lines of money: decisions that are worth enough, with as few lines as can be found, and a bound on how few there could be.
//!
//! The model of cuts has a row that asks for the value. Three parts share it:
//!
//! - *a relaxation* (this file): each line costs its money over the most that it can get. Its optimum, from duals in our own
//!   arithmetic, bounds the number of lines; the most that a line can get is asked of the same model, with the value kept.
//! - *thinning* (`thin`): lines are left out some at a time, the least first, and whether what is left can be worth enough is
//!   asked of the decomposition itself. It begins with the lines known, and with those that a reweighted l1 norm leaves (Candès, Wakin
//!   and Boyd 2008).
//! - *a search* (`search`): branch and bound over which lines there are, of so many nodes as time allows for the size. It is what finds
//!   and proves the fewest where lines are few.
//!
//! Whole numbers are free to be fractions in all of that, so that bounds hold for them too. Lines are then found good by the search
//! for whole numbers among them, and in whole amounts.

mod search;
mod thin;

use std::collections::BTreeSet;

use super::super::super::program::Column;
use super::super::branch::{self, Relaxation};
use super::super::counted::{CountedLine, FewerLines, Fewest, FewestQuestion};
use super::super::master::MasterRow;
use super::super::problem::{Decomposed, DecompositionError, FirstStage, Iteration};
use super::{Best, LShaped};

/// Visits of recourse for one question about the value of some lines, and to bring the relaxation's decisions to the value asked for.
const VISITS: usize = 40;
const VISITS_OF_RELAXATION: usize = 12;
/// Lines whose most is asked for: of so many lines, and of more.
const ASKED: usize = 300;
const ASKED_OF_MANY: usize = 100;
/// Share of the value to which the best decisions on the lines found are worked out.
const CLOSE: f64 = 1e-7;
/// Nodes of a search for whole numbers among given lines.
const NODES: usize = 12;
/// A number of lines that is no whole one is rounded up, but for this.
const ROUNDING: f64 = 1e-5;
/// Work of a step at most, in that of the solver for one row or column and iteration; and what the visit of a recourse problem counts
/// for.
const WORK: f64 = 5e8;
const WORK_OF_VISIT: f64 = 5e3;
/// Lines of a large program: lines that the known decisions lack are not looked at then, but for the bound.
const LARGE: usize = 3_000;

/// Whether a line may have money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It may, and counts for its share of the most it can get.
    Free,
    /// It may not.
    Out,
    /// It may, and counts.
    In,
}

/// What is known about some lines.
enum Verdict {
    /// These decisions are worth enough.
    Enough(Best),
    /// Nothing on these lines is worth enough, or none keeps the rules.
    TooLittle,
    /// There is no telling within so many visits.
    Unknown,
}

/// The best decisions in whole amounts that are known, with their number of lines.
struct Known {
    lines: usize,
    /// Their value; of those known at the start that of the best plan.
    objective: f64,
    found: Option<FewerLines>,
}

/// The search as it stands.
struct Few<'s, 'a, 'q> {
    whole: &'s mut LShaped<'a>,
    question: FewestQuestion<'q>,
    value_row: usize,
    /// Objective of all columns of the model: its row asks for this value.
    worth: Vec<f64>,
    /// The most that each line can get with the value kept.
    most: Vec<f64>,
    /// The price of a line in the model, so that costs are about as large as values.
    price: f64,
    /// By how much decisions whose whole numbers may be fractions must be worth more.
    beyond: f64,
    has_integers: bool,
    known: Known,
    /// Lines that were tried in whole amounts.
    tried: BTreeSet<Vec<bool>>,
    at_least: usize,
    /// Work done in the step that goes on, by which it ends: the same on every machine.
    work: f64,
}

impl LShaped<'_> {
    /// Adds the row that can ask for a value; it says nothing yet. To be called before there are cuts.
    pub(in super::super) fn add_value_row(&mut self) {
        let columns = &self.block.master.columns;
        let entries = columns.iter().enumerate().filter(|(_, column)| column.objective != 0.0);
        let entries = entries.map(|(j, column)| (j, column.objective)).collect();
        let row = MasterRow { entries, lower: f64::NEG_INFINITY, upper: f64::INFINITY, cut_for: None };
        self.value_row = Some(self.block.master.rows.len());
        self.block.add_fixed_rows(vec![row]);
    }

    /// Decisions with few lines. The program is not to be used afterwards.
    pub(in super::super) fn fewest(
        &mut self,
        question: FewestQuestion<'_>,
    ) -> Result<Fewest, DecompositionError> {
        let value_row = self.value_row.ok_or(DecompositionError::Model)?;
        let known = self.try_out(question.known)?.ok_or(DecompositionError::Infeasible)?;
        let worth = self.block.master.columns.iter().map(|column| column.objective).collect();
        let counted = |line: &&CountedLine| is_funded(line, question.known);
        let lines = question.lines.iter().filter(counted).count();
        let mut few = Few {
            value_row,
            worth,
            most: question.lines.iter().map(|line| line.most).collect(),
            price: known.objective.abs().max(question.options.unit) / lines.max(1) as f64,
            beyond: 0.0,
            has_integers: self.first.columns.iter().any(|column| column.integer),
            known: Known { lines, objective: known.objective, found: None },
            tried: BTreeSet::new(),
            at_least: 0,
            work: 0.0,
            whole: self,
            question,
        };
        // What brings most comes first: time may end it anywhere. What a step found stays, whatever keeps it from going on.
        let steps = [Few::begin, Few::thin_known, Few::bound, Few::thin_reweighted, Few::search];
        for step in steps {
            few.work = 0.0;
            if few.at_least >= few.known.lines || step(&mut few).is_err() {
                break;
            }
        }
        Ok(Fewest { at_least: few.at_least.min(few.known.lines), found: few.known.found })
    }
}

/// True if the line has money beyond what is locked: half a rupiah and what a solver may leave.
fn is_funded(line: &CountedLine, x: &[f64]) -> bool {
    x[line.column] - line.locked > (1e-7 * line.most).max(0.5e-6)
}

impl Few<'_, '_, '_> {
    /// True until the step's work is done or time is up.
    fn going(&self) -> bool {
        let told = Iteration { number: 0, objective: self.question.aim, bound: f64::INFINITY };
        self.work < WORK && (self.question.options.progress)(told)
    }

    /// Solves the model as it now is; its bound.
    fn solve(&mut self) -> Result<f64, DecompositionError> {
        let before = self.whole.block.master.work();
        let solved = self.whole.block.solve();
        self.work += self.whole.block.master.work() - before;
        solved
    }

    /// The value of decisions, whose visit gives cuts.
    fn value(&mut self, x: &[f64]) -> Result<Option<Best>, DecompositionError> {
        let problems: usize = self.whole.recourses.cells.iter().map(|cell| cell.samples.len()).sum();
        self.work += WORK_OF_VISIT * problems as f64;
        self.whole.try_out(x)
    }

    /// The lines that have money.
    fn funded(&self, x: &[f64]) -> Vec<bool> {
        self.question.lines.iter().map(|line| is_funded(line, x)).collect()
    }

    /// Puts bounds of lines and of whole numbers as `ways` say.
    fn hold(&mut self, ways: &[Way]) {
        let first = self.whole.first.columns;
        for column in self.whole.whole_numbers() {
            self.whole.set_column_bounds(column, first[column].lower, first[column].upper);
        }
        for (number, way) in ways.iter().enumerate() {
            let line = self.question.lines[number];
            let own = &first[line.column];
            let upper = if *way == Way::Out { line.locked } else { own.upper.min(self.most[number]) };
            self.whole.block.master.set_bounds(line.column, own.lower.min(upper), upper);
        }
    }

    /// The least that these `costs` of lines come to where decisions must be worth enough: a bound by duals. Nothing where the
    /// solver finds none.
    fn relaxed(&mut self, ways: &[Way], costs: &[f64]) -> Result<Option<f64>, DecompositionError> {
        self.hold(ways);
        let mut objective = vec![0.0; self.worth.len()];
        for (line, cost) in self.question.lines.iter().zip(costs) {
            objective[line.column] -= cost;
        }
        let constant = self.whole.constant();
        let asked = self.question.enough - constant;
        self.whole.block.master.set_objective(&objective);
        self.whole.block.master.set_row_bounds(self.value_row, asked, f64::INFINITY);
        let solved = self.solve();
        let block = &mut self.whole.block;
        let least = solved.map(|_| block.master.least_at_value(self.value_row, &self.worth));
        block.master.set_row_bounds(self.value_row, f64::NEG_INFINITY, f64::INFINITY);
        block.tidy();
        match least {
            Ok(least) => Ok(Some(least)),
            Err(DecompositionError::Infeasible) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What each free line costs, so that all of the most it can get costs the price of a line.
    fn shares(&self, ways: &[Way]) -> Vec<f64> {
        let share = |(number, way): (usize, &Way)| {
            let room = self.most[number] - self.question.lines[number].locked;
            if *way == Way::Free && room > 0.0 { self.price / room } else { 0.0 }
        };
        ways.iter().enumerate().map(share).collect()
    }

    /// The number of lines that costs of free lines stand for, with those that count anyway.
    fn count(&self, ways: &[Way], costs: &[f64], cost: f64) -> usize {
        let locked: f64 = self.question.lines.iter().zip(costs).map(|(line, c)| c * line.locked).sum();
        let free = (cost - locked) / self.price;
        let counted = ways.iter().filter(|way| **way == Way::In).count();
        counted + libm::ceil(free - ROUNDING).max(0.0) as usize
    }

    /// A first bound on the number of lines.
    fn begin(&mut self) -> Result<(), DecompositionError> {
        self.brought_to_value(&vec![Way::Free; self.most.len()])?;
        Ok(())
    }

    /// Bounds the number of lines by the relaxation, whose cuts are made better and whose lines are asked for the most they can get.
    fn bound(&mut self) -> Result<(), DecompositionError> {
        let ways = vec![Way::Free; self.question.lines.len()];
        let mut left = if ways.len() <= ASKED { ASKED } else { ASKED_OF_MANY };
        loop {
            let x = self.brought_to_value(&ways)?;
            let Some(x) = x else { break };
            // The most that the lines with money can get: all lines where these are few.
            let few = self.question.lines.len() <= left;
            let asked: Vec<usize> = (0..ways.len())
                .filter(|n| few || is_funded(&self.question.lines[*n], &x))
                .take(left)
                .collect();
            let mut closer = false;
            for number in asked {
                if !self.going() {
                    return Ok(());
                }
                left -= 1;
                closer |= self.ask_most(&ways, number)?;
            }
            if !closer || left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Asks the model for the most that a line can get with the value kept; true if it is much less than was known.
    fn ask_most(&mut self, ways: &[Way], number: usize) -> Result<bool, DecompositionError> {
        let (before, locked) = (self.most[number], self.question.lines[number].locked);
        let mut costs = vec![0.0; ways.len()];
        costs[number] = -self.price / before.max(1e-9);
        let Some(least) = self.relaxed(ways, &costs)? else { return Ok(false) };
        let most = (least / costs[number]) * (1.0 + 1e-7) + 1e-6;
        if most.is_finite() && most < before {
            self.most[number] = most.max(locked);
            return Ok(before - locked > 1.02 * (most - locked));
        }
        Ok(false)
    }

    /// Solves the relaxation at the root, with cuts at its decisions until these are worth enough: its last decisions.
    fn brought_to_value(&mut self, ways: &[Way]) -> Result<Option<Vec<f64>>, DecompositionError> {
        let mut last = None;
        for _ in 0..VISITS_OF_RELAXATION {
            if !self.going() {
                return Ok(None);
            }
            let costs = self.shares(ways);
            let Some(least) = self.relaxed(ways, &costs)? else { return Ok(last) };
            self.at_least = self.at_least.max(self.count(ways, &costs, least));
            let x = self.whole.decisions();
            let value = self.value(&x)?.map_or(f64::NEG_INFINITY, |found| found.objective);
            last = Some(x);
            if value >= self.question.enough {
                break;
            }
        }
        Ok(last)
    }

    /// Whether some decisions on the lines `kept` are worth `aim`, whole numbers free to be fractions; with `closely` the best ones.
    fn most_on(&mut self, kept: &[bool], aim: f64, closely: bool) -> Result<Verdict, DecompositionError> {
        let ways: Vec<Way> = kept.iter().map(|kept| if *kept { Way::In } else { Way::Out }).collect();
        self.hold(&ways);
        let value = self.worth.clone();
        self.whole.block.master.set_objective(&value);
        let constant = self.whole.constant();
        let mut best: Option<Best> = None;
        for visit in 0..VISITS {
            if !self.going() {
                break;
            }
            let bound = match self.solve() {
                Ok(bound) => bound + constant,
                Err(DecompositionError::Infeasible) => return Ok(Verdict::TooLittle),
                Err(error) => return Err(error),
            };
            self.whole.block.tidy();
            let reached = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective);
            if bound < aim && reached < aim {
                return Ok(Verdict::TooLittle);
            }
            if closely
                && best.is_some()
                && bound - reached <= CLOSE * reached.abs().max(self.question.options.unit)
            {
                break;
            }
            // The vertex and halfway to the best known by turns.
            let vertex = self.whole.decisions();
            let point = match &best {
                Some(best) if visit % 2 == 1 => {
                    vertex.iter().zip(&best.x).map(|(a, b)| 0.5 * (a + b)).collect()
                }
                _ => vertex,
            };
            if let Some(found) = self.value(&point)?
                && best.as_ref().is_none_or(|best| found.objective > best.objective)
            {
                best = Some(found);
            }
            if !closely && best.as_ref().is_some_and(|best| best.objective >= aim) {
                break;
            }
        }
        Ok(best.filter(|best| best.objective >= aim).map_or(Verdict::Unknown, Verdict::Enough))
    }

    /// Decisions with whole numbers on the lines `kept`, by a search of few nodes that ends once they are worth enough.
    fn whole_on(&mut self, kept: &[bool]) -> Result<Option<Best>, DecompositionError> {
        let ways: Vec<Way> = kept.iter().map(|kept| if *kept { Way::In } else { Way::Out }).collect();
        self.hold(&ways);
        let value = self.worth.clone();
        self.whole.block.master.set_objective(&value);
        // Switches over lines that are out are off from the start.
        let mut columns: Vec<Column> = self.whole.first.columns.to_vec();
        let held: Vec<usize> =
            self.question.lines.iter().zip(kept).filter(|(_, kept)| !**kept).map(|(l, _)| l.column).collect();
        for (z, switch) in &self.whole.switches {
            if held.contains(&switch.column) {
                columns[*z].upper = 0.0;
            }
        }
        let first = FirstStage { columns: &columns, ..self.whole.first };
        let integers = self.whole.whole_numbers();
        let (aim, going) = (self.question.aim, self.question.options.progress);
        let progress = |iteration: Iteration| {
            let open = iteration.objective < aim && iteration.bound >= aim;
            open && going(Iteration { bound: f64::INFINITY, ..iteration })
        };
        let mut options = self.question.options;
        options.progress = &progress;
        match branch::search(self.whole, first, integers, &options, Some(NODES)) {
            Ok(found) => {
                let best = found.best.filter(|best| best.objective >= aim);
                Ok(best.map(|Decomposed { x, objective, values, .. }| Best { x, objective, values }))
            }
            Err(DecompositionError::Infeasible | DecompositionError::Interrupted) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tries whether decisions on the lines `kept`, in whole amounts, are worth enough, and notes them. Whole rupiah move the value by rupiah, so that it is that of the decisions before, as of any plan; unless it is
    /// to be worked out anew.
    fn settle(&mut self, kept: &[bool]) -> Result<bool, DecompositionError> {
        if !self.tried.insert(kept.to_vec()) {
            return Ok(false);
        }
        let best = if self.has_integers {
            self.whole_on(kept)?
        } else {
            match self.most_on(kept, self.question.aim, true)? {
                Verdict::Enough(best) => Some(best),
                Verdict::TooLittle | Verdict::Unknown => None,
            }
        };
        best.map_or(Ok(false), |best| self.accept(best, kept))
    }

    /// Notes decisions on the lines `kept`, brought to whole amounts, if they are worth enough and have fewer lines than known, or as few
    /// and are worth more; false if they are not worth enough.
    fn accept(&mut self, best: Best, kept: &[bool]) -> Result<bool, DecompositionError> {
        let Some(x) = (self.question.whole)(&best.x, kept) else { return Ok(false) };
        let best = if self.question.anew { self.value(&x)? } else { Some(best) };
        let Some(best) = best.filter(|best| best.objective >= self.question.enough) else { return Ok(false) };
        let lines = self.funded(&x).into_iter().filter(|funded| *funded).count();
        let Known { lines: known, objective, found } = &self.known;
        if lines < *known || (lines == *known && found.is_some() && best.objective > *objective) {
            let (objective, found) = (best.objective, Some(FewerLines { x, values: best.values }));
            self.known = Known { lines, objective, found };
        }
        Ok(true)
    }
}
