//! The arrays that are handed to the solver and taken from it.

/// A count or place as the solver knows it. Programs of more than 2³¹ entries do not fit into memory before that.
pub(in super::super) fn whole(number: usize) -> i32 {
    i32::try_from(number).unwrap_or_else(|_| unreachable!("the solver counts to 2^31"))
}

/// A sparse matrix by rows (or by columns): where each starts, and its entries.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Sparse {
    pub(in super::super) starts: Vec<i32>,
    pub(in super::super) index: Vec<i32>,
    pub(in super::super) value: Vec<f64>,
}

impl Sparse {
    /// Begins the next row or column.
    pub(in super::super) fn begin(&mut self) {
        self.starts.push(whole(self.index.len()));
    }

    pub(in super::super) fn push(&mut self, index: usize, value: f64) {
        self.index.push(whole(index));
        self.value.push(value);
    }
}

/// The solver's word for a column or row in the basis.
pub(super) const BASIC: i32 = highs_sys::kHighsBasisStatusBasic;

/// Which columns and rows are in a basis, and at which bound the others are, in the solver's words.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Basis {
    pub(super) columns: Vec<i32>,
    pub(super) rows: Vec<i32>,
}

impl Basis {
    /// Goes with the rows for which `drop` does not say so.
    pub(in super::super) fn drop_rows(&mut self, drop: &[bool]) {
        let mut number = 0..;
        self.rows.retain(|_| number.next().is_none_or(|row: usize| drop.get(row) != Some(&true)));
    }
}
