//! The budget document as a table in one language, titles in place of keys; and what `check` says of what it will hold.

use std::io::{self, Write};

use super::language::{Lang, Text};
use super::page::{Cell, Section, Table, both, some, words};
use crate::model::{Grade, Model};
use crate::result::budget_document::{
    BudgetAmount, BudgetBlock, BudgetRow, BudgetSums, BudgetTable, PriceReference,
};
use crate::result::estimate::Title;
use crate::result::table::Writer;
use crate::result::words::GradeKey;

/// Decimals of a volume that is not whole.
const PLACES: usize = 4;

/// A budget document being written in a language, with the columns that it has.
struct Sheet<'a> {
    of: &'a BudgetTable,
    lang: Lang,
    /// Those of the columns that some documents lack which this one has.
    columns: Vec<Column>,
}

/// A column that stands only where some row has something to say in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// Unit of government.
    Opd,
    /// Code of the region.
    RegionCode,
    /// Reference of the price.
    Reference,
    /// Committed already.
    Locked,
}

/// A table of the budget document in `lang`: a header, a row for each line, rows of sums after the lines of each source and year
/// and of each year at the end, and notes that say what its amounts are.
///
/// # Errors
/// Whatever writing fails with.
pub fn table<W: Write>(of: &BudgetTable, lang: Lang, out: W) -> io::Result<()> {
    let any = |has: fn(&BudgetRow) -> bool| of.blocks.iter().flat_map(|block| &block.lines).any(has);
    let columns = [
        (Column::Opd, of.blocks.iter().any(|block| block.opd.is_some())),
        (Column::RegionCode, any(|row| row.region_code.is_some())),
        (Column::Reference, any(|row| row.reference.is_some())),
        (Column::Locked, any(|row| row.locked > 0)),
    ];
    let columns = columns.into_iter().filter(|(_, stands)| *stands).map(|(column, _)| column).collect();
    let sheet = Sheet { of, lang, columns };
    let heads = sheet.heads();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut writer = Writer::new(&heads, out)?;
    let mut number = 0;
    for block in &of.blocks {
        for row in &block.lines {
            number += 1;
            writer.add_cells(&sheet.line(number, block, row))?;
        }
        for cells in sheet.sums(Some(block), block.year, &block.sums) {
            writer.add_cells(&cells)?;
        }
    }
    for year in &of.totals {
        for cells in sheet.sums(None, year.year, &year.sums) {
            writer.add_cells(&cells)?;
        }
    }
    for note in sheet.notes() {
        writer.add_cells(&note)?;
    }
    writer.end()
}

impl Sheet<'_> {
    fn pick(&self, id: &str, en: &str) -> String {
        self.lang.pick(id, en).to_string()
    }

    fn title(&self, title: &Title) -> String {
        self.pick(&title.id, &title.en)
    }

    /// True if amounts are nominal as well.
    fn indexed(&self) -> bool {
        self.of.index.is_some()
    }

    /// How the amounts of the years ahead are stated.
    fn prices_ahead(&self) -> String {
        if self.indexed() { self.pick("nominal", "nominal") } else { self.constant() }
    }

    fn constant(&self) -> String {
        let year = self.of.price_year;
        self.pick(&format!("harga tetap {year}"), &format!("prices of {year}"))
    }

    /// Whether a column stands, by the kind of its cells, in order: those of a line and of a row of sums are put together alike.
    fn put(&self, cells: Cells) -> Vec<String> {
        let mut row = vec![cells.number, cells.kind, cells.source, cells.year];
        let has = |column: Column| self.columns.contains(&column);
        row.extend(has(Column::Opd).then_some(cells.opd));
        row.extend(cells.codes);
        row.extend([cells.letter, cells.facility, cells.title, cells.cluster, cells.region]);
        row.extend(has(Column::RegionCode).then_some(cells.region_code));
        row.extend([cells.volume, cells.unit, cells.price]);
        row.extend(has(Column::Reference).then_some(cells.reference));
        row.push(cells.rupiah);
        row.extend(self.indexed().then_some(cells.nominal));
        row.extend(has(Column::Locked).then_some(cells.locked));
        row.extend(cells.ahead);
        row
    }

    fn heads(&self) -> Vec<String> {
        let constant = self.constant();
        let codes = self.of.levels.iter().flat_map(|level| {
            let level = self.title(level);
            [self.pick(&format!("Kode {}", lowered(&level)), &format!("{level} code")), level]
        });
        let ahead = self.of.years.iter().skip(1).map(|year| {
            let prices = self.prices_ahead();
            self.pick(
                &format!("Prakiraan maju {year} (Rp, {prices})"),
                &format!("{year} ahead (Rp, {prices})"),
            )
        });
        self.put(Cells {
            number: self.pick("No.", "No."),
            kind: self.pick("Baris", "Row"),
            source: self.pick("Sumber dana", "Source"),
            year: self.pick("Tahun", "Year"),
            opd: self.pick("Perangkat daerah/satuan kerja", "Unit of government"),
            codes: codes.collect(),
            letter: self.pick("Huruf Pasal 89 ayat (6)", "Letter of Article 89 (6)"),
            facility: self.pick("Jenis fasilitas", "Facility type"),
            title: self.pick("Uraian", "Item"),
            cluster: self.pick("Klaster", "Cluster"),
            region: self.pick("Wilayah", "Region"),
            region_code: self.pick("Kode wilayah", "Region code"),
            volume: self.pick("Volume", "Volume"),
            unit: self.pick("Satuan", "Unit"),
            price: self
                .pick(&format!("Harga satuan (Rp, {constant})"), &format!("Unit price (Rp, {constant})")),
            reference: self.pick("Acuan harga", "Price reference"),
            rupiah: self.pick(&format!("Jumlah (Rp, {constant})"), &format!("Amount (Rp, {constant})")),
            nominal: self.pick("Jumlah (Rp, nominal)", "Amount (Rp, nominal)"),
            locked: self.pick(
                &format!("Sudah terikat (Rp, {constant})"),
                &format!("Committed already (Rp, {constant})"),
            ),
            ahead: ahead.collect(),
        })
    }

    /// Cells of a row that has nothing to say of most things.
    fn blank(&self) -> Cells {
        Cells {
            codes: vec![String::new(); 2 * self.of.levels.len()],
            ahead: vec![String::new(); self.of.years.len().saturating_sub(1)],
            ..Cells::default()
        }
    }

    fn line(&self, number: usize, block: &BudgetBlock, row: &BudgetRow) -> Vec<String> {
        let codes = self.of.levels.iter().flat_map(|level| {
            let code = row.codes.iter().find(|code| code.is_on(level));
            [
                code.map_or_else(String::new, |code| code.code.clone()),
                code.map_or_else(String::new, |c| self.title(&c.name)),
            ]
        });
        self.put(Cells {
            number: number.to_string(),
            kind: self.pick("rincian", "line"),
            source: self.title(&block.title),
            year: block.year.to_string(),
            opd: block.opd.as_ref().map_or_else(String::new, |opd| self.title(opd)),
            codes: codes.collect(),
            letter: row.letter.clone(),
            facility: self.title(&row.facility),
            title: self.title(&row.title),
            cluster: self.title(&row.cluster_title),
            region: row.region.clone(),
            region_code: row.region_code.clone().unwrap_or_default(),
            volume: volume(row.volume),
            unit: self.title(&row.unit),
            price: row.unit_price.to_string(),
            reference: row.reference.as_ref().map_or_else(String::new, |from| self.reference(from)),
            rupiah: row.amount.rupiah.to_string(),
            nominal: nominal(row.amount),
            locked: if row.locked > 0 { row.locked.to_string() } else { String::new() },
            ahead: self.ahead(|year| {
                let ahead = row.ahead.iter().find(|ahead| ahead.year == year);
                ahead.map(|ahead| ahead.amount)
            }),
        })
    }

    /// A cell for each year but the first; empty where no year that is ahead.
    fn ahead(&self, amount: impl Fn(i32) -> Option<BudgetAmount>) -> Vec<String> {
        let cell = |year: &i32| {
            let amount = amount(*year)?;
            Some(amount.nominal.unwrap_or(amount.rupiah).to_string())
        };
        self.of.years.iter().skip(1).map(|year| cell(year).unwrap_or_default()).collect()
    }

    /// The rows of sums of a source and year, or of a year.
    fn sums(&self, block: Option<&BudgetBlock>, year: i32, sums: &BudgetSums) -> Vec<Vec<String>> {
        let source = match block {
            Some(block) => self.title(&block.title),
            None => self.pick("Semua sumber dana", "All sources"),
        };
        let rows = [
            (self.pick("jumlah rincian", "total of lines"), sums.lines, true),
            (self.pick("pemeliharaan yang ditanggung", "upkeep borne"), sums.upkeep, false),
            (self.pick("sisa", "left"), sums.left, true),
            (
                self.pick("dana bawaan dari tahun sebelumnya", "carried in from the year before"),
                sums.carried_in,
                false,
            ),
            (self.pick("pagu", "budget"), sums.new, true),
        ];
        let ahead_of = |year: i32| {
            let lines = block?.lines.iter();
            let own = lines.flat_map(|row| &row.ahead).filter(|ahead| ahead.year == year);
            let amounts: Vec<BudgetAmount> = own.map(|ahead| ahead.amount).collect();
            let rupiah = amounts.iter().map(|amount| amount.rupiah).sum();
            let nominal = self.indexed().then(|| amounts.iter().filter_map(|amount| amount.nominal).sum());
            (!amounts.is_empty()).then_some(BudgetAmount { rupiah, nominal })
        };
        let stands = |(_, amount, always): &(String, BudgetAmount, bool)| *always || amount.rupiah != 0;
        let cells = |(place, (kind, amount, _)): (usize, (String, BudgetAmount, bool))| {
            let locked: i64 = block.into_iter().flat_map(|block| &block.lines).map(|row| row.locked).sum();
            let of_lines = place == 0;
            self.put(Cells {
                kind,
                source: source.clone(),
                year: year.to_string(),
                opd: block
                    .and_then(|block| block.opd.as_ref())
                    .map_or_else(String::new, |opd| self.title(opd)),
                rupiah: amount.rupiah.to_string(),
                nominal: nominal(amount),
                locked: if of_lines && locked > 0 { locked.to_string() } else { String::new() },
                ahead: if of_lines { self.ahead(ahead_of) } else { self.blank().ahead },
                ..self.blank()
            })
        };
        rows.into_iter().filter(stands).enumerate().map(cells).collect()
    }

    fn reference(&self, from: &PriceReference) -> String {
        let grade = from.grade.map(|grade| {
            let known = Grade::ALL.iter().find(|known| GradeKey::from(**known) == grade);
            let word = known.map_or("", |known| self.lang.pick(known.name_id(), known.name_en()));
            match grade {
                GradeKey::A | GradeKey::B | GradeKey::C => {
                    self.pick(&format!("mutu {word}"), &format!("grade {word}"))
                }
                GradeKey::Derived | GradeKey::Assumption => word.to_string(),
            }
        });
        let more: Vec<String> = from.year.map(|year| year.to_string()).into_iter().chain(grade).collect();
        match (&from.text, more.is_empty()) {
            (Some(text), true) => text.clone(),
            (Some(text), false) => format!("{text} ({})", more.join(", ")),
            (None, _) => more.join(", "),
        }
    }

    /// The notes at the end: what the amounts are, and how lines without units stand.
    fn notes(&self) -> Vec<Vec<String>> {
        let (year, title) = (self.of.price_year, self.title(&self.of.title));
        let mut notes = vec![
            self.pick(&format!("Dokumen anggaran: {title}"), &format!("Budget document: {title}")),
            match &self.of.index {
                None => self.pick(
                    &format!("Jumlah dalam rupiah dengan harga tetap tahun {year}."),
                    &format!("Amounts are in rupiah of constant prices of {year}."),
                ),
                Some(index) => {
                    // As many decimals as were stated.
                    let said =
                        |index: f64| self.pick(&index.to_string().replace('.', ","), &index.to_string());
                    let years: Vec<String> =
                        index.iter().map(|of| format!("{} = {}", of.year, said(of.index))).collect();
                    let years = years.join("; ");
                    self.pick(
                        &format!("Jumlah dalam rupiah dengan harga tetap tahun {year}, dan dalam rupiah nominal menurut indeks harga skenario ({years}); rupiah nominal dibulatkan agar rincian tepat sama dengan jumlahnya."),
                        &format!("Amounts are in rupiah of constant prices of {year}, and in nominal rupiah by the scenario's price index ({years}); nominal rupiah are rounded so that lines add up to their totals."),
                    )
                }
            },
            self.pick(
                "Jumlah rincian, pemeliharaan, dan sisa sama dengan pagu ditambah dana bawaan.",
                "Lines, upkeep and what is left add up to the budget and what is carried in.",
            ),
            self.pick(
                "Yang tidak dibeli per satuan ditulis sebagai 1 paket.",
                "What is not bought in units stands as 1 package.",
            ),
        ];
        if self.of.years.len() > 1 {
            notes.push(self.pick(
                "Prakiraan maju adalah jumlah rincian yang sama pada tahun-tahun berikutnya.",
                "Years ahead are the amounts of the same line in the years that follow.",
            ));
        }
        let row = |text: String| {
            self.put(Cells { kind: self.pick("catatan", "note"), source: text, ..self.blank() })
        };
        notes.into_iter().map(row).collect()
    }
}

/// The cells of a row, by what they hold.
#[derive(Default)]
struct Cells {
    number: String,
    kind: String,
    source: String,
    year: String,
    opd: String,
    codes: Vec<String>,
    letter: String,
    facility: String,
    title: String,
    cluster: String,
    region: String,
    region_code: String,
    volume: String,
    unit: String,
    price: String,
    reference: String,
    rupiah: String,
    nominal: String,
    locked: String,
    ahead: Vec<String>,
}

/// A heading within another: its first letter small, unless the word is an abbreviation.
fn lowered(heading: &str) -> String {
    let mut letters = heading.chars();
    let first = letters.next().map(char::to_lowercase);
    let rest = letters.as_str();
    if rest.chars().next().is_some_and(char::is_uppercase) || first.is_none() {
        return heading.to_string();
    }
    first.into_iter().flatten().chain(rest.chars()).collect()
}

/// A volume: whole, or with a few decimals.
fn volume(units: f64) -> String {
    let text = format!("{units:.PLACES$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "0" && units > 0.0 { format!("{units}") } else { text.to_string() }
}

fn nominal(amount: BudgetAmount) -> String {
    amount.nominal.map_or_else(String::new, |nominal| nominal.to_string())
}

/// The section of `check`: who spends, under which codes, with which index; nothing where the scenario states none of it.
pub(super) fn section(model: &Model) -> Option<Section> {
    let coded =
        model.chains.iter().flat_map(|chain| &chain.interventions).filter(|line| !line.codes.is_empty());
    let (coded, regions) = (coded.count(), model.clusters.iter().filter(|c| c.region_code.is_some()).count());
    let sources: Vec<_> =
        model.sources.iter().filter(|source| source.opd.is_some() || !source.codes.is_empty()).collect();
    if coded + regions + sources.len() == 0 && model.price_index.is_none() {
        return None;
    }
    let mut section = Section::new(words("Budget document", "Dokumen anggaran"));
    let lines = model.chains.iter().map(|chain| chain.interventions.len()).sum::<usize>();
    let (interventions, clusters) = (
        some(lines, ["intervention", "interventions"], "intervensi"),
        some(model.clusters.len(), ["cluster", "clusters"], "klaster"),
    );
    section.say(crate::language::text!(
        en: "{coded} of {interventions} have codes of their own, {regions} of {clusters} a region code.",
        id: "{coded} dari {interventions} memiliki kode sendiri, {regions} dari {clusters} memiliki kode wilayah.",
        interventions, clusters,
    ));
    if let Some(index) = &model.price_index {
        let years = (0..).map(|year| model.horizon.calendar_year(year)).zip(index);
        let said = |lang: Lang| {
            let each = years.clone().map(|(year, index)| format!("{year} {}", lang.number(*index, 3)));
            let each: Vec<String> = each.collect();
            let each = each.join("; ");
            match lang {
                Lang::Id => format!("Indeks harga, dari harga tetap ke rupiah nominal: {each}."),
                Lang::En => format!("Price index, from constant prices to nominal rupiah: {each}."),
            }
        };
        section.say(both(said));
    }
    let heads = [
        words("source", "sumber"),
        words("unit of government", "perangkat daerah/satuan kerja"),
        words("codes", "kode"),
    ];
    let mut table = Table::new(heads.to_vec(), 3);
    for source in sources {
        let title = |title: &crate::model::Title| both(|lang| lang.title(title).to_string());
        let codes: Vec<String> = source.codes.iter().map(|code| code.code.clone()).collect();
        table.row(vec![
            Cell::name(&source.key),
            source.opd.as_ref().map_or(Cell::Empty, |opd| Cell::Words(title(opd))),
            if codes.is_empty() { Cell::Empty } else { Cell::Words(Text::same(codes.join(", "))) },
        ]);
    }
    if !table.rows.is_empty() {
        section.table(table);
    }
    Some(section)
}
