//! Conversations made shorter by the provider.

use crate::{Extra, Wire};

/// A conversation so far, made shorter, in a form only the provider reads; it takes the place of
/// the items before it. The specification allows any other member too. Stands for
/// `CompactionItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "compaction")]
pub struct Compaction {
    /// The item's id, such as `cmp_01`.
    pub id: Option<String>,
    /// The shortened conversation.
    pub encrypted_content: String,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// A compaction of the context that the provider made on its own. The specification allows any
/// other member too. Stands for `ContextCompactionItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "context_compaction")]
pub struct ContextCompaction {
    /// The item's id.
    pub id: Option<String>,
    /// The shortened context.
    pub encrypted_content: Option<String>,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// Asks the provider to compact here.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "compaction_trigger")]
pub struct CompactionTrigger {
    /// The item's id.
    pub id: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}
