//! How the parts of messages and of reasoning grow.

use crate::content::{ContentPart, OutputAudio, OutputText, ReasoningText, Refusal};
use crate::event::StreamEvent;
use crate::item::{Item, MessageContent, SummaryPart, SummaryText};
use crate::logprobs::Logprob;

use super::assembler::Assembler;
use super::kind::Kind;
use super::{base64, fill, parts};

impl Assembler {
    /// Takes an event about a part. False when the event is about something else.
    pub(super) fn grow(&mut self, event: &StreamEvent) -> bool {
        use StreamEvent as E;
        match event {
            E::OutputTextDelta(e) => {
                let part = self.message_part(e.output_index, &e.item_id, e.content_index, text);
                if let Some(part) = part {
                    add(part, &e.delta);
                    add_logprobs(part, e.logprobs.as_deref());
                }
            }
            E::OutputTextDone(e) => {
                let part = self.message_part(e.output_index, &e.item_id, e.content_index, text);
                if let Some(part) = part {
                    set(part, &e.text);
                    set_logprobs(part, e.logprobs.as_deref());
                }
            }
            E::OutputTextAnnotationAdded(e) => {
                let part = self.message_part(e.output_index, &e.item_id, e.content_index, text);
                if let (Some(ContentPart::OutputText(part)), Some(annotation)) =
                    (part, e.annotation.as_deref())
                {
                    let list = part.annotations.get_or_insert_default();
                    match list.get_mut(e.annotation_index as usize) {
                        Some(place) => place.clone_from(annotation),
                        None => list.push(annotation.clone()),
                    }
                }
            }
            E::RefusalDelta(e) => {
                let part = self.message_part(e.output_index, &e.item_id, e.content_index, refusal);
                if let Some(part) = part {
                    add(part, &e.delta);
                }
            }
            E::RefusalDone(e) => {
                let part = self.message_part(e.output_index, &e.item_id, e.content_index, refusal);
                if let Some(part) = part {
                    set(part, &e.refusal);
                }
            }
            E::ReasoningTextDelta(e) | E::ReasoningDelta(e) => {
                let part = self.reasoning_part(e.output_index, &e.item_id, e.content_index);
                if let Some(part) = part {
                    add(part, &e.delta);
                }
            }
            E::ReasoningTextDone(e) | E::ReasoningDone(e) => {
                let part = self.reasoning_part(e.output_index, &e.item_id, e.content_index);
                if let Some(part) = part {
                    set(part, &e.text);
                }
            }
            E::ContentPartAdded(e)
            | E::ContentPartDone(e)
            | E::ReasoningPartAdded(e)
            | E::ReasoningPartDone(e) => {
                let Some(part) = e.part.as_deref() else {
                    return true;
                };
                let place = if matches!(part, ContentPart::ReasoningText(_)) {
                    self.reasoning_part(e.output_index, &e.item_id, e.content_index)
                } else {
                    let blank = || part.clone();
                    self.message_part(e.output_index, &e.item_id, e.content_index, blank)
                };
                if let Some(place) = place {
                    let old = std::mem::replace(place, part.clone());
                    fill::part(place, old);
                }
            }
            E::ContentPartDelta(e) => {
                let part = self.message_part(e.output_index, &e.item_id, e.content_index, text);
                if let Some(part) = part {
                    add(part, &e.delta);
                }
            }
            E::ReasoningSummaryTextDelta(e) | E::ReasoningSummaryDelta(e) => {
                if let Some(SummaryPart::SummaryText(part)) =
                    self.summary_part(e.output_index, &e.item_id, e.summary_index)
                {
                    part.text.push_str(&e.delta);
                }
            }
            E::ReasoningSummaryTextDone(e) | E::ReasoningSummaryDone(e) => {
                if let Some(SummaryPart::SummaryText(part)) =
                    self.summary_part(e.output_index, &e.item_id, e.summary_index)
                {
                    replace(&mut part.text, &e.text);
                }
            }
            E::ReasoningSummaryPartAdded(e) | E::ReasoningSummaryPartDone(e) => {
                let place = self.summary_part(e.output_index, &e.item_id, e.summary_index);
                if let (Some(place), Some(part)) = (place, e.part.as_deref()) {
                    let old = std::mem::replace(place, part.clone());
                    fill::summary(place, old);
                }
            }
            E::AudioDelta(e) => {
                if let Some(audio) = self.audio() {
                    base64::append(&mut audio.data, &e.delta);
                }
            }
            E::AudioTranscriptDelta(e) => {
                if let Some(audio) = self.audio() {
                    audio.transcript.get_or_insert_default().push_str(&e.delta);
                }
            }
            _ => return false,
        }
        true
    }

    /// A part of a message, made by `blank` if it is new.
    fn message_part(
        &mut self,
        index: u32,
        id: &str,
        part: u32,
        blank: impl FnOnce() -> ContentPart,
    ) -> Option<&mut ContentPart> {
        let (item, slot) = self.with_slot(index, id, Kind::Message)?;
        let Item::Message(message) = item else {
            return None;
        };
        parts::make_list(message);
        let Some(MessageContent::Parts(list)) = &mut message.content else {
            return None;
        };
        let at = match slot.parts.find(part) {
            Some(at) => at,
            None => {
                let at = slot.parts.insert(part).min(list.len());
                list.insert(at, blank());
                at
            }
        };
        list.get_mut(at)
    }

    /// A part of the reasoning's own text.
    fn reasoning_part(&mut self, index: u32, id: &str, part: u32) -> Option<&mut ContentPart> {
        let (item, slot) = self.with_slot(index, id, Kind::Reasoning)?;
        let Item::Reasoning(reasoning) = item else {
            return None;
        };
        let list = reasoning.content.get_or_insert_default();
        let at = match slot.parts.find(part) {
            Some(at) => at,
            None => {
                let at = slot.parts.insert(part).min(list.len());
                list.insert(at, ContentPart::ReasoningText(ReasoningText::default()));
                at
            }
        };
        list.get_mut(at)
    }

    /// A part of the reasoning's summary.
    fn summary_part(&mut self, index: u32, id: &str, part: u32) -> Option<&mut SummaryPart> {
        let (item, slot) = self.with_slot(index, id, Kind::Reasoning)?;
        let Item::Reasoning(reasoning) = item else {
            return None;
        };
        let list = reasoning.summary.get_or_insert_default();
        let at = match slot.summary.find(part) {
            Some(at) => at,
            None => {
                let at = slot.summary.insert(part).min(list.len());
                list.insert(at, SummaryPart::SummaryText(SummaryText::default()));
                at
            }
        };
        list.get_mut(at)
    }

    /// The sound of the last message: its events name no item.
    fn audio(&mut self) -> Option<&mut OutputAudio> {
        let (item, slot) = self.last_message()?;
        let Item::Message(message) = item else {
            return None;
        };
        parts::make_list(message);
        let Some(MessageContent::Parts(list)) = &mut message.content else {
            return None;
        };
        let audio = list
            .iter()
            .rposition(|part| matches!(part, ContentPart::OutputAudio(_)));
        let at = match audio {
            Some(at) => at,
            None => {
                let at = slot.parts.insert(slot.parts.next()).min(list.len());
                list.insert(at, ContentPart::OutputAudio(OutputAudio::default()));
                at
            }
        };
        match list.get_mut(at) {
            Some(ContentPart::OutputAudio(audio)) => Some(audio),
            _ => None,
        }
    }
}

fn text() -> ContentPart {
    ContentPart::OutputText(OutputText::new(""))
}

fn refusal() -> ContentPart {
    ContentPart::Refusal(Refusal::default())
}

fn add(part: &mut ContentPart, delta: &str) {
    if let Some(text) = parts::text_mut(part) {
        text.push_str(delta);
    }
}

fn set(part: &mut ContentPart, whole: &str) {
    if let Some(text) = parts::text_mut(part) {
        replace(text, whole);
    }
}

/// Takes the whole text in place of what the deltas made, unless it is empty.
pub(super) fn replace(text: &mut String, whole: &str) {
    if !whole.is_empty() && text != whole {
        whole.clone_into(text);
    }
}

fn add_logprobs(part: &mut ContentPart, logprobs: Option<&[Logprob]>) {
    if let (ContentPart::OutputText(part), Some([_, ..])) = (part, logprobs) {
        let list = part.logprobs.get_or_insert_default();
        list.extend_from_slice(logprobs.unwrap_or_default());
    }
}

fn set_logprobs(part: &mut ContentPart, logprobs: Option<&[Logprob]>) {
    if let (ContentPart::OutputText(part), Some(logprobs @ [_, ..])) = (part, logprobs) {
        part.logprobs = Some(logprobs.to_vec());
    }
}
