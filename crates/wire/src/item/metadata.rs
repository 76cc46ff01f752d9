//! [`ItemMetadata`]: labels that clients attach to items.

use crate::{Extra, Wire};

/// Labels of an item. Codex attaches them; the service returns them and passes them to the model's
/// conversation. The client may add any other member.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ItemMetadata {
    /// Id of the turn that the item belongs to.
    pub turn_id: Option<String>,
    /// Kinds of the parts in the item's content, in their order.
    pub content_item_kinds: Option<Vec<String>>,
    /// Time at which the item was created, in seconds since 1970-01-01 UTC.
    pub create_time: Option<f64>,
    /// Members without a typed field; any are allowed.
    pub extra: Extra,
}

impl ItemMetadata {
    /// Creates labels with the id of a turn.
    #[must_use]
    pub fn turn(turn_id: impl Into<String>) -> Self {
        Self {
            turn_id: Some(turn_id.into()),
            ..Self::default()
        }
    }
}
