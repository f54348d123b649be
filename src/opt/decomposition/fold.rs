//! Pieces of stocks that a model of cuts does without. Effects of the tail are sums over pieces δ of a stock, Σ δ ≤ κ S with every
//! δ at most its length (T1): seven of ten columns of a model of Banyumas are such pieces, and each cut has entries in
//! most. For given slopes γ the most that Σ γ δ can be is a concave function of S: pieces are filled in the order of their
//! slopes. A cut takes the tangent of that function at the stock that was visited, which lies above it everywhere: the cut is as
//! exact there as with its pieces, and a line in S elsewhere.

use super::super::program::{Row, Sense};
use super::problem::FirstStage;

/// A stock, and the pieces that it is cut into.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fold {
    /// The column of the stock.
    pub(super) stock: usize,
    /// The pieces hold at most this share of it.
    share: f64,
    /// The columns of the pieces, in the order in which they are filled.
    pub(super) pieces: Vec<usize>,
    /// The most that each holds.
    lengths: Vec<f64>,
}

/// The stocks of a first stage that are cut into pieces which stand in no other row and cost nothing by themselves. `own_rows` and
/// `costs` are the rows and costs that samples add to the first stage.
pub(super) fn folds(first: FirstStage<'_>, own_rows: &[Row], costs: &[Vec<(usize, f64)>]) -> Vec<Fold> {
    let mut rows = vec![0_usize; first.columns.len()];
    for row in first.rows.iter().chain(own_rows) {
        row.entries.iter().for_each(|(j, _)| rows[*j] += 1);
    }
    costs.iter().flatten().for_each(|(j, _)| rows[*j] += 2);
    let is_piece = |&&(j, a): &&(usize, f64)| {
        let column = &first.columns[j];
        let is_free = column.lower == 0.0 && column.objective == 0.0 && !column.integer;
        a == 1.0 && rows[j] == 1 && is_free
    };
    let fold = |row: &Row| {
        let pieces: Vec<usize> = row.entries.iter().filter(is_piece).map(|(j, _)| *j).collect();
        let mut rest = row.entries.iter().filter(|entry| !is_piece(entry));
        let (&(stock, a), None) = (rest.next()?, rest.next()) else { return None };
        let is_cut = row.sense == Sense::AtMost && row.rhs == 0.0 && a < 0.0 && pieces.len() > 1;
        let lengths = pieces.iter().map(|j| first.columns[*j].upper).collect();
        is_cut.then_some(Fold { stock, share: -a, pieces, lengths })
    };
    first.rows.iter().filter_map(fold).collect()
}

impl Fold {
    /// The same in another numbering of columns.
    pub(super) fn renumbered(&self, local: &dyn Fn(usize) -> usize) -> Self {
        let pieces = self.pieces.iter().map(|j| local(*j)).collect();
        Self { stock: local(self.stock), pieces, ..self.clone() }
    }

    /// Fills the pieces in order with what there is of the stock.
    pub(super) fn fill(&self, x: &mut [f64]) {
        let mut left = self.share * x[self.stock];
        for (piece, length) in self.pieces.iter().zip(&self.lengths) {
            x[*piece] = left.min(*length).max(0.0);
            left -= x[*piece];
        }
    }

    /// The tangent at the stock of `x` of the most that Σ γ δ can be, where `slopes` are the γ by column: its value where the stock is
    /// nothing, and its slope.
    pub(super) fn tangent(&self, slopes: &[f64], x: &[f64]) -> (f64, f64) {
        let mut order: Vec<(f64, f64)> =
            self.pieces.iter().map(|j| slopes[*j]).zip(self.lengths.iter().copied()).collect();
        order.retain(|(slope, _)| *slope > 0.0);
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        // Pieces that are full bring what is beyond the slope at which the last one stands.
        let mut left = (self.share * x[self.stock]).max(0.0);
        let mut full = Vec::with_capacity(order.len());
        let mut at = 0.0;
        for (slope, length) in order {
            if length > left {
                at = slope;
                break;
            }
            left -= length;
            full.push((slope, length));
        }
        (full.into_iter().map(|(slope, length)| (slope - at) * length).sum(), at * self.share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Risk;
    use crate::opt::program::Column;

    /// A stock (column 0) of which half may fill pieces of 10, 10 and any length; column 4 has a second row, so that the
    /// second row is no fold.
    fn fold() -> Fold {
        let columns: Vec<Column> = [100.0, 10.0, 10.0, f64::INFINITY, 5.0]
            .iter()
            .map(|upper| Column::between(0.0, *upper, 0.0, 100.0))
            .collect();
        let row =
            |entries: &[(usize, f64)]| Row { entries: entries.to_vec(), sense: Sense::AtMost, rhs: 0.0 };
        let rows =
            [row(&[(0, -0.5), (1, 1.0), (2, 1.0), (3, 1.0)]), row(&[(0, -1.0), (4, 1.0)]), row(&[(4, 1.0)])];
        let risk = Risk { lambda: 0.0, alpha: 0.9 };
        let first = FirstStage { columns: &columns, rows: &rows, linking: &[false; 3], risk };
        let found = folds(first, &[], &[]);
        assert_eq!(found.len(), 1);
        let costly = folds(first, &[], &[vec![(2, 1.0)]]);
        assert!(costly.is_empty(), "a piece that costs something stands for itself");
        found[0].clone()
    }

    /// A stock of 30 fills 15: the first piece and half of the second.
    #[test]
    fn pieces_are_filled_in_order() {
        let mut x = [30.0, 0.0, 0.0, 0.0, 0.0];
        fold().fill(&mut x);
        assert_eq!(x, [30.0, 10.0, 5.0, 0.0, 0.0]);
    }

    /// Slopes 3, 2 and 1: at a stock of 30 the pieces bring 30 + 10 = 40, a little more stock half of 2; so that the tangent is 10 + S.
    /// Where slopes fall in another order (1, 3, 2) the best fill is 10 · 3 + 5 · 2 = 40, a tangent of 10 + S too. Slopes below
    /// nothing fill nothing; a stock beyond all pieces that bring something has a flat tangent.
    #[test]
    fn a_tangent_is_that_of_the_best_fill() {
        let x = [30.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(fold().tangent(&[0.0, 3.0, 2.0, 1.0, 0.0], &x), (10.0, 1.0));
        assert_eq!(fold().tangent(&[0.0, 1.0, 3.0, 2.0, 0.0], &x), (10.0, 1.0));
        assert_eq!(fold().tangent(&[0.0, -1.0, 3.0, -2.0, 0.0], &x), (30.0, 0.0));
    }
}
