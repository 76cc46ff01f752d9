//! The items of a response that can be sent back.

use crate::Raw;
use crate::content::ContentPart;
use crate::item::{Item, ItemStatus, Message, MessageContent};
use crate::response::{Response, ResponseStatus};

/// Returns the items of the response in the form in which they can be sent back.
pub(super) fn sendable(response: &Response) -> Vec<Item> {
    let is_whole = response.status == ResponseStatus::Completed;
    let last = response.output.len().saturating_sub(1);
    let mut items = Vec::with_capacity(response.output.len());
    for (index, item) in response.output.iter().enumerate() {
        let may_be_cut = index == last && !is_whole;
        match item {
            Item::Message(message) if is_empty(message) => {}
            Item::FunctionCall(call)
                if is_unfinished(item) || (may_be_cut && !is_json(&call.arguments)) => {}
            Item::CustomToolCall(_) if is_unfinished(item) => {}
            Item::Reasoning(reasoning) => {
                let mut reasoning = reasoning.clone();
                reasoning.summary.get_or_insert_default();
                items.push(reasoning.into());
            }
            other => items.push(other.clone()),
        }
    }
    let end = items
        .iter()
        .rposition(|item| !matches!(item, Item::Reasoning(_)));
    items.truncate(end.map_or(0, |end| end + 1));
    if let Some(text) = &response.output_text {
        if !text.is_empty() && response.messages().next().is_none() {
            items.push(Message::assistant(text.as_str()).into());
        }
    }
    items
}

fn is_unfinished(call: &Item) -> bool {
    matches!(
        call.status(),
        Some(ItemStatus::InProgress | ItemStatus::Incomplete)
    )
}

fn is_empty(message: &Message) -> bool {
    let says_nothing = |part: &ContentPart| part.text().is_some_and(str::is_empty);
    match &message.content {
        None => true,
        Some(MessageContent::Text(text)) => text.is_empty(),
        Some(MessageContent::Parts(parts)) => parts.iter().all(says_nothing),
        Some(MessageContent::Unknown(_)) => false,
    }
}

fn is_json(text: &str) -> bool {
    crate::from_str::<Raw>(text).is_ok()
}
