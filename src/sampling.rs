//! Sampling: draws every uncertain number of a model, under the draw contract.
//!
//! A draw is a pure function of (seed, purpose, sample, stable name with its scope instance, index): it depends on no
//! thread count, no order, and on no other number. The index is 0, the year or the period, by how the number varies.
//! The only door to `rand`.

mod distribution;
mod stream;

pub use distribution::Quantile;
pub use stream::{Purpose, Stream, philox4x32};

use ndarray::Array2;

use crate::model::{Factor, Model, Parameter, Realisation, Varies};
use crate::stats::{normal_cdf, normal_quantile};
use distribution::Draw;
use stream::StreamKey;

/// Samples per block: the unit in which work is cut, whatever the number of threads.
pub const BLOCK: usize = 64;

/// Cuts samples `0..n` into blocks: (first sample, number of samples).
pub fn blocks(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).step_by(BLOCK).map(move |first| (first, BLOCK.min(n - first)))
}

/// A factor, ready to be drawn.
#[derive(Debug, Clone)]
struct PreparedFactor {
    key: StreamKey,
    varies: Varies,
    ar: f64,
}

/// An uncertain number, ready to be drawn.
#[derive(Debug, Clone)]
struct PreparedParameter {
    key: StreamKey,
    quantile: Quantile,
    varies: Varies,
    loadings: Vec<(usize, f64)>,
    /// √(1 − Σ a²), the weight of what is the number's own.
    own: f64,
}

/// Draws the uncertain numbers of one model, for one seed and purpose.
#[derive(Debug, Clone)]
pub struct Sampler {
    years: usize,
    periods_per_year: usize,
    factors: Vec<PreparedFactor>,
    parameters: Vec<PreparedParameter>,
    factor_names: Vec<String>,
    parameter_names: Vec<String>,
}

/// The numbers of consecutive samples: \[sample × (parameter · period)\].
#[derive(Debug, Clone, PartialEq)]
pub struct SampleBlock {
    first: usize,
    periods: usize,
    values: Array2<f64>,
}

impl SampleBlock {
    /// How many samples.
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

    /// The numbers of the block's `i`-th sample (from 0).
    pub fn realisation(&self, i: usize) -> Realisation<'_> {
        let row = self.values.row(i).to_slice().unwrap_or(&[]);
        Realisation::new(row, self.periods)
    }
}

impl Sampler {
    /// Prepares the draws of `model`.
    pub fn new(model: &Model, seed: u64, purpose: Purpose) -> Self {
        let factor = |factor: &Factor| PreparedFactor {
            key: StreamKey::new(seed, purpose, &factor.name),
            varies: factor.varies,
            ar: factor.ar,
        };
        let parameter = |parameter: &Parameter| {
            let squares: f64 = parameter.loadings.iter().map(|(_, a)| a * a).sum();
            let rest = 1.0 - squares;
            PreparedParameter {
                key: StreamKey::new(seed, purpose, &parameter.name),
                quantile: Quantile::new(&parameter.distribution),
                varies: parameter.varies,
                loadings: parameter.loadings.iter().map(|(f, a)| (f.index(), *a)).collect(),
                own: if rest > 1e-12 { libm::sqrt(rest) } else { 0.0 },
            }
        };
        Self {
            years: model.horizon.years,
            periods_per_year: model.horizon.periods_per_year,
            factors: model.factors.iter().map(factor).collect(),
            parameters: model.parameters.iter().map(parameter).collect(),
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
        self.factors.iter().map(|factor| self.factor_path(factor, sample)).collect()
    }

    /// F_1 ~ N(0,1), F_t = ρ F_{t−1} + √(1 − ρ²) ε_t at the factor's own pace, spread over periods.
    fn factor_path(&self, factor: &PreparedFactor, sample: usize) -> Vec<f64> {
        let innovation = libm::sqrt(1.0 - factor.ar * factor.ar);
        let mut state = 0.0;
        let steps: Vec<f64> = (0..factor.varies.count(self.years, self.periods_per_year))
            .map(|index| {
                let noise = normal_quantile(factor.key.uniform(sample, index));
                state = if index == 0 { noise } else { factor.ar * state + innovation * noise };
                state
            })
            .collect();
        (0..self.periods()).map(|t| steps[factor.varies.index(t, self.periods_per_year)]).collect()
    }

    /// Samples `first` to `first + count` (numbered from 0).
    pub fn block(&self, first: usize, count: usize) -> SampleBlock {
        let periods = self.periods();
        let mut values = Array2::zeros((count, self.parameters.len() * periods));
        for (i, mut row) in values.rows_mut().into_iter().enumerate() {
            let sample = first + i;
            let factors = self.factors(sample);
            for (p, parameter) in self.parameters.iter().enumerate() {
                let mut drawn: Option<(usize, f64)> = None;
                for t in 0..periods {
                    let index = parameter.varies.index(t, self.periods_per_year);
                    let value = match drawn {
                        Some((at, value)) if at == index => value,
                        _ => parameter.draw(sample, index, t, &factors),
                    };
                    drawn = Some((index, value));
                    row[p * periods + t] = value;
                }
            }
        }
        SampleBlock { first, periods, values }
    }
}

impl PreparedParameter {
    /// The value at `index`, whose first period is `t`: a factor varies no faster, so its value there is that of the
    /// whole stretch.
    fn draw(&self, sample: usize, index: usize, t: usize, factors: &[Vec<f64>]) -> f64 {
        let uniform = self.key.uniform(sample, index);
        if self.loadings.is_empty() {
            return self.quantile.at(Draw::Uniform(uniform));
        }
        let common: f64 = self.loadings.iter().map(|&(f, a)| a * factors[f][t]).sum();
        let own = if self.own > 0.0 { self.own * normal_quantile(uniform) } else { 0.0 };
        self.quantile.at(Draw::Score(common + own))
    }
}

/// The two faces of one draw.
impl Draw {
    fn score(self) -> f64 {
        match self {
            Draw::Uniform(u) => normal_quantile(u),
            Draw::Score(z) => z,
        }
    }

    fn uniform(self) -> f64 {
        match self {
            Draw::Uniform(u) => u,
            Draw::Score(z) => normal_cdf(z),
        }
    }
}

#[cfg(test)]
mod tests;
