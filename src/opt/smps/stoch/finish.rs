//! Checks of a stochastic file as a whole: sums of probabilities, stages, and each number random in one place.

use std::collections::BTreeMap;

use super::{Element, Law, Outcome, Reader, Target, targets};

/// Probabilities that miss 1 by more than this are refused, whatever is asked for.
pub(super) const MOST_OFF: f64 = 1e-4;
/// The rounding error of one probability: half of the sixth decimal.
const ROUNDED: f64 = 5e-7;
/// Probabilities that miss 1 by no more are taken as they are.
const EXACT: f64 = 1e-12;

impl Reader<'_> {
    pub(super) fn finish(mut self, normalise: bool) -> Vec<Element> {
        let mut elements = std::mem::take(&mut self.elements);
        let mut taken: BTreeMap<Target, (usize, usize)> = BTreeMap::new();
        for (id, element) in elements.iter_mut().enumerate() {
            self.sum(element, normalise);
            self.equal_outcomes(element);
            self.first_stage(element);
            self.later(element);
            for target in targets(&element.law) {
                let parts = target.parts();
                let other = parts.iter().find_map(|part| taken.get(part).filter(|(id_, _)| *id_ != id));
                if let Some((_, line)) = other {
                    let problem =
                        format!("{} is random in two places, first in line {line}", self.words(target));
                    let help = "one number belongs to one INDEP entry, one block or the scenarios";
                    self.fault(Some(element.line), problem, "each number once", help);
                }
                taken.extend(parts.into_iter().map(|part| (part, (id, element.line))));
            }
        }
        for (name, (line, count)) in &self.unknown_periods {
            let lines = if *count == 1 { String::new() } else { format!(" in {count} lines") };
            let second = &self.time.periods[1];
            let text = format!("'{name}'{lines} is no period of the time file and is taken for '{second}'");
            self.report.note(self.file, Some(*line), text);
        }
        if self.index.contains_key("scenarios") && elements.len() > 1 {
            let help = "list the joint scenarios, or write the rest as BLOCKS";
            self.fault(None, "SCENARIOS beside INDEP or BLOCKS".to_string(), "one or the other", help);
        }
        elements
    }

    /// Brings the probabilities of an element to 1, or refuses them.
    ///
    /// Six decimals are what writers print, so each probability may be off by half of the sixth: 0.333333 three times
    /// and 0.166667 six times are thirds and sixths. A sum that misses 1 by more may be a slip, or an outcome that is
    /// missing, so it has to be asked for.
    fn sum(&mut self, element: &mut Element, normalise: bool) {
        let Law::Discrete(outcomes) = &mut element.law else { return };
        let sum: f64 = outcomes.iter().map(|outcome| outcome.probability).sum();
        let (name, off) = (element.name.clone(), (sum - 1.0).abs());
        let shown = libm::round(sum * 1e12) / 1e12;
        let rounding = (ROUNDED * outcomes.len() as f64).clamp(2.0 * ROUNDED, MOST_OFF);
        let limit = if normalise { MOST_OFF } else { rounding };
        if off > limit + EXACT {
            let problem = format!("the probabilities of '{name}' sum to {shown}");
            let help = if off <= MOST_OFF + EXACT {
                "--normalise divides them by their sum; without it they may miss 1 by what rounding to six decimals takes"
            } else {
                "see the lines of this name from here on; --normalise mends sums that miss 1 by at most 0.0001"
            };
            self.fault(Some(element.line), problem, "1", help);
            return;
        }
        if off > EXACT {
            let text = format!("the probabilities of '{name}' sum to {shown} and are divided by that");
            self.report.note(self.file, Some(element.line), text);
        }
        for outcome in outcomes.iter_mut() {
            outcome.probability /= sum;
        }
    }

    /// Tells of outcomes that set the same numbers: one of them may be a slip.
    fn equal_outcomes(&mut self, element: &Element) {
        let Law::Discrete(outcomes) = &element.law else { return };
        let mut order: Vec<&Outcome> = outcomes.iter().collect();
        let compare = |a: &Outcome, b: &Outcome| {
            a.changes
                .iter()
                .map(|(target, value)| (*target, value.to_bits()))
                .cmp(b.changes.iter().map(|(target, value)| (*target, value.to_bits())))
        };
        order.sort_by(|a, b| compare(a, b).then(a.line.cmp(&b.line)));
        let same: Vec<(usize, usize)> = order
            .windows(2)
            .filter(|pair| compare(pair[0], pair[1]).is_eq())
            .map(|pair| (pair[1].line, pair[0].line))
            .collect();
        if let Some((line, first)) = same.iter().min() {
            let more = match same.len() - 1 {
                0 => String::new(),
                more => format!(", and so {more} times more"),
            };
            let name = &element.name;
            let text = format!(
                "'{name}' has the outcome of line {first} again{more}: both count, with their probabilities"
            );
            self.report.note(self.file, Some(*line), text);
        }
    }

    /// Nothing of the first stage but its costs may be random: it is decided before chance.
    fn first_stage(&mut self, element: &Element) {
        for target in targets(&element.law) {
            let early = match target {
                Target::Entry(_, i) | Target::Rhs(i) => self.time.rows.get(i) == Some(&0),
                Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => {
                    self.time.columns.get(j) == Some(&0)
                }
                Target::Cost(_) | Target::Constant => false,
            };
            let same = match &element.law {
                Law::Discrete(outcomes) => outcomes
                    .iter()
                    .filter_map(|outcome| outcome.changes.get(&target))
                    .all(|value| *value == self.core_value(target)),
                _ => false,
            };
            if early && !same {
                let problem = format!("{} belongs to the first period and is random", self.words(target));
                let help = "what is decided in the first period is decided before chance";
                self.fault(Some(element.line), problem, "random numbers of later periods", help);
            }
        }
    }

    /// Chance after the second period would make more than two stages.
    fn later(&mut self, element: &Element) {
        if self.time.periods.len() <= 2 {
            return;
        }
        let of = |list: &[usize], id: usize| list.get(id).copied().unwrap_or(0);
        let latest = targets(&element.law)
            .into_iter()
            .map(|target| match target {
                Target::Entry(j, i) => of(&self.time.rows, i).max(of(&self.time.columns, j)),
                Target::Rhs(i) => of(&self.time.rows, i),
                Target::Cost(j) | Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => {
                    of(&self.time.columns, j)
                }
                Target::Constant => 0,
            })
            .max()
            .unwrap_or(0);
        let known = element.period.unwrap_or(latest);
        if known > 1 {
            let problem = format!(
                "'{}' becomes known in period '{}', after the second: the program has more than two stages",
                element.name, self.time.periods[known]
            );
            let help = "later periods are merged into the second only where all that is random is known in the second";
            self.fault(Some(element.line), problem, "chance in the second period alone", help);
        }
    }

    pub(super) fn words(&self, target: Target) -> String {
        let column = |j: usize| &self.core.columns[j].name;
        match target {
            Target::Entry(j, i) => {
                format!("the coefficient of '{}' in '{}'", column(j), self.core.rows[i].name)
            }
            Target::Cost(j) => format!("the cost of '{}'", column(j)),
            Target::Rhs(i) => format!("the right-hand side of '{}'", self.core.rows[i].name),
            Target::Constant => "the constant of the objective".to_string(),
            Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => format!("a bound of '{}'", column(j)),
        }
    }
}
