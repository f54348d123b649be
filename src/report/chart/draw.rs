//! Charts drawn, and their numbers as tables.

use super::canvas::{Canvas, Drawn};
use super::data::{Chart, Form, Spread};
use super::{bars, fan, flow, graph, map, ranges};
use crate::report::language::{Lang, Text};
use crate::report::page::{Cell, Table, words};

impl Chart {
    /// The text alternative: title and sentence.
    pub fn alternative(&self, lang: Lang) -> String {
        format!("{}. {}", self.title.in_language(lang).trim_end_matches('.'), self.says.in_language(lang))
    }

    /// The chart as an SVG element of this width [px].
    pub fn svg(&self, lang: Lang, width: f64) -> String {
        let mut canvas = Canvas::new(width);
        let drawn = Drawn { lang, measure: &self.measure };
        match &self.form {
            Form::Bars { series, rows } => bars::draw(&mut canvas, &drawn, series, rows),
            Form::Ranges(rows) => ranges::draw(&mut canvas, &drawn, rows),
            Form::Fan { years, tail_from } => fan::draw(&mut canvas, &drawn, years, *tail_from),
            Form::Flow { headings, links } => flow::draw(&mut canvas, &drawn, headings, links),
            Form::Graph { layers, edges } => graph::draw(&mut canvas, &drawn, layers, edges),
            Form::Map(places) => map::draw(&mut canvas, &drawn, places),
        }
        canvas.finish(&self.alternative(lang))
    }

    /// Its numbers as a table.
    pub fn table(&self) -> Table {
        let unit = |name: Text| {
            let unit = self.measure.unit();
            Text::join(
                &[
                    name,
                    Text::new(
                        format!("[{}]", unit.in_language(Lang::En)),
                        format!("[{}]", unit.in_language(Lang::Id)),
                    ),
                ],
                &Text::same(" "),
            )
        };
        match &self.form {
            Form::Bars { series, rows } => {
                let mut headings = vec![Text::same("")];
                headings.extend(series.iter().map(|name| unit(name.clone())));
                let mut table = Table::new(headings, 1);
                for row in rows {
                    let values = row.values.iter().map(|value| self.measure.cell(*value));
                    table.row(std::iter::once(Cell::Words(row.label.clone())).chain(values).collect());
                }
                table
            }
            Form::Ranges(rows) => {
                let mut table = spread_table(Text::same(""), &unit);
                for row in rows {
                    table.row(self.spread_row(Cell::Words(row.label.clone()), row.spread));
                }
                table
            }
            Form::Fan { years, .. } => {
                let mut table = spread_table(words("year", "tahun"), &unit);
                for year in years {
                    table.row(self.spread_row(Cell::name(year.year.to_string()), year.spread));
                }
                table
            }
            Form::Flow { links, .. } => {
                let headings =
                    vec![words("from", "dari"), words("to", "ke"), unit(words("amount", "jumlah"))];
                let mut table = Table::new(headings, 2);
                for link in links {
                    let ends = [&link.from, &link.to].map(|end| Cell::Words(end.clone()));
                    table.row(ends.into_iter().chain([self.measure.cell(link.amount)]).collect());
                }
                table
            }
            Form::Graph { layers, .. } => graph::table(layers),
            Form::Map(places) => {
                let headings = vec![
                    words("place", "tempat"),
                    words("latitude", "lintang"),
                    words("longitude", "bujur"),
                    unit(words("amount", "jumlah")),
                ];
                let mut table = Table::new(headings, 1);
                for place in places {
                    let at = [place.latitude, place.longitude].map(|degrees| Cell::Number(degrees, 3));
                    let [latitude, longitude] = at;
                    let name = Cell::Words(place.name.clone());
                    table.row(vec![name, latitude, longitude, self.measure.cell(place.amount)]);
                }
                table
            }
        }
    }

    fn spread_row(&self, label: Cell, of: Spread) -> Vec<Cell> {
        let cell = |value: f64| if value.is_finite() { self.measure.cell(value) } else { Cell::Empty };
        vec![label, cell(of.q05), cell(of.q25), cell(of.mean), cell(of.q75), cell(of.q95)]
    }
}

fn spread_table(first: Text, unit: &dyn Fn(Text) -> Text) -> Table {
    let headings = vec![
        first,
        unit(words("1 in 20 below", "1 dari 20 di bawah")),
        unit(words("1 in 4 below", "1 dari 4 di bawah")),
        unit(words("mean", "rata-rata")),
        unit(words("1 in 4 above", "1 dari 4 di atas")),
        unit(words("1 in 20 above", "1 dari 20 di atas")),
    ];
    Table::new(headings, 1)
}
