//! The arguments of `report`.

use std::path::PathBuf;

use clap::Args;

use super::options::Common;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rantai report results/banyumas --out banyumas.html
  rantai report results/banyumas --lang id --out banyumas.html
  rantai report results/banyumas --lang id --xlsx banyumas.xlsx
  rantai report results/plan results/comparison > both.html")]
pub(crate) struct ReportArgs {
    /// Result folders, as --out of optimise, simulate, merge, judge, compare and coordinate wrote them.
    #[arg(required = true, value_name = "RESULT")]
    pub(crate) results: Vec<PathBuf>,
    /// HTML file to write; without it, and without --xlsx, the page goes to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Workbook to write (.xlsx): the summary, the allocation with totals as formulas, and every table.
    #[arg(long, value_name = "FILE")]
    pub(crate) xlsx: Option<PathBuf>,
    /// Replace files that exist.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}
