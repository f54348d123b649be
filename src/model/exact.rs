//! Shares of whole rupiah, exactly: what a floor, a cap, a ratio or a carry-over comes to.
//!
//! A share is the decimal number that was written, not the binary number next to it: 0.1 of Rp 30 is Rp 3, though 0.1 × 30 is
//! a little more in binary. Fifteen significant digits say which decimal was meant.

/// Digits beyond the first that a binary number carries of any decimal.
const MORE_DIGITS: u8 = 14;
/// Decimal places beyond which nothing of an amount is left.
const PLACES: i32 = 18;

/// `value` · 10^`places` as the decimal that it stands for, and `places`; nothing where it is no number of ordinary size.
fn decimal(value: f64) -> Option<(i128, u32)> {
    let text = format!("{:.*e}", usize::from(MORE_DIGITS), value);
    let (digits, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let mantissa: i128 = digits.replace('.', "").parse().ok()?;
    let places = i32::from(MORE_DIGITS) - exponent;
    if places > PLACES {
        // So small a share that its last digits are below a millionth of a rupiah of all the money there can be.
        let beyond = 10_i128.checked_pow(u32::try_from(places - PLACES).ok()?);
        return Some((beyond.map_or(0, |beyond| mantissa.div_euclid(beyond)), PLACES as u32));
    }
    match u32::try_from(places) {
        Ok(places) => Some((mantissa, places)),
        Err(_) => Some((mantissa.checked_mul(10_i128.checked_pow(places.unsigned_abs())?)?, 0)),
    }
}

/// `share` of `money` \[Rp\] as a whole number and by how many ten-to-the-places it is too large.
fn product(share: f64, money: i64) -> Option<(i128, i128)> {
    let (mantissa, places) = decimal(share)?;
    Some((mantissa.checked_mul(i128::from(money))?, 10_i128.checked_pow(places)?))
}

/// The least whole rupiah that are at least `share` of `money` \[Rp\].
pub fn at_least(share: f64, money: i64) -> i64 {
    let exact = product(share, money).map(|(all, parts)| -(-all).div_euclid(parts));
    exact.and_then(|whole| i64::try_from(whole).ok()).unwrap_or((share * money as f64).ceil() as i64)
}

/// The most whole rupiah that are at most `share` of `money` \[Rp\].
pub fn at_most(share: f64, money: i64) -> i64 {
    let exact = product(share, money).map(|(all, parts)| all.div_euclid(parts));
    exact.and_then(|whole| i64::try_from(whole).ok()).unwrap_or((share * money as f64).floor() as i64)
}

/// `share` of `money` \[Rp\] to the nearest whole rupiah; of two equally near ones the greater.
pub fn nearest(share: f64, money: i64) -> i64 {
    let exact = product(share, money).map(|(all, parts)| (2 * all + parts).div_euclid(2 * parts));
    exact.and_then(|whole| i64::try_from(whole).ok()).unwrap_or((share * money as f64).round() as i64)
}

/// `share` of each of `amounts` \[Rp\] in whole rupiah that add up to `total`, which is their exact sum rounded up or down, by
/// largest remainder: all are rounded down, and what is then missing goes to those that lost most, of equal ones to the first.
pub fn split(share: f64, amounts: &[i64], total: i64) -> Vec<i64> {
    let mut whole: Vec<i64> = amounts.iter().map(|amount| at_most(share, *amount)).collect();
    let lost = |amount: i64| product(share, amount).map_or(0, |(all, parts)| all.rem_euclid(parts));
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(lost(amounts[*place])));
    let missing = total - whole.iter().sum::<i64>();
    for place in order.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        whole[place] += 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.1 × 3 is 0.30000000000000004 in binary, 0.07 × 100 is 7.000000000000001, 0.29 × 100 is 28.999999999999996.
    #[test]
    fn shares_are_the_decimals_that_were_written() {
        assert_eq!((at_least(0.1, 30), at_most(0.1, 30)), (3, 3));
        assert_eq!((at_least(0.07, 100), at_most(0.29, 100)), (7, 29));
        assert_eq!((at_least(0.3, 1_000_000_000_000_000), at_most(0.3, 10)), (300_000_000_000_000, 3));
        // 33.33 % as files say it, divided by a hundred in binary.
        assert_eq!(at_least(33.33 / 100.0, 1_000_000_000), 333_300_000);
    }

    /// 1.1 of 5 is 5.5, of 15 is 16.5, of -5 is -5.5.
    #[test]
    fn the_nearest_rupiah_is_exact() {
        assert_eq!((nearest(1.1, 5), nearest(1.1, 15), nearest(1.1, -5)), (6, 17, -5));
        assert_eq!((nearest(1.03, 100), nearest(1.0, 7), nearest(1.049, 10)), (103, 7, 10));
    }

    /// 1.03 of 33, 34 and 33 are 33.99, 35.02 and 33.99, together 103: both 33s lost 0.99 and get a rupiah each. 1.5 of three
    /// ones are 4.5, so 5: two of the three equal ones get a rupiah, the first two. An amount of nothing stays nothing.
    #[test]
    fn what_rounding_leaves_goes_to_the_largest_remainders() {
        assert_eq!(split(1.03, &[33, 34, 33], nearest(1.03, 100)), [34, 35, 34]);
        assert_eq!(split(1.5, &[1, 0, 1, 1], nearest(1.5, 3)), [2, 0, 2, 1]);
        assert_eq!(split(1.5, &[3, -1], nearest(1.5, 2)), [5, -2]);
        assert_eq!(split(1.07, &[], 0), [0; 0]);
    }

    #[test]
    fn floors_go_up_and_caps_go_down_to_a_whole_rupiah() {
        assert_eq!((at_least(0.25, 10), at_most(0.25, 10)), (3, 2));
        assert_eq!((at_least(0.0, 10), at_most(1.0, 10)), (0, 10));
        assert_eq!((at_least(1e-20, 1_000), at_most(1e-20, 1_000)), (0, 0));
        // An amount is a share of one rupiah.
        assert_eq!((at_least(1_000_000.5, 1), at_most(1_000_000.5, 1)), (1_000_001, 1_000_000));
        assert_eq!(
            (at_least(0.123_456_7 * 1e9, 1), at_most(0.123_456_7 * 1e9, 1)),
            (123_456_700, 123_456_700)
        );
        assert_eq!((at_least(250.0, 4), at_most(250.0, 4)), (1_000, 1_000));
    }
}
