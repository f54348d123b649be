//! The rows of the law trace, as a table, as documents and as text.

use std::io::{self, Write};

use crate::language::text;
use crate::report::language::{Lang, Text};
use crate::report::page::{Page, Section, both};
use crate::result::law::{LawKey, LawLine, LawRow as TableRow, YesNo, file_of};
use crate::result::table::{Plain, write};

/// A constraint or figure with what it answers to.
#[derive(Debug, Clone, PartialEq)]
pub struct LawRow {
    /// Its kind.
    pub kind: LawKey,
    /// Its key: stable, and the same in both languages.
    pub key: String,
    /// The constraint or figure, in words.
    pub rule: Text,
    /// Paragraphs of Article 89, such as `(6)d`; empty where none was stated.
    pub paragraphs: Vec<String>,
    /// The policy it answers to beyond these, or where the scenario states it.
    pub policy: Text,
    /// File, and line or row.
    pub place: String,
    /// The amount asked, in `unit`.
    pub asked: Option<f64>,
    /// The amount of a plan, in `unit`.
    pub stands: Option<f64>,
    /// The unit of these.
    pub unit: String,
    /// Whether it binds in a plan.
    pub binding: Option<bool>,
}

impl LawRow {
    /// `PP 7/2021 Article 89 (1), (7)`; empty where it answers to policy alone.
    pub fn article(&self, lang: Lang) -> String {
        if self.paragraphs.is_empty() {
            return String::new();
        }
        let article = lang.pick("PP 7/2021 Pasal 89 ayat", "PP 7/2021 Article 89");
        format!("{article} {}", self.paragraphs.join(", "))
    }
}

/// The name of a kind.
fn kind_name(kind: LawKey, lang: Lang) -> &'static str {
    let (id, en) = match kind {
        LawKey::Budget => ("Anggaran", "Budgets"),
        LawKey::CarryOver => ("Sisa yang dibawa ke tahun berikutnya", "Carry-over"),
        LawKey::Disbursement => ("Pencairan", "Disbursement"),
        LawKey::Eligibility => ("Yang boleh didanai", "Eligibility"),
        LawKey::Limit => ("Batas bawah dan batas atas", "Floors and caps"),
        LawKey::Cofunding => ("Pendanaan bersama", "Co-funding"),
        LawKey::Locked => ("Belanja terikat", "Locked lines"),
        LawKey::Pool => ("Kolam yang dipakai bersama", "Pools that clusters share"),
        LawKey::Spillover => ("Limpahan dalam kelompok teknologi", "Spillovers in technology groups"),
        LawKey::Site => ("Calon klaster", "Candidate clusters"),
        LawKey::SiteRule => ("Aturan lokasi", "Rules for sites"),
        LawKey::Support => ("Klaster yang didukung atau tidak", "Clusters that are supported or not"),
        LawKey::Coverage => ("Cakupan kesepuluh jenis", "Coverage of the ten types"),
        LawKey::Waiver => ("Pengecualian", "Waivers"),
        LawKey::PastProvision => ("Penyediaan sebelumnya", "Past provision"),
        LawKey::Intervention => {
            ("Intervensi: jenis fasilitas dan bentuk dukungan", "Interventions: facility type and support")
        }
        LawKey::MinimumSize => ("Ukuran minimum", "Minimum sizes"),
        LawKey::Stage => ("Proses dan tahapnya", "Processes and their stages"),
        LawKey::Capacity => ("Kapasitas", "Capacities"),
        LawKey::Commodity => ("Komoditas", "Commodities"),
        LawKey::Cluster => ("Pengelompokan", "Grouping"),
        LawKey::Objective => ("Tujuan", "Objective"),
        LawKey::Figure => ("Angka", "Figures"),
    };
    lang.pick(id, en)
}

/// `law_trace.csv`.
///
/// # Errors
/// Whatever writing fails with.
pub fn table<W: Write>(rows: &[LawRow], out: W) -> io::Result<()> {
    let yes_no = |binding| if binding { YesNo::Yes } else { YesNo::No };
    let told = rows.iter().map(|row| TableRow {
        kind: row.kind,
        key: row.key.clone(),
        rule: row.rule.in_language(Lang::En).to_string(),
        article: row.article(Lang::En),
        policy: row.policy.in_language(Lang::En).to_string(),
        place: file_of(&row.place).to_string(),
        unit: row.unit.clone(),
        asked: row.asked.map(Plain),
        stands: row.stands.map(Plain),
        binding: row.binding.map(yes_no),
    });
    write(told, out)
}

/// The trace as documents.
pub fn lines(rows: &[LawRow]) -> Vec<LawLine> {
    let line = |row: &LawRow| LawLine {
        kind: row.kind,
        key: row.key.clone(),
        rule: row.rule.in_language(Lang::En).to_string(),
        article: row.article(Lang::En),
        policy: row.policy.in_language(Lang::En).to_string(),
        place: row.place.clone(),
        unit: row.unit.clone(),
        asked: row.asked.filter(|value| value.is_finite()),
        stands: row.stands.filter(|value| value.is_finite()),
        binding: row.binding,
    };
    rows.iter().map(line).collect()
}

/// The row in words: the rule, what it asks, what it answers to and where it is written.
fn sentence(row: &LawRow, lang: Lang) -> String {
    let asked = match (row.asked, row.unit.as_str()) {
        (Some(value), "Rp") => format!(" = {}", lang.money(value)),
        (Some(value), unit) => {
            let places = if value.fract() == 0.0 { 0 } else { 2 };
            let unit = if unit == "clusters" { lang.pick("klaster", unit) } else { unit };
            format!(" = {} {unit}", lang.number(value, places))
        }
        (None, _) => String::new(),
    };
    let answers = [row.article(lang), row.policy.in_language(lang).to_string()];
    let answers: Vec<String> = answers.into_iter().filter(|text| !text.is_empty()).collect();
    let place = if row.place.is_empty() {
        String::new()
    } else {
        format!(" [{}]", crate::scenario::place_in(&row.place, lang))
    };
    format!("{}{} -> {}{place}", row.rule.in_language(lang), asked.trim_end(), answers.join("; "))
}

/// The trace as a page, a section for each kind.
pub fn page(rows: &[LawRow]) -> Page {
    let mut page = Page::new(text!(
        en: "Law trace: every rule and figure, and what it answers to",
        id: "Jejak hukum: setiap aturan dan angka, dan yang dijawabnya",
    ));
    for rows in rows.chunk_by(|a, b| a.kind == b.kind) {
        let Some(first) = rows.first() else { continue };
        let mut section = Section::new(both(|lang| kind_name(first.kind, lang).to_string()));
        for row in rows {
            section.point(both(|lang| sentence(row, lang)));
        }
        page.sections.push(section);
    }
    page
}
