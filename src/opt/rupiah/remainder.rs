//! Whole parts of a total by largest remainder.

use crate::model::AllocationLine;
use crate::units::Rupiah;

/// Parts of `total` in proportion to `wanted`, whole, adding up exactly; ties in canonical order.
pub fn largest_remainder<L: Copy>(wanted: &[(L, f64)], total: i64) -> Vec<L>
where
    L: WithAmount,
{
    let sum: f64 = wanted.iter().map(|(_, rupiah)| rupiah).sum();
    if sum <= 0.0 || total <= 0 {
        return Vec::new();
    }
    let exact: Vec<f64> = wanted.iter().map(|(_, rupiah)| rupiah / sum * total as f64).collect();
    let mut parts: Vec<i64> = exact.iter().map(|part| part.floor() as i64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| {
        let fraction = |i: usize| exact[i] - exact[i].floor();
        fraction(b).total_cmp(&fraction(a)).then(a.cmp(&b))
    });
    let mut missing = total - parts.iter().sum::<i64>();
    for &i in order.iter().cycle().take(2 * order.len()) {
        if missing > 0 {
            parts[i] += 1;
            missing -= 1;
        } else if missing < 0 && parts[i] > 0 {
            parts[i] -= 1;
            missing += 1;
        }
    }
    wanted.iter().zip(parts).map(|((line, _), part)| line.with_amount(part)).collect()
}

/// Something that can be given an amount of rupiah.
pub trait WithAmount {
    /// The same with this amount.
    #[must_use]
    fn with_amount(self, rupiah: i64) -> Self;
}

impl WithAmount for AllocationLine {
    fn with_amount(self, rupiah: i64) -> Self {
        AllocationLine { amount: Rupiah(rupiah), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Part(i64);
    impl WithAmount for Part {
        fn with_amount(self, rupiah: i64) -> Self {
            Part(rupiah)
        }
    }

    #[test]
    fn parts_add_up_to_the_rupiah() {
        let wanted = [(Part(0), 1.0), (Part(0), 1.0), (Part(0), 1.0)];
        assert_eq!(largest_remainder(&wanted, 100), vec![Part(34), Part(33), Part(33)]);
        let wanted: Vec<(Part, f64)> = (1..40).map(|i| (Part(0), 1.0 / f64::from(i))).collect();
        let total: i64 = largest_remainder(&wanted, 40_000_000_001).iter().map(|p| p.0).sum();
        assert_eq!(total, 40_000_000_001);
    }
}
