//! Watches for bottlenecks: what may run out while a route wants it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bottleneck::Binding;
use super::super::group::Group;
use super::expression::{Ex, Sign, Terms, key_of};
use super::liveness::Liveness;
use super::places::{Places, Slots};
use super::route::RouteDraft;
use crate::model::Stage;

/// A bottleneck to look for: a capacity or good of which nothing is left while a route wants it.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    /// Offset of the remaining amount in the state of a plan.
    pub(super) left: usize,
    /// Channel routes want it where this union of marks stands; `None` is always.
    pub(super) wanted: Option<usize>,
    /// Stock routes that want it: the offset where they note that they fell short, and the place of their need per unit,
    /// which must be above zero, unless it always is.
    pub(super) short: Vec<(usize, Option<usize>)>,
    /// Goods that channel routes want are looked at when selling ends, and the result is kept in this mark. Everything
    /// else is looked at when the period ends.
    pub(super) noted: Option<usize>,
    /// Where it is counted: number of the cluster in the unit, stage, and what bound there.
    pub(super) counts: Vec<(usize, Stage, Binding)>,
}

/// A remaining amount that may bind, and who wants it.
#[derive(Debug, Clone)]
struct Site {
    left: usize,
    /// Above zero where a channel route wants it.
    active: Vec<Ex>,
    /// Where stock routes note that they fell short, and their need per unit.
    short: Vec<(usize, Ex)>,
}

/// Sites by number of the cluster, stage, and what may bind.
type Sites = BTreeMap<(usize, Stage, Binding), Site>;

/// A watch before places are given out.
#[derive(Debug)]
pub(super) struct WatchDraft {
    /// True if it is looked at when selling ends.
    noted: bool,
    left: usize,
    /// Nodes above zero where a channel route wants it; `None` is always.
    wanted: Option<BTreeSet<usize>>,
    short: Vec<(usize, Ex)>,
    counts: Vec<(usize, Stage, Binding)>,
}

/// Key of sites that are looked at together: noted, left, wanted, short.
type Key = (bool, usize, Option<BTreeSet<usize>>, Vec<(usize, (u64, u64))>);

/// Unions of marks, kept behind the marks of nodes.
#[derive(Debug)]
pub(super) struct Unions {
    marks: Places,
    /// Each union's mark and the marks that it unites.
    list: Vec<(usize, Vec<usize>)>,
}

impl WatchDraft {
    /// Everything to watch for. `left` and `hand` are the offsets of capacities and goods.
    pub(super) fn all<'d>(
        terms: &mut Terms<'_>,
        group: &Group<'_>,
        routes: impl Iterator<Item = &'d RouteDraft<'d>>,
        left: &[usize],
        hand: &[Option<usize>],
    ) -> Vec<Self> {
        let mut sites = Sites::new();
        for draft in routes {
            collect(terms, group, draft, left, hand, &mut sites);
        }
        // Sites that are looked at in the same way are looked at once.
        let mut watched: BTreeMap<Key, Self> = BTreeMap::new();
        for (count, site) in sites {
            let always = site.active.iter().any(|active| terms.sign(*active) == Sign::Positive);
            let wanted: Option<BTreeSet<usize>> = (!always).then(|| {
                let node = |active: &Ex| match active {
                    Ex::Node(node) => Some(*node),
                    Ex::Constant(_) => None,
                };
                site.active.iter().filter_map(node).collect()
            });
            let noted = matches!(count.2, Binding::OnHand(_)) && !site.active.is_empty();
            let short = site.short.iter().map(|&(at, amount)| (at, key_of(amount))).collect();
            let Site { left, short: of_stock, .. } = site;
            watched
                .entry((noted, left, wanted.clone(), short))
                .or_insert_with(|| Self { noted, left, wanted, short: of_stock, counts: Vec::new() })
                .counts
                .push(count);
        }
        watched.into_values().collect()
    }

    /// Nodes that it wants marked.
    pub(super) fn marked(&self) -> impl Iterator<Item = usize> + '_ {
        self.wanted.iter().flatten().copied()
    }

    /// The expressions it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Ex> + '_ {
        self.short.iter().map(|(_, amount)| *amount)
    }

    /// The watch with its places.
    pub(super) fn placed(
        self,
        terms: &Terms<'_>,
        live: &Liveness,
        slots: &mut Slots,
        unions: &mut Unions,
    ) -> Watch {
        let mut need = |amount: Ex| match amount {
            Ex::Node(_) if terms.sign(amount) != Sign::Positive => Some(slots.of(amount)),
            _ => None,
        };
        Watch {
            left: self.left,
            wanted: self
                .wanted
                .map(|nodes| unions.of(nodes.into_iter().filter_map(|node| live.mark(node)).collect())),
            short: self.short.iter().map(|&(at, amount)| (at, need(amount))).collect(),
            noted: self.noted.then(|| unions.marks.one()),
            counts: self.counts,
        }
    }
}

/// Adds the sites of one route, step by step.
fn collect(
    terms: &mut Terms<'_>,
    group: &Group<'_>,
    draft: &RouteDraft<'_>,
    left: &[usize],
    hand: &[Option<usize>],
    sites: &mut Sites,
) {
    let zero = Ex::Constant(0.0);
    let number = group.part_of(draft.route.root);
    let part = &group.parts[number];
    for step in &draft.route.steps {
        let process = &group.chain.processes[step.process.index()];
        let mut note = |what: Binding, left: usize, amount: Option<&Ex>| {
            let Some(&amount) = amount.filter(|amount| **amount != zero) else { return };
            let none = || Site { left, active: Vec::new(), short: Vec::new() };
            let site = sites.entry((number, process.stage, what)).or_insert_with(none);
            match draft.short {
                None => site.active.push(terms.select(amount, draft.active, zero)),
                Some(short) => site.short.push((short, amount)),
            }
        };
        for k in &process.uses {
            if let Some(own) = part.own_capacity(*k) {
                note(Binding::Capacity(own), left[k.index()], draft.unit.uses.get(&k.index()));
            }
        }
        for m in process.inputs.iter().filter(|m| draft.route.on_hand.contains(m)) {
            if let Some(at) = hand[m.index()] {
                note(Binding::OnHand(part.own_commodity(*m)), at, draft.unit.needs.get(m));
            }
        }
    }
}

impl Unions {
    /// None yet, behind the marks of nodes.
    pub(super) fn behind(live: &Liveness) -> Self {
        Self { marks: Places::from(live.marks()), list: Vec::new() }
    }

    /// The mark of a union, the same for the same marks.
    fn of(&mut self, list: Vec<usize>) -> usize {
        let known = self.list.iter().find(|(_, known)| *known == list).map(|(at, _)| *at);
        known.unwrap_or_else(|| {
            let at = self.marks.one();
            self.list.push((at, list));
            at
        })
    }

    /// The number of marks with those of nodes, and the unions.
    pub(super) fn into_parts(self) -> (usize, Vec<(usize, Vec<usize>)>) {
        (self.marks.end(), self.list)
    }
}
