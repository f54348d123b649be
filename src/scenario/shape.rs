//! The shape of a name: what a key looks like, and which names look alike: composed or not, upper or lower case, other
//! blanks, invisible characters, letters of other scripts.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// True for what may be a key: short, lower-case letters, digits, `_` and `-`.
pub(crate) fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

/// The shape of a name, without everything that hardly shows: equal for names that look alike.
///
/// Letters of other scripts become the Latin ones they are drawn like; Latin letters stay what they are, so that `l` and `1`,
/// `rn` and `m`, which real names tell apart, stay apart.
pub(crate) fn shape_of(name: &str) -> String {
    let visible = name.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).collect::<String>();
    let mut shape = String::with_capacity(visible.len());
    for c in visible.nfd() {
        if c.is_ascii() {
            shape.push(c);
        } else if is_dash(c) {
            shape.push('-');
        } else if is_apostrophe(c) {
            shape.push('\'');
        } else {
            let mut one = [0_u8; 4];
            shape.extend(skeleton(c.encode_utf8(&mut one)));
        }
    }
    let lower = shape.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ")
}

/// Characters that take no room: zero-width ones, soft hyphens, marks of direction, selectors of variants.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{fe63}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bb}'..='\u{2bd}' | '\u{2b9}' | '\u{b4}' | '\u{2032}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_one_shape() {
        for (a, b) in [
            ("A\u{e7}eh", "Ac\u{327}eh"),
            ("Aceh", "aceh"),
            ("Aceh Besar", "Aceh\u{a0}Besar"),
            ("Aceh Besar", "Aceh  Besar"),
            ("Aceh Besar", "Aceh\u{3000}Besar "),
            ("Aceh", "A\u{200b}ceh"),
            ("Aceh", "Ac\u{ad}eh"),
            ("Aceh", "\u{410}\u{441}eh"),
            ("Aceh", "\u{ff21}ceh"),
            ("STRA\u{df}E", "stra\u{df}e"),
            ("Ma'rang", "Ma\u{2019}rang"),
            ("a-b", "a\u{2011}b"),
            ("\u{f6}", "o\u{308}"),
        ] {
            assert_eq!(shape_of(a), shape_of(b), "{a} {b}");
        }
        for (a, b) in
            [("A\u{e7}eh", "Aceh"), ("Barna", "Bama"), ("Blok 1", "Blok l"), ("ab", "a b"), ("a_b", "a-b")]
        {
            assert_ne!(shape_of(a), shape_of(b), "{a} {b}");
        }
    }
}
