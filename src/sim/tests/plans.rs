//! Hand-worked cases of plans: season, variation, stocks and upkeep.

use super::*;

/// Base 10 with season 2 and 1/2: 20 and 5, in every year.
#[test]
fn seasons_repeat_every_year() {
    let mut f = Fixture::new(2, 2);
    f.commodity("fish", CommoditySpec::default()).room("demand", 99.0);
    let boats = CapacitySpec { base: n(10.0), season: Some(vec![2.0, 0.5]), ..CapacitySpec::default() };
    f.capacity("boats", boats);
    let catch = ProcessSpec {
        outputs: vec![("fish", n(1.0))],
        uses: vec![("boats", n(1.0))],
        ..ProcessSpec::default()
    };
    f.process("catch", catch).channel("shop", "fish", "demand", n(1.0));
    let trace = traced(&f.build(), &[], None).expect("runs");
    all_close(&column(&trace.levels, f.process_id("shop").index()), &[20.0, 5.0, 20.0, 5.0]);
}

/// Base 10, season 1/2, variation 2, effect 16 at n = 1/2 · 1/2: the base gives 10, the effect 4 times season and
/// variation where it has them.
#[test]
fn an_effect_may_opt_out_of_season_and_variation() {
    for (seasonal, varied, expected) in
        [(true, true, 14.0), (false, true, 18.0), (true, false, 12.0), (false, false, 14.0)]
    {
        let mut f = Fixture::new(1, 1);
        let variation = f.uncertain(Distribution::Uniform { min: 0.0, max: 2.0 }, Varies::EachPeriod);
        let effectiveness = f.uncertain(Distribution::Uniform { min: 0.0, max: 1.0 }, Varies::Once);
        f.capacity("dryer", CapacitySpec { base: n(10.0), variation, season: Some(vec![0.5]) });
        let raise = RaiseSpec { seasonal, varied, ..RaiseSpec::one_to_one("dryer") };
        let spec = InterventionSpec {
            raises: vec![raise],
            effectiveness,
            additionality: n(0.5),
            ..InterventionSpec::default()
        };
        f.intervention("more_dryers", spec);
        let model = f.build();
        let plan = PlanEffects::new(&model, &f.allocation(&[("more_dryers", 0, 16)]));
        let trace = traced(&model, &[2.0, 0.5], Some(&plan)).expect("runs");
        close(trace.capacity[[0, 0]], expected);
    }
}

/// 100 committed in year 1 is paid in halves and works a period later: 0, 50, 50 arrive. Kept by a half each period
/// (1 − 3/4 a year of two periods) the stock is 0, 50, 75, 37.5; with a lifetime of two periods 0, 50, 100, 50.
/// The response of 10 enterprises, one to one up to 4 each, stops at 40.
#[test]
fn stocks_follow_disbursement_gestation_and_decay() {
    for (decay, expected) in
        [(Decay::Depreciation(0.75), [0.0, 50.0, 75.0, 37.5]), (Decay::Lifetime(2), [0.0, 50.0, 100.0, 50.0])]
    {
        let mut f = Fixture::new(2, 2);
        f.disbursement = vec![0.5, 0.5];
        f.room("dryer", 10.0);
        let each = RaiseSpec {
            response: Response::linear(1.0, 4.0),
            per_enterprise: true,
            ..RaiseSpec::one_to_one("dryer")
        };
        let raises = vec![RaiseSpec::one_to_one("dryer"), each];
        f.intervention(
            "more",
            InterventionSpec { raises, decay, gestation: vec![0.0, 1.0], ..InterventionSpec::default() },
        );
        let plan = PlanEffects::new(&f.build(), &f.allocation(&[("more", 0, 100)]));
        let more = InterventionId::new(0);
        for (t, stock) in expected.into_iter().enumerate() {
            close(plan.stock(ClusterId::new(0), more, t), stock);
            close(plan.effect(ClusterId::new(0), more, 0, t), stock);
            close(plan.effect(ClusterId::new(0), more, 1, t), f64::min(stock, 40.0));
        }
    }
}

/// A stock of 100 at 10 % a year costs 5 in each of two periods. Borne by the cluster it lowers value added and margin by
/// 10 and leaves sales; borne by the source it does not touch the cluster. The stove it widens never binds. Of what is additional
/// to three tenths only, 3 are charged, and of what would have come anyway nothing: exactly. That only half of it runs changes
/// nothing, for an idle stove is kept up too.
#[test]
fn upkeep_is_taken_from_the_cluster_only_where_it_bears_it() {
    let source = UpkeepBearer::Source(SourceId::new(0));
    for (upkeep_by, effectiveness, additionality, borne) in [
        (UpkeepBearer::Cluster, 1.0, 1.0, 10.0),
        (source, 1.0, 1.0, 0.0),
        (UpkeepBearer::Cluster, 0.5, 0.3, 3.0),
        (UpkeepBearer::Cluster, 0.5, 0.0, 0.0),
        (source, 0.5, 0.3, 0.0),
    ] {
        let mut f = sugar();
        let raises = vec![RaiseSpec::one_to_one("stove")];
        f.intervention(
            "stoves",
            InterventionSpec {
                raises,
                upkeep: 0.1,
                upkeep_by,
                effectiveness: n(effectiveness),
                additionality: n(additionality),
                ..InterventionSpec::default()
            },
        );
        let model = f.build();
        let plan = PlanEffects::new(&model, &f.allocation(&[("stoves", 0, 100)]));
        let out = outcomes(&model, Some(&plan));
        close(out.series(Selector::total(Metric::GrossOutput))[0], 480.0);
        close(out.series(Selector::total(Metric::ValueAdded))[0], 408.0 - borne);
        close(out.series(Selector::total(Metric::Margin))[0], 264.0 - borne);
    }
}
