//! Rules that contradict each other, and the cheapest way out, as people read it: what each rule asks, the
//! place where it is written and the letter of the law it is about.

mod whole;

use super::language::Lang;
use crate::model::{FacilityType, Limit, LimitBound, LimitKind, Model, SourceId};
use crate::opt::builder::Rule;
use crate::opt::{Clash, Conflict};
use crate::result::conflict::{Change, ConflictDocument, amount_after, change, share_after};
use crate::result::rule::RuleTeller;
use crate::scenario::StatedNumber;
use crate::units::{JUTA, MILIAR};

/// A conflict with the scenario in whose words it is told.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    model: &'a Model,
    rules: RuleTeller<'a>,
    conflict: &'a Conflict,
}

impl<'a> Told<'a> {
    /// Tells `conflict` of `model`. `numbers` are those of its scenario: they know their places; `scaled` says that the
    /// budgets are not those written, but scaled to another total.
    pub fn new(model: &'a Model, numbers: &'a [StatedNumber], scaled: bool, conflict: &'a Conflict) -> Self {
        Self { model, rules: RuleTeller { model, numbers, scaled }, conflict }
    }

    /// The conflict as a document.
    pub fn document(&self) -> ConflictDocument {
        ConflictDocument::of(&self.rules, self.conflict)
    }

    /// The conflict in words: a headline, the rules, what giving one up does, the way out.
    pub fn text(&self, lang: Lang) -> String {
        let mut text = lang
            .pick(
                "tidak ada alokasi yang memenuhi semua batas bawah, batas atas, dan anggaran",
                "no allocation keeps all floors, caps and budgets",
            )
            .to_string();
        text.push_str(&self.also(lang));
        text.push('\n');
        text.push_str(match self.conflict.rules.len() {
            // A floor that clashes with nothing else has nothing that it could be spent on.
            1 => self.never_kept(lang),
            _ => lang.pick("Aturan-aturan ini saling bertentangan:", "These rules contradict each other:"),
        });
        for clash in &self.conflict.rules {
            text.push_str(&format!("\n  - {}", self.stated(clash, lang)));
        }
        text.push('\n');
        text.push_str(self.giving_up(lang));
        // The way out: every concession, and their sum.
        let total = self.conflict.relaxation.iter().map(|concession| concession.rupiah).sum::<i64>();
        text.push_str(&format!(
            "\n{} ({} {}):",
            lang.pick("Jalan keluar termurah", "Cheapest way out"),
            exactly(total as f64, lang),
            lang.pick("seluruhnya", "in all")
        ));
        for concession in &self.conflict.relaxation {
            let line = match concession.rule {
                Rule::Sites(number, bound) => self.sites_way_out(number, bound, concession.sites, lang),
                Rule::Cofunding(number, at) => format!(
                    "{} {} {} {}",
                    lang.pick("izinkan", "let the"),
                    super::cofunding::name_at(self.model, number, at, lang),
                    lang.pick("kurang", "fall short by"),
                    exactly(concession.rupiah as f64, lang)
                ),
                rule => self
                    .capacity_way_out(rule, concession.rupiah as f64, lang)
                    .unwrap_or_else(|| self.way_out(rule, concession.rupiah as f64, lang)),
            };
            text.push_str(&format!("\n  - {line}"));
        }
        text
    }

    fn giving_up(&self, lang: Lang) -> &'static str {
        let rules = &self.conflict.rules;
        match (rules.len(), rules.iter().all(|clash| clash.enough)) {
            (1, true) => lang.pick(
                "Tanpa aturan ini semua aturan lain dapat dipenuhi.",
                "Without this rule all others can be kept.",
            ),
            (1, false) => lang.pick(
                "Tanpa aturan ini pun masih ada pertentangan lain; jalan keluar di bawah menyelesaikan semuanya.",
                "Without this rule there are still other contradictions; the way out below settles them all.",
            ),
            (_, true) => lang.pick(
                "Melepas salah satu saja sudah cukup.",
                "Any one of them given up would do.",
            ),
            (_, false) => lang.pick(
                "Melepas salah satu mengakhiri pertentangan ini, tetapi masih ada pertentangan lain; \
                 jalan keluar di bawah menyelesaikan semuanya.",
                "Any one of them given up would end this contradiction, but there are others; \
                 the way out below settles them all.",
            ),
        }
    }

    /// The demand of a rule and the place where it is written.
    fn stated(&self, clash: &Clash, lang: Lang) -> String {
        let mut text = match clash.rule {
            Rule::Limit(number) => {
                let limit = &self.model.limits[number];
                let share = match limit.bound {
                    LimitBound::Share(share) => {
                        format!(" ({} {})", lang.percent(share), lang.pick("dari uangnya", "of its money"))
                    }
                    LimitBound::Amount(_) => String::new(),
                };
                let amount = exactly(limit.rupiah(&self.model.sources), lang);
                let of = lang.pick("sebesar", "of");
                format!("{} {of} {amount}{share}", self.limit(limit, lang))
            }
            Rule::Sites(number, bound) => self.sites_asked(number, bound, lang),
            Rule::Cofunding(number, at) => super::cofunding::name_at(self.model, number, at, lang),
            rule => self.capacity_asked(rule, lang).unwrap_or_else(|| {
                let amount = exactly(self.rules.amount(rule), lang);
                format!("{} {} {amount}", self.name(rule, lang), lang.pick("sebesar", "of"))
            }),
        };
        if clash.upkeep {
            text.push_str(lang.pick(", yang juga menanggung pemeliharaan", ", which bears upkeep too"));
        }
        // Where it is written: title, law, entry of its list, file and line.
        let mut where_from = Vec::new();
        let title = match clash.rule {
            Rule::Limit(number) => self.model.limits[number].title.as_ref(),
            Rule::Cofunding(number, _) => self.model.cofunding[number].title.as_ref(),
            Rule::Coverage(number, _) => self.model.coverage.minima[number].title.as_ref(),
            _ => None,
        };
        where_from.extend(title.map(|title| lang.title(title).to_string()));
        where_from.extend(self.law(clash.rule, lang));
        let entry = match clash.rule {
            Rule::Limit(number) => Some(("limits", number)),
            Rule::Cofunding(number, _) => Some(("cofunding", number)),
            Rule::Coverage(number, _) => Some(("coverage.minimum", number)),
            _ => None,
        };
        if let Some((list, number)) = entry {
            where_from.push(format!("{list}, {} {}", lang.pick("entri", "entry"), number + 1));
        }
        if let Some(number) = self.rules.written(clash.rule) {
            where_from.push(number.place_in(lang));
        }
        if self.rules.scaled && matches!(clash.rule, Rule::Budget(..)) {
            where_from.push(lang.pick("diskala oleh --budget", "scaled by --budget").to_string());
        }
        if where_from.is_empty() { text } else { format!("{text} [{}]", where_from.join("; ")) }
    }

    /// `lower the floor on ... by Rp 2.00 billion, to Rp 10.00 billion`.
    fn way_out(&self, rule: Rule, rupiah: f64, lang: Lang) -> String {
        let verb = match change(&self.rules, rule) {
            Change::Lower => lang.pick("turunkan", "lower the"),
            Change::Raise => lang.pick("naikkan", "raise the"),
            Change::Find | Change::FallShort => lang.pick("carikan uang untuk", "find money for the"),
        };
        let (after, share) = (
            amount_after(&self.rules, self.conflict, rule, rupiah),
            share_after(&self.rules, self.conflict, rule, rupiah),
        );
        format!(
            "{verb} {} {} {}, {} {}{}",
            self.name(rule, lang),
            lang.pick("sebesar", "by"),
            exactly(rupiah, lang),
            lang.pick("menjadi", "to"),
            exactly(after, lang),
            share.map_or_else(String::new, |share| share_of(share, lang))
        )
    }

    /// `floor on (b) production from National budget in 2028`, `budget of National budget in 2028`.
    fn name(&self, rule: Rule, lang: Lang) -> String {
        match rule {
            Rule::Limit(number) => self.limit(&self.model.limits[number], lang),
            Rule::Budget(source, year) => format!(
                "{} {} {} {}",
                lang.pick("anggaran", "budget of"),
                self.source(source, lang),
                lang.pick("tahun", "in"),
                self.model.horizon.calendar_year(year)
            ),
            rule => self.whole_name(rule, lang),
        }
    }

    pub(super) fn limit(&self, limit: &Limit, lang: Lang) -> String {
        let kind = match limit.kind {
            LimitKind::Floor => lang.pick("batas bawah", "floor on"),
            LimitKind::Cap => lang.pick("batas atas", "cap on"),
        };
        let source = limit.source.map_or_else(
            || lang.pick("semua sumber", "all sources").to_string(),
            |source| self.source(source, lang),
        );
        let year = limit.year.map_or_else(String::new, |year| {
            format!(" {} {}", lang.pick("tahun", "in"), self.model.horizon.calendar_year(year))
        });
        format!(
            "{kind} {} {} {source}{year}",
            super::rules::limited(self.model, limit, lang),
            lang.pick("dari", "from")
        )
    }

    fn source(&self, source: SourceId, lang: Lang) -> String {
        lang.title(&self.model.sources[source.index()].title).to_string()
    }

    /// The law that a rule answers to: what it says itself, else the letter that lists its facility type.
    fn law(&self, rule: Rule, lang: Lang) -> Option<String> {
        let own = self.rules.own_law(rule).cloned();
        own.or_else(|| self.rules.facility(rule).map(|facility| law(facility, lang)))
    }
}

/// The demand of a rule and the place where it is written, in words.
pub(super) fn rule_in_words(model: &Model, numbers: &[StatedNumber], rule: Rule, lang: Lang) -> String {
    let conflict = nothing();
    let clash = Clash { rule, enough: false, upkeep: false };
    Told::new(model, numbers, false, &conflict).stated(&clash, lang)
}

/// A conflict of nothing: what rules ask is told without one, too.
pub(super) fn nothing() -> Conflict {
    Conflict {
        rules: Vec::new(),
        relaxation: Vec::new(),
        least: 0.0,
        least_by: crate::opt::solve::BoundBy::Certificate,
    }
}

/// ` (70 % of its money)`, to a hundredth of a per cent where it is no whole one.
fn share_of(share: f64, lang: Lang) -> String {
    let percent = 100.0 * share;
    let places = if (percent - percent.round()).abs() < 1e-9 { 0 } else { 2 };
    let percent = lang.number(percent, places);
    match lang {
        Lang::Id => format!(" ({percent}% dari uangnya)"),
        Lang::En => format!(" ({percent} % of its money)"),
    }
}

/// The letter of the law that lists a facility type.
pub(super) fn law(facility: FacilityType, lang: Lang) -> String {
    let letter = facility.letter();
    match lang {
        Lang::Id => format!("PP 7/2021 Pasal 89 ayat (6) huruf {letter}"),
        Lang::En => format!("PP 7/2021, Article 89 paragraph (6) letter {letter}"),
    }
}

/// An amount of money of which nothing is rounded away: in words where they say it all, else to the rupiah.
pub(super) fn exactly(rupiah: f64, lang: Lang) -> String {
    let size = rupiah.abs();
    let step = if size >= 100.0 * MILIAR {
        MILIAR / 10.0
    } else if size >= MILIAR {
        MILIAR / 100.0
    } else {
        JUTA / 10.0
    };
    if size >= JUTA && (rupiah / step).fract() == 0.0 {
        lang.money(rupiah)
    } else {
        format!("{}{}", lang.rupiah_sign(), lang.number(rupiah, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_to_be_followed_are_never_rounded() {
        assert_eq!(exactly(4e7, Lang::En), "Rp 40.0 million");
        assert_eq!(exactly(40_000_001.0, Lang::En), "Rp 40,000,001");
        assert_eq!(exactly(12.5e9, Lang::Id), "Rp12,50 miliar");
        assert_eq!(exactly(12_345_000_000.0, Lang::Id), "Rp12.345.000.000");
        assert_eq!(exactly(0.0, Lang::En), "Rp 0");
    }
}
