//! Operations and settings in the law trace.

use super::tracer::Tracer;
use crate::model::ChainId;
use crate::report::language::Text;
use crate::report::page::{both, words};
use crate::result::law::LawKey;

impl Tracer<'_> {
    /// Constraints of operations: the steps of a chain, and what limits and feeds them.
    pub(super) fn chains(&mut self) {
        let model = self.model;
        for chain in &model.chains {
            let file = format!("chains/{}.toml", chain.key);
            for process in &chain.processes {
                let rule =
                    both(|lang| format!("{}: {}", lang.title(&process.title), lang.stage(process.stage)));
                let key = format!("{}/processes/{}", chain.key, process.key);
                self.add(LawKey::Stage, &key, rule, vec!["(3)".to_string()]).policy =
                    Text::same(format!("{file}, processes.{}", process.key));
            }
            for capacity in &chain.capacities {
                let rule = both(|lang| {
                    format!("{} {}", lang.pick("kapasitas", "capacity"), lang.title(&capacity.title))
                });
                let key = format!("{}/capacities/{}", chain.key, capacity.key);
                self.add(LawKey::Capacity, &key, rule, vec!["(3)".to_string()]).policy =
                    Text::same(format!("{file}, capacities.{}", capacity.key));
            }
            for commodity in &chain.commodities {
                let rule = both(|lang| {
                    format!("{} {}", lang.pick("neraca", "balance of"), lang.title(&commodity.title))
                });
                let key = format!("{}/commodities/{}", chain.key, commodity.key);
                self.add(LawKey::Commodity, &key, rule, vec!["(3)".to_string()]).policy =
                    Text::same(format!("{file}, commodities.{}", commodity.key));
            }
        }
    }

    /// The grouping of enterprises by a common product chain.
    pub(super) fn clusters(&mut self) {
        let model = self.model;
        for h in (0..model.chains.len()).map(ChainId::new) {
            let chain = &model.chains[h.index()];
            let count = model.clusters.iter().filter(|cluster| cluster.chain == h).count();
            let rule = both(|lang| {
                let said =
                    lang.pick("klaster dengan rantai produk bersama", "clusters of a common product chain,");
                format!("{said} {}", lang.title(&chain.title))
            });
            let row =
                self.add(LawKey::Cluster, &format!("chain/{}", chain.key), rule, vec!["(2)a".to_string()]);
            row.policy = Text::same("clusters.csv".to_string());
            (row.asked, row.unit) = (Some(count as f64), "clusters".to_string());
        }
    }

    /// Settings of the scenario for the whole plan.
    pub(super) fn settings(&mut self) {
        let model = self.model;
        let metric = self.study.map_or(model.objective, |study| study.request.metric);
        let rule = both(|lang| {
            format!("{} {}", lang.pick("yang dimaksimalkan:", "what is maximised:"), lang.metric(metric))
        });
        self.add(LawKey::Objective, "objective.metric", rule, vec!["(8)".to_string()]).policy =
            Text::same("scenario.toml, objective.metric");
        let rule = words("attitude to risk", "sikap terhadap risiko");
        let row = self.add(LawKey::Objective, "risk.lambda", rule, vec!["(8)".to_string()]);
        row.policy = Text::same("scenario.toml, risk".to_string());
        row.asked = Some(model.risk.lambda);
        let rule = words("real discount rate", "diskonto riil");
        let row = self.add(LawKey::Objective, "money.discount_rate", rule, vec!["(8)".to_string()]);
        row.policy = Text::same("scenario.toml, money.discount_rate".to_string());
        row.asked = Some(model.horizon.discount_rate);
    }
}
