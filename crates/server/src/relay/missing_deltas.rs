//! Text that a provider sends in a `done` event and did not send in deltas. Clients that read only
//! deltas get it as a delta before that event.

use orouter_wire::event::{ItemDelta, PartEvent, SummaryTextDelta, TextDelta};
use orouter_wire::{ContentPart, Item, StreamEvent};

use super::sent_items::{Boundary, BoundaryKind, SentItems};
use super::text_slot::{TextSlot, text};

/// The complete text in a `done` event, and its position in the output.
pub(super) struct DoneText<'a> {
    pub(super) item_id: &'a str,
    pub(super) output_index: u32,
    slot: TextSlot,
    text: &'a str,
    kind: Kind,
}

/// The type of the deltas in which a text is streamed.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Refusal,
    Reasoning,
    Summary,
    Arguments,
    Input,
}

/// Returns the text of a `done` event; `None` for other events.
pub(super) fn done_text(event: &StreamEvent) -> Option<DoneText<'_>> {
    use StreamEvent as E;
    let (item_id, output_index, slot, text, kind) = match event {
        E::OutputTextDone(e) => {
            let slot = TextSlot::Part(e.content_index);
            (&e.item_id, e.output_index, slot, &e.text, Kind::Text)
        }
        E::ReasoningTextDone(e) => {
            let slot = TextSlot::Part(e.content_index);
            (&e.item_id, e.output_index, slot, &e.text, Kind::Reasoning)
        }
        E::RefusalDone(e) => {
            let slot = TextSlot::Part(e.content_index);
            (&e.item_id, e.output_index, slot, &e.refusal, Kind::Refusal)
        }
        E::ContentPartDone(e) => {
            let (text, kind) = match e.part.as_deref()? {
                ContentPart::OutputText(part) => (&part.text, Kind::Text),
                ContentPart::Refusal(part) => (&part.refusal, Kind::Refusal),
                ContentPart::ReasoningText(part) => (&part.text, Kind::Reasoning),
                _ => return None,
            };
            let slot = TextSlot::Part(e.content_index);
            (&e.item_id, e.output_index, slot, text, kind)
        }
        E::ReasoningSummaryTextDone(e) => {
            let slot = TextSlot::Summary(e.summary_index);
            (&e.item_id, e.output_index, slot, &e.text, Kind::Summary)
        }
        E::FunctionCallArgumentsDone(e) => (
            &e.item_id,
            e.output_index,
            TextSlot::Call,
            &e.arguments,
            Kind::Arguments,
        ),
        E::CustomToolCallInputDone(e) => (
            &e.item_id,
            e.output_index,
            TextSlot::Call,
            &e.input,
            Kind::Input,
        ),
        _ => return None,
    };
    Some(DoneText {
        item_id,
        output_index,
        slot,
        text,
        kind,
    })
}

impl DoneText<'_> {
    /// Returns the events that must precede the `done` event: the beginning of the part, if the
    /// client does not have it, and the rest of its text. `item` is the item as it was streamed.
    pub(super) fn missing(&self, item: &Item, sent: &SentItems) -> Vec<StreamEvent> {
        let fits = match self.kind {
            Kind::Text | Kind::Refusal => matches!(item, Item::Message(_)),
            Kind::Reasoning => matches!(item, Item::Reasoning(_) | Item::Message(_)),
            Kind::Summary => matches!(item, Item::Reasoning(_)),
            Kind::Arguments => matches!(item, Item::FunctionCall(_)),
            Kind::Input => matches!(item, Item::CustomToolCall(_)),
        };
        let mut item = item.clone();
        let known = text(&mut item, self.slot).map(std::mem::take);
        let known = known.unwrap_or_default();
        let rest = match self.text.strip_prefix(known.as_str()) {
            Some(rest) if fits && !rest.is_empty() => rest,
            _ => return Vec::new(),
        };
        let begin = self.begin().filter(|_| known.is_empty());
        let begin = begin.filter(|(boundary, _)| !sent.has(boundary));
        let begin = begin.map(|(_, event)| event);
        begin.into_iter().chain([self.delta(rest)]).collect()
    }

    /// Returns the event that begins a message's part.
    fn begin(&self) -> Option<(Boundary, StreamEvent)> {
        let TextSlot::Part(at) = self.slot else {
            return None;
        };
        let part = match self.kind {
            Kind::Text => ContentPart::output_text(""),
            Kind::Refusal => ContentPart::Refusal(Default::default()),
            _ => return None,
        };
        let event = PartEvent::new(self.item_id, self.output_index, at, part);
        let boundary = Boundary::new(BoundaryKind::Added, self.output_index, at);
        Some((boundary, StreamEvent::ContentPartAdded(event)))
    }

    /// Returns the delta with `rest`.
    fn delta(&self, rest: &str) -> StreamEvent {
        let (id, index) = (self.item_id, self.output_index);
        let at = match self.slot {
            TextSlot::Part(at) | TextSlot::Summary(at) => at,
            TextSlot::Call => 0,
        };
        let text = || TextDelta::new(id, index, at, rest);
        match self.kind {
            Kind::Text => {
                let mut delta = text();
                delta.logprobs = Some(Vec::new());
                StreamEvent::OutputTextDelta(delta)
            }
            Kind::Refusal => StreamEvent::RefusalDelta(text()),
            Kind::Reasoning => StreamEvent::ReasoningTextDelta(text()),
            Kind::Summary => {
                let delta = SummaryTextDelta::new(id, index, at, rest);
                StreamEvent::ReasoningSummaryTextDelta(delta)
            }
            Kind::Arguments => {
                StreamEvent::FunctionCallArgumentsDelta(ItemDelta::new(id, index, rest))
            }
            Kind::Input => StreamEvent::CustomToolCallInputDelta(ItemDelta::new(id, index, rest)),
        }
    }
}
