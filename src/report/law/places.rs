//! Places in the law trace: candidates, coverage, interventions with their minimum sizes.

use super::tracer::{Tracer, letter, minimum_key, near, policy};
use crate::model::{Allocation, ClusterId, InterventionId, StandingKind};
use crate::report::language::Text;
use crate::report::page::{both, words};
use crate::report::sites;
use crate::result::coverage::{CoverageState, rows};
use crate::result::law::{LawKey, file_of};

impl Tracer<'_> {
    pub(super) fn sites(&mut self) {
        let model = self.model;
        let opened = self.study.map(|study| model.opened(&study.program.allocation));
        for c in model.candidates() {
            let cluster = &model.clusters[c.index()];
            let Some(line) = model.opening(c) else { continue };
            let opener = &model.chain_of(c).interventions[line.index()];
            let cost = cluster.interventions[line.index()].fixed_cost.as_f64();
            let is_open =
                opened.as_ref().map(|list| list.iter().any(|(own, year)| *own == c && year.is_some()));
            let rule = both(|lang| {
                format!("{} {}", lang.pick("pembukaan", "opening of"), lang.title(&cluster.title))
            });
            let row = self.add(
                LawKey::Site,
                &format!("site/{}", cluster.key),
                rule,
                vec!["(4)".to_string(), letter(opener.facility)],
            );
            row.policy = Text::same(format!("clusters.csv, {}", cluster.key));
            (row.asked, row.unit) = (Some(cost), "Rp".to_string());
            row.stands = is_open.map(|open| if open { cost } else { 0.0 });
            row.binding = is_open.map(|open| !open);
        }
        // Sites opened among the candidates of each rule.
        let broken = self.study.map(|study| {
            let open = |c: &ClusterId| {
                model.opened(&study.program.allocation).iter().any(|(own, year)| own == c && year.is_some())
            };
            model
                .sites
                .iter()
                .map(|rule| rule.candidates.iter().filter(|c| open(c)).count())
                .collect::<Vec<_>>()
        });
        for (number, site) in model.sites.iter().enumerate() {
            let told = both(|lang| {
                format!("{}: {}", sites::name(model, number, lang), sites::asks(model, site, lang))
            });
            let count = broken.as_ref().map(|counts| counts[number]);
            let row = self.add(LawKey::SiteRule, &format!("sites[{number}]"), told, vec!["(4)".to_string()]);
            row.policy = policy(None, "sites", number);
            (row.stands, row.unit) = (count.map(|n| n as f64), "sites".to_string());
            row.binding = count.map(|n| site.at_most == Some(n) || site.at_least == Some(n));
        }
    }

    pub(super) fn coverage(&mut self) {
        let model = self.model;
        if !model.coverage.stated {
            let rule = words(
                "all ten facility types must be provided; no minimum is stated",
                "kesepuluh jenis fasilitas wajib disediakan; tidak ada minimum yang dinyatakan",
            );
            self.add(LawKey::Coverage, "coverage", rule, vec!["(6)".to_string()]);
        }
        for c in model.cluster_ids().filter(|c| model.chooses_support(*c)) {
            let cluster = &model.clusters[c.index()];
            let rule = both(|lang| {
                let said =
                    lang.pick("didukung penuh atau tidak sama sekali:", "supported in full or not at all:");
                format!("{said} {}", lang.title(&cluster.title))
            });
            let spent = self.study.map(|study| study.program.allocation.sum(|line| line.cluster == c) as f64);
            let row =
                self.add(LawKey::Support, &format!("support/{}", cluster.key), rule, vec!["(6)".to_string()]);
            row.policy = Text::same("scenario.toml, coverage".to_string());
            (row.stands, row.unit) = (spent, "Rp".to_string());
            row.binding = spent.map(|spent| spent == 0.0);
        }
        let nothing = Allocation::default();
        let allocation = self.study.map_or(&nothing, |study| &study.program.allocation);
        let supported = model.supported(allocation);
        let with_plan = self.study.is_some();
        for own in rows(model, allocation, |_| true) {
            let cluster = &model.clusters[own.cluster.index()];
            let at = |said: Text| {
                both(|lang| {
                    let (said, facility) = (said.in_language(lang), lang.facility(own.facility));
                    format!("{said} {facility} {} {}", lang.pick("di", "in"), lang.title(&cluster.title))
                })
            };
            // Told once for a type and cluster, in the row of its first minimum.
            if let Some(standing) = own.standing
                && own
                    .minimum
                    .is_none_or(|n| model.coverage.minima[..n].iter().all(|m| m.facility != own.facility))
            {
                let (kind, said) = match own.state {
                    CoverageState::Waived => (LawKey::Waiver, words("waiver of", "pengecualian")),
                    _ => (LawKey::PastProvision, words("past provision of", "penyediaan sebelumnya")),
                };
                let key = format!("coverage/{}/{}", cluster.key, own.facility.key());
                let policy = [&standing.reason, &standing.reference].into_iter().flatten().cloned();
                let policy = policy.collect::<Vec<_>>().join("; ");
                let row = self.add(kind, &key, at(said), vec![letter(own.facility)]);
                row.policy = Text::same(if policy.is_empty() { "coverage.csv".to_string() } else { policy });
                if let StandingKind::Partly(rupiah) = standing.kind {
                    (row.asked, row.unit) = (Some(rupiah.as_f64()), "Rp".to_string());
                }
            }
            let Some(number) = own.minimum else { continue };
            let minimum = &model.coverage.minima[number];
            let rule = at(words("minimum coverage of", "cakupan minimum"));
            let stated = self.place(&format!("coverage.minimum[{number}]"));
            let key = format!("coverage.minimum[{number}]/{}", cluster.key);
            let row = self.add(LawKey::Coverage, &key, rule, vec![letter(own.facility)]);
            row.place = stated;
            row.policy = policy(minimum.law.as_ref(), "coverage.minimum", number);
            (row.asked, row.unit) = (own.asked, own.unit.to_string());
            if with_plan {
                let stands = own.added + own.before.unwrap_or(0.0);
                let asked = own.asked.unwrap_or(0.0);
                row.stands = Some(stands);
                let holds = supported[own.cluster.index()]
                    && matches!(own.state, CoverageState::Met | CoverageState::Short);
                row.binding = Some(holds && stands <= asked + near(asked));
            }
        }
    }

    /// Interventions with their minimum sizes.
    pub(super) fn lines(&mut self) {
        let model = self.model;
        for chain in &model.chains {
            for line in &chain.interventions {
                let rule = both(|lang| {
                    format!(
                        "{}: {}, {}",
                        lang.title(&line.title),
                        lang.facility(line.facility),
                        lang.pick(line.support.name_id(), line.support.name_en())
                    )
                });
                let key = format!("{}/interventions/{}", chain.key, line.key);
                let row = self.add(
                    LawKey::Intervention,
                    &key,
                    rule,
                    vec!["(5)".to_string(), letter(line.facility)],
                );
                row.policy = Text::same(format!("chains/{}.toml, interventions.{}", chain.key, line.key));
            }
        }
        for c in model.cluster_ids() {
            let (cluster, chain) = (&model.clusters[c.index()], model.chain_of(c));
            for (i, local) in
                cluster.interventions.iter().enumerate().filter(|(_, local)| local.minimum.0 > 0)
            {
                let line = &chain.interventions[i];
                let rule = both(|lang| {
                    format!(
                        "{} {} {} {}",
                        lang.pick("ukuran minimum", "minimum size of"),
                        lang.title(&line.title),
                        lang.pick("di", "in"),
                        lang.title(&cluster.title)
                    )
                });
                let least = self.study.and_then(|study| {
                    let of_year = |y: usize| {
                        study
                            .program
                            .allocation
                            .sum(|l| l.cluster == c && l.intervention.index() == i && l.year == y)
                    };
                    (0..model.horizon.years).map(of_year).filter(|sum| *sum > 0).min()
                });
                let key = minimum_key(model, c, InterventionId::new(i));
                let with_plan = self.study.is_some();
                let by_chain = format!("{}/minimum/{}", chain.key, line.key);
                let place = Some(self.place(&key)).filter(|place| !place.is_empty());
                // A cluster without a minimum of its own has the chain's.
                let place = place.unwrap_or_else(|| self.place(&by_chain));
                let row = self.add(LawKey::MinimumSize, &key, rule, vec![letter(line.facility)]);
                row.policy = Text::same(format!("{}, minimum", file_of(&place)));
                row.place = place;
                (row.asked, row.unit) = (Some(local.minimum.as_f64()), "Rp".to_string());
                row.stands = least.map(|sum| sum as f64);
                row.binding = with_plan.then(|| least == Some(local.minimum.0));
            }
        }
    }
}
