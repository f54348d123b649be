//! The groups of uncertain numbers whose part in the variance is asked for: independent of one another, each as fine as is wanted.

use std::collections::BTreeMap;

use crate::model::Model;
use crate::sampling::Place;

/// Groups up to which the finest grouping is taken by default.
pub const MOST: usize = 128;

/// How finely numbers are told apart that load on no factor. Those that do always go with all that load on the same factors: only
/// such a group is independent of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grouping {
    /// Each number by itself.
    Number,
    /// Numbers of one item together, whatever the place: `price/ekspor`.
    Item,
    /// Numbers of one kind together: `price`.
    Kind,
}

impl Grouping {
    /// All, the finest first.
    pub const ALL: [Grouping; 3] = [Grouping::Number, Grouping::Item, Grouping::Kind];

    /// Its word.
    pub fn key(self) -> &'static str {
        match self {
            Grouping::Number => "number",
            Grouping::Item => "item",
            Grouping::Kind => "kind",
        }
    }

    /// The grouping of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.key() == word)
    }

    /// The finest that makes at most [`MOST`] groups of the numbers of `model`; else the coarsest.
    pub fn fitting(model: &Model) -> Self {
        let fits = |own: &Grouping| groups(model, *own).len() <= MOST;
        Self::ALL.into_iter().find(fits).unwrap_or(Grouping::Kind)
    }
}

/// A group of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name: that of the number, of the item or kind, or of the factors that it shares.
    pub name: String,
    /// Its factors, by number in the model.
    pub factors: Vec<usize>,
    /// Its numbers, by number in the model.
    pub numbers: Vec<usize>,
}

impl Group {
    /// Everything that is drawn of it.
    pub fn places(&self) -> Vec<Place> {
        let factors = self.factors.iter().map(|f| Place::Factor(*f));
        factors.chain(self.numbers.iter().map(|p| Place::Parameter(*p))).collect()
    }
}

/// The item of a number by its stable name: what is left without the place.
fn item(name: &str) -> &str {
    if let Some(event) = name.strip_prefix("event/") {
        let end = event.find('@').unwrap_or(event.len());
        return &name[.."event/".len() + end];
    }
    let mut left = name;
    // A region's numbers name the chain as well.
    for _ in 0..if name.starts_with("region:") { 2 } else { 1 } {
        left = left.split_once('/').map_or(left, |(_, rest)| rest);
    }
    left
}

/// The groups of the numbers of `model`: first those of factors, then the others by name. Numbers and factors that nothing varies
/// with are in none.
pub fn groups(model: &Model, by: Grouping) -> Vec<Group> {
    // Factors on which one number loads belong together: the first of them stands for all.
    let mut first: Vec<usize> = (0..model.factors.len()).collect();
    let root = |first: &[usize], mut f: usize| {
        while first[f] != f {
            f = first[f];
        }
        f
    };
    for parameter in &model.parameters {
        for pair in parameter.loadings.windows(2) {
            let (a, b) = (root(&first, pair[0].0.index()), root(&first, pair[1].0.index()));
            let (low, high) = (a.min(b), a.max(b));
            first[high] = low;
        }
    }
    let mut shared: BTreeMap<usize, Group> = BTreeMap::new();
    let mut alone: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (p, parameter) in model.parameters.iter().enumerate() {
        match parameter.loadings.first() {
            Some((factor, _)) => {
                let own = root(&first, factor.index());
                let none = || Group { name: String::new(), factors: Vec::new(), numbers: Vec::new() };
                shared.entry(own).or_insert_with(none).numbers.push(p);
            }
            None => {
                let name = parameter.name.as_str();
                let key = match by {
                    Grouping::Number => name,
                    Grouping::Item => item(name),
                    Grouping::Kind => item(name).split('/').next().unwrap_or(name),
                };
                alone.entry(key).or_default().push(p);
            }
        }
    }
    for f in 0..model.factors.len() {
        if let Some(group) = shared.get_mut(&root(&first, f)) {
            group.factors.push(f);
        }
    }
    let named = shared.into_values().map(|group| {
        let names: Vec<&str> = group.factors.iter().map(|f| model.factors[*f].name.as_str()).collect();
        Group { name: names.join(" + "), ..group }
    });
    let others = alone.into_iter().map(|(name, numbers)| Group {
        name: name.to_string(),
        factors: Vec::new(),
        numbers,
    });
    named.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_names_without_their_place() {
        assert_eq!(item("cilongok/price/ekspor"), "price/ekspor");
        assert_eq!(item("region:Banyumas barat/gula/price/ekspor"), "price/ekspor");
        assert_eq!(item("chain:gula/wage"), "wage");
        assert_eq!(item("event/banjir@cluster:cilongok"), "event/banjir");
        assert_eq!(item("event/banjir"), "event/banjir");
    }
}
