//! The members that clients need of an item or a part inside an event or a response: its text, or
//! the list that later events add to. As in `required.rs`, some upstreams leave them out or send
//! `null`.

use std::borrow::Cow;

use orouter_wire::{ContentPart, Item, StreamEvent, SummaryPart};

use crate::json_text::{self, Edit, elements};

/// Returns an event's text, with the item, the part or the response in it completed.
pub(super) fn completed<'a>(event: &StreamEvent, text: &'a str) -> Cow<'a, str> {
    use StreamEvent as E;
    let (member, missing) = match event {
        E::OutputItemAdded(event) | E::OutputItemDone(event) => {
            ("item", event.item.as_deref().and_then(of_item))
        }
        E::ContentPartAdded(event)
        | E::ContentPartDone(event)
        | E::ReasoningPartAdded(event)
        | E::ReasoningPartDone(event) => ("part", event.part.as_deref().and_then(of_part)),
        E::ReasoningSummaryPartAdded(event) | E::ReasoningSummaryPartDone(event) => {
            ("part", event.part.as_deref().and_then(of_summary))
        }
        event => {
            let output = event
                .response()
                .map_or(&[][..], |response| &response.output);
            return within(text, "response", |response| {
                completed_output(output, response)
            });
        }
    };
    let Some(missing) = missing else {
        return Cow::Borrowed(text);
    };
    within(text, member, |object| missing.add_to(object))
}

/// Returns a response's text with the items of its output completed. `None` if they are complete.
pub(super) fn completed_output(output: &[Item], response: &str) -> Option<String> {
    if !output.iter().any(|item| of_item(item).is_some()) {
        return None;
    }
    let texts = elements(json_text::get(response, "output")?)?;
    let mut changed = false;
    let items: Vec<Cow<'_, str>> = texts
        .into_iter()
        .zip(output)
        .map(|(text, item)| {
            let text = of_item(item)
                .and_then(|missing| missing.add_to(text))
                .map_or(Cow::Borrowed(text), Cow::Owned);
            changed |= matches!(text, Cow::Owned(_));
            text
        })
        .collect();
    if !changed || items.len() != output.len() {
        return None;
    }
    let output = format!("[{}]", items.join(","));
    json_text::edit(response, &[Edit::set("output", output)])
}

/// Returns `text` with a member replaced by what `change` makes of it.
fn within<'a>(
    text: &'a str,
    member: &str,
    change: impl FnOnce(&str) -> Option<String>,
) -> Cow<'a, str> {
    let changed = json_text::get(text, member)
        .and_then(change)
        .and_then(|value| json_text::edit(text, &[Edit::set(member, value)]));
    changed.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A member that may be missing, because the typed object has the default in its place.
#[derive(Clone, Copy)]
struct Missing {
    name: &'static str,
    default: &'static str,
}

impl Missing {
    const fn text(name: &'static str) -> Option<Self> {
        Some(Self {
            name,
            default: "\"\"",
        })
    }

    const fn list(name: &'static str) -> Option<Self> {
        Some(Self {
            name,
            default: "[]",
        })
    }

    /// Returns the object with the member. `None` if it has it.
    fn add_to(self, object: &str) -> Option<String> {
        match json_text::get(object, self.name) {
            Some(value) if value != "null" => None,
            _ => json_text::edit(object, &[Edit::set(self.name, self.default)]),
        }
    }
}

fn of_item(item: &Item) -> Option<Missing> {
    match item {
        Item::Message(message) if message.content.is_none() => Missing::list("content"),
        Item::Reasoning(item) if item.summary.is_none() => Missing::list("summary"),
        Item::FunctionCall(call) if call.arguments.is_empty() => Missing::text("arguments"),
        Item::CustomToolCall(call) if call.input.is_empty() => Missing::text("input"),
        _ => None,
    }
}

fn of_part(part: &ContentPart) -> Option<Missing> {
    match part {
        ContentPart::OutputText(part) if part.text.is_empty() => Missing::text("text"),
        ContentPart::Text(part) if part.text.is_empty() => Missing::text("text"),
        ContentPart::ReasoningText(part) if part.text.is_empty() => Missing::text("text"),
        ContentPart::SummaryText(part) if part.text.is_empty() => Missing::text("text"),
        ContentPart::Refusal(part) if part.refusal.is_empty() => Missing::text("refusal"),
        _ => None,
    }
}

fn of_summary(part: &SummaryPart) -> Option<Missing> {
    match part {
        SummaryPart::SummaryText(part) if part.text.is_empty() => Missing::text("text"),
        _ => None,
    }
}
