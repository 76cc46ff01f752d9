//! [`OpenMessage`]: the message that is being written.

use orouter_wire::{
    Annotation, AnnotationEvent, ContentPart, ItemStatus, Logprob, Message, MessageContent,
    OutputAudio, OutputText, PartEvent, Refusal, RefusalDone, Role, StreamEvent, TextDelta,
    TextDone,
};

use super::base64::Base64Pieces;
use super::ids::mint;
use super::items::Items;
use super::model::Audio;
use super::sources::Sources;
use crate::reply::UpstreamEvent;

/// The message that is being written: parts that are done, and at most one that grows.
#[derive(Debug)]
pub(super) struct OpenMessage {
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
pub(super) enum PartKind {
    Text,
    Refusal,
}

impl OpenMessage {
    /// Announces a message.
    pub(super) fn new(items: &mut Items, events: &mut Vec<UpstreamEvent>) -> Self {
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

    /// Appends text to the part of this kind that grows; begins one if another kind grows.
    pub(super) fn push(
        &mut self,
        kind: PartKind,
        delta: String,
        logprobs: Vec<Logprob>,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if self.open.as_ref().is_some_and(|open| open.kind != kind) {
            self.end_part(Vec::new(), events);
        }
        let number = self.number();
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
    }

    /// Adds audio. It becomes one part at the end of the message.
    pub(super) fn push_audio(&mut self, piece: Audio) {
        let (data, transcript) = self.audio.get_or_insert_default();
        data.push(piece.data.as_deref().unwrap_or_default());
        if let Some(text) = piece.transcript {
            transcript.get_or_insert_default().push_str(&text);
        }
    }

    /// Ends the message. Its last text gets the annotations that `sources` has for it.
    pub(super) fn end(
        mut self,
        status: ItemStatus,
        sources: &mut Sources,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        let text = self
            .open
            .as_ref()
            .filter(|open| open.kind == PartKind::Text);
        let annotations = text.map_or_else(Vec::new, |open| sources.annotations(&open.text));
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

    fn end_part(&mut self, annotations: Vec<Annotation>, events: &mut Vec<UpstreamEvent>) {
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
