//! The columns of a plan in a workbook, by their names in `allocation.csv`: what the sheet calls them in both languages.

/// The name in `allocation.csv`, and the headings in English and in Indonesian.
pub const HEADINGS: [(&str, [&str; 2]); 8] = [
    ("source", ["source key", "kunci sumber"]),
    ("cluster", ["cluster key", "kunci klaster"]),
    ("intervention", ["intervention key", "kunci intervensi"]),
    ("year", ["year", "tahun"]),
    ("units", ["units", "banyaknya"]),
    ("unit", ["unit", "satuan"]),
    ("unit_cost", ["unit cost [Rp]", "harga satuan [Rp]"]),
    ("rupiah", ["rupiah", "rupiah"]),
];

/// Names of the sheet that holds the plan.
pub const SHEETS: [&str; 2] = ["Allocation", "Alokasi"];
