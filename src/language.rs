//! The two languages in which rantai speaks, and texts that exist in both.
//!
//! A [`Text`] is made where it is said, with both languages side by side, so that neither can be forgotten. Only a front
//! end knows which of them a reader wants.

mod system;

use std::fmt::Display;

pub use system::system_error;

/// A language that rantai speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Indonesian.
    Id,
    /// English.
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Lang; 2] = [Lang::Id, Lang::En];

    /// The text of this language.
    pub fn pick<'a>(self, id: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Id => id,
            Lang::En => en,
        }
    }

    /// The signs between thousands and before decimals.
    fn signs(self) -> (char, char) {
        match self {
            Lang::Id => ('.', ','),
            Lang::En => (',', '.'),
        }
    }

    /// A number with `places` decimals and this language's separators.
    pub fn number(self, value: f64, places: usize) -> String {
        let text = format!("{:.places$}", value.abs());
        let zero = text.chars().all(|c| matches!(c, '0' | '.'));
        let sign = if value < 0.0 && !zero { "-" } else { "" };
        format!("{sign}{}", self.separated(&text))
    }

    /// Digits with at most one decimal point, written with this language's separators.
    fn separated(self, digits: &str) -> String {
        let (thousands, point) = self.signs();
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut grouped = String::new();
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && (whole.len() - position) % 3 == 0 {
                grouped.push(thousands);
            }
            grouped.push(digit);
        }
        if fraction.is_empty() { grouped } else { format!("{grouped}{point}{fraction}") }
    }

    /// A whole number, of any size, with this language's separators.
    pub fn whole(self, value: i128) -> String {
        let sign = if value < 0 { "-" } else { "" };
        format!("{sign}{}", self.separated(&value.unsigned_abs().to_string()))
    }

    /// A share as a percentage.
    pub fn percent(self, share: f64) -> String {
        let places = usize::from(share.abs() < 0.0995);
        let number = self.number(100.0 * share, places);
        // EYD writes no space before the sign.
        format!("{number}{}", self.pick("%", " %"))
    }
}

/// A text in both languages.
///
/// It has no `Display`: whoever prints it says in which language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    // English first: texts have one order, whichever language is shown.
    en: String,
    id: String,
}

impl Text {
    /// The text that is `en` in English and `id` in Indonesian; `text!` makes one with arguments.
    pub fn new(en: impl Into<String>, id: impl Into<String>) -> Self {
        Self { en: en.into(), id: id.into() }
    }

    /// A name, a number or a key, which is the same in both languages.
    pub fn same(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { id: name.clone(), en: name }
    }

    /// The text in `lang`.
    pub fn in_language(&self, lang: Lang) -> &str {
        lang.pick(&self.id, &self.en)
    }

    /// Texts one after the other, with `between` between them.
    pub fn join(texts: &[Text], between: &Text) -> Text {
        let of = |lang: Lang| {
            let parts: Vec<&str> = texts.iter().map(|text| text.in_language(lang)).collect();
            parts.join(between.in_language(lang))
        };
        Text { en: of(Lang::En), id: of(Lang::Id) }
    }
}

/// An argument of a text: a [`Text`] in the language of the text around it, anything else as it is displayed.
pub(crate) trait Said {
    /// The type that is displayed.
    type Shown: Display + ?Sized;

    /// The argument in `lang`.
    fn said(&self, lang: Lang) -> &Self::Shown;
}

impl<T: Display + ?Sized> Said for T {
    type Shown = T;

    fn said(&self, _: Lang) -> &T {
        self
    }
}

impl Said for &Text {
    type Shown = str;

    fn said(&self, lang: Lang) -> &str {
        self.in_language(lang)
    }
}

impl Said for Text {
    type Shown = str;

    fn said(&self, lang: Lang) -> &str {
        self.in_language(lang)
    }
}

/// Makes a [`Text`] of two format strings: `text!(en: "no {what}", id: "tanpa {what}", what = thing)`.
///
/// Numbers and names in scope may stand in the braces without more. A nested [`Text`] is listed after the format strings,
/// as `what` or `what = expression`, and appears in the language of each. An argument that one of the languages leaves out
/// does not compile.
macro_rules! text {
    (@value $name:ident) => {
        $name
    };
    (@value $name:ident = $value:expr) => {
        $value
    };
    (en: $en:literal, id: $id:literal $(,)?) => {
        $crate::language::Text::new(format!($en), format!($id))
    };
    (en: $en:literal, id: $id:literal $(, $name:ident $(= $value:expr)?)+ $(,)?) => {{
        use $crate::language::{Lang, Said, Text};
        match ($(&$crate::language::text!(@value $name $(= $value)?),)+) {
            ($($name,)+) => Text::new(
                format!($en $(, $name = Said::said($name, Lang::En))+),
                format!($id $(, $name = Said::said($name, Lang::Id))+),
            ),
        }
    }};
}
pub(crate) use text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(Lang::Id.number(1_234_567.891, 2), "1.234.567,89");
        assert_eq!(Lang::En.number(-1_234_567.891, 1), "-1,234,567.9");
        assert_eq!(Lang::En.number(-0.001, 1), "0.0");
        assert_eq!(Lang::Id.whole(-13_220_000), "-13.220.000");
        assert_eq!(Lang::En.whole(999), "999");
        assert_eq!(Lang::Id.percent(0.123), "12%");
        assert_eq!(Lang::Id.percent(0.012), "1,2%");
    }

    #[test]
    fn a_nested_text_appears_in_the_language_around_it() {
        let what = text!(en: "cluster", id: "klaster");
        let (found, most) = ("x", 2.5);
        let whole = text!(
            en: "unknown {what} '{found}', at most {most}",
            id: "{what} '{found}' tidak dikenal, tidak lebih dari {most}",
            what,
        );
        assert_eq!(whole.in_language(Lang::En), "unknown cluster 'x', at most 2.5");
        assert_eq!(whole.in_language(Lang::Id), "klaster 'x' tidak dikenal, tidak lebih dari 2.5");
        let two =
            text!(en: "{n:.0} of {part}", id: "{part}: {n:.0}", n = 2.2 * 2.0, part = Text::same("a/b"));
        assert_eq!((two.in_language(Lang::En), two.in_language(Lang::Id)), ("4 of a/b", "a/b: 4"));
    }

    #[test]
    fn lists_are_joined_in_each_language() {
        let parts = [Text::same("a"), Text::new("b", "c")];
        let list = Text::join(&parts, &text!(en: " and ", id: " dan "));
        assert_eq!((list.in_language(Lang::En), list.in_language(Lang::Id)), ("a and b", "a dan c"));
    }
}
