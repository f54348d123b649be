//! Reads what the economy sees besides the enterprises: indicators, markets and shadow prices.

use super::super::alike::Alike;
use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::{BetterWord, CertainFile, IndicatorFile, MarketFile, NumberFile, ScenarioFile};
use super::super::named::Named;
use super::super::number::{Range, Stated, Unit};
use super::super::phrase;
use super::super::policy::PolicyReader;
use super::super::shape::is_key;
use super::draft::{ClusterDraft, Context, Converter, MarketDraft};
use crate::language::text;
use crate::model::{
    ChainId, Conversion, Indicator, Market, Metric, ModelParts, ParameterId, ProcessId, Scope, ShadowPrices,
};
use crate::units::MoneyUnit;

/// Words that results use for what they measure, besides metrics.
const MEASURES: [&str; 6] = ["made", "sold", "sales", "used", "displaced", "indicator"];

/// Largest shadow wage ratio: work is hardly worth more than twice its wage.
const LARGEST_WAGE_RATIO: f64 = 2.0;

/// Largest conversion factor.
const LARGEST_FACTOR: f64 = 10.0;

/// The indicators of `scenario.toml`.
pub(super) fn indicators(file: &ScenarioFile, document: &Document, faults: &mut Faults) -> Vec<Indicator> {
    let mut alike = Alike::default();
    let mut read = |(key, file): (&String, &IndicatorFile)| {
        let path = format!("indicators.{key}");
        let place = document.place(&path);
        alike.tell(Named::Indicator, key, &place, faults);
        if !is_key(key) {
            faults.expected(&place, phrase::the_name(key), phrase::shape_of_keys());
        } else if Metric::parse(key).is_some() || MEASURES.contains(&key.as_str()) {
            faults.help(
                &place,
                text!(
                    en: "the name '{key}' is that of something else that results measure",
                    id: "nama '{key}' sudah dipakai untuk ukuran lain dalam hasil",
                ),
                text!(en: "choose another name", id: "pilih nama lain"),
            );
        }
        let unit = file.unit.trim();
        if unit.is_empty() {
            faults.help(
                &document.place(&format!("{path}.unit")),
                text!(en: "indicator '{key}' has no unit", id: "indikator '{key}' tidak memiliki satuan"),
                text!(
                    en: "state what is counted, such as 'kg' or 'person-day'",
                    id: "nyatakan apa yang dihitung, misalnya 'kg' atau 'person-day'",
                ),
            );
        }
        let is_money = MoneyUnit::parse(unit).is_some();
        Indicator {
            key: key.clone(),
            title: file.title.title(),
            unit: if is_money { "Rp".to_string() } else { unit.to_string() },
            is_money,
            more_is_better: file.better.0 == BetterWord::More,
        }
    };
    file.indicators.iter().map(&mut read).collect()
}

/// The processes of all chains that could be read, as CHAIN/PROCESS, with their units.
fn processes<'a>(
    context: &Context<'a>,
    wanted: impl Fn(&crate::model::Process) -> bool,
) -> Vec<(String, (ChainId, ProcessId), &'a str)> {
    let mut known = Vec::new();
    for (h, chain) in context.chains.iter().enumerate() {
        let Some(draft) = chain else { continue };
        for (p, process) in draft.chain.processes.iter().enumerate().filter(|(_, process)| wanted(process)) {
            let name = format!("{}/{}", draft.key, process.key);
            known.push((name, (ChainId::new(h), ProcessId::new(p)), process.unit.as_str()));
        }
    }
    known
}

impl Converter<'_> {
    /// Reads one market, with its faults noted; `None` where nobody knows what sells into it.
    pub(super) fn market(
        &mut self,
        key: &str,
        file: &MarketFile,
        context: &Context<'_>,
    ) -> Option<MarketDraft> {
        let path = format!("markets.{key}");
        let place = context.document.place(&path);
        if !is_key(key) {
            self.faults.expected(&place, phrase::the_name(key), phrase::shape_of_keys());
        }
        // Its channels; a name is unknown only where every chain could be read.
        let known = processes(context, |process| process.is_channel);
        let readable = context.chains.iter().all(Option::is_some);
        let mut channels: Vec<(ChainId, ProcessId)> = Vec::new();
        let mut units: Vec<&str> = Vec::new();
        for (number, name) in file.channels.iter().enumerate() {
            let place = context.document.place(&format!("{path}.channels[{number}]"));
            let Some((_, id, unit)) = known.iter().find(|(known, ..)| known == name) else {
                if readable {
                    let names: Vec<&String> = known.iter().map(|(name, ..)| name).collect();
                    self.faults.unknown(&place, Named::Channel, name, &names);
                }
                continue;
            };
            self.check_in_one_market(name, *id, &channels, key, &place);
            channels.push(*id);
            units.push(unit);
        }
        if file.channels.is_empty() {
            self.faults.help(
                &context.document.place(&format!("{path}.channels")),
                text!(en: "nothing is sold into the market", id: "tidak ada yang dijual ke pasar ini"),
                text!(
                    en: "list its channels as CHAIN/CHANNEL, or leave the market out",
                    id: "daftarkan salurannya sebagai RANTAI/SALURAN, atau hapus pasar ini",
                ),
            );
        }
        // One price is stated for all channels, so they must have one unit.
        channels.sort_unstable();
        units.sort_unstable();
        units.dedup();
        let unit = match units.as_slice() {
            [] => None,
            [unit] => Some(Unit::Money(Some((*unit).to_string()))),
            several => {
                let found = text!(
                    en: "the channels of the market have several units: {units}",
                    id: "saluran-saluran pasar ini memiliki beberapa satuan: {units}",
                    units = several.join(", "),
                );
                let expected = text!(en: "one unit in all its channels", id: "satu satuan yang sama di semua salurannya");
                self.faults.expected(&context.document.place(&format!("{path}.channels")), found, expected);
                None
            }
        };
        // The numbers, whose faults are told even where the market has no channel.
        let reference_price = self.number_of_market(
            &file.reference_price,
            &format!("{path}.reference_price"),
            (unit, Range::NonNegative),
            &channels,
            context,
        );
        let displacement = self.number_of_market(
            &file.displacement,
            &format!("{path}.displacement"),
            (Some(Unit::Share), Range::Share),
            &channels,
            context,
        );
        let draft = MarketDraft {
            key: key.to_string(),
            title: file.title.title(),
            channels,
            reference_price,
            displacement,
        };
        (!draft.channels.is_empty()).then_some(draft)
    }

    /// A channel sells into one market at most, and is listed there once.
    fn check_in_one_market(
        &mut self,
        name: &str,
        id: (ChainId, ProcessId),
        channels: &[(ChainId, ProcessId)],
        market: &str,
        place: &Place,
    ) {
        let other = self.markets.iter().find(|other| other.channels.contains(&id));
        let first = other.map(|other| other.key.as_str()).or(channels.contains(&id).then_some(market));
        if let Some(first) = first {
            let found = text!(
                en: "channel '{name}' sells into market '{first}' already",
                id: "saluran '{name}' sudah menjual ke pasar '{first}'",
            );
            self.faults.help(place, found, phrase::keep_one());
        }
    }

    /// A number of a market, one for all its channels; its unit is not checked where nobody knows it.
    fn number_of_market(
        &mut self,
        number: &NumberFile,
        path: &str,
        expected: (Option<Unit>, Range),
        channels: &[(ChainId, ProcessId)],
        context: &Context<'_>,
    ) -> Stated {
        let for_all = text!(
            en: "a number of a market is one for all its channels",
            id: "bilangan suatu pasar berlaku sama untuk semua salurannya",
        );
        let stated = self.number_for_all(number, path, for_all, context);
        let one_chain = channels.windows(2).all(|pair| pair[0].0 == pair[1].0);
        for (name, _) in &stated.loadings {
            let Some(factor) = self.factors.get(name) else { continue };
            let torn = factor.scope == Scope::Region || (factor.scope == Scope::Chain && !one_chain);
            if torn {
                self.faults.help(
                    &stated.place,
                    text!(
                        en: "factor '{name}' is not one for the whole market",
                        id: "faktor '{name}' tidak sama untuk seluruh pasar",
                    ),
                    text!(en: "load on a factor whose scope is all", id: "pakai faktor dengan scope = \"all\""),
                );
            }
        }
        let own = Unit::Exactly(stated.provenance.unit.clone().unwrap_or_default());
        stated.checked(&expected.0.unwrap_or(own), expected.1, context.rules, self.faults)
    }

    /// Warns of routes on which enterprises earn and the objective does not.
    pub(super) fn warn_of_idled(&mut self, model: &ModelParts, clusters: &[ClusterDraft]) {
        let idled = model.idled(model.objective);
        for (c, cluster) in model.clusters.iter().enumerate() {
            let own = idled.iter().filter(|idled| idled.cluster.index() == c);
            let routes: Vec<&str> =
                own.map(|idled| cluster.routes.channel[idled.route].name.as_str()).collect();
            if routes.is_empty() {
                continue;
            }
            let found = text!(
                en: "cluster '{cluster}': enterprises earn on these routes, but {metric} does not: {routes}",
                id: "klaster '{cluster}': usaha memperoleh margin pada jalur berikut, tetapi {metric} tidak: {routes}",
                cluster = cluster.key,
                metric = model.objective.key(),
                routes = routes.join("; "),
            );
            let help = text!(
                en: "a plan's program would idle them though enterprises run them, so the gain that it states there is an upper estimate",
                id: "model optimasi akan menghentikannya meskipun usaha menjalankannya, sehingga tambahan yang dinyatakannya di sana adalah taksiran atas",
            );
            self.faults.warn(&clusters[c].place, found, Some(help));
        }
    }

    /// The markets of the model, with provisional parameter ids.
    pub(super) fn settled_markets(&mut self, chains: &[String]) -> Vec<Market> {
        let drafts = std::mem::take(&mut self.markets);
        let of = |draft: MarketDraft| {
            let chain = draft.channels.first().map_or("", |(chain, _)| chains[chain.index()].as_str());
            let name = |what: &str| format!("market:{}/{what}", draft.key);
            Market {
                reference_price: self.named(&draft.reference_price, name("reference_price"), "", chain),
                displacement: self.named(&draft.displacement, name("displacement"), "", chain),
                key: draft.key,
                title: draft.title,
                channels: draft.channels,
            }
        };
        drafts.into_iter().map(of).collect()
    }

    /// Reads the shadow prices.
    pub(super) fn shadow_prices(
        &mut self,
        file: &ScenarioFile,
        context: &Context<'_>,
    ) -> Option<ShadowPrices> {
        let stated = file.shadow_prices.as_ref()?;
        let mut numbers = std::mem::take(&mut self.numbers);
        let mut policy = PolicyReader {
            document: context.document,
            rules: context.rules,
            faults: self.faults,
            numbers: &mut numbers,
        };
        let ratio = Unit::Exactly("multiplier".to_string());
        let wage_ratio =
            policy.between(&stated.wage_ratio, "shadow_prices.wage_ratio", &ratio, 0.0, LARGEST_WAGE_RATIO);
        let mut factor = |number: &CertainFile, path: &str| {
            policy.between(number, &format!("shadow_prices.{path}"), &ratio, 0.0, LARGEST_FACTOR)
        };
        let conversion = Conversion {
            price: stated.prices.as_ref().map_or(1.0, |number| factor(number, "prices")),
            cost: stated.costs.as_ref().map_or(1.0, |number| factor(number, "costs")),
        };
        let prices: Vec<f64> =
            stated.price_of.iter().map(|(key, number)| factor(number, &format!("price_of.{key}"))).collect();
        let costs: Vec<f64> =
            stated.cost_of.iter().map(|(key, number)| factor(number, &format!("cost_of.{key}"))).collect();
        self.numbers = numbers;
        let channels = self.named_processes("price_of", stated.price_of.keys(), context);
        let bought = self.named_processes("cost_of", stated.cost_of.keys(), context);
        let mut own: Vec<(ChainId, ProcessId, Conversion)> = Vec::new();
        for (chain, process) in channels.iter().chain(&bought).flatten() {
            let of = |list: &[Option<(ChainId, ProcessId)>], factors: &[f64], default: f64| {
                let place = list.iter().position(|id| *id == Some((*chain, *process)));
                place.map_or(default, |place| factors[place])
            };
            let price = of(&channels, &prices, conversion.price);
            let cost = of(&bought, &costs, conversion.cost);
            own.push((*chain, *process, Conversion { price, cost }));
        }
        own.sort_by_key(|(chain, process, _)| (*chain, *process));
        own.dedup_by_key(|(chain, process, _)| (*chain, *process));
        Some(ShadowPrices { wage_ratio, conversion, own })
    }

    /// The processes that the keys of a table of conversion factors name; prices are those of channels.
    fn named_processes<'k>(
        &mut self,
        table: &str,
        keys: impl Iterator<Item = &'k String>,
        context: &Context<'_>,
    ) -> Vec<Option<(ChainId, ProcessId)>> {
        let of_channels = table == "price_of";
        let known = processes(context, |process| process.is_channel || !of_channels);
        let readable = context.chains.iter().all(Option::is_some);
        let kind = if of_channels { Named::Channel } else { Named::Process };
        let mut find = |key: &String| {
            let found = known.iter().find(|(name, ..)| name == key).map(|(_, id, _)| *id);
            if found.is_none() && readable {
                let names: Vec<&String> = known.iter().map(|(name, ..)| name).collect();
                let place = context.document.place(&format!("shadow_prices.{table}.{key}"));
                self.faults.unknown(&place, kind, key, &names);
            }
            found
        };
        keys.map(&mut find).collect()
    }
}

/// Replaces provisional parameter ids by final ones.
pub(super) fn settle_market(market: &mut Market, ids: &[ParameterId]) {
    for number in [&mut market.reference_price, &mut market.displacement] {
        if let crate::model::Number::Uncertain(id) = number {
            *id = ids[id.index()];
        }
    }
}

/// Checks that shadow prices have wages to speak of, and that the objective has what it needs.
pub(super) fn check(document: &Document, model: &ModelParts, faults: &mut Faults) {
    if model.objective == Metric::Economic && model.shadow_prices.is_none() {
        faults.help(
            &document.place("objective.metric"),
            text!(
                en: "the objective is economic, but the scenario states no shadow prices",
                id: "tujuannya economic, tetapi skenario ini tidak menyatakan harga bayangan",
            ),
            text!(
                en: "state [shadow_prices] with a wage_ratio, or choose value_added",
                id: "nyatakan [shadow_prices] dengan wage_ratio, atau pilih value_added",
            ),
        );
    }
    if model.shadow_prices.is_none() {
        return;
    }
    let most = |number| model.support(number).1;
    let unpaid = |cluster: &&crate::model::Cluster| {
        most(cluster.wage) <= 0.0 && cluster.processes.iter().any(|process| most(process.labour) > 0.0)
    };
    if let Some(cluster) = model.clusters.iter().find(unpaid) {
        faults.help(
            &document.place("shadow_prices.wage_ratio"),
            text!(
                en: "a shadow wage is stated as a share of the wage, which is 0 in cluster '{cluster}'",
                id: "upah bayangan dinyatakan sebagai bagian dari upah, padahal upah di klaster '{cluster}' adalah 0",
                cluster = cluster.key,
            ),
            text!(
                en: "state the wage that is paid there, or leave [shadow_prices] out",
                id: "nyatakan upah yang dibayar di sana, atau hapus [shadow_prices]",
            ),
        );
    }
}
