//! Commodities that may be on hand: stock, goods in transit, loss.

use super::super::group::Group;
use super::expression::{Ex, Terms};
use super::places::{Places, Slots};
use crate::model::CommodityId;

/// A commodity that may be on hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Good {
    pub(super) commodity: usize,
    /// Offset of the stock on hand.
    pub(super) hand: usize,
    /// Offset of the first slot of goods in transit.
    pub(super) transit: usize,
    /// Place of the share that is lost each period.
    pub(super) loss: usize,
    /// Place of the initial stock.
    pub(super) initial: usize,
    /// True if it is kept from period to period.
    pub(super) keeps: bool,
}

/// A good before places of its numbers are given out.
#[derive(Debug, Clone, Copy)]
pub(super) struct GoodDraft {
    commodity: usize,
    hand: usize,
    transit: usize,
    loss: Ex,
    initial: Ex,
    keeps: bool,
}

/// All goods of a unit that runs together.
#[derive(Debug)]
pub(super) struct GoodDrafts {
    pub(super) list: Vec<GoodDraft>,
    /// Slots of goods in transit: one more than the longest lead time.
    pub(super) slots: usize,
    /// Offset of the stock on hand by commodity; `None` where there never is any.
    pub(super) hand: Vec<Option<usize>>,
}

impl GoodDrafts {
    /// Gives out their places in the state of a plan.
    pub(super) fn new(terms: &mut Terms<'_>, state: &mut Places, group: &Group<'_>) -> Self {
        let slots = 1 + group.chain.processes.iter().map(|p| p.lead_time).max().unwrap_or(0);
        let mut goods = Self { list: Vec::new(), slots, hand: Vec::new() };
        for (m, local) in group.cluster.commodities.iter().enumerate() {
            if !group.chain.may_be_on_hand(CommodityId::new(m)) {
                goods.hand.push(None);
                continue;
            }
            let (hand, transit) = (state.one(), state.several(slots));
            goods.hand.push(Some(hand));
            let keeps = group.chain.commodities[m].storable;
            let initial = if keeps { terms.number(local.initial_stock) } else { Ex::Constant(0.0) };
            let loss = terms.number(local.loss);
            goods.list.push(GoodDraft { commodity: m, hand, transit, loss, initial, keeps });
        }
        goods
    }

    /// The expressions they read.
    pub(super) fn reads(&self) -> impl Iterator<Item = Ex> + '_ {
        self.list.iter().flat_map(|good| [good.loss, good.initial])
    }
}

impl GoodDraft {
    /// The good with its places.
    pub(super) fn placed(&self, slots: &mut Slots) -> Good {
        let Self { commodity, hand, transit, keeps, .. } = *self;
        Good { commodity, hand, transit, loss: slots.of(self.loss), initial: slots.of(self.initial), keeps }
    }
}
