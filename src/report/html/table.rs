//! Tables of pages as tables of HTML.

use std::fmt::Write as _;

use super::escape::escaped;
use crate::report::language::Lang;
use crate::report::page::Table;

/// A table, which scrolls sideways where it is too wide.
pub(super) fn table(of: &Table, lang: Lang) -> String {
    let label = lang.pick("tabel", "table");
    let mut out = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">\n<table>\n<thead><tr>"
    );
    for column in &of.columns {
        let heading = escaped(column.heading.in_language(lang));
        let class = if column.right { " class=\"right\"" } else { "" };
        if heading.is_empty() {
            let _ = write!(out, "<td{class}></td>");
        } else {
            let _ = write!(out, "<th scope=\"col\"{class}>{heading}</th>");
        }
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &of.rows {
        out.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let text = escaped(&cell.text(lang));
            let right = of.columns.get(place).is_some_and(|column| column.right);
            let class = if right { " class=\"right\"" } else { "" };
            if place == 0 {
                let _ = write!(out, "<th scope=\"row\"{class}>{text}</th>");
            } else {
                let _ = write!(out, "<td{class}>{text}</td>");
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    out
}
