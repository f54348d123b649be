//! Rules that contradict each other, and the cheapest way out, as people and programs read it: what each rule asks, the
//! place where it is written and the letter of the law it is about.

mod whole;

use serde_json::{Value, json};

use super::language::Lang;
use crate::model::{FacilityType, Limit, LimitBound, LimitKind, Model, Source, SourceId};
use crate::opt::builder::{Rule, SiteBound};
use crate::opt::{Clash, Conflict};
use crate::scenario::StatedNumber;
use crate::units::{JUTA, MILIAR};

/// A conflict with the scenario in whose words it is told.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    model: &'a Model,
    numbers: &'a [StatedNumber],
    scaled: bool,
    conflict: &'a Conflict,
}

impl<'a> Told<'a> {
    /// Tells `conflict` of `model`. `numbers` are those of its scenario: they know their places; `scaled` says that the
    /// budgets are not those written, but scaled to another total.
    pub fn new(model: &'a Model, numbers: &'a [StatedNumber], scaled: bool, conflict: &'a Conflict) -> Self {
        Self { model, numbers, scaled, conflict }
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

    /// What a rule asks and where it is written.
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
                let amount = exactly(self.rupiah(rule), lang);
                format!("{} {} {amount}", self.name(rule, lang), lang.pick("sebesar", "of"))
            }),
        };
        if clash.upkeep {
            text.push_str(lang.pick(", yang juga menanggung pemeliharaan", ", which bears upkeep too"));
        }
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
        if let Some(number) = self.written(clash.rule) {
            let place = match lang {
                Lang::En => number.place.clone(),
                Lang::Id => number.place.replace(" line ", " baris ").replace(" row ", " baris "),
            };
            where_from.push(place);
        }
        if self.scaled && matches!(clash.rule, Rule::Budget(..)) {
            where_from.push(lang.pick("diskala oleh --budget", "scaled by --budget").to_string());
        }
        if where_from.is_empty() { text } else { format!("{text} [{}]", where_from.join("; ")) }
    }

    /// `lower the floor on ... by Rp 2.00 billion, to Rp 10.00 billion`.
    fn way_out(&self, rule: Rule, rupiah: f64, lang: Lang) -> String {
        let verb = match self.change(rule) {
            "lower" => lang.pick("turunkan", "lower the"),
            "raise" => lang.pick("naikkan", "raise the"),
            _ => lang.pick("carikan uang untuk", "find money for the"),
        };
        format!(
            "{verb} {} {} {}, {} {}{}",
            self.name(rule, lang),
            lang.pick("sebesar", "by"),
            exactly(rupiah, lang),
            lang.pick("menjadi", "to"),
            exactly(self.after(rule, rupiah), lang),
            self.share_after(rule, rupiah).map_or_else(String::new, |share| share_of(share, lang))
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

    fn limit(&self, limit: &Limit, lang: Lang) -> String {
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

    fn facility(&self, rule: Rule) -> Option<FacilityType> {
        match rule {
            Rule::Limit(number) => self.model.limits[number].facility(),
            Rule::Minimum(c, i) | Rule::Locked(_, c, i, _) => {
                Some(self.model.chain_of(c).interventions[i.index()].facility)
            }
            Rule::Coverage(number, _) => Some(self.model.coverage.minima[number].facility),
            _ => None,
        }
    }

    /// The law that a rule answers to: what it says itself, else the letter that lists its facility type.
    fn law(&self, rule: Rule, lang: Lang) -> Option<String> {
        let said = match rule {
            Rule::Limit(number) => self.model.limits[number].law.clone(),
            Rule::Cofunding(number, _) => self.model.cofunding[number].law.clone(),
            Rule::Coverage(number, _) => self.model.coverage.minima[number].law.clone(),
            _ => None,
        };
        said.or_else(|| self.facility(rule).map(|facility| law(facility, lang)))
    }

    /// The amount of a rule [Rp].
    fn rupiah(&self, rule: Rule) -> f64 {
        match rule {
            Rule::Limit(number) => self.model.limits[number].rupiah(&self.model.sources),
            Rule::Budget(source, year) => self.model.sources[source.index()].amounts[year].as_f64(),
            rule => self.whole_amount(rule),
        }
    }

    /// In which way a rule gives way.
    fn change(&self, rule: Rule) -> &'static str {
        match rule {
            Rule::Limit(number) if self.model.limits[number].kind == LimitKind::Floor => "lower",
            Rule::Minimum(..)
            | Rule::Locked(..)
            | Rule::Sites(_, SiteBound::AtLeast)
            | Rule::Coverage(..) => "lower",
            Rule::Budget(..) => "find",
            Rule::Cofunding(..) => "fall_short",
            _ => "raise",
        }
    }

    /// The sources with the money that the way out finds for them.
    fn richer(&self) -> Vec<Source> {
        let mut sources = self.model.sources.clone();
        for concession in &self.conflict.relaxation {
            if let Rule::Budget(source, year) = concession.rule {
                sources[source.index()].amounts[year].0 += concession.rupiah;
            }
        }
        sources
    }

    /// The amount of a rule that has given way [Rp]. A limit that is a share moves with the money found.
    fn after(&self, rule: Rule, rupiah: f64) -> f64 {
        let signed = if self.change(rule) == "lower" { -rupiah } else { rupiah };
        let before = match rule {
            Rule::Limit(number) => self.model.limits[number].rupiah(&self.richer()),
            _ => self.rupiah(rule),
        };
        (before + signed).max(0.0)
    }

    /// The same as a share of its money, for a limit that is stated so.
    fn share_after(&self, rule: Rule, rupiah: f64) -> Option<f64> {
        let Rule::Limit(number) = rule else { return None };
        let limit = &self.model.limits[number];
        let LimitBound::Share(_) = limit.bound else { return None };
        let money = Limit { bound: LimitBound::Share(1.0), ..limit.clone() }.rupiah(&self.richer());
        (money > 0.0).then(|| self.after(rule, rupiah) / money)
    }

    /// The key under which a rule is written.
    fn key(&self, rule: Rule) -> String {
        match rule {
            Rule::Limit(_) | Rule::Cofunding(..) | Rule::Budget(..) => super::rules::key(self.model, rule),
            rule => self.whole_key(rule),
        }
    }

    /// The number of the scenario that states a rule's amount.
    fn written(&self, rule: Rule) -> Option<&StatedNumber> {
        let key = self.key(rule);
        let sized = |name: &str| {
            name.strip_prefix(key.as_str()).is_some_and(|end| {
                matches!(end, "" | ".share" | ".amount" | ".ratio" | ".amount_per_enterprise" | ".units")
            })
        };
        self.numbers.iter().find(|number| sized(&number.name))
    }

    /// The keys `conflict`, `relaxation`, `relaxation_total` and `relaxation_bound` of the error object.
    pub fn json(&self) -> Value {
        let relaxation: Vec<Value> = self
            .conflict
            .relaxation
            .iter()
            .map(|concession| {
                let mut value = self.rule_json(concession.rule);
                value["asked"] = value["rupiah"].take();
                value["change"] = json!(self.change(concession.rule));
                value["rupiah"] = json!(concession.rupiah);
                if let Rule::Sites(..) = concession.rule {
                    value["by_sites"] = json!(concession.sites);
                }
                // How far a source falls short of what it owes says nothing of what that is in the end.
                let to = Some(self.after(concession.rule, concession.rupiah as f64));
                value["to"] = json!(to.filter(|_| !matches!(concession.rule, Rule::Cofunding(..))));
                value["to_share"] = json!(self.share_after(concession.rule, concession.rupiah as f64));
                value
            })
            .collect();
        let rules = self.conflict.rules.iter().map(|clash| {
            let mut value = self.rule_json(clash.rule);
            value["bears_upkeep"] = json!(clash.upkeep);
            value["enough_alone"] = json!(clash.enough);
            value
        });
        json!({
            "conflict": rules.collect::<Vec<_>>(),
            "relaxation": relaxation,
            "relaxation_total": self.conflict.relaxation.iter().map(|c| c.rupiah).sum::<i64>(),
            "relaxation_sites": self.conflict.relaxation.iter().map(|c| c.sites).sum::<i64>(),
            "relaxation_bound": self.conflict.least,
            "relaxation_bound_by": self.conflict.least_by.key(),
        })
    }

    fn rule_json(&self, rule: Rule) -> Value {
        let (kind, source, year, share) = match rule {
            Rule::Limit(number) => {
                let limit = &self.model.limits[number];
                let share = match limit.bound {
                    LimitBound::Share(share) => Some(share),
                    LimitBound::Amount(_) => None,
                };
                let kind = if limit.kind == LimitKind::Floor { "floor" } else { "cap" };
                (kind, limit.source, limit.year, share)
            }
            Rule::Budget(source, year) => ("budget", Some(source), Some(year), None),
            Rule::Cofunding(number, at) => {
                ("cofunding", Some(self.model.cofunding[number].source), at.year, None)
            }
            rule => (whole::kind(rule), None, None, None),
        };
        let facility = self.facility(rule);
        let place = self.written(rule).map(|number| number.place.as_str());
        let at = |word: &str| -> Option<(&str, usize)> {
            let (file, number) = place?.split_once(word)?;
            Some((file, number.parse().ok()?))
        };
        let (line, row) = (at(" line "), at(" row "));
        let mut told = json!({
            "kind": kind,
            "source": source.map(|s| self.model.sources[s.index()].key.as_str()),
            "year": year.map(|y| self.model.horizon.calendar_year(y)),
            "facility_type": facility.map(FacilityType::key),
            "law": self.law(rule, Lang::En),
            "rupiah": self.rupiah(rule),
            "share": share,
            "key": self.key(rule),
            "file": line.or(row).map(|(file, _)| file).or(place),
            "line": line.map(|(_, number)| number),
            "row": row.map(|(_, number)| number),
            "scaled": self.scaled && kind == "budget",
        });
        match rule {
            Rule::Limit(number) => super::rules::add_limit(self.model, &self.model.limits[number], &mut told),
            Rule::Cofunding(number, at) => {
                super::cofunding::add_conflict(self.model, number, at, &mut told);
            }
            _ => {}
        }
        self.add_whole_json(rule, &mut told);
        told
    }
}

/// What a rule asks and where it is written, in words.
pub(super) fn rule_in_words(model: &Model, numbers: &[StatedNumber], rule: Rule, lang: Lang) -> String {
    let conflict = nothing();
    let clash = Clash { rule, enough: false, upkeep: false };
    Told::new(model, numbers, false, &conflict).stated(&clash, lang)
}

/// The same for programs.
pub(super) fn rule_object(model: &Model, numbers: &[StatedNumber], rule: Rule) -> Value {
    let conflict = nothing();
    Told::new(model, numbers, false, &conflict).rule_json(rule)
}

/// A conflict of nothing: what rules ask is told without one, too.
fn nothing() -> Conflict {
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
    format!(" ({} % {})", lang.number(percent, places), lang.pick("dari uangnya", "of its money"))
}

/// The letter of the law that lists a facility type.
fn law(facility: FacilityType, lang: Lang) -> String {
    let letter = facility.letter();
    match lang {
        Lang::Id => format!("PP 7/2021 Pasal 89 ayat (6) huruf {letter}"),
        Lang::En => format!("PP 7/2021, Article 89 paragraph (6) letter {letter}"),
    }
}

/// An amount of money of which nothing is rounded away: in words where they say it all, else to the rupiah.
fn exactly(rupiah: f64, lang: Lang) -> String {
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
        assert_eq!(exactly(12.5e9, Lang::Id), "Rp 12,50 miliar");
        assert_eq!(exactly(12_345_000_000.0, Lang::Id), "Rp 12.345.000.000");
        assert_eq!(exactly(0.0, Lang::En), "Rp 0");
    }
}
