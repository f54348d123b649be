//! What plans can maximise, and how files, requests and commands name it.

use super::metric::Metric;
use super::root::ModelParts;
use super::title::Title;

/// Stands before the name of an indicator that is an objective.
const OF_INDICATORS: &str = "indicator:";

/// The name of a metric in files, requests and commands: the key of a metric, or `indicator:NAME`. In the order of metrics, then
/// of names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetricName {
    position: usize,
    word: String,
}

impl MetricName {
    /// The name of a metric of `model`.
    pub fn of(model: &ModelParts, metric: Metric) -> Self {
        let word = match metric {
            Metric::Indicator(id) => format!("{OF_INDICATORS}{}", model.indicators[id.index()].key),
            other => other.key().to_string(),
        };
        Self { position: metric.position(), word }
    }

    /// The name that `word` is, if it has the form of one. Whether there is such an indicator only a model can tell.
    pub fn parse(word: &str) -> Option<Self> {
        let position = match (Metric::parse(word), word.strip_prefix(OF_INDICATORS)) {
            (Some(metric), _) => metric.position(),
            (None, Some(name)) if !name.is_empty() => Metric::ALL.len(),
            (None, _) => return None,
        };
        Some(Self { position, word: word.to_string() })
    }

    /// The forms of a name, for messages: the keys of metrics, and `indicator:NAME`.
    pub fn forms() -> Vec<&'static str> {
        let mut forms = Metric::keys();
        forms.push("indicator:NAME");
        forms
    }

    /// The word in files.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// The metric that it names, unless it names an indicator.
    pub fn plain(&self) -> Option<Metric> {
        Metric::ALL.get(self.position).copied()
    }

    /// The indicator that it names, if it names one.
    pub fn indicator(&self) -> Option<&str> {
        self.word.strip_prefix(OF_INDICATORS)
    }

    /// The objective of `model` that it names; `None` where the model has none such.
    pub fn find(&self, model: &ModelParts) -> Option<Metric> {
        model.objectives().into_iter().find(|metric| Self::of(model, *metric) == *self)
    }
}

impl ModelParts {
    /// What plans can maximise: the metrics that the scenario has what it needs for, and its indicators that are money.
    pub fn objectives(&self) -> Vec<Metric> {
        let money = self.indicator_ids().filter(|id| self.indicators[id.index()].is_money);
        self.metrics().chain(money.map(Metric::Indicator)).collect()
    }

    /// The name of a metric in both languages: of an indicator its title, after `minus` where less of it is better.
    pub fn metric_title(&self, metric: Metric) -> Title {
        let Metric::Indicator(id) = metric else {
            return Title { id: metric.name_id().to_string(), en: metric.name_en().to_string() };
        };
        let indicator = &self.indicators[id.index()];
        if indicator.more_is_better {
            return indicator.title.clone();
        }
        let Title { id, en } = &indicator.title;
        Title { id: format!("minus {id}"), en: format!("minus {en}") }
    }
}
