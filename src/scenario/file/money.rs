//! Sources of money and the rules for them, as they are written in `scenario.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::classification::{CodeFile, NameFile};
use super::number::{CertainFile, TitleFile};
use super::words::{LimitWord, Word};
use crate::model::{FacilityType, Level, Per, Support};

/// A pot of money.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Level of government, or partner.
    pub(crate) level: Word<Level>,
    /// Share of a year's unspent money that may be carried into the next.
    pub(crate) carry_over: CertainFile,
    /// Shares paid out in the first, second, ... period after the year's start; they sum to at most 1.
    pub(crate) disbursement: Vec<CertainFile>,
    /// Cost to the public of a rupiah of it, in rupiah; 1 where not given.
    pub(crate) public_cost: Option<CertainFile>,
    /// Least line, in money: of a line it commits nothing or at least this; none where not given.
    pub(crate) least_line: Option<CertainFile>,
    /// Grain, in money: every line that is not bought in whole units is a multiple of it; whole rupiah where not given.
    pub(crate) grain: Option<CertainFile>,
    /// Unit of government that spends it, as budget documents name it.
    pub(crate) opd: Option<NameFile>,
    /// Entries of the budget's own classification under which all of it stands, in order of their levels.
    #[serde(default)]
    pub(crate) codes: Vec<CodeFile>,
    /// Facility types it may fund; all where not given.
    pub(crate) types: Option<Vec<Word<FacilityType>>>,
    /// Support kinds it may fund; all where not given.
    pub(crate) support: Option<Vec<Word<Support>>>,
    /// Regions it may fund; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains it may fund; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters it may fund; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
}

/// A floor or cap on what goes to the lines that every list given admits. At least one of `type`, `support`, `regions`,
/// `chains`, `clusters` and `source` is given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitFile {
    /// Name in both languages.
    pub(crate) title: Option<TitleFile>,
    /// The paragraph of the law, or the policy, that it answers to.
    pub(crate) law: Option<String>,
    /// Floor or cap.
    pub(crate) kind: Word<LimitWord>,
    /// The facility type; all where not given.
    pub(crate) r#type: Option<Word<FacilityType>>,
    /// Support kinds concerned; all where not given.
    pub(crate) support: Option<Vec<Word<Support>>>,
    /// Regions concerned; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains concerned; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters concerned; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
    /// The source concerned; all together where not given.
    pub(crate) source: Option<String>,
    /// The calendar year concerned; the whole horizon where not given.
    pub(crate) year: Option<CertainFile>,
    /// As a share of the money of the source (and year) concerned, wherever it goes.
    pub(crate) share: Option<CertainFile>,
    /// As an amount of money.
    pub(crate) amount: Option<CertainFile>,
}

/// Co-funding: in every place, `source` spends at least `ratio` of what the sources `to` spend there on lines that it may
/// fund too and that every list given admits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CofundingFile {
    /// Name in both languages.
    pub(crate) title: Option<TitleFile>,
    /// The paragraph of the law, or the policy, that it answers to.
    pub(crate) law: Option<String>,
    /// The source that adds.
    pub(crate) source: String,
    /// The sources whose spending it adds to; all others where not given.
    pub(crate) to: Option<Vec<String>>,
    /// At least this share of what those spend.
    pub(crate) ratio: CertainFile,
    /// Over what shares are taken together; each region for itself where not given.
    pub(crate) per: Option<Word<Per>>,
    /// True: every year is held to it; false or not given: the horizon.
    pub(crate) by_year: Option<bool>,
    /// Facility types concerned; all where not given.
    pub(crate) types: Option<Vec<Word<FacilityType>>>,
    /// Support kinds concerned; all where not given.
    pub(crate) support: Option<Vec<Word<Support>>>,
    /// Regions concerned; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains concerned; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters concerned; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
}
