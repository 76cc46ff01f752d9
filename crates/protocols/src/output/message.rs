//! [`OpenMessage`]: the message that is being written.

use orouter_wire::{
    Annotation, AnnotationEvent, ContentPart, ItemStatus, Logprob, Message, MessageContent,
    OutputAudio, OutputText, PartEvent, Refusal, RefusalDone, Role, StreamEvent, TextDelta,
    TextDone,
};

use super::base64::Base64Pieces;
use super::ids::mint;
use super::items::Items;
use crate::reply::UpstreamEvent;

/// Bytes that a part takes besides its text.
const PART_BYTES: usize = 256;

/// The message that is being written: parts that are done, and at most one that grows.
#[derive(Debug)]
pub(crate) struct OpenMessage {
    id: String,
    index: u32,
    done: Vec<ContentPart>,
    open: Option<OpenPart>,
    audio: Option<(Base64Pieces, Option<String>)>,
}

#[derive(Debug)]
struct OpenPart {
    kind: PartKind,
    text: String,
    logprobs: Vec<Logprob>,
}

/// The kind of a part that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    Text,
    Refusal,
}

impl OpenMessage {
    /// Announces a message.
    pub(crate) fn new(items: &mut Items, events: &mut Vec<UpstreamEvent>) -> Self {
        let id = mint("msg_");
        let message = message(&id, ItemStatus::InProgress, Vec::new());
        let index = items.add(message.into(), events);
        Self {
            id,
            index,
            done: Vec::new(),
            open: None,
            audio: None,
        }
    }

    /// Appends text to the part of this kind that grows; begins one if another kind grows. Returns
    /// the number of bytes that this makes the process keep, without the log probabilities.
    #[must_use]
    pub(crate) fn push(
        &mut self,
        kind: PartKind,
        delta: String,
        logprobs: Vec<Logprob>,
        events: &mut Vec<UpstreamEvent>,
    ) -> usize {
        if self.open.as_ref().is_some_and(|open| open.kind != kind) {
            self.end_part(Vec::new(), events);
        }
        let number = self.number();
        let part = if self.open.is_some() { 0 } else { PART_BYTES };
        let kept = delta.len() + part;
        let (id, index) = (&self.id, self.index);
        let open = self.open.get_or_insert_with(|| {
            let part = kind.part(String::new(), Vec::new(), Vec::new());
            let event = PartEvent::new(id, index, number, part);
            events.push(StreamEvent::ContentPartAdded(event).into());
            OpenPart {
                kind,
                text: String::new(),
                logprobs: Vec::new(),
            }
        });
        open.text.push_str(&delta);
        let mut event = TextDelta::new(self.id.as_str(), self.index, number, delta);
        events.push(UpstreamEvent::from(match kind {
            PartKind::Text => {
                open.logprobs.extend_from_slice(&logprobs);
                event.logprobs = Some(logprobs);
                StreamEvent::OutputTextDelta(event)
            }
            PartKind::Refusal => StreamEvent::RefusalDelta(event),
        }));
        kept
    }

    /// Adds audio. It becomes one part at the end of the message.
    pub(crate) fn push_audio(&mut self, piece: &str, transcript: Option<&str>) {
        let (data, before) = self.audio.get_or_insert_default();
        data.push(piece);
        if let Some(text) = transcript {
            before.get_or_insert_default().push_str(text);
        }
    }

    /// Returns the `output_index`.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// Returns the text that grows.
    pub(crate) fn text(&self) -> Option<&str> {
        let open = self.open.as_ref()?;
        (open.kind == PartKind::Text).then_some(open.text.as_str())
    }

    /// Ends the message. The text that grows gets the annotations.
    pub(crate) fn end(
        mut self,
        status: ItemStatus,
        annotations: Vec<Annotation>,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        self.end_part(annotations, events);
        if let Some((data, transcript)) = self.audio.take() {
            let number = self.number();
            let mut audio = OutputAudio::default();
            audio.data = data.into_text();
            audio.transcript = transcript;
            let event = |audio| PartEvent::new(self.id.as_str(), self.index, number, audio);
            let blank = ContentPart::OutputAudio(OutputAudio::default());
            events.push(StreamEvent::ContentPartAdded(event(blank)).into());
            let part = ContentPart::OutputAudio(audio);
            events.push(StreamEvent::ContentPartDone(event(part.clone())).into());
            self.done.push(part);
        }
        let message = message(&self.id, status, self.done);
        items.done(self.index, message.into(), events);
    }

    fn number(&self) -> u32 {
        u32::try_from(self.done.len()).unwrap_or(u32::MAX)
    }

    /// Ends the part that grows. A text gets the annotations.
    pub(crate) fn end_part(
        &mut self,
        annotations: Vec<Annotation>,
        events: &mut Vec<UpstreamEvent>,
    ) {
        let number = self.number();
        let Some(open) = self.open.take() else {
            return;
        };
        let (id, index) = (self.id.as_str(), self.index);
        for (annotation, at) in annotations.iter().zip(0..) {
            let event = AnnotationEvent::new(id, index, number, at, annotation.clone());
            events.push(StreamEvent::OutputTextAnnotationAdded(event).into());
        }
        let part = open
            .kind
            .part(open.text.clone(), annotations, open.logprobs.clone());
        events.push(UpstreamEvent::from(match open.kind {
            PartKind::Text => {
                let mut event = TextDone::new(id, index, number, open.text);
                event.logprobs = Some(open.logprobs);
                StreamEvent::OutputTextDone(event)
            }
            PartKind::Refusal => {
                StreamEvent::RefusalDone(RefusalDone::new(id, index, number, open.text))
            }
        }));
        let event = PartEvent::new(id, index, number, part.clone());
        events.push(StreamEvent::ContentPartDone(event).into());
        self.done.push(part);
    }
}

impl PartKind {
    fn part(
        self,
        text: String,
        annotations: Vec<Annotation>,
        logprobs: Vec<Logprob>,
    ) -> ContentPart {
        match self {
            Self::Text => {
                let mut part = OutputText::new(text);
                part.annotations = Some(annotations);
                part.logprobs = Some(logprobs);
                ContentPart::OutputText(part)
            }
            Self::Refusal => ContentPart::Refusal(Refusal::new(text)),
        }
    }
}

fn message(id: &str, status: ItemStatus, parts: Vec<ContentPart>) -> Message {
    Message::new(Role::Assistant, MessageContent::Parts(parts))
        .id(id)
        .status(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_parts_count() {
        let (mut items, mut events) = (Items::default(), Vec::new());
        let mut message = OpenMessage::new(&mut items, &mut events);
        let mut push = |kind, end: bool| {
            let kept = message.push(kind, "four".to_owned(), Vec::new(), &mut events);
            if end {
                message.end_part(Vec::new(), &mut events);
            }
            kept
        };
        assert_eq!(push(PartKind::Text, false), PART_BYTES + 4);
        assert_eq!(push(PartKind::Text, false), 4);
        assert_eq!(push(PartKind::Refusal, true), PART_BYTES + 4);
        assert_eq!(push(PartKind::Refusal, false), PART_BYTES + 4);
    }
}
