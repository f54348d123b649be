//! Units, least lines and grains: cases worked by hand, and small random scenarios against a search through all choices.

use rantai::control::Control;
use rantai::model::rule::{Rule, things, violations};
use rantai::model::{Allocation, AllocationLine, ClusterId, InterventionId, Model, SourceId};
use rantai::opt::planner::optimise;
use rantai::sampling::{Purpose, Sampler};
use rantai::units::Rupiah;

use crate::whole_numbers::{BOTH, lines, options, patched, planned};

const JUTA: f64 = 1e6;

/// 12 juta in 2027 and none after; prices certain at 20,000 (as in `whole_numbers`): a certificate brings 1.8 a rupiah up to 10
/// juta in each of two clusters and 0.45 beyond, equipment 0.6.
pub(crate) fn case(more: &[(&str, &str)]) -> Model {
    let base = [
        ("apbd,2027,100000000", "apbd,2027,12000000"),
        ("apbd,2028,100000000", "apbd,2028,0"),
        (
            "{ dist = \"discrete\", values = [18000, 22000], weights = [0.5, 0.5], varies = \"once\", unit = \"Rp/kg\" }",
            "{ value = 20000, unit = \"Rp/kg\" }",
        ),
    ];
    patched(&[&base[..], more].concat())
}

const UNIT: &str = "unit = { id = \"berkas\", one = \"file\", many = \"files\" }";

/// Certificates are bought in units:
/// - of 4 juta: 8 in one cluster and 4 in the other, 1.8 · 12 = 21.6 juta; - where they need not be whole, as without units: 21.6;
/// - of 8: one, 14.4, and 4 juta of equipment, 2.4: 16.8; - of 4, one a cluster at most: 2 · 7.2 and 2.4: 16.8;
/// - of 4, at most 0.05 for each enterprise: none of a's 10 and one of b's 20, 7.2, and 8 juta of equipment, 4.8: 12;
/// - none: 12 juta of equipment, 7.2.
/// - Stated by unit, each 800 kg up to 2,000: at 4 juta as above, at 8 half as much for a rupiah, 7.2 for one, and 2.4: 9.6.
#[test]
fn things_are_bought_in_whole_units() {
    let each = ("{ pieces = [[10000000, 2000], [30000000, 3000]] }", "{ each = 800, up_to = 2000 }");
    let cases: [(&str, Option<(&str, &str)>, f64, i64); 8] = [
        ("unit_cost = 4e6", None, 21.6, 4),
        ("unit_cost = 4e6\nwhole = false", None, 21.6, 0),
        ("unit_cost = 8e6", None, 16.8, 8),
        ("unit_cost = 4e6\nat_most = 1", None, 16.8, 4),
        ("unit_cost = 4e6\nat_most_per_enterprise = 0.05", None, 12.0, 4),
        ("unit_cost = 4e6\nat_most = 0", None, 7.2, 4),
        ("unit_cost = 4e6", Some(each), 21.6, 4),
        ("unit_cost = 8e6", Some(each), 9.6, 8),
    ];
    for (keys, response, juta, unit) in cases {
        let line = format!("type = \"certification\"\n{UNIT}\n{keys}");
        let mut more = vec![("type = \"certification\"", line.as_str())];
        more.extend(response);
        let model = case(&more);
        for method in BOTH {
            let plan = planned(&model, method, 2);
            assert!((plan.objective - juta * JUTA).abs() < 10.0, "{keys}, {method:?}: {}", plan.objective);
            assert!(plan.bound >= plan.objective && plan.gap < 1e-6, "{keys}, {method:?}: {}", plan.bound);
            assert!(violations(&model, &plan.allocation).is_empty(), "{keys}, {method:?}");
            for (_, what, _, rupiah) in lines(&model, &plan.allocation) {
                let whole = unit == 0 || what != "sertifikat" || rupiah % (unit * 1_000_000) == 0;
                assert!(whole, "{keys}, {method:?}: {rupiah}");
            }
        }
    }
}

/// A least line of the source: of 5 juta, 7 and 5 on two certificates still bring 21.6; of 7, 12 on one bring 18 + 0.9. A grain
/// of 4 juta: 8 and 4; of 6: 6 and 6; both 21.6. With a grain of 3 and a least line of 7: 9 bring 16.2, and 12 on one 18.9.
#[test]
fn lines_are_of_a_least_size_and_of_whole_grains() {
    for (keys, juta, least, grain) in [
        ("least_line = 5e6", 21.6, 5, 1),
        ("least_line = 7e6", 18.9, 7, 1),
        ("grain = 4e6", 21.6, 4, 4),
        ("grain = 6e6", 21.6, 6, 6),
        ("grain = 3e6\nleast_line = 7e6", 18.9, 7, 3),
    ] {
        let line = format!("carry_over = 1\n{keys}");
        let model = case(&[("carry_over = 1", line.as_str())]);
        for method in BOTH {
            let plan = planned(&model, method, 2);
            assert!((plan.objective - juta * JUTA).abs() < 10.0, "{keys}, {method:?}: {}", plan.objective);
            assert!(plan.bound >= plan.objective && plan.gap < 1e-6, "{keys}, {method:?}: {}", plan.bound);
            assert!(violations(&model, &plan.allocation).is_empty(), "{keys}, {method:?}");
            for (.., rupiah) in lines(&model, &plan.allocation) {
                let juta = rupiah.div_euclid(1_000_000);
                assert!(juta >= least && rupiah % (grain * 1_000_000) == 0, "{keys}, {method:?}: {rupiah}");
            }
        }
    }
}

/// A fine grain is kept by whole rupiah: 12 juta in grains of Rp 7,000 are 1,714 grains, 11.998 juta, and what the plan is worth is
/// counted anew: within a grain or two of 21.6.
#[test]
fn a_fine_grain_is_kept_to_the_rupiah() {
    let model = case(&[("carry_over = 1", "carry_over = 1\ngrain = 6000")]);
    for method in BOTH {
        let plan = planned(&model, method, 2);
        assert!(plan.unkept.is_empty() && violations(&model, &plan.allocation).is_empty(), "{method:?}");
        assert!((plan.objective - 21.6 * JUTA).abs() < 1.8 * 3.0 * 6_000.0, "{method:?}: {}", plan.objective);
        assert!(plan.bound >= plan.objective);
        for (.., rupiah) in lines(&model, &plan.allocation) {
            assert_eq!(rupiah % 6_000, 0);
        }
    }
}

/// Amounts off by so much break the rules by so much: units of 4 juta (9 is 1 beyond two, 3 is 1 short of one), at most 1 unit,
/// least lines of 5, grains of 2.
#[test]
fn violations_count_what_is_off() {
    let keys = format!("type = \"certification\"\n{UNIT}\nunit_cost = 4e6\nat_most = 1");
    let source = ("carry_over = 1", "carry_over = 1\nleast_line = 5e6\ngrain = 2e6");
    let model = case(&[("type = \"certification\"", keys.as_str()), source]);
    let place = |key: &str| {
        let chain = &model.chains[0].interventions;
        InterventionId::new(chain.iter().position(|line| line.key == key).expect("there"))
    };
    let (unit, money) = (place("sertifikat"), place("alat"));
    let (s, c) = (SourceId::new(0), ClusterId::new(0));
    let found = |intervention: InterventionId, juta: i64| -> Vec<(Rule, i64)> {
        let amount = Rupiah(juta * 1_000_000);
        let line = AllocationLine { source: s, cluster: c, intervention, year: 0, amount };
        let broken = things(&model, &Allocation::new(vec![line]));
        broken.into_iter().map(|broken| (broken.rule, broken.rupiah.div_euclid(1_000_000))).collect()
    };
    assert_eq!(found(unit, 9), [(Rule::WholeUnits(c, unit, 0), 1), (Rule::MostUnits(c, unit), 5)]);
    assert_eq!(found(unit, 3), [(Rule::WholeUnits(c, unit, 0), 1), (Rule::LeastLine(s, c, unit, 0), 2)]);
    assert_eq!(found(money, 7), [(Rule::Grain(s, c, money, 0), 1)]);
    assert_eq!(found(money, 6), []);
}

/// Sizes that are asked for and that no source can keep are refused: 12 juta are no multiple of 7 and no line of 13, and a grain of
/// nothing is none.
#[test]
fn sizes_that_no_source_can_keep_are_refused() {
    use rantai::model::{Variant, VariantFault};
    let model = case(&[]);
    let juta = |amount: i64| Some(Rupiah(amount * 1_000_000));
    let refused = |least_line: Option<Rupiah>, grain: Option<Rupiah>| {
        Variant { least_line, grain, ..Variant::default() }.apply(&model).err()
    };
    assert_eq!(refused(juta(12), juta(4)), None);
    assert_eq!(refused(juta(13), None), Some(vec![VariantFault::LeastLine]));
    assert_eq!(refused(None, juta(7)), Some(vec![VariantFault::Grain]));
    assert_eq!(refused(None, juta(0)), Some(vec![VariantFault::Grain]));
}

/// Whatever is locked stays as it is: 3 juta of certificates in a, bought before, and whole units of 4 juta beside them.
#[test]
fn locked_lines_stay_as_they_are_beside_whole_units() {
    let keys = format!("type = \"certification\"\n{UNIT}\nunit_cost = 4e6");
    let model = case(&[("type = \"certification\"", keys.as_str())]);
    let unit = model.chains[0].interventions.iter().position(|line| line.key == "sertifikat").expect("there");
    let line = AllocationLine {
        source: SourceId::new(0),
        cluster: ClusterId::new(0),
        intervention: InterventionId::new(unit),
        year: 0,
        amount: Rupiah(3_000_000),
    };
    let variant = rantai::model::Variant {
        locked: Some(rantai::model::Locked { lines: Allocation::new(vec![line]), ..Default::default() }),
        ..Default::default()
    };
    let model = variant.apply(&model).expect("valid");
    let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 2);
    for method in BOTH {
        let plan = optimise(&model, &block, &options(&model, method), &Control::unlimited()).expect("a plan");
        let own =
            plan.allocation.sum(|of| of.cluster == line.cluster && of.intervention == line.intervention);
        assert_eq!((own - 3_000_000) % 4_000_000, 0, "{method:?}");
        assert!(violations(&model, &plan.allocation).is_empty(), "{method:?}");
        // 3 + 4 in a and 4 in b at 1.8, the last juta in equipment at 0.6.
        assert!((plan.objective - 20.4 * JUTA).abs() < 10.0, "{method:?}: {}", plan.objective);
    }
}
