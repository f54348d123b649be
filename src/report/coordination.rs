//! The value of coordination in results: the ways of planning side by side, who spends what, what was cut and which rules could
//! not be kept, as text in both languages and as tables.

mod page;

use std::io;

use super::conflict::rule_in_words;
use super::language::Lang;
use crate::model::Model;
use crate::opt::builder::Rule;
use crate::result::coordination::{CoordinationDocument, CoordinationRow, CutRow};
use crate::result::rule::RuleTeller;
use crate::result::table::write;
use crate::scenario::StatedNumber;
use crate::study::Comparison;
use crate::study::coordination::{CoordinationStudy, Way};

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
