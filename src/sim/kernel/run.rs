//! Runs a cluster's program over all periods on one block of samples.
//!
//! The same steps as the plain reference (`sim/period.rs`), with every decision that depends on a sample taken by
//! selecting values instead of branching.

use std::cell::Cell;

use multiversion::multiversion;

use super::super::fit::{DUST, TAKEN};
use super::program::{Kind, Need, Program, RouteProgram, Step, Steps, Sum, Watch};
use super::vector::{
    File, Marks, Stored, Vector, Vectors, WIDTH, above, add, all, both, count, div, either, get, max, min,
    mul, negative, none_left, plus, put, sub, where_above,
};
use crate::model::Varies;
use crate::sampling::{Common, Sampler};
use crate::stats::lanes::Scratch;

/// Why a program could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// A capacity fell below zero.
    Negative {
        /// Number of the capacity.
        capacity: usize,
        /// The period (from 0).
        period: usize,
    },
    /// Nothing limits a channel route.
    Unbounded {
        /// Number of the route.
        route: usize,
        /// The period (from 0).
        period: usize,
    },
}

/// The memory a program works in, kept from cluster to cluster.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// Draws, terms and constants; then per plan its state and its cells.
    file: Vectors,
    scratch: Scratch,
    marks: Vec<Marks>,
    /// Per plan and watch, how often it was seen in each lane that counts, since it was last added up.
    seen: Vec<Marks>,
    /// Per plan and watch, how often it was seen.
    sums: Vec<u64>,
}

/// Periods after which what was seen is added up: no lane counts further than a byte can.
const PERIODS_COUNTED: usize = u8::MAX as usize;

impl Workspace {
    /// The cells of a plan after a run, \[year × cell\], one set of lanes each.
    pub(super) fn cells(&self, program: &Program, years: usize, plan: usize) -> &[Stored] {
        let from = program.cells_at(years, plan);
        &self.file.get()[from..from + years * program.width]
    }

    /// How often each watch of a plan was seen in a run.
    pub(super) fn seen(&self, program: &Program, plan: usize) -> impl Iterator<Item = u64> + '_ {
        let watches = program.watches.len();
        self.sums[plan * watches..(plan + 1) * watches].iter().copied()
    }
}

impl Program {
    fn state_at(&self, years: usize, plan: usize) -> usize {
        self.shared + plan * (self.state + years * self.width)
    }

    fn cells_at(&self, years: usize, plan: usize) -> usize {
        self.state_at(years, plan) + self.state
    }

    fn size(&self, years: usize) -> usize {
        self.state_at(years, self.plans.len())
    }
}

/// The time axis and which lanes count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) sampler: &'a Sampler,
    pub(super) common: &'a Common,
    pub(super) years: usize,
    pub(super) periods_per_year: usize,
    /// Samples that count; the lanes beyond are worked out and left out.
    pub(super) count: usize,
}

/// Runs `program` from the first period to the last.
///
/// # Errors
/// [`Halt`].
pub(super) fn run(program: &Program, run: Run<'_>, space: &mut Workspace) -> Result<(), Halt> {
    let Workspace { file, scratch, marks, seen, sums } = space;
    file.make_room(program.size(run.years));
    marks.clear();
    marks.resize(program.marks, [0; WIDTH]);
    seen.clear();
    seen.resize(program.watches.len() * program.plans.len(), [0; WIDTH]);
    sums.clear();
    sums.resize(seen.len(), 0);
    let file = file.get_mut();
    for (at, value) in &program.constants {
        file[*at] = all(*value).0;
    }
    let mut counted = [0; WIDTH];
    counted[..run.count.min(WIDTH)].fill(1);
    let last = (run.years * run.periods_per_year).saturating_sub(1);
    for t in 0..=last {
        let mut from = 0;
        for (pace, ids) in program.drawn.iter().enumerate() {
            let to = from + ids.len();
            if fresh(pace, t, run.periods_per_year) && !ids.is_empty() {
                run.sampler.fill(run.common, ids, t, &mut file[from..to], scratch);
            }
            from = to;
        }
        let memory = Memory {
            file: Cell::from_mut(&mut *file).as_slice_of_cells(),
            marks: Cell::from_mut(marks.as_mut_slice()).as_slice_of_cells(),
            seen: Cell::from_mut(seen.as_mut_slice()).as_slice_of_cells(),
            counted: &counted,
        };
        period(program, &run, Time { t, last, periods_per_year: run.periods_per_year.max(1) }, memory)?;
        if t == last || (t + 1).is_multiple_of(PERIODS_COUNTED) {
            for (sum, seen) in sums.iter_mut().zip(seen.iter_mut()) {
                *sum += count(std::mem::replace(seen, [0; WIDTH]));
            }
        }
    }
    Ok(())
}

/// True where numbers of a pace change at the start of period `t`.
fn fresh(pace: usize, t: usize, periods_per_year: usize) -> bool {
    t == 0
        || (pace == Varies::Yearly as usize && t.is_multiple_of(periods_per_year.max(1)))
        || pace == Varies::EachPeriod as usize
}

/// When.
#[derive(Debug, Clone, Copy)]
struct Time {
    t: usize,
    last: usize,
    periods_per_year: usize,
}

/// What a period reads and writes.
#[derive(Clone, Copy)]
struct Memory<'a> {
    file: File<'a>,
    marks: &'a [Cell<Marks>],
    seen: &'a [Cell<Marks>],
    /// The lanes that count.
    counted: &'a Marks,
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
fn period(program: &Program, run: &Run<'_>, time: Time, memory: Memory<'_>) -> Result<(), Halt> {
    let Memory { file, marks, .. } = memory;
    let t = time.t;
    for (pace, steps) in program.steps.iter().enumerate() {
        if fresh(pace, t, run.periods_per_year) {
            for run in steps {
                work_out(run, file);
            }
        }
    }
    for (mark, value) in marks.iter().zip(&program.marked) {
        mark.set(above(get(file, *value), 0.0));
    }
    for (union, list) in &program.unions {
        let mut wanted = [0; WIDTH];
        for mark in list {
            wanted = either(wanted, marks[*mark].get());
        }
        marks[*union].set(both(wanted, *memory.counted));
    }
    let year = t.checked_div(run.periods_per_year).unwrap_or(0);
    for plan in 0..program.plans.len() {
        let from = program.state_at(run.years, plan);
        let state = &file[from..from + program.state];
        let cells = program.cells_at(run.years, plan) + year * program.width;
        let cells = &file[cells..cells + program.width];
        if t == 0 {
            for good in &program.goods {
                put(state, good.hand, get(file, good.initial));
                for slot in 0..program.slots {
                    put(state, good.transit + slot, all(0.0));
                }
            }
        }
        fill_capacities(program, plan, time, memory.counted, file, state)?;
        arrive(program, time, file, state);
        for pass in 0..program.passes {
            let untouched = (pass == 0).then_some(program.plans[plan].fills.as_slice());
            for route in &program.channel {
                if !sell(program, route, untouched, time, memory.counted, file, state) {
                    return Err(Halt::Unbounded { route: route.number, period: t });
                }
            }
        }
        for watch in &program.watches {
            if let Some(noted) = watch.noted {
                let wanted = wanted_by_channels(watch, memory);
                marks[noted].set(both(none_left(get(state, watch.left)), wanted));
            }
        }
        for route in &program.stock {
            make_for_stock(program, route, time, file, state);
        }
        look_out(program, plan, memory, state);
        for good in program.goods.iter().filter(|good| !good.keeps) {
            put(state, good.hand, all(0.0));
        }
        book(program, plan, time, file, state, cells);
    }
    Ok(())
}

/// What a step reads, times its factor.
#[inline(always)]
fn scaled<const I: usize>(step: &Step, file: File<'_>) -> Vector {
    mul(get(file, step.from[I]), all(step.factors[I]))
}

#[inline(always)]
fn work_out(steps: &Steps, file: File<'_>) {
    // A macro, not a closure: a closure that is not inlined would not be compiled for wide vectors.
    macro_rules! each {
        ($step:ident: $result:expr) => {
            for $step in &steps.list {
                put(file, $step.to, $result);
            }
        };
    }
    match steps.kind {
        Kind::Scale => each!(step: scaled::<0>(step, file)),
        Kind::Shift => each!(step: add(get(file, step.from[0]), all(step.constant))),
        Kind::One => each!(step: add(scaled::<0>(step, file), all(step.constant))),
        Kind::Two => {
            each!(step: add(add(scaled::<0>(step, file), scaled::<1>(step, file)), all(step.constant)));
        }
        Kind::Three => each!(step: add(
            add(add(scaled::<0>(step, file), scaled::<1>(step, file)), scaled::<2>(step, file)),
            all(step.constant)
        )),
        Kind::Mul => each!(step: mul(get(file, step.from[0]), get(file, step.from[1]))),
        Kind::Inverse => each!(step: div(all(1.0), get(file, step.from[0]))),
        Kind::Max => each!(step: max(get(file, step.from[0]), get(file, step.from[1]))),
        Kind::Select => each!(step: where_above(
            get(file, step.from[0]),
            all(0.0),
            get(file, step.from[1]),
            get(file, step.from[2])
        )),
    }
}

/// What there is of a capacity without a plan: season · standing.
#[inline(always)]
fn standing(program: &Program, capacity: usize, t: usize, file: File<'_>) -> Vector {
    let capacity = &program.capacities[capacity];
    mul(get(file, capacity.varied), all(capacity.times[t % capacity.times.len()]))
}

/// Step 1, capacities: what stands, and what the plan adds. Those that the first route to ask finds as they stand are
/// left to it.
#[inline(always)]
fn fill_capacities(
    program: &Program,
    plan: usize,
    time: Time,
    counted: &Marks,
    file: File<'_>,
    state: File<'_>,
) -> Result<(), Halt> {
    let t = time.t;
    let mut lowered = program.capacities.iter().any(|capacity| capacity.may_be_negative);
    for (k, fills) in program.plans[plan].fills.iter().enumerate() {
        if *fills {
            put(state, k, standing(program, k, t, file));
        }
    }
    for (k, effect, net) in &program.plans[plan].raises {
        lowered |= effect[t] < 0.0;
        let effect = all(effect[t]);
        put(state, *k, add(get(state, *k), mul(effect, get(file, *net))));
    }
    if lowered {
        let filled = program.plans[plan].fills.iter().enumerate().filter(|(_, fills)| **fills);
        for (capacity, _) in filled {
            if count(both(negative(get(state, capacity)), *counted)) > 0 {
                return Err(Halt::Negative { capacity, period: t });
            }
        }
    }
    Ok(())
}

/// Step 1, goods: stocks shrink by their loss, goods due arrive.
#[inline(always)]
fn arrive(program: &Program, time: Time, file: File<'_>, state: File<'_>) {
    for good in &program.goods {
        let due = good.transit + time.t % program.slots;
        let hand = get(state, good.hand);
        let lost = mul(hand, get(file, good.loss));
        put(state, good.hand, add(hand, sub(get(state, due), lost)));
        put(state, due, all(0.0));
    }
}

/// What is left of what a route needs. `fills` is given while routes run for the first time: which capacities have been
/// written down.
#[inline(always)]
fn left_of(
    program: &Program,
    need: &Need,
    fills: Option<&[bool]>,
    t: usize,
    file: File<'_>,
    state: File<'_>,
) -> Vector {
    match (need.first, fills) {
        (Some(k), Some(fills)) if !fills[k] => standing(program, k, t, file),
        _ => get(state, need.left),
    }
}

/// The most units of a route that fit into what is left.
#[inline(always)]
fn most(
    program: &Program,
    route: &RouteProgram,
    fills: Option<&[bool]>,
    t: usize,
    file: File<'_>,
    state: File<'_>,
) -> Vector {
    let mut level = all(f64::INFINITY);
    for group in &route.needs {
        // What is needed in constant amounts comes first and is multiplied by nothing.
        let mut fits = if group.common.is_none() { level } else { all(f64::INFINITY) };
        for need in &group.ones {
            fits = min(left_of(program, need, fills, t, file, state), fits);
        }
        for need in &group.others {
            fits = min(mul(left_of(program, need, fills, t, file, state), all(need.inverse)), fits);
        }
        level = match group.common {
            None => fits,
            Some((_, inverse)) => min(mul(fits, get(file, inverse)), level),
        };
    }
    level
}

/// Takes what `level` units need, and a trifle more: rounding, on either side of zero, leaves nothing.
#[inline(always)]
fn take(
    program: &Program,
    route: &RouteProgram,
    fills: Option<&[bool]>,
    level: Vector,
    t: usize,
    file: File<'_>,
    state: File<'_>,
) {
    let whole = mul(level, all(TAKEN));
    for group in &route.needs {
        let taken = match group.common {
            None => whole,
            Some((amount, _)) => mul(get(file, amount), whole),
        };
        for need in &group.ones {
            lower(need, left_of(program, need, fills, t, file, state), taken, state);
        }
        for need in &group.others {
            let left = left_of(program, need, fills, t, file, state);
            lower(need, left, mul(all(need.amount), taken), state);
        }
    }
}

#[inline(always)]
fn lower(need: &Need, left: Vector, by: Vector, state: File<'_>) {
    put(state, need.left, max(sub(left, by), all(0.0)));
}

/// Step 2 for one route; false if nothing limits it.
#[inline(always)]
fn sell(
    program: &Program,
    route: &RouteProgram,
    fills: Option<&[bool]>,
    time: Time,
    counted: &Marks,
    file: File<'_>,
    state: File<'_>,
) -> bool {
    let level = most(program, route, fills, time.t, file, state);
    let level = where_above(get(file, route.active), all(0.0), level, all(0.0));
    let bounded = route.bounded || count(both(above(level, f64::MAX), *counted)) == 0;
    take(program, route, fills, level, time.t, file, state);
    pass_on(program, route, level, time, file, state);
    let before = if fills.is_some() { all(0.0) } else { get(state, route.level) };
    put(state, route.level, add(before, level));
    bounded
}

/// By-products, on hand at once or in transit.
#[inline(always)]
fn pass_on(
    program: &Program,
    route: &RouteProgram,
    level: Vector,
    time: Time,
    file: File<'_>,
    state: File<'_>,
) {
    for by_product in &route.by_products {
        let amount = mul(level, get(file, by_product.amount));
        deliver(program, by_product.commodity, by_product.lead, amount, time.t, state);
    }
}

#[inline(always)]
fn deliver(program: &Program, commodity: usize, lead: usize, amount: Vector, t: usize, state: File<'_>) {
    for good in program.goods.iter().filter(|good| good.commodity == commodity) {
        let at = if lead == 0 { good.hand } else { good.transit + (t + lead) % program.slots };
        put(state, at, add(get(state, at), amount));
    }
}

/// Step 3 for one route: made until on hand and in transit reach the base stock.
#[inline(always)]
fn make_for_stock(program: &Program, route: &RouteProgram, time: Time, file: File<'_>, state: File<'_>) {
    let Time { t, last, .. } = time;
    let Some(stock) = route.stock else { return };
    let Some(good) = program.goods.iter().find(|good| good.commodity == stock.commodity) else { return };
    let (mut level, mut short) = (all(0.0), all(0.0));
    if t < last && t + stock.lead <= last {
        let mut transit = all(0.0);
        for slot in 0..program.slots {
            transit = add(transit, get(state, good.transit + slot));
        }
        let missing = sub(sub(all(stock.target), get(state, good.hand)), transit);
        let wanted = where_above(missing, all(DUST * stock.target), missing, all(0.0));
        let wanted = where_above(get(file, route.active), all(0.0), wanted, all(0.0));
        let bound = most(program, route, None, t, file, state);
        level = min(bound, wanted);
        short = where_above(wanted, level, all(1.0), all(0.0));
        take(program, route, None, level, t, file, state);
        pass_on(program, route, level, time, file, state);
        deliver(program, stock.commodity, stock.lead, level, t, state);
    }
    put(state, route.level, level);
    put(state, stock.short, short);
}

/// Where some channel route wants what is watched.
#[inline(always)]
fn wanted_by_channels(watch: &Watch, memory: Memory<'_>) -> Marks {
    match watch.wanted {
        None => *memory.counted,
        Some(union) => memory.marks[union].get(),
    }
}

/// When the period ends: counts what has run out while somebody wants it.
#[inline(always)]
fn look_out(program: &Program, plan: usize, memory: Memory<'_>, state: File<'_>) {
    let Memory { file, marks, counted, .. } = memory;
    let watches = program.watches.len();
    let seen = &memory.seen[plan * watches..(plan + 1) * watches];
    for (watch, seen) in program.watches.iter().zip(seen) {
        let mut wanted = match watch.noted {
            None => wanted_by_channels(watch, memory),
            Some(_) => [0; WIDTH],
        };
        for &(short, needs) in &watch.short {
            let mut short = above(get(state, short), 0.0);
            if let Some(needs) = needs {
                short = both(short, above(get(file, needs), 0.0));
            }
            wanted = either(wanted, both(short, *counted));
        }
        let mut found = both(none_left(get(state, watch.left)), wanted);
        if let Some(noted) = watch.noted {
            found = either(found, marks[noted].get());
        }
        seen.set(plus(seen.get(), found));
    }
}

/// Books what the period's routes made, sold, cost and paid, and the upkeep of the plan; when a year ends, the cells that
/// are sums of others.
#[inline(always)]
fn book(program: &Program, plan: usize, time: Time, file: File<'_>, state: File<'_>, cells: File<'_>) {
    let t = time.t;
    let new_year = t.is_multiple_of(time.periods_per_year);
    for tallies in &program.tallies {
        let sum = sum_of(all(0.0), &tallies.sum, state);
        for &(coefficient, at) in &tallies.in_cells {
            grow(cells, at, coefficient, sum, new_year, file);
        }
        for &(coefficient, at) in &tallies.in_state {
            grow(state, at, coefficient, sum, new_year, file);
        }
    }
    if new_year {
        for place in program.upkeep_places {
            put(cells, place, all(0.0));
        }
    }
    for (money, share) in &program.plans[plan].upkeep {
        for place in program.upkeep_places {
            let cost = mul(all(money[t]), get(file, *share));
            put(cells, place, sub(get(cells, place), cost));
        }
    }
    if (t + 1).is_multiple_of(time.periods_per_year) {
        for year in &program.year_sums {
            let upkeep = program.upkeep_places.contains(&year.place);
            let before = if upkeep { get(cells, year.place) } else { all(0.0) };
            let sum = sum_of(before, &year.of_cells, cells);
            put(cells, year.place, sum_of(sum, &year.of_state, state));
        }
    }
}

/// Adds `sum`, times a coefficient if there is one, to what was added up since the year began.
#[inline(always)]
fn grow(of: File<'_>, at: usize, coefficient: Option<usize>, sum: Vector, new_year: bool, file: File<'_>) {
    let more = match coefficient {
        None => sum,
        Some(coefficient) => mul(get(file, coefficient), sum),
    };
    put(of, at, if new_year { more } else { add(get(of, at), more) });
}

#[inline(always)]
fn sum_of(start: Vector, of: &Sum, values: File<'_>) -> Vector {
    let mut sum = start;
    for at in &of.plain {
        sum = add(sum, get(values, *at));
    }
    for &(times, at) in &of.scaled {
        sum = add(sum, mul(all(times), get(values, at)));
    }
    sum
}
