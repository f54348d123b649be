//! Who decides together: every source for itself, or all of a level; and what one of them plans where what the others do is
//! given.

use super::super::{Baseline, StudyError};
use super::Way;
use super::rules::with_room_for_rounding;
use crate::language::text;
use crate::model::{
    Allocation, AllocationLine, Level, LimitBound, LimitKind, Locked, Model, SourceId, Title, Variant,
};
use crate::opt::builder::{Rule, SiteBound};
use crate::opt::{Conflict, OptError, ProgramPlan};

/// Who decides for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Every source.
    #[default]
    Source,
    /// All sources of a level together.
    Level,
}

impl By {
    /// Its word in commands and results.
    pub fn key(self) -> &'static str {
        match self {
            By::Source => "source",
            By::Level => "level",
        }
    }
}

/// Sources that decide together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The key of the source, or the level's.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
    /// Its sources, in order.
    pub sources: Vec<SourceId>,
}

/// The parties of `model` in the order in which they decide: as `order` says, else the centre first, then provinces, regencies
/// and partners, within a level by key.
///
/// # Errors
/// [`StudyError::Request`] where `order` does not name every party once.
pub fn parties(model: &Model, by: By, order: Option<&[String]>) -> Result<Vec<Party>, StudyError> {
    let mut found: Vec<Party> = Vec::new();
    for &level in Level::ALL {
        let own: Vec<SourceId> =
            model.source_ids().filter(|s| model.sources[s.index()].level == level).collect();
        match by {
            By::Level if own.is_empty() => {}
            By::Level => found.push(Party {
                key: level.key().to_string(),
                title: Title { id: level.name_id().to_string(), en: level.name_en().to_string() },
                sources: own,
            }),
            By::Source => found.extend(own.into_iter().map(|s| {
                let source = &model.sources[s.index()];
                Party { key: source.key.clone(), title: source.title.clone(), sources: vec![s] }
            })),
        }
    }
    let Some(order) = order else { return Ok(found) };
    let mut ordered = Vec::new();
    let keys: Vec<&str> = found.iter().map(|party| party.key.as_str()).collect();
    let all = keys.join(",");
    for name in order {
        match found.iter().find(|party| party.key == *name) {
            None => {
                let kind = match by {
                    By::Level => text!(en: "level", id: "tingkat"),
                    By::Source => text!(en: "source", id: "sumber"),
                };
                return Err(StudyError::Request(text!(
                    en: "the order names '{name}', which is no {kind}; it orders {all}",
                    id: "urutan itu menyebut '{name}', yang bukan {kind}; yang diurutkan: {all}",
                    name, kind, all,
                )));
            }
            Some(party) if ordered.contains(party) => {
                return Err(StudyError::Request(text!(
                    en: "the order names '{name}' twice; it orders {all}",
                    id: "urutan itu menyebut '{name}' dua kali; yang diurutkan: {all}",
                )));
            }
            Some(party) => ordered.push(party.clone()),
        }
    }
    if let Some(left_out) = found.iter().find(|party| !ordered.contains(party)) {
        let key = &left_out.key;
        return Err(StudyError::Request(text!(
            en: "the order leaves out '{key}'; it must name each of {all} once",
            id: "urutan itu tidak menyebut '{key}'; masing-masing dari {all} harus disebut satu kali",
        )));
    }
    Ok(ordered)
}

/// A rule that a party could not keep where what the others do was given, so that it planned without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// In which way of planning.
    pub way: Way,
    /// Which party, by its place in the order.
    pub party: usize,
    /// The rule.
    pub rule: Rule,
}

/// Today's allocation of all others on their money, with what is locked of all. Lines that cannot stand without the party's own
/// money (below a minimum size, a site not opened) count as nothing.
pub(super) fn others_today(model: &Model, party: &Party) -> Allocation {
    let today = Baseline::Today.allocation(model);
    let others = today.lines().iter().filter(|line| !party.sources.contains(&line.source));
    let own = model.locked.lines.lines().iter().filter(|line| party.sources.contains(&line.source));
    let mut lines: Vec<AllocationLine> = others.chain(own).copied().collect();
    loop {
        let given = Allocation::new(lines);
        let found = crate::model::rule::whole_numbers(model, &given);
        let cut = |line: &AllocationLine| {
            let broken = found.iter().any(|violation| {
                violation.rule.commitment() == Some((line.cluster, line.intervention, line.year))
            });
            let locked = model.locked.amount(line.source, line.cluster, line.intervention, line.year);
            let amount = if broken { crate::units::Rupiah(locked) } else { line.amount };
            AllocationLine { amount, ..*line }
        };
        lines = given.lines().iter().map(cut).collect();
        let left = Allocation::new(lines.clone());
        if left == given {
            return given;
        }
    }
}

/// The variant in which `party` alone decides and the others do what is `given`. Floors and caps on another's money alone are
/// that one's concern: nothing that the party decides keeps or breaks them. Coverage is the task of all together: nobody is held
/// to it alone.
pub(super) fn alone_with(model: &Model, party: &Party, given: Allocation, pay_all: bool) -> Variant {
    let closed: Vec<SourceId> = model.source_ids().filter(|s| !party.sources.contains(s)).collect();
    let of_others = |limit: &crate::model::Limit| limit.source.is_some_and(|s| closed.contains(&s));
    let concern = (0..model.limits.len()).filter(|n| of_others(&model.limits[*n]));
    let concern: Vec<Rule> = concern.map(Rule::Limit).collect();
    let mut own = with_room_for_rounding(model, &given);
    own.coverage_enforced = Some(false);
    own.locked = Some(Locked { lines: given, closed, closed_pay_all: pay_all });
    for rule in concern {
        leave_out(model, &mut own, rule);
    }
    own
}

/// Plans with `solve`, and again without one rule after the other that cannot be kept.
pub(super) fn plan_without_what_cannot_be(
    model: &Model,
    mut own: Variant,
    solve: &dyn Fn(&Model) -> Result<ProgramPlan, OptError>,
) -> Result<(ProgramPlan, Vec<Rule>), OptError> {
    let mut left_out = Vec::new();
    loop {
        let changed = own.apply(model).map_err(OptError::Variant)?;
        match solve(&changed) {
            Ok(plan) => return Ok((plan, left_out)),
            Err(OptError::Infeasible(conflict)) => {
                let Some(rule) = dispensable(model, &changed, &conflict) else {
                    return Err(OptError::Infeasible(conflict));
                };
                leave_out(model, &mut own, rule);
                left_out.push(rule);
            }
            Err(error) => return Err(error),
        }
    }
}

/// The rule of a conflict that is left out: what asks for more before what asks for less (so that the outcome breaks as little as
/// possible), rules over several sources before those over the party's own, a line that is given only where nothing else will
/// do. Nothing where the party contradicts itself.
fn dispensable(model: &Model, own: &Model, conflict: &Conflict) -> Option<Rule> {
    let rank = |rule: Rule| match rule {
        Rule::Limit(n) => {
            let limit = &model.limits[n];
            Some(match (limit.kind, limit.source.is_none()) {
                (LimitKind::Floor, true) => 0,
                (LimitKind::Cap, true) => 3,
                (LimitKind::Floor, false) => 4,
                (LimitKind::Cap, false) => 5,
            })
        }
        Rule::Cofunding(..) => Some(1),
        Rule::Sites(..) => Some(2),
        Rule::Budget(s, _) if own.locked.is_closed(s) && !own.locked.closed_pay_all => Some(6),
        Rule::Locked(s, c, i, y) if own.locked.amount(s, c, i, y) > model.locked.amount(s, c, i, y) => {
            Some(7)
        }
        _ => None,
    };
    let rules = conflict.rules.iter().map(|clash| clash.rule);
    rules.filter_map(|rule| rank(rule).map(|rank| (rank, rule))).min().map(|(_, rule)| rule)
}

/// Takes `rule` out of `own`, so that positions stay.
fn leave_out(model: &Model, own: &mut Variant, rule: Rule) {
    match rule {
        Rule::Limit(number) => {
            let of = |source: SourceId| match own.amounts.get(&source) {
                Some(amounts) => amounts.iter().map(|amount| amount.0).sum(),
                None => model.sources[source.index()].total(),
            };
            let more_than_all = 2.0 * model.source_ids().map(of).sum::<i64>().max(1) as f64;
            let limit = &mut own.limits.get_or_insert_with(|| model.limits.clone())[number];
            let amount = if limit.kind == LimitKind::Floor { 0.0 } else { more_than_all };
            limit.bound = LimitBound::Amount(amount);
        }
        Rule::Cofunding(number, _) => {
            own.cofunding.get_or_insert_with(|| model.cofunding.clone())[number].ratio = 0.0;
        }
        Rule::Sites(number, bound) => {
            let rule = &mut own.sites.get_or_insert_with(|| model.sites.clone())[number];
            match bound {
                SiteBound::AtMost => rule.at_most = None,
                SiteBound::AtLeast => rule.at_least = None,
                SiteBound::Potential => rule.minimum_potential = None,
            }
        }
        Rule::Budget(..) => {
            own.locked.get_or_insert_with(|| model.locked.clone()).closed_pay_all = true;
        }
        Rule::Locked(s, c, i, y) => {
            let locked = own.locked.get_or_insert_with(|| model.locked.clone());
            let lines = locked.lines.lines().iter().copied();
            let others =
                lines.filter(|l| (l.source, l.cluster, l.intervention, l.year) != (s, c, i, y)).collect();
            locked.lines = Allocation::new(others);
        }
        _ => {}
    }
}
