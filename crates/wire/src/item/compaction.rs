//! Compacted conversations.

use crate::item::ItemMetadata;
use crate::{Extra, Wire};

/// Compacted conversation in encrypted form, which replaces the items before it. Only the provider
/// can read it. The schema allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "compaction")]
pub struct Compaction {
    /// Id of the item, such as `cmp_01`.
    pub id: Option<String>,
    /// Encrypted summary of the conversation.
    pub encrypted_content: String,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Compaction of the context that the provider started. The schema allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "context_compaction")]
pub struct ContextCompaction {
    /// Id of the item.
    pub id: Option<String>,
    /// Encrypted summary of the context.
    pub encrypted_content: Option<String>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Request to the provider to compact the conversation at this point.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "compaction_trigger")]
pub struct CompactionTrigger {
    /// Id of the item.
    pub id: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}
