//! The budget document of a plan: every line with its unit of government, its codes, its volume and its price, and what lines
//! of a source and year add up to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classification::BudgetCodeDocument;
use super::estimate::Title;
use super::keys;
use super::words::{FacilityKey, GradeKey};
use crate::model::exact::{nearest, split};
use crate::model::{
    Allocation, AllocationLine, BudgetLine, ClusterId, Intervention, InterventionId, Model, SourceId,
};
use crate::scenario::StatedNumber;

/// An amount of money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetAmount {
    /// In constant prices [Rp].
    pub rupiah: i64,
    /// In the prices of its year [nominal Rp]; absent where the scenario states no price index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nominal: Option<i64>,
}

impl BudgetAmount {
    /// What amounts add up to; `indexed` says whether they are nominal as well.
    fn sum(amounts: impl Iterator<Item = BudgetAmount>, indexed: bool) -> BudgetAmount {
        let nothing = BudgetAmount { rupiah: 0, nominal: indexed.then_some(0) };
        amounts.fold(nothing, |sum, amount| BudgetAmount {
            rupiah: sum.rupiah + amount.rupiah,
            nominal: sum.nominal.zip(amount.nominal).map(|(a, b)| a + b),
        })
    }
}

/// The price index of a year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YearIndex {
    /// Calendar year.
    pub year: i32,
    /// Nominal rupiah for one of constant prices.
    pub index: f64,
}

/// Where the price of a unit comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceReference {
    /// Where it comes from; absent where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The year it describes; absent where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i64>,
    /// How good the evidence is; absent where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<GradeKey>,
}

/// The money of a line in a later year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct YearAhead {
    /// Calendar year.
    pub year: i32,
    /// The amount.
    pub amount: BudgetAmount,
}

/// A line: what a source commits to an intervention in a cluster in a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetRow {
    /// Entries of the budget's classification, those of the source first; absent where none are stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<BudgetCodeDocument>,
    /// The letter of Article 89 paragraph (6).
    pub letter: String,
    /// The facility type.
    pub facility_type: FacilityKey,
    /// The name of the facility type.
    pub facility: Title,
    /// The key of the intervention.
    pub intervention: String,
    /// The name of the intervention.
    pub title: Title,
    /// The key of the cluster.
    pub cluster: String,
    /// The name of the cluster.
    pub cluster_title: Title,
    /// The region of the cluster.
    pub region: String,
    /// The code of the region; absent where none is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_code: Option<String>,
    /// Units that the amount buys; 1 of what is not bought in units.
    pub volume: f64,
    /// The name of so many units.
    pub unit: Title,
    /// The price of one unit, in constant prices [Rp].
    pub unit_price: i64,
    /// Where the price comes from; absent of what is not bought in units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<PriceReference>,
    /// The amount.
    pub amount: BudgetAmount,
    /// How much of it was committed before the plan, in constant prices [Rp]; 0 where nothing was.
    pub locked: i64,
    /// The same line in each of the following years.
    pub ahead: Vec<YearAhead>,
}

/// The money of sources in a year: `new` and `carried_in` are together `lines`, `upkeep` and `left`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetSums {
    /// All lines.
    pub lines: BudgetAmount,
    /// Upkeep that the source bears.
    pub upkeep: BudgetAmount,
    /// Left unspent; below zero where more is spent than there is.
    pub left: BudgetAmount,
    /// The budget of the year.
    pub new: BudgetAmount,
    /// Carried in from the year before.
    pub carried_in: BudgetAmount,
}

/// The lines of a source in a year, and what they add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetBlock {
    /// The key of the source.
    pub source: String,
    /// The name of the source.
    pub title: Title,
    /// The unit of government that spends it; absent where none is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opd: Option<Title>,
    /// Calendar year.
    pub year: i32,
    /// Its lines: by codes, letter, intervention and cluster.
    pub lines: Vec<BudgetRow>,
    /// Its sums.
    pub sums: BudgetSums,
}

/// What all sources have and spend in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetYear {
    /// Calendar year.
    pub year: i32,
    /// The sums over all sources.
    pub sums: BudgetSums,
}

/// The budget document of a plan. As a table in Indonesian or English it has titles in place of keys, a row for each line, rows
/// with the sums of each source and year and of each year, and two columns, code and name, for each level of the budget's
/// classification. Sums of lines are those of the plan's budget, to the rupiah. Nominal amounts are rounded to whole rupiah by
/// largest remainder, so that lines add up to their sums as printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetTable {
    /// The title of the scenario.
    pub title: Title,
    /// The year in whose prices constant rupiah are.
    pub price_year: i32,
    /// The price index; absent where the scenario states none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Vec<YearIndex>>,
    /// Levels of the budget's classification on which some line has an entry, in order.
    pub levels: Vec<Title>,
    /// Calendar years in which money is committed.
    pub years: Vec<i32>,
    /// Sources and years.
    pub blocks: Vec<BudgetBlock>,
    /// Years, over all sources.
    pub totals: Vec<BudgetYear>,
}

/// What a line is on: its source, cluster and intervention.
type LineKey = (SourceId, ClusterId, InterventionId);

fn key(line: &AllocationLine) -> LineKey {
    (line.source, line.cluster, line.intervention)
}

/// Makes the rows of a budget document.
struct Clerk<'a> {
    model: &'a Model,
    numbers: &'a [StatedNumber],
    /// Every line's amount by year.
    amounts: BTreeMap<(LineKey, usize), BudgetAmount>,
}

impl Clerk<'_> {
    fn index(&self, year: usize) -> Option<f64> {
        self.model.price_index.as_ref().and_then(|index| index.get(year).copied())
    }

    /// Amounts of a year with their nominal rupiah, which add up to `total` where that is given, else to the nearest to their sum.
    fn indexed<const N: usize>(
        &self,
        year: usize,
        amounts: [i64; N],
        total: Option<i64>,
    ) -> [BudgetAmount; N] {
        let nominal = self.index(year).map(|index| {
            split(index, &amounts, total.unwrap_or_else(|| nearest(index, amounts.iter().sum())))
        });
        std::array::from_fn(|at| BudgetAmount {
            rupiah: amounts[at],
            nominal: nominal.as_ref().map(|nominal| nominal[at]),
        })
    }

    /// The sums of a source in a year: from the money there is down to what becomes of it.
    fn sums(&self, line: &BudgetLine) -> BudgetSums {
        let [new, carried_in] = self.indexed(line.year, [line.amount, line.carried_in], None);
        let there_is = new.nominal.zip(carried_in.nominal).map(|(new, carried)| new + carried);
        let parts = [line.spent, line.upkeep, line.left - line.over];
        let [lines, upkeep, left] = self.indexed(line.year, parts, there_is);
        BudgetSums { lines, upkeep, left, new, carried_in }
    }

    /// Gives lines of a source and year their amounts, which add up to those of `sums`.
    fn settle(&mut self, lines: &[&AllocationLine], sums: &BudgetSums) {
        let rupiah: Vec<i64> = lines.iter().map(|line| line.amount.0).collect();
        for (at, line) in lines.iter().enumerate() {
            let amount = BudgetAmount { rupiah: rupiah[at], nominal: None };
            self.amounts.insert((key(line), line.year), amount);
        }
        let Some((first, total)) = lines.first().zip(sums.lines.nominal) else { return };
        let index = self.index(first.year).unwrap_or(1.0);
        for (line, nominal) in lines.iter().zip(split(index, &rupiah, total)) {
            if let Some(amount) = self.amounts.get_mut(&(key(line), line.year)) {
                amount.nominal = Some(nominal);
            }
        }
    }

    /// Where the number of this name comes from, if it says anything of that.
    fn reference(&self, name: &str) -> Option<PriceReference> {
        // Numbers of a scenario stand in order of their names.
        let place = self.numbers.binary_search_by(|number| number.name.as_str().cmp(name)).ok()?;
        let of = &self.numbers[place].provenance;
        let reference =
            PriceReference { text: of.source.clone(), year: of.year, grade: of.grade.map(Into::into) };
        let says_something =
            reference.text.is_some() || reference.year.is_some() || reference.grade.is_some();
        says_something.then_some(reference)
    }

    /// Volume, unit, price and reference of a line.
    fn volume(&self, line: &AllocationLine, own: &Intervention) -> (f64, Title, i64, Option<PriceReference>) {
        let chain = &self.model.chain_of(line.cluster).key;
        if let Some(unit) = &own.unit {
            let units = unit.of(line.amount.0);
            let reference = self.reference(&format!("{chain}/interventions.{}.unit_cost", own.key));
            return (units, unit.named(units).into(), unit.cost.0, reference);
        }
        let opens = self.model.opening(line.cluster) == Some(line.intervention);
        let cluster = &self.model.clusters[line.cluster.index()].key;
        let stated = |place: &str| self.reference(&format!("{place}/fixed_cost/{}", own.key));
        let reference = opens.then(|| stated(cluster).or_else(|| stated(chain))).flatten();
        let lump = Title { id: "paket".to_string(), en: "package".to_string() };
        (1.0, lump, line.amount.0, reference)
    }

    fn row(&self, line: &AllocationLine) -> BudgetRow {
        let model = self.model;
        let cluster = &model.clusters[line.cluster.index()];
        let own = &model.chain_of(line.cluster).interventions[line.intervention.index()];
        let (volume, unit, unit_price, reference) = self.volume(line, own);
        let amount = |year: usize| self.amounts.get(&(key(line), year)).copied();
        let nothing = BudgetAmount { rupiah: 0, nominal: model.price_index.is_some().then_some(0) };
        let ahead = (line.year + 1..model.horizon.years).map(|year| YearAhead {
            year: model.horizon.calendar_year(year),
            amount: amount(year).unwrap_or(nothing),
        });
        BudgetRow {
            codes: model.codes(line.source, own).map(Into::into).collect(),
            letter: own.facility.letter().to_string(),
            facility_type: own.facility.into(),
            facility: Title {
                id: own.facility.name_id().to_string(),
                en: own.facility.name_en().to_string(),
            },
            intervention: own.key.clone(),
            title: (&own.title).into(),
            cluster: cluster.key.clone(),
            cluster_title: (&cluster.title).into(),
            region: cluster.region.clone(),
            region_code: cluster.region_code.clone(),
            volume,
            unit,
            unit_price,
            reference,
            amount: amount(line.year).unwrap_or(nothing),
            locked: keys::locked(model, line).min(line.amount.0),
            ahead: ahead.collect(),
        }
    }
}

/// Adds the levels of lines to those known, in one order: that of each line, as far as lines agree. A line that shares no level with
/// those before it brings its own after theirs.
fn levels(lines: &[BudgetRow], known: &mut Vec<Title>) {
    for line in lines {
        let place = |known: &[Title], at: usize| known.iter().position(|level| line.codes[at].is_on(level));
        let mut next = None;
        for at in 0..line.codes.len() {
            next = Some(match place(known, at) {
                Some(found) => found + 1,
                None => {
                    let before = (at..line.codes.len()).find_map(|later| place(known, later));
                    let here = next.or(before).unwrap_or(known.len());
                    known.insert(here, line.codes[at].level.clone());
                    here + 1
                }
            });
        }
    }
}

fn total(blocks: &[&BudgetBlock], indexed: bool) -> BudgetSums {
    let sum = |of: fn(&BudgetSums) -> BudgetAmount| {
        BudgetAmount::sum(blocks.iter().map(|block| of(&block.sums)), indexed)
    };
    BudgetSums {
        lines: sum(|sums| sums.lines),
        upkeep: sum(|sums| sums.upkeep),
        left: sum(|sums| sums.left),
        new: sum(|sums| sums.new),
        carried_in: sum(|sums| sums.carried_in),
    }
}

impl BudgetTable {
    /// The budget document of `allocation` with its budgets; `numbers` are those of the scenario: they know where prices come from.
    pub fn of(
        model: &Model,
        numbers: &[StatedNumber],
        allocation: &Allocation,
        budget: &[BudgetLine],
    ) -> Self {
        let of = |line: &BudgetLine| -> Vec<&AllocationLine> {
            let own = |own: &&AllocationLine| (own.source, own.year) == (line.source, line.year);
            allocation.lines().iter().filter(own).collect()
        };
        // All amounts first: those of later years stand beside those of earlier ones.
        let mut clerk = Clerk { model, numbers, amounts: BTreeMap::new() };
        for line in budget {
            let sums = clerk.sums(line);
            clerk.settle(&of(line), &sums);
        }
        let block = |line: &BudgetLine| {
            let source = &model.sources[line.source.index()];
            let mut lines: Vec<BudgetRow> = of(line).into_iter().map(|own| clerk.row(own)).collect();
            lines.sort_by_cached_key(|row| {
                let codes: Vec<String> = row.codes.iter().map(|code| code.code.clone()).collect();
                (codes, row.letter.clone(), row.intervention.clone(), row.cluster.clone())
            });
            BudgetBlock {
                source: source.key.clone(),
                title: (&source.title).into(),
                opd: source.opd.as_ref().map(Into::into),
                year: model.horizon.calendar_year(line.year),
                lines,
                sums: clerk.sums(line),
            }
        };
        let something = |line: &&BudgetLine| line.amount + line.carried_in + line.spent + line.upkeep > 0;
        let blocks: Vec<BudgetBlock> = budget.iter().filter(something).map(block).collect();
        let years: Vec<i32> =
            (0..model.horizon.years).map(|year| model.horizon.calendar_year(year)).collect();
        let indexed = model.price_index.is_some();
        let in_year = |year: &i32| {
            let own: Vec<&BudgetBlock> = blocks.iter().filter(|block| block.year == *year).collect();
            BudgetYear { year: *year, sums: total(&own, indexed) }
        };
        let index = |index: &Vec<f64>| {
            years.iter().zip(index).map(|(year, index)| YearIndex { year: *year, index: *index }).collect()
        };
        let mut known = Vec::new();
        for block in &blocks {
            levels(&block.lines, &mut known);
        }
        Self {
            title: (&model.title).into(),
            price_year: model.horizon.first_year,
            index: model.price_index.as_ref().map(index),
            levels: known,
            totals: years.iter().map(in_year).collect(),
            years,
            blocks,
        }
    }
}
