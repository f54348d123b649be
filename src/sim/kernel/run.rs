//! Runs a cluster's program over all periods on one block of samples.
//!
//! The same steps as the plain reference (`sim/period.rs`), with every decision that depends on a sample taken by
//! selecting values instead of branching.

use std::cell::Cell;

use multiversion::multiversion;

use super::super::fit::{ALL, DUST};
use super::capacity::standing;
use super::needs::{Needs, most, pass_by, take};
use super::plan::{PlanProgram, Raised};
use super::program::Program;
use super::route::RouteProgram;
use super::steps::{Kind, Step, Steps};
use super::vector::{
    File, Marks, NONE, Stored, Vector, Vectors, above, add, all, any, both, count, div, either, first, get,
    inverses, max, min, mul, negative, none_left, plus, put, sub, where_above, where_marked,
};
use super::watch::Watch;
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

    /// Number of times that each watch of a plan was seen in a run.
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
    // Memory for the whole run.
    file.make_room(program.size(run.years));
    marks.clear();
    marks.resize(program.marks, NONE);
    seen.clear();
    seen.resize(program.watches.len() * program.plans.len(), NONE);
    sums.clear();
    sums.resize(seen.len(), 0);
    let file = file.get_mut();
    for (at, value) in &program.constants {
        file[*at] = all(*value).0;
    }
    let counted = first(run.count);
    let last = (run.years * run.periods_per_year).saturating_sub(1);
    for t in 0..=last {
        // 1. Draws, at each number's own pace.
        let mut from = 0;
        for (pace, ids) in program.drawn.iter().enumerate() {
            let to = from + ids.len();
            if fresh(pace, t, run.periods_per_year) && !ids.is_empty() {
                run.sampler.fill(run.common, ids, t, &mut file[from..to], scratch);
            }
            from = to;
        }
        // 2. The period, under every plan.
        let memory = Memory {
            file: Cell::from_mut(&mut *file).as_slice_of_cells(),
            marks: Cell::from_mut(marks.as_mut_slice()).as_slice_of_cells(),
            seen: Cell::from_mut(seen.as_mut_slice()).as_slice_of_cells(),
            counted: &counted,
        };
        let periods_per_year = run.periods_per_year.max(1);
        period(program, &run, Time { t, last, periods_per_year, season: t % periods_per_year }, memory)?;
        // 3. Counts of bottlenecks, before a byte overflows.
        if t == last || (t + 1).is_multiple_of(PERIODS_COUNTED) {
            for (sum, seen) in sums.iter_mut().zip(seen.iter_mut()) {
                *sum += count(std::mem::replace(seen, NONE));
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
    /// Number of the period in its year.
    season: usize,
}

/// Memory that a period reads and writes.
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
    // 1. Terms, each at its own pace.
    for (pace, steps) in program.steps.iter().enumerate() {
        if fresh(pace, t, run.periods_per_year) {
            for run in steps {
                work_out(run, file, marks);
            }
        }
    }
    // 2. Marks of routes that run, and unions of them.
    for (value, mark) in &program.marked {
        marks[*mark].set(above(get(file, *value), 0.0));
    }
    for (union, list) in &program.unions {
        let mut wanted = NONE;
        for mark in list {
            wanted = either(wanted, marks[*mark].get());
        }
        marks[*union].set(both(wanted, *memory.counted));
    }
    // 3. The same four steps as the plain reference, plan by plan.
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
        // Step 1: capacities and arrivals.
        fill_capacities(program, plan, time, memory.counted, file)?;
        arrive(program, time, file, state);
        // Step 2: sales in merit order, again where by-products may feed one another.
        for pass in 0..program.passes {
            for (number, route) in program.channel.iter().enumerate() {
                if pass == 0 {
                    sell::<true>(program, route, &program.plans[plan].first[number], time, memory, state);
                } else {
                    let needs = &program.plans[plan].again[number];
                    sell::<false>(program, route, needs, time, memory, state);
                }
                if !route.bounded && without_bound(route, memory.counted, state) {
                    return Err(Halt::Unbounded { route: route.number, period: t });
                }
            }
        }
        // Goods are looked at when selling ends: production for stock may use up more of them.
        for watch in &program.watches {
            if let Some(noted) = watch.noted {
                let wanted = wanted_by_channels(watch, memory);
                marks[noted].set(both(none_left(get(state, watch.left)), wanted));
            }
        }
        // Step 3: production for stock.
        for (route, needs) in program.stock.iter().zip(&program.plans[plan].stock) {
            make_for_stock(program, route, needs, time, memory, state);
        }
        // Step 4: bottlenecks, losses and books.
        look_out(program, plan, memory, state);
        for good in program.goods.iter().filter(|good| !good.keeps) {
            put(state, good.hand, all(0.0));
        }
        book(program, plan, time, file, state, cells);
    }
    Ok(())
}

/// The operand of a step times its factor.
#[inline(always)]
fn scaled<const I: usize>(step: &Step, file: File<'_>) -> Vector {
    mul(get(file, step.from[I]), all(step.factors[I]))
}

#[inline(always)]
fn work_out(steps: &Steps, file: File<'_>, marks: &[Cell<Marks>]) {
    // Macros, not closures: a closure that is not inlined would not be compiled for wide vectors.
    macro_rules! each {
        ($step:ident: $result:expr) => {
            for $step in &steps.list {
                put(file, $step.to, $result);
            }
        };
    }
    macro_rules! mark_each {
        ($step:ident: $result:expr) => {
            for $step in &steps.list {
                marks[$step.to].set(above($result, 0.0));
            }
        };
    }
    macro_rules! plus {
        ($step:ident) => {
            add(add(get(file, $step.from[0]), scaled::<1>($step, file)), all($step.constant))
        };
    }
    macro_rules! two {
        ($step:ident) => {
            add(add(scaled::<0>($step, file), scaled::<1>($step, file)), all($step.constant))
        };
    }
    macro_rules! three {
        ($step:ident) => {
            add(
                add(add(scaled::<0>($step, file), scaled::<1>($step, file)), scaled::<2>($step, file)),
                all($step.constant),
            )
        };
    }
    match steps.kind {
        Kind::Scale => each!(step: scaled::<0>(step, file)),
        Kind::Shift => each!(step: add(get(file, step.from[0]), all(step.constant))),
        Kind::One => each!(step: add(scaled::<0>(step, file), all(step.constant))),
        Kind::Plus => each!(step: plus!(step)),
        Kind::Two => each!(step: two!(step)),
        Kind::Three => each!(step: three!(step)),
        Kind::PlusAbove => mark_each!(step: plus!(step)),
        Kind::TwoAbove => mark_each!(step: two!(step)),
        Kind::ThreeAbove => mark_each!(step: three!(step)),
        Kind::Mul => each!(step: mul(get(file, step.from[0]), get(file, step.from[1]))),
        Kind::Inverse => each!(step: div(all(1.0), get(file, step.from[0]))),
        Kind::Inverses => {
            for step in &steps.list {
                let (first, second) = inverses(get(file, step.from[0]), get(file, step.from[1]));
                put(file, step.to, first);
                put(file, step.also, second);
            }
        }
        Kind::Max => each!(step: max(get(file, step.from[0]), get(file, step.from[1]))),
        Kind::Select => each!(step: where_above(
            get(file, step.from[0]),
            all(0.0),
            get(file, step.from[1]),
            get(file, step.from[2])
        )),
    }
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
) -> Result<(), Halt> {
    let t = time.t;
    let PlanProgram { fills, left, raises, .. } = &program.plans[plan];
    let mut lowered = program.may_be_negative;
    // Capacities without a plan, then what the plan adds.
    for k in fills {
        put(file, left[*k], standing(&program.capacities[*k], time.season, file));
    }
    for Raised { capacity: k, effect, net } in raises {
        lowered |= effect[t] < 0.0;
        let effect = all(effect[t]);
        put(file, left[*k], add(get(file, left[*k]), mul(effect, get(file, *net))));
    }
    // Only plans or variations that lower a capacity can take it below zero.
    if lowered {
        for &capacity in fills {
            if any(both(negative(get(file, left[capacity])), *counted)) {
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

/// Step 2 for one route, the first time in a period or again.
#[inline(always)]
fn sell<const FIRST: bool>(
    program: &Program,
    route: &RouteProgram,
    needs: &Needs,
    time: Time,
    Memory { file, marks, .. }: Memory<'_>,
    state: File<'_>,
) {
    // A route that is worth running in no sample of the block leaves everything as it is.
    if route.active.is_some_and(|mark| !any(marks[mark].get())) {
        pass_by(needs, &program.capacities, time.season, file);
        if FIRST {
            put(state, route.level, all(0.0));
        }
        return;
    }
    // The level that fits, in the lanes where the route is worth running.
    let level = most(needs, &program.capacities, time.season, file);
    let level = match route.active {
        None => level,
        Some(mark) => where_marked(marks[mark].get(), level),
    };
    // Written down before what it needs is taken, so that registers are free for that.
    let at = if FIRST { route.level } else { program.more };
    put(state, at, level);
    take(needs, level, &program.capacities, time.season, file);
    if !route.by_products.is_empty() {
        pass_on(program, route, get(state, at), time, file, state);
    }
    if !FIRST {
        put(state, route.level, add(get(state, route.level), get(state, at)));
    }
}

/// True if nothing limited a route.
#[inline(always)]
fn without_bound(route: &RouteProgram, counted: &Marks, state: File<'_>) -> bool {
    any(both(above(get(state, route.level), f64::MAX), *counted))
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
fn make_for_stock(
    program: &Program,
    route: &RouteProgram,
    needs: &Needs,
    time: Time,
    Memory { file, marks, .. }: Memory<'_>,
    state: File<'_>,
) {
    let Time { t, last, .. } = time;
    let Some(stock) = route.stock else { return };
    let Some(good) = program.goods.iter().find(|good| good.commodity == stock.commodity) else { return };
    let (mut level, mut short) = (all(0.0), all(0.0));
    if t < last && t + stock.lead <= last {
        // Missing to the base stock.
        let mut transit = all(0.0);
        for slot in 0..program.slots {
            transit = add(transit, get(state, good.transit + slot));
        }
        let missing = sub(sub(all(stock.target), get(state, good.hand)), transit);
        let wanted = where_above(missing, all(DUST * stock.target), missing, all(0.0));
        let wanted = match route.active {
            None => wanted,
            Some(mark) => where_marked(marks[mark].get(), wanted),
        };
        // As much of it as fits; a note where that is short.
        let bound = most(needs, &program.capacities, time.season, file);
        level = min(bound, wanted);
        short = where_above(mul(wanted, all(ALL)), level, all(1.0), all(0.0));
        take(needs, level, &program.capacities, time.season, file);
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
    let left = &program.plans[plan].left;
    let (mut of, mut none) = (usize::MAX, NONE);
    for (watch, seen) in program.watches.iter().zip(seen) {
        // Watches of the same thing stand side by side.
        if watch.left != of {
            of = watch.left;
            none = none_left(match left.get(of) {
                Some(at) => get(file, *at),
                None => get(state, of),
            });
        }
        // Wanted by channel routes, or by stock routes that fell short.
        let mut wanted = match watch.noted {
            None => wanted_by_channels(watch, memory),
            Some(_) => NONE,
        };
        for &(short, needs) in &watch.short {
            let mut short = above(get(state, short), 0.0);
            if let Some(needs) = needs {
                short = both(short, above(get(file, needs), 0.0));
            }
            wanted = either(wanted, both(short, *counted));
        }
        let mut found = both(none, wanted);
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
    // Tallies of the period.
    for tallies in &program.tallies {
        let sum = match tallies.sum.plain.as_slice() {
            [first, plain @ ..] => sum_of(get(state, *first), plain, &tallies.sum.scaled, state),
            [] => sum_of(all(0.0), &[], &tallies.sum.scaled, state),
        };
        for &(coefficient, at) in &tallies.in_cells {
            grow(cells, at, coefficient, sum, new_year, file);
        }
        for &(coefficient, at) in &tallies.in_state {
            grow(state, at, coefficient, sum, new_year, file);
        }
    }
    // Upkeep, used or not.
    if new_year {
        for place in &program.upkeep_places {
            put(cells, *place, all(0.0));
        }
    }
    for upkeep in &program.plans[plan].upkeep {
        for &place in &upkeep.places {
            let cost = mul(all(upkeep.money[t]), get(file, upkeep.share));
            put(cells, place, sub(get(cells, place), cost));
        }
        if let Some((place, factor)) = upkeep.economic {
            let cost = mul(all(factor * upkeep.money[t]), get(file, upkeep.share));
            put(cells, place, sub(get(cells, place), cost));
        }
    }
    // Cells that are sums of others, when the year ends.
    if (t + 1).is_multiple_of(time.periods_per_year) {
        for year in &program.year_sums {
            let before = if year.burdened { get(cells, year.place) } else { all(0.0) };
            let sum = sum_of(before, &year.of_cells.plain, &year.of_cells.scaled, cells);
            put(cells, year.place, sum_of(sum, &year.of_state.plain, &year.of_state.scaled, state));
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
fn sum_of(start: Vector, plain: &[usize], scaled: &[(f64, usize)], values: File<'_>) -> Vector {
    let mut sum = start;
    for at in plain {
        sum = add(sum, get(values, *at));
    }
    for &(times, at) in scaled {
        sum = add(sum, mul(all(times), get(values, at)));
    }
    sum
}
