//! Sampling: draws every uncertain number of a model, under the draw contract.
//!
//! A draw is a pure function of (seed, purpose, sample, stable name with its scope instance, index): it depends on no
//! thread count, no order, and on no other number. The index is 0, the year or the period, by how the number varies.
//! The only door to `rand`.

mod block;
mod design;
mod distribution;
mod event;
mod prepared;
mod stream;

pub use block::{BLOCK, LANES, Lanes, block_of, blocks};
pub use design::{Design, Place, SOBOL_DIMENSIONS, SOBOL_POINTS};
pub use distribution::{Draw, Quantile};
pub use stream::{Purpose, Stream, errors_of, philox4x32};

use ndarray::Array2;

use crate::model::{Distribution, Factor, Model, Parameter, ParameterId, Realisation, Varies};
use crate::stats::lanes::{Scratch, normal_quantiles};
use crate::stats::normal_cdf;
use design::{Swap, second};
use event::EventDraws;
use prepared::{Held, Law, PreparedFactor, PreparedParameter};

/// The draws of an event, and those of the second sample matrix with where they stand in their place.
#[derive(Debug, Clone)]
struct Events {
    own: EventDraws,
    swapped: Option<(EventDraws, Swap)>,
}

impl Events {
    fn paths(&self, block: usize, years: usize, periods: usize, scratch: &mut Scratch) -> Vec<Lanes> {
        let Some((other, swap)) = &self.swapped else {
            return self.own.paths(block, years, periods, scratch);
        };
        let (inner, swapped) = swap.of(block);
        if swapped { other } else { &self.own }.paths(inner, years, periods, scratch)
    }
}

/// Draws the uncertain numbers of one model, for one seed and purpose.
#[derive(Debug, Clone)]
pub struct Sampler {
    years: usize,
    periods_per_year: usize,
    factors: Vec<PreparedFactor>,
    parameters: Vec<PreparedParameter>,
    events: Vec<Events>,
    held: Option<Held>,
    factor_names: Vec<String>,
    parameter_names: Vec<String>,
}

/// Paths of factors and events in the samples of a block.
#[derive(Debug, Clone)]
pub struct Common {
    block: usize,
    /// \[factor\]\[index of its own pace\].
    factors: Vec<Vec<Lanes>>,
    /// \[event\]\[period\].
    events: Vec<Vec<Lanes>>,
}

/// The numbers of consecutive samples: \[sample × (parameter · period)\].
#[derive(Debug, Clone, PartialEq)]
pub struct SampleBlock {
    first: usize,
    periods: usize,
    values: Array2<f64>,
}

impl SampleBlock {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.values.nrows()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the first sample (from 0).
    pub fn first(&self) -> usize {
        self.first
    }

    /// One sample in which every number is at its mean over these.
    #[must_use]
    pub fn mean(&self) -> Self {
        let mut values = Array2::zeros((1, self.values.ncols()));
        for row in self.values.rows() {
            values.row_mut(0).iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let n = self.len().max(1) as f64;
        values.iter_mut().for_each(|sum| *sum /= n);
        Self { first: 0, periods: self.periods, values }
    }

    /// The numbers of the block's `i`-th sample (from 0).
    pub fn realisation(&self, i: usize) -> Realisation<'_> {
        let row = self.values.row(i).to_slice().unwrap_or(&[]);
        Realisation::new(row, self.periods)
    }
}

impl Sampler {
    /// Prepares the draws of `model` for plain Monte Carlo.
    pub fn new(model: &Model, seed: u64, purpose: Purpose) -> Self {
        Self::with_design(model, seed, purpose, &Design::Plain)
    }

    /// Prepares the draws of `model` under a sampling design.
    pub fn with_design(model: &Model, seed: u64, purpose: Purpose, design: &Design) -> Self {
        let factor = |(f, factor): (usize, &Factor)| PreparedFactor {
            points: design.points(seed, purpose, &factor.name, design::Place::Factor(f)),
            varies: factor.varies,
            ar: factor.ar,
        };
        let mut events = Vec::new();
        let mut parameter = |(p, parameter): (usize, &Parameter)| {
            let squares: f64 = parameter.loadings.iter().map(|(_, a)| a * a).sum();
            let rest = 1.0 - squares;
            let law = match (&parameter.distribution, Quantile::new(&parameter.distribution)) {
                (_, Some(quantile)) => Law::Quantile(quantile),
                (Distribution::Event(event), None) => {
                    let draws = |name: &str| EventDraws::new(event, seed, purpose, name);
                    let swap = design.swap(Place::Parameter(p));
                    let swapped = swap.map(|swap| (draws(&second(&parameter.name)), swap));
                    events.push(Events { own: draws(&parameter.name), swapped });
                    Law::Event(events.len() - 1)
                }
                (_, None) => unreachable!("only events have no quantile function"),
            };
            PreparedParameter {
                points: design.points(seed, purpose, &parameter.name, design::Place::Parameter(p)),
                law,
                varies: parameter.varies,
                loadings: parameter.loadings.iter().map(|(f, a)| (f.index(), *a)).collect(),
                own: if rest > 1e-12 { libm::sqrt(rest) } else { 0.0 },
            }
        };
        Self {
            years: model.horizon.operating_years(),
            periods_per_year: model.horizon.periods_per_year,
            factors: model.factors.iter().enumerate().map(factor).collect(),
            parameters: model.parameters.iter().enumerate().map(&mut parameter).collect(),
            events,
            held: None,
            factor_names: model.factors.iter().map(|f| f.name.clone()).collect(),
            parameter_names: model.parameters.iter().map(|p| p.name.clone()).collect(),
        }
    }

    /// Number of periods.
    pub fn periods(&self) -> usize {
        self.years * self.periods_per_year
    }

    /// Stable names of the uncertain numbers, in their order.
    pub fn parameter_names(&self) -> &[String] {
        &self.parameter_names
    }

    /// Stable names of the factors, in their order.
    pub fn factor_names(&self) -> &[String] {
        &self.factor_names
    }

    /// The factors of `sample` by period, \[factor\]\[period\].
    pub fn factors(&self, sample: usize) -> Vec<Vec<f64>> {
        let (block, lane) = block_of(sample);
        let common = self.common(block);
        let at = |(factor, path): (&PreparedFactor, &Vec<Lanes>)| {
            (0..self.periods()).map(|t| path[factor.varies.index(t, self.periods_per_year)][lane]).collect()
        };
        self.factors.iter().zip(&common.factors).map(at).collect()
    }

    /// The paths of factors and events in the samples of `block`.
    pub fn common(&self, block: usize) -> Common {
        let mut scratch = Scratch::default();
        let mut factors: Vec<Vec<Lanes>> =
            self.factors.iter().map(|f| self.factor_path(f, block, &mut scratch)).collect();
        if let Some(held) = &self.held {
            held.condition(block, &mut factors, &mut scratch);
        }
        let events = self
            .events
            .iter()
            .map(|event| event.paths(block, self.years, self.periods_per_year, &mut scratch))
            .collect();
        Common { block, factors, events }
    }

    /// F_1 ~ N(0,1), F_t = ρ F_{t−1} + √(1 − ρ²) ε_t at the factor's own pace.
    fn factor_path(&self, factor: &PreparedFactor, block: usize, scratch: &mut Scratch) -> Vec<Lanes> {
        let innovation = libm::sqrt(1.0 - factor.ar * factor.ar);
        let mut path: Vec<Lanes> = Vec::new();
        for index in 0..factor.varies.count(self.years, self.periods_per_year) {
            let mut step = [0.0; LANES];
            factor.points.uniforms(block, index as u64, &mut step);
            normal_quantiles(&mut step, scratch);
            if let Some(last) = path.last() {
                for (noise, last) in step.iter_mut().zip(last) {
                    *noise = factor.ar * last + innovation * *noise;
                }
            }
            path.push(step);
        }
        path
    }

    /// Sort key under which [`Sampler::fill`] works fastest: numbers with the same key next to one another.
    pub fn fill_order(&self, id: ParameterId) -> u8 {
        let parameter = &self.parameters[id.index()];
        match &parameter.law {
            Law::Quantile(quantile) if parameter.loadings.is_empty() && quantile.wants() == Draw::Score => 0,
            Law::Quantile(_) => 1,
            Law::Event(_) => 2,
        }
    }

    /// Draws the numbers `ids` in period `t` (from 0), one set of lanes each.
    pub fn fill(
        &self,
        common: &Common,
        ids: &[ParameterId],
        t: usize,
        out: &mut [Lanes],
        scratch: &mut Scratch,
    ) {
        // Uniform numbers, or the paths of events.
        let mut scores = 0;
        for (id, lanes) in ids.iter().zip(out.iter_mut()) {
            let parameter = &self.parameters[id.index()];
            if let Law::Event(event) = parameter.law {
                *lanes = common.events[event][t];
            } else {
                let index = parameter.varies.index(t, self.periods_per_year) as u64;
                parameter.points.uniforms(common.block, index, lanes);
            }
        }
        // Scores of neighbours are worked out in one go.
        while ids.get(scores).is_some_and(|id| self.fill_order(*id) == 0) {
            scores += 1;
        }
        normal_quantiles(out[..scores].as_flattened_mut(), scratch);
        // Values, where factors are loaded on the scores of those that depend on them.
        for (number, (id, lanes)) in ids.iter().zip(out).enumerate() {
            let parameter = &self.parameters[id.index()];
            let Law::Quantile(quantile) = &parameter.law else { continue };
            if number < scores {
                quantile.apply(lanes, Draw::Score, scratch);
            } else if parameter.loadings.is_empty() {
                quantile.apply(lanes, Draw::Uniform, scratch);
            } else {
                self.load(parameter, common, t, lanes, scratch);
                quantile.apply(lanes, Draw::Score, scratch);
            }
        }
    }

    /// z = Σ a F + √(1 − Σ a²) ε. A factor varies no faster than the number, so its value at `t` is that of the whole
    /// stretch.
    fn load(
        &self,
        parameter: &PreparedParameter,
        common: &Common,
        t: usize,
        lanes: &mut Lanes,
        scratch: &mut Scratch,
    ) {
        if parameter.own > 0.0 {
            normal_quantiles(lanes, scratch);
        }
        for lane in lanes.iter_mut() {
            *lane *= parameter.own;
        }
        for &(f, a) in &parameter.loadings {
            let step = self.factors[f].varies.index(t, self.periods_per_year);
            for (lane, factor) in lanes.iter_mut().zip(&common.factors[f][step]) {
                *lane += a * factor;
            }
        }
    }

    /// Samples `first` to `first + count` (numbered from 0).
    pub fn block(&self, first: usize, count: usize) -> SampleBlock {
        let periods = self.periods();
        let mut values = Array2::zeros((count, self.parameters.len() * periods));
        let mut scratch = Scratch::default();
        let mut lanes = [[0.0; LANES]];
        let blocks = if count == 0 { 0..0 } else { block_of(first).0..block_of(first + count - 1).0 + 1 };
        for block in blocks {
            let common = self.common(block);
            let from = first.max(block * BLOCK);
            let to = (first + count).min((block + 1) * BLOCK);
            for (p, parameter) in self.parameters.iter().enumerate() {
                let mut drawn = None;
                for t in 0..periods {
                    let index = parameter.varies.index(t, self.periods_per_year);
                    if drawn != Some(index) {
                        self.fill(&common, &[ParameterId::new(p)], t, &mut lanes, &mut scratch);
                        drawn = Some(index);
                    }
                    for sample in from..to {
                        values[[sample - first, p * periods + t]] = lanes[0][sample % BLOCK];
                    }
                }
            }
        }
        SampleBlock { first, periods, values }
    }
}

impl Sampler {
    /// True for a number or factor that is drawn once, which can be held and has a score.
    pub fn is_drawn_once(&self, place: Place) -> bool {
        match place {
            Place::Factor(f) => self.factors[f].varies == Varies::Once,
            Place::Parameter(p) => {
                let parameter = &self.parameters[p];
                parameter.varies == Varies::Once && matches!(parameter.law, Law::Quantile(_))
            }
        }
    }

    /// The same draws, but for each of these normal scores of a number or factor held for `each` samples on end (the last for all
    /// that follow), and what loads on the same factors as it is given that score. `None` where it is not drawn once.
    #[must_use]
    pub fn holding(&self, place: Place, scores: &[f64], each: usize) -> Option<Self> {
        if !self.is_drawn_once(place) {
            return None;
        }
        let uniforms: Vec<f64> = scores.iter().map(|score| normal_cdf(*score)).collect();
        let mut own = self.clone();
        match place {
            Place::Factor(f) => own.factors[f].points = self.factors[f].points.holding(&uniforms, each),
            Place::Parameter(p) => {
                let drawn = self.parameters[p].clone();
                let scores = drawn.points.holding(&uniforms, each);
                own.parameters[p] = PreparedParameter {
                    points: scores.clone(),
                    loadings: Vec::new(),
                    own: 1.0,
                    ..drawn.clone()
                };
                own.held = (!drawn.loadings.is_empty()).then_some(Held { drawn, scores });
            }
        }
        Some(own)
    }

    /// The normal scores of numbers and factors that are drawn once, in the first samples: \[place\]\[sample\]; of others nothing.
    pub fn scores(&self, places: &[Place], samples: usize) -> Vec<Vec<f64>> {
        let mut found = vec![Vec::new(); places.len()];
        let mut scratch = Scratch::default();
        let mut lanes = [0.0; LANES];
        for first in (0..samples).step_by(BLOCK) {
            let block = block_of(first).0;
            let common = self.common(block);
            for (place, found) in
                places.iter().zip(&mut found).filter(|(place, _)| self.is_drawn_once(**place))
            {
                match *place {
                    Place::Factor(f) => lanes = common.factors[f][0],
                    Place::Parameter(p) => {
                        self.parameters[p].score(block, &common.factors, &mut lanes, &mut scratch);
                    }
                }
                found.extend(&lanes[..BLOCK.min(samples - first)]);
            }
        }
        found
    }

    /// The values that a number has at these scores; of a factor the scores themselves.
    pub fn values_at(&self, place: Place, scores: &[f64]) -> Vec<f64> {
        let mut values = scores.to_vec();
        if let Place::Parameter(p) = place
            && let Law::Quantile(quantile) = &self.parameters[p].law
        {
            quantile.apply(&mut values, Draw::Score, &mut Scratch::default());
        }
        values
    }
}

#[cfg(test)]
mod tests;
