//! A few lanes that live in vector registers, and the file of registers a cluster's program works in.
//!
//! Operations are written out lane by lane; compiled inside a function for wide vectors they become vector instructions.
//! Nothing here depends on how wide those are.

use std::cell::Cell;

use crate::sampling::LANES;

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
#[inline(always)]
pub(super) fn where_above(a: Vector, b: Vector, then: Vector, otherwise: Vector) -> Vector {
    let mut out = [0.0; WIDTH];
    for i in 0..WIDTH {
        out[i] = if a.0[i] > b.0[i] { then.0[i] } else { otherwise.0[i] };
    }
    Vector(out)
}

/// A yes (1) or no (0) for every lane.
pub(super) type Marks = [u8; WIDTH];

#[inline(always)]
fn mark(a: Vector, f: impl Fn(f64) -> bool) -> Marks {
    let mut out = [0; WIDTH];
    for i in 0..WIDTH {
        out[i] = u8::from(f(a.0[i]));
    }
    out
}

/// The lanes whose value is above a number.
#[inline(always)]
pub(super) fn above(a: Vector, number: f64) -> Marks {
    mark(a, |a| a > number)
}

/// The lanes whose value is below zero, or no number.
#[inline(always)]
pub(super) fn negative(a: Vector) -> Marks {
    mark(a, |a| a.is_nan() || a < 0.0)
}

/// The lanes whose value is not above zero.
#[inline(always)]
pub(super) fn none_left(a: Vector) -> Marks {
    mark(a, |a| a.is_nan() || a <= 0.0)
}

#[inline(always)]
pub(super) fn both(a: Marks, b: Marks) -> Marks {
    let mut out = [0; WIDTH];
    for i in 0..WIDTH {
        out[i] = a[i] & b[i];
    }
    out
}

#[inline(always)]
pub(super) fn either(a: Marks, b: Marks) -> Marks {
    let mut out = [0; WIDTH];
    for i in 0..WIDTH {
        out[i] = a[i] | b[i];
    }
    out
}

/// Adds marks to counts by lane.
#[inline(always)]
pub(super) fn plus(a: Marks, b: Marks) -> Marks {
    let mut out = [0; WIDTH];
    for i in 0..WIDTH {
        out[i] = a[i].wrapping_add(b[i]);
    }
    out
}

/// How many lanes are marked, or the sum of counts.
#[inline(always)]
pub(super) fn count(a: Marks) -> u64 {
    a.iter().map(|mark| u64::from(*mark)).sum()
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
