//! Charts: numbers with their labels and units in both languages, drawn as SVG.
//!
//! A [`Chart`] is data. It says in its title what it shows and in a sentence what is to be seen; [`Chart::svg`] draws it for a
//! width and a language, and [`Chart::table`] gives the same numbers as a table, for those who cannot see it or want to read it.
//! Shapes and text are written as SVG by kuva's back end; the layout is ours, since labels must fit at the width of a phone.

mod bars;
mod canvas;
mod data;
mod draw;
mod fan;
mod flow;
mod graph;
mod map;
mod measure;
mod ranges;
mod stand;

pub use data::{BarRow, Chart, FanYear, Form, Link, Place, RangeRow, Spread};
pub use measure::{Measure, money};
pub use stand::{Box as GraphBox, Layer};
