//! The time axis and discounting: years in which money is committed, and a tail in which what it built works on.

use std::ops::Range;

use super::metric::Metric;

/// Years of operations after the last year of commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tail {
    /// Number of years n; 0 is no tail.
    pub years: usize,
    /// Number of blocks k in which the program runs them, from 1 to n; with n each year is run by itself.
    pub blocks: usize,
}

/// The time axis: years of `periods_per_year` equal periods, counted from 0 in code. Money is committed in the first
/// `years` of them; operations go on through the tail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Number of years of commitments Y.
    pub years: usize,
    /// Periods in a year P.
    pub periods_per_year: usize,
    /// Calendar year of the first year.
    pub first_year: i32,
    /// Real discount rate r a year.
    pub discount_rate: f64,
    /// Years without commitments that follow.
    pub tail: Tail,
}

impl Horizon {
    /// Number of years of operations Y + n: those of commitments and the tail.
    pub fn operating_years(&self) -> usize {
        self.years + self.tail.years
    }

    /// Number of periods of operations T.
    pub fn periods(&self) -> usize {
        self.operating_years() * self.periods_per_year
    }

    /// Number of periods of the years of commitments.
    pub fn committing_periods(&self) -> usize {
        self.years * self.periods_per_year
    }

    /// True if year `y` (from 0) is one of the tail.
    pub fn in_tail(&self, y: usize) -> bool {
        y >= self.years
    }

    /// The year (from 0) of period `t` (from 0).
    pub fn year_of(&self, t: usize) -> usize {
        t.checked_div(self.periods_per_year).unwrap_or(0)
    }

    /// The calendar year of year `y` (from 0).
    pub fn calendar_year(&self, y: usize) -> i32 {
        self.first_year + i32::try_from(y).unwrap_or(0)
    }

    /// The calendar year of the last year of commitments.
    pub fn last_year(&self) -> i32 {
        self.calendar_year(self.years.saturating_sub(1))
    }

    /// The calendar year of the last year of operations.
    pub fn last_operating_year(&self) -> i32 {
        self.calendar_year(self.operating_years().saturating_sub(1))
    }

    /// The weight (1 + r)^−y of year `y` (from 0); 1 for employment, which is never weighted.
    pub fn weight(&self, metric: Metric, y: usize) -> f64 {
        if metric.is_money() {
            (0..y).fold(1.0, |weight, _| weight / (1.0 + self.discount_rate))
        } else {
            1.0
        }
    }

    /// The runs of years whose operations the program runs as one: every year of commitments by itself, then the blocks of the
    /// tail. The first of k blocks that share n years end at n (2^j − 1) / (2^k − 1) years, rounded, and hold a year at least:
    /// each is about twice as long as the one before it, because stocks change most, and years weigh most, at the start.
    pub fn blocks(&self) -> Vec<Range<usize>> {
        let Tail { years, blocks } = self.tail;
        let mut list: Vec<Range<usize>> = (0..self.years).map(|y| y..y + 1).collect();
        let share = |j: usize| (exp2(j) - 1.0) / (exp2(blocks) - 1.0);
        let mut end = 0;
        for j in 1..=blocks.min(years) {
            let begin = end;
            let ideal = (years as f64 * share(j)).round() as usize;
            end = if j == blocks { years } else { ideal.clamp(begin + 1, years - (blocks - j)) };
            list.push(self.years + begin..self.years + end);
        }
        list
    }
}

/// Two to the power of a number of blocks.
fn exp2(blocks: usize) -> f64 {
    (0..blocks).fold(1.0, |power, _| 2.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(years: usize, blocks: usize) -> Vec<usize> {
        let tail = Tail { years, blocks };
        let horizon = Horizon { years: 2, periods_per_year: 1, first_year: 2027, discount_rate: 0.0, tail };
        let list = horizon.blocks();
        assert_eq!(list[..2], [0..1, 1..2]);
        assert!(list.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(list.last().map(|block| block.end), Some(2 + years));
        list[2..].iter().map(Range::len).collect()
    }

    /// Of 8 years in 3 blocks the first end at 8/7 and 24/7, rounded 1 and 3: 1, 2 and 5 years. In 7 blocks, none of which
    /// may be empty, only the last has two.
    #[test]
    fn blocks_grow_from_a_year_to_many() {
        assert_eq!(lengths(8, 3), [1, 2, 5]);
        assert_eq!(lengths(8, 2), [3, 5]);
        assert_eq!(lengths(8, 1), [8]);
        assert_eq!(lengths(8, 7), [1, 1, 1, 1, 1, 1, 2]);
        assert_eq!(lengths(8, 8), [1; 8]);
        assert!(lengths(0, 0).is_empty());
        assert_eq!(lengths(100, 100), [1; 100]);
        for years in 1..30 {
            for blocks in 1..=years {
                let lengths = lengths(years, blocks);
                assert_eq!(lengths.len(), blocks);
                assert!(lengths.is_sorted(), "{lengths:?}");
            }
        }
    }
}
