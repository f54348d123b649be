//! What every chapter of a plan's report looks at.

use super::super::names::Names;
use super::super::told::Tables;
use crate::model::{Metric, Model};
use crate::report::language::Text;
use crate::result::PlanDocument;

/// What every chapter of a plan's report looks at.
#[derive(Clone, Copy)]
pub(in crate::report::book) struct Plan<'a> {
    pub(in crate::report::book) model: &'a Model,
    pub(in crate::report::book) names: Names<'a>,
    pub(in crate::report::book) document: &'a PlanDocument,
    pub(in crate::report::book) tables: &'a Tables,
    pub(in crate::report::book) metric: Metric,
}

impl Plan<'_> {
    /// The name of the metric that is maximised.
    pub(in crate::report::book) fn metric_name(&self) -> Text {
        self.names.metric_name(self.metric)
    }
}
