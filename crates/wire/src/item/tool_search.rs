//! Searches for deferred tools.

use crate::item::{ItemMetadata, ItemStatus};
use crate::tool::{Tool, ToolSearchExecution};
use crate::{Extra, Raw, Wire};

/// Search of the model for deferred tools.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "tool_search_call")]
pub struct ToolSearchCall {
    /// Id of the item, such as `tsc_01`.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Id that links the call to its output; `None` if the service runs the search.
    #[wire(nullable)]
    pub call_id: Option<String>,
    /// Executor of the search.
    pub execution: Option<ToolSearchExecution>,
    /// Arguments of the search, in the form that the tool's schema defines.
    pub arguments: Option<Raw>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Result of a search for deferred tools.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "tool_search_output")]
pub struct ToolSearchOutput {
    /// Id of the item, such as `tso_01`.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Id of the call that this output belongs to; `None` if the service ran the search.
    #[wire(nullable)]
    pub call_id: Option<String>,
    /// Executor of the search.
    pub execution: Option<ToolSearchExecution>,
    /// Tools that were found, of any kind. They are available from this point of the conversation
    /// on.
    #[wire(open)]
    pub tools: Vec<Tool>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}
