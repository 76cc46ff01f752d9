//! Which items are the same item, when two events describe one.

use crate::item::{Item, ItemStatus, Message};

/// The non-empty id of an item.
pub(super) fn id(item: &Item) -> Option<&str> {
    item.id().filter(|id| !id.is_empty())
}

/// The non-empty `call_id` of an item.
pub(super) fn call_id(item: &Item) -> Option<&str> {
    item.call_id().filter(|call_id| !call_id.is_empty())
}

/// The non-empty name of the tool that a call is for.
fn tool_name(item: &Item) -> Option<&str> {
    let name = match item {
        Item::FunctionCall(item) => &item.name,
        Item::CustomToolCall(item) => &item.name,
        Item::McpCall(item) => &item.name,
        _ => return None,
    };
    Some(name.as_str()).filter(|name| !name.is_empty())
}

pub(super) fn same_kind(a: &Item, b: &Item) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b) && a.kind() == b.kind()
}

/// True if both have the same, non-empty id.
pub(super) fn same_id(a: &Item, b: &Item) -> bool {
    id(a).is_some_and(|a| Some(a) == id(b))
}

/// True if both have the same, non-empty `call_id` and are of one kind.
pub(super) fn same_call(a: &Item, b: &Item) -> bool {
    call_id(a).is_some_and(|a| Some(a) == call_id(b)) && same_kind(a, b)
}

/// True if two items that stand in one place cannot be one item: they differ in `call_id`, in id
/// and kind, or, where no `call_id` tells, in id and the name of the tool.
pub(super) fn differ(a: &Item, b: &Item) -> bool {
    match (call_id(a), call_id(b)) {
        (Some(a), Some(b)) if a != b => return true,
        (Some(_), Some(_)) if same_kind(a, b) => return false,
        _ => {}
    }
    if same_id(a, b) {
        return false;
    }
    !same_kind(a, b) || matches!((tool_name(a), tool_name(b)), (Some(a), Some(b)) if a != b)
}

/// True if two items of one kind hold the same, apart from their ids and statuses.
pub(super) fn alike(a: &Item, b: &Item) -> bool {
    if !same_kind(a, b) {
        return false;
    }
    match (a, b) {
        // Compared without a copy: messages may be long.
        (Item::Message(a), Item::Message(b)) => {
            let shell = |message: &Message| Message {
                id: None,
                status: None,
                role: message.role.clone(),
                phase: message.phase.clone(),
                content: None,
                metadata: message.metadata.clone(),
                internal_chat_message_metadata_passthrough: message
                    .internal_chat_message_metadata_passthrough
                    .clone(),
                extra: message.extra.clone(),
            };
            a.content == b.content && shell(a) == shell(b)
        }
        _ => {
            let bare = |item: &Item| {
                let mut item = item.clone();
                item.set_id("");
                item.set_status(ItemStatus::Completed);
                item
            };
            bare(a) == bare(b)
        }
    }
}
