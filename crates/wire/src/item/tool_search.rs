//! Searches for tools that were not loaded at first.

use crate::item::ItemStatus;
use crate::{Extra, Raw, Tool, UnknownValue, Wire};

/// The model searches for tools that were not loaded at first.
///
/// Stands for `OutputToolSearchCallItem` and `ToolSearchCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "tool_search_call")]
pub struct ToolSearchCall {
    /// The item's id, such as `tsc_01`.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// What the output must name to be matched with this call; `null` where the service itself
    /// searches.
    #[wire(nullable)]
    pub call_id: Option<String>,
    /// Who searches.
    pub execution: Option<ToolSearchExecution>,
    /// What is searched for, in the form that the tool's own schema gives it.
    pub arguments: Option<Raw>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The tools that were found. Stands for `ToolSearchOutputItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "tool_search_output")]
pub struct ToolSearchOutput {
    /// The item's id, such as `tso_01`.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// The call that this answers; `null` where the service itself searched.
    #[wire(nullable)]
    pub call_id: Option<String>,
    /// Who searched.
    pub execution: Option<ToolSearchExecution>,
    /// The tools, which are available from here on. Any kind is allowed here.
    #[wire(open)]
    pub tools: Vec<Tool>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Who searches for tools.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolSearchExecution {
    /// The service.
    Server,
    /// The caller.
    Client,
    /// Somebody that this version does not know.
    Unknown(UnknownValue),
}
