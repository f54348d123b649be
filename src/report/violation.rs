//! Rules that a given plan breaks, as people read them: the rule, what the plan has, what would keep it, by how much it is off, the letter
//! of the law and the place where it is written.

use super::conflict::{Told, exactly, law, nothing};
use super::coverage::capacity_words;
use super::language::{Lang, Text};
use super::page::{Section, both, some, words};
use super::{cofunding, sites};
use crate::model::rule::sites_off;
use crate::model::{
    AllocationLine, ClusterId, InterventionId, LimitKind, Model, Need, Rule, SiteBound, SourceId, Violation,
};
use crate::result::RuleTeller;
use crate::result::coverage::need;
use crate::result::violation::{keeps_at, program_rule};
use crate::study::Broken;
use crate::study::judge::{StatedOff, UnitsOff};

/// Minima that are only advised and that a page lists at most.
const ADVICE: usize = 12;

/// Tells what a plan breaks in the words of its scenario.
pub struct Breaches<'a> {
    model: &'a Model,
    rules: RuleTeller<'a>,
    broken: &'a Broken,
    opened: Vec<ClusterId>,
}

impl<'a> Breaches<'a> {
    /// Tells `broken` of a plan of the teller's model that opens the candidates `opened`.
    pub fn new(rules: RuleTeller<'a>, broken: &'a Broken, opened: Vec<ClusterId>) -> Self {
        Self { model: rules.model, rules, broken, opened }
    }

    /// Every rule that is broken, one sentence each.
    pub fn sentences(&self) -> Vec<Text> {
        let rules = self.broken.violations.iter().map(|of| both(|lang| self.told(of, lang)));
        rules.chain(self.broken.units.iter().map(|of| both(|lang| self.units(of, lang)))).collect()
    }

    /// Minima of coverage that are only advised, one sentence each.
    pub fn advice(&self) -> Vec<Text> {
        self.broken.advised.iter().map(|of| both(|lang| self.told(of, lang))).collect()
    }

    /// That so many rules are broken, or none.
    pub fn headline(&self) -> Text {
        match self.broken.count() {
            0 => words("The plan keeps all rules.", "Rencana ini memenuhi semua aturan."),
            count => {
                let rules = some(count, ["rule", "rules"], "aturan");
                both(|lang| {
                    let rules = rules.in_language(lang);
                    match lang {
                        Lang::Id => format!("Rencana ini melanggar {rules}."),
                        Lang::En => format!("The plan breaks {rules}."),
                    }
                })
            }
        }
    }

    /// The section that lists them; nothing where all rules are kept and nothing is advised.
    pub fn section(&self) -> Option<Section> {
        let heading = words("Rules that the plan breaks", "Aturan yang dilanggar rencana ini");
        let mut section = Section::new(heading);
        self.sentences().into_iter().for_each(|sentence| section.point(sentence));
        let advice = self.advice();
        if !advice.is_empty() {
            section.say(words(
                "Short of what the scenario advises (enforce = false: these are no rules that a plan must keep):",
                "Di bawah cakupan yang dianjurkan skenario (enforce = false: bukan aturan yang wajib dipenuhi rencana):",
            ));
            let more = advice.len().saturating_sub(ADVICE);
            advice.into_iter().take(ADVICE).for_each(|sentence| section.point(sentence));
            if more > 0 {
                let more = some(more, ["more", "more"], "lagi");
                section.say(both(|lang| {
                    format!("{}: {} coverage.csv.", more.in_language(lang), lang.pick("lihat", "see"))
                }));
            }
        }
        (!section.blocks.is_empty()).then_some(section)
    }

    /// What is broken, the law it answers to and where it is written.
    fn told(&self, of: &Violation, lang: Lang) -> String {
        let mut notes = Vec::new();
        let own = of.rule.law(self.model).map(str::to_string);
        notes.extend(own.or_else(|| of.rule.scope(self.model).facility.map(|facility| law(facility, lang))));
        let number = program_rule(of.rule).and_then(|rule| self.rules.written(rule));
        notes.extend(match of.rule {
            Rule::Budget(..) if self.rules.scaled => {
                Some(lang.pick("diskala ke jumlah lain", "scaled to another total").to_string())
            }
            _ => number.map(|number| number.place_in(lang)),
        });
        let sentence = self.sentence(of, lang);
        if notes.is_empty() { sentence } else { format!("{sentence} [{}]", notes.join("; ")) }
    }

    fn sentence(&self, of: &Violation, lang: Lang) -> String {
        let [has, by] = [of.spent, of.rupiah].map(|rupiah| exactly(rupiah as f64, lang));
        let keeps = keeps_at(self.model, of).map_or_else(String::new, |at| exactly(at as f64, lang));
        let at_most = |what: String| match lang {
            Lang::Id => format!("{what}: {has}, paling banyak {keeps}; kelebihan {by}"),
            Lang::En => format!("{what}: {has} of at most {keeps}; {by} too much"),
        };
        let at_least = |what: String| match lang {
            Lang::Id => format!("{what}: {has}, sedikitnya {keeps}; kurang {by}"),
            Lang::En => format!("{what}: {has} of at least {keeps}; {by} short"),
        };
        match of.rule {
            Rule::Budget(source, year) => at_most(self.budget(source, year, lang)),
            Rule::Limit(number) => {
                let limit = &self.model.limits[number];
                let conflict = nothing();
                let name = Told::new(self.model, self.rules.numbers, false, &conflict).limit(limit, lang);
                let title = limit.title.as_ref().map(|title| format!(" '{}'", lang.title(title)));
                let what = format!("{name}{}", title.unwrap_or_default());
                if limit.kind == LimitKind::Cap { at_most(what) } else { at_least(what) }
            }
            Rule::Cofunding(number, at) => at_least(cofunding::name_at(self.model, number, at, lang)),
            Rule::Coverage(number, cluster) => self.coverage(of, number, cluster, lang),
            Rule::Locked(s, c, i, y) => at_least(super::locked::name(self.model, s, c, i, y, lang)),
            Rule::Sites(number, bound) => self.sites(number, bound, lang),
            Rule::MostUnits(c, i) => at_most(self.most_units(c, i, lang)),
            Rule::MinimumSize(c, i, y) => {
                let line = self.line(None, c, i, y, lang);
                at_least(format!("{} {line}", lang.pick("ukuran minimum", "minimum size of")))
            }
            Rule::Eligibility(s, c, i, y) => {
                let (source, line) = (self.source(s, lang), self.line(None, c, i, y, lang));
                match lang {
                    Lang::Id => format!("{source} tidak boleh mendanai {line}: {has}"),
                    Lang::En => format!("{source} may not fund {line}: {has}"),
                }
            }
            Rule::Closed(s, c, i, y) => {
                let (source, line) = (self.source(s, lang), self.line(None, c, i, y, lang));
                match lang {
                    Lang::Id => format!(
                        "{source} hanya membelanjakan yang sudah terikat: {line}: {has}, bukan {keeps}; kelebihan {by}"
                    ),
                    Lang::En => format!(
                        "{source} spends what is locked and nothing else: {line}: {has} instead of {keeps}; {by} too much"
                    ),
                }
            }
            rule => self.whole(rule, [&has, &keeps, &by], lang),
        }
    }

    /// Rules for openings, units, least lines and grains. `amounts` are what the plan has, what keeps the rule, by how much it is off.
    fn whole(&self, rule: Rule, amounts: [&str; 3], lang: Lang) -> String {
        let [has, keeps, by] = amounts;
        match (rule, lang) {
            (Rule::OpeningCost(c, i, y), _) => {
                let line = self.line(None, c, i, y, lang);
                match lang {
                    Lang::Id => format!("biaya pembukaan {line}: {has}, harus tepat {keeps}; selisih {by}"),
                    Lang::En => {
                        format!("cost of opening {line}: {has} instead of exactly {keeps}; off by {by}")
                    }
                }
            }
            (Rule::OpenedOnce(c, i, y), _) => {
                let line = self.line(None, c, i, y, lang);
                match lang {
                    Lang::Id => format!("dibuka sekali lagi, padahal sudah dibuka sebelumnya: {line}: {has}"),
                    Lang::En => format!("opened once more, though opened before: {line}: {has}"),
                }
            }
            (Rule::OpenedBefore(c, i, y), _) => {
                let line = self.line(None, c, i, y, lang);
                match lang {
                    Lang::Id => format!("calon klaster yang belum dibuka mendapat dana: {line}: {has}"),
                    Lang::En => format!("a candidate that is not opened by then gets money: {line}: {has}"),
                }
            }
            (Rule::WholeUnits(c, i, y), _) => {
                let line = self.line(None, c, i, y, lang);
                let unit = self.model.whole_unit(c, i);
                let many = unit.map_or("", |unit| lang.title(&unit.many));
                let cost = unit.map_or_else(String::new, |unit| exactly(unit.cost.as_f64(), lang));
                match lang {
                    Lang::Id => format!(
                        "bukan kelipatan satuan utuh ({many}, masing-masing {cost}): {line}: {has}; terdekat {keeps}, selisih {by}"
                    ),
                    Lang::En => {
                        format!(
                            "no whole number of {many} at {cost} each: {line}: {has}; nearest {keeps}, off by {by}"
                        )
                    }
                }
            }
            (Rule::LeastLine(s, c, i, y), _) => {
                let (line, least) =
                    (self.line(Some(s), c, i, y, lang), exactly(self.model.least_line(s).as_f64(), lang));
                match lang {
                    Lang::Id => format!(
                        "di bawah nilai terkecil satu baris ({least}, atau kosong): {line}: {has}; kurang {by}"
                    ),
                    Lang::En => {
                        format!("below the least line ({least}, or nothing): {line}: {has}; {by} short")
                    }
                }
            }
            (Rule::Grain(s, c, i, y), _) => {
                let (line, grain) =
                    (self.line(Some(s), c, i, y, lang), exactly(self.model.grain(s).as_f64(), lang));
                match lang {
                    Lang::Id => {
                        format!("bukan kelipatan {grain}: {line}: {has}; terdekat {keeps}, selisih {by}")
                    }
                    Lang::En => {
                        format!("no multiple of {grain}: {line}: {has}; nearest {keeps}, off by {by}")
                    }
                }
            }
            (rule, _) => format!("{rule:?}"),
        }
    }

    fn coverage(&self, of: &Violation, number: usize, cluster: ClusterId, lang: Lang) -> String {
        let facility = self.model.coverage.minima[number].facility;
        let (letter, name) = (facility.letter(), lang.facility(facility));
        let place = lang.title(&self.model.clusters[cluster.index()].title);
        let what = match lang {
            Lang::Id => format!("cakupan ({letter}) {name} di {place}"),
            Lang::En => format!("coverage of ({letter}) {name} in {place}"),
        };
        let [has, by] = [of.spent, of.rupiah].map(|rupiah| exactly(rupiah as f64, lang));
        match need(self.model, number, cluster) {
            Some(Need::Capacity { capacity, units, price }) => {
                let in_words = |units: f64| capacity_words(self.model, cluster, capacity, units, lang);
                let (asked, short) = (in_words(units), in_words(of.rupiah as f64 / price));
                match lang {
                    Lang::Id => format!("{what}: diminta {asked}; kurang {short}, seharga sekitar {by}"),
                    Lang::En => {
                        format!("{what}: {asked} asked for; short of {short}, which costs about {by}")
                    }
                }
            }
            Some(Need::Money(least)) => {
                let least = exactly(least.as_f64(), lang);
                match lang {
                    Lang::Id => format!("{what}: {has}, sedikitnya {least}; kurang {by}"),
                    Lang::En => format!("{what}: {has} of at least {least}; {by} short"),
                }
            }
            None => what,
        }
    }

    fn sites(&self, number: usize, bound: SiteBound, lang: Lang) -> String {
        let rule = &self.model.sites[number];
        let name =
            format!("{}: {}", sites::name(self.model, number, lang), sites::asks(self.model, rule, lang));
        let by = sites_off(self.model, number, bound, &self.opened);
        match (bound, lang) {
            (SiteBound::AtMost, Lang::Id) => format!("{name}; dibuka {by} terlalu banyak"),
            (SiteBound::AtMost, Lang::En) => format!("{name}; {by} too many opened"),
            (SiteBound::AtLeast, Lang::Id) => format!("{name}; kurang {by} yang dibuka"),
            (SiteBound::AtLeast, Lang::En) => format!("{name}; {by} too few opened"),
            (SiteBound::Potential, Lang::Id) => format!("{name}; {by} yang dibuka berpotensi lebih rendah"),
            (SiteBound::Potential, Lang::En) => format!("{name}; {by} opened with less potential"),
        }
    }

    fn most_units(&self, c: ClusterId, i: InterventionId, lang: Lang) -> String {
        let unit = self.model.unit(c, i);
        let enterprises = self.model.clusters[c.index()].enterprises;
        let most = unit.and_then(|unit| unit.most_in(enterprises)).unwrap_or(0);
        let name = unit.map_or("", |unit| lang.title(unit.named(most as f64)));
        let what = lang.title(&self.model.chain_of(c).interventions[i.index()].title);
        let place = lang.title(&self.model.clusters[c.index()].title);
        let most = lang.number(most as f64, 0);
        match lang {
            Lang::Id => format!("jumlah satuan terbanyak {what} di {place} ({most} {name})"),
            Lang::En => format!("most units of {what} in {place} ({most} {name})"),
        }
    }

    /// Units that a row states and that disagree.
    fn units(&self, of: &UnitsOff, lang: Lang) -> String {
        let stated = &of.stated;
        let AllocationLine { source, cluster, intervention, year, amount } = stated.line;
        let (row, line) = (stated.row, self.line(Some(source), cluster, intervention, year, lang));
        let unit = self.model.unit(cluster, intervention);
        let [cost, by, rupiah] = [of.cost, of.by, amount.0].map(|rupiah| exactly(rupiah as f64, lang));
        let told = match (of.off, lang) {
            (StatedOff::Units, _) => {
                let units = stated.units.unwrap_or(0.0);
                let name = unit.map_or("", |unit| lang.title(unit.named(units)));
                let comes = exactly((units * of.cost as f64).round(), lang);
                let places = if units.fract() == 0.0 { 0 } else { 2 };
                let units = lang.number(units, places);
                match lang {
                    Lang::Id => format!(
                        "{units} {name} dengan harga {cost} berjumlah {comes}, tetapi rupiah memuat {rupiah}; selisih {by}"
                    ),
                    Lang::En => format!(
                        "{units} {name} at {cost} each come to {comes}, but rupiah says {rupiah}; off by {by}"
                    ),
                }
            }
            (StatedOff::UnitCost, _) => {
                let own = exactly(stated.unit_cost.unwrap_or(0) as f64, lang);
                match lang {
                    Lang::Id => format!(
                        "unit_cost memuat {own}, tetapi harga satuan dalam skenario {cost}; selisih {by}"
                    ),
                    Lang::En => {
                        format!("unit_cost says {own}, but a unit costs {cost} in the scenario; off by {by}")
                    }
                }
            }
            (StatedOff::Unit, _) => {
                let own = stated.unit.as_deref().unwrap_or("");
                let known = unit.map_or("", |unit| lang.title(&unit.one));
                match lang {
                    Lang::Id => format!("unit memuat '{own}', tetapi satuan dalam skenario '{known}'"),
                    Lang::En => format!("unit says '{own}', but the scenario buys by the '{known}'"),
                }
            }
        };
        format!("{} {row}, {line}: {told}", lang.pick("baris", "row"))
    }

    fn budget(&self, source: SourceId, year: usize, lang: Lang) -> String {
        let (source, year) = (self.source(source, lang), self.model.horizon.calendar_year(year));
        match lang {
            Lang::Id => format!("anggaran {source} tahun {year}, termasuk pemeliharaan yang ditanggungnya"),
            Lang::En => format!("budget of {source} in {year}, upkeep that it bears included"),
        }
    }

    /// `Equipment in Utara, Regency budget, 2027`.
    fn line(
        &self,
        source: Option<SourceId>,
        c: ClusterId,
        i: InterventionId,
        y: usize,
        lang: Lang,
    ) -> String {
        let what = lang.title(&self.model.chain_of(c).interventions[i.index()].title);
        let place = lang.title(&self.model.clusters[c.index()].title);
        let source = source.map_or_else(String::new, |source| format!(", {}", self.source(source, lang)));
        let year = self.model.horizon.calendar_year(y);
        format!("{what} {} {place}{source}, {year}", lang.pick("di", "in"))
    }

    fn source(&self, source: SourceId, lang: Lang) -> String {
        lang.title(&self.model.sources[source.index()].title).to_string()
    }
}
