//! Runs a cluster's program over all periods on one block of samples.
//!
//! The same steps as the plain reference (`sim/period.rs`), with every decision that depends on a sample taken by
//! selecting values instead of branching.

use std::cell::Cell;

use multiversion::multiversion;

use super::super::fit::DUST;
use super::program::{Kind, Program, RouteProgram, Step, Steps, Sum};
use super::vector::{
    File, PARTS, Vector, Vectors, WIDTH, add, all, div, get, max, min, mul, sub, where_above, where_none,
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
    file: Vectors,
    scratch: Scratch,
    /// Per plan and watch, lanes in which it was seen, over all periods.
    seen: Vectors,
}

impl Workspace {
    /// The cells of a plan after a run, \[year × cell\], one set of lanes each.
    pub(super) fn cells(&self, program: &Program, years: usize, plan: usize) -> &[Vector] {
        let from = program.cells_at(years, plan);
        &self.file.get()[from..from + years * program.width * PARTS]
    }

    /// How often each watch of a plan was seen in a run.
    pub(super) fn seen(&self, program: &Program, plan: usize) -> impl Iterator<Item = u64> + '_ {
        let watches = program.watches.len();
        self.seen.get()[plan * watches..(plan + 1) * watches]
            .iter()
            .map(|lanes| lanes.iter().sum::<f64>() as u64)
    }
}

impl Program {
    fn state_at(&self, years: usize, plan: usize) -> usize {
        self.shared + plan * (self.state + years * self.width) * PARTS
    }

    fn cells_at(&self, years: usize, plan: usize) -> usize {
        self.state_at(years, plan) + self.state * PARTS
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
    file.reset(program.size(run.years));
    seen.reset(program.watches.len() * program.plans.len());
    let (file, seen) = (file.get_mut(), seen.get_mut());
    for (at, value) in &program.constants {
        file[*at] = all(*value);
    }
    let last = (run.years * run.periods_per_year).saturating_sub(1);
    for t in 0..=last {
        let mut from = 0;
        for (pace, ids) in program.drawn.iter().enumerate() {
            let to = from + ids.len() * PARTS;
            if fresh(pace, t, run.periods_per_year) && !ids.is_empty() {
                let (lanes, _) = file[from..to].as_flattened_mut().as_chunks_mut::<LANES>();
                run.sampler.fill(run.common, ids, t, lanes, scratch);
            }
            from = to;
        }
        let cells = Cell::from_mut(&mut *file).as_slice_of_cells();
        let watching = Cell::from_mut(&mut *seen).as_slice_of_cells();
        period(program, &run, Time { t, last, part: 0 }, cells, watching)?;
    }
    Ok(())
}

/// True where numbers of a pace change at the start of period `t`.
fn fresh(pace: usize, t: usize, periods_per_year: usize) -> bool {
    t == 0
        || (pace == Varies::Yearly as usize && t.is_multiple_of(periods_per_year.max(1)))
        || pace == Varies::EachPeriod as usize
}

/// When, and for which part of the lanes.
#[derive(Debug, Clone, Copy)]
struct Time {
    t: usize,
    last: usize,
    part: usize,
}

impl Time {
    /// How many of the part's lanes count.
    #[inline(always)]
    fn lanes(self, count: usize) -> usize {
        count.saturating_sub(self.part * WIDTH).min(WIDTH)
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn period(
    program: &Program,
    run: &Run<'_>,
    time: Time,
    file: &[Cell<Vector>],
    seen: &[Cell<Vector>],
) -> Result<(), Halt> {
    let t = time.t;
    for (pace, steps) in program.steps.iter().enumerate() {
        if fresh(pace, t, run.periods_per_year) {
            for run in steps {
                work_out(run, file);
            }
        }
    }
    let year = t.checked_div(run.periods_per_year).unwrap_or(0);
    for plan in 0..program.plans.len() {
        let from = program.state_at(run.years, plan);
        let state = &file[from..from + program.state * PARTS];
        let cells = program.cells_at(run.years, plan) + year * program.width * PARTS;
        let cells = &file[cells..cells + program.width * PARTS];
        let watches = program.watches.len();
        let seen = &seen[plan * watches..(plan + 1) * watches];
        let of = |part: usize| (Time { part, ..time }, &state[part * program.state..][..program.state]);
        for (time, state) in (0..PARTS).map(of) {
            if t == 0 {
                for good in program.goods.iter().filter(|good| good.keeps) {
                    state[good.hand].set(get(file, good.initial, time.part));
                }
            }
            fill_capacities(program, plan, time, run.count, file, state)?;
            arrive(program, time, file, state);
        }
        for pass in 0..program.passes {
            for route in &program.channel {
                for (time, state) in (0..PARTS).map(of) {
                    if !sell(program, route, pass == 0, time, run.count, file, state) {
                        return Err(Halt::Unbounded { route: route.number, period: t });
                    }
                }
            }
        }
        for (time, state) in (0..PARTS).map(of) {
            watch_goods(program, time.part, file, state);
        }
        for route in &program.stock {
            for (time, state) in (0..PARTS).map(of) {
                make_for_stock(program, route, time, file, state);
            }
        }
        for (time, state) in (0..PARTS).map(of) {
            watch(program, time, run.count, file, state, seen);
            for good in program.goods.iter().filter(|good| !good.keeps) {
                state[good.hand].set(all(0.0));
            }
            book(program, plan, time, file, state, cells);
        }
    }
    Ok(())
}

#[inline(always)]
fn work_out(steps: &Steps, file: File<'_>) {
    let list = &steps.list;
    let x = |step: &Step, part: usize| get(file, step.from[0], part);
    let y = |step: &Step, part: usize| get(file, step.from[1], part);
    let z = |step: &Step, part: usize| get(file, step.from[2], part);
    let ax = |step: &Step, part: usize| mul(x(step, part), all(step.factors[0]));
    let by = |step: &Step, part: usize| mul(y(step, part), all(step.factors[1]));
    let cz = |step: &Step, part: usize| mul(z(step, part), all(step.factors[2]));
    match steps.kind {
        Kind::Scale => each(list, file, ax),
        Kind::Shift => each(list, file, |step, part| add(x(step, part), all(step.constant))),
        Kind::One => each(list, file, |step, part| add(ax(step, part), all(step.constant))),
        Kind::Two => {
            each(list, file, |step, part| add(add(ax(step, part), by(step, part)), all(step.constant)));
        }
        Kind::Three => each(list, file, |step, part| {
            add(add(add(ax(step, part), by(step, part)), cz(step, part)), all(step.constant))
        }),
        Kind::Mul => each(list, file, |step, part| mul(x(step, part), y(step, part))),
        Kind::Inverse => each(list, file, |step, part| div(all(1.0), x(step, part))),
        Kind::Max => each(list, file, |step, part| max(x(step, part), y(step, part))),
        Kind::Select => {
            each(list, file, |step, part| where_above(x(step, part), all(0.0), y(step, part), z(step, part)));
        }
    }
}

#[inline(always)]
fn each(steps: &[Step], file: File<'_>, f: impl Fn(&Step, usize) -> Vector) {
    for step in steps {
        for part in 0..PARTS {
            let result = f(step, part);
            file[step.to.of(part)].set(result);
        }
    }
}

/// Step 1, capacities: season · standing, and what the plan adds.
#[inline(always)]
fn fill_capacities(
    program: &Program,
    plan: usize,
    time: Time,
    count: usize,
    file: File<'_>,
    state: File<'_>,
) -> Result<(), Halt> {
    let Time { t, part, .. } = time;
    for (k, capacity) in program.capacities.iter().enumerate() {
        let season = all(capacity.season[t % capacity.season.len()]);
        let standing = mul(get(file, capacity.varied, part), all(capacity.times));
        state[k].set(mul(season, standing));
    }
    let mut lowered = program.capacities.iter().any(|capacity| capacity.may_be_negative);
    for (k, effect, net) in &program.plans[plan].raises {
        lowered |= effect[t] < 0.0;
        let effect = all(effect[t]);
        let left = &state[*k];
        left.set(add(left.get(), mul(effect, get(file, *net, part))));
    }
    if lowered {
        for capacity in 0..program.capacities.len() {
            let left = state[capacity].get();
            if left[..time.lanes(count)].iter().any(|left| left.is_nan() || *left < 0.0) {
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
        let due = &state[good.transit + time.t % program.slots];
        let hand = state[good.hand].get();
        let lost = mul(hand, get(file, good.loss, time.part));
        state[good.hand].set(add(hand, sub(due.get(), lost)));
        due.set(all(0.0));
    }
}

/// The most units of a route that fit into what is left.
#[inline(always)]
fn most(route: &RouteProgram, part: usize, file: File<'_>, state: File<'_>) -> Vector {
    let mut level = all(f64::INFINITY);
    for group in &route.needs {
        let mut fits = all(f64::INFINITY);
        for need in &group.needs {
            fits = min(mul(state[need.left].get(), all(need.inverse)), fits);
        }
        level = match group.common {
            None => min(fits, level),
            Some((_, inverse)) => min(mul(fits, get(file, inverse, part)), level),
        };
    }
    level
}

/// Takes what `level` units need; rounding, on either side of zero, is swept away.
#[inline(always)]
fn take(route: &RouteProgram, part: usize, level: Vector, file: File<'_>, state: File<'_>) {
    for group in &route.needs {
        let taken = match group.common {
            None => level,
            Some((amount, _)) => mul(get(file, amount, part), level),
        };
        for need in &group.needs {
            let left = state[need.left].get();
            let rest = sub(left, mul(all(need.amount), taken));
            state[need.left].set(where_above(rest, mul(all(DUST), left), rest, all(0.0)));
        }
    }
}

/// Step 2 for one route; false if nothing limits it.
#[inline(always)]
fn sell(
    program: &Program,
    route: &RouteProgram,
    first: bool,
    time: Time,
    count: usize,
    file: File<'_>,
    state: File<'_>,
) -> bool {
    let part = time.part;
    let mut level = most(route, part, file, state);
    if let Some(active) = route.active {
        level = where_above(get(file, active, part), all(0.0), level, all(0.0));
    }
    let bounded = route.bounded || !level[..time.lanes(count)].iter().any(|level| level.is_infinite());
    take(route, part, level, file, state);
    pass_on(program, route, level, time, file, state);
    let ran = &state[route.level];
    ran.set(if first { level } else { add(ran.get(), level) });
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
        let amount = mul(level, get(file, by_product.amount, time.part));
        deliver(program, by_product.commodity, by_product.lead, amount, time.t, state);
    }
}

#[inline(always)]
fn deliver(program: &Program, commodity: usize, lead: usize, amount: Vector, t: usize, state: File<'_>) {
    for good in program.goods.iter().filter(|good| good.commodity == commodity) {
        let at = if lead == 0 { good.hand } else { good.transit + (t + lead) % program.slots };
        state[at].set(add(state[at].get(), amount));
    }
}

/// Step 3 for one route: made until on hand and in transit reach the base stock.
#[inline(always)]
fn make_for_stock(program: &Program, route: &RouteProgram, time: Time, file: File<'_>, state: File<'_>) {
    let Time { t, last, part } = time;
    let Some(stock) = route.stock else { return };
    let Some(good) = program.goods.iter().find(|good| good.commodity == stock.commodity) else { return };
    let (mut level, mut short) = (all(0.0), all(0.0));
    if t < last && t + stock.lead <= last {
        let mut transit = all(0.0);
        for slot in 0..program.slots {
            transit = add(transit, state[good.transit + slot].get());
        }
        let missing = sub(sub(all(stock.target), state[good.hand].get()), transit);
        let mut wanted = where_above(missing, all(DUST * stock.target), missing, all(0.0));
        if let Some(active) = route.active {
            wanted = where_above(get(file, active, part), all(0.0), wanted, all(0.0));
        }
        let bound = most(route, part, file, state);
        level = min(bound, wanted);
        short = where_above(wanted, level, all(1.0), all(0.0));
        take(route, part, level, file, state);
        pass_on(program, route, level, time, file, state);
        deliver(program, stock.commodity, stock.lead, level, t, state);
    }
    state[route.level].set(level);
    state[stock.short].set(short);
}

/// When selling ends: notes the goods of which none are left while a channel route wants them.
#[inline(always)]
fn watch_goods(program: &Program, part: usize, file: File<'_>, state: File<'_>) {
    for watch in &program.watches {
        let Some(noted) = watch.noted else { continue };
        let wanted = match watch.wanted {
            None => all(1.0),
            Some(active) => where_above(get(file, active, part), all(0.0), all(1.0), all(0.0)),
        };
        state[noted].set(where_none(state[watch.left].get(), wanted));
    }
}

/// When the period ends: counts what has run out while somebody wants it.
#[inline(always)]
fn watch(
    program: &Program,
    time: Time,
    count: usize,
    file: File<'_>,
    state: File<'_>,
    seen: &[Cell<Vector>],
) {
    let part = time.part;
    let whole = count >= LANES;
    for (watch, seen) in program.watches.iter().zip(seen) {
        if let (true, Some(wanted)) = (whole, watch.plain) {
            let wanted = where_above(get(file, wanted, part), all(0.0), all(1.0), all(0.0));
            seen.set(add(seen.get(), where_none(state[watch.left].get(), wanted)));
            continue;
        }
        let mut wanted = all(0.0);
        for &(short, needs) in &watch.short {
            let mut short = state[short].get();
            if let Some(needs) = needs {
                short = where_above(get(file, needs, part), all(0.0), short, all(0.0));
            }
            wanted = max(wanted, short);
        }
        if watch.by_channel && watch.noted.is_none() {
            wanted = match watch.wanted {
                None => all(1.0),
                Some(active) => where_above(get(file, active, part), all(0.0), all(1.0), wanted),
            };
        }
        let mut found = where_none(state[watch.left].get(), wanted);
        if let Some(noted) = watch.noted {
            found = max(found, state[noted].get());
        }
        if !whole {
            for found in found.iter_mut().skip(time.lanes(count)) {
                *found = 0.0;
            }
        }
        seen.set(add(seen.get(), found));
    }
}

/// Books what the period's routes made, sold, cost and paid, and the upkeep of the plan.
#[inline(always)]
fn book(program: &Program, plan: usize, time: Time, file: File<'_>, state: File<'_>, cells: File<'_>) {
    let Time { t, part, .. } = time;
    for flow in &program.flows {
        state[flow.offset].set(sum_of(all(0.0), &flow.sum, part, file, state));
    }
    for booking in &program.bookings {
        let cell = &cells[booking.place * PARTS + part];
        cell.set(sum_of(cell.get(), &booking.sum, part, file, state));
    }
    for (money, share) in &program.plans[plan].upkeep {
        for place in program.upkeep_places {
            let cell = &cells[place * PARTS + part];
            cell.set(sub(cell.get(), mul(all(money[t]), get(file, *share, part))));
        }
    }
}

#[inline(always)]
fn sum_of(start: Vector, of: &Sum, part: usize, file: File<'_>, state: File<'_>) -> Vector {
    let mut sum = start;
    for level in &of.plain {
        sum = add(sum, state[*level].get());
    }
    for &(times, level) in &of.scaled {
        sum = add(sum, mul(all(times), state[level].get()));
    }
    for &(coefficient, level) in &of.varying {
        sum = add(sum, mul(get(file, coefficient, part), state[level].get()));
    }
    sum
}
