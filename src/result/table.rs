//! Tables: one type for a row, its columns and its numbers from one place.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A row of a table.
pub trait Row: Serialize + JsonSchema {
    /// The columns, in order.
    const COLUMNS: &'static [&'static str];
}

/// Declares rows: the struct with its derives, and its columns in the order of its fields.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? { $($(#[$fdoc:meta])* $field:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub struct $name $(<$life>)? { $($(#[$fdoc])* pub $field: $kind),+ }

        impl $(<$life>)? $crate::result::table::Row for $name $(<$life>)? {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];
        }
    )+};
}
pub(super) use rows;

/// A table being written.
pub(crate) struct Writer<W: Write>(csv::Writer<W>);

impl<W: Write> Writer<W> {
    /// Begins a table with these columns.
    pub(crate) fn new(columns: &[&str], out: W) -> io::Result<Self> {
        let mut builder = csv::WriterBuilder::new();
        let mut csv = builder.terminator(csv::Terminator::Any(b'\n')).has_headers(false).from_writer(out);
        csv.write_record(columns).map_err(plain)?;
        Ok(Self(csv))
    }

    /// Adds a row.
    pub(crate) fn add<R: Row>(&mut self, row: &R) -> io::Result<()> {
        self.0.serialize(row).map_err(plain)
    }

    /// Adds a row of these cells.
    pub(crate) fn add_cells(&mut self, cells: &impl Serialize) -> io::Result<()> {
        self.0.serialize(cells).map_err(plain)
    }

    /// Ends the table.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes a table: the columns of `R`, then the rows.
///
/// # Errors
/// Whatever writing fails with.
pub fn write<R: Row, W: Write>(rows: impl IntoIterator<Item = R>, out: W) -> io::Result<()> {
    let mut writer = Writer::new(R::COLUMNS, out)?;
    for row in rows {
        writer.add(&row)?;
    }
    writer.end()
}

/// A CSV error as the input/output error it wraps, so that a reader who left early is recognised.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A number in the shortest decimal form that reads back to the same bits; empty where it is not defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plain(pub f64);

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if value.is_nan() => serializer.serialize_str(""),
            // An exact zero has no sign in a table.
            0.0 => serializer.serialize_str("0"),
            value => serializer.collect_str(&value),
        }
    }
}

/// An amount rounded to a whole number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whole(pub f64);

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.0}", self.0))
    }
}

/// Reads a number of a table; an empty cell is `NaN`.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    if text.is_empty() { Ok(f64::NAN) } else { text.parse().map_err(D::Error::custom) }
}

macro_rules! cells {
    ($($name:ident),+) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                number(deserializer).map(Self)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                <Option<f64>>::schema_name()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                <Option<f64>>::json_schema(generator)
            }
        }
    )+};
}
cells!(Plain, Whole);
