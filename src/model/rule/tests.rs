//! Every rule, kept and broken by one rupiah, on a small model worked by hand.

use super::*;
use crate::model::tiny::{OPEN, TRAIN, model};
use crate::model::{
    AllocationLine, Cofunding, Coverage, CoverageMinimum, Eligibility, Limit, LimitBound, MinimumSize, Per,
    SiteRule, Supported, UpkeepBearer,
};
use crate::units::Rupiah;

/// Lines as (source, cluster, intervention, year, rupiah).
fn spend(lines: &[(usize, usize, usize, usize, i64)]) -> Allocation {
    let line = |&(s, c, i, year, amount): &(usize, usize, usize, usize, i64)| AllocationLine {
        source: SourceId::new(s),
        cluster: ClusterId::new(c),
        intervention: InterventionId::new(i),
        year,
        amount: Rupiah(amount),
    };
    Allocation::new(lines.iter().map(line).collect())
}

fn ids(s: usize, c: usize, i: usize) -> (SourceId, ClusterId, InterventionId) {
    (SourceId::new(s), ClusterId::new(c), InterventionId::new(i))
}

fn one(rule: Rule, rupiah: i64, spent: i64) -> Vec<Violation> {
    vec![Violation { rule, rupiah, spent }]
}

#[test]
fn a_budget_counts_carry_over_and_upkeep() {
    let model = model();
    // Rp 400 unspent in the first year hand on Rp 200.
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 600), (0, 0, TRAIN, 1, 1_200)])).is_empty());
    let over = spend(&[(0, 0, TRAIN, 0, 600), (0, 0, TRAIN, 1, 1_201)]);
    assert_eq!(violations(&model, &over), one(Rule::Budget(SourceId::new(0), 1), 1, 1_201));

    // The district pays a tenth of every stock a year: Rp 100 of its Rp 400, then Rp 100 again.
    let model = model.changed(|parts| {
        parts.chains[0].interventions[TRAIN].upkeep_by = UpkeepBearer::Source(SourceId::new(1));
    });
    let mix = |own: i64| spend(&[(0, 0, TRAIN, 0, 600), (1, 0, TRAIN, 0, own)]);
    // Upkeep of the first year is a tenth of 600 + own: own = 309 leaves 400 − 309 − 91 = 0.
    assert!(budgets(&model, &mix(309)).is_empty());
    assert_eq!(budgets(&model, &mix(310)), one(Rule::Budget(SourceId::new(1), 0), 1, 401));
}

#[test]
fn floors_and_caps_hold_to_the_rupiah() {
    let model = model();
    let limit = |kind, bound| Limit {
        title: None,
        law: Some("Pasal 1".to_string()),
        kind,
        of: Eligibility::default(),
        source: Some(SourceId::new(0)),
        year: None,
        bound,
    };
    // A tenth of Rp 2,000, and at most Rp 300.5: that is Rp 300.
    let model = model.changed(|parts| {
        parts.limits = vec![
            limit(LimitKind::Floor, LimitBound::Share(0.1)),
            limit(LimitKind::Cap, LimitBound::Amount(300.5)),
        ];
    });
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 200)])).is_empty());
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 300)])).is_empty());
    let found = violations(&model, &spend(&[(0, 0, TRAIN, 0, 199)]));
    assert_eq!(found, one(Rule::Limit(0), 1, 199));
    assert_eq!(found[0].rule.law(&model), Some("Pasal 1"));
    assert_eq!(found[0].rule.scope(&model).source, Some(SourceId::new(0)));
    assert_eq!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 301)])), one(Rule::Limit(1), 1, 301));
}

#[test]
fn cofunding_is_a_share_of_what_others_spend() {
    let model = model();
    let model = model.changed(|parts| {
        parts.cofunding = vec![Cofunding {
            title: None,
            law: None,
            source: SourceId::new(1),
            to: vec![SourceId::new(0)],
            ratio: 0.25,
            per: Per::Cluster,
            of: Eligibility::default(),
            by_year: true,
        }];
    });
    // A quarter of Rp 401 is Rp 100.25: Rp 101 keep it.
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 401), (1, 0, TRAIN, 0, 101)])).is_empty());
    let short = spend(&[(0, 0, TRAIN, 0, 401), (1, 0, TRAIN, 0, 100)]);
    let at = CofundingPlace { place: 0, year: Some(0) };
    assert_eq!(violations(&model, &short), one(Rule::Cofunding(0, at), 1, 100));
}

#[test]
fn coverage_is_owed_where_a_cluster_is_supported() {
    let model = model();
    let model = model.changed(|parts| {
        parts.coverage = Coverage {
            stated: true,
            enforced: true,
            supported: Supported::Choice,
            minima: vec![CoverageMinimum {
                title: None,
                law: None,
                facility: FacilityType::Production,
                size: MinimumSize::PerEnterprise(20.0),
                of: Eligibility::default(),
            }],
            ..Coverage::default()
        };
    });
    // Rp 20 for each of 10 enterprises.
    assert!(violations(&model, &Allocation::default()).is_empty());
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 200)])).is_empty());
    let short = spend(&[(0, 0, TRAIN, 0, 199)]);
    let rule = Rule::Coverage(0, ClusterId::new(0));
    assert_eq!(violations(&model, &short), one(rule, 1, 199));
    assert_eq!(rule.scope(&model).facility, Some(FacilityType::Production));
    let model = model.changed(|parts| parts.coverage.enforced = false);
    assert!(violations(&model, &short).is_empty());
}

#[test]
fn locked_lines_are_kept_and_closed_sources_add_nothing() {
    let model = model();
    let (s, c, i) = ids(0, 0, TRAIN);
    let model = model.changed(|parts| parts.locked.lines = spend(&[(0, 0, TRAIN, 0, 150)]));
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 150)])).is_empty());
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 151)])).is_empty());
    let less = spend(&[(0, 0, TRAIN, 0, 149)]);
    assert_eq!(violations(&model, &less), one(Rule::Locked(s, c, i, 0), 1, 149));
    let model = model.changed(|parts| parts.locked.closed = vec![s]);
    assert!(model.keeps_locked(&spend(&[(0, 0, TRAIN, 0, 150)])));
    let more = spend(&[(0, 0, TRAIN, 0, 151)]);
    assert_eq!(violations(&model, &more), one(Rule::Closed(s, c, i, 0), 1, 151));
    assert!(!model.keeps_locked(&more));
}

#[test]
fn a_minimum_size_counts_all_sources_together() {
    let model = model();
    let (_, c, i) = ids(0, 0, TRAIN);
    assert!(violations(&model, &spend(&[(0, 0, TRAIN, 0, 60), (1, 0, TRAIN, 0, 40)])).is_empty());
    let less = spend(&[(0, 0, TRAIN, 0, 60), (1, 0, TRAIN, 0, 39)]);
    assert_eq!(violations(&model, &less), one(Rule::MinimumSize(c, i, 0), 1, 99));
}

#[test]
fn an_opening_costs_its_price_once_and_comes_first() {
    let model = model();
    let (_, c, open) = ids(0, 1, OPEN);
    let train = InterventionId::new(TRAIN);
    assert!(violations(&model, &spend(&[(0, 1, OPEN, 0, 50), (0, 1, TRAIN, 0, 100)])).is_empty());
    for (paid, short) in [(49, 1), (51, 1)] {
        let found = violations(&model, &spend(&[(0, 1, OPEN, 0, paid)]));
        assert_eq!(found, one(Rule::OpeningCost(c, open, 0), short, paid));
    }
    let twice = spend(&[(0, 1, OPEN, 0, 50), (0, 1, OPEN, 1, 50)]);
    assert_eq!(violations(&model, &twice), one(Rule::OpenedOnce(c, open, 1), 50, 50));
    let early = spend(&[(0, 1, TRAIN, 0, 100), (0, 1, OPEN, 1, 50)]);
    assert_eq!(violations(&model, &early), one(Rule::OpenedBefore(c, train, 0), 100, 100));
}

#[test]
fn rules_for_sites_count_openings() {
    let model = model();
    let candidates = vec![ClusterId::new(1)];
    let rule = SiteRule { title: None, candidates, at_most: None, at_least: None, minimum_potential: None };
    let model = model.changed(|parts| {
        parts.sites = vec![
            SiteRule { at_least: Some(1), ..rule.clone() },
            SiteRule { minimum_potential: Some(40.0), ..rule.clone() },
        ];
    });
    let opened = spend(&[(0, 1, OPEN, 0, 50)]);
    assert!(violations(&model, &opened).is_empty() && model.keeps_sites(&opened));
    let none = Allocation::default();
    assert_eq!(violations(&model, &none), one(Rule::Sites(0, SiteBound::AtLeast), 0, 0));
    let model = model.changed(|parts| {
        parts.sites = vec![
            SiteRule { at_most: Some(0), ..rule.clone() },
            SiteRule { minimum_potential: Some(40.5), ..rule },
        ];
    });
    let bounds: Vec<Rule> = violations(&model, &opened).into_iter().map(|found| found.rule).collect();
    assert_eq!(bounds, [Rule::Sites(0, SiteBound::AtMost), Rule::Sites(1, SiteBound::Potential)]);
}

#[test]
fn a_source_funds_only_what_it_may() {
    let model = model();
    let (s, c, i) = ids(1, 0, TRAIN);
    let mix = spend(&[(1, 0, TRAIN, 0, 100)]);
    assert!(violations(&model, &mix).is_empty());
    let model = model.changed(|parts| parts.sources[1].eligible.clusters = Some(vec![ClusterId::new(1)]));
    assert_eq!(violations(&model, &mix), one(Rule::Eligibility(s, c, i, 0), 100, 100));
}
