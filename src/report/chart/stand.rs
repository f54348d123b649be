//! The layers of a chain and the boxes in them.

use crate::report::language::Text;

/// A layer of boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// What its boxes have in common.
    pub name: Text,
    /// Its boxes from the left.
    pub boxes: Vec<Box>,
}

/// A box of a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Box {
    /// What it is.
    pub name: Text,
    /// What holds it back most, if anything.
    pub held_by: Option<Text>,
    /// Share of the time without and with the plan in which that was so.
    pub shares: [f64; 2],
}
