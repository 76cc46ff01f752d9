//! Events that are made or changed: the beginning of a part, a delta with the rest of a text, and
//! events with other ids and numbers.

use std::borrow::Cow;

use bytes::Bytes;
use orouter_wire::event::{
    ItemDelta, PartEvent, PartList, ShellCommandDelta, SummaryPartEvent, SummaryTextDelta,
    TextDelta,
};
use orouter_wire::item::{SummaryPart, SummaryText};
use orouter_wire::{ContentPart, StreamEvent};

use super::part_lists::PartKind;
use crate::json_text::{self, Edit};
use crate::reply::{Original, UpstreamEvent};

/// The position of a part for the client.
pub(super) struct Place<'a> {
    pub(super) id: &'a str,
    pub(super) index: u32,
    pub(super) list: PartList,
    pub(super) number: u32,
}

impl Place<'_> {
    /// Returns the event that begins the part to which `event` belongs. `None` if no event begins
    /// parts of this list.
    pub(super) fn begin(&self, event: &StreamEvent) -> Option<StreamEvent> {
        use StreamEvent as E;
        let part = match self.list {
            PartList::Whole | PartList::Commands => return None,
            PartList::Summary => {
                let part = SummaryPart::SummaryText(SummaryText::default());
                let event = SummaryPartEvent::new(self.id, self.index, self.number, part);
                return Some(E::ReasoningSummaryPartAdded(event));
            }
            PartList::Content => match event {
                E::RefusalDelta(_) | E::RefusalDone(_) => ContentPart::Refusal(Default::default()),
                E::ReasoningTextDelta(_)
                | E::ReasoningTextDone(_)
                | E::ReasoningDelta(_)
                | E::ReasoningDone(_)
                | E::ReasoningPartDone(_) => ContentPart::ReasoningText(Default::default()),
                E::ContentPartDone(e) => match e.part.as_deref() {
                    Some(part) => without_text(part.clone()),
                    None => ContentPart::output_text(""),
                },
                _ => ContentPart::output_text(""),
            },
        };
        let event = PartEvent::new(self.id, self.index, self.number, part);
        Some(E::ContentPartAdded(event))
    }

    /// Returns the event that ends a part of this kind with this text. `None` if no event ends parts
    /// of this list.
    pub(super) fn end(&self, kind: PartKind, text: &str) -> Option<StreamEvent> {
        let part = match self.list {
            PartList::Whole | PartList::Commands => return None,
            PartList::Summary => {
                let mut part = SummaryText::default();
                text.clone_into(&mut part.text);
                let part = SummaryPart::SummaryText(part);
                let event = SummaryPartEvent::new(self.id, self.index, self.number, part);
                return Some(StreamEvent::ReasoningSummaryPartDone(event));
            }
            PartList::Content => match kind {
                PartKind::Refusal => {
                    let mut part = orouter_wire::Refusal::default();
                    text.clone_into(&mut part.refusal);
                    ContentPart::Refusal(part)
                }
                PartKind::Reasoning => {
                    let mut part = orouter_wire::ReasoningText::default();
                    text.clone_into(&mut part.text);
                    ContentPart::ReasoningText(part)
                }
                PartKind::Text | PartKind::Other => ContentPart::output_text(text),
            },
        };
        let event = PartEvent::new(self.id, self.index, self.number, part);
        Some(StreamEvent::ContentPartDone(event))
    }

    /// Returns the delta with `text` for the part to which `event` belongs.
    pub(super) fn delta(&self, event: &StreamEvent, text: &str) -> Option<StreamEvent> {
        use StreamEvent as E;
        let (id, index, number) = (self.id, self.index, self.number);
        let part = || TextDelta::new(id, index, number, text);
        let item = || ItemDelta::new(id, index, text);
        Some(match event {
            E::OutputTextDone(_) | E::OutputTextDelta(_) | E::ContentPartDelta(_) => {
                output_text(part())
            }
            E::RefusalDone(_) | E::RefusalDelta(_) => E::RefusalDelta(part()),
            E::ReasoningTextDone(_)
            | E::ReasoningDone(_)
            | E::ReasoningTextDelta(_)
            | E::ReasoningDelta(_) => E::ReasoningTextDelta(part()),
            E::ContentPartDone(e) | E::ReasoningPartDone(e) => match e.part.as_deref()? {
                ContentPart::OutputText(_) | ContentPart::Text(_) => output_text(part()),
                ContentPart::Refusal(_) => E::RefusalDelta(part()),
                ContentPart::ReasoningText(_) | ContentPart::SummaryText(_) => {
                    E::ReasoningTextDelta(part())
                }
                _ => return None,
            },
            E::ReasoningSummaryTextDone(_)
            | E::ReasoningSummaryDone(_)
            | E::ReasoningSummaryTextDelta(_)
            | E::ReasoningSummaryDelta(_)
            | E::ReasoningSummaryPartDone(_) => {
                E::ReasoningSummaryTextDelta(SummaryTextDelta::new(id, index, number, text))
            }
            E::FunctionCallArgumentsDone(_) => E::FunctionCallArgumentsDelta(item()),
            E::CustomToolCallInputDone(_) => E::CustomToolCallInputDelta(item()),
            E::McpCallArgumentsDone(_) => E::McpCallArgumentsDelta(item()),
            E::CodeInterpreterCallCodeDone(_) => E::CodeInterpreterCallCodeDelta(item()),
            E::ApplyPatchCallOperationDiffDone(_) => E::ApplyPatchCallOperationDiffDelta(item()),
            E::ShellCallCommandDone(_) | E::ShellCallCommandDelta(_) => {
                let mut delta = ShellCommandDelta::default();
                delta.item_id = Some(id.to_owned());
                delta.output_index = index;
                delta.command_index = number;
                text.clone_into(&mut delta.delta);
                E::ShellCallCommandDelta(delta)
            }
            _ => return None,
        })
    }
}

fn output_text(mut delta: TextDelta) -> StreamEvent {
    delta.logprobs = Some(Vec::new());
    StreamEvent::OutputTextDelta(delta)
}

/// Returns the part as it begins.
fn without_text(mut part: ContentPart) -> ContentPart {
    match &mut part {
        ContentPart::OutputText(part) => {
            part.text.clear();
            part.annotations = part.annotations.take().map(|_| Vec::new());
            part.logprobs = part.logprobs.take().map(|_| Vec::new());
        }
        ContentPart::Text(part) => part.text.clear(),
        ContentPart::SummaryText(part) => part.text.clear(),
        ContentPart::Refusal(part) => part.refusal.clear(),
        ContentPart::ReasoningText(part) => part.text.clear(),
        _ => {}
    }
    part
}

/// Returns the name of the member with the number of a part of this list.
pub(super) fn number_member(list: PartList) -> Option<&'static str> {
    match list {
        PartList::Content => Some("content_index"),
        PartList::Summary => Some("summary_index"),
        PartList::Commands => Some("command_index"),
        PartList::Whole => None,
    }
}

/// Returns the JSON text of an event.
pub(super) fn event_text(event: &UpstreamEvent) -> Cow<'_, str> {
    match &event.original {
        Some(Original::Event(text)) => String::from_utf8_lossy(text),
        Some(Original::Response(_)) | None => Cow::Owned(orouter_wire::to_string(&event.event)),
    }
}

/// Returns the event with changed members. Its other members stay as they are.
pub(super) fn changed(event: UpstreamEvent, edits: &[Edit<'_>]) -> UpstreamEvent {
    if edits.is_empty() {
        return event;
    }
    let edited = json_text::edit(&event_text(&event), edits);
    let Some(text) = edited else {
        return event;
    };
    match orouter_wire::from_str(&text) {
        Ok(changed) => UpstreamEvent::with_original(changed, Original::Event(Bytes::from(text))),
        Err(_) => event,
    }
}

/// Returns the edit that replaces the whole text of an event.
pub(super) fn set_text(event: &UpstreamEvent, text: &str) -> Option<Edit<'static>> {
    use StreamEvent as E;
    let value = orouter_wire::to_string(&text.to_owned());
    let name = match &event.event {
        E::OutputTextDone(_)
        | E::ReasoningTextDone(_)
        | E::ReasoningDone(_)
        | E::ReasoningSummaryTextDone(_)
        | E::ReasoningSummaryDone(_) => "text",
        E::RefusalDone(_) => "refusal",
        E::FunctionCallArgumentsDone(_) | E::McpCallArgumentsDone(_) => "arguments",
        E::CustomToolCallInputDone(_) => "input",
        E::CodeInterpreterCallCodeDone(_) => "code",
        E::ApplyPatchCallOperationDiffDone(_) => "diff",
        E::ShellCallCommandAdded(_) | E::ShellCallCommandDone(_) => "command",
        E::ContentPartAdded(e)
        | E::ContentPartDone(e)
        | E::ReasoningPartAdded(e)
        | E::ReasoningPartDone(e) => {
            let is_refusal = matches!(e.part.as_deref(), Some(ContentPart::Refusal(_)));
            return set_part_text(event, if is_refusal { "refusal" } else { "text" }, value);
        }
        E::ReasoningSummaryPartAdded(_) | E::ReasoningSummaryPartDone(_) => {
            return set_part_text(event, "text", value);
        }
        _ => return None,
    };
    Some(Edit::set(name, value))
}

fn set_part_text(event: &UpstreamEvent, name: &str, value: String) -> Option<Edit<'static>> {
    let json = event_text(event);
    let part = json_text::get(&json, "part")?;
    Some(Edit::set(
        "part",
        json_text::edit(part, &[Edit::set(name, value)])?,
    ))
}
