//! A menu as people read it: how little and how much everything can get in plans that are nearly as good as the best, and what swaps cost.

use super::language::Text;
use super::page::{Cell, Page, Section, Table, both, titled, words};
use super::summary;
use crate::language::text;
use crate::model::{Metric, Model};
use crate::study::MenuStudy;
use crate::study::group::Kind;
use crate::study::menu::{CLOSE, Entry, Reading, SwapResult};

/// Groups of a kind that a page lists at most; `menu.csv` has them all.
const LISTED: usize = 60;

/// The page of a menu.
pub fn page(model: &Model, study: &MenuStudy) -> Page {
    let mut page = Page::new(summary::title(model));
    let metric = study.settings.planning.metric;
    let share = both(|lang| lang.percent(study.settings.within));
    let (named, best, bound) = (
        both(|lang| lang.metric(model, metric)),
        both(|lang| lang.amount(metric, study.best.objective)),
        both(|lang| lang.amount(metric, study.best.bound)),
    );
    page.lead.push(text!(
        en: "The best plan adds {best} to {named} on the planning samples (at most {bound}, proven). Plans of this menu give up no more than {share} of it.",
        id: "Rencana terbaik menambah {named} sebesar {best} pada sampel perencanaan (paling banyak {bound}, terbukti). Rencana dalam menu ini melepas paling banyak {share} darinya.",
        best, named, bound, share,
    ));
    page.lead.extend(warning(model, study, metric));
    if !study.in_time {
        page.lead.push(words(
            "Time ended the search: amounts not looked at stand as in the best plan, their proven ends at what rules alone allow.",
            "Waktu habis: jumlah yang belum diperiksa tetap seperti dalam rencana terbaik, dan ujung terbuktinya sebatas yang diizinkan aturan.",
        ));
    }
    for kind in &study.settings.by {
        page.sections.push(of_kind(study, *kind));
    }
    if !study.swaps.is_empty() {
        page.sections.push(swaps(study, metric));
    }
    page
}

/// What chance in the samples may amount to beside what plans give up.
fn warning(model: &Model, study: &MenuStudy, metric: Metric) -> Option<Text> {
    let gap = study.statistical.as_ref()?;
    let limit = both(|lang| lang.amount(metric, gap.limit));
    Some(if study.below_statistical(model)? {
        text!(
            en: "Warning: on other samples a better plan may gain up to {limit} (95 %), more than these plans give up. The menu says more of the samples than of the policy: plan on more samples, or allow more.",
            id: "Perhatian: pada sampel lain rencana yang lebih baik mungkin unggul sampai {limit} (95%), lebih dari yang dilepas rencana-rencana ini. Menu ini lebih menggambarkan sampelnya daripada kebijakannya: gunakan lebih banyak sampel, atau izinkan lebih banyak.",
            limit,
        )
    } else {
        text!(
            en: "On other samples a better plan may gain up to {limit} (95 %), less than these plans give up.",
            id: "Pada sampel lain rencana yang lebih baik mungkin unggul sampai {limit} (95%), kurang dari yang dilepas rencana-rencana ini.",
            limit,
        )
    })
}

fn of_kind(study: &MenuStudy, kind: Kind) -> Section {
    let heading = match kind {
        Kind::Type => words("By facility type", "Menurut jenis fasilitas"),
        Kind::Cluster => words("By cluster", "Menurut klaster"),
        Kind::Region => words("By region", "Menurut wilayah"),
        Kind::Line | Kind::Named => words("By line", "Menurut lini"),
    };
    let mut section = Section::new(heading);
    let mut table = Table::new(
        vec![
            kind.text(),
            words("best plan", "rencana terbaik"),
            words("least, proven", "paling sedikit, terbukti"),
            words("least, with a plan", "paling sedikit, ada rencananya"),
            words("most, with a plan", "paling banyak, ada rencananya"),
            words("most, proven", "paling banyak, terbukti"),
        ],
        1,
    );
    let own: Vec<&Entry> = study.entries.iter().filter(|entry| entry.group.kind == kind).collect();
    for entry in own.iter().take(LISTED) {
        table.row(vec![
            Cell::Words(titled(&entry.group.title)),
            Cell::Money(entry.now as f64),
            Cell::Money(entry.least.outer),
            Cell::Money(entry.least.inner as f64),
            Cell::Money(entry.most.inner as f64),
            Cell::Money(entry.most.outer),
        ]);
    }
    section.table(table);
    if let Some(more) = own.len().checked_sub(LISTED).filter(|more| *more > 0) {
        section.detail(text!(
            en: "and {more} more in menu.csv",
            id: "dan {more} lagi dalam menu.csv",
        ));
    }
    let must = own.iter().filter(|entry| entry.least.outer > 0.5).count();
    let (may, never) = (
        own.iter().filter(|entry| entry.least.inner == 0 && entry.most.inner > 0).count(),
        own.iter().filter(|entry| entry.most.outer < 0.5).count(),
    );
    section.say(text!(
        en: "In every plan of the menu {must} get something, in none {never}; {may} may get something or nothing.",
        id: "Dalam setiap rencana di menu ini {must} memperoleh sesuatu, {never} tidak pernah; {may} boleh memperoleh atau tidak.",
    ));
    let share = both(|lang| lang.percent(CLOSE));
    section.detail(text!(
        en: "a plan and a proof are brought within {share} of the budget of each other, as far as whole numbers and time allow; menu_plans.csv has every plan",
        id: "rencana dan buktinya didekatkan sampai selisih {share} dari pagu, sejauh bilangan bulat dan waktu mengizinkan; menu_plans.csv memuat setiap rencana",
        share,
    ));
    section
}

fn swaps(study: &MenuStudy, metric: Metric) -> Section {
    let mut section = Section::new(words("What swaps cost", "Harga pertukaran"));
    for own in &study.swaps {
        swap(own, metric, &mut section);
    }
    section
}

fn swap(own: &SwapResult, metric: Metric, section: &mut Section) {
    let money = |rupiah: i64| both(|lang| lang.money(rupiah as f64));
    let (to, from, amount) =
        (titled(&own.swap.to.title), titled(&own.swap.from.title), money(own.swap.amount.0));
    section.say(text!(
        en: "{amount} more for {to} from {from}:",
        id: "{amount} lebih banyak untuk {to} dari {from}:",
        amount, to, from,
    ));
    if own.now[1] < own.swap.amount.0 {
        let has = money(own.now[1]);
        section.detail(text!(
            en: "cannot be: in the best plan {from} have {has} in all",
            id: "tidak mungkin: dalam rencana terbaik {from} memperoleh {has} seluruhnya",
            from, has,
        ));
        return;
    }
    for reading in [Reading::Held, Reading::Replanned] {
        let how = match reading {
            Reading::Held => words("with all else held", "dengan yang lain tetap"),
            Reading::Replanned => words("with all else planned anew", "dengan yang lain direncanakan lagi"),
        };
        let Some(priced) = own.priced.iter().find(|priced| priced.reading == reading) else {
            section.detail(text!(
                en: "{how}: no plan was found that keeps all rules",
                id: "{how}: tidak ditemukan rencana yang memenuhi semua aturan",
                how,
            ));
            continue;
        };
        let amount = |value: f64| both(|lang| lang.amount(metric, value));
        let (price, low, high) = (amount(priced.price), amount(priced.range[0]), amount(priced.range[1]));
        section.detail(text!(
            en: "{how}: forgoes {price} (from {low} to {high}, proven)",
            id: "{how}: melepas {price} ({low} sampai {high}, terbukti)",
            how, price, low, high,
        ));
        if let Some(gain) = priced.simulated {
            let (mean, spread) = (amount(gain.mean), amount(gain.half_width));
            let reverses = both(|lang| lang.percent(priced.reverses));
            section.detail(text!(
                en: "simulated: {mean} ± {spread}; the swap does better in {reverses} of the futures",
                id: "hasil simulasi: {mean} ± {spread}; pertukaran itu lebih baik pada {reverses} dari kemungkinan keadaan",
                mean, spread, reverses,
            ));
        }
    }
}
