//! The value of coordination in results: the ways of planning side by side, who spends what, what was cut and which rules could
//! not be kept, as text in both languages and as tables.

use std::fmt::Write as _;
use std::io;

use super::conflict::rule_in_words;
use super::language::Lang;
use super::summary::{heading, push, table};
use crate::model::{AllocationLine, Model};
use crate::opt::builder::Rule;
use crate::result::coordination::{CoordinationDocument, CoordinationRow, CutRow, unspent};
use crate::result::rule::RuleTeller;
use crate::result::table::write;
use crate::scenario::StatedNumber;
use crate::study::Comparison;
use crate::study::coordination::{CoordinationStudy, Cut, LeftOut, Way};

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

/// Most lines that a list of the summary shows; the tables have all.
const SHOWN: usize = 12;

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

    /// The summary.
    pub fn summary(&self, lang: Lang) -> String {
        let mut out = String::new();
        self.headline(lang, &mut out);
        self.ways(lang, &mut out);
        self.spending(lang, &mut out);
        self.cuts(lang, &mut out);
        self.rules(lang, &mut out);
        out
    }

    fn headline(&self, lang: Lang, out: &mut String) {
        let (model, study) = (self.model, self.study);
        let metric = study.request.metric;
        let last = model.horizon.calendar_year(model.horizon.years - 1);
        let _ = writeln!(out, "{}, {}-{last}", lang.title(&model.title), model.horizon.first_year);
        let (lost, _) = study.lost(Way::Alone);
        let simulated = study.of(Way::Alone).lost;
        let (value, share) = (lang.amount(metric, lost), lang.percent(study.lost_share(Way::Alone)));
        let (low, high) = interval(&simulated);
        let (mean, low, high) =
            (lang.amount(metric, simulated.mean), lang.amount(metric, low), lang.amount(metric, high));
        let _ = match lang {
            Lang::Id => writeln!(
                out,
                "Nilai koordinasi (Pasal 89 ayat (1) dan (7)): merencanakan bersama menghasilkan {} {value} lebih banyak daripada sendiri-sendiri, yaitu {share} dari hasilnya\n(pembacaan program); dalam simulasi {mean} ({low} s.d. {high}).",
                lang.metric(metric)
            ),
            Lang::En => writeln!(
                out,
                "The value of coordination (Article 89 paragraphs (1) and (7)): planned jointly the money brings {value} more {} than planned alone, {share} of what it brings\n(the program's reading); simulated {mean} ({low} to {high}).",
                lang.metric(metric)
            ),
        };
    }

    fn ways(&self, lang: Lang, out: &mut String) {
        let study = self.study;
        let metric = study.request.metric;
        heading(out, lang.pick("Tiga cara merencanakan", "Three ways of planning"));
        let header = [
            "",
            lang.pick("program", "program"),
            lang.pick("hilang", "lost"),
            "%",
            lang.pick("simulasi", "simulated"),
            lang.pick("selang 95 %", "95 % interval"),
            lang.pick("hilang", "lost"),
            lang.pick("selang 95 %", "95 % interval"),
        ];
        let mut rows = table(&header, 1);
        for found in &study.ways {
            let (lost, _) = study.lost(found.way);
            rows.add_row([
                way_name(found.way, lang).to_string(),
                lang.amount(metric, found.objective),
                lang.amount(metric, lost),
                lang.percent(study.lost_share(found.way)),
                lang.amount(metric, found.increment.mean),
                format!("± {}", lang.amount(metric, found.increment.half_width)),
                lang.amount(metric, found.lost.mean),
                format!("± {}", lang.amount(metric, found.lost.half_width)),
            ]);
        }
        push(out, &rows);
        let names: Vec<&str> = study.parties.iter().map(|party| lang.title(&party.title)).collect();
        let order = names.join(", ");
        let (samples, fresh) =
            (lang.number(study.request.planning as f64, 0), lang.number(study.request.evaluation as f64, 0));
        let gap = lang.amount(metric, (study.joint.bound - study.of(Way::Joint).objective).max(0.0));
        let _ = match lang {
            Lang::Id => writeln!(
                out,
                " Sendiri-sendiri: yang lain tetap pada alokasi saat ini; gabungan rencana dinilai bersama. Berurutan: {order};\n yang kemudian menerima keputusan yang terdahulu. Program: {samples} sampel perencanaan, tidak ada rencana bersama yang lebih baik dari {gap};\n simulasi: {fresh} masa depan baru, selisih berpasangan."
            ),
            Lang::En => writeln!(
                out,
                " Alone: the others stay at today's allocation; the union of the plans is valued jointly. In sequence: {order};\n each takes what the earlier ones decided as given. Program: {samples} planning samples, no joint plan is better by more than {gap};\n simulated: {fresh} fresh futures, differences paired."
            ),
        };
    }

    fn spending(&self, lang: Lang, out: &mut String) {
        let study = self.study;
        heading(out, lang.pick("Siapa membelanjakan berapa", "Who spends what"));
        let mut header = vec![
            lang.pick("sumber", "source").to_string(),
            lang.pick("tingkat", "level").to_string(),
            lang.pick("anggaran", "budget").to_string(),
        ];
        for found in &study.ways {
            header.push(way_name(found.way, lang).to_string());
            header.push(lang.pick("tak terpakai", "unspent").to_string());
        }
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let mut rows = table(&header, 2);
        let number = |rupiah: i64| lang.number(rupiah as f64, 0);
        for source in self.model.source_ids() {
            let money = &self.model.sources[source.index()];
            let mut row = vec![
                lang.title(&money.title).to_string(),
                lang.pick(money.level.name_id(), money.level.name_en()).to_string(),
                number(money.total()),
            ];
            for found in &study.ways {
                let own = found.money[source.index()];
                row.extend([number(own.spent), number(own.unspent())]);
            }
            rows.add_row(row);
        }
        let mut row =
            vec![lang.pick("jumlah", "total").to_string(), String::new(), number(self.model.total_budget())];
        for found in &study.ways {
            row.extend([number(found.allocation.total()), number(unspent(found))]);
        }
        rows.add_row(row);
        push(out, &rows);
    }

    fn line(&self, line: &AllocationLine, lang: Lang) -> String {
        let intervention = &self.model.chain_of(line.cluster).interventions[line.intervention.index()];
        format!(
            "{}, {}, {}, {}",
            lang.title(&self.model.sources[line.source.index()].title),
            lang.title(&self.model.clusters[line.cluster.index()].title),
            lang.title(&intervention.title),
            self.model.horizon.calendar_year(line.year)
        )
    }

    fn cuts(&self, lang: Lang, out: &mut String) {
        let cuts = &self.study.cuts;
        if cuts.is_empty() {
            return;
        }
        heading(
            out,
            lang.pick(
                "Yang dipotong karena bersama-sama melanggar aturan",
                "What was cut because together it breaks a rule",
            ),
        );
        let mut told = None;
        for Cut { line, to, rule } in cuts.iter().take(SHOWN) {
            if told.replace(*rule) != Some(*rule) {
                let _ = writeln!(out, " {}:", self.rule(*rule, lang));
            }
            let number = |rupiah: i64| lang.number(rupiah as f64, 0);
            let (from, to) = (number(line.amount.0), number(*to));
            let _ = writeln!(out, "   {}: {from} -> {to}", self.line(line, lang));
        }
        more(cuts.len(), lang, out);
    }

    fn rules(&self, lang: Lang, out: &mut String) {
        let study = self.study;
        let broken: Vec<String> = study
            .ways
            .iter()
            .flat_map(|found| found.broken.iter().map(|rule| (found.way, *rule)))
            .map(|(way, rule)| format!("{}: {}", way_name(way, lang), self.rule(rule, lang)))
            .collect();
        if !broken.is_empty() {
            heading(
                out,
                lang.pick(
                    "Aturan yang tidak dipenuhi hasilnya (nilainya tidak sebanding dengan rencana bersama)",
                    "Rules that the outcome does not keep (its value then does not compare with the joint plan's)",
                ),
            );
            for line in broken.iter().take(SHOWN) {
                let _ = writeln!(out, " {line}");
            }
            more(broken.len(), lang, out);
        }
        if !study.left_out.is_empty() {
            heading(
                out,
                lang.pick(
                    "Aturan yang tidak dapat dipenuhi suatu pihak selama yang lain tetap, sehingga ia merencanakan tanpanya",
                    "Rules that a party could not keep while the others stay what they are, so that it planned without them",
                ),
            );
            for LeftOut { way, party, rule } in study.left_out.iter().take(SHOWN) {
                let party = lang.title(&study.parties[*party].title);
                let _ = writeln!(out, " {}, {party}: {}", way_name(*way, lang), self.rule(*rule, lang));
            }
            more(study.left_out.len(), lang, out);
        }
    }

    /// The study as a document.
    pub fn document(&self) -> CoordinationDocument {
        let teller = RuleTeller { model: self.model, numbers: self.numbers, scaled: false };
        CoordinationDocument::of(&teller, self.study)
    }

    /// `coordination.csv`: a row for each way, all sources together and one by one.
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn table<W: io::Write>(&self, out: W) -> io::Result<()> {
        write(CoordinationRow::of(self.model, self.study), out)
    }

    /// `cuts.csv`: the lines of the union that were cut, with the rule in words.
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn cuts_table<W: io::Write>(&self, out: W) -> io::Result<()> {
        write(CutRow::of(self.model, self.study, |rule| self.rule(rule, Lang::En)), out)
    }
}

fn interval(of: &Comparison) -> (f64, f64) {
    (of.mean - of.half_width, of.mean + of.half_width)
}

fn more(count: usize, lang: Lang, out: &mut String) {
    if count > SHOWN {
        let _ = writeln!(out, " {} {}", lang.pick("dan lainnya:", "and more:"), count - SHOWN);
    }
}
