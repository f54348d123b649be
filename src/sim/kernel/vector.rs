//! A few lanes that live in vector registers, and the file of registers a cluster's program works in.
//!
//! Operations are written out lane by lane; compiled inside a function for wide vectors they become vector instructions.
//! Nothing here depends on how wide those are.

use std::cell::Cell;

use crate::sampling::LANES;
use crate::sim::fit::ALL;

/// Lanes an operation works on at a time: a whole block. Measured the fastest with vectors of 512 bits and as good as any
/// with 256 (`docs/performance.md`); what is decided once for more lanes costs each of them less.
pub(super) const WIDTH: usize = LANES;

/// Some lanes, aligned so that those that do not fit into registers lie well on the stack.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Vector(pub(super) [f64; WIDTH]);

/// The same in every lane.
#[inline(always)]
pub(super) const fn all(value: f64) -> Vector {
    Vector([value; WIDTH])
}

#[inline(always)]
fn zip(a: Vector, b: Vector, f: impl Fn(f64, f64) -> f64) -> Vector {
    let mut out = [0.0; WIDTH];
    for i in 0..WIDTH {
        out[i] = f(a.0[i], b.0[i]);
    }
    Vector(out)
}

#[inline(always)]
pub(super) fn add(a: Vector, b: Vector) -> Vector {
    zip(a, b, |a, b| a + b)
}

#[inline(always)]
pub(super) fn sub(a: Vector, b: Vector) -> Vector {
    zip(a, b, |a, b| a - b)
}

#[inline(always)]
pub(super) fn mul(a: Vector, b: Vector) -> Vector {
    zip(a, b, |a, b| a * b)
}

#[inline(always)]
pub(super) fn div(a: Vector, b: Vector) -> Vector {
    zip(a, b, |a, b| a / b)
}

/// One divided by `a`, and by `b`: one division serves both, if their product is neither so small nor so great in any lane
/// that digits could be lost.
#[inline(always)]
pub(super) fn inverses(a: Vector, b: Vector) -> (Vector, Vector) {
    let product = mul(a, b);
    if within(product) {
        let inverse = div(all(1.0), product);
        (mul(b, inverse), mul(a, inverse))
    } else {
        (div(all(1.0), a), div(all(1.0), b))
    }
}

/// True if all lanes are between 2^-1000 and 2^1000, on either side of zero.
#[inline(always)]
fn within(a: Vector) -> bool {
    const LOW: u64 = (1023 - 1000) << 52;
    const RANGE: u64 = 2000 << 52;
    let mut outside = 0;
    for i in 0..WIDTH {
        outside |= u64::from((a.0[i].to_bits() & (u64::MAX >> 1)).wrapping_sub(LOW) > RANGE);
    }
    outside == 0
}

/// The smaller; `b` where `a` is no number.
#[inline(always)]
pub(super) fn min(a: Vector, b: Vector) -> Vector {
    zip(a, b, |a, b| if a < b { a } else { b })
}

/// The greater; `b` where `a` is no number.
#[inline(always)]
pub(super) fn max(a: Vector, b: Vector) -> Vector {
    zip(a, b, |a, b| if a > b { a } else { b })
}

/// `then` where `a` > `b`, else `otherwise`.
///
/// Chosen by bits: of a choice between two lanes in memory the compiler makes a choice of addresses, and a slow gather.
#[inline(always)]
pub(super) fn where_above(a: Vector, b: Vector, then: Vector, otherwise: Vector) -> Vector {
    let mut out = [0.0; WIDTH];
    for i in 0..WIDTH {
        let chosen = u64::from(a.0[i] > b.0[i]).wrapping_neg();
        let (then, otherwise) = (then.0[i].to_bits(), otherwise.0[i].to_bits());
        out[i] = f64::from_bits(otherwise ^ ((then ^ otherwise) & chosen));
    }
    Vector(out)
}

/// Takes `b` from `a`: nothing is left where that is all of it but rounding.
#[inline(always)]
pub(super) fn less(a: Vector, b: Vector) -> Vector {
    zip(a, b, |a, b| f64::from_bits((a - b).to_bits() & u64::from(b < a * ALL).wrapping_neg()))
}

/// Words of marks, and how many lanes each is for.
const WORDS: usize = 8;
const LANES_A_WORD: usize = WIDTH.div_euclid(WORDS);

/// A yes (1) or no (0) for every lane, in a byte each, or a count. A word holds every eighth lane: so a vector compared
/// becomes a part of each word, and nothing must be moved about.
pub(super) type Marks = [u64; WORDS];

/// No lane.
pub(super) const NONE: Marks = [0; WORDS];

#[inline(always)]
fn mark(f: impl Fn(usize) -> bool) -> Marks {
    const { assert!(LANES_A_WORD == 8, "a byte of a word for each lane") }
    let byte = |lane: usize| u64::from(f(lane));
    let mut out = NONE;
    for i in 0..WORDS {
        out[i] = byte(i)
            | byte(WORDS + i) << 8
            | byte(2 * WORDS + i) << 16
            | byte(3 * WORDS + i) << 24
            | byte(4 * WORDS + i) << 32
            | byte(5 * WORDS + i) << 40
            | byte(6 * WORDS + i) << 48
            | byte(7 * WORDS + i) << 56;
    }
    out
}

/// `then` in marked lanes, else zero.
#[inline(always)]
pub(super) fn where_marked(marks: Marks, then: Vector) -> Vector {
    let mut out = [0.0; WIDTH];
    for i in 0..WORDS {
        let lane = |place: usize| {
            let chosen = u64::from(marks[i] & (1 << (8 * place)) != 0).wrapping_neg();
            f64::from_bits(then.0[place * WORDS + i].to_bits() & chosen)
        };
        out[i] = lane(0);
        out[WORDS + i] = lane(1);
        out[2 * WORDS + i] = lane(2);
        out[3 * WORDS + i] = lane(3);
        out[4 * WORDS + i] = lane(4);
        out[5 * WORDS + i] = lane(5);
        out[6 * WORDS + i] = lane(6);
        out[7 * WORDS + i] = lane(7);
    }
    Vector(out)
}

/// The first `count` lanes.
pub(super) fn first(count: usize) -> Marks {
    mark(|lane| lane < count)
}

/// The lanes whose value is above a number.
#[inline(always)]
pub(super) fn above(a: Vector, number: f64) -> Marks {
    mark(|lane| a.0[lane] > number)
}

/// The lanes whose value is below zero, or no number.
#[inline(always)]
pub(super) fn negative(a: Vector) -> Marks {
    mark(|lane| a.0[lane].is_nan() || a.0[lane] < 0.0)
}

/// The lanes whose value is not above zero.
#[inline(always)]
pub(super) fn none_left(a: Vector) -> Marks {
    mark(|lane| a.0[lane].is_nan() || a.0[lane] <= 0.0)
}

#[inline(always)]
fn words(a: Marks, b: Marks, f: impl Fn(u64, u64) -> u64) -> Marks {
    let mut out = NONE;
    for i in 0..WORDS {
        out[i] = f(a[i], b[i]);
    }
    out
}

#[inline(always)]
pub(super) fn both(a: Marks, b: Marks) -> Marks {
    words(a, b, |a, b| a & b)
}

#[inline(always)]
pub(super) fn either(a: Marks, b: Marks) -> Marks {
    words(a, b, |a, b| a | b)
}

/// Adds marks to counts by lane, of which none may be full.
#[inline(always)]
pub(super) fn plus(a: Marks, b: Marks) -> Marks {
    words(a, b, u64::wrapping_add)
}

/// How many lanes are marked, or the sum of counts.
#[inline(always)]
pub(super) fn count(a: Marks) -> u64 {
    a.iter().flat_map(|word| word.to_le_bytes()).map(u64::from).sum()
}

/// True if a lane is marked.
#[inline(always)]
pub(super) fn any(a: Marks) -> bool {
    a.iter().fold(0, |all, word| all | word) != 0
}

/// Bytes in a line of the processor's cache.
const LINE: usize = 64;

/// Vectors that begin where a cache line begins, so that none is spread over one line more than it must be.
#[derive(Debug, Default)]
pub(super) struct Vectors {
    memory: Vec<f64>,
    from: usize,
    count: usize,
}

impl Vectors {
    /// Makes room for `count` vectors, whatever stands in them.
    pub(super) fn make_room(&mut self, count: usize) {
        let length = count * WIDTH + LINE.div_euclid(size_of::<f64>());
        if self.memory.len() < length {
            self.memory.resize(length, 0.0);
        }
        // What is read before it is written would show.
        #[cfg(test)]
        self.memory.fill(f64::NAN);
        self.from = self.memory.as_ptr().align_offset(LINE).min(LINE.div_euclid(size_of::<f64>()));
        self.count = count;
    }

    pub(super) fn get(&self) -> &[Stored] {
        self.memory[self.from..self.from + self.count * WIDTH].as_chunks().0
    }

    pub(super) fn get_mut(&mut self) -> &mut [Stored] {
        self.memory[self.from..self.from + self.count * WIDTH].as_chunks_mut().0
    }
}

/// A vector in memory.
pub(super) type Stored = [f64; WIDTH];

/// The file as the program's operations see it: read and written in any order.
pub(super) type File<'a> = &'a [Cell<Stored>];

#[inline(always)]
pub(super) fn get(file: File<'_>, slot: usize) -> Vector {
    Vector(file[slot].get())
}

#[inline(always)]
pub(super) fn put(file: File<'_>, slot: usize, value: Vector) {
    file[slot].set(value.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A lane of each value, again and again.
    fn lanes(values: &[f64]) -> Vector {
        Vector(std::array::from_fn(|i| values[i % values.len()]))
    }

    proptest! {
        /// Two inverses by one division are those by two, to some roundings; to the bit where digits could be lost.
        #[test]
        fn one_division_serves_two_inverses(
            a in prop::collection::vec(1e-9_f64..1e9, 1..9),
            b in prop::collection::vec(1e-9_f64..1e9, 1..9),
            odd in prop_oneof![Just(0.0), Just(f64::INFINITY), Just(1e-305), Just(1e305), Just(f64::NAN)],
        ) {
            let (first, second) = inverses(lanes(&a), lanes(&b));
            for i in 0..WIDTH {
                prop_assert!((first.0[i] * lanes(&a).0[i] - 1.0).abs() < 1e-15);
                prop_assert!((second.0[i] * lanes(&b).0[i] - 1.0).abs() < 1e-15);
            }
            let mut with_odd = lanes(&a);
            with_odd.0[WIDTH - 1] = odd;
            let (first, second) = inverses(with_odd, lanes(&b));
            for i in 0..WIDTH {
                let (a, b) = (1.0 / with_odd.0[i], 1.0 / lanes(&b).0[i]);
                let exact = first.0[i].to_bits() == a.to_bits() && second.0[i].to_bits() == b.to_bits();
                let close = odd.is_normal() && (first.0[i] / a - 1.0).abs() < 1e-15;
                prop_assert!(exact || close, "{} is not {}", first.0[i], a);
            }
        }

        /// Marks say of every lane what a comparison says, choose it, and count it.
        #[test]
        fn marks_are_of_their_lanes(values in prop::collection::vec(
            prop_oneof![-2.0_f64..2.0, Just(0.0), Just(f64::NAN)], WIDTH,
        ), upto in 0..=WIDTH) {
            let values = lanes(&values);
            let (over, minus, none) = (above(values, 0.0), negative(values), none_left(values));
            let chosen = where_marked(both(over, first(upto)), all(3.0));
            for i in 0..WIDTH {
                prop_assert_eq!(chosen.0[i], if values.0[i] > 0.0 && i < upto { 3.0 } else { 0.0 });
            }
            let number = |f: &dyn Fn(f64) -> bool| values.0.iter().filter(|value| f(**value)).count() as u64;
            prop_assert_eq!(count(over), number(&|x| x > 0.0));
            prop_assert_eq!(count(minus), number(&|x| x.is_nan() || x < 0.0));
            prop_assert_eq!(count(none), number(&|x| x.is_nan() || x <= 0.0));
            prop_assert_eq!(count(first(upto)), upto as u64);
            prop_assert_eq!(count(plus(over, none)), WIDTH as u64);
            prop_assert_eq!(super::any(minus), count(minus) > 0);
        }

        /// A remainder is never negative, and a selection takes the operand that its comparison names.
        #[test]
        fn nothing_falls_below_zero(a in 0.0_f64..2.0, b in 0.0_f64..2.0) {
            prop_assert_eq!(less(all(a), all(b)).0[5].to_bits(), f64::max(a - b, 0.0).to_bits());
            // What is all but rounding is all.
            prop_assert_eq!(less(all(a), all(a * (1.0 - 1e-15))).0[5].to_bits(), 0.0_f64.to_bits());
            let found = where_above(all(a), all(b), all(1.0), all(-2.0)).0[7];
            prop_assert_eq!(found, if a > b { 1.0 } else { -2.0 });
        }
    }
}
