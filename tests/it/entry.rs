//! What each candidate that a plan does not open would need to enter: cases worked by hand, and small random scenarios held
//! against a search through all choices.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rantai::control::{Control, PlanningStep, Progress};
use rantai::model::{ClusterId, Model, SiteRule, Variant};
use rantai::opt::builder::{Rule, SiteBound, objective_unit};
use rantai::opt::decomposition::{Decomposition, DecompositionOptions, FirstStage, Scheme};
use rantai::opt::planner::{PlanMethod, PlanOptions, optimise};
use rantai::opt::{Entry, ProgramPlan};
use rantai::sampling::{Purpose, Sampler};
use rayon::prelude::*;

use crate::agreement::random_model;
use crate::random_scenario::Kind;
use crate::support::varied;
use crate::whole_numbers::{
    BOTH, MOST_CHOICES, best_of_all, incremental, options, with_sites, with_sites_and,
};

const JUTA: f64 = 1e6;

fn planned(model: &Model, method: PlanMethod) -> ProgramPlan {
    let block = Sampler::new(model, 5, Purpose::Planning).block(0, 3);
    let options = PlanOptions { entry: true, ..options(model, method) };
    optimise(model, &block, &options, &Control::unlimited()).expect("plan")
}

/// What each candidate that is not opened needs, by its key.
fn entries(model: &Model, plan: &ProgramPlan) -> Vec<(String, Entry)> {
    let key = |c: ClusterId| model.clusters[c.index()].key.clone();
    plan.rejected.iter().map(|rejected| (key(rejected.cluster), rejected.entry.clone())).collect()
}

/// Asserts that candidate `key` needs `juta`, to ten rupiah.
#[track_caller]
fn needs(model: &Model, key: &str, juta: f64) {
    for method in BOTH {
        let found = entries(model, &planned(model, method));
        let own = found.iter().find(|(own, _)| own == key).unwrap_or_else(|| panic!("{key} in {found:?}"));
        let Entry::Needs { at_least, at_most } = own.1 else { panic!("{method:?}: {own:?}") };
        let at_most = at_most.expect("decisions that open it are known");
        let right = (at_least - juta * JUTA).abs() < 10.0 && (at_most - juta * JUTA).abs() < 10.0;
        assert!(right, "{method:?}: {key} needs {at_least} to {at_most}, not {juta} juta");
    }
}

#[track_caller]
fn opens(model: &Model, expected: [bool; 2]) {
    for method in BOTH {
        let plan = planned(model, method);
        let opened = model.opened(&plan.allocation).into_iter();
        let opened: Vec<bool> = opened.map(|(_, year)| year.is_some()).collect();
        assert_eq!(opened, expected, "{method:?}");
    }
}

fn c_opened_for(fixed_cost: i64, price: &str) -> Model {
    let more = [("c,price,jual_lokal,16000", format!("c,price,jual_lokal,{price}"))];
    let more: Vec<(&str, &str)> = more.iter().map(|(old, new)| (*old, new.as_str())).collect();
    with_sites_and(&format!("fixed_cost = {fixed_cost}"), "", [40_000_000, 0], &more)
}

/// The scenario of `a_site_is_opened_if_its_fixed_cost_is_just_worth_it`: 40 juta bring 24 in b. Opening c for 20.1 leaves 19.9
/// for equipment at 1.2: 23.88, so that c needs 0.12. In d, with room for 1,000 kg, equipment brings 0.9: 17.91, d needs 6.09.
///
/// More output: the 19.9 juta make 995 kg a year, 1,990 in two, at 16,000 less 4,000 a kg. 0.12 juta over 1,990 kg are 60.3 a kg:
/// at a price of 16,060 c stays out, at 16,061 it enters. Less cost: each rupiah less goes to equipment at 1.2, 0.12 / 1.2 = 0.1
/// juta: at 20.01 it stays out and needs 0.012, at 19.99 it enters.
#[test]
fn what_a_site_needs_is_what_lets_it_enter() {
    let model = c_opened_for(20_100_000, "16000");
    needs(&model, "c", 0.12);
    needs(&model, "d", 6.09);
    opens(&c_opened_for(20_100_000, "16060"), [false, false]);
    opens(&c_opened_for(20_100_000, "16061"), [true, false]);
    needs(&c_opened_for(20_010_000, "16000"), "c", 0.012);
    opens(&c_opened_for(19_990_000, "16000"), [true, false]);
}

/// The cases of `either_or_and_other_rules_for_sites`: 60 juta, c alone 45, d alone 39, none 36. Where only one may be opened d
/// would have to bring 6 more, in the place of c. Where c may not be opened the rule is named, whatever c brings.
#[test]
fn another_site_is_given_up_for_it_and_rules_that_bar_it_are_named() {
    let site = |rules: &str| with_sites("fixed_cost = 5e6", rules, [60_000_000, 0]);
    needs(&site("[[sites]]\nat_most = 1\nclusters = [\"c\", \"d\"]"), "d", 6.0);
    let cases = [
        ("[[sites]]\nat_most = 0\nclusters = [\"c\"]", SiteBound::AtMost),
        ("[[sites]]\nminimum_potential = 50", SiteBound::Potential),
    ];
    for (rules, bound) in cases {
        let model = site(rules);
        for method in BOTH {
            let found = entries(&model, &planned(&model, method));
            assert_eq!(found, [("c".to_string(), Entry::Barred(vec![Rule::Sites(0, bound)]))], "{method:?}");
        }
    }
    // 90 juta are not there: the budgets are what bars both.
    let dear = with_sites("fixed_cost = 90e6", "", [40_000_000, 0]);
    for method in BOTH {
        let found = entries(&dear, &planned(&dear, method));
        assert_eq!(found.len(), 2, "{method:?}: {found:?}");
        for (key, entry) in found {
            let Entry::Barred(rules) = entry else { panic!("{method:?}: {key} {entry:?}") };
            let budgets = rules.iter().all(|rule| matches!(rule, Rule::Budget(..)));
            assert!(budgets && !rules.is_empty(), "{method:?}: {key} {rules:?}");
        }
    }
}

/// Once time is up nothing is asked.
#[test]
fn without_time_what_a_site_needs_is_not_computed() {
    let model = c_opened_for(20_100_000, "16000");
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 3);
    for method in BOTH {
        let options = PlanOptions { entry: true, ..options(&model, method) };
        let stop = AtomicBool::new(false);
        let at_entry = |progress| {
            stop.fetch_or(progress == Progress::Planning(PlanningStep::Entry), Ordering::Relaxed);
        };
        let control = Control::unlimited().observed_by(&at_entry).cancelled_by(&stop);
        let plan = optimise(&model, &block, &options, &control).expect("plan");
        let found = entries(&model, &plan);
        assert_eq!(found.len(), 2, "{method:?}");
        assert!(found.iter().all(|(_, entry)| *entry == Entry::NotComputed), "{method:?}: {found:?}");
    }
}

/// The model in which a candidate must be opened.
fn opening(model: &Model, cluster: ClusterId) -> Model {
    let mut sites = model.sites.clone();
    sites.push(SiteRule {
        title: None,
        candidates: vec![cluster],
        at_most: None,
        at_least: Some(1),
        minimum_potential: None,
    });
    varied(model, &Variant { sites: Some(sites), ..Variant::default() })
}

/// V − V(c) of a search through all choices lies between the two figures, which are close; a candidate that no choice opens is
/// barred. With blocks joined by prices the figures may be further apart.
#[test]
fn what_sites_need_is_what_a_search_through_all_finds() {
    let [asked, barred, by_prices, close] = [const { AtomicUsize::new(0) }; 4];
    (0..400_usize).into_par_iter().for_each(|seed| {
        let model = random_model(seed, Kind::Whole);
        let planning = incremental(&model, 3);
        let count = planning.program.columns.iter().filter(|column| column.integer).count();
        if count > MOST_CHOICES || model.candidates().next().is_none() {
            return;
        }
        let best = best_of_all(&planning);
        if best == f64::NEG_INFINITY {
            return;
        }
        let scale = objective_unit(model.objective);
        let mut known: Vec<(ClusterId, f64)> = Vec::new();
        for method in BOTH {
            let plan = planned(&model, method);
            let size = plan.objective.abs().max(1.0);
            let tolerance = 2e-6 * size + 0.1;
            for rejected in &plan.rejected {
                let c = rejected.cluster;
                let with = known
                    .iter()
                    .find(|(own, _)| *own == c)
                    .map_or_else(|| best_of_all(&incremental(&opening(&model, c), 3)), |(_, with)| *with);
                known.push((c, with));
                asked.fetch_add(1, Ordering::Relaxed);
                let what = format!("scenario {seed}, {method:?}, {c:?}: {:?}", rejected.entry);
                if with == f64::NEG_INFINITY {
                    barred.fetch_add(1, Ordering::Relaxed);
                    assert!(matches!(rejected.entry, Entry::Barred(_)), "{what}");
                    continue;
                }
                let Entry::Needs { at_least, at_most: Some(at_most) } = rejected.entry else {
                    panic!("{what}")
                };
                let truly = (best - with) * scale;
                assert!(
                    at_least <= truly + tolerance && at_most >= truly - tolerance,
                    "{what} is not {truly}"
                );
                assert!(at_most - at_least <= 2.0 * tolerance, "{what} is far apart, {truly}");
            }
        }
        let program = &planning.program;
        let linking = planning.linking();
        let first = FirstStage {
            columns: &program.columns,
            rows: &program.rows,
            linking: &linking,
            risk: program.risk,
        };
        let options = DecompositionOptions {
            gap: 1e-7,
            unit: 1.0,
            scheme: Scheme::ColumnGeneration,
            groups: None,
            progress: &|_| true,
        };
        let mut parts = Decomposition::new(first, program, &options).expect("parts");
        let found = parts.solve(&options).expect("solved");
        for (c, with) in known {
            let row = planning.rules.iter().position(|rule| *rule == Rule::OpenOnce(c)).expect("a row");
            let required = parts.requiring(row, &options).expect("asked");
            let tolerance = 1e-6 * best.abs().max(1.0);
            let what = format!("scenario {seed}, {c:?}: {required:?}, {with} of {best}");
            by_prices.fetch_add(usize::from(!parts.is_l_shaped()), Ordering::Relaxed);
            match required {
                None => assert!(with == f64::NEG_INFINITY, "{what}"),
                Some(required) => {
                    assert!(required.at_most >= with - tolerance, "{what}");
                    let least = required.at_least.unwrap_or(f64::NEG_INFINITY);
                    assert!(least <= with + tolerance, "{what}");
                    let near = with - least <= 2e-2 * best.abs().max(1.0);
                    close.fetch_add(usize::from(near), Ordering::Relaxed);
                }
            }
        }
        // Everything is as it was.
        let again = parts.solve(&options).expect("solved");
        assert!((again.objective - found.objective).abs() <= 1e-6 * best.abs().max(1.0), "scenario {seed}");
    });
    let counts = [asked, barred, by_prices, close].map(AtomicUsize::into_inner);
    assert!(counts[0] >= 20 && counts[1] >= 2 && counts[2] >= 10 && counts[3] >= 1, "{counts:?}");
}
