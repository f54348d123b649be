//! The policy analysis matrix: what a chain earns at the prices that its actors pay and are paid, and at those that the economy
//! would put on the same goods and labour.
//!
//! Monke, E. A. and Pearson, S. R. (1989), *The Policy Analysis Matrix for Agricultural Development*, Cornell University
//! Press, chapters 2 and 13. Their letters: A, B, C, D are revenue, tradable inputs, domestic factors and profit at private
//! prices; E, F, G, H the same at social prices; I, J, K, L the differences.

use super::outcome::PlanName;
use crate::model::{ChainId, Model, ProcessId};

/// A row of the matrix: what a chain earns and uses at one set of prices \[Rp\].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Prices {
    /// Revenue (A, E).
    pub revenue: f64,
    /// Tradable inputs (B, F).
    pub tradable: f64,
    /// Domestic factors: labour, and what is bought in that is not tradable (C, G).
    pub factors: f64,
}

impl Prices {
    /// Revenue less tradable inputs.
    pub fn value_added(self) -> f64 {
        self.revenue - self.tradable
    }

    /// Profit (D, H).
    pub fn profit(self) -> f64 {
        self.value_added() - self.factors
    }

    /// `self` and `other` together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            revenue: self.revenue + other.revenue,
            tradable: self.tradable + other.tradable,
            factors: self.factors + other.factors,
        }
    }

    /// `times` as much.
    #[must_use]
    pub fn times(self, times: f64) -> Self {
        Self { revenue: times * self.revenue, tradable: times * self.tradable, factors: times * self.factors }
    }
}

/// A ratio; none where what it divides by is nothing or less, because it would then say the opposite of what it says elsewhere.
fn ratio(of: f64, by: f64) -> Option<f64> {
    (by > 0.0).then(|| of / by)
}

/// A policy analysis matrix.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pam {
    /// At the prices that actors pay and are paid.
    pub private: Prices,
    /// At what goods and labour are worth to the economy.
    pub social: Prices,
}

impl Pam {
    /// Divergences: private less social (I, J, K).
    pub fn divergences(self) -> Prices {
        self.private.plus(self.social.times(-1.0))
    }

    /// Nominal protection coefficient on output, A / E.
    pub fn npc_output(self) -> Option<f64> {
        ratio(self.private.revenue, self.social.revenue)
    }

    /// Nominal protection coefficient on tradable inputs, B / F.
    pub fn npc_input(self) -> Option<f64> {
        ratio(self.private.tradable, self.social.tradable)
    }

    /// Effective protection coefficient, (A − B) / (E − F).
    pub fn epc(self) -> Option<f64> {
        ratio(self.private.value_added(), self.social.value_added())
    }

    /// Domestic resource cost ratio, G / (E − F): below 1 the chain earns the economy more than the labour and other domestic
    /// factors it ties up are worth.
    pub fn drc(self) -> Option<f64> {
        ratio(self.social.factors, self.social.value_added())
    }

    /// Private cost ratio, C / (A − B): below 1 actors earn more than their domestic factors cost them.
    pub fn pcr(self) -> Option<f64> {
        ratio(self.private.factors, self.private.value_added())
    }

    /// Subsidy ratio to producers, L / E: the net transfer as a share of revenue at social prices.
    pub fn srp(self) -> Option<f64> {
        ratio(self.private.profit() - self.social.profit(), self.social.revenue)
    }

    /// `self` and `other` together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { private: self.private.plus(other.private), social: self.social.plus(other.social) }
    }

    /// `times` as much.
    #[must_use]
    pub fn times(self, times: f64) -> Self {
        Self { private: self.private.times(times), social: self.social.times(times) }
    }
}

/// The matrix of a chain over the horizon, discounted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatrixRow {
    /// Which future.
    pub plan: PlanName,
    /// The chain; `None` for all that name actors.
    pub chain: Option<ChainId>,
    /// The matrix.
    pub matrix: Pam,
}

/// Factors that turn what actors pay and are paid into what it is worth to the economy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EconomicFactors {
    /// Of a channel's price.
    pub price: f64,
    /// Of bought-in inputs and services.
    pub cost: f64,
    /// Of wages.
    pub wage: f64,
}

/// The factors of a process; of what the cluster bears by itself (upkeep) where there is no process. All are 1 where the scenario
/// states no shadow prices.
pub fn economic_factors(model: &Model, chain: ChainId, process: Option<ProcessId>) -> EconomicFactors {
    let Some(shadow) = &model.shadow_prices else {
        return EconomicFactors { price: 1.0, cost: 1.0, wage: 1.0 };
    };
    let by = process.map_or(shadow.conversion, |own| shadow.of(chain, own));
    EconomicFactors { price: by.price, cost: by.cost, wage: shadow.wage_ratio }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pam(private: [f64; 3], social: [f64; 3]) -> Pam {
        let prices = |[revenue, tradable, factors]: [f64; 3]| Prices { revenue, tradable, factors };
        Pam { private: prices(private), social: prices(social) }
    }

    /// Where social value added is nothing or less, EPC and DRC are not defined, as PCR where the private one is; nor is anything
    /// without revenue or inputs. What is still defined is told.
    #[test]
    fn ratios_to_nothing_or_less_are_not_defined() {
        let losing = pam([100.0, 120.0, 30.0], [100.0, 100.0, 30.0]);
        assert_eq!((losing.epc(), losing.drc(), losing.pcr()), (None, None, None));
        assert_eq!((losing.npc_output(), losing.npc_input()), (Some(1.0), Some(1.2)));
        assert_eq!(losing.srp(), Some(-0.2));
        let none = Pam::default();
        assert_eq!((none.npc_output(), none.npc_input(), none.srp()), (None, None, None));
    }

    /// What diverges adds up: L = I − J − K, and the matrix of two chains is that of their sums.
    #[test]
    fn divergences_add_up() {
        let (a, b) =
            (pam([120.0, 30.0, 50.0], [100.0, 40.0, 45.0]), pam([60.0, 10.0, 20.0], [70.0, 12.0, 30.0]));
        for pam in [a, b, a.plus(b), a.plus(b.times(-1.0))] {
            let diverging = pam.divergences();
            assert_eq!(diverging.profit(), pam.private.profit() - pam.social.profit());
        }
        assert_eq!(a.plus(b).private.revenue, 180.0);
    }

    /// Six matrices of Shehata, E. A. E. and Mickaiel, S. K. A. (2013), *PAM: Stata Module to Estimate Policy Analysis Matrix*, Boston
    /// College S457738, help file, example `pam1.dta`: A, B, C, E, F and G, and what it prints of each to four digits (the third and
    /// fourth are taxed heavily, the fifth loses at both prices).
    #[test]
    fn six_published_matrices_have_the_printed_profits_and_ratios() {
        let given = [
            ([7230.0, 966.0, 2082.5], [5784.0, 1021.2, 2142.5]),
            ([27.42, 9.53, 7.4], [22.79, 11.79, 7.97]),
            ([1214.0, 119.0, 468.0], [3009.0, 83.0, 297.0]),
            ([1836.0, 181.0, 709.0], [4552.0, 128.0, 362.0]),
            ([450.0, 17.41, 532.79], [456.0, 13.26, 498.76]),
            ([2000.0, 1100.0, 800.0], [2100.0, 1050.0, 800.0]),
        ];
        // Private and social profit, net transfer; NPC on output and on inputs, EPC, DRC, PCR, SRP.
        let printed = [
            ([4181.5, 2620.3, 1561.2], [1.25, 0.9459, 1.3152, 0.4498, 0.3325, 0.2699]),
            ([10.49, 3.03, 7.46], [1.2032, 0.8083, 1.6264, 0.7245, 0.4136, 0.3273]),
            ([627.0, 2629.0, -2002.0], [0.4035, 1.4337, 0.3742, 0.1015, 0.4274, -0.6653]),
            ([946.0, 4062.0, -3116.0], [0.4033, 1.4141, 0.3741, 0.0818, 0.4284, -0.6845]),
            ([-100.2, -56.02, -44.18], [0.9868, 1.313, 0.9771, 1.1265, 1.2316, -0.0969]),
            ([100.0, 250.0, -150.0], [0.9524, 1.0476, 0.8571, 0.7619, 0.8889, -0.0714]),
        ];
        let rounded = |x: f64| libm::round(x * 1e4) / 1e4;
        for ((private, social), (profits, ratios)) in given.into_iter().zip(printed) {
            let pam = pam(private, social);
            let found = [pam.private.profit(), pam.social.profit(), pam.divergences().profit()];
            assert_eq!(found.map(rounded), profits);
            let found = [pam.npc_output(), pam.npc_input(), pam.epc(), pam.drc(), pam.pcr(), pam.srp()];
            assert_eq!(found.map(|ratio| ratio.map(rounded)), ratios.map(Some));
        }
    }
}
