//! Two-stage programs in SMPS: published values through the reader and the solver that plans use, what published files
//! do to a reader, and the way back into files.

use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rantai::control::Control;
use rantai::model::Risk;
use rantai::opt::names::planning_program;
use rantai::opt::program::{Sense, TwoStageProgram};
use rantai::opt::smps::write::{Names, mps, smps};
use rantai::opt::smps::{Direction, Fault, Files, Origin, ReadOptions, Source, StochasticProgram, read};
use rantai::opt::solve::{BoundBy, Ending, SolveMethod, Solved, solve_with};
use rantai::opt::worth::{Worth, worth};
use rantai::report::Lang;
use rantai::sampling::{Purpose, Sampler};
use rantai::scenario::load;
use serde_json::Value;

use crate::bilingual::assert_fault_told;
use crate::random_scenario::{Kind, write};
use crate::support::{code, rantai, stderr, stdout};

/// The three files of a program.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) core: String,
    pub(crate) time: String,
    pub(crate) stoch: String,
}

impl Instance {
    pub(crate) fn new(core: &str, time: &str, stoch: &str) -> Self {
        Self { core: core.to_string(), time: time.to_string(), stoch: stoch.to_string() }
    }

    pub(crate) fn read_with(&self, options: &ReadOptions) -> Result<StochasticProgram, Vec<Fault>> {
        let file = |name, text| Source { name, text };
        let files = Files {
            core: file("it.cor", &self.core),
            time: file("it.tim", &self.time),
            stoch: file("it.sto", &self.stoch),
        };
        read(&files, options)
    }

    pub(crate) fn read(&self) -> StochasticProgram {
        let read = self.read_with(&ReadOptions::default());
        let read = read.unwrap_or_else(|faults| panic!("{faults:#?}\n{self:#?}"));
        read.notes.iter().for_each(assert_fault_told);
        read
    }

    /// The faults as they are printed, each of which is told in both languages.
    pub(crate) fn faults(&self) -> String {
        let faults = self.read_with(&ReadOptions::default()).expect_err("faults");
        faults.iter().for_each(assert_fault_told);
        faults.iter().map(|fault| format!("{fault}\n")).collect()
    }

    pub(crate) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self { core: change(&self.core), time: change(&self.time), stoch: change(&self.stoch) }
    }

    pub(crate) fn optimum(&self) -> f64 {
        let stochastic = self.read();
        stochastic.direction.of(solved(&stochastic.program).objective)
    }
}

fn solved(program: &TwoStageProgram) -> Solved {
    let solved = solve_with(SolveMethod::Extensive, program, &Control::unlimited()).expect("solved");
    assert_eq!(solved.ending, Ending::Optimal, "{:?}", solved.certificate);
    // Whatever can be solved one way can be solved the other, but for whole numbers in the second stage.
    if program.samples.iter().all(|sample| sample.columns.iter().all(|column| !column.integer)) {
        let other =
            solve_with(SolveMethod::Decomposition, program, &Control::unlimited()).expect("decomposed");
        close(other.objective, solved.objective, "by decomposition");
        close(other.bound, solved.objective, "its bound");
        assert_eq!(other.ending, Ending::Optimal, "{:?}", other.certificate);
    }
    solved
}

fn figures(program: &TwoStageProgram) -> (Solved, Worth) {
    let solved = solved(program);
    let figures = worth(program, &solved, &|program| {
        solve_with(SolveMethod::Extensive, program, &Control::unlimited())
    });
    (solved, figures)
}

#[track_caller]
fn close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1e-5), "{what}: {found} is not {expected}");
}

/// Checks RP, EV, EEV, WS, EVPI and VSS in the file's sense.
#[track_caller]
fn check(instance: &Instance, expected: [f64; 6]) {
    let stochastic = instance.read();
    let (solved, figures) = figures(&stochastic.program);
    let turned = |value: Option<f64>| stochastic.direction.of(value.expect("known"));
    close(stochastic.direction.of(solved.objective), expected[0], "RP");
    close(stochastic.direction.of(solved.bound), expected[0], "bound");
    close(turned(figures.ev.value), expected[1], "EV");
    close(turned(figures.eev.value), expected[2], "EEV");
    close(turned(figures.ws.value), expected[3], "WS");
    close(figures.evpi.value.expect("known"), expected[4], "EVPI");
    close(figures.vss.value.expect("known"), expected[5], "VSS");
}

/// Checks optima in the file's sense for (λ, α, value).
#[track_caller]
fn check_risk(instance: &Instance, expected: &[(f64, f64, f64)]) {
    for &(lambda, alpha, value) in expected {
        let options = ReadOptions { risk: Risk { lambda, alpha }, ..ReadOptions::default() };
        let stochastic = instance.read_with(&options).expect("valid");
        let (solved, figures) = figures(&stochastic.program);
        close(stochastic.direction.of(solved.objective), value, &format!("lambda {lambda} alpha {alpha}"));
        // Whatever the attitude to risk, knowing more and planning for more never harm.
        assert!(figures.evpi.value >= Some(0.0) && figures.vss.value >= Some(0.0), "{figures:?}");
    }
}

/// Capacity expansion of Louveaux and Smeers (1988): costs 10, 7, 16, 6 of four plants, at least 12 of capacity, at most
/// 120 of money, three modes of demand.
pub(crate) fn expansion(stoch: &str) -> Instance {
    let build = [10.0, 7.0, 16.0, 6.0];
    let run = [[40.0, 24.0, 4.0], [45.0, 27.0, 4.5], [32.0, 19.2, 3.2], [55.0, 33.0, 5.5]];
    let mut core = "NAME          Expansion\nROWS\n N  COST\n G  TOTAL\n L  MONEY\n".to_string();
    for plant in 1..=4 {
        let _ = writeln!(core, " L  P{plant}");
    }
    core.push_str(" G  D1\n G  D2\n G  D3\nCOLUMNS\n");
    for (i, cost) in build.iter().enumerate() {
        let plant = i + 1;
        let _ = writeln!(core, "    X{plant}        COST      {cost:>12}   TOTAL              1.0");
        let _ = writeln!(core, "    X{plant}        MONEY     {cost:>12}   P{plant}                -1.0");
    }
    for (i, costs) in run.iter().enumerate() {
        for (j, cost) in costs.iter().enumerate() {
            let (plant, mode) = (i + 1, j + 1);
            let _ = writeln!(core, "    Y{plant}{mode}       COST      {cost:>12}");
            let _ = writeln!(
                core,
                "    Y{plant}{mode}       P{plant}                 1.0   D{mode}                 1.0"
            );
        }
    }
    core.push_str("RHS\n    RHS       TOTAL             12.0   MONEY            120.0\n");
    core.push_str("    RHS       D1                 5.0   D2                 3.0\n    RHS       D3                 2.0\n");
    core.push_str("ENDATA\n");
    let time = "TIME          Expansion\nPERIODS\n    X1        COST                     NOW\n    Y11       P1                       LATER\nENDATA\n";
    Instance::new(&core, time, stoch)
}

/// The 64 demands 0, 0.96, 2.96 or 3.96 in each mode, independent.
fn expansion_64() -> Instance {
    let mut stoch = "STOCH         Expansion\nINDEP         DISCRETE\n".to_string();
    for mode in 1..=3 {
        for demand in [0.0, 0.96, 2.96, 3.96] {
            let _ = writeln!(stoch, "    RHS       D{mode}          {demand}   LATER     0.25");
        }
        stoch.push_str("*\n");
    }
    expansion(&(stoch + "ENDATA\n"))
}

/// Demand 3, 5 or 7 in the first mode.
fn expansion_3() -> Instance {
    expansion("STOCH\nINDEP DISCRETE\n RHS D1 3 0.3\n RHS D1 5 0.4\n RHS D1 7 0.3\nENDATA\n")
}

#[test]
fn capacity_expansion_with_64_samples_has_all_its_values() {
    let instance = expansion_64();
    assert_eq!(instance.read().program.samples.len(), 64);
    check(&instance, [227.603_75, 220.735, 228.734_859_375, 220.735, 6.868_75, 1.131_109_375]);
    check_risk(&instance, &[(0.5, 0.9, 291.700_156_25), (1.0, 0.9, 351.98), (1.0, 0.95, 362.743_75)]);
}

#[test]
fn capacity_expansion_with_three_demands_has_all_its_values() {
    let rp = 381.853_333_333_333;
    let (ev, eev, ws) = (378.666_666_666_667, 383.986_666_666_667, 380.166_666_666_667);
    check(&expansion_3(), [rp, ev, eev, ws, rp - ws, eev - rp]);
    let solved = solved(&expansion_3().read().program);
    for (found, exact) in solved.x.iter().zip([8.0 / 3.0, 4.0, 10.0 / 3.0, 2.0]) {
        assert!((found - exact).abs() < 1e-6, "{:?}", solved.x);
    }
}

/// Retail with two warehouses: the two-item problem with 25 equally likely demands for each item (baa99).
fn retail() -> Instance {
    let first = [
        17.757_318_65,
        32.962_248_32,
        43.680_443_55,
        52.291_737_34,
        59.678_937_65,
        66.275_512_49,
        72.330_764_02,
        78.004_341_72,
        83.407_332_68,
        88.622_751_17,
        93.716_932_66,
        98.746_554_59,
        103.763_493_1,
        108.818_708_2,
        113.965_951_7,
        119.266_023_3,
        124.792_517_4,
        130.640_649_6,
        136.942_342_5,
        143.894_814_8,
        151.821_669_5,
        161.326_406,
        173.789_551_4,
        194.039_680_4,
        216.317_393_7,
    ];
    let second = [
        5.960_319_592,
        26.210_448_59,
        38.673_594,
        48.178_330_53,
        56.105_185_25,
        63.057_657_54,
        69.359_350_45,
        75.207_482_63,
        80.733_976_68,
        86.034_048_28,
        91.181_291_76,
        96.236_506_9,
        101.253_445_4,
        106.283_067_3,
        111.377_248_8,
        116.592_667_3,
        121.995_658_3,
        127.669_236,
        133.724_487_5,
        140.321_062_4,
        147.708_262_7,
        156.319_556_5,
        167.037_751_7,
        182.242_681_3,
        216.317_393_7,
    ];
    let core = "NAME retail\nROWS\n N obj\n E d1\n E d2\n E s1\n E s2\nCOLUMNS\n\
        \x20x1 obj 4\n x1 s1 -1\n x2 obj 2\n x2 s2 -1\n w11 obj -8\n w11 d1 1\n w11 s1 1\n w12 obj -4\n w12 d2 1\n\
        \x20w12 s1 1\n w22 obj -4\n w22 d2 1\n w22 s2 1\n v1 obj 0.2\n v1 s1 1\n v2 obj 0.2\n v2 s2 1\n u1 obj 10\n\
        \x20u1 d1 1\n u2 obj 10\n u2 d2 1\nRHS\n rhs d1 100\n rhs d2 100\nBOUNDS\n UP BND x1 217\n UP BND x2 217\nENDATA\n";
    let mut stoch = "STOCH retail\nINDEP DISCRETE\n".to_string();
    for (row, values) in [("d1", first), ("d2", second)] {
        for value in values {
            let _ = writeln!(stoch, "    RHS     \t{row}\t{value}\t       0.04");
        }
    }
    // No ENDATA; the core's right-hand side is 'rhs'; the first period's row is the objective.
    Instance::new(core, "TIME\nPERIODS LP\n x1 obj TIME1\n w11 d1 TIME2\nENDATA", &stoch)
}

#[test]
fn retail_with_625_samples_has_all_its_values() {
    let instance = retail();
    assert_eq!(instance.read().program.samples.len(), 625);
    let expected = [
        -238.778_298_470,
        -631.959_109_119,
        -74.272_969_721,
        -631.959_109_119,
        393.180_810_656,
        164.505_328_741,
    ];
    check(&instance, expected);
    let risk = [(0.5, 0.9, 58.337_721_817), (1.0, 0.9, 350.590_563_994), (1.0, 0.95, 451.483_747_224)];
    check_risk(&instance, &risk);
}

/// The farmer of Birge and Louveaux (1997), a random technology matrix in scenarios.
fn farmer(root: &str, maximise: bool) -> Instance {
    let sign = if maximise { 1.0 } else { -1.0 };
    let mut core = String::from("NAME farmer\n");
    if maximise {
        core.push_str("OBJSENSE\n    MAX\n");
    }
    core.push_str("ROWS\n N profit\n L land\n G wheat\n G corn\n G beets\n L quota\nCOLUMNS\n");
    for (crop, cost, row, yields) in
        [("xw", 150.0, "wheat", 2.5), ("xc", 230.0, "corn", 3.0), ("xb", 260.0, "beets", 20.0)]
    {
        let _ = writeln!(core, " {crop} profit {} land 1\n {crop} {row} {yields}", -sign * cost);
    }
    for (trade, price, row, amount) in [
        ("bw", -238.0, "wheat", 1.0),
        ("sw", 170.0, "wheat", -1.0),
        ("bc", -210.0, "corn", 1.0),
        ("sc", 150.0, "corn", -1.0),
        ("dear", 36.0, "beets", -1.0),
        ("cheap", 10.0, "beets", -1.0),
    ] {
        let _ = writeln!(core, " {trade} profit {} {row} {amount}", sign * price);
    }
    core.push_str(" dear quota 1\nRHS\n B land 500 wheat 200\n B corn 240 quota 6000\nENDATA\n");
    let time = "TIME farmer\nPERIODS\n xw land PLANT\n bw wheat HARVEST\nENDATA\n";
    let mut stoch = "STOCH farmer\nSCENARIOS DISCRETE\n".to_string();
    for (name, factor) in [("BAD", 0.8), ("FAIR", 1.0), ("GOOD", 1.2)] {
        let _ = writeln!(stoch, " SC {name} {root} 0.33333333333333 HARVEST");
        let yields = [2.5, 3.0, 20.0].map(|yields| yields * factor);
        let _ = writeln!(stoch, " xw wheat {}\n xc corn {}\n xb beets {}", yields[0], yields[1], yields[2]);
    }
    Instance::new(&core, time, &(stoch + "ENDATA\n"))
}

#[test]
fn the_farmer_has_all_his_values_as_cost_and_as_profit() {
    let cost = [-108_390.0, -118_600.0, -107_240.0, -115_405.555_555_556, 7_015.555_555_556, 1_150.0];
    for root in ["'ROOT'", "ROOT", "root"] {
        check(&farmer(root, false), cost);
    }
    let profit = farmer("'ROOT'", true);
    assert_eq!(profit.read().direction, Direction::Maximise);
    check(&profit, [108_390.0, 118_600.0, 107_240.0, 115_405.555_555_556, 7_015.555_555_556, 1_150.0]);
    // The three probabilities sum to 1 − 10⁻¹⁴: rounding, of which nothing is said.
    assert!(profit.read().notes.is_empty());
}

#[test]
fn tabs_line_ends_and_a_missing_end_change_nothing() {
    let (plain, expected) = (expansion_64(), expansion_64().read());
    let same = |instance: &Instance, what: &str| {
        let found = instance.read();
        assert_eq!(
            (found.program, found.first_columns),
            (expected.program.clone(), expected.first_columns.clone()),
            "{what}"
        );
    };
    same(
        &plain.map(|text| {
            text.lines()
                .map(|l| {
                    let words: Vec<&str> = l.split_whitespace().collect();
                    if l.starts_with(' ') {
                        format!("\t{}\n", words.join("\t"))
                    } else {
                        format!("{}\n", words.join("\t"))
                    }
                })
                .collect()
        }),
        "tabs",
    );
    same(&plain.map(|text| text.trim_end().to_string()), "no final newline");
    same(&plain.map(|text| text.replace("ENDATA\n", "")), "no ENDATA");
    same(&plain.map(|text| text.replace('\n', "\r\n")), "carriage returns");
    same(&plain.map(|text| format!("\u{feff}* a comment\n\n{text}")), "comments and blank lines");
}

/// Period names, and in fixed columns all names, may hold blanks.
#[test]
fn names_may_hold_blanks() {
    let expected = expansion_64().read().program;
    let periods = expansion_64().map(|text| text.replace("NOW", "PERIOD 1").replace("LATER", "PERIOD 2"));
    assert_eq!(periods.read().program, expected);
    let mut blocks = expansion_3();
    blocks.time = blocks.time.replace("LATER", "STAGE 2");
    blocks.stoch = "STOCH\nBLOCKS DISCRETE\n BL B 1 STAGE 2 0.3\n RHS D1 3\n BL B 1 STAGE 2 0.4\n RHS D1 5\n BL B 1 'STAGE  2' 0.3\n RHS D1 7".to_string();
    close(blocks.optimum(), 381.853_333_333, "blocks of periods with blanks");
    let mut fixed = expansion_3();
    fixed.core = fixed.core.replace("X1 ", "X 1").replace("D1 ", "D 1").replace(" G  D1\n", " G  D 1\n");
    fixed.time = fixed.time.replace("X1 ", "X 1");
    fixed.stoch = "STOCH\nINDEP         DISCRETE\n    RHS       D 1       3              LATER     0.3\n    RHS       D 1       5              LATER     0.4\n    RHS       D 1       7              LATER     0.3\n".to_string();
    assert_eq!(fixed.read().first_columns[0], "X 1");
    close(fixed.optimum(), 381.853_333_333, "fixed columns");
}

#[test]
fn probabilities_that_miss_1_are_refused_or_brought_to_1_with_a_note() {
    let with =
        |p: &str| expansion(&format!("STOCH\nINDEP DISCRETE\n RHS D1 3 0.3\n RHS D1 5 0.4\n RHS D1 7 {p}\n"));
    let faults = with("0.2").faults();
    assert!(faults.contains("it.sto, line 3: the probabilities of 'RHS/D1' sum to 0.9"), "{faults}");
    let near = with("0.2999999").read();
    assert!(
        near.notes.iter().any(|note| note.to_string().contains("are divided by that")),
        "{:?}",
        near.notes
    );
    let sum: f64 = near.program.samples.iter().map(|sample| sample.probability).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    assert!(with("-0.3").faults().contains("probability -0.3; expected a number from 0 to 1"));
}

/// Buy x at 1; shortage of demand 10 costs 5, and with probability 10⁻¹³ of demand 100 costs 10¹²: 10⁻¹³·10¹² = 0.1 a
/// unit, too little to buy for. The cost is 10 + 0.1·90 = 19.
#[test]
fn a_tiny_probability_before_a_large_penalty_counts() {
    let core = "ROWS\n N c\n G d\nCOLUMNS\n x c 1 d 1\n s c 5 d 1\nRHS\n r d 10\n";
    let stoch = "STOCH\nBLOCKS DISCRETE\n BL B T2 0.9999999999999\n r d 10\n s c 5\n BL B T2 1e-13\n r d 100\n s c 1e12\n";
    let instance = Instance::new(core, "TIME\nPERIODS\n x c T1\n s d T2\n", stoch);
    let program = instance.read().program;
    let (solved, figures) = figures(&program);
    close(-solved.objective, 19.0, "RP");
    close(-program.risk_adjusted(&solved.values), 19.0, "sample by sample");
    assert!(solved.gap < 1e-6 && figures.vss.value >= Some(0.0), "{solved:?}");
}

#[test]
fn right_hand_sides_have_any_name() {
    let expected = expansion_64().read().program;
    for (core, stoch) in [("B", "B"), ("B", "RHS"), ("rhs", "RHS"), ("RHS1", "RHS1"), ("DEMAND", "demand")] {
        let mut instance = expansion_64();
        instance.core = instance.core.replace("    RHS ", &format!("    {core} "));
        instance.stoch = instance.stoch.replace("    RHS ", &format!("    {stoch} "));
        assert_eq!(instance.read().program, expected, "{core} {stoch}");
    }
    // Without any, as free MPS allows.
    let mut bare = expansion_64();
    bare.core = bare.core.replace("    RHS  ", "    ");
    assert_eq!(bare.read().program, expected);
    let mut other = expansion_64();
    other.stoch = other.stoch.replace("    RHS ", "    RIGHTSIDE ");
    let other = other.read();
    assert_eq!(other.program, expected);
    assert!(other.notes[0].to_string().contains("is no column and is taken to be the right-hand side"));
    let mut slip = expansion_64();
    slip.stoch = slip.stoch.replacen("    RHS ", "    X11 ", 1);
    let faults = slip.faults();
    assert!(
        faults.contains("'X11' is neither a column nor the right-hand side") && faults.contains("X1"),
        "{faults}"
    );
}

/// Later listings of a block keep the first listing's values (not the core's) for what they leave out. Demands (7, 3, 2),
/// then only the first falls to 3: the second outcome is (3, 3, 2) although the core says 9 for the second mode.
#[test]
fn a_shorter_block_keeps_the_values_of_the_first() {
    let mut instance = expansion(
        "STOCH\nBLOCKS DISCRETE\n BL DEMAND LATER 0.5\n RHS D1 7 D2 3\n BL DEMAND LATER 0.5\n RHS D1 3\nENDATA\n",
    );
    instance.core = instance.core.replace("D2                 3.0", "D2                 9.0");
    let program = instance.read().program;
    let demands = |w: usize| program.samples[w].rows[4..7].iter().map(|row| row.rhs).collect::<Vec<_>>();
    assert_eq!((demands(0), demands(1)), (vec![7.0, 3.0, 2.0], vec![3.0, 3.0, 2.0]));
}

/// A scenario keeps its parent's values for what it leaves out.
#[test]
fn a_scenario_keeps_the_values_of_its_parent() {
    let stoch = "STOCH\nSCENARIOS DISCRETE\n SC A 'ROOT' 0.25 LATER\n RHS D1 7 D2 4\n SC B A 0.25 LATER\n RHS D1 6\n SC C 'ROOT' 0.5 LATER\n RHS D3 1\n";
    let program = expansion(stoch).read().program;
    let demands = |w: usize| program.samples[w].rows[4..7].iter().map(|row| row.rhs).collect::<Vec<_>>();
    assert_eq!(demands(0), [7.0, 4.0, 2.0]);
    assert_eq!(demands(1), [6.0, 4.0, 2.0]);
    assert_eq!(demands(2), [5.0, 3.0, 1.0]);
    let faults = expansion(&stoch.replace("SC B A", "SC B Z")).faults();
    assert!(faults.contains("line 5: scenario 'B' branches from 'Z', which is not known"), "{faults}");
}

#[test]
fn independent_numbers_and_blocks_stand_in_one_file() {
    let stoch = "STOCH\nINDEP DISCRETE\n RHS D1 3 0.5\n RHS D1 7 LATER 0.5\nBLOCKS DISCRETE\n BL B LATER 0.25\n RHS D2 2 D3 1\n BL B LATER 0.75\n RHS D2 4\n";
    let program = expansion(stoch).read().program;
    let all: Vec<(f64, Vec<f64>)> = program
        .samples
        .iter()
        .map(|sample| (sample.probability, sample.rows[4..7].iter().map(|row| row.rhs).collect()))
        .collect();
    let expected = vec![
        (0.125, vec![3.0, 2.0, 1.0]),
        (0.375, vec![3.0, 4.0, 1.0]),
        (0.125, vec![7.0, 2.0, 1.0]),
        (0.375, vec![7.0, 4.0, 1.0]),
    ];
    assert_eq!(all, expected);
    let faults = expansion(&stoch.replace("RHS D2 4", "RHS D1 4")).faults();
    assert!(faults.contains("the right-hand side of 'D1' is random in two places"), "{faults}");
}

/// ADD and MULTIPLY change the core's value: demand 5 + (−2, 0, 2) and 5 × (0.6, 1, 1.4).
#[test]
fn values_may_add_to_the_core_or_multiply_it() {
    let add = "STOCH\nINDEP DISCRETE ADD\n RHS D1 -2 0.3\n RHS D1 0 0.4\n RHS D1 2 0.3\n";
    let multiply = "STOCH\nINDEP DISCRETE MULTIPLY\n RHS D1 0.6 0.3\n RHS D1 1 0.4\n RHS D1 1.4 0.3\n";
    for stoch in [add, multiply] {
        close(expansion(stoch).optimum(), 381.853_333_333, stoch);
    }
}

/// One unit from two makers who cost 1 and 3, or 3 and 1: known in time it costs 1, at the mean 2. So EV exceeds RP.
#[test]
fn with_random_costs_the_mean_problem_may_be_dearer_than_the_truth() {
    let core = "ROWS\n N c\n L cap\n E need\nCOLUMNS\n x c 0 cap 1\n a c 2 need 1\n b c 2 need 1\nRHS\n r cap 1 need 1\n";
    let stoch = "STOCH\nBLOCKS DISCRETE\n BL B T2 0.5\n a c 1\n b c 3\n BL B T2 0.5\n a c 3\n b c 1\n";
    let instance = Instance::new(core, "TIME\nPERIODS\n x cap T1\n a need T2\n", stoch);
    let (solved, figures) = figures(&instance.read().program);
    close(-solved.objective, 1.0, "RP");
    close(-figures.ev.value.expect("known"), 2.0, "EV");
    assert_eq!((figures.evpi.value, figures.vss.value), (Some(0.0), Some(0.0)));
}

/// A random recourse matrix: y yields 1 or 3 a unit against a need of 3, at cost 1: costs 3 and 1, mean 2. At the mean
/// yield 2 it takes 1.5. And a random cost of the first stage: x must be 1 and costs 1 or 5, mean 3.
#[test]
fn recourse_matrices_and_first_stage_costs_may_be_random() {
    let core = "ROWS\n N c\n E must\n G need\nCOLUMNS\n x c 0 must 1\n y c 1 need 2\nRHS\n r must 1 need 3\n";
    let stoch = "STOCH\nINDEP DISCRETE\n y need 1 0.5\n y need 3 0.5\n x c 1 0.5\n x c 5 0.5\n";
    let instance = Instance::new(core, "TIME\nPERIODS\n x must T1\n y need T2\n", stoch);
    let (solved, figures) = figures(&instance.read().program);
    close(-solved.objective, 5.0, "RP");
    close(-figures.ev.value.expect("known"), 4.5, "EV");
}

/// Demand 1 or 3 must be met from x alone: the mean's x = 2 leaves the second without recourse.
fn incomplete() -> Instance {
    let core = "ROWS\n N c\n L have\n G need\nCOLUMNS\n x c 2 have -1\n y have 1 need 1\nRHS\n r need 2\n";
    let stoch = "STOCH\nINDEP DISCRETE\n r need 1 0.5\n r need 3 0.5\n";
    Instance::new(core, "TIME\nPERIODS\n x c T1\n y have T2\n", stoch)
}

#[test]
fn without_complete_recourse_the_value_of_the_stochastic_solution_is_infinite() {
    let (solved, figures) = figures(&incomplete().read().program);
    close(-solved.objective, 6.0, "RP");
    close(-figures.ws.value.expect("known"), 4.0, "WS");
    assert_eq!((figures.eev.value, figures.vss.value), (Some(f64::NEG_INFINITY), Some(f64::INFINITY)));
    let why = figures.vss.reason.expect("reason");
    let [en, id] = [Lang::En, Lang::Id].map(|lang| why.in_language(lang));
    assert!(en.contains("leaves sample 2 without feasible recourse"), "{en}");
    assert!(id.contains("tidak menyisakan tahap kedua yang layak pada sampel 2"), "{id}");
}

/// Every kind of row, range and bound, worked out by hand in the assertions.
#[test]
fn rows_ranges_bounds_and_markers_mean_what_mps_says() {
    let core = "NAME all\nROWS\n N cost\n N spare\n L a\n G b\n E c\n E d\n L e\nCOLUMNS\n\
        \x20   M1  'MARKER'  'INTORG'\n    i1 cost 1 a 1\n    i2 cost 1 b 1\n    M2  'MARKER'  'INTEND'\n\
        \x20   x1 cost 1 c 1\n    x2 cost 1 d 1\n    x3 cost 1 spare 7\n    x4 cost 1 a 1\n    x5 cost 1 a 1\n    x6 cost 1 a 1\n    x7 cost 1 a 1\n    x8 cost 1 a 1\n    y1 cost 1 e 1\n\
        RHS\n    r cost -10 a 4\n    r b 1 c 5\n    r d 5 e 9\n    other a 99\n\
        RANGES\n    g a 3 b 2\n    g c 2 d -2\n\
        BOUNDS\n UP bnd i1 9\n LO bnd x1 -3\n MI bnd x2\n UP bnd x2 -1\n FX bnd x3 2.5\n FR bnd x4\n BV bnd x5\n LI bnd x6 2\n UI bnd x6 8\n UP bnd x7 -1\n PL bnd x8\n UP bnd x8 1e30\nENDATA\n";
    let stochastic =
        Instance::new(core, "TIME\nPERIODS\n i1 cost T1\n y1 e T2\n", "STOCH\nINDEP DISCRETE\n r e 1 1\n")
            .read();
    let program = &stochastic.program;
    let bound = |j: usize| (program.columns[j].lower, program.columns[j].upper, program.columns[j].integer);
    let (less, more) = (f64::NEG_INFINITY, f64::INFINITY);
    assert_eq!(bound(0), (0.0, 9.0, true));
    assert_eq!(bound(1), (0.0, more, true));
    assert_eq!(bound(2), (-3.0, more, false));
    assert_eq!(bound(3), (less, -1.0, false));
    assert_eq!(bound(4), (2.5, 2.5, false));
    assert_eq!(bound(5), (less, more, false));
    assert_eq!(bound(6), (0.0, 1.0, true));
    assert_eq!(bound(7), (2.0, 8.0, true));
    assert_eq!(bound(8), (less, -1.0, false));
    assert_eq!(bound(9), (0.0, more, false));
    let rows: Vec<(Sense, f64)> = program.rows.iter().map(|row| (row.sense, row.rhs)).collect();
    let (most, least) = (Sense::AtMost, Sense::AtLeast);
    let expected = [
        (most, 4.0),
        (least, 1.0),
        (least, 1.0),
        (most, 3.0),
        (least, 5.0),
        (most, 7.0),
        (least, 3.0),
        (most, 5.0),
    ];
    assert_eq!(rows, expected);
    // The objective's right-hand side is a constant of the opposite sign: cost + 10, and the program maximises −cost.
    assert_eq!(program.samples[0].offset, -10.0);
    let notes: Vec<String> = stochastic.notes.iter().map(ToString::to_string).collect();
    assert!(notes.iter().any(|note| note.contains("free row 'spare' binds nothing")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("RHS 'other' is left out")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("'x7' has an upper bound below 0")), "{notes:?}");
    let refused = Instance::new(&core.replace("FR bnd x4", "SC bnd x4 5"), "", "").faults();
    assert!(
        refused.contains("semi-continuous columns are not read") && refused.contains("binary"),
        "{refused}"
    );
}

/// A constant on the objective, in the file's sense either way: cost x + 7 at x = 2.
#[test]
fn a_right_hand_side_of_the_objective_is_a_constant() {
    let core = "ROWS\n N c\n G n\n G m\nCOLUMNS\n x c 1 n 1\n y c 1 m 1\nRHS\n r c -7 n 2\n";
    let time = "TIME\nPERIODS\n x c T1\n y m T2\n";
    close(Instance::new(core, time, "STOCH\n").optimum(), 9.0, "minimise");
    let maximise = format!("OBJSENSE MAX\n{}", core.replace(" c 1", " c -1"));
    close(Instance::new(&maximise, time, "STOCH\n").optimum(), 5.0, "maximise");
    // And it may be random: 7 or 9.
    let stoch = "STOCH\nINDEP DISCRETE\n r c -7 0.5\n r c -9 0.5\n";
    close(Instance::new(core, time, stoch).optimum(), 10.0, "random");
}

/// Some writers list zeros: one of a later column in a first-stage row binds nothing.
#[test]
fn a_zero_in_a_first_stage_row_binds_nothing() {
    let mut zero = expansion_3();
    zero.core = zero.core.replacen("    Y43 ", "    Y43       TOTAL              0.0\n    Y43 ", 1);
    assert_eq!(zero.read().program, expansion_3().read().program);
}

/// Whole plants in capacity expansion: no fraction of a plant, so the cost is not below the fractional one.
#[test]
fn whole_numbers_in_the_first_stage_are_kept() {
    let mut instance = expansion_3();
    instance.core =
        instance.core.replace("    X1        COST", "    M 'MARKER' 'INTORG'\n    X1        COST");
    instance.core =
        instance.core.replacen("    Y11       COST", "    N 'MARKER' 'INTEND'\n    Y11       COST", 1);
    let program = instance.read().program;
    assert_eq!(program.columns.iter().filter(|column| column.integer).count(), 4);
    let whole = solved(&program);
    assert_eq!(whole.bound_by, BoundBy::Solver);
    assert!(whole.x.iter().all(|x| x.fract() == 0.0), "{:?}", whole.x);
    // The best of all whole plans, tried one by one.
    let mut best = f64::NEG_INFINITY;
    for a in 0..=12_u32 {
        for b in 0..=12_u32 {
            for c in 0..=7_u32 {
                for d in 0..=12_u32 {
                    let x = [a, b, c, d].map(f64::from);
                    let money: f64 = x.iter().zip([10.0, 7.0, 16.0, 6.0]).map(|(x, cost)| x * cost).sum();
                    let total: f64 = x.iter().sum();
                    if money > 120.0 || !(12.0..=13.0).contains(&total) {
                        continue;
                    }
                    if let Some(value) = rantai::opt::worth::value_at(&program, &x).finite() {
                        best = best.max(value);
                    }
                }
            }
        }
    }
    close(whole.objective, best, "whole plants");
}

#[test]
fn explicit_periods_name_every_row_and_column() {
    let expected = expansion_64().read().program;
    let mut explicit = expansion_64();
    let mut time =
        "TIME\nPERIODS EXPLICIT\n NOW\n LATER\nROWS\n COST NOW\n TOTAL NOW\n MONEY NOW\n".to_string();
    for row in ["P1", "P2", "P3", "P4", "D1", "D2", "D3"] {
        let _ = writeln!(time, " {row} LATER");
    }
    time.push_str("COLUMNS\n");
    for column in ["X1", "X2", "X3", "X4"] {
        let _ = writeln!(time, " {column} NOW");
    }
    for column in &expansion_64().read().second_columns {
        let _ = writeln!(time, " {column} LATER");
    }
    explicit.time = time.clone();
    assert_eq!(explicit.read().program, expected);
    explicit.time = time.replace(" P3 LATER\n", "").replace(" Y11 LATER", " Y11 SOMETIME");
    let faults = explicit.faults();
    assert!(
        faults.contains("row 'P3' has no period") && faults.contains("period 'SOMETIME' is not"),
        "{faults}"
    );
}

/// Three periods: merged where all chance is known in the second, else refused with a sentence.
#[test]
fn later_periods_are_merged_where_nothing_more_becomes_known_in_them() {
    let three = |stoch: &str| {
        let mut instance = expansion(stoch);
        instance.time = "TIME\nPERIODS\n X1 COST ONE\n Y11 P1 TWO\n Y41 P4 THREE\n".to_string();
        // In order of time: plant 4's row stands last.
        instance.core = instance.core.replace(" L  P4\n", "").replace("COLUMNS\n", " L  P4\nCOLUMNS\n");
        instance
    };
    let stoch = "STOCH\nINDEP DISCRETE\n RHS D1 3 0.3\n RHS D1 5 0.4\n RHS D1 7 0.3\n";
    let merged = three(stoch);
    close(merged.optimum(), 381.853_333_333, "merged");
    assert!(merged.read().notes.iter().any(|note| note.to_string().contains("TWO, THREE are merged")));
    let faults = three(&stoch.replace("D1", "P4")).faults();
    assert!(faults.contains("becomes known in period 'THREE', after the second"), "{faults}");
}

#[test]
fn faults_name_file_line_finding_expectation_and_come_together() {
    let core = "NAME x\nROWS\n N c\n Q r1\n L r2\nCOLUMNS\n x c 1 r9 2\n x r2 abc\n y\nRHS\n r r2\nBOUNDS\n UP b z 3\n XX b x 3\n";
    let faults = Instance::new(core, "", "").faults();
    for part in [
        "it.cor, line 4: row 'Q r1'; expected a type N, L, G or E and a name",
        "line 7: row 'r9' is not in section ROWS",
        "line 8: 'abc' is not a number",
        "line 9: column 'y'",
        "line 13: column 'z' is not in section COLUMNS",
        "line 14: bound 'XX b x 3'",
    ] {
        assert!(faults.contains(part), "{part}\n{faults}");
    }
    let mut order = expansion_3();
    std::mem::swap(&mut order.core, &mut order.stoch);
    assert!(order.faults().contains("the order is CORE TIME STOCH"), "{}", order.faults());
    let mut time = expansion_3();
    time.time = "TIME\nPERIODS\n X1 COST ONE\n Y99 P1 TWO\n".to_string();
    assert!(
        time.faults().contains("it.tim, line 4: 'Y99' is no column of the core file"),
        "{}",
        time.faults()
    );
    time.time = "TIME\nPERIODS\n X1 COST ONE\n".to_string();
    assert!(time.faults().contains("there is 1 period; expected two periods"), "{}", time.faults());
    time.time = "TIME\nPERIODS\n X1 COST ONE\n Y11 D1 TWO\n".to_string();
    assert!(
        time.faults().contains("row 'P1' belongs to the first period but holds column"),
        "{}",
        time.faults()
    );
    let random = expansion("STOCH\nINDEP DISCRETE\n RHS MONEY 100 0.5\n RHS MONEY 120 0.5\n").faults();
    assert!(random.contains("'MONEY' belongs to the first period and is random"), "{random}");
    let law = expansion("STOCH\nINDEP GAMMA\n RHS D1 1 2\nCHANCE\n").faults();
    assert!(
        law.contains("INDEP with distribution 'GAMMA'") && law.contains("section CHANCE is not read"),
        "{law}"
    );
}

/// Uniform and normal demands are drawn: the same seed gives the same samples, and their means are right within four
/// standard errors.
#[test]
fn continuous_demands_are_drawn() {
    let stoch = "STOCH\nINDEP UNIFORM\n RHS D1 2 LATER 8\nINDEP NORMAL\n RHS D2 3 LATER 0.25\nINDEP DISCRETE\n RHS D3 1 0.75\n RHS D3 5 0.25\n";
    let instance = expansion(stoch);
    assert!(
        instance.faults().contains("--samples N draws N equally likely samples"),
        "{}",
        instance.faults()
    );
    let drawn = |seed| {
        let options = ReadOptions { samples: Some(4000), seed, ..ReadOptions::default() };
        instance.read_with(&options).expect("valid")
    };
    let (one, again, other) = (drawn(7), drawn(7), drawn(8));
    assert_eq!(one.origin, Origin::Drawn(7));
    assert!(one == again && one.program != other.program);
    let mean = |row: usize, power: i32| {
        one.program.samples.iter().map(|sample| sample.rows[row].rhs.powi(power)).sum::<f64>() / 4000.0
    };
    assert!((mean(4, 1) - 5.0).abs() < 4.0 * 3.0_f64.sqrt() / 4000.0_f64.sqrt());
    assert!((mean(5, 1) - 3.0).abs() < 4.0 * 0.5 / 4000.0_f64.sqrt());
    // The second number of NORMAL is a variance.
    assert!((mean(5, 2) - mean(5, 1).powi(2) - 0.25).abs() < 4.0 * 0.25 * 2.0_f64.sqrt() / 4000.0_f64.sqrt());
    assert!((mean(6, 1) - 2.0).abs() < 4.0 * 3.0_f64.sqrt() / 4000.0_f64.sqrt());
}

#[test]
fn too_many_scenarios_are_refused_with_the_way_out() {
    let mut stoch = "STOCH\nINDEP DISCRETE\n".to_string();
    for row in ["P1", "P2", "P3", "P4", "D1", "D2"] {
        for value in 0..10 {
            let _ = writeln!(stoch, " RHS {row} {value} 0.1");
        }
    }
    let instance = expansion(&stoch);
    let faults = instance.faults();
    assert!(faults.contains("1000000 scenarios") && faults.contains("--samples N"), "{faults}");
    let options = ReadOptions { samples: Some(10), ..ReadOptions::default() };
    assert_eq!(instance.read_with(&options).expect("valid").program.samples.len(), 10);
}

/// Reads back what was written; the optimum and every sample's numbers stay.
fn round_trip(program: &TwoStageProgram, names: &Names) {
    let files = smps(program, names).expect("one shape");
    let instance = Instance::new(&files.core, &files.time, &files.stoch);
    let options = ReadOptions { risk: program.risk, ..ReadOptions::default() };
    let back = instance.read_with(&options).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(back.program.samples.len(), program.samples.len());
    assert_eq!(back.program.rows.len(), program.rows.len());
    let value = solved(program).objective;
    close(solved(&back.program).objective, value, "SMPS");
    // The extensive form is a program without chance: its first column now, all else later.
    let core = mps(program, names);
    let columns: Vec<&str> = core
        .split_once("\nCOLUMNS\n")
        .expect("columns")
        .1
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| !word.starts_with("MARKER"))
        .collect();
    let first = columns[0];
    let second = columns.iter().find(|name| **name != first).expect("two columns");
    let time = format!("TIME\nPERIODS\n {first} COST ONE\n {second} COST TWO\n");
    close(Instance::new(&core, &time, "STOCH\n").optimum(), -value, "MPS");
}

#[test]
fn published_programs_survive_the_way_out_and_back() {
    for (instance, lambda) in [
        (expansion_3(), 0.0),
        (expansion_64(), 0.5),
        (farmer("'ROOT'", false), 0.0),
        (farmer("ROOT", true), 1.0),
    ] {
        let options = ReadOptions { risk: Risk { lambda, alpha: 0.8 }, ..ReadOptions::default() };
        let read = instance.read_with(&options).expect("valid");
        let names = Names {
            program: read.name,
            first_columns: read.first_columns,
            first_rows: read.first_rows,
            second_columns: read.second_columns,
            second_rows: read.second_rows,
        };
        round_trip(&read.program, &names);
        // Names that MPS cannot hold are changed, and told.
        let odd =
            Names { first_columns: vec!["a b".into(), "a_b".into(), "*".into(), "COST".into()], ..names };
        if read.program.columns.len() == 4 {
            let files = smps(&read.program, &odd).expect("one shape");
            for line in ["* a_b is a b", "* a_b~2 is a_b", "* _* is *", "* COST~2 is COST"] {
                assert!(files.core.contains(line), "{line}\n{}", files.core);
            }
            round_trip(&read.program, &odd);
        }
    }
}

#[test]
fn planning_programs_of_random_scenarios_survive_the_way_out_and_back() {
    for seed in 0..12 {
        let folder = tempfile::tempdir().expect("folder");
        write(folder.path(), seed, Kind::Any);
        let model = load(folder.path()).expect("valid").model;
        let block = Sampler::new(&model, 5, Purpose::Planning).block(0, 3);
        let (program, names) = planning_program(&model, model.objective, &block).expect("program");
        assert_eq!(names.first_columns.len(), program.columns.len());
        assert_eq!(names.second_columns.len(), program.samples[0].columns.len(), "scenario {seed}");
        assert_eq!(names.second_rows.len(), program.samples[0].rows.len(), "scenario {seed}");
        round_trip(&program, &names);
    }
}

fn write_files(instance: &Instance) -> (tempfile::TempDir, [String; 3]) {
    let folder = tempfile::tempdir().expect("folder");
    let paths = [("it.cor", &instance.core), ("it.tim", &instance.time), ("it.sto", &instance.stoch)].map(
        |(name, text)| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("written");
            path.to_str().expect("UTF-8").to_string()
        },
    );
    (folder, paths)
}

pub(crate) fn solve_files(instance: &Instance, more: &[&str]) -> (i32, String, String) {
    let (_folder, paths) = write_files(instance);
    let arguments: Vec<&str> = ["program", "solve"]
        .into_iter()
        .chain(paths.iter().map(String::as_str))
        .chain(more.iter().copied())
        .collect();
    let output = rantai(&arguments);
    (code(&output), stdout(&output), stderr(&output))
}

#[test]
fn the_command_prints_every_figure() {
    let (code, out, err) = solve_files(&expansion_64(), &["--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&out).expect("JSON");
    let number = |key: &str| value[key].as_f64().unwrap_or_else(|| panic!("{key} in {out}"));
    for (key, expected) in [
        ("objective", 227.603_75),
        ("bound", 227.603_75),
        ("ev", 220.735),
        ("eev", 228.734_859_375),
        ("ws", 220.735),
        ("evpi", 6.868_75),
        ("vss", 1.131_109_375),
        ("samples", 64.0),
        ("alpha", 0.9),
    ] {
        close(number(key), expected, key);
    }
    assert!(number("gap") < 1e-6 && number("bound") <= number("objective") && number("lambda") == 0.0);
    assert_eq!((&value["status"], &value["method"]), (&Value::from("optimal"), &Value::from("extensive")));
    assert_eq!(value["certificate"]["verdict"], "proven");
    close(value["x"]["X2"].as_f64().expect("number"), 3.96, "X2");
    let (code, out, _) = solve_files(&expansion_64(), &["--lambda", "0.5", "--alpha", "0.9"]);
    assert!(code == 0 && out.contains("291.70015625") && out.contains("X4"), "{out}");
}

#[test]
fn an_infinite_figure_is_null_with_its_reason() {
    let (code, out, _) = solve_files(&incomplete(), &["--json"]);
    assert_eq!(code, 0);
    let value: Value = serde_json::from_str(&out).expect("JSON");
    assert!(value["vss"].is_null() && value["eev"].is_null() && value["evpi"].is_number(), "{out}");
    assert!(value["reasons"]["vss"].as_str().is_some_and(|why| why.contains("sample 2")), "{out}");
    let (_, out, _) = solve_files(&incomplete(), &[]);
    assert!(out.lines().any(|line| line.contains("VSS") && line.contains(" infinite")), "{out}");
}

#[test]
fn exit_codes_tell_invalid_infeasible_and_unbounded_programs() {
    let (code, out, err) = solve_files(&expansion("STOCH\nINDEP DISCRETE\n RHS D1 1 0.5\n"), &["--json"]);
    assert_eq!(code, 2);
    let value: Value = serde_json::from_str(&out).expect("JSON");
    assert!(value["error"] == "invalid_program" && value["faults"][0]["line"] == 3, "{out}");
    assert!(err.contains("it.sto, line 3: the probabilities of 'RHS/D1' sum to 0.5; expected 1"), "{err}");
    let poor = Instance { core: expansion_64().core.replace("120.0", "10.0"), ..expansion_64() };
    let (code, out, err) = solve_files(&poor, &["--json"]);
    assert_eq!(code, 3);
    assert!(out.contains("\"infeasible\"") && err.contains("first stage alone contradict"), "{out}{err}");
    let free = Instance {
        core: expansion_64()
            .core
            .replace("    Y11       COST                40", "    Y11       COST               -40")
            .replace(" L  P1\n", " G  P1\n"),
        ..expansion_64()
    };
    let (code, out, err) = solve_files(&free, &["--json"]);
    assert_eq!(code, 3);
    assert!(out.contains("\"unbounded\"") && err.contains("improves without end"), "{out}{err}");
    let (code, _, err) = solve_files(&expansion_64(), &["--alpha", "1"]);
    assert!(code == 2 && err.contains("from 0 to below 1"), "{err}");
    let output = rantai(&["program", "solve", "no.cor", "no.tim", "no.sto"]);
    assert_eq!(crate::support::code(&output), 2);
    assert!(stderr(&output).contains("no.cor: cannot be read") && stderr(&output).contains("no.sto"));
}

#[test]
fn a_plans_program_is_exported_and_solved_again() {
    let folder = tempfile::tempdir().expect("folder");
    let scenario = crate::support::scenario("minimal");
    let scenario = scenario.to_str().expect("UTF-8");
    let out = folder.path().join("new/minimal");
    let out = out.to_str().expect("UTF-8");
    let export = ["program", "export", scenario, "--samples", "2", "--format"];
    let with = |more: &[&str]| rantai(&export.iter().chain(more).copied().collect::<Vec<_>>());
    assert_eq!(code(&with(&["smps", "--out", out])), 0);
    let paths = ["cor", "tim", "sto"].map(|ending| format!("{out}.{ending}"));
    let output = rantai(&["program", "solve", &paths[0], &paths[1], &paths[2], "--json"]);
    let solved: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let plan = rantai(&["optimise", scenario, "--samples", "2", "--evaluation", "10", "--json"]);
    let plan: Value = serde_json::from_str(&stdout(&plan)).expect("JSON");
    // The program speaks of costs in juta rupiah.
    let objective = -solved["objective"].as_f64().expect("number") * 1e6;
    let expected = plan["objective"].as_f64().expect("number");
    assert!((objective - expected).abs() <= 1e-6 * expected, "{objective} is not {expected}");
    assert!(solved["x"].as_object().expect("x").keys().any(|name| name == "spend/apbd/selatan/alat/y1"));
    // Files that are there are kept, unless told.
    assert_eq!(code(&with(&["smps", "--out", out])), 2);
    assert_eq!(code(&with(&["smps", "--out", out, "--force"])), 0);
    assert_eq!(code(&with(&["smps"])), 2);
    let text = stdout(&with(&["mps"]));
    assert!(
        text.contains("\nROWS\n N COST\n") && text.contains(" level/selatan/") && text.ends_with("ENDATA\n")
    );
}

/// Mutations of a valid file: lines and words taken away, doubled, swapped, replaced by others that occur.
fn mutated(instance: &Instance, changes: &[(usize, usize, usize, usize)]) -> Instance {
    let words = [
        "",
        "'",
        "*",
        "ENDATA",
        "-1e400",
        "nan",
        "1e-13",
        "SC",
        "BL",
        "UP",
        "FR",
        "'MARKER'",
        "RHS",
        "EXPLICIT",
        "X1",
        "D1",
        "LATER",
        "NOW",
        "COST",
        "ROOT",
        "\t",
        "0.25",
        "NORMAL",
        "\u{e9}",
        "MAX",
        "-",
        "SCENARIOS",
    ];
    let mut files = [instance.core.clone(), instance.time.clone(), instance.stoch.clone()];
    for &(file, line, word, kind) in changes {
        let text = &mut files[file % 3];
        let mut lines: Vec<Vec<String>> =
            text.lines().map(|line| line.split(' ').map(String::from).collect()).collect();
        if lines.is_empty() {
            continue;
        }
        let (at, count) = (line % lines.len(), lines.len());
        let place = word % lines[at].len().max(1);
        match kind % 8 {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[word % count].clone()),
            2 => lines.swap(at, word % count),
            3 if !lines[at].is_empty() => drop(lines[at].remove(place)),
            4 if !lines[at].is_empty() => {
                lines[at][place] = words[kind.div_euclid(8) % words.len()].to_string();
            }
            5 => lines[at].push(words[word % words.len()].to_string()),
            6 => lines.truncate(at),
            _ => lines[at].insert(0, words[word % words.len()].to_string()),
        }
        *text = lines.iter().map(|line| line.join(" ") + "\n").collect();
    }
    let [core, time, stoch] = files;
    Instance { core, time, stoch }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1987),
        ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_files_are_read_or_refused_but_never_a_panic(
        which in 0_usize..4,
        changes in prop::collection::vec((0_usize..3, 0_usize..200, 0_usize..200, 0_usize..1000), 1..6),
        cut in 0_usize..3000,
    ) {
        let mut instance = mutated(&[expansion_64(), retail(), farmer("'ROOT'", true), incomplete()][which], &changes);
        if cut % 5 == 0 {
            let end = (0..=cut.min(instance.core.len())).rev().find(|at| instance.core.is_char_boundary(*at));
            instance.core.truncate(end.unwrap_or(0));
        }
        match instance.read_with(&ReadOptions::default()) {
            Ok(read) => prop_assert!(!read.program.samples.is_empty()),
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}
