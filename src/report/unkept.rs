//! Rules that whole rupiah do not keep, though amounts that need not be whole do: which, and by how much.

use super::conflict::rule_in_words;
use super::language::Lang;
use super::page::{Section, both};
use crate::model::Model;
use crate::opt::rupiah::Unkept;

/// Says which rules a plan misses, and by how much; nothing where it keeps them all.
pub(super) fn summary(model: &Model, unkept: &[Unkept], section: &mut Section) {
    for unkept in unkept {
        section.point(both(|lang| {
            let rule = rule_in_words(model, &[], unkept.rule, lang);
            let rupiah = lang.number(unkept.missing as f64, 0);
            match lang {
                Lang::Id => format!(
                    "Tidak terpenuhi sampai rupiah terakhir, karena rupiah yang bulat tidak dapat memenuhi semua aturan sekaligus: {rule}; selisih Rp{rupiah}."
                ),
                Lang::En => format!(
                    "Not kept to the last rupiah, since whole rupiah cannot keep all rules at once: {rule}; missed by Rp {rupiah}."
                ),
            }
        }));
    }
}
