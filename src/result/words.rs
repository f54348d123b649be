//! The words of closed lists, as results use them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    FacilityType, Grade, Level, LimitKind, Metric, Net, Per, Stage, Support, Supported, Varies,
};
use crate::opt::Stop;
use crate::opt::builder::SiteBound;
use crate::opt::solve::{BoundBy, SolveMethod};
use crate::study::{Baseline, PlanName};

/// Enums of words, each made from the enum of the domain that it mirrors.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident of $domain:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl From<$domain> for $name {
            fn from(of: $domain) -> Self {
                match of { $($domain::$variant => Self::$variant),+ }
            }
        }

        impl $name {
            /// The word in files.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    )+};
}
pub(super) use words;

words! {
    /// A facility type of PP 7/2021, Article 89 paragraph (6).
    FacilityKey of FacilityType {
        /// Letter a.
        Land = "land",
        /// Letter b.
        Production = "production",
        /// Letter c.
        Infrastructure = "infrastructure",
        /// Letter d.
        ValueChain = "value_chain",
        /// Letter e.
        LegalEntity = "legal_entity",
        /// Letter f.
        Certification = "certification",
        /// Letter g.
        Promotion = "promotion",
        /// Letter h.
        Marketing = "marketing",
        /// Letter i.
        Digitalisation = "digitalisation",
        /// Letter j.
        Research = "research",
    }

    /// A stage of PP 7/2021, Article 89 paragraph (3).
    StageKey of Stage {
        /// Establishment and legalisation.
        Legalisation = "legalisation",
        /// Financing.
        Financing = "financing",
        /// Supply of raw material.
        RawMaterial = "raw_material",
        /// Production.
        Production = "production",
        /// Sorting, grading, packing and quality control.
        Curation = "curation",
        /// Marketing, electronic and not.
        Marketing = "marketing",
    }

    /// A kind of support of PP 7/2021, Article 89 paragraph (5).
    SupportKey of Support {
        /// Management.
        Management = "management",
        /// Human resources.
        HumanResources = "human_resources",
        /// Budget.
        Budget = "budget",
        /// Facilities and infrastructure.
        Facilities = "facilities",
    }

    /// The level of a source.
    LevelKey of Level {
        /// Central government.
        Central = "central",
        /// Province.
        Province = "province",
        /// Regency or city.
        Regency = "regency",
        /// A partner: company, bank, donor.
        Partner = "partner",
    }

    /// How well a statement is evidenced.
    GradeKey of Grade {
        /// Official, peer-reviewed or a meta-analysis.
        A = "A",
        /// A thesis, a single-site study, or an official quoted in the press.
        B = "B",
        /// Local press or a blog.
        C = "C",
        /// Arithmetic on sourced numbers.
        Derived = "derived",
        /// An assumption of the modeller.
        Assumption = "assumption",
    }

    /// Costs that an objective subtracts.
    NetKey of Net {
        /// None: the benefits alone.
        Off = "off",
        /// All money is cost.
        Budget = "budget",
        /// The use of resources is cost.
        Economy = "economy",
    }

    /// The future that a row is about.
    PlanKey of PlanName {
        /// Without any plan.
        None = "none",
        /// With the plan.
        Plan = "plan",
        /// The difference, sample by sample.
        Increment = "increment",
    }

    /// Whether a limit is a floor or a cap.
    LimitKey of LimitKind {
        /// Lower bound on money.
        Floor = "floor",
        /// Upper bound on money.
        Cap = "cap",
    }

    /// How often a number or factor takes a new value within a sample.
    VariesKey of Varies {
        /// One value for the whole horizon.
        Once = "once",
        /// A new value each year.
        Yearly = "yearly",
        /// A new value each period.
        EachPeriod = "each_period",
    }

    /// Where a co-funding rule holds.
    PerKey of Per {
        /// In every region.
        Region = "region",
        /// In every cluster.
        Cluster = "cluster",
        /// Everywhere together.
        All = "all",
    }

    /// Which clusters are supported.
    SupportedKey of Supported {
        /// The plan chooses them.
        Choice = "choice",
        /// All.
        All = "all",
    }

    /// The origin of a bound.
    BoundByKey of BoundBy {
        /// Duals, checked in our own arithmetic.
        Certificate = "certificate",
        /// The bound that the solver's search over whole numbers reports; not checked again. Plans: with `--method extensive` only.
        Solver = "solver",
    }

    /// How planning ended.
    StatusKey of Stop {
        /// The plan is within `gap_asked` of the bound.
        Proven = "optimal",
        /// The best plan known is further than `gap_asked` from the bound.
        GapNotReached = "gap_not_reached",
        /// The time limit came first: the best plan known.
        TimeLimit = "time_limit",
    }

    /// A mix that the plan is compared with, on the same money and the same futures.
    BaselineKey of Baseline {
        /// No plan.
        None = "none",
        /// The locked lines alone; only where anything is locked.
        Locked = "locked",
        /// Today's allocation, its proportions put on the same money.
        Today = "today",
        /// Equal shares over facility types.
        EqualTypes = "equal_types",
        /// Shares by enterprises.
        ByEnterprises = "by_enterprises",
    }

    /// A method for two-stage programs.
    MethodKey of SolveMethod {
        /// The program written out over all samples.
        Extensive = "extensive",
        /// Benders decomposition.
        Decomposition = "decomposition",
    }

    /// The bound of a rule for sites.
    SiteBoundKey of SiteBound {
        /// At most so many opened.
        AtMost = "at_most",
        /// At least so many opened.
        AtLeast = "at_least",
        /// None opened whose potential is below.
        Potential = "minimum_potential",
    }
}

/// The measure of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKey {
    /// Sales [Rp].
    GrossOutput,
    /// Sales less bought-in inputs, services and upkeep [Rp].
    ValueAdded,
    /// Value added less wages [Rp].
    Margin,
    /// Work [FTE-years].
    Employment,
    /// Output of a commodity [its unit].
    Made,
    /// Quantity sold through a channel [its unit].
    Sold,
    /// Takings of a channel [Rp].
    Sales,
    /// Use of a pool by a cluster, or by all together [its unit].
    Used,
    /// Value added at economic prices less labour at its shadow wage [Rp].
    Economic,
    /// Sales that other producers at home lose to these sales [Rp]: a metric before displacement is the one after plus this.
    Displaced,
    /// An indicator [its unit].
    Indicator,
}

impl MeasureKey {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            MeasureKey::GrossOutput => "gross_output",
            MeasureKey::ValueAdded => "value_added",
            MeasureKey::Margin => "margin",
            MeasureKey::Employment => "employment",
            MeasureKey::Made => "made",
            MeasureKey::Sold => "sold",
            MeasureKey::Sales => "sales",
            MeasureKey::Used => "used",
            MeasureKey::Economic => "economic",
            MeasureKey::Displaced => "displaced",
            MeasureKey::Indicator => "indicator",
        }
    }
}

impl From<Metric> for MeasureKey {
    fn from(metric: Metric) -> Self {
        match metric {
            Metric::GrossOutput => MeasureKey::GrossOutput,
            Metric::ValueAdded => MeasureKey::ValueAdded,
            Metric::Margin => MeasureKey::Margin,
            Metric::Employment => MeasureKey::Employment,
            Metric::Economic => MeasureKey::Economic,
            Metric::Indicator(_) => MeasureKey::Indicator,
        }
    }
}
