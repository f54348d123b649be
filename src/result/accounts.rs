//! Who gains along the chain, and the policy analysis matrix, as rows of tables.

use super::table::{Plain, rows};
use super::words::{PlanKey, StageKey};
use crate::model::{FACILITIES, Model, OTHER_PRODUCERS};
use crate::study::pam::{MatrixRow, Prices};
use crate::study::{AccountRow, Holder};

rows! {
    /// A row of `accounts.csv`: the account of an actor in a stage, a mean over samples. Money of single years is not discounted,
    /// that of all years, with the tail, is; employment never is. Over the rows of a cluster (or of `all`) and year, `output` less
    /// `sold_to_actors` adds up to the chain's gross output, and `value_added`, `wages`, `margin` and `employment` to the chain's.
    AccountTableRow {
        /// Without a plan, with the plan, or the increment.
        plan: PlanKey,
        /// The chain.
        chain: String,
        /// The cluster, or `all`.
        cluster: String,
        /// The actor; `facilities` for the upkeep that the cluster bears of what the plan bought, which is no actor's alone;
        /// `other_producers` for what producers elsewhere at home lose to the chain's sales, where these go into a market.
        actor: String,
        /// The stage; empty for facilities and other producers.
        stage: Option<StageKey>,
        /// Calendar year, or `all`.
        year: String,
        /// Sales outside the chain and to other actors; of other producers the sales they lose, negative [Rp].
        output: Plain,
        /// Sales to other actors, a part of `output` [Rp].
        sold_to_actors: Plain,
        /// Inputs and services bought outside the chain; of facilities their upkeep [Rp].
        bought_outside: Plain,
        /// Inputs bought from other actors [Rp].
        bought_from_actors: Plain,
        /// Output less all that is bought [Rp].
        value_added: Plain,
        /// Wages; empty for other producers, as it is not known how their loss is shared [Rp].
        wages: Plain,
        /// Value added less wages; empty for other producers [Rp].
        margin: Plain,
        /// Work; empty for other producers [full-time-equivalent years].
        employment: Plain,
    }

    /// A row of `pam.csv`: the policy analysis matrix (Monke and Pearson 1989) of a chain over all years with the tail, discounted, from
    /// means over samples. A ratio is empty where what it divides by is nothing or negative.
    MatrixTableRow {
        /// Without a plan, with the plan, or the increment.
        plan: PlanKey,
        /// The chain, or `all` chains that name actors.
        chain: String,
        /// Revenue at private prices, A [Rp].
        private_revenue: Plain,
        /// Tradable inputs at private prices, with upkeep, B [Rp].
        private_tradable_inputs: Plain,
        /// Domestic factors at private prices: wages and what is bought in that is not tradable, C [Rp].
        private_domestic_factors: Plain,
        /// Profit at private prices, D = A − B − C [Rp].
        private_profit: Plain,
        /// Revenue at social prices, less what other producers at home lose, E [Rp].
        social_revenue: Plain,
        /// Tradable inputs at social prices, F [Rp].
        social_tradable_inputs: Plain,
        /// Domestic factors at social prices, G [Rp].
        social_domestic_factors: Plain,
        /// Profit at social prices, H = E − F − G [Rp].
        social_profit: Plain,
        /// Divergence of revenue, I = A − E [Rp].
        divergence_revenue: Plain,
        /// Divergence of tradable inputs, J = B − F [Rp].
        divergence_tradable_inputs: Plain,
        /// Divergence of domestic factors, K = C − G [Rp].
        divergence_domestic_factors: Plain,
        /// Divergence of profit, L = D − H [Rp].
        divergence_profit: Plain,
        /// Nominal protection coefficient on output, A / E.
        npc_output: Plain,
        /// Nominal protection coefficient on tradable inputs, B / F.
        npc_input: Plain,
        /// Effective protection coefficient, (A − B) / (E − F).
        epc: Plain,
        /// Domestic resource cost ratio, G / (E − F).
        drc: Plain,
        /// Private cost ratio, C / (A − B).
        pcr: Plain,
        /// Subsidy ratio to producers, L / E.
        srp: Plain,
    }
}

impl AccountTableRow {
    /// The row of an account.
    pub fn of(model: &Model, row: &AccountRow) -> Self {
        let chain = &model.chains[row.chain.index()];
        let (actor, stage) = match row.holder {
            Holder::Actor(actor, stage) => {
                let accounts = chain.accounts.as_ref();
                let key = accounts.map(|accounts| accounts.actors[actor].key.clone());
                (key.unwrap_or_default(), Some(stage.into()))
            }
            Holder::Facilities => (FACILITIES.to_string(), None),
            Holder::Others => (OTHER_PRODUCERS.to_string(), None),
        };
        let known = |amount: f64| Plain(if row.holder == Holder::Others { f64::NAN } else { amount });
        let all = || "all".to_string();
        let a = row.amounts;
        Self {
            plan: row.plan.into(),
            chain: chain.key.clone(),
            cluster: row.cluster.map_or_else(all, |c| model.clusters[c.index()].key.clone()),
            actor,
            stage,
            year: row.year.map_or_else(all, |y| model.horizon.calendar_year(y).to_string()),
            output: Plain(a.output()),
            sold_to_actors: Plain(a.sold_on),
            bought_outside: Plain(a.bought_in),
            bought_from_actors: Plain(a.purchases),
            value_added: Plain(a.value_added()),
            wages: known(a.wages),
            margin: known(a.margin()),
            employment: known(a.work),
        }
    }
}

impl MatrixTableRow {
    /// The row of a matrix.
    pub fn of(model: &Model, row: &MatrixRow) -> Self {
        let pam = row.matrix;
        let line =
            |prices: Prices| [prices.revenue, prices.tradable, prices.factors, prices.profit()].map(Plain);
        let [a, b, c, d] = line(pam.private);
        let [e, f, g, h] = line(pam.social);
        let [i, j, k, l] = line(pam.divergences());
        let ratio = |ratio: Option<f64>| Plain(ratio.unwrap_or(f64::NAN));
        Self {
            plan: row.plan.into(),
            chain: row.chain.map_or_else(|| "all".to_string(), |c| model.chains[c.index()].key.clone()),
            private_revenue: a,
            private_tradable_inputs: b,
            private_domestic_factors: c,
            private_profit: d,
            social_revenue: e,
            social_tradable_inputs: f,
            social_domestic_factors: g,
            social_profit: h,
            divergence_revenue: i,
            divergence_tradable_inputs: j,
            divergence_domestic_factors: k,
            divergence_profit: l,
            npc_output: ratio(pam.npc_output()),
            npc_input: ratio(pam.npc_input()),
            epc: ratio(pam.epc()),
            drc: ratio(pam.drc()),
            pcr: ratio(pam.pcr()),
            srp: ratio(pam.srp()),
        }
    }
}
