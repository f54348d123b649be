//! Money in the law trace: budgets, floors, caps, co-funding, locked lines; spillovers and pools.

use super::tracer::{Tracer, letter, near, policy, synergy};
use crate::model::LimitKind;
use crate::report::language::Text;
use crate::report::page::both;
use crate::report::{cofunding, locked, rules};
use crate::result::law::LawKey;
use crate::result::rule::locked_key;

impl Tracer<'_> {
    pub(super) fn sources(&mut self) {
        let model = self.model;
        for (s, source) in model.sources.iter().enumerate() {
            let name = &source.title;
            for (y, amount) in source.amounts.iter().enumerate() {
                let year = model.horizon.calendar_year(y);
                let key = format!("budget/{}/{year}", source.key);
                let reference = self.reference(&key);
                let line = self.study.and_then(|study| {
                    study.program.budget.iter().find(|b| b.source.index() == s && b.year == y).copied()
                });
                let rule = both(|lang| {
                    format!("{} {} {year}", lang.pick("anggaran", "budget of"), lang.title(name))
                });
                let row = self.add(LawKey::Budget, &key, rule, synergy());
                if let Some(reference) = reference {
                    row.policy = Text::same(reference);
                }
                (row.asked, row.unit) = (Some(amount.as_f64()), "Rp".to_string());
                row.stands = line.map(|b| (b.spent + b.upkeep) as f64);
                row.binding = line.map(|b| b.left == 0);
            }
            let in_file = |part: &str| Text::same(format!("scenario.toml, sources.{}{part}", source.key));
            let carry = format!("sources.{}.carry_over", source.key);
            let rule = both(|lang| {
                format!("{} {}", lang.pick("sisa yang boleh dibawa oleh", "carry-over of"), lang.title(name))
            });
            let row = self.add(LawKey::CarryOver, &carry, rule, synergy());
            (row.asked, row.unit) = (Some(source.carry_over), "share".to_string());
            row.policy = in_file(".carry_over");
            let paying = format!("sources.{}.disbursement", source.key);
            let rule =
                both(|lang| format!("{} {}", lang.pick("pencairan", "disbursement of"), lang.title(name)));
            self.add(LawKey::Disbursement, &paying, rule, synergy()).policy = in_file(".disbursement");
            let rule = both(|lang| {
                let of = rules::admitted(model, &source.eligible, lang);
                let said = lang.pick("yang boleh didanai", "what may be funded by");
                format!("{said} {}: {of}", lang.title(name))
            });
            let eligible = &source.eligible;
            let mut paragraphs = synergy();
            if eligible.support.is_some() {
                paragraphs.push("(5)".to_string());
            }
            paragraphs.extend(eligible.types.iter().flatten().map(|facility| letter(*facility)));
            let key = format!("sources.{}", source.key);
            let row = self.add(LawKey::Eligibility, &key, rule, paragraphs);
            row.policy = in_file("");
        }
    }

    pub(super) fn limits(&mut self) {
        let model = self.model;
        for (number, limit) in model.limits.iter().enumerate() {
            let mut paragraphs: Vec<String> = limit.facility().map(letter).into_iter().collect();
            if limit.of.support.is_some() {
                paragraphs.push("(5)".to_string());
            }
            let rule = both(|lang| {
                let kind = match limit.kind {
                    LimitKind::Floor => lang.pick("batas bawah", "floor on"),
                    LimitKind::Cap => lang.pick("batas atas", "cap on"),
                };
                format!("{kind} {}", rules::limited(model, limit, lang))
            });
            let spent = self.study.map(|study| {
                let covers = |line: &crate::model::AllocationLine| {
                    limit.covers(model, line.source, line.year, line.cluster, line.intervention)
                };
                study.program.allocation.sum(covers) as f64
            });
            let asked = limit.rupiah(&model.sources);
            let row = self.add(LawKey::Limit, &format!("limits[{number}]"), rule, paragraphs);
            row.policy = policy(limit.law.as_ref(), "limits", number);
            (row.asked, row.stands, row.unit) = (Some(asked), spent, "Rp".to_string());
            row.binding = spent.map(|spent| match limit.kind {
                LimitKind::Floor => spent <= asked + near(asked),
                LimitKind::Cap => spent >= asked - near(asked),
            });
        }
    }

    pub(super) fn cofunding(&mut self) {
        let model = self.model;
        for (number, rule) in model.cofunding.iter().enumerate() {
            // What counts is the place where least is added.
            let least = self.study.and_then(|study| {
                let balances = rule.balances(model, &study.program.allocation);
                let shares = balances.into_iter().filter(|b| b.others > 0);
                shares.map(|b| b.own as f64 / b.others as f64).reduce(f64::min)
            });
            let with_plan = self.study.is_some();
            let told = both(|lang| cofunding::asks(model, rule, lang));
            let row = self.add(LawKey::Cofunding, &format!("cofunding[{number}]"), told, synergy());
            row.policy = policy(rule.law.as_ref(), "cofunding", number);
            (row.asked, row.stands, row.unit) = (Some(rule.ratio), least, "share".to_string());
            row.binding = with_plan.then(|| least.is_some_and(|least| least <= 1.001 * rule.ratio));
        }
    }

    pub(super) fn locked(&mut self) {
        let model = self.model;
        for line in model.locked.lines.lines() {
            let key = locked_key(model, line.source, line.cluster, line.intervention, line.year);
            let facility = model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
            let mut paragraphs = synergy();
            paragraphs.push(letter(facility));
            let reference = self.reference(&key);
            let stands = self.study.map(|study| {
                study.program.allocation.amount(line.source, line.cluster, line.intervention, line.year)
            });
            let (s, c, i, y) = (line.source, line.cluster, line.intervention, line.year);
            let name = both(|lang| locked::name(model, s, c, i, y, lang));
            let row = self.add(LawKey::Locked, &key, name, paragraphs);
            row.policy = Text::same(reference.unwrap_or_else(|| "locked.csv".to_string()));
            (row.asked, row.unit) = (Some(line.amount.as_f64()), "Rp".to_string());
            row.stands = stands.map(|rupiah| rupiah as f64);
            row.binding = stands.map(|rupiah| rupiah == line.amount.0);
        }
    }

    pub(super) fn spillovers(&mut self) {
        let model = self.model;
        for (number, spillover) in model.spillovers.iter().enumerate() {
            let rule = both(|lang| {
                let named = spillover.title.as_ref().map(|title| format!(" {}", lang.title(title)));
                format!("{}{}", lang.pick("limpahan", "spillover"), named.unwrap_or_default())
            });
            let row =
                self.add(LawKey::Spillover, &format!("spillovers[{number}]"), rule, vec!["(2)c".to_string()]);
            row.policy = policy(spillover.law.as_ref(), "spillovers", number);
        }
    }

    pub(super) fn pools(&mut self) {
        let model = self.model;
        for pool in &model.pools {
            let rule = both(|lang| format!("{} {}", lang.pick("kolam", "pool"), lang.title(&pool.title)));
            let key = format!("pools.{}", pool.key);
            let row = self.add(LawKey::Pool, &key, rule, vec!["(2)b".to_string()]);
            row.policy = Text::same(pool.law.clone().unwrap_or_else(|| format!("scenario.toml, {key}")));
        }
    }
}
