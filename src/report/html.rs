//! Reports as one file of HTML: no script, no network, readable on a phone, at a desk and on paper.

pub mod escape;
mod table;

use std::fmt::Write as _;

use super::book::{Book, Chapter, Figure, Grid, Piece, Thing, Tone};
use super::chart::{Chart, Form, money};
use super::language::{Lang, Text};
use super::page::Block;
use escape::escaped;
use table::table;

/// The style sheet.
const STYLE: &str = include_str!("html/style.css");

/// Widths at which charts are drawn [px]: for a phone, and for a desk or paper. A style rule shows one of them.
const WIDTHS: [(&str, f64); 2] = [("narrow", 340.0), ("wide", 720.0)];

/// A flow at its narrowest [px]: below it scrolls sideways.
const FLOW: f64 = 600.0;

/// A page being written.
struct Writer {
    lang: Lang,
    out: String,
}

/// The reports as one page, in a language.
pub fn page(books: &[Book], lang: Lang) -> String {
    let mut writer = Writer { lang, out: String::with_capacity(1 << 19) };
    writer.page(books);
    writer.out
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn said(&self, text: &Text) -> String {
        escaped(text.in_language(self.lang))
    }

    fn page(&mut self, books: &[Book]) {
        let code = self.lang.pick("id", "en");
        let title = books.first().map_or_else(String::new, |book| {
            format!("{} · {}", self.said(&book.title), self.said(&book.kind))
        });
        let _ = write!(
            self.out,
            "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"rantai\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        );
        if books.len() > 1 {
            self.put("<nav class=\"books\" aria-label=\"");
            self.put(self.lang.pick("Laporan", "Reports"));
            self.put("\"><ol>");
            for (number, book) in books.iter().enumerate() {
                let (title, kind) = (self.said(&book.title), self.said(&book.kind));
                let _ = write!(self.out, "<li><a href=\"#r{number}\">{title} · {kind}</a></li>");
            }
            self.put("</ol></nav>\n");
        }
        self.put("<main>\n");
        for (number, book) in books.iter().enumerate() {
            self.book(number, book);
        }
        self.put("</main>\n</body>\n</html>\n");
    }

    fn book(&mut self, number: usize, book: &Book) {
        let (title, kind) = (self.said(&book.title), self.said(&book.kind));
        let _ = write!(
            self.out,
            "<article id=\"r{number}\">\n<header>\n<p class=\"kind\">{kind}</p>\n<h1>{title}</h1>\n<div class=\"answer\">\n"
        );
        for said in &book.answer {
            let said = self.said(said);
            let _ = writeln!(self.out, "<p>{said}</p>");
        }
        self.put("</div>\n</header>\n");
        if !book.figures.is_empty() {
            let count = book.figures.len();
            let _ = writeln!(self.out, "<dl class=\"figures n{count}\">");
            for figure in &book.figures {
                self.figure(figure);
            }
            self.put("</dl>\n");
        }
        for piece in &book.first {
            self.piece(piece, 2);
        }
        self.contents(number, book);
        for (place, chapter) in book.chapters.iter().enumerate() {
            self.chapter(number, place, chapter);
        }
        self.put("</article>\n");
    }

    fn figure(&mut self, of: &Figure) {
        let (asks, says, means) = (self.said(&of.asks), self.said(&of.says), self.said(&of.means));
        let tone = tone(of.tone);
        let _ = writeln!(
            self.out,
            "<div class=\"{tone}\"><dt>{asks}</dt><dd><strong>{says}</strong><span>{means}</span></dd></div>"
        );
    }

    fn contents(&mut self, number: usize, book: &Book) {
        let heading = self.lang.pick("Isi laporan", "In this report");
        let _ = write!(
            self.out,
            "<nav class=\"contents\" aria-label=\"{heading} {}\"><p>{heading}</p><ol>",
            number + 1
        );
        for (place, chapter) in book.chapters.iter().enumerate() {
            let heading = self.said(&chapter.heading);
            let _ = write!(self.out, "<li><a href=\"#r{number}-{place}\">{heading}</a></li>");
        }
        self.put("</ol></nav>\n");
    }

    fn chapter(&mut self, number: usize, place: usize, chapter: &Chapter) {
        let heading = self.said(&chapter.heading);
        let _ = writeln!(self.out, "<section id=\"r{number}-{place}\">\n<h2>{heading}</h2>");
        for piece in &chapter.pieces {
            self.piece(piece, 3);
        }
        self.put("</section>\n");
    }

    fn piece(&mut self, piece: &Piece, level: usize) {
        match piece {
            Piece::Block(block) => self.block(block),
            Piece::Heading(text) => {
                let text = self.said(text);
                let _ = writeln!(self.out, "<h{level}>{text}</h{level}>");
            }
            Piece::Chart(chart) => self.chart(chart),
            Piece::Things(things) => self.things(things),
            Piece::Watch(said) => {
                self.put("<ul class=\"watch\">\n");
                for text in said {
                    let text = self.said(text);
                    let _ = writeln!(self.out, "<li>{text}</li>");
                }
                self.put("</ul>\n");
            }
            Piece::Grid(grid) => self.grid(grid),
            Piece::Folded(name, pieces) => {
                let name = self.said(name);
                let _ = writeln!(self.out, "<details>\n<summary>{name}</summary>");
                for piece in pieces {
                    self.piece(piece, level + 1);
                }
                self.put("</details>\n");
            }
            Piece::Written(text) => {
                let text = self.said(text);
                let label = self.lang.pick("teks", "text");
                let _ = writeln!(
                    self.out,
                    "<pre tabindex=\"0\" role=\"group\" aria-label=\"{label}\">{text}</pre>"
                );
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Sentence(text) => self.paragraph("", text),
            Block::Detail(text) => self.paragraph(" class=\"detail\"", text),
            Block::Point(text) => self.paragraph(" class=\"point\"", text),
            Block::Numbered(number, text, details) => {
                let text = self.said(text);
                let _ = writeln!(self.out, "<p>{number}. {text}</p>");
                for detail in details {
                    self.paragraph(" class=\"detail\"", detail);
                }
            }
            Block::Table(of) => {
                let rows = table(of, self.lang);
                self.put(&rows);
            }
            Block::Gap => {}
        }
    }

    fn paragraph(&mut self, class: &str, text: &Text) {
        let text = self.said(text);
        let _ = writeln!(self.out, "<p{class}>{text}</p>");
    }

    fn chart(&mut self, chart: &Chart) {
        let (title, says) = (self.said(&chart.title), self.said(&chart.says));
        let _ = writeln!(
            self.out,
            "<figure>\n<figcaption><strong>{title}</strong><span>{says}</span></figcaption>"
        );
        let flows = matches!(chart.form, Form::Flow { .. });
        for (class, width) in WIDTHS {
            let width = if flows { width.max(FLOW) } else { width };
            let svg = chart.svg(self.lang, width);
            // What is wider than a phone scrolls, by keyboard too.
            let scrolls = if flows && class == "narrow" {
                format!(" tabindex=\"0\" role=\"group\" aria-label=\"{title}\"")
            } else {
                String::new()
            };
            let _ = writeln!(self.out, "<div class=\"{class}\"{scrolls}>{svg}</div>");
        }
        let numbers = self.lang.pick("Angka grafik ini", "The numbers of this chart");
        let _ = writeln!(self.out, "<details class=\"numbers\">\n<summary>{numbers}</summary>");
        let rows = table(&chart.table(), self.lang);
        self.put(&rows);
        self.put("</details>\n</figure>\n");
    }

    fn things(&mut self, things: &[Thing]) {
        self.put("<ol class=\"things\">\n");
        for thing in things {
            let [many, what, places] = [&thing.many, &thing.what, &thing.places].map(|text| self.said(text));
            let (rupiah, share) = (escaped(&money(self.lang, thing.rupiah)), self.lang.percent(thing.share));
            let width = (100.0 * thing.share).clamp(0.5, 100.0);
            let _ = writeln!(
                self.out,
                "<li><div class=\"what\"><strong>{many}</strong><span>{what}</span><span class=\"places\">{places}</span></div>\
                 <div class=\"sum\"><strong>{rupiah}</strong><span>{share}</span></div>\
                 <svg class=\"share\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"100\" height=\"4\" fill=\"#e2e7ec\"/><rect width=\"{width:.1}\" height=\"4\" fill=\"#005f99\"/></svg></li>"
            );
        }
        self.put("</ol>\n");
    }

    fn grid(&mut self, grid: &Grid) {
        let title = self.said(&grid.title);
        let _ = write!(
            self.out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\">\n<table class=\"grid\">\n<caption>{title}</caption>\n<thead><tr><td></td>"
        );
        for (short, long) in &grid.columns {
            let (short, long) = (self.said(short), self.said(long));
            let _ = write!(self.out, "<th scope=\"col\"><abbr title=\"{long}\">{short}</abbr></th>");
        }
        self.put("</tr></thead>\n<tbody>\n");
        let mut meanings: Vec<(&str, String, &str)> = Vec::new();
        for (name, marks) in &grid.rows {
            let name = self.said(name);
            let _ = write!(self.out, "<tr><th scope=\"row\">{name}</th>");
            for mark in marks {
                let (sign, means, tone) = (mark.sign, self.said(&mark.means), tone(mark.tone));
                let _ = write!(
                    self.out,
                    "<td class=\"{tone}\"><span aria-hidden=\"true\">{sign}</span><span class=\"aside\">{means}</span></td>"
                );
                if !meanings.iter().any(|(known, ..)| *known == sign) {
                    meanings.push((sign, means, tone));
                }
            }
            self.put("</tr>\n");
        }
        self.put("</tbody>\n</table>\n</div>\n<p class=\"key\">");
        let mut key: Vec<String> = meanings
            .iter()
            .map(|(sign, means, tone)| format!("<b class=\"{tone}\">{sign}</b> {means}"))
            .collect();
        key.extend(
            grid.columns
                .iter()
                .map(|(short, long)| format!("<b>{}</b> {}", self.said(short), self.said(long))),
        );
        self.put(&key.join(" · "));
        self.put("</p>\n");
    }
}

fn tone(of: Tone) -> &'static str {
    match of {
        Tone::Good => "good",
        Tone::Watch => "watch-this",
        Tone::Plain => "plain",
    }
}
