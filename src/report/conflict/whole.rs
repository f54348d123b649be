//! Rules in whole numbers as part of a conflict: minimum sizes, rules for sites and coverage.

use super::super::coverage;
use super::super::language::Lang;
use super::super::sites;
use super::Told;
use crate::model::{Need, SiteRule};
use crate::opt::builder::{Rule, SiteBound};
use crate::result::coverage::need;
use crate::result::rule::sites_asked;

/// A rule with nothing but what one of its bounds asks.
fn only(rule: &SiteRule, bound: SiteBound) -> SiteRule {
    SiteRule {
        at_most: rule.at_most.filter(|_| bound == SiteBound::AtMost),
        at_least: rule.at_least.filter(|_| bound == SiteBound::AtLeast),
        minimum_potential: rule.minimum_potential.filter(|_| bound == SiteBound::Potential),
        ..rule.clone()
    }
}

impl Told<'_> {
    /// The other kinds of rules that no allocation keeps: whole numbers, coverage, locked lines.
    pub(super) fn also(&self, lang: Lang) -> String {
        let rules = self.conflict.rules.iter().map(|clash| clash.rule);
        let given = self.conflict.relaxation.iter().map(|concession| concession.rule);
        let all: Vec<Rule> = rules.chain(given).collect();
        let named = |is: fn(&Rule) -> bool, id: &'static str, en: &'static str| {
            all.iter().any(is).then(|| lang.pick(id, en))
        };
        let parts = [
            named(|rule| matches!(rule, Rule::Minimum(..)), "ukuran minimum", "minimum sizes"),
            named(|rule| matches!(rule, Rule::MostUnits(..)), "jumlah satuan terbanyak", "the most units"),
            named(|rule| matches!(rule, Rule::LeastLine(..)), "nilai terkecil satu baris", "least lines"),
            named(|rule| matches!(rule, Rule::Sites(..)), "aturan lokasi", "rules for sites"),
            named(|rule| matches!(rule, Rule::Coverage(..)), "cakupan", "coverage"),
            named(
                |rule| matches!(rule, Rule::Locked(..)),
                "belanja yang sudah terikat",
                "what is locked already",
            ),
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        match parts.split_last() {
            None => String::new(),
            Some((last, rest)) => {
                let and = lang.pick(" dan ", " and ");
                let before =
                    if rest.is_empty() { String::new() } else { format!("{}{and}", rest.join(", ")) };
                format!(" {} {before}{last}", lang.pick("beserta", "together with"))
            }
        }
    }

    /// The reason why a single rule can never be kept.
    pub(super) fn never_kept(&self, lang: Lang) -> &'static str {
        match self.conflict.rules.first().map(|clash| clash.rule) {
            Some(Rule::Sites(..)) => lang.pick(
                "Aturan ini tidak mungkin dipenuhi: calon yang boleh dibuka oleh sumber mana pun tidak cukup:",
                "This rule can never be kept: too few of its candidates may be opened by any source:",
            ),
            Some(Rule::Coverage(..)) => lang.pick(
                "Aturan ini tidak mungkin dipenuhi dengan apa yang boleh didanai di klaster itu:",
                "This rule can never be kept with what may be funded in the cluster:",
            ),
            _ => lang.pick(
                "Aturan ini tidak mungkin dipenuhi: tidak ada sumber terkait yang boleh mendanai apa pun yang dicakupnya:",
                "This rule can never be kept: no source it covers may fund anything of what it is on:",
            ),
        }
    }

    /// `minimum size of equipment in Utara`.
    pub(super) fn whole_name(&self, rule: Rule, lang: Lang) -> String {
        match rule {
            Rule::Minimum(c, i) => format!(
                "{} {} {} {}",
                lang.pick("ukuran minimum", "minimum size of"),
                lang.title(&self.model.chain_of(c).interventions[i.index()].title),
                lang.pick("di", "in"),
                lang.title(&self.model.clusters[c.index()].title)
            ),
            Rule::MostUnits(c, i) => format!(
                "{} {} {} {}",
                lang.pick("jumlah satuan terbanyak", "most units of"),
                lang.title(&self.model.chain_of(c).interventions[i.index()].title),
                lang.pick("di", "in"),
                lang.title(&self.model.clusters[c.index()].title)
            ),
            Rule::LeastLine(s, c, i, y) => format!(
                "{} {}: {}, {}, {}",
                lang.pick("nilai terkecil satu baris", "least line of"),
                lang.title(&self.model.sources[s.index()].title),
                lang.title(&self.model.chain_of(c).interventions[i.index()].title),
                lang.title(&self.model.clusters[c.index()].title),
                self.model.horizon.calendar_year(y)
            ),
            Rule::Sites(number, _) => sites::name(self.model, number, lang),
            Rule::Locked(s, c, i, y) => super::super::locked::name(self.model, s, c, i, y, lang),
            Rule::Coverage(number, c) => {
                let facility = self.model.coverage.minima[number].facility;
                format!(
                    "{} ({}) {} {} {}",
                    lang.pick("cakupan", "coverage of"),
                    facility.letter(),
                    lang.facility(facility),
                    lang.pick("di", "in"),
                    lang.title(&self.model.clusters[c.index()].title)
                )
            }
            _ => format!("{rule:?}"),
        }
    }

    /// The demand of a rule for sites.
    pub(super) fn sites_asked(&self, number: usize, bound: SiteBound, lang: Lang) -> String {
        let rule = only(&self.model.sites[number], bound);
        format!("{}: {}", sites::name(self.model, number, lang), sites::asks(self.model, &rule, lang))
    }

    /// How a rule for sites gives way by so many sites.
    pub(super) fn sites_way_out(&self, number: usize, bound: SiteBound, by: i64, lang: Lang) -> String {
        let name = sites::name(self.model, number, lang);
        let asked = i64::try_from(sites_asked(&self.model.sites[number], bound)).unwrap_or(i64::MAX);
        match (bound, lang) {
            (SiteBound::AtLeast, Lang::Id) => {
                format!("turunkan at_least {name} dari {asked} menjadi {}", asked - by)
            }
            (SiteBound::AtLeast, Lang::En) => {
                format!("lower at_least of the {name} from {asked} to {}", asked - by)
            }
            (SiteBound::AtMost, Lang::Id) => {
                format!("naikkan at_most {name} dari {asked} menjadi {}", asked + by)
            }
            (SiteBound::AtMost, Lang::En) => {
                format!("raise at_most of the {name} from {asked} to {}", asked + by)
            }
            (SiteBound::Potential, Lang::Id) => {
                format!("izinkan {name} membuka {by} calon di bawah minimum_potential")
            }
            (SiteBound::Potential, Lang::En) => {
                format!("let the {name} open {by} below its minimum_potential")
            }
        }
    }

    /// The demand of a minimum of coverage on a capacity in a cluster beyond what stands; nothing where it asks for money.
    pub(super) fn capacity_asked(&self, rule: Rule, lang: Lang) -> Option<String> {
        let Rule::Coverage(number, c) = rule else { return None };
        let Need::Capacity { capacity, units, .. } = need(self.model, number, c)? else {
            return None;
        };
        let words = coverage::capacity_words(self.model, c, capacity, units, lang);
        let said = lang.pick("sebesar", "of");
        let beyond = lang.pick("di atas yang sudah ada", "beyond what stands");
        Some(format!("{} {said} {words} {beyond}", self.whole_name(rule, lang)))
    }

    /// How such a minimum gives way by what so many rupiah would buy.
    pub(super) fn capacity_way_out(&self, rule: Rule, rupiah: f64, lang: Lang) -> Option<String> {
        let Rule::Coverage(number, c) = rule else { return None };
        let Need::Capacity { capacity, units, price } = need(self.model, number, c)? else {
            return None;
        };
        let words = |units: f64| coverage::capacity_words(self.model, c, capacity, units, lang);
        let (by, left) = ((rupiah / price).min(units), (units - rupiah / price).max(0.0));
        Some(format!(
            "{} {} {} {}, {} {} {}",
            lang.pick("turunkan", "lower the"),
            self.whole_name(rule, lang),
            lang.pick("sebesar", "by"),
            words(by),
            lang.pick("menjadi", "to"),
            words(left),
            lang.pick("di atas yang sudah ada", "beyond what stands")
        ))
    }
}
