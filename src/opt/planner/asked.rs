//! A plan by decomposition, asked further: the needs of rejected candidates, and the worth of more money.

use super::super::builder::{Decision, PlanSamples, PlanningProgram, Rule, objective_unit};
use super::super::decomposition::{FirstStage, Learned, Required};
use super::super::entry::{self, Entry, Rejected};
use super::super::error::OptError;
use super::super::margins::DecompositionProbe;
use super::super::plan::{NextBillion, RuleMargin, Tidied};
use super::super::program::Row;
use super::margins::margins_of;
use super::money::{contradictory, room_for_more, with_next_billion};
use super::outcome::{Answer, MoreMoney, Question, Range, SolvedProgram, Tidy};
use super::taken_apart::{Found, TakenApart, parts_of, taught};
use super::tidy;
use super::ties;
use crate::control::Control;
use crate::model::{Allocation, ClusterId, Source};
use crate::units::{JUTA, MILIAR};

/// The worth of one more billion is known to this share of it.
const NEXT_BILLION_ERROR: f64 = 0.002;
/// Gap to which a plan in whole things is solved again with its whole numbers as they are.
const NEXT_BILLION_GAP: f64 = 1e-6;

/// The program with ceilings that leave room for more money, to ask about it: apart from the plan's own, which is as tight as the
/// budgets are whether more is asked or not.
#[derive(Clone, Copy)]
pub(super) struct Roomy<'a> {
    pub(super) planning: &'a PlanningProgram,
    pub(super) linking: &'a [bool],
    pub(super) samples: &'a PlanSamples<'a>,
    /// Its decisions are those of the plan's program, so that samples and what was learned of that hold for it.
    pub(super) same: bool,
}

/// The program of a plan, taken apart, with what the search for the plan found.
pub(super) struct AskedPlan<'a> {
    pub(super) plan: TakenApart<'a>,
    pub(super) search: Found,
    pub(super) room: Roomy<'a>,
    pub(super) control: Control<'a>,
}

impl SolvedProgram for AskedPlan<'_> {
    fn rejected(
        &mut self,
        clusters: Vec<ClusterId>,
        range: Range,
        going: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Rejected>, OptError> {
        let mut found = Vec::new();
        for cluster in clusters {
            let entry = if going() { self.plan.entry(cluster, range, going)? } else { Entry::NotComputed };
            found.push(Rejected { cluster, entry });
        }
        Ok(found)
    }

    fn tidied(&self, question: Question<'_>, answer: &Answer, share: f64) -> (Tidied, Option<Tidy>) {
        // Cuts know nothing of the cost of spending.
        let one = self.plan.parts.is_l_shaped();
        let learned = one.then(|| self.plan.parts.learned(&self.search.answer.x));
        tidy::tidied(question, answer, learned.as_ref(), share)
    }

    fn more_money(self, answer: &Answer) -> Result<MoreMoney, OptError> {
        let Self { plan, search, room, control } = self;
        let mut x = search.answer.x;
        let mut rich = plan.with_room(room, &mut x, &answer.decided.allocation)?;
        // A search through units and lines anew for each source would say more of the search than of the money: with them the
        // whole numbers stay as they are, and so does the plan that the next billion is compared with.
        let mut without = answer.objective;
        if rich.model.has_whole_things() {
            rich.parts.fix_whole_numbers(&x, &relaxed(rich.planning));
            let found = rich.search(rich.gap.min(NEXT_BILLION_GAP), &control.unobserved())?;
            without = rich.value(&found);
        }
        let next_billion = rich.next_billion(without, &control)?;
        let margins = rich.margins(&x, answer.objective);
        Ok(MoreMoney { margins, next_billion })
    }
}

/// The whole numbers that are relaxed where margins are asked for: those that count units and grains.
fn relaxed(planning: &PlanningProgram) -> Vec<bool> {
    let counts = |decision: &Decision| matches!(decision, Decision::Units(..) | Decision::Grains(..));
    planning.decisions.iter().map(counts).collect()
}

impl<'a> TakenApart<'a> {
    /// The needs of a candidate to enter.
    fn entry(
        &mut self,
        cluster: ClusterId,
        range: Range,
        going: &(dyn Fn() -> bool + Sync),
    ) -> Result<Entry, OptError> {
        let scale = objective_unit(self.planning.metric);
        let tie = ties::most_cost(self.planning, self.model);
        let progress = |_| going();
        let options = self.options(self.gap, &progress);
        let required = match entry::row_of(self.planning, cluster) {
            Some(row) => self.parts.requiring(row, &options)?,
            None => None,
        };
        let known = required.map(|required| Required {
            at_least: required.at_least.map(|value| value * scale),
            at_most: (required.at_most + tie) * scale,
        });
        let barred = || entry::barred(self.model, self.planning.metric, cluster);
        let needs = |known| entry::needs(known, range.objective * scale, range.bound * scale);
        Ok(match known {
            Some(known) if known.at_least.is_some() => needs(known),
            Some(known) => barred().unwrap_or_else(|| needs(known)),
            None => barred().unwrap_or(Entry::NotComputed),
        })
    }

    /// The same program with room for more money, at decisions `x`, which become those of `allocation` where the program has
    /// others. Two programs taken apart are not kept beside each other.
    fn with_room<'b>(
        self,
        room: Roomy<'b>,
        x: &mut Vec<f64>,
        allocation: &Allocation,
    ) -> Result<TakenApart<'b>, OptError>
    where
        'a: 'b,
    {
        let Self { model, planning, parts, without, gap, unit } = self;
        let scheme = parts.scheme();
        let first = FirstStage { risk: model.risk, ..room.planning.program.first_stage(room.linking) };
        let fresh = || parts_of(first, room.samples, &without, scheme);
        let alike = |(a, b): (&Row, &Row)| (&a.entries, a.sense) == (&b.entries, b.sense);
        let in_place = room.same && !planning.has_integers();
        let parts = if in_place && planning.program.rows.iter().zip(first.rows).all(alike) {
            // Ceilings alone differ: the program stays apart as it is.
            parts.with_first_stage(first)
        } else if room.same {
            let learned = Learned { proposals: Vec::new(), ..parts.learned(x) };
            drop(parts);
            taught(fresh()?, &learned, &fresh)?
        } else {
            drop(parts);
            *x = room.planning.decide(model, allocation);
            let mut parts = fresh()?;
            parts.begin_at(x, &[]);
            parts
        };
        Ok(TakenApart { model, planning: room.planning, parts, without, gap, unit })
    }

    /// The worth of one more billion from each source.
    fn next_billion(&mut self, objective: f64, control: &Control<'_>) -> Result<Vec<NextBillion>, OptError> {
        let scale = objective_unit(self.planning.metric);
        let control = control.unobserved();
        let mut gains = Vec::new();
        let error = NEXT_BILLION_ERROR * MILIAR / JUTA / objective.abs().max(self.unit);
        let gap = self.gap.min(error).max(1e-9);
        for source in self.model.source_ids() {
            let model = with_next_billion(self.model, source)?;
            if model.could_run_dry() {
                gains.push(NextBillion { source, gain: None });
                continue;
            }
            self.set_money(&model.sources);
            let richer = match self.solve(gap, &control) {
                Ok(richer) => richer,
                Err(error) => {
                    if !contradictory(&model, self.planning.metric, room_for_more(self.model)) {
                        return Err(error);
                    }
                    gains.push(NextBillion { source, gain: None });
                    continue;
                }
            };
            if !control.go_on() {
                break;
            }
            let tie = ties::cost(self.planning, &richer.x);
            let increments: Vec<f64> = richer.values.iter().map(|g| g + tie).collect();
            let gain = (self.risk_adjusted(&increments) - objective) * scale;
            gains.push(NextBillion { source, gain: Some(gain) });
        }
        self.set_money(&self.model.sources.clone());
        Ok(gains)
    }

    /// Right-hand sides of budgets and limits with these sources.
    fn set_money(&mut self, sources: &[Source]) {
        for (row, rule) in self.planning.rules.iter().enumerate() {
            match *rule {
                Rule::Budget(s, y) => {
                    self.parts.set_rhs(row, sources[s.index()].amounts[y].as_f64() / JUTA);
                }
                Rule::Limit(number) => {
                    self.parts.set_rhs(row, self.model.limits[number].rupiah(sources) / JUTA);
                }
                _ => {}
            }
        }
    }

    /// The margins of every budget, floor and cap at decisions `x`, with the plan's whole numbers as they are, but for units
    /// and grains, which need not be whole.
    fn margins(&mut self, x: &[f64], objective: f64) -> Vec<RuleMargin> {
        let scale = objective_unit(self.planning.metric);
        self.parts.fix_whole_numbers(x, &relaxed(self.planning));
        let rhs = self.planning.program.rows.iter().map(|row| row.rhs).collect();
        let level = self.without.iter().map(|level| level.abs()).sum::<f64>() / self.without.len() as f64;
        let mut asked = DecompositionProbe::new(&mut self.parts, rhs, self.unit, objective, level);
        margins_of(self.planning, x, &mut asked, objective, scale)
    }
}
