//! Thinning: lines are left out some at a time as long as what is left is worth enough.

use super::{DecompositionError, Few, LARGE, VISITS_OF_RELAXATION, Verdict, Way, is_funded};

/// Rounds of the reweighted norm.
const ROUNDS: usize = 6;
/// The least amount that counts in it, as a share of the mean line's.
const SMALLEST: f64 = 0.05;
/// The share of the lines that is left out first.
const FIRST: usize = 12;
/// Lines that turn out to be needed, one after the other, before thinning ends; of small programs all are tried.
const NEEDED: usize = 20;
const SMALL: usize = 100;

impl Few<'_, '_, '_> {
    /// Thins the lines that are known.
    pub(super) fn thin_known(&mut self) -> Result<(), DecompositionError> {
        let known = self.funded(self.question.known);
        if self.has_integers
            && let Verdict::Enough(best) = self.most_on(&known, self.question.aim, true)?
        {
            // What fractions bring more than whole numbers do is no room to leave lines out.
            self.beyond = (best.objective - self.known.objective).max(0.0);
        }
        self.thin(known)
    }

    /// Thins the lines that the reweighted norm leaves.
    pub(super) fn thin_reweighted(&mut self) -> Result<(), DecompositionError> {
        let known = self.funded(self.question.known);
        let reweighted = self.reweighted(&known)?;
        self.work = 0.0;
        reweighted.map_or(Ok(()), |lines| self.thin(lines))
    }

    /// Lines that a reweighted l1 norm leaves: each line costs its money over what it had the round before.
    fn reweighted(&mut self, known: &[bool]) -> Result<Option<Vec<bool>>, DecompositionError> {
        let lines = self.question.lines;
        let all = lines.len() <= LARGE;
        let ways: Vec<Way> =
            known.iter().map(|known| if all || *known { Way::In } else { Way::Out }).collect();
        let mut x = self.question.known.to_vec();
        let funded = known.iter().filter(|known| **known).count().max(1) as f64;
        let free = |x: &[f64], number: usize| (x[lines[number].column] - lines[number].locked).max(0.0);
        let mean = (0..lines.len()).map(|number| free(&x, number)).sum::<f64>() / funded;
        for _ in 0..ROUNDS {
            let costs: Vec<f64> = (0..lines.len())
                .map(|number| self.price / (free(&x, number) + SMALLEST * mean.max(1e-6)))
                .collect();
            let mut reached = false;
            for _ in 0..VISITS_OF_RELAXATION {
                if !self.going() || self.relaxed(&ways, &costs)?.is_none() {
                    return Ok(None);
                }
                let next = self.whole.decisions();
                reached = self.value(&next)?.is_some_and(|found| found.objective >= self.question.enough);
                x = next;
                if reached {
                    break;
                }
            }
            if !reached {
                break;
            }
        }
        Ok(Some(self.funded(&x)))
    }

    /// Leaves lines out, some at a time, as long as what is left is worth enough as far as fractions tell; what comes of it is tried in
    /// whole amounts.
    fn thin(&mut self, start: Vec<bool>) -> Result<(), DecompositionError> {
        // Of trials nothing is claimed.
        self.whole.trust(true);
        let done = self.thin_from(start);
        self.whole.trust(false);
        done
    }

    fn thin_from(&mut self, start: Vec<bool>) -> Result<(), DecompositionError> {
        let aim = self.question.aim + self.beyond;
        let mut thinned = Vec::new();
        let Verdict::Enough(mut best) = self.most_on(&start, aim, false)? else { return Ok(()) };
        let lines = self.question.lines;
        let mut kept = start;
        let mut needed = vec![false; lines.len()];
        let mut misses = 0;
        // A few at first, twice as many after each success.
        let mut batch = kept.iter().filter(|kept| **kept).count().div_ceil(FIRST).max(1);
        thinned.push(kept.clone());
        while self.going() && (misses < NEEDED || lines.len() <= SMALL) {
            // The lines that are left out for nothing, then the least of those that may still go.
            let mut may_go: Vec<usize> = (0..lines.len()).filter(|n| kept[*n] && !needed[*n]).collect();
            let money = |n: &usize| best.x[lines[*n].column] - lines[*n].locked;
            may_go.sort_by(|a, b| money(a).total_cmp(&money(b)).then(a.cmp(b)));
            if may_go.is_empty() {
                break;
            }
            let idle = may_go.iter().filter(|n| !is_funded(&lines[**n], &best.x)).count();
            batch = batch.min(may_go.len().div_ceil(2)).max(idle).max(1);
            let mut fewer = kept.clone();
            may_go[..batch].iter().for_each(|n| fewer[*n] = false);
            match self.most_on(&fewer, aim, false)? {
                Verdict::Enough(found) => {
                    (best, kept) = (found, fewer);
                    thinned.push(kept.clone());
                    batch *= 2;
                }
                Verdict::TooLittle | Verdict::Unknown if batch == 1 => {
                    needed[may_go[0]] = true;
                    misses += 1;
                }
                Verdict::TooLittle | Verdict::Unknown => batch = batch.div_ceil(2).min(batch - 1),
            }
        }
        // Without whole numbers the decisions at hand are good; better ones on the same lines take some more visits.
        let good = !self.has_integers && self.accept(best, &kept)?;
        self.work = 0.0;
        if good {
            self.settle(&kept)?;
            return Ok(());
        }
        self.settle_fewest(&thinned)
    }

    /// Tries the fewest of ever fewer lines that whole amounts are worth enough on: half of what is open at a time.
    fn settle_fewest(&mut self, thinned: &[Vec<bool>]) -> Result<(), DecompositionError> {
        let count = |kept: &[bool]| kept.iter().filter(|kept| **kept).count();
        let (mut good, mut bad) = (0, thinned.len());
        let mut next = thinned.len().checked_sub(1);
        while let Some(at) = next {
            if count(&thinned[at]) >= self.known.lines || !self.going() {
                break;
            }
            if self.settle(&thinned[at])? {
                good = at + 1;
            } else {
                bad = at;
            }
            next = (good < bad).then(|| (good + bad).div_euclid(2));
        }
        Ok(())
    }
}
