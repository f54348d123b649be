//! The policy side of a scenario: time, money, risk, factors, sources with their budgets, limits.

mod budgets;
mod index;
mod names;
mod reader;
mod rules;

pub(crate) use budgets::{BUDGETS, amount_of_row, read_budgets, whole, whole_amount};
pub(crate) use names::{Lists, Names};
pub(crate) use reader::{PolicyReader, shown, year_index};
pub(crate) use rules::MoneyRules;

use super::chain::check_shares;
use super::classification;
use super::file::{CertainFile, ScenarioFile, SourceFile, TailFile};
use super::number::{Unit, UnitRules, certain};
use super::phrase;
use super::shape::is_key;
use crate::language::text;
use crate::model::{Horizon, Metric, MetricName, Net, Risk, SampleDefaults, Source, Tail};
use crate::units::Rupiah;

/// The most that a rupiah of a source may cost the public [Rp].
const MOST_PUBLIC_COST: f64 = 100.0;

/// The settings of `scenario.toml` that need no names.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) horizon: Horizon,
    pub(crate) price_index: Option<Vec<f64>>,
    pub(crate) days_per_fte_year: f64,
    pub(crate) risk: Risk,
    pub(crate) samples: SampleDefaults,
    pub(crate) rules: UnitRules,
}

impl PolicyReader<'_> {
    /// Costs are subtracted from benefits to the public alone.
    fn check_net(&mut self, file: &ScenarioFile) {
        let metric = file.objective.metric.as_str();
        if let Some(net) = &file.objective.net
            && net.0 != Net::Off
            && MetricName::parse(metric).is_some()
            && !Metric::parse(metric).is_some_and(Metric::is_benefit)
        {
            self.faults.help(
                &self.document.place("objective.net"),
                text!(
                    en: "costs (net = \"{net}\") cannot be subtracted from {metric}",
                    id: "biaya (net = \"{net}\") tidak dapat dikurangkan dari {metric}",
                    net = net.0.key(),
                ),
                text!(
                    en: "say metric = \"value_added\" or \"economic\", or leave net out",
                    id: "nyatakan metric = \"value_added\" atau \"economic\", atau hapus net",
                ),
            );
        }
    }

    /// Reads the settings.
    pub(crate) fn settings(&mut self, file: &ScenarioFile) -> Settings {
        self.check_net(file);
        let version = self.whole(&file.format, "format", 0, 1_000_000);
        if version != 1 {
            let place = self.document.place("format");
            self.faults.expected(
                &place,
                text!(en: "format {version}", id: "format versi {version}"),
                text!(
                    en: "1, the only format this version reads",
                    id: "1, satu-satunya format yang dibaca versi ini",
                ),
            );
        }
        let periods_per_year =
            self.whole(&file.horizon.periods_per_year, "horizon.periods_per_year", 1, 366) as usize;
        let years = self.whole(&file.horizon.years, "horizon.years", 1, 100) as usize;
        let tail = file.horizon.tail.as_ref().map(|tail| self.tail(tail)).unwrap_or_default();
        let operating = years + tail.years;
        if operating * periods_per_year > 1200 {
            let place = self.document.place("horizon");
            let found = text!(
                en: "{operating} years of {periods_per_year} periods are {all} periods",
                id: "{operating} tahun dengan {periods_per_year} periode sama dengan {all} periode",
                all = operating * periods_per_year,
            );
            self.faults.expected(
                &place,
                found,
                text!(en: "at most 1200 periods", id: "tidak lebih dari 1200 periode"),
            );
        }
        self.rules.periods_per_year = periods_per_year;
        let first_year = self.whole(&file.horizon.first_year, "horizon.first_year", 1900, 2200);
        let horizon = Horizon {
            years,
            periods_per_year,
            first_year: i32::try_from(first_year).unwrap_or(0),
            discount_rate: self.between(
                &file.money.discount_rate,
                "money.discount_rate",
                &Unit::Share,
                0.0,
                1.0,
            ),
            tail,
        };
        let days = self.between(
            &file.labour.days_per_year,
            "labour.days_per_year",
            &Unit::Exactly("days".into()),
            1.0,
            366.0,
        );
        let alpha_place = self.document.place("risk.alpha");
        let alpha = self.between(&file.risk.alpha, "risk.alpha", &Unit::Share, 0.0, 1.0);
        if alpha >= 1.0 {
            self.faults.expected(
                &alpha_place,
                phrase::found(alpha),
                text!(en: "a level below 1, such as 0.9", id: "tingkat di bawah 1, misalnya 0.9"),
            );
        }
        Settings {
            price_index: self.price_index(file, &horizon),
            horizon,
            days_per_fte_year: days,
            risk: Risk {
                lambda: self.between(&file.risk.lambda, "risk.lambda", &Unit::Share, 0.0, 1.0),
                alpha,
            },
            samples: SampleDefaults {
                seed: self.whole(&file.samples.seed, "samples.seed", 0, 1 << 53),
                planning: self.whole(&file.samples.planning, "samples.planning", 1, 1_000_000) as usize,
                evaluation: self.whole(&file.samples.evaluation, "samples.evaluation", 2, 10_000_000)
                    as usize,
            },
            rules: self.rules,
        }
    }

    /// The tail: by itself a whole number of years, in at least one block and at most as many as there are years.
    fn tail(&mut self, file: &TailFile) -> Tail {
        let years = self.whole(&file.years, "horizon.tail.years", 0, 100) as usize;
        let Some(blocks) = &file.blocks else { return Tail { years, blocks: years } };
        let before = self.faults.count();
        // How many blocks there may be is unknown where the years are at fault.
        let unknown = certain(&file.years, self.document, "horizon.tail.years").place.suspect;
        let (least, most) = (u64::from(years > 0), years as u64);
        let place = self.document.place("horizon.tail.blocks");
        let found = self.whole(blocks, "horizon.tail.blocks", 0, 100);
        if !unknown && self.faults.count() == before && !(least..=most).contains(&found) {
            let said = text!(
                en: "{found} blocks for {years} years of the tail",
                id: "{found} blok untuk {years} tahun sesudah tahun-tahun pagu",
            );
            let expected = match most {
                0 => {
                    text!(en: "no 'blocks' where the tail has no years", id: "tanpa 'blocks' jika tidak ada tahun lanjutan")
                }
                _ => text!(
                    en: "1 to {most}: a block holds one year or several; leave 'blocks' out to run each year by itself",
                    id: "1 sampai {most}: satu blok memuat satu tahun atau lebih; hapus 'blocks' agar setiap tahun dijalankan sendiri",
                ),
            };
            self.faults.expected(&place, said, expected);
        }
        Tail { years, blocks: (found as usize).clamp(usize::from(years > 0), years) }
    }

    /// Autocorrelation of each factor, by key.
    pub(crate) fn factor_ar(&mut self, key: &str, number: &CertainFile) -> f64 {
        let path = format!("factors.{key}.ar");
        if !is_key(key) {
            self.key_fault("factors", key);
        }
        let place = self.document.place(&path);
        let ar = self.between(number, &path, &Unit::None, -1.0, 1.0);
        if ar.abs() >= 1.0 {
            self.faults.expected(
                &place,
                phrase::found(ar),
                text!(en: "a number between -1 and 1", id: "bilangan di antara -1 dan 1"),
            );
        }
        ar
    }

    fn key_fault(&mut self, path: &str, key: &str) {
        let place = self.document.place(&format!("{path}.{key}"));
        self.faults.expected(&place, phrase::the_name(key), phrase::shape_of_keys());
    }

    /// An amount in whole rupiah, where it is stated.
    fn rupiah(&mut self, stated: Option<&CertainFile>, path: &str) -> Option<Rupiah> {
        let stated = stated?;
        let before = self.faults.count();
        let (found, place) = self.number(stated, path, &Unit::Money(None));
        let amount = whole_amount(found);
        if amount.is_none() && self.faults.count() == before {
            self.faults.expected(
                &place,
                text!(en: "found {found} rupiah", id: "tertulis {found} rupiah"),
                text!(en: "whole rupiah, at most 1000 triliun", id: "rupiah bulat, tidak lebih dari 1000 triliun"),
            );
        }
        amount
    }

    /// Reads a source, with no amounts yet.
    pub(crate) fn source(&mut self, key: &str, file: &SourceFile, names: &Names<'_>, years: usize) -> Source {
        let path = format!("sources.{key}");
        if !is_key(key) || key == "cluster" {
            self.key_fault("sources", key);
        }
        let disbursement: Vec<f64> = file
            .disbursement
            .iter()
            .enumerate()
            .map(|(i, n)| self.between(n, &format!("{path}.disbursement[{i}]"), &Unit::Share, 0.0, 1.0))
            .collect();
        check_shares(&disbursement, &self.document.place(&format!("{path}.disbursement")), self.faults);
        let cost_path = format!("{path}.public_cost");
        let most = MOST_PUBLIC_COST;
        let public_cost = file.public_cost.as_ref();
        let public_cost =
            public_cost.map_or(1.0, |cost| self.between(cost, &cost_path, &Unit::None, 0.0, most));
        let eligible = self.eligible(
            &path,
            &Lists {
                types: file.types.as_deref(),
                support: file.support.as_deref(),
                regions: file.regions.as_deref(),
                chains: file.chains.as_deref(),
                clusters: file.clusters.as_deref(),
            },
            names,
        );
        let opd = file.opd.as_ref();
        let opd_place = self.document.place(&format!("{path}.opd"));
        Source {
            key: key.to_string(),
            title: file.title.title(),
            level: file.level.0,
            amounts: vec![Rupiah(0); years],
            carry_over: self.between(&file.carry_over, &format!("{path}.carry_over"), &Unit::Share, 0.0, 1.0),
            disbursement,
            public_cost,
            least_line: self
                .rupiah(file.least_line.as_ref(), &format!("{path}.least_line"))
                .unwrap_or_default(),
            grain: Rupiah(
                self.rupiah(file.grain.as_ref(), &format!("{path}.grain")).map_or(1, |grain| grain.0.max(1)),
            ),
            opd: opd.map(|name| classification::name(name, &opd_place, self.faults)),
            codes: classification::codes_of_source(
                &file.codes,
                self.document,
                &format!("{path}.codes"),
                self.faults,
            ),
            eligible,
        }
    }
}
