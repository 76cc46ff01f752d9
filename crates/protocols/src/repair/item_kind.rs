//! The kind of item that an event about a part of an item belongs to.

use orouter_wire::{ContentPart, Item, StreamEvent};

use super::part_lists::PartKind;

/// Returns the kind of item that an event belongs to, as [`Item::kind`] names it. `None` for events
/// that are not about one kind.
pub(super) fn item_kind(event: &StreamEvent) -> Option<&'static str> {
    use StreamEvent as E;
    Some(match event {
        E::ContentPartAdded(e) | E::ContentPartDone(e) => match e.part.as_deref() {
            Some(ContentPart::ReasoningText(_) | ContentPart::SummaryText(_)) => "reasoning",
            _ => "message",
        },
        E::OutputTextDelta(_)
        | E::OutputTextDone(_)
        | E::OutputTextAnnotationAdded(_)
        | E::ContentPartDelta(_)
        | E::RefusalDelta(_)
        | E::RefusalDone(_) => "message",
        E::ReasoningPartAdded(_)
        | E::ReasoningPartDone(_)
        | E::ReasoningTextDelta(_)
        | E::ReasoningTextDone(_)
        | E::ReasoningDelta(_)
        | E::ReasoningDone(_)
        | E::ReasoningSummaryPartAdded(_)
        | E::ReasoningSummaryPartDone(_)
        | E::ReasoningSummaryTextDelta(_)
        | E::ReasoningSummaryTextDone(_)
        | E::ReasoningSummaryDelta(_)
        | E::ReasoningSummaryDone(_) => "reasoning",
        E::FunctionCallArgumentsDelta(_) | E::FunctionCallArgumentsDone(_) => "function_call",
        E::CustomToolCallInputDelta(_) | E::CustomToolCallInputDone(_) => "custom_tool_call",
        E::McpCallArgumentsDelta(_) | E::McpCallArgumentsDone(_) => "mcp_call",
        E::CodeInterpreterCallCodeDelta(_) | E::CodeInterpreterCallCodeDone(_) => {
            "code_interpreter_call"
        }
        E::ApplyPatchCallOperationDiffDelta(_) | E::ApplyPatchCallOperationDiffDone(_) => {
            "apply_patch_call"
        }
        E::ShellCallCommandAdded(_) | E::ShellCallCommandDelta(_) | E::ShellCallCommandDone(_) => {
            "shell_call"
        }
        _ => return None,
    })
}

/// Returns the kind of part that an event belongs to.
pub(super) fn part_kind(event: &StreamEvent) -> PartKind {
    use StreamEvent as E;
    match event {
        E::ContentPartAdded(e)
        | E::ContentPartDone(e)
        | E::ReasoningPartAdded(e)
        | E::ReasoningPartDone(e) => match e.part.as_deref() {
            Some(ContentPart::OutputText(_) | ContentPart::Text(_)) | None => PartKind::Text,
            Some(ContentPart::Refusal(_)) => PartKind::Refusal,
            Some(ContentPart::ReasoningText(_) | ContentPart::SummaryText(_)) => {
                PartKind::Reasoning
            }
            Some(_) => PartKind::Other,
        },
        E::RefusalDelta(_) | E::RefusalDone(_) => PartKind::Refusal,
        E::ReasoningTextDelta(_)
        | E::ReasoningTextDone(_)
        | E::ReasoningDelta(_)
        | E::ReasoningDone(_) => PartKind::Reasoning,
        _ => PartKind::Text,
    }
}

/// Returns the item to announce for an event that belongs to no announced item. `None` for calls:
/// their names are not known, so they are sent once a whole item arrives.
pub(super) fn item_for(event: &StreamEvent, id: String) -> Option<Item> {
    let mut item = match item_kind(event)? {
        "message" => Item::Message(orouter_wire::Message::default()),
        "reasoning" => Item::Reasoning(orouter_wire::ReasoningItem::default()),
        _ => return None,
    };
    item.set_id(id);
    item.set_status(orouter_wire::item::ItemStatus::InProgress);
    match &mut item {
        Item::Message(message) => {
            message.role = orouter_wire::Role::Assistant;
            message.content = Some(orouter_wire::MessageContent::Parts(Vec::new()));
        }
        Item::Reasoning(item) => item.summary = Some(Vec::new()),
        _ => {}
    }
    Some(item)
}

/// Returns the beginning of a generated id, by which services recognize the kind of an item.
pub(super) fn id_prefix(kind: &str) -> &'static str {
    match kind {
        "message" => "msg_",
        "reasoning" => "rs_",
        "function_call" => "fc_",
        "custom_tool_call" => "ctc_",
        _ => "item_",
    }
}
