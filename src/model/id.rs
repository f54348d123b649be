//! Typed indices: a process index can never be used where a commodity index is meant.
//!
//! Process, commodity, capacity and intervention ids count within one chain; the others count within the model.
//! Every collection is in canonical order (sorted by name), so that ids do not depend on the order of input rows.

macro_rules! define_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The id of position `index`.
            ///
            /// # Panics
            /// Never for a loaded scenario: files are limited to far fewer than 2^32 entries.
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("fewer than 2^32 entries"))
            }

            /// The position this id stands for.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

define_id! {
    /// A product chain of the model.
    ChainId,
    /// A cluster of the model.
    ClusterId,
    /// A funding source of the model.
    SourceId,
    /// A factor with its scope instance, such as rain in one region.
    FactorId,
    /// A capacity that clusters share.
    PoolId,
    /// An indicator of the model.
    IndicatorId,
    /// An uncertain number with its scope instance.
    ParameterId,
    /// A commodity of a chain.
    CommodityId,
    /// A process of a chain.
    ProcessId,
    /// A capacity of a chain.
    CapacityId,
    /// An intervention of a chain.
    InterventionId,
}
