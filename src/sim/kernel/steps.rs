//! Steps that work out a cluster's terms, one kind after the other, so that the processor need not guess what comes next.

use std::collections::BTreeMap;

/// An operation on slots x, y, z with factors a, b, c and a constant k.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// a·x
    Scale,
    /// x + k
    Shift,
    /// a·x + k
    One,
    /// x + b·y + k
    Plus,
    /// a·x + b·y + k
    Two,
    /// a·x + b·y + c·z + k
    Three,
    /// Of the last three, where they are above zero: a mark and no slot.
    PlusAbove,
    TwoAbove,
    ThreeAbove,
    /// x·y
    Mul,
    /// 1 / x
    Inverse,
    /// 1 / x and 1 / y, by one division.
    Inverses,
    /// The greater of x and y.
    Max,
    /// y where x is above zero, else z.
    Select,
}

impl Kind {
    const ALL: [Kind; 14] = [
        Kind::Scale,
        Kind::Shift,
        Kind::One,
        Kind::Plus,
        Kind::Two,
        Kind::Three,
        Kind::PlusAbove,
        Kind::TwoAbove,
        Kind::ThreeAbove,
        Kind::Mul,
        Kind::Inverse,
        Kind::Inverses,
        Kind::Max,
        Kind::Select,
    ];
}

/// What an operation reads, and where it writes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) from: [usize; 3],
    /// A slot or a mark.
    pub(super) to: usize,
    /// Where it writes its second result, if it has one.
    pub(super) also: usize,
    /// Factors of the three.
    pub(super) factors: [f64; 3],
    pub(super) constant: f64,
}

/// Steps of one kind in a row, so that the processor need not guess what comes next.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    pub(super) kind: Kind,
    pub(super) list: Vec<Step>,
}

/// Puts steps into runs of one kind, each after those whose results it reads. `steps` are (kind, nodes read, step) by
/// node; what is not among them is there already.
pub(super) fn in_runs(steps: &BTreeMap<usize, (Kind, Vec<usize>, Step)>) -> Vec<Steps> {
    let mut waiting: BTreeMap<usize, usize> = BTreeMap::new();
    let mut readers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut ready: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let place = |kind: Kind| Kind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
    for (node, (kind, reads, _)) in steps {
        let open = reads.iter().filter(|read| steps.contains_key(*read)).count();
        waiting.insert(*node, open);
        for read in reads {
            readers.entry(*read).or_default().push(*node);
        }
        if open == 0 {
            ready.entry(place(*kind)).or_default().push(*node);
        }
    }
    let mut runs = Vec::new();
    // The kind of which most are ready comes next, with all of its kind that become ready meanwhile.
    while let Some(kind) = ready
        .iter()
        .filter(|(_, nodes)| !nodes.is_empty())
        .max_by_key(|(_, nodes)| nodes.len())
        .map(|(k, _)| *k)
    {
        let mut run = Steps { kind: Kind::ALL[kind], list: Vec::new() };
        while let Some(nodes) = ready.get_mut(&kind).filter(|nodes| !nodes.is_empty()) {
            for node in std::mem::take(nodes) {
                run.list.push(steps[&node].2);
                for reader in readers.get(&node).into_iter().flatten() {
                    if let Some(open) = waiting.get_mut(reader) {
                        *open -= 1;
                        if *open == 0 {
                            ready.entry(place(steps[reader].0)).or_default().push(*reader);
                        }
                    }
                }
            }
        }
        runs.push(run);
    }
    runs
}

/// Inverses that do not wait for one another, two by two.
pub(super) fn in_pairs(runs: Vec<Steps>) -> Vec<Steps> {
    let mut whole = Vec::new();
    for mut run in runs {
        let chained = |list: &[Step]| list.iter().any(|step| list.iter().any(|of| of.to == step.from[0]));
        if run.kind == Kind::Inverse && !chained(&run.list) {
            let (pairs, rest) = run.list.as_chunks::<2>();
            let pair =
                |[a, b]: &[Step; 2]| Step { from: [a.from[0], b.from[0], a.from[0]], also: b.to, ..*a };
            whole.push(Steps { kind: Kind::Inverses, list: pairs.iter().map(pair).collect() });
            run.list = rest.to_vec();
        }
        whole.push(run);
    }
    whole.retain(|run| !run.list.is_empty());
    whole
}
