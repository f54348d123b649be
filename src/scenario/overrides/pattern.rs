//! Patterns of keys: `*` stands for any run of characters within one name, between `/` and `.`.

/// Most keys that are compared with a pattern that meets none.
const COMPARED: usize = 200_000;

/// True if `pattern` meets `key`.
pub(super) fn meets(pattern: &str, key: &str) -> bool {
    let Some((before, _)) = pattern.split_once('*') else { return pattern == key };
    if !key.starts_with(before) {
        return false;
    }
    let (pattern, key): (Vec<char>, Vec<char>) = (pattern.chars().collect(), key.chars().collect());
    // Whether the first so many characters of the key are met by what was read of the pattern.
    let mut met = vec![false; key.len() + 1];
    met[0] = true;
    for sign in pattern {
        let mut next = vec![false; key.len() + 1];
        if sign == '*' {
            for at in 0..=key.len() {
                next[at] = met[at] || (at > 0 && next[at - 1] && !parts(key[at - 1]));
            }
        } else {
            for at in 1..=key.len() {
                next[at] = met[at - 1] && key[at - 1] == sign;
            }
        }
        met = next;
    }
    met[key.len()]
}

fn parts(sign: char) -> bool {
    sign == '/' || sign == '.'
}

/// The known keys nearest to `pattern`, the nearest first: those that need the fewest letters changed, where `*` costs nothing.
pub(super) fn nearest<'k>(pattern: &str, known: &[&'k str]) -> Vec<&'k str> {
    let letters: Vec<char> = pattern.to_lowercase().chars().collect();
    let plain = letters.iter().filter(|sign| **sign != '*').count();
    let most = 1 + plain.div_euclid(3);
    let mut found: Vec<(usize, &'k str)> = known
        .iter()
        .take(COMPARED)
        .map(|key| (distance(&letters, key), *key))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    found.sort_unstable();
    let near = found.first().map_or(0, |(distance, _)| distance + 1);
    found.retain(|(distance, _)| *distance <= near);
    found.truncate(3);
    found.into_iter().map(|(_, key)| key).collect()
}

/// Letters to add, take away or change until the pattern meets the key.
fn distance(pattern: &[char], key: &str) -> usize {
    let key: Vec<char> = key.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=key.len()).collect();
    for sign in pattern {
        let mut next = vec![0; key.len() + 1];
        let own = usize::from(*sign != '*');
        next[0] = row[0] + own;
        for at in 1..=key.len() {
            let change = row[at - 1] + usize::from(*sign != key[at - 1]);
            let free = *sign == '*' && !parts(key[at - 1]);
            let add = next[at - 1] + usize::from(!free);
            next[at] = (row[at] + own).min(add).min(change);
        }
        row = next;
    }
    row[key.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_within_a_name() {
        for (pattern, key, met) in [
            ("price/*/ekspor_*", "price/kutasari/ekspor_a", true),
            ("price/*/ekspor_*", "price/kutasari/lokal", false),
            ("price/*", "price/kutasari/ekspor", false),
            ("sources.*.2027", "sources.apbn.2027", true),
            ("sources.*", "sources.apbn.2027", false),
            ("*", "wage", true),
            ("wage/*", "wage/", true),
            ("", "", true),
        ] {
            assert_eq!(meets(pattern, key), met, "{pattern} {key}");
        }
    }

    /// `prise/*/ekspor` is one letter from `price/utara/ekspor` and two from `price/utara/eksporx`: a star costs nothing.
    #[test]
    fn the_nearest_keys_come_first() {
        let known = ["price/utara/eksporx", "price/utara/ekspor", "wage/utara"];
        assert_eq!(nearest("prise/*/ekspor", &known), ["price/utara/ekspor", "price/utara/eksporx"]);
        assert!(nearest("zzz", &known).is_empty());
    }
}
