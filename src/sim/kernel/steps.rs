//! Steps that work out a cluster's terms, one kind after the other, so that the processor need not guess what comes next.

use std::collections::BTreeMap;

use super::expression::{Affine, Ex, Op, Terms};
use super::liveness::Liveness;
use super::places::Slots;

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

/// Operands and destination of an operation.
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

/// A step before it has its turn.
#[derive(Debug, Clone)]
struct StepDraft {
    kind: Kind,
    /// Nodes that must be worked out before.
    reads: Vec<usize>,
    step: Step,
}

/// The steps of all terms that are worked out, by pace, in runs of one kind.
pub(super) fn scheduled(terms: &Terms<'_>, live: &Liveness, slots: &mut Slots) -> [Vec<Steps>; 3] {
    let mut steps: [BTreeMap<usize, StepDraft>; 3] = Default::default();
    for (node, term) in terms.nodes.iter().enumerate().filter(|(node, _)| live.needed(*node)) {
        if let Some(draft) = StepDraft::of(node, term.op, live, slots) {
            steps[term.pace as usize].insert(node, draft);
        }
    }
    steps.map(|steps| in_pairs(in_runs(&steps)))
}

impl StepDraft {
    /// The step of a node; none for a number that is drawn.
    fn of(node: usize, op: Op, live: &Liveness, slots: &mut Slots) -> Option<Self> {
        let (mut factors, mut constant) = ([1.0; 3], 0.0);
        let (kind, from) = match op {
            Op::Parameter(_) => return None,
            Op::Affine(affine) => {
                constant = affine.constant;
                affine_kind(affine, &mut factors)
            }
            Op::Mul(a, b) => (Kind::Mul, [Ex::Node(a), Ex::Node(b), Ex::Node(b)]),
            Op::Inverse(a) => (Kind::Inverse, [Ex::Node(a); 3]),
            Op::Max(a, b) => (Kind::Max, [a, b, b]),
            Op::Select(a, b, c) => (Kind::Select, [a, b, c]),
        };
        let mut reads = op.reads();
        reads.sort_unstable();
        reads.dedup();
        let from = from.map(|ex| slots.of(ex));
        // Of a sum of which only the mark is read, only the mark is kept.
        let (kind, to) = match (kind, live.mark(node)) {
            (Kind::Plus, Some(mark)) if live.only_marked(node) => (Kind::PlusAbove, mark),
            (Kind::Two, Some(mark)) if live.only_marked(node) => (Kind::TwoAbove, mark),
            (Kind::Three, Some(mark)) if live.only_marked(node) => (Kind::ThreeAbove, mark),
            _ => (kind, slots.of(Ex::Node(node))),
        };
        Some(Self { kind, reads, step: Step { from, to, also: to, factors, constant } })
    }
}

/// The cheapest kind of step for a sum, and its operands; their multiples go to `factors`.
fn affine_kind(affine: Affine, factors: &mut [f64; 3]) -> (Kind, [Ex; 3]) {
    let mut terms = affine.terms().to_vec();
    // Of two, one that is multiplied by nothing comes first.
    if let [(_, first), (_, 1.0)] = terms.as_slice()
        && *first != 1.0
    {
        terms.reverse();
    }
    for (factor, (_, multiple)) in factors.iter_mut().zip(&terms) {
        *factor = *multiple;
    }
    let at = |place: usize| Ex::Node(terms.get(place).unwrap_or(&terms[0]).0);
    let kind = match terms.len() {
        1 if affine.constant == 0.0 => Kind::Scale,
        1 if factors[0] == 1.0 => Kind::Shift,
        1 => Kind::One,
        2 if factors[0] == 1.0 => Kind::Plus,
        2 => Kind::Two,
        _ => Kind::Three,
    };
    (kind, [at(0), at(1), at(2)])
}

/// Puts steps into runs of one kind, each after those whose results it reads. `steps` are by node; nodes that are not among
/// them are worked out before.
fn in_runs(steps: &BTreeMap<usize, StepDraft>) -> Vec<Steps> {
    let mut waiting: BTreeMap<usize, usize> = BTreeMap::new();
    let mut readers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut ready: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let place = |kind: Kind| Kind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
    for (node, StepDraft { kind, reads, .. }) in steps {
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
                run.list.push(steps[&node].step);
                for reader in readers.get(&node).into_iter().flatten() {
                    if let Some(open) = waiting.get_mut(reader) {
                        *open -= 1;
                        if *open == 0 {
                            ready.entry(place(steps[reader].kind)).or_default().push(*reader);
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
fn in_pairs(runs: Vec<Steps>) -> Vec<Steps> {
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
