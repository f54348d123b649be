//! Order statistics at a few ranks, without sorting: one pass puts each value into a bin, and only the values of the bins
//! that hold a rank asked for are looked at again.

use super::bins::{Outline, bins_of};

/// Fewer values are simply sorted.
const WORTH_BINNING: usize = 64;
/// More values in a bin than this are sorted by parts.
const CROWD: usize = 24;
/// Bins at most, so that a bin's number has 16 bits.
const BINS: usize = 1 << 16;

/// Memory to bin values in: asking the system for it for every row costs more than the binning. What it holds between
/// two uses does not matter.
#[derive(Debug, Default)]
pub struct Room {
    places: Vec<u16>,
    /// \[bin\]: how many values; later where the next one goes among those found.
    counts: Vec<u32>,
    /// \[bin\]: 1 if it holds a rank that is asked for, else 0.
    wanted: Vec<u8>,
    /// Values of such bins, in the order of the values.
    found: Vec<f64>,
    /// The same, bin after bin and ascending within each.
    sorted: Vec<f64>,
    /// \[rank asked for\]: where it stands among those.
    stands: Vec<usize>,
    /// True if a bin holds too many values to be sorted one by one.
    crowded: bool,
}

impl Room {
    /// Puts into `at` the values that `values`, sorted, would have at `ranks` (from 0, ascending, below their number).
    /// `outline` is that of the values.
    pub fn order_statistics(
        &mut self,
        values: &[f64],
        outline: &Outline,
        ranks: &[usize],
        at: &mut Vec<f64>,
    ) {
        at.clear();
        let bins = values.len().min(BINS);
        let scale = bins as f64 / (outline.high - outline.low);
        // Few values, values without spread, or no numbers: plain sorting.
        if values.len() < WORTH_BINNING || !scale.is_finite() || !outline.numbers {
            self.sorted.clear();
            self.sorted.extend_from_slice(values);
            self.sorted.sort_unstable_by(f64::total_cmp);
            at.extend(ranks.iter().map(|rank| self.sorted[*rank]));
            return;
        }
        // Count by bin, mark the bins that hold a rank, and sort only their values.
        self.bin(values, outline.low, scale, bins);
        self.mark(ranks);
        self.collect(values);
        self.sort(outline.low, scale, bins);
        at.extend(self.stands.iter().map(|place| self.sorted[*place]));
    }

    /// The bin of every value, and how many each has.
    fn bin(&mut self, values: &[f64], low: f64, scale: f64, bins: usize) {
        let Self { places, counts, wanted, .. } = self;
        places.resize(values.len(), 0);
        bins_of(values, low, scale, (bins - 1) as u16, places);
        // As many as a bin's number can say: no number is out of bounds then, and the compiler sees it.
        counts.resize(BINS, 0);
        wanted.resize(BINS, 0);
        counts[..bins].fill(0);
        wanted[..bins].fill(0);
        if let Some(counts) = counts.first_chunk_mut::<BINS>() {
            for place in places.iter() {
                counts[usize::from(*place)] += 1;
            }
        }
    }

    /// Marks the bins that hold a rank, and says where its value will stand among those found.
    fn mark(&mut self, ranks: &[usize]) {
        let Self { counts, wanted, stands, crowded, .. } = self;
        stands.clear();
        *crowded = false;
        let (mut before, mut found, mut bin) = (0, 0, 0);
        let mut left = ranks.iter().copied().peekable();
        while let Some(rank) = left.peek().copied() {
            // Skip bins that end below the rank.
            while before + counts[bin] as usize <= rank {
                before += counts[bin] as usize;
                bin += 1;
            }
            let count = counts[bin] as usize;
            // All ranks of this bin.
            while let Some(rank) = left.next_if(|rank| *rank < before + count) {
                stands.push(found + rank - before);
            }
            wanted[bin] = 1;
            *crowded |= count > CROWD;
            // From here on the count says where the bin's next value goes.
            counts[bin] = found as u32;
            found += count;
            before += count;
            bin += 1;
        }
        self.sorted.resize(found, 0.0);
    }

    /// Finds the values of marked bins.
    fn collect(&mut self, values: &[f64]) {
        let Self { places, wanted, found, sorted, .. } = self;
        // One more than there are, since a value that is not wanted is written too and then written over.
        found.resize(sorted.len() + 1, 0.0);
        let mut n = 0;
        if let Some(wanted) = wanted.first_chunk::<BINS>() {
            for (value, place) in values.iter().zip(places.iter()) {
                found[n] = *value;
                n += usize::from(wanted[usize::from(*place)]);
            }
        }
        found.truncate(n);
    }

    /// Puts what was found into order.
    fn sort(&mut self, low: f64, scale: f64, bins: usize) {
        let Self { places, counts, found, sorted, .. } = self;
        let places = &mut places[..found.len()];
        bins_of(found, low, scale, (bins - 1) as u16, places);
        // Counting sort by bin.
        for (value, place) in found.iter().zip(places.iter()) {
            let next = &mut counts[usize::from(*place)];
            sorted[*next as usize] = *value;
            *next += 1;
        }
        if self.crowded {
            sorted.sort_unstable_by(f64::total_cmp);
            return;
        }
        // Bins stand in their order, so what is out of place is so within its bin: a few values.
        for i in 1..sorted.len() {
            let mut j = i;
            while j > 0 && sorted[j - 1] > sorted[j] {
                sorted.swap(j - 1, j);
                j -= 1;
            }
        }
    }
}
