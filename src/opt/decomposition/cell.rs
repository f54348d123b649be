//! The recourse side of a program taken apart: components of columns that no row joins, samples in groups, and a cell of
//! recourse problems for each component and group, visited in parallel.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use super::super::program::{Column, Row, SampleProgram, TwoStageProgram};
use super::super::union_find::UnionFind;
use super::dense::{Outcome, Part, Recourse, Visit};
use super::problem::DecompositionError;
use crate::control::Control;

/// Where the samples of a program come from: all there, or made when they are looked at.
pub trait Samples: Sync {
    /// How many.
    fn count(&self) -> usize;
    /// The `w`-th.
    fn sample(&self, w: usize) -> Cow<'_, SampleProgram>;
}

impl Samples for TwoStageProgram {
    fn count(&self) -> usize {
        self.samples.len()
    }

    fn sample(&self, w: usize) -> Cow<'_, SampleProgram> {
        Cow::Borrowed(&self.samples[w])
    }
}

/// Samples whose pattern of coefficients is looked at first.
const LOOKED_AT: usize = 4;

/// Which recourse columns hang together, and on which first-stage columns they depend.
#[derive(Debug, Clone, PartialEq)]
struct Pattern {
    component_of: Vec<usize>,
    place: Vec<usize>,
    columns: Vec<Vec<usize>>,
    first: Vec<Vec<usize>>,
}

impl Pattern {
    fn of(samples: &dyn Samples, looked_at: usize) -> Self {
        let mut joined = UnionFind::new(samples.sample(0).columns.len());
        let mut uses: Vec<(usize, usize)> = Vec::new();
        for w in 0..looked_at {
            for row in &samples.sample(w).rows {
                let mut second = row.second.iter().filter(|(_, a)| *a != 0.0).map(|(j, _)| *j);
                let Some(one) = second.next() else { continue };
                second.for_each(|other| joined.join(one, other));
                uses.extend(row.first.iter().filter(|(_, a)| *a != 0.0).map(|(j, _)| (one, *j)));
            }
            uses.sort_unstable();
            uses.dedup();
        }
        let (component_of, count) = joined.numbered();
        let mut columns = vec![Vec::new(); count];
        let mut place = vec![0; component_of.len()];
        for (column, component) in component_of.iter().enumerate() {
            place[column] = columns[*component].len();
            columns[*component].push(column);
        }
        let mut first = vec![Vec::new(); count];
        for (column, used) in uses {
            first[component_of[column]].push(used);
        }
        for list in &mut first {
            list.sort_unstable();
            list.dedup();
        }
        Self { component_of, place, columns, first }
    }

    /// True if every row of the sample lies within one component and depends on nothing else.
    fn holds(&self, sample: &SampleProgram) -> bool {
        sample.columns.len() == self.component_of.len()
            && sample.rows.iter().all(|row| {
                let mut second = row.second.iter().filter(|(_, a)| *a != 0.0);
                let Some((one, _)) = second.next() else { return true };
                let component = self.component_of[*one];
                second.all(|(other, _)| self.component_of[*other] == component)
                    && row
                        .first
                        .iter()
                        .all(|(j, a)| *a == 0.0 || self.first[component].binary_search(j).is_ok())
            })
    }
}

/// The recourse problems of one component in one group of samples.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) component: usize,
    pub(super) samples: Range<usize>,
    problems: Vec<Recourse>,
}

/// The sums over the visits of a cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Visited {
    /// Expected value and its bound.
    pub(super) value: f64,
    pub(super) bound: f64,
    /// The cut: expected value ≤ constant + gradient · x of the component's first-stage columns.
    pub(super) constant: f64,
    pub(super) gradient: Vec<f64>,
    /// Values by sample of the group.
    pub(super) values: Vec<f64>,
    /// If some sample has no recourse: constant + gradient · x ≥ 0 is needed.
    pub(super) needed: Option<(f64, Vec<f64>)>,
    trouble: Option<DecompositionError>,
}

/// The recourse side of a program, ready to be visited.
pub(super) struct Recourses<'a> {
    /// First-stage columns that each component depends on, ascending.
    pub(super) first: Vec<Vec<usize>>,
    pub(super) cells: Vec<Cell>,
    pub(super) probabilities: Vec<f64>,
    /// The weight of a sample in the sums of its cell: its probability, or 1.
    pub(super) weights: Vec<f64>,
    pub(super) offsets: Vec<f64>,
    /// g_w by sample.
    pub(super) first_objectives: Vec<Vec<(usize, f64)>>,
    /// Rows of samples that hold the first stage alone.
    pub(super) first_rows: Vec<Row>,
    /// Columns, rows and coefficients of all samples together.
    pub(super) size: [usize; 3],
    /// Asked during visits.
    control: Control<'a>,
}

/// The recourse problems of one group of samples.
struct Group {
    /// By component.
    problems: Vec<Vec<Recourse>>,
    probabilities: Vec<f64>,
    offsets: Vec<f64>,
    first_objectives: Vec<Vec<(usize, f64)>>,
    first_rows: Vec<Row>,
    size: [usize; 3],
}

impl<'a> Recourses<'a> {
    /// Takes a program's samples apart, in groups of nearly equal size; `groups` says how many for so many components.
    /// Visits end early once `control` stops them.
    pub(super) fn new(samples: &dyn Samples, groups: &dyn Fn(usize) -> usize, control: Control<'a>) -> Self {
        let count = samples.count();
        let pattern = Pattern::of(samples, LOOKED_AT.min(count));
        let made = Self::by_pattern(samples, groups, &pattern).unwrap_or_else(|| {
            // Some coefficient is zero in all samples that were looked at.
            let pattern = Pattern::of(samples, count);
            Self::by_pattern(samples, groups, &pattern).unwrap_or_else(|| Self::empty(&pattern))
        });
        Self { control, ..made }
    }

    fn empty(pattern: &Pattern) -> Self {
        Self {
            first: pattern.first.clone(),
            cells: Vec::new(),
            probabilities: Vec::new(),
            weights: Vec::new(),
            offsets: Vec::new(),
            first_objectives: Vec::new(),
            first_rows: Vec::new(),
            size: [0; 3],
            control: Control::unlimited(),
        }
    }

    fn by_pattern(samples: &dyn Samples, groups: &dyn Fn(usize) -> usize, pattern: &Pattern) -> Option<Self> {
        let count = samples.count();
        let groups = groups(pattern.columns.len()).clamp(1, count);
        let cut = |g: usize| (count * g).div_euclid(groups);
        let ranges: Vec<Range<usize>> = (0..groups).map(|g| cut(g)..cut(g + 1)).collect();
        let done: Vec<Option<Group>> =
            ranges.par_iter().map(|range| group(samples, range.clone(), pattern)).collect();
        let mut all = Self::empty(pattern);
        let mut by_component: Vec<Vec<Cell>> = pattern.columns.iter().map(|_| Vec::new()).collect();
        for (range, group) in ranges.iter().zip(done) {
            let group = group?;
            for (component, problems) in group.problems.into_iter().enumerate() {
                by_component[component].push(Cell { component, samples: range.clone(), problems });
            }
            all.probabilities.extend(group.probabilities);
            all.size.iter_mut().zip(group.size).for_each(|(sum, more)| *sum += more);
            all.offsets.extend(group.offsets);
            all.first_objectives.extend(group.first_objectives);
            for row in group.first_rows {
                if !all.first_rows.contains(&row) {
                    all.first_rows.push(row);
                }
            }
        }
        all.cells = by_component.into_iter().flatten().collect();
        all.weights.clone_from(&all.probabilities);
        Some(all)
    }

    /// Objective of the first-stage columns with the expected part of the samples.
    pub(super) fn expected_objective(&self, columns: &[Column]) -> Vec<f64> {
        let mut objective: Vec<f64> = columns.iter().map(|column| column.objective).collect();
        for (p, list) in self.probabilities.iter().zip(&self.first_objectives) {
            for &(j, c) in list {
                objective[j] += p * c;
            }
        }
        objective
    }

    /// About how large each cell's values are, by what is found at `x`.
    pub(super) fn sizes_at(&mut self, x: &[f64]) -> Result<Vec<f64>, DecompositionError> {
        let found: Vec<f64> =
            self.visit(x, &|_| true)?.iter().map(|v| v.value.abs().max(v.constant.abs())).collect();
        let largest = found.iter().copied().fold(0.0, f64::max);
        let largest = if largest > 0.0 { largest } else { 1.0 };
        Ok(found.into_iter().map(|size| size.max(1e-3 * largest)).collect())
    }

    /// Visits the cells for which `wanted` says so at first-stage decisions `x`; nothing for the others.
    pub(super) fn visit(
        &mut self,
        x: &[f64],
        wanted: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<Vec<Visited>, DecompositionError> {
        let (first, weights, control) = (&self.first, &self.weights, &self.control);
        let results: Vec<Visited> = self
            .cells
            .par_iter_mut()
            .enumerate()
            .map(
                |(number, cell)| {
                    if wanted(number) { cell.visit(x, first, weights, control) } else { Visited::default() }
                },
            )
            .collect();
        match results.iter().find_map(|visited| visited.trouble) {
            Some(trouble) => Err(trouble),
            None => Ok(results),
        }
    }

    /// The value G_w of every sample at `x`, from what a visit of all cells found; `objective` are the first stage's
    /// coefficients that all samples share.
    pub(super) fn values(&self, x: &[f64], objective: f64, visited: &[Visited]) -> Vec<f64> {
        let own = |list: &Vec<(usize, f64)>| list.iter().map(|&(j, c)| c * x[j]).sum::<f64>();
        let mut values: Vec<f64> = self
            .offsets
            .iter()
            .zip(&self.first_objectives)
            .map(|(offset, list)| offset + objective + own(list))
            .collect();
        for (cell, visited) in self.cells.iter().zip(visited) {
            for (value, more) in values[cell.samples.clone()].iter_mut().zip(&visited.values) {
                *value += more;
            }
        }
        values
    }
}

fn group(samples: &dyn Samples, range: Range<usize>, pattern: &Pattern) -> Option<Group> {
    let mut group = Group {
        problems: pattern.columns.iter().map(|_| Vec::new()).collect(),
        probabilities: Vec::new(),
        offsets: Vec::new(),
        first_objectives: Vec::new(),
        first_rows: Vec::new(),
        size: [0; 3],
    };
    for w in range {
        let mut sample = samples.sample(w);
        if !pattern.holds(&sample) {
            return None;
        }
        if sample.rows.iter().any(|row| row.second.iter().any(|(_, a)| *a == 0.0)) {
            for row in &mut sample.to_mut().rows {
                row.second.retain(|(_, a)| *a != 0.0);
            }
        }
        let mut rows: Vec<Vec<usize>> = pattern.columns.iter().map(|_| Vec::new()).collect();
        for (number, row) in sample.rows.iter().enumerate() {
            match row.second.first() {
                Some((column, _)) => rows[pattern.component_of[*column]].push(number),
                None => {
                    group.first_rows.push(Row { entries: row.first.clone(), sense: row.sense, rhs: row.rhs });
                }
            }
        }
        for (component, rows) in rows.iter().enumerate() {
            group.problems[component].push(Recourse::new(Part {
                sample: &sample,
                columns: &pattern.columns[component],
                rows,
                place: &pattern.place,
                first: &pattern.first[component],
            }));
        }
        let coefficients = sample.rows.iter().map(|row| row.first.len() + row.second.len()).sum();
        let own = [sample.columns.len(), sample.rows.len(), coefficients];
        group.size.iter_mut().zip(own).for_each(|(sum, more)| *sum += more);
        group.probabilities.push(sample.probability);
        group.offsets.push(sample.offset);
        group.first_objectives.push(sample.first_objective.clone());
    }
    Some(group)
}

impl Cell {
    fn visit(&mut self, x: &[f64], first: &[Vec<usize>], weights: &[f64], control: &Control<'_>) -> Visited {
        let first = &first[self.component];
        let own: Vec<f64> = first.iter().map(|j| x[*j]).collect();
        let mut all = Visited {
            gradient: vec![0.0; first.len()],
            values: Vec::with_capacity(self.problems.len()),
            ..Visited::default()
        };
        let mut one = Visit::of(first.len());
        for (problem, w) in self.problems.iter_mut().zip(self.samples.clone()) {
            match problem.visit(&own, &mut one, control) {
                Outcome::Solved => {}
                Outcome::Infeasible => {
                    all.needed = Some((one.constant, one.gradient.clone()));
                    return all;
                }
                Outcome::Unbounded => {
                    all.trouble = Some(DecompositionError::Unbounded { sample: w });
                    return all;
                }
                Outcome::Interrupted => {
                    all.trouble = Some(DecompositionError::Interrupted);
                    return all;
                }
                Outcome::Failed => {
                    all.trouble = Some(DecompositionError::Recourse { sample: w });
                    return all;
                }
            }
            let p = weights[w];
            all.value += p * one.value;
            all.bound += p * one.bound;
            all.constant += p * one.constant;
            for (sum, g) in all.gradient.iter_mut().zip(&one.gradient) {
                *sum += p * g;
            }
            all.values.push(one.value);
        }
        all
    }
}
