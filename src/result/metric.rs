//! The name of a metric, as results use it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{IndicatorId, Metric, MetricName, ModelParts};

/// A metric.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetricKey(MetricName);

impl MetricKey {
    /// The name of a metric of `model`.
    pub fn of(model: &ModelParts, metric: Metric) -> Self {
        Self(MetricName::of(model, metric))
    }

    /// The word in files.
    pub fn word(&self) -> &str {
        self.0.word()
    }
}

impl Serialize for MetricKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for MetricKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = Cow::<'de, str>::deserialize(from)?;
        let name = MetricName::parse(&word);
        name.map(Self).ok_or_else(|| serde::de::Error::custom(format!("unknown metric '{word}'")))
    }
}

/// Each metric but indicators, described.
fn described(metric: Metric) -> &'static str {
    match metric {
        Metric::GrossOutput => "Sales [Rp].",
        Metric::ValueAdded => "Sales less bought-in inputs, services and upkeep [Rp].",
        Metric::Margin => "Value added less wages [Rp].",
        Metric::Employment => "Work [FTE-years]; never discounted.",
        Metric::Economic => {
            "Value added at economic prices less labour at its shadow wage [Rp]; only where the scenario states shadow prices."
        }
        Metric::Indicator(_) => {
            "`indicator:NAME`, of an indicator that is money [Rp]: its amount, or minus its amount where less of it is better."
        }
    }
}

impl JsonSchema for MetricKey {
    fn schema_name() -> Cow<'static, str> {
        "MetricKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let one = |metric: &Metric| json_schema!({ "description": described(*metric), "type": "string", "const": metric.key() });
        let mut forms: Vec<Schema> = Metric::ALL.iter().map(one).collect();
        let indicator = described(Metric::Indicator(IndicatorId::new(0)));
        forms.push(json_schema!({ "description": indicator, "type": "string", "pattern": "^indicator:." }));
        json_schema!({ "description": "A metric.", "oneOf": forms })
    }
}
