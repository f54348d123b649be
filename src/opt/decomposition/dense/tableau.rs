//! The arithmetic of a dense tableau: its scaling, its product with a vector, a pivot.

use multiversion::multiversion;

/// A power of two near `size`.
fn near_power(size: f64) -> f64 {
    if size > 0.0 && size.is_finite() {
        // The exponent alone, rounded down: exact and quick.
        f64::from_bits(size.to_bits() & 0x7FF0_0000_0000_0000).clamp(1e-18, 1e18)
    } else {
        1.0
    }
}

/// Scales rows and columns by powers of two towards coefficients of size 1; returns the scales of rows (factors) and
/// columns (units).
pub(super) fn equilibrate(coefficients: &mut [f64], rows: usize, columns: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut row_scale, mut column_scale) = (vec![1.0; rows], vec![1.0; columns]);
    for _ in 0..2 {
        for (row, scale) in coefficients.chunks_exact_mut(columns.max(1)).zip(&mut row_scale) {
            let largest = row.iter().fold(0.0_f64, |most, a| most.max(a.abs()));
            let factor = 1.0 / near_power(largest);
            *scale *= factor;
            for a in row {
                *a *= factor;
            }
        }
        for j in 0..columns {
            let largest =
                coefficients.iter().skip(j).step_by(columns).fold(0.0_f64, |most, a| most.max(a.abs()));
            let factor = 1.0 / near_power(largest);
            column_scale[j] *= factor;
            coefficients.iter_mut().skip(j).step_by(columns).for_each(|a| *a *= factor);
        }
    }
    (row_scale, column_scale)
}

/// values = tableau · row.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn multiply(tableau: &[f64], columns: usize, row: &[f64], values: &mut [f64]) {
    for (value, coefficients) in values.iter_mut().zip(tableau.chunks_exact(columns.max(1))) {
        let mut sums = [0.0; 8];
        let (chunks, rest) = coefficients.as_chunks::<8>();
        let (row_chunks, row_rest) = row.as_chunks::<8>();
        for (a, x) in chunks.iter().zip(row_chunks) {
            for lane in 0..8 {
                sums[lane] += a[lane] * x[lane];
            }
        }
        for (lane, (a, x)) in rest.iter().zip(row_rest).enumerate() {
            sums[lane] += a * x;
        }
        *value = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    }
}

/// Takes the entering variable out of every row but the leaving one.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn eliminate(tableau: &mut [f64], columns: usize, leaving: usize, entering: usize, row: &[f64]) {
    for (number, coefficients) in tableau.chunks_exact_mut(columns.max(1)).enumerate() {
        let factor = coefficients[entering];
        if number == leaving || factor == 0.0 {
            continue;
        }
        for (a, r) in coefficients.iter_mut().zip(row) {
            *a += factor * r;
        }
        coefficients[entering] = factor * row[entering];
    }
}
