//! The items of a chain that every cluster has a number for: what `values.csv` may override, with unit and range.

use super::named::Named;
use super::number::{Range, Unit};

/// The subject of a cluster's number. The word is the one of column `item` in values.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    Base,
    Variation,
    Price,
    UnitCost,
    Labour,
    Wage,
    Input,
    Output,
    Use,
    Loss,
    InitialStock,
    BaseStock,
    BaseStockPeriods,
    Effectiveness,
    Additionality,
    Upkeep,
    Minimum,
    FixedCost,
    Indicator,
    CommodityPrice,
    Tradable,
}

impl Item {
    pub(crate) const ALL: [Item; 21] = [
        Item::Base,
        Item::Variation,
        Item::Price,
        Item::UnitCost,
        Item::Labour,
        Item::Wage,
        Item::Input,
        Item::Output,
        Item::Use,
        Item::Loss,
        Item::InitialStock,
        Item::BaseStock,
        Item::BaseStockPeriods,
        Item::Effectiveness,
        Item::Additionality,
        Item::Upkeep,
        Item::Minimum,
        Item::FixedCost,
        Item::Indicator,
        Item::CommodityPrice,
        Item::Tradable,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Item::Base => "base",
            Item::Variation => "variation",
            Item::Price => "price",
            Item::UnitCost => "unit_cost",
            Item::Labour => "labour",
            Item::Wage => "wage",
            Item::Input => "input",
            Item::Output => "output",
            Item::Use => "use",
            Item::Loss => "loss",
            Item::InitialStock => "initial_stock",
            Item::BaseStock => "base_stock",
            Item::BaseStockPeriods => "base_stock_periods",
            Item::Effectiveness => "effectiveness",
            Item::Additionality => "additionality",
            Item::Upkeep => "upkeep",
            Item::Minimum => "minimum",
            Item::FixedCost => "fixed_cost",
            Item::Indicator => "indicator",
            Item::CommodityPrice => "commodity_price",
            Item::Tradable => "tradable",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Item> {
        Item::ALL.into_iter().find(|item| item.word() == word)
    }

    /// The kind of thing that its keys name.
    pub(crate) fn keys_name(self) -> Named {
        match self {
            Item::Base | Item::Variation => Named::Capacity,
            Item::Price => Named::Channel,
            Item::UnitCost | Item::Labour | Item::Tradable => Named::Process,
            Item::Wage => Named::NoKey,
            Item::Input | Item::Output => Named::Flow,
            Item::Use => Named::Use,
            Item::Loss => Named::Storable,
            Item::InitialStock | Item::BaseStock | Item::BaseStockPeriods | Item::CommodityPrice => {
                Named::Commodity
            }
            Item::Effectiveness | Item::Additionality | Item::Upkeep | Item::Minimum => Named::Intervention,
            Item::FixedCost => Named::Opener,
            Item::Indicator => Named::Counted,
        }
    }

    /// The values it may take.
    pub(crate) fn range(self) -> Range {
        match self {
            Item::Effectiveness | Item::Additionality | Item::Upkeep | Item::Tradable => Range::Share,
            Item::Loss => Range::ShareBelowOne,
            Item::Indicator => Range::Any,
            _ => Range::NonNegative,
        }
    }

    /// True where the number shapes the model itself and so must be certain. Such a number may also be left out.
    pub(crate) fn must_be_certain(self) -> bool {
        matches!(self, Item::BaseStock | Item::BaseStockPeriods) || self.is_commitment()
    }

    /// True where the number is an amount that is committed as it stands, in whole rupiah.
    pub(crate) fn is_commitment(self) -> bool {
        matches!(self, Item::Minimum | Item::FixedCost)
    }
}

/// The stable part of a number's name: `price/ekspor`, `wage`.
pub(crate) fn item_name(item: Item, key: &str) -> String {
    if key.is_empty() { item.word().to_string() } else { format!("{}/{key}", item.word()) }
}

/// A slot for a number in a chain: its unit, and whether a cluster can do without it.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) unit: Unit,
}
