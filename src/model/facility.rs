//! The closed lists of the law and of public support: ten facility types, six stages, support kinds, levels, grades.
//!
//! The facility types are those of Government Regulation 7/2021, Article 89 paragraph (6), letters a to j; the stages
//! those of paragraph (3); the support kinds those of paragraph (5).

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal / $id:literal / $en:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The key that files use.
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key),+ }
            }

            /// The name in Indonesian.
            pub fn name_id(self) -> &'static str {
                match self { $($name::$variant => $id),+ }
            }

            /// The name in English.
            pub fn name_en(self) -> &'static str {
                match self { $($name::$variant => $en),+ }
            }

            /// The member that a file's `key` names, if any.
            pub fn parse(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.key() == key)
            }

            /// All keys, in order.
            pub fn keys() -> Vec<&'static str> {
                Self::ALL.iter().map(|member| member.key()).collect()
            }
        }
    };
}

closed_list! {
    /// A facility type of Article 89 paragraph (6), in the order of its letters.
    FacilityType {
        /// (a)
        Land = "land" / "lahan" / "land",
        /// (b)
        Production = "production" / "produksi" / "production",
        /// (c)
        Infrastructure = "infrastructure" / "infrastruktur" / "infrastructure",
        /// (d)
        ValueChain = "value_chain" / "rantai nilai" / "value chain",
        /// (e)
        LegalEntity = "legal_entity" / "pendirian badan hukum" / "legal entity",
        /// (f)
        Certification = "certification" / "sertifikasi dan standardisasi" / "certification and standardisation",
        /// (g)
        Promotion = "promotion" / "promosi" / "promotion",
        /// (h)
        Marketing = "marketing" / "pemasaran" / "marketing",
        /// (i)
        Digitalisation = "digitalisation" / "digitalisasi" / "digitalisation",
        /// (j)
        Research = "research" / "penelitian dan pengembangan" / "research and development",
    }
}

impl FacilityType {
    /// The letter of paragraph (6), `'a'` to `'j'`.
    pub fn letter(self) -> char {
        char::from(b'a' + self as u8)
    }
}

closed_list! {
    /// A step at the cluster, Article 89 paragraph (3).
    Stage {
        /// Establishment and legalisation.
        Legalisation = "legalisation" / "pendirian/legalisasi" / "legalisation",
        /// Financing.
        Financing = "financing" / "pembiayaan" / "financing",
        /// Raw-material supply.
        RawMaterial = "raw_material" / "penyediaan bahan baku" / "raw material",
        /// Production.
        Production = "production" / "produksi" / "production",
        /// Curation: sorting, grading, packing, quality control.
        Curation = "curation" / "kurasi" / "curation",
        /// Marketing, electronic and not.
        Marketing = "marketing" / "pemasaran" / "marketing",
    }
}

closed_list! {
    /// A kind of support, Article 89 paragraph (5).
    Support {
        /// Management.
        Management = "management" / "manajemen" / "management",
        /// Human resources.
        HumanResources = "human_resources" / "sumber daya manusia" / "human resources",
        /// Budget.
        Budget = "budget" / "anggaran" / "budget",
        /// Facilities and infrastructure.
        Facilities = "facilities" / "sarana dan prasarana" / "facilities and infrastructure",
    }
}

closed_list! {
    /// The level of government (or a partner) that a funding source belongs to.
    Level {
        /// Central government.
        Central = "central" / "pusat" / "central",
        /// Province.
        Province = "province" / "provinsi" / "province",
        /// Regency or city.
        Regency = "regency" / "kabupaten/kota" / "regency",
        /// A partner: company, bank, donor.
        Partner = "partner" / "mitra" / "partner",
    }
}

closed_list! {
    /// Grade of the evidence for a number.
    Grade {
        /// Official, peer-reviewed or a meta-analysis.
        A = "A" / "A" / "A",
        /// A thesis, a single-site study, or an official quoted in the press.
        B = "B" / "B" / "B",
        /// Local press or a blog.
        C = "C" / "C" / "C",
        /// Arithmetic on sourced numbers.
        Derived = "derived" / "turunan" / "derived",
        /// Nobody's number but the modeller's: an assumption.
        Assumption = "assumption" / "asumsi" / "assumption",
    }
}

closed_list! {
    /// The costs that a plan's objective subtracts from its benefits.
    Net {
        /// None: the objective is the benefits alone.
        Off = "off" / "tanpa biaya" / "off",
        /// All money is cost.
        Budget = "budget" / "anggaran" / "budget",
        /// The use of resources is cost.
        Economy = "economy" / "perekonomian" / "economy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_follow_paragraph_six() {
        let letters: String = FacilityType::ALL.iter().map(|f| f.letter()).collect();
        assert_eq!(letters, "abcdefghij");
        assert_eq!(FacilityType::parse("research").map(FacilityType::letter), Some('j'));
    }
}
