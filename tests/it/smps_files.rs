//! What published SMPS files do that the book does not: heads with names or indents, rounded probabilities, periods by
//! other names; and what no file may do: say a thing twice, or write a number that cannot be held.

use rantai::control::Control;
use rantai::opt::smps::ReadOptions;
use rantai::opt::solve::{Ending, SolveMethod, solve_with};
use serde_json::Value;

use crate::smps::{Instance, expansion, solve_files};

/// min 3x + 2y, x ≤ 4 and x + y ≥ 1 or 3 with equal chance. With `rest` after the right-hand sides.
pub(crate) fn small(rest: &str) -> Instance {
    let core = format!(
        "NAME T\nROWS\n N OBJ\n L A\n G B\nCOLUMNS\n    X         OBJ       3   A       1\n    X         B       1\n    Y         OBJ       2   B       1\nRHS\n    RHS       A       4   B       1\n{rest}ENDATA\n"
    );
    let stoch = "STOCH T\nINDEP DISCRETE\n RHS B 1 P2 0.5\n RHS B 3 P2 0.5\nENDATA\n";
    Instance::new(&core, "TIME T\nPERIODS\n X A P1\n Y B P2\nENDATA\n", stoch)
}

fn notes(instance: &Instance) -> Vec<String> {
    instance.read().notes.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-7 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

/// With y ≤ 1, x must cover 2 of a need of 3: 3·2 = 6, and y is 0 and 1 in the two cases: 6 + (0 + 2)/2 = 7. Without
/// the bound y alone covers it, at 2·(1 + 3)/2 = 4.
#[test]
fn a_bound_counts_whatever_its_head_looks_like() {
    close(small("").optimum(), 4.0, "without");
    for head in [
        "BOUNDS",
        "BOUNDS        BND",
        "bounds BND",
        "BOUNDS OTHER",
        "BOUNDS 1",
        "BOUNDS BOUND SET ONE",
        " BOUNDS",
        "\tBOUNDS BND",
    ] {
        for line in [" UP BND       Y         1", " UP Y 1"] {
            let instance = small(&format!("{head}\n{line}\n"));
            close(instance.optimum(), 7.0, head);
            let told = notes(&instance).iter().any(|note| note.contains("is indented"));
            assert_eq!(told, head.starts_with([' ', '\t']), "{head}: {:?}", notes(&instance));
        }
    }
}

/// A range of 1 on row B, here at most: x + y lies between 0 and 1, or 2 and 3. With x = 0 the cost is 0 and 2·2, 2 on
/// average; without the range it is 0.
#[test]
fn a_range_counts_whatever_its_head_looks_like() {
    for head in ["RANGES", "RANGES        RNG", "ranges rng", "RANGES 7", " RANGES RNG"] {
        for line in ["    RNG       B         1", "    B         1"] {
            let mut instance = small(&format!("{head}\n{line}\n"));
            instance.core = instance.core.replace(" G B\n", " L B\n");
            close(instance.optimum(), 2.0, head);
        }
    }
}

#[test]
fn right_hand_sides_count_whatever_their_head_looks_like() {
    for head in ["RHS RIGHT", "rhs right", " RHS RIGHT", "RHS THE RIGHT SIDE", "RHS 1", " RHS"] {
        for set in ["RIGHT", "RHS", "B1", ""] {
            let mut instance = small("BOUNDS BND\n UP BND Y 1\n");
            instance.core = instance.core.replace("RHS\n    RHS ", &format!("{head}\n    {set} "));
            close(instance.optimum(), 7.0, &format!("{head}, {set}"));
        }
    }
    // The stochastic file may call it by the head's name.
    let mut named = small("BOUNDS BND\n UP BND Y 1\n");
    named.core = named.core.replace("RHS\n    RHS ", "RHS RIGHT\n    ");
    named.stoch = named.stoch.replace(" RHS B", " RIGHT B");
    assert!(notes(&named).is_empty(), "{:?}", notes(&named));
    close(named.optimum(), 7.0, "RIGHT in both");
}

/// Every head with more than its word, in all three files and without any indent.
#[test]
fn heads_and_data_are_told_apart_by_their_shape() {
    let mut instance = small("BOUNDS BND\n UP BND Y 1\n");
    instance.core =
        instance.core.replace("ROWS", " ROWS").replace("COLUMNS", " COLUMNS").replace("NAME", " NAME");
    instance.time = instance.time.replace("PERIODS", " PERIODS LP").replace("TIME T", " TIME T");
    instance.stoch = instance.stoch.replace("INDEP DISCRETE", "  INDEP DISCRETE").replace("STOCH", " STOCH");
    close(instance.optimum(), 7.0, "indented heads");
    let told = notes(&instance);
    assert!(
        told.len() == 3 && told.iter().all(|note| note.contains("is indented and taken to open")),
        "{told:?}"
    );
    assert!(told[0].starts_with("it.cor, line 1: 'NAME'") && told[0].contains("2 more"), "{told:?}");
    let bare = instance.map(|text| {
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n");
        lines.collect()
    });
    close(bare.optimum(), 7.0, "nothing is indented");
    // Rows and columns may be called as sections are.
    let words = instance.map(|text| {
        let text = text.replace(" A ", " RANGES ").replace(" A\n", " RANGES\n").replace(" X ", " NAME ");
        text.replace(" Y ", " BOUNDS ")
    });
    close(words.optimum(), 7.0, "names like words of sections");
    let named = notes(&words);
    assert_eq!(named.len(), 3, "{named:?}");
}

#[test]
fn a_line_that_may_be_head_or_data_is_refused_where_both_are_meant() {
    // Row ROWX is not there: a slip in a line of data, not a set of that name.
    let mut slip = small("");
    slip.core = slip.core.replace("    RHS       A       4   B       1\n", "RHS ROWX 4\nRHS B 1\n");
    assert!(
        slip.faults().contains("it.cor, line 11: row 'ROWX' is not in section ROWS"),
        "{}",
        slip.faults()
    );
    let mut sets = small("");
    sets.core = sets.core.replace("RHS\n    RHS ", "RHS SECOND\n    FIRST B 7\n    SECOND ");
    let faults = sets.faults();
    assert!(
        faults.contains("RHS 'SECOND' is named by the head in line 10, but 'FIRST' comes first"),
        "{faults}"
    );
    let mut mixed = small("");
    mixed.core = mixed.core.replace("    RHS       A       4   B       1\n", "    A 4\n    RHS B 1\n");
    assert!(mixed.faults().contains("others name no set"), "{}", mixed.faults());
    // A line without a set after one that has it belongs to it, as in fixed columns.
    mixed.core = mixed.core.replace("    A 4\n    RHS B 1\n", "    RHS A 4\n    B 1\n");
    close(mixed.optimum(), 4.0, "set of the line above");
    let after = small("ENDATA\nBOUNDS\n UP BND Y 1\n");
    let told = notes(&after);
    assert!(
        told[0].contains("line 13: nothing is read from here on: ENDATA in line 12 ends the file"),
        "{told:?}"
    );
}

#[test]
fn name_may_open_any_of_the_files() {
    let mut instance = small("BOUNDS\n UP BND Y 1\n");
    instance.time = instance.time.replace("TIME T", "NAME T");
    instance.stoch = instance.stoch.replace("STOCH T", "NAME          T");
    close(instance.optimum(), 7.0, "NAME");
    let told = notes(&instance);
    assert!(told.iter().any(|note| note.contains("it.tim, line 1: NAME is taken for TIME")), "{told:?}");
    assert!(told.iter().any(|note| note.contains("it.sto, line 1: NAME is taken for STOCH")), "{told:?}");
    instance.stoch = instance.stoch.replace("INDEP", "NAME T\nINDEP");
    assert!(instance.faults().contains("line 2: unknown section 'NAME T'"), "{}", instance.faults());
}

/// With two periods all chance is known in the second, whatever its name; with three it must be known which is meant. A
/// number where the period should be is a line of another shape.
#[test]
fn a_period_by_another_name_is_taken_where_it_can_only_be_the_second() {
    for (period, clear) in [("STG02", true), ("STAGE 2", true), ("7", false), ("A", false), ("X A", false)] {
        let mut instance = small("BOUNDS\n UP BND Y 1\n");
        instance.stoch = instance.stoch.replace("P2", period);
        if clear {
            close(instance.optimum(), 7.0, period);
            let told = notes(&instance);
            let text =
                format!("line 3: '{period}' in 2 lines is no period of the time file and is taken for 'P2'");
            assert!(told.len() == 1 && told[0].contains(&text), "{told:?}");
        } else {
            let text = format!("line 3: '{period}' is no period of the time file; expected one of P1, P2");
            assert!(instance.faults().contains(&text), "{}", instance.faults());
        }
    }
    for (kind, stoch) in [
        ("blocks", "STOCH\nBLOCKS DISCRETE\n BL B LATE 0.5\n RHS B 1\n BL B LATE 0.5\n RHS B 3\n"),
        ("scenarios", "STOCH\nSCENARIOS\n SC S1 ROOT 0.5 LATE\n RHS B 1\n SC S2 ROOT LATE 0.5\n RHS B 3\n"),
    ] {
        let mut instance = small("BOUNDS\n UP BND Y 1\n");
        instance.stoch = stoch.to_string();
        close(instance.optimum(), 7.0, kind);
        assert!(notes(&instance)[0].contains("'LATE' in 2 lines"), "{:?}", notes(&instance));
    }
    let mut three = small("");
    three.core = three.core.replace("RHS\n", "    Z OBJ 1\nRHS\n");
    three.time = "TIME\nPERIODS\n X A P1\n Y B P2\n Z B P3\n".to_string();
    three.stoch = three.stoch.replace("P2", "STG02");
    assert!(three.faults().contains("it matters in which of them"), "{}", three.faults());
}

/// Outcomes of D1 with these probabilities, in the form of each section.
fn chances(kind: &str, chances: &[&str]) -> Instance {
    let mut stoch = format!("STOCH\n{kind} DISCRETE\n");
    for (i, p) in chances.iter().enumerate() {
        stoch += &match kind {
            "INDEP" => format!(" RHS D1 {} LATER {p}\n", 3 + i),
            "BLOCKS" => format!(" BL B LATER {p}\n RHS D1 {}\n", 3 + i),
            _ => format!(" SC S{i} 'ROOT' {p} LATER\n RHS D1 {}\n", 3 + i),
        };
    }
    expansion(&stoch)
}

#[test]
fn probabilities_rounded_to_six_decimals_are_brought_to_1_with_a_note() {
    for kind in ["INDEP", "BLOCKS", "SCENARIOS"] {
        for list in [
            vec!["0.333333"; 3],
            vec!["0.166667"; 6],
            vec!["0.142857"; 7],
            vec!["0.499999", "0.5"],
            vec!["0.000999"; 1001],
        ] {
            let read = chances(kind, &list).read();
            let note =
                read.notes.iter().map(ToString::to_string).find(|note| note.contains("are divided by that"));
            assert!(note.is_some(), "{list:?}: {:?}", read.notes);
            let sum: f64 = read.program.samples.iter().map(|sample| sample.probability).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        }
    }
    close(
        chances("INDEP", &["0.333333"; 3]).optimum(),
        chances("BLOCKS", &["0.33333333333333"; 3]).optimum(),
        "thirds",
    );
}

/// Up to a ten-thousandth on request; more is refused even so.
#[test]
fn probabilities_further_off_are_brought_to_1_on_request() {
    let asked = ReadOptions { normalise: true, ..ReadOptions::default() };
    for kind in ["INDEP", "BLOCKS", "SCENARIOS"] {
        for list in [vec!["0.3333"; 3], vec!["0.50005", "0.50005"], vec!["0.2499775"; 4]] {
            let instance = chances(kind, &list);
            assert!(
                instance.faults().contains("--normalise divides them by their sum"),
                "{}",
                instance.faults()
            );
            let read = instance.read_with(&asked).expect("taken");
            assert!(
                read.notes.iter().any(|note| note.to_string().contains("are divided by that")),
                "{:?}",
                read.notes
            );
            let sum: f64 = read.program.samples.iter().map(|sample| sample.probability).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        }
        for list in [vec!["0.333"; 3], vec!["0.5", "0.5002"]] {
            let faults = chances(kind, &list).read_with(&asked).expect_err("refused");
            assert!(faults[0].to_string().contains("at most 0.0001"), "{faults:?}");
        }
    }
    let near = chances("INDEP", &["0.3333"; 3]);
    let (code, _, err) = solve_files(&near, &[]);
    assert!(code == 2 && err.contains("--normalise"), "{err}");
    let (code, out, err) = solve_files(&near, &["--normalise", "--json"]);
    assert_eq!(code, 0, "{err}");
    let value: Value = serde_json::from_str(&out).expect("JSON");
    assert!(value["notes"][0].as_str().is_some_and(|note| note.contains("sum to 0.9999")), "{out}");
}

/// Each kind of line twice: the fault names both lines.
#[test]
fn what_is_said_twice_is_refused_with_both_lines() {
    let with = |from: &str, to: &str| {
        let mut instance = small("RANGES\n R A 2\nBOUNDS\n UP BND Y 1\n LO BND X 0\n");
        assert!(instance.core.contains(from), "{from}");
        instance.core = instance.core.replace(from, to);
        instance.faults()
    };
    for (from, to, expected) in [
        (" G B\n", " G B\n L A\n", "line 6: row 'A' stands in line 4 already"),
        ("    X         B       1\n", "    X B 1 A 2\n", "line 8: column 'X' has row 'A' in line 7 already"),
        ("RANGES\n", "    RHS B 1\nRANGES\n", "line 12: row 'B' has a right-hand side in line 11 already"),
        (" R A 2\n", " R A 2 B 3\n R A 2\n", "line 14: row 'A' has a range in line 13 already"),
        ("LO BND X 0\n", "UP BND Y 1\n", "line 16: column 'Y' has an upper bound in line 15 already"),
        ("LO BND X 0\n", "FX BND Y 0.5\n", "line 16: column 'Y' has an upper bound in line 15 already"),
        ("LO BND X 0\n", "BV BND X\n MI BND X\n", "line 17: column 'X' has a lower bound in line 16 already"),
        ("LO BND X 0\n", "LO BND X 0\n LI BND X 1\n", "column 'X' has a lower bound in line 16 already"),
        (
            "NAME T\n",
            "OBJSENSE MIN\nOBJSENSE\n MAX\n",
            "line 3: the other sense of the objective stands in line 1",
        ),
    ] {
        let faults = with(from, to);
        assert!(
            faults.contains(expected) && faults.contains("take one") | faults.contains("add the two"),
            "{faults}"
        );
    }
    let stoch = |text: &str| Instance { stoch: format!("STOCH\n{text}"), ..small("") }.faults();
    for (text, expected) in [
        (
            "SCENARIOS\n SC S ROOT 0.5 P2\n RHS B 1\n SC S ROOT 0.5 P2\n RHS B 3\n",
            "line 5: scenario 'S' stands in line 3 already",
        ),
        (
            "SCENARIOS\n SC S ROOT 1 P2\n RHS B 1\n RHS B 3\n",
            "line 5: the right-hand side of 'B' is set in line 4 already",
        ),
        (
            "BLOCKS DISCRETE\n BL E P2 1\n Y B 1 OBJ 2\n Y B 3\n",
            "line 5: the coefficient of 'Y' in 'B' is set in line 4 already",
        ),
        (
            "BLOCKS DISCRETE\n BL E P2 1\n FX BND Y 2\n UP BND Y 3\n",
            "line 5: a bound of 'Y' is set in line 4 already",
        ),
        ("INDEP UNIFORM\n RHS B 1 3\n RHS B 2 4\n", "line 4: 'RHS' in 'B' has a law in line 3 already"),
        (
            "INDEP DISCRETE\n UP BND Y 2 1\n FX BND Y 3 1\n",
            "line 4: a bound of 'Y' is random in two places, first in line 3",
        ),
    ] {
        let faults = stoch(text);
        assert!(faults.contains(expected), "{faults}");
    }
    let time = |text: &str| Instance { time: text.to_string(), ..small("") }.faults();
    let explicit = "TIME\nPERIODS EXPLICIT\n P1\n P2\nROWS\n A P1\n B P2\nCOLUMNS\n X P1\n Y P2\n";
    for (text, expected) in [
        ("TIME\nPERIODS\n X A P1\n Y B p1\n".to_string(), "line 4: period 'P1' stands in line 3 already"),
        (explicit.replace(" P2\nROWS", " P2\n P2\nROWS"), "line 5: period 'P2' stands in line 4 already"),
        (explicit.replace(" B P2\n", " B P2\n A P2\n"), "line 8: row 'A' has a period in line 6 already"),
        (
            explicit.replace(" Y P2\n", " Y P2\n Y P2\n"),
            "line 11: column 'Y' has a period in line 10 already",
        ),
        (
            "TIME\nPERIODS\n X A P1\nPERIODS\n Y B P2\n".to_string(),
            "section PERIODS stands in line 2 already",
        ),
    ] {
        let faults = time(&text);
        assert!(faults.contains(expected), "{faults}");
    }
}

/// Two types of bound may say the same, and an outcome may come twice: both are told or plain, neither refused.
#[test]
fn what_is_said_in_two_ways_is_no_contradiction() {
    let bounds = "BOUNDS\n PL BND X\n UP BND X 1e30\n BV BND Y\n UP BND Y 1\n LO BND Y 0\n";
    assert!(notes(&small(bounds)).is_empty(), "{:?}", notes(&small(bounds)));
    let mut twice = small("");
    twice.stoch = "STOCH\nINDEP DISCRETE\n RHS B 1 0.25\n RHS B 3 0.5\n RHS B 1 0.25\n".to_string();
    close(twice.optimum(), 4.0, "outcomes that come twice");
    let told = notes(&twice);
    assert!(told[0].contains("line 5: 'RHS/B' has the outcome of line 3 again"), "{told:?}");
}

#[test]
fn integers_without_an_upper_bound_say_which_tradition_is_taken() {
    let markers = |bounds: &str| {
        let mut instance = small(bounds);
        instance.core = instance
            .core
            .replace("    X         OBJ", "    M 'MARKER' 'INTORG'\n    X         OBJ")
            .replace("RHS\n", "    M 'MARKER' 'INTEND'\nRHS\n");
        instance
    };
    let told = notes(&markers(""));
    assert!(
        told.len() == 1 && told[0].contains("line 8: 'X' (and 1 more like it) is integer by INTORG"),
        "{told:?}"
    );
    assert!(told[0].contains("goes up without end. Other readers take 1"), "{told:?}");
    let told = notes(&markers("BOUNDS\n UP B X 9\n"));
    assert!(told.len() == 1 && told[0].contains("'Y' is integer by INTORG"), "{told:?}");
    for stated in ["PL", "BV", "FR"] {
        let told = notes(&markers(&format!("BOUNDS\n UP B X 9\n {stated} B Y\n")));
        assert!(told.is_empty(), "{told:?}");
    }
}

/// The lower bound may stand below the negative upper one.
#[test]
fn no_lower_bound_is_told_only_where_there_is_none() {
    let bounds = |lines: &str| {
        let read = small(&format!("BOUNDS\n{lines}")).read();
        let first = read.program.columns[0];
        let told: Vec<String> = read.notes.iter().map(ToString::to_string).collect();
        ((first.lower, first.upper), told.join(""))
    };
    for lines in [" UP B X -1\n LO B X -5\n", " LO B X -5\n UP B X -1\n"] {
        assert_eq!(bounds(lines), ((-5.0, -1.0), String::new()), "{lines}");
    }
    let (ends, told) = bounds(" UP B X -1\n MI B X\n");
    assert_eq!((ends, told.as_str()), ((f64::NEG_INFINITY, -1.0), ""));
    let (ends, told) = bounds(" UP B X -1\n");
    assert_eq!(ends, (f64::NEG_INFINITY, -1.0));
    assert!(
        told.contains("line 13: 'X' has an upper bound below 0 and no lower bound: it has none"),
        "{told}"
    );
}

#[test]
fn numbers_that_cannot_be_held_are_refused_wherever_they_stand() {
    let text = "RANGES\n R A 2\nBOUNDS\n UP BND Y 1\n";
    for (from, to) in [
        ("OBJ       3 ", "OBJ # "),
        ("X         B       1", "X B #"),
        ("A       4 ", "A # "),
        ("R A 2", "R A #"),
        ("UP BND Y 1", "UP BND Y #"),
    ] {
        for number in ["1e-400", "-2D-320", "1e400", "-1e999"] {
            let mut instance = small(text);
            assert!(instance.core.contains(from), "{from}");
            instance.core = instance.core.replace(from, &to.replace('#', number));
            let faults = instance.faults();
            let held = if number.contains("e4") || number.contains("999") { "beyond" } else { "nearer to 0" };
            assert!(faults.contains(&format!("'{number}' is {held}")), "{faults}");
        }
        let mut zero = small(text);
        zero.core = zero.core.replace(from, &to.replace('#', "0e-400"));
        assert!(zero.read_with(&ReadOptions::default()).is_ok(), "{from}");
    }
    for (stoch, expected) in [
        ("INDEP DISCRETE\n RHS B 1e-400 1\n", "line 3: '1e-400' is nearer to 0"),
        ("INDEP DISCRETE\n RHS B 1 1e-400\n RHS B 2 1\n", "line 3: '1e-400' is nearer to 0"),
        ("BLOCKS DISCRETE\n BL E P2 1\n RHS B 1e400\n", "line 4: '1e400' is beyond"),
        ("SCENARIOS\n SC S ROOT 1e-400 P2\n RHS B 1\n", "line 3: '1e-400' is nearer to 0"),
        (
            "INDEP DISCRETE MULTIPLY\n X B 1e-300 1\n Y OBJ 1.7e308 1\n",
            "makes inf of the cost of 'Y', which is 2",
        ),
    ] {
        let faults = Instance { stoch: format!("STOCH\n{stoch}"), ..small("") }.faults();
        assert!(faults.contains(expected), "{faults}");
    }
    let small_product = "STOCH\nINDEP DISCRETE\n RHS B 1 1e-200\n RHS B 2 1\n Y OBJ 1 1e-200\n Y OBJ 2 1\n";
    let faults = Instance { stoch: small_product.to_string(), ..small("") }.faults();
    assert!(faults.contains("1e-400"), "{faults}");
}

/// min y, y ≥ 1 or 2 with equal chance: 1.5, with nothing to decide before.
#[test]
fn a_program_without_a_first_stage_is_read_and_solved() {
    let core = "NAME M\nROWS\n N OBJ\n G R1\nCOLUMNS\n Y OBJ 1 R1 1\nRHS\n RHS R1 2\nENDATA\n";
    let time = "TIME M\nPERIODS EXPLICIT\n P1\n P2\nROWS\n R1 P2\nCOLUMNS\n Y P2\nENDATA\n";
    let stoch = "STOCH M\nINDEP DISCRETE\n RHS R1 1 P2 0.5\n RHS R1 2 P2 0.5\nENDATA\n";
    let read = Instance::new(core, time, stoch).read();
    assert!(read.program.columns.is_empty() && read.notes.is_empty(), "{:?}", read.notes);
    let solved = solve_with(SolveMethod::Extensive, &read.program, &Control::unlimited()).expect("solved");
    assert_eq!(solved.ending, Ending::Optimal);
    close(read.direction.of(solved.objective), 1.5, "recourse alone");
}
