//! Calls that the safe bindings of HiGHS lack: its version, and a solver that keeps its basis while rows and columns are added
//! and costs change. The only place with `unsafe`.
#![expect(unsafe_code, reason = "foreign functions; each call says why it is sound")]

mod arrays;

use std::ffi::{CString, c_char, c_int, c_void};

use crate::control::Control;
use arrays::BASIC;

pub(super) use arrays::{Basis, Sparse, whole};

/// Makes a solver's instance ask the control while it runs, until the watch is dropped.
pub(super) struct Watch<'a> {
    highs: *mut c_void,
    /// The target of the solver's calls: its place must not move while they may come.
    _control: Box<Control<'a>>,
}

/// Kinds of calls that may interrupt: in the simplex method, the interior point and the search over whole numbers.
const INTERRUPTS: [i32; 3] = [
    highs_sys::kHighsCallbackSimplexInterrupt,
    highs_sys::kHighsCallbackIpmInterrupt,
    highs_sys::kHighsCallbackMipInterrupt,
];

unsafe extern "C" fn ask(
    _kind: c_int,
    _message: *const c_char,
    _out: *const highs_sys::HighsCallbackDataOut,
    answer: *mut highs_sys::HighsCallbackDataIn,
    control: *mut c_void,
) {
    // SAFETY: the data is the boxed control of a living watch; the answer is the solver's, for this call.
    unsafe {
        let control = &*control.cast::<Control<'_>>();
        if !answer.is_null() && !control.go_on() {
            (*answer).user_interrupt = 1;
        }
    }
}

impl<'a> Watch<'a> {
    /// Watches over the instance at `highs`, which must outlive the watch.
    pub(super) fn over(highs: *mut c_void, control: Control<'a>) -> Self {
        let mut control = Box::new(control);
        let data: *mut Control<'a> = &raw mut *control;
        // SAFETY: the instance is alive; the data lives as long as the watch, which ends the calls when dropped.
        unsafe {
            highs_sys::Highs_setCallback(highs, Some(ask), data.cast());
            for kind in INTERRUPTS {
                highs_sys::Highs_startCallback(highs, kind);
            }
        }
        Self { highs, _control: control }
    }

    /// Ends the watch over an instance that is gone.
    pub(super) fn abandon(mut self) {
        self.highs = std::ptr::null_mut();
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if self.highs.is_null() {
            return;
        }
        // SAFETY: the instance is alive, since it outlives the watch unless it is abandoned.
        unsafe {
            for kind in INTERRUPTS {
                highs_sys::Highs_stopCallback(self.highs, kind);
            }
        }
    }
}

/// The solver's version, as it says itself.
pub(super) fn version() -> String {
    // SAFETY: these take nothing and return constants of the library.
    let (major, minor, patch) = unsafe {
        (highs_sys::Highs_versionMajor(), highs_sys::Highs_versionMinor(), highs_sys::Highs_versionPatch())
    };
    format!("{major}.{minor}.{patch}")
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Optimal,
    Infeasible,
    Unbounded,
    /// Told to stop.
    Interrupted,
    Failed,
}

/// A linear program to be minimised that lives in the solver and is solved again and again from its last basis.
#[derive(Debug)]
pub(super) struct Session {
    highs: *mut c_void,
    columns: usize,
    rows: usize,
}

// SAFETY: a session owns its instance, which no other session or thread refers to; it may be used by whichever thread
// holds it exclusively.
unsafe impl Send for Session {}
// SAFETY: shared references give no access to the instance but by calls that only read it.
unsafe impl Sync for Session {}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: the pointer came from Highs_create and is destroyed once.
        unsafe { highs_sys::Highs_destroy(self.highs) }
    }
}

/// Iterations of an interior point and of a simplex at most. A program needs a hundred or two of the former, and far fewer of
/// the latter; without a limit a program badly scaled may go round for ever, and then another method is tried.
pub(super) const ITERATIONS: [(&str, i32); 2] =
    [("ipm_iteration_limit", 1_000), ("simplex_iteration_limit", 20_000_000)];

fn word(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

impl Session {
    pub(super) fn new() -> Self {
        // SAFETY: takes nothing; the result is owned by the session.
        let highs = unsafe { highs_sys::Highs_create() };
        let session = Self { highs, columns: 0, rows: 0 };
        // SAFETY: the instance is alive, names and values are strings that end in zero and outlive the calls.
        unsafe {
            highs_sys::Highs_setBoolOptionValue(highs, word("output_flag").as_ptr(), 0);
            highs_sys::Highs_setStringOptionValue(highs, word("solver").as_ptr(), word("simplex").as_ptr());
            highs_sys::Highs_setStringOptionValue(highs, word("parallel").as_ptr(), word("off").as_ptr());
            highs_sys::Highs_setStringOptionValue(highs, word("presolve").as_ptr(), word("off").as_ptr());
            highs_sys::Highs_setIntOptionValue(highs, word("threads").as_ptr(), 1);
            highs_sys::Highs_setIntOptionValue(highs, word("random_seed").as_ptr(), 0);
            for (name, most) in ITERATIONS {
                highs_sys::Highs_setIntOptionValue(highs, word(name).as_ptr(), most);
            }
            for tolerance in ["primal_feasibility_tolerance", "dual_feasibility_tolerance"] {
                highs_sys::Highs_setDoubleOptionValue(highs, word(tolerance).as_ptr(), 1e-9);
            }
        }
        session
    }

    /// Sets a text option.
    pub(super) fn option(&mut self, name: &str, value: &str) {
        // SAFETY: as in `new`.
        unsafe {
            highs_sys::Highs_setStringOptionValue(self.highs, word(name).as_ptr(), word(value).as_ptr());
        }
    }

    /// Adds columns with entries in the rows that are there.
    pub(super) fn add_columns(&mut self, costs: &[f64], lower: &[f64], upper: &[f64], entries: &Sparse) {
        let count = costs.len();
        assert!(lower.len() == count && upper.len() == count && entries.starts.len() == count);
        assert!(entries.index.iter().all(|row| (*row as usize) < self.rows));
        // SAFETY: all slices live through the call and have the stated lengths; every index is a row.
        unsafe {
            highs_sys::Highs_addCols(
                self.highs,
                whole(count),
                costs.as_ptr(),
                lower.as_ptr(),
                upper.as_ptr(),
                whole(entries.index.len()),
                entries.starts.as_ptr(),
                entries.index.as_ptr(),
                entries.value.as_ptr(),
            );
        }
        self.columns += count;
    }

    /// Adds rows with entries in the columns that are there.
    pub(super) fn add_rows(&mut self, lower: &[f64], upper: &[f64], entries: &Sparse) {
        let count = lower.len();
        assert!(upper.len() == count && entries.starts.len() == count);
        assert!(entries.index.iter().all(|column| (*column as usize) < self.columns));
        // SAFETY: all slices live through the call and have the stated lengths; every index is a column.
        unsafe {
            highs_sys::Highs_addRows(
                self.highs,
                whole(count),
                lower.as_ptr(),
                upper.as_ptr(),
                whole(entries.index.len()),
                entries.starts.as_ptr(),
                entries.index.as_ptr(),
                entries.value.as_ptr(),
            );
        }
        self.rows += count;
    }

    /// Removes rows by number, ascending.
    pub(super) fn delete_rows(&mut self, rows: &[i32]) {
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(rows.last().is_none_or(|last| (*last as usize) < self.rows));
        // SAFETY: an ascending list of rows that are there.
        unsafe {
            highs_sys::Highs_deleteRowsBySet(self.highs, whole(rows.len()), rows.as_ptr());
        }
        self.rows -= rows.len();
    }

    /// Sets the costs of the first columns.
    pub(super) fn set_costs(&mut self, costs: &[f64]) {
        assert!(!costs.is_empty() && costs.len() <= self.columns);
        // SAFETY: the range lies within the columns and the slice has its length.
        unsafe {
            highs_sys::Highs_changeColsCostByRange(self.highs, 0, whole(costs.len()) - 1, costs.as_ptr());
        }
    }

    /// Sets the bounds of one column.
    pub(super) fn set_column_bounds(&mut self, column: usize, lower: f64, upper: f64) {
        assert!(column < self.columns);
        // SAFETY: the column is there.
        unsafe {
            highs_sys::Highs_changeColBounds(self.highs, whole(column), lower, upper);
        }
    }

    /// Sets the bounds of one row.
    pub(super) fn set_row_bounds(&mut self, row: usize, lower: f64, upper: f64) {
        assert!(row < self.rows);
        // SAFETY: the row is there.
        unsafe {
            highs_sys::Highs_changeRowsBoundsByRange(
                self.highs,
                whole(row),
                whole(row),
                &raw const lower,
                &raw const upper,
            );
        }
    }

    /// The basis of the last solve.
    pub(super) fn basis(&self) -> Basis {
        let (mut columns, mut rows) = (vec![0; self.columns], vec![0; self.rows]);
        // SAFETY: the instance is alive; the arrays have room for all columns and rows.
        let status =
            unsafe { highs_sys::Highs_getBasis(self.highs, columns.as_mut_ptr(), rows.as_mut_ptr()) };
        if status == highs_sys::STATUS_OK { Basis { columns, rows } } else { Basis::default() }
    }

    /// Begins the next solve from a basis of the same columns and the first rows; rows that came later are slack. Nothing changes
    /// where it is none.
    pub(super) fn begin_from(&mut self, basis: &Basis) {
        if basis.columns.len() != self.columns || basis.rows.len() > self.rows {
            return;
        }
        let mut rows = basis.rows.clone();
        rows.resize(self.rows, BASIC);
        let all = basis.columns.iter().chain(&rows);
        if all.filter(|status| **status == BASIC).count() != self.rows {
            return;
        }
        // SAFETY: the instance is alive; the arrays have an entry for each column and row.
        unsafe {
            highs_sys::Highs_setBasis(self.highs, basis.columns.as_ptr(), rows.as_ptr());
        }
    }

    /// Forgets the basis.
    pub(super) fn forget(&mut self) {
        // SAFETY: the instance is alive.
        unsafe {
            highs_sys::Highs_clearSolver(self.highs);
        }
    }

    /// Simplex iterations of the last solve.
    pub(super) fn iterations(&self) -> usize {
        let name = word("simplex_iteration_count");
        let mut count: highs_sys::HighsInt = 0;
        // SAFETY: the instance and the name are alive; the count has room for one number.
        unsafe {
            highs_sys::Highs_getIntInfoValue(self.highs, name.as_ptr(), &raw mut count);
        }
        usize::try_from(count).unwrap_or(0)
    }

    /// Solves from the last basis until `control` stops it; values of columns and duals of rows (of the minimum).
    pub(super) fn run_while(
        &mut self,
        x: &mut Vec<f64>,
        duals: &mut Vec<f64>,
        control: &Control<'_>,
    ) -> Ended {
        let watch = control.can_stop().then(|| Watch::over(self.highs, *control));
        let ended = self.run(x, duals);
        drop(watch);
        ended
    }

    /// Solves from the last basis; values of columns and duals of rows (of the minimum).
    pub(super) fn run(&mut self, x: &mut Vec<f64>, duals: &mut Vec<f64>) -> Ended {
        x.resize(self.columns, 0.0);
        duals.resize(self.rows, 0.0);
        let mut reduced = vec![0.0; self.columns];
        let mut activity = vec![0.0; self.rows];
        // SAFETY: the instance is alive; the arrays have room for all columns and rows.
        let status = unsafe {
            highs_sys::Highs_run(self.highs);
            let status = highs_sys::Highs_getModelStatus(self.highs);
            highs_sys::Highs_getSolution(
                self.highs,
                x.as_mut_ptr(),
                reduced.as_mut_ptr(),
                activity.as_mut_ptr(),
                duals.as_mut_ptr(),
            );
            status
        };
        match status {
            7 => Ended::Optimal,
            8 => Ended::Infeasible,
            // Unbounded or infeasible: without presolve this is a primal ray.
            9 | 10 => Ended::Unbounded,
            highs_sys::kHighsModelStatusInterrupt => Ended::Interrupted,
            _ => Ended::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// min −x − y, x + y ≤ 4: −4. Then y ≤ 1 as a row: still −4; the cost of x falls to 0: −1; the first row goes.
    #[test]
    fn a_session_follows_its_changes() {
        let mut session = Session::new();
        let empty = Sparse { starts: vec![0, 0], ..Sparse::default() };
        session.add_columns(&[-1.0, -1.0], &[0.0; 2], &[3.0; 2], &empty);
        let row = |list: &[(usize, f64)]| {
            let mut rows = Sparse::default();
            rows.begin();
            for &(j, a) in list {
                rows.push(j, a);
            }
            rows
        };
        session.add_rows(&[f64::NEG_INFINITY], &[4.0], &row(&[(0, 1.0), (1, 1.0)]));
        let (mut x, mut duals) = (Vec::new(), Vec::new());
        assert_eq!(session.run(&mut x, &mut duals), Ended::Optimal);
        assert!((x[0] + x[1] - 4.0).abs() < 1e-9 && (duals[0] + 1.0).abs() < 1e-9);
        session.add_rows(&[f64::NEG_INFINITY], &[1.0], &row(&[(1, 1.0)]));
        assert_eq!(session.run(&mut x, &mut duals), Ended::Optimal);
        assert!((x[0] - 3.0).abs() < 1e-9 && (x[1] - 1.0).abs() < 1e-9);
        session.set_costs(&[0.0]);
        session.delete_rows(&[0]);
        assert_eq!((session.run(&mut x, &mut duals), session.rows), (Ended::Optimal, 1));
        assert!((x[1] - 1.0).abs() < 1e-9 && (duals[0] + 1.0).abs() < 1e-9);
        session.set_row_bounds(0, 2.0, 2.0);
        session.set_column_bounds(1, 0.0, 1.0);
        session.forget();
        assert_eq!(session.run(&mut x, &mut duals), Ended::Infeasible);
    }

    /// Least −2 x − y with x + y at most 4, both at most 3: (3, 1). From the basis there, whatever was solved in between and with a row
    /// that came later, nothing is left to do. A basis whose row is gone has one number too many for the other row: it is not
    /// taken, and the answer is right all the same.
    #[test]
    fn a_session_begins_from_a_basis_it_had() {
        let row = |entries: &[usize]| Sparse {
            starts: vec![0],
            index: entries.iter().map(|j| whole(*j)).collect(),
            value: vec![1.0; entries.len()],
        };
        let (mut x, mut duals) = (Vec::new(), Vec::new());
        let mut session = Session::new();
        session.add_columns(
            &[-2.0, -1.0],
            &[0.0; 2],
            &[3.0; 2],
            &Sparse { starts: vec![0, 0], ..Sparse::default() },
        );
        session.add_rows(&[f64::NEG_INFINITY], &[4.0], &row(&[0, 1]));
        assert_eq!((session.run(&mut x, &mut duals), x.as_slice()), (Ended::Optimal, [3.0, 1.0].as_slice()));
        let mut basis = session.basis();
        session.add_rows(&[f64::NEG_INFINITY], &[2.0], &row(&[1]));
        session.set_costs(&[-1.0, -2.0]);
        assert_eq!((session.run(&mut x, &mut duals), x.as_slice()), (Ended::Optimal, [2.0, 2.0].as_slice()));
        session.set_costs(&[-2.0, -1.0]);
        session.begin_from(&basis);
        assert_eq!((session.run(&mut x, &mut duals), x.as_slice()), (Ended::Optimal, [3.0, 1.0].as_slice()));
        assert_eq!(session.iterations(), 0);
        session.delete_rows(&[0]);
        basis.drop_rows(&[true]);
        session.begin_from(&basis);
        assert_eq!((session.run(&mut x, &mut duals), x.as_slice()), (Ended::Optimal, [3.0, 2.0].as_slice()));
    }
}
