//! The value of coordination in results: the ways of planning side by side, who spends what, what was cut and which rules could
//! not be kept, as text in both languages, JSON and tables.

mod page;

use std::io;

use serde_json::{Value, json};

use super::conflict::{rule_in_words, rule_object};
use super::json::{EstimateJson, allocation, scenario_hash};
use super::language::Lang;
use super::tables::{plain_number, writer};
use crate::model::Model;
use crate::opt::builder::Rule;
use crate::scenario::StatedNumber;
use crate::study::Comparison;
use crate::study::coordination::{CoordinationStudy, Cut, Way, WayResult};

/// The scenario in whose words a study is told.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its model.
    pub model: &'a Model,
    /// Its numbers, which know their places.
    pub numbers: &'a [StatedNumber],
    /// The study.
    pub study: &'a CoordinationStudy,
}

fn way_name(way: Way, lang: Lang) -> &'static str {
    match way {
        Way::Joint => lang.pick("bersama", "jointly"),
        Way::Alone => lang.pick("sendiri-sendiri", "each alone"),
        Way::Sequence => lang.pick("berurutan", "in sequence"),
    }
}

impl Told<'_> {
    /// A rule in the scenario's words.
    fn rule(&self, rule: Rule, lang: Lang) -> String {
        let model = self.model;
        let cluster = |c: crate::model::ClusterId| lang.title(&model.clusters[c.index()].title);
        match (rule, lang) {
            (Rule::Opening(c, y), Lang::Id) => {
                format!("biaya pembukaan {} tahun {}", cluster(c), model.horizon.calendar_year(y))
            }
            (Rule::Opening(c, y), Lang::En) => {
                format!("what opening {} in {} costs", cluster(c), model.horizon.calendar_year(y))
            }
            (Rule::OpenOnce(c), Lang::Id) => format!("{} dibuka sekali saja", cluster(c)),
            (Rule::OpenOnce(c), Lang::En) => format!("{} is opened only once", cluster(c)),
            (Rule::Unopened(c, ..), Lang::Id) => format!("{} belum dibuka", cluster(c)),
            (Rule::Unopened(c, ..), Lang::En) => format!("{} is not opened by then", cluster(c)),
            (rule, lang) => rule_in_words(model, self.numbers, rule, lang),
        }
    }

    fn rule_json(&self, rule: Rule) -> Value {
        let kind = match rule {
            Rule::Opening(..) => "opening",
            Rule::OpenOnce(_) => "opened_twice",
            Rule::Unopened(..) => "unopened",
            rule => return rule_object(self.model, self.numbers, rule),
        };
        let (Rule::Opening(c, _) | Rule::OpenOnce(c) | Rule::Unopened(c, ..)) = rule else {
            return Value::Null;
        };
        json!({ "kind": kind, "cluster": self.model.clusters[c.index()].key })
    }

    /// `coordinate --json` but for `seconds`.
    pub fn json(&self) -> Value {
        let (model, study) = (self.model, self.study);
        let year = |y: usize| model.horizon.calendar_year(y);
        let (lost, at_most) = study.lost(Way::Alone);
        let way = |found: &WayResult| {
            let (lost, at_most) = study.lost(found.way);
            json!({
                "way": found.way.key(),
                "objective": found.objective,
                "lost": lost,
                "lost_at_most": Some(at_most).filter(|value| value.is_finite()),
                "lost_share": study.lost_share(found.way),
                "increment": EstimateJson::from(&found.increment),
                "lost_simulated": comparison(&found.lost),
                "spent": found.allocation.total(),
                "unspent": unspent(found),
                "by_source": found.money.iter().map(|own| json!({
                    "source": model.sources[own.source.index()].key,
                    "level": model.sources[own.source.index()].level.key(),
                    "amount": own.amount,
                    "spent": own.spent,
                    "upkeep": own.upkeep,
                    "unspent": own.unspent(),
                })).collect::<Vec<_>>(),
                "rules_broken": found.broken.iter().map(|rule| self.rule_json(*rule)).collect::<Vec<_>>(),
                "allocation": allocation(model, &found.allocation),
            })
        };
        let cut = |cut: &Cut| {
            let intervention = &model.chain_of(cut.line.cluster).interventions[cut.line.intervention.index()];
            json!({
                "source": model.sources[cut.line.source.index()].key,
                "cluster": model.clusters[cut.line.cluster.index()].key,
                "intervention": intervention.key,
                "year": year(cut.line.year),
                "from": cut.line.amount.0,
                "to": cut.to,
                "rule": self.rule_json(cut.rule),
            })
        };
        json!({
            "schema": "rantai.coordination/1",
            "title": { "id": model.title.id, "en": model.title.en },
            "scenario_hash": scenario_hash(model),
            "metric": study.request.metric.key(),
            "unit": study.request.metric.unit(),
            "samples": study.request.planning,
            "evaluation": study.request.evaluation,
            "seed": study.request.seed,
            "risk": { "lambda": model.risk.lambda, "alpha": model.risk.alpha },
            "by": study.request.by.key(),
            "order": study.parties.iter().map(|party| party.key.as_str()).collect::<Vec<_>>(),
            "budget": model.total_budget(),
            "joint": {
                "objective": study.joint.objective,
                "bound": study.joint.bound,
                "gap": study.joint.gap,
                "bound_by": study.joint.bound_by.key(),
            },
            "value_of_coordination": {
                "program": lost,
                "program_at_most": Some(at_most).filter(|value| value.is_finite()),
                "share": study.lost_share(Way::Alone),
                "simulated": comparison(&study.of(Way::Alone).lost),
            },
            "ways": study.ways.iter().map(way).collect::<Vec<_>>(),
            "cuts": study.cuts.iter().map(cut).collect::<Vec<_>>(),
            "rules_left_out": study.left_out.iter().map(|left_out| json!({
                "way": left_out.way.key(),
                "party": study.parties[left_out.party].key,
                "rule": self.rule_json(left_out.rule),
            })).collect::<Vec<_>>(),
        })
    }

    /// `coordination.csv`: a row for each way, all sources together and one by one.
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn table<W: io::Write>(&self, out: W) -> io::Result<()> {
        let mut csv = writer(out);
        csv.write_record([
            "way",
            "source",
            "level",
            "amount",
            "spent",
            "upkeep",
            "unspent",
            "objective",
            "lost",
            "lost_share",
            "increment",
            "increment_low",
            "increment_high",
            "lost_simulated",
            "lost_low",
            "lost_high",
        ])?;
        for found in &self.study.ways {
            let upkeep: i64 = found.money.iter().map(|own| own.upkeep).sum();
            let (low, high) = interval(&found.lost);
            let increment = &found.increment;
            let mut row = vec![found.way.key().to_string(), "all".to_string(), String::new()];
            let whole = [self.model.total_budget(), found.allocation.total(), upkeep, unspent(found)];
            row.extend(whole.map(|rupiah| rupiah.to_string()));
            let figures = [
                found.objective,
                self.study.lost(found.way).0,
                self.study.lost_share(found.way),
                increment.mean,
                increment.mean - increment.half_width,
                increment.mean + increment.half_width,
                found.lost.mean,
                low,
                high,
            ];
            row.extend(figures.map(plain_number));
            csv.write_record(&row)?;
            for own in &found.money {
                let source = &self.model.sources[own.source.index()];
                let mut row =
                    vec![found.way.key().to_string(), source.key.clone(), source.level.key().to_string()];
                row.extend(
                    [own.amount, own.spent, own.upkeep, own.unspent()].map(|rupiah| rupiah.to_string()),
                );
                row.extend((0..9).map(|_| String::new()));
                csv.write_record(&row)?;
            }
        }
        csv.flush()
    }

    /// `cuts.csv`: the lines of the union that were cut, with the rule in words.
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn cuts_table<W: io::Write>(&self, out: W) -> io::Result<()> {
        let mut csv = writer(out);
        csv.write_record(["source", "cluster", "intervention", "year", "from", "to", "rule"])?;
        for Cut { line, to, rule } in &self.study.cuts {
            let intervention = &self.model.chain_of(line.cluster).interventions[line.intervention.index()];
            csv.write_record([
                self.model.sources[line.source.index()].key.as_str(),
                &self.model.clusters[line.cluster.index()].key,
                &intervention.key,
                &self.model.horizon.calendar_year(line.year).to_string(),
                &line.amount.0.to_string(),
                &to.to_string(),
                &self.rule(*rule, Lang::En),
            ])?;
        }
        csv.flush()
    }
}

fn unspent(found: &WayResult) -> i64 {
    found.money.iter().map(|own| own.unspent()).sum()
}

fn interval(of: &Comparison) -> (f64, f64) {
    (of.mean - of.half_width, of.mean + of.half_width)
}

fn comparison(of: &Comparison) -> Value {
    let (low, high) = interval(of);
    json!({
        "mean": of.mean,
        "standard_error": of.standard_error,
        "interval": [low, high],
        "share_of_samples_better": of.wins,
    })
}
