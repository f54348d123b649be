//! The one scaling of a program of any origin: powers of two, exact in binary arithmetic, from the coefficients.
//!
//! Rows and columns are scaled so that Σ (log |a| + r_i + c_j)² is least (Curtis and Reid 1972): whatever units a file is
//! written in, the scaled program is the same but for factors of two. What that leaves open, one factor for each set of
//! rows and columns that hang together, makes the middle right-hand side 1, or where all are 0 the middle cost: a placeholder
//! bound of 10¹² sets nothing. The middle cost is 1. Whole numbers are not scaled.

use super::lp::LinearProgram;
use super::program::{Column, Row};
use super::union_find::UnionFind;

/// Bounds beyond this, in scaled units, are taken for placeholders until an answer needs them.
pub(super) const FAR: f64 = 8_388_608.0;
/// Steps of the least-squares method at most.
const STEPS: usize = 400;
/// It is done once every scale is within this of its best, in powers of two.
const CLOSE: f64 = 0.05;
/// Largest power of two by which anything is scaled.
const LARGEST: f64 = 300.0;

/// Scales: a column's value is `columns` times its scaled value, rows are multiplied by `rows`, the objective by
/// `objective`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scales {
    pub(super) columns: Vec<f64>,
    pub(super) rows: Vec<f64>,
    pub(super) objective: f64,
}

fn power(exponent: f64) -> f64 {
    libm::exp2(exponent.clamp(-LARGEST, LARGEST))
}

/// The middle of a list of logarithms, rounded; nothing of an empty one.
fn middle(mut list: Vec<f64>) -> Option<f64> {
    list.sort_by(f64::total_cmp);
    list.get(list.len().div_euclid(2)).map(|middle| libm::round(*middle))
}

/// The logarithm of a size, where there is one.
fn log(size: f64) -> Option<f64> {
    (size != 0.0 && size.is_finite()).then(|| libm::log2(size.abs()))
}

/// Rows and columns of a matrix with the logarithms of its coefficients: columns come first.
struct Logs {
    entries: Vec<(usize, usize, f64)>,
    count: Vec<f64>,
    free: Vec<bool>,
}

impl Logs {
    fn of(lp: &LinearProgram) -> Self {
        let columns = lp.columns.len();
        let mut entries = Vec::new();
        let mut count = vec![0.0; columns + lp.rows.len()];
        for (i, row) in lp.rows.iter().enumerate() {
            for &(j, a) in &row.entries {
                if let Some(a) = log(a) {
                    entries.push((j, columns + i, a));
                    count[j] += 1.0;
                    count[columns + i] += 1.0;
                }
            }
        }
        let mut free: Vec<bool> = lp.columns.iter().map(|column| !column.integer).collect();
        free.resize(count.len(), true);
        Self { entries, count, free }
    }

    /// The normal equations' matrix times `x`.
    fn times(&self, x: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for &(j, i, _) in &self.entries {
            let sum = x[j] + x[i];
            out[j] += sum;
            out[i] += sum;
        }
        self.held(out);
    }

    fn held(&self, out: &mut [f64]) {
        out.iter_mut().zip(&self.free).filter(|(_, free)| !**free).for_each(|(value, _)| *value = 0.0);
    }

    /// The scales' exponents with the least sum of squares, by conjugate gradients.
    fn exponents(&self) -> Vec<f64> {
        let n = self.count.len();
        let mut x = vec![0.0; n];
        let mut residual = vec![0.0; n];
        for &(j, i, a) in &self.entries {
            residual[j] -= a;
            residual[i] -= a;
        }
        self.held(&mut residual);
        let eased =
            |r: &[f64]| -> Vec<f64> { r.iter().zip(&self.count).map(|(r, n)| r / n.max(1.0)).collect() };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut z = eased(&residual);
        let mut direction = z.clone();
        let mut size = dot(&residual, &z);
        let mut image = vec![0.0; n];
        for _ in 0..STEPS {
            if z.iter().all(|z| z.abs() < CLOSE * 0.1) {
                break;
            }
            self.times(&direction, &mut image);
            let bend = dot(&direction, &image);
            if bend <= 0.0 {
                break;
            }
            let step = size / bend;
            x.iter_mut().zip(&direction).for_each(|(x, d)| *x += step * d);
            residual.iter_mut().zip(&image).for_each(|(r, i)| *r -= step * i);
            z = eased(&residual);
            let next = dot(&residual, &z);
            let share = next / size;
            size = next;
            direction.iter_mut().zip(&z).for_each(|(d, z)| *d = z + share * *d);
        }
        x.into_iter().map(libm::round).collect()
    }
}

impl Scales {
    /// The scales of `lp`; `costs` are the costs of its columns whose middle is to be 1.
    pub(super) fn of(lp: &LinearProgram, costs: &[f64]) -> Self {
        let logs = Logs::of(lp);
        let columns = lp.columns.len();
        // A scaled column's value is its own over 2^c, so that its coefficients are multiplied by 2^c.
        let mut exponents = logs.exponents();
        let mut sets = UnionFind::new(exponents.len());
        for &(j, i, _) in &logs.entries {
            sets.join(j, i);
        }
        let (set_of, count) = sets.numbered();
        let mut sides: Vec<Vec<f64>> = vec![Vec::new(); count];
        let mut bounds: Vec<Vec<f64>> = vec![Vec::new(); count];
        let mut prices: Vec<Vec<f64>> = vec![Vec::new(); count];
        let mut held = vec![false; count];
        for (i, row) in lp.rows.iter().enumerate() {
            sides[set_of[columns + i]].extend(log(row.rhs).map(|side| side + exponents[columns + i]));
        }
        for (j, column) in lp.columns.iter().enumerate() {
            let set = set_of[j];
            held[set] |= column.integer;
            bounds[set].extend(log(column.lower).map(|bound| bound - exponents[j]));
            bounds[set].extend(log(column.upper).map(|bound| bound - exponents[j]));
        }
        // Where no right-hand side says how large amounts are, costs do, unless there is none anywhere: bounds may be placeholders.
        let any = held.contains(&true) || sides.iter().any(|sides| !sides.is_empty());
        let shifts: Vec<Option<f64>> = sides
            .into_iter()
            .zip(bounds)
            .zip(&held)
            .map(|((sides, bounds), held)| match middle(sides) {
                _ if *held => Some(0.0),
                None if !any => middle(bounds),
                known => known,
            })
            .collect();
        for (j, cost) in costs.iter().enumerate() {
            let set = set_of[j];
            prices[set].extend(log(*cost).map(|cost| cost + exponents[j] + shifts[set].unwrap_or(0.0)));
        }
        // The costs of the other sets are made like those.
        let known = prices.iter().zip(&shifts).filter(|(_, shift)| shift.is_some());
        let objective = middle(known.flat_map(|(prices, _)| prices.iter().copied()).collect()).unwrap_or(0.0);
        let shifts: Vec<f64> = shifts
            .into_iter()
            .zip(prices)
            .map(|(shift, prices)| shift.unwrap_or_else(|| middle(prices).map_or(0.0, |own| objective - own)))
            .collect();
        for (number, exponent) in exponents.iter_mut().enumerate() {
            let shift = shifts[set_of[number]];
            *exponent += if number < columns { shift } else { -shift };
        }
        Self {
            columns: exponents[..columns].iter().map(|e| power(*e)).collect(),
            rows: exponents[columns..].iter().map(|e| power(*e)).collect(),
            objective: power(-objective),
        }
    }

    /// The scaled program.
    pub(super) fn apply(&self, lp: &LinearProgram) -> LinearProgram {
        LinearProgram {
            columns: lp
                .columns
                .iter()
                .zip(&self.columns)
                .map(|(column, scale)| scaled(column, *scale, self.objective))
                .collect(),
            rows: lp
                .rows
                .iter()
                .zip(&self.rows)
                .map(|(row, scale)| Row {
                    entries: row.entries.iter().map(|&(j, a)| (j, a * scale * self.columns[j])).collect(),
                    sense: row.sense,
                    rhs: row.rhs * scale,
                })
                .collect(),
        }
    }
}

/// A column in units of `scale`.
pub(super) fn scaled(column: &Column, scale: f64, objective: f64) -> Column {
    Column {
        lower: column.lower / scale,
        upper: column.upper / scale,
        objective: column.objective * scale * objective,
        ceiling: column.ceiling / scale,
        integer: column.integer,
    }
}

/// The program with bounds left out that are further than anything it seems to be about. What keeps to the bounds and is
/// the best of this one is the best of the other.
pub(super) fn without_far_bounds(lp: &LinearProgram) -> LinearProgram {
    LinearProgram { columns: lp.columns.iter().map(near).collect(), rows: lp.rows.clone() }
}

/// A column without the bounds that are far.
pub(super) fn near(column: &Column) -> Column {
    Column {
        lower: if column.lower < -FAR { f64::NEG_INFINITY } else { column.lower },
        upper: if column.upper > FAR { f64::INFINITY } else { column.upper },
        ..*column
    }
}

/// True if some bound is far.
pub(super) fn has_far_bounds(column: &Column) -> bool {
    (column.lower.is_finite() && column.lower < -FAR) || (column.upper.is_finite() && column.upper > FAR)
}

#[cfg(test)]
mod tests {
    use super::super::program::Sense;
    use super::*;

    /// Three columns in a chain of equations, each in its own unit.
    fn chain(units: [f64; 3], rows: [f64; 2], top: f64) -> LinearProgram {
        let column =
            |j: usize, cost: f64| Column::between(0.0, top / units[j], cost * units[j], f64::INFINITY);
        let entry = |i: usize, j: usize, a: f64| (j, a * rows[i] * units[j]);
        LinearProgram {
            columns: vec![column(0, 1.0), column(1, 2.0), column(2, -1.0)],
            rows: vec![
                Row {
                    entries: vec![entry(0, 0, 1.0), entry(0, 1, -2.0)],
                    sense: Sense::Equal,
                    rhs: rows[0] * 3.0,
                },
                Row {
                    entries: vec![entry(1, 1, 1.0), entry(1, 2, 4.0)],
                    sense: Sense::AtMost,
                    rhs: rows[1] * 5.0,
                },
            ],
        }
    }

    fn scaled_chain(units: [f64; 3], rows: [f64; 2], top: f64) -> LinearProgram {
        let lp = chain(units, rows, top);
        let costs: Vec<f64> = lp.columns.iter().map(|column| column.objective).collect();
        Scales::of(&lp, &costs).apply(&lp)
    }

    /// Whatever the units, coefficients, right-hand sides and costs come out within a few factors of two of each other,
    /// and a bound of 10¹² changes nothing.
    #[test]
    fn units_and_placeholders_do_not_matter() {
        for top in [10.0, 1e12] {
            for (units, rows) in
                [([1.0; 3], [1.0; 2]), ([1e-9, 1e6, 1e3], [1e9, 1e-7]), ([1e8, 1e-8, 1.0], [1e-9, 1e9])]
            {
                let lp = scaled_chain(units, rows, top);
                for row in &lp.rows {
                    assert!(row.entries.iter().all(|(_, a)| (0.1..10.0).contains(&a.abs())), "{lp:?}");
                    assert!((0.1..=10.0).contains(&row.rhs), "{lp:?}");
                }
                assert!(lp.columns.iter().all(|c| (0.05..20.0).contains(&c.objective.abs())), "{lp:?}");
            }
        }
    }
}
