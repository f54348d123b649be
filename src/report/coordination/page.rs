//! The summary of a comparison of ways of planning.

use super::super::language::{Lang, Text};
use super::super::page::{Cell, Page, Section, Table, both, words};
use super::{Told, interval, way_name};
use crate::model::AllocationLine;
use crate::result::coordination::unspent;
use crate::study::coordination::{Cut, LeftOut, Way};

/// Lines of a list shown at most; the tables have all.
const SHOWN: usize = 12;

impl Told<'_> {
    /// The summary as text.
    pub fn summary(&self, lang: Lang) -> String {
        self.page().text(lang)
    }

    /// The summary.
    pub fn page(&self) -> Page {
        let model = self.model;
        let last = model.horizon.last_year();
        let first = model.horizon.first_year;
        let mut page = Page::new(both(|lang| format!("{}, {first}-{last}", lang.title(&model.title))));
        page.lead.push(self.headline());
        page.sections = vec![self.ways(), self.spending()];
        page.sections.extend(self.cuts());
        page.sections.extend(self.broken());
        page.sections.extend(self.left_out());
        page
    }

    fn headline(&self) -> Text {
        let study = self.study;
        let metric = study.request.metric;
        let (lost, _) = study.lost(Way::Alone);
        let simulated = study.of(Way::Alone).lost;
        let (low, high) = interval(&simulated);
        both(|lang| {
            let (value, share) = (lang.amount(metric, lost), lang.percent(study.lost_share(Way::Alone)));
            let [mean, low, high] = [simulated.mean, low, high].map(|value| lang.amount(metric, value));
            let name = lang.metric(self.model, metric);
            match lang {
                Lang::Id => format!(
                    "Nilai koordinasi (Pasal 89 ayat (1) dan (7)): merencanakan bersama menghasilkan {name} {value} lebih banyak daripada sendiri-sendiri, yaitu {share} dari hasilnya\n(hasil model optimasi dengan informasi sempurna); dalam simulasi {mean} ({low} s.d. {high})."
                ),
                Lang::En => format!(
                    "The value of coordination (Article 89 paragraphs (1) and (7)): planned jointly the money brings {value} more {name} than planned alone, {share} of what it brings\n(the program's reading); simulated {mean} ({low} to {high})."
                ),
            }
        })
    }

    fn ways(&self) -> Section {
        let study = self.study;
        let metric = study.request.metric;
        let mut section = Section::new(words("Three ways of planning", "Tiga cara merencanakan"));
        let interval = || words("95 % interval", "selang 95%");
        let mut rows = Table::new(
            vec![
                Text::same(""),
                Text::same("program"),
                words("lost", "hilang"),
                Text::same("%"),
                words("simulated", "simulasi"),
                interval(),
                words("lost", "hilang"),
                interval(),
            ],
            1,
        );
        for found in &study.ways {
            let (lost, _) = study.lost(found.way);
            rows.row(vec![
                Cell::Words(both(|lang| way_name(found.way, lang).to_string())),
                Cell::Amount(metric, found.objective),
                Cell::Amount(metric, lost),
                Cell::Share(study.lost_share(found.way)),
                Cell::Amount(metric, found.increment.mean),
                Cell::Spread(metric, found.increment.half_width),
                Cell::Amount(metric, found.lost.mean),
                Cell::Spread(metric, found.lost.half_width),
            ]);
        }
        section.table(rows);
        let open = (study.joint.bound - study.of(Way::Joint).objective).max(0.0);
        section.say(both(|lang| {
            let names: Vec<&str> = study.parties.iter().map(|party| lang.title(&party.title)).collect();
            let order = names.join(", ");
            let count = |n: usize| lang.number(n as f64, 0);
            let (samples, fresh) = (count(study.request.planning), count(study.request.evaluation));
            let gap = lang.amount(metric, open);
            match lang {
                Lang::Id => format!(
                    "Sendiri-sendiri: yang lain tetap pada alokasi saat ini; gabungan rencana dinilai bersama. Berurutan: {order};\n yang kemudian menerima keputusan yang terdahulu. Program: {samples} sampel perencanaan, tidak ada rencana bersama yang melebihinya lebih dari {gap};\n simulasi: {fresh} kemungkinan keadaan baru, selisih berpasangan."
                ),
                Lang::En => format!(
                    "Alone: the others stay at today's allocation; the union of the plans is valued jointly. In sequence: {order};\n each takes what the earlier ones decided as given. Program: {samples} planning samples, no joint plan is better by more than {gap};\n simulated: {fresh} fresh futures, differences paired."
                ),
            }
        }));
        section.say(super::super::horizon::counted(self.model));
        section
    }

    fn spending(&self) -> Section {
        let study = self.study;
        let mut section = Section::new(words("Who spends what", "Siapa membelanjakan berapa"));
        let mut headings =
            vec![words("source", "sumber"), words("level", "tingkat"), words("budget", "pagu")];
        for found in &study.ways {
            headings.push(both(|lang| way_name(found.way, lang).to_string()));
            headings.push(words("unspent", "sisa pagu"));
        }
        let mut rows = Table::new(headings, 2);
        for source in self.model.source_ids() {
            let money = &self.model.sources[source.index()];
            let mut row = vec![
                Cell::Words(both(|lang| lang.title(&money.title).to_string())),
                Cell::Words(words(money.level.name_en(), money.level.name_id())),
                Cell::Rupiah(money.total() as f64),
            ];
            for found in &study.ways {
                let own = found.money[source.index()];
                row.extend([Cell::Rupiah(own.spent as f64), Cell::Rupiah(own.unspent() as f64)]);
            }
            rows.row(row);
        }
        let mut row = vec![
            Cell::Words(words("total", "jumlah")),
            Cell::Empty,
            Cell::Rupiah(self.model.total_budget() as f64),
        ];
        for found in &study.ways {
            row.extend([Cell::Rupiah(found.allocation.total() as f64), Cell::Rupiah(unspent(found) as f64)]);
        }
        rows.row(row);
        section.table(rows);
        section
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

    fn cuts(&self) -> Option<Section> {
        let cuts = &self.study.cuts;
        if cuts.is_empty() {
            return None;
        }
        let mut section = Section::new(words(
            "What was cut because together it breaks a rule",
            "Yang dipotong karena bersama-sama melanggar aturan",
        ));
        let mut told = None;
        for Cut { line, to, rule } in cuts.iter().take(SHOWN) {
            if told.replace(*rule) != Some(*rule) {
                section.say(both(|lang| format!("{}:", self.rule(*rule, lang))));
            }
            section.detail(both(|lang| {
                let (from, to) = (lang.number(line.amount.0 as f64, 0), lang.number(*to as f64, 0));
                format!("{}: {from} -> {to}", self.line(line, lang))
            }));
        }
        more(cuts.len(), &mut section);
        Some(section)
    }

    fn broken(&self) -> Option<Section> {
        let broken: Vec<Text> = self
            .study
            .ways
            .iter()
            .flat_map(|found| found.broken.iter().map(|rule| (found.way, *rule)))
            .map(|(way, rule)| both(|lang| format!("{}: {}", way_name(way, lang), self.rule(rule, lang))))
            .collect();
        if broken.is_empty() {
            return None;
        }
        let mut section = Section::new(words(
            "Rules that the outcome does not keep (its value then does not compare with the joint plan's)",
            "Aturan yang tidak dipenuhi hasilnya (nilainya tidak sebanding dengan rencana bersama)",
        ));
        let count = broken.len();
        broken.into_iter().take(SHOWN).for_each(|line| section.say(line));
        more(count, &mut section);
        Some(section)
    }

    fn left_out(&self) -> Option<Section> {
        let study = self.study;
        if study.left_out.is_empty() {
            return None;
        }
        let mut section = Section::new(words(
            "Rules that a party could not keep while the others stay what they are, so that it planned without them",
            "Aturan yang tidak dapat dipenuhi suatu pihak selama yang lain tetap, sehingga ia merencanakan tanpanya",
        ));
        for LeftOut { way, party, rule } in study.left_out.iter().take(SHOWN) {
            section.say(both(|lang| {
                let party = lang.title(&study.parties[*party].title);
                format!("{}, {party}: {}", way_name(*way, lang), self.rule(*rule, lang))
            }));
        }
        more(study.left_out.len(), &mut section);
        Some(section)
    }
}

fn more(count: usize, section: &mut Section) {
    if count > SHOWN {
        let more = count - SHOWN;
        section.say(both(|lang| match lang {
            Lang::Id => format!("dan lainnya: {more}"),
            Lang::En => format!("and more: {more}"),
        }));
    }
}
