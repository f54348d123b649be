//! Runs a cluster's program over all periods on one block of samples.
//!
//! The same steps as the plain reference (`sim/period.rs`), with every decision that depends on a sample taken by
//! selecting values instead of branching.

use std::cell::Cell;

use multiversion::multiversion;

use super::super::fit::DUST;
use super::program::{Program, RouteProgram, Step};
use super::vector::{
    CHUNKS, File, Slot, Vector, WIDTH, add, all, div, get, max, min, mul, sub, where_above, where_none,
};
use crate::model::Varies;
use crate::sampling::{Common, LANES, Sampler};
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
    file: Vec<Vector>,
    scratch: Scratch,
    /// Per plan and watch, lanes in which it was seen, over all periods.
    seen: Vec<Vector>,
}

impl Workspace {
    /// The cells of a plan after a run, \[year × cell\], one set of lanes each.
    pub(super) fn cells(&self, program: &Program, years: usize, plan: usize) -> &[Vector] {
        let from = program.cells_at(years, plan);
        &self.file[from..from + years * program.width * CHUNKS]
    }

    /// How often each watch of a plan was seen in a run.
    pub(super) fn seen(&self, program: &Program, plan: usize) -> impl Iterator<Item = u64> + '_ {
        let watches = program.watches.len();
        self.seen[plan * watches..(plan + 1) * watches].iter().map(|lanes| lanes.iter().sum::<f64>() as u64)
    }
}

impl Program {
    fn state_at(&self, years: usize, plan: usize) -> usize {
        self.shared + plan * (self.state + years * self.width * CHUNKS)
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
    let Workspace { file, scratch, seen } = space;
    file.clear();
    file.resize(program.size(run.years), all(0.0));
    seen.clear();
    seen.resize(program.watches.len() * program.plans.len(), all(0.0));
    for (at, value) in &program.constants {
        file[*at] = all(*value);
    }
    let last = (run.years * run.periods_per_year).saturating_sub(1);
    for t in 0..=last {
        let mut from = 0;
        for (pace, ids) in program.drawn.iter().enumerate() {
            let to = from + ids.len() * CHUNKS;
            if fresh(pace, t, run.periods_per_year) && !ids.is_empty() {
                let (lanes, _) = file[from..to].as_flattened_mut().as_chunks_mut::<LANES>();
                run.sampler.fill(run.common, ids, t, lanes, scratch);
            }
            from = to;
        }
        let cells = Cell::from_mut(file.as_mut_slice()).as_slice_of_cells();
        let watching = Cell::from_mut(seen.as_mut_slice()).as_slice_of_cells();
        period(program, &run, t, last, cells, watching)?;
    }
    Ok(())
}

/// True where numbers of a pace change at the start of period `t`.
fn fresh(pace: usize, t: usize, periods_per_year: usize) -> bool {
    t == 0
        || (pace == Varies::Yearly as usize && t.is_multiple_of(periods_per_year.max(1)))
        || pace == Varies::EachPeriod as usize
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn period(
    program: &Program,
    run: &Run<'_>,
    t: usize,
    last: usize,
    file: &[Cell<Vector>],
    seen: &[Cell<Vector>],
) -> Result<(), Halt> {
    for (pace, steps) in program.steps.iter().enumerate() {
        if fresh(pace, t, run.periods_per_year) {
            for step in steps {
                work_out(*step, file);
            }
        }
    }
    for plan in 0..program.plans.len() {
        let from = program.state_at(run.years, plan);
        let state = &file[from..from + program.state];
        let year = t.checked_div(run.periods_per_year).unwrap_or(0);
        let cells = program.cells_at(run.years, plan) + year * program.width * CHUNKS;
        let cells = &file[cells..cells + program.width * CHUNKS];
        let watches = program.watches.len();
        let seen = &seen[plan * watches..(plan + 1) * watches];
        if t == 0 {
            for good in program.goods.iter().filter(|good| good.keeps) {
                for c in 0..CHUNKS {
                    state[good.hand + c].set(get(file, good.initial, c));
                }
            }
        }
        fill_capacities(program, plan, t, run, file, state)?;
        arrive(program, t, file, state);
        for pass in 0..program.passes {
            for route in &program.channel {
                if !sell(program, route, pass == 0, t, run.count, file, state) {
                    return Err(Halt::Unbounded { route: route.number, period: t });
                }
            }
        }
        watch_goods(program, file, state);
        for route in &program.stock {
            make_for_stock(program, route, t, last, file, state);
        }
        watch(program, run.count, file, state, seen);
        for good in program.goods.iter().filter(|good| !good.keeps) {
            for c in 0..CHUNKS {
                state[good.hand + c].set(all(0.0));
            }
        }
        book(program, plan, t, file, state, cells);
    }
    Ok(())
}

#[inline(always)]
fn each(out: Slot, file: File<'_>, f: impl Fn(usize) -> Vector) {
    for c in 0..CHUNKS {
        let value = f(c);
        file[out.of(c)].set(value);
    }
}

#[inline(always)]
fn work_out(step: Step, file: File<'_>) {
    match step {
        Step::Add(a, b, out) => each(out, file, |c| add(get(file, a, c), get(file, b, c))),
        Step::Sub(a, b, out) => each(out, file, |c| sub(get(file, a, c), get(file, b, c))),
        Step::Mul(a, b, out) => each(out, file, |c| mul(get(file, a, c), get(file, b, c))),
        Step::Div(a, b, out) => each(out, file, |c| div(get(file, a, c), get(file, b, c))),
        Step::Max(a, b, out) => each(out, file, |c| max(get(file, a, c), get(file, b, c))),
        Step::Select(when, then, otherwise, out) => each(out, file, |c| {
            where_above(get(file, when, c), all(0.0), get(file, then, c), get(file, otherwise, c))
        }),
    }
}

/// Step 1, capacities: season · standing, and what the plan adds.
#[inline(always)]
fn fill_capacities(
    program: &Program,
    plan: usize,
    t: usize,
    run: &Run<'_>,
    file: File<'_>,
    state: File<'_>,
) -> Result<(), Halt> {
    for (k, capacity) in program.capacities.iter().enumerate() {
        let season = all(capacity.season[t % capacity.season.len()]);
        for c in 0..CHUNKS {
            state[k * CHUNKS + c].set(mul(season, get(file, capacity.standing, c)));
        }
    }
    let mut lowered = program.capacities.iter().any(|capacity| capacity.may_be_negative);
    for (k, effect, net) in &program.plans[plan].raises {
        lowered |= effect[t] < 0.0;
        let effect = all(effect[t]);
        for c in 0..CHUNKS {
            let left = &state[k * CHUNKS + c];
            left.set(add(left.get(), mul(effect, get(file, *net, c))));
        }
    }
    if lowered {
        for capacity in 0..program.capacities.len() {
            for c in 0..CHUNKS {
                let lanes = run.count.saturating_sub(c * WIDTH).min(WIDTH);
                let left = state[capacity * CHUNKS + c].get();
                if left[..lanes].iter().any(|left| left.is_nan() || *left < 0.0) {
                    return Err(Halt::Negative { capacity, period: t });
                }
            }
        }
    }
    Ok(())
}

/// Step 1, goods: stocks shrink by their loss, goods due arrive.
#[inline(always)]
fn arrive(program: &Program, t: usize, file: File<'_>, state: File<'_>) {
    for good in &program.goods {
        let due = good.transit + (t % program.slots) * CHUNKS;
        for c in 0..CHUNKS {
            let hand = state[good.hand + c].get();
            let lost = mul(hand, get(file, good.loss, c));
            state[good.hand + c].set(add(hand, sub(state[due + c].get(), lost)));
            state[due + c].set(all(0.0));
        }
    }
}

/// The most units of a route that fit into what is left.
#[inline(always)]
fn most(route: &RouteProgram, c: usize, file: File<'_>, state: File<'_>) -> Vector {
    let mut level = all(f64::INFINITY);
    for need in &route.needs {
        level = min(mul(state[need.left + c].get(), get(file, need.inverse, c)), level);
    }
    level
}

/// Takes what `level` units need; rounding, on either side of zero, is swept away.
#[inline(always)]
fn take(route: &RouteProgram, c: usize, level: Vector, file: File<'_>, state: File<'_>) {
    for need in &route.needs {
        let left = state[need.left + c].get();
        let rest = sub(left, mul(get(file, need.amount, c), level));
        state[need.left + c].set(where_above(rest, mul(all(DUST), left), rest, all(0.0)));
    }
}

/// Step 2 for one route; false if nothing limits it.
#[inline(always)]
fn sell(
    program: &Program,
    route: &RouteProgram,
    first: bool,
    t: usize,
    count: usize,
    file: File<'_>,
    state: File<'_>,
) -> bool {
    let mut bounded = true;
    for c in 0..CHUNKS {
        let mut level = most(route, c, file, state);
        if let Some(active) = route.active {
            level = where_above(get(file, active, c), all(0.0), level, all(0.0));
        }
        if !route.bounded {
            let lanes = count.saturating_sub(c * WIDTH).min(WIDTH);
            bounded &= !level[..lanes].iter().any(|level| level.is_infinite());
        }
        take(route, c, level, file, state);
        pass_on(program, route, c, level, t, file, state);
        let ran = &state[route.level + c];
        ran.set(if first { level } else { add(ran.get(), level) });
    }
    bounded
}

/// By-products, on hand at once or in transit.
#[inline(always)]
fn pass_on(
    program: &Program,
    route: &RouteProgram,
    c: usize,
    level: Vector,
    t: usize,
    file: File<'_>,
    state: File<'_>,
) {
    for by_product in &route.by_products {
        let amount = mul(level, get(file, by_product.amount, c));
        deliver(program, by_product.commodity, by_product.lead, c, amount, t, state);
    }
}

#[inline(always)]
fn deliver(
    program: &Program,
    commodity: usize,
    lead: usize,
    c: usize,
    amount: Vector,
    t: usize,
    state: File<'_>,
) {
    for good in program.goods.iter().filter(|good| good.commodity == commodity) {
        let at = if lead == 0 { good.hand } else { good.transit + ((t + lead) % program.slots) * CHUNKS };
        state[at + c].set(add(state[at + c].get(), amount));
    }
}

/// Step 3 for one route: made until on hand and in transit reach the base stock.
#[inline(always)]
fn make_for_stock(
    program: &Program,
    route: &RouteProgram,
    t: usize,
    last: usize,
    file: File<'_>,
    state: File<'_>,
) {
    let Some(stock) = route.stock else { return };
    let Some(good) = program.goods.iter().find(|good| good.commodity == stock.commodity) else { return };
    for c in 0..CHUNKS {
        let (mut level, mut short) = (all(0.0), all(0.0));
        if t < last && t + stock.lead <= last {
            let mut transit = all(0.0);
            for slot in 0..program.slots {
                transit = add(transit, state[good.transit + slot * CHUNKS + c].get());
            }
            let missing = sub(sub(all(stock.target), state[good.hand + c].get()), transit);
            let mut wanted = where_above(missing, all(DUST * stock.target), missing, all(0.0));
            if let Some(active) = route.active {
                wanted = where_above(get(file, active, c), all(0.0), wanted, all(0.0));
            }
            let bound = most(route, c, file, state);
            level = min(bound, wanted);
            short = where_above(wanted, level, all(1.0), all(0.0));
            take(route, c, level, file, state);
            pass_on(program, route, c, level, t, file, state);
            deliver(program, stock.commodity, stock.lead, c, level, t, state);
        }
        state[route.level + c].set(level);
        state[stock.short + c].set(short);
    }
}

/// When selling ends: notes the goods of which none are left while a channel route wants them.
#[inline(always)]
fn watch_goods(program: &Program, file: File<'_>, state: File<'_>) {
    for watch in &program.watches {
        let Some(noted) = watch.noted else { continue };
        for c in 0..CHUNKS {
            let wanted = match watch.wanted {
                None => all(1.0),
                Some(active) => where_above(get(file, active, c), all(0.0), all(1.0), all(0.0)),
            };
            state[noted + c].set(where_none(state[watch.left + c].get(), wanted));
        }
    }
}

/// When the period ends: counts what has run out while somebody wants it.
#[inline(always)]
fn watch(program: &Program, count: usize, file: File<'_>, state: File<'_>, seen: &[Cell<Vector>]) {
    for (watch, seen) in program.watches.iter().zip(seen) {
        let mut sum = seen.get();
        for c in 0..CHUNKS {
            let mut wanted = all(0.0);
            for &(short, needs) in &watch.short {
                let mut short = state[short + c].get();
                if let Some(needs) = needs {
                    short = where_above(get(file, needs, c), all(0.0), short, all(0.0));
                }
                wanted = max(wanted, short);
            }
            if watch.by_channel && watch.noted.is_none() {
                wanted = match watch.wanted {
                    None => all(1.0),
                    Some(active) => where_above(get(file, active, c), all(0.0), all(1.0), wanted),
                };
            }
            let mut found = where_none(state[watch.left + c].get(), wanted);
            if let Some(noted) = watch.noted {
                found = max(found, state[noted + c].get());
            }
            if count < LANES {
                for (lane, found) in found.iter_mut().enumerate() {
                    *found = if c * WIDTH + lane < count { *found } else { 0.0 };
                }
            }
            sum = add(sum, found);
        }
        seen.set(sum);
    }
}

/// Books what the period's routes made, sold, cost and paid, and the upkeep of the plan.
#[inline(always)]
fn book(program: &Program, plan: usize, t: usize, file: File<'_>, state: File<'_>, cells: File<'_>) {
    for flow in &program.flows {
        for c in 0..CHUNKS {
            state[flow.offset + c].set(sum_of(all(0.0), &flow.terms, c, file, state));
        }
    }
    for booking in &program.bookings {
        for c in 0..CHUNKS {
            let cell = &cells[booking.place * CHUNKS + c];
            cell.set(sum_of(cell.get(), &booking.terms, c, file, state));
        }
    }
    for (money, share) in &program.plans[plan].upkeep {
        for place in program.upkeep_places {
            for c in 0..CHUNKS {
                let cell = &cells[place * CHUNKS + c];
                cell.set(sub(cell.get(), mul(all(money[t]), get(file, *share, c))));
            }
        }
    }
}

#[inline(always)]
fn sum_of(start: Vector, terms: &[(Slot, usize)], c: usize, file: File<'_>, state: File<'_>) -> Vector {
    let mut sum = start;
    for &(coefficient, level) in terms {
        sum = add(sum, mul(get(file, coefficient, c), state[level + c].get()));
    }
    sum
}
