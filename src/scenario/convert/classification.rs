//! The entries of interventions in the budget's classification meet the sources: names become ids, and no level comes twice.

use super::super::chain::ChainDraft;
use super::super::classification::{LineCodeDraft, check_against};
use super::super::named::Named;
use super::draft::Converter;
use crate::model::{ChainId, Intervention, LineCode, Source, SourceId};

/// True if `source` may pay for an intervention of a chain, wherever that is.
fn may_pay(source: &Source, intervention: &Intervention, chain: ChainId) -> bool {
    let of = &source.eligible;
    of.types.as_ref().is_none_or(|types| types.contains(&intervention.facility))
        && of.support.as_ref().is_none_or(|list| list.contains(&intervention.support))
        && of.chains.as_ref().is_none_or(|chains| chains.contains(&chain))
}

impl Converter<'_> {
    /// Gives the interventions of a chain their entries.
    pub(super) fn settle_codes(&mut self, id: ChainId, draft: &mut ChainDraft, sources: &[Source]) {
        for (intervention, codes) in draft.chain.interventions.iter_mut().zip(&draft.codes) {
            for code in codes {
                for source in sources.iter().filter(|source| may_pay(source, intervention, id)) {
                    check_against(code, source, self.faults);
                }
            }
            intervention.codes = codes.iter().map(|code| self.settled(code, sources)).collect();
        }
    }

    /// An entry with the ids of the sources that it names.
    fn settled(&mut self, draft: &LineCodeDraft, sources: &[Source]) -> LineCode {
        let known: Vec<&str> = sources.iter().map(|source| source.key.as_str()).collect();
        let mut ids = |names: &Vec<(String, _)>| {
            let mut ids = Vec::new();
            for (name, place) in names {
                match known.iter().position(|key| key == name) {
                    Some(source) => ids.push(SourceId::new(source)),
                    None => self.faults.unknown(place, Named::Source, name, &known),
                }
            }
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        LineCode { code: draft.code.clone(), sources: draft.sources.as_ref().map(&mut ids) }
    }
}
