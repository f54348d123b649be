//! `samples.parquet`: every outcome of every sample, written as the samples come. A build without the feature `parquet` refuses to
//! begin one.

#[cfg(feature = "parquet")]
mod file;

#[cfg(feature = "parquet")]
pub use file::RawWriter;

/// Outcomes that a file of raw samples holds per sample and plan at most.
pub const RAW_COLUMNS: usize = 20_000;

/// Writes raw samples; this build was made without.
#[cfg(not(feature = "parquet"))]
#[derive(Debug)]
pub struct RawWriter<W>(std::marker::PhantomData<W>);

#[cfg(not(feature = "parquet"))]
impl<W: std::io::Write + Send> RawWriter<W> {
    /// Refuses.
    ///
    /// # Errors
    /// Always: the feature `parquet` is off.
    pub fn new(_: &crate::model::Model, _: usize, _: usize, _: W) -> std::io::Result<Self> {
        let why = "this build of rantai was made without the feature 'parquet'";
        Err(std::io::Error::new(std::io::ErrorKind::Unsupported, why))
    }

    /// Adds nothing.
    ///
    /// # Errors
    /// None.
    pub fn add(&mut self, _: &[f64]) -> std::io::Result<()> {
        Ok(())
    }

    /// Ends nothing.
    ///
    /// # Errors
    /// None.
    pub fn finish(self) -> std::io::Result<()> {
        Ok(())
    }
}
