//! Kinds of items that have events of their own, and the statuses that those events tell.

use super::progress::ItemProgress;
use super::table::StreamEvent;
use crate::item::{
    ApplyPatchCall, CodeInterpreterCall, CustomToolCall, FileSearchCall, FunctionCall,
    ImageGenerationCall, Item, ItemStatus, McpCall, McpListTools, Message, MessageContent,
    OpenRouterFusion, ReasoningItem, Role, ShellCall, ShellCallOutput, WebSearchCall, XSearchCall,
};

/// A kind of item that grows by events of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Message,
    Reasoning,
    FunctionCall,
    CustomToolCall,
    McpCall,
    McpListTools,
    CodeInterpreterCall,
    ApplyPatchCall,
    ShellCall,
    ShellCallOutput,
    WebSearchCall,
    XSearchCall,
    FileSearchCall,
    ImageGenerationCall,
    Fusion,
}

/// A `Progress` event: the item that it is about, and the status that it tells of it.
pub(crate) struct Progress<'a> {
    pub(crate) event: &'a ItemProgress,
    pub(crate) kind: Kind,
    pub(crate) status: ItemStatus,
}

/// A `Progress` event's row of the table: it makes the event.
pub(crate) struct ProgressEvent {
    pub(crate) kind: Kind,
    pub(crate) status: ItemStatus,
    pub(crate) event: fn(ItemProgress) -> StreamEvent,
}

impl Kind {
    pub(crate) fn fits(self, item: &Item) -> bool {
        matches!(
            (self, item),
            (Kind::Message, Item::Message(_))
                | (Kind::Reasoning, Item::Reasoning(_))
                | (Kind::FunctionCall, Item::FunctionCall(_))
                | (Kind::CustomToolCall, Item::CustomToolCall(_))
                | (Kind::McpCall, Item::McpCall(_))
                | (Kind::McpListTools, Item::McpListTools(_))
                | (Kind::CodeInterpreterCall, Item::CodeInterpreterCall(_))
                | (Kind::ApplyPatchCall, Item::ApplyPatchCall(_))
                | (Kind::ShellCall, Item::ShellCall(_))
                | (Kind::ShellCallOutput, Item::ShellCallOutput(_))
                | (Kind::WebSearchCall, Item::WebSearchCall(_))
                | (Kind::XSearchCall, Item::XSearchCall(_))
                | (Kind::FileSearchCall, Item::FileSearchCall(_))
                | (Kind::ImageGenerationCall, Item::ImageGenerationCall(_))
                | (Kind::Fusion, Item::OpenRouterFusion(_))
        )
    }

    /// An item of this kind that has just begun.
    pub(crate) fn blank(self, id: &str) -> Item {
        let id = (!id.is_empty()).then(|| id.to_owned());
        let status = Some(ItemStatus::InProgress);
        match self {
            Kind::Message => Item::Message(Message {
                id,
                status,
                role: Role::Assistant,
                content: Some(MessageContent::Parts(Vec::new())),
                ..Message::default()
            }),
            Kind::Reasoning => Item::Reasoning(ReasoningItem {
                id,
                status,
                summary: Some(Vec::new()),
                ..ReasoningItem::default()
            }),
            Kind::FunctionCall => Item::FunctionCall(FunctionCall {
                id,
                status,
                ..FunctionCall::default()
            }),
            Kind::CustomToolCall => Item::CustomToolCall(CustomToolCall {
                id,
                status,
                ..CustomToolCall::default()
            }),
            Kind::McpCall => Item::McpCall(McpCall {
                id,
                status,
                ..McpCall::default()
            }),
            Kind::McpListTools => Item::McpListTools(McpListTools {
                id,
                ..McpListTools::default()
            }),
            Kind::CodeInterpreterCall => Item::CodeInterpreterCall(CodeInterpreterCall {
                id,
                status,
                ..CodeInterpreterCall::default()
            }),
            Kind::ApplyPatchCall => Item::ApplyPatchCall(ApplyPatchCall {
                id,
                status,
                ..ApplyPatchCall::default()
            }),
            Kind::ShellCall => Item::ShellCall(Box::new(ShellCall {
                id,
                status,
                ..ShellCall::default()
            })),
            Kind::ShellCallOutput => Item::ShellCallOutput(Box::new(ShellCallOutput {
                id,
                status,
                ..ShellCallOutput::default()
            })),
            Kind::WebSearchCall => Item::WebSearchCall(WebSearchCall {
                id,
                status,
                ..WebSearchCall::default()
            }),
            Kind::XSearchCall => Item::XSearchCall(XSearchCall {
                id,
                status,
                ..XSearchCall::default()
            }),
            Kind::FileSearchCall => Item::FileSearchCall(FileSearchCall {
                id,
                status,
                ..FileSearchCall::default()
            }),
            Kind::ImageGenerationCall => Item::ImageGenerationCall(Box::new(ImageGenerationCall {
                id,
                status,
                ..ImageGenerationCall::default()
            })),
            Kind::Fusion => Item::OpenRouterFusion(Box::new(OpenRouterFusion {
                id,
                status,
                ..OpenRouterFusion::default()
            })),
        }
    }
}
