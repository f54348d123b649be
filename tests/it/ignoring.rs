//! What programmes fail by, one case worked by hand for each: who ignores additionality, gestation, failure or its common cause
//! buys something else, and what he buys brings less. (Spillovers: `spillovers.rs`.)
//!
//! The scenario of `spillovers.rs`: each cluster makes 100 kg a year for a million a kg; `alat` buys one kg a year per juta,
//! half of which would have come anyway, at once and for good. There are 40 juta and two years: 0.5 · 2 = 1 juta a juta.

use rantai::model::{Metric, Model, Number, Risk};
use rantai::opt::ProgramPlan;
use rantai::opt::builder::build;
use rantai::opt::planner::{PlanMethod, recourse_values};
use rantai::sampling::{Purpose, Sampler};

use crate::spillovers::{BOTH, JUTA, model, planned, planned_on};

/// Another line of the same facility type, `lain`.
fn other(additionality: &str, gestation: &str, effectiveness: &str, cost: &str) -> String {
    format!(
        "[interventions.lain]\ntitle = {{ id = \"x\", en = \"x\" }}\ntype = \"production\"\nsupport = \"facilities\"\ndepreciation = 0\n\
         gestation = {gestation}\neffectiveness = {effectiveness}\nadditionality = {additionality}\nupkeep = 0\nupkeep_by = \"cluster\"\n\
         raises.bengkel = {{ cost = {cost} }}"
    )
}

/// The lines that a plan has, `alat` being 0 and `lain` 1, with their rupiah.
fn money(plan: &ProgramPlan) -> [i64; 2] {
    [0, 1].map(|i| plan.allocation.sum(|line| line.intervention.index() == i))
}

/// What the allocation of `plan` brings by `truth` [juta].
fn brings(truth: &Model, plan: &ProgramPlan) -> f64 {
    let planning = build(truth, Metric::ValueAdded, &Sampler::new(truth, 5, Purpose::Planning).block(0, 1));
    let mut program = planning.program.clone();
    program.columns.iter_mut().for_each(|column| column.objective = 0.0);
    let level = |x: &[f64]| recourse_values(&program, x).expect("recourse")[0];
    level(&planning.decide(truth, &plan.allocation)) - level(&vec![0.0; program.columns.len()])
}

#[track_caller]
fn chooses(truth: &Model, ignoring: &Model, right: usize, worth: f64, mistaken_worth: f64) {
    for method in BOTH {
        let (plan, mistaken) = (planned(truth, method), planned(ignoring, method));
        assert!(
            (plan.objective / JUTA - worth).abs() < 1e-4,
            "{method:?}: {} is not {worth}",
            plan.objective
        );
        assert_eq!(money(&plan)[right], 40_000_000, "{method:?}");
        assert_eq!(money(&mistaken)[1 - right], 40_000_000, "{method:?}");
        let found = brings(truth, &mistaken);
        assert!((found - mistaken_worth).abs() < 1e-4, "{method:?}: {found} is not {mistaken_worth}");
    }
}

fn with_all(model: &Model, set: impl Fn(&mut rantai::model::LocalIntervention)) -> Model {
    let mut changed = model.clone();
    for cluster in &mut changed.clusters {
        cluster.interventions.iter_mut().for_each(&set);
    }
    changed
}

/// `lain` costs 1.5 juta a kg and nothing of it would have come anyway: 2 / 1.5 = 4/3 a juta, 53.333 in all, where `alat` brings 1.
/// Gross, `alat` seems to bring 2 and is bought: 40 are left of 53.333.
#[test]
fn ignoring_additionality_chooses_another_plan() {
    let truth = model(&["a"], "1", "", &other("1", "[1]", "1", "1.5"));
    let ignoring = with_all(&truth, |line| line.additionality = Number::Certain(1.0));
    chooses(&truth, &ignoring, 1, 160.0 / 3.0, 40.0);
}

/// `lain` costs 0.8 juta a kg but works a year later: 0.5 / 0.8 = 0.625 a juta in the one year that is left. As if it worked at
/// once it would bring 1.25 and be bought: 25 are left of 40.
#[test]
fn ignoring_gestation_chooses_another_plan() {
    let chain = |gestation: &str| other("0.5", gestation, "1", "0.8");
    let truth = model(&["a"], "1", "", &chain("[0, 1]"));
    chooses(&truth, &model(&["a"], "1", "", &chain("[1]")), 0, 40.0, 25.0);
}

/// `lain`, a shared house, costs 0.45 juta a kg, and of eight such houses three run, two at pilot scale (0.15), three stand idle:
/// 0.4125 on average, 0.4125 / 0.45 = 0.9167 a juta. As if all ran it would bring 2.2222 and be bought: 36.667 are left of 40. The
/// mean stands here for the draws, which a thousand samples would only approach.
#[test]
fn ignoring_failure_chooses_another_plan() {
    let chain = |effectiveness: &str| other("0.5", "[1]", effectiveness, "0.45");
    let truth = model(&["a"], "1", "", &chain("0.4125"));
    chooses(&truth, &model(&["a"], "1", "", &chain("1")), 0, 40.0, 40.0 * 0.4125 / 0.45);
}

/// `lain` costs 0.3 juta a kg and either runs or stands idle: 0.5 · 0.5 · 2 / 0.3 = 1.667 a juta on average. Where all houses have one
/// cause in common the worst tenth brings nothing: half mean, half CVaR is 0.83, and certain `alat` at 1 is bought. Where each of ten
/// clusters fails by itself, the worst tenth of ten still has about 2.3 that run: 0.83 + 0.5 · 0.23 · 3.33 = 1.2, and houses are bought.
#[test]
fn ignoring_the_common_cause_of_failure_chooses_another_plan() {
    let clusters = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let state = |shared: &str| {
        format!("{{ dist = \"discrete\", values = [0, 1], weights = [0.5, 0.5], varies = \"once\"{shared} }}")
    };
    let of = |shared: &str| {
        let mut model = model(&clusters, "1", "", &other("0.5", "[1]", &state(shared), "0.3"));
        model.risk = Risk { lambda: 0.5, alpha: 0.9 };
        planned_on(&model, PlanMethod::Decomposition, 200)
    };
    let (common, apart) = (of(", shared = \"all\""), of(""));
    assert_eq!(money(&common), [40_000_000, 0]);
    assert!((common.objective / JUTA - 40.0).abs() < 1e-3, "{}", common.objective);
    assert!(money(&apart)[1] > 30_000_000, "{:?}", money(&apart));
    assert!(apart.objective / JUTA > 44.0, "{}", apart.objective);
}
