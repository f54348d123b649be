//! Operations and settings in the law trace.

use super::tracer::Tracer;
use crate::model::ChainId;
use crate::result::law::LawKey;

impl Tracer<'_> {
    /// Constraints of operations: the steps of a chain, and what limits and feeds them.
    pub(super) fn chains(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for chain in &model.chains {
            let file = format!("chains/{}.toml", chain.key);
            for process in &chain.processes {
                let rule = format!("{}: {}", lang.title(&process.title), lang.stage(process.stage));
                let key = format!("{}/processes/{}", chain.key, process.key);
                self.add(LawKey::Stage, &key, rule, vec!["(3)".to_string()]).policy =
                    format!("{file}, processes.{}", process.key);
            }
            for capacity in &chain.capacities {
                let rule = format!("{} {}", lang.pick("kapasitas", "capacity"), lang.title(&capacity.title));
                let key = format!("{}/capacities/{}", chain.key, capacity.key);
                self.add(LawKey::Capacity, &key, rule, vec!["(3)".to_string()]).policy =
                    format!("{file}, capacities.{}", capacity.key);
            }
            for commodity in &chain.commodities {
                let rule = format!("{} {}", lang.pick("neraca", "balance of"), lang.title(&commodity.title));
                let key = format!("{}/commodities/{}", chain.key, commodity.key);
                self.add(LawKey::Commodity, &key, rule, vec!["(3)".to_string()]).policy =
                    format!("{file}, commodities.{}", commodity.key);
            }
        }
    }

    /// The grouping of enterprises by a common product chain.
    pub(super) fn clusters(&mut self) {
        let (model, lang) = (self.model, self.lang);
        for h in (0..model.chains.len()).map(ChainId::new) {
            let chain = &model.chains[h.index()];
            let count = model.clusters.iter().filter(|cluster| cluster.chain == h).count();
            let said =
                lang.pick("klaster dengan rantai produk bersama", "clusters of a common product chain,");
            let rule = format!("{said} {}", lang.title(&chain.title));
            let row =
                self.add(LawKey::Cluster, &format!("chain/{}", chain.key), rule, vec!["(2)a".to_string()]);
            row.policy = "clusters.csv".to_string();
            (row.asked, row.unit) = (Some(count as f64), "clusters".to_string());
        }
    }

    /// Settings of the scenario for the whole plan.
    pub(super) fn settings(&mut self) {
        let (model, lang) = (self.model, self.lang);
        let metric = self.study.map_or(model.objective, |study| study.request.metric);
        let rule =
            format!("{} {}", lang.pick("yang dimaksimalkan:", "what is maximised:"), lang.metric(metric));
        self.add(LawKey::Objective, "objective.metric", rule, vec!["(8)".to_string()]).policy =
            "scenario.toml, objective.metric".to_string();
        let rule = lang.pick("sikap terhadap risiko", "attitude to risk").to_string();
        let row = self.add(LawKey::Objective, "risk.lambda", rule, vec!["(8)".to_string()]);
        row.policy = "scenario.toml, risk".to_string();
        row.asked = Some(model.risk.lambda);
        let rule = lang.pick("diskonto riil", "real discount rate").to_string();
        let row = self.add(LawKey::Objective, "money.discount_rate", rule, vec!["(8)".to_string()]);
        row.policy = "scenario.toml, money.discount_rate".to_string();
        row.asked = Some(model.horizon.discount_rate);
    }
}
