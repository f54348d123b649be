//! A linear program to be maximised, and the way to HiGHS: the only door to good_lp and the solver.
//!
//! Columns and rows are scaled by powers of two before they go to the solver (exact in binary arithmetic), so that
//! HiGHS's absolute tolerances mean the same for a litre and for a miliar; answers come back unscaled.

use good_lp::solvers::highs::{HighsProblem, highs};
use good_lp::{Expression, IntoAffineExpression, ProblemVariables, SolverModel, Variable, variable};
use highs::{HighsModelStatus, Model, SolvedModel};

use super::program::{Column, Row, Sense};
use super::raw::{self, Watch};
use crate::control::Control;
use crate::language::{Text, text};

/// A linear program: maximise Σ objective·x subject to rows and column bounds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinearProgram {
    /// Decisions.
    pub columns: Vec<Column>,
    /// Constraints.
    pub rows: Vec<Row>,
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LpStatus {
    /// The solver says its answer is optimal.
    Optimal,
    /// There is no feasible solution.
    Infeasible,
    /// The objective grows without end.
    Unbounded,
    /// The time limit was reached; x and duals are what there was.
    TimeLimit,
    /// The solver gave up.
    Failed,
}

impl LpStatus {
    /// The status in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Optimal => text!(en: "said to be optimal", id: "disebut optimal"),
            Self::Infeasible => text!(en: "said to be infeasible", id: "disebut tidak layak"),
            Self::Unbounded => text!(en: "said to be unbounded", id: "disebut tak terbatas"),
            Self::TimeLimit => text!(en: "time limit reached", id: "batas waktu tercapai"),
            Self::Failed => text!(en: "the solver gave up", id: "pemecah menyerah"),
        }
    }
}

/// Which of HiGHS's methods to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Dual simplex.
    Simplex,
    /// Interior point (IPX) with crossover to a vertex.
    InteriorPoint,
    /// Dual simplex on the program as it stands: the last resort, since HiGHS's presolve has been seen to call a
    /// small feasible program infeasible where a ceiling stood thousands of times above what the rows allow.
    PlainSimplex,
}

impl Method {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Method::Simplex => "dual simplex",
            Method::InteriorPoint => "interior point with crossover",
            Method::PlainSimplex => "dual simplex without presolve",
        }
    }

    /// Its name in both languages.
    pub fn text(self) -> Text {
        let id = match self {
            Method::Simplex => "simpleks dual",
            Method::InteriorPoint => "titik interior dengan crossover",
            Method::PlainSimplex => "simpleks dual tanpa prapenyelesaian",
        };
        Text::new(self.name(), id)
    }
}

/// Rows above which the interior point is the faster way (measured on planning programs).
const INTERIOR_POINT_ROWS: usize = 4_000;

impl LinearProgram {
    /// The program with its whole numbers fixed at those nearest to `x`.
    pub(super) fn with_whole_numbers_at(&self, x: &[f64]) -> Self {
        let mut fixed = self.clone();
        for (column, value) in fixed.columns.iter_mut().zip(x).filter(|(column, _)| column.integer) {
            let whole = libm::round(*value);
            *column = Column { integer: false, ..Column::between(whole, whole, column.objective, whole) };
        }
        fixed
    }

    /// The faster method for a program of this size.
    pub fn best_method(&self) -> Method {
        if self.rows.len() > INTERIOR_POINT_ROWS { Method::InteriorPoint } else { Method::Simplex }
    }

    /// The same program with ceilings lowered to what its rows Σ a·x ≤ b with a ≥ 0 allow a non-negative column: a
    /// scaling by ceilings far above that would loosen the solver's tolerances as much.
    #[must_use]
    pub fn tightened(mut self) -> Self {
        for row in &self.rows {
            let bounds = row.sense == Sense::AtMost
                && row.entries.iter().all(|&(j, a)| a >= 0.0 && self.columns[j].lower >= 0.0);
            for &(j, a) in row.entries.iter().filter(|(_, a)| bounds && *a > 0.0) {
                let column = &mut self.columns[j];
                column.ceiling = column.ceiling.min(row.rhs.max(0.0) / a);
            }
        }
        self
    }
}

/// The solver's answer: what it says, to be checked by [`certificate`](super::certificate).
#[derive(Debug, Clone, PartialEq)]
pub struct LpSolution {
    /// How the solve ended.
    pub status: LpStatus,
    /// Values by column.
    pub x: Vec<f64>,
    /// Row duals: change of the maximum per unit of right-hand side.
    pub duals: Vec<f64>,
}

/// The name and version of the solver.
pub fn solver_name() -> String {
    format!("HiGHS {} through good_lp", raw::version())
}

/// A power of two near `size` (1 for zero or what is not finite).
fn power_of_two(size: f64) -> f64 {
    if size > 0.0 && size.is_finite() {
        libm::exp2(libm::round(libm::log2(size)).clamp(-60.0, 60.0))
    } else {
        1.0
    }
}

/// Scale factors: x = column·x', rows multiplied by `row`, objective by `objective`.
struct Scaling {
    column: Vec<f64>,
    row: Vec<f64>,
    objective: f64,
}

impl Scaling {
    fn of(lp: &LinearProgram) -> Self {
        // Whole numbers stay whole.
        let column: Vec<f64> =
            lp.columns.iter().map(|c| if c.integer { 1.0 } else { power_of_two(c.ceiling) }).collect();
        let row = lp
            .rows
            .iter()
            .map(|row| {
                let largest = row.entries.iter().map(|&(j, a)| (a * column[j]).abs()).fold(0.0, f64::max);
                1.0 / power_of_two(largest)
            })
            .collect();
        let largest =
            lp.columns.iter().zip(&column).map(|(c, scale)| (c.objective * scale).abs()).fold(0.0, f64::max);
        // A little above 1, since absolute tolerances apply to many small terms.
        Self { column, row, objective: 1024.0 / power_of_two(largest) }
    }
}

/// Solves `lp` on one thread with `method`; deterministic unless `control` stops it. Whole numbers are not asked for: see
/// [`solve_integer`].
pub fn solve(lp: &LinearProgram, method: Method, control: &Control<'_>) -> LpSolution {
    let scaling = Scaling::of(lp);
    let Ok(mut model) = to_good_lp(lp, &scaling).try_into_inner() else {
        return failed(lp, LpStatus::Failed);
    };
    model.make_quiet();
    if !set_options(&mut model, method, control.seconds_left()) {
        return failed(lp, LpStatus::Failed);
    }
    let Some(solved) = run(model, control) else { return failed(lp, LpStatus::Failed) };
    answer(lp, &scaling, &solved)
}

/// Runs the solver until `control` stops it.
fn run(mut model: Model, control: &Control<'_>) -> Option<SolvedModel> {
    let watch = control.can_stop().then(|| Watch::over(model.as_mut_ptr(), *control));
    match model.try_solve() {
        // The instance lives on in what was solved.
        Ok(solved) => {
            drop(watch);
            Some(solved)
        }
        Err(_) => {
            watch.into_iter().for_each(Watch::abandon);
            None
        }
    }
}

/// The solver's answer to a program with whole numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct IntegerSolution {
    /// Status and values; an integer program has no duals, these are 0.
    pub solution: LpSolution,
    /// Upper bound on the maximum: the solver's word alone.
    pub bound: f64,
}

/// Relative gap at which the solver may stop its search over whole numbers.
const INTEGER_GAP: f64 = 1e-8;

/// Solves `lp` with its whole numbers by HiGHS's branch and cut, on one thread; deterministic unless `control` stops it. With
/// [`Method::PlainSimplex`] without presolve.
pub fn solve_integer(lp: &LinearProgram, method: Method, control: &Control<'_>) -> IntegerSolution {
    let failed = || IntegerSolution { solution: failed(lp, LpStatus::Failed), bound: f64::INFINITY };
    let scaling = Scaling::of(lp);
    let Ok(mut model) = to_good_lp(lp, &scaling).try_into_inner() else { return failed() };
    model.make_quiet();
    // Any other solver than "choose" drops the whole numbers.
    let set = set_options(&mut model, method, control.seconds_left())
        && model.try_set_option("solver", "choose").is_ok()
        && model.try_set_option("mip_rel_gap", INTEGER_GAP).is_ok()
        && model.try_set_option("mip_feasibility_tolerance", 1e-9).is_ok();
    if !set {
        return failed();
    }
    let Some(solved) = run(model, control) else { return failed() };
    let bound = solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::INFINITY);
    let mut solution = answer(lp, &scaling, &solved);
    solution.duals = vec![0.0; lp.rows.len()];
    IntegerSolution { solution, bound: bound / scaling.objective }
}

/// Good whole numbers for `lp` from a search of so many nodes at most, on one thread, deterministic: a proposal, to be judged
/// by whoever asks. `None` where none were found.
pub(super) fn propose_integer(lp: &LinearProgram, nodes: i32, gap: f64) -> Option<Vec<f64>> {
    let scaling = Scaling::of(lp);
    let mut model = to_good_lp(lp, &scaling).try_into_inner().ok()?;
    model.make_quiet();
    let set = set_options(&mut model, Method::Simplex, None)
        && model.try_set_option("solver", "choose").is_ok()
        && model.try_set_option("mip_max_nodes", nodes).is_ok()
        && model.try_set_option("mip_rel_gap", gap).is_ok();
    let solved = if set { model.try_solve().ok()? } else { return None };
    let solution = solved.get_solution();
    let x: Vec<f64> = solution.columns().iter().zip(&scaling.column).map(|(x, scale)| x * scale).collect();
    let whole = |(column, x): (&Column, &f64)| !column.integer || (x - libm::round(*x)).abs() < 1e-3;
    (x.len() == lp.columns.len() && lp.columns.iter().zip(&x).all(whole)).then_some(x)
}

/// The answer with the last column of every equation put where the others say, in order: amounts far below a column's scale
/// get lost in the solver's tolerance, and with them what they build. Whether it is an answer is for the certificate to say.
pub(super) fn carried_through(lp: &LinearProgram, solution: &LpSolution) -> LpSolution {
    let mut x = solution.x.clone();
    for row in lp.rows.iter().filter(|row| row.sense == Sense::Equal) {
        let Some(&(last, own)) = row.entries.iter().max_by_key(|(j, _)| *j) else { continue };
        let others: f64 = row.entries.iter().filter(|(j, _)| *j != last).map(|&(j, a)| a * x[j]).sum();
        let column = &lp.columns[last];
        if own != 0.0 {
            x[last] = ((row.rhs - others) / own).min(column.upper).max(column.lower);
        }
    }
    LpSolution { x, ..solution.clone() }
}

fn failed(lp: &LinearProgram, status: LpStatus) -> LpSolution {
    LpSolution { status, x: vec![0.0; lp.columns.len()], duals: vec![0.0; lp.rows.len()] }
}

/// The solver's answer, unscaled.
fn answer(lp: &LinearProgram, scaling: &Scaling, solved: &SolvedModel) -> LpSolution {
    let status = match solved.status() {
        HighsModelStatus::Optimal => LpStatus::Optimal,
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => LpStatus::Infeasible,
        HighsModelStatus::Unbounded => LpStatus::Unbounded,
        HighsModelStatus::ReachedTimeLimit | HighsModelStatus::ReachedInterrupt => LpStatus::TimeLimit,
        // A program without columns or rows has the empty answer.
        HighsModelStatus::ModelEmpty => LpStatus::Optimal,
        _ => LpStatus::Failed,
    };
    let solution = solved.get_solution();
    if solution.columns().len() != lp.columns.len() || solution.dual_rows().len() != lp.rows.len() {
        let lost = status == LpStatus::Optimal && !lp.columns.is_empty();
        return failed(lp, if lost { LpStatus::Failed } else { status });
    }
    LpSolution {
        status,
        x: solution.columns().iter().zip(&scaling.column).map(|(x, scale)| x * scale).collect(),
        duals: solution
            .dual_rows()
            .iter()
            .zip(&scaling.row)
            .map(|(y, scale)| y * scale / scaling.objective)
            .collect(),
    }
}

fn set_options(model: &mut Model, method: Method, seconds: Option<f64>) -> bool {
    let solver = match method {
        Method::Simplex | Method::PlainSimplex => "simplex",
        Method::InteriorPoint => "ipx",
    };
    let presolve = if method == Method::PlainSimplex { "off" } else { "choose" };
    model.try_set_option("solver", solver).is_ok()
        && model.try_set_option("presolve", presolve).is_ok()
        && model.try_set_option("threads", 1).is_ok()
        && model.try_set_option("parallel", "off").is_ok()
        && model.try_set_option("random_seed", 0).is_ok()
        && raw::ITERATIONS.iter().all(|(name, most)| model.try_set_option(*name, *most).is_ok())
        && model.try_set_option("primal_feasibility_tolerance", 1e-8).is_ok()
        && model.try_set_option("dual_feasibility_tolerance", 1e-8).is_ok()
        && seconds.is_none_or(|seconds| model.try_set_option("time_limit", seconds.max(0.01)).is_ok())
}

/// States the scaled program in good_lp's terms, rows and columns in their order.
fn to_good_lp(lp: &LinearProgram, scaling: &Scaling) -> HighsProblem {
    let mut variables = ProblemVariables::new();
    let ids: Vec<Variable> = lp
        .columns
        .iter()
        .zip(&scaling.column)
        .map(|(column, scale)| {
            let mut definition = if column.integer { variable().integer() } else { variable() };
            if column.lower.is_finite() {
                definition = definition.min(column.lower / scale);
            }
            if column.upper.is_finite() {
                definition = definition.max(column.upper / scale);
            }
            variables.add(definition)
        })
        .collect();
    let objective: Expression = lp
        .columns
        .iter()
        .zip(&ids)
        .zip(&scaling.column)
        .filter(|((column, _), _)| column.objective != 0.0)
        .map(|((column, id), scale)| column.objective * scale * scaling.objective * *id)
        .sum();
    let mut problem = variables.maximise(objective).using(highs);
    for (row, row_scale) in lp.rows.iter().zip(&scaling.row) {
        let left: Expression =
            row.entries.iter().map(|&(j, a)| (a * scaling.column[j] * row_scale) * ids[j]).sum();
        let left = left.into_expression();
        let right = row.rhs * row_scale;
        problem.add_constraint(match row.sense {
            Sense::AtMost => left.leq(right),
            Sense::AtLeast => left.geq(right),
            Sense::Equal => left.eq(right),
        });
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    /// max 3x + 2y, x + y ≤ 4, x + 3y ≤ 6, x ≤ 3: the optimum is (3, 1) with value 11; an hour more in the first row
    /// is worth 2, since y = 4 − x there, the second row is slack (3 + 3 = 6 is tight: degenerate), x's bound binds.
    #[test]
    fn a_small_program_comes_back_unscaled_with_its_duals() {
        let column = |objective, upper| Column::between(0.0, upper, objective, 4096.0);
        let lp = LinearProgram {
            columns: vec![column(3.0, 3.0), column(2.0, f64::INFINITY)],
            rows: vec![
                Row { entries: vec![(0, 1.0), (1, 1.0)], sense: Sense::AtMost, rhs: 4.0 },
                Row { entries: vec![(0, -1.0), (1, -3.0)], sense: Sense::AtLeast, rhs: -6.5 },
            ],
        };
        for method in [Method::Simplex, Method::InteriorPoint, Method::PlainSimplex] {
            let solution = solve(&lp, method, &Control::unlimited());
            assert_eq!(solution.status, LpStatus::Optimal);
            assert!((solution.x[0] - 3.0).abs() < 1e-9 && (solution.x[1] - 1.0).abs() < 1e-9, "{solution:?}");
            assert!((solution.duals[0] - 2.0).abs() < 1e-9 && solution.duals[1].abs() < 1e-9, "{solution:?}");
        }
    }

    /// 2x + y ≤ 6 holds x to 3 and y to 6; −x + y ≤ 0 holds nothing by itself; a ceiling already lower stays.
    #[test]
    fn rows_of_one_sign_lower_the_ceilings() {
        let row =
            |entries: &[(usize, f64)], rhs| Row { entries: entries.to_vec(), sense: Sense::AtMost, rhs };
        let lp = LinearProgram {
            columns: vec![Column::non_negative(1.0, 5e5), Column::non_negative(1.0, 4.0)],
            rows: vec![row(&[(0, 2.0), (1, 1.0)], 6.0), row(&[(0, -1.0), (1, 1.0)], 0.0)],
        };
        let ceilings: Vec<f64> = lp.tightened().columns.iter().map(|column| column.ceiling).collect();
        assert_eq!(ceilings, [3.0, 4.0]);
    }

    #[test]
    fn infeasible_and_unbounded_are_told_apart() {
        let free = Column::non_negative(1.0, f64::INFINITY);
        let unbounded = LinearProgram { columns: vec![free], rows: Vec::new() };
        assert_eq!(solve(&unbounded, Method::Simplex, &Control::unlimited()).status, LpStatus::Unbounded);
        let row = |sense, rhs| Row { entries: vec![(0, 1.0)], sense, rhs };
        let infeasible = LinearProgram {
            columns: vec![free],
            rows: vec![row(Sense::AtMost, 1.0), row(Sense::AtLeast, 2.0)],
        };
        assert_eq!(solve(&infeasible, Method::Simplex, &Control::unlimited()).status, LpStatus::Infeasible);
    }
}
