//! `samples.parquet`: every outcome of every sample, written as the samples come.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::model::{ChainId, Model};
use crate::result::{MeasureName, name_of};
use crate::sim::{Measure, OutcomeLayout};

/// Samples of a row group, all plans together, at most about this many values.
const GROUP: usize = 1 << 22;

/// Writes raw samples: one row for each sample and plan, one column for each outcome of each cluster and year
/// (`cluster/metric/2027`, `cluster/made/gula/2027`), undiscounted.
pub struct RawWriter<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    plans: usize,
    width: usize,
    /// Number (from 1) of the first sample of the group being gathered.
    next: usize,
    pending: Vec<f64>,
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

/// The columns' names, in the order of cells.
fn names(model: &Model, layout: &OutcomeLayout) -> Vec<String> {
    layout
        .keys()
        .filter_map(|key| {
            let cluster = &model.clusters[key.cluster.index()];
            let chain = ChainId::new(cluster.chain.index());
            // The layout of raw outcomes holds no accounts.
            let measure = Measure::of(model, chain, key.item)?;
            let MeasureName { metric, item, .. } = name_of(model, measure);
            let year = model.horizon.calendar_year(key.year);
            let item = item.map_or_else(String::new, |item| format!("/{item}"));
            Some(format!("{}/{}{item}/{year}", cluster.key, metric.word()))
        })
        .collect()
}

impl<W: Write + Send> RawWriter<W> {
    /// Begins a file for `plans` plans whose first sample is number `first` (from 1).
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn new(model: &Model, plans: usize, first: usize, out: W) -> io::Result<Self> {
        let layout = OutcomeLayout::new(model);
        let column = |name: &str, physical: Physical| {
            Type::primitive_type_builder(name, physical)
                .with_repetition(Repetition::REQUIRED)
                .build()
                .map(Arc::new)
        };
        // The columns: sample, plan, then one for each cell of the layout.
        let mut fields = vec![
            column("sample", Physical::INT64).map_err(failed)?,
            Type::primitive_type_builder("plan", Physical::BYTE_ARRAY)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(parquet::basic::LogicalType::String))
                .build()
                .map(Arc::new)
                .map_err(failed)?,
        ];
        for name in names(model, &layout) {
            fields.push(column(&name, Physical::DOUBLE).map_err(failed)?);
        }
        let schema =
            Type::group_type_builder("samples").with_fields(fields).build().map(Arc::new).map_err(failed)?;
        let created = format!("rantai {}", env!("CARGO_PKG_VERSION"));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(created)
            .set_dictionary_enabled(false)
            .build();
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(failed)?;
        Ok(Self { writer, plans, width: layout.len(), next: first, pending: Vec::new() })
    }

    /// Adds samples, \[sample × (plan · cell)\].
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn add(&mut self, values: &[f64]) -> io::Result<()> {
        self.pending.extend_from_slice(values);
        if self.pending.len() >= GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let rows = self.pending.len().checked_div(self.width).unwrap_or(0);
        if rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(failed)?;
        let plan_names = [ByteArray::from("none"), ByteArray::from("plan")];
        let mut number = 0;
        // Values lie row by row and are written column by column.
        while let Some(mut column) = group.next_column().map_err(failed)? {
            match number {
                0 => {
                    let number = |row: usize| self.next + row.div_euclid(self.plans);
                    let samples: Vec<i64> =
                        (0..rows).map(|row| i64::try_from(number(row)).unwrap_or(i64::MAX)).collect();
                    column.typed::<Int64Type>().write_batch(&samples, None, None)
                }
                1 => {
                    let plans: Vec<ByteArray> =
                        (0..rows).map(|row| plan_names[row % self.plans].clone()).collect();
                    column.typed::<ByteArrayType>().write_batch(&plans, None, None)
                }
                _ => {
                    let cell = number - 2;
                    let values: Vec<f64> =
                        self.pending.iter().skip(cell).step_by(self.width).copied().collect();
                    column.typed::<DoubleType>().write_batch(&values, None, None)
                }
            }
            .map_err(failed)?;
            column.close().map_err(failed)?;
            number += 1;
        }
        group.close().map_err(failed)?;
        self.next += rows.div_euclid(self.plans);
        self.pending.clear();
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.close().map_err(failed)?;
        Ok(())
    }
}
