//! Other budgets: the same sources, scaled to another total.

use crate::language::{Text, text};
use crate::model::{Model, SourceId, Variant, VariantFault};
use crate::opt::rupiah::{WithAmount, largest_remainder};
use crate::units::Rupiah;

/// The budget of one source in one year.
#[derive(Debug, Clone, Copy)]
struct Pot {
    source: SourceId,
    year: usize,
    amount: Rupiah,
}

impl WithAmount for Pot {
    fn with_amount(self, rupiah: i64) -> Self {
        Pot { amount: Rupiah(rupiah), ..self }
    }
}

/// The model with every source and year scaled in proportion, so that they total `total` to the rupiah. Limits given
/// as shares follow; limits given as amounts, and today's allocation, stay as they are.
///
/// # Errors
/// A sentence, if the scenario has no money to scale.
pub fn scaled(model: &Model, total: Rupiah) -> Result<Model, Text> {
    let pots: Vec<(Pot, f64)> = model
        .source_ids()
        .flat_map(|source| (0..model.horizon.years).map(move |year| (source, year)))
        .map(|(source, year)| {
            let amount = model.sources[source.index()].amounts[year];
            (Pot { source, year, amount }, amount.as_f64())
        })
        .collect();
    if model.total_budget() == 0 {
        return Err(text!(
            en: "the scenario's sources have no money, so there are no proportions to scale to another budget",
            id: "sumber dana skenario tidak memiliki uang, sehingga tidak ada perbandingan untuk disesuaikan dengan pagu lain",
        ));
    }
    let none = |source| (source, vec![Rupiah(0); model.horizon.years]);
    let mut variant = Variant { amounts: model.source_ids().map(none).collect(), ..Variant::default() };
    for pot in largest_remainder(&pots, total.0) {
        if let Some(amounts) = variant.amounts.get_mut(&pot.source) {
            amounts[pot.year] = pot.amount;
        }
    }
    variant.apply(model).map_err(|faults| {
        let told = VariantFault::told(&faults);
        text!(en: "this budget cannot be: {told}", id: "pagu ini tidak mungkin: {told}", told)
    })
}
