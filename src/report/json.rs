//! Serialisable twins: what `--json` prints and `plan.json` holds. The keys are documented in `docs/results.md`.

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::assurance;
use super::language::Lang;
use super::tables::{binding_names, measure_names};
use crate::digest::hex;
use crate::model::{
    Allocation, BaseStock, Chain, Cluster, Decay, Distribution, FacilityType, LimitBound, LimitKind, Model,
    Number, Parameter, StandingKind, Target, Title, UpkeepBearer, route::Route,
};
use crate::opt::builder::Rule;
use crate::opt::certificate::TOLERANCE;
use crate::opt::{Certificate, Stop};
use crate::scenario::{Fault, Scenario};
use crate::sim::{Bottlenecks, Measure};
use crate::study::simulation::Points;
use crate::study::{Estimate, OutcomeRow, PlanStudy, Reached, Sampling, SimulationStudy};
use crate::units::Rupiah;

/// A distribution over samples.
#[derive(Debug, Serialize)]
pub struct EstimateJson {
    mean: f64,
    standard_error: f64,
    /// 95 % confidence interval of the mean.
    interval: [f64; 2],
    q05: f64,
    q25: f64,
    q50: f64,
    q75: f64,
    q95: f64,
    /// 95 % confidence intervals of the quantiles, in their order.
    quantile_intervals: [[f64; 2]; 5],
    cvar: f64,
    cvar_standard_error: f64,
    below_zero: f64,
}

impl From<&Estimate> for EstimateJson {
    fn from(e: &Estimate) -> Self {
        let [q05, q25, q50, q75, q95] = e.quantiles;
        Self {
            mean: e.mean,
            standard_error: e.standard_error,
            interval: [e.mean - e.half_width, e.mean + e.half_width],
            q05,
            q25,
            q50,
            q75,
            q95,
            quantile_intervals: e.quantile_intervals,
            cvar: e.cvar,
            cvar_standard_error: e.cvar_standard_error,
            below_zero: e.below_zero,
        }
    }
}

fn title(title: &Title) -> Value {
    json!({ "id": title.id, "en": title.en })
}

/// Faults of a scenario.
pub fn faults(faults: &[Fault]) -> Value {
    json!({ "error": "invalid_scenario", "faults": each_fault(faults) })
}

/// Faults, warnings or notes: where, what was found, what was expected, how to mend it, and all of it as a sentence.
pub fn each_fault(faults: &[Fault]) -> Value {
    faults
        .iter()
        .map(|fault| {
            json!({
                "file": fault.file,
                "line": fault.line,
                "place": fault.place,
                "problem": fault.problem,
                "expected": fault.expected,
                "help": fault.help,
                "message": fault.to_string(),
            })
        })
        .collect()
}

fn number(model: &Model, number: Number) -> Value {
    match number {
        Number::Certain(value) => json!(value),
        Number::Uncertain(id) => {
            let parameter = &model.parameters[id.index()];
            json!({ "name": parameter.name, "mean": parameter.distribution.mean() })
        }
    }
}

fn distribution(distribution: &Distribution) -> Value {
    let mut value = json!({ "name": distribution.name(), "mean": distribution.mean() });
    match distribution {
        Distribution::Discrete { values, weights } => {
            value["values"] = json!(values);
            value["weights"] = json!(weights);
        }
        Distribution::Empirical { values } => value["values"] = json!(values),
        Distribution::Event(event) => {
            value["rate"] = json!(event.rate);
            value["dispersion"] = json!(event.dispersion);
            value["severity"] = self::distribution(&event.severity);
            value["duration"] = self::distribution(&event.duration);
            value["starts"] = json!(event.starts);
        }
        // JSON has no infinity: an end without truncation is null.
        _ => value["parameters"] = json!(distribution.parameters()),
    }
    value
}

fn keyed<'a>(keys: impl Iterator<Item = &'a str>, values: impl Iterator<Item = Value>) -> Value {
    Value::Object(keys.map(str::to_string).zip(values).collect())
}

fn route(chain: &Chain, route: &Route) -> Value {
    json!({
        "route": route.name,
        "mean_margin": route.mean_margin,
        "processes": route.steps.iter().map(|s| chain.processes[s.process.index()].key.as_str()).collect::<Vec<_>>(),
        "on_hand": route.on_hand.iter().map(|m| chain.commodities[m.index()].key.as_str()).collect::<Vec<_>>(),
        "makes_for_stock": route.target.map(|m| chain.commodities[m.index()].key.as_str()),
    })
}

fn chain(chain: &Chain, model: &Model) -> Value {
    let commodity_keys = |ids: &[crate::model::CommodityId]| -> Vec<&str> {
        ids.iter().map(|m| chain.commodities[m.index()].key.as_str()).collect()
    };
    json!({
        "chain": chain.key,
        "title": title(&chain.title),
        "commodities": chain.commodities.iter().map(|m| json!({
            "commodity": m.key, "title": title(&m.title), "unit": m.unit, "storable": m.storable,
        })).collect::<Vec<_>>(),
        "capacities": chain.capacities.iter().map(|k| json!({
            "capacity": k.key, "title": title(&k.title), "unit": k.unit, "season": k.season,
        })).collect::<Vec<_>>(),
        "processes": chain.order.iter().map(|p| {
            let process = &chain.processes[p.index()];
            json!({
                "process": process.key,
                "title": title(&process.title),
                "stage": process.stage.key(),
                "unit": process.unit,
                "lead_time": process.lead_time,
                "channel": process.is_channel,
                "inputs": commodity_keys(&process.inputs),
                "outputs": commodity_keys(&process.outputs),
                "uses": process.uses.iter().map(|k| chain.capacities[k.index()].key.as_str()).collect::<Vec<_>>(),
            })
        }).collect::<Vec<_>>(),
        "interventions": chain.interventions.iter().map(|i| {
            let mut value = json!({
            "intervention": i.key,
            "title": title(&i.title),
            "facility_type": i.facility.key(),
            "letter": i.facility.letter().to_string(),
            "support": i.support.key(),
            "depreciation": match i.decay { Decay::Depreciation(rate) => json!(rate), Decay::Lifetime(_) => Value::Null },
            "lifetime": match i.decay { Decay::Lifetime(life) => json!(life), Decay::Depreciation(_) => Value::Null },
            "gestation": i.gestation,
            "upkeep_by": match i.upkeep_by {
                UpkeepBearer::Cluster => "cluster".to_string(),
                UpkeepBearer::Source(s) => model.sources[s.index()].key.clone(),
            },
            "raises": i.raises.iter().map(|raise| {
                let mut value = json!({
                    "capacity": chain.capacities[raise.capacity.index()].key,
                    "per_enterprise": raise.per_enterprise,
                    "seasonal": raise.seasonal,
                    "varied": raise.varied,
                });
                super::whole::add_response(&raise.response, &mut value);
                value
            }).collect::<Vec<_>>(),
            });
            if i.opens {
                value["opens"] = json!(true);
            }
            value
        }).collect::<Vec<_>>(),
    })
}

fn cluster(cluster: &Cluster, model: &Model) -> Value {
    let chain = &model.chains[cluster.chain.index()];
    let n = |x: Number| number(model, x);
    let commodity_key = |m: &crate::model::CommodityId| chain.commodities[m.index()].key.as_str();
    let processes = chain.processes.iter().zip(&cluster.processes).map(|(process, local)| {
        json!({
            "open": local.open,
            "inputs": keyed(process.inputs.iter().map(commodity_key), local.inputs.iter().map(|x| n(*x))),
            "outputs": keyed(process.outputs.iter().map(commodity_key), local.outputs.iter().map(|x| n(*x))),
            "uses": keyed(
                process.uses.iter().map(|k| chain.capacities[k.index()].key.as_str()),
                local.uses.iter().map(|x| n(*x)),
            ),
            "unit_cost": n(local.unit_cost),
            "labour": n(local.labour),
            "price": if process.is_channel { n(local.price) } else { Value::Null },
        })
    });
    let capacities = cluster.capacities.iter().map(|k| {
        json!({
            "base": n(k.base),
            "variation": n(k.variation),
            "events": k.hazards.iter().map(|h| n(*h)).collect::<Vec<_>>(),
        })
    });
    let commodities = cluster.commodities.iter().map(|m| {
        json!({
            "loss": n(m.loss),
            "initial_stock": n(m.initial_stock),
            "base_stock": match m.base_stock { BaseStock::Amount(amount) => json!(amount), _ => Value::Null },
            "base_stock_periods": match m.base_stock { BaseStock::Periods(periods) => json!(periods), _ => Value::Null },
        })
    });
    let interventions = cluster.interventions.iter().map(|i| {
        let mut value = json!({
            "effectiveness": n(i.effectiveness), "additionality": n(i.additionality), "upkeep": n(i.upkeep),
        });
        super::whole::add_intervention(i, &mut value);
        value
    });
    let mut value = json!({
        "cluster": cluster.key,
        "name": cluster.title.id,
        "region": cluster.region,
        "position": cluster.position.map(|(latitude, longitude)| json!([latitude, longitude])),
        "chain": chain.key,
        "enterprises": cluster.enterprises,
        "workers": cluster.workers,
        "wage": n(cluster.wage),
        "processes": keyed(chain.processes.iter().map(|p| p.key.as_str()), processes),
        "capacities": keyed(chain.capacities.iter().map(|k| k.key.as_str()), capacities),
        "commodities": keyed(chain.commodities.iter().map(|m| m.key.as_str()), commodities),
        "interventions": keyed(chain.interventions.iter().map(|i| i.key.as_str()), interventions),
        "routes": cluster.routes.channel.iter().map(|r| route(chain, r)).collect::<Vec<_>>(),
        "stock_routes": cluster.routes.stock.iter().map(|r| route(chain, r)).collect::<Vec<_>>(),
        "passes": chain.passes(),
    });
    super::sites::add_cluster(cluster, chain, &mut value);
    value
}

fn parameter(parameter: &Parameter, model: &Model) -> Value {
    let factor_name = |f: crate::model::FactorId| model.factors[f.index()].name.as_str();
    json!({
        "name": parameter.name,
        "distribution": distribution(&parameter.distribution),
        "varies": parameter.varies.key(),
        "loadings": parameter.loadings.iter().map(|(f, a)| json!({ "factor": factor_name(*f), "loading": a })).collect::<Vec<_>>(),
    })
}

/// The model as computed with: everything that determines results, in canonical order.
pub fn model(model: &Model) -> Value {
    let mut whole = frame(model);
    whole["parameters"] = model.parameters.iter().map(|p| parameter(p, model)).collect();
    whole["clusters"] = model.clusters.iter().map(|c| cluster(c, model)).collect();
    whole
}

/// The model without its clusters and their numbers, which are as many as a nation has.
fn frame(model: &Model) -> Value {
    let mut value = json!({
        "title": title(&model.title),
        "horizon": {
            "first_year": model.horizon.first_year,
            "years": model.horizon.years,
            "periods_per_year": model.horizon.periods_per_year,
            "discount_rate": model.horizon.discount_rate,
        },
        "money_unit": model.money_unit.word(),
        "days_per_fte_year": model.days_per_fte_year,
        "objective": model.objective.key(),
        "risk": { "lambda": model.risk.lambda, "alpha": model.risk.alpha },
        "samples": {
            "seed": model.samples.seed, "planning": model.samples.planning, "evaluation": model.samples.evaluation,
        },
        "factors": model.factors.iter().map(|f| json!({
            "name": f.name, "varies": f.varies.key(), "ar": f.ar,
        })).collect::<Vec<_>>(),
        "parameters": [],
        "chains": model.chains.iter().map(|c| chain(c, model)).collect::<Vec<_>>(),
        "clusters": [],
        "sources": model.sources.iter().map(|s| json!({
            "source": s.key,
            "title": title(&s.title),
            "level": s.level.key(),
            "amounts": s.amounts.iter().map(|a| a.0).collect::<Vec<_>>(),
            "carry_over": s.carry_over,
            "disbursement": s.disbursement,
            "types": s.eligible.types.as_ref().map(|l| l.iter().map(|t| t.key()).collect::<Vec<_>>()),
            "support": s.eligible.support.as_ref().map(|l| l.iter().map(|t| t.key()).collect::<Vec<_>>()),
            "regions": s.eligible.regions,
            "chains": s.eligible.chains.as_ref().map(|l| l.iter().map(|c| model.chains[c.index()].key.as_str()).collect::<Vec<_>>()),
            "clusters": s.eligible.clusters.as_ref().map(|l| l.iter().map(|c| model.clusters[c.index()].key.as_str()).collect::<Vec<_>>()),
        })).collect::<Vec<_>>(),
        "limits": (0..model.limits.len()).map(|i| limit(model, i)).collect::<Vec<_>>(),
        "today": allocation(model, &model.today),
        "targets": model.targets.iter().map(|target| asked(model, target)).collect::<Vec<_>>(),
    });
    super::sites::add_model(model, &mut value);
    super::cofunding::add_model(model, &mut value);
    super::locked::add_model(model, &mut value);
    super::coverage::add_model(model, &mut value);
    super::spillover::add_model(model, &mut value);
    super::pool::add_model(model, &mut value);
    value
}

/// The hash of the canonical model: the same for any order of rows or files that says the same. It is the SHA-256 of
/// [`model`] as text, taken piece by piece: a nation's clusters as one text take a gigabyte.
pub fn scenario_hash(of: &Model) -> String {
    let mut hash = Sha256::new();
    let list = |hash: &mut Sha256, items: &mut dyn Iterator<Item = Value>| {
        for (position, item) in items.enumerate() {
            hash.update(if position == 0 { "[" } else { "," });
            hash.update(item.to_string());
        }
        hash.update("]");
    };
    let frame = frame(of);
    for (position, (key, value)) in frame.as_object().into_iter().flatten().enumerate() {
        hash.update(if position == 0 { "{" } else { "," });
        hash.update(Value::from(key.as_str()).to_string());
        hash.update(":");
        match key.as_str() {
            "parameters" if !of.parameters.is_empty() => {
                list(&mut hash, &mut of.parameters.iter().map(|p| parameter(p, of)));
            }
            "clusters" if !of.clusters.is_empty() => {
                list(&mut hash, &mut of.clusters.iter().map(|c| cluster(c, of)));
            }
            _ => hash.update(value.to_string()),
        }
    }
    hash.update("}");
    hex(&hash.finalize())
}

fn limit(model: &Model, position: usize) -> Value {
    let limit = &model.limits[position];
    let (share, amount) = match limit.bound {
        LimitBound::Share(share) => (Some(share), None),
        LimitBound::Amount(amount) => (None, Some(amount)),
    };
    let mut value = json!({
        "kind": match limit.kind { LimitKind::Floor => "floor", LimitKind::Cap => "cap" },
        "facility_type": limit.facility().map(FacilityType::key),
        "source": limit.source.map(|s| model.sources[s.index()].key.as_str()),
        "year": limit.year.map(|y| model.horizon.calendar_year(y)),
        "share": share,
        "amount": amount,
        "rupiah": limit.rupiah(&model.sources),
    });
    super::rules::add_limit(model, limit, &mut value);
    value
}

/// True if `hash` is that of `model`, or of `model` with its budget scaled to `budget` [Rp].
pub fn is_hash_of(model: &Model, hash: &str, budget: Option<i64>) -> bool {
    scenario_hash(model) == hash
        || budget
            .filter(|total| *total > 0 && *total <= Rupiah::MAX.0 && *total != model.total_budget())
            .and_then(|total| crate::study::budget::scaled(model, Rupiah(total)).ok())
            .is_some_and(|scaled| scenario_hash(&scaled) == hash)
}

/// `check --json`: the model, with counts, warnings and the numbers without a source.
pub fn scenario(scenario: &Scenario) -> Value {
    let model_of = &scenario.model;
    let unsourced: Vec<Value> = scenario
        .numbers
        .iter()
        .filter(|n| !n.is_sourced())
        .map(|n| json!({ "name": n.name, "place": n.place }))
        .collect();
    json!({
        "schema": "rantai.check/1",
        "hash": scenario_hash(&scenario.model),
        "warnings": each_fault(&scenario.warnings),
        "notes": each_fault(&scenario.notes),
        "prices": super::prices::json(model_of),
        "numbers": scenario.numbers.len(),
        "numbers_without_source": unsourced,
        "coverage": super::coverage::scenario(model_of),
        "law_trace": super::law::json(&super::law::trace(model_of, &scenario.numbers, None, Lang::En)),
        "model": model(&scenario.model),
    })
}

/// Lines of an allocation.
pub fn allocation(model: &Model, of: &Allocation) -> Value {
    of.lines()
        .iter()
        .map(|line| {
            let source = &model.sources[line.source.index()];
            let cluster = &model.clusters[line.cluster.index()];
            let intervention = &model.chain_of(line.cluster).interventions[line.intervention.index()];
            let mut value = json!({
                "source": source.key,
                "level": source.level.key(),
                "cluster": cluster.key,
                "region": cluster.region,
                "facility_type": intervention.facility.key(),
                "letter": intervention.facility.letter().to_string(),
                "intervention": intervention.key,
                "year": model.horizon.calendar_year(line.year),
                "rupiah": line.amount.0,
            });
            if super::locked::any(model) {
                value["locked"] = json!(super::locked::of(model, line));
            }
            value
        })
        .collect()
}

/// Outcome rows.
pub fn outcomes(model: &Model, rows: &[OutcomeRow]) -> Value {
    rows.iter()
        .map(|row| {
            let (metric, chain, item, unit) = measure_names(model, row.measure);
            json!({
                "plan": row.plan.key(),
                "metric": metric,
                "cluster": row.cluster.map(|c| model.clusters[c.index()].key.as_str()),
                "chain": Some(chain).filter(|c| !c.is_empty()),
                "item": Some(item).filter(|c| !c.is_empty()),
                "year": row.year.map(|y| model.horizon.calendar_year(y)),
                "unit": unit,
                "estimate": EstimateJson::from(&row.estimate),
            })
        })
        .collect()
}

/// Bottleneck shares.
pub fn bottlenecks(model: &Model, plan: &str, of: &Bottlenecks) -> Vec<Value> {
    of.list()
        .iter()
        .map(|b| {
            let (kind, what) = binding_names(model, b.cluster, b.what);
            json!({
                "plan": plan,
                "cluster": model.clusters[b.cluster.index()].key,
                "stage": b.stage.key(),
                "kind": kind,
                "what": what,
                "share": b.share,
            })
        })
        .collect()
}

/// How samples were taken.
pub fn sampling(of: Sampling) -> Value {
    let (sampler, replicates) = match of.design {
        Points::Plain => ("plain", None),
        Points::LatinHypercube { replicates } => ("lhs", Some(replicates)),
        Points::Sobol { replicates } => ("sobol", Some(replicates)),
    };
    json!({
        "sampler": sampler,
        "replicates": replicates,
        "until": of.precision.map(|precision| json!({
            "share": precision.share,
            "needed": finite(precision.needed),
            "cap": precision.cap,
            "capped": precision.needed > precision.cap as f64,
            "pilot": precision.pilot,
        })),
    })
}

/// What a target asks for.
fn asked(model: &Model, target: &Target) -> Value {
    let (metric, chain, item, unit) = measure_names(model, Measure::from(target.what));
    json!({
        "target": title(&target.title),
        "metric": metric,
        "cluster": target.cluster.map(|c| model.clusters[c.index()].key.as_str()),
        "chain": Some(chain).filter(|c| !c.is_empty()),
        "item": Some(item).filter(|c| !c.is_empty()),
        "year": target.year.map(|y| model.horizon.calendar_year(y)),
        "unit": unit,
        "at_least": target.at_least,
    })
}

/// How likely targets are reached.
fn targets(model: &Model, reached: &[Reached]) -> Vec<Value> {
    reached
        .iter()
        .map(|row| {
            let mut value = asked(model, &model.targets[row.target]);
            value["plan"] = json!(row.plan.key());
            value["probability"] = json!(row.probability);
            value["interval"] = json!(row.interval);
            value
        })
        .collect()
}

/// `simulate --json`.
pub fn simulation(model: &Model, study: &SimulationStudy) -> Value {
    let mut bound = bottlenecks(model, "none", &study.without);
    if let Some(with) = &study.with {
        bound.extend(bottlenecks(model, "plan", with));
    }
    json!({
        "schema": "rantai.simulation/1",
        "scenario_hash": scenario_hash(model),
        "samples": study.sampling.samples,
        "seed": study.seed,
        "sampling": sampling(study.sampling),
        "quantiles": {
            "method": if study.quantile_error == 0.0 { "exact" } else { "sketch" },
            "relative_error": study.quantile_error,
            "rows_without": study.rows_without_quantiles,
        },
        "outcomes": outcomes(model, &study.rows),
        "targets": targets(model, &study.reached),
        "bottlenecks": bound,
    })
}

fn certificate(c: &Certificate, proven: bool) -> Value {
    json!({
        "primal_violation": c.primal_violation,
        "dual_violation": c.dual_violation,
        "gap": finite(c.gap),
        "tolerance": TOLERANCE,
        "verdict": if proven { "proven" } else { "not proven" },
    })
}

fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|v| v.is_finite())
}

/// Facility types that get nothing from an allocation, though some cluster it supports was not provided with them before nor excused.
pub fn unmet(model: &Model, of: &Allocation) -> Vec<FacilityType> {
    FacilityType::ALL
        .iter()
        .copied()
        .filter(|facility| !is_funded(model, of, *facility) && !is_settled(model, of, *facility))
        .collect()
}

/// True if an allocation commits money to a facility type.
pub(super) fn is_funded(model: &Model, of: &Allocation, facility: FacilityType) -> bool {
    of.sum(|line| model.chain_of(line.cluster).interventions[line.intervention.index()].facility == facility)
        > 0
}

/// True if every cluster that an allocation supports was provided with a facility type before, or is excused from it.
fn is_settled(model: &Model, of: &Allocation, facility: FacilityType) -> bool {
    let supported = model.supported(of);
    let settled = |c| {
        let standing = model.standing(c, facility).map(|standing| standing.kind);
        matches!(standing, Some(StandingKind::Provided | StandingKind::Waived))
    };
    let mut clusters = model.cluster_ids().filter(|c| supported[c.index()]).peekable();
    clusters.peek().is_some() && clusters.all(settled)
}

/// `plan.json`, and `optimise --json` but for `seconds`: everything about a plan that does not depend on the machine.
pub fn plan(model: &Model, study: &PlanStudy) -> Value {
    let program = &study.program;
    let key = |s: crate::model::SourceId| model.sources[s.index()].key.as_str();
    let year = |y: usize| model.horizon.calendar_year(y);
    let metric = study.request.metric;
    let mut document = json!({
        "schema": "rantai.plan/1",
        "title": title(&model.title),
        "scenario_hash": scenario_hash(model),
        "metric": metric.key(),
        "unit": metric.unit(),
        "status": program.stop.key(),
        "objective": program.objective,
        "bound": finite(program.bound),
        "gap": finite(program.gap),
        "gap_asked": program.gap_asked,
        "bound_by": program.bound_by.key(),
        "samples": study.request.planning,
        "seed": study.request.seed,
        "risk": { "lambda": model.risk.lambda, "alpha": model.risk.alpha },
        "level_without": mean(&program.without),
        "level_with": mean(&program.with),
        "certificate": certificate(
            &program.certificate,
            program.stop == Stop::Proven
                && program.bound_by == crate::opt::solve::BoundBy::Certificate
                && program.certificate.primal_violation <= TOLERANCE,
        ),
        "solver": { "name": crate::opt::lp::solver_name(), "method": program.solved_by.name() },
        "program_size": {
            "columns": program.size.columns, "rows": program.size.rows, "nonzeros": program.size.nonzeros,
        },
        "budget": {
            "total": model.total_budget(),
            "spent": program.allocation.total(),
            "spent_present_value": model.present_value(&program.allocation),
            "lines": program.budget.iter().map(|b| json!({
                "source": key(b.source), "year": year(b.year), "amount": b.amount, "carried_in": b.carried_in,
                "spent": b.spent, "upkeep": b.upkeep, "left": b.left,
            })).collect::<Vec<_>>(),
        },
        "allocation": allocation(model, &program.allocation),
        "unmet_facility_types": unmet(model, &program.allocation).iter().map(|f| json!({
            "letter": f.letter().to_string(), "facility_type": f.key(),
        })).collect::<Vec<_>>(),
        "marginal_value": model.source_ids().flat_map(|s| (0..model.horizon.years).map(move |y| (s, y))).map(|(s, y)| json!({
            "source": key(s), "year": year(y), "per_rupiah": program.next_rupiah(Rule::Budget(s, y)),
            "margin": assurance::margin_of(&program.margins, Rule::Budget(s, y)),
        })).collect::<Vec<_>>(),
        "limits": (0..model.limits.len()).map(|i| {
            let mut value = limit(model, i);
            value["worth_per_rupiah"] = json!(program.next_rupiah(Rule::Limit(i)));
            value["margin"] = assurance::margin_of(&program.margins, Rule::Limit(i));
            value
        }).collect::<Vec<_>>(),
        "next_billion": program.next_billion.iter().map(|n| json!({
            "source": key(n.source), "gain": n.gain,
        })).collect::<Vec<_>>(),
        "coordination": {
            "program_level": study.coordination.program,
            "simulated_level": study.coordination.simulated,
            "gap": study.coordination.share(),
        },
        "evaluation": evaluation(model, study),
    });
    for (key, value) in assurance::json(study.assurance.as_ref()) {
        document[key] = value;
    }
    super::sites::add_plan(model, program, &mut document);
    super::cofunding::add_plan(model, &program.allocation, &mut document);
    super::locked::add_plan(model, &mut document);
    super::unkept::add_plan(model, &program.unkept, &mut document);
    document["coverage"] = super::coverage::json(model, &program.allocation);
    document
}

fn evaluation(model: &Model, study: &PlanStudy) -> Value {
    let increments: serde_json::Map<String, Value> = study
        .increments
        .iter()
        .map(|(metric, estimate)| (metric.key().to_string(), json!(EstimateJson::from(estimate))))
        .collect();
    let headline = EstimateJson::from(&study.headline);
    json!({
        "samples": study.request.evaluation,
        "targets": targets(model, &study.evaluation.reached),
        "metric": study.request.metric.key(),
        "increment": headline,
        "per_rupiah": study.per_rupiah(model),
        "increments": increments,
        "baselines": study.baselines.iter().map(|b| json!({
            "clusters_short_of_coverage": model.short_clusters(&b.allocation).1,
            "keeps_site_rules": model.keeps_sites(&b.allocation),
            "baseline": b.baseline.key(),
            "spent": b.allocation.total(),
            "per_rupiah": crate::study::per_rupiah(model, study.request.metric, &b.allocation, &b.increment),
            "increment": EstimateJson::from(&b.increment),
            "gain": {
                "mean": b.gain.mean,
                "standard_error": b.gain.standard_error,
                "interval": [b.gain.mean - b.gain.half_width, b.gain.mean + b.gain.half_width],
                "share_of_samples_better": b.gain.wins,
            },
        })).collect::<Vec<_>>(),
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::digest::sha256;

    /// Piece by piece it is the hash of the whole.
    #[test]
    fn the_hash_is_that_of_the_model_as_text() {
        for name in ["minimal", "banyumas-gula-kelapa"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
            let of = crate::scenario::load(&folder).expect("bundled scenarios are valid").model;
            assert_eq!(scenario_hash(&of), sha256(model(&of).to_string().as_bytes()));
        }
    }
}
