//! Reads the commodities and capacities of a chain.

use super::super::diagnostic::Place;
use super::super::file::ChainFile;
use super::super::item::Item;
use super::super::number::{Range, Stated, Unit, certain};
use super::super::phrase;
use super::reader::ChainReader;
use crate::language::text;
use crate::model::{Capacity, Commodity};

impl ChainReader<'_> {
    pub(super) fn commodities(&mut self, file: &ChainFile) -> Vec<Commodity> {
        let mut list = Vec::new();
        for (name, commodity) in &file.commodities {
            let path = format!("commodities.{name}");
            let zero = |place: Place| Some(Stated::absent(0.0, place));
            let here = self.place(&path);
            let loss = match &commodity.loss {
                Some(loss) => Some(self.stated(loss, &format!("{path}.loss"))),
                None if commodity.storable => {
                    self.faults.help(
                        &here,
                        text!(
                            en: "'{name}' is storable but states no loss",
                            id: "'{name}' dapat disimpan, tetapi loss tidak dinyatakan",
                        ),
                        text!(
                            en: "state loss, the share of the stock lost each period; 0 if none",
                            id: "nyatakan loss, yaitu bagian persediaan yang hilang setiap periode; 0 jika tidak ada yang hilang",
                        ),
                    );
                    zero(here.clone())
                }
                None => zero(here.clone()),
            };
            if commodity.loss.is_some() && !commodity.storable {
                self.faults.help(
                    &self.place(&format!("{path}.loss")),
                    text!(
                        en: "'{name}' is not storable, so all that is left of it is lost",
                        id: "'{name}' tidak dapat disimpan, sehingga semua sisanya hilang",
                    ),
                    text!(
                        en: "leave loss out, or make it storable",
                        id: "hapus loss, atau nyatakan storable = true",
                    ),
                );
            }
            if commodity.storable {
                self.slot(Item::Loss, name, Unit::Share, loss);
            }
            let unit = Unit::Exactly(commodity.unit.clone());
            let initial = match &commodity.initial_stock {
                Some(initial) => Some(self.stated(initial, &format!("{path}.initial_stock"))),
                None => zero(here),
            };
            if commodity.initial_stock.is_some() && !commodity.storable {
                self.faults.help(
                    &self.place(&format!("{path}.initial_stock")),
                    text!(
                        en: "'{name}' is not storable, so it has no stock at the start",
                        id: "'{name}' tidak dapat disimpan, sehingga tidak memiliki persediaan awal",
                    ),
                    text!(
                        en: "leave initial_stock out, or make it storable",
                        id: "hapus initial_stock, atau nyatakan storable = true",
                    ),
                );
            }
            if commodity.storable {
                self.slot(Item::InitialStock, name, unit.clone(), initial);
            }
            let amount = commodity
                .base_stock
                .as_ref()
                .map(|n| certain(n, self.document, &format!("{path}.base_stock")));
            let periods = commodity
                .base_stock_periods
                .as_ref()
                .map(|n| certain(n, self.document, &format!("{path}.base_stock_periods")));
            if amount.is_some() && periods.is_some() {
                self.faults.help(
                    &self.place(&format!("{path}.base_stock")),
                    text!(
                        en: "base_stock and base_stock_periods are both given",
                        id: "base_stock dan base_stock_periods diisi keduanya",
                    ),
                    phrase::keep_one(),
                );
            }
            self.slot(Item::BaseStock, name, unit, amount);
            self.slot(Item::BaseStockPeriods, name, Unit::Exactly("periods".to_string()), periods);
            list.push(Commodity {
                key: name.clone(),
                title: commodity.title.title(),
                unit: commodity.unit.clone(),
                storable: commodity.storable,
            });
        }
        list
    }

    pub(super) fn capacities(&mut self, file: &ChainFile) -> Vec<Capacity> {
        let periods = self.rules.periods_per_year;
        let mut list = Vec::new();
        for (name, capacity) in &file.capacities {
            let path = format!("capacities.{name}");
            let base = capacity.base.as_ref().map(|base| self.stated(base, &format!("{path}.base")));
            self.slot(Item::Base, name, Unit::PerPeriod(capacity.unit.clone()), base);
            let variation = match &capacity.variation {
                Some(variation) => Some(self.stated(variation, &format!("{path}.variation"))),
                None => Some(Stated::absent(1.0, self.place(&path))),
            };
            self.slot(Item::Variation, name, Unit::Exactly("multiplier".to_string()), variation);
            let season = match &capacity.season {
                None => vec![1.0; periods],
                Some(season) => {
                    let path = format!("{path}.season");
                    if season.len() != periods {
                        self.faults.expected(
                            &self.place(&path),
                            text!(
                                en: "the season has {count} numbers",
                                id: "season berisi {count} bilangan",
                                count = season.len(),
                            ),
                            phrase::one_a_period(periods),
                        );
                    }
                    let unit = Unit::Exactly("multiplier".to_string());
                    season
                        .iter()
                        .enumerate()
                        .map(|(i, n)| self.structural(n, &format!("{path}[{i}]"), &unit, Range::NonNegative))
                        .collect()
                }
            };
            list.push(Capacity {
                key: name.clone(),
                title: capacity.title.title(),
                unit: capacity.unit.clone(),
                season,
            });
        }
        list
    }
}
