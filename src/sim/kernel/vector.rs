//! A few lanes that live in vector registers, and the file of registers a cluster's program works in.
//!
//! Operations are written out lane by lane; compiled inside a function for wide vectors they become vector instructions.
//! Nothing here depends on how wide those are.

use std::cell::Cell;

use crate::sampling::LANES;

/// Lanes an operation works on at a time. All of them: measured the fastest with vectors of 512 bits and as good as any
/// with 256 (`docs/performance.md`); what is decided once for more lanes costs each of them less.
pub(super) const WIDTH: usize = 64;
/// How many of them make a set of lanes.
pub(super) const PARTS: usize = LANES.div_ceil(WIDTH);

/// Some lanes.
pub(super) type Vector = [f64; WIDTH];

/// The same in every lane.
#[inline(always)]
pub(super) const fn all(value: f64) -> Vector {
    [value; WIDTH]
}

#[inline(always)]
fn zip(a: Vector, b: Vector, f: impl Fn(f64, f64) -> f64) -> Vector {
    let mut out = [0.0; WIDTH];
    for i in 0..WIDTH {
        out[i] = f(a[i], b[i]);
    }
    out
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
        out[i] = if a[i] > b[i] { then[i] } else { otherwise[i] };
    }
    out
}

/// `then` where `when` is not above zero, else zero.
#[inline(always)]
pub(super) fn where_none(when: Vector, then: Vector) -> Vector {
    let mut out = [0.0; WIDTH];
    for i in 0..WIDTH {
        out[i] = if when[i] > 0.0 { 0.0 } else { then[i] };
    }
    out
}

/// Where a value stands in the file: a set of lanes, of which each part has its own vector, or a constant, of which one
/// vector does for all parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    at: u32,
    step: u32,
}

impl Slot {
    /// A set of lanes that begins at vector `at`.
    pub(super) fn lanes(at: usize) -> Self {
        Self { at: at as u32, step: 1 }
    }

    /// One vector for all parts.
    pub(super) fn one(at: usize) -> Self {
        Self { at: at as u32, step: 0 }
    }

    /// The vector of a part.
    #[inline(always)]
    pub(super) fn of(self, part: usize) -> usize {
        self.at as usize + self.step as usize * part
    }
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
    /// Makes room for `count` vectors, all zero.
    pub(super) fn reset(&mut self, count: usize) {
        self.memory.clear();
        self.memory.resize(count * WIDTH + LINE.div_euclid(size_of::<f64>()), 0.0);
        self.from = self.memory.as_ptr().align_offset(LINE).min(LINE.div_euclid(size_of::<f64>()));
        self.count = count;
    }

    pub(super) fn get(&self) -> &[Vector] {
        self.memory[self.from..self.from + self.count * WIDTH].as_chunks().0
    }

    pub(super) fn get_mut(&mut self) -> &mut [Vector] {
        self.memory[self.from..self.from + self.count * WIDTH].as_chunks_mut().0
    }
}

/// The file as the program's operations see it: read and written in any order.
pub(super) type File<'a> = &'a [Cell<Vector>];

#[inline(always)]
pub(super) fn get(file: File<'_>, slot: Slot, part: usize) -> Vector {
    file[slot.of(part)].get()
}
