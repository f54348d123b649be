//! Uncertain numbers: their distributions, how often they change, and the common causes they load on.
//!
//! This module says what a number *is* (shape, mean, support); how it is *drawn* is `sampling`'s business. Every
//! distribution is exact: drawn by inverse transform, never clipped and never resampled.

use super::id::{FactorId, ParameterId};
use crate::language::{Text, text};

/// The distribution of an uncertain number. Parameters are finite and consistent: see [`Distribution::validate`].
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Equally likely anywhere between `min` and `max`.
    Uniform {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// Triangular: `min`, most likely `mode`, `max`.
    Triangular {
        /// Least value.
        min: f64,
        /// Most likely value.
        mode: f64,
        /// Greatest value.
        max: f64,
    },
    /// PERT: a beta distribution on `min` to `max` with mean (min + 4 mode + max) / 6.
    Pert {
        /// Least value.
        min: f64,
        /// Most likely value.
        mode: f64,
        /// Greatest value.
        max: f64,
    },
    /// Normal with `mean` and `sd` before truncation, truncated to `min` to `max` (infinite where not truncated).
    Normal {
        /// Mean before truncation.
        mean: f64,
        /// Standard deviation before truncation.
        sd: f64,
        /// Lower truncation point, or negative infinity.
        min: f64,
        /// Upper truncation point, or infinity.
        max: f64,
    },
    /// Lognormal with `median` and coefficient of variation `cv`.
    Lognormal {
        /// Median.
        median: f64,
        /// Standard deviation divided by mean.
        cv: f64,
    },
    /// Beta with shapes `alpha` and `beta`, stretched from 0..1 to `min`..`max`.
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// One of `values` with probabilities in proportion to `weights`; values ascend.
    Discrete {
        /// Possible values, ascending.
        values: Vec<f64>,
        /// Their probabilities, summing to 1.
        weights: Vec<f64>,
    },
    /// One of the observed `values`, each as likely as the others; values ascend and may repeat.
    Empirical {
        /// Observations, ascending.
        values: Vec<f64>,
    },
    /// Share of a capacity that the events of one kind leave, period by period.
    Event(Box<Event>),
}

/// Events of one kind in one scope instance: how many a year, when, how bad and how long. What they leave of a capacity
/// in a period is h = Π over events active in it of (1 − severity).
///
/// Counts of different years are independent: Poisson, or negative binomial (gamma-mixed Poisson) where real counts
/// scatter more. An event starts in a period of its year and lasts whole periods, on into later years; the horizon
/// begins with none running.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Expected number a year, 0 to 50.
    pub rate: f64,
    /// Size k of the negative binomial, variance = rate + rate²/k; `None` is Poisson.
    pub dispersion: Option<f64>,
    /// Share of the capacity that is lost while an event lasts, 0 to 1.
    pub severity: Distribution,
    /// Duration \[periods\], rounded up to whole ones, at least one.
    pub duration: Distribution,
    /// Probability of starting in each period of the year, summing to 1.
    pub starts: Vec<f64>,
}

impl Event {
    /// Checks that the event can be.
    ///
    /// # Errors
    /// A sentence saying what is wrong and what is expected.
    pub fn validate(&self) -> Result<(), Text> {
        if !(0.0..=50.0).contains(&self.rate) {
            return Err(text!(
                en: "rate {rate} must lie between 0 and 50 events a year",
                id: "rate {rate} harus di antara 0 dan 50 kejadian per tahun",
                rate = self.rate,
            ));
        }
        if let Some(k) = self.dispersion
            && !(0.01..=1e6).contains(&k)
        {
            return Err(text!(
                en: "dispersion {k} must lie between 0.01 and 1000000",
                id: "dispersion {k} harus di antara 0.01 dan 1000000",
            ));
        }
        let (least, most) = self.severity.support();
        if least < 0.0 || most > 1.0 {
            return Err(text!(
                en: "severity from {least} to {most} must stay within 0 and 1",
                id: "severity dari {least} sampai {most} harus tetap di antara 0 dan 1",
            ));
        }
        let (least, most) = self.duration.support();
        if least < 0.0 || most > 1e4 {
            return Err(text!(
                en: "duration from {least} to {most} must stay within 0 and 10000 periods",
                id: "duration dari {least} sampai {most} harus tetap di antara 0 dan 10000 periode",
            ));
        }
        let sum: f64 = self.starts.iter().sum();
        if self.starts.iter().any(|share| *share < 0.0) || (sum - 1.0).abs() > 1e-9 {
            return Err(text!(
                en: "the shares of starting periods sum to {sum}; they must not be negative and must sum to 1",
                id: "jumlah bagian periode mulai adalah {sum}; bagian-bagian itu tidak boleh negatif dan harus berjumlah 1",
            ));
        }
        Ok(())
    }

    /// The mean share that is left in the long run: events that are active in a period come in Poisson or negative
    /// binomial number with mean rate · E\[duration\] / P, so E\[h\] = exp(−a E\[s\]) or (1 + a E\[s\] / k)^−k. Exact
    /// for Poisson counts whose starts are spread evenly over the year; else close.
    fn mean_left(&self) -> f64 {
        let active = self.rate * self.duration.mean().max(1.0) / self.starts.len().max(1) as f64;
        let loss = active * self.severity.mean();
        match self.dispersion {
            None => libm::exp(-loss),
            Some(k) => libm::pow(1.0 + loss / k, -k),
        }
    }
}

/// Checks values and weights of a discrete distribution.
fn discrete_can_be(values: &[f64], weights: &[f64]) -> Result<(), Text> {
    if values.is_empty() || values.len() != weights.len() {
        return Err(text!(
            en: "{values} values with {weights} weights: as many weights as values are needed, at least one",
            id: "{values} nilai dengan {weights} bobot: jumlah bobot harus sama dengan jumlah nilai, sekurang-kurangnya satu",
            values = values.len(),
            weights = weights.len(),
        ));
    }
    if weights.iter().any(|w| *w <= 0.0) {
        return Err(text!(en: "every weight must be positive", id: "setiap bobot harus positif"));
    }
    let sum: f64 = weights.iter().sum();
    if (sum - 1.0).abs() > 1e-9 {
        return Err(text!(
            en: "the weights sum to {sum}, not to 1",
            id: "jumlah semua bobot adalah {sum}, bukan 1",
        ));
    }
    if values.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(text!(en: "the values must ascend", id: "nilai-nilai itu harus menaik"));
    }
    Ok(())
}

impl Distribution {
    /// The distribution's name in files.
    pub fn name(&self) -> &'static str {
        match self {
            Distribution::Uniform { .. } => "uniform",
            Distribution::Triangular { .. } => "triangular",
            Distribution::Pert { .. } => "pert",
            Distribution::Normal { .. } => "normal",
            Distribution::Lognormal { .. } => "lognormal",
            Distribution::Beta { .. } => "beta",
            Distribution::Discrete { .. } => "discrete",
            Distribution::Empirical { .. } => "empirical",
            Distribution::Event(_) => "event",
        }
    }

    /// Its parameters in the order of columns p1 to p4 (empty for discrete, whose lists say it all).
    pub fn parameters(&self) -> Vec<f64> {
        match self {
            Distribution::Uniform { min, max } => vec![*min, *max],
            Distribution::Triangular { min, mode, max } | Distribution::Pert { min, mode, max } => {
                vec![*min, *mode, *max]
            }
            Distribution::Normal { mean, sd, min, max } => vec![*mean, *sd, *min, *max],
            Distribution::Lognormal { median, cv } => vec![*median, *cv],
            Distribution::Beta { alpha, beta, min, max } => vec![*alpha, *beta, *min, *max],
            Distribution::Discrete { .. } | Distribution::Empirical { .. } | Distribution::Event(_) => {
                Vec::new()
            }
        }
    }

    /// Checks that the distribution can be.
    ///
    /// # Errors
    /// A sentence saying what is wrong and what is expected.
    pub fn validate(&self) -> Result<(), Text> {
        let increasing = |min: f64, max: f64| {
            if min < max {
                Ok(())
            } else {
                Err(text!(en: "min {min} must be below max {max}", id: "min {min} harus di bawah max {max}"))
            }
        };
        match self {
            Distribution::Uniform { min, max } => increasing(*min, *max),
            Distribution::Triangular { min, mode, max } | Distribution::Pert { min, mode, max } => {
                increasing(*min, *max)?;
                if min <= mode && mode <= max {
                    Ok(())
                } else {
                    Err(text!(
                        en: "mode {mode} must lie between min {min} and max {max}",
                        id: "mode {mode} harus di antara min {min} dan max {max}",
                    ))
                }
            }
            Distribution::Normal { mean, sd, min, max } => {
                if *sd <= 0.0 {
                    return Err(text!(en: "sd {sd} must be positive", id: "sd {sd} harus positif"));
                }
                increasing(*min, *max)?;
                if *max < mean - 6.0 * sd || *min > mean + 6.0 * sd {
                    return Err(text!(
                        en: "the truncation {min} to {max} lies more than 6 sd from mean {mean}: next to nothing is left of the distribution",
                        id: "potongan {min} sampai {max} terletak lebih dari 6 sd dari mean {mean}: hampir tidak ada yang tersisa dari sebaran ini",
                    ));
                }
                Ok(())
            }
            Distribution::Lognormal { median, cv } => {
                if *median <= 0.0 {
                    Err(text!(en: "median {median} must be positive", id: "median {median} harus positif"))
                } else if *cv <= 0.0 || *cv > 10.0 {
                    Err(text!(
                        en: "cv {cv} must be above 0 and at most 10",
                        id: "cv {cv} harus di atas 0 dan tidak lebih dari 10",
                    ))
                } else {
                    Ok(())
                }
            }
            Distribution::Beta { alpha, beta, min, max } => {
                let shape = |s: f64| (0.05..=1e4).contains(&s);
                if !shape(*alpha) || !shape(*beta) {
                    return Err(text!(
                        en: "shapes {alpha} and {beta} must lie between 0.05 and 10000",
                        id: "bentuk {alpha} dan {beta} harus di antara 0.05 dan 10000",
                    ));
                }
                increasing(*min, *max)
            }
            Distribution::Discrete { values, weights } => discrete_can_be(values, weights),
            Distribution::Empirical { values } => {
                if values.is_empty() {
                    Err(text!(
                        en: "there are no observations: at least one is needed",
                        id: "tidak ada pengamatan: sekurang-kurangnya diperlukan satu",
                    ))
                } else if values.windows(2).any(|pair| pair[0] > pair[1]) {
                    Err(text!(en: "the observations must ascend", id: "pengamatan harus menaik"))
                } else {
                    Ok(())
                }
            }
            Distribution::Event(event) => event.validate(),
        }
    }

    /// The shapes of the beta distribution that a PERT on `min`, `mode`, `max` is.
    pub fn pert_shapes(min: f64, mode: f64, max: f64) -> (f64, f64) {
        let range = max - min;
        (1.0 + 4.0 * (mode - min) / range, 1.0 + 4.0 * (max - mode) / range)
    }

    /// The lognormal distribution of which a tenth lies below `p10` and a tenth above `p90`, both positive, as experts
    /// are asked: ln is normal with mean (ln p10 + ln p90)/2 and standard deviation ln(p90/p10) / (2 z), z = Φ⁻¹(0.9).
    pub fn lognormal_of_tenths(p10: f64, p90: f64) -> Self {
        const Z: f64 = 1.281_551_565_544_600_4;
        let sigma = libm::log(p90 / p10) / (2.0 * Z);
        Distribution::Lognormal {
            median: libm::sqrt(p10) * libm::sqrt(p90),
            cv: libm::sqrt(libm::expm1(sigma * sigma)),
        }
    }

    /// The location and scale of the logarithm of a lognormal with coefficient of variation `cv`.
    pub fn lognormal_log_parameters(median: f64, cv: f64) -> (f64, f64) {
        (libm::log(median), libm::sqrt(libm::log1p(cv * cv)))
    }

    /// The exact mean.
    pub fn mean(&self) -> f64 {
        match self {
            Distribution::Uniform { min, max } => 0.5 * (min + max),
            Distribution::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Distribution::Pert { min, mode, max } => (min + 4.0 * mode + max) / 6.0,
            Distribution::Normal { mean, sd, min, max } => {
                let density = |z: f64| libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI);
                let upper_tail = |z: f64| 0.5 * libm::erfc(z / std::f64::consts::SQRT_2);
                let (a, b) = ((min - mean) / sd, (max - mean) / sd);
                // Tail differences on the side where they do not cancel.
                let mass =
                    if a > 0.0 { upper_tail(a) - upper_tail(b) } else { upper_tail(-b) - upper_tail(-a) };
                mean + sd * (density(a) - density(b)) / mass
            }
            Distribution::Lognormal { median, cv } => median * libm::sqrt(1.0 + cv * cv),
            Distribution::Beta { alpha, beta, min, max } => min + (max - min) * alpha / (alpha + beta),
            Distribution::Discrete { values, weights } => {
                values.iter().zip(weights).map(|(v, w)| v * w).sum()
            }
            Distribution::Empirical { values } => values.iter().sum::<f64>() / values.len().max(1) as f64,
            Distribution::Event(event) => event.mean_left(),
        }
    }

    /// The least and the greatest value it can take (infinite where there is none).
    pub fn support(&self) -> (f64, f64) {
        match self {
            Distribution::Uniform { min, max }
            | Distribution::Triangular { min, max, .. }
            | Distribution::Pert { min, max, .. }
            | Distribution::Normal { min, max, .. }
            | Distribution::Beta { min, max, .. } => (*min, *max),
            Distribution::Lognormal { .. } => (0.0, f64::INFINITY),
            Distribution::Event(_) => (0.0, 1.0),
            Distribution::Discrete { values, .. } | Distribution::Empirical { values } => {
                (values.first().copied().unwrap_or(0.0), values.last().copied().unwrap_or(0.0))
            }
        }
    }
}

/// Pace at which an uncertain number (or a factor) takes new values within a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Varies {
    /// One value for the whole horizon.
    Once,
    /// A new value each year.
    Yearly,
    /// A new value each period.
    EachPeriod,
}

impl Varies {
    /// Every way, from the slowest.
    pub const ALL: [Varies; 3] = [Varies::Once, Varies::Yearly, Varies::EachPeriod];

    /// The word that files use.
    pub fn key(self) -> &'static str {
        match self {
            Varies::Once => "once",
            Varies::Yearly => "yearly",
            Varies::EachPeriod => "each_period",
        }
    }

    /// The draw's index for period `t` (from 0) with `periods_per_year`.
    pub fn index(self, t: usize, periods_per_year: usize) -> usize {
        match self {
            Varies::Once => 0,
            Varies::Yearly => t.checked_div(periods_per_year).unwrap_or(0),
            Varies::EachPeriod => t,
        }
    }

    /// Number of distinct values over `years` years.
    pub fn count(self, years: usize, periods_per_year: usize) -> usize {
        match self {
            Varies::Once => 1,
            Varies::Yearly => years,
            Varies::EachPeriod => years * periods_per_year,
        }
    }
}

/// Scope over which one draw is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Each region has its own.
    Region,
    /// Each chain has its own.
    Chain,
    /// One for everything.
    All,
}

impl Scope {
    /// The word that files use.
    pub fn key(self) -> &'static str {
        match self {
            Scope::Region => "region",
            Scope::Chain => "chain",
            Scope::All => "all",
        }
    }
}

/// A factor in one of its scope instances: a standard normal common cause, AR(1) where `ar` is not 0:
/// F_1 ~ N(0,1), F_t = ρ F_{t−1} + √(1 − ρ²) ε_t.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// Stable name with the scope instance, the address of its draws: `factor/rain@region:Banyumas`.
    pub name: String,
    /// Pace at which it changes.
    pub varies: Varies,
    /// First-order autocorrelation ρ between successive values, in (−1, 1).
    pub ar: f64,
}

/// An uncertain number with its scope instance.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Stable name with the scope instance, the address of its draws: `cilongok/price/ekspor`.
    pub name: String,
    /// Its distribution; already in the model's units.
    pub distribution: Distribution,
    /// Pace at which it changes; never slower than any factor it loads on.
    pub varies: Varies,
    /// Factors and loadings a_j, with Σ a_j² ≤ 1: z = Σ a_j F_j + √(1 − Σ a_j²) ε.
    pub loadings: Vec<(FactorId, f64)>,
}

/// A number of the model: certain, or an uncertain parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// The same in every sample and period.
    Certain(f64),
    /// Drawn per sample.
    Uncertain(ParameterId),
}

impl Number {
    /// The number in period `t` of a sample.
    pub fn at(self, sample: Realisation<'_>, t: usize) -> f64 {
        match self {
            Number::Certain(value) => value,
            Number::Uncertain(id) => sample.value(id, t),
        }
    }
}

/// All uncertain numbers of one sample over all periods: a borrowed row of a sample block.
#[derive(Debug, Clone, Copy)]
pub struct Realisation<'a> {
    values: &'a [f64],
    periods: usize,
}

impl<'a> Realisation<'a> {
    /// Views `values`, \[parameter × period\] in row-major order, as one sample.
    pub fn new(values: &'a [f64], periods: usize) -> Self {
        Self { values, periods }
    }

    /// The value of parameter `id` in period `t` (from 0).
    pub fn value(self, id: ParameterId, t: usize) -> f64 {
        self.values[id.index() * self.periods + t]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known moments: triangular(10,20,50) has mean 26.667, PERT(10,20,50) 23.333, the standard normal truncated to
    /// −1..2 0.229637179091 (40-digit arithmetic), the lognormal with median 40 and sigma 0.540865618829 46.3002454757.
    #[test]
    fn means_are_exact() {
        let close = |d: Distribution, mean: f64| {
            assert!((d.mean() - mean).abs() < 1e-10 * mean.abs().max(1.0), "{d:?}: {}", d.mean());
        };
        close(Distribution::Triangular { min: 10.0, mode: 20.0, max: 50.0 }, 80.0 / 3.0);
        close(Distribution::Pert { min: 10.0, mode: 20.0, max: 50.0 }, 70.0 / 3.0);
        close(Distribution::Normal { mean: 0.0, sd: 1.0, min: -1.0, max: 2.0 }, 0.229_637_179_091);
        let sigma: f64 = 0.540_865_618_829;
        let cv = ((sigma * sigma).exp() - 1.0).sqrt();
        close(Distribution::Lognormal { median: 40.0, cv }, 46.300_245_475_7);
        close(Distribution::Beta { alpha: 2.0, beta: 5.0, min: 0.0, max: 1.0 }, 2.0 / 7.0);
    }

    #[test]
    fn an_untruncated_normal_has_its_own_mean() {
        let d = Distribution::Normal { mean: 5.0, sd: 2.0, min: f64::NEG_INFINITY, max: f64::INFINITY };
        assert_eq!(d.mean(), 5.0);
    }
}
