//! Requests: what a study is asked for. Each serialises, and what is left out is the scenario's: a request is at once a
//! library call, the settings of a manifest and the body of a message.

mod compare;
mod judge;
mod ladder;
mod menu;
mod sensitivity;

use serde::{Deserialize, Serialize};

pub use compare::{CaseRequest, CompareRequest, MoneyRequest};
pub use judge::{JudgeRequest, JudgedLine};
pub use ladder::LadderRequest;
pub use menu::{MenuRequest, SwapRequest};
pub use sensitivity::SensitivityRequest;

use super::budget;
use super::coordination::{By, CoordinationSettings, CoordinationStudy, coordinate};
use super::error::StudyError;
use super::plan::{PlanSettings, PlanStudy, plan};
use super::simulation::{Points, Samples, SimulationSettings, SimulationStudy, UNTIL_CAP, simulate_plan};
use crate::control::Control;
use crate::language::{Text, text};
use crate::model::{Allocation, AllocationLine, Metric, MetricName, Model, Net, Variant, VariantFault};
use crate::opt::PlanMethod;
use crate::scenario::PlanLine;
use crate::units::Rupiah;

/// A question to a model.
pub trait Study {
    /// The result of the study.
    type Outcome;

    /// The model that is asked about: the scenario's, with what the request changes.
    ///
    /// # Errors
    /// [`StudyError::Request`] where the change cannot be made.
    fn model(&self, scenario: &Model) -> Result<Model, StudyError>;

    /// Runs it on the model of [`Study::model`].
    ///
    /// # Errors
    /// [`StudyError`].
    fn run(&self, model: &Model, control: &Control<'_>) -> Result<Self::Outcome, StudyError>;
}

/// Asks for a plan with its proof and its evaluation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanRequest {
    /// The metric to maximise.
    #[serde(with = "metric_word")]
    pub objective: Option<MetricName>,
    /// The costs that are subtracted from it.
    #[serde(with = "net_word", skip_serializing_if = "Option::is_none")]
    pub net: Option<Net>,
    /// Least line of every source \[Rp\].
    #[serde(with = "rupiah", skip_serializing_if = "Option::is_none")]
    pub least_line: Option<Rupiah>,
    /// Grain of every source \[Rp\].
    #[serde(with = "rupiah", skip_serializing_if = "Option::is_none")]
    pub grain: Option<Rupiah>,
    /// Scales every source and year in proportion to this total \[Rp\].
    #[serde(with = "rupiah")]
    pub budget: Option<Rupiah>,
    /// Samples the plan is made on.
    pub samples: Option<usize>,
    /// Fresh samples it is evaluated on.
    pub evaluation: Option<usize>,
    /// Seed of all draws.
    pub seed: Option<u64>,
    /// Time limit of the solve \[s\].
    pub time_limit: Option<f64>,
    /// How to solve it; by size where nothing is said.
    #[serde(with = "method_word")]
    pub method: Option<PlanMethod>,
    /// Relative gap at which a plan counts as optimal.
    pub gap: Option<f64>,
    /// Few lines: the share of the best plan's value that may be given up for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tidy: Option<f64>,
    /// The plan and its proof alone, without what it knows about itself beyond that.
    pub quick: bool,
}

impl PlanRequest {
    /// The request with everything settled that it leaves to the model of [`Study::model`].
    pub fn settled(&self, model: &Model) -> PlanSettings {
        PlanSettings {
            metric: asked(model, self.objective.as_ref()),
            planning: self.samples.unwrap_or(model.samples.planning),
            evaluation: self.evaluation.unwrap_or(model.samples.evaluation),
            seed: self.seed.unwrap_or(model.samples.seed),
            seconds: self.time_limit,
            method: self.method.unwrap_or(PlanMethod::Automatic),
            gap: self.gap,
            tidy: self.tidy,
            learned: None,
            keep: false,
            quick: self.quick,
        }
    }

    /// The request that leaves nothing of `settings` to a model.
    pub fn of(settings: &PlanSettings, model: &Model) -> Self {
        Self {
            objective: Some(MetricName::of(model, settings.metric)),
            net: model.net_asked,
            least_line: model.lines_asked.least_line,
            grain: model.lines_asked.grain,
            budget: Some(Rupiah(model.total_budget())),
            samples: Some(settings.planning),
            evaluation: Some(settings.evaluation),
            seed: Some(settings.seed),
            time_limit: settings.seconds,
            method: Some(settings.method).filter(|method| *method != PlanMethod::Automatic),
            gap: settings.gap,
            tidy: settings.tidy,
            quick: settings.quick,
        }
    }
}

impl Study for PlanRequest {
    type Outcome = PlanStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        known_metric(scenario, self.objective.as_ref())?;
        is_share(self.tidy)?;
        let model = with_budget(scenario, self.budget)?;
        let model = in_lines(model, self.least_line, self.grain)?;
        let metric = asked(&model, self.objective.as_ref());
        subtracting(model, self.net, metric)
    }

    fn run(&self, model: &Model, control: &Control<'_>) -> Result<PlanStudy, StudyError> {
        plan(model, &self.settled(model), control)
    }
}

/// Refuses what is no share of the best plan's value.
fn is_share(tidy: Option<f64>) -> Result<(), StudyError> {
    match tidy {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(StudyError::Request(text!(
            en: "what may be given up for fewer lines is a share from 0 to 1, such as 0.005; found {share}",
            id: "yang boleh dilepas demi baris yang lebih sedikit adalah bagian dari 0 sampai 1, misalnya 0.005; tertulis {share}",
        ))),
        _ => Ok(()),
    }
}

/// Asks what planning all sources jointly is worth.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoordinationRequest {
    /// The metric to maximise.
    #[serde(with = "metric_word")]
    pub objective: Option<MetricName>,
    /// The costs that are subtracted from it.
    #[serde(with = "net_word", skip_serializing_if = "Option::is_none")]
    pub net: Option<Net>,
    /// Scales every source and year in proportion to this total \[Rp\].
    #[serde(with = "rupiah")]
    pub budget: Option<Rupiah>,
    /// Samples to plan on.
    pub samples: Option<usize>,
    /// Fresh samples to evaluate on.
    pub evaluation: Option<usize>,
    /// Seed of all draws.
    pub seed: Option<u64>,
    /// How to solve each plan; by size where nothing is said.
    #[serde(with = "method_word")]
    pub method: Option<PlanMethod>,
    /// Relative gap at which a decomposition may stop.
    pub gap: Option<f64>,
    /// Who decides for itself: every `source`, or every `level`.
    #[serde(with = "by_word")]
    pub by: By,
    /// Keys of sources or levels in the order in which they decide.
    pub order: Option<Vec<String>>,
}

impl CoordinationRequest {
    /// The request with everything settled that it leaves to the model.
    pub fn settled(&self, model: &Model) -> CoordinationSettings {
        CoordinationSettings {
            metric: asked(model, self.objective.as_ref()),
            planning: self.samples.unwrap_or(model.samples.planning),
            evaluation: self.evaluation.unwrap_or(model.samples.evaluation),
            seed: self.seed.unwrap_or(model.samples.seed),
            method: self.method.unwrap_or(PlanMethod::Automatic),
            gap: self.gap,
            by: self.by,
            order: self.order.clone(),
        }
    }

    /// The request that leaves nothing of what was studied to a model.
    pub fn of(study: &CoordinationStudy, model: &Model) -> Self {
        let settings = &study.request;
        Self {
            objective: Some(MetricName::of(model, settings.metric)),
            net: model.net_asked,
            budget: Some(Rupiah(model.total_budget())),
            samples: Some(settings.planning),
            evaluation: Some(settings.evaluation),
            seed: Some(settings.seed),
            method: Some(settings.method).filter(|method| *method != PlanMethod::Automatic),
            gap: settings.gap,
            by: settings.by,
            order: Some(study.parties.iter().map(|party| party.key.clone()).collect()),
        }
    }
}

impl Study for CoordinationRequest {
    type Outcome = CoordinationStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        known_metric(scenario, self.objective.as_ref())?;
        let model = with_budget(scenario, self.budget)?;
        let metric = asked(&model, self.objective.as_ref());
        subtracting(model, self.net, metric)
    }

    fn run(&self, model: &Model, control: &Control<'_>) -> Result<CoordinationStudy, StudyError> {
        coordinate(model, &self.settled(model), control)
    }
}

/// Asks for the outcomes without and, where there is one, with a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimulationRequest {
    /// Number of samples.
    pub samples: Option<usize>,
    /// Samples until the headline's 95 % interval is narrow enough, in place of a number.
    pub until: Option<Until>,
    /// Seed of the draws.
    pub seed: Option<u64>,
    /// How samples are spread.
    pub points: Points,
    /// The plan, line by line.
    pub plan: Option<Vec<PlanLine>>,
}

/// A precision that samples are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Until {
    /// Half the width of the headline's interval over the level with the plan.
    pub share: f64,
    /// Samples at most.
    #[serde(default = "until_cap")]
    pub cap: usize,
}

fn until_cap() -> usize {
    UNTIL_CAP
}

impl SimulationRequest {
    /// The request with everything settled that it leaves to the model.
    pub fn settled(&self, model: &Model) -> SimulationSettings {
        let samples = match (self.samples, self.until) {
            (Some(samples), _) => Samples::Number(samples),
            (None, Some(Until { share, cap })) => Samples::Until { share, cap },
            (None, None) => Samples::Number(model.samples.evaluation),
        };
        SimulationSettings { samples, seed: self.seed.unwrap_or(model.samples.seed), points: self.points }
    }

    /// The plan in the model's own terms.
    ///
    /// # Errors
    /// [`StudyError::Request`] where a key names nothing or a line stands twice.
    pub fn allocation(&self, model: &Model) -> Result<Option<Allocation>, StudyError> {
        self.plan.as_ref().map(|lines| allocation_of(lines, model)).transpose()
    }
}

/// The allocation of these lines in the terms of `model`.
///
/// # Errors
/// [`StudyError::Request`] where a key names nothing or a line stands twice.
fn allocation_of<'a>(
    lines: impl IntoIterator<Item = &'a PlanLine>,
    model: &Model,
) -> Result<Allocation, StudyError> {
    let found: Result<Vec<AllocationLine>, StudyError> =
        lines.into_iter().map(|line| in_terms_of(line, model)).collect();
    let mut found = found?;
    found.sort_by_key(|line| (line.source, line.cluster, line.intervention, line.year));
    let same = |pair: &&[AllocationLine]| {
        let of = |line: &AllocationLine| (line.source, line.cluster, line.intervention, line.year);
        of(&pair[0]) == of(&pair[1])
    };
    if let Some(pair) = found.windows(2).find(same) {
        let source = &model.sources[pair[0].source.index()].key;
        let cluster = &model.clusters[pair[0].cluster.index()].key;
        return Err(StudyError::Request(text!(
            en: "a line of '{source}' in '{cluster}' stands twice",
            id: "lini '{source}' di '{cluster}' tertulis dua kali",
        )));
    }
    Ok(Allocation::new(found))
}

/// A line of a plan in the terms of `model`.
fn in_terms_of(line: &PlanLine, model: &Model) -> Result<AllocationLine, StudyError> {
    let unknown = |what: Text, key: &str| {
        StudyError::Request(
            text!(en: "there is no {what} '{key}'", id: "{what} '{key}' tidak ada", what, key),
        )
    };
    let source = model
        .source_ids()
        .find(|s| model.sources[s.index()].key == line.source)
        .ok_or_else(|| unknown(text!(en: "source", id: "sumber"), &line.source))?;
    let cluster = model
        .cluster_ids()
        .find(|c| model.clusters[c.index()].key == line.cluster)
        .ok_or_else(|| unknown(text!(en: "cluster", id: "klaster"), &line.cluster))?;
    let intervention = model
        .chain_of(cluster)
        .interventions
        .iter()
        .position(|i| i.key == line.intervention)
        .ok_or_else(|| unknown(text!(en: "intervention", id: "intervensi"), &line.intervention))?;
    let year = (0..model.horizon.years)
        .find(|y| i64::from(model.horizon.calendar_year(*y)) == line.year)
        .ok_or_else(|| unknown(text!(en: "year", id: "tahun"), &line.year.to_string()))?;
    if line.rupiah < 0 {
        let rupiah = line.rupiah;
        return Err(StudyError::Request(text!(
            en: "{rupiah} rupiah are less than nothing",
            id: "{rupiah} rupiah kurang dari nol",
        )));
    }
    Ok(AllocationLine {
        source,
        cluster,
        intervention: crate::model::InterventionId::new(intervention),
        year,
        amount: Rupiah(line.rupiah),
    })
}

impl Study for SimulationRequest {
    type Outcome = SimulationStudy;

    fn model(&self, scenario: &Model) -> Result<Model, StudyError> {
        Ok(scenario.clone())
    }

    fn run(&self, model: &Model, control: &Control<'_>) -> Result<SimulationStudy, StudyError> {
        let plan = self.allocation(model)?;
        simulate_plan(model, plan.as_ref(), &self.settled(model), control, None)
    }
}

/// The model whose plans have lines of these sizes, where asked for.
fn in_lines(model: Model, least_line: Option<Rupiah>, grain: Option<Rupiah>) -> Result<Model, StudyError> {
    if least_line.is_none() && grain.is_none() {
        return Ok(model);
    }
    let variant = Variant { least_line, grain, ..Variant::default() };
    variant.apply(&model).map_err(|faults| StudyError::Request(VariantFault::told(&faults)))
}

/// The objective that is asked for; the model's where none is.
fn asked(model: &Model, objective: Option<&MetricName>) -> Metric {
    objective.and_then(|name| name.find(model)).unwrap_or(model.objective)
}

/// The model whose plans subtract costs as asked for, which is possible where `metric` counts benefits to the public.
fn subtracting(model: Model, net: Option<Net>, metric: Metric) -> Result<Model, StudyError> {
    let model = match net {
        Some(_) => Variant { net, ..Variant::default() }
            .apply(&model)
            .map_err(|faults| StudyError::Request(VariantFault::told(&faults)))?,
        None => model,
    };
    if model.net() != Net::Off && !metric.is_benefit() {
        let (metric, net) = (MetricName::of(&model, metric), model.net().key());
        let metric = metric.word();
        return Err(StudyError::Request(text!(
            en: "costs (net = {net}) are subtracted from value_added or economic only, not from {metric}: ask for net = off, or for value_added",
            id: "biaya (net = {net}) hanya dikurangkan dari value_added atau economic, bukan dari {metric}: pilih net = off, atau value_added",
        )));
    }
    Ok(model)
}

/// Checks that the scenario has the metric of that name.
///
/// # Errors
/// [`StudyError::Request`] where it has not.
pub fn known_metric(scenario: &Model, name: Option<&MetricName>) -> Result<(), StudyError> {
    let Some(name) = name.filter(|name| name.find(scenario).is_none()) else { return Ok(()) };
    let known: Vec<MetricName> =
        scenario.objectives().into_iter().map(|metric| MetricName::of(scenario, metric)).collect();
    let known: Vec<&str> = known.iter().map(MetricName::word).collect();
    let (key, known) = (name.word(), known.join(", "));
    let Some(indicator) = name.indicator() else {
        return Err(StudyError::Request(text!(
            en: "the objective {key} needs shadow prices, which the scenario does not state; \
                 add [shadow_prices] to scenario.toml, or choose one of {known}",
            id: "tujuan {key} memerlukan harga bayangan, yang tidak dinyatakan skenario; \
                 tambahkan [shadow_prices] ke scenario.toml, atau pilih salah satu dari {known}",
        )));
    };
    let counted = scenario.indicators.iter().find(|own| own.key == indicator);
    Err(StudyError::Request(match counted {
        Some(counted) => text!(
            en: "indicator '{indicator}' is counted in {unit}, and only one in Rp can be an objective; choose one of {known}",
            id: "indikator '{indicator}' dihitung dalam {unit}, dan hanya indikator dalam Rp yang dapat menjadi tujuan; pilih salah satu dari {known}",
            unit = counted.unit,
        ),
        None => text!(
            en: "there is no indicator '{indicator}'; choose one of {known}",
            id: "indikator '{indicator}' tidak ada; pilih salah satu dari {known}",
        ),
    }))
}

fn with_budget(scenario: &Model, total: Option<Rupiah>) -> Result<Model, StudyError> {
    match total {
        Some(total) => budget::scaled(scenario, total).map_err(StudyError::Request),
        None => Ok(scenario.clone()),
    }
}

/// A word of the format in place of a value, or nothing.
macro_rules! optional_word {
    ($name:ident, $of:ty, $word:expr, $parse:expr) => {
        mod $name {
            use super::*;

            #[expect(clippy::ref_option, reason = "the signature is serde's")]
            pub(super) fn serialize<S: serde::Serializer>(
                value: &Option<$of>,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                value.as_ref().map($word).serialize(to)
            }

            pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
                from: D,
            ) -> Result<Option<$of>, D::Error> {
                let Some(word) = Option::<String>::deserialize(from)? else { return Ok(None) };
                let parsed: Option<$of> = $parse(word.as_str());
                parsed.map(Some).ok_or_else(|| serde::de::Error::custom(format!("unknown word '{word}'")))
            }
        }
    };
}

optional_word!(metric_word, MetricName, MetricName::word, MetricName::parse);
optional_word!(net_word, Net, |net: &Net| net.key(), Net::parse);
optional_word!(method_word, PlanMethod, |method: &PlanMethod| method_key(*method), parse_method);

/// The word of a way to solve.
pub fn method_key(method: PlanMethod) -> &'static str {
    match method {
        PlanMethod::Automatic => "automatic",
        PlanMethod::Extensive => "extensive",
        PlanMethod::Decomposition => "decomposition",
    }
}

fn parse_method(word: &str) -> Option<PlanMethod> {
    let all = [PlanMethod::Automatic, PlanMethod::Extensive, PlanMethod::Decomposition];
    all.into_iter().find(|method| method_key(*method) == word)
}

mod by_word {
    use super::{By, Deserialize, Serialize};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    pub(super) fn serialize<S: serde::Serializer>(by: &By, to: S) -> Result<S::Ok, S::Error> {
        by.key().serialize(to)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<By, D::Error> {
        let word = String::deserialize(from)?;
        [By::Source, By::Level]
            .into_iter()
            .find(|by| by.key() == word)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown word '{word}'")))
    }
}

mod rupiah {
    use super::{Deserialize, Rupiah, Serialize};

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: serde::Serializer>(amount: &Option<Rupiah>, to: S) -> Result<S::Ok, S::Error> {
        amount.map(|amount| amount.0).serialize(to)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Rupiah>, D::Error> {
        Ok(Option::<i64>::deserialize(from)?.map(Rupiah))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_the_scenario_s() {
        let request: PlanRequest = serde_json::from_str(r#"{"samples": 7, "method": "extensive"}"#).unwrap();
        let expected =
            PlanRequest { samples: Some(7), method: Some(PlanMethod::Extensive), ..PlanRequest::default() };
        assert_eq!(request, expected);
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<PlanRequest>(&text).unwrap(), request);
    }

    /// A plan comes by its keys; a key that names nothing, a line that stands twice and money below nothing are refused.
    #[test]
    fn a_plan_is_asked_about_by_its_keys() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/minimal");
        let model = crate::scenario::load(&folder).unwrap().model;
        let request = |lines: &[(&str, i64)]| {
            let line = |(source, rupiah): &(&str, i64)| {
                format!(
                    r#"{{"source": "{source}", "cluster": "utara", "intervention": "alat", "year": 2027, "rupiah": {rupiah}}}"#
                )
            };
            let lines: Vec<String> = lines.iter().map(line).collect();
            let text = format!(r#"{{"samples": 64, "plan": [{}]}}"#, lines.join(", "));
            serde_json::from_str::<SimulationRequest>(&text).unwrap().allocation(&model)
        };
        assert_eq!(request(&[("apbd", 5_000_000)]).unwrap().unwrap().total(), 5_000_000);
        for (lines, why) in [
            (vec![("apbn", 1)], "there is no source 'apbn'"),
            (vec![("apbd", 1), ("apbd", 2)], "stands twice"),
            (vec![("apbd", -1)], "less than nothing"),
        ] {
            let error = request(&lines).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn words_that_mean_nothing_are_refused() {
        for text in [r#"{"objective": "profit"}"#, r#"{"method": "guess"}"#] {
            assert!(serde_json::from_str::<PlanRequest>(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<CoordinationRequest>(r#"{"by": "village"}"#).is_err());
    }
}
